//! The resource as the REST API and ARM templates spell it, made from a CLI document.
//!
//! What the plan does not say is left out, with three exceptions that the official client makes as
//! well: `enableNodePublicIp`, `disableLocalAuth` (the opposite of the SSH port), and the sharing
//! policy and authorization type, which have one value each. So an instance made from a template is
//! the instance the CLI would have made.

use crate::azure::canonical::{local_auth_disabled, settings_of};
use crate::azure::cli_yaml::PlanFile;
use crate::azure::names::{
    ALWAYS_SENT, ENDPOINT, TRUTHS, X_ARM, camel, identity_for_arm, is_known,
};
use crate::azure::node::Node;
use crate::azure::schedule_out::arm_schedules;
use crate::azure::tree::{at, bool_at, is_empty, items, text_at, to_json};
use serde_json::{Map, Value as Json, json};

/// What stands for the subscription in the id of a subnet that the plan names only.
pub(crate) const SUBSCRIPTION: &str = "${SUBSCRIPTION_ID}";
/// What stands for the resource group there.
pub(crate) const RESOURCE_GROUP: &str = "${RESOURCE_GROUP}";

/// `location`, `tags`, `identity` and `properties` of the resource: the body of a PUT.
pub(crate) fn resource_body(file: &PlanFile) -> Json {
    let document = settings_of(&file.document);
    let mut body = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        body.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("location", copied(&document, "location"));
    put("tags", copied(&document, "tags"));
    put("identity", document.get("identity").map(identity));
    put("properties", Some(properties(&document, file)));
    let mut body = Json::Object(body);
    merge_extras(&mut body, &document, "resource");
    body
}

fn properties(document: &Node, file: &PlanFile) -> Json {
    let mut properties = Map::new();
    properties.insert("computeType".to_owned(), "ComputeInstance".into());
    for (cli, arm) in [("description", "description"), ("resource_id", "resourceId")] {
        properties.extend(copied(document, cli).map(|value| (arm.to_owned(), value)));
    }
    properties.insert("disableLocalAuth".to_owned(), local_auth_disabled(document).into());
    let mut compute = Json::Object(compute(document, file));
    merge_extras(&mut compute, document, "compute");
    properties.insert("properties".to_owned(), compute);
    let mut properties = Json::Object(properties);
    merge_extras(&mut properties, document, "properties");
    properties
}

fn compute(document: &Node, file: &PlanFile) -> Map<String, Json> {
    let plan = &file.plan;
    let mut compute = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        compute.extend(value.map(|value| (key.to_owned(), value)));
    };
    put("vmSize", plan.size.clone().map(Json::from));
    put("subnet", subnet(document).map(|id| json!({ "id": id })));
    put("sshSettings", ssh(document));
    put("personalComputeInstanceSettings", assigned_user(document));
    put("idleTimeBeforeShutdown", plan.idle.map(|idle| iso(idle.minutes()).into()));
    put("enableNodePublicIp", Some(plan.public_ip.into()));
    for (cli, arm, _) in TRUTHS.into_iter().skip(1) {
        put(arm, copied(document, cli));
    }
    for (key, value) in ALWAYS_SENT {
        put(key, Some(value.into()));
    }
    put("schedules", (!plan.schedules.is_empty()).then(|| arm_schedules(&plan.schedules)));
    put("setupScripts", document.get("setup_scripts").map(setup_scripts));
    let services = document.get("custom_applications").filter(|list| !is_empty(list));
    put("customServices", services.map(|s| items(s).iter().map(custom_service).collect()));
    for stranger in document.entries().iter().filter(|e| !is_known(&e.key)) {
        put(&camel(&stranger.key), Some(to_json(&stranger.node)));
    }
    compute
}

/// `PT30M`: minutes, because the SDK reads nothing else back.
pub(crate) fn iso(minutes: u16) -> String {
    format!("PT{minutes}M")
}

fn copied(document: &Node, key: &str) -> Option<Json> {
    document.get(key).filter(|node| !is_empty(node)).map(to_json)
}

fn identity(identity: &Node) -> Json {
    let kind = text_at(identity, "type").unwrap_or_default();
    let mut body = json!({ "type": identity_for_arm(&kind) });
    let assigned = identity.get("user_assigned_identities").map_or(&[][..], items);
    let ids = assigned.iter().filter_map(|item| text_at(item, "resource_id"));
    let ids: Map<String, Json> = ids.map(|id| (id, json!({}))).collect();
    if !ids.is_empty() {
        body["userAssignedIdentities"] = Json::Object(ids);
    }
    body
}

/// The id of the subnet; one that is only named lies in the resource group of the workspace.
fn subnet(document: &Node) -> Option<String> {
    let network = document.get("network_settings")?;
    let subnet = text_at(network, "subnet").filter(|s| !s.is_empty())?;
    if subnet.starts_with('/') {
        return Some(subnet);
    }
    let vnet = text_at(network, "vnet_name").unwrap_or_default();
    Some(named_subnet(&vnet, &subnet))
}

/// The id of a subnet in the subscription and resource group that the plan is applied in.
pub(crate) fn named_subnet(vnet: &str, subnet: &str) -> String {
    format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}/providers/\
         Microsoft.Network/virtualNetworks/{vnet}/subnets/{subnet}"
    )
}

/// The network and the subnet of an id that [`named_subnet`] made.
pub(crate) fn names_of_subnet(id: &str) -> Option<(&str, &str)> {
    let here = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/{RESOURCE_GROUP}/providers/\
         Microsoft.Network/virtualNetworks/"
    );
    id.strip_prefix(&here)?.split_once("/subnets/")
}

fn ssh(document: &Node) -> Option<Json> {
    let open = bool_at(document, "ssh_public_access_enabled");
    let settings = document.get("ssh_settings").filter(|s| !is_empty(s));
    if open.is_none() && settings.is_none() {
        return None;
    }
    let access = if open == Some(true) { "Enabled" } else { "Disabled" };
    let mut body = json!({ "sshPublicAccess": access });
    if let Some(key) = settings.and_then(|s| text_at(s, "ssh_key_value")) {
        body["adminPublicKey"] = key.into();
    }
    Some(body)
}

fn assigned_user(document: &Node) -> Option<Json> {
    let user = document.get("create_on_behalf_of").filter(|user| !is_empty(user))?;
    let id = |key| text_at(user, key).unwrap_or_default();
    Some(json!({ "assignedUser": {
        "objectId": id("user_object_id"),
        "tenantId": id("user_tenant_id"),
    }}))
}

fn setup_scripts(scripts: &Node) -> Json {
    let mut body = Map::new();
    for (cli, arm) in [("startup_script", "startupScript"), ("creation_script", "creationScript")] {
        let Some(script) = scripts.get(cli) else { continue };
        let mut reference = json!({ "scriptSource": "workspaceStorage" });
        if let Some(path) = text_at(script, "path") {
            reference["scriptData"] = path.into();
        }
        if let Some(command) = text_at(script, "command") {
            reference["scriptArguments"] = command.into();
        }
        if let Some(minutes) = text_at(script, "timeout_minutes") {
            reference["timeout"] = format!("{minutes}m").into();
        }
        body.insert(arm.to_owned(), reference);
    }
    json!({ "scripts": body })
}

/// A custom application as the SDK sends it: an http endpoint called `connect`, a privileged
/// container, writable bind mounts.
fn custom_service(application: &Node) -> Json {
    const PLACED: [&str; 6] =
        ["name", "type", "image", "endpoints", "environment_variables", "bind_mounts"];
    let part = |key: &str| application.get(key).map_or(&[][..], items);
    let mut service = json!({ "name": text_at(application, "name").unwrap_or_default() });
    if let Some(reference) = at(application, &["image", "reference"]).map(to_json) {
        service["image"] = json!({ "type": "docker", "reference": reference });
    }
    let (name, protocol) = ENDPOINT;
    let endpoint = |e: &Node| {
        let port = |key| e.get(key).map_or(Json::Null, to_json);
        let (target, published) = (port("target"), port("published"));
        json!({ "name": name, "target": target, "published": published, "protocol": protocol })
    };
    if !part("endpoints").is_empty() {
        service["endpoints"] = part("endpoints").iter().map(endpoint).collect();
    }
    let variables = application.get("environment_variables").filter(|v| !is_empty(v));
    if let Some(variables) = variables {
        let local = |value: &Node| json!({ "type": "local", "value": to_json(value) });
        let pairs = variables.entries().iter().map(|e| (e.key.clone(), local(&e.node)));
        service["environmentVariables"] = Json::Object(pairs.collect());
    }
    let volume = |mount: &Node| {
        let path = |key| mount.get(key).map_or(Json::Null, to_json);
        let (source, target) = (path("source"), path("target"));
        json!({ "type": "bind", "readOnly": false, "source": source, "target": target })
    };
    if !part("bind_mounts").is_empty() {
        service["volumes"] = part("bind_mounts").iter().map(volume).collect();
    }
    service["docker"] = json!({ "privileged": true });
    service["type"] = text_at(application, "type").unwrap_or_default().to_lowercase().into();
    if service["type"] == "" {
        service["type"] = "docker".into();
    }
    for stranger in application.entries().iter().filter(|e| !PLACED.contains(&e.key.as_str())) {
        service[&stranger.key] = to_json(&stranger.node);
    }
    service
}

/// Lays what only ARM can say over the body.
fn merge_extras(body: &mut Json, document: &Node, level: &str) {
    if let Some(extras) = at(document, &[X_ARM, level]) {
        merge(body, &to_json(extras));
    }
}

/// Mappings are merged, lists of equal length item by item, lists of named things by name; anything
/// else is replaced.
fn merge(into: &mut Json, from: &Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(key) {
                    Some(inner) => merge(inner, value),
                    None => drop(into.insert(key.clone(), value.clone())),
                }
            }
        }
        (Json::Array(into), Json::Array(from))
            if into.len() == from.len() && from.iter().all(Json::is_object) =>
        {
            into.iter_mut().zip(from).for_each(|(own, item)| merge(own, item));
        }
        (Json::Array(into), Json::Array(from)) if from.iter().all(|i| i["name"].is_string()) => {
            for item in from {
                match into.iter_mut().find(|own| own["name"] == item["name"]) {
                    Some(own) => merge(own, item),
                    None => into.push(item.clone()),
                }
            }
        }
        (into, from) => *into = from.clone(),
    }
}
