//! The flags that describe a world: the same for every command that replays.

use crate::scenario::{self, ScenarioFile};
use crate::units::{DstRule, Horizon, Problem, RuleProfile};
use crate::world::{ModelParams, PriceKind};
use clap::builder::PossibleValuesParser;
use clap::{Args, builder::TypedValueParser as _};
use std::path::PathBuf;

/// The scenarios of a command that takes any number of plans.
#[derive(Args, Debug)]
pub(crate) struct PlansArgs {
    /// Plans to apply to every instance, one scenario each: CLI v2 compute-instance YAML, an
    /// ARM template or a part of one, or a parameter file with `schedules`.
    ///
    /// Without it every instance follows its own plan (column `plan` of the instance table, a file
    /// in `plans` beside it); instances without one have no idle limit and no schedule.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(crate) plan: Vec<PathBuf>,
    /// With --plan: also replay every instance under its own plan, as `today`.
    #[arg(long)]
    pub(crate) today: bool,
}

/// Inputs and rules of a replay.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct WorldArgs {
    /// What people did: CSV or Parquet files, globs or folders. Needed, here or in --scenario.
    ///
    /// Columns: instance, kind (kernel, terminal, ssh, vscode, run, custom_app), start, end, and
    /// for vscode optionally last_activity. Times are RFC 3339 with an offset (Parquet:
    /// timestamps).
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) activity: Vec<String>,
    /// A YAML file that names inputs, horizon, rules, model parameters and plans; a flag given
    /// beside it wins.
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// What they asked for: CSV or Parquet with columns instance, at, op, value, actor.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) operations: Vec<String>,
    /// Who exists: CSV or Parquet with the column instance and any of workspace, region, vm_size,
    /// user, home_timezone, created, deleted, initial_state, plan, identity_has_contributor,
    /// created_by (somebody other than user: created on the user's behalf), disk_full_from (an
    /// instant from which idle shutdown and schedules no longer work).
    ///
    /// Or Azure's own formats, whose settings are then the plans of today: files or a folder of
    /// CLI v2 YAML (`type: computeinstance`), the JSON of `az ml compute list`, pages of the REST
    /// list, ARM templates (with NAME.parameters.json beside NAME.json).
    ///
    /// Without it every instance named in the trace exists from the horizon's start, stopped, as a
    /// Standard_DS3_v2 in eastus.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) instances: Vec<String>,
    /// Prices of your own, on top of the built-in ones: CSV with columns meter, region, vm_size,
    /// rate_usd, rate_unit.
    #[arg(long, value_name = "FILE")]
    pub(crate) prices: Option<PathBuf>,
    /// The agreement under which compute is bought. A size or region that has no price of this kind
    /// is an error: import one with `idlewise prices import`. [default: payg]
    #[arg(long, value_parser = PossibleValuesParser::new(PriceKind::ALL.map(PriceKind::as_str))
              .map(|s| named(PriceKind::ALL, PriceKind::as_str, &s)))]
    pub(crate) price_kind: Option<PriceKind>,
    /// How many cores and computes a region may hold: CSV or Parquet with columns region, family (a
    /// family, total or computes), limit; or a saved usage list of the service (JSON).
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) quotas: Vec<String>,
    /// Training clusters that share those cores: CSV or Parquet with columns cluster, region,
    /// vm_size, at, nodes.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) clusters: Vec<String>,
    /// Who may do what: CSV or Parquet with columns actor, role (owner, contributor,
    /// data-scientist, custom), actions (of a custom role, with ; between) and instance. Without it
    /// everybody may do everything.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(crate) roles: Vec<String>,
    /// What becomes of a create whose name the product page does not allow: a recorded one
    /// evidently worked; one that is only planned would be refused.
    #[arg(long, value_enum, default_value_t = Names::Recorded)]
    pub(crate) names: Names,
    /// Simulate exactly this stretch of time, as START/END (RFC 3339).
    ///
    /// Default: midnight UTC on or before the first activity to midnight UTC on or after the last.
    #[arg(long, value_name = "START/END")]
    pub(crate) horizon: Option<String>,
    /// Which dated edition of the platform's rules applies. [default: aml-2022-12]
    #[arg(long, value_parser = PossibleValuesParser::new(RuleProfile::ALL.map(RuleProfile::as_str))
              .map(|s| named(RuleProfile::ALL, RuleProfile::as_str, &s)))]
    pub(crate) rules: Option<RuleProfile>,
    /// What a schedule's time zone means: its label's fixed standard offset all year, or its real
    /// clock. [default: ignored]
    #[arg(long, value_parser = PossibleValuesParser::new(DstRule::ALL.map(DstRule::as_str))
              .map(|s| named(DstRule::ALL, DstRule::as_str, &s)))]
    pub(crate) dst: Option<DstRule>,
    /// Seed of everything random (dismissals with a chance between 0 and 1). [default: 0]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Set model parameters, as in --set start_latency=240 dismiss.attended=0.5
    ///
    /// create_latency (300), start_latency (240), stop_latency (60), restart_latency (180),
    /// idle_check_interval (0 = exact), all in seconds; dismiss.attended (1.0), dismiss.unattended
    /// (0.0); after_interruption.attended (restart), after_interruption.unattended (give_up);
    /// instances_per_load_balancer (1).
    #[arg(long, num_args = 1.., value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Read times without an offset as UTC instead of refusing them.
    #[arg(long)]
    pub(crate) assume_utc: bool,
    /// Leave out rows that cannot be used (they are listed in defects.csv) instead of stopping.
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
}

/// `--names`.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Names {
    /// Take every name.
    #[default]
    Recorded,
    /// Refuse what the page does not allow.
    Page,
}

impl WorldArgs {
    /// The model's numbers: defaults, then the scenario file's, then `--set`.
    pub(crate) fn model(&self, scenario: &ScenarioFile) -> Result<ModelParams, Problem> {
        let mut model = ModelParams::default();
        for (key, value) in &scenario.model {
            model.set(key, value)?;
        }
        for setting in &self.set {
            let Some((key, value)) = setting.split_once('=') else {
                let message = format!("`{setting}` is not NAME=VALUE");
                return Err(Problem::error("E0503", message).field("--set"));
            };
            model.set(key.trim(), value.trim()).map_err(|p| p.field("--set"))?;
        }
        Ok(model)
    }

    /// The horizon asked for, if any.
    pub(crate) fn horizon(&self) -> Result<Option<Horizon>, Problem> {
        let Some(text) = &self.horizon else { return Ok(None) };
        let bad = |p: Problem| p.field("--horizon");
        let (start, end) = text.split_once('/').ok_or_else(|| {
            let problem = Problem::error("E0504", format!("`{text}` has no `/`"));
            bad(problem.hint("write START/END, such as 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z"))
        })?;
        scenario::horizon(start, end, self.assume_utc).map(Some).map_err(bad)
    }
}

/// The value of `all` that is spelt `text`; clap has checked that there is one.
fn named<T: Copy + Default, const N: usize>(
    all: [T; N],
    spelling: impl Fn(T) -> &'static str,
    text: &str,
) -> T {
    all.into_iter().find(|v| spelling(*v) == text).unwrap_or_default()
}
