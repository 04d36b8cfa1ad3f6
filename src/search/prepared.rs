//! One scenario, ready to replay instance by instance: what sweeps, searches and benches drive.

use crate::engine::{Compiled, Recorder, Script, Setting, Timetable, replay};
use crate::ledger::Rates;
use crate::search::evaluate::{Case, Scenario, prepare, script_of};
use crate::trace::Trace;
use crate::units::Problem;
use rayon::prelude::*;

/// Every instance of a case resolved under one scenario; firings are shared between instances.
#[derive(Debug)]
pub struct Prepared<'c> {
    case: &'c Case<'c>,
    timetable: Timetable<'c>,
    instances: Vec<(Compiled, Rates)>,
}

impl<'c> Prepared<'c> {
    /// Resolves the scenario.
    ///
    /// # Errors
    /// As [`evaluate`](crate::search::evaluate).
    pub fn new(case: &'c Case<'c>, scenario: &Scenario) -> Result<Self, Vec<Problem>> {
        let mut timetable = Timetable::new(case.plans, case.rules, case.dst, case.trace.horizon);
        let instances = prepare(case, scenario, &mut timetable)?;
        Ok(Self { case, timetable, instances })
    }

    /// The rates of every instance, in the order of [`Case::instances`].
    pub fn rates(&self) -> impl Iterator<Item = &Rates> {
        self.instances.iter().map(|(_, rates)| rates)
    }

    /// The settings that the script of the instance at this position refers to, and its rates.
    ///
    /// # Panics
    /// Beyond the last instance; so does [`Self::script`].
    #[must_use]
    pub fn settings(&self, index: usize) -> (Vec<Setting<'_>>, Rates) {
        let (compiled, rates) = &self.instances[index];
        (self.timetable.settings(compiled), *rates)
    }

    /// The script of the instance at this position, under settings from [`Self::settings`].
    #[must_use]
    pub fn script<'s>(&'s self, index: usize, settings: &'s [Setting<'s>]) -> Script<'s> {
        self.script_in(self.case.trace, index, settings)
    }

    /// The same with the activity of this trace.
    pub(super) fn script_in<'s>(
        &'s self,
        trace: &'s Trace,
        index: usize,
        settings: &'s [Setting<'s>],
    ) -> Script<'s> {
        let case = Case { trace, ..*self.case };
        script_of(&case, (index, &self.instances[index].0), settings)
    }

    /// The instance at this position, resolved.
    ///
    /// # Panics
    /// Beyond the last instance.
    #[must_use]
    pub fn compiled(&self, index: usize) -> &Compiled {
        &self.instances[index].0
    }

    /// Replays every instance to a recorder of its own; in the order of [`Case::instances`], with
    /// the rates that apply.
    #[must_use]
    pub fn replay_each<R: Recorder + Default + Send>(&self) -> Vec<(R, Rates)> {
        let one = |index: usize| {
            let (settings, rates) = self.settings(index);
            let mut recorder = R::default();
            replay(&self.script(index, &settings), &mut recorder);
            (recorder, rates)
        };
        (0..self.instances.len()).into_par_iter().map(one).collect()
    }
}
