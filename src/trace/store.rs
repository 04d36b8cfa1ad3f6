//! The compact store that a replay reads: 13 bytes an interval, sorted, clipped to the horizon.
//!
//! The same rows give the same store whatever their order and however they are split into files.

use super::Activity;
use super::intake::{RawIntervals, long};
use super::read::Loaded;
use crate::units::{Horizon, Kind, Problem};
use std::ops::Range;

/// How many rows the horizon cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Clipping {
    /// Rows partly outside: cut at the horizon.
    pub rows_clipped: u64,
    /// Rows wholly outside: left out.
    pub rows_outside: u64,
}

impl Clipping {
    pub(super) const fn add(&mut self, other: Self) {
        self.rows_clipped += other.rows_clipped;
        self.rows_outside += other.rows_outside;
    }
}

/// Everybody's activity over one horizon.
#[derive(Clone, Debug)]
pub struct Trace {
    /// Names of all instances that any row names, sorted; an instance whose rows are all outside
    /// the horizon is among them, with no interval.
    pub names: Vec<String>,
    /// The stretch of time the trace covers.
    pub horizon: Horizon,
    /// What the horizon cut.
    pub clipped: Clipping,
    /// Where the intervals of each name are.
    pub(super) runs: Vec<Run>,
    pub(super) chunks: Vec<Chunk>,
}

/// Intervals of one instance: `from..to` of a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    pub(super) chunk: usize,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Intervals of some instances, those of one instance together.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub(super) start: Vec<u32>,
    pub(super) end: Vec<u32>,
    pub(super) kind: Vec<Kind>,
    by_end: Vec<u32>,
}

/// The same instances with the same intervals; how they lie in memory does not matter.
impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        (&self.names, self.horizon, self.clipped) == (&other.names, other.horizon, other.clipped)
            && (0..self.len()).all(|i| self.activity(i) == other.activity(i))
    }
}

impl Eq for Trace {}

impl Trace {
    /// Sorts and clips everything that was loaded. Without a horizon, the default of SPEC 1.6:
    /// midnight UTC on or before the first start to midnight UTC on or after the last end as
    /// recorded, at least a day.
    ///
    /// # Errors
    /// No horizon and no row; a horizon that is empty or longer than 2^32 - 1 s (136 years); rows
    /// that cannot be read back from disk.
    pub fn build(loaded: Loaded, horizon: Option<Horizon>) -> Result<Self, Problem> {
        loaded.into_shards(horizon)?.into_whole()
    }

    /// No activity of anybody.
    #[must_use]
    pub const fn empty(horizon: Horizon) -> Self {
        Self {
            names: Vec::new(),
            horizon,
            clipped: Clipping { rows_clipped: 0, rows_outside: 0 },
            runs: Vec::new(),
            chunks: Vec::new(),
        }
    }

    /// This trace over a shorter horizon: every instance keeps its name, what lies outside is cut
    /// off or left out as [`Trace::build`] does it. What of `horizon` this trace does not cover is
    /// left out.
    #[must_use]
    pub fn within(&self, horizon: Horizon) -> Self {
        let start = horizon.start.clamp(self.horizon.start, self.horizon.end);
        let end = horizon.end.clamp(start, self.horizon.end);
        let horizon = Horizon { start, end };
        // No longer than this trace's own, which fits.
        let seconds = u32::try_from(horizon.seconds()).unwrap_or(u32::MAX);
        let clip = Clip { base: start.unix(), seconds };
        let mut trace = Self { names: self.names.clone(), ..Self::empty(horizon) };
        let (mut starts, mut ends, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        let mut ranges = Vec::with_capacity(self.len());
        for index in 0..self.len() {
            let all = self.activity(index);
            let first = starts.len();
            for ((from, to), kind) in all.start.iter().zip(all.end).zip(all.kind) {
                let at = |s: &u32| all.base.unix() + i64::from(*s);
                let Some(cut) = clip.apply(at(from), at(to)) else {
                    trace.clipped.rows_outside += 1;
                    continue;
                };
                trace.clipped.rows_clipped += u64::from(!cut.whole);
                starts.push(cut.start);
                ends.push(cut.end);
                kinds.push(*kind);
            }
            ranges.push(first..starts.len());
        }
        let run = |range: &Range<usize>| Run { chunk: 0, from: range.start, to: range.end };
        trace.runs = ranges.iter().map(run).collect();
        trace.chunks = vec![Chunk::of_sorted((starts, ends, kinds), &ranges)];
        trace
    }

    /// Number of instances.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no instance.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Number of intervals of all instances.
    #[must_use]
    pub fn intervals(&self) -> usize {
        self.runs.iter().map(|run| run.to - run.from).sum()
    }

    /// The position of an instance in [`Trace::names`].
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// The intervals of the instance at a position of [`Trace::names`]; none beyond the last.
    #[must_use]
    pub fn activity(&self, index: usize) -> Activity<'_> {
        let base = self.horizon.start;
        let run = self.runs.get(index).copied().unwrap_or_default();
        match self.chunks.get(run.chunk) {
            Some(chunk) => chunk.activity(base, run.from..run.to),
            None => Activity { base, start: &[], end: &[], kind: &[], by_end: &[] },
        }
    }

    /// SHA-256 over the activity, in hexadecimal: the same for the same rows in any order, any
    /// split into files and either file format.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hash = super::shards::ContentHash::default();
        hash.add(self);
        hash.finish(self.horizon)
    }
}

impl Chunk {
    /// Sorts and clips rows that lie where they were read, those of some whole instances; says
    /// which intervals are whose and what was clipped.
    pub(super) fn in_place(
        rows: RawIntervals,
        whole: &[Range<usize>],
        clip: Clip,
    ) -> (Self, Vec<Range<usize>>, Clipping) {
        let by_end = vec![0; rows.len()];
        let mut chunk = Self { start: rows.start, end: rows.end, kind: rows.kind, by_end };
        let (mut clipped, mut sorter) = (Clipping::default(), RunSorter::default());
        let mut one = |range: &Range<usize>| {
            let run = chunk.run_mut(range.clone());
            let kept = run.cut(clip, &mut clipped);
            let range = range.start..range.start + kept;
            sorter.sort(chunk.run_mut(range.clone()));
            range
        };
        let runs = whole.iter().map(&mut one).collect();
        (chunk, runs, clipped)
    }

    /// The same for rows of the instances at `ids`, in their order, however they lie.
    pub(super) fn of(
        rows: RawIntervals,
        ids: &[u32],
        clip: Clip,
    ) -> (Self, Vec<Range<usize>>, Clipping) {
        let mut rank = vec![0; ids.iter().max().map_or(0, |last| *last as usize + 1)];
        for (at, id) in (0_u32..).zip(ids) {
            rank[*id as usize] = at;
        }
        let mut offsets = vec![0; ids.len() + 1];
        for (instance, range) in rows.runs() {
            offsets[rank[instance as usize] as usize + 1] += range.len();
        }
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let whole: Vec<_> = offsets.windows(2).map(|w| w[0]..w[1]).collect();
        let mut gathered = RawIntervals::zeroed(rows.len());
        let mut next = offsets;
        for (instance, range) in rows.runs() {
            let slot = &mut next[rank[instance as usize] as usize];
            let to = *slot..*slot + range.len();
            *slot = to.end;
            gathered.start[to.clone()].copy_from_slice(&rows.start[range.clone()]);
            gathered.end[to.clone()].copy_from_slice(&rows.end[range.clone()]);
            gathered.kind[to].copy_from_slice(&rows.kind[range]);
        }
        drop(rows);
        Self::in_place(gathered, &whole, clip)
    }

    /// Intervals that were sorted before, only `by_end` is missing.
    pub(super) fn of_sorted(
        (start, end, kind): (Vec<u32>, Vec<u32>, Vec<Kind>),
        runs: &[Range<usize>],
    ) -> Self {
        let by_end = vec![0; start.len()];
        let mut chunk = Self { start, end, kind, by_end };
        let mut sorter = RunSorter::default();
        for run in runs {
            sorter.sort(chunk.run_mut(run.clone()));
        }
        chunk
    }

    fn activity(&self, base: crate::units::Instant, range: Range<usize>) -> Activity<'_> {
        Activity {
            base,
            start: &self.start[range.clone()],
            end: &self.end[range.clone()],
            kind: &self.kind[range.clone()],
            by_end: &self.by_end[range],
        }
    }

    fn run_mut(&mut self, range: Range<usize>) -> RunMut<'_> {
        RunMut {
            start: &mut self.start[range.clone()],
            end: &mut self.end[range.clone()],
            kind: &mut self.kind[range.clone()],
            by_end: &mut self.by_end[range],
        }
    }
}

/// The intervals of one instance, to be put in order.
struct RunMut<'c> {
    start: &'c mut [u32],
    end: &'c mut [u32],
    kind: &'c mut [Kind],
    by_end: &'c mut [u32],
}

impl RunMut<'_> {
    /// Moves what is inside the horizon to the front, counted from its start; how many there are.
    fn cut(self, clip: Clip, clipped: &mut Clipping) -> usize {
        let mut kept = 0;
        for at in 0..self.start.len() {
            let Some(cut) = clip.apply(long(self.start[at]), long(self.end[at])) else {
                clipped.rows_outside += 1;
                continue;
            };
            clipped.rows_clipped += u64::from(!cut.whole);
            (self.start[kept], self.end[kept]) = (cut.start, cut.end);
            self.kind[kept] = self.kind[at];
            kept += 1;
        }
        kept
    }
}

/// Sorts runs one after the other, in memory that it keeps.
#[derive(Default)]
struct RunSorter {
    rows: Vec<(u32, u32, Kind)>,
    ends: Vec<u64>,
}

impl RunSorter {
    /// Sorts by (start, end, kind), unless it is so, and fills `by_end`.
    fn sort(&mut self, run: RunMut<'_>) {
        let RunMut { start, end, kind, by_end } = run;
        if !(1..start.len())
            .all(|i| (start[i - 1], end[i - 1], kind[i - 1]) <= (start[i], end[i], kind[i]))
        {
            self.rows.clear();
            self.rows.extend((0..start.len()).map(|i| (start[i], end[i], kind[i])));
            self.rows.sort_unstable();
            for (at, row) in self.rows.iter().enumerate() {
                (start[at], end[at], kind[at]) = *row;
            }
        }
        if end.is_sorted() {
            for (position, rank) in (0_u32..).zip(by_end) {
                *rank = position;
            }
            return;
        }
        self.ends.clear();
        self.ends
            .extend((0_u64..).zip(&*end).map(|(position, end)| u64::from(*end) << 32 | position));
        sort_nearly_sorted(&mut self.ends);
        for (rank, end) in by_end.iter_mut().zip(&self.ends) {
            *rank = *end as u32;
        }
    }
}

/// Sorts keys of which few are far from their place: ends of intervals in the order of starts.
fn sort_nearly_sorted(keys: &mut [u64]) {
    let mut moves = 8 * keys.len();
    for at in 1..keys.len() {
        let key = keys[at];
        let mut to = at;
        while to > 0 && keys[to - 1] > key {
            keys[to] = keys[to - 1];
            to -= 1;
        }
        keys[to] = key;
        match moves.checked_sub(at - to) {
            Some(left) => moves = left,
            None => return keys.sort_unstable(),
        }
    }
}

/// The horizon as the clipping sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clip {
    /// Its start \[s since the Unix epoch\].
    pub(super) base: i64,
    /// Its length \[s\].
    pub(super) seconds: u32,
}

/// An interval inside the horizon \[s from its start\].
struct Cut {
    start: u32,
    end: u32,
    whole: bool,
}

impl Clip {
    /// STATE-6: what lies inside `[0, seconds)`; `None` when nothing does. A touch at the
    /// horizon's start is inside, one at its end is not, and an interval that began before and
    /// ends at the start is not.
    #[inline]
    fn apply(self, start: i64, end: i64) -> Option<Cut> {
        let (from, to) = (start.saturating_sub(self.base), end.saturating_sub(self.base));
        let length = i64::from(self.seconds);
        if from >= length || (from < 0 && to <= 0) {
            return None;
        }
        let inside = |s: i64| u32::try_from(s.clamp(0, length)).unwrap_or(self.seconds);
        Some(Cut { start: inside(from), end: inside(to), whole: from >= 0 && to <= length })
    }
}
