//! Writes Azure Policy definitions, an initiative that bundles them, and a template that deploys it
//! all to a subscription. With the product page's values the two `append` rules are the page's
//! samples.
//!
//! Aliases: those that the page, the built-in definitions and PSRule use.

use crate::azure::body::iso;
use crate::azure::schedule_out::arm_schedules;
use crate::plan::Plan;
use crate::units::Action;
use serde_json::{Value as Json, json};

/// Prefix of every alias.
const COMPUTES: &str = "Microsoft.MachineLearningServices/workspaces/computes";
/// Idle limit of the page's sample, for plans without one.
const PAGE_IDLE: u16 = 60;

/// One definition: its name and what stands under `properties`.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) properties: Json,
    /// Parameters that the initiative hands through.
    handed: [&'static str; 2],
}

/// The four definitions for a plan: its idle limit and its first stop schedule are the defaults.
pub(crate) fn definitions(plan: &Plan) -> Vec<Definition> {
    vec![append_idle(plan), append_schedule(plan), audit_image(), deny_without_idle()]
}

fn alias(field: &str) -> String {
    format!("{COMPUTES}/{field}")
}

fn is_instance() -> Json {
    json!({ "field": alias("computeType"), "equals": "ComputeInstance" })
}

fn is_compute() -> Json {
    json!({ "field": "type", "equals": COMPUTES })
}

/// Missing, or there and empty.
fn lacks_idle() -> Json {
    let field = alias("idleTimeBeforeShutdown");
    json!({ "anyOf": [
        { "field": field, "exists": false },
        { "value": format!("[empty(field('{field}'))]"), "equals": true },
    ]})
}

/// The `effect` parameter, its first value the default.
fn effect(values: &[&str]) -> Json {
    json!({
        "type": "String",
        "allowedValues": values,
        "defaultValue": values.first(),
        "metadata": { "displayName": "Effect", "description": "What the policy does." },
    })
}

fn definition(
    name: &'static str,
    (title, what): (&str, &str),
    parameters: Json,
    rule: Json,
    second: &'static str,
) -> Definition {
    let properties = json!({
        "displayName": title,
        "description": what,
        "policyType": "Custom",
        "mode": "All",
        "metadata": { "category": "Machine Learning", "version": "1.0.0" },
        "parameters": parameters,
        "policyRule": rule,
    });
    Definition { name, properties, handed: ["effect", second] }
}

fn append_idle(plan: &Plan) -> Definition {
    let minutes = plan.idle.map_or(PAGE_IDLE, crate::units::IdleLimit::minutes);
    let parameters = json!({
        "effect": effect(&["append", "disabled"]),
        "idleTimeBeforeShutdown": {
            "type": "String",
            "defaultValue": iso(minutes),
            "metadata": {
                "displayName": "Idle limit",
                "description": "ISO 8601 duration from PT15M to PT4320M, in minutes.",
            },
        },
    });
    let rule = json!({
        "if": { "allOf": [is_compute(), is_instance(), lacks_idle()] },
        "then": { "effect": "[parameters('effect')]", "details": [{
            "field": alias("idleTimeBeforeShutdown"),
            "value": "[parameters('idleTimeBeforeShutdown')]",
        }]},
    });
    let about = (
        "Give new compute instances an idle limit",
        "Adds an idle limit to compute instances that are created or updated without one. \
         Existing instances keep what they have.",
    );
    definition("append-idle-limit", about, parameters, rule, "idleTimeBeforeShutdown")
}

/// The schedules that a plan's policy adds: its first enabled stop, else the page's, at 22:00
/// Pacific time.
pub(crate) fn default_schedules(plan: &Plan) -> Json {
    let stop = plan.schedules.iter().find(|s| s.enabled && s.action == Action::Stop);
    stop.map_or_else(
        || {
            json!({ "computeStartStop": [{
                "triggerType": "Cron",
                "cron": {
                    "startTime": "2021-03-10T21:21:07",
                    "timeZone": "Pacific Standard Time",
                    "expression": "0 22 * * *",
                },
                "action": "Stop",
                "status": "Enabled",
            }]})
        },
        |stop| arm_schedules(std::slice::from_ref(stop)),
    )
}

fn append_schedule(plan: &Plan) -> Definition {
    let parameters = json!({
        "effect": effect(&["append", "disabled"]),
        "schedules": {
            "type": "Object",
            "defaultValue": default_schedules(plan),
            "metadata": {
                "displayName": "Schedules",
                "description": "What to add: an object with the list computeStartStop.",
            },
        },
    });
    let rule = json!({
        "if": { "allOf": [is_instance(), { "field": alias("schedules"), "exists": "false" }] },
        "then": { "effect": "[parameters('effect')]", "details": [{
            "field": alias("schedules"),
            "value": "[parameters('schedules')]",
        }]},
    });
    let about = (
        "Give new compute instances a stop schedule",
        "Adds a schedule to compute instances that are created or updated without any. Existing \
         instances keep what they have.",
    );
    definition("append-stop-schedule", about, parameters, rule, "schedules")
}

fn audit_image() -> Definition {
    let latest = alias("osImageMetadata.isLatestOsImageVersion");
    let rule = json!({
        "if": { "allOf": [
            is_compute(),
            is_instance(),
            { "field": latest, "equals": "false" },
        ]},
        "then": { "effect": "[parameters('effect')]" },
    });
    let about = (
        "Compute instances should run the latest image",
        "Reports compute instances that were made from an older image: only making them anew \
         updates them.",
    );
    let parameters = json!({ "effect": effect(&["Audit", "Disabled"]) });
    definition("audit-image-age", about, parameters, rule, "")
}

fn deny_without_idle() -> Definition {
    let rule = json!({
        "if": { "allOf": [is_compute(), is_instance(), lacks_idle()] },
        "then": { "effect": "[parameters('effect')]" },
    });
    let about = (
        "Compute instances need an idle limit",
        "Refuses compute instances without an idle limit. Where append-idle-limit is assigned as \
         well, it acts first.",
    );
    let parameters = json!({ "effect": effect(&["Deny", "Audit", "Disabled"]) });
    definition("deny-without-idle-limit", about, parameters, rule, "")
}

/// The initiative: what stands under `properties` of a set of definitions, each parameter handed
/// through under the definition's name.
pub(crate) fn initiative(definitions: &[Definition]) -> Json {
    let mut parameters = json!({});
    let mut members = Vec::new();
    for definition in definitions {
        let mut handed = json!({});
        for own in definition.handed.into_iter().filter(|own| !own.is_empty()) {
            let name = format!("{}-{own}", definition.name);
            let mut declared = definition.properties["parameters"][own].clone();
            // Both would meet in one set: adding a limit is gentler than refusing.
            if definition.name.starts_with("deny") {
                declared["defaultValue"] = "Audit".into();
            }
            parameters[&name] = declared;
            handed[own] = json!({ "value": format!("[parameters('{name}')]") });
        }
        members.push(json!({
            "policyDefinitionReferenceId": definition.name,
            "policyDefinitionId": format!(
                "/subscriptions/{{subscriptionId}}/providers/Microsoft.Authorization/\
                 policyDefinitions/{}",
                full_name(definition)
            ),
            "parameters": handed,
        }));
    }
    json!({
        "displayName": "Compute instances stop when nobody needs them",
        "description": "Idle limit and stop schedule by default, old images reported.",
        "policyType": "Custom",
        "metadata": { "category": "Machine Learning", "version": "1.0.0" },
        "parameters": parameters,
        "policyDefinitions": members,
    })
}

/// The name of a definition in a subscription.
fn full_name(definition: &Definition) -> String {
    format!("aml-instance-{}", definition.name)
}

/// A template of a subscription with the definitions and the initiative.
pub(crate) fn deployment(definitions: &[Definition]) -> Json {
    const VERSION: &str = "2023-04-01";
    let id = |definition: &Definition| {
        let kind = "Microsoft.Authorization/policyDefinitions";
        format!("[subscriptionResourceId('{kind}', '{}')]", full_name(definition))
    };
    let mut resources: Vec<Json> = definitions
        .iter()
        .map(|definition| {
            json!({
                "type": "Microsoft.Authorization/policyDefinitions",
                "apiVersion": VERSION,
                "name": full_name(definition),
                "properties": escaped(&definition.properties),
            })
        })
        .collect();
    let mut set = escaped(&initiative(definitions));
    for (member, definition) in definitions.iter().enumerate() {
        set["policyDefinitions"][member]["policyDefinitionId"] = id(definition).into();
    }
    resources.push(json!({
        "type": "Microsoft.Authorization/policySetDefinitions",
        "apiVersion": VERSION,
        "name": "aml-instance-cost",
        "dependsOn": definitions.iter().map(id).collect::<Vec<_>>(),
        "properties": set,
    }));
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2018-05-01/\
                    subscriptionDeploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": resources,
    })
}

/// Expressions that the policy engine is to evaluate, not the deployment.
fn escaped(value: &Json) -> Json {
    match value {
        Json::String(text) if text.starts_with('[') => format!("[{text}").into(),
        Json::Array(items) => items.iter().map(escaped).collect(),
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(k, v)| (k.clone(), escaped(v))).collect())
        }
        other => other.clone(),
    }
}

/// A definition's rule with the default of every parameter put in.
pub(crate) fn with_defaults(definition: &Json) -> Json {
    fn filled(value: &Json, parameters: &Json) -> Json {
        match value {
            Json::String(text) => {
                let name = text.strip_prefix("[parameters('").and_then(|t| t.strip_suffix("')]"));
                name.map_or_else(|| value.clone(), |n| parameters[n]["defaultValue"].clone())
            }
            Json::Array(items) => items.iter().map(|i| filled(i, parameters)).collect(),
            Json::Object(entries) => {
                let pairs = entries.iter().map(|(k, v)| (k.clone(), filled(v, parameters)));
                Json::Object(pairs.collect())
            }
            other => other.clone(),
        }
    }
    filled(&definition["policyRule"], &definition["parameters"])
}
