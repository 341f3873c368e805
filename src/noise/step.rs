//! One step of a recipe as written on the command line: `name[:key=value,…][@probability]`, such as
//! `infill:ratio=0.3,lambda=3.5@0.9`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use serde::{Serialize, Serializer};

use super::keys::{PREFIX, share};
use super::{Body, Context, Drawn, KINDS, Keys, Kind, Noise, Scene, Workspace};
use crate::rng::{Chance, NoiseKey, NoiseRng};
use crate::suggest::nearest;
use crate::tokenizer::Tokenizer;
use crate::window::Window;

/// A noise and the probability that it is applied to an example.
#[derive(Clone)]
pub struct Step {
    /// What is done.
    pub noise: Arc<dyn Noise>,
    /// Its kind.
    pub kind: &'static Kind,
    /// `None`: always.
    pub probability: Option<f64>,
    /// Text put before the input of its recipe.
    pub prefix: Option<String>,
    /// With every key spelled out, so that it can be typed again.
    text: String,
}

impl Step {
    /// A noise of a kind with the `key=value,…` that are not their defaults.
    pub fn new(kind: &'static Kind, pairs: &str, probability: Option<f64>) -> Result<Step> {
        let mut keys = Keys::new(pairs, kind.keys)?;
        let prefix = keys.prefix()?;
        let noise = (kind.parse)(&mut keys)?;
        let mut keys = keys.finish(kind.name)?;
        if let Some(prefix) = &prefix {
            keys.push_str(if keys.is_empty() { "" } else { "," });
            keys.push_str(&format!("{PREFIX}={prefix}"));
        }
        let mut text = if keys.is_empty() { kind.name.to_string() } else { format!("{}:{keys}", kind.name) };
        if let Some(probability) = probability {
            text.push_str(&format!("@{probability}"));
        }
        Ok(Step { noise, kind, probability, prefix, text })
    }

    /// As on the command line.
    pub fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Whether it is applied to every window.
    pub fn is_certain(&self) -> bool {
        self.probability.is_none_or(|probability| probability == 1.0)
    }

    /// Looks up the tokens that its noise names.
    pub fn bind(&mut self, tokenizer: &mut Tokenizer) -> Result<()> {
        if let Some(noise) = self.noise.bind(tokenizer)? {
            self.noise = noise;
        }
        Ok(())
    }

    /// Applies the step, at `position` in its recipe, to what the steps before it made of a window.
    pub fn apply(
        &self,
        position: usize,
        (window, key): (&Window, &NoiseKey),
        scene: &Scene,
        work: &mut Workspace,
        (body, drawn): (&mut Body, &mut Drawn),
    ) -> Result<()> {
        drawn.clear();
        let mut rng = NoiseRng::new(key, position as u32);
        if self.probability.is_some_and(|probability| !rng.happens(Chance::new(probability))) {
            return Ok(());
        }
        drawn.applied = true;
        self.noise.apply(body, &mut Context { scene: *scene, window, rng, work }, drawn)
    }
}

impl FromStr for Step {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Step> {
        let (noise, probability) = match text.rsplit_once('@') {
            Some((noise, probability)) => (noise, Some(share("the probability after @", probability)?)),
            None => (text, None),
        };
        let (name, pairs) = noise.split_once(':').unwrap_or((noise, ""));
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
            anyhow!("no noise is called {name:?} ({})", nearest(name, KINDS.iter().map(|kind| kind.name)))
        })?;
        Step::new(kind, pairs, probability)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Step {
    fn eq(&self, other: &Step) -> bool {
        self.text == other.text
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(noise: &str) -> String {
        Step::from_str(noise).expect_err("refused").to_string()
    }

    #[test]
    fn a_noise_written_out_reads_back_as_itself() {
        let typed = [
            "delete:ratio=0.5",
            "mask:ratio=uniform,span=ngram,unit=word@0.5",
            "infill:lambda=3.5@0.9",
            "permute:ratio=0.3",
            "rotate:unit=sentence@0",
            "none:prefix=[S2S]",
            "span:prefix=a b",
        ];
        for noise in typed.into_iter().chain(KINDS.iter().map(|kind| kind.name)) {
            let step = Step::from_str(noise).expect("valid");
            assert_eq!(Step::from_str(&step.to_string()).expect("valid"), step);
        }
    }

    fn is_default(kind: &Kind, goes_with: Option<&str>) -> bool {
        goes_with.is_none_or(|pair| kind.keys.iter().any(|key| format!("{}={}", key.name, key.default) == pair))
    }

    #[test]
    fn every_key_is_written_out_with_its_default() {
        for kind in KINDS {
            let always = kind.keys.iter().filter(|key| is_default(kind, key.goes_with));
            let keys: Vec<String> = always.map(|key| format!("{}={}", key.name, key.default)).collect();
            let text = Step::from_str(kind.name).expect("valid").to_string();
            assert_eq!(text.split_once(':').map_or("", |(_, keys)| keys), keys.join(","));
        }
    }

    #[test]
    fn misspellings_get_the_nearest_name() {
        assert_eq!(refusal("maks"), r#"no noise is called "maks" (did you mean mask?)"#);
        assert_eq!(refusal("infill:lamda=3"), r#"infill has no key "lamda" (did you mean lambda?)"#);
        assert_eq!(refusal("mask:unit=wrd"), r#"unit "wrd" is not known (did you mean word?)"#);
        assert_eq!(refusal("mask:0.3"), r#""0.3" is not key=value (such as ratio=0.15)"#);
        assert_eq!(
            refusal("mask:max=3"),
            "mask: max goes with span=geometric or span=ngram (add it, or leave out max)"
        );
        assert_eq!(refusal("none:ratio=1"), "none takes no keys (leave out ratio)");
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
            "delete:ratio=uniform",
            "mask:span=geometric,p=0",
            "mask:span=geometric,max=0",
            "mask:span=ngram,max=257",
            "mask:span=ngram,count=exact",
        ] {
            refusal(noise);
        }
    }
}
