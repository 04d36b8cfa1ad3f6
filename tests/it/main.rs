//! The integration tests: one binary.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests read files and their environment, and may fail where something is missing"
)]

/// What several tests share.
mod support {
    pub(crate) mod auditor;
    pub(crate) mod bench;
    pub(crate) mod case_file;
    pub(crate) mod firing;
    pub(crate) mod parts;
    pub(crate) mod plans;
    pub(crate) mod quota_auditor;
    pub(crate) mod quota_world;
    pub(crate) mod random;
    pub(crate) mod render;
    pub(crate) mod rows;
    pub(crate) mod world;
    pub(crate) mod zones;
}

mod auditor_checks;
mod auditor_firing_checks;
mod azure_read;
mod azure_write;
mod benches;
mod cases;
mod cli;
mod compare;
mod croniter;
mod differential;
mod errors;
mod explain;
mod focus;
#[cfg(unix)]
mod guide;
mod proofs;
mod properties;
mod quota_checks;
mod quota_sample;
mod report;
mod scenarios;
mod search;
mod story;
mod sweep;
mod tidy;
