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
                let all = batch.rows().map_err(|p| vec![p])?;
                all.for_each(|row| match cells(row, wants.len()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;
    use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series, TimeUnit, TimeZone};

    const WANTS: [Want; 4] = [
        Want::required("name"),
        Want::optional("at"),
        Want::optional("value"),
        Want::optional("gone"),
    ];

    #[test]
    fn csv_cells_are_text_as_written() {
        let dir = TempDir::new();
        let file = dir.write("t.csv", "value,name\n 1 ,\"a,\"\"b\"\"\"\n\n,c\n1,2,3\n");
        let table = Table::read(&file, &WANTS).unwrap();
        assert_eq!(table.len(), 2);
        assert_eq!((table.cell(0, "name"), table.cell(0, "value")), (Some("a,\"b\""), Some(" 1 ")));
        assert_eq!((table.cell(1, "value"), table.cell(1, "gone")), (None, None));
        assert_eq!((table.line(0), table.line(1)), (2, 4));
        let messages: Vec<_> = table.problems.iter().map(|p| (p.line, &*p.message)).collect();
        assert_eq!(messages, [(5, "the row has 3 fields, the header has 2")]);
    }

    #[test]
    fn parquet_cells_of_every_usable_type_become_text() {
        let dir = TempDir::new();
        let time = |zone| {
            let ticks = Series::new("at".into(), [Some(1_999_i64), None]);
            ticks.cast(&DataType::Datetime(TimeUnit::Milliseconds, zone)).unwrap()
        };
        let values = [
            (Column::new("value".into(), [Some(15_i64), None]), [Some("15"), None]),
            (Column::new("value".into(), [Some(15.0_f64), None]), [Some("15"), None]),
            (Column::new("value".into(), [15.5_f64, 2.0]), [Some("15.5"), Some("2.0")]),
            (Column::new("value".into(), [true, false]), [Some("true"), Some("false")]),
            (Column::new("value".into(), [Some("x"), Some("")]), [Some("x"), None]),
        ];
        for (value, expected) in values {
            for (zone, at) in
                [(Some(TimeZone::UTC), "1970-01-01T00:00:01Z"), (None, "1970-01-01T00:00:01")]
            {
                let columns =
                    vec![Column::new("name".into(), ["a", "b"]), time(zone).into(), value.clone()];
                let file = dir.write_parquet("t.parquet", DataFrame::new(2, columns).unwrap());
                let table = Table::read(&file, &WANTS).unwrap();
                assert_eq!([0, 1].map(|row| table.cell(row, "value")), expected);
                assert_eq!([0, 1].map(|row| table.cell(row, "at")), [Some(at), None]);
                assert_eq!(table.line(1), 2);
            }
        }
    }
}
