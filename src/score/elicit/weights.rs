//! Weights, and the two ways to ask for them as numbers.

use crate::score::input::{InputError, InputFault, Rule, collect, expect_some};

/// Weights of criteria: at least one, none negative, adding up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights(Vec<f64>);

impl Weights {
    /// Each number divided by the sum of all.
    ///
    /// # Errors
    ///
    /// No numbers; every number out of range; all of them zero.
    pub(crate) fn from_points(path: &str, points: &[f64]) -> Result<Self, InputError> {
        expect_some(path, points.len())?;
        let points = points.iter().enumerate();
        let points =
            collect(points.map(|(i, &point)| Ok(Rule::Quantity.check(&format!("{path}[{i}]"), point)?)))?;
        let sum: f64 = points.iter().sum();
        if sum <= 0.0 {
            return Err(InputFault::NonPositiveDenominator { found: sum }
                .at(format!("sum of {path}"))
                .into());
        }
        Ok(Self(points.into_iter().map(|point| point / sum).collect()))
    }

    /// Positive shares that add up to 1 but for rounding.
    pub(super) fn normalised(shares: Vec<f64>) -> Self {
        debug_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        Self(shares)
    }

    /// The weights, in the order of the criteria.
    pub fn as_slice(&self) -> &[f64] {
        &self.0
    }

    /// How many criteria there are.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// Weights as somebody states them, made to add up to 1.
///
/// # Formula
///
/// `w_i = x_i / Σ x`
///
/// # When not to use it
///
/// A number asked for without the ends of the scale in view is about the word, not about the choice: "trust is important" says nothing about
/// what a step of trust is worth. Use [`swing`].
///
/// # Errors
///
/// No numbers; every number negative, above 10¹⁵ or not finite; all of them zero.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::given;
///
/// assert_eq!(given(&[3.0, 1.0])?.as_slice(), [0.75, 0.25]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
pub fn given(weights: &[f64]) -> Result<Weights, InputError> {
    Weights::from_points("weights", weights)
}

/// Swing weights: points for what it is worth to move each criterion from its worst to its best.
///
/// # Formula
///
/// `w_j = points_j / Σ points`. By custom the swing that is worth most gets 100 and the others less; any unit gives the same weights.
///
/// # When not to use it
///
/// - When people can only say which matters more: [`rank_order_centroid`](super::rank_order_centroid) takes the order alone.
/// - The points hold for the stated ends. Change the ends of a scale, and ask again.
///
/// # Errors
///
/// No points; every number negative, above 10¹⁵ or not finite; all of them zero.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::swing;
///
/// assert_eq!(swing(&[100.0, 60.0, 40.0])?.as_slice(), [0.5, 0.3, 0.2]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// D. von Winterfeldt and W. Edwards (1986), Decision Analysis and Behavioral Research.
pub fn swing(points: &[f64]) -> Result<Weights, InputError> {
    Weights::from_points("points", points)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Swings of 100, 60, 70 and 40 points: 100/270, 60/270, 70/270, 40/270.
    #[test]
    fn swing_points() {
        let weights = swing(&[100.0, 60.0, 70.0, 40.0]).unwrap();
        for (weight, expected) in weights.as_slice().iter().zip([0.3704, 0.2222, 0.2593, 0.1481]) {
            assert!((weight - expected).abs() < 5e-5);
        }
    }

    #[test]
    fn nothing_zero_and_hostile_numbers_are_refused() {
        let codes = |weights: &[f64]| -> Vec<_> { given(weights).unwrap_err().codes() };
        assert_eq!(codes(&[]), ["score.empty"]);
        assert_eq!(codes(&[0.0, -0.0]), ["score.non-positive-denominator"]);
        assert_eq!(
            codes(&[-1.0, f64::NAN, f64::INFINITY, 1e16, 1.0]),
            ["score.out-of-range", "score.not-finite", "score.not-finite", "score.out-of-range"]
        );
        assert_eq!(given(&[5e-324, 0.0]).unwrap().as_slice(), [1.0, 0.0]);
    }
}
