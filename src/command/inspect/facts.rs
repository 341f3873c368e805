//! What an inspection says in numbers: one line, groups of facts, and distributions.

use super::Inspected;
use crate::figure::Distribution;
use crate::inspect::{Duplicates, FindingKind, Pattern};
use crate::stats::StepStats;
use crate::view::{Fact, Group, Spread, count, count_of, decimal, facts, share};

/// Special tokens named one by one.
const NAMED_SPECIALS: usize = 8;
/// Noise that has to be searched for is told only where fewer valid records, in percent, leave doubt about it: those that do
/// not are a choice of their own, with less noise than the others.
const MAX_DOUBTFUL: u64 = 1;

impl Inspected<'_> {
    /// What noise did, pattern by pattern, and to how many records: as far as doubt about others takes nothing from it.
    pub(super) fn certain_patterns(&self) -> impl Iterator<Item = (Pattern, u64, &StepStats)> {
        let tally = &self.outcome.tally;
        let is_certain = self.is_noise_certain();
        let counted = Pattern::ALL.into_iter().zip(tally.patterns).zip(tally.stats.every_step());
        let steps = counted.map(|((pattern, records), done)| (pattern, records, done));
        steps.filter(move |(pattern, records, _)| *records > 0 && (is_certain || pattern.is_evident()))
    }

    /// Whether hardly a record leaves doubt about its noise.
    fn is_noise_certain(&self) -> bool {
        let [certain, valid] = self.outcome.tally.certain();
        certain > 0 && (valid - certain) * 100 <= valid * MAX_DOUBTFUL
    }

    /// Whether something can be said of the noise of all records together, and there is any.
    pub(super) fn has_noise(&self) -> bool {
        let noised = self.certain_patterns().any(|(pattern, ..)| pattern != Pattern::Unchanged);
        noised && self.is_noise_certain()
    }

    /// What was looked at, in one line.
    pub(super) fn lead(&self) -> String {
        let tally = &self.outcome.tally;
        let records = count_of(tally.lines, "record");
        let records = format!("{records}, {}", count_of(tally.stats.input_ids, "token"));
        let patterns = self.certain_patterns();
        let patterns =
            patterns.map(|(pattern, records, _)| format!("{} with {}", count(records), pattern.title().to_lowercase()));
        let patterns = patterns.collect::<Vec<_>>().join(", ");
        if patterns.is_empty() { format!("{records}.") } else { format!("{records}: {patterns}.") }
    }

    /// The numbers.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups = vec![self.records(), self.lengths(), self.masks()];
        for (pattern, records, done) in self.certain_patterns() {
            let mut facts = vec![Fact::new("records", count(records))];
            facts.extend(pattern.figures(done).iter().filter_map(facts::fact));
            if pattern != Pattern::Unchanged {
                groups.push(Group { title: pattern.title().to_string(), facts });
            }
        }
        groups.push(self.vocabulary());
        groups.extend(self.files());
        groups.retain(|group| !group.facts.is_empty());
        groups
    }

    /// The charts. What is known of the noise of some records alone says nothing about all.
    pub(super) fn distributions(&self) -> Vec<Distribution> {
        let tally = &self.outcome.tally;
        let mut general = facts::general(&tally.stats);
        if !self.is_noise_certain() {
            general.truncate(usize::from(tally.stats.lengths.total() > 0));
        }
        let patterns = self.certain_patterns();
        general.extend(patterns.flat_map(|(pattern, _, done)| facts::distributions(pattern.figures(done))));
        general
    }

    fn records(&self) -> Group {
        let tally = &self.outcome.tally;
        let records = tally.lines;
        let duplicates = &self.outcome.duplicates;
        let bound = match duplicates.is_bounded {
            true => format!(
                "at least: only the first {} different records are remembered",
                count(Duplicates::limit() as u64)
            ),
            false => String::new(),
        };
        let of_all = if tally.broken == 0 { String::new() } else { share(tally.broken, records) };
        let [certain, valid] = tally.certain();
        let doubt = if self.certain_patterns().next().is_none() { "; too few to count noise" } else { "" };
        let kinds = FindingKind::ALL.into_iter().filter(|kind| kind.is_unreadable());
        let unreadable: u64 = kinds.map(|kind| self.outcome.findings.count(kind)).sum();
        let always = [
            Fact::new("records", count(records)),
            Fact::new("broken", count(tally.broken)).note(of_all),
            Fact::new("duplicates", count(duplicates.count)).note(bound),
            Fact::new("noise recognized", count(certain)).note(format!("{}{doubt}", share(certain, valid))),
        ];
        let where_any = [
            (tally.masked, "labels of chosen tokens only", share(tally.masked, records)),
            (unreadable, "unreadable", share(unreadable, records)),
            (tally.truncated(), "possibly truncated", "as long as the longest, without eos".to_string()),
        ];
        let found = where_any.into_iter().filter(|(number, ..)| *number > 0);
        let found = found.map(|(number, name, note)| Fact::new(name, count(number)).note(note));
        Group { title: "Records".to_string(), facts: always.into_iter().chain(found).collect() }
    }

    fn lengths(&self) -> Group {
        let tally = &self.outcome.tally;
        let mut group = facts::lengths(&tally.stats, tally.masked < tally.stats.records, None);
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
        group
    }

    fn masks(&self) -> Group {
        let tally = &self.outcome.tally;
        let mut facts = Vec::new();
        if tally.masks > 0 {
            let note = format!("{} of input", share(tally.masks, tally.stats.input_ids));
            facts.push(Fact::new("mask tokens", count(tally.masks)).note(note));
        }
        let runs = Spread::of(&tally.mask_runs);
        if runs.count > 0 {
            let note = format!("mean {}, longest {}", decimal(runs.mean), count(runs.max as u64));
            facts.push(Fact::new("runs of mask tokens", count(runs.count)).note(note));
        }
        if tally.ignored > 0 {
            facts.push(
                Fact::new("ignored labels (-100)", count(tally.ignored)).note(share(tally.ignored, tally.labels)),
            );
        }
        facts.extend(facts::noise_share(&tally.stats).filter(|_| self.has_noise()));
        Group { title: "Noise".to_string(), facts }
    }

    fn vocabulary(&self) -> Group {
        let tally = &self.outcome.tally;
        let (covered, known) = (tally.covered(), self.viewer.tokens.known());
        let note = format!("{} of {}", share(covered, known), count(known));
        let mut facts = vec![Fact::new("distinct tokens", count(covered)).note(note)];
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
