//! A Parquet file as slices of columns, decoded with polars' Parquet reader.
//!
//! The Arrow schema that writers tuck into the file's metadata is set aside and types are taken
//! from Parquet itself: dictionaries and categories are then plain text, and a timestamp is UTC
//! exactly when Parquet marks it as adjusted to UTC.
//!
//! A slice is a row group, or a part of a very large one. It is decoded only when its rows are
//! read, so that readers on several threads each decode their own; columns of text stay as the
//! positions in a dictionary that most files hold.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "`table` reads files")]

use super::cell::Cell;
use super::codes;
use super::columns::Layout;
use super::inputs::unreadable;
use crate::units::Problem;
use polars::polars_utils::mmap::MMapSemaphore;
use polars::prelude::{
    ArrowDataType, ArrowField, ArrowSchema, DataType, Int64Chunked, PolarsError, PolarsResult,
    Series, StringChunked, TimeUnit,
};
use polars_arrow::array::{Array, DictionaryArray, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{DTYPE_CATEGORICAL_NEW, IntegerType};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader, RowGroupMetadata,
    column_iter_to_arrays, infer_schema, read_metadata,
};
use std::fs::File;
use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a slice, at most: a row group, unless it is larger. Small in tests, so that they see
/// row groups cut.
const SLICE_ROWS: usize = if cfg!(test) { 100 } else { 1 << 20 };

/// Rows handed out at a time, at most, but for one slice.
const ROWS_AT_ONCE: usize = 8 << 20;

/// An open Parquet file.
pub(super) struct ParquetFile {
    /// Names of its columns.
    pub(super) columns: Vec<String>,
    footer: Arc<Footer>,
    /// Rows handed out so far.
    done: usize,
    /// The next row group, and how many of its rows were handed out.
    next: (usize, usize),
}

/// What the end of the file says of it.
struct Footer {
    path: PathBuf,
    metadata: FileMetadata,
    schema: ArrowSchema,
}

/// Rows of one row group, not yet decoded.
pub(super) struct Slice {
    footer: Arc<Footer>,
    bytes: Buffer<u8>,
    group: usize,
    rows: Range<usize>,
    /// The first row's number in the file, from 1.
    first_row: usize,
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
    /// Text, each cell one word of a dictionary.
    Words(DictionaryArray<u32>),
    /// Text, or what text can stand for: integers, booleans, dates.
    Text(StringChunked),
    /// Timestamps, in so many ticks a second.
    Time { ticks: Int64Chunked, per_second: i64, naive: bool },
}

impl ParquetFile {
    /// Opens a file and reads its columns' names.
    pub(super) fn open(path: &Path) -> Result<Self, Problem> {
        let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let footer = Footer::read(path, &mut file).map_err(|error| failed(path, &error))?;
        let columns = footer.schema.iter_names().map(ToString::to_string).collect();
        Ok(Self { columns, footer: Arc::new(footer), done: 0, next: (0, 0) })
    }

    /// Rows handed out so far, and rows in all.
    pub(super) fn reached(&self) -> (u64, u64) {
        (self.done as u64, self.footer.metadata.num_rows as u64)
    }

    /// The next slices, in file order; none at the end of the file.
    pub(super) fn next_slices(&mut self) -> Result<Vec<Slice>, Problem> {
        let mut slices = Vec::new();
        let groups = &self.footer.metadata.row_groups;
        let mut bytes = None;
        let most = self.done + ROWS_AT_ONCE;
        while let Some(rows) = groups.get(self.next.0).map(RowGroupMetadata::num_rows) {
            let (group, from) = self.next;
            let len = SLICE_ROWS.min(rows - from);
            if !slices.is_empty() && self.done + len > most {
                break;
            }
            self.next = if from + len < rows { (group, from + len) } else { (group + 1, 0) };
            if len == 0 {
                continue;
            }
            let bytes = match &bytes {
                Some(bytes) => Buffer::clone(bytes),
                None => bytes.insert(self.footer.bytes()?).clone(),
            };
            let (footer, rows) = (Arc::clone(&self.footer), from..from + len);
            slices.push(Slice { footer, bytes, group, rows, first_row: self.done + 1 });
            self.done += len;
        }
        Ok(slices)
    }

    /// Whether a column holds timestamps without a time zone.
    pub(super) fn is_naive(&self, column: usize) -> bool {
        let field = self.footer.schema.get_at_index(column);
        field.is_some_and(|(_, f)| matches!(f.dtype, ArrowDataType::Timestamp(_, None)))
    }
}

impl Footer {
    fn read(path: &Path, file: &mut File) -> PolarsResult<Self> {
        let mut metadata = read_metadata(file)?;
        metadata.key_value_metadata = None;
        let schema = infer_schema(&metadata)?;
        Ok(Self { path: path.to_path_buf(), metadata, schema })
    }

    /// The file's bytes.
    fn bytes(&self) -> Result<Buffer<u8>, Problem> {
        let file = File::open(&self.path).map_err(|error| unreadable(&self.path, &error))?;
        let map = MMapSemaphore::new_from_file(&file).map_err(|e| failed(&self.path, &e))?;
        Ok(Buffer::from_owner(map))
    }
}

impl Slice {
    /// Decodes the wanted columns.
    pub(super) fn decode(&self, layout: &Layout) -> Result<Columns, Problem> {
        let path = &self.footer.path;
        let column = |(name, position): (&'static str, &Option<usize>)| {
            let Some((_, field)) = position.and_then(|p| self.footer.schema.get_at_index(p)) else {
                return Ok(None);
            };
            let column = self.column(field).map_err(|error| failed(path, &error))?;
            column.map(Some).map_err(|p| p.in_file(path.to_string_lossy()).field(name))
        };
        let columns = layout.names().zip(layout.positions()).map(column);
        let columns = columns.collect::<Result<_, Problem>>()?;
        Ok(Columns { first_row: self.first_row, len: self.rows.len(), columns })
    }

    /// One column; the inner error is that of a type no cell can have.
    fn column(&self, field: &ArrowField) -> PolarsResult<Result<Column, Problem>> {
        let group = &self.footer.metadata.row_groups[self.group];
        let mut chunks = group.columns_under_root_iter(&field.name).into_iter().flatten();
        let (Some(chunk), None) = (chunks.next(), chunks.next()) else {
            return Ok(Err(wrong_type(&DataType::from_arrow_field(field))));
        };
        if field.dtype == ArrowDataType::Utf8View && chunk.dictionary_page_offset().is_some() {
            // Writers turn to plain text when a dictionary grows too large; then this fails.
            if let Ok(words) = self.arrays(chunk, categorical(field))
                && let [words] = words.as_slice()
                && let Some(words) = words.as_any().downcast_ref::<DictionaryArray<u32>>()
            {
                return Ok(Ok(Column::Words(words.clone())));
            }
        }
        if field.dtype.is_nested() {
            return Ok(Err(wrong_type(&DataType::from_arrow_field(field))));
        }
        let arrays = self.arrays(chunk, field.clone())?;
        Ok(Column::new(&Series::try_from((field, arrays))?.rechunk()))
    }

    fn arrays(
        &self,
        chunk: &ColumnChunkMetadata,
        field: ArrowField,
    ) -> PolarsResult<Vec<Box<dyn Array>>> {
        let range = chunk.byte_range();
        let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        let range = range.filter(|(from, to)| from <= to && *to <= self.bytes.len());
        let (from, to) = range.ok_or_else(|| {
            PolarsError::ComputeError("a column lies beyond the end of the file".into())
        })?;
        let bytes = Cursor::new(self.bytes.clone().sliced(from..to));
        let pages = PageReader::new(bytes, chunk, Vec::new(), usize::MAX);
        let kind = &chunk.descriptor().descriptor.primitive_type;
        let whole = self.rows.len() == self.footer.metadata.row_groups[self.group].num_rows();
        let filter = (!whole).then(|| Filter::Range(self.rows.clone()));
        let pages = BasicDecompressor::new(pages, Vec::new());
        column_iter_to_arrays(vec![pages], vec![kind], field, filter).map(|(arrays, _)| arrays)
    }
}

/// The field of a column of text, to be read as positions in its dictionary.
fn categorical(text: &ArrowField) -> ArrowField {
    let word = Box::new(ArrowDataType::Utf8View);
    let words = ArrowDataType::Dictionary(IntegerType::UInt32, word, false);
    let mark = (DTYPE_CATEGORICAL_NEW.into(), "".into());
    ArrowField::new(text.name.clone(), words, text.is_nullable)
        .with_metadata(std::iter::once(mark).collect())
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

/// A wanted column as it lies in memory, to be read without making a [`Cell`] of every cell.
#[derive(Clone, Copy)]
pub enum Lane<'a> {
    /// The file has no such column.
    Absent,
    /// Text: every cell names one of the words by its position.
    Words(&'a [u32], &'a Utf8ViewArray, Filled<'a>),
    /// Timestamps in UTC, in so many ticks a second since the Unix epoch.
    Utc(&'a [i64], i64, Filled<'a>),
}

/// Which cells of a [`Lane`] hold something.
#[derive(Clone, Copy)]
pub struct Filled<'a>(Option<&'a Bitmap>);

impl Filled<'_> {
    /// Whether all cells do.
    #[must_use]
    pub const fn all(self) -> bool {
        self.0.is_none()
    }

    /// Whether this cell does.
    #[must_use]
    #[inline]
    pub fn has(self, at: usize) -> bool {
        self.0.is_none_or(|bits| bits.get_bit(at))
    }
}

impl Columns {
    /// A wanted column as it lies in memory, if it is of a type that can be read so.
    pub(super) fn lane(&self, want: usize) -> Option<Lane<'_>> {
        match self.columns.get(want) {
            None | Some(None) => Some(Lane::Absent),
            Some(Some(Column::Words(words))) => {
                let keys = words.keys();
                let values = words.values().as_any().downcast_ref::<Utf8ViewArray>()?;
                Some(Lane::Words(keys.values(), values, Filled(keys.validity())))
            }
            Some(Some(Column::Time { ticks, per_second, naive: false })) => {
                let ticks = ticks.downcast_as_array();
                Some(Lane::Utc(ticks.values(), *per_second, Filled(ticks.validity())))
            }
            Some(Some(_)) => None,
        }
    }

    /// The cell of a wanted column at a position.
    #[inline]
    pub(super) fn cell(&self, want: usize, at: usize) -> Cell<'_> {
        let text = |text: Option<_>| match text {
            None | Some("") => Cell::Empty,
            Some(text) => Cell::Text(text),
        };
        match self.columns.get(want) {
            Some(Some(Column::Words(words))) => text(word(words, at)),
            Some(Some(Column::Text(texts))) => text(texts.get(at)),
            Some(Some(Column::Time { ticks, per_second, naive })) => match ticks.get(at) {
                None => Cell::Empty,
                Some(tick) if *naive => Cell::Naive(tick.div_euclid(*per_second)),
                Some(tick) => Cell::Utc(tick.div_euclid(*per_second)),
            },
            _ => Cell::Empty,
        }
    }
}

/// The text of a cell; `None` where it is empty.
fn word(words: &DictionaryArray<u32>, at: usize) -> Option<&str> {
    let key = words.keys().is_valid(at).then(|| words.keys().value(at))?;
    let values = words.values().as_any().downcast_ref::<Utf8ViewArray>()?;
    Some(values.value(key as usize))
}
