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
    /// permute, infill 0.35 lambda 3.5
    Mbart,
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::{Labels, Objective};

    #[test]
    fn presets_are_valid() {
        for preset in Preset::value_variants() {
            let steps = preset.noises().iter().map(|noise| noise.parse().expect("valid"));
            Objective::new(steps.collect(), Labels::Auto).expect("valid");
        }
    }
}
