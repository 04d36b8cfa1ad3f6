//! The codes of problems any table can have. Rooms that read a table add their own.

/// A path, pattern or directory that matches no input.
pub const NO_MATCH: &str = "E0101";
/// A file that cannot be opened or read.
pub const UNREADABLE: &str = "E0102";
/// A file whose name ends in something other than a known format.
pub const UNKNOWN_FORMAT: &str = "E0103";
/// A CSV file without so much as a header.
pub const NO_HEADER: &str = "E0104";
/// A column that is required and not there.
pub const MISSING_COLUMN: &str = "E0105";
/// A column name that occurs twice.
pub const DUPLICATE_COLUMN: &str = "E0106";
/// Bytes that are not UTF-8.
pub const NOT_UTF8: &str = "E0107";
/// A CSV row with more or fewer fields than the header.
pub const FIELD_COUNT: &str = "E0108";
/// A quoted CSV field that never ends.
pub const OPEN_QUOTE: &str = "E0109";
/// A Parquet column of a type that no cell here can have.
pub const COLUMN_TYPE: &str = "E0110";
/// A cell that must not be empty.
pub const EMPTY_CELL: &str = "E0111";
/// A cell that is not an RFC 3339 timestamp.
pub const NOT_A_TIMESTAMP: &str = "E0112";
/// A timestamp without `Z` or an offset.
pub const NAIVE_TIMESTAMP: &str = "E0113";
/// Columns that nothing reads (warning).
pub const UNKNOWN_COLUMNS: &str = "W0101";
