//! The program as its users meet it: flags, files, exit codes and messages (SPEC 9), nothing of
//! the library.

use crate::support::bench::{Bench, Ran};
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader as _};
use serde_json::Value;
use std::io::Cursor;

mod bad_input;
mod comfort;
mod export;
mod recommend;
mod same_bytes;

/// A day on which something of everything happens: two people, one plan with both kinds of stop.
const ACTIVITY: &str = "instance,kind,start,end\n\
    anna,kernel,2024-01-01T08:00:00Z,2024-01-01T10:00:00Z\n\
    anna,run,2024-01-01T09:30:00Z,2024-01-01T18:30:00Z\n\
    bob,kernel,2024-01-01T17:55:00Z,2024-01-01T18:05:00Z\n\
    bob,terminal,2024-01-01T20:00:00Z,2024-01-01T20:00:00Z\n";
const OFFICE: &str = "name: office\nidle_time_before_shutdown_minutes: 60\nschedules:\n  \
    compute_start_stop:\n    \
    - {action: stop, trigger: {type: cron, expression: \"0 18 * * *\"}}\n";

/// The columns of `instances.csv` that outside programs read, in their order.
const INSTANCE_COLUMNS: &str = "plan,instance,exists_s,creating_s,starting_s,running_s,\
    restarting_s,stopping_s,stopped_s,billed_s,active_s,wait_s,queue_s,unserved_s,lost_run_s,\
    starts_demand,starts_schedule,starts_operation,stops_idle,stops_schedule,stops_operation,\
    dismissed_stops,interruptions_idle,interruptions_schedule,interruptions_operation,\
    compute_usd,os_disk_usd,public_ip_usd,load_balancer_usd,total_usd";

/// A bench with the day on it.
fn office() -> Bench {
    let bench = Bench::new();
    bench.put("activity.csv", ACTIVITY).put("office.yml", OFFICE);
    bench
}

/// `simulate` on the day, with more arguments.
fn simulate(bench: &Bench, more: &[&str]) -> Ran {
    let mut arguments = vec!["simulate", "--activity", "activity.csv", "--out", "out"];
    arguments.extend(more);
    bench.run(&arguments)
}

#[test]
fn tables_have_the_columns_of_the_contract_first_and_in_order() {
    let bench = office();
    simulate(&bench, &["--plan", "office.yml", "--today", "--events"]).exits(0);
    let (header, rows) = bench.table("out/instances.csv");
    let contract: Vec<&str> = INSTANCE_COLUMNS.split(',').collect();
    assert_eq!(header[..contract.len()], contract);
    let order: Vec<_> = rows.iter().map(|r| [r["plan"].as_str(), r["instance"].as_str()]).collect();
    let on = "always-on-until-stopped";
    assert_eq!(order, [[on, "anna"], [on, "bob"], ["office", "anna"], ["office", "bob"]]);
    for row in &rows {
        for (column, value) in row.iter().filter(|(column, _)| column.ends_with("_usd")) {
            let decimals = value.split_once('.').map_or("", |(_, decimals)| decimals);
            assert_eq!(decimals.len(), 6, "{column} {value}");
        }
    }
    let (header, rows) = bench.table("out/ledger.csv");
    let ledger = "plan,instance,month,meter,quantity_s,rate_usd,rate_unit,cost_usd";
    assert_eq!(header.join(","), ledger);
    assert_eq!(rows[0]["month"], "2024-01");
    let (header, rows) = bench.table("out/events.csv");
    assert_eq!(header.join(","), "plan,instance,at,event,cause,rule");
    assert_eq!(rows[0]["at"], "2024-01-01T00:00:00Z");
    assert_eq!(
        bench.names("out"),
        ["events.csv", "instances.csv", "ledger.csv", "summary.json"],
        "and nothing else"
    );
}

#[test]
fn events_are_written_when_asked_for_only() {
    let bench = office();
    simulate(&bench, &[]).exits(0);
    assert_eq!(bench.names("out"), ["instances.csv", "ledger.csv", "summary.json"]);
}

#[test]
fn the_summary_says_what_is_needed_to_get_it_again() {
    let bench = office();
    simulate(&bench, &["--plan", "office.yml", "--seed", "7"]).exits(0);
    let summary: Value = serde_json::from_str(&bench.text("out/summary.json")).unwrap();
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(
        keys(&summary),
        [
            "program",
            "version",
            "horizon",
            "rules",
            "dst",
            "seed",
            "model",
            "prices",
            "activity_rows",
            "inputs",
            "plans"
        ]
    );
    assert_eq!(summary["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(summary["rules"], "aml-2022-12");
    assert_eq!(summary["dst"], "ignored");
    assert_eq!(summary["seed"], 7);
    assert_eq!(summary["horizon"]["start"], "2024-01-01T00:00:00Z");
    assert_eq!(summary["horizon"]["end"], "2024-01-02T00:00:00Z");
    assert_eq!(summary["model"]["start_latency"], "240");
    let roles: Vec<&str> =
        summary["inputs"].as_array().unwrap().iter().map(|i| i["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["activity", "plan office"]);
    assert_eq!(summary["inputs"][0]["sha256"].as_str().map(str::len), Some(64));
    let plan = &summary["plans"][0];
    let sum = |column: &str| -> i64 {
        bench.table("out/instances.csv").1.iter().map(|r| micros(&r[column])).sum()
    };
    for column in INSTANCE_COLUMNS.split(',').skip(2) {
        assert_eq!(micros(&plan[column].to_string()), sum(column), "{column} is the sum");
    }
}

/// A number with at most six decimals, in millionths.
fn micros(text: &str) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<6}").parse().expect(text)
}

#[test]
fn csv_parquet_and_json_hold_the_same_values() {
    let bench = office();
    let flags = ["--plan", "office.yml", "--today", "--events", "--force"];
    let with = |format: &str| {
        let ran = simulate(&bench, &[&flags[..], &["--format", format]].concat()).exits(0);
        let names: Vec<String> = bench.names("out");
        let of = |table: &str| format!("{table}.{format}");
        assert_eq!(
            names,
            [of("events"), of("instances"), of("ledger"), "summary.json".to_owned()],
            "{format}"
        );
        ran
    };
    let tables = ["instances", "ledger", "events"];
    with("csv");
    let csv = tables.map(|table| bench.table(&format!("out/{table}.csv")));
    let summary = bench.bytes("out/summary.json");
    with("parquet");
    for (table, (header, rows)) in tables.iter().zip(&csv) {
        let bytes = bench.bytes(&format!("out/{table}.parquet"));
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().expect("Parquet");
        let names: Vec<&str> = frame.get_column_names().iter().map(|n| n.as_str()).collect();
        assert_eq!(names, *header, "{table}");
        assert_eq!(frame.height(), rows.len(), "{table}");
        for (at, row) in rows.iter().enumerate() {
            for column in header {
                let got = parquet_text(&frame, column, at);
                assert!(same(&got, &row[column]), "{table} {column}: {got}, {}", row[column]);
            }
        }
    }
    assert_eq!(bench.bytes("out/summary.json"), summary);
    let ran = with("json");
    for (table, (header, rows)) in tables.iter().zip(&csv) {
        let json: Value = serde_json::from_str(&bench.text(&format!("out/{table}.json"))).unwrap();
        let json = json.as_array().expect("a list of objects");
        assert_eq!(json.len(), rows.len(), "{table}");
        for (object, row) in json.iter().zip(rows) {
            assert_eq!(
                object.as_object().unwrap().keys().collect::<Vec<_>>(),
                Vec::from_iter(header)
            );
            for column in header {
                let got = object[column].as_str().map_or(object[column].to_string(), str::to_owned);
                assert_eq!(got, row[column], "{table} {column}");
            }
        }
    }
    assert_eq!(bench.bytes("out/summary.json"), summary);
    assert_eq!(ran.stdout.as_bytes(), summary, "json also prints the summary");
}

fn parquet_text(frame: &DataFrame, column: &str, row: usize) -> String {
    match frame.column(column).expect(column).get(row).expect("a row") {
        AnyValue::String(text) => text.to_owned(),
        other => other.to_string(),
    }
}

/// Whether two cells are equal, as text or as numbers whatever their trailing zeros.
fn same(a: &str, b: &str) -> bool {
    let plain = |text: &str| match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{whole}.{}", decimals.trim_end_matches('0'))
        }
        _ => format!("{text}."),
    };
    a == b || plain(a) == plain(b)
}

#[test]
fn only_the_result_reaches_stdout() {
    let bench = office();
    // An unknown key is a warning.
    bench.put("office.yml", format!("nmae: x\n{OFFICE}"));
    let loud = simulate(&bench, &["--plan", "office.yml"]).exits(0);
    let loud = loud.says(&["office.yml:1:1  warning[W0201]  unknown key `nmae`"]);
    assert!(!loud.stdout.contains("warning"), "{}", loud.stdout);
    assert!(loud.stdout.contains("Results are in out"), "{}", loud.stdout);
    assert!(!(loud.stdout.clone() + &loud.stderr).contains('\u{1b}'), "no colours");
    let quiet = simulate(&bench, &["--plan", "office.yml", "--quiet", "--force"]).exits(0);
    assert_eq!((quiet.stderr.as_str(), quiet.stdout), ("", loud.stdout));
    bench.put("activity.csv", "instance,kind\n");
    let failed = simulate(&bench, &["--quiet", "--force"]).exits(1).says(&["error[E0105]"]);
    assert_eq!(failed.stdout, "", "errors are said, on stderr, quiet or not");
}

#[test]
fn the_four_exit_codes() {
    let bench = office();
    simulate(&bench, &[]).exits(0);
    bench.run(&["--version"]).exits(0);
    bench.run(&["simulate", "--help"]).exits(0);
    simulate(&bench, &["--force", "--plan", "activity.csv"]).exits(1);
    bench.run::<&str>(&[]).exits(2);
    bench.run(&["simulate", "--out", "o"]).exits(2).says(&["--activity"]);
    bench.run(&["simulat"]).exits(2).says(&["simulate"]);
    simulate(&bench, &["--force", "--plan", "nowhere.yml"]).exits(3).says(&["nowhere.yml"]);
}

#[test]
fn a_folder_with_something_in_it_is_replaced_by_force_only() {
    let bench = office();
    bench.put("out/letter.txt", "dear");
    let refused = simulate(&bench, &[]).exits(2);
    refused.says(&["out  error[E0702]", "is not empty", "--force"]);
    assert_eq!(bench.text("out/letter.txt"), "dear");
    simulate(&bench, &["--force"]).exits(0);
    assert_eq!(bench.names("out"), ["instances.csv", "ledger.csv", "summary.json"]);
    bench.put("file", "");
    bench.run(&["simulate", "--activity", "activity.csv", "--out", "file"]).exits(2);
    let new = bench.run(&["simulate", "--activity", "activity.csv", "--out", "a/b/c"]);
    new.exits(0);
    assert_eq!(bench.names("a/b/c").len(), 3, "folders above it are made");
}

#[test]
fn failure_leaves_nothing_behind() {
    let bench = office();
    bench.put("instances.csv", "instance,vm_size\nanna,Standard_None\nbob,\n");
    let before = bench.names("");
    let failing = [
        (1, vec!["--instances", "instances.csv"]),
        (1, vec!["--plan", "activity.csv"]),
        (2, vec!["--set", "nonsense=1"]),
        (3, vec!["--prices", "nowhere.csv"]),
    ];
    for (code, more) in failing {
        for out in ["out", "new/deep/out"] {
            let arguments = ["simulate", "--activity", "activity.csv", "--out", out];
            bench.run(&[&arguments[..], &more].concat()).exits(code);
            assert_eq!(bench.names(""), before, "{more:?} --out {out}");
        }
    }
    // Under --force what was there stays as it was.
    simulate(&bench, &[]).exits(0);
    let summary = bench.bytes("out/summary.json");
    let before = bench.names("");
    simulate(&bench, &["--force", "--instances", "instances.csv"]).exits(1);
    assert_eq!((bench.names(""), bench.bytes("out/summary.json")), (before, summary));
}
