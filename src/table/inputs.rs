//! Which files a list of paths means: files, glob patterns, and directories, read recursively.

use super::codes;
use crate::units::{Problem, nearest};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Extensions of tables.
const TABLES: [&str; 2] = ["csv", "parquet"];

/// The CSV and Parquet files that `paths` mean, sorted, each once.
///
/// A file must be one of the two; a directory gives all such files in it and below, and a pattern
/// all it matches. Names that begin with a dot (`.ipynb_checkpoints`) are passed over.
///
/// # Errors
/// The first path, pattern or directory that matches nothing, or file of another format.
pub fn resolve(paths: &[String]) -> Result<Vec<PathBuf>, Problem> {
    resolve_with(paths, &TABLES)
}

/// The same for files with any of these extensions (lower case, without the dot).
///
/// # Errors
/// As [`resolve`].
pub fn resolve_with(paths: &[String], extensions: &[&str]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for given in paths {
        let path = Path::new(given);
        if path.is_dir() {
            let before = files.len();
            walk(path, extensions, &mut files)?;
            if files.len() == before {
                return Err(nothing(given, "the directory holds", extensions));
            }
        } else if path.exists() {
            if !has_extension(path, extensions) {
                return Err(unknown_format(given, extensions));
            }
            files.push(path.to_path_buf());
        } else {
            expand(given, extensions, &mut files)?;
        }
    }
    files.sort();
    // One file given twice, by whatever path, would count everything in it twice.
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(std::fs::canonicalize(file).unwrap_or_else(|_| file.clone())));
    Ok(files)
}

/// Adds what a pattern matches.
fn expand(pattern: &str, extensions: &[&str], files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    if !pattern.contains(['*', '?', '[']) {
        let problem = Problem::error(codes::NO_MATCH, "there is no such file or directory");
        return Err(problem.in_file(pattern).hint(did_you_mean(Path::new(pattern))));
    }
    let options =
        glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let matches = glob::glob_with(pattern, options).map_err(|error| {
        Problem::error(codes::NO_MATCH, format!("not a pattern: {error}")).in_file(pattern)
    })?;
    let before = files.len();
    for found in matches {
        let path = found.map_err(|error| unreadable(error.path(), error.error()))?;
        if path.is_dir() {
            walk(&path, extensions, files)?;
        } else if has_extension(&path, extensions) {
            files.push(path);
        }
    }
    if files.len() == before {
        return Err(nothing(pattern, "the pattern matches", extensions));
    }
    Ok(())
}

/// The way out when a path leads nowhere: up to three of the names beside it that resemble its
/// own; empty when none does.
#[must_use]
pub fn did_you_mean(path: &Path) -> String {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return String::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    let own = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&own, names.iter().map(String::as_str));
    let whole = near.iter().map(|name| match folder {
        Some(folder) => folder.join(name).display().to_string(),
        None => (*name).to_owned(),
    });
    let whole: Vec<String> = whole.collect();
    if whole.is_empty() { String::new() } else { format!("did you mean {}?", whole.join(" or ")) }
}

/// Adds all files of a directory, and of those below it that are not links.
fn walk(directory: &Path, extensions: &[&str], files: &mut Vec<PathBuf>) -> Result<(), Problem> {
    let entries = std::fs::read_dir(directory).map_err(|error| unreadable(directory, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(directory, &error))?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
        if kind.is_dir() {
            walk(&path, extensions, files)?;
        } else if has_extension(&path, extensions) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether the name ends in one of the extensions, in upper or lower case.
pub(super) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    extension.is_some_and(|e| extensions.contains(&e.as_str()))
}

/// A file that cannot be opened or read.
pub(super) fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::error(codes::UNREADABLE, format!("cannot be read: {error}"))
        .in_file(path.to_string_lossy())
}

/// A file of another format.
fn unknown_format(path: &str, extensions: &[&str]) -> Problem {
    Problem::error(codes::UNKNOWN_FORMAT, "the file's name does not tell a known format")
        .in_file(path)
        .hint(format!("its name must end in {}", endings(extensions)))
}

/// A pattern or directory without an input.
fn nothing(path: &str, what: &str, extensions: &[&str]) -> Problem {
    Problem::error(codes::NO_MATCH, format!("{what} no file that ends in {}", endings(extensions)))
        .in_file(path)
}

/// `.csv or .parquet`.
fn endings(extensions: &[&str]) -> String {
    extensions.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests lay out small directories")]
mod tests {
    use super::*;
    use crate::table::testing::TempDir;

    fn names(dir: &TempDir, paths: &[String]) -> Result<Vec<String>, String> {
        let base = dir.path("");
        let strip = |p: &PathBuf| p.strip_prefix(&base).unwrap().to_string_lossy().into_owned();
        let hide = |p: Problem| p.to_string().replace(&base, "");
        resolve(paths).map(|files| files.iter().map(strip).collect()).map_err(hide)
    }

    #[test]
    fn files_patterns_and_directories_are_found_sorted_and_once() {
        let dir = TempDir::new();
        for name in ["b.csv", "a.parquet", "notes.md", "sub/c.CSV", "sub/.ipynb/d.csv", ".e.csv"] {
            dir.write(name, "x\n");
        }
        assert_eq!(
            names(&dir, &[dir.path("")]).unwrap(),
            ["a.parquet", "b.csv", "sub/c.CSV"],
            "directory"
        );
        assert_eq!(names(&dir, &[dir.path("*.csv"), dir.path("b.csv")]).unwrap(), ["b.csv"]);
        assert_eq!(names(&dir, &[dir.path("*/*")]).unwrap(), ["sub/c.CSV"]);
        assert_eq!(names(&dir, &[dir.path("b.csv"), dir.path("./b.csv")]).unwrap(), ["b.csv"]);
    }

    #[test]
    fn what_matches_nothing_is_named() {
        let dir = TempDir::new();
        dir.write("sub/notes.md", "x\n");
        let complaint = |name: &str| names(&dir, &[dir.path(name)]).unwrap_err();
        assert_eq!(complaint("x.csv"), "x.csv  error[E0101]  there is no such file or directory");
        let meant = names(&dir, &[dir.path("sub/note.md")]).unwrap_err();
        assert!(meant.contains("did you mean") && meant.contains("sub/notes.md?"), "{meant}");
        assert_eq!(
            complaint("*.csv"),
            "*.csv  error[E0101]  the pattern matches no file that ends in .csv or .parquet"
        );
        assert_eq!(
            complaint("sub"),
            "sub  error[E0101]  the directory holds no file that ends in .csv or .parquet"
        );
        assert_eq!(
            complaint("sub/notes.md"),
            "sub/notes.md  error[E0103]  the file's name does not tell a known format  \
             (its name must end in .csv or .parquet)"
        );
    }
}
