//! `muddle corrupt`: text in, training records out.

mod folder;
mod preview;
mod report;
mod summary;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};

use super::{complain, hint, is_stdout, list, named, output, say, threads, warn, warn_of_languages};
use crate::cli::{CorruptArgs, FolderArgs};
use crate::job::{Job, Tally};
use crate::muddle::Muddle;
use crate::pipeline::{Example, Pipeline, Scratches};
use crate::progress::{Progress, Show};
use crate::reader::{self, DataKind, Input, ReadOptions, Reader};
use crate::settings::{Settings, usage};
use crate::tokenizer::{Location, Tokenizer, locate};
use crate::warning::Warning;
use crate::writer::files::Files;
use crate::writer::sink::{self, Complete, Sink};
use crate::writer::temporary::clear_abandoned;
use crate::writer::{OutputFormat, suffix};
use folder::Folder;
use report::Samples;

/// What was asked for, settled.
struct Run {
    settings: Settings,
    /// As typed.
    tokenizer: String,
    inputs: Vec<Input>,
    /// The list that names them.
    list: Option<PathBuf>,
    read: ReadOptions,
    /// An option that was typed and means nothing where no input is plain text.
    of_plain_text: Option<&'static str>,
    target: Target,
    stats: Option<PathBuf>,
    report: Option<PathBuf>,
    quiet: bool,
}

/// Where records go.
enum Target {
    /// All to one file, or to stdout.
    One(Option<PathBuf>),
    /// Those of each input to a file of its own.
    Each(Folder),
}

/// Settles, checks, loads, runs, reports.
pub fn run(args: CorruptArgs) -> Result<()> {
    let start = Instant::now();
    let (dry_run, examples, threads) = (args.dry_run, args.preview, threads(args.run.threads));
    let when = args.progress;
    let run = Run::settle(args)?;
    let location = locate(&run.tokenizer, |name| std::env::var(name).ok())?;
    run.check_files(&location)?;
    // The process ends with the run, and taking the engine apart would cost up to a tenth of loading it.
    let muddle = Box::leak(Box::new(Muddle::load(&run.tokenizer, &location, run.settings.clone())?));
    muddle.corrupter.detailed = run.stats.is_some() || run.report.is_some();
    let corrupter = &muddle.corrupter;
    run.warn_of_tokenizer(&corrupter.tokenizer);
    if dry_run {
        say(&summary::plan(&run, muddle));
        return Ok(());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let format = muddle.format();
    let raw_bytes = Arc::default();
    let silent = run.quiet || examples.is_some();
    let show = if silent { Show::Nothing } else { Show::settle(when, matches!(run.target, Target::One(None))) };
    let progress = Progress::start(show, reader::total_size(&run.inputs), Arc::clone(&raw_bytes));
    let samples = Samples::new(corrupter);
    let pipeline = Pipeline {
        corrupter,
        pool: &pool,
        scratches: Scratches::new(&corrupter.tokenizer),
        padding: muddle.padding,
        best_fit: muddle.best_fit(),
        skip: run.settings.skip,
        format: &format,
        on_error: run.settings.reading.on_error,
        report: &|fault| progress.above(|| warn(run.quiet, &Warning::Skipped(fault.to_string()))),
        sample: if run.report.is_some() { Some(&|example: &Example| samples.offer(example)) } else { None },
    };
    let reader = || run.reader(run.inputs.clone()).counting(&raw_bytes);
    if let Some(examples) = examples {
        return preview::run(examples, &run, &pipeline, reader());
    }
    let (tally, records) = match &run.target {
        Target::One(output) => write_one(output.as_deref(), &pipeline, reader())?,
        Target::Each(folder) => {
            let job = Job {
                pipeline: &pipeline,
                read: &|input| run.reader(vec![input]).counting(&raw_bytes),
                settings: muddle.describe(),
                fail_fast: folder.fail_fast,
                verify: folder.verify,
                report: &|error| progress.above(|| complain(error)),
                warn: &|warning| progress.above(|| warn(run.quiet, warning)),
            };
            (folder.run(&job, &run)?, None)
        }
    };
    drop(pipeline);
    drop(progress);
    run.finish(muddle, (&tally, records), samples)?;
    run.tell(muddle, &tally, start.elapsed());
    folder::check(&tally, run.inputs.len())
}

/// Writes all records to a file or to stdout; a file is complete, and has its name once that is published.
fn write_one(output: Option<&Path>, pipeline: &Pipeline, reader: Reader) -> Result<(Tally, Option<Complete>)> {
    // What cannot be cleared of files that killed runs left may still be written.
    let _ = clear_abandoned(output);
    let sink = output.map_or_else(Sink::stdout, Sink::records)?;
    let (stats, sink) = pipeline.run(reader, sink)?;
    Ok((Tally { stats, ..Tally::default() }, Some(sink.complete()?)))
}

/// How records are laid out where they go; an error where name and option disagree or this build is without it.
fn output_format(output: Option<&Path>, asked: Option<OutputFormat>) -> Result<OutputFormat> {
    let format = match output {
        Some(path) => suffix::output_format(path, asked)?,
        None => asked.unwrap_or(OutputFormat::Jsonl),
    };
    format.check().map(|()| format)
}

/// Refuses what works with --output-dir alone.
fn check_folder_options(args: &FolderArgs) -> Result<()> {
    let of_folders = [
        ("--compress", args.compress.is_some()),
        ("--relative-to", args.relative_to.is_some()),
        ("--resume", args.resume),
        ("--verify", args.verify),
        ("--fail-fast", args.fail_fast),
    ];
    for (option, given) in of_folders {
        ensure!(
            !given || args.output_dir.is_some(),
            "{option}: only for --output-dir (write into a folder, or leave it out)"
        );
    }
    ensure!(args.resume || !args.verify, "--verify: only for --resume (add it, or leave out --verify)");
    Ok(())
}

impl Run {
    /// What reads some inputs.
    fn reader(&self, inputs: Vec<Input>) -> Reader {
        let reading = &self.settings.reading;
        Reader::new(inputs, self.read.clone())
            .selected(reading.selection(self.settings.seed, self.settings.epoch))
            .skipping(reading.skip_documents)
            .limited(reading.limit)
    }

    fn warn_of_tokenizer(&self, tokenizer: &Tokenizer) {
        match (tokenizer.pattern_of_words(), tokenizer.fallback()) {
            (Some(pattern), _) => warn(self.quiet, &Warning::WordClasses(pattern.to_string())),
            (None, Some(reason)) => warn(self.quiet, &Warning::SlowEngine(reason.to_string())),
            (None, None) => {}
        }
    }

    /// Gives all outputs their names.
    fn finish(&self, muddle: &Muddle, (tally, records): (&Tally, Option<Complete>), samples: Samples) -> Result<()> {
        let mut outputs = self.asides(muddle, tally, samples)?;
        // The records last: an error leaves what had their name as it was.
        outputs.extend(records);
        sink::publish(outputs)
    }

    /// What is written beside the records.
    fn asides(&self, muddle: &Muddle, tally: &Tally, samples: Samples) -> Result<Vec<Complete>> {
        let mut outputs = Vec::new();
        if let Some(path) = &self.stats {
            outputs.push(output(path, &summary::stats(self, muddle, tally))?);
        }
        if let Some(path) = &self.report {
            outputs.push(output(path, &report::page(self, muddle, tally, samples.finish()?))?);
        }
        Ok(outputs)
    }

    /// Warnings, the summary and a hint, on stderr.
    fn tell(&self, muddle: &Muddle, tally: &Tally, elapsed: Duration) {
        let stats = &tally.stats;
        if tally.without_records > 0 {
            warn(self.quiet, &Warning::OutputsWithoutRecords(tally.without_records, stats.skipped > 0));
        } else if stats.records == 0 && tally.kept.outputs + tally.failed == 0 {
            let options = [("--skip-documents", self.settings.reading.skip_documents), ("--skip", self.settings.skip)];
            let given =
                options.iter().filter(|(_, count)| *count > 0).map(|(option, count)| format!("{option} {count}"));
            let given: Vec<String> = given.collect();
            let warning = match given.is_empty() || stats.skipped > 0 {
                true => Warning::NoRecords(stats.skipped),
                false => Warning::AllSkipped(given.join(" and ")),
            };
            warn(self.quiet, &warning);
        }
        if stats.without_room() > 0 {
            warn(self.quiet, &Warning::NoRoom(stats.without_room()));
        }
        let good = stats.documents - stats.skipped;
        if let Some(field) = self.settings.words_field.as_ref().filter(|_| good > 0 && stats.with_words == 0) {
            warn(self.quiet, &Warning::NoWords(field.clone(), good));
        }
        let languages = &self.settings.sentences;
        if let Some(field) = languages.lang_field.as_ref().filter(|_| good > 0 && stats.with_language == 0) {
            warn(self.quiet, &Warning::NoLanguage(field.clone(), good));
        }
        warn_of_languages(self.quiet, &muddle.corrupter.splitting);
        if !self.quiet {
            say(&summary::line(self, &muddle.corrupter, tally, elapsed));
            if let Some(text) = summary::hint(&self.settings, stats) {
                hint(&text);
            }
        }
    }

    fn settle(mut args: CorruptArgs) -> Result<Run> {
        let output = args.output.take().filter(|path| !is_stdout(path));
        let format = output_format(output.as_deref(), args.settings.output_format).map_err(usage)?;
        args.settings.output_format = Some(format);
        check_folder_options(&args.folder).map_err(usage)?;
        let of_plain_text = args.settings.reading.of_plain_text();
        let mut settings = args.settings.settle().map_err(usage)?;
        let is_seen = output.is_none() && args.folder.output_dir.is_none() && args.preview.is_none() && !args.dry_run;
        ensure!(
            format.is_text() || !(is_seen && io::stdout().is_terminal()),
            usage(anyhow!("--output-format {}: stdout is a terminal (name a file with -o, or pipe it)", format.name()))
        );
        for (option, path) in [("--stats", &args.stats), ("--report", &args.report)] {
            let is_free = output.is_some() || args.folder.output_dir.is_some() || args.preview.is_some();
            ensure!(
                is_free || !path.as_deref().is_some_and(is_stdout),
                usage(anyhow!("{option} -: stdout is where the records go (name a file for them with -o)"))
            );
        }
        let both = [&args.stats, &args.report].iter().all(|path| path.as_deref().is_some_and(is_stdout));
        ensure!(
            !both,
            usage(anyhow!("--stats - and --report -: only one can go to stdout (name a file for the other)"))
        );
        let named = named(&args.input, DataKind::Text)?;
        let folder = Folder::new(&args.folder, &named, format, &settings).map_err(usage)?;
        let target = folder.map_or(Target::One(output), Target::Each);
        let inputs = reader::expand(named, DataKind::Text)?;
        if let Target::Each(folder) = &target {
            folder.check(&inputs)?;
        }
        let inputs = settings.reading.take_inputs(inputs, settings.seed, settings.epoch).map_err(usage)?;
        if let Target::Each(_) = target {
            // It says which outputs this run makes, and shapes none of them.
            settings.reading.shard = None;
        }
        Ok(Run {
            tokenizer: args.tokenizer,
            list: list(&args.input),
            inputs,
            read: ReadOptions {
                words_field: settings.words_field.clone(),
                ..settings.reading.options(settings.sentences.lang_field.clone())
            },
            settings,
            of_plain_text,
            target,
            stats: args.stats,
            report: args.report,
            quiet: args.run.quiet,
        })
    }

    /// What can be known of inputs and outputs before any work.
    fn check_files(&self, tokenizer: &Location) -> Result<()> {
        let (outputs, early) = match &self.target {
            Target::One(output) => (output.iter().cloned().collect(), true),
            // An input that fails leaves the others alone.
            Target::Each(folder) => (folder.outputs_there(&self.inputs), folder.fail_fast),
        };
        if early {
            let may_be_text = reader::check(&self.inputs, &self.read)?;
            if let Some(option) = self.of_plain_text.filter(|_| !may_be_text) {
                warn(self.quiet, &Warning::NoPlainText(option));
            }
        }
        let to_stdout = matches!(self.target, Target::One(None));
        // A tokenizer is read like an input, whether it is named by its file, by its folder or by its id.
        let files = Files::new()
            .reads(self.inputs.iter().map(Input::path))
            .reads(tokenizer.files())
            .reads(self.list.clone())
            .writes(outputs.iter().chain(&self.stats).chain(&self.report).map(PathBuf::as_path));
        let aside = [&self.stats, &self.report].into_iter().flatten().any(|path| is_stdout(path));
        if !to_stdout || aside { files.check() } else { files.writes_stdout().check() }
    }
}
