//! A small world as plain data: what both the program and the auditor are fed.
//!
//! No type of the program under test appears here, so a mistake in those types cannot hide itself.

pub(crate) use super::random::random_world;

/// The rule profile (IDLE-2, SCHED-2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rules {
    /// `aml-2022-12`.
    Aml2022,
    /// `aml-2024-08`.
    Aml2024,
}

impl Rules {
    /// The spelling on the command line.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Aml2022 => "aml-2022-12",
            Self::Aml2024 => "aml-2024-08",
        }
    }
}

/// How a zone label becomes an offset (SCHED-5).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Dst {
    /// The label's standard offset all year.
    Ignored,
    /// The zone's real clock.
    Observed,
}

impl Dst {
    /// Both rules.
    pub(crate) const ALL: [Self; 2] = [Self::Ignored, Self::Observed];

    /// The spelling on the command line.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Observed => "observed",
        }
    }
}

/// What becomes of demand cut by an idle or scheduled stop (DEM-8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum After {
    /// It is pending again.
    Restart,
    /// It is cancelled.
    GiveUp,
}

impl After {
    /// The spelling as a model parameter.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::GiveUp => "give_up",
        }
    }
}

/// The kind of an activity interval (SPEC 1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum SmallKind {
    /// A Jupyter kernel.
    Kernel,
    /// A Jupyter terminal.
    Terminal,
    /// An SSH connection.
    Ssh,
    /// A VS Code connection.
    Vscode,
    /// An Azure ML run: the only unattended kind.
    Run,
    /// A custom application.
    CustomApp,
}

impl SmallKind {
    /// All kinds.
    pub(crate) const ALL: [Self; 6] =
        [Self::Kernel, Self::Terminal, Self::Ssh, Self::Vscode, Self::Run, Self::CustomApp];

    /// The spelling in activity files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Terminal => "terminal",
            Self::Ssh => "ssh",
            Self::Vscode => "vscode",
            Self::Run => "run",
            Self::CustomApp => "custom_app",
        }
    }

    /// Whether a person waits for it.
    pub(crate) fn attended(self) -> bool {
        self != Self::Run
    }

    /// IDLE-2: whether it keeps an instance awake.
    pub(crate) fn counts(self, rules: Rules) -> bool {
        match rules {
            Rules::Aml2022 => self != Self::CustomApp,
            Rules::Aml2024 => self != Self::Ssh,
        }
    }
}

/// One activity row, as recorded \[unix s\].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallActivity {
    /// The signal.
    pub(crate) kind: SmallKind,
    /// First second.
    pub(crate) start: i64,
    /// One past the last second; `end == start` is a touch.
    pub(crate) end: i64,
    /// The last keystroke; `vscode` only (IDLE-3).
    pub(crate) last_activity: Option<i64>,
}

/// What an operation asks for (SPEC 1.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SmallAsk {
    /// `create`, with value `running` (true) or `stopped`.
    Create(bool),
    /// `delete`.
    Delete,
    /// `start`.
    Start,
    /// `stop`.
    Stop,
    /// `restart`.
    Restart,
    /// `set_idle`, in minutes or `none`.
    SetIdle(Option<u32>),
    /// `set_plan`, by index into [`SmallWorld::plans`].
    SetPlan(usize),
    /// `resize`: always refused.
    Resize,
    /// `enable_ssh`: always refused.
    EnableSsh,
}

/// One operation row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallOp {
    /// When \[unix s\].
    pub(crate) at: i64,
    /// What.
    pub(crate) op: SmallAsk,
}

/// One instance with its trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallInstance {
    /// Its name.
    pub(crate) name: String,
    /// The `created` column \[unix s\].
    pub(crate) created: Option<i64>,
    /// The `deleted` column \[unix s\].
    pub(crate) deleted: Option<i64>,
    /// The `initial_state` column: running, else stopped.
    pub(crate) initial_running: bool,
    /// `Some(false)`: never idles out under `aml-2024-08`.
    pub(crate) identity_has_contributor: Option<bool>,
    /// The `disk_full_from` column \[unix s\].
    pub(crate) disk_full_from: Option<i64>,
    /// Its activity, in file order.
    pub(crate) activity: Vec<SmallActivity>,
    /// Its operations, in file order, which need not be the order of time.
    pub(crate) ops: Vec<SmallOp>,
}

/// What a schedule does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SmallAction {
    /// Start the instance.
    Start,
    /// Stop it.
    Stop,
}

/// The unit of a recurrence (SCHED-3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SmallFrequency {
    /// Every n minutes from the anchor; the pattern is ignored.
    Minute,
    /// Every n hours from the anchor; the pattern is ignored.
    Hour,
    /// Days.
    Day,
    /// Weeks, Monday first.
    Week,
    /// Calendar months.
    Month,
}

impl SmallFrequency {
    /// The spelling in CLI YAML.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// When a schedule fires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum SmallTrigger {
    /// A five-field cron expression (SCHED-2).
    Cron(String),
    /// A recurrence (SCHED-3).
    Recurrence {
        /// The unit.
        frequency: SmallFrequency,
        /// Every how many units; at least 1.
        interval: u32,
        /// Hours of the day; empty = the anchor's.
        hours: Vec<u32>,
        /// Minutes of the hour; empty = the anchor's.
        minutes: Vec<u32>,
        /// Days of the week, Monday = 0; empty = the anchor's.
        week_days: Vec<u32>,
        /// Days of the month, -1 = the last; empty = the anchor's.
        month_days: Vec<i32>,
    },
}

/// One schedule of a plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallSchedule {
    /// What it does.
    pub(crate) action: SmallAction,
    /// Whether it ever fires (SCHED-9).
    pub(crate) enabled: bool,
    /// A Windows zone name of [`super::zones::ZONES`]; `None` = UTC.
    pub(crate) zone: Option<String>,
    /// `YYYY-MM-DDTHH:MM:SS`, local unless it ends in `Z` or an offset (SCHED-4).
    pub(crate) start_time: Option<String>,
    /// When it fires.
    pub(crate) trigger: SmallTrigger,
}

/// A plan: an idle limit and up to four schedules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallPlan {
    /// Its name.
    pub(crate) name: String,
    /// IDLE-1: the limit \[min\].
    pub(crate) idle_minutes: Option<u32>,
    /// SCHED-1: at most four.
    pub(crate) schedules: Vec<SmallSchedule>,
}

/// Everything a replay depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallWorld {
    /// First second of the horizon \[unix s\].
    pub(crate) horizon_start: i64,
    /// One past its last second: nothing happens at it (STATE-6).
    pub(crate) horizon_end: i64,
    /// The rule profile.
    pub(crate) rules: Rules,
    /// The daylight saving rule.
    pub(crate) dst: Dst,
    /// Length of `creating` \[s\]; 0 skips it. So for the next three.
    pub(crate) create_latency: i64,
    /// Length of `starting` \[s\].
    pub(crate) start_latency: i64,
    /// Length of `stopping` \[s\].
    pub(crate) stop_latency: i64,
    /// Length of `restarting` \[s\].
    pub(crate) restart_latency: i64,
    /// IDLE-7: 0 = exact.
    pub(crate) idle_check_interval: i64,
    /// SCHED-7: in thousandths.
    pub(crate) dismiss_attended_permille: u32,
    /// SCHED-7: in thousandths.
    pub(crate) dismiss_unattended_permille: u32,
    /// DEM-8, attended kinds.
    pub(crate) after_attended: After,
    /// DEM-8, unattended kinds.
    pub(crate) after_unattended: After,
    /// Seed of the draws.
    pub(crate) seed: u64,
    /// The plans, by index.
    pub(crate) plans: Vec<SmallPlan>,
    /// The instances.
    pub(crate) instances: Vec<SmallInstance>,
}
