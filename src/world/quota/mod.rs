//! Quota limits (SPEC 1.5): how many dedicated cores of a family, cores in all, and computes a
//! region may hold. Read from a table `region, family, limit`, or from the usage list of the
//! service.
//!
//! Azure spells a family in two ways: `standardDSv2Family` in lists of sizes, `Standard DSv2 Family
//! Cluster Dedicated vCPUs` in usage lists. Both are taken, in any letter case; results carry the
//! spelling of the table of sizes.

mod usages;

use super::codes;
use super::prices::region_key;
use super::sizes::Sizes;
use crate::table::{Table, Want, codes as table_codes};
use crate::units::{Problem, nearest};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

pub use usages::add_usages;

/// The columns of limits.
const COLUMNS: [Want; 3] =
    [Want::required("region"), Want::required("family"), Want::required("limit")];

/// What a limit counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LimitName {
    /// Cores of one family, spelt as in the table of sizes where that knows it.
    Family(String),
    /// Dedicated cores of the region.
    Total,
    /// Compute instances and clusters of the region.
    Computes,
}

impl LimitName {
    /// Reads a family in either spelling, `total` or `computes`.
    #[must_use]
    pub fn parse(text: &str, families: &BTreeMap<String, String>) -> Self {
        match family_key(text).as_str() {
            "total" | "totalclusterdedicatedregionalvcpus" => Self::Total,
            "computes" | "clusters" | "totalclusters" => Self::Computes,
            key => Self::Family(families.get(key).cloned().unwrap_or_else(|| text.to_owned())),
        }
    }
}

/// As in `quota.csv`.
impl fmt::Display for LimitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Family(family) => family,
            Self::Total => "total",
            Self::Computes => "computes",
        })
    }
}

/// One limit and where it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Limit {
    most: i64,
    place: String,
}

/// The limits of every region.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Quotas {
    limits: BTreeMap<(String, LimitName), Limit>,
}

impl Quotas {
    /// The limit of this name in this region; `None` when it has none of its own (absent, or -1).
    #[must_use]
    pub fn limit(&self, region: &str, name: &LimitName) -> Option<i64> {
        let limit = self.limits.get(&(region_key(region), name.clone()))?;
        (limit.most >= 0).then_some(limit.most)
    }

    /// Every limit given, by region and name; -1 is no limit.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &LimitName, i64)> {
        self.limits.iter().map(|((region, name), limit)| (region.as_str(), name, limit.most))
    }

    /// Adds a limit read at `place`.
    ///
    /// # Errors
    /// The place of an earlier limit of the same name in the same region that differs or was read
    /// from the same place.
    pub fn add(
        &mut self,
        region: &str,
        name: LimitName,
        most: i64,
        place: impl Into<String>,
    ) -> Result<(), String> {
        let limit = Limit { most, place: place.into() };
        match self.limits.insert((region_key(region), name), limit) {
            Some(before) => Err(before.place),
            None => Ok(()),
        }
    }
}

/// How a family is compared: lower case, without spaces, `Standard`, `Family` and the usage list's
/// `Cluster Dedicated vCPUs`.
#[must_use]
pub fn family_key(text: &str) -> String {
    let bare: String =
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let key = bare.strip_suffix("clusterdedicatedvcpus").unwrap_or(&bare);
    let key = key.strip_prefix("standard").unwrap_or(key);
    let key = key.strip_suffix("family").unwrap_or(key);
    if key.is_empty() { bare } else { key.to_owned() }
}

/// Every known family by its key, spelt as in the table of sizes.
#[must_use]
pub fn families(sizes: &Sizes) -> BTreeMap<String, String> {
    sizes.iter().map(|size| (family_key(&size.family), size.family.clone())).collect()
}

/// Adds the limits of CSV and Parquet tables; every problem comes back, located.
pub fn read_quotas(files: &[PathBuf], sizes: &Sizes, quotas: &mut Quotas) -> Vec<Problem> {
    let families = families(sizes);
    let mut problems = Vec::new();
    for file in files {
        match Table::read(file, &COLUMNS) {
            Ok(mut table) => {
                problems.append(&mut table.problems);
                for row in 0..table.len() {
                    read_row(&table, row, &families, quotas, &mut problems);
                }
            }
            Err(faults) => problems.extend(faults),
        }
    }
    problems
}

fn read_row(
    table: &Table,
    row: usize,
    families: &BTreeMap<String, String>,
    quotas: &mut Quotas,
    problems: &mut Vec<Problem>,
) {
    let mut cell = |column: &str| {
        let text = table.cell(row, column);
        if text.is_none() {
            let empty = Problem::error(table_codes::EMPTY_CELL, "the cell is empty");
            problems.push(table.locate(row, column, empty));
        }
        text
    };
    let (region, family, limit) = (cell("region"), cell("family"), cell("limit"));
    let (Some(region), Some(family), Some(limit)) = (region, family, limit) else { return };
    let Some(most) = limit.parse::<i64>().ok().filter(|n| *n >= -1) else {
        let bad = Problem::error(codes::BAD_LIMIT, format!("`{limit}` is no limit"))
            .hint("a whole number of cores or computes; -1 means no limit of its own");
        return problems.push(table.locate(row, "limit", bad));
    };
    let name = LimitName::parse(family, families);
    if let LimitName::Family(unknown) = &name
        && !families.contains_key(&family_key(unknown))
    {
        let near = nearest(family, families.values().map(String::as_str));
        let hint =
            if near.is_empty() { "total, computes or a family".into() } else { near.join(", ") };
        let message = format!("no known size draws from the family `{family}`");
        let warning = Problem::warning(codes::UNKNOWN_FAMILY, message).hint(hint);
        problems.push(table.locate(row, "family", warning));
    }
    let place = format!("{}:{}", table.file, table.line(row));
    if let Err(first) = quotas.add(region, name, most, place) {
        let message = format!("`{family}` in `{region}` has a limit already: {first}");
        problems.push(table.locate(row, "family", Problem::error(codes::LIMIT_TWICE, message)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    fn read(csv: &str) -> (Quotas, Vec<String>) {
        let dir = TempDir::new();
        let file = dir.write("q.csv", csv);
        let mut quotas = Quotas::default();
        let problems = read_quotas(&[file], &Sizes::builtin(), &mut quotas);
        let base = dir.path("");
        (quotas, problems.iter().map(|p| p.to_string().replace(&base, "")).collect())
    }

    #[test]
    fn both_spellings_of_a_family_are_one_limit() {
        let (quotas, problems) = read(
            "region,family,limit\neastus,standardDSv2Family,20\n\
             East US 2,Standard DSv2 Family Cluster Dedicated vCPUs,8\neastus,TOTAL,100\n\
             eastus,computes,-1\neastus2,standard NCASv3_T4 family,0\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let dsv2 = LimitName::Family("standardDSv2Family".into());
        assert_eq!(quotas.limit("eastus", &dsv2), Some(20));
        assert_eq!(quotas.limit("eastus2", &dsv2), Some(8));
        assert_eq!(quotas.limit("EastUS", &LimitName::Total), Some(100));
        assert_eq!(quotas.limit("eastus", &LimitName::Computes), None, "-1: none of its own");
        let t4 = LimitName::Family("Standard NCASv3_T4 Family".into());
        assert_eq!(quotas.limit("eastus2", &t4), Some(0));
    }

    #[test]
    fn every_bad_limit_is_reported_with_its_place() {
        let (_, problems) = read(
            "region,family,limit\neastus,total,many\neastus,total,-2\n,total,\n\
             eastus,standardDSv22Family,4\neastus,total,4\neastus,Total,5\n",
        );
        assert_eq!(
            problems,
            [
                "q.csv:2  error[E0801]  limit: `many` is no limit  \
                 (a whole number of cores or computes; -1 means no limit of its own)",
                "q.csv:3  error[E0801]  limit: `-2` is no limit  \
                 (a whole number of cores or computes; -1 means no limit of its own)",
                "q.csv:4  error[E0111]  region: the cell is empty",
                "q.csv:4  error[E0111]  limit: the cell is empty",
                "q.csv:5  warning[W0801]  family: no known size draws from the family \
                 `standardDSv22Family`  (standardDSv2Family, standardDSv3Family, \
                 standardFSv2Family)",
                "q.csv:7  error[E0802]  family: `Total` in `eastus` has a limit already: q.csv:6",
            ]
        );
    }
}
