//! Making, changing and comparing documents, and their way to and from JSON.

use crate::azure::node::{Entry, Node, Value};
use serde_json::Value as Json;

/// A node that stands nowhere.
pub(crate) const fn node(value: Value) -> Node {
    Node { line: 0, column: 0, value }
}

pub(crate) fn text(text: impl Into<String>) -> Node {
    node(Value::Text(text.into()))
}

pub(crate) const fn list(items: Vec<Node>) -> Node {
    node(Value::List(items))
}

pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
    node(Value::Map(entries.into_iter().map(|(key, node)| entry(key, node)).collect()))
}

fn entry(key: impl Into<String>, node: Node) -> Entry {
    Entry { key: key.into(), line: 0, column: 0, node }
}

/// The items of a list; empty for anything else.
pub(crate) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => &[],
    }
}

/// The value at a path of keys.
pub(crate) fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

/// The text of a scalar under a key.
pub(crate) fn text_at(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::scalar_text)
}

/// The truth under a key; `None` for anything but `true` and `false`.
pub(crate) fn bool_at(node: &Node, key: &str) -> Option<bool> {
    match node.get(key)?.value {
        Value::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// Puts a value under a key: in its place when the key is there, at the end otherwise.
pub(crate) fn set(map: &mut Node, key: &str, value: Node) {
    if let Value::Map(entries) = &mut map.value {
        match entries.iter_mut().find(|e| e.key == key) {
            Some(entry) => entry.node = value,
            None => entries.push(entry(key, value)),
        }
    }
}

/// Takes a key out of a mapping.
pub(crate) fn take(map: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut map.value else { return None };
    let place = entries.iter().position(|e| e.key == key)?;
    Some(entries.remove(place).node)
}

/// Keeps the entries for which `keep` holds.
pub(crate) fn retain(map: &mut Node, keep: impl Fn(&Entry) -> bool) {
    if let Value::Map(entries) = &mut map.value {
        entries.retain(|entry| keep(entry));
    }
}

/// Whether there is nothing in it: null, an empty list or an empty mapping.
pub(crate) const fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// The same tree without places, nulls and empty collections, keys in alphabetical order.
pub(crate) fn stripped(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(stripped).collect()),
        Value::Map(entries) => {
            let kept = entries.iter().map(|e| entry(e.key.clone(), stripped(&e.node)));
            let mut kept: Vec<Entry> = kept.filter(|e| !is_empty(&e.node)).collect();
            kept.sort_by(|a, b| a.key.cmp(&b.key));
            Value::Map(kept)
        }
        other => other.clone(),
    };
    self::node(value)
}

/// Where two stripped trees differ first, as a path; never a value, which may be a secret.
pub(crate) fn first_difference(a: &Node, b: &Node) -> Option<String> {
    if a == b {
        return None;
    }
    match (&a.value, &b.value) {
        (Value::Map(left), Value::Map(right)) => {
            let missing = |from: &[Entry], other: &[Entry]| {
                let entry = from.iter().find(|e| !other.iter().any(|o| o.key == e.key));
                entry.map(|e| e.key.clone())
            };
            let inside = || {
                left.iter().find_map(|e| {
                    let other = right.iter().find(|o| o.key == e.key)?;
                    let path = first_difference(&e.node, &other.node)?;
                    Some(joined(&e.key, &path))
                })
            };
            missing(left, right).or_else(|| missing(right, left)).or_else(inside)
        }
        (Value::List(left), Value::List(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs.into_iter().find_map(|(i, (a, b))| {
                first_difference(a, b).map(|path| joined(&format!("[{i}]"), &path))
            })
        }
        _ => Some(String::new()),
    }
}

fn joined(head: &str, rest: &str) -> String {
    match rest {
        "" => head.to_owned(),
        rest if rest.starts_with('[') => format!("{head}{rest}"),
        rest => format!("{head}.{rest}"),
    }
}

/// The same value in JSON; a number JSON cannot say becomes a text.
pub(crate) fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Number(written) => {
            serde_json::from_str(written).unwrap_or_else(|_| Json::String(written.clone()))
        }
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|e| (e.key.clone(), to_json(&e.node))).collect())
        }
    }
}

/// The same value as a tree that stands nowhere.
pub(crate) fn from_json(json: &Json) -> Node {
    node(match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            number.as_i64().map_or_else(|| Value::Number(number.to_string()), Value::Integer)
        }
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(from_json).collect()),
        Json::Object(entries) => {
            Value::Map(entries.iter().map(|(k, v)| entry(k.clone(), from_json(v))).collect())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::parse_document;

    #[test]
    fn numbers_keep_their_spelling_through_json() {
        let node = parse_document("a: 1\nb: 1.50\nc: [true, ~, 'x']\n", "f").unwrap();
        let json = to_json(&node);
        assert_eq!(json.to_string(), r#"{"a":1,"b":1.50,"c":[true,null,"x"]}"#);
        assert_eq!(stripped(&from_json(&json)), stripped(&node));
    }

    #[test]
    fn the_first_difference_is_a_path_without_values() {
        let parse = |t: &str| stripped(&parse_document(t, "f").unwrap());
        let path = |a, b| first_difference(&parse(a), &parse(b));
        assert_eq!(path("{a: 1, b: {c: [1, 2]}}", "{b: {c: [1, 3]}, a: 1}").unwrap(), "b.c[1]");
        assert_eq!(path("{a: 1}", "{a: 1, b: ~, c: []}"), None);
        assert_eq!(path("{a: 1}", "{a: 1, b: 2}").unwrap(), "b");
    }
}
