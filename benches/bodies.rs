//! What the benches run, callable at any size: a test runs each of them small.

use idlewise::azure::read_plan;
use idlewise::engine::{Counters, Sweeper, replay};
use idlewise::ledger::CostCurve;
use idlewise::plan::Plan;
use idlewise::search::{Case, Prepared, Scenario};
use idlewise::trace::synthetic::{Fleet, FleetSpec, Way};
use idlewise::trace::{Loaded, ReadOptions, Trace, read_activity};
use idlewise::units::{DstRule, Pricer, RuleProfile};
use idlewise::world::{Instance, ModelParams, PriceBook};
use rayon::ThreadPool;
use rayon::prelude::{IntoParallelIterator, ParallelIterator};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An idle limit of an hour and nothing else.
pub(crate) const IDLE: &str = "";
/// The same with office hours.
pub(crate) const OFFICE: &str = "
schedules:
  compute_start_stop:
    - {action: start, trigger: {type: cron, expression: \"0 8 * * 1-5\", time_zone: UTC}}
    - {action: stop, trigger: {type: cron, expression: \"0 19 * * 1-5\", time_zone: UTC}}
";
/// The same with a break at noon: as many schedules as an instance can have.
pub(crate) const FOUR: &str = "
schedules:
  compute_start_stop:
    - {action: start, trigger: {type: cron, expression: \"30 7 * * 1-5\", time_zone: UTC}}
    - {action: stop, trigger: {type: cron, expression: \"15 12 * * 1-5\", time_zone: UTC}}
    - {action: start, trigger: {type: cron, expression: \"0 13 * * 1-5\", time_zone: UTC}}
    - {action: stop, trigger: {type: cron, expression: \"30 18 * * *\", time_zone: UTC}}
";

/// How a fleet works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    /// All ways but custom applications, as many sessions as usual.
    Usual,
    /// The same, ten times as many.
    Dense,
    /// Custom applications, which do not count as activity.
    Apps,
}

/// A generated fleet with everything a replay needs.
pub(crate) struct World {
    trace: Trace,
    instances: Vec<Instance>,
    plans: Vec<Plan>,
    prices: PriceBook,
    model: ModelParams,
}

impl World {
    /// A fleet at work under these schedules.
    pub(crate) fn new(instances: u32, weeks: u32, work: Work, schedules: &str) -> Self {
        let ways = [Way::Office, Way::Split, Way::Nights, Way::Weekends, Way::Batch, Way::Ssh];
        let ways = match work {
            Work::Apps => vec![(Way::CustomApp, 1)],
            Work::Usual | Work::Dense => ways.map(|way| (way, 1)).to_vec(),
        };
        let spec = FleetSpec {
            instances,
            weeks,
            start: chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(),
            seed: 1,
            zones: vec![(chrono_tz::UTC, 1)],
            ways,
            density: if work == Work::Dense { 1_000 } else { 100 },
        };
        let fleet = Fleet::new(spec).unwrap();
        let horizon = fleet.spec().horizon();
        let names: Vec<String> = (0..instances).map(|i| format!("ci-{i:06}")).collect();
        let rows: Vec<_> = fleet.batches(64).flatten().flat_map(|(_, deeds)| deeds.rows).collect();
        let rows =
            rows.iter().map(|r| (names[r.instance as usize].as_str(), r.start, r.end, r.kind));
        let yaml = format!("idle_time_before_shutdown_minutes: 60\n{schedules}");
        Self {
            trace: Trace::build(Loaded::from_rows(rows), Some(horizon)).unwrap(),
            instances: names.iter().map(Instance::named).collect(),
            plans: vec![read_plan(&yaml, "plan.yml", "plan").0.unwrap().plan],
            prices: PriceBook::builtin(),
            model: ModelParams::default(),
        }
    }

    fn case(&self) -> Case<'_> {
        Case {
            trace: &self.trace,
            operations: &[],
            instances: &self.instances,
            plans: &self.plans,
            prices: &self.prices,
            model: &self.model,
            rules: RuleProfile::Aml2022_12,
            dst: DstRule::Ignored,
            seed: 1,
            governance: None,
        }
    }

    /// Runs `body` on the prepared world; preparing is no part of what is measured.
    pub(crate) fn with<T>(&self, body: impl FnOnce(&Ready<'_>) -> T) -> T {
        let case = self.case();
        let plan_of = vec![0; self.instances.len()];
        let prepared = Prepared::new(&case, &Scenario { name: String::new(), plan_of }).unwrap();
        body(&Ready {
            prepared,
            instances: self.instances.len(),
            intervals: self.trace.intervals(),
        })
    }
}

/// A fleet in files, as `idlewise generate` writes it.
pub(crate) struct Files {
    folder: PathBuf,
}

impl Files {
    /// Generates it anew, in Parquet.
    pub(crate) fn new(name: &str, instances: u32, weeks: u32) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let (instances, weeks) = (instances.to_string(), weeks.to_string());
        let flags =
            ["--instances", &instances, "--weeks", &weeks, "--format", "parquet", "--force"];
        run(&["generate"], &flags, &folder);
        Self { folder }
    }

    /// Reads, sorts and clips the activity; how many intervals there are.
    pub(crate) fn load(&self) -> usize {
        let files = [self.folder.join("activity.parquet")];
        let loaded = read_activity(&files, &ReadOptions::default());
        assert!(loaded.faults.is_empty() && loaded.defects.is_empty());
        Trace::build(loaded, None).unwrap().intervals()
    }

    /// A whole run of `simulate` or `sweep`, office hours for everybody; the folder with its
    /// results.
    pub(crate) fn end_to_end(&self, command: &str) -> PathBuf {
        // Beside the folder: `generate` does not replace what it did not write.
        let beside = |what: &str| self.folder.with_extension(what);
        let plan = beside("yml").display().to_string();
        std::fs::write(&plan, format!("idle_time_before_shutdown_minutes: 60\n{OFFICE}")).unwrap();
        let activity = self.folder.join("activity.parquet").display().to_string();
        let out = beside(command);
        run(&[command, "--activity", &activity], &["--plan", &plan, "--force"], &out);
        out
    }
}

/// One run of the program.
fn run(what: &[&str], flags: &[&str], out: &Path) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_idlewise"));
    let done =
        process.args(what).args(flags).arg("--quiet").arg("--out").arg(out).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A world ready to replay.
pub(crate) struct Ready<'w> {
    prepared: Prepared<'w>,
    instances: usize,
    intervals: usize,
}

impl Ready<'_> {
    /// One replay of everybody, counters only, on this thread; seconds billed.
    pub(crate) fn replay(&self) -> i64 {
        self.each(|counters| counters.billed_s())
    }

    /// How much there is to do: activity starts and ends, firings, starts and stops of the
    /// instance, the ends of their phases.
    pub(crate) fn events(&self) -> u64 {
        let sum = |counts: &[u32]| counts.iter().map(|c| i64::from(*c)).sum::<i64>();
        let own = self.each(|c| 2 * (sum(&c.starts) + sum(&c.stops)));
        let firings = |index: usize| {
            let (settings, _) = self.prepared.settings(index);
            settings.first().map_or(0, |s| s.firings.len() as u64)
        };
        let firings: u64 = (0..self.instances).map(firings).sum();
        2 * self.intervals as u64 + firings + own.unsigned_abs()
    }

    /// The same on all threads of a pool.
    pub(crate) fn replay_on(&self, pool: &ThreadPool) -> i64 {
        let each = || (0..self.instances).into_par_iter();
        pool.install(|| each().map(|index| self.counted(index).billed_s()).sum())
    }

    fn each(&self, of: impl Fn(&Counters) -> i64) -> i64 {
        (0..self.instances).map(|index| of(&self.counted(index))).sum()
    }

    fn counted(&self, index: usize) -> Counters {
        let (settings, _) = self.prepared.settings(index);
        let script = self.prepared.script(index, &settings);
        let mut counters = Counters::new(script.horizon);
        replay(&script, &mut counters);
        counters.finish();
        counters
    }

    /// One sweep of everybody, money included, on this thread; seconds billed at an hour.
    pub(crate) fn sweep(&self) -> i64 {
        let (mut sweeper, mut costs) = (Sweeper::default(), CostCurve::default());
        for index in 0..self.instances {
            let (settings, rates) = self.prepared.settings(index);
            let pricer = Pricer::new(rates.compute);
            sweeper.add(&self.prepared.script(index, &settings), |billed| {
                costs.post(billed, &pricer).unwrap();
            });
        }
        assert!(costs.at_limits().last().is_some());
        sweeper.at_limits().nth(45).map_or(0, |t| t.billed_s)
    }
}
