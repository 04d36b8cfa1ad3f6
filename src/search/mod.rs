//! Replay and post as one pure function, and what is searched with it.

mod evaluate;
mod holdings;
mod settlement;

pub use evaluate::{Case, Outcome, Scenario, evaluate, replay_each};
pub use holdings::{HeldUnused, QuotaNeed, Standing, creations, held_unused, quota_needs};
pub use settlement::{Settlement, settle};
