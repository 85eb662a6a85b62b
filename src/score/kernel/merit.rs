//! Scores that the ranking core can put in order: exact comparison, and a cheap key that almost always decides.

use std::cmp::Ordering;
use std::num::NonZeroU64;

/// A 64-bit stand-in for a score: a greater score has a greater key, but for the [slack](Merit::SLACK) of its kind.
///
/// It is the score rounded to an `f64`, its bits mapped so that unsigned integers order as the numbers do. The value 0
/// belongs to a NaN, which no score is, so `Option<Key>` takes no more room than a `Key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(NonZeroU64);

impl Key {
    /// The key of a finite number other than `-0.0`.
    #[inline]
    fn of(value: f64) -> Option<Self> {
        let bits = value.to_bits();
        // A negative number has all bits flipped, any other the sign alone; no finite one becomes 0.
        let flipped = (bits.cast_signed() >> 63).cast_unsigned() | 1 << 63;
        NonZeroU64::new(bits ^ flipped).map(Self)
    }

    /// The key as an integer, greater for a greater score.
    #[inline]
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

/// A kind of score.
///
/// Two keys that differ by more than [`SLACK`](Self::SLACK) decide an order; only closer ones call
/// [`compare`](Self::compare), which is exact.
pub trait Merit: Copy + Send + Sync {
    /// Two scores whose keys differ by more than this are in the order of their keys.
    const SLACK: u64;

    /// The key, or `None` if the initiative is unscored.
    fn key(self) -> Option<Key>;

    /// Whether the key is this score correctly rounded: among such scores keys are monotone, and only equal keys are in doubt.
    fn rounds_once(self) -> bool;

    /// The exact order of two scores, the lesser merit being `Less`. Both must be scored.
    fn compare(self, other: Self) -> Ordering;
}

/// An unscored initiative is `None`.
impl<S: Merit> Merit for Option<S> {
    const SLACK: u64 = S::SLACK;

    #[inline]
    fn key(self) -> Option<Key> {
        self.and_then(S::key)
    }

    #[inline]
    fn rounds_once(self) -> bool {
        self.is_none_or(S::rounds_once)
    }

    #[inline]
    fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Some(a), Some(b)) => a.compare(b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }
}

/// Plain integers: net benefit, weighted sum. The conversion to `f64` rounds once.
macro_rules! integer_merit {
    ($($integer:ty),*) => {$(
        impl Merit for $integer {
            const SLACK: u64 = 0;

            #[inline]
            fn key(self) -> Option<Key> {
                Key::of(self as f64)
            }

            #[inline]
            fn rounds_once(self) -> bool {
                true
            }

            #[inline]
            fn compare(self, other: Self) -> Ordering {
                self.cmp(&other)
            }
        }
    )*};
}
integer_merit!(i64, i128);

/// A score of a caller's own model: a finite `f64`, ordered by `total_cmp`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite(f64);

impl Finite {
    /// The score; `None` for NaN and the infinities. `-0.0` becomes `0.0`.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(value + 0.0))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Merit for Finite {
    const SLACK: u64 = 0;

    #[inline]
    fn key(self) -> Option<Key> {
        Key::of(self.0)
    }

    #[inline]
    fn rounds_once(self) -> bool {
        true
    }

    #[inline]
    fn compare(self, other: Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Benefit per effort as an exact fraction. Effort 0 is unscored.
///
/// ```
/// use std::cmp::Ordering;
/// use cxrank::score::kernel::{Merit, Ratio};
///
/// // Two ratios that are the same number in floating point.
/// let a = Ratio::new(9_007_199_254_740_993_i64, 9_007_199_254_740_992).unwrap();
/// let b = Ratio::new(9_007_199_254_740_992_i64, 9_007_199_254_740_991).unwrap();
/// assert_eq!(a.compare(b), Ordering::Less);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Ratio<T> {
    benefit: T,
    effort: T,
}

impl<T: Quantity> Ratio<T> {
    /// The ratio; `None` if the effort is negative.
    #[inline]
    pub fn new(benefit: T, effort: T) -> Option<Self> {
        (effort >= T::default()).then_some(Self { benefit, effort })
    }

    /// The benefit.
    pub fn benefit(self) -> T {
        self.benefit
    }

    /// The effort; 0 if unscored.
    pub fn effort(self) -> T {
        self.effort
    }
}

/// The integers a [`Ratio`] is made of.
pub trait Quantity: Copy + Ord + Default + Send + Sync {
    /// The nearest `f64`.
    fn to_f64(self) -> f64;

    /// Whether [`to_f64`](Self::to_f64) is exact for every number of this size: at most 2⁵³ in magnitude.
    fn is_exact_in_f64(self) -> bool;

    /// The order of `a·b` and `c·d`, where `b` and `d` are not negative.
    fn compare_products(a: Self, b: Self, c: Self, d: Self) -> Ordering;
}

impl Quantity for i64 {
    #[inline]
    fn to_f64(self) -> f64 {
        self as f64
    }

    #[inline]
    fn is_exact_in_f64(self) -> bool {
        self.unsigned_abs() <= 1 << 53
    }

    #[inline]
    fn compare_products(a: Self, b: Self, c: Self, d: Self) -> Ordering {
        (i128::from(a) * i128::from(b)).cmp(&(i128::from(c) * i128::from(d)))
    }
}

impl Quantity for i128 {
    #[inline]
    fn to_f64(self) -> f64 {
        self as f64
    }

    #[inline]
    fn is_exact_in_f64(self) -> bool {
        self.unsigned_abs() <= 1 << 53
    }

    fn compare_products(a: Self, b: Self, c: Self, d: Self) -> Ordering {
        let sign = |x: Self, y: Self| x.signum() * y.signum();
        let magnitude = |x: Self, y: Self| widening_product(x.unsigned_abs(), y.unsigned_abs());
        match sign(a, b).cmp(&sign(c, d)) {
            Ordering::Equal if sign(a, b) < 0 => magnitude(c, d).cmp(&magnitude(a, b)),
            Ordering::Equal => magnitude(a, b).cmp(&magnitude(c, d)),
            unequal => unequal,
        }
    }
}

/// The 256-bit product of two 128-bit integers, as its high and low half.
fn widening_product(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a0 * b0;
    // Each sum is at most (2⁶⁴ − 1)² + 2·(2⁶⁴ − 1) = 2¹²⁸ − 1.
    let middle = a1 * b0 + (low >> 64);
    let carry = a0 * b1 + (middle & HALF);
    let high = a1 * b1 + (middle >> 64) + (carry >> 64);
    (high, carry << 64 | low & HALF)
}

impl<T: Quantity> Merit for Ratio<T> {
    /// The key is `fl(fl(B)/fl(E))`: three roundings, a relative error of at most 3.01·2⁻⁵³. Two such errors can put two
    /// ratios in the wrong order only within 6.03·2⁻⁵³ of each other, and neighbouring `f64` are more than 2⁻⁵³ apart, so
    /// the keys of such a pair differ by at most 6. Nothing under- or overflows: a ratio that is not 0 lies between 2⁻¹²⁷ and 2¹²⁷.
    const SLACK: u64 = 6;

    #[inline]
    fn key(self) -> Option<Key> {
        if self.effort == T::default() {
            return None;
        }
        Key::of(self.benefit.to_f64() / self.effort.to_f64())
    }

    #[inline]
    fn rounds_once(self) -> bool {
        self.benefit.is_exact_in_f64() && self.effort.is_exact_in_f64()
    }

    #[inline]
    fn compare(self, other: Self) -> Ordering {
        T::compare_products(self.benefit, other.effort, other.benefit, self.effort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The product by adding shifted copies, as four 64-bit digits, lowest first.
    fn product_by_addition(a: u128, b: u128) -> (u128, u128) {
        let (mut high, mut low) = (0u128, 0u128);
        for bit in (0..128).rev() {
            high = high << 1 | low >> 127;
            low <<= 1;
            if b >> bit & 1 == 1 {
                let (sum, carry) = low.overflowing_add(a);
                low = sum;
                high += u128::from(carry);
            }
        }
        (high, low)
    }

    fn any_i128() -> impl Strategy<Value = i128> {
        (any::<i128>(), 0..127u32).prop_map(|(x, shift)| x >> shift)
    }

    fn effort() -> impl Strategy<Value = i128> {
        any_i128().prop_map(|x| x.checked_abs().unwrap_or(i128::MAX).max(1))
    }

    #[test]
    fn extreme_products() {
        let (min, max) = (i128::MIN, i128::MAX);
        assert_eq!(widening_product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(i128::compare_products(min, max, min, max), Ordering::Equal);
        assert_eq!(i128::compare_products(min, max, max, max), Ordering::Less);
        assert_eq!(i128::compare_products(min, max, min, max - 1), Ordering::Less);
        assert_eq!(i128::compare_products(0, max, -1, 1), Ordering::Greater);
        assert_eq!(i128::compare_products(-5, 0, 0, 7), Ordering::Equal);
    }

    #[test]
    fn zero_effort_is_unscored_and_negative_effort_refused() {
        assert_eq!(Ratio::new(5i64, 0).unwrap().key(), None);
        assert_eq!(Ratio::new(5i64, -1), None);
    }

    #[test]
    fn only_finite_numbers_are_scores() {
        for refused in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Finite::new(refused), None);
        }
        let (zero, negative_zero) = (Finite::new(0.0).unwrap(), Finite::new(-0.0).unwrap());
        assert_eq!(zero.compare(negative_zero), Ordering::Equal);
        assert_eq!(zero.key(), negative_zero.key());
        assert!(negative_zero.get().is_sign_positive());
    }

    proptest! {
        #[test]
        fn widening_product_is_the_product(a: u128, b: u128) {
            prop_assert_eq!(widening_product(a, b), product_by_addition(a, b));
        }

        #[test]
        fn wide_and_narrow_comparisons_agree(a: i64, b in 0..=i64::MAX, c: i64, d in 0..=i64::MAX) {
            let wide = i128::compare_products(a.into(), b.into(), c.into(), d.into());
            prop_assert_eq!(wide, i64::compare_products(a, b, c, d));
        }

        #[test]
        fn keys_beyond_the_slack_decide(a in any_i128(), b in effort(), near in -3..=3i128, d in effort(), close: bool) {
            // Half of the pairs are a ratio and a near copy of it.
            let other = if close {
                Ratio { benefit: a.saturating_add(near), effort: b }
            } else {
                Ratio { benefit: a, effort: d }
            };
            let one = Ratio { benefit: a, effort: b };
            let (x, y) = (one.key().unwrap().get(), other.key().unwrap().get());
            let slack = if one.rounds_once() && other.rounds_once() { 0 } else { Ratio::<i128>::SLACK };
            if x.abs_diff(y) > slack {
                prop_assert_eq!(x.cmp(&y), one.compare(other));
            }
        }

        #[test]
        fn keys_of_floats_are_exact(a: f64, b: f64) {
            if let (Some(a), Some(b)) = (Finite::new(a), Finite::new(b)) {
                prop_assert_eq!(a.key().cmp(&b.key()), a.compare(b));
                prop_assert_eq!(a.compare(b), a.get().partial_cmp(&b.get()).unwrap());
            }
        }

        #[test]
        fn keys_of_integers_are_monotone(a in any_i128(), near in -3..=3i128) {
            let b = a.saturating_add(near);
            let (low, high) = if a.compare(b).is_le() { (a, b) } else { (b, a) };
            prop_assert!(low.key() <= high.key());
        }
    }
}
