//! Every key of a scenario file with its shape and meaning: what the reader allows, what the JSON
//! Schema says.

use crate::units::{DstRule, RuleProfile};
use crate::world::PriceKind;

/// What a value looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// One path.
    Path,
    /// A path or pattern, or a list of them.
    Paths,
    /// A text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number, not negative.
    Count,
    /// A word out of a list.
    Word(&'static [&'static str]),
    /// `START/END`, or a mapping of both.
    Horizon,
    /// Model parameters.
    Model,
    /// The list of plans.
    Plans,
    /// The list of scenarios.
    Scenarios,
    /// The list of groups.
    Groups,
    /// Columns with the values they must have.
    Match,
    /// A plan, by path or inline.
    Base,
    /// Idle limits, one or a list.
    Idles,
    /// Sets of schedules, one or a list.
    Schedules,
    /// Truths, one or a list.
    Bools,
    /// Texts, one or a list.
    Texts,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    /// What it is for, in one sentence.
    pub(super) about: &'static str,
}

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, about }
}

const RULES: [&str; 2] = [RuleProfile::Aml2022_12.as_str(), RuleProfile::Aml2024_08.as_str()];
const DST: [&str; 2] = [DstRule::Ignored.as_str(), DstRule::Observed.as_str()];
const KINDS: [&str; 5] = [
    PriceKind::PayAsYouGo.as_str(),
    PriceKind::Reserved1y.as_str(),
    PriceKind::Reserved3y.as_str(),
    PriceKind::Savings1y.as_str(),
    PriceKind::Savings3y.as_str(),
];

/// Keys of the file itself.
pub(super) const TOP: [Key; 17] = [
    key("include", Shape::Paths, "Scenario files whose values hold where this one says nothing."),
    key("activity", Shape::Paths, "What people did: CSV or Parquet files, patterns or folders."),
    key("operations", Shape::Paths, "What they asked for: CSV or Parquet."),
    key("instances", Shape::Paths, "Who exists: CSV or Parquet."),
    key("prices", Shape::Path, "Prices of your own, on top of the built-in ones: CSV."),
    key("price_kind", Shape::Word(&KINDS), "The agreement under which compute is bought."),
    key("quotas", Shape::Paths, "Limits per region and family: CSV."),
    key("clusters", Shape::Paths, "Compute clusters that share the quota: CSV."),
    key("roles", Shape::Paths, "Who may do what: CSV."),
    key("horizon", Shape::Horizon, "The stretch of time to simulate."),
    key("rules", Shape::Word(&RULES), "Which dated edition of the platform's rules applies."),
    key("dst", Shape::Word(&DST), "What a schedule's time zone means."),
    key("seed", Shape::Count, "Seed of everything random."),
    key("model", Shape::Model, "Model parameters, as --set takes them."),
    key("today", Shape::Bool, "Whether to replay every instance under its own plan as well."),
    key("plans", Shape::Plans, "Plans: a path or pattern, a plan stated here, or a batch."),
    key("scenarios", Shape::Scenarios, "Plans mixed group by group; without it, one for all."),
];

/// Keys of a horizon.
pub(super) const HORIZON: [Key; 2] = [
    key("start", Shape::Text, "First instant, RFC 3339."),
    key("end", Shape::Text, "The instant after the last, RFC 3339."),
];

/// Keys of a batch: every combination of the lists becomes a plan.
pub(super) const BATCH: [Key; 6] = [
    key("name", Shape::Text, "How the names of the plans begin."),
    key("base", Shape::Base, "The plan whose settings hold where no list says otherwise."),
    key("idle", Shape::Idles, "Idle limits: minutes from 15 to 4320, or none."),
    key("schedules", Shape::Schedules, "Schedules: none, a plan's file, or compute_start_stop."),
    key("public_ip", Shape::Bools, "Whether there is a public IP address."),
    key("size", Shape::Texts, "VM sizes."),
];

/// Keys of a scenario.
pub(super) const SCENARIO: [Key; 3] = [
    key("name", Shape::Text, "What results call it."),
    key("groups", Shape::Groups, "Who gets which plan; the first group that matches decides."),
    key("default", Shape::Text, "The plan of instances in no group; `today` for their own."),
];

/// Keys of a group.
pub(super) const GROUP: [Key; 3] = [
    key("name", Shape::Texts, "Instance names, as patterns with * and ?."),
    key("match", Shape::Match, "Columns of the instance table with the values they must have."),
    key("plan", Shape::Text, "The plan's name; `today` for each instance's own."),
];

/// Columns of the instance table that a group may match.
pub(super) const COLUMNS: [&str; 9] = [
    "instance",
    "workspace",
    "region",
    "vm_size",
    "user",
    "home_timezone",
    "initial_state",
    "plan",
    "identity_has_contributor",
];

/// Whether a scenario file may have this key at its top.
#[must_use]
pub fn is_scenario_key(name: &str) -> bool {
    TOP.iter().any(|k| k.name == name)
}
