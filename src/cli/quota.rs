//! `idlewise quota`: who is refused, who holds cores for nothing, and what more people need.

use crate::cli::complain::Complaints;
use crate::cli::inputs;
use crate::cli::output::Staging;
use crate::cli::simulate::{OutFormat, too_large};
use crate::cli::world_args::WorldArgs;
use crate::cli::{Manner, exit};
use crate::report::{
    Sheet, quota_needs_sheet, quota_refused_sheet, quota_sheet, quota_text, quota_timeline_sheet,
    quota_unused_sheet, sheet_bytes, sheet_json,
};
use crate::search::{held_unused, quota_needs, settle};
use crate::units::Problem;
use crate::world::{DEFAULT_REGION, DEFAULT_VM_SIZE, QuotaFacts, unknown_size};
use clap::Args;
use std::path::{Path, PathBuf};

/// Which creates quota refuses, which stopped instances hold cores, what more people need.
#[derive(Args, Debug)]
#[command(after_help = "Example: would 12 more people fit?\n  \
    idlewise quota --activity activity.csv --instances instances.csv --quotas quotas.csv \\\n    \
    --people 12 --vm-size Standard_DS3_v2 --region eastus")]
pub(crate) struct QuotaArgs {
    #[command(flatten)]
    world: WorldArgs,
    /// Plan to apply to every instance; without it each follows its own.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// What if so many new people got an instance each?
    #[arg(long, value_name = "N")]
    people: Option<u32>,
    /// Size of the new people's instances.
    #[arg(long, value_name = "SIZE", default_value = DEFAULT_VM_SIZE)]
    vm_size: String,
    /// Region of the new people's instances.
    #[arg(long, value_name = "REGION", default_value = DEFAULT_REGION)]
    region: String,
    #[command(flatten)]
    to: ToFolder,
}

/// Where tables go, if anywhere.
#[derive(Args, Debug)]
pub(crate) struct ToFolder {
    /// Folder for the tables; must be absent or empty.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace what is in the folder.
    #[arg(long)]
    force: bool,
    /// What the tables look like; json also prints them as JSON.
    #[arg(long, value_enum, default_value_t = OutFormat::Csv)]
    format: OutFormat,
}

impl ToFolder {
    /// Where a failed run leaves its defects.
    pub(crate) fn defects(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("."))
    }

    /// Checks the folder before any work.
    pub(crate) fn check(&self) -> Result<(), Complaints> {
        self.out.as_ref().map_or(Ok(()), |out| crate::cli::output::check_free(out, self.force))
    }

    /// Writes and prints.
    pub(crate) fn put(&self, sheets: &[Sheet], text: &str) -> Result<(), Complaints> {
        if let Some(out) = &self.out {
            let staging = Staging::begin(out, self.force)?;
            let format = self.format.format();
            for sheet in sheets {
                let bytes = sheet_bytes(sheet, format).map_err(|e| too_large(&e))?;
                staging.write(&format!("{}.{}", sheet.name, format.extension()), &bytes)?;
            }
            staging.finish()?;
        }
        if self.format == OutFormat::Json {
            let all: serde_json::Map<String, serde_json::Value> =
                sheets.iter().map(|s| (s.name.to_owned(), sheet_json(s))).collect();
            println!("{:#}", serde_json::Value::Object(all));
        } else {
            print!("{text}");
            if let Some(out) = &self.out {
                println!("The tables are in {}", out.display());
            }
        }
        Ok(())
    }
}

pub(crate) fn run(args: &QuotaArgs, manner: Manner) -> Result<(), Complaints> {
    args.to.check()?;
    let plans: Vec<PathBuf> = args.plan.iter().cloned().collect();
    let inputs = inputs::read(&args.world, &plans, args.to.defects(), manner)?;
    let Some(facts) = &inputs.governance.quota else {
        let problem = Problem::error("E0841", "there are no limits to look at");
        return Err(Complaints::usage(problem.field("--quotas").hint("give --quotas")));
    };
    let case = inputs.case();
    let scenario = inputs.one_scenario();
    let settled = settle(&case, &scenario).map_err(Complaints::input)?;
    let held = held_unused(&case, &scenario, facts).map_err(Complaints::input)?;
    let refused = quota_refused_sheet(&settled, &inputs.operations);
    let unused = quota_unused_sheet(&held, &inputs.instances, inputs.trace.horizon);
    let needs = needs(args, facts, &settled.quota.usage)?;
    let text = quota_text(&refused, &unused, needs.as_ref(), &held);
    let all = [(scenario.name.clone(), settled)];
    let mut sheets = vec![refused, unused, quota_sheet(&all), quota_timeline_sheet(&all)];
    sheets.extend(needs);
    args.to.put(&sheets, &text)
}

/// What the new people need, when there are any.
fn needs(
    args: &QuotaArgs,
    facts: &QuotaFacts,
    usage: &[crate::engine::QuotaUse],
) -> Result<Option<Sheet>, Complaints> {
    let Some(people) = args.people else { return Ok(None) };
    let Some(size) = facts.sizes.get(&args.vm_size) else {
        let problem = unknown_size(&facts.sizes, &args.vm_size).into_iter();
        let problems = problem.map(|p| p.field("--vm-size")).collect();
        return Err(Complaints::input(problems).with_code(exit::USAGE));
    };
    let needs = quota_needs(usage, facts, &args.region, size, i64::from(people));
    Ok(Some(quota_needs_sheet(&needs)))
}
