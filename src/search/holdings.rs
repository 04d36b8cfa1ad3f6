//! What quota is spent on: stopped instances that hold cores (QUOTA-1), and what more people need.

use crate::engine::{LastUse, QuotaUse, State};
use crate::ledger::Rates;
use crate::search::{Case, Prepared, Scenario};
use crate::units::{Instant, Money, Problem};
use crate::world::{LimitName, QuotaFacts, Size, families, region_key};

/// Seconds in the month that standing prices are per \[s\] (LEDG-2: 730 hours).
const MONTH_S: i64 = 730 * 3_600;

/// A stopped instance at the horizon's end, and what deleting it would free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldUnused {
    /// Index into [`Case::instances`].
    pub instance: usize,
    /// Where, in lower case without spaces.
    pub region: String,
    /// The family it draws from.
    pub family: String,
    /// Cores it holds, in its family and in the region.
    pub vcpus: i64,
    /// When it last stopped running; `None`: never in this life.
    pub ran_until: Option<Instant>,
    /// Since when nobody used it: that, or the beginning of its life.
    pub unused_since: Instant,
    /// What keeping it costs in a month of 730 hours (LEDG-4).
    pub standing_month: Money,
}

/// Stopped instances, those unused for longest first.
///
/// # Errors
/// As `evaluate`, and `E0811` for sizes that are not known.
pub fn held_unused(
    case: &Case<'_>,
    scenario: &Scenario,
    facts: &QuotaFacts,
) -> Result<Vec<HeldUnused>, Vec<Problem>> {
    let replayed: Vec<(LastUse, Rates)> = Prepared::new(case, scenario)?.replay_each();
    let mut held = Vec::new();
    for (index, (last, rates)) in replayed.iter().enumerate() {
        if last.state != State::Stopped {
            continue;
        }
        let instance = &case.instances[index];
        let plan = &case.plans[scenario.plan_of[index]];
        let vm_size = plan.size.as_deref().unwrap_or(&instance.vm_size);
        let size = facts.size_of(instance, vm_size).map_err(|p| vec![p])?;
        let standing = rates.standing(MONTH_S);
        held.push(HeldUnused {
            instance: index,
            region: region_key(&instance.region),
            family: size.family.clone(),
            vcpus: i64::from(size.vcpus),
            ran_until: last.ran_until,
            unused_since: last.ran_until.or(last.born).unwrap_or(last.since),
            standing_month: standing.map_err(|e| vec![Problem::error("E0999", e.to_string())])?,
        });
    }
    held.sort_by_key(|h| (h.unused_since, h.instance));
    Ok(held)
}

/// What people with an instance of one size each need of one limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuotaNeed {
    /// Of which limit.
    pub limit_name: LimitName,
    /// How many may be held; `None`: no limit of its own.
    pub limit: Option<i64>,
    /// How many are held at the horizon's end.
    pub used: i64,
    /// How many were held at most.
    pub peak: i64,
    /// How many the new people need.
    pub asked: i64,
    /// How many of the people fit in; `None`: all, without a limit.
    pub fits: Option<i64>,
    /// How many are missing.
    pub short: i64,
}

/// What `people` new instances of `size` in `region` need.
#[must_use]
pub fn quota_needs(
    usage: &[QuotaUse],
    facts: &QuotaFacts,
    region: &str,
    size: &Size,
    people: i64,
) -> Vec<QuotaNeed> {
    let region = region_key(region);
    let vcpus = i64::from(size.vcpus);
    let family = LimitName::parse(&size.family, &families(&facts.sizes));
    let need = |(limit_name, each): (LimitName, i64)| {
        let over_time = usage.iter().filter(|u| u.region == region && u.limit_name == limit_name);
        let held: Vec<i64> = over_time.map(|u| u.used).collect();
        let used = held.last().copied().unwrap_or(0);
        let limit = facts.quotas.limit(&region, &limit_name);
        let asked = people.saturating_mul(each);
        let free = limit.map(|limit| (limit - used).max(0));
        QuotaNeed {
            limit_name,
            limit,
            used,
            peak: held.iter().copied().max().unwrap_or(0),
            asked,
            fits: free.map(|free| free / each.max(1)),
            short: free.map_or(0, |free| (asked - free).max(0)),
        }
    };
    [(family, vcpus), (LimitName::Total, vcpus), (LimitName::Computes, 1)].map(need).into()
}

/// How old the image of one instance is, as of the horizon's end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Index into [`Case::instances`].
    pub instance: usize,
    /// When it was created; where nobody says, the horizon's start.
    pub created: Instant,
    /// Whether somebody says.
    pub is_known: bool,
    /// What its standing meters cost while it would be created anew (LEDG-4).
    pub standing_saved: Money,
}

/// Instances that exist at the horizon's end, with their creation.
///
/// # Errors
/// As `evaluate`.
pub fn creations(case: &Case<'_>, scenario: &Scenario) -> Result<Vec<Standing>, Vec<Problem>> {
    let replayed: Vec<(LastUse, Rates)> = Prepared::new(case, scenario)?.replay_each();
    let mut found = Vec::new();
    for (index, (last, rates)) in replayed.iter().enumerate() {
        if last.state == State::Absent {
            continue;
        }
        let born = last.born.unwrap_or(case.trace.horizon.start);
        let by_table = case.instances[index].created.filter(|_| !last.created_here);
        let saved = rates.standing(case.model.create_latency);
        found.push(Standing {
            instance: index,
            created: by_table.unwrap_or(born),
            is_known: last.created_here || by_table.is_some(),
            standing_saved: saved.map_err(|e| vec![Problem::error("E0999", e.to_string())])?,
        });
    }
    Ok(found)
}
