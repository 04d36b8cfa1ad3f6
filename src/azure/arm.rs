//! Writes an ARM template with its parameters file, schedules as a parameter as the product page
//! shows. Secrets become secure parameters without a value: the deployment asks for them.

use crate::azure::body::{names_of_subnet, resource_body};
use crate::azure::cli_yaml::PlanFile;
use crate::azure::names::{RESOURCE_TYPE, SUBNET_TYPE};
use crate::azure::secrets::{Secret, lift, reference_of};
use crate::azure::versions::api_version;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

const TEMPLATE_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
const FORMAT: &str = "1.0.0.0";

/// A template and its parameters.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Template {
    pub(crate) template: Json,
    pub(crate) parameters: Json,
}

/// The template of one plan for one instance; the deployment asks for what is not known.
pub(crate) fn template(file: &PlanFile, name: Option<&str>, workspace: Option<&str>) -> Template {
    let (document, secrets) = lift(&file.document);
    let body = resource_body(&PlanFile { plan: file.plan.clone(), document });
    let mut values = Values::default();
    values.declare("workspaceName", "string", "The workspace.", workspace.map(Json::from));
    values.declare("computeName", "string", "The compute instance.", name.map(Json::from));
    let location = body.get("location").cloned();
    values.declare("location", "string", "The region; that of the workspace.", location);
    values.declared["location"]["defaultValue"] = "[resourceGroup().location]".into();

    let mut resource = json!({
        "type": RESOURCE_TYPE,
        "apiVersion": api_version(&body),
        "name": "[concat(parameters('workspaceName'), '/', parameters('computeName'))]",
        "location": "[parameters('location')]",
    });
    for (key, value) in body.as_object().into_iter().flatten().filter(|(k, _)| *k != "location") {
        resource[key] = escaped(value);
    }
    let compute = &mut resource["properties"]["properties"];
    if let Some(size) = body["properties"]["properties"].get("vmSize") {
        values.declare("vmSize", "string", "The VM size.", Some(size.clone()));
        compute["vmSize"] = "[parameters('vmSize')]".into();
    }
    if let Some(schedules) = body["properties"]["properties"].get("schedules") {
        let what = "When the instance starts and stops.";
        values.declare("schedules", "object", what, Some(schedules.clone()));
        compute["schedules"] = "[parameters('schedules')]".into();
    }
    name_subnet(compute);
    if let Some(services) = compute.get_mut("customServices") {
        put_secrets(services, &secrets, &mut values);
    }
    values.files(&resource)
}

#[derive(Default)]
struct Values {
    declared: Map<String, Json>,
    given: Map<String, Json>,
}

impl Values {
    fn declare(&mut self, name: &str, kind: &str, what: &str, value: Option<Json>) {
        let declared = json!({ "type": kind, "metadata": { "description": what } });
        self.declared.insert(name.to_owned(), declared);
        self.given.extend(value.map(|value| (name.to_owned(), json!({ "value": value }))));
    }

    fn files(self, resource: &Json) -> Template {
        Template {
            template: json!({
                "$schema": TEMPLATE_SCHEMA,
                "contentVersion": FORMAT,
                "parameters": self.declared,
                "resources": [resource],
            }),
            parameters: json!({
                "$schema": PARAMETERS_SCHEMA,
                "contentVersion": FORMAT,
                "parameters": self.given,
            }),
        }
    }
}

/// A text between brackets would be taken for an expression.
fn escaped(value: &Json) -> Json {
    match value {
        Json::String(text) if text.starts_with('[') && text.ends_with(']') => {
            format!("[{text}").into()
        }
        Json::Array(items) => items.iter().map(escaped).collect(),
        Json::Object(entries) => {
            Json::Object(entries.iter().map(|(k, v)| (k.clone(), escaped(v))).collect())
        }
        other => other.clone(),
    }
}

/// A subnet that is only named: the deployment's own subscription and resource group.
fn name_subnet(compute: &mut Json) {
    let Some(id) = compute["subnet"]["id"].as_str() else { return };
    let Some((vnet, subnet)) = names_of_subnet(id) else { return };
    compute["subnet"]["id"] = format!("[resourceId('{SUBNET_TYPE}', '{vnet}', '{subnet}')]").into();
}

/// Puts a secure parameter in the place of every secret.
fn put_secrets(services: &mut Json, secrets: &[Secret], values: &mut Values) {
    let known: BTreeSet<&str> = secrets.iter().map(|s| s.reference.as_str()).collect();
    for service in services.as_array_mut().into_iter().flatten() {
        let variables = service.get_mut("environmentVariables").and_then(Json::as_object_mut);
        for variable in variables.into_iter().flat_map(|v| v.values_mut()) {
            let reference = variable["value"].as_str().and_then(reference_of);
            let Some(name) = reference.filter(|r| known.contains(r)).map(str::to_owned) else {
                continue;
            };
            values.declare(&name, "securestring", "A secret of a custom application.", None);
            variable["value"] = format!("[parameters('{name}')]").into();
        }
    }
}
