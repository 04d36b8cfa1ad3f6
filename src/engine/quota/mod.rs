//! Quota settlement (QUOTA-1 to QUOTA-5): which creates are refused and how many nodes clusters
//! get, settled once over all creates, deletes and clusters, so that instances then replay alone.
//!
//! # Order at one instant, per region (QUOTA-4)
//! 1. Existence by the instance table begins (STATE-5, step 0): a recorded fact, never refused.
//! 2. Releases: table deletions, delete operations, clusters that shrink.
//! 3. If anything was released: shortfalls of clusters, oldest first.
//! 4. Requests: creates in file order, then clusters that grow, in file order.
//!
//! Two changes of one instance or one cluster at one instant keep their own order: what comes after
//! a create there waits for it, and a release among the requests retries shortfalls at once.
//!
//! # Decisions where the specification is silent
//! * An instance that begins in the table inside the horizon is a fact as well: it takes its share
//!   even above the limit, and whoever comes later finds the limit full.
//! * A cluster is granted whole nodes. A new row replaces its shortfall, which goes to the end of
//!   the line; a shortfall that cannot be served lets those behind it try.
//! * Of a cluster's rows before the horizon the last one counts, at its start.
//! * A cluster's place in `computes` is taken whether or not it fits.

mod region;

use crate::engine::admission::{Refusal, RefusalCause};
use crate::engine::settle::existence;
use crate::trace::{Op, Operation};
use crate::units::{Horizon, Instant};
use crate::world::{Instance, LimitName, QuotaFacts, Size, families, region_key};
use region::{Entry, Region, What};
use std::collections::BTreeMap;

/// Who asks for quota.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asking {
    /// A `create` operation.
    Create,
    /// A row of the clusters table.
    Cluster,
    /// A cluster's shortfall, served later.
    Retry,
}

impl Asking {
    /// The name in `quota.csv`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Cluster => "cluster",
            Self::Retry => "retry",
        }
    }
}

/// One request against one limit: a row of `quota.csv`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuotaRequest {
    /// When.
    pub at: Instant,
    /// Where, in lower case without spaces.
    pub region: String,
    /// Against which limit.
    pub limit_name: LimitName,
    /// The instance or cluster.
    pub requester: String,
    /// How many cores or computes are asked for.
    pub asked: i64,
    /// How many were held before.
    pub used: i64,
    /// How many may be held; `None`: no limit of its own.
    pub limit: Option<i64>,
    /// How many were granted.
    pub granted: i64,
    /// Who asks.
    pub asking: Asking,
}

/// How much is held from an instant on: a row of `quota_timeline.csv`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuotaUse {
    /// From when.
    pub at: Instant,
    /// Where, in lower case without spaces.
    pub region: String,
    /// Of which limit.
    pub limit_name: LimitName,
    /// How many cores or computes.
    pub used: i64,
    /// How many may be held; `None`: no limit of its own.
    pub limit: Option<i64>,
}

/// What quota decided.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QuotaSettlement {
    /// Every request against every limit it touches, by instant and region.
    pub requests: Vec<QuotaRequest>,
    /// Use over time, by instant and region: a row where it changes, and one at the start.
    pub usage: Vec<QuotaUse>,
    /// Refused creates: index into the operations, and why.
    pub refused: Vec<(usize, Refusal)>,
}

/// What is to be settled.
#[derive(Clone, Copy, Debug)]
pub struct QuotaCase<'q> {
    /// What is simulated.
    pub horizon: Horizon,
    /// Who exists, sorted by name.
    pub instances: &'q [Instance],
    /// The size of each, under the plan in force.
    pub sizes: &'q [&'q Size],
    /// What was asked for, in file order.
    pub operations: &'q [Operation],
    /// What is refused already, for each operation.
    pub refused: &'q [Option<Refusal>],
    /// Limits and clusters.
    pub facts: &'q QuotaFacts,
}

/// What a holder takes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Share {
    family: LimitName,
    vcpus: i64,
}

/// Settles every region, each by itself (QUOTA-4).
#[must_use]
pub fn settle_quota(case: &QuotaCase<'_>) -> QuotaSettlement {
    let mut settlement = QuotaSettlement::default();
    for (name, (region, mut entries)) in entries(case) {
        entries.sort_by_key(|entry| entry.order);
        region.settle(&name, case.horizon, &entries, &mut settlement);
    }
    settlement.requests.sort_by(|a, b| (a.at, &a.region).cmp(&(b.at, &b.region)));
    settlement.usage.sort_by(|a, b| (a.at, &a.region).cmp(&(b.at, &b.region)));
    settlement.refused.sort_by_key(|(operation, _)| *operation);
    settlement
}

/// Everything that happens, by region; a region that only has limits is there too.
fn entries<'q>(case: &QuotaCase<'q>) -> BTreeMap<String, (Region<'q>, Vec<Entry>)> {
    let known = families(&case.facts.sizes);
    let share = |size: &Size| Share {
        family: LimitName::parse(&size.family, &known),
        vcpus: i64::from(size.vcpus),
    };
    let fresh = || (Region::new(case.facts), Vec::new());
    let mut regions: BTreeMap<String, (Region<'q>, Vec<Entry>)> = BTreeMap::new();
    for (name, _, _) in case.facts.quotas.iter() {
        regions.entry(name.to_owned()).or_insert_with(fresh);
    }
    let mut operations: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, operation) in case.operations.iter().enumerate() {
        operations.entry(&operation.instance).or_default().push(index);
    }
    for (instance, size) in case.instances.iter().zip(case.sizes) {
        let own = operations.get(instance.name.as_str()).map_or(&[][..], Vec::as_slice);
        let (region, entries) = regions.entry(region_key(&instance.region)).or_insert_with(fresh);
        let holder = region.add_instance(&instance.name, share(size));
        add_instance(case, (holder, instance), own, entries);
    }
    for (index, change) in case.facts.clusters.iter().enumerate() {
        // The reader has refused sizes that are not known.
        let Some(size) = case.facts.sizes.get(&change.vm_size) else { continue };
        let (region, entries) = regions.entry(region_key(&change.region)).or_insert_with(fresh);
        let holder = region.add_cluster(&change.cluster, share(size));
        let at = change.at.max(case.horizon.start);
        if case.horizon.contains(at) && !is_outdated(case, index) {
            let what = What::Nodes { cluster: holder, nodes: i64::from(change.nodes) };
            entries.push(Entry { at, order: (at, 3, change.at, index), what });
        }
    }
    regions
}

/// What happens to one instance.
fn add_instance(
    case: &QuotaCase<'_>,
    (holder, instance): (usize, &Instance),
    own: &[usize],
    entries: &mut Vec<Entry>,
) {
    let creates = own.iter().any(|o| matches!(case.operations[*o].op, Op::Create { .. }));
    if let Some(fact) = existence(case.horizon, instance, creates) {
        let what = What::Exists { instance: holder };
        entries.push(Entry { at: fact.at, order: (fact.at, 0, fact.at, holder), what });
    }
    if let Some(at) = instance.deleted.filter(|at| case.horizon.contains(*at)) {
        let what = What::Delete { instance: holder };
        entries.push(Entry { at, order: (at, 1, at, holder), what });
    }
    for &index in own {
        let operation = &case.operations[index];
        let at = operation.at;
        if case.refused.get(index).is_some_and(Option::is_some) || !case.horizon.contains(at) {
            continue;
        }
        let what = match operation.op {
            Op::Create { .. } => What::Create { instance: holder, operation: index },
            Op::Delete => What::Delete { instance: holder },
            _ => continue,
        };
        entries.push(Entry { at, order: (at, 2, at, index), what });
    }
}

/// Whether another row of the same cluster replaces this one before the horizon begins.
fn is_outdated(case: &QuotaCase<'_>, index: usize) -> bool {
    let changes = &case.facts.clusters;
    let this = &changes[index];
    this.at < case.horizon.start
        && changes.iter().enumerate().any(|(other, change)| {
            let same = change.cluster == this.cluster
                && region_key(&change.region) == region_key(&this.region);
            same && change.at < case.horizon.start && (change.at, other) > (this.at, index)
        })
}

/// QUOTA-2: the refusal of a create that these limits are short for.
fn refusal(short: &[QuotaRequest]) -> Refusal {
    let limits: Vec<String> = short
        .iter()
        .map(|r| {
            let limit = r.limit.unwrap_or(-1);
            format!("{}: {} used, {} asked, limit {limit}", r.limit_name, r.used, r.asked)
        })
        .collect();
    Refusal { cause: RefusalCause::Quota, reason: limits.join("; ") }
}

#[cfg(test)]
mod tests;
