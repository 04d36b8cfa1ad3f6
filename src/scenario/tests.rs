//! Tests of the scenario reader: includes, plans, batches, groups, problems and their places.

use super::*;
use crate::plan::Plan;
use crate::world::Instance;
use std::collections::BTreeMap;
use std::path::Path;

/// Files in memory, by path.
fn load_from(files: &[(&str, &str)], path: &str) -> Loaded {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    load(Path::new(path), false, &mut |path| {
        let found = files.get(path.to_str().unwrap());
        found.map(|text| (*text).to_owned()).ok_or_else(|| {
            Problem::error("E0102", "is not there").in_file(path.display().to_string())
        })
    })
}

/// A scenario file of this text.
fn scenario(text: &str) -> Loaded {
    load_from(&[("s.yml", text)], "s.yml")
}

#[track_caller]
fn good(text: &str) -> ScenarioFile {
    let loaded = scenario(text);
    assert_eq!(loaded.problems, []);
    loaded.scenario
}

fn complaints(text: &str) -> Vec<String> {
    scenario(text).problems.iter().map(ToString::to_string).collect()
}

fn built(file: &ScenarioFile) -> Vec<&Plan> {
    let plans = file.plans.iter().map(|at| match &at.value {
        PlanSource::Built(plan) => plan.as_ref(),
        PlanSource::File(path) => panic!("{} is a file", path.display()),
    });
    plans.collect()
}

fn names(file: &ScenarioFile) -> Vec<&str> {
    built(file).into_iter().map(|plan| plan.name.as_str()).collect()
}

#[test]
fn every_key_is_read() {
    let file = good(
        "activity: [a.csv, b.csv]\noperations: o.csv\ninstances: i.csv\nprices: p.csv\n\
         price_kind: savings_1y\nquotas: q.csv\nclusters: c.csv\nroles: r.csv\n\
         horizon: {start: 2024-01-01T00:00:00Z, end: 2024-02-01T00:00:00+01:00}\n\
         rules: aml-2024-08\ndst: observed\nseed: 7\ntoday: true\n\
         model: {start_latency: 10, dismiss: {attended: 0.5}, \
         after_interruption.attended: give_up}\n",
    );
    let paths =
        |key: &str| -> Vec<&str> { file.paths(key).iter().map(|at| at.value.as_str()).collect() };
    assert_eq!(paths("activity"), ["a.csv", "b.csv"]);
    for (key, path) in
        [("operations", "o.csv"), ("quotas", "q.csv"), ("clusters", "c.csv"), ("roles", "r.csv")]
    {
        assert_eq!(paths(key), [path]);
    }
    assert_eq!(file.prices.as_ref().unwrap().value, "p.csv");
    assert_eq!(file.price_kind, Some(PriceKind::Savings1y));
    let horizon = file.horizon.unwrap();
    assert_eq!(horizon.start.to_string(), "2024-01-01T00:00:00Z");
    assert_eq!(horizon.end.to_string(), "2024-01-31T23:00:00Z");
    assert_eq!((file.rules, file.dst), (Some(RuleProfile::Aml2024_08), Some(DstRule::Observed)));
    assert_eq!((file.seed, file.today), (Some(7), true));
    let model: Vec<(&str, &str)> = file.model.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let expected = [
        ("after_interruption.attended", "give_up"),
        ("dismiss.attended", "0.5"),
        ("start_latency", "10"),
    ];
    assert_eq!(model, expected);
    let short = good("horizon: 2024-01-01T00:00:00Z/2024-01-02T00:00:00Z\n");
    assert_eq!(short.horizon.unwrap().seconds(), 86_400);
}

#[test]
fn including_files_win_and_paths_belong_to_the_file_that_names_them() {
    let loaded = load_from(
        &[
            (
                "top/s.yml",
                "include: [../lib/one.yml, ../lib/two.yml]\nseed: 3\nmodel: {stop_latency: 5}",
            ),
            (
                "lib/one.yml",
                "activity: x/a.csv\nseed: 1\nmodel: {start_latency: 1, stop_latency: 1}",
            ),
            ("lib/two.yml", "include: one.yml\noperations: ../o.csv\nrules: aml-2024-08"),
        ],
        "top/s.yml",
    );
    assert_eq!(loaded.problems, []);
    let file = loaded.scenario;
    assert_eq!(file.paths("activity")[0].value, "lib/x/a.csv");
    assert_eq!(file.paths("operations")[0].value, "o.csv");
    assert_eq!((file.seed, file.rules), (Some(3), Some(RuleProfile::Aml2024_08)));
    let value = |key: &str| file.model.iter().find(|(k, _)| *k == key).unwrap().1.clone();
    assert_eq!((value("start_latency"), value("stop_latency")), ("1".into(), "5".into()));
    assert_eq!(loaded.texts.len(), 4, "one.yml is read for both of its includers");
}

#[test]
fn includes_that_go_round_are_refused_where_they_close() {
    let round = [("a.yml", "include: b.yml"), ("b.yml", "seed: 1\ninclude: ./a.yml")];
    let problems = load_from(&round, "a.yml").problems;
    assert_eq!(
        problems[0].to_string(),
        "b.yml:2:10  error[E0264]  `a.yml` includes itself: `a.yml` includes `b.yml`  (leave one \
         of the `include`s out)"
    );
    assert_eq!(problems.len(), 1);
    assert_eq!(load_from(&[("a.yml", "include: a.yml")], "a.yml").problems[0].code, "E0264");
}

#[test]
fn a_batch_is_every_combination_under_readable_names() {
    let file = good(
        "plans:\n  - name: b\n    base: {size: Standard_DS3_v2, \
         idle_time_before_shutdown_minutes: 90}\n    \
         idle: [15, none]\n    public_ip: [true, false]\n    size: Standard_F4s_v2\n    \
         schedules:\n      - none\n      - name: night\n        compute_start_stop:\n          \
         - {action: stop, trigger: {type: cron, expression: 0 22 * * *}}\n",
    );
    assert_eq!(
        names(&file),
        [
            "b-idle15-no-schedule-ip",
            "b-idle15-no-schedule-no-ip",
            "b-idle15-night-ip",
            "b-idle15-night-no-ip",
            "b-no-idle-no-schedule-ip",
            "b-no-idle-no-schedule-no-ip",
            "b-no-idle-night-ip",
            "b-no-idle-night-no-ip",
        ]
    );
    let last = built(&file)[7];
    assert_eq!((last.idle, last.schedules.len(), last.public_ip), (None, 1, false));
    assert_eq!(last.size.as_deref(), Some("Standard_F4s_v2"), "a value that stands alone");
}

#[test]
fn a_batch_keeps_what_its_base_says_and_no_list_changes() {
    let file = good(
        "plans: {base: {idle_time_before_shutdown_minutes: 90, enable_node_public_ip: false}, \
         size: [Standard_A, Standard_B]}",
    );
    assert_eq!(names(&file), ["batch-a", "batch-b"]);
    let plan = built(&file)[0];
    assert_eq!((plan.idle.map(|i| i.minutes()), plan.public_ip), (Some(90), false));
}

#[test]
fn a_thousand_combinations_are_a_thousand_plans() {
    let idle: Vec<String> = (15..265).map(|n| n.to_string()).collect();
    let text = format!(
        "plans:\n  - idle: [{}]\n    public_ip: [true, false]\n    \
         size: [Standard_A, Standard_B]\n",
        idle.join(", ")
    );
    let file = good(&text);
    let unique: std::collections::BTreeSet<&str> = names(&file).into_iter().collect();
    assert_eq!(unique.len(), 1_000);
}

#[test]
fn an_inline_plan_has_a_plans_keys_and_problems_where_they_are() {
    let file = good("plans:\n  - {name: x, size: Standard_A, enable_node_public_ip: false}\n");
    assert_eq!((names(&file), built(&file)[0].public_ip), (vec!["x"], false));
    assert_eq!(
        complaints("plans:\n  - name: x\n    idle_time_before_shutdown_minutes: 5\n    siz: A\n"),
        [
            "s.yml:4:5  error[E0261]  unknown key `siz`  (did you mean `size`?)",
            "s.yml:3:40  error[E0203]  idle_time_before_shutdown_minutes: `5` is not an idle \
             limit  (whole minutes from 15 to 4320 (three days); leave the key out for none)",
        ]
    );
}

#[test]
fn every_problem_of_a_file_is_found_at_once() {
    let found = complaints(
        "activty: a.csv\nseed: -1\ntoday: 1\nrules: x\nhorizon: 2024\n\
         model: {a: 1, dismiss: {attended: 7}}\n\
         plans: [{idle: [1]}]\nscenarios: [{nam: x}, 5]\n",
    );
    let heads: Vec<&str> = found.iter().map(|p| p.split("]  ").next().unwrap()).collect();
    assert_eq!(
        heads,
        [
            "s.yml:1:1  error[E0261",
            "s.yml:5:10  error[E0262",
            "s.yml:4:8  error[E0263",
            "s.yml:2:7  error[E0262",
            "s.yml:3:8  error[E0262",
            "s.yml:7:17  error[E0203",
            "s.yml:8:14  error[E0261",
            "s.yml:8:13  error[E0265",
            "s.yml:8:23  error[E0262",
            "s.yml:6:9  error[E0501",
            "s.yml:6:35  error[E0502",
        ],
        "{found:#?}"
    );
}

fn fleet() -> Vec<Instance> {
    let of = |name: &str, region: &str, size: &str| Instance {
        region: region.to_owned(),
        vm_size: size.to_owned(),
        ..Instance::named(name)
    };
    vec![
        of("ann", "eastus", "Standard_DS3_v2"),
        of("bob", "westeurope", "Standard_NC6s_v3"),
        of("cy", "westeurope", "Standard_DS3_v2"),
    ]
}

const PLANS: [&str; 3] = ["none", "short", "long"];

fn assigned(text: &str) -> (Result<Vec<usize>, Vec<String>>, usize) {
    let file = good(text);
    let (plans, warnings) = assign(&file.scenarios[0], &fleet(), &[0, 0, 0], &PLANS);
    (plans.map_err(|p| p.iter().map(ToString::to_string).collect()), warnings.len())
}

#[test]
fn the_first_group_that_matches_decides_and_the_rest_gets_the_default() {
    let text = "scenarios:\n  - name: m\n    default: today\n    groups:\n      \
                - {match: {region: WestEurope, vm_size: [standard_nc*, x]}, plan: short}\n      \
                - {name: \"?[ob]*\", plan: long}\n      - {name: ann, plan: short}\n";
    assert_eq!(assigned(text), (Ok(vec![1, 1, 0]), 1), "the second group gets nobody: a warning");
}

#[test]
fn groups_that_match_nobody_and_instances_in_no_group_are_errors() {
    let text = "scenarios:\n  - name: m\n    groups:\n      - {match: {region: mars}, plan: long}\n\
                \x20     \
                - {name: ann, plan: shrt}\n";
    let (problems, _) = assigned(text);
    let heads: Vec<String> = problems.unwrap_err();
    assert_eq!(
        heads,
        [
            "s.yml:5:27  error[E0269]  no plan is called `shrt`  (did you mean `short`?)",
            "s.yml:4:9  error[E0267]  the group matches no instance  (region is eastus, \
             westeurope)",
            "s.yml:2:11  error[E0268]  2 instances are in no group of `m`: bob, cy  (add a group, \
             or a `default`: a plan, or `today` to leave them as they are)",
        ]
    );
}

#[test]
fn every_key_of_the_reader_is_in_the_schema() {
    let schema = schema();
    let of = |pointer: &str| schema.pointer(pointer).unwrap().as_object().unwrap().len();
    assert_eq!(of("/properties"), keys::TOP.len());
    assert_eq!(of("/definitions/batch/properties"), keys::BATCH.len());
    assert_eq!(of("/definitions/group/properties"), keys::GROUP.len());
    assert_eq!(of("/definitions/scenario/properties"), keys::SCENARIO.len());
    assert_eq!(of("/definitions/plan/properties"), crate::azure::PLAN_KEYS.len());
    let model = schema.pointer("/properties/model/properties").unwrap();
    assert!(crate::world::MODEL_KEYS.iter().all(|key| model.get(key).is_some()));
}
