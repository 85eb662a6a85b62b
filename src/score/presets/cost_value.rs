//! The cost-value approach of Karlsson and Ryan.

use super::PresetScore;
use crate::score::elicit::Weights;
use crate::score::input::{InputError, Rule, collect, expect_length};

/// Where an item lies in the diagram of value against cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostValueBand {
    /// Its share of value is at least twice its share of cost.
    High,
    /// Between the two others.
    Medium,
    /// Its share of value is at most half its share of cost.
    Low,
}

/// The cost-value approach: share of value against share of cost, both from pairwise comparisons. Set-relative.
///
/// # Formula
///
/// `value share / cost share`; high from 2 on, low up to 0.5, else medium.
///
/// Both shares come from a [`ComparisonMatrix`](crate::score::elicit::ComparisonMatrix). The paper averages normalised columns
/// ([`column_mean_weights`](crate::score::elicit::ComparisonMatrix::column_mean_weights)); the eigenvector
/// ([`eigenvector_weights`](crate::score::elicit::ComparisonMatrix::eigenvector_weights)) gives other numbers when judgements are not
/// consistent. Say which was used, and look at the warning of each matrix.
///
/// # When not to use it
///
/// - n items need n(n − 1)/2 comparisons twice: more than a dozen items tire people out, and tired answers contradict each other.
/// - Shares are of this list: adding an item changes all of them.
/// - A ratio of two shares says nothing about how much there is of either. With effort in money, use benefit/cost on declared scales.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::ComparisonMatrix;
/// use cxrank::score::presets::{CostValueBand, CostValueSetRelative};
///
/// let value = ComparisonMatrix::from_upper(2, &[4.0])?.column_mean_weights().weights;
/// let cost = ComparisonMatrix::from_upper(2, &[1.0])?.column_mean_weights().weights;
/// let rows = CostValueSetRelative { value, cost }.score()?;
/// assert_eq!(rows[0].ratio.value(), 1.6);
/// assert_eq!((rows[0].band, rows[1].band), (CostValueBand::Medium, CostValueBand::Low));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// J. Karlsson and K. Ryan (1997), A Cost-Value Approach for Prioritizing Requirements, IEEE Software 14(5).
#[derive(Debug, Clone, PartialEq)]
pub struct CostValueSetRelative {
    /// Each item's share of the value of all.
    pub value: Weights,
    /// Each item's share of the cost of all.
    pub cost: Weights,
}

/// One item of [`CostValueSetRelative`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CostValueScore {
    /// Its share of the value.
    pub value_share: f64,
    /// Its share of the cost.
    pub cost_share: f64,
    /// The one divided by the other.
    pub ratio: PresetScore,
    /// Where that puts it.
    pub band: CostValueBand,
}

impl CostValueSetRelative {
    /// The ratio and the band of every item.
    ///
    /// # Errors
    ///
    /// Lists of different lengths; every share of cost that is zero.
    pub fn score(&self) -> Result<Vec<CostValueScore>, InputError> {
        expect_length("cost", self.cost.len(), self.value.len())?;
        let pairs = self.value.as_slice().iter().zip(self.cost.as_slice());
        collect(pairs.enumerate().map(|(i, (&value_share, &cost_share))| {
            Rule::Denominator.check(&format!("cost[{i}]"), cost_share)?;
            let ratio = PresetScore::new("ratio", value_share / cost_share)?;
            let band = match ratio.value() {
                high if high >= 2.0 => CostValueBand::High,
                low if low <= 0.5 => CostValueBand::Low,
                _ => CostValueBand::Medium,
            };
            Ok(CostValueScore { value_share, cost_share, ratio, band })
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::elicit::given;

    fn bands(value: &[f64], cost: &[f64]) -> Vec<CostValueBand> {
        let list = CostValueSetRelative { value: given(value).unwrap(), cost: given(cost).unwrap() };
        list.score().unwrap().iter().map(|row| row.band).collect()
    }

    #[test]
    fn a_cut_belongs_to_the_outer_band() {
        use CostValueBand::{High, Low, Medium};
        assert_eq!(bands(&[4.0, 2.0, 1.0, 1.0], &[2.0, 2.0, 2.0, 2.0]), [High, Medium, Low, Low]);
        assert_eq!(bands(&[2.0, 1.0], &[1.0, 2.0]), [High, Low]);
    }

    #[test]
    fn cost_of_nothing_and_unequal_lists_are_refused() {
        let list =
            CostValueSetRelative { value: given(&[1.0, 1.0]).unwrap(), cost: given(&[1.0, 0.0]).unwrap() };
        assert_eq!(list.score().unwrap_err().paths(), ["cost[1]"]);
        let list = CostValueSetRelative { value: given(&[1.0, 1.0]).unwrap(), cost: given(&[1.0]).unwrap() };
        assert_eq!(list.score().unwrap_err().codes(), ["score.wrong-length"]);
    }
}
