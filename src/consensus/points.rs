//! Points: the weighted sums of cumulative voting.

use super::rule::{ConsensusRule, RuleError, RuleScores, Verdict};
use super::tally::Tally;
use super::weight::RESOLUTION;

/// The sum of points, each ballot's by its weight.
///
/// Only ballots that gave points count: [`Tally::point_ballots`] beside [`Tally::ballots`] says how many did not.
/// A point is worth the same whoever gives it, so ballots should have equal sums to spend, and one stakeholder who
/// puts all points on one initiative moves it far: see `Sign`.
///
/// # Complexity
///
/// `O(n log n)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points;

impl ConsensusRule for Points {
    fn name(&self) -> &'static str {
        "points"
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        let sums = tally.points().ok_or(RuleError::NoPoints)?;
        // Below 2¹¹⁰.
        let values = sums.iter().map(|&sum| sum.cast_signed()).collect();
        Ok(RuleScores { values, unit: RESOLUTION * RESOLUTION, least_is_best: false }.into_outcome())
    }
}
