//! Minimax: the least bad worst defeat.

use serde::{Deserialize, Serialize};

use super::rule::{ConsensusRule, RuleError, RuleScores, Verdict};
use super::tally::Tally;
use super::weight::RESOLUTION;

/// How the defeat of one initiative by another is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MinimaxStrength {
    /// By the votes for the other where they are the more, else nothing.
    Winning,
    /// By the votes for the other less those against it: below zero where the pair is won.
    Margins,
    /// By the votes for the other, whether they are the more or not.
    Opposition,
}

/// Minimax (Simpson, Kramer): each initiative is judged by its worst defeat, and the least is the best.
///
/// By winning votes or margins it elects a Condorcet winner, but may elect from outside the Smith set, and may even
/// elect a Condorcet loser; by opposition not even a Condorcet winner is safe. It is about the first place: further
/// down the ranking says little. See [`Schulze`](super::Schulze).
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
/// # use cxrank::consensus::{ConsensusRule, Minimax, MinimaxStrength, Tally};
/// let tally = Tally::from_pairwise(3, vec![0, 6, 4, 3, 0, 7, 5, 2, 0], 9, 9)?;
/// let outcome = Minimax { strength: MinimaxStrength::Winning }.rank(&tally)?;
/// assert_eq!(outcome.ranking.groups(), [[0], [1], [2]]); // at worst 5, 6 and 7 are against
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
///
/// - P. B. Simpson (1969), *On defining areas of voter choice*, Quarterly Journal of Economics 83.
/// - G. H. Kramer (1977), *A dynamical model of political equilibrium*, Journal of Economic Theory 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minimax {
    /// How a defeat is measured.
    pub strength: MinimaxStrength,
}

impl ConsensusRule for Minimax {
    fn name(&self) -> &'static str {
        match self.strength {
            MinimaxStrength::Winning => "minimax (winning)",
            MinimaxStrength::Margins => "minimax (margins)",
            MinimaxStrength::Opposition => "minimax (opposition)",
        }
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        let items = 0..tally.initiatives() as u32;
        let worst = |a| {
            let defeat = |b| {
                let (against, for_it) = (tally.prefer(b, a), tally.prefer(a, b));
                match self.strength {
                    MinimaxStrength::Winning if against <= for_it => 0,
                    MinimaxStrength::Winning | MinimaxStrength::Opposition => i128::from(against),
                    MinimaxStrength::Margins => i128::from(against) - i128::from(for_it),
                }
            };
            // One that is alone has no defeat.
            items.clone().filter(|&b| b != a).map(defeat).max().unwrap_or(0)
        };
        let values = items.clone().map(worst).collect();
        Ok(RuleScores { values, unit: RESOLUTION, least_is_best: true }.into_outcome())
    }
}
