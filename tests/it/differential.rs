//! The engine against the auditor: two programs written apart from each other must agree on every
//! column of every instance of random small worlds, and on every month that is billed.
//!
//! `IDLEWISE_WORLDS=200000` runs more of them; `IDLEWISE_WORLDS_FROM=N` starts at another seed.

use crate::support::auditor::{AuditRow, Walk, audit};
use crate::support::world::{
    After, Dst, Rules, SmallAsk, SmallInstance, SmallKind, SmallWorld, random_world,
};
use idlewise::azure::read_plan;
use idlewise::engine::{Counters, Draw};
use idlewise::plan::Plan;
use idlewise::search::{Case, Outcome, Scenario, evaluate};
use idlewise::trace::{Loaded, Op, Operation, Trace};
use idlewise::units::{DstRule, Horizon, IdleLimit, Instant, Kind, RuleProfile};
use idlewise::world::{Instance, ModelParams, PriceBook};
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
    let trace = trace_of(world);
    let plans: Vec<Plan> = world.plans.iter().map(|p| plan_of(&p.to_yaml())).collect();
    let mut instances: Vec<Instance> = world.instances.iter().map(instance_of).collect();
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    let operations: Vec<Operation> =
        world.instances.iter().flat_map(|i| operations_of(world, i)).collect();
    let case = Case {
        trace: &trace,
        operations: &operations,
        instances: &instances,
        plans: &plans,
        prices: &PriceBook::builtin(),
        model: &model_of(world),
        rules: match world.rules {
            Rules::Aml2022 => RuleProfile::Aml2022_12,
            Rules::Aml2024 => RuleProfile::Aml2024_08,
        },
        dst: match world.dst {
            Dst::Ignored => DstRule::Ignored,
            Dst::Observed => DstRule::Observed,
        },
        seed: world.seed,
        governance: None,
    };
    let scenario = |plan: usize| Scenario {
        name: plans[plan].name.clone(),
        plan_of: vec![plan; instances.len()],
    };
    (0..plans.len()).map(|p| evaluate(&case, &scenario(p), false, &|| ()).unwrap()).collect()
}

/// The activity of all instances.
pub(crate) fn trace_of(world: &SmallWorld) -> Trace {
    let horizon = Horizon {
        start: Instant::from_unix(world.horizon_start),
        end: Instant::from_unix(world.horizon_end),
    };
    let rows = world.instances.iter().flat_map(|instance| {
        instance.activity.iter().map(|a| {
            let kind = kind_of(a.kind);
            // IDLE-3, as the reader applies it.
            let seen = a.last_activity.filter(|_| kind == Kind::Vscode);
            let end = seen.map_or(a.end, |last| a.end.min(last + 3 * 3_600).max(a.start));
            (instance.name.as_str(), Instant::from_unix(a.start), Instant::from_unix(end), kind)
        })
    });
    Trace::build(Loaded::from_rows(rows), Some(horizon)).unwrap()
}

pub(crate) fn plan_of(yaml: &str) -> Plan {
    let (plan, problems) = read_plan(yaml, "plan.yml", "plan");
    plan.unwrap_or_else(|| panic!("{problems:?}\n{yaml}")).plan
}

fn kind_of(kind: SmallKind) -> Kind {
    Kind::parse(kind.as_str()).unwrap()
}

pub(crate) fn instance_of(small: &SmallInstance) -> Instance {
    let mut instance = Instance::named(small.name.clone());
    instance.created = small.created.map(Instant::from_unix);
    instance.deleted = small.deleted.map(Instant::from_unix);
    instance.initially_running = small.initial_running;
    instance.identity_has_contributor = small.identity_has_contributor;
    instance
}

pub(crate) fn operations_of(world: &SmallWorld, instance: &SmallInstance) -> Vec<Operation> {
    let op = |ask: &SmallAsk| match ask {
        SmallAsk::Create(running) => Op::Create { running: *running },
        SmallAsk::Delete => Op::Delete,
        SmallAsk::Start => Op::Start,
        SmallAsk::Stop => Op::Stop,
        SmallAsk::Restart => Op::Restart,
        SmallAsk::SetIdle(minutes) => {
            Op::SetIdle(minutes.map(|m| IdleLimit::from_minutes(m.into()).unwrap()))
        }
        SmallAsk::SetPlan(plan) => Op::SetPlan(world.plans[*plan].name.clone()),
        SmallAsk::Resize => Op::Resize("Standard_DS4_v2".to_owned()),
        SmallAsk::EnableSsh => Op::EnableSsh,
    };
    let operation = |(line, small): (usize, &crate::support::world::SmallOp)| Operation {
        instance: instance.name.clone(),
        at: Instant::from_unix(small.at),
        op: op(&small.op),
        actor: String::new(),
        file: "operations.csv".to_owned(),
        line: line + 2,
    };
    instance.ops.iter().enumerate().map(operation).collect()
}

pub(crate) fn model_of(world: &SmallWorld) -> ModelParams {
    let mut model = ModelParams::default();
    let permille = |p: u32| format!("{}.{:03}", p / 1000, p % 1000);
    let after = |a: After| match a {
        After::Restart => "restart".to_owned(),
        After::GiveUp => "give_up".to_owned(),
    };
    for (key, value) in [
        ("create_latency", world.create_latency.to_string()),
        ("start_latency", world.start_latency.to_string()),
        ("stop_latency", world.stop_latency.to_string()),
        ("restart_latency", world.restart_latency.to_string()),
        ("idle_check_interval", world.idle_check_interval.to_string()),
        ("dismiss.attended", permille(world.dismiss_attended_permille)),
        ("dismiss.unattended", permille(world.dismiss_unattended_permille)),
        ("after_interruption.attended", after(world.after_attended)),
        ("after_interruption.unattended", after(world.after_unattended)),
    ] {
        model.set(key, &value).unwrap();
    }
    model
}
