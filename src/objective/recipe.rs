//! One entry of a mixture as written on the command line: `weight:noise+noise`, such as `2:permute+infill:ratio=0.3`.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow, ensure};
use serde::{Serialize, Serializer};

use crate::noise::Step;

/// Noises in a row and how often windows get them, beside the other entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Above 0; weights need not sum to 1.
    pub weight: f64,
    /// The noises, in order.
    pub steps: Vec<Step>,
}

impl FromStr for Recipe {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Recipe> {
        let parts = text.split_once(':').and_then(|(weight, steps)| Some((weight.parse::<f64>().ok()?, steps)));
        let (weight, steps) =
            parts.ok_or_else(|| anyhow!("takes WEIGHT:RECIPE, such as 1:mask or 2.5:permute+infill"))?;
        ensure!(weight.is_finite(), "the weight is not a finite number (only the ratios of weights count)");
        ensure!(weight > 0.0, "weight {weight} is not above 0 (leave out a recipe that no window is to get)");
        let step = |text: &str| -> Result<Step> {
            ensure!(!text.is_empty(), "a noise is missing (such as 1:mask or 2.5:permute+infill)");
            text.parse().map_err(|error| anyhow!("{text}: {error}"))
        };
        Ok(Recipe { weight, steps: steps.split('+').map(step).collect::<Result<_>>()? })
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let steps: Vec<String> = self.steps.iter().map(Step::to_string).collect();
        write!(f, "{}:{}", self.weight, steps.join("+"))
    }
}

impl Serialize for Recipe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_written_out_reads_back_as_itself() {
        for text in ["1:mask", "0.25:permute+infill:ratio=0.2@0.5", "3:span:mean=8,prefix=[NLU]", ".5:none:prefix=a b"]
        {
            let recipe: Recipe = text.parse().expect("valid");
            assert_eq!(recipe.to_string().parse::<Recipe>().expect("valid"), recipe);
        }
    }

    #[test]
    fn what_is_wrong_with_a_recipe_is_told() {
        let refusal = |text: &str| text.parse::<Recipe>().expect_err("refused").to_string();
        for text in ["1:", "1:mask+", "1:+mask"] {
            assert_eq!(refusal(text), "a noise is missing (such as 1:mask or 2.5:permute+infill)");
        }
        assert_eq!(refusal("1:mask+maks"), r#"maks: no noise is called "maks" (did you mean mask?)"#);
        assert!(refusal("1:mask:ratio=7").starts_with("mask:ratio=7: ratio 7 is outside 0..1"));
    }

    #[test]
    fn weights_are_above_0() {
        for text in ["0:mask", "-1:mask", "nan:mask", "inf:mask", "mask", "x:mask", "1:", "1:mask+", "1:mask++delete"] {
            assert!(text.parse::<Recipe>().is_err(), "{text}");
        }
    }
}
