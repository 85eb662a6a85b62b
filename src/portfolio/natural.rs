//! Natural numbers of any size: the few operations that an exact price needs.

use std::cmp::Ordering;

/// A natural number, least significant limb first, without leading zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Natural(Vec<u64>);

impl From<u128> for Natural {
    fn from(x: u128) -> Self {
        let mut n = Self(vec![x as u64, (x >> 64) as u64]);
        n.trim();
        n
    }
}

impl Natural {
    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// `self *= m`
    pub(crate) fn mul(&mut self, m: u64) {
        let mut carry = 0u128;
        for limb in &mut self.0 {
            carry += u128::from(*limb) * u128::from(m);
            *limb = carry as u64;
            carry >>= 64;
        }
        if carry != 0 {
            self.0.push(carry as u64);
        }
        self.trim();
    }

    /// `self += other * m`
    pub(crate) fn add_mul(&mut self, other: &Self, m: u64) {
        if m == 0 {
            return;
        }
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut carry = 0u128;
        for (i, limb) in self.0.iter_mut().enumerate() {
            let o = match other.0.get(i) {
                Some(&o) => u128::from(o),
                None if carry == 0 => break,
                None => 0,
            };
            carry += o * u128::from(m) + u128::from(*limb);
            *limb = carry as u64;
            carry >>= 64;
        }
        if carry != 0 {
            self.0.push(carry as u64);
        }
    }

    /// `self -= other`; the caller knows that `other` is not greater.
    pub(crate) fn sub(&mut self, other: &Self) {
        debug_assert!(*self >= *other, "a natural number went below zero");
        let mut borrow = false;
        for (i, limb) in self.0.iter_mut().enumerate() {
            let o = other.0.get(i).copied().unwrap_or(0);
            let (x, b1) = limb.overflowing_sub(o);
            let (x, b2) = x.overflowing_sub(u64::from(borrow));
            borrow = b1 || b2;
            *limb = x;
        }
        self.trim();
    }

    /// `self /= d`, returning the remainder; `d` is not zero.
    pub(crate) fn div_rem(&mut self, d: u64) -> u64 {
        let mut rest = 0u128;
        for limb in self.0.iter_mut().rev() {
            rest = rest << 64 | u128::from(*limb);
            *limb = (rest / u128::from(d)) as u64;
            rest %= u128::from(d);
        }
        self.trim();
        rest as u64
    }

    /// `self *= 2^bits`
    pub(crate) fn shl(&mut self, bits: u32) {
        if self.0.is_empty() {
            return;
        }
        self.mul(1 << (bits % 64));
        let limbs = bits as usize / 64;
        self.0.splice(0..0, std::iter::repeat_n(0, limbs));
    }

    /// `self / other` to the precision of a double; `other` is not zero.
    pub(crate) fn ratio(&self, other: &Self) -> f64 {
        // Three limbs hold more than a double keeps, and stay within its range.
        let top = |n: &Self| n.0.iter().rev().take(3).fold(0.0, |x, &limb| x * 64f64.exp2() + limb as f64);
        let dropped = |n: &Self| n.0.len().saturating_sub(3) as i32;
        top(self) / top(other) * 2f64.powi(64 * (dropped(self) - dropped(other)))
    }
}

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Greatest common divisor; `gcd(0, x) = x`.
pub(crate) fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nat(x: u128) -> Natural {
        Natural::from(x)
    }

    proptest! {
        #[test]
        fn agrees_with_u128(a in 0u128..1 << 62, b in 0u128..1 << 62, m in 0u64..1 << 62, d in 1u64..) {
            let mut x = nat(a);
            x.mul(m);
            prop_assert_eq!(&x, &nat(a * u128::from(m)));
            x.add_mul(&nat(b), m);
            prop_assert_eq!(&x, &nat((a + b) * u128::from(m)));
            let mut y = x.clone();
            let r = y.div_rem(d);
            prop_assert_eq!(u128::from(r), (a + b) * u128::from(m) % u128::from(d));
            prop_assert_eq!(y, nat((a + b) * u128::from(m) / u128::from(d)));
            x.sub(&nat(b * u128::from(m)));
            prop_assert_eq!(&x, &nat(a * u128::from(m)));
            prop_assert_eq!(nat(a).cmp(&nat(b)), a.cmp(&b));
        }

        #[test]
        fn long_numbers_come_back(limbs in proptest::collection::vec(any::<u64>(), 0..9), m in 1u64.., bits in 0u32..300) {
            let mut n = Natural(limbs);
            n.trim();
            let mut x = n.clone();
            x.mul(m);
            x.add_mul(&n, u64::MAX);
            let mut sub = n.clone();
            sub.mul(u64::MAX);
            x.sub(&sub);
            prop_assert_eq!(x.div_rem(m), 0);
            prop_assert_eq!(&x, &n);
            x.shl(bits);
            prop_assert!(x >= n);
            for _ in 0..bits {
                prop_assert_eq!(x.div_rem(2), 0);
            }
            prop_assert_eq!(x, n);
        }
    }

    #[test]
    fn ratios_of_long_numbers() {
        let mut a = nat(3 << 90);
        let mut b = nat(1 << 90);
        assert!((a.ratio(&b) - 3.0).abs() < 1e-15);
        a.shl(700);
        b.shl(705);
        assert!((a.ratio(&b) - 3.0 / 32.0).abs() < 1e-15);
        assert!(nat(0).ratio(&b).abs() < 1e-300);
    }

    #[test]
    fn gcd_of_zero() {
        assert_eq!(gcd(0, 7), 7);
        assert_eq!(gcd(12, 18), 6);
    }
}
