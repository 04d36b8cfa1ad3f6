//! The tables of a recommendation.

use super::Recommendation;
use crate::report::{Column, Sheet};
use crate::search::recommend::{Family, Pick, Score, Valued};
use crate::units::Money;

/// The figures that every total has, in the order of `recommendation.json`.
fn totals(values: &[Valued]) -> Vec<(&'static str, Column)> {
    let usd = |of: fn(&Valued) -> Money| Column::Usd(values.iter().map(of).collect());
    let count = |of: fn(&Score) -> i64| {
        Column::Integer(values.iter().map(|value| of(&value.score)).collect())
    };
    vec![
        ("objective_usd", usd(|v| v.objective)),
        ("total_usd", usd(|v| v.score.total)),
        ("compute_usd", usd(|v| v.score.compute)),
        ("wait_s", count(|s| s.wait_s)),
        ("interruptions_idle", count(|s| s.interruptions_idle)),
        ("interruptions_schedule", count(|s| s.interruptions_schedule)),
        ("lost_run_s", count(|s| s.lost_run_s)),
    ]
}

/// `recommendation`: one row per instance.
#[must_use]
pub fn picks_sheet(answer: &Recommendation<'_>) -> Sheet {
    let texts = |of: &dyn Fn(usize, &Pick) -> String| {
        Column::Text(answer.picks.iter().enumerate().map(|(at, pick)| of(at, pick)).collect())
    };
    let usd = |of: fn(&Pick) -> Money| Column::Usd(answer.picks.iter().map(of).collect());
    let names = answer.plan_names();
    let values: Vec<Valued> = answer.picks.iter().map(|pick| pick.then).collect();
    let verdicts = answer.picks.iter().map(|pick| pick.verdict.as_str()).collect();
    let mut columns = vec![
        ("instance", texts(&|at, _| answer.instances[at].name.clone())),
        ("plan", texts(&|at, _| names[at].to_owned())),
        ("idle_minutes", texts(&|at, _| minutes(answer.settings(at).0))),
        ("schedules", texts(&|at, _| answer.settings(at).1.join("; "))),
        ("verdict", Column::Word(verdicts)),
        ("reason", texts(&|_, pick| pick.reason.clone())),
    ];
    columns.extend(totals(&values));
    let share = |gap: Option<f64>| gap.map_or_else(String::new, |gap| format!("{gap:.6}"));
    let family = |pick: &Pick| pick.family.map_or("", Family::as_str);
    columns.extend([
        ("family", Column::Word(answer.picks.iter().map(family).collect())),
        ("best_objective_usd", usd(|pick| pick.best)),
        ("lower_bound_usd", usd(|pick| pick.lower_bound)),
        ("gap", texts(&|_, pick| share(pick.gap()))),
        ("best_gap", texts(&|_, pick| share(pick.best_gap()))),
        ("today_plan", texts(&|at, _| answer.today[at].name.clone())),
        ("today_objective_usd", usd(|pick| pick.today.objective)),
        ("today_total_usd", usd(|pick| pick.today.score.total)),
        (
            "today_wait_s",
            Column::Integer(answer.picks.iter().map(|p| p.today.score.wait_s).collect()),
        ),
        (
            "stop_reason",
            Column::Word(answer.picks.iter().map(|p| p.stop_reason.as_str()).collect()),
        ),
    ]);
    Sheet { name: "recommendation", columns }
}

fn minutes(idle: Option<crate::units::IdleLimit>) -> String {
    idle.map_or_else(|| "none".to_owned(), |limit| limit.minutes().to_string())
}

/// `baselines`: the recommendation, then what it is compared with.
#[must_use]
pub fn baselines_sheet(answer: &Recommendation<'_>) -> Sheet {
    let mut rows = vec![
        ("recommended", "the settings recommended, for everybody", answer.totals()),
        ("followed", "the same where the verdict allows, else today's", answer.followed()),
    ];
    rows.extend(answer.baseline_rows());
    let values: Vec<Valued> = rows.iter().map(|row| row.2).collect();
    let mut columns = vec![
        ("name", Column::Word(rows.iter().map(|row| row.0).collect())),
        ("description", Column::Word(rows.iter().map(|row| row.1).collect())),
    ];
    columns.extend(totals(&values));
    Sheet { name: "baselines", columns }
}

/// `pareto`: the front of money against waiting.
#[must_use]
pub fn pareto_sheet(answer: &Recommendation<'_>) -> Sheet {
    let points = answer.proofs.map_or(&[][..], |proofs| proofs.pareto.as_slice());
    let count = |of: fn(&Score) -> i64| {
        Column::Integer(points.iter().map(|point| of(&point.score)).collect())
    };
    let knee = points.iter().map(|p| if p.is_knee { "yes" } else { "no" }).collect();
    let columns = vec![
        (
            "value_of_waiting_usd_per_h",
            Column::Price(points.iter().map(|p| p.value_of_waiting.usd).collect()),
        ),
        ("total_usd", Column::Usd(points.iter().map(|p| p.score.total).collect())),
        ("wait_s", count(|s| s.wait_s)),
        ("interruptions", count(Score::interruptions)),
        ("knee", Column::Word(knee)),
    ];
    Sheet { name: "pareto", columns }
}
