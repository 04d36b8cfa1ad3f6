//! The step loop: every rule of STATE, DEM, IDLE and SCHED that concerns one instance, once.

use crate::engine::recorder::{Cause, Event, Load, Recorder, State};
use crate::engine::script::{Command, CommandKind, Script};
use crate::plan::Firing;
use crate::trace::Activity;
use crate::units::{Action, IdleLimit, Kind};
use crate::world::AfterInterruption;

/// "Never", as an instant.
const NEVER: i64 = i64::MAX;
/// "Long ago", as an instant.
const LONG_AGO: i64 = i64::MIN;
/// Index of a class of demand.
const ATTENDED: usize = 0;
const UNATTENDED: usize = 1;

/// Replays one instance over its horizon and tells `recorder` everything, in order.
pub fn replay<R: Recorder>(script: &Script<'_>, recorder: &mut R) {
    Machine::new(script, recorder).run();
}

/// Starts waiting for the end of `stopping`, oldest first: at most one per origin.
#[derive(Clone, Copy, Default)]
struct Queue {
    first: Option<Cause>,
    second: Option<Cause>,
}

impl Queue {
    fn push(&mut self, cause: Cause) -> bool {
        if self.first == Some(cause) || self.second == Some(cause) {
            return false;
        }
        let slot = if self.first.is_none() { &mut self.first } else { &mut self.second };
        *slot = Some(cause);
        true
    }

    fn remove(&mut self, cause: Cause) -> bool {
        if self.first == Some(cause) {
            self.first = self.second.take();
            true
        } else if self.second == Some(cause) {
            self.second = None;
            true
        } else {
            false
        }
    }
}

struct Machine<'s, 'r, R> {
    script: &'s Script<'s>,
    recorder: &'r mut R,
    counts: [bool; Kind::ALL.len()],
    /// The instant everything below is true at.
    now: i64,
    state: State,
    /// Where the current phase leads, and when.
    phase_target: State,
    phase_end: i64,
    /// When `running` was last entered and left.
    entered: i64,
    left: i64,
    /// Intervals between their start and recorded end, not cancelled; by class.
    present: [u32; 2],
    /// Of the attended present ones, those that count as activity. Runs always count (IDLE-2).
    counting_attended: u32,
    /// Intervals past their recorded end and never served (DEM-4); by class.
    pending: [u32; 2],
    /// Starts at or before this instant are cancelled (DEM-8, DEM-9); by class.
    cancelled: [i64; 2],
    /// While `running`: sum over present runs of max(start, entered).
    run_since: i64,
    idle_limit: Option<IdleLimit>,
    idle_since: i64,
    /// When idle shutdown is due; `NEVER` while the clock does not run.
    deadline: i64,
    queue: Queue,
    firings: &'s [Firing],
    next_firing: usize,
    next_start: usize,
    next_end: usize,
    next_command: usize,
    begins: i64,
    /// From here on nothing stops or starts by itself: the life's OS disk is full.
    automation_ends: i64,
}

impl<'s, 'r, R: Recorder> Machine<'s, 'r, R> {
    fn new(script: &'s Script<'s>, recorder: &'r mut R) -> Self {
        Self {
            script,
            recorder,
            counts: Kind::ALL.map(|k| script.rules.counts(k)),
            now: script.horizon.start.unix(),
            state: State::Absent,
            phase_target: State::Absent,
            phase_end: NEVER,
            entered: LONG_AGO,
            left: LONG_AGO,
            present: [0; 2],
            counting_attended: 0,
            pending: [0; 2],
            cancelled: [LONG_AGO; 2],
            run_since: 0,
            idle_limit: None,
            idle_since: 0,
            deadline: NEVER,
            queue: Queue::default(),
            firings: &[],
            next_firing: 0,
            next_start: 0,
            next_end: 0,
            next_command: 0,
            begins: script.existence.map_or(NEVER, |e| e.at.unix()),
            automation_ends: script.automation_ends.map_or(NEVER, |at| at.unix()),
        }
    }

    /// Steps from instant to instant in the order of STATE-5.
    fn run(mut self) {
        let end = self.script.horizon.end.unix();
        let activity = self.script.activity;
        let mut other = self.next_other();
        loop {
            let start = start_at(&activity, self.next_start);
            let stop = end_at(&activity, self.next_end);
            let at = start.min(stop).min(other).min(self.deadline);
            if at >= end {
                break; // STATE-6: nothing fires at the horizon's end.
            }
            self.pass_to(at);
            let full = at == other;
            if full {
                self.begin_existence();
                self.end_phase();
            }
            if stop == at {
                self.end_activities(&activity);
            }
            if start == at {
                self.start_activities(&activity);
            }
            if full {
                self.run_commands();
                self.fire();
            }
            if self.deadline <= at {
                self.idle_out(); // IDLE-4
            }
            if self.state == State::Stopped && self.is_wanted() {
                self.start(Cause::Demand); // DEM-3
            }
            if full || self.phase_end != NEVER {
                other = self.next_other();
            }
        }
        self.pass_to(end);
    }

    /// The next instant that is neither an activity edge nor an idle deadline.
    fn next_other(&self) -> i64 {
        let firing = self.firings.get(self.next_firing).map_or(NEVER, |f| f.at.unix());
        let command = self.script.commands.get(self.next_command).map_or(NEVER, |c| c.at.unix());
        firing.min(command).min(self.phase_end).min(self.begins)
    }

    fn pass_to(&mut self, at: i64) {
        if at > self.now {
            let [attended, unattended] = self.present;
            let load = Load {
                attended: attended + self.pending[ATTENDED] > 0,
                unattended: unattended + self.pending[UNATTENDED] > 0,
                counting: self.is_counting(),
                present: attended + unattended > 0,
            };
            self.recorder.span(self.now, at, self.state, load);
            self.now = at;
        }
    }

    fn is_counting(&self) -> bool {
        self.counting_attended + self.present[UNATTENDED] > 0
    }

    fn is_present(&self) -> bool {
        self.present[ATTENDED] + self.present[UNATTENDED] > 0
    }

    fn is_wanted(&self) -> bool {
        self.is_present() || self.pending[ATTENDED] + self.pending[UNATTENDED] > 0
    }

    // Steps 0 and 1: existence by table, phase ends.

    fn begin_existence(&mut self) {
        if self.begins != self.now {
            return;
        }
        self.begins = NEVER;
        let Some(existence) = self.script.existence else { return };
        if self.state != State::Absent {
            return;
        }
        let state = if existence.running { State::Running } else { State::Stopped };
        self.recorder.event(self.now, Event::Exists(state));
        self.adopt(0);
        self.reach(state, false);
    }

    fn end_phase(&mut self) {
        if self.phase_end == self.now {
            let target = self.phase_target;
            self.reach(target, true);
        }
    }

    /// Enters `running` or `stopped`; a phase is over.
    fn reach(&mut self, state: State, tell: bool) {
        self.phase_end = NEVER;
        self.state = state;
        if tell {
            self.recorder.event(self.now, Event::Reached(state));
        }
        if state == State::Running {
            self.entered = self.now;
            self.pending = [0; 2]; // DEM-4: served, and past its end, so it ends here.
            self.run_since = i64::from(self.present[UNATTENDED]).wrapping_mul(self.now);
            self.idle_since = self.now; // IDLE-4
            self.wind_clock();
        }
    }

    /// STATE-1: a phase of length 0 is skipped.
    fn begin_phase(&mut self, phase: State, target: State, latency: i64) {
        self.state = phase;
        self.phase_target = target;
        if latency == 0 {
            self.reach(target, true);
        } else {
            self.phase_end = self.now.saturating_add(latency);
        }
    }

    // Steps 2 and 3: activity. Every interval is demand (DEM-1) and keeps its recorded times,
    // whatever waiting it met before (DEM-2).

    fn end_activities(&mut self, activity: &Activity<'_>) {
        while end_at(activity, self.next_end) == self.now {
            let position = activity.by_end[self.next_end] as usize;
            self.next_end += 1;
            let start = activity.base.unix() + i64::from(activity.start[position]);
            let kind = activity.kind[position];
            let class = class_of(kind);
            // A touch lives and dies in step 3; a cancelled interval is gone already.
            if start == self.now || start <= self.cancelled[class] {
                continue;
            }
            self.present[class] -= 1;
            if class == ATTENDED && self.counts[kind as usize] {
                self.counting_attended -= 1;
            }
            let running = self.state == State::Running;
            if running {
                if class == UNATTENDED {
                    self.run_since = self.run_since.wrapping_sub(start.max(self.entered));
                }
                if self.counts[kind as usize] && !self.is_counting() {
                    self.idle_since = self.now;
                    self.wind_clock();
                }
            } else if self.state != State::Absent && self.left < start {
                self.pending[class] += 1; // DEM-4: never served, so it waits past its end.
            }
        }
    }

    fn start_activities(&mut self, activity: &Activity<'_>) {
        while start_at(activity, self.next_start) == self.now {
            let position = self.next_start;
            self.next_start += 1;
            let kind = activity.kind[position];
            let class = class_of(kind);
            let counts = self.counts[kind as usize];
            if activity.end[position] == activity.start[position] {
                self.touch(class, counts);
                continue;
            }
            self.present[class] += 1;
            if class == ATTENDED {
                self.counting_attended += u32::from(counts);
            } else {
                self.run_since = self.run_since.wrapping_add(self.now);
            }
            if counts {
                self.deadline = NEVER;
            }
        }
    }

    fn touch(&mut self, class: usize, counts: bool) {
        match self.state {
            State::Running => {
                self.recorder.touch(self.now);
                if counts && !self.is_counting() {
                    self.idle_since = self.now;
                    self.wind_clock();
                }
            }
            State::Absent => {} // DEM-6
            _ => self.pending[class] += 1,
        }
    }

    // Step 4: operations.

    fn run_commands(&mut self) {
        while let Some(command) = self.script.commands.get(self.next_command) {
            if command.at.unix() != self.now {
                break;
            }
            self.next_command += 1;
            self.run_command(*command);
        }
    }

    fn run_command(&mut self, command: Command) {
        match (command.kind, self.state) {
            (CommandKind::Create { running, setting }, State::Absent) => {
                self.recorder.event(self.now, Event::Created);
                if self.automation_ends <= self.now {
                    self.automation_ends = NEVER; // a new disk
                }
                self.adopt(setting);
                let target = if running { State::Running } else { State::Stopped };
                self.begin_phase(State::Creating, target, self.script.model.create_latency);
            }
            (CommandKind::Delete, state) if state != State::Absent => self.delete(),
            (CommandKind::Start, State::Stopped) => self.start(Cause::Operation),
            (CommandKind::Start, State::Stopping) => self.enqueue(Cause::Operation),
            (CommandKind::Stop, State::Running) => self.stop(Cause::Operation),
            (CommandKind::Restart, State::Running) => self.restart(),
            (CommandKind::SetIdle(limit), state) if state != State::Absent => {
                let reset = self.set_idle(limit);
                self.recorder.event(self.now, Event::IdleSet(reset));
            }
            (CommandKind::SetPlan { setting }, state) if state != State::Absent => {
                let limit = self.script.settings[setting].idle;
                self.use_firings(setting);
                let reset = self.set_idle(limit);
                self.recorder.event(self.now, Event::PlanSet(reset));
            }
            (kind, state) => self.recorder.event(self.now, Event::OperationNoop(kind, state)),
        }
    }

    /// A new life takes on a setting.
    fn adopt(&mut self, setting: usize) {
        self.idle_limit = self.script.settings[setting].idle;
        self.use_firings(setting);
    }

    fn use_firings(&mut self, setting: usize) {
        let firings = self.script.settings[setting].firings;
        self.firings = firings;
        self.next_firing = firings.partition_point(|f| f.at.unix() < self.now);
    }

    /// STATE-4, DEM-7.
    fn delete(&mut self) {
        if self.state == State::Running {
            self.leave_running(Cause::Operation);
        }
        self.recorder.event(self.now, Event::Deleted);
        self.state = State::Absent;
        self.phase_end = NEVER;
        self.pending = [0; 2];
        self.queue = Queue::default();
    }

    fn restart(&mut self) {
        self.leave_running(Cause::Operation);
        self.recorder.event(self.now, Event::Restart);
        let latency = self.script.model.restart_latency;
        self.begin_phase(State::Restarting, State::Running, latency);
    }

    /// IDLE-5; says whether the clock went back to 0.
    fn set_idle(&mut self, limit: Option<IdleLimit>) -> bool {
        self.idle_limit = limit;
        let on_clock = self.now - self.idle_since;
        let ticking = self.state == State::Running && !self.is_counting();
        let reset = ticking && limit.is_some_and(|l| l.seconds() < on_clock);
        if reset {
            self.idle_since = self.now;
        }
        self.wind_clock();
        reset
    }

    // Steps 5 and 6: schedules.

    fn fire(&mut self) {
        while self.take_firing(Action::Stop) {
            self.fire_stop();
        }
        if self.state != State::Stopping {
            let queue = std::mem::take(&mut self.queue);
            for cause in [queue.first, queue.second].into_iter().flatten() {
                let blocked = cause == Cause::Schedule && self.is_blocked(cause);
                if self.state == State::Stopped && !blocked {
                    self.start(cause);
                }
            }
        }
        while self.take_firing(Action::Start) {
            if self.is_blocked(Cause::Schedule) {
                continue;
            }
            match self.state {
                State::Stopped => self.start(Cause::Schedule), // SCHED-8
                State::Stopping => self.enqueue(Cause::Schedule),
                state => self.noop_firing(Action::Start, state),
            }
        }
    }

    fn take_firing(&mut self, action: Action) -> bool {
        let due = self
            .firings
            .get(self.next_firing)
            .is_some_and(|f| f.at.unix() == self.now && f.action == action);
        self.next_firing += usize::from(due);
        due
    }

    /// SCHED-6, SCHED-7.
    fn fire_stop(&mut self) {
        if self.is_blocked(Cause::Schedule) {
            return;
        }
        if self.state != State::Running {
            if self.queue.remove(Cause::Schedule) {
                self.recorder.event(self.now, Event::Unqueued);
            }
            self.noop_firing(Action::Stop, self.state);
            return;
        }
        let chance = match self.present {
            [0, 0] => None,
            [0, _] => Some(self.script.model.dismiss_unattended),
            _ => Some(self.script.model.dismiss_attended),
        };
        if chance.is_some_and(|c| c.happens(self.script.draw.at(self.now))) {
            self.recorder.event(self.now, Event::Dismissed); // IDLE-6: the clock runs on.
        } else {
            self.stop(Cause::Schedule);
        }
    }

    fn noop_firing(&mut self, action: Action, state: State) {
        if state != State::Absent {
            self.recorder.event(self.now, Event::FiringNoop(action, state));
        }
    }

    fn enqueue(&mut self, cause: Cause) {
        if self.queue.push(cause) {
            self.recorder.event(self.now, Event::Queued(cause));
        }
    }

    /// Whether the OS disk is full, so that `cause` does nothing; tells so of an existing instance.
    fn is_blocked(&mut self, cause: Cause) -> bool {
        let blocked = self.automation_ends <= self.now;
        if blocked && self.state != State::Absent {
            self.recorder.event(self.now, Event::AutomationBlocked(cause));
        }
        blocked
    }

    fn idle_out(&mut self) {
        if self.is_blocked(Cause::Idle) {
            self.deadline = NEVER;
        } else {
            self.stop(Cause::Idle);
        }
    }

    // Starting and stopping.

    fn start(&mut self, cause: Cause) {
        self.recorder.event(self.now, Event::Start(cause));
        self.begin_phase(State::Starting, State::Running, self.script.model.start_latency);
    }

    fn stop(&mut self, cause: Cause) {
        self.leave_running(cause);
        self.recorder.event(self.now, Event::Stop(cause));
        self.give_up_after(cause);
        self.begin_phase(State::Stopping, State::Stopped, self.script.model.stop_latency);
    }

    /// DEM-7: counts the interruption.
    fn leave_running(&mut self, cause: Cause) {
        if self.is_present() {
            let runs = i64::from(self.present[UNATTENDED]);
            let lost = runs.wrapping_mul(self.now).wrapping_sub(self.run_since);
            self.recorder.event(self.now, Event::Interrupted(cause, lost));
        }
        self.left = self.now;
        self.deadline = NEVER;
    }

    /// DEM-8 and DEM-9: who does not come back.
    fn give_up_after(&mut self, cause: Cause) {
        let model = self.script.model;
        let meant = cause == Cause::Operation;
        if meant || model.after_attended == AfterInterruption::GiveUp {
            self.present[ATTENDED] = 0;
            self.counting_attended = 0;
            self.cancelled[ATTENDED] = self.now;
        }
        if meant || model.after_unattended == AfterInterruption::GiveUp {
            self.present[UNATTENDED] = 0;
            self.cancelled[UNATTENDED] = self.now;
        }
    }

    /// Sets the deadline from the clock (IDLE-4, IDLE-7, IDLE-2).
    fn wind_clock(&mut self) {
        self.deadline = NEVER;
        let ticking = self.state == State::Running && !self.is_counting();
        if !ticking || self.script.never_idles {
            return;
        }
        if let Some(limit) = self.idle_limit {
            let due = self.idle_since.saturating_add(limit.seconds());
            let period = self.script.model.idle_check_interval;
            self.deadline = match due.checked_rem_euclid(period) {
                None | Some(0) => due,
                Some(rest) => due.saturating_add(period.saturating_sub(rest)),
            };
        }
    }
}

const fn class_of(kind: Kind) -> usize {
    if kind.is_attended() { ATTENDED } else { UNATTENDED }
}

/// The start of the interval at this position, or `NEVER`.
fn start_at(activity: &Activity<'_>, position: usize) -> i64 {
    activity.start.get(position).map_or(NEVER, |s| activity.base.unix() + i64::from(*s))
}

/// The end of the interval of this rank by end, or `NEVER`.
fn end_at(activity: &Activity<'_>, rank: usize) -> i64 {
    let position = activity.by_end.get(rank).map(|p| *p as usize);
    let end = position.and_then(|p| activity.end.get(p));
    end.map_or(NEVER, |e| activity.base.unix() + i64::from(*e))
}
