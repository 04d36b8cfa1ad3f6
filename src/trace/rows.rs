//! One batch of activity rows to intervals and defects (SPEC 1.1, IDLE-3).

use super::codes;
use super::intake::{RawIntervals, short};
use super::lanes::Lanes;
use super::names::{Interner, Names};
use super::read::ReadOptions;
use super::stamp;
use crate::table::{Batch, Cell, Row, Want, codes as table_codes};
use crate::units::{Instant, Kind, Problem, nearest};

/// IDLE-3: how long a VS Code connection stands after the last keystroke \[s\].
pub const VSCODE_GRACE_S: i64 = 3 * 3_600;

/// The columns of activity, in the order of the constants below.
pub(super) const COLUMNS: [Want; 5] = [
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

/// The columns that hold instants.
pub(super) const TIMES: [usize; 3] = [START, END, LAST_ACTIVITY];

/// Accepted rows that a person should know of: how many, and the line of the first.
#[derive(Clone, Copy, Default)]
pub(super) struct Odd {
    early_last: (u64, usize),
    stray_last: (u64, usize),
}

impl Odd {
    /// Counts a last keystroke before its row's start.
    pub(super) fn early(&mut self, line: usize) {
        Self::count(&mut self.early_last, line);
    }

    /// Counts a last keystroke of something without keystrokes.
    pub(super) fn stray(&mut self, line: usize) {
        Self::count(&mut self.stray_last, line);
    }

    fn count(slot: &mut (u64, usize), line: usize) {
        *slot = (slot.0 + 1, if slot.0 == 0 { line } else { slot.1 });
    }

    /// Adds those of a later part.
    pub(super) fn merge(&mut self, later: Self) {
        for (slot, more) in
            [(&mut self.early_last, later.early_last), (&mut self.stray_last, later.stray_last)]
        {
            *slot = (slot.0 + more.0, if slot.0 == 0 { more.1 } else { slot.1 });
        }
    }

    /// One warning for each sort.
    pub(super) fn into_notes(self, file: &str) -> Vec<Problem> {
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
pub(super) struct Found {
    /// Names that were not known before, in the order first seen.
    pub(super) fresh: Vec<String>,
    /// The good rows.
    pub(super) intervals: RawIntervals,
    /// Defects, in file order, as many as there was room for.
    pub(super) defects: Vec<Problem>,
    /// Defects beyond those.
    pub(super) unlisted: u64,
    /// Rows, good and bad.
    pub(super) rows_read: u64,
    /// What is odd about good rows.
    pub(super) odd: Odd,
    /// The earliest start and latest recorded end of the good rows.
    pub(super) span: Option<(Instant, Instant)>,
}

impl Found {
    /// Reads a batch, keeping as many defects as there is room for.
    pub(super) fn read(
        batch: &Batch,
        options: ReadOptions,
        known: &Names,
        room: usize,
    ) -> Result<Self, Problem> {
        let names = Interner::new(known);
        let mut reader = Reader { names, room, options, found: Self::default() };
        let rows = batch.rows()?;
        match rows.lanes().and_then(|(lanes, row)| Some((Lanes::new(lanes)?, row))) {
            Some((lanes, row)) => lanes.read(&mut reader, row),
            None => rows.for_each(|row| reader.row(row))?,
        }
        Ok(Self { fresh: reader.names.into_fresh(), ..reader.found })
    }

    /// Makes the recorded span cover `[start, end]`.
    #[inline]
    pub(super) fn widen(&mut self, start: Instant, end: Instant) {
        self.span = Some(match self.span {
            None => (start, end),
            Some((a, b)) => (a.min(start), b.max(end)),
        });
    }
}

/// The reading of one batch.
pub(super) struct Reader<'a> {
    pub(super) names: Interner<'a>,
    room: usize,
    options: ReadOptions,
    pub(super) found: Found,
}

impl Reader<'_> {
    /// Keeps a defect, or counts it.
    fn defect(&mut self, problem: Problem) {
        if self.found.defects.len() < self.room {
            self.found.defects.push(problem);
        } else {
            self.found.unlisted += 1;
        }
    }

    /// Reads a row: an interval, or at least one defect.
    #[inline]
    pub(super) fn row(&mut self, row: &Row<'_>) {
        self.found.rows_read += 1;
        if let Some(misfit) = row.misfit() {
            self.defect(misfit);
            return;
        }
        let name = row.text(INSTANCE).map_err(|p| self.defect(p)).ok();
        let kind = self.kind(row);
        let start = self.instant(row, START);
        let end = self.instant(row, END);
        let last = self.last_activity(row, kind);
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
            self.found.odd.early(row.line);
        }
        let effective = effective_end(start, end, last);
        let (Some(from), Some(to)) = (short(start), short(effective)) else {
            self.far_off(row, start, end);
            return;
        };
        let Some(id) = self.names.id(name) else { return };
        self.found.intervals.push(id, (from, to), kind);
        self.found.widen(start, end);
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

    /// The instant in a cell that must have one. A Parquet column without a time zone is
    /// a fault of the file, reported once.
    #[inline]
    fn instant(&mut self, row: &Row<'_>, want: usize) -> Option<Instant> {
        let assume_utc = self.options.assume_utc;
        match row.cell(want) {
            Cell::Text(text) => {
                if let Some(at) = stamp::fast(text, assume_utc) {
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
    fn last_activity(&mut self, row: &Row<'_>, kind: Option<Kind>) -> Result<Option<Instant>, ()> {
        match (row.cell(LAST_ACTIVITY), kind) {
            (Cell::Empty, _) => Ok(None),
            (_, Some(Kind::Vscode)) => self.instant(row, LAST_ACTIVITY).map(Some).ok_or(()),
            (_, _) => {
                self.found.odd.stray(row.line);
                Ok(None)
            }
        }
    }

    /// The defect of an interval that is not of our time.
    #[cold]
    fn far_off(&mut self, row: &Row<'_>, start: Instant, end: Instant) {
        let (want, at) = if short(start).is_none() { (START, start) } else { (END, end) };
        let message = format!("`{at}` is outside 1940 to 2076");
        let problem = row.problem(want, table_codes::NOT_A_TIMESTAMP, message);
        self.defect(problem.hint("look for a mistyped year"));
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
