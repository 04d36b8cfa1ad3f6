//! One row and its cells, whatever the file format, and the reading of timestamps (SPEC 1.1).

use super::codes;
use super::columns::Layout;
use super::parquet_file::Columns;
use crate::units::{Instant, ParseInstantError, Problem, parse_instant};

/// One cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell<'a> {
    /// Nothing: an absent column, an empty CSV field, a Parquet null or empty text.
    Empty,
    /// Text, exactly as in the file.
    Text(&'a str),
    /// A Parquet timestamp with a time zone \[s since the Unix epoch, rounded down\].
    Utc(i64),
    /// A Parquet timestamp without a time zone, as if it were UTC \[s, rounded down\].
    Naive(i64),
    /// CSV bytes that are not UTF-8.
    NotUtf8(&'a [u8]),
}

/// One row of a table.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// CSV: the line the row starts on, from 1, the header being line 1. Parquet: the row, from 1.
    pub line: usize,
    pub(super) layout: &'a Layout,
    pub(super) data: RowData<'a>,
}

/// Where the cells of a row lie.
#[derive(Clone, Copy)]
pub(super) enum RowData<'a> {
    /// A record of a CSV file.
    Csv(&'a csv::ByteRecord),
    /// A position in Parquet columns.
    Parquet(&'a Columns, usize),
}

impl<'a> Row<'a> {
    /// The cell in the wanted column number `want`.
    #[must_use]
    #[inline]
    pub fn cell(&self, want: usize) -> Cell<'a> {
        match self.data {
            RowData::Csv(record) => {
                let field = self.layout.position(want).and_then(|at| record.get(at));
                match field {
                    None | Some([]) => Cell::Empty,
                    Some(bytes) => {
                        std::str::from_utf8(bytes).map_or(Cell::NotUtf8(bytes), Cell::Text)
                    }
                }
            }
            RowData::Parquet(columns, at) => columns.cell(want, at),
        }
    }

    /// What is wrong with the row as a whole: more or fewer fields than the header.
    #[must_use]
    pub fn misfit(&self) -> Option<Problem> {
        let RowData::Csv(record) = self.data else { return None };
        let (found, header) = (record.len(), self.layout.width());
        (found != header).then(|| {
            Problem::error(
                codes::FIELD_COUNT,
                format!("the row has {found} fields, the header has {header}"),
            )
            .in_file(self.layout.file())
            .at(self.line, 0)
            .hint("quote fields that hold a comma")
        })
    }

    /// A problem with the cell in the wanted column number `want`.
    #[must_use]
    pub fn problem(&self, want: usize, code: &'static str, message: impl Into<String>) -> Problem {
        Problem::error(code, message)
            .in_file(self.layout.file())
            .at(self.line, 0)
            .field(self.layout.name(want))
    }

    /// The text of a cell that must have one.
    ///
    /// # Errors
    /// A located problem when the cell is empty, a timestamp or not UTF-8.
    pub fn text(&self, want: usize) -> Result<&'a str, Problem> {
        match self.cell(want) {
            Cell::Text(text) => Ok(text),
            Cell::NotUtf8(bytes) => Err(self.not_utf8(want, bytes)),
            Cell::Empty => Err(self.problem(want, codes::EMPTY_CELL, "the cell is empty")),
            Cell::Utc(_) | Cell::Naive(_) => {
                Err(self.problem(want, codes::COLUMN_TYPE, "a timestamp where a text belongs"))
            }
        }
    }

    /// The instant in a cell; `None` when it is empty.
    ///
    /// # Errors
    /// A located problem when the cell is not a timestamp, or has no offset and `assume_utc` is
    /// not set.
    pub fn instant(&self, want: usize, assume_utc: bool) -> Result<Option<Instant>, Problem> {
        let fault = |problem: Problem| {
            problem.in_file(self.layout.file()).at(self.line, 0).field(self.layout.name(want))
        };
        match self.cell(want) {
            Cell::Empty => Ok(None),
            Cell::Utc(unix) => Ok(Some(Instant::from_unix(unix))),
            Cell::Naive(unix) if assume_utc => Ok(Some(Instant::from_unix(unix))),
            Cell::Naive(unix) => {
                let text = Instant::from_unix(unix).to_string();
                read_instant(text.trim_end_matches('Z'), false).map(Some).map_err(fault)
            }
            Cell::Text(text) => read_instant(text, assume_utc).map(Some).map_err(fault),
            Cell::NotUtf8(bytes) => Err(self.not_utf8(want, bytes)),
        }
    }

    /// The problem of a cell that is not UTF-8.
    fn not_utf8(&self, want: usize, bytes: &[u8]) -> Problem {
        let shown = String::from_utf8_lossy(bytes);
        self.problem(want, codes::NOT_UTF8, format!("`{shown}` is not UTF-8"))
            .hint("save the file as UTF-8")
    }
}

/// Reads an RFC 3339 timestamp; the problem is not located yet.
///
/// # Errors
/// [`codes::NAIVE_TIMESTAMP`] without an offset (unless `assume_utc`), else
/// [`codes::NOT_A_TIMESTAMP`].
pub fn read_instant(text: &str, assume_utc: bool) -> Result<Instant, Problem> {
    parse_instant(text, assume_utc).map_err(|error| match error {
        ParseInstantError::Naive => {
            Problem::error(codes::NAIVE_TIMESTAMP, format!("`{text}` has no offset from UTC"))
                .hint("add Z or an offset such as +01:00, or pass --assume-utc")
        }
        ParseInstantError::Malformed => {
            Problem::error(codes::NOT_A_TIMESTAMP, format!("`{text}` is not a timestamp"))
                .hint("write RFC 3339, such as 2024-06-01T09:30:00Z")
        }
    })
}
