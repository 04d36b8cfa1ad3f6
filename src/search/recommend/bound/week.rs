//! All firings of a week and what lies between any two of them, and the cheapest way round.

use super::demand::Demand;
use super::row::Row;
use super::walk::{Begin, Limits, Terms, Walk, extra, window};
use std::ops::{Add, Range, Sub};

/// Seconds in a week \[s\].
pub(super) const WEEK_S: i64 = 7 * 86_400;

/// The slots of a week from the horizon's start on, in order of time.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// Length of one \[s\].
    pub(super) slot_s: i64,
    /// The dates of each, on the zone's clock \[s\].
    pub(super) dates: Vec<Vec<i64>>,
    /// Just before the first: what the horizon's start is to them.
    pub(super) origin: i64,
}

/// From firings of one kind in every slot to those of both actions up to a week later.
#[derive(Clone, Debug)]
struct Edges {
    /// Of slot `s`, `k` slots on: at `s * (slots + 1) + k`.
    to_stop: Vec<f32>,
    to_start: Vec<f32>,
}

/// What a firing is to those after it. A start that comes soon after one of these is none of them:
/// it is counted as an [`extra`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Stop,
    Apart,
    Near,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Stop, Self::Apart, Self::Near];

    const fn begin(self) -> Begin {
        match self {
            Self::Stop => Begin::Stop,
            Self::Apart => Begin::Apart,
            Self::Near => Begin::Near,
        }
    }

    /// The position of its price.
    pub(super) const fn action(self) -> usize {
        match self {
            Self::Stop => 0,
            Self::Apart | Self::Near => 1,
        }
    }
}

/// What pairs of neighbouring firings cost at least, summed over all dates, under any idle limit of
/// a range \[micro-USD\].
#[derive(Clone, Debug)]
pub(super) struct Week {
    slots: usize,
    /// By kind.
    edges: [Edges; 3],
    /// From the horizon's start to the first firing, a stop or a start.
    entry: [Vec<f32>; 2],
    /// What a start that comes soon after another one brings.
    extra: Vec<f64>,
    /// Starts this many slots and more after another one may find the instance off again, ...
    off_from: usize,
    /// ... and those this many slots and more after any firing find it as demand left it.
    off_by: usize,
    /// Whether starts are worth a look.
    starts: bool,
}

/// A number for every kind of firing and slot.
pub(super) type Costs<N> = [Vec<N>; 3];
/// A number for every action and slot.
pub(super) type Prices<N> = [Vec<N>; 2];

/// What ways are measured in: singles to find good prices, doubles to prove.
pub(super) trait Number:
    Copy + PartialOrd + From<f32> + Add<Output = Self> + Sub<Output = Self> + Into<f64>
{
    const FAR: Self;
    fn of(x: f64) -> Self;
}

impl Number for f32 {
    const FAR: Self = Self::INFINITY;
    fn of(x: f64) -> Self {
        x as Self
    }
}

impl Number for f64 {
    const FAR: Self = Self::INFINITY;
    fn of(x: f64) -> Self {
        x
    }
}
/// A firing.
pub(super) type Node = (Kind, usize);

/// One week of a way: the costs of reaching its firings from outside, of reaching them at all, and
/// those of the next week's.
pub(super) struct Passed<N> {
    pub(super) entry: Costs<N>,
    pub(super) inside: Costs<N>,
    pub(super) beyond: Costs<N>,
    /// What extra starts bring up to a slot: a running sum over two weeks.
    extras: Vec<N>,
}

impl Week {
    pub(super) fn new(slots: &Slots, starts: bool) -> Self {
        let count = slots.dates.len();
        let edges = || Edges {
            to_stop: vec![0.0; count * (count + 1)],
            to_start: vec![0.0; count * (count + 1)],
        };
        Self {
            slots: count,
            edges: [edges(), edges(), edges()],
            entry: [vec![0.0; count], vec![0.0; count]],
            extra: vec![0.0; count],
            off_from: 0,
            off_by: 0,
            starts,
        }
    }

    fn kinds(&self) -> &'static [Kind] {
        if self.starts { &Kind::ALL } else { &Kind::ALL[..1] }
    }

    /// Fills in the costs.
    pub(super) fn fill(
        &mut self,
        slots: &Slots,
        (terms, demand, limits): (&Terms, &Demand, Limits),
        running: bool,
    ) {
        let count = self.slots;
        let mut row = Row::new(slots.slot_s, count);
        let what = (terms, demand, limits);
        let within =
            |seconds: i64| usize::try_from(seconds / slots.slot_s).unwrap_or(count).min(count);
        self.off_from = within(terms.start_s + limits.from - 1) + 1;
        self.off_by = within(window(terms, limits)) + 1;
        for kind in self.kinds() {
            let edges = &mut self.edges[*kind as usize];
            for (slot, dates) in slots.dates.iter().enumerate() {
                row.clear();
                for date in dates {
                    Walk::new(what, &mut row, (*date, WEEK_S)).from(*date, kind.begin());
                }
                let cells = slot * (count + 1)..(slot + 1) * (count + 1);
                row.sums(&mut edges.to_stop[cells.clone()], &mut edges.to_start[cells]);
            }
        }
        if self.starts {
            for (sum, dates) in self.extra.iter_mut().zip(&slots.dates) {
                *sum = dates.iter().map(|date| extra(what, *date)).sum();
            }
        }
        row.clear();
        let begin = if running { Begin::Running } else { Begin::Stopped };
        Walk::new(what, &mut row, (slots.origin, WEEK_S + slots.slot_s)).from(terms.begin, begin);
        let mut sums = [vec![0.0; count + 1], vec![0.0; count + 1]];
        let [stop, start] = &mut sums;
        row.sums(stop, start);
        for (before, sums) in self.entry.iter_mut().zip(&sums) {
            before.copy_from_slice(&sums[1..]);
        }
    }

    /// The firing at which a way round is cheapest, and a bound on all of them.
    pub(super) fn cheapest<N: Number>(&self, week: &Passed<N>) -> (f64, Node) {
        let mut least = (f64::INFINITY, (Kind::Stop, 0));
        for kind in self.kinds() {
            let (beyond, inside) = (&week.beyond[*kind as usize], &week.inside[*kind as usize]);
            for (slot, (beyond, inside)) in beyond.iter().zip(inside).enumerate() {
                let round = (*beyond - *inside).into();
                if round < least.0 {
                    least = (round, (*kind, slot));
                }
            }
        }
        least
    }

    /// The firing before one of this week, or of the next, on the cheapest way; `None` where the
    /// way begins.
    pub(super) fn before<N: Number>(
        &self,
        week: &Passed<N>,
        (kind, to): Node,
        (prices, is_beyond): (&Prices<N>, bool),
    ) -> Option<Node> {
        let action = kind.action();
        let price = prices[action][to];
        let (cost, toll, slots, later) = if is_beyond {
            let toll = price + N::from(self.entry[action][to]);
            (week.beyond[kind as usize][to], toll, to..self.slots, self.slots)
        } else {
            (week.inside[kind as usize][to], price, 0..to, 0)
        };
        if !is_beyond && kind == Kind::Near && week.inside[0][to] + price == cost {
            return Some((Kind::Stop, to));
        }
        self.kinds().iter().find_map(|from| {
            slots.clone().find_map(|slot| {
                let k = later + to - slot;
                let edge = self.edge(week, (*from, slot), k, action);
                let way = week.inside[*from as usize][slot] + edge + toll;
                (way == cost && self.leads(*from, k, kind)).then_some((*from, slot))
            })
        })
    }

    fn edge<N: Number>(&self, week: &Passed<N>, (kind, slot): Node, k: usize, action: usize) -> N {
        let edges = &self.edges[kind as usize];
        let cell = slot * (self.slots + 1) + k;
        let edge = if action == 0 { edges.to_stop[cell] } else { edges.to_start[cell] };
        let edge = N::from(edge);
        match kind {
            Kind::Stop => edge,
            // Extra starts come after this one and before the next firing.
            Kind::Apart | Kind::Near => {
                edge + (week.extras[slot + k.min(self.off_by)] - week.extras[slot + 1])
            }
        }
    }

    /// The extra starts that a way takes between this firing and the next, `k` slots later.
    pub(super) fn taken<'p>(
        &'p self,
        (kind, slot): Node,
        k: usize,
        prices: &'p Prices<f32>,
    ) -> impl Iterator<Item = usize> + 'p {
        let end = if kind == Kind::Stop { 0 } else { k.min(self.off_by) };
        let after = (1..end).map(move |k| (slot + k) % self.slots);
        after.filter(|at| f32::of(self.extra[*at]) + prices[1][*at] < 0.0)
    }

    /// How many slots.
    pub(super) const fn slots(&self) -> usize {
        self.slots
    }

    /// The distances at which one kind of firing follows another \[slots\].
    fn apart(&self, from: Kind, to: Kind) -> Range<usize> {
        let end = self.slots + 1;
        match (from, to) {
            (_, Kind::Stop) => 1..end,
            (Kind::Stop, Kind::Apart) => self.off_by..end,
            (Kind::Stop, Kind::Near) => 1..self.off_by,
            (_, Kind::Apart) => self.off_from..end,
            (_, Kind::Near) => 1..1,
        }
    }

    fn leads(&self, from: Kind, k: usize, to: Kind) -> bool {
        self.apart(from, to).contains(&k)
    }

    /// The ways through one week.
    ///
    /// The costs of a way through the first week bound those of any later firing from below
    /// (`inside` is a potential: no edge inside a week is cheaper than its difference). A schedule
    /// is a closed way, so it costs at least what its one edge into the next week costs over the
    /// potential.
    pub(super) fn pass<N: Number>(&self, entry: &Costs<N>, prices: &Prices<N>) -> Passed<N> {
        let count = self.slots;
        let none = N::from(0.0);
        let mut extras = vec![none; 2 * count + 2];
        if self.starts {
            for slot in 0..=2 * count {
                let at = slot % count;
                extras[slot + 1] = extras[slot] + min(N::of(self.extra[at]) + prices[1][at], none);
            }
        }
        let mut inside = entry.clone();
        let far = || vec![N::FAR; count];
        let mut beyond = [far(), far(), far()];
        let mut ways = vec![none; count + 1];
        for slot in 0..count {
            if self.starts {
                // A stop and a start at one instant: the stop comes first.
                inside[2][slot] = min(inside[2][slot], inside[0][slot] + prices[1][slot]);
            }
            for (kind, to) in
                self.kinds().iter().flat_map(|k| self.kinds().iter().map(move |to| (*k, *to)))
            {
                let apart = self.apart(kind, to);
                let cost = inside[kind as usize][slot];
                if apart.is_empty() || cost == N::FAR {
                    continue;
                }
                let action = to.action();
                let edges = &self.edges[kind as usize];
                let edges = if action == 0 { &edges.to_stop } else { &edges.to_start };
                let edges = &edges[slot * (count + 1)..(slot + 1) * (count + 1)];
                if kind == Kind::Stop {
                    for k in apart.clone() {
                        ways[k] = N::from(edges[k]);
                    }
                } else {
                    let near = self.off_by.clamp(apart.start, apart.end);
                    for k in apart.start..near {
                        ways[k] = N::from(edges[k]) + (extras[slot + k] - extras[slot + 1]);
                    }
                    let all = extras[slot + self.off_by] - extras[slot + 1];
                    for k in near..apart.end {
                        ways[k] = N::from(edges[k]) + all;
                    }
                }
                // Inside this week, and beyond.
                let middle = (count - slot).clamp(apart.start, apart.end);
                let here = slot + apart.start..slot + middle;
                if apart.start < middle {
                    relax(
                        &mut inside[to as usize][here.clone()],
                        cost,
                        &ways[apart.start..middle],
                        &prices[action][here],
                    );
                }
                if middle < apart.end {
                    let here = slot + middle - count..slot + apart.end - count;
                    relax_both(
                        &mut beyond[to as usize][here.clone()],
                        cost,
                        &ways[middle..apart.end],
                        &prices[action][here.clone()],
                        &self.entry[action][here],
                    );
                }
            }
        }
        Passed { entry: entry.clone(), inside, beyond, extras }
    }
}

fn min<N: Number>(a: N, b: N) -> N {
    if b < a { b } else { a }
}

fn relax<N: Number>(to: &mut [N], cost: N, edges: &[N], prices: &[N]) {
    for ((to, edge), price) in to.iter_mut().zip(edges).zip(prices) {
        *to = min(*to, cost + *edge + *price);
    }
}

fn relax_both<N: Number>(to: &mut [N], cost: N, edges: &[N], prices: &[N], before: &[f32]) {
    for (((to, edge), price), before) in to.iter_mut().zip(edges).zip(prices).zip(before) {
        *to = min(*to, cost + *edge + (*price + N::from(*before)));
    }
}
