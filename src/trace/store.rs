//! The compact store that a replay reads: 13 bytes an interval, sorted, clipped to the horizon.
//!
//! The same rows give the same store whatever their order and however they are split into files.

use super::Activity;
use super::codes;
use super::read::{Loaded, RawIntervals};
use crate::units::{Horizon, Instant, Kind, Problem};
use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::fmt::Write;

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
    /// Sorts and clips what was loaded. Without a horizon, the default of SPEC 1.6: midnight UTC
    /// on or before the first start to midnight UTC on or after the last end as recorded, at least
    /// a day.
    ///
    /// # Errors
    /// No horizon and no row; a horizon that is empty or longer than 2^32 - 1 s (136 years).
    pub fn build(loaded: Loaded, horizon: Option<Horizon>) -> Result<Self, Problem> {
        let horizon = match horizon {
            Some(given) => given,
            None => default_horizon(loaded.span)?,
        };
        let seconds = u32::try_from(horizon.seconds()).ok().filter(|s| *s > 0);
        let seconds = seconds.ok_or_else(|| bad_horizon(horizon))?;
        let clip = Clip { base: horizon.start.unix(), seconds };
        let (names, rank) = sort_names(loaded.names);
        let counted = count(&loaded.chunks, &rank, clip);
        if counted.offsets.windows(2).any(|w| u32::try_from(w[1] - w[0]).is_err()) {
            return Err(Problem::error(codes::TOO_MANY, "an instance has over 2^32 intervals"));
        }
        let mut trace = Self {
            names,
            horizon,
            clipped: counted.clipped,
            offsets: counted.offsets,
            start: Vec::new(),
            end: Vec::new(),
            kind: Vec::new(),
            by_end: Vec::new(),
        };
        trace.scatter(loaded.chunks, &rank, clip);
        trace.sort();
        Ok(trace)
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

    /// SHA-256 of horizon, names and intervals (instants as seconds since the Unix epoch), in
    /// hexadecimal: the same for the same rows in any order, any split and either file format.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut buffer = Vec::with_capacity(1 << 16);
        buffer.extend_from_slice(b"idlewise trace 1\n");
        for edge in [self.horizon.start, self.horizon.end] {
            buffer.extend_from_slice(&edge.unix().to_le_bytes());
        }
        for (index, name) in self.names.iter().enumerate() {
            let activity = self.activity(index);
            buffer.extend_from_slice(&(name.len() as u64).to_le_bytes());
            buffer.extend_from_slice(name.as_bytes());
            buffer.extend_from_slice(&(activity.len() as u64).to_le_bytes());
            for at in 0..activity.len() {
                let absolute = |s: u32| activity.base.plus(i64::from(s)).unix().to_le_bytes();
                buffer.extend_from_slice(&absolute(activity.start[at]));
                buffer.extend_from_slice(&absolute(activity.end[at]));
                buffer.push(activity.kind[at] as u8);
                if buffer.len() >= 1 << 15 {
                    hasher.update(&buffer);
                    buffer.clear();
                }
            }
        }
        hasher.update(&buffer);
        hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        })
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
                let Some(cut) = clip.apply(chunk.start[at], chunk.end[at]) else { continue };
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
        self.by_end.sort_unstable_by_key(|position| (end[*position as usize], *position));
    }
}

/// SPEC 1.6: the horizon that whole days around the recorded activity make.
fn default_horizon(span: Option<(Instant, Instant)>) -> Result<Horizon, Problem> {
    let (first, last) = span.ok_or_else(|| {
        Problem::error(codes::NO_ACTIVITY, "there is no row of activity")
            .hint("give --horizon START/END to simulate instances that nobody used")
    })?;
    let start = first.midnight_on_or_before();
    let end = last.midnight_on_or_after().max(start.plus(86_400));
    Ok(Horizon { start, end })
}

/// The problem of a horizon that cannot be simulated.
fn bad_horizon(horizon: Horizon) -> Problem {
    let message = if horizon.seconds() <= 0 {
        format!("the horizon `{horizon}` does not end after it starts")
    } else {
        format!("the horizon `{horizon}` is longer than 136 years")
    };
    Problem::error(codes::BAD_HORIZON, message).hint("look for a mistyped year, or give --horizon")
}

/// Sorted names, and the rank of each old position.
fn sort_names(names: Vec<String>) -> (Vec<String>, Vec<u32>) {
    let mut numbered: Vec<(String, usize)> =
        names.into_iter().enumerate().map(|(old, name)| (name, old)).collect();
    numbered.sort_unstable();
    let mut rank = vec![0; numbered.len()];
    for (new, (_, old)) in (0_u32..).zip(&numbered) {
        rank[*old] = new;
    }
    (numbered.into_iter().map(|(name, _)| name).collect(), rank)
}

/// The horizon as the clipping sees it.
#[derive(Clone, Copy)]
struct Clip {
    /// Its start \[s since the Unix epoch\].
    base: i64,
    /// Its length \[s\].
    seconds: u32,
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
fn count(chunks: &[RawIntervals], rank: &[u32], clip: Clip) -> Counted {
    let mut offsets = vec![0; rank.len() + 1];
    let mut clipped = Clipping::default();
    for chunk in chunks {
        for at in 0..chunk.len() {
            match clip.apply(chunk.start[at], chunk.end[at]) {
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
