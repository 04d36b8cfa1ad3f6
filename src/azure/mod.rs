//! Azure's own formats: read, write, read back.
//!
//! Everything comes in through [`Node`], a document tree that knows line and column of every value,
//! so that each problem can be located and fields nobody interprets can be kept. Whatever the file
//! was, the document of a [`PlanFile`] is in the spelling of CLI v2; what only ARM can say is under
//! its key `x_arm`.
//!
//! Plans leave through [`write()`], in four [`Form`]s. Every file is read back before anybody sees
//! it.

mod arm;
mod arm_parts;
mod arm_read;
mod body;
mod canonical;
mod cli_yaml;
mod decode;
mod deploy;
mod export;
mod expression;
mod findings;
mod form;
mod functions;
mod hidden;
mod json;
mod list_read;
mod names;
mod node;
mod policy;
mod read;
mod rest;
mod schedule;
mod schedule_out;
mod secrets;
mod template;
mod tree;
mod validate;
mod versions;
mod yaml;

pub use cli_yaml::{KEYS as PLAN_KEYS, PlanFile, read_plan_node, read_schedules_node};
pub use decode::decode_text;
pub use deploy::Changes;
pub use export::{Deployment, Form, OutFile, ReadBack, document_json, warnings, write};
pub use json::parse_json;
pub use list_read::{AzureFile, AzureInstance, Page, missing_pages, read_azure_instances};
pub use node::{Entry, Node, Value, parse_document};
pub use read::{Parameters, left_out, read_plan, read_plan_with};
pub use validate::{name_problem, validate};
