//! Writes CLI v2 YAML: block style, key order kept, everything quoted that a reader of YAML 1.1 or
//! 1.2 would take for something else.

use crate::azure::canonical::cli_document;
use crate::azure::cli_yaml::PlanFile;
use crate::azure::names::X_ARM;
use crate::azure::node::{Node, Value};
use crate::azure::schedule_out::names_month_days;
use crate::azure::secrets::lift;
use crate::azure::tree::{at, items, take};
use crate::units::Problem;
use std::fmt::Write as _;

/// Longest line of a comment \[characters\].
const COMMENT_WIDTH: usize = 96;

/// The plan as a CLI v2 file, with these paragraphs as comments above it.
///
/// # Errors
/// `E0920`: days of the month, which the CLI cannot say. `E0921`: a secret in the plan itself.
pub(crate) fn plan_yaml(file: &PlanFile, comments: &[String]) -> Result<String, Vec<Problem>> {
    let problems = refusals(file);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut document = cli_document(file);
    drop(take(&mut document, X_ARM));
    let mut out = String::new();
    for paragraph in comments {
        comment(&mut out, paragraph);
    }
    block(&mut out, &document, 0);
    Ok(out)
}

fn refusals(file: &PlanFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let list = at(&file.document, &["schedules", "compute_start_stop"]).map_or(&[][..], items);
    for (place, _) in file.plan.schedules.iter().enumerate().filter(|(_, s)| names_month_days(s)) {
        let node = list.get(place).and_then(|s| at(s, &["trigger", "schedule", "month_days"]));
        let problem = Problem::error("E0920", "CLI files have no days of the month");
        let problem = problem.field("month_days").hint("write an ARM template: --to arm");
        problems.push(located(problem, node));
    }
    for secret in lift(&file.document).1.into_iter().filter(|secret| secret.literal) {
        let what = format!("a secret of the application `{}` would be written", secret.application);
        let hint = format!(
            "write `${{{0}}}` in the plan and give the value when creating: --set \
             custom_applications[{1}].environment_variables.{2}=\"${0}\"; or write an ARM \
             template: --to arm",
            secret.reference, secret.index, secret.variable
        );
        let (line, column) = secret.place;
        let problem = Problem::error("E0921", what).field(secret.variable).hint(hint);
        problems.push(problem.at(line, column));
    }
    problems
}

fn located(problem: Problem, node: Option<&Node>) -> Problem {
    node.map_or(problem.clone(), |node| problem.at(node.line, node.column))
}

/// One paragraph, wrapped.
fn comment(out: &mut String, paragraph: &str) {
    let mut line = String::from("#");
    for word in paragraph.split_whitespace() {
        if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > COMMENT_WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
}

fn block(out: &mut String, node: &Node, depth: usize) {
    let indent = "  ".repeat(depth);
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            for entry in entries {
                out.push_str(&indent);
                pair(out, entry, depth);
            }
        }
        Value::List(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&indent);
                out.push('-');
                item_of_list(out, item, depth);
            }
        }
        _ => {
            let _ = writeln!(out, "{indent}{}", flow(node));
        }
    }
}

fn pair(out: &mut String, entry: &crate::azure::node::Entry, depth: usize) {
    out.push_str(&scalar_text(&entry.key));
    out.push(':');
    if is_flow(&entry.node) {
        let _ = writeln!(out, " {}", flow(&entry.node));
    } else {
        out.push('\n');
        block(out, &entry.node, depth + 1);
    }
}

/// After the dash: the first key of a mapping stands on the same line.
fn item_of_list(out: &mut String, item: &Node, depth: usize) {
    match &item.value {
        Value::Map(entries) if !entries.is_empty() => {
            for (place, entry) in entries.iter().enumerate() {
                if place == 0 {
                    out.push(' ');
                } else {
                    out.push_str(&"  ".repeat(depth + 1));
                }
                pair(out, entry, depth + 1);
            }
        }
        Value::List(items) if !items.is_empty() && !is_flow(item) => {
            out.push('\n');
            block(out, item, depth + 1);
        }
        _ => {
            let _ = writeln!(out, " {}", flow(item));
        }
    }
}

/// Scalars, empty collections and lists of numbers stand on one line.
fn is_flow(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => entries.is_empty(),
        Value::List(items) => items.iter().all(|i| matches!(i.value, Value::Integer(_))),
        _ => true,
    }
}

fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Number(written) => written.clone(),
        Value::Text(text) => scalar_text(text),
        Value::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Map(_) => "{}".to_owned(),
    }
}

/// Words that YAML 1.1 or 1.2 reads as truth or nothing.
const RESERVED: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// Plain where every reader takes it as a text, in double quotes otherwise.
fn scalar_text(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let plain = |c: char| c.is_ascii_alphanumeric() || " _./+()@-=,:;&$".contains(c);
    let reserved = RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text));
    let colon = text.contains(": ") || text.ends_with(':');
    if begins && text.chars().all(plain) && !reserved && !colon && !text.ends_with(' ') {
        return text.to_owned();
    }
    // A dollar sign begins the only such key there is.
    if text == "$schema" { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::parse_document;
    use crate::azure::tree::{map, stripped, text};

    fn emit(node: &Node) -> String {
        let mut out = String::new();
        block(&mut out, node, 0);
        out
    }

    #[test]
    fn texts_stay_texts() {
        let odd = [
            "no",
            "~",
            "1",
            "1.5",
            "0x1F",
            "2024-06-03T08:00:00",
            "a: b",
            "a #b",
            " x",
            "x ",
            "",
            "*/5 8 * * 1-5",
            "- a",
            "[x]",
            "{a}",
            "it's",
            "\"q\"",
            "a\\b",
            "line\nbreak",
            "ä",
            "tab\there",
            "\u{feff}x",
            "&a",
            "!t",
            "%d",
            "@x",
            "`x`",
            "null",
            "Yes",
            ".inf",
            "key:",
            "12:30",
            "1e3",
            "=",
            "<<",
            "?",
            "a\u{85}b",
            "${RSP_LICENSE}",
            "W. Europe Standard Time",
        ];
        let document = map(odd.iter().enumerate().map(|(i, t)| (format!("k{i}"), text(*t))));
        let read = parse_document(&emit(&document), "f").unwrap();
        assert_eq!(stripped(&read), stripped(&document));
    }

    #[test]
    fn lists_and_mappings_nest() {
        let written = "a:\n  - b: 1\n    c: [1, 2]\n    d:\n      - x\n      - z: {}\n  -\n    \
                       - p\ne: []\n";
        let document = parse_document(written, "f").unwrap();
        assert_eq!(emit(&document), written);
    }

    #[test]
    fn comments_are_wrapped() {
        let mut out = String::new();
        comment(&mut out, &"word ".repeat(40));
        assert!(out.lines().all(|l| l.starts_with("# word") && l.chars().count() <= COMMENT_WIDTH));
    }
}
