//! Owns the codes of languages, and what is said in one row of each that has lists. Must not know the lists' words.

use std::fmt;

use super::characters::Script;
use crate::suggest::nearest;

/// A language, with abbreviation lists or without.
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

/// Codes of languages that go by another's lists, or have others elsewhere: dialects and standards by ISO 639-3, the
/// bibliographic codes of ISO 639-2, withdrawn codes.
const ALIASES: &[(&str, &str)] = &[
    ("acm", "ar"),
    ("acq", "ar"),
    ("aeb", "ar"),
    ("ajp", "ar"),
    ("alb", "sq"),
    ("als", "sq"),
    ("apc", "ar"),
    ("arb", "ar"),
    ("arm", "hy"),
    ("ars", "ar"),
    ("ary", "ar"),
    ("arz", "ar"),
    ("azb", "az"),
    ("azj", "az"),
    ("baq", "eu"),
    ("bs", "hr"),
    ("bur", "my"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("cze", "cs"),
    ("dut", "nl"),
    ("ekk", "et"),
    ("fil", "tl"),
    ("fre", "fr"),
    ("geo", "ka"),
    ("ger", "de"),
    ("gre", "el"),
    ("hbs", "hr"),
    ("ice", "is"),
    ("in", "id"),
    ("iw", "he"),
    ("lvs", "lv"),
    ("mac", "mk"),
    ("mao", "mi"),
    ("may", "id"),
    ("mo", "ro"),
    ("mol", "ro"),
    ("ms", "id"),
    ("nb", "no"),
    ("nn", "no"),
    ("per", "fa"),
    ("pes", "fa"),
    ("pnb", "pa"),
    ("prs", "fa"),
    ("rum", "ro"),
    ("sh", "hr"),
    ("slo", "sk"),
    ("tib", "bo"),
    ("wel", "cy"),
    ("wuu", "zh"),
    ("yue", "zh"),
    ("zlm", "id"),
    ("zsm", "id"),
];

/// Codes that say that the language is not told, or that there are several.
const UNTOLD: [&str; 5] = ["auto", "und", "mul", "mis", "zxx"];

/// A code that names no language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownLanguage(String);

impl UnknownLanguage {
    /// As it was given.
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownLanguage {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self(code) = self;
        let near = nearest(code, Language::codes());
        let near = if near.starts_with("did") { format!("; {near}") } else { String::new() };
        write!(f, "{code}: not a language code (auto, or ISO 639 such as de, deu, deu_Latn or pt-BR{near})")
    }
}

impl Language {
    /// A language without a list: it goes by the script.
    const WITHOUT_LIST: Self = Self(ROWS.len() as u8);

    /// The language that a code names: ISO 639-1, 639-2 or 639-3, perhaps with a script, a region or fastText's
    /// `__label__`. None if the code leaves it open.
    pub fn parse(code: &str) -> Result<Option<Self>, UnknownLanguage> {
        let tag = code.strip_prefix("__label__").unwrap_or(code);
        let mut parts = tag.split(['-', '_', '.', '@']);
        let primary = parts.next().unwrap_or("").to_ascii_lowercase();
        if UNTOLD.contains(&primary.as_str()) {
            return Ok(None);
        }
        let standard = standard_code(&primary).ok_or_else(|| UnknownLanguage(code.to_owned()))?;
        let is_latin = parts.any(|part| part.eq_ignore_ascii_case("Latn"));
        Ok(Some(match Self::with_list(standard) {
            Some(language) if !is_latin || ROWS[usize::from(language.0)].script == Script::Latin => language,
            Some(_) if standard == "sr" => Self::with_list("hr").unwrap_or(Self::WITHOUT_LIST),
            _ => Self::WITHOUT_LIST,
        }))
    }

    /// The same, for codes that are known to be right.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::parse(code).ok().flatten()
    }

    fn with_list(code: &str) -> Option<Self> {
        let index = ROWS.iter().position(|row| row.code == code)?;
        u8::try_from(index).ok().map(Self)
    }

    /// The codes of all languages with lists, in alphabetical order but for English.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        ROWS.iter().map(|row| row.code)
    }

    /// Its code in ISO 639-1 where it has one; None for one without a list, which goes by the script.
    pub fn code(self) -> Option<&'static str> {
        self.row().map(|row| row.code)
    }

    pub(super) fn row(self) -> Option<&'static Row> {
        ROWS.get(usize::from(self.0))
    }
}

/// The standard code of the language that a code or a tag (`de_DE`, `deu_Latn`) names; `None` where it names none.
pub fn standard_language(code: &str) -> Option<&'static str> {
    let primary = code.split(['-', '_', '.', '@']).next()?;
    standard_code(&primary.to_ascii_lowercase())
}

/// The code of the table for a code in lower case, or another known one.
fn standard_code(primary: &str) -> Option<&'static str> {
    if let Some(&(_, code)) = ALIASES.iter().find(|(alias, _)| *alias == primary) {
        return Some(code);
    }
    let language = match primary.len() {
        2 => isolang::Language::from_639_1(primary)?,
        3 => isolang::Language::from_639_3(primary)?,
        _ => return None,
    };
    let code = language.to_639_1().unwrap_or(language.to_639_3());
    Some(ALIASES.iter().find(|(alias, _)| *alias == code).map_or(code, |&(_, code)| code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, list: Option<&str>) {
        let language = Language::parse(code).expect("a known code").expect("a language");
        assert_eq!(language.row().map(|row| row.code), list, "{code}");
    }

    #[test]
    fn codes_of_every_standard_are_known() {
        for code in
            ["es", "ES", "spa", "spa_Latn", "es-MX", "es_419", "__label__es", "__label__spa_Latn", "es_ES.UTF-8"]
        {
            check(code, Some("es"));
        }
        let same = [("ger", "deu", "de"), ("fre", "fra", "fr"), ("dut", "nld", "nl"), ("chi", "zho", "zh")];
        for (bibliographic, terminological, list) in same {
            check(bibliographic, Some(list));
            check(terminological, Some(list));
        }
        for (code, list) in [("pt-BR", "pt"), ("nb", "no"), ("nno_Latn", "no"), ("arb_Arab", "ar"), ("zsm_Latn", "id")]
        {
            check(code, Some(list));
        }
    }

    #[test]
    fn a_script_can_tell_the_list() {
        check("sr", Some("sr"));
        check("srp_Cyrl", Some("sr"));
        check("srp_Latn", Some("hr"));
        check("kaz_Latn", None);
    }

    #[test]
    fn languages_without_a_list_are_known() {
        for code in ["eo", "lat", "ceb", "ace_Arab", "__label__oc", "bod_Tibt"] {
            check(code, None);
        }
    }

    #[test]
    fn some_codes_leave_the_language_open() {
        for code in ["auto", "und", "mul", "zxx"] {
            assert_eq!(Language::parse(code), Ok(None));
        }
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        for code in ["", "-", "xx", "english", "e", "qqq", "__label__", "e n", "日本"] {
            assert!(Language::parse(code).is_err(), "{code:?}");
        }
        let message = UnknownLanguage("dee".to_owned()).to_string();
        assert_eq!(
            message,
            "dee: not a language code (auto, or ISO 639 such as de, deu, deu_Latn or pt-BR; did you mean de?)"
        );
    }

    #[test]
    fn every_code_of_the_table_is_its_own() {
        for code in Language::codes() {
            check(code, Some(code));
        }
    }

    #[test]
    fn aliases_name_other_codes() {
        for (alias, code) in ALIASES {
            assert!(Language::with_list(alias).is_none(), "{alias} has a list");
            assert!(standard_code(code).is_some_and(|found| found == *code), "{alias} means {code}");
        }
    }
}
