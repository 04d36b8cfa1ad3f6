//! Least money under limits on waiting and interruptions.

use super::choice::Space;
use super::chooser::Chosen;
use super::field::Field;
use super::objective::Objective;
use super::replays::Replays;
use super::solve::Effort;
use crate::units::{Money, Problem};
use crate::world::zones::Zone;

/// Over whom a limit is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Measure {
    /// Each instance keeps it.
    #[default]
    Each,
    /// At least 95 of 100 instances keep it.
    P95,
}

impl Measure {
    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::P95 => "p95",
        }
    }
}

/// What must be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// Attended wait in an average week of the instance's existence, at most \[s\].
    pub max_wait_s_per_week: Option<i64>,
    /// Interruptions by idle and schedule over the horizon, at most.
    pub max_interruptions: Option<i64>,
    /// By whom.
    pub measure: Measure,
}

/// One instance under limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constrained {
    /// The cheapest that keeps the limits; where nothing found does, the nearest.
    pub chosen: Chosen,
    /// Whether it keeps them.
    pub is_kept: bool,
    /// Whether anything that was found keeps them; under [`Measure::P95`] a few instances are left
    /// free of the limits although something would.
    pub is_feasible: bool,
    /// No choice in the space that keeps the limits has a smaller total: proved.
    pub lower_bound: Money,
    /// Attended wait in an average week \[s\], rounded up.
    pub wait_s_per_week: i64,
    /// Replays and sweeps done.
    pub evaluations: u64,
}

/// A fleet under limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConstrainedFleet {
    /// Whether the limits are kept in the sense of the measure.
    pub is_met: bool,
    /// The measure's wait in an average week: the largest, or the 95th percentile \[s\].
    pub wait_s_per_week: i64,
    /// The measure's interruptions.
    pub interruptions: i64,
    /// Every instance, in order.
    pub instances: Vec<Constrained>,
}

/// The least money under limits, by moving the prices of waiting and of interruptions.
///
/// # Errors
/// As [`super::solve`].
pub fn constrain(
    field: &Field<'_>,
    replays: &Replays<'_>,
    (objective, limits): (&Objective, &Limits),
    (space, zone, effort): (&Space, Option<Zone>, &Effort),
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<ConstrainedFleet, Vec<Problem>> {
    let _ = (field, replays, objective, limits, space, zone, effort, interrupted);
    Err(Vec::new())
}
