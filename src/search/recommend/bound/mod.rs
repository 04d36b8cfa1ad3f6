//! A proved lower bound on the objective of every choice of a space.
mod demand;
mod row;
mod walk;
mod week;

use super::choice::Space;
use super::clock::Clock;
use super::exhaust::minutes;
use super::objective::Objective;
use crate::engine::{Script, limit_at};
use crate::ledger::Rates;
use crate::units::{Money, Rate};
use crate::world::{AfterInterruption, Chance};
use demand::Demand;
use walk::{FAR, Limits, Terms};
use week::{Slots, WEEK_S, Week};

/// Bounds for one instance.
pub(super) struct Bound {
    terms: Terms,
    demand: Demand,
    slots: Option<Slots>,
    week: Option<Week>,
    running: bool,
    never_idles: bool,
    /// What a bound leaves out for rounding \[micro-USD\].
    slack: f64,
}

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
        };
        let slot_s = i64::from(space.grid_minutes) * 60;
        let follows = stops_are_sure(script) && terms.start_s + terms.stop_s < slot_s;
        let slots = offset.filter(|_| follows).map(|offset| slots(clock, space, (offset, &terms)));
        let running = script.existence.is_some_and(|e| e.running);
        let months = script.horizon.seconds() / (28 * 86_400) + 4;
        Self {
            terms,
            demand: Demand::of(script, shift),
            week: slots.as_ref().map(Week::new),
            slots,
            running,
            never_idles: script.never_idles,
            slack: months as f64,
        }
    }

    /// No choice with entries and an idle limit at these positions (the last is none) costs less
    /// beyond the standing meters.
    pub(super) fn least(&mut self, from: usize, to: usize) -> Option<Money> {
        let (slots, week) = (self.slots.as_ref()?, self.week.as_mut()?);
        let seconds = |at: usize| limit_at(at).map_or(FAR, |limit| limit.seconds());
        let limits = Limits { from: seconds(from), to: seconds(to) };
        let limits = if self.never_idles { Limits { from: FAR, to: FAR } } else { limits };
        week.fill(slots, (&self.terms, &self.demand, limits), self.running);
        let count = slots.dates.len();
        let least = week.least(&[vec![0.0; count], vec![0.0; count]]);
        let least = least - self.slack - least.abs() * 1e-9;
        Some(Money::from_micros(least.max(0.0).floor() as i64))
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
