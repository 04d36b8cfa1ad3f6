//! Simulated cost as rows of FOCUS 1.2, the FinOps Open Cost and Usage Specification (columns and
//! their rules: `model-1.2.0.1.json` of the `focus-validator` package, version 2.2.1).
//!
//! One row is one ledger line. `BilledCost` and `EffectiveCost` are the line's cost, so sums tie to
//! the ledger; `ListCost` and `ContractedCost` are unit price x quantity before the line is rounded
//! to a micro-dollar, as the specification asks of them (twelve decimals).
//!
//! No row can be taken for a bill: the billing account, the invoice issuer, the description, the
//! tags and `x_Simulated` say that it is simulated, and `x_Scenario` which plan it is about. What a
//! simulation does not know stays out: `InvoiceId` and `ChargeClass` are null, the sub-account is
//! the workspace (a subscription is not known), resource ids are the program's own.

use crate::ledger::Line;
use crate::report::{Column, Results, Sheet};
use crate::units::{Horizon, Instant, Meter, RateUnit};
use crate::world::Instance;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde_json::json;

/// Decimals of quantities and unrounded costs.
const DECIMALS: u32 = 12;

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

/// `focus`: one row per ledger line.
#[must_use]
pub fn focus_sheet(results: Results<'_>, terms: &FocusTerms<'_>) -> Sheet {
    let charges = charges(results, terms);
    let text = |f: &dyn Fn(&Charge<'_>) -> String| Column::Text(charges.iter().map(f).collect());
    let word = |f: fn(Meter) -> &'static str| {
        Column::Word(charges.iter().map(|c| f(c.line.meter)).collect())
    };
    let always = |word: &'static str| Column::Word(vec![word; charges.len()]);
    let time =
        |f: &dyn Fn(&Line) -> Instant| Column::Time(charges.iter().map(|c| f(c.line)).collect());
    let number =
        |f: fn(&Line) -> Decimal| Column::Price(charges.iter().map(|c| f(c.line)).collect());
    let billed = || Column::Usd(charges.iter().map(|c| c.line.cost).collect());
    let pricing = |c: &Charge<'_>| match (c.line.meter, terms.committed) {
        (Meter::Compute, true) => "Committed",
        _ => "Standard",
    };
    let columns = vec![
        ("BilledCost", billed()),
        ("BillingAccountId", always("idlewise-simulation")),
        ("BillingAccountName", always("Simulated by idlewise, not billed")),
        ("BillingCurrency", text(&|_| terms.currency.to_owned())),
        ("BillingPeriodEnd", time(&|l| l.month.next_month())),
        ("BillingPeriodStart", time(&|l| month_start(l.month))),
        ("ChargeCategory", always("Usage")),
        ("ChargeClass", Column::Null(charges.len())),
        ("ChargeDescription", text(&description)),
        ("ChargeFrequency", always("Usage-Based")),
        ("ChargePeriodEnd", time(&|l| l.month.next_month().min(terms.horizon.end))),
        ("ChargePeriodStart", time(&|l| l.month)),
        ("ConsumedQuantity", number(|l| Decimal::from(l.quantity_s))),
        ("ConsumedUnit", always("Seconds")),
        ("ContractedCost", number(list_cost)),
        ("ContractedUnitPrice", number(|l| l.rate.usd)),
        ("EffectiveCost", billed()),
        ("InvoiceId", Column::Null(charges.len())),
        ("InvoiceIssuerName", always("idlewise (simulated, no invoice)")),
        ("ListCost", number(list_cost)),
        ("ListUnitPrice", number(|l| l.rate.usd)),
        ("PricingCategory", Column::Word(charges.iter().map(pricing).collect())),
        ("PricingQuantity", number(|l| quantity(l).round_dp(DECIMALS))),
        ("PricingUnit", Column::Word(charges.iter().map(|c| unit(c.line.rate.unit)).collect())),
        ("ProviderName", always("Microsoft")),
        ("PublisherName", always("Microsoft")),
        ("RegionId", text(&|c| c.instance.region.clone())),
        ("RegionName", text(&|c| c.instance.region.clone())),
        ("ResourceId", text(&resource)),
        ("ResourceName", text(&|c| c.instance.name.clone())),
        ("ResourceType", always("Compute instance")),
        ("ServiceCategory", word(category)),
        ("ServiceName", word(service)),
        ("ServiceSubcategory", word(subcategory)),
        ("SkuId", text(&sku)),
        ("SkuMeter", word(meter)),
        (
            "SkuPriceId",
            text(&|c| format!("{}/{}/{}", sku(c), c.instance.region, c.line.rate.usd.normalize())),
        ),
        ("SubAccountId", text(&workspace)),
        ("SubAccountName", text(&workspace)),
        (
            "Tags",
            text(&|c| {
                json!({"idlewise/simulated": "true", "idlewise/scenario": c.plan}).to_string()
            }),
        ),
        ("x_Scenario", text(&|c| c.plan.to_owned())),
        ("x_Simulated", always("true")),
        ("x_Meter", word(Meter::as_str)),
        ("x_User", text(&|c| c.instance.user.clone())),
        ("x_IdlewiseVersion", always(env!("CARGO_PKG_VERSION"))),
    ];
    Sheet { name: "focus", columns }
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
