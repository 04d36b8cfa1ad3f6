//! Images of compute instances. An instance keeps the image it was created with; only creating it
//! anew brings a newer one. Microsoft releases images monthly: without a table of releases, one on
//! the first day of every month, named as the service names them (`24.03.01`).

use super::codes;
use crate::table::{Table, Want, codes as table_codes, read_instant};
use crate::units::{Instant, Problem};
use std::path::Path;

/// The columns of releases.
const COLUMNS: [Want; 2] = [Want::required("released"), Want::required("version")];

/// One release.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ImageRelease {
    /// From when on new instances get it.
    pub released: Instant,
    /// What it is called.
    pub version: String,
}

/// How far an instance is behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ImageAge<'i> {
    /// Its image; `None`: older than every known release.
    pub image: Option<&'i ImageRelease>,
    /// The newest one.
    pub newest: Option<&'i ImageRelease>,
    /// How many releases came after its creation.
    pub behind: usize,
    /// Since when it is behind.
    pub since: Option<Instant>,
}

/// All releases, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Images(Vec<ImageRelease>);

impl Images {
    /// One on the first of every month, from the month of `from` to before `end`.
    #[must_use]
    pub fn monthly(from: Instant, end: Instant) -> Self {
        let mut released = first_of_month(from);
        let mut releases = Vec::new();
        while released < end {
            let version = released.civil().format("%y.%m.%d").to_string();
            releases.push(ImageRelease { released, version });
            released = released.next_month();
        }
        Self(releases)
    }

    /// How an instance created at `created` stands at `end`. A release at the instant of creation
    /// is the one it gets; one at `end` is not out yet.
    #[must_use]
    pub fn age(&self, created: Instant, end: Instant) -> ImageAge<'_> {
        let out = &self.0[..self.0.partition_point(|r| r.released < end)];
        let known = out.partition_point(|r| r.released <= created);
        ImageAge {
            image: known.checked_sub(1).and_then(|n| out.get(n)),
            newest: out.last(),
            behind: out.len() - known,
            since: out.get(known).map(|r| r.released),
        }
    }
}

/// Midnight of the first day of the month.
fn first_of_month(at: Instant) -> Instant {
    let month = at.month_name();
    let mut day = at.midnight_on_or_before();
    while day.plus(-1).month_name() == month {
        day = day.plus(-86_400);
    }
    day
}

/// Reads a table of releases, in any order.
///
/// # Errors
/// Every problem with the file or its rows.
pub fn read_images(file: &Path, assume_utc: bool) -> Result<Images, Vec<Problem>> {
    let mut table = Table::read(file, &COLUMNS)?;
    let mut problems = std::mem::take(&mut table.problems);
    problems.retain(Problem::is_error);
    let mut releases: Vec<ImageRelease> = Vec::new();
    for row in 0..table.len() {
        let cell = |column| {
            let empty = || Problem::error(table_codes::EMPTY_CELL, "the cell is empty");
            table.cell(row, column).ok_or_else(empty).map_err(|p| table.locate(row, column, p))
        };
        let released = cell("released").and_then(|text| {
            read_instant(text, assume_utc).map_err(|p| table.locate(row, "released", p))
        });
        match (released, cell("version")) {
            (Ok(released), Ok(_)) if releases.iter().any(|r| r.released == released) => {
                let what = format!("another image is released at {released}");
                let problem = Problem::error(codes::BAD_RELEASE, what);
                problems.push(table.locate(row, "released", problem));
            }
            (Ok(released), Ok(version)) => {
                releases.push(ImageRelease { released, version: version.to_owned() });
            }
            (released, version) => {
                problems.extend(released.err());
                problems.extend(version.err());
            }
        }
    }
    releases.sort();
    if problems.is_empty() { Ok(Images(releases)) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;
    use crate::units::parse_instant;

    fn at(text: &str) -> Instant {
        parse_instant(text, false).unwrap()
    }

    #[test]
    fn monthly_images_by_hand() {
        let (created, end) = (at("2023-11-15T12:00:00Z"), at("2024-02-01T00:00:00Z"));
        let images = Images::monthly(created, end);
        let age = images.age(created, end);
        assert_eq!(age.image.unwrap().version, "23.11.01");
        assert_eq!(age.newest.unwrap().version, "24.01.01", "what comes out at the end is not out");
        assert_eq!((age.behind, age.since), (2, Some(at("2023-12-01T00:00:00Z"))));
        let fresh = images.age(at("2024-01-01T00:00:00Z"), end);
        assert_eq!((fresh.behind, fresh.since), (0, None));
        assert_eq!(images.age(at("2020-01-01T00:00:00Z"), end).image, None);
    }

    #[test]
    fn a_table_of_releases_in_any_order() {
        let dir = TempDir::new();
        let good = dir.write(
            "i.csv",
            "released,version\n2024-02-03T00:00:00Z,24.02.03\n2024-01-09T00:00:00Z,24.01.09\n",
        );
        let images = read_images(&good, false).unwrap();
        let age = images.age(at("2024-01-10T00:00:00Z"), at("2024-03-01T00:00:00Z"));
        assert_eq!((age.image.unwrap().version.as_str(), age.behind), ("24.01.09", 1));
        let bad = dir.write(
            "b.csv",
            "released,version\n2024-02-03T00:00:00Z,a\n2024-02-03T00:00:00Z,b\nx,\n",
        );
        let codes: Vec<_> =
            read_images(&bad, false).unwrap_err().iter().map(|p| (p.line, p.code)).collect();
        assert_eq!(codes, [(3, "E0831"), (4, "E0112"), (4, "E0111")]);
    }
}
