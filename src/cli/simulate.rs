//! `idlewise simulate`: any number of plans over one world and trace.

use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::output::{DEFECTS, Staging};
use crate::cli::plans::ALWAYS_ON;
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::WorldArgs;
use crate::cli::{Manner, exit};
use crate::report::{
    Format, PlanTotals, Provenance, Results, Settlements, Sheet, WriteError, defects_sheet,
    events_sheet, instances_sheet, ledger_sheet, quota_sheet, quota_timeline_sheet, refusals_sheet,
    sheet_bytes, summary_json, terminal_summary,
};
use crate::search::{Case, Outcome, Scenario, Settlement, evaluate, settle};
use crate::units::Problem;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// What results are called when every instance follows its own plan.
pub(crate) const TODAY: &str = "today";

const AFTER_HELP: &str = "\
Example: what would an idle limit of 60 minutes cost, against today?
  printf 'idle_time_before_shutdown_minutes: 60\\n' > idle-60.yml
  idlewise simulate --activity activity.csv --instances instances.csv \\
      --today --plan idle-60.yml --out results

DIR then holds `instances` (one row per plan and instance), `ledger` (one row
per plan, instance, month and meter), `events` (with --events) and summary.json.";

/// Replay an activity trace under one or more plans and write what it cost.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    what_if: WhatIf,
    /// Plans to apply to every instance, one scenario each: CLI v2 compute-instance YAML, an
    /// ARM template or a part of one, or a parameter file with `schedules`.
    ///
    /// Without it every instance follows its own plan (column `plan` of the instance table, a file
    /// in `plans` beside it); instances without one have no idle limit and no schedule.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    plan: Vec<PathBuf>,
    /// With --plan: also replay every instance under its own plan, as `today`.
    #[arg(long)]
    today: bool,
    /// Also write every event with its cause and rule.
    #[arg(long)]
    events: bool,
    /// Folder for the results; must be absent or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace what is in the folder.
    #[arg(long)]
    force: bool,
    /// What result files look like; json also prints the summary as JSON.
    #[arg(long, value_enum, default_value_t = OutFormat::Csv)]
    format: OutFormat,
}

/// `--format`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutFormat {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
    /// JSON, and the summary on stdout as JSON.
    Json,
}

impl OutFormat {
    pub(crate) const fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Parquet => Format::Parquet,
            Self::Json => Format::Json,
        }
    }
}

pub(crate) fn run(args: &SimulateArgs, manner: Manner) -> Result<(), Complaints> {
    crate::cli::output::check_free(&args.out, args.force)?;
    let mut inputs = inputs::read(&args.world, &args.plan, &args.out, manner.quiet)?;
    args.what_if.apply(&mut inputs);
    let staging = Staging::begin(&args.out, args.force)?;
    let scenarios = scenarios(args, &inputs);
    let evaluated = evaluate_all(args, &inputs, &scenarios, manner)?;
    let plans: Vec<PlanTotals> =
        evaluated.iter().map(|(name, outcomes)| PlanTotals::of(name, outcomes)).collect();
    let summary = summary_json(&provenance(&args.world, &inputs), &plans);
    let results = Results { instances: &inputs.instances, scenarios: &evaluated };
    let settled = settle_all(args, &inputs, &scenarios)?;
    write(args, &inputs, results, &settled, &staging)?;
    staging.write("summary.json", format!("{summary:#}\n").as_bytes())?;
    staging.finish()?;
    if args.format == OutFormat::Json {
        println!("{summary:#}");
    } else {
        let warning =
            if inputs.defects.is_empty() { "" } else { " (rows were left out: defects.csv)" };
        print!("{}", terminal_summary(&plans, TODAY, inputs.prices.currency()));
        let refused = settled.first().map_or(0, |(_, s)| s.refused.iter().flatten().count());
        if refused > 0 {
            println!("{refused} operations were refused (first plan; all are in refusals)");
        }
        println!("Results are in {}{warning}", args.out.display());
    }
    Ok(())
}

/// The scenarios, sorted by name.
fn scenarios(args: &SimulateArgs, inputs: &Inputs) -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = inputs
        .chosen
        .iter()
        .map(|&plan| Scenario {
            name: inputs.shelf.plans[plan].name.clone(),
            plan_of: vec![plan; inputs.instances.len()],
        })
        .collect();
    if scenarios.is_empty() || args.today {
        let any = inputs.own.iter().any(|plan| *plan != 0);
        let name = if any { TODAY } else { ALWAYS_ON };
        scenarios.push(Scenario { name: name.to_owned(), plan_of: inputs.own.clone() });
    }
    scenarios.sort_by(|a, b| a.name.cmp(&b.name));
    scenarios
}

/// What access, names and quota refused under each scenario.
fn settle_all(
    args: &SimulateArgs,
    inputs: &Inputs,
    scenarios: &[Scenario],
) -> Result<Vec<(String, Settlement)>, Complaints> {
    let case = case_of(&args.world, inputs);
    let settled = scenarios.iter().map(|scenario| {
        let settled = settle(&case, scenario).map_err(Complaints::input)?;
        Ok((scenario.name.clone(), settled))
    });
    settled.collect()
}

/// Everything that stays the same between scenarios.
pub(crate) fn case_of<'c>(world: &WorldArgs, inputs: &'c Inputs) -> Case<'c> {
    Case {
        trace: &inputs.trace,
        operations: &inputs.operations,
        instances: &inputs.instances,
        plans: &inputs.shelf.plans,
        prices: &inputs.prices,
        model: &inputs.model,
        rules: world.rules,
        dst: world.dst,
        seed: world.seed,
        governance: Some(&inputs.governance),
    }
}

fn evaluate_all(
    args: &SimulateArgs,
    inputs: &Inputs,
    scenarios: &[Scenario],
    manner: Manner,
) -> Result<Vec<(String, Vec<Outcome>)>, Complaints> {
    let case = case_of(&args.world, inputs);
    let bar = progress_bar(scenarios.len() * inputs.instances.len(), manner);
    let evaluated = scenarios
        .iter()
        .map(|scenario| {
            bar.set_message(scenario.name.clone());
            let outcomes = evaluate(&case, scenario, args.events, &|| bar.inc(1));
            outcomes.map(|o| (scenario.name.clone(), o)).map_err(Complaints::input)
        })
        .collect();
    bar.finish_and_clear();
    evaluated
}

pub(crate) fn progress_bar(work: usize, manner: Manner) -> ProgressBar {
    if !manner.shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{msg:20!} {wide_bar} {pos}/{len} instances, {per_sec}, {eta} left",
    );
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(work as u64).with_style(style)
}

pub(crate) fn provenance<'i>(args: &WorldArgs, inputs: &'i Inputs) -> Provenance<'i> {
    let clipped = inputs.trace.clipped;
    Provenance {
        horizon: inputs.trace.horizon,
        rules: args.rules,
        dst: args.dst,
        model: &inputs.model,
        seed: args.seed,
        currency: inputs.prices.currency().to_owned(),
        price_dates: (
            inputs.prices.oldest_date().to_owned(),
            inputs.prices.latest_date().to_owned(),
        ),
        inputs: inputs.records.clone(),
        clipped: (clipped.rows_clipped, clipped.rows_outside, inputs.rows_skipped),
    }
}

fn write(
    args: &SimulateArgs,
    inputs: &Inputs,
    results: Results<'_>,
    settled: Settlements<'_>,
    staging: &Staging,
) -> Result<(), Complaints> {
    let format = args.format.format();
    let put = |sheet: &Sheet| {
        let bytes = sheet_bytes(sheet, format).map_err(|e| too_large(&e))?;
        staging.write(&format!("{}.{}", sheet.name, format.extension()), &bytes)
    };
    put(&instances_sheet(results))?;
    put(&ledger_sheet(results))?;
    if args.events {
        put(&events_sheet(results))?;
    }
    if inputs.governance.quota.is_some() {
        put(&quota_sheet(settled))?;
        put(&quota_timeline_sheet(settled))?;
    }
    let refusals = refusals_sheet(settled, &inputs.operations);
    if inputs.governance.roles.is_some() || refusals.rows() > 0 {
        put(&refusals)?;
    }
    if !inputs.defects.is_empty() {
        let bytes = sheet_bytes(&defects_sheet(&inputs.defects), Format::Csv);
        staging.write(DEFECTS, &bytes.map_err(|e| too_large(&e))?)?;
    }
    Ok(())
}

pub(crate) fn too_large(error: &WriteError) -> Complaints {
    let problem = Problem::error("E0703", error.to_string());
    Complaints::input(vec![problem]).with_code(exit::IO)
}
