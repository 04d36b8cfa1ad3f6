//! The codes of problems that tables of the world have, beyond those of any table
//! (`crate::table::codes`).

/// An instance that an earlier row has already described.
pub const DUPLICATE_INSTANCE: &str = "E0161";
/// An initial state other than `running` or `stopped`.
pub const BAD_STATE: &str = "E0162";
/// Something other than `true` or `false`.
pub const BAD_BOOLEAN: &str = "E0163";
/// A home time zone that is no IANA zone.
pub const UNKNOWN_ZONE: &str = "E0164";
/// An instance deleted before it is created.
pub const DELETED_BEFORE_CREATED: &str = "E0165";
