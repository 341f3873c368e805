//! The words that rows give: a column of lists of text.

use std::ops::Range;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};

use super::OpenFile;
use super::lists::{Levels, read};
use super::text::kind_of_values;
use crate::reader::error::ReadError;
use crate::reader::record::find_words;
use crate::reader::rows::{ListFault, Lists};

/// The column of one row group.
pub(super) struct WordsColumn {
    reader: ColumnReaderImpl<ByteArrayType>,
    levels: Levels,
}

/// The column of lists of text that a dotted name leads to.
pub(super) fn find(open: &OpenFile, field: &str) -> std::result::Result<usize, ReadError> {
    let (names, option) = (open.names(), "--words-field");
    let inside = format!("{field}.");
    let is_asked = |at: &usize| names[*at] == field || names[*at].starts_with(&inside);
    let mut asked = (0..names.len()).filter(is_asked);
    match (asked.next(), asked.next()) {
        (None, _) => Err(open.missing(field, option, true)),
        (Some(at), None) if open.column(at).max_rep_level() == 1 && kind_of_values(open.column(at)).is_none() => Ok(at),
        _ => Err(open.origin.fatal(format_args!(
            "column {field:?} does not hold lists of text (choose another with {option}; [start,end] pairs are read from JSONL)"
        ))),
    }
}

impl WordsColumn {
    pub fn open(open: &OpenFile, group: usize, at: usize) -> Result<Self> {
        match open.open_column(group, at)? {
            ColumnReader::ByteArrayColumnReader(reader) => {
                Ok(WordsColumn { reader, levels: Levels::of(open.column(at)) })
            }
            _ => Err(ParquetError::General("a row group whose columns are not those of the schema".to_string())),
        }
    }

    /// Exactly so many rows.
    pub fn read(&mut self, rows: usize) -> Result<Lists<ByteArray>> {
        read(&mut self.reader, self.levels, rows, |word| word)
    }
}

/// Where the words of a row stand in its text; `None` where it gives none, an error in words where they are not there.
pub(super) fn ranges(
    words: std::result::Result<&[ByteArray], ListFault>,
    text: &str,
) -> std::result::Result<Option<Box<[Range<usize>]>>, String> {
    match words {
        Ok(words) => {
            let words: Vec<_> = words.iter().map(|word| String::from_utf8_lossy(word.data())).collect();
            find_words(words.iter().map(AsRef::as_ref), text).map(Some)
        }
        // A row may well say that its words are unknown.
        Err(ListFault::IsNull) => Ok(None),
        Err(ListFault::HoldsNull) => Err("holds null, not text alone".to_string()),
    }
}
