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
            Err(problem) => Err(fault("op", problem)),
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
