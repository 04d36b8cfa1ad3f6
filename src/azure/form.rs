//! Which of Azure's formats a document is in, told from its keys.

use crate::azure::arm_parts::{ci, ci_text};
use crate::azure::arm_read::Level;
use crate::azure::node::{Node, Value};

/// What a document is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Settings in the spelling of CLI v2, or anything that nothing else claims.
    Cli,
    /// A list of those.
    CliList,
    /// An ARM template.
    Template,
    /// A parameter file of one, or parameters out of one.
    Parameters,
    /// A resource of ARM or REST, or a part of one.
    Arm(Level),
    /// A list of resources.
    ArmList,
    /// One page of the REST list.
    Page,
    /// Several pages.
    Pages,
    /// An Azure Policy definition: no input.
    Policy,
}

/// Keys that only the innermost properties have.
const COMPUTE_KEYS: [&str; 12] = [
    "vmSize",
    "idleTimeBeforeShutdown",
    "enableNodePublicIp",
    "enableSSO",
    "sshSettings",
    "personalComputeInstanceSettings",
    "setupScripts",
    "customServices",
    "releaseQuotaOnStop",
    "applicationSharingPolicy",
    "osImageMetadata",
    "lastOperation",
];

/// What a document is.
pub(crate) fn form_of(document: &Node) -> Form {
    if let Value::List(items) = &document.value {
        return match items.first() {
            Some(first) if is_page(first) => Form::Pages,
            Some(first) if ci(first, "properties").is_some() => Form::ArmList,
            _ => Form::CliList,
        };
    }
    let schema = ci_text(document, "$schema").to_lowercase();
    let has = |key| ci(document, key).is_some();
    if is_page(document) {
        Form::Page
    } else if schema.contains("deploymenttemplate") || has("resources") {
        Form::Template
    } else if schema.contains("deploymentparameters") || are_parameters(document) {
        Form::Parameters
    } else if has("policyRule") || has("policyType") {
        Form::Policy
    } else if has("computeType") {
        Form::Arm(Level::Properties)
    } else if let Some(inner) = ci(document, "properties") {
        let policy = ci(&inner.node, "policyRule").is_some();
        if policy { Form::Policy } else { Form::Arm(Level::Resource) }
    } else if COMPUTE_KEYS.iter().any(|key| document.get(key).is_some())
        || ci(document, "schedules").is_some_and(|s| ci(&s.node, "computeStartStop").is_some())
    {
        Form::Arm(Level::Compute)
    } else {
        Form::Cli
    }
}

fn is_page(node: &Node) -> bool {
    ci(node, "value").is_some_and(|e| matches!(e.node.value, Value::List(_)))
}

/// Whether every key holds a `value`, as in a parameter file.
fn are_parameters(document: &Node) -> bool {
    let inner = ci(document, "parameters").map_or(document, |e| &e.node);
    let has_value = |node: &Node| ci(node, "value").is_some() || ci(node, "reference").is_some();
    let entries = inner.entries();
    !entries.is_empty() && entries.iter().filter(|e| e.key != "$schema").all(|e| has_value(&e.node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::json::parse_json;

    #[test]
    fn keys_tell_the_format() {
        for (text, form) in [
            ("{\"name\": \"x\", \"size\": \"y\"}", Form::Cli),
            ("{}", Form::Cli),
            ("[{\"name\": \"x\"}]", Form::CliList),
            ("[]", Form::CliList),
            ("{\"value\": []}", Form::Page),
            ("[{\"value\": []}]", Form::Pages),
            ("[{\"properties\": {}}]", Form::ArmList),
            ("{\"resources\": []}", Form::Template),
            ("{\"parameters\": {\"a\": {\"value\": 1}}}", Form::Parameters),
            ("\"schedules\": {\"value\": {}}", Form::Parameters),
            ("{\"properties\": {\"properties\": {}}}", Form::Arm(Level::Resource)),
            ("{\"computeType\": \"ComputeInstance\"}", Form::Arm(Level::Properties)),
            ("{\"idleTimeBeforeShutdown\": \"PT30M\"}", Form::Arm(Level::Compute)),
            ("{\"schedules\": {\"computeStartStop\": []}}", Form::Arm(Level::Compute)),
            ("{\"policyRule\": {}}", Form::Policy),
        ] {
            assert_eq!(form_of(&parse_json(text, "f").unwrap()), form, "{text}");
        }
    }
}
