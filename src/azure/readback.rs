//! Reads back what was written: the resource of a template or of a PUT body as a CLI document.
//!
//! It knows the shapes that this program writes and no others.

use crate::azure::names::{ENDPOINT, IDLE_KEYS, RESOURCE_TYPE, TRUTHS, X_ARM, identity_for_cli};
use crate::azure::node::{Node, Value};
use crate::azure::tree::{from_json, is_empty, list, map, node, set, text};
use serde_json::{Map, Value as Json};

type Object = Map<String, Json>;

/// The resource of a template with the values of its parameters file put in. What has no value is
/// left out; a secret is its reference.
pub(crate) fn resource_of_template(template: &Json, parameters: &Json) -> Option<Json> {
    let resources = template["resources"].as_array()?;
    let resource = resources.iter().find(|r| r["type"] == RESOURCE_TYPE)?;
    let known = Parameters { declared: &template["parameters"], given: &parameters["parameters"] };
    let mut resource = known.resolve(resource)?;
    let name = known.value("computeName");
    match name {
        Some(name) => resource["name"] = name,
        None => drop(resource.as_object_mut()?.shift_remove("name")),
    }
    Some(resource)
}

struct Parameters<'j> {
    declared: &'j Json,
    given: &'j Json,
}

impl Parameters<'_> {
    fn value(&self, name: &str) -> Option<Json> {
        let secure = self.declared[name]["type"] == "securestring";
        let given = self.given.get(name).map(|p| p["value"].clone());
        let default = self.declared[name].get("defaultValue").cloned();
        let expression = |v: &Json| v.as_str().is_some_and(|t| t.starts_with('['));
        let secret = secure.then(|| Json::from(format!("${{{name}}}")));
        given.or(secret).or_else(|| default.filter(|v| !expression(v)))
    }

    fn resolve(&self, value: &Json) -> Option<Json> {
        match value {
            Json::String(text) if text.starts_with("[[") && text.ends_with(']') => {
                Some(text[1..].into())
            }
            Json::String(text) if text.starts_with('[') && text.ends_with(']') => {
                self.expression(&text[1..text.len() - 1])
            }
            Json::Array(items) => {
                Some(Json::Array(items.iter().filter_map(|i| self.resolve(i)).collect()))
            }
            Json::Object(entries) => {
                let pairs = entries.iter().filter_map(|(k, v)| Some((k.clone(), self.resolve(v)?)));
                Some(Json::Object(pairs.collect()))
            }
            other => Some(other.clone()),
        }
    }

    fn expression(&self, expression: &str) -> Option<Json> {
        let argument = |function: &str| {
            expression.strip_prefix(function)?.strip_prefix('(')?.strip_suffix(')')
        };
        if let Some(name) = argument("parameters") {
            return self.value(name.trim_matches('\''));
        }
        let mut parts = argument("resourceId")?.split(", ").map(|p| p.trim_matches('\''));
        let (_, vnet, subnet) = (parts.next()?, parts.next()?, parts.next()?);
        Some(crate::azure::body::named_subnet(vnet, subnet).into())
    }
}

/// The CLI document of a resource; `name` wins over the resource's own.
pub(crate) fn document_of(resource: &Json, name: Option<&str>) -> Node {
    let mut resource = object(resource.clone());
    let mut document = map::<String>([]);
    for key in ["apiVersion", "type", "dependsOn"] {
        drop(resource.shift_remove(key));
    }
    let own = resource.shift_remove("name");
    let name = name.map(Json::from).or(own);
    let mut properties = object(resource.shift_remove("properties").unwrap_or_default());
    let mut compute = object(properties.shift_remove("properties").unwrap_or_default());
    drop(properties.shift_remove("computeType"));
    put(&mut document, "name", name.as_ref().map(from_json));
    put(&mut document, "type", Some(text("computeinstance")));
    for key in ["location", "tags"] {
        put(&mut document, key, resource.shift_remove(key).as_ref().map(from_json));
    }
    put(&mut document, "identity", resource.shift_remove("identity").map(|i| identity(&i)));
    for (arm, cli) in [("description", "description"), ("resourceId", "resource_id")] {
        put(&mut document, cli, properties.shift_remove(arm).as_ref().map(from_json));
    }
    take_compute(&mut document, &mut compute);
    let rest = [("resource", resource), ("properties", properties), ("compute", compute)];
    let rest = rest.map(|(level, rest)| (level, from_json(&Json::Object(rest))));
    put(&mut document, X_ARM, Some(map(rest.into_iter().filter(|(_, rest)| !is_empty(rest)))));
    document
}

fn take_compute(document: &mut Node, compute: &mut Object) {
    put(document, "size", compute.shift_remove("vmSize").as_ref().map(from_json));
    let subnet = compute.shift_remove("subnet").map(|s| text(string(&s["id"])));
    put(document, "network_settings", subnet.map(|id| map([("subnet", id)])));
    if let Some(ssh) = compute.shift_remove("sshSettings") {
        let open = ssh["sshPublicAccess"] == "Enabled";
        put(document, "ssh_public_access_enabled", Some(node(Value::Bool(open))));
        let key = ssh.get("adminPublicKey").map(from_json);
        put(document, "ssh_settings", key.map(|key| map([("ssh_key_value", key)])));
    }
    if let Some(user) = compute.shift_remove("personalComputeInstanceSettings") {
        let id = |key: &str| text(string(&user["assignedUser"][key]));
        let user = [("user_tenant_id", id("tenantId")), ("user_object_id", id("objectId"))];
        put(document, "create_on_behalf_of", Some(map(user)));
    }
    let idle = compute.shift_remove("idleTimeBeforeShutdown");
    put(document, IDLE_KEYS[1], idle.as_ref().map(from_json));
    for (cli, arm, _) in TRUTHS {
        put(document, cli, compute.shift_remove(arm).as_ref().map(from_json));
    }
    put(document, "schedules", compute.shift_remove("schedules").map(|s| schedules(&s)));
    if let Some(scripts) = compute.shift_remove("setupScripts") {
        put(document, "setup_scripts", Some(setup_scripts(&scripts["scripts"])));
    }
    if let Some(services) = compute.shift_remove("customServices") {
        let both = array(&services).iter().map(custom_application);
        let (applications, rest): (Vec<Node>, Vec<Json>) = both.unzip();
        put(document, "custom_applications", Some(list(applications)));
        if rest.iter().any(|rest| rest.as_object().is_some_and(|o| o.len() > 1)) {
            compute.insert("customServices".to_owned(), Json::Array(rest));
        }
    }
}

fn put(document: &mut Node, key: &str, value: Option<Node>) {
    if let Some(value) = value.filter(|value| !is_empty(value)) {
        set(document, key, value);
    }
}

fn object(json: Json) -> Object {
    match json {
        Json::Object(object) => object,
        _ => Object::new(),
    }
}

fn array(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn string(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

fn identity(identity: &Json) -> Node {
    let mut out = map([("type", text(identity_for_cli(string(&identity["type"]))))]);
    let ids = identity["userAssignedIdentities"].as_object();
    let ids = ids.into_iter().flat_map(|o| o.keys());
    let ids: Vec<Node> = ids.map(|id| map([("resource_id", text(id.clone()))])).collect();
    put(&mut out, "user_assigned_identities", Some(list(ids)));
    out
}

fn schedules(schedules: &Json) -> Node {
    let one = |schedule: &Json| {
        let cron = schedule["triggerType"] == "Cron";
        let (kind, clock) = if cron { ("cron", "cron") } else { ("recurrence", "recurrence") };
        let clock = &schedule[clock];
        let mut trigger = map([("type", text(kind))]);
        for (arm, cli) in [
            ("frequency", "frequency"),
            ("interval", "interval"),
            ("expression", "expression"),
            ("startTime", "start_time"),
            ("timeZone", "time_zone"),
        ] {
            put(&mut trigger, cli, clock.get(arm).map(from_json));
        }
        let mut pattern = map::<String>([]);
        for (arm, cli) in [
            ("hours", "hours"),
            ("minutes", "minutes"),
            ("weekDays", "week_days"),
            ("monthDays", "month_days"),
        ] {
            put(&mut pattern, cli, clock["schedule"].get(arm).map(from_json));
        }
        put(&mut trigger, "schedule", Some(pattern));
        map([
            ("action", text(string(&schedule["action"]))),
            ("state", text(string(&schedule["status"]))),
            ("trigger", trigger),
        ])
    };
    let list_of = array(&schedules["computeStartStop"]).iter().map(one).collect();
    map([("compute_start_stop", list(list_of))])
}

fn setup_scripts(scripts: &Json) -> Node {
    let one = |script: &Json| {
        let mut out = map::<String>([]);
        put(&mut out, "path", script.get("scriptData").map(from_json));
        put(&mut out, "command", script.get("scriptArguments").map(from_json));
        let minutes = script.get("timeout").and_then(|t| string(t).strip_suffix('m'));
        let minutes = minutes.and_then(|m| m.parse().ok()).map(|m| node(Value::Integer(m)));
        put(&mut out, "timeout_minutes", minutes);
        out
    };
    let mut out = map::<String>([]);
    put(&mut out, "creation_script", scripts.get("creationScript").map(one));
    put(&mut out, "startup_script", scripts.get("startupScript").map(one));
    out
}

/// The CLI's view of a custom service, and what that view leaves out (its name at least).
fn custom_application(service: &Json) -> (Node, Json) {
    let mut rest = object(service.clone());
    let mut out = map::<String>([]);
    put(&mut out, "name", rest.get("name").map(from_json));
    put(&mut out, "type", rest.shift_remove("type").as_ref().map(from_json));
    if let Some(image) = rest.shift_remove("image") {
        let reference = from_json(&image["reference"]);
        put(&mut out, "image", Some(map([("reference", reference)])));
        keep(&mut rest, "image", object(image), &["reference"], &[("type", "docker".into())]);
    }
    let (name, protocol) = ENDPOINT;
    let usual = [("name", name.into()), ("protocol", protocol.into())];
    both_lists(&mut out, &mut rest, ("endpoints", "endpoints"), &["target", "published"], &usual);
    let usual = [("type", "bind".into()), ("readOnly", false.into())];
    both_lists(&mut out, &mut rest, ("volumes", "bind_mounts"), &["source", "target"], &usual);
    if let Some(variables) = rest.shift_remove("environmentVariables") {
        let pairs = variables.as_object().into_iter().flatten();
        let pairs = pairs.map(|(name, v)| (name.clone(), from_json(&v["value"])));
        put(&mut out, "environment_variables", Some(map(pairs)));
    }
    if rest
        .get("docker")
        .is_some_and(|d| d["privileged"] == true && d.as_object().map(Map::len) == Some(1))
    {
        drop(rest.shift_remove("docker"));
    }
    (out, Json::Object(rest))
}

/// Keeps what the CLI's keys do not say and the SDK would not add.
fn keep(rest: &mut Object, key: &str, mut part: Object, said: &[&str], usual: &[(&str, Json)]) {
    part.retain(|k, v| !said.contains(&k.as_str()) && !usual.iter().any(|(u, w)| u == k && w == v));
    if !part.is_empty() {
        rest.insert(key.to_owned(), Json::Object(part));
    }
}

fn both_lists(
    out: &mut Node,
    rest: &mut Object,
    (arm, cli): (&str, &str),
    said: &[&str],
    usual: &[(&str, Json)],
) {
    let Some(items) = rest.shift_remove(arm) else { return };
    let shown =
        |item: &Json| map(said.iter().filter_map(|key| Some((*key, from_json(item.get(*key)?)))));
    put(out, cli, Some(list(array(&items).iter().map(shown).collect())));
    let mut left = Vec::new();
    for item in array(&items) {
        let mut holder = Object::new();
        keep(&mut holder, "x", object(item.clone()), said, usual);
        left.push(holder.shift_remove("x").unwrap_or_else(|| Json::Object(Object::new())));
    }
    if left.iter().any(|l| l.as_object().is_some_and(|o| !o.is_empty())) {
        rest.insert(arm.to_owned(), Json::Array(left));
    }
}
