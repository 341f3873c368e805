//! Owns which languages have lists, by code, and what is said of each in one row. Must not know the lists' words.

use super::characters::Script;

/// A language with abbreviation lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(u8);

/// What rules need to know of a language.
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) script: Script,
    /// Whether "3." means "third" and is often followed by a capital inside a sentence.
    pub(super) dotted_ordinals: bool,
    /// The list, as in `abbreviations/CODE.txt`.
    pub(super) list: &'static str,
}

/// One row per language; the list of the same code is read at compile time.
macro_rules! rows {
    ($($code:literal $script:ident $ordinals:literal,)*) => {
        &[$(Row {
            code: $code,
            script: Script::$script,
            dotted_ordinals: $ordinals,
            list: include_str!(concat!("abbreviations/", $code, ".txt")),
        }),*]
    };
}

/// English comes first: it is the default for Latin script.
pub(super) const ROWS: &[Row] = rows![
    "en" Latin false,
    "af" Latin false,
    "am" Other false,
    "ar" Arabic false,
    "az" Latin false,
    "be" Cyrillic false,
    "bg" Cyrillic false,
    "bn" Other false,
    "ca" Latin false,
    "cs" Latin true,
    "da" Latin false,
    "de" Latin true,
    "el" Greek false,
    "es" Latin false,
    "et" Latin false,
    "eu" Latin true,
    "fa" Arabic false,
    "fi" Latin false,
    "fr" Latin false,
    "gl" Latin false,
    "gu" Other false,
    "he" Other false,
    "hi" Devanagari false,
    "hr" Latin true,
    "hu" Latin true,
    "hy" Armenian false,
    "id" Latin false,
    "is" Latin true,
    "it" Latin false,
    "ja" East false,
    "ka" Other false,
    "kk" Cyrillic false,
    "ko" Other false,
    "lt" Latin false,
    "lv" Latin false,
    "mk" Cyrillic false,
    "mr" Devanagari false,
    "my" Other false,
    "nl" Latin false,
    "no" Latin false,
    "pa" Other false,
    "pl" Latin false,
    "pt" Latin false,
    "ro" Latin false,
    "ru" Cyrillic false,
    "sk" Latin true,
    "sl" Latin true,
    "sq" Latin false,
    "sr" Cyrillic true,
    "sv" Latin false,
    "ta" Other false,
    "te" Other false,
    "tl" Latin false,
    "tr" Latin true,
    "uk" Cyrillic false,
    "ur" Arabic false,
    "vi" Latin false,
    "zh" East false,
];

/// Codes that are written otherwise elsewhere.
const ALIASES: &[(&str, &str)] = &[("nb", "no"), ("nn", "no"), ("cmn", "zh"), ("yue", "zh")];

impl Language {
    /// The language of a BCP 47 tag, told by its primary subtag: `en`, `en-US` and `EN_us` are all English.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next()?;
        let primary =
            ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(primary)).map_or(primary, |&(_, code)| code);
        let index = ROWS.iter().position(|row| row.code.eq_ignore_ascii_case(primary))?;
        u8::try_from(index).ok().map(Self)
    }

    /// The codes of all languages with lists.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|row| row.code)
    }

    /// This language's code.
    pub fn code(self) -> &'static str {
        self.row().map_or("", |row| row.code)
    }

    pub(super) fn row(self) -> Option<&'static Row> {
        ROWS.get(usize::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_told_by_its_primary_subtag() {
        for code in ["en", "en-US", "EN_us"] {
            assert_eq!(Language::from_code(code).map(Language::code), Some("en"));
        }
        assert_eq!(Language::from_code("nb-NO").map(Language::code), Some("no"));
        for code in ["", "-", "xx", "english", "e"] {
            assert_eq!(Language::from_code(code), None);
        }
    }

    #[test]
    fn every_code_gives_its_language_back() {
        for code in Language::codes() {
            assert_eq!(Language::from_code(code).map(Language::code), Some(code));
        }
    }
}
