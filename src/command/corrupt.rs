//! `muddle corrupt`: text in, training records out.

mod page;
mod preview;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{say, warn};
use crate::cli::{CorruptArgs, PackName, PadName};
use crate::example::{PadTo, Padding};
use crate::noise::Corruption;
use crate::options::{CorruptOptions, PackChoice, usage};
use crate::pipeline::{Corrupter, Pipeline};
use crate::progress::{Progress, Show};
use crate::reader::{self, Input, Reader};
use crate::special_tokens::{Role, SpecialTokens};
use crate::tokenizer::{Tokenizer, locate};
use crate::warning::Warning;
use crate::window::{Packing, Window};
use crate::writer::files::Files;
use crate::writer::jsonl::JsonlFormat;
use crate::writer::sink::{self, Sink};
use page::Samples;

/// Settles, checks, loads, runs, reports.
pub fn run(args: CorruptArgs) -> Result<()> {
    let start = Instant::now();
    let options = CorruptOptions::settle(args).map_err(usage)?;
    check_files(&options)?;
    let (corrupter, padding) = prepare(&options)?;
    if let Some(reason) = corrupter.tokenizer.fallback() {
        warn(options.quiet, &Warning::SlowEngine(reason.to_string()));
    }
    if options.dry_run {
        say(&summary::plan(&options, &corrupter));
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build().context("cannot start threads")?;
    let format = JsonlFormat::new(padding, corrupter.tokenizer.vocabulary().size());
    let reader = Reader::new(options.input.inputs.clone(), options.input.read.clone()).limited(options.input.limit);
    let show = if options.preview.is_some() { Show::Nothing } else { options.progress };
    let progress = Progress::start(show, reader::total_size(&options.input.inputs), reader.raw_bytes());
    let samples = Samples::new(&corrupter, &options.recipe);
    let pipeline = Pipeline {
        corrupter: &corrupter,
        pool: &pool,
        padding,
        format: &format,
        on_error: options.input.on_error,
        report: &|fault| progress.above(|| warn(options.quiet, &Warning::Skipped(fault.to_string()))),
        look: if options.report.is_some() { Some(&|window: &Window| samples.take(window)) } else { None },
    };
    if let Some(examples) = options.preview {
        return preview::run(examples, &options, &pipeline, reader);
    }
    let sink = options.output.as_deref().map_or_else(Sink::stdout, Sink::records)?;
    let (stats, records) = pipeline.run(reader, sink)?;
    drop(progress);
    // The records last: an error leaves what bore their name as it was.
    let stats_file = options.stats.as_ref().map(|path| summary::write_stats(path, &options, &corrupter, &stats));
    let page = options.report.as_ref().map(|path| page::write(path, &options, &corrupter, &stats, samples.finish()?));
    let outputs = [stats_file.transpose()?, page.transpose()?, Some(records)];
    sink::publish(outputs.into_iter().flatten().collect())?;
    if stats.records == 0 {
        warn(options.quiet, &Warning::NoRecords);
    }
    if stats.cramped() > 0 {
        warn(options.quiet, &Warning::Cramped(stats.cramped()));
    }
    if !options.quiet {
        say(&summary::summary(&options.recipe.steps, &stats, start.elapsed()));
    }
    Ok(())
}

/// What can be known of inputs and outputs before any work.
fn check_files(options: &CorruptOptions) -> Result<()> {
    reader::check(&options.input.inputs, &options.input.read)?;
    let outputs = [&options.output, &options.stats, &options.report].into_iter().flatten().map(PathBuf::as_path);
    // A tokenizer is read like an input, whether it is named by its file, by its folder or by its id.
    let tokenizer = locate(&options.tokenizer, |name| std::env::var(name).ok())?.files();
    let files = Files::new().reads(options.input.inputs.iter().map(Input::path)).reads(tokenizer).writes(outputs);
    match options.output {
        Some(_) => files.check(),
        None => files.writes_stdout().check(),
    }
}

/// Loads the tokenizer and settles what depends on it.
fn prepare(options: &CorruptOptions) -> Result<(Corrupter, Padding)> {
    let location = locate(&options.tokenizer, |name| std::env::var(name).ok())?;
    let tokenizer = Tokenizer::load(&location, options.allow_special_in_text)?;
    let file = location.file.display();
    let specials = SpecialTokens::find(tokenizer.vocabulary(), &location, &options.overrides)
        .with_context(|| format!("{file}"))?;
    let need = |role, by: &str| specials.need(role, by).with_context(|| format!("{file}"));
    let mask = match options.recipe.steps.iter().find(|step| step.noise.needs_mask()) {
        Some(step) => need(Role::Mask, step.noise.name())?,
        None => specials.get(Role::Mask).unwrap_or_default(),
    };
    let to = match options.pad {
        PadName::None => PadTo::None,
        PadName::Longest => PadTo::Longest(options.batch_size),
        PadName::Max => PadTo::Max(options.max_length),
    };
    let pads = to != PadTo::None || options.pad_multiple > 1;
    let pad = if pads { need(Role::Pad, "--pad")? } else { 0 };
    let packing = match options.pack {
        PackChoice::Named(PackName::Fit) => Packing::Fit,
        PackChoice::Named(PackName::Sentence) => Packing::Sentence,
        PackChoice::Named(PackName::Document) => Packing::Document,
        PackChoice::Named(PackName::Stream) => Packing::Stream { eos: need(Role::Eos, "--pack stream")? },
        PackChoice::Sliding { size, stride } => Packing::Sliding { size, stride },
    };
    let template = tokenizer.template().len();
    let room = room(options.max_length, template).map_err(usage)?;
    let corrupter = Corrupter {
        splitting: options.splitting,
        packing,
        room,
        corruption: Corruption::new(&options.recipe),
        step_names: options.recipe.steps.iter().map(|step| step.noise.name()).collect(),
        mask,
        specials_inside: options.allow_special_in_text || matches!(packing, Packing::Stream { .. }),
        labels: options.labels,
        seed: options.seed,
        copies: options.copies,
        meta: options.meta,
        detailed: options.stats.is_some() || options.report.is_some(),
        tokenizer,
    };
    Ok((corrupter, Padding { to, multiple: options.pad_multiple, pad, label_pad: options.label_pad }))
}

fn room(max_length: usize, template: usize) -> Result<usize> {
    ensure!(
        max_length > template,
        "--max-length {max_length} has no room: the tokenizer's template alone takes {template} (at least {})",
        template + 1
    );
    Ok(max_length - template)
}
