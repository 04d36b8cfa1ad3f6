//! How problems reach a person: the first twenty in full, the rest counted and written to a file,
//! and the exit code they lead to.

use crate::cli::exit;
use crate::table::did_you_mean;
use crate::units::Problem;
use std::collections::BTreeMap;
use std::path::Path;

/// How many problems are printed in full (SPEC 1.1).
const PRINTED: usize = 20;
/// Of warnings of one code, so many: they tend to come once for every instance.
const WARNINGS_PRINTED: usize = 3;

/// Why a command ended without a result.
#[derive(Clone, Debug)]
pub(crate) struct Complaints {
    problems: Vec<Problem>,
    /// Problems that were counted but not kept.
    uncounted: u64,
    code: u8,
    written_to: Option<String>,
}

impl Complaints {
    /// The input has errors.
    pub(crate) const fn input(problems: Vec<Problem>) -> Self {
        Self { problems, uncounted: 0, code: exit::INPUT, written_to: None }
    }

    /// Wrong usage.
    pub(crate) fn usage(problem: Problem) -> Self {
        Self { code: exit::USAGE, ..Self::input(vec![problem]) }
    }

    /// What is wrong, as far as it was kept.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// A file or folder could not be read or written.
    pub(crate) fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let mut problem = Problem::error("E0701", format!("cannot {doing}: {error}"))
            .in_file(path.display().to_string());
        if error.kind() == std::io::ErrorKind::NotFound {
            problem = problem.hint(did_you_mean(path));
        }
        Self { code: exit::IO, ..Self::input(vec![problem]) }
    }

    /// The same, with this exit code.
    pub(crate) const fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// The same, with this many more problems that were not kept.
    pub(crate) const fn and_uncounted(mut self, more: u64) -> Self {
        self.uncounted = more;
        self
    }

    /// The same, all of them also in this file.
    pub(crate) fn written_to(mut self, path: &Path) -> Self {
        self.written_to = Some(path.display().to_string());
        self
    }

    /// Prints to stderr and says which exit code follows.
    pub(crate) fn print(&self) -> u8 {
        print_problems(&self.problems);
        let all = self.problems.len() as u64 + self.uncounted;
        if all > 1 {
            eprintln!("{all} problems: {}", by_code(&self.problems));
        }
        if let Some(path) = &self.written_to {
            eprintln!("all of them are in {path}");
        }
        self.code
    }
}

/// The first twenty, of warnings the first few of each code, then how many more there are.
pub(crate) fn print_problems(problems: &[Problem]) {
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let (shown, rest): (Vec<&Problem>, Vec<&Problem>) = problems.iter().partition(|problem| {
        let before = told.entry(problem.code).or_default();
        *before += 1;
        problem.is_error() || *before <= WARNINGS_PRINTED
    });
    for problem in shown.iter().take(PRINTED) {
        eprintln!("{problem}");
    }
    let more: Vec<&Problem> = shown.into_iter().skip(PRINTED).chain(rest).collect();
    if !more.is_empty() {
        eprintln!("... and {} more: {}", more.len(), by_code(more));
    }
}

/// `3 x E0103, 1 x E0105`.
fn by_code<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in problems {
        *counts.entry(problem.code).or_default() += 1;
    }
    let parts: Vec<String> = counts.iter().map(|(code, n)| format!("{n} x {code}")).collect();
    parts.join(", ")
}

/// `no errors`, `1 error`, `2 errors`.
pub(crate) fn counted(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
