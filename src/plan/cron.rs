//! Five-field cron expressions (SCHED-2): checked by our own grammar, so that every error names its
//! place and its way out, and enumerated by the `cron` crate.
//!
//! The crate's dialect has a seconds field, counts week days from 1 and wants both day fields to
//! match. So expressions are rewritten from the sets that were read; "either day field" is the
//! union of two of the crate's schedules. The crate is asked for days, and every day is multiplied
//! by hours x minutes here: `* * * * *` over a year takes 0.06 s that way and 1.5 s when the crate
//! is asked for every minute (dev profile). It knows the years 1970 to 2100: nothing fires outside.
//!
//! A day field is restricted unless it is exactly `*`: `1-31` and `*/2` restrict. Crons differ
//! there (Vixie's takes any field that begins with `*` as free), which is why two restricted day
//! fields always get a note.

use super::Frame;
use super::cron_fields::{FIELDS, Field, Piece, Values};
use crate::units::{FieldError, Instant, Note, RuleProfile};
use chrono::{NaiveDate, TimeDelta};
use std::str::FromStr;
use std::sync::Arc;

/// A checked expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cron {
    text: String,
    /// Local hours and minutes of a firing day, ascending.
    times: Vec<(u32, u32)>,
    /// Shared, because searches copy plans by the thousand.
    days: Arc<CrateDays>,
}

/// The firing days in the crate's terms.
#[derive(PartialEq, Eq, Debug)]
struct CrateDays {
    /// Days on which both day fields match.
    both: cron::Schedule,
    /// Days of month and days of week apart, when both are restricted.
    either: Option<(cron::Schedule, cron::Schedule)>,
}

impl Cron {
    /// SCHED-2: reads `minute hour day-of-month month day-of-week`. Notes say where the expression
    /// goes beyond the product page's grammar, where the rule profiles read it differently, and
    /// when it can never fire.
    ///
    /// # Errors
    /// [`FieldError`] at the first field that is wrong, or at the wrong number of fields.
    pub fn parse(text: &str) -> Result<(Self, Vec<Note>), FieldError> {
        let pieces = split(text)?;
        let mut sets = [Values::default(); 5];
        for ((field, piece), set) in FIELDS.iter().zip(pieces).zip(&mut sets) {
            *set = field.parse(piece)?;
        }
        let [minutes, hours, days, months, week_days] = sets;
        let [.., day_piece, _, week_piece] = pieces;
        let both_restricted = day_piece.text != "*" && week_piece.text != "*";

        let of = |days, week_days| crate_schedule(text, [days, Some(months), week_days]);
        let both = of(Some(days), Some(week_days))?;
        let either = if both_restricted {
            Some((of(Some(days), None)?, of(None, Some(week_days))?))
        } else {
            None
        };
        let times = hours
            .iter()
            .flat_map(|hour| minutes.iter().map(move |minute| (hour, minute)))
            .collect();
        let notes = notes(&sets, &pieces, both_restricted);
        Ok((
            Self {
                text: text.trim().to_string(),
                times,
                days: Arc::new(CrateDays { both, either }),
            },
            notes,
        ))
    }

    /// The expression as it was written, without blanks around it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SCHED-2: whether both day fields are restricted, so that the rule profiles differ.
    #[must_use]
    pub fn restricts_both_day_fields(&self) -> bool {
        self.days.either.is_some()
    }

    /// All firings in the frame, sorted, each once.
    pub(super) fn instants(&self, rules: RuleProfile, frame: &Frame) -> Vec<Instant> {
        let (first, last) = frame.days();
        frame.instants(&self.days(rules, first, last), &self.times)
    }

    /// Days from `first` to `last` on which it fires, ascending.
    fn days(&self, rules: RuleProfile, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
        match (&self.days.either, rules) {
            (Some((by_month, by_week)), RuleProfile::Aml2022_12) => {
                let mut days = crate_days(by_month, first, last);
                days.extend(crate_days(by_week, first, last));
                days.sort_unstable();
                days.dedup();
                days
            }
            (_, _) => crate_days(&self.days.both, first, last),
        }
    }
}

/// Midnights that a schedule of the crate matches; local days are handed to it as if they were UTC.
fn crate_days(schedule: &cron::Schedule, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let Some(first) = first.and_hms_opt(0, 0, 0) else { return Vec::new() };
    let Some(before) = first.checked_sub_signed(TimeDelta::seconds(1)) else { return Vec::new() };
    let days = schedule.after_owned(before.and_utc()).map(|at| at.date_naive());
    days.take_while(|day| *day <= last).collect()
}

/// `[day-of-month, month, day-of-week]` in the crate's dialect, at midnight.
fn crate_schedule(text: &str, sets: [Option<Values>; 3]) -> Result<cron::Schedule, FieldError> {
    let [days, months, week_days] = sets.map(|set| set.unwrap_or_default());
    let list = |values: Values, shift: u32, all: u32| {
        let values: Vec<u32> = values.iter().map(|n| n.saturating_add(shift)).collect();
        let full = values.is_empty() || u32::try_from(values.len()) == Ok(all);
        if full { "*".into() } else { join(&values) }
    };
    let (days, months) = (list(days, 0, 31), list(months, 0, 12));
    let rewritten = format!("0 0 0 {days} {months} {}", list(week_days, 1, 7));
    cron::Schedule::from_str(&rewritten).map_err(|error| {
        let message = format!("`{text}` is not a cron expression the cron crate takes: {error}");
        FieldError::new(1, text, message)
    })
}

fn join(values: &[u32]) -> String {
    values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

/// The five fields, or what is wrong with their number.
fn split(text: &str) -> Result<[Piece<'_>; 5], FieldError> {
    let whole = Piece { text, column: 1 };
    let pieces: Vec<_> =
        whole.split(char::is_whitespace).filter(|piece| !piece.text.is_empty()).collect();
    if let Ok(five) = <[Piece<'_>; 5]>::try_from(pieces.as_slice()) {
        return Ok(five);
    }
    let count = pieces.len();
    let order = "minute hour day-of-month month day-of-week";
    let broken = |piece: &Piece<'_>| piece.text.starts_with(',') || piece.text.ends_with(',');
    let hint = if text.trim_start().starts_with('@') {
        format!("Azure takes no `@` shorthands: write the five fields {order}")
    } else if count > 5 && pieces.iter().any(broken) {
        "write lists without blanks, such as `1,3,5`".into()
    } else if count == 6 {
        format!("seconds and years are not used: write {order}")
    } else {
        format!("write {order}, such as `0 18 * * 1-5`")
    };
    let column = pieces.get(5).or_else(|| pieces.first()).map_or(1, |piece| piece.column);
    let fields = if count == 1 { "field" } else { "fields" };
    let message =
        format!("a cron expression has five fields, `{}` has {count} {fields}", text.trim());
    Err(FieldError::new(column, text.trim(), message).hint(hint))
}

fn notes(sets: &[Values; 5], pieces: &[Piece<'_>; 5], both_restricted: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let [_, _, days, months, _] = sets;
    let [_, _, day_piece, month_piece, week_piece] = pieces;
    if let Some(column) = sets.iter().find_map(|set| set.step) {
        notes.push(
            Note::new("the product page does not list steps (`/`); taken as written").at(column),
        );
    }
    if let Some(column) = sets.iter().find_map(|set| set.name) {
        let message = "the product page does not list names of months and days; taken as written";
        notes.push(Note::new(message).at(column));
    }
    for (set, field) in sets.iter().zip(&FIELDS) {
        if let Some(column) = set.lone_step {
            notes.push(Note::new(lone_step(field)).at(column));
        }
    }
    let possible = months.iter().any(|month| days.iter().next() <= Some(longest(month)));
    if both_restricted {
        let message = format!(
            "day-of-month `{}` and day-of-week `{}` are both restricted: rule profile aml-2022-12 \
             fires when either matches, aml-2024-08 only when both do",
            day_piece.text, week_piece.text
        );
        notes.push(Note::new(message).at(day_piece.column));
    }
    if !possible {
        let when = if both_restricted { " under aml-2024-08" } else { "" };
        let message = format!(
            "never fires{when}: no month of `{}` has a day `{}`",
            month_piece.text, day_piece.text
        );
        notes.push(Note::new(message).at(day_piece.column));
    }
    notes
}

fn lone_step(field: &Field) -> String {
    format!(
        "this step is longer than its range of the {} field: only its first value is left",
        field.name
    )
}

/// Days of a month in its longest year.
const fn longest(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests;
