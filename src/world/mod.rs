//! Facts nobody chooses: sizes, prices, instances, quota limits, clusters, roles, zones' names, and
//! the model's parameters.

mod clusters;
pub mod codes;
mod governance;
pub mod images;
mod instances;
mod model;
mod names;
mod price_rows;
pub mod prices;
mod quota;
pub mod retail;
mod retail_item;
mod roles;
pub mod sizes;
pub mod zones;

pub use clusters::{ClusterChange, read_clusters, unknown_size};
pub use governance::{Governance, QuotaFacts};
pub use instances::{DEFAULT_REGION, DEFAULT_VM_SIZE, Instance, read_instances};
pub use model::{AfterInterruption, Chance, KEYS as MODEL_KEYS, ModelParams};
pub use names::{name_fault, name_warning, service_takes_name};
pub use prices::{Price, PriceBook, PriceKind, PriceMissing, region_key};
pub use quota::{LimitName, Quotas, add_usages, families, family_key, read_quotas};
pub use retail::{ImportedPrices, Skipped, import_retail};
pub use roles::{AccessAction, Roles, read_roles};
pub use sizes::{Size, Sizes};
