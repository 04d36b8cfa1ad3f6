//! The parts of a compute instance in ARM spelling whose shape differs in CLI v2: schedules,
//! custom services, setup scripts, identity.

use crate::azure::arm_read::{arm_field, entry_at, filled, renamed, replaced, snake};
use crate::azure::findings::Findings;
use crate::azure::node::{Entry, Node, Value};
use crate::units::{Problem, nearest};

const CRON: [&str; 3] = ["expression", "start_time", "time_zone"];
const RECURRENCE: [&str; 5] = ["frequency", "interval", "start_time", "time_zone", "schedule"];
const PATTERN: [&str; 4] = ["hours", "minutes", "week_days", "month_days"];
const ITEM: [&str; 7] =
    ["id", "provisioningStatus", "status", "action", "triggerType", "cron", "recurrence"];

/// The entry of a key in any case, unless it holds nothing.
pub(crate) fn ci<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    filled(node).find(|e| e.key.eq_ignore_ascii_case(key))
}

/// The text of a key in any case; empty when there is none.
pub(crate) fn ci_text(node: &Node, key: &str) -> String {
    ci(node, key).and_then(|e| e.node.scalar_text()).unwrap_or_default()
}

/// `schedules`, or a list where `schedules` should hold one.
pub(crate) fn schedules(node: &Node, findings: &mut Findings<'_>) -> Value {
    let mut found = Vec::new();
    for entry in filled(node) {
        if entry.key.eq_ignore_ascii_case("computeStartStop") {
            let value = match &entry.node.value {
                Value::List(items) => {
                    Value::List(items.iter().filter_map(|i| schedule(i, findings)).collect())
                }
                other => other.clone(),
            };
            found.push(replaced("compute_start_stop", entry, value));
        } else {
            unknown(entry, &["computeStartStop"], findings);
        }
    }
    match &node.value {
        Value::Map(_) => Value::Map(found),
        other => other.clone(),
    }
}

/// Inside schedules an unknown key is an error: it would silently change when things happen.
fn unknown(entry: &Entry, known: &[&str], findings: &mut Findings<'_>) {
    let near = nearest(&entry.key, known.iter().copied());
    let hint = match near.first() {
        Some(key) => format!("did you mean `{key}`?"),
        None => format!("known fields: {}", known.join(", ")),
    };
    let problem = Problem::error("E0209", format!("unknown key `{}`", entry.key));
    findings.add_at(problem.hint(hint), entry);
}

/// One item of `computeStartStop`; `None` when its trigger cannot be told, which is a problem.
fn schedule(item: &Node, findings: &mut Findings<'_>) -> Option<Node> {
    let mut entries = Vec::new();
    for entry in filled(item) {
        match entry.key.to_lowercase().as_str() {
            "id" => entries.push(renamed("schedule_id", entry)),
            "provisioningstatus" => entries.push(renamed("provisioning_state", entry)),
            "status" => entries.push(lowered("state", entry)),
            "action" => entries.push(lowered("action", entry)),
            // The deprecated object repeats id and status.
            "triggertype" | "cron" | "recurrence" | "schedule" => {}
            _ => unknown(entry, &ITEM, findings),
        }
    }
    entries.push(trigger(item, findings)?);
    Some(Node { value: Value::Map(entries), ..*item })
}

/// The `trigger` of CLI v2, made of `triggerType` and the object it names.
fn trigger(item: &Node, findings: &mut Findings<'_>) -> Option<Entry> {
    let Some(kind) = ci(item, "triggerType") else {
        let problem = Problem::error("E0210", "`triggerType` is missing").field("triggerType");
        findings.add(problem.hint("Cron or Recurrence"), item);
        return None;
    };
    let word = kind.node.scalar_text().unwrap_or_default().to_lowercase();
    if !["cron", "recurrence"].contains(&word.as_str()) {
        let message = format!("{} is not one of Cron, Recurrence", kind.node.describe());
        findings.add(Problem::error("E0211", message).field("triggerType"), &kind.node);
        return None;
    }
    let Some(body) = ci(item, &word) else {
        let message = format!("`triggerType` is {word}, and `{word}` is missing");
        findings.add(Problem::error("E0210", message).field(&*word), item);
        return None;
    };
    let known: &[&str] = if word == "cron" { &CRON } else { &RECURRENCE };
    let mut entries = vec![replaced("type", kind, Value::Text(word.clone()))];
    for entry in filled(&body.node) {
        let key = snake(&entry.key);
        let empty = matches!(&entry.node.value, Value::Text(text) if text.is_empty());
        match known.iter().find(|k| same(k, &entry.key)).copied() {
            Some("start_time" | "time_zone") if empty => {}
            Some("frequency") => entries.push(lowered("frequency", entry)),
            Some("schedule") => entries.push(pattern(entry, findings)),
            Some(known) => entries.push(renamed(known, entry)),
            // The SDK repeats the type in here.
            None if key == "trigger_type" => {}
            None => {
                let known: Vec<String> = known.iter().map(|k| arm_field(k)).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                unknown(entry, &known, findings);
            }
        }
    }
    Some(replaced("trigger", body, Value::Map(entries)))
}

/// Whether a key of CLI v2 is this one of ARM, in any case.
fn same(cli: &str, arm: &str) -> bool {
    cli.replace('_', "").eq_ignore_ascii_case(arm)
}

/// `schedule` of a recurrence.
fn pattern(entry: &Entry, findings: &mut Findings<'_>) -> Entry {
    let mut entries = Vec::new();
    for field in filled(&entry.node) {
        match PATTERN.iter().find(|k| same(k, &field.key)).copied() {
            Some("week_days") => entries.push(lowered("week_days", field)),
            Some(key) => entries.push(renamed(key, field)),
            None => unknown(field, &["hours", "minutes", "weekDays", "monthDays"], findings),
        }
    }
    replaced("schedule", entry, Value::Map(entries))
}

/// The entry under another key, its texts in lower case.
fn lowered(key: &str, entry: &Entry) -> Entry {
    fn lower(node: &Node) -> Node {
        let value = match &node.value {
            Value::Text(text) => Value::Text(text.to_lowercase()),
            Value::List(items) => Value::List(items.iter().map(lower).collect()),
            other => other.clone(),
        };
        Node { value, ..*node }
    }
    replaced(key, entry, lower(&entry.node).value)
}

/// `identity`: the type's words and the list of assigned identities.
pub(crate) fn identity(entry: &Entry, findings: &mut Findings<'_>) -> Entry {
    let mut entries = Vec::new();
    for field in filled(&entry.node) {
        match field.key.to_lowercase().as_str() {
            "type" => {
                let text = field.node.scalar_text().unwrap_or_default();
                let words: Vec<String> = text.split(',').map(identity_word).collect();
                entries.push(replaced("type", field, Value::Text(words.join(","))));
            }
            "userassignedidentities" => {
                let listed = filled(&field.node).map(|assigned| {
                    let id = Value::Text(assigned.key.clone());
                    let mut about = vec![replaced("resource_id", assigned, id)];
                    about.extend(filled(&assigned.node).map(|e| renamed(&snake(&e.key), e)));
                    Node { value: Value::Map(about), ..assigned.node }
                });
                let list = Value::List(listed.collect());
                entries.push(replaced("user_assigned_identities", field, list));
            }
            "principalid" => entries.push(renamed("principal_id", field)),
            "tenantid" => entries.push(renamed("tenant_id", field)),
            _ => {
                let message = format!("unknown field `{}`", field.key);
                findings.add_at(Problem::warning("W0221", message).field("identity"), field);
                entries.push(field.clone());
            }
        }
    }
    let value = if entry.node.entries().is_empty() {
        entry.node.value.clone()
    } else {
        Value::Map(entries)
    };
    replaced("identity", entry, value)
}

/// `SystemAssigned` to `system_assigned`, whatever its case.
fn identity_word(word: &str) -> String {
    match word.trim().to_lowercase().as_str() {
        "systemassigned" => "system_assigned".to_owned(),
        "userassigned" => "user_assigned".to_owned(),
        other => other.to_owned(),
    }
}

/// What CLI v2 can say of a part, and what it cannot, for `x_arm`.
pub(crate) struct Split {
    pub(crate) said: Value,
    /// Laid over what an export makes of `said`; a list has as many items as the original.
    pub(crate) rest: Option<Node>,
}

/// Whether a field is this text, in any case.
fn is(entry: &Entry, key: &str, word: &str) -> bool {
    let text = entry.node.scalar_text().unwrap_or_default();
    entry.key.eq_ignore_ascii_case(key) && text.eq_ignore_ascii_case(word)
}

/// A mapping at the place of `node`, unless it would be empty.
fn rest_of(node: &Node, entries: Vec<Entry>) -> Option<Node> {
    (!entries.is_empty()).then_some(Node { value: Value::Map(entries), ..*node })
}

/// Some fields of a mapping under their CLI names, and the others, less those that say what an
/// export would say anyway.
fn split(node: &Node, said: &[(&str, &str)], usual: &[(&str, &str)]) -> (Node, Option<Node>) {
    let (mut taken, mut rest) = (Vec::new(), Vec::new());
    for entry in filled(node) {
        if let Some((_, cli)) = said.iter().find(|(arm, _)| entry.key.eq_ignore_ascii_case(arm)) {
            taken.push(renamed(cli, entry));
        } else if !usual.iter().any(|(key, word)| is(entry, key, word)) {
            rest.push(entry.clone());
        }
    }
    (Node { value: Value::Map(taken), ..*node }, rest_of(node, rest))
}

/// The same for every item of a list.
fn split_list(node: &Node, said: &[(&str, &str)], usual: &[(&str, &str)]) -> Split {
    let Value::List(items) = &node.value else {
        return Split { said: node.value.clone(), rest: None };
    };
    let (said, rest): (Vec<Node>, Vec<Option<Node>>) =
        items.iter().map(|item| split(item, said, usual)).unzip();
    let any = rest.iter().any(Option::is_some);
    let empty = |item: &Node| Node { value: Value::Map(Vec::new()), ..*item };
    let rest = rest.into_iter().zip(items).map(|(r, item)| r.unwrap_or_else(|| empty(item)));
    let rest = any.then(|| Node { value: Value::List(rest.collect()), ..*node });
    Split { said: Value::List(said), rest }
}

/// `customServices` as `custom_applications`.
pub(crate) fn applications(node: &Node, findings: &mut Findings<'_>) -> Split {
    let Value::List(services) = &node.value else {
        return Split { said: node.value.clone(), rest: None };
    };
    let (mut said, mut rest, mut any) = (Vec::new(), Vec::new(), false);
    for service in services {
        let (application, others) = application(service, findings);
        any |= !others.is_empty();
        let name = ci(service, "name").map(|e| renamed("name", e));
        let others = name.into_iter().chain(others).collect();
        said.push(application);
        rest.push(Node { value: Value::Map(others), ..*service });
    }
    let rest = any.then_some(Node { value: Value::List(rest), ..*node });
    Split { said: Value::List(said), rest }
}

/// One custom service: the application, and what it does not say.
fn application(service: &Node, findings: &mut Findings<'_>) -> (Node, Vec<Entry>) {
    let (mut said, mut rest) = (Vec::new(), Vec::new());
    for entry in filled(service) {
        let node = &entry.node;
        let (key, split) = match entry.key.to_lowercase().as_str() {
            "name" | "type" => {
                said.push(renamed(&entry.key.to_lowercase(), entry));
                continue;
            }
            "image" => {
                let (image, rest) =
                    split(node, &[("reference", "reference")], &[("type", "docker")]);
                ("image", Split { said: image.value, rest })
            }
            "endpoints" => {
                let ports = [("target", "target"), ("published", "published")];
                let usual = [("name", "connect"), ("protocol", "http")];
                ("endpoints", split_list(node, &ports, &usual))
            }
            "volumes" => {
                let paths = [("source", "source"), ("target", "target")];
                let usual = [("type", "bind"), ("readOnly", "false")];
                ("bind_mounts", split_list(node, &paths, &usual))
            }
            "environmentvariables" => ("environment_variables", variables(node, findings)),
            "docker" => {
                let rest_of_docker = split(node, &[], &[("privileged", "true")]).1;
                rest.extend(rest_of_docker.map(|n| replaced(&entry.key, entry, n.value)));
                continue;
            }
            _ => {
                rest.push(entry.clone());
                continue;
            }
        };
        rest.extend(split.rest.map(|n| replaced(&entry.key, entry, n.value)));
        said.push(replaced(key, entry, split.said));
    }
    if ci(service, "type").is_none() {
        said.push(entry_at("type", service, Value::Text("docker".to_owned())));
    }
    (Node { value: Value::Map(said), ..*service }, rest)
}

/// Environment variables: `{type: local, value}` to the value alone. Values go nowhere else.
fn variables(node: &Node, findings: &mut Findings<'_>) -> Split {
    let (mut said, mut rest) = (Vec::new(), Vec::new());
    for variable in filled(node) {
        if !matches!(variable.node.value, Value::Map(_)) {
            let message = format!("`{}` is not an object", variable.key);
            let problem = Problem::warning("W0222", message).field("environmentVariables");
            let hint = "write {\"type\": \"local\", \"value\": ...}";
            findings.add_at(problem.hint(hint), variable);
            said.push(variable.clone());
            continue;
        }
        let value = ci(&variable.node, "value");
        said.extend(value.map(|e| replaced(&variable.key, variable, e.node.value.clone())));
        let others = split(&variable.node, &[("value", "value")], &[("type", "local")]).1;
        rest.extend(others.map(|n| replaced(&variable.key, variable, n.value)));
    }
    Split { said: Value::Map(said), rest: rest_of(node, rest) }
}

/// `setupScripts` as `setup_scripts`.
pub(crate) fn scripts(node: &Node) -> Split {
    let (mut said, mut rest) = (Vec::new(), Vec::new());
    let empty = Node { value: Value::Null, ..*node };
    for entry in filled(ci(node, "scripts").map_or(&empty, |e| &e.node)) {
        let key = snake(&entry.key);
        if !["creation_script", "startup_script"].contains(&key.as_str()) {
            rest.push(entry.clone());
            continue;
        }
        let fields = [("scriptData", "path"), ("scriptArguments", "command")];
        let (script, others) = split(&entry.node, &fields, &[("scriptSource", "workspaceStorage")]);
        let mut script = script.entries().to_vec();
        let mut others = others.map_or_else(Vec::new, |n| n.entries().to_vec());
        if let Some(at) = others.iter().position(|e| minutes(e).is_some()) {
            let timeout = others.remove(at);
            let value = Value::Integer(minutes(&timeout).unwrap_or(0));
            script.push(replaced("timeout_minutes", &timeout, value));
        }
        said.push(replaced(&key, entry, Value::Map(script)));
        rest.extend(rest_of(&entry.node, others).map(|n| replaced(&entry.key, entry, n.value)));
    }
    let rest = rest_of(node, rest).map(|n| vec![entry_at("scripts", node, n.value)]);
    Split { said: Value::Map(said), rest: rest.and_then(|entries| rest_of(node, entries)) }
}

/// The minutes of `timeout`, which the CLI writes as `20m`.
fn minutes(entry: &Entry) -> Option<i64> {
    let text = entry.node.scalar_text().filter(|_| entry.key.eq_ignore_ascii_case("timeout"))?;
    text.strip_suffix('m')?.parse().ok()
}
