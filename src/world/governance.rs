//! What limits operations from outside an instance: roles, quota limits, clusters.

use super::clusters::{ClusterChange, unknown_size};
use super::instances::Instance;
use super::quota::Quotas;
use super::roles::Roles;
use super::sizes::{Size, Sizes};
use crate::units::Problem;

/// Quota limits and who shares them.
#[derive(Clone, Debug, Default)]
pub struct QuotaFacts {
    /// Families and cores.
    pub sizes: Sizes,
    /// The limits; none means that nothing is short, but use is counted all the same.
    pub quotas: Quotas,
    /// What clusters want, in file order.
    pub clusters: Vec<ClusterChange>,
}

impl QuotaFacts {
    /// The size called `vm_size`, which `instance` has, by its row or by its plan.
    ///
    /// # Errors
    /// The located problem of a size whose family and cores are not known.
    pub fn size_of(&self, instance: &Instance, vm_size: &str) -> Result<&Size, Problem> {
        self.sizes.get(vm_size).ok_or_else(|| {
            let problem = unknown_size(&self.sizes, vm_size);
            let problem = problem.unwrap_or_else(|| Problem::error("E0811", vm_size));
            problem.in_file(&*instance.file).at(instance.line, 0).field("vm_size")
        })
    }
}

/// Everything of the kind, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Governance {
    /// Whether a create with a name that the product page does not allow is refused. A recorded
    /// create evidently worked, so this is for plans of creates yet to come.
    pub judges_names: bool,
    /// Who may do what; without it everybody may do everything.
    pub roles: Option<Roles>,
    /// Quota; without it nothing is counted.
    pub quota: Option<QuotaFacts>,
}
