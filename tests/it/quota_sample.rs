//! The program over `data/quota-sample`: what its README says by hand, and that the order of rows
//! means nothing where the instants are distinct.
#![allow(clippy::disallowed_methods, reason = "runs the program on files it writes")]

use std::path::{Path, PathBuf};
use std::process::Command;

const TABLES: [&str; 7] =
    ["activity", "operations", "instances", "roles", "quotas", "clusters", "prices"];

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/quota-sample")
}

/// A folder of its own under the system's temporary one.
fn scratch(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("idlewise-{name}-{}", std::process::id()));
    std::fs::remove_dir_all(&path).ok();
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Runs a command over the tables of a folder; what it prints.
fn idlewise(command: &str, tables: &Path, more: &[&str]) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_idlewise"));
    program.arg(command).arg("--quiet");
    for name in TABLES {
        program.arg(format!("--{name}")).arg(tables.join(format!("{name}.csv")));
    }
    program.args(["--horizon", "2024-03-04T00:00:00Z/2024-03-18T00:00:00Z"]).args(more);
    let done = program.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    String::from_utf8(done.stdout).unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// QUOTA-1 to QUOTA-4, DEM-6: 12 of 40 creates are refused, and westeurope is as the README says.
#[test]
fn the_quota_sample_is_as_checked_by_hand() {
    let out = scratch("quota-sample").join("out");
    idlewise("simulate", &sample(), &["--events", "--out", out.to_str().unwrap()]);
    let operations = read(&sample().join("operations.csv"));
    assert_eq!(operations.lines().filter(|l| l.contains(",create,")).count(), 40);
    let refusals = read(&out.join("refusals.csv"));
    let by = |cause: &str| refusals.lines().filter(|l| l.contains(cause)).count();
    let quota = by(",create,lead,quota,QUOTA-2,");
    assert_eq!((refusals.lines().count() - 1, quota, by(",role,PAGE-RBAC,")), (12, 10, 2));
    let events = read(&out.join("events.csv"));
    let refused = |l: &&str| l.contains(",create_refused,quota,QUOTA-2");
    assert_eq!(events.lines().filter(refused).count(), 10);

    let timeline = read(&out.join("quota_timeline.csv"));
    let told: Vec<String> = timeline
        .lines()
        .filter(|l| l.contains(",westeurope,"))
        .map(|l| l.split(',').enumerate().filter(|(n, _)| [0, 2, 3, 4].contains(n)))
        .map(|cells| cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(" | "))
        .collect();
    let readme = read(&sample().join("README.md"));
    let by_hand: Vec<String> = readme
        .lines()
        .filter(|l| l.starts_with("| 2024-"))
        .map(|l| l.trim_matches(['|', ' ']).rsplit_once(" | ").unwrap().0.to_owned())
        .collect();
    assert_eq!(told, by_hand);

    // DEM-6: all that u36 wanted to do is unserved, and nothing is paid for it.
    let instances = read(&out.join("instances.csv"));
    let mut lines = instances.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let row = lines.find(|cells| cells[1] == "u36-ws").unwrap();
    let cell = |name: &str| row[header.iter().position(|h| *h == name).unwrap()];
    let activity = read(&sample().join("activity.csv"));
    assert!(activity.contains("u36-ws,") && cell("unserved_s").parse::<i64>().unwrap() > 0);
    assert_eq!((cell("exists_s"), cell("total_usd")), ("0", "0.000000"));
}

/// QUOTA-4: only requests of one instant have an order that means something; the sample has none.
#[test]
fn rows_in_any_order_give_the_same_bytes() {
    let base = scratch("quota-order");
    let run = |name: &str, reorder: fn(&mut Vec<&str>)| {
        let tables = base.join(name);
        std::fs::create_dir_all(&tables).unwrap();
        for table in TABLES {
            let text = read(&sample().join(format!("{table}.csv")));
            let mut rows: Vec<&str> = text.lines().skip(1).collect();
            reorder(&mut rows);
            let header = text.lines().next().unwrap();
            let rows = format!("{header}\n{}\n", rows.join("\n"));
            std::fs::write(tables.join(format!("{table}.csv")), rows).unwrap();
        }
        let out = tables.join("out");
        idlewise("simulate", &tables, &["--events", "--out", out.to_str().unwrap()]);
        let names = ["instances", "ledger", "events", "quota", "quota_timeline", "refusals"];
        let mut bytes: Vec<String> =
            names.iter().map(|n| read(&out.join(format!("{n}.csv")))).collect();
        // The prices' hash is of their file.
        let summary = read(&out.join("summary.json"));
        let value: serde_json::Value = serde_json::from_str(&summary).unwrap();
        let inputs = value["inputs"].as_array().unwrap().iter();
        bytes.extend(inputs.filter(|i| i["role"] != "prices").map(ToString::to_string));
        bytes
    };
    let straight = run("straight", |_| {});
    assert_eq!(straight, run("reversed", |rows| rows.reverse()));
    assert_eq!(straight, run("turned", |rows| rows.rotate_left(1)));
}

/// What-ifs: people that fit, instances that hold cores, images that are behind.
#[test]
fn quota_and_images_answer() {
    let what_if = ["--people", "4", "--vm-size", "Standard_F4s_v2", "--region", "westeurope"];
    let json = [&what_if[..], &["--format", "json"]].concat();
    let said: serde_json::Value =
        serde_json::from_str(&idlewise("quota", &sample(), &json)).unwrap();
    assert_eq!(said["quota_refused"].as_array().unwrap().len(), 10);
    let needs: Vec<String> = said["quota_needs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| format!("{} {} {} {}", n["used"], n["asked"], n["people_that_fit"], n["short"]))
        .collect();
    assert_eq!(needs, ["4 16 \"5\" 0", "12 16 \"4\" 0", "4 4 \"2\" 2"]);
    let images = idlewise("images", &sample(), &[]);
    assert!(images.contains("0 of 19 instances are behind"), "{images}");
}
