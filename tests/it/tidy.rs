//! The house rules, held by a test: which module may import which, how a file looks, what may lie
//! in the repository, and that every rule id is both cited by the program and named by a test.
//!
//! Every check is a function of `(name, text)`, so that `tidy/examples.rs` can show it failing. It
//! needs nothing but `std`: `rustc --edition 2024 --test tests/it/tidy.rs` builds it alone.

#[path = "tidy/examples.rs"]
mod examples;
#[path = "tidy/source.rs"]
mod source;

use source::{
    code_of, group, heads, is_test_file, is_word, shipped_and_tests, test_ranges, text_at, tokens,
    without,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Who may import whom, lowest layer first. Every module may import itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("table", &["units"]),
    ("trace", &["units", "table"]),
    ("world", &["units", "table"]),
    ("plan", &["units", "world"]),
    ("azure", &["units", "table", "plan", "world"]),
    ("scenario", &["units", "table", "plan", "world", "azure"]),
    ("engine", &["units", "trace", "world", "plan"]),
    ("ledger", &["units", "world", "engine"]),
    ("search", &["units", "trace", "world", "plan", "engine", "ledger"]),
    ("report", &["units", "trace", "world", "plan", "engine", "ledger", "search"]),
    ("cli", ALL),
];
const ALL: &[&str] = &[
    "units", "table", "trace", "world", "plan", "azure", "scenario", "engine", "ledger", "search",
    "report", "cli",
];

/// Words that a module never uses, in its tests neither.
const BANNED_WORDS: &[(&str, &[&str])] = &[
    ("units", &["f32", "f64"]),
    ("ledger", &["f32", "f64"]),
    ("engine", &["f32", "f64", "rust_decimal", "chrono_tz"]),
];

/// Left-overs, in code or comment. Cut in two, so that this file does not hold them.
const LEFTOVERS: &[&str] = &[
    concat!("to", "do!"),
    concat!("db", "g!("),
    concat!("unimple", "mented!"),
    concat!("FIX", "ME"),
];

/// A path that means nothing to whoever has only the repository.
const OUTSIDE: &str = concat!("../sha", "red");
const FILE_LINES_MAX: usize = 500;
const LINE_CHARS_MAX: usize = 100;
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Families of rule ids, how many each has, and whether each must be cited and tested already.
const RULES: &[(&str, u32, bool)] = &[
    ("STATE", 6, true),
    ("DEM", 9, true),
    ("IDLE", 7, true),
    ("SCHED", 9, true),
    ("LEDG", 6, true),
    ("QUOTA", 5, true),
];
/// These files: the ids in their own examples prove nothing.
const SELF: &str = "tests/it/tidy";

// ---- Files ----

struct File {
    /// Relative to the root, with `/`.
    name: String,
    text: String,
}

fn root() -> PathBuf {
    let at_run_time = std::env::var("CARGO_MANIFEST_DIR").ok();
    let built_in = option_env!("CARGO_MANIFEST_DIR").map(String::from);
    at_run_time.or(built_in).map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Names of all files under `folder`, hidden ones and build output left out.
fn walk(root: &Path, folder: &str, names: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return };
    for entry in entries.map(|entry| entry.expect("a readable folder")) {
        let last = entry.file_name().to_string_lossy().into_owned();
        if last.starts_with('.') || ["target", "node_modules", "__pycache__"].contains(&&*last) {
            continue;
        }
        let name = if folder.is_empty() { last } else { format!("{folder}/{last}") };
        if entry.file_type().expect("a file type").is_dir() {
            walk(root, &name, names);
        } else {
            names.insert(name);
        }
    }
}

/// What is on disk under `folders`, committed or not: cargo compiles both.
fn files_in(folders: &[&str]) -> Vec<File> {
    let (root, mut names) = (root(), BTreeSet::new());
    folders.iter().for_each(|folder| walk(&root, folder, &mut names));
    let files: Vec<File> = names.into_iter().filter_map(|name| read(&root, name)).collect();
    assert!(!files.is_empty(), "no file in {folders:?} of {}", root.display());
    files
}

fn read(root: &Path, name: String) -> Option<File> {
    let bytes = std::fs::read(root.join(&name)).ok()?;
    Some(File { name, text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// What git tracks; outside a checkout, what is there.
fn tracked() -> BTreeSet<String> {
    let root = root();
    let git =
        std::process::Command::new("git").args(["ls-files", "-z"]).current_dir(&root).output();
    let listed = git.map(|done| String::from_utf8_lossy(&done.stdout).into_owned());
    let mut names: BTreeSet<String> =
        listed.unwrap_or_default().split_terminator('\0').map(String::from).collect();
    if !names.contains("src/lib.rs") {
        walk(&root, "", &mut names);
    }
    assert!(names.contains("src/lib.rs"), "{} is not the repository", root.display());
    names
}

fn rust(files: &[File]) -> impl Iterator<Item = &File> {
    files.iter().filter(|file| file.name.ends_with(".rs"))
}

/// The top-level module a file of `src/` belongs to: `src/plan/cron.rs` is in `plan`.
fn module_of(name: &str) -> &str {
    let inner = name.strip_prefix("src/").unwrap_or(name);
    inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
}

/// How many names the path of a file's module has below `crate`.
fn depth_of(name: &str) -> usize {
    let inner = name.strip_prefix("src/").unwrap_or(name);
    inner.split('/').count() - usize::from(inner.ends_with("/mod.rs"))
}

// ---- Checks ----

/// Imports against [`LAYERS`].
fn layer_errors(name: &str, text: &str) -> Vec<String> {
    let code = code_of(&shipped_and_tests(name, text).0);
    let (module, tokens, mut errors) = (module_of(name), tokens(&code), Vec::new());
    let Some(allowed) = (match module {
        "main" => Some(["cli"].as_slice()),
        "lib" => Some(ALL),
        _ => LAYERS.iter().find(|(layer, _)| *layer == module).map(|(_, allowed)| *allowed),
    }) else {
        return vec![format!("{name}: module `{module}` is not in the table of layers")];
    };
    for (at, token) in tokens.iter().enumerate() {
        let mut error = |line, what: &str| errors.push(format!("{name}:{line}: {what}"));
        let by_name = token.text == "idlewise" && text_at(&tokens, at + 1) == "::";
        if by_name && module != "main" {
            error(token.line, "the library calls itself `crate`, not `idlewise`");
        } else if token.text == "crate" && ![")", "::"].contains(&text_at(&tokens, at + 1)) {
            error(token.line, "`crate` by another name: spell paths `crate::module`");
        } else if by_name || token.text == "crate" {
            for head in heads(&tokens, at) {
                if head.text != module && !allowed.contains(&head.text) {
                    error(head.line, &format!("`{module}` may not import `{}`", head.text));
                }
            }
        }
    }
    errors
}

/// `super` paths that leave a top-level module, where [`layer_errors`] would not see them.
fn super_errors(name: &str, text: &str) -> Vec<String> {
    let code = code_of(&shipped_and_tests(name, text).0);
    let (tokens, mut errors) = (tokens(&code), Vec::new());
    // For every open brace, whether it belongs to an inline module.
    let mut braces: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => braces.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => drop(braces.pop()),
            _ => {}
        }
        let path = token.text == "super" && text_at(&tokens, at + 1) == "::";
        let starts = path && !(at >= 2 && tokens[at - 2].text == "super");
        let chain = (at..).step_by(2).take_while(|i| text_at(&tokens, *i) == "super").count();
        let depth = depth_of(name) + braces.iter().filter(|module| **module).count();
        if starts && chain >= depth {
            errors.push(format!("{name}:{}: `super` leaves its module: `crate::`", token.line));
        }
        let nests = ["super", "self"].contains(&token.text) && text_at(&tokens, at + 1) == "::";
        if nests && group(&tokens, at + 2).iter().any(|inner| inner.text == "super") {
            errors.push(format!("{name}:{}: `super` inside a group: `crate::`", token.line));
        }
    }
    errors
}

/// [`BANNED_WORDS`], also as the suffix of a number, and `std::fs` in the engine.
fn word_errors(name: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let (module, tokens, mut errors) = (module_of(name), tokens(&code), Vec::new());
    let banned = BANNED_WORDS.iter().filter(|(owner, _)| *owner == module);
    let banned: Vec<&str> = banned.flat_map(|(_, words)| words.iter().copied()).collect();
    for (at, token) in tokens.iter().enumerate() {
        let number = token.text.starts_with(|c: char| c.is_ascii_digit());
        let files = module == "engine" && token.text == "std";
        let found = banned.iter().any(|w| token.text == *w || (number && token.text.ends_with(w)));
        if found || (files && heads(&tokens, at).iter().any(|head| head.text == "fs")) {
            errors.push(format!("{name}:{}: `{}` in `{module}`", token.line, token.text));
        }
    }
    errors
}

/// How a Rust file looks.
fn look_errors(name: &str, text: &str) -> Vec<String> {
    let mut errors = Vec::new();
    if !text.starts_with("//!") {
        errors.push(format!("{name}:1: does not open with `//!`"));
    }
    for (line, number) in text.lines().zip(1..) {
        let chars = line.chars().count();
        if chars > LINE_CHARS_MAX {
            errors.push(format!("{name}:{number}: {chars} characters, over {LINE_CHARS_MAX}"));
        }
        for leftover in LEFTOVERS.iter().filter(|leftover| line.contains(**leftover)) {
            errors.push(format!("{name}:{number}: `{leftover}` was left over"));
        }
    }
    if is_test_file(name) {
        return errors;
    }
    let code = code_of(text);
    let ranges = test_ranges(&code);
    let in_tests: usize = ranges.iter().map(|r| text[r.clone()].lines().count()).sum();
    let lines = text.lines().count() - in_tests;
    if lines > FILE_LINES_MAX {
        errors.push(format!("{name}: {lines} lines without tests, over {FILE_LINES_MAX}"));
    }
    // File names decide what is a test, so they must tell the truth.
    let shipped = without(&code, &ranges);
    for pair in tokens(&shipped).windows(2) {
        if pair[0].text == "mod" && pair[1].text.ends_with("tests") {
            errors.push(format!("{name}:{}: tests without `#[cfg(test)]`", pair[1].line));
        }
    }
    errors
}

/// What no file of the repository is or says.
fn repository_errors(name: &str, text: &str, bytes: u64) -> Vec<String> {
    let mut errors = Vec::new();
    if bytes > FILE_BYTES_MAX {
        errors.push(format!("{name}: {bytes} bytes, over {FILE_BYTES_MAX}"));
    }
    let may_look_outside = name.starts_with("tests/") || name.starts_with(".ci/");
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| line.contains(OUTSIDE)) {
        if !may_look_outside {
            errors.push(format!("{name}:{number}: points outside: {}", line.trim()));
        }
    }
    errors
}

/// Rule ids in `text` with their lines, those of known families only: `STATE-1`, also `STATE-99`.
fn ids_in(text: &str) -> Vec<(String, usize)> {
    let mut ids = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        for (family, _, _) in RULES {
            for (at, _) in line.match_indices(&format!("{family}-")) {
                let after = &line[at + family.len() + 1..];
                let tail = &after[..after.bytes().take_while(|b| is_word(*b)).count()];
                let starts = at == 0 || !is_word(line.as_bytes()[at - 1]);
                if starts && tail.starts_with(|c: char| c.is_ascii_digit()) {
                    ids.push((format!("{family}-{tail}"), number));
                }
            }
        }
    }
    ids
}

/// Rules without a citation in what is shipped or without a test, and ids that no rule has.
fn rule_errors(files: &[File]) -> Vec<String> {
    let (mut cited, mut tested) = (BTreeSet::new(), BTreeSet::new());
    let known = |needed: bool| {
        let families = RULES.iter().filter(move |rule| rule.2 || !needed);
        families.flat_map(|(family, count, _)| (1..=*count).map(move |n| format!("{family}-{n}")))
    };
    let all: BTreeSet<String> = known(false).collect();
    let mut errors = Vec::new();
    for File { name, text } in files.iter().filter(|file| !file.name.starts_with(SELF)) {
        let unknown = ids_in(text).into_iter().filter(|(id, _)| !all.contains(id));
        errors.extend(unknown.map(|(id, line)| format!("{name}:{line}: no rule is called {id}")));
        let (shipped, tests) = shipped_and_tests(name, text);
        cited.extend(ids_in(&shipped).into_iter().map(|(id, _)| id));
        tested.extend(ids_in(&tests).into_iter().map(|(id, _)| id));
    }
    for (found, what) in [(&cited, "not cited in src/"), (&tested, "named by no test")] {
        let missing: Vec<String> = known(true).filter(|id| !found.contains(id)).collect();
        if !missing.is_empty() {
            errors.push(format!("{what}: {}", missing.join(" ")));
        }
    }
    errors
}

// ---- This repository ----

fn assert_none(errors: &[String]) {
    assert!(errors.is_empty(), "{} found:\n{}", errors.len(), errors.join("\n"));
}

fn each_file(folders: &[&str], check: fn(&str, &str) -> Vec<String>) {
    let files = files_in(folders);
    let errors: Vec<String> = rust(&files).flat_map(|file| check(&file.name, &file.text)).collect();
    assert_none(&errors);
}

#[test]
fn modules_import_downwards_only() {
    each_file(&["src"], layer_errors);
}

#[test]
fn super_stays_inside_its_module() {
    each_file(&["src"], super_errors);
}

#[test]
fn units_ledger_and_engine_keep_their_bans() {
    each_file(&["src"], word_errors);
}

#[test]
fn files_look_alike() {
    each_file(&["src", "tests", "benches"], look_errors);
}

#[test]
fn the_repository_is_small_and_stands_alone() {
    let root = root();
    let mut errors = Vec::new();
    for name in tracked() {
        // A file deleted but not yet committed is still listed.
        let Ok(about) = std::fs::symlink_metadata(root.join(&name)) else { continue };
        let text = read(&root, name.clone()).map_or_else(String::new, |file| file.text);
        errors.extend(repository_errors(&name, &text, about.len()));
    }
    assert_none(&errors);
}

#[test]
fn every_rule_is_cited_and_tested() {
    assert_none(&rule_errors(&files_in(&["src", "tests"])));
}
