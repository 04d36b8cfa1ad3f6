//! Families of advice, from what everybody could be told without looking to the whole space.

use super::break_even;
use super::choice::{Choice, Entry, Space, WeekDays};
use super::field::Field;
use super::objective::Objective;
use super::replays::{Replays, too_much};
use crate::engine::limit_at;
use crate::units::{Action, IdleLimit, Problem};
use crate::world::zones::Zone;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A way to choose settings from known weeks, simplest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    /// Today's plan stays.
    Today,
    /// On from 08:00 to 18:00 from Monday to Friday, no idle limit.
    OfficeHours,
    /// An idle limit of 60 minutes, no schedule.
    Idle60,
    /// The break-even idle limit, no schedule.
    BreakEven,
    /// The idle limit that suits all of a pool best, no schedule. A pool is who pays the same for
    /// compute.
    PoolLimit,
    /// The instance's own best idle limit, no schedule.
    OwnLimit,
    /// What a search of the whole space finds.
    Space,
}

impl Family {
    /// All of them, simplest first.
    pub const ALL: [Self; 7] = [
        Self::Today,
        Self::OfficeHours,
        Self::Idle60,
        Self::BreakEven,
        Self::PoolLimit,
        Self::OwnLimit,
        Self::Space,
    ];

    /// The name in result files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::OfficeHours => "office-hours-08-18",
            Self::Idle60 => "idle-60",
            Self::BreakEven => "break-even",
            Self::PoolLimit => "pool-idle-limit",
            Self::OwnLimit => "own-idle-limit",
            Self::Space => "space",
        }
    }

    /// One line for a reader.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Today => "today's plan stays",
            Self::OfficeHours => "on 08:00 to 18:00 Monday to Friday",
            Self::Idle60 => "an idle limit of 60 minutes",
            Self::BreakEven => "the break-even idle limit",
            Self::PoolLimit => "one idle limit for all that pay the same",
            Self::OwnLimit => "an idle limit of its own",
            Self::Space => "settings from the whole space",
        }
    }
}

/// What each family advises one instance, by position in [`Family::ALL`]; `None` where that is no
/// choice of the space, and for today's plan.
pub(super) type Offers = [Option<Choice>; Family::ALL.len()];

/// Who pays the same for compute, and so trades money against waiting alike.
pub(super) fn pools(replays: &Replays<'_>) -> Vec<Vec<usize>> {
    let mut pools = BTreeMap::<_, Vec<usize>>::new();
    for instance in 0..replays.len() {
        pools.entry(replays.rates(instance).compute.usd).or_default().push(instance);
    }
    pools.into_values().collect()
}

/// What the families but the whole space advise every instance of a field.
pub(super) fn offers(
    field: &Field<'_>,
    replays: &Replays<'_>,
    objective: &Objective,
    (space, zone): (&Space, Option<Zone>),
) -> Result<Vec<Offers>, Vec<Problem>> {
    let limits = best_limits(field, &pools(replays), (space, objective))?;
    let one = |(instance, (own, pool)): (usize, &(usize, usize))| {
        let zone = zone.unwrap_or_else(|| field.home_zone(instance));
        let even = break_even::one(replays, objective, instance)?;
        let idle = |idle| Choice { idle, entries: Vec::new(), zone };
        let entry = |action, hour: u16| Entry { action, minute: hour * 60, days: WeekDays::WORK };
        let mut office = vec![entry(Action::Start, 8), entry(Action::Stop, 18)];
        office.sort_unstable();
        let offers = [
            None,
            Some(Choice { idle: None, entries: office, zone }),
            Some(idle(IdleLimit::from_minutes(60))),
            Some(idle(IdleLimit::from_minutes(even.idle_minutes.into()))),
            Some(idle(limit_at(*pool))),
            Some(idle(limit_at(*own))),
            None,
        ];
        Ok(offers.map(|offer| offer.filter(|choice| space.holds(choice))))
    };
    limits.iter().enumerate().map(one).collect()
}

/// The best idle limits without schedules, as positions in a sweep: of each instance by itself, and
/// of its pool. The shortest of equals.
fn best_limits(
    field: &Field<'_>,
    pools: &[Vec<usize>],
    (space, objective): (&Space, &Objective),
) -> Result<Vec<(usize, usize)>, Vec<Problem>> {
    let curve = |instance: &usize| -> Result<Vec<i64>, Vec<Problem>> {
        let scores = field.sweep(*instance, &[], Zone::utc())?;
        let cost = |at: &usize| objective.of(&scores[*at]).map(|cost| cost.micros());
        space.limits.iter().map(cost).collect::<Result<_, _>>().map_err(too_much)
    };
    let best = |curve: &[i64]| {
        let least = (0..curve.len()).min_by_key(|at| (curve[*at], *at)).unwrap_or(0);
        space.limits[least]
    };
    let mut found = vec![(0, 0); field.case().instances.len()];
    for pool in pools {
        let curves: Vec<Vec<i64>> = pool.par_iter().map(curve).collect::<Result<_, _>>()?;
        let sum = |at: usize| curves.iter().map(|curve| curve[at]).sum();
        let pooled = best(&(0..space.limits.len()).map(sum).collect::<Vec<i64>>());
        for (instance, curve) in pool.iter().zip(&curves) {
            found[*instance] = (best(curve), pooled);
        }
    }
    Ok(found)
}
