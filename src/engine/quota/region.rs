//! One region's quota, from instant to instant.

use super::{Asking, QuotaRequest, QuotaSettlement, QuotaUse, Share, refusal};
use crate::units::{Horizon, Instant};
use crate::world::{LimitName, QuotaFacts};
use std::collections::{BTreeMap, BTreeSet};

/// Something that happens in a region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// When it counts.
    pub(super) at: Instant,
    /// Its place: instant, step, recorded instant, place in its file.
    pub(super) order: (Instant, u8, Instant, usize),
    /// What it is.
    pub(super) what: What,
}

/// What happens; instances and clusters by their number in the region.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// Existence by table.
    Exists { instance: usize },
    /// A create that nothing but quota can refuse.
    Create { instance: usize, operation: usize },
    /// A deletion, by table or by operation.
    Delete { instance: usize },
    /// A cluster wants this many nodes.
    Nodes { cluster: usize, nodes: i64 },
}

/// An instance or a cluster.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Holder {
    Instance(usize),
    Cluster(usize),
}

impl What {
    const fn holder(self) -> Holder {
        match self {
            Self::Exists { instance }
            | Self::Create { instance, .. }
            | Self::Delete { instance } => Holder::Instance(instance),
            Self::Nodes { cluster, .. } => Holder::Cluster(cluster),
        }
    }
}

#[derive(Clone, Debug)]
struct HeldInstance {
    name: String,
    share: Share,
    exists: bool,
}

#[derive(Clone, Debug)]
struct HeldCluster {
    name: String,
    share: Share,
    counted: bool,
    nodes: i64,
    short: i64,
}

/// Who holds how much.
#[derive(Clone, Debug)]
pub(super) struct Region<'q> {
    facts: &'q QuotaFacts,
    name: String,
    now: Instant,
    instances: Vec<HeldInstance>,
    clusters: Vec<HeldCluster>,
    used: BTreeMap<LimitName, i64>,
    /// As last told, to tell only changes.
    told: BTreeMap<LimitName, i64>,
    /// Clusters with a shortfall, oldest first.
    waiting: Vec<usize>,
}

impl<'q> Region<'q> {
    pub(super) const fn new(facts: &'q QuotaFacts) -> Self {
        Self {
            facts,
            name: String::new(),
            now: Instant::from_unix(0),
            instances: Vec::new(),
            clusters: Vec::new(),
            used: BTreeMap::new(),
            told: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    pub(super) fn add_instance(&mut self, name: &str, share: Share) -> usize {
        self.instances.push(HeldInstance { name: name.to_owned(), share, exists: false });
        self.instances.len() - 1
    }

    /// The number of this cluster, new or not.
    pub(super) fn add_cluster(&mut self, name: &str, share: Share) -> usize {
        if let Some(known) = self.clusters.iter().position(|c| c.name == name) {
            return known;
        }
        let name = name.to_owned();
        self.clusters.push(HeldCluster { name, share, counted: false, nodes: 0, short: 0 });
        self.clusters.len() - 1
    }

    /// Goes through all entries, sorted by their order.
    pub(super) fn settle(
        mut self,
        name: &str,
        horizon: Horizon,
        entries: &[Entry],
        out: &mut QuotaSettlement,
    ) {
        name.clone_into(&mut self.name);
        self.now = horizon.start;
        for (region, limit_name, _) in self.facts.quotas.iter() {
            if region == name {
                self.used.insert(limit_name.clone(), 0);
            }
        }
        let at_start = entries.first().is_some_and(|e| e.at == horizon.start);
        if !at_start {
            self.tell(out);
        }
        for instant in entries.chunk_by(|a, b| a.at == b.at) {
            self.now = instant[0].at;
            self.instant(instant, out);
            self.tell(out);
        }
    }

    /// QUOTA-4.
    fn instant(&mut self, entries: &[Entry], out: &mut QuotaSettlement) {
        let mut released = false;
        let mut later = Vec::new();
        let mut opened = BTreeSet::new();
        for entry in entries {
            let holder = entry.what.holder();
            if opened.contains(&holder) {
                later.push(entry.what);
                continue;
            }
            match entry.what {
                // QUOTA-1: what exists by table holds its share, whatever the limit.
                What::Exists { instance } => self.take_instance(instance),
                What::Create { instance, .. } if self.instances[instance].exists => {}
                What::Delete { instance } => {
                    if self.release_instance(instance) {
                        released = true;
                        opened.insert(holder);
                    }
                }
                What::Nodes { cluster, nodes } if nodes <= self.clusters[cluster].nodes => {
                    released |= self.shrink(cluster, nodes, out);
                }
                what => {
                    opened.insert(holder);
                    later.push(what);
                }
            }
        }
        if released {
            self.retry(out);
        }
        for what in later {
            self.request(what, out);
        }
    }

    fn request(&mut self, what: What, out: &mut QuotaSettlement) {
        let released = match what {
            What::Exists { .. } => false,
            What::Create { instance, operation } => {
                if !self.instances[instance].exists {
                    self.create(instance, operation, out);
                }
                false
            }
            What::Delete { instance } => self.release_instance(instance),
            What::Nodes { cluster, nodes } if nodes <= self.clusters[cluster].nodes => {
                self.shrink(cluster, nodes, out)
            }
            What::Nodes { cluster, nodes } => {
                self.count(cluster, out);
                let short = nodes - self.clusters[cluster].nodes;
                self.clusters[cluster].short = short;
                self.waiting.retain(|c| *c != cluster);
                self.grant(cluster, Asking::Cluster, out);
                if self.clusters[cluster].short > 0 {
                    self.waiting.push(cluster);
                }
                false
            }
        };
        if released {
            self.retry(out);
        }
    }

    // Instances.

    /// QUOTA-1, QUOTA-2.
    fn create(&mut self, instance: usize, operation: usize, out: &mut QuotaSettlement) {
        let HeldInstance { name, share, .. } = self.instances[instance].clone();
        let asks = [
            (share.family.clone(), share.vcpus),
            (LimitName::Total, share.vcpus),
            (LimitName::Computes, 1),
        ];
        let mut rows = asks.map(|(limit, asked)| self.row(&name, limit, asked, Asking::Create));
        let short: Vec<_> = rows
            .iter()
            .filter(|r| r.limit.is_some_and(|limit| r.used + r.asked > limit))
            .cloned()
            .collect();
        if short.is_empty() {
            rows.iter_mut().for_each(|row| row.granted = row.asked);
            self.take_instance(instance);
        } else {
            out.refused.push((operation, refusal(&short)));
        }
        out.requests.extend(rows);
    }

    fn take_instance(&mut self, instance: usize) {
        let held = &mut self.instances[instance];
        if !std::mem::replace(&mut held.exists, true) {
            let share = held.share.clone();
            self.hold(&share, 1);
            *self.used.entry(LimitName::Computes).or_default() += 1;
        }
    }

    /// Whether there was anything to release. Only a deletion does this, never a stop (QUOTA-1).
    fn release_instance(&mut self, instance: usize) -> bool {
        let held = &mut self.instances[instance];
        let existed = std::mem::replace(&mut held.exists, false);
        if existed {
            let share = held.share.clone();
            self.hold(&share, -1);
            *self.used.entry(LimitName::Computes).or_default() -= 1;
        }
        existed
    }

    // Clusters (QUOTA-3).

    /// From its first row on a cluster counts 1 in `computes`.
    fn count(&mut self, cluster: usize, out: &mut QuotaSettlement) {
        if !std::mem::replace(&mut self.clusters[cluster].counted, true) {
            let name = self.clusters[cluster].name.clone();
            let row = self.row(&name, LimitName::Computes, 1, Asking::Cluster);
            out.requests.push(QuotaRequest { granted: 1, ..row });
            *self.used.entry(LimitName::Computes).or_default() += 1;
        }
    }

    /// Fewer nodes, or as many: nothing is short any more. Says whether nodes were released.
    fn shrink(&mut self, cluster: usize, nodes: i64, out: &mut QuotaSettlement) -> bool {
        self.count(cluster, out);
        self.waiting.retain(|c| *c != cluster);
        let held = &mut self.clusters[cluster];
        held.short = 0;
        let fewer = held.nodes - nodes;
        held.nodes = nodes;
        let share = held.share.clone();
        self.hold(&share, -fewer);
        fewer > 0
    }

    /// Shortfalls, oldest first; each takes what fits.
    fn retry(&mut self, out: &mut QuotaSettlement) {
        for cluster in self.waiting.clone() {
            self.grant(cluster, Asking::Retry, out);
        }
        let clusters = &self.clusters;
        self.waiting.retain(|c| clusters[*c].short > 0);
    }

    /// Grants as many of the missing nodes as fit. A retry in vain is not told.
    fn grant(&mut self, cluster: usize, asking: Asking, out: &mut QuotaSettlement) {
        let HeldCluster { name, share, short, .. } = self.clusters[cluster].clone();
        let asked = short * share.vcpus;
        let rows = [share.family.clone(), LimitName::Total]
            .map(|limit| self.row(&name, limit, asked, asking));
        let fitting = |row: &QuotaRequest| {
            row.limit.map_or(short, |limit| (limit - row.used).max(0) / share.vcpus.max(1))
        };
        let nodes = rows.iter().map(fitting).fold(short, i64::min);
        if nodes > 0 || asking == Asking::Cluster {
            let granted = nodes * share.vcpus;
            out.requests.extend(rows.map(|row| QuotaRequest { granted, ..row }));
        }
        self.hold(&share, nodes);
        self.clusters[cluster].nodes += nodes;
        self.clusters[cluster].short -= nodes;
    }

    // What is held.

    fn hold(&mut self, share: &Share, count: i64) {
        for limit in [share.family.clone(), LimitName::Total] {
            *self.used.entry(limit).or_default() += count * share.vcpus;
        }
    }

    /// A request against one limit, nothing granted yet.
    fn row(&self, name: &str, limit: LimitName, asked: i64, asking: Asking) -> QuotaRequest {
        QuotaRequest {
            at: self.now,
            region: self.name.clone(),
            requester: name.to_owned(),
            asked,
            used: self.used.get(&limit).copied().unwrap_or(0),
            limit: self.facts.quotas.limit(&self.name, &limit),
            limit_name: limit,
            granted: 0,
            asking,
        }
    }

    /// Tells what is held differently now.
    fn tell(&mut self, out: &mut QuotaSettlement) {
        for (limit_name, &used) in &self.used {
            if self.told.get(limit_name) != Some(&used) {
                self.told.insert(limit_name.clone(), used);
                out.usage.push(QuotaUse {
                    at: self.now,
                    region: self.name.clone(),
                    limit_name: limit_name.clone(),
                    used,
                    limit: self.facts.quotas.limit(&self.name, limit_name),
                });
            }
        }
    }
}
