//! A way to choose, as the proofs call it: they ask for the same advice under other weights, other
//! facts and other stretches of time.

use super::choice::{Choice, Space};
use super::field::Field;
use super::objective::{Objective, Score};
use super::solve::{Effort, solve};
use crate::units::Problem;
use crate::world::zones::Zone;
use rayon::prelude::*;

/// What one instance is advised, and what it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// The advice.
    pub choice: Choice,
    /// Its exact score on the field it was chosen on.
    pub score: Score,
}

/// Chooses for every instance of a field, in order: one by one, or the fleet at once.
pub type Chooser<'a> =
    dyn Fn(&Field<'_>, &Objective) -> Result<Vec<Chosen>, Vec<Problem>> + Sync + 'a;

/// The best for each instance alone, in this zone or that of its user.
///
/// # Errors
/// As [`solve`].
pub fn best_each(
    field: &Field<'_>,
    objective: &Objective,
    (space, zone, effort): (&Space, Option<Zone>, &Effort),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Chosen>, Vec<Problem>> {
    let one = |instance: usize| {
        let zone = zone.unwrap_or_else(|| field.home_zone(instance));
        let solved = solve(field, (instance, zone), space, objective, effort, interrupted)?;
        Ok(Chosen { choice: solved.choice, score: solved.score })
    };
    (0..field.case().instances.len()).into_par_iter().map(one).collect()
}
