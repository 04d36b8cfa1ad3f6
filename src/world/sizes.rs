//! What is known of each VM size: the quota family it draws from, cores, memory and GPUs.
//!
//! The built-in table is `data/sizes.csv`; every row names its source, and `data/README.md` says
//! how it was made. A size that is not in it can still be priced and simulated; only its family and
//! cores, which quotas need (QUOTA-2), are then unknown.

use crate::units::nearest;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// The text of the built-in table.
const BUILTIN: &str = include_str!("../../data/sizes.csv");

/// One VM size.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Size {
    /// Its name as Azure spells it, such as `Standard_DS3_v2`.
    #[serde(rename = "vm_size")]
    pub name: String,
    /// The quota family it draws from, such as `standardDSv2Family`.
    pub family: String,
    /// Virtual cores.
    pub vcpus: u32,
    /// Memory \[GiB\].
    #[serde(deserialize_with = "decimal")]
    pub memory_gib: Decimal,
    /// Graphics processors.
    pub gpus: u32,
    /// Which processor they are; empty without any.
    pub gpu_model: String,
    /// What a reader should know, such as `retired by Azure`; usually empty.
    pub note: String,
    /// Where the row comes from.
    pub source: String,
}

/// Every known size, by name in any letter case.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    by_key: BTreeMap<String, Size>,
}

impl Sizes {
    /// The table that ships with the program.
    #[must_use]
    pub fn builtin() -> Self {
        let mut reader = csv::Reader::from_reader(BUILTIN.as_bytes());
        let rows = reader.deserialize::<Size>().flatten();
        Self { by_key: rows.map(|size| (key(&size.name), size)).collect() }
    }

    /// The size of this name, in any letter case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Size> {
        self.by_key.get(&key(name))
    }

    /// Up to three known names that `name` may have been meant to be, nearest first.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        nearest_sizes(name, self.iter().map(|size| size.name.as_str()))
    }

    /// Every size, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Size> {
        self.by_key.values()
    }
}

/// A decimal number, digit by digit.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(deserializer)?;
    Decimal::from_str_exact(&text).map_err(serde::de::Error::custom)
}

/// How a size name is compared: in any letter case.
pub(super) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The nearest of `known`, compared without the `Standard_` that nearly all of them begin with and
/// that would make every pair look alike.
pub(super) fn nearest_sizes<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let bare = |name: &str| {
        let key = key(name);
        key.strip_prefix("standard_").map(str::to_owned).unwrap_or(key)
    };
    let by_bare: BTreeMap<String, &str> = known.into_iter().map(|k| (bare(k), k)).collect();
    let found = nearest(&bare(given), by_bare.keys().map(String::as_str));
    found.into_iter().filter_map(|b| by_bare.get(b).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_built_in_table_is_read_and_named_once() {
        let sizes = Sizes::builtin();
        assert_eq!(sizes.iter().count(), BUILTIN.lines().count() - 1);
        for size in sizes.iter() {
            assert!(size.name.starts_with("Standard_") && size.vcpus > 0, "{size:?}");
            assert!(!size.family.is_empty() && !size.source.is_empty(), "{size:?}");
            assert_eq!(size.gpus == 0, size.gpu_model.is_empty(), "{size:?}");
            assert!(size.memory_gib > Decimal::ZERO, "{size:?}");
        }
    }

    #[test]
    fn sizes_are_found_in_any_letter_case() {
        let sizes = Sizes::builtin();
        let size = sizes.get("STANDARD_DS3_V2").unwrap();
        assert_eq!((size.name.as_str(), size.vcpus, size.gpus), ("Standard_DS3_v2", 4, 0));
        assert_eq!((size.family.as_str(), size.memory_gib), ("standardDSv2Family", 14.into()));
        let small = sizes.get("standard_ds1_v2").unwrap();
        assert_eq!(small.memory_gib.to_string(), "3.5");
        assert_eq!(sizes.get("Standard_D16ds_v5").unwrap().family, "standardDDSv5Family");
        let h100 = sizes.get("Standard_ND96isr_H100_v5").unwrap();
        assert_eq!((h100.gpus, h100.gpu_model.as_str()), (8, "H100"), "the source says 12");
        assert!(sizes.get("DS3_v2").is_none());
    }

    #[test]
    fn a_misspelt_size_finds_its_neighbours() {
        let sizes = Sizes::builtin();
        assert_eq!(sizes.nearest("DS3_v2")[0], "Standard_DS3_v2");
        assert_eq!(sizes.nearest("Standard_DS3v2")[0], "Standard_DS3_v2");
        assert!(sizes.nearest("Standard_Gigantic").is_empty());
    }
}
