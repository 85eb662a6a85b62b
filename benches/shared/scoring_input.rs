//! The seeded input of the ranking benches, shared with the tests.
#![allow(dead_code)] // no target uses all of it

/// Initiatives have this many criteria: three benefits, then three efforts.
pub(crate) const CRITERIA: usize = 6;

/// The upper end of each criterion; its values are uniform in 1..100 % of that.
pub(crate) const SCALES: [f64; CRITERIA] = [100.0, 10.0, 1.0, 50.0, 5000.0, 1.0];

/// `SplitMix64` (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA).
#[derive(Clone, Debug)]
pub(crate) struct SplitMix64(pub(crate) u64);

impl SplitMix64 {
    /// 64 random bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in 0..1.
    pub(crate) fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (0.5 / (1u64 << 52) as f64)
    }

    /// Uniform in 0..`bound`, but for a bias of at most `bound`/2⁶⁴.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }
}

/// `count` rows of [`CRITERIA`] values, row by row.
pub(crate) fn rows(count: usize, seed: u64) -> Vec<f64> {
    let mut random = SplitMix64(seed);
    (0..count).flat_map(|_| SCALES.map(|scale| (0.01 + 0.99 * random.next_f64()) * scale)).collect()
}
