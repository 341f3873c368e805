//! Span corruption: spans become sentinels, and labels hold what stood there behind the same sentinels (T5, section 3.1.4).
//!
//! How many tokens and spans follows from the length alone, as in T5. Where spans lie differs: T5 begins with a clean
//! token and ends with a hidden one, so short texts always lose their end; here every placement with a clean token
//! between two spans is as likely as any other. A special token inside the text stays; a span across it ends there and goes on
//! behind it with a sentinel of its own, so that input and labels together say where the token stood.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use anyhow::Result;

use super::cursor::Cursor;
use super::{Body, Context, Drawn, Edit, Effect, Extent, Key, Kind, Noise, Scene, Unit, Workspace};
use crate::figure::{Axis, Distribution, Figure};
use crate::rng::NoiseRng;
use crate::stats::StepStats;
use crate::target::Target;
use crate::view::counted;

/// `span`.
pub const KIND: Kind = Kind {
    name: "span",
    about: "spans become sentinels, which head them in the labels",
    keys: &[
        Key::new("ratio", "0.15", "share of tokens hidden"),
        Key::new("mean", "3", "mean span length in tokens"),
        Key::new("layout", "uniform", "any placement (uniform), or clean first and hidden last (t5)"),
        Key::new("overflow", "error", "too few sentinels: refused (error), or fewer, longer spans (merge)"),
    ],
    parse: |keys| {
        let (ratio, mean) = (keys.share("ratio")?, keys.whole_span_length("mean")?);
        let layout = keys.word("layout", &[Layout::Uniform, Layout::T5])?;
        let overflow = keys.word("overflow", &[Overflow::Error, Overflow::Merge])?;
        Ok(Arc::new(Span { ratio, mean, layout, overflow }))
    },
};

/// Where spans may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// Anywhere, with a clean token between two of them.
    Uniform,
    /// Clean and hidden stretches in turn, the first clean and the last hidden.
    T5,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Layout::Uniform => "uniform",
            Layout::T5 => "t5",
        })
    }
}

/// What happens where there are more spans than sentinels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overflow {
    /// An error before any work.
    Error,
    /// As many spans as sentinels hide as many tokens.
    Merge,
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Overflow::Error => "error",
            Overflow::Merge => "merge",
        })
    }
}

struct Span {
    ratio: f64,
    mean: f64,
    layout: Layout,
    overflow: Overflow,
}

impl Noise for Span {
    fn target(&self) -> Target {
        Target::Hidden
    }

    fn extent(&self, ids: usize, specials: usize, sentinels: usize) -> Extent {
        let (most, spans) = self.amounts(ids, specials, sentinels);
        let pieces = most.min(spans + specials);
        let hidden = most.min(ids.saturating_sub(specials + 1));
        Extent { input: ids - hidden + pieces.min(hidden), specials, hidden: most + pieces, sentinels: pieces }
    }

    fn lays_spans(&self) -> bool {
        true
    }

    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        if cx.scene.specials_inside {
            // Masks that an earlier noise put in are hidden like text: room is kept only for the special tokens of a window.
            let is_open = |at: usize| cx.scene.is_open(body.ids[at]) || body.origins[at].edit() != Edit::None;
            cx.work.units.find_tokens(body.len(), is_open);
        } else {
            cx.find_units(body, Unit::Token)?;
        }
        let Context { scene, rng, work, .. } = cx;
        let tokens = work.units.len();
        // Those that noise may not touch count: else what is hidden would not make room for what they take.
        let (hidden, spans) = self.amounts(body.len(), body.len() - tokens, scene.sentinels.len());
        let hidden = hidden.min(tokens.saturating_sub(1));
        let spans = spans.min(hidden).min(tokens - hidden);
        (drawn.units, drawn.chosen) = (tokens as u64, hidden as u64);
        drawn.too_short = tokens < 2;
        if spans > 0 {
            self.draw(tokens - hidden, (hidden, spans), rng, work);
            if scene.specials_inside {
                end_at_specials(work);
            }
            let sentinels = free_sentinels(body, scene, work.lengths.len());
            lay(body, &sentinels, cx, drawn);
        }
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Hidden, Effect::Masked]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        let Drawn { units, chosen, spans, .. } = drawn;
        format!("{chosen} of {} hidden in {}", counted(*units, "token"), counted(spans.len() as u64, "span"))
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let mut figures = vec![
            Figure::share("tokens hidden", counted.chosen, counted.units, self.ratio),
            Figure::count("spans", counted.spans.total()),
            Figure::Mean {
                name: "tokens in a span".to_string(),
                value: counted.spans.mean(),
                expected: Some(self.mean),
            },
        ];
        if counted.too_short > 0 {
            figures.push(Figure::part("windows of one token, left as they are", counted.too_short, counted.applied));
        }
        figures.push(Figure::Distribution(Distribution {
            title: "Span lengths".to_string(),
            about: "Spans by the tokens they hide.".to_string(),
            axis: Axis::Values("tokens in a span".to_string()),
            drawn: counted.spans.clone(),
            law: String::new(),
            expected: Vec::new(),
        }));
        figures
    }
}

impl Span {
    /// How many of so many tokens are hidden, and in how many spans (T5's `random_spans_noise_mask`). Half an amount goes to
    /// the even number. Each special token may part a span in two.
    fn amounts(&self, tokens: usize, specials: usize, sentinels: usize) -> (usize, usize) {
        if tokens < 2 || self.ratio == 0.0 {
            return (0, 0);
        }
        let hidden = ((tokens as f64 * self.ratio).round_ties_even() as usize).clamp(1, tokens - 1);
        let most = hidden.min(tokens - hidden);
        let spans = ((hidden as f64 / self.mean).round_ties_even() as usize).clamp(1, most);
        match self.overflow {
            Overflow::Error => (hidden, spans),
            Overflow::Merge => (hidden, spans.min(sentinels.saturating_sub(specials).max(1))),
        }
    }

    /// Draws where spans lie: before each, how many clean tokens of all (`chosen`), and their lengths.
    fn draw(&self, clean: usize, (hidden, spans): (usize, usize), rng: &mut NoiseRng, work: &mut Workspace) {
        let Workspace { chosen, taken, left_out, lengths, .. } = work;
        rng.subset(hidden - 1, spans - 1, taken, left_out);
        lengths.clear();
        let mut start = 0;
        for end in left_out.iter().map(|&last| last as usize + 1).chain([hidden]) {
            lengths.push(end - start);
            start = end;
        }
        match self.layout {
            Layout::Uniform => rng.subset(clean + 1, spans, taken, chosen),
            Layout::T5 => {
                rng.subset(clean - 1, spans - 1, taken, chosen);
                chosen.iter_mut().for_each(|before| *before += 1);
                chosen.push(clean as u32);
            }
        }
    }
}

/// Parts the spans in the workspace where noise may not touch what stands inside.
fn end_at_specials(work: &mut Workspace) {
    let Workspace { units, chosen: before, lengths, .. } = work;
    let mut pieces = Vec::with_capacity(2 * lengths.len());
    let mut hidden = 0;
    for (&before, &length) in before.iter().zip(lengths.iter()) {
        let mut start = before as usize + hidden;
        hidden += length;
        let end = before as usize + hidden;
        for unit in start + 1..end {
            if units.get(unit - 1).end < units.get(unit).start {
                pieces.push((before, unit - start));
                start = unit;
            }
        }
        pieces.push((before, end - start));
    }
    (*before, *lengths) = pieces.into_iter().unzip();
}

/// The sentinels that the text does not hold itself, so that each stands for one span; all of them where those are too few,
/// since what is hidden has made room for what stays.
fn free_sentinels<'s>(body: &Body, scene: &Scene<'s>, spans: usize) -> Cow<'s, [u32]> {
    if !scene.specials_inside {
        return Cow::Borrowed(scene.sentinels);
    }
    let inside: Vec<u32> = body.ids.iter().copied().filter(|&id| !scene.is_open(id)).collect();
    if inside.iter().all(|id| !scene.sentinels.contains(id)) {
        return Cow::Borrowed(scene.sentinels);
    }
    let free: Vec<u32> = scene.sentinels.iter().copied().filter(|sentinel| !inside.contains(sentinel)).collect();
    if free.len() < spans { Cow::Borrowed(scene.sentinels) } else { Cow::Owned(free) }
}

/// Puts sentinels in place of the spans that were drawn.
fn lay(body: &mut Body, sentinels: &[u32], cx: &mut Context, drawn: &mut Drawn) {
    let Context { window, work, .. } = cx;
    let Workspace { units, chosen: before, lengths, spare, .. } = &mut **work;
    let mut cursor = Cursor::new(body, spare);
    let mut hidden = 0;
    for ((&before, &length), &sentinel) in before.iter().zip(lengths.iter()).zip(sentinels) {
        let first = before as usize + hidden;
        hidden += length;
        let span = units.get(first).start..units.get(before as usize + hidden - 1).end;
        cursor.keep_to(span.start);
        cursor.begin_sentences();
        cursor.into.push_sentinel(sentinel, cursor.from, span.clone(), window.body);
        cursor.at = span.end;
        drawn.spans.push(length as u32);
        drawn.edits[Edit::Masked as usize] += 1;
    }
    cursor.keep_to(cursor.from.len());
    std::mem::swap(body, spare);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_those_of_t5() {
        let amounts = |ratio, mean, tokens| {
            let span = Span { ratio, mean, layout: Layout::Uniform, overflow: Overflow::Error };
            let extent = span.extent(tokens, 0, 0);
            (span.amounts(tokens, 0, 0), extent.input + 1, extent.hidden + 1)
        };
        // With eos on both sides, as T5 counts them.
        assert_eq!(amounts(0.15, 3.0, 568), ((85, 28), 512, 114));
        assert_eq!(amounts(0.5, 3.0, 766), ((383, 128), 512, 512));
        // Halves go to the even number.
        assert_eq!(amounts(0.15, 3.0, 10).0, (2, 1));
        assert_eq!(amounts(0.15, 3.0, 30).0, (4, 1));
        assert_eq!(amounts(0.15, 3.0, 2).0, (1, 1));
        assert_eq!(amounts(1.0, 3.0, 5).0, (4, 1));
        assert_eq!((amounts(0.15, 3.0, 1).0, amounts(0.0, 3.0, 9).0), ((0, 0), (0, 0)));
    }

    #[test]
    fn no_side_shrinks_where_the_body_grows() {
        for (ratio, mean) in [(0.15, 3.0), (0.5, 3.0), (0.15, 64.0), (0.5, 64.0), (0.85, 1.0), (0.99, 1.5), (0.0, 3.0)]
        {
            let span = Span { ratio, mean, layout: Layout::Uniform, overflow: Overflow::Error };
            let grows = |from: Extent, to: Extent| {
                let grows = from.input <= to.input && from.hidden <= to.hidden && from.sentinels <= to.sentinels;
                assert!(grows, "{ratio} {mean} {from:?} {to:?}");
            };
            for ids in 1..3000 {
                grows(span.extent(ids, 0, 0), span.extent(ids + 1, 0, 0));
                for specials in [0, 1, 7, ids / 2, ids - 1] {
                    grows(span.extent(ids, specials, 0), span.extent(ids + 1, specials, 0));
                    grows(span.extent(ids, specials, 0), span.extent(ids, specials + 1, 0));
                }
            }
        }
    }
}
