//! Replay and post as one pure function, and what is searched with it.

mod evaluate;
mod settlement;

mod prepared;
mod sweep;

pub use evaluate::{Case, Outcome, Scenario, evaluate};
pub use prepared::Prepared;
pub use settlement::{Settlement, settle};
pub use sweep::{SweepPoint, sweep};
