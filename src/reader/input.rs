//! What the user named as input, and what can be known about it before any work.
//!
//! Owns names, extensions and the early checks; reads no more than the first bytes of a file.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::ReadOptions;
use super::bytes::ByteSource;
use super::documents::DocumentSource;
use super::error::ReadError;
use super::format::Format;
use super::signature::Compression;
use crate::harmless;

/// One input of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, `-`.
    Stdin,
    /// A file, whose name need not be UTF-8.
    File(PathBuf),
}

impl From<OsString> for Input {
    fn from(argument: OsString) -> Self {
        if argument == "-" { Self::Stdin } else { Self::File(argument.into()) }
    }
}

impl Input {
    /// Its name as data, which may hold any character: as typed, or `stdin`.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "stdin".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Its name for people, on one line.
    pub fn shown(&self) -> String {
        harmless::line(&self.name()).into_owned()
    }

    /// Where its bytes are: what a shell redirects into stdin is a file all the same.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Stdin => PathBuf::from("/dev/stdin"),
            Self::File(path) => path.clone(),
        }
    }

    /// Whether it may be opened to look at it: to open a pipe and close it again would end whoever writes into it. An error
    /// where it is missing or a directory.
    pub(super) fn is_file(&self) -> Result<bool, ReadError> {
        let Self::File(path) = self else { return Ok(false) };
        let metadata = fs::metadata(path).map_err(|error| ReadError::io(&self.name(), &error))?;
        if metadata.is_dir() {
            return Err(ReadError::io(&self.name(), &io::ErrorKind::IsADirectory.into()));
        }
        Ok(metadata.is_file())
    }

    /// The documents in it; what is read of it on disk is added to `raw_bytes`.
    pub(super) fn documents(
        &self,
        options: &ReadOptions,
        raw_bytes: &Arc<AtomicU64>,
    ) -> Result<Box<dyn DocumentSource>, ReadError> {
        self.documents_in(ByteSource::open(self, raw_bytes)?, options, raw_bytes)
    }

    /// The same where it is open already, at its beginning.
    pub(super) fn documents_over(
        &self,
        opened: Box<dyn io::Read + Send>,
        options: &ReadOptions,
        raw_bytes: &Arc<AtomicU64>,
    ) -> Result<Box<dyn DocumentSource>, ReadError> {
        self.documents_in(ByteSource::counted(self, opened, raw_bytes)?, options, raw_bytes)
    }

    /// Its format, as far as that is known without reading it as a whole.
    fn format(&self, options: &ReadOptions) -> Result<Option<Format>, ReadError> {
        if !self.is_file()? {
            return Ok(options.format);
        }
        let mut bytes = ByteSource::open(self, &Arc::default())?;
        let format = Format::settle(&self.suffix(), &mut bytes, options)?;
        format.open((self, bytes), options, &Arc::default()).map(|_| Some(format))
    }

    fn documents_in(
        &self,
        mut bytes: ByteSource,
        options: &ReadOptions,
        raw_bytes: &Arc<AtomicU64>,
    ) -> Result<Box<dyn DocumentSource>, ReadError> {
        Format::settle(&self.suffix(), &mut bytes, options)?.open((self, bytes), options, raw_bytes)
    }

    /// The compression that its name says.
    pub(super) fn compression(&self) -> Option<Compression> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Compression::of_suffix(&extension(path)),
        }
    }

    /// Its name without folder and without the suffixes that tell compression and format; others belong to it.
    pub fn stem(&self) -> OsString {
        let path = self.path();
        let unpacked = if self.compression().is_some() { path.file_stem() } else { path.file_name() };
        let name = Path::new(unpacked.unwrap_or_default());
        let known = Format::of_suffix(&self.suffix()).is_some();
        let stem = if known { name.file_stem() } else { Some(name.as_os_str()) };
        stem.unwrap_or_default().to_owned()
    }

    /// The extension in lower case, past one that names a compression.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::Stdin => String::new(),
            Self::File(path) if self.compression().is_some() => {
                path.file_stem().map(Path::new).map(extension).unwrap_or_default()
            }
            Self::File(path) => extension(path),
        }
    }
}

/// Why an input cannot be opened or looked at.
pub fn unreadable(input: &Input, error: &io::Error) -> ReadError {
    ReadError::io(&input.name(), error)
}

/// Refuses what can be refused before any work: missing, a directory, unreadable, or of a format
/// that is not read. Whether some input may be plain text.
pub fn check(inputs: &[Input], options: &ReadOptions) -> Result<bool, ReadError> {
    let mut may_be_text = inputs.is_empty();
    for input in inputs {
        may_be_text |= matches!(input.format(options)?, None | Some(Format::Text));
    }
    Ok(may_be_text)
}

/// The size of all inputs on disk; `None` where one is no regular file.
pub fn total_size(inputs: &[Input]) -> Option<u64> {
    let size = |input: &Input| match input {
        Input::Stdin => None,
        Input::File(path) => fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len()),
    };
    inputs.iter().map(size).sum()
}

/// A name's extension, in lower case.
fn extension(path: &Path) -> String {
    path.extension().map(OsStr::to_string_lossy).unwrap_or_default().to_ascii_lowercase()
}
