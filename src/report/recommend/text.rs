//! What a person reads in the terminal after a search.

use super::Recommendation;
use crate::report::terminal::{amount, change, grouped, hours, table};
use crate::search::recommend::{Valued, Verdict, per_month};
use crate::units::Money;
use std::fmt::Write as _;

/// Recommendation, today and baselines, and what follows from them.
#[must_use]
pub fn terminal_table(answer: &Recommendation<'_>) -> String {
    let total = format!("Total {}", answer.currency);
    let mut table =
        table(&["Plans", "Objective", "Change", &total, "Waited h", "Cut", "Runs lost h"]);
    let today = answer.today_totals();
    let mut add = |name: &str, value: &Valued| {
        table.add_row([
            name.to_owned(),
            amount(value.objective),
            change(today.objective, value.objective),
            amount(value.score.total),
            hours(value.score.wait_s),
            grouped(&value.score.interruptions().to_string()),
            hours(value.score.lost_run_s),
        ]);
    };
    let (totals, followed) = (answer.totals(), answer.followed());
    add("recommended", &totals);
    if followed != totals {
        add("where the verdict allows", &followed);
    }
    for (name, _, value) in answer.baseline_rows() {
        add(name, &value);
    }
    let mut text = format!("{table}\n");
    let _ = writeln!(text, "Objective: {}.", objective_text(answer));
    let _ = writeln!(text, "{}", bound_text(answer));
    let _ = writeln!(text, "{}", verdict_text(answer));
    text
}

/// How things were weighed, in one sentence.
pub(super) fn objective_text(answer: &Recommendation<'_>) -> String {
    if let Some(limits) = answer.limits {
        let mut kept = Vec::new();
        if let Some(wait) = limits.max_wait_s_per_week {
            kept.push(format!("at most {} min of waiting a week", (wait + 30) / 60));
        }
        if let Some(most) = limits.max_interruptions {
            kept.push(format!("at most {most} interruptions"));
        }
        let measure = limits.measure.as_str();
        return format!("least money with {} ({measure})", kept.join(" and "));
    }
    let objective = &answer.objective;
    format!(
        "money + {} {currency} an hour of waiting + {:.2} {currency} an interruption + {} \
         {currency} an hour of lost runs",
        objective.value_of_waiting.usd,
        objective.interruption_cost,
        objective.lost_run_cost.usd,
        currency = answer.currency,
    )
}

/// What better settings could still save.
pub(super) fn bound_text(answer: &Recommendation<'_>) -> String {
    let why = match answer.stop_reason {
        "optimal" => "nothing better exists",
        "gap_reached" => "close enough",
        "evaluations_used" => "the evaluations allowed are used up",
        "interrupted" => "it was interrupted: the best so far",
        "time_limit" => "its time was up: the best so far",
        other => other,
    };
    let bound = amount(answer.lower_bound);
    let gap = match answer.gap() {
        Some(gap) => format!(
            "proved: no settings searched come below {bound}, a gap of {:.2} %",
            gap * 100.0
        ),
        None => "no bound was proved".to_owned(),
    };
    format!(
        "{gap}; the search ended because {why}, after {} evaluations.",
        grouped(&answer.evaluations.to_string())
    )
    .replacen("proved", "Proved", 1)
    .replacen("no bound", "No bound", 1)
}

/// How many instances to change, and what it saves a month.
pub(super) fn verdict_text(answer: &Recommendation<'_>) -> String {
    let count = |verdict| answer.picks.iter().filter(|p| p.verdict == verdict).count();
    let followed = answer.followed();
    let today = answer.today_totals();
    let saved = per_month(today.score.total.minus(followed.score.total), answer.horizon);
    let word = if saved < Money::ZERO { "costs" } else { "saves" };
    let shown = if saved < Money::ZERO { Money::ZERO.minus(saved) } else { saved };
    format!(
        "Instances: {} apply, {} apply with care, {} do not apply. Following that {word} {} {} a \
         month.",
        count(Verdict::Apply),
        count(Verdict::ApplyWithCare),
        count(Verdict::DoNotApply),
        amount(shown),
        answer.currency,
    )
}
