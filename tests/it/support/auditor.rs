//! The auditor: a second, slow and obvious replay of one instance, written from the SPEC alone.
//!
//! At each instant it does the eight steps of STATE-5 one after another, over one struct per
//! activity interval, then accounts the time until the next instant it looks at. It looks at every
//! second, or only at those at which something can happen; both must agree.

mod operations;
mod parts;

use super::firing::PlanFirings;
pub(crate) use super::rows::AuditRow;
use super::rows::add_by_month;
use super::world::{SmallAction, SmallAsk, SmallInstance, SmallKind, SmallWorld};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How the auditor walks through the horizon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Walk {
    /// Every second of it.
    EverySecond,
    /// Only the instants at which one of the eight steps could do anything.
    Sparse,
}

/// A uniform draw for (seed, instance name, firing instant) (SCHED-7).
pub(crate) type Draw<'a> = &'a dyn Fn(u64, &str, i64) -> u64;

/// Replays instance number `instance` under plan number `plan`.
pub(crate) fn audit(
    world: &SmallWorld,
    plan: usize,
    instance: usize,
    draw: Draw<'_>,
    walk: Walk,
) -> AuditRow {
    let mut auditor = Auditor::new(world, plan, &world.instances[instance], draw, walk);
    let mut now = world.horizon_start;
    while now < world.horizon_end {
        auditor.instant(now);
        let next = match walk {
            Walk::EverySecond => now + 1,
            Walk::Sparse => auditor.next_instant(now).min(world.horizon_end),
        };
        auditor.account(now, next);
        now = next;
    }
    auditor.row
}

/// SCHED-7: whether a draw falls within a probability in thousandths.
pub(crate) fn dismisses(draw: u64, permille: u32) -> bool {
    u128::from(draw) < (u128::from(permille) << 64) / 1_000
}

/// What the instance is doing; phases with the instant they end. Deleted is `Absent` again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Absent,
    Creating { until: i64, running: bool },
    Starting { until: i64 },
    Running,
    Restarting { until: i64 },
    Stopping { until: i64 },
    Stopped,
}

/// Why something happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cause {
    Demand,
    Schedule,
    Operation,
    Idle,
}

/// One activity interval, clipped to the horizon, and what has become of it.
#[derive(Clone, Debug)]
struct Interval {
    kind: SmallKind,
    start: i64,
    end: i64,
    /// Its recorded start has passed.
    started: bool,
    /// The instance was running at some point since (DEM-4).
    served: bool,
    /// Given up or stopped on purpose (DEM-8, DEM-9): gone for good.
    cancelled: bool,
    /// Over.
    ended: bool,
}

impl Interval {
    /// Present or pending.
    fn is_demand(&self) -> bool {
        self.started && !self.cancelled && !self.ended
    }
}

/// IDLE-3, then the clip to the horizon: the intervals that are left.
fn intervals(world: &SmallWorld, instance: &SmallInstance) -> Vec<Interval> {
    let mut kept = Vec::new();
    for row in &instance.activity {
        let mut end = row.end;
        if let (SmallKind::Vscode, Some(last)) = (row.kind, row.last_activity) {
            end = end.min(last + 3 * 3_600).max(row.start);
        }
        let before = row.start < world.horizon_start && end <= world.horizon_start;
        if before || row.start >= world.horizon_end {
            continue;
        }
        kept.push(Interval {
            kind: row.kind,
            start: row.start.max(world.horizon_start),
            end: end.min(world.horizon_end),
            started: false,
            served: false,
            cancelled: false,
            ended: false,
        });
    }
    kept
}

/// The replay of one instance, between two instants.
struct Auditor<'w> {
    world: &'w SmallWorld,
    instance: &'w SmallInstance,
    draw: Draw<'w>,
    walk: Walk,
    /// The plan every life begins with.
    scenario_plan: usize,
    intervals: Vec<Interval>,
    state: State,
    /// When `running` was last entered.
    running_since: i64,
    /// IDLE-4: when the idle clock was last at zero; meaningful in `running` only.
    idle_since: i64,
    /// The idle limit in force \[s\].
    idle_limit: Option<i64>,
    /// When this life began: the anchor of recurrences without a start time.
    created: i64,
    /// When the last life that an operation began did so: with a new OS disk.
    created_by_hand: Option<i64>,
    /// The firings of the plan in force in this life.
    firings: Rc<PlanFirings>,
    /// All firings worked out so far, by plan and life.
    known_firings: BTreeMap<(usize, i64), Rc<PlanFirings>>,
    /// Starts queued while `stopping`, oldest first; at most one per cause.
    queue: Vec<Cause>,
    row: AuditRow,
}

impl<'w> Auditor<'w> {
    fn new(
        world: &'w SmallWorld,
        plan: usize,
        instance: &'w SmallInstance,
        draw: Draw<'w>,
        walk: Walk,
    ) -> Self {
        Self {
            world,
            instance,
            draw,
            walk,
            scenario_plan: plan,
            intervals: intervals(world, instance),
            state: State::Absent,
            running_since: 0,
            idle_since: 0,
            idle_limit: None,
            created: 0,
            created_by_hand: None,
            firings: Rc::new(PlanFirings { schedules: Vec::new(), times: Vec::new() }),
            known_firings: BTreeMap::new(),
            queue: Vec::new(),
            row: AuditRow::default(),
        }
    }

    /// STATE-5: everything that happens at `now`, in order.
    fn instant(&mut self, now: i64) {
        self.come_into_being(now);
        self.phase_ends(now);
        self.activity_ends(now);
        self.activity_starts(now);
        self.operations(now);
        self.scheduled_stops(now);
        self.scheduled_starts(now);
        self.idle_shutdown(now);
        self.demand_start(now);
    }

    /// Existence by the horizon or the `created` column begins before all else.
    fn come_into_being(&mut self, now: i64) {
        let horizon = self.world.horizon_start;
        let has_create = self.instance.ops.iter().any(|o| matches!(o.op, SmallAsk::Create(_)));
        let born = match self.instance.created {
            Some(created) => created.max(horizon),
            None if has_create => return,
            None => horizon,
        };
        let gone = self.instance.deleted.is_some_and(|d| d <= horizon) && born == horizon;
        if born == now && !gone && self.state == State::Absent {
            self.begin_life(now);
            if self.instance.initial_running {
                self.enter_running(now);
            } else {
                self.state = State::Stopped;
            }
        }
    }

    /// Step 1.
    fn phase_ends(&mut self, now: i64) {
        match self.state {
            State::Creating { until, running: true }
            | State::Starting { until }
            | State::Restarting { until }
                if until == now =>
            {
                self.enter_running(now);
            }
            State::Creating { until, running: false } | State::Stopping { until }
                if until == now =>
            {
                self.state = State::Stopped;
            }
            _ => {}
        }
    }

    /// Step 2: demand not yet served stays, as pending, while there is an instance to wait for.
    fn activity_ends(&mut self, now: i64) {
        for i in 0..self.intervals.len() {
            let interval = &mut self.intervals[i];
            let ends = interval.end == now && interval.is_demand();
            if ends && (interval.served || self.state == State::Absent) {
                self.end_interval(i, now);
            }
        }
    }

    /// Step 3: a touch starts, then ends if the instance is running or does not exist.
    fn activity_starts(&mut self, now: i64) {
        for i in 0..self.intervals.len() {
            let interval = &mut self.intervals[i];
            if interval.start != now || interval.started {
                continue;
            }
            interval.started = true;
            interval.served = self.state == State::Running;
            let touch = interval.end == interval.start;
            if touch && (interval.served || self.state == State::Absent) {
                self.end_interval(i, now);
            }
        }
    }

    /// Step 4: the `deleted` column first, then the file's own in file order.
    fn operations(&mut self, now: i64) {
        if self.instance.deleted == Some(now) {
            self.delete(now);
        }
        let instance = self.instance;
        for op in instance.ops.iter().filter(|o| o.at == now) {
            match op.op {
                SmallAsk::Create(running) => self.create(now, running),
                SmallAsk::Delete => self.delete(now),
                SmallAsk::Start => self.start_operation(now),
                SmallAsk::Stop => self.stop_operation(now),
                SmallAsk::Restart => self.restart_operation(now),
                SmallAsk::SetIdle(minutes) => self.set_idle(now, minutes),
                SmallAsk::SetPlan(plan) => self.set_plan(now, plan),
                // Fixed at creation: always refused.
                SmallAsk::Resize | SmallAsk::EnableSsh => {}
            }
        }
    }

    /// Step 5: each schedule's firing by itself (SCHED-6, SCHED-7).
    fn scheduled_stops(&mut self, now: i64) {
        if self.state == State::Absent || self.disk_is_full(now) {
            return;
        }
        for _ in 0..self.firings.firing(SmallAction::Stop, now) {
            if self.state != State::Running {
                self.queue.retain(|cause| *cause != Cause::Schedule);
                continue;
            }
            let attended = self.has_demand(|kind| kind.attended());
            let unattended = self.has_demand(|kind| !kind.attended());
            let permille = match (attended, unattended) {
                (true, _) => self.world.dismiss_attended_permille,
                (false, true) => self.world.dismiss_unattended_permille,
                (false, false) => 0,
            };
            if dismisses((self.draw)(self.world.seed, &self.instance.name, now), permille) {
                self.row.dismissed_stops += 1;
                continue;
            }
            self.row.stops_schedule += 1;
            self.interrupt(now, Cause::Schedule);
            self.after_interruption();
            self.enter_stopping(now);
        }
    }

    /// Step 6: queued starts, oldest first, then fresh firings (SCHED-8).
    fn scheduled_starts(&mut self, now: i64) {
        if self.state == State::Absent {
            return;
        }
        if !matches!(self.state, State::Stopping { .. }) {
            for cause in std::mem::take(&mut self.queue) {
                let dead = cause == Cause::Schedule && self.disk_is_full(now);
                if self.state == State::Stopped && !dead {
                    self.start(now, cause);
                }
            }
        }
        if self.disk_is_full(now) {
            return;
        }
        for _ in 0..self.firings.firing(SmallAction::Start, now) {
            match self.state {
                State::Stopped => self.start(now, Cause::Schedule),
                State::Stopping { .. } => self.enqueue(Cause::Schedule),
                _ => {}
            }
        }
    }

    /// Step 7 (IDLE-4, IDLE-7).
    fn idle_shutdown(&mut self, now: i64) {
        let Some(deadline) = self.idle_deadline() else { return };
        let every = self.world.idle_check_interval;
        if self.disk_is_full(now) || now < deadline || (every > 0 && now % every != 0) {
            return;
        }
        self.row.stops_idle += 1;
        self.interrupt(now, Cause::Idle);
        self.after_interruption();
        self.enter_stopping(now);
    }

    /// The product page: with a full OS disk nothing stops or starts by itself; a create brings a
    /// new disk.
    fn disk_is_full(&self, now: i64) -> bool {
        let full = self.instance.disk_full_from.filter(|full| *full <= now);
        full.is_some_and(|full| self.created_by_hand.is_none_or(|created| created < full))
    }

    /// Step 8 (DEM-3).
    fn demand_start(&mut self, now: i64) {
        if self.state == State::Stopped && self.has_demand(|_| true) {
            self.start(now, Cause::Demand);
        }
    }

    /// Accounts `[now, next)`, through which nothing changes.
    fn account(&mut self, now: i64, next: i64) {
        let seconds = next - now;
        let attended = self.has_demand(|kind| kind.attended());
        let unattended = self.has_demand(|kind| !kind.attended());
        let counting = self.has_counting();
        let row = &mut self.row;
        if self.state == State::Absent {
            if attended || unattended {
                row.unserved_s += seconds;
            }
            return;
        }
        row.exists_s += seconds;
        add_by_month(&mut row.exists_by_month, now, next);
        match self.state {
            State::Absent => {}
            State::Creating { .. } => row.creating_s += seconds,
            State::Starting { .. } => row.starting_s += seconds,
            State::Running => row.running_s += seconds,
            State::Restarting { .. } => row.restarting_s += seconds,
            State::Stopping { .. } => row.stopping_s += seconds,
            State::Stopped => row.stopped_s += seconds,
        }
        if !matches!(self.state, State::Creating { .. } | State::Stopped) {
            row.billed_s += seconds;
            add_by_month(&mut row.billed_by_month, now, next);
        }
        if self.state == State::Running {
            if counting {
                row.active_s += seconds;
            }
        } else {
            if attended {
                row.wait_s += seconds;
            }
            if unattended {
                row.queue_s += seconds;
            }
        }
    }
}
