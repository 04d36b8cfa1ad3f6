//! What a recommendation minimises.

use crate::engine::{Cause, Counters};
use crate::ledger::{Line, Totals};
use crate::search::{Outcome, SweepPoint};
use crate::units::{Money, MoneyOverflow, Rate, RateUnit};
use rust_decimal::Decimal;

/// Prices of what money does not show. All of them are stated with every answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Objective {
    /// What an hour of an attended wait is worth \[USD/h\].
    pub value_of_waiting: Rate,
    /// What an interruption by idle shutdown or schedule costs \[USD\].
    pub interruption_cost: Money,
    /// What an hour of run time lost to an interruption costs \[USD/h\].
    pub lost_run_cost: Rate,
}

/// Defaults, chosen to be changed: 30 USD for an hour of a person's waiting, 25 USD for putting
/// somebody's interrupted work together again (what was in memory is gone), 5 USD for an hour of a
/// run that must be repeated.
impl Default for Objective {
    fn default() -> Self {
        Self {
            value_of_waiting: per_hour(30),
            interruption_cost: Money::from_micros(25_000_000),
            lost_run_cost: per_hour(5),
        }
    }
}

fn per_hour(usd: i64) -> Rate {
    Rate { usd: Decimal::from(usd), unit: RateUnit::Hour }
}

/// What an objective weighs, for one instance or a sum over some.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Score {
    /// The sum of all ledger lines.
    pub total: Money,
    /// The sum of the compute lines.
    pub compute: Money,
    /// DEM-5, attended \[s\].
    pub wait_s: i64,
    /// DEM-7, by idle.
    pub interruptions_idle: i64,
    /// DEM-7, by schedule.
    pub interruptions_schedule: i64,
    /// DEM-7 \[s\].
    pub lost_run_s: i64,
}

impl Score {
    /// The sums of both.
    #[must_use]
    pub const fn plus(&self, other: &Self) -> Self {
        Self {
            total: self.total.plus(other.total),
            compute: self.compute.plus(other.compute),
            wait_s: self.wait_s + other.wait_s,
            interruptions_idle: self.interruptions_idle + other.interruptions_idle,
            interruptions_schedule: self.interruptions_schedule + other.interruptions_schedule,
            lost_run_s: self.lost_run_s + other.lost_run_s,
        }
    }

    /// The score of a point of a sweep, given what the other meters cost.
    #[must_use]
    pub const fn of_point(point: &SweepPoint, standing: Money) -> Self {
        Self {
            total: point.compute.plus(standing),
            compute: point.compute,
            wait_s: point.counts.wait_s,
            interruptions_idle: point.counts.interruptions_idle,
            interruptions_schedule: point.counts.interruptions_schedule,
            lost_run_s: point.counts.lost_run_s,
        }
    }

    /// The score of a replay.
    #[must_use]
    pub fn of_outcome(outcome: &Outcome) -> Self {
        Self::of_lines(&outcome.lines, &outcome.counters)
    }

    /// The score of a replay: its ledger lines and what it counted.
    #[must_use]
    pub fn of_lines(lines: &[Line], counters: &Counters) -> Self {
        let totals = Totals::of(lines);
        Self {
            total: totals.total(),
            compute: totals.compute,
            wait_s: counters.wait_s,
            interruptions_idle: i64::from(counters.interruptions[Cause::Idle as usize]),
            interruptions_schedule: i64::from(counters.interruptions[Cause::Schedule as usize]),
            lost_run_s: counters.lost_run_s,
        }
    }

    /// DEM-7, by idle and by schedule.
    #[must_use]
    pub const fn interruptions(&self) -> i64 {
        self.interruptions_idle + self.interruptions_schedule
    }
}

impl Objective {
    /// `total + wait_s / 3600 x value_of_waiting + (interruptions_idle + interruptions_schedule) x
    /// interruption_cost + lost_run_s / 3600 x lost_run_cost`; both products with hours are rounded
    /// half to even to a micro-dollar. It is taken per instance; a fleet's objective is the sum.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when an amount exceeds 9.2 trillion USD.
    pub fn of(&self, score: &Score) -> Result<Money, MoneyOverflow> {
        Weigher::new(*self).of(score)
    }
}

/// Weighs many scores of one instance one after the other; neighbours often wait and lose alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weigher {
    objective: Objective,
    waited: (i64, Money),
    lost: (i64, Money),
}

impl Weigher {
    pub(super) const fn new(objective: Objective) -> Self {
        Self { objective, waited: (0, Money::ZERO), lost: (0, Money::ZERO) }
    }

    /// As [`Objective::of`].
    #[inline]
    pub(super) fn of(&mut self, score: &Score) -> Result<Money, MoneyOverflow> {
        if score.wait_s != self.waited.0 {
            self.waited = (score.wait_s, self.objective.value_of_waiting.cost(score.wait_s)?);
        }
        if score.lost_run_s != self.lost.0 {
            self.lost = (score.lost_run_s, self.objective.lost_run_cost.cost(score.lost_run_s)?);
        }
        let each = self.objective.interruption_cost.micros();
        let cut = score.interruptions().checked_mul(each).ok_or(MoneyOverflow)?;
        let cut = Money::from_micros(cut);
        Ok(score.total.plus(self.waited.1).plus(cut).plus(self.lost.1))
    }
}
