//! A fast path for the timestamps that files are full of.

use crate::units::Instant;

/// Reads `YYYY-MM-DDTHH:MM:SS[.fraction]` with `Z` or `+HH:MM`, rounding down to the second; with
/// `assume_utc` also without an offset, and then with a space for the `T`.
///
/// `None` means "ask `crate::units::parse_instant`", never "wrong": this reads the common form and
/// leaves everything else, errors included, to the one full reader.
#[inline]
pub(super) fn fast(text: &str, assume_utc: bool) -> Option<Instant> {
    let bytes = text.as_bytes();
    let (head, tail) = bytes.split_at_checked(19)?;
    if (head[4], head[7], head[13], head[16]) != (b'-', b'-', b':', b':') {
        return None;
    }
    let year = i64::from(two(head, 0)?) * 100 + i64::from(two(head, 2)?);
    let (month, day) = (two(head, 5)?, two(head, 8)?);
    let (hour, minute, second) = (two(head, 11)?, two(head, 14)?, two(head, 17)?);
    // Days 29 to 31 exist in some months only; those that may not are left to the full reader.
    let exists = day <= 28 || (day <= 30 && month != 2) || (day == 31 && long_month(month));
    if !(1..=12).contains(&month) || day < 1 || !exists || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let local = days(year, i64::from(month), i64::from(day)) * 86_400
        + i64::from(hour) * 3_600
        + i64::from(minute) * 60
        + i64::from(second);
    let east = match (head[10], skip_fraction(tail)?) {
        (b'T' | b' ', b"") if assume_utc => 0,
        (b'T', zone) => offset(zone)?,
        (_, _) => return None,
    };
    Some(Instant::from_unix(local - east))
}

/// Whether the month has 31 days.
const fn long_month(month: u32) -> bool {
    matches!(month, 1 | 3 | 5 | 7 | 8 | 10 | 12)
}

/// The two digits at `at`.
#[inline]
fn two(bytes: &[u8], at: usize) -> Option<u32> {
    let digit = |b: u8| b.is_ascii_digit().then(|| u32::from(b - b'0'));
    Some(digit(*bytes.get(at)?)? * 10 + digit(*bytes.get(at + 1)?)?)
}

/// What follows the fraction of a second, if there is one of up to nine digits.
#[inline]
fn skip_fraction(tail: &[u8]) -> Option<&[u8]> {
    let Some(fraction) = tail.strip_prefix(b".") else { return Some(tail) };
    let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
    (1..=9).contains(&digits).then(|| &fraction[digits..])
}

/// Seconds east of UTC \[s\].
#[inline]
fn offset(tail: &[u8]) -> Option<i64> {
    let sign = match tail {
        b"Z" => return Some(0),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    if tail.len() != 6 || tail[3] != b':' {
        return None;
    }
    let (hours, minutes) = (two(tail, 1)?, two(tail, 4)?);
    (hours <= 23 && minutes <= 59)
        .then(|| sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60))
}

/// Days from 1970-01-01 to a Gregorian date \[d\]: years run from March, so that the leap day is
/// the last of its year.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_instant;

    /// Whatever the fast path accepts, the full reader reads as the same instant.
    #[test]
    fn the_fast_path_agrees_with_the_full_reader() {
        let mut taken = 0;
        for day in (-720_000_i64..2_900_000).step_by(397) {
            let second = day * 86_400 + day.rem_euclid(86_399);
            let zulu = Instant::from_unix(second).to_string();
            for end in
                ["Z", ".25Z", ".999999999Z", "+00:00", "-03:30", "+14:00", "", ".5", "z", "+1:00"]
            {
                let text = zulu.replace('Z', end);
                let spaced = text.replace('T', " ");
                for (text, utc) in [(&text, false), (&text, true), (&spaced, true)] {
                    if let Some(at) = fast(text, utc) {
                        assert_eq!(parse_instant(text, utc), Ok(at), "{text}");
                        taken += 1;
                    }
                }
            }
        }
        assert!(taken > 100_000, "{taken}");
    }

    #[test]
    fn days_that_do_not_exist_are_left_to_the_full_reader() {
        for text in ["2023-02-29", "2023-04-31", "2023-13-01", "2023-00-10", "2023-01-00"] {
            let text = format!("{text}T00:00:00Z");
            assert_eq!(fast(&text, true), None, "{text}");
            assert!(parse_instant(&text, false).is_err(), "{text}");
        }
        for text in ["2024-02-29T00:00:00Z", "2023-01-01T23:59:60Z", "2023-01-01 00:00:00Z", "x"] {
            assert_eq!(fast(text, false), None, "{text}");
        }
    }
}
