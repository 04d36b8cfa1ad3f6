//! How good anything in a space can be: regions of it, bounded, and divided where it matters.

use super::bound::{Bound, Dual, Part};
use super::choice::{Entry, Space};
use super::field::Field;
use super::objective::Objective;
use crate::units::Money;
use crate::world::zones::Zone;

/// A proof for one instance. It can be taken further whenever something better is found.
pub(super) struct Proof {
    bound: Bound,
    standing: Money,
    /// Positions of the idle limits of the space, ascending.
    limits: Vec<usize>,
    regions: Vec<Region>,
    /// How many rounds are allowed yet.
    left: u64,
    is_over: bool,
}

/// Choices of which none costs less than `least`.
#[derive(Clone)]
struct Region {
    least: Money,
    /// Idle limits: positions in the proof's list.
    from: usize,
    to: usize,
    part: Part,
    dual: Dual,
    state: State,
}

/// What has been done to a region.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing yet.
    New,
    /// It is part of a region whose prices were good.
    Cut,
    /// It was raised.
    Raised,
    /// Prices cannot raise it further.
    Settled,
}

/// Rounds of raising a single limit, each time: with fewer its parts begin far from good prices.
const ROUNDS: usize = 80;
/// The same of a range of limits: its halves are closer sooner.
const RANGE_ROUNDS: usize = 40;
/// The same of a part of a region, which begins with its prices.
const CUT_ROUNDS: usize = 16;
/// Prices are given up when raising a single limit adds less than this share.
const WORTH: f64 = 2e-4;

impl Proof {
    /// Nothing is proved yet; choices without entries are left to whoever finds the best of them.
    pub(super) fn new(
        field: &Field<'_>,
        (instance, zone): (usize, Zone),
        (space, objective): (&Space, &Objective),
        rounds: u64,
    ) -> Self {
        let bound = field.bound(instance, zone, (space, objective));
        let standing = field.standing_of(instance);
        let mut regions = Vec::new();
        if let Some(((part, dual), last)) = bound.all().zip(space.limits.len().checked_sub(1)) {
            let (least, state) = (standing, State::New);
            let all = Region { least, from: last, to: last, part, dual, state };
            let others = last.checked_sub(1).map(|to| Region { from: 0, to, ..all.clone() });
            regions.extend(others);
            regions.push(all);
        }
        Self {
            bound,
            standing,
            limits: space.limits.clone(),
            regions,
            left: rounds,
            is_over: false,
        }
    }

    /// A lower bound, raised until it is this close to `found` or can be raised no more.
    pub(super) fn raise(
        &mut self,
        (found, gap): (Money, f64),
        most: u64,
        interrupted: &dyn Fn() -> bool,
    ) -> Money {
        let target = Money::from_micros((found.micros() as f64 / (1.0 + gap)).ceil() as i64);
        let mut allowed = most.min(self.left);
        while let Some(at) = self.weakest()
            && self.regions[at].least < target
            && allowed > 0
            && !interrupted()
        {
            let Some(parts) = self.divided(&self.regions[at]) else { break };
            self.regions.swap_remove(at);
            for mut part in parts {
                let used = self.raise_region(&mut part, (target, found));
                self.left = self.left.saturating_sub(used);
                allowed = allowed.saturating_sub(used);
                self.regions.push(part);
            }
        }
        // Rounds that are left here would be left for ever.
        self.is_over = allowed > 0 || self.left == 0;
        let least = self.weakest().map_or(self.standing, |at| self.regions[at].least);
        least.min(found)
    }

    /// What to raise instead of a region: itself, or parts of it; `None` where it cannot be
    /// divided.
    fn divided(&self, region: &Region) -> Option<Vec<Region>> {
        let Region { from, to, .. } = *region;
        match region.state {
            State::Raised if from < to => {
                let middle = self.middle(from, to);
                let half = |(from, to)| Region { from, to, state: State::New, ..region.clone() };
                Some([(from, middle), (middle + 1, to)].map(half).to_vec())
            }
            State::New | State::Cut | State::Raised => Some(vec![region.clone()]),
            State::Settled => {
                let parts = region.dual.split(&region.part)?;
                let cut = |part| Region { part, state: State::Cut, ..region.clone() };
                Some(parts.into_iter().filter(Part::has_times).map(cut).collect())
            }
        }
    }

    /// Entries at the times of day that matter most where the bound is weakest.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let weakest = self.weakest().map(|at| &self.regions[at]);
        weakest.map(|region| self.bound.entries((&region.part, &region.dual))).unwrap_or_default()
    }

    /// Whether the bound can be raised no more.
    pub(super) const fn is_over(&self) -> bool {
        self.is_over
    }

    fn weakest(&self) -> Option<usize> {
        (0..self.regions.len()).min_by_key(|at| (self.regions[*at].least, self.regions[*at].from))
    }

    /// Raises a region towards `target`; how many rounds that was.
    fn raise_region(&mut self, region: &mut Region, (target, found): (Money, Money)) -> u64 {
        let beyond = |cost: Money| cost.minus(self.standing);
        let limits = (self.limits[region.from], self.limits[region.to]);
        let goal = (beyond(target), beyond(found));
        let single = region.from == region.to;
        let rounds = match region.state {
            State::Cut => CUT_ROUNDS,
            _ if single => ROUNDS,
            _ => RANGE_ROUNDS,
        };
        let dual = (&region.part, &mut region.dual);
        let (least, used) = self.bound.raise(limits, dual, goal, rounds);
        let least = self.standing.plus(least);
        let gained = least.minus(region.least).micros() as f64;
        let is_settled = single && gained < WORTH * found.micros() as f64;
        region.state =
            if is_settled || region.state == State::Cut { State::Settled } else { State::Raised };
        region.least = region.least.max(least);
        used as u64
    }

    /// Where to split: so that both parts are limits of about the same ratio.
    fn middle(&self, from: usize, to: usize) -> usize {
        let minutes = |at: usize| (self.limits[at] + 15) as f64;
        let half = (minutes(from) * minutes(to)).sqrt();
        (from..to).take_while(|at| minutes(*at) <= half).last().unwrap_or(from)
    }
}
