//! What a person reads in the terminal after a search.

use super::Recommendation;
use crate::report::terminal::{amount, change, grouped, hours, table};
use crate::search::recommend::{Family, Valued, Verdict, per_month};
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
    let objective = format!("Objective: {}.", objective_text(answer));
    wrap(&mut text, "", &objective);
    wrap(&mut text, "", &bound_text(answer));
    if let Some(families) = families_text(answer) {
        wrap(&mut text, "", &families);
    }
    wrap(&mut text, "", &verdict_text(answer));
    text
}

/// Longest line of running text \[characters\].
const WIDTH: usize = 80;

/// A paragraph in lines, the first after a bullet.
pub(super) fn wrap(out: &mut String, bullet: &str, paragraph: &str) {
    let mut line = bullet.trim_end().to_owned();
    for word in paragraph.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(out, "{line}");
            line = " ".repeat(bullet.len().saturating_sub(1));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{line}");
}

/// How things were weighed, in one sentence.
pub(super) fn objective_text(answer: &Recommendation<'_>) -> String {
    if let Some((limits, _)) = &answer.limits {
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
        "no_better_found" => "no step from there improves it",
        "evaluations_used" => "the evaluations allowed are used up",
        "interrupted" => "it was interrupted: the best so far",
        "time_limit" => "its time was up: the best so far",
        other => other,
    };
    let gap = match answer.best_gap() {
        Some(gap) => format!(
            "The best settings found for these weeks come to {}. Proved: none searched come below \
             {}, a gap of {:.2} %",
            amount(answer.best()),
            amount(answer.lower_bound),
            gap * 100.0
        ),
        None => "No bound was proved".to_owned(),
    };
    let evaluations = grouped(&answer.evaluations.to_string());
    format!("{gap}; the search ended because {why}, after {evaluations} evaluations.")
}

/// Which families are advised, where they were rehearsed.
pub(super) fn families_text(answer: &Recommendation<'_>) -> Option<String> {
    let families = answer.families();
    let named = |(family, count): &(Family, usize)| format!("{count} {}", family.description());
    let list: Vec<String> = families.iter().map(named).collect();
    (!list.is_empty()).then(|| {
        format!(
            "Advised is what did well on weeks it was not chosen on ({}), at {}.",
            list.join("; "),
            amount(answer.totals().objective)
        )
    })
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
