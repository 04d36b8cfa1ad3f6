//! JSON as Azure's tools and documents really hold it, as a tree that knows line and column.
//!
//! Beyond RFC 8259 it takes `//` and `/* */` comments and texts over several lines (ARM templates
//! have both), a comma after the last item, spaces of any kind between tokens (documents copied
//! from web pages have no-break ones), and members without the braces around them, as the
//! documentation prints fragments. A key twice in one object is an error.

use crate::azure::node::{Entry, Node, Value};
use crate::units::Problem;
use std::collections::BTreeMap;

/// Objects and lists inside one another, at most: deeper ones are no input anybody wrote.
const DEPTH_MAX: usize = 128;

/// Parses one JSON value, or the members of an object without its braces.
///
/// # Errors
/// `E0201`: broken syntax, a key twice, `NaN`, nothing; located. Never quotes a value.
pub fn parse_json(text: &str, file: &str) -> Result<Node, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, line: 1, column: 1, file };
    reader.blank()?;
    let node = if is_fragment(reader.rest) {
        let (line, column) = (reader.line, reader.column);
        Node { line, column, value: Value::Map(reader.members(None, 0)?) }
    } else {
        reader.value(0)?
    };
    reader.blank()?;
    if reader.rest.is_empty() { Ok(node) } else { Err(reader.broken("the JSON has ended here")) }
}

/// Whether a text that is no JSON value begins with a key.
fn is_fragment(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('"') else { return false };
    let after = inside.find('"').map_or("", |end| &inside[end + 1..]);
    after.trim_start().starts_with(':')
}

/// A place in the text.
struct Reader<'t> {
    rest: &'t str,
    line: usize,
    column: usize,
    file: &'t str,
}

impl<'t> Reader<'t> {
    fn broken(&self, what: impl Into<String>) -> Problem {
        Problem::error("E0201", what).in_file(self.file).at(self.line, self.column)
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Passes over the next `bytes` bytes.
    fn skip(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at(bytes);
        for c in passed.chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        passed
    }

    /// Passes over spaces and comments.
    fn blank(&mut self) -> Result<(), Problem> {
        loop {
            let spaces = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
            let length = self.rest.len() - self.rest.trim_start_matches(spaces).len();
            self.skip(length);
            if self.rest.starts_with("//") {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                let end = self.rest.find("*/");
                let end = end.ok_or_else(|| self.broken("the comment never ends"))?;
                self.skip(end + 2);
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        if depth > DEPTH_MAX {
            return Err(self.broken(format!("more than {DEPTH_MAX} levels inside one another")));
        }
        let (line, column) = (self.line, self.column);
        let value = match self.peek() {
            Some('{') => {
                self.skip(1);
                Value::Map(self.members(Some('}'), depth)?)
            }
            Some('[') => {
                self.skip(1);
                Value::List(self.items(depth)?)
            }
            Some('"') => Value::Text(self.text()?),
            Some(_) => self.word()?,
            None => return Err(self.broken("the file ends where a value is needed")),
        };
        Ok(Node { line, column, value })
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        loop {
            self.blank()?;
            if self.peek() == Some(']') {
                self.skip(1);
                return Ok(items);
            }
            items.push(self.value(depth + 1)?);
            self.separator(Some(']'))?;
        }
    }

    /// Members up to `close`, which is passed over; `None`: up to the end of the text.
    fn members(&mut self, close: Option<char>, depth: usize) -> Result<Vec<Entry>, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            self.blank()?;
            if self.peek() == close {
                self.skip(close.map_or(0, char::len_utf8));
                return Ok(entries);
            }
            let (line, column) = (self.line, self.column);
            if self.peek() != Some('"') {
                return Err(self.broken("a key in double quotes is needed here"));
            }
            let key = self.text()?;
            if let Some(first) = lines.insert(key.clone(), line) {
                let message = format!("the key `{key}` appears twice, first on line {first}");
                let problem = Problem::error("E0201", message).in_file(self.file);
                return Err(problem.at(line, column).hint("keep one of them"));
            }
            self.blank()?;
            if self.peek() != Some(':') {
                return Err(self.broken("a colon is needed between key and value"));
            }
            self.skip(1);
            self.blank()?;
            let node = self.value(depth + 1)?;
            entries.push(Entry { key, line, column, node });
            self.separator(close)?;
        }
    }

    /// A comma, or the end of what encloses.
    fn separator(&mut self, close: Option<char>) -> Result<(), Problem> {
        self.blank()?;
        match self.peek() {
            Some(',') => {
                self.skip(1);
                Ok(())
            }
            c if c == close => Ok(()),
            None => Err(self.broken("the file ends inside an object or a list")),
            Some(_) => Err(self.broken("a comma or the end of the object or list is needed here")),
        }
    }

    /// A text in double quotes.
    fn text(&mut self) -> Result<String, Problem> {
        let open = (self.line, self.column);
        self.skip(1);
        let mut text = String::new();
        loop {
            let plain = self.rest.find(['"', '\\']);
            let plain = plain.ok_or_else(|| {
                let problem = Problem::error("E0201", "the text never ends").in_file(self.file);
                problem.at(open.0, open.1)
            })?;
            text.push_str(self.skip(plain));
            if self.skip(1) == "\"" {
                return Ok(text);
            }
            let escape = self.peek().ok_or_else(|| self.broken("the file ends in a text"))?;
            let plain = match escape {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                '"' | '\\' | '/' => escape,
                'u' => {
                    text.push(self.unicode()?);
                    continue;
                }
                _ => return Err(self.broken("no such escape").hint("write a backslash as `\\\\`")),
            };
            self.skip(1);
            text.push(plain);
        }
    }

    /// What follows the backslash of `\uXXXX`, a pair of surrogates included.
    fn unicode(&mut self) -> Result<char, Problem> {
        let first = self.code_unit()?;
        let code = if (0xD800..0xDC00).contains(&first) && self.rest.starts_with("\\u") {
            self.skip(1);
            let second = self.code_unit()?;
            char::decode_utf16([first, second].map(|c| u16::try_from(c).unwrap_or(0)))
                .next()
                .and_then(Result::ok)
        } else {
            char::from_u32(first)
        };
        Ok(code.unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn code_unit(&mut self) -> Result<u32, Problem> {
        let digits = self.rest.get(1..5).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|d| u32::from_str_radix(d, 16).ok());
        let code = code.ok_or_else(|| self.broken("`\\u` needs four hexadecimal digits"))?;
        self.skip(5);
        Ok(code)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Value, Problem> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c)));
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "NaN" | "Infinity" | "-Infinity" => {
                return Err(self.broken(format!("`{word}` is no JSON number")));
            }
            _ => {
                let number = word.parse().map(Value::Integer).ok().or_else(|| {
                    let float = word.parse::<f64>().is_ok_and(f64::is_finite);
                    let plain = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                    (float && plain).then(|| Value::Number(word.to_owned()))
                });
                let why = "a value is needed here: a text in double quotes, a number, true, false";
                number.ok_or_else(|| self.broken(why))?
            }
        };
        self.skip(word.len());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse_json(text, "f").unwrap_err().to_string()
    }

    #[test]
    fn values_know_where_they_stand() {
        let node = parse_json("\u{feff}{ // why\n\t\"a\": [1, 2.50, \"x\\u00e9\\n\"],\n}", "f");
        let node = node.unwrap();
        let Value::List(items) = &node.get("a").unwrap().value else { panic!("a list") };
        assert_eq!(items[1].value, Value::Number("2.50".into()));
        assert_eq!(items[2].value, Value::Text("xé\n".into()));
        assert_eq!((items[2].line, items[2].column), (2, 17));
        assert_eq!(node.entries()[0].column, 2);
    }

    #[test]
    fn fragments_and_odd_spaces_are_read() {
        let node = parse_json("\"a\":\u{202f}{ \"b\"\u{a0}: 1 }, /* x */ \"c\": null,", "f");
        let node = node.unwrap();
        assert_eq!(node.get("a").unwrap().get("b").unwrap().value, Value::Integer(1));
        assert_eq!(node.entries()[1].node.value, Value::Null);
        assert_eq!(parse_json("\"a\"", "f").unwrap().value, Value::Text("a".into()));
        assert_eq!(
            parse_json("\"\\ud83d\\ude00\"", "f").unwrap().value,
            Value::Text("\u{1f600}".into())
        );
    }

    #[test]
    fn broken_ones_are_located_and_quote_no_value() {
        assert_eq!(
            error("{\"a\": 1,\n \"a\": 2}"),
            "f:2:2  error[E0201]  the key `a` appears twice, first on line 1  (keep one of them)"
        );
        assert!(error("{\"a\":\n NaN}").starts_with("f:2:2  error[E0201]  `NaN`"));
        for (text, place) in [
            ("", "f:1:1"),
            ("{\"a\": ", "f:1:7"),
            ("{\"a\": \"SECRET", "f:1:7"),
            ("{\"a\": SECRET}", "f:1:7"),
            ("{\"a\" 1}", "f:1:6"),
            ("{\"a\": 1} x", "f:1:10"),
            ("[1 2]", "f:1:4"),
            ("/* x", "f:1:1"),
            ("{\"a\": 1}}", "f:1:9"),
        ] {
            assert!(error(text).starts_with(place), "{text}: {}", error(text));
            assert!(!error(text).contains("SECRET"));
        }
        assert!(error(&"[".repeat(1000)).contains("levels"));
    }
}
