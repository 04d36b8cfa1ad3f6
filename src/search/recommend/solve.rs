//! The best choice for one instance.

use super::choice::{Choice, Space};
use super::exhaust;
use super::field::Field;
use super::judge::{Halt, Judge, Member};
use super::local::{self, ANY_DAYS};
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
    /// At most this many rounds of raising the lower bound per instance; with 0 nothing is proved.
    pub rounds: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { gap: 0.01, evaluations: 20_000, rounds: 1_000 }
    }
}

/// Why a search ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum StopReason {
    /// Nothing in the space is better.
    Optimal,
    /// The proved gap is small enough.
    GapReached,
    /// No step of the search improves what it found.
    NoBetterFound,
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
            Self::NoBetterFound => "no_better_found",
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
    let one = (vec![Member::new(instance)], zone);
    let mut judge = Judge::new(field, one, space, objective, allowed, interrupted);
    let mut proof = None;
    let begin = || Proof::new(field, (instance, zone), (space, objective), effort.rounds);
    let stop_reason = match run(&mut judge, effort.gap, &mut proof, begin) {
        Ok(reason) | Err(Halt::Stop(reason)) => reason,
        Err(Halt::Failed(problems)) => return Err(problems),
    };
    let (Some(choice), Some(best)) = (judge.choice(), judge.best()) else {
        return Err(vec![Problem::error("E0999", "a space without idle limits holds no choice")]);
    };
    let lower_bound = match (stop_reason, proof) {
        (StopReason::Optimal, _) => best.objective,
        (_, Some(mut proof)) => proof.raise((best.objective, effort.gap), u64::MAX, interrupted),
        (_, None) => field.standing_of(instance).min(best.objective),
    };
    Ok(Solved {
        choice,
        score: best.score,
        objective: best.objective,
        lower_bound,
        evaluations: judge.evaluations(),
        stop_reason,
    })
}

/// Rounds of the proof before anything is searched: mostly they are enough where schedules are of
/// little use; and between searches.
const ROUNDS: u64 = 200;

/// Searches and proves in turn.
fn run(
    judge: &mut Judge<'_, '_>,
    gap: f64,
    proof: &mut Option<Proof>,
    begin: impl FnOnce() -> Proof,
) -> Result<StopReason, Halt> {
    judge.all(&[])?;
    if exhaust::fits(&judge.clock, judge.space, judge.left()) {
        exhaust::walk(judge)?;
        return Ok(StopReason::Optimal);
    }
    let proof = proof.insert(begin());
    if judge.is_proved(proof, gap, ROUNDS) {
        return Ok(StopReason::GapReached);
    }
    local::search(judge, proof.entries(), ANY_DAYS)?;
    while !proof.is_over() {
        if judge.is_proved(proof, gap, ROUNDS) {
            return Ok(StopReason::GapReached);
        }
        // Where the bound is weakest, something better may hide.
        local::descend(judge, proof.entries(), ANY_DAYS)?;
    }
    let is_proved = judge.is_proved(proof, gap, ROUNDS);
    Ok(if is_proved { StopReason::GapReached } else { StopReason::NoBetterFound })
}
