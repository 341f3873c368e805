//! BERT's tokenizer in one pass over the bytes: characters through the table of what they become, words through the trie by
//! the longest match.

use std::ops::Range;

use tokenizers::pipeline::{PipelineModel, PipelineNormalizer, PipelinePreTokenizer};

use super::characters::{Ascii, Character, Characters, Letters};
use super::double_array::{DoubleArray, Node};
use super::parts::Parts;

/// A WordPiece model behind BERT's normalizer and pre-tokenizer.
pub struct WordPiece {
    parts: Parts,
    pieces: Pieces,
    ascii: Box<[Ascii; 256]>,
    characters: Characters,
}

/// The vocabulary and how words are cut into its pieces.
struct Pieces {
    trie: DoubleArray,
    /// Where pieces that go on with a word begin; none does if there is no such place.
    continuing: Option<Node>,
    unknown: Option<u32>,
    max_chars: usize,
}

impl WordPiece {
    /// The model of an engine that has the one kind of normalizer and pre-tokenizer that is known here. `tokens` is how many
    /// the file's vocabulary has.
    pub fn of(parts: &Parts, tokens: usize) -> Option<Self> {
        let known = matches!(parts.normalizers(), [] | [PipelineNormalizer::Bert(_)])
            && matches!(parts.pre_tokenizer(), PipelinePreTokenizer::Bert(_));
        let PipelineModel::WordPiece(model) = parts.model() else { return None };
        let vocab = model.vocab();
        // The engine gives them by id; where two have the same, one is missing.
        if !known || vocab.len() != tokens {
            return None;
        }
        let unknown = model.unk_token().and_then(|unknown| vocab.iter().find(|(token, _)| token == unknown));
        let unknown = unknown.map(|&(_, id)| id);
        let keys = vocab.iter().map(|(token, id)| (token.as_bytes(), *id));
        let trie = DoubleArray::of(keys.filter(|(key, _)| !key.is_empty()))?;
        let continuing = trie.walk(trie.root(), model.continuing_subword_prefix().as_bytes());
        let pieces = Pieces { trie, continuing, unknown, max_chars: model.max_input_chars_per_word() };
        let ascii = Ascii::table(|c| ask(parts, &pieces, c));
        Some(WordPiece { parts: parts.clone(), pieces, ascii, characters: Characters::default() })
    }

    /// Appends the ids of a part of the text, up to a word that is left to the engine and whose place is returned.
    pub fn encode(
        &self,
        text: &str,
        part: Range<usize>,
        letters: &mut Vec<u8>,
        ids: &mut Vec<u32>,
    ) -> Option<Range<usize>> {
        let text = &text[..part.end];
        let mut at = part.start;
        while let Some(&byte) = text.as_bytes().get(at) {
            let begins_word = match self.ascii[usize::from(byte)] {
                Ascii::Space => false,
                Ascii::Alone(id) => {
                    ids.push(id);
                    false
                }
                Ascii::Letter(_) => {
                    if let Some((id, end)) = self.known_word(text.as_bytes(), at) {
                        ids.push(id);
                        at = end;
                        continue;
                    }
                    true
                }
                Ascii::Other => match self.character(text, at) {
                    (Character::Letters(_) | Character::Guarded | Character::Open, _) => true,
                    (other, len) => {
                        if let Character::Alone(id) = other {
                            ids.push(id);
                        }
                        at += len - 1;
                        false
                    }
                },
            };
            if !begins_word {
                at += 1;
                continue;
            }
            let word = self.collect(text, at, letters);
            let known = word.is_plain && self.pieces.append(letters, word.chars, ids);
            if !known {
                return Some(at..word.end);
            }
            at = word.end;
        }
        None
    }

    /// The id and the end of a word that is a single piece and all ASCII.
    #[inline]
    fn known_word(&self, bytes: &[u8], start: usize) -> Option<(u32, usize)> {
        let Pieces { trie, max_chars, .. } = &self.pieces;
        let (mut node, mut end) = (trie.root(), start);
        loop {
            match bytes.get(end).map_or(Ascii::Space, |&byte| self.ascii[usize::from(byte)]) {
                Ascii::Letter(letter) => node = trie.child(node, letter)?,
                Ascii::Other => return None,
                Ascii::Space | Ascii::Alone(_) => break,
            }
            end += 1;
        }
        trie.value(node).filter(|_| end - start <= *max_chars).map(|id| (id, end))
    }

    /// The letters of the word that begins at `start`, as many as a word may have and a few more.
    fn collect(&self, text: &str, start: usize, letters: &mut Vec<u8>) -> Word {
        letters.clear();
        let mut word = Word { end: start, chars: 0, is_plain: true };
        while let Some(&byte) = text.as_bytes().get(word.end) {
            let has_room = word.chars <= self.pieces.max_chars;
            match self.ascii[usize::from(byte)] {
                Ascii::Letter(letter) => {
                    word.chars += 1;
                    word.end += 1;
                    if has_room {
                        letters.push(letter);
                    }
                }
                Ascii::Space | Ascii::Alone(_) => break,
                Ascii::Other => {
                    let (character, len) = self.character(text, word.end);
                    match character {
                        Character::Space | Character::Alone(_) => break,
                        Character::Dropped => {}
                        Character::Letters(more) => {
                            word.chars += more.chars();
                            if has_room {
                                letters.extend_from_slice(more.bytes());
                            }
                        }
                        Character::Guarded | Character::Open => word.is_plain = false,
                    }
                    word.end += len;
                }
            }
        }
        word
    }

    /// What the character at `at` becomes, and its length.
    fn character(&self, text: &str, at: usize) -> (Character, usize) {
        let c = text[at..].chars().next().unwrap_or_default();
        (self.characters.get(c, |c| ask(&self.parts, &self.pieces, c)), c.len_utf8())
    }
}

/// A word of the text.
struct Word {
    end: usize,
    /// How many characters it comes to.
    chars: usize,
    /// None of its characters is guarded.
    is_plain: bool,
}

impl Pieces {
    /// Appends the ids of a word of so many characters; false where it is unknown and there is no id for that.
    fn append(&self, letters: &[u8], chars: usize, ids: &mut Vec<u32>) -> bool {
        let first = ids.len();
        if chars <= self.max_chars && self.cut(letters, ids) {
            return true;
        }
        ids.truncate(first);
        ids.extend(self.unknown);
        self.unknown.is_some()
    }

    /// Appends the longest piece, the longest one that goes on behind it and so on, as far as there is one.
    fn cut(&self, letters: &[u8], ids: &mut Vec<u32>) -> bool {
        let (mut start, mut at) = (Some(self.trie.root()), 0);
        while at < letters.len() {
            let Some(mut node) = start else { return false };
            let mut longest = None;
            for (end, &letter) in letters.iter().enumerate().skip(at) {
                let Some(next) = self.trie.child(node, letter) else { break };
                node = next;
                if DoubleArray::is_key(node) {
                    longest = Some((node, end + 1));
                }
            }
            let Some((node, end)) = longest else { return false };
            ids.extend(self.trie.value(node));
            (start, at) = (self.continuing, end);
        }
        true
    }
}

/// Kept marks of two classes: any other that is kept changes places with one of them where it stands on its wrong side.
const MARKS: [&str; 2] = ["\u{302e}", "\u{1d165}"];

/// What becomes of a character.
fn ask(parts: &Parts, pieces: &Pieces, c: char) -> Character {
    answer(parts, pieces, c).unwrap_or(Character::Guarded)
}

fn answer(parts: &Parts, pieces: &Pieces, c: char) -> Option<Character> {
    let normalize = |text: &str| parts.normalize_fully(text).ok().map(String::from);
    let normal = normalize(c.encode_utf8(&mut [0; 4]))?;
    if normal.is_empty() {
        return Some(Character::Dropped);
    }
    if !c.is_ascii() {
        let between = |[first, second]: [&str; 2], c: &str| format!("{first}{c}{first}a{second}{c}{second}");
        let [first, second] = [normalize(MARKS[0])?, normalize(MARKS[1])?];
        if normalize(&between(MARKS, &c.to_string()))? != between([&first, &second], &normal) {
            return None;
        }
    }
    let spans = parts.pre_tokenize(&format!("a{normal}a")).ok()?;
    let spans: Vec<(usize, usize)> = spans.iter().map(|span| (span.start, span.end)).collect();
    let (len, end) = (normal.len() + 2, normal.len() + 1);
    match spans[..] {
        [(0, all)] if all == len => Letters::of(&normal).map(Character::Letters),
        [(0, 1), (last, _)] if last == end => Some(Character::Space),
        [(0, 1), (from, to), (last, _)] if last == end => {
            let word = &normal[from - 1..to - 1];
            let mut ids = Vec::new();
            let known = pieces.append(word.as_bytes(), word.chars().count(), &mut ids);
            (known && ids.len() == 1).then(|| Character::Alone(ids[0]))
        }
        _ => None,
    }
}
