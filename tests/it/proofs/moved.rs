//! How the answer moves: with its weights, with facts, and with care.

use super::*;
use idlewise::search::recommend::Score;
use idlewise::search::recommend::{
    Chosen, Effort, Field, Space, best_each, careful_each, pareto, sensitivity, waiting_grid,
};
use idlewise::units::Problem;

const NOBODY: &(dyn Fn() -> bool + Sync) = &|| false;

/// Idle limits alone: the search is exact.
fn limits() -> Space {
    Space { max_entries: 0, ..Space::default() }
}

fn solved(field: &Field<'_>, weights: &Objective) -> Result<Vec<Chosen>, Vec<Problem>> {
    best_each(field, weights, (&limits(), None, &Effort::default()), NOBODY)
}

/// Two sessions a day, two hours apart, over four weeks.
fn two_a_day() -> Fleet {
    let hours = (0..28).flat_map(|day| [9, 12].map(|hour| day * DAY + hour * HOUR));
    let work: Vec<Stretch<'_>> = hours.map(|at| ("a", Kind::Kernel, at, at + HOUR)).collect();
    Fleet::new(monday(), 4 * WEEK, &work, Plan::new("today"))
}

/// Three ways to live with it: never wait, wait in the morning, wait twice a day.
#[test]
fn the_front_of_two_sessions_a_day() {
    let fleet = two_a_day();
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let weights = Objective::default();
    let front = pareto(&field, &weights, &waiting_grid(), true, &solved).unwrap();
    let shown: Vec<_> =
        front.iter().map(|p| (p.chosen[0].choice.idle, p.score.wait_s / 240)).collect();
    assert_eq!(shown, [(minutes(15), 56), (minutes(120), 28), (minutes(1_200), 1)]);
    assert!(front.windows(2).all(|w| w[0].score.total < w[1].score.total));
    // Half the waiting goes for an hour and three quarters a day, the rest costs 18 hours.
    let knees: Vec<_> = front.iter().map(|p| p.is_knee).collect();
    assert_eq!(knees, [false, true, false]);
}

/// Every parameter is moved down and up; an exact search never does worse than what stood.
#[test]
fn every_parameter_is_moved() {
    let fleet = two_a_day();
    let replays = fleet.replays();
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let weights = Objective::default();
    let advised = solved(&field, &weights).unwrap();
    let stood = weights.of(&advised[0].score).unwrap();
    let rows = sensitivity(&replays, &weights, (&advised, true), &solved).unwrap();
    let shown: Vec<_> = rows.iter().map(|r| format!("{} {}", r.parameter, r.value)).collect();
    assert_eq!(
        shown,
        [
            "value_of_waiting_usd_per_h 15",
            "value_of_waiting_usd_per_h 60",
            "interruption_cost_usd 12.5",
            "interruption_cost_usd 50",
            "prices_percent 90",
            "prices_percent 110",
            "start_latency_s 120",
            "start_latency_s 480",
        ]
    );
    for (row, grows) in rows.iter().zip([false, true].into_iter().cycle()) {
        if row.parameter == "interruption_cost_usd" {
            assert_eq!((row.objective, row.changed_instances), (stood, 0), "nobody is interrupted");
        } else {
            assert_eq!(row.objective > stood, grows, "{row:?}");
        }
    }
    // Prices 10 % up, the advice as it was: the waiting costs what it did.
    let score: Score = advised[0].score;
    let waited = stood.minus(score.total).micros();
    let up = score.total.micros() * 11 / 10 + waited;
    assert!(rows[5].changed_instances == 1 || (rows[5].objective.micros() - up).abs() <= 2);
    assert!(rows[5].objective.micros() <= up + 2);
}

/// Mornings that end after five of eight weeks. The best of the whole space keeps their start; who
/// looks at the weeks held back does not.
#[test]
fn care_does_not_follow_what_is_over() {
    let days = (0..56).filter(|day| day % 7 < 5);
    let hours = days.map(|day| day * DAY + (if day < 35 { 9 } else { 19 }) * HOUR);
    let work: Vec<Stretch<'_>> = hours.map(|at| ("a", Kind::Kernel, at, at + HOUR)).collect();
    let fleet = Fleet::new(monday(), 8 * WEEK, &work, idle(30));
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let space = Space { max_entries: 2, grid_minutes: 60, ..Space::default() }.with_limits(&[
        minutes(15),
        minutes(30),
        None,
    ]);
    let effort = Effort { evaluations: 2_000, ..Effort::default() };
    let how = (&space, None, &effort);
    let weights = Objective::default();
    let careful = careful_each(&field, &weights, how, NOBODY).unwrap();
    assert!(careful[0].choice.entries.is_empty(), "{:?}", careful[0].choice);
    let bold = best_each(&field, &weights, how, NOBODY).unwrap();
    let of = |chosen: &[Chosen]| weights.of(&chosen[0].score).unwrap();
    assert!(of(&bold) < of(&careful), "on what is known the larger space is better");
    assert_eq!(field.score(0, &careful[0].choice).unwrap(), careful[0].score);
}
