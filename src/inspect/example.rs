//! Examples: records kept for showing, and what of them was noise, in marked pieces of text.

use std::sync::Arc;

use super::finding::Kind;
use super::look::has_sentinels;
use super::origins::{Aligner, NOWHERE};
use super::record::{IGNORED, Record};
use super::tokens::Tokens;
use crate::document::{At, Place};
use crate::report::{Example, Mark, Piece, Row};
use crate::tokenizer::Tokenizer;

/// Ids kept of each side of a record.
const KEPT_IDS: usize = 2048;

/// A record to be shown, cut where it is very long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub place: Place,
    kinds: Vec<Kind>,
    masked: bool,
    input: Vec<i32>,
    labels: Vec<i32>,
    /// Ids of the input and labels, uncut; padding.
    lengths: [usize; 3],
}

impl Kept {
    /// Keeps a record and what was found of it.
    pub fn new(record: &Record, source: &Arc<str>, line: u64, kinds: Vec<Kind>, label_pad: i32) -> Self {
        let masked = record.is_masked(label_pad);
        let input = record.attended();
        let labels = if masked { &record.labels[..] } else { record.filled_labels(label_pad) };
        Kept {
            place: Place { source: Arc::clone(source), at: At::Line(line) },
            kinds,
            masked,
            input: input[..input.len().min(KEPT_IDS)].to_vec(),
            labels: labels[..labels.len().min(KEPT_IDS)].to_vec(),
            lengths: [input.len(), labels.len(), record.padding().len()],
        }
    }
}

/// Shows what is kept.
pub struct Decoder<'d> {
    /// Ids to text.
    pub tokenizer: &'d Tokenizer,
    /// What ids mean.
    pub tokens: &'d Tokens,
    /// Ids shown of each side.
    pub limit: usize,
}

/// An id and what happened to it; a seam stands before it or not.
type Marked = (i32, Mark, bool);

impl Decoder<'_> {
    /// A record as marked text.
    pub fn example(&self, kept: &Kept) -> Example {
        let (input, labels) = if kept.masked { self.masked(kept) } else { self.full(kept) };
        let [inputs, targets, padding] = kept.lengths;
        let mut tags = vec![format!("{inputs} ids, {targets} labels")];
        if padding > 0 {
            tags.push(format!("{padding} padding"));
        }
        tags.extend(kept.kinds.iter().map(|kind| kind.words().to_string()));
        Example {
            place: kept.place.to_string(),
            tags,
            is_faulty: kept.kinds.iter().any(|kind| kind.breaks()),
            rows: vec![self.row("input", &input, inputs), self.row("labels", &labels, targets)],
        }
    }

    /// Labels in the places of the ids: where there is none, the text is as it was.
    fn masked(&self, kept: &Kept) -> (Vec<Marked>, Vec<Marked>) {
        let label = |at: usize| kept.labels.get(at).copied().filter(|&label| label != IGNORED);
        let (start, end) = self.body(&kept.input);
        let sides = kept.input.iter().enumerate().map(|(at, &id)| {
            let template = if at < start || at >= end { Mark::Template } else { Mark::Plain };
            let noise = match label(at) {
                _ if Some(id) == self.tokens.mask => Mark::Hidden,
                None => template,
                Some(label) if label == id => Mark::Kept,
                Some(_) => Mark::Changed,
            };
            let clean = label(at).map_or((id, template, false), |label| (label, Mark::Gone, false));
            ((id, noise, false), clean)
        });
        sides.unzip()
    }

    fn full(&self, kept: &Kept) -> (Vec<Marked>, Vec<Marked>) {
        let ((start, end), (first, last)) = (self.body(&kept.input), self.body(&kept.labels));
        let (body, clean) = (&kept.input[start..end], &kept.labels[first..last]);
        let mut aligner = Aligner::default();
        let sentinels = has_sentinels(body, clean, self.tokens);
        if !sentinels {
            let reordered = body.len() == clean.len() && !self.tokens.mask.is_some_and(|mask| body.contains(&mask));
            aligner.align(&self.tokens.folded(body), &self.tokens.folded(clean), self.tokens.mask, reordered);
        }
        let special = |id: i32| if self.tokens.is_special(id) { Mark::Hidden } else { Mark::Plain };
        let mut seams = Seams::default();
        let input = kept.input.iter().enumerate().map(|(at, &id)| match at {
            _ if at < start || at >= end => (id, Mark::Template, false),
            _ if sentinels => (id, special(id), false),
            _ if Some(id) == self.tokens.mask => (id, Mark::Hidden, false),
            _ if aligner.origins[at - start] == NOWHERE => (id, Mark::Changed, false),
            _ => (id, Mark::Plain, seams.before(aligner.origins[at - start] as usize, &aligner.used)),
        });
        let input = input.collect();
        let labels = kept.labels.iter().enumerate().map(|(at, &id)| match at {
            _ if at < first || at >= last => (id, Mark::Template, false),
            _ if sentinels => (id, special(id), false),
            _ if aligner.used[at - first] => (id, Mark::Plain, false),
            _ => (id, Mark::Gone, false),
        });
        (input, labels.collect())
    }

    /// Where the body of a text lies; a text that was cut has no end to take off.
    fn body(&self, ids: &[i32]) -> (usize, usize) {
        let (body, start) = self.tokens.body(ids);
        (start, start + body.len())
    }

    /// Ids to pieces of text, as many as are shown.
    fn row(&self, name: &str, ids: &[Marked], whole: usize) -> Row {
        let shown = &ids[..ids.len().min(self.limit)];
        let mut pieces = Vec::new();
        for group in shown.chunk_by(|(_, a, _), (_, b, seam)| a == b && !seam) {
            let (_, mark, seam) = group[0];
            if seam {
                pieces.push(Piece::new("\u{250a}", Mark::Seam));
            }
            let ids: Vec<i32> = group.iter().map(|(id, _, _)| *id).collect();
            pieces.push(Piece::new(self.text(&ids, pieces.is_empty()), mark));
        }
        if whole > shown.len() {
            pieces.push(Piece::new(format!(" … {} more", whole - shown.len()), Mark::Template));
        }
        Row { name: name.to_string(), pieces }
    }

    /// The text of a run of ids that goes on after others, unless it is the first.
    fn text(&self, ids: &[i32], is_first: bool) -> String {
        let surface = |id: i32| self.tokenizer.vocabulary().surface(id as u32).filter(|_| id >= 0);
        let known: Vec<u32> = ids.iter().filter(|&&id| surface(id).is_some()).map(|&id| id as u32).collect();
        let decoded = if known.len() == ids.len() { self.tokenizer.decode(&known).ok() } else { None };
        let Some(text) = decoded else {
            let names = ids.iter().map(|&id| surface(id).map_or_else(|| format!("⟨{id}⟩"), str::to_string));
            return names.collect::<Vec<_>>().join(" ");
        };
        // Decoders take the first token for a text's first: they drop its space, and keep a word piece's mark.
        let begins_word = ids.first().is_some_and(|&id| self.tokens.begins_word(id));
        match text.strip_prefix("##") {
            Some(rest) if !begins_word => rest.to_string(),
            _ if begins_word && !is_first && !text.starts_with(char::is_whitespace) => format!(" {text}"),
            _ => text,
        }
    }
}

/// Finds places where the order of the labels is left.
#[derive(Default)]
struct Seams {
    expected: usize,
}

impl Seams {
    /// Whether the next id, from `origin`, does not follow the one before: not even over a gap.
    fn before(&mut self, origin: usize, used: &[bool]) -> bool {
        let expected = std::mem::replace(&mut self.expected, origin + 1);
        match used.get(expected..origin) {
            Some(leapt) => leapt.iter().any(|used| *used),
            None => true,
        }
    }
}
