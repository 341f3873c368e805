//! A trie of byte strings as a double array: four bytes a node, one memory access a byte.
//!
//! The child of a node by a byte lies at the node's base, XOR the byte, and carries that byte as its label; no two nodes
//! have the same base, so the label tells whether the child is there. A key's value lies where its child by a zero byte
//! would; keys that hold one are refused.

/// Largest value of a key.
pub const MAX_VALUE: u32 = IS_VALUE - 2;

/// Set in the units that hold values, and in those that hold nothing.
const IS_VALUE: u32 = 1 << 31;
const VACANT: u32 = u32::MAX;
const HAS_VALUE: u32 = 1 << 8;
const BASE_SHIFT: u32 = 9;
const MAX_UNITS: usize = 1 << (31 - BASE_SHIFT);
const BLOCK: usize = 256;
/// Older blocks are nearly full; looking through them as well would take long.
const OPEN_BLOCKS: usize = 4;

/// A node: everything that is needed to go on from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node(u32);

/// The trie.
#[derive(Debug)]
pub struct DoubleArray {
    units: Vec<u32>,
}

impl DoubleArray {
    /// From keys with values up to [`MAX_VALUE`]. `None` where a key is there twice, is empty or holds a zero byte, and where
    /// there are too many of them.
    pub fn of<'k>(keys: impl Iterator<Item = (&'k [u8], u32)>) -> Option<Self> {
        let keys = sorted(keys);
        let usable = |&(key, value): &(&[u8], u32)| !key.is_empty() && !key.contains(&0) && value <= MAX_VALUE;
        if !keys.iter().all(usable) || keys.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        Builder::default().build(&keys).map(|units| DoubleArray { units })
    }

    /// Where every walk begins.
    pub fn root(&self) -> Node {
        Node(self.units[0])
    }

    /// The node behind `byte`.
    #[inline]
    pub fn child(&self, node: Node, byte: u8) -> Option<Node> {
        let unit = self.units[(node.0 >> BASE_SHIFT) as usize ^ usize::from(byte)];
        (unit & (IS_VALUE | 0xff) == u32::from(byte)).then_some(Node(unit))
    }

    /// Whether a key ends at this node.
    #[inline]
    pub fn is_key(node: Node) -> bool {
        node.0 & HAS_VALUE != 0
    }

    /// The value of the key that ends at this node.
    #[inline]
    pub fn value(&self, node: Node) -> Option<u32> {
        Self::is_key(node).then(|| self.units[(node.0 >> BASE_SHIFT) as usize] & !IS_VALUE)
    }

    /// Changes every value; the new ones may not be over [`MAX_VALUE`].
    pub fn map_values(&mut self, map: impl Fn(u32) -> u32) {
        let values = self.units.iter_mut().filter(|unit| **unit & IS_VALUE != 0 && **unit != VACANT);
        values.for_each(|unit| *unit = IS_VALUE | map(*unit & !IS_VALUE).min(MAX_VALUE));
    }

    /// The node behind all of `bytes`.
    pub fn walk(&self, from: Node, bytes: &[u8]) -> Option<Node> {
        bytes.iter().try_fold(from, |node, &byte| self.child(node, byte))
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Option<u32> {
        self.value(self.walk(self.root(), key)?)
    }
}

/// What is free while the trie is laid out.
#[derive(Default)]
struct Builder {
    units: Vec<u32>,
    /// For every unit, whether a node has it as its base.
    is_base: Vec<bool>,
    open: Vec<Open>,
}

/// A block in which units are looked for.
struct Open {
    start: usize,
    /// A bit for every unit that is free.
    free: [u64; BLOCK / 64],
    count: usize,
}

/// A node whose children are to be laid out: the keys below it and how many bytes they share.
struct Pending {
    at: usize,
    first: usize,
    end: usize,
    depth: usize,
}

impl Builder {
    fn build(mut self, keys: &[(&[u8], u32)]) -> Option<Vec<u32>> {
        self.add_block()?;
        self.take(0, 0);
        // No node has the base 0: its child by the byte 0 would be the root.
        self.is_base[0] = true;
        let mut pending = vec![Pending { at: 0, first: 0, end: keys.len(), depth: 0 }];
        let mut labels = Vec::new();
        let mut ends = Vec::new();
        while let Some(node) = pending.pop() {
            let below = &keys[node.first..node.end];
            let value = below.first().filter(|(key, _)| key.len() == node.depth).map(|&(_, value)| value);
            labels.clear();
            labels.extend(value.map(|_| 0));
            ends.clear();
            for (at, (key, _)) in below.iter().enumerate().skip(labels.len()) {
                if labels.last() != Some(&key[node.depth]) {
                    labels.push(key[node.depth]);
                    ends.push(at);
                }
            }
            ends.push(below.len());
            let base = self.find_base(&labels)?;
            self.is_base[base] = true;
            self.units[node.at] |= (base as u32) << BASE_SHIFT;
            if let Some(value) = value {
                self.units[node.at] |= HAS_VALUE;
                self.take(base, IS_VALUE | value);
            }
            for (&label, range) in labels[usize::from(value.is_some())..].iter().zip(ends.windows(2)) {
                let at = base ^ usize::from(label);
                self.take(at, u32::from(label));
                let (first, end) = (node.first + range[0], node.first + range[1]);
                pending.push(Pending { at, first, end, depth: node.depth + 1 });
            }
        }
        Some(self.units)
    }

    /// A base with room for all labels.
    fn find_base(&mut self, labels: &[u8]) -> Option<usize> {
        let Some(lead) = labels.first().map(|&label| usize::from(label)) else { return Some(1) };
        for block in self.open.iter().rev().filter(|block| block.count >= labels.len()) {
            let has_room = |base: &usize| {
                !self.is_base[*base] && labels.iter().all(|&label| self.units[base ^ usize::from(label)] == VACANT)
            };
            if let Some(base) = block.free_units().map(|at| at ^ lead).find(has_room) {
                return Some(base);
            }
        }
        // In an empty block, any base will do that is not the root's.
        self.add_block().map(|block| block + usize::from(block == 0))
    }

    fn add_block(&mut self) -> Option<usize> {
        let start = self.units.len();
        self.units.resize(start + BLOCK, VACANT);
        self.is_base.resize(start + BLOCK, false);
        if self.open.len() == OPEN_BLOCKS {
            self.open.remove(0);
        }
        self.open.push(Open { start, free: [u64::MAX; BLOCK / 64], count: BLOCK });
        (self.units.len() <= MAX_UNITS).then_some(start)
    }

    fn take(&mut self, at: usize, unit: u32) {
        self.units[at] = unit;
        if let Some(block) = self.open.iter_mut().rev().find(|block| at / BLOCK == block.start / BLOCK) {
            block.free[at % BLOCK / 64] &= !(1 << (at % 64));
            block.count -= 1;
        }
    }
}

impl Open {
    fn free_units(&self) -> impl Iterator<Item = usize> {
        self.free.iter().zip((self.start..).step_by(64)).flat_map(|(&word, start)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then_some(left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(start + bit)
            })
        })
    }
}

/// Keys in ascending order, each with its first eight bytes, which mostly tell.
fn sorted<'k>(keys: impl Iterator<Item = (&'k [u8], u32)>) -> Vec<(&'k [u8], u32)> {
    let first = |key: &[u8]| {
        let mut bytes = [0; 8];
        let len = key.len().min(8);
        bytes[..len].copy_from_slice(&key[..len]);
        u64::from_be_bytes(bytes)
    };
    let mut keys: Vec<(u64, &[u8], u32)> = keys.map(|(key, value)| (first(key), key, value)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, key, value)| (key, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(keys: &[&str]) -> DoubleArray {
        let keys = keys.iter().zip(7..).map(|(key, value)| (key.as_bytes(), value));
        DoubleArray::of(keys).expect("usable keys")
    }

    #[test]
    fn keys_are_found_and_nothing_else() {
        let keys = ["a", "ab", "abc", "b", "ba", "▁", "▁a", "▂", "\u{1}", "~"];
        let array = array(&keys);
        for (key, value) in keys.iter().zip(7..) {
            assert_eq!(array.get(key.as_bytes()), Some(value), "{key}");
        }
        for missing in ["", "c", "abcd", "bab", "ac", "\0", "a\0", "▁b", "ab\0"] {
            assert_eq!(array.get(missing.as_bytes()), None, "{missing:?}");
        }
        let part = array.walk(array.root(), &"▁".as_bytes()[..2]).expect("a part of a key");
        assert_eq!((array.value(part), array.child(part, 0)), (None, None));
    }

    #[test]
    fn many_keys_of_every_byte_are_found() {
        let mut keys: Vec<Vec<u8>> = (1..=255u8).map(|byte| vec![byte]).collect();
        keys.extend((1..=255u8).flat_map(|a| (1..=255u8).step_by(7).map(move |b| vec![a, b, a ^ 0x55 | 1])));
        keys.sort_unstable();
        keys.dedup();
        let pairs: Vec<(&[u8], u32)> = keys.iter().zip(0..).map(|(key, value)| (&key[..], value)).collect();
        let array = DoubleArray::of(pairs.iter().rev().copied()).expect("usable keys");
        for &(key, value) in &pairs {
            assert_eq!(array.get(key), Some(value));
            assert_eq!(array.get(&[key, &[0]].concat()), None);
            let longer = [key, &[9]].concat();
            assert_eq!(array.get(&longer), keys.binary_search(&longer).ok().map(|at| at as u32));
        }
    }

    #[test]
    fn no_keys_make_an_empty_trie_and_bad_ones_none() {
        let of = |keys: &[(&'static [u8], u32)]| DoubleArray::of(keys.iter().copied());
        let empty = of(&[]).expect("usable");
        assert!((0..=255).all(|byte| empty.child(empty.root(), byte).is_none()));
        assert!(empty.value(empty.root()).is_none());
        assert!(of(&[(b"", 0)]).is_none() && of(&[(b"a\0", 0)]).is_none());
        assert!(of(&[(b"a", 0), (b"a", 1)]).is_none() && of(&[(b"a", 1 << 31)]).is_none());
    }
}
