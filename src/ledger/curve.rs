//! What a sweep's billed seconds cost at every idle limit.

use crate::engine::{Billed, LIMITS};
use crate::units::{Money, MoneyOverflow, Pricer};

/// Compute cost over all idle limits, a sum of compute lines (LEDG-3): one for each instance and
/// calendar month, each rounded once.
#[derive(Clone, Debug)]
pub struct CostCurve {
    /// Difference to the limit before \[micro-USD\].
    steps: Vec<i64>,
}

impl Default for CostCurve {
    fn default() -> Self {
        Self { steps: vec![0; LIMITS] }
    }
}

impl CostCurve {
    /// Posts the compute lines of one instance in one calendar month, at every limit.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when one line exceeds 9.2 trillion USD.
    pub fn post(&mut self, billed: &[Billed], pricer: &Pricer) -> Result<(), MoneyOverflow> {
        let mut before = 0;
        for stretch in billed {
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

    /// Adds what other instances cost.
    pub fn plus(&mut self, other: &Self) {
        for (sum, step) in self.steps.iter_mut().zip(&other.steps) {
            *sum += step;
        }
    }

    /// The cost at every limit, in order.
    pub fn at_limits(&self) -> impl Iterator<Item = Money> {
        self.steps.iter().scan(0, |sum, step| {
            *sum += step;
            Some(Money::from_micros(*sum))
        })
    }
}
