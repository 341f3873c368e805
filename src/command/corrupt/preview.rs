//! `--preview`: the first examples for people, in place of records.

use std::ops::ControlFlow;

use anyhow::Result;

use crate::command::{screen, warn};
use crate::options::CorruptOptions;
use crate::pipeline::Pipeline;
use crate::preview::Preview;
use crate::reader::Reader;
use crate::warning::Warning;
use crate::writer::sink::Sink;

/// Prints the first `examples`, each as a run would make it.
pub fn run(examples: u64, options: &CorruptOptions, pipeline: &Pipeline, reader: Reader) -> Result<()> {
    let preview = Preview::new(pipeline.corrupter, &options.recipe, screen::width(), screen::colour_on_stdout());
    let mut sink = Sink::stdout()?;
    let mut shown = 0;
    let mut looked = pipeline.look(reader, |window| {
        for copy in 0..options.copies {
            if shown == 0 {
                sink.write(preview.legend().as_bytes())?;
            }
            sink.write(format!("\n{}", preview.example(window, copy)?).as_bytes())?;
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
        warn(options.quiet, &Warning::NoRecords);
    }
    looked
}
