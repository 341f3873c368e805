//! Views as JSON, for scripts.

use serde_json::{Value, json};

use super::{ExampleView, Spread};
use crate::harmless;
use crate::histogram::Histogram;

/// A value on one line. Characters that would steer a terminal or end a line elsewhere are escaped.
pub fn line(value: &Value) -> String {
    format!("{}\n", harmless::json(&value.to_string()))
}

/// The same over several lines.
pub fn lines(value: &Value) -> String {
    format!("{}\n", harmless::json(&format!("{value:#}")))
}

/// Pairs of a value and how often it was counted.
pub fn histogram(histogram: &Histogram) -> Value {
    histogram.counts().map(|(value, count)| json!([value, count])).collect()
}

/// The same, and where the values lie.
pub fn spread(of: &Histogram) -> Value {
    let Spread { count, min, median, mean, p95, max } = Spread::of(of);
    json!({ "count": count, "min": min, "median": median, "mean": mean, "p95": p95, "max": max, "counts": histogram(of) })
}

/// Its sides by their names, each a list of pairs of a mark and its text.
pub fn example(example: &ExampleView) -> Value {
    let mut value = json!({ "place": example.place, "broken": example.is_faulty });
    for (which, name) in example.sides.iter().enumerate() {
        let pieces = example.text.side(which).into_iter().map(|piece| json!([piece.mark.name(), piece.text]));
        value[*name] = pieces.collect();
    }
    value
}
