//! The best segmentation of a word into scored pieces: the sums, their order and the rule for ties are the engine's, as two
//! segmentations may differ by the last bit.

use super::double_array::{DoubleArray, Node};
use super::metaspace::MARK;

/// How much worse than the worst piece an unknown character is.
const UNKNOWN_PENALTY: f64 = 10.0;

/// Marks the values of pieces that begin a word and are their own best segmentation.
const WHOLE: u32 = 1 << 30;

/// Pieces and their scores.
pub struct Scored {
    pub trie: DoubleArray,
    scores: Vec<f64>,
    unknown: u32,
    unknown_score: f64,
    /// Ids that stand for bytes, all or none.
    bytes: Option<Box<[u32; 256]>>,
}

/// The best way to the end of a piece.
#[derive(Clone, Copy)]
pub struct Arrival {
    score: f64,
    start: u32,
    id: u32,
}

const NOT_REACHED: Arrival = Arrival { score: 0.0, start: u32::MAX, id: 0 };

impl Scored {
    /// From the engine's pieces by id. `None` where its trie and ours would differ.
    pub fn of(pieces: &[(String, f64)], unknown: u32, min_score: f64, byte_fallback: bool) -> Option<Self> {
        let keys = pieces.iter().zip(0..WHOLE).map(|((piece, _), id)| (piece.as_bytes(), id));
        let trie = DoubleArray::of(keys)?;
        let id_of_byte = |byte: usize| trie.get(format!("<0x{byte:02X}>").as_bytes());
        let bytes: Option<Vec<u32>> = (0..256).map(id_of_byte).collect();
        // Where a few are missing it depends on the text what they stand for.
        if byte_fallback && bytes.is_none() && (0..256).any(|byte| id_of_byte(byte).is_some()) {
            return None;
        }
        let bytes = bytes.filter(|_| byte_fallback).and_then(|bytes| bytes.into_boxed_slice().try_into().ok());
        let scores = pieces.iter().map(|&(_, score)| score).collect();
        let mut scored = Scored { trie, scores, unknown, unknown_score: min_score - UNKNOWN_PENALTY, bytes };
        scored.find_whole(pieces);
        Some(scored)
    }

    /// The id of the piece that begins a word and ends at a node, where it is its own best segmentation.
    #[inline]
    pub fn whole(&self, node: Node) -> Option<u32> {
        self.trie.value(node).filter(|value| value & WHOLE != 0).map(|value| value & !WHOLE)
    }

    fn find_whole(&mut self, pieces: &[(String, f64)]) {
        let mut arrivals = Vec::new();
        let mut is_whole = |id: u32| {
            let piece = pieces[id as usize].0.as_bytes();
            let mut ids = Vec::new();
            if id != self.unknown && piece.starts_with(MARK.as_bytes()) {
                self.segment(piece, &mut arrivals, &mut ids);
            }
            ids == [id]
        };
        let whole: Vec<bool> = (0..pieces.len() as u32).map(&mut is_whole).collect();
        self.trie.map_values(|id| if whole[id as usize] { id | WHOLE } else { id });
    }

    /// Appends the ids of the best segmentation of `letters`.
    pub fn segment(&self, letters: &[u8], arrivals: &mut Vec<Arrival>, ids: &mut Vec<u32>) {
        self.advance(letters, arrivals);
        let first = ids.len();
        let (mut end, mut unknown_end) = (letters.len(), None);
        while end > 0 {
            let Arrival { start, id, .. } = arrivals[end];
            if id == self.unknown {
                unknown_end = unknown_end.or(Some(end));
            } else {
                if let Some(unknown_end) = unknown_end.take() {
                    self.push_unknown(&letters[end..unknown_end], ids);
                }
                ids.push(id);
            }
            end = start as usize;
        }
        if let Some(unknown_end) = unknown_end {
            self.push_unknown(&letters[..unknown_end], ids);
        }
        ids[first..].reverse();
    }

    /// Finds the best way to every end.
    fn advance(&self, letters: &[u8], arrivals: &mut Vec<Arrival>) {
        arrivals.clear();
        arrivals.resize(letters.len() + 1, NOT_REACHED);
        let mut start = 0;
        while start < letters.len() {
            let next = start + char_len(letters[start]);
            let before = arrivals[start].score;
            let mut arrive = |end: usize, score: f64, id: u32| {
                let arrival = &mut arrivals[end];
                let score = score + before;
                if arrival.start == u32::MAX || score > arrival.score {
                    *arrival = Arrival { score, start: start as u32, id };
                }
            };
            let (mut node, mut is_known) = (self.trie.root(), false);
            for (end, &byte) in (start + 1..).zip(&letters[start..]) {
                let Some(child) = self.trie.child(node, byte) else { break };
                node = child;
                if let Some(value) = self.trie.value(node) {
                    let id = value & !WHOLE;
                    arrive(end, self.scores[id as usize], id);
                    is_known |= end == next;
                }
            }
            if !is_known {
                arrive(next, self.unknown_score, self.unknown);
            }
            start = next;
        }
    }

    /// Appends, backwards, what stands for characters that no piece holds.
    fn push_unknown(&self, letters: &[u8], ids: &mut Vec<u32>) {
        match (self.trie.get(letters), &self.bytes) {
            (Some(value), _) => ids.push(value & !WHOLE),
            (None, Some(bytes)) => ids.extend(letters.iter().rev().map(|&byte| bytes[usize::from(byte)])),
            (None, None) => ids.push(self.unknown),
        }
    }
}

/// Bytes of the character that begins with this one.
fn char_len(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}
