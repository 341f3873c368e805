//! An inspection as one JSON object, for scripts.

use serde_json::{Map, Value, json};

use super::{Inspected, PRINTED_BROKEN, SHOWN_IDS};
use crate::histogram::Histogram;
use crate::inspect::Spread;
use crate::report::{Example, Mark};

/// The object, and a line feed.
pub fn render(inspected: &Inspected, show: usize) -> String {
    let outcome = inspected.outcome;
    let (tally, duplicates) = (&outcome.tally, &outcome.duplicates);
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "inputs": inspected.inputs,
        "tokenizer_hash": format!("{:016x}", inspected.tokenizer.hash()),
        "lines": tally.lines,
        "records": tally.records,
        "broken": tally.broken,
        "findings": findings(inspected),
        "bytes": tally.bytes,
        "tokens": tally.attended,
        "padding": tally.padding,
        "labels": tally.labels,
        "labels_ignored": tally.ignored,
        "masked_records": tally.masked,
        "identical_records": tally.identical,
        "duplicate_records": duplicates.count,
        "duplicates_bounded": duplicates.is_bounded,
        "cut_records": tally.cut(),
        "mask_tokens": tally.masks,
        "special_tokens": specials(inspected),
        "vocabulary": { "size": inspected.tokens.known(), "occur": tally.covered() },
        "chosen": { "of": tally.chosen.of, "all": tally.chosen.all, "mask": tally.chosen.hidden, "kept": tally.chosen.kept },
        "lengths": spread(&tally.lengths),
        "label_lengths": spread(&tally.label_lengths),
        "length_ratio_percent": spread(&tally.ratios),
        "noise_percent": inspected.noise_shares().map(spread),
        "mask_runs": spread(&tally.mask_runs),
        "looks_like": looks_like(inspected),
        "examples": inspected.examples(show, PRINTED_BROKEN.min(show), SHOWN_IDS[0]).iter().map(example).collect::<Vec<_>>(),
    });
    format!("{value}\n")
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
    let surface = |id: i32| inspected.tokenizer.vocabulary().surface(id as u32).unwrap_or_default().to_string();
    inspected.outcome.tally.specials.iter().map(|(&id, &times)| (surface(id), json!(times))).collect()
}

fn spread(histogram: &Histogram) -> Value {
    let spread = Spread::of(histogram);
    let counts: Vec<(usize, u64)> = histogram.counts().collect();
    json!({
        "count": spread.count,
        "min": spread.min,
        "median": spread.median,
        "mean": spread.mean,
        "p95": spread.p95,
        "max": spread.max,
        "counts": counts,
    })
}

fn looks_like(inspected: &Inspected) -> Value {
    let Some(guess) = &inspected.guess else { return Value::Null };
    let estimates: Map<String, Value> =
        guess.estimates.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    json!({
        "noise": guess.name,
        "share": guess.share,
        "of": guess.of,
        "sampled": inspected.outcome.looks.sampled,
        "unit": guess.unit.plural(),
        "estimates": estimates,
        "span_lengths": spread(&inspected.outcome.looks.spans[guess.unit as usize]),
    })
}

fn example(example: &Example) -> Value {
    let mut value = json!({ "place": example.place, "broken": example.is_faulty });
    for row in &example.rows {
        let pieces = row.pieces.iter().map(|piece| json!([name(piece.mark), piece.text]));
        value[row.name.as_str()] = pieces.collect();
    }
    value
}

fn name(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain => "plain",
        Mark::Template => "template",
        Mark::Hidden => "mask",
        Mark::Changed => "changed",
        Mark::Kept => "kept",
        Mark::Gone => "gone",
        Mark::Inserted => "inserted",
        Mark::Seam => "seam",
        Mark::Number => "number",
    }
}
