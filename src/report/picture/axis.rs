//! Axes whose ticks are round numbers: 1, 2 or 5 times a power of ten.

use super::number;

/// Beyond this a number is not drawn to scale.
const MOST: f64 = 1e290;

/// From values to the unit interval, with the ticks on the way.
#[derive(Debug)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    logarithmic: bool,
    ticks: Vec<(f64, String)>,
    /// "", "million ", ...: what the labels of the ticks are counted in.
    pub(super) word: &'static str,
}

impl Axis {
    /// Holds `from..=to` with about `target` ticks.
    pub(super) fn linear(from: f64, to: f64, target: u32) -> Axis {
        let (from, to) = (bounded(from.min(to)), bounded(from.max(to)));
        let least = (from.abs().max(to.abs()) * 1e-9).max(1e-290);
        let (from, to) = if to - from >= least {
            (from, to)
        } else if from == 0.0 {
            (0.0, 1.0)
        } else {
            (from - from.abs() / 2.0, to + to.abs() / 2.0)
        };
        // The exponent of the decimal notation is exact on every platform, as a logarithm is not.
        let rough = format!("{:e}", (to - from) / f64::from(target));
        let (mantissa, exponent) = rough.split_once('e').unwrap_or((&rough, "0"));
        let mantissa: f64 = mantissa.parse().unwrap_or(1.0);
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let (times, exponent) = match mantissa {
            m if m <= 1.0 => (1, exponent),
            m if m <= 2.0 => (2, exponent),
            m if m <= 5.0 => (5, exponent),
            _ => (1, exponent + 1),
        };
        let step = power(times, exponent);
        let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
        let marks: Vec<(i64, i32)> = (first..=last).map(|n| (n * times, exponent)).collect();
        Axis::labelled(from, to, false, &marks)
    }

    /// Holds `from..=to`, both above 0, one tick for each 1, 2 and 5, or fewer where that is many.
    pub(super) fn logarithmic(from: f64, to: f64) -> Axis {
        let (from, to) = (from.clamp(1e-290, MOST), to.clamp(1e-290, MOST));
        let (from, to) = if to > from * 1.01 { (from, to) } else { (from / 2.0, to * 2.0) };
        let exponent =
            |x: f64| format!("{x:e}").split_once('e').and_then(|(_, e)| e.parse::<i32>().ok()).unwrap_or(0);
        let (low, high) = (exponent(from), exponent(to));
        let (times, every): (&[i64], usize) = match high - low {
            ..=3 => (&[1, 2, 5], 1),
            4..=8 => (&[1], 1),
            many => (&[1], many as usize / 6),
        };
        let marks: Vec<(i64, i32)> = (low..=high)
            .step_by(every)
            .flat_map(|exponent| times.iter().map(move |&n| (n, exponent)))
            .filter(|&(n, exponent)| (from..=to).contains(&power(n, exponent)))
            .collect();
        Axis::labelled(from, to, true, &marks)
    }

    fn labelled(from: f64, to: f64, logarithmic: bool, marks: &[(i64, i32)]) -> Axis {
        let greatest = marks.iter().map(|&(n, exponent)| power(n, exponent).abs()).fold(0.0, f64::max);
        let (word, size) = match greatest {
            x if x >= 1e15 => ("", 0),
            x if x >= 1e12 => ("trillion ", 12),
            x if x >= 1e9 => ("billion ", 9),
            x if x >= 1e6 => ("million ", 6),
            _ => ("", 0),
        };
        let label = |&(n, exponent): &(i64, i32)| (power(n, exponent), number::decimal(n, exponent - size));
        Axis { from, to, logarithmic, ticks: marks.iter().map(label).collect(), word }
    }

    /// 0 at the least value, 1 at the greatest; not cut off beyond them.
    pub(super) fn share(&self, x: f64) -> f64 {
        let x = bounded(x);
        if self.logarithmic {
            let place = |x: f64| libm::log(x.max(1e-290));
            (place(x) - place(self.from)) / (place(self.to) - place(self.from))
        } else {
            (x - self.from) / (self.to - self.from)
        }
    }

    pub(super) fn is_logarithmic(&self) -> bool {
        self.logarithmic
    }

    /// Value and label of each tick, from the least on.
    pub(super) fn ticks(&self) -> &[(f64, String)] {
        &self.ticks
    }
}

fn bounded(x: f64) -> f64 {
    if x.is_finite() { x.clamp(-MOST, MOST) } else { 0.0 }
}

/// `times · 10^exponent`, rounded once.
fn power(times: i64, exponent: i32) -> f64 {
    format!("{times}e{exponent}").parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(axis: &Axis) -> String {
        axis.ticks().iter().map(|(_, label)| label.replace('\u{202f}', "_")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(&Axis::linear(0.0, 97.0, 6)), "0 20 40 60 80");
        assert_eq!(labels(&Axis::linear(-3.1, 7.2, 6)), "−2 0 2 4 6");
        assert_eq!(labels(&Axis::linear(0.0, 250_000.0, 6)), "0 50_000 100_000 150_000 200_000 250_000");
        assert_eq!(labels(&Axis::linear(0.0, 0.35, 6)), "0 0.1 0.2 0.3");
        let millions = Axis::linear(0.0, 2.4e6, 6);
        assert_eq!((labels(&millions).as_str(), millions.word), ("0 0.5 1 1.5 2", "million "));
        assert_eq!(labels(&Axis::linear(5.0, 5.0, 6)), "3 4 5 6 7");
        assert_eq!(labels(&Axis::linear(0.0, 0.0, 6)), "0 0.2 0.4 0.6 0.8 1");
        assert_eq!(labels(&Axis::logarithmic(15_000.0, 600_000.0)), "20_000 50_000 100_000 200_000 500_000");
        assert_eq!(labels(&Axis::logarithmic(1.0, 1e5)), "1 10 100 1_000 10_000 100_000");
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_values_with_few_ticks(a in any::<f64>(), b in any::<f64>(), target in 3u32..9) {
            let axis = Axis::linear(a, b, target);
            prop_assert!(axis.ticks().len() <= target as usize + 1);
            prop_assert!(axis.ticks().is_sorted_by(|a, b| a.0 < b.0));
            for &(at, _) in axis.ticks() {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&axis.share(at)));
            }
            for x in [a, b].map(bounded) {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&axis.share(x)));
            }
            let axis = Axis::logarithmic(a.abs(), b.abs());
            prop_assert!(axis.ticks().len() <= 12);
            for &(at, _) in axis.ticks() {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&axis.share(at)));
            }
        }
    }
}
