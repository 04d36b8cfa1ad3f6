//! Tests of whole fleets.

use super::*;
use chrono::{Offset, TimeZone};

/// A fleet of every way over three zones, across the spring clock changes of 2024.
fn fleet(seed: u64) -> Fleet {
    Fleet::new(FleetSpec {
        instances: 44,
        weeks: 14,
        start: NaiveDate::from_ymd_opt(2024, 2, 5).unwrap(),
        seed,
        zones: vec![(Tz::Europe__Berlin, 2), (Tz::America__New_York, 1), (Tz::Asia__Kolkata, 1)],
        ways: Way::ALL.map(|w| (w, 1)).to_vec(),
        density: 100,
    })
    .unwrap()
}

fn all(fleet: &Fleet, at_once: u32, threads: usize) -> Vec<Row> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| fleet.batches(at_once).flatten().flat_map(|(_, deeds)| deeds.rows).collect())
}

#[test]
fn threads_and_batches_change_nothing_and_the_seed_everything() {
    let one = all(&fleet(1), 44, 1);
    assert_eq!(one, all(&fleet(1), 5, 2));
    assert_ne!(one, all(&fleet(2), 44, 1));
    assert!(one.is_sorted());
}

#[test]
fn rows_obey_the_format() {
    let fleet = fleet(3);
    let horizon = fleet.spec().horizon();
    let rows = all(&fleet, 44, 1);
    assert!(rows.len() > 3_000, "{}", rows.len());
    for row in rows {
        assert!(horizon.start <= row.start && row.start <= row.end && row.end <= horizon.end);
        assert_eq!(row.last_activity.is_some(), row.kind == Kind::Vscode);
        assert!(row.last_activity.is_none_or(|at| row.start <= at && at <= row.end), "{row:?}");
    }
}

/// A tidy person stops when nothing of that day is going on any more.
#[test]
fn stops_come_after_work_and_inside_the_horizon() {
    let fleet = fleet(3);
    let horizon = fleet.spec().horizon();
    let mut stops = 0;
    for (person, deeds) in fleet.batches(44).flatten() {
        assert!(deeds.stops.is_sorted());
        for at in deeds.stops {
            assert!(horizon.contains(at), "{} {at}", person.instance);
            let before = deeds.rows.iter().filter(|r| r.start <= at).map(|r| r.end).max();
            assert!(before.is_none_or(|end| end.since(at) < 4 * 86_400), "{at}");
            stops += 1;
        }
    }
    assert!((50..1_500).contains(&stops), "{stops}");
}

#[test]
fn more_weeks_only_add_rows_after() {
    let short = fleet(1);
    let long = Fleet::new(FleetSpec { weeks: 20, ..short.spec().clone() }).unwrap();
    let end = short.spec().horizon().end;
    let starts = |f: &Fleet| {
        let rows = all(f, 44, 1);
        rows.into_iter().map(|r| (r.instance, r.start)).filter(|r| r.1 < end).collect::<Vec<_>>()
    };
    assert_eq!(starts(&short), starts(&long));
}

#[test]
fn names_are_names_azure_takes_and_sort_like_the_people() {
    let spec = FleetSpec { instances: 12_345, ..fleet(1).spec().clone() };
    let names: Vec<String> = Fleet::new(spec).unwrap().people().map(|p| p.instance).collect();
    assert!(names.is_sorted_by(|a, b| a < b));
    for name in names {
        assert!((3..=24).contains(&name.len()), "{name}");
        assert!(name.starts_with(|c: char| c.is_ascii_alphabetic()), "{name}");
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{name}");
        let (_, tail) = name.rsplit_once('-').unwrap();
        assert!(!tail.chars().all(|c| c.is_ascii_digit()), "{name}");
    }
}

/// Berlin changes its clock on 31 March 2024. The median first local start of office people stays.
#[test]
fn nine_oclock_people_come_at_nine_before_and_after_the_clock_change() {
    let spec = FleetSpec {
        instances: 200,
        ways: vec![(Way::Office, 1)],
        zones: vec![(Tz::Europe__Berlin, 1)],
        ..fleet(1).spec().clone()
    };
    let fleet = Fleet::new(spec).unwrap();
    let change = NaiveDate::from_ymd_opt(2024, 3, 31).unwrap();
    let mut firsts = [Vec::new(), Vec::new()];
    for (_, deeds) in fleet.batches(50).flatten() {
        let mut seen = None;
        for row in deeds.rows.into_iter().filter(|r| r.kind == Kind::Kernel) {
            let utc = row.start.civil();
            let offset = Tz::Europe__Berlin.offset_from_utc_datetime(&utc).fix();
            let local = utc + offset;
            if seen != Some(local.date()) {
                let minute = (local.time() - chrono::NaiveTime::MIN).num_minutes();
                firsts[usize::from(local.date() >= change)].push(minute);
            }
            seen = Some(local.date());
        }
    }
    let median = |v: &mut Vec<i64>| {
        v.sort_unstable();
        v[v.len() / 2]
    };
    let [before, after] = firsts.each_mut().map(median);
    assert!((before - after).abs() <= 5, "{before} and {after} minutes after midnight");
    assert!((510..600).contains(&before), "{before}");
}

#[test]
fn a_small_fleet_shows_the_mix_that_was_asked_for() {
    let mut counts = [0; 11];
    for person in fleet(9).people() {
        counts[Way::ALL.iter().position(|w| *w == person.way).unwrap()] += 1;
    }
    assert!(counts.iter().all(|n| (3..=5).contains(n)), "{counts:?}");
}

#[test]
fn impossible_fleets_say_why() {
    let good = fleet(1).spec().clone();
    let error = |spec| Fleet::new(spec).map(|_| ()).unwrap_err();
    assert_eq!(error(FleetSpec { instances: 0, ..good.clone() }), SpecError::Instances);
    assert_eq!(error(FleetSpec { weeks: 523, ..good.clone() }), SpecError::Weeks);
    assert_eq!(error(FleetSpec { zones: vec![(Tz::UTC, 0)], ..good.clone() }), SpecError::Zones);
    assert_eq!(error(FleetSpec { ways: vec![], ..good.clone() }), SpecError::Ways);
    assert_eq!(error(FleetSpec { density: 9, ..good }), SpecError::Density);
}
