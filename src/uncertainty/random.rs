//! Random numbers that are the same everywhere: one stream for each draw, each number found by its place in it.

/// The stream of one draw: `SplitMix64`, read at any place.
///
/// What a draw takes from its stream depends on the seed, the draw and the place alone, so that neither the order in which draws are made nor
/// the number of threads changes anything.
///
/// # References
///
/// Steele, Lea & Flood (2014), *Fast splittable pseudorandom number generators*, OOPSLA.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stream(u64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    pub(super) fn new(seed: u64, draw: usize) -> Self {
        // The start is the draw's own number in the stream of the seed's, mixed once more, so that streams of neighbours do not follow each other.
        Stream(mix(mix(seed.wrapping_add(STEP)).wrapping_add((draw as u64).wrapping_mul(STEP))))
    }

    /// Sixty-four bits.
    pub(super) fn bits(self, place: u64) -> u64 {
        mix(self.0.wrapping_add(place.wrapping_add(1).wrapping_mul(STEP)))
    }

    /// Uniform above 0 and below 1.
    pub(super) fn uniform(self, place: u64) -> f64 {
        ((self.bits(place) >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
    }

    /// Uniform in `0..bound`, but for a bias of at most `bound`/2⁶⁴.
    pub(super) fn below(self, place: u64, bound: usize) -> usize {
        ((u128::from(self.bits(place)) * bound as u128) >> 64) as usize
    }
}

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The standard normal quantile, by two rational functions and the tail (relative error below 10⁻⁹, plus one step of Halley's method).
///
/// # References
///
/// Acklam (2003), *An algorithm for computing the inverse normal cumulative distribution function*.
pub(super) fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |p: f64| {
        let q = (-2.0 * libm::log(p)).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    let x = if p < 0.024_25 {
        tail(p)
    } else if p > 1.0 - 0.024_25 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        q * polynomial(&A, q * q) / polynomial(&B, q * q)
    };
    let error = (normal(x) - p) * (2.0 * std::f64::consts::PI).sqrt() * libm::exp(x * x / 2.0);
    x - error / (1.0 + x * error / 2.0)
}

/// The standard normal distribution function.
pub(super) fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs for seed 0 are published with the generator (Vigna's `splitmix64.c`).
    #[test]
    fn it_is_splitmix64() {
        let stream = Stream(0);
        assert_eq!(stream.bits(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(stream.bits(1), 0x6e78_9e6a_a1b9_65f4);
    }

    #[test]
    fn uniform_numbers_are_uniform_within_and_across_streams() {
        for across in [false, true] {
            let number = |k: u64| {
                if across { Stream::new(7, k as usize).uniform(3) } else { Stream::new(7, 3).uniform(k) }
            };
            let n = 100_000;
            let (mut sum, mut square, mut product) = (0.0, 0.0, 0.0);
            for k in 0..n {
                let (x, y) = (number(k), number(k + 1));
                assert!(x > 0.0 && x < 1.0);
                sum += x;
                square += x * x;
                product += x * y;
            }
            let n = n as f64;
            // Five standard errors.
            assert!((sum / n - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt());
            assert!((square / n - 1.0 / 3.0).abs() < 5.0 * (4.0 / 45.0 / n).sqrt());
            assert!((product / n - 0.25).abs() < 5.0 * (0.05 / n).sqrt());
        }
    }

    #[test]
    fn the_normal_quantile_is_the_inverse() {
        // Published: the 97.5th percentile, and that of 10⁻⁹.
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-13);
        assert!((normal_quantile(1e-9) + 5.997_807_015_007_7).abs() < 1e-9);
        for k in 1..1000 {
            let p = f64::from(k) / 1000.0;
            assert!((normal(normal_quantile(p)) - p).abs() < 1e-14);
        }
    }
}
