//! `recommend` as its users meet it: what it promises, `simulate` keeps.

use super::{micros, office};
use crate::support::bench::{Bench, Ran, in_repository};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

mod schema;

const INSTANCES: &str = "instance,workspace,region,vm_size,home_timezone,plan\n\
    anna,ws-1,eastus,Standard_DS3_v2,Europe/Berlin,today\n\
    bob,ws-1,eastus,Standard_DS3_v2,Europe/Berlin,\n\
    cleo,ws-2,eastus,Standard_NC6s_v3,America/New_York,today\n";
const TODAY: &str = "name: today\ntags: {team: vision}\nidle_time_before_shutdown_minutes: 240\n";

/// Three people for six weeks: office hours in Berlin, a late riser, runs in New York.
fn weeks() -> Bench {
    let mut activity = String::from("instance,kind,start,end\n");
    for day in 0..42 {
        let date = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(day);
        if day % 7 < 5 {
            let late = day % 3 * 7;
            let _ = writeln!(activity, "anna,kernel,{date}T08:{late:02}:00Z,{date}T11:30:00Z");
            let _ = writeln!(activity, "anna,kernel,{date}T12:{late:02}:00Z,{date}T16:45:00Z");
            let _ = writeln!(activity, "bob,vscode,{date}T10:1{}:00Z,{date}T18:00:00Z", day % 5);
        }
        if day % 7 == 2 {
            let _ = writeln!(activity, "cleo,run,{date}T15:00:00Z,{date}T21:30:00Z");
        }
    }
    let bench = Bench::new();
    bench.put("activity.csv", activity).put("instances.csv", INSTANCES);
    bench.put("plans/today.yml", TODAY);
    bench
}

const WORLD: [&str; 4] = ["--activity", "activity.csv", "--instances", "instances.csv"];

fn recommend(bench: &Bench, out: &str, more: &[&str]) -> Ran {
    bench.run(&[&["recommend", "--quiet", "--out", out], &WORLD[..], more].concat())
}

/// Small enough for a test.
const SMALL: [&str; 6] = ["--grid", "60", "--max-schedules", "2", "--idle-limits", "15,60,none"];

fn answer(bench: &Bench, out: &str) -> Value {
    serde_json::from_str(&bench.text(&format!("{out}/recommendation.json"))).unwrap()
}

fn amount(value: &Value) -> i64 {
    micros(&value.to_string())
}

/// What `simulate` says of the figures that an objective weighs.
fn simulated(bench: &Bench, more: &[&str]) -> BTreeMap<&'static str, i64> {
    let arguments = ["simulate", "--quiet", "--out", "again", "--force"];
    let world: &[&str] = if more.contains(&"--instances") { &WORLD[..2] } else { &WORLD };
    bench.run(&[&arguments[..], world, more].concat()).exits(0);
    let rows = bench.table("again/instances.csv").1;
    let usd = ["total_usd", "compute_usd"];
    let counts = ["wait_s", "interruptions_idle", "interruptions_schedule", "lost_run_s"];
    let usd = usd.map(|c| (c, rows.iter().map(|row| micros(&row[c])).sum::<i64>()));
    let counts = counts.map(|c| (c, rows.iter().map(|row| row[c].parse::<i64>().unwrap()).sum()));
    usd.into_iter().chain(counts).collect()
}

/// The same figures as promised.
fn promised(totals: &Value) -> BTreeMap<&'static str, i64> {
    let usd = ["total_usd", "compute_usd"].map(|key| (key, amount(&totals[key])));
    let counts = ["wait_s", "interruptions_idle", "interruptions_schedule", "lost_run_s"];
    let counts = counts.map(|key| (key, totals[key].as_i64().unwrap()));
    usd.into_iter().chain(counts).collect()
}

/// The instance table with the plans recommended, beside the folder of plans.
fn assign(bench: &Bench, out: &str, table: &str) {
    let plans = answer(bench, out);
    let mut lines = table.lines();
    let mut text = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        let has = |plan: &&Value| {
            plan["instances"].as_array().unwrap().iter().any(|i| i.as_str() == Some(cells[0]))
        };
        let plan = plans["plans"].as_array().unwrap().iter().find(has).unwrap();
        let name = plan["name"].as_str().unwrap();
        *cells.last_mut().unwrap() = name;
        let _ = writeln!(text, "{}", cells.join(","));
    }
    bench.put(&format!("{out}/assigned.csv"), text);
}

#[test]
fn simulating_the_plans_gives_the_totals_promised() {
    let bench = weeks();
    let table = ["--apply-to", "instances.csv"];
    recommend(&bench, "out", &[&SMALL[..], &table].concat()).exits(0);
    let found = answer(&bench, "out");
    assign(&bench, "out", INSTANCES);
    let again = simulated(&bench, &["--instances", "out/assigned.csv"]);
    assert_eq!(again, promised(&found["totals"]));
    // The next table holds what verdicts allow, and the plans it names lie beside it.
    let again = simulated(&bench, &["--instances", "out/instances.csv"]);
    assert_eq!(again, promised(&found["followed"]));
    let before = simulated(&bench, &["--instances", "out/rollback/instances.csv"]);
    assert_eq!(before, promised(&found["baselines"][0]));
    assert_eq!(before, simulated(&bench, &[]));
    // What else today's file says is kept.
    let kept = bench
        .names("out/plans")
        .into_iter()
        .any(|name| bench.text(&format!("out/plans/{name}")).contains("tags:\n  team: vision\n"));
    assert!(kept, "{:?}", bench.names("out/plans"));
}

#[test]
fn one_plan_for_all_is_a_plan_that_simulate_takes() {
    let bench = weeks();
    bench.put("instances.csv", INSTANCES.replace(",today\n", ",\n"));
    recommend(&bench, "out", &[&SMALL[..], &["--scope", "fleet", "--no-checks"]].concat()).exits(0);
    let found = answer(&bench, "out");
    let plans = found["plans"].as_array().unwrap();
    assert_eq!(plans.len(), 1, "{plans:?}");
    let file = format!("out/{}", plans[0]["file"].as_str().unwrap());
    assert_eq!(simulated(&bench, &["--plan", &file]), promised(&found["totals"]));
    assert_eq!(found["space"]["scope"], "fleet");
    // The ARM form says the same.
    let arm = file.replace("/plans/", "/arm/").replace(".yml", ".json");
    assert_eq!(simulated(&bench, &["--plan", &arm]), promised(&found["totals"]));
}

#[test]
fn groups_and_a_number_of_plans_limit_how_many_there_are() {
    let bench = weeks();
    bench.put("instances.csv", INSTANCES.replace(",today\n", ",\n"));
    let plans = |more: &[&str]| {
        let quickly = ["--no-checks", "--no-rehearsal", "--force"];
        recommend(&bench, "out", &[&SMALL[..], &quickly, more].concat()).exits(0);
        let found = answer(&bench, "out");
        (found["plans"].as_array().unwrap().len(), amount(&found["totals"]["objective_usd"]))
    };
    let (alone, own) = plans(&[]);
    let (few, two) = plans(&["--plans", "2"]);
    let (groups, by) = plans(&["--group-by", "workspace"]);
    let (one, all) = plans(&["--scope", "fleet"]);
    assert!(few <= 2 && groups <= 2 && one == 1 && alone >= few, "{alone} {few} {groups} {one}");
    assert!(own <= two && two <= by && by <= all, "{own} {two} {by} {all}");
}

/// SPEC 9: the objective is what it is said to be, bounds are below, and all adds up.
#[test]
fn figures_follow_from_each_other() {
    let bench = weeks();
    let prices = ["--value-of-waiting", "12.5", "--interruption-cost", "3", "--lost-run-cost", "7"];
    recommend(&bench, "out", &[&SMALL[..], &prices].concat()).exits(0);
    let found = answer(&bench, "out");
    let mut sum = 0;
    for row in found["instances"].as_array().unwrap() {
        let count = |key: &str| row[key].as_i64().unwrap();
        let cut = count("interruptions_idle") + count("interruptions_schedule");
        let hours = 12_500_000 * count("wait_s") + 7_000_000 * count("lost_run_s");
        let expected = amount(&row["total_usd"]) + hours / 3_600 + 3_000_000 * cut;
        let objective = amount(&row["objective_usd"]);
        assert!((objective - expected).abs() <= 2, "{row:#}");
        let (best, bound) = (amount(&row["best_objective_usd"]), amount(&row["lower_bound_usd"]));
        assert!(bound <= best, "{row:#}");
        if let Some(gap) = row["gap"].as_f64() {
            let exact = (best - bound) as f64 / bound.max(1) as f64;
            assert!((gap - exact).abs() < 1e-9, "{row:#}");
        }
        sum += objective;
    }
    assert_eq!(sum, amount(&found["totals"]["objective_usd"]));
    let today = amount(&found["baselines"][0]["objective_usd"]);
    assert!(sum <= today && amount(&found["followed"]["objective_usd"]) <= today);
    assert_eq!(found["space"]["idle_limits"], 3);
    assert_eq!(found["space"]["grid_minutes"], 60);
}

/// Advice is of a family that was rehearsed, or the best found; the bound is about the latter.
#[test]
fn care_is_taken_unless_asked_not_to() {
    let bench = weeks();
    recommend(&bench, "careful", &[&SMALL[..], &["--no-checks"]].concat()).exits(0);
    let careful = answer(&bench, "careful");
    recommend(&bench, "bold", &[&SMALL[..], &["--no-checks", "--no-rehearsal"]].concat()).exits(0);
    let bold = answer(&bench, "bold");
    for key in ["best_objective_usd", "lower_bound_usd", "gap"] {
        assert_eq!(careful[key], bold[key], "{key}");
    }
    assert_eq!(bold["totals"]["objective_usd"], bold["best_objective_usd"]);
    assert!(bold["families"].is_null() && bold["instances"][0]["family"].is_null());
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for row in careful["instances"].as_array().unwrap() {
        *counted.entry(row["family"].as_str().unwrap()).or_default() += 1;
    }
    let told = careful["families"].as_array().unwrap();
    let told = told.iter().map(|f| (f["name"].as_str().unwrap(), f["instances"].as_u64().unwrap()));
    assert_eq!(told.collect::<BTreeMap<_, _>>(), counted);
    assert_eq!(counted.values().sum::<u64>(), 3);
    assert_ne!(counted.get("today"), Some(&3), "somebody is advised something");
    for (out, says) in [("careful", true), ("bold", false)] {
        let page = bench.text(&format!("{out}/summary.txt"));
        assert_eq!(page.contains("Advised is what did well on weeks"), says, "{page}");
    }
}

#[test]
fn the_answer_has_the_shape_of_its_schema() {
    let bench = weeks();
    let text = fs::read_to_string(in_repository("data/recommendation.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let limits = ["--max-wait", "60min/week", "--measure", "p95"];
    let runs: [(&str, &[&str]); 4] = [
        ("full", &[]),
        ("quick", &["--no-checks"]),
        ("bold", &["--no-rehearsal"]),
        ("limits", &limits),
    ];
    for (out, more) in runs {
        recommend(&bench, out, &[&SMALL[..], more].concat()).exits(0);
        let found = answer(&bench, out);
        let wrong = schema::complaints(&schema, &found);
        assert!(wrong.is_empty(), "{out}: {wrong:#?}");
        check_with_python(&bench, &format!("{out}/recommendation.json"));
        assert_eq!(found["holdout"].is_null(), out == "quick");
    }
    // The checker notices: a key less, a value of another type.
    let mut found = answer(&bench, "full");
    found["totals"].as_object_mut().unwrap().remove("wait_s");
    found["plans"][0]["file"] = Value::from(1);
    assert_eq!(schema::complaints(&schema, &found).len(), 2);
}

/// The official validator, where `IDLEWISE_PYTHON` (else `python3`) has jsonschema.
fn check_with_python(bench: &Bench, name: &str) {
    let python = std::env::var("IDLEWISE_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = "import json,sys,jsonschema\n\
        s=json.load(open(sys.argv[1]));d=json.load(open(sys.argv[2]))\n\
        c=jsonschema.validators.validator_for(s);c.check_schema(s)\n\
        print(*(f'{list(e.path)} {e.message}' for e in c(s).iter_errors(d)),sep='\\n')\n";
    let probe = Command::new(&python).args(["-c", "import jsonschema"]).output();
    if !probe.is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: `{python}` cannot import jsonschema; set IDLEWISE_PYTHON");
        return;
    }
    let schema = in_repository("data/recommendation.schema.json");
    let run = Command::new(python).args(["-c", script]).arg(schema).arg(bench.path(name)).output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stdout).trim().to_owned();
    assert!(said.is_empty(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let bench = weeks();
    for threads in ["1", "2"] {
        let more = ["--threads", threads, "--apply-to", "instances.csv"];
        recommend(&bench, threads, &[&SMALL[..], &more].concat()).exits(0);
    }
    let files = bench.names("1");
    assert_eq!(files, bench.names("2"));
    for name in files.iter().filter(|name| name.contains('.')) {
        let [one, two] = ["1", "2"].map(|n| bench.bytes(&format!("{n}/{name}")));
        assert!(one == two, "{name} differs");
    }
    let expected = ["baselines.csv", "instances.csv", "pareto.csv", "summary.txt"];
    assert!(expected.iter().all(|name| files.iter().any(|f| f == name)), "{files:?}");
}

#[test]
fn an_early_end_keeps_the_best_so_far() {
    let bench = weeks();
    recommend(&bench, "out", &["--evaluations", "1", "--gap", "0", "--no-checks"]).exits(0);
    let found = answer(&bench, "out");
    assert_eq!(found["stop_reason"], "evaluations_used");
    assign(&bench, "out", INSTANCES);
    let again = simulated(&bench, &["--instances", "out/assigned.csv"]);
    assert_eq!(again, promised(&found["totals"]));
}

/// Ctrl-C once: what was found so far is written, whole, and holds.
#[cfg(unix)]
#[test]
fn an_interruption_keeps_the_best_so_far() {
    let bench = weeks();
    let long = ["--grid", "5", "--gap", "0", "--evaluations", "100000000", "--no-checks"];
    let mut program = Command::new(env!("CARGO_BIN_EXE_idlewise"))
        .args([&["recommend", "--quiet", "--out", "out"], &WORLD[..], &long].concat())
        .current_dir(bench.path(""))
        .spawn()
        .unwrap();
    // The folder aside is made once Ctrl-C is listened to.
    let has_begun = || bench.names("").iter().any(|name| name.ends_with(".part"));
    while !has_begun() && program.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(program.wait().unwrap().code(), Some(0));
    let found = answer(&bench, "out");
    // A search may end on its own before it hears of it.
    let reasons = ["interrupted", "optimal", "gap_reached", "evaluations_used"];
    assert!(reasons.contains(&found["stop_reason"].as_str().unwrap()), "{found:#}");
    assign(&bench, "out", INSTANCES);
    let again = simulated(&bench, &["--instances", "out/assigned.csv"]);
    assert_eq!(again, promised(&found["totals"]));
}

#[test]
fn limits_are_kept_or_the_answer_says_by_whom_not() {
    let bench = weeks();
    let with = |more: &[&str]| {
        let quickly = ["--no-checks", "--no-rehearsal", "--force"];
        recommend(&bench, "out", &[&SMALL[..], &quickly, more].concat()).exits(0);
        answer(&bench, "out")
    };
    let free =
        with(&["--value-of-waiting", "0", "--interruption-cost", "0", "--lost-run-cost", "0"]);
    let kept = with(&["--max-wait", "5min/week", "--max-interruptions", "0"]);
    let constraints = &kept["objective"]["constraints"];
    assert_eq!(constraints["max_wait_s_per_week"], 300);
    assert_eq!(kept["totals"]["objective_usd"], kept["totals"]["total_usd"]);
    let broken: Vec<&str> =
        constraints["broken_by"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for row in kept["instances"].as_array().unwrap() {
        let name = row["instance"].as_str().unwrap();
        let keeps = row["wait_s"].as_i64().unwrap() <= 6 * 300
            && row["interruptions_idle"] == 0
            && row["interruptions_schedule"] == 0;
        assert_eq!(keeps, !broken.contains(&name), "{row:#}");
    }
    assert_eq!(constraints["is_met"], broken.is_empty());
    assert!(amount(&kept["totals"]["total_usd"]) >= amount(&free["totals"]["total_usd"]));
}

#[test]
fn wrong_usage_says_the_way_out_and_leaves_nothing() {
    let bench = office();
    let wrong = |more: &[&str], says: &[&str]| {
        let arguments = ["recommend", "--activity", "activity.csv", "--out", "out"];
        bench.run(&[&arguments[..], more].concat()).exits(2).says(says);
        assert!(bench.names("out").is_empty());
    };
    wrong(&["--grid", "7"], &["--grid", "15"]);
    wrong(&["--plans", "0"], &["--plans"]);
    wrong(&["--max-schedules", "5"], &["--max-schedules"]);
    wrong(&["--idle-limits", "10"], &["E0612", "15 to 4320"]);
    wrong(&["--zone", "Mars"], &["E0613"]);
    wrong(&["--interruption-cost", "0.0000001"], &["E0611", "six decimals"]);
    wrong(&["--train", "2024-01-01"], &["E0504", "--train"]);
    wrong(&["--scope", "fleet", "--group-by", "user"], &["E0614"]);
    // All of them at once.
    wrong(&["--zone", "Mars", "--gap", "x"], &["E0613", "E0611"]);
}

/// The bundled sample, from files to plans and back.
#[test]
fn the_sample_keeps_its_promises() {
    let bench = Bench::new();
    let sample = |name: &str| in_repository(&format!("data/sample/{name}")).display().to_string();
    let (activity, operations) = (sample("activity.csv"), sample("operations.csv"));
    let table = sample("instances.csv");
    let world = ["--activity", &activity, "--operations", &operations];
    let flags = ["--instances", &table, "--no-checks", "--quiet", "--out", "out"];
    let space = ["--grid", "60", "--max-schedules", "2", "--evaluations", "50"];
    bench.run(&[&["recommend"], &world[..], &flags, &space].concat()).exits(0);
    let found = answer(&bench, "out");
    assign(&bench, "out", &fs::read_to_string(&table).unwrap());
    let simulate = ["simulate", "--quiet", "--out", "again", "--instances", "out/assigned.csv"];
    bench.run(&[&simulate[..], &world].concat()).exits(0);
    let rows = bench.table("again/instances.csv").1;
    for (row, promise) in rows.iter().zip(found["instances"].as_array().unwrap()) {
        assert_eq!(row["instance"], promise["instance"].as_str().unwrap());
        assert_eq!(micros(&row["total_usd"]), amount(&promise["total_usd"]), "{promise:#}");
        assert_eq!(row["wait_s"], promise["wait_s"].to_string(), "{promise:#}");
    }
    let totals = &found["totals"]["objective_usd"];
    assert!(amount(totals) < amount(&found["baselines"][0]["objective_usd"]) / 2);
    assert!(bench.text("out/summary.txt").contains("What to do"));
}
