//! Closing windows, and taking back what was filled.

use super::Filler;
use crate::window::{PartSpan, WindowSpan, Windows};

/// See [`Filler::mark`].
pub struct Mark {
    first_ids: usize,
    spans: usize,
    body: usize,
    part: usize,
}

impl Filler<'_> {
    /// Closes the open window. One that holds nothing vanishes.
    pub fn close(&mut self, ordinal: u64) {
        let (bodies, parts) = (self.windows.bodies.len(), self.windows.parts.len());
        if bodies > self.body {
            let span = WindowSpan { body: self.body..bodies, parts: self.part..parts, ordinal, copy: self.copy };
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

    /// Takes the closed windows out. The open one stays, with the batches it draws on.
    pub fn take_closed(&mut self) -> Windows {
        let parts = self.windows.parts.split_off(self.part);
        let first = parts.first().map_or(self.windows.batches.len(), |part| part.batch);
        let first_ids = parts.first().map_or(self.windows.first_ids.len(), |part| part.first_ids.start);
        let open = Windows {
            batches: self.windows.batches[first..].to_vec(),
            bodies: self.windows.bodies.split_off(self.body),
            first_ids: self.windows.first_ids.split_off(first_ids),
            parts: parts
                .into_iter()
                .map(|part| PartSpan {
                    batch: part.batch - first,
                    first_ids: part.first_ids.start - first_ids..part.first_ids.end - first_ids,
                    ..part
                })
                .collect(),
            spans: Vec::new(),
        };
        (self.body, self.part) = (0, 0);
        std::mem::replace(&mut self.windows, open)
    }

    /// Puts the windows since a mark, all of one document, in the order of their ordinals.
    pub fn sort_since(&mut self, mark: &Mark) {
        self.windows.spans[mark.spans..].sort_by_key(|span| (span.ordinal, span.copy));
    }
}
