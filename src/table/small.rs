//! A small table as text, for inputs of thousands of rows: operations, instances, prices.

use super::cell::{Cell, Row};
use super::columns::Want;
use super::source::Source;
use crate::units::{Instant, Problem};
use std::path::Path;

/// All rows of a table as text. Parquet timestamps are written as RFC 3339, those without a time
/// zone without an offset, so that every reader of text treats both formats alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// The file's path as problems name it.
    pub file: String,
    /// Rows that could not be read, and warnings about the file.
    pub problems: Vec<Problem>,
    wants: Vec<Want>,
    rows: Vec<(usize, Vec<Option<String>>)>,
}

impl Table {
    /// Reads a whole file. Rows with too many or too few fields, or with bytes that are not UTF-8,
    /// are left out and in `problems`.
    ///
    /// # Errors
    /// Every problem with the file or its header.
    pub fn read(path: &Path, wants: &[Want]) -> Result<Self, Vec<Problem>> {
        let mut source = Source::open(path, wants)?;
        let mut problems = std::mem::take(&mut source.notes);
        let mut rows = Vec::new();
        loop {
            let batches = source.next_batches().map_err(|p| vec![p])?;
            if batches.is_empty() {
                break;
            }
            for batch in batches {
                batch
                    .for_each(|row| match cells(row, wants.len()) {
                        Ok(cells) => rows.push((row.line, cells)),
                        Err(problem) => problems.push(problem),
                    })
                    .map_err(|p| vec![p])?;
            }
        }
        Ok(Self { file: source.file, problems, wants: wants.to_vec(), rows })
    }

    /// Number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The text in a row and column; `None` where it is empty or the file has no such column.
    #[must_use]
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let want = self.wants.iter().position(|w| w.name == column)?;
        self.rows.get(row)?.1.get(want)?.as_deref()
    }

    /// The line of a row, from 1; for Parquet its number.
    #[must_use]
    pub fn line(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |(line, _)| *line)
    }

    /// The same problem, located at a row and column of this table.
    #[must_use]
    pub fn locate(&self, row: usize, column: &str, problem: Problem) -> Problem {
        problem.in_file(&*self.file).at(self.line(row), 0).field(column)
    }
}

/// The cells of a row as text.
fn cells(row: &Row<'_>, wanted: usize) -> Result<Vec<Option<String>>, Problem> {
    if let Some(misfit) = row.misfit() {
        return Err(misfit);
    }
    (0..wanted)
        .map(|want| match row.cell(want) {
            Cell::Empty => Ok(None),
            Cell::Text(text) => Ok(Some(text.to_owned())),
            Cell::Utc(unix) => Ok(Some(Instant::from_unix(unix).to_string())),
            Cell::Naive(unix) => {
                let text = Instant::from_unix(unix).to_string();
                Ok(Some(text.trim_end_matches('Z').to_owned()))
            }
            Cell::NotUtf8(_) => row.text(want).map(|text| Some(text.to_owned())),
        })
        .collect()
}
