//! Facts nobody chooses: sizes, prices, instances, zones' names, and the model's parameters.

mod model;

pub use model::{AfterInterruption, Chance, KEYS as MODEL_KEYS, ModelParams};
