//! What `corrupt` says of itself: the plan, the summary line, the statistics file.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Run, Target};
use crate::histogram::Histogram;
use crate::job::Tally;
use crate::muddle::Muddle;
use crate::noise::{Edit, Step};
use crate::pipeline::Corrupter;
use crate::reader::{DocumentUnit, Input};
use crate::settings::{InputFormat, Pack, Settings};
use crate::stats::{Stats, StepStats};
use crate::view::json::histogram;
use crate::view::{counted, json};

/// One line about a whole run; of each noise the share of units it chose, and how often it was applied.
pub fn line(run: &Run, corrupter: &Corrupter, tally: &Tally, elapsed: Duration) -> String {
    let stats = &tally.stats;
    let kept = format!("{} with {} kept", counted(tally.kept.outputs, "output"), counted(tally.kept.records, "record"));
    if tally.kept.outputs > 0 && tally.made + tally.failed == 0 {
        return format!("nothing to do: {kept}");
    }
    let seconds = elapsed.as_secs_f64();
    let megabytes = stats.bytes as f64 / 1e6;
    let steps = corrupter.mix.steps().zip(stats.every_step());
    let steps: Vec<String> = match corrupter.mix.is_several() {
        true => vec![mixture(corrupter, stats)],
        false => steps.map(|(step, done)| one_noise(step, done, stats.records)).collect(),
    };
    let max_length = run.settings.max_length;
    let mut line = format!(
        "{} from {}, {} ({:.0} % of --max-length {max_length}), {}, {seconds:.2} s, {:.1} MB/s",
        counted(stats.records, "record"),
        counted(stats.documents, "document"),
        counted(stats.input_ids, "token"),
        100.0 * filled(&run.settings, stats),
        steps.join(", "),
        megabytes / seconds.max(1e-9)
    );
    let too_short = stats.steps.iter().map(|step| step.too_short).sum();
    for (count, what) in [(stats.empty, "empty"), (stats.skipped, "skipped"), (too_short, "too short for noise")] {
        if count > 0 {
            line.push_str(&format!(", {count} {what}"));
        }
    }
    if tally.kept.outputs > 0 {
        line.push_str(&format!("; {kept}"));
    }
    line
}

/// How many windows got each recipe.
fn mixture(corrupter: &Corrupter, stats: &Stats) -> String {
    let first_steps = corrupter.mix.objectives().scan(0, |first, (_, objective)| {
        let step = *first;
        *first += objective.steps.len();
        Some(step)
    });
    let windows: Vec<u64> = first_steps.map(|step| stats.steps.get(step).map_or(0, |step| step.windows)).collect();
    let all: u64 = windows.iter().sum();
    let shares = windows.iter().map(|&windows| format!("{:.1}", 100.0 * windows as f64 / all.max(1) as f64));
    format!("recipes {} % of windows", shares.collect::<Vec<_>>().join(" "))
}

fn one_noise(step: &Step, done: &StepStats, records: u64) -> String {
    let share = 100.0 * done.chosen as f64 / done.units.max(1) as f64;
    match step.probability {
        None => format!("{} {share:.1} %", step.name()),
        Some(probability) => {
            let (name, applied) = (step.name(), done.applied);
            // Of several windows that share a record each has its own draw.
            let noun = if done.windows == records { "record" } else { "window" };
            format!("{name}@{probability}: applied to {applied} of {} ({share:.1} %)", counted(done.windows, noun))
        }
    }
}

/// The share of --max-length that records fill.
fn filled(settings: &Settings, stats: &Stats) -> f64 {
    stats.input_ids as f64 / (stats.records * u64::from(settings.max_length)).max(1) as f64
}

/// Less is worth a hint.
const MIN_FILLED: f64 = 0.25;

/// What would make records longer, where they are short without being asked to.
pub fn hint(settings: &Settings, stats: &Stats) -> Option<String> {
    let filled = filled(settings, stats);
    let is_asked = settings.window.is_some() || !matches!(settings.pack, Pack::Fit | Pack::Document);
    let fit_one_record = stats.input_ids <= settings.max_length.into();
    if filled >= MIN_FILLED || is_asked || fit_one_record {
        return None;
    }
    let is_text = !matches!(settings.reading.input_format, InputFormat::Jsonl | InputFormat::Parquet);
    let file =
        if is_text && settings.reading.unit() != DocumentUnit::File { "--documents file for plain text, " } else { "" };
    let length = settings.max_length;
    Some(format!(
        "records fill {:.0} % of --max-length {length} ({file}--pack best-fit or --pack stream make longer ones)",
        100.0 * filled
    ))
}

/// What a run would do, for `--dry-run`.
pub fn plan(run: &Run, muddle: &Muddle) -> String {
    let inputs: Vec<String> = run.inputs.iter().map(Input::name).collect();
    let mut plan = json!({ "inputs": inputs, "output": "stdout", "options": muddle.describe() });
    match &run.target {
        Target::One(None) => {}
        Target::One(Some(path)) => plan["output"] = json!(path.display().to_string()),
        Target::Each(folder) => {
            plan["output"] = json!(folder.path.display().to_string());
            let output = |input| (Input::name(input), json!(folder.layout.output(input).display().to_string()));
            plan["inputs"] = run.inputs.iter().map(output).collect();
        }
    }
    json::lines(&plan).trim_end().to_string()
}

/// `--stats`: a function of input and settings, without times or machines.
pub fn stats(run: &Run, muddle: &Muddle, tally: &Tally) -> String {
    let stats = &tally.stats;
    let steps: Vec<Value> =
        muddle.corrupter.mix.steps().zip(stats.every_step()).map(|(step, done)| one_step(step, done)).collect();
    let mut spans = Histogram::default();
    stats.steps.iter().for_each(|step| spans += &step.spans);
    let mut value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "options": muddle.describe(),
        "documents": stats.documents,
        "used": stats.used,
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
        "span_lengths": histogram(&spans),
        "places": stats.places,
    });
    if let Target::Each(_) = run.target {
        value["outputs"] = json!(tally.made);
        value["failed"] = json!(tally.failed);
        value["kept"] = json!(tally.kept);
    }
    json::lines(&value)
}

fn one_step(step: &Step, done: &StepStats) -> Value {
    json!({
        "noise": step.to_string(),
        "windows": done.windows,
        "applied": done.applied,
        "too_short": done.too_short,
        "units": done.units,
        "chosen": done.chosen,
        "masks": done.edited(Edit::Masked),
        "random": done.edited(Edit::Random),
        "kept": done.edited(Edit::Kept),
        "spans": done.spans.total(),
        "insertions": done.insertions(),
        "cramped": done.dropped_insertions + done.redraws,
        "dropped_insertions": done.dropped_insertions,
        "trimmed": done.trimmed,
        "span_lengths": histogram(&done.spans),
        "redraws": done.redraws,
        "suffix_first": done.suffix_first,
        "middle": done.middle,
        "moves": histogram(&done.moves),
        "starts": done.starts,
    })
}
