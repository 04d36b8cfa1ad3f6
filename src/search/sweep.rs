//! [`sweep`]: every idle limit under one scenario, in one pass over the trace.

use crate::engine::{Sweeper, Tallied, limit_at};
use crate::ledger::CostCurve;
use crate::search::{Case, Prepared, Scenario};
use crate::units::{IdleLimit, Money, MoneyOverflow, Pricer, Problem};
use rayon::prelude::*;

/// What one idle limit would lead to: the columns of `simulate`, summed over some instances.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SweepPoint {
    /// The limit, or none.
    pub limit: Option<IdleLimit>,
    /// What was counted.
    pub counts: Tallied,
    /// The sum of the compute lines.
    pub compute: Money,
}

impl SweepPoint {
    /// The sums of both, at the first one's limit.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            limit: self.limit,
            counts: self.counts.plus(&other.counts),
            compute: self.compute.plus(other.compute),
        }
    }
}

/// Sweeps every group of instances (positions in [`Case::instances`]) over all idle limits, from 15
/// minutes to none; the limit of each instance's own plan under this scenario is the one replaced.
/// `progress` is told of every instance done.
///
/// # Errors
/// As [`evaluate`](crate::search::evaluate); and `E0999` for sums over 9.2 trillion USD.
pub fn sweep(
    case: &Case<'_>,
    scenario: &Scenario,
    groups: &[Vec<usize>],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<SweepPoint>>, Vec<Problem>> {
    let prepared = Prepared::new(case, scenario)?;
    check_sums(case, &prepared).map_err(|_| vec![too_much()])?;
    let one = |mut part: Part, index: usize| {
        part.add(&prepared, index);
        progress();
        part
    };
    let both = |mut a: Part, b: Part| {
        a.plus(&b);
        a
    };
    groups
        .par_iter()
        .map(|group| {
            // Whole numbers add up to the same whatever the order, hence on any number of threads.
            let parts = group.par_iter().copied().fold(Part::default, one);
            parts.reduce_with(both).unwrap_or_default().points()
        })
        .collect::<Result<_, _>>()
        .map_err(|_| vec![too_much()])
}

/// The sums over some instances, so far.
#[derive(Default)]
struct Part {
    sweeper: Sweeper,
    costs: CostCurve,
    overflow: Option<MoneyOverflow>,
}

impl Part {
    fn add(&mut self, prepared: &Prepared<'_>, index: usize) {
        let (settings, rates) = prepared.settings(index);
        let script = prepared.script(index, &settings);
        let pricer = Pricer::new(rates.compute);
        let (costs, overflow) = (&mut self.costs, &mut self.overflow);
        self.sweeper.add(&script, |billed| {
            if let Err(error) = costs.post(billed, &pricer) {
                *overflow = Some(error);
            }
        });
    }

    fn plus(&mut self, other: &Self) {
        self.sweeper.plus(&other.sweeper);
        self.costs.plus(&other.costs);
        self.overflow = self.overflow.or(other.overflow);
    }

    fn points(self) -> Result<Vec<SweepPoint>, MoneyOverflow> {
        let counts = self.sweeper.at_limits().zip(self.costs.at_limits()).enumerate();
        let point =
            |(index, (counts, compute))| SweepPoint { limit: limit_at(index), counts, compute };
        match self.overflow {
            Some(error) => Err(error),
            None => Ok(counts.map(point).collect()),
        }
    }
}

/// No sum can exceed what all instances would cost if billed for the whole horizon.
fn check_sums(case: &Case<'_>, prepared: &Prepared<'_>) -> Result<(), MoneyOverflow> {
    let seconds = case.trace.horizon.seconds();
    let months = seconds / (28 * 86_400) + 2;
    let mut most = 0_i64;
    for rates in prepared.rates() {
        // Each of its lines may be rounded up.
        let cost = rates.compute.cost(seconds)?.micros().checked_add(months);
        most = cost.and_then(|c| most.checked_add(c)).ok_or(MoneyOverflow)?;
    }
    Ok(())
}

fn too_much() -> Problem {
    Problem::error("E0999", "the compute cost does not fit into an amount of money")
        .hint("look for a price that is far too high")
}
