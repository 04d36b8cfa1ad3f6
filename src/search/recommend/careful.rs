//! Choosing with care: what did well on weeks it was not chosen on.
//!
//! The best of a large space fits the weeks it was chosen on, chance included. So families of
//! advice ([`Family`]) are rehearsed: each is chosen on the first weeks of a field and scored on
//! the weeks after, then chosen on more weeks and scored on those after them, and so on; what all
//! weeks so scored say decides which family is chosen on all weeks (prequential: Dawid, Statistical
//! theory, JRSS A 147, 1984). Pool by pool ([`Family::PoolLimit`]):
//!
//! 1. the pool's family: from the simplest on, the next takes over if it was better by more than
//!    one standard error of the weekly differences of the pool's sums;
//! 2. an instance has another family where its own differences to the pool's, shrunk towards those
//!    of all in the pool, are above zero by more than their standard error; of several the one that
//!    is farthest above (see `evidence.rs`);
//! 3. who would have paid more over all known weeks than today stays as today.
//!
//! Weeks count for an instance from the first rehearsal on before which it was used in two weeks,
//! while it exists. Nothing is rehearsed on fewer than four weeks; the whole space is chosen from.

use super::choice::{Choice, Entry, Space};
use super::chooser::{Chosen, search_near};
use super::evidence::{Mean, shrunk};
use super::family::{Family, Offers, offers, pools};
use super::field::Field;
use super::holdout::{LEAST_USED_WEEKS, LEAST_WEEKS, used_weeks};
use super::objective::{Objective, Score};
use super::replays::{Change, Replays, Tally, too_much};
use super::solve::Effort;
use super::weekly::{WEEK_S, Weeks};
use super::window::Window;
use crate::units::{Horizon, Instant, Problem};
use crate::world::zones::Zone;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Evaluations of the whole space in a rehearsal; a better search would be a fairer one, not a
/// different question.
const EVALUATIONS: u64 = 1_500;

/// Advice, and the family it is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advised {
    /// Which family.
    pub family: Family,
    /// What it advises.
    pub chosen: Chosen,
}

/// What every instance was offered, by start and end of the training \[unix s\].
type Rehearsed = BTreeMap<(i64, i64), Arc<Vec<Offers>>>;

/// A careful way to choose. What was chosen in a rehearsal is kept: it is asked for again whenever
/// more weeks are known.
pub struct Careful<'a> {
    /// What is searched, in this zone or that of each user.
    pub search: (&'a Space, Option<Zone>, &'a Effort),
    /// Where rehearsals end their training, ascending.
    pub ends: Vec<Instant>,
    /// Asked now and then; once it says yes the best so far is taken.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
    rehearsed: Mutex<Rehearsed>,
}

impl<'a> Careful<'a> {
    /// Nothing is rehearsed yet.
    #[must_use]
    pub fn new(
        search: (&'a Space, Option<Zone>, &'a Effort),
        ends: Vec<Instant>,
        interrupted: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self { search, ends, interrupted, rehearsed: Mutex::default() }
    }

    /// Chooses for every instance of a field, always under the same objective. `best` is what a
    /// longer search of the space found for each, if there was one: it is advised where nothing can
    /// be rehearsed. Elsewhere advice comes from the search that was rehearsed.
    ///
    /// # Errors
    /// As [`super::solve`].
    pub fn choose(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        best: Option<&[Choice]>,
    ) -> Result<Vec<Advised>, Vec<Problem>> {
        let horizon = field.case().trace.horizon;
        let weeks = Weeks::of(horizon);
        let replays = Replays::new(*field.case(), field.base())?;
        let blocks = self.blocks(weeks);
        let mut before: Option<Arc<Vec<Offers>>> = None;
        let mut rehearsed = Vec::with_capacity(blocks.len());
        for block in &blocks {
            let training = weeks.stretch(0, block.begin);
            let window = Window::new(&replays, training);
            let part = || Field::new(window.case(field.case()), field.base());
            let offers =
                self.remembered(training, || self.offers(&part()?, objective, before.as_deref()))?;
            rehearsed.push(Arc::clone(&offers));
            before = Some(offers);
        }
        let now = match best {
            Some(best) if weeks.count < LEAST_WEEKS => {
                let mut now = self.simple(field, objective)?;
                for (offers, best) in now.iter_mut().zip(best) {
                    offers[Family::Space as usize] = Some(best.clone());
                }
                Arc::new(now)
            }
            _ => self.remembered(horizon, || self.offers(field, objective, before.as_deref()))?,
        };
        let trial = Trial { field, replays: &replays, objective };
        trial.settle(&blocks, &rehearsed, &now)
    }

    /// The same families chosen anew under other weights or facts, near what was advised.
    ///
    /// # Errors
    /// As [`super::solve`].
    pub fn renew(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        (advised, evaluations): (&[Advised], u64),
    ) -> Result<Vec<Chosen>, Vec<Problem>> {
        let replays = Replays::new(*field.case(), field.base())?;
        let simple = self.simple(field, objective)?;
        let (space, zone, _) = self.search;
        let one = |(instance, advised): (usize, &Advised)| {
            let choice = match (advised.family, &advised.chosen.choice) {
                (Family::Space, Some(choice)) => {
                    let zone = zone.unwrap_or_else(|| field.home_zone(instance));
                    let known: [&[Entry]; 1] = [&choice.entries];
                    let search = (&known[..], evaluations);
                    let place = (instance, zone);
                    return search_near(field, place, (space, objective), search, self.interrupted);
                }
                (family, _) => simple[instance][family as usize].clone(),
            };
            chosen(field, &replays, (instance, choice))
        };
        advised.par_iter().enumerate().map(one).collect()
    }

    /// The weeks after each rehearsal's training, up to the next or the end.
    fn blocks(&self, weeks: Weeks) -> Vec<Block> {
        let at = |end: &Instant| usize::try_from(end.since(weeks.start) / WEEK_S).unwrap_or(0);
        let mut cuts: Vec<usize> = self.ends.iter().map(at).collect();
        cuts.retain(|cut| (1..weeks.count).contains(cut));
        cuts.dedup();
        let next = cuts.iter().skip(1).copied().chain([weeks.count]);
        cuts.iter().zip(next).map(|(begin, end)| Block { begin: *begin, end }).collect()
    }

    fn remembered(
        &self,
        training: Horizon,
        offers: impl FnOnce() -> Result<Vec<Offers>, Vec<Problem>>,
    ) -> Result<Arc<Vec<Offers>>, Vec<Problem>> {
        let lock = || self.rehearsed.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (training.start.unix(), training.end.unix());
        if let Some(known) = lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(offers()?);
        lock().insert(key, Arc::clone(&found));
        Ok(found)
    }

    fn simple(
        &self,
        field: &Field<'_>,
        objective: &Objective,
    ) -> Result<Vec<Offers>, Vec<Problem>> {
        let replays = Replays::new(*field.case(), field.base())?;
        offers(field, &replays, objective, (self.search.0, self.search.1))
    }

    /// What all families advise, the whole space searched near what it was before and at those idle
    /// limits that the simpler families name.
    fn offers(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        before: Option<&Vec<Offers>>,
    ) -> Result<Vec<Offers>, Vec<Problem>> {
        let mut all = self.simple(field, objective)?;
        let (space, zone, effort) = self.search;
        let search = |(instance, offers): (usize, &mut Offers)| {
            let zone = zone.unwrap_or_else(|| field.home_zone(instance));
            let named = offers.iter().flatten().map(|choice| choice.idle);
            let few: Vec<_> = named.chain([field.plan_today(instance).idle]).collect();
            let mut few = space.clone().with_limits(&few);
            few.limits.retain(|at| space.limits.binary_search(at).is_ok());
            let before = before.and_then(|all| all[instance][Family::Space as usize].as_ref());
            let known: Vec<&[Entry]> = before.iter().map(|choice| &*choice.entries).collect();
            let search = (&*known, effort.evaluations.min(EVALUATIONS));
            let place = (instance, zone);
            let found = search_near(field, place, (&few, objective), search, self.interrupted)?;
            offers[Family::Space as usize] = found.choice;
            Ok(())
        };
        all.par_iter_mut().enumerate().map(search).collect::<Result<(), Vec<Problem>>>()?;
        Ok(all)
    }
}

/// What a choice leads to on a field.
fn chosen(
    field: &Field<'_>,
    replays: &Replays<'_>,
    (instance, choice): (usize, Option<Choice>),
) -> Result<Chosen, Vec<Problem>> {
    let score = match &choice {
        Some(choice) => field.score(instance, choice)?,
        None => {
            let today = replays.plan_today(instance);
            replays.tally(instance, today, Change::default())?.score
        }
    };
    Ok(Chosen { choice, score })
}

/// Weeks between two rehearsals.
#[derive(Clone, Copy, Debug)]
struct Block {
    begin: usize,
    end: usize,
}

/// What each family cost one instance in the weeks that count \[micro-USD\].
struct Record {
    weeks: Vec<usize>,
    costs: [Option<Vec<f64>>; Family::ALL.len()],
}

impl Record {
    /// By how much the second family is better, week by week.
    fn differences(&self, from: Family, to: Family) -> Vec<f64> {
        match (&self.costs[from as usize], &self.costs[to as usize]) {
            (Some(from), Some(to)) => from.iter().zip(to).map(|(a, b)| a - b).collect(),
            _ => Vec::new(),
        }
    }
}

/// The decision on one field.
struct Trial<'t> {
    field: &'t Field<'t>,
    replays: &'t Replays<'t>,
    objective: &'t Objective,
}

impl Trial<'_> {
    fn settle(
        &self,
        blocks: &[Block],
        rehearsed: &[Arc<Vec<Offers>>],
        now: &[Offers],
    ) -> Result<Vec<Advised>, Vec<Problem>> {
        let weeks = Weeks::of(self.replays.case().trace.horizon);
        if weeks.count < LEAST_WEEKS {
            let all = now
                .par_iter()
                .map(|offers| (Family::Space, offers[Family::Space as usize].clone()));
            return all.enumerate().map(|(i, advice)| self.advised(i, advice)).collect();
        }
        let used = used_weeks(self.replays);
        let record = |instance: usize| {
            let known = |block: &&Block| {
                let used = used[instance][..block.begin].iter().filter(|used| **used);
                used.count() >= LEAST_USED_WEEKS
            };
            let skipped = blocks.iter().take_while(|block| !known(block)).count();
            let offers = rehearsed[skipped..].iter().map(|all| &all[instance]);
            self.record(instance, &blocks[skipped..], &offers.collect::<Vec<_>>())
        };
        let records: Vec<Record> =
            (0..self.replays.len()).into_par_iter().map(record).collect::<Result<_, _>>()?;
        let mut families = vec![Family::Today; records.len()];
        for pool in pools(self.replays) {
            let offered = |family: &Family| {
                let is_offered = |i: &usize| now[*i][*family as usize].is_some();
                *family == Family::Today || pool.iter().all(is_offered)
            };
            let offered: Vec<Family> = Family::ALL.into_iter().filter(offered).collect();
            let members: Vec<&Record> = pool.iter().map(|i| &records[*i]).collect();
            for (instance, family) in pool.iter().zip(decide(&members, &offered)) {
                families[*instance] = family;
            }
        }
        let one = |(instance, family): (usize, &Family)| {
            let offers = &now[instance];
            let choice = offers[*family as usize].clone();
            // Of those that learn, the simplest that says the same.
            let same =
                |f: &Family| *f >= Family::PoolLimit.min(*family) && offers[*f as usize] == choice;
            let family = Family::ALL.into_iter().find(same).unwrap_or(*family);
            self.advised(instance, (family, choice))
        };
        families.par_iter().enumerate().map(one).collect()
    }

    fn record(
        &self,
        instance: usize,
        blocks: &[Block],
        offers: &[&Offers],
    ) -> Result<Record, Vec<Problem>> {
        let plan = self.replays.plan_today(instance);
        let tally = |choice: &Choice| {
            let plan = choice.to_plan("rehearsed", plan);
            self.replays.tally(instance, &plan, Change::default())
        };
        let today = self.replays.tally(instance, plan, Change::default())?;
        // Whatever exists costs money.
        let exists = |week: &usize| today.weeks[*week].total.micros() > 0;
        let mut record = Record { weeks: Vec::new(), costs: Default::default() };
        record.weeks = blocks.iter().flat_map(|b| b.begin..b.end).filter(exists).collect();
        let cost = |score: &Score| {
            self.objective.of(score).map(|cost| cost.micros() as f64).map_err(too_much)
        };
        for family in Family::ALL {
            let mut costs = Vec::with_capacity(record.weeks.len());
            let mut last: Option<(&Choice, Tally)> = None;
            for (block, offers) in blocks.iter().zip(offers) {
                let scores = match &offers[family as usize] {
                    None if family == Family::Today => &today.weeks,
                    None => continue,
                    Some(choice) => {
                        if last.as_ref().is_none_or(|(known, _)| *known != choice) {
                            last = Some((choice, tally(choice)?));
                        }
                        last.as_ref().map_or(&today.weeks, |(_, tally)| &tally.weeks)
                    }
                };
                for week in (block.begin..block.end).filter(exists) {
                    costs.push(cost(&scores[week])?);
                }
            }
            record.costs[family as usize] = (costs.len() == record.weeks.len()).then_some(costs);
        }
        Ok(record)
    }

    /// The advice, or today's plan where that has cost less.
    fn advised(
        &self,
        instance: usize,
        (family, choice): (Family, Option<Choice>),
    ) -> Result<Advised, Vec<Problem>> {
        let chosen = chosen(self.field, self.replays, (instance, choice))?;
        let today = self::chosen(self.field, self.replays, (instance, None))?;
        let cost = |chosen: &Chosen| self.objective.of(&chosen.score).map_err(too_much);
        Ok(if cost(&today)? < cost(&chosen)? {
            Advised { family: Family::Today, chosen: today }
        } else {
            Advised { family, chosen }
        })
    }
}

/// Which of the families offered each member of a pool has.
fn decide(members: &[&Record], offered: &[Family]) -> Vec<Family> {
    let mut common = Family::Today;
    for family in offered {
        if summed(members, (common, *family)).surely() > NOTHING {
            common = *family;
        }
    }
    let mut best = vec![(NOTHING, common); members.len()];
    for family in offered.iter().filter(|family| **family != common) {
        let own = members.iter().map(|m| Mean::of(&m.differences(common, *family)));
        for (best, mean) in best.iter_mut().zip(shrunk(&own.collect::<Vec<_>>())) {
            if mean.surely() > best.0 {
                *best = (mean.surely(), *family);
            }
        }
    }
    best.into_iter().map(|(_, family)| family).collect()
}

/// Amounts are rounded to micro-dollars: less than this is nothing \[micro-USD\].
const NOTHING: f64 = 1.0;

/// By how much the second family is better in an average week, all members together.
fn summed(members: &[&Record], (from, to): (Family, Family)) -> Mean {
    let mut sums = BTreeMap::<usize, f64>::new();
    for member in members {
        for (week, difference) in member.weeks.iter().zip(member.differences(from, to)) {
            *sums.entry(*week).or_default() += difference;
        }
    }
    Mean::of(&sums.into_values().collect::<Vec<_>>())
}
