//! Pairwise comparisons of the analytic hierarchy process.

use super::Weights;
use crate::score::input::{InputError, InputFault, InputProblem, Rule, collect, expect_length, expect_some};

/// The mean consistency index of random matrices by Saaty's table, at position n − 1 for a matrix of n rows.
///
/// Other tables are in use, with ratios up to a fifth greater for the same matrix.
///
/// # References
///
/// T. L. Saaty (1980), The Analytic Hierarchy Process.
pub const SAATY_RANDOM_INDEX: [f64; 15] =
    [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59];

/// From this consistency ratio on judgements should be looked at again.
const ACCEPTABLE_RATIO: f64 = 0.1;

/// How far a cell times its mirror image may be from 1: what is left of thirds and ninths in floating point.
const RECIPROCAL_TOLERANCE: f64 = 1e-9;

/// Most rows that a matrix may have: a sum of a row then rounds by far less than [`EIGENVALUE_TOLERANCE`].
const MOST_ROWS: usize = 1000;

/// How far apart, relatively, the two certified bounds of the eigenvalue may be when iteration ends.
const EIGENVALUE_TOLERANCE: f64 = 1e-12;

/// More steps than power iteration can need: equal weights start at most ln 81 away, and ln 81 · (80/82)¹²⁰⁰ < 10⁻¹².
const MOST_STEPS: usize = 1200;

/// A matrix of pairwise comparisons: how many times one thing is worth another. Valid from its making on.
///
/// Cell (i, j) says how many times i is worth j, on Saaty's scale from 1/9 to 9; the diagonal is 1, and (j, i) is the reciprocal of (i, j).
///
/// # Formula
///
/// - weights: the principal eigenvector ([`eigenvector_weights`](Self::eigenvector_weights)), or the means of normalised columns
///   ([`column_mean_weights`](Self::column_mean_weights)), which older papers print; both add up to 1, and agree if the matrix is consistent
/// - consistency index: `CI = (λ − n) / (n − 1)`
/// - consistency ratio: `CR = CI / RI`, with RI of [`SAATY_RANDOM_INDEX`]; above 0.1 the result carries a warning with the worst triad
///
/// # When not to use it
///
/// - For more than nine things: the number of comparisons and their contradictions grow. Group them, or use [`swing`](super::swing).
/// - Weights are shares of what is compared: adding a thing changes all, and can swap two others.
/// - "Three times as important" has no unit; a swing between two stated ends has.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::ComparisonMatrix;
///
/// // Trust is worth 2 of ease and 6 of speed; ease is worth 3 of speed.
/// let matrix = ComparisonMatrix::from_upper(3, &[2.0, 6.0, 3.0])?;
/// let ahp = matrix.eigenvector_weights();
/// assert!((ahp.weights.as_slice()[0] - 0.6).abs() < 1e-12);
/// assert!(ahp.consistency_ratio.unwrap() < 1e-12 && ahp.warning.is_none());
///
/// // Ease is worth a third of speed after all: the three answers contradict each other.
/// let warning = ComparisonMatrix::from_upper(3, &[2.0, 6.0, 1.0 / 3.0])?.eigenvector_weights().warning.unwrap();
/// assert_eq!(warning.triad, [0, 1, 2]);
/// assert_eq!((warning.direct, warning.implied), (6.0, 2.0 / 3.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// - T. L. Saaty (1980), The Analytic Hierarchy Process.
/// - T. L. Saaty (2008), Decision making with the analytic hierarchy process, International Journal of Services Sciences 1(1).
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonMatrix {
    n: usize,
    /// Row after row.
    cells: Vec<f64>,
}

/// The weights of a [`ComparisonMatrix`], and how far its judgements agree.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AhpWeights {
    /// The weights, in the order of the rows.
    pub weights: Weights,
    /// The eigenvalue that the weights give: n for a consistent matrix, else more.
    pub lambda_max: f64,
    /// `(lambda_max − n) / (n − 1)`, and 0 for one thing.
    pub consistency_index: f64,
    /// The index divided by Saaty's random index; `None` beyond its 15 rows.
    pub consistency_ratio: Option<f64>,
    /// Set when the ratio is above 0.1.
    pub warning: Option<Inconsistency>,
}

/// Judgements contradict each other more than is accepted: where they do so most.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Inconsistency {
    /// The consistency ratio.
    pub ratio: f64,
    /// The three things (i, j, k) whose comparisons contradict each other most; of equals the first.
    pub triad: [usize; 3],
    /// How many times i is worth k, as stated.
    pub direct: f64,
    /// The same, as it follows from i against j and j against k.
    pub implied: f64,
}

impl ComparisonMatrix {
    /// A matrix from all its rows.
    ///
    /// # Errors
    ///
    /// Every one of: no rows, more than 1000 rows, a row of the wrong length; a cell off Saaty's scale; a diagonal cell that is not 1; a cell that is
    /// not the reciprocal of its mirror image.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::score::elicit::ComparisonMatrix;
    ///
    /// let error = ComparisonMatrix::new(&[[1.0, 3.0], [2.0, 5.0]]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "matrix[1][0]: found 2, expected 0.3333333333333333, the reciprocal of the opposite cell [score.not-reciprocal]\n\
    ///      matrix[1][1]: found 5, expected 1 on the diagonal [score.diagonal-not-one]"
    /// );
    /// ```
    pub fn new(rows: &[impl AsRef<[f64]>]) -> Result<Self, InputError> {
        let n = check_size(rows.len())?;
        collect(
            rows.iter()
                .enumerate()
                .map(|(i, row)| Ok(expect_length(&format!("matrix[{i}]"), row.as_ref().len(), n)?)),
        )?;
        let cells: Vec<f64> = rows.iter().flat_map(AsRef::as_ref).copied().collect();
        let indices = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        collect(indices.map(|(i, j)| {
            let path = format!("matrix[{i}][{j}]");
            let found = check_judgement(&path, cells[i * n + j])?;
            let opposite = cells[j * n + i];
            if i == j && (found - 1.0).abs() > RECIPROCAL_TOLERANCE {
                Err(InputFault::DiagonalNotOne { found }.at(path).into())
            } else if i > j
                && check_judgement("", opposite).is_ok()
                && (found * opposite - 1.0).abs() > RECIPROCAL_TOLERANCE
            {
                Err(InputFault::NotReciprocal { found, expected: 1.0 / opposite }.at(path).into())
            } else {
                Ok(())
            }
        }))?;
        Ok(Self { n, cells })
    }

    /// A matrix of `n` rows from the cells above its diagonal, row after row: (0, 1), (0, 2), …, (1, 2), …
    ///
    /// # Errors
    ///
    /// No rows or more than 1000, a wrong number of cells, every cell off Saaty's scale.
    pub fn from_upper(n: usize, judgements: &[f64]) -> Result<Self, InputError> {
        let n = check_size(n)?;
        expect_length("judgements", judgements.len(), n * (n - 1) / 2)?;
        collect(
            judgements
                .iter()
                .enumerate()
                .map(|(i, &cell)| Ok(check_judgement(&format!("judgements[{i}]"), cell)?)),
        )?;
        let mut cells = vec![1.0; n * n];
        let above = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
        for ((i, j), judgement) in above.zip(judgements) {
            cells[i * n + j] = *judgement;
            cells[j * n + i] = 1.0 / judgement;
        }
        Ok(Self { n, cells })
    }

    /// How many things are compared.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.n
    }

    /// Weights by the principal eigenvector.
    ///
    /// # Complexity
    ///
    /// O(n²) time per step of power iteration and O(n) memory for n rows. A few dozen steps, and never more than 1200: on Saaty's scale each
    /// shrinks the distance to the eigenvector (in Hilbert's projective metric) to at most 80/82 of what it was (Birkhoff).
    ///
    /// # Determinism
    ///
    /// Iteration starts from equal weights and ends when the least and the greatest quotient of a row, which enclose the eigenvalue (Collatz and
    /// Wielandt), are within 10⁻¹² of each other. By the factor above each weight is then within 5 · 10⁻¹¹ of its exact value, relatively. Sums run in
    /// the order of the rows.
    ///
    /// # References
    ///
    /// G. Birkhoff (1957), Extensions of Jentzsch's theorem, Transactions of the American Mathematical Society 85(1).
    pub fn eigenvector_weights(&self) -> AhpWeights {
        let n = self.n as f64;
        let mut weights = vec![1.0 / n; self.n];
        let mut bounds = (0.0, 0.0);
        for _ in 0..MOST_STEPS {
            let next: Vec<f64> = self.rows().map(|row| dot(row, &weights)).collect();
            let quotients = || next.iter().zip(&weights).map(|(next, weight)| next / weight);
            bounds = (quotients().fold(f64::INFINITY, f64::min), quotients().fold(0.0, f64::max));
            let sum: f64 = next.iter().sum();
            weights = next.into_iter().map(|weight| weight / sum).collect();
            if bounds.1 - bounds.0 <= EIGENVALUE_TOLERANCE * bounds.1 {
                break;
            }
        }
        debug_assert!(
            bounds.1 - bounds.0 <= EIGENVALUE_TOLERANCE * bounds.1,
            "power iteration has a proven end"
        );
        self.consistency(weights, f64::midpoint(bounds.0, bounds.1))
    }

    /// Weights by the means of the rows after every column is made to add up to 1.
    ///
    /// The eigenvalue is then the mean over the rows of (row · weights) / weight.
    ///
    /// # Complexity
    ///
    /// O(n²) time and O(n) memory for n rows.
    ///
    /// # References
    ///
    /// J. Karlsson and K. Ryan (1997), A Cost-Value Approach for Prioritizing Requirements, IEEE Software 14(5).
    pub fn column_mean_weights(&self) -> AhpWeights {
        let n = self.n as f64;
        let mut columns = vec![0.0; self.n];
        for row in self.rows() {
            for (column, cell) in columns.iter_mut().zip(row) {
                *column += cell;
            }
        }
        let mean =
            |row: &[f64]| row.iter().zip(&columns).map(|(cell, column)| cell / column).sum::<f64>() / n;
        let weights: Vec<f64> = self.rows().map(mean).collect();
        let lambda_max =
            self.rows().zip(&weights).map(|(row, weight)| dot(row, &weights) / weight).sum::<f64>() / n;
        self.consistency(weights, lambda_max)
    }

    fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.cells.chunks_exact(self.n)
    }

    fn consistency(&self, weights: Vec<f64>, lambda_max: f64) -> AhpWeights {
        let n = self.n as f64;
        // No reciprocal matrix has less than n; rounding may say so.
        let lambda_max = lambda_max.max(n);
        let consistency_index = if self.n > 1 { (lambda_max - n) / (n - 1.0) } else { 0.0 };
        let consistency_ratio = SAATY_RANDOM_INDEX
            .get(self.n - 1)
            .map(|&random| if random > 0.0 { consistency_index / random } else { 0.0 });
        let warning = consistency_ratio
            .filter(|&ratio| ratio > ACCEPTABLE_RATIO)
            .and_then(|ratio| self.worst_triad(ratio));
        AhpWeights {
            weights: Weights::normalised(weights),
            lambda_max,
            consistency_index,
            consistency_ratio,
            warning,
        }
    }

    /// The triad i < j < k in which stating (i, k) differs by the greatest factor from what (i, j) and (j, k) imply.
    fn worst_triad(&self, ratio: f64) -> Option<Inconsistency> {
        let n = self.n;
        let cell = |i: usize, j: usize| self.cells[i * n + j];
        let mut worst = None;
        let mut greatest = 0.0;
        for i in 0..n {
            for j in i + 1..n {
                for k in j + 1..n {
                    let (direct, implied) = (cell(i, k), cell(i, j) * cell(j, k));
                    let factor = f64::max(direct / implied, implied / direct);
                    if factor > greatest {
                        greatest = factor;
                        worst = Some(Inconsistency { ratio, triad: [i, j, k], direct, implied });
                    }
                }
            }
        }
        worst
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn check_size(n: usize) -> Result<usize, InputError> {
    expect_some("matrix", n)?;
    if n > MOST_ROWS {
        let expected = "at most 1000 rows";
        return Err(InputFault::OutOfRange { found: n as f64, expected }.at("matrix").into());
    }
    Ok(n)
}

fn check_judgement(path: &str, cell: f64) -> Result<f64, InputProblem> {
    let scale = Rule::Between {
        low: (1.0 - RECIPROCAL_TOLERANCE) / 9.0,
        high: 9.0 * (1.0 + RECIPROCAL_TOLERANCE),
        expected: "a number from 1/9 to 9",
    };
    scale.check(path, cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64], tolerance: f64) -> bool {
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < tolerance)
    }

    /// The value of four requirements in Karlsson and Ryan (1997), A Cost-Value Approach for Prioritizing Requirements: 26, 50, 9 and 16 %,
    /// λ 4.37, CI 0.12, CR 0.14.
    #[test]
    fn published_cost_value() {
        let matrix = ComparisonMatrix::from_upper(4, &[1.0 / 3.0, 2.0, 4.0, 5.0, 3.0, 1.0 / 3.0]).unwrap();
        let means = matrix.column_mean_weights();
        assert!(close(means.weights.as_slice(), &[0.26, 0.50, 0.09, 0.16], 5e-3));
        assert!(close(means.weights.as_slice(), &[0.2627, 0.4955, 0.0858, 0.1560], 6e-5));
        assert!((means.lambda_max - 4.37).abs() < 5e-3);
        assert!((means.consistency_index - 0.12).abs() < 5e-3);
        assert!((means.consistency_ratio.unwrap() - 0.14).abs() < 5e-3);
        let warning = means.warning.unwrap();
        // 1 is worth 2 of 3 and 3 is worth a third of 4, so 1 should be worth 2/3 of 4; it was said to be worth 4.
        assert_eq!(warning.triad, [0, 2, 3]);
        assert!(close(&[warning.direct, warning.implied], &[4.0, 2.0 / 3.0], 1e-12));
        let eigen = matrix.eigenvector_weights();
        assert!(close(eigen.weights.as_slice(), &[0.2723, 0.4981, 0.0845, 0.1451], 6e-5));
        assert!((eigen.lambda_max - 4.3617).abs() < 6e-5);
    }

    /// Drinks consumption in the United States, Saaty (2008), Decision making with the analytic hierarchy process.
    #[test]
    fn published_drinks() {
        let (half, third, quarter, ninth) = (0.5, 1.0 / 3.0, 0.25, 1.0 / 9.0);
        let above = [
            9.0, 5.0, 2.0, 1.0, 1.0, half, third, ninth, ninth, ninth, ninth, third, quarter, third, ninth,
            half, 1.0, third, 2.0, half, third,
        ];
        let ahp = ComparisonMatrix::from_upper(7, &above).unwrap().eigenvector_weights();
        assert!(close(ahp.weights.as_slice(), &[0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], 6e-4));
        assert!((ahp.consistency_ratio.unwrap() - 0.022).abs() < 6e-4);
        assert_eq!(ahp.warning, None);
    }

    /// A matrix that was published with weights (Requirement Analysis, part II) although it is not one of comparisons.
    #[test]
    fn published_invalid_matrix_is_refused_cell_by_cell() {
        let rows = [[1.0, 3.0, 5.0, 2.0], [2.0, 5.0, 7.0, 9.0], [4.0, 6.0, 7.0, 2.0], [8.0, 6.0, 2.0, 1.0]];
        let error = ComparisonMatrix::new(&rows).unwrap_err();
        let found: Vec<_> = error.problems().iter().map(|problem| (problem.code(), problem.path())).collect();
        assert_eq!(
            found,
            [
                ("score.not-reciprocal", "matrix[1][0]"),
                ("score.diagonal-not-one", "matrix[1][1]"),
                ("score.not-reciprocal", "matrix[2][0]"),
                ("score.not-reciprocal", "matrix[2][1]"),
                ("score.diagonal-not-one", "matrix[2][2]"),
                ("score.not-reciprocal", "matrix[3][0]"),
                ("score.not-reciprocal", "matrix[3][1]"),
                ("score.not-reciprocal", "matrix[3][2]"),
            ]
        );
    }

    #[test]
    fn the_worst_contradictions_of_the_scale_end() {
        // Rock, paper, scissors with nines, on 3 to 15 things, and a chain of nines closed the wrong way.
        for n in 3..=15 {
            let above: Vec<f64> = (0..n)
                .flat_map(|i| (i + 1..n).map(move |j| if (j - i) * 2 <= n { 9.0 } else { 1.0 / 9.0 }))
                .collect();
            let ahp = ComparisonMatrix::from_upper(n, &above).unwrap().eigenvector_weights();
            assert!(ahp.warning.is_some());
            assert!((ahp.weights.as_slice().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        let cycle = ComparisonMatrix::from_upper(3, &[9.0, 1.0 / 9.0, 9.0]).unwrap().eigenvector_weights();
        assert!(close(cycle.weights.as_slice(), &[1.0 / 3.0; 3], 1e-10));
        assert!((cycle.lambda_max - (1.0 + 9.0 + 1.0 / 9.0)).abs() < 1e-9);
    }

    #[test]
    fn one_and_two_things_are_always_consistent() {
        let one = ComparisonMatrix::new(&[[1.0]]).unwrap().eigenvector_weights();
        assert_eq!((one.weights.as_slice(), one.consistency_ratio), ([1.0].as_slice(), Some(0.0)));
        let two = ComparisonMatrix::new(&[[1.0, 9.0], [1.0 / 9.0, 1.0]]).unwrap().eigenvector_weights();
        assert!(close(two.weights.as_slice(), &[0.9, 0.1], 1e-12));
        assert_eq!(two.consistency_ratio, Some(0.0));
    }

    #[test]
    fn beyond_the_table_there_is_an_index_and_no_ratio() {
        let above = vec![1.0; 16 * 15 / 2];
        let ahp = ComparisonMatrix::from_upper(16, &above).unwrap().eigenvector_weights();
        assert_eq!((ahp.consistency_index, ahp.consistency_ratio), (0.0, None));
    }

    #[test]
    fn hostile_matrices_are_refused() {
        let codes = |rows: &[Vec<f64>]| -> Vec<_> { ComparisonMatrix::new(rows).unwrap_err().codes() };
        assert_eq!(codes(&[]), ["score.empty"]);
        assert_eq!(codes(&[vec![1.0, 2.0], vec![0.5]]), ["score.wrong-length"]);
        assert_eq!(codes(&[vec![1.0, f64::NAN], vec![0.5, 1.0]]), ["score.not-finite"]);
        assert_eq!(codes(&[vec![1.0, -2.0], vec![-0.5, 1.0]]), ["score.out-of-range", "score.out-of-range"]);
        assert_eq!(codes(&[vec![1.0, 10.0], vec![0.1, 1.0]]), ["score.out-of-range", "score.out-of-range"]);
        assert_eq!(
            codes(&[vec![1.0, 0.0], vec![f64::INFINITY, 1.0]]),
            ["score.out-of-range", "score.not-finite"]
        );
        let error = ComparisonMatrix::from_upper(usize::MAX, &[]).unwrap_err();
        assert_eq!(error.codes(), ["score.out-of-range"]);
        assert!(ComparisonMatrix::from_upper(3, &[1.0]).is_err());
        assert!(ComparisonMatrix::from_upper(0, &[]).is_err());
    }
}
