//! As much of JSON Schema as `data/recommendation.schema.json` uses.

use serde_json::Value;

/// What is wrong with a value, each with its place.
pub(super) fn complaints(schema: &Value, value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    Checker { root: schema, wrong: &mut wrong }.check(schema, value, "");
    wrong
}

struct Checker<'c> {
    root: &'c Value,
    wrong: &'c mut Vec<String>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, value: &Value, at: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let found = self.root.pointer(&name[1..]).expect("a definition").clone();
            self.check(&found, value, at);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.check(part, value, at);
        }
        if let Some(parts) = schema["oneOf"].as_array() {
            let fits = |part: &&Value| {
                let mut wrong = Vec::new();
                Checker { root: self.root, wrong: &mut wrong }.check(part, value, at);
                wrong.is_empty()
            };
            let fitting = parts.iter().filter(fits).count();
            self.hold(fitting == 1, at, || format!("{fitting} of oneOf fit"));
        }
        self.check_value(schema, value, at);
        for key in schema["required"].as_array().into_iter().flatten() {
            let key = key.as_str().expect("a key");
            let there = !value.is_object() || value.get(key).is_some();
            self.hold(there, at, || format!("`{key}` is missing"));
        }
        for (key, part) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(inner) = value.get(key) {
                self.check(part, inner, &format!("{at}/{key}"));
            }
        }
        if let (Some(part), Some(items)) = (schema.get("items"), value.as_array()) {
            for (index, item) in items.iter().enumerate() {
                self.check(part, item, &format!("{at}/{index}"));
            }
        }
    }

    fn check_value(&mut self, schema: &Value, value: &Value, at: &str) {
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let is = |name: &&str| match *name {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            _ => value.is_null(),
        };
        self.hold(types.is_empty() || types.iter().any(is), at, || format!("{value} no {types:?}"));
        if let Some(known) = schema["enum"].as_array() {
            self.hold(known.contains(value), at, || format!("{value} is not in {known:?}"));
        }
        if let Some(one) = schema.get("const") {
            self.hold(one == value, at, || format!("{value} is not {one}"));
        }
        let number = value.as_f64();
        for (key, outside) in [("minimum", -1.0), ("maximum", 1.0)] {
            if let (Some(number), Some(bound)) = (number, schema[key].as_f64()) {
                self.hold((number - bound) * outside <= 0.0, at, || format!("{value}: {key}"));
            }
        }
        if let (Some(items), Some(least)) = (value.as_array(), schema["minItems"].as_u64()) {
            self.hold(items.len() as u64 >= least, at, || "too few".to_owned());
        }
    }

    fn hold(&mut self, holds: bool, at: &str, what: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(format!("{at}: {}", what()));
        }
    }
}
