//! A line to a record, fast: lists of whole numbers are read from the bytes, whatever else the object holds is skipped.
//!
//! Owns the grammar and the words for what does not fit it. Must not know what ids mean.

use std::fmt;

use serde::de::IgnoredAny;

use super::finding::FindingKind;
use super::record::{AttentionMask, RawRecord};
use crate::reader::{COLUMNS, NEEDED};

/// Why a line is not a record.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// The byte of the line, from 1.
    pub column: usize,
    /// What is there.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.kind {
            FindingKind::MissingKey => f.write_str(&self.detail),
            _ => write!(f, "byte {}: {}", self.column, self.detail),
        }
    }
}

/// The last two need not be there.
const KEYS: [&str; 5] = COLUMNS;

/// Reads one line into `record`.
pub fn parse(line: &[u8], record: &mut RawRecord) -> Result<(), Fault> {
    record.clear();
    if let Err(error) = simdutf8::compat::from_utf8(line) {
        return Err(Fault {
            kind: FindingKind::NotJson,
            column: error.valid_up_to() + 1,
            detail: "invalid UTF-8".to_string(),
        });
    }
    let mut parser = Parser { line, at: 0 };
    parser.object(record).map_err(|fault| explain(line, fault))
}

/// A line that is not JSON at all is refused in the words of the JSON library.
fn explain(line: &[u8], fault: Fault) -> Fault {
    match serde_json::from_slice::<IgnoredAny>(line) {
        Ok(_) => fault,
        Err(error) => {
            let text = error.to_string();
            let reason = text.rfind(" at line ").map_or(text.as_str(), |end| &text[..end]);
            let reason = reason.replace("EOF while parsing", "the line ends inside");
            Fault { kind: FindingKind::NotJson, column: error.column().max(1), detail: reason }
        }
    }
}

struct Parser<'l> {
    line: &'l [u8],
    at: usize,
}

impl<'l> Parser<'l> {
    /// The byte at hand; 0, which no JSON holds, at the end.
    #[inline]
    fn byte(&self) -> u8 {
        self.line.get(self.at).copied().unwrap_or(0)
    }

    fn skip_white(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    fn fault(&self, kind: FindingKind, detail: impl Into<String>) -> Fault {
        Fault { kind, column: self.at + 1, detail: detail.into() }
    }

    /// Steps over a byte that must be there.
    fn expect(&mut self, byte: u8, otherwise: &str) -> Result<(), Fault> {
        self.skip_white();
        if self.byte() != byte {
            return Err(self.fault(FindingKind::NotJson, otherwise));
        }
        self.at += 1;
        self.skip_white();
        Ok(())
    }

    fn object(&mut self, record: &mut RawRecord) -> Result<(), Fault> {
        self.skip_white();
        if self.byte() == b'[' {
            return Err(
                self.fault(FindingKind::NotJson, "a JSON array, not an object (jq -c '.[]' puts its records on lines)")
            );
        }
        self.expect(b'{', "not a JSON object")?;
        let mut found = [false; KEYS.len()];
        while self.byte() != b'}' {
            self.member(record, &mut found)?;
            if self.byte() != b',' {
                break;
            }
            self.at += 1;
            self.skip_white();
            if self.byte() == b'}' {
                return Err(self.fault(FindingKind::NotJson, "trailing comma"));
            }
        }
        self.expect(b'}', "expected , or }")?;
        if self.at < self.line.len() {
            return Err(self.fault(FindingKind::NotJson, "trailing characters"));
        }
        match KEYS.iter().zip(found).take(NEEDED).find(|(_, found)| !found) {
            Some((key, _)) => Err(Fault { kind: FindingKind::MissingKey, column: 1, detail: format!("no {key}") }),
            None => Ok(()),
        }
    }

    /// A key and its value, and the white space behind it.
    fn member(&mut self, record: &mut RawRecord, found: &mut [bool; KEYS.len()]) -> Result<(), Fault> {
        let start = self.at;
        let key = self.key()?;
        self.expect(b':', "expected :")?;
        let which = KEYS.iter().position(|name| *name == key);
        if let Some(which) = which {
            if found[which] {
                return Err(Fault {
                    kind: FindingKind::BadValue,
                    column: start + 1,
                    detail: format!("{key} is given twice"),
                });
            }
            found[which] = true;
        }
        match which {
            Some(0) => self.list(KEYS[0], |id| record.input_ids.push(id)),
            Some(1) => self.mask(&mut record.mask),
            Some(2) => self.list(KEYS[2], |id| record.labels.push(id)),
            Some(3) => self.lens(KEYS[3], &mut record.seq_lens),
            Some(_) => self.lens(KEYS[4], &mut record.label_lens),
            None => self.skip_value(),
        }?;
        self.skip_white();
        Ok(())
    }

    fn key(&mut self) -> Result<std::borrow::Cow<'l, str>, Fault> {
        let start = self.at;
        if self.byte() != b'"' {
            return Err(self.fault(FindingKind::NotJson, "expected a key"));
        }
        self.skip_value()?;
        let quoted = &self.line[start..self.at];
        if quoted.contains(&b'\\') {
            return match serde_json::from_slice::<String>(quoted) {
                Ok(key) => Ok(key.into()),
                Err(_) => Err(self.fault(FindingKind::NotJson, "malformed key")),
            };
        }
        // Checked as UTF-8 with the whole line; quotes are single bytes.
        Ok(std::str::from_utf8(&quoted[1..quoted.len() - 1]).unwrap_or_default().into())
    }

    fn skip_value(&mut self) -> Result<(), Fault> {
        // A plain string needs no parser.
        if self.byte() == b'"' {
            let inside = &self.line[self.at + 1..];
            let plain = |end: &usize| inside[*end] == b'"' && inside[..*end].iter().all(|&byte| byte >= 0x20);
            if let Some(end) = memchr::memchr2(b'"', b'\\', inside).filter(plain) {
                self.at += end + 2;
                return Ok(());
            }
        }
        let mut values = serde_json::Deserializer::from_slice(&self.line[self.at..]).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => {
                self.at += values.byte_offset();
                Ok(())
            }
            _ => Err(self.fault(FindingKind::NotJson, "malformed value")),
        }
    }

    /// Runs of `1,` and `0,` are most of a mask: they are taken by the block.
    fn mask(&mut self, mask: &mut AttentionMask) -> Result<(), Fault> {
        let open = self.open(KEYS[1])?;
        if !open {
            return Ok(());
        }
        mask.ones = self.run(*b"1,1,1,1,1,1,1,1,");
        mask.len = mask.ones + self.run(*b"0,0,0,0,0,0,0,0,");
        self.elements(KEYS[1], |value| mask.push(value))
    }

    /// How many numbers the blocks at hand hold.
    fn run(&mut self, block: [u8; 16]) -> usize {
        let blocks = self.line[self.at..].chunks_exact(16).take_while(|chunk| **chunk == block).count();
        self.at += blocks * 16;
        blocks * 8
    }

    fn lens(&mut self, key: &str, lens: &mut Option<Vec<i32>>) -> Result<(), Fault> {
        // Tools that write every column in every record have null for what does not apply.
        if self.line[self.at..].starts_with(b"null") {
            return self.skip_value();
        }
        let lens = lens.insert(Vec::new());
        self.list(key, |len| lens.push(len))
    }

    fn list(&mut self, key: &str, push: impl FnMut(i32)) -> Result<(), Fault> {
        if self.open(key)? { self.elements(key, push) } else { Ok(()) }
    }

    /// Steps into a list; whether it holds anything.
    fn open(&mut self, key: &str) -> Result<bool, Fault> {
        if self.byte() != b'[' {
            return Err(self.fault(FindingKind::BadValue, format!("{key} is {}, not a list", self.name_value())));
        }
        self.at += 1;
        self.skip_white();
        if self.byte() == b']' {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    #[inline]
    fn elements(&mut self, key: &str, mut push: impl FnMut(i32)) -> Result<(), Fault> {
        loop {
            push(self.number(key)?);
            if self.byte() != b',' {
                self.skip_white();
            }
            match self.byte() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => {
                    return Err(
                        self.fault(FindingKind::BadValue, format!("{key} holds something that is not a whole number"))
                    );
                }
            }
            if !self.byte().is_ascii_digit() {
                self.skip_white();
            }
        }
    }

    /// A whole number; one beyond 32 bits becomes the nearest that fits.
    #[inline]
    fn number(&mut self, key: &str) -> Result<i32, Fault> {
        let begin = self.at;
        let negative = self.byte() == b'-';
        self.at += usize::from(negative);
        let start = self.at;
        let mut value = 0i64;
        loop {
            let digit = self.byte().wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            value = value.saturating_mul(10).saturating_add(i64::from(digit));
            self.at += 1;
        }
        let digits = self.at - start;
        let leading_zero = digits > 1 && self.line[start] == b'0';
        if digits == 0 || leading_zero || matches!(self.byte(), b'.' | b'e' | b'E') {
            self.at = begin;
            return Err(self.fault(FindingKind::BadValue, format!("{key} holds {}", self.name_value())));
        }
        let value = if negative { -value } else { value };
        Ok(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }

    /// What begins here, for a message.
    fn name_value(&self) -> String {
        match self.byte() {
            b'"' => "text".to_string(),
            b'[' => "a list".to_string(),
            b'{' => "an object".to_string(),
            b'n' => "null".to_string(),
            b't' | b'f' => "true or false".to_string(),
            b'-' | b'0'..=b'9' => {
                let digits = self.line[self.at..].iter().take_while(|b| b"+-.eE".contains(b) || b.is_ascii_digit());
                let digits: String = digits.take(24).map(|&b| char::from(b)).collect();
                format!("{digits}, which is not a whole number")
            }
            _ => "nothing".to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
