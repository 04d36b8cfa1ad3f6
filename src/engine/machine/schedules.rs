//! Steps 5 and 6 of STATE-5: scheduled stops, queued starts, scheduled starts.

use super::Machine;
use crate::engine::recorder::{Cause, Event, Recorder, State};
use crate::units::Action;

impl Machine<'_> {
    #[inline]
    pub(super) fn fire<R: Recorder>(&mut self, recorder: &mut R) {
        while self.take_firing(Action::Stop) {
            self.fire_stop(recorder);
        }
        if self.state != State::Stopping {
            let queue = std::mem::take(&mut self.queue);
            for cause in [queue.first, queue.second].into_iter().flatten() {
                let blocked = cause == Cause::Schedule && self.is_blocked(recorder);
                if self.state == State::Stopped && !blocked {
                    self.start(cause, recorder);
                }
            }
        }
        while self.take_firing(Action::Start) {
            if self.is_blocked(recorder) {
                continue;
            }
            match self.state {
                State::Stopped => self.start(Cause::Schedule, recorder), // SCHED-8
                State::Stopping => self.enqueue(Cause::Schedule, recorder),
                state => self.noop_firing(Action::Start, state, recorder),
            }
        }
    }

    #[inline]
    fn take_firing(&mut self, action: Action) -> bool {
        let due = self
            .firings
            .get(self.next_firing)
            .is_some_and(|f| f.at.unix() == self.now && f.action == action);
        self.next_firing += usize::from(due);
        due
    }

    /// SCHED-6, SCHED-7.
    fn fire_stop<R: Recorder>(&mut self, recorder: &mut R) {
        if self.is_blocked(recorder) {
            return;
        }
        if self.state != State::Running {
            if self.queue.remove(Cause::Schedule) {
                recorder.event(self.now, Event::Unqueued);
            }
            self.noop_firing(Action::Stop, self.state, recorder);
            return;
        }
        let chance = match self.present {
            [0, 0] => None,
            [0, _] => Some(self.script.model.dismiss_unattended),
            _ => Some(self.script.model.dismiss_attended),
        };
        if chance.is_some_and(|c| c.happens(self.script.draw.at(self.now))) {
            recorder.event(self.now, Event::Dismissed); // IDLE-6: the clock runs on.
        } else {
            self.stop(Cause::Schedule, recorder);
        }
    }

    /// Whether the OS disk is full, so that a schedule does nothing; tells so of an existing
    /// instance.
    #[inline]
    fn is_blocked<R: Recorder>(&self, recorder: &mut R) -> bool {
        let blocked = self.automation_ends <= self.now;
        if blocked && self.state != State::Absent {
            recorder.event(self.now, Event::AutomationBlocked(Cause::Schedule));
        }
        blocked
    }

    fn noop_firing<R: Recorder>(&self, action: Action, state: State, recorder: &mut R) {
        if state != State::Absent {
            recorder.event(self.now, Event::FiringNoop(action, state));
        }
    }

    pub(super) fn enqueue<R: Recorder>(&mut self, cause: Cause, recorder: &mut R) {
        if self.queue.push(cause) {
            recorder.event(self.now, Event::Queued(cause));
        }
    }
}
