//! Every code of an error or warning: what it means, why it comes up and what to do about it.
//!
//! One table, from which `idlewise errors` and `docs/src/errors.md` are printed. A test holds it to
//! the codes that the program uses, and each to a file under `tests/errors` that brings it about.

mod azure;
mod inputs;
mod limits;
mod plans;
mod reading;
mod running;

use std::fmt::Write as _;

/// One code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The code: `E` for an error, `W` for a warning.
    pub code: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// When it comes up.
    pub cause: &'static str,
    /// What to do.
    pub way_out: &'static str,
    /// Something that brings it about.
    pub example: &'static str,
    /// Why no file can bring it about; `None` where one does.
    pub not_by_file: Option<&'static str>,
}

impl Entry {
    /// `error` or `warning`.
    #[must_use]
    pub fn severity(&self) -> &'static str {
        if self.code.starts_with('E') { "error" } else { "warning" }
    }

    /// The same, which no file can bring about.
    const fn not_by_file(mut self, reason: &'static str) -> Self {
        self.not_by_file = Some(reason);
        self
    }
}

/// Shorthand for the tables below.
const fn entry(
    code: &'static str,
    title: &'static str,
    [cause, way_out, example]: [&'static str; 3],
) -> Entry {
    Entry { code, title, cause, way_out, example, not_by_file: None }
}

/// Chapters of the table, in the order of their codes.
const CHAPTERS: [(&str, &[Entry]); 10] = [
    ("Tables and traces", &inputs::TABLES),
    ("Plans", &plans::PLANS),
    ("Azure's formats", &azure::AZURE),
    ("Scenario files", &plans::SCENARIOS),
    ("The fleet as a whole", &inputs::FLEET),
    ("Prices", &inputs::PRICES),
    ("Names, quotas and roles", &limits::LIMITS),
    ("Exported plans", &azure::EXPORT),
    ("Flags, output and the program itself", &running::RUNNING),
    ("Comparing and explaining", &reading::READING),
];

/// Every entry.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    CHAPTERS.iter().flat_map(|(_, entries)| entries.iter())
}

/// The entry of a code, in any letter case.
#[must_use]
pub fn find(code: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

/// An entry as a person reads it in a terminal.
#[must_use]
pub fn explain(entry: &Entry) -> String {
    let Entry { code, title, cause, way_out, example, .. } = entry;
    format!(
        "{}[{code}]  {title}\n\nWhy:      {cause}\nWay out:  {way_out}\nExample:  {example}\n",
        entry.severity()
    )
}

/// All codes with their titles.
#[must_use]
pub fn overview() -> String {
    let mut text = String::new();
    for (chapter, entries) in CHAPTERS {
        let _ = writeln!(text, "{chapter}");
        for entry in entries {
            let _ = writeln!(text, "  {}  {}", entry.code, entry.title);
        }
    }
    text
}

/// The page `docs/src/errors.md`. `shown` is what the program prints for the reproducing file.
#[must_use]
pub fn page(shown: &dyn Fn(&str) -> Option<String>) -> String {
    let mut text = String::from(
        "# Errors and warnings\n\n\
         Made from the table in `src/report/catalogue`; `UPDATE=1 cargo test` rewrites it. Each \
         code is brought\nabout by the files in `tests/errors/CODE`; what stands under *Shown* is \
         what the program prints for them.\n\n\
         A line is `file:line:column  error[CODE]  key: message  (way out)`. Errors end a run with \
         exit code 1 (wrong\nusage 2, files that cannot be read or written 3); warnings do not. \
         `idlewise check FILES` prints all of\nthem without a run; `idlewise errors CODE` prints \
         one entry of this page.\n",
    );
    for (chapter, entries) in CHAPTERS {
        let _ = write!(text, "\n## {chapter}\n");
        for entry in entries {
            let Entry { code, title, cause, way_out, example, not_by_file } = entry;
            let _ = write!(text, "\n### {code}: {title}\n\n{cause}\n\n");
            let _ = write!(text, "* Way out: {way_out}\n* Example: {example}\n");
            if let Some(reason) = not_by_file {
                let _ = writeln!(text, "* No file can show it: {reason}.");
            }
            if let Some(shown) = shown(code) {
                let _ = write!(text, "* Shown:\n\n  ```\n  {shown}\n  ```\n");
            }
        }
    }
    text
}
