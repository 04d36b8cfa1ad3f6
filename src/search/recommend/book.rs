//! The sums behind a hold-out: weeks under advice and under today's plan, block by block.

use super::bootstrap::{Known, interval, money};
use super::chooser::Chosen;
use super::holdout::{Held, HoldOutOptions};
use super::objective::{Objective, Score};
use super::replays::too_much;
use super::verdict::{Evidence, judge};
use crate::units::{Money, Problem};

/// An average week.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Average {
    /// The objective \[USD\].
    pub objective: Money,
    /// All ledger lines \[USD\].
    pub total: Money,
    /// Attended wait \[s\].
    pub wait_s: f64,
    /// Interruptions by idle and schedule.
    pub interruptions: f64,
    /// Lost run time \[s\].
    pub lost_run_s: f64,
}

/// An average week under advice and under today's plan.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct PerWeek {
    /// Under the advice.
    pub advice: Average,
    /// Under today's plan.
    pub today: Average,
}

impl PerWeek {
    /// How much smaller the objective is under the advice \[USD\].
    #[must_use]
    pub const fn saving(&self) -> Money {
        self.today.objective.minus(self.advice.objective)
    }

    /// The same in money alone \[USD\].
    #[must_use]
    pub const fn money_saving(&self) -> Money {
        self.today.total.minus(self.advice.total)
    }
}

/// One week under advice and today's plan; of one instance or of many.
pub(super) struct Pair {
    pub(super) advice: Vec<Score>,
    pub(super) today: Vec<Score>,
}

/// The sums of one instance, or the fleet, over blocks.
#[derive(Default)]
pub(super) struct Book {
    promised: (Sum, Sum),
    realised: (Sum, Sum),
    /// Savings of weeks that were held back so far, and their sums.
    held_back: Vec<Money>,
    held: (Sum, Sum),
    known: Vec<Known>,
    differs: bool,
    used: usize,
    /// The most instances in a week.
    instances: usize,
}

impl Book {
    /// Weeks that were held back before the first block.
    pub(super) fn rehearse(
        &mut self,
        objective: &Objective,
        tested: &[Pair],
    ) -> Result<(), Vec<Problem>> {
        let savings = week_by_week(objective, tested, &mut self.held)?;
        self.held_back.extend(savings);
        Ok(())
    }

    /// Adds a block: what was known before it, and its test weeks, so many of them used.
    pub(super) fn add(
        &mut self,
        objective: &Objective,
        (known, tested): (&[Pair], &[Pair]),
        used: usize,
    ) -> Result<(), Vec<Problem>> {
        let mut block = <(Sum, Sum)>::default();
        let trained = week_by_week(objective, known, &mut block)?;
        let (before, sums) = match self.held_back.as_slice() {
            [] => (trained, &block),
            held_back => (held_back.to_vec(), &self.held),
        };
        // Each block's promise counts as much as its test.
        self.promised.0.plus(&sums.0, tested.len());
        self.promised.1.plus(&sums.1, tested.len());
        let mut block = <(Sum, Sum)>::default();
        let realised = week_by_week(objective, tested, &mut block)?;
        for sums in [&mut self.realised, &mut self.held] {
            sums.0.plus(&block.0, tested.len());
            sums.1.plus(&block.1, tested.len());
        }
        self.known.push(Known { weeks: before, to_come: tested.len() });
        self.held_back.extend(realised);
        self.differs |= known.iter().chain(tested).any(|week| week.advice != week.today);
        self.used += used;
        let instances = tested.iter().map(|week| week.advice.len()).max();
        self.instances = self.instances.max(instances.unwrap_or(0));
        Ok(())
    }

    /// The averages, and what they say.
    pub(super) fn close(
        self,
        options: &HoldOutOptions,
        key: u64,
        choices: Vec<Option<Chosen>>,
    ) -> Held {
        let average = |(advice, today): &(Sum, Sum)| PerWeek {
            advice: advice.average(),
            today: today.average(),
        };
        let (promised, realised) = (average(&self.promised), average(&self.realised));
        let draw = (options.level, options.draws, options.seed ^ key);
        let interval = interval(&self.known, draw);
        let (verdict, reason) = judge(&Evidence {
            promised: &promised,
            realised: &realised,
            interval,
            is_as_today: !self.differs,
            weeks: self.known.iter().map(|k| k.to_come).sum(),
            used: self.used,
            instances: self.instances.max(1),
        });
        let has_too_little_history = false;
        Held { promised, realised, interval, verdict, reason, has_too_little_history, choices }
    }
}

/// What each week saves; adds the weeks to the sums under advice and under today's plan.
fn week_by_week(
    objective: &Objective,
    weeks: &[Pair],
    sums: &mut (Sum, Sum),
) -> Result<Vec<Money>, Vec<Problem>> {
    let one = |week: &Pair| {
        let advice = sums.0.add(objective, &week.advice)?;
        Ok(sums.1.add(objective, &week.today)?.minus(advice))
    };
    weeks.iter().map(one).collect()
}

/// A sum over weeks.
#[derive(Default)]
pub(super) struct Sum {
    weeks: usize,
    /// Objective and total \[micro-USD\], wait \[s\], interruptions, lost run time \[s\].
    values: [f64; 5],
}

impl Sum {
    /// Adds a week of some instances; gives its objective.
    pub(super) fn add(
        &mut self,
        objective: &Objective,
        scores: &[Score],
    ) -> Result<Money, Vec<Problem>> {
        let mut week = Score::default();
        let mut cost = Money::ZERO;
        for score in scores {
            cost = cost.plus(objective.of(score).map_err(too_much)?);
            week = week.plus(score);
        }
        self.weeks += 1;
        let values = [
            cost.micros(),
            week.total.micros(),
            week.wait_s,
            week.interruptions(),
            week.lost_run_s,
        ];
        for (sum, value) in self.values.iter_mut().zip(values) {
            *sum += value as f64;
        }
        Ok(cost)
    }

    /// Adds so many weeks like the average of these.
    fn plus(&mut self, other: &Self, weeks: usize) {
        self.weeks += weeks;
        for (sum, value) in self.values.iter_mut().zip(other.values) {
            *sum += value * weeks as f64 / other.weeks.max(1) as f64;
        }
    }

    pub(super) fn average(&self) -> Average {
        let [objective, total, wait_s, interruptions, lost_run_s] =
            self.values.map(|sum| sum / self.weeks.max(1) as f64);
        Average {
            objective: money(objective),
            total: money(total),
            wait_s,
            interruptions,
            lost_run_s,
        }
    }
}
