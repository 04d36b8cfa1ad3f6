//! Replay and post as one pure function, and what is searched with it.

mod evaluate;
mod settlement;

pub use evaluate::{Case, Evaluator, Outcome, Scenario, evaluate};
pub use settlement::{Settlement, settle};
