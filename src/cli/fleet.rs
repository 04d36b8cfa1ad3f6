//! `--instances`: tables, and Azure's own formats, whose settings are the plans of today.

use crate::azure::{
    AzureFile, Page, Parameters, PlanFile, decode_text, left_out, missing_pages,
    read_azure_instances,
};
use crate::cli::Manner;
use crate::cli::plans::{hex, parameters_beside};
use crate::cli::progress::{Progress, Unit};
use crate::report::InputRecord;
use crate::table::{codes, resolve, resolve_with};
use crate::units::Problem;
use crate::world::{Instance, read_instances};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Extensions of Azure's own formats.
const AZURE: [&str; 4] = ["yml", "yaml", "json", "jsonc"];
/// Everything that may hold instances.
const ANY: [&str; 6] = ["csv", "parquet", "yml", "yaml", "json", "jsonc"];

/// Who exists.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    pub(crate) instances: Vec<Instance>,
    /// The own plans of instances from Azure's formats, each with its file and line.
    pub(crate) plans: Vec<(PlanFile, String, usize)>,
    pub(crate) problems: Vec<Problem>,
    /// What the Azure files were, if any.
    pub(crate) record: Option<InputRecord>,
}

/// Reads everything that `paths` mean.
pub(crate) fn read(paths: &[String], assume_utc: bool, manner: Manner) -> Result<Fleet, Problem> {
    let (mut tables, mut azure) = (Vec::new(), Vec::new());
    for path in paths {
        sort_out(path, &mut tables, &mut azure)?;
    }
    for files in [&mut tables, &mut azure] {
        files.sort();
        files.dedup();
    }
    let mut fleet = Fleet::default();
    if !tables.is_empty() {
        (fleet.instances, fleet.problems) = read_instances(&tables, assume_utc);
    }
    if !azure.is_empty() {
        fleet.add_azure(&azure, manner);
    }
    Ok(fleet)
}

/// The files that a path means. A folder that holds tables is a folder of tables: what else lies
/// there, such as plans, is not looked at.
fn sort_out(
    path: &str,
    tables: &mut Vec<PathBuf>,
    azure: &mut Vec<PathBuf>,
) -> Result<(), Problem> {
    let given = [path.to_owned()];
    match resolve(&given) {
        Ok(files) => tables.extend(files),
        Err(problem) if [codes::NO_MATCH, codes::UNKNOWN_FORMAT].contains(&problem.code) => {
            let files = resolve_with(&given, &AZURE).or_else(|_| resolve_with(&given, &ANY))?;
            let alone = files.len() == 1;
            let is_parameters = |file: &PathBuf| file.to_string_lossy().contains(".parameters.");
            azure.extend(files.into_iter().filter(|file| alone || !is_parameters(file)));
        }
        Err(problem) => return Err(problem),
    }
    Ok(())
}

impl Fleet {
    fn add_azure(&mut self, files: &[PathBuf], manner: Manner) {
        let read = read_files(files, manner);
        let mut hash = Sha256::new();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for instance in &self.instances {
            seen.insert(instance.name.clone(), format!("{}:{}", instance.file, instance.line));
        }
        let (mut skipped, mut rows) = (0, 0);
        let mut pages: Vec<Page> = Vec::new();
        let mut problems: Vec<Problem> = Vec::new();
        for (mut file, digest) in read {
            hash.update(digest);
            skipped += file.skipped;
            pages.append(&mut file.pages);
            problems.append(&mut file.problems);
            for one in file.instances {
                rows += 1;
                let (name, place) =
                    (one.instance.name.clone(), (one.instance.file.clone(), one.instance.line));
                if let Some(first) = seen.get(&name) {
                    let message = format!("`{name}` is described twice: first at {first}");
                    let problem = Problem::error("E0161", message).in_file(place.0);
                    problems.push(problem.at(place.1, 0).field("name"));
                    continue;
                }
                seen.insert(name, format!("{}:{}", place.0, place.1));
                self.instances.push(one.instance);
                self.plans.push((one.plan, place.0, place.1));
            }
        }
        let failed = problems.iter().any(Problem::is_error);
        self.problems.append(&mut summed(problems));
        self.problems.append(&mut missing_pages(&pages));
        if skipped > 0 {
            self.problems.push(left_out(skipped));
        }
        if rows == 0 && !failed {
            let problem = Problem::error("E0224", "there is no compute instance in the input");
            let hint = "an instance says `type: computeinstance`, in ARM \
                        `\"computeType\": \"ComputeInstance\"`";
            let first = files.first().map_or_else(String::new, |f| f.display().to_string());
            self.problems.push(problem.in_file(first).hint(hint));
        }
        let sha256 = hex(&hash.finalize());
        self.record = Some(InputRecord { role: "instance files".into(), rows, sha256 });
    }
}

/// All files, in their order, each with the hash of its bytes.
fn read_files(files: &[PathBuf], manner: Manner) -> Vec<(AzureFile, Vec<u8>)> {
    let bar = Progress::begin(manner, "instances", Unit::Things("files"), files.len() as u64);
    let read = files.par_iter().map(|path| {
        let file = read_file(path);
        bar.inc(1);
        file
    });
    let read = read.collect();
    bar.finish_and_clear();
    read
}

fn read_file(path: &Path) -> (AzureFile, Vec<u8>) {
    let file = path.display().to_string();
    let failed = |problem| AzureFile { problems: vec![problem], ..AzureFile::default() };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            let problem = Problem::error(codes::UNREADABLE, message).in_file(file);
            return (failed(problem), Vec::new());
        }
    };
    let digest = Sha256::digest(&bytes).to_vec();
    match decode_text(bytes, &file) {
        Ok(text) => {
            let beside = parameters_beside(path);
            let parameters = beside.as_ref().map(|(text, file)| Parameters { text, file });
            (read_azure_instances(&text, &file, parameters), digest)
        }
        Err(problem) => (failed(problem), digest),
    }
}

/// Errors as they are; of the warnings of one kind the first, which says how many more there are:
/// a fleet of thousands has thousands of them.
fn summed(problems: Vec<Problem>) -> Vec<Problem> {
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        let key = (problem.code, problem.field.clone());
        let count = counts.entry(key).or_default();
        *count += 1;
        if problem.is_error() || *count == 1 {
            kept.push(problem);
        }
    }
    for problem in kept.iter_mut().filter(|p| !p.is_error()) {
        let more = counts.get(&(problem.code, problem.field.clone())).copied().unwrap_or(1) - 1;
        if more > 0 {
            problem.message.push_str(&format!(" (and {more} more of this kind)"));
        }
    }
    kept
}
