//! Facts nobody chooses: sizes, prices, instances.

pub mod codes;
mod instances;

pub use instances::{DEFAULT_REGION, DEFAULT_VM_SIZE, Instance, read_instances};
