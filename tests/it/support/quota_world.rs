//! Random worlds with quotas, clusters and roles, as plain data: what the program and the slow
//! settlement are both fed. Many things fall on few instants, and limits are tight.

use super::world::{SmallAsk, SmallOp, SmallWorld, random_world};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// Regions in use.
pub(crate) const REGIONS: [&str; 2] = ["eastus", "westeurope"];

/// Sizes in use: name, family and cores, copied by hand from Azure's list.
pub(crate) const SIZES: [(&str, &str, i64); 4] = [
    ("Standard_DS2_v2", "standardDSv2Family", 2),
    ("Standard_DS3_v2", "standardDSv2Family", 4),
    ("Standard_F4s_v2", "standardFSv2Family", 4),
    ("Standard_NC6s_v3", "standardNCSv3Family", 6),
];

/// Who is whose: rows of the roles table as `actor, role, actions, instance`.
pub(crate) const ROLES: [[&str; 4]; 6] = [
    ["own", "owner", "", ""],
    ["con", "contributor", "", ""],
    ["sci", "data-scientist", "", ""],
    ["cus", "custom", "computes/start/action;computes/delete", ""],
    ["mak", "custom", "computes/write;checkComputeNameAvailability/action", ""],
    ["one", "custom", "computes/stop/action;computes/write", "ci-0a"],
];

/// Whom an operation may come from; the last three have no role.
const ACTORS: [&str; 12] =
    ["", "", "", "own", "con", "sci", "cus", "mak", "mak", "one", "amy", "ben"];

/// A change of a cluster.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallCluster {
    /// Its name.
    pub(crate) name: &'static str,
    /// Index into [`REGIONS`].
    pub(crate) region: usize,
    /// Index into [`SIZES`].
    pub(crate) size: usize,
    /// When \[unix s\].
    pub(crate) at: i64,
    /// How many nodes from then on.
    pub(crate) nodes: i64,
}

/// What is known of an instance beyond [`SmallWorld`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SmallPlace {
    /// Index into [`REGIONS`].
    pub(crate) region: usize,
    /// Index into [`SIZES`].
    pub(crate) size: usize,
    /// The `user` column.
    pub(crate) user: &'static str,
    /// The `created_by` column.
    pub(crate) created_by: &'static str,
}

/// A world with everything that can refuse an operation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct QuotaWorld {
    /// Activity, plans, instances and their operations.
    pub(crate) world: SmallWorld,
    /// One for each instance.
    pub(crate) places: Vec<SmallPlace>,
    /// Who asks, for each operation of each instance.
    pub(crate) actors: Vec<Vec<&'static str>>,
    /// The operations file: instance and the number of its operation.
    pub(crate) file: Vec<(usize, usize)>,
    /// Region, name as in `quota.csv`, limit; -1 = none of its own.
    pub(crate) limits: Vec<(usize, &'static str, i64)>,
    /// The clusters file.
    pub(crate) clusters: Vec<SmallCluster>,
    /// Whether the roles table is given.
    pub(crate) has_roles: bool,
}

/// The quota world number `seed`.
pub(crate) fn random_quota_world(seed: u64) -> QuotaWorld {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x0051_1074);
    let mut world = random_world(seed);
    world.horizon_end = world.horizon_end.min(world.horizon_start + 2 * 86_400);
    let hours: Vec<i64> =
        (0..rng.random_range(2..7)).map(|n| world.horizon_start + n * 3_600).collect();
    let time = |rng: &mut ChaCha8Rng| *hours.choose(rng).expect("hours");
    while world.instances.len() < 7 {
        let mut twin = world.instances[0].clone();
        let number = world.instances.len();
        // Some names are none, by the page's rules: only their creates suffer.
        let tail = if rng.random_bool(0.1) { "" } else { "a" };
        twin.name = format!("ci-{number}{tail}");
        twin.created = rng.random_bool(0.15).then(|| time(&mut rng));
        let from = twin.created.unwrap_or(i64::MIN);
        twin.deleted =
            rng.random_bool(0.15).then(|| time(&mut rng)).filter(|deleted| *deleted > from);
        twin.ops = (0..rng.random_range(0..7))
            .map(|_| {
                let create = SmallAsk::Create(rng.random_bool(0.5));
                let ask = [create, create, SmallAsk::Delete, SmallAsk::Start, SmallAsk::Stop];
                SmallOp { at: time(&mut rng), op: *ask.choose(&mut rng).expect("asks") }
            })
            .filter(|o| o.at >= from || !matches!(o.op, SmallAsk::Create(_)))
            .collect();
        world.instances.push(twin);
    }
    let places = world.instances.iter().map(|_| place(&mut rng)).collect();
    let actor = |rng: &mut ChaCha8Rng| *ACTORS.choose(rng).expect("actors");
    let actors: Vec<Vec<_>> =
        world.instances.iter().map(|i| i.ops.iter().map(|_| actor(&mut rng)).collect()).collect();
    let mut next = vec![0; world.instances.len()];
    let mut file = Vec::new();
    while let Some(instance) = {
        let left: Vec<_> =
            (0..next.len()).filter(|i| next[*i] < world.instances[*i].ops.len()).collect();
        left.choose(&mut rng).copied()
    } {
        file.push((instance, next[instance]));
        next[instance] += 1;
    }
    let mut clusters: Vec<SmallCluster> = Vec::new();
    for _ in 0..rng.random_range(0..7) {
        let name = *["train", "batch"].choose(&mut rng).expect("names");
        let region = rng.random_range(0..REGIONS.len());
        let known = clusters.iter().find(|c| c.name == name && c.region == region);
        let size = known.map_or_else(|| rng.random_range(0..SIZES.len()), |c| c.size);
        let at = time(&mut rng) - if rng.random_bool(0.1) { 7_200 } else { 0 };
        clusters.push(SmallCluster { name, region, size, at, nodes: rng.random_range(0..4) });
    }
    let limits = limits(&mut rng);
    let has_roles = rng.random_bool(0.5);
    QuotaWorld { world, places, actors, file, limits, clusters, has_roles }
}

fn place(rng: &mut ChaCha8Rng) -> SmallPlace {
    SmallPlace {
        region: usize::from(rng.random_bool(0.2)),
        size: rng.random_range(0..SIZES.len()),
        user: ["", "amy", "ben", "sci"].choose(rng).expect("users"),
        created_by: ["", "", "con", "amy"].choose(rng).expect("creators"),
    }
}

fn limits(rng: &mut ChaCha8Rng) -> Vec<(usize, &'static str, i64)> {
    let names =
        ["standardDSv2Family", "standardFSv2Family", "standardNCSv3Family", "total", "computes"];
    let mut limits = Vec::new();
    for region in 0..REGIONS.len() {
        for name in names {
            if rng.random_bool(0.6) {
                let most = match name {
                    "total" => [-1, 8, 12, 16, 24],
                    "computes" => [-1, 1, 3, 4, 6],
                    _ => [-1, 0, 4, 8, 12],
                };
                limits.push((region, name, *most.choose(rng).expect("limits")));
            }
        }
    }
    limits
}
