//! Comparing two engines on texts that a file of an unknown shape is likely to differ on: its added tokens, the characters
//! that its vocabulary has pieces for, pieces that no merge makes, and hard texts.

use super::byte_level;
use super::engine::{Engine, EngineBuffer};
use super::merges::Merges;
use super::vocabulary::Vocabulary;

/// Characters in one text: a call costs more than a few of them.
const BATCH: usize = 64;
/// Of added tokens, and of pieces that no merge makes, so many are tried.
const MAX_PIECES: usize = 2000;

const HARD_TEXTS: &[&str] = &[
    "Dr. Smith's naïve 2nd probe, 測試 – проба…\n\tdone 🙂 ",
    " a  b   c\t\td\r\ne\n\nf \u{a0}g\u{3000}h\u{2028}i\u{85}j",
    "don't we'll I'VE it’s 'tis s' ''",
    "a<=5 and b>=6; x[0]=y{1} // #tag @me a_b c-d e/f 1,234.5 50% $5 ½ ² Ⅷ ٣",
    "e\u{301} \u{301}a ö ß İ ı Σας ﬁ Ǆ ﷺ ℀ \u{200b}\u{200d}\u{feff}\u{ad}\u{fe0f}",
    "字好。你好！「あが」ンｶﾞ가한국 ไทยำ ລາວ ខ្មែរ မြန်မာ हिन्दी। العربية؟ עברית",
    "🙂👩\u{200d}👩🇩🇪\u{1f3fd} ▁▁a▁ Ġ ##x <0x0A> \u{1}\u{0}\u{fffd}",
    "word Word WORD wordWord word.word word1 1word",
    "...!!! ??? --- *** a.b.c www.a.io/x?y=z",
    "",
    " ",
    "▁",
];

/// The first text for which two engines give different ids.
pub fn difference(one: &Engine, other: &Engine, vocabulary: &Vocabulary, merges: Option<&Merges>) -> Option<String> {
    let mut buffer = EngineBuffer::default();
    let mut encode = |engine: &Engine, text: &str| {
        let mut ids = Vec::new();
        engine.encode(text, &mut buffer, &mut ids).ok().map(|()| ids)
    };
    texts(vocabulary, merges.map_or(&[], Merges::orphans))
        .into_iter()
        .find(|text| encode(one, text) != encode(other, text))
}

fn texts(vocabulary: &Vocabulary, orphans: &[String]) -> Vec<String> {
    let mut texts: Vec<String> = HARD_TEXTS.iter().map(|text| text.to_string()).collect();
    let ids = 0..vocabulary.size() as u32;
    let added = ids.clone().filter(|&id| vocabulary.is_added(id)).filter_map(|id| vocabulary.surface(id));
    let orphans = orphans.iter().map(|piece| byte_level::text(piece).unwrap_or_else(|| piece.clone()));
    for piece in added.map(str::to_string).take(MAX_PIECES).chain(orphans.take(MAX_PIECES)) {
        texts.push(format!("{piece} a{piece}b, {piece}{piece} {} {piece}", piece.to_uppercase()));
        texts.push(piece);
    }
    let characters: Vec<String> = vocabulary.surfaces().filter_map(character).collect();
    texts.extend(characters.chunks(BATCH).map(|characters| characters.join(" ")));
    texts.extend(characters.chunks(BATCH).map(<[String]>::concat));
    texts
}

/// The text of a piece of one character.
fn character(surface: &str) -> Option<String> {
    let one = |text: &str| text.chars().nth(1).is_none() && !text.is_empty();
    let bare = surface.trim_start_matches(['▁', 'Ġ']).trim_start_matches("##");
    match byte_level::text(surface).filter(|text| one(text)) {
        Some(text) => Some(text),
        None => Some(bare).filter(|text| one(text)).map(str::to_string),
    }
}
