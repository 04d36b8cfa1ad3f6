//! A table in columns, before it becomes CSV, Parquet or JSON.

use crate::units::{Instant, Money};
use rust_decimal::Decimal;

/// The values of one column.
#[derive(Clone, PartialEq, Debug)]
pub enum Column {
    /// Texts.
    Text(Vec<String>),
    /// Texts out of a small fixed set.
    Word(Vec<&'static str>),
    /// Whole numbers: seconds, counts.
    Integer(Vec<i64>),
    /// Amounts \[USD\], six decimals.
    Usd(Vec<Money>),
    /// Prices \[USD per unit\] and other decimals, up to twelve decimals.
    Price(Vec<Decimal>),
    /// Instants.
    Time(Vec<Instant>),
    /// So many empty cells, of a column of texts.
    Null(usize),
}

impl Column {
    /// Number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Word(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::Usd(v) => v.len(),
            Self::Price(v) => v.len(),
            Self::Time(v) => v.len(),
            Self::Null(n) => *n,
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One value as it stands in a CSV file.
    #[must_use]
    pub fn text(&self, row: usize) -> String {
        match self {
            Self::Text(v) => v[row].clone(),
            Self::Word(v) => v[row].to_owned(),
            Self::Integer(v) => v[row].to_string(),
            Self::Usd(v) => v[row].to_string(),
            Self::Price(v) => v[row].normalize().to_string(),
            Self::Time(v) => v[row].to_string(),
            Self::Null(_) => String::new(),
        }
    }
}

/// A named table; every column has the same length.
#[derive(Clone, PartialEq, Debug)]
pub struct Sheet {
    /// File stem.
    pub name: &'static str,
    /// Column names and values, in order.
    pub columns: Vec<(&'static str, Column)>,
}

impl Sheet {
    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, c)| c.len())
    }
}
