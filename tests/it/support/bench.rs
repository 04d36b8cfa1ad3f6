//! A bench to try the program on: a folder of its own, files in it, the binary run inside it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the bench is where the tests touch files"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// One row of a table by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// How many benches this process has had, so that no two share a folder.
static BENCHES: AtomicU32 = AtomicU32::new(0);

/// A folder that goes away with it. Paths in messages are relative to it.
#[derive(Debug)]
pub(crate) struct Bench {
    dir: PathBuf,
}

/// What a run of the program said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ran {
    /// Exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Ran {
    /// The same run, which must have ended with this exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\nstdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// The same run, which must have said each of these on stderr.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` in\n{}", self.stderr);
        }
        self
    }
}

impl Bench {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        let number = BENCHES.fetch_add(1, Ordering::Relaxed);
        let name = format!("idlewise-bench-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(&dir).expect("a folder for the bench");
        Self { dir }
    }

    /// The path of something in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file on the bench");
        self
    }

    /// The text of a file.
    #[track_caller]
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    /// The text of a file; of a folder nothing.
    #[track_caller]
    pub(crate) fn text_if_any(&self, name: &str) -> String {
        if self.path(name).is_dir() { String::new() } else { self.text(name) }
    }

    /// The bytes of a file.
    #[track_caller]
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Header and rows of a CSV file.
    #[track_caller]
    pub(crate) fn table(&self, name: &str) -> (Vec<String>, Vec<Row>) {
        let bytes = self.bytes(name);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header: Vec<String> =
            reader.headers().expect("a header").iter().map(String::from).collect();
        let row = |record: csv::StringRecord| {
            header.iter().cloned().zip(record.iter().map(String::from)).collect()
        };
        let rows = reader.records().map(|r| row(r.expect("a record"))).collect();
        (header, rows)
    }

    /// Names of all files and folders below a folder, hidden ones included, sorted.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let mut names = Vec::new();
        list(&self.path(folder), "", &mut names);
        names.sort();
        names
    }

    /// Runs the program in the folder.
    pub(crate) fn run<S: AsRef<str>>(&self, arguments: &[S]) -> Ran {
        let done = Command::new(env!("CARGO_BIN_EXE_idlewise"))
            .args(arguments.iter().map(AsRef::as_ref))
            .current_dir(&self.dir)
            .env("NO_COLOR", "1")
            .output()
            .expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: done.status.code().unwrap_or(-1),
            stdout: text(&done.stdout),
            stderr: text(&done.stderr),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clean up.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), names);
        }
        names.push(name);
    }
}

/// Whether `UPDATE=1` asks for expectations to be rewritten.
pub(crate) fn updating() -> bool {
    std::env::var("UPDATE").is_ok_and(|value| value == "1")
}

/// A path in the repository.
pub(crate) fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
