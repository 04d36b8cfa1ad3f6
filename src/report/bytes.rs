//! Sheets become the bytes of a file.

use crate::report::{Column, Sheet};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;
use serde_json::{Number, Value};
use std::io::Write;

/// What a result file looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Comma-separated, RFC 4180, `\n` line ends.
    Csv,
    /// Parquet, zstd; amounts as decimal(38, 6).
    Parquet,
    /// A list of objects; amounts as exact decimal numbers.
    Json,
}

impl Format {
    /// File extension.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Json => "json",
        }
    }
}

/// A sheet that could not become bytes; out of memory, in practice.
#[derive(Debug, thiserror::Error)]
#[error("the table `{sheet}` could not be written: {why}")]
pub struct WriteError {
    /// Which sheet.
    pub sheet: &'static str,
    /// What the writer said.
    pub why: String,
}

/// The bytes of a sheet in this format.
///
/// # Errors
/// [`WriteError`] with what the writer said.
pub fn sheet_bytes(sheet: &Sheet, format: Format) -> Result<Vec<u8>, WriteError> {
    let mut bytes = Vec::new();
    let mut writer = SheetWriter::new(format, &mut bytes);
    writer.push(sheet)?;
    writer.finish()?;
    Ok(bytes)
}

/// Rows in a row group of a Parquet file, whatever the pieces it is written in.
const GROUP_ROWS: usize = 1 << 16;

/// Writes a table piece by piece: sheets of the same columns, one below the other. No more than one
/// piece is in memory, and in Parquet a row group; the bytes do not depend on the pieces.
pub struct SheetWriter<W: Write + Send> {
    sheet: &'static str,
    target: Target<W>,
}

enum Target<W: Write + Send> {
    /// Whether the header has been written.
    Csv(Box<csv::Writer<W>>, bool),
    /// Waits for the first piece, which tells the columns.
    ParquetNext(Option<W>),
    /// With rows that do not make a row group yet.
    Parquet(Box<BatchedWriter<W>>, DataFrame),
    /// Whether a row has been written.
    Json(W, bool),
}

impl<W: Write + Send> SheetWriter<W> {
    /// A table that goes to `out`.
    pub fn new(format: Format, out: W) -> Self {
        let target = match format {
            Format::Csv => Target::Csv(Box::new(csv::Writer::from_writer(out)), false),
            Format::Parquet => Target::ParquetNext(Some(out)),
            Format::Json => Target::Json(out, false),
        };
        Self { sheet: "", target }
    }

    /// Adds the rows of a sheet.
    ///
    /// # Errors
    /// [`WriteError`] with what the writer said.
    pub fn push(&mut self, sheet: &Sheet) -> Result<(), WriteError> {
        self.sheet = sheet.name;
        let done = match &mut self.target {
            Target::Csv(writer, begun) => {
                let header = !std::mem::replace(begun, true);
                csv_rows(writer, sheet, header).map_err(|e| e.to_string())
            }
            Target::Json(out, begun) => json_rows(out, sheet, begun).map_err(|e| e.to_string()),
            Target::ParquetNext(_) | Target::Parquet(..) => {
                self.parquet_rows(sheet).map_err(|e| e.to_string())
            }
        };
        done.map_err(|why| WriteError { sheet: self.sheet, why })
    }

    fn parquet_rows(&mut self, sheet: &Sheet) -> PolarsResult<()> {
        let frame = frame(sheet)?;
        if let Target::ParquetNext(out) = &mut self.target
            && let Some(out) = out.take()
        {
            let writer = ParquetWriter::new(out).with_compression(ParquetCompression::Zstd(None));
            let writer = Box::new(writer.batched(frame.schema())?);
            self.target = Target::Parquet(writer, frame.clear());
        }
        let Target::Parquet(writer, waiting) = &mut self.target else { return Ok(()) };
        waiting.vstack_mut(&frame)?;
        while waiting.height() >= GROUP_ROWS {
            write_group(writer, waiting.slice(0, GROUP_ROWS))?;
            *waiting = waiting.slice(GROUP_ROWS as i64, usize::MAX);
        }
        Ok(())
    }

    /// Ends the table; needed for it to be whole.
    ///
    /// # Errors
    /// [`WriteError`] with what the writer said.
    pub fn finish(self) -> Result<(), WriteError> {
        let done = match self.target {
            Target::Csv(mut writer, _) => writer.flush().map_err(|e| e.to_string()),
            Target::ParquetNext(_) => Ok(()),
            Target::Parquet(mut writer, waiting) => {
                let last =
                    if waiting.height() == 0 { Ok(()) } else { write_group(&mut writer, waiting) };
                last.and_then(|()| writer.finish().map(drop)).map_err(|e| e.to_string())
            }
            Target::Json(mut out, begun) => {
                let end: &[u8] = if begun { b"\n]\n" } else { b"[]\n" };
                out.write_all(end).and_then(|()| out.flush()).map_err(|e| e.to_string())
            }
        };
        done.map_err(|why| WriteError { sheet: self.sheet, why })
    }
}

/// One row group, in one piece whatever it was put together from.
fn write_group<W: Write + Send>(
    writer: &mut BatchedWriter<W>,
    mut rows: DataFrame,
) -> PolarsResult<()> {
    rows.rechunk_mut();
    writer.write_batch(&rows)
}

fn csv_rows<W: Write>(
    writer: &mut csv::Writer<W>,
    sheet: &Sheet,
    header: bool,
) -> Result<(), csv::Error> {
    if header {
        writer.write_record(sheet.columns.iter().map(|(name, _)| name))?;
    }
    for row in 0..sheet.rows() {
        writer.write_record(sheet.columns.iter().map(|(_, column)| column.text(row)))?;
    }
    Ok(())
}

fn frame(sheet: &Sheet) -> PolarsResult<DataFrame> {
    let columns = sheet.columns.iter().map(|(name, column)| {
        let name = PlSmallStr::from_static(name);
        Ok(match column {
            Column::Text(v) => Series::new(name, v),
            Column::Word(v) => Series::new(name, v.as_slice()),
            Column::Integer(v) => Series::new(name, v),
            Column::Usd(v) => decimals(name, v.iter().map(|m| i128::from(m.micros())), 6),
            Column::Time(v) => {
                let ticks = v.iter().map(|at| at.unix().saturating_mul(1_000));
                Int64Chunked::from_iter_values(name, ticks)
                    .into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC))
                    .into_series()
            }
            Column::Null(n) => Series::full_null(name, *n, &DataType::String),
            Column::Price(v) => {
                let scaled = v.iter().map(|p| {
                    let mut p = *p;
                    p.rescale(PRICE_DECIMALS);
                    p.mantissa()
                });
                decimals(name, scaled, PRICE_DECIMALS as usize)
            }
        }
        .into_column())
    });
    let columns = columns.collect::<PolarsResult<Vec<_>>>()?;
    DataFrame::new(sheet.rows(), columns)
}

/// Decimals of a price in Parquet.
const PRICE_DECIMALS: u32 = 12;

/// A decimal column from whole numbers of its smallest unit.
fn decimals(name: PlSmallStr, values: impl Iterator<Item = i128>, scale: usize) -> Series {
    Int128Chunked::from_iter_values(name, values).into_decimal_unchecked(38, scale).into_series()
}

/// A sheet as an array of objects, one per row.
#[must_use]
pub fn sheet_json(sheet: &Sheet) -> Value {
    (0..sheet.rows())
        .map(|row| {
            let cells = sheet.columns.iter();
            Value::Object(
                cells.map(|(name, column)| ((*name).to_owned(), json_cell(column, row))).collect(),
            )
        })
        .collect()
}

/// Rows of a list of objects, as `serde_json` would print the whole list.
fn json_rows<W: Write>(out: &mut W, sheet: &Sheet, begun: &mut bool) -> std::io::Result<()> {
    for row in 0..sheet.rows() {
        let cells = sheet.columns.iter();
        let cells = cells.map(|(name, column)| ((*name).to_owned(), json_cell(column, row)));
        let text = serde_json::to_string_pretty(&Value::Object(cells.collect()))?;
        let before: &[u8] = if std::mem::replace(begun, true) { b",\n  " } else { b"[\n  " };
        out.write_all(before)?;
        out.write_all(text.replace('\n', "\n  ").as_bytes())?;
    }
    Ok(())
}

fn json_cell(column: &Column, row: usize) -> Value {
    match column {
        Column::Integer(v) => Value::from(v[row]),
        Column::Usd(_) | Column::Price(_) => {
            Value::Number(Number::from_string_unchecked(column.text(row)))
        }
        Column::Text(_) | Column::Word(_) | Column::Time(_) => Value::String(column.text(row)),
        Column::Null(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Money;

    fn sheet() -> Sheet {
        Sheet {
            name: "t",
            columns: vec![
                ("who", Column::Text(vec!["a,b".into(), "c".into()])),
                ("n", Column::Integer(vec![1, -2])),
                ("usd", Column::Usd(vec![Money::from_micros(1_500_000), Money::ZERO])),
            ],
        }
    }

    #[test]
    fn csv_and_json_hold_exact_amounts() {
        let text = |format| String::from_utf8(sheet_bytes(&sheet(), format).unwrap()).unwrap();
        assert_eq!(text(Format::Csv), "who,n,usd\n\"a,b\",1,1.500000\nc,-2,0.000000\n");
        assert!(text(Format::Json).contains("\"usd\": 1.500000"));
    }

    #[test]
    fn parquet_reads_back_as_decimals() {
        let bytes = sheet_bytes(&sheet(), Format::Parquet).unwrap();
        let frame = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
        assert_eq!(frame.column("usd").unwrap().dtype(), &DataType::Decimal(38, 6));
        assert_eq!(frame.height(), 2);
    }

    /// The same rows in other pieces are the same bytes.
    #[test]
    fn parquet_does_not_depend_on_the_pieces() {
        let rows = |from: i64, to: i64| Sheet {
            name: "t",
            columns: vec![("n", Column::Integer((from..to).collect()))],
        };
        let bytes = |edges: &[i64]| {
            let mut bytes = Vec::new();
            let mut writer = SheetWriter::new(Format::Parquet, &mut bytes);
            edges.windows(2).for_each(|w| writer.push(&rows(w[0], w[1])).unwrap());
            writer.finish().unwrap();
            bytes
        };
        assert_eq!(bytes(&[0, 150_000]), bytes(&[0, 0, 1, 70_000, 70_001, 149_999, 150_000]));
        let frame =
            ParquetReader::new(std::io::Cursor::new(bytes(&[0, 150_000]))).finish().unwrap();
        let whole: Vec<_> = frame.column("n").unwrap().i64().unwrap().iter().flatten().collect();
        assert!(whole.into_iter().eq(0..150_000));
    }
}
