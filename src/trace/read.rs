//! Activity files to raw intervals and located defects (SPEC 1.1).
//!
//! Rows are parsed in parallel, batch by batch, and put together in file order, so that the result
//! does not depend on the number of threads. A bad row is never repaired: it is left out and every
//! bad cell of it reported. IDLE-3 is applied here, so everything behind the reader sees one end
//! per interval.

use super::codes;
use super::intake::{Intake, RawIntervals, short};
use super::names::Names;
use super::rows::{COLUMNS, Found, Odd, TIMES};
use crate::table::{Source, codes as table_codes};
use crate::units::{Instant, Kind, Problem};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use std::path::{Path, PathBuf};

/// Defects kept in full; beyond that they are counted.
pub const MAX_LISTED_DEFECTS: usize = 1_000_000;

/// How activity is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadOptions {
    /// Whether timestamps without an offset are UTC.
    pub assume_utc: bool,
    /// Bytes that rows may take in memory; beyond half of it they wait on disk.
    pub memory_limit: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { assume_utc: false, memory_limit: 4 << 30 }
    }
}

/// What activity files held.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Names of instances, in the order first seen.
    pub names: Vec<String>,
    /// The good rows.
    pub(super) intake: Intake,
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
    /// an end before its start is taken as the start. Rows outside 1940 to 2076 are left out.
    pub fn from_rows<'a>(
        rows: impl IntoIterator<Item = (&'a str, Instant, Instant, Kind)>,
    ) -> Self {
        let mut names = Names::default();
        let mut loaded = Self::default();
        let mut rows_good = RawIntervals::default();
        for (name, start, end, kind) in rows {
            let end = end.max(start);
            let (Some(from), Some(to)) = (short(start), short(end)) else { continue };
            let Some(id) = names.id(name) else { continue };
            rows_good.push(id, (from, to), kind);
            loaded.widen(start, end);
        }
        loaded.rows_read = rows_good.len() as u64;
        loaded.names = names.into_vec();
        loaded.intake.add(rows_good);
        loaded
    }

    /// Number of good rows.
    #[must_use]
    pub const fn rows_good(&self) -> u64 {
        self.intake.rows()
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
    read_activity_watched(files, options, &|_, _| ())
}

/// The same; `watch` hears now and then which file is being read, and how much of it has been
/// read of how much.
#[must_use]
pub fn read_activity_watched(
    files: &[PathBuf],
    options: &ReadOptions,
    watch: &dyn Fn(usize, (u64, u64)),
) -> Loaded {
    let intake = Intake::new(options.memory_limit);
    let mut loaded = Loaded { intake, ..Loaded::default() };
    let mut names = Names::default();
    for (at, file) in files.iter().enumerate() {
        let watch = |reached| watch(at, reached);
        if let Err(problems) = read_file(file, options, &mut loaded, &mut names, &watch) {
            loaded.faults.extend(problems);
        }
    }
    loaded.names = names.into_vec();
    if let Some(error) = &loaded.intake.broken {
        let message = format!("rows do not fit into memory, nor into a temporary file: {error}");
        let hint = "make room in the folder for temporary files, or raise --memory-limit";
        loaded.faults.push(Problem::error(table_codes::UNREADABLE, message).hint(hint));
    }
    loaded
}

/// Adds one file.
fn read_file(
    path: &Path,
    options: &ReadOptions,
    loaded: &mut Loaded,
    names: &mut Names,
    watch: &dyn Fn((u64, u64)),
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
            loaded.faults.extend(naive_columns(&source));
        }
        let room = MAX_LISTED_DEFECTS - loaded.defects.len();
        let known = &*names;
        let parts: Vec<_> =
            batches.par_iter().map(|batch| Found::read(batch, *options, known, room)).collect();
        drop(batches);
        let base = names.len();
        for part in parts {
            let part = part.map_err(|p| vec![p])?;
            odd.merge(part.odd);
            merge(part, base, loaded, names)?;
        }
        watch(source.reached());
    }
    loaded.notes.extend(odd.into_notes(&source.file));
    Ok(())
}

/// One error for each Parquet column whose timestamps have no time zone.
fn naive_columns(source: &Source) -> Vec<Problem> {
    TIMES
        .into_iter()
        .filter(|column| source.is_naive(*column))
        .map(|column| {
            Problem::error(table_codes::NAIVE_TIMESTAMP, "the timestamps have no time zone")
                .in_file(&*source.file)
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
    let mut rows = part.intervals;
    rows.rename(base, &ids);
    loaded.rows_read += part.rows_read;
    loaded.rows_bad += part.rows_read - rows.len() as u64;
    if let Some((first, last)) = part.span {
        loaded.widen(first, last);
    }
    loaded.intake.add(rows);
    let over = part.defects.len().saturating_sub(MAX_LISTED_DEFECTS - loaded.defects.len());
    let listed = part.defects.len() - over;
    loaded.defects.extend(part.defects.into_iter().take(listed));
    loaded.defects_unlisted += part.unlisted + over as u64;
    Ok(())
}
