//! What is wrong with one input, located in the file or files it is made of.

use crate::azure::node::{Entry, Node};
use crate::units::Problem;

/// What is wrong, collected while an input is read.
///
/// A template and its parameter file are one input: the lines of the second count on after those
/// of the first, so that every node still knows where it was written.
pub(crate) struct Findings<'f> {
    file: &'f str,
    /// The second file, and how many lines lie before its first.
    second: Option<(&'f str, usize)>,
    pub(crate) problems: Vec<Problem>,
}

impl<'f> Findings<'f> {
    pub(crate) const fn new(file: &'f str) -> Self {
        Self { file, second: None, problems: Vec::new() }
    }

    /// The same for an input whose lines beyond `lines` are those of a second file.
    pub(crate) const fn and_second(mut self, file: &'f str, lines: usize) -> Self {
        self.second = Some((file, lines));
        self
    }

    pub(crate) fn add(&mut self, problem: Problem, node: &Node) {
        self.add_here(problem, node.line, node.column);
    }

    pub(crate) fn add_at(&mut self, problem: Problem, entry: &Entry) {
        self.add_here(problem, entry.line, entry.column);
    }

    pub(crate) fn add_here(&mut self, problem: Problem, line: usize, column: usize) {
        let (file, line) = match self.second {
            Some((second, before)) if line > before => (second, line - before),
            _ => (self.file, line),
        };
        self.problems.push(problem.in_file(file).at(line, column));
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.problems.iter().any(Problem::is_error)
    }
}
