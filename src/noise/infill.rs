//! Text infilling: spans of Poisson lengths become one mask token each (BART, section 2.2).
//!
//! The budget is met exactly, spans never overlap, and a zero-length span inserts a mask.

use std::sync::Arc;

use anyhow::Result;

use super::cursor::Cursor;
use super::placement::{Units, draw_lengths};
use super::{Body, Context, Drawn, Edit, Effect, Key, Kind, Needs, Noise, Unit, Workspace};
use crate::figure::{Axis, Distribution, Figure};
use crate::rng::{Chance, SpanLengths};
use crate::stats::StepStats;
use crate::view::counted;

/// `infill`.
pub const KIND: Kind = Kind {
    name: "infill",
    about: "spans become one mask token each",
    keys: &[
        Key::new("ratio", "0.3", "share of units hidden"),
        Key::new("lambda", "3", "mean span length in units (Poisson)"),
        Key::new("unit", "word", "what ratio and lambda count: word or token"),
        Key::new("random", "0", "share of spans that become a random token in place of the mask"),
    ],
    parse: |keys| {
        let (ratio, lambda) = (keys.share("ratio")?, keys.span_length("lambda")?);
        let lengths = SpanLengths::new(lambda);
        Ok(Arc::new(Infill { ratio, lambda, lengths, unit: keys.unit()?, random: keys.share("random")? }))
    },
};

struct Infill {
    ratio: f64,
    lambda: f64,
    lengths: SpanLengths,
    unit: Unit,
    random: f64,
}

impl Noise for Infill {
    fn needs(&self) -> Needs {
        Needs { mask: self.random < 1.0, words: self.unit == Unit::Word, ..Needs::default() }
    }

    fn lays_spans(&self) -> bool {
        true
    }

    /// Lays the clean units and the spans in a row: the spans' slots are a uniform subset of all slots.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        cx.find_units(body, self.unit)?;
        let Context { scene, rng, work, .. } = cx;
        let units = work.units.len();
        let budget = rng.round(self.ratio * units as f64).min(units);
        drawn.trimmed = draw_lengths(budget, rng, &mut work.lengths, |rng| rng.span_length(&self.lengths));
        let spans = work.lengths.len();
        rng.subset(units - budget + spans, spans, &mut work.taken, &mut work.chosen);
        let insertions = work.lengths.iter().filter(|&&length| length == 0).count();
        let dropped = surplus(body.len(), budget, scene.room, work).min(insertions);
        rng.subset(insertions, dropped, &mut work.taken, &mut work.left_out);
        self.lay(body, cx, drawn);
        (drawn.units, drawn.chosen, drawn.dropped_insertions) = (units as u64, budget as u64, dropped as u64);
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        let mask = (self.random < 1.0).then_some([Effect::Masked, Effect::Inserted]);
        let random = (self.random > 0.0).then_some(Effect::Random);
        std::iter::once(Effect::Hidden).chain(mask.into_iter().flatten()).chain(random).collect()
    }

    fn describe(&self, drawn: &Drawn) -> String {
        let Drawn { units, chosen, spans, .. } = drawn;
        let random = match self.random > 0.0 {
            true => format!(", {} random", drawn.edited(Edit::Random)),
            false => String::new(),
        };
        let (unit, insertions) = (self.unit, drawn.insertions());
        let spans = counted(spans.len() as u64, "span");
        format!("{chosen} of {units} {unit}s hidden in {spans}, {insertions} of them zero-length{random}")
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let spans = counted.spans.total();
        let mut figures = vec![
            Figure::share(format!("{}s hidden", self.unit), counted.chosen, counted.units, self.ratio),
            Figure::count("spans", spans),
            Figure::Mean {
                name: format!("{}s in a span", self.unit),
                value: counted.spans.mean(),
                expected: Some(self.lambda),
            },
            Figure::share("zero-length spans", counted.insertions(), spans, (-self.lambda).exp()),
            Figure::part("cut so that the ratio is met", counted.trimmed, spans),
            Figure::share("a random token in place of the mask", counted.edited(Edit::Random), spans, self.random),
        ];
        figures.extend(self.lengths_beside_poisson(counted).map(Figure::Distribution));
        figures
    }
}

impl Infill {
    fn lengths_beside_poisson(&self, counted: &StepStats) -> Option<Distribution> {
        let (last, _) = counted.spans.counts().last()?;
        let all = counted.spans.total() as f64;
        let mut expected = vec![all * (-self.lambda).exp()];
        // A bar may reach beyond the longest span.
        for length in 1..=2 * last {
            expected.push(expected[length - 1] * self.lambda / length as f64);
        }
        Some(Distribution {
            title: "Span lengths".to_string(),
            about: format!(
                "Spans by the {}s they hide. The last span of a record is cut where it would hide more than the ratio asks.",
                self.unit
            ),
            axis: Axis::Values(format!("{}s in a span", self.unit)),
            drawn: counted.spans.clone(),
            law: format!("Poisson, lambda {}", self.lambda),
            expected,
        })
    }

    fn lay(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) {
        let random = Chance::new(self.random);
        let Context { scene, rng, work, .. } = cx;
        let Workspace { units, chosen: slots, lengths, left_out, spare, .. } = &mut **work;
        let mut cursor = Cursor::new(body, spare);
        let (mut hidden, mut insertion, mut left_out) = (0, 0, left_out.iter().peekable());
        for (span, (&slot, &length)) in slots.iter().zip(lengths.iter()).enumerate() {
            if length == 0 {
                insertion += 1;
                if left_out.next_if(|&&left_out| left_out + 1 == insertion).is_some() {
                    continue;
                }
            }
            drawn.spans.push(length as u32);
            let unit = slot as usize - span + hidden;
            // What noise may not touch and stands before the span's first unit stays before the span.
            cursor.keep_to(if unit < units.len() { units.get(unit).start } else { end_of(units) });
            let (id, edit) = match rng.happens(random) {
                true => (scene.random_token(rng), Edit::Random),
                false => (scene.mask, Edit::Masked),
            };
            drawn.edits[edit as usize] += 1;
            cursor.begin_sentences();
            let hides = (unit..unit + length).flat_map(|unit| units.get(unit));
            cursor.into.push_standing_for(id, edit, cursor.from, hides);
            for hidden in unit..unit + length {
                let positions = units.get(hidden);
                cursor.keep_to(positions.start);
                cursor.at = positions.end;
            }
            hidden += length;
        }
        cursor.keep_to(cursor.from.len());
        std::mem::swap(body, spare);
    }
}

/// Where the last unit ends.
fn end_of(units: &Units) -> usize {
    units.len().checked_sub(1).map_or(0, |last| units.get(last).end)
}

/// By how many ids the spans in the workspace would outgrow the room.
fn surplus(len: usize, budget: usize, room: usize, work: &Workspace) -> usize {
    let (room, spans) = (room.max(len), work.lengths.len());
    // Every unit hides at least one id: usually that settles it.
    if len - budget + spans <= room {
        return 0;
    }
    let (mut hidden, mut ids) = (0, 0);
    for (span, (&slot, &length)) in work.chosen.iter().zip(&work.lengths).enumerate() {
        let unit = slot as usize - span + hidden;
        ids += (unit..unit + length).map(|unit| work.units.get(unit).len()).sum::<usize>();
        hidden += length;
    }
    (len - ids + spans).saturating_sub(room)
}
