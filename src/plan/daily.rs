//! The firings of "every day at this time", each with its weekday: what a search over times of day
//! and weekday sets puts together again and again.

use super::Frame;
use super::local;
use crate::units::{DstRule, Horizon, Instant};
use crate::world::zones::Zone;
use chrono::{Datelike, NaiveDate};

/// One firing of a daily time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DailyFiring {
    /// When.
    pub at: Instant,
    /// The weekday on the zone's clock, Sunday 0, as cron numbers them. A time that the clock skips
    /// belongs to the day it was meant for (SCHED-5).
    pub weekday: u8,
}

/// Years in which cron expressions fire.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// All firings at this minute of the day (0 to 1439) inside the horizon, sorted: those of the cron
/// expression `M H * * *`, with weekdays. The firings of `M H * * DAYS` are those on these days;
/// where a clock change makes two of them one instant, it fires once.
#[must_use]
pub fn daily_firings(minute: u16, zone: Zone, dst: DstRule, horizon: Horizon) -> Vec<DailyFiring> {
    let start = horizon.start;
    let anchor_civil = local::civil(start, zone, dst);
    let frame = Frame { zone, dst, horizon, not_before: start, anchor: start, anchor_civil };
    let (first, last) = frame.days();
    let (hour, minute) = (u32::from(minute / 60), u32::from(minute % 60));
    let firing = |day: NaiveDate| {
        let at = local::instant(day.and_hms_opt(hour, minute, 0)?, zone, dst);
        let weekday = u8::try_from(day.weekday().num_days_from_sunday()).ok()?;
        frame.holds(at).then_some(DailyFiring { at, weekday })
    };
    let days = first.iter_days().take_while(|day| *day <= last);
    days.filter(|day| YEARS.contains(&day.year())).filter_map(firing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Cron, Schedule, Trigger, firings};
    use crate::units::{Action, RuleProfile, parse_instant};

    /// SCHED-2, SCHED-5: cron expressions fire at the same instants, around clock changes too.
    #[test]
    fn daily_firings_are_those_of_cron() {
        let at = |t: &str| parse_instant(&format!("{t}:00Z"), false).unwrap();
        let horizons = [
            ("2024-03-20T07:30", "2024-04-09T00:00"),
            ("2024-10-01T00:00", "2024-11-10T05:00"),
            ("2011-12-20T00:00", "2012-01-10T00:00"),
        ];
        let zones = ["W. Europe Standard Time", "Lord Howe Standard Time", "Samoa Standard Time"];
        for (start, end) in horizons {
            let horizon = Horizon { start: at(start), end: at(end) };
            for zone in zones.map(|name| Zone::parse(name).unwrap().0) {
                for (dst, minute) in
                    DstRule::ALL.into_iter().zip([0, 105, 150, 600, 1_439].repeat(2))
                {
                    for (days, field) in
                        [(0x7f_u8, "*"), (0x3e, "1-5"), (0x41, "0,6"), (0x60, "5,6")]
                    {
                        let text = format!("{} {} * * {field}", minute % 60, minute / 60);
                        let schedule = Schedule {
                            action: Action::Stop,
                            enabled: true,
                            trigger: Trigger::Cron(Cron::parse(&text).unwrap().0),
                            zone,
                            start_time: None,
                        };
                        let rules = RuleProfile::Aml2022_12;
                        let wanted = firings(&[schedule], rules, dst, horizon.start, horizon);
                        let mut found = daily_firings(minute, zone, dst, horizon);
                        found.retain(|f| days & (1 << f.weekday) != 0);
                        found.dedup_by_key(|f| f.at);
                        let same = wanted.iter().map(|f| f.at).eq(found.iter().map(|f| f.at));
                        assert!(same, "{text} in {} from {start}", zone.windows);
                    }
                }
            }
        }
    }
}
