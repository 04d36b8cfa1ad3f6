//! The scenario file that `init` writes, and what it says about it.

use super::notice::Noticed;
use crate::units::{Kind, RuleProfile};
use std::fmt::Write as _;

/// The inputs as the scenario file names them.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) activity: Vec<String>,
    pub(super) operations: Vec<String>,
    pub(super) instances: Vec<String>,
    pub(super) prices: Option<String>,
}

/// The file.
pub(super) fn scenario(file: &str, named: &Named, noticed: &Noticed) -> String {
    let mut text = format!(
        "# What other settings would cost. Run it with\n\
         #   idlewise simulate --scenario {file} --out results\n\
         # and try it first with `idlewise check {file}`. Paths count from this file; a flag\n\
         # given beside it wins. Lines that begin with # say nothing to the program.\n\n"
    );
    for line in about_people(noticed) {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "activity: {}", list(&named.activity));
    let operations = match named.operations.as_slice() {
        [] => "# operations: operations.csv   # starts, stops, creates and deletes".to_owned(),
        paths => format!("operations: {}", list(paths)),
    };
    let instances = match named.instances.as_slice() {
        [] => "# Without this, everybody has a Standard_DS3_v2 in eastus from the first day on.\n\
               # instances: instances.csv"
            .to_owned(),
        paths => format!("instances: {}", list(paths)),
    };
    let (currency, oldest, newest) = &noticed.prices;
    let _ = writeln!(
        text,
        "{operations}\n{instances}\n\n# Prices: {currency}, dated {oldest} to {newest}."
    );
    let prices = match &named.prices {
        None => "# prices: prices.csv   # yours, on top of the built-in ones".to_owned(),
        Some(path) => format!("prices: {}", quoted(path)),
    };
    let _ = writeln!(text, "{prices}");
    rules(&mut text, noticed);
    plans(&mut text, noticed);
    text
}

fn rules(text: &mut String, noticed: &Noticed) {
    let _ = writeln!(
        text,
        "\n# Whole days around the activity. Narrow it to leave out a slow start or a holiday.\n\
         horizon: {}\n",
        noticed.horizon
    );
    for line in about_rules(noticed) {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "rules: {}", noticed.rules);
    for line in about_clocks(noticed) {
        let _ = writeln!(text, "# {line}");
    }
    text.push_str(
        "dst: ignored   # observed: by the real clock\n\n\
         # How long Azure takes, in seconds: measure yours.\n\
         model:\n  start_latency: 240\n  stop_latency: 60\n",
    );
}

fn plans(text: &mut String, noticed: &Noticed) {
    let own = if noticed.has_plans {
        "Every instance under its own plan as well, to compare with."
    } else {
        "No instance names a plan, so today means: on until somebody stops it."
    };
    let zone = noticed.main_zone();
    let _ = write!(
        text,
        "\n# {own}\ntoday: true\n\nplans:\n  \
         # One plan for each limit, in minutes from 15 to 4320: limit-idle15, limit-idle30, ...\n  \
         # `idlewise sweep` tries all of them at once.\n  \
         - name: limit\n    idle: [15, 30, 60, 120, 240, 480]\n  \
         # A calendar. It stops whoever still works, and starts machines nobody comes to.\n  \
         - name: office-hours\n    idle_time_before_shutdown_minutes: 60\n    \
         schedules:\n      compute_start_stop:\n        \
         - action: start\n          \
         trigger: {{type: cron, expression: \"0 8 * * 1-5\", time_zone: {zone}}}\n        \
         - action: stop\n          \
         trigger: {{type: cron, expression: \"0 19 * * 1-5\", time_zone: {zone}}}\n"
    );
}

/// What `init` prints.
pub(super) fn report(file: &str, noticed: &Noticed) -> String {
    let mut text = String::new();
    let all = about_people(noticed).into_iter().chain(about_rules(noticed));
    for line in all.chain(about_clocks(noticed)) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(
        text,
        "{file} is written. Next:\n  idlewise simulate --scenario {file} --out results"
    );
    text
}

fn about_people(noticed: &Noticed) -> Vec<String> {
    let kind = |(kind, (count, _)): (&Kind, &(usize, usize))| format!("{} {count}", kind.as_str());
    let label = format!(
        "{} intervals on {} of {} instances: ",
        noticed.intervals, noticed.active, noticed.instances
    );
    let mut lines = wrapped(&label, noticed.kinds.iter().map(kind).collect());
    lines.push(format!(
        "{} days: {} to {}.",
        noticed.horizon.seconds() / 86_400,
        noticed.horizon.start,
        noticed.horizon.end
    ));
    for (kind, (_, long)) in noticed.kinds.iter().filter(|(_, (_, long))| *long > 0) {
        lines.push(format!("{long} {} intervals are longer than 12 hours.", kind.as_str()));
    }
    if noticed.rows_outside > 0 {
        lines.push(format!("{} rows lie outside the horizon.", noticed.rows_outside));
    }
    if noticed.operations > 0 {
        lines.push(format!("{} operations.", noticed.operations));
    }
    let size = |((size, region), n): (&(String, String), &usize)| format!("{n} {size} in {region}");
    lines.extend(wrapped("Sizes: ", noticed.sizes.iter().map(size).collect()));
    let zone = |(zone, n): (&String, &usize)| match zone.as_str() {
        "" => format!("{n} without a home zone"),
        zone => format!("{n} {zone}"),
    };
    lines.extend(wrapped("Home zones: ", noticed.zones.iter().map(zone).collect()));
    lines
}

fn about_rules(noticed: &Noticed) -> Vec<String> {
    let (ssh, custom) = (noticed.count(Kind::Ssh), noticed.count(Kind::CustomApp));
    let mut lines = vec![
        match noticed.rules {
            RuleProfile::Aml2022_12 => "Rules of 2022-12: the trace begins before August 2024.",
            RuleProfile::Aml2024_08 => {
                "Rules of 2024-08: the trace begins in August 2024 or later."
            }
        }
        .to_owned(),
    ];
    if ssh + custom > 0 {
        lines.push(format!(
            "The editions differ here: {ssh} ssh intervals keep awake only under aml-2022-12,"
        ));
        lines.push(format!("{custom} custom_app intervals only under aml-2024-08."));
    }
    lines
}

fn about_clocks(noticed: &Noticed) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (day, zones) in &noticed.changes {
        lines.extend(wrapped(&format!("Clocks change on {day}: "), zones.clone()));
    }
    lines
}

/// `label` and the items with commas between, in lines of about ninety characters.
fn wrapped(label: &str, items: Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = label.to_owned();
    let last = items.len().saturating_sub(1);
    for (at, item) in items.into_iter().enumerate() {
        if line.len() + item.len() > 90 && line.trim() != label.trim() {
            lines.push(line.trim_end().to_owned());
            line = "  ".to_owned();
        }
        line.push_str(&item);
        line.push_str(if at < last { ", " } else { "." });
    }
    lines.push(line);
    lines
}

/// One path, or a list of them.
fn list(paths: &[String]) -> String {
    match paths {
        [one] => quoted(one),
        many => format!("[{}]", many.iter().map(|p| quoted(p)).collect::<Vec<_>>().join(", ")),
    }
}

/// A text as YAML reads it whatever is in it: a double-quoted scalar, as in JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
