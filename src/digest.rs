//! What tells files apart by their bytes: how many, and their hash.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use xxhash_rust::xxh3::Xxh3Default;

const BLOCK_BYTES: usize = 64 << 10;

/// Bytes that were seen so far.
#[derive(Clone, Default)]
pub struct Digest {
    hash: Xxh3Default,
    /// How many.
    pub bytes: u64,
}

impl Digest {
    /// Of all of a file.
    pub fn of(path: &Path) -> io::Result<Digest> {
        let mut digest = Digest::default();
        digest.take_rest(&mut File::open(path)?)?;
        Ok(digest)
    }

    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// Takes all bytes up to the end.
    pub fn take_rest(&mut self, bytes: &mut impl Read) -> io::Result<()> {
        // Most often nothing is left: a little is asked for first.
        let mut block = vec![0; 16];
        loop {
            match bytes.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(count) => {
                    self.take(&block[..count]);
                    block.resize(BLOCK_BYTES, 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// XXH3 of these bytes, 128 bits in hexadecimal.
    pub fn hash(&self) -> String {
        format!("{:032x}", self.hash.digest128())
    }
}
