//! A bar chart as inline SVG, with the law it is held against where there is one, and its numbers as a table.

mod expected;

use std::fmt::Write;

use super::escape::escape;
use super::number::{count, decimal, percent};
pub use expected::{Expected, poisson};

/// What bars measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// How many.
    Count,
    /// Shares of 1.
    Share,
}

impl Scale {
    fn words(self, value: f64) -> String {
        match self {
            Scale::Count if value.fract() == 0.0 => count(value as u64),
            Scale::Count => decimal(value),
            Scale::Share => percent(value),
        }
    }
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Under it, where there is room.
    pub tick: String,
    /// What it covers, in full.
    pub name: String,
    /// How high it is.
    pub value: f64,
}

/// A bar chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// A few words.
    pub title: String,
    /// One sentence: what is counted, and what to look for.
    pub about: String,
    /// What bars stand for.
    pub axis: String,
    /// What they measure.
    pub scale: Scale,
    /// The bars, left to right.
    pub bars: Vec<Bar>,
    /// The law.
    pub expected: Option<Expected>,
}

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 36.0;
/// Bars of a histogram.
const MOST_BARS: usize = 30;
/// Labels under bars.
const MOST_TICKS: usize = 7;

impl Chart {
    /// A chart of how often values occur; neighbours share a bar where there are many.
    pub fn histogram(title: &str, about: &str, axis: &str, counts: impl Iterator<Item = (usize, u64)> + Clone) -> Self {
        Self::histogram_within(MOST_BARS, title, about, axis, counts)
    }

    /// The same in so many bars at most.
    pub fn histogram_within(
        most_bars: usize,
        title: &str,
        about: &str,
        axis: &str,
        counts: impl Iterator<Item = (usize, u64)> + Clone,
    ) -> Self {
        let (start, width, most) = bins(counts.clone(), most_bars);
        let mut values = vec![0u64; (most - start) / width + 1];
        counts.for_each(|(value, count)| values[(value - start) / width] += count);
        let bars = values.iter().enumerate().map(|(at, &value)| {
            let from = start + at * width;
            let name = if width == 1 { from.to_string() } else { format!("{from} to {}", from + width - 1) };
            Bar { tick: from.to_string(), name, value: value as f64 }
        });
        Chart {
            title: title.to_string(),
            about: about.to_string(),
            axis: axis.to_string(),
            scale: Scale::Count,
            bars: bars.collect(),
            expected: None,
        }
    }

    /// A histogram held against a law, by what it expects of each value.
    pub fn histogram_against(
        title: &str,
        about: &str,
        axis: &str,
        counts: impl Iterator<Item = (usize, u64)> + Clone,
        (name, expected): (String, impl Fn(usize) -> f64),
    ) -> Self {
        let (start, width, _) = bins(counts.clone(), MOST_BARS);
        let mut chart = Self::histogram(title, about, axis, counts);
        let value = |bar: usize| (start + bar * width..start + (bar + 1) * width).map(&expected).sum();
        chart.expected = Some(Expected { name, values: (0..chart.bars.len()).map(value).collect() });
        chart
    }

    /// Bars over equal parts of a whole, named in percent; to be given words.
    pub fn over_parts(axis: &str, scale: Scale, values: impl ExactSizeIterator<Item = f64>) -> Self {
        let parts = values.len().max(1);
        let percent = |at: usize| at * 100 / parts;
        let bars = values.enumerate().map(|(at, value)| Bar {
            tick: format!("{}%", percent(at)),
            name: format!("{} to {}\u{202f}%", percent(at), percent(at + 1)),
            value,
        });
        let bars = bars.collect();
        Chart { title: String::new(), about: String::new(), axis: axis.to_string(), scale, bars, expected: None }
    }

    fn highest(&self) -> f64 {
        let laws = self.expected.iter().flat_map(|law| law.values.iter().copied());
        self.bars.iter().map(|bar| bar.value).chain(laws).fold(0.0, f64::max)
    }

    /// As a figure. `id` tells the page's charts apart.
    pub(super) fn render(&self, id: usize, html: &mut String) {
        let (title, about) = (escape(&self.title), escape(&self.about));
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<figure><figcaption><h3>{title}</h3><p>{about}</p></figcaption>\
             <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"c{id}t c{id}d\">\
             <title id=\"c{id}t\">{title}</title><desc id=\"c{id}d\">{about} {}</desc>",
            escape(&self.summary())
        );
        self.draw(html);
        html.push_str("</svg>");
        if let Some(law) = &self.expected {
            let _ = write!(html, "<p class=\"law\"><span aria-hidden=\"true\"></span>{}</p>", escape(&law.name));
        }
        self.table(html);
        html.push_str("</figure>\n");
    }

    /// The picture in words.
    fn summary(&self) -> String {
        let highest = self.bars.iter().max_by(|a, b| a.value.total_cmp(&b.value));
        highest.map_or(String::new(), |bar| {
            format!("{} bars, the highest at {}: {}.", self.bars.len(), bar.name, self.scale.words(bar.value))
        })
    }

    fn draw(&self, html: &mut String) {
        let step = nice_step(self.highest() / 4.0, self.scale);
        let top = (self.highest() / step).ceil().max(1.0) * step;
        let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top);
        let slot = (WIDTH - LEFT - RIGHT) / self.bars.len().max(1) as f64;
        let x = |at: usize| LEFT + slot * at as f64;
        for line in 0..=(top / step).round() as usize {
            let (value, right) = (line as f64 * step, WIDTH - RIGHT);
            let (at, words) = (y(value), axis_words(value, self.scale));
            let _ = write!(
                html,
                "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{words}</text>",
                LEFT - 5.0,
                at + 3.5
            );
        }
        let every = self.bars.len().div_ceil(MOST_TICKS).max(1);
        for (at, bar) in self.bars.iter().enumerate() {
            let (name, words) = (escape(&bar.name), self.scale.words(bar.value));
            let (height, width) = (y(0.0) - y(bar.value), (slot * 0.86).max(0.5));
            let _ = write!(
                html,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"><title>{name}: {words}</title></rect>",
                x(at) + (slot - width) / 2.0,
                y(bar.value)
            );
            if at.is_multiple_of(every) {
                let (middle, below) = (x(at) + slot / 2.0, HEIGHT - BOTTOM + 14.0);
                let tick = escape(&bar.tick);
                let _ = write!(html, "<text x=\"{middle:.1}\" y=\"{below}\" text-anchor=\"middle\">{tick}</text>");
            }
        }
        self.draw_law(html, |at| x(at) + slot / 2.0, y);
        let (middle, bottom, axis) = ((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 5.0, escape(&self.axis));
        let _ = write!(html, "<text x=\"{middle}\" y=\"{bottom}\" text-anchor=\"middle\" class=\"axis\">{axis}</text>");
    }

    fn draw_law(&self, html: &mut String, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) {
        let Some(law) = &self.expected else { return };
        let mut path = String::new();
        for (at, &value) in law.values.iter().enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, x(at), y(value));
        }
        let _ = write!(html, "<path class=\"curve\" d=\"{path}\"/>");
        if law.values.len() <= MOST_BARS {
            for (at, &value) in law.values.iter().enumerate() {
                let _ = write!(html, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.2\"/>", x(at), y(value));
            }
        }
    }

    /// The numbers, for those who cannot or will not go by the picture.
    fn table(&self, html: &mut String) {
        let (axis, title) = (escape(&self.axis), escape(&self.title));
        let law =
            self.expected.as_ref().map_or(String::new(), |law| format!("<th scope=\"col\">{}</th>", escape(&law.name)));
        let _ = write!(
            html,
            "<details><summary>Numbers<span class=\"aloud\"> of {title}</span></summary><table><thead><tr>\
             <th scope=\"col\">{axis}</th><th scope=\"col\">found</th>{law}</tr></thead><tbody>"
        );
        for (at, bar) in self.bars.iter().enumerate() {
            let expected = self.expected.as_ref().and_then(|law| law.values.get(at));
            let expected =
                expected.map_or(String::new(), |value| format!("<td>{}</td>", self.scale.words(round(*value))));
            let _ = write!(
                html,
                "<tr><th scope=\"row\">{}</th><td>{}</td>{expected}</tr>",
                escape(&bar.name),
                self.scale.words(bar.value)
            );
        }
        html.push_str("</tbody></table></details>");
    }
}

/// To one place: an expectation is a fraction.
fn round(value: f64) -> f64 {
    if value >= 10.0 { value.round() } else { value }
}

/// Where bars begin, how wide they are, and the largest value.
fn bins(counts: impl Iterator<Item = (usize, u64)> + Clone, most_bars: usize) -> (usize, usize, usize) {
    let least = counts.clone().next().map_or(0, |(value, _)| value);
    let most = counts.last().map_or(0, |(value, _)| value);
    let width = bar_width(most - least + 1, most_bars);
    (least / width * width, width, most)
}

/// 1, 2 or 5 times a power of ten, so that few enough bars cover the range.
fn bar_width(range: usize, most_bars: usize) -> usize {
    let mut decade = 1;
    loop {
        if let Some(width) =
            [1, 2, 5].map(|times| times * decade).into_iter().find(|width| range.div_ceil(*width) <= most_bars)
        {
            return width;
        }
        decade *= 10;
    }
}

fn nice_step(step: f64, scale: Scale) -> f64 {
    let least = if scale == Scale::Count { 1.0 } else { 0.0001 };
    let step = step.max(least);
    let decade = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|times| times * decade).into_iter().find(|nice| *nice >= step * 0.999).unwrap_or(step)
}

fn axis_words(value: f64, scale: Scale) -> String {
    match scale {
        Scale::Share => format!("{}%", (value * 100_000.0).round() / 1000.0),
        Scale::Count if value >= 1e9 => format!("{}G", value / 1e9),
        Scale::Count if value >= 1e6 => format!("{}M", value / 1e6),
        Scale::Count if value >= 1e4 => format!("{}k", value / 1e3),
        Scale::Count => format!("{value}"),
    }
}

#[cfg(test)]
mod tests;
