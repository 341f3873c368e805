//! Rows to documents: a column of text, and where they are wanted, those that name the language and list the words.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

use super::words::{self, WordsColumn};
use super::{OpenFile, at_row};
use crate::document::{At, Documents};
use crate::harmless;
use crate::reader::ReadOptions;
use crate::reader::bytes::ByteSource;
use crate::reader::documents::DocumentSource;
use crate::reader::error::ReadError;
use crate::reader::input::Input;
use crate::reader::queue::DocumentQueue;
use crate::reader::rows::Lists;

/// What is read in one go: bytes of text, and rows at most.
const AT_ONCE: (i64, usize) = (256 << 10, 1024);

/// The documents of one file.
pub struct ParquetText {
    open: OpenFile,
    wanted: Wanted,
    words_field: Option<String>,
    lossy: bool,
    limit: usize,
    /// The row group at hand, and how many of its rows are still to be read.
    group: usize,
    left: usize,
    at_once: usize,
    columns: Option<Columns>,
    /// The number of the next row, from 1.
    row: u64,
    queue: DocumentQueue,
    bytes: u64,
    raw_bytes: Arc<AtomicU64>,
}

/// Columns by their places.
struct Wanted {
    text: usize,
    language: Option<usize>,
    words: Option<usize>,
}

impl Wanted {
    fn all(&self) -> Vec<usize> {
        [Some(self.text), self.language, self.words].into_iter().flatten().collect()
    }
}

/// The wanted columns of one row group.
struct Columns {
    text: TextColumn,
    language: Option<TextColumn>,
    words: Option<WordsColumn>,
}

struct TextColumn {
    reader: ColumnReaderImpl<ByteArrayType>,
    /// The definition level of a value that is there.
    present: i16,
    levels: Vec<i16>,
    values: Vec<ByteArray>,
}

impl ParquetText {
    /// Opens a file and finds its columns; what is read of it is added to `raw_bytes`.
    pub fn open(
        input: &Input,
        mut source: ByteSource,
        options: &ReadOptions,
        raw_bytes: &Arc<AtomicU64>,
    ) -> std::result::Result<Self, ReadError> {
        let open = OpenFile::new(input, &mut source)?;
        let text = find(&open, options.text_field(), "--text-field")?;
        let language = options.lang_field.as_deref().map(|field| find(&open, field, "--lang-field")).transpose()?;
        let words = options.words_field.as_deref().map(|field| words::find(&open, field)).transpose()?;
        let wanted = Wanted { text, language, words };
        open.check_compression(&wanted.all())?;
        let queue = DocumentQueue::new(&open.origin.name, false);
        Ok(ParquetText {
            open,
            wanted,
            words_field: options.words_field.clone(),
            lossy: options.lossy,
            limit: options.limit(),
            group: 0,
            left: 0,
            at_once: 1,
            columns: None,
            row: 1,
            queue,
            bytes: 0,
            raw_bytes: Arc::clone(raw_bytes),
        })
    }

    /// Reads some rows; false at the end.
    fn read(&mut self) -> std::result::Result<bool, ReadError> {
        while self.left == 0 {
            if self.group == self.open.metadata().num_row_groups() {
                return Ok(false);
            }
            self.begin_group()?;
        }
        let rows = self.left.min(self.at_once);
        let Some(columns) = &mut self.columns else { return Ok(false) };
        let mut taken = self.open.guarded(self.row, || columns.read(rows))?;
        self.left -= rows;
        for row in 0..rows {
            match self.document(&mut taken, row) {
                Ok(language) => self.queue.finish(At::Row(self.row), language),
                Err(error) => self.queue.complain(error),
            }
            self.row += 1;
        }
        self.queue.end_batch();
        Ok(true)
    }

    fn begin_group(&mut self) -> std::result::Result<(), ReadError> {
        let Wanted { text, language, words } = self.wanted;
        let open = &self.open;
        let columns = open.guarded(self.row, || {
            let language = language.map(|column| TextColumn::open(open, self.group, column)).transpose()?;
            let words = words.map(|column| WordsColumn::open(open, self.group, column)).transpose()?;
            Ok(Columns { text: TextColumn::open(open, self.group, text)?, language, words })
        })?;
        let heavy: Vec<usize> = [Some(text), words].into_iter().flatten().collect();
        self.at_once = open.rows_at_once(self.group, &heavy, |column| column.uncompressed_size(), AT_ONCE);
        let group = self.open.metadata().row_group(self.group);
        self.left = usize::try_from(group.num_rows()).unwrap_or(0);
        self.raw_bytes.fetch_add(group.compressed_size().max(0).cast_unsigned(), Ordering::Relaxed);
        self.columns = Some(columns);
        self.group += 1;
        Ok(())
    }

    /// Gives the text of a row and its words to the queue. The language it names, or a complaint.
    fn document(&mut self, taken: &mut Taken, row: usize) -> std::result::Result<Option<Box<str>>, ReadError> {
        let place = at_row(&self.open.origin, self.row);
        let Some(text) = taken.text[row].take() else {
            let column = self.open.column(self.wanted.text).path().parts().join(".");
            let why =
                format!("{place}: column {:?} is null (skip such rows with --on-error skip)", harmless::line(&column));
            return Err(ReadError::of_document(why));
        };
        let text = text.data();
        self.bytes += text.len() as u64;
        if text.len() > self.limit {
            return Err(ReadError::too_long(&place, self.limit));
        }
        let text = match (simdutf8::compat::from_utf8(text), self.lossy) {
            (Ok(text), _) => Cow::Borrowed(text),
            (Err(_), true) => String::from_utf8_lossy(text),
            (Err(error), false) => {
                let why = format!(
                    "{place}: invalid UTF-8 at byte {} of the text, counted from 0 (replace it with --lossy)",
                    error.valid_up_to()
                );
                return Err(ReadError::of_document(why));
            }
        };
        let words = taken.words.as_ref().map(|words| words::ranges(words.get(row), &text)).transpose();
        let words = words.map_err(|reason| {
            let column = self.words_field.as_deref().map(harmless::line).unwrap_or_default();
            ReadError::of_document(format!(
                "{place}: column {column:?}: {reason} (mend the row, or pass over it with --on-error skip)"
            ))
        })?;
        self.queue.push(&text);
        if let Some(words) = words.flatten() {
            self.queue.give_words(words);
        }
        let language = taken.language.as_mut().and_then(|language| language[row].take());
        Ok(language.map(|language| String::from_utf8_lossy(language.data()).into()))
    }
}

impl DocumentSource for ParquetText {
    fn next(&mut self) -> std::result::Result<Option<Documents>, ReadError> {
        loop {
            match self.queue.pop() {
                Some(item) => return item.map(Some),
                None if self.read()? => {}
                None => return Ok(None),
            }
        }
    }

    fn is_ready(&self) -> bool {
        !self.queue.is_empty()
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

impl Columns {
    /// The values of exactly so many rows.
    fn read(&mut self, rows: usize) -> Result<Taken> {
        Ok(Taken {
            text: self.text.read(rows)?,
            language: self.language.as_mut().map(|language| language.read(rows)).transpose()?,
            words: self.words.as_mut().map(|words| words.read(rows)).transpose()?,
        })
    }
}

/// Values of some rows, to be taken row by row.
struct Taken {
    text: Vec<Option<ByteArray>>,
    language: Option<Vec<Option<ByteArray>>>,
    words: Option<Lists<ByteArray>>,
}

impl TextColumn {
    fn open(open: &OpenFile, group: usize, column: usize) -> Result<Self> {
        let present = open.column(column).max_def_level();
        match open.open_column(group, column)? {
            ColumnReader::ByteArrayColumnReader(reader) => {
                Ok(TextColumn { reader, present, levels: Vec::new(), values: Vec::new() })
            }
            _ => Err(ParquetError::General("a row group whose columns are not those of the schema".to_string())),
        }
    }

    /// Reads exactly so many rows.
    fn read(&mut self, rows: usize) -> Result<Vec<Option<ByteArray>>> {
        self.levels.clear();
        self.values.clear();
        let (read, values, _) = self.reader.read_records(rows, Some(&mut self.levels), None, &mut self.values)?;
        if self.present == 0 {
            self.levels.resize(rows, 0);
        }
        let present = self.levels.iter().filter(|level| **level == self.present).count();
        if read != rows || values != present || self.levels.len() != rows {
            return Err(ParquetError::General("fewer values than rows".to_string()));
        }
        let (present, mut values) = (self.present, self.values.drain(..));
        Ok(self.levels.iter().map(|level| if *level == present { values.next() } else { None }).collect())
    }
}

/// The column of a field, whose dotted name leads inside.
fn find(open: &OpenFile, field: &str, option: &str) -> std::result::Result<usize, ReadError> {
    let names = open.names();
    let is_not_text = |kind: &str| {
        open.origin.fatal(format_args!("column {field:?} {kind}, not text (choose another with {option})"))
    };
    if let Some(at) = names.iter().position(|name| name == field) {
        if names[at + 1..].contains(&names[at]) {
            let what = "is there more than once";
            return Err(open
                .origin
                .fatal(format_args!("column {field:?} {what} (rename one, or choose another with {option})")));
        }
        return kind(open.column(at)).map_or(Ok(at), |kind| Err(is_not_text(&kind)));
    }
    let inside = format!("{field}.");
    let nested: Vec<usize> = (0..names.len()).filter(|&at| names[at].starts_with(&inside)).collect();
    let text = nested.iter().find(|&&at| kind(open.column(at)).is_none());
    Err(match (nested.as_slice(), text) {
        ([], _) => open.missing(field, option, false),
        ([first, ..], None) if open.column(*first).max_rep_level() > 0 => is_not_text("is a list"),
        (_, None) => is_not_text("is a group of columns"),
        (_, Some(&text)) => {
            let nested = harmless::line(&names[text]).into_owned();
            let what = "is not text but has columns inside, such as";
            open.origin.fatal(format_args!("column {field:?} {what} {nested} (choose one with {option} {nested})"))
        }
    })
}

/// What a column is or holds, where it is not text.
fn kind(column: &ColumnDescriptor) -> Option<String> {
    if column.max_rep_level() > 0 { Some("is a list".to_string()) } else { kind_of_values(column) }
}

/// What the values of a column are, where they are not text.
pub(super) fn kind_of_values(column: &ColumnDescriptor) -> Option<String> {
    if let Some(LogicalType::Unknown) = column.logical_type_ref() {
        return Some("holds nulls only".to_string());
    }
    let is_text = match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::String | LogicalType::Json | LogicalType::Enum), _) => true,
        // Some tools write text without saying that it is text.
        (None, ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM) => true,
        _ => false,
    };
    match (column.physical_type(), is_text) {
        (Physical::BYTE_ARRAY, true) => None,
        (Physical::BYTE_ARRAY, false) => Some("is of bytes".to_string()),
        (Physical::BOOLEAN, _) => Some("is true or false".to_string()),
        (Physical::FIXED_LEN_BYTE_ARRAY, _) => Some("is of bytes of one length".to_string()),
        (Physical::INT32 | Physical::INT64 | Physical::INT96 | Physical::FLOAT | Physical::DOUBLE, _) => {
            Some("is of numbers or dates".to_string())
        }
    }
}
