//! Every idle limit in one pass: exactly what [`crate::engine::replay`] counts at each of them.
//!
//! # How
//! Between two *outside* instants (activity edges, firings, operations: the same for every limit)
//! the limit matters in one place only, the idle deadline. So the sweep carries groups of
//! neighbouring limits that stand in the same state, one [`Machine`] each, set to the group's
//! shortest limit. From one outside instant to the next every group
//! 1. runs as it is while no deadline of its limits is reached: then all of them do the same;
//! 2. is cut where deadlines fall into the stretch. Of those that are over, stop phase included,
//!    before the next outside instant, with nobody there, all do the same but for when: one machine
//!    runs, and the others' running and billed seconds follow from their deadlines;
//! 3. the few whose stop would straddle that instant, or cut somebody off, go on by themselves;
//! 4. steps at the outside instant, and joins its neighbour where both now behave alike
//!    ([`Machine::is_like`]).
//!
//! No rule is written down here a second time: all of them are the machine's. Gaps in which nothing
//! fires are alike, so what happens in them is found once; and as long as all limits run, one group
//! holds them all, whenever each of them last started ([`gaps`]).
//!
//! # Why it is exact
//! By induction over outside instants: every limit of a group has had the tally and has the
//! behaviour of the group's machine. (1) holds because a machine reads its limit only to set the
//! deadline (IDLE-4) and, at a `set_plan` back to the swept plan, to compare it with the clock
//! (IDLE-5), before which groups are cut at that comparison. (2) holds because shifting a stop
//! within a stretch without outside instants shifts everything up to `stopped` and changes only how
//! long `running` lasted. (4) holds because `is_like` compares all that a machine reads later. Of
//! that, limits that run while nobody's run is going on differ in their idle clock alone, which
//! follows from when they entered `running`; before operations, which may read it, every part
//! becomes a group of its own.

mod curves;
mod gaps;
mod group;
mod tally;
#[cfg(test)]
mod tests;

pub use curves::{Billed, LIMITS, Stretch, Tallied, index_of, limit_at};

use crate::engine::machine::Machine;
use crate::engine::script::{CommandKind, Script};
use curves::{Curves, Month};
use gaps::Gaps;
use group::{Book, Groups};
use tally::Tally;

/// Sweeps instances one after the other and keeps the sums.
#[derive(Clone, Debug)]
pub struct Sweeper {
    curves: Curves,
    month: Month,
    gaps: Gaps,
}

impl Default for Sweeper {
    fn default() -> Self {
        Self { curves: Curves::new(), month: Month::new(), gaps: Gaps::default() }
    }
}

impl Sweeper {
    /// Sweeps one instance over its horizon: settings marked as swept take every limit in turn.
    /// `bill` is given the billed seconds of every calendar month (UTC), in order.
    pub fn add(&mut self, script: &Script<'_>, mut bill: impl FnMut(&[Billed])) {
        let end = script.horizon.end;
        let mut month_end = script.horizon.start.next_month().min(end);
        // Where limits are compared with the clock, and where no limit is up any more: groups are
        // cut there, so that what holds for one side is not extended to the other.
        let comparisons = script.commands.iter().filter(|c| match c.kind {
            CommandKind::SetPlan { setting } => script.settings[setting].swept,
            _ => false,
        });
        let full_disk = script.automation_ends.filter(|at| script.horizon.contains(*at));
        let mut comparisons: Vec<_> = comparisons.map(|c| c.at).chain(full_disk).collect();
        comparisons.sort_unstable();
        let mut comparisons = comparisons.into_iter().peekable();
        let book = Book { curves: &mut self.curves, month: &mut self.month };
        let mut groups = Groups::new(script, book, &mut self.gaps);
        loop {
            let until = comparisons.peek().map_or(month_end, |at| month_end.min(*at));
            groups.run_to(until.unix());
            if comparisons.next_if_eq(&until).is_some() {
                groups.cut_at_clock();
                while comparisons.next_if_eq(&until).is_some() {}
            }
            if until == month_end {
                bill(groups.close_month());
                if month_end == end {
                    break;
                }
                month_end = month_end.next_month().min(end);
            }
        }
        groups.finish();
    }

    /// Adds what another one counted.
    pub fn plus(&mut self, other: &Self) {
        self.curves.plus(&other.curves);
    }

    /// Forgets all sums, at less cost than a new sweeper's.
    pub fn clear(&mut self) {
        self.curves.clear();
    }

    /// The sums by stretches of limits, in order: of one instance there are far fewer than limits.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch> {
        self.curves.stretches()
    }

    /// The sums at every limit, in order.
    pub fn at_limits(&self) -> impl Iterator<Item = Tallied> {
        self.curves.at_limits()
    }
}
