//! Hand-checkable firings, rule by rule: SCHED-1, SCHED-3 to SCHED-5, SCHED-9.

use super::*;
use crate::units::parse_instant;
use chrono::Weekday;

const RULES: RuleProfile = RuleProfile::Aml2022_12;
const IGNORED: DstRule = DstRule::Ignored;
const OBSERVED: DstRule = DstRule::Observed;

fn at(text: &str) -> Instant {
    parse_instant(text, false).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap().0
}

/// Midnight UTC to midnight UTC.
fn days(start: &str, end: &str) -> Horizon {
    Horizon { start: at(&format!("{start}T00:00:00Z")), end: at(&format!("{end}T00:00:00Z")) }
}

fn cron(expression: &str) -> Trigger {
    Trigger::Cron(Cron::parse(expression).unwrap().0)
}

fn schedule(trigger: Trigger, zone_name: &str, start: Option<&str>) -> Schedule {
    let start_time = start.map(|text| StartTime::parse(text).unwrap());
    Schedule { action: Action::Stop, enabled: true, trigger, zone: zone(zone_name), start_time }
}

fn spec(interval: i64, frequency: Frequency) -> RecurrenceSpec {
    RecurrenceSpec::every(interval, frequency)
}

fn recurrence(spec: RecurrenceSpec) -> Trigger {
    Trigger::Recurrence(Recurrence::new(spec).unwrap().0)
}

/// The start of the horizon is the anchor unless `anchor` says otherwise.
fn fired(schedule: &Schedule, dst: DstRule, anchor: Option<&str>, horizon: Horizon) -> Vec<String> {
    let anchor = anchor.map_or(horizon.start, at);
    let all = firings(std::slice::from_ref(schedule), RULES, dst, anchor, horizon);
    all.iter().map(|f| f.at.civil().format("%m-%dT%H:%M:%S").to_string()).collect()
}

/// SCHED-3 in UTC with a start time.
fn recurs(spec: RecurrenceSpec, start: &str, horizon: Horizon) -> Vec<String> {
    fired(&schedule(recurrence(spec), "UTC", Some(start)), IGNORED, None, horizon)
}

/// SCHED-3: frequency day, hours x minutes, every nth day from the anchor's day.
#[test]
fn days_recur_from_the_anchors_day() {
    let june = days("2024-06-01", "2024-06-06");
    let pattern =
        RecurrenceSpec { hours: vec![18, 7], minutes: vec![30, 0], ..spec(3, Frequency::Day) };
    let expected = [
        "06-02T07:00:00",
        "06-02T07:30:00",
        "06-02T18:00:00",
        "06-02T18:30:00",
        "06-05T07:00:00",
        "06-05T07:30:00",
        "06-05T18:00:00",
        "06-05T18:30:00",
    ];
    assert_eq!(recurs(pattern.clone(), "2024-05-30T00:00:00", june), expected);
    // SCHED-4: no firing before the start time, though the day counts.
    assert_eq!(recurs(pattern, "2024-06-02T18:00:01", june), expected[3..]);
    // Missing hours or minutes come from the anchor; seconds of such firings are 0.
    let hours = RecurrenceSpec { hours: vec![9], ..spec(2, Frequency::Day) };
    assert_eq!(recurs(hours, "2024-06-02T08:41:20", june), ["06-02T09:41:00", "06-04T09:41:00"]);
    let minutes = RecurrenceSpec { minutes: vec![5], ..spec(2, Frequency::Day) };
    assert_eq!(recurs(minutes, "2024-06-02T08:41:20", june), ["06-04T08:05:00"]);
    let bare = spec(1, Frequency::Day);
    assert_eq!(recurs(bare, "2024-06-03T08:41:00", june).len(), 3);
}

/// SCHED-3: frequency week counts weeks from Monday.
#[test]
fn weeks_begin_on_monday() {
    let june = days("2024-06-01", "2024-07-01");
    // 5 June 2024 is a Wednesday.
    let fortnight = RecurrenceSpec {
        hours: vec![18],
        minutes: vec![0],
        week_days: vec![Weekday::Sun, Weekday::Mon],
        ..spec(2, Frequency::Week)
    };
    let expected = ["06-09T18:00:00", "06-17T18:00:00", "06-23T18:00:00"];
    assert_eq!(recurs(fortnight, "2024-06-05T12:00:00", june), expected);
    // No week day: the anchor's.
    let bare = spec(3, Frequency::Week);
    assert_eq!(recurs(bare, "2024-06-05T12:15:00", june), ["06-05T12:15:00", "06-26T12:15:00"]);
}

/// SCHED-3: frequency month; -1 is the last day, days a month does not have are skipped.
#[test]
fn months_skip_days_they_do_not_have() {
    let year = days("2024-01-01", "2025-01-01");
    let at_noon = |interval, month_days| RecurrenceSpec {
        hours: vec![12],
        minutes: vec![0],
        month_days,
        ..spec(interval, Frequency::Month)
    };
    let start = "2023-11-15T00:00:00";
    let months =
        |list: &[&str]| -> Vec<_> { list.iter().map(|d| format!("{d}T12:00:00")).collect() };
    assert_eq!(
        recurs(at_noon(3, vec![-1]), start, year),
        months(&["02-29", "05-31", "08-31", "11-30"])
    );
    assert_eq!(
        recurs(at_noon(1, vec![31]), start, year),
        months(&["01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"])
    );
    assert_eq!(
        recurs(at_noon(6, vec![-1, 31, 1]), start, year),
        months(&["05-01", "05-31", "11-01", "11-30"]),
        "the last day of May is its 31st: once"
    );
    assert_eq!(recurs(at_noon(16, vec![]), start, days("2024-01-01", "2027-01-01")).len(), 2);
}

/// SCHED-3: minute and hour frequencies count in absolute time and ignore the pattern.
#[test]
fn minutes_and_hours_step_from_the_anchor() {
    let two = days("2024-03-31", "2024-04-02");
    let hours = RecurrenceSpec { hours: vec![3], ..spec(12, Frequency::Hour) };
    let expected = ["03-31T06:20:07", "03-31T18:20:07", "04-01T06:20:07", "04-01T18:20:07"];
    let rule = schedule(recurrence(hours), "W. Europe Standard Time", Some("2024-03-30T19:20:07"));
    // Half past seven on the local clock at first, half past eight after the change.
    assert_eq!(fired(&rule, OBSERVED, None, two), expected);
    assert_eq!(fired(&rule, IGNORED, None, two), expected);
    let minutes = schedule(recurrence(spec(1_000, Frequency::Minute)), "UTC", None);
    let anchor = Some("2024-03-31T10:00:30Z");
    assert_eq!(
        fired(&minutes, IGNORED, anchor, two),
        ["03-31T10:00:30", "04-01T02:40:30", "04-01T19:20:30"]
    );
    let early = Some("2024-01-01T10:00:30Z");
    assert_eq!(fired(&minutes, IGNORED, early, two)[0], "03-31T00:00:00", "anchor: horizon start");
}

/// SCHED-3: without a start time a recurrence counts from the anchor and not before it.
#[test]
fn without_a_start_time_the_creation_is_the_anchor() {
    let june = days("2024-06-01", "2024-06-05");
    let bare = schedule(recurrence(spec(1, Frequency::Day)), "W. Europe Standard Time", None);
    let anchor = Some("2024-06-02T15:20:40Z");
    // 17:20:40 on the local clock when observed; the first :00 not before it is a day later.
    assert_eq!(fired(&bare, OBSERVED, anchor, june), ["06-03T15:20:00", "06-04T15:20:00"]);
    let full = RecurrenceSpec { hours: vec![8], minutes: vec![0], ..spec(1, Frequency::Day) };
    let full = schedule(recurrence(full), "UTC", None);
    assert_eq!(fired(&full, IGNORED, anchor, june), ["06-03T08:00:00", "06-04T08:00:00"]);
    // A cron expression has no anchor.
    let cron = schedule(cron("0 8 * * *"), "UTC", None);
    assert_eq!(fired(&cron, IGNORED, anchor, june).len(), 4);
}

/// SCHED-3: what depends on the instant of creation.
#[test]
fn dependence_on_the_anchor() {
    let times =
        |frequency| RecurrenceSpec { hours: vec![8], minutes: vec![0], ..spec(1, frequency) };
    let week = |week_days| RecurrenceSpec { week_days, ..times(Frequency::Week) };
    let month = |month_days| RecurrenceSpec { month_days, ..times(Frequency::Month) };
    let table = [
        (spec(1, Frequency::Hour), true),
        (spec(1, Frequency::Minute), true),
        (spec(1, Frequency::Day), true),
        (times(Frequency::Day), false),
        (RecurrenceSpec { minutes: vec![], ..times(Frequency::Day) }, true),
        (RecurrenceSpec { hours: vec![], ..times(Frequency::Day) }, true),
        (RecurrenceSpec { interval: 2, ..times(Frequency::Day) }, true),
        (week(vec![]), true),
        (week(vec![Weekday::Mon]), false),
        (month(vec![]), true),
        (month(vec![-1]), false),
    ];
    for (spec, expected) in table {
        let name = format!("{spec:?}");
        let mut rule = schedule(recurrence(spec), "UTC", None);
        assert_eq!(depends_on_anchor(&rule), expected, "{name}");
        rule.start_time = StartTime::parse("2024-06-02T00:00:00").ok();
        assert!(!depends_on_anchor(&rule), "{name}");
    }
    assert!(!depends_on_anchor(&schedule(cron("0 8 * * *"), "UTC", None)));
}

/// SCHED-3: limits are errors, and all of them are found.
#[test]
fn bad_recurrences_are_errors() {
    for frequency in Frequency::ALL {
        let max = frequency.max_interval();
        assert!(Recurrence::new(spec(max, frequency)).is_ok());
        for interval in [0, -1, max + 1] {
            let error = Recurrence::new(spec(interval, frequency)).unwrap_err();
            assert_eq!((error.key, error.value), ("interval", interval.to_string()));
        }
    }
    let bad = RecurrenceSpec {
        hours: vec![0, 24],
        minutes: vec![-1, 59, 60],
        month_days: vec![1, -1, 31, 0, -2, 32],
        ..spec(501, Frequency::Day)
    };
    let found: Vec<_> = bad.errors().iter().map(|e| format!("{} {}", e.key, e.column)).collect();
    let expected = [
        "interval 1",
        "hours 2",
        "minutes 1",
        "minutes 3",
        "month_days 4",
        "month_days 5",
        "month_days 6",
    ];
    assert_eq!(found, expected);
}

/// SCHED-3: ignored parts are said to be ignored.
#[test]
fn ignored_parts_are_noted() {
    let everything = |frequency| RecurrenceSpec {
        hours: vec![1],
        minutes: vec![1],
        week_days: vec![Weekday::Mon],
        month_days: vec![1],
        ..spec(1, frequency)
    };
    let table: [(Frequency, &[&str]); 5] = [
        (Frequency::Minute, &["hours", "minutes", "week_days", "month_days"]),
        (Frequency::Hour, &["hours", "minutes", "week_days", "month_days"]),
        (Frequency::Day, &["week_days", "month_days"]),
        (Frequency::Week, &["month_days"]),
        (Frequency::Month, &["week_days"]),
    ];
    for (frequency, keys) in table {
        let notes = Recurrence::new(everything(frequency)).unwrap().1;
        assert_eq!(notes.len(), keys.len());
        for (note, key) in notes.iter().zip(keys) {
            assert!(note.message.starts_with(&format!("`{key}` is ignored")), "{note:?}");
        }
        assert!(Recurrence::new(spec(1, frequency)).unwrap().1.is_empty());
    }
    assert_eq!(parse_week_day("MONDAY"), Some(Weekday::Mon));
    assert_eq!(Frequency::parse("Week"), Some(Frequency::Week));
    assert_eq!((parse_week_day("mo"), Frequency::parse("year")), (None, None));
}

/// SCHED-4: a start time bounds cron too; with Z or an offset the whole schedule is in UTC.
#[test]
fn start_times_bound_and_may_change_the_zone() {
    let june = days("2024-06-03", "2024-06-06");
    let eight = |start| {
        fired(
            &schedule(cron("0 8 * * *"), "W. Europe Standard Time", Some(start)),
            OBSERVED,
            None,
            june,
        )
    };
    let local = ["06-04T06:00:00", "06-05T06:00:00"];
    assert_eq!(eight("2024-06-03T08:00:01"), local);
    assert_eq!(eight("2024-06-04T08:00:00"), local, "the start itself is in");
    assert_eq!(eight("2024-06-03T08:00:01Z"), ["06-04T08:00:00", "06-05T08:00:00"]);
    assert_eq!(eight("2024-06-03T10:00:00+02:00").len(), 3);
    assert_eq!(eight("2030-01-01T00:00:00"), [""; 0]);
    // In a gap, 02:30 is the first instant after it.
    let hourly = schedule(
        recurrence(spec(1, Frequency::Hour)),
        "W. Europe Standard Time",
        Some("2024-03-31T02:30:00"),
    );
    let day = days("2024-03-31", "2024-04-01");
    assert_eq!(fired(&hourly, OBSERVED, None, day)[0], "03-31T01:00:00");
    assert_eq!(fired(&hourly, IGNORED, None, day)[0], "03-31T01:30:00");
}

/// SCHED-5: spring and autumn in four zones, both DST rules.
#[test]
fn clock_changes_move_firings_only_when_observed() {
    let table = [
        (
            "W. Europe Standard Time",
            "30 2 * * *",
            ("2024-03-30", "2024-04-02"),
            ["03-30T01:30:00", "03-31T01:00:00", "04-01T00:30:00"],
            "01:30:00",
        ),
        (
            "W. Europe Standard Time",
            "30 2 * * *",
            ("2024-10-26", "2024-10-29"),
            ["10-26T00:30:00", "10-27T00:30:00", "10-28T01:30:00"],
            "01:30:00",
        ),
        (
            "Pacific Standard Time",
            "0 18 * * *",
            ("2024-03-09", "2024-03-12"),
            ["03-09T02:00:00", "03-10T02:00:00", "03-11T01:00:00"],
            "02:00:00",
        ),
        (
            "Pacific Standard Time",
            "30 1 * * *",
            ("2024-11-02", "2024-11-05"),
            ["11-02T08:30:00", "11-03T08:30:00", "11-04T09:30:00"],
            "09:30:00",
        ),
        (
            "AUS Eastern Standard Time",
            "15 2 * * *",
            ("2024-10-05", "2024-10-08"),
            ["10-05T16:00:00", "10-06T15:15:00", "10-07T15:15:00"],
            "16:15:00",
        ),
        (
            "AUS Eastern Standard Time",
            "15 2 * * *",
            ("2024-04-06", "2024-04-09"),
            ["04-06T15:15:00", "04-07T16:15:00", "04-08T16:15:00"],
            "16:15:00",
        ),
        (
            "Lord Howe Standard Time",
            "15 2 * * *",
            ("2024-10-05", "2024-10-08"),
            ["10-05T15:30:00", "10-06T15:15:00", "10-07T15:15:00"],
            "15:45:00",
        ),
        (
            "Lord Howe Standard Time",
            "45 1 * * *",
            ("2024-04-06", "2024-04-09"),
            ["04-06T14:45:00", "04-07T15:15:00", "04-08T15:15:00"],
            "15:15:00",
        ),
    ];
    for (name, expression, (start, end), observed, standard) in table {
        let rule = schedule(cron(expression), name, None);
        let horizon = days(start, end);
        assert_eq!(fired(&rule, OBSERVED, None, horizon), observed, "{name} {expression}");
        let ignored = fired(&rule, IGNORED, None, horizon);
        assert_eq!(ignored.len(), 3, "{name} {expression}");
        assert!(ignored.iter().all(|f| f.ends_with(standard)), "{name} {ignored:?}");
    }
}

/// SCHED-5: recurrences meet the clock as cron does; skipped times of one schedule fall together.
#[test]
fn a_gap_gathers_the_firings_of_one_schedule() {
    let pattern =
        RecurrenceSpec { hours: vec![1, 2, 3], minutes: vec![0, 30], ..spec(1, Frequency::Day) };
    let rule = schedule(recurrence(pattern), "W. Europe Standard Time", None);
    let spring = fired(&rule, OBSERVED, None, days("2024-03-31", "2024-04-01"));
    // 01:00, 01:30, then 02:00, 02:30 and 03:00 as one, then 03:30.
    assert_eq!(
        spring[..4],
        ["03-31T00:00:00", "03-31T00:30:00", "03-31T01:00:00", "03-31T01:30:00"]
    );
    let all = fired(
        &schedule(cron("* * * * *"), "W. Europe Standard Time", None),
        OBSERVED,
        None,
        days("2024-10-27", "2024-10-28"),
    );
    assert_eq!(all.len(), 23 * 60, "a repeated hour fires once");
    assert!(!all.contains(&"10-27T01:00:00".to_string()));
}

/// SCHED-2, SCHED-3: what both can say, both say alike, through every clock change of two years.
#[test]
fn cron_and_recurrence_agree_where_they_overlap() {
    let at = |hours: &[i64], minutes: &[i64], frequency| RecurrenceSpec {
        hours: hours.to_vec(),
        minutes: minutes.to_vec(),
        ..spec(1, frequency)
    };
    let (sun, tue) = (Weekday::Sun, Weekday::Tue);
    let week = at(&[0, 2, 23], &[0, 15], Frequency::Week);
    let month = at(&[2], &[45], Frequency::Month);
    let table = [
        ("0,30 1-3 * * *", at(&[1, 2, 3], &[0, 30], Frequency::Day)),
        ("0,15 0,2,23 * * 0,2", RecurrenceSpec { week_days: vec![sun, tue], ..week }),
        ("45 2 1,29-31 * *", RecurrenceSpec { month_days: vec![30, 31, 29, 1], ..month }),
    ];
    let years = days("2023-01-01", "2025-01-01");
    for name in ["W. Europe Standard Time", "Pacific SA Standard Time", "Lord Howe Standard Time"] {
        for (expression, spec) in &table {
            for dst in DstRule::ALL {
                // A start time so early that the anchor cannot cut anything off.
                let early = Some("2022-01-01T00:00:00");
                let a = fired(&schedule(cron(expression), name, early), dst, None, years);
                let b = fired(&schedule(recurrence(spec.clone()), name, early), dst, None, years);
                assert!(a == b && a.len() > 80, "{name} {expression} {dst}");
            }
        }
    }
}

/// SCHED-9, STATE-5, STATE-6: order, multiplicity, disabled schedules and the horizon's ends.
#[test]
fn firings_are_sorted_and_disabled_schedules_never_fire() {
    let rule =
        |action, enabled| Schedule { action, enabled, ..schedule(cron("0 0 * * *"), "UTC", None) };
    let horizon = days("2024-06-03", "2024-06-05");
    let (start, stop) = (rule(Action::Start, true), rule(Action::Stop, true));
    let disabled = rule(Action::Stop, false);
    let all =
        firings(&[start.clone(), stop, disabled, start], RULES, IGNORED, horizon.start, horizon);
    let first = [Action::Stop, Action::Start, Action::Start]
        .map(|action| Firing { at: horizon.start, action });
    assert_eq!(all[..3], first);
    assert_eq!(all.len(), 6, "nothing fires at the end of the horizon");
}

/// SCHED-1, and what a plan is when nothing is said.
#[test]
fn a_new_plan_never_stops_anything() {
    let plan = Plan::new("x");
    assert_eq!((plan.idle, plan.schedules.len(), plan.public_ip), (None, 0, true));
    assert_eq!(MAX_SCHEDULES, 4);
}
