//! How the answer moves when its parameters do.
//!
//! Every parameter is moved alone. Weights (value of waiting, interruption cost) and prices change
//! no score, so the answers found under all of them are compared under each: none is worse than the
//! advice that stands. Prices moved by a share are the same question as all weights moved by the
//! inverse share; money in such a row is moved by the share and rounded once. Another start latency
//! changes what happens and is chosen for anew.

use super::chooser::{Chooser, Chosen};
use super::field::Field;
use super::objective::{Objective, Score};
use super::pareto::best_of;
use super::replays::{Replays, too_much};
use crate::search::Case;
use crate::units::{Money, Problem, Rate};
use rust_decimal::{Decimal, RoundingStrategy};

/// The answer under one changed parameter.
#[derive(Clone, PartialEq, Debug)]
pub struct Moved {
    /// `value_of_waiting_usd_per_h`, `interruption_cost_usd`, `start_latency_s`, `prices_percent`.
    pub parameter: &'static str,
    /// Its value; of prices the per cent of today's.
    pub value: Decimal,
    /// The fleet's objective, all under the changed parameter.
    pub objective: Money,
    /// The fleet's score.
    pub score: Score,
    /// How many instances are advised something else.
    pub changed_instances: usize,
}

/// Halves and doubles the value of waiting, the interruption cost and the start latency, and moves
/// all prices by 10 % down and up.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn sensitivity(
    replays: &Replays<'_>,
    objective: &Objective,
    (advised, separable): (&[Chosen], bool),
    choose: &Chooser<'_>,
) -> Result<Vec<Moved>, Vec<Problem>> {
    let case = *replays.case();
    let field = Field::new(case, replays.base())?;
    let moves = weights(objective);
    let mut answers = vec![advised.to_vec()];
    for weight in &moves {
        answers.push(choose(&field, &weight.objective)?);
    }
    let mut rows = Vec::new();
    for weight in &moves {
        let chosen = best_of(&answers, &weight.objective, separable)?;
        rows.push(weight.row(&chosen, advised)?);
    }
    for (times, over) in [(1, 2), (2, 1)] {
        let latency = case.model.start_latency * times / over;
        let mut model = case.model.clone();
        model.set("start_latency", &latency.to_string()).map_err(|p| vec![p])?;
        let field = Field::new(Case { model: &model, ..case }, replays.base())?;
        let chosen = choose(&field, objective)?;
        let value = Decimal::from(latency);
        let moved =
            Weight { parameter: "start_latency_s", value, objective: *objective, prices: 100 };
        rows.push(moved.row(&chosen, advised)?);
    }
    Ok(rows)
}

/// A change of weights, prices among them.
struct Weight {
    parameter: &'static str,
    value: Decimal,
    /// What is minimised: with prices as they are.
    objective: Objective,
    /// Prices \[% of today's\].
    prices: i64,
}

impl Weight {
    fn row(&self, chosen: &[Chosen], advised: &[Chosen]) -> Result<Moved, Vec<Problem>> {
        let mut score = Score::default();
        let mut cost = Money::ZERO;
        for one in chosen {
            score = score.plus(&one.score);
            cost = cost.plus(self.objective.of(&one.score).map_err(too_much)?);
        }
        let changed = chosen.iter().zip(advised).filter(|(a, b)| a.choice != b.choice).count();
        let priced = |amount: Money| scaled(amount, self.prices);
        Ok(Moved {
            parameter: self.parameter,
            value: self.value,
            objective: priced(cost),
            score: Score { total: priced(score.total), compute: priced(score.compute), ..score },
            changed_instances: changed,
        })
    }
}

fn weights(objective: &Objective) -> Vec<Weight> {
    let mut moves = Vec::new();
    let (half, double) = (Decimal::new(5, 1), Decimal::from(2));
    let times = |rate: Rate, by: Decimal| Rate { usd: rate.usd * by, ..rate };
    for by in [half, double] {
        let rate = times(objective.value_of_waiting, by);
        moves.push(Weight {
            parameter: "value_of_waiting_usd_per_h",
            value: rate.usd.normalize(),
            objective: Objective { value_of_waiting: rate, ..*objective },
            prices: 100,
        });
    }
    for percent in [50, 200] {
        let cost = scaled(objective.interruption_cost, percent);
        moves.push(Weight {
            parameter: "interruption_cost_usd",
            value: Decimal::new(cost.micros(), 6).normalize(),
            objective: Objective { interruption_cost: cost, ..*objective },
            prices: 100,
        });
    }
    for percent in [90, 110] {
        let inverse = |rate: Rate| {
            let usd = rate.usd * Decimal::ONE_HUNDRED / Decimal::from(percent);
            Rate { usd: usd.round_dp(12), ..rate }
        };
        let cut = Decimal::new(objective.interruption_cost.micros(), 0) * Decimal::ONE_HUNDRED
            / Decimal::from(percent);
        moves.push(Weight {
            parameter: "prices_percent",
            value: Decimal::from(percent),
            objective: Objective {
                value_of_waiting: inverse(objective.value_of_waiting),
                interruption_cost: micros(cut),
                lost_run_cost: inverse(objective.lost_run_cost),
            },
            prices: percent,
        });
    }
    moves
}

fn scaled(amount: Money, percent: i64) -> Money {
    micros(Decimal::from(amount.micros()) * Decimal::from(percent) / Decimal::ONE_HUNDRED)
}

/// Half to even.
fn micros(amount: Decimal) -> Money {
    let whole = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven);
    Money::from_micros(i64::try_from(whole).unwrap_or(i64::MAX))
}
