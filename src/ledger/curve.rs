//! What a sweep's billed seconds cost at every idle limit.

use crate::engine::{Billed, LIMITS};
use crate::units::{Money, MoneyOverflow, Pricer};

/// Compute cost over all idle limits, a sum of compute lines (LEDG-3): one for each instance and
/// calendar month, each rounded once.
#[derive(Clone, Debug)]
pub struct CostCurve {
    /// Difference to the limit before \[micro-USD\].
    steps: Vec<i64>,
    /// What must be added to those, by period.
    repeated: Vec<Repeated>,
}

/// Differences that come again and again: where seconds grow by whole minutes, the rounded costs of
/// a usual price grow by the same few amounts in turn.
#[derive(Clone, Debug)]
struct Repeated {
    period: usize,
    /// What is added to the amount one period before.
    steps: Vec<i64>,
}

impl Default for CostCurve {
    fn default() -> Self {
        Self { steps: vec![0; LIMITS], repeated: Vec::new() }
    }
}

impl CostCurve {
    /// Posts the compute lines of one instance in one calendar month, at every limit.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when one line exceeds 9.2 trillion USD.
    pub fn post(&mut self, billed: &[Billed], pricer: &Pricer) -> Result<(), MoneyOverflow> {
        let period = pricer.period().unwrap_or(usize::MAX);
        let mut before = 0;
        for stretch in billed {
            let length = stretch.to - stretch.from;
            if stretch.step_s % 60 == 0 && length / 3 > period {
                before = self.repeat(*stretch, (pricer, period), before)?;
                continue;
            }
            // Evenly billed limits cost the same: only the first differs from the one before.
            let to = if stretch.step_s == 0 { stretch.from + 1 } else { stretch.to };
            let steps = &mut self.steps[stretch.from..to];
            let mut steps = steps.iter_mut();
            pricer.costs(stretch.first_s, stretch.step_s, steps.len(), |cost| {
                if let Some(step) = steps.next() {
                    *step += cost.micros() - before;
                }
                before = cost.micros();
            })?;
        }
        Ok(())
    }

    /// Posts a stretch of more than one period; returns the last cost \[micro-USD\].
    fn repeat(
        &mut self,
        stretch: Billed,
        (pricer, period): (&Pricer, usize),
        before: i64,
    ) -> Result<i64, MoneyOverflow> {
        let Billed { from, to, first_s, step_s } = stretch;
        let known = self.repeated.iter().position(|r| r.period == period);
        let at = known.unwrap_or_else(|| {
            self.repeated.push(Repeated { period, steps: vec![0; LIMITS + period] });
            self.repeated.len() - 1
        });
        let repeated = &mut self.repeated[at].steps;
        // Of the steps after the first cost, so many are whole periods and so many are left.
        let steps = to - from - 1;
        let (rounds, left) = (steps / period, steps % period);
        let (mut first, mut last, mut partly, mut index) = (0, 0, 0, 0);
        pricer.costs(first_s, step_s, period + 1, |cost| {
            let cost = cost.micros();
            if index == 0 {
                first = cost;
            } else {
                let step = cost - last;
                repeated[from + index] += step;
                // This step would come once more after the end of the stretch.
                let round = if index <= left { rounds + 1 } else { rounds };
                repeated[from + index + round * period] -= step;
            }
            if index == left {
                partly = cost;
            }
            last = cost;
            index += 1;
        })?;
        self.steps[from] += first - before;
        let rounds = i64::try_from(rounds).map_err(|_| MoneyOverflow)?;
        let whole = (last - first).checked_mul(rounds).ok_or(MoneyOverflow)?;
        partly.checked_add(whole).ok_or(MoneyOverflow)
    }

    /// Adds what other instances cost.
    pub fn plus(&mut self, other: &Self) {
        let add = |sums: &mut [i64], steps: &[i64]| {
            sums.iter_mut().zip(steps).for_each(|(sum, step)| *sum += step);
        };
        add(&mut self.steps, &other.steps);
        for more in &other.repeated {
            match self.repeated.iter_mut().find(|r| r.period == more.period) {
                Some(repeated) => add(&mut repeated.steps, &more.steps),
                None => self.repeated.push(more.clone()),
            }
        }
    }

    /// The cost at every limit, in order.
    pub fn at_limits(&self) -> impl Iterator<Item = Money> {
        let mut steps = self.steps.clone();
        for Repeated { period, steps: repeated } in &self.repeated {
            let mut round = repeated.clone();
            for at in 0..LIMITS {
                if at >= *period {
                    round[at] += round[at - period];
                }
                steps[at] += round[at];
            }
        }
        steps.into_iter().scan(0, |sum, step| {
            *sum += step;
            Some(Money::from_micros(*sum))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Rate, RateUnit};
    use rand::{RngExt as _, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// LEDG-3: posted by period or one by one, every limit costs what its seconds cost.
    #[test]
    fn curves_are_sums_of_rounded_lines() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let prices = ["0.293", "3.06", "0.0018", "0.123457", "0.1234567", "1.999999999999"];
        for usd in prices {
            let rate = Rate { usd: usd.parse().unwrap(), unit: RateUnit::Hour };
            let pricer = Pricer::new(rate);
            let (mut curve, mut want) = (CostCurve::default(), vec![0; LIMITS]);
            for month in 0..20 {
                let mut from = 0;
                let mut billed = Vec::new();
                while from < LIMITS {
                    let to =
                        (from + random.random_range(1..[4, 60, 400, 9_000][month % 4])).min(LIMITS);
                    let step_s = [0, 60, -60, 600, 61][random.random_range(0..5)];
                    let first_s = random.random_range(300_000..2_000_000);
                    billed.push(Billed { from, to, first_s, step_s });
                    for (at, sum) in want[from..to].iter_mut().enumerate() {
                        let seconds = first_s + step_s * at as i64;
                        *sum += rate.cost(seconds).unwrap().micros();
                    }
                    from = to;
                }
                curve.post(&billed, &pricer).unwrap();
                let mut other = CostCurve::default();
                other.plus(&curve);
                assert!(other.at_limits().map(Money::micros).eq(want.iter().copied()), "{usd}");
            }
        }
    }
}
