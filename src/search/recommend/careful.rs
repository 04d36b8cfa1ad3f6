//! Choosing with care: what wins on weeks it was not chosen on.
//!
//! The best of a large space fits the weeks it was chosen on, chance included. So the choice is
//! rehearsed: families of advice are solved on the first 60 % of the weeks and scored on the rest,
//! and the family that does best there is solved again on all weeks. The families, simplest first:
//! today's plan (where a choice can say it), an idle limit alone, and the whole space; a simpler
//! one wins a draw.

use super::choice::{Choice, Space};
use super::chooser::Chosen;
use super::field::Field;
use super::holdout::LEAST_WEEKS;
use super::objective::Objective;
use super::replays::{Change, Replays, too_much};
use super::solve::{Effort, solve};
use super::weekly::Weeks;
use super::window::Window;
use crate::units::{Horizon, Money, Problem};
use crate::world::zones::Zone;
use rayon::prelude::*;

/// As [`super::best_each`], but of the family that did best on weeks held back.
///
/// # Errors
/// As [`solve`].
pub fn careful_each(
    field: &Field<'_>,
    objective: &Objective,
    (space, zone, effort): (&Space, Option<Zone>, &Effort),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Chosen>, Vec<Problem>> {
    let weeks = Weeks::of(field.case().trace.horizon);
    if weeks.count < LEAST_WEEKS {
        return super::best_each(field, objective, (space, zone, effort), interrupted);
    }
    let replays = Replays::new(*field.case(), field.base())?;
    let middle = (weeks.count * 3).div_ceil(5);
    let first = Horizon { start: weeks.start, end: weeks.begin(middle) };
    let window = Window::new(&replays, first);
    let rehearsed = Field::new(window.case(field.case()), field.base())?;
    let spaces = [Space { max_entries: 0, ..space.clone() }, space.clone()];
    let one = |instance: usize| {
        let zone = zone.unwrap_or_else(|| field.home_zone(instance));
        let place = (instance, zone);
        let today = replays.plan_today(instance);
        let mut best: Option<(Money, Option<&Space>)> = None;
        let mut consider = |plan, family| {
            let tally = replays.tally(instance, &plan, Change::default())?;
            let held = &tally.weeks[middle..];
            let cost = held.iter().map(|w| objective.of(w)).sum::<Result<Money, _>>();
            let cost = cost.map_err(too_much)?;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, family));
            }
            Ok::<(), Vec<Problem>>(())
        };
        if today.schedules.is_empty() {
            consider(today.clone(), None)?;
        }
        for space in &spaces {
            let solved = solve(&rehearsed, place, space, objective, effort, interrupted)?;
            consider(solved.choice.to_plan("rehearsed", today), Some(space))?;
        }
        match best.and_then(|(_, family)| family) {
            Some(space) => {
                let solved = solve(field, place, space, objective, effort, interrupted)?;
                Ok(Chosen { choice: solved.choice, score: solved.score })
            }
            None => {
                let choice = Choice { idle: today.idle, entries: Vec::new(), zone };
                let score = field.score(instance, &choice)?;
                Ok(Chosen { choice, score })
            }
        }
    };
    (0..replays.len()).into_par_iter().map(one).collect()
}
