//! Where records depend on one another: what `--pack best-fit` puts together, what `--pad longest` pads together and what a
//! format of batches writes together.

use std::sync::Arc;

use super::batch::Batcher;
use super::fit::Fitter;
use super::pad::Padder;
use crate::histogram::Histogram;
use crate::padding::Padding;
use crate::records::Records;
use crate::stats::Stats;

/// Keeps records until it is known what they are written with.
pub struct Groups {
    fitter: Option<Fitter>,
    padder: Option<Padder>,
    batcher: Option<Batcher>,
    padding: Padding,
    /// Records that are not given out, though others may depend on them.
    cut: u64,
    /// Of records put together: how many, and how long their inputs are.
    fitted: (u64, Histogram),
}

impl Groups {
    /// For a run; `None` where records go their way alone. The first `cut` records are made and then dropped.
    pub fn new(fitter: Option<Fitter>, padding: Padding, cut: u64, batch: Option<usize>) -> Option<Self> {
        let (padder, batcher) = (Padder::new(padding), batch.map(Batcher::new));
        let needed = fitter.is_some() || padder.is_some() || batcher.is_some();
        needed.then_some(Groups { fitter, padder, batcher, padding, cut, fitted: (0, Histogram::default()) })
    }

    /// Takes the records of windows in order, with the input that each batch comes from; returns those that can be written.
    pub fn take(&mut self, made: Vec<(Arc<str>, Records)>) -> Vec<Records> {
        let records = match &mut self.fitter {
            None => made.into_iter().map(|(_, records)| records).collect(),
            Some(fitter) => made.into_iter().flat_map(|(source, records)| fitter.take(&source, records)).collect(),
        };
        let padded = self.pad(records);
        self.batch(padded)
    }

    /// Takes the end; returns what is left, and tells `stats` of records put together.
    pub fn finish(&mut self, stats: &mut Stats) -> Vec<Records> {
        let rest = self.fitter.as_mut().and_then(Fitter::finish);
        let mut ready = self.pad(rest.into_iter().collect());
        if let Some(padder) = &mut self.padder {
            let rest = padder.finish();
            ready.extend(self.drop_cut(rest));
        }
        if self.fitter.is_some() {
            (stats.records, stats.lengths) = std::mem::take(&mut self.fitted);
        }
        let mut ready = self.batch(ready);
        ready.extend(self.batcher.as_mut().and_then(Batcher::finish));
        ready
    }

    fn pad(&mut self, mut records: Vec<Records>) -> Vec<Records> {
        if self.fitter.is_some() {
            for record in records.iter().flat_map(Records::iter) {
                self.fitted.0 += 1;
                self.fitted.1.count(record.input_ids.len());
            }
        }
        match &mut self.padder {
            Some(padder) => records = padder.take(records),
            None => records.iter_mut().for_each(|records| records.set_own_widths(&self.padding)),
        }
        self.drop_cut(records)
    }

    fn batch(&mut self, records: Vec<Records>) -> Vec<Records> {
        match &mut self.batcher {
            None => records,
            Some(batcher) => batcher.take(&records),
        }
    }

    fn drop_cut(&mut self, mut ready: Vec<Records>) -> Vec<Records> {
        for records in &mut ready {
            let cut = self.cut.min(records.len() as u64);
            records.cut(cut as usize);
            self.cut -= cut;
        }
        ready
    }
}
