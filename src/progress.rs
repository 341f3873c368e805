//! How far a run is: a bar on a terminal, plain lines elsewhere where they are asked for.
//!
//! A thread of its own looks at the reader's counter now and then, so that the run pays nothing for it. Owns the last line
//! of stderr while it lives; must not know what is read.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// on a terminal
    Auto,
    /// everywhere
    Always,
    /// nowhere
    Never,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// Not at all.
    Nothing,
    /// A bar that is drawn over.
    Bar,
    /// A line now and then.
    Lines,
}

impl Show {
    /// A bar on a terminal, unless records flow over it.
    pub fn settle(when: When, to_stdout: bool) -> Show {
        let terminal = io::stderr().is_terminal();
        match when {
            When::Never => Show::Nothing,
            When::Auto if !terminal || (to_stdout && io::stdout().is_terminal()) => Show::Nothing,
            When::Always if !terminal => Show::Lines,
            When::Auto | When::Always => Show::Bar,
        }
    }
}

/// Runs that end sooner show no bar.
const UNTIL_BAR: Duration = Duration::from_millis(400);
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Shown until it is dropped, which takes no time.
pub struct Progress {
    bar: ProgressBar,
    ticker: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Follows `read`, the bytes of input consumed, on their way to `total` where that is known.
    pub fn start(show: Show, total: Option<u64>, read: Arc<AtomicU64>) -> Self {
        let bar = match show {
            Show::Bar => ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style(total)),
            Show::Nothing | Show::Lines => ProgressBar::hidden(),
        };
        let (stop, stopped) = channel::<()>();
        let shown = bar.clone();
        let start = Instant::now();
        let follow = move || {
            let mut wait = if show == Show::Bar { UNTIL_BAR } else { BETWEEN_LINES };
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let read = read.load(Ordering::Relaxed);
                if show == Show::Bar {
                    match read == shown.position() {
                        true => shown.tick(),
                        false => shown.set_position(read),
                    }
                    wait = BETWEEN_FRAMES;
                } else {
                    let _ = writeln!(io::stderr(), "{}", line(read, total, start.elapsed()));
                }
            }
        };
        // Without a thread nothing is shown, which ends no run.
        let thread = (show != Show::Nothing).then(|| std::thread::Builder::new().spawn(follow).ok()).flatten();
        let ticker = thread.map(|thread| (stop, thread));
        Progress { bar, ticker }
    }

    /// Says something on stderr, above the bar.
    pub fn above(&self, say: impl FnOnce()) {
        self.bar.suspend(say);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, ticker)) = self.ticker.take() {
            drop(stop);
            // Woken by the dropped sender: it ends at once, and no frame is drawn after the bar is cleared.
            let _ = ticker.join();
        }
        self.bar.finish_and_clear();
    }
}

fn style(total: Option<u64>) -> ProgressStyle {
    let template = match total {
        Some(_) => {
            "{percent:>3} % {wide_bar} {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}  {eta} left"
        }
        None => "{spinner} {decimal_bytes}  {decimal_bytes_per_sec}  {elapsed}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}

/// `progress: 12.3 of 45.6 MB, 27 %, 3.1 MB/s, 11 seconds left`
fn line(read: u64, total: Option<u64>, elapsed: Duration) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let speed = read as f64 / elapsed.as_secs_f64().max(1e-9);
    match total.filter(|&total| total > 0) {
        None => format!("progress: {:.1} MB, {:.1} MB/s", megabytes(read), speed / 1e6),
        Some(total) => {
            let left = total.saturating_sub(read) as f64 / speed.max(1.0);
            format!(
                "progress: {:.1} of {:.1} MB, {:.0} %, {:.1} MB/s, {} left",
                megabytes(read),
                megabytes(total),
                100.0 * read as f64 / total as f64,
                speed / 1e6,
                HumanDuration(Duration::from_secs(left as u64))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_share_speed_and_time_left() {
        let told = line(10_000_000, Some(40_000_000), Duration::from_secs(5));
        assert_eq!(told, "progress: 10.0 of 40.0 MB, 25 %, 2.0 MB/s, 15 seconds left");
    }

    #[test]
    fn of_unknown_input_a_line_tells_size_and_speed() {
        assert_eq!(line(3_000_000, None, Duration::from_secs(2)), "progress: 3.0 MB, 1.5 MB/s");
    }

    #[test]
    fn the_end_does_not_wait_for_the_next_line() {
        let start = Instant::now();
        drop(Progress::start(Show::Lines, Some(1), Arc::default()));
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}
