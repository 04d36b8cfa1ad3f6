//! From a plan to what is written: the instance it is for, and what was asked to be otherwise.

use crate::azure::cli_yaml::PlanFile;
use crate::azure::export::Deployment;
use crate::azure::node::Value;
use crate::azure::secrets::lift;
use crate::azure::tree::{map, node, set, take, text, text_at};
use crate::plan::Plan;

/// What is to be otherwise than the plan says.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Changes {
    /// No public IP address, and so no load balancer (LEDG-2).
    pub no_public_ip: bool,
    /// Another size.
    pub size: Option<String>,
    /// Another region.
    pub region: Option<String>,
}

impl PlanFile {
    /// A plan that no file says more about.
    #[must_use]
    pub fn of(plan: Plan) -> Self {
        Self { plan, document: map::<String>([]) }
    }

    /// Another plan in this one's place, all else that the file says kept.
    #[must_use]
    pub fn saying(&self, plan: Plan) -> Self {
        Self { plan, document: self.document.clone() }
    }

    /// The same plan with a reference in the place of every secret.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.document = lift(&self.document).0;
        self
    }

    /// The same plan with changes, in what is simulated and in what is written.
    #[must_use]
    pub fn changed(mut self, changes: &Changes) -> Self {
        if changes.no_public_ip {
            self.plan.public_ip = false;
            set(&mut self.document, "enable_node_public_ip", node(Value::Bool(false)));
        }
        if let Some(size) = &changes.size {
            self.plan.size = Some(size.clone());
            set(&mut self.document, "size", text(size.clone()));
        }
        if let Some(region) = &changes.region {
            set(&mut self.document, "location", text(region.clone()));
        }
        self
    }
}

impl Deployment {
    /// A plan on its way out, for the instance that it names, if it names one.
    #[must_use]
    pub fn of(file: PlanFile, path: impl Into<String>) -> Self {
        let instance = text_at(&file.document, "name");
        let stem = file_name(&file.plan.name);
        let (workspace, comments) = (None, Vec::new());
        Self { stem, instance, workspace, file, path: path.into(), comments }
    }

    /// The same plan for this instance.
    #[must_use]
    pub fn for_instance(mut self, name: &str) -> Self {
        set(&mut self.file.document, "name", text(name));
        self.stem = file_name(name);
        self.instance = Some(name.to_owned());
        self
    }

    /// The same plan for whichever instance it is applied to.
    #[must_use]
    pub fn shared(mut self) -> Self {
        drop(take(&mut self.file.document, "name"));
        self.instance = None;
        self
    }
}

/// A name that is safe as that of a file.
pub(crate) fn file_name(name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name: String = name.chars().map(|c| if safe(c) { c } else { '_' }).collect();
    if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
}
