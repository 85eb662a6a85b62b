//! Exact numbers: the grid that inputs are quantised to, once, and comparisons that cannot overflow.

use std::cmp::Ordering;

/// Quanta in the whole of a benefit scale, from `none` to `full`: 5040 · 10⁵ = 2⁹ · 3² · 5⁶ · 7. A multiple of
/// what decimals, halves, thirds and sevenths need, so that the usual points of a scale are exact.
pub(crate) const SCALE: i64 = 504_000_000;

/// Quanta in one step of the grid for a mean: the beta-PERT mean of three numbers divides by six, the triangular by three.
pub(crate) const MEAN: i64 = 6;

/// Largest magnitude, in steps of the grid, that an input may have, so that `MEAN` times it fits well inside an i64.
const LARGEST: f64 = (1u64 << 59) as f64;

/// Why a number has no place on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OffGrid {
    NotFinite,
    TooLarge,
    /// Not zero, but nearer to zero than to the first step.
    TooSmall,
}

/// The grid of decimal numbers with a stated count of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    steps: i64,
}

impl Grid {
    /// `decimals` is at most 9 (checked by the policy).
    pub(crate) fn new(decimals: u8) -> Self {
        Grid { steps: 10_i64.pow(u32::from(decimals)) }
    }

    /// Steps in one unit.
    pub(crate) fn steps(self) -> i64 {
        self.steps
    }

    /// What one quantum of benefit, weight times share, is worth in points.
    pub(crate) fn point(self) -> f64 {
        1.0 / (self.steps as f64 * SCALE as f64)
    }

    /// What one quantum of effort, price times amount, is worth in the effort unit.
    pub(crate) fn effort_unit(self) -> f64 {
        1.0 / (self.steps as f64 * self.steps as f64 * MEAN as f64)
    }

    /// The nearest step, halves away from zero.
    pub(crate) fn quantise(self, x: f64) -> Result<i64, OffGrid> {
        if !x.is_finite() {
            return Err(OffGrid::NotFinite);
        }
        let scaled = x * self.steps as f64;
        if scaled.abs() > LARGEST {
            return Err(OffGrid::TooLarge);
        }
        #[allow(clippy::cast_possible_truncation)] // |scaled| ≤ 2⁵⁹ by the test above
        let steps = scaled.round() as i64;
        if steps == 0 && x != 0.0 { Err(OffGrid::TooSmall) } else { Ok(steps) }
    }
}

/// `numerator / denominator` rounded to the nearest integer, halves away from zero.
///
/// `None` when the denominator is zero or the result does not fit.
pub(crate) fn divide_rounded(numerator: i128, denominator: i128) -> Option<i64> {
    let (n, d) = if denominator < 0 {
        (numerator.checked_neg()?, denominator.checked_neg()?)
    } else {
        (numerator, denominator)
    };
    if d == 0 {
        return None;
    }
    let half = d / 2;
    let rounded = if n >= 0 { n.checked_add(half)? / d } else { -(n.checked_neg()?.checked_add(half)? / d) };
    i64::try_from(rounded).ok()
}

/// Greatest common divisor; `gcd(0, x) = x`.
pub(crate) fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = match (u64::try_from(a), u64::try_from(b)) {
            (Ok(x), Ok(y)) => (u128::from(y), u128::from(x % y)),
            _ => (b, a % b),
        };
    }
    a
}

/// Compares `b1 / e1` with `b2 / e2` exactly; both `e` are above zero.
pub(crate) fn cmp_ratio(b1: i128, e1: i128, b2: i128, e2: i128) -> Ordering {
    debug_assert!(e1 > 0 && e2 > 0);
    if let (Some(x), Some(y)) = (b1.checked_mul(e2), b2.checked_mul(e1)) {
        return x.cmp(&y);
    }
    match (b1.signum(), b2.signum()) {
        (x, y) if x != y => x.cmp(&y),
        (-1, _) => wide_product(b2.unsigned_abs(), e1.unsigned_abs())
            .cmp(&wide_product(b1.unsigned_abs(), e2.unsigned_abs())),
        _ => wide_product(b1.unsigned_abs(), e2.unsigned_abs())
            .cmp(&wide_product(b2.unsigned_abs(), e1.unsigned_abs())),
    }
}

/// The 256-bit product, high half first.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low = a0 * b0;
    let (middle, carried) = (a1 * b0).overflowing_add(a0 * b1);
    let (low, carry) = low.overflowing_add(middle << 64);
    (a1 * b1 + (middle >> 64) + (u128::from(carried) << 64) + u128::from(carry), low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_exact() {
        let grid = Grid::new(6);
        assert_eq!(grid.quantise(0.1), Ok(100_000));
        assert_eq!(grid.quantise(-2.5), Ok(-2_500_000));
        assert_eq!(grid.quantise(-0.0), Ok(0));
        assert_eq!(grid.quantise(5e11), Ok(500_000_000_000_000_000));
        assert_eq!(grid.quantise(f64::NAN), Err(OffGrid::NotFinite));
        assert_eq!(grid.quantise(f64::NEG_INFINITY), Err(OffGrid::NotFinite));
        assert_eq!(grid.quantise(1e12), Err(OffGrid::TooLarge));
        assert_eq!(grid.quantise(4e-7), Err(OffGrid::TooSmall));
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(divide_rounded(5, 2), Some(3));
        assert_eq!(divide_rounded(-5, 2), Some(-3));
        assert_eq!(divide_rounded(5, -2), Some(-3));
        assert_eq!(divide_rounded(7, 3), Some(2));
        assert_eq!(divide_rounded(1, 0), None);
        assert_eq!(divide_rounded(i128::MAX, 1), None);
    }

    #[test]
    fn products_beyond_128_bits_are_compared() {
        let big = i128::MAX;
        assert_eq!(cmp_ratio(big, big - 1, big - 1, big - 2), Ordering::Less);
        assert_eq!(cmp_ratio(-big, big - 1, -(big - 1), big - 2), Ordering::Greater);
        assert_eq!(cmp_ratio(big, big, big - 1, big - 1), Ordering::Equal);
        assert_eq!(cmp_ratio(big, 1, -big, 1), Ordering::Greater);
        assert_eq!(wide_product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
    }

    proptest! {
        #[test]
        fn a_ratio_compares_as_its_small_form_does(b1 in -1000i128..1000, e1 in 1i128..1000, b2 in -1000i128..1000, e2 in 1i128..1000, k in 100u32..117) {
            // Scaling one side by a power of two that pushes the products beyond 128 bits changes nothing.
            let plain = (b1 * e2).cmp(&(b2 * e1));
            prop_assert_eq!(cmp_ratio(b1 << k, e1 << k, b2 << k, e2 << k), plain);
            prop_assert_eq!(cmp_ratio(b1, e1, b2, e2), plain);
        }
    }
}
