//! Writes schedules (SCHED-1 to SCHED-5, SCHED-9) in both spellings, from the plan as it was
//! understood: zones as Windows names, start times as Azure takes them.

use crate::azure::names::capitalised;
use crate::azure::node::{Node, Value};
use crate::azure::tree::{list, map, node, text};
use crate::plan::{RecurrenceSpec, Schedule, Trigger};
use chrono::Weekday;
use serde_json::{Map, Value as Json, json};

/// `schedules` in the CLI's spelling. A pattern always has hours and minutes: the SDK refuses it
/// otherwise.
pub(crate) fn cli_schedules(schedules: &[Schedule]) -> Node {
    map([("compute_start_stop", list(schedules.iter().map(cli_schedule).collect()))])
}

fn cli_schedule(schedule: &Schedule) -> Node {
    let mut trigger = match &schedule.trigger {
        Trigger::Cron(cron) => {
            vec![("type", text("cron")), ("expression", text(cron.text()))]
        }
        Trigger::Recurrence(recurrence) => cli_recurrence(recurrence.spec()),
    };
    // Before the pattern, where there is one.
    let place = 2 + usize::from(matches!(schedule.trigger, Trigger::Recurrence(_)));
    trigger.insert(place, ("time_zone", text(schedule.zone.windows)));
    if let Some(start) = schedule.start_time {
        trigger.insert(place, ("start_time", text(start.to_string())));
    }
    map([
        ("action", text(schedule.action.as_str())),
        ("state", text(if schedule.enabled { "enabled" } else { "disabled" })),
        ("trigger", map(trigger)),
    ])
}

fn cli_recurrence(spec: &RecurrenceSpec) -> Vec<(&'static str, Node)> {
    let mut trigger = vec![
        ("type", text("recurrence")),
        ("frequency", text(spec.frequency.as_str())),
        ("interval", node(Value::Integer(spec.interval))),
    ];
    if has_pattern(spec) {
        let numbers = |n: &[i64]| list(n.iter().map(|n| node(Value::Integer(*n))).collect());
        let mut pattern =
            vec![("hours", numbers(&spec.hours)), ("minutes", numbers(&spec.minutes))];
        if !spec.week_days.is_empty() {
            let days = spec.week_days.iter().map(|d| text(week_day(*d).to_lowercase()));
            pattern.push(("week_days", list(days.collect())));
        }
        if !spec.month_days.is_empty() {
            pattern.push(("month_days", numbers(&spec.month_days)));
        }
        trigger.push(("schedule", map(pattern)));
    }
    trigger
}

const fn has_pattern(spec: &RecurrenceSpec) -> bool {
    !(spec.hours.is_empty()
        && spec.minutes.is_empty()
        && spec.week_days.is_empty()
        && spec.month_days.is_empty())
}

/// `schedules` as ARM and REST spell it, in the order of the product page's example.
pub(crate) fn arm_schedules(schedules: &[Schedule]) -> Json {
    json!({ "computeStartStop": schedules.iter().map(arm_schedule).collect::<Vec<_>>() })
}

fn arm_schedule(schedule: &Schedule) -> Json {
    let start = schedule.start_time.map(|start| Json::from(start.to_string()));
    let mut clock = Map::new();
    let (kind, key) = match &schedule.trigger {
        Trigger::Cron(cron) => {
            clock.extend(start.map(|start| ("startTime".to_owned(), start)));
            clock.insert("timeZone".to_owned(), schedule.zone.windows.into());
            clock.insert("expression".to_owned(), cron.text().into());
            ("Cron", "cron")
        }
        Trigger::Recurrence(recurrence) => {
            let spec = recurrence.spec();
            clock.insert("frequency".to_owned(), capitalised(spec.frequency.as_str()).into());
            clock.insert("interval".to_owned(), spec.interval.into());
            clock.extend(start.map(|start| ("startTime".to_owned(), start)));
            clock.insert("timeZone".to_owned(), schedule.zone.windows.into());
            clock.insert("schedule".to_owned(), arm_pattern(spec));
            ("Recurrence", "recurrence")
        }
    };
    json!({
        "triggerType": kind,
        key: clock,
        "action": capitalised(schedule.action.as_str()),
        "status": if schedule.enabled { "Enabled" } else { "Disabled" },
    })
}

/// The schema requires `hours` and `minutes` even where a frequency has no use for them: then the
/// lists are empty, as the SDK sends them.
fn arm_pattern(spec: &RecurrenceSpec) -> Json {
    let mut pattern = json!({ "hours": spec.hours, "minutes": spec.minutes });
    if !spec.week_days.is_empty() {
        pattern["weekDays"] = spec.week_days.iter().map(|d| week_day(*d)).collect();
    }
    if !spec.month_days.is_empty() {
        pattern["monthDays"] = spec.month_days.clone().into();
    }
    pattern
}

/// Whether days of the month are written anywhere, used or not.
pub(crate) fn names_month_days(schedule: &Schedule) -> bool {
    matches!(&schedule.trigger, Trigger::Recurrence(r) if !r.spec().month_days.is_empty())
}

const fn week_day(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
