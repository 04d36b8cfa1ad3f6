//! Facts nobody chooses: sizes, prices, instances.
