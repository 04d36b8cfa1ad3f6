//! `idlewise check`: every problem of plans, scenarios, traces, tables and price files, without
//! replaying anything.

use crate::azure::{
    Node, Parameters, PlanFile, Value as NodeValue, parse_document, read_plan_with, validate,
};
use crate::cli::complain::{Complaints, counted};
use crate::cli::fleet;
use crate::cli::inputs;
use crate::cli::plans::parameters_beside;
use crate::cli::scenario_file::open;
use crate::cli::world_args::WorldArgs;
use crate::cli::{Manner, exit};
use crate::scenario::is_scenario_key;
use crate::table::{codes, column_names, resolve_with};
use crate::trace::{ReadOptions, read_operations};
use crate::units::{Problem, nearest};
use crate::world::{
    PriceBook, Quotas, Sizes, add_usages, import_retail, read_clusters, read_quotas, read_roles,
};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Check plans, scenarios, traces, instance tables, operations and price files.
///
/// Prints every problem as `file:line:column  severity[code]  message  (hint)`. A scenario is
/// checked with all that it names, down to missing prices. Exit code 1 if anything is an error.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    idlewise check plans/*.yml activity.csv\n  \
    idlewise check --format json scenario.yml\n  \
    idlewise errors E0205   what a code means")]
pub(crate) struct CheckArgs {
    /// Files, patterns or folders; what a file is is told by its ending, columns and keys.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Take every file for this.
    #[arg(long = "as", value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// How problems are printed.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
    /// Exit with 1 for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Read times without an offset as UTC instead of refusing them.
    #[arg(long)]
    assume_utc: bool,
}

/// What a file can be.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A plan: CLI v2 compute-instance YAML.
    Plan,
    /// A scenario file.
    Scenario,
    /// What people did.
    Activity,
    /// What they asked for.
    Operations,
    /// Who exists.
    Instances,
    /// A price table, or a saved answer of the Retail Prices API.
    Prices,
    /// Limits per region and family, or a saved usage list of the service.
    Quotas,
    /// Training clusters.
    Clusters,
    /// Who may do what.
    Roles,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// One line each.
    Text,
    /// A JSON list of objects.
    Json,
}

/// Endings of files that can be checked.
const ENDINGS: [&str; 5] = ["csv", "parquet", "yml", "yaml", "json"];

/// Columns that tell tables apart, the most telling kind first.
const COLUMNS: [(Kind, &[&str]); 7] = [
    (Kind::Quotas, &["region", "family", "limit"]),
    (Kind::Clusters, &["cluster", "region", "vm_size", "at", "nodes"]),
    (Kind::Roles, &["actor", "role", "actions", "instance"]),
    (Kind::Prices, &["meter", "rate_usd", "rate_unit", "region", "vm_size", "price_date"]),
    (Kind::Operations, &["instance", "at", "op", "value", "actor"]),
    (Kind::Activity, &["instance", "kind", "start", "end", "last_activity"]),
    (
        Kind::Instances,
        &[
            "instance",
            "workspace",
            "region",
            "vm_size",
            "user",
            "home_timezone",
            "created",
            "deleted",
            "initial_state",
            "plan",
            "identity_has_contributor",
            "disk_full_from",
        ],
    ),
];

pub(crate) fn run(args: &CheckArgs, manner: Manner) -> Result<(), Complaints> {
    let (files, mut problems) = files(&args.files);
    for file in &files {
        problems.extend(check(file, args, manner));
    }
    // A scenario checks what it names, which may have been named here too.
    let mut seen = BTreeSet::new();
    problems.retain(|p| seen.insert(p.clone()));
    match args.format {
        Shape::Text => problems.iter().for_each(|p| println!("{p}")),
        Shape::Json => println!("{:#}", problems.iter().map(as_json).collect::<Value>()),
    }
    let errors = problems.iter().filter(|p| p.is_error()).count();
    let warnings = problems.len() - errors;
    if !manner.quiet {
        let (e, w) = (counted(errors, "error"), counted(warnings, "warning"));
        eprintln!("{}: {e}, {w}", counted(files.len(), "file"));
    }
    if errors == 0 && (warnings == 0 || !args.deny_warnings) {
        return Ok(());
    }
    let unreadable = |p: &Problem| [codes::UNREADABLE, codes::NO_MATCH].contains(&p.code);
    let all_unreadable = errors > 0 && problems.iter().all(unreadable);
    let code = if all_unreadable { exit::IO } else { exit::INPUT };
    // They have been printed.
    Err(Complaints::input(Vec::new()).with_code(code))
}

fn as_json(problem: &Problem) -> Value {
    json!({
        "file": problem.file,
        "line": (problem.line > 0).then_some(problem.line),
        "column": (problem.column > 0).then_some(problem.column),
        "field": (!problem.field.is_empty()).then_some(&problem.field),
        "severity": if problem.is_error() { "error" } else { "warning" },
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    })
}

/// The files that the arguments mean, each once; a file named outright may have any ending.
fn files(paths: &[String]) -> (Vec<PathBuf>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if Path::new(path).is_file() {
            files.push(PathBuf::from(path));
            continue;
        }
        match resolve_with(std::slice::from_ref(path), &ENDINGS) {
            Ok(found) => files.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.clone()));
    (files, problems)
}

/// Every problem of one file.
fn check(path: &Path, args: &CheckArgs, manner: Manner) -> Vec<Problem> {
    let kind = match args.kind {
        Some(kind) => kind,
        None => match guess(path) {
            Ok(kind) => kind,
            Err(problem) => return vec![problem],
        },
    };
    let one = [path.to_owned()];
    match kind {
        Kind::Plan => with_text(path, |text, file| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let beside = parameters_beside(path);
            let parameters = beside.as_ref().map(|(text, file)| Parameters { text, file });
            let (plan, mut problems) = read_plan_with(text, file, &stem, parameters);
            problems.extend(plan.iter().flat_map(|plan| as_settings(plan, file)));
            problems
        }),
        Kind::Scenario => scenario(path, args.assume_utc, manner),
        Kind::Activity => {
            let options = ReadOptions { assume_utc: args.assume_utc, ..ReadOptions::default() };
            let loaded = inputs::load_activity(&one, &options, manner);
            in_order(loaded.faults.into_iter().chain(loaded.defects).chain(loaded.notes))
        }
        Kind::Operations => in_order(read_operations(&one, args.assume_utc).1),
        Kind::Instances => {
            let path = [path.display().to_string()];
            let read = fleet::read(&path, args.assume_utc, manner);
            read.map_or_else(|problem| vec![problem], |fleet| in_order(fleet.problems))
        }
        Kind::Quotas => {
            let (sizes, mut quotas) = (Sizes::builtin(), Quotas::default());
            if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
                with_text(path, |text, file| add_usages(text, file, &sizes, &mut Quotas::default()))
            } else {
                in_order(read_quotas(&one, &sizes, &mut quotas))
            }
        }
        Kind::Clusters => in_order(read_clusters(&one, args.assume_utc, &Sizes::builtin()).1),
        Kind::Roles => in_order(read_roles(&one).1),
        Kind::Prices => with_text(path, |text, file| {
            if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
                match import_retail(&[(file, text)]) {
                    Ok(found) => found.warnings,
                    Err(problems) => problems,
                }
            } else {
                PriceBook::overridden_by(text, file).err().unwrap_or_default()
            }
        }),
    }
}

/// What an export would find wrong with a plan. A plan need not name an instance or a size, unless
/// it says that it is one.
fn as_settings(plan: &PlanFile, file: &str) -> impl Iterator<Item = Problem> {
    let whole = plan.document.get("type").is_some();
    validate(plan, file).into_iter().filter(move |p| whole || !["E0901", "W0903"].contains(&p.code))
}

fn in_order(problems: impl IntoIterator<Item = Problem>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = problems.into_iter().collect();
    problems.sort_by_key(|p| (p.line, p.column));
    problems
}

fn with_text(path: &Path, check: impl Fn(&str, &str) -> Vec<Problem>) -> Vec<Problem> {
    match open(path) {
        Ok(text) => check(&text, &path.display().to_string()),
        Err(problem) => vec![problem],
    }
}

/// A scenario with all that it names; what flags would have to add is not missed.
fn scenario(path: &Path, assume_utc: bool, manner: Manner) -> Vec<Problem> {
    let scenario = Some(path.to_owned());
    inputs::check(&WorldArgs { scenario, assume_utc, ..WorldArgs::default() }, manner)
}

/// What a file is, by its ending and content.
fn guess(path: &Path) -> Result<Kind, Problem> {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "csv" | "parquet" => guess_table(path),
        "yml" | "yaml" | "json" => guess_document(path),
        _ => Err(unknown(path, &format!("its name does not end in .{}", ENDINGS.join(", .")))),
    }
}

fn unknown(path: &Path, why: &str) -> Problem {
    let problem = Problem::error("E0272", format!("cannot tell what this file is: {why}"));
    problem.in_file(path.display().to_string()).hint(
        "say so with --as: plan, scenario, activity, operations, instances, prices, quotas, ...",
    )
}

/// The kind that has most of the file's columns; near misses count half, so that a misspelt column
/// is reported as such.
fn guess_table(path: &Path) -> Result<Kind, Problem> {
    let found = column_names(path)?;
    let score = |columns: &[&str]| -> usize {
        let of = |name: &String| match () {
            () if columns.contains(&name.as_str()) => 2,
            () if !nearest(name, columns.iter().copied()).is_empty() => 1,
            () => 0,
        };
        found.iter().map(of).sum()
    };
    let mut best = None;
    for (kind, columns) in COLUMNS {
        let score = score(columns);
        if score > best.map_or(1, |(_, most)| most) {
            best = Some((kind, score));
        }
    }
    let columns = found.join(", ");
    best.map(|(kind, _)| kind)
        .ok_or_else(|| unknown(path, &format!("its columns are {columns}")).at(1, 0))
}

/// A list is one of instances; a document with a key that only a scenario has is a scenario; all
/// else is a plan.
fn guess_document(path: &Path) -> Result<Kind, Problem> {
    let text = open(path)?;
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    if is_json && text.contains("\"Items\"") {
        return Ok(Kind::Prices);
    }
    // Broken syntax is reported by whoever reads it.
    let Ok(document) = parse_document(&text, "") else { return Ok(Kind::Plan) };
    let list = document.get("value").unwrap_or(&document);
    if let NodeValue::List(items) = &list.value {
        let counts =
            |item: &Node| ["currentValue", "current_value"].iter().any(|k| item.get(k).is_some());
        let usages = items.first().is_some_and(counts);
        return Ok(if usages { Kind::Quotas } else { Kind::Instances });
    }
    let keys = || document.entries().iter().map(|e| e.key.as_str());
    let is_scenario = keys().any(is_scenario_key);
    Ok(if is_scenario { Kind::Scenario } else { Kind::Plan })
}
