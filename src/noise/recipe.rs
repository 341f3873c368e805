//! The recipe: noises in a row, as written on the command line.
//!
//! `name[:key=value,…][@probability]`, for example `infill:ratio=0.3,lambda=3.5@0.9`.

use std::fmt;

use anyhow::{Result, anyhow, bail, ensure};

use super::{Count, Noise, Unit};
use crate::suggest::nearest;

/// A noise and the probability that it is applied to an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is done.
    pub noise: Noise,
    /// `None`: always.
    pub chance: Option<f64>,
}

/// Noises in the order in which they are applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// From first to last.
    pub steps: Vec<Step>,
}

/// A recipe with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// BERT's masking.
    Bert,
    /// BERT's masking of whole words.
    BertWwm,
    /// ModernBERT's masking.
    Modernbert,
    /// What the released BART was trained with.
    Bart,
    /// What the BART paper says.
    BartPaper,
    /// mBART's.
    Mbart,
}

impl Preset {
    /// Name and recipe of every preset.
    pub const ALL: [(&'static str, Preset, &'static [&'static str]); 6] = [
        ("bert", Preset::Bert, &["mask:ratio=0.15"]),
        ("bert-wwm", Preset::BertWwm, &["mask:ratio=0.15,unit=word"]),
        ("modernbert", Preset::Modernbert, &["mask:ratio=0.3"]),
        ("bart", Preset::Bart, &["permute", "infill:ratio=0.3,lambda=3.5,random=0.1"]),
        ("bart-paper", Preset::BartPaper, &["permute", "infill:ratio=0.3,lambda=3"]),
        ("mbart", Preset::Mbart, &["permute", "infill:ratio=0.35,lambda=3.5"]),
    ];

    /// The noises it stands for.
    pub fn recipe(self) -> Result<Recipe> {
        let (_, _, noises) = Self::ALL[self as usize];
        Recipe::parse(noises)
    }
}

/// Names of the noises, as typed.
pub const NAMES: [&str; 5] = ["mask", "delete", "infill", "permute", "rotate"];

impl Recipe {
    /// From the texts of its noises. Errors name the text and the remedy.
    pub fn parse<S: AsRef<str>>(noises: &[S]) -> Result<Recipe> {
        let steps = noises.iter().map(|noise| {
            let noise = noise.as_ref();
            Step::parse(noise).map_err(|e| anyhow!("--noise {noise}: {e}"))
        });
        Ok(Recipe { steps: steps.collect::<Result<_>>()? })
    }

    /// Whether every token keeps its place, as masked labels need.
    pub fn keeps_places(&self) -> bool {
        self.steps.iter().all(|step| step.noise.keeps_places())
    }
}

impl Step {
    fn parse(text: &str) -> Result<Step> {
        let (text, chance) = match text.rsplit_once('@') {
            Some((text, chance)) => (text, Some(share("the probability after @", chance)?)),
            None => (text, None),
        };
        let (name, pairs) = text.split_once(':').unwrap_or((text, ""));
        let mut keys = Keys::new(pairs)?;
        let noise = match name {
            "mask" => Noise::Mask {
                ratio: keys.share("ratio", 0.15)?,
                unit: keys.unit(Unit::Token)?,
                count: keys.count()?,
                mask: keys.share("mask", 0.8)?,
                random: keys.share("random", 0.1)?,
            },
            "delete" => {
                Noise::Delete { ratio: keys.share("ratio", 0.15)?, unit: keys.unit(Unit::Token)?, count: keys.count()? }
            }
            "infill" => Noise::Infill {
                ratio: keys.share("ratio", 0.3)?,
                lambda: keys.lambda()?,
                unit: keys.unit(Unit::Word)?,
                random: keys.share("random", 0.0)?,
            },
            "permute" => Noise::Permute { ratio: keys.share("ratio", 1.0)? },
            "rotate" => Noise::Rotate { unit: keys.place(Unit::Token)? },
            _ => bail!("no noise {name:?} ({})", nearest(name, NAMES)),
        };
        keys.finish(name)?;
        if let Noise::Mask { mask, random, .. } = noise {
            ensure!(
                mask + random <= 1.0 + 1e-9,
                "mask {mask} and random {random} are more than 1 together (lower one)"
            );
        }
        Ok(Step { noise, chance })
    }
}

/// The `key=value` pairs of a noise, taken one by one.
struct Keys<'t> {
    pairs: Vec<(&'t str, &'t str)>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    fn new(text: &'t str) -> Result<Self> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for pair in text.split(',').filter(|_| !text.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| anyhow!("{pair:?} is no key=value"))?;
            ensure!(pairs.iter().all(|(other, _)| *other != key), "{key} is given twice (leave one)");
            pairs.push((key, value));
        }
        Ok(Keys { pairs, asked: Vec::new() })
    }

    fn take(&mut self, key: &'static str) -> Option<&'t str> {
        self.asked.push(key);
        let at = self.pairs.iter().position(|(other, _)| *other == key)?;
        Some(self.pairs.remove(at).1)
    }

    fn share(&mut self, key: &'static str, default: f64) -> Result<f64> {
        self.take(key).map_or(Ok(default), |value| share(key, value))
    }

    fn lambda(&mut self) -> Result<f64> {
        let Some(value) = self.take("lambda") else { return Ok(3.0) };
        let lambda: f64 = value.parse().map_err(|_| anyhow!("lambda {value:?} is no number (0.1 to 256)"))?;
        ensure!((0.1..=256.0).contains(&lambda), "lambda {value} is outside 0.1..256 (a span's mean length)");
        Ok(lambda)
    }

    fn unit(&mut self, default: Unit) -> Result<Unit> {
        match self.take("unit") {
            None => Ok(default),
            Some("token") => Ok(Unit::Token),
            Some("word") => Ok(Unit::Word),
            Some(other) => bail!("no unit {other:?} ({})", nearest(other, ["token", "word"])),
        }
    }

    fn place(&mut self, default: Unit) -> Result<Unit> {
        match self.take("unit") {
            None => Ok(default),
            Some("token") => Ok(Unit::Token),
            Some("word") => Ok(Unit::Word),
            Some("sentence") => Ok(Unit::Sentence),
            Some(other) => bail!("no unit {other:?} ({})", nearest(other, ["token", "word", "sentence"])),
        }
    }

    fn count(&mut self) -> Result<Count> {
        match self.take("count") {
            None | Some("bernoulli") => Ok(Count::Bernoulli),
            Some("exact") => Ok(Count::Exact),
            Some(other) => bail!("no count {other:?} ({})", nearest(other, ["bernoulli", "exact"])),
        }
    }

    fn finish(self, name: &str) -> Result<()> {
        match self.pairs.first() {
            None => Ok(()),
            Some((key, _)) => bail!("{name} has no key {key:?} ({})", nearest(key, self.asked)),
        }
    }
}

fn share(what: &str, value: &str) -> Result<f64> {
    let number: f64 = value.parse().map_err(|_| anyhow!("{what} {value:?} is no number (0 to 1)"))?;
    ensure!((0.0..=1.0).contains(&number), "{what} {value} is outside 0..1 (a share of the whole)");
    Ok(number)
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Unit::Token => "token",
            Unit::Word => "word",
            Unit::Sentence => "sentence",
        })
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Count::Bernoulli => "bernoulli",
            Count::Exact => "exact",
        })
    }
}

/// With every key spelled out, so that it can be typed again.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.noise {
            Noise::Mask { ratio, unit, count, mask, random } => {
                write!(f, "mask:ratio={ratio},unit={unit},count={count},mask={mask},random={random}")
            }
            Noise::Delete { ratio, unit, count } => write!(f, "delete:ratio={ratio},unit={unit},count={count}"),
            Noise::Infill { ratio, lambda, unit, random } => {
                write!(f, "infill:ratio={ratio},lambda={lambda},unit={unit},random={random}")
            }
            Noise::Permute { ratio } => write!(f, "permute:ratio={ratio}"),
            Noise::Rotate { unit } => write!(f, "rotate:unit={unit}"),
        }?;
        self.chance.map_or(Ok(()), |chance| write!(f, "@{chance}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(noise: &str) -> String {
        Recipe::parse(&[noise]).expect_err("refused").to_string()
    }

    #[test]
    fn a_noise_written_out_reads_back_as_itself() {
        for noise in
            ["mask", "delete:ratio=0.5", "infill:lambda=3.5@0.9", "permute:ratio=0.3", "rotate:unit=sentence@0"]
        {
            let step = Step::parse(noise).expect("valid");
            assert_eq!(Step::parse(&step.to_string()).expect("valid"), step);
        }
    }

    #[test]
    fn misspellings_get_the_nearest_name() {
        assert_eq!(refusal("maks"), r#"--noise maks: no noise "maks" (did you mean mask?)"#);
        assert_eq!(
            refusal("infill:lamda=3"),
            r#"--noise infill:lamda=3: infill has no key "lamda" (did you mean lambda?)"#
        );
        assert_eq!(refusal("mask:unit=wrd"), r#"--noise mask:unit=wrd: no unit "wrd" (did you mean word?)"#);
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for noise in [
            "mask:ratio=1.5",
            "mask:ratio=-0.1",
            "mask:ratio=nan",
            "mask:mask=0.9,random=0.2",
            "infill:lambda=0.05",
            "infill:lambda=257",
            "mask@2",
            "mask:ratio",
            "mask:ratio=.1,ratio=.2",
            "permute:unit=word",
            "delete:unit=sentence",
        ] {
            refusal(noise);
        }
    }

    #[test]
    fn presets_are_valid_and_in_order() {
        for (at, (_, preset, _)) in Preset::ALL.iter().enumerate() {
            assert_eq!(*preset as usize, at);
            preset.recipe().expect("valid");
        }
    }
}
