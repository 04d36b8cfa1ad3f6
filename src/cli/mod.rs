//! The only hands: flags, files, environment, clock, exit codes.
//!
//! Nothing reaches stdout but the result; progress, notes and problems go to stderr.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the room that may touch the outside"
)]

mod check;
mod complain;
mod errors;
mod export;
mod fleet;
pub mod generate;
mod governance;
mod images;
mod inputs;
mod interrupt;
mod output;
mod plans;
mod prices;
mod quota;
mod scenario_file;
mod simulate;
mod sweep;
mod what_if;
mod world_args;

use clap::{Args, Parser, Subcommand};
use std::io::IsTerminal as _;
use std::process::ExitCode;

/// Exit codes (SPEC §9).
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// The input has errors.
    pub const INPUT: u8 = 1;
    /// Wrong usage.
    pub const USAGE: u8 = 2;
    /// Could not read or write.
    pub const IO: u8 = 3;
}

const AFTER_HELP: &str = "\
Start here:
  idlewise simulate --scenario data/scenarios/sample.yml --out results
Or with a fleet of your own making:
  idlewise generate --out fleet
  idlewise simulate --activity fleet/activity.csv --instances fleet/instances.csv \\
      --operations fleet/operations.csv --out results

Exit codes: 0 done, 1 the input has errors (all listed), 2 wrong usage,
3 could not read or write.";

/// Replays what people did on Azure Machine Learning compute instances through idle shutdown,
/// start/stop schedules, time zones and quota, and shows where the money and the waiting went.
#[derive(Parser, Debug)]
#[command(name = "idlewise", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    manner: Manner,
    #[command(subcommand)]
    command: Command,
}

/// How the program speaks.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Say nothing but results and errors.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Threads to use; 0 takes every core. Results never depend on it.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    threads: usize,
}

impl Manner {
    /// Whether a progress bar would reach a person.
    fn shows_progress(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Replay an activity trace under one or more plans and write what it cost.
    Simulate(Box<simulate::SimulateArgs>),
    /// Find every problem of plans, scenarios, traces and tables, without replaying.
    Check(Box<check::CheckArgs>),
    /// Show what is known about prices, or import Azure's own list.
    Prices(Box<prices::PricesArgs>),
    /// Explain the codes of errors and warnings.
    Errors(errors::ErrorsArgs),
    /// Find what every idle limit would cost, from 15 minutes to none, in one pass.
    Sweep(Box<sweep::SweepArgs>),
    /// Which creates quota refuses, which stopped instances hold cores, what more people need.
    Quota(Box<quota::QuotaArgs>),
    /// Which instances run an old image, for how long, and what creating them anew costs.
    Images(Box<images::ImagesArgs>),
    /// Make a synthetic fleet: activity, instances and today's plans.
    Generate(Box<generate::GenerateArgs>),
    /// Write plans as files that Azure takes: CLI YAML, ARM templates, REST calls, policies.
    Export(Box<export::ExportArgs>),
}

/// Runs the program on the process's own arguments.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    interrupt::watch();
    ExitCode::from(run(cli))
}

fn run(cli: Cli) -> u8 {
    if cli.manner.threads > 0 {
        // A second pool in one process is refused; then the first one's size stays.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(cli.manner.threads).build_global();
    }
    let result = match cli.command {
        Command::Simulate(args) => simulate::run(&args, cli.manner),
        Command::Check(args) => check::run(&args, cli.manner.quiet),
        Command::Prices(args) => prices::run(&args, cli.manner),
        Command::Errors(args) => errors::run(&args),
        Command::Sweep(args) => sweep::run(&args, cli.manner),
        Command::Quota(args) => quota::run(&args, cli.manner),
        Command::Images(args) => images::run(&args, cli.manner),
        Command::Export(args) => export::run(&args, cli.manner),
        Command::Generate(args) => generate::run(&args, cli.manner),
    };
    match result {
        Ok(()) => exit::DONE,
        Err(complaints) => complaints.print(),
    }
}
