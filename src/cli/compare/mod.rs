//! `idlewise compare`: plans or results side by side, and a budget gate.

mod results;

use crate::cli::complain::{Complaints, print_problems};
use crate::cli::inputs::{self, Inputs};
use crate::cli::simulate::progress_bar;
use crate::cli::sweep::By;
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::{PlansArgs, WorldArgs};
use crate::cli::{Manner, exit, fleet};
use crate::report::comparison::{comparison_csv, comparison_json, comparison_md, comparison_text};
use crate::search::Evaluator;
use crate::search::comparison::{Comparison, Gate, Side, Terms, Verdict};
use crate::units::{Problem, nearest};
use crate::world::Instance;
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Example: may the new plan be rolled out? Money must not grow, waiting by a tenth at most.
  idlewise compare --activity activity.csv --instances instances.csv --today --plan new.yml \\
      --fail-if 'total_usd > +0%' --fail-if 'wait_s > +10%' --format markdown > comment.md
Two runs of simulate, the first being the baseline:
  idlewise compare results-main results-branch

A condition is FIGURE > BOUND (or >=, <, <=). A figure is any column of `instances`, or
standing_usd, starts, stops or interruptions (over all causes). A bound is a number (USD,
seconds or times), or counts from the baseline: +100, -100, +5%, -5%.

Exit codes: as everywhere, and 4 when a condition of --fail-if holds.";

/// Put two or more plans, or results of simulate, side by side.
///
/// The first is the baseline: folders in the order given, then `today` (with --today), then plans
/// in the order given.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CompareArgs {
    /// Folders that `simulate` wrote, with all plans in them.
    #[arg(value_name = "RESULTS")]
    results: Vec<PathBuf>,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    what_if: WhatIf,
    #[command(flatten)]
    plans: PlansArgs,
    /// The side that changes are counted from.
    #[arg(long, value_name = "NAME")]
    baseline: Option<String>,
    /// Also by this column of the instance table; for results other than by instance, give the
    /// table with --instances.
    #[arg(long, value_enum, value_name = "COLUMN")]
    by: Option<By>,
    /// How many instances to name that gain or lose most.
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// End with exit code 4 if this holds for any side but the baseline, as in
    /// 'total_usd > +5%'.
    #[arg(long, value_name = "CONDITION", allow_hyphen_values = true)]
    fail_if: Vec<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    format: Shape,
}

/// `--format`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Tables for a terminal of 100 columns.
    Text,
    /// One row per scope (total, month, group, instance), key, figure and plan.
    Csv,
    /// Everything, with exact amounts.
    Json,
    /// For a comment on a pull request.
    Markdown,
}

pub(crate) fn run(args: &CompareArgs, manner: Manner) -> Result<(), Complaints> {
    let (gates, wrong): (Vec<_>, Vec<_>) =
        args.fail_if.iter().map(|text| Gate::parse(text)).partition(Result::is_ok);
    let wrong: Vec<Problem> =
        wrong.into_iter().filter_map(Result::err).map(|p| p.field("--fail-if")).collect();
    if !wrong.is_empty() {
        return Err(Complaints::input(wrong).with_code(exit::USAGE));
    }
    let gates: Vec<Gate> = gates.into_iter().flatten().collect();
    let mut sides = from_folders(&args.results)?;
    let mut instances = Vec::new();
    let replays = !args.world.activity.is_empty() || args.world.scenario.is_some();
    if replays {
        let mut inputs = inputs::read(&args.world, &args.plans.plan, Path::new("."), manner)?;
        args.what_if.apply(&mut inputs);
        sides.extend(replay(args, &inputs, manner)?);
        instances = inputs.instances;
    } else if !args.world.instances.is_empty() {
        instances = table(args, manner)?;
    }
    let sides = in_order(sides, args.baseline.as_deref())?;
    let comparison = compare(args, sides, &instances)?;
    let notes = notes(&comparison)?;
    if !manner.quiet {
        print_problems(&notes);
    }
    let verdicts = comparison.judge(&gates);
    print!("{}", printed(args.format, &comparison, &verdicts));
    held(&comparison, &verdicts)
}

fn printed(shape: Shape, comparison: &Comparison, verdicts: &[Verdict]) -> String {
    match shape {
        Shape::Text => comparison_text(comparison, verdicts),
        Shape::Csv => comparison_csv(comparison),
        Shape::Json => format!("{:#}\n", comparison_json(comparison, verdicts)),
        Shape::Markdown => comparison_md(comparison, verdicts),
    }
}

/// The sides of all folders. One that holds a single plan is called like the folder, else each
/// plan is called FOLDER/PLAN; with one folder PLAN is enough.
fn from_folders(folders: &[PathBuf]) -> Result<Vec<Side>, Complaints> {
    let mut sides = Vec::new();
    let last = |folder: &Path| folder.file_name().map(|n| n.to_string_lossy().into_owned());
    for folder in folders {
        let read = results::read(folder)?;
        let alone = read.len() == 1;
        let twins = folders.iter().filter(|other| last(other) == last(folder)).count() > 1;
        let name = last(folder).filter(|_| !twins);
        let name = name.unwrap_or_else(|| folder.display().to_string());
        sides.extend(read.into_iter().map(|side| {
            let plan = &side.name;
            let name = match (folders.len(), alone) {
                (1, _) => plan.clone(),
                (_, true) => name.clone(),
                (_, false) => format!("{name}/{plan}"),
            };
            Side { name, ..side }
        }));
    }
    Ok(sides)
}

/// The sides of the flags: `today`, then plans as given, then mixed scenarios.
fn replay(args: &CompareArgs, inputs: &Inputs, manner: Manner) -> Result<Vec<Side>, Complaints> {
    let mut scenarios = inputs.scenarios(args.plans.today);
    let given: Vec<&str> =
        inputs.chosen.iter().map(|plan| inputs.shelf.plans[*plan].name.as_str()).collect();
    let own = inputs.under_own().name;
    scenarios.sort_by_key(|s| (s.name != own, given.iter().position(|name| *name == s.name)));
    let terms = Terms {
        horizon: inputs.trace.horizon.to_string(),
        rules: inputs.rules.rules.to_string(),
        dst: inputs.rules.dst.to_string(),
        currency: inputs.prices.currency().to_owned(),
    };
    let mut evaluator = Evaluator::new(inputs.case());
    let bar = progress_bar(scenarios.len() * inputs.instances.len(), manner);
    let mut sides = Vec::new();
    for scenario in &scenarios {
        bar.set_message(scenario.name.clone());
        let outcomes = evaluator.evaluate(scenario, false, &|| bar.inc(1));
        let outcomes = outcomes.map_err(Complaints::input)?;
        let side = Side::replayed(&scenario.name, &inputs.instances, &outcomes);
        sides.push(Side { terms: terms.clone(), ..side });
    }
    bar.finish_and_clear();
    Ok(sides)
}

/// The instance table alone, for groups of results.
fn table(args: &CompareArgs, manner: Manner) -> Result<Vec<Instance>, Complaints> {
    let read = fleet::read(&args.world.instances, args.world.assume_utc, manner);
    let fleet = read.map_err(|p| Complaints::input(vec![p]).with_code(exit::IO))?;
    let errors: Vec<Problem> = fleet.problems.into_iter().filter(Problem::is_error).collect();
    if errors.is_empty() { Ok(fleet.instances) } else { Err(Complaints::input(errors)) }
}

/// The baseline first, the others as they were.
fn in_order(mut sides: Vec<Side>, baseline: Option<&str>) -> Result<Vec<Side>, Complaints> {
    if sides.len() < 2 {
        let found = sides.len();
        let message = format!("there is nothing to compare: {found} of at least two sides");
        let hint = "name two result folders, or --activity with --today and --plan FILE";
        return Err(Complaints::usage(Problem::error("E1004", message).hint(hint)));
    }
    let mut names: Vec<&str> = sides.iter().map(|s| s.name.as_str()).collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let message = format!("two sides are called `{}`", pair[0]);
        let hint = "rename a folder, or give a plan another `name:`";
        return Err(Complaints::usage(Problem::error("E1009", message).hint(hint)));
    }
    let Some(wanted) = baseline else { return Ok(sides) };
    let Some(at) = sides.iter().position(|s| s.name == wanted) else {
        let near = nearest(wanted, names.iter().copied());
        let shown = if near.is_empty() { &names } else { &near };
        let problem = Problem::error("E1005", format!("no side is called `{wanted}`"));
        let hint = format!("sides are: {}", shown.join(", "));
        return Err(Complaints::usage(problem.field("--baseline").hint(hint)));
    };
    let first = sides.remove(at);
    sides.insert(0, first);
    Ok(sides)
}

fn compare(
    args: &CompareArgs,
    sides: Vec<Side>,
    instances: &[Instance],
) -> Result<Comparison, Complaints> {
    let Some(by) = args.by else { return Ok(Comparison::new(sides, None, args.top)) };
    if instances.is_empty() && by != By::Instance {
        let message = "results do not say what groups instances belong to";
        let problem = Problem::error("E1003", message).field("--by");
        return Err(Complaints::usage(problem.hint("give the instance table with --instances")));
    }
    let known: BTreeMap<&str, &Instance> = instances.iter().map(|i| (i.name.as_str(), i)).collect();
    let key_of = |name: &str| match by {
        By::Instance => name.to_owned(),
        _ => known.get(name).map_or_else(String::new, |i| by.of(i).to_owned()),
    };
    Ok(Comparison::new(sides, Some((by.column(), &key_of)), args.top))
}

/// What is not alike between the sides.
fn notes(comparison: &Comparison) -> Result<Vec<Problem>, Complaints> {
    let (first, others) = (&comparison.sides[0], &comparison.sides[1..]);
    let mut notes = Vec::new();
    for other in others {
        let (a, b) = (&first.terms, &other.terms);
        if a.currency != b.currency {
            let message = format!(
                "`{}` is in {}, `{}` in {}",
                first.name, a.currency, other.name, b.currency
            );
            let problem =
                Problem::error("E1010", message).hint("simulate both with one price list");
            return Err(Complaints::input(vec![problem]));
        }
        for (what, a, b) in [
            ("horizon", &a.horizon, &b.horizon),
            ("rules", &a.rules, &b.rules),
            ("dst", &a.dst, &b.dst),
        ] {
            if a != b {
                let message = format!(
                    "`{}` and `{}` differ in more than the plan: {what} {a}, {b}",
                    first.name, other.name
                );
                notes.push(Problem::warning("W1002", message));
            }
        }
    }
    let missing = comparison.not_everywhere();
    if let Some(one) = missing.first() {
        let message = format!(
            "{} instances are not on every side, such as `{one}`; where one is missing it counts \
             as nothing",
            missing.len()
        );
        notes.push(Problem::warning("W1001", message));
    }
    Ok(notes)
}

/// The gates that fail, as the error that ends the run.
fn held(comparison: &Comparison, verdicts: &[Verdict]) -> Result<(), Complaints> {
    let told = |v: &Verdict| {
        let side = &comparison.sides[v.side].name;
        let (value, limit) = crate::report::comparison::exact(v);
        let message = format!("`{}` holds for `{side}`: {value}, the bound is {limit}", v.gate);
        Problem::error("E1011", message).field("--fail-if")
    };
    let failed: Vec<Problem> = verdicts.iter().filter(|v| v.holds).map(told).collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Complaints::input(failed).with_code(exit::GATE))
}
