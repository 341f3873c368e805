//! Unigram tokenizers that write `▁` for spaces, word by word.
//!
//! A text is cut before white space, wherever no normalizer looks across; each unit is white space and the word behind it.
//! A plain word that is a piece of the vocabulary and its own best segmentation is found in one walk. Of the others, the
//! letters come from the table of characters or, where those depend on each other, from the engine's normalizers; their
//! segmentation is ours.

use std::ops::Range;

use tokenizers::pipeline::PipelineModel;
use unicode_segmentation::UnicodeSegmentation;

use super::super::memo::Memo;
use super::characters::{Ascii, Character, Characters};
use super::double_array::Node;
use super::lattice::{Arrival, Scored};
use super::metaspace::{MARK, Rules, ask, cuts_before_mark};
use super::parts::Parts;

/// Longer words go to the engine: the lattice of one takes sixteen times its length.
const MAX_WORD_BYTES: usize = 64 << 10;

/// 1 MB: a larger memo is slower than to cut the word anew.
const MEMO_SETS: usize = 1 << 13;

/// Longer words do not come again.
const MAX_REMEMBERED_BYTES: usize = 48;

/// A Unigram model behind normalizers of known kinds.
pub struct Unigram {
    parts: Parts,
    pieces: Scored,
    /// Where pieces that begin a word go on behind their mark.
    begun: Node,
    rules: Rules,
    ascii: Box<[Ascii; 256]>,
    characters: Characters,
    /// The id of every byte that is a piece by itself, or of the unknown piece.
    single: Box<[u32; 128]>,
    pairs: Pairs,
}

/// Which bytes follow each other in a piece.
struct Pairs(Box<[[u64; 4]; 256]>);

/// What one thread needs.
#[derive(Default)]
pub struct UnigramBuffer {
    letters: Vec<u8>,
    arrivals: Vec<Arrival>,
    memo: Memo<MEMO_SETS>,
}

impl Pairs {
    fn of<'p>(pieces: impl Iterator<Item = &'p [u8]>) -> Self {
        let mut pairs = Pairs(Box::new([[0; 4]; 256]));
        for pair in pieces.flat_map(|piece| piece.windows(2)) {
            pairs.0[usize::from(pair[0])][usize::from(pair[1] >> 6)] |= 1 << (pair[1] & 63);
        }
        pairs
    }

    fn has(&self, left: u8, right: u8) -> bool {
        self.0[usize::from(left)][usize::from(right >> 6)] >> (right & 63) & 1 == 1
    }
}

impl Unigram {
    /// The model of an engine whose parts are all of kinds that are known here.
    pub fn of(parts: &Parts) -> Option<Self> {
        let PipelineModel::Unigram(model) = parts.model() else { return None };
        // Sampling is on where there is an exponent.
        if model.alpha.is_some_and(|alpha| alpha != 0.0) || !cuts_before_mark(parts.pre_tokenizer()) {
            return None;
        }
        let rules = Rules::of(parts)?;
        let unknown = u32::try_from(model.unk_id()?).ok()?;
        let pieces = Scored::of(model.vocab(), unknown, model.min_score, model.byte_fallback())?;
        let begun = pieces.trie.walk(pieces.trie.root(), MARK.as_bytes())?;
        let ascii = Ascii::table(|c| ask(parts, rules, c));
        let mut single = Box::new([unknown; 128]);
        for byte in 0..128 {
            let mut ids = Vec::new();
            pieces.segment(&[byte], &mut Vec::new(), &mut ids);
            single[usize::from(byte)] = if let [id] = ids[..] { id } else { return None };
        }
        let pairs = Pairs::of(model.vocab().iter().map(|(piece, _)| piece.as_bytes()));
        let (parts, characters) = (parts.clone(), Characters::default());
        Some(Unigram { parts, pieces, begun, rules, ascii, characters, single, pairs })
    }

    /// Appends the ids of a part of the text, up to a word that is left to the engine and whose place is returned.
    pub fn encode(
        &self,
        text: &str,
        part: Range<usize>,
        buffer: &mut UnigramBuffer,
        ids: &mut Vec<u32>,
    ) -> Option<Range<usize>> {
        let text = &text[..part.end];
        let mut at = part.start;
        while at < text.len() {
            let start = self.skip_space(text.as_bytes(), at);
            let is_plain = self.rules.ignores_runs || start == at + 1 || (start == at && self.rules.prepends);
            if is_plain && let Some(end) = self.known_word(text.as_bytes(), start, ids) {
                at = end;
                continue;
            }
            let end = self.end_of_unit(text, start);
            let unit = Unit { at, start, end };
            let known = end - at <= MAX_WORD_BYTES
                && if is_plain && !self.is_guarded(text, start) {
                    self.plain_word(text, unit, buffer, ids)
                } else {
                    self.any_word(text, at..end, buffer, ids)
                };
            if !known {
                return Some(at..end);
            }
            at = end;
        }
        None
    }

    fn skip_space(&self, bytes: &[u8], from: usize) -> usize {
        let is_space = |byte: &u8| self.ascii[usize::from(*byte)] == Ascii::Space;
        from + bytes[from..].iter().take_while(|byte| is_space(byte)).count()
    }

    fn is_end(&self, bytes: &[u8], at: usize) -> bool {
        bytes.get(at).is_none_or(|&byte| self.ascii[usize::from(byte)] == Ascii::Space)
    }

    /// Appends the ids of a word that is one piece, or one and a punctuation mark, and gives its end.
    #[inline]
    fn known_word(&self, bytes: &[u8], start: usize, ids: &mut Vec<u32>) -> Option<usize> {
        let (mut node, mut end, mut last) = (self.begun, start, 0);
        let next = loop {
            match bytes.get(end).map_or(Ascii::Space, |&byte| self.ascii[usize::from(byte)]) {
                Ascii::Letter(letter) => match self.pieces.trie.child(node, letter) {
                    Some(child) => (node, last) = (child, letter),
                    None => break Some(letter),
                },
                Ascii::Space => break None,
                _ => return None,
            }
            end += 1;
        };
        if end == start {
            return None;
        }
        let id = self.pieces.whole(node)?;
        let Some(letter) = next else {
            ids.push(id);
            return Some(end);
        };
        // No piece holds the last two: every segmentation cuts between them.
        if !self.is_end(bytes, end + 1) || self.pairs.has(last, letter) {
            return None;
        }
        ids.extend([id, self.single[usize::from(letter)]]);
        Some(end + 1)
    }

    /// The first white space behind `start` that no normalizer connects with what stands before it; else the end.
    fn end_of_unit(&self, text: &str, start: usize) -> usize {
        let bytes = text.as_bytes();
        let mut at = start;
        loop {
            while !self.is_end(bytes, at) {
                at += 1;
            }
            if at >= bytes.len() || (at > start && self.closes(&text[start..at])) {
                return at;
            }
            at += 1;
        }
    }

    /// Whether white space behind a word is surely apart from it.
    fn closes(&self, word: &str) -> bool {
        let mut characters = word.chars().rev().map(|c| self.character(c));
        let mut is_letter = || matches!(characters.next(), None | Some(Character::Letters(_)));
        let plain = is_letter() && is_letter();
        match (self.rules.before_runs, word.chars().next_back().map(|c| self.character(c))) {
            (_, None | Some(Character::Open | Character::Space)) => false,
            (Some(count), _) if !plain => {
                // Its end may have become a space, one more to a run.
                let last = self.parts.normalize(count, word.graphemes(true).next_back().unwrap_or_default());
                last.is_ok_and(|last| !last.is_empty() && !last.ends_with(char::is_whitespace))
            }
            _ => true,
        }
    }

    /// Whether the character at `start` is one that may belong to the white space before it.
    fn is_guarded(&self, text: &str, start: usize) -> bool {
        text[start..].chars().next().is_none_or(|c| !matches!(self.character(c), Character::Letters(_)))
    }

    fn character(&self, c: char) -> Character {
        self.characters.get(c, |c| ask(&self.parts, self.rules, c))
    }

    /// A word behind one mark; false where the engine fails.
    fn plain_word(&self, text: &str, unit: Unit, buffer: &mut UnigramBuffer, ids: &mut Vec<u32>) -> bool {
        let word = unit.start..unit.end;
        let remembered = word.len() <= MAX_REMEMBERED_BYTES;
        if remembered && buffer.memo.recall(text, word.clone(), ids) {
            return true;
        }
        let first = ids.len();
        if self.spell(&text[word.clone()], &mut buffer.letters) {
            self.pieces.segment(&buffer.letters, &mut buffer.arrivals, ids);
        } else if !self.any_word(text, unit.at..unit.end, buffer, ids) {
            return false;
        }
        if remembered {
            buffer.memo.insert(text, word, &ids[first..]);
        }
        true
    }

    /// The letters of a word behind a mark, where each character stands for itself.
    fn spell(&self, word: &str, letters: &mut Vec<u8>) -> bool {
        letters.clear();
        letters.extend_from_slice(MARK.as_bytes());
        let mut rest = word;
        while let Some(&byte) = rest.as_bytes().first() {
            let len = match self.ascii[usize::from(byte)] {
                Ascii::Letter(letter) => {
                    letters.push(letter);
                    1
                }
                Ascii::Space | Ascii::Alone(_) => return false,
                Ascii::Other => {
                    let Some(c) = rest.chars().next() else { return false };
                    let Character::Letters(more) = self.character(c) else { return false };
                    letters.extend_from_slice(more.bytes());
                    c.len_utf8()
                }
            };
            rest = &rest[len..];
        }
        true
    }

    /// A unit as the engine's normalizers have it; false where they fail.
    fn any_word(&self, text: &str, unit: Range<usize>, buffer: &mut UnigramBuffer, ids: &mut Vec<u32>) -> bool {
        let Ok(normal) = self.parts.normalize_fully(&text[unit]) else { return false };
        if normal.len() > MAX_WORD_BYTES {
            return false;
        }
        let mut rest = &*normal;
        while !rest.is_empty() {
            // Cut before every mark but the first.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest[first..].find(MARK).map_or(rest.len(), |at| first + at);
            self.pieces.segment(&rest.as_bytes()[..end], &mut buffer.arrivals, ids);
            rest = &rest[end..];
        }
        true
    }
}

/// White space from `at`, and a word from `start`.
struct Unit {
    at: usize,
    start: usize,
    end: usize,
}
