//! Recurrences (SCHED-3): Azure's are those of Logic Apps, whose documentation gives the longest
//! intervals and says that minute and hour frequencies ignore the pattern.

use super::Frame;
use crate::units::{FieldError, Instant, Note};
use chrono::{Datelike, NaiveDate, Timelike, Weekday};
use std::collections::BTreeSet;

/// What a recurrence counts in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Frequency {
    /// Every n minutes.
    Minute,
    /// Every n hours.
    Hour,
    /// Every nth day.
    Day,
    /// Every nth week, Monday first.
    Week,
    /// Every nth month.
    Month,
}

impl Frequency {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Month];

    /// The spelling in CLI files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The frequency spelt `text`, in any case (ARM capitalises it).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str().eq_ignore_ascii_case(text))
    }

    /// SCHED-3: the longest interval \[units of this frequency\].
    #[must_use]
    pub const fn max_interval(self) -> i64 {
        match self {
            Self::Minute => 72_000,
            Self::Hour => 12_000,
            Self::Day => 500,
            Self::Week => 71,
            Self::Month => 16,
        }
    }

    /// Length of one unit where it is fixed \[s\].
    const fn fixed_seconds(self) -> Option<i64> {
        match self {
            Self::Minute => Some(60),
            Self::Hour => Some(3_600),
            Self::Day | Self::Week | Self::Month => None,
        }
    }
}

/// The week day spelt `text` in English, in full or by its first three letters, in any case.
#[must_use]
pub fn parse_week_day(text: &str) -> Option<Weekday> {
    text.parse().ok()
}

/// A recurrence as written, not checked yet. Empty lists are the same as missing ones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecurrenceSpec {
    /// What the interval counts in.
    pub frequency: Frequency,
    /// Every how many.
    pub interval: i64,
    /// Local hours, 0 to 23.
    pub hours: Vec<i64>,
    /// Minutes, 0 to 59; every hour is combined with every minute.
    pub minutes: Vec<i64>,
    /// Week days, for frequency week.
    pub week_days: Vec<Weekday>,
    /// Days of the month, 1 to 31 or -1 for the last, for frequency month.
    pub month_days: Vec<i64>,
}

impl RecurrenceSpec {
    /// Every `interval` of `frequency`, without a pattern.
    #[must_use]
    pub const fn every(interval: i64, frequency: Frequency) -> Self {
        Self {
            frequency,
            interval,
            hours: Vec::new(),
            minutes: Vec::new(),
            week_days: Vec::new(),
            month_days: Vec::new(),
        }
    }

    /// Everything that is wrong with it (SCHED-3). `column` counts list items from 1.
    #[must_use]
    pub fn errors(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let (interval, unit, max) =
            (self.interval, self.frequency.as_str(), self.frequency.max_interval());
        if !(1..=max).contains(&interval) {
            let message = format!("interval {interval} is not 1 to {max}, the longest for {unit}");
            let hint = format!("write a whole number from 1 to {max}");
            errors
                .push(FieldError::new(1, interval.to_string(), message).hint(hint).key("interval"));
        }
        let mut check = |key, values: &[i64], allowed: &dyn Fn(i64) -> bool, range: &str| {
            for (column, value) in (1..).zip(values).filter(|(_, v)| !allowed(**v)) {
                let message = format!("{value} in {key} is not {range}");
                let error = FieldError::new(column, value.to_string(), message);
                errors.push(error.hint(format!("write {range}")).key(key));
            }
        };
        check("hours", &self.hours, &|h| (0..=23).contains(&h), "a number from 0 to 23");
        check("minutes", &self.minutes, &|m| (0..=59).contains(&m), "a number from 0 to 59");
        let days = "a number from 1 to 31, or -1 for the last day";
        check("month_days", &self.month_days, &|d| d == -1 || (1..=31).contains(&d), days);
        errors
    }

    /// What is written and not used.
    fn notes(&self) -> Vec<Note> {
        let unit = self.frequency.as_str();
        let mut notes = Vec::new();
        let mut ignored = |given: bool, key: &str, why: &str| {
            if given {
                notes.push(Note::new(format!("`{key}` is ignored: frequency is {unit}, {why}")));
            }
        };
        let fixed = self.frequency.fixed_seconds().is_some();
        let counts = "which counts from the start time and has no pattern";
        ignored(fixed && !self.hours.is_empty(), "hours", counts);
        ignored(fixed && !self.minutes.is_empty(), "minutes", counts);
        let week = self.frequency == Frequency::Week;
        ignored(!week && !self.week_days.is_empty(), "week_days", "they belong to frequency week");
        let month = self.frequency == Frequency::Month;
        ignored(
            !month && !self.month_days.is_empty(),
            "month_days",
            "they belong to frequency month",
        );
        notes
    }
}

/// A checked recurrence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recurrence {
    spec: RecurrenceSpec,
    hours: BTreeSet<u32>,
    minutes: BTreeSet<u32>,
}

impl Recurrence {
    /// SCHED-3: checks a recurrence. Notes say which parts of it are ignored.
    ///
    /// # Errors
    /// The first of [`RecurrenceSpec::errors`].
    pub fn new(spec: RecurrenceSpec) -> Result<(Self, Vec<Note>), FieldError> {
        if let Some(error) = spec.errors().into_iter().next() {
            return Err(error);
        }
        let set = |values: &[i64]| values.iter().filter_map(|v| u32::try_from(*v).ok()).collect();
        let (hours, minutes, notes) = (set(&spec.hours), set(&spec.minutes), spec.notes());
        Ok((Self { spec, hours, minutes }, notes))
    }

    /// The recurrence as written.
    #[must_use]
    pub const fn spec(&self) -> &RecurrenceSpec {
        &self.spec
    }

    /// Whether anything but the first firing depends on the anchor.
    pub(super) fn uses_anchor(&self) -> bool {
        let spec = &self.spec;
        spec.frequency.fixed_seconds().is_some()
            || spec.interval > 1
            || spec.hours.is_empty()
            || spec.minutes.is_empty()
            || (spec.frequency == Frequency::Week && spec.week_days.is_empty())
            || (spec.frequency == Frequency::Month && spec.month_days.is_empty())
    }

    /// All firings in the frame, sorted, each once.
    pub(super) fn instants(&self, frame: &Frame) -> Vec<Instant> {
        match self.spec.frequency.fixed_seconds() {
            Some(unit) => steps(frame, unit.saturating_mul(self.spec.interval)),
            None => {
                let (first, last) = frame.days();
                let days = first.iter_days().take_while(|day| *day <= last);
                let days: Vec<_> = days.filter(|day| self.falls_on(*day, frame)).collect();
                frame.instants(&days, &self.times(frame))
            }
        }
    }

    /// Local times of a firing day; missing hours or minutes come from the anchor.
    fn times(&self, frame: &Frame) -> Vec<(u32, u32)> {
        let or_anchor = |set: &BTreeSet<u32>, anchor: u32| {
            if set.is_empty() { BTreeSet::from([anchor]) } else { set.clone() }
        };
        let hours = or_anchor(&self.hours, frame.anchor_civil.hour());
        let minutes = or_anchor(&self.minutes, frame.anchor_civil.minute());
        hours.iter().flat_map(|hour| minutes.iter().map(move |minute| (*hour, *minute))).collect()
    }

    /// Whether a local day belongs to an interval that counts, and to the pattern.
    fn falls_on(&self, day: NaiveDate, frame: &Frame) -> bool {
        let anchor = frame.anchor_civil.date();
        let spec = &self.spec;
        let (units, in_pattern) = match spec.frequency {
            Frequency::Week => {
                let weeks = (monday(day) - monday(anchor)) / 7;
                let given = &spec.week_days;
                let wanted = if given.is_empty() {
                    day.weekday() == anchor.weekday()
                } else {
                    given.contains(&day.weekday())
                };
                (weeks, wanted)
            }
            Frequency::Month => {
                let months = month_number(day) - month_number(anchor);
                (months, self.has_month_day(day, anchor))
            }
            _ => (day_number(day) - day_number(anchor), true),
        };
        in_pattern && units >= 0 && units % spec.interval == 0
    }

    fn has_month_day(&self, day: NaiveDate, anchor: NaiveDate) -> bool {
        let given = &self.spec.month_days;
        if given.is_empty() {
            return day.day() == anchor.day();
        }
        let is_last = day.succ_opt().is_none_or(|next| next.day() == 1);
        given.contains(&i64::from(day.day())) || (is_last && given.contains(&-1))
    }
}

/// SCHED-3, minute and hour: anchor + k x interval in absolute time, k >= 0.
fn steps(frame: &Frame, interval: i64) -> Vec<Instant> {
    let behind = frame.not_before.since(frame.anchor).max(0);
    let skipped = behind.saturating_add(interval.saturating_sub(1)) / interval;
    let mut at = frame.anchor.plus(skipped.saturating_mul(interval));
    let mut instants = Vec::new();
    while at < frame.horizon.end {
        instants.push(at);
        at = at.plus(interval);
    }
    instants
}

fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// Number of the Monday on or before.
fn monday(day: NaiveDate) -> i64 {
    day_number(day) - i64::from(day.weekday().num_days_from_monday())
}

fn month_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}
