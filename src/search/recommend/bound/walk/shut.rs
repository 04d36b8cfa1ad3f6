//! Idle shutdowns on people.
//!
//! Where what somebody does keeps nothing awake, the idle clock runs out on them: they start the
//! instance again, and wait (IDLE-4, DEM-7, DEM-8).

use super::{ANY_TIME, Walk};

impl Walk<'_> {
    /// Somebody whose activity does not count is there all this time. When the idle clock runs out
    /// next, if that is surely after they left.
    pub(super) fn shut_down(&mut self, (from, to): (i64, i64)) -> Option<(i64, i64)> {
        let known_to = to.min(self.charged_to()).min(self.until);
        let (mut first, mut last) = self.shuts;
        while first >= from && first <= to && last + self.latencies() < known_to {
            let later = self.demand.needs[self.next..].iter();
            if later.take_while(|n| n.start <= last).any(|n| n.counts) {
                break;
            }
            let again = first + self.latencies();
            self.interrupt_by(last);
            (first, last) = (self.runs_out(again).0, self.runs_out(self.shut).1);
        }
        if first > to {
            self.shuts = (first, last);
            return Some(self.shuts);
        }
        self.shuts = ANY_TIME;
        self.must_shut_down((from, known_to));
        None
    }

    /// The same where nothing is known of the idle clock.
    pub(super) fn must_shut_down(&mut self, (from, to): (i64, i64)) {
        let again_s = self.latencies();
        let runs_s = self.runs_out(0).1;
        let mut counted = self.demand.latest_counted(self.next);
        let mut later = self.demand.needs[self.next..].iter().filter(|n| n.counts).peekable();
        loop {
            // It runs by then; and if it still does when the clock must have run out, it is off.
            let mut by = (from.max(self.shut) + again_s).max(counted) + runs_s;
            while by + again_s < to
                && let Some(need) = later.next_if(|need| need.start <= by)
            {
                counted = counted.max(need.end);
                by = by.max(counted + runs_s);
            }
            if by + again_s >= to {
                return;
            }
            self.interrupt_by(by);
        }
    }

    /// An idle shutdown by this time interrupts somebody, who waits until it runs again.
    fn interrupt_by(&mut self, by: i64) {
        let again_s = self.latencies();
        self.shut = by + again_s;
        let cost = self.terms.cut + self.terms.waited * again_s as f64;
        self.row.point(self.shut - self.origin, cost);
    }
}
