//! What people asked for: the operations table (SPEC 1.2).

use super::codes;
use crate::table::{Table, Want, codes as table_codes, read_instant};
use crate::units::{IdleLimit, Instant, Problem, nearest};
use std::path::{Path, PathBuf};

/// The columns of operations.
const COLUMNS: [Want; 5] = [
    Want::required("instance"),
    Want::required("at"),
    Want::required("op"),
    Want::optional("value"),
    Want::optional("actor"),
];

/// The names of operations.
const NAMES: [&str; 9] = [
    "create",
    "delete",
    "start",
    "stop",
    "restart",
    "set_idle",
    "set_plan",
    "resize",
    "enable_ssh",
];

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Op {
    /// Make the instance.
    Create {
        /// Whether it runs once it is made, or stops (STATE-3).
        running: bool,
    },
    /// Remove it (STATE-4).
    Delete,
    /// Start it.
    Start,
    /// Stop it (DEM-9).
    Stop,
    /// Restart it (DEM-9).
    Restart,
    /// Change the idle limit, `None` being no limit (IDLE-5).
    SetIdle(Option<IdleLimit>),
    /// Take the schedules and idle limit of the plan of this name.
    SetPlan(String),
    /// Change the size to this one: always refused, the size is fixed at creation.
    Resize(String),
    /// Open SSH: always refused, fixed at creation.
    EnableSsh,
}

impl Op {
    /// The name in operations files.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Delete => "delete",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::SetIdle(_) => "set_idle",
            Self::SetPlan(_) => "set_plan",
            Self::Resize(_) => "resize",
            Self::EnableSsh => "enable_ssh",
        }
    }
}

/// One row of the operations table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// The instance's name.
    pub instance: String,
    /// When.
    pub at: Instant,
    /// What.
    pub op: Op,
    /// Who; empty when the file does not say.
    pub actor: String,
    /// The file it is in.
    pub file: String,
    /// The line it is on, from 1; for Parquet its row.
    pub line: usize,
}

/// Reads operations in file order, with every problem; a row with an error is left out.
#[must_use]
pub fn read_operations(files: &[PathBuf], assume_utc: bool) -> (Vec<Operation>, Vec<Problem>) {
    let mut operations = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        read_file(file, assume_utc, &mut operations, &mut problems);
    }
    (operations, problems)
}

/// Adds one file.
fn read_file(
    path: &Path,
    assume_utc: bool,
    operations: &mut Vec<Operation>,
    problems: &mut Vec<Problem>,
) {
    let mut table = match Table::read(path, &COLUMNS) {
        Ok(table) => table,
        Err(faults) => return problems.extend(faults),
    };
    problems.append(&mut table.problems);
    for row in 0..table.len() {
        let before = problems.len();
        let mut fault = |column: &str, problem| problems.push(table.locate(row, column, problem));
        let instance = filled(&table, row, "instance").map_err(|p| fault("instance", p));
        let at = filled(&table, row, "at").and_then(|text| read_instant(text, assume_utc));
        let at = at.map_err(|p| fault("at", p));
        let value = table.cell(row, "value");
        let op = match filled(&table, row, "op").and_then(known) {
            Ok(name) => {
                if let Some(note) = stray_value(name, value) {
                    fault("value", note);
                }
                operation(name, value).map_err(|p| fault("value", p))
            }
            Err(problem) => {
                fault("op", problem);
                Err(())
            }
        };
        let (Ok(instance), Ok(at), Ok(op)) = (instance, at, op) else {
            debug_assert!(problems.len() > before, "a row left out without a problem");
            continue;
        };
        operations.push(Operation {
            instance: instance.to_owned(),
            at,
            op,
            actor: table.cell(row, "actor").unwrap_or_default().to_owned(),
            file: table.file.clone(),
            line: table.line(row),
        });
    }
}

/// The text of a cell that must have one.
fn filled<'a>(table: &'a Table, row: usize, column: &str) -> Result<&'a str, Problem> {
    table
        .cell(row, column)
        .ok_or_else(|| Problem::error(table_codes::EMPTY_CELL, "the cell is empty"))
}

/// The name of an operation that exists.
fn known(text: &str) -> Result<&'static str, Problem> {
    NAMES.into_iter().find(|name| *name == text).ok_or_else(|| {
        let hint = match nearest(text, NAMES).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", NAMES.join(", ")),
        };
        Problem::error(codes::UNKNOWN_OPERATION, format!("unknown operation `{text}`")).hint(hint)
    })
}

/// The operation of this name with this value.
fn operation(name: &str, value: Option<&str>) -> Result<Op, Problem> {
    let bad = |message: String| Problem::error(codes::BAD_VALUE, message);
    Ok(match name {
        "create" => match value {
            None | Some("running") => Op::Create { running: true },
            Some("stopped") => Op::Create { running: false },
            Some(other) => {
                let problem = bad(format!("`{other}` is no state to create an instance in"));
                return Err(problem.hint("running or stopped; empty means running"));
            }
        },
        "delete" => Op::Delete,
        "start" => Op::Start,
        "stop" => Op::Stop,
        "restart" => Op::Restart,
        "set_idle" => Op::SetIdle(idle_limit(value)?),
        "set_plan" => match value {
            Some(plan) => Op::SetPlan(plan.to_owned()),
            None => return Err(bad("set_plan needs the name of a plan".to_owned())),
        },
        "resize" => Op::Resize(value.unwrap_or_default().to_owned()),
        _ => Op::EnableSsh,
    })
}

/// IDLE-1: whole minutes from 15 to 4320, or `none`.
fn idle_limit(value: Option<&str>) -> Result<Option<IdleLimit>, Problem> {
    if value == Some("none") {
        return Ok(None);
    }
    let minutes = value.and_then(|text| text.parse().ok());
    minutes.and_then(IdleLimit::from_minutes).map(Some).ok_or_else(|| {
        let message = match value {
            None => "set_idle needs a limit".to_owned(),
            Some(text) => format!("`{text}` is no idle limit"),
        };
        let (least, most) = (IdleLimit::MIN_MINUTES, IdleLimit::MAX_MINUTES);
        Problem::error(codes::BAD_VALUE, message)
            .hint(format!("whole minutes from {least} to {most}, or none"))
    })
}

/// The warning about a value on an operation that takes none.
fn stray_value(name: &str, value: Option<&str>) -> Option<Problem> {
    let takes_none = matches!(name, "delete" | "start" | "stop" | "restart" | "enable_ssh");
    value.filter(|_| takes_none).map(|text| {
        Problem::warning(codes::STRAY_VALUE, format!("`{name}` takes no value: `{text}` ignored"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    /// Operations, and problems without the directory's name.
    fn operations(csv: &str) -> (Vec<Operation>, Vec<String>) {
        let dir = TempDir::new();
        let (operations, problems) = read_operations(&[dir.write("o.csv", csv)], false);
        let base = dir.path("");
        let shown = |p: &Problem| p.to_string().replace(&base, "");
        (operations, problems.iter().map(shown).collect())
    }

    #[test]
    fn operations_keep_file_order_and_their_lines() {
        let (operations, problems) = operations(
            "instance,at,op,value,actor\n\
             b,2024-01-02T00:00:00Z,create,,ann\n\
             a,2024-01-01T00:00:00Z,create,stopped,\n\
             a,2024-01-01T00:00:00Z,create,running,\n\
             a,2024-01-01T00:00:00Z,delete,,\n\
             a,2024-01-01T00:00:00Z,start,,\n\
             a,2024-01-01T00:00:00Z,stop,,\n\
             a,2024-01-01T00:00:00Z,restart,,\n\
             a,2024-01-01T00:00:00Z,set_idle,15,\n\
             a,2024-01-01T00:00:00Z,set_idle,4320,\n\
             a,2024-01-01T00:00:00Z,set_idle,none,\n\
             a,2024-01-01T00:00:00Z,set_plan,night,\n\
             a,2024-01-01T00:00:00Z,resize,Standard_F2s_v2,\n\
             a,2024-01-01T00:00:00Z,enable_ssh,,\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let limit = IdleLimit::from_minutes;
        let ops: Vec<_> = operations.iter().map(|o| o.op.clone()).collect();
        assert_eq!(
            ops,
            [
                Op::Create { running: true },
                Op::Create { running: false },
                Op::Create { running: true },
                Op::Delete,
                Op::Start,
                Op::Stop,
                Op::Restart,
                Op::SetIdle(limit(15)),
                Op::SetIdle(limit(4320)),
                Op::SetIdle(None),
                Op::SetPlan("night".into()),
                Op::Resize("Standard_F2s_v2".into()),
                Op::EnableSsh,
            ]
        );
        assert_eq!((&*operations[0].instance, &*operations[0].actor), ("b", "ann"));
        assert!(operations.iter().map(|o| o.line).eq(2..=14));
    }

    /// IDLE-1 at its edges, and every other thing an operation can have wrong.
    #[test]
    fn every_bad_operation_is_reported_with_its_line_and_column() {
        let (operations, problems) = operations(
            "instance,at,op,value\n\
             ,2024-01-01T00:00:00,strat,\n\
             a,2024-01-01T00:00:00Z,set_idle,14\n\
             a,2024-01-01T00:00:00Z,set_idle,4321\n\
             a,2024-01-01T00:00:00Z,set_idle,15.5\n\
             a,2024-01-01T00:00:00Z,set_idle,\n\
             a,2024-01-01T00:00:00Z,set_plan,\n\
             a,2024-01-01T00:00:00Z,create,starting\n\
             a,2024-01-01T00:00:00Z,,\n\
             a,2024-01-01T00:00:00Z,stop,now\n",
        );
        let limit = "(whole minutes from 15 to 4320, or none)";
        assert_eq!(
            problems,
            [
                "o.csv:2  error[E0111]  instance: the cell is empty".to_owned(),
                "o.csv:2  error[E0113]  at: `2024-01-01T00:00:00` has no offset from UTC  \
                (add Z or \
                 an offset such as +01:00, or pass --assume-utc)"
                    .to_owned(),
                "o.csv:2  error[E0141]  op: unknown operation `strat`  (did you mean `start`?)"
                    .to_owned(),
                format!("o.csv:3  error[E0142]  value: `14` is no idle limit  {limit}"),
                format!("o.csv:4  error[E0142]  value: `4321` is no idle limit  {limit}"),
                format!("o.csv:5  error[E0142]  value: `15.5` is no idle limit  {limit}"),
                format!("o.csv:6  error[E0142]  value: set_idle needs a limit  {limit}"),
                "o.csv:7  error[E0142]  value: set_plan needs the name of a plan".to_owned(),
                "o.csv:8  error[E0142]  value: `starting` is no state to create an instance in  \
                 (running or stopped; empty means running)"
                    .to_owned(),
                "o.csv:9  error[E0111]  op: the cell is empty".to_owned(),
                "o.csv:10  warning[W0141]  value: `stop` takes no value: `now` ignored".to_owned(),
            ]
        );
        assert_eq!(operations.len(), 1);
    }
}
