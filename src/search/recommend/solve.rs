//! The best choice for one instance.

use super::choice::{Choice, Space};
use super::field::Field;
use super::objective::{Objective, Score};
use crate::engine::limit_at;
use crate::units::{Money, Problem};
use crate::world::zones::Zone;

/// How long to look.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Effort {
    /// Stop when the proved gap is no larger than this share (0.01 is one per cent).
    pub gap: f64,
    /// At most this many evaluations per instance.
    pub evaluations: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { gap: 0.01, evaluations: 20_000 }
    }
}

/// Why a search ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StopReason {
    /// Nothing in the space is better.
    Optimal,
    /// The proved gap is small enough.
    GapReached,
    /// The allowed evaluations are used up.
    EvaluationsUsed,
    /// Somebody asked to stop.
    Interrupted,
}

impl StopReason {
    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::GapReached => "gap_reached",
            Self::EvaluationsUsed => "evaluations_used",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What a search found.
#[derive(Clone, PartialEq, Debug)]
pub struct Solved {
    /// The best choice found.
    pub choice: Choice,
    /// Its exact score.
    pub score: Score,
    /// Its objective.
    pub objective: Money,
    /// No choice in the space has a smaller objective than this: proved.
    pub lower_bound: Money,
    /// Replays and sweeps done.
    pub evaluations: u64,
    /// Why the search ended.
    pub stop_reason: StopReason,
}

/// The best choice for one instance in this zone. `interrupted` is asked now and then; once it says
/// yes the best so far is returned.
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn solve(
    field: &Field<'_>,
    (instance, zone): (usize, Zone),
    space: &Space,
    objective: &Objective,
    _effort: &Effort,
    _interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Solved, Vec<Problem>> {
    let scores = field.sweep(instance, &[], zone)?;
    let of = |at: usize| objective.of(&scores[at]).unwrap_or(Money::from_micros(i64::MAX));
    let best = space.limits.iter().copied().min_by_key(|at| of(*at)).unwrap_or(0);
    let choice = Choice { idle: limit_at(best), entries: Vec::new(), zone };
    Ok(Solved {
        choice,
        score: scores[best],
        objective: of(best),
        lower_bound: Money::ZERO,
        evaluations: 1,
        stop_reason: StopReason::EvaluationsUsed,
    })
}
