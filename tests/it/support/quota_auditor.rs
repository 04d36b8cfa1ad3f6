//! The slow settlement: a second reading of QUOTA-1 to QUOTA-5, of the page's names and of its
//! access rules. It keeps no sums: what is in use is counted anew for every question.

use super::quota_world::{QuotaWorld, REGIONS, ROLES, SIZES, SmallCluster, SmallPlace};
use super::world::SmallAsk;
use std::collections::{BTreeMap, BTreeSet};

/// `at, region, limit_name, requester, asked, used, limit, granted`, limit -1 for none.
pub(crate) type Row = (i64, &'static str, &'static str, String, i64, i64, i64, i64);

/// What the slow settlement says.
#[derive(Debug)]
pub(crate) struct SlowAnswer {
    /// For each operation of the file: `role`, `name`, `quota` or nothing.
    pub(crate) refused: Vec<&'static str>,
    /// Every request against every limit it touches.
    pub(crate) rows: Vec<Row>,
}

/// Settles region after region.
pub(crate) fn settle_slowly(world: &QuotaWorld) -> SlowAnswer {
    let refused = (0..world.file.len()).map(|n| refused_outright(world, n)).collect();
    let mut answer = SlowAnswer { refused, rows: Vec::new() };
    for region in 0..REGIONS.len() {
        let mut settler = Settler {
            world,
            region,
            exists: BTreeSet::new(),
            clusters: BTreeMap::new(),
            now: 0,
            asked: 0,
            answer: &mut answer,
        };
        settler.run();
    }
    // Within a region the order is that of asking; regions are then put side by side by time.
    answer.rows.sort_by_key(|row| (row.0, row.1));
    answer
}

/// What refuses an operation without a look at quota.
fn refused_outright(world: &QuotaWorld, n: usize) -> &'static str {
    let (instance, op) = world.file[n];
    let small = &world.world.instances[instance];
    let ask = small.ops[op].op;
    let actor = world.actors[instance][op];
    if world.has_roles && !allowed(actor, ask, &small.name, &world.places[instance]) {
        return "role";
    }
    let creates = matches!(ask, SmallAsk::Create(_));
    if creates && !is_good_name(&small.name) { "name" } else { "" }
}

/// The page: who may ask for this.
fn allowed(actor: &str, ask: SmallAsk, name: &str, place: &SmallPlace) -> bool {
    let needs: &[&str] = match ask {
        SmallAsk::Create(_) => &["computes/write", "checkComputeNameAvailability/action"],
        SmallAsk::Delete => &["computes/delete"],
        SmallAsk::Start => &["computes/start/action"],
        SmallAsk::Stop => &["computes/stop/action"],
        SmallAsk::Restart => &["computes/restart/action"],
        SmallAsk::SetIdle(_) | SmallAsk::SetPlan(_) => &["computes/updateSchedules/action"],
        SmallAsk::Resize | SmallAsk::EnableSsh => &[],
    };
    if actor.is_empty() {
        return true;
    }
    let everyday = [
        "computes/start/action",
        "computes/stop/action",
        "computes/restart/action",
        "computes/updateSchedules/action",
        "computes/applicationaccess/action",
    ];
    let behalf =
        !place.user.is_empty() && !place.created_by.is_empty() && place.user != place.created_by;
    needs.iter().all(|need| {
        if behalf && place.user == actor && everyday.contains(need) {
            return true;
        }
        ROLES.iter().any(|[who, role, actions, only]| {
            if *who != actor || !(only.is_empty() || *only == name) {
                return false;
            }
            match *role {
                "owner" | "contributor" => true,
                _ if behalf && only.is_empty() => false,
                "data-scientist" => everyday.contains(need),
                _ => actions.split(';').any(|action| action == *need),
            }
        })
    })
}

/// The page's table of names; the worlds' names differ only in their end.
fn is_good_name(name: &str) -> bool {
    let later_letter = |at: usize| name[at..].chars().any(|c| c.is_ascii_alphabetic());
    name.char_indices().all(|(at, c)| c != '-' || later_letter(at))
}

/// A cluster as it stands.
#[derive(Clone, Copy, Debug)]
struct Standing {
    size: usize,
    nodes: i64,
    wanted: i64,
    /// When it asked for what it lacks.
    asked: u64,
}

struct Settler<'w> {
    world: &'w QuotaWorld,
    region: usize,
    exists: BTreeSet<usize>,
    clusters: BTreeMap<&'static str, Standing>,
    now: i64,
    /// Counts requests, so that the oldest shortfall can be found.
    asked: u64,
    answer: &'w mut SlowAnswer,
}

impl Settler<'_> {
    fn run(&mut self) {
        let small = &self.world.world;
        let mut instants = BTreeSet::from([small.horizon_start]);
        instants.extend(small.instances.iter().flat_map(|i| i.ops.iter().map(|o| o.at)));
        instants.extend(small.instances.iter().filter_map(|i| i.created));
        instants.extend(small.instances.iter().filter_map(|i| i.deleted));
        instants.extend(self.world.clusters.iter().map(|c| c.at));
        for at in instants {
            if at >= small.horizon_start && at < small.horizon_end {
                self.now = at;
                self.instant();
            }
        }
    }

    /// QUOTA-4: facts, releases, shortfalls, requests.
    fn instant(&mut self) {
        let here: Vec<usize> = (0..self.world.places.len())
            .filter(|i| self.world.places[*i].region == self.region)
            .collect();
        let born: Vec<usize> =
            here.iter().copied().filter(|i| self.born(*i) == Some(self.now)).collect();
        self.exists.extend(born);
        // Where each instance's operations of this instant go on, once its delete is done.
        let mut resume: BTreeMap<usize, usize> = BTreeMap::new();
        let mut released = false;
        for &i in &here {
            if !self.exists.contains(&i) {
                continue;
            }
            let from = if self.world.world.instances[i].deleted == Some(self.now) {
                Some(0)
            } else {
                let mine = |n: &usize| self.is_now(*n, i, SmallAsk::Delete);
                (0..self.world.file.len()).find(mine).map(|n| n + 1)
            };
            if let Some(from) = from {
                self.exists.remove(&i);
                resume.insert(i, from);
                released = true;
            }
        }
        let mut rows: Vec<SmallCluster> = self.cluster_rows();
        while let Some(first) = rows.iter().position(|row| {
            let nodes = self.clusters.get(row.name).map_or(0, |c| c.nodes);
            let earlier = rows.iter().take_while(|r| !std::ptr::eq(*r, row));
            row.nodes <= nodes && earlier.filter(|r| r.name == row.name).count() == 0
        }) {
            let row = rows.remove(first);
            released |= self.cluster(&row);
        }
        if released {
            self.shortfalls();
        }
        for n in 0..self.world.file.len() {
            let (i, op) = self.world.file[n];
            let small = &self.world.world.instances[i].ops[op];
            let skipped = resume.get(&i).is_some_and(|from| n < *from);
            if !here.contains(&i) || small.at != self.now || skipped {
                continue;
            }
            if self.answer.refused[n].is_empty() {
                match small.op {
                    SmallAsk::Create(_) => self.create(n, i),
                    SmallAsk::Delete if self.exists.remove(&i) => self.shortfalls(),
                    _ => {}
                }
            }
        }
        for row in rows {
            if self.cluster(&row) {
                self.shortfalls();
            }
        }
    }

    /// SPEC 1.3: since when the table says it exists.
    fn born(&self, i: usize) -> Option<i64> {
        let small = &self.world.world.instances[i];
        let start = self.world.world.horizon_start;
        let creates = small.ops.iter().any(|o| matches!(o.op, SmallAsk::Create(_)));
        let born = match small.created {
            Some(created) => created.max(start),
            None if creates => return None,
            None => start,
        };
        small.deleted.is_none_or(|deleted| deleted > born).then_some(born)
    }

    fn is_now(&self, n: usize, instance: usize, ask: SmallAsk) -> bool {
        let (i, op) = self.world.file[n];
        let small = &self.world.world.instances[i].ops[op];
        i == instance
            && small.at == self.now
            && small.op == ask
            && self.answer.refused[n].is_empty()
    }

    /// The rows of this instant; at the horizon's start also the last one before it.
    fn cluster_rows(&self) -> Vec<SmallCluster> {
        let start = self.world.world.horizon_start;
        let mine = |c: &&SmallCluster| c.region == self.region;
        let mut rows = Vec::new();
        if self.now == start {
            let before = |c: &&SmallCluster| mine(c) && c.at < start;
            let mut past: Vec<_> = self.world.clusters.iter().filter(before).collect();
            past.sort_by_key(|c| c.at);
            let last =
                |c: &SmallCluster, at: usize| !past[at + 1..].iter().any(|d| d.name == c.name);
            rows.extend((0..past.len()).filter(|n| last(past[*n], *n)).map(|n| past[n].clone()));
        }
        rows.extend(self.world.clusters.iter().filter(mine).filter(|c| c.at == self.now).cloned());
        rows
    }

    /// What is in use, counted over everybody.
    fn used(&self, limit: &str) -> i64 {
        let computes = limit == "computes";
        let cores = |size: usize| {
            let (_, family, vcpus) = SIZES[size];
            if limit == "total" || limit == family { vcpus } else { 0 }
        };
        let instances = self.exists.iter().map(|i| self.world.places[*i].size);
        let by_instances: i64 = instances.map(|s| if computes { 1 } else { cores(s) }).sum();
        let clusters = self.clusters.values();
        let by_clusters: i64 =
            clusters.map(|c| if computes { 1 } else { c.nodes * cores(c.size) }).sum();
        by_instances + by_clusters
    }

    fn limit(&self, name: &str) -> i64 {
        let found = self.world.limits.iter().find(|(r, n, _)| *r == self.region && *n == name);
        found.map_or(-1, |(_, _, most)| *most)
    }

    fn row(&mut self, limit: &'static str, who: &str, asked: i64, used: i64, granted: i64) {
        let most = self.limit(limit);
        let region = REGIONS[self.region];
        self.answer.rows.push((self.now, region, limit, who.into(), asked, used, most, granted));
    }

    /// QUOTA-2.
    fn create(&mut self, n: usize, i: usize) {
        if self.exists.contains(&i) {
            return;
        }
        let (_, family, vcpus) = SIZES[self.world.places[i].size];
        let asks = [(family, vcpus), ("total", vcpus), ("computes", 1)];
        let fits = asks.iter().all(|(limit, asked)| {
            let most = self.limit(limit);
            most < 0 || self.used(limit) + asked <= most
        });
        let name = &self.world.world.instances[i].name;
        for (limit, asked) in asks {
            let used = self.used(limit);
            self.row(limit, name, asked, used, if fits { asked } else { 0 });
        }
        if fits {
            self.exists.insert(i);
        } else {
            self.answer.refused[n] = "quota";
        }
    }

    /// QUOTA-3; says whether nodes were released.
    fn cluster(&mut self, row: &SmallCluster) -> bool {
        if !self.clusters.contains_key(row.name) {
            let used = self.used("computes");
            self.row("computes", row.name, 1, used, 1);
            let new = Standing { size: row.size, nodes: 0, wanted: 0, asked: 0 };
            self.clusters.insert(row.name, new);
        }
        self.asked += 1;
        let mut standing = self.clusters[row.name];
        standing.wanted = row.nodes;
        standing.asked = self.asked;
        if row.nodes <= standing.nodes {
            let released = row.nodes < standing.nodes;
            standing.nodes = row.nodes;
            self.clusters.insert(row.name, standing);
            return released;
        }
        self.clusters.insert(row.name, standing);
        self.grant(row.name, true);
        false
    }

    /// One node after the other, as long as one more fits.
    fn grant(&mut self, name: &'static str, tell_nothing_too: bool) {
        let before = self.clusters[name];
        let (_, family, vcpus) = SIZES[before.size];
        let used = [family, "total"].map(|limit| self.used(limit));
        let mut after = before;
        while after.nodes < after.wanted {
            let more = (after.nodes + 1 - before.nodes) * vcpus;
            let fits = [family, "total"].iter().zip(used).all(|(limit, used)| {
                let most = self.limit(limit);
                most < 0 || used + more <= most
            });
            if !fits {
                break;
            }
            after.nodes += 1;
        }
        let granted = (after.nodes - before.nodes) * vcpus;
        if granted > 0 || tell_nothing_too {
            let asked = (before.wanted - before.nodes) * vcpus;
            self.row(family, name, asked, used[0], granted);
            self.row("total", name, asked, used[1], granted);
        }
        self.clusters.insert(name, after);
    }

    /// QUOTA-3: the oldest first.
    fn shortfalls(&mut self) {
        let mut short: Vec<_> = self
            .clusters
            .iter()
            .filter(|(_, c)| c.nodes < c.wanted)
            .map(|(n, c)| (c.asked, *n))
            .collect();
        short.sort_unstable();
        for (_, name) in short {
            self.grant(name, false);
        }
    }
}
