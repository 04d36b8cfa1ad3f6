//! Facts nobody chooses: sizes, prices, instances.

mod price_rows;
pub mod prices;
pub mod retail;
mod retail_item;
pub mod sizes;

pub use prices::{Price, PriceBook, PriceKind, PriceMissing};
pub use retail::{ImportedPrices, Skipped, import_retail};
pub use sizes::{Size, Sizes};
