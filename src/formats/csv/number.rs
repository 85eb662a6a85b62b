//! Numbers as people write them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Fault;
use super::table::excerpt;

/// Which sign stands before the decimals. Until it is declared, a number that reads in two ways is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecimalMark {
    /// `1,234.5`
    #[serde(rename = ".")]
    Point,
    /// `1.234,5`
    #[serde(rename = ",")]
    Comma,
}

impl DecimalMark {
    fn sign(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }
}

/// Reads a number with its unit, and gives it in the unit that the field has.
///
/// Thousands may be set apart in groups of three by the other of point and comma, by any blank, or by an apostrophe.
pub(super) fn read(
    text: &str,
    mark: Option<DecimalMark>,
    units: &BTreeMap<String, f64>,
) -> Result<f64, Fault> {
    let not_a_number = || Fault::NotANumber { found: excerpt(text), decimal: mark };
    let first = text.find(|c: char| c.is_ascii_digit()).ok_or_else(not_a_number)?;
    // A point or comma may come before the first digit, and a sign before or after a unit.
    let start = first - usize::from(text[..first].ends_with(['.', ',']));
    let (mut before, mut negative) = (text[..start].trim(), false);
    for sign in ['-', '−', '+'] {
        if let Some(rest) = before.strip_prefix(sign).or_else(|| before.strip_suffix(sign)) {
            (before, negative) = (rest.trim(), sign != '+');
            break;
        }
    }
    let (body, after) = split(&text[start..]);
    let decimal = Decimal::parse(body, mark).map_err(|problem| match problem {
        Unread::NotANumber => not_a_number(),
        Unread::Ambiguous { point, comma } => {
            Fault::AmbiguousNumber { found: excerpt(text), readings: [point, comma] }
        }
    })?;
    let unit = |name: &str| {
        units.get(name).copied().ok_or_else(|| Fault::Unit {
            found: excerpt(text),
            unit: excerpt(name),
            known: units.keys().filter(|unit| !unit.is_empty()).cloned().collect(),
        })
    };
    let number = match (before, after.trim()) {
        ("", "") if units.is_empty() => decimal.value(),
        ("", name) | (name, "") => decimal.times(unit(name)?),
        (before, after) => decimal.times(unit(before)? * unit(after)?),
    };
    let number = if negative { -number } else { number };
    if number.is_finite() { Ok(number) } else { Err(not_a_number()) }
}

/// The number, and what comes after it.
fn split(text: &str) -> (&str, &str) {
    let digit = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
    let mut end = 0;
    let mut exponent = false;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if at < end {
            continue;
        }
        end = match c {
            '0'..='9' | '.' | ',' => next,
            c if is_group_mark(c) && !exponent && digit(next) => next,
            'e' | 'E' if at > 0 && !exponent => {
                let sign = usize::from(text[next..].starts_with(['+', '-']));
                if !digit(next + sign) {
                    break;
                }
                exponent = true;
                next + sign
            }
            _ => break,
        };
    }
    text.split_at(end)
}

/// Blanks of any width, and apostrophes.
fn is_group_mark(c: char) -> bool {
    (c.is_whitespace() && !c.is_control()) || matches!(c, '\'' | '’')
}

enum Unread {
    NotANumber,
    Ambiguous { point: String, comma: String },
}

/// Digits with a power of ten.
struct Decimal {
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str, mark: Option<DecimalMark>) -> Result<Self, Unread> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i16>().map_err(|_| Unread::NotANumber)?),
            None => (text, 0),
        };
        let point = match mark {
            Some(mark) => mark.sign(),
            None => decimal_sign(mantissa, exponent != 0)?,
        };
        let (whole, decimals) = mantissa.split_once(point).unwrap_or((mantissa, ""));
        let mut digits = ungrouped(whole).ok_or(Unread::NotANumber)?;
        if !decimals.chars().all(|c| c.is_ascii_digit()) || (digits.is_empty() && decimals.is_empty()) {
            return Err(Unread::NotANumber);
        }
        digits.push_str(decimals);
        Ok(Decimal { digits, exponent: i64::from(exponent) - decimals.len() as i64 })
    }

    fn value(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::NAN)
    }

    /// Times a factor, in decimals where they are few enough, so that 12.3 % is 0.123.
    fn times(&self, factor: f64) -> f64 {
        let text = format!("{factor:e}");
        let exact = || {
            let (mantissa, exponent) = text.split_once('e')?;
            let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let factor: i128 = format!("{whole}{decimals}").parse().ok()?;
            let digits = self.digits.parse::<i128>().ok()?.checked_mul(factor)?;
            let exponent = self.exponent + exponent.parse::<i64>().ok()? - decimals.len() as i64;
            format!("{digits}e{exponent}").parse().ok()
        };
        exact().unwrap_or_else(|| self.value() * factor)
    }
}

/// The digits of a whole number whose thousands may be set apart, all by the same sign.
fn ungrouped(text: &str) -> Option<String> {
    let Some(sign) = text.chars().find(|c| !c.is_ascii_digit()) else { return Some(text.to_owned()) };
    if !is_group_mark(sign) && sign != '.' && sign != ',' {
        return None;
    }
    let mut groups = text.split(sign);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    let plain = digits.chars().all(|c| c.is_ascii_digit());
    (plain && (1..=3).contains(&first.len())).then_some(digits)
}

/// Which of point and comma stands before the decimals, where the number itself says so.
fn decimal_sign(text: &str, scientific: bool) -> Result<char, Unread> {
    let signs: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let other = |c| if c == '.' { ',' } else { '.' };
    match signs[..] {
        [] => Ok('.'),
        [(at, sign)] => {
            let (whole, decimals) = (&text[..at], &text[at + 1..]);
            let grouped = decimals.len() == 3
                && (1..=3).contains(&whole.len())
                && !whole.starts_with('0')
                && whole.chars().all(|c| c.is_ascii_digit())
                && !scientific;
            if !grouped {
                return Ok(sign);
            }
            let (thousands, decimal) = (format!("{whole}{decimals}"), format!("{whole}.{decimals}"));
            let (point, comma) = if sign == '.' { (decimal, thousands) } else { (thousands, decimal) };
            Err(Unread::Ambiguous { point, comma })
        }
        [.., (_, before), (_, last)] if before != last => Ok(last),
        // Twice the same sign: thousands.
        [.., (_, last)] => Ok(other(last)),
    }
}

/// A number that [`read`] reads back as the same where no mark is declared.
pub(super) fn write(number: f64) -> String {
    write_unlike(number, |_| false)
}

/// As [`write`](self::write), with as many zeros at the end as it takes to be unlike other texts.
pub(super) fn write_unlike(number: f64, taken: impl Fn(&str) -> bool) -> String {
    let mut text = number.to_string();
    while taken(&text) || decimal_sign(text.trim_start_matches('-'), false).is_err() {
        text.push_str(if text.contains('.') { "0" } else { ".0" });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str, mark: Option<DecimalMark>) -> Option<f64> {
        read(text, mark, &BTreeMap::new()).ok()
    }

    #[test]
    fn what_reads_in_one_way_needs_no_declaration() {
        for (text, value) in [
            ("0", 0.0),
            ("-5", -5.0),
            ("+5", 5.0),
            ("−5", -5.0),
            ("1234", 1234.0),
            ("12,5", 12.5),
            ("12.50", 12.5),
            ("0,125", 0.125),
            ("0.125", 0.125),
            ("1234.567", 1234.567),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1,234,567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("1 234", 1234.0),
            ("1\u{202f}234,5", 1234.5),
            ("1'234.50", 1234.5),
            ("1’234", 1234.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1.2E+05", 120_000.0),
            ("5e-3", 0.005),
            ("1.234e3", 1234.0),
            ("1,234,567.891", 1_234_567.891),
            ("1.2345", 1.2345),
        ] {
            assert_eq!(number(text, None), Some(value), "{text}");
        }
        for text in ["1,234", "1.234", "12,345", "-999.000"] {
            assert!(
                matches!(read(text, None, &BTreeMap::new()), Err(Fault::AmbiguousNumber { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn a_declaration_decides() {
        use DecimalMark::{Comma, Point};
        assert_eq!(number("1,234", Some(Point)), Some(1234.0));
        assert_eq!(number("1,234", Some(Comma)), Some(1.234));
        assert_eq!(number("1.234", Some(Point)), Some(1.234));
        assert_eq!(number("1.234", Some(Comma)), Some(1234.0));
        assert_eq!(number("1.234.567,8", Some(Comma)), Some(1_234_567.8));
        // Groups that are none are no thousands.
        for (text, mark) in
            [("1,2", Point), ("12,34,567", Point), ("1.5", Comma), ("1,234.5", Comma), ("1.2.3", Comma)]
        {
            assert_eq!(number(text, Some(mark)), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "",
            "x",
            "-",
            ".",
            ",",
            "1.2.3",
            "1,2,3",
            "1..2",
            "1,.2",
            "5-7",
            "1 2",
            "1 23",
            "12 34 567",
            "1 234,567.8",
            "nan",
            "inf",
            "1e999",
            "٣",
            "0x10",
            "1,234 567",
            "1'23",
            "--5",
            "1e",
            "(5)",
            "1 e5",
        ] {
            assert_eq!(number(text, None), None, "{text}");
        }
    }

    #[test]
    fn units_stand_before_or_after() {
        let units: BTreeMap<String, f64> =
            [("€", 1.0), ("k", 1000.0), ("pm", 20.0), ("%", 0.01)].map(|(u, x)| (u.to_owned(), x)).into();
        let read = |text: &str| read(text, None, &units);
        for (text, value) in [
            ("€ 1.200,50", 1200.5),
            ("1200€", 1200.0),
            ("€ 12k", 12_000.0),
            ("-€5", -5.0),
            ("€ -5", -5.0),
            ("3 pm", 60.0),
            ("3pm", 60.0),
            ("12.3 %", 0.123),
            ("80%", 0.8),
            ("0.1 pm", 2.0),
            ("1\u{a0}200\u{a0}€", 1200.0),
        ] {
            assert_eq!(read(text), Ok(value), "{text}");
        }
        for text in ["5", "5 kg", "$5", "€ 5 pm 2"] {
            assert!(matches!(read(text), Err(Fault::Unit { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_back(number in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO) {
            prop_assert_eq!(read(&write(number), None, &BTreeMap::new()), Ok(number));
        }

        #[test]
        fn short_decimals_too(n in -10_000_000i64..10_000_000, places in 0..6i32) {
            let number = n as f64 / 10f64.powi(places);
            prop_assert_eq!(read(&write(number), None, &BTreeMap::new()), Ok(number));
        }

        #[test]
        fn any_text(text in "[-+0-9.,' eE€%k]{0,9}") {
            for mark in [None, Some(DecimalMark::Point), Some(DecimalMark::Comma)] {
                let _ = read(&text, mark, &BTreeMap::new());
            }
        }
    }
}
