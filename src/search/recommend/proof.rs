//! How good anything in a space can be: ranges of idle limits, bounded and split where it matters.

use super::bound::Bound;
use super::choice::Space;
use super::field::{Field, too_much};
use super::objective::{Objective, Weigher};
use crate::units::{Money, Problem};
use crate::world::zones::Zone;
use std::collections::BTreeSet;

/// A proof for one instance.
pub(super) struct Proof {
    bound: Bound,
    standing: Money,
    /// Positions of the idle limits of the space, ascending.
    limits: Vec<usize>,
    /// The least objective without any entry.
    idle: Money,
    most: usize,
}

/// How many ranges are bounded at most.
const RANGES: usize = 64;

impl Proof {
    pub(super) fn new(
        field: &Field<'_>,
        (instance, zone): (usize, Zone),
        space: &Space,
        objective: &Objective,
    ) -> Result<Self, Vec<Problem>> {
        let mut weigher = Weigher::new(*objective);
        let mut idle: Option<Money> = None;
        let mut limits = space.limits.iter().copied().peekable();
        field.swept(instance, &[], |at, score| {
            if limits.next_if_eq(&at).is_some()
                && let Ok(found) = weigher.of(&score)
            {
                idle = Some(idle.map_or(found, |idle| idle.min(found)));
            }
        })?;
        Ok(Self {
            bound: field.bound(instance, zone, (space, objective)),
            standing: field.standing_of(instance),
            limits: space.limits.clone(),
            idle: idle.ok_or_else(|| vec![too_much()])?,
            most: RANGES,
        })
    }

    /// A lower bound, raised until it is this close to `found` or can be raised no more.
    pub(super) fn raise(&mut self, found: Money, gap: f64) -> Money {
        if self.limits.is_empty() {
            return Money::ZERO;
        }
        let target = (found.micros() as f64 / (1.0 + gap)) as i64;
        let mut ranges: BTreeSet<(Money, usize, usize)> = BTreeSet::new();
        let none = self.limits.len() - 1;
        let firsts = if none > 0 { vec![(0, none - 1), (none, none)] } else { vec![(0, 0)] };
        for (from, to) in firsts {
            let least = self.range(from, to);
            ranges.insert((least, from, to));
        }
        let mut done = 2;
        while let Some((least, from, to)) = ranges.first().copied() {
            if least.micros() >= target || from == to || done >= self.most {
                break;
            }
            ranges.pop_first();
            let middle = self.middle(from, to);
            for (from, to) in [(from, middle), (middle + 1, to)] {
                let found = self.range(from, to).max(least);
                ranges.insert((found, from, to));
                done += 1;
            }
        }
        let least = ranges.first().map_or(Money::ZERO, |range| range.0);
        least.min(self.idle).min(found)
    }

    fn range(&mut self, from: usize, to: usize) -> Money {
        let least = self.bound.least(self.limits[from], self.limits[to]);
        self.standing.plus(least.unwrap_or(Money::ZERO))
    }

    /// Where to split: so that both parts are limits of about the same ratio.
    fn middle(&self, from: usize, to: usize) -> usize {
        let minutes = |at: usize| (self.limits[at] + 15) as f64;
        let half = (minutes(from) * minutes(to)).sqrt();
        (from..to).take_while(|at| minutes(*at) <= half).last().unwrap_or(from)
    }
}
