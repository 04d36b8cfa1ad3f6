//! Azure's own formats: read, write, read back.
//!
//! Everything comes in through [`Node`], a document tree that knows line and column of every value,
//! so that each problem can be located and fields nobody interprets can be kept. Whatever the file
//! was, the document of a [`PlanFile`] is in the spelling of CLI v2; what only ARM can say is under
//! its key `x_arm`.

mod arm_parts;
mod arm_read;
mod cli_yaml;
mod decode;
mod expression;
mod findings;
mod form;
mod functions;
mod hidden;
mod json;
mod list_read;
mod node;
mod read;
mod schedule;
mod template;

pub use cli_yaml::PlanFile;
pub use decode::decode_text;
pub use hidden::{is_secret, shown};
pub use json::parse_json;
pub use list_read::{AzureFile, AzureInstance, Page, missing_pages, read_azure_instances};
pub use node::{Entry, Node, Value, parse_document};
pub use read::{Parameters, left_out, read_plan, read_plan_with};
