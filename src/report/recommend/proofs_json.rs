//! What supports a recommendation, as parts of `recommendation.json`. A part that was not asked
//! for is null or an empty list.

use super::json::{rate, totals_json};
use super::{Proofs, Recommendation, entries_text};
use crate::report::summary::usd;
use crate::search::recommend::{Average, Fold, Held, HoldOut, PerWeek, Score, Valued};
use crate::units::{Horizon, Money};
use serde_json::{Map, Number, Value, json};

pub(super) fn add_proofs(object: &mut Map<String, Value>, answer: &Recommendation<'_>) {
    let none = Proofs::default();
    let proofs = answer.proofs.unwrap_or(&none);
    let held = proofs.hold_out.as_ref().map_or(Value::Null, holdout_json);
    object.insert("break_even".into(), break_even_json(proofs));
    object.insert("holdout".into(), held);
    object.insert("pareto".into(), pareto_json(proofs));
    object.insert("sensitivity".into(), sensitivity_json(proofs));
    object.insert("seasonal".into(), seasonal_json(proofs, answer));
    object.insert("rule_profiles".into(), profiles_json(proofs, answer));
    let awake = proofs.keep_awake.iter().map(|kept| {
        json!({
            "signal": kept.signal.as_str(),
            "kept_on_s": kept.kept_on_s,
            "cost_usd": usd(kept.cost),
        })
    });
    object.insert("keep_awake".into(), awake.collect());
    let recreate = proofs.recreate.iter().map(|r| {
        json!({
            "instance": answer.instances[r.instance].name,
            "stretches": r.stretches,
            "unused_s": r.unused_s,
            "standing_usd": usd(r.standing),
            "recreate_cost_usd": usd(r.recreate),
            "saving_usd": usd(r.saving),
        })
    });
    object.insert("recreate".into(), recreate.collect());
}

fn break_even_json(proofs: &Proofs) -> Value {
    let row = |b: &crate::search::recommend::BreakEven| {
        json!({
            "vm_size": b.vm_size,
            "region": b.region,
            "idle_minutes": b.idle_minutes,
            "worst_case_ratio": b.worst_case_ratio,
            "cold_start_usd": usd(b.cold_start),
            "idle_s": b.idle_s,
        })
    };
    proofs.break_even.iter().map(row).collect()
}

fn stretch(horizon: Horizon) -> Value {
    json!({"start": horizon.start.to_string(), "end": horizon.end.to_string()})
}

/// Figures are those of an average week: training and test are not equally long.
fn holdout_json(held: &HoldOut) -> Value {
    let (first, last) = (held.folds.first(), held.folds.last());
    let between = |of: fn(&Fold) -> Horizon| {
        let start = first.map(|f| of(f).start);
        start.zip(last.map(|f| of(f).end)).map(|(start, end)| stretch(Horizon { start, end }))
    };
    let fold = |fold: &Fold| json!({"train": stretch(fold.train), "test": stretch(fold.test)});
    let total = &held.total;
    let untested = held.instances.iter().filter(|h| h.has_too_little_history).count();
    json!({
        "train": between(|f| f.train),
        "test": between(|f| f.test),
        "rolls": held.folds.len(),
        "folds": held.folds.iter().map(fold).collect::<Vec<_>>(),
        "per": "week",
        "promised": per_week(&total.promised),
        "realised": per_week(&total.realised),
        "interval": interval(total),
        "verdict": total.verdict.as_str(),
        "reason": total.reason,
        "too_little_history": untested,
    })
}

fn per_week(week: &PerWeek) -> Value {
    let mut object = Map::new();
    object.insert("saving_usd".into(), usd(week.saving()));
    object.insert("money_saving_usd".into(), usd(week.money_saving()));
    object.append(&mut average(&week.advice));
    object.insert("today".into(), Value::Object(average(&week.today)));
    Value::Object(object)
}

fn average(week: &Average) -> Map<String, Value> {
    let thousandths = |x: f64| Value::from((x * 1_000.0).round() / 1_000.0);
    let mut object = Map::new();
    object.insert("objective_usd".into(), usd(week.objective));
    object.insert("total_usd".into(), usd(week.total));
    object.insert("wait_s".into(), thousandths(week.wait_s));
    object.insert("interruptions".into(), thousandths(week.interruptions));
    object.insert("lost_run_s".into(), thousandths(week.lost_run_s));
    object
}

/// What each baseline did in an average test week; empty without a test.
pub(super) fn tested_json(answer: &Recommendation<'_>) -> Vec<Value> {
    let held = answer.proofs.and_then(|proofs| proofs.hold_out.as_ref());
    let Some(held) = held.filter(|held| !held.folds.is_empty()) else { return Vec::new() };
    let tested = answer.baselines.iter().map(|b| held.tested(&answer.objective, &b.weeks));
    tested.map(|week| week.map_or(Value::Null, |week| Value::Object(average(&week)))).collect()
}

fn interval(held: &Held) -> Value {
    held.interval.map_or(Value::Null, |interval| {
        json!({
            "low_usd": usd(interval.low),
            "high_usd": usd(interval.high),
            "level": interval.level,
        })
    })
}

/// The hold-out of one instance, for its row.
pub(super) fn held_json(held: &Held) -> Value {
    json!({
        "promised_usd_per_week": usd(held.promised.saving()),
        "realised_usd_per_week": usd(held.realised.saving()),
        "interval": interval(held),
        "too_little_history": held.has_too_little_history,
    })
}

fn pareto_json(proofs: &Proofs) -> Value {
    let row = |point: &crate::search::recommend::ParetoPoint| {
        json!({
            "value_of_waiting_usd_per_h": rate(point.value_of_waiting),
            "total_usd": usd(point.score.total),
            "wait_s": point.score.wait_s,
            "interruptions": point.score.interruptions(),
            "knee": point.is_knee,
        })
    };
    proofs.pareto.iter().map(row).collect()
}

fn sensitivity_json(proofs: &Proofs) -> Value {
    let row = |moved: &crate::search::recommend::Moved| {
        let value = moved.value.normalize().to_string();
        json!({
            "parameter": moved.parameter,
            "value": Number::from_string_unchecked(value),
            "objective_usd": usd(moved.objective),
            "total_usd": usd(moved.score.total),
            "wait_s": moved.score.wait_s,
            "interruptions": moved.score.interruptions(),
            "changed_instances": moved.changed_instances,
        })
    };
    proofs.sensitivity.iter().map(row).collect()
}

fn seasonal_json(proofs: &Proofs, answer: &Recommendation<'_>) -> Value {
    let row = |pair: &crate::search::recommend::Seasonal| {
        let switches: Vec<Value> = pair
            .switches
            .iter()
            .map(|(at, summer)| {
                json!({"at": at.to_string(), "to": if *summer { "summer" } else { "winter" }})
            })
            .collect();
        json!({
            "instances": [answer.instances[pair.instance].name],
            "zone": pair.zone.windows,
            "cost_of_ignoring_dst_usd": usd(pair.cost_of_ignoring),
            "switch_dates": switches,
            "summer_plan": entries_text(&pair.summer),
            "winter_plan": entries_text(&pair.winter),
            "value_usd": usd(pair.value),
        })
    };
    proofs.seasonal.iter().map(row).collect()
}

fn profiles_json(proofs: &Proofs, answer: &Recommendation<'_>) -> Value {
    let row = |profile: &crate::search::recommend::ProfileCost| {
        let value = |s: &Score| Valued::new(*s, &answer.objective);
        let values: Vec<Valued> = profile.scores.iter().map(value).collect();
        let mut object = Map::new();
        object.insert("rules".into(), profile.rules.as_str().into());
        object.append(&mut totals_json(&Valued::sum(&values)));
        Value::Object(object)
    };
    proofs.profiles.iter().map(row).collect()
}

/// What a week's saving is a month, for readers: 730 hours of 168.
pub(super) fn month_of_week(week: Money) -> Money {
    let micros = i128::from(week.micros()) * 730 / 168;
    Money::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}
