//! What a record looks like: which noise would have made its input of its labels. Looked at in a sample, for charts and
//! estimates.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::origins::{Aligner, NOWHERE};
use super::record::{IGNORED, Record};
use super::tokens::Tokens;
use crate::histogram::Histogram;

/// Longer records are not aligned.
const LONGEST: usize = 16 << 10;
/// Ids at a seam that may be others than before the move.
const SEAM_IDS: usize = 3;
/// Bins of charts over a record's length.
pub const BINS: usize = 20;

/// In what order the input's ids stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// That of the labels.
    Same,
    /// Turned around once.
    Rotated,
    /// Another.
    Permuted,
}

/// What became of the ids that are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// None is gone.
    Nothing,
    /// Something else stands in each one's place.
    InPlace,
    /// They left nothing behind.
    Deleted,
    /// Mask tokens stand for spans of them.
    Infilled,
    /// Sentinels stand for spans, and the labels spell the spans out.
    Sentinels,
}

/// Both.
pub type Look = (Order, Loss);

/// Sums over records of one look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many.
    pub records: u64,
    /// Ids and words of their labels.
    pub clean: [u64; 2],
    /// Those that the input lacks.
    pub gone: [u64; 2],
    /// Mask tokens.
    pub masks: u64,
    /// Other ids that the labels lack.
    pub foreign: u64,
}

/// What a sample looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Records looked at.
    pub sampled: u64,
    /// By look; masked records are not here.
    pub sums: BTreeMap<Look, Sums>,
    /// Full records by share of ids gone, in percent.
    pub gone_shares: Histogram,
    /// Spans behind single masks, by ids and by words.
    pub spans: [Histogram; 2],
    /// Ends of spans looked at, and those where no word begins.
    pub span_ends: [u64; 2],
    /// Noise by place in the text: hit, and all.
    pub places: [[u64; 2]; BINS],
    /// Rotated records by where in the text they begin.
    pub starts: [u64; BINS],
    /// What these would be if every place were alike, in parts of [`WHOLE`]: short texts have few places.
    pub fair_starts: [u64; BINS],
    /// Moved ids by how far, in shares of the text.
    pub moves: [u64; BINS],
    /// Neighbours within a word of which any was chosen for masking, and of which one alone was.
    pub pairs: [u64; 2],
}

/// One record in [`Looks::fair_starts`].
pub const WHOLE: u64 = 1 << 20;

fn bin(at: usize, of: usize) -> usize {
    (at * BINS / of.max(1)).min(BINS - 1)
}

impl Looks {
    /// Looks at one record.
    pub fn look(&mut self, record: &Record, tokens: &Tokens, aligner: &mut Aligner) {
        let input = record.attended();
        if input.is_empty() || input.len().max(record.labels.len()) > LONGEST {
            return;
        }
        self.sampled += 1;
        if record.is_masked(tokens.label_pad) {
            let (body, start) = tokens.body(input);
            self.look_at_masked(body, record.labels.get(start..).unwrap_or_default(), tokens);
        } else {
            let labels = record.filled_labels(tokens.label_pad);
            self.look_at_full(tokens.body(input).0, tokens.body(labels).0, tokens, aligner);
        }
    }

    fn look_at_masked(&mut self, body: &[i32], labels: &[i32], tokens: &Tokens) {
        let len = body.len().min(labels.len());
        let mut before = false;
        for at in 0..len {
            let chosen = labels[at] != IGNORED;
            self.place(at, len, chosen);
            // The clean id, as far as it is known: where it was hidden the label tells.
            let clean = if chosen { labels[at] } else { body[at] };
            if at > 0 && !tokens.begins_word(clean) && (chosen || before) {
                self.pairs[0] += 1;
                self.pairs[1] += u64::from(chosen != before);
            }
            before = chosen;
        }
    }

    fn place(&mut self, at: usize, len: usize, hit: bool) {
        let place = &mut self.places[bin(at, len)];
        place[0] += u64::from(hit);
        place[1] += 1;
    }

    fn look_at_full(&mut self, input: &[i32], labels: &[i32], tokens: &Tokens, aligner: &mut Aligner) {
        let (folded, clean) = (tokens.folded(input), tokens.folded(labels));
        let (gone, foreign) = differences(&folded, labels, &clean, tokens);
        let masks = input.iter().filter(|id| Some(**id) == tokens.mask).count();
        let complete = gone.is_empty() && foreign == 0 && masks == 0;
        aligner.align(&folded, &clean, tokens.mask, complete);
        // A sentence may begin with other tokens once it stands elsewhere.
        let seams = SEAM_IDS * (aligner.descents() + 1);
        let by_seams = masks == 0 && aligner.descents() > 0 && foreign > 0 && foreign <= seams;
        let only_seams = by_seams && gone.len() <= seams;
        let put_in = if by_seams { 0 } else { masks + foreign };
        let loss = loss(input, labels, tokens, put_in, gone.is_empty() || only_seams);
        let order = match aligner.descents() {
            _ if loss == Loss::InPlace || loss == Loss::Sentinels || input == labels => Order::Same,
            0 => Order::Same,
            1 if !only_seams && aligner.wraps() => Order::Rotated,
            _ => Order::Permuted,
        };
        let words = |ids: &mut dyn Iterator<Item = i32>| ids.filter(|&id| tokens.begins_word(id)).count() as u64;
        *self.sums.entry((order, loss)).or_default() += Sums {
            records: 1,
            clean: [labels.len() as u64, words(&mut labels.iter().copied())],
            gone: [gone.len() as u64, words(&mut gone.iter().copied())],
            masks: masks as u64,
            foreign: foreign as u64,
        };
        if loss == Loss::Sentinels {
            return;
        }
        if loss != Loss::Nothing {
            self.gone_shares.count(gone.len() * 100 / labels.len().max(1));
            self.count_places(input, labels, loss, aligner);
        }
        if loss == Loss::Infilled {
            self.count_spans(input, labels, tokens, aligner);
        }
        self.count_moves(labels.len(), order, aligner);
    }

    fn count_places(&mut self, input: &[i32], labels: &[i32], loss: Loss, aligner: &Aligner) {
        for at in 0..labels.len() {
            let hit = if loss == Loss::InPlace { input[at] != labels[at] } else { !aligner.used[at] };
            self.place(at, labels.len(), hit);
        }
    }

    /// A mask between two ids whose places are known stands for what lies between those.
    fn count_spans(&mut self, input: &[i32], labels: &[i32], tokens: &Tokens, aligner: &Aligner) {
        let origins = &aligner.origins;
        let open = |at: usize| labels.get(at).is_none_or(|&id| tokens.begins_word(id));
        for at in (1..input.len().saturating_sub(1)).filter(|&at| Some(input[at]) == tokens.mask) {
            let (before, after) = (origins[at - 1], origins[at + 1]);
            if before == NOWHERE || after == NOWHERE || after <= before {
                continue;
            }
            let span = before as usize + 1..after as usize;
            // One that leaps over ids found elsewhere is the seam of a reordering, not a span.
            if aligner.used[span.clone()].iter().any(|used| *used) {
                continue;
            }
            let words = labels[span.clone()].iter().filter(|&&id| tokens.begins_word(id)).count();
            self.spans[0].count(span.len());
            self.spans[1].count(words);
            self.span_ends[0] += 2;
            self.span_ends[1] += [span.start, span.end].into_iter().filter(|&end| !open(end)).count() as u64;
        }
    }

    fn count_moves(&mut self, len: usize, order: Order, aligner: &Aligner) {
        match order {
            Order::Same => {}
            Order::Rotated => {
                let Some(start) = aligner.rotation() else { return };
                self.starts[bin(start, len)] += 1;
                (1..len).for_each(|start| self.fair_starts[bin(start, len)] += WHOLE / (len as u64 - 1));
            }
            Order::Permuted => {
                let placed = aligner.origins.iter().enumerate().filter(|(_, origin)| **origin != NOWHERE);
                placed.for_each(|(at, origin)| self.moves[bin(at.abs_diff(*origin as usize), len)] += 1);
            }
        }
    }
}

/// Labels that the input lacks, and how many ids of the input, masks aside, the labels lack; both as multisets. Compared
/// are `folded`, the input's, and `clean`, the labels'.
fn differences(folded: &[i32], labels: &[i32], clean: &[i32], tokens: &Tokens) -> (Vec<i32>, usize) {
    let mut have: Vec<i32> = folded.iter().copied().filter(|id| Some(*id) != tokens.mask).collect();
    let mut want: Vec<(i32, i32)> = clean.iter().copied().zip(labels.iter().copied()).collect();
    have.sort_unstable();
    want.sort_unstable();
    let (mut gone, mut foreign, mut at) = (Vec::new(), 0, 0);
    for (id, label) in want {
        while have.get(at).is_some_and(|&other| other < id) {
            foreign += 1;
            at += 1;
        }
        if have.get(at) == Some(&id) { at += 1 } else { gone.push(label) }
    }
    (gone, foreign + have.len() - at)
}

fn loss(input: &[i32], labels: &[i32], tokens: &Tokens, put_in: usize, none_gone: bool) -> Loss {
    let same_places = || input.iter().zip(labels).filter(|(id, label)| id == label).count() * 2 > labels.len();
    if !none_gone && has_sentinels(input, labels, tokens) {
        Loss::Sentinels
    } else if put_in == 0 {
        if none_gone { Loss::Nothing } else { Loss::Deleted }
    } else if input.len() == labels.len() && same_places() {
        Loss::InPlace
    } else {
        Loss::Infilled
    }
}

/// Whether labels spell out spans, each behind the sentinel that stands for it in the input (T5).
pub fn has_sentinels(input: &[i32], labels: &[i32], tokens: &Tokens) -> bool {
    let sentinel = |id: &&i32| tokens.is_special(**id) && Some(**id) != tokens.mask && Some(**id) != tokens.eos;
    labels.first().filter(sentinel).is_some_and(|first| input != labels && input.contains(first))
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Sums) {
        self.records += other.records;
        self.masks += other.masks;
        self.foreign += other.foreign;
        add(&mut self.clean, &other.clean);
        add(&mut self.gone, &other.gone);
    }
}

fn add(to: &mut [u64], more: &[u64]) {
    to.iter_mut().zip(more).for_each(|(to, more)| *to += more);
}

impl AddAssign<&Looks> for Looks {
    fn add_assign(&mut self, other: &Looks) {
        self.sampled += other.sampled;
        other.sums.iter().for_each(|(look, sums)| *self.sums.entry(*look).or_default() += *sums);
        self.gone_shares += &other.gone_shares;
        self.spans.iter_mut().zip(&other.spans).for_each(|(spans, more)| *spans += more);
        add(&mut self.span_ends, &other.span_ends);
        self.places.iter_mut().zip(&other.places).for_each(|(place, more)| add(place, more));
        add(&mut self.starts, &other.starts);
        add(&mut self.fair_starts, &other.fair_starts);
        add(&mut self.moves, &other.moves);
        add(&mut self.pairs, &other.pairs);
    }
}

#[cfg(test)]
mod tests;
