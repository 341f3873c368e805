//! What `corrupt` says of itself: the plan, the summary line, the statistics file.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::harmless;
use crate::histogram::Histogram;
use crate::noise::{Noise, Step};
use crate::options::{CorruptOptions, PackChoice};
use crate::pipeline::Corrupter;
use crate::reader::Input;
use crate::stats::{Stats, StepStats};
use crate::writer::sink::{Complete, Sink};

/// One line about a whole run; of each noise the share of units it chose.
pub fn summary(steps: &[Step], stats: &Stats, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let megabytes = stats.bytes as f64 / 1e6;
    let none = StepStats::default();
    let counted = stats.steps.iter().chain(std::iter::repeat(&none));
    let shares = steps.iter().zip(counted).map(|(step, counted)| {
        let share = 100.0 * counted.drawn.chosen as f64 / counted.drawn.units.max(1) as f64;
        format!("{} {share:.1} %", step.noise.name())
    });
    let mut line = format!(
        "{} records from {} documents, {} tokens, {}, {seconds:.2} s, {:.1} MB/s",
        stats.records,
        stats.documents,
        stats.input_ids,
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

/// What a run would do, for `--dry-run`.
pub fn plan(options: &CorruptOptions, corrupter: &Corrupter) -> String {
    let plan = json!({ "inputs": inputs(options), "output": output(options), "options": resolved(options, corrupter) });
    harmless::json(&serde_json::to_string_pretty(&plan).unwrap_or_default()).into_owned()
}

/// Writes `--stats`: a function of input and options, without times or machines.
pub fn write_stats(path: &Path, options: &CorruptOptions, corrupter: &Corrupter, stats: &Stats) -> Result<Complete> {
    let mut span_lengths = Histogram::default();
    stats.steps.iter().for_each(|step| span_lengths += &step.detail.spans);
    let none = StepStats::default();
    let counted = stats.steps.iter().chain(std::iter::repeat(&none));
    let steps: Vec<Value> =
        options.recipe.steps.iter().zip(counted).map(|(step, counted)| one_step(step, counted)).collect();
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "options": resolved(options, corrupter),
        "documents": stats.documents,
        "empty": stats.empty,
        "skipped": stats.skipped,
        "bytes": stats.bytes,
        "records": stats.records,
        "input_ids": stats.input_ids,
        "clean_ids": stats.clean_ids,
        "steps": steps,
        "lengths": histogram(&stats.lengths),
        "noise_shares": histogram(&stats.noise_shares),
        "span_lengths": histogram(&span_lengths),
    });
    let mut sink = Sink::file(path)?;
    sink.write(format!("{value:#}\n").as_bytes())?;
    sink.complete()
}

/// What a step did; details only of what its noise does.
fn one_step(step: &Step, counted: &StepStats) -> Value {
    let (drawn, detail) = (&counted.drawn, &counted.detail);
    let mut value = json!({
        "noise": step.to_string(),
        "applied": counted.applied,
        "units": drawn.units,
        "chosen": drawn.chosen,
        "spans": drawn.spans,
        "insertions": drawn.insertions,
        "cramped": drawn.cramped,
    });
    let hits = || [("tokens", json!(detail.tokens())), ("hit", json!(detail.hit())), ("places", json!(detail.places))];
    let written = || [("masks", json!(detail.masks)), ("random", json!(detail.random))];
    let more: Vec<(&str, Value)> = match step.noise {
        Noise::Mask { .. } => hits().into_iter().chain(written()).chain([("kept", json!(detail.kept))]).collect(),
        Noise::Delete { .. } => hits().into(),
        Noise::Infill { .. } => {
            let spans = [("trimmed", json!(detail.trimmed)), ("span_lengths", histogram(&detail.spans))];
            hits().into_iter().chain(written()).chain(spans).collect()
        }
        Noise::Permute { .. } => vec![("moves", histogram(&detail.moves))],
        Noise::Rotate { .. } => vec![("starts", json!(detail.starts))],
    };
    more.into_iter().for_each(|(key, more)| value[key] = more);
    value
}

fn histogram(histogram: &Histogram) -> Value {
    histogram.counts().map(|(value, count)| json!([value, count])).collect()
}

/// Names of the inputs.
pub fn inputs(options: &CorruptOptions) -> Vec<String> {
    options.input.inputs.iter().map(Input::name).collect()
}

fn output(options: &CorruptOptions) -> String {
    options.output.as_ref().map_or("stdout".to_string(), |path| path.display().to_string())
}

/// Everything that shapes the records.
pub fn resolved(options: &CorruptOptions, corrupter: &Corrupter) -> Value {
    let tokenizer = &corrupter.tokenizer;
    let read = &options.input.read;
    let pack = match options.pack {
        PackChoice::Named(name) => format!("{name:?}").to_lowercase(),
        PackChoice::Sliding { size, stride } => format!("window {size} stride {stride}"),
    };
    json!({
        "tokenizer": options.tokenizer,
        "tokenizer_hash": format!("{:016x}", tokenizer.hash()),
        "vocabulary": tokenizer.vocabulary().size(),
        "template": [tokenizer.template().prefix, tokenizer.template().suffix],
        "engine": if tokenizer.fallback().is_some() { "tokenizers 0.23" } else { "tokenizers 1.0" },
        "mask": corrupter.mask,
        "recipe": options.recipe.steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "labels": format!("{:?}", options.labels).to_lowercase(),
        "seed": options.seed,
        "copies": options.copies,
        "sentences": format!("{:?}", options.splitting.method).to_lowercase(),
        "max_length": options.max_length,
        "pack": pack,
        "pad": format!("{:?}", options.pad).to_lowercase(),
        "pad_multiple": options.pad_multiple,
        "batch_size": options.batch_size,
        "label_pad": options.label_pad,
        "documents": format!("{:?}", read.documents).to_lowercase(),
        "text_field": read.text_field(),
        "lossy": read.lossy,
        "limit": options.input.limit,
    })
}
