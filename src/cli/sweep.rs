//! `idlewise sweep`: every idle limit over one world and trace, in one pass.

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::memory::{MemoryArgs, in_parts};
use crate::cli::output::{DEFECTS, OutFolder};
use crate::cli::simulate::{OutFormat, progress_bar, provenance, too_large};
use crate::cli::world_args::WorldArgs;
use crate::engine::index_of;
use crate::report::{
    Format, SweepTotals, defects_sheet, sheet_bytes, summary_json, sweep_json, sweep_sheet,
    sweep_summary,
};
use crate::search::{Scenario, SweepPoint, Sweeping};
use crate::trace::Shards;
use crate::world::Instance;
use clap::Args;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Example: what would each idle limit cost on top of today's schedules?
  idlewise sweep --activity activity.csv --instances instances.csv --out results

DIR then holds `sweep` (one row per limit, or per group and limit) and summary.json.
Every row equals what `simulate` says for that limit.";

/// Find what every idle limit would cost, from 15 minutes to none, in one pass.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SweepArgs {
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    memory: MemoryArgs,
    /// The plan whose schedules are in force on every instance; its idle limit is the one varied.
    ///
    /// Without it every instance follows its own plan (column `plan` of the instance table) with
    /// the limit varied.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Also tell apart: one row per limit and value of this column of the instance table.
    #[arg(long, value_enum, value_name = "COLUMN")]
    by: Option<By>,
    #[command(flatten)]
    to: OutFolder,
    /// What result files look like; json also prints the summary as JSON.
    #[arg(long, value_enum, default_value_t = OutFormat::Csv)]
    format: OutFormat,
}

/// `--by`: a column of the instance table.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
#[value(rename_all = "snake_case")]
pub(crate) enum By {
    /// Each instance by itself.
    Instance,
    /// Workspaces.
    Workspace,
    /// Regions.
    Region,
    /// Sizes.
    VmSize,
    /// People.
    User,
    /// Zones people work in.
    HomeTimezone,
}

impl By {
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Workspace => "workspace",
            Self::Region => "region",
            Self::VmSize => "vm_size",
            Self::User => "user",
            Self::HomeTimezone => "home_timezone",
        }
    }

    pub(crate) fn of(self, instance: &Instance) -> &str {
        match self {
            Self::Instance => &instance.name,
            Self::Workspace => &instance.workspace,
            Self::Region => &instance.region,
            Self::VmSize => &instance.vm_size,
            Self::User => &instance.user,
            Self::HomeTimezone => instance.home_timezone.as_deref().unwrap_or_default(),
        }
    }
}

pub(crate) fn run(args: &SweepArgs, manner: Manner) -> Result<(), Complaints> {
    args.to.check_free()?;
    let (inputs, shards) = inputs::read_parts(
        &args.world,
        args.plan.as_slice(),
        (&args.to.out, manner),
        args.memory.bytes(),
    )?;
    let staging = args.to.begin()?;
    let scenario = inputs.one_scenario();
    let parts = (&inputs, Some(&shards));
    let (totals, groups) = swept(parts, scenario, args.by, manner)?;
    let mut summary = summary_json(&provenance(&inputs), &[]);
    if let Value::Object(object) = &mut summary {
        object.remove("plans");
        object.insert("sweep".into(), sweep_json(&totals));
    }
    let format = args.format.format();
    let sheet = sweep_sheet(args.by.map(By::column), &groups);
    let bytes = sheet_bytes(&sheet, format).map_err(|e| too_large(&e))?;
    staging.write(&format!("sweep.{}", format.extension()), &bytes)?;
    if !inputs.defects.is_empty() {
        let bytes = sheet_bytes(&defects_sheet(&inputs.defects), Format::Csv);
        staging.write(DEFECTS, &bytes.map_err(|e| too_large(&e))?)?;
    }
    staging.write("summary.json", format!("{summary:#}\n").as_bytes())?;
    staging.finish()?;
    if args.format == OutFormat::Json {
        println!("{summary:#}");
    } else {
        print!("{}", sweep_summary(&totals, inputs.prices.currency()));
        println!("Results are in {}", args.to.out.display());
    }
    Ok(())
}

/// A group's value of the `--by` column, and its points.
pub(crate) type Named = (String, Vec<SweepPoint>);

/// Everything, and by group.
pub(crate) fn swept(
    (inputs, shards): (&Inputs, Option<&Shards>),
    scenario: Scenario,
    by: Option<By>,
    manner: Manner,
) -> Result<(SweepTotals, Vec<Named>), Complaints> {
    let case = inputs.case();
    // Groups of one limit of their own, so that the sum over own limits falls out too.
    let mut parts: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for (index, instance) in inputs.instances.iter().enumerate() {
        let own = index_of(inputs.shelf.plans[scenario.plan_of[index]].idle);
        let key = by.map_or("", |by| by.of(instance));
        parts.entry((key, own)).or_default().push(index);
    }
    let members: Vec<Vec<usize>> = parts.values().cloned().collect();
    let bar = progress_bar(inputs.instances.len(), manner);
    bar.set_message(scenario.name.clone());
    let mut sweeping = Sweeping::new(&case, &scenario, &members).map_err(Complaints::input)?;
    in_parts(inputs, shards, |trace, instances| {
        sweeping.part(trace, instances, &|| bar.inc(1));
        Ok(())
    })?;
    bar.finish_and_clear();
    let points = sweeping.finish().map_err(Complaints::input)?;
    let own: Vec<SweepPoint> =
        parts.keys().zip(&points).filter_map(|((_, own), p)| p.get(*own).copied()).collect();
    let mut groups: Vec<Named> = Vec::new();
    for ((key, _), points) in parts.keys().zip(points) {
        match groups.last_mut() {
            Some((name, sums)) if name == key => add(sums, &points),
            _ => groups.push(((*key).to_owned(), points)),
        }
    }
    let mut all = groups.first().map(|g| g.1.clone()).unwrap_or_default();
    groups.iter().skip(1).for_each(|(_, points)| add(&mut all, points));
    let totals = SweepTotals {
        plan: scenario.name,
        instances: inputs.instances.len(),
        points: all,
        one_limit: own.iter().all(|p| p.limit == own[0].limit),
        own: own.into_iter().reduce(|a, b| a.plus(&b)).unwrap_or_default(),
    };
    Ok((totals, groups))
}

fn add(sums: &mut [SweepPoint], points: &[SweepPoint]) {
    for (sum, point) in sums.iter_mut().zip(points) {
        *sum = sum.plus(point);
    }
}
