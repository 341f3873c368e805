//! What the reader promises, on bytes that come in blocks of any size.

mod agreement;
#[cfg(feature = "columnar")]
mod columns;
mod damage;
mod faults;
mod formats;
mod fuzz;
mod inputs;
mod jsonl;
mod kinds;
mod messy;
mod text;

use std::io::{self, Read};

use super::*;
use crate::document::Document;

/// A document with a text of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub text: String,
    pub line: u64,
    pub ordinal: u64,
    pub place: String,
    pub language: Option<String>,
}

/// What a reader gives, document by document.
pub(super) fn each(reader: impl Iterator<Item = Result<Documents, ReadError>>) -> Vec<Result<Item, ReadError>> {
    let item = |document: Document| Item {
        text: document.text.to_owned(),
        line: document.at.number(),
        ordinal: document.ordinal,
        place: document.place().to_string(),
        language: document.language.map(str::to_owned),
    };
    let items = |batch: Result<Documents, ReadError>| match batch {
        Ok(documents) => documents.iter().map(|document| Ok(item(document))).collect(),
        Err(error) => vec![Err(error)],
    };
    reader.flat_map(items).collect()
}

/// Delivers a few bytes at a time, the counts repeating over and over.
pub(super) struct Chunks {
    bytes: Vec<u8>,
    at: usize,
    counts: Vec<usize>,
    turn: usize,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.counts[self.turn % self.counts.len()];
        self.turn += 1;
        let count = count.min(buffer.len()).min(self.bytes.len() - self.at);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// A reader of one input named `name`, whose bytes come in chunks of these sizes.
pub(super) fn reader(name: &str, bytes: &[u8], counts: &[usize], options: &ReadOptions) -> Result<Reader, ReadError> {
    let bytes = Chunks { bytes: bytes.to_vec(), at: 0, counts: counts.to_vec(), turn: 0 };
    let source = Input::File(name.into()).documents_over(Box::new(bytes), options, &Arc::default())?;
    let mut reader = Reader::new(Vec::new(), options.clone());
    reader.current = Some(source);
    Ok(reader)
}

/// Everything the reader gives for an input, in order.
pub(super) fn items(name: &str, bytes: &[u8], options: &ReadOptions) -> Vec<Result<Item, ReadError>> {
    let read = |counts: &[usize]| match reader(name, bytes, counts, options) {
        Ok(reader) => each(reader),
        Err(error) => vec![Err(error)],
    };
    let whole = read(&[usize::MAX]);
    for counts in [vec![1], vec![3, 1, 2, 7]] {
        assert_eq!(read(&counts), whole, "chunks of {counts:?} change what is read");
    }
    whole
}

/// The texts of an input that has no faults.
pub(super) fn texts(name: &str, bytes: &[u8], options: &ReadOptions) -> Vec<String> {
    items(name, bytes, options).into_iter().map(|item| item.expect("a document").text).collect()
}

/// Documents as `line text`, complaints as their message, those that end the reading marked so.
pub(super) fn outcome(name: &str, bytes: &[u8], options: &ReadOptions) -> Vec<String> {
    let describe = |item| match item {
        Ok(Item { text, line, .. }) => format!("{line} {text}"),
        Err(ReadError { message, recoverable: true }) => message,
        Err(ReadError { message, recoverable: false }) => format!("fatal: {message}"),
    };
    items(name, bytes, options).into_iter().map(describe).collect()
}

pub(super) fn by(documents: DocumentUnit) -> ReadOptions {
    ReadOptions { documents, ..ReadOptions::default() }
}
