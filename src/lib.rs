//! idlewise: an offline cost-and-scheduling simulator for Azure Machine Learning compute instances.

pub mod azure;
pub mod cli;
pub mod engine;
pub mod ledger;
pub mod plan;
pub mod report;
pub mod scenario;
pub mod search;
pub mod table;
pub mod trace;
pub mod units;
pub mod world;
