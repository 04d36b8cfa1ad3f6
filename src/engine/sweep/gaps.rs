//! Gaps between activity in which nothing fires, by the seconds that are left after the deadline.
//!
//! Nearly all gaps are alike: all limits run idle, somebody comes back, and soon every limit runs
//! again. What a limit does differently from "no limit" then depends only on how long before the
//! return its deadline was, and on who returns; and its active seconds are fewer by those before it
//! runs again. So it is found once, by two machines, and taken from here ever after; of limits that
//! had stopped long before the return, each runs a minute longer than the one before. No rule is
//! written down here: machines say what happens, and nothing they do depends on the date when
//! nothing fires.
//!
//! After a short visit the limits that had to start for it have a later idle clock than the others.
//! All of them run, and nothing else tells them apart: one machine goes on standing for all, and
//! [`Part`]s say who entered `running` when.

use super::curves::{LIMITS, limit_at, past};
use super::group::Book;
use super::tally::Tally;
use crate::engine::machine::{Machine, Return};
use crate::units::IdleLimit;
use crate::world::ModelParams;

/// Stop latencies beyond this are not kept here \[s\].
const LONGEST_STOP_S: i64 = 600;

/// Neighbouring limits of those that one machine stands for. All of them run, and differ from the
/// machine in nothing but when they entered `running`: their idle clock begins with that or with
/// the machine's, whichever is later (IDLE-4).
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The position after its last limit.
    pub(super) to: usize,
    /// When they entered `running`; or any instant before the machine's clock began \[unix s\].
    pub(super) entered: i64,
}

/// What a limit does in a gap, but for when it stops.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// What it counts beyond what no limit counts, all active seconds of the return included.
    tally: Tally,
    /// How long after the return it runs \[s\].
    up_s: i64,
}

/// What limits did differently in gaps seen so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    /// The latencies of all that is kept: start and stop \[s\].
    latencies: (i64, i64),
    /// By seconds from deadline to return, as far as they matter, and by class of who returns.
    known: Vec<[Option<Known>; 2]>,
    /// Where parts are put together.
    next: Vec<Part>,
}

impl Gaps {
    /// Ready for this model; says whether gaps can be kept under it.
    pub(super) fn fit(&mut self, model: &ModelParams) -> bool {
        let latencies = (model.start_latency, model.stop_latency);
        let fits = (0..=LONGEST_STOP_S).contains(&latencies.1) && latencies.0 >= 0;
        if fits && (self.latencies != latencies || self.known.is_empty()) {
            let count = usize::try_from(latencies.1).unwrap_or(0) + 2;
            *self = Self { latencies, known: vec![[None; 2]; count], next: Vec::new() };
        }
        fits && model.idle_check_interval == 0
    }

    /// Writes down what the limits of a machine that runs idle do in this gap until all of them run
    /// again, which leaves the machine with nothing due before somebody comes back; `false`, and
    /// nothing done, if the gap is not such that they all run before `until`.
    pub(super) fn pass(
        &mut self,
        machine: &mut Machine<'_>,
        parts: &mut Vec<Part>,
        until: i64,
        book: &mut Book<'_>,
    ) -> bool {
        let (start_s, stop_s) = self.latencies;
        let Some(back) = machine.next_return(start_s + stop_s, until) else { return false };
        if parts.is_empty() {
            parts.push(Part { to: LIMITS, entered: i64::MIN });
        }
        join_alike(parts, machine);
        let mut from = 0;
        for part in parts.drain(..) {
            self.pass_part((from, part), machine, back, book);
            from = part.to;
        }
        std::mem::swap(parts, &mut self.next);
        machine.stop_clock();
        true
    }

    /// The same for the limits of one part, which adds the parts they form after the gap.
    fn pass_part(
        &mut self,
        (from, part): (usize, Part),
        machine: &Machine<'_>,
        back: Return,
        book: &mut Book<'_>,
    ) {
        let later = machine.later_clock(part.entered);
        let up_by = |at: i64| past(machine.longest_up_by(at - later)).clamp(from, part.to);
        let late = up_by(back.at - 1);
        if late == from {
            return self.add(part.to, back.at); // Nobody stops; the clock begins anew.
        }
        let calm = up_by((back.at - 1).min(back.at - self.latencies.1));
        let mut before = Tally::default();
        if calm > from {
            let mut first = self.difference(machine, (calm - 1, part.entered), back);
            first.tally.shorten(60 * (calm - 1 - from) as i64);
            book.count_on(from, &before, &first.tally);
            book.lengthen_by_minutes(from, calm);
            self.add(calm, back.at + first.up_s);
            before = first.tally;
        }
        for index in calm..late {
            let straddling = self.difference(machine, (index, part.entered), back);
            book.count_on(index, &before, &straddling.tally);
            self.add(index + 1, back.at + straddling.up_s);
            before = straddling.tally;
        }
        book.count_on(late, &before, &Tally::default());
        if part.to > late {
            self.add(part.to, back.at);
        }
    }

    /// Adds a part after all others, or to the last of them.
    #[inline]
    fn add(&mut self, to: usize, entered: i64) {
        match self.next.last_mut() {
            Some(last) if last.entered == entered => last.to = to,
            _ => self.next.push(Part { to, entered }),
        }
    }

    /// What the limit at a position, which entered `running` at this instant, does until all run.
    fn difference(
        &mut self,
        machine: &Machine<'_>,
        (index, entered): (usize, i64),
        back: Return,
    ) -> Known {
        let due = |limit: IdleLimit| machine.due_under(limit) + machine.later_clock(entered);
        let left = limit_at(index).map_or(0, |limit| back.at - due(limit));
        // Who has stopped by the return does the same whenever that was, but for running less.
        let kept = left.min(self.latencies.1.max(1));
        let slot = usize::try_from(kept).unwrap_or(0);
        let known = self.known[slot][back.class].get_or_insert_with(|| {
            let mut found = find(machine, (index, entered), back);
            found.tally.shorten(kept - left);
            found
        });
        let Known { mut tally, up_s } = *known;
        tally.shorten(left - kept);
        Known { tally: tally.less_active(machine.counting_within(back, up_s)), up_s }
    }
}

/// Makes one of neighbouring parts that do the same from now on.
pub(super) fn join_alike(parts: &mut Vec<Part>, machine: &Machine<'_>) {
    parts.dedup_by(|next, part| {
        let alike = machine.later_clock(next.entered) == machine.later_clock(part.entered);
        if alike {
            part.to = next.to;
        }
        alike
    });
}

/// What the limit at a position does until all run, by machines.
#[cold]
fn find(machine: &Machine<'_>, (index, entered): (usize, i64), back: Return) -> Known {
    let (stopped, counted) = settled(machine.with_later_clock(entered), limit_at(index), back);
    let (_, without) = settled(*machine, None, back);
    let up_s = stopped.entered() - back.at;
    let missed_s = machine.counting_within(back, up_s);
    Known { tally: counted.minus(&without).less_active(-missed_s), up_s }
}

/// A machine once all limits run, under this limit, and what it counted until then.
fn settled(
    mut machine: Machine<'_>,
    limit: Option<IdleLimit>,
    back: Return,
) -> (Machine<'_>, Tally) {
    let mut tally = Tally::default();
    machine.stand_for(limit);
    machine.run::<false, _>(back.settled, &mut tally);
    (machine, tally)
}
