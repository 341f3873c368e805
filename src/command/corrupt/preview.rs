//! `--preview`: the first examples for people, in place of records.

use std::ops::ControlFlow;

use anyhow::Result;

use super::Run;
use crate::command::{screen, warn};
use crate::pipeline::{Pipeline, Scratch};
use crate::preview::Preview;
use crate::reader::Reader;
use crate::warning::Warning;
use crate::writer::sink::Sink;

/// Prints the first `examples`, each as a run would make it.
pub fn run(examples: u64, run: &Run, pipeline: &Pipeline, reader: Reader) -> Result<()> {
    let corrupter = pipeline.corrupter;
    let preview = Preview::new(corrupter, screen::width(), screen::color_on_stdout());
    let mut sink = Sink::stdout()?;
    let mut scratch = Scratch::new(&corrupter.tokenizer);
    let mut shown = 0;
    let mut looked = pipeline.windows(reader, |window| {
        for copy in corrupter.copies.clone() {
            if shown == 0 {
                sink.write(preview.legend().as_bytes())?;
            }
            let text = corrupter.corrupt_window(window, copy, &mut scratch, |example| preview.example(example))??;
            sink.write(format!("\n{text}").as_bytes())?;
            shown += 1;
            if shown == examples {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    });
    // What came before a fault is shown all the same.
    looked = sink.finish().and(looked);
    if looked.is_ok() && shown == 0 {
        warn(run.quiet, &Warning::NoRecords);
    }
    looked
}
