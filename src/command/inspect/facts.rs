//! The numbers of an inspection in groups, and what should be read first; the same in print and on the page.

use super::Inspected;
use crate::inspect::{self, Kind, Spread};
use crate::report::{Fact, Group, Level, Notice, count, decimal, percent};

/// Special tokens named one by one.
const NAMED_SPECIALS: usize = 8;

fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn share(part: u64, whole: u64) -> String {
    percent(ratio(part, whole))
}

/// `a.jsonl:17, 18, b.jsonl:3 …`
fn places(group: &inspect::Group) -> String {
    let mut said = String::new();
    let mut source = None;
    for place in &group.places {
        let comma = if said.is_empty() { "" } else { ", " };
        let line = if source == Some(&place.source) { place.at.number().to_string() } else { place.to_string() };
        source = Some(&place.source);
        said.push_str(&format!("{comma}{line}"));
    }
    if group.count > group.places.len() as u64 {
        said.push_str(" …");
    }
    said
}

impl Inspected<'_> {
    /// Findings, one line for each kind; else that all is well.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let tally = &self.outcome.tally;
        let mut notices: Vec<Notice> = self
            .outcome
            .findings
            .groups()
            .map(|(kind, group)| {
                let level = if kind.breaks() { Level::Bad } else { Level::Note };
                let text = format!("{} \u{d7} {}", count(group.count), kind.words());
                Notice { level, text, note: format!("{} ({})", places(group), group.detail) }
            })
            .collect();
        if tally.broken == 0 && tally.records > 0 {
            let text = format!("All {} records keep what a record promises.", count(tally.records));
            notices.insert(0, Notice { level: Level::Good, text, note: String::new() });
        }
        if self.tokens.pad.is_none() && tally.padding > 0 {
            let text = "The tokenizer has no pad token, so what fills records was not checked.".to_string();
            notices.push(Notice { level: Level::Note, text, note: "Name one with --pad-token.".to_string() });
        }
        if tally.identical > 0 {
            let text = format!("{} records hold no noise at all.", count(tally.identical));
            notices.push(Notice { level: Level::Note, text, note: share(tally.identical, tally.records) });
        }
        notices
    }

    /// The numbers.
    pub(super) fn facts(&self) -> Vec<Group> {
        let mut groups = vec![self.records(), self.lengths(), self.noise(), self.vocabulary()];
        groups.retain(|group| !group.facts.is_empty());
        groups
    }

    fn records(&self) -> Group {
        let tally = &self.outcome.tally;
        let (duplicates, bound) = self.duplicates();
        let mut facts = vec![
            Fact::new("records", count(tally.records)),
            Fact::new("broken", count(tally.broken)).note(if tally.broken == 0 {
                String::new()
            } else {
                share(tally.broken, tally.lines)
            }),
            Fact::new("with masked labels", count(tally.masked)).note(share(tally.masked, tally.records)),
            Fact::new("without noise", count(tally.identical)).note(share(tally.identical, tally.records)),
            Fact::new("duplicates", count(duplicates)).note(bound),
        ];
        let unreadable: u64 = Kind::ALL
            .into_iter()
            .filter(|kind| kind.is_unreadable())
            .map(|kind| self.outcome.findings.count(kind))
            .sum();
        if unreadable > 0 {
            facts.push(Fact::new("unreadable lines", count(unreadable)));
        }
        let cut = tally.cut();
        facts.push(Fact::new("perhaps cut", count(cut)).note("as long as any, no end"));
        Group { title: "Records".to_string(), facts }
    }

    fn lengths(&self) -> Group {
        let tally = &self.outcome.tally;
        let spread = Spread::of(&tally.lengths);
        let labels = Spread::of(&tally.label_lengths);
        let ratios = Spread::of(&tally.ratios);
        let mut facts = vec![
            Fact::new("tokens", count(tally.attended)).note("padding aside"),
            Fact::new("padding", count(tally.padding)).note(share(tally.padding, tally.padding + tally.attended)),
            Fact::new("shortest", count(spread.min as u64)),
            Fact::new("median", count(spread.median as u64)),
            Fact::new("mean", decimal(spread.mean)),
            Fact::new("95 of 100 are within", count(spread.p95 as u64)),
            Fact::new("longest", count(spread.max as u64)),
            Fact::new("labels, mean", decimal(labels.mean)),
        ];
        if ratios.count > 0 {
            let note = format!("{} to {}", ratios.min as f64 / 100.0, ratios.max as f64 / 100.0);
            facts.push(Fact::new("input to label length", decimal(ratios.mean / 100.0)).note(note));
        }
        Group { title: "Lengths".to_string(), facts }
    }

    fn noise(&self) -> Group {
        let tally = &self.outcome.tally;
        let mut facts = Vec::new();
        if let Some(guess) = &self.guess {
            let note = format!("{:.0}\u{202f}% of {}", 100.0 * guess.share, count(guess.of));
            facts.push(Fact::new("looks like", guess.name).note(note));
            let unit = guess.unit.plural();
            for (name, value) in &guess.estimates {
                facts.push(match *name {
                    "lambda" => Fact::new("span length, mean", decimal(*value)).note(unit),
                    "ratio" => Fact::new("ratio", percent(*value)).note(format!("of {unit}")),
                    "mask" => Fact::new("became mask", percent(*value)).note("of those chosen"),
                    "random" => Fact::new("became another token", percent(*value)),
                    _ => Fact::new("stayed", percent(*value)).note("of those chosen"),
                });
            }
        }
        facts.push(Fact::new("mask tokens", count(tally.masks)).note(share(tally.masks, tally.attended)));
        let runs = Spread::of(&tally.mask_runs);
        if runs.count > 0 {
            facts.push(Fact::new("runs of masks", count(runs.count)).note(format!(
                "mean {}, longest {}",
                decimal(runs.mean),
                runs.max
            )));
        }
        facts.push(Fact::new("labels of -100", count(tally.ignored)).note(share(tally.ignored, tally.labels)));
        Group { title: "Noise".to_string(), facts }
    }

    fn vocabulary(&self) -> Group {
        let tally = &self.outcome.tally;
        let (covered, known) = (tally.covered(), self.tokens.known());
        let mut facts = vec![Fact::new("tokens that occur", count(covered)).note(format!(
            "{} of {}",
            share(covered, known),
            count(known)
        ))];
        let mut specials: Vec<(&i32, &u64)> = tally.specials.iter().collect();
        specials.sort_by_key(|(id, times)| (std::cmp::Reverse(**times), **id));
        for (id, times) in specials.iter().take(NAMED_SPECIALS) {
            let surface = self.tokenizer.vocabulary().surface(**id as u32).unwrap_or("");
            facts.push(Fact::new(surface, count(**times)));
        }
        if specials.len() > NAMED_SPECIALS {
            let rest: u64 = specials[NAMED_SPECIALS..].iter().map(|(_, times)| **times).sum();
            facts.push(Fact::new("other special tokens", count(rest)));
        }
        Group { title: "Vocabulary".to_string(), facts }
    }
}
