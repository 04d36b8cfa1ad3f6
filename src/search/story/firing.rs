//! Which schedule fired, by which clock, and what the wall clock showed (SCHED-5).

use super::Story;
use crate::engine::{CommandKind, Compiled, Event};
use crate::plan::{Schedule, Trigger, firings, local};
use crate::search::Case;
use crate::units::{Action, DstRule, Instant};
use chrono::NaiveDateTime;

/// A plan from one instant on, with the firings of each of its schedules.
#[derive(Clone, Debug)]
pub(super) struct InForce {
    /// From when \[unix s\].
    pub(super) from: i64,
    /// Index into the case's plans.
    pub(super) plan: usize,
    firings: Vec<Vec<Instant>>,
}

/// One firing of one schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fired {
    /// The schedule's number in its plan, from 1.
    pub number: usize,
    /// What it does.
    pub action: Action,
    /// The trigger as written: a cron expression, or the recurrence in words.
    pub trigger: String,
    /// The Windows name of its zone.
    pub zone: &'static str,
    /// When it fired.
    pub at: Instant,
    /// What the schedule's own clock showed: under `dst: ignored` the label's.
    pub label: NaiveDateTime,
    /// What the zone's real clock showed.
    pub wall: NaiveDateTime,
    /// When the real clock shows what the label says.
    pub meant: Instant,
}

impl Fired {
    /// How long after the wall clock's time it fired \[s\]; negative: before. Not 0 only because
    /// zones ignore daylight saving (SCHED-5).
    #[must_use]
    pub const fn late_s(&self) -> i64 {
        self.at.since(self.meant)
    }
}

/// The plans of all lives, from what the engine said took effect.
pub(super) fn in_force(
    case: &Case<'_>,
    compiled: &Compiled,
    events: &[(i64, Event)],
) -> Vec<InForce> {
    let mut all: Vec<InForce> = Vec::new();
    let mut born = case.trace.horizon.start.unix();
    for (at, event) in events {
        let here = compiled.commands.iter().filter(|c| c.at.unix() == *at);
        let setting = match event {
            Event::Exists(_) => Some(0),
            Event::Created => here.filter_map(|c| created(c.kind)).next_back(),
            Event::PlanSet(_) => here.filter_map(|c| plan_set(c.kind)).next_back(),
            _ => None,
        };
        if matches!(event, Event::Exists(_) | Event::Created) {
            born = *at;
        }
        let Some(plan) = setting.and_then(|setting| compiled.plan_of(setting)) else { continue };
        let each = |schedule: &Schedule| {
            let anchor = Instant::from_unix(born);
            let one = std::slice::from_ref(schedule);
            let fired = firings(one, case.rules, case.dst, anchor, case.trace.horizon);
            fired.into_iter().map(|f| f.at).collect()
        };
        let firings = case.plans[plan].schedules.iter().map(each).collect();
        all.push(InForce { from: *at, plan, firings });
    }
    all
}

const fn created(kind: CommandKind) -> Option<usize> {
    match kind {
        CommandKind::Create { setting, .. } => Some(setting),
        _ => None,
    }
}

const fn plan_set(kind: CommandKind) -> Option<usize> {
    match kind {
        CommandKind::SetPlan { setting } => Some(setting),
        _ => None,
    }
}

impl Story<'_> {
    /// The schedules of the plan in force that fired at this instant \[unix s\] with this action.
    #[must_use]
    pub fn fired(&self, at: i64, action: Action) -> Vec<Fired> {
        let Some(in_force) = self.in_force.iter().rev().find(|i| i.from <= at) else {
            return Vec::new();
        };
        let at = Instant::from_unix(at);
        let schedules = self.plans[in_force.plan].schedules.iter().zip(&in_force.firings);
        let of = |(number, (schedule, firings)): (usize, (&Schedule, &Vec<Instant>))| {
            let fires = schedule.action == action && firings.binary_search(&at).is_ok();
            fires.then(|| self.firing(number, schedule, at))
        };
        (1..).zip(schedules).filter_map(of).collect()
    }

    /// The next firing with this action after an instant \[unix s\], under the plan in force then.
    #[must_use]
    pub fn next_firing(&self, after: i64, action: Action) -> Option<Fired> {
        let in_force = self.in_force.iter().rev().find(|i| i.from <= after)?;
        let after = Instant::from_unix(after);
        let schedules = self.plans[in_force.plan].schedules.iter().zip(&in_force.firings);
        let next = |(number, (schedule, firings)): (usize, (&Schedule, &Vec<Instant>))| {
            let at = *firings.get(firings.partition_point(|at| *at <= after))?;
            (schedule.action == action).then(|| self.firing(number, schedule, at))
        };
        (1..).zip(schedules).filter_map(next).min_by_key(|fired| fired.at)
    }

    fn firing(&self, number: usize, schedule: &Schedule, at: Instant) -> Fired {
        let zone = schedule.effective_zone();
        let label = local::civil(at, zone, self.dst);
        let wall = local::civil(at, zone, DstRule::Observed);
        // A time that the real clock skips or repeats is off by no more than the change itself.
        let meant = if label == wall { at } else { local::instant(label, zone, DstRule::Observed) };
        let trigger = trigger(schedule);
        Fired {
            number,
            action: schedule.action,
            trigger,
            zone: zone.windows,
            at,
            label,
            wall,
            meant,
        }
    }
}

/// A trigger in a few words.
fn trigger(schedule: &Schedule) -> String {
    match &schedule.trigger {
        Trigger::Cron(cron) => format!("`{}`", cron.text()),
        Trigger::Recurrence(recurrence) => {
            let spec = recurrence.spec();
            match spec.interval {
                1 => format!("every {}", spec.frequency.as_str()),
                n => format!("every {n} {}s", spec.frequency.as_str()),
            }
        }
    }
}
