//! When to stop looking: a person's Ctrl-C, or the clock.

use crate::cli::interrupt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Watches for both.
#[derive(Debug)]
pub(crate) struct Watch {
    deadline: Option<Instant>,
    timed_out: AtomicBool,
}

impl Watch {
    /// From now on: Ctrl-C is heard, and the time runs.
    pub(crate) fn begin(limit: Option<Duration>, quiet: bool) -> Self {
        interrupt::listen(quiet);
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { deadline, timed_out: AtomicBool::new(false) }
    }

    /// Whether to stop.
    pub(crate) fn says_stop(&self) -> bool {
        if interrupt::is_wished() {
            return true;
        }
        let late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if late {
            self.timed_out.store(true, Ordering::Relaxed);
        }
        late
    }

    /// Why it said so, for `stop_reason`.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        if interrupt::is_wished() {
            Some("interrupted")
        } else if self.timed_out.load(Ordering::Relaxed) {
            Some("time_limit")
        } else {
            None
        }
    }
}
