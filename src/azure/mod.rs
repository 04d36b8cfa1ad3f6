//! Azure's own formats: read, write, read back.
//!
//! Everything comes in through [`Node`], a document tree that knows line and column of every value,
//! so that each problem can be located and fields nobody interprets can be kept. A document is
//! always in the CLI's spelling; what only ARM can say stands under its key `x_arm`.
//!
//! Plans leave through [`write()`], in four [`Form`]s. Every file is read back before anybody sees
//! it.

mod arm;
mod body;
mod canonical;
mod cli_yaml;
mod deploy;
mod export;
mod names;
mod node;
mod policy;
mod readback;
mod rest;
mod schedule;
mod schedule_out;
mod secrets;
mod tree;
mod validate;
mod versions;
mod yaml;

pub use cli_yaml::{PlanFile, read_plan};
pub use deploy::Changes;
pub use export::{Deployment, Form, OutFile, ReadBack, document_json, warnings, write};
pub use node::{Entry, Node, Value, parse_document};
pub use validate::{name_problem, validate};
