//! A YAML (or JSON, its subset) document as a tree in which every value knows where it stands.

use crate::units::Problem;
use saphyr::{MarkedYaml, Scalar, ScalarStyle, YamlData, YamlLoader};
use saphyr_parser::Parser;

/// One value of a document.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The value.
    pub value: Value,
}

/// What a node holds. Numbers keep their spelling.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the document.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// Column of the key, from 1.
    pub column: usize,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// The entries of a mapping; empty for anything else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key of a mapping, unless it is null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entry = self.entries().iter().find(|e| e.key == key)?;
        (entry.node.value != Value::Null).then_some(&entry.node)
    }

    /// What it is and what it holds, for messages: `the text "x"`, `a list`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(b) => format!("`{b}`"),
            Value::Integer(n) => format!("`{n}`"),
            Value::Number(n) => format!("`{n}`"),
            Value::Text(t) => format!("the text `{t}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
        }
    }

    /// The text of a scalar, as a person would read it.
    #[must_use]
    pub fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Value::Bool(b) => Some(b.to_string()),
            Value::Integer(n) => Some(n.to_string()),
            Value::Number(t) | Value::Text(t) => Some(t.clone()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }
}

/// Parses exactly one document.
///
/// # Errors
/// `E0201`: broken syntax, a key twice in one mapping, no document, or more than one; located.
pub fn parse_document(text: &str, file: &str) -> Result<Node, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let broken = |message: String, line, column| {
        Problem::error("E0201", message).in_file(file).at(line, column)
    };
    let mut loader = YamlLoader::<MarkedYaml<'_>>::default();
    loader.early_parse(false);
    let loaded = Parser::new_from_str(text).load(&mut loader, true);
    if let Some(error) = loaded.err().or_else(|| loader.error().cloned()) {
        let at = error.marker();
        let hint =
            "YAML needs spaces, not tabs, and each key once; quote texts that hold `: ` or `#`";
        return Err(broken(error.info().to_owned(), at.line(), at.col() + 1).hint(hint));
    }
    let documents = loader.into_documents();
    match documents.as_slice() {
        [document] => convert(document, file),
        [] => Err(broken("the file holds no document".to_owned(), 1, 1)
            .hint("an empty file is no plan; a plan without any setting is `{}`")),
        [_, second, ..] => {
            let at = second.span.start;
            let message = "the file holds more than one YAML document".to_owned();
            Err(broken(message, at.line(), at.col() + 1).hint("one file, one document"))
        }
    }
}

fn convert(yaml: &MarkedYaml<'_>, file: &str) -> Result<Node, Problem> {
    let (line, column) = (yaml.span.start.line(), yaml.span.start.col() + 1);
    let bad =
        |message: &str| Problem::error("E0201", message.to_owned()).in_file(file).at(line, column);
    let value = match &yaml.data {
        YamlData::Representation(text, style, tag) => {
            let scalar = Scalar::parse_from_cow_and_metadata(text.clone(), *style, tag.as_ref())
                .ok_or_else(|| bad("a value does not fit its tag"))?;
            from_scalar(&scalar, text, *style)
        }
        YamlData::Value(scalar) => from_scalar(scalar, "", ScalarStyle::Plain),
        YamlData::Sequence(items) => {
            Value::List(items.iter().map(|i| convert(i, file)).collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(map) => Value::Map(convert_map(map.iter(), file)?),
        YamlData::Tagged(_, inner) => return convert(inner, file),
        YamlData::Alias(_) | YamlData::BadValue => return Err(bad("a value cannot be read")),
    };
    Ok(Node { line, column, value })
}

fn convert_map<'y, 'i: 'y>(
    pairs: impl Iterator<Item = (&'y MarkedYaml<'i>, &'y MarkedYaml<'i>)>,
    file: &str,
) -> Result<Vec<Entry>, Problem> {
    let mut entries: Vec<Entry> = Vec::new();
    for (key, value) in pairs {
        let at = key.span.start;
        let (line, column) = (at.line(), at.col() + 1);
        let problem =
            |message: String| Problem::error("E0201", message).in_file(file).at(line, column);
        let text = convert(key, file)?.scalar_text();
        let key = text.ok_or_else(|| problem("a key must be a text".to_owned()))?;
        if let Some(first) = entries.iter().find(|e| e.key == key) {
            let message = format!("the key `{key}` appears twice, first on line {}", first.line);
            return Err(problem(message).hint("keep one of them"));
        }
        let node = convert(value, file)?;
        entries.push(Entry { key, line, column, node });
    }
    Ok(entries)
}

fn from_scalar(scalar: &Scalar<'_>, written: &str, style: ScalarStyle) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(b) => Value::Bool(*b),
        Scalar::Integer(n) => Value::Integer(*n),
        Scalar::FloatingPoint(_) if style == ScalarStyle::Plain => {
            Value::Number(written.to_owned())
        }
        Scalar::FloatingPoint(n) => Value::Number(n.to_string()),
        Scalar::String(text) => Value::Text(text.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_knows_where_it_stands() {
        let node = parse_document("a: 1\nb:\n  - x: '2'\n    y: 1.50\n", "f").unwrap();
        let Value::List(items) = &node.get("b").unwrap().value else { panic!("a list") };
        let x = items[0].get("x").unwrap();
        assert_eq!((x.line, x.column, &x.value), (3, 8, &Value::Text("2".into())));
        assert_eq!(items[0].get("y").unwrap().value, Value::Number("1.50".into()));
        assert_eq!(node.get("a").unwrap().value, Value::Integer(1));
    }

    #[test]
    fn broken_documents_are_located() {
        let at = |text: &str| {
            let p = parse_document(text, "f").unwrap_err();
            (p.line, p.column)
        };
        assert_eq!(at("a: 1\na: 2\n").0, 2, "a key twice");
        assert_eq!(at("a: [1\nb: 2\n").0, 2, "an open bracket");
        assert_eq!(at(""), (1, 1), "nothing");
        assert_eq!(at("a: 1\n---\nb: 2\n").0, 3, "two documents");
    }

    #[test]
    fn json_is_read_too() {
        let node = parse_document("{\"idle\": 15, \"x\": [true, null, \"t\"]}", "f").unwrap();
        assert_eq!(node.get("idle").unwrap().value, Value::Integer(15));
    }
}
