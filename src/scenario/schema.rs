//! The JSON Schema of scenario files, for editors: made from the table of keys the reader uses.

use super::keys::{BATCH, COLUMNS, GROUP, HORIZON, Key, SCENARIO, Shape, TOP};
use crate::azure::PLAN_KEYS;
use crate::units::IdleLimit;
use crate::world::MODEL_KEYS;
use serde_json::{Map, Value, json};

/// The schema, JSON Schema draft 7.
#[must_use]
pub fn schema() -> Value {
    let mut root = object(&TOP, &[]);
    let head = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "idlewise scenario",
        "description": "A world, a horizon, rules, model parameters and any number of plans.",
    });
    if let (Value::Object(root), Value::Object(mut head)) = (&mut root, head) {
        head.append(root);
        *root = head;
    }
    root["definitions"] = json!({
        "plan": plan(),
        "batch": batch(),
        "group": with_any_of(object(&GROUP, &["plan"]), &["name", "match"]),
        "scenario": with_any_of(object(&SCENARIO, &["name"]), &["groups", "default"]),
        "schedules": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "compute_start_stop": {"type": "array"}},
            "required": ["compute_start_stop"],
            "additionalProperties": false,
        },
    });
    root
}

/// A mapping with these keys and no others.
fn object(keys: &[Key], required: &[&str]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut value = shape(key.shape);
            value["description"] = Value::from(key.about);
            (key.name.to_owned(), value)
        })
        .collect();
    let mut object =
        json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn with_any_of(mut object: Value, keys: &[&str]) -> Value {
    object["anyOf"] = keys.iter().map(|key| json!({"required": [key]})).collect();
    object
}

/// A plan stated inline: keys of Azure's CLI v2 YAML.
fn plan() -> Value {
    let mut properties: Map<String, Value> =
        PLAN_KEYS.into_iter().map(|key| (key.to_owned(), json!({}))).collect();
    let (min, max) = (IdleLimit::MIN_MINUTES, IdleLimit::MAX_MINUTES);
    properties["name"] = json!({"type": "string"});
    properties["idle_time_before_shutdown_minutes"] =
        json!({"anyOf": [{"const": 0}, {"type": "integer", "minimum": min, "maximum": max}]});
    properties["enable_node_public_ip"] = json!({"type": "boolean"});
    properties["size"] = json!({"type": "string"});
    properties["schedules"] = json!({"type": "object"});
    json!({
        "type": "object",
        "properties": properties,
        "required": ["name"],
        "additionalProperties": false,
    })
}

/// A batch: like a plan with lists, and known by them.
fn batch() -> Value {
    let mut batch = object(&BATCH, &[]);
    batch["anyOf"] = json!([
        {"required": ["base"]},
        {"required": ["idle"]},
        {"required": ["public_ip"]},
        {"required": ["schedules"], "properties": {"schedules": {"type": "array"}}},
        {"required": ["size"], "properties": {"size": {"type": "array"}}},
    ]);
    batch
}

fn one_or_list(one: &Value) -> Value {
    json!({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})
}

fn list_of(one: &Value) -> Value {
    json!({"type": "array", "items": one})
}

/// A text; numbers and truths are taken as written.
fn scalar() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn shape(shape: Shape) -> Value {
    match shape {
        Shape::Path | Shape::Text => json!({"type": "string"}),
        Shape::Paths => one_or_list(&json!({"type": "string"})),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Count => json!({"type": "integer", "minimum": 0}),
        Shape::Word(words) => json!({"enum": words}),
        Shape::Horizon => {
            json!({"anyOf": [{"type": "string"}, object(&HORIZON, &["start", "end"])]})
        }
        Shape::Model => model(),
        Shape::Plans => {
            let plan = json!({"anyOf": [
                {"type": "string"},
                {"$ref": "#/definitions/plan"},
                {"$ref": "#/definitions/batch"},
            ]});
            one_or_list(&plan)
        }
        Shape::Scenarios => list_of(&json!({"$ref": "#/definitions/scenario"})),
        Shape::Groups => list_of(&json!({"$ref": "#/definitions/group"})),
        Shape::Match => {
            let columns: Map<String, Value> = COLUMNS
                .into_iter()
                .map(|column| (column.to_owned(), one_or_list(&scalar())))
                .collect();
            json!({"type": "object", "properties": columns, "additionalProperties": false})
        }
        Shape::Base => json!({"type": ["string", "object"]}),
        Shape::Idles => {
            let (min, max) = (IdleLimit::MIN_MINUTES, IdleLimit::MAX_MINUTES);
            one_or_list(&json!({"anyOf": [
                {"type": "integer", "minimum": min, "maximum": max},
                {"const": "none"},
            ]}))
        }
        Shape::Schedules => one_or_list(
            &json!({"anyOf": [{"type": "string"}, {"$ref": "#/definitions/schedules"}]}),
        ),
        Shape::Bools => one_or_list(&json!({"type": "boolean"})),
        Shape::Texts => one_or_list(&scalar()),
    }
}

/// Model parameters, dotted or nested.
fn model() -> Value {
    let mut properties = Map::new();
    for key in MODEL_KEYS {
        properties.insert(key.to_owned(), scalar());
        if let Some((outer, inner)) = key.split_once('.') {
            let nested = properties.entry(outer.to_owned()).or_insert_with(
                || json!({"type": "object", "properties": {}, "additionalProperties": false}),
            );
            nested["properties"][inner] = scalar();
        }
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}
