//! `idlewise init`: looks at a trace and writes a commented scenario file that runs as it is.

mod notice;
mod text;

use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::inputs::{self, Inputs};
use crate::cli::output::write_file;
use crate::cli::world_args::WorldArgs;
use crate::search::Evaluator;
use crate::units::Problem;
use clap::Args;
use notice::Noticed;
use std::path::{Path, PathBuf};
use text::Named;

/// Look at a trace and write a commented scenario file for it, ready to run.
///
/// The file names the inputs and the horizon, takes the rules in force at that time, and tries a
/// list of idle limits and one calendar against today. What was noticed on the way is printed.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  \
    idlewise init --activity activity.csv --instances instances.csv\n  \
    idlewise simulate --scenario scenario.yml --out results")]
pub(crate) struct InitArgs {
    /// What people did: CSV or Parquet files, patterns or folders.
    #[arg(long, required = true, num_args = 1.., value_name = "PATH")]
    activity: Vec<String>,
    /// What they asked for.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    operations: Vec<String>,
    /// Who exists: tables, or Azure's own formats.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    instances: Vec<String>,
    /// Prices of your own, on top of the built-in ones.
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    /// The file to write.
    #[arg(long, value_name = "FILE", default_value = "scenario.yml")]
    out: PathBuf,
    /// Replace the file.
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &InitArgs, manner: Manner) -> Result<(), Complaints> {
    crate::cli::output::check_file_free(&args.out, args.force)?;
    let folder = args.out.parent().filter(|p| !p.as_os_str().is_empty());
    let world = WorldArgs {
        activity: args.activity.clone(),
        operations: args.operations.clone(),
        instances: args.instances.clone(),
        prices: args.prices.clone(),
        ..WorldArgs::default()
    };
    let inputs = inputs::read(&world, &[], folder.unwrap_or(Path::new(".")), manner)?;
    let problems = unpriced(&inputs);
    if !problems.is_empty() {
        return Err(Complaints::input(problems));
    }
    let noticed = Noticed::of(&inputs);
    let from = |paths: &[String]| paths.iter().map(|path| seen_from(folder, path)).collect();
    let named = Named {
        activity: from(&args.activity),
        operations: from(&args.operations),
        instances: from(&args.instances),
        prices: args.prices.as_ref().map(|path| seen_from(folder, &path.display().to_string())),
    };
    let file = args.out.display().to_string();
    write_file(&args.out, text::scenario(&file, &named, &noticed).as_bytes(), args.force)?;
    print!("{}", text::report(&file, &noticed));
    Ok(())
}

/// What would stop the first run: mostly prices that nobody wrote down.
fn unpriced(inputs: &Inputs) -> Vec<Problem> {
    Evaluator::new(inputs.case()).check(&inputs.one_scenario()).err().unwrap_or_default()
}

/// A path as a file in `folder` has to name it; one that leads elsewhere is written out whole.
fn seen_from(folder: Option<&Path>, path: &str) -> String {
    let Some(folder) = folder else { return path.to_owned() };
    match Path::new(path).strip_prefix(folder) {
        Ok(inside) => inside.display().to_string(),
        Err(_) => std::path::absolute(path)
            .map_or_else(|_| path.to_owned(), |whole| whole.display().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_named_as_the_scenario_file_sees_them() {
        let folder = Some(Path::new("runs"));
        assert_eq!(seen_from(None, "logs/*.csv"), "logs/*.csv");
        assert_eq!(seen_from(folder, "runs/activity.csv"), "activity.csv");
        assert!(Path::new(&seen_from(folder, "logs/*.csv")).is_absolute());
    }
}
