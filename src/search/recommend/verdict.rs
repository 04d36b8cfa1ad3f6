//! Whether to follow advice, from what it did on weeks it had not seen. The reasons are plain
//! sentences, and the first that applies is given:
//!
//! | what happened on the weeks held back | verdict |
//! |---|---|
//! | the advice is what happens today | apply |
//! | the objective is worse than under today's plan | do not apply |
//! | an instance interrupts work at least once a week more than today, on average | do not apply |
//! | any more interruptions than today | apply with care |
//! | nobody used the instance | apply with care |
//! | used in a single week | apply with care |
//! | no difference to today's plan | apply with care |
//! | saved less than the interval said | apply with care |
//! | the interval does not exclude a loss | apply with care |
//! | more money than today (less waiting is what it saves) | apply with care |
//! | people waited half as long again as promised, and 10 minutes a week longer | apply with care |
//! | none of these | apply |

use super::book::PerWeek;
use super::bootstrap::Interval;
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
    /// How many instances are advised.
    pub(super) instances: usize,
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
    if more >= INTERRUPTIONS_MAX * evidence.instances as f64 {
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

#[cfg(test)]
mod tests {
    use super::super::book::Average;
    use super::*;

    /// A week at this objective and total \[USD\], with so much wait \[s\] and interruptions.
    fn week(objective: i64, total: i64, wait_s: f64, interruptions: f64) -> Average {
        let usd = |amount: i64| Money::from_micros(amount * 1_000_000);
        let (objective, total) = (usd(objective), usd(total));
        Average { objective, total, wait_s, interruptions, lost_run_s: 0.0 }
    }

    /// One row of the table above each.
    #[test]
    fn the_first_reason_that_applies_is_given() {
        let usd = |amount: i64| Money::from_micros(amount * 1_000_000);
        let today = week(100, 100, 0.0, 0.0);
        let check = |advice: Average, (low, used), verdict, reason: &str| {
            let promised = PerWeek { advice: week(80, 80, 0.0, 0.0), today };
            let realised = PerWeek { advice, today };
            let interval = Some(Interval { low: usd(low), high: usd(30), level: 0.9 });
            let (promised, realised) = (&promised, &realised);
            let evidence = Evidence {
                promised,
                realised,
                interval,
                is_as_today: false,
                weeks: 8,
                used,
                instances: 1,
            };
            let got = judge(&evidence);
            assert_eq!((got.0, got.1.contains(reason)), (verdict, true), "{}", got.1);
        };
        let (apply, care, not) = (Verdict::Apply, Verdict::ApplyWithCare, Verdict::DoNotApply);
        let good = week(80, 80, 0.0, 0.0);
        check(good, (10, 8), apply, "it saved 20.00 USD a week on 8 weeks");
        check(week(101, 80, 0.0, 0.0), (10, 8), not, "it cost 1.00 USD a week more");
        check(week(80, 80, 0.0, 1.0), (10, 8), not, "interrupted work 1.0 times");
        check(week(80, 80, 0.0, 0.25), (10, 8), care, "interrupted work 0.25 times");
        check(good, (10, 0), care, "nobody used it in the 8 weeks");
        check(good, (10, 1), care, "in only 1 of the 8 weeks");
        check(today, (10, 8), care, "made no difference");
        check(good, (25, 8), care, "20.00 USD a week where 25.00 to 30.00");
        check(good, (-3, 8), care, "it may as well be -3.00 USD");
        check(week(80, 120, 0.0, 0.0), (10, 8), care, "costs 20.00 USD a week more than today");
        check(week(80, 80, 660.0, 0.0), (10, 8), care, "waited 11 minutes a week where 0");
        check(week(80, 80, 600.0, 0.0), (10, 8), apply, "it saved");
    }
}
