//! Signals: an unfinished output file is removed and the process ends with 130.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Exit code of an interrupted run.
pub const INTERRUPTED: i32 = 130;

/// A file that is removed when a signal ends the process, until it is dropped.
pub struct Unfinished(PathBuf);

impl Unfinished {
    /// Watches over a file.
    pub fn new(path: PathBuf) -> Self {
        unfinished().push(path.clone());
        Unfinished(path)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.0);
    }
}

fn unfinished() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own: a read that blocks must not delay the end.
pub fn watch() -> Result<()> {
    let mut signals =
        signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot watch for signals")?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            // Held until the end, so that no file is finished or begun meanwhile.
            let paths = unfinished();
            for path in paths.iter() {
                let _ = std::fs::remove_file(path);
            }
            // Below a bar that was being drawn, so that the shell's prompt has a line of its own.
            if io::stderr().is_terminal() {
                let _ = writeln!(io::stderr());
            }
            std::process::exit(INTERRUPTED);
        }
    });
    Ok(())
}
