//! The one door to randomness.
//!
//! Owns every generator of the program and the few draws that noise is made of. The stream of a noise step is a
//! function of its [`NoiseKey`] and its position in the recipe, and of nothing else: not of threads, batches, order or
//! files. Must not know what the draws are for.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What the noise of one example is a function of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseKey {
    /// `--seed`.
    pub seed: u64,
    /// Hash of the bytes of the document in which the window starts.
    pub document: u64,
    /// Ordinal of the window among those that start in that document.
    pub window: u64,
    /// Which of `--copies`.
    pub copy: u32,
}

/// A probability, held as a threshold on 32 random bits (so 0 never and 1 always happens).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance(u64);

impl Chance {
    /// From a probability in 0..=1; exact to 2⁻³².
    pub fn new(probability: f64) -> Self {
        Chance((probability.clamp(0.0, 1.0) * (1u64 << 32) as f64).round() as u64)
    }
}

/// The law of span lengths: Poisson, a mean in tokens or words.
#[derive(Clone, Copy, Debug)]
pub struct SpanLengths {
    /// The probability of length 0, e^-lambda. From `libm`, called by name: the platform's own `exp`, which a dependency can
    /// switch on for crates that are generic over floats, differs in the last bit for one lambda in ten.
    zero: f64,
}

impl SpanLengths {
    /// `lambda` is in 0.1..=256.
    pub fn new(lambda: f64) -> Self {
        debug_assert!((0.1..=256.0).contains(&lambda), "{lambda}");
        SpanLengths { zero: libm::exp(-lambda) }
    }
}

/// Entries of a table with their probabilities, exact to 2⁻³².
#[derive(Clone, Debug, PartialEq)]
pub struct Table(Vec<Chance>);

impl Table {
    /// From probabilities that sum to 1.
    pub fn new(probabilities: &[f64]) -> Self {
        let sums = probabilities.iter().scan(0.0, |sum, probability| {
            *sum += probability;
            Some(Chance::new(*sum))
        });
        Table(sums.collect())
    }
}

/// The random stream that puts inputs and documents into another order.
pub struct ShuffleRng(NoiseRng);

impl ShuffleRng {
    /// A function of seed and epoch.
    pub fn new(seed: u64, epoch: u32) -> Self {
        // No document and no step of a recipe has this key.
        let key = NoiseKey { seed, document: u64::MAX, window: u64::MAX, copy: epoch };
        ShuffleRng(NoiseRng::new(&key, u32::MAX - 1))
    }

    /// Uniform over `0..n`; n at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    /// Puts `items` into a uniformly random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}

/// The random stream of one noise step on one example.
pub struct NoiseRng(ChaCha8Rng);

impl NoiseRng {
    /// The stream of the noise at `position` in the recipe. The key is the generator's whole 256-bit seed, so that no two
    /// keys share a stream.
    pub fn new(key: &NoiseKey, position: u32) -> Self {
        let mut seed = [0u8; 32];
        seed[..8].copy_from_slice(&key.seed.to_le_bytes());
        seed[8..16].copy_from_slice(&key.document.to_le_bytes());
        seed[16..24].copy_from_slice(&key.window.to_le_bytes());
        seed[24..28].copy_from_slice(&key.copy.to_le_bytes());
        seed[28..].copy_from_slice(&position.to_le_bytes());
        NoiseRng(ChaCha8Rng::from_seed(seed))
    }

    /// True with the probability given.
    pub fn happens(&mut self, chance: Chance) -> bool {
        u64::from(self.0.next_u32()) < chance.0
    }

    /// Which of `n` independent events happen, ascending, into `places`, which is overwritten. The draws are those of
    /// [`Self::happens`].
    pub fn happening(&mut self, n: usize, chance: Chance, places: &mut Vec<u32>) {
        places.clear();
        places.resize(n, 0);
        let (mut bytes, mut at, mut count) = ([0; 256], 0, 0);
        while at < n {
            let draws = &mut bytes[..4 * (n - at).min(64)];
            self.0.fill_bytes(draws);
            for &bits in draws.as_chunks::<4>().0 {
                // Written always, kept where it happens: no branch to mispredict.
                places[count] = at as u32;
                count += usize::from(chance.covers(u32::from_le_bytes(bits)));
                at += 1;
            }
        }
        places.truncate(count);
    }

    /// 32 random bits, to be compared with several [`Chance`]s in turn by [`Chance::covers`].
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// An entry of a table.
    pub fn entry(&mut self, table: &Table) -> usize {
        let bits = self.bits();
        // The last one takes what rounding left of the whole.
        table.0.partition_point(|chance| !chance.covers(bits)).min(table.0.len() - 1)
    }

    /// Uniform over 0..1, in steps of 2⁻⁵³.
    pub fn fraction(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform over `0..n`; n at least 1.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n as u32) as usize
    }

    /// `amount` rounded up or down so that its mean is kept.
    pub fn round(&mut self, amount: f64) -> usize {
        let whole = amount.floor();
        whole as usize + usize::from(self.happens(Chance::new(amount - whole)))
    }

    /// A span's length (Knuth's algorithm): one draw more than units hidden, and nothing but products, which are the same on
    /// every machine.
    pub fn span_length(&mut self, lengths: &SpanLengths) -> usize {
        let (mut product, mut length) = (self.fraction(), 0);
        while product > lengths.zero {
            product *= self.fraction();
            length += 1;
        }
        length
    }

    /// A uniform subset of `count` of the `n` places, ascending, into `places` (Floyd's algorithm). Both buffers are
    /// overwritten.
    pub fn subset(&mut self, n: usize, count: usize, taken: &mut Vec<bool>, places: &mut Vec<u32>) {
        taken.clear();
        taken.resize(n, false);
        for last in n - count..n {
            let place = self.below(last + 1);
            let place = if taken[place] { last } else { place };
            taken[place] = true;
        }
        places.clear();
        places.resize(n, 0);
        let mut found = 0;
        for (place, &taken) in taken.iter().enumerate() {
            places[found] = place as u32;
            found += usize::from(taken);
        }
        places.truncate(count);
    }

    /// Puts `items` into a uniformly random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

impl Chance {
    /// Whether these 32 bits fall under the threshold.
    pub fn covers(self, bits: u32) -> bool {
        u64::from(bits) < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: NoiseKey = NoiseKey { seed: 7, document: 1, window: 2, copy: 3 };

    #[test]
    fn the_stream_of_a_key_never_changes() {
        let mut rng = NoiseRng::new(&KEY, 0);
        let lengths = SpanLengths::new(3.0);
        let bits: Vec<u32> = (0..4).map(|_| rng.bits()).collect();
        let below: Vec<usize> = (0..8).map(|_| rng.below(1000)).collect();
        let spans: Vec<usize> = (0..12).map(|_| rng.span_length(&lengths)).collect();
        let mut order: Vec<usize> = (0..8).collect();
        rng.shuffle(&mut order);
        let mut places = Vec::new();
        rng.subset(12, 4, &mut Vec::new(), &mut places);
        assert_eq!(
            format!("{bits:?} {below:?} {spans:?} {order:?} {places:?}"),
            "[3585036362, 688299944, 4103525321, 818131195] [455, 122, 320, 201, 727, 506, 830, 270] \
             [1, 4, 7, 4, 3, 1, 4, 1, 3, 3, 0, 5] [4, 3, 2, 7, 5, 1, 0, 6] [1, 3, 5, 6]"
        );
    }

    /// Thresholds to the last bit: one that differs gives other records.
    #[test]
    fn the_law_of_span_lengths_never_changes() {
        let found = [0.1, 1.0, 3.0, 3.5, 8.0, 11.9, 12.0, 64.0, 256.0].map(|lambda| {
            let lengths = SpanLengths::new(lambda);
            let mut rng = NoiseRng::new(&KEY, 0);
            let drawn: Vec<usize> = (0..4).map(|_| rng.span_length(&lengths)).collect();
            format!("{lambda} {:016x} {drawn:?}", lengths.zero.to_bits())
        });
        let expected = [
            "0.1 3fecf46d99d52b3a [0, 0, 0, 0]",
            "1 3fd78b56362cef38 [0, 0, 0, 0]",
            "3 3fa97db0ccceb0af [1, 1, 3, 4]",
            "3.5 3f9eec1018e4ff66 [2, 2, 3, 2]",
            "8 3f35fc21041027ad [5, 9, 13, 6]",
            "11.9 3edc7b2442c0d606 [7, 18, 9, 10]",
            "12 3ed9c54c3b43bc8b [7, 18, 9, 10]",
            "64 3a2969d47321e4cc [60, 68, 60, 60]",
            "256 28d9755956ad4e9c [247, 242, 246, 259]",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn each_part_of_the_key_gives_another_stream() {
        let streams: Vec<u32> = [
            (KEY, 0),
            (KEY, 1),
            (NoiseKey { seed: 8, ..KEY }, 0),
            (NoiseKey { document: 2, ..KEY }, 0),
            (NoiseKey { window: 3, ..KEY }, 0),
            (NoiseKey { copy: 4, ..KEY }, 0),
        ]
        .iter()
        .map(|(key, position)| NoiseRng::new(key, *position).bits())
        .collect();
        for (i, a) in streams.iter().enumerate() {
            assert!(!streams[..i].contains(a), "{streams:?}");
        }
    }

    #[test]
    fn certain_and_impossible_chances_are_exact() {
        let mut rng = NoiseRng::new(&KEY, 0);
        assert!((0..1000).all(|_| rng.happens(Chance::new(1.0)) && !rng.happens(Chance::new(0.0))));
    }

    #[test]
    fn many_events_are_drawn_like_one_by_one() {
        let chance = Chance::new(0.3);
        for n in [0, 1, 63, 64, 65, 1000] {
            let (mut at_once, mut one_by_one) = (NoiseRng::new(&KEY, 0), NoiseRng::new(&KEY, 0));
            let mut places = Vec::new();
            at_once.happening(n, chance, &mut places);
            let expected: Vec<u32> = (0..n as u32).filter(|_| one_by_one.happens(chance)).collect();
            assert_eq!(places, expected);
            assert_eq!(at_once.bits(), one_by_one.bits());
        }
    }

    #[test]
    fn a_subset_has_the_size_asked_for() {
        let mut rng = NoiseRng::new(&KEY, 0);
        let mut places = Vec::new();
        for count in 0..=9 {
            rng.subset(9, count, &mut Vec::new(), &mut places);
            assert_eq!(places.len(), count);
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]) && places.iter().all(|&place| place < 9));
        }
    }
}
