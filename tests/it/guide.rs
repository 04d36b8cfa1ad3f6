//! The guide in `docs/` cannot drift: every block marked `console` is run and compared, every link
//! and anchor leads somewhere, every command has a page, every rule an entry, every column of every
//! result a row.
//!
//! In a `console` block a line that begins with `$ ` is a command for the shell, `\` at its end
//! continues it, and all that follows up to the next command is what it says, on stdout and stderr.
//! A block marked `console,exit=N` ends with that exit code, others with 0. The blocks of a page
//! share a fresh folder that holds nothing but a link to the repository's `data`. `UPDATE=1`
//! rewrites what commands say.

use crate::support::bench::{Bench, in_repository, updating};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pages by path from the repository's root, in order.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for pattern in ["docs/src/**/*.md", "README.md"] {
        let pattern = in_repository(pattern);
        for path in glob::glob(&pattern.display().to_string()).expect("a pattern") {
            let path = path.expect("a page");
            let name = path.strip_prefix(in_repository("")).expect("inside").display().to_string();
            pages.insert(name, std::fs::read_to_string(path).expect("text"));
        }
    }
    assert!(pages.len() > 10, "{} pages", pages.len());
    pages
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

#[track_caller]
fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} found:\n{}", wrong.len(), wrong.join("\n"));
}

// ---- Commands ----

/// A block of commands: where its text lies in the page, and the exit code of its last command.
struct Block {
    at: Range<usize>,
    exit: i32,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut exit = None;
    for (event, at) in parser(page).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let mut words = info.split(',');
                exit = (words.next() == Some("console")).then(|| {
                    let code = words.find_map(|word| word.strip_prefix("exit="));
                    code.map_or(0, |code| code.parse().expect("an exit code"))
                });
            }
            Event::Text(_) => {
                if let Some(exit) = exit {
                    match blocks.last_mut() {
                        Some(Block { at: last, .. }) if last.end == at.start => last.end = at.end,
                        _ => blocks.push(Block { at, exit }),
                    }
                }
            }
            Event::End(TagEnd::CodeBlock) => exit = None,
            _ => {}
        }
    }
    blocks
}

/// The commands of a block, as written.
fn commands(block: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(first) => commands.push(first.to_owned()),
            None if goes_on => {
                let last = commands.last_mut().expect("a command before");
                last.push('\n');
                last.push_str(line);
            }
            None => continue,
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

/// What a command says, and how it ends.
fn said(bench: &Bench, command: &str) -> (String, i32) {
    let binary = Path::new(env!("CARGO_BIN_EXE_idlewise"));
    let folders = [
        binary.parent().expect("a folder").to_owned(),
        PathBuf::from("/usr/bin"),
        PathBuf::from("/bin"),
    ];
    let done = Command::new("bash")
        .args(["-o", "pipefail", "-c", &format!("exec 2>&1\n{command}")])
        .current_dir(bench.path(""))
        .env("PATH", std::env::join_paths(folders).expect("a path"))
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("bash runs");
    (String::from_utf8(done.stdout).expect("UTF-8"), done.status.code().unwrap_or(-1))
}

/// Runs the blocks of a page; what they should say, and what went wrong.
fn run_page(name: &str, page: &str) -> (String, Vec<String>) {
    let bench = Bench::new();
    std::os::unix::fs::symlink(in_repository("data"), bench.path("data")).expect("a link");
    let (mut new, mut from, mut wrong) = (String::new(), 0, Vec::new());
    for Block { at, exit } in blocks(page) {
        let commands = commands(&page[at.clone()]);
        let mut text = String::new();
        for (number, command) in commands.iter().enumerate() {
            let (out, code) = said(&bench, command);
            let expected = if number + 1 == commands.len() { exit } else { 0 };
            if code != expected {
                wrong.push(format!("{name}: `{command}` ends with {code}:\n{out}"));
            }
            text.push_str(&format!("$ {command}\n"));
            // What a block cannot show: blanks at the ends of lines.
            out.lines().for_each(|line| text.push_str(&format!("{}\n", line.trim_end())));
        }
        if text != page[at.clone()] && !updating() {
            wrong.push(format!("{name}: says\n{text}instead of\n{}", &page[at.clone()]));
        }
        new.push_str(&page[from..at.start]);
        new.push_str(&text);
        from = at.end;
    }
    new.push_str(&page[from..]);
    (new, wrong)
}

#[test]
fn commands_say_what_the_guide_shows() {
    let pages: Vec<_> = pages().into_iter().filter(|(name, _)| name.starts_with("docs/")).collect();
    let ran = pages.par_iter().map(|(name, page)| {
        let (new, wrong) = run_page(name, page);
        if updating() && new != *page {
            std::fs::write(in_repository(name), new).expect("a page to write");
        }
        wrong
    });
    let wrong: Vec<String> = ran.flatten().collect();
    assert_none(&wrong);
    let count: usize = pages.iter().map(|(_, page)| blocks(page).len()).sum();
    assert!(count >= 20, "only {count} blocks were run");
}

#[test]
fn a_block_that_says_something_else_is_found() {
    let page = |said: &str| format!("x\n\n```console\n$ echo one \\\n  two\n{said}\n```\n\ny\n");
    assert_eq!(run_page("p", &page("one two")), (page("one two"), vec![]));
    if !updating() {
        let (new, wrong) = run_page("p", &page("one"));
        assert_eq!((new, wrong.len()), (page("one two"), 1));
    }
    assert_eq!(run_page("p", "```console\n$ false\n```\n").1.len(), 1);
    assert_eq!(run_page("p", "```console,exit=1\n$ false\n```\n").1.len(), 0);
}

// ---- Links ----

/// What mdBook makes of a heading: lower case, blanks to `-`, nothing but letters, digits, `-`,
/// `_`.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter_map(|c| match c {
        c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}

fn headings(page: &str) -> Vec<String> {
    let (mut headings, mut inside) = (Vec::new(), false);
    for event in parser(page) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                headings.push(String::new());
                inside = true;
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) if inside => {
                headings.last_mut().expect("a heading").push_str(&text);
            }
            _ => {}
        }
    }
    headings
}

fn links(page: &str) -> Vec<String> {
    let links = parser(page).filter_map(|event| match event {
        Event::Start(
            Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. },
        ) => (link_type != LinkType::Email).then(|| dest_url.to_string()),
        _ => None,
    });
    links.collect()
}

/// Folds `.` and `..` away.
fn folded(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part.as_os_str().to_string_lossy().as_ref() {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part.to_owned()),
        }
    }
    parts.join("/")
}

/// The page that a link of `page` leads to.
fn target(page: &str, path: &str) -> String {
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    if path.is_empty() { page.to_owned() } else { folded(&folder.join(path)) }
}

fn link_errors(name: &str, pages: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for link in links(&pages[name]) {
        if link.starts_with("https://") {
            continue;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
        let target = target(name, path);
        // The book holds nothing but its own pages.
        let in_book = name == "README.md" || target.starts_with("docs/src/");
        if !in_book || !in_repository(&target).is_file() {
            wrong.push(format!("{name}: {link} leads nowhere"));
        } else if !anchor.is_empty() {
            let there = pages.get(&target).map(|page| headings(page)).unwrap_or_default();
            if !there.iter().any(|heading| slug(heading) == anchor) {
                wrong.push(format!("{name}: {link}: no heading there is #{anchor}"));
            }
        }
    }
    wrong
}

#[test]
fn links_lead_somewhere_and_every_page_is_in_the_summary() {
    let pages = pages();
    let mut wrong: Vec<String> = pages.keys().flat_map(|name| link_errors(name, &pages)).collect();
    let summary = "docs/src/SUMMARY.md";
    let listed: BTreeSet<String> =
        links(&pages[summary]).iter().map(|link| target(summary, link)).collect();
    for name in pages.keys().filter(|name| name.starts_with("docs/") && *name != summary) {
        if !listed.contains(name) {
            wrong.push(format!("{name} is not in SUMMARY.md"));
        }
    }
    assert_none(&wrong);
}

#[test]
fn a_broken_link_is_found() {
    let mut pages = pages();
    let page = "[a](nowhere.md) [b](concepts.md#nothing) [c](concepts.md) [d](../../Cargo.toml)";
    pages.insert("docs/src/new.md".into(), page.into());
    assert_eq!(link_errors("docs/src/new.md", &pages).len(), 3);
    assert_eq!(slug("How far to trust it, and `why`"), "how-far-to-trust-it-and-why");
}

// ---- Completeness ----

#[test]
fn every_command_has_a_page_that_runs_it() {
    let help = Bench::new().run(&["--help"]).exits(0).stdout;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty()).filter_map(|line| {
        let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?;
        name.split_whitespace().next()
    });
    let (pages, mut wrong) = (pages(), Vec::new());
    for command in commands.filter(|name| *name != "help") {
        let Some(page) = pages.get(&format!("docs/src/commands/{command}.md")) else {
            wrong.push(format!("docs/src/commands/{command}.md is missing"));
            continue;
        };
        let runs = format!("$ idlewise {command}");
        if !blocks(page).iter().any(|block| page[block.at.clone()].contains(&runs)) {
            wrong.push(format!("docs/src/commands/{command}.md does not show `{runs}`"));
        }
        if !pages["README.md"].contains(&format!("| `{command}` |")) {
            wrong.push(format!("README.md's table of commands lacks `{command}`"));
        }
    }
    assert_none(&wrong);
}

#[test]
fn every_rule_has_an_entry() {
    let page = &pages()["docs/src/rules.md"];
    let headings = headings(page);
    let families = [("STATE", 6), ("DEM", 9), ("IDLE", 7), ("SCHED", 9), ("QUOTA", 5), ("LEDG", 6)];
    let mut ids = Vec::new();
    for (family, count) in families {
        ids.extend((1..=count).map(|n| format!("{family}-{n}")));
    }
    let is_entry = |h: &&String| h.contains('-') && !h.starts_with("PAGE-");
    let entries: Vec<&String> = headings.iter().filter(is_entry).collect();
    assert_eq!(entries, ids.iter().collect::<Vec<_>>(), "the entries, in order");
}

#[test]
fn every_column_is_described() {
    let bench = Bench::new();
    let data = |name: &str| in_repository("data/quota-sample").join(name).display().to_string();
    let mut inputs = Vec::new();
    for table in ["activity", "operations", "instances", "roles", "quotas", "clusters", "prices"] {
        inputs.extend([format!("--{table}"), data(&format!("{table}.csv"))]);
    }
    let run = |command: &str, more: &[&str]| {
        let mut arguments = vec![command.to_owned()];
        arguments.extend(inputs.iter().cloned());
        arguments.extend(more.iter().map(|m| (*m).to_owned()));
        arguments.extend(["--out".to_owned(), command.to_owned()]);
        bench.run(&arguments).exits(0);
    };
    run("simulate", &["--events"]);
    run("sweep", &["--by", "instance"]);
    run("quota", &["--people", "3"]);
    run("images", &[]);
    run("recommend", &["--max-schedules", "0", "--no-checks"]);
    let page = &pages()["docs/src/results.md"];
    let is_table = |name: &str| name.ends_with(".csv") && !name.contains('/');
    let mut wrong = Vec::new();
    for folder in ["simulate", "sweep", "quota", "images", "recommend"] {
        for file in bench.names(folder).iter().filter(|name| is_table(name)) {
            let (columns, _) = bench.table(&format!("{folder}/{file}"));
            let section = page.split("\n## ").find(|s| s.starts_with(&format!("`{file}`")));
            let section = section.unwrap_or_default();
            for column in columns.iter().filter(|c| !section.contains(&format!("`{c}`"))) {
                wrong.push(format!("results.md: the section of `{file}` lacks `{column}`"));
            }
        }
    }
    assert_none(&wrong);
}
