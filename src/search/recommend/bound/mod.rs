//! A proved lower bound on the objective of every choice of a space.
//!
//! A weekly schedule is a closed way through the slots of a week, from firing to firing. What lies
//! between two neighbouring firings costs at least a sum over dates that only these two decide
//! ([`walk`], [`row`]); the cheapest way round bounds all schedules, however many firings they have
//! ([`week`]). A price for every firing, of which the few entries allowed pay the dearest, brings
//! back that there are few ([`dual`]); where prices leave a doubt, schedules are divided by the
//! times of day of their entries ([`part`]). All for a range of idle limits at once.
//!
//! Not covered: schedules in which four starts or more follow one another without a stop, each
//! before an instance that the one before started would shut down. Such starts can pass on how long
//! they keep it on, which `walk::extra` does not count.
//!
//! Nothing is proved where the zone's clock changes inside the horizon, where dismissals or what
//! follows an interruption are not the usual ones, or where a start and a stop do not fit between
//! two slots: the bound is then what the other meters cost.

mod demand;
mod dual;
mod part;
mod row;
mod walk;
mod week;

use super::choice::{Entry, Space, WeekDays};
use super::clock::Clock;
use super::exhaust::minutes;
use super::objective::Objective;
use crate::engine::{Script, limit_at};
use crate::ledger::Rates;
use crate::units::{Action, Money, Rate};
use crate::world::{AfterInterruption, Chance};
use demand::Demand;
pub(super) use dual::Dual;
pub(super) use part::Part;
use std::collections::BTreeMap;
use walk::{FAR, Limits, Terms};
use week::{Slots, WEEK_S, Week};

/// Bounds for one instance.
pub(super) struct Bound {
    terms: Terms,
    demand: Demand,
    slots: Option<Slots>,
    week: Option<Week>,
    /// What the week is filled in for.
    filled: Option<Limits>,
    /// At most so many.
    entries: usize,
    running: bool,
    never_idles: bool,
    /// What a bound leaves out for rounding \[micro-USD\].
    slack: f64,
}

/// What the costs of a range of limits, filled in, count as \[rounds\].
const FILLING: usize = 8;

/// Whether a scheduled stop ends whatever is unattended and nothing else (SCHED-7, DEM-8): only
/// then a stop tells the state.
fn stops_are_sure(script: &Script<'_>) -> bool {
    let model = script.model;
    model.dismiss_attended == Chance::ALWAYS
        && model.dismiss_unattended == Chance::NEVER
        && model.after_attended == AfterInterruption::Restart
        && model.after_unattended == AfterInterruption::GiveUp
}

impl Bound {
    pub(super) fn new(
        script: &Script<'_>,
        rates: &Rates,
        (clock, space, objective): (&Clock, &Space, &Objective),
    ) -> Self {
        let second = |rate: Rate| {
            // Exact enough: 10^9 seconds of it, to a micro-dollar.
            rate.cost(1_000_000_000).map_or(0.0, |cost| cost.micros() as f64 / 1e9)
        };
        let model = script.model;
        let offset = clock.offset();
        let shift = offset.unwrap_or(0);
        let demand = Demand::of(script, shift);
        // A start is good for people alone: what runs alone never gets cheaper by one.
        let starts = demand.needs.iter().any(|need| need.attended);
        let terms = Terms {
            billed: second(rates.compute),
            waited: second(objective.value_of_waiting),
            cut: objective.interruption_cost.micros() as f64,
            lost: second(objective.lost_run_cost),
            start_s: model.start_latency,
            stop_s: model.stop_latency,
            check_s: model.idle_check_interval,
            begin: script.horizon.start.unix() + shift,
            end: script.horizon.end.unix() + shift,
            starts,
        };
        let slot_s = i64::from(space.grid_minutes) * 60;
        let follows = stops_are_sure(script) && terms.start_s + terms.stop_s < slot_s;
        let slots = offset.filter(|_| follows).map(|offset| slots(clock, space, (offset, &terms)));
        let running = script.existence.is_some_and(|e| e.running);
        let months = script.horizon.seconds() / (28 * 86_400) + 4;
        Self {
            terms,
            demand,
            week: slots.as_ref().map(|slots| Week::new(slots, starts)),
            slots,
            filled: None,
            entries: space.max_entries,
            running,
            never_idles: script.never_idles,
            slack: months as f64,
        }
    }

    /// Ready to be raised: all schedules, at no prices.
    pub(super) fn all(&self) -> Option<(Part, Dual)> {
        let slots = self.slots.as_ref()?.dates.len();
        Some((Part::new(self.entries, slots / 7, self.terms.starts), Dual::new(slots)))
    }

    /// No choice of this part with entries that fire and an idle limit at these positions (the last
    /// is none) costs less beyond the standing meters: raised to `target` if that takes no more
    /// than so many rounds. `found` is what some choice costs. Also how many rounds it took, all
    /// work counted as such.
    pub(super) fn raise(
        &mut self,
        (from, to): (usize, usize),
        (part, dual): (&Part, &mut Dual),
        (target, found): (Money, Money),
        rounds: usize,
    ) -> (Money, usize) {
        let (Some(slots), Some(week)) = (self.slots.as_ref(), self.week.as_mut()) else {
            return (Money::ZERO, 0);
        };
        let seconds = |at: usize| limit_at(at).map_or(FAR, |limit| limit.seconds());
        let limits = Limits { from: seconds(from), to: seconds(to) };
        let limits = if self.never_idles { Limits { from: FAR, to: FAR } } else { limits };
        let is_filled = self.filled == Some(limits);
        if !is_filled {
            week.fill(slots, (&self.terms, &self.demand, limits), self.running);
            self.filled = Some(limits);
        }
        let goal = (target.micros() as f64 + 2.0 * self.slack, found.micros() as f64);
        let (least, rounds) = dual.raise(week, part, goal, rounds);
        let least = least - self.slack - least.abs() * 1e-9;
        let rounds = rounds + if is_filled { 0 } else { FILLING };
        (Money::from_micros(least.max(0.0).floor() as i64), rounds)
    }

    /// The entries that a dual finds worth most, on the weekdays that suit them best.
    pub(super) fn entries(&self, (part, dual): (&Part, &Dual)) -> Vec<Entry> {
        let (Some(slots), Some(week)) = (self.slots.as_ref(), self.week.as_ref()) else {
            return Vec::new();
        };
        let mut days: BTreeMap<(Action, u16), u8> = BTreeMap::new();
        for (action, way) in [Action::Stop, Action::Start].into_iter().zip(dual.way(week, part)) {
            for slot in way {
                // The epoch was a Thursday; bit 0 is Sunday.
                let at = slots.origin + (slot as i64 + 1) * slots.slot_s;
                let minute = u16::try_from(at.rem_euclid(86_400) / 60).unwrap_or(0);
                let day = (at.div_euclid(86_400) + 4).rem_euclid(7);
                *days.entry((action, minute)).or_default() |= 1 << day;
            }
        }
        let entry = |((action, minute), bits)| {
            Some(Entry { action, minute, days: WeekDays::from_bits(bits)? })
        };
        days.into_iter().filter_map(entry).collect()
    }
}

/// The slots of a week, in order from the horizon's start.
fn slots(clock: &Clock, space: &Space, (offset, terms): (i64, &Terms)) -> Slots {
    let slot_s = i64::from(space.grid_minutes) * 60;
    let week = usize::try_from(WEEK_S / slot_s).unwrap_or(0);
    // Slots count from a Sunday, 00:00 on the zone's clock; the epoch was a Thursday.
    let sunday = (terms.begin + 4 * 86_400).div_euclid(WEEK_S) * WEEK_S - 4 * 86_400;
    let first = (terms.begin - 1 - sunday).div_euclid(slot_s) + 1;
    let mut dates = vec![Vec::new(); week];
    for minute in minutes(space) {
        for firing in clock.daily(minute) {
            let at = firing.at.unix() + offset;
            let slot = (at - sunday).div_euclid(slot_s) - first;
            let slot = usize::try_from(slot.rem_euclid(week as i64)).unwrap_or(0);
            dates[slot].push(at);
        }
    }
    Slots { slot_s, dates, origin: sunday + (first - 1) * slot_s }
}
