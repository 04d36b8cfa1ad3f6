//! Recommendations: which settings cost least under a stated objective, and how far from the best
//! possible they can be.
//!
//! * [`Objective`]: money, waiting, interruptions and lost runs as one amount (a [`Score`] is what
//!   it weighs);
//! * [`Space`]: which idle limits, times of day and weekdays are searched; a [`Choice`] is one
//!   point of it;
//! * [`Field`]: a fleet ready to be searched: the exact score of any choice for any instance;
//! * [`solve`]: the best choice found for one instance, with a proved lower bound.

mod bound;
mod choice;
mod clock;
mod exhaust;
mod field;
mod judge;
mod lean;
mod local;
mod objective;
mod proof;
mod solve;

pub use choice::{Choice, Entry, Space, WeekDays};
pub use field::Field;
pub use objective::{Objective, Score};
pub use solve::{Effort, Solved, StopReason, solve};
