//! Parquet rows to intervals by whole columns, without looking at every cell.
//!
//! Here only plain rows are read: every cell there and of our time, the end not before the start.
//! All others go to the one full reader, row by row, which knows every defect.

use super::intake::{EPOCH, long};
use super::rows::{Odd, Reader, VSCODE_GRACE_S};
use crate::table::{Filled, Lane, Row};
use crate::units::{Instant, Kind};

/// What stands for "not known yet", or "not plain".
const NONE: u32 = u32::MAX;

/// The columns of a batch.
pub(super) struct Lanes<'a> {
    instance: Words<'a, u32>,
    kind: Words<'a, Option<Kind>>,
    start: Vec<u32>,
    end: Vec<u32>,
    last: Option<Last<'a>>,
}

/// A column of text, and what each word of its dictionary means.
struct Words<'a, T> {
    keys: &'a [u32],
    filled: Filled<'a>,
    words: Vec<&'a str>,
    means: Vec<T>,
}

/// The column of last keystrokes.
struct Last<'a> {
    at: Vec<u32>,
    filled: Filled<'a>,
}

impl<'a, T: Copy> Words<'a, T> {
    fn new(lane: Lane<'a>, meaning: impl Fn(&str) -> T) -> Option<Self> {
        let Lane::Words(keys, words, filled) = lane else { return None };
        let words: Vec<&str> = words.values_iter().collect();
        let means = words.iter().map(|word| meaning(word)).collect();
        Some(Self { keys, filled, words, means })
    }

    /// The position of a row's word; `None` where the cell is empty.
    #[inline]
    fn word(&self, at: usize) -> Option<usize> {
        self.filled.has(at).then(|| self.keys[at] as usize)
    }
}

impl<'a> Lanes<'a> {
    /// From the columns of activity, in their order; `None` when they are not of the usual types.
    pub(super) fn new([instance, kind, start, end, last]: [Lane<'a>; 5]) -> Option<Self> {
        let times = |lane| match lane {
            Lane::Utc(ticks, per_second, filled) => {
                Some((shorts(ticks, per_second, filled), filled))
            }
            _ => None,
        };
        let last = match last {
            Lane::Absent => None,
            lane => Some(times(lane)?),
        };
        Some(Self {
            instance: Words::new(instance, |_| NONE)?,
            kind: Words::new(kind, Kind::parse)?,
            start: times(start)?.0,
            end: times(end)?.0,
            last: last.map(|(at, filled)| Last { at, filled }),
        })
    }
    /// Reads every row: those that are not plain one by one, as `row` has them.
    pub(super) fn read<'r>(mut self, reader: &mut Reader<'_>, row: impl Fn(usize) -> Row<'r>) {
        let (mut first, mut last) = (NONE, 0);
        reader.found.intervals.reserve(self.start.len());
        for at in 0..self.start.len() {
            let Some((word, kind, effective)) = self.plain(at) else {
                reader.row(&row(at));
                continue;
            };
            let mut id = self.instance.means[word];
            if id == NONE {
                let name = self.instance.words[word];
                let Some(found) =
                    Some(name).filter(|n| !n.is_empty()).and_then(|n| reader.names.id(n))
                else {
                    reader.row(&row(at));
                    continue;
                };
                id = found;
                self.instance.means[word] = id;
            }
            self.note_odd(at, kind, || row(at).line, &mut reader.found.odd);
            reader.found.rows_read += 1;
            reader.found.intervals.push(id, (self.start[at], effective), kind);
            first = first.min(self.start[at]);
            last = last.max(self.end[at]);
        }
        if first != NONE {
            reader.found.widen(Instant::from_unix(long(first)), Instant::from_unix(long(last)));
        }
    }

    /// The instance's word, the kind and the effective end of a plain row.
    #[inline]
    fn plain(&self, at: usize) -> Option<(usize, Kind, u32)> {
        let (start, end) = (self.start[at], self.end[at]);
        if start == NONE || end == NONE || end < start {
            return None;
        }
        let (word, kind) = (self.instance.word(at)?, self.kind.means[self.kind.word(at)?]?);
        let effective = match self.last_of(at) {
            Some(NONE) => return None,
            Some(last) if kind == Kind::Vscode => {
                end.min(last.saturating_add(VSCODE_GRACE_S as u32)).max(start)
            }
            _ => end,
        };
        Some((word, kind, effective))
    }

    /// The last keystroke of a row, if it has one.
    #[inline]
    fn last_of(&self, at: usize) -> Option<u32> {
        let last = self.last.as_ref()?;
        (last.at[at] != NONE || last.filled.has(at)).then(|| last.at[at])
    }

    /// Counts what a person should know of a plain row.
    #[inline]
    fn note_odd(&self, at: usize, kind: Kind, line: impl Fn() -> usize, odd: &mut Odd) {
        match self.last_of(at) {
            None => {}
            Some(_) if kind != Kind::Vscode => odd.stray(line()),
            Some(last) if last < self.start[at] => odd.early(line()),
            Some(_) => {}
        }
    }
}

/// Instants as 32 bits, as [`short`](super::intake::short) makes them; [`NONE`] where there is none
/// or it does not fit.
fn shorts(ticks: &[i64], per_second: i64, filled: Filled<'_>) -> Vec<u32> {
    let mut shorts = match per_second {
        1_000 => shorts_of::<1_000>(ticks),
        1_000_000 => shorts_of::<1_000_000>(ticks),
        _ => shorts_of::<1_000_000_000>(ticks),
    };
    if !filled.all() {
        for (at, short) in shorts.iter_mut().enumerate() {
            *short = if filled.has(at) { *short } else { NONE };
        }
    }
    shorts
}

/// The same with the unit known, so that no division is one; what is before the epoch wraps to far
/// behind it.
fn shorts_of<const PER_SECOND: i64>(ticks: &[i64]) -> Vec<u32> {
    let short = |tick: &i64| {
        let since = tick.wrapping_sub(EPOCH * PER_SECOND) as u64;
        u32::try_from(since / PER_SECOND as u64).unwrap_or(NONE)
    };
    ticks.iter().map(short).collect()
}
