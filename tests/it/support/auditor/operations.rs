//! The operations of step 4, each as it takes effect or does nothing.

use super::{Auditor, Cause, State};

/// The operations of step 4.
impl Auditor<'_> {
    pub(super) fn create(&mut self, now: i64, running: bool) {
        if self.state != State::Absent {
            return;
        }
        self.begin_life(now);
        self.created_by_hand = Some(now);
        let latency = self.world.create_latency;
        if latency > 0 {
            self.state = State::Creating { until: now + latency, running };
        } else if running {
            self.enter_running(now);
        } else {
            self.state = State::Stopped;
        }
    }

    /// STATE-4: whatever was in progress is unserved from here; what was only pending is over.
    pub(super) fn delete(&mut self, now: i64) {
        if self.state == State::Absent {
            return;
        }
        if self.state == State::Running {
            self.interrupt(now, Cause::Operation);
        }
        for interval in &mut self.intervals {
            if interval.is_demand() && interval.end <= now {
                interval.ended = true;
            }
        }
        self.queue.clear();
        self.state = State::Absent;
    }

    pub(super) fn start_operation(&mut self, now: i64) {
        match self.state {
            State::Stopped => self.start(now, Cause::Operation),
            State::Stopping { .. } => self.enqueue(Cause::Operation),
            _ => {}
        }
    }

    /// DEM-9: a stop on purpose cancels all demand present.
    pub(super) fn stop_operation(&mut self, now: i64) {
        if self.state != State::Running {
            return;
        }
        self.row.stops_operation += 1;
        self.interrupt(now, Cause::Operation);
        for interval in self.intervals.iter_mut().filter(|i| i.is_demand()) {
            interval.cancelled = true;
        }
        self.enter_stopping(now);
    }

    /// DEM-9: a restart keeps demand waiting.
    pub(super) fn restart_operation(&mut self, now: i64) {
        if self.state != State::Running {
            return;
        }
        self.interrupt(now, Cause::Operation);
        let latency = self.world.restart_latency;
        if latency > 0 {
            self.state = State::Restarting { until: now + latency };
        } else {
            self.enter_running(now);
        }
    }

    /// IDLE-5.
    pub(super) fn set_idle(&mut self, now: i64, minutes: Option<u32>) {
        if self.state == State::Absent {
            return;
        }
        self.idle_limit = minutes.map(|m| i64::from(m) * 60);
        let on_the_clock = self.state == State::Running && !self.has_counting();
        let shorter = self.idle_limit.is_some_and(|limit| limit < now - self.idle_since);
        if on_the_clock && shorter {
            self.idle_since = now;
        }
    }

    pub(super) fn set_plan(&mut self, now: i64, plan: usize) {
        if self.state == State::Absent {
            return;
        }
        self.use_schedules(plan);
        self.set_idle(now, self.world.plans[plan].idle_minutes);
    }
}
