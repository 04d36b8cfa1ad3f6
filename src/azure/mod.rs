//! Azure's own formats: read, write, read back.
//!
//! Everything comes in through [`Node`], a document tree that knows line and column of every value,
//! so that each problem can be located and fields nobody interprets can be kept.

mod cli_yaml;
mod node;
mod schedule;

pub use cli_yaml::{KEYS as PLAN_KEYS, PlanFile, read_plan, read_plan_node, read_schedules_node};
pub use node::{Entry, Node, Value, parse_document};
