//! Any instance under any plan, replayed to any recorder: what proofs of advice are made of.

use super::objective::Score;
use super::weekly::{WeekTally, Weeks};
use crate::engine::{
    Asked, CommandKind, Counters, Event, Load, Recorder, Script, State, Timetable, compile, replay,
};
use crate::ledger::{Rates, post};
use crate::plan::Plan;
use crate::search::evaluate::script_of;
use crate::search::{Case, Prepared, Scenario, settle};
use crate::trace::{Op, Operation};
use crate::units::{Instant, MoneyOverflow, Problem};
use rayon::prelude::*;

/// A case and the plan each instance has today, settled once: instances replay one by one under
/// plans of their own, which take from today's plan all but idle limit and schedules.
#[derive(Clone, Debug)]
pub struct Replays<'c> {
    case: Case<'c>,
    base: &'c Scenario,
    asked: Vec<Vec<Asked<'c>>>,
    rates: Vec<Rates>,
}

/// What one replay may change besides the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Change<'a> {
    /// Every life begins `running` or on its way there, whatever the table and creates say.
    pub runs_at_once: bool,
    /// From these instants on, ascending, these plans, as `set_plan` would do it.
    pub switches: &'a [(Instant, &'a Plan)],
}

impl<'c> Replays<'c> {
    /// Settles the case under today's plans.
    ///
    /// # Errors
    /// As [`crate::search::evaluate`].
    pub fn new(case: Case<'c>, base: &'c Scenario) -> Result<Self, Vec<Problem>> {
        let rates = Prepared::new(&case, base)?.rates().copied().collect();
        let settled = settle(&case, base)?;
        let mut asked = vec![Vec::new(); case.instances.len()];
        for (operation, refusal) in case.operations.iter().zip(&settled.refused) {
            let at = case.instances.binary_search_by(|i| i.name.cmp(&operation.instance));
            if let Some(own) = at.ok().and_then(|at| asked.get_mut(at)) {
                own.push(Asked { operation, refused: refusal.as_ref().map(|r| r.cause) });
            }
        }
        Ok(Self { case, base, asked, rates })
    }

    /// The same instances, operations and prices under other rules, model or zones' clocks.
    pub(super) fn on<'s>(&self, case: Case<'s>) -> Replays<'s>
    where
        'c: 's,
    {
        let (asked, rates) = (self.asked.clone(), self.rates.clone());
        Replays { case, base: self.base, asked, rates }
    }

    /// The case.
    #[must_use]
    pub const fn case(&self) -> &Case<'c> {
        &self.case
    }

    /// Which plan each instance has today.
    #[must_use]
    pub const fn base(&self) -> &'c Scenario {
        self.base
    }

    /// How many instances there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.case.instances.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.case.instances.is_empty()
    }

    /// The plan the instance at this position has today.
    ///
    /// # Panics
    /// Beyond the last instance, as all that take a position.
    #[must_use]
    pub fn plan_today(&self, instance: usize) -> &'c Plan {
        &self.case.plans[self.base.plan_of[instance]]
    }

    /// What the instance at this position pays.
    #[must_use]
    pub fn rates(&self, instance: usize) -> &Rates {
        &self.rates[instance]
    }

    /// What people asked of the instance at this position, in file order.
    #[must_use]
    pub fn asked(&self, instance: usize) -> &[Asked<'c>] {
        &self.asked[instance]
    }
}

impl Replays<'_> {
    /// Replays one instance under this plan and tells `recorder` everything.
    ///
    /// # Errors
    /// A recorded `set_plan` that names no known plan.
    pub fn replay<R: Recorder>(
        &self,
        instance: usize,
        plan: &Plan,
        change: Change<'_>,
        recorder: &mut R,
    ) -> Result<(), Vec<Problem>> {
        self.with_script(instance, plan, change, |script| replay(script, recorder))
    }

    /// What one instance costs under this plan, over the horizon and week by week.
    ///
    /// # Errors
    /// As [`Self::replay`]; `E0999` for a cost that does not fit into an amount of money.
    pub fn tally(
        &self,
        instance: usize,
        plan: &Plan,
        change: Change<'_>,
    ) -> Result<Tally, Vec<Problem>> {
        self.tally_as(instance, plan, change, |state, _| state)
    }

    /// The same where every span counts as one in the state that `seen` says.
    pub(super) fn tally_as(
        &self,
        instance: usize,
        plan: &Plan,
        change: Change<'_>,
        seen: impl Fn(State, Load) -> State,
    ) -> Result<Tally, Vec<Problem>> {
        let horizon = self.case.trace.horizon;
        let both = (Counters::new(horizon), WeekTally::new(Weeks::of(horizon)));
        let mut recorder = Seen { seen, heard: both };
        self.replay(instance, plan, change, &mut recorder)?;
        let (mut counters, weeks) = recorder.heard;
        counters.finish();
        let rates = self.rates(instance);
        let lines = post(counters.months(), rates).map_err(too_much)?;
        Ok(Tally {
            score: Score::of_lines(&lines, &counters),
            weeks: weeks.scores(rates).map_err(too_much)?,
        })
    }

    /// [`Self::tally`] of every instance under a plan of its own, over threads.
    ///
    /// # Errors
    /// As [`Self::tally`], of the first instance that has any.
    pub fn tally_each(
        &self,
        plans: &[Plan],
        change: Change<'_>,
    ) -> Result<Vec<Tally>, Vec<Problem>> {
        let one = |(instance, plan): (usize, &Plan)| self.tally(instance, plan, change);
        plans.par_iter().enumerate().map(one).collect()
    }

    fn with_script<T>(
        &self,
        instance: usize,
        plan: &Plan,
        change: Change<'_>,
        run: impl FnOnce(&Script<'_>) -> T,
    ) -> Result<T, Vec<Problem>> {
        let case = &self.case;
        let unnamed = |plan: &Plan, name: String| Plan { name, ..plan.clone() };
        // No recorded operation can name these.
        let switch_name = |at: usize| format!("\0{at}");
        let mut plans = vec![unnamed(plan, String::new())];
        let mut switches = Vec::new();
        for (at, (from, plan)) in change.switches.iter().enumerate() {
            plans.push(unnamed(plan, switch_name(at)));
            switches.push(set_plan(&case.instances[instance].name, *from, switch_name(at)));
        }
        let mut asked: Vec<Asked<'_>> = switches.iter().map(Asked::granted).collect();
        asked.extend(&self.asked[instance]);
        if asked.iter().any(|a| matches!(a.operation.op, Op::SetPlan(_))) {
            plans.extend(case.plans.iter().cloned());
        }
        let horizon = case.trace.horizon;
        let mut timetable = Timetable::new(&plans, case.rules, case.dst, horizon);
        let mut compiled = compile(&mut timetable, &case.instances[instance], &asked, 0)?;
        if change.runs_at_once {
            compiled.existence.iter_mut().for_each(|e| e.running = true);
            for command in &mut compiled.commands {
                if let CommandKind::Create { running, .. } = &mut command.kind {
                    *running = true;
                }
            }
        }
        let settings = timetable.settings(&compiled);
        Ok(run(&script_of(case, (instance, &compiled), &settings)))
    }
}

/// What one instance costs under one plan.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Over the horizon, from ledger lines by calendar month.
    pub score: Score,
    /// In each whole week of it ([`Weeks`]), from ledger lines by week.
    pub weeks: Vec<Score>,
}

/// A recorder that hears other states.
struct Seen<F, R> {
    seen: F,
    heard: R,
}

impl<F: Fn(State, Load) -> State, R: Recorder> Recorder for Seen<F, R> {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        self.heard.span(from, to, (self.seen)(state, load), load);
    }

    fn event(&mut self, at: i64, event: Event) {
        self.heard.event(at, event);
    }

    fn touch(&mut self, at: i64) {
        self.heard.touch(at);
    }
}

fn set_plan(instance: &str, at: Instant, name: String) -> Operation {
    Operation {
        instance: instance.to_owned(),
        at,
        op: Op::SetPlan(name),
        actor: String::new(),
        file: String::new(),
        line: 0,
    }
}

pub(super) fn too_much(error: MoneyOverflow) -> Vec<Problem> {
    vec![Problem::error("E0999", error.to_string()).hint("look for a price that is far too high")]
}
