//! A Parquet file as slices of columns, read with polars.
//!
//! The Arrow schema that writers tuck into the file's metadata is set aside and types are taken
//! from Parquet itself: dictionaries and categories are then plain text, and a timestamp is UTC
//! exactly when Parquet marks it as adjusted to UTC.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "`table` reads files")]

use super::cell::Cell;
use super::codes;
use super::columns::Layout;
use super::inputs::unreadable;
use crate::units::Problem;
use polars::prelude::{
    DataType, Int64Chunked, ParquetReader, PolarsError, SerReader, Series, StringChunked, TimeUnit,
};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows read at a time, at most: whole row groups, in parallel, unless one is larger.
const SLICE_ROWS: usize = 1 << 20;

/// An open Parquet file.
pub(super) struct ParquetFile {
    path: PathBuf,
    /// Names of its columns.
    pub(super) columns: Vec<String>,
    /// Where each row group ends \[rows\].
    edges: Vec<usize>,
    /// Rows handed out so far.
    done: usize,
}

/// Some rows of the wanted columns.
pub(super) struct Columns {
    /// The first row's number in the file, from 1.
    pub(super) first_row: usize,
    /// How many rows.
    pub(super) len: usize,
    columns: Vec<Option<Column>>,
}

/// One column.
enum Column {
    /// Text, or what text can stand for: integers, booleans, dates.
    Text(StringChunked),
    /// Timestamps, in so many ticks a second.
    Time { ticks: Int64Chunked, per_second: i64, naive: bool },
}

impl ParquetFile {
    /// Opens a file and reads its columns' names.
    pub(super) fn open(path: &Path) -> Result<Self, Problem> {
        let mut reader = reader(path)?;
        let schema = reader.schema().map_err(|error| failed(path, &error))?;
        let columns = schema.iter_names().map(ToString::to_string).collect();
        let metadata = reader.get_metadata().map_err(|error| failed(path, &error))?;
        let ends = metadata.row_groups.iter().scan(0, |end, group| {
            *end += group.num_rows();
            Some(*end)
        });
        Ok(Self { path: path.to_path_buf(), columns, edges: ends.collect(), done: 0 })
    }

    /// Rows handed out so far, and rows in all.
    pub(super) fn reached(&self) -> (u64, u64) {
        (self.done as u64, self.edges.last().map_or(0, |rows| *rows as u64))
    }

    /// The next rows; `None` at the end of the file.
    pub(super) fn next_columns(&mut self, layout: &Layout) -> Result<Option<Columns>, Problem> {
        let most = self.done + SLICE_ROWS;
        let ahead = &self.edges[self.edges.partition_point(|edge| *edge <= self.done)..];
        let Some(next) = ahead.first() else { return Ok(None) };
        let whole = ahead.iter().take_while(|edge| **edge <= most).last();
        let len = whole.copied().unwrap_or(most.min(*next)) - self.done;
        let positions = layout.positions().iter().flatten().copied().collect();
        let frame = reader(&self.path)?
            .with_projection(Some(positions))
            .with_slice(Some((self.done, len)))
            .set_rechunk(true)
            .finish()
            .map_err(|error| failed(&self.path, &error))?;
        let mut columns = Vec::new();
        for (name, position) in layout.names().zip(layout.positions()) {
            let column = match position {
                None => None,
                Some(_) => {
                    let column = frame.column(name).map_err(|e| failed(&self.path, &e))?;
                    let series = column.as_materialized_series().rechunk();
                    Some(
                        Column::new(&series)
                            .map_err(|p| p.in_file(self.path.to_string_lossy()).field(name))?,
                    )
                }
            };
            columns.push(column);
        }
        let first_row = self.done + 1;
        self.done += len;
        Ok(Some(Columns { first_row, len, columns }))
    }
}

/// A reader that goes by Parquet's own types.
fn reader(path: &Path) -> Result<ParquetReader<File>, Problem> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = ParquetReader::new(file);
    let mut metadata =
        reader.get_metadata().map_err(|error| failed(path, &error))?.as_ref().clone();
    metadata.key_value_metadata = None;
    reader.set_metadata(metadata.into());
    Ok(reader)
}

/// A file that polars cannot read.
fn failed(path: &Path, error: &PolarsError) -> Problem {
    if let PolarsError::Duplicate(name) = error {
        return Problem::error(codes::DUPLICATE_COLUMN, format!("a column occurs twice: {name}"))
            .in_file(path.to_string_lossy());
    }
    unreadable(path, &format!("not a whole Parquet file ({error})"))
}

impl Column {
    /// From a column in one chunk.
    fn new(series: &Series) -> Result<Self, Problem> {
        let text = |s: &Series| s.cast(&DataType::String).and_then(|t| t.str().cloned());
        let dtype = series.dtype();
        let column = match dtype {
            DataType::String => series.str().cloned().map(Column::Text),
            DataType::Datetime(unit, zone) => {
                let per_second = match unit {
                    TimeUnit::Nanoseconds => 1_000_000_000,
                    TimeUnit::Microseconds => 1_000_000,
                    TimeUnit::Milliseconds => 1_000,
                };
                let ticks = series.to_physical_repr();
                let naive = zone.is_none();
                ticks.i64().cloned().map(|ticks| Column::Time { ticks, per_second, naive })
            }
            d if d.is_integer()
                || d.is_decimal()
                || matches!(d, DataType::Boolean | DataType::Date | DataType::Binary) =>
            {
                text(series).map(Column::Text)
            }
            // pandas turns a column of integers with a gap into floats: whole ones are integers.
            d if d.is_float() => {
                let whole = |v: f64| v.fract() == 0.0;
                let all = series
                    .cast(&DataType::Float64)
                    .and_then(|s| Ok(s.f64()?.iter().flatten().all(whole)));
                match all {
                    Ok(true) => series.cast(&DataType::Int64).and_then(|s| text(&s)),
                    _ => text(series),
                }
                .map(Column::Text)
            }
            DataType::Null => text(series).map(Column::Text),
            other => return Err(wrong_type(other)),
        };
        column.map_err(|_| wrong_type(dtype))
    }
}

/// The error of a column whose type no cell can have.
fn wrong_type(dtype: &DataType) -> Problem {
    Problem::error(codes::COLUMN_TYPE, format!("the column's type is {dtype}"))
        .hint("write it as text or, for an instant, as a timestamp with a time zone")
}

impl Columns {
    /// Whether a wanted column holds timestamps without a time zone.
    pub(super) fn is_naive(&self, want: usize) -> bool {
        matches!(self.columns.get(want), Some(Some(Column::Time { naive: true, .. })))
    }

    /// The cell of a wanted column at a position.
    #[inline]
    pub(super) fn cell(&self, want: usize, at: usize) -> Cell<'_> {
        match self.columns.get(want) {
            Some(Some(Column::Text(text))) => match text.get(at) {
                None | Some("") => Cell::Empty,
                Some(text) => Cell::Text(text),
            },
            Some(Some(Column::Time { ticks, per_second, naive })) => match ticks.get(at) {
                None => Cell::Empty,
                Some(tick) if *naive => Cell::Naive(tick.div_euclid(*per_second)),
                Some(tick) => Cell::Utc(tick.div_euclid(*per_second)),
            },
            _ => Cell::Empty,
        }
    }
}
