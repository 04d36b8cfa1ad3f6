//! Facts nobody chooses: sizes, prices, instances.

pub mod zones;
