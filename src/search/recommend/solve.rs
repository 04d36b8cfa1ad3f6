//! The best choice for one instance.

use super::choice::{Choice, Space};
use super::exhaust;
use super::field::Field;
use super::judge::{Halt, Judge};
use super::local;
use super::objective::{Objective, Score};
use super::proof::Proof;
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
    effort: &Effort,
    interrupted: &(dyn Fn() -> bool + Sync),
) -> Result<Solved, Vec<Problem>> {
    let allowed = effort.evaluations;
    let mut judge = Judge::new(field, (instance, zone), space, objective, allowed, interrupted);
    let stop = match run(&mut judge) {
        Ok(()) => StopReason::Optimal,
        Err(Halt::Stop(reason)) => reason,
        Err(Halt::Failed(problems)) => return Err(problems),
    };
    let (Some(choice), Some(best)) = (judge.choice(), judge.best()) else {
        return Err(vec![Problem::error("E0999", "a space without idle limits holds no choice")]);
    };
    let (score, found) = (best.score, best.objective);
    let lower_bound = if stop == StopReason::Optimal {
        found
    } else {
        let mut proof = Proof::new(field, (instance, zone), space, objective)?;
        proof.raise(found, effort.gap)
    };
    Ok(Solved {
        choice,
        score,
        objective: found,
        lower_bound,
        evaluations: judge.evaluations(),
        stop_reason: stop,
    })
}

/// Searches; `Ok` when nothing in the space is better.
fn run(judge: &mut Judge<'_, '_>) -> Result<(), Halt> {
    judge.all(&[])?;
    if exhaust::fits(&judge.clock, judge.space, judge.left()) {
        return exhaust::walk(judge);
    }
    local::search(judge)?;
    Err(Halt::Stop(StopReason::EvaluationsUsed))
}
