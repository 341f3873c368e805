//! Rotation: the body begins at a uniformly chosen place and wraps around (BART, section 2.2).

use std::sync::Arc;

use anyhow::Result;

use super::{Body, Context, Drawn, Effect, Key, Kind, Needs, Noise, Start, Unit};
use crate::figure::{Axis, Distribution, Figure};
use crate::histogram::Histogram;
use crate::stats::{PARTS, StepStats, WHOLE};

/// `rotate`.
pub const KIND: Kind = Kind {
    name: "rotate",
    about: "the text begins at a random place and wraps around",
    keys: &[Key::new("unit", "token", "where it may begin: at a token, word or sentence")],
    parse: |keys| Ok(Arc::new(Rotate { unit: keys.unit_or_sentence()? })),
};

struct Rotate {
    unit: Unit,
}

impl Noise for Rotate {
    fn needs(&self) -> Needs {
        Needs { sentences: self.unit == Unit::Sentence, words: self.unit == Unit::Word, ..Needs::default() }
    }

    /// The ids stay as they are; the identity is one of the rotations.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let len = body.len();
        if self.unit == Unit::Word {
            cx.find_units(body, self.unit)?;
        }
        let places = match self.unit {
            Unit::Token => len,
            Unit::Word => cx.work.units.len(),
            Unit::Sentence => body.sentences.len(),
        };
        if places < 2 {
            return Ok(());
        }
        let place = cx.rng.below(places);
        let start = match self.unit {
            Unit::Token => place,
            Unit::Word => cx.work.units.get(place).start,
            Unit::Sentence => body.sentences[place] as usize,
        };
        body.ids.rotate_left(start);
        body.origins.rotate_left(start);
        let moved = |place: &u32| ((*place as usize + len - start) % len) as u32;
        let sentences = &mut cx.work.spare.sentences;
        sentences.clear();
        sentences.push(0);
        sentences.extend(body.sentences.iter().map(moved).filter(|&place| place > 0));
        sentences.sort_unstable();
        std::mem::swap(&mut body.sentences, sentences);
        body.is_clean = false;
        (drawn.units, drawn.chosen) = (len as u64, if start > 0 { len as u64 } else { 0 });
        drawn.start = Some(Start { token: start, place, places });
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Rotated]
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let mut drawn = Histogram::default();
        (0..PARTS).for_each(|part| drawn.add(part, counted.starts[part]));
        vec![
            Figure::part("tokens moved", counted.chosen, counted.units),
            Figure::Distribution(Distribution {
                title: "Where rotations begin".to_string(),
                about: format!("Records by the place in their text of the {} that comes first.", self.unit),
                axis: Axis::Parts("place in the record".to_string()),
                drawn,
                law: format!("every {} equally likely", self.unit),
                expected: counted.expected_starts.iter().map(|&parts| parts as f64 / WHOLE as f64).collect(),
            }),
        ]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        match (drawn.start, self.unit) {
            (None | Some(Start { token: 0, .. }), _) => "begins where it began".to_string(),
            (Some(start), Unit::Token) => format!("begins at token {} of {}", start.token + 1, drawn.units),
            (Some(start), unit) => {
                format!("begins at token {} of {}, where a {unit} begins", start.token + 1, drawn.units)
            }
        }
    }
}
