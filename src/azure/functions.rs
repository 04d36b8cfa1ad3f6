//! The functions of ARM templates that need nothing but their arguments.

use crate::azure::body::named_subnet;
use crate::azure::expression::Names;
use crate::azure::names::SUBNET_TYPE;
use crate::azure::node::{Entry, Node, Value};

/// Functions whose values only a deployment knows.
const AZURE_ONLY: [&str; 14] = [
    "resourcegroup",
    "subscription",
    "tenant",
    "deployment",
    "environment",
    "reference",
    "resourceid",
    "subscriptionresourceid",
    "extensionresourceid",
    "uniquestring",
    "newguid",
    "guid",
    "utcnow",
    "listkeys",
];

/// The value of a function, or why it has none.
pub(crate) fn call(
    name: &str,
    arguments: &[Node],
    place: &Node,
    names: &dyn Names,
) -> Result<Node, String> {
    use Value::{Bool, Integer, List, Text};
    let lower = name.to_lowercase();
    let values: Vec<&Value> = arguments.iter().map(|a| &a.value).collect();
    if let [Text(kind), Text(vnet), Text(subnet)] = values[..]
        && lower == "resourceid"
        && kind.eq_ignore_ascii_case(SUBNET_TYPE)
    {
        let value = Text(named_subnet(vnet, subnet));
        return Ok(Node { line: place.line, column: place.column, value });
    }
    if AZURE_ONLY.contains(&lower.as_str()) || lower.starts_with("list") {
        return Err(format!("`{name}` is known to Azure only"));
    }
    let value = match (lower.as_str(), values.as_slice()) {
        ("parameters", [Text(parameter)]) => return names.parameter(parameter),
        ("variables", [Text(variable)]) => return names.variable(variable),
        ("coalesce", [_, ..]) => {
            let first = arguments.iter().find(|a| a.value != Value::Null);
            return Ok(first.unwrap_or(&arguments[0]).clone());
        }
        ("first", [List(items)]) if !items.is_empty() => return Ok(items[0].clone()),
        ("last", [List(items)]) if !items.is_empty() => return Ok(items[items.len() - 1].clone()),
        ("copyindex", _) => copy_index(&values, names)?,
        ("null", []) => Value::Null,
        ("true", []) => Bool(true),
        ("false", []) => Bool(false),
        ("createarray", _) => List(arguments.to_vec()),
        ("createobject", _) => object(arguments)?,
        ("concat" | "union", [List(_), ..]) => lists(arguments)?,
        ("length", [List(items)]) => Integer(i64::try_from(items.len()).unwrap_or(0)),
        ("length", [Text(text)]) => Integer(i64::try_from(text.chars().count()).unwrap_or(0)),
        ("empty", [value]) => Bool(is_empty(value)),
        ("equals", [a, b]) => Bool(plain(a) == plain(b)),
        ("not", [Bool(a)]) => Bool(!a),
        ("and", _) | ("or", _) => logic(&lower, &values).ok_or_else(|| unfit(name))?,
        ("bool", [Bool(a)]) => Bool(*a),
        ("bool", [Text(text)]) => Bool(text.eq_ignore_ascii_case("true")),
        ("int", [Integer(n)]) => Integer(*n),
        ("int", [Text(text)]) => Integer(text.trim().parse().map_err(|_| unfit(name))?),
        ("add" | "sub" | "mul" | "div" | "mod", [Integer(a), Integer(b)]) => {
            arithmetic(&lower, *a, *b).ok_or_else(|| unfit(name))?
        }
        ("split", [Text(text), Text(at)]) if !at.is_empty() => {
            let part = |part: &str| Node { value: Text(part.to_owned()), ..*place };
            List(text.split(at.as_str()).map(part).collect())
        }
        ("join", [List(items), Text(with)]) => {
            let texts: Option<Vec<String>> = items.iter().map(Node::scalar_text).collect();
            Text(texts.ok_or_else(|| unfit(name))?.join(with))
        }
        ("replace", [Text(text), Text(from), Text(to)]) if !from.is_empty() => {
            Text(text.replace(from.as_str(), to))
        }
        ("substring", [Text(text), Integer(from), rest @ ..]) => {
            substring(text, *from, rest).ok_or_else(|| unfit(name))?
        }
        ("tolower", [Text(text)]) => Text(text.to_lowercase()),
        ("toupper", [Text(text)]) => Text(text.to_uppercase()),
        ("trim", [Text(text)]) => Text(text.trim().to_owned()),
        ("string", [_]) => Text(arguments[0].scalar_text().ok_or_else(|| unfit(name))?),
        ("concat", [_, ..]) => {
            let texts: Option<String> = arguments.iter().map(Node::scalar_text).collect();
            Text(texts.ok_or_else(|| unfit(name))?)
        }
        ("format", [Text(pattern), ..]) => Text(format(pattern, &arguments[1..])?),
        _ if KNOWN.contains(&lower.as_str()) => return Err(unfit(name)),
        _ => return Err(format!("no function is called `{name}`")),
    };
    Ok(Node { line: place.line, column: place.column, value })
}

/// Functions that are known, so that a wrong argument is told from a wrong name.
const KNOWN: [&str; 30] = [
    "parameters",
    "variables",
    "coalesce",
    "first",
    "last",
    "copyindex",
    "null",
    "true",
    "false",
    "concat",
    "union",
    "length",
    "empty",
    "equals",
    "not",
    "and",
    "or",
    "bool",
    "int",
    "add",
    "sub",
    "split",
    "join",
    "replace",
    "substring",
    "tolower",
    "toupper",
    "trim",
    "format",
    "if",
];

fn unfit(name: &str) -> String {
    format!("`{name}` does not take these arguments")
}

/// Equality does not depend on where two values stand; texts are equal as written.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("b{b}"),
        Value::Integer(n) => format!("n{n}"),
        Value::Number(n) => format!("n{n}"),
        Value::Text(t) => format!("t{t:?}"),
        Value::List(items) => items.iter().map(|i| plain(&i.value)).collect::<Vec<_>>().join(","),
        Value::Map(entries) => {
            let shown = entries.iter().map(|e| format!("{:?}:{}", e.key, plain(&e.node.value)));
            shown.collect::<Vec<_>>().join(";")
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) => false,
    }
}

fn logic(name: &str, values: &[&Value]) -> Option<Value> {
    let truths: Option<Vec<bool>> =
        values.iter().map(|v| if let Value::Bool(b) = v { Some(*b) } else { None }).collect();
    let truths = truths?;
    let truth = if name == "and" { truths.iter().all(|b| *b) } else { truths.contains(&true) };
    Some(Value::Bool(truth))
}

fn arithmetic(name: &str, a: i64, b: i64) -> Option<Value> {
    let result = match name {
        "add" => a.checked_add(b),
        "sub" => a.checked_sub(b),
        "mul" => a.checked_mul(b),
        "div" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result.map(Value::Integer)
}

/// `copyIndex()`, with the name of the loop or a number to begin at, or both.
fn copy_index(values: &[&Value], names: &dyn Names) -> Result<Value, String> {
    let round = names.copy_index().ok_or("`copyIndex` stands outside a copy loop")?;
    let from = match values.last() {
        Some(Value::Integer(from)) => *from,
        _ => 0,
    };
    Ok(Value::Integer(round.saturating_add(from)))
}

fn object(arguments: &[Node]) -> Result<Value, String> {
    let mut entries = Vec::new();
    for pair in arguments.chunks(2) {
        let ([key, node], Some(name)) = (pair, pair[0].scalar_text()) else {
            return Err(unfit("createObject"));
        };
        let (line, column) = (key.line, key.column);
        entries.push(Entry { key: name, line, column, node: node.clone() });
    }
    Ok(Value::Map(entries))
}

fn lists(arguments: &[Node]) -> Result<Value, String> {
    let mut all = Vec::new();
    for argument in arguments {
        let Value::List(items) = &argument.value else { return Err(unfit("concat")) };
        all.extend(items.iter().cloned());
    }
    Ok(Value::List(all))
}

fn substring(text: &str, from: i64, rest: &[&Value]) -> Option<Value> {
    let from = usize::try_from(from).ok()?;
    let after = text.chars().skip(from);
    match rest {
        [] => Some(Value::Text(after.collect())),
        [Value::Integer(length)] => {
            Some(Value::Text(after.take(usize::try_from(*length).ok()?).collect()))
        }
        _ => None,
    }
}

/// `{0}` and `{0:D2}`; `{{` and `}}` are braces.
fn format(pattern: &str, arguments: &[Node]) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
            continue;
        }
        let end = rest.find('}').filter(|_| brace == "{");
        let hole = &rest[..end.ok_or("`format` has a brace without its other one")?];
        rest = &rest[hole.len() + 1..];
        let (number, style) = hole.split_once(':').unwrap_or((hole, ""));
        let argument = number.parse::<usize>().ok().and_then(|n| arguments.get(n));
        let shown = argument.and_then(Node::scalar_text).ok_or_else(|| unfit("format"))?;
        let digits = style.strip_prefix(['D', 'd']).map(str::parse::<usize>);
        match (style, digits) {
            ("", _) => text.push_str(&shown),
            (_, Some(Ok(width))) if width < 64 => {
                text.push_str(&"0".repeat(width.saturating_sub(shown.len())));
                text.push_str(&shown);
            }
            _ => return Err(format!("`format` cannot do `{style}`")),
        }
    }
    text.push_str(rest);
    Ok(text)
}
