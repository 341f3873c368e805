//! Owns the search for bytes at which something about sentences may have to be decided. It reads bytes, thirty-two at a
//! time where nothing is found, and must not know what is decided about them.

/// How many bytes are looked at together.
const STRIDE: usize = 32;

/// The bytes that stop a scan: ASCII marks, and the lead bytes of characters that may be marks elsewhere.
static STOPS: [bool; 256] = stops();

const fn stops() -> [bool; 256] {
    let mut table = [false; 256];
    let ascii = b".!?\n\r):;";
    let leads = [0xC2, 0xCD, 0xD6, 0xD8, 0xDB, 0xDC, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xEA, 0xEF, 0xF0];
    let mut i = 0;
    while i < ascii.len() {
        table[ascii[i] as usize] = true;
        i += 1;
    }
    i = 0;
    while i < leads.len() {
        table[leads[i]] = true;
        i += 1;
    }
    table
}

/// The first offset from `from` on whose byte may matter.
#[inline]
pub(super) fn next(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let found = next_stop(bytes, from)?;
        if !is_common_punctuation(bytes, found) {
            return Some(found);
        }
        from = found + 3;
    }
}

/// Dashes and quotes from "‐" to "”" share their first byte with marks but never matter.
#[inline]
fn is_common_punctuation(bytes: &[u8], at: usize) -> bool {
    bytes[at] == 0xE2 && matches!(bytes.get(at + 1..at + 3), Some([0x80, 0x90..=0x9D]))
}

#[inline]
fn next_stop(bytes: &[u8], mut from: usize) -> Option<usize> {
    while let Some(chunk) = bytes.get(from..from + STRIDE) {
        if loud(chunk)
            && let Some(i) = chunk.iter().position(|&byte| STOPS[byte as usize])
        {
            return Some(from + i);
        }
        from += STRIDE;
    }
    let rest = bytes.get(from..)?;
    rest.iter().position(|&byte| STOPS[byte as usize]).map(|i| from + i)
}

/// Whether a chunk may hold a stop. Comparisons and no table, so that the compiler does it in vector registers.
#[inline]
fn loud(chunk: &[u8]) -> bool {
    let mut found = 0u8;
    for &byte in chunk {
        found |= u8::from(byte >= 0x80)
            | u8::from(byte == b'.')
            | u8::from(byte == b'!')
            | u8::from(byte == b'?')
            | u8::from(byte == b'\n')
            | u8::from(byte == b'\r')
            | u8::from(byte == b')')
            | u8::from(byte & 0xFE == b':');
    }
    found != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence::characters::{Role, role};

    #[test]
    fn every_terminator_stops_the_scan() {
        for c in '\0'..=char::MAX {
            if role(c) != Role::Plain {
                let mut buffer = [0; 4];
                let bytes = c.encode_utf8(&mut buffer).as_bytes();
                assert_eq!(next(bytes, 0), Some(0), "{c:?}");
            }
        }
    }

    #[test]
    fn a_stop_is_found_wherever_it_stands_in_a_chunk() {
        for length in 1..100 {
            for at in 0..length {
                let mut bytes = vec![b'a'; length];
                bytes[at] = b'!';
                assert_eq!(next(&bytes, 0), Some(at));
                assert_eq!(next(&bytes, at + 1), None);
            }
        }
    }
}
