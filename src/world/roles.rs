//! Who may do what: the role-based access of the product page.
//!
//! Roles come from a table `actor, role[, actions][, instance]`; an actor may have several rows,
//! and a row that names an instance holds for that one only. `owner` and `contributor` may do
//! anything. `data-scientist` may read, start, stop, restart, change schedules and open
//! applications, but neither create nor delete. `custom` may do what its `actions` say, a list with
//! `;` between.
//!
//! An instance whose `created_by` is filled and is not its `user` was created on behalf of that
//! user. The user then may start, stop, restart, change schedules and open applications whatever
//! roles they have; beside them only owners, contributors, and whoever has a row for this very
//! instance may do anything with it.
//!
//! Actors are compared in any letter case. No actor means an administrator, who may do anything.

use super::codes;
use super::instances::Instance;
use crate::table::{Table, Want, codes as table_codes};
use crate::units::{Problem, nearest};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The columns of roles.
const COLUMNS: [Want; 4] = [
    Want::required("actor"),
    Want::required("role"),
    Want::optional("actions"),
    Want::optional("instance"),
];

/// What access is controlled by, below `Microsoft.MachineLearningServices/workspaces/`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AccessAction {
    /// See it.
    Read,
    /// Create it, or change what is fixed.
    Write,
    /// Delete it.
    Delete,
    /// Start it.
    Start,
    /// Stop it.
    Stop,
    /// Restart it.
    Restart,
    /// Change its schedules and idle limit.
    UpdateSchedules,
    /// Open its applications.
    ApplicationAccess,
    /// Ask whether a name is free, which creating needs too.
    CheckName,
}

impl AccessAction {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Write,
        Self::Delete,
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::UpdateSchedules,
        Self::ApplicationAccess,
        Self::CheckName,
    ];

    /// The name on the page, without its common beginning.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "computes/read",
            Self::Write => "computes/write",
            Self::Delete => "computes/delete",
            Self::Start => "computes/start/action",
            Self::Stop => "computes/stop/action",
            Self::Restart => "computes/restart/action",
            Self::UpdateSchedules => "computes/updateSchedules/action",
            Self::ApplicationAccess => "computes/applicationaccess/action",
            Self::CheckName => "checkComputeNameAvailability/action",
        }
    }

    /// Reads a name: as on the page, or without its beginning (`computes/start/action`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        let bare = lower.strip_prefix("microsoft.machinelearningservices/").unwrap_or(&lower);
        let bare = bare.strip_prefix("workspaces/").unwrap_or(bare);
        Self::ALL.into_iter().find(|action| action.as_str().to_lowercase() == bare)
    }
}

/// What the user of an instance created on their behalf may do.
const ASSIGNED: [AccessAction; 5] = [
    AccessAction::Start,
    AccessAction::Stop,
    AccessAction::Restart,
    AccessAction::ApplicationAccess,
    AccessAction::UpdateSchedules,
];

/// What a row of the table gives.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Role {
    /// Owner or contributor.
    Everything,
    DataScientist,
    Custom(Vec<AccessAction>),
}

impl Role {
    fn gives(&self, action: AccessAction) -> bool {
        match self {
            Self::Everything => true,
            Self::DataScientist => ASSIGNED.contains(&action) || action == AccessAction::Read,
            Self::Custom(actions) => actions.contains(&action),
        }
    }
}

/// Every actor's roles.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Roles {
    /// By actor in lower case: roles with the instance they are limited to.
    rows: BTreeMap<String, Vec<(Role, Option<String>)>>,
}

impl Roles {
    /// Whether `actor` may take all these actions on `instance`; says which one is missing.
    ///
    /// # Errors
    /// The first action that no role gives.
    pub fn check(
        &self,
        actor: &str,
        actions: &[AccessAction],
        instance: &Instance,
    ) -> Result<(), AccessAction> {
        if actor.is_empty() {
            return Ok(());
        }
        let actor = actor.to_lowercase();
        let behalf = instance.is_on_behalf();
        let assigned = behalf && instance.user.to_lowercase() == actor;
        let given = self.rows.get(&actor).map_or(&[][..], Vec::as_slice);
        let may = |action: AccessAction| {
            let by_role = given.iter().any(|(role, only)| {
                let here = only.as_ref().is_none_or(|name| *name == instance.name);
                let reaches = !behalf || only.is_some() || *role == Role::Everything;
                here && reaches && role.gives(action)
            });
            by_role || (assigned && ASSIGNED.contains(&action))
        };
        actions.iter().find(|action| !may(**action)).map_or(Ok(()), |missing| Err(*missing))
    }

    /// Every row as a line, in an order that does not depend on the file's.
    #[must_use]
    pub fn canonical(&self) -> Vec<String> {
        let rows = self.rows.iter().flat_map(|(actor, roles)| {
            roles.iter().map(move |(role, only)| format!("{actor}|{role:?}|{only:?}"))
        });
        let mut lines: Vec<String> = rows.collect();
        lines.sort();
        lines
    }

    /// Instances that rows are limited to, each once.
    pub fn named_instances(&self) -> impl Iterator<Item = &str> {
        self.rows.values().flatten().filter_map(|(_, only)| only.as_deref())
    }
}

/// Reads roles, with every problem; a row with an error is left out.
#[must_use]
pub fn read_roles(files: &[PathBuf]) -> (Roles, Vec<Problem>) {
    let (mut roles, mut problems) = (Roles::default(), Vec::new());
    for file in files {
        let mut table = match Table::read(file, &COLUMNS) {
            Ok(table) => table,
            Err(faults) => {
                problems.extend(faults);
                continue;
            }
        };
        problems.append(&mut table.problems);
        for row in 0..table.len() {
            let Some(actor) = table.cell(row, "actor") else {
                let empty = Problem::error(table_codes::EMPTY_CELL, "the cell is empty");
                problems.push(table.locate(row, "actor", empty));
                continue;
            };
            match role(table.cell(row, "role"), table.cell(row, "actions")) {
                Ok(role) => {
                    let only = table.cell(row, "instance").map(str::to_owned);
                    roles.rows.entry(actor.to_lowercase()).or_default().push((role, only));
                }
                Err(faults) => {
                    let faults = faults.into_iter();
                    problems.extend(faults.map(|(column, p)| table.locate(row, column, p)));
                }
            }
        }
    }
    (roles, problems)
}

/// A role with its actions, or what is wrong with them.
fn role(name: Option<&str>, actions: Option<&str>) -> Result<Role, Vec<(&'static str, Problem)>> {
    const NAMES: [&str; 4] = ["owner", "contributor", "data-scientist", "custom"];
    let role = match name {
        None => {
            return Err(vec![(
                "role",
                Problem::error(table_codes::EMPTY_CELL, "the cell is empty"),
            )]);
        }
        Some("owner" | "contributor") => Role::Everything,
        Some("data-scientist") => Role::DataScientist,
        Some("custom") => return custom(actions).map(Role::Custom),
        Some(other) => {
            let near = nearest(other, NAMES);
            let hint = if near.is_empty() { NAMES.join(", ") } else { near.join(", ") };
            let problem = Problem::error(codes::UNKNOWN_ROLE, format!("`{other}` is no role"));
            return Err(vec![("role", problem.hint(hint))]);
        }
    };
    match actions {
        None => Ok(role),
        Some(_) => {
            let problem = Problem::error(codes::ROLE_ACTIONS, "only `custom` takes actions");
            Err(vec![("actions", problem)])
        }
    }
}

fn custom(actions: Option<&str>) -> Result<Vec<AccessAction>, Vec<(&'static str, Problem)>> {
    let Some(actions) = actions else {
        let problem = Problem::error(codes::ROLE_ACTIONS, "`custom` needs actions")
            .hint("such as computes/start/action;computes/stop/action");
        return Err(vec![("actions", problem)]);
    };
    let (mut known, mut faults) = (Vec::new(), Vec::new());
    for text in actions.split(';').map(str::trim).filter(|text| !text.is_empty()) {
        if let Some(action) = AccessAction::parse(text) {
            known.push(action);
            continue;
        }
        let near = nearest(text, AccessAction::ALL.map(AccessAction::as_str));
        let problem = Problem::error(codes::UNKNOWN_ACTION, format!("`{text}` is no action"));
        faults.push(("actions", problem.hint(near.join(", "))));
    }
    if faults.is_empty() { Ok(known) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;
    use AccessAction::{CheckName, Delete, Read, Start, UpdateSchedules, Write};

    fn read(csv: &str) -> (Roles, Vec<String>) {
        let dir = TempDir::new();
        let file = dir.write("r.csv", csv);
        let (roles, problems) = read_roles(&[file]);
        let base = dir.path("");
        (roles, problems.iter().map(|p| p.to_string().replace(&base, "")).collect())
    }

    #[test]
    fn roles_give_what_the_page_says() {
        let (roles, problems) = read(
            "actor,role,actions,instance\nann,owner,,\nbob,data-scientist,,\n\
             Cid@X.org,custom,Microsoft.MachineLearningServices/workspaces/computes/start/action; \
             computes/write,\ndan,custom,computes/delete,one\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let one = Instance::named("one");
        let two = Instance::named("two");
        assert_eq!(roles.check("ann", &AccessAction::ALL, &one), Ok(()));
        assert_eq!(roles.check("bob", &[Read, Start, UpdateSchedules], &one), Ok(()));
        assert_eq!(roles.check("bob", &[Write, CheckName], &one), Err(Write));
        assert_eq!(roles.check("cid@x.ORG", &[Start, Write], &one), Ok(()));
        assert_eq!(roles.check("cid@x.org", &[Write, CheckName], &one), Err(CheckName));
        assert_eq!(roles.check("dan", &[Delete], &one), Ok(()));
        assert_eq!(roles.check("dan", &[Delete], &two), Err(Delete));
        assert_eq!(roles.check("eve", &[Read], &one), Err(Read), "not in the table");
        assert_eq!(roles.check("", &AccessAction::ALL, &one), Ok(()), "an administrator");
    }

    #[test]
    fn created_on_behalf_gives_the_user_five_actions_and_nobody_else_any() {
        let (roles, _) = read(
            "actor,role,actions,instance\nann,contributor,,\nbob,data-scientist,,\n\
             cid,custom,computes/start/action,\ndan,custom,computes/start/action,one\n",
        );
        let one =
            Instance { user: "Eve".into(), created_by: "ann".into(), ..Instance::named("one") };
        let may = |actor| roles.check(actor, &[Start], &one).is_ok();
        assert_eq!(["ann", "bob", "cid", "dan", "eve"].map(may), [true, false, false, true, true]);
        assert_eq!(roles.check("eve", &ASSIGNED, &one), Ok(()));
        assert_eq!(roles.check("eve", &[Delete], &one), Err(Delete));
        let own = Instance { created_by: "eve".into(), ..one };
        assert_eq!(roles.check("eve", &[Start], &own), Err(Start), "her own work gives no role");
        assert_eq!(roles.check("bob", &[Start], &own), Ok(()));
    }

    #[test]
    fn every_bad_role_is_reported_with_its_place() {
        let (_, problems) = read(
            "actor,role,actions\nann,ownr,\nbob,owner,computes/read\ncid,custom,\n\
             dan,custom,computes/start;x\n,owner,\neve,,\n",
        );
        let codes: Vec<_> = problems.iter().map(|p| p.split("  ").take(2).collect()).collect();
        let codes: Vec<Vec<&str>> = codes;
        assert_eq!(
            codes,
            [
                ["r.csv:2", "error[E0821]"],
                ["r.csv:3", "error[E0823]"],
                ["r.csv:4", "error[E0823]"],
                ["r.csv:5", "error[E0822]"],
                ["r.csv:5", "error[E0822]"],
                ["r.csv:6", "error[E0111]"],
                ["r.csv:7", "error[E0111]"],
            ]
        );
    }
}
