//! Instants on the clock of the zone a person lives in, for reading only: days, weeks and the
//! seasons of daylight saving. What a schedule does about zones is decided elsewhere.

use crate::units::{Horizon, Instant};
use crate::world::Instance;
use chrono::{Datelike as _, Days, NaiveDate, NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;

/// The zone of somebody's home; UTC when not said.
#[must_use]
pub(in crate::report) fn zone_of(instance: &Instance) -> Tz {
    let named = instance.home_timezone.as_deref().and_then(|name| name.parse().ok());
    named.unwrap_or(Tz::Etc__UTC)
}

/// Seconds east of UTC, and whether it is summer time: whether clocks are ahead of where they are
/// on 1 January or 1 July. (Ireland's tables call its winter the exception.)
#[must_use]
pub(in crate::report) fn offset_at(zone: Tz, at: Instant) -> (i64, bool) {
    let east = |civil: NaiveDateTime| {
        i64::from(zone.offset_from_utc_datetime(&civil).fix().local_minus_utc())
    };
    let now = at.civil();
    let on = |month| NaiveDate::from_ymd_opt(now.year(), month, 1).unwrap_or_default();
    let least = [1, 7].map(|month| east(on(month).into())).into_iter().min();
    let offset = east(now);
    (offset, least.is_some_and(|least| offset > least))
}

/// The local date and time.
#[must_use]
pub(in crate::report) fn civil(zone: Tz, at: Instant) -> NaiveDateTime {
    at.plus(offset_at(zone, at).0).civil()
}

/// The first instant of a local day; a midnight that is skipped gives the first instant after.
#[must_use]
pub(in crate::report) fn midnight(zone: Tz, day: NaiveDate) -> Instant {
    let wall = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    let local = zone.from_local_datetime(&wall).earliest();
    let hour_later = || zone.from_local_datetime(&(wall + chrono::TimeDelta::hours(1))).earliest();
    let found = local.or_else(hour_later);
    found.map_or(Instant::from_civil_utc(wall), |t| Instant::from_unix(t.timestamp()))
}

/// One local week, Monday first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::report) struct Week {
    /// The midnights of its days and the one after it.
    pub(in crate::report) days: [Instant; 8],
    /// The date of its Monday.
    pub(in crate::report) monday: NaiveDate,
}

impl Week {
    /// The week in which `at` lies.
    fn of(zone: Tz, at: Instant) -> Self {
        let date = civil(zone, at).date();
        let back = u64::from(date.weekday().num_days_from_monday());
        let monday = date.checked_sub_days(Days::new(back)).unwrap_or(date);
        let day = |n: usize| monday.checked_add_days(Days::new(n as u64)).unwrap_or(monday);
        Self { days: std::array::from_fn(|n| midnight(zone, day(n))), monday }
    }

    /// The weeks that a horizon touches, in order.
    #[must_use]
    pub(in crate::report) fn all(zone: Tz, horizon: Horizon) -> Vec<Self> {
        let mut weeks = Vec::new();
        let mut at = horizon.start;
        while at < horizon.end {
            let week = Self::of(zone, at);
            at = week.end().max(at.plus(1));
            weeks.push(week);
        }
        weeks
    }

    /// Its first instant.
    pub(in crate::report) const fn start(&self) -> Instant {
        self.days[0]
    }

    /// The first instant after it.
    pub(in crate::report) const fn end(&self) -> Instant {
        self.days[7]
    }

    /// Offsets from UTC \[s\] with the instants from which they hold: two in a week in which the
    /// clocks change.
    #[must_use]
    pub(in crate::report) fn offsets(&self, zone: Tz) -> Vec<(Instant, i64)> {
        let mut found = vec![(self.start(), offset_at(zone, self.start()).0)];
        let mut at = self.start();
        while at < self.end() {
            let offset = offset_at(zone, at).0;
            if found.last().is_some_and(|last| last.1 != offset) {
                found.push((at, offset));
            }
            at = at.plus(900);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::parse_instant;

    fn at(text: &str) -> Instant {
        parse_instant(text, false).unwrap()
    }

    #[test]
    fn a_week_with_a_clock_change_is_an_hour_short_and_says_when() {
        let zone: Tz = "Europe/Berlin".parse().unwrap();
        let horizon =
            Horizon { start: at("2024-03-26T12:00:00Z"), end: at("2024-04-01T00:00:00Z") };
        let weeks = Week::all(zone, horizon);
        assert_eq!(weeks.len(), 2);
        let week = &weeks[0];
        assert_eq!(week.start(), at("2024-03-24T23:00:00Z"));
        assert_eq!(week.end().since(week.start()), 7 * 86_400 - 3_600);
        let offsets = week.offsets(zone);
        assert_eq!(offsets, [(week.start(), 3_600), (at("2024-03-31T01:00:00Z"), 7_200)]);
        for (zone, summer) in [("Europe/Berlin", true), ("Europe/Dublin", true), ("UTC", false)] {
            let zone: Tz = zone.parse().unwrap();
            assert_eq!(offset_at(zone, at("2024-07-15T00:00:00Z")).1, summer);
            assert!(!offset_at(zone, at("2024-01-15T00:00:00Z")).1);
        }
    }

    #[test]
    fn a_midnight_that_does_not_exist_becomes_the_first_instant_after_it() {
        let zone: Tz = "America/Santiago".parse().unwrap();
        let day = NaiveDate::from_ymd_opt(2024, 9, 8).unwrap();
        assert_eq!(midnight(zone, day), at("2024-09-08T04:00:00Z"));
    }
}
