//! Few entries: a price for every firing, raised where a way takes more of them than there are
//! (Lagrangian relaxation: Geoffrion, Mathematical Programming Study 2, 1974; steps: Polyak, USSR
//! Computational Mathematics 9, 1969).

use super::part::{Dear, Part};
use super::week::{Costs, Kind, Node, Passed, Prices, Week};

/// Multipliers of the rule that a firing needs an entry: each firing has a price, and the entries
/// allowed pay for the dearest times of day. Any prices give a bound (Lagrangian relaxation).
#[derive(Clone, Debug)]
pub(in super::super) struct Dual {
    prices: Prices<f32>,
    /// Costs of reaching each firing, from the last way found.
    from: Costs<f32>,
}

/// A step that has not paid for so many rounds is made shorter, ...
const PATIENCE: usize = 4;
/// ... by this factor.
const SHORTER: f64 = 0.6;
/// Weeks that a way is followed for before it is measured: with known ways, and at first.
const WEEKS: usize = 1;
const FIRST_WEEKS: usize = 4;

impl Dual {
    pub(super) fn new(slots: usize) -> Self {
        let zero = || vec![0.0; slots];
        Self { prices: [zero(), zero()], from: [zero(), zero(), zero()] }
    }

    /// The slots of the cheapest way, as far as costs know, with entries at the dearest times of
    /// day of a part alone: its stops and its starts.
    pub(super) fn way(&self, week: &Week, part: &Part) -> [Vec<usize>; 2] {
        let far = || vec![f32::INFINITY; week.slots()];
        let mut prices = [far(), far()];
        for dear in part.dearest(&self.prices) {
            let days = prices[dear.action].iter_mut().skip(dear.slot);
            days.step_by(week.slots() / 7).for_each(|price| *price = 0.0);
        }
        let zero = || vec![0.0; week.slots()];
        let weeks = follow(week, &mut [zero(), zero(), zero()], &prices, FIRST_WEEKS);
        let Some(last) = weeks.last().filter(|_| prices.iter().flatten().any(|p| *p == 0.0)) else {
            return Default::default();
        };
        let used = used(week, &weeks[FIRST_WEEKS - 1..], week.cheapest(last).1, &prices);
        let taken = |of: Vec<f32>| {
            of.iter().enumerate().filter(|(_, n)| **n > 0.0).map(|(at, _)| at).collect()
        };
        used.map(taken)
    }

    /// Two parts that are this one together, of which prices can say more.
    pub(in super::super) fn split(&self, part: &Part) -> Option<[Part; 2]> {
        part.split(&self.prices)
    }

    /// Raises a bound on the cost of every weekly schedule of a part that has at least one firing,
    /// until it is at `target` or that many rounds are over: subgradient steps of
    /// Polyak's length towards `found`, a cost that something has. The bound and the rounds taken.
    ///
    /// Prices are looked for in single precision; what is returned is proved in double.
    pub(super) fn raise(
        &mut self,
        week: &Week,
        part: &Part,
        (target, found): (f64, f64),
        rounds: usize,
    ) -> (f64, usize) {
        let (mut best, mut stale) = (f64::NEG_INFINITY, 0);
        // The share of Polyak's step that is taken.
        let mut scale = 1.0;
        part.close(&mut self.prices);
        let mut prices = self.prices.clone();
        for round in 0..rounds {
            let count = if round == 0 { FIRST_WEEKS } else { WEEKS };
            let weeks = follow(week, &mut self.from, &self.prices, count);
            let (least, at) = weeks.last().map_or((0.0, (Kind::Stop, 0)), |w| week.cheapest(w));
            let dear = part.dearest(&self.prices);
            let value = least - dear.iter().map(|dear| dear.price).sum::<f64>();
            if value > best {
                (best, stale) = (value, 0);
                prices.clone_from(&self.prices);
            } else {
                stale += 1;
                if stale > PATIENCE {
                    (scale, stale) = (scale * SHORTER, 0);
                }
            }
            if value >= target {
                let proved = prove(week, &self.prices, part);
                if proved >= target {
                    return (proved, round + 1);
                }
            }
            let mut step = used(week, &weeks, at, &self.prices);
            for Dear { action, slot, .. } in dear {
                let days = step[action].iter_mut().skip(slot).step_by(week.slots() / 7);
                days.for_each(|of| *of -= 1.0);
            }
            let norm: f64 = step.iter().flatten().map(|x| f64::from(x * x)).sum();
            let length = scale * (found - value) / norm;
            if !length.is_finite() {
                break;
            }
            for (price, step) in self.prices.iter_mut().flatten().zip(step.iter().flatten()) {
                *price = (*price + length as f32 * step).max(0.0);
            }
        }
        (prove(week, &prices, part), rounds)
    }
}

/// Follows the cheapest ways for so many weeks; `from` is what it costs to get there, up to the
/// same amount for all.
fn follow(
    week: &Week,
    from: &mut Costs<f32>,
    prices: &Prices<f32>,
    weeks: usize,
) -> Vec<Passed<f32>> {
    let mut followed = Vec::with_capacity(weeks);
    for _ in 0..weeks {
        let passed = week.pass(from, prices);
        let low = passed.beyond.iter().flatten().copied().fold(f32::INFINITY, f32::min);
        for (from, beyond) in from.iter_mut().flatten().zip(passed.beyond.iter().flatten()) {
            *from = beyond - low;
        }
        followed.push(passed);
    }
    followed
}

/// The bound that these prices give.
fn prove(week: &Week, prices: &Prices<f32>, part: &Part) -> f64 {
    let double = |of: &Vec<f32>| of.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
    let dear: f64 = part.dearest(prices).iter().map(|dear| dear.price).sum();
    let prices = [double(&prices[0]), double(&prices[1])];
    let zero = || vec![0.0; week.slots()];
    let mut from = [zero(), zero(), zero()];
    let mut least = f64::NEG_INFINITY;
    for _ in 0..FIRST_WEEKS {
        let passed = week.pass(&from, &prices);
        least = least.max(week.cheapest(&passed).0);
        from = passed.beyond;
    }
    least - dear
}

/// How often a week each firing is on the way to this one.
fn used(week: &Week, weeks: &[Passed<f32>], mut at: Node, prices: &Prices<f32>) -> Prices<f32> {
    let slots = week.slots();
    let mut used = [vec![0.0; slots], vec![0.0; slots]];
    let share = 1.0 / weeks.len() as f32;
    for passed in weeks.iter().rev() {
        let mut before = week.before(passed, at, (prices, true));
        let mut to = at.1 + slots;
        used[at.0.action()][at.1] += share;
        while let Some(node) = before {
            let extra = week.taken(passed, (node, to - node.1), prices);
            extra.into_iter().for_each(|slot| used[1][slot] += share);
            (at, to) = (node, node.1);
            if passed.inside[at.0 as usize][at.1] == passed.entry[at.0 as usize][at.1] {
                break;
            }
            used[at.0.action()][at.1] += share;
            before = week.before(passed, at, (prices, false));
        }
    }
    used
}
