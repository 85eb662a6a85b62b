//! Distributions of estimates, by their quantile functions: one uniform number gives one value.

use super::linear::Known;
use crate::programme::Spread;

/// The first so many bits of a probability say the cell.
const CELL_BITS: u32 = 8;

/// Cells of equal probability in the table of a beta-PERT distribution.
const CELLS: usize = 1 << CELL_BITS;
const LAST: usize = CELLS - 1;

/// Probabilities in a cell.
const WHOLE: f64 = (1u64 << (32 - CELL_BITS)) as f64;

/// Steps in which its density is integrated.
const STEPS: usize = 2048;

/// Modes, from the low end to the middle of the span, between which tables are interpolated.
const MODES: usize = 32;

/// The quantile function of one estimate, at a probability of 32 bits: `bits` stands for (bits + ½)/2³².
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Beta-PERT.
    Pert(Pert),
    /// Low end, span, where in the span the mode is.
    Triangular { low: f64, span: f64, mode: f64 },
    /// Pairs of probability and value; linear between them.
    Knots([[f64; 2]; 6]),
}

/// A beta-PERT distribution, by the tables of the two modes next to its own. Where the mode is above the middle both the probability and the span are turned round.
#[derive(Debug, Clone)]
pub(super) struct Pert {
    low: f64,
    span: f64,
    /// All ones where it is turned round.
    turn: u32,
    /// The mode of the first of the two tables, and how far it is from there to the second.
    mode: usize,
    part: f64,
    /// In the first and the last cell the distance from the end is this power of the probability.
    powers: [f64; 2],
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
    /// Beta-PERT is read from tables of 256 cells of equal probability, linear inside all but the first and the last: no probability is off by more than
    /// 0.0005, where 10,000 draws leave 0.01. Percentiles are met exactly: the function is linear between them,
    /// the tails are as long as the inner half on average (less where the scale ends), and as much lies on the median as makes the mean that of
    /// the rule: nothing under Swanson's, 36 % under Pearson and Tukey's.
    pub(super) fn shape(&self, range: [f64; 2]) -> Shape {
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
            (_, None) => Shape::Pert(Pert::new(self.low, self.high, (self.likely - self.low) / span)),
        }
    }
}

impl Pert {
    fn new(low: f64, high: f64, mode: f64) -> Self {
        let turned = mode > 0.5;
        let (low, span, mode) = if turned { (high, low - high, 1.0 - mode) } else { (low, high - low, mode) };
        let place = mode * (2 * MODES) as f64;
        let first = (place as usize).min(MODES - 1);
        let powers = [1.0 / (1.0 + 4.0 * mode), 1.0 / (1.0 + 4.0 * (1.0 - mode))];
        Pert { low, span, turn: if turned { !0 } else { 0 }, mode: first, part: place - first as f64, powers }
    }

    /// The value in the cells of its tables.
    #[inline]
    fn value(&self, cells: &[Cell; CELLS], bits: u32) -> f64 {
        let bits = bits ^ self.turn;
        let (cell, within) = ((bits >> (32 - CELL_BITS)) as usize, f64::from(bits & (u32::MAX >> CELL_BITS)));
        let share = if matches!(cell, 0 | LAST) {
            self.end(cells, cell, within)
        } else {
            cells[cell].at(within, self.part)
        };
        self.low + self.span * share
    }

    #[cold]
    fn end(&self, cells: &[Cell; CELLS], cell: usize, within: f64) -> f64 {
        let [first, last] = self.powers;
        if cell == 0 {
            cells[1].at(0.0, self.part) * libm::pow((within + 0.5) / WHOLE, first)
        } else {
            1.0 - (1.0 - cells[LAST].at(0.0, self.part)) * libm::pow((WHOLE - within - 0.5) / WHOLE, last)
        }
    }
}

impl Shape {
    /// The values at the two halves of each word, the lower half first.
    pub(super) fn fill(&self, tables: &Tables, words: impl Iterator<Item = u64>, values: &mut [f64]) {
        match self {
            Shape::Pert(pert) => {
                let cells = tables.cells(pert.mode);
                halves(words, values, |bits| pert.value(cells, bits));
            }
            shape => halves(words, values, |bits| shape.quantile(tables, bits)),
        }
    }

    /// The value at a probability.
    pub(super) fn quantile(&self, tables: &Tables, bits: u32) -> f64 {
        let u = (f64::from(bits) + 0.5) / (WHOLE * CELLS as f64);
        match self {
            Shape::Pert(pert) => pert.value(tables.cells(pert.mode), bits),
            Shape::Triangular { low, span, mode } => {
                let x = if u < *mode { (u * mode).sqrt() } else { 1.0 - ((1.0 - u) * (1.0 - mode)).sqrt() };
                low + span * x
            }
            Shape::Knots(knots) => {
                let k = (1..5).find(|&k| u < knots[k][0]).unwrap_or(5);
                let [[p, x], [q, y]] = [knots[k - 1], knots[k]];
                x + (u - p) / (q - p) * (y - x)
            }
        }
    }

    pub(super) fn is_pert(&self) -> bool {
        matches!(self, Shape::Pert(_))
    }
}

#[inline]
fn halves(words: impl Iterator<Item = u64>, values: &mut [f64], value: impl Fn(u32) -> f64) {
    for (pair, word) in values.chunks_mut(2).zip(words) {
        pair[0] = value(word as u32);
        if let [_, second] = pair {
            *second = value((word >> 32) as u32);
        }
    }
}

/// Quantiles of beta-PERT from 0 to 1 for modes at 0, 1/64, … ½; in between they are interpolated, which keeps means as they are.
#[derive(Debug, Default)]
pub(super) struct Tables(Vec<[Cell; CELLS]>);

/// A cell of two neighbouring tables.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The quantile where the cell begins, and what it rises by in each of 2²⁴ steps.
    start: f64,
    rise: f64,
    /// What the table of the next mode has more.
    start_to_next: f64,
    rise_to_next: f64,
}

impl Cell {
    #[inline]
    fn at(&self, within: f64, part: f64) -> f64 {
        self.start + self.rise * within + part * (self.start_to_next + self.rise_to_next * within)
    }
}

impl Tables {
    /// Of all modes.
    ///
    /// # Complexity
    ///
    /// 33 tables of 2,048 steps: one or two milliseconds.
    pub(super) fn new() -> Self {
        let logarithms: Vec<f64> =
            (0..=2 * STEPS).map(|k| libm::log(k as f64 / (2 * STEPS) as f64)).collect();
        let tables: Vec<_> =
            (0..=MODES).map(|mode| quantiles(mode as f64 / (2 * MODES) as f64, &logarithms)).collect();
        let cells = |pair: &[Vec<f64>]| {
            let mut cells = [Cell::default(); CELLS];
            for (k, cell) in cells.iter_mut().enumerate() {
                let [(start, rise), (next, next_rise)] =
                    [0, 1].map(|t| (pair[t][k], (pair[t][k + 1] - pair[t][k]) / WHOLE));
                *cell = Cell { start, rise, start_to_next: next - start, rise_to_next: next_rise - rise };
            }
            cells
        };
        Tables(tables.windows(2).map(cells).collect())
    }

    fn cells(&self, mode: usize) -> &[Cell; CELLS] {
        &self.0[mode]
    }
}

/// Quantiles at `CELLS` + 1 equally spaced probabilities of beta-PERT from 0 to 1: density x^(4·mode)·(1 − x)^(4·(1 − mode)).
fn quantiles(mode: f64, logarithms: &[f64]) -> Vec<f64> {
    let (a, b) = (4.0 * mode, 4.0 * (1.0 - mode));
    let density = |k: usize| {
        // 0·ln 0 is 0 here.
        let term = |power: f64, k: usize| if power == 0.0 { 0.0 } else { power * logarithms[k] };
        libm::exp(term(a, k) + term(b, 2 * STEPS - k))
    };
    // By Simpson's rule.
    let mut below = vec![0.0; STEPS + 1];
    let mut left = density(0);
    for step in 0..STEPS {
        let right = density(2 * step + 2);
        below[step + 1] = below[step] + left + 4.0 * density(2 * step + 1) + right;
        left = right;
    }
    let whole = below[STEPS];
    let mut step = 0;
    let quantile = |k: usize| {
        let goal = whole * k as f64 / CELLS as f64;
        while step + 1 < STEPS && below[step + 1] < goal {
            step += 1;
        }
        let within = (goal - below[step]) / (below[step + 1] - below[step]);
        (step as f64 + within) / STEPS as f64
    };
    let mut values: Vec<f64> = (0..=CELLS).map(quantile).collect();
    (values[0], values[CELLS]) = (0.0, 1.0);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(spread: Spread, low: f64, likely: f64, high: f64) -> Known {
        Known { low, likely, high, spread }
    }

    /// Mean and variance by the middle of a million cells of equal probability.
    fn moments(shape: &Shape, tables: &Tables) -> (f64, f64) {
        let n = 1 << 20;
        let (mut sum, mut square) = (0.0, 0.0);
        for k in 0..n {
            let x = shape.quantile(tables, ((k as u32) << 12) + (1 << 11));
            sum += x;
            square += x * x;
        }
        let mean = sum / f64::from(n);
        (mean, square / f64::from(n) - mean * mean)
    }

    #[test]
    fn means_and_variances_are_those_of_the_formulas() {
        let tables = Tables::new();
        for (low, likely, high) in
            [(0.0, 0.0, 1.0), (2.0, 5.0, 14.0), (-3.0, 1.0, 1.0), (0.0, 0.02, 1.0), (4.0, 6.0, 8.0)]
        {
            let span: f64 = high - low;
            let of = |spread| moments(&known(spread, low, likely, high).shape([-100.0, 100.0]), &tables);
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

    /// The probability nearest to `u` that 32 bits can say.
    fn bits(u: f64) -> u32 {
        (u * (WHOLE * CELLS as f64)) as u32
    }

    #[test]
    fn percentiles_are_met_and_the_scale_is_not_left() {
        let tables = Tables::default();
        for (spread, p) in [(Spread::Swanson, 0.1), (Spread::PearsonTukey, 0.05)] {
            let known = known(spread, 2.0, 5.0, 9.0);
            let shape = known.shape([1.9, 10.0]);
            for (p, x) in [(p, 2.0), (0.5, 5.0), (1.0 - p, 9.0)] {
                assert!((shape.quantile(&tables, bits(p)) - x).abs() < 1e-8);
            }
            assert!(shape.quantile(&tables, 0) >= 1.9 && shape.quantile(&tables, u32::MAX) <= 10.0);
            assert_eq!(known.support([1.9, 10.0])[0], 1.9);
        }
    }

    /// Beta(1, 5) has the distribution function 1 − (1 − x)⁵, and Beta(3, 3) is 10x³ − 15x⁴ + 6x⁵.
    #[test]
    fn the_table_follows_known_distribution_functions() {
        let tables = Tables::new();
        for (likely, function) in [
            (0.0, (|x: f64| 1.0 - (1.0 - x).powi(5)) as fn(f64) -> f64),
            (0.5, |x| 10.0 * x.powi(3) - 15.0 * x.powi(4) + 6.0 * x.powi(5)),
            (1.0, |x| x.powi(5)),
        ] {
            let shape = known(Spread::Pert, 0.0, likely, 1.0).shape([0.0, 1.0]);
            for k in 0..=CELLS {
                let bits = bits(k as f64 / CELLS as f64);
                let u = (f64::from(bits) + 0.5) / (WHOLE * CELLS as f64);
                assert!((function(shape.quantile(&tables, bits)) - u).abs() < 2e-5, "{likely} {u}");
            }
        }
    }

    /// Between the tables' modes and inside their cells, beside the density integrated in fine steps; and rising.
    #[test]
    fn what_lies_between_tables_follows_its_density() {
        let tables = Tables::new();
        for mode in [0.004, 0.0078, 0.1, 0.235, 0.3333, 0.492, 0.55, 0.77, 0.995] {
            let shape = known(Spread::Pert, 0.0, mode, 1.0).shape([0.0, 1.0]);
            let steps = 200_000;
            let density = |x: f64| libm::pow(x, 4.0 * mode) * libm::pow(1.0 - x, 4.0 * (1.0 - mode));
            let middles = (0..steps).map(|k| density((f64::from(k) + 0.5) / f64::from(steps)));
            let below: Vec<f64> = [0.0]
                .into_iter()
                .chain(middles.scan(0.0, |sum, x| {
                    *sum += x;
                    Some(*sum)
                }))
                .collect();
            let mut before = 0.0;
            for k in 0..4096u32 {
                let bits = (k << 20) + (1 << 19);
                let x = shape.quantile(&tables, bits);
                assert!(x > before && x < 1.0);
                before = x;
                let (at, u) = (x * f64::from(steps), (f64::from(bits) + 0.5) / (WHOLE * CELLS as f64));
                let (left, part) = (below[at as usize], at.fract());
                let found = (left + part * (below[at as usize + 1] - left)) / below[steps as usize];
                assert!((found - u).abs() < 5e-4, "{mode} {u} {found}");
            }
        }
    }
}
