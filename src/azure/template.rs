//! ARM templates: which compute instances a template deploys, with parameters, variables and copy
//! loops resolved as far as the files tell.
//!
//! An expression that only a deployment can resolve stays in its place as text. That is an error
//! where a plan needs the value, and a note elsewhere.

use crate::azure::arm_parts::{ci, ci_text};
use crate::azure::arm_read::filled;
use crate::azure::expression::{Expression, Names, evaluate, inside, parse};
use crate::azure::findings::Findings;
use crate::azure::hidden::is_hidden;
use crate::azure::node::{Entry, Node, Value};
use crate::units::Problem;
use std::cell::Cell;

/// Rounds of a copy loop, at most.
const ROUNDS_MAX: i64 = 10_000;
/// Parameters and variables that lead from one to the next, at most.
const HOPS_MAX: u32 = 32;
const COMPUTES: &str = "microsoft.machinelearningservices/workspaces/computes";
const WORKSPACES: &str = "microsoft.machinelearningservices/workspaces";

/// Places in a resource whose values a plan needs, in lower case.
const NEEDED: [&str; 10] = [
    "type",
    "identity",
    "identity/type",
    "properties",
    "properties/computetype",
    "properties/properties",
    "properties/properties/vmsize",
    "properties/properties/schedules",
    "properties/properties/idletimebeforeshutdown",
    "properties/properties/enablenodepublicip",
];

/// The compute resources of a template, less those that lack a value a plan needs, which is an
/// error. `given` is its parameter file.
pub(crate) fn computes_of(
    template: &Node,
    given: Option<&Node>,
    findings: &mut Findings<'_>,
) -> Vec<Node> {
    let given = given.map(parameter_values).unwrap_or_default();
    let scope = Scope::new(template, given, None);
    let mut deployed = Vec::new();
    scope.template(template, &mut deployed, findings);
    deployed
}

/// `name: {value}` of a parameter file, with or without the `parameters` around them.
pub(crate) fn parameter_values(file: &Node) -> Vec<Entry> {
    let inner = ci(file, "parameters").map_or(file, |e| &e.node);
    let value = |e: &Entry| {
        let node = ci(&e.node, "value")?.node.clone();
        Some(Entry { key: e.key.clone(), node, ..*e })
    };
    inner.entries().iter().filter_map(value).collect()
}

/// Parameters and variables of one template.
struct Scope<'t> {
    declared: &'t [Entry],
    given: Vec<Entry>,
    variables: &'t [Entry],
    round: Cell<Option<i64>>,
    hops: Cell<u32>,
}

/// An expression that cannot be resolved.
struct Open {
    path: String,
    place: (usize, usize),
    expression: String,
    why: String,
    hidden: bool,
}

impl Open {
    /// The keys that lead to it, in lower case.
    fn place_in_resource(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// Whether a plan needs its value.
    fn is_needed(&self) -> bool {
        let path = self.place_in_resource();
        path.starts_with("properties/properties/schedules") || NEEDED.contains(&path)
    }
}

impl Names for Scope<'_> {
    fn parameter(&self, name: &str) -> Result<Node, String> {
        let find = |entries: &[Entry]| {
            entries.iter().find(|e| e.key.eq_ignore_ascii_case(name)).map(|e| e.node.clone())
        };
        let declared = find(self.declared);
        if self.is_secure(name) {
            return Err(format!("`{name}` is a secure parameter: its value is not read"));
        }
        if let Some(value) = find(&self.given) {
            return self.follow(&value);
        }
        let Some(declared) = declared else {
            return Err(format!("the template declares no parameter `{name}`"));
        };
        match declared.entries().iter().find(|e| e.key.eq_ignore_ascii_case("defaultValue")) {
            Some(default) => self.follow(&default.node),
            None => Err(format!("the parameter `{name}` has neither a value nor a default")),
        }
    }

    fn variable(&self, name: &str) -> Result<Node, String> {
        match self.variables.iter().find(|e| e.key.eq_ignore_ascii_case(name)) {
            Some(entry) => self.follow(&entry.node),
            None => Err(format!("the template has no variable `{name}`")),
        }
    }

    fn copy_index(&self) -> Option<i64> {
        self.round.get()
    }
}

impl<'t> Scope<'t> {
    fn new(template: &'t Node, given: Vec<Entry>, outer: Option<&Self>) -> Self {
        let part = |key| ci(template, key).map_or(&[][..], |e| e.node.entries());
        let round = Cell::new(outer.and_then(|o| o.round.get()));
        Self {
            declared: part("parameters"),
            given,
            variables: part("variables"),
            round,
            hops: Cell::new(0),
        }
    }

    /// The value with every expression in it resolved, or why one has no value.
    fn follow(&self, node: &Node) -> Result<Node, String> {
        if self.hops.get() >= HOPS_MAX {
            return Err("it leads round in a circle".to_owned());
        }
        self.hops.set(self.hops.get() + 1);
        let mut open = Vec::new();
        let resolved = self.resolve(node, "", &mut open);
        self.hops.set(self.hops.get() - 1);
        match open.into_iter().next() {
            Some(first) => Err(first.why),
            None => Ok(resolved),
        }
    }

    /// The same, leaving in place what cannot be resolved.
    fn resolve(&self, node: &Node, path: &str, open: &mut Vec<Open>) -> Node {
        let value = match &node.value {
            Value::Text(text) => match inside(text) {
                Some(expression) => match self.value_of(expression, node, path) {
                    Ok(value) => return value,
                    Err(why) => {
                        let place = (node.line, node.column);
                        let (path, expression) = (path.to_owned(), text.clone());
                        open.push(Open { path, place, expression, why, hidden: false });
                        node.value.clone()
                    }
                },
                None if text.starts_with("[[") => Value::Text(text[1..].to_owned()),
                None => node.value.clone(),
            },
            Value::List(items) => {
                let path = format!("{path}/*");
                Value::List(items.iter().map(|i| self.resolve(i, &path, open)).collect())
            }
            Value::Map(entries) => {
                let entry = |e: &Entry| {
                    let before = open.len();
                    let key = self.key(&e.key);
                    let path = format!("{path}/{}", key.to_lowercase());
                    let node = self.resolve(&e.node, &path, open);
                    open[before..].iter_mut().for_each(|o| o.hidden |= is_hidden(&e.key));
                    Entry { key, node, ..*e }
                };
                Value::Map(entries.iter().map(entry).collect())
            }
            other => other.clone(),
        };
        Node { value, ..*node }
    }

    /// The value of an expression at a place in a resource, or as much of it as a plan has use for.
    fn value_of(&self, expression: &str, place: &Node, path: &str) -> Result<Node, String> {
        let parsed = parse(expression)?;
        let why = match evaluate(&parsed, place, self) {
            Ok(value) => return Ok(value),
            Err(why) => why,
        };
        let Expression::Call(function, arguments) = &parsed else { return Err(why) };
        match (function.to_lowercase().as_str(), arguments.as_slice()) {
            // A secret is told by its name, here as in every plan.
            ("parameters", [Expression::Text(name)])
                if path.contains("/environmentvariables/") && self.is_secure(name) =>
            {
                let value = Value::Text(format!("${{{name}}}"));
                Ok(Node { line: place.line, column: place.column, value })
            }
            // The instance is known, and its workspace is not.
            ("concat", [.., Expression::Text(slash), name])
                if path == "/name" && slash.ends_with('/') =>
            {
                evaluate(name, place, self)
            }
            ("format", [Expression::Text(pattern), _, name])
                if path == "/name" && pattern == "{0}/{1}" =>
            {
                evaluate(name, place, self)
            }
            _ => Err(why),
        }
    }

    fn is_secure(&self, parameter: &str) -> bool {
        let found = self.declared.iter().find(|e| e.key.eq_ignore_ascii_case(parameter));
        found.is_some_and(|e| ci_text(&e.node, "type").to_lowercase().starts_with("secure"))
    }

    /// A key may be an expression too: user-assigned identities are keys.
    fn key(&self, key: &str) -> String {
        let place = Node { line: 0, column: 0, value: Value::Null };
        let value = inside(key).map(|e| parse(e).and_then(|e| evaluate(&e, &place, self)));
        let text = value.and_then(Result::ok).and_then(|node| node.scalar_text());
        text.unwrap_or_else(|| key.to_owned())
    }

    fn template(&self, template: &Node, deployed: &mut Vec<Node>, findings: &mut Findings<'_>) {
        let Some(resources) = ci(template, "resources") else { return };
        for resource in items_of(&resources.node) {
            self.resource(resource, None, deployed, findings);
        }
    }

    /// One resource, as often as its copy loop says, and what is nested in it.
    fn resource(
        &self,
        resource: &Node,
        parent: Option<&(String, String)>,
        deployed: &mut Vec<Node>,
        findings: &mut Findings<'_>,
    ) {
        let Some(copy) = ci(resource, "copy") else {
            self.once(resource, parent, deployed, findings);
            return;
        };
        let mut open = Vec::new();
        let count = ci(&copy.node, "count").map(|e| self.resolve(&e.node, "", &mut open));
        let Some(Value::Integer(count @ 0..=ROUNDS_MAX)) = count.map(|n| n.value) else {
            let why = open.first().map_or_else(String::new, |o| format!(": {}", o.why));
            let message = format!("`count` of a copy loop has no value{why}");
            let hint =
                format!("a whole number up to {ROUNDS_MAX}, or a parameter file that has it");
            findings.add_at(Problem::error("E0222", message).field("copy").hint(hint), copy);
            return;
        };
        let before = self.round.get();
        for round in 0..count {
            self.round.set(Some(round));
            self.once(resource, parent, deployed, findings);
        }
        self.round.set(before);
    }

    fn once(
        &self,
        resource: &Node,
        parent: Option<&(String, String)>,
        deployed: &mut Vec<Node>,
        findings: &mut Findings<'_>,
    ) {
        let kind = ci_text(resource, "type").to_lowercase();
        let kind = match parent {
            Some((outer, _)) if !kind.contains('/') => format!("{outer}/{kind}"),
            _ => kind,
        };
        if kind == "microsoft.resources/deployments" {
            self.deployment(resource, deployed, findings);
        } else if kind == COMPUTES {
            deployed.extend(self.compute(resource, parent, findings));
        } else if kind == WORKSPACES {
            let mut open = Vec::new();
            let name = ci(resource, "name").map(|e| self.resolve(&e.node, "", &mut open));
            let name = name.and_then(|n| n.scalar_text()).unwrap_or_default();
            let inner = ci(resource, "resources");
            for child in inner.map_or(&[][..], |e| items_of_list(&e.node)) {
                self.resource(child, Some(&(kind.clone(), name.clone())), deployed, findings);
            }
        }
    }

    /// A compute, resolved; `None` when its condition is false or a value is missing.
    fn compute(
        &self,
        resource: &Node,
        parent: Option<&(String, String)>,
        findings: &mut Findings<'_>,
    ) -> Option<Node> {
        let mut open = Vec::new();
        let condition = ci(resource, "condition").map(|e| self.resolve(&e.node, "", &mut open));
        if condition.is_some_and(|c| c.scalar_text().as_deref() == Some("false")) {
            let problem = Problem::warning("W0224", "its condition is false: it is left out");
            findings.add(problem.field("condition"), resource);
            return None;
        }
        open.clear();
        let mut resolved = self.resolve(resource, "", &mut open);
        if let Value::Map(entries) = &mut resolved.value {
            // What a plan has no use for need not be resolved.
            let machinery = ["dependson", "copy", "condition", "comments"];
            entries.retain(|e| !machinery.contains(&e.key.to_lowercase().as_str()));
            open.retain(|o| !machinery.iter().any(|m| o.path.starts_with(&format!("/{m}"))));
            if let (Some((_, workspace)), Some(name)) =
                (parent, entries.iter_mut().find(|e| e.key.eq_ignore_ascii_case("name")))
                && let Value::Text(text) = &mut name.node.value
                && !text.contains('/')
            {
                *text = format!("{workspace}/{text}");
            }
        }
        let kind = ci(&resolved, "properties").map(|e| ci_text(&e.node, "computeType"));
        let kind = kind.unwrap_or_default();
        // Nothing is needed of a cluster.
        if inside(&kind).is_none() && !kind.eq_ignore_ascii_case("computeinstance") {
            return Some(resolved);
        }
        open.iter().for_each(|o| tell(o, findings));
        (!open.iter().any(Open::is_needed)).then_some(resolved)
    }

    /// A template inside the template.
    fn deployment(&self, resource: &Node, deployed: &mut Vec<Node>, findings: &mut Findings<'_>) {
        let properties = ci(resource, "properties").map(|e| &e.node);
        let Some(template) = properties.and_then(|p| ci(p, "template")) else {
            let message = "a linked template is not followed";
            findings.add(Problem::warning("W0224", message).field("templateLink"), resource);
            return;
        };
        let options = properties.and_then(|p| ci(p, "expressionEvaluationOptions"));
        if options.is_some_and(|o| ci_text(&o.node, "scope").eq_ignore_ascii_case("inner")) {
            let mut open = Vec::new();
            let given = properties.and_then(|p| ci(p, "parameters"));
            let given = given.map(|e| self.resolve(&e.node, "", &mut open));
            let given = given.as_ref().map(parameter_values).unwrap_or_default();
            let scope = Scope::new(&template.node, given, Some(self));
            scope.template(&template.node, deployed, findings);
        } else {
            self.template(&template.node, deployed, findings);
        }
    }
}

/// Items of a list, or values of a mapping (resources by symbolic name).
fn items_of(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => filled(node).map(|e| &e.node).collect(),
    }
}

fn items_of_list(node: &Node) -> &[Node] {
    if let Value::List(items) = &node.value { items } else { &[] }
}

/// Says what cannot be resolved; an error where a plan needs it.
fn tell(open: &Open, findings: &mut Findings<'_>) {
    let path = open.place_in_resource();
    let shown = if open.hidden { "(hidden)" } else { open.expression.as_str() };
    let message = format!("`{shown}` cannot be resolved: {}", open.why);
    let field = path.rsplit('/').find(|part| *part != "*").unwrap_or_default();
    let (problem, hint) = if open.is_needed() {
        let hint = "put a parameter file beside the template, called like it, ending in \
                    .parameters.json, or write the value itself";
        (Problem::error("E0221", message), hint)
    } else {
        let kept =
            if path == "location" { "it is left out" } else { "it is kept as it is written" };
        (Problem::warning("W0223", message), kept)
    };
    findings.add_here(problem.field(field).hint(hint), open.place.0, open.place.1);
}
