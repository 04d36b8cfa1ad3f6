//! A fleet ready to be searched: exact scores of any choice.
//!
//! What no choice changes is settled once: quota and access (they depend on plans only by size),
//! operations, prices, the standing cost. A choice then costs one list of firings and one replay,
//! or one sweep for all idle limits at once.

use super::choice::{Choice, Entry};
use super::clock::Clock;
use super::lean::Lean;
use super::objective::Score;
use crate::engine::{Compiled, LIMITS, Setting, Sweeper, Timetable, compile, limit_at, replay};
use crate::ledger::{CostCurve, Rates, Totals, post};
use crate::plan::{Firing, Plan};
use crate::search::evaluate::{asked_by_name, counted, prepare, script_of};
use crate::search::{Case, Scenario, SweepPoint};
use crate::units::{IdleLimit, Money, MoneyOverflow, Pricer, Problem};
use crate::world::zones::{Zone, windows_for_iana};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A case and the plan each instance has today, from which choices take all but idle limit and
/// schedules.
#[derive(Debug)]
pub struct Field<'c> {
    case: Case<'c>,
    base: &'c Scenario,
    timetable: Timetable<'c>,
    seats: Vec<Seat>,
    clocks: Mutex<BTreeMap<&'static str, Arc<Clock>>>,
}

/// What is known of one instance before any choice.
#[derive(Debug)]
struct Seat {
    /// Under a plan of its own, which is no plan of the case: `set_plan` never leads to it.
    compiled: Compiled,
    rates: Rates,
    /// LEDG-4.
    standing: Money,
}

impl<'c> Field<'c> {
    /// Ready.
    ///
    /// # Errors
    /// As [`evaluate`](crate::search::evaluate).
    pub fn new(case: Case<'c>, base: &'c Scenario) -> Result<Self, Vec<Problem>> {
        let mut timetable = Timetable::new(case.plans, case.rules, case.dst, case.trace.horizon);
        let prepared = prepare(&case, base, &mut timetable)?;
        let operations = asked_by_name(&case, base)?;
        let chosen = case.plans.len();
        let mut seats = Vec::with_capacity(prepared.len());
        for (instance, (_, rates)) in case.instances.iter().zip(prepared) {
            let own = operations.get(instance.name.as_str()).map_or(&[][..], Vec::as_slice);
            let compiled = compile(&mut timetable, instance, own, chosen)?;
            seats.push(Seat { compiled, rates, standing: Money::ZERO });
        }
        let clocks = Mutex::default();
        let mut field = Self { case, base, timetable, seats, clocks };
        let standing: Result<Vec<Money>, _> =
            (0..field.seats.len()).into_par_iter().map(|index| field.standing(index)).collect();
        let standing = standing.map_err(|_| vec![too_much()])?;
        for (seat, standing) in field.seats.iter_mut().zip(standing) {
            seat.standing = standing;
        }
        Ok(field)
    }

    /// The case.
    #[must_use]
    pub const fn case(&self) -> &Case<'c> {
        &self.case
    }

    /// The plan the instance at this position has today.
    #[must_use]
    pub fn plan_today(&self, instance: usize) -> &'c Plan {
        &self.case.plans[self.base.plan_of[instance]]
    }

    /// The home zone of an instance's user as Azure spells it, else UTC.
    #[must_use]
    pub fn home_zone(&self, instance: usize) -> Zone {
        let home = self.case.instances[instance].home_timezone.as_deref();
        let windows = home.and_then(windows_for_iana);
        windows.and_then(|name| Zone::parse(name).ok()).map_or(Zone::utc(), |(zone, _)| zone)
    }

    /// What happens to one instance under this choice.
    ///
    /// # Errors
    /// As [`evaluate`](crate::search::evaluate).
    pub fn score(&self, instance: usize, choice: &Choice) -> Result<Score, Vec<Problem>> {
        let firings = self.clock(choice.zone).firings(&choice.entries);
        let mut lean = Lean::new(self.case.trace.horizon);
        self.replayed(instance, (choice.idle, &firings), &mut lean)
    }

    /// The same under these entries at every idle limit, in the order of a sweep.
    ///
    /// # Errors
    /// As [`sweep`](crate::search::sweep).
    pub fn sweep(
        &self,
        instance: usize,
        entries: &[Entry],
        zone: Zone,
    ) -> Result<Vec<Score>, Vec<Problem>> {
        let firings = self.clock(zone).firings(entries);
        let mut scores = Vec::with_capacity(LIMITS);
        self.swept(instance, &firings, |_, score| scores.push(score))?;
        Ok(scores)
    }

    /// The firing lists of a zone.
    pub(super) fn clock(&self, zone: Zone) -> Arc<Clock> {
        let mut clocks = self.clocks.lock().unwrap_or_else(PoisonError::into_inner);
        let (dst, horizon) = (self.case.dst, self.case.trace.horizon);
        let clock = clocks.entry(zone.windows);
        Arc::clone(clock.or_insert_with(|| Arc::new(Clock::new(zone, dst, horizon))))
    }

    /// One replay under this limit and these firings.
    pub(super) fn replayed(
        &self,
        instance: usize,
        (idle, firings): (Option<IdleLimit>, &[Firing]),
        lean: &mut Lean,
    ) -> Result<Score, Vec<Problem>> {
        let seat = &self.seats[instance];
        let settings = self.settings(instance, idle, firings);
        lean.reset();
        replay(&script_of(&self.case, (instance, &seat.compiled), &settings), lean);
        lean.score(seat.rates.compute, seat.standing).map_err(|_| vec![too_much()])
    }

    /// All idle limits under these firings; `each` is told the position of every limit and its
    /// score, in order.
    pub(super) fn swept(
        &self,
        instance: usize,
        firings: &[Firing],
        mut each: impl FnMut(usize, Score),
    ) -> Result<(), Vec<Problem>> {
        let seat = &self.seats[instance];
        let settings = self.settings(instance, None, firings);
        let script = script_of(&self.case, (instance, &seat.compiled), &settings);
        let (mut sweeper, mut costs) = (Sweeper::default(), CostCurve::default());
        let pricer = Pricer::new(seat.rates.compute);
        let mut overflow: Option<MoneyOverflow> = None;
        sweeper.add(&script, |billed| overflow = overflow.or(costs.post(billed, &pricer).err()));
        if overflow.is_some() {
            return Err(vec![too_much()]);
        }
        for (at, (counts, compute)) in sweeper.at_limits().zip(costs.at_limits()).enumerate() {
            let point = SweepPoint { limit: limit_at(at), counts, compute };
            each(at, Score::of_point(&point, seat.standing));
        }
        Ok(())
    }

    /// The settings of an instance whose own plan is this choice.
    fn settings<'f>(
        &'f self,
        instance: usize,
        idle: Option<IdleLimit>,
        firings: &'f [Firing],
    ) -> Vec<Setting<'f>> {
        let mut settings = self.timetable.settings(&self.seats[instance].compiled);
        for setting in settings.iter_mut().filter(|setting| setting.swept) {
            (setting.idle, setting.firings) = (idle, firings);
        }
        settings
    }

    fn standing(&self, instance: usize) -> Result<Money, MoneyOverflow> {
        let seat = &self.seats[instance];
        let settings = self.settings(instance, None, &[]);
        let counters = counted(&script_of(&self.case, (instance, &seat.compiled), &settings));
        Ok(Totals::of(&post(counters.months(), &seat.rates)?).standing())
    }
}

/// A cost over 9.2 trillion USD.
pub(super) fn too_much() -> Problem {
    Problem::error("E0999", "the cost of a choice does not fit into an amount of money")
        .hint("look for a price that is far too high")
}
