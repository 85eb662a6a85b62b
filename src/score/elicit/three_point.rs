//! Three-point estimates.

use crate::score::input::{Assessment, Input, InputError, InputFault, Rule, check_inputs, collect};

/// An estimate of three numbers: low, likely, high.
///
/// # Formula
///
/// With a the low, m the likely and b the high value:
///
/// - triangular: mean `(a + m + b) / 3`, variance `(a² + m² + b² − ab − am − bm) / 18`
/// - beta-PERT: mean μ = `(a + 4m + b) / 6`, shape `α = 1 + 4(m − a)/(b − a)`, `β = 1 + 4(b − m)/(b − a)`, variance `(μ − a)(b − μ) / 7`
/// - classic PERT: the mean of beta-PERT, variance `(b − a)² / 36`
///
/// The last two share a mean and differ in their variance, which makes "PERT" ambiguous: the names here say which.
///
/// # When not to use it
///
/// - If low and high are the tenth and the ninetieth percentile, as people mean it when asked for a range that is rarely left: they are the ends
///   here, so the spread comes out too small.
/// - The mean is what enters a sum of benefit or effort. A spread tells how sure an order is, and is for sampling, not for a margin.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::ThreePoint;
///
/// let moments = ThreePoint { low: Some(3.0), likely: Some(4.0), high: Some(8.0) }.moments()?.scored().unwrap();
/// assert_eq!(moments.pert_mean, 4.5);
/// assert_eq!(moments.pert_shape, Some((1.8, 4.2)));
/// assert_eq!(moments.triangular_mean, 5.0);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// - D. G. Malcolm, J. H. Roseboom, C. E. Clark and W. Fazar (1959), Application of a technique for research and development program evaluation,
///   Operations Research 7(5).
/// - D. Vose (2008), Risk Analysis: A Quantitative Guide.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ThreePoint {
    /// The least it could be.
    pub low: Option<f64>,
    /// What it most likely is.
    pub likely: Option<f64>,
    /// The most it could be.
    pub high: Option<f64>,
}

/// Means, standard deviations and shapes of a [`ThreePoint`] estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ThreePointMoments {
    /// Mean of the triangular distribution.
    pub triangular_mean: f64,
    /// Standard deviation of the triangular distribution.
    pub triangular_deviation: f64,
    /// Mean of the beta-PERT distribution, and of classic PERT.
    pub pert_mean: f64,
    /// Standard deviation of the beta-PERT distribution.
    pub pert_deviation: f64,
    /// Shape (α, β) of the beta-PERT distribution; `None` if low and high are the same.
    pub pert_shape: Option<(f64, f64)>,
    /// Standard deviation by classic PERT, a sixth of the range.
    pub classic_pert_deviation: f64,
}

impl ThreePoint {
    const INPUTS: [Input; 3] = [
        Input { name: "low", rule: Rule::Signed },
        Input { name: "likely", rule: Rule::Signed },
        Input { name: "high", rule: Rule::Signed },
    ];

    /// Means, deviations and shapes, or the numbers that are missing for them.
    ///
    /// # Errors
    ///
    /// Every number that is not finite or out of range, or below the one before it.
    pub fn moments(&self) -> Result<Assessment<ThreePointMoments>, InputError> {
        let inputs = check_inputs(&Self::INPUTS, [self.low, self.likely, self.high])?;
        inputs
            .map(|[low, likely, high]| {
                collect([("likely", low, likely), ("high", likely, high)].map(|(path, before, found)| {
                    if before <= found {
                        return Ok(());
                    }
                    let expected = "low ≤ likely ≤ high";
                    Err(InputFault::NotOrdered { found, expected }.at(path).into())
                }))?;
                Ok(Self::moments_of(low, likely, high))
            })
            .transpose()
    }

    fn moments_of(low: f64, likely: f64, high: f64) -> ThreePointMoments {
        let range = high - low;
        // By distances from the low end, so that large numbers do not cancel and no mean leaves its range.
        let to_likely = likely - low;
        let pert_offset = (4.0 * to_likely + range) / 6.0;
        ThreePointMoments {
            triangular_mean: low + (to_likely + range) / 3.0,
            triangular_deviation: ((range * range - range * to_likely + to_likely * to_likely) / 18.0).sqrt(),
            pert_mean: low + pert_offset,
            pert_deviation: (pert_offset * (range - pert_offset) / 7.0).sqrt(),
            pert_shape: (range > 0.0)
                .then(|| (1.0 + 4.0 * (to_likely / range), 1.0 + 4.0 * ((high - likely) / range))),
            classic_pert_deviation: range / 6.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(low: f64, likely: f64, high: f64) -> ThreePointMoments {
        ThreePoint { low: Some(low), likely: Some(likely), high: Some(high) }
            .moments()
            .unwrap()
            .scored()
            .unwrap()
    }

    /// Optimistic, likely and pessimistic times and expected times of the activities a to g in Wikipedia, Program evaluation and review technique.
    #[test]
    fn published_activities() {
        let table = [
            ([2.0, 4.0, 6.0], 4.0),
            ([3.0, 5.0, 9.0], 5.33),
            ([4.0, 5.0, 7.0], 5.17),
            ([4.0, 6.0, 10.0], 6.33),
            ([4.0, 5.0, 7.0], 5.17),
            ([3.0, 4.0, 8.0], 4.5),
            ([3.0, 5.0, 8.0], 5.17),
        ];
        for ([low, likely, high], expected) in table {
            assert!((moments(low, likely, high).pert_mean - expected).abs() < 5e-3);
        }
    }

    #[test]
    fn conventions_of_the_deviation_differ() {
        let moments = moments(3.0, 4.0, 8.0);
        assert!((moments.pert_deviation - 0.866_025_4).abs() < 1e-7);
        assert!((moments.classic_pert_deviation - 5.0 / 6.0).abs() < 1e-12);
        assert!((moments.triangular_deviation - 1.080_123_4).abs() < 1e-7);
    }

    #[test]
    fn a_single_point_has_no_spread_and_no_shape() {
        let point = moments(7.0, 7.0, 7.0);
        assert_eq!((point.triangular_mean, point.pert_mean), (7.0, 7.0));
        assert_eq!((point.triangular_deviation, point.pert_deviation, point.pert_shape), (0.0, 0.0, None));
    }

    #[test]
    fn order_blanks_and_hostile_numbers() {
        let point = |low, likely, high| ThreePoint { low, likely, high }.moments();
        let error = point(Some(3.0), Some(2.0), Some(1.0)).unwrap_err();
        assert_eq!(error.paths(), ["likely", "high"]);
        assert_eq!(point(Some(1.0), None, Some(0.0)).unwrap().missing(), ["likely"]);
        assert_eq!(point(Some(f64::NAN), None, Some(1e16)).unwrap_err().problems().len(), 2);
        let widest = moments(-1e15, 0.0, 1e15);
        assert!(widest.pert_deviation.is_finite() && widest.triangular_mean.abs() < 1.0);
    }
}
