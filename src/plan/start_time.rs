//! SCHED-4: a schedule's start time, `yyyy-MM-ddTHH:mm:ss`, local unless it carries `Z` or an
//! offset.

use super::local;
use crate::units::{DstRule, FieldError, Instant};
use crate::world::zones::Zone;
use chrono::{NaiveDate, NaiveDateTime};
use std::fmt;

/// No firing before it; recurrences count from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StartTime {
    civil: NaiveDateTime,
    utc: bool,
}

/// `d` stands for a digit.
const SHAPE: &[u8] = b"dddd-dd-ddTdd:dd:dd";
const HOW: &str = "write yyyy-MM-ddTHH:mm:ss, such as 2024-06-03T08:00:00";

impl StartTime {
    /// Reads `yyyy-MM-ddTHH:mm:ss`. Fractions of a second are dropped. `Z` or an offset makes it an
    /// instant: the zone of the whole schedule is then UTC.
    ///
    /// # Errors
    /// [`FieldError`] at the first character that does not fit, or the first number out of range.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let misfit = |column| {
            FieldError::new(column, text, format!("`{text}` is not a start time")).hint(HOW)
        };
        let bytes = text.as_bytes();
        for (i, shape) in SHAPE.iter().enumerate() {
            let fits = match bytes.get(i) {
                Some(b) if *shape == b'd' => b.is_ascii_digit(),
                Some(b) => b == shape,
                None => false,
            };
            if !fits {
                return Err(misfit(i.saturating_add(1)));
            }
        }
        let civil = civil_time(text)?;
        let rest = text.get(SHAPE.len()..).unwrap_or_default();
        let zone = match rest.strip_prefix('.') {
            Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => rest,
        };
        let column = text.len().saturating_sub(zone.len()).saturating_add(1);
        if rest.starts_with('.') && zone.len().saturating_add(1) == rest.len() {
            return Err(misfit(column));
        }
        match zone {
            "" => Ok(Self { civil, utc: false }),
            "Z" | "z" => Ok(Self { civil, utc: true }),
            offset => {
                let east = offset_seconds(offset).ok_or_else(|| misfit(column))?;
                let at = Instant::from_civil_utc(civil).plus(east.saturating_neg());
                Ok(Self { civil: at.civil(), utc: true })
            }
        }
    }

    /// A start time on the local clock of the schedule's zone.
    #[must_use]
    pub const fn local(civil: NaiveDateTime) -> Self {
        Self { civil, utc: false }
    }

    /// SCHED-4: whether it carries `Z` or an offset, so that the schedule's zone is UTC.
    #[must_use]
    pub const fn is_utc(self) -> bool {
        self.utc
    }

    /// Date and time on the clock of the zone that counts.
    #[must_use]
    pub const fn civil(self) -> NaiveDateTime {
        self.civil
    }

    /// The instant, resolved in a gap or fold as a firing is (SCHED-5). `zone` is not used when the
    /// start time carries its own.
    #[must_use]
    pub fn instant(self, zone: Zone, dst: DstRule) -> Instant {
        let zone = if self.utc { Zone::utc() } else { zone };
        local::instant(self.civil, zone, dst)
    }
}

/// As Azure takes it, `Z` at the end when it is UTC; reads back as the same start time.
impl fmt::Display for StartTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let z = if self.utc { "Z" } else { "" };
        write!(f, "{}{z}", self.civil.format("%Y-%m-%dT%H:%M:%S"))
    }
}

/// The first 19 characters, whose shape is right.
fn civil_time(text: &str) -> Result<NaiveDateTime, FieldError> {
    let part = |from: usize, to: usize| -> u32 {
        text.get(from..to).and_then(|digits| digits.parse().ok()).unwrap_or(u32::MAX)
    };
    let bad = |from: usize, to: usize, message: String| {
        let value = text.get(from..to).unwrap_or_default();
        FieldError::new(from.saturating_add(1), value, message).hint(HOW)
    };
    let year = i32::try_from(part(0, 4)).unwrap_or(i32::MAX);
    let limits: [(&str, usize, u32, u32); 5] = [
        ("month", 5, 1, 12),
        ("day", 8, 1, 31),
        ("hour", 11, 0, 23),
        ("minute", 14, 0, 59),
        ("second", 17, 0, 59),
    ];
    for (name, from, min, max) in limits {
        let to = from.saturating_add(2);
        if !(min..=max).contains(&part(from, to)) {
            return Err(bad(from, to, format!("the {name} of `{text}` is not {min} to {max}")));
        }
    }
    NaiveDate::from_ymd_opt(year, part(5, 7), part(8, 10))
        .and_then(|day| day.and_hms_opt(part(11, 13), part(14, 16), part(17, 19)))
        .ok_or_else(|| bad(8, 10, format!("`{text}` names a day that its month does not have")))
}

/// `+hh:mm`, `-hh:mm`, or without the colon \[s east of UTC\].
fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1_i64, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let number = |text: &str, max: i64| -> Option<i64> {
        let two = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        two.then(|| text.parse().ok()).flatten().filter(|n| *n <= max)
    };
    let seconds = number(hours, 23)?.checked_mul(3_600)?;
    seconds.checked_add(number(minutes, 59)?.checked_mul(60)?)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SCHED-4: local unless it carries Z or an offset.
    #[test]
    fn start_times_are_local_unless_they_carry_a_zone() {
        let table = [
            ("2024-06-03T08:00:00", "2024-06-03T08:00:00"),
            ("2024-06-03T08:00:00.750", "2024-06-03T08:00:00"),
            ("2024-06-03T08:00:00Z", "2024-06-03T08:00:00Z"),
            ("2024-06-03T08:00:00.1234567Z", "2024-06-03T08:00:00Z"),
            ("2024-06-03T01:00:00+02:00", "2024-06-02T23:00:00Z"),
            ("2024-06-03T08:00:00-0330", "2024-06-03T11:30:00Z"),
        ];
        for (text, shown) in table {
            assert_eq!(StartTime::parse(text).unwrap().to_string(), shown, "{text}");
        }
    }

    #[test]
    fn bad_start_times_are_located() {
        let table = [
            ("", 1, ""),
            ("banana", 1, "banana"),
            ("2024-6-03T08:00:00", 7, "2024-6-03T08:00:00"),
            ("2024-06-03", 11, "2024-06-03"),
            ("2024-06-03 08:00:00", 11, "2024-06-03 08:00:00"),
            ("2024-13-03T08:00:00", 6, "13"),
            ("2023-02-29T08:00:00", 9, "29"),
            ("2024-06-03T24:00:00", 12, "24"),
            ("2024-06-03T08:00:60", 18, "60"),
            ("2024-06-03T08:00:00.", 21, "2024-06-03T08:00:00."),
            ("2024-06-03T08:00:00 CET", 20, "2024-06-03T08:00:00 CET"),
            ("2024-06-03T08:00:00+2:00", 20, "2024-06-03T08:00:00+2:00"),
        ];
        for (text, column, value) in table {
            let error = StartTime::parse(text).unwrap_err();
            assert_eq!((error.column, error.value.as_str()), (column, value), "{text}");
            assert!(error.hint.contains("yyyy-MM-ddTHH:mm:ss"));
        }
    }
}
