//! Synthetic fleets: people with habits, living in their own time zones, as rows of activity.
//!
//! What: [`Fleet`] turns a [`FleetSpec`] into [`Person`]s and their [`Row`]s. Why: a sample that
//! can be published, and traces of any size for trying plans and measuring speed. Source: the
//! shapes are tables in `shape.rs` and `way.rs`, compared with public traces of batch jobs, coding
//! sessions and notebook runs by `data/make_comparison.py`.
//!
//! People are independent: each has a ChaCha8 stream keyed by (seed, person), so the rows of a
//! person do not depend on thread count, on how the fleet is cut into batches, or on how many weeks
//! follow. Memory is bounded by one batch.

mod calendar;
mod clock;
mod day;
mod draw;
mod person;
mod shape;
mod way;

pub use person::{Person, office_plan};
pub use way::Way;

use crate::units::{Horizon, Instant, Kind};
use chrono::NaiveDate;
use chrono_tz::Tz;
use rayon::prelude::*;

/// What fleet to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FleetSpec {
    /// How many people, each with one instance.
    pub instances: u32,
    /// How many weeks of seven days.
    pub weeks: u32,
    /// First day; the horizon begins at its midnight UTC.
    pub start: NaiveDate,
    /// Seed of every draw.
    pub seed: u64,
    /// Home zones with weights.
    pub zones: Vec<(Tz, u32)>,
    /// Ways of working with weights.
    pub ways: Vec<(Way, u32)>,
    /// Sessions per working day in percent of the usual number: pauses, and the chance that a
    /// session is the day's last, are divided by it.
    pub density: u32,
}

impl FleetSpec {
    /// The stretch of time that rows lie in.
    #[must_use]
    pub fn horizon(&self) -> Horizon {
        let start = Instant::from_civil_utc(self.start.and_time(chrono::NaiveTime::MIN));
        Horizon { start, end: start.plus(i64::from(self.weeks) * 7 * clock::DAY_S) }
    }
}

/// Why a fleet cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SpecError {
    /// No instance, or more than there are names for.
    #[error("instances must be 1 to {MOST_INSTANCES}")]
    Instances,
    /// No week, or more than ten years.
    #[error("weeks must be 1 to {MOST_WEEKS}")]
    Weeks,
    /// A start outside the years that zone data is good for.
    #[error("start must lie in the years 1990 to 2090")]
    Start,
    /// No zone of positive weight.
    #[error("at least one zone must have a weight above 0")]
    Zones,
    /// No way of working of positive weight.
    #[error("at least one way of working must have a weight above 0")]
    Ways,
    /// A density outside its range.
    #[error("density must be 10 to 5000 percent")]
    Density,
}

/// The largest fleet.
pub const MOST_INSTANCES: u32 = 1_000_000;
/// The longest trace \[weeks\].
pub const MOST_WEEKS: u32 = 522;

/// One interval of activity (SPEC 1.1). Sorts by instance, then start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Row {
    /// Position of the person in the fleet, from 0.
    pub instance: u32,
    /// First second.
    pub start: Instant,
    /// First second after; never before `start`.
    pub end: Instant,
    /// Kind of activity.
    pub kind: Kind,
    /// Last keystroke, for [`Kind::Vscode`]; within `start..=end`.
    pub last_activity: Option<Instant>,
}

/// What one person did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deeds {
    /// Activity, sorted by start.
    pub rows: Vec<Row>,
    /// When the person pressed Stop after a day's work, ascending; tidy people do.
    pub stops: Vec<Instant>,
}

/// A fleet ready to be written out.
#[derive(Clone, Debug)]
pub struct Fleet {
    spec: FleetSpec,
    /// Public holidays by zone, in the order of `spec.zones`.
    holidays: Vec<(Tz, Vec<i64>)>,
}

impl Fleet {
    /// A fleet of this specification.
    ///
    /// # Errors
    /// The first [`SpecError`] that applies.
    pub fn new(spec: FleetSpec) -> Result<Self, SpecError> {
        use chrono::Datelike;
        let weighs = |total: u64| total > 0;
        let checks = [
            ((1..=MOST_INSTANCES).contains(&spec.instances), SpecError::Instances),
            ((1..=MOST_WEEKS).contains(&spec.weeks), SpecError::Weeks),
            ((1990..=2090).contains(&spec.start.year()), SpecError::Start),
            (weighs(spec.zones.iter().map(|z| u64::from(z.1)).sum()), SpecError::Zones),
            (weighs(spec.ways.iter().map(|w| u64::from(w.1)).sum()), SpecError::Ways),
            ((10..=5_000).contains(&spec.density), SpecError::Density),
        ];
        if let Some((_, error)) = checks.into_iter().find(|(holds, _)| !holds) {
            return Err(error);
        }
        let years = calendar::years(spec.start, i64::from(spec.weeks) * 7);
        let holidays = spec
            .zones
            .iter()
            .map(|&(zone, _)| (zone, calendar::public_holidays(spec.seed, zone, years.clone())))
            .collect();
        Ok(Self { spec, holidays })
    }

    /// The specification.
    #[must_use]
    pub const fn spec(&self) -> &FleetSpec {
        &self.spec
    }

    /// The person at `index`.
    #[must_use]
    pub fn person(&self, index: u32) -> Person {
        person::person(&self.spec, index)
    }

    /// All people, in the order of their instances' names.
    pub fn people(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.spec.instances).map(|i| self.person(i))
    }

    /// What one person did in the horizon.
    #[must_use]
    pub fn deeds(&self, person: &Person) -> Deeds {
        let zone = person.home_timezone;
        let (seed, index) = (self.spec.seed, person.index);
        let holidays = self.holidays.iter().find(|(z, _)| *z == zone);
        let days = day::Days {
            spec: &self.spec,
            index,
            way: person.way,
            habits: person::habits(seed, index, person.way),
            holidays: holidays.map_or(&[], |(_, days)| days),
            away: self.years().map(|year| calendar::away(seed, index, year)).collect(),
        };
        days.deeds(zone, self.spec.horizon())
    }

    /// The years the horizon touches, with some to spare.
    fn years(&self) -> std::ops::RangeInclusive<i32> {
        calendar::years(self.spec.start, i64::from(self.spec.weeks) * 7)
    }

    /// All deeds, `people_at_once` people at a time, in order: made in parallel, and the same
    /// whatever the number of threads.
    pub fn batches(&self, people_at_once: u32) -> impl Iterator<Item = Vec<(Person, Deeds)>> {
        let (step, end) = (people_at_once.max(1), self.spec.instances);
        (0..end.div_ceil(step)).map(move |batch| {
            let first = batch * step;
            (first..end.min(first.saturating_add(step)))
                .into_par_iter()
                .map(|index| {
                    let person = self.person(index);
                    let deeds = self.deeds(&person);
                    (person, deeds)
                })
                .collect()
        })
    }
}

#[cfg(test)]
mod tests;
