//! Block bootstrap over weeks: where the mean of weeks to come should lie, if they go on as the
//! weeks before.
//!
//! Weeks near each other are alike (a deadline, a holiday), so they are drawn in blocks of
//! neighbours, the last week being followed by the first: as many weeks as are to come, from the
//! weeks there are. Blocks hold the cube root of the weeks there are, rounded; the interval is
//! widened to the mean where it does not hold it.

use crate::units::Money;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Where the mean of weeks to come should lie.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// From \[USD\].
    pub low: Money,
    /// To \[USD\].
    pub high: Money,
    /// With this probability.
    pub level: f64,
}

/// Weeks that are known, and how many are to come after them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// What each was worth.
    pub(super) weeks: Vec<Money>,
    /// How many weeks are to come.
    pub(super) to_come: usize,
}

/// The interval of the mean over all weeks to come, each stretch of them drawn from what was known
/// before it. `None` where nothing is known or nothing to come.
pub(super) fn interval(
    stretches: &[Known],
    (level, draws, seed): (f64, usize, u64),
) -> Option<Interval> {
    let stretches: Vec<&Known> =
        stretches.iter().filter(|s| !s.weeks.is_empty() && s.to_come > 0).collect();
    let to_come: usize = stretches.iter().map(|s| s.to_come).sum();
    if to_come == 0 || draws == 0 {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut means: Vec<f64> = (0..draws)
        .map(|_| stretches.iter().map(|s| draw(s, &mut rng)).sum::<f64>() / to_come as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[(share * (draws - 1) as f64).round() as usize];
    let expected = stretches.iter().map(|s| mean(&s.weeks) * s.to_come as f64).sum::<f64>();
    let expected = expected / to_come as f64;
    let tail = (1.0 - level) / 2.0;
    Some(Interval {
        low: money(at(tail).min(expected)),
        high: money(at(1.0 - tail).max(expected)),
        level,
    })
}

/// The sum of one stretch to come.
fn draw(known: &Known, rng: &mut ChaCha8Rng) -> f64 {
    let count = known.weeks.len();
    let block = (count as f64).cbrt().round().max(1.0) as usize;
    let mut sum = 0.0;
    let mut left = known.to_come;
    while left > 0 {
        let from = rng.random_range(0..count);
        for at in from..from + block.min(left) {
            sum += known.weeks[at % count].micros() as f64;
        }
        left -= block.min(left);
    }
    sum
}

/// \[micro-USD\]
fn mean(weeks: &[Money]) -> f64 {
    weeks.iter().map(|w| w.micros() as f64).sum::<f64>() / weeks.len() as f64
}

/// From micro-USD, rounded.
pub(super) fn money(micros: f64) -> Money {
    Money::from_micros(micros.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(weeks: &[i64], to_come: usize) -> Known {
        Known { weeks: weeks.iter().map(|w| Money::from_micros(*w)).collect(), to_come }
    }

    #[test]
    fn equal_weeks_leave_no_doubt() {
        let got = interval(&[known(&[7; 9], 4), known(&[7; 12], 1)], (0.9, 500, 1)).unwrap();
        assert_eq!((got.low.micros(), got.high.micros()), (7, 7));
        assert_eq!(interval(&[known(&[], 4), known(&[7], 0)], (0.9, 500, 1)), None);
    }

    /// The mean is always inside, also where one week in many makes it.
    #[test]
    fn the_interval_holds_the_mean_and_is_the_same_for_the_same_seed() {
        let mut weeks = vec![0; 60];
        weeks[17] = 600;
        for to_come in [1, 2, 8, 60] {
            let stretches = [known(&weeks, to_come)];
            let got = interval(&stretches, (0.9, 400, 3)).unwrap();
            assert!(got.low.micros() <= 10 && 10 <= got.high.micros(), "{to_come}: {got:?}");
            assert_eq!(interval(&stretches, (0.9, 400, 3)), Some(got));
        }
    }

    /// Weeks of -1 or 1 by turns, one to come: by hand the interval is [-1, 1]. Many to come: it
    /// closes in on 0.
    #[test]
    fn more_weeks_to_come_are_less_uncertain() {
        let weeks: Vec<i64> = (0..40).map(|w| if w % 2 == 0 { -1_000 } else { 1_000 }).collect();
        let one = interval(&[known(&weeks, 1)], (0.9, 1_000, 5)).unwrap();
        assert_eq!((one.low.micros(), one.high.micros()), (-1_000, 1_000));
        let many = interval(&[known(&weeks, 90)], (0.9, 1_000, 5)).unwrap();
        assert!(many.low.micros() > -400 && many.high.micros() < 400, "{many:?}");
    }
}
