//! What an inspection says: notices, numbers in groups, and distributions.

use super::Inspected;
use crate::figure::{Axis, Distribution, Figure};
use crate::histogram::Histogram;
use crate::inspect::{Duplicates, FindingGroup, FindingKind, Pattern};
use crate::noise::Edit;
use crate::stats::{PARTS, StepStats, WHOLE};
use crate::view::{Fact, Group, Level, Notice, Spread, count, counted, decimal, facts, share};

/// Special tokens named one by one.
const NAMED_SPECIALS: usize = 8;
/// Noise is told only where fewer valid records, in percent, leave doubt about it: those that do not are a choice of their
/// own, with less noise than the others.
const MAX_DOUBTFUL: u64 = 1;
/// Where fewer ids, in percent, survive decoding and encoding, the tokenizer is hardly that of the records.
const MIN_SAME: u64 = 97;
/// So many ids tell.
const MIN_TRIED: u64 = 50;

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

impl Pattern {
    /// For scripts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Pattern::Unchanged => "unchanged",
            Pattern::Chosen => "masked-labels",
            Pattern::Replaced => "replaced",
            Pattern::Spans => "spans",
            Pattern::Sentinels => "sentinels",
            Pattern::Deleted => "deleted",
            Pattern::Rotated => "rotated",
        }
    }

    /// For people: what the records have in common.
    fn title(self) -> &'static str {
        match self {
            Pattern::Unchanged => "No noise",
            Pattern::Chosen => "Masked labels",
            Pattern::Replaced => "Tokens replaced in place",
            Pattern::Spans => "Spans behind masks",
            Pattern::Sentinels => "Spans behind sentinels",
            Pattern::Deleted => "Tokens deleted",
            Pattern::Rotated => "Rotated",
        }
    }

    fn figures(self, done: &StepStats) -> Vec<Figure> {
        let edit = |name: &str, edit: Edit| Figure::part(name, done.edited(edit), done.chosen);
        let chosen = |name: &str| Figure::part(name, done.chosen, done.units);
        match self {
            Pattern::Unchanged => Vec::new(),
            Pattern::Chosen => vec![
                chosen("tokens with a label"),
                edit("became the mask token", Edit::Masked),
                edit("became another token", Edit::Random),
                edit("kept", Edit::Kept),
            ],
            Pattern::Replaced => {
                let masked = edit("by the mask token", Edit::Masked);
                vec![chosen("tokens replaced"), masked, edit("by another token", Edit::Random)]
            }
            Pattern::Spans => {
                spans(done, "mask", "Tokens behind single masks, where both neighbors have one place in the labels.")
            }
            Pattern::Sentinels => {
                spans(done, "sentinel", "Spans by the tokens that the labels have behind their sentinels.")
            }
            Pattern::Deleted => vec![chosen("tokens deleted")],
            Pattern::Rotated => vec![Figure::Distribution(starts(done))],
        }
    }
}

/// How many tokens are hidden behind how many of what stands for them.
fn spans(done: &StepStats, behind: &str, about: &str) -> Vec<Figure> {
    let each = done.edited(Edit::Masked);
    let value = done.chosen as f64 / each.max(1) as f64;
    vec![
        Figure::part("tokens hidden", done.chosen, done.units),
        Figure::count(format!("{behind}s"), each),
        Figure::Mean { name: format!("tokens behind a {behind}"), value, expected: None },
        Figure::Distribution(Distribution {
            title: "Span lengths".to_string(),
            about: about.to_string(),
            axis: Axis::Values(format!("tokens behind a {behind}")),
            drawn: done.spans.clone(),
            law: String::new(),
            expected: Vec::new(),
        }),
    ]
}

fn starts(done: &StepStats) -> Distribution {
    let mut drawn = Histogram::default();
    (0..PARTS).for_each(|part| drawn.add(part, done.starts[part]));
    Distribution {
        title: "Where rotations begin".to_string(),
        about: "Records by the place in their labels of the token that comes first.".to_string(),
        axis: Axis::Parts("place in the labels".to_string()),
        drawn,
        law: "every token equally likely".to_string(),
        expected: done.expected_starts.iter().map(|&parts| parts as f64 / WHOLE as f64).collect(),
    }
}

impl Inspected<'_> {
    /// What noise did, pattern by pattern, and to how many records; `None` where too many leave doubt.
    pub(super) fn certain_patterns(&self) -> Option<impl Iterator<Item = (Pattern, u64, &StepStats)>> {
        let tally = &self.outcome.tally;
        let [certain, valid] = tally.certain();
        let counted = Pattern::ALL.into_iter().zip(tally.patterns).zip(tally.stats.every_step());
        let steps =
            counted.map(|((pattern, records), done)| (pattern, records, done)).filter(|(_, records, _)| *records > 0);
        (certain > 0 && (valid - certain) * 100 <= valid * MAX_DOUBTFUL).then_some(steps)
    }

    /// What was looked at, in one line.
    pub(super) fn lead(&self) -> String {
        let tally = &self.outcome.tally;
        let records = counted(tally.stats.records, "record");
        let records = format!("{records}, {}", counted(tally.stats.input_ids, "token"));
        match self.certain_patterns() {
            Some(patterns) => {
                let patterns = patterns.map(|(pattern, records, _)| match pattern {
                    Pattern::Unchanged => format!("{} unchanged", count(records)),
                    _ => format!("{} with {}", count(records), pattern.title().to_lowercase()),
                });
                format!("{records}: {}.", patterns.collect::<Vec<_>>().join(", "))
            }
            None => format!("{records}."),
        }
    }

    /// Findings, one line for each kind, or that all is well; then what is odd about all records together.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let tally = &self.outcome.tally;
        let mut notices: Vec<Notice> = Vec::new();
        let others: Vec<(&str, &str)> = self.of_other_tokenizers().collect();
        if let Some((source, hash)) = others.first() {
            let text = format!("Made with another tokenizer: {}.", counted(others.len() as u64, "input"));
            let note = format!("{source}: its hash is {hash}, that of -t is {}", self.tokenizer_hash());
            notices.push(Notice { level: Level::Bad, text, note });
        } else if tally.broken == 0 && tally.stats.records > 0 {
            let text = match tally.stats.records {
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
        notices.extend(self.suspicions());
        if self.viewer.tokens.pad.is_none() && tally.padding > 0 {
            let text = "The tokenizer has no pad token, so padding was not checked.";
            notices.push(Notice::note(text, "Name one with --pad-token."));
        }
        let unchanged = tally.patterns[Pattern::Unchanged as usize];
        if unchanged > 0 {
            let text = format!("{} without any noise.", counted(unchanged, "record"));
            notices.push(Notice::note(text, share(unchanged, tally.stats.records)));
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
        if trip.all >= MIN_TRIED && trip.same * 100 < trip.all * MIN_SAME {
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
                counted(tally.stats.records, "record")
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

    /// The numbers.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups = vec![self.records(), self.lengths(), self.masks()];
        for (pattern, records, done) in self.certain_patterns().into_iter().flatten() {
            let mut facts = vec![Fact::new("records", count(records))];
            facts.extend(pattern.figures(done).iter().filter_map(facts::fact));
            if pattern != Pattern::Unchanged {
                groups.push(Group { title: pattern.title().to_string(), facts });
            }
        }
        groups.push(self.vocabulary());
        groups.extend(self.files());
        groups
    }

    /// The charts. What is known of the noise of some records alone says nothing about all.
    pub(super) fn distributions(&self) -> Vec<Distribution> {
        let tally = &self.outcome.tally;
        let mut general = facts::general(&tally.stats);
        let Some(patterns) = self.certain_patterns() else {
            general.truncate(usize::from(tally.stats.lengths.total() > 0));
            return general;
        };
        general.extend(patterns.flat_map(|(pattern, _, done)| facts::distributions(pattern.figures(done))));
        general
    }

    fn records(&self) -> Group {
        let tally = &self.outcome.tally;
        let records = tally.stats.records;
        let duplicates = &self.outcome.duplicates;
        let bound = match duplicates.is_bounded {
            true => format!(
                "at least: only the first {} different records are remembered",
                count(Duplicates::limit() as u64)
            ),
            false => String::new(),
        };
        let of_lines = if tally.broken == 0 { String::new() } else { share(tally.broken, tally.lines) };
        let [certain, valid] = tally.certain();
        let mut facts = vec![
            Fact::new("records", count(records)),
            Fact::new("broken", count(tally.broken)).note(of_lines),
            Fact::new("with masked labels", count(tally.masked)).note(share(tally.masked, records)),
            Fact::new("whose noise is certain", count(certain)).note(share(certain, valid)),
            Fact::new("duplicates", count(duplicates.count)).note(bound),
        ];
        let kinds = FindingKind::ALL.into_iter().filter(|kind| kind.is_unreadable());
        let unreadable: u64 = kinds.map(|kind| self.outcome.findings.count(kind)).sum();
        if unreadable > 0 {
            facts.push(Fact::new("unreadable lines", count(unreadable)));
        }
        facts.push(Fact::new("possibly truncated", count(tally.truncated())).note("maximum length, no eos"));
        Group { title: "Records".to_string(), facts }
    }

    fn lengths(&self) -> Group {
        let tally = &self.outcome.tally;
        let mut group = facts::lengths(&tally.stats, None);
        let padding = Fact::new("padding", count(tally.padding));
        group.facts.push(padding.note(share(tally.padding, tally.padding + tally.stats.input_ids)));
        let windows = Spread::of(&tally.windows);
        if windows.count > 0 {
            let note = format!("{} to {}", count(windows.min as u64), count(windows.max as u64));
            group.facts.push(Fact::new("windows per record, mean", decimal(windows.mean)).note(note));
            let longest = tally.stats.lengths.counts().last().map_or(0, |(longest, _)| longest as u64);
            let room = longest * tally.stats.records;
            group
                .facts
                .push(Fact::new("filled", share(tally.stats.input_ids, room)).note("of the longest record's length"));
        }
        let ratios = Spread::of(&tally.ratios);
        if ratios.count > 0 {
            let note = format!("{} to {}", ratios.min as f64 / 100.0, ratios.max as f64 / 100.0);
            group.facts.push(Fact::new("input per label, mean", decimal(ratios.mean / 100.0)).note(note));
        }
        group
    }

    fn masks(&self) -> Group {
        let tally = &self.outcome.tally;
        let mut facts =
            vec![Fact::new("mask tokens", count(tally.masks)).note(share(tally.masks, tally.stats.input_ids))];
        let runs = Spread::of(&tally.mask_runs);
        if runs.count > 0 {
            let note = format!("mean {}, longest {}", decimal(runs.mean), count(runs.max as u64));
            facts.push(Fact::new("mask tokens in a row", count(runs.count)).note(note));
        }
        facts.push(Fact::new("labels of -100", count(tally.ignored)).note(share(tally.ignored, tally.labels)));
        facts.extend(self.certain_patterns().and_then(|_| facts::noise_share(&tally.stats)));
        Group { title: "Noise".to_string(), facts }
    }

    fn vocabulary(&self) -> Group {
        let tally = &self.outcome.tally;
        let (covered, known) = (tally.covered(), self.viewer.tokens.known());
        let note = format!("{} of {}", share(covered, known), count(known));
        let mut facts = vec![Fact::new("tokens that occur", count(covered)).note(note)];
        let mut specials: Vec<(&i32, &u64)> = tally.specials.iter().collect();
        specials.sort_by_key(|(id, times)| (std::cmp::Reverse(**times), **id));
        for (id, times) in specials.iter().take(NAMED_SPECIALS) {
            let surface = self.viewer.tokenizer.vocabulary().surface(**id as u32).unwrap_or("");
            facts.push(Fact::new(surface, count(**times)));
        }
        if specials.len() > NAMED_SPECIALS {
            let rest: u64 = specials[NAMED_SPECIALS..].iter().map(|(_, times)| **times).sum();
            facts.push(Fact::new("other special tokens", count(rest)));
        }
        Group { title: "Vocabulary".to_string(), facts }
    }
}
