//! What one replay needs: one instance, everything resolved to instants and indices.

use crate::engine::Draw;
use crate::engine::admission::RefusalCause;
use crate::plan::Firing;
use crate::trace::Activity;
use crate::units::{Horizon, IdleLimit, Instant, RuleProfile};
use crate::world::ModelParams;

/// Existence that comes from the instance table, not from an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Existence {
    /// From when, not before the horizon's start.
    pub at: Instant,
    /// STATE-3: begins `running` (else `stopped`).
    pub running: bool,
}

/// An operation, resolved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Command {
    /// When.
    pub at: Instant,
    /// What.
    pub kind: CommandKind,
}

/// What a command does. `setting` indexes [`Script::settings`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandKind {
    /// Create, towards `running` or `stopped`, under a setting.
    Create {
        /// Towards `running` (else `stopped`).
        running: bool,
        /// The setting of the new life.
        setting: usize,
    },
    /// Delete.
    Delete,
    /// Start.
    Start,
    /// Stop.
    Stop,
    /// Restart.
    Restart,
    /// Another idle limit, or none.
    SetIdle(Option<IdleLimit>),
    /// Another plan.
    SetPlan {
        /// The plan's setting.
        setting: usize,
    },
    /// Resize: always refused, fixed at creation (SPEC 1.2).
    Resize,
    /// Enable SSH: always refused, fixed at creation (SPEC 1.2).
    EnableSsh,
    /// Anything that access, the name or quota refuses: nothing happens but its record.
    Refused {
        /// What was asked for, as in operations files.
        op: &'static str,
        /// What refused it.
        cause: RefusalCause,
    },
}

impl CommandKind {
    /// The name in operations files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Delete => "delete",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::SetIdle(_) => "set_idle",
            Self::SetPlan { .. } => "set_plan",
            Self::Resize => "resize",
            Self::EnableSsh => "enable_ssh",
            Self::Refused { op, .. } => op,
        }
    }
}

/// A plan as the engine sees it.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The idle limit, or none.
    pub idle: Option<IdleLimit>,
    /// Whether a sweep over all idle limits takes the place of `idle`; a replay ignores it.
    pub swept: bool,
    /// Firings over the horizon, sorted.
    pub firings: &'a [Firing],
}

/// One instance, ready to replay.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// What is simulated.
    pub horizon: Horizon,
    /// What people did, clipped to the horizon.
    pub activity: Activity<'a>,
    /// Existence by table, if any.
    pub existence: Option<Existence>,
    /// Operations inside the horizon, sorted by instant, file order within.
    pub commands: &'a [Command],
    /// Settings that commands refer to; the first is that of existence by table.
    pub settings: &'a [Setting<'a>],
    /// Which kinds count as activity.
    pub rules: RuleProfile,
    /// IDLE-2: idle shutdown never fires (managed identity without Contributor).
    pub never_idles: bool,
    /// From when on idle shutdown and schedules do nothing, because the OS disk is full; a create
    /// at or after it brings a new disk.
    pub automation_ends: Option<Instant>,
    /// The model's numbers.
    pub model: &'a ModelParams,
    /// The instance's luck (SCHED-7).
    pub draw: Draw,
}
