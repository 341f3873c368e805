//! `--preview`: the first examples for people, in place of records.

use std::ops::ControlFlow;

use anyhow::Result;

use super::Run;
use crate::command::{screen, warn};
use crate::pipeline::{Example, Pipeline, Scratch};
use crate::preview;
use crate::reader::Reader;
use crate::warning::Warning;
use crate::writer::sink::Sink;

/// Prints the first `examples`, each as a run would make it.
pub fn run(examples: u64, run: &Run, pipeline: &Pipeline, reader: Reader) -> Result<()> {
    let corrupter = pipeline.corrupter;
    let terminal = screen::terminal();
    let mask = corrupter.tokenizer.vocabulary().surface(corrupter.stand_in()).unwrap_or("mask");
    let mut sink = Sink::stdout()?;
    let mut scratch = Scratch::new(&corrupter.tokenizer);
    let mut shown = 0;
    let mut looked = pipeline.windows(reader, |window| {
        for copy in corrupter.copies_of(window) {
            if shown == 0 {
                sink.write(terminal.legend(preview::SIDES, preview::marks(corrupter), mask).as_bytes())?;
            }
            let shown_whole = |example: &Example| preview::example(corrupter, example, usize::MAX);
            let example = corrupter.corrupt_window(window, copy, &mut scratch, shown_whole)??;
            sink.write(format!("\n{}", terminal.example(&example)).as_bytes())?;
            shown += 1;
            if shown == examples {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    });
    // What came before an error is shown all the same.
    looked = sink.finish().and(looked);
    let stats = looked?;
    if shown == 0 {
        warn(run.quiet, &Warning::NoRecords(stats.skipped));
    }
    Ok(())
}
