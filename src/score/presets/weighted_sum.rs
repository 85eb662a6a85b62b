//! Weighted sums: on declared scales, and on scales that the list itself sets.

use super::{PresetScore, Rule};
use crate::score::elicit::Weights;
use crate::score::input::{
    Assessment, InputError, InputFault, InputProblem, collect, expect_length, expect_some,
};

/// How a criterion's number becomes what is weighted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// As it is: points that are on one common scale already.
    Points,
    /// `(x − worst) / (best − worst)`: 0 at `worst`, 1 at `best`, whichever of the two is greater; values outside are refused.
    Range {
        /// The value worth 0.
        worst: f64,
        /// The value worth 1.
        best: f64,
    },
}

impl Scale {
    fn check(self, path: &str) -> Result<(), InputError> {
        let Self::Range { worst, best } = self else { return Ok(()) };
        let [worst_path, best_path] = ["worst", "best"].map(|end| format!("{path}.{end}"));
        collect(
            [(worst_path, worst), (best_path.clone(), best)]
                .map(|(path, end)| Ok(Rule::Signed.check(&path, end)?)),
        )?;
        if (best - worst).abs() <= 0.0 {
            let expected = "an end that differs from `worst`";
            return Err(InputFault::OutOfRange { found: best, expected }.at(best_path).into());
        }
        Ok(())
    }

    fn value(self, path: &str, x: f64) -> Result<f64, InputProblem> {
        let x = Rule::Signed.check(path, x)?;
        match self {
            Self::Points => Ok(x),
            Self::Range { worst, best } => {
                let expected = "a number within the declared scale";
                Rule::Between { low: worst.min(best), high: worst.max(best), expected }.check(path, x)?;
                Ok((x - worst) / (best - worst))
            }
        }
    }
}

/// A weighted sum on declared scales: an item moves nobody else.
///
/// # Formula
///
/// `Σ weight · value`, the value being the number itself or its place within declared ends, by [`Scale`].
///
/// # When not to use it
///
/// - It compensates: a cheap thing that brings nothing rises by being cheap, if effort is one of the criteria. For choosing under a budget
///   divide benefit by effort instead.
/// - A weight means nothing without the ends of its scale. Ask for it by [`swing`](crate::score::elicit::swing), ends in view.
/// - Without declared scales, [`WeightedSumSetRelative`] is what spreadsheets do, and a new row moves the others.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::given;
/// use cxrank::score::presets::{Scale, WeightedSum};
///
/// let sum = WeightedSum {
///     weights: given(&[3.0, 1.0])?,
///     scales: vec![Scale::Range { worst: 0.0, best: 20.0 }, Scale::Range { worst: 8.0, best: 0.0 }],
/// };
/// let scored = sum.score(&[Some(10.0), Some(2.0)])?.scored().unwrap();
/// assert_eq!(scored.terms, [0.375, 0.1875]);
/// assert_eq!(scored.score.value(), 0.5625);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// J. Dezert, A. Tchamova, D. Han and J.-M. Tacnet (2020), The SPOTIS rank reversal free method for multi-criteria decision-making support,
/// FUSION; its distance is 1 minus this score.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedSum {
    /// One weight per criterion.
    pub weights: Weights,
    /// One scale per criterion.
    pub scales: Vec<Scale>,
}

/// A weighted sum and what it is made of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WeightedScore {
    /// The sum of the terms.
    pub score: PresetScore,
    /// What each criterion adds.
    pub terms: Vec<f64>,
}

impl WeightedSum {
    /// The score of one item from its number for each criterion.
    ///
    /// # Errors
    ///
    /// Lists of different lengths, scales with one end, every number outside its scale.
    pub fn score(&self, values: &[Option<f64>]) -> Result<Assessment<WeightedScore>, InputError> {
        expect_length("scales", self.scales.len(), self.weights.len())?;
        expect_length("values", values.len(), self.weights.len())?;
        collect(self.scales.iter().enumerate().map(|(i, scale)| scale.check(&format!("scales[{i}]"))))?;
        let checked = collect(values.iter().zip(&self.scales).enumerate().map(|(i, (value, scale))| {
            Ok(value.map(|value| scale.value(&format!("values[{i}]"), value)).transpose()?)
        }))?;
        let checked = blanks_as_missing(&checked, "values");
        checked.map(|values| weighted(&self.weights, &values)).transpose()
    }
}

/// The values, or the paths of those that are blank.
fn blanks_as_missing(values: &[Option<f64>], path: &str) -> Assessment<Vec<f64>> {
    match values.iter().copied().collect() {
        Some(values) => Assessment::Scored(values),
        None => Assessment::Unscored {
            missing: (0..values.len())
                .filter(|&i| values[i].is_none())
                .map(|i| format!("{path}[{i}]"))
                .collect(),
        },
    }
}

fn weighted(weights: &Weights, values: &[f64]) -> Result<WeightedScore, InputError> {
    let terms: Vec<f64> =
        weights.as_slice().iter().zip(values).map(|(weight, value)| weight * value + 0.0).collect();
    Ok(WeightedScore { score: PresetScore::new("score", terms.iter().sum())?, terms })
}

/// A weighted sum of numbers divided by the greatest of their criterion in the list. Set-relative: a new item may swap two others.
///
/// # Formula
///
/// `Σ weight · x / max x`, the maximum over the scored items.
///
/// # When not to use it
///
/// - Whenever the order has to outlive the list: a newcomer with a greater number rescales everybody.
///   [`scale_changes`](SetRelativeScores::scale_changes) names it, so that nobody looks for the cause in the items that moved.
/// - [`WeightedSum`] with declared ends is the same method without this fault.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::given;
/// use cxrank::score::presets::WeightedSumSetRelative;
///
/// let score = |rows: &[[f64; 2]]| {
///     let items = rows.iter().map(|row| row.map(Some).to_vec()).collect();
///     WeightedSumSetRelative { weights: given(&[1.0, 1.0])?, items }.score()
/// };
/// let before = score(&[[10.0, 1.0], [5.0, 4.0]])?;
/// let after = score(&[[10.0, 1.0], [5.0, 4.0], [0.0, 40.0]])?;
/// // The second criterion's scale was changed by the newcomer, item 2.
/// let changes = after.scale_changes(&before);
/// assert_eq!((changes[0].criterion, changes[0].item), (1, 2));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedSumSetRelative {
    /// One weight per criterion.
    pub weights: Weights,
    /// For every item its number for each criterion, at least 0.
    pub items: Vec<Vec<Option<f64>>>,
}

/// The item that sets the scale of a criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ScaleSetter {
    /// The criterion, by position.
    pub criterion: usize,
    /// The greatest number of the list.
    pub greatest: f64,
    /// The first item that has it, by position.
    pub item: usize,
}

/// The scores of [`WeightedSumSetRelative`], and who set the scales.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SetRelativeScores {
    /// The score of every item, in the order of the list.
    pub items: Vec<Assessment<WeightedScore>>,
    /// For every criterion what everybody is divided by; empty if no item is scored.
    pub scales: Vec<ScaleSetter>,
}

impl SetRelativeScores {
    /// The scales that are not what they were in `before`: the cause of moves of items that did not change.
    pub fn scale_changes(&self, before: &Self) -> Vec<ScaleSetter> {
        let was =
            |scale: &ScaleSetter| before.scales.get(scale.criterion).map(|scale| scale.greatest.to_bits());
        self.scales.iter().filter(|scale| was(scale) != Some(scale.greatest.to_bits())).copied().collect()
    }
}

impl WeightedSumSetRelative {
    /// The score of every item. An item with a blank is unscored and sets no scale.
    ///
    /// # Errors
    ///
    /// An empty list, rows of the wrong length, every number out of range, a criterion in which every scored item has 0.
    ///
    /// # Complexity
    ///
    /// O(n·k) time and memory for n items and k criteria.
    pub fn score(&self) -> Result<SetRelativeScores, InputError> {
        expect_some("items", self.items.len())?;
        let rows = collect(self.items.iter().enumerate().map(|(i, row)| {
            let path = format!("items[{i}]");
            expect_length(&path, row.len(), self.weights.len())?;
            let values = collect(row.iter().enumerate().map(|(k, value)| {
                Ok(value.map(|value| Rule::Quantity.check(&format!("{path}[{k}]"), value)).transpose()?)
            }))?;
            Ok(blanks_as_missing(&values, &path))
        }))?;

        let mut scales: Vec<ScaleSetter> = Vec::new();
        for (item, row) in rows.iter().enumerate() {
            let Assessment::Scored(values) = row else { continue };
            if scales.is_empty() {
                scales = values
                    .iter()
                    .enumerate()
                    .map(|(criterion, &greatest)| ScaleSetter { criterion, greatest, item })
                    .collect();
            }
            for (scale, &value) in scales.iter_mut().zip(values) {
                if value > scale.greatest {
                    (scale.greatest, scale.item) = (value, item);
                }
            }
        }
        collect(scales.iter().map(|scale| {
            let path = format!("greatest of criterion [{}]", scale.criterion);
            Ok(Rule::Denominator.check(&path, scale.greatest)?)
        }))?;
        let items = collect(rows.into_iter().map(|row| {
            row.map(|values| {
                let shares: Vec<f64> =
                    values.iter().zip(&scales).map(|(x, scale)| x / scale.greatest).collect();
                weighted(&self.weights, &shares)
            })
            .transpose()
        }))?;
        Ok(SetRelativeScores { items, scales })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::elicit::given;

    fn value(row: &Assessment<WeightedScore>) -> f64 {
        row.clone().scored().unwrap().score.value()
    }

    /// Three features and four criteria of pelin.ai, Weighted scoring models.
    #[test]
    fn published_weighted_scoring() {
        let sum =
            WeightedSum { weights: given(&[0.4, 0.25, 0.2, 0.15]).unwrap(), scales: vec![Scale::Points; 4] };
        let table =
            [([9.0, 10.0, 4.0, 8.0], 8.1), ([7.0, 6.0, 5.0, 5.0], 6.05), ([6.0, 8.0, 8.0, 7.0], 7.05)];
        for (row, expected) in table {
            assert!((value(&sum.score(&row.map(Some)).unwrap()) - expected).abs() < 1e-9);
        }
    }

    /// The example of Dezert and others (2020), The SPOTIS rank reversal free method; distances are 1 minus scores.
    #[test]
    fn published_fixed_ranges() {
        let range = |worst, best| Scale::Range { worst, best };
        let sum = WeightedSum {
            weights: given(&[0.2, 0.3, 0.5]).unwrap(),
            scales: vec![range(-5.0, 12.0), range(10.0, -6.0), range(-8.0, 5.0)],
        };
        let table = [
            ([10.5, -3.1, 1.7], 0.1989),
            ([-4.7, 0.0, 3.4], 0.3705),
            ([8.1, 0.3, 1.3], 0.3063),
            ([3.2, 7.3, -5.3], 0.7491),
        ];
        for (row, distance) in table {
            assert!((1.0 - value(&sum.score(&row.map(Some)).unwrap()) - distance).abs() < 6e-5);
        }
    }

    #[test]
    fn a_newcomer_swaps_two_others_and_is_named() {
        let score = |rows: &[[f64; 2]]| {
            let items = rows.iter().map(|row| row.map(Some).to_vec()).collect();
            WeightedSumSetRelative { weights: given(&[0.5, 0.5]).unwrap(), items }.score().unwrap()
        };
        let before = score(&[[10.0, 1.0], [5.0, 4.0]]);
        let after = score(&[[10.0, 1.0], [5.0, 4.0], [0.0, 40.0]]);
        let close = |scores: &SetRelativeScores, expected: &[f64]| {
            scores.items.len() == expected.len()
                && scores
                    .items
                    .iter()
                    .zip(expected)
                    .all(|(item, expected)| (value(item) - expected).abs() < 1e-12)
        };
        assert!(close(&before, &[0.625, 0.75]));
        assert!(close(&after, &[0.5125, 0.3, 0.5]));
        let changes = after.scale_changes(&before);
        assert_eq!(changes, [ScaleSetter { criterion: 1, greatest: 40.0, item: 2 }]);
        assert!(after.scale_changes(&after).is_empty());
        let tied = score(&[[1.0, 1.0], [1.0, 2.0], [1.0, 2.0]]);
        assert_eq!(tied.scales.iter().map(|scale| scale.item).collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn blanks_are_named_and_set_no_scale() {
        let sum = WeightedSum { weights: given(&[1.0, 1.0, 1.0]).unwrap(), scales: vec![Scale::Points; 3] };
        assert_eq!(sum.score(&[None, Some(1.0), None]).unwrap().missing(), ["values[0]", "values[2]"]);
        let items = vec![vec![Some(100.0), None], vec![Some(1.0), Some(1.0)]];
        let scores = WeightedSumSetRelative { weights: given(&[1.0, 1.0]).unwrap(), items }.score().unwrap();
        assert_eq!(scores.items[0].missing(), ["items[0][1]"]);
        assert!((value(&scores.items[1]) - 1.0).abs() < 1e-12);
        let nobody = WeightedSumSetRelative { weights: given(&[1.0]).unwrap(), items: vec![vec![None]] };
        assert!(nobody.score().unwrap().scales.is_empty());
    }

    #[test]
    fn what_is_outside_a_scale_is_refused() {
        let weights = given(&[1.0, 1.0]).unwrap();
        let range = |worst, best| Scale::Range { worst, best };
        let sum = WeightedSum { weights: weights.clone(), scales: vec![range(0.0, 1.0), range(1.0, 0.0)] };
        let error = sum.score(&[Some(1.5), Some(-0.5)]).unwrap_err();
        assert_eq!(error.problems().len(), 2);
        let flat =
            WeightedSum { weights: weights.clone(), scales: vec![range(1.0, 1.0), range(f64::NAN, 1e16)] };
        let error = flat.score(&[None, None]).unwrap_err();
        assert_eq!(error.paths(), ["scales[0].best", "scales[1].worst", "scales[1].best"]);
        let zero =
            WeightedSumSetRelative { weights: weights.clone(), items: vec![vec![Some(0.0), Some(1.0)]] };
        assert_eq!(zero.score().unwrap_err().paths(), ["greatest of criterion [0]"]);
        let ragged = WeightedSumSetRelative { weights, items: vec![vec![], vec![Some(-1.0), Some(1.0)]] };
        assert_eq!(ragged.score().unwrap_err().codes(), ["score.wrong-length", "score.out-of-range"]);
    }
}
