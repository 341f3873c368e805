//! What should be read before the numbers: findings, and what is odd about all records together.

use super::Inspected;
use crate::inspect::{FindingGroup, FindingKind, Pattern};
use crate::view::{Level, Notice, count, counted, share};

/// Where fewer ids, in percent, survive decoding and encoding, the tokenizer is hardly that of the records.
const MIN_SAME: u64 = 97;
/// So many ids tell.
const MIN_TRIED: u64 = 50;

impl Inspected<'_> {
    /// Findings, one line for each kind, or that all is well; then what is odd about all records together.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let tally = &self.outcome.tally;
        let mut notices: Vec<Notice> = Vec::new();
        let others: Vec<(&str, &str)> = self.of_other_tokenizers().collect();
        if let Some((source, hash)) = others.first() {
            let text = format!("Made with another tokenizer: {}.", counted(others.len() as u64, "input"));
            let note = format!("{source}: its hash is {hash}, that of -t is {}", self.tokenizer_hash());
            notices.push(Notice { level: Level::Bad, text, note });
        } else if tally.broken == 0 && tally.lines > 0 && self.unreadable_files().next().is_none() {
            let text = match tally.lines {
                1 => "The record is valid.".to_string(),
                records => format!("All {} records are valid.", count(records)),
            };
            notices.push(Notice { level: Level::Good, text, note: String::new() });
        }
        notices.extend(self.outcome.findings.groups().map(|(kind, group)| {
            let level = if kind.breaks() { Level::Bad } else { Level::Note };
            let text = format!("{} \u{d7} {}", count(group.count), kind.words());
            Notice { level, text, note: format!("{} ({})", places(group), group.detail) }
        }));
        let recipes = self.outcome.recipes.iter();
        notices.extend(recipes.map(|recipe| Notice::note(format!("Made with {recipe}."), "by the metadata")));
        notices.extend(self.suspicions());
        if self.viewer.tokens.pad.is_none() && tally.padding > 0 {
            let text = "The tokenizer has no pad token, so padding was not checked.";
            notices.push(Notice::note(text, "Name one with --pad-token."));
        }
        let unchanged = tally.patterns[Pattern::Unchanged as usize];
        if unchanged > 0 {
            let text = format!("{} with nothing to restore.", counted(unchanged, "record"));
            let why = match (tally.masked, tally.full[0]) {
                (0, _) => "their labels are their input (next-token prediction, fim) or the end alone",
                (_, 0) => "none of their labels is scored",
                _ => "their labels are their input or the end alone, or none is scored",
            };
            notices.push(Notice::note(text, format!("{}: {why}", share(unchanged, tally.lines))));
        }
        notices
    }

    /// What points to another tokenizer, and to labels without an end.
    fn suspicions(&self) -> Vec<Notice> {
        let (tally, tokens) = (&self.outcome.tally, self.viewer.tokens);
        let mut notices = Vec::new();
        let trip = self.round_trip;
        let outside = self.outcome.findings.count(FindingKind::InputVocabulary)
            + self.outcome.findings.count(FindingKind::LabelVocabulary);
        if trip.all >= MIN_TRIED && (trip.same + trip.cut) * 100 < trip.all * MIN_SAME {
            let text =
                "The records look like those of another tokenizer: their text does not encode to their ids again.";
            notices.push(Notice::note(text, format!("{} of ids come back", share(trip.same, trip.all))));
        } else if outside > 0 {
            let text = "Ids outside the vocabulary: the records may be those of another tokenizer.";
            notices.push(Notice::note(text, "Check -t."));
        }
        let has_template = !(tokens.prefix.is_empty() && tokens.suffix.is_empty());
        if has_template && tally.framed * 2 < tally.stats.records {
            let text = format!(
                "{} of {} have the special tokens around them that the tokenizer adds.",
                count(tally.framed),
                counted(tally.lines, "record")
            );
            notices.push(Notice::note(text, "Another tokenizer, or made without special tokens."));
        }
        let [full, with_eos] = tally.full;
        if let Some(eos) = tokens.eos.filter(|_| full > 0 && with_eos == 0) {
            let name = self.viewer.tokenizer.vocabulary().surface(eos as u32).unwrap_or("eos");
            let text =
                format!("{name} is never a label: a model trained on these records does not learn to end a text.");
            notices.push(Notice::note(text, format!("{} with full labels", counted(full, "record"))));
        }
        notices
    }
}

/// `a.jsonl:17, 18, b.jsonl:3 …`
fn places(group: &FindingGroup) -> String {
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
