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
/// # Examples
///
/// Nine voters in a cycle: 0 beats 1 by 6 to 3, 1 beats 2 by 7 to 2, 2 beats 0 by 5 to 4.
///
/// ```
/// # use cxrank::consensus::{Borda, BordaStart, ConsensusRule, Tally};
/// let tally = Tally::from_pairwise(3, vec![0, 6, 4, 3, 0, 7, 5, 2, 0], 9, 9)?;
/// let outcome = Borda { start: BordaStart::FromZero }.rank(&tally)?;
/// assert_eq!(outcome.ranking.groups(), [vec![0, 1], vec![2]]); // 10, 10 and 7 points
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::any_ballots;
    use crate::consensus::{Pile, Unranked};

    proptest! {
        /// By places: a group shares the mean of its own; one that a ballot ignores gets the mean of all, and those
        /// that it lists stand about that mean as they stand about one another.
        #[test]
        fn the_scores_are_those_of_mean_places((n, ballots) in any_ballots(1..9, 0..8)) {
            let pile = Pile::new(n, ballots).unwrap();
            for (start, last) in [(BordaStart::FromZero, 0), (BordaStart::FromOne, 1)] {
                let mut doubled = vec![0_i128; n];
                for ballot in pile.ballots() {
                    let weight = i128::from(ballot.weight().millionths());
                    let mut groups = ballot.groups().to_vec();
                    let unlisted: Vec<u32> =
                        (0..n as u32).filter(|a| !groups.iter().any(|group| group.contains(a))).collect();
                    // Ignored ones are n − k in number, and leave k places about the mean to the others.
                    let mut before = match ballot.unranked() {
                        Unranked::Last => {
                            groups.push(unlisted);
                            0
                        }
                        Unranked::Ignored => {
                            let mean = n as i128 - 1 + 2 * last;
                            for &a in &unlisted {
                                doubled[a as usize] += weight * mean;
                            }
                            unlisted.len() as i128
                        }
                    };
                    for group in groups {
                        // Doubled points of the first and the last place of the group, or half-places of them.
                        let size = group.len() as i128;
                        let top = 2 * (n as i128 - 1 + last) - before;
                        for a in group {
                            doubled[a as usize] += weight * (top - (size - 1));
                        }
                        before += 2 * size;
                    }
                }
                let scores = Borda { start }.rank(pile.tally()).unwrap().scores.unwrap();
                prop_assert_eq!(scores.values, doubled);
            }
        }
    }
}
