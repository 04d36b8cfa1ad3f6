//! Training clusters (SPEC 1.5): they share the cores of compute instances (QUOTA-3).

use super::codes;
use super::prices::region_key;
use super::sizes::Sizes;
use crate::table::{Table, Want, codes as table_codes, read_instant};
use crate::units::{Instant, Problem};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The columns of clusters.
const COLUMNS: [Want; 5] = [
    Want::required("cluster"),
    Want::required("region"),
    Want::required("vm_size"),
    Want::required("at"),
    Want::required("nodes"),
];

/// Most nodes a row can ask for.
const NODES_MAX: u32 = 1_000_000;

/// From an instant on, a cluster wants this many nodes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClusterChange {
    /// Its name; with the region it says which cluster this is.
    pub cluster: String,
    /// Azure region.
    pub region: String,
    /// Size of every node; the same in all rows of a cluster.
    pub vm_size: String,
    /// From when.
    pub at: Instant,
    /// How many nodes.
    pub nodes: u32,
    /// The file it is in.
    pub file: String,
    /// The line it is on, from 1; for Parquet its row.
    pub line: usize,
}

/// Reads changes in file order, with every problem; a row with an error is left out.
#[must_use]
pub fn read_clusters(
    files: &[PathBuf],
    assume_utc: bool,
    sizes: &Sizes,
) -> (Vec<ClusterChange>, Vec<Problem>) {
    let (mut changes, mut problems) = (Vec::new(), Vec::new());
    let mut first: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    for file in files {
        let mut table = match Table::read(file, &COLUMNS) {
            Ok(table) => table,
            Err(faults) => {
                problems.extend(faults);
                continue;
            }
        };
        problems.append(&mut table.problems);
        for row in 0..table.len() {
            let Some(change) = read_row(&table, row, assume_utc, sizes, &mut problems) else {
                continue;
            };
            let key = (region_key(&change.region), change.cluster.clone());
            let place = format!("{}:{}", change.file, change.line);
            let (size, at) =
                first.entry(key).or_insert_with(|| (change.vm_size.to_lowercase(), place));
            if *size == change.vm_size.to_lowercase() {
                changes.push(change);
            } else {
                let what = format!("`{}` has another size at {at}", change.cluster);
                let problem = Problem::error(codes::CLUSTER_SIZE_CHANGES, what)
                    .hint("the size of a cluster is fixed at creation");
                problems.push(table.locate(row, "vm_size", problem));
            }
        }
    }
    (changes, problems)
}

fn read_row(
    table: &Table,
    row: usize,
    assume_utc: bool,
    sizes: &Sizes,
    problems: &mut Vec<Problem>,
) -> Option<ClusterChange> {
    let before = problems.len();
    let mut texts = COLUMNS.map(|column| {
        let text = table.cell(row, column.name).unwrap_or_default();
        if text.is_empty() {
            let empty = Problem::error(table_codes::EMPTY_CELL, "the cell is empty");
            problems.push(table.locate(row, column.name, empty));
        }
        text
    });
    let [cluster, region, vm_size, at, nodes] = &mut texts;
    let mut fault = |column: &str, p: Problem| problems.push(table.locate(row, column, p));
    if !vm_size.is_empty()
        && let Some(problem) = unknown_size(sizes, vm_size)
    {
        fault("vm_size", problem);
    }
    let at = if at.is_empty() {
        None
    } else {
        read_instant(at, assume_utc).map_err(|p| fault("at", p)).ok()
    };
    let count = nodes.parse::<u32>().ok().filter(|n| *n <= NODES_MAX);
    if count.is_none() && !nodes.is_empty() {
        let problem = Problem::error(codes::BAD_NODES, format!("`{nodes}` is no number of nodes"));
        fault("nodes", problem.hint("a whole number from 0 on"));
    }
    let (cluster, region, vm_size) = (*cluster, *region, *vm_size);
    let change = ClusterChange {
        cluster: cluster.to_owned(),
        region: region.to_owned(),
        vm_size: vm_size.to_owned(),
        at: at?,
        nodes: count?,
        file: table.file.clone(),
        line: table.line(row),
    };
    (problems.len() == before).then_some(change)
}

/// The error of a size whose family and cores nobody knows; not located yet.
#[must_use]
pub fn unknown_size(sizes: &Sizes, vm_size: &str) -> Option<Problem> {
    if sizes.get(vm_size).is_some() {
        return None;
    }
    let near = sizes.nearest(vm_size);
    let hint = if near.is_empty() {
        "quotas need a size of the built-in table, such as Standard_DS3_v2".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let message = format!("the family and cores of the size `{vm_size}` are not known");
    Some(Problem::error(codes::UNKNOWN_SIZE, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    #[test]
    fn rows_come_in_file_order_and_every_bad_one_with_its_place() {
        let dir = TempDir::new();
        let file = dir.write(
            "c.csv",
            "cluster,region,vm_size,at,nodes\n\
             train,eastus,Standard_NC6s_v3,2024-01-02T00:00:00Z,4\n\
             train,eastus,standard_nc6s_v3,2024-01-01T00:00:00Z,0\n\
             train,westus,Standard_DS3_v2,2024-01-01T00:00:00Z,1\n\
             train,eastus,Standard_DS3_v2,2024-01-03T00:00:00Z,1\n\
             other,eastus,Standard_DS3v2,noon,-1\n\
             ,eastus,Standard_DS3_v2,,1.5\n",
        );
        let (changes, problems) = read_clusters(&[file], false, &Sizes::builtin());
        assert_eq!(changes.iter().map(|c| c.line).collect::<Vec<_>>(), [2, 3, 4]);
        let base = dir.path("");
        let shown: Vec<_> = problems.iter().map(|p| p.to_string().replace(&base, "")).collect();
        assert_eq!(
            shown,
            [
                "c.csv:5  error[E0814]  vm_size: `train` has another size at c.csv:2  \
                 (the size of a cluster is fixed at creation)",
                "c.csv:6  error[E0811]  vm_size: the family and cores of the size \
                 `Standard_DS3v2` are not known  (did you mean Standard_DS3_v2, \
                 Standard_DS13_v2, Standard_DS1_v2?)",
                "c.csv:6  error[E0112]  at: `noon` is not a timestamp  \
                 (write RFC 3339, such as 2024-06-01T09:30:00Z)",
                "c.csv:6  error[E0813]  nodes: `-1` is no number of nodes  \
                 (a whole number from 0 on)",
                "c.csv:7  error[E0111]  cluster: the cell is empty",
                "c.csv:7  error[E0111]  at: the cell is empty",
                "c.csv:7  error[E0813]  nodes: `1.5` is no number of nodes  \
                 (a whole number from 0 on)",
            ]
        );
    }
}
