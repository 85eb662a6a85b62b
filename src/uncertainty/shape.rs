//! Distributions of estimates, by their quantile functions: one uniform number gives one value.

use super::linear::Known;
use crate::programme::Spread;

/// Cells of equal probability in the table of a beta-PERT distribution.
const CELLS: usize = 256;

/// Cells in which its density is integrated.
const STEPS: usize = 512;

/// The quantile function of one estimate.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Low end, span, where in the span the mode is.
    Triangular { low: f64, span: f64, mode: f64 },
    /// Values at equally spaced probabilities; linear between them, but in the first and the last cell the powers of the distance from the end that
    /// the distribution has there.
    Table(Box<[f64]>, [f64; 2]),
    /// Pairs of probability and value; linear between them.
    Knots([[f64; 2]; 6]),
}

impl Known {
    /// For percentile rules: how much lies beyond each percentile, half of what lies on the median itself, and how far the tails reach.
    fn tails(&self, range: [f64; 2]) -> Option<(f64, f64, f64)> {
        let (beyond, centre) = match self.spread {
            Spread::Swanson => (0.1, 0.0),
            Spread::PearsonTukey => (0.05, 0.18),
            Spread::Pert | Spread::Triangular => return None,
        };
        let tail = (self.high - self.low) / 2.0 * beyond / (0.5 - beyond);
        Some((beyond, centre, tail.min(self.low - range[0]).min(range[1] - self.high).max(0.0)))
    }

    /// The least and the greatest value.
    pub(super) fn support(&self, range: [f64; 2]) -> [f64; 2] {
        let tail = self.tails(range).map_or(0.0, |(_, _, tail)| tail);
        [self.low - tail, self.high + tail]
    }

    /// The quantile function.
    ///
    /// Beta-PERT is a table of 256 cells of equal probability, linear inside all but the first and the last. Percentiles are met exactly: the function is linear between them,
    /// the tails are as long as the inner half on average (less where the scale ends), and as much lies on the median as makes the mean that of
    /// the rule: nothing under Swanson's, 36 % under Pearson and Tukey's.
    pub(super) fn shape(&self, range: [f64; 2], logarithms: &Logarithms) -> Shape {
        let span = self.high - self.low;
        match (self.spread, self.tails(range)) {
            (_, Some((beyond, centre, tail))) => Shape::Knots([
                [0.0, self.low - tail],
                [beyond, self.low],
                [0.5 - centre, self.likely],
                [0.5 + centre, self.likely],
                [1.0 - beyond, self.high],
                [1.0, self.high + tail],
            ]),
            (Spread::Triangular, None) => {
                Shape::Triangular { low: self.low, span, mode: (self.likely - self.low) / span }
            }
            (_, None) => {
                let mode = (self.likely - self.low) / span;
                let powers = [1.0 / (1.0 + 4.0 * mode), 1.0 / (1.0 + 4.0 * (1.0 - mode))];
                Shape::Table(pert(self.low, span, mode, logarithms), powers)
            }
        }
    }
}

impl Shape {
    /// The value at a probability above 0 and below 1.
    pub(super) fn quantile(&self, u: f64) -> f64 {
        match self {
            Shape::Triangular { low, span, mode } => {
                let x = if u < *mode { (u * mode).sqrt() } else { 1.0 - ((1.0 - u) * (1.0 - mode)).sqrt() };
                low + span * x
            }
            Shape::Table(values, powers) => {
                let place = u * CELLS as f64;
                let cell = (place as usize).min(CELLS - 1);
                if cell == 0 {
                    return values[0] + (values[1] - values[0]) * libm::pow(place, powers[0]);
                }
                if cell == CELLS - 1 {
                    let left = libm::pow(CELLS as f64 - place, powers[1]);
                    return values[CELLS] - (values[CELLS] - values[CELLS - 1]) * left;
                }
                values[cell] + (place - cell as f64) * (values[cell + 1] - values[cell])
            }
            Shape::Knots(knots) => {
                let k = (1..5).find(|&k| u < knots[k][0]).unwrap_or(5);
                let [[p, x], [q, y]] = [knots[k - 1], knots[k]];
                x + (u - p) / (q - p) * (y - x)
            }
        }
    }
}

/// ln x and ln(1 − x) where a density is taken: at the ends and middles of the cells.
#[derive(Debug)]
pub(super) struct Logarithms(Vec<f64>);

impl Logarithms {
    pub(super) fn new() -> Self {
        Logarithms((0..=2 * STEPS).map(|k| libm::log(k as f64 / (2 * STEPS) as f64)).collect())
    }
}

/// Quantiles of beta-PERT on `low..low + span` with the mode at `mode` of the span: density x^(4·mode)·(1 − x)^(4·(1 − mode)).
fn pert(low: f64, span: f64, mode: f64, Logarithms(logarithms): &Logarithms) -> Box<[f64]> {
    let (a, b) = (4.0 * mode, 4.0 * (1.0 - mode));
    let density = |k: usize| {
        // 0·ln 0 is 0 here.
        let term = |power: f64, k: usize| if power == 0.0 { 0.0 } else { power * logarithms[k] };
        libm::exp(term(a, k) + term(b, 2 * STEPS - k))
    };
    // By Simpson's rule.
    let mut below = vec![0.0; STEPS + 1];
    let mut left = density(0);
    for cell in 0..STEPS {
        let right = density(2 * cell + 2);
        below[cell + 1] = below[cell] + left + 4.0 * density(2 * cell + 1) + right;
        left = right;
    }
    let whole = below[STEPS];
    let mut cell = 0;
    let quantile = |k: usize| {
        let goal = whole * k as f64 / CELLS as f64;
        while cell + 1 < STEPS && below[cell + 1] < goal {
            cell += 1;
        }
        let within = (goal - below[cell]) / (below[cell + 1] - below[cell]);
        low + span * ((cell as f64 + within) / STEPS as f64)
    };
    let mut values: Vec<f64> = (0..=CELLS).map(quantile).collect();
    (values[0], values[CELLS]) = (low, low + span);
    values.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(spread: Spread, low: f64, likely: f64, high: f64) -> Known {
        Known { low, likely, high, spread }
    }

    /// Mean and variance by the middle of a million cells of equal probability.
    fn moments(shape: &Shape) -> (f64, f64) {
        let n = 1_000_000;
        let (mut sum, mut square) = (0.0, 0.0);
        for k in 0..n {
            let x = shape.quantile((f64::from(k) + 0.5) / f64::from(n));
            sum += x;
            square += x * x;
        }
        let mean = sum / f64::from(n);
        (mean, square / f64::from(n) - mean * mean)
    }

    #[test]
    fn means_and_variances_are_those_of_the_formulas() {
        let logarithms = Logarithms::new();
        for (low, likely, high) in
            [(0.0, 0.0, 1.0), (2.0, 5.0, 14.0), (-3.0, 1.0, 1.0), (0.0, 0.02, 1.0), (4.0, 6.0, 8.0)]
        {
            let span: f64 = high - low;
            let of = |spread| moments(&known(spread, low, likely, high).shape([-100.0, 100.0], &logarithms));
            let (mean, variance) = of(Spread::Triangular);
            assert!((mean - (low + likely + high) / 3.0).abs() < 1e-5 * span);
            let squares =
                low * low + likely * likely + high * high - low * likely - low * high - likely * high;
            assert!((variance - squares / 18.0).abs() < 1e-5 * span * span);
            let (mean, variance) = of(Spread::Pert);
            let expected = (low + 4.0 * likely + high) / 6.0;
            assert!((mean - expected).abs() < 2e-4 * span, "{mean} {expected}");
            assert!((variance - (expected - low) * (high - expected) / 7.0).abs() < 2e-4 * span * span);
            for (spread, [outer, inner]) in
                [(Spread::Swanson, [0.3, 0.4]), (Spread::PearsonTukey, [0.185, 0.63])]
            {
                let (mean, _) = of(spread);
                assert!((mean - (outer * low + inner * likely + outer * high)).abs() < 1e-5 * span);
            }
        }
    }

    #[test]
    fn percentiles_are_met_and_the_scale_is_not_left() {
        let logarithms = Logarithms::new();
        for (spread, p) in [(Spread::Swanson, 0.1), (Spread::PearsonTukey, 0.05)] {
            let known = known(spread, 2.0, 5.0, 9.0);
            let shape = known.shape([1.9, 10.0], &logarithms);
            for (p, x) in [(p, 2.0), (0.5, 5.0), (1.0 - p, 9.0)] {
                assert!((shape.quantile(p) - x).abs() < 1e-12);
            }
            assert!(shape.quantile(1e-9) >= 1.9 && shape.quantile(1.0 - 1e-9) <= 10.0);
            assert_eq!(known.support([1.9, 10.0])[0], 1.9);
        }
    }

    /// Beta(1, 5) has the distribution function 1 − (1 − x)⁵, and Beta(3, 3) is 10x³ − 15x⁴ + 6x⁵.
    #[test]
    fn the_table_follows_known_distribution_functions() {
        let logarithms = Logarithms::new();
        for (likely, function) in [
            (0.0, (|x: f64| 1.0 - (1.0 - x).powi(5)) as fn(f64) -> f64),
            (0.5, |x| 10.0 * x.powi(3) - 15.0 * x.powi(4) + 6.0 * x.powi(5)),
            (1.0, |x| x.powi(5)),
        ] {
            let shape = known(Spread::Pert, 0.0, likely, 1.0).shape([0.0, 1.0], &logarithms);
            for k in 0..=CELLS {
                let u = (k as f64 / CELLS as f64).clamp(1e-12, 1.0 - 1e-12);
                assert!((function(shape.quantile(u)) - u).abs() < 2e-5, "{likely} {u}");
            }
        }
    }
}
