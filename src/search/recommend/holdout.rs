//! Promised and realised: advice chosen on the first weeks, scored on weeks it has not seen.
//!
//! As Resource Central tests (SOSP '17: three weeks to learn, the fourth to be tested), and
//! rolling: of the horizon's whole weeks the first 60 % are learned from, the rest is cut into
//! blocks, and before each block everything earlier is learned from anew. Given training weeks,
//! there is one block: all whole weeks after them.
//!
//! Advice is chosen on a [`Window`] that ends with the training weeks. It is scored week by week on
//! a replay over the whole horizon, as is today's plan: a replay never looks ahead, so no state is
//! lost between weeks and what a training week promises is what was chosen by.
//!
//! Weeks of an instance count from its first used one on, while it exists. An instance used in
//! fewer than two weeks before a block has no advice for that block; one without advice for any
//! block, and everybody when the horizon has fewer than four whole weeks, has too little history
//! and stays on today's plan.
//!
//! What is chosen on weeks looks better on them than it is. So nothing is promised from training
//! weeks: one more block, the last quarter of the first training weeks, comes before those that are
//! tested, and *promised* before each block is the saving of an average week of all blocks before
//! it, each block's promise weighted by its test weeks; *realised* is that of an average test week.
//! The interval for the realised saving (see `bootstrap.rs`) is drawn from the same weeks as the
//! promise. Only for who had no advice in any of those both come from training weeks. The verdict:
//! see `verdict.rs`.
//!
//! The fleet's figures are those of the instances that have advice, block by block: who has none is
//! on today's plan whatever is done.

use super::baselines::{Baseline, BaselineResult};
use super::book::{Average, Book, Pair, PerWeek, Sum};
use super::bootstrap::Interval;
use super::chooser::{Chooser, Chosen};
use super::field::Field;
use super::objective::{Objective, Score};
use super::replays::{Change, Replays, Tally};
use super::verdict::Verdict;
use super::weekly::{WEEK_S, Weeks};
use super::window::Window;
use crate::engine::name_key;
use crate::plan::Plan;
use crate::units::{Horizon, Instant, Money, Problem};
use rayon::prelude::*;
use std::ops::Range;

/// How to hold out.
#[derive(Clone, PartialEq, Debug)]
pub struct HoldOutOptions {
    /// The weeks to choose on; the test is all whole weeks after it. `None`: rolling.
    pub train: Option<Horizon>,
    /// How many blocks of test weeks, when rolling.
    pub rolls: usize,
    /// The probability of the interval.
    pub level: f64,
    /// Bootstrap draws.
    pub draws: usize,
    /// The seed of the bootstrap.
    pub seed: u64,
}

impl Default for HoldOutOptions {
    fn default() -> Self {
        Self { train: None, rolls: 3, level: 0.9, draws: 2_000, seed: 0 }
    }
}

/// Weeks of horizon without which nothing is advised.
pub const LEAST_WEEKS: usize = 4;
/// Used training weeks without which nothing is advised for an instance.
pub const LEAST_USED_WEEKS: usize = 2;

/// One choice and its test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fold {
    /// What it is chosen on.
    pub train: Horizon,
    /// What it is tested on.
    pub test: Horizon,
    /// The whole weeks of the horizon inside `train`, as positions.
    pub train_weeks: Range<usize>,
    /// The weeks of `test`.
    pub test_weeks: Range<usize>,
}

/// The hold-out of one instance, or of the fleet.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// In an average week that was held back before.
    pub promised: PerWeek,
    /// In an average test week.
    pub realised: PerWeek,
    /// For the realised saving; `None` without enough history.
    pub interval: Option<Interval>,
    /// Whether to follow the advice.
    pub verdict: Verdict,
    /// Why, for a person.
    pub reason: String,
    /// Whether there is too little history to advise anything: it stays on today's plan.
    pub has_too_little_history: bool,
    /// What was advised for each block, `None` without enough history; empty for the fleet.
    pub choices: Vec<Option<Chosen>>,
}

/// A hold-out test.
#[derive(Clone, PartialEq, Debug)]
pub struct HoldOut {
    /// The blocks, in order of time; none when the horizon is too short.
    pub folds: Vec<Fold>,
    /// The fleet: in each block those instances that have advice for it.
    pub total: Held,
    /// Every instance, in the order of the case.
    pub instances: Vec<Held>,
}

impl HoldOut {
    /// The fleet's average test week under anything scored week by week, such as a baseline; only
    /// instances with advice, as in [`HoldOut::total`].
    ///
    /// # Errors
    /// `E0999` for an objective that does not fit into an amount of money.
    pub fn tested(
        &self,
        objective: &Objective,
        weeks: &[Vec<Score>],
    ) -> Result<Average, Vec<Problem>> {
        let mut sum = Sum::default();
        for (at, fold) in self.folds.iter().enumerate() {
            for week in fold.test_weeks.clone() {
                let advised = self.instances.iter().zip(weeks);
                let advised = advised.filter(|(held, _)| held.choices[at].is_some());
                let scores: Vec<Score> = advised.map(|(_, weeks)| weeks[week]).collect();
                sum.add(objective, &scores)?;
            }
        }
        Ok(sum.average())
    }
}

impl HoldOut {
    /// Says of the fleet where a baseline that is a plan did better on the test weeks: such advice
    /// is applied with care at best.
    ///
    /// # Errors
    /// As [`HoldOut::tested`].
    pub fn compare(
        &mut self,
        objective: &Objective,
        baselines: &[BaselineResult],
    ) -> Result<(), Vec<Problem>> {
        if self.total.verdict == Verdict::DoNotApply {
            return Ok(());
        }
        let mut best = (self.total.realised.advice.objective, None);
        for result in baselines.iter().filter(|b| b.baseline != Baseline::Clairvoyant) {
            let tested = self.tested(objective, &result.weeks)?.objective;
            if tested < best.0 {
                best = (tested, Some(result.baseline));
            }
        }
        if let (least, Some(baseline)) = best {
            let more = self.total.realised.advice.objective.minus(least);
            self.total.verdict = Verdict::ApplyWithCare;
            self.total.reason = format!(
                "on the weeks it had not seen `{}` would have cost {more:.2} USD a week less",
                baseline.as_str()
            );
        }
        Ok(())
    }
}

/// Where training ends when a horizon is held out: three times inside the first training weeks, a
/// quarter of them apart, then before every block. Careful choosing rehearses there.
#[must_use]
pub fn training_ends(horizon: Horizon, options: &HoldOutOptions) -> Vec<Instant> {
    let weeks = Weeks::of(horizon);
    let folds = folds(horizon, options);
    let quarters = folds.first().map(|first| {
        let Range { start, end } = first.train_weeks;
        (1..4).map(move |quarter| start + (end - start) * quarter / 4).filter(move |at| *at > start)
    });
    let mut ends: Vec<Instant> =
        quarters.into_iter().flatten().map(|week| weeks.begin(week)).collect();
    ends.extend(folds.iter().map(|fold| fold.train.end));
    ends.dedup();
    ends
}

/// The blocks of a horizon.
#[must_use]
pub fn folds(horizon: Horizon, options: &HoldOutOptions) -> Vec<Fold> {
    let weeks = Weeks::of(horizon);
    if weeks.count < LEAST_WEEKS {
        return Vec::new();
    }
    let fold = |train: Horizon, train_weeks, test_weeks: Range<usize>| Fold {
        train,
        test: weeks.stretch(test_weeks.start, test_weeks.end),
        train_weeks,
        test_weeks,
    };
    if let Some(train) = options.train {
        let up = |seconds: i64| usize::try_from(-(-seconds).div_euclid(WEEK_S)).unwrap_or(0);
        let down = |seconds: i64| usize::try_from(seconds.div_euclid(WEEK_S)).unwrap_or(0);
        let (from, to) = (train.start.since(horizon.start), train.end.since(horizon.start));
        let known = up(from)..down(to).min(weeks.count);
        let test = up(to).min(weeks.count)..weeks.count;
        return if known.is_empty() || test.is_empty() {
            Vec::new()
        } else {
            vec![fold(train, known, test)]
        };
    }
    let first = (weeks.count * 3).div_ceil(5);
    let rest = weeks.count - first;
    let rolls = options.rolls.clamp(1, rest);
    let begin = |roll: usize| first + roll * rest / rolls;
    let one =
        |roll| fold(weeks.stretch(0, begin(roll)), 0..begin(roll), begin(roll)..begin(roll + 1));
    (0..rolls).map(one).collect()
}

/// Chooses on the weeks before and scores on the weeks after, block by block.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn hold_out(
    replays: &Replays<'_>,
    objective: &Objective,
    options: &HoldOutOptions,
    choose: &Chooser<'_>,
) -> Result<HoldOut, Vec<Problem>> {
    let case = replays.case();
    let folds = folds(case.trace.horizon, options);
    let rehearsal = folds.first().and_then(|first| rehearsal(case.trace.horizon, first));
    let today: Vec<Plan> = (0..replays.len()).map(|i| replays.plan_today(i).clone()).collect();
    let today = replays.tally_each(&today, Change::default())?;
    let used = used_weeks(replays);
    let mut advice = Vec::with_capacity(folds.len());
    for fold in rehearsal.iter().chain(&folds) {
        let window = Window::new(replays, fold.train);
        let field = Field::new(window.case(case), replays.base())?;
        let chosen = choose(&field, objective)?;
        let plans: Vec<Plan> = chosen
            .iter()
            .enumerate()
            .map(|(i, c)| c.to_plan("advice", replays.plan_today(i)))
            .collect();
        let tallies = replays.tally_each(&plans, Change::default())?;
        advice.push(chosen.into_iter().zip(tallies).collect::<Vec<_>>());
    }
    let rehearsed = rehearsal.map(|fold| (fold, advice.remove(0)));
    let (folds, today, used) = (&*folds, &*today, &*used);
    let trial = Trial { objective, options, folds, today, used, advice, rehearsed };
    let one = |instance: usize| trial.instance(instance, name_key(&case.instances[instance].name));
    let instances: Vec<Held> =
        (0..replays.len()).into_par_iter().map(one).collect::<Result<_, _>>()?;
    let total = trial.fleet(&instances)?;
    Ok(HoldOut { folds: folds.to_vec(), total, instances })
}

/// The block before the first: the last quarter of its training weeks.
fn rehearsal(horizon: Horizon, first: &Fold) -> Option<Fold> {
    let weeks = Weeks::of(horizon);
    let Range { start, end } = first.train_weeks;
    let middle = start + (end - start) * 3 / 4;
    (start < middle && middle < end).then(|| Fold {
        train: Horizon { start: first.train.start, end: weeks.begin(middle) },
        test: weeks.stretch(middle, end),
        train_weeks: start..middle,
        test_weeks: middle..end,
    })
}

/// In which weeks each instance was used.
pub(super) fn used_weeks(replays: &Replays<'_>) -> Vec<Vec<bool>> {
    let trace = replays.case().trace;
    let weeks = Weeks::of(trace.horizon);
    let of = |name: &str| {
        let found = trace.find(name).map(|at| weeks.used(&trace.activity(at)));
        found.unwrap_or_else(|| vec![false; weeks.count])
    };
    replays.case().instances.iter().map(|i| of(&i.name)).collect()
}

/// Everything replayed; what remains is to add up.
struct Trial<'t> {
    objective: &'t Objective,
    options: &'t HoldOutOptions,
    folds: &'t [Fold],
    today: &'t [Tally],
    used: &'t [Vec<bool>],
    /// For each fold and instance.
    advice: Vec<Vec<(Chosen, Tally)>>,
    /// The block before the first.
    rehearsed: Option<(Fold, Vec<(Chosen, Tally)>)>,
}

impl Trial<'_> {
    /// Whether an instance has enough history for a block.
    fn is_known(&self, instance: usize, fold: &Fold) -> bool {
        let used = &self.used[instance][fold.train_weeks.clone()];
        used.iter().filter(|used| **used).count() >= LEAST_USED_WEEKS
    }

    fn instance(&self, instance: usize, key: u64) -> Result<Held, Vec<Problem>> {
        let used = &self.used[instance];
        let first = used.iter().position(|used| *used).unwrap_or(used.len());
        let today = &self.today[instance].weeks;
        // Whatever exists costs money.
        let counts = |week: &usize| *week >= first && today[*week].total > Money::ZERO;
        let pairs = |range: &Range<usize>, tally: &Tally| -> Vec<Pair> {
            let one = |week| Pair { advice: vec![tally.weeks[week]], today: vec![today[week]] };
            range.clone().filter(counts).map(one).collect()
        };
        let mut book = Book::default();
        if let Some((fold, advice)) = &self.rehearsed
            && self.is_known(instance, fold)
        {
            book.rehearse(self.objective, &pairs(&fold.test_weeks, &advice[instance].1))?;
        }
        let mut choices = Vec::with_capacity(self.folds.len());
        for (fold, advice) in self.folds.iter().zip(&self.advice) {
            let (choice, tally) = &advice[instance];
            let is_known = self.is_known(instance, fold);
            choices.push(is_known.then(|| choice.clone()));
            if !is_known {
                continue;
            }
            let weeks = |range: &Range<usize>| pairs(range, tally);
            let used = fold.test_weeks.clone().filter(|week| used[*week]).count();
            let (known, tested) = (weeks(&fold.train_weeks), weeks(&fold.test_weeks));
            book.add(self.objective, (&known, &tested), used)?;
        }
        let has_too_little_history = choices.iter().all(Option::is_none);
        let mut held = book.close(self.options, key, choices);
        if has_too_little_history {
            held.has_too_little_history = true;
            held.verdict = Verdict::DoNotApply;
            held.reason = self.too_little(instance);
        }
        Ok(held)
    }

    fn too_little(&self, instance: usize) -> String {
        if self.folds.is_empty() {
            return format!(
                "too little history: fewer than {LEAST_WEEKS} whole weeks to choose on and test"
            );
        }
        let end = self.folds.last().map_or(0, |fold| fold.train_weeks.end);
        let count = self.used[instance][..end].iter().filter(|used| **used).count();
        format!("too little history: used in {count} of {end} weeks before the last test")
    }

    /// The fleet: who has advice for a block.
    fn fleet(&self, instances: &[Held]) -> Result<Held, Vec<Problem>> {
        let pairs =
            |range: &Range<usize>, advice: &[(Chosen, Tally)], has: &dyn Fn(usize) -> bool| {
                let of = |weeks: &dyn Fn(usize) -> Score| -> Vec<Score> {
                    (0..advice.len()).filter(|i| has(*i)).map(weeks).collect()
                };
                let one = |week: usize| Pair {
                    advice: of(&|i| advice[i].1.weeks[week]),
                    today: of(&|i| self.today[i].weeks[week]),
                };
                range.clone().map(one).collect::<Vec<_>>()
            };
        let mut book = Book::default();
        if let Some((fold, advice)) = &self.rehearsed {
            let has = |i: usize| self.is_known(i, fold);
            book.rehearse(self.objective, &pairs(&fold.test_weeks, advice, &has))?;
        }
        for (at, (fold, advice)) in self.folds.iter().zip(&self.advice).enumerate() {
            let has = |i: usize| instances[i].choices[at].is_some();
            let weeks = |range: &Range<usize>| pairs(range, advice, &has);
            let (known, tested) = (weeks(&fold.train_weeks), weeks(&fold.test_weeks));
            book.add(self.objective, (&known, &tested), fold.test_weeks.len())?;
        }
        let mut held = book.close(self.options, name_key(""), Vec::new());
        if self.folds.is_empty() || instances.iter().all(|h| h.has_too_little_history) {
            held.has_too_little_history = true;
            held.verdict = Verdict::DoNotApply;
            held.reason = "too little history of everybody: all stay on today's plans".to_owned();
        }
        Ok(held)
    }
}
