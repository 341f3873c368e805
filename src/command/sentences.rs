//! `muddle sentences`: how text would be split.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::warn;
use crate::cli::SentencesArgs;
use crate::options::{InputOptions, settle_splitting, usage};
use crate::pipeline::OnError;
use crate::reader::{self, Input, Reader};
use crate::warning::Warning;
use crate::writer::sink::{self, Sink};

/// A sentence a line and a blank line between documents, or a JSON array per document.
pub fn run(args: SentencesArgs) -> Result<()> {
    let splitting = settle_splitting(&args.splitting).map_err(usage)?;
    let input = InputOptions::settle(args.input, args.splitting.lang_field).map_err(usage)?;
    reader::check(&input.inputs, &input.read)?;
    sink::check_stdout_is_no_input(input.inputs.iter().map(Input::path))?;
    let mut sink = Sink::stdout()?;
    let (mut ends, mut text) = (Vec::new(), Vec::new());
    let mut first = true;
    let documents = Reader::new(input.inputs, input.read).take_while(within(input.limit));
    for document in documents {
        let mut document = match document {
            Ok(document) => document,
            Err(fault) if fault.recoverable && input.on_error == OnError::Skip => {
                warn(args.run.quiet, &Warning::Skipped(fault.message));
                continue;
            }
            Err(fault) => {
                sink.finish()?;
                bail!(fault.message)
            }
        };
        splitting.split(&mut document, &mut ends);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let sentences = starts.zip(&ends).map(|(start, &end)| &document.text[start..end]);
        text.clear();
        if args.json {
            serde_json::to_writer(&mut text, &sentences.collect::<Vec<_>>()).context("cannot be written as JSON")?;
            text.push(b'\n');
        } else {
            if !first {
                text.push(b'\n');
            }
            for sentence in sentences {
                let words: Vec<&str> = sentence.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
                writeln!(text, "{}", words.join(" "))?;
            }
        }
        first = false;
        sink.write(&text)?;
    }
    sink.finish()
}

/// Counts documents; faults count for none.
fn within(limit: Option<u64>) -> impl FnMut(&Result<crate::document::Document, reader::ReadError>) -> bool {
    let mut left = limit.unwrap_or(u64::MAX);
    move |document| {
        let more = left > 0;
        left -= u64::from(more && document.is_ok());
        more
    }
}
