//! What makes the program pleasant: `init`, `doctor`, completions, manual pages, progress for
//! programs, silence, and suggestions for what was mistyped.

use crate::cli::office;
use crate::support::bench::Bench;
use serde_json::Value;
use std::process::{Command, Stdio};

/// Lines of stderr, which must all be JSON objects.
#[track_caller]
fn lines(stderr: &str) -> Vec<Value> {
    stderr.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn init_writes_a_scenario_that_runs_as_it_is() {
    let bench = office();
    bench.put("instances.csv", "instance,home_timezone,plan\nanna,Europe/Berlin,office\nbob,,\n");
    let looked = bench.run(&["init", "--activity", "activity.csv", "--instances", "instances.csv"]);
    let looked = looked.exits(0);
    for part in [
        "4 intervals on 2 of 2 instances: kernel 2, terminal 1, run 1.",
        "1 days: 2024-01-01T00:00:00Z to 2024-01-02T00:00:00Z.",
        "1 Europe/Berlin",
        "1 without a home zone",
        "idlewise simulate --scenario scenario.yml --out results",
    ] {
        assert!(looked.stdout.contains(part), "no `{part}` in {}", looked.stdout);
    }
    let file = bench.text("scenario.yml");
    for part in ["rules: aml-2022-12\n", "time_zone: W. Europe Standard Time", "today: true\n"] {
        assert!(file.contains(part), "no `{part}` in {file}");
    }
    bench.run(&["check", "scenario.yml", "--deny-warnings"]).exits(0);
    bench.run(&["simulate", "--scenario", "scenario.yml", "--out", "out"]).exits(0);
    let (_, rows) = bench.table("out/instances.csv");
    let mut plans: Vec<&str> = rows.iter().map(|row| row["plan"].as_str()).collect();
    plans.dedup();
    let limits = ["120", "15", "240", "30", "480", "60"].map(|m| format!("limit-idle{m}"));
    let mut expected: Vec<&str> = limits.iter().map(String::as_str).collect();
    expected.extend(["office-hours", "today"]);
    assert_eq!(plans, expected);
}

#[test]
fn init_overwrites_nothing_and_names_paths_as_its_file_sees_them() {
    let bench = office();
    bench.put("scenario.yml", "mine\n");
    bench.run(&["init", "--activity", "activity.csv"]).exits(2).says(&["E0702", "--force"]);
    assert_eq!(bench.text("scenario.yml"), "mine\n");
    bench.run(&["init", "--activity", "activity.csv", "--force"]).exits(0);
    assert!(bench.text("scenario.yml").contains("activity: \"activity.csv\"\n"));
    let elsewhere = ["init", "--activity", "activity.csv", "--out", "runs/first.yml"];
    bench.run(&elsewhere).exits(0);
    bench.run(&["simulate", "--scenario", "runs/first.yml", "--out", "out"]).exits(0);
    bench.put("instances.csv", "instance,vm_size\nanna,Standard_None\nbob,\n");
    let unpriced = ["init", "--activity", "activity.csv", "--instances", "instances.csv"];
    let unpriced = [&unpriced[..], &["--out", "new.yml"]].concat();
    bench.run(&unpriced).exits(1).says(&["E0410", "Standard_None"]);
    assert!(!bench.path("new.yml").exists(), "a scenario that could not run is not written");
}

#[test]
fn init_takes_the_edition_of_the_rules_in_force() {
    let bench = Bench::new();
    let row = "anna,ssh,2024-09-01T08:00:00Z,2024-09-01T22:00:00Z\n";
    bench.put("activity.csv", format!("instance,kind,start,end\n{row}"));
    let looked = bench.run(&["init", "--activity", "activity.csv"]).exits(0).stdout;
    assert!(looked.contains("1 ssh intervals are longer than 12 hours."), "{looked}");
    assert!(looked.contains("1 ssh intervals keep awake only under aml-2022-12"), "{looked}");
    assert!(bench.text("scenario.yml").contains("rules: aml-2024-08\n"));
}

#[test]
fn the_doctor_says_what_it_sees() {
    let bench = Bench::new();
    let ran = bench.run(&["doctor", "--format", "json", "--threads", "3"]).exits(0);
    let seen: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let topics = ["program", "threads", "memory", "prices", "sizes", "zones", "rules", "output"];
    let keys: Vec<&String> = seen.as_object().expect("an object").keys().collect();
    assert_eq!(keys, topics);
    assert_eq!(seen["threads"]["facts"]["used"], 3);
    assert_eq!(seen["zones"]["facts"]["in_sdk"], 131);
    assert_eq!(seen["prices"]["facts"]["currency"], "USD");
    assert_eq!(seen["output"]["facts"]["writable"], true);
    assert_eq!(bench.names(""), Vec::<String>::new(), "it leaves nothing");
    let text = bench.run(&["doctor"]).exits(0).stdout;
    assert_eq!(text.lines().count(), topics.len());
    bench.put(
        "prices.csv",
        "meter,region,vm_size,rate_usd,rate_unit,currency\n\
        compute,eastus,Standard_X,1.5,hour,EUR\n",
    );
    let own = bench.run(&["doctor", "--prices", "prices.csv", "--format", "json"]).exits(0);
    let seen: Value = serde_json::from_str(&own.stdout).expect("JSON");
    assert_eq!(seen["prices"]["facts"]["undated"], 1);
    assert_eq!(seen["sizes"]["facts"]["priced_but_unknown"][0], "Standard_X");
    bench.put("file", "");
    let ill = bench.run(&["doctor", "--out", "file/below"]).exits(3);
    assert!(ill.stdout.contains("FAIL  output"), "{}", ill.stdout);
}

#[test]
fn every_shell_has_completions_and_every_command_a_page() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains("skip-bad-rows"), "{shell} lacks the flags");
    }
    bench.run(&["man", "pages"]).exits(0);
    let help = bench.run(&["--help"]).exits(0).stdout;
    let commands = help.split("Commands:").nth(1).and_then(|t| t.split("\n\n").next());
    let commands = commands.expect("a list of commands").lines().filter_map(|line| {
        line.strip_prefix("  ")?.split_whitespace().next().filter(|_| !line.starts_with("   "))
    });
    let commands: Vec<&str> = commands.filter(|command| *command != "help").collect();
    assert!(commands.len() >= 13, "{commands:?}");
    for command in commands {
        let page = bench.text(&format!("pages/idlewise-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}: {page}");
    }
    assert!(bench.text("pages/idlewise-prices-import.1").contains("NextPageLink"));
    bench.run(&["man", "pages"]).exits(2).says(&["E0702"]);
}

#[test]
fn programs_follow_the_progress_line_by_line() {
    let bench = office();
    let files = ["--activity", "activity.csv", "--json-progress", "--quiet", "--force"];
    let more = [vec!["simulate", "--out", "out"], vec!["sweep", "--out", "swept"]];
    for more in more {
        let ran = bench.run(&[&more[..], &files[..]].concat()).exits(0);
        let lines = lines(&ran.stderr);
        for (phase, unit) in [("read", "bytes"), ("sort", "intervals"), ("replay", "instances")] {
            let of: Vec<&Value> = lines.iter().filter(|line| line["phase"] == phase).collect();
            let (first, last) = (of.first().expect(phase), of.last().expect(phase));
            assert_eq!(first["done"], 0);
            assert_eq!((&last["done"], &last["unit"]), (&last["total"], &Value::from(unit)));
            assert!(last["total"].as_u64() > Some(0), "{last}");
        }
    }
    let made = bench.run(&[
        "generate",
        "--instances",
        "3",
        "--weeks",
        "1",
        "--out",
        "fleet",
        "--json-progress",
    ]);
    let made = lines(&made.exits(0).stderr);
    assert_eq!(made.last().expect("a line")["done"], 3);
}

#[test]
fn quiet_is_quiet_and_speaks_up_for_errors() {
    let bench = office();
    bench.put("office.yml", "nmae: x\nidle_time_before_shutdown_minutes: 60\n");
    for arguments in [
        vec!["simulate", "--activity", "activity.csv", "--plan", "office.yml", "--out", "a"],
        vec!["sweep", "--activity", "activity.csv", "--plan", "office.yml", "--out", "b"],
        vec!["export", "office.yml", "--to", "yaml", "--instance", "ci-anna", "--out", "c"],
        vec!["images", "--activity", "activity.csv"],
        vec!["check", "office.yml"],
        vec!["init", "--activity", "activity.csv"],
        vec!["generate", "--instances", "2", "--weeks", "1", "--out", "d"],
        vec!["doctor"],
    ] {
        let quiet = bench.run(&[&arguments[..], &["--quiet"]].concat()).exits(0);
        assert_eq!(quiet.stderr, "", "{arguments:?}");
    }
    bench.run(&["check", "nowhere.yml", "--quiet"]).exits(3);
    bench.run(&["simulate", "--activity", "no.csv", "--out", "e", "-q"]).exits(3).says(&["E0101"]);
}

#[test]
fn what_was_mistyped_is_suggested() {
    let bench = office();
    bench.put("plans/nightly.yml", "idle_time_before_shutdown_minutes: 60\n");
    bench.put("instances.csv", "instance,plan\nanna,nightli\nbob,\n");
    let said = |arguments: &[&str]| bench.run(arguments).stderr;
    let run = ["simulate", "--activity", "activity.csv", "--out", "out"];
    let with = |more: &[&str]| said(&[&run[..], more].concat());
    for (said, meant) in [
        (said(&["simulat"]), "'simulate'"),
        (said(&["simulate", "--activity", "activty.csv", "--out", "out"]), "mean activity.csv?"),
        (with(&["--plan", "ofice.yml"]), "mean office.yml?"),
        (with(&["--instances", "instances.csv"]), "mean nightly?"),
        (with(&["--set", "start_latancy=3"]), "start_latency"),
        (with(&["--rules", "aml-2022-21"]), "aml-2022-12"),
        (with(&["--evnts"]), "--events"),
    ] {
        assert!(said.contains(meant), "no {meant} in {said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in [vec!["errors"], vec!["prices"], vec!["completions", "bash"], vec!["doctor"]] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_idlewise"))
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(program.stdout.take());
        let done = program.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!((done.status.code(), said.as_ref()), (Some(0), ""), "{arguments:?}");
    }
}
