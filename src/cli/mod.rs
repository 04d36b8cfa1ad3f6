//! The only hands: flags, files, environment, clock, exit codes.
//!
//! Nothing reaches stdout but the result; progress, notes and problems go to stderr.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the room that may touch the outside"
)]

/// As `std`'s, for all of `cli`: a reader that goes away (`| head`) is no failure.
macro_rules! print {
    ($($arg:tt)*) => { crate::cli::output::print(format!($($arg)*).as_bytes()) };
}
/// The same with a line end.
macro_rules! println {
    ($($arg:tt)*) => {
        crate::cli::output::print(format!("{}\n", format_args!($($arg)*)).as_bytes())
    };
}

mod check;
mod compare;
mod complain;
mod doctor;
mod errors;
mod explain;
mod export;
mod fleet;
pub mod generate;
mod governance;
mod images;
mod init;
mod inputs;
mod interrupt;
mod manual;
mod memory;
mod output;
mod plans;
mod prices;
mod progress;
mod quota;
mod recommend;
mod report;
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
    /// A condition of `compare --fail-if` holds.
    pub const GATE: u8 = 4;
}

const AFTER_HELP: &str = "\
Start here:
  idlewise simulate --scenario data/scenarios/sample.yml --out results
Or with a fleet of your own making:
  idlewise generate --out fleet
  idlewise simulate --activity fleet/activity.csv --instances fleet/instances.csv \\
      --operations fleet/operations.csv --out results

Exit codes: 0 done, 1 the input has errors (all listed), 2 wrong usage,
3 could not read or write, 4 a condition of compare --fail-if holds.";

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
    /// Say how far the work has come as JSON lines on stderr, also with --quiet.
    #[arg(long, global = true)]
    json_progress: bool,
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
    /// Find the settings that cost least, with a proved bound on what better ones could save.
    Recommend(Box<recommend::RecommendArgs>),
    /// Put two or more plans, or results of simulate, side by side.
    Compare(Box<compare::CompareArgs>),
    /// Tell why an instance was on or off: its story over a week, or the reasons at one instant.
    Explain(Box<explain::ExplainArgs>),
    /// Write one HTML page that people act on, and the same figures as SVG and PNG.
    Report(Box<report::ReportArgs>),
    /// Which creates quota refuses, which stopped instances hold cores, what more people need.
    Quota(Box<quota::QuotaArgs>),
    /// Which instances run an old image, for how long, and what creating them anew costs.
    Images(Box<images::ImagesArgs>),
    /// Make a synthetic fleet: activity, instances and today's plans.
    Generate(Box<generate::GenerateArgs>),
    /// Write plans as files that Azure takes: CLI YAML, ARM templates, REST calls, policies.
    Export(Box<export::ExportArgs>),
    /// Look at a trace and write a commented scenario file for it, ready to run.
    Init(Box<init::InitArgs>),
    /// Say what the program sees: tables and their dates, zones, memory, threads, folders.
    Doctor(doctor::DoctorArgs),
    /// Write a completion script for a shell.
    Completions(manual::CompletionsArgs),
    /// Write a manual page for every command.
    Man(manual::ManArgs),
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
        Command::Check(args) => check::run(&args, cli.manner),
        Command::Prices(args) => prices::run(&args, cli.manner),
        Command::Errors(args) => errors::run(&args),
        Command::Sweep(args) => sweep::run(&args, cli.manner),
        Command::Recommend(args) => recommend::run(&args, cli.manner),
        Command::Compare(args) => compare::run(&args, cli.manner),
        Command::Explain(args) => explain::run(&args, cli.manner),
        Command::Report(args) => report::run(&args, cli.manner),
        Command::Quota(args) => quota::run(&args, cli.manner),
        Command::Images(args) => images::run(&args, cli.manner),
        Command::Export(args) => export::run(&args, cli.manner),
        Command::Generate(args) => generate::run(&args, cli.manner),
        Command::Init(args) => init::run(&args, cli.manner),
        Command::Doctor(args) => doctor::run(&args, cli.manner),
        Command::Completions(args) => {
            manual::completions(&args);
            Ok(())
        }
        Command::Man(args) => manual::man(&args),
    };
    match result {
        Ok(()) => exit::DONE,
        Err(complaints) => complaints.print(),
    }
}
