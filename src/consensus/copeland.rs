//! Copeland's and Llull's rules: how many others one beats.

use std::cmp::Ordering;

use super::rule::{ConsensusRule, RuleError, RuleScores, Verdict};
use super::tally::Tally;

/// Copeland's rule: pairwise wins less pairwise losses.
///
/// The same order as counting one for a win and half for a tie. It elects from the Smith set and ignores by how
/// much a pair is won, so ties are common; see [`Schulze`](super::Schulze) for one that looks at it.
///
/// # Complexity
///
/// `O(n²)`.
///
/// # Examples
///
/// Nine voters in a cycle: 0 beats 1 by 6 to 3, 1 beats 2 by 7 to 2, 2 beats 0 by 5 to 4.
///
/// ```
/// # use cxrank::consensus::{ConsensusRule, Copeland, Tally};
/// let tally = Tally::from_pairwise(3, vec![0, 6, 4, 3, 0, 7, 5, 2, 0], 9, 9)?;
/// let outcome = Copeland.rank(&tally)?;
/// assert_eq!(outcome.ranking.groups(), [[0, 1, 2]]); // each wins one and loses one
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
///
/// A. H. Copeland (1951), *A "reasonable" social welfare function*, seminar notes, University of Michigan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copeland;

/// Llull's rule: one for a pairwise win, and one for a tie.
///
/// # Complexity
///
/// `O(n²)`.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{ConsensusRule, Llull, Tally};
/// // 0 beats 1, and 2 is level with both.
/// let tally = Tally::from_pairwise(3, vec![0, 2, 1, 0, 0, 1, 1, 1, 0], 2, 2)?;
/// assert_eq!(Llull.rank(&tally)?.ranking.groups(), [vec![0, 2], vec![1]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
///
/// - R. Llull (1299), *De arte eleccionis*; edited by G. Hägele and F. Pukelsheim (2001), *Llull's writings on
///   electoral systems*, Studia Lulliana 41.
/// - P. Faliszewski, E. Hemaspaandra, L. A. Hemaspaandra and J. Rothe (2009), *Llull and Copeland voting
///   computationally resist bribery and constructive control*, Journal of Artificial Intelligence Research 35.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Llull;

impl ConsensusRule for Copeland {
    fn name(&self) -> &'static str {
        "copeland"
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        Ok(outcome(tally, 0))
    }
}

impl ConsensusRule for Llull {
    fn name(&self) -> &'static str {
        "llull"
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        Ok(outcome(tally, 1))
    }
}

/// Wins less losses where a tie counts 0, which is Copeland; a tie that counts as much as a win gives no loss.
fn outcome(tally: &Tally, tie: i128) -> Verdict {
    let n = tally.initiatives();
    let mut values = vec![0_i128; n];
    for a in 0..n {
        let row = tally.row(a as u32);
        for b in a + 1..n {
            let (a_gets, b_gets) = match row[b].cmp(&tally.prefer(b as u32, a as u32)) {
                Ordering::Greater => (1, tie - 1),
                Ordering::Less => (tie - 1, 1),
                Ordering::Equal => (tie, tie),
            };
            values[a] += a_gets;
            values[b] += b_gets;
        }
    }
    RuleScores { values, unit: 1, least_is_best: false }.into_outcome()
}
