//! Located rows: CSV or Parquet files to cells that know their file, line and column. A leaf.
//!
//! Every table the program reads comes through here, so that each complaint can say where. A
//! [`Source`] opens one file, checks its columns against what is wanted and hands out batches of
//! rows; a batch is independent of every other, so a caller may read them in parallel. [`Table`]
//! is the same for small tables: all rows, as text.
//!
//! CSV is cut into blocks at record ends and read with the `csv` crate, which keeps the line of
//! every record exact and memory flat; Parquet is decoded with polars' reader, a row group at a
//! time, and its columns can also be had as they lie in memory.
//! Nothing is repaired: cells are not trimmed and names match exactly.
//!
//! Beside `cli` this is the only room that touches files. Column names and types are in
//! SPEC 1.1 to 1.5.

mod cell;
pub mod codes;
mod columns;
mod csv_file;
mod inputs;
mod parquet_file;
mod small;
mod source;
mod spill;
#[cfg(test)]
pub(crate) mod testing;

pub use cell::{Cell, Row, read_instant};
pub use columns::Want;
pub use inputs::{did_you_mean, resolve, resolve_with};
pub use parquet_file::{Filled, Lane};
pub use small::Table;
pub use source::{Batch, Rows, Source, column_names};
pub use spill::Spill;
