//! Filling one window after the other with ids.
//!
//! A window's first run of sentences is encoded on its own, since its white space is trimmed; the runs after it are encoded
//! as they stand in the text, and joints make that the encoding of the whole.

mod cut;

use std::borrow::BorrowMut;
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context, Result};

use super::{GLUED, PartSpan, SplitDocument, SplitDocuments, WindowSpan, Windows};
use crate::tokenizer::{Encoder, PreTokens, Tokenizer};

/// Puts windows together with an encoder of its own or a borrowed one. `room` is what a body may hold.
pub struct Filler<'t, E> {
    tokenizer: &'t Tokenizer,
    room: usize,
    windows: Windows,
    encoder: E,
    /// Of the text of the run that is filled from, where it pays.
    ahead: Option<PreTokens>,
    /// Place of the run that is filled from among those of the windows.
    run: usize,
    /// Where the open window's body and parts begin.
    body: usize,
    part: usize,
}

/// See [`Filler::mark`].
pub struct Mark {
    first_ids: usize,
    spans: usize,
    body: usize,
    part: usize,
}

impl<'t, E: BorrowMut<Encoder<'t>>> Filler<'t, E> {
    /// A filler with no window open.
    pub fn new(tokenizer: &'t Tokenizer, room: usize, encoder: E) -> Self {
        Filler { tokenizer, room, windows: Windows::default(), encoder, ahead: None, run: 0, body: 0, part: 0 }
    }

    /// Makes ready for a whole run.
    pub fn look_ahead(&mut self, run: &SplitDocuments) {
        let text = run.documents().text();
        self.windows.bodies.reserve(text.len() / 3);
        self.windows.first_ids.reserve(run.sentences());
        self.windows.parts.reserve(run.len());
        self.windows.spans.reserve(run.len());
        self.ahead = self.encoder.borrow_mut().look_ahead(text);
    }

    /// Makes this run the one that is filled from.
    pub fn begin_run(&mut self, run: Arc<SplitDocuments>) {
        self.run = self.windows.runs.len();
        self.windows.runs.push(run);
    }

    /// The windows closed so far.
    pub fn finish(self) -> Windows {
        self.windows
    }

    /// The windows closed so far, all filled from one run that was never begun.
    pub fn finish_run(mut self, run: SplitDocuments) -> Windows {
        self.begin_run(Arc::new(run));
        self.windows
    }

    /// Ids in the open window.
    pub fn filled(&self) -> usize {
        self.windows.bodies.len() - self.body
    }

    /// Puts one id that is no text's (a separator) into the open window.
    pub fn push_id(&mut self, id: u32) {
        self.windows.bodies.push(id);
    }

    /// Takes the last id back.
    pub fn pop_id(&mut self) {
        self.windows.bodies.pop();
    }

    /// Fills the open window with as many of the sentences as fit, from the first; returns the sentence after the last one
    /// taken. None fits: `sentences.start`, and the window is as it was, as it is after an error.
    pub fn fill(&mut self, source: SplitDocument, sentences: Range<usize>) -> Result<usize> {
        let (bodies, first_ids) = (self.windows.bodies.len(), self.windows.first_ids.len());
        let place = || source.place().to_string();
        let filled = self.take_runs(source, sentences.clone()).with_context(place);
        match &filled {
            Err(_) => {
                self.windows.bodies.truncate(bodies);
                self.windows.first_ids.truncate(first_ids);
            }
            Ok(taken) if *taken > sentences.start => {
                let first_ids = first_ids..self.windows.first_ids.len();
                let sentences = sentences.start..*taken;
                self.push_part(source, sentences, first_ids, true);
            }
            Ok(_) => {}
        }
        filled
    }

    fn push_part(&mut self, source: SplitDocument, sentences: Range<usize>, first_ids: Range<usize>, whole: bool) {
        let part = PartSpan { run: self.run, document: source.index(), sentences, first_ids, whole };
        self.windows.parts.push(part);
    }

    /// Appends run after run while they fit; returns the sentence after the last one taken.
    fn take_runs(&mut self, source: SplitDocument, sentences: Range<usize>) -> Result<usize> {
        let mut taken = sentences.start;
        while taken < sentences.end {
            let run = source.run_end(taken).min(sentences.end);
            let opening = taken == sentences.start;
            let end = self.take(source, taken..run, opening)?;
            if end == taken {
                break;
            }
            taken = end;
            if end < run {
                break;
            }
        }
        Ok(taken)
    }

    /// Appends as many sentences of one run as fit; returns the sentence after them.
    fn take(&mut self, source: SplitDocument, run: Range<usize>, opening: bool) -> Result<usize> {
        let before = self.filled();
        let likely = run.len() == 1 || source.raw(run.clone()).len() <= 16 * self.room;
        if likely {
            self.append(source, run.clone(), opening)?;
        }
        let mut end = run.end;
        // A run that gives no ids (control characters, to BERT) fits, but opens no window.
        let nothing = opening && self.filled() == before;
        if !likely || self.filled() > self.room || nothing {
            self.windows.bodies.truncate(self.body + before);
            end = self.longest_fit(source, run.clone(), opening, before)?;
        }
        if end > run.start {
            self.windows.first_ids.push(before as u32);
            self.windows.first_ids.extend((run.start + 1..end).map(|_| GLUED));
        }
        Ok(end)
    }

    /// The most sentences of a run that fit, found by trial: inside a run only the whole can be encoded.
    fn longest_fit(&mut self, source: SplitDocument, run: Range<usize>, opening: bool, before: usize) -> Result<usize> {
        let room = self.room - before.min(self.room);
        // Sentence counts known to fit and not to fit, closed in on by guesses from the bytes an id takes.
        let (mut fits, mut fails) = (run.start, run.end + 1);
        if run.len() == 1 {
            return Ok(run.start);
        }
        let mut bytes_per_id = 4.0;
        while fits + 1 < fails {
            let goal = (room as f64 * bytes_per_id) as usize;
            let guess =
                (fits + 1..fails - 1).find(|&end| source.raw(run.start..end + 1).len() > goal).unwrap_or(fails - 1);
            self.append(source, run.start..guess, opening)?;
            let ids = self.filled() - before;
            self.windows.bodies.truncate(self.body + before);
            bytes_per_id = source.raw(run.start..guess).len() as f64 / ids.max(1) as f64;
            if ids <= room { fits = guess } else { fails = guess }
        }
        if fits > run.start {
            self.append(source, run.start..fits, opening)?;
        }
        Ok(fits)
    }

    fn append(&mut self, source: SplitDocument, sentences: Range<usize>, opening: bool) -> Result<()> {
        let ids = &mut self.windows.bodies;
        if let Some(encoded) = source.encoded_run(sentences.start, sentences.end).filter(|_| !opening) {
            ids.extend_from_slice(encoded);
            return Ok(());
        }
        let part = if opening { source.range(sentences) } else { source.raw_range(sentences) };
        self.encoder.borrow_mut().encode_part(source.run_text(), part, opening, self.ahead.as_mut(), ids)
    }

    /// Closes the open window. One that holds nothing vanishes.
    pub fn close(&mut self, ordinal: u64) {
        let (bodies, parts) = (self.windows.bodies.len(), self.windows.parts.len());
        if bodies > self.body {
            let span = WindowSpan { body: self.body..bodies, parts: self.part..parts, ordinal };
            self.windows.spans.push(span);
        } else {
            self.windows.parts.truncate(self.part);
        }
        self.body = bodies;
        self.part = self.windows.parts.len();
    }

    /// Empties the open window.
    pub fn discard(&mut self) {
        self.windows.bodies.truncate(self.body);
        let first_ids = self.windows.parts.get(self.part).map(|part| part.first_ids.start);
        self.windows.first_ids.truncate(first_ids.unwrap_or(self.windows.first_ids.len()));
        self.windows.parts.truncate(self.part);
    }

    /// A state to come back to; no window is open.
    pub fn mark(&self) -> Mark {
        let Windows { first_ids, spans, .. } = &self.windows;
        Mark { first_ids: first_ids.len(), spans: spans.len(), body: self.body, part: self.part }
    }

    /// Forgets all that came since.
    pub fn rewind(&mut self, mark: &Mark) {
        self.windows.first_ids.truncate(mark.first_ids);
        self.windows.spans.truncate(mark.spans);
        self.windows.bodies.truncate(mark.body);
        self.windows.parts.truncate(mark.part);
        (self.body, self.part) = (mark.body, mark.part);
    }

    /// Takes the closed windows out. The open one stays, with the runs it draws on.
    pub fn take_closed(&mut self) -> Windows {
        let parts = self.windows.parts.split_off(self.part);
        let first = parts.first().map_or(self.windows.runs.len(), |part| part.run);
        let first_ids = parts.first().map_or(self.windows.first_ids.len(), |part| part.first_ids.start);
        let open = Windows {
            runs: self.windows.runs[first..].to_vec(),
            bodies: self.windows.bodies.split_off(self.body),
            first_ids: self.windows.first_ids.split_off(first_ids),
            parts: parts
                .into_iter()
                .map(|part| PartSpan {
                    run: part.run - first,
                    first_ids: part.first_ids.start - first_ids..part.first_ids.end - first_ids,
                    ..part
                })
                .collect(),
            spans: Vec::new(),
        };
        (self.body, self.part) = (0, 0);
        std::mem::replace(&mut self.windows, open)
    }
}
