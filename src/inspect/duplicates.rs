//! Records seen before, by a 64-bit hash, in bounded memory.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes kept: about 80 MB of them.
const LIMIT: usize = 4 << 20;

/// Keys are hashes already.
#[derive(Default)]
struct PassThrough(u64);

impl Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0 << 8 | u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// How many records are the same as an earlier one.
#[derive(Default)]
pub struct Duplicates {
    seen: HashSet<u64, BuildHasherDefault<PassThrough>>,
    /// Records like one of those remembered.
    pub count: u64,
    /// Whether some could not be remembered, so that there may be more.
    pub is_bounded: bool,
}

impl Duplicates {
    /// Takes the hash of the next record.
    pub fn add(&mut self, hash: u64) {
        self.add_within(hash, LIMIT);
    }

    fn add_within(&mut self, hash: u64, limit: usize) {
        if self.seen.len() < limit {
            self.count += u64::from(!self.seen.insert(hash));
        } else if self.seen.contains(&hash) {
            self.count += 1;
        } else {
            self.is_bounded = true;
        }
    }

    /// How many different records are remembered at most.
    pub fn limit() -> usize {
        LIMIT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_bound_only_remembered_hashes_are_counted() {
        let mut duplicates = Duplicates::default();
        for hash in [1, 2, 1, 3, 3, 2] {
            duplicates.add_within(hash, 2);
        }
        assert_eq!((duplicates.count, duplicates.is_bounded), (2, true));
    }
}
