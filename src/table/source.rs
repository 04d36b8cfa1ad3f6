//! One file of either format as batches of located rows.

use super::cell::{Row, RowData};
use super::codes;
use super::columns::{Layout, Want};
use super::csv_file::{Block, CsvFile};
use super::inputs::has_extension;
use super::parquet_file::{Columns, ParquetFile};
use crate::units::Problem;
use std::path::Path;
use std::sync::Arc;

/// CSV blocks handed out at a time.
const BLOCKS: usize = 16;

/// Parquet rows in a batch.
const BATCH_ROWS: usize = 1 << 16;

/// An open table whose columns have been checked.
pub struct Source {
    /// The file's path as problems name it.
    pub file: String,
    /// Warnings about the file as a whole.
    pub notes: Vec<Problem>,
    layout: Arc<Layout>,
    format: Format,
}

/// How the file is read.
enum Format {
    Csv(CsvFile),
    Parquet(ParquetFile),
}

/// Some rows of a table, independent of all other batches.
pub struct Batch {
    layout: Arc<Layout>,
    rows: Rows,
}

/// Where the rows of a batch lie.
enum Rows {
    Csv(Block),
    Parquet { columns: Arc<Columns>, from: usize, to: usize },
}

impl Source {
    /// Opens a file and finds the wanted columns in it.
    ///
    /// # Errors
    /// Every problem with the file or its header.
    pub fn open(path: &Path, wants: &[Want]) -> Result<Self, Vec<Problem>> {
        let file = path.to_string_lossy().into_owned();
        let (format, columns) = if has_extension(path, &["parquet"]) {
            let parquet = ParquetFile::open(path).map_err(|p| vec![p])?;
            let columns = parquet.columns.clone();
            (Format::Parquet(parquet), columns)
        } else {
            let csv = CsvFile::open(path).map_err(|p| vec![p])?;
            let columns = csv.columns.clone();
            (Format::Csv(csv), columns)
        };
        let (layout, notes) = Layout::new(&file, &columns, wants)?;
        Ok(Self { file, notes, layout: Arc::new(layout), format })
    }

    /// How much of the file has been read, and how much there is, in one unit for both.
    #[must_use]
    pub fn reached(&self) -> (u64, u64) {
        match &self.format {
            Format::Csv(csv) => csv.reached(),
            Format::Parquet(parquet) => parquet.reached(),
        }
    }

    /// The next batches, in file order; none at the end.
    ///
    /// # Errors
    /// A file that stops being readable, a quoted field that never ends, or a Parquet column of a
    /// type no cell can have.
    pub fn next_batches(&mut self) -> Result<Vec<Batch>, Problem> {
        let layout = &self.layout;
        let batch = |rows| Batch { layout: Arc::clone(layout), rows };
        match &mut self.format {
            Format::Csv(csv) => {
                let mut batches = Vec::new();
                while batches.len() < BLOCKS {
                    let Some(block) = csv.next_block()? else { break };
                    batches.push(batch(Rows::Csv(block)));
                }
                Ok(batches)
            }
            Format::Parquet(parquet) => {
                let Some(columns) = parquet.next_columns(layout)? else { return Ok(Vec::new()) };
                let columns = Arc::new(columns);
                let slice = |from| Rows::Parquet {
                    columns: Arc::clone(&columns),
                    from,
                    to: columns.len.min(from + BATCH_ROWS),
                };
                Ok((0..columns.len).step_by(BATCH_ROWS).map(|from| batch(slice(from))).collect())
            }
        }
    }
}

/// The columns of a table, whatever they mean.
///
/// # Errors
/// A file that cannot be opened or has no header.
pub fn column_names(path: &Path) -> Result<Vec<String>, Problem> {
    if has_extension(path, &["parquet"]) {
        ParquetFile::open(path).map(|file| file.columns)
    } else {
        CsvFile::open(path).map(|file| file.columns)
    }
}

impl Batch {
    /// Whether a wanted column holds timestamps that are all without a time zone (Parquet only).
    #[must_use]
    pub fn is_naive(&self, want: usize) -> bool {
        match &self.rows {
            Rows::Csv(_) => false,
            Rows::Parquet { columns, .. } => columns.is_naive(want),
        }
    }

    /// Visits every row, in file order.
    ///
    /// # Errors
    /// Never for what a [`Source`] handed out: the CSV reader takes any bytes.
    pub fn for_each(&self, mut visit: impl FnMut(&Row<'_>)) -> Result<(), Problem> {
        let layout = &*self.layout;
        match &self.rows {
            Rows::Csv(block) => block
                .for_each(|line, record| {
                    visit(&Row { line, layout, data: RowData::Csv(record) });
                })
                .map_err(|error| {
                    Problem::error(codes::UNREADABLE, error.to_string()).in_file(layout.file())
                }),
            Rows::Parquet { columns, from, to } => {
                for at in *from..*to {
                    let line = columns.first_row + at;
                    visit(&Row { line, layout, data: RowData::Parquet(columns, at) });
                }
                Ok(())
            }
        }
    }
}
