//! The splitting stage: where the sentences of documents end, in texts whose lines are unwrapped.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::document::{Document, Documents};
use crate::sentence::{self, Language, Method, UnknownLanguage};

/// How many of the unknown codes are shown.
const SHOWN: usize = 3;

/// How text is cut into sentences.
#[derive(Debug)]
pub struct Splitting {
    /// By what.
    pub method: Method,
    /// Of all documents; one that names its own goes by that.
    language: Option<Language>,
    /// The first in order of the codes that documents name and that are not known, whatever thread met them.
    unknown: Mutex<BTreeSet<UnknownLanguage>>,
}

/// By document, where its sentences end in its text.
#[derive(Default)]
pub struct Ends {
    all: Vec<usize>,
    /// By document, where its share of `all` ends.
    shares: Vec<usize>,
}

impl Splitting {
    /// By a method, in a language if it is known.
    pub fn new(method: Method, language: Option<Language>) -> Self {
        Splitting { method, language, unknown: Mutex::default() }
    }

    /// Codes that documents named so far and that are not known; not all, if they are many.
    pub fn unknown_languages(&self) -> Vec<String> {
        let unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.iter().map(|unknown| unknown.code().to_owned()).collect()
    }

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
        let language = document.language.and_then(|code| self.named(code)).or(self.language);
        sentence::split(document.text, self.method, language, ends);
    }

    fn named(&self, code: &str) -> Option<Language> {
        match Language::parse(code) {
            Ok(language) => language,
            Err(unknown) => {
                let mut all = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
                all.insert(unknown);
                if all.len() > SHOWN {
                    all.pop_last();
                }
                None
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_are_told_and_documents_go_by_the_rest() {
        let splitting = Splitting::new(Method::Auto, Language::from_code("de"));
        for code in ["zz", "xx", "de", "auto", "yy", "qq", "deu_Latn", "xx"] {
            let named = splitting.named(code);
            assert_eq!(named.is_some(), code.starts_with("de"), "{code}");
        }
        assert_eq!(splitting.unknown_languages(), ["qq", "xx", "yy"]);
    }
}
