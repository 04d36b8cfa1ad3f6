//! The engine against the auditor: two programs written apart from each other must agree on every
//! column of every instance of random small worlds, and on every month that is billed.
//!
//! `IDLEWISE_WORLDS=200000` runs more of them; `IDLEWISE_WORLDS_FROM=N` starts at another seed.

use crate::support::auditor::{AuditRow, Walk, audit};
use crate::support::parts::Parts;
use crate::support::world::{SmallWorld, random_world};
use idlewise::engine::{Counters, Draw};
use idlewise::search::{Outcome, Scenario, evaluate};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Worlds per run of the suite.
const WORLDS: u64 = 2_500;

#[test]
fn the_engine_agrees_with_the_auditor_on_random_worlds() {
    let worlds = from_env("IDLEWISE_WORLDS").unwrap_or(WORLDS);
    let first = from_env("IDLEWISE_WORLDS_FROM").unwrap_or(0);
    let wrong: Vec<String> =
        (first..first + worlds).into_par_iter().filter_map(disagreement).collect();
    let shown = wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} of {worlds} worlds disagree, such as\n{shown}", wrong.len());
}

fn from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What the two say differently about the world of this seed.
fn disagreement(seed: u64) -> Option<String> {
    let world = random_world(seed);
    let draw = |seed: u64, name: &str, at: i64| Draw::new(seed, name).at(at);
    for (plan, outcomes) in replay(&world).into_iter().enumerate() {
        for outcome in outcomes {
            // The engine's instances are sorted by name, the world's need not be.
            let name = &sorted_names(&world)[outcome.instance];
            let index = world.instances.iter().position(|i| i.name == *name).unwrap();
            let expected = audit(&world, plan, index, &draw, Walk::Sparse);
            let differing = differences(&expected, &outcome.counters);
            if !differing.is_empty() {
                return Some(format!("seed {seed} plan {plan} instance {name}: {differing}"));
            }
        }
    }
    None
}

fn sorted_names(world: &SmallWorld) -> Vec<String> {
    let mut names: Vec<String> = world.instances.iter().map(|i| i.name.clone()).collect();
    names.sort();
    names
}

pub(crate) fn differences(expected: &AuditRow, counters: &Counters) -> String {
    let mut differing = Vec::new();
    for ((name, want), (column, got)) in expected.columns().into_iter().zip(counters.columns()) {
        assert_eq!(name, column, "the contract's order of columns");
        if want != got {
            differing.push(format!("{name}: auditor {want}, engine {got}"));
        }
    }
    let months = |f: fn(&idlewise::engine::MonthUse) -> i64| -> BTreeMap<String, i64> {
        let months = counters.months().iter().map(|m| (m.start.month_name(), f(m)));
        months.filter(|(_, seconds)| *seconds > 0).collect()
    };
    let nonzero = |map: &BTreeMap<String, i64>| -> BTreeMap<String, i64> {
        map.iter().filter(|(_, s)| **s > 0).map(|(m, s)| (m.clone(), *s)).collect()
    };
    if months(|m| m.billed_s) != nonzero(&expected.billed_by_month) {
        differing.push("billed seconds by month".to_owned());
    }
    if months(|m| m.exists_s) != nonzero(&expected.exists_by_month) {
        differing.push("seconds of existence by month".to_owned());
    }
    differing.join("; ")
}

/// Every plan of the world over all its instances.
pub(crate) fn replay(world: &SmallWorld) -> Vec<Vec<Outcome>> {
    let parts = Parts::of(world);
    let case = parts.case();
    let scenario = |plan: usize| Scenario {
        name: parts.plans[plan].name.clone(),
        plan_of: vec![plan; parts.instances.len()],
    };
    let plans = 0..parts.plans.len();
    plans.map(|p| evaluate(&case, &scenario(p), false, &|| ()).unwrap()).collect()
}
