//! Ranked pairs: the strongest majorities are kept first.

use serde::{Deserialize, Serialize};

use super::reach::{Reach, remove_undefeated};
use super::rule::{ConsensusRule, Decision, Link, RuleError, Verdict};
use super::schulze::beaten_by;
use super::strength::{Strength, majorities, shortest_path};
use super::tally::Tally;

/// How a pair is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankedPairsStrength {
    /// By the votes of the winning side.
    Winning,
    /// By the votes of the winning side less those of the other.
    Margins,
}

/// Ranked pairs: majorities are locked from the strongest down, leaving out what contradicts those before.
///
/// Pairs of equal strength are told apart by fewer opposing votes. Those that are still equal are added together,
/// and of these every one that then lies on a cycle is left out: so the result does not depend on the order in
/// which anything was written. (Tideman draws lots among them. Where he would keep some of the pairs of a cycle we
/// keep none, and initiatives may stay level.) The ranking takes the unbeaten first, then those that are unbeaten
/// without them, and so on.
///
/// # Complexity
///
/// `O(n² log n + n³/64 + g·n²/64)` time for `g` groups of equal pairs that hold more than one, `O(n²)` memory.
///
/// # References
///
/// - T. N. Tideman (1987), *Independence of clones as a criterion for voting rules*, Social Choice and Welfare 4.
/// - T. M. Zavist and T. N. Tideman (1989), *Complete independence of clones in the ranked pairs rule*, Social Choice
///   and Welfare 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankedPairs {
    /// How a pair is measured.
    pub strength: RankedPairsStrength,
}

impl RankedPairs {
    /// The closure of the locked pairs, and those pairs, strongest first.
    fn lock(self, tally: &Tally) -> (Reach, Vec<Link>) {
        let strength = match self.strength {
            RankedPairsStrength::Winning => Strength::Winning,
            RankedPairsStrength::Margins => Strength::Margins,
        };
        let compare = |x: &Link, y: &Link| strength.compare(y, x).then(x.opposition.cmp(&y.opposition));
        let mut links = majorities(tally);
        links.sort_unstable_by(compare);
        let mut reach = Reach::new(tally.initiatives());
        let mut locked = Vec::new();
        for group in links.chunk_by(|x, y| compare(x, y).is_eq()) {
            let start = locked.len();
            if let [link] = group {
                locked.extend((!reach.reaches(link.to, link.from)).then_some(*link));
            } else if group.iter().all(|link| reach.reaches(link.from, link.to)) {
                // They follow from what is locked already.
                locked.extend_from_slice(group);
            } else {
                let component = reach.components_with(group.iter().map(|link| (link.from, link.to)));
                let joins = |link: &&Link| component[link.from as usize] != component[link.to as usize];
                locked.extend(group.iter().filter(joins));
            }
            for link in &locked[start..] {
                reach.insert(link.from, link.to, |_, _| ());
            }
        }
        (reach, locked)
    }
}

impl ConsensusRule for RankedPairs {
    fn name(&self) -> &'static str {
        match self.strength {
            RankedPairsStrength::Winning => "ranked pairs (winning)",
            RankedPairsStrength::Margins => "ranked pairs (margins)",
        }
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        let (reach, _) = self.lock(tally);
        let beats = |a, b| a != b && reach.reaches(a, b);
        Ok(Verdict { ranking: remove_undefeated(tally.initiatives(), beats), scores: None })
    }

    fn decide(&self, tally: &Tally, above: u32, below: u32) -> Result<Decision, RuleError> {
        let (reach, locked) = self.lock(tally);
        let beats = |a, b| a != b && reach.reaches(a, b);
        let ranking = remove_undefeated(tally.initiatives(), beats);
        Ok(match beaten_by(&ranking, above, below, beats) {
            Some(by) => {
                Decision::Locked { by, chain: shortest_path(tally.initiatives(), &locked, by, below) }
            }
            None => Decision::Level,
        })
    }
}
