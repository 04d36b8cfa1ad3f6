//! The expressions of ARM templates, as far as templates for compute instances use them: parsed
//! into a small tree, then evaluated against parameters and variables.

use crate::azure::functions::call;
use crate::azure::node::{Node, Value};

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Expression {
    Text(String),
    Number(i64),
    Call(String, Vec<Expression>),
    Member(Box<Expression>, String),
    Item(Box<Expression>, Box<Expression>),
}

/// What names stand for.
pub(crate) trait Names {
    /// The value of `parameters('name')`, or why there is none.
    fn parameter(&self, name: &str) -> Result<Node, String>;
    /// The value of `variables('name')`, or why there is none.
    fn variable(&self, name: &str) -> Result<Node, String>;
    /// The number of this round of a copy loop.
    fn copy_index(&self) -> Option<i64>;
}

/// The inside of `"[...]"`; `None` for a plain text. `[[` begins a plain text with one bracket.
pub(crate) fn inside(text: &str) -> Option<&str> {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix('[')?.strip_suffix(']')?;
    (!inner.starts_with('[')).then_some(inner)
}

/// Parses what stands between the brackets.
pub(crate) fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser { rest: text, depth: 0 };
    let expression = parser.expression()?;
    parser.blank();
    if parser.rest.is_empty() {
        Ok(expression)
    } else {
        Err("it goes on where it should end".to_owned())
    }
}

struct Parser<'t> {
    rest: &'t str,
    depth: usize,
}

impl Parser<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: char) -> bool {
        self.blank();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expression(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > 64 {
            return Err("it is nested too deeply".to_owned());
        }
        let mut expression = self.primary()?;
        loop {
            if self.take('.') {
                let name = self.word();
                if name.is_empty() {
                    return Err("a name is missing after a dot".to_owned());
                }
                expression = Expression::Member(Box::new(expression), name);
            } else if self.take('[') {
                let index = self.expression()?;
                if !self.take(']') {
                    return Err("a `]` is missing".to_owned());
                }
                expression = Expression::Item(Box::new(expression), Box::new(index));
            } else {
                self.depth -= 1;
                return Ok(expression);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, String> {
        self.blank();
        if self.take('\'') {
            return self.text();
        }
        let word = self.word();
        if let Ok(number) = word.parse() {
            return Ok(Expression::Number(number));
        }
        if word.is_empty() {
            return Err("a function or a text in single quotes is missing".to_owned());
        }
        if !self.take('(') {
            return Err(format!("`{word}` is not followed by `(`"));
        }
        let mut arguments = Vec::new();
        if self.take(')') {
            return Ok(Expression::Call(word, arguments));
        }
        loop {
            arguments.push(self.expression()?);
            if self.take(')') {
                return Ok(Expression::Call(word, arguments));
            }
            if !self.take(',') {
                return Err("a comma or `)` is missing".to_owned());
            }
        }
    }

    /// A text in single quotes, the first one being read; two of them are one inside.
    fn text(&mut self) -> Result<Expression, String> {
        let mut text = String::new();
        loop {
            let end = self.rest.find('\'').ok_or("a text in single quotes never ends")?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            match self.rest.strip_prefix('\'') {
                Some(rest) => {
                    text.push('\'');
                    self.rest = rest;
                }
                None => return Ok(Expression::Text(text)),
            }
        }
    }

    /// A name or a number; empty when there is none.
    fn word(&mut self) -> String {
        self.blank();
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }
}

/// The value of an expression that stands at `place`, or why it has none.
pub(crate) fn evaluate(
    expression: &Expression,
    place: &Node,
    names: &dyn Names,
) -> Result<Node, String> {
    let made = |value| Node { line: place.line, column: place.column, value };
    match expression {
        Expression::Text(text) => Ok(made(Value::Text(text.clone()))),
        Expression::Number(number) => Ok(made(Value::Integer(*number))),
        Expression::Member(of, name) => member(&evaluate(of, place, names)?, name),
        Expression::Item(of, index) => {
            let of = evaluate(of, place, names)?;
            match (&of.value, evaluate(index, place, names)?.value) {
                (Value::List(items), Value::Integer(n)) => usize::try_from(n)
                    .ok()
                    .and_then(|n| items.get(n))
                    .cloned()
                    .ok_or_else(|| format!("the list has no item {n}")),
                (_, Value::Text(name)) => member(&of, &name),
                _ => Err("what stands before `[` has no items".to_owned()),
            }
        }
        Expression::Call(name, arguments) => {
            let lower = name.to_lowercase();
            // Only the branch that counts need have a value.
            if let ("if", [condition, yes, no]) = (lower.as_str(), arguments.as_slice()) {
                return match evaluate(condition, place, names)?.value {
                    Value::Bool(true) => evaluate(yes, place, names),
                    Value::Bool(false) => evaluate(no, place, names),
                    _ => Err("`if` needs true or false".to_owned()),
                };
            }
            let values: Result<Vec<Node>, String> =
                arguments.iter().map(|a| evaluate(a, place, names)).collect();
            call(name, &values?, place, names)
        }
    }
}

fn member(of: &Node, name: &str) -> Result<Node, String> {
    let found = of.entries().iter().find(|e| e.key.eq_ignore_ascii_case(name));
    found.map(|e| e.node.clone()).ok_or_else(|| format!("there is no `{name}` in it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::json::parse_json;

    struct Fixed;

    impl Names for Fixed {
        fn parameter(&self, name: &str) -> Result<Node, String> {
            match name {
                "object" => parse_json("{\"list\": [1, {\"name\": \"x\"}], \"on\": true}", "f")
                    .map_err(|p| p.message),
                _ => Err(format!("no parameter `{name}`")),
            }
        }

        fn variable(&self, _: &str) -> Result<Node, String> {
            Ok(Node { line: 1, column: 1, value: Value::Text("v".into()) })
        }

        fn copy_index(&self) -> Option<i64> {
            Some(2)
        }
    }

    fn value(text: &str) -> String {
        let place = Node { line: 7, column: 3, value: Value::Null };
        let node = inside(text)
            .ok_or_else(|| "plain".to_owned())
            .and_then(parse)
            .and_then(|e| evaluate(&e, &place, &Fixed));
        match node {
            Ok(node) => node.scalar_text().unwrap_or_else(|| node.describe()),
            Err(why) => format!("! {why}"),
        }
    }

    #[test]
    fn expressions_have_values() {
        for (text, expected) in [
            ("[concat('a', variables('x'), 'it''s', 3)]", "avit's3"),
            ("[format('{0}-{1:D3}/{{}}', toUpper('a'), 7)]", "A-007/{}"),
            ("[parameters('object').list[1].name]", "x"),
            ("[parameters('object')['list'][0]]", "1"),
            ("[if(parameters('object').on, 'yes', parameters('gone'))]", "yes"),
            ("[if(equals(1, 2), 'yes', 'no')]", "no"),
            ("[ concat( 'ci-' , string( add( copyIndex(1) , 4 ) ) ) ]", "ci-7"),
            ("[bool('True')]", "true"),
            ("[length(createArray('a', 'b'))]", "2"),
            ("[last(split('ws/ci', '/'))]", "ci"),
            ("[replace('a_b', '_', '-')]", "a-b"),
            ("[coalesce(null(), 'x')]", "x"),
            ("[substring('instance', 0, 4)]", "inst"),
            ("[[not one]", "! plain"),
            ("no [one]", "! plain"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_value_says_why() {
        for (text, expected) in [
            ("[parameters('gone')]", "no parameter `gone`"),
            ("[resourceGroup().location]", "`resourceGroup` is known to Azure only"),
            ("[uniqueString('a')]", "`uniqueString` is known to Azure only"),
            ("[banana('a')]", "no function is called `banana`"),
            ("[concat('a']", "a comma or `)` is missing"),
            ("[concat('a]", "a text in single quotes never ends"),
            ("[parameters('object').list[9]]", "the list has no item 9"),
            ("[toLower(1, 2)]", "`toLower` does not take these arguments"),
            ("[]", "a function or a text in single quotes is missing"),
            ("['a' 'b']", "it goes on where it should end"),
        ] {
            assert_eq!(value(text), format!("! {expected}"), "{text}");
        }
    }
}
