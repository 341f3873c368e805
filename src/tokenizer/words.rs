//! Where words begin, by token: one table of flags, made when the tokenizer is loaded.
//!
//! How a vocabulary marks words depends on its kind: `Ġ` and other white space bytes, the mark that a Metaspace puts for a
//! space, a prefix on pieces that go on, a suffix on pieces that end a word. Where nothing marks them, and in scripts that
//! write no spaces, every token is a word of its own, so that no sentence is a single unit for want of marks.

use serde_json::Value;

use super::byte_level;
use super::limits::flatten;

/// By id, whether a word begins there.
pub struct WordTable {
    flags: Vec<u8>,
}

const BEGINS: u8 = 1;
/// Whatever comes next begins a word.
const ENDS: u8 = 2;

impl WordTable {
    /// The table for a tokenizer file and the surfaces of its vocabulary.
    pub fn new(file: &Value, surfaces: &[Option<Box<str>>], unknown: Option<u32>) -> Self {
        let marker = Marker::of(file, surfaces);
        let bytes_of = Spelling { byte_level: is_byte_level(file), fallback: file["model"]["byte_fallback"] == true };
        let flags = surfaces.iter().map(|surface| {
            let Some(surface) = surface.as_deref() else { return 0 };
            marker.flags(surface) | unspaced_flags(&bytes_of.text(marker.bare(surface)))
        });
        let mut table = WordTable { flags: flags.collect() };
        // What an unknown token stands for, and in which script, nobody can tell.
        if let Some(flags) = unknown.and_then(|id| table.flags.get_mut(id as usize)) {
            *flags |= BEGINS;
        }
        table
    }

    /// Takes every token for a word where these ids, of a text of so many words, show that marks are not put at words.
    pub fn check(&mut self, ids: &[u32], words: usize) {
        let begin = self.beginnings(ids).filter(|begins| *begins).count();
        if ids.len() >= words && begin < words {
            self.flags.iter_mut().for_each(|flags| *flags |= BEGINS);
        }
    }

    /// Whether a word begins at a place among ids.
    pub fn begins_at(&self, ids: &[u32], at: usize) -> bool {
        at == 0 || (self.flags(ids[at]) & BEGINS) | (self.flags(ids[at - 1]) & ENDS) != 0
    }

    /// The same for each place in turn, with one look-up an id.
    pub fn beginnings(&self, ids: &[u32]) -> impl ExactSizeIterator<Item = bool> {
        let mut before = ENDS;
        ids.iter().map(move |&id| {
            let flags = self.flags(id);
            let begins = (flags & BEGINS) | (before & ENDS) != 0;
            before = flags;
            begins
        })
    }

    fn flags(&self, id: u32) -> u8 {
        self.flags.get(id as usize).copied().unwrap_or(0)
    }
}

/// How a vocabulary marks words.
#[derive(Debug, PartialEq, Eq)]
enum Marker {
    /// Pieces that go on begin with this: `##`.
    Continuing(String),
    /// Pieces that end a word end with this: `</w>`.
    Ending(String),
    /// A character for a space: `▁`.
    Mark(char),
    /// White space bytes.
    ByteLevel,
    /// Nothing marks words.
    None,
}

impl Marker {
    fn of(file: &Value, surfaces: &[Option<Box<str>>]) -> Self {
        let model = &file["model"];
        let text = |key: &str| model[key].as_str().filter(|text| !text.is_empty()).map(str::to_string);
        if let Some(suffix) = text("end_of_word_suffix") {
            return Marker::Ending(suffix);
        }
        if let Some(prefix) = text("continuing_subword_prefix") {
            return Marker::Continuing(prefix);
        }
        let some = |test: &dyn Fn(&str) -> bool| surfaces.iter().flatten().any(|surface| test(surface));
        // A file of the oldest kind may name neither model nor prefix.
        let unnamed = model["type"].is_null() && model["merges"].is_null();
        if (model["type"] == "WordPiece" || unnamed) && some(&|s| s.len() > 2 && s.starts_with("##")) {
            return Marker::Continuing("##".to_string());
        }
        if matches!(model["type"].as_str(), Some("WordLevel" | "WordPiece")) {
            return Marker::None;
        }
        if is_byte_level(file) {
            return Marker::ByteLevel;
        }
        let mark = mark_of(file).or_else(|| ['▁', 'Ġ', ' '].into_iter().find(|&mark| some(&|s| s.starts_with(mark))));
        match mark {
            Some('Ġ') => Marker::ByteLevel,
            Some(mark) => Marker::Mark(mark),
            None if some(&|s| s.ends_with(' ')) => Marker::Ending(" ".to_string()),
            None => Marker::None,
        }
    }

    fn flags(&self, surface: &str) -> u8 {
        let (begins, ends) = match self {
            Marker::Continuing(prefix) => (!surface.starts_with(prefix.as_str()), false),
            Marker::Ending(suffix) => (false, surface.ends_with(suffix.as_str())),
            Marker::Mark(mark) => (surface.starts_with(*mark) || surface.starts_with(char::is_whitespace), false),
            // Space, tab, line feed, vertical tab, form feed, carriage return; an added token is written plainly.
            Marker::ByteLevel => {
                (surface.starts_with(['Ġ', 'ĉ', 'Ċ', 'ċ', 'Č', 'č']) || surface.starts_with(char::is_whitespace), false)
            }
            Marker::None => (true, false),
        };
        let fallback = ["<0x09>", "<0x0A>", "<0x0B>", "<0x0C>", "<0x0D>", "<0x20>"].contains(&surface);
        flags_of(begins || fallback, ends)
    }

    /// The surface less what marks it.
    fn bare<'s>(&self, surface: &'s str) -> &'s str {
        match self {
            Marker::Continuing(prefix) => surface.strip_prefix(prefix.as_str()).unwrap_or(surface),
            Marker::Ending(suffix) => surface.strip_suffix(suffix.as_str()).unwrap_or(surface),
            Marker::Mark(mark) => surface.strip_prefix(*mark).unwrap_or(surface),
            Marker::ByteLevel | Marker::None => surface,
        }
    }
}

fn parts(file: &Value) -> Vec<&Value> {
    let mut parts = Vec::new();
    ["normalizer", "pre_tokenizer", "decoder"].iter().for_each(|key| flatten(&file[key], &mut parts));
    parts
}

/// Whether the vocabulary spells bytes as characters.
pub fn is_byte_level(file: &Value) -> bool {
    parts(file)
        .iter()
        .any(|part| part["type"] == "ByteLevel" || (part["type"].is_null() && !part["trim_offsets"].is_null()))
}

/// The character that a Metaspace, or a replacement that does its work, puts for a space.
fn mark_of(file: &Value) -> Option<char> {
    parts(file).iter().find_map(|part| {
        let replaces_space = part["pattern"]["String"] == " " && part["type"] == "Replace";
        let mark = part["replacement"].as_str().or(part["content"].as_str().filter(|_| replaces_space))?;
        let mut characters = mark.chars();
        characters.next().filter(|_| characters.next().is_none())
    })
}

/// How the vocabulary spells text.
struct Spelling {
    byte_level: bool,
    fallback: bool,
}

impl Spelling {
    fn text(&self, surface: &str) -> Vec<u8> {
        let fallback = || {
            let digits = surface.strip_prefix("<0x")?.strip_suffix('>').filter(|_| self.fallback)?;
            Some(vec![u8::from_str_radix(digits, 16).ok()?])
        };
        let bytes = || surface.chars().map(byte_level::byte).collect::<Option<Vec<u8>>>().filter(|_| self.byte_level);
        fallback().or_else(bytes).unwrap_or_else(|| surface.as_bytes().to_vec())
    }
}

/// Flags of a token by its text, which may begin or end inside a character.
fn unspaced_flags(text: &[u8]) -> u8 {
    let (mut begins, mut ends) = (false, false);
    for chunk in text.utf8_chunks() {
        if let Some(last) = chunk.valid().chars().next_back() {
            begins |= chunk.valid().chars().any(is_unspaced);
            ends = is_unspaced(last);
        }
        if !chunk.invalid().is_empty() {
            begins |= begins_unspaced(chunk.invalid());
            ends = false;
        }
    }
    flags_of(begins, ends)
}

fn flags_of(begins: bool, ends: bool) -> u8 {
    (u8::from(begins) * BEGINS) | (u8::from(ends) * ENDS)
}

/// Characters of scripts that write no spaces, and the punctuation that goes with them.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        // Thai, Lao; Burmese; Khmer.
        0xe00..=0xeff | 0x1000..=0x109f | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f | 0x1780..=0x17ff | 0x19e0..=0x19ff
        // Han and kana with their punctuation, less the letters of Korean, which has spaces.
        | 0x2e80..=0x312f | 0x3190..=0x9fff | 0xf900..=0xfaff | 0xff01..=0xff9f | 0x1b000..=0x1b16f | 0x20000..=0x3ffff)
}

/// The same of the first bytes of a character. A first byte alone that may be one of theirs counts as that.
fn begins_unspaced(bytes: &[u8]) -> bool {
    match *bytes {
        [0xe0 | 0xe1 | 0xef] => true,
        [0xe0, second, ..] => (0xb8..=0xbb).contains(&second),
        [0xe1, second, ..] => matches!(second, 0x80..=0x81 | 0x9e..=0x9f | 0xa7),
        [0xef, second, ..] => (0xbc..=0xbe).contains(&second),
        [0xf0, second, ..] => (0xa0..=0xbf).contains(&second),
        [first, ..] => (0xe3..=0xe9).contains(&first),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// By surface, whether a word begins there: `|` before each that does.
    fn cut(file: Value, surfaces: &[&str], unknown: Option<u32>) -> String {
        let boxed: Vec<Option<Box<str>>> = surfaces.iter().map(|&s| Some(s.into())).collect();
        let table = WordTable::new(&file, &boxed, unknown);
        let ids: Vec<u32> = (0..surfaces.len() as u32).collect();
        let bar = |at: usize| if table.begins_at(&ids, at) { "|" } else { "" };
        (0..ids.len()).map(|at| format!("{}{}", bar(at), surfaces[at])).collect()
    }

    #[test]
    fn every_kind_of_vocabulary_marks_words_in_its_own_way() {
        let byte_level = || json!({"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE"}});
        assert_eq!(cut(byte_level(), &["Hel", "lo", "Ġw", "Ċ", "▁x", "č"], None), "|Hello|Ġw|Ċ▁x|č");
        let metaspace = |mark: &str| json!({"pre_tokenizer": {"type": "Metaspace", "replacement": mark}, "model": {}});
        assert_eq!(cut(metaspace("▁"), &["▁He", "llo", "▁w", "č", "<0x0A>"], None), "|▁Hello|▁wč|<0x0A>");
        assert_eq!(cut(metaspace("_"), &["_He", "llo", "_w", "▁x"], None), "|_Hello|_w▁x");
        let gemma = json!({"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, "model": {}});
        assert_eq!(cut(gemma, &["He", "llo", "▁w"], None), "|Hello|▁w");
        let word_piece = json!({"model": {"type": "WordPiece", "continuing_subword_prefix": "@@"}});
        assert_eq!(cut(word_piece, &["he", "@@llo", "##w"], None), "|he@@llo|##w");
        let clip =
            json!({"model": {"type": "BPE", "end_of_word_suffix": "</w>"}, "pre_tokenizer": {"type": "ByteLevel"}});
        assert_eq!(cut(clip, &["hel", "lo</w>", "w</w>", "."], None), "|hello</w>|w</w>|.");
        assert_eq!(cut(json!({"model": {"type": "WordLevel"}}), &["he", "llo"], None), "|he|llo");
        assert_eq!(cut(json!({"model": {"type": "BPE"}}), &["he", "llo"], None), "|he|llo");
    }

    #[test]
    fn scripts_without_spaces_have_a_word_at_every_token() {
        let metaspace =
            json!({"pre_tokenizer": {"type": "Metaspace", "replacement": "▁"}, "model": {"byte_fallback": true}});
        let tokens = ["▁你", "好", "，", "ไท", "ย", "がく", "ລາວ", "ខ្", "မြ", "?", "한", "국", "<0xE4>", "<0xBD>", "x"];
        let cut_at = cut(metaspace.clone(), &tokens, None);
        assert_eq!(cut_at, "|▁你|好|，|ไท|ย|がく|ລາວ|ខ្|မြ|?한국|<0xE4><0xBD>x");
        // Bytes of characters: 每 is E6 AF 8F, ไ is E0 B9 84.
        let byte_level = json!({"decoder": {"type": "ByteLevel"}, "model": {"type": "BPE"}});
        assert_eq!(cut(byte_level, &["Ġa", "æ¯", "ı", "à¹", "Ħ", "Ð", "¸"], None), "|Ġa|æ¯ı|à¹ĦÐ¸");
        let word_piece = json!({"model": {"continuing_subword_prefix": "##"}});
        assert_eq!(cut(word_piece, &["字", "##字", "##a"], None), "|字|##字|##a");
        assert_eq!(cut(metaspace, &["▁", "<unk>"], Some(1)), "|▁|<unk>");
    }
}
