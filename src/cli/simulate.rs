//! `idlewise simulate`: any number of plans over one world and trace.

use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::output::{DEFECTS, Staging, Stream};
use crate::cli::world_args::WorldArgs;
use crate::cli::{Manner, exit};
use crate::report::{
    Format as ReportFormat, PlanTotals, Provenance, Results, SheetWriter, WriteError,
    defects_sheet, events_sheet, instances_sheet, ledger_sheet, sheet_bytes, summary_json,
    terminal_summary,
};
use crate::search::{Evaluator, Scenario};
use crate::units::Problem;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// Replay an activity trace under one or more plans and write what it cost.
#[derive(Args, Debug)]
#[command(after_help = "Example: what would an idle limit of 60 minutes cost, against today?\n  \
    printf 'idle_time_before_shutdown_minutes: 60\\n' > idle-60.yml\n  \
    idlewise simulate --activity activity.csv --instances instances.csv --today \\\n      \
    --plan idle-60.yml --out out\n\n\
    DIR then holds instances (one row per plan and instance), ledger (one row per month and \
    meter), \
    events (with --events) and summary.json.")]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    world: WorldArgs,
    /// Plans to apply to every instance, one scenario each: CLI v2 compute-instance YAML.
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
    const fn format(self) -> ReportFormat {
        match self {
            Self::Csv => ReportFormat::Csv,
            Self::Parquet => ReportFormat::Parquet,
            Self::Json => ReportFormat::Json,
        }
    }
}

pub(crate) fn run(args: &SimulateArgs, manner: Manner) -> Result<(), Complaints> {
    crate::cli::output::check_free(&args.out, args.force)?;
    let inputs = inputs::read(&args.world, &args.plan, &args.out, manner.quiet)?;
    let staging = Staging::begin(&args.out, args.force)?;
    let scenarios = inputs.scenarios(args.today);
    let plans = evaluate_all(args, &inputs, &scenarios, manner, &staging)?;
    let summary = summary_json(&provenance(&inputs), &plans);
    if !inputs.defects.is_empty() {
        let bytes = sheet_bytes(&defects_sheet(&inputs.defects), ReportFormat::Csv);
        staging.write(DEFECTS, &bytes.map_err(|e| too_large(&e))?)?;
    }
    staging.write("summary.json", format!("{summary:#}\n").as_bytes())?;
    staging.finish()?;
    if args.format == OutFormat::Json {
        println!("{summary:#}");
    } else {
        let warning =
            if inputs.defects.is_empty() { "" } else { " (rows were left out: defects.csv)" };
        print_summary(plans, inputs.prices.currency());
        println!("Results are in {}{warning}", args.out.display());
    }
    Ok(())
}

/// More plans than these are not read in a terminal.
const PLANS_SHOWN: usize = 24;

/// The tables a person reads; of many plans the cheapest.
fn print_summary(mut plans: Vec<PlanTotals>, currency: &str) {
    let count = plans.len();
    if count > PLANS_SHOWN {
        plans.sort_by_key(|plan| plan.money.total());
        plans.truncate(PLANS_SHOWN);
    }
    print!("{}", terminal_summary(&plans, currency));
    if count > PLANS_SHOWN {
        println!("The {PLANS_SHOWN} cheapest of {count} plans; summary.json has all.");
    }
}

/// The tables that are written while scenarios are replayed, one after the other: no more than one
/// scenario's outcomes are in memory.
struct Tables {
    instances: SheetWriter<Stream>,
    ledger: SheetWriter<Stream>,
    events: Option<SheetWriter<Stream>>,
}

impl Tables {
    fn begin(args: &SimulateArgs, staging: &Staging) -> Result<Self, Complaints> {
        let format = args.format.format();
        let open = |name: &str| {
            let stream = staging.open(&format!("{name}.{}", format.extension()))?;
            Ok(SheetWriter::new(format, stream))
        };
        let events = if args.events { Some(open("events")?) } else { None };
        Ok(Self { instances: open("instances")?, ledger: open("ledger")?, events })
    }

    fn push(&mut self, results: Results<'_>) -> Result<(), WriteError> {
        self.instances.push(&instances_sheet(results))?;
        self.ledger.push(&ledger_sheet(results))?;
        match &mut self.events {
            Some(events) => events.push(&events_sheet(results)),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<(), WriteError> {
        self.instances.finish()?;
        self.ledger.finish()?;
        self.events.map_or(Ok(()), SheetWriter::finish)
    }
}

fn evaluate_all(
    args: &SimulateArgs,
    inputs: &Inputs,
    scenarios: &[Scenario],
    manner: Manner,
    staging: &Staging,
) -> Result<Vec<PlanTotals>, Complaints> {
    let mut evaluator = Evaluator::new(inputs.case());
    let mut tables = Tables::begin(args, staging)?;
    let mut plans = Vec::with_capacity(scenarios.len());
    let bar = progress_bar(scenarios.len() * inputs.instances.len(), manner);
    for scenario in scenarios {
        bar.set_message(scenario.name.clone());
        let outcomes = evaluator.evaluate(scenario, args.events, &|| bar.inc(1));
        let outcomes = outcomes.map_err(Complaints::input)?;
        plans.push(PlanTotals::of(&scenario.name, &outcomes));
        let evaluated = [(scenario.name.clone(), outcomes)];
        let results = Results { instances: &inputs.instances, scenarios: &evaluated };
        tables.push(results).map_err(|e| too_large(&e))?;
    }
    bar.finish_and_clear();
    tables.finish().map_err(|e| too_large(&e))?;
    Ok(plans)
}

fn progress_bar(work: usize, manner: Manner) -> ProgressBar {
    if !manner.shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(
        "{msg:20!} {wide_bar} {pos}/{len} instances, {per_sec}, {eta} left",
    );
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(work as u64).with_style(style)
}

fn provenance(inputs: &Inputs) -> Provenance<'_> {
    let clipped = inputs.trace.clipped;
    Provenance {
        horizon: inputs.trace.horizon,
        rules: inputs.rules.rules,
        dst: inputs.rules.dst,
        model: &inputs.model,
        seed: inputs.rules.seed,
        currency: inputs.prices.currency().to_owned(),
        price_dates: (
            inputs.prices.oldest_date().to_owned(),
            inputs.prices.latest_date().to_owned(),
        ),
        inputs: inputs.records.clone(),
        clipped: (clipped.rows_clipped, clipped.rows_outside, inputs.rows_skipped),
    }
}

fn too_large(error: &WriteError) -> Complaints {
    let problem = Problem::error("E0703", error.to_string());
    Complaints::input(vec![problem]).with_code(exit::IO)
}
