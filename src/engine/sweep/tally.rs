//! What a sweep counts: the columns of `simulate` that depend on the idle limit.

use crate::engine::recorder::{Cause, Event, Load, Recorder, State};

/// Number of counted columns but billed seconds.
pub(super) const COLUMNS: usize = 11;
/// Where each column lies.
pub(super) const RUNNING: usize = 0;
pub(super) const ACTIVE: usize = 1;
pub(super) const WAIT: usize = 2;
pub(super) const QUEUE: usize = 3;
pub(super) const LOST: usize = 4;
pub(super) const STARTS_DEMAND: usize = 5;
pub(super) const STARTS_SCHEDULE: usize = 6;
pub(super) const STOPS_IDLE: usize = 7;
pub(super) const STOPS_SCHEDULE: usize = 8;
pub(super) const CUTS_IDLE: usize = 9;
pub(super) const CUTS_SCHEDULE: usize = 10;

/// The counts of one group of limits so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) columns: [i64; COLUMNS],
    /// LEDG-1: billed seconds since the current calendar month began \[s\].
    pub(super) billed_s: i64,
}

impl Tally {
    /// What this counts beyond `other`.
    pub(super) fn minus(mut self, other: &Self) -> Self {
        for (mine, theirs) in self.columns.iter_mut().zip(&other.columns) {
            *mine -= theirs;
        }
        self.billed_s -= other.billed_s;
        self
    }

    /// So many active seconds less.
    pub(super) fn less_active(mut self, seconds: i64) -> Self {
        self.columns[ACTIVE] -= seconds;
        self
    }

    /// So many seconds less of running.
    pub(super) fn shorten(&mut self, seconds: i64) {
        self.columns[RUNNING] -= seconds;
        self.billed_s -= seconds;
    }
}

impl Recorder for Tally {
    #[inline]
    fn span(&mut self, from: i64, to: i64, state: State, load: Load) {
        let seconds = to - from;
        let if_so = |holds: bool| if holds { seconds } else { 0 };
        self.columns[RUNNING] += if_so(state == State::Running);
        self.columns[ACTIVE] += if_so(load.is_active(state));
        self.columns[WAIT] += if_so(load.waits(state));
        self.columns[QUEUE] += if_so(load.queues(state));
        self.billed_s += if_so(state.is_billed());
    }

    #[inline]
    fn event(&mut self, _at: i64, event: Event) {
        match event {
            Event::Start(Cause::Demand) => self.columns[STARTS_DEMAND] += 1,
            Event::Start(Cause::Schedule) => self.columns[STARTS_SCHEDULE] += 1,
            Event::Stop(Cause::Idle) => self.columns[STOPS_IDLE] += 1,
            Event::Stop(Cause::Schedule) => self.columns[STOPS_SCHEDULE] += 1,
            Event::Interrupted(cause, lost) => {
                self.columns[LOST] += lost;
                self.columns[CUTS_IDLE] += i64::from(cause == Cause::Idle);
                self.columns[CUTS_SCHEDULE] += i64::from(cause == Cause::Schedule);
            }
            _ => {}
        }
    }
}
