//! Whether to follow advice, from what it did on weeks it had not seen. The reasons are plain
//! sentences, and the first that applies is given:
//!
//! | what happened on the weeks held back | verdict |
//! |---|---|
//! | the advice is what happens today | apply |
//! | the objective is worse than under today's plan | do not apply |
//! | at least one interruption a week more than today | do not apply |
//! | any more interruptions than today | apply with care |
//! | nobody used the instance | apply with care |
//! | used in a single week | apply with care |
//! | no difference to today's plan | apply with care |
//! | saved less than the interval said | apply with care |
//! | the interval does not exclude a loss | apply with care |
//! | more money than today (less waiting is what it saves) | apply with care |
//! | people waited half as long again as promised, and 10 minutes a week longer | apply with care |
//! | none of these | apply |

use super::bootstrap::Interval;
use super::holdout::PerWeek;
use crate::units::Money;

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

/// An interruption a week more than today is too much.
const INTERRUPTIONS_MAX: f64 = 1.0;
/// A wait this much longer than promised is told \[s in a week\].
const WAIT_SLACK_S: f64 = 600.0;

/// What the weeks held back showed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'e> {
    pub(super) promised: &'e PerWeek,
    pub(super) realised: &'e PerWeek,
    pub(super) interval: Option<Interval>,
    /// Whether advice and today's plan do the same in all weeks.
    pub(super) is_as_today: bool,
    /// Test weeks, and how many of them had any activity.
    pub(super) weeks: usize,
    pub(super) used: usize,
}

/// The verdict and its reason.
pub(super) fn judge(evidence: &Evidence<'_>) -> (Verdict, String) {
    let Evidence { promised, realised, interval, .. } = evidence;
    let saving = realised.saving();
    let more = realised.advice.interruptions - realised.today.interruptions;
    let weeks = evidence.weeks;
    if evidence.is_as_today {
        return (Verdict::Apply, "it does what today's plan does: nothing changes".to_owned());
    }
    if saving < Money::ZERO {
        let loss = Money::ZERO.minus(saving);
        let what = format!(
            "on {weeks} weeks it had not seen it cost {loss:.2} USD a week more \
                            than today's plan"
        );
        return (Verdict::DoNotApply, what);
    }
    if more >= INTERRUPTIONS_MAX {
        let what = format!("it interrupted work {more:.1} times a week more than today's plan");
        return (Verdict::DoNotApply, what);
    }
    let care = || {
        Some(match interval {
            _ if more > 0.0 => {
                format!("it interrupted work {more:.2} times a week more than today's plan")
            }
            _ if evidence.used == 0 => {
                format!("nobody used it in the {weeks} weeks held back: nothing was tested")
            }
            _ if evidence.used == 1 => {
                format!("it was used in only 1 of the {weeks} weeks held back")
            }
            _ if saving == Money::ZERO => {
                format!("on {weeks} weeks it had not seen it made no difference")
            }
            Some(Interval { low, high, .. }) if saving < *low => format!(
                "it saved {saving:.2} USD a week where {low:.2} to {high:.2} were to be expected"
            ),
            Some(Interval { low, .. }) if *low <= Money::ZERO => format!(
                "its saving is not certain: from week to week it may as well be {low:.2} USD"
            ),
            _ if realised.money_saving() < Money::ZERO => {
                let cost = Money::ZERO.minus(realised.money_saving());
                format!("it costs {cost:.2} USD a week more than today, for less waiting")
            }
            _ if waits_longer(promised, realised) => {
                let minutes = |s: f64| s / 60.0;
                let (got, said) = (realised.advice.wait_s, promised.advice.wait_s);
                let (got, said) = (minutes(got), minutes(said));
                format!("people waited {got:.0} minutes a week where {said:.0} were promised")
            }
            _ => return None,
        })
    };
    match care() {
        Some(reason) => (Verdict::ApplyWithCare, reason),
        None => {
            let promised = promised.saving();
            let what = format!(
                "it saved {saving:.2} USD a week on {weeks} weeks it had not seen; \
                 {promised:.2} were promised"
            );
            (Verdict::Apply, what)
        }
    }
}

fn waits_longer(promised: &PerWeek, realised: &PerWeek) -> bool {
    let (got, said) = (realised.advice.wait_s, promised.advice.wait_s);
    got > said * 1.5 && got > said + WAIT_SLACK_S
}
