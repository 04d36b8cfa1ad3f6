//! Parts of all schedules, by the times of day of their entries.
//!
//! Prices cannot say that one time of day excludes another: to them an entry at 17:15 on Mondays
//! and at 17:45 on Fridays is half an entry at each. Where that matters, schedules are divided
//! into those that have an entry in a stretch of the day and those that have none, and stretches
//! are halved (branch and bound: Land and Doig, Econometrica 28, 1960).

use super::week::Prices;
use std::ops::Range;

/// An action and a slot of the day, and what it costs on all days together.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Dear {
    pub(super) price: f64,
    pub(super) action: usize,
    pub(super) slot: usize,
}

/// Schedules of at most so many entries, all at open times of day, one at least in each of the
/// wanted stretches.
#[derive(Clone, Debug)]
pub(in super::super) struct Part {
    entries: usize,
    /// By action and slot of the day.
    open: [Vec<bool>; 2],
    /// An action and slots of the day; they do not overlap.
    wanted: Vec<(usize, Range<usize>)>,
}

/// A stretch is what surrounds its dearest time at no less than this share of its price.
const AROUND: f64 = 0.1;

impl Part {
    /// All schedules, or those without starts.
    pub(super) fn new(entries: usize, slots_of_day: usize, starts: bool) -> Self {
        let open = [vec![true; slots_of_day], vec![starts; slots_of_day]];
        Self { entries, open, wanted: Vec::new() }
    }

    /// Whether any time of day is open.
    pub(in super::super) fn has_times(&self) -> bool {
        self.open.iter().flatten().any(|open| *open)
    }

    /// Makes firings at closed times too dear to take.
    pub(super) fn close(&self, prices: &mut Prices<f32>) {
        for (open, prices) in self.open.iter().zip(prices) {
            for (price, open) in prices.iter_mut().zip(open.iter().cycle()) {
                *price = if *open { *price } else { f32::INFINITY };
            }
        }
    }

    /// What entries of this part cost at most at these prices: the dearest time of each wanted
    /// stretch, then the dearest of all others.
    pub(super) fn dearest(&self, prices: &Prices<f32>) -> Vec<Dear> {
        let mut all = self.totals(prices);
        all.sort_by(|a, b| b.price.total_cmp(&a.price));
        let mut dearest = Vec::with_capacity(self.entries);
        for wanted in &self.wanted {
            let first = all.iter().position(|dear| holds(wanted, dear));
            dearest.extend(first.map(|at| all.remove(at)));
        }
        let others = self.entries.saturating_sub(dearest.len());
        dearest.extend(all.into_iter().take(others));
        dearest
    }

    /// Two parts that are this one together, divided where prices say that one entry passes for
    /// several; `None` where they never say so.
    pub(super) fn split(&self, prices: &Prices<f32>) -> Option<[Self; 2]> {
        let totals = self.totals(prices);
        let outside = |dear: &&Dear| !self.wanted.iter().any(|wanted| holds(wanted, dear));
        let peak = totals.iter().filter(outside).max_by(|a, b| a.price.total_cmp(&b.price));
        let peak = peak.filter(|peak| peak.price > 0.0 && self.wanted.len() < self.entries);
        let excess = |at: &usize| {
            let inside = totals.iter().filter(|dear| holds(&self.wanted[*at], dear));
            let (sum, most) = inside
                .fold((0.0, 0.0_f64), |(sum, most), dear| (sum + dear.price, most.max(dear.price)));
            sum - most
        };
        let widest = (0..self.wanted.len()).map(|at| (excess(&at), at));
        let widest = widest.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(excess, _)| *excess > 0.0);
        let excess = widest.map_or(0.0, |(excess, _)| excess);
        match (peak.filter(|peak| peak.price >= excess), widest) {
            (Some(peak), _) => Some(self.around(peak, &totals)),
            (None, Some((_, at))) => Some(self.halved(at, &totals)),
            (None, None) => None,
        }
    }

    /// Without an entry around this time of day, and with one at least.
    fn around(&self, peak: &Dear, totals: &[Dear]) -> [Self; 2] {
        let is_near = |slot: usize| {
            totals.iter().any(|dear| {
                (dear.action, dear.slot) == (peak.action, slot)
                    && dear.price >= AROUND * peak.price
                    && !self.wanted.iter().any(|wanted| holds(wanted, dear))
            })
        };
        let day = self.open[0].len();
        let from = (0..=peak.slot).rev().take_while(|slot| is_near(*slot)).last();
        let to = (peak.slot..day).take_while(|slot| is_near(*slot)).last();
        let (from, to) = (from.unwrap_or(peak.slot), to.unwrap_or(peak.slot) + 1);
        let mut without = self.clone();
        without.open[peak.action][from..to].fill(false);
        let mut with = self.clone();
        with.wanted.push((peak.action, from..to));
        with.close_others();
        [without, with]
    }

    /// With an entry in the first half of a wanted stretch, and with one in the second alone.
    fn halved(&self, at: usize, totals: &[Dear]) -> [Self; 2] {
        let (action, stretch) = self.wanted[at].clone();
        let inside: Vec<&Dear> =
            totals.iter().filter(|dear| holds(&self.wanted[at], dear)).collect();
        let half: f64 = inside.iter().map(|dear| dear.price).sum::<f64>() / 2.0;
        let mut sum = 0.0;
        let before = inside.iter().take_while(|dear| {
            sum += dear.price;
            sum <= half
        });
        // Both halves hold an open time.
        let count = before.count().clamp(1, inside.len() - 1);
        let middle = inside[count].slot;
        let mut first = self.clone();
        first.wanted[at] = (action, stretch.start..middle);
        first.close_others();
        let mut second = self.clone();
        second.open[action][stretch.start..middle].fill(false);
        second.wanted[at] = (action, middle..stretch.end);
        [first, second]
    }

    /// Where each entry is wanted somewhere, none is anywhere else.
    fn close_others(&mut self) {
        if self.wanted.len() < self.entries {
            return;
        }
        for action in 0..2 {
            for slot in 0..self.open[action].len() {
                let here = Dear { price: 0.0, action, slot };
                self.open[action][slot] &= self.wanted.iter().any(|wanted| holds(wanted, &here));
            }
        }
    }

    /// Every open time of day at its price for all seven days, by action and time.
    fn totals(&self, prices: &Prices<f32>) -> Vec<Dear> {
        let day = self.open[0].len();
        let dear = |action: usize, slot: usize| {
            let days = prices[action].iter().skip(slot).step_by(day);
            Dear { price: days.map(|price| f64::from(*price)).sum(), action, slot }
        };
        let open = |action: usize| (0..day).filter(move |slot| self.open[action][*slot]);
        (0..2).flat_map(|action| open(action).map(move |slot| dear(action, slot))).collect()
    }
}

fn holds((action, stretch): &(usize, Range<usize>), dear: &Dear) -> bool {
    *action == dear.action && stretch.contains(&dear.slot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const DAY: usize = 5;

    /// All sets of at most two actions and slots of a short day.
    fn sets() -> Vec<Vec<(usize, usize)>> {
        let times: Vec<_> = (0..2).flat_map(|a| (0..DAY).map(move |slot| (a, slot))).collect();
        let pairs = (0..times.len()).flat_map(|i| (0..i).map(move |j| vec![i, j]));
        let ones = (0..times.len()).map(|i| vec![i]);
        let sets = pairs.chain(ones).chain([Vec::new()]);
        sets.map(|set| set.iter().map(|i| times[*i]).collect()).collect()
    }

    fn has(part: &Part, set: &[(usize, usize)]) -> bool {
        let is_in = |wanted: &(usize, Range<usize>)| {
            set.iter().any(|(action, slot)| wanted.0 == *action && wanted.1.contains(slot))
        };
        set.iter().all(|(action, slot)| part.open[*action][*slot]) && part.wanted.iter().all(is_in)
    }

    #[test]
    fn parts_are_the_whole_and_pay_for_their_dearest_times() {
        let mut split = 0;
        for seed in 0..200 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut list = |share| -> Vec<f32> {
                let price = |rng: &mut ChaCha8Rng| rng.random_range(1..20_u8).into();
                let one = |_| if rng.random_bool(share) { price(&mut rng) } else { 0.0 };
                (0..7 * DAY).map(one).collect()
            };
            let mut parts = vec![Part::new(2, DAY, seed % 3 > 0)];
            while let Some(part) = parts.pop() {
                let mut prices = [list(0.2), list(0.1)];
                part.close(&mut prices);
                let price = |(action, slot): &(usize, usize)| -> f64 {
                    (0..7).map(|day| f64::from(prices[*action][day * DAY + slot])).sum()
                };
                let inside: Vec<_> = sets().into_iter().filter(|set| has(&part, set)).collect();
                let dear = inside.iter().map(|set| set.iter().map(price).sum::<f64>());
                let dearest = part.dearest(&prices).iter().map(|dear| dear.price).sum();
                assert_eq!(dear.reduce(f64::max), Some(dearest), "seed {seed}: {part:?}");
                let Some(halves) = part.split(&prices) else { continue };
                split += 1;
                for set in sets() {
                    let both = halves.iter().any(|half| has(half, &set));
                    assert_eq!(both, has(&part, &set), "seed {seed}: {set:?} {part:?} {halves:?}");
                }
                let some = halves.iter().map(|h| sets().iter().filter(|set| has(h, set)).count());
                assert!(some.clone().all(|n| n < inside.len()), "seed {seed}: {part:?} {halves:?}");
                parts.extend(halves);
            }
        }
        assert!(split > 1_000, "{split}");
    }
}
