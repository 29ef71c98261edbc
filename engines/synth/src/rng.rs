//! Chance that follows from the seed alone: one stream for each purpose, so that a change in one
//! part of a county leaves the others as they were.
//!
//! Reference: G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators
//! (SplitMix64), 2014.

use kernel::hash_tagged;

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream of this seed for this purpose.
    pub(crate) fn of(seed: u64, purpose: &str) -> Self {
        let hash = hash_tagged("anlan/synth/1\0", &[&seed.to_le_bytes(), purpose.as_bytes()]);
        let mut start = [0; 8];
        start.copy_from_slice(&hash.0[..8]);
        Rng(u64::from_le_bytes(start))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `count - 1`; 0 where `count` is 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn range(&mut self, low: i32, high: i32) -> i32 {
        let width = (i64::from(high) - i64::from(low)).max(0) as usize + 1;
        (i64::from(low) + self.below(width) as i64) as i32
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A number around 0 with deviation 1: the sum of twelve uniform ones.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// True in `permille` of 1,000 cases.
    pub(crate) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < permille as usize
    }

    /// One of the texts.
    pub(crate) fn text<'a>(&mut self, from: &'a [String]) -> &'a str {
        &from[self.below(from.len())]
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// The index of one of them, each as likely as its weight; 0 where all weights are 0.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        let mut at = self.below(total as usize) as u64;
        for (i, weight) in weights.iter().enumerate() {
            if at < u64::from(*weight) {
                return i;
            }
            at -= u64::from(*weight);
        }
        0
    }

    /// Puts them into another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// Spreads the bits of a number.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
