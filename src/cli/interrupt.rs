//! Ctrl-C: what is half written goes before the program does; a search may end early instead.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody listens to the first Ctrl-C.
static WANTED: AtomicBool = AtomicBool::new(false);
/// Whether they are told that it was heard.
static TELLS: AtomicBool = AtomicBool::new(true);
/// Whether it has come.
static PRESSED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt or a polite kill removes the unfinished result folder first. Elsewhere
/// than on Unix it stays, out of sight.
pub(crate) fn watch() {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        std::thread::spawn(move || {
            for signal in signals.forever() {
                let is_wish = signal == SIGINT && WANTED.load(Ordering::Relaxed);
                if is_wish && !PRESSED.swap(true, Ordering::Relaxed) {
                    if TELLS.load(Ordering::Relaxed) {
                        eprintln!("stopping: the best so far is written; again: nothing is");
                    }
                    continue;
                }
                crate::cli::output::abandon();
                // Whoever started the program sees how it ended.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        });
    }
}

/// From now on the first Ctrl-C is a wish to see the best so far, see [`is_wished`]; the second
/// ends the program. Elsewhere than on Unix the first does.
pub(crate) fn listen(quiet: bool) {
    TELLS.store(!quiet, Ordering::Relaxed);
    WANTED.store(true, Ordering::Relaxed);
}

/// Whether the first Ctrl-C has come since [`listen`].
pub(crate) fn is_wished() -> bool {
    PRESSED.load(Ordering::Relaxed)
}
