//! Groups of neighbouring limits in one state: how they run, are cut, and join again.

use super::curves::{Billed, Curves, LIMITS, Month, limit_at, past};
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
    /// Takes the limits from this position on out of the group; none if there are none.
    fn split_off(&mut self, at: usize) -> Option<Self> {
        if at >= self.to {
            return None;
        }
        let mut rest = Self { from: at, ..*self };
        rest.machine.stand_for(limit_at(at));
        self.to = at;
        Some(rest)
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
        let billed_s = theirs.billed_s - other.billed_s;
        self.curves.change(from, other, theirs);
        self.month.add(from, billed_s, 0);
        if to < LIMITS {
            self.curves.change(to, theirs, other);
            self.month.add(to, -billed_s, 0);
        }
    }

    /// From this position on `seconds` more in `running`, billed.
    #[inline]
    fn lengthen(&mut self, at: usize, seconds: i64) {
        self.curves.add_running(at, seconds);
        self.month.add(at, seconds, 0);
    }

    /// Each limit of `from..to` runs a minute longer than the one before; later ones do not.
    #[inline]
    fn lengthen_by_minutes(&mut self, from: usize, to: usize) {
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
    /// Groups that have reached the next instant.
    next: Vec<Group<'s>>,
    book: Book<'b>,
}

impl<'s, 'b> Groups<'s, 'b> {
    pub(super) fn new(script: &'s Script<'s>, book: Book<'b>) -> Self {
        let machine = Machine::under(script, limit_at(0));
        let all = Group { from: 0, to: LIMITS, machine, tally: Tally::default() };
        Self { script, groups: vec![all], next: Vec::new(), book }
    }

    /// Lets all limits reach `until`; nothing at `until` has happened then.
    pub(super) fn run_to(&mut self, until: i64) {
        loop {
            if let [only] = self.groups.as_mut_slice() {
                if only.machine.run::<true, _>(until, &mut only.tally) {
                    return;
                }
            }
            let Some(first) = self.groups.first() else { return };
            let outside = first.machine.next_outside();
            let mut groups = std::mem::take(&mut self.groups);
            for group in groups.drain(..) {
                self.advance(group, outside.min(until), outside < until);
            }
            self.groups = std::mem::replace(&mut self.next, groups);
            if outside >= until {
                return;
            }
        }
    }

    /// Brings a group to `at`, before which no outside instant lies; `steps` if one is at `at`.
    fn advance(&mut self, mut group: Group<'s>, at: i64, steps: bool) {
        while !group.machine.run::<true, _>(at, &mut group.tally) {
            let due = group.machine.deadline();
            let calm = if group.machine.is_wanted() {
                group.from
            } else {
                let over = (at - 1).min(at - self.script.model.stop_latency);
                past(group.machine.longest_up_by(over)).min(group.to)
            };
            let together = if calm > group.from {
                calm
            } else {
                past(group.machine.longest_up_by(due)).max(group.from + 1)
            };
            let rest = group.split_off(together);
            if calm > group.from {
                self.stop_all(&mut group, at);
            } else {
                group.machine.step(due, &mut group.tally);
            }
            let Some(rest) = rest else { continue };
            self.advance(group, at, steps);
            group = rest;
        }
        if !steps {
            self.join(group);
            return;
        }
        let due = group.machine.is_swept() && group.machine.deadline() <= at;
        let rest = if due { group.split_off(past(group.machine.longest_up_by(at))) } else { None };
        self.step(group, at);
        if let Some(rest) = rest {
            self.step(rest, at);
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

    fn step(&mut self, mut group: Group<'s>, at: i64) {
        group.machine.step(at, &mut group.tally);
        group.machine.settle();
        self.join(group);
    }

    /// Adds a group after all others of this instant, or to the last of them.
    fn join(&mut self, group: Group<'s>) {
        match self.next.last_mut() {
            Some(last) if last.machine.is_like(&group.machine) => {
                self.book.hand_over((group.from, group.to), &group.tally, &last.tally);
                last.to = group.to;
            }
            _ => self.next.push(group),
        }
    }

    /// Cuts every group where a limit is compared with the clock (IDLE-5).
    pub(super) fn cut_at_clock(&mut self) {
        for mut group in std::mem::take(&mut self.groups) {
            // Shorter limits reset the clock, an equal one fires, longer ones run on.
            let on_clock = group.machine.on_clock().unwrap_or(0);
            for at in [past((on_clock - 1).div_euclid(60)), past(on_clock.div_euclid(60))] {
                if at > group.from {
                    if let Some(rest) = group.split_off(at) {
                        self.groups.push(group);
                        group = rest;
                    }
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
