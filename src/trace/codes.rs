//! The codes of problems that activity and operations have, beyond those of any table
//! (`crate::table::codes`).

/// A kind of activity that does not exist.
pub const UNKNOWN_KIND: &str = "E0121";
/// An interval that ends before it starts.
pub const END_BEFORE_START: &str = "E0122";
/// Not one row of activity, and no horizon to stand in.
pub const NO_ACTIVITY: &str = "E0123";
/// A horizon that is empty, or too long to count in 32-bit seconds.
pub const BAD_HORIZON: &str = "E0124";
/// More instances or intervals than 32-bit positions can name.
pub const TOO_MANY: &str = "E0125";
/// Rows that waited on disk and cannot be read back.
pub const SPILL_LOST: &str = "E0126";
/// A last keystroke before the connection began (warning).
pub const EARLY_LAST_ACTIVITY: &str = "W0121";
/// `last_activity` on a row that is not a VS Code connection (warning).
pub const STRAY_LAST_ACTIVITY: &str = "W0122";
/// An operation that does not exist.
pub const UNKNOWN_OPERATION: &str = "E0141";
/// A value that the operation does not take.
pub const BAD_VALUE: &str = "E0142";
/// A value on an operation that takes none (warning).
pub const STRAY_VALUE: &str = "W0141";
