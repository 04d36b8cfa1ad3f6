//! Which plan goes to which instance, and what was there before.

use crate::azure::{Deployment, Form, Parameters, PlanFile, decode_text, read_plan_with};
use crate::cli::complain::Complaints;
use crate::cli::export::ExportArgs;
use crate::cli::plans::parameters_beside;
use crate::cli::{Manner, exit, fleet};
use crate::units::Problem;
use crate::world::Instance;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is to be written.
pub(crate) struct Targets {
    pub(crate) now: Vec<Deployment>,
    /// What was there, where known.
    pub(crate) former: Vec<Deployment>,
    /// Warnings from reading.
    pub(crate) notes: Vec<Problem>,
}

/// A plan with the file it came from.
type Read = (PlanFile, String);

pub(crate) fn find(
    args: &ExportArgs,
    forms: &[Form],
    manner: Manner,
) -> Result<Targets, Complaints> {
    let mut notes = Vec::new();
    let given = read_all(&args.plans, &mut notes)?;
    let old = read_all(&args.rollback, &mut notes)?;
    let (table, own) = table(args, manner, &mut notes)?;
    let mut now = match (args.instance.as_slice(), table.as_slice()) {
        ([], []) if given.is_empty() => return Err(nothing()),
        ([], []) => given.iter().cloned().map(|(file, path)| Deployment::of(file, path)).collect(),
        ([], rows) => assigned(&given, &own, rows, &mut notes)?,
        (names, rows) => {
            let rows: Vec<Instance> = names.iter().map(|name| row_of(name, rows)).collect();
            assigned(&given, &own, &rows, &mut notes)?
        }
    };
    let changes = args.what_if.changes();
    for deployment in &mut now {
        deployment.file = deployment.file.clone().changed(&changes);
    }
    check_unique(&now)?;
    let whole = forms.iter().any(|form| *form != Form::Policy);
    let mut former_of = Vec::new();
    if whole && !(given.is_empty() && old.is_empty()) {
        former_of = former(&now, &old, (&table, &own), &mut notes)?;
    }
    if !whole {
        // A policy is about all instances: names are beside the point, and one plan is one policy.
        let mut seen = BTreeSet::new();
        let plans = if given.is_empty() { own } else { given };
        now = plans.into_iter().map(|(file, path)| Deployment::of(file, path).shared()).collect();
        now.retain(|d| seen.insert(d.stem.clone()));
    }
    Ok(Targets { now, former: former_of, notes })
}

fn nothing() -> Complaints {
    let problem = Problem::error("E0925", "there is nothing to write");
    Complaints::usage(problem.hint("give a plan, or --instances with a plan for each"))
}

/// Reads plans; errors of all of them at once.
fn read_all(paths: &[PathBuf], notes: &mut Vec<Problem>) -> Result<Vec<Read>, Complaints> {
    let (mut plans, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        let (read, problems) = read_one(path)?;
        let (bad, told): (Vec<_>, Vec<_>) = problems.into_iter().partition(Problem::is_error);
        errors.extend(bad);
        notes.extend(told);
        plans.extend(read.map(|file| (file, path.display().to_string())));
    }
    if errors.is_empty() { Ok(plans) } else { Err(Complaints::input(errors)) }
}

fn read_one(path: &Path) -> Result<(Option<PlanFile>, Vec<Problem>), Complaints> {
    let bytes = std::fs::read(path).map_err(|e| Complaints::io("read the plan", path, &e))?;
    let file = path.display().to_string();
    let stem = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let text = match decode_text(bytes, &file) {
        Ok(text) => text,
        Err(problem) => return Ok((None, vec![problem])),
    };
    let beside = parameters_beside(path);
    let parameters = beside.as_ref().map(|(text, file)| Parameters { text, file });
    Ok(read_plan_with(&text, &file, &stem, parameters))
}

/// Who exists, and the plans that Azure's own formats hold for them.
fn table(
    args: &ExportArgs,
    manner: Manner,
    notes: &mut Vec<Problem>,
) -> Result<(Vec<Instance>, Vec<Read>), Complaints> {
    let world = &args.world;
    let fleet = fleet::read(&world.instances()?, world.assume_utc, manner)
        .map_err(|p| Complaints::input(vec![p]).with_code(exit::IO))?;
    let (errors, told): (Vec<_>, Vec<_>) = fleet.problems.into_iter().partition(Problem::is_error);
    notes.extend(told);
    let own = fleet.plans.into_iter().map(|(file, path, _)| (file, path)).collect();
    if errors.is_empty() { Ok((fleet.instances, own)) } else { Err(Complaints::input(errors)) }
}

/// The row of an instance; without one only its name is known, and its size not at all.
fn row_of(name: &str, rows: &[Instance]) -> Instance {
    let row = rows.iter().find(|row| row.name == name).cloned();
    row.unwrap_or_else(|| Instance { vm_size: String::new(), ..Instance::named(name) })
}

/// Each instance with its plan: the only one given, or the one its row names.
fn assigned(
    given: &[Read],
    own: &[Read],
    rows: &[Instance],
    notes: &mut Vec<Problem>,
) -> Result<Vec<Deployment>, Complaints> {
    let mut errors = Vec::new();
    let mut all = Vec::with_capacity(rows.len());
    let by_name = by_name(own);
    for row in rows {
        let named = row.plan.as_deref();
        let found = match given {
            [only] => Some(only.clone()),
            [] => own_plan(row, &by_name, notes)?,
            many => many.iter().find(|(file, _)| Some(file.plan.name.as_str()) == named).cloned(),
        };
        let Some((file, path)) = found else {
            let message = format!("which plan is for `{}`?", row.name);
            let hint = "give one plan, or name one in the column `plan` of the instance table";
            let problem = Problem::error("E0923", message).in_file(row.file.clone());
            errors.push(problem.at(row.line, 0).field("plan").hint(hint));
            continue;
        };
        all.push(for_row(file, &path, row));
    }
    if errors.is_empty() { Ok(all) } else { Err(Complaints::input(errors)) }
}

fn by_name(own: &[Read]) -> BTreeMap<&str, &Read> {
    own.iter().map(|read| (read.0.plan.name.as_str(), read)).collect()
}

/// A plan for an instance. A size it does not name is the instance's, which cannot be changed; so
/// is the region of an instance that a table describes.
fn for_row(file: PlanFile, path: &str, row: &Instance) -> Deployment {
    let mut deployment = Deployment::of(file, path).for_instance(&row.name);
    let has_table = !row.file.is_empty();
    let known = crate::azure::Changes {
        no_public_ip: false,
        size: (deployment.file.plan.size.is_none() && !row.vm_size.is_empty())
            .then(|| row.vm_size.clone()),
        region: (has_table && deployment.file.document.get("location").is_none())
            .then(|| row.region.clone()),
    };
    deployment.file = deployment.file.changed(&known);
    deployment.workspace = Some(row.workspace.clone()).filter(|w| !w.is_empty());
    deployment
}

fn check_unique(now: &[Deployment]) -> Result<(), Complaints> {
    let mut seen = BTreeSet::new();
    let twice: Vec<Problem> = now
        .iter()
        .filter(|d| !seen.insert(&d.stem))
        .map(|d| {
            let message = format!("`{}` would be written twice", d.stem);
            let hint = "names are unique in a region; give the plans other names";
            Problem::error("E0924", message).in_file(d.path.clone()).field("name").hint(hint)
        })
        .collect();
    if twice.is_empty() { Ok(()) } else { Err(Complaints::input(twice)) }
}

/// What was there: the plans of `--rollback`, else those that the instances have.
fn former(
    now: &[Deployment],
    old: &[Read],
    (table, own): (&[Instance], &[Read]),
    notes: &mut Vec<Problem>,
) -> Result<Vec<Deployment>, Complaints> {
    let mut all = Vec::new();
    let by_name = by_name(own);
    let rows: BTreeMap<&str, &Instance> = table.iter().map(|r| (r.name.as_str(), r)).collect();
    for deployment in now {
        let Some(name) = deployment.instance.as_deref() else { continue };
        let row = rows.get(name).map_or_else(|| row_of(name, &[]), |row| (*row).clone());
        let found = match old {
            [only] => Some(only.clone()),
            [] => own_plan(&row, &by_name, notes)?,
            many => many.iter().find(|(file, _)| file.plan.name == name).cloned(),
        };
        all.extend(found.map(|(file, path)| for_row(file, &path, &row)));
    }
    Ok(all)
}

/// The plan that a row names: one that came with the instances, or a file beside the table.
fn own_plan(
    row: &Instance,
    own: &BTreeMap<&str, &Read>,
    notes: &mut Vec<Problem>,
) -> Result<Option<Read>, Complaints> {
    let Some(name) = &row.plan else { return Ok(None) };
    if let Some(read) = own.get(name.as_str()) {
        return Ok(Some((*read).clone()));
    }
    let beside = Path::new(&row.file).parent().unwrap_or(Path::new(""));
    let mut candidates = ["", "plans/"].into_iter().flat_map(|folder| {
        ["", ".yml", ".yaml"].map(|end| beside.join(format!("{folder}{name}{end}")))
    });
    let Some(path) = candidates.find(|path| path.is_file()) else { return Ok(None) };
    Ok(read_all(&[path], notes)?.pop())
}
