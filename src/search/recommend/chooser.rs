//! A way to choose, as the proofs call it: they ask for the same advice under other weights, other
//! facts and other stretches of time.

use super::choice::{Choice, Entry, Space};
use super::field::Field;
use super::judge::{Halt, Judge, Member};
use super::local::{self, PLAIN_DAYS};
use super::objective::{Objective, Score};
use super::solve::{Effort, solve};
use crate::plan::Plan;
use crate::units::Problem;
use crate::world::zones::Zone;
use rayon::prelude::*;

/// What one instance is advised, and what it leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// The advice; `None`: today's plan stays.
    pub choice: Option<Choice>,
    /// Its exact score on the field it was chosen on.
    pub score: Score,
}

impl Chosen {
    /// The plan that says this, in all else like today's.
    #[must_use]
    pub fn to_plan(&self, name: &str, today: &Plan) -> Plan {
        self.choice.as_ref().map_or_else(|| today.clone(), |choice| choice.to_plan(name, today))
    }
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
        Ok(Chosen { choice: Some(solved.choice), score: solved.score })
    };
    (0..field.case().instances.len()).into_par_iter().map(one).collect()
}

/// A search without a bound that begins from what is known: the best idle limit without schedules
/// and with each of these, then downhill from the best of them. Without any known schedules it
/// begins as [`solve`] does. At most `evaluations` replays and sweeps.
///
/// # Errors
/// As [`solve`].
pub(super) fn search_near(
    field: &Field<'_>,
    (instance, zone): (usize, Zone),
    (space, objective): (&Space, &Objective),
    (known, evaluations): (&[&[Entry]], u64),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Chosen, Vec<Problem>> {
    let one = (vec![Member::new(instance)], zone);
    let mut judge = Judge::new(field, one, space, objective, evaluations, interrupted);
    match descend(&mut judge, known) {
        Ok(()) | Err(Halt::Stop(_)) => {}
        Err(Halt::Failed(problems)) => return Err(problems),
    }
    let score = judge.best().map(|best| best.score).unwrap_or_default();
    Ok(Chosen { choice: judge.choice(), score })
}

fn descend(judge: &mut Judge<'_, '_>, known: &[&[Entry]]) -> Result<(), Halt> {
    judge.all(&[])?;
    if judge.space.max_entries == 0 {
        return Ok(());
    }
    if known.is_empty() {
        return local::search(judge, Vec::new(), PLAIN_DAYS);
    }
    for entries in known {
        judge.all(entries)?;
    }
    let best = judge.best().map(|best| best.entries.clone()).unwrap_or_default();
    local::descend(judge, best, PLAIN_DAYS)
}

/// A search without a bound for every instance, near the choices of all these answers.
///
/// # Errors
/// As [`solve`].
pub fn best_near(
    field: &Field<'_>,
    objective: &Objective,
    (space, zone, effort): (&Space, Option<Zone>, &Effort),
    answers: &[&[Chosen]],
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Chosen>, Vec<Problem>> {
    let one = |instance: usize| {
        let zone = zone.unwrap_or_else(|| field.home_zone(instance));
        let known = answers.iter().filter_map(|answer| answer[instance].choice.as_ref());
        let mut known: Vec<&[Entry]> = known.map(|choice| &*choice.entries).collect();
        known.dedup();
        let search = (&*known, effort.evaluations);
        search_near(field, (instance, zone), (space, objective), search, interrupted)
    };
    (0..field.case().instances.len()).into_par_iter().map(one).collect()
}
