//! A record as it was read, by any tool: three lists of whole numbers, the mask reduced to what is asked of it.

use super::finding::FindingKind;
use crate::reader::{COLUMNS, ListFault, RowBlock};

/// One record, whose buffers are used again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawRecord {
    /// Ids of the input, padding included. What does not fit 32 bits stands at the end of their range.
    pub input_ids: Vec<i32>,
    /// `attention_mask`.
    pub mask: AttentionMask,
    /// Targets, padding included.
    pub labels: Vec<i32>,
    /// Lengths of the windows in the input, where several share a record.
    pub seq_lens: Option<Vec<i32>>,
    /// Lengths of their labels.
    pub label_lens: Option<Vec<i32>>,
}

/// An attention mask: its length, how many ones it begins with, and where it is not `1…10…0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttentionMask {
    /// Numbers in it.
    pub len: usize,
    /// Ones before the first other number.
    pub ones: usize,
    /// The first number out of place and its index.
    pub fault: Option<(usize, i32)>,
}

impl AttentionMask {
    /// Takes the next number.
    pub fn push(&mut self, value: i32) {
        match value {
            1 if self.ones == self.len => self.ones += 1,
            0 => {}
            _ if self.fault.is_none() => self.fault = Some((self.len, value)),
            _ => {}
        }
        self.len += 1;
    }
}

/// Not scored by the loss.
pub const IGNORED: i32 = crate::target::IGNORE_INDEX;

impl RawRecord {
    /// Empties the buffers.
    pub fn clear(&mut self) {
        self.input_ids.clear();
        self.mask = AttentionMask::default();
        self.labels.clear();
        self.seq_lens = None;
        self.label_lens = None;
    }

    /// Takes a row of columns; an error where one of its lists is not one of whole numbers.
    pub fn read_row(&mut self, block: &RowBlock, row: usize) -> Result<(), (FindingKind, String)> {
        self.clear();
        for (name, lists) in COLUMNS.iter().zip(&block.columns) {
            let Some(lists) = lists else { continue };
            let list = match (lists.get(row), *name) {
                (Ok(list), _) => list,
                // A record of one window may say so by saying nothing.
                (Err(ListFault::IsNull), "seq_lens" | "label_lens") => continue,
                (Err(ListFault::IsNull), name) => {
                    return Err((FindingKind::BadValue, format!("{name} is null, not a list")));
                }
                (Err(ListFault::HoldsNull), name) => return Err((FindingKind::BadValue, format!("{name} holds null"))),
            };
            match *name {
                "input_ids" => self.input_ids.extend_from_slice(list),
                "attention_mask" => list.iter().for_each(|&value| self.mask.push(value)),
                "labels" => self.labels.extend_from_slice(list),
                "seq_lens" => self.seq_lens = Some(list.to_vec()),
                _ => self.label_lens = Some(list.to_vec()),
            }
        }
        Ok(())
    }

    /// The ids that the mask attends to.
    pub fn attended(&self) -> &[i32] {
        &self.input_ids[..self.mask.ones.min(self.input_ids.len())]
    }

    /// The ids behind them.
    pub fn padding(&self) -> &[i32] {
        &self.input_ids[self.mask.ones.min(self.input_ids.len())..]
    }

    /// Labels without what fills them up: trailing -100, and `label_pad` where it can be no label.
    pub fn filled_labels(&self, label_pad: i32) -> &[i32] {
        let fills = |label: &i32| *label == IGNORED || (label_pad < 0 && *label == label_pad);
        let end = self.labels.iter().rposition(|label| !fills(label)).map_or(0, |at| at + 1);
        &self.labels[..end]
    }

    /// Labels window by window, as far as the record says where each ends.
    pub fn label_windows(&self) -> impl Iterator<Item = &[i32]> {
        let mut rest = self.labels.as_slice();
        self.label_lens.iter().flatten().map(move |&len| {
            let (labels, after) = rest.split_at(rest.len().min(usize::try_from(len).unwrap_or(0)));
            rest = after;
            labels
        })
    }

    /// Whether labels stand in the places of the input's ids, unscored where nothing was chosen: some -100 stands before the
    /// last label, or there is no label at all.
    pub fn is_masked(&self, label_pad: i32) -> bool {
        let filled = self.filled_labels(label_pad);
        filled.contains(&IGNORED) || (filled.is_empty() && !self.labels.is_empty())
    }

    /// A 64-bit hash of what a model sees of it, padding left out.
    pub fn hash(&self, label_pad: i32) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3Default::new();
        let (input, labels) = (self.attended(), self.filled_labels(label_pad));
        hasher.update(&(input.len() as u64).to_le_bytes());
        let mut block = [0; 1024];
        for list in [input, labels] {
            for ids in list.chunks(block.len() / 4) {
                ids.iter()
                    .zip(block.chunks_exact_mut(4))
                    .for_each(|(id, place)| place.copy_from_slice(&id.to_le_bytes()));
                hasher.update(&block[..ids.len() * 4]);
            }
        }
        hasher.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(labels: &[i32]) -> RawRecord {
        RawRecord { labels: labels.to_vec(), ..RawRecord::default() }
    }

    #[test]
    fn trailing_ignored_labels_are_padding_and_others_say_masked() {
        assert!(!labelled(&[5, 6, -100, -100]).is_masked(-100));
        assert!(labelled(&[-100, 6, -100, -100]).is_masked(-100));
        assert!(labelled(&[-100, -100]).is_masked(-100));
        assert!(!labelled(&[]).is_masked(-100));
        assert_eq!(labelled(&[5, -1, -1]).filled_labels(-1), [5]);
        assert_eq!(labelled(&[5, 1, 1]).filled_labels(1), [5, 1, 1]);
    }

    #[test]
    fn a_mask_knows_its_first_fault() {
        let mask = |values: &[i32]| {
            let mut mask = AttentionMask::default();
            values.iter().for_each(|&value| mask.push(value));
            (mask.len, mask.ones, mask.fault)
        };
        assert_eq!(mask(&[1, 1, 0, 0]), (4, 2, None));
        assert_eq!(mask(&[1, 0, 1, 0]), (4, 1, Some((2, 1))));
        assert_eq!(mask(&[0, 7]), (2, 0, Some((1, 7))));
        assert_eq!(mask(&[]), (0, 0, None));
    }

    #[test]
    fn the_hash_tells_where_the_input_ends() {
        let record = |input: &[i32], labels: &[i32]| {
            let mut record = RawRecord { input_ids: input.to_vec(), labels: labels.to_vec(), ..RawRecord::default() };
            input.iter().for_each(|_| record.mask.push(1));
            record.hash(-100)
        };
        assert_ne!(record(&[1, 2], &[3]), record(&[1], &[2, 3]));
        assert_eq!(record(&[1, 2], &[3]), record(&[1, 2], &[3, -100]));
    }
}
