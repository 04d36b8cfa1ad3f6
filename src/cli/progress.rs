//! How far a long piece of work has come: a bar for people, JSON lines for programs, or nothing.
//!
//! A bar appears only on a terminal, without `--quiet`, and only when the work takes longer than a
//! second. JSON lines (`--json-progress`) come at the beginning, at most once a second, and at the
//! end, one object each:
//! `{"phase", "message", "done", "total", "unit", "elapsed_s", "per_s", "left_s"}`.

use crate::cli::Manner;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Work that takes no longer than this is not worth a bar; lines are this far apart.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the work is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// Bytes of input.
    Bytes,
    /// Anything else: its name in the plural.
    Things(&'static str),
}

impl Unit {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Things(name) => name,
        }
    }
}

/// One piece of work. All methods may be called from any thread.
#[derive(Debug)]
pub(crate) struct Progress {
    phase: &'static str,
    unit: Unit,
    total: u64,
    done: AtomicU64,
    message: Mutex<String>,
    began: Instant,
    way: Way,
}

/// Who is told.
#[derive(Debug)]
enum Way {
    Nobody,
    /// A person; the flag says whether the bar has appeared.
    Bar(ProgressBar, AtomicBool),
    /// A program; the time of the last line, since the beginning.
    Lines(Mutex<Duration>),
}

impl Progress {
    /// Begins a piece of work of `total` units.
    pub(crate) fn begin(manner: Manner, phase: &'static str, unit: Unit, total: u64) -> Self {
        let way = if manner.json_progress {
            Way::Lines(Mutex::new(Duration::ZERO))
        } else if manner.shows_progress() {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
            let counts = match unit {
                Unit::Bytes => "{binary_bytes}/{binary_total_bytes}, {binary_bytes_per_sec}".into(),
                Unit::Things(name) => format!("{{pos}}/{{len}} {name}, {{rate}}"),
            };
            let template = format!("{phase} {{msg:20!}} {{wide_bar}} {counts}, {{eta}} left");
            let style = ProgressStyle::with_template(&template);
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.with_key("rate", |state: &ProgressState, w: &mut dyn Write| {
                let _ = write!(w, "{:.0}/s", state.per_sec());
            }));
            Way::Bar(bar, AtomicBool::new(false))
        } else {
            Way::Nobody
        };
        let progress = Self { phase, unit, total, way, ..Self::hidden() };
        if let Way::Lines(_) = progress.way {
            progress.line(Duration::ZERO);
        }
        progress
    }

    /// Work that cannot say how far it has come: its beginning and its end are told.
    pub(crate) fn around<T>(
        (manner, phase, unit, total): (Manner, &'static str, Unit, u64),
        work: impl FnOnce() -> T,
    ) -> T {
        let progress = Self::begin(manner, phase, unit, total);
        let out = match &progress.way {
            Way::Bar(bar, _) => std::thread::scope(|scope| {
                let (done, is_done) = std::sync::mpsc::channel::<()>();
                scope.spawn(move || {
                    if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                        bar.set_draw_target(ProgressDrawTarget::stderr());
                        bar.tick();
                    }
                });
                let out = work();
                drop(done);
                out
            }),
            Way::Nobody | Way::Lines(_) => work(),
        };
        progress.done.store(total, Ordering::Relaxed);
        progress.finish_and_clear();
        out
    }

    /// The same with files, counted in their bytes; without any there is nothing to tell.
    pub(crate) fn around_files<T>(
        manner: Manner,
        phase: &'static str,
        files: &[PathBuf],
        work: impl FnOnce() -> T,
    ) -> T {
        if files.is_empty() {
            return work();
        }
        Self::around((manner, phase, Unit::Bytes, files.iter().map(bytes_of).sum()), work)
    }

    /// Work that nobody is told about.
    pub(crate) fn hidden() -> Self {
        Self {
            phase: "",
            unit: Unit::Things(""),
            total: 0,
            done: AtomicU64::new(0),
            message: Mutex::new(String::new()),
            began: Instant::now(),
            way: Way::Nobody,
        }
    }

    /// This many units more are done.
    pub(crate) fn inc(&self, units: u64) {
        let done = self.done.fetch_add(units, Ordering::Relaxed) + units;
        self.tell(done);
    }

    /// This many units are done in all.
    pub(crate) fn set_position(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.tell(done);
    }

    /// What is being worked on.
    pub(crate) fn set_message(&self, message: impl Into<String>) {
        let message = message.into();
        if let Way::Bar(bar, _) = &self.way {
            bar.set_message(message.clone());
        }
        *self.message.lock().unwrap_or_else(PoisonError::into_inner) = message;
    }

    /// The work is over: the bar goes, the last line comes.
    pub(crate) fn finish_and_clear(&self) {
        match &self.way {
            Way::Nobody => {}
            Way::Bar(bar, _) => bar.finish_and_clear(),
            Way::Lines(_) => self.line(self.began.elapsed()),
        }
    }

    fn tell(&self, done: u64) {
        match &self.way {
            Way::Nobody => {}
            Way::Bar(bar, shown) => {
                bar.set_position(done);
                if self.began.elapsed() > PATIENCE && !shown.swap(true, Ordering::Relaxed) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
            }
            Way::Lines(last) => {
                let now = self.began.elapsed();
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if now.saturating_sub(*last) >= PATIENCE {
                    *last = now;
                    drop(last);
                    self.line(now);
                }
            }
        }
    }

    fn line(&self, elapsed: Duration) {
        let done = self.done.load(Ordering::Relaxed);
        let seconds = elapsed.as_secs_f64();
        let rate = (done > 0 && seconds > 0.0).then(|| done as f64 / seconds);
        let left = rate.map(|rate| self.total.saturating_sub(done) as f64 / rate);
        let tenths = |x: f64| (x * 10.0).round() / 10.0;
        eprintln!(
            "{}",
            json!({
                "phase": self.phase,
                "message": *self.message.lock().unwrap_or_else(PoisonError::into_inner),
                "done": done,
                "total": self.total,
                "unit": self.unit.as_str(),
                "elapsed_s": tenths(seconds),
                "per_s": rate.map(tenths),
                "left_s": left.map(tenths),
            })
        );
    }
}

/// The size of a file; 0 where it cannot be told.
fn bytes_of(file: &PathBuf) -> u64 {
    std::fs::metadata(file).map_or(0, |about| about.len())
}

/// Several files read one after the other, counted in their bytes.
#[derive(Debug)]
pub(crate) struct FilesProgress {
    progress: Progress,
    files: Vec<PathBuf>,
    /// For each file, the bytes of those before it.
    before: Vec<u64>,
    sizes: Vec<u64>,
}

impl FilesProgress {
    /// Begins reading these files; one whose size cannot be told counts nothing.
    pub(crate) fn begin(manner: Manner, phase: &'static str, files: &[PathBuf]) -> Self {
        let sizes: Vec<u64> = files.iter().map(bytes_of).collect();
        let mut total = 0;
        let mut before = Vec::with_capacity(sizes.len());
        for size in &sizes {
            before.push(total);
            total += size;
        }
        let progress = Progress::begin(manner, phase, Unit::Bytes, total);
        Self { progress, files: files.to_vec(), before, sizes }
    }

    /// Of this file, `done` parts in `all` have been read.
    pub(crate) fn reached(&self, file: usize, (done, all): (u64, u64)) {
        let (Some(before), Some(size)) = (self.before.get(file), self.sizes.get(file)) else {
            return;
        };
        let share = u128::from(*size) * u128::from(done.min(all)) / u128::from(all.max(1));
        if let Some(name) = self.files.get(file).and_then(|path| path.file_name()) {
            self.progress.set_message(name.to_string_lossy());
        }
        self.progress.set_position(before + u64::try_from(share).unwrap_or(*size));
    }

    /// All has been read.
    pub(crate) fn finish_and_clear(&self) {
        self.progress.set_position(self.sizes.iter().sum());
        self.progress.finish_and_clear();
    }
}
