//! The table of instances: one row each, or, for a large fleet, one row per workspace, region and
//! size. All numbers are whole (micro-USD, seconds, counts) and sums of ledger lines and counters.

use super::advice::Advice;
use super::pack::{pack, pack_words};
use crate::engine::Cause;
use crate::ledger::Totals;
use crate::plan::Plan;
use crate::search::Outcome;
use crate::units::Money;
use crate::world::Instance;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// More rows than these make the page too large to read, and to send.
pub const ROWS_MAX: usize = 1_000;

/// A column of numbers: key, heading, what it is.
type NumberColumn = (&'static str, &'static str, &'static str);

const NUMBERS: [NumberColumn; 10] = [
    ("total", "Total", "usd"),
    ("compute", "Compute", "usd"),
    ("standing", "Standing", "usd"),
    ("waste", "Wasted", "usd"),
    ("running", "On", "hours"),
    ("active", "In use", "hours"),
    ("wait", "Waited", "hours"),
    ("queue", "Queued", "hours"),
    ("cold", "Cold starts", "count"),
    ("cut", "Work cut", "count"),
];

/// Rows and which instances each one sums up.
pub(super) struct Rows {
    pub(super) members: Vec<Vec<usize>>,
    pub(super) is_grouped: bool,
}

impl Rows {
    pub(super) fn of(instances: &[Instance]) -> Self {
        if instances.len() <= ROWS_MAX {
            let members = (0..instances.len()).map(|index| vec![index]).collect();
            return Self { members, is_grouped: false };
        }
        let mut groups: BTreeMap<[&str; 3], Vec<usize>> = BTreeMap::new();
        for (index, i) in instances.iter().enumerate() {
            groups.entry([&i.workspace, &i.region, &i.vm_size]).or_default().push(index);
        }
        let mut members: Vec<Vec<usize>> = groups.into_values().collect();
        members.sort_by_key(|group| std::cmp::Reverse(group.len()));
        if members.len() > ROWS_MAX {
            let rest = members.split_off(ROWS_MAX - 1).concat();
            members.push(rest);
        }
        Self { members, is_grouped: true }
    }
}

/// The table, for each embedded plan.
pub(super) fn fleet_json(
    instances: &[Instance],
    own: &[&Plan],
    details: &[&[Outcome]],
    advice: Option<&Advice>,
) -> Value {
    let rows = Rows::of(instances);
    let texts = texts(instances, own, &rows, advice);
    let mut numbers: Vec<Value> = NUMBERS
        .iter()
        .map(|(key, name, kind)| json!({"key": key, "name": name, "kind": kind}))
        .collect();
    let mut plans: Vec<Vec<Value>> = details
        .iter()
        .map(|outcomes| {
            let sums: Vec<[i64; 10]> = rows.members.iter().map(|m| sums(outcomes, m)).collect();
            (0..NUMBERS.len()).map(|n| pack(sums.iter().map(|s| s[n]))).collect()
        })
        .collect();
    if let Some(saving) = savings(instances, &rows, advice) {
        numbers.push(json!({"key": "saving", "name": "Recommended saves", "kind": "usd"}));
        plans.iter_mut().for_each(|plan| plan.push(saving.clone()));
    }
    json!({
        "rows": rows.members.len(),
        "grouped": rows.is_grouped,
        "texts": texts,
        "numbers": numbers,
        "plans": plans,
    })
}

fn sums(outcomes: &[Outcome], members: &[usize]) -> [i64; 10] {
    let mut sums = [0_i64; 10];
    for outcome in members.iter().map(|index| &outcomes[*index]) {
        let money = Totals::of(&outcome.lines);
        let c = &outcome.counters;
        let cut = c.interruptions[Cause::Idle as usize] + c.interruptions[Cause::Schedule as usize];
        let row = [
            money.total().micros(),
            money.compute.micros(),
            money.standing().micros(),
            outcome.waste_usd().micros(),
            c.in_state(crate::engine::State::Running),
            c.active_s,
            c.wait_s,
            c.queue_s,
            i64::from(c.starts[Cause::Demand as usize]),
            i64::from(cut),
        ];
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    sums
}

fn texts(
    instances: &[Instance],
    own: &[&Plan],
    rows: &Rows,
    advice: Option<&Advice>,
) -> Vec<Value> {
    let first = |members: &[usize]| members.first().map(|index| &instances[*index]);
    let named = |members: &Vec<usize>| match members.as_slice() {
        [one] => instances[*one].name.clone(),
        many => format!("{} instances", many.len()),
    };
    let names: Vec<String> = rows.members.iter().map(named).collect();
    let mut columns = vec![json!({"key": "instance", "name": "Instance", "values": names})];
    let mut add = |key: &str, name: &str, text: &dyn Fn(&Instance, usize) -> String| {
        let values: Vec<String> = rows
            .members
            .iter()
            .map(|m| first(m).map_or_else(String::new, |i| text(i, m[0])))
            .collect();
        if values.iter().any(|value| !value.is_empty()) {
            let packed = pack_words(values.iter().map(String::as_str));
            columns.push(json!({"key": key, "name": name, "values": packed}));
        }
    };
    add("workspace", "Workspace", &|i, _| i.workspace.clone());
    add("region", "Region", &|i, _| i.region.clone());
    add("vm_size", "Size", &|i, _| i.vm_size.clone());
    if rows.is_grouped {
        return columns;
    }
    add("user", "User", &|i, _| i.user.clone());
    add("zone", "Home zone", &|i, _| i.home_timezone.clone().unwrap_or_default());
    add("own", "Plan today", &|_, index| own.get(index).map_or("", |p| &p.name).to_owned());
    if let Some(advice) = advice {
        let found = advice.by_instance();
        let advised: BTreeMap<&str, (&str, &str)> =
            found.iter().map(|a| (&*a.instance, (&*a.plan, &*a.verdict))).collect();
        let of = |i: &Instance| advised.get(i.name.as_str()).copied().unwrap_or_default();
        add("advised", "Recommended", &|i, _| of(i).0.to_owned());
        add("verdict", "Verdict", &|i, _| of(i).1.to_owned());
    }
    columns
}

/// What the recommendation says each row would save.
fn savings(instances: &[Instance], rows: &Rows, advice: Option<&Advice>) -> Option<Value> {
    let found = advice?.by_instance();
    let saved: BTreeMap<&str, Money> =
        found.iter().filter_map(|a| a.saving.map(|s| (a.instance.as_str(), s))).collect();
    if saved.is_empty() {
        return None;
    }
    let one = |index: &usize| saved.get(instances[*index].name.as_str()).map_or(0, |s| s.micros());
    Some(pack(rows.members.iter().map(|m| m.iter().map(one).sum())))
}
