//! What `corrupt` says of itself: the plan, the summary line, the statistics file.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use super::Run;
use crate::harmless;
use crate::histogram::Histogram;
use crate::muddle::Muddle;
use crate::noise::{Edit, Step};
use crate::objective::Mix;
use crate::reader::Input;
use crate::report::counted;
use crate::stats::{Stats, StepStats};
use crate::writer::sink::{Complete, Sink};

/// One line about a whole run; of each noise the share of units it chose.
pub fn summary(mix: &Mix, stats: &Stats, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let megabytes = stats.bytes as f64 / 1e6;
    let shares = mix.steps().zip(steps_of(stats)).map(|(step, done)| {
        let share = 100.0 * done.chosen as f64 / done.units.max(1) as f64;
        format!("{} {share:.1} %", step.name())
    });
    let mut line = format!(
        "{} from {}, {}, {}, {seconds:.2} s, {:.1} MB/s",
        counted(stats.records, "record"),
        counted(stats.documents, "document"),
        counted(stats.input_ids, "token"),
        shares.collect::<Vec<_>>().join(", "),
        megabytes / seconds.max(1e-9)
    );
    for (count, what) in [(stats.empty, "empty"), (stats.skipped, "skipped")] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    line
}

/// By step, what it did; nothing where no record was made.
pub fn steps_of(stats: &Stats) -> impl Iterator<Item = &StepStats> {
    static NOTHING: StepStats = StepStats::NOTHING;
    stats.steps.iter().chain(std::iter::repeat(&NOTHING))
}

/// What a run would do, for `--dry-run`.
pub fn plan(run: &Run, muddle: &Muddle) -> String {
    let output = run.output.as_ref().map_or("stdout".to_string(), |path| path.display().to_string());
    let plan = json!({ "inputs": inputs(run), "output": output, "options": muddle.describe() });
    harmless::json(&format!("{plan:#}")).into_owned()
}

/// Writes `--stats`: a function of input and settings, without times or machines.
pub fn write_stats(path: &Path, muddle: &Muddle, stats: &Stats) -> Result<Complete> {
    let steps: Vec<Value> =
        muddle.corrupter.mix.steps().zip(steps_of(stats)).map(|(step, done)| one_step(step, done)).collect();
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "options": muddle.describe(),
        "documents": stats.documents,
        "empty": stats.empty,
        "skipped": stats.skipped,
        "bytes": stats.bytes,
        "records": stats.records,
        "input_ids": stats.input_ids,
        "label_ids": stats.label_ids,
        "clean_ids": stats.clean_ids,
        "steps": steps,
        "lengths": histogram(&stats.lengths),
        "noise_shares": histogram(&stats.noise_shares),
        "places": stats.places,
    });
    let mut sink = Sink::file(path)?;
    sink.write(format!("{}\n", harmless::json(&format!("{value:#}"))).as_bytes())?;
    sink.complete()
}

fn one_step(step: &Step, done: &StepStats) -> Value {
    json!({
        "noise": step.to_string(),
        "applied": done.applied,
        "units": done.units,
        "chosen": done.chosen,
        "masks": done.edited(Edit::Masked),
        "random": done.edited(Edit::Random),
        "kept": done.edited(Edit::Kept),
        "spans": done.spans.total(),
        "insertions": done.insertions(),
        "dropped_insertions": done.dropped_insertions,
        "trimmed": done.trimmed,
        "span_lengths": histogram(&done.spans),
        "redraws": done.redraws,
        "moves": histogram(&done.moves),
        "starts": done.starts,
    })
}

fn histogram(histogram: &Histogram) -> Value {
    histogram.counts().map(|(value, count)| json!([value, count])).collect()
}

/// Names of the inputs.
pub fn inputs(run: &Run) -> Vec<String> {
    run.inputs.iter().map(Input::name).collect()
}
