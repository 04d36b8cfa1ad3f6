//! The same input gives the same bytes, however it is laid out and on however many threads; the
//! bundled sample gives what it gave before; real traces add up.
//!
//! `UPDATE=1` rewrites the summary of the sample. `IDLEWISE_TRACES=DIR` says where real traces are.

#![allow(clippy::disallowed_methods, reason = "reads the sample, the golden file and the traces")]

use super::micros;
use crate::support::bench::{Bench, in_repository, updating};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::fs;

/// The results of the bundled sample with this activity, by file name.
fn results(activity: &str, files: &[(&str, Vec<u8>)], more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let bench = Bench::new();
    for (name, bytes) in files {
        bench.put(name, bytes);
    }
    let sample = |name: &str| in_repository(&format!("data/sample/{name}")).display().to_string();
    let given = |name: &str| {
        let found = files.iter().find(|(file, _)| file.starts_with(name));
        found.map_or_else(|| sample(&format!("{name}.csv")), |(file, _)| (*file).to_owned())
    };
    let (operations, instances) = (given("operations"), given("instances"));
    for plan in fs::read_dir(sample("plans")).expect("plans") {
        let path = plan.expect("a plan").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        bench.put(&format!("plans/{name}"), fs::read(&path).expect("a plan"));
    }
    let mut arguments = vec!["simulate", "--quiet", "--activity", activity, "--out", "out"];
    arguments.extend(["--operations", &operations, "--instances", &instances]);
    arguments.extend(["--today", "--plan", "plans/idle-60.yml", "plans/office-berlin.yml"]);
    arguments.extend(["--events", "--set", "dismiss.attended=0.5"]);
    arguments.extend(more);
    bench.run(&arguments).exits(0);
    let names = bench.names("out").into_iter();
    names.map(|name| (name.clone(), bench.bytes(&format!("out/{name}")))).collect()
}

fn sample(name: &str) -> String {
    fs::read_to_string(in_repository(&format!("data/sample/{name}"))).expect("the sample")
}

/// The rows in another order, the same every time; the header stays first.
fn shuffled(table: &str) -> String {
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    let key = |line: &str| {
        line.bytes().fold(7_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    };
    let mut rows: Vec<&str> = lines.collect();
    rows.sort_by_key(|row| key(row));
    format!("{header}\n{}\n", rows.join("\n"))
}

/// A CSV table as Parquet: texts, and timestamps where every cell is one or empty.
fn parquet(table: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let records: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a record")).collect();
    let column = |(at, name): (usize, &str)| {
        let cells: Vec<Option<&str>> =
            records.iter().map(|r| r.get(at).filter(|cell| !cell.is_empty())).collect();
        let times = ["start", "end", "last_activity", "at", "created", "deleted"];
        if !times.contains(&name) {
            return Column::new(name.into(), cells);
        }
        let milliseconds = |cell: &str| {
            chrono::DateTime::parse_from_rfc3339(cell).expect("RFC 3339").timestamp_millis()
        };
        let ticks: Vec<Option<i64>> = cells.iter().map(|c| c.map(milliseconds)).collect();
        let utc = DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC));
        Column::new(name.into(), ticks).cast(&utc).expect("timestamps")
    };
    let columns: Vec<Column> = header.iter().enumerate().map(column).collect();
    let mut frame = DataFrame::new(records.len(), columns).expect("a frame");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("Parquet");
    bytes
}

#[test]
fn the_layout_of_the_input_and_the_number_of_threads_change_no_byte() {
    let activity = sample("activity.csv");
    let one = || vec![("activity.csv", activity.clone().into_bytes())];
    let reference = results("activity.csv", &one(), &["--threads", "1"]);
    assert_eq!(reference.keys().collect::<Vec<_>>().len(), 4, "all four files are compared");

    let check = |what: &str, got: BTreeMap<String, Vec<u8>>| {
        for (name, bytes) in &reference {
            assert!(got.get(name) == Some(bytes), "{what}: {name} differs");
        }
    };
    check("two threads", results("activity.csv", &one(), &["--threads", "2"]));

    let instances = shuffled(&sample("instances.csv"));
    assert_ne!(instances, sample("instances.csv"));
    let rows = [
        ("activity.csv", shuffled(&activity).into_bytes()),
        ("instances.csv", instances.into_bytes()),
    ];
    check("shuffled rows", results("activity.csv", &rows, &[]));

    let rows = ["activity", "operations", "instances"].map(|table| {
        let name = match table {
            "activity" => "activity.parquet",
            "operations" => "operations.parquet",
            _ => "instances.parquet",
        };
        (name, parquet(&sample(&format!("{table}.csv"))))
    });
    check("Parquet", results("activity.parquet", &rows, &[]));

    let lines: Vec<&str> = activity.lines().collect();
    let (header, rows) = (lines[0], &lines[1..]);
    let part = |from: usize, to: usize| format!("{header}\n{}\n", rows[from..to].join("\n"));
    let third = rows.len() / 3;
    let parts = [
        ("parts/c.csv", part(0, third).into_bytes()),
        ("parts/a.csv", part(third, 2 * third).into_bytes()),
        ("parts/more/b.parquet", parquet(&part(2 * third, rows.len()))),
    ];
    check("a folder of files", results("parts", &parts, &[]));
    check("nothing kept in memory", results("parts", &parts, &["--memory-limit", "1B"]));
    let parquet = ["--format", "parquet"];
    let tight = ["--format", "parquet", "--memory-limit", "1B"];
    let same = results("activity.csv", &one(), &parquet) == results("activity.csv", &one(), &tight);
    assert!(same, "Parquet does not depend on the memory limit");
}

#[test]
fn the_bundled_sample_gives_what_it_gave_before() {
    let activity = in_repository("data/sample/activity.csv").display().to_string();
    let results = results(&activity, &[], &["--seed", "1"]);
    let summary = String::from_utf8(results["summary.json"].clone()).expect("UTF-8");
    let golden = in_repository("tests/golden/sample-summary.json");
    if updating() {
        fs::write(&golden, &summary).expect("the golden file");
    }
    let before = fs::read_to_string(&golden).expect("UPDATE=1 writes it");
    let differing: Vec<String> = before
        .lines()
        .zip(summary.lines())
        .filter(|(was, is)| was != is)
        .map(|(was, is)| format!("-{was}\n+{is}"))
        .collect();
    assert!(
        before == summary,
        "results changed; UPDATE=1 rewrites tests/golden/sample-summary.json\n{}",
        differing.join("\n")
    );
}

/// LEDG-3: every total is a sum of lines, on activity that nobody made up.
#[test]
fn real_traces_add_up() {
    let nearby = in_repository("../shared/data").display().to_string();
    let folder = std::env::var("IDLEWISE_TRACES").unwrap_or(nearby);
    let entries = fs::read_dir(&folder).into_iter().flatten();
    let mut traces: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    traces.retain(|path| path.extension().is_some_and(|e| e == "parquet"));
    traces.sort();
    if traces.is_empty() {
        eprintln!("skipped: no Parquet files in {folder}");
    }
    for trace in traces {
        let bench = Bench::new();
        bench.put("idle-60.yml", "idle_time_before_shutdown_minutes: 60\n");
        let activity = trace.display().to_string();
        let arguments = ["simulate", "--quiet", "--activity", &activity, "--out", "out"];
        let plans = ["--today", "--plan", "idle-60.yml"];
        bench.run(&[&arguments[..], &plans].concat()).exits(0);
        let sum = |table: &str, column: &str| -> i64 {
            bench.table(&format!("out/{table}.csv")).1.iter().map(|row| micros(&row[column])).sum()
        };
        let (ledger, totals) = (sum("ledger", "cost_usd"), sum("instances", "total_usd"));
        assert!(ledger > 0 && ledger == totals, "{activity}: {ledger} and {totals}");
    }
}
