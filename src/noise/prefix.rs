//! Prefix language modeling: the input is the beginning of a text, the labels are the rest.

use std::sync::Arc;

use anyhow::Result;

use super::{Body, Context, Drawn, Effect, Extent, Key, Kind, Noise};
use crate::figure::Figure;
use crate::stats::StepStats;
use crate::target::Target;

/// `prefix`.
pub const KIND: Kind = Kind {
    name: "prefix",
    about: "the input ends early, and labels are the rest",
    keys: &[Key::new("ratio", "uniform", "share of tokens left to the labels; uniform: any cut is as likely")],
    parse: |keys| Ok(Arc::new(Prefix { ratio: keys.share_or("ratio", "uniform")? })),
};

struct Prefix {
    /// `None`: every cut is as likely.
    ratio: Option<f64>,
}

impl Prefix {
    /// Tokens left to the labels, where the ratio says so.
    fn rest(&self, tokens: usize) -> Option<usize> {
        self.ratio.map(|ratio| match (ratio, tokens) {
            (0.0, _) | (_, 0 | 1) => 0,
            _ => ((tokens as f64 * ratio).round_ties_even() as usize).clamp(1, tokens - 1),
        })
    }
}

impl Noise for Prefix {
    fn target(&self) -> Target {
        Target::Hidden
    }

    fn extent(&self, ids: usize, specials: usize, _: usize) -> Extent {
        let (input, hidden) = match self.rest(ids) {
            Some(rest) => (ids - rest, rest),
            None => (ids.saturating_sub(1).max(1), ids.saturating_sub(1)),
        };
        Extent { input, specials, hidden, sentinels: 0 }
    }

    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let tokens = body.len();
        drawn.units = tokens as u64;
        drawn.too_short = tokens < 2;
        if tokens < 2 {
            return Ok(());
        }
        let rest = self.rest(tokens).unwrap_or_else(|| 1 + cx.rng.below(tokens - 1));
        drawn.chosen = rest as u64;
        body.continue_in_answer(tokens - rest, cx.window.body);
        body.is_clean = false;
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Hidden]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        format!("the last {} of {} tokens left to the labels", drawn.chosen, drawn.units)
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let rest = self.ratio.unwrap_or(0.5);
        let mut figures = vec![Figure::share("tokens left to the labels", counted.chosen, counted.units, rest)];
        if counted.too_short > 0 {
            figures.push(Figure::part("windows of one token, left as they are", counted.too_short, counted.applied));
        }
        figures
    }
}
