//! All firings of a week and what lies between any two of them, and the cheapest way round.

use super::demand::Demand;
use super::row::{Row, down};
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
    /// What a start brings that comes `k` slots after another one in slot `s`: at
    /// `s * off_by + k`.
    extra: Vec<f32>,
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
}

impl Number for f32 {
    const FAR: Self = Self::INFINITY;
}

impl Number for f64 {
    const FAR: Self = Self::INFINITY;
}
/// A firing.
pub(super) type Node = (Kind, usize);

/// One week of a way: the costs of reaching its firings from outside, of reaching them at all, and
/// those of the next week's.
pub(super) struct Passed<N> {
    pub(super) entry: Costs<N>,
    pub(super) inside: Costs<N>,
    pub(super) beyond: Costs<N>,
    /// What extra starts bring between a start in slot `s` and a firing `k` slots later: at
    /// `s * (off_by + 1) + k`.
    extras: Vec<N>,
    /// Slots of two weeks where extra starts may pay.
    worthy: Vec<usize>,
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
            off_from: 1,
            off_by: 1,
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
            self.fill_extra(slots, &row, what);
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

    /// Fills in what starts bring that come soon after another one.
    fn fill_extra(&mut self, slots: &Slots, row: &Row, what: (&Terms, &Demand, Limits)) {
        self.extra.resize(self.slots * self.off_by, 0.0);
        let mut after = vec![0.0; self.off_by];
        for (slot, dates) in slots.dates.iter().enumerate() {
            after.fill(0.0);
            for (saved, since) in dates.iter().filter_map(|date| extra(what, *date)) {
                let sum = after.get_mut(row.after(since - 1));
                sum.into_iter().for_each(|sum| *sum += saved);
            }
            let mut sum = 0.0;
            for (k, saved) in after.iter().enumerate() {
                sum += saved;
                let first = (slot + k * (self.slots - 1)) % self.slots;
                self.extra[first * self.off_by + k] = down(sum);
            }
        }
    }

    /// Slots of two weeks where a start may pay that comes soon after another one.
    fn worthy<N: Number>(&self, prices: &[N]) -> Vec<usize> {
        let most = self.off_by - 1;
        let pays = |slot: &usize| {
            let extra = self.link::<N>(slot + most * (self.slots - 1), most);
            extra + prices[slot % self.slots] < N::from(0.0)
        };
        (0..2 * self.slots).filter(pays).collect()
    }

    /// What starts bring at least that come after one in this slot, at these prices: by how many
    /// slots later the last of them comes, ascending.
    ///
    /// Each of them may do something only on dates on which demand kept the instance on at the one
    /// before: on others one of those before keeps it on, for their clocks run out in their order
    /// (IDLE-7) and not before this one, or it would be another firing.
    fn chains<N: Number>(
        &self,
        slot: usize,
        (prices, worthy): (&[N], &[usize]),
        chains: &mut Vec<(usize, N)>,
    ) {
        let from = worthy.partition_point(|at| *at <= slot);
        let later = worthy[from..].iter().take_while(|at| **at < slot + self.off_by);
        chains.clear();
        for at in later {
            let way =
                |(before, way): (usize, N)| way + self.link(slot + before, at - slot - before);
            let first = way((0, N::from(0.0)));
            let least = chains.iter().map(|chain| way(*chain)).fold(first, min);
            let least = least + prices[at % self.slots];
            // One that does not pay only hides what the next would save.
            if least < N::from(0.0) {
                chains.push((at - slot, least));
            }
        }
    }

    /// What a start brings that comes `k` slots after another one.
    fn link<N: Number>(&self, slot: usize, k: usize) -> N {
        N::from(self.extra[slot % self.slots * self.off_by + k])
    }

    /// The cheapest of the chains that begin in each slot, by where the next firing is
    /// ([`Passed::extras`]), and the slots that they may use.
    fn extras<N: Number>(&self, prices: &[N]) -> (Vec<N>, Vec<usize>) {
        if !self.starts {
            return Default::default();
        }
        let mut extras = vec![N::from(0.0); self.slots * (self.off_by + 1)];
        let (worthy, mut chains) = (self.worthy(prices), Vec::new());
        for (slot, least) in extras.chunks_exact_mut(self.off_by + 1).enumerate() {
            self.chains(slot, (prices, &worthy), &mut chains);
            let (mut cheapest, mut from) = (N::from(0.0), 0);
            for (last, chain) in chains.iter().copied() {
                least[from..=last].fill(cheapest);
                (cheapest, from) = (min(cheapest, chain), last + 1);
            }
            least[from..].fill(cheapest);
        }
        (extras, worthy)
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
                edge + week.extras[slot * (self.off_by + 1) + k.min(self.off_by)]
            }
        }
    }

    /// The extra starts that a way takes between this firing and the next, `k` slots later.
    pub(super) fn taken(
        &self,
        week: &Passed<f32>,
        ((kind, slot), k): (Node, usize),
        prices: &Prices<f32>,
    ) -> Vec<usize> {
        if kind == Kind::Stop {
            return Vec::new();
        }
        let mut chains = Vec::new();
        self.chains(slot, (&prices[1], &week.worthy), &mut chains);
        chains.retain(|chain| chain.0 < k);
        let mut taken = Vec::new();
        let mut last = chains.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        while let Some((to, least)) = last {
            let price = prices[1][(slot + to) % self.slots];
            taken.push((slot + to) % self.slots);
            last = chains.iter().take_while(|chain| chain.0 < *to).find(|(before, way)| {
                *way + self.link::<f32>(slot + before, to - before) + price == *least
            });
        }
        taken
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
        let (extras, worthy) = self.extras(&prices[1]);
        let mut inside = entry.clone();
        let far = || vec![N::FAR; count];
        let mut beyond = [far(), far(), far()];
        let mut ways = vec![N::from(0.0); count + 1];
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
                    let extras = &extras[slot * (self.off_by + 1)..][..=self.off_by];
                    for k in apart.start..near {
                        ways[k] = N::from(edges[k]) + extras[k];
                    }
                    for k in near..apart.end {
                        ways[k] = N::from(edges[k]) + extras[self.off_by];
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
        Passed { entry: entry.clone(), inside, beyond, extras, worthy }
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
