//! Tests of the command and of the bundled sample.

use super::*;
use clap::Parser;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: GenerateArgs,
}

fn args(flags: &[&str]) -> GenerateArgs {
    Line::parse_from([&["generate", "--out", "unused"], flags].concat()).args
}

fn run_quietly(args: &GenerateArgs) -> Result<(), Complaints> {
    run(args, Manner { quiet: true, json_progress: false, threads: 0 })
}

/// The code of the first problem.
fn code_of(args: &GenerateArgs) -> &'static str {
    run_quietly(args).unwrap_err().into_problems()[0].code
}

/// Files in memory.
#[derive(Default)]
struct InMemory(BTreeMap<String, Arc<Mutex<Vec<u8>>>>);

struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Folder for InMemory {
    fn file(&mut self, path: &str) -> io::Result<Stream> {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        assert!(self.0.insert(path.to_owned(), bytes.clone()).is_none(), "{path} twice");
        Ok(Box::new(Shared(bytes)))
    }
}

fn in_memory(args: &GenerateArgs) -> BTreeMap<String, Vec<u8>> {
    let fleet = Fleet::new(args.spec().unwrap()).unwrap();
    let mut folder = InMemory::default();
    produce(&fleet, args.format, &mut folder, &|_| ()).unwrap();
    folder.0.into_iter().map(|(path, bytes)| (path, bytes.lock().unwrap().clone())).collect()
}

/// The flags the bundled sample was made with.
fn sample() -> GenerateArgs {
    args(&["--density", "250"])
}

/// `UPDATE=1 cargo test` rewrites it.
#[test]
fn the_bundled_sample_is_what_the_command_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    if std::env::var_os("UPDATE").is_some() {
        let args = GenerateArgs { out: root.clone(), force: true, ..sample() };
        run_quietly(&args).unwrap();
    }
    let files = in_memory(&sample());
    for (path, bytes) in &files {
        let there = fs::read(root.join(path)).unwrap_or_default();
        assert!(there == *bytes, "data/sample/{path} is not current: UPDATE=1 rewrites it");
    }
    let entries = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!(entries(&root) - 1 + entries(&root.join("plans")), files.len(), "stray files");
    assert!(files.values().map(Vec::len).sum::<usize>() < 1_000_000);
}

#[test]
fn parquet_and_csv_say_the_same() {
    let flags = ["--instances", "6", "--weeks", "3", "--format"];
    let csv = in_memory(&args(&[&flags[..], &["csv"]].concat()));
    let parquet = in_memory(&args(&[&flags[..], &["parquet"]].concat()));
    let cursor = io::Cursor::new(parquet["activity.parquet"].clone());
    use polars::prelude::*;
    let frame = ParquetReader::new(cursor).finish().unwrap();
    let names: Vec<&str> = frame.get_column_names().into_iter().map(|n| n.as_str()).collect();
    assert_eq!(names, ["instance", "kind", "start", "end", "last_activity"]);
    let lines = csv["activity.csv"].iter().filter(|b| **b == b'\n').count();
    assert_eq!(frame.height(), lines - 1);
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    assert_eq!(frame.column("start").unwrap().dtype(), &utc);
    let line = String::from_utf8(csv["activity.csv"].clone()).unwrap();
    let second = line.lines().nth(1).unwrap().split(',').nth(2).unwrap().to_owned();
    let micros = frame.column("start").unwrap().datetime().unwrap().phys.get(0).unwrap();
    assert_eq!(crate::units::Instant::from_unix(micros / 1_000_000).to_string(), second);
}

#[test]
fn flags_that_cannot_be_used_are_all_named() {
    let bad = args(&["--zones", "Europe/Berln:2,Mars:x", "--mix", "ofice:1,batch:-1"]);
    let problems = bad.spec().unwrap_err();
    let codes: Vec<_> = problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["E0601", "E0601", "E0602", "E0602"]);
    assert!(problems[0].hint.contains("Europe/Berlin"), "{}", problems[0]);
    assert!(problems[2].hint.contains("office"), "{}", problems[2]);
    let city = args(&["--zones", "Berln"]).spec().unwrap_err();
    assert!(city[0].hint.contains("Europe/Berlin"), "{}", city[0]);
    let none = args(&["--instances", "0"]);
    assert_eq!(code_of(&none), "E0603");
}

#[test]
fn the_folder_must_be_free_and_force_replaces_only_our_own() {
    let root = std::env::temp_dir().join(format!("idlewise-generate-{}", std::process::id()));
    fs::create_dir_all(&root).unwrap();
    let mut args = args(&["--instances", "2", "--weeks", "1"]);
    args.out = root.join("fleet");
    run_quietly(&args).unwrap();
    let first = fs::read(args.out.join("activity.csv")).unwrap();
    assert_eq!(code_of(&args), "E0702");
    (args.force, args.seed) = (true, 2);
    run_quietly(&args).unwrap();
    assert_ne!(fs::read(args.out.join("activity.csv")).unwrap(), first);
    fs::write(args.out.join("thesis.docx"), "mine").unwrap();
    assert_eq!(code_of(&args), "E0702");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1, "nothing is left beside");
    fs::remove_dir_all(&root).unwrap();
}
