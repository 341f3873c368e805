//! Signals: unfinished output files are removed, and the process ends with 128 and the signal's number, as a shell has it.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ};

static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static FINISHED: AtomicBool = AtomicBool::new(false);

const FAILED: i32 = 1;
/// Exit code of an interrupted run, less the signal's number.
const INTERRUPTED: i32 = 128;

/// A file that is removed when it is dropped or a signal ends the process, unless it was completed before.
pub struct Unfinished(Option<PathBuf>);

impl Unfinished {
    /// Creates a file. No signal comes between its creation and the watch over it.
    pub fn begin(create: impl FnOnce() -> io::Result<(File, PathBuf)>) -> io::Result<(File, Self)> {
        let mut paths = unfinished();
        let (file, path) = create()?;
        paths.push(path.clone());
        Ok((file, Unfinished(Some(path))))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_deref().unwrap_or(Path::new(""))
    }
}

/// While it is there, a signal waits.
pub struct Uninterrupted(MutexGuard<'static, Vec<PathBuf>>);

impl Uninterrupted {
    /// From here on.
    pub fn begin() -> Self {
        Uninterrupted(unfinished())
    }

    /// Gives a file its name. A signal finds the file either unfinished or there, never removed meanwhile.
    pub fn name(&mut self, file: &mut Unfinished, target: &Path) -> io::Result<()> {
        std::fs::rename(file.path(), target)?;
        let renamed = file.0.take();
        self.0.retain(|path| Some(path) != renamed.as_ref());
        Ok(())
    }

    /// All outputs bear their names: a signal that comes now ends the process as done.
    pub fn finished(&self) {
        FINISHED.store(true, Ordering::SeqCst);
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let mut paths = unfinished();
            let _ = std::fs::remove_file(&path);
            paths.retain(|other| *other != path);
        }
    }
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a signal is ending the process, does not return: what fails meanwhile is no error of its own.
pub fn give_way() {
    drop(unfinished());
}

/// Waits for signals on a thread of its own: a read that blocks must not delay the end. A file that grows over the limit on
/// its size becomes an error of writing.
pub fn install_signal_handlers() -> Result<()> {
    let about = "cannot watch for signals";
    // All that end a process unless it says otherwise; batch systems announce the end of a job with one of the user's.
    let mut watched = vec![SIGINT, SIGTERM, SIGQUIT, SIGXCPU];
    watched.extend([SIGHUP, SIGUSR1, SIGUSR2, SIGALRM].into_iter().filter(|&signal| !is_ignored(signal)));
    let mut signals = signal_hook::iterator::Signals::new(watched).context(about)?;
    signal_hook::flag::register(SIGXFSZ, Arc::default()).context(about)?;
    // Where memory runs out the standard library says so in a line and aborts; nothing can be done any more but to end as
    // after any error. The unfinished file stays, under its dot-first name.
    signal_hook::flag::register_conditional_shutdown(SIGABRT, FAILED, Arc::new(true.into())).context(about)?;
    let wait = move || {
        if let Some(signal) = signals.forever().next() {
            // Held until the end, so that no file is finished or begun meanwhile.
            let paths = unfinished();
            if FINISHED.load(Ordering::SeqCst) {
                std::process::exit(0);
            }
            for path in paths.iter() {
                let _ = std::fs::remove_file(path);
            }
            // Below a bar that was being drawn, so that the shell's prompt has a line of its own.
            if io::stderr().is_terminal() {
                let _ = writeln!(io::stderr());
            }
            std::process::exit(INTERRUPTED + signal);
        }
    };
    std::thread::Builder::new().spawn(wait).context(about)?;
    Ok(())
}

/// Whether whoever started the process told it to ignore a signal, as `nohup` does. Known on Linux alone.
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
