//! From the spelling of ARM and REST to that of CLI v2, place by place: every value keeps the line
//! and column it was written at.
//!
//! What CLI v2 has no key for goes under `x_arm`, in ARM's spelling: `resource` holds what stood
//! beside `properties`, `properties` what stood in it, `compute` what stood in its `properties`.
//! Of what the CLI can say only in part (`customServices`, `setupScripts`) the rest is there, to be
//! laid over it: lists have as many items, and no value of an environment variable is repeated.

use crate::azure::arm_parts::{Split, applications, ci, identity, schedules, scripts};
use crate::azure::cli_yaml::{KEYS, minutes_of_iso};
use crate::azure::expression::inside;
use crate::azure::findings::Findings;
use crate::azure::node::{Entry, Node, Value};
use crate::units::{IdleLimit, Problem};

/// Known fields without a key in CLI v2.
const ONLY_ARM: [&str; 12] = [
    "sku",
    "zones",
    "kind",
    "computelocation",
    "disablelocalauth",
    "applicationsharingpolicy",
    "computeinstanceauthorizationtype",
    "autologgersettings",
    "containers",
    "datadisks",
    "datamounts",
    "customservices",
];

/// What is no setting of the instance: the machinery of a template, and what Azure only reports.
const DROPPED: [&str; 14] = [
    "type",
    "apiversion",
    "condition",
    "comments",
    "copy",
    "dependson",
    "scope",
    "resources",
    "systemdata",
    "etag",
    "isattachedcompute",
    "errors",
    "versions",
    "createdby",
];

/// Fields of ARM that CLI v2 has under another name, the value being the same.
const SAME_VALUE: [(&str, &str); 17] = [
    ("id", "id"),
    ("location", "location"),
    ("tags", "tags"),
    ("description", "description"),
    ("resourceid", "resource_id"),
    ("provisioningstate", "provisioning_state"),
    ("createdon", "created_on"),
    ("modifiedon", "modified_on"),
    ("resourcegroup", "resource_group"),
    ("provisioningerrors", "provisioning_errors"),
    ("vmsize", "size"),
    ("enablenodepublicip", "enable_node_public_ip"),
    ("enablesso", "enable_sso"),
    ("enablerootaccess", "enable_root_access"),
    ("releasequotaonstop", "release_quota_on_stop"),
    ("enableospatching", "enable_os_patching"),
    ("state", "state"),
];

/// How deep in a resource an object lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Level {
    /// The resource itself.
    Resource,
    /// Its `properties`.
    Properties,
    /// Their `properties`.
    Compute,
}

/// The document in CLI spelling of an object in ARM spelling.
pub(crate) fn from_arm(node: &Node, level: Level, findings: &mut Findings<'_>) -> Node {
    let mut draft = Draft::default();
    match level {
        Level::Resource => draft.resource(node, findings),
        Level::Properties => draft.properties(node, findings),
        Level::Compute => draft.compute(node, findings),
    }
    if level != Level::Compute {
        draft.entries.push(entry_at("type", node, Value::Text("computeinstance".to_owned())));
    }
    draft.finish(node)
}

/// A key and value that stand where `node` does.
pub(crate) fn entry_at(key: &str, node: &Node, value: Value) -> Entry {
    let node = Node { line: node.line, column: node.column, value };
    Entry { key: key.to_owned(), line: node.line, column: node.column, node }
}

/// The same entry under another key.
pub(crate) fn renamed(key: &str, entry: &Entry) -> Entry {
    Entry { key: key.to_owned(), ..entry.clone() }
}

/// The same entry with another key and value, in the same place.
pub(crate) fn replaced(key: &str, entry: &Entry, value: Value) -> Entry {
    let node = Node { value, ..entry.node };
    Entry { key: key.to_owned(), line: entry.line, column: entry.column, node }
}

/// The entries of a mapping that hold something.
pub(crate) fn filled(node: &Node) -> impl Iterator<Item = &Entry> {
    node.entries().iter().filter(|e| e.node.value != Value::Null)
}

#[derive(Default)]
struct Draft {
    entries: Vec<Entry>,
    resource: Vec<Entry>,
    properties: Vec<Entry>,
    compute: Vec<Entry>,
}

impl Draft {
    fn resource(&mut self, node: &Node, findings: &mut Findings<'_>) {
        for entry in filled(node) {
            match entry.key.to_lowercase().as_str() {
                "name" => self.name(entry),
                "identity" => self.entries.push(identity(entry, findings)),
                "properties" => self.properties(&entry.node, findings),
                _ => self.field(entry, Level::Resource, findings),
            }
        }
    }

    /// `workspace/instance`, or the instance alone.
    fn name(&mut self, entry: &Entry) {
        let text = entry.node.scalar_text().unwrap_or_default();
        match text.rsplit_once('/').filter(|_| inside(&text).is_none()) {
            Some((workspace, name)) => {
                let text = |t: &str| Value::Text(t.to_owned());
                self.entries.push(replaced("name", entry, text(name)));
                self.entries.push(replaced("workspace", entry, text(workspace)));
            }
            None => self.entries.push(renamed("name", entry)),
        }
    }

    fn properties(&mut self, node: &Node, findings: &mut Findings<'_>) {
        for entry in filled(node) {
            match entry.key.to_lowercase().as_str() {
                "computetype" => {}
                "properties" => self.compute(&entry.node, findings),
                _ => self.field(entry, Level::Properties, findings),
            }
        }
    }

    fn compute(&mut self, node: &Node, findings: &mut Findings<'_>) {
        for entry in filled(node) {
            match entry.key.to_lowercase().as_str() {
                "idletimebeforeshutdown" => self.idle(entry),
                "schedules" => {
                    let value = schedules(&entry.node, findings);
                    self.entries.push(replaced("schedules", entry, value));
                }
                "subnet" => {
                    if let Some(id) = ci(&entry.node, "id") {
                        self.network(entry, renamed("subnet", id));
                    }
                }
                "connectivityendpoints" => self.endpoints(entry),
                "sshsettings" => self.ssh(entry),
                "personalcomputeinstancesettings" => self.assigned(entry),
                "customservices" => {
                    let split = applications(&entry.node, findings);
                    self.split("custom_applications", entry, split);
                }
                "setupscripts" => {
                    let split = scripts(&entry.node);
                    self.split("setup_scripts", entry, split);
                }
                "osimagemetadata" => self.snake("os_image_metadata", entry),
                "lastoperation" => self.snake("last_operation", entry),
                "applications" => self.snake("services", entry),
                _ => self.field(entry, Level::Compute, findings),
            }
        }
    }

    /// A field that is only renamed, or only ARM's, or unknown.
    fn field(&mut self, entry: &Entry, level: Level, findings: &mut Findings<'_>) {
        let lower = entry.key.to_lowercase();
        if let Some((_, key)) = SAME_VALUE.iter().find(|(arm, _)| *arm == lower) {
            self.entries.push(renamed(key, entry));
            return;
        }
        if DROPPED.contains(&lower.as_str()) {
            return;
        }
        if !ONLY_ARM.contains(&lower.as_str()) {
            let message = format!("unknown field `{}`", entry.key);
            let problem = Problem::warning("W0221", message);
            let hint = "it is kept for ARM and REST, and has no effect on a simulation";
            findings.add_at(problem.hint(hint), entry);
        }
        let place = match level {
            Level::Resource => &mut self.resource,
            Level::Properties => &mut self.properties,
            Level::Compute => &mut self.compute,
        };
        place.push(entry.clone());
    }

    fn split(&mut self, key: &str, entry: &Entry, split: Split) {
        self.entries.push(replaced(key, entry, split.said));
        self.compute.extend(split.rest.map(|n| replaced(&entry.key, entry, n.value)));
    }

    /// IDLE-1: ISO 8601 to minutes; what is no idle limit stays as it is, to be complained about.
    fn idle(&mut self, entry: &Entry) {
        let text = entry.node.scalar_text().unwrap_or_default();
        if matches!(&entry.node.value, Value::Text(t) if t.trim().is_empty()) {
            return;
        }
        let minutes = minutes_of_iso(&text).filter(|m| IdleLimit::from_minutes(*m).is_some());
        self.entries.push(match minutes {
            Some(m) => replaced("idle_time_before_shutdown_minutes", entry, Value::Integer(m)),
            None => renamed("idle_time_before_shutdown", entry),
        });
    }

    fn network(&mut self, from: &Entry, setting: Entry) {
        let known = self.entries.iter_mut().find(|e| e.key == "network_settings");
        match known.map(|e| &mut e.node.value) {
            Some(Value::Map(settings)) => settings.push(setting),
            _ => {
                let value = Value::Map(vec![setting]);
                self.entries.push(replaced("network_settings", from, value));
            }
        }
    }

    fn endpoints(&mut self, entry: &Entry) {
        for address in filled(&entry.node) {
            let key = snake(&address.key);
            if ["public_ip_address", "private_ip_address"].contains(&key.as_str()) {
                self.network(entry, renamed(&key, address));
            }
        }
    }

    fn ssh(&mut self, entry: &Entry) {
        let mut settings = Vec::new();
        for field in filled(&entry.node) {
            let text = field.node.scalar_text().unwrap_or_default();
            match field.key.to_lowercase().as_str() {
                "sshpublicaccess" => {
                    let open = text.eq_ignore_ascii_case("enabled");
                    if !open && !text.eq_ignore_ascii_case("disabled") {
                        let odd = Value::Map(vec![field.clone()]);
                        self.compute.push(replaced(&entry.key, entry, odd));
                        continue;
                    }
                    let key = "ssh_public_access_enabled";
                    self.entries.push(replaced(key, field, Value::Bool(open)));
                }
                "adminpublickey" => settings.push(renamed("ssh_key_value", field)),
                "adminusername" => settings.push(renamed("admin_username", field)),
                "sshport" => settings.push(replaced("ssh_port", field, Value::Text(text))),
                _ => {}
            }
        }
        if !settings.is_empty() {
            self.entries.push(replaced("ssh_settings", entry, Value::Map(settings)));
        }
    }

    fn assigned(&mut self, entry: &Entry) {
        let user = ci(&entry.node, "assignedUser").map_or(&entry.node, |e| &e.node);
        let mut keys = Vec::new();
        for (arm, cli) in [("tenantId", "user_tenant_id"), ("objectId", "user_object_id")] {
            keys.extend(ci(user, arm).map(|e| renamed(cli, e)));
        }
        if keys.len() != filled(user).count() {
            self.compute.push(entry.clone());
        }
        self.entries.push(replaced("create_on_behalf_of", entry, Value::Map(keys)));
    }

    /// What can only be read, with its keys in snake case.
    fn snake(&mut self, key: &str, entry: &Entry) {
        let value = snake_keys(&entry.node).value;
        self.entries.push(replaced(key, entry, value));
    }

    fn finish(mut self, node: &Node) -> Node {
        let rank = |e: &Entry| KEYS.iter().position(|k| *k == e.key).unwrap_or(KEYS.len());
        self.entries.sort_by_key(rank);
        let levels = [
            ("resource", self.resource),
            ("properties", self.properties),
            ("compute", self.compute),
        ];
        let kept: Vec<Entry> = levels
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(key, entries)| entry_at(key, node, Value::Map(entries)))
            .collect();
        if !kept.is_empty() {
            self.entries.push(entry_at("x_arm", node, Value::Map(kept)));
        }
        Node { value: Value::Map(self.entries), ..*node }
    }
}

/// `osImageMetadata` to `os_image_metadata`, `enableSSO` to `enable_sso`.
pub(crate) fn snake(key: &str) -> String {
    let mut words = String::new();
    let chars: Vec<char> = key.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| chars.get(i));
        let after_small = before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let starts_word = before.is_some_and(|b| b.is_uppercase())
            && chars.get(at + 1).is_some_and(|n| n.is_lowercase());
        if c.is_uppercase() && (after_small || starts_word) {
            words.push('_');
        }
        words.extend(c.to_lowercase());
    }
    words
}

/// The same document with all its keys in snake case.
pub(crate) fn snake_keys(node: &Node) -> Node {
    let value = match &node.value {
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|e| Entry { key: snake(&e.key), node: snake_keys(&e.node), ..*e })
                .collect(),
        ),
        Value::List(items) => Value::List(items.iter().map(snake_keys).collect()),
        other => other.clone(),
    };
    Node { value, ..*node }
}

/// What ARM calls a field of CLI v2, for problems in files of ARM.
pub(crate) fn arm_field(key: &str) -> String {
    match key {
        "size" => return "vmSize".to_owned(),
        "state" => return "status".to_owned(),
        "type" => return "triggerType".to_owned(),
        "idle_time_before_shutdown_minutes" => return "idleTimeBeforeShutdown".to_owned(),
        _ => {}
    }
    let mut camel = String::new();
    for (at, word) in key.split('_').enumerate() {
        let mut chars = word.chars();
        match chars.next() {
            Some(first) if at > 0 => camel.extend(first.to_uppercase().chain(chars)),
            Some(first) => camel.extend(std::iter::once(first).chain(chars)),
            None => {}
        }
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_change_their_spelling() {
        assert_eq!(
            ["osImageMetadata", "enableSSO", "enableOSPatching", "name"].map(snake),
            ["os_image_metadata", "enable_sso", "enable_os_patching", "name"]
        );
        assert_eq!(
            ["time_zone", "size", "expression", "week_days"].map(arm_field),
            ["timeZone", "vmSize", "expression", "weekDays"]
        );
    }
}
