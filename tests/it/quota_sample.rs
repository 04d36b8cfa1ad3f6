//! The program over `data/quota-sample`: what its README says by hand, and that the order of rows
//! means nothing where the instants are distinct.
#![allow(clippy::disallowed_methods, reason = "runs the program on files it writes")]

use crate::support::bench::Bench;
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

    let summary: serde_json::Value =
        serde_json::from_str(&read(&out.join("summary.json"))).unwrap();
    let totals = serde_json::json!({"role": 2, "name": 0, "quota": 10});
    assert_eq!(summary["plans"][0]["refused"], totals);

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
        bytes.push(read(&out.join("summary.json")));
        bytes.extend(["quota", "images"].map(|command| idlewise(command, &tables, &[])));
        bytes
    };
    let straight = run("straight", |_| {});
    for (name, again) in [
        ("reversed", run("reversed", |rows| rows.reverse())),
        ("turned", run("turned", |rows| rows.rotate_left(1))),
    ] {
        for (file, (one, other)) in straight.iter().zip(&again).enumerate() {
            assert!(one == other, "{name}: output {file} differs");
        }
    }
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

/// The page's access rules from outside: refused operations change nothing and are recorded.
#[test]
fn operations_by_the_wrong_people_are_refused_and_recorded() {
    let bench = Bench::new();
    bench
        .put(
            "activity.csv",
            "instance,kind,start,end\nanna,kernel,2024-01-01T08:00:00Z,2024-01-01T09:00:00Z\n",
        )
        .put(
            "instances.csv",
            "instance,user,created_by,initial_state\nanna,amy,boss,running\nberta,ben,,running\n",
        )
        .put("roles.csv", "actor,role\nboss,owner\nben,data-scientist\n")
        .put(
            "operations.csv",
            "instance,at,op,value,actor\n\
             anna,2024-01-01T10:00:00Z,stop,,ben\n\
             anna,2024-01-01T11:00:00Z,stop,,Amy\n\
             anna,2024-01-01T12:00:00Z,delete,,amy\n\
             anna,2024-01-01T13:00:00Z,resize,Standard_DS4_v2,boss\n\
             berta,2024-01-01T10:00:00Z,stop,,ben\n\
             berta,2024-01-01T11:00:00Z,start,,amy\n\
             berta,2024-01-01T12:00:00Z,delete,,\n",
        );
    let inputs = ["--activity", "activity.csv", "--instances", "instances.csv"];
    let more = ["--operations", "operations.csv", "--events", "--out", "out"];
    let roles = ["--roles", "roles.csv"];
    let run = |extra: &[&str]| {
        let arguments = [&["simulate"], &inputs[..], &more[..], extra].concat();
        bench.run(&arguments).exits(0);
    };
    run(&roles);
    let (_, refusals) = bench.table("out/refusals.csv");
    let told: Vec<_> =
        refusals.iter().map(|r| (&*r["instance"], &*r["op"], &*r["reason"])).collect();
    assert_eq!(
        told,
        [
            ("anna", "stop", "`ben` lacks the action computes/stop/action"),
            ("berta", "start", "`amy` lacks the action computes/start/action"),
            ("anna", "delete", "`amy` lacks the action computes/delete"),
        ]
    );
    let (_, events) = bench.table("out/events.csv");
    let refused: Vec<_> = events
        .iter()
        .filter(|e| e["event"].ends_with("_refused"))
        .map(|e| format!("{} {} {} {}", e["instance"], e["event"], e["cause"], e["rule"]))
        .collect();
    assert_eq!(
        refused,
        [
            "anna stop_refused role PAGE-RBAC",
            "anna delete_refused role PAGE-RBAC",
            "anna resize_refused fixed PAGE-FIXED",
            "berta start_refused role PAGE-RBAC",
        ]
    );
    let (_, rows) = bench.table("out/instances.csv");
    let seen: Vec<_> = rows.iter().map(|r| (&*r["running_s"], &*r["exists_s"])).collect();
    assert_eq!(seen, [("39600", "86400"), ("36000", "43200")]);
    // Without --roles nobody is refused.
    run(&["--force"]);
    assert!(!bench.path("out/refusals.csv").exists());
}
