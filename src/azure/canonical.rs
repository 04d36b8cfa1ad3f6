//! What a document says, free of how it says it: the form in which what went out and what was read
//! back are compared.
//!
//! Two documents have the same settings when their canonical forms are equal. Dropped: what Azure
//! only reports, and values that an absent key stands for as well. Unified: order of keys, letter
//! case of words, the old idle key, scalars for lists, zones by their Windows names.

use crate::azure::body::names_of_subnet;
use crate::azure::cli_yaml::PlanFile;
use crate::azure::expression::inside;
use crate::azure::names::{
    ALWAYS_SENT, CLI_SCHEMA, IDLE_KEYS, READ_ONLY, READ_ONLY_INSIDE, TRUTHS, X_ARM, camel,
    identity_for_cli, is_known,
};
use crate::azure::node::{Node, Value};
use crate::azure::schedule_out::cli_schedules;
use crate::azure::tree::{
    bool_at, is_empty, items, list, map, node, retain, set, set_first, stripped, take, text,
    text_at,
};

/// The document as the CLI takes it: key order kept, idle limit in minutes, schedules with Windows
/// names and quoted start times, without what Azure only reports.
pub(crate) fn cli_document(file: &PlanFile) -> Node {
    let mut document = settings_of(&file.document);
    // Written files begin with schema, name and type, unless they had them elsewhere.
    set_first(&mut document, "type", text("computeinstance"));
    if let Some(name) = take(&mut document, "name") {
        set_first(&mut document, "name", name);
    }
    drop(take(&mut document, "$schema"));
    set_first(&mut document, "$schema", text(CLI_SCHEMA));
    name_subnet(&mut document);
    write_plan(&mut document, file);
    document
}

/// A subnet in the subscription and resource group that the plan is applied in goes by its name.
fn name_subnet(document: &mut Node) {
    let Some(mut network) = document.get("network_settings").cloned() else { return };
    let id = text_at(&network, "subnet").unwrap_or_default();
    if let Some((vnet, subnet)) = names_of_subnet(&id) {
        set(&mut network, "vnet_name", text(vnet));
        set(&mut network, "subnet", text(subnet));
        set(document, "network_settings", network);
    }
}

/// Idle limit, schedules, size and public IP as the plan has them, each in its place.
fn write_plan(document: &mut Node, file: &PlanFile) {
    let [minutes, old] = IDLE_KEYS;
    let place = if document.get(minutes).is_some() { minutes } else { old };
    match file.plan.idle {
        Some(idle) => {
            set(document, place, node(Value::Integer(i64::from(idle.minutes()))));
            if place == old {
                rename(document, old, minutes);
            }
        }
        None => drop(take(document, minutes)),
    }
    drop(take(document, old));
    if file.plan.schedules.is_empty() {
        drop(take(document, "schedules"));
    } else {
        set(document, "schedules", cli_schedules(&file.plan.schedules));
    }
    if bool_at(document, "enable_node_public_ip").unwrap_or(true) != file.plan.public_ip {
        set(document, "enable_node_public_ip", node(Value::Bool(file.plan.public_ip)));
    }
    if let Some(size) = &file.plan.size {
        set(document, "size", text(size.clone()));
    }
}

fn rename(map: &mut Node, from: &str, to: &str) {
    if let Value::Map(entries) = &mut map.value
        && let Some(entry) = entries.iter_mut().find(|e| e.key == from)
    {
        to.clone_into(&mut entry.key);
    }
}

/// The document without what Azure only reports or only a deployment knows, and without nulls at
/// the top.
pub(crate) fn settings_of(document: &Node) -> Node {
    let mut kept = document.clone();
    retain(&mut kept, |e| !READ_ONLY.contains(&e.key.as_str()) && e.node.value != Value::Null);
    if text_at(&kept, "location").is_some_and(|region| inside(&region).is_some()) {
        // The region of a resource group, which only a deployment knows.
        drop(take(&mut kept, "location"));
    }
    for (parent, keys) in READ_ONLY_INSIDE {
        if let Some(mut inner) = kept.get(parent).cloned() {
            retain(&mut inner, |e| !keys.contains(&e.key.as_str()));
            set(&mut kept, parent, inner);
        }
    }
    kept
}

/// Which reported keys [`settings_of`] leaves out.
pub(crate) fn reported_keys(document: &Node) -> Vec<&str> {
    let keys = document.entries().iter().map(|e| e.key.as_str());
    keys.filter(|key| READ_ONLY.contains(key)).collect()
}

/// The canonical form.
pub(crate) fn canonical(file: &PlanFile) -> Node {
    let mut document = cli_document(file);
    for key in ["$schema", "type"] {
        drop(take(&mut document, key));
    }
    for (key, _, default) in TRUTHS {
        if bool_at(&document, key) == Some(default) {
            drop(take(&mut document, key));
        }
    }
    canonical_identity(&mut document);
    canonical_ssh(&mut document);
    canonical_applications(&mut document);
    canonical_extras(&mut document);
    stripped(&document)
}

/// The canonical form of what CLI YAML can hold of it.
pub(crate) fn canonical_for_cli(file: &PlanFile) -> Node {
    let mut document = canonical(file);
    drop(take(&mut document, X_ARM));
    document
}

fn canonical_identity(document: &mut Node) {
    let Some(mut identity) = document.get("identity").cloned() else { return };
    if let Some(kind) = text_at(&identity, "type") {
        set(&mut identity, "type", text(identity_for_cli(&kind)));
    }
    if let Some(assigned) = identity.get("user_assigned_identities") {
        let only_id = |item: &Node| {
            let id = text_at(item, "resource_id").unwrap_or_default();
            map([("resource_id", text(id))])
        };
        let assigned = list(items(assigned).iter().map(only_id).collect());
        set(&mut identity, "user_assigned_identities", assigned);
    }
    set(document, "identity", identity);
}

/// The SDK closes the port when a key is given and nothing is said about the port.
fn canonical_ssh(document: &mut Node) {
    let has_key = document.get("ssh_settings").is_some_and(|s| !is_empty(s));
    if has_key && document.get("ssh_public_access_enabled").is_none() {
        set(document, "ssh_public_access_enabled", node(Value::Bool(false)));
    }
}

fn canonical_applications(document: &mut Node) {
    let Some(applications) = document.get("custom_applications").cloned() else { return };
    let one = |application: &Node| {
        let mut application = application.clone();
        let kind = text_at(&application, "type");
        if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("docker")) {
            drop(take(&mut application, "type"));
        }
        application
    };
    let applications = list(items(&applications).iter().map(one).collect());
    set(document, "custom_applications", applications);
}

/// Keys that no release of ours knows, and extras that say what is so without them.
fn canonical_extras(document: &mut Node) {
    let mut extras = take(document, X_ARM).unwrap_or_else(|| map::<String>([]));
    let mut compute = take(&mut extras, "compute").unwrap_or_else(|| map::<String>([]));
    let Value::Map(entries) = &document.value else { return };
    let strangers: Vec<String> =
        entries.iter().map(|e| e.key.clone()).filter(|key| !is_known(key)).collect();
    for key in strangers {
        if let Some(value) = take(document, &key) {
            set(&mut compute, &camel(&key), value);
        }
    }
    for (key, value) in ALWAYS_SENT {
        if text_at(&compute, key).is_some_and(|text| text == value) {
            drop(take(&mut compute, key));
        }
    }
    set(&mut extras, "compute", compute);
    if let Some(mut properties) = extras.get("properties").cloned() {
        if bool_at(&properties, "disableLocalAuth") == Some(local_auth_disabled(document)) {
            drop(take(&mut properties, "disableLocalAuth"));
        }
        set(&mut extras, "properties", properties);
    }
    set(document, X_ARM, stripped(&extras));
}

/// What the SDK sends as `disableLocalAuth`: the opposite of the SSH port.
pub(crate) fn local_auth_disabled(document: &Node) -> bool {
    !bool_at(document, "ssh_public_access_enabled").unwrap_or(false)
}
