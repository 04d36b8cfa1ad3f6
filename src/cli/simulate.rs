//! `idlewise simulate`: any number of plans over one world and trace.

use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::memory::{MemoryArgs, in_parts};
use crate::cli::output::{DEFECTS, OutFolder, Staging, Stream};
use crate::cli::progress::{Progress, Unit};
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::{PlansArgs, WorldArgs};
use crate::cli::{Manner, exit};
use crate::report::{
    FocusTerms, Format as ReportFormat, PlanTotals, Provenance, Results, SheetWriter, WriteError,
    defects_sheet, events_sheet, focus_sheet, instances_sheet, ledger_sheet, quota_sheet,
    quota_timeline_sheet, refusals_sheet, sheet_bytes, summary_json, terminal_summary,
};
use crate::scenario::TODAY;
use crate::search::{Case, Evaluator, Scenario, Settlement};
use crate::trace::Shards;
use crate::units::Problem;
use crate::world::{Instance, PriceKind};
use clap::Args;

const AFTER_HELP: &str = "\
Example: what would an idle limit of 60 minutes cost, against today?
  printf 'idle_time_before_shutdown_minutes: 60\\n' > idle-60.yml
  idlewise simulate --activity activity.csv --instances instances.csv \\
      --today --plan idle-60.yml --out results

DIR then holds `instances` (one row per plan and instance), `ledger` (one row
per plan, instance, month and meter), `events` (with --events), `focus` (with
--focus) and summary.json.";

/// Replay an activity trace under one or more plans and write what it cost.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    what_if: WhatIf,
    #[command(flatten)]
    plans: PlansArgs,
    /// Also write every event with its cause and rule.
    #[arg(long)]
    events: bool,
    /// Also write the cost as rows of FOCUS 1.2 (FinOps Open Cost and Usage Specification), one per
    /// ledger line, for tools that read cost exports; every row says that it is simulated.
    #[arg(long)]
    focus: bool,
    #[command(flatten)]
    to: OutFolder,
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
    pub(crate) const fn format(self) -> ReportFormat {
        match self {
            Self::Csv => ReportFormat::Csv,
            Self::Parquet => ReportFormat::Parquet,
            Self::Json => ReportFormat::Json,
        }
    }
}

pub(crate) fn run(args: &SimulateArgs, manner: Manner) -> Result<(), Complaints> {
    args.to.check_free()?;
    let (mut inputs, shards) = inputs::read_parts(
        &args.world,
        &args.plans.plan,
        (&args.to.out, manner),
        args.memory.bytes(),
    )?;
    args.what_if.apply(&mut inputs);
    let staging = args.to.begin()?;
    let scenarios = inputs.scenarios(args.plans.today);
    let plans = evaluate_all(args, (&inputs, &shards), &scenarios, manner, &staging)?;
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
        let refused = plans.first().map_or(0, PlanTotals::refused_count);
        print_summary(plans, inputs.prices.currency());
        if refused > 0 {
            println!("{refused} operations were refused (first plan; all are in refusals)");
        }
        println!("Results are in {}{warning}", args.to.out.display());
    }
    Ok(())
}

/// More plans than these are not read in a terminal.
const PLANS_SHOWN: usize = 24;

/// The tables a person reads; of many plans `today` and the cheapest.
fn print_summary(mut plans: Vec<PlanTotals>, currency: &str) {
    let count = plans.len();
    if count > PLANS_SHOWN {
        plans.sort_by_key(|plan| (plan.name != TODAY, plan.money.total()));
        plans.truncate(PLANS_SHOWN);
    }
    print!("{}", terminal_summary(&plans, TODAY, currency));
    if count > PLANS_SHOWN {
        println!(
            "The {PLANS_SHOWN} cheapest of {count} plans, after `{TODAY}` if it is one of them."
        );
    }
}

fn evaluate_all(
    args: &SimulateArgs,
    (inputs, shards): (&Inputs, &Shards),
    scenarios: &[Scenario],
    manner: Manner,
    staging: &Staging,
) -> Result<Vec<PlanTotals>, Complaints> {
    let case = inputs.case();
    let mut evaluator = Evaluator::new(case);
    let mut tables = Tables::begin(args, inputs, staging)?;
    let mut plans = Vec::with_capacity(scenarios.len());
    let bar = progress_bar(scenarios.len() * inputs.instances.len(), manner);
    for scenario in scenarios {
        bar.set_message(scenario.name.clone());
        let begun = evaluator.begin(scenario).map_err(Complaints::input)?;
        let mut totals = PlanTotals::new(&scenario.name, begun.settlement());
        in_parts(inputs, Some(shards), |trace, instances| {
            let outcomes = begun.part(trace, instances, args.events, &|| bar.inc(1));
            let outcomes = outcomes.map_err(Complaints::input)?;
            totals.add(&outcomes);
            let evaluated = [(scenario.name.clone(), outcomes)];
            let results = Results { instances: &inputs.instances, scenarios: &evaluated };
            tables.push(results)?;
            tables.push_focus(inputs, scenario, results)
        })?;
        plans.push(totals);
        tables.push_settled(&case, (scenario.name.clone(), begun.into_settlement()))?;
    }
    bar.finish_and_clear();
    tables.finish()?;
    Ok(plans)
}

pub(crate) fn progress_bar(work: usize, manner: Manner) -> Progress {
    Progress::begin(manner, "replay", Unit::Things("instances"), work as u64)
}

pub(crate) fn provenance(inputs: &Inputs) -> Provenance<'_> {
    let clipped = inputs.clipped;
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

/// The tables that are written while scenarios are replayed, one after the other: no more than one
/// scenario's outcomes are in memory.
struct Tables<'s> {
    staging: &'s Staging,
    format: ReportFormat,
    instances: SheetWriter<Stream>,
    ledger: SheetWriter<Stream>,
    events: Option<SheetWriter<Stream>>,
    focus: Option<SheetWriter<Stream>>,
    quota: Option<[SheetWriter<Stream>; 2]>,
    /// There when roles are given, else from the first refusal on.
    refusals: Option<SheetWriter<Stream>>,
}

impl<'s> Tables<'s> {
    fn begin(
        args: &SimulateArgs,
        inputs: &Inputs,
        staging: &'s Staging,
    ) -> Result<Self, Complaints> {
        let format = args.format.format();
        let open = |name: &str| table(staging, format, name);
        let when = |wanted: bool, name: &str| if wanted { open(name).map(Some) } else { Ok(None) };
        let governance = &inputs.governance;
        Ok(Self {
            staging,
            format,
            instances: open("instances")?,
            ledger: open("ledger")?,
            events: when(args.events, "events")?,
            focus: when(args.focus, "focus")?,
            quota: match governance.quota {
                Some(_) => Some([open("quota")?, open("quota_timeline")?]),
                None => None,
            },
            refusals: when(governance.roles.is_some(), "refusals")?,
        })
    }

    fn push(&mut self, results: Results<'_>) -> Result<(), Complaints> {
        let wrong = |e: WriteError| too_large(&e);
        self.instances.push(&instances_sheet(results)).map_err(wrong)?;
        self.ledger.push(&ledger_sheet(results)).map_err(wrong)?;
        match &mut self.events {
            Some(events) => events.push(&events_sheet(results)).map_err(wrong),
            None => Ok(()),
        }
    }

    fn push_focus(
        &mut self,
        inputs: &Inputs,
        scenario: &Scenario,
        results: Results<'_>,
    ) -> Result<(), Complaints> {
        let Some(focus) = &mut self.focus else { return Ok(()) };
        let size = |(instance, plan): (&Instance, &usize)| {
            let plan = &inputs.shelf.plans[*plan];
            plan.size.clone().unwrap_or_else(|| instance.vm_size.clone())
        };
        let sizes: Vec<String> = inputs.instances.iter().zip(&scenario.plan_of).map(size).collect();
        let terms = FocusTerms {
            horizon: inputs.trace.horizon,
            currency: inputs.prices.currency(),
            committed: inputs.rules.price_kind != PriceKind::PayAsYouGo,
            sizes: &sizes,
        };
        focus.push(&focus_sheet(results, &terms)).map_err(|e| too_large(&e))
    }

    /// What access, names and quota refused under a scenario.
    fn push_settled(
        &mut self,
        case: &Case<'_>,
        settled: (String, Settlement),
    ) -> Result<(), Complaints> {
        let wrong = |e: WriteError| too_large(&e);
        let settled = [settled];
        if let Some([quota, timeline]) = &mut self.quota {
            quota.push(&quota_sheet(&settled)).map_err(wrong)?;
            timeline.push(&quota_timeline_sheet(&settled)).map_err(wrong)?;
        }
        let refusals = refusals_sheet(&settled, case.operations);
        if self.refusals.is_none() && refusals.rows() > 0 {
            self.refusals = Some(table(self.staging, self.format, "refusals")?);
        }
        match &mut self.refusals {
            Some(writer) => writer.push(&refusals).map_err(wrong),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<(), Complaints> {
        let quota = self.quota.into_iter().flatten();
        [self.instances, self.ledger]
            .into_iter()
            .chain(self.events)
            .chain(self.focus)
            .chain(quota)
            .chain(self.refusals)
            .try_for_each(SheetWriter::finish)
            .map_err(|e| too_large(&e))
    }
}

fn table(
    staging: &Staging,
    format: ReportFormat,
    name: &str,
) -> Result<SheetWriter<Stream>, Complaints> {
    let stream = staging.open(&format!("{name}.{}", format.extension()))?;
    Ok(SheetWriter::new(format, stream))
}

pub(crate) fn too_large(error: &WriteError) -> Complaints {
    let problem = Problem::error("E0703", error.to_string());
    Complaints::input(vec![problem]).with_code(exit::IO)
}
