//! One way in for everything Azure can hand over: a text becomes documents in the spelling of
//! CLI v2, and those become plans.

use crate::azure::arm_parts::{ci, ci_text};
use crate::azure::arm_read::{Level, arm_field, from_arm};
use crate::azure::cli_yaml::{PlanFile, plan_of};
use crate::azure::expression::inside;
use crate::azure::findings::Findings;
use crate::azure::form::{Form, form_of};
use crate::azure::json::parse_json;
use crate::azure::list_read::{Page, page_of, tidied};
use crate::azure::node::{Entry, Node, Value, parse_document};
use crate::azure::template::{computes_of, parameter_values};
use crate::azure::tree::take;
use crate::units::Problem;

/// The parameter file that a template is read with.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'t> {
    /// What it says.
    pub text: &'t str,
    /// Its path, for problems.
    pub file: &'t str,
}

/// One compute instance of a file.
pub(crate) struct Found {
    /// Unless it has errors.
    pub(crate) plan: Option<PlanFile>,
    /// Who created it, where Azure says so.
    pub(crate) created_by: String,
    /// Whether the document has a name, and one that is known.
    pub(crate) named: bool,
}

/// Everything in one file.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) found: Vec<Found>,
    /// Computes of other types.
    pub(crate) skipped: usize,
    pub(crate) pages: Vec<Page>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads a plan from the text of a file: CLI v2 YAML, an ARM template, a resource of ARM or REST
/// or a part of one, or a parameter file with `schedules`. `stem` names the plan when the file
/// has no `name`. Returns the plan, unless there are errors, and everything worth telling.
///
/// Codes: `E0201` syntax, `E0202` wrong type of value, `E0203` idle limit (IDLE-1), `E0204` more
/// than four schedules (SCHED-1), `E0205` cron (SCHED-2), `E0206` recurrence (SCHED-3), `E0207`
/// zone (SCHED-5), `E0208` start time (SCHED-4), `E0209` unknown key, `E0210` missing key,
/// `E0211` a word outside its list, `E0220` a URL without its key, `E0221` an expression that has
/// no value, `E0222` a copy loop without a count, `E0225` not an input at all, `E0226` no compute
/// instance, `E0227` several; `W0201` and on: warnings.
#[must_use]
pub fn read_plan(text: &str, file: &str, stem: &str) -> (Option<PlanFile>, Vec<Problem>) {
    read_plan_with(text, file, stem, None)
}

/// The same with the parameter file of a template.
#[must_use]
pub fn read_plan_with(
    text: &str,
    file: &str,
    stem: &str,
    parameters: Option<Parameters<'_>>,
) -> (Option<PlanFile>, Vec<Problem>) {
    let mut contents = read_all(text, file, stem, parameters, false);
    let mut tell = |problem: Problem| contents.problems.push(problem.in_file(file).at(1, 1));
    if contents.skipped > 0 {
        tell(left_out(contents.skipped));
    }
    let plan = match contents.found.len() {
        1 => contents.found.pop().and_then(|found| found.plan),
        0 => {
            if !contents.problems.iter().any(Problem::is_error) {
                let problem = Problem::error("E0226", "the file holds no compute instance");
                contents.problems.push(problem.in_file(file).at(1, 1));
            }
            None
        }
        several => {
            let message = format!("the file holds {several} compute instances, and a plan is one");
            let hint = "give the file to --instances: each instance is then under its own plan";
            tell(Problem::error("E0227", message).hint(hint));
            None
        }
    };
    let ok = !contents.problems.iter().any(Problem::is_error);
    (plan.filter(|_| ok), contents.problems)
}

/// What is said about entries that are no compute instances.
#[must_use]
pub fn left_out(count: usize) -> Problem {
    let (what, are) = if count == 1 { ("entry", "is") } else { ("entries", "are") };
    let message = format!("{count} {what} of another type than computeinstance {are} left out");
    Problem::warning("W0225", message)
}

/// A document that is still to become a plan.
enum Draft {
    Cli(Node),
    Arm(Node, Level),
}

/// Every compute instance of a file as a plan. Entries of a list must say that they are one; with
/// `strict` so must a file that is only one entry.
pub(crate) fn read_all(
    text: &str,
    file: &str,
    stem: &str,
    parameters: Option<Parameters<'_>>,
    strict: bool,
) -> Contents {
    let failed = |problem| Contents { problems: vec![problem], ..Contents::default() };
    let (document, is_json) = match parse(text, file) {
        Ok(parsed) => parsed,
        Err(problem) => return failed(problem),
    };
    let form = form_of(&document);
    let mut findings = Findings::new(file);
    let mut given = None;
    if let (Form::Template, Some(second)) = (form, parameters) {
        let lines = text.lines().count() + 1;
        match parse(second.text, second.file) {
            Ok((mut node, _)) => {
                move_down(&mut node, lines);
                given = Some(node);
            }
            Err(problem) => return failed(problem),
        }
        findings = findings.and_second(second.file, lines);
    }
    let mut contents = Contents::default();
    let drafts = drafts_of(document, form, given.as_ref(), &mut findings, &mut contents);
    let alone = !strict && matches!(form, Form::Cli | Form::Parameters | Form::Arm(_));
    for draft in drafts {
        if !alone && !is_instance(&draft) {
            contents.skipped += 1;
            continue;
        }
        contents.found.push(found(draft, stem, is_json, &mut findings));
    }
    contents.problems = findings.problems;
    contents
}

/// The documents in a document.
fn drafts_of(
    document: Node,
    form: Form,
    given: Option<&Node>,
    findings: &mut Findings<'_>,
    contents: &mut Contents,
) -> Vec<Draft> {
    let arm = |node| Draft::Arm(node, Level::Resource);
    match form {
        Form::Cli => vec![Draft::Cli(document)],
        Form::CliList => list(document).into_iter().map(Draft::Cli).collect(),
        Form::Arm(level) => vec![Draft::Arm(document, level)],
        Form::ArmList => list(document).into_iter().map(arm).collect(),
        Form::Template => computes_of(&document, given, findings).into_iter().map(arm).collect(),
        Form::Parameters => {
            let values = parameter_values(&document);
            vec![Draft::Arm(settings_in(values, &document, findings), Level::Compute)]
        }
        Form::Page | Form::Pages => {
            let pages = if form == Form::Page { vec![document] } else { list(document) };
            contents.pages.extend(pages.iter().map(|page| page_of(page, findings)));
            let value = |page: Node| ci(&page, "value").map(|e| e.node.clone());
            let items = pages.into_iter().filter_map(value).flat_map(list);
            // The REST list, or one that the CLI wrapped.
            let of = |node: Node| {
                if ci(&node, "properties").is_some() { arm(node) } else { Draft::Cli(node) }
            };
            items.map(of).collect()
        }
        Form::Policy => {
            let problem = Problem::error("E0225", "an Azure Policy definition is no plan");
            let hint = "give what it is applied to: a template, a YAML file or a list of instances";
            findings.add(problem.hint(hint), &document);
            Vec::new()
        }
    }
}

fn list(node: Node) -> Vec<Node> {
    if let Value::List(items) = node.value { items } else { vec![node] }
}

/// The parameters that are called like settings of a compute instance.
fn settings_in(values: Vec<Entry>, document: &Node, findings: &mut Findings<'_>) -> Node {
    const NAMES: [&str; 9] = [
        "schedules",
        "idleTimeBeforeShutdown",
        "vmSize",
        "enableNodePublicIp",
        "enableSSO",
        "sshSettings",
        "setupScripts",
        "customServices",
        "personalComputeInstanceSettings",
    ];
    let mut settings = Vec::new();
    for mut entry in values {
        let name = NAMES.iter().find(|name| name.eq_ignore_ascii_case(&entry.key));
        let lone = ci(&entry.node, "computeStartStop").is_some().then_some(&"schedules");
        if let Some(name) = name.or(lone) {
            (*name).clone_into(&mut entry.key);
            settings.push(entry);
        } else {
            let message = format!("the parameter `{}` is not used", entry.key);
            let hint = "without its template only parameters called like settings are";
            findings.add_at(Problem::warning("W0223", message).hint(hint), &entry);
        }
    }
    if settings.is_empty() && !findings.has_errors() {
        let message = "no parameter is called like a setting of a compute instance";
        let problem = Problem::error("E0226", message);
        findings.add(problem.hint("`schedules`, for one; or give the template"), document);
    }
    Node { value: Value::Map(settings), ..*document }
}

/// Whether a document says that it is a compute instance.
fn is_instance(draft: &Draft) -> bool {
    let kind = match draft {
        Draft::Cli(node) => ci_text(node, "type"),
        Draft::Arm(node, _) => {
            ci(node, "properties").map(|e| ci_text(&e.node, "computeType")).unwrap_or_default()
        }
    };
    kind.eq_ignore_ascii_case("computeinstance")
}

fn found(draft: Draft, stem: &str, is_json: bool, findings: &mut Findings<'_>) -> Found {
    let before = findings.problems.len();
    let mut created_by = String::new();
    let is_arm = matches!(draft, Draft::Arm(..));
    let mut document = match draft {
        Draft::Cli(node) if is_json => tidied(&node),
        Draft::Cli(node) => node,
        Draft::Arm(node, level) => {
            check_type(&node, level, findings);
            created_by = creator(&node, level);
            from_arm(&node, level, findings)
        }
    };
    let converted = findings.problems.len();
    let mut plan = plan_of(&document, stem, findings);
    if is_arm {
        for problem in &mut findings.problems[converted..] {
            problem.field = arm_field(&problem.field);
        }
    }
    let open = inside(&plan.name).is_some() && is_arm;
    if open {
        stem.clone_into(&mut plan.name);
        drop(take(&mut document, "name"));
    }
    let named = document.get("name").is_some();
    let ok = !findings.problems[before..].iter().any(Problem::is_error);
    Found { plan: ok.then_some(PlanFile { plan, document }), created_by, named }
}

/// A resource alone in its file must be a compute instance.
fn check_type(node: &Node, level: Level, findings: &mut Findings<'_>) {
    let properties = match level {
        Level::Resource => ci(node, "properties").map(|e| &e.node),
        Level::Properties => Some(node),
        Level::Compute => None,
    };
    let Some(kind) = properties.and_then(|p| ci(p, "computeType")) else { return };
    let text = kind.node.scalar_text().unwrap_or_default();
    if !text.eq_ignore_ascii_case("computeinstance") {
        let message = format!("`{text}` is not ComputeInstance");
        findings.add(Problem::error("E0211", message).field("computeType"), &kind.node);
    }
}

/// `createdBy` of a resource.
fn creator(node: &Node, level: Level) -> String {
    let mut inner = Some(node);
    for _ in 0..match level {
        Level::Resource => 2,
        Level::Properties => 1,
        Level::Compute => 0,
    } {
        inner = inner.and_then(|n| ci(n, "properties")).map(|e| &e.node);
    }
    let by = inner.and_then(|n| ci(n, "createdBy"));
    let name = by.map(|e| ci_text(&e.node, "userName")).unwrap_or_default();
    if name.is_empty() { by.map(|e| ci_text(&e.node, "userId")).unwrap_or_default() } else { name }
}

/// Moves every line of a document down.
fn move_down(node: &mut Node, lines: usize) {
    node.line += lines;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| move_down(item, lines)),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| {
            entry.line += lines;
            move_down(&mut entry.node, lines);
        }),
        _ => {}
    }
}

/// A document, and whether it was read as JSON rather than as YAML.
fn parse(text: &str, file: &str) -> Result<(Node, bool), Problem> {
    let lower = file.to_lowercase();
    if lower.ends_with(".json") || lower.ends_with(".jsonc") {
        return parse_json(text, file).map(|node| (node, true));
    }
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with(['{', '[', '"', '/']) {
        let node = parse_document(text, file).map_err(|problem| without_key(problem, start));
        return node.map(|node| (node, false));
    }
    // YAML's flow style begins like JSON.
    parse_json(text, file).map(|node| (node, true)).or_else(|json| {
        let quoted = start[1..].trim_start().starts_with(['"', '{', '/']);
        let yaml = parse_document(text, file).map(|node| (node, false));
        yaml.map_err(|yaml| if quoted { json } else { yaml })
    })
}

/// The documentation's sample for identities begins with the URL of the schema, without its key.
fn without_key(problem: Problem, start: &str) -> Problem {
    let mut lines = start.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
    let first = lines.next().unwrap_or_default().trim();
    if !first.starts_with("https://") && !first.starts_with("http://") {
        return problem;
    }
    let message = "the file begins with a URL: `$schema:` is missing before it".to_owned();
    let hint = format!("write `$schema: {first}`, or leave the line out");
    Problem::error("E0220", message).in_file(problem.file).at(1, 1).hint(hint)
}
