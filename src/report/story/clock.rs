//! Local times beside UTC.

use crate::units::{Horizon, Instant};
use chrono::{NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// The clock on somebody's wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Clock {
    /// The zone.
    pub tz: Tz,
}

/// Days and months in English, to the minute unless there are seconds.
fn time_of(civil: NaiveDateTime) -> String {
    let text = civil.format("%H:%M:%S").to_string();
    text.strip_suffix(":00").map_or_else(|| text.clone(), str::to_owned)
}

impl Clock {
    /// What it shows.
    pub(super) fn civil(self, at: Instant) -> NaiveDateTime {
        self.tz.from_utc_datetime(&at.civil()).naive_local()
    }

    /// Its distance from UTC \[s\].
    fn offset(self, at: Instant) -> i32 {
        self.tz.offset_from_utc_datetime(&at.civil()).fix().local_minus_utc()
    }

    /// `UTC+1`, `UTC-3:30`.
    pub(super) fn offset_name(self, at: Instant) -> String {
        let minutes = self.offset(at) / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
    }

    /// `Sat 16 Mar`.
    pub(super) fn day(self, at: Instant) -> String {
        self.civil(at).format("%a %-d %b").to_string()
    }

    /// `19:00 (18:00Z)`; on another day `00:00 (Sun 23:00Z)`; in UTC `19:00Z`.
    pub(super) fn time(self, at: Instant) -> String {
        if self.tz == Tz::Etc__UTC || self.tz == Tz::UTC {
            return format!("{}Z", time_of(at.civil()));
        }
        let (local, utc) = (self.civil(at), at.civil());
        let day = if local.date() == utc.date() {
            String::new()
        } else {
            format!("{} ", utc.format("%a"))
        };
        format!("{} ({day}{}Z)", time_of(local), time_of(utc))
    }

    /// `Fri 15 Mar 19:00 (18:00Z)`.
    pub(super) fn when(self, at: Instant) -> String {
        format!("{} {}", self.day(at), self.time(at))
    }

    /// The same with the year, for where nothing else tells it.
    pub(super) fn in_full(self, at: Instant) -> String {
        format!("{} {}", self.civil(at).format("%a %-d %b %Y"), self.time(at))
    }

    /// RFC 3339 with the local offset.
    pub(super) fn rfc3339(self, at: Instant) -> String {
        let local = self.tz.from_utc_datetime(&at.civil());
        local.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The changes of this clock inside a window: when, and the offsets before and after.
    pub(super) fn changes(self, window: Horizon) -> Vec<(Instant, String, String)> {
        const STEP_S: i64 = 3_600;
        let mut found = Vec::new();
        let mut at = window.start;
        while at < window.end {
            let next = at.plus(STEP_S).min(window.end);
            if self.offset(at) != self.offset(next) {
                let (mut low, mut high) = (at, next);
                while high.since(low) > 1 {
                    let middle = low.plus(high.since(low) / 2);
                    let same = self.offset(middle) == self.offset(low);
                    (low, high) = if same { (middle, high) } else { (low, middle) };
                }
                found.push((high, self.offset_name(low), self.offset_name(high)));
            }
            at = next;
        }
        found
    }
}
