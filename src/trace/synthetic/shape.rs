//! The measured shapes: quantile tables of sessions, pauses and habits.
//!
//! Lengths and pauses by kind of activity, and the habits of the two ways that have a recorded
//! counterpart. `data/make_comparison.py` prints generated and recorded figures side by side.
//! Recorded coding sessions have a floor of 15 minutes by construction; ours go below it, with the
//! same share of sessions at or under the floor.

use super::draw::Quantiles;
use crate::units::Kind;

/// Length of a session of this kind \[s\].
pub(super) const fn length(kind: Kind) -> Quantiles {
    match kind {
        Kind::Kernel => KERNEL_LENGTH,
        Kind::Terminal => TERMINAL_LENGTH,
        Kind::Ssh => SSH_LENGTH,
        Kind::Vscode => CODING_LENGTH,
        Kind::Run => BATCH_LENGTH,
        Kind::CustomApp => APP_LENGTH,
    }
}

/// Pause after a session of this kind before the next one of the same day \[s\].
pub(super) const fn pause(kind: Kind) -> Quantiles {
    match kind {
        Kind::Vscode => CODING_PAUSE,
        Kind::Run => BATCH_PAUSE,
        Kind::Kernel | Kind::Terminal | Kind::Ssh | Kind::CustomApp => KERNEL_PAUSE,
    }
}

/// What is left open after leaving stays so for this long \[s\].
pub(super) const fn left_open(kind: Kind) -> Quantiles {
    match kind {
        Kind::Kernel | Kind::Terminal => KERNEL_TAIL,
        Kind::Ssh | Kind::Vscode | Kind::CustomApp | Kind::Run => CONNECTION_TAIL,
    }
}

const KERNEL_LENGTH: Quantiles = Quantiles(&[
    (0, 5),
    (3_000, 60),
    (4_000, 79),
    (5_000, 122),
    (6_000, 179),
    (7_000, 283),
    (8_000, 532),
    (9_000, 851),
    (9_500, 1_062),
    (9_900, 1_616),
    (9_980, 3_400),
    (10_000, 12_000),
]);

const KERNEL_PAUSE: Quantiles = Quantiles(&[
    (0, 544),
    (1_000, 645),
    (2_000, 796),
    (4_000, 1_218),
    (5_000, 1_428),
    (6_000, 1_939),
    (7_000, 3_054),
    (8_000, 5_488),
    (9_000, 12_713),
    (9_500, 21_082),
    (9_900, 67_029),
    (10_000, 80_000),
]);

const TERMINAL_LENGTH: Quantiles =
    Quantiles(&[(0, 10), (5_000, 400), (8_000, 1_800), (9_500, 7_200), (10_000, 21_600)]);

const SSH_LENGTH: Quantiles = Quantiles(&[
    (0, 60),
    (1_000, 300),
    (5_000, 4_200),
    (7_500, 11_000),
    (9_000, 21_600),
    (10_000, 43_200),
]);

const APP_LENGTH: Quantiles = Quantiles(&[
    (0, 120),
    (2_000, 900),
    (5_000, 2_700),
    (8_000, 6_000),
    (9_500, 12_000),
    (10_000, 25_000),
]);

/// From an hour to over a weekend.
const KERNEL_TAIL: Quantiles = Quantiles(&[
    (0, 1_800),
    (2_000, 7_200),
    (5_000, 36_000),
    (8_000, 54_000),
    (9_200, 140_000),
    (10_000, 320_000),
]);

const CONNECTION_TAIL: Quantiles = Quantiles(&[
    (0, 900),
    (3_000, 3_600),
    (5_500, 10_000),
    (8_000, 43_200),
    (9_500, 60_000),
    (10_000, 230_000),
]);

/// From the last keystroke to a connection that is closed properly \[s\].
pub(super) const CLOSING: Quantiles = Quantiles(&[(0, 0), (7_000, 90), (10_000, 900)]);

const CODING_LENGTH: Quantiles = Quantiles(&[
    (0, 60),
    (2_000, 420),
    (5_800, 900),
    (7_000, 1_125),
    (8_000, 1_638),
    (9_000, 2_403),
    (9_500, 3_044),
    (9_900, 4_959),
    (9_990, 8_300),
    (10_000, 15_693),
]);

const CODING_PAUSE: Quantiles = Quantiles(&[
    (0, 900),
    (500, 1_100),
    (1_000, 1_322),
    (2_000, 1_858),
    (3_000, 2_557),
    (4_000, 3_511),
    (5_000, 4_668),
    (6_000, 6_408),
    (7_000, 8_954),
    (8_000, 12_998),
    (9_000, 20_520),
    (9_500, 29_681),
    (9_900, 49_371),
    (10_000, 82_000),
]);

pub(super) const CODING_WEEKDAY: Quantiles = Quantiles(&[
    (0, 176),
    (1_000, 199),
    (3_000, 253),
    (5_000, 312),
    (7_000, 394),
    (8_000, 484),
    (9_000, 570),
    (10_000, 937),
]);

pub(super) const CODING_WEEKEND: Quantiles = Quantiles(&[
    (0, 0),
    (1_000, 11),
    (3_000, 30),
    (5_000, 75),
    (7_000, 150),
    (8_000, 210),
    (9_000, 320),
    (10_000, 700),
]);

/// Weeks come as busy and quiet ones: a third of them nearly empty.
pub(super) const CODING_WEEK: Quantiles =
    Quantiles(&[(0, 0), (1_500, 0), (3_500, 600), (6_500, 1_200), (10_000, 2_600)]);

pub(super) const CODING_ARRIVE: Quantiles = Quantiles(&[
    (0, 500),
    (1_000, 590),
    (3_000, 655),
    (5_000, 690),
    (7_000, 740),
    (9_000, 800),
    (10_000, 1_080),
]);

pub(super) const CODING_JITTER: Quantiles = Quantiles(&[
    (0, -420),
    (700, -180),
    (2_500, -100),
    (5_000, 0),
    (7_500, 230),
    (9_000, 450),
    (10_000, 720),
]);

pub(super) const CODING_GO_ON: Quantiles =
    Quantiles(&[(0, 280), (3_000, 500), (7_000, 700), (10_000, 860)]);

const BATCH_LENGTH: Quantiles = Quantiles(&[
    (0, 1),
    (500, 10),
    (1_000, 13),
    (2_000, 22),
    (3_000, 55),
    (4_000, 180),
    (5_000, 700),
    (6_000, 2_300),
    (7_000, 7_064),
    (8_000, 12_518),
    (9_000, 28_696),
    (9_500, 47_844),
    (9_900, 77_454),
    (10_000, 220_000),
]);

const BATCH_PAUSE: Quantiles = Quantiles(&[
    (0, 5),
    (1_000, 100),
    (3_000, 223),
    (5_000, 522),
    (7_000, 1_478),
    (8_700, 6_262),
    (9_500, 14_079),
    (9_900, 33_699),
    (10_000, 80_000),
]);

/// From one run's start to the next when they are submitted together \[s\].
pub(super) const BATCH_STAGGER: Quantiles =
    Quantiles(&[(0, 0), (3_000, 10), (6_000, 120), (9_000, 1_500), (10_000, 10_000)]);

/// Whether the next run is submitted without waiting for this one \[1/1000\].
pub(super) const BATCH_TOGETHER: i64 = 500;

pub(super) const BATCH_WEEKDAY: Quantiles = Quantiles(&[
    (0, 81),
    (1_000, 190),
    (3_000, 290),
    (5_000, 430),
    (7_000, 580),
    (9_000, 760),
    (10_000, 866),
]);

pub(super) const BATCH_WEEKEND: Quantiles = Quantiles(&[
    (0, 0),
    (1_000, 25),
    (3_000, 60),
    (5_000, 90),
    (7_000, 160),
    (9_000, 330),
    (10_000, 500),
]);

pub(super) const BATCH_WEEK: Quantiles =
    Quantiles(&[(0, 0), (3_500, 0), (5_000, 700), (7_000, 1_500), (10_000, 2_600)]);

pub(super) const BATCH_ARRIVE: Quantiles =
    Quantiles(&[(0, 300), (1_000, 540), (3_000, 610), (5_000, 680), (8_000, 850), (10_000, 1_060)]);

pub(super) const BATCH_JITTER: Quantiles = Quantiles(&[
    (0, -480),
    (800, -200),
    (2_500, -60),
    (5_000, 50),
    (7_500, 220),
    (9_000, 340),
    (10_000, 560),
]);

pub(super) const BATCH_GO_ON: Quantiles =
    Quantiles(&[(0, 0), (2_000, 450), (5_000, 850), (8_000, 960), (9_500, 982), (10_000, 995)]);

/// Usual length of a run that is started every night, per person \[s\].
pub(super) const NIGHTLY_LENGTH: Quantiles =
    Quantiles(&[(0, 600), (5_000, 3_600), (9_000, 10_800), (10_000, 21_600)]);
