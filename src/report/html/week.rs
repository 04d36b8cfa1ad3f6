//! The week as people live it: for every hour of their local week, how much of the time their
//! instances were in use, on, and on for nobody, in standard and in summer time, and which
//! schedules fired then. A count over the replay, by zone.

use super::local::{offset_at, zone_of};
use crate::engine::{Cause, Event, Load, Recorder, State, replay};
use crate::search::{Case, Prepared};
use crate::units::{Action, Horizon, Instant};
use chrono::{Datelike as _, Timelike as _};
use chrono_tz::Tz;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Hours of a week.
pub(in crate::report) const HOURS: usize = 168;
/// Standard time, then summer time.
pub(in crate::report) const CELLS: usize = 2 * HOURS;
/// The grain at which local clocks are looked up \[s\]: every offset in use is a multiple of it.
const GRAIN_S: i64 = 900;

/// What happened in one hour of the week, over all instances and weeks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HourUse {
    /// Existing \[s\].
    pub exists_s: i64,
    /// `running` \[s\].
    pub running_s: i64,
    /// `running` with activity of any kind \[s\].
    pub used_s: i64,
    /// Start schedules that fired, whatever came of it.
    pub starts: i64,
    /// Stop schedules that fired, whatever came of it.
    pub stops: i64,
}

impl HourUse {
    fn plus(&mut self, other: &Self) {
        self.exists_s += other.exists_s;
        self.running_s += other.running_s;
        self.used_s += other.used_s;
        self.starts += other.starts;
        self.stops += other.stops;
    }

    /// LEDG-6: `running` without activity of any kind \[s\].
    #[must_use]
    pub const fn wasted_s(&self) -> i64 {
        self.running_s - self.used_s
    }
}

/// The week of the people of one zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneWeek {
    /// The zone's IANA name.
    pub zone: String,
    /// How many instances.
    pub instances: usize,
    /// Standard time, Monday 0 to 23 up to Sunday, then summer time likewise.
    pub hours: Vec<HourUse>,
}

impl ZoneWeek {
    fn new(zone: String) -> Self {
        Self { zone, instances: 0, hours: vec![HourUse::default(); CELLS] }
    }

    /// Whether anything happened in summer time.
    #[must_use]
    pub fn has_summer(&self) -> bool {
        self.hours.iter().skip(HOURS).any(|hour| hour.exists_s > 0)
    }

    /// Adds another one.
    pub fn plus(&mut self, other: &Self) {
        self.instances += other.instances;
        for (sum, hour) in self.hours.iter_mut().zip(&other.hours) {
            sum.plus(hour);
        }
    }

    /// The sum over zones.
    #[must_use]
    pub fn sum(name: &str, weeks: &[Self]) -> Self {
        let mut sum = Self::new(name.to_owned());
        weeks.iter().for_each(|week| sum.plus(week));
        sum
    }
}

/// The weeks of a scenario by home zone, the zone with the most instances first.
#[must_use]
pub fn weeks_by_zone(case: &Case<'_>, prepared: &Prepared<'_>) -> Vec<ZoneWeek> {
    let mut members: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
    for (index, instance) in case.instances.iter().enumerate() {
        members.entry(zone_of(instance).name()).or_default().push(index);
    }
    let mut weeks: Vec<ZoneWeek> = members
        .into_iter()
        .map(|(name, members)| {
            let zone = name.parse().unwrap_or(Tz::Etc__UTC);
            let slots = Slots::new(zone, case.trace.horizon);
            let fresh = || ZoneWeek::new(name.to_owned());
            let one = |mut week: ZoneWeek, index: &usize| {
                let (settings, _) = prepared.settings(*index);
                week.instances += 1;
                let mut recorder = Counting { slots: &slots, hours: &mut week.hours };
                replay(&prepared.script(*index, &settings), &mut recorder);
                week
            };
            let both = |mut a: ZoneWeek, b: ZoneWeek| {
                a.plus(&b);
                a
            };
            members.par_iter().fold(fresh, one).reduce(fresh, both)
        })
        .collect();
    weeks.sort_by_key(|week| std::cmp::Reverse(week.instances));
    weeks
}

/// For every quarter of an hour of the horizon, which hour of the local week it is in.
struct Slots {
    base: i64,
    cells: Vec<u16>,
}

impl Slots {
    fn new(zone: Tz, horizon: Horizon) -> Self {
        let base = horizon.start.unix().div_euclid(GRAIN_S) * GRAIN_S;
        let count = (horizon.end.unix() - base).div_euclid(GRAIN_S) + 1;
        let cell = |slot: i64| {
            let at = Instant::from_unix(base + slot * GRAIN_S);
            let (offset, saving) = offset_at(zone, at);
            let local = at.plus(offset).civil();
            let hour = local.weekday().num_days_from_monday() * 24 + local.hour();
            u16::try_from(hour).unwrap_or(0) + if saving { HOURS as u16 } else { 0 }
        };
        Self { base, cells: (0..count).map(cell).collect() }
    }

    fn cell(&self, at: i64) -> usize {
        let slot = usize::try_from((at - self.base).div_euclid(GRAIN_S)).unwrap_or(0);
        self.cells.get(slot).map_or(0, |cell| usize::from(*cell))
    }
}

struct Counting<'z> {
    slots: &'z Slots,
    hours: &'z mut [HourUse],
}

impl Recorder for Counting<'_> {
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        if state == State::Absent {
            return;
        }
        let mut at = from;
        while at < to {
            let next = ((at.div_euclid(GRAIN_S) + 1) * GRAIN_S).min(to);
            let seconds = next - at;
            let hour = &mut self.hours[self.slots.cell(at)];
            hour.exists_s += seconds;
            if state == State::Running {
                hour.running_s += seconds;
                hour.used_s += if load.present { seconds } else { 0 };
            }
            at = next;
        }
    }

    fn event(&mut self, at: i64, event: Event) {
        let action = match event {
            Event::Start(Cause::Schedule) | Event::Queued(Cause::Schedule) => Action::Start,
            Event::Stop(Cause::Schedule) | Event::Dismissed => Action::Stop,
            Event::FiringNoop(action, _) => action,
            _ => return,
        };
        let hour = &mut self.hours[self.slots.cell(at)];
        match action {
            Action::Start => hour.starts += 1,
            Action::Stop => hour.stops += 1,
        }
    }
}
