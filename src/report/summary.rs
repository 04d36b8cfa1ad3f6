//! `summary.json`: totals per plan, and everything needed to get the same bytes again.

use crate::report::PlanTotals;
use crate::units::{DstRule, Horizon, Money, RuleProfile};
use crate::world::ModelParams;
use serde_json::{Map, Number, Value, json};

/// One input as it was used. The hash is of its canonical content, so that neither the order of
/// rows nor the file format matters; where the order of rows has a meaning, it is part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputRecord {
    /// `activity`, `operations`, `instances`, `prices` or `plan NAME`.
    pub role: String,
    /// Rows used; 0 for documents.
    pub rows: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// How the results came about.
#[derive(Clone, Debug)]
pub struct Provenance<'p> {
    /// What was simulated.
    pub horizon: Horizon,
    /// The rule profile.
    pub rules: RuleProfile,
    /// What zone labels mean.
    pub dst: DstRule,
    /// The model's numbers.
    pub model: &'p ModelParams,
    /// The seed of all luck.
    pub seed: u64,
    /// Currency of all money.
    pub currency: String,
    /// Dates of the oldest and newest price in the book.
    pub price_dates: (String, String),
    /// The inputs.
    pub inputs: Vec<InputRecord>,
    /// Rows cut at the horizon, rows wholly outside it, rows skipped as defective.
    pub clipped: (u64, u64, u64),
}

/// An exact amount as a JSON number.
pub(super) fn usd(amount: Money) -> Value {
    Value::Number(Number::from_string_unchecked(amount.to_string()))
}

/// The document, in a fixed order of keys.
#[must_use]
pub fn summary_json(provenance: &Provenance<'_>, plans: &[PlanTotals]) -> Value {
    let mut object = provenance_json(provenance);
    object.insert("plans".into(), plans.iter().map(plan_json).collect());
    Value::Object(object)
}

/// How results came about: the keys that every document begins with.
pub(super) fn provenance_json(provenance: &Provenance<'_>) -> Map<String, Value> {
    let model: Map<String, Value> =
        provenance.model.entries().map(|(k, v)| (k.to_owned(), Value::from(v))).collect();
    let inputs: Vec<Value> = provenance
        .inputs
        .iter()
        .map(|i| json!({"role": i.role, "rows": i.rows, "sha256": i.sha256}))
        .collect();
    let (clipped, outside, skipped) = provenance.clipped;
    let document = json!({
        "program": "idlewise",
        "version": env!("CARGO_PKG_VERSION"),
        "horizon": {
            "start": provenance.horizon.start.to_string(),
            "end": provenance.horizon.end.to_string(),
        },
        "rules": provenance.rules.as_str(),
        "dst": provenance.dst.as_str(),
        "seed": provenance.seed,
        "model": model,
        "prices": {
            "currency": provenance.currency,
            "oldest": provenance.price_dates.0,
            "newest": provenance.price_dates.1,
        },
        "activity_rows": {"clipped": clipped, "outside_horizon": outside, "skipped": skipped},
        "inputs": inputs,
    });
    match document {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn plan_json(plan: &PlanTotals) -> Value {
    let mut object = Map::new();
    object.insert("plan".into(), Value::from(plan.name.as_str()));
    object.insert("instances".into(), Value::from(plan.instances));
    for (name, value) in &plan.counts {
        object.insert((*name).into(), Value::from(*value));
    }
    let money = &plan.money;
    for (name, amount) in [
        ("compute_usd", money.compute),
        ("os_disk_usd", money.os_disk),
        ("public_ip_usd", money.public_ip),
        ("load_balancer_usd", money.load_balancer),
        ("standing_usd", money.standing()),
        ("total_usd", money.total()),
    ] {
        object.insert(name.into(), usd(amount));
    }
    for (name, seconds) in [
        ("waste_s", plan.waste.total_s()),
        ("waste_idle_s", plan.waste.idle_s),
        ("waste_schedule_s", plan.waste.schedule_s),
        ("waste_neither_s", plan.waste.neither_s),
    ] {
        object.insert(name.into(), Value::from(seconds));
    }
    object.insert("waste_usd".into(), usd(plan.waste_usd));
    let refused = plan.refused.iter().map(|(c, n)| (c.as_str().to_owned(), Value::from(*n)));
    object.insert("refused".into(), Value::Object(refused.collect()));
    Value::Object(object)
}
