//! Hold-out: regular people keep what was promised, people who change do not.

use super::*;
use idlewise::search::recommend::{
    Baseline, Chosen, HoldOut, HoldOutOptions, Verdict, baselines, folds, hold_out,
};

/// Nine to twelve on every workday of these weeks, shifted by so many hours.
fn mornings(who: &'static str, weeks: std::ops::Range<i64>, later: i64) -> Vec<Stretch<'static>> {
    let days = weeks.flat_map(|week| (0..5).map(move |day| week * WEEK + day * DAY));
    let rows = days.map(|day| (day + (9 + later) * HOUR, day + (12 + later) * HOUR));
    rows.map(|(from, to)| (who, Kind::Kernel, from, to)).collect()
}

/// Advises everybody the same.
fn advise(fleet: &Fleet, choice: &Choice, options: &HoldOutOptions) -> HoldOut {
    let replays = fleet.replays();
    hold_out(&replays, &Objective::default(), options, &|field, _| {
        let each = 0..field.case().instances.len();
        each.map(|i| {
            let score = field.score(i, choice)?;
            Ok(Chosen { choice: Some(choice.clone()), score })
        })
        .collect()
    })
    .unwrap()
}

/// Every week is like the others: what is promised is realised to the micro-dollar, nothing is
/// uncertain, and the verdict is to apply.
#[test]
fn regular_people_realise_what_was_promised() {
    let fleet = Fleet::new(monday(), 12 * WEEK, &mornings("a", 0..12, 0), idle(120));
    let found = advise(&fleet, &office(9, 13, Zone::utc()), &HoldOutOptions::default());
    assert_eq!(found.folds.len(), 3);
    for held in [&found.instances[0], &found.total] {
        assert_eq!(held.promised, held.realised);
        // By hand: 5 days with 240 s less waiting and with an hour less on. It starts at 09:00 as
        // people do, who wait all the same.
        let less = fleet.compute(5 * (2 * HOUR)).minus(fleet.compute(5 * HOUR));
        assert!(held.realised.saving().minus(less).micros().abs() <= 1);
        assert_eq!(held.realised.advice.wait_s, 5.0 * 240.0);
        let interval = held.interval.unwrap();
        assert_eq!((interval.low, interval.high), (held.promised.saving(), held.promised.saving()));
        assert_eq!(held.verdict, Verdict::Apply, "{}", held.reason);
    }
}

/// After six weeks of mornings come evenings: the schedule starts when nobody comes.
#[test]
fn people_who_change_get_no_advice() {
    let mut work = mornings("a", 0..6, 0);
    work.extend(mornings("a", 6..10, 8));
    let fleet = Fleet::new(monday(), 10 * WEEK, &work, idle(60));
    let choice = office(8, 13, Zone::utc());
    let once = HoldOutOptions { rolls: 1, ..HoldOutOptions::default() };
    let found = advise(&fleet, &choice, &once);
    let held = &found.instances[0];
    assert!(held.promised.saving() > Money::ZERO, "{held:?}");
    assert!(held.realised.saving() < Money::ZERO);
    assert_eq!(held.verdict, Verdict::DoNotApply);
    assert!(held.reason.starts_with("on 4 weeks it had not seen it cost "), "{}", held.reason);
    assert_eq!(found.total.verdict, Verdict::DoNotApply);
}

/// Today's plan as advice promises nothing and changes nothing.
#[test]
fn today_against_itself_saves_nothing() {
    let fleet = Fleet::new(monday(), 8 * WEEK, &mornings("a", 0..8, 0), idle(60));
    let same = Choice { idle: minutes(60), entries: Vec::new(), zone: Zone::utc() };
    let found = advise(&fleet, &same, &HoldOutOptions::default());
    for held in [&found.instances[0], &found.total] {
        assert_eq!((held.promised.saving(), held.realised.saving()), (Money::ZERO, Money::ZERO));
        assert_eq!(held.verdict, Verdict::Apply);
        assert_eq!(held.reason, "it does what today's plan does: nothing changes");
    }
}

/// A limit of 100 minutes saves 20 minutes a day against 120; 60 minutes would save 40 more.
#[test]
fn a_better_baseline_is_told() {
    let fleet = Fleet::new(monday(), 10 * WEEK, &mornings("a", 0..10, 0), idle(120));
    let shorter = Choice { idle: minutes(100), entries: Vec::new(), zone: Zone::utc() };
    let mut found = advise(&fleet, &shorter, &HoldOutOptions::default());
    assert_eq!(found.total.verdict, Verdict::Apply);
    let all = baselines(&fleet.replays(), found.folds[0].train.end).unwrap();
    let only =
        |baseline| all.iter().filter(|b| b.baseline == baseline).cloned().collect::<Vec<_>>();
    let (worse, better) = (only(Baseline::AlwaysOn), only(Baseline::PolicyIdle60));
    found.compare(&Objective::default(), &worse).unwrap();
    assert_eq!(found.total.verdict, Verdict::Apply, "{}", found.total.reason);
    found.compare(&Objective::default(), &better).unwrap();
    assert_eq!(found.total.verdict, Verdict::ApplyWithCare);
    // Five days of 2,400 s at 0.293 USD an hour.
    let reason =
        "on the weeks it had not seen `policy-idle-60` would have cost 0.98 USD a week less";
    assert_eq!(found.total.reason, reason);
    assert_eq!(found.instances[0].verdict, Verdict::Apply, "one instance alone is not compared");
}

/// Nothing is promised from the weeks of training: mornings for the first quarter, when it is
/// chosen, then nobody comes, and what was held back before the test says so.
#[test]
fn promises_come_from_weeks_held_back() {
    let mut work = mornings("a", 0..3, 0);
    work.extend(mornings("a", 9..10, 0));
    let fleet = Fleet::new(monday(), 10 * WEEK, &work, idle(120));
    let once = HoldOutOptions { rolls: 1, ..HoldOutOptions::default() };
    let found = advise(&fleet, &office(9, 13, Zone::utc()), &once);
    let held = &found.instances[0];
    // Weeks 4 and 5: on four hours and a minute on each of five days, for nothing.
    let lost = fleet.compute(2 * 5 * (4 * HOUR + 60)).micros() / 2;
    assert!((held.promised.saving().micros() + lost).abs() <= 1, "{held:?}");
    assert!(held.interval.unwrap().high.micros() <= -lost + 1);
}

/// Advice that cuts runs off says so, whatever it saves.
#[test]
fn advice_that_interrupts_is_not_to_be_applied() {
    let mut work = mornings("a", 0..10, 0);
    let runs = work.iter().map(|(who, _, _, to)| (*who, Kind::Run, *to, to + 20 * 60));
    let runs: Vec<_> = runs.collect();
    work.extend(runs);
    let fleet = Fleet::new(monday(), 10 * WEEK, &work, Plan::new("today"));
    let found = advise(&fleet, &office(8, 12, Zone::utc()), &HoldOutOptions::default());
    let held = &found.instances[0];
    assert!(held.realised.money_saving() > Money::ZERO);
    assert_eq!(held.realised.advice.interruptions, 5.0);
    assert_eq!(held.verdict, Verdict::DoNotApply);
}

/// Who came too rarely is left alone and does not count; a horizon too short tests nothing.
#[test]
fn too_little_history_is_left_on_todays_plan() {
    let mut work = mornings("a", 0..10, 0);
    work.extend(mornings("b", 5..6, 0));
    work.extend(mornings("b", 9..10, 0));
    let fleet = Fleet::new(monday(), 10 * WEEK, &work, idle(120));
    let found = advise(&fleet, &office(9, 13, Zone::utc()), &HoldOutOptions::default());
    assert!(!found.instances[0].has_too_little_history);
    let left = &found.instances[1];
    assert!(left.has_too_little_history && left.choices.iter().all(Option::is_none));
    assert_eq!(left.verdict, Verdict::DoNotApply);
    assert_eq!(left.reason, "too little history: used in 1 of 8 weeks before the last test");
    assert_eq!(found.total.realised.saving(), found.instances[0].realised.saving());

    let fleet = Fleet::new(monday(), 4 * WEEK - DAY, &mornings("a", 0..3, 0), idle(120));
    let found = advise(&fleet, &office(9, 13, Zone::utc()), &HoldOutOptions::default());
    assert!(found.folds.is_empty() && found.total.has_too_little_history);
    assert!(found.instances[0].reason.contains("fewer than 4 whole weeks"));
}

/// The blocks of ten weeks: six to begin with, then a week or two at a time.
#[test]
fn blocks_by_hand() {
    let horizon = Horizon { start: monday(), end: monday().plus(10 * WEEK + 5) };
    let shown = |options: &HoldOutOptions| -> Vec<_> {
        let folds = folds(horizon, options);
        folds.into_iter().map(|f| (f.train_weeks, f.test_weeks)).collect()
    };
    let rolling = shown(&HoldOutOptions::default());
    assert_eq!(rolling, [(0..6, 6..7), (0..7, 7..8), (0..8, 8..10)]);
    let train = Horizon { start: monday().plus(DAY), end: monday().plus(5 * WEEK + DAY) };
    let given = HoldOutOptions { train: Some(train), ..HoldOutOptions::default() };
    assert_eq!(shown(&given), [(1..5, 6..10)]);
    let all = HoldOutOptions { train: Some(horizon), ..HoldOutOptions::default() };
    assert!(shown(&all).is_empty());
}

/// What a baseline costs on the test weeks, and that threads change nothing.
#[test]
fn a_baseline_is_averaged_over_the_same_weeks() {
    let fleet = Fleet::new(monday(), 10 * WEEK, &mornings("a", 0..10, 0), idle(60));
    let replays = fleet.replays();
    let found = advise(&fleet, &office(9, 13, Zone::utc()), &HoldOutOptions::default());
    let all = baselines(&replays, found.folds[0].train.end).unwrap();
    assert_eq!(all[0].baseline, Baseline::Today);
    let today = found.tested(&Objective::default(), &all[0].weeks).unwrap();
    assert_eq!(today, found.total.realised.today);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let again =
        single.install(|| advise(&fleet, &office(9, 13, Zone::utc()), &HoldOutOptions::default()));
    assert_eq!(again, found);
}
