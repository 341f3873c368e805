//! Owns what single characters are to a sentence splitter: which end a sentence, which close or open a quotation,
//! which are emoticons. Must not know any language, nor anything about what stands around a character.

/// Unicode's STerm: a sentence ends after them whatever follows.
const STRONG: &[(u32, u32)] = &[
    (0x21, 0x21),
    (0x3F, 0x3F),
    (0x589, 0x589),
    (0x61D, 0x61F),
    (0x6D4, 0x6D4),
    (0x700, 0x702),
    (0x7F9, 0x7F9),
    (0x837, 0x837),
    (0x839, 0x839),
    (0x83D, 0x83E),
    (0x964, 0x965),
    (0x104A, 0x104B),
    (0x1362, 0x1362),
    (0x1367, 0x1368),
    (0x166E, 0x166E),
    (0x1735, 0x1736),
    (0x17D4, 0x17D5),
    (0x1803, 0x1803),
    (0x1809, 0x1809),
    (0x1944, 0x1945),
    (0x1AA8, 0x1AAB),
    (0x1B4E, 0x1B4F),
    (0x1B5A, 0x1B5B),
    (0x1B5E, 0x1B5F),
    (0x1B7D, 0x1B7F),
    (0x1C3B, 0x1C3C),
    (0x1C7E, 0x1C7F),
    (0x203C, 0x203D),
    (0x2047, 0x2049),
    (0x2CF9, 0x2CFB),
    (0x2E2E, 0x2E2E),
    (0x2E3C, 0x2E3C),
    (0x2E53, 0x2E54),
    (0x3002, 0x3002),
    (0xA4FF, 0xA4FF),
    (0xA60E, 0xA60F),
    (0xA6F3, 0xA6F3),
    (0xA6F7, 0xA6F7),
    (0xA876, 0xA877),
    (0xA8CE, 0xA8CF),
    (0xA92F, 0xA92F),
    (0xA9C8, 0xA9C9),
    (0xAA5D, 0xAA5F),
    (0xAAF0, 0xAAF1),
    (0xABEB, 0xABEB),
    (0xFE12, 0xFE12),
    (0xFE15, 0xFE16),
    (0xFE56, 0xFE57),
    (0xFF01, 0xFF01),
    (0xFF1F, 0xFF1F),
    (0xFF61, 0xFF61),
    (0x10A56, 0x10A57),
    (0x10F55, 0x10F59),
    (0x10F86, 0x10F89),
    (0x11047, 0x11048),
    (0x110BE, 0x110C1),
    (0x11141, 0x11143),
    (0x111C5, 0x111C6),
    (0x111CD, 0x111CD),
    (0x111DE, 0x111DF),
    (0x11238, 0x11239),
    (0x1123B, 0x1123C),
    (0x112A9, 0x112A9),
    (0x113D4, 0x113D5),
    (0x1144B, 0x1144C),
    (0x115C2, 0x115C3),
    (0x115C9, 0x115D7),
    (0x11641, 0x11642),
    (0x1173C, 0x1173E),
    (0x11944, 0x11944),
    (0x11946, 0x11946),
    (0x11A42, 0x11A43),
    (0x11A9B, 0x11A9C),
    (0x11C41, 0x11C42),
    (0x11EF7, 0x11EF8),
    (0x11F43, 0x11F44),
    (0x16A6E, 0x16A6F),
    (0x16AF5, 0x16AF5),
    (0x16B37, 0x16B38),
    (0x16B44, 0x16B44),
    (0x16D6E, 0x16D6F),
    (0x16E98, 0x16E98),
    (0x1BC9F, 0x1BC9F),
    (0x1DA88, 0x1DA88),
];

/// What a character can do to a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Plain,
    /// Ends a line (CR, LF, NEL, LS, PS).
    LineBreak,
    /// A full stop (Unicode's ATerm): ends a sentence unless the next one does not look like a start.
    FullStop,
    /// Ends a sentence whatever follows (Unicode's STerm).
    Strong,
}

/// The role Unicode gives a character.
pub(super) fn role(c: char) -> Role {
    match c {
        '.' | '\u{2024}' | '\u{FE52}' | '\u{FF0E}' => Role::FullStop,
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Role::LineBreak,
        '!' | '?' => Role::Strong,
        _ if c.is_ascii() => Role::Plain,
        _ => {
            let at = STRONG.partition_point(|&(first, _)| first <= c as u32);
            if at > 0 && c as u32 <= STRONG[at - 1].1 { Role::Strong } else { Role::Plain }
        }
    }
}

/// Whether a character can only close a quotation or bracket (or, for straight quotes, may).
pub(super) fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | ')'
            | ']'
            | '}'
            | '”'
            | '’'
            | '»'
            | '›'
            | '“'
            | '‘'
            | '«'
            | '‹'
            | '」'
            | '』'
            | '）'
            | '》'
            | '〉'
            | '】'
            | '〕'
            | '］'
            | '｝'
            | '｣'
            | '〟'
            | '*'
            | '_'
            | '\u{201F}'
    )
}

/// Whether a character can open a quotation or bracket, or decorate a sentence's start.
pub(super) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '('
            | '['
            | '{'
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '¿'
            | '¡'
            | '「'
            | '『'
            | '（'
            | '《'
            | '〈'
            | '【'
            | '”'
            | '’'
            | '*'
            | '_'
            | '#'
            | '~'
            | '`'
            | '\u{201F}'
    )
}

/// Whether a character marks an item of a list.
pub(super) fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '⁃' | '‣' | '▪' | '●' | '◦' | '■' | '►' | '➢' | '❖')
}

/// Whether a character takes no part in how a text reads: direction marks, joiners, soft hyphens.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}')
}

/// Whether a character is a pictograph that people put after the sentence it belongs to.
pub(super) fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{1F1E6}'..='\u{1F1FF}')
        && !is_bullet(c)
        && !('\u{275B}'..='\u{2775}').contains(&c)
}

/// A dash that may stand between a quotation and who says it.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―')
}

/// A character's writing system, as far as rules differ between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Arabic,
    Devanagari,
    /// Chinese characters, kana and what is written with them.
    East,
    Other,
}

/// The script of a letter (any other character is `Other`).
pub(super) fn script(c: char) -> Script {
    match c {
        'A'..='Z' | 'a'..='z' | 'ª' | 'º' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{530}'..='\u{588}' | '\u{58A}'..='\u{58F}' => Script::Armenian,
        '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => {
            Script::Arabic
        }
        '\u{900}'..='\u{97F}' => Script::Devanagari,
        '\u{3005}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{323AF}' => Script::East,
        _ => Script::Other,
    }
}

/// The character that starts at a byte offset.
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at) {
        Some(&byte) if byte < 0x80 => Some(byte as char),
        Some(_) => text[at..].chars().next(),
        None => None,
    }
}

/// The character that ends at a byte offset.
#[inline]
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// Where the white space that ends at `at` starts, not looking before `floor`.
pub(super) fn white_start(text: &str, floor: usize, at: usize) -> usize {
    floor + text[floor..at].trim_end().len()
}

/// Where the white space that starts at `at` ends.
pub(super) fn white_end(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

/// A character boundary about `back` bytes before `at`.
pub(super) fn floor_char(text: &str, at: usize, back: usize) -> usize {
    let mut floor = at.saturating_sub(back);
    while !text.is_char_boundary(floor) {
        floor -= 1;
    }
    floor
}
