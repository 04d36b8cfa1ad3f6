//! Scenario files (SPEC 1.6): one YAML document names a world, a horizon, rules, model parameters
//! and any number of plans, alone, as batches or mixed group by group.
//!
//! [`load`] reads a file with everything it includes; every problem says file, line and column.
//! Nothing here opens a file: the caller hands in how. [`assign`] turns a `scenarios` entry into a
//! plan for each instance once the fleet is known. The keys are one table (`keys.rs`) that reader
//! and [`schema`] share, so that neither knows a key the other does not.
//!
//! * Paths are relative to the file that names them, and may be patterns.
//! * A key of the including file replaces that of an included one; `model` is merged parameter by
//!   parameter; of several includes the later wins.
//! * Without `scenarios` every plan is a scenario of its own, applied to all instances.

mod batch;
mod groups;
mod keys;
mod load;
mod read;
mod schema;
#[cfg(test)]
mod tests;

pub use groups::{Group, Mix, assign};
pub use keys::is_scenario_key;
pub use load::{Loaded, Open, load};
pub use schema::schema;

use crate::plan::Plan;
use crate::units::{DstRule, Horizon, Problem, RuleProfile, parse_instant};
use crate::world::PriceKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The name by which groups leave instances under their own plan, and what results call a scenario
/// in which all of them are.
pub const TODAY: &str = "today";

/// Where a value was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Place {
    /// The same problem, here.
    #[must_use]
    pub fn locate(&self, problem: Problem) -> Problem {
        problem.in_file(self.file.clone()).at(self.line, self.column)
    }

    /// A problem with another file that is named here: the other file's name moves into the
    /// message.
    #[must_use]
    pub fn relocate(&self, mut problem: Problem) -> Problem {
        if !problem.file.is_empty() {
            problem.message = format!("`{}`: {}", problem.file, problem.message);
        }
        self.locate(problem)
    }
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

/// A plan that a scenario file names or states.
#[derive(Clone, PartialEq, Debug)]
pub enum PlanSource {
    /// A file of its own.
    File(PathBuf),
    /// A plan stated inline, or made by a batch.
    Built(Box<Plan>),
}

/// Everything a scenario file says. What it leaves out is `None` or empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ScenarioFile {
    /// Paths and patterns of tables by key: activity, operations, instances, quotas, clusters,
    /// roles.
    pub tables: BTreeMap<&'static str, Vec<At<String>>>,
    /// The price table.
    pub prices: Option<At<String>>,
    /// The agreement under which compute is bought.
    pub price_kind: Option<PriceKind>,
    /// The stretch of time to simulate.
    pub horizon: Option<Horizon>,
    /// The rule profile.
    pub rules: Option<RuleProfile>,
    /// What zone labels mean.
    pub dst: Option<DstRule>,
    /// The seed of all luck.
    pub seed: Option<u64>,
    /// Whether every instance is also replayed under its own plan.
    pub today: bool,
    /// Model parameters as `--set` takes them, checked.
    pub model: Vec<(&'static str, String)>,
    /// The plans, in order.
    pub plans: Vec<At<PlanSource>>,
    /// Plans mixed group by group.
    pub scenarios: Vec<Mix>,
}

impl ScenarioFile {
    /// The paths and patterns of one sort of table.
    #[must_use]
    pub fn paths(&self, key: &str) -> &[At<String>] {
        self.tables.get(key).map_or(&[], Vec::as_slice)
    }
}

/// The horizon from `start` to `end`.
///
/// # Errors
/// `E0504`, not located: one is no instant, or the end is not after the start.
pub fn horizon(start: &str, end: &str, assume_utc: bool) -> Result<Horizon, Problem> {
    let bad = |why: String| {
        Problem::error("E0504", why)
            .hint("write START/END, such as 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z")
    };
    let instant = |t: &str| parse_instant(t, assume_utc).map_err(|e| bad(format!("`{t}` is {e}")));
    let horizon = Horizon { start: instant(start)?, end: instant(end)? };
    if horizon.start >= horizon.end {
        return Err(bad(format!("`{start}/{end}` ends before it starts")));
    }
    Ok(horizon)
}
