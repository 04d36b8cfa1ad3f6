//! A scenario file meets the flags: which inputs, plans and rules a run has, the flags winning.

use crate::azure::decode_text;
use crate::cli::complain::Complaints;
use crate::cli::plans::{Shelf, hex};
use crate::cli::world_args::WorldArgs;
use crate::cli::{exit, inputs};
use crate::report::InputRecord;
use crate::scenario::{At, Loaded, Mix, PlanSource, ScenarioFile, assign, load};
use crate::search::Scenario;
use crate::table::{resolve, resolve_with};
use crate::units::Problem;
use crate::world::Instance;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The scenario file of `--scenario`, or one that says nothing.
pub(crate) fn read(args: &WorldArgs) -> Result<Loaded, Complaints> {
    let Some(path) = &args.scenario else { return Ok(Loaded::default()) };
    if let Err(error) = std::fs::metadata(path) {
        return Err(Complaints::io("read the scenario", path, &error));
    }
    Ok(load(path, args.assume_utc, &mut open))
}

/// What a path in a scenario file may lead to, other than activity and operations.
const READABLE: [&str; 6] = ["csv", "parquet", "yml", "yaml", "json", "jsonc"];

/// The flags with the instances, quotas, clusters and roles of the scenario file where they name
/// none. A path that leads nowhere is reported where it is written, and left out.
pub(crate) fn filled(
    args: &WorldArgs,
    scenario: &ScenarioFile,
    problems: &mut Vec<Problem>,
) -> WorldArgs {
    let mut args = args.clone();
    for (flag, key) in [
        (&mut args.instances, "instances"),
        (&mut args.quotas, "quotas"),
        (&mut args.clusters, "clusters"),
        (&mut args.roles, "roles"),
    ] {
        if !flag.is_empty() {
            continue;
        }
        for at in scenario.paths(key) {
            match resolve_with(std::slice::from_ref(&at.value), &READABLE) {
                Ok(_) => flag.push(at.value.clone()),
                Err(problem) => problems.push(at.place.relocate(problem)),
            }
        }
    }
    args
}

/// The text of a file; the problem names the file.
pub(crate) fn open(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| {
        Problem::error(crate::table::codes::UNREADABLE, format!("cannot be read: {error}"))
            .in_file(path.display().to_string())
    })?;
    decode_text(bytes, &path.display().to_string())
}

/// The files of one sort of table: those of the flag, else those of the scenario file, whose
/// problems are located there.
pub(crate) fn table_files(
    flag: &[String],
    file: &[At<String>],
    problems: &mut Vec<Problem>,
) -> Result<Vec<PathBuf>, Complaints> {
    if !flag.is_empty() {
        // A path that leads nowhere is a failure to read, not an error in the input.
        return resolve(flag).map_err(|p| Complaints::input(vec![p]).with_code(exit::IO));
    }
    let mut found = Vec::new();
    for at in file {
        match resolve(std::slice::from_ref(&at.value)) {
            Ok(files) => found.extend(files),
            Err(problem) => problems.push(at.place.relocate(problem)),
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Puts the plans of a scenario file on the shelf; returns their places.
pub(crate) fn shelve(scenario: &ScenarioFile, shelf: &mut Shelf) -> Result<Vec<usize>, Complaints> {
    let mut places = Vec::new();
    for At { value, place } in &scenario.plans {
        places.extend(match value {
            PlanSource::File(path) => shelf.add(path)?,
            PlanSource::Built(plan) => shelf.put(plan.as_ref().clone(), place),
        });
    }
    // A pattern may name a file that another entry names too.
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|place| seen.insert(*place));
    Ok(places)
}

/// The scenarios of a file over a fleet.
pub(crate) fn mixes(
    mixes: &[Mix],
    instances: &[Instance],
    own: &[usize],
    shelf: &Shelf,
    problems: &mut Vec<Problem>,
) -> Vec<Scenario> {
    let names: Vec<&str> = shelf.plans.iter().map(|p| p.name.as_str()).collect();
    let mut scenarios = Vec::new();
    for mix in mixes {
        let (assigned, warnings) = assign(mix, instances, own, &names);
        problems.extend(warnings);
        match assigned {
            Ok(plan_of) => scenarios.push(Scenario { name: mix.name.value.clone(), plan_of }),
            Err(found) => problems.extend(found),
        }
    }
    scenarios
}

/// One hash over every file that was read for the scenario.
pub(crate) fn record(loaded: &Loaded) -> Option<InputRecord> {
    let first = loaded.texts.first()?;
    let mut hash = Sha256::new();
    hash.update(first.as_bytes());
    for text in &loaded.texts[1..] {
        hash.update([0]);
        hash.update(text.as_bytes());
    }
    Some(InputRecord { role: "scenario".into(), rows: 0, sha256: hex(&hash.finalize()) })
}

/// Wrong usage: nothing says what people did.
pub(crate) fn no_activity() -> Complaints {
    let problem = Problem::error("E0505", "no activity is named");
    Complaints::usage(problem.hint("give --activity, or `activity:` in the scenario file"))
}

/// What `inputs` needs of a scenario file and the flags beside it.
impl inputs::Rules {
    /// The rules of a run: flags first, then the file, then defaults.
    pub(crate) fn of(args: &WorldArgs, scenario: &ScenarioFile) -> Self {
        Self {
            rules: args.rules.or(scenario.rules).unwrap_or_default(),
            dst: args.dst.or(scenario.dst).unwrap_or_default(),
            seed: args.seed.or(scenario.seed).unwrap_or_default(),
            price_kind: args.price_kind.or(scenario.price_kind).unwrap_or_default(),
        }
    }
}
