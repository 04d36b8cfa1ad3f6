//! The idle clock (IDLE-1 to IDLE-7), and what a sweep over limits asks it.

use super::activity::class_of;
use super::{Machine, NEVER, UNATTENDED};
use crate::engine::recorder::{Cause, Event, IdleClock, Recorder, State};
use crate::units::IdleLimit;

/// Somebody comes back to an idle instance.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Return {
    /// When \[unix s\].
    pub(in crate::engine) at: i64,
    /// Index of the class of demand.
    pub(in crate::engine) class: usize,
    /// When all limits run again \[unix s\].
    pub(in crate::engine) settled: i64,
}

/// No idle limit is shorter (IDLE-1) \[s\].
const SHORTEST_S: i64 = IdleLimit::MIN_MINUTES * 60;

impl Machine<'_> {
    /// Step 7 of STATE-5 (IDLE-4).
    #[inline]
    pub(super) fn shut_down_if_idle<R: Recorder>(&mut self, recorder: &mut R) {
        if self.deadline <= self.now {
            self.stop(Cause::Idle, recorder);
        }
        if self.blocked_at <= self.now {
            self.blocked_at = NEVER;
            recorder.event(self.now, Event::AutomationBlocked(Cause::Idle));
        }
    }

    /// The limit of a setting, which is in force from now on.
    #[inline]
    pub(super) fn take_limit(&mut self, setting: usize) -> Option<IdleLimit> {
        let setting = &self.script.settings[setting];
        self.swept = self.sweeps && setting.swept;
        if self.swept { self.swept_limit } else { setting.idle }
    }

    /// IDLE-5; says whether the clock went back to 0.
    pub(super) fn set_idle(&mut self, limit: Option<IdleLimit>) -> bool {
        self.idle_limit = limit;
        let on_clock = self.now - self.idle_since;
        let reset = self.is_ticking() && limit.is_some_and(|l| l.seconds() < on_clock);
        if reset {
            self.idle_since = self.now;
        }
        self.wind_clock();
        reset
    }

    /// Sets the deadline from the clock (IDLE-4, IDLE-7, IDLE-2).
    #[inline]
    pub(super) fn wind_clock(&mut self) {
        self.stop_clock();
        if !self.is_ticking() || self.script.never_idles {
            return;
        }
        if let Some(limit) = self.idle_limit {
            let due = self.due_after(limit.seconds());
            if due < self.automation_ends {
                self.deadline = due;
            } else {
                self.blocked_at = due; // With a full OS disk it does not stop.
            }
        }
    }

    /// Nothing is due any more.
    #[inline]
    pub(in crate::engine) const fn stop_clock(&mut self) {
        self.deadline = NEVER;
        self.blocked_at = NEVER;
    }

    /// IDLE-4: the clock runs in `running` with no counting interval present.
    #[inline]
    const fn is_ticking(&self) -> bool {
        matches!(self.state, State::Running) && !self.is_counting()
    }

    /// What the clock says, if it runs.
    #[inline]
    pub(super) fn idle_clock(&self) -> Option<IdleClock> {
        let due = (self.deadline != NEVER).then_some(self.deadline);
        self.is_ticking().then_some(IdleClock {
            since: self.idle_since,
            limit: self.idle_limit,
            due,
        })
    }

    /// IDLE-7: when a limit of this many seconds is up.
    #[inline]
    fn due_after(&self, seconds: i64) -> i64 {
        let due = self.idle_since.saturating_add(seconds);
        match due.checked_rem_euclid(self.script.model.idle_check_interval) {
            None | Some(0) => due,
            Some(rest) => {
                due.saturating_add(self.script.model.idle_check_interval.saturating_sub(rest))
            }
        }
    }

    // What a sweep asks. It only does so while the clock runs by the swept limit.

    /// When idle shutdown is due \[unix s\].
    pub(in crate::engine) const fn deadline(&self) -> i64 {
        self.deadline
    }

    /// Whether the limit in force is the swept one.
    pub(in crate::engine) const fn is_swept(&self) -> bool {
        self.swept
    }

    /// What is on the idle clock \[s\], if it runs.
    pub(in crate::engine) fn on_clock(&self) -> Option<i64> {
        self.is_ticking().then(|| self.now - self.idle_since)
    }

    /// When idle shutdown would be due under this limit \[unix s\].
    #[inline]
    pub(in crate::engine) fn due_under(&self, limit: IdleLimit) -> i64 {
        self.due_after(limit.seconds())
    }

    /// The longest limit that is up at or before `at` \[whole minutes, of any size\].
    #[inline]
    pub(in crate::engine) fn longest_up_by(&self, at: i64) -> i64 {
        let rest = at.checked_rem_euclid(self.script.model.idle_check_interval).unwrap_or(0);
        at.saturating_sub(rest).saturating_sub(self.idle_since).div_euclid(60)
    }

    /// Who ends the gap in which this machine runs idle, if all limits run at some instant before
    /// `until`, and what they do up to then depends on nothing but when and by whom the gap ends,
    /// and on [`Machine::counting_within`]: nothing fires; the first to come counts as activity;
    /// from then on no limit can be reached, as none is shorter than [`SHORTEST_S`]; and all who
    /// come while a limit may still be starting, up to `settle_s` after the return, are of the same
    /// class. Runs must end before anything fires: until then it matters since when each runs
    /// (DEM-7).
    pub(in crate::engine) fn next_return(&self, settle_s: i64, until: i64) -> Option<Return> {
        if self.is_present() || self.automation_ends != NEVER || !self.swept {
            return None;
        }
        let at = self.start_at;
        let settled = at.checked_add(settle_s + 1)?;
        if settled > until.min(self.fixed_at) {
            return None;
        }
        let activity = &self.script.activity;
        let unix = |seconds: u32| activity.base.unix() + i64::from(seconds);
        let class = class_of(*activity.kind.get(self.next_start)?);
        // Up to when counting intervals follow each other closely, if the first one counts.
        let mut counted = at;
        let mut first_counts = false;
        for position in self.next_start..activity.len() {
            let (start, end) = (unix(activity.start[position]), unix(activity.end[position]));
            if start >= settled {
                break;
            }
            let kind = activity.kind[position];
            let other = class_of(kind);
            if other != class || (other == UNATTENDED && end > self.fixed_at) {
                return None;
            }
            if self.counts[kind as usize] {
                first_counts |= start == at;
                if start - counted >= SHORTEST_S {
                    return None;
                }
                counted = counted.max(end);
            }
        }
        (first_counts && settled - counted <= SHORTEST_S).then_some(Return { at, class, settled })
    }

    /// How long counting intervals are present in the first seconds after a return \[s\].
    pub(in crate::engine) fn counting_within(&self, back: Return, seconds: i64) -> i64 {
        let activity = &self.script.activity;
        let unix = |at: u32| activity.base.unix() + i64::from(at);
        let to = back.at + seconds;
        let (mut counted, mut sum) = (back.at, 0);
        for position in self.next_start..activity.len() {
            let start = unix(activity.start[position]);
            if start >= to || counted >= to {
                break;
            }
            let end = unix(activity.end[position]).min(to);
            if self.counts[activity.kind[position] as usize] && end > counted {
                sum += end - start.max(counted);
                counted = end;
            }
        }
        sum
    }

    /// When `running` was last entered \[unix s\].
    pub(in crate::engine) const fn entered(&self) -> i64 {
        self.entered
    }

    /// How much later the idle clock would have begun, had `running` been entered then and all
    /// else been the same (IDLE-4) \[s\].
    #[inline]
    pub(in crate::engine) fn later_clock(&self, entered: i64) -> i64 {
        entered.saturating_sub(self.idle_since).max(0)
    }

    /// The machine with that later clock.
    pub(in crate::engine) fn with_later_clock(mut self, entered: i64) -> Self {
        self.idle_since += self.later_clock(entered);
        self.wind_clock();
        self
    }

    /// The next firing, operation or existence by table \[unix s\].
    pub(in crate::engine) const fn next_fixed_at(&self) -> i64 {
        self.fixed_at
    }

    /// Makes this the machine of another swept limit; all else stays.
    #[inline]
    pub(in crate::engine) fn stand_for(&mut self, limit: Option<IdleLimit>) {
        self.swept_limit = limit;
        if self.swept {
            self.idle_limit = limit;
            self.wind_clock();
        }
    }
}
