//! A few plans for many instances, each of which takes its best of them.
//!
//! What was found for every instance alone makes the first candidates. Of these a few are picked,
//! greedily and then by exchanges; each plan is taken further downhill for those who chose it
//! together, which makes new candidates; and so on until neither helps (alternating assignment and
//! update, as in Lloyd, IEEE Transactions on Information Theory 28, 1982). Then exchanges that cost
//! a little more are tried too: plans may pay once they are taken downhill.

use super::choice::{Choice, Space};
use super::field::{Field, too_much};
use super::judge::{Halt, Judge, Member};
use super::local::{self, ANY_DAYS};
use super::objective::{Objective, Score};
use super::solve::{Effort, Solved, StopReason};
use crate::units::{Money, Problem};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// At most `plans` different choices for these instances, each taking its best of them. `alone` is
/// what was found for every instance of the fleet by itself: its bounds stay bounds, for sharing
/// never makes anything better. Once `interrupted` says yes the best so far is returned.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn share_found(
    field: &Field<'_>,
    objective: &Objective,
    alone: &[Solved],
    (members, plans): (&[usize], usize),
    (space, effort): (&Space, &Effort),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Solved>, Vec<Problem>> {
    let evaluations = AtomicU64::new(0);
    let what = (space, effort);
    let sharing = Sharing { field, objective, alone, members, what, interrupted, evaluations };
    let mut table = Table::default();
    let found = members.iter().map(|member| alone[*member].choice.clone()).collect();
    sharing.add(&mut table, found)?;
    let picked = table.pick(plans);
    let (chosen, stop_reason) = sharing.improve(&mut table, picked)?;
    Ok(sharing.settle(&table, &chosen, stop_reason))
}

struct Sharing<'a, 'c> {
    field: &'a Field<'c>,
    objective: &'a Objective,
    alone: &'a [Solved],
    members: &'a [usize],
    what: (&'a Space, &'a Effort),
    interrupted: &'a (dyn Fn() -> bool + Sync),
    /// Replays and sweeps of any of the instances.
    evaluations: AtomicU64,
}

/// How many exchanges that do not pay by themselves are taken downhill, for each plan.
const TRIED: usize = 4;

impl Sharing<'_, '_> {
    /// Exchanges and refines until neither helps.
    fn improve(
        &self,
        table: &mut Table,
        mut chosen: Vec<usize>,
    ) -> Result<(Vec<usize>, StopReason), Vec<Problem>> {
        loop {
            chosen = table.exchange(chosen);
            let mut tries = vec![chosen.clone()];
            tries.extend(table.near(&chosen, TRIED));
            let mut better = None;
            for start in tries {
                let refined = match self.refine(table, &start) {
                    Ok(refined) => refined,
                    Err(Halt::Stop(reason)) => return Ok((chosen, reason)),
                    Err(Halt::Failed(problems)) => return Err(problems),
                };
                if table.cost(&refined) < table.cost(&chosen) {
                    better = Some(refined);
                    break;
                }
            }
            match better {
                Some(better) => chosen = better,
                None => return Ok((chosen, StopReason::NoBetterFound)),
            }
        }
    }

    /// Puts choices into the table, and says where they stand there.
    fn add(&self, table: &mut Table, choices: Vec<Choice>) -> Result<Vec<usize>, Vec<Problem>> {
        let known = table.candidates.len();
        let mut places = Vec::with_capacity(choices.len());
        for choice in choices {
            let place = table.candidates.iter().position(|known| *known == choice);
            places.push(place.unwrap_or(table.candidates.len()));
            if place.is_none() {
                table.candidates.push(choice);
            }
        }
        places.sort_unstable();
        places.dedup();
        let new = &table.candidates[known..];
        self.evaluations.fetch_add((new.len() * self.members.len()) as u64, Ordering::Relaxed);
        let column =
            |choice: &Choice| self.members.iter().map(|m| self.value(*m, choice)).collect();
        let columns: Result<Vec<_>, Vec<Problem>> = new.par_iter().map(column).collect();
        table.columns.extend(columns?);
        Ok(places)
    }

    fn value(&self, instance: usize, choice: &Choice) -> Result<(Money, Score), Vec<Problem>> {
        let score = self.field.score(instance, choice)?;
        let objective = self.objective.of(&score).map_err(|_| vec![too_much()])?;
        Ok((objective, score))
    }

    /// Each of these candidates taken downhill for those who choose it.
    fn refine(&self, table: &mut Table, chosen: &[usize]) -> Result<Vec<usize>, Halt> {
        let best = table.best(chosen);
        let mut places = Vec::with_capacity(chosen.len());
        let mut new: Vec<Refined> = Vec::new();
        for candidate in chosen {
            let takes = |(member, best): (&usize, &usize)| (best == candidate).then_some(*member);
            let takers = self.members.iter().zip(&best).filter_map(takes).collect();
            let refined = (*candidate, takers);
            match table.refined.get(&refined) {
                Some(known) => places.push(*known),
                None => new.push(refined),
            }
        }
        let descend =
            |(candidate, takers): &Refined| self.descend(&table.candidates[*candidate], takers);
        let choices: Vec<Choice> = new.par_iter().map(descend).collect::<Result<_, Halt>>()?;
        for (refined, choice) in new.into_iter().zip(choices) {
            let place = self.add(table, vec![choice]).map_err(Halt::Failed)?;
            table.refined.insert(refined, place[0]);
            places.extend(place);
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    fn descend(&self, choice: &Choice, takers: &[usize]) -> Result<Choice, Halt> {
        let (space, effort) = self.what;
        if takers.is_empty() {
            return Ok(choice.clone());
        }
        let known = |instance: &usize| {
            let alone = &self.alone[*instance];
            // Under another zone's clock nothing was proved.
            let is_floor = alone.choice.zone == choice.zone;
            let floor = if is_floor { alone.lower_bound } else { Money::ZERO };
            Member { instance: *instance, floor }
        };
        let members = (takers.iter().map(known).collect(), choice.zone);
        let allowed = effort.evaluations.saturating_mul(takers.len() as u64);
        let mut judge =
            Judge::new(self.field, members, space, self.objective, allowed, self.interrupted);
        let descended = local::descend(&mut judge, choice.entries.clone(), ANY_DAYS);
        self.evaluations.fetch_add(judge.evaluations(), Ordering::Relaxed);
        match descended {
            Err(Halt::Failed(problems)) => Err(Halt::Failed(problems)),
            Err(Halt::Stop(StopReason::Interrupted)) => Err(Halt::Stop(StopReason::Interrupted)),
            Ok(()) | Err(Halt::Stop(_)) => Ok(judge.choice().unwrap_or_else(|| choice.clone())),
        }
    }

    fn settle(&self, table: &Table, chosen: &[usize], stop_reason: StopReason) -> Vec<Solved> {
        let each = self.evaluations.load(Ordering::Relaxed) / self.members.len().max(1) as u64;
        let best = table.best(chosen);
        let settled = self.members.iter().zip(best).enumerate().map(|(row, (member, best))| {
            let (objective, score) = table.columns[best][row];
            let alone = &self.alone[*member];
            Solved {
                choice: table.candidates[best].clone(),
                score,
                objective,
                evaluations: alone.evaluations + each,
                stop_reason: alone.stop_reason.max(stop_reason),
                ..alone.clone()
            }
        });
        settled.collect()
    }
}

/// A candidate and the instances that choose it.
type Refined = (usize, Vec<usize>);

/// What candidates cost.
#[derive(Default)]
struct Table {
    candidates: Vec<Choice>,
    /// Of each candidate, for every instance.
    columns: Vec<Vec<(Money, Score)>>,
    /// Which candidates others become when they are taken downhill.
    refined: BTreeMap<Refined, usize>,
}

impl Table {
    /// The best of these candidates for every instance; the first one of equals.
    fn best(&self, chosen: &[usize]) -> Vec<usize> {
        let rows = 0..self.rows();
        let best = |row: usize| chosen.iter().copied().min_by_key(|c| self.columns[*c][row].0);
        rows.filter_map(best).collect()
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    fn cost(&self, chosen: &[usize]) -> Money {
        let best = self.best(chosen);
        best.iter().enumerate().map(|(row, c)| self.columns[*c][row].0).sum()
    }

    /// Candidates, each the one that helps most beside those before.
    fn pick(&self, plans: usize) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < plans.min(self.candidates.len()) {
            let with = |c: &usize| self.cost(&[&chosen[..], &[*c]].concat());
            let others = (0..self.candidates.len()).filter(|c| !chosen.contains(c));
            let next = others.min_by_key(with);
            chosen.extend(next);
        }
        chosen
    }

    /// The same with candidates exchanged for others, one by one, while that helps.
    fn exchange(&self, mut chosen: Vec<usize>) -> Vec<usize> {
        loop {
            let best = (0..chosen.len()).flat_map(|at| self.exchanged(&chosen, at, 1)).min();
            match best {
                Some((cost, better)) if cost < self.cost(&chosen) => chosen = better,
                _ => return chosen,
            }
        }
    }

    /// For each of these, the best of other candidates in its place: so many of them.
    fn near(&self, chosen: &[usize], count: usize) -> Vec<Vec<usize>> {
        let each = (0..chosen.len()).flat_map(|at| self.exchanged(chosen, at, count));
        let mut all: Vec<_> = each.collect();
        all.sort_unstable();
        all.into_iter().map(|(_, other)| other).collect()
    }

    /// What it costs to have another candidate in one place: the cheapest of them, in order.
    fn exchanged(&self, chosen: &[usize], at: usize, count: usize) -> Vec<(Money, Vec<usize>)> {
        let others: Vec<usize> =
            chosen.iter().copied().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect();
        let best = self.best(&others);
        let without = |row: usize| best.get(row).map_or(MOST, |c| self.columns[*c][row].0);
        let without: Vec<Money> = (0..self.rows()).map(without).collect();
        let cost = |candidate: usize| -> Money {
            let column = self.columns[candidate].iter().zip(&without);
            column.map(|((cost, _), without)| *cost.min(without)).sum()
        };
        let new = (0..self.candidates.len()).into_par_iter().filter(|c| !chosen.contains(c));
        let mut all: Vec<(Money, usize)> = new.map(|c| (cost(c), c)).collect();
        all.sort_unstable();
        let with = |(cost, candidate)| {
            let mut other = chosen.to_vec();
            other[at] = candidate;
            (cost, other)
        };
        all.into_iter().take(count).map(with).collect()
    }
}

/// More than anything costs.
const MOST: Money = Money::from_micros(i64::MAX);
