//! Starts that wait for the end of `stopping` (SCHED-6, SCHED-8).

use crate::engine::recorder::Cause;

/// Queued starts, oldest first: at most one per origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Queue {
    pub(super) first: Option<Cause>,
    pub(super) second: Option<Cause>,
}

impl Queue {
    /// Adds a start; `false` when one of the same origin waits already.
    #[inline]
    pub(super) fn push(&mut self, cause: Cause) -> bool {
        if self.first == Some(cause) || self.second == Some(cause) {
            return false;
        }
        let slot = if self.first.is_none() { &mut self.first } else { &mut self.second };
        *slot = Some(cause);
        true
    }

    /// Whether no start waits.
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Removes the start of this origin; `false` when there is none.
    #[inline]
    pub(super) fn remove(&mut self, cause: Cause) -> bool {
        if self.first == Some(cause) {
            self.first = self.second.take();
            true
        } else if self.second == Some(cause) {
            self.second = None;
            true
        } else {
            false
        }
    }
}
