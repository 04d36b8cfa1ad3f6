//! One shape for everything that can be wrong with an input: where, what, and the way out.

use std::fmt;

/// Whether a problem stops the run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The input cannot be used as it is.
    Error,
    /// The input is used; the person should know.
    Warning,
}

/// One problem in one input, located as closely as the format allows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Problem {
    /// Path of the file as the user gave it; empty for a flag.
    pub file: String,
    /// Line in the file, from 1; 0 where the format has no lines. For tables: the row's line.
    pub line: usize,
    /// Column in the line, from 1; 0 where unknown.
    pub column: usize,
    /// Name of the table column or key, empty where none applies.
    pub field: String,
    /// Stable code, such as `E0301`.
    pub code: &'static str,
    /// What is wrong, with the offending value in quotes.
    pub message: String,
    /// The way out; empty where the message says it.
    pub hint: String,
    /// Error or warning.
    pub severity: Severity,
}

impl Problem {
    /// An error with a code and a message, not located yet.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            file: String::new(),
            line: 0,
            column: 0,
            field: String::new(),
            code,
            message: message.into(),
            hint: String::new(),
            severity: Severity::Error,
        }
    }

    /// A warning with a code and a message, not located yet.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same problem, in this file.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// The same problem, at this line and column (0 = unknown).
    #[must_use]
    pub const fn at(mut self, line: usize, column: usize) -> Self {
        self.line = line;
        self.column = column;
        self
    }

    /// The same problem, in this table column or key.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }

    /// The same problem, with the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `file:line:column  code  message  hint`, leaving out what is unknown.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            f.write_str(&self.file)?;
            if self.line > 0 {
                write!(f, ":{}", self.line)?;
                if self.column > 0 {
                    write!(f, ":{}", self.column)?;
                }
            }
            f.write_str("  ")?;
        }
        let word = if self.is_error() { "error" } else { "warning" };
        write!(f, "{word}[{}]  ", self.code)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, "  ({})", self.hint)?;
        }
        Ok(())
    }
}

/// Up to three of `known` that `given` may have been meant to be, nearest first.
#[must_use]
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase();
    let mut scored: Vec<(u32, &str)> = known
        .into_iter()
        .map(|k| (distance(&given, &k.to_lowercase()), k))
        .filter(|(score, _)| *score <= 450)
        .collect();
    scored.sort();
    scored.into_iter().take(3).map(|(_, k)| k).collect()
}

/// How unlike two texts are, 0 (equal) to 1000; a text that contains the other is near.
fn distance(a: &str, b: &str) -> u32 {
    let longest = a.chars().count().max(b.chars().count()).max(1);
    let edits = strsim::damerau_levenshtein(a, b).saturating_mul(1000);
    let by_edits = edits.checked_div(longest).and_then(|d| u32::try_from(d).ok()).unwrap_or(1000);
    let contained = a.len() >= 3 && (b.contains(a) || a.contains(b));
    if contained { by_edits.min(400) } else { by_edits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_typos_and_parts_and_nothing_else() {
        let known = ["kernel", "terminal", "W. Europe Standard Time", "Pacific Standard Time"];
        assert_eq!(nearest("kernle", known), ["kernel"]);
        assert_eq!(nearest("Pacific", known), ["Pacific Standard Time"]);
        assert!(nearest("zzz", known).is_empty());
    }

    #[test]
    fn problems_print_where_what_and_the_way_out() {
        let p = Problem::error("E0101", "unknown kind `shell`").in_file("a.csv").at(7, 0);
        let p = p.field("kind").hint("use kernel");
        assert_eq!(
            p.to_string(),
            "a.csv:7  error[E0101]  kind: unknown kind `shell`  (use kernel)"
        );
    }
}
