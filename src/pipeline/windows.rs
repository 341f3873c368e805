//! The windows of a run one by one, for previews: the stages up to packing, and nothing after.

use std::ops::ControlFlow;

use anyhow::{Result, bail};

use super::stages::Part;
use super::{Pipeline, read};
use crate::reader::Reader;
use crate::stats::Stats;
use crate::window::Window;

impl Pipeline<'_> {
    /// Shows the windows of a run to `visit`, in order, until it has seen enough. Reads little more than that takes.
    /// Counts the documents.
    pub fn windows(&self, reader: Reader, mut visit: impl FnMut(&Window) -> Result<ControlFlow<()>>) -> Result<Stats> {
        let batches = read::batches(reader, self.on_error == super::OnError::Fail)?;
        let mut stats = Stats::default();
        let mut stream = self.corrupter.stream_packer();
        for batch in batches {
            let mut batch = batch?;
            let end = batch.end.take();
            let parts = self.pack(batch, stream.as_mut(), false, &mut stats)?;
            let windows = parts.iter().flat_map(|part| match part {
                Part::Windows(windows) => windows.as_slice(),
                Part::Chunks(_) => &[],
            });
            for windows in windows {
                for at in 0..windows.len() {
                    if visit(&windows.get(at))?.is_break() {
                        return Ok(stats);
                    }
                }
            }
            if let Some(fault) = end {
                bail!(fault);
            }
        }
        let last = stream.map(|stream| stream.finish()).unwrap_or_default();
        for at in 0..last.len() {
            if visit(&last.get(at))?.is_break() {
                break;
            }
        }
        Ok(stats)
    }
}
