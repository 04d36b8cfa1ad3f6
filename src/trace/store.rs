//! The compact store that a replay reads: 13 bytes an interval, sorted, clipped to the horizon.
//!
//! The same rows give the same store whatever their order and however they are split into files.

use super::Activity;
use super::codes;
use super::intake::{RawIntervals, long};
use super::read::Loaded;
use super::shards::ContentHash;
use crate::units::{Horizon, Kind, Problem};
use rayon::prelude::{IntoParallelIterator, ParallelIterator};

/// How many rows the horizon cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Clipping {
    /// Rows partly outside: cut at the horizon.
    pub rows_clipped: u64,
    /// Rows wholly outside: left out.
    pub rows_outside: u64,
}

/// Everybody's activity over one horizon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Names of all instances that any row names, sorted; an instance whose rows are all outside
    /// the horizon is among them, with no interval.
    pub names: Vec<String>,
    /// The stretch of time the trace covers.
    pub horizon: Horizon,
    /// What the horizon cut.
    pub clipped: Clipping,
    /// Intervals of instance `i` are `offsets[i]..offsets[i + 1]`.
    offsets: Vec<usize>,
    start: Vec<u32>,
    end: Vec<u32>,
    kind: Vec<Kind>,
    by_end: Vec<u32>,
}

impl Trace {
    /// Sorts and clips everything that was loaded. Without a horizon, the default of SPEC 1.6:
    /// midnight UTC on or before the first start to midnight UTC on or after the last end as
    /// recorded, at least a day.
    ///
    /// # Errors
    /// No horizon and no row; a horizon that is empty or longer than 2^32 - 1 s (136 years); rows
    /// that cannot be read back from disk.
    pub fn build(loaded: Loaded, horizon: Option<Horizon>) -> Result<Self, Problem> {
        let mut shards = loaded.into_shards(horizon)?;
        shards.rows_at_once = usize::MAX;
        let none = Self::empty(shards.horizon());
        shards.next().unwrap_or(Ok(none))
    }

    /// No activity of anybody.
    #[must_use]
    pub const fn empty(horizon: Horizon) -> Self {
        Self {
            names: Vec::new(),
            horizon,
            clipped: Clipping { rows_clipped: 0, rows_outside: 0 },
            offsets: Vec::new(),
            start: Vec::new(),
            end: Vec::new(),
            kind: Vec::new(),
            by_end: Vec::new(),
        }
    }

    /// Sorts and clips the rows of some instances: `names` with their positions in the whole.
    pub(super) fn of(
        names: Vec<(String, u32)>,
        chunks: Vec<RawIntervals>,
        (horizon, clip): (Horizon, Clip),
    ) -> Result<Self, Problem> {
        let (names, rank) = sort_names(names);
        let counted = count(&chunks, (&rank, names.len()), clip);
        if counted.offsets.windows(2).any(|w| u32::try_from(w[1] - w[0]).is_err()) {
            return Err(Problem::error(codes::TOO_MANY, "an instance has over 2^32 intervals"));
        }
        let mut trace = Self { names, offsets: counted.offsets, ..Self::empty(horizon) };
        trace.clipped = counted.clipped;
        trace.scatter(chunks, &rank, clip);
        trace.sort();
        Ok(trace)
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
        trace.offsets.push(0);
        for index in 0..self.len() {
            let all = self.activity(index);
            for ((from, to), kind) in all.start.iter().zip(all.end).zip(all.kind) {
                let at = |s: &u32| all.base.unix() + i64::from(*s);
                let Some(cut) = clip.apply(at(from), at(to)) else {
                    trace.clipped.rows_outside += 1;
                    continue;
                };
                trace.clipped.rows_clipped += u64::from(!cut.whole);
                trace.start.push(cut.start);
                trace.end.push(cut.end);
                trace.kind.push(*kind);
            }
            trace.offsets.push(trace.start.len());
        }
        trace.sort();
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
    pub const fn intervals(&self) -> usize {
        self.start.len()
    }

    /// The position of an instance in [`Trace::names`].
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()
    }

    /// The intervals of the instance at a position of [`Trace::names`]; none beyond the last.
    #[must_use]
    pub fn activity(&self, index: usize) -> Activity<'_> {
        let range = match (self.offsets.get(index), self.offsets.get(index + 1)) {
            (Some(from), Some(to)) => *from..*to,
            _ => 0..0,
        };
        Activity {
            base: self.horizon.start,
            start: &self.start[range.clone()],
            end: &self.end[range.clone()],
            kind: &self.kind[range.clone()],
            by_end: &self.by_end[range],
        }
    }

    /// The [`ContentHash`] of this trace alone.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hash = ContentHash::default();
        hash.add(self);
        hash.finish(self.horizon)
    }

    /// Puts every row inside the horizon into its instance's range, in no order, freeing the raw
    /// columns as it goes.
    fn scatter(&mut self, chunks: Vec<RawIntervals>, rank: &[u32], clip: Clip) {
        let total = self.offsets.last().copied().unwrap_or(0);
        self.start = vec![0; total];
        self.end = vec![0; total];
        self.kind = vec![Kind::Kernel; total];
        let mut next = self.offsets.clone();
        for chunk in chunks {
            for at in 0..chunk.len() {
                let edges = (long(chunk.start[at]), long(chunk.end[at]));
                let Some(cut) = clip.apply(edges.0, edges.1) else { continue };
                let slot = &mut next[rank[chunk.instance[at] as usize] as usize];
                self.start[*slot] = cut.start;
                self.end[*slot] = cut.end;
                self.kind[*slot] = chunk.kind[at];
                *slot += 1;
            }
        }
    }

    /// Sorts every instance's columns by (start, end, kind) and fills `by_end`.
    fn sort(&mut self) {
        self.by_end = vec![0; self.start.len()];
        let mut columns = Columns {
            start: &mut self.start,
            end: &mut self.end,
            kind: &mut self.kind,
            by_end: &mut self.by_end,
        };
        let mut parts = Vec::with_capacity(self.names.len());
        for pair in self.offsets.windows(2) {
            let (head, tail) = columns.split_at(pair[1] - pair[0]);
            parts.push(head);
            columns = tail;
        }
        parts.into_par_iter().for_each(Columns::sort);
    }
}

/// The columns of some intervals.
struct Columns<'a> {
    start: &'a mut [u32],
    end: &'a mut [u32],
    kind: &'a mut [Kind],
    by_end: &'a mut [u32],
}

impl<'a> Columns<'a> {
    /// The first `len` intervals, and the others.
    fn split_at(self, len: usize) -> (Columns<'a>, Columns<'a>) {
        let (start, starts) = self.start.split_at_mut(len);
        let (end, ends) = self.end.split_at_mut(len);
        let (kind, kinds) = self.kind.split_at_mut(len);
        let (by_end, by_ends) = self.by_end.split_at_mut(len);
        (
            Columns { start, end, kind, by_end },
            Columns { start: starts, end: ends, kind: kinds, by_end: by_ends },
        )
    }

    /// Sorts the intervals of one instance.
    fn sort(self) {
        let key = |at: usize| (self.start[at], self.end[at], self.kind[at]);
        if !(1..self.start.len()).all(|at| key(at - 1) <= key(at)) {
            let mut rows: Vec<_> = (0..self.start.len()).map(key).collect();
            rows.sort_unstable();
            for (at, (start, end, kind)) in rows.into_iter().enumerate() {
                (self.start[at], self.end[at], self.kind[at]) = (start, end, kind);
            }
        }
        for (position, rank) in (0_u32..).zip(self.by_end.iter_mut()) {
            *rank = position;
        }
        let end = self.end;
        if end.is_sorted() {
            return; // Nothing overlaps out of order: the usual case.
        }
        self.by_end.sort_unstable_by_key(|position| (end[*position as usize], *position));
    }
}

/// Sorted names, and for each old position its rank among them.
fn sort_names(mut names: Vec<(String, u32)>) -> (Vec<String>, Vec<u32>) {
    names.sort_unstable();
    let most = names.iter().map(|(_, old)| *old as usize + 1).max().unwrap_or(0);
    let mut rank = vec![0; most];
    for (new, (_, old)) in (0_u32..).zip(&names) {
        rank[*old as usize] = new;
    }
    (names.into_iter().map(|(name, _)| name).collect(), rank)
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

/// The first pass: how many rows each instance keeps.
struct Counted {
    offsets: Vec<usize>,
    clipped: Clipping,
}

/// Counts the rows inside the horizon.
fn count(chunks: &[RawIntervals], (rank, names): (&[u32], usize), clip: Clip) -> Counted {
    let mut offsets = vec![0; names + 1];
    let mut clipped = Clipping::default();
    for chunk in chunks {
        for at in 0..chunk.len() {
            match clip.apply(long(chunk.start[at]), long(chunk.end[at])) {
                None => clipped.rows_outside += 1,
                Some(cut) => {
                    clipped.rows_clipped += u64::from(!cut.whole);
                    offsets[rank[chunk.instance[at] as usize] as usize + 1] += 1;
                }
            }
        }
    }
    for at in 1..offsets.len() {
        offsets[at] += offsets[at - 1];
    }
    Counted { offsets, clipped }
}
