//! `--output-dir`: an output for each input.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};

use super::Run;
use crate::cli::{Compress, FolderArgs};
use crate::job::{self, Job, Layout, Tally};
use crate::reader::Input;
use crate::settings::Settings;
use crate::view::counted;
use crate::writer::OutputFormat;

/// Where outputs go, and how.
pub struct Folder {
    /// Their names.
    pub layout: Layout,
    /// As it was typed.
    pub path: PathBuf,
    /// Whether outputs that are complete stay.
    pub resume: bool,
    /// Whether they are read to see that they are.
    pub verify: bool,
    /// Whether the first input that fails ends the run.
    pub fail_fast: bool,
}

impl Folder {
    /// For inputs as they were named; `None` where they have one output. Refuses settings that are about all records in a
    /// row.
    pub fn new(
        args: &FolderArgs,
        named: &[Input],
        format: OutputFormat,
        settings: &Settings,
    ) -> Result<Option<Folder>> {
        let Some(path) = &args.output_dir else { return Ok(None) };
        for (option, count) in [("--skip", settings.skip), ("--skip-documents", settings.reading.skip_documents)] {
            ensure!(
                count == 0,
                "{option} with --output-dir: counts through one output (--resume leaves out what is done)"
            );
        }
        ensure!(
            !settings.reading.shard.is_some_and(|shard| shard.of_documents),
            "--shard …:documents with --output-dir: every part would write under the same names (leave out :documents, or \
             name each part's output with -o)"
        );
        ensure!(
            args.compress.is_none() || format.is_text(),
            "--compress with --output-format {}: is compressed inside or not at all (leave out --compress)",
            format.name()
        );
        let mut suffix = format.name().to_owned();
        suffix.push_str(match args.compress {
            None => "",
            Some(Compress::Zst) => ".zst",
            Some(Compress::Gz) => ".gz",
        });
        let layout = Layout::new(named, path, &suffix, args.relative_to.as_deref())?;
        let (path, resume, verify, fail_fast) = (path.clone(), args.resume, args.verify, args.fail_fast);
        Ok(Some(Folder { layout, path, resume, verify, fail_fast }))
    }

    /// Refuses what can be refused before any work. `inputs` are all of them, whatever is this run's share.
    pub fn check(&self, inputs: &[Input]) -> Result<()> {
        self.layout.check(inputs, self.resume)?;
        if self.resume { job::check_earlier(&self.layout, inputs) } else { Ok(()) }
    }

    /// Outputs that a file may already stand for.
    pub fn outputs_there(&self, inputs: &[Input]) -> Vec<PathBuf> {
        inputs.iter().map(|input| self.layout.output(input)).filter(|output| output.exists()).collect()
    }

    /// Makes what is to be made.
    pub fn run(&self, job: &Job, run: &Run) -> Result<Tally> {
        let mut tasks = job::tasks(&self.layout, &run.inputs);
        if self.resume {
            job.resume(&mut tasks)?;
        }
        self.layout.make_folders(tasks.iter().map(|task| &task.output))?;
        job.run(&tasks)
    }
}

/// An error where some of so many inputs failed; each was told before.
pub fn check(tally: &Tally, inputs: usize) -> Result<()> {
    if tally.failed > 0 {
        let done = if tally.failed < inputs as u64 { ", the others are done" } else { "" };
        let inputs = counted(inputs as u64, "input");
        bail!("{} of {inputs} failed{done} (mend what failed and go on with --resume)", tally.failed);
    }
    Ok(())
}
