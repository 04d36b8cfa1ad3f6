//! What the search of `recommend` proves on recorded traces, and how long it takes.
//!
//! `cargo bench --bench search -- ACTIVITY INSTANCES SIZE
//! [FIRST-N [EVALUATIONS [ROUNDS [PLANS]]]]`, with instances held to one size; then also with so
//! many plans for all.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench reads the clock, its arguments and files"
)]

use idlewise::plan::Plan;
use idlewise::search::recommend::{
    Effort, Field, Objective, Solved, Space, gap, share_found, solve,
};
use idlewise::search::{Case, Scenario};
use idlewise::trace::{ReadOptions, Trace, read_activity};
use idlewise::units::{DstRule, Money, RuleProfile};
use idlewise::world::{Instance, ModelParams, PriceBook, read_instances};
use rayon::prelude::*;
use std::path::PathBuf;
use std::time::Duration;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if words.len() < 3 {
        println!(
            "nothing to measure: ACTIVITY INSTANCES SIZE [FIRST-N [EVALUATIONS [ROUNDS [PLANS]]]]"
        );
        return;
    }
    let number = |at: usize| words.get(at).and_then(|w| w.parse::<u64>().ok());
    let loaded = read_activity(&[PathBuf::from(&words[0])], &ReadOptions::default());
    let trace = Trace::build(loaded, None).unwrap();
    let (mut instances, _) = read_instances(&[PathBuf::from(&words[1])], false);
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    let mut plan = Plan::new("today");
    plan.size = Some(words[2].clone());
    let (plans, prices, model) = ([plan], PriceBook::builtin(), ModelParams::default());
    let case = Case {
        trace: &trace,
        operations: &[],
        instances: &instances,
        plans: &plans,
        prices: &prices,
        model: &model,
        rules: RuleProfile::Aml2022_12,
        dst: DstRule::Ignored,
        seed: 1,
        governance: None,
    };
    let today = Scenario { name: "today".into(), plan_of: vec![0; instances.len()] };
    let field = Field::new(case, &today).unwrap();
    let (space, objective) = (Space::default(), Objective::default());
    let evaluations = number(4).unwrap_or(20_000);
    let rounds = number(5).unwrap_or(1_000);
    let effort = Effort { gap: 0.01, evaluations, rounds };
    let some = number(3).unwrap_or(u64::MAX) as usize;
    let begun = std::time::Instant::now();
    let solved: Vec<_> = (0..instances.len().min(some))
        .into_par_iter()
        .map(|index| {
            let begun = std::time::Instant::now();
            let zone = field.home_zone(index);
            let solved = solve(&field, (index, zone), &space, &objective, &effort, &|| false);
            let solved = solved.unwrap();
            let idle = field.sweep(index, &[], zone).unwrap();
            let idle = idle.iter().map(|s| objective.of(s).unwrap()).min().unwrap();
            (solved, idle, begun.elapsed())
        })
        .collect();
    tell(&words, &instances, &solved, begun.elapsed());
    if let Some(plans) = number(6) {
        let alone: Vec<Solved> = solved.into_iter().map(|found| found.0).collect();
        let members: Vec<usize> = (0..alone.len()).collect();
        let begun = std::time::Instant::now();
        let who = (&members[..], plans as usize);
        let shared = share_found(&field, &objective, &alone, who, (&space, &effort), &|| false);
        tell_shared(&shared.unwrap(), plans, begun.elapsed());
    }
}

fn gap_of(objective: Money, bound: Money) -> f64 {
    gap(objective, bound).unwrap_or(f64::INFINITY)
}

fn tell_shared(shared: &[Solved], plans: u64, elapsed: Duration) {
    let objective: Money = shared.iter().map(|s| s.objective).sum();
    let bound: Money = shared.iter().map(|s| s.lower_bound).sum();
    let mut choices: Vec<_> = shared.iter().map(|s| format!("{:?}", s.choice)).collect();
    choices.sort();
    for same in choices.chunk_by(|a, b| a == b) {
        println!("{} x {}", same.len(), same[0]);
    }
    let gap = gap_of(objective, bound);
    println!("{plans} plans for all in {elapsed:.1?}: {objective}, gap {gap:.4}");
}

/// An instance's answer, the best idle limit without schedules, and how long both took.
type Found = (Solved, Money, Duration);

fn tell(words: &[String], instances: &[Instance], solved: &[Found], elapsed: Duration) {
    for (index, (s, idle, time)) in solved.iter().enumerate() {
        println!(
            "{} {} idle-only {idle} bound {} gap {:.4} {} evaluations {} in {time:.1?}: {:?} {}",
            instances[index].name,
            s.objective,
            s.lower_bound,
            gap_of(s.objective, s.lower_bound),
            s.evaluations,
            s.stop_reason.as_str(),
            s.choice.idle.map(|l| l.seconds() / 60),
            s.choice
                .entries
                .iter()
                .map(|e| format!(
                    "{}@{:02}:{:02}/{} ",
                    e.action.as_str(),
                    e.minute / 60,
                    e.minute % 60,
                    e.days.cron_field()
                ))
                .collect::<String>(),
        );
    }
    let objective: Money = solved.iter().map(|s| s.0.objective).sum();
    let bound: Money = solved.iter().map(|s| s.0.lower_bound).sum();
    let idle: Money = solved.iter().map(|s| s.1).sum();
    let close = solved.iter().filter(|s| gap_of(s.0.objective, s.0.lower_bound) <= 0.05).count();
    let evaluations: u64 = solved.iter().map(|s| s.0.evaluations).sum();
    println!(
        "{}: {} instances in {elapsed:.1?}, {evaluations} evaluations; idle only {idle}, found \
         {objective}, bound {bound}, gap {:.4}; {close} within 5 %",
        words.join(" "),
        solved.len(),
        gap_of(objective, bound)
    );
}
