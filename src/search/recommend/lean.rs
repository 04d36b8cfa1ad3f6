//! The recorder that counts what an objective weighs and nothing else.

use super::objective::Score;
use crate::engine::{Cause, Event, Load, Recorder, State};
use crate::units::{Horizon, Money, MoneyOverflow, Rate};

/// What an objective weighs of one replay.
#[derive(Clone, Debug)]
pub(super) struct Lean {
    counted: Score,
    /// Ends of the calendar months (UTC), the last beyond the horizon \[unix s\].
    month_ends: Vec<i64>,
    /// LEDG-1: billed seconds of each \[s\].
    billed: Vec<i64>,
    month: usize,
}

impl Lean {
    pub(super) fn new(horizon: Horizon) -> Self {
        let mut month_ends = Vec::new();
        let mut start = horizon.start;
        while start < horizon.end {
            start = start.next_month();
            month_ends.push(start.unix());
        }
        let billed = vec![0; month_ends.len()];
        Self { counted: Score::default(), month_ends, billed, month: 0 }
    }

    /// Ready for another replay.
    pub(super) fn reset(&mut self) {
        self.counted = Score::default();
        self.billed.fill(0);
        self.month = 0;
    }

    /// The score, given the compute rate and what the other meters cost (LEDG-3: one line each
    /// month).
    pub(super) fn score(&self, compute: Rate, standing: Money) -> Result<Score, MoneyOverflow> {
        let lines = self.billed.iter().map(|seconds| compute.cost(*seconds));
        let compute = lines.sum::<Result<Money, _>>()?;
        Ok(Score { total: compute.plus(standing), compute, ..self.counted })
    }
}

impl Recorder for Lean {
    #[inline]
    fn span(&mut self, mut from: i64, to: i64, state: State, load: Load) {
        self.counted.wait_s += if load.waits(state) { to - from } else { 0 };
        while let (Some(end), Some(billed)) =
            (self.month_ends.get(self.month), self.billed.get_mut(self.month))
        {
            let piece_end = to.min(*end);
            *billed += if state.is_billed() { piece_end - from } else { 0 };
            from = piece_end;
            if to < *end {
                break;
            }
            self.month += 1;
        }
    }

    #[inline]
    fn event(&mut self, _at: i64, event: Event) {
        if let Event::Interrupted(cause, lost) = event {
            self.counted.lost_run_s += lost;
            self.counted.interruptions_idle += i64::from(cause == Cause::Idle);
            self.counted.interruptions_schedule += i64::from(cause == Cause::Schedule);
        }
    }
}
