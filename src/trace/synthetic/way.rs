//! Ways of working: when people come, how they go on, what they leave behind.
//!
//! A way is a table of distributions over people (how early does this person come?) and over days
//! (how late is this person today?). Coding, batch and notebook figures are shaped like public
//! traces of coding sessions, batch jobs and notebook runs; the rest are assumptions, stated here
//! and nowhere else.

use super::draw::Quantiles;
use super::shape;
use crate::units::Kind;

/// A way of working.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// Notebooks on weekdays in office hours, with a lunch break.
    Office,
    /// Mornings, a long break, evenings.
    Split,
    /// Evenings into the night.
    Nights,
    /// Office hours, and most weekends too.
    Weekends,
    /// Two or three fixed weekdays a week.
    PartTime,
    /// Bursts of runs at any hour; some people have one started every night.
    Batch,
    /// Office hours, but the kernel often stays busy for hours or days after the person left.
    Forgotten,
    /// Work in a custom application (an RStudio, say).
    CustomApp,
    /// Long SSH connections, some left open.
    Ssh,
    /// VS Code connections, many left open after the last keystroke.
    Vscode,
    /// A bit of every kind in one week.
    Mixed,
}

impl Way {
    /// All ways, in the order of the help text.
    pub const ALL: [Self; 11] = [
        Self::Office,
        Self::Split,
        Self::Nights,
        Self::Weekends,
        Self::PartTime,
        Self::Batch,
        Self::Forgotten,
        Self::CustomApp,
        Self::Ssh,
        Self::Vscode,
        Self::Mixed,
    ];

    /// The spelling on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Split => "split",
            Self::Nights => "nights",
            Self::Weekends => "weekends",
            Self::PartTime => "part-time",
            Self::Batch => "batch",
            Self::Forgotten => "forgotten",
            Self::CustomApp => "custom-app",
            Self::Ssh => "ssh",
            Self::Vscode => "vscode",
            Self::Mixed => "mixed",
        }
    }

    /// The way spelt `text`, exactly.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.as_str() == text)
    }

    /// Its distributions.
    pub(super) const fn style(self) -> &'static Style {
        match self {
            Self::Office => &OFFICE,
            Self::Split => &SPLIT,
            Self::Nights => &NIGHTS,
            Self::Weekends => &WEEKENDS,
            Self::PartTime => &PART_TIME,
            Self::Batch => &BATCH,
            Self::Forgotten => &FORGOTTEN,
            Self::CustomApp => &CUSTOM_APP,
            Self::Ssh => &SSH,
            Self::Vscode => &VSCODE,
            Self::Mixed => &MIXED,
        }
    }
}

/// The distributions of one way. "Per person" is drawn once, "per day" every working day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Share of weekdays worked, per person \[1/1000\].
    pub(super) weekday: Quantiles,
    /// Share of weekend days worked, per person \[1/1000\].
    pub(super) weekend: Quantiles,
    /// How a week compares with the person's usual one, per week \[1/1000\].
    pub(super) week: Quantiles,
    /// Weekdays a week that the person has at all.
    pub(super) days_a_week: u8,
    /// Usual arrival after local midnight, per person \[min\].
    pub(super) arrive: Quantiles,
    /// Later (or earlier) than usual, per day \[min\].
    pub(super) jitter: Quantiles,
    /// From arrival to the last possible start of a session, per person \[min\].
    pub(super) stay: Quantiles,
    /// From arrival to the long break, per person \[min\].
    pub(super) until_break: Quantiles,
    /// Length of the long break, per person \[min\].
    pub(super) break_length: Quantiles,
    /// Whether the person comes back after the long break, per day \[1/1000\].
    pub(super) resume: i64,
    /// Whether another session follows: the day's probability, per day \[1/1000\].
    pub(super) go_on: Quantiles,
    /// What a session is.
    pub(super) kinds: &'static [(Kind, u32)],
    /// Whether the last session of a day stays open after leaving, per person \[1/1000\].
    pub(super) leave_open: Quantiles,
    /// Whether the person presses Stop when the day's work is done, per person \[1/1000\].
    pub(super) tidy: Quantiles,
    /// Whether the person has a run started every night, per person \[1/1000\].
    pub(super) nightly: i64,
}

const NONE: Quantiles = Quantiles(&[(0, 0), (10_000, 0)]);

const OFFICE: Style = Style {
    weekday: Quantiles(&[(0, 350), (2_500, 600), (7_500, 880), (10_000, 960)]),
    weekend: Quantiles(&[(0, 0), (5_000, 10), (9_000, 100), (10_000, 250)]),
    week: Quantiles(&[(0, 0), (700, 0), (1_500, 800), (5_000, 1_000), (10_000, 1_200)]),
    days_a_week: 5,
    arrive: Quantiles(&[(0, 420), (1_000, 470), (5_000, 530), (9_000, 590), (10_000, 660)]),
    jitter: Quantiles(&[
        (0, -50),
        (1_000, -18),
        (5_000, 5),
        (7_500, 40),
        (9_000, 240),
        (10_000, 420),
    ]),
    stay: Quantiles(&[(0, 400), (5_000, 500), (9_000, 570), (10_000, 640)]),
    until_break: Quantiles(&[(0, 150), (5_000, 205), (10_000, 270)]),
    break_length: Quantiles(&[(0, 25), (5_000, 45), (10_000, 80)]),
    resume: 930,
    go_on: Quantiles(&[(0, 400), (3_000, 700), (7_000, 850), (10_000, 950)]),
    kinds: &[(Kind::Kernel, 88), (Kind::Terminal, 10), (Kind::Run, 2)],
    leave_open: Quantiles(&[(0, 0), (5_000, 20), (10_000, 120)]),
    tidy: Quantiles(&[(0, 0), (2_500, 0), (6_000, 150), (9_000, 500), (10_000, 900)]),
    nightly: 20,
};

const SPLIT: Style = Style {
    weekend: Quantiles(&[(0, 0), (5_000, 60), (10_000, 300)]),
    stay: Quantiles(&[(0, 780), (5_000, 860), (10_000, 960)]),
    until_break: Quantiles(&[(0, 200), (5_000, 300), (10_000, 400)]),
    break_length: Quantiles(&[(0, 180), (5_000, 280), (10_000, 360)]),
    resume: 700,
    go_on: Quantiles(&[(0, 600), (5_000, 850), (10_000, 950)]),
    ..OFFICE
};

const NIGHTS: Style = Style {
    weekend: Quantiles(&[(0, 50), (5_000, 200), (10_000, 600)]),
    arrive: Quantiles(&[(0, 1_050), (5_000, 1_180), (10_000, 1_300)]),
    jitter: Quantiles(&[(0, -120), (2_000, -30), (5_000, 10), (8_500, 60), (10_000, 200)]),
    stay: Quantiles(&[(0, 240), (5_000, 420), (10_000, 560)]),
    until_break: Quantiles(&[(0, 90), (10_000, 200)]),
    break_length: Quantiles(&[(0, 10), (10_000, 40)]),
    ..OFFICE
};

const WEEKENDS: Style =
    Style { weekend: Quantiles(&[(0, 350), (5_000, 600), (10_000, 850)]), ..OFFICE };

const PART_TIME: Style = Style { days_a_week: 2, ..OFFICE };

const FORGOTTEN: Style =
    Style { leave_open: Quantiles(&[(0, 250), (5_000, 500), (10_000, 850)]), ..OFFICE };

const CUSTOM_APP: Style = Style { kinds: &[(Kind::CustomApp, 1)], ..OFFICE };

const SSH: Style = Style {
    kinds: &[(Kind::Ssh, 9), (Kind::Terminal, 1)],
    leave_open: Quantiles(&[(0, 50), (5_000, 200), (10_000, 600)]),
    ..OFFICE
};

const MIXED: Style = Style {
    kinds: &[
        (Kind::Kernel, 45),
        (Kind::Vscode, 25),
        (Kind::Run, 15),
        (Kind::Terminal, 10),
        (Kind::CustomApp, 5),
    ],
    leave_open: Quantiles(&[(0, 50), (5_000, 150), (10_000, 400)]),
    nightly: 50,
    ..OFFICE
};

/// Shaped like recorded coding sessions: on few days, at wide hours, one or two a day.
const VSCODE: Style = Style {
    weekday: shape::CODING_WEEKDAY,
    weekend: shape::CODING_WEEKEND,
    week: shape::CODING_WEEK,
    arrive: shape::CODING_ARRIVE,
    jitter: shape::CODING_JITTER,
    stay: Quantiles(&[(0, 480), (3_000, 640), (7_000, 790), (10_000, 930)]),
    until_break: NONE,
    break_length: NONE,
    resume: 1_000,
    go_on: shape::CODING_GO_ON,
    kinds: &[(Kind::Vscode, 1)],
    leave_open: Quantiles(&[(0, 100), (5_000, 450), (10_000, 900)]),
    tidy: Quantiles(&[(0, 0), (4_000, 0), (9_000, 300), (10_000, 700)]),
    nightly: 0,
    days_a_week: 5,
};

/// Shaped like recorded batch jobs: bursts, parallel, at any hour.
const BATCH: Style = Style {
    weekday: shape::BATCH_WEEKDAY,
    weekend: shape::BATCH_WEEKEND,
    week: shape::BATCH_WEEK,
    arrive: shape::BATCH_ARRIVE,
    jitter: shape::BATCH_JITTER,
    go_on: shape::BATCH_GO_ON,
    kinds: &[(Kind::Run, 1)],
    leave_open: NONE,
    tidy: NONE,
    stay: Quantiles(&[(0, 420), (3_000, 540), (7_000, 720), (10_000, 1_020)]),
    nightly: 60,
    ..VSCODE
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_reads_back() {
        for way in Way::ALL {
            assert_eq!(Way::parse(way.as_str()), Some(way));
        }
        assert_eq!(Way::parse("Office"), None);
    }
}
