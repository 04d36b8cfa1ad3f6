//! Week by week: what a replay costs in each whole week of the horizon.

use super::objective::Score;
use crate::engine::{Cause, Event, Load, MonthUse, Recorder, State};
use crate::ledger::{Rates, Totals, post};
use crate::trace::Activity;
use crate::units::{Horizon, Instant, MoneyOverflow};

/// Seconds in a week \[s\].
pub const WEEK_S: i64 = 7 * 86_400;

/// The whole weeks of a horizon: stretches of 7 x 24 hours from its start; a rest at its end that
/// is shorter belongs to none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Weeks {
    /// Start of the first.
    pub start: Instant,
    /// How many.
    pub count: usize,
}

impl Weeks {
    /// The weeks of this horizon.
    #[must_use]
    pub fn of(horizon: Horizon) -> Self {
        let count = usize::try_from(horizon.seconds() / WEEK_S).unwrap_or(0);
        Self { start: horizon.start, count }
    }

    /// Where week number `at` begins, also beyond the last.
    #[must_use]
    pub fn begin(self, at: usize) -> Instant {
        self.start.plus(WEEK_S.saturating_mul(i64::try_from(at).unwrap_or(i64::MAX)))
    }

    /// The stretch from week `from` up to, not including, week `to`.
    #[must_use]
    pub fn stretch(self, from: usize, to: usize) -> Horizon {
        Horizon { start: self.begin(from), end: self.begin(to) }
    }

    /// The week this instant \[unix s\] is in, if any.
    fn holding(self, at: i64) -> Option<usize> {
        let week = (at - self.start.unix()).div_euclid(WEEK_S);
        usize::try_from(week).ok().filter(|week| *week < self.count)
    }

    /// In which weeks there was any activity.
    #[must_use]
    pub fn used(self, activity: &Activity<'_>) -> Vec<bool> {
        let mut used = vec![false; self.count];
        for (start, end) in activity.start.iter().zip(activity.end) {
            let at = |s: &u32| activity.base.unix() + i64::from(*s);
            let (first, last) = (self.holding(at(start)), at(end).max(at(start) + 1) - 1);
            let Some(first) = first else { continue };
            let last = self.holding(last).unwrap_or(self.count - 1);
            used[first..=last].fill(true);
        }
        used
    }
}

/// The recorder behind it.
#[derive(Clone, Debug)]
pub(super) struct WeekTally {
    weeks: Weeks,
    uses: Vec<MonthUse>,
    scores: Vec<Score>,
}

impl WeekTally {
    pub(super) fn new(weeks: Weeks) -> Self {
        let empty = |at| MonthUse { start: weeks.begin(at), billed_s: 0, exists_s: 0 };
        Self {
            weeks,
            uses: (0..weeks.count).map(empty).collect(),
            scores: vec![Score::default(); weeks.count],
        }
    }

    /// Posts every week as the ledger posts a month: each line is rounded once.
    pub(super) fn scores(self, rates: &Rates) -> Result<Vec<Score>, MoneyOverflow> {
        let one = |(stretch, score): (&MonthUse, Score)| {
            let totals = Totals::of(&post(std::slice::from_ref(stretch), rates)?);
            Ok(Score { total: totals.total(), compute: totals.compute, ..score })
        };
        self.uses.iter().zip(self.scores).map(one).collect()
    }
}

impl Recorder for WeekTally {
    fn span(&mut self, mut from: i64, to: i64, state: State, load: Load) {
        while from < to {
            let Some(week) = self.weeks.holding(from) else { return };
            let until = to.min(self.weeks.begin(week + 1).unix());
            let seconds = until - from;
            if state != State::Absent {
                self.uses[week].exists_s += seconds;
            }
            self.uses[week].billed_s += if state.is_billed() { seconds } else { 0 };
            self.scores[week].wait_s += if load.waits(state) { seconds } else { 0 };
            from = until;
        }
    }

    fn event(&mut self, at: i64, event: Event) {
        let Event::Interrupted(cause, lost) = event else { return };
        let Some(week) = self.weeks.holding(at) else { return };
        let score = &mut self.scores[week];
        score.lost_run_s += lost;
        match cause {
            Cause::Idle => score.interruptions_idle += 1,
            Cause::Schedule => score.interruptions_schedule += 1,
            Cause::Demand | Cause::Operation => {}
        }
    }
}
