//! Ctrl-C: what is half written goes before the program does.

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
                crate::cli::output::abandon();
                // Whoever started the program sees how it ended.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        });
    }
}
