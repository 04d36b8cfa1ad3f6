//! QUOTA-1 to QUOTA-5 by hand. A case is a few lines of text: who is there and what happens by hour
//! of one day in eastus; what comes back is told in the same way.

use super::*;
use crate::world::{ClusterChange, Quotas, Sizes};

const DAY: i64 = 1_704_067_200; // 2024-01-01T00:00:00Z

fn hour(text: &str) -> Instant {
    Instant::from_unix(DAY + text.parse::<i64>().unwrap() * 3_600)
}

fn size(short: &str) -> String {
    format!("Standard_{short}")
}

/// Settles a day. Lines: `limit FAMILY N`, `has NAME SIZE [FROM|-] [TO]` (a row of the instance
/// table), `knows NAME SIZE` (the same, without dates), `HOUR create|delete|stop NAME`, and
/// `HOUR NAME SIZE = NODES` (a cluster).
fn settle(text: &str) -> QuotaSettlement {
    let known = Sizes::builtin();
    let families = families(&known);
    let (mut quotas, mut clusters) = (Quotas::default(), Vec::new());
    let (mut instances, mut operations) = (Vec::new(), Vec::<Operation>::new());
    for (line, number) in text.lines().map(str::trim).filter(|l| !l.is_empty()).zip(1..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["limit", family, most] => {
                let name = LimitName::parse(family, &families);
                quotas.add("eastus", name, most.parse().unwrap(), line).unwrap();
            }
            ["has" | "knows", name, vm, ref life @ ..] => {
                let at = |n: usize| life.get(n).filter(|t| **t != "-").map(|t| hour(t));
                let (created, deleted) = (at(0), at(1));
                let vm_size = size(vm);
                instances.push(Instance { vm_size, created, deleted, ..Instance::named(name) });
            }
            [at, op, name] => operations.push(Operation {
                instance: name.into(),
                at: hour(at),
                op: match op {
                    "create" => Op::Create { running: true },
                    "delete" => Op::Delete,
                    _ => Op::Stop,
                },
                actor: String::new(),
                file: "o.csv".into(),
                line: number,
            }),
            [at, cluster, vm, "=", nodes] => clusters.push(ClusterChange {
                cluster: cluster.into(),
                region: "eastus".into(),
                vm_size: size(vm),
                at: hour(at),
                nodes: nodes.parse().unwrap(),
                file: "c.csv".into(),
                line: number,
            }),
            _ => panic!("{line}"),
        }
    }
    instances.sort_by(|a, b| a.name.cmp(&b.name));
    let facts = QuotaFacts { sizes: known, quotas, clusters };
    let sizes: Vec<&Size> =
        instances.iter().map(|i| facts.sizes.get(&i.vm_size).unwrap()).collect();
    let horizon = Horizon { start: hour("0"), end: hour("24") };
    let refused = vec![None; operations.len()];
    let (instances, operations, refused) = (&instances[..], &operations[..], &refused[..]);
    settle_quota(&QuotaCase {
        horizon,
        instances,
        sizes: &sizes,
        operations,
        refused,
        facts: &facts,
    })
}

fn at(instant: Instant) -> i64 {
    instant.since(hour("0")) / 3_600
}

/// Requests as `9 c DSv2 8+4/10 -> 0`; rows against limits nobody set are left out.
fn requests(settled: &QuotaSettlement) -> Vec<String> {
    let rows = settled.requests.iter().filter(|r| r.limit.is_some());
    rows.map(|r| {
        let name = r.limit_name.to_string().replace("standard", "").replace("Family", "");
        let limit = r.limit.unwrap();
        let (at, who) = (at(r.at), &r.requester);
        format!("{at} {who} {name} {}+{}/{limit} -> {}", r.used, r.asked, r.granted)
    })
    .collect()
}

/// Use of one limit over time, as `9 8`.
fn usage(settled: &QuotaSettlement, name: &str) -> Vec<String> {
    let rows = settled.usage.iter().filter(|u| u.limit_name.to_string() == name);
    rows.map(|u| format!("{} {}", at(u.at), u.used)).collect()
}

/// QUOTA-1: a create reserves cores of its family, of the region, and one compute; a stop releases
/// nothing, a delete all three.
#[test]
fn only_a_delete_releases() {
    let settled = settle(
        "limit standardDSv2Family 6
         knows a DS3_v2
         knows b DS3_v2
         knows c F4s_v2
         1 create a
         2 stop a
         3 create b
         4 create c
         5 delete a
         6 create b",
    );
    assert_eq!(
        requests(&settled),
        ["1 a DSv2 0+4/6 -> 4", "3 b DSv2 4+4/6 -> 0", "6 b DSv2 0+4/6 -> 4"]
    );
    assert_eq!(usage(&settled, "standardDSv2Family"), ["0 0", "1 4", "5 0", "6 4"]);
    assert_eq!(usage(&settled, "total"), ["1 4", "4 8", "5 4", "6 8"]);
    assert_eq!(usage(&settled, "computes"), ["1 1", "4 2", "5 1", "6 2"]);
    assert_eq!(settled.refused.len(), 1);
    assert_eq!(settled.refused[0].1.reason, "standardDSv2Family: 4 used, 4 asked, limit 6");
}

/// QUOTA-1: what is present at the start holds its share first, even above the limit; what the
/// table creates later is a fact too.
#[test]
fn facts_of_the_table_are_never_refused() {
    let settled = settle(
        "limit total 6
         has a DS3_v2
         has b DS3_v2 - 3
         has d DS3_v2 5
         knows c DS2_v2
         1 create c
         4 create c
         6 delete c
         7 create c",
    );
    assert_eq!(
        requests(&settled),
        ["1 c total 8+2/6 -> 0", "4 c total 4+2/6 -> 2", "7 c total 8+2/6 -> 0"]
    );
    assert_eq!(usage(&settled, "total"), ["0 8", "3 4", "4 6", "5 10", "6 8"]);
}

/// QUOTA-2: any one of the three is enough, and each that is short is named.
#[test]
fn a_create_must_fit_all_three_limits() {
    let settled = settle(
        "limit standardFSv2Family 4
         limit total 6
         limit computes 1
         knows a F4s_v2
         knows b F4s_v2
         1 create a
         2 create b",
    );
    let reason = "standardFSv2Family: 4 used, 4 asked, limit 4; total: 4 used, 4 asked, limit 6; \
                  computes: 1 used, 1 asked, limit 1";
    assert_eq!(settled.refused[0].1.reason, reason);
    for (limit, refused) in [("total 7", 1), ("total 8", 0), ("computes 1", 1), ("total -1", 0)] {
        let world = format!(
            "limit {limit}
             knows a F4s_v2
             knows b F4s_v2
             1 create a
             1 create b"
        );
        assert_eq!(settle(&world).refused.len(), refused, "{limit}");
    }
}

/// QUOTA-2: what does not exist yet is not created twice, and a refused one can ask again.
#[test]
fn a_create_of_what_exists_asks_nothing() {
    let settled = settle(
        "limit total 4
         knows a DS3_v2
         1 create a
         2 create a
         3 delete a
         3 create a",
    );
    assert_eq!(requests(&settled), ["1 a total 0+4/4 -> 4", "3 a total 0+4/4 -> 4"]);
    assert!(settled.refused.is_empty());
}

/// QUOTA-3: clusters get whole nodes as far as they fit; what is short is retried, oldest first,
/// whenever anything is released.
#[test]
fn shortfalls_of_clusters_are_served_first_come_first_served() {
    let settled = settle(
        "limit total 14
         has a DS3_v2
         1 train DS3_v2 = 3
         2 other DS2_v2 = 2
         3 delete a
         4 train DS3_v2 = 1
         5 train DS3_v2 = 0",
    );
    assert_eq!(
        requests(&settled),
        [
            "1 train total 4+12/14 -> 8",
            "2 other total 12+4/14 -> 2",
            "3 train total 10+4/14 -> 4",
            "4 other total 6+2/14 -> 2",
        ]
    );
    assert_eq!(usage(&settled, "total"), ["0 4", "1 12", "2 14", "4 8", "5 4"]);
    assert_eq!(usage(&settled, "computes"), ["0 1", "1 2", "2 3", "3 2"], "from the first row on");
}

/// QUOTA-3: a cluster at 0 nodes holds 0 cores and 1 compute, also above that limit.
#[test]
fn an_empty_cluster_counts_as_a_compute() {
    let settled = settle(
        "limit computes 1
         knows a DS3_v2
         1 train NC6s_v3 = 0
         2 other NC6s_v3 = 0
         3 create a",
    );
    assert_eq!(
        requests(&settled),
        ["1 train computes 0+1/1 -> 1", "2 other computes 1+1/1 -> 1", "3 a computes 2+1/1 -> 0"]
    );
    assert_eq!(usage(&settled, "total"), ["1 0"]);
}

/// QUOTA-3: instances that are refused do not wait; a shortfall that cannot be served lets others
/// try.
#[test]
fn a_shortfall_that_does_not_fit_blocks_nobody() {
    let settled = settle(
        "limit standardDSv2Family 2
         limit standardFSv2Family 4
         has a DS2_v2
         has b F4s_v2
         1 big DS3_v2 = 1
         2 small F4s_v2 = 1
         3 delete b",
    );
    assert_eq!(
        requests(&settled),
        ["1 big DSv2 2+4/2 -> 0", "2 small FSv2 4+4/4 -> 0", "3 small FSv2 0+4/4 -> 4"]
    );
}

/// QUOTA-4: at one instant releases come before requests, then file order decides.
#[test]
fn releases_come_first_then_file_order() {
    let settled = settle(
        "limit total 4
         has a DS3_v2
         knows b DS3_v2
         knows c DS3_v2
         1 create c
         1 create b
         1 delete a",
    );
    assert_eq!(requests(&settled), ["1 c total 0+4/4 -> 4", "1 b total 4+4/4 -> 0"]);
    // The table's deletion and a shrinking cluster are releases as well; old shortfalls come first.
    let settled = settle(
        "limit total 8
         has a DS3_v2 - 2
         knows b DS3_v2
         0 train DS3_v2 = 2
         2 create b",
    );
    assert_eq!(
        requests(&settled),
        ["0 train total 4+8/8 -> 4", "2 train total 4+4/8 -> 4", "2 b total 8+4/8 -> 0"]
    );
}

/// QUOTA-4: one name's own operations keep their order, so what a create takes its delete gives
/// back.
#[test]
fn a_create_and_its_delete_at_one_instant() {
    let settled = settle(
        "limit total 4
         knows a DS3_v2
         knows b DS3_v2
         1 delete a
         1 create a
         1 delete a
         1 create b",
    );
    assert_eq!(requests(&settled), ["1 a total 0+4/4 -> 4", "1 b total 0+4/4 -> 4"]);
    let settled = settle(
        "limit total 4
         has a DS3_v2
         1 create a
         1 delete a",
    );
    // With a create operation and no `created`, the instance does not exist before it (SPEC 1.3).
    assert_eq!(usage(&settled, "total"), ["0 0"]);
}

/// QUOTA-5: rows before the horizon say what clusters want at its start; nothing counts at its end.
#[test]
fn the_horizon_bounds_what_is_settled() {
    let settled = settle(
        "limit total 100
         knows a DS3_v2
         -2 train DS3_v2 = 9
         -1 train DS3_v2 = 2
         24 create a
         24 train DS3_v2 = 5",
    );
    assert_eq!(requests(&settled), ["0 train total 0+8/100 -> 8"]);
    assert_eq!(usage(&settled, "total"), ["0 8"]);
}

/// QUOTA-4: regions know nothing of each other, and the order of the instance table means nothing.
#[test]
fn rows_of_the_table_in_any_order() {
    let rows = ["has a DS3_v2", "has b DS2_v2 4", "knows c DS2_v2"];
    let rest = "limit total 6
                3 create c
                5 delete a";
    let settled =
        |order: [usize; 3]| settle(&format!("{}\n{rest}", order.map(|n| rows[n]).join("\n")));
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(settled(order), settled([0, 1, 2]));
    }
}
