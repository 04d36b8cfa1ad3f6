//! The search over the fleet, with progress.

use super::settings::Settings;
use super::watch::Watch;
use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::Inputs;
use crate::cli::progress::{Progress, Unit};
use crate::report::recommend::Kept;
use crate::search::recommend::{
    Advised, Careful, Choice, Chosen, Effort, Field, Limits, Objective, Pick, Replays, Score,
    Solved, StopReason, Valued, WEEK_S, best_near, constrain, gap, share_found, solve,
};
use crate::search::{Outcome, Scenario, evaluate};
use crate::units::{Money, Problem};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A search over a fleet, as the flags describe it.
pub(crate) struct Search<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) base: &'a Scenario,
    pub(crate) settings: &'a Settings,
    /// How to choose with care, where that is asked for.
    pub(crate) careful: Option<Careful<'a>>,
    pub(crate) watch: &'a Watch,
    pub(crate) manner: Manner,
}

/// What a search came to.
pub(crate) struct Found {
    /// The best of the space.
    pub(crate) solved: Vec<Solved>,
    /// What is advised with care.
    pub(crate) advised: Option<Vec<Advised>>,
    /// Either beside today's plans.
    pub(crate) picks: Vec<Pick>,
    /// Under constraints: what is kept of them.
    pub(crate) kept: Option<Kept>,
}

impl Search<'_> {
    /// Searches the fleet as it is.
    pub(crate) fn find(&self) -> Result<Found, Complaints> {
        let case = self.inputs.case();
        let today = evaluate(&case, self.base, false, &|| ()).map_err(Complaints::input)?;
        let field = Field::new(case, self.base).map_err(Complaints::input)?;
        let work = case.instances.len() as u64;
        let bar = Progress::begin(self.manner, "search", Unit::Things("instances"), work);
        bar.set_message("searching");
        let (objective, effort) = (&self.settings.objective, &self.settings.effort);
        let found = self.search(&field, objective, effort, &bar);
        bar.finish_and_clear();
        let (solved, kept) = found.map_err(Complaints::input)?;
        let best: Vec<Choice> = solved.iter().map(|solved| solved.choice.clone()).collect();
        let advised = self.careful.as_ref().map(|careful| {
            let what = (self.manner, "rehearse", Unit::Things("instances"), work);
            Progress::around(what, || careful.choose(&field, objective, Some(&best)))
        });
        let advised = advised.transpose().map_err(Complaints::input)?;
        let beside = |(solved, outcome): (&Solved, &Outcome)| {
            let today = Valued::new(Score::of_outcome(outcome), objective);
            match self.settings.limits {
                Some(limits) => {
                    let is_kept = keeps(&limits, &today.score, outcome.counters.exists_s());
                    Pick::constrained(solved.clone(), today, is_kept)
                }
                None => Pick::new(solved.clone(), today),
            }
        };
        let mut picks: Vec<Pick> = solved.iter().zip(&today).map(beside).collect();
        if let Some(advised) = &advised {
            let both = picks.into_iter().zip(advised);
            picks = both.map(|(pick, a)| pick.with_care(a.clone(), objective)).collect();
        }
        Ok(Found { solved, advised, picks, kept })
    }

    /// Searches any field of the same instances under any weights.
    pub(crate) fn search(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        effort: &Effort,
        bar: &Progress,
    ) -> Result<(Vec<Solved>, Option<Kept>), Vec<Problem>> {
        let settings = self.settings;
        if let Some(limits) = settings.limits {
            let replays = Replays::new(*field.case(), self.base)?;
            let search = (&settings.space, settings.zone, effort);
            let stop = || self.watch.says_stop();
            let fleet = constrain(field, &replays, (objective, &limits), search, &stop)?;
            let kept = Kept {
                is_met: fleet.is_met,
                wait_s_per_week: fleet.wait_s_per_week,
                interruptions: fleet.interruptions,
                broken: (0..fleet.instances.len())
                    .filter(|i| !fleet.instances[*i].is_kept)
                    .collect(),
            };
            let solved = fleet.instances.into_iter().filter_map(|one| {
                Some(Solved {
                    objective: one.chosen.score.total,
                    choice: one.chosen.choice?,
                    score: one.chosen.score,
                    lower_bound: one.lower_bound,
                    evaluations: one.evaluations,
                    stop_reason: StopReason::NoBetterFound,
                })
            });
            return Ok((solved.collect(), Some(kept)));
        }
        let solved = self.each(field, objective, effort, bar)?;
        Ok((self.share(field, (objective, effort), solved)?, None))
    }

    /// The same near what has been found, quickly and without bounds.
    pub(crate) fn search_near(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        (effort, answers): (&Effort, &[&[Chosen]]),
    ) -> Result<Vec<Chosen>, Vec<Problem>> {
        let search = (&self.settings.space, self.settings.zone, effort);
        let stop = || self.watch.says_stop();
        let found = best_near(field, objective, search, answers, &stop)?;
        if self.settings.shared.is_none() {
            return Ok(found);
        }
        let unproved = |chosen: Chosen| {
            let objective = Valued::new(chosen.score, objective).objective;
            Some(Solved {
                choice: chosen.choice?,
                score: chosen.score,
                objective,
                lower_bound: Money::ZERO,
                evaluations: effort.evaluations,
                stop_reason: StopReason::NoBetterFound,
            })
        };
        let alone = found.into_iter().filter_map(unproved).collect();
        Ok(chosen(&self.share(field, (objective, effort), alone)?))
    }

    /// Every instance by itself.
    fn each(
        &self,
        field: &Field<'_>,
        objective: &Objective,
        effort: &Effort,
        bar: &Progress,
    ) -> Result<Vec<Solved>, Vec<Problem>> {
        let sums = Mutex::new((Money::ZERO, Money::ZERO));
        let stop = || self.watch.says_stop();
        let one = |instance: usize| {
            let zone = self.settings.zone.unwrap_or_else(|| field.home_zone(instance));
            let space = &self.settings.space;
            let solved = solve(field, (instance, zone), space, objective, effort, &stop)?;
            if let Ok(mut sums) = sums.lock() {
                *sums = (sums.0.plus(solved.objective), sums.1.plus(solved.lower_bound));
                if let Some(gap) = gap(sums.0, sums.1) {
                    bar.set_message(format!("gap {:.2} %", gap * 100.0));
                }
            }
            bar.inc(1);
            Ok(solved)
        };
        (0..field.case().instances.len()).into_par_iter().map(one).collect()
    }

    /// The same plans for all of a group, where plans are shared.
    fn share(
        &self,
        field: &Field<'_>,
        (objective, effort): (&Objective, &Effort),
        alone: Vec<Solved>,
    ) -> Result<Vec<Solved>, Vec<Problem>> {
        let Some(plans) = self.settings.shared else { return Ok(alone) };
        let search = (&self.settings.space, effort);
        let stop = || self.watch.says_stop();
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, instance) in self.inputs.instances.iter().enumerate() {
            let key = self.settings.by.map_or("", |by| by.of(instance));
            groups.entry(key).or_default().push(index);
        }
        let mut shared = alone.clone();
        for members in groups.values() {
            let settled = share_found(field, objective, &alone, (members, plans), search, &stop)?;
            for (member, solved) in members.iter().zip(settled) {
                shared[*member] = solved;
            }
        }
        Ok(shared)
    }
}

/// Whether an instance keeps limits: waiting in an average week of its existence.
fn keeps(limits: &Limits, score: &Score, exists_s: i64) -> bool {
    let waits = |most: i64| {
        i128::from(score.wait_s) * i128::from(WEEK_S) <= i128::from(most) * i128::from(exists_s)
    };
    limits.max_wait_s_per_week.is_none_or(waits)
        && limits.max_interruptions.is_none_or(|most| score.interruptions() <= most)
}

/// What was found, without its bounds.
pub(crate) fn chosen(solved: &[Solved]) -> Vec<Chosen> {
    solved.iter().map(|s| Chosen { choice: Some(s.choice.clone()), score: s.score }).collect()
}
