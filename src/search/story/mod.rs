//! The story of one instance: what it did, second by second, with the facts behind every step.
//!
//! It is what the engine said while it replayed (a [`Chronicle`]), put beside the recorded
//! activity and the schedules in force. No rule is decided here a second time: states, loads, idle
//! clock and events are the engine's, instants of firings are the plan's, amounts are seconds at
//! the instance's compute rate, each rounded once.

mod firing;
mod moment;
mod stretch;

pub use firing::Fired;
pub use moment::Moment;
pub use stretch::{SHORT_GAP_S, Stretch, Sums, Week, instant, week, week_name};

use crate::engine::{Event, IdleClock, Load, Recorder, State, replay};
use crate::ledger::Rates;
use crate::plan::Plan;
use crate::search::evaluate::activity_of;
use crate::search::{Case, Prepared, Scenario};
use crate::trace::Activity;
use crate::units::{DstRule, Horizon, Instant, Kind, Money, Problem, RuleProfile};
use firing::InForce;

/// A stretch of time in which nothing changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// From when \[unix s\].
    pub from: i64,
    /// To when \[unix s\].
    pub to: i64,
    /// The state.
    pub state: State,
    /// What was asked of it.
    pub load: Load,
    /// The idle clock, while it ran.
    pub clock: Option<IdleClock>,
}

/// The recorder that keeps everything.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    /// Spans, tiling the horizon.
    pub spans: Vec<Span>,
    /// Events with their instants \[unix s\], oldest first.
    pub events: Vec<(i64, Event)>,
    clock: Option<IdleClock>,
}

impl Recorder for Chronicle {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        self.spans.push(Span { from, to, state, load, clock: self.clock });
    }

    fn event(&mut self, at: i64, event: Event) {
        self.events.push((at, event));
    }

    fn idle_clock(&mut self, clock: Option<IdleClock>) {
        self.clock = clock;
    }
}

/// A recorded activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// From when \[unix s\].
    pub from: i64,
    /// To when \[unix s\]; what lies beyond the horizon is cut.
    pub to: i64,
    /// What.
    pub kind: Kind,
}

/// One instance under one scenario, told in full.
#[derive(Debug)]
pub struct Story<'c> {
    /// The scenario's name.
    pub scenario: String,
    /// What happened.
    pub chronicle: Chronicle,
    /// What was simulated.
    pub horizon: Horizon,
    /// What zone labels mean.
    pub dst: DstRule,
    /// Which kinds count as activity.
    pub rules: RuleProfile,
    /// IDLE-2: idle shutdown never fires, because the identity lacks a role.
    pub never_idles: bool,
    /// What it costs.
    pub rates: Rates,
    activity: Activity<'c>,
    plans: &'c [Plan],
    in_force: Vec<InForce>,
}

impl<'c> Story<'c> {
    /// Replays the instance at this position.
    ///
    /// # Errors
    /// As [`evaluate`](crate::search::evaluate).
    ///
    /// # Panics
    /// Beyond the last instance.
    pub fn of(case: &'c Case<'c>, scenario: &Scenario, index: usize) -> Result<Self, Vec<Problem>> {
        let prepared = Prepared::new(case, scenario)?;
        let (settings, rates) = prepared.settings(index);
        let script = prepared.script(index, &settings);
        let mut chronicle = Chronicle::default();
        replay(&script, &mut chronicle);
        let in_force = firing::in_force(case, prepared.compiled(index), &chronicle.events);
        Ok(Self {
            scenario: scenario.name.clone(),
            horizon: script.horizon,
            dst: case.dst,
            rules: case.rules,
            never_idles: script.never_idles,
            rates,
            activity: activity_of(case.trace, &case.instances[index].name),
            plans: case.plans,
            in_force,
            chronicle,
        })
    }

    /// The plan in force at an instant \[unix s\]; `None` before the first life.
    #[must_use]
    pub fn plan_at(&self, at: i64) -> Option<&'c Plan> {
        let in_force = self.in_force.iter().rev().find(|i| i.from <= at)?;
        self.plans.get(in_force.plan)
    }

    /// Recorded activity that touches `[from, to)`, oldest start first.
    pub fn recorded(&self, from: i64, to: i64) -> impl Iterator<Item = Recorded> + '_ {
        let base = self.activity.base.unix();
        let all = (0..self.activity.len()).map(move |at| Recorded {
            from: base + i64::from(self.activity.start[at]),
            to: base + i64::from(self.activity.end[at]),
            kind: self.activity.kind[at],
        });
        all.filter(move |r| r.from < to && (r.to > from || (r.from == r.to && r.to >= from)))
    }

    /// What so many billed seconds cost; the ledger bills months, so its lines may differ from sums
    /// of such amounts by a micro-dollar each.
    #[must_use]
    pub fn cost(&self, billed_s: i64) -> Money {
        self.rates.compute.cost(billed_s).unwrap_or(Money::ZERO)
    }

    /// Events in `[from, to)`.
    pub fn events(&self, from: Instant, to: Instant) -> impl Iterator<Item = (i64, Event)> + '_ {
        let within = move |at: i64| from.unix() <= at && at < to.unix();
        self.chronicle.events.iter().copied().filter(move |(at, _)| within(*at))
    }
}
