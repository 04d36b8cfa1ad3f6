//! Groups of neighbouring limits in one state: how they run, are cut, and join again.

use super::curves::{Billed, Curves, LIMITS, Month, limit_at, past};
use super::gaps::{Gaps, Part, join_alike};
use super::{Machine, Tally};
use crate::engine::script::Script;

/// Limits `from..to` (positions), all in one state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group<'s> {
    from: usize,
    to: usize,
    /// Set to the limit at `from`.
    machine: Machine<'s>,
    /// Counts of every limit, but for what the book says.
    tally: Tally,
}

impl Group<'_> {
    /// Takes the limits before this position, one of the group's, out of the group.
    #[inline]
    fn split_off_before(&mut self, at: usize) -> Self {
        let low = Self { to: at, ..*self };
        self.from = at;
        self.machine.stand_for(limit_at(at));
        low
    }
}

/// Where differences between neighbouring limits are written down.
pub(super) struct Book<'b> {
    pub(super) curves: &'b mut Curves,
    pub(super) month: &'b mut Month,
}

impl Book<'_> {
    /// Limits `from..to`, counted by `theirs` so far, are counted on by `other`.
    #[inline]
    fn hand_over(&mut self, (from, to): (usize, usize), theirs: &Tally, other: &Tally) {
        self.count_on(from, other, theirs);
        if to < LIMITS {
            self.count_on(to, theirs, other);
        }
    }

    /// From this position on, what was counted is `after` where it was `before`.
    #[inline]
    pub(super) fn count_on(&mut self, at: usize, before: &Tally, after: &Tally) {
        self.curves.change(at, before, after);
        self.month.add(at, after.billed_s - before.billed_s, 0);
    }

    /// From this position on `seconds` more in `running`, billed.
    #[inline]
    fn lengthen(&mut self, at: usize, seconds: i64) {
        self.curves.add_running(at, seconds);
        self.month.add(at, seconds, 0);
    }

    /// Each limit of `from..to` runs a minute longer than the one before; later ones do not.
    #[inline]
    pub(super) fn lengthen_by_minutes(&mut self, from: usize, to: usize) {
        if to - from > 1 {
            let last = -60 * (to - from - 1) as i64;
            self.month.add(from + 1, 0, 60);
            self.month.add(to, last, -60);
            self.curves.add_running(to, last);
        }
    }
}

/// All limits of one instance at one instant.
pub(super) struct Groups<'s, 'b> {
    script: &'s Script<'s>,
    groups: Vec<Group<'s>>,
    /// While all limits are one group: which of them have later clocks. None or one if all do the
    /// same.
    parts: Vec<Part>,
    /// Groups that have reached the next instant.
    next: Vec<Group<'s>>,
    book: Book<'b>,
    /// What gaps between activity do, where that can be known.
    gaps: Option<&'b mut Gaps>,
}

impl<'s, 'b> Groups<'s, 'b> {
    pub(super) fn new(script: &'s Script<'s>, book: Book<'b>, gaps: &'b mut Gaps) -> Self {
        let gaps = gaps.fit(script.model).then_some(gaps);
        let machine = Machine::under(script, limit_at(0));
        let all = Group { from: 0, to: LIMITS, machine, tally: Tally::default() };
        Self { script, groups: vec![all], parts: Vec::new(), next: Vec::new(), book, gaps }
    }

    /// Lets all limits reach `until`; nothing at `until` has happened then.
    pub(super) fn run_to(&mut self, until: i64) {
        loop {
            if let [only] = self.groups.as_mut_slice() {
                // Operations may ask for the idle clock, in which parts differ.
                let together = match self.parts.len() {
                    0 | 1 => until,
                    _ => until.min(only.machine.next_fixed_at()),
                };
                let paused = !only.machine.run::<true, _>(together, &mut only.tally);
                if !paused && together == until {
                    return;
                }
                if paused
                    && let Some(gaps) = &mut self.gaps
                    && gaps.pass(&mut only.machine, &mut self.parts, until, &mut self.book)
                {
                    continue;
                }
                self.part();
            }
            let Some(first) = self.groups.first() else { return };
            let outside = first.machine.next_outside();
            let mut groups = std::mem::take(&mut self.groups);
            for group in &mut groups {
                self.advance(group, outside.min(until), outside < until);
            }
            groups.clear();
            self.groups = std::mem::replace(&mut self.next, groups);
            if outside >= until {
                return;
            }
        }
    }

    /// Makes a group of every part.
    fn part(&mut self) {
        let [all] = self.groups[..] else { return };
        join_alike(&mut self.parts, &all.machine);
        if self.parts.len() > 1 {
            self.groups.clear();
            let mut from = 0;
            for Part { to, entered } in self.parts.drain(..) {
                let mut machine = all.machine.with_later_clock(entered);
                machine.stand_for(limit_at(from));
                self.groups.push(Group { from, to, machine, tally: all.tally });
                from = to;
            }
        }
    }

    /// Brings a group to `at`, before which no outside instant lies; `steps` if one is at `at`.
    fn advance(&mut self, group: &mut Group<'s>, at: i64, steps: bool) {
        if group.to - group.from == 1 {
            group.machine.run::<false, _>(at, &mut group.tally); // Nothing to cut.
        }
        while !group.machine.run::<true, _>(at, &mut group.tally) {
            self.pass_deadline(group, at, steps);
        }
        if steps {
            if group.machine.is_swept() && group.machine.deadline() <= at {
                let due = past(group.machine.longest_up_by(at));
                if due < group.to {
                    let mut low = group.split_off_before(due);
                    self.step(&mut low, at);
                }
            }
            self.step(group, at);
        } else {
            self.join(group);
        }
    }

    /// Stops the limits whose deadlines come next, and brings those of them that leave the group to
    /// `at`.
    fn pass_deadline(&mut self, group: &mut Group<'s>, at: i64, steps: bool) {
        let calm = if group.machine.is_wanted() {
            group.from
        } else {
            let over = (at - 1).min(at - self.script.model.stop_latency);
            past(group.machine.longest_up_by(over)).min(group.to)
        };
        let due = group.machine.deadline();
        let together =
            if calm > group.from { calm } else { past(group.machine.longest_up_by(due)) };
        if together >= group.to {
            self.stop(group, calm > group.from, (due, at));
        } else {
            let calm = calm > group.from;
            let mut low = group.split_off_before(together);
            self.stop(&mut low, calm, (due, at));
            self.advance(&mut low, at, steps);
        }
    }

    fn stop(&mut self, group: &mut Group<'s>, calm: bool, (due, at): (i64, i64)) {
        if calm {
            self.stop_all(group, at);
        } else {
            group.machine.step(due, &mut group.tally);
        }
    }

    /// Stops a group with nobody there, each limit at its deadline; all are `stopped` by `at`.
    fn stop_all(&mut self, group: &mut Group<'s>, at: i64) {
        let period = self.script.model.idle_check_interval;
        if period == 0 || 60 % period == 0 {
            self.book.lengthen_by_minutes(group.from, group.to);
        } else {
            let due = |i| limit_at(i).map_or(0, |limit| group.machine.due_under(limit));
            let first = due(group.from);
            let mut before = first;
            for at in group.from + 1..group.to {
                let now = due(at);
                if now != before {
                    self.book.lengthen(at, now - before);
                }
                before = now;
            }
            self.book.lengthen(group.to, first - before);
        }
        group.machine.run::<false, _>(at, &mut group.tally);
        group.machine.settle();
    }

    #[inline]
    fn step(&mut self, group: &mut Group<'s>, at: i64) {
        group.machine.step(at, &mut group.tally);
        group.machine.settle();
        self.join(group);
    }

    /// Adds a group after all others of this instant, or to the last of them.
    #[inline]
    fn join(&mut self, group: &Group<'s>) {
        match self.next.last_mut() {
            Some(last) if last.machine.is_like(&group.machine) => {
                self.book.hand_over((group.from, group.to), &group.tally, &last.tally);
                last.to = group.to;
            }
            _ => self.next.push(*group),
        }
    }

    /// Cuts every group where a limit is compared with the clock (IDLE-5).
    pub(super) fn cut_at_clock(&mut self) {
        self.part();
        for mut group in std::mem::take(&mut self.groups) {
            // Shorter limits reset the clock, an equal one fires, longer ones run on.
            let on_clock = group.machine.on_clock().unwrap_or(0);
            for at in [past((on_clock - 1).div_euclid(60)), past(on_clock.div_euclid(60))] {
                if group.from < at && at < group.to {
                    self.groups.push(group.split_off_before(at));
                }
            }
            self.groups.push(group);
        }
    }

    /// The billed seconds of the month that ends now.
    pub(super) fn close_month(&mut self) -> &[Billed] {
        let mut before = 0;
        for group in &mut self.groups {
            let billed = std::mem::take(&mut group.tally.billed_s);
            self.book.month.add(group.from, billed - before, 0);
            before = billed;
        }
        self.book.month.close(self.book.curves)
    }

    /// Writes down what groups that never joined have counted.
    pub(super) fn finish(self) {
        let mut before = Tally::default();
        for group in &self.groups {
            self.book.curves.change(group.from, &before, &group.tally);
            before = group.tally;
        }
    }
}
