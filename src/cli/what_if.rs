//! What-ifs: one flag that changes the plan, and so its price.

use crate::azure::Changes;
use crate::cli::inputs::Inputs;
use clap::Args;

/// What is to be otherwise.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct WhatIf {
    /// What if instances had no public IP address (and so no load balancer)?
    #[arg(long)]
    no_public_ip: bool,
    /// What if instances had this size, as in Standard_DS3_v2?
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// What if instances were in this region, as in westeurope?
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
}

impl WhatIf {
    /// The changes to a plan.
    pub(crate) fn changes(&self) -> Changes {
        Changes {
            no_public_ip: self.no_public_ip,
            size: self.size.clone(),
            region: self.region.clone(),
        }
    }

    /// Changes the plans given with `--plan`, or all when there are none, and where instances are.
    ///
    /// Size and public IP belong to a plan: with `--plan`, `--today` keeps today's. The region
    /// belongs to the instances, so it holds for every scenario of the run.
    pub(crate) fn apply(&self, inputs: &mut Inputs) {
        if self.no_public_ip || self.size.is_some() {
            if inputs.chosen.is_empty() {
                inputs.shelf.plans.iter_mut().for_each(|plan| self.change(plan));
            }
            for place in &mut inputs.chosen {
                // A copy: the same file may be some instance's own plan.
                let mut plan = inputs.shelf.plans[*place].clone();
                self.change(&mut plan);
                let document = inputs.shelf.documents[*place].clone();
                *place = inputs.shelf.plans.len();
                inputs.shelf.plans.push(plan);
                inputs.shelf.documents.push(document);
            }
        }
        self.apply_region(inputs);
    }

    /// Moves the instances.
    pub(crate) fn apply_region(&self, inputs: &mut Inputs) {
        if let Some(region) = &self.region {
            inputs.instances.iter_mut().for_each(|i| region.clone_into(&mut i.region));
        }
    }

    fn change(&self, plan: &mut crate::plan::Plan) {
        plan.public_ip &= !self.no_public_ip;
        if self.size.is_some() {
            plan.size.clone_from(&self.size);
        }
    }
}
