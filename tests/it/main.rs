//! The integration tests: one binary.

/// What several tests share.
mod support {
    pub(crate) mod auditor;
    pub(crate) mod firing;
    pub(crate) mod random;
    pub(crate) mod render;
    pub(crate) mod rows;
    pub(crate) mod world;
    pub(crate) mod zones;
}

mod auditor_checks;
mod auditor_firing_checks;
mod croniter;
mod differential;
mod errors;
mod scenarios;
mod tidy;
