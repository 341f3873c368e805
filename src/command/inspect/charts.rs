//! The charts of an inspection, each only where there is something to see.

use super::Inspected;
use crate::histogram::Histogram;
use crate::inspect::{BINS, Unit, WHOLE};
use crate::report::{Chart, Expected, Scale, decimal, percent, poisson};

impl Inspected<'_> {
    /// Every chart that makes sense.
    pub(super) fn charts(&self) -> Vec<Chart> {
        let charts = [
            self.lengths_chart(),
            self.noise_chart(),
            self.spans_chart(),
            self.runs_chart(),
            self.places_chart(),
            self.starts_chart(),
            self.moves_chart(),
        ];
        charts.into_iter().flatten().collect()
    }

    fn lengths_chart(&self) -> Option<Chart> {
        let about = "Records by their number of ids, padding aside.";
        filled(&self.outcome.tally.lengths)
            .map(|lengths| Chart::histogram("Lengths", about, "ids in a record", lengths.counts()))
    }

    /// Whether most records have masked labels.
    fn is_masked(&self) -> bool {
        self.outcome.tally.masked * 2 > self.outcome.tally.records
    }

    /// How noisy records are, in percent.
    pub(super) fn noise_shares(&self) -> Option<&Histogram> {
        let (tally, looks) = (&self.outcome.tally, &self.outcome.looks);
        filled(if self.is_masked() { &tally.chosen_shares } else { &looks.gone_shares })
    }

    fn noise_chart(&self) -> Option<Chart> {
        let about = if self.is_masked() {
            "Records by the share of their tokens that have a masked label."
        } else {
            "Records by the share of label tokens that their input lacks."
        };
        self.noise_shares()
            .map(|shares| Chart::histogram("Noise per record", about, "percent of tokens", shares.counts()))
    }

    fn spans_chart(&self) -> Option<Chart> {
        let unit = self.guess.as_ref()?.unit;
        let spans = filled(&self.outcome.looks.spans[unit as usize])?;
        let about = "What single masks hide, where both neighbours were found in the labels.";
        let axis = if unit == Unit::Word { "words behind a mask" } else { "tokens behind a mask" };
        let mut chart = Chart::histogram("Span lengths", about, axis, spans.counts());
        let lambda = self.guess.as_ref()?.estimate("lambda")?;
        // A law has a value for every length, so each must have its bar.
        if let Some(last) = spans.counts().last().filter(|(last, _)| *last + 1 == chart.bars.len()) {
            let total: u64 = spans.counts().map(|(_, count)| count).sum();
            let values = poisson(lambda, last.0).into_iter().map(|share| share * total as f64).collect();
            chart.expected =
                Some(Expected { name: format!("Poisson, \u{3bb} = {} (estimated)", decimal(lambda)), values });
        }
        Some(chart)
    }

    fn runs_chart(&self) -> Option<Chart> {
        let tally = &self.outcome.tally;
        let runs = filled(&tally.mask_runs)?;
        let about = "Mask tokens that stand side by side.";
        let mut chart = Chart::histogram("Runs of masks", about, "mask tokens in a row", runs.counts());
        let hidden = tally.chosen.hidden as f64 / tally.chosen.of.max(1) as f64;
        let by_token = self.guess.as_ref().is_some_and(|guess| guess.name == "mask" && guess.unit == Unit::Token);
        let (first, last) = (runs.counts().next()?.0, runs.counts().last()?.0);
        if by_token && chart.bars.len() == last - first + 1 {
            let total: u64 = runs.counts().map(|(_, count)| count).sum();
            let values = (first..=last).map(|run| total as f64 * (1.0 - hidden) * hidden.powi(run as i32 - 1));
            chart.expected = Some(Expected {
                name: format!("geometric, for {} hidden one by one", percent(hidden)),
                values: values.collect(),
            });
        }
        Some(chart)
    }

    fn places_chart(&self) -> Option<Chart> {
        let places = &self.outcome.looks.places;
        let sums = places.iter().fold([0, 0], |[hit, all], place| [hit + place[0], all + place[1]]);
        let share = |[hit, all]: [u64; 2]| hit as f64 / all.max(1) as f64;
        (sums[0] > 0).then(|| Chart {
            title: "Where noise falls".to_string(),
            about: "Share of tokens hit, by their place in the text; flat where no place is favoured.".to_string(),
            expected: Some(Expected {
                name: format!("everywhere alike, {}", percent(share(sums))),
                values: vec![share(sums); BINS],
            }),
            ..Chart::over_parts("place in the text", Scale::Share, places.iter().map(|place| share(*place)))
        })
    }

    fn starts_chart(&self) -> Option<Chart> {
        let starts = &self.outcome.looks.starts;
        let all: u64 = starts.iter().sum();
        let fair = self.outcome.looks.fair_starts.iter().map(|&parts| parts as f64 / WHOLE as f64);
        let rotates = self.guess.as_ref().is_some_and(|guess| guess.name == "rotate");
        (rotates && all > 0).then(|| Chart {
            title: "Where rotations begin".to_string(),
            about: "Records by the place of the text that their input begins with.".to_string(),
            expected: Some(Expected { name: "every place of a text alike".to_string(), values: fair.collect() }),
            ..Chart::over_parts("place in the text", Scale::Count, starts.iter().map(|&count| count as f64))
        })
    }

    fn moves_chart(&self) -> Option<Chart> {
        let moves = &self.outcome.looks.moves;
        let all: u64 = moves.iter().sum();
        (all > 0).then(|| Chart {
            title: "How far tokens moved".to_string(),
            about: "Share of tokens by the distance between their places in input and labels, in records whose order changed.".to_string(),
            ..Chart::over_parts("distance, of the text's length", Scale::Share, moves.iter().map(|&count| count as f64 / all as f64))
        })
    }
}

fn filled(histogram: &Histogram) -> Option<&Histogram> {
    histogram.counts().next().map(|_| histogram)
}
