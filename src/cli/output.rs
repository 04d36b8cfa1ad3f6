//! Result folders: complete or not at all. Files are written into a sibling folder, which then
//! takes the name of the result folder.

use crate::cli::complain::Complaints;
use crate::units::Problem;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The one file a failed run may leave in its result folder.
pub(crate) const DEFECTS: &str = "defects.csv";

/// An open file.
pub type Stream = Box<dyn Write + Send>;

/// Where the results of a command go.
#[derive(clap::Args, Debug)]
pub(crate) struct OutFolder {
    /// Folder for the results; must be absent or empty.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Replace what is in the folder.
    #[arg(long)]
    pub(crate) force: bool,
}

impl OutFolder {
    /// As [`check_free`].
    pub(crate) fn check_free(&self) -> Result<(), Complaints> {
        check_free(&self.out, self.force)
    }

    /// As [`Staging::begin`].
    pub(crate) fn begin(&self) -> Result<Staging, Complaints> {
        Staging::begin(&self.out, self.force)
    }
}

/// A result folder that is being filled, out of sight. Dropped unfinished, it leaves nothing.
#[derive(Debug)]
pub(crate) struct Staging {
    target: PathBuf,
    aside: PathBuf,
    /// Folders above it that had to be made, the deepest first.
    made: Vec<PathBuf>,
    done: bool,
}

/// The folder that is being filled, for [`abandon`].
static FILLING: Mutex<Option<PathBuf>> = Mutex::new(None);

fn fill(folder: Option<PathBuf>) {
    *FILLING.lock().unwrap_or_else(PoisonError::into_inner) = folder;
}

/// Removes what is being filled, while somebody may still be writing into it.
pub(crate) fn abandon() {
    let folder = FILLING.lock().unwrap_or_else(PoisonError::into_inner).take();
    for _ in 0..3 {
        if folder.as_ref().is_none_or(|folder| fs::remove_dir_all(folder).is_ok()) {
            return;
        }
    }
}

/// Checks that `target` is absent or empty (or holds only a failed run's list of defects), unless
/// `force`.
pub(crate) fn check_free(target: &Path, force: bool) -> Result<(), Complaints> {
    if force {
        return Ok(());
    }
    check_holds_only(target, &|name| name == DEFECTS, "replace this one with --force")
}

/// Checks that `target` is absent, or a folder with nothing but entries of names that may go; the
/// way out when it holds more is another folder, or `otherwise`.
pub(crate) fn check_holds_only(
    target: &Path,
    may_go: &dyn Fn(&str) -> bool,
    otherwise: &str,
) -> Result<(), Complaints> {
    let problem = |what: &str| {
        Complaints::usage(
            Problem::error("E0702", format!("the output folder {what}"))
                .in_file(target.display().to_string())
                .hint(format!("name another folder, or {otherwise}")),
        )
    };
    if target.is_file() {
        return Err(problem("is a file"));
    }
    let Ok(entries) = fs::read_dir(target) else { return Ok(()) };
    for entry in entries {
        let name = entry.map_or_else(|_| String::new(), |e| e.file_name().display().to_string());
        if !may_go(&name) {
            return Err(problem(&format!("is not empty: it holds `{name}`")));
        }
    }
    Ok(())
}

impl Staging {
    /// Makes the folder aside. Fails early, before any work, when nothing can be written there.
    pub(crate) fn begin(target: &Path, force: bool) -> Result<Self, Complaints> {
        check_free(target, force)?;
        let name = target.file_name().map(|n| n.to_string_lossy().into_owned());
        let Some(name) = name else {
            let problem = Problem::error("E0702", "the output folder has no name")
                .in_file(target.display().to_string());
            return Err(Complaints::usage(problem));
        };
        let parent = parent_of(target);
        let aside = parent.join(format!(".{name}.{}.part", std::process::id()));
        let made = parent.ancestors().take_while(|p| !p.exists()).map(Path::to_owned).collect();
        let ready = fs::create_dir_all(&parent).and_then(|()| {
            if aside.exists() {
                fs::remove_dir_all(&aside)?;
            }
            fill(Some(aside.clone()));
            fs::create_dir(&aside)
        });
        let staging = Self { target: target.to_owned(), aside, made, done: false };
        ready.map_err(|e| Complaints::io("make the output folder", target, &e))?;
        Ok(staging)
    }

    /// Opens a file for writing piece by piece; `name` uses `/`.
    pub(crate) fn create(&self, name: &str) -> std::io::Result<Stream> {
        let path = self.aside.join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        Ok(Box::new(BufWriter::with_capacity(1 << 20, fs::File::create(path)?)))
    }

    /// The same, the failure as the program tells it.
    pub(crate) fn open(&self, name: &str) -> Result<Stream, Complaints> {
        self.create(name).map_err(|e| Complaints::io("write", &self.target.join(name), &e))
    }

    /// Writes one file.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Complaints> {
        let path = self.aside.join(name);
        let shown = self.target.join(name);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|e| Complaints::io("write", &shown, &e))
    }

    /// Gives the folder its name; what was there (an empty folder, or anything under `--force`)
    /// goes.
    pub(crate) fn finish(mut self) -> Result<(), Complaints> {
        let old = self.aside.with_extension("old");
        let swapped = (|| {
            let replaces = self.target.exists();
            if replaces {
                fs::rename(&self.target, &old)?;
            }
            if let Err(error) = fs::rename(&self.aside, &self.target) {
                if replaces {
                    fs::rename(&old, &self.target)?;
                }
                return Err(error);
            }
            if old.is_dir() {
                fs::remove_dir_all(&old)
            } else if old.exists() {
                fs::remove_file(&old)
            } else {
                Ok(())
            }
        })();
        self.done = swapped.is_ok();
        swapped.map_err(|e| Complaints::io("put the results in place", &self.target, &e))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        fill(None);
        if !self.done {
            let _ = fs::remove_dir_all(&self.aside);
            for folder in &self.made {
                let _ = fs::remove_dir(folder); // Only while it is empty.
            }
        }
    }
}

/// Leaves a failed run's list of defects in its result folder, which must be free.
pub(crate) fn leave_defects(target: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let path = target.join(DEFECTS);
    fs::create_dir_all(target).and_then(|()| fs::write(&path, bytes)).ok()?;
    Some(path)
}

/// Prints a result. A reader that goes away (`| head`) is no failure.
pub(crate) fn print(bytes: &[u8]) {
    let _ = std::io::stdout().write_all(bytes);
}

/// Checks that no file of this name is there, unless `force`.
pub(crate) fn check_file_free(path: &Path, force: bool) -> Result<(), Complaints> {
    if path.exists() && !force {
        let problem = Problem::error("E0702", "the output file exists already")
            .in_file(path.display().to_string())
            .hint("name another file, or replace this one with --force");
        return Err(Complaints::usage(problem));
    }
    Ok(())
}

/// Writes a single result file: complete or not at all.
pub(crate) fn write_file(path: &Path, bytes: &[u8], force: bool) -> Result<(), Complaints> {
    check_file_free(path, force)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = parent_of(path).join(format!(".{name}.{}.part", std::process::id()));
    let written = fs::create_dir_all(parent_of(path))
        .and_then(|()| fs::write(&aside, bytes))
        .and_then(|()| fs::rename(&aside, path));
    written.map_err(|e| {
        let _ = fs::remove_file(&aside);
        Complaints::io("write", path, &e)
    })
}

fn parent_of(target: &Path) -> PathBuf {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
