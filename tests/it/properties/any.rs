//! Any text, any packing, any step of a recipe, any tokenizer of the fixtures.

use std::sync::{LazyLock, Mutex};

use muddle::noise::{KINDS, Step};
use muddle::pipeline::Corrupter;
use muddle::tokenizer::{Location, Tokenizer};
use muddle::window::Packing;
use proptest::prelude::*;

use crate::laws::subject::corrupter;
use crate::support::fixture;

/// Fixtures, and whether special tokens are looked for in the text.
pub const TOKENIZERS: [(&str, bool); 8] = [
    ("bytelevel", false),
    ("wordpiece", false),
    ("unigram", false),
    ("llama_like", false),
    ("fallback", false),
    ("bytelevel", true),
    ("llama_like", true),
    ("fallback", true),
];

/// Loaded once; a test takes one, sets what it needs and gives it back.
pub static CORRUPTERS: LazyLock<Vec<Mutex<Corrupter>>> = LazyLock::new(|| {
    let settled = |&(name, specials): &(&str, bool)| {
        let location = Location { file: fixture(&format!("tokenizers/{name}.json")), folder: None };
        Mutex::new(corrupter(Tokenizer::load(&location, specials).unwrap(), &["mask"], Packing::Fit, 64))
    };
    TOKENIZERS.iter().map(settled).collect()
});

/// Sentences of several scripts, some far too long for a window, between white space of several kinds or none.
pub fn text() -> impl Strategy<Value = String> {
    const PIECES: &str = "One two three.¦ Then it went on, and on!¦ No?¦ Yes.¦\n¦\n\n¦ ¦  ¦\u{3000}¦你好。¦你好吗？¦「是的。」¦ Да. ¦Нет!¦ é¦.\
        ¦...¦ 3.5 m.¦ <mask> ¦</s>¦[SEP]¦ word¦antidisestablishmentarianism¦ a b c d e f g h i j k l m n o p q r s t u v w x y z¦字字字字字字\
        字字字字字字字字字字字字字字¦ประโยค¦ क्या?¦ \"Quoted.\"¦(aside)¦ x=1;¦▁¦ e\u{301}¦🙂¦\n\u{200b}¦\u{200b}¦ The end";
    let piece = proptest::sample::select(PIECES.split('¦').collect::<Vec<_>>());
    proptest::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

pub fn packing() -> impl Strategy<Value = Packing> {
    prop_oneof![
        Just(Packing::Fit),
        Just(Packing::Sentence),
        Just(Packing::Document),
        (1usize..5, 1usize..5).prop_map(|(size, stride)| Packing::Sliding { size, stride: stride.min(size) }),
    ]
}

/// A noise of any kind with any of its keys set to something.
pub fn step() -> impl Strategy<Value = String> {
    let noise = proptest::sample::select((0..KINDS.len()).collect::<Vec<_>>()).prop_flat_map(|at| {
        let keys = KINDS[at].keys.iter().map(|key| (Just(key.goes_with), Just(key.name), value(key.name)));
        keys.collect::<Vec<_>>().prop_map(move |typed| {
            let mut keys: Vec<String> = Vec::new();
            for (goes_with, name, value) in typed {
                if goes_with.is_none_or(|pair| keys.iter().any(|key| key == pair)) {
                    keys.push(format!("{name}={value}"));
                }
            }
            let colon = if keys.is_empty() { "" } else { ":" };
            format!("{}{colon}{}", KINDS[at].name, keys.join(","))
        })
    });
    let valid = noise.prop_filter("valid", |noise| noise.parse::<Step>().is_ok());
    (valid, prop_oneof![Just(""), Just("@0.5")]).prop_map(|(noise, probability)| format!("{noise}{probability}"))
}

/// What a key may be set to, in most noises that have it.
fn value(key: &str) -> BoxedStrategy<String> {
    let share = prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f64];
    match key {
        "unit" => prop_oneof![Just("token"), Just("word"), Just("sentence")].prop_map(str::to_string).boxed(),
        "count" => prop_oneof![Just("bernoulli"), Just("exact")].prop_map(str::to_string).boxed(),
        "mean" => (1.0..6.0f64).prop_map(|mean| mean.to_string()).boxed(),
        "layout" => prop_oneof![Just("uniform"), Just("t5")].prop_map(str::to_string).boxed(),
        "overflow" => prop_oneof![Just("error"), Just("merge")].prop_map(str::to_string).boxed(),
        "span" => prop_oneof![Just("none"), Just("geometric"), Just("ngram")].prop_map(str::to_string).boxed(),
        "choice" => prop_oneof![Just("token"), Just("span")].prop_map(str::to_string).boxed(),
        "max" => (1..12u32).prop_map(|max| max.to_string()).boxed(),
        "ratio" => prop_oneof![Just("uniform".to_string()), share.prop_map(|share| share.to_string())].boxed(),
        "order" => prop_oneof![Just("spm"), Just("spm-ai2")].prop_map(str::to_string).boxed(),
        "nonempty" => prop_oneof![Just("no"), Just("yes")].prop_map(str::to_string).boxed(),
        "pre" | "suf" | "mid" => Just("auto".to_string()).boxed(),
        "lambda" => (0.1..6.0f64).prop_map(|mean| mean.to_string()).boxed(),
        _ => share.prop_map(|share| share.to_string()).boxed(),
    }
}
