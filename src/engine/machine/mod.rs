//! The step loop: every rule of STATE, DEM, IDLE and SCHED that concerns one instance, once.
//!
//! A [`Machine`] is one instance between two instants. It is a plain value: [`replay`] drives one
//! from the horizon's start to its end, and the sweep over idle limits drives a few copies that
//! stand for ranges of limits. Both call the same [`Machine::step`].
//!
//! What it waits for is split by origin. *Outside* instants (activity edges, firings, operations,
//! existence by table) are the same whatever the idle limit; *inside* instants (the end of a phase,
//! the idle deadline) follow from its own state.

mod activity;
mod alike;
mod commands;
mod idle;
mod phases;
mod queue;
mod schedules;

use crate::engine::recorder::{Load, Recorder, State};
use crate::engine::script::Script;
use crate::plan::Firing;
use crate::units::{IdleLimit, Kind};
pub(super) use idle::Return;
use queue::Queue;

/// "Never", as an instant.
pub(super) const NEVER: i64 = i64::MAX;
/// "Long ago", as an instant.
const LONG_AGO: i64 = i64::MIN;
/// Index of a class of demand.
const ATTENDED: usize = 0;
const UNATTENDED: usize = 1;

/// Replays one instance over its horizon and tells `recorder` everything, in order.
pub fn replay<R: Recorder>(script: &Script<'_>, recorder: &mut R) {
    // STATE-6: nothing fires at the horizon's end.
    Machine::new(script).run::<false, R>(script.horizon.end.unix(), recorder);
}

/// One instance at one instant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine<'s> {
    script: &'s Script<'s>,
    counts: [bool; Kind::ALL.len()],
    state: State,
    /// Where the current phase leads, and when.
    phase_target: State,
    /// Whether the limit in force is the swept one.
    swept: bool,
    queue: Queue,
    /// The instant everything below is true at.
    now: i64,
    phase_end: i64,
    /// When idle shutdown is due; `NEVER` while the clock does not run.
    deadline: i64,
    /// The same where the full OS disk keeps it from happening: it is only told.
    blocked_at: i64,
    /// The next activity start and end.
    start_at: i64,
    end_at: i64,
    /// The next firing, operation or existence by table.
    fixed_at: i64,
    next_start: usize,
    next_end: usize,
    /// Intervals between their start and recorded end, not cancelled; by class.
    present: [u32; 2],
    /// Of the attended present ones, those that count as activity. Runs always count (IDLE-2).
    counting_attended: u32,
    /// Intervals past their recorded end and never served (DEM-4); by class.
    pending: [u32; 2],
    /// Starts at or before this instant are cancelled (DEM-8, DEM-9); by class.
    cancelled: [i64; 2],
    /// When `running` was last entered and left.
    entered: i64,
    left: i64,
    /// While `running`: sum over present runs of max(start, entered).
    run_since: i64,
    idle_since: i64,
    idle_limit: Option<IdleLimit>,
    /// Whether settings marked as swept mean `swept_limit` rather than their own.
    sweeps: bool,
    swept_limit: Option<IdleLimit>,
    firings: &'s [Firing],
    next_firing: usize,
    next_command: usize,
    begins: i64,
    /// From here on nothing stops or starts by itself: the life's OS disk is full.
    automation_ends: i64,
}

impl<'s> Machine<'s> {
    /// The instance before the horizon.
    pub(super) fn new(script: &'s Script<'s>) -> Self {
        let mut machine = Self {
            script,
            counts: Kind::ALL.map(|k| script.rules.counts(k)),
            state: State::Absent,
            phase_target: State::Absent,
            swept: false,
            queue: Queue::default(),
            now: script.horizon.start.unix(),
            phase_end: NEVER,
            deadline: NEVER,
            blocked_at: NEVER,
            start_at: NEVER,
            end_at: NEVER,
            fixed_at: NEVER,
            next_start: 0,
            next_end: 0,
            present: [0; 2],
            counting_attended: 0,
            pending: [0; 2],
            cancelled: [LONG_AGO; 2],
            entered: LONG_AGO,
            left: LONG_AGO,
            run_since: 0,
            idle_since: 0,
            idle_limit: None,
            sweeps: false,
            swept_limit: None,
            firings: &[],
            next_firing: 0,
            next_command: 0,
            begins: script.existence.map_or(NEVER, |e| e.at.unix()),
            automation_ends: script.automation_ends.map_or(NEVER, |at| at.unix()),
        };
        machine.look_for_start();
        machine.look_for_end();
        machine.fixed_at = machine.next_fixed();
        machine
    }

    /// The instance before the horizon, under settings of which the swept ones mean this limit.
    pub(super) fn under(script: &'s Script<'s>, limit: Option<IdleLimit>) -> Self {
        Self { sweeps: true, swept_limit: limit, ..Self::new(script) }
    }

    /// Steps from instant to instant up to, not including, `until`; then stands at `until`.
    ///
    /// With `PAUSE` it stops before an idle shutdown by the swept limit that is due before `until`
    /// and not after everything else, and says `false`.
    #[inline]
    pub(super) fn run<const PAUSE: bool, R: Recorder>(
        &mut self,
        until: i64,
        recorder: &mut R,
    ) -> bool {
        loop {
            let edge = self.next_outside().min(self.phase_end);
            if PAUSE && self.deadline <= edge && self.deadline < until && self.swept {
                return false;
            }
            let at = edge.min(self.deadline).min(self.blocked_at);
            if at >= until {
                self.pass_to(until, recorder);
                return true;
            }
            self.step(at, recorder);
        }
    }

    /// Everything that happens at `at`, the next instant at which anything does, in the order of
    /// STATE-5.
    #[inline]
    pub(super) fn step<R: Recorder>(&mut self, at: i64, recorder: &mut R) {
        self.pass_to(at, recorder);
        let fixed = at == self.fixed_at;
        if fixed {
            self.begin_existence(recorder);
        }
        if at == self.phase_end {
            self.end_phase(recorder);
        }
        if self.end_at == at {
            self.end_activities();
        }
        if self.start_at == at {
            self.start_activities(recorder);
        }
        if fixed {
            self.run_commands(recorder);
        }
        if fixed || !self.queue.is_empty() {
            self.fire(recorder);
        }
        self.shut_down_if_idle(recorder);
        self.start_if_wanted(recorder);
        if fixed {
            self.fixed_at = self.next_fixed();
        }
    }

    /// The next instant that does not depend on the idle limit \[unix s\].
    #[inline]
    pub(super) fn next_outside(&self) -> i64 {
        self.start_at.min(self.end_at).min(self.fixed_at)
    }

    /// The next firing, operation or existence by table.
    #[inline]
    fn next_fixed(&self) -> i64 {
        let firing = self.firings.get(self.next_firing).map_or(NEVER, |f| f.at.unix());
        let command = self.script.commands.get(self.next_command).map_or(NEVER, |c| c.at.unix());
        firing.min(command).min(self.begins)
    }

    /// Lets time pass in which nothing happens.
    #[inline]
    fn pass_to<R: Recorder>(&mut self, at: i64, recorder: &mut R) {
        if at > self.now {
            let [attended, unattended] = self.present;
            let load = Load {
                attended: attended + self.pending[ATTENDED] > 0,
                unattended: unattended + self.pending[UNATTENDED] > 0,
                counting: self.is_counting(),
                present: attended + unattended > 0,
            };
            recorder.idle_clock(self.idle_clock());
            recorder.span(self.now, at, self.state, load);
            self.now = at;
        }
    }

    #[inline]
    const fn is_counting(&self) -> bool {
        self.counting_attended + self.present[UNATTENDED] > 0
    }

    #[inline]
    const fn is_present(&self) -> bool {
        self.present[ATTENDED] + self.present[UNATTENDED] > 0
    }

    /// Whether demand is present or pending (DEM-3).
    #[inline]
    pub(super) const fn is_wanted(&self) -> bool {
        self.is_present() || self.pending[ATTENDED] + self.pending[UNATTENDED] > 0
    }
}
