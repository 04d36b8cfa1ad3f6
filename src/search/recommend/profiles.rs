//! What the same fleet costs under each rule profile.

use super::objective::Score;
use super::replays::{Change, Replays};
use crate::plan::Plan;
use crate::search::Case;
use crate::units::{Problem, RuleProfile};

/// The fleet under one rule profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileCost {
    /// The profile.
    pub rules: RuleProfile,
    /// What each instance costs.
    pub scores: Vec<Score>,
}

/// Every instance under its plan, in every profile of [`RuleProfile::ALL`]: which kinds keep awake,
/// whom a managed identity blocks (IDLE-2) and what two day fields mean (SCHED-2).
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn rule_profiles(
    replays: &Replays<'_>,
    plans: &[Plan],
) -> Result<Vec<ProfileCost>, Vec<Problem>> {
    let under = |rules| {
        let replays = replays.on(Case { rules, ..*replays.case() });
        let tallies = replays.tally_each(plans, Change::default())?;
        Ok(ProfileCost { rules, scores: tallies.into_iter().map(|t| t.score).collect() })
    };
    RuleProfile::ALL.into_iter().map(under).collect()
}
