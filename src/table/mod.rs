//! Located rows: bytes of CSV or Parquet to cells that know file, row and column. A leaf.
