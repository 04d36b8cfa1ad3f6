//! What supports a recommendation: baselines, hold-out and the rest, with progress.

use super::find::{Found, Search, chosen};
use crate::cli::complain::Complaints;
use crate::cli::progress::{Progress, Unit};
use crate::plan::Plan;
use crate::report::recommend::Proofs;
use crate::search::recommend::{
    BaselineResult, Choice, Chosen, Effort, Field, HoldOut, HoldOutOptions, Moved, Objective,
    ParetoPoint, Pick, Replays, SEASONAL_THRESHOLD, SET_UP_COST, Solved, baselines, break_even,
    folds, hold_out, keep_awake, pareto, recreate, rule_profiles, seasonal, sensitivity,
    waiting_grid,
};
use crate::units::Problem;

/// Evaluations of each of the two dozen searches of front and sensitivity, which begin near what
/// was found. A hold-out test chooses as the answer was chosen.
const EVALUATIONS: u64 = 500;
/// Steps of the progress bar.
const STEPS: usize = 8;

/// What a recommendation is held against, and what supports it.
pub(crate) struct Checked {
    pub(crate) baselines: Vec<BaselineResult>,
    pub(crate) proofs: Option<Proofs>,
}

/// Checks what was found; the verdicts of a hold-out go into the picks.
pub(crate) fn check(search: &Search<'_>, found: &mut Found) -> Result<Checked, Complaints> {
    let checks = Checks::new(search)?;
    let bar = Progress::begin(search.manner, "check", Unit::Things("checks"), STEPS as u64);
    let checked = checks.all(found, &bar).map_err(Complaints::input);
    bar.finish_and_clear();
    let checked = checked?;
    if let Some(held) = checked.proofs.as_ref().and_then(|proofs| proofs.hold_out.as_ref()) {
        for (pick, held) in found.picks.iter_mut().zip(&held.instances) {
            pick.take_verdict(held);
        }
    }
    Ok(checked)
}

struct Checks<'a> {
    search: &'a Search<'a>,
    replays: Replays<'a>,
    options: HoldOutOptions,
}

impl<'a> Checks<'a> {
    fn new(search: &'a Search<'a>) -> Result<Self, Complaints> {
        let case = search.inputs.case();
        let replays = Replays::new(case, search.base).map_err(Complaints::input)?;
        let options = HoldOutOptions { seed: case.seed, ..search.settings.hold_out() };
        Ok(Self { search, replays, options })
    }

    fn all(&self, found: &Found, bar: &Progress) -> Result<Checked, Vec<Problem>> {
        let step = |what: &'static str| {
            bar.set_message(what);
            bar.inc(1);
        };
        let case = self.replays.case();
        step("baselines");
        let folds = folds(case.trace.horizon, &self.options);
        let seen = folds.first().map_or(case.trace.horizon.end, |fold| fold.train.end);
        let baselines = baselines(&self.replays, seen)?;
        if !self.search.settings.checks {
            return Ok(Checked { baselines, proofs: None });
        }
        let objective = &self.search.settings.objective;
        let plans = self.plans(&found.picks);
        step("hold-out");
        let mut hold_out = self.slow(|| self.hold_out())?;
        if let Some(hold_out) = &mut hold_out {
            hold_out.compare(objective, &baselines)?;
        }
        step("front");
        let pareto = self.slow(|| self.pareto(found))?;
        step("sensitivity");
        let sensitivity = self.slow(|| self.sensitivity(found))?;
        step("clock changes");
        let seasonal = seasonal(&self.replays, objective, &choices(found), SEASONAL_THRESHOLD)?;
        step("rule profiles");
        let profiles = rule_profiles(&self.replays, &plans)?;
        step("what keeps awake");
        let keep_awake = keep_awake(&self.replays, &plans, None)?;
        step("deleting");
        let recreate = recreate(&self.replays, objective, &plans, SET_UP_COST)?;
        let proofs = Proofs {
            break_even: break_even(&self.replays, objective)?,
            hold_out,
            pareto: pareto.unwrap_or_default(),
            sensitivity: sensitivity.unwrap_or_default(),
            seasonal,
            profiles,
            keep_awake,
            recreate,
        };
        Ok(Checked { baselines, proofs: Some(proofs) })
    }

    /// The answer of something that searches, unless the search was to stop meanwhile: then it says
    /// little.
    fn slow<T>(
        &self,
        run: impl FnOnce() -> Result<T, Vec<Problem>>,
    ) -> Result<Option<T>, Vec<Problem>> {
        if self.search.watch.says_stop() {
            return Ok(None);
        }
        let answer = run()?;
        Ok((!self.search.watch.says_stop()).then_some(answer))
    }

    fn hold_out(&self) -> Result<HoldOut, Vec<Problem>> {
        let settings = self.search.settings;
        let choose = |field: &Field<'_>, objective: &Objective| match &self.search.careful {
            Some(careful) => {
                let advised = careful.choose(field, objective, None)?;
                Ok(advised.into_iter().map(|advised| advised.chosen).collect())
            }
            None => {
                let hidden = Progress::hidden();
                let found = self.search.search(field, objective, &settings.effort, &hidden)?;
                Ok(chosen(&found.0))
            }
        };
        hold_out(&self.replays, &settings.objective, &self.options, &choose)
    }

    /// What front and sensitivity search with.
    fn effort(&self) -> Effort {
        let effort = self.search.settings.effort;
        Effort { evaluations: effort.evaluations.min(EVALUATIONS), ..effort }
    }

    fn pareto(&self, found: &Found) -> Result<Vec<ParetoPoint>, Vec<Problem>> {
        let settings = self.search.settings;
        if settings.limits.is_some() {
            // Under limits nothing is priced.
            return Ok(Vec::new());
        }
        let field = Field::new(*self.replays.case(), self.search.base)?;
        let (alone, effort) = (settings.shared.is_none(), self.effort());
        let (best, advised) = (chosen(&found.solved), advised(found));
        let near = (&effort, &[&*best, &*advised][..]);
        let choose = |f: &Field<'_>, o: &Objective| self.search.search_near(f, o, near);
        pareto(&field, &settings.objective, &waiting_grid(), alone, &choose)
    }

    fn sensitivity(&self, found: &Found) -> Result<Vec<Moved>, Vec<Problem>> {
        let settings = self.search.settings;
        if settings.limits.is_some() {
            return Ok(Vec::new());
        }
        let (alone, effort) = (settings.shared.is_none(), self.effort());
        let stands = advised(found);
        let choose = |f: &Field<'_>, o: &Objective| match (&self.search.careful, &found.advised) {
            (Some(careful), Some(advised)) => careful.renew(f, o, (advised, effort.evaluations)),
            _ => self.search.search_near(f, o, (&effort, &[&*stands])),
        };
        sensitivity(&self.replays, &settings.objective, (&stands, alone), &choose)
    }

    /// The recommended plans.
    fn plans(&self, picks: &[Pick]) -> Vec<Plan> {
        let plan = |(at, pick): (usize, &Pick)| {
            let today = self.replays.plan_today(at);
            let choice = pick.choice.as_ref();
            choice.map_or_else(|| today.clone(), |choice| choice.to_plan("recommended", today))
        };
        picks.iter().enumerate().map(plan).collect()
    }
}

/// What is advised: with care, or the best found.
fn advised(found: &Found) -> Vec<Chosen> {
    let careful = found.advised.as_ref();
    let chosen_with_care = careful.map(|all| all.iter().map(|one| one.chosen.clone()).collect());
    chosen_with_care.unwrap_or_else(|| chosen(&found.solved))
}

/// What was chosen; a plan of today that stays is not asked about.
fn choices(found: &Found) -> Vec<Choice> {
    let choice = |(solved, pick): (&Solved, &Pick)| {
        let bare = || Choice { entries: Vec::new(), ..solved.choice.clone() };
        pick.choice.clone().unwrap_or_else(bare)
    };
    found.solved.iter().zip(&found.picks).map(choice).collect()
}
