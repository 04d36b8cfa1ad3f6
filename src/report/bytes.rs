//! Sheets become the bytes of a file.

use crate::report::{Column, Sheet};
use polars::prelude::*;
use serde_json::{Number, Value};

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
    let bytes = match format {
        Format::Csv => csv_bytes(sheet).map_err(|e| e.to_string()),
        Format::Parquet => parquet_bytes(sheet).map_err(|e| e.to_string()),
        Format::Json => json_bytes(sheet).map_err(|e| e.to_string()),
    };
    bytes.map_err(|why| WriteError { sheet: sheet.name, why })
}

fn csv_bytes(sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(sheet.columns.iter().map(|(name, _)| name))?;
    for row in 0..sheet.rows() {
        writer.write_record(sheet.columns.iter().map(|(_, column)| column.text(row)))?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}

fn parquet_bytes(sheet: &Sheet) -> PolarsResult<Vec<u8>> {
    let columns = sheet.columns.iter().map(|(name, column)| {
        let name = PlSmallStr::from_static(name);
        Ok(match column {
            Column::Text(v) => Series::new(name, v),
            Column::Word(v) => Series::new(name, v.as_slice()),
            Column::Integer(v) => Series::new(name, v),
            Column::Usd(v) => decimals(name, v.iter().map(|m| i128::from(m.micros())), 6),
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
    let mut frame = DataFrame::new(sheet.rows(), columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .finish(&mut frame)?;
    Ok(bytes)
}

/// Decimals of a price in Parquet.
const PRICE_DECIMALS: u32 = 12;

/// A decimal column from whole numbers of its smallest unit.
fn decimals(name: PlSmallStr, values: impl Iterator<Item = i128>, scale: usize) -> Series {
    Int128Chunked::from_iter_values(name, values).into_decimal_unchecked(38, scale).into_series()
}

fn json_bytes(sheet: &Sheet) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&sheet_json(sheet))?;
    bytes.push(b'\n');
    Ok(bytes)
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

fn json_cell(column: &Column, row: usize) -> Value {
    match column {
        Column::Integer(v) => Value::from(v[row]),
        Column::Usd(_) | Column::Price(_) => {
            Value::Number(Number::from_string_unchecked(column.text(row)))
        }
        Column::Text(_) | Column::Word(_) => Value::String(column.text(row)),
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
}
