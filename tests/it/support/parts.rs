//! A small world as the program takes it.

use super::world::{After, Dst, Rules, SmallAsk, SmallInstance, SmallKind, SmallOp, SmallWorld};
use idlewise::azure::read_plan;
use idlewise::plan::Plan;
use idlewise::search::Case;
use idlewise::trace::{Loaded, Op, Operation, Trace};
use idlewise::units::{DstRule, Horizon, IdleLimit, Instant, Kind, RuleProfile};
use idlewise::world::{Instance, ModelParams, PriceBook};

/// Everything a [`Case`] borrows.
pub(crate) struct Parts {
    pub(crate) trace: Trace,
    pub(crate) operations: Vec<Operation>,
    pub(crate) instances: Vec<Instance>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) prices: PriceBook,
    pub(crate) model: ModelParams,
    pub(crate) rules: RuleProfile,
    pub(crate) dst: DstRule,
    pub(crate) seed: u64,
}

impl Parts {
    /// The world's parts; instances sorted by name.
    pub(crate) fn of(world: &SmallWorld) -> Self {
        let plans: Vec<Plan> = world.plans.iter().map(|p| plan_of(&p.to_yaml())).collect();
        let mut instances: Vec<Instance> = world.instances.iter().map(instance_of).collect();
        instances.sort_by(|a, b| a.name.cmp(&b.name));
        let operations: Vec<Operation> =
            world.instances.iter().flat_map(|i| operations_of(world, i)).collect();
        Self {
            trace: trace_of(world),
            operations,
            instances,
            plans,
            prices: PriceBook::builtin(),
            model: model_of(world),
            rules: match world.rules {
                Rules::Aml2022 => RuleProfile::Aml2022_12,
                Rules::Aml2024 => RuleProfile::Aml2024_08,
            },
            dst: match world.dst {
                Dst::Ignored => DstRule::Ignored,
                Dst::Observed => DstRule::Observed,
            },
            seed: world.seed,
        }
    }

    /// The parts as a case.
    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            trace: &self.trace,
            operations: &self.operations,
            instances: &self.instances,
            plans: &self.plans,
            prices: &self.prices,
            model: &self.model,
            rules: self.rules,
            dst: self.dst,
            seed: self.seed,
            governance: None,
        }
    }
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
    instance.disk_full_from = small.disk_full_from.map(Instant::from_unix);
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
    let operation = |(line, small): (usize, &SmallOp)| Operation {
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
