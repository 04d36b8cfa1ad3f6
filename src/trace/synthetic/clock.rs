//! A person's wall clock: local day and second of day to an instant, in their real zone.
//!
//! Offsets come from the IANA data in `chrono-tz`. A person's nine o'clock stays nine local across
//! a clock change; a local time that spring skips is read as the same distance after midnight
//! before the change (02:30 becomes 03:30), and one that autumn repeats is its first occurrence.

use crate::units::Instant;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Seconds in a day \[s\].
pub(super) const DAY_S: i64 = 86_400;

/// A zone with the offset of the stretch of days last asked for.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    zone: Tz,
    from_day: i64,
    to_day: i64,
    offset_s: i64,
}

/// How many days ahead one look at the zone is kept \[d\].
const LOOKAHEAD: i64 = 14;

impl Clock {
    /// The clock of a zone.
    pub(super) const fn new(zone: Tz) -> Self {
        Self { zone, from_day: 1, to_day: 0, offset_s: 0 }
    }

    /// Offset from UTC at a UTC second \[s\].
    fn offset_at(&self, utc: i64) -> i64 {
        DateTime::from_timestamp(utc, 0).map_or(0, |t| {
            let offset = self.zone.offset_from_utc_datetime(&t.naive_utc());
            i64::from(offset.fix().local_minus_utc())
        })
    }

    /// The instant at `second` of local day `day` (days since 1970-01-01); seconds may run past
    /// midnight.
    pub(super) fn instant(&mut self, day: i64, second: i64) -> Instant {
        let civil = day * DAY_S + second;
        let day = civil.div_euclid(DAY_S);
        if day < self.from_day || day >= self.to_day {
            self.look(day);
        }
        if self.from_day <= day && day < self.to_day {
            return Instant::from_unix(civil - self.offset_s);
        }
        Instant::from_unix(self.around_a_change(civil))
    }

    /// Remembers a stretch of days without a clock change, if `day` begins one.
    fn look(&mut self, day: i64) {
        let before = self.offset_at((day - 1) * DAY_S);
        for ahead in [LOOKAHEAD, 1] {
            if self.offset_at((day + ahead + 1) * DAY_S) == before {
                (self.from_day, self.to_day, self.offset_s) = (day, day + ahead, before);
                return;
            }
        }
    }

    /// The UTC second of a local one when a change is near.
    fn around_a_change(&self, civil: i64) -> i64 {
        let (before, after) = (self.offset_at(civil - DAY_S), self.offset_at(civil + DAY_S));
        let (early, late) = (civil - before, civil - after);
        let early_holds = self.offset_at(early) == before;
        let late_holds = self.offset_at(late) == after;
        if early_holds || !late_holds { early } else { late }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn at(zone: Tz, (y, m, d): (i32, u32, u32), h: i64, min: i64) -> String {
        let epoch = NaiveDate::default();
        let day = NaiveDate::from_ymd_opt(y, m, d).unwrap().signed_duration_since(epoch).num_days();
        Clock::new(zone).instant(day, h * 3600 + min * 60).to_string()
    }

    #[test]
    fn nine_stays_nine_across_the_changes() {
        let z = Tz::Europe__Berlin;
        assert_eq!(at(z, (2024, 3, 30), 9, 0), "2024-03-30T08:00:00Z");
        assert_eq!(at(z, (2024, 3, 31), 9, 0), "2024-03-31T07:00:00Z");
        assert_eq!(at(z, (2024, 10, 27), 9, 0), "2024-10-27T08:00:00Z");
        assert_eq!(at(Tz::Asia__Kolkata, (2024, 3, 31), 9, 0), "2024-03-31T03:30:00Z");
    }

    #[test]
    fn skipped_times_move_on_and_repeated_ones_come_first() {
        let z = Tz::Europe__Berlin;
        assert_eq!(at(z, (2024, 3, 31), 2, 30), "2024-03-31T01:30:00Z");
        assert_eq!(at(z, (2024, 10, 27), 2, 30), "2024-10-27T00:30:00Z");
        assert_eq!(at(z, (2024, 10, 26), 26, 30), "2024-10-27T00:30:00Z");
    }

    /// The kept stretch gives what a fresh look gives, hour by hour through two years.
    #[test]
    fn a_kept_stretch_never_hides_a_change() {
        for zone in [Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Africa__Casablanca] {
            let mut kept = Clock::new(zone);
            for hour in 0..2 * 366 * 24 {
                let (day, second) = (19_700 + hour / 24, hour % 24 * 3600 + 1800);
                let fresh = Clock::new(zone).around_a_change(day * DAY_S + second);
                assert_eq!(kept.instant(day, second).unix(), fresh, "{zone} {day} {second}");
            }
        }
    }
}
