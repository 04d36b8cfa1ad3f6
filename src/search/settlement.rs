//! Everything about a scenario that is settled before instances replay: which operations are
//! refused, and how quota is shared out (QUOTA-5).

use crate::engine::{QuotaCase, QuotaSettlement, Refusal, RefusalCause, admit, settle_quota};
use crate::search::{Case, Scenario};
use crate::units::Problem;
use crate::world::Size;

/// What was settled.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settlement {
    /// Why each operation is refused, if it is.
    pub refused: Vec<Option<Refusal>>,
    /// What quota decided; empty without quota.
    pub quota: QuotaSettlement,
}

impl Settlement {
    /// How many operations this cause refused.
    #[must_use]
    pub fn refused_by(&self, cause: RefusalCause) -> usize {
        self.refused.iter().flatten().filter(|refusal| refusal.cause == cause).count()
    }
}

/// Settles a scenario. It depends on its plans only by the sizes they set.
///
/// # Errors
/// `E0811` for every instance whose size has no known family and cores, when there are quotas.
pub fn settle(case: &Case<'_>, scenario: &Scenario) -> Result<Settlement, Vec<Problem>> {
    let governance = case.governance;
    let roles = governance.and_then(|g| g.roles.as_ref());
    let judges_names = governance.is_some_and(|g| g.judges_names);
    let mut refused = admit(case.instances, case.operations, roles, judges_names);
    let Some(facts) = governance.and_then(|g| g.quota.as_ref()) else {
        return Ok(Settlement { refused, quota: QuotaSettlement::default() });
    };
    let (mut sizes, mut problems): (Vec<&Size>, Vec<Problem>) = (Vec::new(), Vec::new());
    for (instance, &plan) in case.instances.iter().zip(&scenario.plan_of) {
        let vm_size = case.plans[plan].size.as_deref().unwrap_or(&instance.vm_size);
        match facts.size_of(instance, vm_size) {
            Ok(size) => sizes.push(size),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let quota = settle_quota(&QuotaCase {
        horizon: case.trace.horizon,
        instances: case.instances,
        sizes: &sizes,
        operations: case.operations,
        refused: &refused,
        facts,
    });
    for (operation, refusal) in &quota.refused {
        refused[*operation] = Some(refusal.clone());
    }
    Ok(Settlement { refused, quota })
}
