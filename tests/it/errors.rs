//! The catalogue of errors: complete, reproduced by files, and its page current.
//!
//! `tests/errors/CODE` (or `CODE-VARIANT`) holds small inputs and `cmd`: the arguments of the
//! program, with `OUT` for a fresh folder, then lines `at FILE:LINE[:COLUMN]` that the answer must
//! name together with the code. `expected` is all the program says; `UPDATE=1` rewrites it.

#![allow(clippy::disallowed_methods, reason = "runs the program on files")]

use idlewise::report::catalogue;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn is_updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Folders of `tests/errors`, sorted.
fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/errors")).expect("tests/errors");
    let mut cases: Vec<PathBuf> = entries.map(|e| e.expect("a folder").path()).collect();
    cases.sort();
    cases
}

fn name_of(case: &Path) -> String {
    case.file_name().expect("a name").to_string_lossy().into_owned()
}

/// The code that a case is about: its name up to the first `-`.
fn code_of(case: &Path) -> String {
    let name = name_of(case);
    name.split('-').next().unwrap_or(&name).to_owned()
}

/// What the program says to a case.
fn said(case: &Path, arguments: &str) -> String {
    let out = std::env::temp_dir().join(format!(
        "idlewise-errors-{}-{}",
        std::process::id(),
        name_of(case)
    ));
    let out_text = out.display().to_string();
    let done = Command::new(env!("CARGO_BIN_EXE_idlewise"))
        .args(arguments.split_whitespace().map(|a| if a == "OUT" { &out_text } else { a }))
        .current_dir(case)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs");
    let _ = std::fs::remove_dir_all(&out);
    let _ = std::fs::remove_file(&out);
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).replace(&out_text, "OUT").replace('\u{fffd}', "?")
    };
    let code = done.status.code().unwrap_or(-1);
    format!("exit {code}\n-- stdout\n{}-- stderr\n{}", text(&done.stdout), text(&done.stderr))
}

/// Runs a case; what is wrong with the answer.
fn complaints(case: &Path) -> Vec<String> {
    let (name, code) = (name_of(case), code_of(case));
    let cmd = std::fs::read_to_string(case.join("cmd")).unwrap_or_default();
    let said = said(case, cmd.lines().next().unwrap_or_default());
    if is_updating() {
        std::fs::write(case.join("expected"), &said).expect("a folder to write to");
    }
    let expected = std::fs::read_to_string(case.join("expected")).unwrap_or_default();
    let mut wrong = Vec::new();
    if said != expected {
        wrong.push(format!("{name}: says\n{said}\ninstead of\n{expected}"));
    }
    let with_code = || said.lines().filter(|line| line.contains(&format!("[{code}]")));
    if with_code().next().is_none() {
        wrong.push(format!("{name}: does not say {code}:\n{said}"));
    }
    for place in cmd.lines().filter_map(|line| line.strip_prefix("at ")) {
        let names_it = |line: &str| {
            let rest = line.strip_prefix(place);
            rest.is_some_and(|rest| rest.starts_with([':', ' ']))
        };
        if !with_code().any(names_it) {
            wrong.push(format!("{name}: {code} is not said at {place}:\n{said}"));
        }
    }
    let is_warning = code.starts_with('W');
    if is_warning != said.starts_with("exit 0") {
        wrong.push(format!("{name}: errors end with a code, warnings do not:\n{said}"));
    }
    wrong
}

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} found:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_broken_file_is_told_with_its_code_and_line() {
    let cases = cases();
    assert!(cases.len() >= 50, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().flat_map(|case| complaints(case)).collect();
    assert_none(&wrong);
}

/// Codes in shipped code, outside the catalogue: `"E0101"`, in quotes.
fn codes_in_source() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for path in glob::glob(&root().join("src/**/*.rs").display().to_string()).expect("a pattern") {
        let path = path.expect("a file");
        let name = path.display().to_string();
        if name.contains("/catalogue/") || name.ends_with("tests.rs") || name.contains("/tests/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("source");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let text: Vec<&str> = text.split("#[cfg(test)]\n#[allow").take(1).collect();
        for part in text.concat().split('"') {
            let is_code = part.len() == 5
                && part.starts_with(['E', 'W'])
                && part[1..].bytes().all(|b| b.is_ascii_digit());
            if is_code {
                codes.insert(part.to_owned());
            }
        }
    }
    codes
}

#[test]
fn the_catalogue_has_every_code_and_no_other() {
    let used = codes_in_source();
    let listed: BTreeSet<String> = catalogue::entries().map(|e| e.code.to_owned()).collect();
    let mut wrong = Vec::new();
    for code in used.difference(&listed) {
        wrong.push(format!(
            "{code} is used in src: describe it in src/report/catalogue, add tests/errors/{code}/ \
             with `cmd` and an input, then run the tests with UPDATE=1"
        ));
    }
    for code in listed.difference(&used) {
        wrong.push(format!("{code} is in src/report/catalogue, but nothing in src uses it"));
    }
    let shown: BTreeSet<String> = cases().iter().map(|case| code_of(case)).collect();
    for entry in catalogue::entries() {
        match (entry.not_by_file, shown.contains(entry.code)) {
            (None, false) => wrong.push(format!(
                "{}: add tests/errors/{}/ with `cmd` and an input that brings it about, or say \
                 with `.not_by_file` why none can",
                entry.code, entry.code
            )),
            (Some(_), true) => wrong.push(format!("{}: a file does show it", entry.code)),
            _ => {}
        }
        for text in [entry.title, entry.cause, entry.way_out, entry.example] {
            assert!(!text.is_empty() && !text.contains("  "), "{}: `{text}`", entry.code);
        }
    }
    for code in shown.difference(&listed) {
        wrong.push(format!("tests/errors/{code} is about no code of the catalogue"));
    }
    let sorted: Vec<&str> = catalogue::entries().map(|e| e.code).collect();
    let unique: BTreeSet<&&str> = sorted.iter().collect();
    assert_eq!(sorted.len(), unique.len(), "a code is described twice");
    assert_none(&wrong);
}

#[test]
fn the_page_of_errors_is_current() {
    let shown = |code: &str| {
        let expected = root().join("tests/errors").join(code).join("expected");
        let text = std::fs::read_to_string(expected).ok()?;
        let line = text.lines().find(|line| line.contains(&format!("[{code}]")))?;
        Some(line.to_owned())
    };
    let page = catalogue::page(&shown);
    let path = root().join("docs/src/errors.md");
    if is_updating() {
        std::fs::create_dir_all(root().join("docs/src")).expect("docs");
        std::fs::write(&path, &page).expect("docs/src/errors.md");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/src/errors.md is not current: UPDATE=1 cargo test rewrites it");
}

#[test]
fn one_entry_can_be_looked_up() {
    let entry = catalogue::find("e0205").expect("E0205");
    assert!(catalogue::explain(entry).starts_with("error[E0205]  not a cron expression\n"));
    assert!(catalogue::find("E9999").is_none());
}
