//! `idlewise recommend`: which settings cost least, how far from the best they can be, and whether
//! to trust them.

mod assign;
mod checks;
mod files;
mod find;
mod settings;
mod watch;

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::output::{DEFECTS, Staging, check_free};
use crate::cli::simulate::{OutFormat, provenance, too_large};
use crate::cli::sweep::By;
use crate::cli::what_if::WhatIf;
use crate::cli::world_args::WorldArgs;
use crate::report::recommend::{
    Recommendation, baselines_sheet, page, pareto_sheet, picks_sheet, recommendation_json,
    terminal_table,
};
use crate::report::{Format, defects_sheet, sheet_bytes};
use crate::search::recommend::{Careful, training_ends};
use checks::Checked;
use clap::Args;
use files::Plans;
use find::{Found, Search};
use settings::Settings;
use std::path::PathBuf;
use watch::Watch;

const AFTER_HELP: &str = "\
Examples:
  idlewise recommend --activity activity.csv --instances instances.csv --out advice
      for every instance its own idle limit and up to four start/stop times
  idlewise recommend --activity activity.csv --instances instances.csv \\
      --plans 3 --value-of-waiting 60 --apply-to instances.csv --out advice
      three plans for everybody, an hour of waiting at 60 USD, and the next table

What is minimised, per instance and summed:
  total USD + hours waited x value of waiting + interruptions x their cost
      + run hours lost x their cost

DIR then holds summary.txt (start here), recommendation.json, tables, `plans`
(CLI YAML that `simulate --plan` takes), `arm` and `rollback`. Nothing is applied.
Ctrl-C ends the search and keeps the best found so far; twice ends the program.";

/// Find the settings that cost least, with a proved bound on what better ones could save.
///
/// Money, waiting, interruptions and lost runs are weighed by prices that you can change; they are
/// stated with every answer.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct RecommendArgs {
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    what_if: WhatIf,
    #[command(flatten)]
    search: SearchArgs,
    /// The plan every instance has today; without it each has its own (column `plan` of the
    /// instance table).
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Also write this instance table with the column `plan` as recommended, where the verdict
    /// allows it.
    #[arg(long, value_name = "CSV")]
    apply_to: Option<PathBuf>,
    /// Folder for the results; must be absent or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace what is in the folder.
    #[arg(long)]
    force: bool,
    /// What result tables look like; json also prints recommendation.json.
    #[arg(long, value_enum, default_value_t = OutFormat::Csv)]
    format: OutFormat,
}

/// What is searched, and how it is weighed.
#[derive(Args, Debug)]
#[command(next_help_heading = "What is searched")]
pub(crate) struct SearchArgs {
    /// Who shares settings: each instance has its own, a group has the same, or everybody.
    #[arg(long, value_enum, default_value_t = Scope::Instance)]
    scope: Scope,
    /// The column of the instance table that makes groups; implies --scope group.
    #[arg(long, value_enum, value_name = "COLUMN")]
    group_by: Option<By>,
    /// At most this many plans for everybody (of a group); each instance takes its best of them.
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..))]
    plans: Option<u16>,
    /// Minutes between the times of day that schedules may have.
    #[arg(long, default_value = "15", value_parser = ["5", "15", "30", "60"])]
    grid: String,
    /// Schedules per instance at most; Azure takes four.
    #[arg(long, default_value_t = 4, value_name = "N",
          value_parser = clap::value_parser!(u8).range(0..=4))]
    max_schedules: u8,
    /// Idle limits to choose from, as in 15,30,60,none. Default: every one that Azure takes, whole
    /// minutes from 15 to 4320, and none.
    #[arg(long, value_delimiter = ',', value_name = "MINUTES,..")]
    idle_limits: Vec<String>,
    /// The zone of all schedules, a Windows or IANA name. Default: the zone each user works in
    /// (column home_timezone), else UTC.
    #[arg(long, value_name = "NAME")]
    zone: Option<String>,
    /// What an hour of a person's waiting is worth [USD/h].
    #[arg(long, default_value = "30", value_name = "USD/h", help_heading = "Objective")]
    value_of_waiting: String,
    /// What it costs when somebody's work is cut off by idle shutdown or a schedule [USD].
    #[arg(long, default_value = "25", value_name = "USD", help_heading = "Objective")]
    interruption_cost: String,
    /// What an hour of a run that must be repeated costs [USD/h].
    #[arg(long, default_value = "5", value_name = "USD/h", help_heading = "Objective")]
    lost_run_cost: String,
    /// Instead: least money while nobody waits longer than this in an average week, as in
    /// 10min/week.
    #[arg(long, value_name = "TIME/week", help_heading = "Objective")]
    max_wait: Option<String>,
    /// Instead: least money with at most this many interruptions.
    #[arg(long, value_name = "N", help_heading = "Objective",
          value_parser = clap::value_parser!(i64).range(0..))]
    max_interruptions: Option<i64>,
    /// Who must keep --max-wait and --max-interruptions: each instance, or 95 of 100.
    #[arg(long, value_enum, default_value_t = MeasureBy::Each, help_heading = "Objective")]
    measure: MeasureBy,
    /// Stop where no better settings can save more than this share, as in 1% or 0.01.
    #[arg(long, default_value = "1%", value_name = "SHARE", help_heading = "Effort")]
    gap: String,
    /// Replays and sweeps per instance at most.
    #[arg(long, default_value_t = 20_000, value_name = "N", help_heading = "Effort",
          value_parser = clap::value_parser!(u64).range(1..))]
    evaluations: u64,
    /// Rounds of raising the proved bound per instance at most; 0 proves nothing. A round takes
    /// about as long as twenty evaluations.
    #[arg(long, default_value_t = 1_000, value_name = "N", help_heading = "Effort")]
    proof_rounds: u64,
    /// Stop searching after this long and keep the best so far [s]. The answer then depends on the
    /// machine.
    #[arg(long, value_name = "SECONDS", help_heading = "Effort",
          value_parser = clap::value_parser!(u64).range(1..))]
    time_limit: Option<u64>,
    /// For the hold-out test: choose on this stretch, test on the whole weeks after it, as
    /// START/END. Default: three rolling tests on the last 40 % of the weeks.
    #[arg(long, value_name = "START/END", help_heading = "Effort")]
    train: Option<String>,
    /// Advise the best settings for the weeks given, though it may be best by chance. Default:
    /// simpler advice, unless what is less simple did surely better on weeks it was not chosen on.
    /// Limits and shared plans are always chosen on all weeks.
    #[arg(long, help_heading = "Effort")]
    no_rehearsal: bool,
    /// Skip what takes long: hold-out test, sensitivity, front, clock changes. Nothing is then
    /// marked "apply" without care.
    #[arg(long, help_heading = "Effort")]
    no_checks: bool,
}

/// `--measure`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum MeasureBy {
    /// Each instance.
    Each,
    /// 95 of 100 instances.
    P95,
}

/// `--scope`.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// Every instance by itself.
    Instance,
    /// The same for a group (--group-by).
    Group,
    /// The same for everybody.
    Fleet,
}

pub(crate) fn run(args: &RecommendArgs, manner: Manner) -> Result<(), Complaints> {
    check_free(&args.out, args.force)?;
    let settings = Settings::read(&args.search, args.world.assume_utc, manner)?;
    let table = args.apply_to.as_deref().map(assign::Table::read).transpose()?;
    let mut inputs = inputs::read(&args.world, args.plan.as_slice(), &args.out, manner)?;
    args.what_if.apply(&mut inputs);
    let base = match args.plan {
        Some(_) => inputs.one_scenario(),
        None => inputs.under_own(),
    };
    settings.check_train(inputs.trace.horizon)?;
    table.as_ref().map_or(Ok(()), |table| table.check(&inputs))?;
    let watch = Watch::begin(settings.time_limit, manner.quiet);
    let staging = Staging::begin(&args.out, args.force)?;
    let stop = || watch.says_stop();
    let careful = settings.careful.then(|| {
        let ends = training_ends(inputs.trace.horizon, &settings.hold_out());
        Careful::new((&settings.space, settings.zone, &settings.effort), ends, &stop)
    });
    let (settings, watch) = (&settings, &watch);
    let search = Search { inputs: &inputs, base: &base, settings, careful, watch, manner };
    let mut found = search.find()?;
    let reason = watch.reason();
    let checked = checks::check(&search, &mut found)?;
    let plans = Plans::new(&inputs, &base, &found.picks, &args.what_if.changes())?;
    plans.prove(&inputs, &base, &found.picks)?;
    let answer = answer(&search, &found, &checked, (&plans, reason));
    write(args, &inputs, &answer, &plans, &staging)?;
    if let Some(table) = &table {
        table.write(&plans, &answer, &staging)?;
    }
    staging.finish()?;
    if args.format == OutFormat::Json {
        println!("{:#}", recommendation_json(&provenance(&inputs), &answer));
    } else {
        print!("{}", terminal_table(&answer));
        println!("Results are in {}; start with summary.txt", args.out.display());
    }
    Ok(())
}

fn answer<'a>(
    search: &Search<'a>,
    found: &'a Found,
    checked: &'a Checked,
    (plans, reason): (&Plans, Option<&'static str>),
) -> Recommendation<'a> {
    let Search { inputs, base, settings, .. } = search;
    let picks = &found.picks;
    let searched = picks.iter().map(|pick| pick.stop_reason).max();
    Recommendation {
        instances: &inputs.instances,
        horizon: inputs.trace.horizon,
        currency: inputs.prices.currency(),
        objective: settings.objective,
        limits: settings.limits.zip(found.kept.clone()),
        space: &settings.space,
        scope: settings.scope_name(),
        shared: settings.shared,
        zone: settings.zone.map(|zone| zone.windows),
        picks,
        today: base.plan_of.iter().map(|p| inputs.shelf.plans[*p].clone()).collect(),
        plans: plans.listed(),
        lower_bound: picks.iter().map(|pick| pick.lower_bound).sum(),
        evaluations: picks.iter().map(|pick| pick.evaluations).sum(),
        stop_reason: reason.or(searched.map(|r| r.as_str())).unwrap_or("optimal"),
        baselines: checked.baselines.clone(),
        proofs: checked.proofs.as_ref(),
    }
}

fn write(
    args: &RecommendArgs,
    inputs: &Inputs,
    answer: &Recommendation<'_>,
    plans: &Plans,
    staging: &Staging,
) -> Result<(), Complaints> {
    let format = args.format.format();
    // The JSON is always there, under that name.
    let tables = if format == Format::Json { Format::Csv } else { format };
    for sheet in [picks_sheet(answer), baselines_sheet(answer), pareto_sheet(answer)] {
        let bytes = sheet_bytes(&sheet, tables).map_err(|e| too_large(&e))?;
        staging.write(&format!("{}.{}", sheet.name, tables.extension()), &bytes)?;
    }
    let json = recommendation_json(&provenance(inputs), answer);
    staging.write("recommendation.json", format!("{json:#}\n").as_bytes())?;
    staging.write("summary.txt", page(answer).as_bytes())?;
    for (path, bytes) in plans.files(answer, args.apply_to.is_some())? {
        staging.write(&path, &bytes)?;
    }
    if !inputs.defects.is_empty() {
        let bytes = sheet_bytes(&defects_sheet(&inputs.defects), Format::Csv);
        staging.write(DEFECTS, &bytes.map_err(|e| too_large(&e))?)?;
    }
    Ok(())
}
