//! Gaps between activity in which nothing fires, by the seconds that are left after the deadline.
//!
//! Nearly all gaps are alike: one group of all limits runs idle, somebody comes back, and soon
//! every limit runs again. What a limit does differently from "no limit" then depends only on how
//! long before the return its deadline was, and on who returns; and its active seconds are fewer
//! by those before it runs again. So it is found once, by two machines, and taken from here ever
//! after; of limits that had stopped long before the return, each runs a minute longer than the
//! one before. No rule is written down here: machines say what happens, and nothing they do
//! depends on the date when nothing fires.

use super::curves::{limit_at, past};
use super::group::Book;
use super::tally::Tally;
use crate::engine::machine::{Machine, Return};
use crate::units::IdleLimit;
use crate::world::ModelParams;

/// Stop latencies beyond this are not kept here \[s\].
const LONGEST_STOP_S: i64 = 600;

/// What limits did differently in gaps seen so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    /// The latencies of all that is kept: start and stop \[s\].
    latencies: (i64, i64),
    /// By seconds from deadline to return and by class of who returns; without active seconds.
    known: Vec<[Option<Tally>; 2]>,
}

impl Gaps {
    /// Ready for this model; says whether gaps can be kept under it.
    pub(super) fn fit(&mut self, model: &ModelParams) -> bool {
        let latencies = (model.start_latency, model.stop_latency);
        let fits = (0..=LONGEST_STOP_S).contains(&latencies.1) && latencies.0 >= 0;
        if fits && (self.latencies != latencies || self.known.is_empty()) {
            let count = usize::try_from(latencies.1).unwrap_or(0) + 61;
            *self = Self { latencies, known: vec![[None; 2]; count] };
        }
        fits && model.idle_check_interval == 0
    }

    /// Lets the machine of all limits, which runs idle with its deadline next, reach a point after
    /// the return where all limits stand alike again; `false`, and nothing done, if this gap is not
    /// such that there is one before `until`.
    pub(super) fn pass(
        &mut self,
        (machine, tally): (&mut Machine<'_>, &mut Tally),
        until: i64,
        book: &mut Book<'_>,
    ) -> bool {
        let (start_s, stop_s) = self.latencies;
        let Some(back) = machine.next_return(start_s + stop_s, until) else { return false };
        let calm = past(machine.longest_up_by((back.at - 1).min(back.at - stop_s)));
        let late = past(machine.longest_up_by(back.at - 1));
        if calm > 0 {
            let minutes = calm as i64 - 1;
            let mut first = self.difference(machine, calm - 1, back);
            first.shorten(60 * minutes);
            book.hand_over((0, calm), &first, &Tally::default());
            book.lengthen_by_minutes(0, calm);
        }
        for index in calm..late {
            let straddling = self.difference(machine, index, back);
            book.hand_over((index, index + 1), &straddling, &Tally::default());
        }
        machine.stand_for(None);
        machine.run::<false, _>(back.alike, tally);
        machine.stand_for(limit_at(0));
        true
    }

    /// What the limit at a position counts, until all are alike, beyond what no limit counts.
    fn difference(&mut self, machine: &Machine<'_>, index: usize, back: Return) -> Tally {
        let limit = limit_at(index);
        let left = limit.map_or(0, |limit: IdleLimit| back.at - machine.due_under(limit));
        let (start_s, stop_s) = self.latencies;
        let missed_s = machine.counting_within(back, start_s + (stop_s - left).max(0));
        let slot = usize::try_from(left).ok().and_then(|left| self.known.get_mut(left));
        let slot = slot.map(|classes| &mut classes[back.class]);
        if let Some(Some(known)) = slot {
            return known.less_active(missed_s);
        }
        let counted = |limit| {
            let (mut machine, mut tally) = (*machine, Tally::default());
            machine.stand_for(limit);
            machine.run::<false, _>(back.alike, &mut tally);
            tally
        };
        let found = counted(limit).minus(&counted(None));
        if let Some(slot) = slot {
            *slot = Some(found.less_active(-missed_s));
        }
        found
    }
}
