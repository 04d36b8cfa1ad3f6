//! How good anything in a space can be: ranges of idle limits, bounded and split where it matters.

use super::bound::{Bound, Dual};
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
    ranges: Vec<Range>,
    /// How many rounds are allowed yet.
    left: u64,
}

/// Idle limits of which nothing costs less than `least`.
struct Range {
    least: Money,
    /// Positions in the proof's list.
    from: usize,
    to: usize,
    dual: Dual,
    state: State,
}

/// What has been done to a range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Raised,
    /// Raising it further is in vain.
    Done,
}

/// Rounds of raising a range, each time: with fewer its parts begin too far from good prices.
const ROUNDS: usize = 80;
/// What the costs of a range, filled in, count as \[rounds\].
const FILLING: u64 = 8;
/// A single limit is given up when raising it adds less than this share.
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
        let mut ranges = Vec::new();
        if let Some((dual, last)) = bound.dual().zip(space.limits.len().checked_sub(1)) {
            let range = |from, to| Range {
                least: standing,
                from,
                to,
                dual: dual.clone(),
                state: State::New,
            };
            ranges.push(range(last, last));
            ranges.extend(last.checked_sub(1).map(|to| range(0, to)));
        }
        Self { bound, standing, limits: space.limits.clone(), ranges, left: rounds }
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
            && self.ranges[at].least < target
            && self.ranges[at].state != State::Done
            && allowed > 0
            && !interrupted()
        {
            let range = self.ranges.swap_remove(at);
            let parts = if range.from < range.to && range.state == State::Raised {
                let middle = self.middle(range.from, range.to);
                vec![(range.from, middle), (middle + 1, range.to)]
            } else {
                vec![(range.from, range.to)]
            };
            for (from, to) in parts {
                let (dual, least) = (range.dual.clone(), range.least);
                let mut part = Range { least, from, to, dual, state: State::New };
                let used = self.raise_range(&mut part, (target, found));
                self.left = self.left.saturating_sub(used);
                allowed = allowed.saturating_sub(used);
                self.ranges.push(part);
            }
        }
        let least = self.weakest().map_or(self.standing, |at| self.ranges[at].least);
        least.min(found)
    }

    /// Entries at the times of day that matter most where the bound is weakest.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let weakest = self.weakest().map(|at| self.bound.entries(&self.ranges[at].dual));
        weakest.unwrap_or_default()
    }

    fn weakest(&self) -> Option<usize> {
        (0..self.ranges.len()).min_by_key(|at| (self.ranges[*at].least, self.ranges[*at].from))
    }

    /// Raises a range towards `target`; how many rounds that was.
    fn raise_range(&mut self, range: &mut Range, (target, found): (Money, Money)) -> u64 {
        let single = range.from == range.to;
        let beyond = |cost: Money| cost.minus(self.standing);
        let limits = (self.limits[range.from], self.limits[range.to]);
        let goal = (beyond(target), beyond(found));
        let (least, used) = self.bound.raise(limits, &mut range.dual, goal, ROUNDS);
        let least = self.standing.plus(least);
        let gained = least.minus(range.least).micros() as f64;
        let is_done = single && gained < WORTH * found.micros() as f64;
        range.state = if is_done { State::Done } else { State::Raised };
        range.least = range.least.max(least);
        used as u64 + FILLING
    }

    /// Where to split: so that both parts are limits of about the same ratio.
    fn middle(&self, from: usize, to: usize) -> usize {
        let minutes = |at: usize| (self.limits[at] + 15) as f64;
        let half = (minutes(from) * minutes(to)).sqrt();
        (from..to).take_while(|at| minutes(*at) <= half).last().unwrap_or(from)
    }
}
