//! Nested columns as Parquet lays them flat: the values of each leaf, and for each the levels that tell which lists it is in.
//!
//! Every field is optional and lists are groups of three levels, so a present value adds one to the definition level, and an
//! item of a list one more.

use parquet::data_type::ByteArray;

use crate::writer::columns::{Array, Kind};

/// The values of a column without columns inside.
pub struct Leaf<'a> {
    pub values: Values<'a>,
    /// Definition levels: how much of the way to a value there is.
    pub def: Vec<i16>,
    /// Repetition levels: which list goes on with it.
    pub rep: Vec<i16>,
}

/// Values as Parquet has them, without those that are missing.
pub enum Values<'a> {
    Int32(std::borrow::Cow<'a, [i32]>),
    Int64(Vec<i64>),
    Text(Vec<ByteArray>),
}

/// Where the values of an array stand: a value stands where the definition level is `depth`, nothing where it is lower.
#[derive(Clone)]
struct Levels {
    def: Vec<i16>,
    rep: Vec<i16>,
    depth: i16,
    /// Lists on the way.
    lists: i16,
}

/// The leaves of a column, in the order of the schema.
pub fn leaves<'a>(kind: &Kind, array: &'a Array) -> Vec<Leaf<'a>> {
    let rows = array.len();
    let levels = Levels { def: vec![0; rows], rep: vec![0; rows], depth: 0, lists: 0 };
    let mut all = Vec::new();
    shred(kind, array, levels, &mut all);
    all
}

fn shred<'a>(kind: &Kind, array: &'a Array, mut levels: Levels, all: &mut Vec<Leaf<'a>>) {
    let values = match (kind, array) {
        (Kind::List(of), Array::List(ends, items)) => return shred(of, items, levels.step().into_lists(ends), all),
        (Kind::Struct(fields), Array::Struct(arrays)) => {
            let inside = levels.step();
            fields.iter().zip(arrays).for_each(|(field, array)| shred(&field.kind, array, inside.clone(), all));
            return;
        }
        (_, Array::Int64(values)) => {
            levels = levels.step_where(values.iter().map(Option::is_some));
            Values::Int64(values.iter().flatten().copied().collect())
        }
        (_, Array::Int32(values)) => Values::Int32(values.as_slice().into()),
        (_, Array::Int8(values)) => Values::Int32(values.iter().map(|&value| value.into()).collect()),
        (_, Array::Text(ends, bytes)) => {
            let text = |ends: &[i32]| ByteArray::from(bytes[ends[0] as usize..ends[1] as usize].to_vec());
            Values::Text(ends.windows(2).map(text).collect())
        }
        (_, Array::List(..) | Array::Struct(_)) => unreachable!("an array is of its field's kind"),
    };
    if !matches!(array, Array::Int64(_)) {
        levels = levels.step();
    }
    all.push(Leaf { values, def: levels.def, rep: levels.rep });
}

impl Levels {
    /// All values are present.
    fn step(mut self) -> Self {
        let depth = self.depth;
        self.def.iter_mut().for_each(|def| *def += i16::from(*def == depth));
        self.depth += 1;
        self
    }

    /// Some of the values are.
    fn step_where(mut self, mut is_there: impl Iterator<Item = bool>) -> Self {
        let depth = self.depth;
        for def in self.def.iter_mut().filter(|def| **def == depth) {
            *def += i16::from(is_there.next().unwrap_or(false));
        }
        self.depth += 1;
        self
    }

    /// The items of lists that end there.
    fn into_lists(self, ends: &[i32]) -> Self {
        let items = *ends.last().unwrap_or(&0) as usize;
        let (depth, lists) = (self.depth + 1, self.lists + 1);
        let mut inside = Levels { def: Vec::with_capacity(items), rep: Vec::with_capacity(items), depth, lists };
        let mut lengths = ends.windows(2).map(|ends| (ends[1] - ends[0]) as usize);
        for (def, rep) in self.def.into_iter().zip(self.rep) {
            let length = if def == self.depth { lengths.next().unwrap_or(0) } else { 0 };
            inside.def.push(if length > 0 { depth } else { def });
            inside.rep.push(rep);
            let end = inside.def.len() + length.saturating_sub(1);
            inside.def.resize(end, depth);
            inside.rep.resize(end, lists);
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the paper on Dremel's columns that Parquet's own documentation has, with every field optional.
    #[test]
    fn lists_in_lists_are_told_by_their_levels() {
        let kind = Kind::List(Box::new(Kind::List(Box::new(Kind::Int32))));
        // [[1, 2], []], [], [[3]]
        let inner = Array::List(vec![0, 2, 2, 3], Box::new(Array::Int32(vec![1, 2, 3])));
        let array = Array::List(vec![0, 2, 2, 3], Box::new(inner));
        let leaves = leaves(&kind, &array);
        assert_eq!(leaves[0].def, [5, 5, 3, 1, 5]);
        assert_eq!(leaves[0].rep, [0, 2, 1, 0, 0]);
    }

    #[test]
    fn missing_numbers_have_no_value() {
        let array = Array::Int64(vec![Some(7), None, Some(8)]);
        let leaves = leaves(&Kind::Int64, &array);
        assert_eq!((&leaves[0].def[..], &leaves[0].rep[..]), (&[1, 0, 1][..], &[0, 0, 0][..]));
        assert!(matches!(&leaves[0].values, Values::Int64(values) if *values == [7, 8]));
    }
}
