//! Parquet: documents from a column of text, records from columns of lists; page by page, in bounded memory.
//!
//! Owns opening, the search for columns and the words for damage. A damaged file can make the library panic, so every call
//! into it is made through [`OpenFile::guarded`].

mod lists;
mod text;
mod words;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::bytes::ByteSource;
use super::error::{Origin, ReadError, listed};
use super::input::Input;
use crate::document::{At, Place};
use crate::fault;
use crate::writer::METADATA_KEY;

pub(super) use lists::ParquetLists;
pub(super) use text::ParquetText;

/// Its mark twice, and the length of a footer.
const MIN_BYTES: u64 = 12;

/// What is counted of a column of a row group.
type Weight = fn(&ColumnChunkMetaData) -> i64;

/// An open file.
struct OpenFile {
    origin: Origin,
    file: SerializedFileReader<File>,
}

impl OpenFile {
    /// The file behind bytes that begin as Parquet does. Its end is read first, so it has to be a file.
    fn new(input: &Input, source: &mut ByteSource) -> std::result::Result<Self, ReadError> {
        let origin = source.origin.clone();
        if source.head()?.starts_with(b"PARE") {
            return Err(origin.fatal("encrypted Parquet, which is not read (write it without encryption)"));
        }
        if origin.compressed {
            return Err(origin.fatal("Parquet that is compressed as a whole, which is not read (unpack it)"));
        }
        let Input::File(path) = input else {
            return Err(
                origin.fatal("Parquet through a pipe, which cannot be read from its end (name the file as an input)")
            );
        };
        let file = File::open(path).map_err(|error| ReadError::io(&origin.name, &error))?;
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(
                origin.fatal("Parquet through a pipe, which cannot be read from its end (write it into a file)")
            );
        }
        if !has_end(&file) {
            return Err(damaged(&origin, None, "it is cut short"));
        }
        let file = guard(|| SerializedFileReader::new(file)).map_err(|why| damaged(&origin, None, &why))?;
        let counted = file.metadata().row_groups().iter().map(|group| group.num_rows()).fold(0, i64::saturating_add);
        if counted != file.metadata().file_metadata().num_rows() {
            return Err(damaged(&origin, None, "its row groups have other rows than its footer counts"));
        }
        Ok(OpenFile { origin, file })
    }

    /// Rows of a group that are worth about `share` of what these columns `weigh`, at most `most`.
    fn rows_at_once(&self, group: usize, columns: &[usize], weigh: Weight, (share, most): (i64, usize)) -> usize {
        let group = self.metadata().row_group(group);
        let all = columns.iter().map(|&column| weigh(group.column(column)).max(0)).fold(1, i64::saturating_add);
        let rows = share.saturating_mul(group.num_rows().max(1)) / all;
        usize::try_from(rows).unwrap_or(most).clamp(1, most)
    }

    fn metadata(&self) -> &ParquetMetaData {
        self.file.metadata()
    }

    /// The dotted names of all columns.
    fn names(&self) -> Vec<String> {
        let columns = self.metadata().file_metadata().schema_descr().columns();
        columns.iter().map(|column| column.path().parts().join(".")).collect()
    }

    fn column(&self, at: usize) -> &ColumnDescriptor {
        &self.metadata().file_metadata().schema_descr().columns()[at]
    }

    /// What the file says of how it was made.
    fn made(&self) -> Option<&str> {
        let pairs = self.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == METADATA_KEY)?.value.as_deref()
    }

    /// Refuses columns that are compressed with what is not read.
    fn check_compression(&self, columns: &[usize]) -> std::result::Result<(), ReadError> {
        for group in self.metadata().row_groups() {
            for &column in columns {
                let name = match group.column(column).compression() {
                    Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) | Compression::ZSTD(_) => {
                        continue;
                    }
                    Compression::BROTLI(_) => "brotli",
                    Compression::LZO => "lzo",
                    Compression::LZ4 | Compression::LZ4_RAW => "lz4",
                };
                return Err(self.origin.fatal(format_args!(
                    "Parquet compressed with {name}, which is not read (write it with zstd, snappy, gzip or plain)"
                )));
            }
        }
        Ok(())
    }

    /// A column of a row group.
    fn open_column(&self, group: usize, column: usize) -> Result<ColumnReader> {
        self.file.get_row_group(group)?.get_column_reader(column)
    }

    /// What the library does at a row, or why it failed.
    fn guarded<T>(&self, row: u64, work: impl FnOnce() -> Result<T>) -> std::result::Result<T, ReadError> {
        guard(work).map_err(|why| damaged(&self.origin, Some(row), &why))
    }

    /// A column that is not there, beside those of the kind that is asked for: lists, or others.
    fn missing(&self, what: &str, option: &str, asks_lists: bool) -> ReadError {
        let all = self.names().into_iter().enumerate();
        let is_asked = |at: usize| (self.column(at).max_rep_level() > 0) == asks_lists;
        let (names, others): (Vec<_>, Vec<_>) = all.partition(|(at, _)| is_asked(*at));
        let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
        let [others_are, wanted] = if asks_lists { ["no lists", "lists of text"] } else { ["lists", "text"] };
        self.origin.fatal(match (names.is_empty(), others.is_empty()) {
            (false, _) => format!("no column {what:?} (columns: {}; choose with {option})", listed(&names)),
            (true, false) => format!("no column {what:?}: all its columns are {others_are} (write one of {wanted})"),
            (true, true) => format!("no column {what:?}: it has no columns (write the file again)"),
        })
    }
}

/// Whether a file is as long as Parquet is at least and has its mark at the end, too.
fn has_end(mut file: &File) -> bool {
    let mut mark = [0; 4];
    let length = file.seek(SeekFrom::End(0)).unwrap_or(0);
    let read = file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut mark));
    length >= MIN_BYTES && read.is_ok() && [*b"PAR1", *b"PARE"].contains(&mark)
}

/// Calls into the library, which may panic on damaged files.
fn guard<T>(work: impl FnOnce() -> Result<T>) -> std::result::Result<T, String> {
    match fault::guarded(work) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err("its pages contradict each other".to_string()),
    }
}

fn words(error: &ParquetError) -> String {
    let text = match error {
        // The footer counts more than there is.
        ParquetError::EOF(text) if text.starts_with("Parquet file too small") => "its footer is damaged".to_string(),
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        ParquetError::External(inner) => inner.to_string(),
        other => other.to_string(),
    };
    crate::harmless::line(&text.replace('\n', " ")).into_owned()
}

fn damaged(origin: &Origin, row: Option<u64>, why: &str) -> ReadError {
    let what = format!("damaged Parquet data: {why} (fetch or write the file again)");
    match row {
        Some(row) => ReadError::fatal(format!("{}: {what}", at_row(origin, row))),
        None => origin.fatal(what),
    }
}

fn at_row(origin: &Origin, row: u64) -> Place {
    Place { source: std::sync::Arc::clone(&origin.name), at: At::Row(row) }
}
