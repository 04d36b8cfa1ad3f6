//! The front of money against waiting and interruptions.

use super::chooser::{Chooser, Chosen};
use super::field::Field;
use super::objective::{Objective, Score};
use super::replays::too_much;
use crate::units::{Money, Problem, Rate, RateUnit};
use rust_decimal::Decimal;

/// One point of the front.
#[derive(Clone, PartialEq, Debug)]
pub struct ParetoPoint {
    /// The value of waiting that leads here, the smallest if several do \[USD/h\].
    pub value_of_waiting: Rate,
    /// The fleet's score.
    pub score: Score,
    /// What each instance is advised.
    pub chosen: Vec<Chosen>,
    /// Whether it is the knee: of the points between the ends the one farthest from the chord
    /// between them, on the side of less, with money and waiting each scaled to 0..1 over the
    /// front. No point is when the front has no such point.
    pub is_knee: bool,
}

/// Values of waiting that span the front \[USD/h\]: 0, then doubling from 1 to 1,024.
#[must_use]
pub fn waiting_grid() -> Vec<Rate> {
    let rate = |usd: i64| Rate { usd: Decimal::from(usd), unit: RateUnit::Hour };
    std::iter::once(0).chain((0..=10).map(|power| 1 << power)).map(rate).collect()
}

/// The front over these values of waiting, ascending: cheapest first. Left out are points that
/// another equals or beats in money, waiting and interruptions alike.
///
/// With `separable` (every instance is chosen for alone) each point takes, instance by instance,
/// the best of what the choosing under any value found: scores do not depend on the value.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn pareto(
    field: &Field<'_>,
    objective: &Objective,
    values: &[Rate],
    separable: bool,
    choose: &Chooser<'_>,
) -> Result<Vec<ParetoPoint>, Vec<Problem>> {
    let at = |value: &Rate| Objective { value_of_waiting: *value, ..*objective };
    let found: Vec<Vec<Chosen>> =
        values.iter().map(|value| choose(field, &at(value))).collect::<Result<_, _>>()?;
    let mut points = Vec::with_capacity(values.len());
    for value in values {
        let chosen = best_of(&found, &at(value), separable)?;
        let score = chosen.iter().fold(Score::default(), |sum, c| sum.plus(&c.score));
        points.push(ParetoPoint { value_of_waiting: *value, score, chosen, is_knee: false });
    }
    let mut front = undominated(points);
    if let Some(knee) = knee(&front) {
        front[knee].is_knee = true;
    }
    Ok(front)
}

/// The best of several answers under an objective: instance by instance, or as a whole.
pub(super) fn best_of(
    answers: &[Vec<Chosen>],
    objective: &Objective,
    separable: bool,
) -> Result<Vec<Chosen>, Vec<Problem>> {
    let cost = |chosen: &Chosen| objective.of(&chosen.score).map_err(too_much);
    if !separable {
        let mut best: Option<(Money, &Vec<Chosen>)> = None;
        for answer in answers {
            let sum = answer.iter().map(cost).sum::<Result<Money, _>>()?;
            if best.is_none_or(|(least, _)| sum < least) {
                best = Some((sum, answer));
            }
        }
        return Ok(best.map_or_else(Vec::new, |(_, answer)| answer.clone()));
    }
    let instances = answers.first().map_or(0, Vec::len);
    let one = |instance: usize| {
        let mut best: Option<(Money, &Chosen)> = None;
        for chosen in answers.iter().filter_map(|answer| answer.get(instance)) {
            let sum = cost(chosen)?;
            if best.is_none_or(|(least, _)| sum < least) {
                best = Some((sum, chosen));
            }
        }
        Ok(best.map(|(_, chosen)| chosen.clone()))
    };
    (0..instances).filter_map(|instance| one(instance).transpose()).collect()
}

/// Points that no other equals or beats, cheapest first.
fn undominated(points: Vec<ParetoPoint>) -> Vec<ParetoPoint> {
    let of = |p: &ParetoPoint| (p.score.total, p.score.wait_s, p.score.interruptions());
    let mut front: Vec<ParetoPoint> = Vec::new();
    for point in points {
        let (total, wait_s, interruptions) = of(&point);
        let beats = |a: &ParetoPoint, b: (Money, i64, i64)| {
            let a = of(a);
            a.0 <= b.0 && a.1 <= b.1 && a.2 <= b.2
        };
        if front.iter().any(|other| beats(other, (total, wait_s, interruptions))) {
            continue;
        }
        front.retain(|other| !beats(&point, of(other)));
        front.push(point);
    }
    front.sort_by_key(of);
    front
}

/// The position of the knee.
fn knee(front: &[ParetoPoint]) -> Option<usize> {
    let (first, last) = (front.first()?, front.last()?);
    let (money, wait) =
        (spread(front, |p| p.score.total.micros()), spread(front, |p| p.score.wait_s));
    let place = |p: &ParetoPoint| {
        (
            (p.score.total.micros() as f64 - money.0) / money.1,
            (p.score.wait_s as f64 - wait.0) / wait.1,
        )
    };
    if money.1 <= 0.0 || wait.1 <= 0.0 {
        return None;
    }
    let (a, b) = (place(first), place(last));
    // Twice the area under the chord: the length of the chord is the same for all.
    let below = |p: &ParetoPoint| {
        let c = place(p);
        (b.0 - a.0) * (a.1 - c.1) - (a.0 - c.0) * (b.1 - a.1)
    };
    let mut best: Option<(usize, f64)> = None;
    for (at, point) in front.iter().enumerate() {
        let distance = below(point);
        if distance > 1e-9 && best.is_none_or(|(_, most)| distance > most) {
            best = Some((at, distance));
        }
    }
    best.map(|(at, _)| at)
}

/// The least of a measure, and how much more the most is.
fn spread(front: &[ParetoPoint], of: impl Fn(&ParetoPoint) -> i64) -> (f64, f64) {
    let least = front.iter().map(&of).min().unwrap_or(0);
    let most = front.iter().map(&of).max().unwrap_or(0);
    (least as f64, (most - least) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::recommend::Choice;
    use crate::world::zones::Zone;

    /// One instance at this cost \[USD\] and wait \[h\].
    fn chosen(usd: i64, wait_h: i64) -> Chosen {
        let total = Money::from_micros(usd * 1_000_000);
        let score = Score { total, wait_s: wait_h * 3_600, ..Score::default() };
        Chosen {
            choice: Some(Choice { idle: None, entries: Vec::new(), zone: Zone::utc() }),
            score,
        }
    }

    fn point(usd: i64, wait_h: i64) -> ParetoPoint {
        let chosen = chosen(usd, wait_h);
        let value_of_waiting = Rate { usd: Decimal::ONE, unit: RateUnit::Hour };
        ParetoPoint { value_of_waiting, score: chosen.score, chosen: vec![chosen], is_knee: false }
    }

    fn at(value: i64) -> Objective {
        let value_of_waiting = Rate { usd: Decimal::from(value), unit: RateUnit::Hour };
        Objective { value_of_waiting, ..Objective::default() }
    }

    #[test]
    fn values_of_waiting_double_from_one() {
        let grid: Vec<String> = waiting_grid().iter().map(Rate::to_string).collect();
        assert_eq!((grid.len(), &*grid[..4].join(" ")), (12, "0 1 2 4"));
        assert_eq!(grid[11], "1024");
    }

    /// Equal points count once; a point that costs as much and waits longer goes.
    #[test]
    fn dominated_points_are_left_out() {
        let points = [(10, 9), (20, 9), (30, 2), (30, 3), (40, 1), (40, 1)];
        let front = undominated(points.map(|(usd, wait)| point(usd, wait)).into());
        let left =
            front.iter().map(|p| (p.score.total.micros() / 1_000_000, p.score.wait_s / 3_600));
        assert_eq!(left.collect::<Vec<_>>(), [(10, 9), (30, 2), (40, 1)]);
    }

    /// Money and wait from 0 to 100: the chord runs from (0, 100) to (100, 0).
    #[test]
    fn the_knee_is_farthest_below_the_chord() {
        let front = |middle: &[(i64, i64)]| -> Vec<ParetoPoint> {
            let ends = [(0, 100), (100, 0)];
            let all = ends[..1].iter().chain(middle).chain(&ends[1..]);
            all.map(|(usd, wait)| point(*usd, *wait)).collect()
        };
        assert_eq!(knee(&front(&[(10, 40), (20, 10), (60, 5)])), Some(2));
        assert_eq!(knee(&front(&[(50, 50)])), None, "on the chord");
        assert_eq!(knee(&front(&[(60, 90)])), None, "above it");
        assert_eq!(knee(&[point(5, 5)]), None);
        assert_eq!(knee(&[]), None);
    }

    /// Two answers for two instances: apart each takes its best, together one is taken whole.
    #[test]
    fn the_best_of_several_answers() {
        let answers = [vec![chosen(1, 10), chosen(1, 10)], vec![chosen(5, 0), chosen(20, 0)]];
        let costs = |value, separable| -> Vec<i64> {
            let best = best_of(&answers, &at(value), separable).unwrap();
            best.iter().map(|c| c.score.total.micros() / 1_000_000).collect()
        };
        assert_eq!(costs(0, true), [1, 1]);
        assert_eq!(costs(1, true), [5, 1], "5 against 11, 20 against 11");
        assert_eq!(costs(1, false), [1, 1], "25 against 22");
        assert_eq!(costs(2, false), [5, 20], "25 against 42");
    }
}
