//! An inspection as one JSON object, for scripts.

use serde_json::{Map, Value, json};

use super::Inspected;
use crate::inspect::{FileFindings, Pattern};
use crate::noise::Edit;
use crate::reader::Input;
use crate::view::ExampleView;
use crate::view::json::{example, line, spread};

/// The object, and a line feed.
pub fn render(inspected: &Inspected, examples: &[ExampleView]) -> String {
    let outcome = inspected.outcome;
    let (tally, duplicates) = (&outcome.tally, &outcome.duplicates);
    let stats = &tally.stats;
    line(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "inputs": inspected.inputs.iter().map(Input::name).collect::<Vec<_>>(),
        "tokenizer_hash": inspected.tokenizer_hash(),
        "other_tokenizers": inspected.of_other_tokenizers().map(|(source, hash)| json!([source, hash])).collect::<Vec<_>>(),
        "recipes": outcome.recipes,
        "lines": tally.lines,
        "records": tally.lines,
        "broken": tally.broken,
        "unreadable_files": inspected.unreadable_files().count(),
        "findings": findings(inspected),
        "files": outcome.files.iter().map(file).collect::<Vec<_>>(),
        "notices": inspected.notices().iter().map(|notice| notice.text.clone()).collect::<Vec<_>>(),
        "bytes": tally.bytes,
        "tokens": stats.input_ids,
        "padding": tally.padding,
        "labels": tally.labels,
        "labels_ignored": tally.ignored,
        "masked_records": tally.masked,
        "identical_records": tally.patterns[Pattern::Unchanged as usize],
        "duplicate_records": duplicates.count,
        "duplicates_bounded": duplicates.is_bounded,
        "cut_records": tally.truncated(),
        "mask_tokens": tally.masks,
        "special_tokens": specials(inspected),
        "vocabulary": { "size": inspected.viewer.tokens.known(), "occur": tally.covered() },
        "round_trip": { "of": inspected.round_trip.all, "same": inspected.round_trip.same },
        "lengths": spread(&stats.lengths),
        "label_lengths": spread(&tally.label_lengths),
        "length_ratio_percent": spread(&tally.ratios),
        "mask_runs": spread(&tally.mask_runs),
        "windows_per_record": spread(&tally.windows),
        "noise_percent": inspected.has_noise().then(|| spread(&stats.noise_shares)),
        "noise": noise(inspected),
        "examples": examples.iter().map(example).collect::<Vec<_>>(),
    }))
}

fn file(file: &FileFindings) -> Value {
    let findings: Map<String, Value> =
        file.findings().map(|(kind, count)| (kind.name().to_owned(), json!(count))).collect();
    json!({
        "input": &*file.source,
        "lines": file.lines,
        "broken": file.broken,
        "fault": file.fault.as_ref().map(|fault| &fault.message),
        "findings": findings,
    })
}

fn findings(inspected: &Inspected) -> Vec<Value> {
    let groups = inspected.outcome.findings.groups().map(|(kind, group)| {
        json!({
            "kind": kind.name(),
            "breaks": kind.breaks(),
            "count": group.count,
            "first": group.places.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "detail": group.detail,
        })
    });
    groups.collect()
}

fn specials(inspected: &Inspected) -> Map<String, Value> {
    let surface = |id: i32| inspected.viewer.tokenizer.vocabulary().surface(id as u32).unwrap_or_default().to_string();
    inspected.outcome.tally.specials.iter().map(|(&id, &times)| (surface(id), json!(times))).collect()
}

/// By pattern, what noise did; null where that is not certain.
fn noise(inspected: &Inspected) -> Value {
    let patterns = inspected.certain_patterns().map(|(pattern, records, done)| {
        let value = json!({
            "records": records,
            "tokens": done.units,
            "chosen": done.chosen,
            "masks": done.edited(Edit::Masked),
            "random": done.edited(Edit::Random),
            "kept": done.edited(Edit::Kept),
            "span_lengths": spread(&done.spans),
            "starts": done.starts,
        });
        (pattern.name().to_string(), value)
    });
    let patterns: Map<String, Value> = patterns.collect();
    if patterns.is_empty() { Value::Null } else { Value::Object(patterns) }
}
