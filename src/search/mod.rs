//! Replay and post as one pure function, and what is searched with it.

mod evaluate;

pub use evaluate::{Case, Evaluator, Outcome, Scenario, evaluate};
