//! [`evaluate`]: one scenario over one world and trace. Instances are independent (QUOTA-5), so
//! they are split over threads; results come back in instance order whatever the number of threads.

use crate::engine::{
    Asked, Compiled, Counters, Draw, EventLog, LoggedEvent, Script, Setting, Timetable, compile,
    replay,
};
use crate::ledger::{Line, Rates, Totals, audit, post, rates_for};
use crate::plan::Plan;
use crate::search::{Settlement, settle};
use crate::trace::{Activity, Operation, Trace};
use crate::units::{DstRule, Horizon, Money, Problem, RuleProfile};
use crate::world::{Governance, Instance, ModelParams, PriceBook};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The code of a missing price, told once for all instances that lack it.
const NO_PRICE: &str = "E0410";

/// Everything that stays the same between scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Case<'c> {
    /// What people did.
    pub trace: &'c Trace,
    /// What they asked for, in file order.
    pub operations: &'c [Operation],
    /// Who exists, sorted by name.
    pub instances: &'c [Instance],
    /// Every plan a scenario or an operation can name.
    pub plans: &'c [Plan],
    /// What things cost.
    pub prices: &'c PriceBook,
    /// The model's numbers.
    pub model: &'c ModelParams,
    /// The rule profile.
    pub rules: RuleProfile,
    /// What zone labels mean.
    pub dst: DstRule,
    /// The seed of all luck.
    pub seed: u64,
    /// Roles, quotas and clusters; without them only names refuse anything.
    pub governance: Option<&'c Governance>,
}

/// One named choice of a plan for every instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// What reports call it.
    pub name: String,
    /// Index into [`Case::plans`], for each instance.
    pub plan_of: Vec<usize>,
}

/// What happened to one instance under one scenario, and what it cost.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Index into [`Case::instances`].
    pub instance: usize,
    /// What was counted.
    pub counters: Counters,
    /// The rates that applied.
    pub rates: Rates,
    /// What it cost.
    pub lines: Vec<Line>,
    /// What happened, when asked for.
    pub events: Vec<LoggedEvent>,
    /// What it costs beyond the same replay with room on the OS disk (`disk_full_from`); `None`
    /// where the disk never fills up.
    pub disk_full_usd: Option<Money>,
}

impl Outcome {
    /// LEDG-6: what the wasted seconds cost, rounded once.
    #[must_use]
    pub fn waste_usd(&self) -> Money {
        self.rates.compute.cost(self.counters.waste.total_s()).unwrap_or(Money::ZERO)
    }
}

/// Replays and posts one scenario. `progress` is told of every instance done.
///
/// # Errors
/// Every missing price (once per size and region) and every operation that names an unknown plan.
///
/// # Panics
/// Never on input; an audit failure (LEDG-5) is a defect of this program and is reported as the
/// problem `E0999`.
pub fn evaluate(
    case: &Case<'_>,
    scenario: &Scenario,
    with_events: bool,
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Outcome>, Vec<Problem>> {
    Evaluator::new(*case).evaluate(scenario, with_events, progress)
}

/// Firings kept between scenarios \[count\]: beyond that, lists are computed anew.
const FIRINGS_KEPT: usize = 8 << 20;

/// Replays and posts many scenarios one after the other; firing lists are shared between them, and
/// what is kept is bounded.
#[derive(Debug)]
pub struct Evaluator<'c> {
    case: Case<'c>,
    timetable: Timetable<'c>,
}

impl<'c> Evaluator<'c> {
    /// Ready for the scenarios of this case.
    #[must_use]
    pub fn new(case: Case<'c>) -> Self {
        let timetable = Timetable::new(case.plans, case.rules, case.dst, case.trace.horizon);
        Self { case, timetable }
    }

    /// What it was made for.
    #[must_use]
    pub const fn case(&self) -> Case<'c> {
        self.case
    }

    /// As [`evaluate`].
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn evaluate(
        &mut self,
        scenario: &Scenario,
        with_events: bool,
        progress: &(dyn Fn() + Sync),
    ) -> Result<Vec<Outcome>, Vec<Problem>> {
        let (trace, all) = (self.case.trace, 0..self.case.instances.len());
        self.begin(scenario)?.part(trace, all, with_events, progress)
    }

    /// Resolves a scenario, to be replayed part by part.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn begin(&mut self, scenario: &Scenario) -> Result<Begun<'_>, Vec<Problem>> {
        if self.timetable.firings() > FIRINGS_KEPT {
            self.timetable.clear();
        }
        let settlement = settle(&self.case, scenario)?;
        let prepared = prepare_settled(&self.case, scenario, &settlement, &mut self.timetable)?;
        Ok(Begun { case: self.case, timetable: &self.timetable, prepared, settlement })
    }

    /// What [`Evaluator::evaluate`] would refuse, without replaying.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn check(&mut self, scenario: &Scenario) -> Result<(), Vec<Problem>> {
        prepare(&self.case, scenario, &mut self.timetable).map(drop)
    }
}

/// A scenario whose instances are resolved.
#[derive(Debug)]
pub struct Begun<'e> {
    case: Case<'e>,
    timetable: &'e Timetable<'e>,
    prepared: Vec<(Compiled, Rates)>,
    settlement: Settlement,
}

impl Begun<'_> {
    /// What was settled before any instance replays.
    #[must_use]
    pub const fn settlement(&self) -> &Settlement {
        &self.settlement
    }

    /// The same, when everything is replayed.
    #[must_use]
    pub fn into_settlement(self) -> Settlement {
        self.settlement
    }

    /// Replays and posts some instances, whose activity is in `trace`.
    ///
    /// # Errors
    /// None on input: a ledger that does not add up, as in [`evaluate`].
    ///
    /// # Panics
    /// Beyond the last instance.
    pub fn part(
        &self,
        trace: &Trace,
        instances: Range<usize>,
        with_events: bool,
        progress: &(dyn Fn() + Sync),
    ) -> Result<Vec<Outcome>, Vec<Problem>> {
        let case = Case { trace, ..self.case };
        let one = |index: usize| {
            let (compiled, rates) = &self.prepared[index];
            let outcome = one(&case, self.timetable, (index, compiled), *rates, with_events);
            progress();
            outcome.map_err(|p| vec![p])
        };
        instances.into_par_iter().map(one).collect()
    }
}

/// The operations of every instance, in file order, with what refuses them.
pub(super) fn asked_by_name<'c>(
    case: &Case<'c>,
    scenario: &Scenario,
) -> Result<BTreeMap<&'c str, Vec<Asked<'c>>>, Vec<Problem>> {
    Ok(asked(case, &settle(case, scenario)?))
}

fn asked<'c>(case: &Case<'c>, settled: &Settlement) -> BTreeMap<&'c str, Vec<Asked<'c>>> {
    let mut operations: BTreeMap<&str, Vec<Asked<'_>>> = BTreeMap::new();
    for (operation, refusal) in case.operations.iter().zip(&settled.refused) {
        let refused = refusal.as_ref().map(|r| r.cause);
        operations.entry(&operation.instance).or_default().push(Asked { operation, refused });
    }
    operations
}

/// Compiles every instance and finds its rates; problems are collected, not stopped at.
pub(super) fn prepare(
    case: &Case<'_>,
    scenario: &Scenario,
    timetable: &mut Timetable<'_>,
) -> Result<Vec<(Compiled, Rates)>, Vec<Problem>> {
    prepare_settled(case, scenario, &settle(case, scenario)?, timetable)
}

fn prepare_settled(
    case: &Case<'_>,
    scenario: &Scenario,
    settled: &Settlement,
    timetable: &mut Timetable<'_>,
) -> Result<Vec<(Compiled, Rates)>, Vec<Problem>> {
    let operations = asked(case, settled);
    let mut problems = Vec::new();
    let mut prepared = Vec::with_capacity(case.instances.len());
    for (instance, &plan) in case.instances.iter().zip(&scenario.plan_of) {
        let own = operations.get(instance.name.as_str()).map_or(&[][..], Vec::as_slice);
        let compiled = compile(timetable, instance, own, plan);
        match (compiled, rates_of(case, instance, plan)) {
            (Ok(compiled), Ok(rates)) => prepared.push((compiled, rates)),
            (compiled, rates) => {
                problems.extend(compiled.err().into_iter().flatten());
                problems.extend(rates.err());
            }
        }
    }
    problems.sort();
    let mut told = BTreeSet::new();
    problems.retain(|p| p.code != NO_PRICE || told.insert(p.message.clone()));
    problems.dedup();
    if problems.is_empty() { Ok(prepared) } else { Err(problems) }
}

/// LEDG-2. A plan that names a size prices the instance at that size: size is part of a plan.
fn rates_of(case: &Case<'_>, instance: &Instance, plan: usize) -> Result<Rates, Problem> {
    let plan = &case.plans[plan];
    let size = plan.size.as_deref().unwrap_or(&instance.vm_size);
    let sharing = case.model.instances_per_load_balancer;
    let rates = rates_for(case.prices, &instance.region, size, plan.public_ip, sharing);
    if plan.size.is_some() {
        return rates;
    }
    rates.map_err(|p| p.in_file(&*instance.file).at(instance.line, 0))
}

fn one(
    case: &Case<'_>,
    timetable: &Timetable<'_>,
    (index, compiled): (usize, &Compiled),
    rates: Rates,
    with_events: bool,
) -> Result<Outcome, Problem> {
    let instance = &case.instances[index];
    let settings = timetable.settings(compiled);
    let script = script_of(case, (index, compiled), &settings);
    let (counters, events) = run(&script, with_events);
    let defect = |what: String| {
        let message = format!("the ledger of `{}` does not add up: {what}", instance.name);
        Problem::error("E0999", message).hint("this is a defect of idlewise: please report it")
    };
    let lines = post(counters.months(), &rates).map_err(|e| defect(e.to_string()))?;
    audit(&counters, &lines, case.trace.horizon.seconds()).map_err(|e| defect(e.to_string()))?;
    let disk_full_usd = match script.automation_ends {
        None => None,
        Some(_) => {
            let healthy = Script { automation_ends: None, ..script };
            let (counters, _) = run(&healthy, false);
            let other = post(counters.months(), &rates).map_err(|e| defect(e.to_string()))?;
            Some(Totals::of(&lines).total().minus(Totals::of(&other).total()))
        }
    };
    Ok(Outcome { instance: index, counters, rates, lines, events, disk_full_usd })
}

/// What the engine needs of the instance at this position.
pub(super) fn script_of<'s>(
    case: &Case<'s>,
    (index, compiled): (usize, &'s Compiled),
    settings: &'s [Setting<'s>],
) -> Script<'s> {
    let instance = &case.instances[index];
    Script {
        horizon: case.trace.horizon,
        activity: activity_of(case.trace, &instance.name),
        existence: compiled.existence,
        commands: &compiled.commands,
        settings,
        rules: case.rules,
        never_idles: case.rules == RuleProfile::Aml2024_08
            && instance.identity_has_contributor == Some(false),
        automation_ends: instance.disk_full_from,
        model: case.model,
        draw: Draw::new(case.seed, &instance.name),
    }
}

fn run(script: &Script<'_>, with_events: bool) -> (Counters, Vec<LoggedEvent>) {
    let mut counters = Counters::new(script.horizon);
    let mut events = Vec::new();
    if with_events {
        let mut both = (counters, EventLog::default());
        replay(script, &mut both);
        counters = both.0;
        events = both.1.events;
    } else {
        replay(script, &mut counters);
    }
    counters.finish();
    (counters, events)
}

/// What a replay of this script counts.
pub(super) fn counted(script: &Script<'_>) -> Counters {
    run(script, false).0
}

/// The activity of the instance called `name`; none if the trace does not know it.
pub(super) fn activity_of<'t>(trace: &'t Trace, name: &str) -> Activity<'t> {
    let Horizon { start, .. } = trace.horizon;
    let none = Activity { base: start, start: &[], end: &[], kind: &[], by_end: &[] };
    trace.find(name).map_or(none, |i| trace.activity(i))
}
