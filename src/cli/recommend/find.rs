//! The search over the fleet, with progress, and what the picks are compared with.

use super::settings::Settings;
use super::watch::Watch;
use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::Inputs;
use crate::cli::simulate::progress_bar;
use crate::report::recommend::Proofs;
use crate::search::recommend::{BaselineResult, Field, Pick, Score, Solved, Valued, gap, solve};
use crate::search::{Scenario, evaluate};
use crate::units::{Money, Problem};
use rayon::prelude::*;
use std::sync::Mutex;

/// What the search came to.
pub(crate) struct Found {
    pub(crate) picks: Vec<Pick>,
    pub(crate) lower_bound: Money,
    pub(crate) evaluations: u64,
    pub(crate) stop_reason: &'static str,
    pub(crate) baselines: Vec<BaselineResult>,
    pub(crate) proofs: Option<Proofs>,
}

pub(crate) fn find(
    inputs: &Inputs,
    base: &Scenario,
    settings: &Settings,
    manner: Manner,
) -> Result<Found, Complaints> {
    let field = Field::new(inputs.case(), base).map_err(Complaints::input)?;
    let today = today(inputs, base, settings)?;
    let watch = Watch::begin(settings.time_limit, manner.quiet);
    let solved = each(&field, settings, &watch, manner).map_err(Complaints::input)?;
    let evaluations = solved.iter().map(|s| s.evaluations).sum();
    let reason = solved.iter().map(|s| s.stop_reason).max();
    let picks: Vec<Pick> =
        solved.into_iter().zip(&today).map(|(found, today)| Pick::new(found, *today)).collect();
    Ok(Found {
        lower_bound: picks.iter().map(|p| p.lower_bound).sum(),
        picks,
        evaluations,
        stop_reason: watch.reason().or(reason.map(|r| r.as_str())).unwrap_or("optimal"),
        baselines: Vec::new(),
        proofs: None,
    })
}

/// What each instance leads to under its plan of today.
fn today(inputs: &Inputs, base: &Scenario, settings: &Settings) -> Result<Vec<Valued>, Complaints> {
    let outcomes = evaluate(&inputs.case(), base, false, &|| ()).map_err(Complaints::input)?;
    let value = |o| Valued::new(Score::of_outcome(o), &settings.objective);
    Ok(outcomes.iter().map(value).collect())
}

/// Every instance by itself.
fn each(
    field: &Field<'_>,
    settings: &Settings,
    watch: &Watch,
    manner: Manner,
) -> Result<Vec<Solved>, Vec<Problem>> {
    let instances = field.case().instances.len();
    let bar = progress_bar(instances, manner);
    bar.set_message("searching");
    let sums = Mutex::new((Money::ZERO, Money::ZERO));
    let one = |instance: usize| {
        let zone = settings.zone.unwrap_or_else(|| field.home_zone(instance));
        let (space, effort) = (&settings.space, &settings.effort);
        let stop = || watch.says_stop();
        let solved = solve(field, (instance, zone), space, &settings.objective, effort, &stop)?;
        if let Ok(mut sums) = sums.lock() {
            *sums = (sums.0.plus(solved.objective), sums.1.plus(solved.lower_bound));
            if let Some(gap) = gap(sums.0, sums.1) {
                bar.set_message(format!("gap {:.2} %", gap * 100.0));
            }
        }
        bar.inc(1);
        Ok(solved)
    };
    let solved = (0..instances).into_par_iter().map(one).collect();
    bar.finish_and_clear();
    solved
}
