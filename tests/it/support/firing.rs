//! When schedules fire, by going forward through UTC and asking of each instant whether it matches.

use super::world::{Rules, SmallAction, SmallFrequency, SmallSchedule, SmallTrigger, SmallWorld};
use super::zones::{Civil, Clock, civil, days_in_month};
use chrono::{DateTime, NaiveDateTime};

/// The names a cron month field takes.
const MONTH_NAMES: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// The names a cron day-of-week field takes.
const DAY_NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Which local minutes a schedule means.
enum Pattern {
    /// `anchor + k * step` in UTC, k >= 0.
    Every { step: i64 },
    /// Cron.
    Cron(Cron),
    /// A recurrence by day, week or month.
    Calendar(Calendar),
}

/// One enabled schedule of one life of an instance.
pub(crate) struct Firing {
    /// What it does.
    pub(crate) action: SmallAction,
    clock: Clock,
    /// Nothing fires before this instant.
    not_before: i64,
    pattern: Pattern,
}

impl Firing {
    /// The schedule as it runs in a life that began at `created`, or `None` if it is disabled.
    pub(crate) fn new(schedule: &SmallSchedule, world: &SmallWorld, created: i64) -> Option<Self> {
        if !schedule.enabled {
            return None;
        }
        let start = schedule.start_time.as_deref();
        let absolute = start.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let naive = start.and_then(|text| {
            let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S");
            parsed.ok().map(|n| n.and_utc().timestamp())
        });
        assert!(start.is_none() || absolute.is_some() || naive.is_some(), "start time {start:?}");
        // SCHED-4: a start time with Z or an offset makes the zone UTC.
        let zone = if absolute.is_some() { None } else { schedule.zone.as_deref() };
        let (first, last) = (world.horizon_start, world.horizon_end);
        let from = first.min(created).min(naive.unwrap_or(first)) - 3 * 86_400;
        let to = last.max(naive.unwrap_or(last)) + 3 * 86_400;
        let clock = Clock::of_zone(zone, world.dst, from, to);
        let start = absolute.map(|a| a.timestamp()).or(naive.map(|local| clock.first_utc(local)));
        let anchor = start.unwrap_or(created);
        // A local start time keeps its written hour and minute, skipped by the clock or not.
        let written = if absolute.is_some() { None } else { naive };
        let local = civil(written.unwrap_or_else(|| clock.local(anchor)));
        let pattern = pattern(&schedule.trigger, world.rules, local);
        let not_before = match pattern {
            Pattern::Cron(_) => start.unwrap_or(i64::MIN),
            Pattern::Every { .. } | Pattern::Calendar(_) => anchor,
        };
        Some(Self { action: schedule.action, clock, not_before, pattern })
    }

    /// Whether it fires at this UTC second.
    pub(crate) fn fires_at(&self, utc: i64) -> bool {
        if utc < self.not_before {
            return false;
        }
        if let Pattern::Every { step } = self.pattern {
            return (utc - self.not_before) % step == 0;
        }
        if utc % 60 != 0 {
            return false;
        }
        let local = self.clock.local(utc);
        // A repeated local time fires the first time only.
        let reading = self.matches(local) && self.clock.first_utc(local) == utc;
        // A skipped one fires at the first instant after the gap.
        let skipped = self
            .clock
            .skipped_at(utc)
            .is_some_and(|(from, to)| (from..to).step_by(60).any(|l| self.matches(l)));
        reading || skipped
    }

    /// Every firing in `[from, to)`, in order.
    pub(crate) fn all(&self, from: i64, to: i64) -> Vec<i64> {
        if let Pattern::Every { step } = self.pattern {
            let times = (0..).map(|k| self.not_before + k * step);
            return times.take_while(|t| *t < to).filter(|t| *t >= from).collect();
        }
        let first = from + (-from).rem_euclid(60);
        (first..to).step_by(60).filter(|t| self.fires_at(*t)).collect()
    }

    /// Whether the wall clock reading `local` is one the schedule means.
    fn matches(&self, local: i64) -> bool {
        match &self.pattern {
            Pattern::Every { .. } => false,
            Pattern::Cron(cron) => cron.matches(&civil(local)),
            Pattern::Calendar(calendar) => calendar.matches(&civil(local)),
        }
    }
}

/// The pattern of a trigger, its gaps filled from the anchor's local date and time.
fn pattern(trigger: &SmallTrigger, rules: Rules, local: Civil) -> Pattern {
    match trigger {
        SmallTrigger::Cron(expression) => Pattern::Cron(Cron::parse(expression, rules)),
        SmallTrigger::Recurrence { frequency, interval, hours, minutes, week_days, month_days } => {
            let interval = i64::from(*interval);
            let or = |given: &[u32], missing: i64| -> Vec<i64> {
                let given: Vec<_> = given.iter().map(|v| i64::from(*v)).collect();
                if given.is_empty() { vec![missing] } else { given }
            };
            match frequency {
                SmallFrequency::Minute => Pattern::Every { step: interval * 60 },
                SmallFrequency::Hour => Pattern::Every { step: interval * 3_600 },
                SmallFrequency::Day | SmallFrequency::Week | SmallFrequency::Month => {
                    Pattern::Calendar(Calendar {
                        frequency: *frequency,
                        interval,
                        anchor: local,
                        hours: or(hours, local.hour),
                        minutes: or(minutes, local.minute),
                        week_days: or(week_days, local.weekday),
                        month_days: if month_days.is_empty() {
                            vec![local.day]
                        } else {
                            month_days.iter().map(|d| i64::from(*d)).collect()
                        },
                    })
                }
            }
        }
    }
}

/// A recurrence by day, week or month (SCHED-3).
struct Calendar {
    frequency: SmallFrequency,
    interval: i64,
    anchor: Civil,
    hours: Vec<i64>,
    minutes: Vec<i64>,
    week_days: Vec<i64>,
    month_days: Vec<i64>,
}

impl Calendar {
    fn matches(&self, t: &Civil) -> bool {
        self.hours.contains(&t.hour) && self.minutes.contains(&t.minute) && self.matches_date(t)
    }

    /// Whether the date is one of the recurrence's, by the count from the anchor.
    fn matches_date(&self, t: &Civil) -> bool {
        let a = &self.anchor;
        let monday = |c: &Civil| c.day_number - c.weekday;
        match self.frequency {
            SmallFrequency::Day => (t.day_number - a.day_number) % self.interval == 0,
            SmallFrequency::Week => {
                let weeks = (monday(t) - monday(a)) / 7;
                weeks % self.interval == 0 && self.week_days.contains(&t.weekday)
            }
            SmallFrequency::Month => {
                let months = (t.year * 12 + t.month) - (a.year * 12 + a.month);
                let last = t.day == days_in_month(*t);
                let day =
                    self.month_days.contains(&t.day) || (last && self.month_days.contains(&-1));
                months % self.interval == 0 && day
            }
            SmallFrequency::Minute | SmallFrequency::Hour => false,
        }
    }
}

/// A parsed cron expression (SCHED-2).
struct Cron {
    minute: Vec<bool>,
    hour: Vec<bool>,
    day: Vec<bool>,
    month: Vec<bool>,
    weekday: Vec<bool>,
    /// Both day fields restricted, and the profile takes either.
    either_day: bool,
}

impl Cron {
    fn parse(expression: &str, rules: Rules) -> Self {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            panic!("five fields: {expression}")
        };
        let both = day != "*" && weekday != "*";
        Self {
            minute: cron_field(minute, 0, 59, &[]),
            hour: cron_field(hour, 0, 23, &[]),
            day: cron_field(day, 1, 31, &[]),
            month: cron_field(month, 1, 12, &MONTH_NAMES),
            weekday: cron_field(weekday, 0, 6, &DAY_NAMES),
            either_day: both && rules == Rules::Aml2022,
        }
    }

    fn matches(&self, t: &Civil) -> bool {
        let has = |field: &[bool], value: i64| field[value as usize];
        if !has(&self.minute, t.minute) || !has(&self.hour, t.hour) || !has(&self.month, t.month) {
            return false;
        }
        // Sunday is 0 here and 6 in a civil date.
        let by_weekday = has(&self.weekday, (t.weekday + 1) % 7);
        let by_day = has(&self.day, t.day);
        if self.either_day { by_day || by_weekday } else { by_day && by_weekday }
    }
}

/// One field as a table of what it admits, indexed by value.
fn cron_field(text: &str, low: usize, high: usize, names: &[&str]) -> Vec<bool> {
    let number = |word: &str| -> usize {
        let lower = word.to_ascii_lowercase();
        let named = names.iter().position(|n| *n == lower).map(|i| i + low);
        named.unwrap_or_else(|| word.parse().expect("a cron number"))
    };
    let mut admits = vec![false; high + 1];
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, step.parse().expect("a cron step")),
            None => (item, 1),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from), number(to)),
            None if range == "*" => (low, high),
            None if item.contains('/') => (number(range), high),
            None => (number(range), number(range)),
        };
        assert!(low <= from && from <= to && to <= high, "cron item {item}");
        for value in (from..=to).step_by(step) {
            admits[value] = true;
        }
    }
    admits
}

/// The firings of every schedule of one plan in one life, schedule by schedule.
pub(crate) struct PlanFirings {
    /// The enabled schedules, in plan order.
    pub(crate) schedules: Vec<Firing>,
    /// For each, all its firings in the horizon; empty when the walk asks second by second.
    pub(crate) times: Vec<Vec<i64>>,
}

impl PlanFirings {
    /// The plan's schedules in a life that began at `created`; with `listed`, all their firings
    /// too.
    pub(crate) fn new(world: &SmallWorld, plan: usize, created: i64, listed: bool) -> Self {
        let schedules: Vec<_> = world.plans[plan]
            .schedules
            .iter()
            .filter_map(|schedule| Firing::new(schedule, world, created))
            .collect();
        let (from, to) = (world.horizon_start, world.horizon_end);
        let times =
            if listed { schedules.iter().map(|f| f.all(from, to)).collect() } else { Vec::new() };
        Self { schedules, times }
    }

    /// How many schedules of this action fire at `utc`.
    pub(crate) fn firing(&self, action: SmallAction, utc: i64) -> usize {
        let fires = |(i, f): (usize, &Firing)| {
            f.action == action
                && self
                    .times
                    .get(i)
                    .map_or_else(|| f.fires_at(utc), |times| times.binary_search(&utc).is_ok())
        };
        self.schedules.iter().enumerate().filter(|s| fires(*s)).count()
    }

    /// The first listed firing after `utc`.
    pub(crate) fn next_after(&self, utc: i64) -> Option<i64> {
        let after = |times: &Vec<i64>| times.get(times.partition_point(|t| *t <= utc)).copied();
        self.times.iter().filter_map(after).min()
    }
}
