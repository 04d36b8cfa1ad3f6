//! [`sweep`]: every idle limit under one scenario, in one pass over the trace.

use crate::engine::{Sweeper, Tallied, limit_at};
use crate::ledger::CostCurve;
use crate::search::{Case, Prepared, Scenario};
use crate::trace::Trace;
use crate::units::{IdleLimit, Money, MoneyOverflow, Pricer, Problem};
use rayon::prelude::*;
use std::ops::Range;

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

/// Sweeps every group of instances (positions in [`Case::instances`], ascending) over all idle
/// limits, from 15 minutes to none; the limit of each instance's own plan under this scenario is
/// the one replaced. `progress` is told of every instance done.
///
/// # Errors
/// As [`evaluate`](crate::search::evaluate); and `E0999` for sums over 9.2 trillion USD.
pub fn sweep(
    case: &Case<'_>,
    scenario: &Scenario,
    groups: &[Vec<usize>],
    progress: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<SweepPoint>>, Vec<Problem>> {
    let mut sweeping = Sweeping::new(case, scenario, groups)?;
    sweeping.part(case.trace, 0..case.instances.len(), progress);
    sweeping.finish()
}

/// A sweep whose activity comes part by part.
#[derive(Debug)]
pub struct Sweeping<'c> {
    prepared: Prepared<'c>,
    groups: &'c [Vec<usize>],
    /// What each group has come to so far; nothing before its first instance.
    sums: Vec<Option<Box<Part>>>,
}

impl<'c> Sweeping<'c> {
    /// Before any instance.
    ///
    /// # Errors
    /// As [`sweep`].
    pub fn new(
        case: &'c Case<'c>,
        scenario: &Scenario,
        groups: &'c [Vec<usize>],
    ) -> Result<Self, Vec<Problem>> {
        let prepared = Prepared::new(case, scenario)?;
        check_sums(case, &prepared).map_err(|_| vec![too_much()])?;
        Ok(Self { prepared, groups, sums: groups.iter().map(|_| None).collect() })
    }

    /// Sweeps some instances, whose activity is in `trace`.
    pub fn part(&mut self, trace: &Trace, instances: Range<usize>, progress: &(dyn Fn() + Sync)) {
        let prepared = &self.prepared;
        let one = |mut part: Box<Part>, index: usize| {
            part.add(prepared, trace, index);
            progress();
            part
        };
        let both = |mut a: Box<Part>, b: Box<Part>| {
            a.plus(&b);
            a
        };
        self.groups.par_iter().zip(&mut self.sums).for_each(|(group, sum)| {
            let from = group.partition_point(|index| *index < instances.start);
            let to = group.partition_point(|index| *index < instances.end);
            let members = &group[from..to];
            // Whole numbers add up to the same whatever the order, hence on any number of threads.
            let share = members.len().div_ceil(4 * rayon::current_num_threads()).max(16);
            let parts = members
                .par_chunks(share)
                .map(|some| some.iter().copied().fold(Box::default(), one));
            let more = parts.reduce_with(both);
            *sum = [sum.take(), more].into_iter().flatten().reduce(both);
        });
    }

    /// The points of every group.
    ///
    /// # Errors
    /// `E0999` for sums over 9.2 trillion USD.
    pub fn finish(self) -> Result<Vec<Vec<SweepPoint>>, Vec<Problem>> {
        let points = |sum: Option<Box<Part>>| sum.unwrap_or_default().points();
        self.sums
            .into_par_iter()
            .map(points)
            .collect::<Result<_, _>>()
            .map_err(|_| vec![too_much()])
    }
}

/// The sums over some instances, so far.
#[derive(Debug, Default)]
struct Part {
    sweeper: Sweeper,
    costs: CostCurve,
    overflow: Option<MoneyOverflow>,
}

impl Part {
    fn add(&mut self, prepared: &Prepared<'_>, trace: &Trace, index: usize) {
        let (settings, rates) = prepared.settings(index);
        let script = prepared.script_in(trace, index, &settings);
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

    fn points(&self) -> Result<Vec<SweepPoint>, MoneyOverflow> {
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
