//! The table of instances (SPEC 1.3), and what holds for an instance that it does not describe.

use super::codes;
use super::names::name_warning;
use super::zones::{Zone, windows_for_iana};
use crate::table::{Table, Want, codes as table_codes, read_instant};
use crate::units::{Instant, Problem, nearest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The region of an instance that names none.
pub const DEFAULT_REGION: &str = "eastus";

/// The size of an instance that names none.
pub const DEFAULT_VM_SIZE: &str = "Standard_DS3_v2";

/// The columns of instances.
const COLUMNS: [Want; 13] = [
    Want::required("instance"),
    Want::optional("workspace"),
    Want::optional("region"),
    Want::optional("vm_size"),
    Want::optional("user"),
    Want::optional("home_timezone"),
    Want::optional("created"),
    Want::optional("deleted"),
    Want::optional("initial_state"),
    Want::optional("plan"),
    Want::optional("identity_has_contributor"),
    Want::optional("created_by"),
    Want::optional("disk_full_from"),
];

/// Facts about one compute instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// Its name, never empty.
    pub name: String,
    /// Its workspace; empty for the one workspace of instances that name none.
    pub workspace: String,
    /// Azure region, as in `eastus`.
    pub region: String,
    /// Size, as in `Standard_DS3_v2`.
    pub vm_size: String,
    /// Who works on it; empty when not said.
    pub user: String,
    /// IANA name of the zone its user works in.
    pub home_timezone: Option<String>,
    /// Since when it exists; `None`: from the horizon's start, or from its `create` operation.
    pub created: Option<Instant>,
    /// From when on it no longer exists; `None`: to the horizon's end.
    pub deleted: Option<Instant>,
    /// Whether it begins in `running` rather than `stopped` (STATE-3).
    pub initially_running: bool,
    /// Name of the plan it is under.
    pub plan: Option<String>,
    /// IDLE-2: whether its managed identity has Contributor on the workspace; `None`: it has no
    /// managed identity.
    pub identity_has_contributor: Option<bool>,
    /// Who created it; empty when not said. Another than [`Self::user`]: on that user's behalf.
    pub created_by: String,
    /// From when on its OS disk is full: idle shutdown and schedules then no longer work.
    pub disk_full_from: Option<Instant>,
    /// The file it is described in; empty when nowhere.
    pub file: String,
    /// The line in that file, from 1; 0 when nowhere.
    pub line: usize,
}

impl Instance {
    /// Everything but where it was read, as one line: what a content hash is made of.
    #[must_use]
    pub fn canonical(&self) -> String {
        let Self { name, workspace, region, vm_size, user, .. } = self;
        let (zone, plan) = (&self.home_timezone, &self.plan);
        let life = (self.created, self.deleted, self.initially_running);
        let identity = self.identity_has_contributor;
        let mut line = format!(
            "{name}|{workspace}|{region}|{vm_size}|{user}|{zone:?}|{life:?}|{plan:?}|{identity:?}"
        );
        if !self.created_by.is_empty() || self.disk_full_from.is_some() {
            line.push_str(&format!("|{}|{:?}", self.created_by, self.disk_full_from));
        }
        line
    }

    /// The zone its user works in as Azure spells it, else UTC.
    #[must_use]
    pub fn home_zone(&self) -> Zone {
        let windows = self.home_timezone.as_deref().and_then(windows_for_iana);
        windows.and_then(|name| Zone::parse(name).ok()).map_or(Zone::utc(), |(zone, _)| zone)
    }

    /// Whether somebody else created it for its user.
    #[must_use]
    pub fn is_on_behalf(&self) -> bool {
        let (by, user) = (self.created_by.to_lowercase(), self.user.to_lowercase());
        !by.is_empty() && !user.is_empty() && by != user
    }

    /// An instance of which only the name is known: it exists from the horizon's start, stopped.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            workspace: String::new(),
            region: DEFAULT_REGION.to_owned(),
            vm_size: DEFAULT_VM_SIZE.to_owned(),
            user: String::new(),
            home_timezone: None,
            created: None,
            deleted: None,
            initially_running: false,
            plan: None,
            identity_has_contributor: None,
            created_by: String::new(),
            disk_full_from: None,
            file: String::new(),
            line: 0,
        }
    }
}

/// Reads instances in file order, with every problem; a row with an error is left out, and so is
/// an instance described before.
#[must_use]
pub fn read_instances(files: &[PathBuf], assume_utc: bool) -> (Vec<Instance>, Vec<Problem>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut instances = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        let table = match read_table(file, &mut problems) {
            Some(table) => table,
            None => continue,
        };
        for row in 0..table.len() {
            let reader = RowReader { table: &table, row, assume_utc };
            let (instance, faults) = reader.instance();
            problems.extend(faults);
            let name = table.cell(row, "instance").unwrap_or_default();
            let place = format!("{}:{}", table.file, table.line(row));
            match (name, seen.get(name)) {
                ("", _) => {}
                (_, Some(first)) => problems.push(reader.duplicate(name, first)),
                (_, None) => {
                    problems.extend(name_warning(name).map(|p| reader.locate("instance", p)));
                    seen.insert(name.to_owned(), place);
                    instances.extend(instance);
                }
            }
        }
    }
    (instances, problems)
}

/// Opens one file; its problems go to `problems`.
fn read_table(file: &Path, problems: &mut Vec<Problem>) -> Option<Table> {
    match Table::read(file, &COLUMNS) {
        Ok(mut table) => {
            problems.append(&mut table.problems);
            Some(table)
        }
        Err(faults) => {
            problems.extend(faults);
            None
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy)]
struct RowReader<'a> {
    table: &'a Table,
    row: usize,
    assume_utc: bool,
}

impl RowReader<'_> {
    /// The instance, unless a cell is wrong, and every problem of the row.
    fn instance(self) -> (Option<Instance>, Vec<Problem>) {
        let mut faults = Vec::new();
        let text = |column| self.table.cell(self.row, column).map(str::to_owned);
        let name = text("instance").unwrap_or_default();
        if name.is_empty() {
            let empty = Problem::error(table_codes::EMPTY_CELL, "the cell is empty");
            faults.push(self.locate("instance", empty));
        }
        let (known, created, deleted) = (
            self.parse("home_timezone", zone, &mut faults),
            self.parse("created", |t| read_instant(t, self.assume_utc), &mut faults),
            self.parse("deleted", |t| read_instant(t, self.assume_utc), &mut faults),
        );
        if let (Some(created), Some(deleted)) = (created, deleted)
            && deleted < created
        {
            let message = format!("`{deleted}` is before created `{created}`");
            let problem = Problem::error(codes::DELETED_BEFORE_CREATED, message);
            faults.push(self.locate("deleted", problem));
        }
        let running = self.parse("initial_state", state, &mut faults);
        let contributor = self.parse("identity_has_contributor", boolean, &mut faults);
        let disk_full_from =
            self.parse("disk_full_from", |t| read_instant(t, self.assume_utc), &mut faults);
        let plain = Instance::named(name);
        let instance = Instance {
            workspace: text("workspace").unwrap_or_default(),
            region: text("region").unwrap_or_else(|| plain.region.clone()),
            vm_size: text("vm_size").unwrap_or_else(|| plain.vm_size.clone()),
            user: text("user").unwrap_or_default(),
            home_timezone: known,
            created,
            deleted,
            initially_running: running.unwrap_or(false),
            plan: text("plan"),
            identity_has_contributor: contributor,
            created_by: text("created_by").unwrap_or_default(),
            disk_full_from,
            file: self.table.file.clone(),
            line: self.table.line(self.row),
            ..plain
        };
        (faults.is_empty().then_some(instance), faults)
    }

    /// The value of a cell; `None` when it is empty or wrong, the latter being a fault.
    fn parse<T>(
        self,
        column: &str,
        read: impl Fn(&str) -> Result<T, Problem>,
        faults: &mut Vec<Problem>,
    ) -> Option<T> {
        let text = self.table.cell(self.row, column)?;
        read(text).map_err(|problem| faults.push(self.locate(column, problem))).ok()
    }

    /// The problem of an instance that is described at `first` already.
    fn duplicate(self, name: &str, first: &str) -> Problem {
        let message = format!("`{name}` is described twice: first at {first}");
        self.locate("instance", Problem::error(codes::DUPLICATE_INSTANCE, message))
    }

    /// A problem in a column of this row.
    fn locate(self, column: &str, problem: Problem) -> Problem {
        self.table.locate(self.row, column, problem)
    }
}

/// An IANA zone, in its own spelling.
fn zone(text: &str) -> Result<String, Problem> {
    if text.parse::<chrono_tz::Tz>().is_ok() {
        return Ok(text.to_owned());
    }
    let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let near = nearest(text, known);
    let problem = Problem::error(codes::UNKNOWN_ZONE, format!("`{text}` is no IANA time zone"));
    Err(if near.is_empty() {
        problem.hint("write a name such as Europe/Stockholm")
    } else {
        problem.hint(format!("did you mean {}?", near.join(", ")))
    })
}

/// Whether the initial state is `running`.
fn state(text: &str) -> Result<bool, Problem> {
    match text {
        "running" => Ok(true),
        "stopped" => Ok(false),
        other => Err(Problem::error(codes::BAD_STATE, format!("`{other}` is no initial state"))
            .hint("running or stopped; empty means stopped")),
    }
}

/// `true` or `false`, in any case.
fn boolean(text: &str) -> Result<bool, Problem> {
    match text.to_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Problem::error(codes::BAD_BOOLEAN, format!("`{text}` is neither true nor false"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    /// Instances, and problems without the directory's name.
    fn read(csv: &str) -> (Vec<Instance>, Vec<String>) {
        let dir = TempDir::new();
        let file = dir.write("i.csv", csv);
        let (instances, problems) = read_instances(&[file], false);
        let base = dir.path("");
        let shown = problems.iter().map(|p| p.to_string().replace(&base, "")).collect();
        (instances, shown)
    }

    #[test]
    fn empty_cells_and_absent_columns_mean_the_defaults() {
        let (instances, problems) = read("instance,region,created\nabc,,\nbcd,westeurope,\n");
        assert!(problems.is_empty(), "{problems:?}");
        let bare = Instance { file: instances[0].file.clone(), line: 2, ..Instance::named("abc") };
        assert_eq!(instances[0], bare);
        assert_eq!((&*instances[0].region, &*instances[0].vm_size), ("eastus", "Standard_DS3_v2"));
        assert_eq!((&*instances[1].region, instances[1].line), ("westeurope", 3));
    }

    #[test]
    fn every_column_is_read() {
        let (instances, problems) = read(
            "instance,workspace,region,vm_size,user,home_timezone,created,deleted,initial_state,\
             plan,identity_has_contributor,created_by,disk_full_from\n\
             abc,w,uksouth,Standard_F4s_v2,ann,Europe/London,2024-01-01T00:00:00Z,\
             2024-02-01T01:00:00+01:00,running,night,False,bob,\
             2024-01-05T00:00:00Z\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let expected = Instance {
            name: "abc".into(),
            workspace: "w".into(),
            region: "uksouth".into(),
            vm_size: "Standard_F4s_v2".into(),
            user: "ann".into(),
            home_timezone: Some("Europe/London".into()),
            created: Some(Instant::from_unix(1_704_067_200)),
            deleted: Some(Instant::from_unix(1_706_745_600)),
            initially_running: true,
            plan: Some("night".into()),
            identity_has_contributor: Some(false),
            created_by: "bob".into(),
            disk_full_from: Some(Instant::from_unix(1_704_412_800)),
            file: instances[0].file.clone(),
            line: 2,
        };
        assert_eq!(instances, [expected]);
    }

    #[test]
    fn every_bad_cell_is_reported_with_its_line_and_column() {
        let (instances, problems) = read(
            "instance,home_timezone,created,deleted,initial_state,identity_has_contributor,x\n\
             abc,Europe/Stokholm,yesterday,2024-01-01T00:00:00,on,maybe,\n\
             ,,,,,,\n\
             bcd,,2024-01-02T00:00:00Z,2024-01-01T00:00:00Z,,,\n\
             c-1,,,,,,\n\
             c-1,,,,,,\n",
        );
        assert_eq!(instances.len(), 1);
        assert_eq!(
            problems,
            [
                "i.csv:1  warning[W0101]  unknown column `x`: ignored",
                "i.csv:2  error[E0164]  home_timezone: `Europe/Stokholm` is no IANA time zone  \
                 (did you mean Europe/Stockholm, Europe/Astrakhan, Europe/Athens?)",
                "i.csv:2  error[E0112]  created: `yesterday` is not a timestamp  \
                 (write RFC 3339, such as 2024-06-01T09:30:00Z)",
                "i.csv:2  error[E0113]  deleted: `2024-01-01T00:00:00` has no offset from UTC  \
                 (add Z or an offset such as +01:00, or pass --assume-utc)",
                "i.csv:2  error[E0162]  initial_state: `on` is no initial state  \
                 (running or stopped; empty means stopped)",
                "i.csv:2  error[E0163]  identity_has_contributor: `maybe` is neither true nor \
                 false",
                "i.csv:3  error[E0111]  instance: the cell is empty",
                "i.csv:4  error[E0165]  deleted: `2024-01-01T00:00:00Z` is before created \
                 `2024-01-02T00:00:00Z`",
                "i.csv:5  warning[W0312]  instance: `c-1`: in a name a letter follows `-`, \
                 somewhere later  (recorded instances may be called so; `--names page` \
                 refuses a `create` of it)",
                "i.csv:6  error[E0161]  instance: `c-1` is described twice: first at i.csv:5",
            ]
        );
    }
}
