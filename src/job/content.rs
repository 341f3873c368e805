//! An input's bytes, hashed as they are read, so that they are read once.

use std::fs::{File, Metadata, metadata};
use std::io::{self, Chain, Cursor, Read};
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};

use super::lock;
use crate::digest::Digest;
use crate::reader::{Input, unreadable};

/// Bytes that are read ahead at most.
const AHEAD_BYTES: u64 = 64 << 10;

/// An input that is being read. Clones read on where others stopped.
#[derive(Clone)]
pub struct InputFile {
    file: Arc<Mutex<Bytes>>,
    stamp: Stamp,
}

/// What was read ahead, and what follows it.
struct Bytes {
    unread: Chain<Cursor<Vec<u8>>, File>,
    digest: Digest,
}

/// An input's bytes as they were when work on it began.
#[derive(Debug, PartialEq)]
pub struct Content {
    /// How many.
    pub bytes: u64,
    /// Their hash.
    pub hash: String,
    stamp: Stamp,
}

/// Size, time of the last change, and which file: another one means other bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stamp(u64, (i64, i64), (u64, u64));

impl Stamp {
    fn of(input: &Input, found: io::Result<Metadata>) -> Result<Stamp> {
        let found = found.map_err(|error| unreadable(input, &error))?;
        ensure!(found.is_file(), "{}: is not a regular file, so nothing tells what was read (use -o)", input.shown());
        Ok(Stamp(found.len(), (found.mtime(), found.mtime_nsec()), (found.dev(), found.ino())))
    }
}

impl InputFile {
    /// Opens it.
    pub fn open(input: &Input) -> Result<InputFile> {
        let path = input.path();
        // Before it is opened: a pipe would be waited for.
        let stamp = Stamp::of(input, metadata(&path))?;
        let file = File::open(&path).map_err(|error| unreadable(input, &error))?;
        let bytes = Bytes { unread: Cursor::default().chain(file), digest: Digest::default() };
        Ok(InputFile { file: Arc::new(Mutex::new(bytes)), stamp })
    }

    /// Reads the first bytes before they are asked for.
    pub fn read_ahead(&self, input: &Input) -> Result<()> {
        let mut bytes = lock(&self.file);
        let (ahead, file) = bytes.unread.get_mut();
        let read = file.take(AHEAD_BYTES).read_to_end(ahead.get_mut());
        read.map(drop).map_err(|error| unreadable(input, &error).into())
    }

    /// Its size when it was opened.
    pub fn bytes(&self) -> u64 {
        self.stamp.0
    }

    /// All of it, what nobody has read included.
    pub fn content(&self, input: &Input) -> Result<Content> {
        let Bytes { unread, digest } = &mut *lock(&self.file);
        digest.take_rest(unread).map_err(|error| unreadable(input, &error))?;
        Ok(Content { bytes: digest.bytes, hash: digest.hash(), stamp: self.stamp })
    }
}

impl Read for InputFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Bytes { unread, digest } = &mut *lock(&self.file);
        let count = unread.read(buffer)?;
        digest.take(&buffer[..count]);
        Ok(count)
    }
}

impl Content {
    /// An error if the file has changed since it was opened.
    pub fn check(&self, input: &Input) -> Result<()> {
        let now = Stamp::of(input, metadata(input.path()))?;
        ensure!(
            self.stamp == now && self.bytes == now.0,
            "{}: changed while it was read (run again when nobody writes it)",
            input.shown()
        );
        Ok(())
    }
}
