//! When to stop looking: a person's Ctrl-C, or the clock.

use crate::cli::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Whether somebody pressed Ctrl-C.
static PRESSED: AtomicBool = AtomicBool::new(false);

/// Watches for both.
#[derive(Debug)]
pub(crate) struct Watch {
    deadline: Option<Instant>,
    timed_out: AtomicBool,
}

impl Watch {
    /// From now on the first Ctrl-C is a wish to see the best so far; the second ends the program.
    pub(crate) fn begin(limit: Option<Duration>, quiet: bool) -> Self {
        // Refused where a handler exists already: then Ctrl-C does what it did.
        let _ = ctrlc::set_handler(move || {
            if PRESSED.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(exit::INTERRUPTED));
            }
            if !quiet {
                eprintln!("stopping: the best so far is written (Ctrl-C again: nothing is)");
            }
        });
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { deadline, timed_out: AtomicBool::new(false) }
    }

    /// Whether to stop.
    pub(crate) fn says_stop(&self) -> bool {
        if PRESSED.load(Ordering::Relaxed) {
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
        if PRESSED.load(Ordering::Relaxed) {
            Some("interrupted")
        } else if self.timed_out.load(Ordering::Relaxed) {
            Some("time_limit")
        } else {
            None
        }
    }
}
