//! Scores from columns of numbers: integer linear forms over many initiatives at once.
//!
//! The bound of every sum is computed before the first one, so the loops need no checks: a form whose sums provably fit an
//! `i64` runs on `i64`, one that fits an `i128` on `i128`, and any other is refused.

use std::fmt;
use std::ops::{AddAssign, Mul};
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "parallel")]
use rayon::prelude::*;

mod merit;

pub use merit::{Finite, Key, Merit, Quantity, Ratio};

/// Initiatives are scored in blocks of this many, so that the sums stay in the cache.
const BLOCK: usize = 512;

/// What cannot be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScoreError {
    /// The sums of a form can exceed an `i128`.
    Overflow,
    /// A form names a column that is not there.
    UnknownColumn {
        /// The number of the column.
        column: usize,
    },
    /// Columns of different length.
    UnequalLengths {
        /// The first column whose length differs from that of column 0.
        column: usize,
    },
    /// A resolution whose bound is beyond 2⁵¹ quanta.
    UnusableResolution {
        /// The number of the column.
        column: usize,
    },
    /// A matrix whose values do not fill its rows.
    IncompleteRow,
    /// An effort below zero.
    NegativeEffort {
        /// The initiative.
        index: usize,
    },
    /// A number that is not finite, or beyond the declared bound once it is quantised.
    OutOfRange {
        /// The initiative.
        index: usize,
        /// The number of the column.
        column: usize,
    },
}

impl fmt::Display for ScoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow => write!(f, "a sum of weighted inputs can exceed 127 bits"),
            Self::UnknownColumn { column } => write!(f, "there is no column {column}"),
            Self::UnequalLengths { column } => {
                write!(f, "column {column} differs in length from column 0")
            }
            Self::UnusableResolution { column } => {
                write!(f, "the bound of column {column} exceeds 2^51 quanta")
            }
            Self::IncompleteRow => write!(f, "the last row is incomplete"),
            Self::NegativeEffort { index } => {
                write!(f, "the effort of initiative {index} is negative")
            }
            Self::OutOfRange { index, column } => {
                write!(f, "the number of initiative {index} in column {column} is not finite or out of range")
            }
        }
    }
}

impl std::error::Error for ScoreError {}

/// One column of quantised inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    values: Vec<i64>,
    /// The initiatives without a value; their place in `values` holds a 0 that nobody reads.
    missing: Vec<u32>,
    /// No value is greater than this in magnitude.
    bound: u64,
}

impl Column {
    /// A column without gaps.
    pub fn new(values: Vec<i64>) -> Self {
        let bound = values.iter().map(|value| value.unsigned_abs()).max().unwrap_or(0);
        Self { values, missing: Vec::new(), bound }
    }
}

impl Column {
    /// The value of an initiative; `None` if missing.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn get(&self, index: usize) -> Option<i64> {
        let value = self.values[index];
        // Only zeros stand where a value is missing.
        let missing =
            value == 0 && u32::try_from(index).is_ok_and(|i| self.missing.binary_search(&i).is_ok());
        (!missing).then_some(value)
    }
}

/// A missing value is `None`; it makes unscored every initiative whose score would need it.
impl FromIterator<Option<i64>> for Column {
    fn from_iter<I: IntoIterator<Item = Option<i64>>>(values: I) -> Self {
        let mut missing = Vec::new();
        let values = values.into_iter().zip(0..).map(|(value, index)| {
            if value.is_none() {
                missing.push(index);
            }
            value.unwrap_or_default()
        });
        let column = Self::new(values.collect());
        Self { missing, ..column }
    }
}

/// Where the quantised inputs of many initiatives come from.
pub trait Inputs: Sync {
    /// The number of initiatives.
    fn count(&self) -> usize;

    /// A bound of the magnitude of the column's values; `None` if there is no such column.
    fn bound(&self, column: usize) -> Option<u64>;

    /// The initiatives that have no value in the column.
    fn missing(&self, column: usize) -> &[u32];

    /// The column's values from initiative `first` on, as many as `buffer` holds; they may be put there.
    ///
    /// # Errors
    /// [`ScoreError::OutOfRange`].
    fn block<'a>(
        &'a self,
        column: usize,
        first: usize,
        buffer: &'a mut [i64],
    ) -> Result<&'a [i64], ScoreError>;
}

/// Columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// The columns.
    ///
    /// # Errors
    /// [`ScoreError::UnequalLengths`].
    pub fn new(columns: Vec<Column>) -> Result<Self, ScoreError> {
        let count = columns.first().map_or(0, |column| column.values.len());
        match columns.iter().position(|column| column.values.len() != count) {
            Some(column) => Err(ScoreError::UnequalLengths { column }),
            None => Ok(Self(columns)),
        }
    }
}

impl Columns {
    /// The column of this number, if there is one.
    pub fn get(&self, column: usize) -> Option<&Column> {
        self.0.get(column)
    }
}

impl Inputs for Columns {
    fn count(&self) -> usize {
        self.0.first().map_or(0, |column| column.values.len())
    }

    fn bound(&self, column: usize) -> Option<u64> {
        self.0.get(column).map(|column| column.bound)
    }

    fn missing(&self, column: usize) -> &[u32] {
        &self.0[column].missing
    }

    fn block<'a>(
        &'a self,
        column: usize,
        first: usize,
        buffer: &'a mut [i64],
    ) -> Result<&'a [i64], ScoreError> {
        Ok(&self.0[column].values[first..first + buffer.len()])
    }
}

/// How the numbers of a column become integers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resolution {
    /// Quanta per unit: 1000 keeps three decimals.
    pub per_unit: f64,
    /// The greatest magnitude in quanta; at most 2⁵¹.
    pub bound: u64,
}

/// The greatest [`Resolution::bound`]: up to it, adding [`ROUNDER`] rounds to an integer.
const GREATEST_BOUND: u64 = 1 << 51;

/// Between 2⁵² and 2⁵³ the `f64` are the integers, so a sum with this number is rounded to one (ties to even), and the
/// difference of the bits is that integer.
const ROUNDER: f64 = (3u64 << 51) as f64;

/// A matrix of plain numbers, a row per initiative, which is quantised on the way.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    values: &'a [f64],
    resolutions: &'a [Resolution],
}

impl<'a> Rows<'a> {
    /// The matrix, one resolution per column.
    ///
    /// # Errors
    /// [`ScoreError::IncompleteRow`], [`ScoreError::UnusableResolution`].
    pub fn new(values: &'a [f64], resolutions: &'a [Resolution]) -> Result<Self, ScoreError> {
        if values.len().checked_rem(resolutions.len()).unwrap_or(values.len()) != 0 {
            return Err(ScoreError::IncompleteRow);
        }
        match resolutions.iter().position(|resolution| resolution.bound > GREATEST_BOUND) {
            Some(column) => Err(ScoreError::UnusableResolution { column }),
            None => Ok(Self { values, resolutions }),
        }
    }
}

impl Inputs for Rows<'_> {
    fn count(&self) -> usize {
        self.values.len().checked_div(self.resolutions.len()).unwrap_or(0)
    }

    fn bound(&self, column: usize) -> Option<u64> {
        self.resolutions.get(column).map(|resolution| resolution.bound)
    }

    fn missing(&self, _: usize) -> &[u32] {
        &[]
    }

    fn block<'a>(
        &'a self,
        column: usize,
        first: usize,
        buffer: &'a mut [i64],
    ) -> Result<&'a [i64], ScoreError> {
        let width = self.resolutions.len();
        let Resolution { per_unit, bound } = self.resolutions[column];
        let bound = bound as f64;
        let rows = self.values[first * width..].chunks_exact(width);
        let mut in_range = true;
        for (quanta, row) in buffer.iter_mut().zip(rows.clone()) {
            let scaled = row[column] * per_unit;
            in_range &= scaled.abs() <= bound;
            *quanta =
                ((scaled + ROUNDER).to_bits().cast_signed()).wrapping_sub(ROUNDER.to_bits().cast_signed());
        }
        if in_range {
            return Ok(buffer);
        }
        let offender = rows.take(buffer.len()).position(|row| {
            let scaled = row[column] * per_unit;
            scaled.is_nan() || scaled.abs() > bound
        });
        Err(ScoreError::OutOfRange { index: first + offender.unwrap_or(0), column })
    }
}

/// An integer linear form `constant + Σ weight · column`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What is there before the inputs count: where a column is measured from another point than 0, minus its weight
    /// times that point.
    pub constant: i128,
    /// The columns that count, each with its weight.
    pub terms: Vec<(usize, i64)>,
}

impl Form {
    /// A bound of the magnitude of the form's value, and so of every partial sum and product.
    fn bound(&self, inputs: &impl Inputs) -> Result<u128, ScoreError> {
        let mut bound = self.constant.unsigned_abs();
        for &(column, weight) in &self.terms {
            let of_column = inputs.bound(column).ok_or(ScoreError::UnknownColumn { column })?;
            let of_term = u128::from(of_column) * u128::from(weight.unsigned_abs());
            bound = bound.checked_add(of_term).ok_or(ScoreError::Overflow)?;
        }
        if bound > i128::MAX.cast_unsigned() { Err(ScoreError::Overflow) } else { Ok(bound) }
    }

    /// The values of the form from initiative `first` on. `T` must hold the form's [`bound`](Self::bound).
    fn evaluate<T: Accumulator>(
        &self,
        inputs: &impl Inputs,
        first: usize,
        sums: &mut [T],
    ) -> Result<(), ScoreError> {
        let mut buffer = [0; BLOCK];
        sums.fill(T::constant(self.constant));
        for &(column, weight) in &self.terms {
            let weight = T::from(weight);
            let values = inputs.block(column, first, &mut buffer[..sums.len()])?;
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum += weight * T::from(value);
            }
        }
        Ok(())
    }
}

/// The integers that sums are made in.
trait Accumulator: Quantity + From<i64> + AddAssign + Mul<Output = Self> {
    /// The constant of a form whose bound fits.
    fn constant(constant: i128) -> Self;
}

impl Accumulator for i64 {
    fn constant(constant: i128) -> Self {
        constant as i64
    }
}

impl Accumulator for i128 {
    fn constant(constant: i128) -> Self {
        constant
    }
}

/// Scores in the narrowest integers that hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scores<N, W> {
    /// In 64 bits.
    Narrow(Vec<N>),
    /// In 128 bits.
    Wide(Vec<W>),
}

/// Benefit per effort of each initiative; effort 0 is unscored.
pub type Ratios = Scores<Ratio<i64>, Ratio<i128>>;

/// A plain integer of each initiative; `None` is unscored.
pub type Points = Scores<Option<i64>, Option<i128>>;

/// Scores every initiative by benefit per effort.
///
/// An initiative that misses an input of either form is unscored, and so is one of effort 0.
///
/// # Errors
/// [`ScoreError`]; of several offending initiatives, one in the first block of rows that has any.
///
/// # Complexity
/// O(n·c) time for n initiatives and c terms.
///
/// # Examples
/// ```
/// use cxrank::score::kernel::{Column, Columns, Form, ratios};
///
/// let columns = Columns::new(vec![Column::new(vec![3, 8, 4]), Column::new(vec![2, 4, 8])])?;
/// let benefit = Form { constant: -2, terms: vec![(0, 1)] };
/// let effort = Form { constant: 0, terms: vec![(1, 5)] };
/// assert_eq!(ratios(&columns, &benefit, &effort)?.rank().order, [1, 0, 2]);
/// # Ok::<(), cxrank::score::kernel::ScoreError>(())
/// ```
pub fn ratios(inputs: &impl Inputs, benefit: &Form, effort: &Form) -> Result<Ratios, ScoreError> {
    let bound = benefit.bound(inputs)?.max(effort.bound(inputs)?);
    Ok(if fits_i64(bound) {
        Scores::Narrow(ratios_in(inputs, benefit, effort)?)
    } else {
        Scores::Wide(ratios_in(inputs, benefit, effort)?)
    })
}

/// Scores every initiative by one form: a net benefit, a weighted sum.
///
/// An initiative that misses an input of the form is unscored.
///
/// # Errors
/// [`ScoreError`], as for [`ratios`].
///
/// # Complexity
/// O(n·c) time for n initiatives and c terms.
pub fn points(inputs: &impl Inputs, form: &Form) -> Result<Points, ScoreError> {
    Ok(if fits_i64(form.bound(inputs)?) {
        Scores::Narrow(points_in(inputs, form)?)
    } else {
        Scores::Wide(points_in(inputs, form)?)
    })
}

fn fits_i64(bound: u128) -> bool {
    i64::try_from(bound).is_ok()
}

fn ratios_in<T: Accumulator>(
    inputs: &impl Inputs,
    benefit: &Form,
    effort: &Form,
) -> Result<Vec<Ratio<T>>, ScoreError> {
    let mut scores = in_blocks(inputs.count(), |first, scores: &mut [Ratio<T>]| {
        let (mut benefits, mut efforts) = ([T::default(); BLOCK], [T::default(); BLOCK]);
        benefit.evaluate(inputs, first, &mut benefits[..scores.len()])?;
        effort.evaluate(inputs, first, &mut efforts[..scores.len()])?;
        for (place, score) in scores.iter_mut().enumerate() {
            *score = Ratio::new(benefits[place], efforts[place])
                .ok_or(ScoreError::NegativeEffort { index: first + place })?;
        }
        Ok(())
    })?;
    for &(column, _) in benefit.terms.iter().chain(&effort.terms) {
        for &index in inputs.missing(column) {
            scores[index as usize] = Ratio::default();
        }
    }
    Ok(scores)
}

fn points_in<T: Accumulator>(inputs: &impl Inputs, form: &Form) -> Result<Vec<Option<T>>, ScoreError> {
    let mut scores = in_blocks(inputs.count(), |first, scores: &mut [Option<T>]| {
        let mut sums = [T::default(); BLOCK];
        form.evaluate(inputs, first, &mut sums[..scores.len()])?;
        for (score, sum) in scores.iter_mut().zip(sums) {
            *score = Some(sum);
        }
        Ok(())
    })?;
    for &(column, _) in &form.terms {
        for &index in inputs.missing(column) {
            scores[index as usize] = None;
        }
    }
    Ok(scores)
}

/// Scores `count` initiatives block by block; the error is that of the first block that has one.
fn in_blocks<S: Copy + Default + Send>(
    count: usize,
    score_block: impl Fn(usize, &mut [S]) -> Result<(), ScoreError> + Sync,
) -> Result<Vec<S>, ScoreError> {
    // Whole blocks are collected and then flattened, so that no memory is written twice.
    let failure = Mutex::new(None);
    let block = |number: usize| {
        let first = number * BLOCK;
        let mut scores = [S::default(); BLOCK];
        if let Err(error) = score_block(first, &mut scores[..BLOCK.min(count - first)]) {
            let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
            if failure.is_none_or(|(earliest, _)| first < earliest) {
                *failure = Some((first, error));
            }
        }
        scores
    };
    #[cfg(feature = "parallel")]
    let blocks: Vec<_> = (0..count.div_ceil(BLOCK)).into_par_iter().map(block).collect();
    #[cfg(not(feature = "parallel"))]
    let blocks: Vec<_> = (0..count.div_ceil(BLOCK)).map(block).collect();
    let mut scores = blocks.into_flattened();
    scores.truncate(count);
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error),
        None => Ok(scores),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scoring_input::{CRITERIA, SCALES, rows};

    fn form(constant: i128, terms: &[(usize, i64)]) -> Form {
        Form { constant, terms: terms.to_vec() }
    }

    fn columns(columns: &[&[i64]]) -> Columns {
        Columns::new(columns.iter().map(|column| Column::new(column.to_vec())).collect())
            .expect("equal lengths")
    }

    /// The form of one initiative, checked at every step.
    fn exactly(form: &Form, inputs: &[Vec<i64>], index: usize) -> Option<i128> {
        form.terms.iter().try_fold(form.constant, |sum, &(column, weight)| {
            sum.checked_add(i128::from(weight) * i128::from(inputs[column][index]))
        })
    }

    fn parts(ratios: &Ratios) -> Vec<(i128, i128)> {
        match ratios {
            Ratios::Narrow(all) => {
                all.iter().map(|ratio| (ratio.benefit().into(), ratio.effort().into())).collect()
            }
            Ratios::Wide(all) => all.iter().map(|ratio| (ratio.benefit(), ratio.effort())).collect(),
        }
    }

    fn values(points: &Points) -> Vec<Option<i128>> {
        match points {
            Points::Narrow(all) => all.iter().map(|value| value.map(i128::from)).collect(),
            Points::Wide(all) => all.clone(),
        }
    }

    proptest! {
        #[test]
        fn sums_are_exact_or_refused(
            count in prop_oneof![0..40usize, 500..530usize],
            shift in 0..64u32,
            weights in prop::collection::vec((0..3usize, any::<i64>()), 0..5),
            constant in any::<i64>(),
            seed: u64,
        ) {
            let mut random = crate::scoring_input::SplitMix64(seed);
            let inputs: Vec<Vec<i64>> = (0..3)
                .map(|_| (0..count).map(|_| random.next_u64().cast_signed() >> shift).collect())
                .collect();
            let terms: Vec<_> = weights.iter().map(|&(column, weight)| (column, weight >> shift)).collect();
            let form = form(i128::from(constant), &terms);
            let of = columns(&inputs.iter().map(Vec::as_slice).collect::<Vec<_>>());
            match points(&of, &form) {
                Ok(found) => {
                    let expected: Vec<_> = (0..count).map(|index| exactly(&form, &inputs, index)).collect();
                    prop_assert_eq!(values(&found), expected);
                }
                // Only what could overflow is refused: products have at most 126 bits.
                Err(error) => {
                    prop_assert_eq!(error, ScoreError::Overflow);
                    prop_assert!(shift == 0 && terms.len() > 1);
                }
            }
        }

        #[test]
        fn a_matrix_scores_as_its_columns_do(count in 0..1100usize, seed: u64) {
            let matrix = rows(count, seed);
            let resolutions = SCALES.map(|scale| Resolution { per_unit: 1e3, bound: ((scale * 1e3) as i64).cast_unsigned() });
            let quantised = (0..CRITERIA).map(|column| {
                let values = matrix.chunks(CRITERIA).map(|row| row[column]);
                Column::new(values.map(|value| (value * 1e3).round_ties_even() as i64).collect())
            });
            let of = Columns::new(quantised.collect()).unwrap();
            let (benefit, effort) = (form(-7, &[(0, 3), (1, 20), (2, 90)]), form(0, &[(3, 1), (4, 2), (5, 50)]));
            let matrix = Rows::new(&matrix, &resolutions).unwrap();
            prop_assert_eq!(ratios(&matrix, &benefit, &effort), ratios(&of, &benefit, &effort));
            prop_assert_eq!(points(&matrix, &benefit), points(&of, &benefit));
        }
    }

    #[test]
    fn sums_beyond_64_bits_are_wide() {
        let of = columns(&[&[i64::MAX, 1, -5], &[3, i64::MAX, 0]]);
        let found = ratios(&of, &form(1, &[(0, i64::MAX)]), &form(0, &[(1, 2)])).unwrap();
        let max = i128::from(i64::MAX);
        assert_eq!(parts(&found), [(max * max + 1, 6), (max + 1, 2 * max), (1 - 5 * max, 0)]);
        assert_eq!(found.rank().order, [0, 1]);
        assert_eq!(found.rank().unscored, [2]);
        assert_eq!(found.top_k(1), [0]);
    }

    #[test]
    fn the_bound_of_64_bits_is_sharp() {
        let of = columns(&[&[i64::MAX, -1]]);
        assert!(matches!(points(&of, &form(0, &[(0, 1)])), Ok(Points::Narrow(_))));
        assert!(matches!(points(&of, &form(1, &[(0, 1)])), Ok(Points::Wide(_))));
        let least = columns(&[&[i64::MIN]]);
        assert_eq!(values(&points(&least, &form(0, &[(0, -1)])).unwrap()), [Some(1 << 63)]);
    }

    #[test]
    fn a_missing_input_is_unscored_where_it_is_needed() {
        let columns = Columns::new(vec![
            [Some(4), None, Some(6)].into_iter().collect(),
            [Some(2), Some(2), None].into_iter().collect(),
        ])
        .unwrap();
        let (first, second) = (form(0, &[(0, 1)]), form(0, &[(1, 1)]));
        let found = ratios(&columns, &first, &second).unwrap().rank();
        assert_eq!((found.order, found.unscored), (vec![0], vec![1, 2]));
        let found = points(&columns, &first).unwrap();
        assert_eq!(values(&found), [Some(4), None, Some(6)]);
    }

    #[test]
    fn bad_input_is_refused_with_its_place() {
        let of = columns(&[&[1, 2], &[5, -3]]);
        let (benefit, effort) = (form(0, &[(0, 1)]), form(0, &[(1, 1)]));
        assert_eq!(ratios(&of, &benefit, &effort), Err(ScoreError::NegativeEffort { index: 1 }));
        assert_eq!(points(&of, &form(0, &[(2, 1)])), Err(ScoreError::UnknownColumn { column: 2 }));
        assert_eq!(points(&of, &form(i128::MAX, &[(0, 1)])), Err(ScoreError::Overflow));
        assert_eq!(points(&of, &form(i128::MIN, &[])), Err(ScoreError::Overflow));
        let unequal = vec![Column::new(vec![1]), Column::new(vec![1]), Column::default()];
        assert_eq!(Columns::new(unequal), Err(ScoreError::UnequalLengths { column: 2 }));
    }

    #[test]
    fn a_bad_number_is_refused_with_its_place() {
        let fine = Resolution { per_unit: 10.0, bound: 50 };
        let both = form(0, &[(0, 1), (1, 1)]);
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5.01, -5.01, 1e300] {
            let mut values = vec![5.0; 6 * BLOCK];
            values[2 * BLOCK + 7] = bad;
            values[4 * BLOCK + 8] = bad;
            let found = points(&Rows::new(&values, &[fine; 2]).unwrap(), &both);
            assert_eq!(found, Err(ScoreError::OutOfRange { index: BLOCK + 3, column: 1 }), "{bad}");
        }
        assert_eq!(Rows::new(&[1.0; 3], &[fine; 2]).err(), Some(ScoreError::IncompleteRow));
        assert_eq!(Rows::new(&[1.0], &[]).err(), Some(ScoreError::IncompleteRow));
        let coarse = Resolution { bound: GREATEST_BOUND + 1, ..fine };
        let refused = Rows::new(&[], &[fine, coarse]).err();
        assert_eq!(refused, Some(ScoreError::UnusableResolution { column: 1 }));
        assert_eq!(points(&Rows::new(&[], &[]).unwrap(), &Form::default()), Ok(Points::Narrow(vec![])));
    }

    #[test]
    fn quantising_rounds_to_even_up_to_the_greatest_bound() {
        let limit = GREATEST_BOUND as f64;
        let values = [0.5, 1.5, -0.5, -1.5, -2.5, limit, -limit, limit - 0.5, 0.29 * 100.0];
        let resolution = [Resolution { per_unit: 1.0, bound: GREATEST_BOUND }];
        let found = points(&Rows::new(&values, &resolution).unwrap(), &form(0, &[(0, 1)])).unwrap();
        let limit = 1i128 << 51;
        let expected = [0, 2, 0, -2, -2, limit, -limit, limit, 29];
        assert_eq!(values_of(&found), expected);
    }

    fn values_of(points: &Points) -> Vec<i128> {
        values(points).into_iter().map(|value| value.expect("scored")).collect()
    }
}
