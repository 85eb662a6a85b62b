//! Numbers as text: one way for coordinates, one for people.

use maud::Render;

/// Stands between groups of three digits, and does not break a line.
const THIN: char = '\u{202f}';

/// A coordinate, to a tenth of a unit of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Px(pub(super) f64);

impl Render for Px {
    fn render_to(&self, out: &mut String) {
        // A number that is none of the picture's must not break the file.
        let tenths = if self.0.is_finite() { (self.0.clamp(-1e6, 1e6) * 10.0).round() as i64 } else { 0 };
        if tenths < 0 {
            out.push('-');
        }
        let mut buffer = [b'0'; 12];
        let mut at = buffer.len();
        let mut rest = tenths.unsigned_abs() / 10;
        while rest > 0 || at == buffer.len() {
            at -= 1;
            buffer[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out.extend(buffer[at..].iter().map(|&digit| char::from(digit)));
        let tenth = (tenths.unsigned_abs() % 10) as u8;
        if tenth > 0 {
            out.push('.');
            out.push(char::from(b'0' + tenth));
        }
    }
}

/// The data of a path: commands and coordinates.
#[derive(Debug, Default)]
pub(super) struct PathData(pub(super) String);

impl PathData {
    pub(super) fn to(&mut self, command: char, numbers: &[f64]) {
        self.0.push(command);
        for (i, &x) in numbers.iter().enumerate() {
            let before = self.0.len();
            Px(x).render_to(&mut self.0);
            // A sign parts two numbers as well as a space does.
            if i > 0 && !self.0[before..].starts_with('-') {
                self.0.insert(before, ' ');
            }
        }
    }
}

/// A count, with thin spaces.
pub(super) fn count(n: usize) -> String {
    group(&n.to_string())
}

/// `mantissa · 10^exponent`, exactly, with thin spaces.
pub(super) fn decimal(mantissa: i64, exponent: i32) -> String {
    let mut digits = mantissa.unsigned_abs().to_string();
    let mut exponent = exponent;
    while exponent < 0 && digits.len() > 1 && digits.ends_with('0') {
        digits.pop();
        exponent += 1;
    }
    let sign = if mantissa < 0 { "−" } else { "" };
    if mantissa == 0 {
        return "0".to_owned();
    }
    if !(-12..=15).contains(&exponent) {
        while digits.len() > 1 && digits.ends_with('0') {
            digits.pop();
            exponent += 1;
        }
        return format!("{sign}{digits}e{}", exponent.to_string().replace('-', "−"));
    }
    if exponent >= 0 {
        digits.extend(std::iter::repeat_n('0', exponent as usize));
        return format!("{sign}{}", group(&digits));
    }
    let places = exponent.unsigned_abs() as usize;
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    format!("{sign}{}.{part}", group(whole))
}

/// A quantity to three significant digits, with words for millions and more; whole below a million from a thousand on.
pub(super) fn quantity(x: f64) -> String {
    if !x.is_finite() {
        return "unknown".to_owned();
    }
    if x.abs() >= 1000.0 && x.abs() < 999_999.5 {
        return decimal(x.round() as i64, 0);
    }
    let (mantissa, exponent) = significant(x);
    for (word, size) in [(" trillion", 12), (" billion", 9), (" million", 6)] {
        if (size..size + 3).contains(&(exponent + 2)) {
            return decimal(mantissa, exponent - size) + word;
        }
    }
    decimal(mantissa, exponent)
}

/// A quantity with its unit.
pub(super) fn measured(x: f64, unit: &str) -> String {
    let number = quantity(x);
    if unit.is_empty() { number } else { format!("{number} {unit}") }
}

/// A share in percent: whole, and told apart from none and all.
pub(super) fn percent(x: f64) -> String {
    let whole = (x * 100.0).round();
    if x > 0.0 && whole < 1.0 {
        "<1".to_owned()
    } else if x < 1.0 && whole >= 100.0 {
        ">99".to_owned()
    } else {
        decimal(whole.clamp(-1e9, 1e9) as i64, 0)
    }
}

/// Three digits and the power of ten of the last.
fn significant(x: f64) -> (i64, i32) {
    let text = format!("{x:.2e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa: i64 = mantissa.replace('.', "").parse().unwrap_or(0);
    (mantissa, exponent.parse::<i32>().unwrap_or(0) - 2)
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn px(x: f64) -> String {
        Px(x).render().into_string()
    }

    #[test]
    fn coordinates_have_one_shape() {
        assert_eq!([0.0, -0.0, -0.04, 0.05, -12.34, 760.0].map(px), ["0", "0", "0", "0.1", "-12.3", "760"]);
        assert_eq!([f64::NAN, f64::INFINITY, -1e300].map(px), ["0", "0", "-1000000"]);
        let mut path = PathData::default();
        path.to('M', &[1.0, -2.0, 3.5]);
        assert_eq!(path.0, "M1-2 3.5");
    }

    #[test]
    fn quantities_read_well() {
        let shown = [
            0.0, -0.0, 0.012_345, 1.5, 12.0, 999.6, 1000.0, 25_000.4, 999_999.9, 1.5e6, 2.104e9, -3e12, 1e18,
            1e-300,
        ];
        assert_eq!(
            shown.map(quantity).join(" | ").replace(THIN, "_"),
            "0 | 0 | 0.0123 | 1.5 | 12 | 1_000 | 1_000 | 25_000 | 1 million | 1.5 million | 2.1 billion | −3 trillion | 1e18 | 1e−300"
        );
        assert_eq!(quantity(f64::NAN), "unknown");
        assert_eq!(measured(3.0, "points"), "3 points");
        assert_eq!([0.0, 0.001, 0.5, 0.999, 1.0, 1.2].map(percent), ["0", "<1", "50", ">99", "100", "120"]);
        assert_eq!(decimal(i64::MIN, 0).replace(THIN, ""), "−9223372036854775808");
    }
}
