//! Seconds: of this process's processors, where the system tells, and on the wall.

use std::time::Instant;

/// What a call took.
#[derive(Clone, Copy)]
pub struct Took {
    /// Seconds of processor time of all threads together (on the wall where the system does not tell).
    pub cpu: f64,
    /// Seconds on the wall.
    pub wall: f64,
}

/// Times a call.
pub fn time(call: impl FnOnce()) -> Took {
    let (wall, cpu) = (Instant::now(), processor_seconds());
    call();
    let wall = wall.elapsed().as_secs_f64();
    let cpu = processor_seconds().zip(cpu).map_or(wall, |(after, before)| after - before);
    Took { cpu, wall }
}

/// Seconds of processor time of a child process, from its start to its end.
pub fn time_child(command: &mut std::process::Command) -> f64 {
    let before = seconds_of_children();
    assert!(command.status().unwrap().success(), "{command:?}");
    seconds_of_children().zip(before).map_or(f64::NAN, |(after, before)| after - before)
}

/// User and system time from Linux's process table, in ticks of 10 ms.
fn processor_seconds() -> Option<f64> {
    seconds_at([11, 12])
}

/// The same of children that ended.
fn seconds_of_children() -> Option<f64> {
    seconds_at([13, 14])
}

fn seconds_at(places: [usize; 2]) -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = places.map(|at| fields.get(at)?.parse::<u64>().ok());
    Some((ticks[0]? + ticks[1]?) as f64 / 100.0)
}

/// Middle and spread of some figures.
pub fn median(mut figures: Vec<f64>) -> (f64, f64, f64) {
    figures.sort_by(f64::total_cmp);
    (figures[figures.len() / 2], figures[0], figures[figures.len() - 1])
}
