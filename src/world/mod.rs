//! Facts nobody chooses: sizes, prices, instances, zones' names, and the model's parameters.

pub mod codes;
mod instances;
mod model;
mod price_rows;
pub mod prices;
pub mod retail;
mod retail_item;
pub mod sizes;
pub mod zones;

pub use instances::{DEFAULT_REGION, DEFAULT_VM_SIZE, Instance, read_instances};
pub use model::{AfterInterruption, Chance, KEYS as MODEL_KEYS, ModelParams};
pub use prices::{Price, PriceBook, PriceKind, PriceMissing};
pub use retail::{ImportedPrices, Skipped, import_retail};
pub use sizes::{Size, Sizes};
