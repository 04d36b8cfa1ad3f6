//! Reads everything a replay needs and says everything that is wrong with it, at once.

use crate::cli::complain::{Complaints, print_problems};
use crate::cli::exit;
use crate::cli::fleet;
use crate::cli::governance;
use crate::cli::output::leave_defects;
use crate::cli::plans::{Shelf, hex};
use crate::cli::world_args::WorldArgs;
use crate::report::{Format, InputRecord, defects_sheet, sheet_bytes};
use crate::table::resolve;
use crate::trace::{Loaded, Op, Operation, ReadOptions, Trace, read_activity, read_operations};
use crate::units::Problem;
use crate::world::{Governance, Instance, ModelParams, PriceBook};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A world and a trace, ready to replay.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) trace: Trace,
    pub(crate) operations: Vec<Operation>,
    /// Sorted by name.
    pub(crate) instances: Vec<Instance>,
    pub(crate) shelf: Shelf,
    /// For each `--plan`, in order, its place on the shelf.
    pub(crate) chosen: Vec<usize>,
    /// For each instance, the place of its own plan on the shelf.
    pub(crate) own: Vec<usize>,
    pub(crate) prices: PriceBook,
    pub(crate) model: ModelParams,
    /// Roles, quotas and clusters.
    pub(crate) governance: Governance,
    pub(crate) records: Vec<InputRecord>,
    /// Rows left out under `--skip-bad-rows`.
    pub(crate) rows_skipped: u64,
    /// What was wrong with them.
    pub(crate) defects: Vec<Problem>,
}

/// Reads it all. `out` is where the list of defects goes when the input cannot be used.
pub(crate) fn read(
    args: &WorldArgs,
    plans: &[PathBuf],
    out: &Path,
    quiet: bool,
) -> Result<Inputs, Complaints> {
    let model = args.model().map_err(Complaints::usage)?;
    let horizon = args.horizon().map_err(Complaints::usage)?;
    let files = |paths: &[String]| {
        if paths.is_empty() { Ok(Vec::new()) } else { resolve(paths).map_err(unreadable) }
    };
    let (activity, operations) = (files(&args.activity)?, files(&args.operations)?);
    let fleet = fleet::read(&args.instances, args.assume_utc, quiet).map_err(unreadable)?;

    let mut loaded = read_activity(
        &activity,
        &ReadOptions { assume_utc: args.assume_utc, ..ReadOptions::default() },
    );
    let (operations, mut problems) = read_operations(&operations, args.assume_utc);
    let (mut instances, no_table) = (fleet.instances, args.instances.is_empty());
    // A row that could not be used is not a row that is missing.
    let whole_table = !no_table && !fleet.problems.iter().any(Problem::is_error);
    problems.extend(fleet.problems);
    let mut shelf = Shelf::new();
    let mut chosen = Vec::new();
    for path in plans {
        chosen.extend(shelf.add(path)?);
    }
    for (plan, file, line) in fleet.plans {
        shelf.add_read(plan, &file, line);
    }
    complete_instances(&mut instances, &loaded, &operations, whole_table, &mut problems);
    let own = own_plans(&mut shelf, &instances, &operations, &mut problems)?;
    let (prices, price_record) = read_prices(args.prices.as_deref(), &mut problems)?;
    let (governance, governed) = governance::read(args, &mut problems)?;
    governance::check_roles(&governance, &instances, &mut problems);
    problems.append(&mut shelf.problems);
    problems.append(&mut loaded.notes);
    problems.append(&mut loaded.faults);

    let rows_skipped = loaded.rows_bad;
    let defects = settle_problems(&mut loaded, problems, args.skip_bad_rows, (out, quiet))?;
    let rows = loaded.rows_good();
    let trace = Trace::build(loaded, horizon).map_err(|p| Complaints::input(vec![p]))?;
    let mut records =
        vec![InputRecord { role: "activity".into(), rows, sha256: trace.content_hash() }];
    records.extend(records_of(&operations, &instances, no_table));
    records.extend(fleet.record);
    records.extend(price_record);
    records.extend(governed);
    records.append(&mut shelf.records);
    Ok(Inputs {
        trace,
        operations,
        instances,
        shelf,
        chosen,
        own,
        prices,
        model,
        governance,
        records,
        rows_skipped,
        defects,
    })
}

/// A path that leads nowhere is a failure to read, not an error in the input.
fn unreadable(problem: Problem) -> Complaints {
    Complaints::input(vec![problem]).with_code(exit::IO)
}

/// Prints warnings; ends here when there are errors, unless they are rows that may be skipped.
/// Returns the skipped rows' problems.
fn settle_problems(
    loaded: &mut Loaded,
    problems: Vec<Problem>,
    skip: bool,
    (out, quiet): (&Path, bool),
) -> Result<Vec<Problem>, Complaints> {
    let (mut errors, warnings): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(Problem::is_error);
    if !quiet {
        print_problems(&warnings);
    }
    let defects = std::mem::take(&mut loaded.defects);
    let rows_can_go = skip && loaded.rows_good() > 0;
    if rows_can_go && errors.is_empty() && !defects.iter().any(is_unreadable_file) {
        if !quiet && !defects.is_empty() {
            print_problems(&defects);
            eprintln!("{} rows left out", loaded.rows_bad);
        }
        return Ok(defects);
    }
    errors.splice(0..0, defects);
    if errors.is_empty() {
        return Ok(Vec::new());
    }
    let code = if errors.iter().all(is_unreadable_file) { exit::IO } else { exit::INPUT };
    let complaints =
        Complaints::input(errors.clone()).with_code(code).and_uncounted(loaded.defects_unlisted);
    let many = errors.len() > 1;
    let bytes = many.then(|| sheet_bytes(&defects_sheet(&errors), Format::Csv).ok()).flatten();
    Err(match bytes.and_then(|b| leave_defects(out, &b)) {
        Some(path) => complaints.written_to(&path),
        None => complaints,
    })
}

fn is_unreadable_file(problem: &Problem) -> bool {
    problem.code == crate::table::codes::UNREADABLE
}

/// Instances that no table names, from trace and operations; sorted by name.
///
/// Without a table every instance named anywhere gets the defaults (SPEC 1.3). With a whole one, an
/// instance that only the trace knows is an error, unless a create operation brings it into
/// existence.
fn complete_instances(
    instances: &mut Vec<Instance>,
    loaded: &Loaded,
    operations: &[Operation],
    whole_table: bool,
    problems: &mut Vec<Problem>,
) {
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for name in &loaded.names {
        known.entry(name).or_default();
    }
    for operation in operations {
        let created = known.entry(&operation.instance).or_default();
        *created |= matches!(operation.op, Op::Create { .. });
    }
    for instance in instances.iter() {
        known.remove(instance.name.as_str());
    }
    let strangers: Vec<&str> =
        known.iter().filter(|(_, created)| whole_table && !**created).map(|(n, _)| *n).collect();
    if let Some(first) = strangers.first() {
        let more = strangers.len() - 1;
        let others = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("`{first}`{others} is active, but the instance table lacks it");
        let hint = "add a row for it, or record its create operation";
        problems.push(Problem::error("E0305", message).field("instance").hint(hint));
    }
    let added: Vec<Instance> = known.into_keys().map(Instance::named).collect();
    instances.extend(added);
    instances.sort_by(|a, b| a.name.cmp(&b.name));
}

/// The own plan of every instance, and the plans that `set_plan` operations name.
fn own_plans(
    shelf: &mut Shelf,
    instances: &[Instance],
    operations: &[Operation],
    problems: &mut Vec<Problem>,
) -> Result<Vec<usize>, Complaints> {
    let mut own = Vec::with_capacity(instances.len());
    for instance in instances {
        let Some(name) = &instance.plan else {
            own.push(0);
            continue;
        };
        let broken = shelf.problems.iter().filter(|p| p.is_error()).count();
        let found = shelf.find(name, Path::new(&instance.file))?;
        let told = shelf.problems.iter().filter(|p| p.is_error()).count() > broken;
        if found.is_none() && !told {
            let message = format!("no plan is called `{name}`");
            let hint =
                "name a file given with --plan, or put NAME.yml into `plans` beside the table";
            let problem = Problem::error("E0306", message).in_file(&*instance.file);
            problems.push(problem.at(instance.line, 0).field("plan").hint(hint));
        }
        own.push(found.unwrap_or(0));
    }
    for operation in operations {
        if let Op::SetPlan(name) = &operation.op {
            // An unknown one is reported, with its place, when the instance is compiled.
            let _ = shelf.find(name, Path::new(&operation.file))?;
        }
    }
    Ok(own)
}

fn read_prices(
    path: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Result<(PriceBook, Option<InputRecord>), Complaints> {
    let Some(path) = path else { return Ok((PriceBook::builtin(), None)) };
    let text = std::fs::read_to_string(path).map_err(|e| Complaints::io("read", path, &e))?;
    let sha256 = hex(&Sha256::digest(text.as_bytes()));
    let record = InputRecord { role: "prices".into(), rows: 0, sha256 };
    match PriceBook::overridden_by(&text, &path.display().to_string()) {
        Ok(book) => Ok((book, Some(record))),
        Err(found) => {
            problems.extend(found);
            Ok((PriceBook::builtin(), None))
        }
    }
}

/// Hashes of operations and instances over their canonical content: operations in the order they
/// apply in, instances by name.
fn records_of(
    operations: &[Operation],
    instances: &[Instance],
    no_table: bool,
) -> Vec<InputRecord> {
    let mut records = Vec::new();
    if !operations.is_empty() {
        let mut ordered: Vec<&Operation> = operations.iter().collect();
        ordered.sort_by(|a, b| (&a.instance, a.at).cmp(&(&b.instance, b.at)));
        let lines =
            ordered.iter().map(|o| format!("{}|{}|{:?}|{}", o.instance, o.at, o.op, o.actor));
        records.push(record("operations", lines));
    }
    if !no_table {
        let lines = instances.iter().map(Instance::canonical);
        records.push(record("instances", lines));
    }
    records
}

pub(crate) fn record(role: &str, lines: impl Iterator<Item = String>) -> InputRecord {
    let mut hash = Sha256::new();
    let mut rows = 0;
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
        rows += 1;
    }
    InputRecord { role: role.into(), rows, sha256: hex(&hash.finalize()) }
}
