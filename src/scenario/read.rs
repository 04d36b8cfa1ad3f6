//! From located values to a [`ScenarioFile`]: each key by its shape, each problem where it is.

use super::batch::{self, is_batch};
use super::groups::{Group, Mix};
use super::keys::{COLUMNS, GROUP, HORIZON, Key, SCENARIO, Shape, TOP};
use super::load::{Held, Merged, Open};
use super::{At, Place, PlanSource, ScenarioFile};
use crate::azure::{Value, read_plan, read_plan_node};
use crate::plan::Plan;
use crate::table::resolve_with;
use crate::units::{DstRule, Horizon, Problem, RuleProfile, nearest};
use crate::world::{ModelParams, PriceKind};
use std::path::{Path, PathBuf};

/// Endings of plan files.
const PLAN_FILES: [&str; 3] = ["yml", "yaml", "json"];

/// Reports keys of a mapping that are not in the table.
pub(super) fn check_keys(held: &Held, known: &[Key], problems: &mut Vec<Problem>) {
    let names: Vec<&str> = known.iter().map(|k| k.name).collect();
    check_names(held, &names, problems);
}

fn check_names(held: &Held, names: &[&str], problems: &mut Vec<Problem>) {
    for entry in held.node.entries().iter().filter(|e| !names.contains(&e.key.as_str())) {
        let hint = match nearest(&entry.key, names.iter().copied()).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", names.join(", ")),
        };
        let problem = Problem::error("E0261", format!("unknown key `{}`", entry.key)).hint(hint);
        problems.push(problem.in_file(held.file.clone()).at(entry.line, entry.column));
    }
}

/// A value of the wrong shape.
pub(super) fn misshapen(held: &Held, field: &str, needed: &str) -> Problem {
    let message = format!("{} where {needed} is needed", held.node.describe());
    held.place(&held.node).locate(Problem::error("E0262", message)).field(field)
}

/// The items of a list, or the one value that stands alone.
pub(super) fn items(held: &Held) -> Vec<Held> {
    match &held.node.value {
        Value::List(items) => items.iter().map(|item| held.with(item)).collect(),
        _ => vec![held.clone()],
    }
}

/// One text, or a list of texts; numbers and truths are taken as written.
pub(super) fn texts(held: &Held, field: &str, problems: &mut Vec<Problem>) -> Vec<At<String>> {
    let mut out = Vec::new();
    for item in items(held) {
        match item.node.scalar_text() {
            Some(value) => out.push(At { value, place: item.place(&item.node) }),
            None => problems.push(misshapen(&item, field, "a text")),
        }
    }
    out
}

/// Reads what the files said.
pub(super) struct Reader<'o, 'c> {
    pub(super) open: &'o mut Open<'c>,
    pub(super) problems: Vec<Problem>,
    pub(super) texts: Vec<String>,
    pub(super) assume_utc: bool,
}

impl Reader<'_, '_> {
    /// Everything the files say.
    pub(super) fn scenario(&mut self, merged: &Merged) -> ScenarioFile {
        let mut file = ScenarioFile::default();
        for key in TOP {
            let Some(held) = merged.keys.get(key.name) else { continue };
            self.key(key, held, &mut file);
        }
        for held in &merged.not_model {
            self.problems.push(misshapen(held, "model", "a mapping of parameters"));
        }
        let mut checked = ModelParams::default();
        for (name, held) in &merged.model {
            let Some(value) = held.node.scalar_text() else {
                self.problems.push(misshapen(held, name, "a number or a word"));
                continue;
            };
            match checked.set(name, &value) {
                Ok(()) => {
                    let known = crate::world::MODEL_KEYS.into_iter().find(|k| k == name);
                    file.model.extend(known.map(|known| (known, value)));
                }
                Err(problem) => {
                    self.problems.push(held.place(&held.node).locate(problem).field("model"));
                }
            }
        }
        file
    }

    fn key(&mut self, key: Key, held: &Held, file: &mut ScenarioFile) {
        let word = |reader: &mut Self| match key.shape {
            Shape::Word(words) => reader.word(held, key.name, words),
            _ => None,
        };
        match key.name {
            "include" => {}
            "prices" => {
                let mut paths = self.paths(held, key.name);
                if paths.len() > 1 {
                    self.problems.push(misshapen(held, key.name, "one path"));
                }
                file.prices = paths.pop();
            }
            "price_kind" => file.price_kind = word(self).and_then(PriceKind::parse),
            "horizon" => file.horizon = self.horizon(held),
            "rules" => {
                let found = word(self);
                let rules = RuleProfile::ALL.into_iter();
                file.rules = rules.into_iter().find(|r| Some(r.as_str()) == found);
            }
            "dst" => {
                let found = word(self);
                file.dst = DstRule::ALL.into_iter().find(|d| Some(d.as_str()) == found);
            }
            "seed" => file.seed = self.count(held, key.name),
            "today" => file.today = self.truth(held, key.name).unwrap_or(false),
            "plans" => file.plans = self.plans(held),
            "scenarios" => file.scenarios = self.mixes(held),
            name => {
                let paths = self.paths(held, name);
                file.tables.insert(name, paths);
            }
        }
    }

    /// Paths and patterns, from where the program stands.
    fn paths(&mut self, held: &Held, field: &str) -> Vec<At<String>> {
        let written = texts(held, field, &mut self.problems);
        written.into_iter().map(|at| At { value: held.path(&at.value), ..at }).collect()
    }

    /// One of `words`, exactly.
    fn word(&mut self, held: &Held, field: &str, words: &'static [&str]) -> Option<&'static str> {
        let text = held.node.scalar_text().unwrap_or_default();
        let found = words.iter().find(|w| **w == text).copied();
        if found.is_none() {
            let near = nearest(&text, words.iter().copied());
            let hint = match near.first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("one of {}", words.join(", ")),
            };
            let message = format!("{} is no value for {field}", held.node.describe());
            let problem = Problem::error("E0263", message).field(field).hint(hint);
            self.problems.push(held.place(&held.node).locate(problem));
        }
        found
    }

    fn count(&mut self, held: &Held, field: &str) -> Option<u64> {
        let number = match &held.node.value {
            Value::Integer(n) => u64::try_from(*n).ok(),
            Value::Number(n) => n.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.problems.push(misshapen(held, field, "a whole number from 0"));
        }
        number
    }

    /// `true` or `false`.
    pub(super) fn truth(&mut self, held: &Held, field: &str) -> Option<bool> {
        if let Value::Bool(truth) = held.node.value {
            return Some(truth);
        }
        self.problems.push(misshapen(held, field, "true or false"));
        None
    }

    /// A text of a mapping; `None` where there is none, or none that can be read.
    pub(super) fn text(&mut self, map: &Held, key: &str) -> Option<At<String>> {
        let held = map.with(map.node.get(key)?);
        if let Some(value) = held.node.scalar_text() {
            return Some(At { value, place: held.place(&held.node) });
        }
        self.problems.push(misshapen(&held, key, "a text"));
        None
    }

    /// A text that a mapping must have.
    fn required(&mut self, map: &Held, key: &str) -> Option<At<String>> {
        if map.node.get(key).is_none() {
            let problem = Problem::error("E0265", format!("`{key}` is missing")).field(key);
            self.problems.push(map.place(&map.node).locate(problem));
            return None;
        }
        self.text(map, key)
    }

    fn horizon(&mut self, held: &Held) -> Option<Horizon> {
        let (start, end) = match &held.node.value {
            Value::Map(_) => {
                check_keys(held, &HORIZON, &mut self.problems);
                let start = self.required(held, "start");
                let end = self.required(held, "end");
                (start?.value, end?.value)
            }
            Value::Text(text) if text.contains('/') => {
                let (start, end) = text.split_once('/')?;
                (start.to_owned(), end.to_owned())
            }
            _ => {
                self.problems.push(misshapen(held, "horizon", "START/END, or start and end,"));
                return None;
            }
        };
        super::horizon(&start, &end, self.assume_utc)
            .map_err(|p| self.problems.push(held.place(&held.node).locate(p).field("horizon")))
            .ok()
    }

    /// The plans of the file, in order.
    fn plans(&mut self, held: &Held) -> Vec<At<PlanSource>> {
        let mut plans = Vec::new();
        for item in items(held) {
            let place = item.place(&item.node);
            match &item.node.value {
                Value::Text(text) => {
                    let files = self.files(&item.path(text), &place);
                    plans.extend(
                        files
                            .into_iter()
                            .map(|file| At { value: PlanSource::File(file), place: place.clone() }),
                    );
                }
                Value::Map(_) if is_batch(&item.node) => plans.extend(batch::expand(self, &item)),
                Value::Map(_) => {
                    let name = self.required(&item, "name");
                    let plan = self.inline_plan(&item, name.as_ref().map_or("", |n| &n.value));
                    if let (Some(_), Some(plan)) = (name, plan) {
                        plans.push(At { value: PlanSource::Built(Box::new(plan)), place });
                    }
                }
                _ => self.problems.push(misshapen(&item, "plans", "a path, a plan or a batch")),
            }
        }
        plans
    }

    /// The files that a path or pattern means.
    pub(super) fn files(&mut self, path: &str, place: &Place) -> Vec<PathBuf> {
        resolve_with(&[path.to_owned()], &PLAN_FILES).unwrap_or_else(|problem| {
            self.problems.push(place.relocate(problem));
            Vec::new()
        })
    }

    /// A plan stated in the scenario file. In a file of its own an unknown key is kept for export
    /// and warned of; here nothing is exported, and it is refused.
    pub(super) fn inline_plan(&mut self, held: &Held, name: &str) -> Option<Plan> {
        check_names(held, &crate::azure::PLAN_KEYS, &mut self.problems);
        let (plan, found) = read_plan_node(&held.node, &held.file, name);
        self.problems.extend(found.into_iter().filter(|p| p.code != "W0201"));
        plan
    }

    /// The plan in a file that this value names.
    pub(super) fn plan_file(&mut self, path: &Path, place: &Place) -> Option<Plan> {
        let text = match (self.open)(path) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(place.relocate(problem));
                return None;
            }
        };
        let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        let (read, found) = read_plan(&text, &path.display().to_string(), &stem);
        self.texts.push(text);
        self.problems.extend(found);
        read.map(|read| read.plan)
    }

    fn mixes(&mut self, held: &Held) -> Vec<Mix> {
        let mut mixes: Vec<Mix> = Vec::new();
        for item in items(held) {
            if !matches!(item.node.value, Value::Map(_)) {
                self.problems.push(misshapen(&item, "scenarios", "a mapping with name and groups"));
                continue;
            }
            check_keys(&item, &SCENARIO, &mut self.problems);
            let name = self.required(&item, "name");
            let default = self.text(&item, "default");
            let groups = item.node.get("groups").map(|groups| item.with(groups));
            let groups: Vec<Group> =
                groups.iter().flat_map(items).filter_map(|group| self.group(&group)).collect();
            let Some(name) = name else { continue };
            if let Some(first) = mixes.iter().find(|m| m.name.value == name.value) {
                let message = format!(
                    "a second scenario is called `{}`; the first is on line {}",
                    name.value, first.name.place.line
                );
                let problem = Problem::error("E0271", message).hint("give one another name");
                self.problems.push(name.place.locate(problem));
                continue;
            }
            if groups.is_empty() && default.is_none() {
                let message = "the scenario gives no instance a plan";
                let problem = Problem::error("E0265", message).hint("add `groups` or `default`");
                self.problems.push(name.place.locate(problem));
            }
            mixes.push(Mix { name, groups, default });
        }
        mixes
    }

    fn group(&mut self, held: &Held) -> Option<Group> {
        if !matches!(held.node.value, Value::Map(_)) {
            self.problems.push(misshapen(held, "groups", "a mapping with a selector and a plan"));
            return None;
        }
        check_keys(held, &GROUP, &mut self.problems);
        let plan = self.required(held, "plan");
        let mut wanted = Vec::new();
        let before = self.problems.len();
        if let Some(name) = held.node.get("name") {
            wanted.push(("instance", self.patterns(&held.with(name), "name")));
        }
        if let Some(columns) = held.node.get("match") {
            let columns = held.with(columns);
            if !matches!(columns.node.value, Value::Map(_)) {
                self.problems.push(misshapen(&columns, "match", "a mapping of columns"));
            }
            check_names(&columns, &COLUMNS, &mut self.problems);
            for entry in columns.node.entries() {
                if let Some(column) = COLUMNS.into_iter().find(|c| *c == entry.key) {
                    wanted.push((column, self.patterns(&columns.with(&entry.node), column)));
                }
            }
        }
        let place = held.place(&held.node);
        if wanted.is_empty() && self.problems.len() == before {
            let problem = Problem::error("E0265", "the group selects no instance");
            let hint = "add `name: PATTERN` or `match: {column: value}`; for all others use the \
                        scenario's `default`";
            self.problems.push(place.locate(problem).hint(hint));
        }
        (self.problems.len() == before).then_some(Group { wanted, plan: plan?, place })
    }

    /// Values or patterns of a column.
    fn patterns(&mut self, held: &Held, field: &str) -> Vec<glob::Pattern> {
        let mut patterns = Vec::new();
        for at in texts(held, field, &mut self.problems) {
            match glob::Pattern::new(&at.value) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => {
                    let message = format!("`{}` is no pattern: {error}", at.value);
                    let problem = Problem::error("E0270", message).field(field);
                    let hint = "* stands for any text, ? for one character, [ab] for a or b";
                    self.problems.push(at.place.locate(problem).hint(hint));
                }
            }
        }
        patterns
    }
}
