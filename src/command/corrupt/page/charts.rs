//! The charts of a run, each only where something was drawn.

use super::Told;
use crate::command::corrupt::summary::steps_of;
use crate::figure::{Axis, Distribution, Figure};
use crate::report::{Chart, Expected, Scale, percent};

impl Told<'_> {
    /// Every chart in which there is something to see.
    pub(super) fn charts(&self) -> Vec<Chart> {
        let mut charts: Vec<Chart> =
            [self.lengths_chart(), self.shares_chart(), self.places_chart()].into_iter().flatten().collect();
        let several = self.muddle.corrupter.mix.steps().count() > 1;
        for (position, (step, done)) in self.muddle.corrupter.mix.steps().zip(steps_of(self.stats)).enumerate() {
            let which = if several { format!(", step {} ({})", position + 1, step.name()) } else { String::new() };
            let drawn = step.noise.figures(done).into_iter().filter_map(|figure| match figure {
                Figure::Distribution(distribution) => Some(distribution),
                _ => None,
            });
            charts.extend(drawn.filter(|one| one.drawn.total() > 0).map(|one| distribution_chart(&one, &which)));
        }
        charts
    }

    fn lengths_chart(&self) -> Option<Chart> {
        let about = "Records by the number of ids in their input, without padding.";
        let lengths = &self.stats.lengths;
        (lengths.total() > 0).then(|| Chart::histogram("Lengths", about, "ids in a record", lengths.counts()))
    }

    fn shares_chart(&self) -> Option<Chart> {
        let about = "Records by the share of their clean tokens that were chosen, hidden or deleted.";
        let shares = &self.stats.noise_shares;
        let any = shares.counts().any(|(share, _)| share > 0);
        any.then(|| Chart::histogram("Noise per record", about, "percent of tokens", shares.counts()))
    }

    fn places_chart(&self) -> Option<Chart> {
        let share = |[hit, all]: [u64; 2]| hit as f64 / all.max(1) as f64;
        let [hit, all] = self.stats.places.iter().fold([0, 0], |[hit, all], more| [hit + more[0], all + more[1]]);
        let everywhere = share([hit, all]);
        (hit > 0).then(|| Chart {
            title: "Where noise falls".to_string(),
            about: "Share of clean tokens chosen, hidden or deleted, by their place in the text; flat where no place is favored."
                .to_string(),
            expected: Some(Expected {
                name: format!("uniform, {}", percent(everywhere)),
                values: vec![everywhere; self.stats.places.len()],
            }),
            ..Chart::over_parts("place in the text", Scale::Share, self.stats.places.iter().map(|&place| share(place)))
        })
    }
}

/// What was drawn beside what was to be expected.
fn distribution_chart(one: &Distribution, which: &str) -> Chart {
    let title = format!("{}{which}", one.title);
    match &one.axis {
        Axis::Values(axis) => {
            let expected = |value: usize| one.expected.get(value).copied().unwrap_or(0.0);
            Chart::histogram_against(&title, &one.about, axis, one.drawn.counts(), (one.law.clone(), expected))
        }
        Axis::Parts(axis) => {
            let mut parts = vec![0.0; one.expected.len()];
            one.drawn.counts().for_each(|(part, count)| parts[part] = count as f64);
            Chart {
                title,
                about: one.about.clone(),
                expected: Some(Expected { name: one.law.clone(), values: one.expected.clone() }),
                ..Chart::over_parts(axis, Scale::Count, parts.into_iter())
            }
        }
    }
}
