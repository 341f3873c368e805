//! From counts to "looks like": the recipe that would explain most records, and estimates of its numbers.

use super::look::{Look, Looks, Loss, Order, Sums};
use super::tally::Tally;

/// What ratios and lengths are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Ids.
    Token,
    /// Words.
    Word,
}

impl Unit {
    /// Of many.
    pub fn plural(self) -> &'static str {
        match self {
            Unit::Token => "tokens",
            Unit::Word => "words",
        }
    }
}

/// A recipe, as far as it can be told.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// Its noises, in order: `permute + infill`.
    pub name: &'static str,
    /// Share of the records looked at, unchanged ones aside, that it explains.
    pub share: f64,
    /// How many that were.
    pub of: u64,
    /// What ratios count.
    pub unit: Unit,
    /// Estimates by name: `ratio`, `lambda`, `mask`, `random`, `keep`. Shares are of 1.
    pub estimates: Vec<(&'static str, f64)>,
}

/// Less than this share of something is a coincidence.
const COINCIDENCE: f64 = 0.02;

/// Fewer records in another order than their labels are misread.
const MOVED: f64 = 0.2;

/// Of those in another order, fewer that are no rotation are misread. Of our own, rotated ones gave a share of 0,
/// permuted ones 0.7 and more.
const PERMUTED: f64 = 0.1;

/// The same where ids are gone too: rotated ones gave up to 0.12, permuted ones 0.69 and more.
const PERMUTED_UNSURE: f64 = 0.3;

impl Guess {
    /// The recipe that explains most; `None` where nothing was noised.
    pub fn of(tally: &Tally, looks: &Looks) -> Option<Guess> {
        if tally.masked * 2 > tally.records { masked(tally, looks) } else { full(looks) }
    }

    /// An estimate by name.
    pub fn estimate(&self, name: &str) -> Option<f64> {
        self.estimates.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// One line for people.
    pub fn words(&self) -> String {
        let percent = |name: &str| self.estimate(name).map(|share| format!("{:.1} %", 100.0 * share));
        let mut said: Vec<String> = Vec::new();
        let unit = self.unit.plural();
        match (self.estimate("lambda"), percent("ratio")) {
            (Some(lambda), Some(ratio)) => {
                said.push(format!("{ratio} of {unit} hidden, {lambda:.1} {unit} a span on average"))
            }
            (None, Some(ratio)) => said.push(format!("{ratio} of {unit}")),
            _ => {}
        }
        if let (Some(mask), Some(random), Some(keep)) = (percent("mask"), percent("random"), percent("keep")) {
            said.push(format!("of which {mask} became mask, {random} another token, {keep} stayed"));
        } else if let Some(random) = percent("random") {
            said.push(format!("{random} of spans another token than mask"));
        }
        let said = if said.is_empty() { String::new() } else { format!(": about {}", said.join(", ")) };
        format!("{}{said} ({:.0} % of {} records looked at)", self.name, 100.0 * self.share, self.of)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn masked(tally: &Tally, looks: &Looks) -> Option<Guess> {
    let chosen = tally.chosen;
    if chosen.all == 0 {
        return None;
    }
    let [near, torn] = looks.pairs;
    let unit = if near >= 50 && ratio(torn, near) < COINCIDENCE { Unit::Word } else { Unit::Token };
    let random = chosen.all.saturating_sub(chosen.hidden + chosen.kept);
    Some(Guess {
        name: "mask",
        share: ratio(tally.masked, tally.records),
        of: tally.records,
        unit,
        estimates: vec![
            ("ratio", ratio(chosen.all, chosen.of)),
            ("mask", ratio(chosen.hidden, chosen.all)),
            ("random", ratio(random, chosen.all)),
            ("keep", ratio(chosen.kept, chosen.all)),
        ],
    })
}

fn full(looks: &Looks) -> Option<Guess> {
    let noised = || looks.sums.iter().filter(|(look, _)| **look != (Order::Same, Loss::Nothing));
    let of: u64 = noised().map(|(_, sums)| sums.records).sum();
    let by_loss = |loss| noised().filter(move |((_, other), _)| *other == loss);
    let records = |loss| by_loss(loss).map(|(_, sums)| sums.records).sum::<u64>();
    let losses = [Loss::Nothing, Loss::InPlace, Loss::Deleted, Loss::Infilled, Loss::Sentinels];
    let loss = losses.into_iter().max_by_key(|&loss| records(loss)).filter(|&loss| records(loss) > 0)?;
    let mut sums = Sums::default();
    by_loss(loss).for_each(|(_, more)| sums += *more);
    let count = |order| looks.sums.get(&(order, loss)).map_or(0, |sums| sums.records);
    let (permuted, rotated) = (count(Order::Permuted), count(Order::Rotated));
    let moved = ratio(permuted + rotated, sums.records) >= MOVED;
    // Two sentences that change places look turned around: a few plain permutations say it was not that.
    let order = match ratio(permuted, permuted + rotated) {
        _ if !moved => Order::Same,
        share if share >= if loss == Loss::Nothing { PERMUTED } else { PERMUTED_UNSURE } => Order::Permuted,
        _ => Order::Rotated,
    };
    let [ends, torn] = looks.span_ends;
    let by_words = loss == Loss::Infilled && ends >= 20 && ratio(torn, ends) < COINCIDENCE;
    let unit = if by_words { Unit::Word } else { Unit::Token };
    Some(Guess {
        name: name((order, loss)),
        share: ratio(sums.records, of),
        of,
        unit,
        estimates: estimates(loss, &sums, unit),
    })
}

fn name(look: Look) -> &'static str {
    match look {
        (Order::Rotated, Loss::Deleted) => "rotate + delete",
        (Order::Rotated, Loss::Infilled) => "rotate + infill",
        (Order::Rotated, _) => "rotate",
        (Order::Permuted, Loss::Nothing) => "permute",
        (Order::Permuted, Loss::Deleted) => "permute + delete",
        (Order::Permuted, Loss::Infilled) => "permute + infill",
        (_, Loss::Nothing) => "no noise",
        (_, Loss::InPlace) => "mask with full labels",
        (_, Loss::Deleted) => "delete",
        (_, Loss::Infilled) => "infill",
        (_, Loss::Sentinels) => "span corruption with sentinels",
    }
}

fn estimates(loss: Loss, sums: &Sums, unit: Unit) -> Vec<(&'static str, f64)> {
    let (gone, clean) = (sums.gone[unit as usize], sums.clean[unit as usize]);
    let spans = sums.masks + sums.foreign;
    match loss {
        Loss::Nothing | Loss::Sentinels => Vec::new(),
        Loss::Deleted => vec![("ratio", ratio(gone, clean))],
        Loss::InPlace => vec![("ratio", ratio(spans, clean))],
        Loss::Infilled => {
            let mut estimates = vec![("ratio", ratio(gone, clean)), ("lambda", ratio(gone, spans))];
            let random = ratio(sums.foreign, spans);
            if random > COINCIDENCE {
                estimates.push(("random", random));
            }
            estimates
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::tally::Chosen;

    #[test]
    fn masked_records_are_mask_with_their_shares() {
        let chosen = Chosen { of: 1000, all: 150, hidden: 120, kept: 15 };
        let tally = Tally { records: 4, masked: 4, chosen, ..Tally::default() };
        let guess = Guess::of(&tally, &Looks::default()).expect("a guess");
        assert_eq!(
            guess.words(),
            "mask: about 15.0 % of tokens, of which 80.0 % became mask, 10.0 % another token, 10.0 % stayed (100 % of 4 records looked at)"
        );
    }

    #[test]
    fn infilled_and_permuted_records_are_both() {
        let mut looks = Looks { span_ends: [100, 0], ..Looks::default() };
        let sums = Sums { records: 8, clean: [2000, 1000], gone: [600, 300], masks: 90, foreign: 10 };
        looks.sums.insert((Order::Permuted, Loss::Infilled), sums);
        looks.sums.insert((Order::Same, Loss::Nothing), Sums { records: 2, ..Sums::default() });
        let guess = Guess::of(&Tally { records: 10, ..Tally::default() }, &looks).expect("a guess");
        assert_eq!((guess.name, guess.unit, guess.of), ("permute + infill", Unit::Word, 8));
        assert_eq!(guess.estimates, [("ratio", 0.3), ("lambda", 3.0), ("random", 0.1)]);
    }

    #[test]
    fn nothing_noised_is_no_recipe() {
        let mut looks = Looks::default();
        looks.sums.insert((Order::Same, Loss::Nothing), Sums { records: 2, ..Sums::default() });
        assert_eq!(Guess::of(&Tally { records: 2, ..Tally::default() }, &looks), None);
    }
}
