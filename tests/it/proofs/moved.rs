//! How the answer moves: with its weights, with facts, and with care.

use super::*;
use idlewise::search::recommend::Score;
use idlewise::search::recommend::{
    Advised, Careful, Chosen, Effort, Family, Field, HoldOutOptions, Space, best_each, pareto,
    sensitivity, training_ends, waiting_grid,
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
    let shown: Vec<_> = front
        .iter()
        .map(|p| (p.chosen[0].choice.as_ref().unwrap().idle, p.score.wait_s / 240))
        .collect();
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

/// What is advised with care, rehearsed where a hold-out test of all weeks would train.
fn careful(fleet: &Fleet, space: &Space, best: Option<&[Choice]>) -> Vec<Advised> {
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let effort = Effort { evaluations: 2_000, ..Effort::default() };
    let ends = training_ends(fleet.trace.horizon, &HoldOutOptions::default());
    let careful = Careful::new((space, None, &effort), ends, NOBODY);
    careful.choose(&field, &Objective::default(), best).unwrap()
}

fn families(advised: &[Advised]) -> Vec<Family> {
    advised.iter().map(|one| one.family).collect()
}

/// One hour on every workday: from 09:00, in so many weeks, then from 19:00.
fn hours_a_day(who: &'static str, weeks: std::ops::Range<i64>, at: i64) -> Vec<Stretch<'static>> {
    let days = weeks.flat_map(|week| (0..5).map(move |day| week * WEEK + day * DAY + at * HOUR));
    days.map(|from| (who, Kind::Kernel, from, from + HOUR)).collect()
}

/// A start at 09:00 saves five waits of 240 s a week, of 2 USD each, and costs next to nothing.
fn two_entries() -> Space {
    let limits = [minutes(15), minutes(30), None];
    Space { max_entries: 2, grid_minutes: 60, ..Space::default() }.with_limits(&limits)
}

/// Mornings that end after five of twelve weeks. The best of the whole space keeps their start; who
/// looks at weeks held back does not.
#[test]
fn care_does_not_follow_what_is_over() {
    let mut work = hours_a_day("a", 0..7, 9);
    work.extend(hours_a_day("a", 7..12, 19));
    let fleet = Fleet::new(monday(), 12 * WEEK, &work, idle(30));
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let space = two_entries();
    let advised = careful(&fleet, &space, None);
    assert!(advised[0].chosen.choice.as_ref().is_none_or(|c| c.entries.is_empty()), "{advised:?}");
    let effort = Effort { evaluations: 2_000, ..Effort::default() };
    let bold = best_each(&field, &Objective::default(), (&space, None, &effort), NOBODY).unwrap();
    let of = |chosen: &Chosen| Objective::default().of(&chosen.score).unwrap();
    assert!(of(&bold[0]) < of(&advised[0].chosen), "on what is known the larger space is better");
}

/// Every week is like the others: the whole space is surely better. What was rehearsed is advised,
/// whatever a longer search found; of three weeks nothing can be rehearsed, and that is advised.
#[test]
fn care_takes_the_whole_space_where_it_keeps_its_word() {
    let best = [office(8, 11, Zone::utc())];
    for (weeks, is_rehearsed) in [(12, true), (3, false)] {
        let work = hours_a_day("a", 0..weeks, 9);
        let fleet = Fleet::new(monday(), weeks * WEEK, &work, idle(30));
        let found = careful(&fleet, &two_entries(), None);
        let advised = careful(&fleet, &two_entries(), Some(&best));
        assert_eq!(families(&advised), [Family::Space]);
        let [own, found] = [&advised, &found].map(|of| of[0].chosen.choice.as_ref());
        assert_ne!(found, Some(&best[0]));
        assert_eq!(own, if is_rehearsed { found } else { Some(&best[0]) });
    }
}

/// Nine people come once a day and one comes back after two hours, in every week: the pool's limit
/// is the shortest there is, and the one has its own.
#[test]
fn one_instance_differs_from_its_pool() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let mut work: Vec<Stretch<'_>> =
        names.iter().flat_map(|who| hours_a_day(who, 0..12, 9)).collect();
    work.extend(hours_a_day("j", 0..12, 12));
    let fleet = Fleet::new(monday(), 12 * WEEK, &work, idle(60));
    let found = careful(&fleet, &limits(), None);
    let (others, one) = found.split_at(9);
    for advised in others {
        let choice = advised.chosen.choice.as_ref().unwrap();
        assert_eq!((advised.family, choice.idle), (Family::PoolLimit, minutes(15)));
    }
    // Two hours on and stopping cost 0.59 USD, waiting 2 USD: it stays on between.
    let choice = one[0].chosen.choice.as_ref().unwrap();
    assert_eq!((one[0].family, choice.idle), (Family::OwnLimit, minutes(120)));
}

/// Threads and what was asked before change nothing.
#[test]
fn care_is_the_same_for_any_number_of_threads() {
    let mut work = hours_a_day("a", 0..7, 9);
    work.extend(hours_a_day("b", 0..12, 9));
    let fleet = Fleet::new(monday(), 12 * WEEK, &work, idle(30));
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let again = single.install(|| careful(&fleet, &two_entries(), None));
    assert_eq!(again, careful(&fleet, &two_entries(), None));
}

/// In a space without them the simpler families are left out.
#[test]
fn care_stays_inside_the_space() {
    let fleet = Fleet::new(monday(), 12 * WEEK, &hours_a_day("a", 0..12, 9), idle(240));
    let space = limits().with_limits(&[minutes(90)]);
    let found = careful(&fleet, &space, None);
    assert_eq!(found[0].chosen.choice.as_ref().unwrap().idle, minutes(90));
}
