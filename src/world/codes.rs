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

/// A recorded name that the product page refuses and the newer service pattern takes (warning).
pub const NAME_REFUSED_BY_PAGE: &str = "W0311";
/// A recorded name that both refuse (warning).
pub const NAME_REFUSED_BY_ALL: &str = "W0312";

/// A quota limit that is no whole number of at least -1.
pub const BAD_LIMIT: &str = "E0801";
/// A limit of a region that was given before.
pub const LIMIT_TWICE: &str = "E0802";
/// A usage list that is none.
pub const NOT_A_USAGE_LIST: &str = "E0803";
/// An item of a usage list without region, name or limit.
pub const BAD_USAGE_ITEM: &str = "E0804";
/// A size whose family and cores are not known, where quotas need them.
pub const UNKNOWN_SIZE: &str = "E0811";
/// A number of nodes that is none.
pub const BAD_NODES: &str = "E0813";
/// A cluster with another size than before.
pub const CLUSTER_SIZE_CHANGES: &str = "E0814";
/// A role that does not exist.
pub const UNKNOWN_ROLE: &str = "E0821";
/// An action that does not exist.
pub const UNKNOWN_ACTION: &str = "E0822";
/// Actions where none belong, or none where they are needed.
pub const ROLE_ACTIONS: &str = "E0823";
/// An image release without a date or a version, or a date given twice.
pub const BAD_RELEASE: &str = "E0831";
/// A limit of a family that no known size draws from (warning).
pub const UNKNOWN_FAMILY: &str = "W0801";
/// A usage list that ends before its last page (warning).
pub const MORE_PAGES: &str = "W0802";
/// A role for an instance that does not exist (warning).
pub const ROLE_FOR_NOBODY: &str = "W0821";
