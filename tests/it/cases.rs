//! The rules by worked examples: every file of `tests/cases` is run through the program itself and
//! must give the numbers that its comment derives.
//!
//! `UPDATE=1` rewrites the `events` of the examples, never a number.

#![allow(clippy::disallowed_methods, reason = "reads and rewrites the examples")]

use crate::support::bench::{Bench, Row, in_repository, updating};
use crate::support::case_file::{Block, Case, long_time, short_time};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Families of rules that every example set must cover, and how many rules each has.
const FAMILIES: [(&str, u32); 5] =
    [("STATE", 6), ("DEM", 9), ("IDLE", 7), ("SCHED", 9), ("LEDG", 6)];

#[test]
fn every_case_gives_the_numbers_its_comment_derives() {
    let update = updating();
    let wrong: Vec<String> = case_files()
        .into_par_iter()
        .flat_map_iter(|path| {
            let text = fs::read_to_string(&path).expect("a case");
            let (updated, errors) = check(&text);
            if update && updated != text {
                fs::write(&path, updated).expect("a rewritten case");
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            errors.into_iter().map(move |error| format!("tests/cases/{name}:{error}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_is_the_subject_of_a_case() {
    let mut shown = BTreeSet::new();
    for path in case_files() {
        let text = fs::read_to_string(&path).expect("a case");
        let case = Case::parse(&text).unwrap_or_else(|e| panic!("{}:{e}", path.display()));
        shown.extend(case.rules);
    }
    let all = FAMILIES.iter().flat_map(|(f, count)| (1..=*count).map(move |n| format!("{f}-{n}")));
    let missing: Vec<String> = all.filter(|id| !shown.contains(id)).collect();
    assert!(missing.is_empty(), "no case shows {}", missing.join(", "));
}

fn case_files() -> Vec<PathBuf> {
    let entries = fs::read_dir(in_repository("tests/cases")).expect("the cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "case"));
    paths.sort();
    assert!(!paths.is_empty(), "no cases");
    paths
}

/// Runs one example. Returns its text with the events that happened, and what is not as it says,
/// each with its line.
fn check(text: &str) -> (String, Vec<String>) {
    let case = match Case::parse(text) {
        Ok(case) => case,
        Err(why) => return (text.to_owned(), vec![why]),
    };
    let bench = Bench::new();
    let ran = bench.run(&arguments(&case, &bench));
    let mut errors: Vec<String> = case
        .stderr
        .iter()
        .filter(|(_, part)| !ran.stderr.contains(part))
        .map(|(line, part)| format!("{line}: not on stderr: {part}"))
        .collect();
    if !errors.is_empty() || ran.code != case.exit {
        errors.push(format!("1: exit code {}, stderr:\n{}", ran.code, ran.stderr));
        return (text.to_owned(), errors);
    }
    if ran.code != 0 {
        return (text.to_owned(), errors);
    }
    let several = case.plans.len() > 1;
    let table = |name: &str| -> Vec<(String, Row)> {
        let rows = bench.table(&format!("out/{name}.csv")).1;
        rows.into_iter().map(|row| (who(&row, several), row)).collect()
    };
    check_cells(&case, &table("instances"), &mut errors);
    check_ledger(&case, &table("ledger"), &mut errors);
    let updated = check_events(&case, text, &table("events"), &mut errors);
    (updated, errors)
}

/// `INSTANCE`, or `PLAN/INSTANCE` where there are several plans.
fn who(row: &Row, several: bool) -> String {
    if several { format!("{}/{}", row["plan"], row["instance"]) } else { row["instance"].clone() }
}

/// Lays the files out and says how to call the program on them.
fn arguments(case: &Case, bench: &Bench) -> Vec<String> {
    for (name, text) in &case.files {
        bench.put(name, text);
    }
    if !case.has("activity.csv") {
        bench.put("activity.csv", "instance,kind,start,end\n");
    }
    let mut arguments: Vec<String> = vec!["simulate".into(), "--events".into()];
    arguments.extend(["--activity".into(), "activity.csv".into(), "--out".into(), "out".into()]);
    for table in ["operations", "instances", "prices"] {
        let file = format!("{table}.csv");
        if case.has(&file) {
            arguments.extend([format!("--{table}"), file]);
        }
    }
    for plan in &case.plans {
        arguments.extend(["--plan".into(), plan.clone()]);
    }
    arguments.extend(case.flags.iter().cloned());
    arguments
}

fn check_cells(case: &Case, rows: &[(String, Row)], errors: &mut Vec<String>) {
    for cell in &case.cells {
        let row = rows.iter().find(|(who, _)| *who == cell.who).map(|(_, row)| row);
        let got = row.and_then(|row| row.get(&cell.column));
        if got != Some(&cell.value) {
            let got = got.map_or("nothing of that name", String::as_str);
            let (line, who) = (cell.line, &cell.who);
            errors.push(format!("{line}: {who} {}={}, program: {got}", cell.column, cell.value));
        }
    }
}

fn check_ledger(case: &Case, rows: &[(String, Row)], errors: &mut Vec<String>) {
    let Some(expected) = &case.ledger else { return };
    let columns = ["month", "meter", "quantity_s", "rate_usd", "rate_unit", "cost_usd"];
    let line = |(who, row): &(String, Row)| {
        columns.iter().fold(who.clone(), |text, column| text + "," + &row[*column])
    };
    let got: Vec<String> = rows.iter().map(line).collect();
    differences(expected, &expected.lines, &got, errors);
}

/// Compares the events, and returns the text with those that happened.
fn check_events(
    case: &Case,
    text: &str,
    rows: &[(String, Row)],
    errors: &mut Vec<String>,
) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (whose, block) in case.events.iter().rev() {
        let line = |row: &Row| {
            let at = short_time(&row["at"], &case.first_day);
            format!("{at} {} {} {}", row["event"], row["cause"], row["rule"])
        };
        let own = rows.iter().filter(|(who, _)| who == whose);
        let got: Vec<String> = own.map(|(_, row)| line(row)).collect();
        differences(block, &block.lines, &got, errors);
        let indented = got.iter().map(|event| format!("  {event}"));
        lines.splice(block.line..block.line + block.lines.len(), indented);
    }
    lines.join("\n") + "\n"
}

/// The first line in which two lists differ.
fn differences(block: &Block, expected: &[String], got: &[String], errors: &mut Vec<String>) {
    let none = "nothing".to_owned();
    for index in 0..expected.len().max(got.len()) {
        let (want, have) = (expected.get(index).unwrap_or(&none), got.get(index).unwrap_or(&none));
        if want != have {
            errors.push(format!("{}: {want}, program: {have}", block.line + index + 1));
            return;
        }
    }
}

// ---- The checks themselves ----

const SMALL: &str = "# STATE-1: a small one\n\
    horizon 2024-01-01T00:00:00Z/2024-01-02T00:00:00Z\n\
    activity:\n  instance,kind,start,end\n  ci,kernel,09:00,10:00\n\
    expect ci: running_s=53760 wait_s=240\n\
    events ci:\n  00:00 exists_stopped table STATE-3\n  09:00 starting demand DEM-3\n  \
    09:04 running latency STATE-1\n";

#[test]
fn a_wrong_number_a_wrong_event_and_a_wrong_exit_are_told() {
    assert_eq!(check(SMALL), (SMALL.to_owned(), Vec::new()));
    let (_, errors) = check(&SMALL.replace("wait_s=240", "wait_s=241"));
    assert_eq!(errors, ["6: ci wait_s=241, program: 240"]);
    let (_, errors) = check(&SMALL.replace("expect ci", "expect cj"));
    assert_eq!(errors[0], "6: cj running_s=53760, program: nothing of that name");
    let (updated, errors) = check(&SMALL.replace("09:04 running", "09:05 running"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(updated, SMALL, "the events are rewritten");
    let (_, errors) = check(&(SMALL.to_owned() + "exit 1\n"));
    assert!(errors[0].starts_with("1: exit code 0"), "{errors:?}");
    let (_, errors) = check(&(SMALL.to_owned() + "expect ledger:\n  ci,none\n"));
    assert!(errors[0].starts_with("12: ci,none, program: ci,2024-01,compute,"), "{errors:?}");
}

#[test]
fn lines_outside_the_language_are_told_with_their_number() {
    let error = |extra: &str| Case::parse(&(SMALL.to_owned() + extra)).unwrap_err();
    assert_eq!(error("expcet ci: wait_s=1\n"), "11: unknown word: expcet ci: wait_s=1");
    assert_eq!(error("expect ci: wait_s\n"), "11: a cell without `=`: expect ci: wait_s");
    assert_eq!(error("activities:\n  x\n"), "11: unknown block: activities:");
    assert_eq!(Case::parse("# about\n").unwrap_err(), "1: not `# RULE-ID: ...`");
}

#[test]
fn short_times_take_from_the_horizon_what_they_lack() {
    let day = "2024-01-31";
    for (short, long) in [
        ("09:00", "2024-01-31T09:00:00Z"),
        ("09:00:30", "2024-01-31T09:00:30Z"),
        ("30T09:00", "2024-01-30T09:00:00Z"),
        ("02-01T00:02", "2024-02-01T00:02:00Z"),
        ("2025-02-01T00:02", "2025-02-01T00:02:00Z"),
    ] {
        assert_eq!(long_time(short, day), long);
        assert_eq!(short_time(long, day), short);
    }
    for other in ["kernel", "2024-01-31T09:00:00Z", "9:00", "ci-09:00", "T"] {
        assert_eq!(long_time(other, day), other);
    }
}
