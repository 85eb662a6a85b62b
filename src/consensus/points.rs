//! Points: the weighted sums of cumulative voting.

use super::rule::{ConsensusRule, RuleError, RuleScores, Verdict};
use super::tally::Tally;
use super::weight::RESOLUTION;

/// The sum of points, each ballot's by its weight.
///
/// Only ballots that gave points count: [`Tally::point_ballots`] beside [`Tally::ballots`] says how many did not.
/// A point is worth the same whoever gives it, so ballots should have equal sums to spend, and one stakeholder who
/// puts all points on one initiative moves it far: see [`Sign`](super::Sign).
///
/// # Complexity
///
/// `O(n log n)`.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, ConsensusRule, Pile, Points, Unranked, Weight};
/// let one = Vote::from_points(&[(0, 60.0), (1, 40.0)], Unranked::Last, Weight::ONE)?;
/// let two = Vote::from_points(&[(1, 30.0), (2, 70.0)], Unranked::Last, Weight::ONE)?;
/// let outcome = Points.rank(Pile::new(3, vec![one, two])?.tally())?;
/// assert_eq!(outcome.ranking.groups(), [vec![1, 2], vec![0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
