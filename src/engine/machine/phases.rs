//! Existence, phases, starting and stopping (STATE-1 to STATE-5, DEM-3, DEM-7 to DEM-9).

use super::{ATTENDED, LONG_AGO, Machine, NEVER, UNATTENDED};
use crate::engine::recorder::{Cause, Event, Recorder, State};
use crate::world::AfterInterruption;

impl Machine<'_> {
    /// Step 0: existence by table.
    pub(super) fn begin_existence<R: Recorder>(&mut self, recorder: &mut R) {
        if self.begins != self.now {
            return;
        }
        self.begins = NEVER;
        let Some(existence) = self.script.existence else { return };
        if self.state != State::Absent {
            return;
        }
        let state = if existence.running { State::Running } else { State::Stopped };
        recorder.event(self.now, Event::Exists(state));
        self.adopt(0);
        self.reach(state);
    }

    /// Step 1.
    #[inline]
    pub(super) fn end_phase<R: Recorder>(&mut self, recorder: &mut R) {
        if self.phase_end == self.now {
            self.reach(self.phase_target);
            recorder.event(self.now, Event::Reached(self.state));
        }
    }

    /// Enters `running` or `stopped`; a phase is over.
    #[inline]
    fn reach(&mut self, state: State) {
        self.phase_end = NEVER;
        self.state = state;
        if state == State::Running {
            self.entered = self.now;
            self.pending = [0; 2]; // DEM-4: served, and past its end, so it ends here.
            self.run_since = i64::from(self.present[UNATTENDED]).wrapping_mul(self.now);
            self.idle_since = self.now; // IDLE-4
            self.wind_clock();
        }
    }

    /// STATE-1: a phase of length 0 is skipped.
    #[inline]
    pub(super) fn begin_phase<R: Recorder>(
        &mut self,
        (phase, target): (State, State),
        latency: i64,
        recorder: &mut R,
    ) {
        self.state = phase;
        self.phase_target = target;
        self.phase_end = self.now.saturating_add(latency);
        self.end_phase(recorder);
    }

    /// Step 8 (DEM-3).
    #[inline]
    pub(super) fn start_if_wanted<R: Recorder>(&mut self, recorder: &mut R) {
        if self.state == State::Stopped && self.is_wanted() {
            self.start(Cause::Demand, recorder);
        }
    }

    #[inline]
    pub(super) fn start<R: Recorder>(&mut self, cause: Cause, recorder: &mut R) {
        recorder.event(self.now, Event::Start(cause));
        let latency = self.script.model.start_latency;
        self.begin_phase((State::Starting, State::Running), latency, recorder);
    }

    #[inline]
    pub(super) fn stop<R: Recorder>(&mut self, cause: Cause, recorder: &mut R) {
        self.leave_running(cause, recorder);
        recorder.event(self.now, Event::Stop(cause));
        self.give_up_after(cause);
        let latency = self.script.model.stop_latency;
        self.begin_phase((State::Stopping, State::Stopped), latency, recorder);
    }

    /// DEM-7: counts the interruption.
    #[inline]
    pub(super) fn leave_running<R: Recorder>(&mut self, cause: Cause, recorder: &mut R) {
        if self.is_present() {
            let runs = i64::from(self.present[UNATTENDED]);
            let lost = runs.wrapping_mul(self.now).wrapping_sub(self.run_since);
            recorder.event(self.now, Event::Interrupted(cause, lost));
        }
        self.left = self.now;
        self.stop_clock();
    }

    /// DEM-8 and DEM-9: who does not come back.
    #[inline]
    fn give_up_after(&mut self, cause: Cause) {
        let model = self.script.model;
        let meant = cause == Cause::Operation;
        if meant || model.after_attended == AfterInterruption::GiveUp {
            self.present[ATTENDED] = 0;
            self.counting_attended = 0;
            self.cancelled[ATTENDED] = self.now;
        }
        if meant || model.after_unattended == AfterInterruption::GiveUp {
            self.present[UNATTENDED] = 0;
            self.cancelled[UNATTENDED] = self.now;
        }
    }

    /// Forgets when `running` was left, once no interval is left to ask (DEM-4): states that
    /// behave alike then also look alike.
    #[inline]
    pub(in crate::engine) fn settle(&mut self) {
        if self.state != State::Running && !self.is_present() {
            self.left = LONG_AGO;
        }
    }
}
