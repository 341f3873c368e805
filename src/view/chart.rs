//! A distribution as bars, whichever way they are drawn.

use crate::figure::{Axis, Distribution};

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Under it, where there is room.
    pub tick: String,
    /// What it covers, in full.
    pub name: String,
    /// How many there are.
    pub value: u64,
    /// How many there would be.
    pub expected: f64,
}

/// The bars of a distribution, left to right.
pub fn bars(of: &Distribution, max_bars: usize) -> Vec<Bar> {
    match of.axis {
        Axis::Values(_) => over_values(of, max_bars),
        Axis::Parts(_) => over_parts(of),
    }
}

/// What the bars stand for.
pub fn axis(of: &Distribution) -> &str {
    let (Axis::Values(axis) | Axis::Parts(axis)) = &of.axis;
    axis
}

/// A tail with no more than one in so many values is one bar, where that gives the others finer ranges.
const TAIL: u64 = 100;

/// Neighbors share a bar where there are many values.
fn over_values(of: &Distribution, max_bars: usize) -> Vec<Bar> {
    let min = of.drawn.counts().next().map_or(0, |(value, _)| value);
    let max = of.drawn.counts().last().map_or(0, |(value, _)| value);
    let body = body_end(of);
    let [whole, finer] = [max, body].map(|end| bar_width(end - min + 1, max_bars - 1));
    let (width, is_open) = if finer < whole { (finer, true) } else { (whole, false) };
    let start = min / width * width;
    let last = (if is_open { body + width } else { max } - start) / width;
    let mut values = vec![0u64; last + 1];
    of.drawn.counts().for_each(|(value, count)| values[((value - start) / width).min(last)] += count);
    let bars = values.iter().enumerate().map(|(at, &value)| {
        let from = start + at * width;
        let is_tail = is_open && at == last;
        let name = match width {
            _ if is_tail => format!("≥ {from}"),
            1 => from.to_string(),
            _ => format!("{from}–{}", from + width - 1),
        };
        let expected = of.expected.iter().skip(from).take(if is_tail { usize::MAX } else { width }).sum();
        let tick = if is_tail { format!("≥{from}") } else { from.to_string() };
        Bar { tick, name, value, expected }
    });
    bars.collect()
}

/// The value that all but a thin tail do not pass.
fn body_end(of: &Distribution) -> usize {
    let mut left = of.drawn.total();
    let allowed = left / TAIL;
    let reaches = |(_, count): &(usize, u64)| {
        left -= count;
        left <= allowed
    };
    of.drawn.counts().find(reaches).map_or(0, |(value, _)| value)
}

/// Named in percent of the whole.
fn over_parts(of: &Distribution) -> Vec<Bar> {
    let parts = of.expected.len();
    let percent = |at: usize| at * 100 / parts.max(1);
    let mut bars: Vec<Bar> = of
        .expected
        .iter()
        .enumerate()
        .map(|(at, &expected)| Bar {
            tick: format!("{}%", percent(at)),
            name: format!("{}–{}\u{202f}%", percent(at), percent(at + 1)),
            value: 0,
            expected,
        })
        .collect();
    of.drawn.counts().for_each(|(part, count)| bars[part].value = count);
    bars
}

/// 1, 2 or 5 times a power of ten, so that few enough bars cover the range.
fn bar_width(range: usize, max_bars: usize) -> usize {
    let mut decade = 1;
    loop {
        if let Some(width) =
            [1, 2, 5].map(|times| times * decade).into_iter().find(|width| range.div_ceil(*width) <= max_bars)
        {
            return width;
        }
        decade *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::histogram::Histogram;

    fn distribution(counts: &[(usize, u64)]) -> Distribution {
        let mut drawn = Histogram::default();
        counts.iter().for_each(|&(value, count)| drawn.add(value, count));
        let axis = Axis::Values("ids".to_string());
        Distribution {
            title: String::new(),
            about: String::new(),
            axis,
            drawn,
            law: String::new(),
            expected: vec![1.0; 600],
        }
    }

    #[test]
    fn neighbors_share_a_bar_and_none_is_lost() {
        let counts: Vec<(usize, u64)> = (3..512).map(|value| (value, 2)).collect();
        let bars = bars(&distribution(&counts), 30);
        assert!(bars.len() <= 31);
        assert_eq!((bars[0].name.as_str(), bars[0].expected), ("0–19", 20.0));
        assert_eq!(bars.iter().map(|bar| bar.value).sum::<u64>(), 2 * 509);
    }

    #[test]
    fn a_thin_tail_is_one_bar() {
        let counts: Vec<(usize, u64)> = (10..40).map(|value| (value, 100)).chain([(90, 3), (500, 2)]).collect();
        let bars = bars(&distribution(&counts), 12);
        let last = bars.last().expect("bars");
        assert_eq!((bars[0].name.as_str(), bars[0].value), ("10–14", 500));
        assert_eq!((last.name.as_str(), last.value, last.expected), ("≥ 40", 5, 560.0));
        assert_eq!(bars.iter().map(|bar| bar.value).sum::<u64>(), 3005);
        // Where the tail is too thick, nothing is hidden in it.
        let thick: Vec<(usize, u64)> = (10..40).map(|value| (value, 1)).chain([(500, 1)]).collect();
        assert!(super::bars(&distribution(&thick), 12).last().is_some_and(|bar| bar.name == "500–549"));
    }

    #[test]
    fn few_values_have_a_bar_each() {
        let bars = bars(&distribution(&[(0, 5), (3, 1)]), 30);
        assert_eq!(bars.iter().map(|bar| bar.value).collect::<Vec<_>>(), [5, 0, 0, 1]);
        assert_eq!(bars[3].name, "3");
    }
}
