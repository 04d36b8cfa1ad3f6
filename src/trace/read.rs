//! Activity files to raw intervals and located defects (SPEC 1.1).
//!
//! Rows are parsed in parallel, batch by batch, and put together in file order, so that the result
//! does not depend on the number of threads. A bad row is never repaired: it is left out and every
//! bad cell of it reported. IDLE-3 is applied here, so everything behind the reader sees one end
//! per interval.

use super::codes;
use super::names::Names;
use super::stamp;
use crate::table::{Batch, Cell, Row, Source, Want, codes as table_codes};
use crate::units::{Instant, Kind, Problem, nearest};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use std::path::{Path, PathBuf};

/// IDLE-3: how long a VS Code connection stands after the last keystroke \[s\].
pub const VSCODE_GRACE_S: i64 = 3 * 3_600;

/// Defects kept in full; beyond that they are counted.
pub const MAX_LISTED_DEFECTS: usize = 1_000_000;

/// The columns of activity, in the order of the constants below.
const COLUMNS: [Want; 5] = [
    Want::required("instance"),
    Want::required("kind"),
    Want::required("start"),
    Want::required("end"),
    Want::optional("last_activity"),
];
const INSTANCE: usize = 0;
const KIND: usize = 1;
const START: usize = 2;
const END: usize = 3;
const LAST_ACTIVITY: usize = 4;

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
    fn push(&mut self, instance: u32, start: Instant, end: Instant, kind: Kind) {
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
    /// Errors, located, in file order, at most [`MAX_LISTED_DEFECTS`].
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

    /// Keeps a defect, or counts it.
    fn defect(&mut self, problem: Problem) {
        if self.defects.len() < MAX_LISTED_DEFECTS {
            self.defects.push(problem);
        } else {
            self.defects_unlisted += 1;
        }
    }
}

/// Reads activity files, in the order given.
///
/// Problems with a whole file are among the defects: the other files are read all the same.
#[must_use]
pub fn read_activity(files: &[PathBuf], options: &ReadOptions) -> Loaded {
    let mut loaded = Loaded::default();
    let mut names = Names::default();
    for file in files {
        if let Err(problems) = read_file(file, options, &mut loaded, &mut names) {
            problems.into_iter().for_each(|problem| loaded.defect(problem));
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
            naive_columns(&batches[0], &source.file)
                .into_iter()
                .for_each(|problem| loaded.defect(problem));
        }
        let room = MAX_LISTED_DEFECTS - loaded.defects.len();
        let parts: Vec<Part> =
            batches.par_iter().map(|batch| Part::read(batch, options, room)).collect();
        for part in parts {
            odd.merge(part.odd);
            merge(part, loaded, names)?;
        }
    }
    loaded.notes.extend(odd.into_notes(&source.file));
    Ok(())
}

/// One error for each Parquet column whose timestamps have no time zone.
fn naive_columns(batch: &Batch, file: &str) -> Vec<Problem> {
    [START, END, LAST_ACTIVITY]
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

/// Puts a part behind what is loaded.
fn merge(part: Part, loaded: &mut Loaded, names: &mut Names) -> Result<(), Vec<Problem>> {
    let ids: Option<Vec<u32>> = part.names.into_vec().iter().map(|n| names.id(n)).collect();
    let ids = ids.ok_or_else(|| vec![Problem::error(codes::TOO_MANY, "too many instances")])?;
    let mut chunk = part.intervals;
    for instance in &mut chunk.instance {
        *instance = ids[*instance as usize];
    }
    loaded.rows_read += part.rows_read;
    loaded.rows_bad += part.rows_read - chunk.len() as u64;
    if let Some((first, last)) = part.span {
        loaded.widen(first, last);
    }
    if !chunk.is_empty() {
        loaded.chunks.push(chunk);
    }
    part.defects.into_iter().for_each(|problem| loaded.defect(problem));
    loaded.defects_unlisted += part.unlisted;
    Ok(())
}

/// Accepted rows that a person should know of: how many, and the line of the first.
#[derive(Clone, Copy, Default)]
struct Odd {
    early_last: (u64, usize),
    stray_last: (u64, usize),
}

impl Odd {
    /// Counts one.
    fn count(slot: &mut (u64, usize), line: usize) {
        *slot = (slot.0 + 1, if slot.0 == 0 { line } else { slot.1 });
    }

    /// Adds those of a later part.
    fn merge(&mut self, later: Self) {
        for (slot, more) in
            [(&mut self.early_last, later.early_last), (&mut self.stray_last, later.stray_last)]
        {
            *slot = (slot.0 + more.0, if slot.0 == 0 { more.1 } else { slot.1 });
        }
    }

    /// One warning for each sort.
    fn into_notes(self, file: &str) -> Vec<Problem> {
        let early = "last_activity is before start: taken as it is";
        let stray = "last_activity is for `vscode` only: ignored";
        [
            (codes::EARLY_LAST_ACTIVITY, early, self.early_last),
            (codes::STRAY_LAST_ACTIVITY, stray, self.stray_last),
        ]
        .into_iter()
        .filter(|(_, _, (count, _))| *count > 0)
        .map(|(code, message, (count, line))| {
            let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
            Problem::warning(code, format!("{message} ({rows}, the first here)"))
                .in_file(file)
                .at(line, 0)
                .field("last_activity")
        })
        .collect()
    }
}

/// What one batch held.
#[derive(Default)]
struct Part {
    names: Names,
    intervals: RawIntervals,
    defects: Vec<Problem>,
    /// How many defects may be kept; more are counted.
    room: usize,
    unlisted: u64,
    rows_read: u64,
    odd: Odd,
    span: Option<(Instant, Instant)>,
}

impl Part {
    /// Reads a batch.
    fn read(batch: &Batch, options: &ReadOptions, room: usize) -> Self {
        let mut part = Self { room, ..Self::default() };
        let outcome = batch.for_each(|row| {
            part.rows_read += 1;
            part.row(row, options.assume_utc);
        });
        if let Err(problem) = outcome {
            part.defect(problem);
        }
        part
    }

    /// Keeps a defect, or counts it.
    fn defect(&mut self, problem: Problem) {
        if self.defects.len() < self.room {
            self.defects.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Reads a row: an interval, or at least one defect.
    #[inline]
    fn row(&mut self, row: &Row<'_>, assume_utc: bool) {
        if let Some(misfit) = row.misfit() {
            self.defect(misfit);
            return;
        }
        let name = row.text(INSTANCE).map_err(|p| self.defect(p)).ok();
        let kind = self.kind(row);
        let start = self.instant(row, START, assume_utc);
        let end = self.instant(row, END, assume_utc);
        let last = self.last_activity(row, kind, assume_utc);
        let (Some(name), Some(kind), Some(start), Some(end), Ok(last)) =
            (name, kind, start, end, last)
        else {
            if let (Some(start), Some(end)) = (start, end) {
                self.check_order(row, start, end);
            }
            return;
        };
        if !self.check_order(row, start, end) {
            return;
        }
        if last.is_some_and(|last| last < start) {
            Odd::count(&mut self.odd.early_last, row.line);
        }
        let Some(id) = self.names.id(name) else { return };
        self.intervals.push(id, start, effective_end(start, end, last), kind);
        self.span = Some(match self.span {
            None => (start, end),
            Some((a, b)) => (a.min(start), b.max(end)),
        });
    }

    /// The kind of a row.
    #[inline]
    fn kind(&mut self, row: &Row<'_>) -> Option<Kind> {
        let text = match row.text(KIND) {
            Ok(text) => text,
            Err(problem) => {
                self.defect(problem);
                return None;
            }
        };
        let kind = Kind::parse(text);
        if kind.is_none() {
            self.defect(unknown_kind(row, text));
        }
        kind
    }

    /// The instant in a cell that must have one. A Parquet column without a time zone was
    /// reported once for the file.
    #[inline]
    fn instant(&mut self, row: &Row<'_>, want: usize, assume_utc: bool) -> Option<Instant> {
        match row.cell(want) {
            Cell::Text(text) => {
                if let Some(at) = stamp::fast(text) {
                    return Some(at);
                }
            }
            Cell::Utc(unix) => return Some(Instant::from_unix(unix)),
            Cell::Naive(_) if !assume_utc => return None,
            Cell::Empty => {
                let empty = row.problem(want, table_codes::EMPTY_CELL, "the cell is empty");
                self.defect(empty);
                return None;
            }
            Cell::Naive(_) | Cell::NotUtf8(_) => {}
        }
        row.instant(want, assume_utc).map_err(|p| self.defect(p)).ok().flatten()
    }

    /// The last keystroke of a VS Code connection; `Err` when it is there but cannot be read.
    fn last_activity(
        &mut self,
        row: &Row<'_>,
        kind: Option<Kind>,
        assume_utc: bool,
    ) -> Result<Option<Instant>, ()> {
        match (row.cell(LAST_ACTIVITY), kind) {
            (Cell::Empty, _) => Ok(None),
            (_, Some(Kind::Vscode)) => {
                self.instant(row, LAST_ACTIVITY, assume_utc).map(Some).ok_or(())
            }
            (_, _) => {
                Odd::count(&mut self.odd.stray_last, row.line);
                Ok(None)
            }
        }
    }

    /// Whether the interval ends at or after its start; a defect if not.
    fn check_order(&mut self, row: &Row<'_>, start: Instant, end: Instant) -> bool {
        if end < start {
            let message = format!("`{end}` is before start `{start}`");
            self.defect(row.problem(END, codes::END_BEFORE_START, message));
        }
        end >= start
    }
}

/// IDLE-3: a VS Code interval ends three hours after the last keystroke at the latest, and never
/// before it starts.
fn effective_end(start: Instant, end: Instant, last_activity: Option<Instant>) -> Instant {
    last_activity.map_or(end, |last| end.min(last.plus(VSCODE_GRACE_S)).max(start))
}

/// The defect of a kind that does not exist.
fn unknown_kind(row: &Row<'_>, text: &str) -> Problem {
    let names = Kind::ALL.map(Kind::as_str);
    let hint = match nearest(text, names).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", names.join(", ")),
    };
    row.problem(KIND, codes::UNKNOWN_KIND, format!("unknown kind `{text}`")).hint(hint)
}
