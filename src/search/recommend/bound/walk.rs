//! What surely happens between one firing and the next, on one date.
//!
//! A walk follows one instance from a firing on, under any idle limit of a range, and adds to a
//! [`Row`] what it costs at least until the next firing. Three rules keep it a bound:
//! * every cost is that of a stretch of time, none is negative: time it does not know it leaves
//!   out;
//! * where two states are possible, it counts the cheaper one;
//! * busy time is charged in full when it begins. If a scheduled stop can cut it off (only runs
//!   are there), that stop is given back what follows, less the price of the interruption.

mod shut;

use super::demand::{Demand, LONG_AGO, Need};
use super::row::Row;

/// Farther than any horizon \[s\].
pub(super) const FAR: i64 = 1 << 40;

/// What seconds and interruptions cost \[micro-USD\], and the model's latencies \[s\].
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Of a billed second.
    pub(super) billed: f64,
    /// Of a second that a person waits.
    pub(super) waited: f64,
    /// Of an interruption.
    pub(super) cut: f64,
    /// Of a lost second of a run.
    pub(super) lost: f64,
    pub(super) start_s: i64,
    pub(super) stop_s: i64,
    pub(super) check_s: i64,
    /// The horizon's start and end.
    pub(super) begin: i64,
    pub(super) end: i64,
    /// Whether scheduled starts are among the choices.
    pub(super) starts: bool,
}

/// Idle limits `from..=to` \[s\]; [`FAR`] is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Limits {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What a walk begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Begin {
    /// A scheduled stop.
    Stop,
    /// A scheduled start long after any other firing: only demand can have kept the instance on.
    Apart,
    /// A scheduled start soon after a stop.
    Near,
    /// The horizon's start, stopped.
    Stopped,
    /// The horizon's start, running.
    Running,
}

/// A walk.
pub(super) struct Walk<'w> {
    terms: &'w Terms,
    demand: &'w Demand,
    limits: Limits,
    row: &'w mut Row,
    /// Where slot 0 of the row is.
    origin: i64,
    /// Where the row or the horizon ends.
    until: i64,
    /// The next interval, and the next stretch that is left out.
    next: usize,
    gap: usize,
    /// Busy up to here; charged already.
    busy: i64,
    /// When the current busy stretch began.
    since: i64,
    /// Somebody is there up to here.
    attended: i64,
    /// Before this it is not known whether runs go on.
    free: i64,
    /// Busy time up to here is given back already.
    owed: i64,
    /// Surely on so long after the last event, and perhaps on so long.
    surely: i64,
    perhaps: i64,
    /// When a start that was made for nobody is ready.
    ready: i64,
    /// By when the phases of a start that the current busy stretch made are over.
    settled: i64,
    /// Up to here it surely starts: stops do nothing.
    starting: i64,
    /// The next idle shutdown comes no earlier and no later, if nothing that counts does first.
    shuts: (i64, i64),
    /// Those up to here are counted.
    shut: i64,
}

/// It may shut down at any time.
const ANY_TIME: (i64, i64) = (LONG_AGO, FAR);

impl<'w> Walk<'w> {
    pub(super) fn new(
        (terms, demand, limits): (&'w Terms, &'w Demand, Limits),
        row: &'w mut Row,
        (origin, length): (i64, i64),
    ) -> Self {
        let until = (origin + length).min(terms.end);
        Self {
            terms,
            demand,
            limits,
            row,
            origin,
            until,
            next: 0,
            gap: 0,
            busy: LONG_AGO,
            since: LONG_AGO,
            attended: LONG_AGO,
            free: LONG_AGO,
            owed: LONG_AGO,
            surely: LONG_AGO,
            perhaps: LONG_AGO,
            ready: LONG_AGO,
            settled: LONG_AGO,
            starting: LONG_AGO,
            shuts: ANY_TIME,
            shut: LONG_AGO,
        }
    }

    /// Walks from `at` on.
    pub(super) fn from(mut self, at: i64, begin: Begin) {
        self.gap = self.demand.gaps.partition_point(|gap| gap.1 <= at);
        let inside = self.gap_start().is_some_and(|from| from <= at);
        if inside {
            if !self.leap() {
                return;
            }
        } else {
            match begin {
                Begin::Stop => self.begin_stop(at),
                Begin::Apart | Begin::Near => self.begin_start(at, begin),
                Begin::Stopped | Begin::Running => self.begin_horizon(at, begin),
            }
        }
        while self.step() {}
    }

    /// When an idle clock runs out that begins at this time.
    const fn runs_out(&self, at: i64) -> (i64, i64) {
        (at + self.limits.from, at + self.limits.to + self.terms.check_s)
    }

    fn latencies(&self) -> i64 {
        self.terms.start_s + self.terms.stop_s
    }

    fn gap_start(&self) -> Option<i64> {
        self.demand.gaps.get(self.gap).map(|gap| gap.0)
    }

    fn begin_horizon(&mut self, at: i64, begin: Begin) {
        self.next = self.demand.before(at);
        self.busy = at;
        if begin == Begin::Running {
            self.shuts = self.runs_out(at);
            (self.surely, self.perhaps) = self.shuts;
        } else {
            self.surely = at;
        }
    }

    fn begin_stop(&mut self, at: i64) {
        let count = self.demand.before(at + 1);
        self.next = count;
        let recent = self.demand.before(at - self.latencies());
        let dismissed = self.demand.latest_attended(count) > at;
        if self.is_cold(recent) && recent < count {
            let ready = self.demand.needs[recent].start + self.terms.start_s;
            if ready > at {
                self.go_on_starting((at, ready), count);
            } else {
                (self.busy, self.surely) = (at, at);
            }
        } else if dismissed || recent < count {
            // A person is there, or the instance may be starting: the stop did nothing, perhaps.
            self.go_on(at, count);
            self.owed = if dismissed { LONG_AGO } else { self.busy };
            self.surely = if dismissed { kept(self.demand, self.limits, count) } else { at };
        } else {
            (self.busy, self.surely) = (at, at);
        }
    }

    fn begin_start(&mut self, at: i64, begin: Begin) {
        let count = self.demand.before(at + 1);
        self.next = count;
        self.go_on(at, count);
        let off_by = off_by((self.terms, self.demand, self.limits), count);
        self.surely = if self.limits.from == FAR {
            FAR
        } else if self.demand.latest_attended(count) > at {
            kept(self.demand, self.limits, count)
        } else if self.demand.latest(count) > at {
            at // Runs are there, or were cut off.
        } else if off_by >= at {
            at.max(kept(self.demand, self.limits, count))
        } else {
            self.ready = at + self.terms.start_s;
            self.shuts = if begin == Begin::Apart { self.runs_out(self.ready) } else { ANY_TIME };
            self.ready + self.limits.from
        };
        if begin != Begin::Apart || self.surely <= at || off_by < at {
            let late = at + self.latencies() + self.limits.to + self.terms.check_s;
            self.perhaps = self.perhaps.max(late);
        }
    }

    /// What was going on goes on, perhaps; its busy time is charged already.
    fn go_on(&mut self, at: i64, count: usize) {
        let began = self.demand.needs[..count].last().map_or(LONG_AGO, |n| n.start);
        self.free = self.demand.latest(count).max(at).max(began + self.latencies());
        self.busy = self.free;
        self.attended = self.demand.latest_attended(count);
        self.since = at;
        let settled = self.busy + self.latencies();
        self.perhaps = settled + self.limits.to + self.terms.check_s;
        let known_to = self.attended.min(self.charged_to()).min(self.until);
        self.must_shut_down((at, known_to));
    }

    /// A start that runs made goes on, whatever fires meanwhile; busy time is charged already.
    fn go_on_starting(&mut self, (at, ready): (i64, i64), count: usize) {
        self.busy = self.demand.latest(count).max(ready);
        (self.since, self.starting, self.settled) = (at, ready, ready);
        self.surely = self.busy + self.limits.from;
        self.perhaps = self.busy + self.limits.to + self.terms.check_s;
    }

    /// Whether this interval surely finds the instance off, whatever fires: without scheduled
    /// starts nothing but earlier demand can have kept it on.
    fn is_cold(&self, need: usize) -> bool {
        let starts = self.demand.needs.get(need).map_or(LONG_AGO, |need| need.start);
        !self.terms.starts && off_by((self.terms, self.demand, self.limits), need) < starts
    }

    /// One idle stretch and the interval after it; whether there is more.
    fn step(&mut self) -> bool {
        let need = self.demand.needs.get(self.next).copied();
        let arrives = need.map_or(FAR, |n| n.start).min(self.until);
        if let Some(from) = self.gap_start().filter(|from| *from <= arrives) {
            self.cuts(from.min(self.busy));
            self.idle(from);
            return from < self.until && self.leap();
        }
        self.cuts(arrives.min(self.busy));
        self.idle(arrives);
        let Some(need) = need.filter(|n| n.start < self.until) else { return false };
        self.next += 1;
        self.arrive(need);
        true
    }

    /// Nobody comes before `to`.
    fn idle(&mut self, to: i64) {
        let on = if self.surely > self.busy { self.surely + self.terms.stop_s } else { self.busy };
        let from = self.busy.max(self.origin);
        if to > from && on > from {
            let (from, to) = (from - self.origin, to - self.origin);
            self.row.stretch(from, to.min(on - self.origin), self.terms.billed);
            // A stop finds it running and takes its time.
            let sure = to.min(self.surely - self.origin) - self.terms.stop_s;
            let slots = self.row.inside(from, sure);
            self.row.stop_in(slots, self.terms.billed * self.terms.stop_s as f64);
        }
    }

    /// What stops up to `to` would cut off, as far as it has not been looked at.
    fn cuts(&mut self, to: i64) {
        let from = self.since.max(self.origin);
        if to <= from.max(self.attended) {
            self.since = self.since.max(to);
            return;
        }
        let free = self.free;
        for slot in self.row.inside(from.max(self.attended) - self.origin, to - self.origin) {
            let at = self.origin + slot as i64 * self.slot_s();
            if at < self.starting {
                continue;
            }
            let rest = (self.busy.min(self.charged_to()) - at.max(self.owed)).max(0);
            let rest = self.terms.billed * rest as f64;
            let unsure = at < free || at < self.settled;
            let lost = if at < free { 0 } else { self.lost(at) };
            let cost = self.terms.cut + self.terms.lost * lost as f64 - rest;
            self.row.stop_at(slot, if unsure { cost.min(0.0) } else { cost });
        }
        self.since = to;
    }

    /// What the runs that surely go on at this time have been served for at least, together.
    fn lost(&self, at: i64) -> i64 {
        let come = self.demand.needs[..self.next].iter().rev().take(16);
        let runs = come.take_while(|n| n.start >= self.free).filter(|n| n.end > at);
        runs.map(|n| (at - n.start - self.latencies()).max(0)).sum()
    }

    fn slot_s(&self) -> i64 {
        self.row.slot_s()
    }

    /// Busy time is charged up to the next stretch that is left out.
    fn charged_to(&self) -> i64 {
        self.gap_start().unwrap_or(FAR)
    }

    fn arrive(&mut self, need: Need) {
        let at = need.start;
        let mut ends = need.end;
        if at > self.busy {
            let cold_s = self.terms.start_s.min(self.terms.end - at);
            let is_on = at <= self.surely;
            let ready = self.arrive_idle(need, cold_s);
            if ready > at {
                self.shuts = self.runs_out(ready);
            } else if !is_on {
                self.shuts = ANY_TIME;
            }
            ends = ends.max(ready);
            self.since = at;
            self.settled = at + self.latencies();
            if self.is_cold(self.next - 1) {
                self.starting = at + self.terms.start_s;
                self.settled = self.starting;
            }
        }
        if ends > self.busy {
            let to = ends.min(self.charged_to());
            let more = (to - self.busy.max(at)).max(0);
            self.row.point(at - self.origin, self.terms.billed * more as f64);
            self.busy = ends;
        }
        if need.attended {
            self.attended = self.attended.max(need.end);
        }
        let ignored = need.attended && !need.counts;
        let stays = if ignored { self.shut_down((at, need.end)) } else { None };
        if let Some((from, to)) = stays {
            (self.surely, self.perhaps) = (self.surely.max(from), to);
            return;
        }
        if need.counts {
            self.surely = self.surely.max(need.end + self.limits.from);
        }
        self.surely = self.surely.max(self.busy);
        let late = self.busy.max(self.settled) + if need.counts { 0 } else { self.latencies() };
        self.perhaps = self.perhaps.max(late + self.limits.to + self.terms.check_s);
        let from = if need.counts { need.end + self.limits.from } else { LONG_AGO };
        self.shuts = (self.shuts.0.max(from), self.perhaps);
    }

    /// Somebody comes after an idle stretch; says until when a start made for this takes, if one
    /// surely is.
    fn arrive_idle(&mut self, need: Need, cold_s: i64) -> i64 {
        let (at, terms) = (need.start, self.terms);
        if at <= self.surely {
            if self.ready > at {
                self.wait(need, self.ready.min(terms.end));
            }
            return LONG_AGO;
        }
        if at <= self.perhaps {
            // On at the price of the time in between, or off.
            let between = (at - self.surely.max(self.busy) - terms.stop_s).max(0);
            let between = between as f64 * terms.billed;
            let wait = if need.attended { cold_s as f64 * terms.waited } else { 0.0 };
            self.row.point(at - self.origin, between.min(wait));
            return LONG_AGO;
        }
        let ready = at + cold_s;
        self.wait(need, ready);
        self.surely = ready + self.limits.from;
        ready
    }

    /// Whoever of them comes first waits until `ready`.
    fn wait(&mut self, need: Need, ready: i64) {
        let later = &self.demand.needs[self.next..];
        let others = later.iter().take_while(|n| n.start < ready).find(|n| n.attended);
        let first = if need.attended { Some(need.start) } else { others.map(|n| n.start) };
        if let Some(first) = first {
            let cost = (ready - first) as f64 * self.terms.waited;
            self.row.point(first - self.origin, cost);
        }
    }

    /// Past a stretch that is left out; whether there is anything after it.
    fn leap(&mut self) -> bool {
        let Some((_, to)) = self.demand.gaps.get(self.gap).copied() else { return false };
        self.gap += 1;
        if to >= self.until {
            return false;
        }
        // The interval that makes the state known again is there now.
        let count = self.demand.before(to + 1);
        let there = self.demand.needs[..count].iter().rev();
        let ends = there.filter(|n| n.attended && n.counts && n.end >= to).map(|n| n.end).max();
        let ends = ends.unwrap_or(to);
        self.next = count;
        self.go_on(to, count);
        let charged = (ends.min(self.charged_to()) - to).max(0);
        self.row.point(to - self.origin, self.terms.billed * charged as f64);
        self.surely = ends + self.limits.from;
        self.ready = LONG_AGO;
        self.shuts = ANY_TIME;
        true
    }
}

/// How long a start for nobody keeps the instance on at most \[s\].
pub(super) fn window(terms: &Terms, limits: Limits) -> i64 {
    terms.start_s + terms.stop_s + limits.to + terms.check_s
}

/// By when an instance is off again after so many intervals, if nothing else starts it.
pub(super) fn off_by((terms, demand, limits): (&Terms, &Demand, Limits), count: usize) -> i64 {
    let Some(last) = demand.needs[..count].last() else {
        return terms.begin + limits.to + terms.check_s; // It may have been running.
    };
    let busy = demand.latest(count).max(last.start);
    busy + terms.start_s + terms.stop_s + limits.to + terms.check_s
}

/// What a start on this date saves at most that comes soon after another one, and how long before
/// it that one comes at least \[micro-USD, s\]. Where that one found the instance off, this one
/// finds it on and does nothing. It does something only where demand kept the instance on at the
/// first and no longer does at the second; then the next to come is spared a cold start, at the
/// price of the time until they come.
pub(super) fn extra(
    (terms, demand, limits): (&Terms, &Demand, Limits),
    at: i64,
) -> Option<(f64, i64)> {
    let count = demand.before(at + 1);
    let close = window(terms, limits);
    let off_by = off_by((terms, demand, limits), count);
    if demand.latest_attended(count) > at
        || off_by < at - close
        || kept(demand, limits, count) >= at
    {
        return None;
    }
    let gap = demand.gaps.partition_point(|gap| gap.1 <= at);
    let gap = demand.gaps.get(gap).map_or(FAR, |gap| gap.0);
    let later = &demand.needs[count..];
    let next = later.first().filter(|n| n.start < gap && n.start <= at + close)?;
    let ready = next.start + terms.start_s;
    let waits = later.iter().take_while(|n| n.start < ready).any(|n| n.attended);
    let wait = if waits { terms.waited } else { 0.0 } + terms.billed;
    let on = terms.billed * (next.start - at) as f64;
    let saved = on - wait * terms.start_s as f64;
    (saved < 0.0).then_some((saved, at - off_by))
}

/// Until when the last of these intervals surely keeps a running instance on.
fn kept(demand: &Demand, limits: Limits, count: usize) -> i64 {
    // Only an attended interval that counts and is not followed by anything else is sure to have
    // been served to its end.
    let last = demand.needs[..count].iter().rev().take(8).filter(|n| n.attended && n.counts);
    last.map(|n| n.end + limits.from).max().unwrap_or(LONG_AGO)
}
