//! The tables a person reads, before they become text or Markdown.

use super::super::terminal::{amount, grouped, hours, percent};
use crate::search::comparison::{Comparison, Figures, Group, Measure, Mover, measure};
use crate::units::{Meter, Money};

/// A table with a line above it; numbers in all columns but the first.
pub(super) struct Block {
    pub(super) title: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Rows of a table of figures: what a person calls it, and the figure.
type Listed = &'static [(&'static str, &'static str)];

const MONEY: Listed = &[
    ("Compute", "compute_usd"),
    ("OS disk", "os_disk_usd"),
    ("Public IP", "public_ip_usd"),
    ("Load balancer", "load_balancer_usd"),
    ("Standing, all three", "standing_usd"),
    ("Total", "total_usd"),
    ("of it wasted", "waste_usd"),
];
const HOURS: Listed = &[
    ("Billed", "billed_s"),
    ("Running", "running_s"),
    ("Active", "active_s"),
    ("Wasted", "waste_s"),
    ("Wasted: idle limit removes", "waste_idle_s"),
    ("Wasted: schedule removes", "waste_schedule_s"),
    ("Wasted: neither removes", "waste_neither_s"),
    ("Waited", "wait_s"),
    ("Queued", "queue_s"),
    ("Unserved", "unserved_s"),
    ("Lost runs", "lost_run_s"),
];
const TIMES: Listed = &[
    ("Starts by people", "starts_demand"),
    ("Starts by schedule", "starts_schedule"),
    ("Starts by operation", "starts_operation"),
    ("Stops by idle limit", "stops_idle"),
    ("Stops by schedule", "stops_schedule"),
    ("Stops by operation", "stops_operation"),
    ("Stops dismissed", "dismissed_stops"),
    ("Work cut by idle limit", "interruptions_idle"),
    ("Work cut by schedule", "interruptions_schedule"),
    ("Work cut by operation", "interruptions_operation"),
];
/// What a comment on a pull request shows first.
const KEY: Listed = &[
    ("Total USD", "total_usd"),
    ("Compute USD", "compute_usd"),
    ("Standing USD", "standing_usd"),
    ("Wasted USD", "waste_usd"),
    ("People waited, h", "wait_s"),
    ("Runs queued, h", "queue_s"),
    ("Runs lost, h", "lost_run_s"),
    ("Work cut, times", "interruptions"),
    ("Starts, times", "starts"),
    ("Stops, times", "stops"),
];

/// How many sides stand beside the baseline in one table of 100 columns.
const BESIDE: usize = 2;
/// More groups or months than these are not read in a terminal; CSV and JSON have all.
const ROWS_SHOWN: usize = 50;

/// Every table, in order.
pub(super) fn all(comparison: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    let currency = &comparison.sides[0].terms.currency;
    for others in beside(comparison) {
        let title = |what: &str| format!("{what}: {}", heading(comparison, &others));
        let of = |what: &str, listed| figures(comparison, &others, title(what), listed);
        blocks.push(of(&format!("Money, {currency}"), MONEY));
        blocks.push(of("Hours", HOURS));
        blocks.push(of("Times", TIMES));
        blocks.push(months(comparison, &others, title(&format!("Months, {currency}"))));
    }
    if let Some((column, groups)) = &comparison.by {
        blocks.extend((1..comparison.sides.len()).map(|side| by(comparison, side, column, groups)));
    }
    blocks.extend(movers(comparison));
    blocks
}

/// The figures that matter most, of all sides.
pub(super) fn key_figures(comparison: &Comparison) -> Block {
    let others: Vec<usize> = (1..comparison.sides.len()).collect();
    figures(comparison, &others, String::new(), KEY)
}

/// Positions of all sides but the baseline, a table's worth at a time.
fn beside(comparison: &Comparison) -> Vec<Vec<usize>> {
    let others: Vec<usize> = (1..comparison.sides.len()).collect();
    others.chunks(BESIDE).map(<[usize]>::to_vec).collect()
}

fn heading(comparison: &Comparison, others: &[usize]) -> String {
    let names: Vec<&str> = others.iter().map(|o| comparison.sides[*o].name.as_str()).collect();
    format!("{} against {}", names.join(", "), comparison.sides[0].name)
}

/// A figure as a person reads it.
fn shown(measure: Measure, value: i64) -> String {
    match measure {
        Measure::Usd => amount(Money::from_micros(value)),
        Measure::Seconds => hours(value),
        Measure::Count => grouped(&value.to_string()),
    }
}

/// A difference, with its sign.
fn signed(measure: Measure, value: i64) -> String {
    let sign = if value < 0 { "-" } else { "+" };
    let size = i64::try_from(value.unsigned_abs()).unwrap_or(i64::MAX);
    format!("{sign}{}", shown(measure, size))
}

fn header(comparison: &Comparison, others: &[usize]) -> Vec<String> {
    let mut header = vec![String::new(), comparison.sides[0].name.clone()];
    for other in others {
        header.extend([comparison.sides[*other].name.clone(), "change".to_owned()]);
    }
    header
}

/// One row: the label, the baseline's value, then every other's with its change.
fn row(label: &str, measure: Measure, base: i64, others: &[i64]) -> Vec<String> {
    let mut row = vec![label.to_owned(), shown(measure, base)];
    for value in others {
        row.extend([shown(measure, *value), percent(base, *value)]);
    }
    row
}

fn figures(comparison: &Comparison, others: &[usize], title: String, listed: Listed) -> Block {
    let line = |(label, name): &(&str, &'static str)| {
        let of = |side: usize| comparison.totals[side].get(name);
        let values: Vec<i64> = others.iter().map(|o| of(*o)).collect();
        row(label, measure(name), of(0), &values)
    };
    let header = header(comparison, others);
    Block { title, header, rows: listed.iter().map(line).collect() }
}

/// Every month with its total, and meter by meter while that can be read.
fn months(comparison: &Comparison, others: &[usize], title: String) -> Block {
    let months = comparison.months();
    let by_meter = months.len() * (Meter::ALL.len() + 1) <= ROWS_SHOWN;
    let mut rows = Vec::new();
    for month in months {
        let sum = |side: usize, meters: &[Meter]| -> i64 {
            let months = &comparison.sides[side].months;
            let one = |m: &Meter| months.get(&(month.to_owned(), *m)).copied().unwrap_or_default();
            meters.iter().map(one).sum::<Money>().micros()
        };
        let mut add = |label: String, meters: &[Meter]| {
            let values: Vec<i64> = others.iter().map(|o| sum(*o, meters)).collect();
            let base = sum(0, meters);
            if base != 0 || values.iter().any(|v| *v != 0) {
                rows.push(row(&label, Measure::Usd, base, &values));
            }
        };
        if by_meter {
            Meter::ALL.iter().for_each(|meter| add(format!("{month} {meter}"), &[*meter]));
        }
        add(format!("{month} total"), &Meter::ALL);
    }
    Block { title, header: header(comparison, others), rows }
}

/// The groups under one side: money and waiting.
fn by(comparison: &Comparison, side: usize, column: &str, groups: &[Group]) -> Block {
    let (base, other) = (&comparison.sides[0].name, &comparison.sides[side].name);
    let change = |g: &Group| of(&g.figures[side], "total_usd") - of(&g.figures[0], "total_usd");
    let mut groups: Vec<&Group> = groups.iter().collect();
    let mut title = format!("By {column}: {other} against {base}");
    if groups.len() > ROWS_SHOWN {
        let all = groups.len();
        groups.sort_by_key(|g| std::cmp::Reverse(change(g).unsigned_abs()));
        groups.truncate(ROWS_SHOWN);
        title.push_str(&format!(" (the {ROWS_SHOWN} of {all} that change most)"));
    }
    let header = [column, "n", "Total", "before", "change", "Wasted", "Waited h", "before"];
    let line = |group: &&Group| {
        let (before, after) = (&group.figures[0], &group.figures[side]);
        let total = [before, after].map(|f| of(f, "total_usd"));
        vec![
            if group.key.is_empty() { "(none)".to_owned() } else { group.key.clone() },
            group.instances.to_string(),
            shown(Measure::Usd, total[1]),
            shown(Measure::Usd, total[0]),
            percent(total[0], total[1]),
            shown(Measure::Usd, of(after, "waste_usd")),
            shown(Measure::Seconds, of(after, "wait_s")),
            shown(Measure::Seconds, of(before, "wait_s")),
        ]
    };
    let rows = groups.iter().map(line).collect();
    Block { title, header: header.map(String::from).to_vec(), rows }
}

fn of(figures: &Figures, name: &str) -> i64 {
    figures.get(name)
}

/// Who gains and loses most, one table per side and measure that moves at all.
fn movers(comparison: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    for movers in &comparison.movers {
        if movers.up.is_empty() && movers.down.is_empty() {
            continue;
        }
        let (what, unit) = match movers.metric {
            "wait_s" => ("Who waits most more, most less, hours", Measure::Seconds),
            metric => ("Who pays most more, most less", measure(metric)),
        };
        let line = |m: &Mover| {
            let change = m.after.saturating_sub(m.before);
            vec![
                m.instance.clone(),
                shown(unit, m.before),
                shown(unit, m.after),
                signed(unit, change),
            ]
        };
        let (base, other) = (&comparison.sides[0].name, &comparison.sides[movers.side].name);
        blocks.push(Block {
            title: format!("{what}: {other} against {base}"),
            header: ["Instance", "before", "after", "change"].map(String::from).to_vec(),
            rows: movers.up.iter().chain(&movers.down).map(line).collect(),
        });
    }
    blocks
}
