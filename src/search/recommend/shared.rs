//! A few plans for many instances: of what was found for each alone, the few that suit all best.

use super::answer::Valued;
use super::choice::Choice;
use super::objective::Objective;
use super::replays::{Change, Replays};
use super::solve::{Solved, StopReason};
use crate::units::{Money, Problem};
use rayon::prelude::*;

/// At most `plans` different choices for these instances, each taking its best of them. `alone` is
/// what was found for every instance of the fleet by itself: those choices are the candidates, and
/// their bounds stay bounds, for sharing never makes anything better.
///
/// Candidates are picked greedily, then exchanged one for one while that helps.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn share_found(
    replays: &Replays<'_>,
    objective: &Objective,
    alone: &[Solved],
    (members, plans): (&[usize], usize),
) -> Result<Vec<Solved>, Vec<Problem>> {
    let mut candidates: Vec<&Choice> = Vec::new();
    for member in members {
        let choice = &alone[*member].choice;
        if !candidates.contains(&choice) {
            candidates.push(choice);
        }
    }
    let value = |instance: usize, choice: &Choice| {
        let plan = choice.to_plan("choice", replays.plan_today(instance));
        let tally = replays.tally(instance, &plan, Change::default())?;
        Ok(Valued::new(tally.score, objective))
    };
    let row = |member: &usize| candidates.iter().map(|c| value(*member, c)).collect();
    let table: Vec<Vec<Valued>> =
        members.par_iter().map(row).collect::<Result<_, Vec<Problem>>>()?;
    let chosen = choose(&table, candidates.len(), plans);
    let evaluations = candidates.len() as u64;
    let settled = members.iter().zip(&table).filter_map(|(member, row)| {
        let best = chosen.iter().copied().min_by_key(|c| row[*c].objective)?;
        Some(Solved {
            choice: candidates[best].clone(),
            score: row[best].score,
            objective: row[best].objective,
            evaluations: alone[*member].evaluations + evaluations,
            stop_reason: alone[*member].stop_reason.max(StopReason::NoBetterFound),
            ..alone[*member].clone()
        })
    });
    Ok(settled.collect())
}

/// The columns to keep: first greedily, then by exchanges.
fn choose(table: &[Vec<Valued>], candidates: usize, plans: usize) -> Vec<usize> {
    let cost = |chosen: &[usize]| -> Money {
        let best = |row: &Vec<Valued>| chosen.iter().map(|c| row[*c].objective).min();
        table.iter().filter_map(best).sum()
    };
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < plans.min(candidates) {
        let with = |c: usize| [&chosen[..], &[c]].concat();
        let next = (0..candidates).filter(|c| !chosen.contains(c)).min_by_key(|c| cost(&with(*c)));
        chosen.extend(next);
    }
    let mut now = cost(&chosen);
    loop {
        let exchanges = (0..chosen.len()).flat_map(|at| (0..candidates).map(move |c| (at, c)));
        let exchanged = |(at, c): (usize, usize)| {
            let mut other = chosen.clone();
            other[at] = c;
            other
        };
        let best = exchanges.map(exchanged).min_by_key(|other| cost(other));
        match best.filter(|other| cost(other) < now) {
            Some(better) => {
                now = cost(&better);
                chosen = better;
            }
            None => return chosen,
        }
    }
}
