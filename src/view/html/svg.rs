//! A distribution as inline SVG, beside the law it is held against where there is one, and its numbers as a table.

use std::fmt::Write;

use super::escape::escape;
use crate::figure::Distribution;
use crate::view::chart::{Bar, axis, bars};
use crate::view::{count, decimal};

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 36.0;
const MAX_BARS: usize = 30;
/// Labels under bars.
const MAX_TICKS: usize = 7;

/// As a figure. `id` tells the page's charts apart.
pub fn figure(id: usize, of: &Distribution, html: &mut String) {
    let bars = bars(of, MAX_BARS);
    let (title, about) = (escape(&of.title), escape(&of.about));
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        html,
        "<figure><figcaption><h3>{title}</h3><p>{about}</p></figcaption>\
         <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"c{id}t c{id}d\">\
         <title id=\"c{id}t\">{title}</title><desc id=\"c{id}d\">{about} {}</desc>",
        escape(&summary(&bars))
    );
    draw(of, &bars, html);
    html.push_str("</svg>");
    if !of.law.is_empty() {
        let _ = write!(html, "<p class=\"law\"><span aria-hidden=\"true\"></span>{}</p>", escape(&of.law));
    }
    table(of, &bars, html);
    html.push_str("</figure>\n");
}

/// The picture in words.
fn summary(bars: &[Bar]) -> String {
    let highest = bars.iter().max_by_key(|bar| bar.value);
    highest
        .map_or(String::new(), |bar| format!("{} bars, the highest at {}: {}.", bars.len(), bar.name, count(bar.value)))
}

fn draw(of: &Distribution, bars: &[Bar], html: &mut String) {
    let highest = bars.iter().map(|bar| (bar.value as f64).max(bar.expected)).fold(0.0, f64::max);
    let step = nice_step(highest / 4.0);
    let top = (highest / step).ceil().max(1.0) * step;
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top);
    let slot = (WIDTH - LEFT - RIGHT) / bars.len().max(1) as f64;
    let middle = |at: usize| LEFT + slot * (at as f64 + 0.5);
    for line in 0..=(top / step).round() as usize {
        let (value, right, left) = (line as f64 * step, WIDTH - RIGHT, LEFT - 5.0);
        let (at, below, words) = (y(value), y(value) + 3.5, axis_words(value));
        let _ = write!(
            html,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{right}\"/>\
             <text x=\"{left:.1}\" y=\"{below:.1}\" text-anchor=\"end\">{words}</text>"
        );
    }
    let every = bars.len().div_ceil(MAX_TICKS).max(1);
    for (at, bar) in bars.iter().enumerate() {
        let (name, words, value) = (escape(&bar.name), count(bar.value), bar.value as f64);
        let (height, width) = (y(0.0) - y(value), (slot * 0.86).max(0.5));
        let (left, above) = (middle(at) - width / 2.0, y(value));
        let _ = write!(
            html,
            "<rect x=\"{left:.1}\" y=\"{above:.1}\" width=\"{width:.1}\" height=\"{height:.1}\">\
             <title>{name}: {words}</title></rect>"
        );
        if at.is_multiple_of(every) {
            let (x, below, tick) = (middle(at), HEIGHT - BOTTOM + 14.0, escape(&bar.tick));
            let _ = write!(html, "<text x=\"{x:.1}\" y=\"{below}\" text-anchor=\"middle\">{tick}</text>");
        }
    }
    if !of.law.is_empty() {
        draw_law(bars, html, middle, y);
    }
    let (x, bottom, axis) = ((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 5.0, escape(axis(of)));
    let _ = write!(html, "<text x=\"{x}\" y=\"{bottom}\" text-anchor=\"middle\" class=\"axis\">{axis}</text>");
}

fn draw_law(bars: &[Bar], html: &mut String, x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) {
    let mut path = String::new();
    for (at, bar) in bars.iter().enumerate() {
        let _ = write!(path, "{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, x(at), y(bar.expected));
    }
    let _ = write!(html, "<path class=\"curve\" d=\"{path}\"/>");
    for (at, bar) in bars.iter().enumerate() {
        let _ = write!(html, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.2\"/>", x(at), y(bar.expected));
    }
}

/// The numbers, for those who cannot or will not go by the picture.
fn table(of: &Distribution, bars: &[Bar], html: &mut String) {
    let (axis, title) = (escape(axis(of)), escape(&of.title));
    let law = match of.law.is_empty() {
        true => String::new(),
        false => format!("<th scope=\"col\">{}</th>", escape(&of.law)),
    };
    let _ = write!(
        html,
        "<details><summary>Numbers<span class=\"aloud\"> of {title}</span></summary><table><thead><tr>\
         <th scope=\"col\">{axis}</th><th scope=\"col\">found</th>{law}</tr></thead><tbody>"
    );
    for bar in bars {
        let expected = match of.law.is_empty() {
            true => String::new(),
            false => format!("<td>{}</td>", expectation(bar.expected)),
        };
        let (name, found) = (escape(&bar.name), count(bar.value));
        let _ = write!(html, "<tr><th scope=\"row\">{name}</th><td>{found}</td>{expected}</tr>");
    }
    html.push_str("</tbody></table></details>");
}

/// An expectation is a fraction, which matters where it is small.
fn expectation(value: f64) -> String {
    if value >= 10.0 { count(value.round() as u64) } else { decimal(value) }
}

fn nice_step(step: f64) -> f64 {
    let step = step.max(1.0);
    let decade = 10f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|times| times * decade).into_iter().find(|nice| *nice >= step * 0.999).unwrap_or(step)
}

fn axis_words(value: f64) -> String {
    match value {
        value if value >= 1e9 => format!("{}G", value / 1e9),
        value if value >= 1e6 => format!("{}M", value / 1e6),
        value if value >= 1e4 => format!("{}k", value / 1e3),
        value => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Axis;
    use crate::histogram::Histogram;

    fn distribution(counts: &[(usize, u64)]) -> Distribution {
        let mut drawn = Histogram::default();
        counts.iter().for_each(|&(value, count)| drawn.add(value, count));
        Distribution {
            title: "a < b".to_string(),
            about: "How long.".to_string(),
            axis: Axis::Values("ids".to_string()),
            drawn,
            law: "law & order".to_string(),
            expected: vec![4.0, 2.0],
        }
    }

    #[test]
    fn a_chart_is_an_image_with_a_title_a_description_and_its_numbers() {
        let mut html = String::new();
        figure(7, &distribution(&[(0, 5), (1, 1)]), &mut html);
        for part in [
            "role=\"img\"",
            "<title id=\"c7t\">a &lt; b</title>",
            "<desc id=\"c7d\">",
            "law &amp; order",
            "<details>",
            "class=\"curve\"",
        ] {
            assert!(html.contains(part), "{part}");
        }
        assert_eq!(html.matches("<rect").count(), 2);
    }

    #[test]
    fn nothing_and_the_largest_numbers_can_be_drawn() {
        let mut html = String::new();
        figure(0, &distribution(&[]), &mut html);
        figure(1, &distribution(&[(0, u64::MAX >> 1), (1 << 20, 1)]), &mut html);
        assert!(!html.contains("NaN") && !html.contains("inf"));
    }

    #[test]
    fn steps_are_round() {
        assert_eq!(nice_step(30.0), 50.0);
        assert_eq!(nice_step(0.2), 1.0);
    }
}
