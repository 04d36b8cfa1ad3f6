//! Least money under limits on waiting and interruptions.
//!
//! Money here is the total and, where the objective prices them, lost runs. Limits are moved into
//! the objective as prices of waiting and of interruptions (Lagrange multipliers): raised, each
//! fourfold while its limit is broken, until what is chosen keeps them, then halved between the
//! last prices that broke and the first that kept them. Every choice on the way also stands for its
//! entries under every idle limit, exactly (one sweep each), and the cheapest that keeps the limits
//! is taken. At any prices the proved bound of the search, less what the limits allow at those
//! prices, is a bound for what keeps the limits.

use super::choice::{Choice, Space};
use super::chooser::Chosen;
use super::field::Field;
use super::objective::{Objective, Score};
use super::replays::{Change, Replays, too_much};
use super::solve::{Effort, Solved, solve};
use super::weekly::WEEK_S;
use crate::engine::{Counters, limit_at};
use crate::units::{Money, Problem, Rate, RateUnit};
use crate::world::zones::Zone;
use rayon::prelude::*;
use rust_decimal::Decimal;
use std::cmp::Reverse;

/// Over whom a limit is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Measure {
    /// Each instance keeps it.
    #[default]
    Each,
    /// At least 95 of 100 instances keep it.
    P95,
}

impl Measure {
    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::P95 => "p95",
        }
    }

    /// How many of so many instances need not keep a limit.
    const fn may_break(self, instances: usize) -> usize {
        match self {
            Self::Each => 0,
            Self::P95 => instances - (instances * 95).div_ceil(100),
        }
    }
}

/// What must be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Attended wait in an average week of the instance's existence, at most \[s\].
    pub max_wait_s_per_week: Option<i64>,
    /// Interruptions by idle and schedule over the horizon, at most.
    pub max_interruptions: Option<i64>,
    /// By whom.
    pub measure: Measure,
}

/// One instance under limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constrained {
    /// The cheapest found that keeps the limits; where none does, the nearest: fewest
    /// interruptions too many, then least wait too long, then cheapest.
    pub chosen: Chosen,
    /// Whether it keeps them.
    pub is_kept: bool,
    /// Whether anything found keeps them; under [`Measure::P95`] the few instances for which it is
    /// dearest are let off although something does.
    pub is_feasible: bool,
    /// No choice in the space that keeps the limits has less money: proved.
    pub lower_bound: Money,
    /// Attended wait in an average week of existence, rounded up \[s\].
    pub wait_s_per_week: i64,
    /// Replays and sweeps done.
    pub evaluations: u64,
}

/// A fleet under limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstrainedFleet {
    /// Whether the limits are kept in the sense of the measure.
    pub is_met: bool,
    /// The measure's wait in an average week: the longest, or the 95th percentile \[s\].
    pub wait_s_per_week: i64,
    /// The measure's interruptions: the most, or the 95th percentile.
    pub interruptions: i64,
    /// Every instance, in order.
    pub instances: Vec<Constrained>,
}

/// The least money under limits for every instance, in this zone or that of its user.
///
/// # Errors
/// As [`solve`].
pub fn constrain(
    field: &Field<'_>,
    replays: &Replays<'_>,
    (objective, limits): (&Objective, &Limits),
    (space, zone, effort): (&Space, Option<Zone>, &Effort),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<ConstrainedFleet, Vec<Problem>> {
    let one = |instance: usize| {
        let mut counters = Counters::new(replays.case().trace.horizon);
        let today = replays.plan_today(instance);
        replays.replay(instance, today, Change::default(), &mut counters)?;
        let search = Search {
            field,
            zone: zone.unwrap_or_else(|| field.home_zone(instance)),
            instance,
            space,
            effort,
            lost_run_cost: objective.lost_run_cost,
            limits,
            exists_s: counters.exists_s(),
            interrupted,
        };
        search.run()
    };
    let pools: Vec<Pool> = (0..replays.len()).into_par_iter().map(one).collect::<Result<_, _>>()?;
    Ok(settle(&pools, limits))
}

/// Prices stop here: nothing is worth more \[USD, USD/h\].
const HIGHEST_PRICE: i64 = 1 << 14;
/// How often prices are halved between broken and kept.
const HALVINGS: usize = 5;

/// What the limits cost at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Prices {
    /// \[USD/h\]
    waiting: Decimal,
    /// \[USD\]
    interruption: Decimal,
}

impl Prices {
    fn raised(self, broken: (bool, bool)) -> Self {
        let four = Decimal::from(4);
        let up = |price: Decimal, broken| {
            if broken { (price * four).max(four) } else { price }
        };
        Self { waiting: up(self.waiting, broken.0), interruption: up(self.interruption, broken.1) }
    }

    fn halfway(self, other: Self) -> Self {
        let two = Decimal::from(2);
        Self {
            waiting: (self.waiting + other.waiting) / two,
            interruption: (self.interruption + other.interruption) / two,
        }
    }

    fn is_too_high(self) -> bool {
        self.waiting.max(self.interruption) > Decimal::from(HIGHEST_PRICE)
    }
}

/// The search for one instance.
struct Search<'s> {
    field: &'s Field<'s>,
    zone: Zone,
    instance: usize,
    space: &'s Space,
    effort: &'s Effort,
    lost_run_cost: Rate,
    limits: &'s Limits,
    exists_s: i64,
    interrupted: &'s (dyn Fn() -> bool + Sync),
}

/// What was found for one instance.
struct Pool {
    /// The cheapest that keeps the limits.
    kept: Option<Candidate>,
    /// The cheapest of all.
    free: Candidate,
    /// The one that breaks them least.
    nearest: Candidate,
    lower_bound: Money,
    exists_s: i64,
    evaluations: u64,
}

#[derive(Clone, Debug)]
struct Candidate {
    chosen: Chosen,
    /// Total and lost runs.
    money: Money,
    /// Too many interruptions, and too much wait in the whole existence \[s, times a week's\].
    excess: (i64, i128),
}

impl Search<'_> {
    fn run(&self) -> Result<Pool, Vec<Problem>> {
        let mut found: Vec<Solved> = Vec::new();
        let mut bound = Money::ZERO;
        let (mut broke, mut prices) = (None, Prices::default());
        let mut kept = None;
        let mut evaluations = 0;
        let mut halvings = 0;
        loop {
            let solved = self.solve(prices)?;
            evaluations += solved.evaluations;
            bound = bound.max(self.bound(&solved, prices)?);
            let broken = self.broken(&solved.score);
            found.push(solved);
            if broken == (false, false) {
                kept = Some(prices);
            } else {
                broke = Some(prices);
            }
            prices = match (broke, kept) {
                (Some(broke), Some(kept)) if halvings < HALVINGS => {
                    halvings += 1;
                    broke.halfway(kept)
                }
                (Some(broke), None) => broke.raised(broken),
                _ => break,
            };
            if prices.is_too_high() || (self.interrupted)() {
                break;
            }
        }
        self.pool(&found, bound, evaluations)
    }

    fn solve(&self, prices: Prices) -> Result<Solved, Vec<Problem>> {
        let micros = (prices.interruption * Decimal::from(1_000_000)).round();
        let objective = Objective {
            value_of_waiting: Rate { usd: prices.waiting, unit: RateUnit::Hour },
            interruption_cost: Money::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
            lost_run_cost: self.lost_run_cost,
        };
        let place = (self.instance, self.zone);
        solve(self.field, place, self.space, &objective, self.effort, self.interrupted)
    }

    /// The most wait over the whole existence that keeps the limit, rounded down \[s\].
    fn most_wait(&self) -> Option<i64> {
        let limit = i128::from(self.limits.max_wait_s_per_week?);
        i64::try_from(limit * i128::from(self.exists_s) / i128::from(WEEK_S)).ok()
    }

    /// Which limits are broken.
    fn broken(&self, score: &Score) -> (bool, bool) {
        let (wait, interruptions) = (self.most_wait(), self.limits.max_interruptions);
        (
            wait.is_some_and(|most| score.wait_s > most),
            interruptions.is_some_and(|most| score.interruptions() > most),
        )
    }

    /// What the search proved at these prices, less what the limits allow at them.
    fn bound(&self, solved: &Solved, prices: Prices) -> Result<Money, Vec<Problem>> {
        let waiting = Rate { usd: prices.waiting, unit: RateUnit::Hour };
        let wait = waiting.cost(self.most_wait().unwrap_or(0)).map_err(too_much)?;
        let many = Decimal::from(self.limits.max_interruptions.unwrap_or(0));
        let cut = (prices.interruption * many * Decimal::from(1_000_000)).ceil();
        let cut = Money::from_micros(i64::try_from(cut).unwrap_or(i64::MAX));
        // Two products are rounded here and in the objective.
        Ok(solved.lower_bound.minus(wait).minus(cut).minus(Money::from_micros(2)))
    }

    /// Every choice found, at every idle limit of the space.
    fn pool(&self, found: &[Solved], bound: Money, spent: u64) -> Result<Pool, Vec<Problem>> {
        let mut candidates = Vec::new();
        let mut evaluations = spent;
        let mut swept: Vec<&[super::choice::Entry]> = Vec::new();
        for solved in found {
            candidates.push(self.candidate(solved.choice.clone(), solved.score)?);
            if swept.contains(&&*solved.choice.entries) {
                continue;
            }
            swept.push(&solved.choice.entries);
            evaluations += 1;
            let scores = self.field.sweep(self.instance, &solved.choice.entries, self.zone)?;
            for at in &self.space.limits {
                let choice = Choice { idle: limit_at(*at), ..solved.choice.clone() };
                candidates.push(self.candidate(choice, scores[*at])?);
            }
        }
        let best = |of: &dyn Fn(&Candidate) -> (i64, i128, Money, i64)| {
            candidates.iter().min_by_key(|c| of(c)).cloned()
        };
        let cheapest = |c: &Candidate| (0, 0, c.money, c.chosen.score.wait_s);
        let none = || vec![Problem::error("E0999", "a search found nothing at all")];
        let kept = candidates.iter().filter(|c| c.excess == (0, 0));
        Ok(Pool {
            kept: kept.min_by_key(|c| cheapest(c)).cloned(),
            free: best(&cheapest).ok_or_else(none)?,
            nearest: best(&|c| (c.excess.0, c.excess.1, c.money, 0)).ok_or_else(none)?,
            lower_bound: bound,
            exists_s: self.exists_s,
            evaluations,
        })
    }

    fn candidate(&self, choice: Choice, score: Score) -> Result<Candidate, Vec<Problem>> {
        let lost = self.lost_run_cost.cost(score.lost_run_s).map_err(too_much)?;
        let wait = self.most_wait().map_or(0, |most| (score.wait_s - most).max(0));
        let most = self.limits.max_interruptions;
        let cut = most.map_or(0, |most| (score.interruptions() - most).max(0));
        Ok(Candidate {
            chosen: Chosen { choice: Some(choice), score },
            money: score.total.plus(lost),
            excess: (cut, i128::from(wait)),
        })
    }
}

/// Who need not keep the limits, and what that makes of the fleet.
fn settle(pools: &[Pool], limits: &Limits) -> ConstrainedFleet {
    let may_break = limits.measure.may_break(pools.len());
    let mut by_gain: Vec<usize> = (0..pools.len()).collect();
    let gain = |pool: &Pool| match &pool.kept {
        None => Money::from_micros(i64::MAX),
        Some(kept) => kept.money.minus(pool.free.money),
    };
    by_gain.sort_by_key(|at| (Reverse(gain(&pools[*at])), *at));
    let mut let_off = vec![false; pools.len()];
    by_gain.iter().take(may_break).for_each(|at| let_off[*at] = gain(&pools[*at]) > Money::ZERO);
    let one = |(pool, let_off): (&Pool, &bool)| {
        let candidate = match &pool.kept {
            _ if *let_off => &pool.free,
            Some(kept) => kept,
            None => &pool.nearest,
        };
        Constrained {
            chosen: candidate.chosen.clone(),
            is_kept: candidate.excess == (0, 0),
            is_feasible: pool.kept.is_some(),
            lower_bound: pool.lower_bound,
            wait_s_per_week: a_week(candidate.chosen.score.wait_s, pool.exists_s),
            evaluations: pool.evaluations,
        }
    };
    let instances: Vec<Constrained> = pools.iter().zip(&let_off).map(one).collect();
    let rank = |mut values: Vec<i64>| {
        values.sort_unstable();
        values.len().checked_sub(1 + may_break).map_or(0, |at| values[at])
    };
    ConstrainedFleet {
        is_met: instances.iter().filter(|i| !i.is_kept).count() <= may_break,
        wait_s_per_week: rank(instances.iter().map(|i| i.wait_s_per_week).collect()),
        interruptions: rank(instances.iter().map(|i| i.chosen.score.interruptions()).collect()),
        instances,
    }
}

/// Seconds in an average week of existence, rounded up \[s\].
fn a_week(seconds: i64, exists_s: i64) -> i64 {
    let scaled = i128::from(seconds) * i128::from(WEEK_S);
    let rest = i128::from(exists_s.max(1));
    i64::try_from(scaled.div_euclid(rest) + i128::from(scaled.rem_euclid(rest) > 0))
        .unwrap_or(i64::MAX)
}
