//! Instances out of Azure's own formats: what `az ml compute list -o json` prints, in the spellings
//! of all releases of the SDK; the REST list with its pages; templates; YAML files.

use crate::azure::arm_parts::{ci, ci_text};
use crate::azure::arm_read::{renamed, replaced, snake_keys};
use crate::azure::cli_yaml::{PlanFile, minutes_of_iso};
use crate::azure::expression::inside;
use crate::azure::findings::Findings;
use crate::azure::node::{Entry, Node, Value};
use crate::azure::read::{Found, Parameters, read_all};
use crate::units::{Instant, Problem, parse_instant};
use crate::world::Instance;

/// An instance with the settings it has today.
#[derive(Clone, PartialEq, Debug)]
pub struct AzureInstance {
    /// What a world needs to know; `instance.plan` is the name of `plan`, which is its own.
    pub instance: Instance,
    /// Its settings.
    pub plan: PlanFile,
}

/// The instances of one file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AzureFile {
    /// Compute instances without errors, in the order of the file.
    pub instances: Vec<AzureInstance>,
    /// Computes of other types.
    pub skipped: usize,
    /// Pages of a REST list.
    pub pages: Vec<Page>,
    /// Everything worth telling.
    pub problems: Vec<Problem>,
}

/// One page of a REST list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The workspace it lists, in lower case; empty when it cannot be told.
    pub workspace: String,
    /// What to say if no further page of it is at hand; `None` for the last one.
    pub more: Option<Problem>,
}

/// Reads all compute instances of a file in any of Azure's formats.
///
/// Codes beyond those of [`read_plan`](crate::azure::read_plan): `E0223` an instance without a
/// name; `W0226` a managed identity whose roles are unknown, `W0227` a state that is neither
/// running nor stopped, `W0228` a time of creation that cannot be read, `W0229` a region that only
/// a deployment knows.
#[must_use]
pub fn read_azure_instances(
    text: &str,
    file: &str,
    parameters: Option<Parameters<'_>>,
) -> AzureFile {
    let contents = read_all(text, file, "", parameters, true);
    let mut findings = Findings::new(file);
    findings.problems = contents.problems;
    let mut instances = Vec::new();
    for found in contents.found {
        instances.extend(instance_of(found, file, &mut findings));
    }
    let (skipped, pages) = (contents.skipped, contents.pages);
    AzureFile { instances, skipped, pages, problems: findings.problems }
}

/// What is missing when every page of a workspace says that there is another one.
#[must_use]
pub fn missing_pages(pages: &[Page]) -> Vec<Problem> {
    let complete = |w: &str| pages.iter().any(|p| p.workspace == w && p.more.is_none());
    let mut told: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for page in pages.iter().filter(|p| !complete(&p.workspace)) {
        if !told.contains(&page.workspace.as_str()) {
            told.push(&page.workspace);
            problems.extend(page.more.clone());
        }
    }
    problems
}

/// What a page of a REST list says about the others.
pub(crate) fn page_of(page: &Node, findings: &mut Findings<'_>) -> Page {
    let link = ci(page, "nextLink").filter(|e| e.node.scalar_text().is_some_and(|t| !t.is_empty()));
    let first = match ci(page, "value").map(|e| &e.node.value) {
        Some(Value::List(items)) => items.first().map(|item| ci_text(item, "id")),
        _ => None,
    };
    let path = first.unwrap_or_default().to_lowercase();
    let workspace = path.split("/computes/").next().unwrap_or_default().to_owned();
    let more = link.map(|link| {
        let message = "the list goes on: this page names another one, which is not in the input";
        let problem = Problem::warning("W0220", message).field("nextLink");
        let hint = "fetch the rest with `az rest --url` and the link, and give all pages";
        findings.add_at(problem.hint(hint), link);
        findings.problems.pop()
    });
    Page { workspace, more: more.flatten() }
}

fn instance_of(found: Found, file: &str, findings: &mut Findings<'_>) -> Option<AzureInstance> {
    let mut plan = found.plan?;
    let document = &plan.document;
    if !found.named {
        let problem = Problem::error("E0223", "the instance has no name that is known");
        let hint = "write `name:`, or give the parameters its name is made of";
        findings.add(problem.field("name").hint(hint), document);
        return None;
    }
    let text = |key: &str| document.get(key).and_then(Node::scalar_text).unwrap_or_default();
    let plain = Instance::named(plan.plan.name.clone());
    let owner = document.get("create_on_behalf_of").map(|o| ci_text(o, "user_object_id"));
    let assigned = owner.filter(|id| !id.is_empty());
    let instance = Instance {
        workspace: workspace_of(document),
        region: region_of(document, findings).unwrap_or_else(|| plain.region.clone()),
        vm_size: plan.plan.size.clone().unwrap_or_else(|| plain.vm_size.clone()),
        user: assigned.unwrap_or(found.created_by),
        created: created_of(document, findings),
        initially_running: is_running(&text("state"), document, findings),
        plan: Some(plan.plan.name.clone()),
        identity_has_contributor: plan.plan.has_identity.then_some(false),
        file: file.to_owned(),
        line: document.line,
        ..plain
    };
    if plan.plan.has_identity {
        let message = "it has a managed identity, and whether that is Contributor on the workspace \
                       is not in the file: taken as not";
        let problem = Problem::warning("W0226", message).field("identity");
        let hint = "matters from the rules of 2024-08 on: such an instance never idles out";
        findings.add(problem.hint(hint), document.get("identity").unwrap_or(document));
    }
    instance.name.clone_into(&mut plan.plan.name);
    Some(AzureInstance { instance, plan })
}

/// The workspace that the document or its id names.
fn workspace_of(document: &Node) -> String {
    let named = ci_text(document, "workspace");
    if !named.is_empty() {
        return named;
    }
    let id = ci_text(document, "id");
    let mut parts = id.split('/').skip_while(|part| !part.eq_ignore_ascii_case("workspaces"));
    parts.nth(1).unwrap_or_default().to_owned()
}

/// `eastus`, also from `East US`.
fn region_of(document: &Node, findings: &mut Findings<'_>) -> Option<String> {
    let node = document.get("location")?;
    let text = node.scalar_text()?;
    if inside(&text).is_some() {
        let message = format!("`{text}` is known to a deployment only");
        let problem = Problem::warning("W0229", message).field("location");
        findings.add(problem.hint("prices of the default region, eastus, are used"), node);
        return None;
    }
    let region: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (!region.is_empty()).then(|| region.to_lowercase())
}

/// Azure writes its offset with a colon (REST) or without (SDK).
fn created_of(document: &Node, findings: &mut Findings<'_>) -> Option<Instant> {
    let node = document.get("created_on")?;
    let mut text = node.scalar_text()?;
    let offset = text.len().checked_sub(5).and_then(|at| text.get(at..)).unwrap_or_default();
    let digits = offset.strip_prefix(['+', '-']).is_some_and(|d| d.parse::<u16>().is_ok());
    if digits {
        text.insert(text.len() - 2, ':');
    }
    let created = parse_instant(&text, true).ok();
    if created.is_none() {
        let message = format!("`{text}` is not a time: the instance exists from the start");
        findings.add(Problem::warning("W0228", message).field("created_on"), node);
    }
    created
}

/// Whether a virtual machine is up, as far as the state tells.
fn is_running(state: &str, document: &Node, findings: &mut Findings<'_>) -> bool {
    const UP: [&str; 8] = [
        "running",
        "jobrunning",
        "starting",
        "restarting",
        "creating",
        "resizing",
        "settingup",
        "usersettingup",
    ];
    let state = member(state).to_lowercase();
    if UP.contains(&state.as_str()) {
        return true;
    }
    if !["", "stopped", "stopping"].contains(&state.as_str()) {
        let message = format!("`{state}` is neither running nor stopped: taken as stopped");
        let node = document.get("state").unwrap_or(document);
        findings.add(Problem::warning("W0227", message).field("state"), node);
    }
    false
}

/// `ComputeInstanceState.JOB_RUNNING`, as releases from 1.35 on print it, to `JobRunning`.
fn member(word: &str) -> String {
    let Some((_, name)) = word.split_once('.') else { return word.to_owned() };
    let words = name.split('_').map(|part| {
        let mut chars = part.chars();
        let first = chars.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect::<String>()
    });
    words.collect()
}

/// What the CLI printed as JSON, in one spelling: without nulls, enums by their values, keys in
/// snake case, the idle limit in minutes.
pub(crate) fn tidied(node: &Node) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in without_nulls(node).entries() {
        entries.push(match entry.key.as_str() {
            "state" | "provisioning_state" => enum_value(entry),
            "last_operation" | "services" => {
                replaced(&entry.key, entry, snake_keys(&entry.node).value)
            }
            "resourceGroup" => renamed("resource_group", entry),
            "schedules" => {
                let value = schedules_tidied(&entry.node).value;
                replaced(&entry.key, entry, value)
            }
            _ => entry.clone(),
        });
    }
    let minutes = "idle_time_before_shutdown_minutes";
    let has_minutes = entries.iter().any(|e| e.key == minutes);
    if let Some(at) = entries.iter().position(|e| e.key == "idle_time_before_shutdown") {
        let iso = entries[at].node.scalar_text().as_deref().and_then(minutes_of_iso);
        match iso {
            _ if has_minutes => drop(entries.remove(at)),
            Some(n) => entries[at] = replaced(minutes, &entries[at], Value::Integer(n)),
            None => {}
        }
    }
    match &node.value {
        Value::Map(_) => Node { value: Value::Map(entries), ..*node },
        _ => node.clone(),
    }
}

fn enum_value(entry: &Entry) -> Entry {
    match &entry.node.value {
        Value::Text(text) => replaced(&entry.key, entry, Value::Text(member(text))),
        _ => entry.clone(),
    }
}

/// Enums inside schedules: they would not be words of the CLI otherwise.
fn schedules_tidied(node: &Node) -> Node {
    const ENUMS: [&str; 5] = ["state", "action", "provisioning_state", "type", "frequency"];
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(schedules_tidied).collect()),
        Value::Map(entries) => {
            let entry = |e: &Entry| {
                if ENUMS.contains(&e.key.as_str()) {
                    return enum_value(e);
                }
                Entry { node: schedules_tidied(&e.node), ..e.clone() }
            };
            Value::Map(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    };
    Node { value, ..*node }
}

fn without_nulls(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(without_nulls).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .filter(|e| e.node.value != Value::Null)
                .map(|e| Entry { node: without_nulls(&e.node), ..e.clone() })
                .collect(),
        ),
        other => other.clone(),
    };
    Node { value, ..*node }
}
