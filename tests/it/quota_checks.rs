//! Quota, names and roles of the program against the slow settlement, on random worlds: which
//! operations are refused (QUOTA-2), every row of `quota.csv` (QUOTA-1, QUOTA-3, QUOTA-4), and what
//! every instance's replay then says (QUOTA-5).
//!
//! `IDLEWISE_QUOTA_WORLDS=100000` runs more of them.

use crate::differential::differences;
use crate::support::auditor::{Walk, audit};
use crate::support::parts::{instance_of, model_of, operations_of, plan_of, trace_of};
use crate::support::quota_auditor::{SlowAnswer, settle_slowly};
use crate::support::quota_world::{QuotaWorld, REGIONS, ROLES, SIZES, random_quota_world};
use crate::support::world::{Dst, Rules, SmallAsk, SmallOp, SmallWorld};
use idlewise::engine::Draw;
use idlewise::plan::Plan;
use idlewise::search::{Case, Outcome, Scenario, Settlement, evaluate, settle};
use idlewise::trace::Operation;
use idlewise::units::{DstRule, Instant, RuleProfile};
use idlewise::world::{
    ClusterChange, Governance, Instance, LimitName, PriceBook, QuotaFacts, Quotas, Sizes, families,
    read_roles,
};
use rayon::prelude::*;
use std::path::PathBuf;

/// Worlds per run of the suite.
const WORLDS: u64 = 2_000;

#[test]
fn quota_and_roles_agree_with_the_slow_settlement() {
    let given = std::env::var("IDLEWISE_QUOTA_WORLDS").ok().and_then(|n| n.parse().ok());
    let worlds = given.unwrap_or(WORLDS);
    let roles = roles();
    let prices = prices();
    let answers: Vec<Result<[usize; 3], String>> = (0..worlds)
        .into_par_iter()
        .map(|seed| agreement(seed, &roles, &prices).map_err(|what| format!("seed {seed}: {what}")))
        .collect();
    let wrong: Vec<&String> = answers.iter().filter_map(|a| a.as_ref().err()).collect();
    let shown = wrong.iter().take(5).map(|w| w.as_str()).collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} of {worlds} worlds disagree, such as\n{shown}", wrong.len());
    // The worlds are worth it: each cause refuses more than once in two worlds.
    let sums =
        answers.iter().flatten().fold([0; 3], |s, a| [s[0] + a[0], s[1] + a[1], s[2] + a[2]]);
    let least = usize::try_from(worlds / 10).unwrap();
    assert!(sums.iter().all(|n| *n > least), "refused by role, name, quota: {sums:?}");
}

fn roles() -> idlewise::world::Roles {
    let path = std::env::temp_dir().join(format!("idlewise-roles-{}.csv", std::process::id()));
    let rows: String = ROLES.iter().map(|row| format!("{}\n", row.join(","))).collect();
    std::fs::write(&path, format!("actor,role,actions,instance\n{rows}")).unwrap();
    let (roles, problems) = read_roles(&[PathBuf::from(&path)]);
    std::fs::remove_file(&path).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    roles
}

fn prices() -> PriceBook {
    let mut text = String::from("meter,region,vm_size,rate_usd,rate_unit\n");
    for region in REGIONS {
        text.push_str(&format!("os_disk,{region},,20,month\n"));
        for (size, _, _) in SIZES {
            text.push_str(&format!("compute,{region},{size},1,hour\n"));
        }
    }
    PriceBook::overridden_by(&text, "prices.csv").unwrap()
}

/// How many operations role, name and quota refuse, or what the two say differently.
fn agreement(
    seed: u64,
    roles: &idlewise::world::Roles,
    prices: &PriceBook,
) -> Result<[usize; 3], String> {
    let world = random_quota_world(seed);
    let slow = settle_slowly(&world);
    let (settled, outcomes, names) = replay(&world, roles, prices);
    let refused: Vec<&str> =
        settled.refused.iter().map(|r| r.as_ref().map_or("", |r| r.cause.as_str())).collect();
    if refused != slow.refused {
        return Err(format!("refused: slow {:?}, program {refused:?}", slow.refused));
    }
    let rows: Vec<_> = settled.quota.requests.iter().map(row).collect();
    let expected: Vec<_> = slow.rows.iter().map(|r| format!("{r:?}")).collect();
    if rows != expected {
        return Err(format!("rows: slow {expected:#?}, program {rows:#?}"));
    }
    let granted = without_refused(&world, &slow);
    let draw = |seed: u64, name: &str, at: i64| Draw::new(seed, name).at(at);
    // The others replay as ever, which `differential` shows.
    let touched = |name: &str| {
        let file = world.file.iter().zip(&slow.refused);
        file.filter(|(_, r)| !r.is_empty())
            .any(|((i, _), _)| world.world.instances[*i].name == *name)
    };
    for outcome in outcomes.iter().filter(|o| touched(&names[o.instance])) {
        let name = &names[outcome.instance];
        let index = granted.instances.iter().position(|i| i.name == *name).unwrap();
        let row = audit(&granted, 0, index, &draw, Walk::Sparse);
        let differing = differences(&row, &outcome.counters);
        if !differing.is_empty() {
            return Err(format!("instance {name}: {differing}"));
        }
    }
    let count = |cause: &str| refused.iter().filter(|r| **r == cause).count();
    Ok([count("role"), count("name"), count("quota")])
}

/// A row as the slow settlement writes it.
fn row(r: &idlewise::engine::QuotaRequest) -> String {
    let limit = r.limit.unwrap_or(-1);
    let (name, used) = (r.limit_name.to_string(), r.used);
    let at = r.at.unix();
    format!("{:?}", (at, &r.region, name, &r.requester, r.asked, used, limit, r.granted))
}

/// The world with refused operations turned into ones that never do anything.
fn without_refused(world: &QuotaWorld, slow: &SlowAnswer) -> SmallWorld {
    let mut granted = world.world.clone();
    for (n, (instance, op)) in world.file.iter().enumerate() {
        if slow.refused[n].is_empty() {
            continue;
        }
        let small = &mut granted.instances[*instance];
        if matches!(small.ops[*op].op, SmallAsk::Create(_)) {
            // Having a create at all still means not to exist before it (SPEC 1.3).
            let at = granted.horizon_end + 1;
            small.ops.push(SmallOp { at, op: SmallAsk::Create(true) });
        }
        small.ops[*op].op = SmallAsk::Resize;
    }
    granted
}

fn replay(
    world: &QuotaWorld,
    roles: &idlewise::world::Roles,
    prices: &PriceBook,
) -> (Settlement, Vec<Outcome>, Vec<String>) {
    let small = &world.world;
    let plans: Vec<Plan> = small.plans.iter().map(|p| plan_of(&p.to_yaml())).collect();
    let mut instances: Vec<Instance> = small
        .instances
        .iter()
        .zip(&world.places)
        .map(|(i, place)| Instance {
            region: REGIONS[place.region].into(),
            vm_size: SIZES[place.size].0.into(),
            user: place.user.into(),
            created_by: place.created_by.into(),
            ..instance_of(i)
        })
        .collect();
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    let own: Vec<Vec<Operation>> =
        small.instances.iter().map(|i| operations_of(small, i)).collect();
    let operations: Vec<Operation> = world
        .file
        .iter()
        .map(|(i, op)| Operation { actor: world.actors[*i][*op].into(), ..own[*i][*op].clone() })
        .collect();
    let governance = governance(world, roles);
    let case = Case {
        trace: &trace_of(small),
        operations: &operations,
        instances: &instances,
        plans: &plans,
        prices,
        model: &model_of(small),
        rules: match small.rules {
            Rules::Aml2022 => RuleProfile::Aml2022_12,
            Rules::Aml2024 => RuleProfile::Aml2024_08,
        },
        dst: match small.dst {
            Dst::Ignored => DstRule::Ignored,
            Dst::Observed => DstRule::Observed,
        },
        seed: small.seed,
        governance: Some(&governance),
    };
    let scenario = Scenario { name: "p".into(), plan_of: vec![0; instances.len()] };
    let settled = settle(&case, &scenario).unwrap();
    let outcomes = evaluate(&case, &scenario, false, &|| ()).unwrap();
    (settled, outcomes, instances.into_iter().map(|i| i.name).collect())
}

fn governance(world: &QuotaWorld, roles: &idlewise::world::Roles) -> Governance {
    let sizes = Sizes::builtin();
    let known = families(&sizes);
    let mut quotas = Quotas::default();
    for (n, (region, name, most)) in world.limits.iter().enumerate() {
        let name = LimitName::parse(name, &known);
        quotas.add(REGIONS[*region], name, *most, format!("{n}")).unwrap();
    }
    let cluster = |c: &crate::support::quota_world::SmallCluster| ClusterChange {
        cluster: c.name.into(),
        region: REGIONS[c.region].into(),
        vm_size: SIZES[c.size].0.into(),
        at: Instant::from_unix(c.at),
        nodes: u32::try_from(c.nodes).unwrap(),
        file: String::new(),
        line: 0,
    };
    let clusters = world.clusters.iter().map(cluster).collect();
    Governance {
        roles: world.has_roles.then(|| roles.clone()),
        quota: Some(QuotaFacts { sizes, quotas, clusters }),
    }
}
