//! What an administrator chooses, and the only place where wall-clock rules become instants.
//!
//! A [`Plan`] holds up to [`MAX_SCHEDULES`] schedules; [`firings`] turns them into one sorted list
//! of instants under a rule profile and a DST rule, once per distinct set of schedules. The rules
//! are SCHED-1 to SCHED-5 and SCHED-9; what a firing then does is the engine's business.
//!
//! * [`Cron`]: five-field expressions, checked here, days enumerated by the `cron` crate;
//! * [`Recurrence`]: Azure's (Logic Apps') recurrences;
//! * [`daily_firings`]: one time of day on all weekdays, for searches;
//! * [`local`]: civil time to instants and back, where DST gaps and folds are settled.

mod cron;
mod cron_fields;
mod daily;
pub mod local;
mod recurrence;
mod start_time;

pub use crate::units::{FieldError, Note};
pub use cron::Cron;
pub use daily::{DailyFiring, daily_firings};
pub use recurrence::{Frequency, Recurrence, RecurrenceSpec, parse_week_day};
pub use start_time::StartTime;

use crate::units::{Action, DstRule, Horizon, IdleLimit, Instant, RuleProfile};
use crate::world::zones::Zone;
use chrono::{Days, NaiveDate, NaiveDateTime};

/// SCHED-1: how many schedules an instance may have.
pub const MAX_SCHEDULES: usize = 4;

/// The settings of a compute instance that cost money or time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// What reports call it.
    pub name: String,
    /// IDLE-1: the idle limit, if any.
    pub idle: Option<IdleLimit>,
    /// SCHED-1: at most [`MAX_SCHEDULES`], in the order of the file.
    pub schedules: Vec<Schedule>,
    /// `enable_node_public_ip`: whether public IP and load balancer are billed (LEDG-2).
    pub public_ip: bool,
    /// VM size, where the plan names one.
    pub size: Option<String>,
    /// Whether the instance has a managed identity (IDLE-2).
    pub has_identity: bool,
}

impl Plan {
    /// A plan of this name that never stops anything: no idle limit, no schedule, a public IP.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            idle: None,
            schedules: Vec::new(),
            public_ip: true,
            size: None,
            has_identity: false,
        }
    }
}

/// One entry of `compute_start_stop`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// What it does.
    pub action: Action,
    /// SCHED-9: a disabled schedule never fires, but is kept.
    pub enabled: bool,
    /// When it does it.
    pub trigger: Trigger,
    /// Zone as written; see [`Schedule::effective_zone`].
    pub zone: Zone,
    /// SCHED-4: no firing before it.
    pub start_time: Option<StartTime>,
}

impl Schedule {
    /// SCHED-4: the zone that counts: UTC when the start time carries `Z` or an offset.
    #[must_use]
    pub fn effective_zone(&self) -> Zone {
        match self.start_time {
            Some(start) if start.is_utc() => Zone::utc(),
            _ => self.zone,
        }
    }
}

/// What makes a schedule fire.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// A five-field cron expression (SCHED-2).
    Cron(Cron),
    /// A recurrence (SCHED-3).
    Recurrence(Recurrence),
}

/// One firing of one schedule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Firing {
    /// When.
    pub at: Instant,
    /// What: stops sort before starts at one instant (STATE-5).
    pub action: Action,
}

/// What the triggers need to know to become instants.
#[derive(Clone, Copy, Debug)]
struct Frame {
    zone: Zone,
    dst: DstRule,
    horizon: Horizon,
    /// SCHED-4: no firing before this instant.
    not_before: Instant,
    /// SCHED-3: the anchor as an instant and on the local clock.
    anchor: Instant,
    anchor_civil: NaiveDateTime,
}

impl Frame {
    fn new(schedule: &Schedule, dst: DstRule, created: Instant, horizon: Horizon) -> Self {
        let zone = schedule.effective_zone();
        let (anchor, anchor_civil) = match schedule.start_time {
            Some(start) => (start.instant(zone, dst), start.civil()),
            None => (created, local::civil(created, zone, dst)),
        };
        // A cron expression has no anchor: without a start time it fires from the horizon on.
        let bound =
            schedule.start_time.is_some() || matches!(schedule.trigger, Trigger::Recurrence(_));
        let not_before = if bound { anchor.max(horizon.start) } else { horizon.start };
        Self { zone, dst, horizon, not_before, anchor, anchor_civil }
    }

    /// First and last local day that can hold a firing. A gap moves firings by a day at most
    /// (Samoa skipped one), so two days of margin before and one after are enough.
    fn days(&self) -> (NaiveDate, NaiveDate) {
        let day = |at| local::civil(at, self.zone, self.dst).date();
        let first = day(self.not_before).checked_sub_days(Days::new(2));
        let last = day(self.horizon.end).checked_add_days(Days::new(1));
        (first.unwrap_or(NaiveDate::MIN), last.unwrap_or(NaiveDate::MAX))
    }

    /// The instants of `days` x `times` inside the frame, sorted, each once.
    fn instants(&self, days: &[NaiveDate], times: &[(u32, u32)]) -> Vec<Instant> {
        let mut instants: Vec<Instant> = days
            .iter()
            .flat_map(|day| times.iter().filter_map(|(h, m)| day.and_hms_opt(*h, *m, 0)))
            .map(|civil| local::instant(civil, self.zone, self.dst))
            .filter(|at| self.holds(*at))
            .collect();
        instants.sort_unstable();
        instants.dedup();
        instants
    }

    fn holds(&self, at: Instant) -> bool {
        at >= self.not_before && self.horizon.contains(at)
    }
}

/// All firings of the enabled schedules in the horizon (SCHED-2 to SCHED-5, SCHED-9), sorted by
/// instant, stops first. One schedule fires once at one instant; two schedules that fire at the
/// same instant are two firings.
///
/// `anchor` is the instant the instance was created (horizon start if before): recurrences
/// without a start time count from it and do not fire before it (SCHED-3). Cron expressions
/// without a start time ignore it.
#[must_use]
pub fn firings(
    schedules: &[Schedule],
    rules: RuleProfile,
    dst: DstRule,
    anchor: Instant,
    horizon: Horizon,
) -> Vec<Firing> {
    let created = anchor.max(horizon.start);
    let mut all = Vec::new();
    for schedule in schedules.iter().filter(|s| s.enabled) {
        let frame = Frame::new(schedule, dst, created, horizon);
        let instants = match &schedule.trigger {
            Trigger::Cron(cron) => cron.instants(rules, &frame),
            Trigger::Recurrence(recurrence) => recurrence.instants(&frame),
        };
        all.extend(instants.into_iter().map(|at| Firing { at, action: schedule.action }));
    }
    all.sort();
    all
}

/// Whether the firings of a schedule depend on when the instance was created (SCHED-3), beyond not
/// firing before that: only then are they not the same for all instances with this schedule.
#[must_use]
pub fn depends_on_anchor(schedule: &Schedule) -> bool {
    match &schedule.trigger {
        Trigger::Cron(_) => false,
        Trigger::Recurrence(r) => schedule.start_time.is_none() && r.uses_anchor(),
    }
}

#[cfg(test)]
mod tests;
