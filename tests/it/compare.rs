//! `idlewise compare`: totals are the ledger's, gates end with their own exit code, and what is
//! printed for the bundled sample is as it was (`UPDATE=1` rewrites `tests/golden`).

use crate::support::bench::{Bench, Ran, in_repository, updating};
use crate::support::parts::Parts;
use crate::support::world::random_world;
use idlewise::search::comparison::{Comparison, METRICS, Side};
use idlewise::search::{Scenario, evaluate};
use idlewise::units::{Meter, Money};
use serde_json::Value;

const ACTIVITY: &str = "instance,kind,start,end\n\
    anna,kernel,2024-01-01T08:00:00Z,2024-01-01T10:00:00Z\n\
    anna,run,2024-01-31T09:30:00Z,2024-02-01T18:30:00Z\n\
    bob,kernel,2024-02-02T17:55:00Z,2024-02-02T18:05:00Z\n";
const IDLE: &str = "name: idle\nidle_time_before_shutdown_minutes: 60\n";
const INSTANCES: &str = "instance,workspace\nanna,red\nbob,blue\n";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.put("activity.csv", ACTIVITY).put("idle.yml", IDLE).put("instances.csv", INSTANCES);
    bench
}

const WORLD: [&str; 4] = ["--activity", "activity.csv", "--instances", "instances.csv"];

fn compare(bench: &Bench, more: &[&str]) -> Ran {
    bench.run(&[&["compare"], &WORLD[..], &["--today", "--plan", "idle.yml"], more].concat())
}

fn simulate(bench: &Bench, out: &str, more: &[&str]) {
    bench.run(&[&["simulate"], &WORLD[..], &["--out", out], more].concat()).exits(0);
}

/// An amount or a count, in millionths.
fn micros(text: &str) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<6}").parse().expect(text)
}

fn sum(rows: impl Iterator<Item = String>) -> i64 {
    rows.map(|text| micros(&text)).sum()
}

/// LEDG-3: on random worlds every total is the sum of ledger lines, by side, month and group.
#[test]
fn totals_are_sums_of_ledger_lines() {
    for seed in 0..150 {
        let parts = Parts::of(&random_world(seed));
        let case = parts.case();
        let mut lines: Vec<Money> = Vec::new();
        let mut sides = Vec::new();
        for plan in 0..case.plans.len() {
            let plan_of = vec![plan; case.instances.len()];
            let name = format!("plan {plan}");
            let outcomes =
                evaluate(&case, &Scenario { name: name.clone(), plan_of }, false, &|| ());
            let outcomes = outcomes.unwrap();
            lines.push(outcomes.iter().flat_map(|o| &o.lines).map(|l| l.cost).sum());
            sides.push(Side::replayed(&name, case.instances, &outcomes));
        }
        let key_of = |name: &str| name.chars().last().unwrap_or('-').to_string();
        let comparison = Comparison::new(sides, Some(("last letter", &key_of)), usize::MAX);
        let (_, groups) = comparison.by.as_ref().unwrap();
        for (at, cost) in lines.iter().enumerate() {
            let side = &comparison.sides[at];
            assert_eq!(comparison.totals[at].get("total_usd"), cost.micros(), "seed {seed}");
            let months: Money = side.months.values().copied().sum();
            assert_eq!(months, *cost, "seed {seed}");
            for metric in METRICS {
                let grouped: i64 = groups.iter().map(|g| g.figures[at].get(metric)).sum();
                assert_eq!(grouped, comparison.totals[at].get(metric), "seed {seed}, {metric}");
            }
        }
        for movers in &comparison.movers {
            let change = |m: &idlewise::search::comparison::Mover| m.after - m.before;
            let moved: i64 = movers.up.iter().chain(&movers.down).map(change).sum();
            let of = |side: usize| comparison.totals[side].get(movers.metric);
            assert_eq!(moved, of(movers.side) - of(0), "seed {seed}: nobody is left out");
            assert!(
                movers.up.is_sorted_by_key(|m| -change(m))
                    && movers.up.iter().all(|m| change(m) > 0)
            );
            assert!(
                movers.down.is_sorted_by_key(change) && movers.down.iter().all(|m| change(m) < 0)
            );
        }
    }
}

/// LEDG-3: what is printed is what `simulate` wrote, to the micro-dollar, also from its folders.
#[test]
fn figures_are_those_of_simulate_whatever_the_format_of_its_tables() {
    let bench = bench();
    let always = "always-on-until-stopped";
    let from_flags = compare(&bench, &["--format", "json"]).exits(0).stdout;
    let flags: Value = serde_json::from_str(&from_flags).unwrap();
    for format in ["csv", "parquet", "json"] {
        simulate(&bench, format, &["--today", "--plan", "idle.yml", "--format", format]);
        let ran = bench.run(&["compare", format, "--format", "json"]).exits(0);
        let read: Value = serde_json::from_str(&ran.stdout).unwrap();
        for side in 0..2 {
            for key in ["plan", "figures", "change", "months", "horizon"] {
                assert_eq!(read["plans"][side][key], flags["plans"][side][key], "{format} {key}");
            }
        }
    }
    let (header, instances) = bench.table("csv/instances.csv");
    let (_, ledger) = bench.table("csv/ledger.csv");
    for side in flags["plans"].as_array().unwrap() {
        let plan = side["plan"].as_str().unwrap();
        assert!([always, "idle"].contains(&plan), "{plan}");
        for column in header.iter().skip(2) {
            let rows = instances.iter().filter(|r| r["plan"] == plan);
            let told = side["figures"][column].to_string();
            assert_eq!(micros(&told), sum(rows.map(|r| r[column].clone())), "{plan} {column}");
        }
        for month in side["months"].as_array().unwrap() {
            for meter in Meter::ALL {
                let rows = ledger.iter().filter(|r| {
                    r["plan"] == plan
                        && r["month"] == month["month"].as_str().unwrap()
                        && r["meter"] == meter.as_str()
                });
                let told = month[format!("{meter}_usd")].to_string();
                assert_eq!(micros(&told), sum(rows.map(|r| r["cost_usd"].clone())), "{plan}");
            }
        }
    }
}

#[test]
fn the_gate_has_an_exit_code_of_its_own() {
    let bench = bench();
    compare(&bench, &["--fail-if", "total_usd > +5%"]).exits(0);
    let ran = compare(&bench, &["--fail-if", "total_usd > +5%", "--fail-if", "queue_s > +10%"]);
    let ran = ran.exits(4).says(&["error[E1011]", "`queue_s > +10%` holds for `idle`"]);
    assert!(ran.stdout.contains("Gate FAILS: queue_s > +10% for idle"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Gate passes: total_usd > +5% for idle"), "{}", ran.stdout);
    // The other way round the other one holds.
    let turned =
        ["--baseline", "idle", "--fail-if", "queue_s > +10%", "--fail-if", "total_usd > +5%"];
    compare(&bench, &turned).exits(4).says(&["`total_usd > +5%` holds for `always-on"]);
    compare(&bench, &["--fail-if", "totl_usd > 5"]).exits(2).says(&["E1001", "total_usd"]);
    compare(&bench, &["--fail-if", "total_usd > -100%", "--format", "json"]).exits(4);
}

#[test]
fn sides_come_from_folders_and_flags_alike() {
    let bench = bench();
    simulate(&bench, "old", &["--plan", "idle.yml"]);
    simulate(&bench, "new/old", &["--plan", "idle.yml", "--set", "start_latency=0"]);
    // Folders of one name are told apart by their paths; a folder of one plan is called like it.
    let ran = bench.run(&["compare", "old", "new/old", "--format", "csv"]).exits(0);
    assert!(ran.stdout.contains("total,,total_usd,old,") && ran.stdout.contains(",new/old,"));
    let text = [&["compare", "old"], &WORLD[..], &["--plan", "idle.yml", "--baseline", "idle"]];
    let twice = bench.run(&text.concat());
    twice.exits(2).says(&["E1009"]);
    let both =
        [&["compare", "old"], &WORLD[..], &["--today", "--by", "workspace", "--format", "csv"]];
    let ran = bench.run(&both.concat()).exits(0);
    assert!(ran.stdout.contains("\nworkspace,blue,total_usd,idle,"), "{}", ran.stdout);
    let of = |scope: &str| -> i64 {
        let rows = ran.stdout.lines().filter(|l| l.starts_with(&format!("{scope},")));
        let rows = rows.filter(|l| l.contains(",total_usd,idle,"));
        sum(rows.map(|l| l.split(',').nth(4).unwrap().to_owned()))
    };
    assert_eq!(of("workspace"), of("total"));
    assert_eq!(of("month"), of("total"));
    assert_eq!(of("instance"), of("total"));
}

/// Terminal tables fit in 100 columns, whatever the names.
#[test]
fn tables_fit_a_terminal_of_100_columns() {
    let bench = bench();
    let name = "a-plan-with-a-name-that-somebody-made-very-long-indeed-to-say-what-is-in-it";
    for n in 0..4 {
        let text = format!("name: {name}-{n}\nidle_time_before_shutdown_minutes: {}\n", 30 + n);
        bench.put(&format!("{n}.yml"), text);
    }
    let more = ["--plan", "0.yml", "1.yml", "2.yml", "3.yml", "--by", "workspace"];
    let ran = compare(&bench, &[&more[..], &["--fail-if", "total_usd > 1"]].concat()).exits(4);
    let tables = ran.stdout.lines().filter(|l| l.starts_with(['│', '┌', '╞', '└']));
    let widest = tables.map(|l| l.chars().count()).max();
    assert!(widest.is_some_and(|w| w <= 100), "{widest:?}");
    assert!(!ran.stdout.contains('\u{1b}'), "no colour off a terminal");
}

#[test]
fn the_sample_is_compared_as_before() {
    let bench = Bench::new();
    let data = in_repository("data");
    let path = |name: &str| data.join(name).display().to_string();
    let compare = |format: &str| {
        let mut arguments: Vec<String> =
            ["compare", "--quiet", "--activity"].map(String::from).into();
        arguments.push(path("sample/activity.csv"));
        for (flag, file) in
            [("--instances", "sample/instances.csv"), ("--operations", "sample/operations.csv")]
        {
            arguments.extend([flag.to_owned(), path(file)]);
        }
        let plans = ["--today", "--plan"].map(String::from);
        arguments.extend(plans);
        arguments.extend([path("plans/idle-30.yml"), path("plans/office-hours.yml")]);
        let more = ["--by", "home_timezone", "--format", format, "--fail-if", "total_usd > +0%"];
        arguments.extend(more.map(String::from));
        bench.run(&arguments).exits(0).stdout
    };
    for (format, ending) in [("text", "txt"), ("markdown", "md"), ("json", "json")] {
        golden(&format!("compare-sample.{ending}"), &compare(format));
    }
}

/// Compares with `tests/golden`; `UPDATE=1` rewrites.
pub(crate) fn golden(name: &str, text: &str) {
    let path = in_repository("tests/golden").join(name);
    if updating() {
        std::fs::write(&path, text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == text, "tests/golden/{name} is otherwise:\n{text}");
}
