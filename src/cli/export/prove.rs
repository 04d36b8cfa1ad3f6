//! The proof by replay: the plan as it was and the plan as it was read back, over the same trace,
//! line by line of the ledger.

use crate::azure::{Deployment, Form, ReadBack};
use crate::cli::Manner;
use crate::cli::complain::Complaints;
use crate::cli::export::ExportArgs;
use crate::cli::inputs::{self, Inputs};
use crate::cli::scenario_file;
use crate::cli::simulate::progress_bar;
use crate::cli::world_args::WorldArgs;
use crate::ledger::Line;
use crate::plan::Plan;
use crate::search::{Case, Outcome, Scenario, evaluate};
use crate::units::{Money, Problem};
use clap::{ArgMatches, Args, Command, FromArgMatches};

/// The flags of a world, none of them required.
#[derive(Debug)]
pub(crate) struct OptionalWorld {
    /// Given when `--activity` or `--scenario` is.
    world: Option<WorldArgs>,
    /// `--instances`, with or without the rest.
    instances: Vec<String>,
    /// `--assume-utc`.
    pub(crate) assume_utc: bool,
}

impl OptionalWorld {
    /// `--instances`, else those of the scenario file.
    pub(crate) fn instances(&self) -> Result<Vec<String>, Complaints> {
        let Some(world) = &self.world else { return Ok(self.instances.clone()) };
        let mut loaded = scenario_file::read(world)?;
        let filled = scenario_file::filled(world, &loaded.scenario, &mut loaded.problems);
        loaded.problems.retain(Problem::is_error);
        if loaded.problems.is_empty() {
            Ok(filled.instances)
        } else {
            Err(Complaints::input(loaded.problems))
        }
    }
}

impl FromArgMatches for OptionalWorld {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = ["activity", "scenario"].iter().any(|flag| matches.contains_id(flag));
        let world = given.then(|| WorldArgs::from_arg_matches(matches)).transpose()?;
        let instances = matches.get_many::<String>("instances").into_iter().flatten().cloned();
        let assume_utc = matches.get_flag("assume_utc");
        Ok(Self { world, instances: instances.collect(), assume_utc })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for OptionalWorld {
    fn augment_args(command: Command) -> Command {
        WorldArgs::augment_args(command).mut_arg("activity", |arg| arg.required(false))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// A world and a trace, with the plans as they are before they go out.
pub(crate) struct Stage {
    manner: Manner,
    inputs: Inputs,
    /// For each deployment, the instances it is for.
    targets: Vec<Vec<usize>>,
    before: Vec<Plan>,
    /// For each deployment, what happens to its instances.
    outcomes: Vec<Vec<Outcome>>,
}

impl Stage {
    /// Reads the world and replays the plans as they are; nothing without `--activity` or
    /// `--scenario`.
    pub(crate) fn set(
        args: &ExportArgs,
        now: &[Deployment],
        manner: Manner,
    ) -> Result<Option<Self>, Complaints> {
        let Some(world) = &args.world.world else { return Ok(None) };
        let mut inputs = inputs::read(world, &[], &args.folder.out, manner)?;
        args.what_if.apply_region(&mut inputs);
        let names: Vec<&str> = inputs.instances.iter().map(|i| i.name.as_str()).collect();
        let targets: Vec<Vec<usize>> = now
            .iter()
            .map(|deployment| match &deployment.instance {
                Some(name) => names.iter().position(|n| n == name).into_iter().collect(),
                None => (0..names.len()).collect(),
            })
            .collect();
        let before: Vec<Plan> = now.iter().map(|d| d.file.plan.clone()).collect();
        let mut stage = Self { manner, inputs, targets, before, outcomes: Vec::new() };
        let plans: Vec<Option<Plan>> = stage.before.iter().cloned().map(Some).collect();
        stage.outcomes = stage.replay(&plans)?;
        Ok(Some(stage))
    }

    /// What happens to each deployment's instances under these plans. Plans for single instances
    /// share one scenario: instances are independent.
    fn replay(&self, plans: &[Option<Plan>]) -> Result<Vec<Vec<Outcome>>, Complaints> {
        let inputs = &self.inputs;
        let mut shelf = inputs.shelf.plans.clone();
        let mut common = inputs.own.clone();
        let mut alone = Vec::new();
        for (place, plan) in plans.iter().enumerate() {
            let Some(plan) = plan else { continue };
            shelf.push(plan.clone());
            match self.targets[place].as_slice() {
                [one] => common[*one] = shelf.len() - 1,
                _ => alone.push((place, shelf.len() - 1)),
            }
        }
        let evaluated = self.evaluate(&shelf, common)?;
        let pick = |all: &[Outcome], targets: &[usize]| -> Vec<Outcome> {
            targets.iter().map(|target| all[*target].clone()).collect()
        };
        let mut outcomes: Vec<Vec<Outcome>> =
            self.targets.iter().map(|targets| pick(&evaluated, targets)).collect();
        for (place, plan) in alone {
            let evaluated = self.evaluate(&shelf, vec![plan; inputs.instances.len()])?;
            outcomes[place] = pick(&evaluated, &self.targets[place]);
        }
        Ok(outcomes)
    }

    fn evaluate(&self, plans: &[Plan], plan_of: Vec<usize>) -> Result<Vec<Outcome>, Complaints> {
        let case = Case { plans, ..self.inputs.case() };
        let scenario = Scenario { name: "export".to_owned(), plan_of };
        let bar = progress_bar(self.inputs.instances.len(), self.manner);
        let outcomes = evaluate(&case, &scenario, false, &|| bar.inc(1));
        bar.finish_and_clear();
        outcomes.map_err(Complaints::input)
    }

    /// Says above each plan what it cost in the replay.
    pub(crate) fn tell_costs(&self, now: &mut [Deployment]) {
        let horizon = self.inputs.trace.horizon;
        let currency = self.inputs.prices.currency();
        for (deployment, outcomes) in now.iter_mut().zip(&self.outcomes) {
            let total: Money = outcomes.iter().flat_map(|o| &o.lines).map(|l| l.cost).sum();
            let count = match (&deployment.instance, outcomes.len()) {
                (Some(_), 0) => continue,
                (Some(name), _) => name.clone(),
                (None, n) => format!("{n} instances"),
            };
            deployment.comments.push(format!(
                "Replayed from {} to {}: {count} cost {total} {currency} under this plan.",
                horizon.start, horizon.end,
            ));
        }
    }

    /// Replays what was read back; the ledgers must be the same.
    pub(crate) fn prove(&self, form: Form, read_back: &ReadBack) -> Result<(), Complaints> {
        if read_back.iter().all(Option::is_none) {
            return Ok(());
        }
        let lines = |outcomes: &[Outcome]| -> Vec<Vec<Line>> {
            outcomes.iter().map(|o| o.lines.clone()).collect()
        };
        let again = self.replay(read_back)?;
        let wrong = self.outcomes.iter().zip(&again).position(|(a, b)| lines(a) != lines(b));
        let Some(place) = wrong else { return Ok(()) };
        let name = &self.before[place].name;
        let message = format!("`{name}` costs something else as {}", form.as_str());
        let hint = "this is a defect of idlewise: please report it";
        Err(Complaints::input(vec![Problem::error("E0991", message).hint(hint)]))
    }
}
