//! Examples, ready to be written: the noised body in its template, labels, and how wide each is padded.

use std::ops::Range;

use crate::labels::Labels;
use crate::noise::Noised;
use crate::tokenizer::Template;

/// Some examples end to end in two buffers.
#[derive(Default)]
pub struct Examples {
    input_ids: Vec<u32>,
    labels: Vec<i32>,
    ends: Vec<(usize, usize)>,
    /// One JSON object each, where `--meta` asks for it.
    metas: Vec<String>,
}

/// One example, borrowed.
#[derive(Clone, Copy)]
pub struct Example<'e> {
    /// Template and noised body.
    pub input_ids: &'e [u32],
    /// Targets; as long as the input where masked.
    pub labels: &'e [i32],
    /// What `--meta` adds.
    pub meta: Option<&'e str>,
}

impl Examples {
    /// Empties it, keeping the buffers.
    pub fn clear(&mut self) {
        self.input_ids.clear();
        self.labels.clear();
        self.ends.clear();
        self.metas.clear();
    }

    /// Adds an example that was made elsewhere.
    pub fn keep(&mut self, example: &Example) {
        self.input_ids.extend_from_slice(example.input_ids);
        self.labels.extend_from_slice(example.labels);
        self.metas.extend(example.meta.map(str::to_owned));
        self.ends.push((self.input_ids.len(), self.labels.len()));
    }

    /// Makes an example and adds it.
    pub fn push(&mut self, clean: &[u32], noised: &Noised, template: &Template, labels: Labels) {
        self.input_ids.extend_from_slice(&template.prefix);
        self.input_ids.extend_from_slice(&noised.ids);
        self.input_ids.extend_from_slice(&template.suffix);
        labels.push(clean, noised, template, &mut self.labels);
        self.ends.push((self.input_ids.len(), self.labels.len()));
    }

    /// Adds the last example's meta object.
    pub fn push_meta(&mut self, meta: String) {
        self.metas.push(meta);
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The `at`th example.
    pub fn get(&self, at: usize) -> Example<'_> {
        let (inputs, labels) = self.ranges(at);
        Example {
            input_ids: &self.input_ids[inputs],
            labels: &self.labels[labels],
            meta: self.metas.get(at).map(String::as_str),
        }
    }

    fn ranges(&self, at: usize) -> (Range<usize>, Range<usize>) {
        let start = at.checked_sub(1).map_or((0, 0), |before| self.ends[before]);
        let end = self.ends[at];
        (start.0..end.0, start.1..end.1)
    }
}

/// How wide an example is written: ids of the input and of the labels, padding included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Width {
    /// Of `input_ids` and `attention_mask`.
    pub input: usize,
    /// Of `labels`.
    pub labels: usize,
}

/// To what records are padded (`--pad`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadTo {
    /// Their own length.
    None,
    /// The longest of so many consecutive examples.
    Longest(usize),
    /// `--max-length`.
    Max(usize),
}

/// Padding, settled.
#[derive(Clone, Copy, Debug)]
pub struct Padding {
    /// To what.
    pub to: PadTo,
    /// Widths are rounded up to a multiple of this.
    pub multiple: usize,
    /// The id that fills inputs.
    pub pad: u32,
    /// What fills labels.
    pub label_pad: i32,
}

impl Padding {
    /// Ids that every record has at least.
    pub fn least(&self) -> usize {
        match self.to {
            PadTo::Max(length) => length,
            PadTo::None | PadTo::Longest(_) => 0,
        }
    }
}

/// Gives examples their widths, in output order.
pub struct Widths {
    padding: Padding,
}

impl Widths {
    /// For a padding.
    pub fn new(padding: Padding) -> Self {
        Widths { padding }
    }

    /// How many consecutive examples must be known at once; `None`: one at a time.
    pub fn group(&self) -> Option<usize> {
        match self.padding.to {
            PadTo::Longest(examples) => Some(examples),
            PadTo::None | PadTo::Max(_) => None,
        }
    }

    /// The width of all of these examples, that is of one group or of a single one.
    pub fn of<'e>(&self, examples: impl Iterator<Item = Example<'e>>) -> Width {
        let least = Width { input: self.padding.least(), labels: self.padding.least() };
        let widest = examples.fold(least, |width, example| Width {
            input: width.input.max(example.input_ids.len()),
            labels: width.labels.max(example.labels.len()),
        });
        let up = |length: usize| length.next_multiple_of(self.padding.multiple);
        Width { input: up(widest.input), labels: up(widest.labels) }
    }
}
