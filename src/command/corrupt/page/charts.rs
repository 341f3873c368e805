//! The charts of a run, each only where the recipe has such a step and something was drawn.

use super::Run;
use crate::noise::{Detail, Noise, Unit, WHOLE, taking_part};
use crate::report::{Chart, Law, Scale, decimal, percent, poisson};

/// Whether a noise hits tokens where they stand.
fn hits(noise: &Noise) -> bool {
    matches!(noise, Noise::Mask { .. } | Noise::Delete { .. } | Noise::Infill { .. })
}

impl Run<'_> {
    /// Every chart that there is something to see in.
    pub(super) fn charts(&self) -> Vec<Chart> {
        let mut charts = vec![self.lengths_chart(), self.shares_chart()];
        for (position, (step, counted)) in self.options.recipe.steps.iter().zip(&self.stats.steps).enumerate() {
            let detail = &counted.detail;
            if hits(&step.noise) {
                charts.push(places_chart(detail, &step.noise, &self.which(position, hits)));
            }
            let which = self.which(position, |noise| noise.name() == step.noise.name());
            charts.push(match step.noise {
                Noise::Infill { lambda, unit, .. } => spans_chart(detail, lambda, unit, &which),
                Noise::Permute { ratio } => moves_chart(detail, ratio, &which),
                Noise::Rotate { unit } => starts_chart(detail, unit, &which),
                Noise::Mask { .. } | Noise::Delete { .. } => None,
            });
        }
        charts.into_iter().flatten().collect()
    }

    fn lengths_chart(&self) -> Option<Chart> {
        let about = "Records by the number of ids in their input, padding aside.";
        let lengths = &self.stats.lengths;
        (lengths.total() > 0).then(|| Chart::histogram("Lengths", about, "ids in a record", lengths.counts()))
    }

    fn shares_chart(&self) -> Option<Chart> {
        let about = "Records by the share of their tokens that were masked, deleted or hidden.";
        let shares = &self.stats.noise_shares;
        (shares.total() > 0).then(|| Chart::histogram("Noise per record", about, "percent of tokens", shares.counts()))
    }
}

fn places_chart(detail: &Detail, noise: &Noise, which: &str) -> Option<Chart> {
    let share = |[hit, all]: [u64; 2]| hit as f64 / all.max(1) as f64;
    let everywhere = share([detail.hit(), detail.tokens()]);
    let edges = match noise {
        Noise::Infill { .. } => " Spans do not reach over the record's ends, so the ends get a little less.",
        _ => "",
    };
    (detail.hit() > 0).then(|| Chart {
        title: format!("Where noise falls{which}"),
        about: format!("Share of tokens hit, by their place in the record; flat where no place is favoured.{edges}"),
        law: Some(Law {
            name: format!("everywhere alike, {}", percent(everywhere)),
            values: vec![everywhere; detail.places.len()],
        }),
        ..Chart::over_parts("place in the record", Scale::Share, detail.places.iter().map(|&place| share(place)))
    })
}

fn spans_chart(detail: &Detail, lambda: f64, unit: Unit, which: &str) -> Option<Chart> {
    let (spans, all) = (&detail.spans, detail.spans.total());
    let last = spans.counts().last()?.0;
    let about = format!(
        "Spans by the {unit}s that they hide. The last one drawn for a record is cut where it would hide more than the ratio: {} of all.",
        percent(detail.trimmed as f64 / all as f64)
    );
    // A bar may reach beyond the longest span.
    let shares = poisson(lambda, 2 * last + 1);
    let expected = |length: usize| shares.get(length).map_or(0.0, |share| share * all as f64);
    let law = (format!("Poisson, \u{3bb} = {}, asked for", decimal(lambda)), expected);
    let (title, axis) = (format!("Span lengths{which}"), format!("{unit}s in a span"));
    Some(Chart::histogram_against(&title, &about, &axis, spans.counts(), law))
}

fn moves_chart(detail: &Detail, ratio: f64, which: &str) -> Option<Chart> {
    let about = "Sentences by how many places they moved; those of a record with one sentence cannot.";
    let expected =
        |places: usize| detail.among.counts().map(|(among, all)| all as f64 * move_share(places, among, ratio)).sum();
    let law = ("every order alike".to_string(), expected);
    let title = format!("How far sentences moved{which}");
    (detail.moves.total() > 0)
        .then(|| Chart::histogram_against(&title, about, "places moved", detail.moves.counts(), law))
}

/// The probability that one of `among` sentences moves so many places, where `ratio` of them change places among
/// themselves. One that takes part ends in each of the places of those that do; where it leaves its own, every pair of
/// places is as likely as any other.
fn move_share(places: usize, among: usize, ratio: f64) -> f64 {
    let (n, k) = (among as f64, taking_part(ratio, among).max(1) as f64);
    let moving = if among > 1 { (k / n) * (1.0 - 1.0 / k) } else { 0.0 };
    match places {
        0 => 1.0 - moving,
        _ if places >= among => 0.0,
        _ => moving * 2.0 * (n - places as f64) / (n * (n - 1.0)),
    }
}

fn starts_chart(detail: &Detail, unit: Unit, which: &str) -> Option<Chart> {
    let all: u64 = detail.starts.iter().sum();
    let fair = detail.fair_starts.iter().map(|&parts| parts as f64 / WHOLE as f64);
    (all > 0).then(|| Chart {
        title: format!("Where rotations begin{which}"),
        about: "Records by the place of their text that comes first once it is rotated.".to_string(),
        law: Some(Law { name: format!("every {unit} alike"), values: fair.collect() }),
        ..Chart::over_parts("place in the record", Scale::Count, detail.starts.iter().map(|&count| count as f64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_moves_sum_to_one() {
        for (among, ratio) in [(1, 1.0), (2, 1.0), (7, 1.0), (7, 0.3), (7, 0.0), (40, 0.5)] {
            let sum: f64 = (0..among).map(|places| move_share(places, among, ratio)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{among} {ratio} {sum}");
        }
        // Of three sentences in a random order each stays in one order of three.
        assert!((move_share(0, 3, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    }
}
