//! What others would advise, and what knowing the future would cost: the figures beside ours.

use super::choice::{Choice, Entry, WeekDays};
use super::objective::Score;
use super::optscale;
use super::replays::{Change, Replays, Tally};
use crate::engine::{Load, State};
use crate::plan::Plan;
use crate::search::Case;
use crate::units::{Action, IdleLimit, Instant, Problem};
use crate::world::zones::Zone;
use rayon::prelude::*;

/// A plan, or a bound, that advice is held against.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Baseline {
    /// The plan each instance has today, exactly as it is.
    Today,
    /// Running whenever it exists: no idle limit, no schedule, every life begins running. What
    /// people asked for (`stop`, `delete`) still happens.
    AlwaysOn,
    /// On from 08:00 to 18:00 from Monday to Friday on the home zone's clock; no idle limit.
    OfficeHours,
    /// An idle limit of 60 minutes for everybody, as an Azure Policy appends it; schedules stay.
    PolicyIdle60,
    /// OptScale's rule for instances that could be shut down, as published: the mean activity of
    /// each hour of the week (UTC) over the last 14 days; off where it is at most 5 %. Its cells
    /// become at most four entries, see `optscale.rs`.
    OptScale,
    /// Knowing the future: on exactly while needed. A bound, not a plan.
    Clairvoyant,
}

impl Baseline {
    /// All of them, in the order of every table.
    pub const ALL: [Self; 6] = [
        Self::Today,
        Self::AlwaysOn,
        Self::OfficeHours,
        Self::PolicyIdle60,
        Self::OptScale,
        Self::Clairvoyant,
    ];

    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::AlwaysOn => "always-on",
            Self::OfficeHours => "office-hours-08-18",
            Self::PolicyIdle60 => "policy-idle-60",
            Self::OptScale => "optscale",
            Self::Clairvoyant => "clairvoyant",
        }
    }

    /// One line for a reader.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Today => "the plans as they are today",
            Self::AlwaysOn => "running whenever it exists, no idle limit",
            Self::OfficeHours => "on 08:00 to 18:00 Monday to Friday in the home zone",
            Self::PolicyIdle60 => "an idle limit of 60 minutes for everybody",
            Self::OptScale => "off in hours of the week that were idle over 14 days, in UTC",
            Self::Clairvoyant => "on exactly while needed, nobody waits: a bound, not a plan",
        }
    }
}

/// One baseline over the fleet.
#[derive(Clone, PartialEq, Debug)]
pub struct BaselineResult {
    /// Which.
    pub baseline: Baseline,
    /// The plan of each instance; empty for what is no plan.
    pub plans: Vec<Plan>,
    /// What each instance costs over the horizon.
    pub scores: Vec<Score>,
    /// What it costs in each whole week ([`super::Weeks`]).
    pub weeks: Vec<Vec<Score>>,
}

/// All baselines of [`Baseline::ALL`]. OptScale's rule looks at the 14 days before `seen_until`
/// (the end of the training weeks; never the future).
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn baselines(
    replays: &Replays<'_>,
    seen_until: Instant,
) -> Result<Vec<BaselineResult>, Vec<Problem>> {
    Baseline::ALL.into_iter().map(|baseline| one(replays, baseline, seen_until)).collect()
}

fn one(
    replays: &Replays<'_>,
    baseline: Baseline,
    seen_until: Instant,
) -> Result<BaselineResult, Vec<Problem>> {
    let plans: Vec<Plan> =
        (0..replays.len()).map(|i| plan_of(replays, i, baseline, seen_until)).collect();
    let tallies = match baseline {
        Baseline::Clairvoyant => clairvoyant(replays, &plans)?,
        _ => {
            let runs_at_once = baseline == Baseline::AlwaysOn;
            replays.tally_each(&plans, Change { runs_at_once, ..Change::default() })?
        }
    };
    let plans = if baseline == Baseline::Clairvoyant { Vec::new() } else { plans };
    let (scores, weeks) = tallies.into_iter().map(|t| (t.score, t.weeks)).unzip();
    Ok(BaselineResult { baseline, plans, scores, weeks })
}

/// The plan of one instance; for the bound, the one that never stops anything.
fn plan_of(replays: &Replays<'_>, instance: usize, baseline: Baseline, until: Instant) -> Plan {
    let today = replays.plan_today(instance);
    let chosen =
        |idle, entries, zone| Choice { idle, entries, zone }.to_plan(baseline.as_str(), today);
    match baseline {
        Baseline::Today => today.clone(),
        Baseline::AlwaysOn | Baseline::Clairvoyant => chosen(None, Vec::new(), Zone::utc()),
        Baseline::OfficeHours => {
            let entry =
                |action, hour: u16| Entry { action, minute: hour * 60, days: WeekDays::WORK };
            let entries = vec![entry(Action::Start, 8), entry(Action::Stop, 18)];
            chosen(None, entries, replays.case().instances[instance].home_zone())
        }
        Baseline::PolicyIdle60 => Plan {
            name: baseline.as_str().to_owned(),
            idle: IdleLimit::from_minutes(60),
            ..today.clone()
        },
        Baseline::OptScale => {
            chosen(None, optscale::entries(replays, instance, until), Zone::utc())
        }
    }
}

/// On exactly while somebody needs it: the billed seconds are those with demand present, as an
/// instance serves it that is never stopped and takes no time to start, stop or restart. Creating
/// takes the time it takes (nobody can be served meanwhile, at any price), and standing cost is
/// that of existence.
///
/// Any plan that interrupts nobody bills at least this: wherever there is demand the instance is
/// being created, or it is started at once (DEM-3), and starting is billed (LEDG-1).
fn clairvoyant(replays: &Replays<'_>, plans: &[Plan]) -> Result<Vec<Tally>, Vec<Problem>> {
    let case = replays.case();
    let mut model = case.model.clone();
    (model.start_latency, model.stop_latency, model.restart_latency) = (0, 0, 0);
    let replays = replays.on(Case { model: &model, ..*case });
    let one = |(instance, plan): (usize, &Plan)| {
        replays.tally_as(instance, plan, Change::default(), needed)
    };
    plans.par_iter().enumerate().map(one).collect()
}

/// Counts a second as running only while there is demand.
fn needed(state: State, load: Load) -> State {
    match state {
        State::Running if !load.present => State::Stopped,
        state => state,
    }
}
