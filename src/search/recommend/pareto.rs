//! The front of money against waiting and interruptions.

use super::chooser::{Chooser, Chosen};
use super::field::Field;
use super::objective::{Objective, Score};
use crate::units::{Problem, Rate};

/// One point of the front.
#[derive(Clone, PartialEq, Debug)]
pub struct ParetoPoint {
    /// The value of waiting that leads here \[USD/h\].
    pub value_of_waiting: Rate,
    /// The fleet's score.
    pub score: Score,
    /// What each instance is advised.
    pub chosen: Vec<Chosen>,
    /// Whether it is the knee: the point farthest from the chord between the front's ends, money
    /// and waiting each scaled to 0..1.
    pub is_knee: bool,
}

/// Values of waiting that span the front \[USD/h\]: 0, then doubling from 1 to 1024.
#[must_use]
pub fn waiting_grid() -> Vec<Rate> {
    Vec::new()
}

/// The front over these values of waiting, cheapest first; dominated points are left out.
///
/// With `separable` (every instance is chosen for alone) each point takes, instance by instance,
/// the best of what any point found.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn pareto(
    field: &Field<'_>,
    objective: &Objective,
    values: &[Rate],
    separable: bool,
    choose: &Chooser<'_>,
) -> Result<Vec<ParetoPoint>, Vec<Problem>> {
    let _ = (field, objective, values, separable, choose);
    Ok(Vec::new())
}
