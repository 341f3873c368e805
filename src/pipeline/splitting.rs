//! The splitting stage: where the sentences of documents end, in texts whose lines are unwrapped.

use crate::document::{Document, Documents};
use crate::sentence::{self, Language, Method};

/// How text is cut into sentences.
#[derive(Clone, Copy, Debug)]
pub struct Splitting {
    /// By what.
    pub method: Method,
    /// Of all documents; one that names its own goes by that.
    pub language: Option<Language>,
}

/// By document, where its sentences end in its text.
#[derive(Default)]
pub struct Ends {
    all: Vec<usize>,
    /// By document, where its share of `all` ends.
    shares: Vec<usize>,
}

impl Splitting {
    /// Unwraps the lines of documents and finds their sentences: before the unwrapping where lines are sentences, else after.
    pub fn split(&self, documents: &mut Documents) -> Ends {
        if self.method == Method::Line {
            let ends = self.all_ends(documents);
            documents.unwrap_lines();
            return ends;
        }
        documents.unwrap_lines();
        self.all_ends(documents)
    }

    /// Writes where the sentences of one document end.
    pub fn ends(&self, document: &Document, ends: &mut Vec<usize>) {
        let language = document.language.and_then(Language::from_code).or(self.language);
        sentence::split(document.text, self.method, language, ends);
    }

    fn all_ends(&self, documents: &Documents) -> Ends {
        let (mut ends, mut own) = (Ends::default(), Vec::new());
        ends.shares.reserve(documents.len());
        for document in documents.iter() {
            self.ends(&document, &mut own);
            ends.all.extend_from_slice(&own);
            ends.shares.push(ends.all.len());
        }
        ends
    }
}

impl Ends {
    /// Of the `at`th document.
    pub fn of(&self, at: usize) -> &[usize] {
        let start = at.checked_sub(1).map_or(0, |before| self.shares[before]);
        &self.all[start..self.shares[at]]
    }
}
