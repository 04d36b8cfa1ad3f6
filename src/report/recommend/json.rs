//! `recommendation.json`; its schema is `data/recommendation.schema.json`.

use super::Recommendation;
use super::proofs_json::{add_proofs, held_json, tested_json};
use crate::report::Provenance;
use crate::report::summary::{provenance_json, usd};
use crate::search::recommend::{Family, Objective, Valued};
use crate::units::Rate;
use serde_json::{Map, Number, Value, json};

/// The document, in a fixed order of keys.
#[must_use]
pub fn recommendation_json(provenance: &Provenance<'_>, answer: &Recommendation<'_>) -> Value {
    let mut object = provenance_json(provenance);
    object.insert("objective".into(), objective_json(answer));
    object.insert("space".into(), space_json(answer));
    object.insert("totals".into(), Value::Object(totals_json(&answer.totals())));
    object.insert("families".into(), families_json(answer));
    object.insert("best_objective_usd".into(), usd(answer.best()));
    object.insert("lower_bound_usd".into(), usd(answer.lower_bound));
    object.insert("gap".into(), gap_json(answer.gap()));
    object.insert("best_gap".into(), gap_json(answer.best_gap()));
    object.insert("evaluations".into(), answer.evaluations.into());
    object.insert("stop_reason".into(), answer.stop_reason.into());
    object.insert("followed".into(), Value::Object(totals_json(&answer.followed())));
    object.insert("baselines".into(), baselines_json(answer));
    add_proofs(&mut object, answer);
    object.insert("plans".into(), plans_json(answer));
    object.insert("instances".into(), instances_json(answer));
    Value::Object(object)
}

/// An exact number.
pub(super) fn rate(rate: Rate) -> Value {
    Value::Number(Number::from_string_unchecked(rate.usd.normalize().to_string()))
}

fn objective_json(answer: &Recommendation<'_>) -> Value {
    let Objective { value_of_waiting, interruption_cost, lost_run_cost } = answer.objective;
    let constraints = answer.limits.as_ref().map(|(limits, kept)| {
        let mut object = Map::new();
        if let Some(wait) = limits.max_wait_s_per_week {
            object.insert("max_wait_s_per_week".into(), wait.into());
        }
        if let Some(interruptions) = limits.max_interruptions {
            object.insert("max_interruptions".into(), interruptions.into());
        }
        object.insert("measure".into(), limits.measure.as_str().into());
        object.insert("is_met".into(), kept.is_met.into());
        object.insert("wait_s_per_week".into(), kept.wait_s_per_week.into());
        object.insert("interruptions".into(), kept.interruptions.into());
        let broken = kept.broken.iter().map(|at| answer.instances[*at].name.as_str());
        object.insert("broken_by".into(), broken.collect());
        object
    });
    json!({
        "value_of_waiting_usd_per_h": rate(value_of_waiting),
        "interruption_cost_usd": usd(interruption_cost),
        "lost_run_cost_usd_per_h": rate(lost_run_cost),
        "constraints": constraints,
    })
}

fn space_json(answer: &Recommendation<'_>) -> Value {
    json!({
        "idle_limits": answer.space.limits.len(),
        "grid_minutes": answer.space.grid_minutes,
        "max_schedules": answer.space.max_entries,
        "scope": answer.scope,
        "plans": answer.shared,
        "zone": answer.zone.unwrap_or("home"),
    })
}

/// Null where nothing was rehearsed.
fn families_json(answer: &Recommendation<'_>) -> Value {
    let families = answer.families();
    if families.is_empty() {
        return Value::Null;
    }
    let row = |(family, count): &(Family, usize)| {
        let (name, description) = (family.as_str(), family.description());
        json!({"name": name, "description": description, "instances": count})
    };
    families.iter().map(row).collect()
}

/// The keys that every total has.
pub(super) fn totals_json(value: &Valued) -> Map<String, Value> {
    let score = &value.score;
    let mut object = Map::new();
    object.insert("objective_usd".into(), usd(value.objective));
    object.insert("total_usd".into(), usd(score.total));
    object.insert("compute_usd".into(), usd(score.compute));
    for (name, count) in [
        ("wait_s", score.wait_s),
        ("interruptions_idle", score.interruptions_idle),
        ("interruptions_schedule", score.interruptions_schedule),
        ("lost_run_s", score.lost_run_s),
    ] {
        object.insert(name.into(), count.into());
    }
    object
}

pub(super) fn gap_json(gap: Option<f64>) -> Value {
    gap.map_or(Value::Null, Value::from)
}

fn baselines_json(answer: &Recommendation<'_>) -> Value {
    let tested = tested_json(answer);
    let row = |(at, (name, description, value)): (usize, (&str, &str, Valued))| {
        let mut object = Map::new();
        object.insert("name".into(), name.into());
        object.insert("description".into(), description.into());
        object.append(&mut totals_json(&value));
        object.insert("tested".into(), tested.get(at).cloned().unwrap_or_default());
        Value::Object(object)
    };
    answer.baseline_rows().into_iter().enumerate().map(row).collect()
}

fn plans_json(answer: &Recommendation<'_>) -> Value {
    let name = |instance: &usize| answer.instances[*instance].name.as_str();
    let plan = |plan: &super::PlanUse| {
        let instances: Vec<&str> = plan.instances.iter().map(name).collect();
        json!({"name": plan.name, "file": plan.file, "instances": instances})
    };
    answer.plans.iter().map(plan).collect()
}

fn instances_json(answer: &Recommendation<'_>) -> Value {
    let names = answer.plan_names();
    let row = |(at, pick): (usize, &crate::search::recommend::Pick)| {
        let (idle, schedules) = answer.settings(at);
        let mut object = Map::new();
        object.insert("instance".into(), answer.instances[at].name.as_str().into());
        object.insert("plan".into(), names[at].into());
        let minutes = idle.map_or(Value::Null, |limit| limit.minutes().into());
        object.insert("idle_minutes".into(), minutes);
        object.insert("schedules".into(), schedules.into());
        let mut totals = totals_json(&pick.then);
        object.insert("objective_usd".into(), totals.remove("objective_usd").unwrap_or_default());
        let family = pick.family.map_or(Value::Null, |family| family.as_str().into());
        object.insert("family".into(), family);
        object.insert("best_objective_usd".into(), usd(pick.best));
        object.insert("lower_bound_usd".into(), usd(pick.lower_bound));
        object.insert("gap".into(), gap_json(pick.gap()));
        object.insert("best_gap".into(), gap_json(pick.best_gap()));
        object.insert("verdict".into(), pick.verdict.as_str().into());
        object.insert("reason".into(), pick.reason.as_str().into());
        object.append(&mut totals);
        object.insert("today_plan".into(), answer.today[at].name.as_str().into());
        object.insert("today_objective_usd".into(), usd(pick.today.objective));
        object.insert("today_total_usd".into(), usd(pick.today.score.total));
        object.insert("today_wait_s".into(), pick.today.score.wait_s.into());
        let held = answer.proofs.and_then(|proofs| proofs.hold_out.as_ref());
        let held = held.and_then(|held| held.instances.get(at));
        object.insert("holdout".into(), held.map_or(Value::Null, held_json));
        Value::Object(object)
    };
    answer.picks.iter().enumerate().map(row).collect()
}
