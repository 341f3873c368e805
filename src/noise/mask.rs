//! Masking: chosen tokens become the mask token, a random one, or stay (BERT, section 3.1).

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::lengths::Lengths;
use super::placement::{Choice, Count};
use super::{Body, COUNT, Context, Drawn, Edit, Effect, Key, Keys, Kind, Needs, Noise, Ratio, UNIT_TOKEN, Unit};
use crate::figure::{Axis, Distribution, Figure};
use crate::rng::Chance;
use crate::stats::StepStats;
use crate::target::Target;
use crate::view::counted;

/// `mask`.
pub const KIND: Kind = Kind {
    name: "mask",
    about: "chosen tokens become the mask token, a random one, or stay",
    keys: &[
        Key::new("ratio", "0.15", "share of units chosen; uniform: drawn for each window (masked diffusion)"),
        UNIT_TOKEN,
        Key::new("span", "none", "choose units one by one (none), or in spans (geometric, ngram)"),
        COUNT.going_with("span=none"),
        Key::new("p", "0.2", "p of the geometric law of span lengths, up to max").going_with("span=geometric"),
        Key::new("max", "10", "longest span in units").going_with("span=geometric"),
        Key::new("max", "3", "longest span in units; lengths as frequent as 1/length").going_with("span=ngram"),
        Key::new("mask", "0.8", "share of chosen tokens that become the mask token"),
        Key::new("random", "0.1", "share of chosen tokens that become a random token"),
        Key::new(
            "choice",
            "token",
            "draw mask, random or kept for each token (token), or for whole spans or words (span)",
        ),
    ],
    parse: |keys| {
        let ratio = keys.share_or("ratio", "uniform")?.map_or(Ratio::Uniform, Ratio::Fixed);
        let unit = keys.unit()?;
        let choice = Choice { ratio, unit, count: count(keys)? };
        let (mask, random) = (keys.share("mask")?, keys.share("random")?);
        ensure!(mask + random <= 1.0 + 1e-9, "mask {mask} and random {random} are more than 1 together (lower one)");
        let by_span = keys.word("choice", &["token", "span"])? == "span";
        Ok(Arc::new(Mask { choice, mask, random, by_span }))
    },
};

/// The longest span that can be asked for, in units.
const MAX_SPAN: usize = 256;

fn count(keys: &mut Keys) -> Result<Count> {
    Ok(match keys.word("span", &["none", "geometric", "ngram"])? {
        "geometric" => Count::Spans(Lengths::geometric(keys.positive_share("p")?, keys.whole("max", 1..=MAX_SPAN)?)),
        "ngram" => Count::Spans(Lengths::ngram(keys.whole("max", 1..=MAX_SPAN)?)),
        _ => Count::of(keys)?,
    })
}

struct Mask {
    choice: Choice,
    mask: f64,
    random: f64,
    /// Whether all tokens of a span share one draw.
    by_span: bool,
}

impl Noise for Mask {
    fn needs(&self) -> Needs {
        Needs { mask: self.mask > 0.0, words: self.choice.unit == Unit::Word, ..Needs::default() }
    }

    fn target(&self) -> Target {
        Target::Chosen
    }

    fn lays_spans(&self) -> bool {
        self.lengths().is_some()
    }

    /// Every token of a chosen unit is decided on its own, or all of a span at once.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let (masked, masked_or_random) = (Chance::new(self.mask), Chance::new(self.mask + self.random));
        self.choice.draw(body, cx, drawn)?;
        let (mut spans, mut left, mut shared) = (drawn.spans.iter(), 0, None);
        for &unit in &cx.work.chosen {
            if self.by_span && left == 0 {
                // A unit that was chosen alone is a span of its own.
                left = spans.next().copied().unwrap_or(1);
                shared = Some(cx.rng.bits());
            }
            left = left.saturating_sub(1);
            for at in cx.work.units.get(unit as usize) {
                let bits = shared.unwrap_or_else(|| cx.rng.bits());
                let edit = if masked.covers(bits) {
                    body.ids[at] = cx.scene.mask;
                    Edit::Masked
                } else if masked_or_random.covers(bits) {
                    body.ids[at] = cx.scene.random_token(&mut cx.rng);
                    Edit::Random
                } else {
                    Edit::Kept
                };
                body.origins[at] = body.origins[at].edited(edit);
                drawn.edits[edit as usize] += 1;
            }
        }
        body.is_clean = false;
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        let written = [
            (self.mask > 0.0, Effect::Masked),
            (self.random > 0.0, Effect::Random),
            (self.mask + self.random < 1.0, Effect::Kept),
        ];
        let written = written.into_iter().filter_map(|(happens, effect)| happens.then_some(effect));
        std::iter::once(Effect::Hidden).chain(written).collect()
    }

    fn describe(&self, drawn: &Drawn) -> String {
        let [masked, random, kept] = [Edit::Masked, Edit::Random, Edit::Kept].map(|edit| drawn.edited(edit));
        let Drawn { units, chosen, spans, .. } = drawn;
        let unit = self.choice.unit;
        let spans = match self.lays_spans() {
            true => format!(" in {}", counted(spans.len() as u64, "span")),
            false => String::new(),
        };
        let ratio = drawn.ratio.map_or(String::new(), |ratio| format!(", each with probability {ratio:.3}"));
        format!(
            "{chosen} of {units} {unit}s chosen{spans}{ratio}; tokens: {masked} masked, {random} random, {kept} kept"
        )
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let chosen = counted.all_edits();
        let kept = (1.0 - self.mask - self.random).max(0.0);
        let mut figures = vec![
            self.choice.figure("chosen", counted),
            Figure::share("became the mask token", counted.edited(Edit::Masked), chosen, self.mask),
            Figure::share("became a random token", counted.edited(Edit::Random), chosen, self.random),
            Figure::share("kept", counted.edited(Edit::Kept), chosen, kept),
        ];
        figures.extend(self.lengths().into_iter().flat_map(|law| self.span_figures(law, counted)));
        figures
    }
}

impl Mask {
    fn lengths(&self) -> Option<&Lengths> {
        match &self.choice.count {
            Count::Spans(law) => Some(law),
            _ => None,
        }
    }

    fn span_figures(&self, law: &Lengths, counted: &StepStats) -> Vec<Figure> {
        let (unit, spans) = (self.choice.unit, counted.spans.total());
        let name = format!("{unit}s in a span");
        vec![
            Figure::count("spans", spans),
            Figure::Mean { name: name.clone(), value: counted.spans.mean(), expected: Some(law.mean()) },
            Figure::part("cut so that the ratio is met", counted.trimmed, spans),
            Figure::Distribution(Distribution {
                title: "Span lengths".to_string(),
                about: format!(
                    "Spans by their {unit}s. The last span of a record is cut where it would choose more than the ratio asks."
                ),
                axis: Axis::Values(name),
                drawn: counted.spans.clone(),
                law: law.to_string(),
                expected: law.expected(spans),
            }),
        ]
    }
}
