//! The token that names a document's language (mBART): which one it is, and where it stands.
//!
//! It takes the place of the language token in the tokenizer's template, as in mbart-large-cc25's `$A </s> en_XX`; where
//! there is none it is the last id of a record, as fairseq's multilingual denoising puts it.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::document::Document;
use crate::sentence::standard_language;
use crate::suggest::{nearest, one_of};
use crate::tokenizer::{Template, Tokenizer, Vocabulary};

/// What stands for the language in a pattern.
const LANGUAGE: &str = "{lang}";

/// The tokens of `--lang-token`.
#[derive(Debug)]
pub struct LanguageTokens {
    /// Where its text comes from: a token with [`LANGUAGE`] in it, or a token.
    pattern: String,
    /// By what stands for the language in the token's text.
    templates: BTreeMap<String, Template>,
    /// The language of documents that name none.
    default: Option<String>,
}

impl LanguageTokens {
    /// Finds the tokens, which become special. `default` is the language of documents that name none.
    pub fn find(pattern: &str, default: Option<&str>, tokenizer: &mut Tokenizer) -> Result<Self> {
        let found = tokens(pattern, tokenizer.vocabulary());
        ensure!(
            !found.is_empty(),
            "--lang-token {pattern:?}: the tokenizer has no such token (add one for each language, such as de_DE)"
        );
        let ids: Vec<u32> = found.values().copied().collect();
        tokenizer.mark_special(&ids);
        let template = tokenizer.template();
        let vocabulary = tokenizer.vocabulary();
        let is_language =
            |id: u32| ids.contains(&id) || vocabulary.surface(id).is_some_and(|s| standard_language(s).is_some());
        let with = |(name, id)| (name, with_token(template, id, is_language));
        let templates = found.into_iter().map(with).collect();
        let languages =
            LanguageTokens { pattern: pattern.to_string(), templates, default: default.map(str::to_string) };
        if languages.default.is_some() {
            languages.template(None)?;
        }
        Ok(languages)
    }

    /// One of the templates, all of which are equally long.
    pub fn longest_template(&self) -> &Template {
        self.templates.values().next().unwrap_or_else(|| unreachable!("there is a token"))
    }

    /// The template of a document; errors name the document.
    pub fn of(&self, document: &Document) -> Result<&Template> {
        self.template(document.language).with_context(|| document.place().to_string())
    }

    fn template(&self, language: Option<&str>) -> Result<&Template> {
        if !self.pattern.contains(LANGUAGE) {
            return self.templates.values().next().context("no token");
        }
        let language = language.filter(|language| !language.is_empty()).or(self.default.as_deref());
        let Some(language) = language else {
            bail!(
                "no language for --lang-token (name it in the record, or with --lang; --on-error skip passes it over)"
            );
        };
        if let Some(template) = self.templates.get(language) {
            return Ok(template);
        }
        let code = standard_language(language);
        let same = self.templates.iter().filter(|(name, _)| code.is_some() && standard_language(name) == code);
        match same.collect::<Vec<_>>()[..] {
            [(_, template)] => Ok(template),
            [] => {
                let names = self.templates.keys().map(String::as_str);
                // No other language is meant by the code of one.
                let names = if code.is_some() { one_of(names) } else { nearest(language, names) };
                Err(anyhow!(
                    "the tokenizer has no token for the language {language:?} ({names}; --on-error skip passes it over)"
                ))
            }
            [(one, _), (other, _), ..] => {
                bail!("the language {language:?} has several tokens (say which: {one} or {other})")
            }
        }
    }
}

/// The tokens of a pattern by what stands for the language in their texts: of those that fit it, the ones with a language
/// there.
fn tokens(pattern: &str, vocabulary: &Vocabulary) -> BTreeMap<String, u32> {
    let added = (0..vocabulary.size() as u32).filter(|&id| vocabulary.is_special(id) || vocabulary.is_added(id));
    let surfaces = added.filter_map(|id| Some((vocabulary.surface(id)?, id)));
    let Some((before, after)) = pattern.split_once(LANGUAGE) else {
        return vocabulary.id(pattern).map(|id| (pattern.to_string(), id)).into_iter().collect();
    };
    let named = surfaces.filter_map(|(surface, id)| {
        let name = surface.strip_prefix(before)?.strip_suffix(after)?;
        standard_language(name).map(|_| (name.to_string(), id))
    });
    named.collect()
}

/// A template with a language's token in the place of another's, else at its end.
fn with_token(template: &Template, id: u32, is_language: impl Fn(u32) -> bool) -> Template {
    let mut with = template.clone();
    let mut ids = with.prefix.iter_mut().chain(&mut with.suffix);
    match ids.find(|place| is_language(**place)) {
        Some(place) => *place = id,
        None => with.suffix.push(id),
    }
    with
}
