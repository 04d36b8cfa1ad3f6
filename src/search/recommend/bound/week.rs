//! All firings of a week and what lies between any two of them, and the cheapest way round.

use super::demand::Demand;
use super::row::Row;
use super::walk::{Begin, FAR, Limits, Terms, Walk, off_by};

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

/// From firings of one kind in every slot to those of both kinds up to a week later.
#[derive(Clone, Debug)]
struct Edges {
    /// Of slot `s`, `k` slots on: at `s * (slots + 1) + k`.
    to_stop: Vec<f64>,
    to_start: Vec<f64>,
}

/// What every pair of neighbouring firings costs at least, summed over all dates, under any idle
/// limit of a range \[micro-USD\].
#[derive(Clone, Debug)]
pub(super) struct Week {
    slots: usize,
    /// From stops and from starts.
    edges: [Edges; 2],
    /// From the horizon's start to the first firing, a stop or a start.
    before: [Vec<f64>; 2],
}

/// Weeks that a way is followed for before it is measured.
const WEEKS: usize = 4;

impl Week {
    pub(super) fn new(slots: &Slots) -> Self {
        let count = slots.dates.len();
        let edges = || Edges {
            to_stop: vec![0.0; count * (count + 1)],
            to_start: vec![0.0; count * (count + 1)],
        };
        let before = [vec![0.0; count], vec![0.0; count]];
        Self { slots: count, edges: [edges(), edges()], before }
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
        for (edges, begin) in self.edges.iter_mut().zip([Begin::Stop, Begin::Start]) {
            for (slot, dates) in slots.dates.iter().enumerate() {
                row.clear();
                for date in dates {
                    Walk::new(what, &mut row, (*date, WEEK_S)).from(*date, begin);
                    if begin == Begin::Start {
                        rebates(what, &mut row, *date);
                    }
                }
                let cells = slot * (count + 1)..(slot + 1) * (count + 1);
                row.sums(&mut edges.to_stop[cells.clone()], &mut edges.to_start[cells]);
            }
        }
        row.clear();
        let begin = if running { Begin::Running } else { Begin::Stopped };
        Walk::new(what, &mut row, (slots.origin, WEEK_S + slots.slot_s)).from(terms.begin, begin);
        let mut sums = [vec![0.0; count + 1], vec![0.0; count + 1]];
        let [stop, start] = &mut sums;
        row.sums(stop, start);
        for (before, sums) in self.before.iter_mut().zip(&sums) {
            before.copy_from_slice(&sums[1..]);
        }
    }

    /// No weekly schedule with a firing costs less, if each of its firings costs `prices` on top:
    /// of stops and of starts, by slot.
    ///
    /// The costs of a way through the first week bound those of any later firing from below
    /// (`from` of the last week is a potential: no edge inside a week is cheaper than its
    /// difference). A schedule is a closed way, so it costs at least what its one edge into the
    /// next week costs over the potential.
    pub(super) fn least(&self, prices: &[Vec<f64>; 2]) -> f64 {
        let count = self.slots;
        let mut from = [vec![0.0; count], vec![0.0; count]];
        let mut least = f64::INFINITY;
        for _ in 0..WEEKS {
            let mut next = [vec![f64::INFINITY; count], vec![f64::INFINITY; count]];
            self.pass(&mut from, &mut next, prices);
            let ways = next.iter().flatten().zip(from.iter().flatten());
            least = ways.map(|(next, from)| next - from).fold(f64::INFINITY, f64::min);
            from = next;
        }
        least
    }

    /// From the costs of reaching the firings of one week by edges from the week before to all
    /// costs in it, and to those of reaching the next week's by edges from it.
    fn pass(&self, from: &mut [Vec<f64>; 2], next: &mut [Vec<f64>; 2], prices: &[Vec<f64>; 2]) {
        let count = self.slots;
        let [from_stop, from_start] = from;
        let [next_stop, next_start] = next;
        for slot in 0..count {
            // A stop and a start at one instant: the stop comes first.
            let both = from_stop[slot] + prices[1][slot];
            from_start[slot] = from_start[slot].min(both);
            for (edges, cost) in self.edges.iter().zip([from_stop[slot], from_start[slot]]) {
                let cells = slot * (count + 1)..(slot + 1) * (count + 1);
                let (inside, beyond) = (1..count - slot, count - slot..count + 1);
                let to_stop = &edges.to_stop[cells.clone()];
                let to_start = &edges.to_start[cells];
                let after = slot + 1..;
                relax(
                    &mut from_stop[after.clone()],
                    cost,
                    &to_stop[inside.clone()],
                    &prices[0][after.clone()],
                );
                relax(&mut from_start[after.clone()], cost, &to_start[inside], &prices[1][after]);
                let to = ..=slot;
                let entry = [&to_stop[beyond.clone()], &to_start[beyond]];
                relax_both(&mut next_stop[to], cost, entry[0], &prices[0][to], &self.before[0][to]);
                relax_both(
                    &mut next_start[to],
                    cost,
                    entry[1],
                    &prices[1][to],
                    &self.before[1][to],
                );
            }
        }
    }
}

fn relax(to: &mut [f64], cost: f64, edges: &[f64], prices: &[f64]) {
    for ((to, edge), price) in to.iter_mut().zip(edges).zip(prices) {
        let way = cost + edge + price;
        *to = if way < *to { way } else { *to };
    }
}

fn relax_both(to: &mut [f64], cost: f64, edges: &[f64], prices: &[f64], before: &[f64]) {
    for (((to, edge), price), before) in to.iter_mut().zip(edges).zip(prices).zip(before) {
        let way = cost + edge + (price + before);
        *to = if way < *to { way } else { *to };
    }
}

/// Where two starts follow each other and the second finds the instance on from the first, its
/// clock began earlier than a walk from the second assumes.
fn rebates((terms, demand, limits): (&Terms, &Demand, Limits), row: &mut Row, date: i64) {
    let count = demand.before(date + 1);
    if limits.from == FAR || demand.latest_attended(count) > date {
        return;
    }
    let next = demand.needs.get(count).map_or(terms.end, |n| n.start).min(terms.end);
    let off_by = off_by((terms, demand, limits), count).max(date);
    let on_s = terms.start_s + limits.from + terms.stop_s;
    let close_s = terms.start_s + terms.stop_s + limits.to + terms.check_s;
    for slot in row.inside(off_by - date, (next - date).min(close_s)) {
        let second = date + slot as i64 * row.slot_s();
        let longer = next.min(second + on_s) - second.max(date + on_s);
        row.rebate_at(slot, terms.billed * longer.max(0) as f64);
    }
}
