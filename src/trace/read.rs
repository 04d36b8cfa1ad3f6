//! Activity files to raw intervals and located defects (SPEC 1.1).
//!
//! Rows are parsed in parallel, batch by batch, and put together in file order, so that the result
//! does not depend on the number of threads. A bad row is never repaired: it is left out and every
//! bad cell of it reported. IDLE-3 is applied here, so everything behind the reader sees one end
//! per interval.

use super::codes;
use super::names::Names;
use super::rows::{COLUMNS, Found, Odd, TIMES};
use crate::table::{Batch, Source, codes as table_codes};
use crate::units::{Instant, Kind, Problem};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use std::path::{Path, PathBuf};

/// Defects kept in full; beyond that they are counted.
pub const MAX_LISTED_DEFECTS: usize = 1_000_000;

/// How activity is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReadOptions {
    /// Whether timestamps without an offset are UTC.
    pub assume_utc: bool,
}

/// Raw intervals in columns of one length.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RawIntervals {
    /// Positions in [`Loaded::names`].
    pub instance: Vec<u32>,
    /// Starts \[s since the Unix epoch\].
    pub start: Vec<i64>,
    /// Effective ends \[s since the Unix epoch\], `end >= start`.
    pub end: Vec<i64>,
    /// Kinds.
    pub kind: Vec<Kind>,
}

impl RawIntervals {
    /// Number of intervals.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.start.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// Adds one.
    #[inline]
    pub(super) fn push(&mut self, instance: u32, start: Instant, end: Instant, kind: Kind) {
        self.instance.push(instance);
        self.start.push(start.unix());
        self.end.push(end.unix());
        self.kind.push(kind);
    }
}

/// What activity files held.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// Names of instances, in the order first seen.
    pub names: Vec<String>,
    /// The good rows, in file order.
    pub chunks: Vec<RawIntervals>,
    /// Errors of whole files or columns, in file order. Skipping bad rows does not get round them.
    pub faults: Vec<Problem>,
    /// Errors of rows, located, in file order, at most [`MAX_LISTED_DEFECTS`].
    pub defects: Vec<Problem>,
    /// Errors beyond those listed.
    pub defects_unlisted: u64,
    /// Rows left out because at least one cell is bad.
    pub rows_bad: u64,
    /// Rows read, good and bad.
    pub rows_read: u64,
    /// Warnings.
    pub notes: Vec<Problem>,
    /// The earliest start and the latest end **as recorded**, before IDLE-3; `None` without rows.
    pub span: Option<(Instant, Instant)>,
}

impl Loaded {
    /// Intervals that did not come from a file: `(instance, start, end, kind)`, ends effective;
    /// an end before its start is taken as the start.
    pub fn from_rows<'a>(
        rows: impl IntoIterator<Item = (&'a str, Instant, Instant, Kind)>,
    ) -> Self {
        let mut names = Names::default();
        let mut loaded = Self::default();
        let mut chunk = RawIntervals::default();
        for (name, start, end, kind) in rows {
            let Some(id) = names.id(name) else { continue };
            let end = end.max(start);
            chunk.push(id, start, end, kind);
            loaded.widen(start, end);
        }
        loaded.rows_read = chunk.len() as u64;
        loaded.names = names.into_vec();
        loaded.chunks.push(chunk);
        loaded
    }

    /// Number of good rows.
    #[must_use]
    pub fn rows_good(&self) -> usize {
        self.chunks.iter().map(RawIntervals::len).sum()
    }

    /// Makes the recorded span cover `[start, end]`.
    #[inline]
    fn widen(&mut self, start: Instant, end: Instant) {
        self.span = Some(match self.span {
            None => (start, end),
            Some((first, last)) => (first.min(start), last.max(end)),
        });
    }
}

/// Reads activity files, in the order given.
///
/// A file with a fault does not hide the others: those are read all the same.
#[must_use]
pub fn read_activity(files: &[PathBuf], options: &ReadOptions) -> Loaded {
    let mut loaded = Loaded::default();
    let mut names = Names::default();
    for file in files {
        if let Err(problems) = read_file(file, options, &mut loaded, &mut names) {
            loaded.faults.extend(problems);
        }
    }
    loaded.names = names.into_vec();
    loaded
}

/// Adds one file.
fn read_file(
    path: &Path,
    options: &ReadOptions,
    loaded: &mut Loaded,
    names: &mut Names,
) -> Result<(), Vec<Problem>> {
    let mut source = Source::open(path, &COLUMNS)?;
    loaded.notes.append(&mut source.notes);
    let mut odd = Odd::default();
    let mut first = true;
    loop {
        let batches = source.next_batches().map_err(|p| vec![p])?;
        if batches.is_empty() {
            break;
        }
        if std::mem::take(&mut first) && !options.assume_utc {
            loaded.faults.extend(naive_columns(&batches[0], &source.file));
        }
        let room = MAX_LISTED_DEFECTS - loaded.defects.len();
        let known = &*names;
        let parts: Vec<Found> =
            batches.par_iter().map(|batch| Found::read(batch, *options, known, room)).collect();
        let base = names.len();
        for part in parts {
            odd.merge(part.odd);
            merge(part, base, loaded, names)?;
        }
    }
    loaded.notes.extend(odd.into_notes(&source.file));
    Ok(())
}

/// One error for each Parquet column whose timestamps have no time zone.
fn naive_columns(batch: &Batch, file: &str) -> Vec<Problem> {
    TIMES
        .into_iter()
        .filter(|column| batch.is_naive(*column))
        .map(|column| {
            Problem::error(table_codes::NAIVE_TIMESTAMP, "the timestamps have no time zone")
                .in_file(file)
                .field(COLUMNS[column].name)
                .hint("write the column as UTC, or pass --assume-utc")
        })
        .collect()
}

/// Puts a part behind what is loaded. Positions of names from `base` on are the part's own.
fn merge(
    part: Found,
    base: usize,
    loaded: &mut Loaded,
    names: &mut Names,
) -> Result<(), Vec<Problem>> {
    let ids: Option<Vec<u32>> = part.fresh.iter().map(|name| names.id(name)).collect();
    let ids = ids.ok_or_else(|| vec![Problem::error(codes::TOO_MANY, "too many instances")])?;
    let mut chunk = part.intervals;
    if !ids.is_empty() {
        for instance in &mut chunk.instance {
            if let Some(fresh) = (*instance as usize).checked_sub(base) {
                *instance = ids[fresh];
            }
        }
    }
    loaded.rows_read += part.rows_read;
    loaded.rows_bad += part.rows_read - chunk.len() as u64;
    if let Some((first, last)) = part.span {
        loaded.widen(first, last);
    }
    if !chunk.is_empty() {
        loaded.chunks.push(chunk);
    }
    let over = part.defects.len().saturating_sub(MAX_LISTED_DEFECTS - loaded.defects.len());
    let listed = part.defects.len() - over;
    loaded.defects.extend(part.defects.into_iter().take(listed));
    loaded.defects_unlisted += part.unlisted + over as u64;
    Ok(())
}
