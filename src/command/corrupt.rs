//! `muddle corrupt`: text in, training records out.

mod page;
mod preview;
mod summary;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{inputs, say, threads, warn};
use crate::cli::CorruptArgs;
use crate::interrupt;
use crate::muddle::Muddle;
use crate::pipeline::{Example, Pipeline};
use crate::progress::{Progress, Show};
use crate::reader::{self, Input, ReadOptions, Reader};
use crate::settings::{Settings, usage};
use crate::tokenizer::locate;
use crate::warning::Warning;
use crate::writer::sink::{self, Sink};
use page::Samples;

/// What was asked for, settled.
struct Run {
    settings: Settings,
    /// As typed.
    tokenizer: String,
    inputs: Vec<Input>,
    read: ReadOptions,
    /// Where records go; stdout where `None`.
    output: Option<PathBuf>,
    stats: Option<PathBuf>,
    report: Option<PathBuf>,
    quiet: bool,
}

/// Settles, checks, loads, runs, reports.
pub fn run(args: CorruptArgs) -> Result<()> {
    let start = Instant::now();
    let (dry_run, examples, threads) = (args.dry_run, args.preview, threads(args.run.threads));
    let when = args.progress;
    let run = Run::settle(args).map_err(usage)?;
    run.check_files()?;
    let location = locate(&run.tokenizer, |name| std::env::var(name).ok())?;
    let mut muddle = Muddle::load(&run.tokenizer, &location, run.settings.clone())?;
    muddle.corrupter.detailed = run.stats.is_some() || run.report.is_some();
    let corrupter = &muddle.corrupter;
    if let Some(reason) = corrupter.tokenizer.fallback() {
        warn(run.quiet, &Warning::SlowEngine(reason.to_string()));
    }
    if dry_run {
        say(&summary::plan(&run, &muddle));
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let format = muddle.format();
    let reader = Reader::new(run.inputs.clone(), run.read.clone()).limited(run.settings.reading.limit);
    let silent = run.quiet || examples.is_some();
    let show = if silent { Show::Nothing } else { Show::settle(when, run.output.is_none()) };
    let progress = Progress::start(show, reader::total_size(&run.inputs), reader.raw_bytes());
    let samples = Samples::new(corrupter);
    let pipeline = Pipeline {
        corrupter,
        pool: &pool,
        padding: muddle.padding,
        format: &format,
        on_error: run.settings.reading.on_error,
        report: &|fault| progress.above(|| warn(run.quiet, &Warning::Skipped(fault.to_string()))),
        sample: if run.report.is_some() { Some(&|example: &Example| samples.offer(example)) } else { None },
    };
    if let Some(examples) = examples {
        return preview::run(examples, &run, &pipeline, reader);
    }
    let sink = run.output.as_deref().map_or_else(Sink::stdout, Sink::file)?;
    let (stats, records) = pipeline.run(reader, sink)?;
    drop(progress);
    // The records last: an error leaves what had their name as it was.
    let stats_file = run.stats.as_ref().map(|path| summary::write_stats(path, &muddle, &stats));
    let page = run.report.as_ref().map(|path| page::write(path, &run, &muddle, (&stats, samples.finish()?)));
    for complete in [stats_file.transpose()?, page.transpose()?].into_iter().flatten() {
        complete.publish()?;
    }
    records.publish()?;
    interrupt::finished();
    if stats.records == 0 {
        warn(run.quiet, &Warning::NoRecords);
    }
    if stats.without_room() > 0 {
        warn(run.quiet, &Warning::NoRoom(stats.without_room()));
    }
    if !run.quiet {
        say(&summary::summary(&corrupter.mix, &stats, start.elapsed()));
    }
    Ok(())
}

impl Run {
    /// Every error is one of usage.
    fn settle(args: CorruptArgs) -> Result<Run> {
        let settings = args.settings.settle()?;
        if let Some(path) = &args.output {
            check_format(path)?;
        }
        Ok(Run {
            tokenizer: args.tokenizer,
            inputs: inputs(args.inputs, "text")?,
            read: settings.reading.options(settings.sentences.lang_field.clone()),
            settings,
            output: args.output.filter(|path| path.as_os_str() != "-"),
            stats: args.stats,
            report: args.report,
            quiet: args.run.quiet,
        })
    }

    /// What can be known of inputs and outputs before any work.
    fn check_files(&self) -> Result<()> {
        reader::check(&self.inputs, &self.read)?;
        let outputs: Vec<&Path> =
            [&self.output, &self.stats, &self.report].into_iter().flatten().map(PathBuf::as_path).collect();
        sink::check_differ(&outputs)?;
        // A tokenizer is read like an input, whether it is named by its file or by its folder.
        let tokenizer = PathBuf::from(&self.tokenizer);
        let read = || {
            let tokenizer = [tokenizer.join("tokenizer.json"), tokenizer.clone()];
            self.inputs.iter().map(Input::path).chain(tokenizer)
        };
        for output in outputs {
            sink::check_target(output)?;
            sink::check_is_no_input(output, read())?;
        }
        if self.output.is_none() {
            sink::check_stdout_is_no_input(read())?;
        }
        Ok(())
    }
}

fn check_format(path: &Path) -> Result<()> {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    ensure!(
        !matches!(extension, "parquet" | "arrow" | "feather"),
        "--output {}: {extension} is not written yet (write .jsonl, .jsonl.gz or .jsonl.zst)",
        path.display()
    );
    Ok(())
}
