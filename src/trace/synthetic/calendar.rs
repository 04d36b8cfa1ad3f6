//! Days off: public holidays of a country and a person's own fortnight away.
//!
//! The days are seeded, not anybody's law: three fixed ones (1 January, 25 and 26 December) and
//! eight weekdays a year per country, so that a fleet across countries has quiet days that do not
//! coincide.

use super::draw::{Domain, Draw, Quantiles};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

/// Days since 1970-01-01 of a date.
pub(super) fn day_number(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// Weekday of a day number, Monday 0.
pub(super) const fn weekday(day: i64) -> u8 {
    (day + 3).rem_euclid(7) as u8
}

/// The first day number of a year.
fn new_year(year: i32) -> i64 {
    NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, day_number)
}

/// The country a zone stands for: its holidays are shared by its zones.
fn country(zone: Tz) -> &'static str {
    match zone.name() {
        "America/New_York"
        | "America/Chicago"
        | "America/Denver"
        | "America/Phoenix"
        | "America/Los_Angeles"
        | "America/Anchorage"
        | "America/Detroit"
        | "Pacific/Honolulu" => "United States",
        "America/Toronto" | "America/Vancouver" | "America/Edmonton" | "America/Halifax" => {
            "Canada"
        }
        "Australia/Sydney" | "Australia/Melbourne" | "Australia/Brisbane" | "Australia/Perth" => {
            "Australia"
        }
        name => name,
    }
}

/// FNV-1a, 64 bits: a stable number for a text.
fn number(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Public holidays (day numbers, ascending) of the country of `zone` in `years`.
pub(super) fn public_holidays(
    seed: u64,
    zone: Tz,
    years: std::ops::RangeInclusive<i32>,
) -> Vec<i64> {
    let mut days = Vec::new();
    for year in years {
        let first = new_year(year);
        let christmas = new_year(year + 1) - 7;
        days.extend([first, christmas, christmas + 1]);
        let index = number(country(zone)).wrapping_add(year.unsigned_abs().into());
        let mut draw = Draw::new(seed, Domain::Holidays, index);
        for part in 0..8 {
            let day = first + 14 + 42 * part + draw.between(0, 41);
            let monday_to_friday = i64::from(weekday(day)).min(4) - i64::from(weekday(day));
            days.push(day + monday_to_friday);
        }
    }
    days.sort_unstable();
    days
}

/// Week of the year in which a fortnight away begins: half of them in July and August.
const AWAY_WEEK: Quantiles =
    Quantiles(&[(0, 1), (1_500, 13), (2_500, 22), (3_500, 26), (8_500, 34), (10_000, 51)]);

/// The first day number (a Saturday) of a person's sixteen days away in a year.
pub(super) fn away(seed: u64, person: u32, year: i32) -> i64 {
    let index = (u64::from(person) << 32) | u64::from(year.unsigned_abs());
    let mut draw = Draw::new(seed, Domain::Vacation, index);
    let day = new_year(year) + 7 * draw.from(AWAY_WEEK);
    day + 5 - i64::from(weekday(day))
}

/// Length of the time away: a fortnight and the weekend before it \[d\].
pub(super) const AWAY_DAYS: i64 = 16;

/// The years a stretch of days touches, with one to spare before it.
pub(super) fn years(start: NaiveDate, days: i64) -> std::ops::RangeInclusive<i32> {
    start.year() - 1..=start.year() + i32::try_from(days / 365).unwrap_or(0) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_of_1970_was_a_thursday() {
        assert_eq!([weekday(0), weekday(-1), weekday(4)], [3, 2, 0]);
    }

    #[test]
    fn holidays_are_on_weekdays_and_shared_within_a_country() {
        let of = |zone| public_holidays(7, zone, 2024..=2024);
        let us = of(Tz::America__New_York);
        assert_eq!(us, of(Tz::America__Los_Angeles));
        assert_ne!(us, of(Tz::Europe__Berlin));
        assert_eq!(us.len(), 11);
        let fixed = [new_year(2024), new_year(2025) - 7, new_year(2025) - 6];
        assert!(us.iter().all(|d| fixed.contains(d) || weekday(*d) < 5));
    }

    #[test]
    fn people_leave_on_a_saturday() {
        for person in 0..50 {
            assert_eq!(weekday(away(1, person, 2024)), 5);
        }
    }
}
