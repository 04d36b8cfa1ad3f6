//! Secrets in the environment of custom applications (a Posit Workbench licence key, a token): a
//! file never holds one. A plan names it as `${NAME}`; the value comes from the environment of
//! whoever applies the plan.

use crate::azure::hidden::is_secret;
use crate::azure::node::{Node, Value};
use crate::azure::tree::{items, list, map, set, text, text_at};
use std::collections::BTreeMap;

/// One secret of one plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Secret {
    /// The custom application it belongs to.
    pub(crate) application: String,
    /// Place of the application in the list, from 0.
    pub(crate) index: usize,
    /// Its key in `environment_variables`.
    pub(crate) variable: String,
    /// The environment variable that holds it when the plan is applied.
    pub(crate) reference: String,
    /// Whether the plan held the secret itself.
    pub(crate) literal: bool,
    /// Where the value stands in the file.
    pub(crate) place: (usize, usize),
}

/// The name in `${NAME}`.
pub(crate) fn reference_of(value: &str) -> Option<&str> {
    let name = value.strip_prefix("${")?.strip_suffix('}')?;
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (begins && name.chars().all(word)).then_some(name)
}

/// The document with every secret replaced by its reference, and the secrets in order.
pub(crate) fn lift(document: &Node) -> (Node, Vec<Secret>) {
    let mut lifted = document.clone();
    let mut secrets = Vec::new();
    let Some(applications) = document.get("custom_applications") else { return (lifted, secrets) };
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    let mut out = Vec::new();
    for (index, application) in items(applications).iter().enumerate() {
        let mut application = application.clone();
        if let Some(variables) = application.get("environment_variables").cloned() {
            let name = text_at(&application, "name").unwrap_or_default();
            let lift = |entry: &crate::azure::node::Entry| {
                let value = entry.node.scalar_text().unwrap_or_default();
                let reference = reference_of(&value);
                let literal = reference.is_none();
                if (literal && !is_secret(&entry.key)) || matches!(entry.node.value, Value::Null) {
                    return (entry.key.clone(), entry.node.clone());
                }
                let wanted = reference.map_or_else(|| environment_name(&entry.key), str::to_owned);
                let reference = free_name(wanted, &name, &value, &mut values);
                let shown = text(format!("${{{reference}}}"));
                secrets.push(Secret {
                    application: name.clone(),
                    index,
                    variable: entry.key.clone(),
                    reference,
                    literal,
                    place: (entry.node.line, entry.node.column),
                });
                (entry.key.clone(), shown)
            };
            let variables: Vec<(String, Node)> = variables.entries().iter().map(lift).collect();
            set(&mut application, "environment_variables", map(variables));
        }
        out.push(application);
    }
    set(&mut lifted, "custom_applications", list(out));
    (lifted, secrets)
}

/// The wanted name, or one with the application in front when another value has it already.
fn free_name(
    wanted: String,
    application: &str,
    value: &str,
    values: &mut BTreeMap<String, String>,
) -> String {
    let own = values.entry(wanted.clone()).or_insert_with(|| value.to_owned());
    if own == value { wanted } else { environment_name(&format!("{application}_{wanted}")) }
}

/// A name that a shell and an ARM template both take.
fn environment_name(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let name: String = name.chars().map(word).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::parse_document;

    #[test]
    fn literals_become_references_and_two_values_never_share_one() {
        let text = "custom_applications:\n\
            - {name: a, environment_variables: {RSP_LICENSE: one, PORT: '1'}}\n\
            - {name: b-2, environment_variables: {RSP_LICENSE: two, T: '${OTHER}'}}\n";
        let (lifted, secrets) = lift(&parse_document(text, "f").unwrap());
        let names: Vec<&str> = secrets.iter().map(|s| s.reference.as_str()).collect();
        assert_eq!(names, ["RSP_LICENSE", "B_2_RSP_LICENSE", "OTHER"]);
        assert_eq!(secrets.iter().map(|s| s.literal).collect::<Vec<_>>(), [true, true, false]);
        assert!(!format!("{lifted:?}").contains("two"));
    }
}
