//! Which columns a reader wants, and where a file has them.

use super::codes;
use crate::units::{Problem, nearest};

/// A column that a reader knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Want {
    /// Its name in the header, exactly.
    pub name: &'static str,
    /// Whether a file without it is an error.
    pub required: bool,
}

impl Want {
    /// A column that must be there.
    #[must_use]
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    /// A column that may be there.
    #[must_use]
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }
}

/// Where the wanted columns are in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    file: String,
    wants: Vec<Want>,
    positions: Vec<Option<usize>>,
    width: usize,
}

impl Layout {
    /// Finds `wants` among the columns `found`; the second part is a warning that names columns
    /// nothing reads.
    pub(super) fn new(
        file: &str,
        found: &[String],
        wants: &[Want],
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let mut faults = duplicates(found);
        faults.extend(wants.iter().filter_map(|want| missing(*want, found)));
        if !faults.is_empty() {
            return Err(faults.into_iter().map(|fault| fault.in_file(file).at(1, 0)).collect());
        }
        let positions = wants.iter().map(|w| found.iter().position(|f| f == w.name)).collect();
        let layout =
            Self { file: file.to_owned(), wants: wants.to_vec(), positions, width: found.len() };
        Ok((layout, unknown(file, found, wants).into_iter().collect()))
    }

    /// The file's path.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The name of a wanted column.
    pub(super) fn name(&self, want: usize) -> &'static str {
        self.wants.get(want).map_or("", |w| w.name)
    }

    /// The names of all wanted columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.wants.iter().map(|w| w.name)
    }

    /// Where the file has a wanted column, if it does.
    #[inline]
    pub(super) fn position(&self, want: usize) -> Option<usize> {
        self.positions.get(want).copied().flatten()
    }

    /// Where the file has the wanted columns, in the order of the wants.
    pub(super) fn positions(&self) -> &[Option<usize>] {
        &self.positions
    }

    /// Number of columns in the file.
    pub(super) const fn width(&self) -> usize {
        self.width
    }
}

/// One error for each name that occurs more than once.
fn duplicates(found: &[String]) -> Vec<Problem> {
    let mut sorted: Vec<&String> = found.iter().collect();
    sorted.sort();
    let mut twice: Vec<&String> =
        sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    twice.dedup();
    twice
        .into_iter()
        .map(|name| {
            Problem::error(codes::DUPLICATE_COLUMN, format!("the column `{name}` occurs twice"))
        })
        .collect()
}

/// The error of a required column that is not there.
fn missing(want: Want, found: &[String]) -> Option<Problem> {
    if !want.required || found.iter().any(|f| f == want.name) {
        return None;
    }
    let problem = Problem::error(
        codes::MISSING_COLUMN,
        format!("there is no column `{}`; the file has {}", want.name, list(found)),
    );
    let near = nearest(want.name, found.iter().map(String::as_str));
    let alone = found.len() == 1 && found[0].contains([';', '\t']);
    Some(match near.first() {
        _ if alone => problem.hint("separate columns by commas"),
        Some(near) => problem.hint(format!("rename `{near}` to `{}`", want.name)),
        None => problem,
    })
}

/// The warning about columns that nothing reads.
fn unknown(file: &str, found: &[String], wants: &[Want]) -> Option<Problem> {
    let known = |name: &String| wants.iter().any(|w| w.name == name);
    let extra: Vec<String> = found.iter().filter(|name| !known(name)).cloned().collect();
    (!extra.is_empty()).then(|| {
        let what = if extra.len() == 1 { "column" } else { "columns" };
        Problem::warning(
            codes::UNKNOWN_COLUMNS,
            format!("unknown {what} {}: ignored", list(&extra)),
        )
        .in_file(file)
        .at(1, 0)
    })
}

/// Names in quotes, separated by commas.
fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(header: &str) -> Vec<String> {
        let found: Vec<String> = header.split(',').map(str::to_owned).collect();
        let wants = [Want::required("instance"), Want::required("start"), Want::optional("plan")];
        match Layout::new("a.csv", &found, &wants) {
            Ok((_, notes)) => notes.iter().map(Problem::to_string).collect(),
            Err(faults) => faults.iter().map(Problem::to_string).collect(),
        }
    }

    #[test]
    fn columns_may_come_in_any_order_and_optional_ones_may_be_absent() {
        assert!(complaints("start,instance").is_empty());
        assert!(complaints("plan,start,instance").is_empty());
    }

    #[test]
    fn every_missing_or_double_column_is_named() {
        assert_eq!(
            complaints("Instance,start,start"),
            [
                "a.csv:1  error[E0106]  the column `start` occurs twice",
                "a.csv:1  error[E0105]  there is no column `instance`; the file has `Instance`, \
                 `start`, `start`  (rename `Instance` to `instance`)",
            ]
        );
        assert_eq!(
            complaints("instance;start"),
            [
                "a.csv:1  error[E0105]  there is no column `instance`; the file has \
                 `instance;start`  (separate columns by commas)",
                "a.csv:1  error[E0105]  there is no column `start`; the file has \
                 `instance;start`  (separate columns by commas)",
            ]
        );
    }

    #[test]
    fn columns_nothing_reads_are_named_once() {
        assert_eq!(
            complaints("first,instance,start,last"),
            ["a.csv:1  warning[W0101]  unknown columns `first`, `last`: ignored"]
        );
    }
}
