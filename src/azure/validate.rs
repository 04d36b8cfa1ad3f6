//! What is checked before anything is written, because the official client accepts it although
//! Azure refuses it or does something else.
//!
//! Reading has checked the idle limit, cron ranges, zones, hours, minutes, intervals, start times,
//! the number of schedules and their triggers (`E0203` to `E0211`). Here: names, ports, ids,
//! identities, and what contradicts itself.

use crate::azure::body::names_of_subnet;
use crate::azure::cli_yaml::PlanFile;
use crate::azure::expression::{Expression, inside, parse};
use crate::azure::hidden::is_secret;
use crate::azure::names::{IDLE_KEYS, TRUTHS, X_ARM, identity_for_arm, identity_for_cli, is_known};
use crate::azure::node::{Entry, Node, Value};
use crate::azure::tree::{at, bool_at, is_empty, items, text_at};
use crate::units::Problem;
use std::collections::BTreeMap;

/// Ports a custom application may use. The SDK refuses both ends.
const PORTS: std::ops::RangeInclusive<i64> = 1025..=65535;

/// Everything that is wrong with a plan as settings of an instance.
///
/// Codes: `E0901` name, `E0902` port, `E0903` the same name or published port twice, `E0904` id of
/// a user, tenant or subnet, `E0905` identity, `E0906` a required part is missing, `E0907` a value
/// of the wrong type, `E0921` a secret; `W0901` a schedule twice, `W0902` two idle limits, `W0903`
/// no size, `W0904` an SSH key for a closed port, `W0905` an expression without a value.
#[must_use]
pub fn validate(file: &PlanFile, path: &str) -> Vec<Problem> {
    let document = &file.document;
    let mut check = Check { path, problems: Vec::new() };
    if let Some(name) = document.get("name") {
        let written = name.scalar_text().unwrap_or_default();
        if let Some(problem) = name_problem(&written) {
            check.at(problem.field("name"), name);
        }
    }
    check.types(document);
    check.secrets(document);
    check.expressions("", document);
    check.user(document);
    check.identity(document);
    check.network(document);
    check.scripts(document);
    check.applications(document);
    check.contradictions(file);
    if file.plan.size.is_none() {
        let problem = Problem::warning("W0903", "the plan names no size").field("size");
        let hint = "the CLI would take STANDARD_DS3_V2; give one with --size or --instances";
        check.at(problem.hint(hint), document);
    }
    check.problems
}

/// What is wrong with the name of an instance, if anything: 3 to 24 letters, digits and dashes,
/// a letter first, and no `-` with only digits after it at the end.
#[must_use]
pub fn name_problem(name: &str) -> Option<Problem> {
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let length = (3..=24).contains(&name.len());
    let number_at_end = name
        .rsplit_once('-')
        .is_some_and(|(_, end)| !end.is_empty() && end.chars().all(|c| c.is_ascii_digit()));
    let why = match (length, begins, letters, number_at_end) {
        (false, _, _, _) => "it must have 3 to 24 characters",
        (_, false, _, _) => "it must begin with a letter",
        (_, _, false, _) => "only letters, digits and `-` are allowed",
        (_, _, _, true) => "after a `-` there must be a letter: `ci-1a`, not `ci-1`",
        _ => return None,
    };
    let message = format!("`{name}` is no name for a compute instance");
    Some(Problem::error("E0901", message).hint(why))
}

struct Check<'p> {
    path: &'p str,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn at(&mut self, problem: Problem, node: &Node) {
        self.problems.push(problem.in_file(self.path).at(node.line, node.column));
    }

    fn missing(&mut self, node: &Node, what: &str) {
        let message = format!("`{what}` is missing");
        self.at(Problem::error("E0906", message).field(what), node);
    }

    /// The SDK refuses other types of value, too.
    fn types(&mut self, document: &Node) {
        for tag in document.get("tags").map_or(&[][..], Node::entries) {
            self.must_be_text(&tag.node, &format!("tags.{}", tag.key));
        }
        for path in [&["description"][..], &["location"], &["ssh_settings", "ssh_key_value"]] {
            if let (Some(node), Some(field)) = (at(document, path), path.last()) {
                self.must_be_text(node, field);
            }
        }
        for key in TRUTHS.map(|(cli, _, _)| cli).into_iter().chain(["ssh_public_access_enabled"]) {
            let set = document.get(key).filter(|node| !is_empty(node));
            if let Some(node) = set.filter(|node| !matches!(node.value, Value::Bool(_))) {
                self.at(Problem::error("E0907", "true or false is needed here").field(key), node);
            }
        }
    }

    fn must_be_text(&mut self, node: &Node, field: &str) {
        if !matches!(node.value, Value::Text(_)) {
            let problem = Problem::error("E0907", "a text is needed here").field(field);
            let whole = matches!(node.value, Value::List(_) | Value::Map(_));
            self.at(if whole { problem } else { problem.hint("quote it") }, node);
        }
    }

    /// A secret where nobody would look for one: under a key that this release does not know. The
    /// environment of applications is looked at when a form is written.
    fn secrets(&mut self, document: &Node) {
        let own = document.entries().iter().filter(|e| !is_known(&e.key) || e.key == X_ARM);
        let list = document.get("custom_applications").map_or(&[][..], items);
        let applications = list.iter().flat_map(Node::entries);
        for entry in own.chain(applications.filter(|e| e.key != "environment_variables")) {
            self.secrets_in(entry);
        }
    }

    fn secrets_in(&mut self, entry: &Entry) {
        match &entry.node.value {
            Value::Text(text) if is_secret(&entry.key) && !text.is_empty() => {
                let message = format!("a secret would be written: the value of `{}`", entry.key);
                let hint = "remove it; a secret of a custom application goes into its \
                            environment_variables, as `${NAME}`";
                let problem = Problem::error("E0921", message).field(&*entry.key).hint(hint);
                self.at(problem, &entry.node);
            }
            Value::Map(entries) => entries.iter().for_each(|e| self.secrets_in(e)),
            Value::List(items) => {
                items.iter().flat_map(Node::entries).for_each(|e| self.secrets_in(e));
            }
            _ => {}
        }
    }

    /// Expressions of a template that nothing here could resolve.
    fn expressions(&mut self, key: &str, node: &Node) {
        match &node.value {
            Value::Text(text) if key != "location" => {
                let parsed = inside(text).and_then(|t| parse(t).ok());
                if matches!(parsed, Some(Expression::Call(..) | Expression::Member(..))) {
                    let message =
                        "an expression that only a deployment resolves is written as text";
                    let hint = "write the value itself, or give the template's parameter file";
                    self.at(Problem::warning("W0905", message).field(key).hint(hint), node);
                }
            }
            Value::Map(entries) => entries.iter().for_each(|e| self.expressions(&e.key, &e.node)),
            Value::List(items) => items.iter().for_each(|item| self.expressions(key, item)),
            _ => {}
        }
    }

    fn user(&mut self, document: &Node) {
        let Some(user) = document.get("create_on_behalf_of").filter(|u| !is_empty(u)) else {
            return;
        };
        for key in ["user_tenant_id", "user_object_id"] {
            let Some(id) = user.get(key) else {
                self.missing(user, key);
                continue;
            };
            if !id.scalar_text().is_some_and(|text| is_guid(&text)) {
                let message = format!("{} is not the id of a directory object", id.describe());
                let hint = "ids look like 00000000-0000-0000-0000-000000000000";
                self.at(Problem::error("E0904", message).field(key).hint(hint), id);
            }
        }
    }

    fn identity(&mut self, document: &Node) {
        let Some(identity) = document.get("identity") else { return };
        let kind = text_at(identity, "type").unwrap_or_default();
        let known = ["system_assigned", "user_assigned", "system_assigned,user_assigned", "none"];
        let spelt = identity_for_cli(&kind);
        if !known.contains(&spelt.as_str()) {
            let message = format!("`{kind}` is not a type of identity");
            let problem = Problem::error("E0905", message).field("identity.type");
            self.at(problem.hint(known.join("; ")), identity);
            return;
        }
        let assigned = identity.get("user_assigned_identities").map_or(&[][..], items);
        let needs = identity_for_arm(&kind).contains("UserAssigned");
        if needs && assigned.is_empty() {
            let message = format!("`{spelt}` without an identity to assign");
            let problem = Problem::error("E0905", message).field("user_assigned_identities");
            self.at(problem.hint("list it: - resource_id: /subscriptions/..."), identity);
        }
        if !needs && !assigned.is_empty() {
            let message = format!("identities are listed, but the type is `{spelt}`");
            self.at(Problem::error("E0905", message).field("identity.type"), identity);
        }
        for item in assigned {
            let id = text_at(item, "resource_id").unwrap_or_default();
            if !id.to_lowercase().contains("/providers/microsoft.managedidentity/") {
                let message = format!("`{id}` is not the resource id of a managed identity");
                let problem = Problem::error("E0905", message).field("resource_id");
                let hint = "/subscriptions/ID/resourceGroups/GROUP/providers/\
                            Microsoft.ManagedIdentity/userAssignedIdentities/NAME";
                self.at(problem.hint(hint), item);
            }
        }
    }

    fn network(&mut self, document: &Node) {
        let Some(network) = document.get("network_settings") else { return };
        let subnet = text_at(network, "subnet").unwrap_or_default();
        let vnet = text_at(network, "vnet_name").unwrap_or_default();
        if subnet.is_empty() && !vnet.is_empty() {
            self.missing(network, "subnet");
        }
        let id = network.get("subnet").filter(|_| subnet.starts_with('/'));
        if let Some(node) = id.filter(|_| !is_subnet_id(&subnet)) {
            let message = format!("`{subnet}` is not the resource id of a subnet");
            let hint = "/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network/\
                        virtualNetworks/VNET/subnets/SUBNET, or vnet_name and the subnet's name";
            self.at(Problem::error("E0904", message).field("subnet").hint(hint), node);
        }
        if !subnet.is_empty() && id.is_none() && vnet.is_empty() {
            self.missing(network, "vnet_name");
        }
    }

    fn scripts(&mut self, document: &Node) {
        for key in ["creation_script", "startup_script"] {
            let Some(script) = at(document, &["setup_scripts", key]) else { continue };
            if script.get("path").is_none() {
                self.missing(script, "path");
            }
            for field in ["path", "command"] {
                if let Some(node) = script.get(field) {
                    self.must_be_text(node, field);
                }
            }
            let minutes = script.get("timeout_minutes");
            if let Some(node) = minutes.filter(|n| !matches!(n.value, Value::Integer(1..))) {
                let problem = Problem::error("E0907", "a whole number of minutes is needed here");
                self.at(problem.field("timeout_minutes"), node);
            }
        }
    }

    fn applications(&mut self, document: &Node) {
        let list = document.get("custom_applications").map_or(&[][..], items);
        let (mut names, mut published) = (BTreeMap::new(), BTreeMap::new());
        for application in list {
            match application.get("name") {
                Some(name) => self.once(name, "name", &mut names),
                None => self.missing(application, "name"),
            }
            if at(application, &["image", "reference"]).is_none() {
                self.missing(application, "image.reference");
            }
            for endpoint in application.get("endpoints").map_or(&[][..], items) {
                self.port(endpoint, "target");
                self.port(endpoint, "published");
                if let Some(port) = endpoint.get("published") {
                    self.once(port, "published", &mut published);
                }
            }
            let variables = application.get("environment_variables");
            for variable in variables.map_or(&[][..], Node::entries) {
                self.must_be_text(&variable.node, &variable.key);
            }
        }
    }

    fn port(&mut self, endpoint: &Node, key: &str) {
        let Some(node) = endpoint.get(key) else { return self.missing(endpoint, key) };
        match node.value {
            Value::Integer(port) if PORTS.contains(&port) => {}
            _ => {
                let message = format!("{} is not a port from 1025 to 65535", node.describe());
                self.at(Problem::error("E0902", message).field(key), node);
            }
        }
    }

    /// The same value twice.
    fn once(&mut self, node: &Node, key: &str, seen: &mut BTreeMap<String, usize>) {
        let value = node.scalar_text().unwrap_or_default();
        match seen.get(&value) {
            Some(line) => {
                let message = format!("`{value}` is used twice, first on line {line}");
                self.at(Problem::error("E0903", message).field(key), node);
            }
            None => drop(seen.insert(value, node.line)),
        }
    }

    fn contradictions(&mut self, file: &PlanFile) {
        let document = &file.document;
        let schedules = at(document, &["schedules", "compute_start_stop"]);
        let list = schedules.map_or(&[][..], items);
        for (place, schedule) in file.plan.schedules.iter().enumerate() {
            if file.plan.schedules[..place].contains(schedule) {
                let node = list.get(place).unwrap_or(document);
                let message = "the same schedule stands above: one of the four is wasted";
                self.at(Problem::warning("W0901", message).field("schedules"), node);
            }
        }
        if let [Some(_), Some(old)] = IDLE_KEYS.map(|key| document.get(key)) {
            let message = "two idle limits: the one in minutes counts";
            self.at(Problem::warning("W0902", message).field(IDLE_KEYS[1]), old);
        }
        let closed = bool_at(document, "ssh_public_access_enabled") == Some(false);
        let key = at(document, &["ssh_settings", "ssh_key_value"]);
        if let Some(key) = key.filter(|_| closed) {
            let message = "an SSH key is given, but the port is closed";
            self.at(Problem::warning("W0904", message).field("ssh_settings"), key);
        }
    }
}

/// Whether the SDK takes it for an id: it makes a broken one of anything else.
fn is_subnet_id(id: &str) -> bool {
    let lower = id.to_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    matches!(parts[..], ["", "subscriptions", subscription, "resourcegroups", _, "providers",
        "microsoft.network", "virtualnetworks", _, "subnets", _]
        if is_guid(subscription) || names_of_subnet(id).is_some())
}

fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| {
            part.len() == length && part.chars().all(|c| c.is_ascii_hexdigit())
        })
}
