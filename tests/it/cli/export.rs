//! `export` and the what-if flags of `simulate`.

use super::{office, simulate};
use crate::support::bench::{Bench, Ran};
use serde_json::Value;

const INSTANCES: &str = "instance,workspace,region,vm_size,plan\n\
    anna,ws-1,eastus,Standard_DS3_v2,today\nbob,ws-1,eastus,Standard_DS3_v2,today\n";
const TODAY: &str = "idle_time_before_shutdown_minutes: 120\n";

fn fleet() -> Bench {
    let bench = office();
    bench.put("instances.csv", INSTANCES).put("plans/today.yml", TODAY);
    bench
}

fn export(bench: &Bench, more: &[&str]) -> Ran {
    let mut arguments = vec!["export", "--out", "out"];
    arguments.extend(more);
    bench.run(&arguments)
}

fn json(bench: &Bench, name: &str) -> Value {
    serde_json::from_str(&bench.text(name)).unwrap()
}

#[test]
fn every_form_has_its_folder_and_rollback_holds_what_was_there() {
    let bench = fleet();
    let to = ["--to", "yaml", "--to", "arm", "--to", "rest", "--to", "policy"];
    let with = ["office.yml", "--instances", "instances.csv", "--why", "It is cheaper."];
    export(&bench, &[&to[..], &with[..]].concat()).exits(0);
    let files: Vec<String> = bench.names("out").into_iter().filter(|n| n.contains('.')).collect();
    let expected = [
        "README.txt",
        "arm/anna.json",
        "arm/anna.parameters.json",
        "arm/bob.json",
        "arm/bob.parameters.json",
        "policy/office/append-idle-limit.json",
        "rest/anna.idle.json",
        "rest/anna.json",
        "rest/apply.sh",
        "rollback/arm/bob.parameters.json",
        "rollback/rest/anna.idle.json",
        "rollback/rest/apply.sh",
        "rollback/yaml/anna.yml",
        "yaml/anna.yml",
        "yaml/bob.yml",
    ];
    for name in expected {
        assert!(files.iter().any(|f| f == name), "{name} is not in {files:#?}");
    }
    let yaml = bench.text("out/yaml/anna.yml");
    assert!(yaml.starts_with("# It is cheaper.\n$schema: https://"), "{yaml}");
    assert!(yaml.contains("\nname: anna\n") && yaml.contains("\nlocation: eastus\n"), "{yaml}");
    let idle = "idleTimeBeforeShutdown";
    assert_eq!(json(&bench, "out/rest/anna.idle.json")[idle], "PT60M");
    assert_eq!(json(&bench, "out/rollback/rest/anna.idle.json")[idle], "PT120M");
    let parameters = json(&bench, "out/arm/anna.parameters.json");
    assert_eq!(parameters["parameters"]["workspaceName"]["value"], "ws-1");
}

/// The proof by replay, and what it says above each plan.
#[test]
fn with_a_trace_each_file_says_what_its_plan_cost() {
    let bench = fleet();
    let with = ["office.yml", "--to", "yaml", "--to", "arm", "--activity", "activity.csv"];
    export(&bench, &[&with[..], &["--instances", "instances.csv"]].concat()).exits(0);
    let yaml = bench.text("out/yaml/anna.yml");
    assert!(yaml.contains("anna cost 4.302883 USD under this"), "{yaml}");
    // A file that came out goes in again and costs the same.
    let instances = ["--instances", "instances.csv", "--plan"];
    let cost = |plan: &str, out: &str| {
        let arguments = ["simulate", "--activity", "activity.csv", "--out", out];
        bench.run(&[&arguments[..], &instances[..], &[plan]].concat()).exits(0);
        let rows = bench.table(&format!("{out}/instances.csv")).1;
        rows.into_iter().find(|r| r["instance"] == "anna").unwrap()["total_usd"].clone()
    };
    assert_eq!(cost("out/yaml/anna.yml", "a"), cost("office.yml", "b"));
    assert_eq!(cost("out/arm/anna.json", "c"), cost("office.yml", "d"));
}

#[test]
fn refusals_leave_nothing_and_say_the_way_out() {
    let bench = fleet();
    bench.put("nameless.yml", TODAY);
    export(&bench, &["nameless.yml", "--to", "rest"]).exits(1).says(&["E0922", "--instance"]);
    export(&bench, &["office.yml", "--to", "arm", "--instance", "ci-1"]).exits(1).says(&["E0901"]);
    export(&bench, &["--to", "arm"]).exits(2).says(&["E0925"]);
    export(&bench, &["office.yml"]).exits(2);
    let month = "name: monthly\nsize: Standard_DS3_v2\nschedules:\n  compute_start_stop:\n    \
        - {action: stop, trigger: {type: recurrence, frequency: month, interval: 1,\n       \
        schedule: {hours: [1], minutes: [0], month_days: [-1]}}}\n";
    bench.put("month.yml", month);
    export(&bench, &["month.yml", "--to", "yaml"]).exits(1).says(&["E0920", "--to arm"]);
    assert!(bench.names("out").is_empty());
    export(&bench, &["month.yml", "--to", "arm"]).exits(0);
}

/// One flag changes the plan and its price.
#[test]
fn what_ifs_change_plan_and_price() {
    let bench = fleet();
    let total = |more: &[&str], column: &str| -> Vec<String> {
        let with = [&["--instances", "instances.csv", "--force"], more].concat();
        simulate(&bench, &with).exits(0);
        bench.table("out/instances.csv").1.iter().map(|r| r[column].clone()).collect()
    };
    let both = ["--plan", "office.yml", "--today"];
    let plain = total(&both, "public_ip_usd");
    let without = total(&[&both[..], &["--no-public-ip"]].concat(), "public_ip_usd");
    assert_eq!(without[..2], ["0.000000", "0.000000"], "office");
    assert_eq!(without[2..], plain[2..], "today stays");
    let plain = total(&["--plan", "office.yml"], "compute_usd");
    let larger = total(&["--plan", "office.yml", "--size", "Standard_DS4_v2"], "compute_usd");
    let prices = "meter,region,vm_size,rate_usd,rate_unit\nos_disk,westus2,,20,month\n\
        public_ip,westus2,,0.005,hour\nload_balancer,westus2,,0.025,hour\n";
    bench.put("prices.csv", prices);
    let there = ["--prices", "prices.csv", "--plan", "office.yml", "--region", "westus2"];
    let moved = total(&there, "compute_usd");
    assert!(larger[0] != plain[0] && moved[0] != plain[0], "{plain:?} {larger:?} {moved:?}");
    let flags = ["--no-public-ip", "--size", "Standard_DS4_v2", "--region", "westus2"];
    let with = ["office.yml", "--to", "yaml", "--instances", "instances.csv", "--force"];
    export(&bench, &[&with[..], &flags[..]].concat()).exits(0);
    let yaml = bench.text("out/yaml/bob.yml");
    for line in ["enable_node_public_ip: false", "size: Standard_DS4_v2", "location: westus2"] {
        assert!(yaml.contains(line), "{line} is not in {yaml}");
    }
}

/// A scenario file names the trace and the instances as flags do, and the proof is the same.
#[test]
fn a_scenario_file_brings_the_proof_with_it() {
    let bench = fleet();
    bench.put("s.yml", "activity: activity.csv\ninstances: instances.csv\n");
    let to = ["office.yml", "--to", "yaml", "--to", "arm", "--force"];
    export(&bench, &[&to[..], &["--scenario", "s.yml"]].concat()).exits(0);
    let names = bench.names("out");
    let all: Vec<String> = names.iter().map(|n| bench.text_if_any(&format!("out/{n}"))).collect();
    let flags = ["--activity", "activity.csv", "--instances", "instances.csv"];
    export(&bench, &[&to[..], &flags].concat()).exits(0);
    assert_eq!(bench.names("out"), names);
    for (name, text) in names.iter().zip(all) {
        assert_eq!(bench.text_if_any(&format!("out/{name}")), text, "{name}");
    }
    assert!(bench.text("out/README.txt").contains("costs the same to the micro-dollar"));
    bench.put("t.yml", "activity: activity.csv\ninstancess: instances.csv\n");
    export(&bench, &[&to[..], &["--scenario", "t.yml"]].concat()).exits(1).says(&["t.yml:2"]);
    bench.put("u.yml", "instances: instances.csv\n");
    export(&bench, &[&to[..], &["--scenario", "u.yml"]].concat()).exits(2).says(&["E0505"]);
}

/// What was written as a template goes in again without its parameters' values: nothing is lost,
/// no secret is asked for by a wrong name, and writing it again changes no byte.
#[test]
fn a_template_that_came_out_goes_in_again() {
    let bench = fleet();
    let plan = "name: ci-anna\nsize: Standard_DS3_v2\nidle_time_before_shutdown_minutes: 30\n\
        network_settings: {vnet_name: v, subnet: s}\ncustom_applications:\n  - name: posit\n    \
        type: docker\n    image: {reference: r:1}\n    \
        endpoints: [{target: 8787, published: 8787}]\n    \
        environment_variables: {RSP_LICENSE: '${RSP_LICENSE}', MODE: fast}\n";
    bench.put("p.yml", plan);
    export(&bench, &["p.yml", "--to", "arm"]).exits(0);
    let files = ["arm/ci-anna.json", "arm/ci-anna.parameters.json"];
    let first = files.map(|f| bench.text(&format!("out/{f}")));
    for (file, text) in files.iter().zip(&first) {
        bench.put(file, text);
    }
    let again = export(&bench, &[files[0], "--to", "yaml", "--to", "arm", "--force"]).exits(0);
    assert_eq!(files.map(|f| bench.text(&format!("out/{f}"))), first);
    assert!(again.stderr.contains("W0223") && !again.stderr.contains("W0911"), "{}", again.stderr);
    let yaml = bench.text("out/yaml/ci-anna.yml");
    for line in ["name: ci-anna", "vnet_name: v", "subnet: s", "RSP_LICENSE: \"${RSP_LICENSE}\""] {
        assert!(yaml.contains(line), "{line} is not in {yaml}");
    }
    assert!(!yaml.contains("location"), "{yaml}");
}

/// Secrets are neither shown nor written, wherever they stand.
#[test]
fn a_secret_under_an_unknown_key_is_refused_and_not_shown() {
    let bench = fleet();
    let plan = "name: ci-anna\nsize: Standard_DS3_v2\nlicense: S3CR3T\ncustom_applications:\n  \
        - {name: a, image: {reference: r:1}, license_key: S3CR3T,\n     \
        endpoints: [{target: 8787, published: 8787}], environment_variables: {A: [S3CR3T]}}\n";
    bench.put("p.yml", plan);
    for to in ["yaml", "arm", "rest"] {
        let ran = export(&bench, &["p.yml", "--to", to]).exits(1);
        let ran = ran.says(&["p.yml:3:10  error[E0921]  license", "p.yml:5:", "error[E0907]  A"]);
        assert!(!(ran.stderr + &ran.stdout).contains("S3CR3T"), "{to}");
    }
    let service = r#"{"properties": {"computeType": "ComputeInstance", "properties": {
        "customServices": [{"name": "a", "environmentVariables": {"K": "S3CR3T"}}]}}}"#;
    bench.put("p.json", service);
    let ran = bench.run(&["check", "p.json"]).exits(1);
    assert!(ran.stdout.contains("[W0222]") && !ran.stdout.contains("S3CR3T"), "{}", ran.stdout);
}

/// What the official client would refuse or send wrongly is told by `check` and by `export`.
#[test]
fn values_of_a_wrong_type_are_told() {
    let bench = fleet();
    let plan = "name: ci-anna\ntype: computeinstance\nsize: Standard_DS3_v2\ndescription: [1]\n\
        enable_sso: maybe\nssh_settings: {ssh_key_value: [a]}\nsetup_scripts:\n  \
        creation_script: {path: a.sh, command: {a: 1}, timeout_minutes: soon}\n";
    bench.put("p.yml", plan);
    let checked = bench.run(&["check", "p.yml"]).exits(1).stdout;
    let exported = export(&bench, &["p.yml", "--to", "rest"]).exits(1).stderr;
    for told in ["description", "enable_sso", "ssh_key_value", "command", "timeout_minutes"] {
        let told = format!("error[E0907]  {told}:");
        assert!(checked.contains(&told) && exported.contains(&told), "{told}: {checked}{exported}");
    }
    // A plan for any instance has no name and no size.
    bench.put("any.yml", "name: 1st\nidle_time_before_shutdown_minutes: 30\n");
    bench.run(&["check", "any.yml"]).exits(0).says(&["no errors, no warnings"]);
}
