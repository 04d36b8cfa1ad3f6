//! Replay and post as one pure function, and what is searched with it.

pub mod comparison;
mod evaluate;
mod holdings;
mod prepared;
pub mod recommend;
mod settlement;
pub mod story;
mod sweep;

pub use evaluate::{Begun, Case, Evaluator, Outcome, Scenario, evaluate};
pub use holdings::{HeldUnused, QuotaNeed, Standing, creations, held_unused, quota_needs};
pub use prepared::Prepared;
pub use settlement::{Settlement, settle};
pub use sweep::{SweepPoint, Sweeping, sweep};
