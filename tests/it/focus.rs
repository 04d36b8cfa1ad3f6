//! `simulate --focus`: FOCUS 1.2 rows that tie to the ledger, and what the specification asks of
//! their structure. `focus-validator` (PyPI, Python 3.12) is run where `IDLEWISE_FOCUS_VALIDATOR`
//! names it.

use crate::support::bench::{Bench, Row};
use polars::prelude::{DataType, ParquetReader, SerReader as _};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::process::Command;
use std::str::FromStr as _;

const ACTIVITY: &str = "instance,kind,start,end\n\
    anna,kernel,2024-01-31T08:00:00Z,2024-02-01T10:00:00Z\n\
    bob,kernel,2024-02-02T17:55:00Z,2024-02-02T18:05:07Z\n";
const INSTANCES: &str = "instance,region,workspace,user,vm_size\n\
    anna,eastus,ml,\"Anna, A.\",Standard_DS2_v2\nbob,eastus,,bob,Standard_DS3_v2\n";
const PLAN: &str = "name: idle\nidle_time_before_shutdown_minutes: 60\nsize: Standard_DS3_v2\n";

/// The columns that FOCUS 1.2 demands of every row set.
const MANDATORY: [&str; 24] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "ChargeFrequency",
    "InvoiceId",
];

fn simulated(format: &str) -> Bench {
    let bench = Bench::new();
    bench.put("activity.csv", ACTIVITY).put("instances.csv", INSTANCES).put("idle.yml", PLAN);
    let run = ["simulate", "--activity", "activity.csv", "--instances", "instances.csv"];
    let more = ["--today", "--plan", "idle.yml", "--focus", "--out", "out", "--format", format];
    bench.run(&[&run[..], &more].concat()).exits(0);
    bench
}

fn number(row: &Row, column: &str) -> Decimal {
    Decimal::from_str(&row[column]).unwrap_or_else(|e| panic!("{column}: {e}"))
}

/// LEDG-3: line by line and in sum.
#[test]
fn rows_are_the_ledgers_lines() {
    let bench = simulated("csv");
    let (header, focus) = bench.table("out/focus.csv");
    let (_, ledger) = bench.table("out/ledger.csv");
    assert_eq!(focus.len(), ledger.len());
    assert!(ledger.len() > 16, "{} lines", ledger.len());
    for (row, line) in focus.iter().zip(&ledger) {
        let same = [
            ("x_Scenario", "plan"),
            ("ResourceName", "instance"),
            ("x_Meter", "meter"),
            ("BilledCost", "cost_usd"),
            ("EffectiveCost", "cost_usd"),
            ("ListUnitPrice", "rate_usd"),
        ];
        for (column, of_line) in same {
            assert_eq!(row[column], line[of_line], "{column}");
        }
        assert!(row["ChargePeriodStart"].starts_with(&line["month"]));
        let seconds = number(row, "ConsumedQuantity") * Decimal::from(3_600);
        assert_eq!(seconds.round().to_string(), line["quantity_s"]);
    }
    let missing: Vec<_> =
        MANDATORY.iter().filter(|m| !header.contains(&(**m).to_owned())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let known: BTreeSet<&String> = header.iter().collect();
    assert_eq!(known.len(), header.len(), "every column once");
}

#[test]
fn rows_keep_the_rules_of_the_specification() {
    let bench = simulated("csv");
    let (_, focus) = bench.table("out/focus.csv");
    let mut prices: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in &focus {
        let (price, quantity) = (number(row, "ListUnitPrice"), number(row, "PricingQuantity"));
        let product = price * quantity;
        for cost in ["ListCost", "ContractedCost"] {
            let off = (product - number(row, cost)).abs();
            assert!(off <= Decimal::new(1, 9), "{cost} is off by {off}");
        }
        // BilledCost is that, rounded once to a micro-dollar.
        let off = (number(row, "ListCost") - number(row, "BilledCost")).abs();
        assert!(off <= Decimal::new(5, 7), "BilledCost is off by {off}");
        let period = |c: &str| row[c].clone();
        assert!(period("BillingPeriodStart") <= period("ChargePeriodStart"));
        assert!(period("ChargePeriodStart") < period("ChargePeriodEnd"));
        assert!(period("ChargePeriodEnd") <= period("BillingPeriodEnd"));
        assert_eq!((row["ChargeClass"].as_str(), row["InvoiceId"].as_str()), ("", ""));
        assert_eq!(row["ChargeCategory"], "Usage");
        let tags: serde_json::Value = serde_json::from_str(&row["Tags"]).unwrap();
        assert_eq!(tags["idlewise/simulated"], "true");
        assert!(row["ChargeDescription"].starts_with("Simulated by idlewise, not billed"));
        assert_eq!(row["x_Simulated"], "true");
        // One SKU and one price behind every SkuPriceId.
        let (sku, price) = (row["SkuId"].clone(), row["ListUnitPrice"].clone());
        let first = prices.entry(row["SkuPriceId"].clone()).or_insert((sku.clone(), price.clone()));
        assert_eq!(*first, (sku, price));
    }
    let size = |plan: &str, who: &str| {
        let of = |r: &&Row| r["x_Scenario"] == plan && r["ResourceName"] == who;
        let row = focus.iter().filter(of).find(|r| r["x_Meter"] == "compute");
        row.map(|r| r["SkuId"].clone()).unwrap_or_default()
    };
    let always = "always-on-until-stopped";
    assert_eq!(size(always, "anna"), "Standard_DS2_v2");
    assert_eq!(size("idle", "anna"), "Standard_DS3_v2", "a plan that names a size prices at it");
}

#[test]
fn parquet_has_times_decimals_and_nulls() {
    let (csv, bench) = (simulated("csv"), simulated("parquet"));
    let bytes = bench.bytes("out/focus.parquet");
    let frame = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
    let (header, rows) = csv.table("out/focus.csv");
    let names: Vec<&str> = frame.get_column_names().iter().map(|n| n.as_str()).collect();
    assert_eq!(names, header);
    assert_eq!(frame.height(), rows.len());
    let of = |name: &str| frame.column(name).unwrap();
    assert!(matches!(of("ChargePeriodStart").dtype(), DataType::Datetime(_, Some(_))));
    assert_eq!(of("BilledCost").dtype(), &DataType::Decimal(38, 6));
    assert_eq!(of("PricingQuantity").dtype(), &DataType::Decimal(38, 12));
    assert_eq!(of("ChargeClass").null_count(), rows.len());
    assert_eq!(of("BillingAccountId").null_count(), 0);
}

/// What idlewise supports of what the specification makes conditional.
const SUPPORTED: &str = "ACCOUNT_NAMING_SUPPORTED,BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED,\
    MULTIPLE_PRICING_CATEGORIES_SUPPORTED,NEGOTIATED_PRICING_SUPPORTED,\
    PUBLIC_PRICE_LIST_SUPPORTED,REGION_SUPPORTED,RESOURCE_TYPE_ASSIGNMENT_SUPPORTED,\
    SUB_ACCOUNT_SUPPORTED,TAGGING_SUPPORTED,UNIT_PRICING_SUPPORTED,USAGE_MEASUREMENT_SUPPORTED";

/// The specification's own validator, where somebody has it: Python 3.12 or newer, `pip install
/// focus-validator==2.2.1`, and in `IDLEWISE_FOCUS_VALIDATOR` the path of the command. Its exit
/// code says nothing, so its lines are read.
#[test]
fn the_validator_of_the_specification_agrees() {
    let Some(validator) = std::env::var_os("IDLEWISE_FOCUS_VALIDATOR") else {
        eprintln!("skipped: IDLEWISE_FOCUS_VALIDATOR does not name focus-validator 2.2.1");
        return;
    };
    // It reads its own currency table relative to where it is installed.
    let home = std::path::Path::new(&validator).ancestors().nth(2).expect("a virtual environment");
    let pattern = home.join("lib/python3*/site-packages").display().to_string();
    let packages = glob::glob(&pattern).unwrap().next().expect("its packages").unwrap();
    for format in ["csv", "parquet"] {
        let bench = simulated(format);
        let done = Command::new(&validator)
            .args(["--block-download", "--validate-version", "1.2.0.1", "--data-file"])
            .arg(bench.path(&format!("out/focus.{format}")))
            .args(["--applicability-criteria", SUPPORTED])
            .current_dir(&packages)
            .output()
            .expect("the validator runs");
        let said = String::from_utf8_lossy(&done.stdout);
        let rule = |line: &str| line.split_whitespace().nth(1).unwrap_or("").replace(':', "");
        let passed = said.lines().filter(|l| l.contains(": PASS")).count();
        let failed: Vec<String> =
            said.lines().filter(|l| l.contains(": FAIL ")).map(rule).collect();
        assert!(passed > 200, "{format}: {passed} rules passed:\n{said}");
        // There is no invoice, and the rule takes every charge for invoiced.
        assert_eq!(failed, ["InvoiceId-C-005-C"], "{format}");
    }
}
