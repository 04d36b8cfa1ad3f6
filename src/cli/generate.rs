//! `idlewise generate`: writes a seeded synthetic fleet as a folder that `simulate` takes.
//!
//! What: flags to a [`FleetSpec`], then `activity`, `instances.csv`, `plans/*.yml` and a README.
//! Why: something to try plans on before the real logs arrive, the bundled sample, and traces of
//! any size for measuring speed. Formats: SPEC 1.1, 1.3 and 1.4.
//!
//! Codes: `E0601` zones, `E0602` ways of working, `E0603` other numbers.

mod files;

pub use files::{Folder, Format, Stream, produce};

use crate::cli::complain::Complaints;
use crate::cli::output::{Staging, check_holds_only};
use crate::cli::progress::{Progress, Unit};
use crate::cli::{Manner, exit};
use crate::trace::synthetic::{Fleet, FleetSpec, SpecError, Way};
use crate::units::{Problem, nearest};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::io;
use std::path::PathBuf;

/// Makes a synthetic fleet: people with habits in their own time zones, and what they did on their
/// compute instances.
///
/// The same flags give the same bytes on every machine and for any number of threads.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct GenerateArgs {
    /// How many people, each with one compute instance
    #[arg(long, default_value_t = 30, value_name = "N")]
    pub instances: u32,
    /// How many weeks of activity
    #[arg(long, default_value_t = 12, value_name = "N")]
    pub weeks: u32,
    /// First day; the default lies before the spring clock changes of 2024
    #[arg(long, default_value = "2024-02-19", value_name = "YYYY-MM-DD")]
    pub start: NaiveDate,
    /// Seed of every draw: another seed, other people
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Where people live: IANA zones with weights. Their nine o'clock stays nine when clocks change
    #[arg(long, default_value = ZONES, value_name = "ZONE:WEIGHT,..")]
    pub zones: String,
    /// How people work, with weights: office, split, nights, weekends, part-time, batch, forgotten
    /// (kernels left busy), custom-app, ssh, vscode (connections left open), mixed
    #[arg(long, default_value = MIX, value_name = "WAY:WEIGHT,..")]
    pub mix: String,
    /// Sessions per working day, in percent of the usual number
    #[arg(long, default_value_t = 100, value_name = "PERCENT")]
    pub density: u32,
    /// Format of the activity: csv for reading, parquet for large fleets
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Folder to write; must be absent or empty
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Replace what an earlier `generate` wrote there
    #[arg(long)]
    pub force: bool,
}

/// Zones of the bundled sample.
pub const ZONES: &str =
    "Europe/Berlin:3,America/New_York:2,America/Los_Angeles:1,Europe/London:1,Asia/Kolkata:1";
/// Ways of working of the bundled sample.
pub const MIX: &str = "office:5,split:2,nights:1,weekends:1,part-time:1,batch:3,forgotten:4,\
                       custom-app:2,ssh:2,vscode:4,mixed:2";

const EXAMPLES: &str = "\
Examples:
  idlewise generate --out fleet
      thirty people for twelve weeks, as CSV
  idlewise generate --instances 200 --weeks 26 --mix office:3,forgotten:1 --out forgetful
      one person in four leaves kernels busy overnight
  idlewise generate --instances 10000 --weeks 52 --format parquet --out year
      a large fleet, written in bounded memory as several Parquet files
Then:
  idlewise simulate --activity fleet/activity.csv --operations fleet/operations.csv \\
      --instances fleet/instances.csv --plan fleet/plans/idle-60.yml --out result";

impl GenerateArgs {
    /// The fleet these flags ask for.
    ///
    /// # Errors
    /// Every flag that cannot be used, `E0601` to `E0603`.
    pub fn spec(&self) -> Result<FleetSpec, Vec<Problem>> {
        let zones = weights("--zones", "E0601", &self.zones, zone);
        let ways = weights("--mix", "E0602", &self.mix, way);
        let (zones, ways) = match (zones, ways) {
            (Ok(zones), Ok(ways)) => (zones, ways),
            (zones, ways) => {
                return Err([zones.err(), ways.err()].into_iter().flatten().flatten().collect());
            }
        };
        Ok(FleetSpec {
            instances: self.instances,
            weeks: self.weeks,
            start: self.start,
            seed: self.seed,
            zones,
            ways,
            density: self.density,
        })
    }
}

/// Reads `NAME:WEIGHT,NAME:WEIGHT`; a weight may be left out and is then 1.
fn weights<T>(
    flag: &str,
    code: &'static str,
    text: &str,
    read: fn(&str) -> Result<T, String>,
) -> Result<Vec<(T, u32)>, Vec<Problem>> {
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (name, weight) = part.rsplit_once(':').unwrap_or((part, "1"));
        let problem = |message: String| Problem::error(code, message).field(flag);
        match (read(name.trim()), weight.trim().parse::<u16>()) {
            (Ok(value), Ok(weight)) => good.push((value, u32::from(weight))),
            (Err(hint), _) => bad.push(problem(format!("unknown name `{name}`")).hint(hint)),
            (_, Err(_)) => bad.push(
                problem(format!("weight `{weight}` of `{name}` is not a number from 0 to 65535"))
                    .hint("write NAME:WEIGHT,NAME:WEIGHT"),
            ),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| {
        let all = || chrono_tz::TZ_VARIANTS.iter().map(|z| z.name());
        let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
        let mut near = nearest(name, all());
        if near.is_empty() {
            let cities = nearest(name, all().map(city));
            near = all().filter(|z| z.contains('/') && cities.first() == Some(&city(z))).collect();
        }
        suggestion(&near, "use an IANA name such as Europe/Berlin")
    })
}

fn way(name: &str) -> Result<Way, String> {
    Way::parse(name).ok_or_else(|| {
        let near = nearest(name, Way::ALL.map(Way::as_str));
        let all = Way::ALL.map(Way::as_str).join(", ");
        suggestion(&near, &format!("use {all}"))
    })
}

fn suggestion(near: &[&str], otherwise: &str) -> String {
    match near {
        [] => otherwise.to_owned(),
        names => format!("did you mean {}?", names.join(" or ")),
    }
}

fn spec_problem(error: SpecError) -> Problem {
    let (code, flag) = match error {
        SpecError::Instances => ("E0603", "--instances"),
        SpecError::Weeks => ("E0603", "--weeks"),
        SpecError::Start => ("E0603", "--start"),
        SpecError::Density => ("E0603", "--density"),
        SpecError::Zones => ("E0601", "--zones"),
        SpecError::Ways => ("E0602", "--mix"),
    };
    Problem::error(code, error.to_string()).field(flag)
}

/// Runs the command: checks the flags, writes the folder.
///
/// # Errors
/// Every flag that cannot be used (`E0601` to `E0603`); `E0702` when the folder is not free:
/// without `--force` it must be absent or empty, with it hold nothing but what this command writes;
/// `E0701` when it cannot be written.
pub(crate) fn run(args: &GenerateArgs, manner: Manner) -> Result<(), Complaints> {
    let flags = |problems| Complaints::input(problems).with_code(exit::USAGE);
    let spec = args.spec().map_err(flags)?;
    let fleet = Fleet::new(spec).map_err(|e| flags(vec![spec_problem(e)]))?;
    let may_go = |name: &str| args.force && files::is_ours(name);
    let otherwise = if args.force {
        "move away what generate did not write"
    } else {
        "replace what an earlier generate wrote there with --force"
    };
    check_holds_only(&args.out, &may_go, otherwise)?;
    let staging = Staging::begin(&args.out, true)?;
    let spec = fleet.spec();
    let people = u64::from(spec.instances);
    let bar = Progress::begin(manner, "generate", Unit::Things("people"), people);
    let written = produce(&fleet, args.format, &mut InStaging(&staging), &|n| bar.inc(n));
    bar.finish_and_clear();
    written.map_err(|e| Complaints::io("write", &args.out, &e))?;
    staging.finish()
}

/// The result folder that is being filled.
struct InStaging<'s>(&'s Staging);

impl Folder for InStaging<'_> {
    fn file(&mut self, path: &str) -> io::Result<Stream> {
        self.0.create(path)
    }
}

#[cfg(test)]
mod tests;
