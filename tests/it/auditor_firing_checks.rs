//! The auditor's calendar: firings worked out by hand, dates against chrono, and the renderers.

use crate::support::firing::Firing;
use crate::support::render::{activity_csv, flags, instances_csv, operations_csv};
use crate::support::world::{
    Dst, Rules, SmallAction, SmallFrequency, SmallSchedule, SmallTrigger, SmallWorld, random_world,
};
use crate::support::zones::{Clock, ZONES, civil, naive_text, next_month, rfc3339};
use chrono::{DateTime, Datelike as _, Offset as _, TimeZone as _, Timelike as _};

/// A UTC instant from its text.
fn at(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("RFC 3339").timestamp()
}

/// A world over `[from, to)`; nothing else of it matters here.
fn over(from: &str, to: &str, rules: Rules, dst: Dst) -> SmallWorld {
    let mut world = random_world(0);
    (world.horizon_start, world.horizon_end) = (at(from), at(to));
    (world.rules, world.dst) = (rules, dst);
    world
}

fn schedule(zone: &str, start_time: Option<&str>, trigger: SmallTrigger) -> SmallSchedule {
    let (zone, start_time) = (Some(zone.into()), start_time.map(String::from));
    SmallSchedule { action: SmallAction::Stop, enabled: true, zone, start_time, trigger }
}

fn cron(zone: &str, expression: &str) -> SmallSchedule {
    schedule(zone, None, SmallTrigger::Cron(expression.into()))
}

/// A recurrence of hours and minutes only.
fn every(frequency: SmallFrequency, interval: u32, hours: &[u32], minutes: &[u32]) -> SmallTrigger {
    SmallTrigger::Recurrence {
        frequency,
        interval,
        hours: hours.to_vec(),
        minutes: minutes.to_vec(),
        week_days: vec![],
        month_days: vec![],
    }
}

/// All firings in the world's horizon, as text, after checking both ways of finding them.
fn firings(world: &SmallWorld, schedule: &SmallSchedule) -> Vec<String> {
    let firing = Firing::new(schedule, world, world.horizon_start).expect("enabled");
    let all = firing.all(world.horizon_start, world.horizon_end);
    let seconds = world.horizon_start..world.horizon_end;
    if seconds.end - seconds.start <= 3 * 86_400 {
        assert_eq!(all, seconds.filter(|t| firing.fires_at(*t)).collect::<Vec<_>>());
    }
    all.into_iter().map(rfc3339).collect()
}

/// Berlin jumps from 02:00 to 03:00 at 01:00Z: the four skipped quarters fire there, once.
#[test]
fn a_spring_gap_fires_once() {
    let (from, to) = ("2024-03-31T00:00:00Z", "2024-03-31T03:00:00Z");
    let quarters = cron("W. Europe Standard Time", "*/15 2 * * *");
    let world = over(from, to, Rules::Aml2022, Dst::Observed);
    assert_eq!(firings(&world, &quarters), ["2024-03-31T01:00:00Z"]);
    // By its label, UTC+1, the clock skips nothing.
    let world = over(from, to, Rules::Aml2022, Dst::Ignored);
    let expected =
        ["01:00", "01:15", "01:30", "01:45"].map(|hour| format!("2024-03-31T{hour}:00Z"));
    assert_eq!(firings(&world, &quarters), expected);
}

/// New York reads 01:30 twice, at 05:30Z and 06:30Z: only the first fires.
#[test]
fn an_autumn_overlap_fires_the_first_time() {
    let world = over("2024-11-03T00:00:00Z", "2024-11-04T00:00:00Z", Rules::Aml2022, Dst::Observed);
    let half_past = cron("Eastern Standard Time", "30 1 * * *");
    assert_eq!(firings(&world, &half_past), ["2024-11-03T05:30:00Z"]);
}

/// Santiago skips midnight itself, at 04:00Z; Lord Howe moves by half an hour, at 15:30Z.
#[test]
fn unusual_clock_changes() {
    let world = over("2024-09-08T00:00:00Z", "2024-09-09T00:00:00Z", Rules::Aml2022, Dst::Observed);
    let midnight = cron("Pacific SA Standard Time", "0 0 * * *");
    assert_eq!(firings(&world, &midnight), ["2024-09-08T04:00:00Z"]);
    let world = over("2024-10-05T12:00:00Z", "2024-10-05T18:00:00Z", Rules::Aml2022, Dst::Observed);
    let quarter = cron("Lord Howe Standard Time", "15 2 * * *");
    assert_eq!(firings(&world, &quarter), ["2024-10-05T15:30:00Z"]);
}

/// SCHED-2: both day fields restricted, 2024-05-15 being a Wednesday.
#[test]
fn either_day_field_or_both() {
    let days = cron("UTC", "0 12 16 * 3");
    let (from, to) = ("2024-05-15T00:00:00Z", "2024-05-18T00:00:00Z");
    let either = firings(&over(from, to, Rules::Aml2022, Dst::Ignored), &days);
    assert_eq!(either, ["2024-05-15T12:00:00Z", "2024-05-16T12:00:00Z"]);
    let both = firings(&over(from, to, Rules::Aml2024, Dst::Ignored), &days);
    assert!(both.is_empty());
    let thursday = cron("UTC", "0 12 16 may thu");
    let both = firings(&over(from, to, Rules::Aml2024, Dst::Ignored), &thursday);
    assert_eq!(both, ["2024-05-16T12:00:00Z"]);
}

/// Steps: from a number they run to the field's end.
#[test]
fn cron_steps() {
    let world = over("2024-05-15T00:00:00Z", "2024-05-16T00:00:00Z", Rules::Aml2022, Dst::Ignored);
    let hours = |list: &[u32]| -> Vec<String> {
        list.iter().map(|h| format!("2024-05-15T{h:02}:00:00Z")).collect()
    };
    assert_eq!(firings(&world, &cron("UTC", "0 7/6 * * *")), hours(&[7, 13, 19]));
    assert_eq!(firings(&world, &cron("UTC", "0 */9 * * *")), hours(&[0, 9, 18]));
    assert_eq!(firings(&world, &cron("UTC", "0 1-5/2,23 * * *")), hours(&[1, 3, 5, 23]));
}

/// SCHED-3: minutes and hours count from the anchor and keep its seconds.
#[test]
fn hours_from_the_anchor() {
    let world = over("2024-05-15T00:00:00Z", "2024-05-15T12:00:00Z", Rules::Aml2022, Dst::Ignored);
    let trigger = every(SmallFrequency::Hour, 5, &[9], &[9]);
    let tokyo = |start| schedule("Tokyo Standard Time", Some(start), trigger.clone());
    // 09:00:30 in Tokyo is 00:00:30Z; with Z the zone no longer counts.
    let expected = ["2024-05-15T00:00:30Z", "2024-05-15T05:00:30Z", "2024-05-15T10:00:30Z"];
    assert_eq!(firings(&world, &tokyo("2024-05-15T09:00:30")), expected);
    assert_eq!(firings(&world, &tokyo("2024-05-15T09:00:30Z")), ["2024-05-15T09:00:30Z"]);
}

/// SCHED-3: every other day, week and month, with what is missing taken from the anchor.
#[test]
fn calendar_recurrences() {
    let world = over("2024-05-13T00:00:00Z", "2024-06-03T00:00:00Z", Rules::Aml2022, Dst::Ignored);
    // From 18:30 on Wednesday the 29th: not at 06:30 that day, nor before.
    let day = every(SmallFrequency::Day, 2, &[6, 18], &[]);
    let day = schedule("UTC", Some("2024-05-29T18:30:00"), day);
    let expected = ["2024-05-29T18:30", "2024-05-31T06:30", "2024-05-31T18:30", "2024-06-02T06:30"];
    assert_eq!(firings(&world, &day)[..4], expected.map(|t| format!("{t}:00Z")));
    // Weeks run from Monday: Sunday the 19th is in the anchor's week, Monday the 20th is not.
    let week = SmallTrigger::Recurrence {
        frequency: SmallFrequency::Week,
        interval: 2,
        hours: vec![],
        minutes: vec![],
        week_days: vec![0, 6],
        month_days: vec![],
    };
    let week = schedule("UTC", Some("2024-05-15T08:00:00"), week);
    let expected = ["2024-05-19T08:00", "2024-05-27T08:00", "2024-06-02T08:00"];
    assert_eq!(firings(&world, &week), expected.map(|t| format!("{t}:00Z")));
}

/// SCHED-3: -1 is the last day; days a month lacks are skipped.
#[test]
fn month_days() {
    let world = over("2024-01-01T00:00:00Z", "2024-05-01T00:00:00Z", Rules::Aml2022, Dst::Ignored);
    let month = |month_days: Vec<i32>| SmallTrigger::Recurrence {
        frequency: SmallFrequency::Month,
        interval: 1,
        hours: vec![0],
        minutes: vec![0],
        week_days: vec![],
        month_days,
    };
    let dates = |trigger| -> Vec<String> {
        let all = firings(&world, &schedule("UTC", Some("2024-01-31T00:00:00"), trigger));
        all.into_iter().map(|t| t[..10].into()).collect()
    };
    assert_eq!(dates(month(vec![-1])), ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]);
    assert_eq!(dates(month(vec![31])), ["2024-01-31", "2024-03-31"]);
    assert_eq!(dates(month(vec![])), ["2024-01-31", "2024-03-31"]);
}

/// SCHED-4: no firing before the start time, cron included.
#[test]
fn start_times_hold_cron_back() {
    let world = over("2024-05-15T00:00:00Z", "2024-05-18T00:00:00Z", Rules::Aml2022, Dst::Ignored);
    let mut daily = cron("UTC", "0 12 * * *");
    daily.start_time = Some("2024-05-16T12:00:00".into());
    assert_eq!(firings(&world, &daily), ["2024-05-16T12:00:00Z", "2024-05-17T12:00:00Z"]);
    daily.start_time = Some("2024-05-16T12:00:01".into());
    assert_eq!(firings(&world, &daily), ["2024-05-17T12:00:00Z"]);
}

/// Hand-written dates agree with chrono, hand-written offsets with the zone data.
#[test]
fn calendar_agrees_with_chrono() {
    let from = at("2023-12-01T00:00:00Z");
    for t in (from..from + 500 * 86_400).step_by(7_177) {
        let (c, d) = (civil(t), DateTime::from_timestamp(t, 0).expect("in range"));
        let date = (d.year().into(), d.month().into(), d.day().into());
        assert_eq!((c.year, c.month, c.day), date);
        let rest = (d.hour().into(), d.minute().into(), d.weekday().num_days_from_monday().into());
        assert_eq!((c.hour, c.minute, c.weekday), rest);
        assert_eq!(rfc3339(t), d.format("%Y-%m-%dT%H:%M:%SZ").to_string());
        assert!(naive_text(next_month(t)).ends_with("-01T00:00:00"));
    }
    for zone in &ZONES {
        let offset_at = |t: i64| -> i64 {
            let naive = DateTime::from_timestamp(t, 0).expect("in range").naive_utc();
            i64::from(zone.iana.offset_from_utc_datetime(&naive).fix().local_minus_utc())
        };
        let year = (from..from + 400 * 86_400).step_by(1_800);
        let standard = year.clone().map(offset_at).min();
        assert_eq!(standard, Some(zone.standard_minutes * 60), "{}", zone.windows);
        for dst in Dst::ALL {
            let clock = Clock::of_zone(Some(zone.windows), dst, from, from + 400 * 86_400);
            let offset =
                |t| if dst == Dst::Observed { offset_at(t) } else { standard.expect("some") };
            assert!(year.clone().all(|t| clock.local(t) == t + offset(t)), "{}", zone.windows);
        }
    }
}

/// The program's input formats, once each.
#[test]
fn renderings() {
    let world = (0..).map(random_world).find(|w| {
        let i = &w.instances[0];
        i.activity.len() > 2 && i.ops.len() > 2 && i.created.is_some()
    });
    let world = world.expect("one of them");
    let lines = |text: String| text.lines().count();
    let rows = |f: fn(&SmallWorld) -> String| lines(f(&world)) - 1;
    assert_eq!(rows(activity_csv), world.instances.iter().map(|i| i.activity.len()).sum::<usize>());
    assert_eq!(rows(operations_csv), world.instances.iter().map(|i| i.ops.len()).sum::<usize>());
    assert_eq!(rows(instances_csv), world.instances.len());
    let text = flags(&world).join(" ");
    assert!(
        text.starts_with("--horizon 20") && text.contains(" --set dismiss.attended="),
        "{text}"
    );
    let mut plan = world.plans[0].clone();
    let trigger = every(SmallFrequency::Day, 1, &[8, 9], &[]);
    plan.name = "p".into();
    plan.idle_minutes = Some(30);
    plan.schedules = vec![
        schedule("UTC", Some("2024-05-16T12:00:00"), trigger),
        cron("Tokyo Standard Time", "0 18 * * 1-5"),
    ];
    let expected = r#"name: p
type: computeinstance
idle_time_before_shutdown_minutes: 30
schedules:
  compute_start_stop:
    - action: stop
      state: enabled
      trigger:
        type: recurrence
        time_zone: "UTC"
        start_time: "2024-05-16T12:00:00"
        frequency: day
        interval: 1
        schedule:
          hours: [8, 9]
    - action: stop
      state: enabled
      trigger:
        type: cron
        time_zone: "Tokyo Standard Time"
        expression: "0 18 * * 1-5"
"#;
    assert_eq!(plan.to_yaml(), expected);
}
