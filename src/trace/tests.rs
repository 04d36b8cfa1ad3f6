//! Tests of the reader and the store, on tables small enough to check by hand.

use super::*;
use crate::table::testing::TempDir;
use crate::units::{Horizon, Instant, Kind, parse_instant};
use polars::prelude::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;

const HEADER: &str = "instance,kind,start,end,last_activity\n";

/// Reads one CSV file; problems as text, without the directory.
fn read(csv: &str, options: ReadOptions) -> (Loaded, Vec<String>) {
    let dir = TempDir::new();
    read_files(&dir, &[dir.write("a.csv", csv)], options)
}

/// Reads files; problems as text, without the directory.
fn read_files(dir: &TempDir, files: &[PathBuf], options: ReadOptions) -> (Loaded, Vec<String>) {
    let loaded = read_activity(files, &options);
    let base = dir.path("");
    let all = loaded.faults.iter().chain(&loaded.defects).chain(&loaded.notes);
    let shown = all.map(|p| p.to_string().replace(&base, "")).collect();
    (loaded, shown)
}

fn at(text: &str) -> Instant {
    parse_instant(text, false).unwrap()
}

/// `kind start..end` of every interval, offsets in seconds, and `by_end`.
fn show(trace: &Trace, name: &str) -> (Vec<String>, Vec<u32>) {
    let activity = trace.activity(trace.find(name).unwrap());
    let row = |i: usize| {
        format!("{} {}..{}", activity.kind[i].as_str(), activity.start[i], activity.end[i])
    };
    ((0..activity.len()).map(row).collect(), activity.by_end.to_vec())
}

#[test]
fn rows_are_sorted_by_start_end_kind_and_ranked_by_end() {
    let (loaded, problems) = read(
        "kind,instance,end,start\n\
         run,b,2024-01-01T00:00:09Z,2024-01-01T00:00:05Z\n\
         kernel,a,2024-01-01T00:01:00Z,2024-01-01T00:00:10.9Z\n\
         terminal,a,2024-01-01T01:00:20+01:00,2024-01-01T00:00:10Z\n\
         ssh,a,2024-01-01T00:00:20Z,2024-01-01T00:00:20Z\n\
         kernel,a,2024-01-01T00:00:20Z,2024-01-01T00:00:10Z\n",
        ReadOptions::default(),
    );
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!((loaded.rows_read, loaded.rows_good(), loaded.rows_bad), (5, 5, 0));
    let trace = Trace::build(loaded, None).unwrap();
    assert_eq!(trace.horizon.to_string(), "2024-01-01T00:00:00Z/2024-01-02T00:00:00Z");
    assert_eq!(trace.names, ["a", "b"]);
    let (rows, by_end) = show(&trace, "a");
    assert_eq!(rows, ["kernel 10..20", "terminal 10..20", "kernel 10..60", "ssh 20..20"]);
    assert_eq!(by_end, [0, 1, 3, 2]);
    assert_eq!(show(&trace, "b").0, ["run 5..9"]);
    assert_eq!((trace.len(), trace.intervals(), trace.find("c")), (2, 5, None));
    assert!(trace.activity(2).is_empty());
}

/// SPEC 1.1: every bad cell of every row, and nothing else, is reported.
#[test]
fn every_defect_names_line_column_value_and_reason() {
    let (loaded, problems) = read(
        &format!(
            "{HEADER}\
             a,kernel,2024-01-01T00:00:00Z,2024-01-01T01:00:00Z,\n\
             ,kernle,2024-01-01T00:00:00,2024-01-01T01:00:00Z,\n\
             a,shell,,soon,\n\
             \n\
             a,ssh,2024-01-02T00:00:00Z,2024-01-01T00:00:00Z,\n\
             a,vscode,2024-01-01T00:00:00Z,2024-01-01T01:00:00Z,never\n\
             a,kernel,2024-01-01T00:00:00Z\n\
             a,,2024-02-30T00:00:00Z,2024-01-01T00:00:00Z,\n"
        ),
        ReadOptions::default(),
    );
    assert_eq!(
        problems,
        [
            "a.csv:3  error[E0111]  instance: the cell is empty",
            "a.csv:3  error[E0121]  kind: unknown kind `kernle`  (did you mean `kernel`?)",
            "a.csv:3  error[E0113]  start: `2024-01-01T00:00:00` has no offset from UTC  \
             (add Z or an offset such as +01:00, or pass --assume-utc)",
            "a.csv:4  error[E0121]  kind: unknown kind `shell`  \
             (one of kernel, terminal, ssh, vscode, run, custom_app)",
            "a.csv:4  error[E0111]  start: the cell is empty",
            "a.csv:4  error[E0112]  end: `soon` is not a timestamp  \
             (write RFC 3339, such as 2024-06-01T09:30:00Z)",
            "a.csv:6  error[E0122]  end: `2024-01-01T00:00:00Z` is before start \
             `2024-01-02T00:00:00Z`",
            "a.csv:7  error[E0112]  last_activity: `never` is not a timestamp  \
             (write RFC 3339, such as 2024-06-01T09:30:00Z)",
            "a.csv:8  error[E0108]  the row has 3 fields, the header has 5  \
             (quote fields that hold a comma)",
            "a.csv:9  error[E0111]  kind: the cell is empty",
            "a.csv:9  error[E0112]  start: `2024-02-30T00:00:00Z` is not a timestamp  \
             (write RFC 3339, such as 2024-06-01T09:30:00Z)",
        ]
    );
    assert_eq!((loaded.rows_read, loaded.rows_good(), loaded.rows_bad), (7, 1, 6));
}

#[test]
fn bytes_that_are_not_utf8_are_a_defect_of_their_cell() {
    let dir = TempDir::new();
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend(b"caf\xe9,run,2024-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n");
    let file = dir.write("a.csv", bytes);
    let (_, problems) = read_files(&dir, &[file], ReadOptions::default());
    assert_eq!(
        problems,
        ["a.csv:2  error[E0107]  instance: `caf\u{fffd}` is not UTF-8  (save the file as UTF-8)"]
    );
}

#[test]
fn naive_timestamps_are_utc_when_that_is_said() {
    let csv = format!("{HEADER}a,run,2024-01-01T00:00:00,2024-01-01 00:00:09.7,\n");
    let (loaded, problems) = read(&csv, ReadOptions { assume_utc: true, ..ReadOptions::default() });
    assert!(problems.is_empty(), "{problems:?}");
    let trace = Trace::build(loaded, None).unwrap();
    assert_eq!(show(&trace, "a").0, ["run 0..9"]);
}

#[test]
fn a_bad_file_does_not_hide_the_others() {
    let dir = TempDir::new();
    let bad = dir.write("a.csv", "name,kind,start,stop\n");
    let gone = PathBuf::from(dir.path("b.parquet"));
    let torn = dir.write("c.parquet", "PAR1");
    let good = dir.write("d.csv", format!("{HEADER}x,run,2024-01-01T00:00:00Z,bad,\n"));
    let (_, problems) = read_files(&dir, &[bad, gone, torn, good], ReadOptions::default());
    let heads: Vec<_> = problems.iter().map(|p| p.split("  ").nth(1).unwrap()).collect();
    let codes = ["E0105", "E0105", "E0102", "E0102", "E0112"].map(|c| format!("error[{c}]"));
    assert_eq!(heads, codes, "{problems:?}");
    assert_eq!(
        problems[0],
        "a.csv:1  error[E0105]  there is no column `instance`; the file has `name`, `kind`, \
         `start`, `stop`"
    );
}

/// IDLE-3: `min(end, last_activity + 3 h)`, never before start, for `vscode` only.
#[test]
fn a_vscode_connection_closes_three_hours_after_the_last_keystroke() {
    let day = "2024-01-01T";
    let (loaded, problems) = read(
        &format!(
            "{HEADER}\
             a,vscode,{day}00:00:00Z,{day}12:00:00Z,{day}01:00:00Z\n\
             b,vscode,{day}00:00:00Z,{day}04:00:00Z,{day}01:00:00Z\n\
             c,vscode,{day}00:00:00Z,{day}03:00:00Z,{day}01:00:00Z\n\
             d,vscode,{day}10:00:00Z,{day}12:00:00Z,{day}05:00:00Z\n\
             e,vscode,{day}10:00:00Z,{day}23:00:00Z,{day}09:00:00Z\n\
             f,kernel,{day}00:00:00Z,{day}12:00:00Z,{day}01:00:00Z\n\
             g,vscode,{day}00:00:00Z,2024-01-02T12:00:00Z,\n"
        ),
        ReadOptions::default(),
    );
    assert_eq!(
        problems,
        [
            "a.csv:5  warning[W0121]  last_activity: last_activity is before start: taken as it \
             is (2 rows, the first here)",
            "a.csv:7  warning[W0122]  last_activity: last_activity is for `vscode` only: ignored \
             (1 row, the first here)",
        ]
    );
    let trace = Trace::build(loaded, None).unwrap();
    let rows = ["a", "b", "c", "d", "e", "f"].map(|name| show(&trace, name).0.concat());
    let hours = [(0, 4), (0, 4), (0, 3), (10, 10), (10, 12)];
    for ((from, to), row) in hours.into_iter().zip(&rows) {
        assert_eq!(*row, format!("vscode {}..{}", from * 3600, to * 3600));
    }
    assert_eq!(rows[5], "kernel 0..43200");
    assert_eq!(trace.horizon.end, at("2024-01-03T00:00:00Z"));
}

/// SPEC 1.6: the default horizon goes by the recorded end, not the effective one.
#[test]
fn the_default_horizon_covers_the_recorded_end() {
    let csv = format!(
        "{HEADER}a,vscode,2024-01-01T10:00:00Z,2024-01-05T10:00:00Z,2024-01-01T11:00:00Z\n"
    );
    let trace = Trace::build(read(&csv, ReadOptions::default()).0, None).unwrap();
    assert_eq!(trace.horizon.to_string(), "2024-01-01T00:00:00Z/2024-01-06T00:00:00Z");
    let touch = [("a", at("2024-01-01T00:00:00Z"), at("2024-01-01T00:00:00Z"), Kind::Run)];
    let trace = Trace::build(Loaded::from_rows(touch), None).unwrap();
    assert_eq!(trace.horizon.seconds(), 86_400);
    assert_eq!(trace.intervals(), 1);
}

/// STATE-6: the horizon is `[start, end)`.
#[test]
fn rows_outside_the_horizon_are_clipped_and_counted() {
    let base = at("2024-01-01T00:00:00Z");
    let horizon = Horizon { start: base, end: base.plus(100) };
    let cases: [(i64, i64, &[&str], u64, u64); 9] = [
        (-10, 0, &[], 0, 1),
        (-10, -5, &[], 0, 1),
        (-10, 5, &["run 0..5"], 1, 0),
        (0, 0, &["run 0..0"], 0, 0),
        (-10, 200, &["run 0..100"], 1, 0),
        (99, 100, &["run 99..100"], 0, 0),
        (99, 101, &["run 99..100"], 1, 0),
        (100, 100, &[], 0, 1),
        (200, 300, &[], 0, 1),
    ];
    for (from, to, rows, clipped, outside) in cases {
        let loaded = Loaded::from_rows([("a", base.plus(from), base.plus(to), Kind::Run)]);
        let trace = Trace::build(loaded, Some(horizon)).unwrap();
        assert_eq!(show(&trace, "a").0, rows, "{from}..{to}");
        let counts = Clipping { rows_clipped: clipped, rows_outside: outside };
        assert_eq!(trace.clipped, counts, "{from}..{to}");
    }
}

#[test]
fn a_trace_needs_rows_or_a_horizon_and_the_horizon_a_sane_length() {
    let complaint = |loaded, horizon| Trace::build(loaded, horizon).unwrap_err().to_string();
    assert_eq!(
        complaint(Loaded::default(), None),
        "error[E0123]  there is no row of activity  \
         (give --horizon START/END to simulate instances that nobody used)"
    );
    let (start, end) = (at("2024-01-01T00:00:00Z"), at("2024-01-02T00:00:00Z"));
    let empty = Trace::build(Loaded::default(), Some(Horizon { start, end })).unwrap();
    assert!(empty.is_empty() && empty.intervals() == 0);
    assert_eq!(
        complaint(Loaded::default(), Some(Horizon { start: end, end: start })),
        "error[E0124]  the horizon `2024-01-02T00:00:00Z/2024-01-01T00:00:00Z` does not end \
         after it starts  (look for a mistyped year, or give --horizon)"
    );
    let long = Horizon { start: at("1850-01-01T00:00:00Z"), end };
    let message = complaint(Loaded::default(), Some(long));
    assert!(message.contains("is longer than 136 years"), "{message}");
    let dir = TempDir::new();
    let file = dir.write("a.csv", format!("{HEADER}a,run,0224-01-01T00:00:00Z,{end},\n"));
    let loaded = read_activity(&[file], &ReadOptions::default());
    let message = loaded.defects[0].to_string();
    assert!(message.contains("`0224-01-01T00:00:00Z` is outside 1940 to 2076"), "{message}");
}

/// Rows like those of a fleet: names, kinds, overlaps, doubles and touches.
fn random_rows(seed: u64, count: usize) -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let base = at("2024-01-01T00:00:00Z");
    (0..count)
        .map(|_| {
            let kind = Kind::ALL[random.random_range(0..6)].as_str();
            let start = base.plus(random.random_range(0..2_000));
            let end = start.plus(random.random_range(0..300));
            let last = if random.random_bool(0.3) { start.to_string() } else { String::new() };
            format!("ci-{},{kind},{start},{end},{last}\n", random.random_range(0..9))
        })
        .collect()
}

/// SPEC 9 and DESIGN "Trust": any order, any split into files, the same trace.
#[test]
fn shuffled_and_split_rows_give_the_same_trace() {
    let horizon = Horizon { start: at("2024-01-01T00:01:00Z"), end: at("2024-01-01T00:30:00Z") };
    for seed in 0..20 {
        let mut rows = random_rows(seed, 400);
        let build = |files: &[Vec<String>]| {
            let dir = TempDir::new();
            let name = |n: usize| format!("{n}.csv");
            let text = |rows: &Vec<String>| format!("{HEADER}{}", rows.concat());
            let paths: Vec<_> =
                files.iter().enumerate().map(|(n, rows)| dir.write(&name(n), text(rows))).collect();
            Trace::build(read_activity(&paths, &ReadOptions::default()), Some(horizon)).unwrap()
        };
        let one = build(&[rows.clone()]);
        rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let (a, b) = rows.split_at(123);
        let other = build(&[a.to_vec(), b.to_vec()]);
        assert_eq!(one, other);
        assert_eq!(one.content_hash(), other.content_hash());
        assert!(one.clipped.rows_clipped > 0 && one.clipped.rows_outside > 0);
    }
}

#[test]
fn the_content_hash_sees_names_intervals_kinds_and_the_horizon() {
    let (start, end) = (at("2024-01-01T00:00:00Z"), at("2024-01-01T01:00:00Z"));
    let hash = |name: &str, start, end, kind, horizon| {
        Trace::build(Loaded::from_rows([(name, start, end, kind)]), horizon).unwrap().content_hash()
    };
    let longer = Some(Horizon { start, end: start.plus(2 * 86_400) });
    let mut hashes = vec![
        hash("a", start, end, Kind::Run, None),
        hash("b", start, end, Kind::Run, None),
        hash("a", start.plus(1), end, Kind::Run, None),
        hash("a", start, end.plus(1), Kind::Run, None),
        hash("a", start, end, Kind::Ssh, None),
        hash("a", start, end, Kind::Run, longer),
    ];
    assert!(hashes.iter().all(|h| h.len() == 64));
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 6);
}

/// Columns of a Parquet activity file with timestamps in the given unit and zone.
fn frame(unit: TimeUnit, zone: Option<&TimeZone>) -> DataFrame {
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let base = at("2024-01-01T00:00:00Z").unix();
    let time = |name: &str, seconds: [Option<i64>; 3]| {
        // Half a second more, to be rounded down.
        let ticks = seconds.map(|s| s.map(|s| (base + s) * per_second + per_second / 2));
        let ticks = Series::new(name.into(), ticks);
        Column::from(ticks.cast(&DataType::Datetime(unit, zone.cloned())).unwrap())
    };
    DataFrame::new(
        3,
        vec![
            Column::new("instance".into(), ["b", "a", "a"]),
            time("end", [Some(9), Some(60), Some(20)]),
            time("start", [Some(5), Some(10), None]),
            Column::new("kind".into(), ["run", "kernel", "terminal"]),
            Column::new("note".into(), [1_i32, 2, 3]),
        ],
    )
    .unwrap()
}

#[test]
fn parquet_timestamps_of_any_unit_are_read_and_nulls_are_defects() {
    let dir = TempDir::new();
    for unit in [TimeUnit::Nanoseconds, TimeUnit::Microseconds, TimeUnit::Milliseconds] {
        let file = dir.write_parquet("a.parquet", frame(unit, Some(&TimeZone::UTC)));
        let (loaded, problems) = read_files(&dir, &[file], ReadOptions::default());
        assert_eq!(
            problems,
            [
                "a.parquet:3  error[E0111]  start: the cell is empty",
                "a.parquet:1  warning[W0101]  unknown column `note`: ignored",
            ]
        );
        let trace = Trace::build(loaded, None).unwrap();
        assert_eq!(show(&trace, "a").0, ["kernel 10..60"]);
        assert_eq!(show(&trace, "b").0, ["run 5..9"]);
    }
}

#[test]
fn parquet_timestamps_without_a_zone_are_reported_once_for_each_column() {
    let dir = TempDir::new();
    let file = dir.write_parquet("a.parquet", frame(TimeUnit::Microseconds, None));
    let files = [file];
    let (loaded, problems) = read_files(&dir, &files, ReadOptions::default());
    let naive = |column: &str| {
        format!(
            "a.parquet  error[E0113]  {column}: the timestamps have no time zone  \
             (write the column as UTC, or pass --assume-utc)"
        )
    };
    assert_eq!(problems[..2], [naive("start"), naive("end")]);
    assert_eq!((loaded.faults.len(), loaded.defects.len()), (2, 1));
    assert_eq!(problems[2], "a.parquet:3  error[E0111]  start: the cell is empty");
    assert_eq!((loaded.rows_good(), loaded.rows_bad), (0, 3));
    let (loaded, _) =
        read_files(&dir, &files, ReadOptions { assume_utc: true, ..ReadOptions::default() });
    assert_eq!((loaded.rows_good(), loaded.rows_bad), (2, 1));
}

#[test]
fn parquet_text_columns_of_rfc_3339_give_the_same_trace_as_csv() {
    let dir = TempDir::new();
    let rows = random_rows(3, 300);
    let csv = dir.write("a.csv", format!("{HEADER}{}", rows.concat()));
    let cells: Vec<Vec<&str>> =
        rows.iter().map(|row| row.trim_end().split(',').collect()).collect();
    let columns = HEADER.trim_end().split(',').enumerate().map(|(at, name)| {
        let values: Vec<&str> = cells.iter().map(|row| row[at]).collect();
        Column::new(name.into(), values)
    });
    let frame = DataFrame::new(rows.len(), columns.collect()).unwrap();
    let parquet = dir.write_parquet("a.parquet", frame);
    let hash = |file: PathBuf| {
        let loaded = read_activity(&[file], &ReadOptions::default());
        assert!(loaded.defects.is_empty(), "{:?}", loaded.defects);
        Trace::build(loaded, None).unwrap().content_hash()
    };
    assert_eq!(hash(csv), hash(parquet));
}

/// CSV rows as Parquet: texts, and timestamps in UTC.
fn as_frame(rows: &[String], unit: TimeUnit) -> DataFrame {
    let cells: Vec<Vec<&str>> =
        rows.iter().map(|row| row.trim_end().split(',').collect()).collect();
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let columns = HEADER.trim_end().split(',').enumerate().map(|(column, name)| {
        let cells = cells.iter().map(|row| Some(row[column]).filter(|cell| !cell.is_empty()));
        if matches!(name, "instance" | "kind") {
            return Column::new(name.into(), cells.collect::<Vec<_>>());
        }
        // Just before the next second, to be rounded down.
        let ticks = cells.map(|c| c.map(|c| (at(c).unix() + 1) * per_second - 1));
        let ticks = Series::new(name.into(), ticks.collect::<Vec<_>>());
        Column::from(ticks.cast(&DataType::Datetime(unit, Some(TimeZone::UTC))).unwrap())
    });
    DataFrame::new(rows.len(), columns.collect()).unwrap()
}

/// Writes CSV rows as Parquet with so many rows a row group.
fn write_groups(dir: &TempDir, name: &str, rows: &[String], unit: TimeUnit, of: usize) -> PathBuf {
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_row_group_size(Some(of));
    writer.finish(&mut as_frame(rows, unit)).unwrap();
    dir.write(name, bytes)
}

/// Everything that is told of rows, the row's line in CSV being one more than its number in
/// Parquet; and the trace.
fn told(dir: &TempDir, files: &[PathBuf], memory_limit: u64) -> (Vec<String>, u64, Trace) {
    let options = ReadOptions { memory_limit, ..ReadOptions::default() };
    let (loaded, problems) = read_files(dir, files, options);
    let rename = |problem: &String| match problem.strip_prefix("a.csv:") {
        Some(rest) => {
            let (line, rest) = rest.split_once(' ').unwrap();
            format!("a.parquet:{} {rest}", line.parse::<usize>().unwrap() - 1)
        }
        None => problem.clone(),
    };
    let rows_bad = loaded.rows_bad;
    (problems.iter().map(rename).collect(), rows_bad, Trace::build(loaded, None).unwrap())
}

/// Row groups cut instances, slices cut row groups, every group has a dictionary of its own, and
/// some rows are bad in every way that a row can be.
#[test]
fn parquet_in_any_layout_tells_what_csv_tells() {
    let dir = TempDir::new();
    let mut rows = random_rows(11, 700);
    rows.sort();
    for (at, bad) in [
        ",kernel,2024-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n",
        "ci-2,kernal,2024-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n",
        "ci-3,,2024-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n",
        "ci-4,ssh,,2024-01-01T00:00:01Z,\n",
        "ci-5,ssh,2024-01-01T00:00:00Z,,\n",
        "ci-6,ssh,2024-01-01T00:00:02Z,2024-01-01T00:00:01Z,\n",
        "ci-7,run,1812-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n",
        "ci-8,run,2024-01-01T00:00:00Z,2222-01-01T00:00:00Z,\n",
        "stranger,kernal,2024-01-01T00:00:00Z,2024-01-01T00:00:01Z,\n",
    ]
    .into_iter()
    .enumerate()
    {
        rows.insert(60 + 70 * at, bad.to_owned());
    }
    // Good, though not plain: last keystrokes before the start, and out of 32 bits.
    rows.push(
        "ci-1,vscode,2024-01-01T00:00:05Z,2024-01-01T09:00:00Z,2024-01-01T00:00:01Z\n".into(),
    );
    rows.push(
        "ci-1,vscode,2024-01-01T00:00:06Z,2024-01-01T09:00:00Z,1912-01-01T00:00:00Z\n".into(),
    );
    rows.push(
        "ci-1,vscode,2024-01-01T00:00:07Z,2024-01-01T00:09:00Z,2124-01-01T00:00:00Z\n".into(),
    );
    let csv = dir.write("a.csv", format!("{HEADER}{}", rows.concat()));
    let (problems, rows_bad, trace) = told(&dir, &[csv], u64::MAX);
    assert_eq!(rows_bad, 9);
    assert!(trace.find("stranger").is_none());
    for unit in [TimeUnit::Nanoseconds, TimeUnit::Microseconds, TimeUnit::Milliseconds] {
        for of in [1, 37, 100, 250, 1_000] {
            let file = write_groups(&dir, "a.parquet", &rows, unit, of);
            for limit in [u64::MAX, 2_000] {
                let (found, bad, other) = told(&dir, std::slice::from_ref(&file), limit);
                assert_eq!(found, problems, "{unit:?}, groups of {of}, {limit}");
                assert_eq!(bad, rows_bad);
                assert!(other == trace, "{unit:?}, groups of {of}, {limit}");
                assert_eq!(other.content_hash(), trace.content_hash());
            }
        }
    }
}

/// Rows that come instance by instance become the store where they lie; in any other order, or
/// with an instance in several files, the trace is the same.
#[test]
fn sorted_and_scattered_parquet_give_the_same_trace() {
    let dir = TempDir::new();
    let mut rows = random_rows(12, 900);
    rows.sort();
    let short = Horizon { start: at("2024-01-01T00:01:00Z"), end: at("2024-01-01T00:30:00Z") };
    let build = |files: &[PathBuf], horizon| {
        let loaded = read_activity(files, &ReadOptions::default());
        assert!(loaded.faults.is_empty() && loaded.defects.is_empty());
        Trace::build(loaded, horizon).unwrap()
    };
    let unit = TimeUnit::Nanoseconds;
    let sorted = [write_groups(&dir, "sorted.parquet", &rows, unit, 64)];
    let one_kind: Vec<_> = Kind::ALL
        .map(|kind| {
            let of = format!(",{},", kind.as_str());
            let rows: Vec<_> = rows.iter().filter(|row| row.contains(&of)).cloned().collect();
            write_groups(&dir, &format!("{}.parquet", kind.as_str()), &rows, unit, 50)
        })
        .to_vec();
    rows.shuffle(&mut ChaCha8Rng::seed_from_u64(12));
    let scattered = [write_groups(&dir, "scattered.parquet", &rows, unit, 64)];
    let csv = [dir.write("a.csv", format!("{HEADER}{}", rows.concat()))];
    for horizon in [None, Some(short)] {
        let trace = build(&csv, horizon);
        assert!(horizon.is_none() || trace.clipped.rows_clipped > 0);
        for files in [&sorted[..], &one_kind, &scattered] {
            let other = build(files, horizon);
            assert!(other == trace, "{files:?}");
            assert_eq!(other.content_hash(), trace.content_hash());
        }
    }
}

/// Without a dictionary, texts are read one by one.
#[test]
fn a_parquet_column_without_a_dictionary_is_read_all_the_same() {
    let dir = TempDir::new();
    let rows = random_rows(13, 300);
    let rows: Vec<_> = rows.iter().enumerate().map(|(n, row)| format!("only-{n}-{row}")).collect();
    let csv = dir.write("a.csv", format!("{HEADER}{}", rows.concat()));
    let file = write_groups(&dir, "a.parquet", &rows, TimeUnit::Microseconds, 300);
    let (problems, _, trace) = told(&dir, &[csv], u64::MAX);
    let (found, _, other) = told(&dir, &[file], u64::MAX);
    assert_eq!((found, other.len()), (problems, 300));
    assert!(other == trace);
}

#[test]
fn a_column_that_no_cell_can_be_made_of_is_an_error() {
    let dir = TempDir::new();
    let list = Series::new("x".into(), [1_i64]);
    let mut frame = frame(TimeUnit::Microseconds, Some(&TimeZone::UTC)).head(Some(1));
    frame.with_column(Column::new("end".into(), [list])).unwrap();
    let file = dir.write_parquet("a.parquet", frame);
    let (_, problems) = read_files(&dir, &[file], ReadOptions::default());
    assert!(problems[0].starts_with("a.parquet  error[E0110]  end: the column's type"));
}

/// Written by pandas 3.1 with pyarrow 26: `instance` and `kind` categories, `start` in seconds,
/// `end` in microseconds, `last_activity` with gaps.
#[test]
fn categories_written_by_pandas_are_text() {
    let dir = TempDir::new();
    let bytes = include_bytes!("../../tests/data/pandas_categories.parquet");
    let file = dir.write("a.parquet", bytes);
    let (loaded, problems) = read_files(&dir, &[file], ReadOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let trace = Trace::build(loaded, None).unwrap();
    assert_eq!(show(&trace, "ci-a").0, ["kernel 10..60", "vscode 36000..50400"]);
    assert_eq!(show(&trace, "ci-b").0, ["run 5..9"]);
}

/// Written by pyarrow 26 with `dictionary_pagesize_limit=64`, pages of 20 rows and row groups of
/// 200: the dictionary is full after a few instances, and later pages hold plain text.
#[test]
fn a_dictionary_that_ends_before_its_column_is_read_to_the_end() {
    let dir = TempDir::new();
    let bytes = include_bytes!("../../tests/data/pyarrow_plain_after_dictionary.parquet");
    let file = dir.write("a.parquet", bytes);
    let (loaded, problems) = read_files(&dir, &[file], ReadOptions::default());
    assert!(problems.is_empty(), "{problems:?}");
    let trace = Trace::build(loaded, None).unwrap();
    assert_eq!((trace.len(), trace.intervals()), (40, 240));
    for name in 0..40_usize {
        let rows = (6 * name..6 * name + 6).map(|n| {
            let kind = if n % 2 == 0 { "run" } else { "kernel" };
            format!("{kind} {}..{}", 10 * n, 10 * n + 25)
        });
        assert_eq!(show(&trace, &format!("ci-{name:02}")).0, rows.collect::<Vec<_>>());
    }
}

/// DESIGN "Trust": the same whatever the number of threads, defects and their order included.
#[test]
fn one_thread_and_many_read_the_same() {
    let dir = TempDir::new();
    let mut rows = random_rows(8, 2_000);
    for row in rows.iter_mut().step_by(97) {
        *row = row.replace("2024", "2O24");
    }
    let file = dir.write("a.csv", format!("{HEADER}{}", rows.concat()));
    let read = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let loaded = read_activity(std::slice::from_ref(&file), &ReadOptions::default());
            let told = (loaded.rows_bad, loaded.names.clone(), loaded.defects.clone());
            assert!(loaded.rows_read > 16 * 64, "more than one round of blocks");
            (told, Trace::build(loaded, None).unwrap())
        })
    };
    let (told, trace) = read(1);
    assert_eq!(told.0, 21);
    assert!((told, trace) == read(5));
}

/// Rows that wait on disk, and traces of a few instances at a time, tell the same story.
#[test]
fn a_memory_limit_and_shards_change_nothing() {
    let dir = TempDir::new();
    let file = dir.write("a.csv", format!("{HEADER}{}", random_rows(9, 3_000).concat()));
    let read = |memory_limit| {
        let options = ReadOptions { memory_limit, ..ReadOptions::default() };
        read_activity(std::slice::from_ref(&file), &options)
    };
    let whole = Trace::build(read(1 << 30), None).unwrap();
    assert_eq!(whole, Trace::build(read(2_000), None).unwrap(), "spilled");
    let shards = read(2_000).into_shards(None).unwrap();
    assert_eq!(shards.content_hash(), whole.content_hash());
    assert_eq!((shards.names(), shards.clipped()), (&whole.names[..], whole.clipped));
    let parts = shards.parts();
    assert!(parts.len() > 1, "{parts:?}");
    for names in &parts {
        let part = shards.part(names.clone()).unwrap();
        assert_eq!(part.names, whole.names[names.clone()]);
        let same = |(at, name)| part.activity(at) == whole.activity(name);
        assert!(names.clone().enumerate().all(same));
    }
    assert_eq!(parts.iter().map(ExactSizeIterator::len).sum::<usize>(), whole.len());
}
