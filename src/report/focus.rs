//! Simulated cost as rows of FOCUS 1.2, the FinOps Open Cost and Usage Specification (columns and
//! their rules: `model-1.2.0.1.json` of the `focus-validator` package, version 2.2.1).
//!
//! One row is one ledger line. `BilledCost` and `EffectiveCost` are the line's cost, so sums tie to
//! the ledger; `ListCost` and `ContractedCost` are unit price x quantity before the line is rounded
//! to a micro-dollar, as the specification asks of them (twelve decimals).
//!
//! No row can be taken for a bill: the billing account, provider and invoice issuer, description,
//! tags and `x_Simulated` say that it is simulated, and `x_Scenario` which plan it is about. What a
//! simulation does not know stays out: `InvoiceId` is null (there is no invoice, so the validator's
//! rule `InvoiceId-C-005-C`, which takes every charge for invoiced, does not hold), the sub-account
//! is the workspace (a subscription is not known), resource ids are the program's own. Under
//! `--price-kind` compute is `Committed` at that kind's price, and the commitment has no id.

use crate::ledger::Line;
use crate::report::{Column, Results, Sheet};
use crate::units::{Horizon, Instant, Meter, RateUnit};
use crate::world::Instance;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde_json::json;

/// Decimals of quantities and unrounded costs.
const DECIMALS: u32 = 12;

/// Who the charges would come from. Provider and invoice issuer must be one, or the specification
/// wants `BilledCost` to be 0.
const PROVIDER: &str = "Microsoft (simulated by idlewise)";

/// What holds for all rows.
#[derive(Clone, Copy, Debug)]
pub struct FocusTerms<'t> {
    /// What was simulated.
    pub horizon: Horizon,
    /// Currency of all amounts.
    pub currency: &'t str,
    /// Whether compute is bought under a commitment rather than pay-as-you-go.
    pub committed: bool,
    /// The size that an instance (by position) is priced at.
    pub sizes: &'t [String],
}

/// A ledger line and what it is about.
struct Charge<'r> {
    plan: &'r str,
    instance: &'r Instance,
    size: &'r str,
    line: &'r Line,
}

/// All rows, from which columns are taken.
struct Rows<'r> {
    charges: Vec<Charge<'r>>,
    terms: FocusTerms<'r>,
}

impl Rows<'_> {
    fn text(&self, of: impl Fn(&Charge<'_>) -> String) -> Column {
        Column::Text(self.charges.iter().map(of).collect())
    }

    fn word(&self, of: impl Fn(&Charge<'_>) -> &'static str) -> Column {
        Column::Word(self.charges.iter().map(of).collect())
    }

    fn by_meter(&self, of: fn(Meter) -> &'static str) -> Column {
        self.word(|charge| of(charge.line.meter))
    }

    fn always(&self, word: &'static str) -> Column {
        self.word(|_| word)
    }

    fn never(&self) -> Column {
        Column::Null(self.charges.len())
    }

    fn time(&self, of: impl Fn(&Line) -> Instant) -> Column {
        Column::Time(self.charges.iter().map(|c| of(c.line)).collect())
    }

    fn number(&self, of: impl Fn(&Line) -> Decimal) -> Column {
        Column::Price(self.charges.iter().map(|c| of(c.line)).collect())
    }

    fn billed(&self) -> Column {
        Column::Usd(self.charges.iter().map(|c| c.line.cost).collect())
    }
}

/// `focus`: one row per ledger line.
#[must_use]
pub fn focus_sheet(results: Results<'_>, terms: &FocusTerms<'_>) -> Sheet {
    let rows = Rows { charges: charges(results, terms), terms: *terms };
    let mut columns = charge_columns(&rows);
    columns.extend(resource_columns(&rows));
    Sheet { name: "focus", columns }
}

/// What is charged: when, how much, at what price. In the order of the alphabet.
fn charge_columns(rows: &Rows<'_>) -> Vec<(&'static str, Column)> {
    let currency = || rows.text(|_| rows.terms.currency.to_owned());
    let unit_price = || rows.number(|l| l.rate.usd);
    let pricing = |c: &Charge<'_>| match (c.line.meter, rows.terms.committed) {
        (Meter::Compute, true) => "Committed",
        _ => "Standard",
    };
    let end = rows.terms.horizon.end;
    vec![
        ("BilledCost", rows.billed()),
        ("BillingAccountId", rows.always("idlewise-simulation")),
        ("BillingAccountName", rows.always("Simulated by idlewise, not billed")),
        ("BillingCurrency", currency()),
        ("BillingPeriodEnd", rows.time(|l| l.month.next_month())),
        ("BillingPeriodStart", rows.time(|l| month_start(l.month))),
        ("ChargeCategory", rows.always("Usage")),
        ("ChargeClass", rows.never()),
        ("ChargeDescription", rows.text(description)),
        ("ChargeFrequency", rows.always("Usage-Based")),
        ("ChargePeriodEnd", rows.time(|l| l.month.next_month().min(end))),
        ("ChargePeriodStart", rows.time(|l| l.month)),
        ("CommitmentDiscountStatus", rows.never()),
        ("ConsumedQuantity", rows.number(hours)),
        ("ConsumedUnit", rows.always("Hours")),
        ("ContractedCost", rows.number(list_cost)),
        ("ContractedUnitPrice", unit_price()),
        ("EffectiveCost", rows.billed()),
        ("InvoiceId", rows.never()),
        ("InvoiceIssuerName", rows.always(PROVIDER)),
        ("ListCost", rows.number(list_cost)),
        ("ListUnitPrice", unit_price()),
        ("PricingCategory", rows.word(pricing)),
        ("PricingCurrency", currency()),
        ("PricingCurrencyContractedUnitPrice", unit_price()),
        ("PricingCurrencyEffectiveCost", rows.billed()),
        ("PricingCurrencyListUnitPrice", unit_price()),
        ("PricingQuantity", rows.number(|l| quantity(l).round_dp(DECIMALS))),
        ("PricingUnit", rows.word(|c| unit(c.line.rate.unit))),
    ]
}

/// What it is charged for, and that it is simulated. In the order of the alphabet.
fn resource_columns(rows: &Rows<'_>) -> Vec<(&'static str, Column)> {
    let region = || rows.text(|c| c.instance.region.clone());
    let price = |c: &Charge<'_>| {
        format!("{}/{}/{}", sku(c), c.instance.region, c.line.rate.usd.normalize())
    };
    let tags = |c: &Charge<'_>| {
        json!({"idlewise/simulated": "true", "idlewise/scenario": c.plan}).to_string()
    };
    vec![
        ("ProviderName", rows.always(PROVIDER)),
        ("PublisherName", rows.always("Microsoft")),
        ("RegionId", region()),
        ("RegionName", region()),
        ("ResourceId", rows.text(resource)),
        ("ResourceName", rows.text(|c| c.instance.name.clone())),
        ("ResourceType", rows.always("Compute instance")),
        ("ServiceCategory", rows.by_meter(category)),
        ("ServiceName", rows.by_meter(service)),
        ("ServiceSubcategory", rows.by_meter(subcategory)),
        ("SkuId", rows.text(sku)),
        ("SkuMeter", rows.by_meter(meter)),
        ("SkuPriceDetails", rows.text(details)),
        ("SkuPriceId", rows.text(price)),
        ("SubAccountId", rows.text(workspace)),
        ("SubAccountName", rows.text(workspace)),
        ("Tags", rows.text(tags)),
        ("x_IdlewiseVersion", rows.always(env!("CARGO_PKG_VERSION"))),
        ("x_Meter", rows.by_meter(Meter::as_str)),
        ("x_Scenario", rows.text(|c| c.plan.to_owned())),
        ("x_Simulated", rows.always("true")),
        ("x_User", rows.text(|c| c.instance.user.clone())),
    ]
}

fn charges<'r>(results: Results<'r>, terms: &FocusTerms<'r>) -> Vec<Charge<'r>> {
    let sizes = terms.sizes;
    let outcomes =
        results.scenarios.iter().flat_map(|(plan, all)| all.iter().map(move |o| (plan, o)));
    let of = outcomes.flat_map(|(plan, outcome)| {
        let instance = &results.instances[outcome.instance];
        let size = sizes.get(outcome.instance).map_or("", String::as_str);
        outcome.lines.iter().map(move |line| Charge { plan: plan.as_str(), instance, size, line })
    });
    of.collect()
}

fn description(charge: &Charge<'_>) -> String {
    let (name, meter) = (&charge.instance.name, meter(charge.line.meter));
    format!("Simulated by idlewise, not billed: {meter} of {name} under plan {}", charge.plan)
}

fn month_start(at: Instant) -> Instant {
    let day = at.civil().date();
    let first = NaiveDate::from_ymd_opt(day.year(), day.month(), 1).unwrap_or(day);
    Instant::from_civil_utc(first.and_time(chrono::NaiveTime::MIN))
}

/// The quantity in the price's unit, as exact as a decimal can be.
fn quantity(line: &Line) -> Decimal {
    Decimal::from(line.quantity_s) / Decimal::from(line.rate.unit.seconds())
}

/// The quantity in hours.
fn hours(line: &Line) -> Decimal {
    (Decimal::from(line.quantity_s) / Decimal::from(RateUnit::Hour.seconds())).round_dp(DECIMALS)
}

/// Unit price x quantity, before the line is rounded (LEDG-3 rounds `BilledCost`).
fn list_cost(line: &Line) -> Decimal {
    (line.rate.usd * Decimal::from(line.quantity_s) / Decimal::from(line.rate.unit.seconds()))
        .round_dp(DECIMALS)
}

const fn unit(unit: RateUnit) -> &'static str {
    match unit {
        RateUnit::Hour => "Hours",
        RateUnit::Month => "Months",
    }
}

fn workspace(charge: &Charge<'_>) -> String {
    let name = &charge.instance.workspace;
    if name.is_empty() { "(no workspace named)".to_owned() } else { name.clone() }
}

fn resource(charge: &Charge<'_>) -> String {
    let (workspace, name) = (&charge.instance.workspace, &charge.instance.name);
    format!("idlewise:simulated/workspaces/{workspace}/computes/{name}")
}

fn sku(charge: &Charge<'_>) -> String {
    match charge.line.meter {
        Meter::Compute => charge.size.to_owned(),
        Meter::OsDisk => "P10 LRS disk".to_owned(),
        Meter::PublicIp => "Standard public IP".to_owned(),
        Meter::LoadBalancer => "Standard load balancer".to_owned(),
    }
}

fn details(charge: &Charge<'_>) -> String {
    let details = match charge.line.meter {
        Meter::Compute => json!({"InstanceType": charge.size}),
        other => json!({"x_Meter": other.as_str()}),
    };
    details.to_string()
}

const fn meter(meter: Meter) -> &'static str {
    match meter {
        Meter::Compute => "Compute hours",
        Meter::OsDisk => "OS disk",
        Meter::PublicIp => "Public IP address",
        Meter::LoadBalancer => "Load balancer",
    }
}

const fn service(meter: Meter) -> &'static str {
    match meter {
        Meter::Compute => "Virtual Machines",
        Meter::OsDisk => "Storage",
        Meter::PublicIp => "Virtual Network",
        Meter::LoadBalancer => "Load Balancer",
    }
}

const fn category(meter: Meter) -> &'static str {
    match meter {
        Meter::Compute => "Compute",
        Meter::OsDisk => "Storage",
        Meter::PublicIp | Meter::LoadBalancer => "Networking",
    }
}

const fn subcategory(meter: Meter) -> &'static str {
    match meter {
        Meter::Compute => "Virtual Machines",
        Meter::OsDisk => "Block Storage",
        Meter::PublicIp => "Network Infrastructure",
        Meter::LoadBalancer => "Network Routing",
    }
}
