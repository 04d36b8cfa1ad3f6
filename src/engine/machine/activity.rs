//! Steps 2 and 3 of STATE-5: activity ends and starts. Every interval is demand (DEM-1) and keeps
//! its recorded times, whatever waiting it met before (DEM-2).

use super::{ATTENDED, Machine, NEVER, UNATTENDED};
use crate::engine::recorder::{Recorder, State};
use crate::units::Kind;

impl Machine<'_> {
    /// Finds when the next interval starts.
    #[inline]
    pub(super) fn look_for_start(&mut self) {
        let activity = &self.script.activity;
        let start = activity.start.get(self.next_start);
        self.start_at = start.map_or(NEVER, |s| activity.base.unix() + i64::from(*s));
    }

    /// Finds when the next interval ends.
    #[inline]
    pub(super) fn look_for_end(&mut self) {
        let activity = &self.script.activity;
        let position = activity.by_end.get(self.next_end).map(|p| *p as usize);
        let end = position.and_then(|p| activity.end.get(p));
        self.end_at = end.map_or(NEVER, |e| activity.base.unix() + i64::from(*e));
    }

    #[inline]
    pub(super) fn end_activities(&mut self) {
        while self.end_at == self.now {
            self.end_next();
        }
    }

    /// A call of its own: in the loop, what a few paths need would be loaded before all of them.
    #[inline(never)]
    fn end_next(&mut self) {
        let activity = &self.script.activity;
        let position = activity.by_end[self.next_end] as usize;
        let start = activity.base.unix() + i64::from(activity.start[position]);
        let kind = activity.kind[position];
        self.next_end += 1;
        self.look_for_end();
        let class = class_of(kind);
        // A touch lives and dies in step 3; a cancelled interval is gone already.
        if start != self.now && start > self.cancelled[class] {
            self.end_activity(class, start, self.counts[kind as usize]);
        }
    }

    #[inline]
    fn end_activity(&mut self, class: usize, start: i64, counts: bool) {
        self.present[class] -= 1;
        if class == ATTENDED && counts {
            self.counting_attended -= 1;
        }
        if self.state == State::Running {
            if class == UNATTENDED {
                self.run_since = self.run_since.wrapping_sub(start.max(self.entered));
            }
            if counts && !self.is_counting() {
                self.idle_since = self.now;
                self.wind_clock();
            }
        } else if self.state != State::Absent && self.left < start {
            self.pending[class] += 1; // DEM-4: never served, so it waits past its end.
        }
    }

    #[inline]
    pub(super) fn start_activities<R: Recorder>(&mut self, recorder: &mut R) {
        while self.start_at == self.now {
            self.start_next(recorder);
        }
    }

    /// A call of its own, as above.
    #[inline(never)]
    fn start_next<R: Recorder>(&mut self, recorder: &mut R) {
        let activity = &self.script.activity;
        let position = self.next_start;
        let kind = activity.kind[position];
        let touches = activity.end[position] == activity.start[position];
        self.next_start += 1;
        self.look_for_start();
        let class = class_of(kind);
        let counts = self.counts[kind as usize];
        if touches {
            self.touch(class, counts, recorder);
            return;
        }
        self.present[class] += 1;
        if class == ATTENDED {
            self.counting_attended += u32::from(counts);
        } else {
            self.run_since = self.run_since.wrapping_add(self.now);
        }
        if counts {
            self.stop_clock();
        }
    }

    #[inline]
    fn touch<R: Recorder>(&mut self, class: usize, counts: bool, recorder: &mut R) {
        match self.state {
            State::Running => {
                recorder.touch(self.now);
                if counts && !self.is_counting() {
                    self.idle_since = self.now;
                    self.wind_clock();
                }
            }
            State::Absent => {} // DEM-6
            _ => self.pending[class] += 1,
        }
    }
}

/// The class of demand of a kind.
#[inline]
pub(super) const fn class_of(kind: Kind) -> usize {
    if kind.is_attended() { ATTENDED } else { UNATTENDED }
}
