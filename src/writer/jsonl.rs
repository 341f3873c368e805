//! One JSON object a line: `input_ids`, `attention_mask`, `labels`, in this order, no spaces.

use crate::harmless;
use crate::padding::Padding;
use crate::records::Record;
use crate::target::IGNORE_INDEX;

/// Longest text of a number that is kept ready, comma included.
const READY: usize = 7;

/// Writes records as JSON lines. Every number's text is made once.
pub struct Jsonl {
    padding: Padding,
    /// From [`IGNORE_INDEX`] on, by number: its digits and a comma, and in the last byte how many bytes that is.
    ready: Vec<[u8; READY + 1]>,
}

impl Jsonl {
    /// For ids below `vocabulary`.
    pub fn new(padding: Padding, vocabulary: usize) -> Self {
        // Ids of seven digits and more are written out each time.
        let ready = (IGNORE_INDEX..vocabulary.min(1_000_000) as i32).map(|number| {
            let (mut entry, mut digits) = ([0; READY + 1], itoa::Buffer::new());
            let text = digits.format(number).as_bytes();
            entry[..text.len()].copy_from_slice(text);
            entry[text.len()] = b',';
            entry[READY] = text.len() as u8 + 1;
            entry
        });
        Jsonl { padding, ready: ready.collect() }
    }

    /// Appends one record.
    pub fn write(&self, record: &Record, out: &mut Vec<u8>) {
        let pads = record.width.input - record.input_ids.len();
        out.extend_from_slice(b"{\"input_ids\":[");
        self.write_ids(record.input_ids.iter().map(|&id| id as i32), out);
        self.repeat(self.padding.pad as i32, pads, out);
        close(out);
        out.extend_from_slice(b",\"attention_mask\":[");
        fill(b"1,", record.input_ids.len(), out);
        fill(b"0,", pads, out);
        close(out);
        out.extend_from_slice(b",\"labels\":[");
        self.write_ids(record.labels.iter().copied(), out);
        self.repeat(self.padding.label_pad, record.width.labels - record.labels.len(), out);
        close(out);
        if let Some(meta) = record.meta {
            out.extend_from_slice(b",\"meta\":");
            let meta = serde_json::to_string(meta).expect("numbers and strings");
            out.extend_from_slice(harmless::json(&meta).as_bytes());
        }
        out.extend_from_slice(b"}\n");
    }

    /// Numbers, each with a comma after it.
    fn write_ids(&self, ids: impl ExactSizeIterator<Item = i32>, out: &mut Vec<u8>) {
        // Room for the longest texts, written as blocks of one size, then cut to what was used.
        let mut at = out.len();
        out.resize(at + ids.len() * LONGEST + READY, 0);
        for id in ids {
            let place = id.wrapping_sub(IGNORE_INDEX) as u32 as usize;
            let Some(entry) = self.ready.get(place) else {
                let mut digits = itoa::Buffer::new();
                let text = digits.format(id).as_bytes();
                out[at..at + text.len()].copy_from_slice(text);
                out[at + text.len()] = b',';
                at += text.len() + 1;
                continue;
            };
            out[at..at + READY + 1].copy_from_slice(entry);
            at += entry[READY] as usize;
        }
        out.truncate(at);
    }

    fn repeat(&self, id: i32, times: usize, out: &mut Vec<u8>) {
        self.write_ids(std::iter::repeat_n(id, times), out);
    }
}

/// Bytes of `-2147483648,`.
const LONGEST: usize = 12;

/// `pair` so many times, in one go from a prepared text.
fn fill(pair: &[u8; 2], times: usize, out: &mut Vec<u8>) {
    const ONES: [u8; 1024] = pairs(*b"1,");
    const ZEROS: [u8; 1024] = pairs(*b"0,");
    let prepared = if pair == b"1," { &ONES } else { &ZEROS };
    let mut bytes = times * 2;
    while bytes > 0 {
        let part = bytes.min(prepared.len());
        out.extend_from_slice(&prepared[..part]);
        bytes -= part;
    }
}

const fn pairs(pair: [u8; 2]) -> [u8; 1024] {
    let mut all = [0; 1024];
    let mut at = 0;
    while at < all.len() {
        all[at] = pair[at % 2];
        at += 1;
    }
    all
}

/// The last comma becomes the closing bracket.
fn close(out: &mut Vec<u8>) {
    match out.last_mut() {
        Some(last) if *last == b',' => *last = b']',
        _ => out.push(b']'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::padding::{Pad, Width};

    fn line(input_ids: &[u32], labels: &[i32], width: Width, vocabulary: usize) -> String {
        let padding = Padding { to: Pad::None, max_length: 0, batch_size: 1, multiple: 1, pad: 1, label_pad: -100 };
        let mut out = Vec::new();
        Jsonl::new(padding, vocabulary).write(&Record { input_ids, labels, meta: None, width }, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn a_record_is_written_as_documented() {
        assert_eq!(
            line(&[0, 50264, 2], &[0, -100, -99, -101, 1000001, i32::MIN], Width { input: 5, labels: 7 }, 60_000),
            "{\"input_ids\":[0,50264,2,1,1],\"attention_mask\":[1,1,1,0,0],\"labels\":[0,-100,-99,-101,1000001,-2147483648,-100]}\n"
        );
        let empty = line(&[], &[], Width::default(), 10);
        assert_eq!(empty, "{\"input_ids\":[],\"attention_mask\":[],\"labels\":[]}\n");
    }

    #[test]
    fn long_records_keep_every_number() {
        let ids: Vec<u32> = (0..3000).map(|at| at * 7919 % 200_000).collect();
        let labels: Vec<i32> = ids.iter().map(|&id| id as i32 - 100).collect();
        let text = line(&ids, &labels, Width { input: 3000, labels: 3000 }, 100_000);
        let record: serde_json::Value = serde_json::from_str(&text).expect("json");
        assert_eq!(record["input_ids"], serde_json::json!(ids));
        assert_eq!(record["labels"], serde_json::json!(labels));
        assert_eq!(record["attention_mask"], serde_json::json!(vec![1; 3000]));
    }
}
