//! Every warning the tool can give, and the summary's words.

use std::fmt;
use std::path::PathBuf;

use crate::view::counted;

/// Something the user should know, though the run goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Nothing but white space came in, beside so many documents that were skipped for their faults.
    NoRecords(u64),
    /// These options left out every record.
    AllSkipped(String),
    /// No line of the records holds anything.
    NothingToInspect,
    /// So many outputs without records, of many; and whether documents were skipped for their faults.
    OutputsWithoutRecords(u64, bool),
    /// What was asked for of plain text, of which there is none.
    NoPlainText(&'static str),
    /// A completion record that says nothing, and why.
    DamagedCompletion(PathBuf, String),
    /// An output that is not as it was written.
    AlteredOutput(PathBuf),
    /// A document was passed over.
    Skipped(String),
    /// The fast engine refused the tokenizer.
    SlowEngine(String),
    /// Classes in a pattern of the tokenizer match otherwise than in the Python library.
    WordClasses(String),
    /// Codes in `--lang-field` that name no language.
    UnknownLanguages(Vec<String>),
    /// The field of `--words-field`, which none of so many documents has.
    NoWords(String, u64),
    /// The field of `--lang-field`, which none of so many documents has.
    NoLanguage(String, u64),
    /// Insertions left out, and orders and cuts drawn again, for lack of room.
    NoRoom(u64),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Warning::NoRecords(0) => f.write_str("the input holds no text, so there are no records (check the input)"),
            Warning::NoRecords(skipped) => write!(
                f,
                "{} skipped for what is wrong, and nothing else gives records (mend the input)",
                counted(*skipped, "document")
            ),
            Warning::AllSkipped(skip) => {
                write!(
                    f,
                    "{skip} left out every record, so there are none (skip fewer, or go on with the next --epoch)"
                )
            }
            Warning::NothingToInspect => f.write_str("the input is empty, so there are no records (check the input)"),
            Warning::OutputsWithoutRecords(outputs, skipped) => write!(
                f,
                "{} without records: their inputs hold no text{} (a reader of data sets may refuse empty files)",
                counted(*outputs, "output"),
                if *skipped { " that was not skipped" } else { "" }
            ),
            Warning::NoPlainText(option) => {
                write!(f, "{option}: no input is plain text, so it has no effect (leave it out)")
            }
            Warning::DamagedCompletion(path, reason) => {
                write!(f, "{}: is damaged, so the output is made anew (reason: {reason})", path.display())
            }
            Warning::AlteredOutput(path) => {
                write!(f, "{}: is not as it was written, so it is made anew", path.display())
            }
            Warning::Skipped(fault) => write!(f, "skipped {fault}"),
            Warning::SlowEngine(reason) => write!(
                f,
                "the tokenizer runs on the slower engine, the ids are the same (reason: {})",
                reason.lines().next().unwrap_or("")
            ),
            Warning::WordClasses(pattern) => write!(
                f,
                "the tokenizer's pattern {pattern:?} has \\w or \\b, which here also takes in zero-width joiners and variation \
                 selectors as the Python library does not: ids may differ around them (spell the class out, as [\\p{{L}}\\p{{N}}_])"
            ),
            Warning::UnknownLanguages(codes) => write!(
                f,
                "--lang-field: not a language code: {} (their documents go by --lang; give ISO 639 such as de, deu or deu_Latn)",
                codes.join(", ")
            ),
            Warning::NoWords(field, documents) => write!(
                f,
                "--words-field {field}: missing in every document ({documents}), so words are told by the tokenizer (check \
                 the name)"
            ),
            Warning::NoLanguage(field, documents) => write!(
                f,
                "--lang-field {field}: missing in every document ({documents}), so languages go by --lang (check the name)"
            ),
            Warning::NoRoom(times) => write!(
                f,
                "noise did not fit the length {times} times: insertions were left out, or orders or cuts drawn again (a larger --max-length gives room)"
            ),
        }
    }
}
