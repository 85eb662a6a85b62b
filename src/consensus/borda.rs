//! Borda's rule: a point for each initiative that one stands above.

use serde::{Deserialize, Serialize};

use super::rule::{ConsensusRule, RuleError, RuleScores, Verdict};
use super::tally::Tally;
use super::weight::RESOLUTION;

/// How many points the last of a ballot gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BordaStart {
    /// None, so the top of `n` gets `n − 1`.
    FromZero,
    /// One, so the top of `n` gets `n`.
    FromOne,
}

/// Borda's rule: on each ballot an initiative gets a point for each other one that it stands above, and half a
/// point for each that it is neither above nor below; the points are summed by weight.
///
/// So the top of `n` gets `n − 1` points, and a tied group shares the mean of its places. Where unlisted
/// initiatives are last, they are the lowest tied group. Where a ballot ignores them it has no opinion on any pair
/// with them, and each such pair gives half a point to both sides: one that is not listed gets the mean of all
/// places, and naming few initiatives gives those few no more than their lead over each other. The sum of points on
/// a ballot is the same for all ballots.
///
/// Not for use where stakeholders may add initiatives to help others: one more candidate may move the rest, and a
/// majority's first choice may lose. See [`Schulze`](super::Schulze) for a rule without these faults.
///
/// # Complexity
///
/// `O(n²)`: the points of an initiative are a row sum of the pairwise table.
///
/// # References
///
/// - J.-C. de Borda (1781), *Mémoire sur les élections au scrutin*, Histoire de l'Académie Royale des Sciences.
/// - H. P. Young (1974), *An axiomatization of Borda's rule*, Journal of Economic Theory 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Borda {
    /// What the last of a ballot gets.
    pub start: BordaStart,
}

impl ConsensusRule for Borda {
    fn name(&self) -> &'static str {
        match self.start {
            BordaStart::FromZero => "borda (from zero)",
            BordaStart::FromOne => "borda (from one)",
        }
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        // Twice the points: for each other initiative, total + margin; and twice the start.
        let others = tally.initiatives() as i128 - 1;
        let places = match self.start {
            BordaStart::FromZero => others,
            BordaStart::FromOne => others + 2,
        };
        let base = places * i128::from(tally.total());
        let values = tally.net().into_iter().map(|net| base + net).collect();
        Ok(RuleScores { values, unit: 2 * RESOLUTION, least_is_best: false }.into_outcome())
    }
}
