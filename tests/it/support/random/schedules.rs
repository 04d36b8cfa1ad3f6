//! Random schedules that like to fire on a world's hot instants.

use super::super::world::{SmallAction, SmallFrequency, SmallSchedule, SmallTrigger};
use super::super::zones::{Clock, ZONES, civil, naive_text, rfc3339};
use super::{Dst, Maker, one_of};
use rand::RngExt as _;

impl Maker {
    /// A schedule, most often one that fires at a hot instant.
    pub(super) fn schedule(&mut self) -> SmallSchedule {
        let zone = match self.rng.random_range(0..10) {
            0..2 => None,
            2..8 => Some(one_of(&mut self.rng, self.zones)),
            _ => Some(ZONES[self.rng.random_range(0..ZONES.len())].windows),
        };
        let action =
            one_of(&mut self.rng, &[SmallAction::Start, SmallAction::Stop, SmallAction::Stop]);
        let trigger =
            if self.rng.random_bool(0.5) { self.cron(zone) } else { self.recurrence(zone) };
        SmallSchedule {
            action,
            enabled: !self.rng.random_bool(0.1),
            zone: zone.map(String::from),
            start_time: self.start_time(zone),
            trigger,
        }
    }

    /// A schedule that fires with another, or the same one for the other action.
    pub(super) fn twin(&mut self, of: &SmallSchedule) -> SmallSchedule {
        let action = one_of(&mut self.rng, &[of.action, SmallAction::Start, SmallAction::Stop]);
        SmallSchedule { action, ..of.clone() }
    }

    /// What a wall clock in the zone reads at a hot instant, or a reading near a clock change.
    fn reading(&mut self, zone: Option<&str>) -> i64 {
        let hot = one_of(&mut self.rng, &self.hot);
        let dst = one_of(&mut self.rng, &[Dst::Ignored, Dst::Observed, Dst::Observed]);
        let local = Clock::of_zone(zone, dst, self.start - 86_400, self.end + 86_400).local(hot);
        if self.rng.random_bool(0.25) {
            let midnight = local.div_euclid(86_400) * 86_400;
            return midnight + one_of(&mut self.rng, &[0, 30, 60, 90, 120, 135, 150, 180]) * 60;
        }
        local
    }

    fn start_time(&mut self, zone: Option<&str>) -> Option<String> {
        if self.rng.random_bool(0.5) {
            return None;
        }
        let rng = &mut self.rng;
        let back = one_of(rng, &[0, 0, 0, 1, 2, 7, 31, 60, -1]) * 86_400;
        let odd = one_of(rng, &[0, 0, 0, 0, 17, 60, -60, 1_800]);
        let local = self.reading(zone) - back + odd;
        Some(match self.rng.random_range(0..10) {
            0..7 => naive_text(local),
            7..9 => rfc3339(local),
            _ => format!("{}+05:30", naive_text(local)),
        })
    }

    fn cron(&mut self, zone: Option<&str>) -> SmallTrigger {
        let c = civil(self.reading(zone));
        let rng = &mut self.rng;
        let minute = match rng.random_range(0..8) {
            0 => "*/15".into(),
            1 => format!("{},{}", c.minute, (c.minute + 15) % 60),
            2 => "0-30/10".into(),
            3 => "7/20".into(),
            _ => c.minute.to_string(),
        };
        let hour = match rng.random_range(0..10) {
            0 => "*".into(),
            1 => "*/3".into(),
            2 => format!("{}-23", c.hour),
            3 => format!("0-{}/2", c.hour),
            4 => format!("{},{}", c.hour, (c.hour + 5) % 24),
            _ => c.hour.to_string(),
        };
        let day = match rng.random_range(0..10) {
            0 => c.day.to_string(),
            1 => format!("{},15", c.day),
            2 => "*/2".into(),
            3 => format!("{}-31", c.day),
            _ => "*".into(),
        };
        let month = match rng.random_range(0..10) {
            0 => c.month.to_string(),
            1 => format!("1-{}", c.month),
            2 => format!("{}/3", c.month),
            _ => "*".into(),
        };
        let sunday_first = (c.weekday + 1) % 7;
        let weekday = match rng.random_range(0..10) {
            0 => sunday_first.to_string(),
            1 => "1-5".into(),
            2 => "0,6".into(),
            3 => format!("{sunday_first}/2"),
            4 => "MON-Fri".into(),
            _ => "*".into(),
        };
        SmallTrigger::Cron(format!("{minute} {hour} {day} {month} {weekday}"))
    }

    fn recurrence(&mut self, zone: Option<&str>) -> SmallTrigger {
        let c = civil(self.reading(zone));
        let rng = &mut self.rng;
        let frequency = one_of(
            rng,
            &[
                SmallFrequency::Minute,
                SmallFrequency::Hour,
                SmallFrequency::Day,
                SmallFrequency::Day,
                SmallFrequency::Week,
                SmallFrequency::Week,
                SmallFrequency::Month,
            ],
        );
        let interval = match frequency {
            SmallFrequency::Minute => one_of(rng, &[1, 15, 45, 600]),
            SmallFrequency::Hour => one_of(rng, &[1, 2, 5, 24]),
            _ => one_of(rng, &[1, 1, 1, 2, 3]),
        };
        let (hour, minute) = (c.hour as u32, c.minute as u32);
        let some = |rng: &mut rand_chacha::ChaCha8Rng, lists: &[Vec<u32>]| -> Vec<u32> {
            if rng.random_bool(0.3) {
                Vec::new()
            } else {
                lists[rng.random_range(0..lists.len())].clone()
            }
        };
        let hours = some(rng, &[vec![hour], vec![hour, (hour + 7) % 24], vec![2, 1, hour]]);
        let minutes = some(rng, &[vec![minute], vec![minute, 30], vec![0, 15, 30, 45]]);
        let weekday = c.weekday as u32;
        let week_days = some(rng, &[vec![weekday], vec![0, 1, 2, 3, 4], vec![6, weekday]]);
        let day = c.day as i32;
        let lists = [vec![], vec![day], vec![-1], vec![31], vec![day, 31, -1], vec![1, 15]];
        let mut month_days = lists[rng.random_range(0..lists.len())].clone();
        month_days.sort_unstable();
        month_days.dedup();
        let dedup = |mut v: Vec<u32>| {
            v.sort_unstable();
            v.dedup();
            v
        };
        SmallTrigger::Recurrence {
            frequency,
            interval,
            hours: dedup(hours),
            minutes: dedup(minutes),
            // Mostly only where they mean something.
            week_days: if frequency == SmallFrequency::Week || rng.random_bool(0.1) {
                dedup(week_days)
            } else {
                Vec::new()
            },
            month_days: if frequency == SmallFrequency::Month || rng.random_bool(0.1) {
                month_days
            } else {
                Vec::new()
            },
        }
    }
}
