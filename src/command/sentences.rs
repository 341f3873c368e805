//! `muddle sentences`: how text would be split.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::warn;
use crate::cli::SentencesArgs;
use crate::options::{InputOptions, settle_splitting, usage};
use crate::pipeline::OnError;
use crate::reader::{self, Input, Reader};
use crate::warning::Warning;
use crate::writer::files::Files;
use crate::writer::sink::Sink;

/// A sentence a line and a blank line between documents, or a JSON array per document.
pub fn run(args: SentencesArgs) -> Result<()> {
    let splitting = settle_splitting(&args.splitting).map_err(usage)?;
    let input = InputOptions::settle(args.input, args.splitting.lang_field).map_err(usage)?;
    reader::check(&input.inputs, &input.read)?;
    Files::new().reads(input.inputs.iter().map(Input::path)).writes_stdout().check()?;
    let mut sink = Sink::stdout()?;
    let mut first = true;
    for documents in Reader::new(input.inputs, input.read).limited(input.limit) {
        let mut documents = match documents {
            Ok(documents) => documents,
            Err(fault) if fault.recoverable && input.on_error == OnError::Skip => {
                warn(args.run.quiet, &Warning::Skipped(fault.message));
                continue;
            }
            Err(fault) => {
                sink.finish()?;
                bail!(fault.message)
            }
        };
        let ends = splitting.split(&mut documents);
        let mut text = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            if !first && !args.json {
                text.push(b'\n');
            }
            first = false;
            write_sentences(document.text, ends.of(at), args.json, &mut text)?;
        }
        sink.write(&text)?;
    }
    sink.finish()
}

fn write_sentences(text: &str, ends: &[usize], json: bool, out: &mut Vec<u8>) -> Result<()> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let sentences = starts.zip(ends).map(|(start, &end)| &text[start..end]);
    if json {
        serde_json::to_writer(&mut *out, &sentences.collect::<Vec<_>>()).context("cannot be written as JSON")?;
        out.push(b'\n');
        return Ok(());
    }
    for sentence in sentences {
        let words: Vec<&str> = sentence.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        writeln!(out, "{}", words.join(" "))?;
    }
    Ok(())
}
