//! Zones and civil dates, written out by hand: seconds since the epoch in, calendar fields out.

use super::world::Dst;
use chrono::{DateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// One zone of [`ZONES`].
pub(crate) struct Zone {
    /// The Windows name.
    pub(crate) windows: &'static str,
    /// The IANA zone CLDR maps it to.
    pub(crate) iana: Tz,
    /// What its label says, all year \[min east of UTC\].
    pub(crate) standard_minutes: i64,
}

/// The zones the random worlds use.
pub(crate) const ZONES: [Zone; 13] = [
    zone("UTC", Tz::Etc__UTC, 0),
    zone("GMT Standard Time", Tz::Europe__London, 0),
    zone("W. Europe Standard Time", Tz::Europe__Berlin, 60),
    zone("Romance Standard Time", Tz::Europe__Paris, 60),
    zone("Eastern Standard Time", Tz::America__New_York, -300),
    zone("Pacific Standard Time", Tz::America__Los_Angeles, -480),
    zone("Newfoundland Standard Time", Tz::America__St_Johns, -210),
    zone("Pacific SA Standard Time", Tz::America__Santiago, -240),
    zone("India Standard Time", Tz::Asia__Calcutta, 330),
    zone("Nepal Standard Time", Tz::Asia__Katmandu, 345),
    zone("Tokyo Standard Time", Tz::Asia__Tokyo, 540),
    zone("AUS Eastern Standard Time", Tz::Australia__Sydney, 600),
    zone("Lord Howe Standard Time", Tz::Australia__Lord_Howe, 630),
];

/// A row of [`ZONES`].
const fn zone(windows: &'static str, iana: Tz, standard_minutes: i64) -> Zone {
    Zone { windows, iana, standard_minutes }
}

/// Calendar fields of a local (or UTC) second count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Civil {
    /// Year.
    pub(crate) year: i64,
    /// Month, 1 to 12.
    pub(crate) month: i64,
    /// Day of the month, 1 to 31.
    pub(crate) day: i64,
    /// Hour.
    pub(crate) hour: i64,
    /// Minute.
    pub(crate) minute: i64,
    /// Days since 1970-01-01.
    pub(crate) day_number: i64,
    /// Day of the week, Monday = 0.
    pub(crate) weekday: i64,
}

/// The calendar fields of `seconds` since 1970-01-01T00:00.
pub(crate) fn civil(seconds: i64) -> Civil {
    let day_number = seconds.div_euclid(86_400);
    let in_day = seconds.rem_euclid(86_400);
    // Days counted from 0000-03-01, so that a leap day is the last of its year.
    let days = day_number + 719_468;
    let era = days.div_euclid(146_097);
    let in_era = days.rem_euclid(146_097);
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // 1970-01-01 was a Thursday.
    let weekday = (day_number + 3).rem_euclid(7);
    let (hour, minute) = (in_day / 3_600, in_day / 60 % 60);
    Civil { year, month, day, hour, minute, day_number, weekday }
}

/// How many days the month of `date` has.
pub(crate) fn days_in_month(date: Civil) -> i64 {
    let leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    match date.month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `YYYY-MM-DDTHH:MM:SSZ`.
pub(crate) fn rfc3339(seconds: i64) -> String {
    format!("{}Z", naive_text(seconds))
}

/// `YYYY-MM-DDTHH:MM:SS`.
pub(crate) fn naive_text(seconds: i64) -> String {
    let c = civil(seconds);
    let second = seconds.rem_euclid(60);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{second:02}", c.year, c.month, c.day, c.hour, c.minute)
}

/// `YYYY-MM` of a UTC second.
pub(crate) fn month_key(seconds: i64) -> String {
    let c = civil(seconds);
    format!("{:04}-{:02}", c.year, c.month)
}

/// The first second of the UTC month after that of `seconds`.
pub(crate) fn next_month(seconds: i64) -> i64 {
    let c = civil(seconds);
    (c.day_number - c.day + 1 + days_in_month(c)) * 86_400
}

/// A stretch of UTC in which a clock keeps one offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stretch {
    /// First UTC second; the first stretch reaches back for ever.
    from: i64,
    /// Seconds east of UTC.
    offset: i64,
}

/// A wall clock over a span of time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    stretches: Vec<Stretch>,
}

impl Clock {
    /// The clock of a schedule's zone under the daylight saving rule (SCHED-5), good for
    /// `[from, to)`. `None` is UTC.
    pub(crate) fn of_zone(name: Option<&str>, dst: Dst, from: i64, to: i64) -> Self {
        let name = name.unwrap_or("UTC");
        let zone = ZONES.iter().find(|z| z.windows == name).expect("a zone of the table");
        match dst {
            Dst::Ignored => Self {
                stretches: vec![Stretch { from: i64::MIN, offset: zone.standard_minutes * 60 }],
            },
            Dst::Observed => Self::observed(zone.iana, from, to),
        }
    }

    /// The real clock: looks once a day and, where the offset differs, at every minute between.
    fn observed(zone: Tz, from: i64, to: i64) -> Self {
        let offset_at = |utc: i64| -> i64 {
            let naive = DateTime::from_timestamp(utc, 0).expect("in range").naive_utc();
            i64::from(zone.offset_from_utc_datetime(&naive).fix().local_minus_utc())
        };
        let mut day = from.div_euclid(86_400) * 86_400;
        let mut stretches = vec![Stretch { from: i64::MIN, offset: offset_at(day) }];
        while day < to {
            let next = day + 86_400;
            let mut offset = offset_at(day);
            if offset_at(next) != offset {
                for minute in (day..=next).step_by(60) {
                    let now = offset_at(minute);
                    if now != offset {
                        stretches.push(Stretch { from: minute, offset: now });
                        offset = now;
                    }
                }
            }
            day = next;
        }
        Self { stretches }
    }

    /// The stretch `utc` lies in, by index.
    fn stretch_at(&self, utc: i64) -> usize {
        self.stretches.iter().rposition(|s| s.from <= utc).expect("the first reaches back for ever")
    }

    /// The wall clock reading at `utc`, as a second count.
    pub(crate) fn local(&self, utc: i64) -> i64 {
        utc + self.stretches[self.stretch_at(utc)].offset
    }

    /// When the wall clock first reads `local`; the first instant after the gap if it never does.
    pub(crate) fn first_utc(&self, local: i64) -> i64 {
        for (i, stretch) in self.stretches.iter().enumerate() {
            let until = self.stretches.get(i + 1).map_or(i64::MAX, |next| next.from);
            let utc = local - stretch.offset;
            if utc < until {
                return utc.max(stretch.from);
            }
        }
        unreachable!("the last stretch never ends")
    }

    /// The readings `[from, to)` the clock skips at exactly `utc`, if it jumps forward there.
    pub(crate) fn skipped_at(&self, utc: i64) -> Option<(i64, i64)> {
        let i = self.stretch_at(utc);
        let (here, before) = (self.stretches[i], *self.stretches.get(i.checked_sub(1)?)?);
        (here.from == utc && here.offset > before.offset)
            .then_some((utc + before.offset, utc + here.offset))
    }
}
