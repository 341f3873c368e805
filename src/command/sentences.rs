//! `muddle sentences`: how text would be split.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::{inputs, list, warn, warn_of_languages};
use crate::cli::SentencesArgs;
use crate::pipeline::OnError;
use crate::reader::{self, DataKind, Input, Reader};
use crate::settings::usage;
use crate::warning::Warning;
use crate::writer::files::Files;
use crate::writer::sink::Sink;

/// A sentence a line and a blank line between documents, or a JSON array per document.
pub fn run(args: SentencesArgs) -> Result<()> {
    let splitting = args.sentences.splitting().map_err(usage)?;
    let inputs = args.reading.take_inputs(inputs(&args.input, DataKind::Text)?, 0, 0).map_err(usage)?;
    let read = args.reading.options(args.sentences.lang_field);
    let may_be_text = reader::check(&inputs, &read)?;
    if let Some(option) = args.reading.of_plain_text().filter(|_| !may_be_text) {
        warn(args.run.quiet, &Warning::NoPlainText(option));
    }
    Files::new().reads(inputs.iter().map(Input::path)).reads(list(&args.input)).writes_stdout().check()?;
    let mut sink = Sink::stdout()?;
    let mut first = true;
    for documents in Reader::new(inputs, read)
        .selected(args.reading.selection(0, 0))
        .skipping(args.reading.skip_documents)
        .limited(args.reading.limit)
    {
        let mut documents = match documents {
            Ok(documents) => documents,
            Err(fault) if fault.recoverable && args.reading.on_error == OnError::Skip => {
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
    sink.finish()?;
    warn_of_languages(args.run.quiet, &splitting);
    Ok(())
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
