//! The shelf of plans a run can name: those given with `--plan`, those that the instance table
//! names, those that `set_plan` operations name, and the plan that does nothing.

use crate::azure::{Node, Parameters, PlanFile, decode_text, read_plan_with};
use crate::cli::complain::Complaints;
use crate::plan::Plan;
use crate::report::InputRecord;
use crate::scenario::Place;
use crate::units::{Problem, nearest};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The plan without idle limit and without schedule (SPEC §9).
pub(crate) const ALWAYS_ON: &str = "always-on-until-stopped";

/// Plans by name; the first is always [`ALWAYS_ON`].
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) plans: Vec<Plan>,
    /// What else the file of each plan says.
    pub(crate) documents: Vec<Node>,
    /// Where each plan came from; empty for [`ALWAYS_ON`].
    paths: Vec<PathBuf>,
    /// Where each plan stands: a fleet of thousands has as many plans.
    by_name: BTreeMap<String, usize>,
    pub(crate) records: Vec<InputRecord>,
    pub(crate) problems: Vec<Problem>,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self {
            plans: vec![Plan::new(ALWAYS_ON)],
            documents: vec![PlanFile::of(Plan::new(ALWAYS_ON)).document],
            paths: vec![PathBuf::new()],
            by_name: BTreeMap::from([(ALWAYS_ON.to_owned(), 0)]),
            records: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Adds the plan of this file, once; `None` when it has errors, which are collected.
    pub(crate) fn add(&mut self, path: &Path) -> Result<Option<usize>, Complaints> {
        if let Some(known) = self.paths.iter().position(|p| p == path) {
            return Ok(Some(known));
        }
        let Some((read, record)) = self.read(path)? else { return Ok(None) };
        if let Some(problem) = self.twin(&read.plan.name) {
            self.problems.push(problem.in_file(path.display().to_string()));
            return Ok(None);
        }
        self.records.push(record);
        Ok(Some(self.shelve(read, path.to_owned())))
    }

    /// The same for a plan that nothing names: it may be called like another one. What is the other
    /// one, under the same name with the same settings, is not added again.
    pub(crate) fn add_nameless(&mut self, path: &Path) -> Result<Option<usize>, Complaints> {
        let Some((read, record)) = self.read(path)? else { return Ok(None) };
        if let Some(known) = self.plans.iter().position(|plan| *plan == read.plan) {
            return Ok(Some(known));
        }
        self.records.push(record);
        Ok(Some(self.put_down(read, path.to_owned())))
    }

    /// A plan file and how it is recorded; `None` when it has errors, which are collected.
    fn read(&mut self, path: &Path) -> Result<Option<(PlanFile, InputRecord)>, Complaints> {
        let bytes = std::fs::read(path).map_err(|e| Complaints::io("read the plan", path, &e))?;
        let file = path.display().to_string();
        let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        let sha256 = hex(&Sha256::digest(&bytes));
        let text = match decode_text(bytes, &file) {
            Ok(text) => text,
            Err(problem) => {
                self.problems.push(problem);
                return Ok(None);
            }
        };
        let beside = parameters_beside(path);
        let parameters = beside.as_ref().map(|(text, file)| Parameters { text, file });
        let (read, problems) = read_plan_with(&text, &file, &stem, parameters);
        self.problems.extend(problems);
        Ok(read.map(|read| {
            let record = InputRecord { role: format!("plan {}", read.plan.name), rows: 0, sha256 };
            (read, record)
        }))
    }

    fn shelve(&mut self, file: PlanFile, path: PathBuf) -> usize {
        self.by_name.insert(file.plan.name.clone(), self.plans.len());
        self.put_down(file, path)
    }

    /// Adds a plan without its name.
    fn put_down(&mut self, file: PlanFile, path: PathBuf) -> usize {
        let place = self.plans.len();
        self.plans.push(file.plan);
        self.documents.push(file.document);
        self.paths.push(path);
        place
    }

    /// Adds a plan that has been read already; a plan of the same name must have the same settings.
    pub(crate) fn add_read(&mut self, read: PlanFile, file: &str, line: usize) {
        match self.by_name.get(&read.plan.name).map(|twin| &self.plans[*twin]) {
            None => {
                self.shelve(read, PathBuf::from(format!("{file}:{line}")));
            }
            Some(twin) if *twin == read.plan => {}
            Some(_) => {
                let message = format!("a second plan is called `{}`", read.plan.name);
                let hint = "an instance's own plan is called like the instance: rename the other";
                let problem = Problem::error("E0212", message).in_file(file).at(line, 0);
                self.problems.push(problem.hint(hint));
            }
        }
    }

    /// Adds a plan that a scenario file states; `None` when its name is taken, which is reported.
    pub(crate) fn put(&mut self, plan: Plan, place: &Place) -> Option<usize> {
        if let Some(problem) = self.twin(&plan.name) {
            self.problems.push(place.locate(problem));
            return None;
        }
        let path = PathBuf::from(format!("{}:{}", place.file, place.line));
        Some(self.shelve(PlanFile::of(plan), path))
    }

    /// A plan with all that its file says.
    pub(crate) fn file(&self, place: usize) -> PlanFile {
        PlanFile { plan: self.plans[place].clone(), document: self.documents[place].clone() }
    }

    /// The problem of a second plan of this name.
    fn twin(&self, name: &str) -> Option<Problem> {
        let twin = *self.by_name.get(name)?;
        let message = if twin == 0 {
            format!("`{name}` is the name of the plan that does nothing")
        } else {
            format!("a second plan is called `{name}`; the first is {}", self.paths[twin].display())
        };
        Some(Problem::error("E0212", message).hint("give one of them another `name:`"))
    }

    /// The plan of this name, or the plan file it names beside `table`: `NAME`, `NAME.yml`,
    /// `plans/NAME.yml` (or `.yaml`).
    pub(crate) fn find(&mut self, name: &str, table: &Path) -> Result<Option<usize>, Complaints> {
        if let Some(&known) = self.by_name.get(name) {
            return Ok(Some(known));
        }
        let beside = table.parent().unwrap_or(Path::new(""));
        let candidates = [
            name.to_owned(),
            format!("{name}.yml"),
            format!("{name}.yaml"),
            format!("plans/{name}.yml"),
            format!("plans/{name}.yaml"),
        ];
        match candidates.iter().map(|c| beside.join(c)).find(|path| path.is_file()) {
            Some(path) => self.add(&path),
            None => Ok(None),
        }
    }

    /// Up to three names like this one that [`Shelf::find`] would have found.
    pub(crate) fn resembling(&self, name: &str, table: &Path) -> Vec<String> {
        let beside = table.parent().unwrap_or(Path::new(""));
        let mut names: Vec<String> = self.by_name.keys().cloned().collect();
        names.extend([beside.to_owned(), beside.join("plans")].iter().flat_map(|f| plans_in(f)));
        names.sort();
        names.dedup();
        nearest(name, names.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
    }
}

/// The names of the plan files in a folder.
fn plans_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml"));
    paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect()
}

/// The parameter file of a template, `NAME.parameters.json` beside it, and its path.
pub(crate) fn parameters_beside(path: &Path) -> Option<(String, String)> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(".json").or_else(|| name.strip_suffix(".jsonc"))?;
    let beside = path.with_file_name(format!("{stem}.parameters.json"));
    let file = beside.display().to_string();
    let text = decode_text(std::fs::read(&beside).ok()?, &file).ok()?;
    Some((text, file))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
