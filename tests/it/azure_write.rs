//! Plans written as YAML, ARM templates, REST bodies and policies: against themselves, against the
//! official SDK, against the published schema and against the product page.
//!
//! The SDK and the schema check run when `IDLEWISE_PYTHON` (else `python3`) can import what they
//! need; they say so and pass otherwise.

use crate::support::plans::{Feature, random_plan};
use idlewise::azure::{Deployment, Form, OutFile, PlanFile, read_plan, validate, write};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const PLANS: u64 = 500;

fn plan(text: &str) -> PlanFile {
    let (plan, problems) = read_plan(text, "p.yml", "p");
    plan.unwrap_or_else(|| panic!("{text}\n{problems:?}"))
}

fn deployment(seed: u64, feature: Feature) -> Deployment {
    let document = random_plan(seed, feature);
    Deployment::of(plan(&document.to_string()), format!("{seed}.yml"))
}

fn written(form: Form, deployment: &Deployment) -> Result<Vec<OutFile>, Vec<&'static str>> {
    let written = write(form, std::slice::from_ref(deployment), "out");
    written.map(|(files, _)| files).map_err(|problems| problems.iter().map(|p| p.code).collect())
}

fn json_of(files: &[OutFile], end: &str) -> Value {
    let (_, bytes) = files.iter().find(|(path, _)| path.ends_with(end)).expect(end);
    serde_json::from_slice(bytes).unwrap()
}

/// 500 random plans of every feature: each form says the plan, or refuses it with the way out.
/// Writing reads back and compares, so no error is the proof.
#[test]
fn random_plans_go_out_and_come_in() {
    let (mut refused, mut versions) = (0, BTreeSet::new());
    for seed in 0..PLANS {
        let deployment = deployment(seed, Feature::All);
        let problems = validate(&deployment.file, "p");
        assert!(problems.iter().all(|p| !p.is_error()), "{seed}: {problems:?}");
        for form in [Form::Arm, Form::Rest, Form::Policy] {
            let files =
                written(form, &deployment).unwrap_or_else(|e| panic!("{seed} {form:?} {e:?}"));
            assert!(files.iter().all(|(path, _)| path.starts_with("out/")));
            if form == Form::Arm {
                let template = json_of(&files, &format!("ci-{seed}a.json"));
                versions.insert(template["resources"][0]["apiVersion"].to_string());
            }
        }
        let document = random_plan(seed, Feature::All).to_string();
        match written(Form::Yaml, &deployment) {
            Ok(_) => assert!(!document.contains("month_days"), "{seed}"),
            Err(codes) => {
                assert!(document.contains("month_days"), "{seed}: {codes:?}");
                assert!(codes.iter().all(|code| *code == "E0920"), "{codes:?}");
                refused += 1;
            }
        }
    }
    assert!((10..PLANS / 2).contains(&refused), "{refused} refused");
    assert_eq!(versions.len(), 4, "{versions:?}");
}

/// What was written is a plan again: a second export gives the same bytes.
#[test]
fn a_second_export_changes_nothing() {
    for seed in 0..100 {
        let once = written(Form::Yaml, &deployment(seed, Feature::Cli)).unwrap();
        let text = String::from_utf8(once[0].1.clone()).unwrap();
        let again = Deployment::of(plan(&text), "again.yml");
        assert_eq!(written(Form::Yaml, &again).unwrap(), once, "{seed}");
    }
}

// ---- The official SDK ----

/// DIFFERENCE: what the SDK's body has otherwise, and why ours does not.
const DIFFERENT: &[(&str, &str)] = &[
    ("case", "action, status, frequency and week days: the schema wants `Stop`, `Week`, `Monday`"),
    ("triggerType", "inside cron and recurrence: no version of the schema has it there"),
    ("vmSize", "the SDK chooses a size for a plan without one; we say nothing and warn"),
    (
        "default truths",
        "sent always by the SDK; ours only when the plan says them: three of them \
                        exist in previews only, enableSSO since 2025-12-01",
    ),
    ("timeout", "the SDK sends `Nonem` for a script without a timeout"),
    ("subnet", "ours holds ${SUBSCRIPTION_ID} and ${RESOURCE_GROUP} until it is applied"),
];

/// The SDK's body as it would be without the differences; notes which of them it met.
fn without_differences(theirs: &mut Value, ours: &Value, met: &mut BTreeSet<&'static str>) {
    let compute = &mut theirs["properties"]["properties"];
    let own = &ours["properties"]["properties"];
    for key in ["vmSize", "enableSSO", "enableRootAccess", "releaseQuotaOnStop", "enableOSPatching"]
    {
        if own.get(key).is_none() {
            let removed = compute.as_object_mut().unwrap().shift_remove(key);
            let defaults = [json!("STANDARD_DS3_V2"), json!(true), json!(false)];
            assert!(defaults.contains(&removed.unwrap()), "{key}");
            met.insert(if key == "vmSize" { "vmSize" } else { "default truths" });
        }
    }
    let schedules = compute.get_mut("schedules").map(|s| &mut s["computeStartStop"]);
    for schedule in schedules.into_iter().flat_map(|s| s.as_array_mut().unwrap()) {
        for key in ["action", "status"] {
            capitalise(&mut schedule[key], met);
        }
        for key in ["cron", "recurrence"] {
            let Some(trigger) = schedule.get_mut(key) else { continue };
            if trigger.as_object_mut().unwrap().shift_remove("triggerType").is_some() {
                met.insert("triggerType");
            }
            if key == "recurrence" {
                capitalise(&mut trigger["frequency"], met);
                let days = trigger["schedule"].get_mut("weekDays").and_then(Value::as_array_mut);
                days.into_iter().flatten().for_each(|day| capitalise(day, met));
            }
        }
    }
    let scripts = compute.get_mut("setupScripts").map(|s| &mut s["scripts"]);
    for script in scripts.into_iter().flat_map(|s| s.as_object_mut().unwrap().values_mut()) {
        if script["timeout"] == "Nonem" {
            script.as_object_mut().unwrap().shift_remove("timeout");
            met.insert("timeout");
        }
    }
}

fn capitalise(word: &mut Value, met: &mut BTreeSet<&'static str>) {
    let text = word.as_str().unwrap();
    let capital = text[..1].to_uppercase() + &text[1..];
    if text != capital {
        met.insert("case");
        *word = json!(capital);
    }
}

/// 500 random plans: the SDK loads each file, and its body is ours up to the table of differences.
#[test]
fn the_official_sdk_makes_the_same_bodies() {
    let Some(python) = python_with("azure.ai.ml") else { return };
    let folder = Scratch::new("sdk");
    let mut ours = BTreeMap::new();
    for seed in 0..PLANS {
        let deployment = deployment(seed, Feature::Cli);
        let yaml = written(Form::Yaml, &deployment).unwrap();
        folder.write(&format!("ci-{seed}a.yml"), &yaml[0].1);
        let body = json_of(&written(Form::Rest, &deployment).unwrap(), &format!("ci-{seed}a.json"));
        ours.insert(format!("ci-{seed}a"), body);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/azure/sdk_bodies.py");
    let output = Command::new(python).arg(script).arg(&folder.0).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut met, mut compared) = (BTreeSet::new(), 0);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let mut theirs: Value = serde_json::from_str(line).unwrap();
        let stem = theirs["stem"].as_str().unwrap().to_owned();
        assert_eq!((&theirs["error"], &theirs["name"]), (&Value::Null, &json!(stem)), "{stem}");
        let own = &ours[&stem];
        without_differences(&mut theirs["body"], own, &mut met);
        let text = own.to_string();
        let id = "00000000-0000-0000-0000-000000000000";
        let here = text.replace("${SUBSCRIPTION_ID}", id).replace("${RESOURCE_GROUP}", "rg");
        if here != text {
            met.insert("subnet");
        }
        let own: Value = serde_json::from_str(&here).unwrap();
        assert_eq!(theirs["body"], own, "{stem}");
        compared += 1;
    }
    assert_eq!(compared, PLANS);
    eprintln!("{compared} bodies are the SDK's");
    let table: BTreeSet<&str> = DIFFERENT.iter().map(|(what, _)| *what).collect();
    assert_eq!(met, table, "the table is out of date");
}

/// 500 random plans: every template is what the published schema describes.
#[test]
fn templates_fit_the_published_schema() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/arm-schema");
    if !schemas.join("common-definitions.json").is_file() {
        eprintln!("skipped: no schema in {}", schemas.display());
        return;
    }
    let Some(python) = python_with("jsonschema") else { return };
    let folder = Scratch::new("arm");
    for seed in 0..PLANS {
        for (path, bytes) in written(Form::Arm, &deployment(seed, Feature::All)).unwrap() {
            folder.write(path.trim_start_matches("out/"), &bytes);
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/azure/check_templates.py");
    let output = Command::new(python).arg(script).arg(schemas).arg(&folder.0).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, format!("checked {PLANS}\n"), "{trouble}");
}

/// The interpreter, if it can import this module.
fn python_with(module: &str) -> Option<String> {
    let python = std::env::var("IDLEWISE_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = Command::new(&python).args(["-c", &format!("import {module}")]).output();
    if probe.is_ok_and(|done| done.status.success()) {
        return Some(python);
    }
    eprintln!("skipped: `{python}` cannot import {module}; set IDLEWISE_PYTHON");
    None
}

/// A folder that goes when the test is done.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("idlewise-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

// ---- The product page ----

/// The page's parameter file: two cron entries and one recurrence.
#[test]
fn the_pages_schedules_are_reproduced() {
    let text = "name: ci-page\nsize: Standard_DS3_v2\nschedules:\n  compute_start_stop:\n\
        \x20   - {action: stop, trigger: {type: cron, expression: 0 18 * * *}}\n\
        \x20   - {action: start, trigger: {type: cron, expression: 0 8 * * *}}\n\
        \x20   - {action: stop, trigger: {type: recurrence, frequency: day, interval: 1,\n\
        \x20      schedule: {hours: [17], minutes: [0]}}}\n";
    let files = written(Form::Arm, &Deployment::of(plan(text), "p")).unwrap();
    let cron = |expression: &str, action: &str| {
        json!({
            "triggerType": "Cron",
            "cron": { "timeZone": "UTC", "expression": expression },
            "action": action,
            "status": "Enabled",
        })
    };
    let page = json!({ "value": { "computeStartStop": [
        cron("0 18 * * *", "Stop"),
        cron("0 8 * * *", "Start"),
        {
            "triggerType": "Recurrence",
            "recurrence": {
                "frequency": "Day",
                "interval": 1,
                "timeZone": "UTC",
                "schedule": { "hours": [17], "minutes": [0] },
            },
            "action": "Stop",
            "status": "Enabled",
        },
    ]}});
    let parameters = json_of(&files, "ci-page.parameters.json");
    assert_eq!(parameters["parameters"]["schedules"], page);
    let template = json_of(&files, "ci-page.json");
    let compute = &template["resources"][0]["properties"]["properties"];
    assert_eq!(compute["schedules"], "[parameters('schedules')]");
    assert_eq!(template["parameters"]["schedules"]["type"], "object");
}

/// A definition with its defaults put in, in the page's form.
fn with_defaults(definition: &Value) -> Value {
    let mut text =
        json!({ "mode": definition["mode"], "policyRule": definition["policyRule"] }).to_string();
    for (name, parameter) in definition["parameters"].as_object().unwrap() {
        let used = format!("\"[parameters('{name}')]\"");
        text = text.replace(&used, &parameter["defaultValue"].to_string());
    }
    serde_json::from_str(&text).unwrap()
}

/// The page's three policies, field by field.
#[test]
fn the_pages_policies_are_the_defaults() {
    const COMPUTES: &str = "Microsoft.MachineLearningServices/workspaces/computes";
    let files = written(Form::Policy, &Deployment::of(plan("name: page\n"), "p")).unwrap();
    let alias = |field: &str| format!("{COMPUTES}/{field}");
    let is_type = json!({ "field": "type", "equals": COMPUTES });
    let is_instance = json!({ "field": alias("computeType"), "equals": "ComputeInstance" });
    let idle = alias("idleTimeBeforeShutdown");
    let page = |conditions: Value, then: Value| json!({ "mode": "All", "policyRule": { "if": { "allOf": conditions }, "then": then } });
    let limit = page(
        json!([is_type, is_instance, { "anyOf": [
            { "field": idle, "exists": false },
            { "value": format!("[empty(field('{idle}'))]"), "equals": true },
        ]}]),
        json!({ "effect": "append", "details": [{ "field": idle, "value": "PT60M" }] }),
    );
    assert_eq!(with_defaults(&json_of(&files, "append-idle-limit.json")), limit);
    let schedule = page(
        json!([is_instance, { "field": alias("schedules"), "exists": "false" }]),
        json!({ "effect": "append", "details": [{
            "field": alias("schedules"),
            "value": { "computeStartStop": [{
                "triggerType": "Cron",
                "cron": {
                    "startTime": "2021-03-10T21:21:07",
                    "timeZone": "Pacific Standard Time",
                    "expression": "0 22 * * *",
                },
                "action": "Stop",
                "status": "Enabled",
            }]},
        }]}),
    );
    assert_eq!(with_defaults(&json_of(&files, "append-stop-schedule.json")), schedule);
    let latest = alias("osImageMetadata.isLatestOsImageVersion");
    let image = page(
        json!([is_type, is_instance, { "field": latest, "equals": "false" }]),
        json!({ "effect": "Audit" }),
    );
    assert_eq!(with_defaults(&json_of(&files, "audit-image-age.json")), image);
}

/// The initiative declares every parameter it hands on, and the template names what it makes.
#[test]
fn the_initiative_bundles_all_four() {
    let files = written(Form::Policy, &Deployment::of(plan("name: page\n"), "p")).unwrap();
    let set = json_of(&files, "initiative.json");
    let members = set["policyDefinitions"].as_array().unwrap();
    assert_eq!(members.len(), 4);
    let mut handed = BTreeSet::new();
    for value in members.iter().flat_map(|m| m["parameters"].as_object().unwrap().values()) {
        let text = value["value"].as_str().unwrap();
        handed.insert(text.trim_start_matches("[parameters('").trim_end_matches("')]").to_owned());
    }
    let declared: BTreeSet<String> =
        set["parameters"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(handed, declared);
    let deploy = json_of(&files, "deploy.json");
    let resources = deploy["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 5);
    // An expression of a rule must reach the policy engine.
    let rule = &resources[0]["properties"]["policyRule"]["then"]["effect"];
    assert_eq!(rule, "[[parameters('effect')]");
}

// ---- Secrets and checks ----

const LICENSED: &str = "name: ci-posit\nsize: Standard_DS3_v2\ncustom_applications:\n\
    \x20 - name: posit\n    image: {reference: x/y}\n\
    \x20   endpoints: [{target: 8787, published: 8787}]\n\
    \x20   environment_variables: {RSP_LICENSE: TOP-SECRET, MODE: on}\n";

#[test]
fn secrets_are_never_written() {
    let deployment = Deployment::of(plan(LICENSED), "p");
    let problems = write(Form::Yaml, std::slice::from_ref(&deployment), "out").unwrap_err();
    assert_eq!((problems.len(), problems[0].code, problems[0].line), (1, "E0921", 7));
    assert!(problems[0].hint.contains("RSP_LICENSE=\"$RSP_LICENSE\""), "{}", problems[0]);
    assert!(!format!("{problems:?}").contains("TOP-SECRET"));
    for form in [Form::Arm, Form::Rest, Form::Policy] {
        for (path, bytes) in written(form, &deployment).unwrap() {
            assert!(!String::from_utf8(bytes).unwrap().contains("TOP-SECRET"), "{path}");
        }
    }
    let template = json_of(&written(Form::Arm, &deployment).unwrap(), "ci-posit.json");
    assert_eq!(template["parameters"]["RSP_LICENSE"]["type"], "securestring");
    assert_eq!(template["parameters"]["RSP_LICENSE"].get("defaultValue"), None);
}

/// The script shows calls, makes them only under `APPLY=1`, and fills in what the body leaves open.
#[test]
fn the_script_is_dry_by_default() {
    let files = written(Form::Rest, &Deployment::of(plan(LICENSED), "p")).unwrap();
    let folder = Scratch::new("rest");
    files.iter().for_each(|(path, bytes)| folder.write(path, bytes));
    let az = "#!/bin/sh\nprintf '%s ' \"$@\"; shift 6; cat \"${1#@}\"\n";
    folder.write("bin/az", az.as_bytes());
    let path = format!("{}:{}", folder.0.join("bin").display(), std::env::var("PATH").unwrap());
    Command::new("chmod").arg("+x").arg(folder.0.join("bin/az")).status().unwrap();
    let run = |apply: &str, arguments: &[&str]| {
        let mut command = Command::new("bash");
        command.arg(folder.0.join("out/apply.sh")).args(arguments).env("PATH", &path);
        command.env("APPLY", apply).env("SUBSCRIPTION_ID", "SUB").env("WORKSPACE", "ws");
        command.env("RESOURCE_GROUP", "rg").env("RSP_LICENSE", "a\"b\\c&");
        let done = command.output().unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    let (code, shown) = run("", &["create"]);
    assert_eq!(code, Some(0));
    assert!(shown.starts_with("az rest --method put --url 'https://management.azure.com/"));
    assert!(shown.contains("/workspaces/ws/computes/ci-posit?api-version=2023-04-01"), "{shown}");
    assert!(!shown.contains("a\"b"));
    let (code, made) = run("1", &["create", "ci-posit"]);
    assert_eq!(code, Some(0));
    assert!(made.contains(r#""value": "a\"b\\c&""#), "{made}");
    assert_eq!(run("1", &["create", "ci-other"]), (Some(0), String::new()));
    assert_eq!(run("", &["idle"]), (Some(0), String::new()));
    assert_eq!(run("", &[]).0, Some(2));
}

/// What the SDK accepts although it is wrong, and what reading does not look at.
#[test]
fn wrong_settings_are_found_where_they_stand() {
    let table = [
        ("name: ci-1", "E0901", (1, 7)),
        ("name: ab", "E0901", (1, 7)),
        ("name: 1abc", "E0901", (1, 7)),
        ("name: a_bc", "E0901", (1, 7)),
        ("tags: {a: 1}", "E0907", (1, 11)),
        ("create_on_behalf_of: {user_tenant_id: x, user_object_id: y}", "E0904", (1, 39)),
        ("create_on_behalf_of: {user_object_id: x}", "E0906", (1, 22)),
        ("identity: {type: user_assigned}", "E0905", (1, 11)),
        ("identity: {type: usr}", "E0905", (1, 11)),
        ("network_settings: {vnet_name: v}", "E0906", (1, 19)),
        ("network_settings: {subnet: /subscriptions/x}", "E0904", (1, 28)),
        ("custom_applications: [{name: a}]", "E0906", (1, 23)),
        (
            "custom_applications: [{name: a, image: {reference: x}, endpoints: \
             [{target: 80, published: 8080}]}]",
            "E0902",
            (1, 77),
        ),
    ];
    for (text, code, place) in table {
        let problems = validate(&plan(text), "p");
        let found = problems.iter().find(|p| p.is_error()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.code, (found.line, found.column)), (code, place), "{found}");
    }
    let twice = "custom_applications:\n  - {name: a, image: {reference: x}, endpoints: \
        [{target: 8080, published: 8080}]}\n  - {name: a, image: {reference: x}, endpoints: \
        [{target: 8080, published: 8080}]}\n";
    let codes: Vec<_> = validate(&plan(twice), "p").iter().map(|p| p.code).collect();
    assert_eq!(codes, ["E0903", "E0903", "W0903"]);
}
