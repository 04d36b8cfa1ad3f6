//! Azure's own formats: read, write, read back.
//!
//! Everything comes in through [`Node`], a document tree that knows line and column of every value,
//! so that each problem can be located and fields nobody interprets can be kept.

mod cli_yaml;
mod node;
mod schedule;

pub use cli_yaml::{PlanFile, read_plan};
pub use node::{Node, Value, parse_document};
