//! Decimal numbers in files, as exact integers.

/// Units in one: numbers are kept to six decimal places.
pub const RESOLUTION: i64 = 1_000_000;
const PLACES: i32 = 6;

/// A number read from a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// In units of 1/[`RESOLUTION`].
    pub units: i64,
    /// Whether more decimal places were written than are kept (rounded half away from zero).
    pub rounded: bool,
}

impl Decimal {
    /// Reads digits with an optional sign, decimal point or decimal comma, and exponent. `None` for anything else, `inf` and `nan` included,
    /// and for numbers beyond `i64` units.
    pub fn parse(text: &[u8]) -> Option<Self> {
        if let 1..=12 = text.len()
            && text.iter().all(u8::is_ascii_digit)
        {
            let whole = text.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0'));
            return Some(Self { units: whole * RESOLUTION, rounded: false });
        }
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|c| matches!(c, b'e' | b'E')) {
            Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let point = mantissa.iter().position(|c| matches!(c, b'.' | b',')).unwrap_or(mantissa.len());
        let fraction = mantissa.get(point + 1..).unwrap_or_default();
        let digits = || mantissa[..point].iter().chain(fraction);
        if digits().next().is_none() || !digits().all(u8::is_ascii_digit) {
            return None;
        }
        // How many of the digits stand before the last place that is kept.
        let keep = point as i64 + i64::from(exponent) + i64::from(PLACES);
        let mut units = 0i64;
        let mut rounded = false;
        let mut at = 0;
        for digit in digits().map(|d| i64::from(d - b'0')) {
            if at < keep {
                units = units.checked_mul(10)?.checked_add(digit)?;
            } else {
                if at == keep && digit >= 5 {
                    units = units.checked_add(1)?;
                }
                rounded |= digit != 0;
            }
            at += 1;
        }
        while at < keep && units != 0 {
            units = units.checked_mul(10)?;
            at += 1;
        }
        Some(Self { units: if negative { -units } else { units }, rounded })
    }
}

fn parse_exponent(text: &[u8]) -> Option<i32> {
    std::str::from_utf8(text).ok()?.parse::<i16>().ok().map(i32::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str) -> Option<i64> {
        Decimal::parse(text.as_bytes()).filter(|d| !d.rounded).map(|d| d.units)
    }

    #[test]
    fn numbers_as_they_are_written() {
        assert_eq!(units("1734355.54"), Some(1_734_355_540_000));
        assert_eq!(units("400000.0"), Some(400_000_000_000));
        assert_eq!(units("12,5"), Some(12_500_000));
        assert_eq!(units("-3"), Some(-3_000_000));
        assert_eq!(units("+.5"), Some(500_000));
        assert_eq!(units("5."), Some(5_000_000));
        assert_eq!(units("4e5"), Some(400_000_000_000));
        assert_eq!(units("1.5E+06"), Some(1_500_000_000_000));
        assert_eq!(units("25e-1"), Some(2_500_000));
        assert_eq!(units("0e300"), Some(0));
        assert_eq!(units("9223372036854.775807"), Some(i64::MAX));
        for bad in [
            "",
            "-",
            ".",
            "1 000",
            "1,000,000",
            "1.2.3",
            "nan",
            "inf",
            "0x10",
            "1e",
            "e5",
            "9223372036854.775808",
            "1e300",
            "1e99999",
            "٣",
        ] {
            assert_eq!(Decimal::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn what_is_rounded_says_so() {
        assert_eq!(Decimal::parse(b"33333.33333333"), Some(Decimal { units: 33_333_333_333, rounded: true }));
        assert_eq!(Decimal::parse(b"0.0000005"), Some(Decimal { units: 1, rounded: true }));
        assert_eq!(Decimal::parse(b"-0.0000005"), Some(Decimal { units: -1, rounded: true }));
        assert_eq!(Decimal::parse(b"5e-9"), Some(Decimal { units: 0, rounded: true }));
        assert_eq!(Decimal::parse(b"1.0000000000"), Some(Decimal { units: RESOLUTION, rounded: false }));
    }

    proptest! {
        #[test]
        fn whatever_is_kept_comes_back(n in any::<i64>().prop_filter("sign", |n| *n != i64::MIN)) {
            let text = format!("{}{}.{:06}", if n < 0 { "-" } else { "" }, n.unsigned_abs() / 1_000_000, n.unsigned_abs() % 1_000_000);
            prop_assert_eq!(units(&text), Some(n));
        }

        #[test]
        fn any_bytes(text in proptest::collection::vec(any::<u8>(), 0..12)) {
            Decimal::parse(&text);
        }
    }
}
