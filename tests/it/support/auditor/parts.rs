//! What the steps are made of.

use super::super::firing::PlanFirings;
use super::super::world::{After, Rules, SmallKind};
use super::{Auditor, Cause, State, Walk};
use std::rc::Rc;

impl Auditor<'_> {
    /// A life begins with the scenario's plan; the caller says in which state.
    pub(super) fn begin_life(&mut self, now: i64) {
        self.created = now;
        self.use_schedules(self.scenario_plan);
        self.idle_limit =
            self.world.plans[self.scenario_plan].idle_minutes.map(|m| i64::from(m) * 60);
    }

    /// Puts a plan's schedules in force, anchored in this life.
    pub(super) fn use_schedules(&mut self, plan: usize) {
        let listed = self.walk == Walk::Sparse;
        let (world, created) = (self.world, self.created);
        let known = self.known_firings.entry((plan, created));
        let new = || Rc::new(PlanFirings::new(world, plan, created, listed));
        self.firings = Rc::clone(known.or_insert_with(new));
    }

    /// Enters `running`: everything waiting is served, and what is past its end, ends (DEM-4).
    pub(super) fn enter_running(&mut self, now: i64) {
        self.state = State::Running;
        self.running_since = now;
        self.idle_since = now;
        for i in 0..self.intervals.len() {
            if self.intervals[i].is_demand() {
                self.intervals[i].served = true;
                if self.intervals[i].end <= now {
                    self.end_interval(i, now);
                }
            }
        }
    }

    /// Ends an interval; the end of a counting one resets the idle clock (IDLE-4).
    pub(super) fn end_interval(&mut self, i: usize, now: i64) {
        self.intervals[i].ended = true;
        if self.intervals[i].kind.counts(self.world.rules) {
            self.idle_since = now;
        }
    }

    /// Starts a stopped instance.
    pub(super) fn start(&mut self, now: i64, cause: Cause) {
        match cause {
            Cause::Demand => self.row.starts_demand += 1,
            Cause::Schedule => self.row.starts_schedule += 1,
            Cause::Operation => self.row.starts_operation += 1,
            Cause::Idle => unreachable!("idleness starts nothing"),
        }
        let latency = self.world.start_latency;
        if latency > 0 {
            self.state = State::Starting { until: now + latency };
        } else {
            self.enter_running(now);
        }
    }

    pub(super) fn enter_stopping(&mut self, now: i64) {
        let latency = self.world.stop_latency;
        self.state =
            if latency > 0 { State::Stopping { until: now + latency } } else { State::Stopped };
    }

    pub(super) fn enqueue(&mut self, cause: Cause) {
        if !self.queue.contains(&cause) {
            self.queue.push(cause);
        }
    }

    /// DEM-7: counts the interruption, if there is anything to interrupt, and the work it loses.
    pub(super) fn interrupt(&mut self, now: i64, cause: Cause) {
        if !self.has_demand(|_| true) {
            return;
        }
        match cause {
            Cause::Idle => self.row.interruptions_idle += 1,
            Cause::Schedule => self.row.interruptions_schedule += 1,
            Cause::Operation => self.row.interruptions_operation += 1,
            Cause::Demand => unreachable!("demand stops nothing"),
        }
        for interval in self.intervals.iter().filter(|i| i.is_demand()) {
            if interval.kind == SmallKind::Run {
                self.row.lost_run_s += now - interval.start.max(self.running_since);
            }
        }
    }

    /// DEM-8.
    pub(super) fn after_interruption(&mut self) {
        let world = self.world;
        for interval in self.intervals.iter_mut().filter(|i| i.is_demand()) {
            let after = if interval.kind.attended() {
                world.after_attended
            } else {
                world.after_unattended
            };
            interval.cancelled = after == After::GiveUp;
        }
    }

    /// Whether demand of such a kind is present or pending.
    pub(super) fn has_demand(&self, of: impl Fn(SmallKind) -> bool) -> bool {
        self.intervals.iter().any(|i| i.is_demand() && of(i.kind))
    }

    /// Whether a counting interval is present.
    pub(super) fn has_counting(&self) -> bool {
        self.has_demand(|kind| kind.counts(self.world.rules))
    }

    /// When the idle clock reaches the limit, if it is ticking (IDLE-2, IDLE-4).
    pub(super) fn idle_deadline(&self) -> Option<i64> {
        let exempt = self.world.rules == Rules::Aml2024
            && self.instance.identity_has_contributor == Some(false);
        let ticking = self.state == State::Running && !exempt && !self.has_counting();
        ticking.then_some(())?;
        self.idle_limit.map(|limit| self.idle_since + limit)
    }

    /// The first instant after `now` at which any step could do anything.
    pub(super) fn next_instant(&self, now: i64) -> i64 {
        let mut times = vec![];
        for interval in &self.intervals {
            times.extend([interval.start, interval.end]);
        }
        times.extend(self.instance.ops.iter().map(|op| op.at));
        times.extend(self.instance.created);
        times.extend(self.instance.deleted);
        times.extend(self.firings.next_after(now));
        times.extend(match self.state {
            State::Creating { until, .. }
            | State::Starting { until }
            | State::Restarting { until }
            | State::Stopping { until } => Some(until),
            State::Absent | State::Running | State::Stopped => None,
        });
        times.extend(self.idle_deadline().map(|deadline| {
            let earliest = deadline.max(now + 1);
            let every = self.world.idle_check_interval.max(1);
            earliest + (-earliest).rem_euclid(every)
        }));
        times.into_iter().filter(|t| *t > now).min().unwrap_or(i64::MAX)
    }
}
