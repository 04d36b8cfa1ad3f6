//! A scenario file with all it includes, as one set of values that know where they were written.

use super::keys::TOP;
use super::read::{Reader, texts};
use super::{Place, ScenarioFile};
use crate::azure::{Entry, Node, Value, parse_document};
use crate::units::Problem;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// How the text of a file is got; the problem need not be located.
pub type Open<'o> = dyn FnMut(&Path) -> Result<String, Problem> + 'o;

/// How deep files may include each other.
const DEPTH_MAX: usize = 32;

/// What [`load`] found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Loaded {
    /// What the file says; what it says wrongly is left out.
    pub scenario: ScenarioFile,
    /// Every problem, in the order found.
    pub problems: Vec<Problem>,
    /// The texts of all files that were read for it, for the record.
    pub texts: Vec<String>,
}

/// Reads the scenario file at `path`.
pub fn load(path: &Path, assume_utc: bool, open: &mut Open<'_>) -> Loaded {
    let mut gather =
        Gather { open, merged: Merged::default(), problems: Vec::new(), texts: vec![] };
    gather.file(path, None, &mut Vec::new());
    let Gather { open, merged, problems, texts } = gather;
    let mut reader = Reader { open, problems, texts, assume_utc };
    let scenario = reader.scenario(&merged);
    Loaded { scenario, problems: reader.problems, texts: reader.texts }
}

/// A value and the file it is in.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) file: String,
    pub(super) node: Node,
}

impl Held {
    /// Where a node of the same file is.
    pub(super) fn place(&self, node: &Node) -> Place {
        Place { file: self.file.clone(), line: node.line, column: node.column }
    }

    /// Another node of the same file.
    pub(super) fn with(&self, node: &Node) -> Self {
        Self { file: self.file.clone(), node: node.clone() }
    }

    /// A path as this file names it, from where the program stands.
    pub(super) fn path(&self, text: &str) -> String {
        let folder = Path::new(&self.file).parent().unwrap_or(Path::new(""));
        let is_pattern = text.contains(['*', '?', '[']);
        let folder = folder.to_string_lossy();
        let folder = if is_pattern { glob::Pattern::escape(&folder) } else { folder.into_owned() };
        tidy(&Path::new(&folder).join(text)).display().to_string()
    }
}

/// `a/../b/./c` is `b/c`; leading `..` stay.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The values that hold, by key.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) keys: BTreeMap<&'static str, Held>,
    /// Model parameters by dotted name as written.
    pub(super) model: BTreeMap<String, Held>,
    /// What of `model` is no mapping.
    pub(super) not_model: Vec<Held>,
}

struct Gather<'o, 'c> {
    open: &'o mut Open<'c>,
    merged: Merged,
    problems: Vec<Problem>,
    texts: Vec<String>,
}

impl Gather<'_, '_> {
    /// Adds a file, its includes first. `named` is where another file includes it.
    fn file(&mut self, path: &Path, named: Option<&Place>, chain: &mut Vec<PathBuf>) {
        let here = |p: Problem| named.map_or_else(|| p.clone(), |place| place.relocate(p.clone()));
        if chain.iter().any(|known| known == path) || chain.len() >= DEPTH_MAX {
            let way: Vec<String> = chain.iter().map(|p| format!("`{}`", p.display())).collect();
            let message =
                format!("`{}` includes itself: {}", path.display(), way.join(" includes "));
            let hint = "leave one of the `include`s out";
            self.problems.push(here(Problem::error("E0264", message)).hint(hint));
            return;
        }
        let file = path.display().to_string();
        let text = match (self.open)(path) {
            Ok(text) => text,
            Err(problem) => return self.problems.push(here(problem)),
        };
        let document = match parse_document(&text, &file) {
            Ok(document) => document,
            Err(problem) => return self.problems.push(problem),
        };
        self.texts.push(text);
        let held = Held { file, node: document };
        if !matches!(held.node.value, Value::Map(_)) {
            let message = format!("a scenario is a mapping of keys, not {}", held.node.describe());
            let problem = Problem::error("E0262", message);
            return self.problems.push(held.place(&held.node).locate(problem));
        }
        chain.push(path.to_owned());
        if let Some(include) = held.node.get("include") {
            for at in texts(&held.with(include), "include", &mut self.problems) {
                let target = PathBuf::from(held.path(&at.value));
                self.file(&target, Some(&at.place), chain);
            }
        }
        chain.pop();
        super::read::check_keys(&held, &TOP, &mut self.problems);
        for entry in held.node.entries() {
            self.merge(&held, entry);
        }
    }

    /// Puts one key over what included files said.
    fn merge(&mut self, held: &Held, entry: &Entry) {
        if entry.key == "model" {
            let inner = held.with(&entry.node);
            match &entry.node.value {
                Value::Map(_) => self.model("", &inner),
                Value::Null => {}
                _ => self.merged.not_model.push(inner),
            }
        } else if let Some(key) = TOP.iter().find(|k| k.name == entry.key)
            && entry.node.value != Value::Null
        {
            self.merged.keys.insert(key.name, held.with(&entry.node));
        }
    }

    /// Flattens `dismiss: {attended: 1}` to `dismiss.attended`.
    fn model(&mut self, above: &str, held: &Held) {
        for entry in held.node.entries() {
            let name = match above {
                "" => entry.key.clone(),
                above => format!("{above}.{}", entry.key),
            };
            match &entry.node.value {
                Value::Map(_) if above.is_empty() => self.model(&name, &held.with(&entry.node)),
                Value::Null => {}
                _ => {
                    // An unknown name is reported where it is, a bad value where the value is.
                    let is_known = crate::world::MODEL_KEYS.contains(&name.as_str());
                    let mut value = held.with(&entry.node);
                    if !is_known {
                        (value.node.line, value.node.column) = (entry.line, entry.column);
                    }
                    self.merged.model.insert(name, value);
                }
            }
        }
    }
}
