//! Facts nobody chooses: sizes, prices, instances.

mod price_rows;
pub mod prices;
pub mod sizes;

pub use prices::{Price, PriceBook, PriceKind, PriceMissing};
pub use sizes::{Size, Sizes};
