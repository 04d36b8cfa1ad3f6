//! Scenario files through the program: the bundled examples, flags over the file, large batches,
//! and the JSON Schema.

#![allow(clippy::disallowed_methods, reason = "runs the program on files")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A folder that goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("idlewise-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file");
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn idlewise(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idlewise"));
    command.args(arguments).current_dir(root()).output().expect("the program runs")
}

#[track_caller]
fn succeeds(arguments: &[&str]) -> String {
    let done = idlewise(arguments);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {said}");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// The distinct values of the first column, sorted as they come.
fn plans_of(csv: &str) -> Vec<&str> {
    let mut plans: Vec<&str> =
        csv.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    plans.dedup();
    plans
}

#[test]
fn the_bundled_scenarios_are_sound_and_run() {
    succeeds(&["check", "--deny-warnings", "data/scenarios/sample*.yml"]);
    let folder = Folder::new("sample-scenario");
    let out = folder.path("out");
    succeeds(&["simulate", "--scenario", "data/scenarios/sample.yml", "--out", &out]);
    let csv = folder.read("out/instances.csv");
    let plans = plans_of(&csv);
    assert_eq!(plans.len(), 11, "{plans:?}");
    assert!(plans.contains(&"tune-idle30-office-berlin") && plans.contains(&"today"));
    // A mix gives each instance exactly what its plan alone would have given it.
    let mixed = folder.path("mixed");
    succeeds(&["simulate", "--scenario", "data/scenarios/sample-mixed.yml", "--out", &mixed]);
    let text = folder.read("mixed/instances.csv");
    assert_eq!(plans_of(&text), ["gpus-short"]);
    let mut from = std::collections::BTreeSet::new();
    for line in text.lines().skip(1) {
        let row = line.strip_prefix("gpus-short").expect("the scenario's name");
        let alone = csv.lines().find(|l| l.ends_with(row)).expect("the same row under some plan");
        from.insert(alone.split(',').next().unwrap_or_default());
    }
    assert!(from.len() >= 3, "{from:?}");
}

#[test]
fn flags_win_over_the_file() {
    let folder = Folder::new("flags-win");
    let activity = "instance,kind,start,end\na,run,2024-01-02T09:00:00Z,2024-01-02T10:00:00Z\n";
    folder.write("a.csv", activity);
    let plan = folder.write("flag.yml", "idle_time_before_shutdown_minutes: 30\n");
    let text = "activity: a.csv\nseed: 1\nrules: aml-2024-08\nmodel: {start_latency: 10}\n\
                horizon: 2024-01-01T00:00:00Z/2024-01-03T00:00:00Z\nplans: [{name: x, tags: {}}]\n";
    let scenario = folder.write("s.yml", text);
    let run = |more: &[&str], out: &str| -> serde_json::Value {
        let out_path = folder.path(out);
        let head = ["simulate", "--scenario", &scenario, "--out", &out_path];
        succeeds(&[&head[..], more].concat());
        serde_json::from_str(&folder.read(&format!("{out}/summary.json"))).expect("JSON")
    };
    let told = |v: &serde_json::Value| {
        let text = |p: &str| v.pointer(p).unwrap_or_default().to_string().replace('"', "");
        let keys = ["/seed", "/rules", "/model/start_latency", "/horizon/end", "/plans/0/plan"];
        keys.map(text).join(" ")
    };
    assert_eq!(told(&run(&[], "file")), "1 aml-2024-08 10 2024-01-03T00:00:00Z x");
    let horizon = "2024-01-01T00:00:00Z/2024-01-04T00:00:00Z";
    let flags = ["--seed", "2", "--rules", "aml-2022-12", "--set", "start_latency=20"];
    let more = ["--horizon", horizon, "--plan", &plan];
    let value = run(&[&flags[..], &more].concat(), "flags");
    assert_eq!(told(&value), "2 aml-2022-12 20 2024-01-04T00:00:00Z flag");
    let roles = value["inputs"].as_array().expect("inputs").iter().map(|i| i["role"].to_string());
    assert!(roles.into_iter().any(|role| role == "\"scenario\""));
}

/// Quotas and roles of the file are those of the flags, and their problems are located in it.
#[test]
fn limits_of_the_file_are_those_of_the_flags() {
    let folder = Folder::new("limits");
    let activity = "instance,kind,start,end\nci1,run,2024-01-02T09:00:00Z,2024-01-02T10:00:00Z\n";
    let operations = "instance,at,op,value,actor\nci1,2024-01-02T08:00:00Z,create,,ann\n";
    let activity = folder.write("a.csv", activity);
    let operations = folder.write("o.csv", operations);
    let quotas = folder.write("q.csv", "region,family,limit\neastus,total,2\n");
    let text = "activity: a.csv\noperations: o.csv\nquotas: q.csv\n";
    let scenario = folder.write("s.yml", text);
    succeeds(&["simulate", "--scenario", &scenario, "--out", &folder.path("file")]);
    let flags = ["--activity", &activity, "--operations", &operations, "--quotas", &quotas];
    let out = folder.path("flags");
    succeeds(&[&["simulate"], &flags[..], &["--out", &out]].concat());
    for table in ["instances.csv", "quota.csv", "refusals.csv"] {
        let (file, flags) = (format!("file/{table}"), format!("flags/{table}"));
        assert!(folder.read(&file).lines().count() > 1, "{table}");
        assert_eq!(folder.read(&file), folder.read(&flags), "{table}");
    }
    let lost = folder.write("lost.yml", "activity: a.csv\nroles: r.csv\n");
    let done = idlewise(&["check", &lost]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.starts_with(&format!("{lost}:2:8  error[E0101]")), "{said}");
}

/// A batch gives what its plans would give one by one.
#[test]
fn a_large_batch_gives_what_its_plans_give_alone() {
    let folder = Folder::new("batch");
    let plans = |idle: &str| {
        let sample = root().join("data/sample");
        let sample = sample.display();
        format!(
            "activity: {sample}/activity.csv\ninstances: {sample}/instances.csv\nplans:\n  \
             - {{name: b, idle: [{idle}], schedules: [none, {sample}/plans/office-berlin.yml]}}\n"
        )
    };
    let many: Vec<String> = (15..75).map(|n| n.to_string()).collect();
    let many = folder.write("many.yml", &plans(&many.join(", ")));
    let one = folder.write("one.yml", &plans("40"));
    for (file, out) in [(&many, "many"), (&one, "one")] {
        succeeds(&["-q", "simulate", "--scenario", file, "--out", &folder.path(out)]);
    }
    for table in ["instances.csv", "ledger.csv"] {
        let (all, alone) =
            (folder.read(&format!("many/{table}")), folder.read(&format!("one/{table}")));
        let of_40 = all.lines().filter(|line| line.starts_with("b-idle40-"));
        assert!(of_40.eq(alone.lines().skip(1)), "{table}");
        assert!(!alone.is_empty());
    }
    assert_eq!(plans_of(&folder.read("many/instances.csv")).len(), 120);
}

#[test]
fn the_schema_is_current() {
    let path = root().join("data/scenario.schema.json");
    let schema = format!("{:#}\n", idlewise::scenario::schema());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &schema).expect("the schema");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == schema, "data/scenario.schema.json is not current: UPDATE=1 rewrites it");
}

/// Reads YAML from the program's own reader, as JSON, for the validator.
fn as_json(node: &idlewise::azure::Node) -> serde_json::Value {
    use idlewise::azure::Value;
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Integer(n) => (*n).into(),
        Value::Number(n) => serde_json::from_str(n).unwrap_or_default(),
        Value::Text(t) => t.as_str().into(),
        Value::List(items) => items.iter().map(as_json).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|e| (e.key.clone(), as_json(&e.node)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

/// An independent validator, from the interpreter that `IDLEWISE_PYTHON` names.
const VALIDATE: &str = "
import json, sys
import jsonschema
schema, documents = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
print(json.dumps([[name, validator.is_valid(document)] for name, document in documents]))
";

/// What is sound for the program is sound for an editor, and misspelt keys for neither.
#[test]
fn the_schema_takes_the_examples_and_refuses_unknown_keys() {
    use std::io::Write as _;
    let Some(python) = std::env::var_os("IDLEWISE_PYTHON") else {
        eprintln!("skipped: IDLEWISE_PYTHON names no interpreter with jsonschema");
        return;
    };
    let mut documents = Vec::new();
    let patterns = ["data/scenarios/*.yml", "tests/errors/E026*/s.yml", "tests/errors/W026*/s.yml"];
    for pattern in patterns {
        for path in glob::glob(&root().join(pattern).display().to_string()).expect("a pattern") {
            let path: PathBuf = path.expect("a file");
            let text = std::fs::read_to_string(&path).expect("text");
            let node = idlewise::azure::parse_document(&text, "f").expect("YAML");
            documents.push((name_of(&path), as_json(&node)));
        }
    }
    let input = serde_json::to_vec(&(idlewise::scenario::schema(), &documents)).expect("JSON");
    let mut child = Command::new(python)
        .args(["-c", VALIDATE])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the interpreter");
    child.stdin.take().expect("a pipe").write_all(&input).expect("a pipe");
    let done = child.wait_with_output().expect("an answer");
    let verdicts: Vec<(String, bool)> = serde_json::from_slice(&done.stdout).expect("a list");
    assert_eq!(verdicts.len(), documents.len());
    for (name, valid) in verdicts {
        // What only the fleet, other files or a count can tell is beyond a schema.
        let by_shape = ["E0261", "E0262", "E0263", "E0265", "E0266-empty"];
        let refused = by_shape.iter().any(|code| name.starts_with(code));
        assert_eq!(valid, !refused, "{name}");
    }
}

/// The case or file that a document is.
fn name_of(path: &Path) -> String {
    let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    if file == "s" { folder.into_owned() } else { file }
}
