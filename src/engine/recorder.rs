//! What the engine says, and who listens.

use crate::units::IdleLimit;

/// STATE-1: the states of an instance. `Absent` covers before creation and after deletion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum State {
    /// Does not exist: not created yet, or deleted.
    Absent,
    /// Being created. Not billed for compute.
    Creating,
    /// On its way to running. Billed.
    Starting,
    /// Running. Billed.
    Running,
    /// Restarting. Billed.
    Restarting,
    /// On its way to stopped. Billed.
    Stopping,
    /// Stopped. Not billed for compute.
    Stopped,
}

impl State {
    /// Number of states, for tables indexed by state.
    pub const COUNT: usize = 7;

    /// LEDG-1: whether compute is billed in this state.
    #[must_use]
    pub const fn is_billed(self) -> bool {
        matches!(self, Self::Starting | Self::Running | Self::Restarting | Self::Stopping)
    }

    /// The name in event files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Creating => "creating",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Restarting => "restarting",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }
}

/// Why something started, stopped or was interrupted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Cause {
    /// A person or run needed the instance.
    Demand,
    /// A start/stop schedule.
    Schedule,
    /// A recorded operation.
    Operation,
    /// Idle shutdown.
    Idle,
}

impl Cause {
    /// Number of causes, for tables indexed by cause.
    pub const COUNT: usize = 4;

    /// The name in event files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Schedule => "schedule",
            Self::Operation => "operation",
            Self::Idle => "idle",
        }
    }
}

/// What is asked of the instance during a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Attended demand is present or pending (DEM-5).
    pub attended: bool,
    /// Unattended demand is present or pending (DEM-5).
    pub unattended: bool,
    /// An interval that counts as activity is present (IDLE-2).
    pub counting: bool,
    /// An interval of any kind is present.
    pub present: bool,
}

impl Load {
    /// Whether a second in `state` is one of activity (`active_s`).
    #[inline]
    #[must_use]
    pub const fn is_active(self, state: State) -> bool {
        self.counting && matches!(state, State::Running)
    }

    /// DEM-5: whether a person waits through a second in `state` (`wait_s`).
    #[inline]
    #[must_use]
    pub const fn waits(self, state: State) -> bool {
        self.attended && !matches!(state, State::Running | State::Absent)
    }

    /// DEM-5: whether a run queues through a second in `state` (`queue_s`).
    #[inline]
    #[must_use]
    pub const fn queues(self, state: State) -> bool {
        self.unattended && !matches!(state, State::Running | State::Absent)
    }
}

/// Something that happens at one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Existence began without an operation, in this state (STATE-3).
    Exists(State),
    /// A create operation took effect.
    Created,
    /// Existence ended (STATE-4).
    Deleted,
    /// A start took effect.
    Start(Cause),
    /// A stop took effect.
    Stop(Cause),
    /// A restart took effect.
    Restart,
    /// A phase ended, or was skipped, and the instance is now `Running` or `Stopped`.
    Reached(State),
    /// DEM-7: `running` was left with demand present; run seconds lost \[s\].
    Interrupted(Cause, i64),
    /// SCHED-7: a scheduled stop was dismissed.
    Dismissed,
    /// A start was queued while stopping.
    Queued(Cause),
    /// SCHED-6: a stop firing removed a start queued by a schedule.
    Unqueued,
    /// A firing that changed nothing, in this state.
    FiringNoop(crate::units::Action, State),
    /// An operation that changed nothing.
    OperationNoop(crate::engine::CommandKind, State),
    /// The idle limit changed; `true` where the clock went back to 0 (IDLE-5).
    IdleSet(bool),
    /// Idle shutdown or a schedule did nothing because the OS disk is full.
    AutomationBlocked(Cause),
    /// The plan changed; `true` where the clock went back to 0 (IDLE-5).
    PlanSet(bool),
}

/// The idle clock (IDLE-4) during a span in which it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdleClock {
    /// What it counts from \[unix s\].
    pub since: i64,
    /// The limit in force, or none.
    pub limit: Option<IdleLimit>,
    /// When idle shutdown is due \[unix s\]; `None` without a limit, and where something keeps it
    /// from happening (IDLE-2, a full OS disk).
    pub due: Option<i64>,
}

/// Listens to a replay. Instants are seconds since the Unix epoch \[s\], never decreasing.
pub trait Recorder {
    /// The instance was in `state` under `load` for the whole of `[from, to)`, `from < to`.
    fn span(&mut self, from: i64, to: i64, state: State, load: Load);
    /// Something happened.
    fn event(&mut self, at: i64, event: Event);
    /// A zero-length activity happened in `running`.
    fn touch(&mut self, _at: i64) {}
    /// What the idle clock says during the span that comes next; `None` while it does not run.
    fn idle_clock(&mut self, _clock: Option<IdleClock>) {}
}

impl<A: Recorder, B: Recorder> Recorder for (A, B) {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        self.0.span(from, to, state, load);
        self.1.span(from, to, state, load);
    }

    fn event(&mut self, at: i64, event: Event) {
        self.0.event(at, event);
        self.1.event(at, event);
    }

    fn touch(&mut self, at: i64) {
        self.0.touch(at);
        self.1.touch(at);
    }

    fn idle_clock(&mut self, clock: Option<IdleClock>) {
        self.0.idle_clock(clock);
        self.1.idle_clock(clock);
    }
}
