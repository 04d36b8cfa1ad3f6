//! A comparison as text, Markdown, CSV and JSON. Text and Markdown share their tables (`blocks`);
//! CSV and JSON hold exact amounts.

mod blocks;
mod data;

pub use data::{comparison_csv, comparison_json};

use super::terminal::table;
use crate::search::comparison::{Comparison, Measure, Verdict, measure};
use crate::units::Money;
use blocks::Block;
use comfy_table::ContentArrangement;
use rust_decimal::Decimal;
use std::fmt::Write as _;

/// Columns of a terminal that tables fit in.
const WIDTH: u16 = 100;

const LEGEND: &str = "\
Changes are from the first side. Standing: OS disk, public IP and load balancer; stopping never
saves it. Wasted: running with nobody there. Waited: people before a machine that was not running.
";

/// A figure and what it was held against, in full precision.
#[must_use]
pub fn exact(verdict: &Verdict) -> (String, String) {
    let limit = verdict.limit.normalize();
    match measure(verdict.metric) {
        Measure::Usd => {
            let limit = (verdict.limit / Decimal::from(1_000_000)).normalize();
            (Money::from_micros(verdict.value).to_string(), limit.to_string())
        }
        Measure::Seconds => (format!("{} s", verdict.value), format!("{limit} s")),
        Measure::Count => (verdict.value.to_string(), limit.to_string()),
    }
}

/// What every side was simulated under, as one line where they agree.
fn terms(comparison: &Comparison) -> String {
    let first = &comparison.sides[0].terms;
    let alike = comparison.sides.iter().all(|side| side.terms == *first);
    if !alike {
        return "The sides differ in more than the plan: see the warnings.".to_owned();
    }
    let (horizon, rules) = (first.horizon.replace('/', " to "), &first.rules);
    format!("Simulated over {horizon}, rules {rules}, dst {}.", first.dst)
}

fn gate_line(comparison: &Comparison, verdict: &Verdict) -> String {
    let (value, limit) = exact(verdict);
    let word = if verdict.holds { "FAILS" } else { "passes" };
    let side = &comparison.sides[verdict.side].name;
    format!("{word}: {} for {side} ({value}, bound {limit})", verdict.gate)
}

/// Tables for a terminal.
#[must_use]
pub fn comparison_text(comparison: &Comparison, verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for block in blocks::all(comparison) {
        let _ = writeln!(text, "{}", block.text());
    }
    text.push_str(LEGEND);
    let _ = writeln!(text, "{}", terms(comparison));
    for verdict in verdicts {
        let _ = writeln!(text, "Gate {}", gate_line(comparison, verdict));
    }
    text
}

/// A comment for a pull request.
#[must_use]
pub fn comparison_md(comparison: &Comparison, verdicts: &[Verdict]) -> String {
    let names: Vec<String> =
        comparison.sides.iter().map(|s| format!("`{}`", s.name.replace('`', "'"))).collect();
    let mut text = format!("### {} against {}\n\n", names[1..].join(", "), names[0]);
    if !verdicts.is_empty() {
        let failed = verdicts.iter().filter(|v| v.holds).count();
        let word = if failed > 0 { "FAILED" } else { "passed" };
        let _ = writeln!(text, "**Budget gate {word}**\n");
        for verdict in verdicts {
            let mark = if verdict.holds { "x" } else { "ok" };
            let _ = writeln!(text, "* [{mark}] {}", gate_line(comparison, verdict));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", blocks::key_figures(comparison).markdown());
    for block in blocks::all(comparison) {
        let summary = &block.title;
        let _ = writeln!(
            text,
            "<details><summary>{summary}</summary>\n\n{}\n</details>\n",
            block.markdown()
        );
    }
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(text, "<sub>{} Made by idlewise {version}.</sub>", terms(comparison));
    text
}

impl Block {
    fn text(&self) -> String {
        let header: Vec<&str> = self.header.iter().map(String::as_str).collect();
        let mut table = table(&header);
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
        for row in &self.rows {
            table.add_row(row);
        }
        format!("{}\n{table}", self.title)
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let mut text = line(&self.header);
        let rules = self.header.iter().skip(1).map(|_| "--:");
        let _ = writeln!(text, "|---|{}|", rules.collect::<Vec<_>>().join("|"));
        for row in &self.rows {
            text.push_str(&line(row));
        }
        text
    }
}
