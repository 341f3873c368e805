//! Records as columns with a schema: what Arrow and Parquet write, each in bytes of its own.
//!
//! Owns which columns there are and their types, padding included. Must not know how they are written.

use crate::document::At;
use crate::padding::Padding;
use crate::records::{Meta, MetaNoise, Record, Records};

/// The key of the metadata that say how records were made: version and options as JSON.
pub const METADATA_KEY: &str = "muddle";

/// A column's name and the type of its values, any of which may be null for those who read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As in JSON.
    pub name: &'static str,
    /// Type of the values.
    pub kind: Kind,
}

/// The types that records need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers of 8 bits.
    Int8,
    /// Whole numbers of 32 bits.
    Int32,
    /// Whole numbers of 64 bits, some of which may be missing.
    Int64,
    /// Text.
    Text,
    /// Lists of one kind.
    List(Box<Kind>),
    /// Fields side by side.
    Struct(Vec<Field>),
}

/// Values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Array {
    /// Of [`Kind::Int8`].
    Int8(Vec<i8>),
    /// Of [`Kind::Int32`].
    Int32(Vec<i32>),
    /// Of [`Kind::Int64`].
    Int64(Vec<Option<i64>>),
    /// Of [`Kind::Text`]: where each text ends, a 0 before.
    Text(Vec<i32>, Vec<u8>),
    /// Of [`Kind::List`]: where each list ends, a 0 before.
    List(Vec<i32>, Box<Array>),
    /// Of [`Kind::Struct`], none of which may be empty.
    Struct(Vec<Array>),
}

/// Which columns there are beside the three that are always there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Several windows share a record.
    pub seq_lens: bool,
    /// Their labels have lengths of their own.
    pub label_lens: bool,
    /// `--meta`
    pub meta: bool,
}

/// Makes columns of records.
#[derive(Clone, Debug)]
pub struct Columns {
    padding: Padding,
    shape: Shape,
    /// Name and type of each column, in order.
    pub fields: Vec<Field>,
}

impl Columns {
    /// For records of this shape.
    pub fn new(padding: Padding, shape: Shape) -> Self {
        let lists = |kind: Kind| Kind::List(Box::new(kind));
        let mut fields = vec![
            Field { name: "input_ids", kind: lists(Kind::Int32) },
            Field { name: "attention_mask", kind: lists(Kind::Int8) },
            Field { name: "labels", kind: lists(Kind::Int32) },
        ];
        for (name, is_there) in [("seq_lens", shape.seq_lens), ("label_lens", shape.label_lens)] {
            fields.extend(is_there.then(|| Field { name, kind: lists(Kind::Int32) }));
        }
        if shape.meta {
            let kind = meta_kind();
            fields.push(Field { name: "meta", kind: if shape.seq_lens { lists(kind) } else { kind } });
        }
        Columns { padding, shape, fields }
    }

    /// Records of a batch of about `ids` in inputs, and of `most` records at most: a function of the settings alone. Records
    /// that are padded together stay together.
    pub fn batch(&self, ids: usize, most: usize) -> usize {
        let size = (ids / self.padding.max_length).clamp(1, most);
        match self.padding.group() {
            Some(group) if group <= size => size / group * group,
            _ => size,
        }
    }

    /// The columns of some records, one array a field.
    pub fn of(&self, records: &Records) -> Vec<Array> {
        let Padding { pad, label_pad, .. } = self.padding;
        let mut columns = vec![
            lists(records, Array::Int32, |record, ids| {
                ids.extend(record.input_ids.iter().map(|&id| id as i32));
                ids.resize(ids.len() + record.width.input - record.input_ids.len(), pad as i32);
            }),
            lists(records, Array::Int8, |record, mask| {
                mask.resize(mask.len() + record.input_ids.len(), 1);
                mask.resize(mask.len() + record.width.input - record.input_ids.len(), 0);
            }),
            lists(records, Array::Int32, |record, labels| {
                labels.extend_from_slice(record.labels);
                labels.resize(labels.len() + record.width.labels - record.labels.len(), label_pad);
            }),
        ];
        let lens = |of: for<'r> fn(&Record<'r>) -> &'r [u32]| {
            lists(records, Array::Int32, |record, lens| lens.extend(of(record).iter().map(|&len| len as i32)))
        };
        if self.shape.seq_lens {
            columns.push(lens(|record| record.seq_lens.unwrap_or_default()));
        }
        if self.shape.label_lens {
            columns.push(lens(|record| record.label_lens.unwrap_or_default()));
        }
        if self.shape.meta {
            let all: Vec<&Meta> = records.iter().flat_map(|record| record.meta).collect();
            let metas = meta_array(&all);
            columns.push(match self.shape.seq_lens {
                true => Array::List(ends(records.iter().map(|record| record.meta.len())), Box::new(metas)),
                false => metas,
            });
        }
        columns
    }
}

/// A list for each record, its values written one after the other.
fn lists<T>(records: &Records, array: impl Fn(Vec<T>) -> Array, mut write: impl FnMut(&Record, &mut Vec<T>)) -> Array {
    let (mut values, mut ends) = (Vec::new(), Vec::with_capacity(records.len() + 1));
    ends.push(0);
    for record in records.iter() {
        write(&record, &mut values);
        ends.push(end(values.len()));
    }
    Array::List(ends, Box::new(array(values)))
}

/// Where lists of these lengths end, a 0 before.
fn ends(lengths: impl Iterator<Item = usize>) -> Vec<i32> {
    let mut last = 0;
    let after = lengths.map(|length| {
        last += length;
        end(last)
    });
    std::iter::once(0).chain(after).collect()
}

/// The formats have 32 bits for it, and batches are far smaller.
fn end(at: usize) -> i32 {
    i32::try_from(at).expect("a batch has less than 2^31 values")
}

/// As `--meta` adds it in JSON; what does not apply is null.
fn meta_kind() -> Kind {
    let field = |name, kind| Field { name, kind };
    let noise = vec![
        field("name", Kind::Text),
        field("units", Kind::Int64),
        field("chosen", Kind::Int64),
        field("spans", Kind::Int64),
        field("insertions", Kind::Int64),
    ];
    Kind::Struct(vec![
        field("source", Kind::Text),
        field("line", Kind::Int64),
        field("row", Kind::Int64),
        field("document", Kind::Int64),
        field("window", Kind::Int64),
        field("copy", Kind::Int32),
        field("recipe", Kind::Int64),
        field("noise", Kind::List(Box::new(Kind::Struct(noise)))),
    ])
}

fn meta_array(all: &[&Meta]) -> Array {
    let numbers = |of: fn(&Meta) -> Option<u64>| Array::Int64(all.iter().map(|meta| signed(of(meta))).collect());
    let noise: Vec<&MetaNoise> = all.iter().flat_map(|meta| &meta.noise).collect();
    let drawn = |of: fn(&MetaNoise) -> Option<u64>| Array::Int64(noise.iter().map(|one| signed(of(one))).collect());
    let noises = Array::Struct(vec![
        texts(noise.iter().map(|one| one.name)),
        drawn(|one| Some(one.units)),
        drawn(|one| Some(one.chosen)),
        drawn(|one| one.spans),
        drawn(|one| one.insertions),
    ]);
    Array::Struct(vec![
        texts(all.iter().map(|meta| &*meta.source)),
        numbers(|meta| matches!(meta.at, At::Line(_)).then(|| meta.at.number())),
        numbers(|meta| matches!(meta.at, At::Row(_)).then(|| meta.at.number())),
        numbers(|meta| Some(meta.document)),
        numbers(|meta| Some(meta.window)),
        Array::Int32(all.iter().map(|meta| meta.copy as i32).collect()),
        numbers(|meta| meta.recipe.map(|recipe| recipe as u64)),
        Array::List(ends(all.iter().map(|meta| meta.noise.len())), Box::new(noises)),
    ])
}

fn signed(number: Option<u64>) -> Option<i64> {
    number.map(|number| i64::try_from(number).unwrap_or(i64::MAX))
}

fn texts<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Array {
    Array::Text(ends(texts.clone().map(str::len)), texts.flat_map(str::bytes).collect())
}

impl Array {
    /// How many values.
    pub fn len(&self) -> usize {
        match self {
            Array::Int8(values) => values.len(),
            Array::Int32(values) => values.len(),
            Array::Int64(values) => values.len(),
            Array::Text(ends, _) | Array::List(ends, _) => ends.len() - 1,
            Array::Struct(arrays) => arrays[0].len(),
        }
    }
}
