//! Small worlds whose figures are worked out by hand.

use super::*;
use idlewise::search::recommend::{
    Baseline, Change, Limits, Measure, SEASONAL_THRESHOLD, SET_UP_COST, Signal, Space, baselines,
    break_even, constrain, keep_awake, recreate, rule_profiles, seasonal,
};
use idlewise::search::recommend::{Effort, Field, Score};

const NOBODY: &(dyn Fn() -> bool + Sync) = &|| false;

/// One kernel from 09:00 to 10:00 on a Monday, in a week without any limit.
#[test]
fn every_baseline_of_one_session() {
    let session = [("a", Kind::Kernel, 9 * HOUR, 10 * HOUR)];
    let fleet = Fleet::new(monday(), WEEK, &session, Plan::new("today"));
    let replays = fleet.replays();
    let standing = replays.rates(0).standing(WEEK).unwrap();
    let found = baselines(&replays, fleet.trace.horizon.end).unwrap();
    let expected = [
        // Started at 09:00 and never stopped.
        (Baseline::Today, WEEK - 9 * HOUR, 240),
        (Baseline::AlwaysOn, WEEK, 0),
        // Ten hours on five days, each with a minute of stopping.
        (Baseline::OfficeHours, 5 * (10 * HOUR + 60), 0),
        // The clock starts at 10:00.
        (Baseline::PolicyIdle60, 2 * HOUR + 60, 240),
        // The one busy hour of the week is known from these 14 days; it starts when people come.
        (Baseline::OptScale, HOUR + 60, 240),
        (Baseline::Clairvoyant, HOUR, 0),
    ];
    assert_eq!(found.len(), expected.len());
    for (result, (baseline, billed, wait_s)) in found.iter().zip(expected) {
        let compute = fleet.compute(billed);
        let total = compute.plus(standing);
        let score = Score { total, compute, wait_s, ..Score::default() };
        assert_eq!((result.baseline, result.scores[0]), (baseline, score));
        assert_eq!(result.weeks, [[score]], "the one week is the horizon");
    }
}

/// Half a dollar an hour is waited for 240 s, and 300 s are billed: the rest is arithmetic.
#[test]
fn break_even_limits() {
    let mut fleet = Fleet::new(monday(), WEEK, &[("a", Kind::Run, 0, 9)], Plan::new("today"));
    let mut check = |size: &str, expected: (i64, u16, f64)| {
        fleet.instances[0].vm_size = size.to_owned();
        let replays = fleet.replays();
        let found = break_even(&replays, &Objective::default()).unwrap();
        let rate = replays.rates(0).compute;
        let cold = 2_000_000 + rate.cost(300).unwrap().micros();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].cold_start.micros(), cold);
        assert!(rate.cost(found[0].idle_s).unwrap() >= found[0].cold_start);
        assert!(rate.cost(found[0].idle_s - 1).unwrap() < found[0].cold_start);
        assert_eq!((found[0].idle_s, found[0].idle_minutes), (expected.0, expected.1));
        let ratio = found[0].worst_case_ratio.unwrap();
        assert!((ratio - expected.2).abs() < 0.001, "{ratio}");
    };
    // 0.293 USD/h: 2.024417 USD are 24,874 s. Whole minutes cost a little more than the cold start.
    check("Standard_DS3_v2", (24_874, 415, 2.001));
    // 12.24 USD/h: 3.02 USD are 888.2 s.
    check("Standard_NC24s_v3", (889, 15, 2.013));
    // With nobody's time worth anything a limit of 15 minutes rents for 3 times what 300 s cost.
    let nothing = Objective {
        value_of_waiting: idlewise::units::Rate {
            usd: 0.into(),
            unit: idlewise::units::RateUnit::Hour,
        },
        ..Objective::default()
    };
    let found = break_even(&fleet.replays(), &nothing).unwrap();
    assert_eq!((found[0].idle_s, found[0].idle_minutes), (300, 15));
    assert!((found[0].worst_case_ratio.unwrap() - 4.0).abs() < 0.001);
}

/// Work from 09:15 to 17:00 in New York: under `dst: ignored` the start at 09:00 is an hour late
/// from 10 March to 3 November 2024.
#[test]
fn a_seasonal_pair_pays_back_what_ignoring_costs() {
    let start = at("2024-01-01T00:00:00Z");
    let zone = Zone::parse("Eastern Standard Time").unwrap().0;
    let mut work = Vec::new();
    for day in (0..366).filter(|day| day % 7 < 5) {
        let summer = (69..307).contains(&day); // 10 March is day 69, 3 November day 307
        let from = day * DAY + (if summer { 13 } else { 14 }) * HOUR;
        work.push(("a", Kind::Kernel, from + HOUR / 4, from + 8 * HOUR));
    }
    let mut fleet = Fleet::new(start, 366 * DAY, &work, Plan::new("today"));
    let choice = office(9, 17, zone);
    let find = |fleet: &Fleet, threshold| {
        seasonal(&fleet.replays(), &Objective::default(), std::slice::from_ref(&choice), threshold)
            .unwrap()
    };
    let found = find(&fleet, SEASONAL_THRESHOLD);
    assert_eq!(found.len(), 1);
    let pair = &found[0];
    let shown: Vec<String> = pair.switches.iter().map(|(at, s)| format!("{at} {s}")).collect();
    assert_eq!(shown, ["2024-03-10T07:00:00Z true", "2024-11-03T06:00:00Z false"]);
    assert_eq!(pair.winter, choice);
    assert_eq!(pair.summer, office(8, 16, zone));
    // Each of the 170 summer workdays: 240 s of waiting; on from 09:15 to 18:00, not 09:00 to
    // 17:00.
    let plan = choice.to_plan("x", &fleet.plans[0]);
    let cost = |replays: &Replays<'_>| objective(replays, &plan);
    let ignored = cost(&fleet.replays());
    fleet.dst = DstRule::Observed;
    let observed = cost(&fleet.replays());
    assert_eq!(pair.cost_of_ignoring, ignored.minus(observed));
    // The pair does in each season what the one plan does under the real clock.
    assert_eq!(pair.value, pair.cost_of_ignoring);
    let days = 170;
    let waited = Objective::default().value_of_waiting.cost(240 * days).unwrap();
    let later = fleet.compute(HOUR * 3 / 4 * days);
    let about = pair.value.minus(waited).minus(later).micros().abs();
    assert!(about < 60, "a micro-dollar a line: {about}");
    assert!(find(&fleet, Money::ZERO).is_empty(), "nothing to repair under the real clock");
    fleet.dst = DstRule::Ignored;
    assert!(find(&fleet, Money::from_micros(200_000_000_000)).is_empty(), "not worth it");
}

/// IDLE-2: SSH alone keeps awake under one profile, a custom application under the other.
#[test]
fn rule_profiles_of_two_people() {
    let work = [("a", Kind::Ssh, 9 * HOUR, 12 * HOUR), ("b", Kind::CustomApp, 9 * HOUR, 12 * HOUR)];
    let fleet = Fleet::new(monday(), DAY, &work, idle(60));
    let plans = [idle(60), idle(60)];
    let found = rule_profiles(&fleet.replays(), &plans).unwrap();
    // Awake: from 09:00 to 13:00 and a minute of stopping. Not: the clock runs from 09:04; after
    // each of two shutdowns the person starts it again, at 10:05 and 11:10 (with the minute of
    // stopping and four of starting), and it stops an hour after the last start.
    let awake = fleet.compute(4 * HOUR + 60);
    let cut = fleet.compute(3 * (HOUR + 300));
    let costs: Vec<_> =
        found.iter().map(|p| (p.rules, p.scores[0].compute, p.scores[1].compute)).collect();
    assert_eq!(
        costs,
        [(RuleProfile::Aml2022_12, awake, cut), (RuleProfile::Aml2024_08, cut, awake)]
    );
    assert_eq!(found[0].scores[1].interruptions_idle, 2);
}

/// A kernel under a run, VS Code left open, and the clock: seconds by hand.
#[test]
fn what_kept_an_instance_awake() {
    let hours = |a: i64, b: i64| (a * HOUR, b * HOUR);
    let work = |vscode_end: i64| {
        let rows = [
            (Kind::Kernel, hours(8, 10)),
            (Kind::Run, hours(9, 11)),
            (Kind::Vscode, (11 * HOUR, vscode_end)),
            (Kind::CustomApp, hours(8, 20)),
        ];
        rows.map(|(kind, (from, to))| ("a", kind, from, to))
    };
    // The last keystroke is at 12:00, the connection stands until 15:00 (IDLE-3).
    let mut fleet = Fleet::new(monday(), DAY, &work(15 * HOUR), idle(30));
    fleet.model.set("after_interruption.attended", "give_up").unwrap();
    let typed = Fleet::new(monday(), DAY, &work(12 * HOUR), idle(30));
    let check = |fleet: &Fleet, in_use, expected: &[(Signal, i64)]| {
        let found = keep_awake(&fleet.replays(), &fleet.plans, in_use).unwrap();
        let got: Vec<_> =
            found.iter().filter(|k| k.kept_on_s > 0).map(|k| (k.signal, k.kept_on_s)).collect();
        assert_eq!(got, expected);
        for kept in found {
            assert_eq!(kept.cost, fleet.compute(kept.kept_on_s));
        }
    };
    let (run, kernel) = ((Signal::Run, 2 * HOUR), (Signal::Kernel, HOUR - 240));
    let clock = (Signal::IdleClock, HOUR / 2);
    check(&fleet, None, &[run, kernel, (Signal::Vscode, 4 * HOUR), clock]);
    let apart = [run, kernel, (Signal::Vscode, HOUR), (Signal::VscodeGrace, 3 * HOUR), clock];
    check(&fleet, Some(&typed.trace), &apart);
    // IDLE-2: a managed identity blocks the shutdown at 20:30, after the custom application.
    fleet.rules = RuleProfile::Aml2024_08;
    fleet.instances[0].identity_has_contributor = Some(false);
    let app = (Signal::CustomApp, 9 * HOUR);
    let blocked = (Signal::Identity, 3 * HOUR + HOUR / 2);
    check(&fleet, None, &[run, kernel, app, clock, blocked]);
    fleet.plans[0] = Plan::new("today");
    check(&fleet, None, &[run, kernel, app, (Signal::NoLimit, 4 * HOUR)]);
}

/// Two sessions with most of a year between them, and somebody who never came.
#[test]
fn standing_cost_against_creating_anew() {
    let work = [
        ("a", Kind::Kernel, 0, HOUR),
        ("a", Kind::Kernel, 300 * DAY, 300 * DAY + HOUR),
        ("b", Kind::Kernel, 400 * DAY, 400 * DAY),
    ];
    let fleet = Fleet::new(monday(), 360 * DAY, &work, idle(30));
    let replays = fleet.replays();
    let plans = [idle(30), idle(30)];
    let found = recreate(&replays, &Objective::default(), &plans, SET_UP_COST).unwrap();
    let standing = |seconds| replays.rates(0).standing(seconds).unwrap();
    // A new instance: 20 USD, and a minute more of waiting than for a stopped one.
    let anew = Money::from_micros(20_500_000);
    // Stopped from 01:31 on; the second session's stretch is to the horizon's end.
    let first = 300 * DAY - (HOUR + HOUR / 2 + 60);
    let second = 60 * DAY - (HOUR + HOUR / 2 + 60);
    let both = standing(first).plus(standing(second));
    assert_eq!(found.iter().map(|r| r.instance).collect::<Vec<_>>(), [1, 0]);
    assert_eq!((found[0].stretches, found[0].unused_s), (1, 360 * DAY), "never used");
    assert_eq!((found[1].stretches, found[1].unused_s), (2, first + second));
    assert_eq!(found[1].standing, both);
    assert_eq!(found[1].saving, both.minus(anew).minus(anew));
    let limit = found[1].break_even_s;
    assert!(standing(limit) > anew && standing(limit - 1) <= anew);
    let dear = Money::from_micros(1_000_000_000);
    assert!(recreate(&replays, &Objective::default(), &plans, dear).unwrap().is_empty());
}

/// Two sessions a day, two hours apart. Without any wait allowed but the first the instance must
/// stay on between them; with a few minutes a day it need not.
#[test]
fn least_money_under_limits() {
    let mut work = Vec::new();
    for day in 0..28 {
        for hour in [9, 12] {
            let from = day * DAY + hour * HOUR;
            work.push(("a", Kind::Kernel, from, from + HOUR));
        }
    }
    let fleet = Fleet::new(monday(), 4 * WEEK, &work, Plan::new("today"));
    let replays = fleet.replays();
    let field = Field::new(fleet.case(), &fleet.base).unwrap();
    let space = Space { max_entries: 0, ..Space::default() };
    let find = |minutes: i64| {
        let limits = Limits {
            max_wait_s_per_week: Some(minutes * 60),
            max_interruptions: Some(0),
            measure: Measure::Each,
        };
        let how = (&space, None, &Effort::default());
        constrain(&field, &replays, (&Objective::default(), &limits), how, NOBODY).unwrap()
    };
    // 14 cold starts of 4 minutes a week: the shortest limit.
    // Half of them: two hours. 20 hours of nights: none but the first.
    for (allowed, limit, wait) in [(56, 15, 56 * 60), (28, 120, 28 * 60), (1, 1_200, 60)] {
        let found = find(allowed);
        assert!(found.is_met, "{allowed}");
        let one = &found.instances[0];
        assert!(one.is_kept && one.is_feasible);
        assert_eq!(
            (one.chosen.choice.as_ref().unwrap().idle, one.wait_s_per_week),
            (minutes(limit), wait)
        );
        assert!(one.lower_bound <= one.chosen.score.total);
        let plan = one.chosen.to_plan("x", &fleet.plans[0]);
        let tally = replays.tally(0, &plan, Change::default()).unwrap();
        assert_eq!(tally.score, one.chosen.score);
    }
    let none = find(0);
    assert!(!none.is_met && !none.instances[0].is_feasible);
    assert_eq!(none.wait_s_per_week, 60, "the first start cannot be avoided");
}
