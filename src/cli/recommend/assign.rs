//! `--apply-to`: an instance table with the next plan of each instance.

use super::files::Plans;
use crate::cli::complain::Complaints;
use crate::cli::inputs::Inputs;
use crate::cli::output::Staging;
use crate::report::recommend::Recommendation;
use crate::search::recommend::Verdict;
use crate::units::Problem;
use csv::StringRecord;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The table as it was given.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    header: StringRecord,
    rows: Vec<StringRecord>,
    /// Where the instance's name stands.
    instance: usize,
    /// Where the plan's name stands; `None`: the table has no such column.
    plan: Option<usize>,
}

impl Table {
    /// Reads it before anything else, so that a wrong one ends the run early.
    pub(crate) fn read(path: &Path) -> Result<Self, Complaints> {
        let bytes =
            std::fs::read(path).map_err(|e| Complaints::io("read the instance table", path, &e))?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let wrong = |message: String, hint: &str| {
            let problem = Problem::error("E0615", message).in_file(path.display().to_string());
            Complaints::usage(problem.field("--apply-to").hint(hint))
        };
        let header = reader.headers().cloned();
        let rows = reader.records().collect::<Result<Vec<_>, _>>();
        let (header, rows) = match (header, rows) {
            (Ok(header), Ok(rows)) => (header, rows),
            (header, rows) => {
                let why = header.err().or(rows.err()).map_or_else(String::new, |e| e.to_string());
                return Err(wrong(format!("not a CSV table: {why}"), "give a CSV file"));
            }
        };
        let place = |name: &str| header.iter().position(|cell| cell.trim() == name);
        let Some(instance) = place("instance") else {
            let hint = "it must be an instance table, with the column `instance`";
            return Err(wrong("the table has no column `instance`".to_owned(), hint));
        };
        Ok(Self { path: path.to_owned(), plan: place("plan"), header, rows, instance })
    }

    /// A table of other instances is a mistake.
    pub(crate) fn check(&self, inputs: &Inputs) -> Result<(), Complaints> {
        let known = |row: &StringRecord| {
            let name = row.get(self.instance).unwrap_or_default().trim();
            inputs.instances.binary_search_by(|i| i.name.as_str().cmp(name)).is_ok()
        };
        if !self.rows.iter().any(known) {
            let problem = Problem::error("E0615", "no instance of the table is in this run")
                .in_file(self.path.display().to_string())
                .field("--apply-to");
            return Err(Complaints::usage(problem.hint("give the table that --instances has")));
        }
        Ok(())
    }

    /// The plan cell of each row as it will be, where the verdict allows it, or as it is.
    fn cells(&self, plans: &Plans, answer: &Recommendation<'_>, next: bool) -> Vec<String> {
        let at: BTreeMap<&str, usize> =
            answer.instances.iter().enumerate().map(|(at, i)| (i.name.as_str(), at)).collect();
        let cell = |row: &StringRecord| {
            let was = self.plan.and_then(|plan| row.get(plan)).unwrap_or_default();
            match row.get(self.instance).and_then(|name| at.get(name.trim())) {
                None => was.to_owned(),
                Some(at) => {
                    let allowed = answer.picks[*at].verdict != Verdict::DoNotApply;
                    plans.cell(*at, next && allowed)
                }
            }
        };
        self.rows.iter().map(cell).collect()
    }

    /// Writes `instances.csv`, beside `plans`, so that `simulate --instances` finds them.
    pub(crate) fn write(
        &self,
        plans: &Plans,
        answer: &Recommendation<'_>,
        staging: &Staging,
    ) -> Result<(), Complaints> {
        let next = self.bytes(&self.cells(plans, answer, true));
        staging.write("instances.csv", &next)?;
        staging.write("rollback/instances.csv", &self.bytes(&self.cells(plans, answer, false)))
    }

    fn bytes(&self, cells: &[String]) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let with = |row: &StringRecord, cell: &str| -> StringRecord {
            let kept = row.iter().enumerate();
            let mut out: StringRecord =
                kept.map(|(at, text)| if Some(at) == self.plan { cell } else { text }).collect();
            if self.plan.is_none() {
                out.push_field(cell);
            }
            out
        };
        // Writing to memory does not fail, and every row has the header's fields.
        let _ = writer.write_record(&with(&self.header, "plan"));
        for (row, cell) in self.rows.iter().zip(cells) {
            let _ = writer.write_record(&with(row, cell));
        }
        writer.into_inner().unwrap_or_default()
    }
}
