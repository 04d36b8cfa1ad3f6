//! What advice of `recommend` came to on weeks it was not chosen on, beside every baseline, on
//! recorded traces; as a table in Markdown.
//!
//! `cargo bench --bench advice -- ACTIVITY INSTANCES [EVALUATIONS [LIMIT [bold]]]`, every instance
//! held to a small and to a large size, today with an idle limit of 60 minutes or so many. With
//! `bold` also what advice comes to that is not rehearsed, which takes many times as long.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench reads the clock, its arguments and files"
)]

use idlewise::plan::Plan;
use idlewise::search::recommend::{
    Average, Careful, Effort, Field, HoldOut, HoldOutOptions, Objective, Replays, Space, Verdict,
    baselines, best_each, hold_out, training_ends,
};
use idlewise::search::{Case, Scenario};
use idlewise::trace::{ReadOptions, Trace, read_activity};
use idlewise::units::{DstRule, IdleLimit, Money, RuleProfile};
use idlewise::world::{ModelParams, PriceBook, read_instances};
use std::path::PathBuf;

const SIZES: [&str; 2] = ["Standard_DS3_v2", "Standard_NC24ads_A100_v4"];
const NOBODY: &(dyn Fn() -> bool + Sync) = &|| false;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if words.len() < 2 {
        println!("nothing to measure: ACTIVITY INSTANCES [EVALUATIONS [LIMIT [bold]]]");
        return;
    }
    let number = |at: usize, default| words.get(at).map_or(default, |w| w.parse().unwrap());
    let loaded = read_activity(&[PathBuf::from(&words[0])], &ReadOptions::default());
    let trace = Trace::build(loaded, None).unwrap();
    let (mut instances, _) = read_instances(&[PathBuf::from(&words[1])], false);
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    let (prices, model) = (PriceBook::builtin(), ModelParams::default());
    for size in SIZES {
        let mut plan = Plan::new("today");
        plan.size = Some(size.to_owned());
        plan.idle = IdleLimit::from_minutes(number(3, 60));
        let case = Case {
            trace: &trace,
            operations: &[],
            instances: &instances,
            plans: &[plan],
            prices: &prices,
            model: &model,
            rules: RuleProfile::Aml2022_12,
            dst: DstRule::Ignored,
            seed: 1,
            governance: None,
        };
        println!("\n{size}, {} instances, {}\n", instances.len(), words[0]);
        let evaluations = u64::try_from(number(2, 1_500)).unwrap();
        let is_bold = words.get(4).is_some_and(|word| word == "bold");
        measure(&case, &Effort { evaluations, ..Effort::default() }, is_bold);
    }
}

fn measure(case: &Case<'_>, effort: &Effort, is_bold: bool) {
    let today = Scenario { name: "today".into(), plan_of: vec![0; case.instances.len()] };
    let replays = Replays::new(*case, &today).unwrap();
    let (space, objective, options) =
        (Space::default(), Objective::default(), HoldOutOptions::default());
    let ends = training_ends(case.trace.horizon, &options);
    let search = (&space, None, effort);
    let careful = Careful::new(search, ends, NOBODY);
    let timed = |choose: &idlewise::search::recommend::Chooser<'_>| {
        let begun = std::time::Instant::now();
        let held = hold_out(&replays, &objective, &options, choose).unwrap();
        (held, begun.elapsed())
    };
    let mut answers = vec![(
        "advice",
        timed(&|field: &Field<'_>, objective| {
            let advised = careful.choose(field, objective, None)?;
            Ok(advised.into_iter().map(|one| one.chosen).collect())
        }),
    )];
    if is_bold {
        let bold = timed(&|field, objective| best_each(field, objective, search, NOBODY));
        answers.push(("advice, not rehearsed", bold));
    }
    println!("| plans | objective USD/week | money USD/week | waited h/week | cut/week | notes |");
    println!("|---|--:|--:|--:|--:|---|");
    let all = baselines(&replays, answers[0].1.0.folds[0].train.end).unwrap();
    for (name, (held, took)) in &mut answers {
        held.compare(&objective, &all).unwrap();
        let notes = format!("{}; {took:.0?}", notes(held));
        row(name, &held.total.realised.advice, &notes);
    }
    for result in &all {
        let week = answers[0].1.0.tested(&objective, &result.weeks).unwrap();
        row(result.baseline.as_str(), &week, "");
    }
}

fn row(name: &str, week: &Average, notes: &str) {
    println!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {notes} |",
        week.objective,
        week.total,
        week.wait_s / 3_600.0,
        week.interruptions
    );
}

/// Verdicts, and for how many marked "apply" what came true lies in the interval stated.
fn notes(held: &HoldOut) -> String {
    let total = &held.total;
    let marked = |verdict| held.instances.iter().filter(move |h| h.verdict == verdict);
    let inside = |saving: Money, of: &idlewise::search::recommend::Held| {
        of.interval.is_some_and(|i| (i.low..=i.high).contains(&saving))
    };
    let kept = marked(Verdict::Apply).filter(|h| inside(h.realised.saving(), h)).count();
    let said = marked(Verdict::Apply).filter(|h| inside(h.promised.saving(), h)).count();
    format!(
        "{}: {}; promised {:.2}, realised {:.2}, interval {:.2} to {:.2}; {} apply (realised in \
         its interval {kept}, promised {said}), {} with care, {} do not apply",
        total.verdict.as_str(),
        total.reason,
        total.promised.saving(),
        total.realised.saving(),
        total.interval.map_or(Money::ZERO, |i| i.low),
        total.interval.map_or(Money::ZERO, |i| i.high),
        marked(Verdict::Apply).count(),
        marked(Verdict::ApplyWithCare).count(),
        marked(Verdict::DoNotApply).count(),
    )
}
