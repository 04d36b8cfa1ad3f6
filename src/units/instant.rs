//! Points in time: UTC, whole seconds (SPEC: "All instants are UTC, whole seconds").

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use std::fmt;

/// A point in time: seconds since the Unix epoch, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(i64);

/// Seconds in a day \[s\].
const DAY_S: i64 = 86_400;

impl Instant {
    /// From seconds since the Unix epoch \[s\].
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch \[s\].
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This instant moved by `seconds` (negative: earlier), clamped at the ends of `i64`.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this instant \[s\]; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The civil date and time in UTC.
    #[must_use]
    pub fn civil(self) -> NaiveDateTime {
        DateTime::from_timestamp(self.0, 0).map_or(NaiveDateTime::MIN, |t| t.naive_utc())
    }

    /// From a civil date and time read as UTC.
    #[must_use]
    pub fn from_civil_utc(civil: NaiveDateTime) -> Self {
        Self(civil.and_utc().timestamp())
    }

    /// Midnight UTC on or before this instant.
    #[must_use]
    pub const fn midnight_on_or_before(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(DAY_S)))
    }

    /// Midnight UTC on or after this instant.
    #[must_use]
    pub const fn midnight_on_or_after(self) -> Self {
        let floor = self.midnight_on_or_before();
        if floor.0 == self.0 { floor } else { floor.plus(DAY_S) }
    }

    /// The first instant of the calendar month (UTC) after the one this instant is in.
    #[must_use]
    pub fn next_month(self) -> Self {
        let date = self.civil().date();
        let (year, month) = match date.month() {
            12 => (date.year().saturating_add(1), 1),
            m => (date.year(), m.saturating_add(1)),
        };
        NaiveDate::from_ymd_opt(year, month, 1)
            .and_then(|d| d.and_hms_opt(0, 0, 0))
            .map_or(Self(i64::MAX), Self::from_civil_utc)
    }

    /// The calendar month (UTC) as `YYYY-MM`.
    #[must_use]
    pub fn month_name(self) -> String {
        self.civil().format("%Y-%m").to_string()
    }
}

/// RFC 3339 with `Z`, whole seconds.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.civil().format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

/// The half-open stretch of time `[start, end)` that a run covers (STATE-6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Horizon {
    /// First second that is simulated.
    pub start: Instant,
    /// First second that is not.
    pub end: Instant,
}

impl Horizon {
    /// Length \[s\].
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.end.since(self.start)
    }

    /// Whether `at` lies inside.
    #[must_use]
    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.end)
    }
}

/// Why a text is not an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseInstantError {
    /// A date and time without `Z` or an offset.
    #[error("a timestamp without an offset")]
    Naive,
    /// Not RFC 3339 at all.
    #[error("not an RFC 3339 timestamp")]
    Malformed,
}

/// Reads RFC 3339, rounding down to the second. A timestamp without an offset is read as UTC when
/// `assume_utc` is set; a bare date never is.
///
/// # Errors
/// [`ParseInstantError::Naive`] for a timestamp without an offset, [`ParseInstantError::Malformed`]
/// for anything else.
pub fn parse_instant(text: &str, assume_utc: bool) -> Result<Instant, ParseInstantError> {
    if let Ok(t) = DateTime::parse_from_rfc3339(text) {
        return Ok(Instant(t.timestamp()));
    }
    let naive = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    match naive {
        Some(t) if assume_utc => Ok(Instant::from_civil_utc(t)),
        Some(_) => Err(ParseInstantError::Naive),
        None => Err(ParseInstantError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_round_down_to_the_second_even_before_1970() {
        let parse = |t| parse_instant(t, false).map(Instant::unix);
        assert_eq!(parse("1970-01-01T00:00:00.999Z"), Ok(0));
        assert_eq!(parse("1969-12-31T23:59:59.001Z"), Ok(-1));
        assert_eq!(parse("2024-06-01T10:00:00+02:00"), Ok(1_717_228_800));
    }

    #[test]
    fn a_naive_timestamp_needs_leave() {
        assert_eq!(parse_instant("2024-06-01T10:00:00", false), Err(ParseInstantError::Naive));
        assert_eq!(parse_instant("1970-01-01 00:00:09", true), Ok(Instant(9)));
        assert_eq!(parse_instant("yesterday", true), Err(ParseInstantError::Malformed));
    }

    #[test]
    fn months_and_midnights() {
        let at = parse_instant("2023-12-31T23:59:59Z", false).unwrap();
        assert_eq!(at.next_month().to_string(), "2024-01-01T00:00:00Z");
        assert_eq!(at.midnight_on_or_before().to_string(), "2023-12-31T00:00:00Z");
        assert_eq!(at.midnight_on_or_after(), at.next_month());
        assert_eq!(at.next_month().midnight_on_or_after(), at.next_month());
        assert_eq!(at.month_name(), "2023-12");
    }
}
