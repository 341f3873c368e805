//! Recipes with names.

use clap::ValueEnum;

/// A recipe with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// mask 0.15
    Bert,
    /// mask 0.15 of whole words
    BertWwm,
    /// mask 0.3
    Modernbert,
    /// mask 0.15, as bert: what changed is how the model was trained
    Roberta,
    /// mask 0.15 in spans of up to 10 words, geometric with p 0.2, each masked or not as one
    Spanbert,
    /// mask with a ratio drawn for each window (masked diffusion)
    Llada,
    /// fim 0.5, half of it with the suffix first
    Starcoder,
    /// fim 0.9, half of it with the suffix first
    Codellama,
    /// fim 0.5, prefix first
    Deepseek,
    /// fim 0.5, prefix first
    Qwen,
    /// permute, infill 0.3 lambda 3.5 random 0.1: the settings the released model was trained with
    Bart,
    /// permute, infill 0.3 lambda 3
    BartPaper,
    /// permute, infill 0.35 lambda 3.5; --lang-token adds the language codes
    Mbart,
    /// span 0.15 mean 3
    T5,
    /// span 0.15 mean 3, as t5: what changed is the model
    #[value(name = "t5-v1.1")]
    T5V11,
    /// seven recipes: short and long spans, few and many, and prefix, behind the texts NLU, S2S and NLG in brackets
    Ul2,
    /// seven recipes much as ul2, with other weights and a prefix of a quarter, behind R, S and X in brackets
    Fat5,
}

impl Preset {
    /// The noises it stands for.
    pub fn noises(self) -> &'static [&'static str] {
        match self {
            Preset::Bert => &["mask:ratio=0.15"],
            Preset::BertWwm => &["mask:ratio=0.15,unit=word"],
            Preset::Modernbert => &["mask:ratio=0.3"],
            Preset::Roberta => &["mask:ratio=0.15"],
            Preset::Spanbert => &["mask:ratio=0.15,unit=word,span=geometric,choice=span"],
            Preset::Llada => &["mask:ratio=uniform,mask=1,random=0"],
            Preset::Starcoder => &["fim:pre=<fim_prefix>,suf=<fim_suffix>,mid=<fim_middle>"],
            Preset::Codellama => &["fim:rate=0.9,pre=▁<PRE>,suf=▁<SUF>,mid=▁<MID>"],
            Preset::Deepseek => &["fim:spm=0,pre=<｜fim▁begin｜>,suf=<｜fim▁hole｜>,mid=<｜fim▁end｜>"],
            Preset::Qwen => &["fim:spm=0,pre=<|fim_prefix|>,suf=<|fim_suffix|>,mid=<|fim_middle|>"],
            Preset::Bart => &["permute", "infill:ratio=0.3,lambda=3.5,random=0.1"],
            Preset::BartPaper => &["permute", "infill:ratio=0.3,lambda=3"],
            Preset::Mbart => &["permute", "infill:ratio=0.35,lambda=3.5"],
            Preset::T5 | Preset::T5V11 => &["span:ratio=0.15,mean=3"],
            Preset::Ul2 | Preset::Fat5 => &[],
        }
    }

    /// The mixture it stands for, as `--mix` takes it; nothing where it is one recipe.
    pub fn mixture(self) -> &'static [&'static str] {
        match self {
            // Table 1 of the paper; the modes of section 3.1.3. Half of a text in spans of three needs more sentinels than T5 has.
            Preset::Ul2 => &[
                "1:span:ratio=0.15,mean=3,overflow=merge,prefix=[NLU]",
                "1:span:ratio=0.15,mean=8,overflow=merge,prefix=[NLU]",
                "1:prefix:ratio=0.25,prefix=[S2S]",
                "1:span:ratio=0.5,mean=3,overflow=merge,prefix=[NLG]",
                "1:span:ratio=0.5,mean=8,overflow=merge,prefix=[NLG]",
                "1:span:ratio=0.15,mean=64,overflow=merge,prefix=[NLG]",
                "1:span:ratio=0.5,mean=64,overflow=merge,prefix=[NLG]",
            ],
            // Its configuration: the prefix is a quarter of the text.
            Preset::Fat5 => &[
                "0.165:span:ratio=0.15,mean=3,overflow=merge,prefix=[R]",
                "0.165:span:ratio=0.15,mean=8,overflow=merge,prefix=[R]",
                "0.34:prefix:ratio=0.75,prefix=[S]",
                "0.0825:span:ratio=0.5,mean=3,overflow=merge,prefix=[X]",
                "0.0825:span:ratio=0.15,mean=8,overflow=merge,prefix=[X]",
                "0.0825:span:ratio=0.15,mean=64,overflow=merge,prefix=[X]",
                "0.0825:span:ratio=0.5,mean=64,overflow=merge,prefix=[X]",
            ],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::Step;
    use crate::objective::{Labels, Objective, Recipe};

    #[test]
    fn presets_are_valid() {
        for preset in Preset::value_variants() {
            let steps: Vec<Step> = preset.noises().iter().map(|noise| noise.parse().expect("valid")).collect();
            let mixture = preset.mixture().iter().map(|recipe| recipe.parse::<Recipe>().expect("valid").steps);
            let recipes: Vec<Vec<Step>> = mixture.chain((!steps.is_empty()).then_some(steps)).collect();
            assert!(!recipes.is_empty());
            for steps in recipes {
                Objective::new(steps, Labels::Auto).expect("valid");
            }
        }
    }
}
