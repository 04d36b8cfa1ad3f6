//! SCHED-2, table by table.

use super::*;
use crate::plan::{Schedule, Trigger, firings};
use crate::units::{Action, DstRule, Horizon, parse_instant};
use crate::world::zones::Zone;

fn at(text: &str) -> Instant {
    parse_instant(text, false).unwrap()
}

/// Firings in UTC from `start` to `end`, as `MM-DDTHH:MM`.
fn fired(expression: &str, rules: RuleProfile, (start, end): (&str, &str)) -> Vec<String> {
    let horizon =
        Horizon { start: at(&format!("{start}T00:00:00Z")), end: at(&format!("{end}T00:00:00Z")) };
    let schedule = Schedule {
        action: Action::Stop,
        enabled: true,
        trigger: Trigger::Cron(Cron::parse(expression).unwrap().0),
        zone: Zone::utc(),
        start_time: None,
    };
    let all = firings(&[schedule], rules, DstRule::Ignored, horizon.start, horizon);
    all.iter().map(|f| f.at.civil().format("%m-%dT%H:%M").to_string()).collect()
}

const OLD: RuleProfile = RuleProfile::Aml2022_12;
const NEW: RuleProfile = RuleProfile::Aml2024_08;
/// Monday to Sunday.
const WEEK: (&str, &str) = ("2024-06-03", "2024-06-10");

/// SCHED-2: numbers, lists, ranges, `*`, steps and names; Sunday is 0.
#[test]
fn the_grammar_fires_where_a_calendar_says() {
    let table: [(&str, &[&str]); 9] = [
        ("0 18 * * 1,3", &["06-03T18:00", "06-05T18:00"]),
        ("0 18 * * 0", &["06-09T18:00"]),
        ("30 7 * * 5-6", &["06-07T07:30", "06-08T07:30"]),
        ("0,30 23 3 6 *", &["06-03T23:00", "06-03T23:30"]),
        ("0 6-18/6 4 * *", &["06-04T06:00", "06-04T12:00", "06-04T18:00"]),
        ("0 */9 4 * *", &["06-04T00:00", "06-04T09:00", "06-04T18:00"]),
        ("20/15 12 4 * *", &["06-04T12:20", "06-04T12:35", "06-04T12:50"]),
        ("0 9 * JUN wed-Thursday", &["06-05T09:00", "06-06T09:00"]),
        ("0 9 * jan *", &[]),
    ];
    for (expression, expected) in table {
        assert_eq!(fired(expression, OLD, WEEK), expected, "{expression}");
        assert_eq!(fired(expression, NEW, WEEK), expected, "{expression}");
    }
}

/// SCHED-2: both day fields restricted: either (2022-12) or both (2024-08).
#[test]
fn two_day_fields_mean_either_or_both() {
    let june = ("2024-06-01", "2024-06-15");
    let either = ["06-03T09:00", "06-10T09:00", "06-13T09:00"];
    assert_eq!(fired("0 9 13 * 1", OLD, june), either, "Mondays and the 13th");
    assert_eq!(fired("0 9 13 * 1", NEW, june), [""; 0], "13 June 2024 is a Thursday");
    assert_eq!(fired("0 9 13 * 4", NEW, june), ["06-13T09:00"]);
    // A day on which both match fires once.
    assert_eq!(fired("0 9 13 * 4", OLD, june), ["06-06T09:00", "06-13T09:00"]);
    let notes = Cron::parse("0 9 13 * 1").unwrap().1;
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].column, Some(5));
    assert!(notes[0].message.contains("aml-2022-12 fires when either matches"));
    // A field is restricted unless it is exactly `*`, even when it holds every value.
    assert_eq!(fired("0 9 1-31 * 1", OLD, WEEK).len(), 7);
    assert_eq!(fired("0 9 1-31 * 1", NEW, WEEK), ["06-03T09:00"]);
    assert_eq!(fired("0 9 */1 * 1", OLD, WEEK).len(), 7);
}

/// SCHED-2: every error names its column, the offending text and the way out.
#[test]
fn errors_are_located_and_say_how_to_write_it() {
    let table = [
        ("0 9 * *", 1, "0 9 * *", "minute hour day-of-month month day-of-week"),
        ("", 1, "", "minute hour day-of-month month day-of-week"),
        ("0 0 9 * * 1", 11, "0 0 9 * * 1", "seconds"),
        ("0 9 * * 1, 3", 12, "0 9 * * 1, 3", "without blanks"),
        ("@daily", 1, "@daily", "`@`"),
        ("60 * * * *", 1, "60", "0 to 59"),
        ("0 24 * * *", 3, "24", "0 to 23"),
        ("0 9 0 * *", 5, "0", "1 to 31"),
        ("0 9 1 13 *", 7, "13", "1 to 12"),
        ("0 9 * * 7", 9, "7", "Sunday is 0"),
        ("0 9 * * 1-7", 11, "7", "Sunday is 0"),
        ("99999999999 9 * * *", 1, "99999999999", "0 to 59"),
        ("0 9 * * 5-1", 9, "5-1", "write `5,6,0,1`"),
        ("0 9 * * fri-mon", 9, "fri-mon", "write `5,6,0,1`"),
        ("0 9 * * 6-1", 9, "6-1", "write `6,0,1`"),
        ("0 22-6 * * *", 3, "22-6", "write `22,23,0-6`"),
        ("0 9 ? * 1", 5, "?", "write `*`"),
        ("0 9 L * *", 5, "L", "month_days: [-1]"),
        ("0 9 15W * *", 5, "15W", "write the days"),
        ("0 9 * * 5L", 9, "5L", "write the days"),
        ("0 9 * * 5#2", 9, "5#2", "Quartz"),
        ("0 9 * * 1,,3", 11, "1,,3", "comma"),
        ("0 9 1, * *", 7, "1,", "comma"),
        ("0 9 * * ,1", 9, ",1", "comma"),
        ("*/0 9 * * *", 3, "0", "`*/2`"),
        ("*/x 9 * * *", 3, "x", "`*/2`"),
        ("*/ 9 * * *", 3, "", "`*/2`"),
        ("5*/2 9 * * *", 1, "5*", "stands alone"),
        ("1-2-3 9 * * *", 3, "2-3", "0 to 59"),
        ("-5 9 * * *", 1, "-5", "first-last"),
        ("0 9 * foo *", 7, "foo", "`jan`"),
        ("0 9 mon * *", 5, "mon", "1 to 31"),
        ("0 9 1,é,x * *", 7, "é", "1 to 31"),
        ("  0  9 * *\t8", 12, "8", "Sunday is 0"),
    ];
    for (expression, column, value, hint) in table {
        let error = Cron::parse(expression).unwrap_err();
        assert_eq!((error.column, error.value.as_str()), (column, value), "{expression}: {error}");
        assert!(error.hint.contains(hint), "{expression}: {error}");
    }
}

/// SCHED-2: steps and names are accepted with one note each.
#[test]
fn steps_and_names_are_noted() {
    let columns = |expression: &str| -> Vec<_> {
        Cron::parse(expression).unwrap().1.iter().map(|n| n.column.unwrap_or(0)).collect()
    };
    assert_eq!(columns("0 18 * * 1-5"), Vec::<usize>::new());
    assert_eq!(columns("*/15 8-18/2 * * *"), [3]);
    assert_eq!(columns("0 9 * jan,feb mon"), [7]);
    assert_eq!(columns("*/15 9 * * mon"), [3, 12]);
    assert_eq!(columns("*/90 9 * * *"), [3, 3], "and the step leaves one value");
}

/// SCHED-2: an expression that can never fire is noted, and is no work.
#[test]
fn impossible_days_are_noted_and_fast() {
    for expression in ["0 0 31 2 *", "0 0 31 4,6,9,11 *", "0 0 30-31 2 *"] {
        let notes = Cron::parse(expression).unwrap().1;
        assert!(notes[0].message.starts_with("never fires: "), "{expression}");
        assert!(fired(expression, OLD, ("1971-01-01", "2099-01-01")).is_empty());
    }
    let notes = Cron::parse("0 0 31 2 1").unwrap().1;
    assert!(notes[1].message.starts_with("never fires under aml-2024-08"));
    assert_eq!(fired("0 0 31 2 1", OLD, ("2024-02-01", "2024-02-10")), ["02-05T00:00"]);
    assert!(Cron::parse("0 0 29 2 *").unwrap().1.is_empty());
    assert_eq!(fired("0 0 29 2 *", OLD, ("2021-01-01", "2029-01-01")).len(), 2);
}

/// Days come from the crate, times from us: together they are what the crate alone would say.
#[test]
fn days_times_hours_times_minutes_is_what_the_crate_enumerates() {
    for (expression, whole) in [
        ("*/7 3,22 1-15 * 1-5", "0 */7 3,22 1-15 * 2-6"),
        ("59 23 31 * *", "0 59 23 31 * *"),
        ("0 0 * 2,12 0", "0 0 0 * 2,12 1"),
    ] {
        let start = at("2023-12-01T00:00:00Z").plus(-1).civil().and_utc();
        let crates: Vec<_> = cron::Schedule::from_str(whole)
            .unwrap()
            .after_owned(start)
            .take_while(|t| *t < at("2024-04-01T00:00:00Z").civil().and_utc())
            .map(|t| t.format("%m-%dT%H:%M").to_string())
            .collect();
        assert_eq!(fired(expression, NEW, ("2023-12-01", "2024-04-01")), crates, "{expression}");
    }
}

/// SCHED-2: every minute of a leap year.
#[test]
fn every_minute_of_a_year_is_all_of_them() {
    assert_eq!(fired_count("* * * * *"), 366 * 24 * 60);
}

fn fired_count(expression: &str) -> usize {
    let horizon = Horizon { start: at("2024-01-01T00:00:00Z"), end: at("2025-01-01T00:00:00Z") };
    let schedule = Schedule {
        action: Action::Stop,
        enabled: true,
        trigger: Trigger::Cron(Cron::parse(expression).unwrap().0),
        zone: Zone::parse("W. Europe Standard Time").unwrap().0,
        start_time: None,
    };
    firings(&[schedule], OLD, DstRule::Ignored, horizon.start, horizon).len()
}
