//! A fleet ready to be searched: exact scores of any choice.

use super::choice::{Choice, Entry, schedules};
use super::objective::Score;
use crate::ledger::Totals;
use crate::plan::Plan;
use crate::search::{Case, Scenario, evaluate, sweep};
use crate::units::{Money, Problem};
use crate::world::zones::{Zone, windows_for_iana};

/// A case and the plan each instance has today, from which choices take all but idle limit and
/// schedules.
#[derive(Clone, Copy, Debug)]
pub struct Field<'c> {
    case: Case<'c>,
    base: &'c Scenario,
}

impl<'c> Field<'c> {
    /// Ready.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn new(case: Case<'c>, base: &'c Scenario) -> Result<Self, Vec<Problem>> {
        crate::search::Evaluator::new(case).check(base)?;
        Ok(Self { case, base })
    }

    /// The case.
    #[must_use]
    pub const fn case(&self) -> &Case<'c> {
        &self.case
    }

    /// The plan the instance at this position has today.
    #[must_use]
    pub fn plan_today(&self, instance: usize) -> &'c Plan {
        &self.case.plans[self.base.plan_of[instance]]
    }

    /// The home zone of an instance's user as Azure spells it, else UTC.
    #[must_use]
    pub fn home_zone(&self, instance: usize) -> Zone {
        let home = self.case.instances[instance].home_timezone.as_deref();
        let windows = home.and_then(windows_for_iana);
        windows.and_then(|name| Zone::parse(name).ok()).map_or(Zone::utc(), |(zone, _)| zone)
    }

    /// What happens to one instance under this choice.
    ///
    /// # Errors
    /// As [`evaluate`].
    pub fn score(&self, instance: usize, choice: &Choice) -> Result<Score, Vec<Problem>> {
        let plan = choice.to_plan("choice", self.plan_today(instance));
        self.with(instance, plan, |case, scenario| {
            let outcomes = evaluate(case, scenario, false, &|| ())?;
            Ok(Score::of_outcome(&outcomes[instance]))
        })
    }

    /// The same under these entries at every idle limit, in the order of a sweep.
    ///
    /// # Errors
    /// As [`sweep`].
    pub fn sweep(
        &self,
        instance: usize,
        entries: &[Entry],
        zone: Zone,
    ) -> Result<Vec<Score>, Vec<Problem>> {
        let base = self.plan_today(instance);
        let plan =
            Plan { name: "choice".into(), schedules: schedules(entries, zone), ..base.clone() };
        self.with(instance, plan, |case, scenario| {
            let outcomes = evaluate(case, scenario, false, &|| ())?;
            let standing: Money = Totals::of(&outcomes[instance].lines).standing();
            let mut swept = sweep(case, scenario, &[vec![instance]], &|| ())?;
            let points = swept.pop().unwrap_or_default();
            Ok(points.iter().map(|point| Score::of_point(point, standing)).collect())
        })
    }

    fn with<T>(
        &self,
        instance: usize,
        plan: Plan,
        run: impl FnOnce(&Case<'_>, &Scenario) -> Result<T, Vec<Problem>>,
    ) -> Result<T, Vec<Problem>> {
        let mut plans = self.case.plans.to_vec();
        plans.push(plan);
        let mut scenario = self.base.clone();
        scenario.plan_of[instance] = plans.len() - 1;
        run(&Case { plans: &plans, ..self.case }, &scenario)
    }
}
