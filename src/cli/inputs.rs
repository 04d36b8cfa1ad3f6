//! Reads everything a replay needs and says everything that is wrong with it, at once.

use crate::azure::decode_text;
use crate::cli::complain::{Complaints, print_problems};
use crate::cli::fleet;
use crate::cli::governance;
use crate::cli::output::leave_defects;
use crate::cli::plans::{ALWAYS_ON, Shelf, hex};
use crate::cli::progress::{FilesProgress, Progress, Unit};
use crate::cli::scenario_file::{self, table_files};
use crate::cli::world_args::WorldArgs;
use crate::cli::{Manner, exit};
use crate::report::{Format, InputRecord, defects_sheet, sheet_bytes};
use crate::scenario::{ScenarioFile, TODAY};
use crate::search::{Case, Evaluator, Scenario};
use crate::trace::{
    Clipping, Loaded, Op, Operation, ReadOptions, Shards, Trace, read_activity_watched,
    read_operations,
};
use crate::units::{DstRule, Horizon, Problem, RuleProfile};
use crate::world::{Governance, Instance, ModelParams, Price, PriceBook, PriceKind};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rules of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) rules: RuleProfile,
    pub(crate) dst: DstRule,
    pub(crate) seed: u64,
    pub(crate) price_kind: PriceKind,
}

/// A world and a trace, ready to replay.
#[derive(Debug)]
pub(crate) struct Inputs {
    pub(crate) trace: Trace,
    pub(crate) operations: Vec<Operation>,
    /// Sorted by name.
    pub(crate) instances: Vec<Instance>,
    pub(crate) shelf: Shelf,
    /// The places on the shelf of the plans to apply to all, in order: each `--plan`, else those
    /// of the scenario file.
    pub(crate) chosen: Vec<usize>,
    /// The scenarios that the scenario file mixes; then `chosen` is empty.
    pub(crate) mixed: Vec<Scenario>,
    /// Whether the scenario file asks for `today`.
    pub(crate) today: bool,
    /// For each instance, the place of its own plan on the shelf.
    pub(crate) own: Vec<usize>,
    pub(crate) prices: PriceBook,
    pub(crate) model: ModelParams,
    pub(crate) rules: Rules,
    /// Roles, quotas and clusters.
    pub(crate) governance: Governance,
    pub(crate) records: Vec<InputRecord>,
    /// Rows that the horizon cut.
    pub(crate) clipped: Clipping,
    /// Rows left out under `--skip-bad-rows`.
    pub(crate) rows_skipped: u64,
    /// What was wrong with them.
    pub(crate) defects: Vec<Problem>,
}

impl Inputs {
    /// What stays the same between scenarios.
    pub(crate) fn case(&self) -> Case<'_> {
        Case {
            trace: &self.trace,
            operations: &self.operations,
            instances: &self.instances,
            plans: &self.shelf.plans,
            prices: &self.prices,
            model: &self.model,
            rules: self.rules.rules,
            dst: self.rules.dst,
            seed: self.rules.seed,
            governance: Some(&self.governance),
        }
    }

    /// Every instance under one plan of the shelf.
    fn under(&self, plan: usize) -> Scenario {
        let name = self.shelf.plans[plan].name.clone();
        Scenario { name, plan_of: vec![plan; self.instances.len()] }
    }

    /// Every instance under its own plan.
    pub(crate) fn under_own(&self) -> Scenario {
        let any = self.own.iter().any(|plan| *plan != 0);
        let name = if any { TODAY } else { ALWAYS_ON };
        Scenario { name: name.to_owned(), plan_of: self.own.clone() }
    }

    /// The plan given, else everybody's own.
    pub(crate) fn one_scenario(&self) -> Scenario {
        self.chosen.first().map_or_else(|| self.under_own(), |plan| self.under(*plan))
    }

    /// The scenarios of a run, sorted by name; with `today`, every instance under its own plan too.
    pub(crate) fn scenarios(&self, today: bool) -> Vec<Scenario> {
        let mut scenarios: Vec<Scenario> =
            self.chosen.iter().map(|plan| self.under(*plan)).collect();
        scenarios.extend(self.mixed.iter().cloned());
        if scenarios.is_empty() || today || self.today {
            scenarios.push(self.under_own());
        }
        scenarios.sort_by(|a, b| a.name.cmp(&b.name));
        scenarios
    }
}

/// Reads it all. `out` is where the list of defects goes when the input cannot be used.
pub(crate) fn read(
    args: &WorldArgs,
    plans: &[PathBuf],
    out: &Path,
    manner: Manner,
) -> Result<Inputs, Complaints> {
    let (inputs, shards) = read_parts(args, plans, (out, manner), u64::MAX)?;
    let trace = shards.into_whole().map_err(|p| Complaints::input(vec![p]))?;
    Ok(Inputs { trace, ..inputs })
}

/// The same with the activity apart, in about `memory_limit` bytes and on disk beyond them; the
/// trace of the inputs is empty.
pub(crate) fn read_parts(
    args: &WorldArgs,
    plans: &[PathBuf],
    (out, manner): (&Path, Manner),
    memory_limit: u64,
) -> Result<(Inputs, Shards), Complaints> {
    let mut gathered = gather(args, plans, manner, memory_limit)?;
    let errors = gathered.problems.iter().any(Problem::is_error);
    if gathered.no_activity && !errors {
        return Err(scenario_file::no_activity());
    }
    let problems = std::mem::take(&mut gathered.problems);
    let loaded = &mut gathered.loaded;
    let rows_skipped = loaded.rows_bad;
    let defects = settle_problems(loaded, problems, args.skip_bad_rows, (out, manner.quiet))?;
    let rows = gathered.loaded.rows_good();
    let sorting = (manner, "sort", Unit::Things("intervals"), rows);
    let sorted = Progress::around(sorting, || gathered.into_inputs());
    let (inputs, shards) = sorted.map_err(|p| Complaints::input(vec![p]))?;
    Ok((Inputs { rows_skipped, defects, ..inputs }, shards))
}

/// Every problem of a run with these flags, warnings included, down to missing prices.
pub(crate) fn check(args: &WorldArgs, manner: Manner) -> Vec<Problem> {
    let mut gathered = match gather(args, &[], manner, u64::MAX) {
        Ok(gathered) => gathered,
        Err(complaints) => return complaints.into_problems(),
    };
    let mut problems = std::mem::take(&mut gathered.problems);
    problems.append(&mut gathered.loaded.defects);
    if problems.iter().any(Problem::is_error) || gathered.no_activity {
        return problems;
    }
    match gathered.into_inputs() {
        Ok((inputs, _)) => {
            let mut evaluator = Evaluator::new(inputs.case());
            for scenario in inputs.scenarios(false) {
                problems.extend(evaluator.check(&scenario).err().unwrap_or_default());
            }
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

/// Everything as read, whatever is wrong with it.
struct Gathered {
    inputs: Partial,
    loaded: Loaded,
    horizon: Option<Horizon>,
    problems: Vec<Problem>,
    /// Neither flags nor scenario file say what people did.
    no_activity: bool,
}

/// [`Inputs`] before there is a trace.
struct Partial {
    operations: Vec<Operation>,
    instances: Vec<Instance>,
    shelf: Shelf,
    chosen: Vec<usize>,
    mixed: Vec<Scenario>,
    today: bool,
    own: Vec<usize>,
    prices: PriceBook,
    model: ModelParams,
    rules: Rules,
    governance: Governance,
    records: Vec<InputRecord>,
}

impl Gathered {
    fn into_inputs(self) -> Result<(Inputs, Shards), Problem> {
        let rows = self.loaded.rows_good();
        let shards = self.loaded.into_shards(self.horizon)?;
        let sha256 = shards.content_hash().to_owned();
        let mut records = vec![InputRecord { role: "activity".into(), rows, sha256 }];
        let p = self.inputs;
        records.extend(p.records);
        let inputs = Inputs {
            trace: Trace::empty(shards.horizon()),
            clipped: shards.clipped(),
            operations: p.operations,
            instances: p.instances,
            shelf: p.shelf,
            chosen: p.chosen,
            mixed: p.mixed,
            today: p.today,
            own: p.own,
            prices: p.prices,
            model: p.model,
            rules: p.rules,
            governance: p.governance,
            records,
            rows_skipped: 0,
            defects: Vec::new(),
        };
        Ok((inputs, shards))
    }
}

fn gather(
    args: &WorldArgs,
    plans: &[PathBuf],
    manner: Manner,
    memory_limit: u64,
) -> Result<Gathered, Complaints> {
    let mut file = scenario_file::read(args)?;
    let mut problems = std::mem::take(&mut file.problems);
    let scenario = &file.scenario;
    let model = args.model(scenario).map_err(Complaints::usage)?;
    let horizon = args.horizon().map_err(Complaints::usage)?.or(scenario.horizon);
    let rules = Rules::of(args, scenario);
    let mut files = |flag, key| table_files(flag, scenario.paths(key), &mut problems);
    let activity = files(&args.activity, "activity")?;
    let operations = files(&args.operations, "operations")?;
    let world = scenario_file::filled(args, scenario, &mut problems);
    let fleet = fleet::read(&world.instances, args.assume_utc, manner).map_err(unreadable)?;

    let options = ReadOptions { assume_utc: args.assume_utc, memory_limit };
    let mut loaded = load_activity(&activity, &options, manner);
    let reading = || read_operations(&operations, args.assume_utc);
    let (operations, found) =
        Progress::around_files(manner, "read operations", &operations, reading);
    problems.extend(found);
    let (mut instances, no_table) = (fleet.instances, world.instances.is_empty());
    // A row that could not be used is not a row that is missing.
    let whole_table = !no_table && !fleet.problems.iter().any(Problem::is_error);
    problems.extend(fleet.problems);
    let mut shelf = Shelf::new();
    let named = scenario_file::shelve(scenario, &mut shelf)?;
    let mut chosen = Vec::new();
    for path in plans {
        chosen.extend(shelf.add(path)?);
    }
    for (plan, file, line) in fleet.plans {
        shelf.add_read(plan, &file, line);
    }
    complete_instances(&mut instances, &loaded, &operations, whole_table, &mut problems);
    let own = own_plans(&mut shelf, &instances, &operations, &mut problems)?;
    let mut mixed = Vec::new();
    if plans.is_empty() {
        let mixes = &scenario.scenarios;
        // Without activity the fleet is not known, unless there is a table.
        if !activity.is_empty() || !no_table {
            mixed = scenario_file::mixes(mixes, &instances, &own, &shelf, &mut problems);
        }
        chosen = if mixes.is_empty() { named } else { Vec::new() };
    }
    let own_prices = args.prices.clone().or_else(|| prices_of(scenario));
    let (prices, price_record) = read_prices(own_prices.as_deref(), &mut problems)?;
    let (governance, governed) = governance::read(&world, &mut problems)?;
    governance::check_roles(&governance, &instances, &mut problems);
    problems.append(&mut shelf.problems);
    problems.append(&mut loaded.notes);
    problems.append(&mut loaded.faults);
    let mut records = records_of(&operations, &instances, no_table);
    records.extend(fleet.record);
    records.extend(price_record);
    records.extend(governed);
    records.extend(scenario_file::record(&file));
    records.append(&mut shelf.records);
    let inputs = Partial {
        operations,
        instances,
        shelf,
        chosen,
        mixed,
        today: scenario.today,
        own,
        prices: prices.of_kind(rules.price_kind),
        model,
        rules,
        governance,
        records,
    };
    Ok(Gathered { inputs, loaded, horizon, problems, no_activity: activity.is_empty() })
}

/// Reads activity, showing how far it has come.
pub(crate) fn load_activity(files: &[PathBuf], options: &ReadOptions, manner: Manner) -> Loaded {
    let progress = FilesProgress::begin(manner, "read", files);
    let loaded = read_activity_watched(files, options, &|file, at| progress.reached(file, at));
    progress.finish_and_clear();
    loaded
}

/// A path that leads nowhere is a failure to read, not an error in the input.
fn unreadable(problem: Problem) -> Complaints {
    Complaints::input(vec![problem]).with_code(exit::IO)
}

fn prices_of(scenario: &ScenarioFile) -> Option<PathBuf> {
    scenario.prices.as_ref().map(|at| PathBuf::from(&at.value))
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
        let table = instances.iter().map(|i| i.file.as_str()).find(|file| !file.is_empty());
        let problem = Problem::error("E0305", message).in_file(table.unwrap_or_default());
        problems.push(problem.field("instance").hint(hint));
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
            let hint = match shelf.resembling(name, Path::new(&instance.file)) {
                near if near.is_empty() => {
                    "name a file given with --plan, or put NAME.yml into `plans` beside the table"
                        .to_owned()
                }
                near => format!("did you mean {}?", near.join(" or ")),
            };
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

/// The text of a file, be it UTF-8 or the UTF-16 of a Windows shell.
pub(crate) fn read_text(path: &Path) -> Result<String, Complaints> {
    let bytes = std::fs::read(path).map_err(|e| Complaints::io("read", path, &e))?;
    let text = decode_text(bytes, &path.display().to_string());
    text.map_err(|problem| Complaints::input(vec![problem]))
}

fn read_prices(
    path: Option<&Path>,
    problems: &mut Vec<Problem>,
) -> Result<(PriceBook, Option<InputRecord>), Complaints> {
    let Some(path) = path else { return Ok((PriceBook::builtin(), None)) };
    let text = read_text(path)?;
    match PriceBook::overridden_by(&text, &path.display().to_string()) {
        Ok(book) => {
            let record = record("prices", book.iter().map(Price::canonical));
            Ok((book, Some(record)))
        }
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
