//! One file of either format as batches of located rows.

use super::cell::{Row, RowData};
use super::codes;
use super::columns::{Layout, Want};
use super::csv_file::{Block, CsvFile};
use super::inputs::has_extension;
use super::parquet_file::{Columns, Lane, ParquetFile, Slice};
use crate::units::Problem;
use std::path::Path;
use std::sync::Arc;

/// CSV blocks handed out at a time.
const BLOCKS: usize = 16;

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

/// Some rows of a table, independent of all other batches, as they are in the file.
pub struct Batch {
    layout: Arc<Layout>,
    raw: Raw,
}

/// What the file has of a batch.
enum Raw {
    Csv(Block),
    Parquet(Slice),
}

/// The rows of a batch.
pub struct Rows<'b> {
    layout: &'b Layout,
    decoded: Decoded<'b>,
}

/// Rows that can be visited.
enum Decoded<'b> {
    Csv(&'b Block),
    Parquet(Columns),
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

    /// Whether a wanted column holds timestamps that are all without a time zone (Parquet only).
    #[must_use]
    pub fn is_naive(&self, want: usize) -> bool {
        match (&self.format, self.layout.position(want)) {
            (Format::Parquet(parquet), Some(column)) => parquet.is_naive(column),
            (_, _) => false,
        }
    }

    /// The next batches, in file order; none at the end.
    ///
    /// # Errors
    /// A file that stops being readable, or a quoted field that never ends.
    pub fn next_batches(&mut self) -> Result<Vec<Batch>, Problem> {
        let layout = &self.layout;
        let batch = |raw| Batch { layout: Arc::clone(layout), raw };
        match &mut self.format {
            Format::Csv(csv) => {
                let mut batches = Vec::new();
                while batches.len() < BLOCKS {
                    let Some(block) = csv.next_block()? else { break };
                    batches.push(batch(Raw::Csv(block)));
                }
                Ok(batches)
            }
            Format::Parquet(parquet) => {
                let slices = parquet.next_slices()?;
                Ok(slices.into_iter().map(|slice| batch(Raw::Parquet(slice))).collect())
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
    /// Decodes the rows.
    ///
    /// # Errors
    /// Parquet that cannot be decoded, or a column of a type no cell can have.
    pub fn rows(&self) -> Result<Rows<'_>, Problem> {
        let decoded = match &self.raw {
            Raw::Csv(block) => Decoded::Csv(block),
            Raw::Parquet(slice) => Decoded::Parquet(slice.decode(&self.layout)?),
        };
        Ok(Rows { layout: &self.layout, decoded })
    }
}

impl Rows<'_> {
    /// Visits every row, in file order.
    ///
    /// # Errors
    /// Never for what a [`Source`] handed out: the CSV reader takes any bytes.
    pub fn for_each(&self, mut visit: impl FnMut(&Row<'_>)) -> Result<(), Problem> {
        let layout = self.layout;
        match &self.decoded {
            Decoded::Csv(block) => block
                .for_each(|line, record| {
                    visit(&Row { line, layout, data: RowData::Csv(record) });
                })
                .map_err(|error| {
                    Problem::error(codes::UNREADABLE, error.to_string()).in_file(layout.file())
                }),
            Decoded::Parquet(columns) => {
                (0..columns.len).for_each(|at| visit(&row(layout, columns, at)));
                Ok(())
            }
        }
    }

    /// The wanted columns as they lie in memory, and a way to visit single rows; `None` unless the
    /// file is Parquet and all of them can be read so.
    #[must_use]
    pub fn lanes<'r, const N: usize>(
        &'r self,
    ) -> Option<([Lane<'r>; N], impl Fn(usize) -> Row<'r>)> {
        let Decoded::Parquet(columns) = &self.decoded else { return None };
        let mut lanes = [Lane::Absent; N];
        for (want, lane) in lanes.iter_mut().enumerate() {
            *lane = columns.lane(want)?;
        }
        Some((lanes, |at| row(self.layout, columns, at)))
    }
}

/// The row at a position of Parquet columns.
fn row<'a>(layout: &'a Layout, columns: &'a Columns, at: usize) -> Row<'a> {
    Row { line: columns.first_row + at, layout, data: RowData::Parquet(columns, at) }
}
