//! Records kept for showing, and what a tokenizer makes of them.

use anyhow::Result;

use super::finding::FindingKind;
use super::record::{IGNORED, RawRecord};
use super::recover::{Pattern, Recovery};
use super::tokens::Tokens;
use crate::document::Place;
use crate::tokenizer::{Edge, Tokenizer};
use crate::view::{Corruption, ExampleView, Mark, MarkedPiece, MarkedText, Pieces, Strip, counted};

/// Names of the sides.
pub const SIDES: [&str; 2] = ["labels", "input"];

/// A record to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where it stands.
    pub place: Place,
    /// Of the record; those with the smallest are spread over all records.
    pub hash: u64,
    kinds: Vec<FindingKind>,
    record: RawRecord,
    /// Ids of the input and labels, where they are in place the chosen ones alone; padding.
    lengths: [usize; 3],
}

/// Ids of a record that are others where its text was cut: three marks of fill-in-the-middle and the tokens beside them, or
/// the beginning of labels that go on from the input.
const MAX_CUT: usize = 8;

/// Of longer records only the beginning is kept, of which nothing is certain.
const MAX_KEPT_IDS: usize = 1 << 20;

impl Kept {
    /// Keeps a record with its hash and what was found of it.
    pub fn new(record: &RawRecord, hash: u64, place: Place, kinds: Vec<FindingKind>, label_pad: i32) -> Self {
        let labels = match record.is_masked(label_pad) {
            true => record.labels.iter().filter(|&&label| label != IGNORED && label != label_pad).count(),
            false => record.filled_labels(label_pad).len(),
        };
        let lengths = [record.attended().len(), labels, record.padding().len()];
        let mut record = record.clone();
        record.input_ids.truncate(MAX_KEPT_IDS);
        record.labels.truncate(MAX_KEPT_IDS);
        Kept { place, hash, kinds, record, lengths }
    }

    fn is_whole(&self) -> bool {
        self.lengths.iter().all(|&ids| ids < MAX_KEPT_IDS)
    }
}

/// The records with the smallest hashes, in their order: spread over all, however many were looked at together.
pub fn spread(kept: &[Kept], limit: usize) -> Vec<&Kept> {
    if limit >= kept.len() {
        return kept.iter().collect();
    }
    let mut hashes: Vec<u64> = kept.iter().map(|kept| kept.hash).collect();
    let Some(at) = limit.checked_sub(1) else { return Vec::new() };
    let (smaller, &mut largest, _) = hashes.select_nth_unstable(at);
    // Of equal records the first ones.
    let mut equal = limit - smaller.iter().filter(|&&hash| hash < largest).count();
    let mut is_kept = |hash: u64| {
        let fills = hash == largest && equal > 0;
        equal -= usize::from(fills);
        hash < largest || fills
    };
    kept.iter().filter(|kept| is_kept(kept.hash)).collect()
}

/// Shows what is kept.
pub struct RecordViewer<'d> {
    /// Ids to text.
    pub tokenizer: &'d Tokenizer,
    /// What ids mean.
    pub tokens: &'d Tokens,
}

impl RecordViewer<'_> {
    /// A record as marked text, as far as `limit` ids of each side. Noise is marked where it is certain.
    pub fn example(&self, kept: &Kept, limit: usize) -> Result<ExampleView> {
        let record = &kept.record;
        let is_faulty = kept.kinds.iter().any(|kind| kind.breaks());
        let mut recovery = Recovery::default();
        let pattern = (!is_faulty && kept.is_whole()).then(|| recovery.recover(record, self.tokens)).flatten();
        let (text, strip) = match pattern {
            Some(pattern) => {
                let (text, strip) = self.recovered(record, &recovery, pattern, limit)?;
                (text, Some(strip))
            }
            None => {
                let labels = record.labels.as_slice();
                (MarkedText::Apart([self.undone(labels, limit)?, self.undone(record.attended(), limit)?]), None)
            }
        };
        let [inputs, labels, padding] = kept.lengths;
        let mut heading = vec![counted(inputs as u64, "token"), counted(labels as u64, "label")];
        if padding > 0 {
            heading.push(format!("{padding} padding"));
        }
        if let Some(lens) = &record.seq_lens {
            heading.push(counted(lens.len() as u64, "window"));
        }
        let remarks = kept.kinds.iter().map(|kind| kind.words().to_string()).collect();
        Ok(ExampleView { place: kept.place.to_string(), heading, sides: SIDES, text, strip, remarks, is_faulty })
    }

    fn recovered(
        &self,
        record: &RawRecord,
        recovery: &Recovery,
        pattern: Pattern,
        limit: usize,
    ) -> Result<(MarkedText, Strip)> {
        let corruption = Corruption {
            clean: &recovery.clean,
            body: &recovery.body,
            sentences: Vec::new(),
            is_permuted: false,
            is_rotated: pattern == Pattern::Rotated,
        };
        let mut text = MarkedText::of(&corruption, self.tokenizer, limit)?;
        let labels = match record.is_masked(self.tokens.label_pad) {
            true => record.attended(),
            false => record.filled_labels(self.tokens.label_pad),
        };
        let frame = |ids: &[i32]| {
            let (body, start) = self.tokens.body(ids);
            let name = |ids: &[i32]| MarkedPiece::new(self.surfaces(ids), Mark::Template);
            (name(&ids[..start]), name(&ids[start + body.len()..]))
        };
        let ((label_prefix, label_suffix), (prefix, suffix)) = (frame(labels), frame(record.attended()));
        text.surround([label_prefix, prefix], [label_suffix, suffix]);
        Ok((text, Strip::of(&corruption)))
    }

    /// Ids as they stand there, with nothing said of noise.
    fn undone(&self, ids: &[i32], limit: usize) -> Result<Vec<MarkedPiece>> {
        let shown = &ids[..ids.len().min(limit)];
        let known: Vec<u32> = shown.iter().filter(|id| self.tokens.is_known(**id)).map(|&id| id as u32).collect();
        let texts = Pieces::of(&known, self.tokenizer)?;
        let (mut pieces, mut at) = (Vec::new(), 0);
        for ids in shown.chunk_by(|one, other| self.mark(*one) == self.mark(*other)) {
            match self.mark(ids[0]) {
                None => pieces.push(MarkedPiece::new(self.surfaces(ids), Mark::Template)),
                Some(mark) => {
                    pieces.push(MarkedPiece::new(texts.text(at..at + ids.len()), mark));
                    at += ids.len();
                }
            }
        }
        pieces.push(crate::view::rest(ids.len(), limit));
        pieces.retain(|piece| !piece.text.is_empty());
        Ok(pieces)
    }

    /// Nothing for numbers that are not tokens.
    fn mark(&self, id: i32) -> Option<Mark> {
        match id {
            _ if !self.tokens.is_known(id) => None,
            _ if Some(id) == self.tokens.mask => Some(Mark::Masked),
            _ if self.tokens.is_special(id) => Some(Mark::Template),
            _ => Some(Mark::Plain),
        }
    }

    /// Tokens by their names, numbers that are none as numbers.
    fn surfaces(&self, ids: &[i32]) -> String {
        let surface = |id: i32| self.tokenizer.vocabulary().surface(id as u32).filter(|_| id >= 0);
        let names = ids.chunk_by(|one, other| one == other).map(|same| match (surface(same[0]), same.len()) {
            (Some(name), times) => name.repeat(times),
            (None, 1) => format!("⟦{}⟧", same[0]),
            (None, times) => format!("⟦{} × {times}⟧", same[0]),
        });
        names.collect()
    }

    /// How well the clean sides of some records survive decoding and encoding. Those of another tokenizer do not.
    pub fn round_trip<'k>(&self, kept: impl Iterator<Item = &'k Kept>) -> Result<RoundTrip> {
        let (mut trip, mut encoder) = (RoundTrip::default(), self.tokenizer.encoder());
        let mut recovery = Recovery::default();
        for Kept { record, .. } in kept {
            let labels = || record.labels.iter().copied();
            let pattern = recovery.recover(record, self.tokens);
            let clean: Vec<u32> = match pattern {
                Some(_) => recovery.clean.iter().copied().filter(|&id| self.tokens.is_text(id as i32)).collect(),
                None => labels().filter(|&id| self.tokens.is_text(id)).map(|id| id as u32).collect(),
            };
            let mut again = Vec::new();
            encoder.encode(&self.tokenizer.decode(&clean)?, Edge::Opens, &mut again)?;
            let (all, same) = (clean.len(), common(clean, again));
            trip.all += all as u64;
            trip.same += same as u64;
            if matches!(pattern, None | Some(Pattern::Unchanged)) {
                trip.cut += (all - same).min(MAX_CUT) as u64;
            }
        }
        Ok(trip)
    }
}

/// Ids decoded and encoded again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundTrip {
    /// Those that came back.
    pub same: u64,
    /// All of them.
    pub all: u64,
    /// Those that did not, where that may be because the text was cut inside words or tokens.
    pub cut: u64,
}

/// How many ids two lists share, in whatever order.
fn common(mut one: Vec<u32>, mut other: Vec<u32>) -> usize {
    one.sort_unstable();
    other.sort_unstable();
    let mut other = other.into_iter().peekable();
    let shares = |id: &&u32| {
        while other.next_if(|other| other < *id).is_some() {}
        other.next_if_eq(*id).is_some()
    };
    one.iter().filter(shares).count()
}
