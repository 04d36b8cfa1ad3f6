//! What an administrator chooses, and the only place where wall-clock rules become instants.

use crate::units::{Action, Instant};

/// One firing of one schedule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Firing {
    /// When.
    pub at: Instant,
    /// What: stops sort before starts at one instant (STATE-5).
    pub action: Action,
}
