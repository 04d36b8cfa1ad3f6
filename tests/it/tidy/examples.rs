//! Each check of `tidy.rs` is shown failing on a bad snippet and passing on its good twin.

use super::source::{code_of, shipped_and_tests};
use super::{
    FILE_BYTES_MAX, FILE_LINES_MAX, File, LAYERS, LEFTOVERS, LINE_CHARS_MAX, OUTSIDE, RULES,
    layer_errors, look_errors, repository_errors, rule_errors, super_errors, word_errors,
};

type Check = fn(&str, &str) -> Vec<String>;

/// `check` finds exactly one thing in `text`, on `line`, and says `says`.
#[track_caller]
fn bad(check: Check, name: &str, text: &str, line: usize, says: &str) {
    let errors = check(name, text);
    assert_eq!(errors.len(), 1, "{text}: {errors:?}");
    assert!(errors[0].starts_with(&format!("{name}:{line}: ")), "{text}: {errors:?}");
    assert!(errors[0].contains(says), "{text}: {errors:?}");
}

#[track_caller]
fn good(check: Check, name: &str, text: &str) {
    assert_eq!(check(name, text), Vec::<String>::new(), "{text}");
}

#[test]
fn the_table_of_layers_has_one_direction() {
    for (rank, (layer, allowed)) in LAYERS.iter().enumerate() {
        for import in allowed.iter().filter(|import| *import != layer) {
            let below = LAYERS.iter().position(|(name, _)| name == import);
            assert!(below.is_some_and(|below| below < rank), "{layer} -> {import}");
        }
    }
}

#[test]
fn a_forbidden_import_is_found_however_it_is_written() {
    let engine = |text: &str, line, says: &str| {
        bad(layer_errors, "src/engine/machine.rs", text, line, says);
    };
    engine("use crate::ledger::Line;", 1, "may not import `ledger`");
    engine("\n\nfn f() { crate::search::run() }", 3, "may not import `search`");
    engine(
        "use crate::{\n    plan::{Cron, ledger},\n    report::{self, Sheet},\n};",
        3,
        "`report`",
    );
    engine("use crate::{azure as a, units::Span};", 1, "`azure`");
    engine("use crate::*;", 1, "`*`");
    engine("pub(in crate::cli) fn f() {}", 1, "`cli`");
    engine("macro_rules! m { () => { $crate::ledger::post() } }", 1, "`ledger`");
    engine("use crate as root;", 1, "by another name");
    engine("use idlewise::units::Span;", 1, "calls itself `crate`");
    engine("/* one */ use crate /* two */ :: ledger;", 1, "`ledger`");
    engine("const R: &str = r#\" \" \"#; use crate::ledger;", 1, "`ledger`");
    engine("const C: char = '\"'; use crate::ledger;", 1, "`ledger`");
    engine("#[cfg(test)]\nmod tests {\n}\nuse crate::ledger;", 4, "`ledger`");
    bad(layer_errors, "src/units/mod.rs", "use crate::world::Zone;", 1, "`world`");
    bad(layer_errors, "src/table/mod.rs", "use crate::world::Zone;", 1, "`world`");
    bad(layer_errors, "src/main.rs", "fn main() { idlewise::engine::replay() }", 1, "`engine`");
    assert!(layer_errors("src/extra.rs", "")[0].contains("`extra` is not in the table"));
}

#[test]
fn an_allowed_import_is_not() {
    let engine = |text: &str| good(layer_errors, "src/engine/machine.rs", text);
    engine("use crate::{engine::Log, plan::{Cron, ledger}, units::Span};");
    engine("pub(crate) fn f<'a>(x: &'a str) -> crate::world::World { x }");
    engine("/// See [`post`](crate::ledger::post).\nconst X: &str = \"crate::ledger\";");
    engine("/* /* nested */ crate::ledger */ const R: &str = r\"crate::ledger\\\";");
    engine("#[cfg(test)]\n#[allow(dead_code)]\nmod tests {\n    use crate::ledger::post;\n}");
    engine("#[cfg(test)]\nuse crate::ledger::{post, Line};");
    good(layer_errors, "src/engine/tests.rs", "use crate::ledger::post;");
    good(layer_errors, "src/cli/mod.rs", "use crate::{azure, search, table};");
    good(layer_errors, "src/lib.rs", "pub use crate::cli::main;");
    good(layer_errors, "src/main.rs", "fn main() { idlewise::cli::main() }");
}

#[test]
fn super_may_not_leave_a_module() {
    let leaves = |name: &str, text: &str| bad(super_errors, name, text, 1, "`crate::`");
    leaves("src/engine/mod.rs", "use super::ledger;");
    leaves("src/engine/machine.rs", "use super::super::ledger;");
    leaves("src/plan/cron/mod.rs", "use super::super::units;");
    leaves("src/plan/cron/inner.rs", "fn f() { super::super::super::units::f() }");
    leaves("src/engine/machine.rs", "mod inner { use super::super::super::ledger; }");
    leaves("src/engine/machine.rs", "mod inner {} use super::super::ledger;");
    leaves("src/engine/machine.rs", "use super::{Log, super::ledger};");
    let stays = |name: &str, text: &str| good(super_errors, name, text);
    stays("src/engine/machine.rs", "use super::{Log, script::Script};");
    stays("src/engine/mod.rs", "pub(super) fn f() {}");
    stays("src/plan/cron/inner.rs", "use super::super::Schedule;");
    stays("src/engine/machine.rs", "mod inner { use super::super::Log; }");
    stays("src/engine/mod.rs", "#[cfg(test)]\nmod tests { use super::super::ledger; }");
}

#[test]
fn floats_and_files_are_found_where_they_are_banned() {
    let has = |name: &str, text: &str, word: &str| bad(word_errors, name, text, 1, word);
    has("src/units/money.rs", "type Usd = f64;", "`f64` in `units`");
    has("src/ledger/mod.rs", "fn f(x: Option<f32>) {}", "`f32` in `ledger`");
    has("src/engine/draw.rs", "const X: _ = 1f64;", "`1f64` in `engine`");
    has("src/engine/draw.rs", "const X: _ = 0.5_f32;", "`5_f32` in `engine`");
    has("src/engine/draw.rs", "#[cfg(test)] mod tests { use rust_decimal::Decimal; }", "decimal");
    has("src/engine/draw.rs", "use chrono_tz::Tz;", "`chrono_tz`");
    has("src/engine/draw.rs", "use std::{fmt, fs::{self, File}};", "`std`");
    has("src/engine/draw.rs", "fn f() { std::fs::read(); }", "`std`");
    good(word_errors, "src/engine/draw.rs", "// f64\nuse std::{fmt, io}; const S: &str = \"f64\";");
    good(word_errors, "src/ledger/mod.rs", "use std::fs; use rust_decimal::Decimal;");
    good(word_errors, "src/report/mod.rs", "fn share(a: f64) {}");
}

#[test]
fn a_file_that_looks_wrong_is_found() {
    let looks = |text: &str, line, says: &str| bad(look_errors, "src/a.rs", text, line, says);
    looks("fn f() {}\n//! Late.\n", 1, "`//!`");
    looks("", 1, "`//!`");
    looks(&format!("//!\n//{}\n", "é".repeat(LINE_CHARS_MAX - 1)), 2, "characters");
    good(look_errors, "src/a.rs", &format!("//!\n//{}\n", "é".repeat(LINE_CHARS_MAX - 2)));
    for leftover in LEFTOVERS {
        looks(&format!("//!\nfn f() {{}}\n// {leftover}x)\n"), 3, leftover);
    }
    looks("//!\nmod tests;\n", 2, "without `#[cfg(test)]`");
    good(look_errors, "src/a.rs", "//!\n#[cfg(test)]\nmod tests;\n");
}

#[test]
fn a_long_file_is_found_its_tests_not_counted() {
    let shipped = |lines: usize| format!("//!\n{}", "fn f() {}\n".repeat(lines - 1));
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "    fn t() {}\n".repeat(90));
    let full = shipped(FILE_LINES_MAX) + &tests;
    good(look_errors, "src/a.rs", &full);
    good(look_errors, "src/a/tests.rs", &shipped(FILE_LINES_MAX + 90));
    for text in [shipped(FILE_LINES_MAX + 1), full.clone() + "fn g() {}\n", tests + &full] {
        // The third opens with its tests, so it misses its `//!` too.
        let errors = look_errors("src/a.rs", &text).join("\n");
        let long = errors.contains("lines without tests");
        assert_eq!(long, !text.starts_with('#'), "{errors}");
    }
}

#[test]
fn what_does_not_belong_in_the_repository_is_found() {
    let outside = format!("see\n{OUTSIDE}/notes.md");
    for (name, bytes, says) in [
        ("README.md", 1, "README.md:2: points outside"),
        ("src/tests.rs", 1, "src/tests.rs:2: points outside"),
        ("tests/big.case", FILE_BYTES_MAX + 1, "tests/big.case: 1048577 bytes"),
    ] {
        let errors = repository_errors(name, &outside, bytes);
        assert!(errors.len() == 1 && errors[0].starts_with(says), "{errors:?}");
    }
    for name in ["tests/it/arm.rs", ".ci/run"] {
        assert!(repository_errors(name, &outside, FILE_BYTES_MAX).is_empty());
    }
}

/// A source file and a case that between them cite and test every rule that must be.
fn covered() -> [File; 2] {
    let families = RULES.iter().filter(|rule| rule.2);
    let ids = families.flat_map(|(family, count, _)| (1..=*count).map(move |n| (family, n)));
    let text: String = ids.map(|(family, n)| format!("// {family}-{n}.\n")).collect();
    ["src/engine/a.rs", "tests/cases/a.case"]
        .map(|name| File { name: name.into(), text: text.clone() })
}

#[test]
fn a_rule_without_code_or_test_is_found() {
    assert_eq!(rule_errors(&covered()), Vec::<String>::new());
    for (family, count, needed) in RULES {
        let id = format!("{family}-{count}");
        for (at, says) in [(0, "not cited in src/"), (1, "named by no test")] {
            let mut files = covered();
            files[at].text = files[at].text.replace(&format!("{id}."), "-");
            let expected = if *needed { vec![format!("{says}: {id}")] } else { Vec::new() };
            assert_eq!(rule_errors(&files), expected);
        }
    }
}

#[test]
fn a_rule_cited_in_the_wrong_place_is_still_missing() {
    let [src, case] = covered();
    let inside = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", src.text);
    let only_tests = [File { text: inside, ..src }, case];
    assert!(rule_errors(&only_tests)[0].starts_with("not cited in src/: STATE-1 STATE-2 "));
    let [src, case] = covered();
    let only_here = [src, File { name: "tests/it/tidy/examples.rs".into(), ..case }];
    assert!(rule_errors(&only_here)[0].starts_with("named by no test: STATE-1 STATE-2 "));
}

#[test]
fn an_id_that_no_rule_has_is_found() {
    for id in ["IDLE-8", "STATE-0", "LEDG-01", "DEM-3b", "QUOTA-6", "SCHED-10"] {
        let mut files = covered();
        files[1].text.push_str(&format!("rule: {id}, and SHA-256, XIDLE-9, IDLE-limit\n"));
        let errors = rule_errors(&files);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].ends_with(&format!(":43: no rule is called {id}")), "{errors:?}");
    }
}

#[test]
fn code_and_tests_are_told_apart() {
    let text = "fn a() {} // é\n#[cfg(test)]\nconst T: [u8; 2] = [1, 2];\nfn b() {}\n";
    let (shipped, tests) = shipped_and_tests("src/a.rs", text);
    assert!(shipped.contains("é") && shipped.contains("fn b") && !shipped.contains("const"));
    assert!(tests.contains("const T") && !tests.contains("fn b"));
    let strange = "let r#type = 'x'; let s = b\"\\\"//\"; let t: &'a str = '\\''; // end";
    let code = code_of(strange);
    assert_eq!(code.len(), strange.len());
    assert_eq!(code.split_whitespace().collect::<String>(), "letr#type=;lets=b;lett:&astr=;");
}
