//! A batch: lists of idle limits, schedules, public IPs and sizes; every combination is a plan.

use super::keys::BATCH;
use super::load::Held;
use super::read::{Reader, check_keys, items, misshapen, texts};
use super::{At, PlanSource};
use crate::azure::{Node, Value, read_schedules_node};
use crate::plan::{Plan, Schedule};
use crate::units::{IdleLimit, Problem};
use std::collections::BTreeMap;

/// Most plans one batch may make.
const PLANS_MAX: usize = 100_000;

/// Settings that one value of one list changes, and how the plan's name says so. A value that
/// stands alone is no choice and is not in the name.
struct Choice {
    part: Option<String>,
    change: Change,
}

enum Change {
    Idle(Option<IdleLimit>),
    Schedules(Vec<Schedule>),
    PublicIp(bool),
    Size(String),
}

/// Whether an entry of `plans` is a batch rather than a plan: it has a key or a list that a plan
/// cannot have.
pub(super) fn is_batch(node: &Node) -> bool {
    let is_list = |key| node.get(key).is_some_and(|n: &Node| matches!(n.value, Value::List(_)));
    ["base", "idle", "public_ip"].into_iter().any(|key| node.get(key).is_some())
        || ["schedules", "size"].into_iter().any(is_list)
}

/// The plans of a batch, in the order of its lists, the last changing fastest.
pub(super) fn expand(reader: &mut Reader<'_, '_>, held: &Held) -> Vec<At<PlanSource>> {
    check_keys(held, &BATCH, &mut reader.problems);
    let place = held.place(&held.node);
    let name = reader.text(held, "name").map_or_else(|| "batch".to_owned(), |at| at.value);
    let before = reader.problems.len();
    let base = base(reader, held, &name);
    let mut lists: Vec<Vec<Choice>> = Vec::new();
    for (key, read) in LISTS {
        let Some(node) = held.node.get(key) else { continue };
        let list = held.with(node);
        let is_list = matches!(list.node.value, Value::List(_));
        let mut choices = Vec::new();
        for (item, number) in items(&list).iter().zip(1..) {
            let Some((part, change)) = read(reader, item, number) else { continue };
            choices.push(Choice { part: is_list.then_some(part), change });
        }
        if is_list && items(&list).is_empty() {
            let message = format!("the list of {key} is empty: it makes no plan");
            let problem = Problem::error("E0266", message).field(key);
            reader.problems.push(list.place(&list.node).locate(problem));
        }
        lists.push(choices);
    }
    let (Some(base), true) = (base, reader.problems[before..].iter().all(|p| !p.is_error())) else {
        return Vec::new();
    };
    let count = lists.iter().try_fold(1_usize, |n, list| n.checked_mul(list.len()));
    if count.is_none_or(|n| n > PLANS_MAX) {
        let message = format!("the batch makes more than {PLANS_MAX} plans");
        let problem = Problem::error("E0266", message).hint("cut it in several, or shorten a list");
        reader.problems.push(place.locate(problem));
        return Vec::new();
    }
    let plans = combine(base, &lists);
    let twice = same_names(&plans);
    if !twice.is_empty() {
        let twice = twice.join("`, `");
        let message = format!("several combinations are called `{twice}`");
        let hint = "name files and inline schedules differently, and each value once";
        reader.problems.push(place.locate(Problem::error("E0266", message).hint(hint)));
        return Vec::new();
    }
    let built = |plan| At { value: PlanSource::Built(Box::new(plan)), place: place.clone() };
    plans.into_iter().map(built).collect()
}

/// Every combination.
fn combine(base: Plan, lists: &[Vec<Choice>]) -> Vec<Plan> {
    let mut plans = vec![base];
    for list in lists {
        plans = plans.iter().flat_map(|plan| list.iter().map(|c| c.applied_to(plan))).collect();
    }
    plans
}

fn same_names(plans: &[Plan]) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    plans.iter().for_each(|plan| *counts.entry(&plan.name).or_default() += 1);
    counts.into_iter().filter(|(_, n)| *n > 1).map(|(name, _)| name).collect()
}

impl Choice {
    fn applied_to(&self, plan: &Plan) -> Plan {
        let mut plan = plan.clone();
        if let Some(part) = &self.part {
            plan.name.push('-');
            plan.name.push_str(part);
        }
        match &self.change {
            Change::Idle(limit) => plan.idle = *limit,
            Change::Schedules(schedules) => plan.schedules.clone_from(schedules),
            Change::PublicIp(truth) => plan.public_ip = *truth,
            Change::Size(size) => plan.size = Some(size.clone()),
        }
        plan
    }
}

/// The plan a batch starts from, under the batch's name.
fn base(reader: &mut Reader<'_, '_>, held: &Held, name: &str) -> Option<Plan> {
    let Some(node) = held.node.get("base") else { return Some(Plan::new(name)) };
    let base = held.with(node);
    let plan = match &base.node.value {
        Value::Text(_) => named_plan(reader, &base, "base"),
        Value::Map(_) => reader.inline_plan(&base, name),
        _ => {
            reader.problems.push(misshapen(&base, "base", "a plan's file, or a plan,"));
            None
        }
    };
    plan.map(|plan| Plan { name: name.to_owned(), ..plan })
}

/// The plan of the one file that a value names.
fn named_plan(reader: &mut Reader<'_, '_>, held: &Held, field: &str) -> Option<Plan> {
    let place = held.place(&held.node);
    let text = held.node.scalar_text()?;
    let files = reader.files(&held.path(&text), &place);
    match files.as_slice() {
        [file] => reader.plan_file(file, &place),
        [] => None,
        several => {
            let message = format!("`{text}` matches {} files, and one is needed", several.len());
            let problem = Problem::error("E0262", message).field(field);
            reader.problems.push(place.locate(problem));
            None
        }
    }
}

type ReadChoice = fn(&mut Reader<'_, '_>, &Held, usize) -> Option<(String, Change)>;

/// The lists in the order their choices are named.
const LISTS: [(&str, ReadChoice); 4] =
    [("idle", idle), ("schedules", schedules), ("public_ip", public_ip), ("size", size)];

/// IDLE-1.
fn idle(reader: &mut Reader<'_, '_>, held: &Held, _: usize) -> Option<(String, Change)> {
    let minutes = match &held.node.value {
        Value::Integer(minutes) => IdleLimit::from_minutes(*minutes),
        Value::Text(text) if text == "none" => {
            return Some(("no-idle".to_owned(), Change::Idle(None)));
        }
        _ => None,
    };
    if minutes.is_none() {
        let message = format!("{} is not an idle limit", held.node.describe());
        let problem = Problem::error("E0203", message).field("idle");
        let hint = "whole minutes from 15 to 4320 (three days), or none";
        reader.problems.push(held.place(&held.node).locate(problem).hint(hint));
    }
    minutes.map(|limit| (format!("idle{}", limit.minutes()), Change::Idle(Some(limit))))
}

fn schedules(reader: &mut Reader<'_, '_>, held: &Held, number: usize) -> Option<(String, Change)> {
    match &held.node.value {
        Value::Text(text) if text == "none" => {
            Some(("no-schedule".to_owned(), Change::Schedules(Vec::new())))
        }
        Value::Text(_) => {
            let plan = named_plan(reader, held, "schedules")?;
            Some((plan.name, Change::Schedules(plan.schedules)))
        }
        Value::Map(_) => {
            let name = reader.text(held, "name").map(|at| at.value);
            let mut node = held.node.clone();
            if let Value::Map(entries) = &mut node.value {
                entries.retain(|e| e.key != "name");
            }
            let (read, found) = read_schedules_node(&node, &held.file);
            reader.problems.extend(found);
            let part = name.unwrap_or_else(|| format!("schedules{number}"));
            Some((part, Change::Schedules(read?)))
        }
        _ => {
            let needed = "none, a plan's file or compute_start_stop";
            reader.problems.push(misshapen(held, "schedules", needed));
            None
        }
    }
}

fn public_ip(reader: &mut Reader<'_, '_>, held: &Held, _: usize) -> Option<(String, Change)> {
    let truth = reader.truth(held, "public_ip")?;
    let part = if truth { "ip" } else { "no-ip" };
    Some((part.to_owned(), Change::PublicIp(truth)))
}

fn size(reader: &mut Reader<'_, '_>, held: &Held, _: usize) -> Option<(String, Change)> {
    let size = texts(held, "size", &mut reader.problems).pop()?.value;
    let lower = size.to_lowercase();
    let part = lower.strip_prefix("standard_").unwrap_or(&lower).to_owned();
    Some((part, Change::Size(size)))
}
