//! Small closed vocabularies with their spellings.

use std::fmt;

/// What kind of activity an interval is (SPEC 1.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// A Jupyter kernel session.
    Kernel,
    /// A Jupyter terminal session.
    Terminal,
    /// An SSH connection.
    Ssh,
    /// A VS Code connection.
    Vscode,
    /// An Azure ML run. The only kind nobody waits for: **unattended**.
    Run,
    /// Use of a custom application.
    CustomApp,
}

impl Kind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 6] =
        [Self::Kernel, Self::Terminal, Self::Ssh, Self::Vscode, Self::Run, Self::CustomApp];

    /// The spelling in activity files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Terminal => "terminal",
            Self::Ssh => "ssh",
            Self::Vscode => "vscode",
            Self::Run => "run",
            Self::CustomApp => "custom_app",
        }
    }

    /// The kind spelt `text`, exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }

    /// Whether a person sits in front of it: every kind but [`Kind::Run`].
    #[must_use]
    pub const fn is_attended(self) -> bool {
        !matches!(self, Self::Run)
    }
}

/// Which dated edition of the platform's rules applies (IDLE-2, SCHED-2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RuleProfile {
    /// The product page of December 2022: SSH counts as activity, custom applications do not.
    #[default]
    Aml2022_12,
    /// The page of August 2024: custom applications count, SSH does not, and an instance whose
    /// managed identity lacks Contributor never idles out.
    Aml2024_08,
}

impl RuleProfile {
    /// All profiles, oldest first.
    pub const ALL: [Self; 2] = [Self::Aml2022_12, Self::Aml2024_08];

    /// The spelling on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aml2022_12 => "aml-2022-12",
            Self::Aml2024_08 => "aml-2024-08",
        }
    }

    /// IDLE-2: whether activity of this kind keeps an instance awake.
    #[must_use]
    pub const fn counts(self, kind: Kind) -> bool {
        match (self, kind) {
            (Self::Aml2022_12, Kind::CustomApp) | (Self::Aml2024_08, Kind::Ssh) => false,
            (_, _) => true,
        }
    }
}

impl fmt::Display for RuleProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a schedule's zone label becomes an offset (SCHED-5).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DstRule {
    /// The label's fixed standard offset all year, as the product page describes.
    #[default]
    Ignored,
    /// The zone's real clock.
    Observed,
}

impl DstRule {
    /// Both rules, the default first.
    pub const ALL: [Self; 2] = [Self::Ignored, Self::Observed];

    /// The spelling on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Observed => "observed",
        }
    }
}

impl fmt::Display for DstRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a schedule does when it fires.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    /// Stops come first at one instant (STATE-5 steps 5 and 6).
    Stop,
    /// Start.
    Start,
}

impl Action {
    /// `stop` or `start`, as the CLI spells them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Start => "start",
        }
    }
}

/// One of the four meters that bill for an instance (LEDG-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Meter {
    /// The virtual machine, while it is allocated.
    Compute,
    /// The managed OS disk, as long as the instance exists.
    OsDisk,
    /// The static public IP address, as long as the instance exists.
    PublicIp,
    /// The load balancer in front of it, as long as the instance exists.
    LoadBalancer,
}

impl Meter {
    /// All meters, in the order of every table.
    pub const ALL: [Self; 4] = [Self::Compute, Self::OsDisk, Self::PublicIp, Self::LoadBalancer];

    /// The spelling in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compute => "compute",
            Self::OsDisk => "os_disk",
            Self::PublicIp => "public_ip",
            Self::LoadBalancer => "load_balancer",
        }
    }

    /// The meter spelt `text`, exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// IDLE-1: an idle limit of 15 to 4320 whole minutes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IdleLimit(u16);

impl IdleLimit {
    /// The shortest limit the platform takes \[min\].
    pub const MIN_MINUTES: i64 = 15;
    /// The longest: three days \[min\].
    pub const MAX_MINUTES: i64 = 4_320;

    /// A limit of this many minutes, or `None` outside 15..=4320.
    #[must_use]
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        (Self::MIN_MINUTES..=Self::MAX_MINUTES)
            .contains(&minutes)
            .then(|| u16::try_from(minutes).ok().map(Self))
            .flatten()
    }

    /// The limit \[min\].
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The limit \[s\].
    #[must_use]
    pub fn seconds(self) -> i64 {
        i64::from(self.0).saturating_mul(60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IDLE-1: both ends belong to the range.
    #[test]
    fn idle_limits_run_from_15_to_4320_minutes() {
        let ok = |m| IdleLimit::from_minutes(m).is_some();
        assert_eq!([ok(14), ok(15), ok(4320), ok(4321)], [false, true, true, false]);
    }

    /// IDLE-2, table by table.
    #[test]
    fn kinds_that_keep_an_instance_awake() {
        let awake =
            |p: RuleProfile| Kind::ALL.into_iter().filter(move |k| p.counts(*k)).map(Kind::as_str);
        let old: Vec<_> = awake(RuleProfile::Aml2022_12).collect();
        let new: Vec<_> = awake(RuleProfile::Aml2024_08).collect();
        assert_eq!(old, ["kernel", "terminal", "ssh", "vscode", "run"]);
        assert_eq!(new, ["kernel", "terminal", "vscode", "run", "custom_app"]);
    }
}
