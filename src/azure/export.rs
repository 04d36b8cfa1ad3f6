//! The forms in which plans leave, and the proof that each file says what its plan says: it is read
//! back, and a difference is an error.

use crate::azure::arm::{Template, template};
use crate::azure::body::{iso, resource_body};
use crate::azure::canonical::{canonical, canonical_for_cli, reported_keys};
use crate::azure::cli_yaml::PlanFile;
use crate::azure::deploy::file_name;
use crate::azure::names::{X_ARM, is_known};
use crate::azure::node::Node;
use crate::azure::policy::{self, default_schedules, definitions};
use crate::azure::read::{Parameters, read_plan_with};
use crate::azure::rest::{self, Calls, calls, idle_path, put_path};
use crate::azure::secrets::lift;
use crate::azure::tree::{at, first_difference, from_json, stripped, to_json};
use crate::azure::yaml::plan_yaml;
use crate::plan::Plan;
use crate::units::Problem;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A form in which plans leave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Form {
    /// CLI v2 YAML.
    Yaml,
    /// ARM template and parameters.
    Arm,
    /// REST bodies and a script.
    Rest,
    /// Azure Policy.
    Policy,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Yaml, Self::Arm, Self::Rest, Self::Policy];

    /// What flags and folders call it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Arm => "arm",
            Self::Rest => "rest",
            Self::Policy => "policy",
        }
    }
}

/// One plan on its way out: for one instance, or shared and without a name.
#[derive(Clone, PartialEq, Debug)]
pub struct Deployment {
    /// What its files are called.
    pub stem: String,
    /// The instance, if it is for one.
    pub instance: Option<String>,
    /// The workspace of the instance, if known.
    pub workspace: Option<String>,
    /// The plan, every change already in it.
    pub file: PlanFile,
    /// The file it was read from, for problems.
    pub path: String,
    /// What to say above it: what it costs and why it was chosen.
    pub comments: Vec<String>,
}

/// A file to be: its path in the folder of results, and its content.
pub type OutFile = (String, Vec<u8>);

/// The plan that each form was read back as, in the order of the deployments; `None` where the form
/// holds no whole plan.
pub type ReadBack = Vec<Option<Plan>>;

/// Writes the deployments in one form, below `folder`, and reads every file back.
///
/// # Errors
/// Plans that the form cannot say (`E0920`, `E0921`, `E0922`), and files that do not say what their
/// plan says (`E0990`), which is a defect of this program.
pub fn write(
    form: Form,
    deployments: &[Deployment],
    folder: &str,
) -> Result<(Vec<OutFile>, ReadBack), Vec<Problem>> {
    let mut files = Vec::new();
    let mut plans = Vec::new();
    let mut problems = Vec::new();
    let mut all_calls = Vec::new();
    let mut plans_seen = BTreeSet::new();
    for deployment in deployments {
        let again = !plans_seen.insert(deployment.file.plan.name.as_str());
        if form == Form::Policy && again {
            // A policy is about all instances: one plan is one policy.
            plans.push(None);
            continue;
        }
        let written = match form {
            Form::Yaml => yaml(deployment, folder),
            Form::Arm => arm(deployment, folder),
            Form::Rest => rest(deployment, folder, &mut all_calls),
            Form::Policy => policy(deployment, folder),
        };
        match written {
            Ok((mut written, plan)) => {
                files.append(&mut written);
                plans.push(plan);
            }
            Err(found) => {
                problems.extend(found.into_iter().map(|p| p.in_file(deployment.path.clone())));
            }
        }
    }
    if form == Form::Rest {
        files.push((format!("{folder}/apply.sh"), rest::script(&all_calls).into_bytes()));
    }
    problems.dedup();
    if problems.is_empty() { Ok((files, plans)) } else { Err(problems) }
}

/// What a form leaves out or cannot know, as warnings.
///
/// `W0910`: keys that Azure only reports. `W0911`: settings that only ARM can say. `W0912`: keys
/// this release does not know. `W0913`: secrets taken out of the plan.
#[must_use]
pub fn warnings(form: Form, deployment: &Deployment) -> Vec<Problem> {
    let document = &deployment.file.document;
    let mut warnings = Vec::new();
    let mut warn = |code, message: String, hint: &str| {
        let problem = Problem::warning(code, message).in_file(deployment.path.clone());
        warnings.push(problem.hint(hint));
    };
    if form == Form::Policy {
        return warnings;
    }
    let reported = reported_keys(document);
    if !reported.is_empty() {
        let message = format!("left out: {}", reported.join(", "));
        warn("W0910", message, "Azure reports them; they are no settings");
    }
    // Of what stands there, the CLI says some by itself.
    let said = canonical(&deployment.file);
    let extras: Vec<&str> = at(document, &[X_ARM]).map_or_else(Vec::new, |extras| {
        let levels = extras.entries().iter().map(|l| (l.key.as_str(), l.node.entries()));
        let keys = levels.flat_map(|(level, all)| all.iter().map(move |e| (level, e.key.as_str())));
        keys.filter(|(level, key)| at(&said, &[X_ARM, level, key]).is_some()).map(|k| k.1).collect()
    });
    if form == Form::Yaml && !extras.is_empty() {
        let message = format!("CLI files cannot say: {}", extras.join(", "));
        warn("W0911", message, "they stay in an ARM template: --to arm");
    }
    let strangers = document.entries().iter().filter(|e| !is_known(&e.key) && e.key != X_ARM);
    let strangers: Vec<&str> = strangers.map(|e| e.key.as_str()).collect();
    if !strangers.is_empty() {
        let message = format!("kept as they are, not understood: {}", strangers.join(", "));
        let hint = if form == Form::Yaml {
            "a CLI that does not know them refuses the file"
        } else {
            "their ARM names were guessed"
        };
        warn("W0912", message, hint);
    }
    let literals: Vec<String> =
        lift(document).1.into_iter().filter(|s| s.literal).map(|s| s.variable).collect();
    if form != Form::Yaml && !literals.is_empty() {
        let message = format!("the plan holds secrets: {}", literals.join(", "));
        warn("W0913", message, "they were not written: give them when the files are applied");
    }
    warnings
}

type Written = Result<(Vec<OutFile>, Option<Plan>), Vec<Problem>>;

fn yaml(deployment: &Deployment, folder: &str) -> Written {
    let path = format!("{folder}/{}.yml", deployment.stem);
    let text = plan_yaml(&deployment.file, &deployment.comments)?;
    let read = reread(deployment, &text, &path, None)?;
    let expected = canonical_for_cli(&deployment.file);
    let found = canonical_for_cli(&read);
    same(&expected, &found, &path)?;
    same_plan(&deployment.file.plan, &read.plan, &path)?;
    Ok((vec![(path, text.into_bytes())], Some(read.plan)))
}

fn arm(deployment: &Deployment, folder: &str) -> Written {
    let path = format!("{folder}/{}.json", deployment.stem);
    let name = deployment.instance.as_deref();
    let Template { template, parameters } =
        template(&deployment.file, name, deployment.workspace.as_deref());
    let (template, parameters) = (pretty(&template), pretty(&parameters));
    let parameters_path = format!("{folder}/{}.parameters.json", deployment.stem);
    let given = Parameters { text: &parameters, file: &parameters_path };
    let plan = reread_resource(deployment, &template, &path, Some(given))?;
    let files = [(path, template), (parameters_path, parameters)];
    Ok((files.map(|(path, text)| (path, text.into_bytes())).into(), Some(plan)))
}

fn rest(deployment: &Deployment, folder: &str, all: &mut Vec<Calls>) -> Written {
    let Some(name) = deployment.instance.as_deref() else {
        let message = "REST calls are made to instances, and the plan names none";
        let hint = "name them with --instance, or give a table with --instances";
        return Err(vec![Problem::error("E0922", message).field("name").hint(hint)]);
    };
    let calls = calls(&deployment.file, name, deployment.workspace.as_deref());
    let path = format!("{folder}/{}", put_path(name));
    let body = pretty(&calls.put);
    let plan = reread_resource(deployment, &body, &path, None)?;
    let mut files = vec![(path.clone(), body.into_bytes())];
    if let Some(idle) = &calls.idle {
        let minutes = &calls.put["properties"]["properties"]["idleTimeBeforeShutdown"];
        if &idle["idleTimeBeforeShutdown"] != minutes {
            return Err(vec![defect(&path, "two idle limits")]);
        }
        files.push((format!("{folder}/{}", idle_path(name)), pretty(idle).into_bytes()));
    }
    all.push(calls);
    Ok((files, Some(plan)))
}

fn policy(deployment: &Deployment, folder: &str) -> Written {
    let definitions = definitions(&deployment.file.plan);
    let below = format!("{folder}/{}", file_name(&deployment.file.plan.name));
    let mut files: Vec<OutFile> = definitions
        .iter()
        .map(|d| (format!("{below}/{}.json", d.name), pretty(&d.properties).into_bytes()))
        .collect();
    for (name, content) in [
        ("initiative", policy::initiative(&definitions)),
        ("deploy", policy::deployment(&definitions)),
    ] {
        files.push((format!("{below}/{name}.json"), pretty(&content).into_bytes()));
    }
    // What the two rules add must be the plan's own limit and schedule.
    let read = |file: &OutFile| {
        let definition: Json = serde_json::from_slice(&file.1).unwrap_or_default();
        policy::with_defaults(&definition)["then"]["details"][0]["value"].clone()
    };
    let plan = &deployment.file.plan;
    let minutes = plan.idle.map_or(60, crate::units::IdleLimit::minutes);
    let limits = read(&files[0]) == iso(minutes);
    if !limits || read(&files[1]) != default_schedules(plan) {
        return Err(vec![defect(&below, "the rules add something else")]);
    }
    Ok((files, None))
}

/// A resource as a plan; its body must be the body it was written as.
fn reread_resource(
    deployment: &Deployment,
    text: &str,
    path: &str,
    parameters: Option<Parameters<'_>>,
) -> Result<Plan, Vec<Problem>> {
    let read = reread(deployment, text, path, parameters)?;
    let (lifted, _) = lift(&deployment.file.document);
    let expected = resource_body(&PlanFile { document: lifted, ..deployment.file.clone() });
    let found = resource_body(&read);
    same(&stripped(&from_json(&expected)), &stripped(&from_json(&found)), path)?;
    same_plan(&deployment.file.plan, &read.plan, path)?;
    Ok(read.plan)
}

/// Reads a written file as any other file is read.
fn reread(
    deployment: &Deployment,
    text: &str,
    path: &str,
    parameters: Option<Parameters<'_>>,
) -> Result<PlanFile, Vec<Problem>> {
    let (read, problems) = read_plan_with(text, path, &deployment.file.plan.name, parameters);
    read.ok_or_else(|| {
        let what = problems.iter().find(|p| p.is_error()).map_or("", |p| p.message.as_str());
        vec![defect(path, &format!("it cannot be read back: {what}"))]
    })
}

fn same(expected: &Node, found: &Node, path: &str) -> Result<(), Vec<Problem>> {
    match first_difference(expected, found) {
        None => Ok(()),
        Some(place) => Err(vec![defect(path, &format!("it differs at `{place}`"))]),
    }
}

fn same_plan(expected: &Plan, found: &Plan, path: &str) -> Result<(), Vec<Problem>> {
    let named = Plan { name: expected.name.clone(), ..found.clone() };
    if &named == expected { Ok(()) } else { Err(vec![defect(path, "another plan is read back")]) }
}

fn defect(path: &str, what: &str) -> Problem {
    let message = format!("{path} does not say what its plan says: {what}");
    Problem::error("E0990", message).hint("this is a defect of idlewise: please report it")
}

fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}

/// The document as JSON, for tests and tools that compare it with the official client's.
#[must_use]
pub fn document_json(document: &Node) -> Json {
    to_json(document)
}
