//! Schulze's rule: strongest paths.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::reach::{Reach, remove_undefeated};
use super::rule::{ConsensusRule, Decision, Link, RuleError, Verdict};
use super::strength::{Strength, majorities, shortest_path};
use super::tally::Tally;
use super::weak_order::WeakOrder;

/// How a link of a path is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchulzeStrength {
    /// By the votes of the winning side.
    Winning,
    /// By the votes of the winning side less those of the other.
    Margins,
    /// By the votes of the winning side over those of the other, compared exactly. Where nobody is on the other
    /// side the ratio is beyond every finite one, and the more votes are the stronger.
    Ratio,
}

/// Schulze's rule: `a` beats `b` when the strongest path of majorities from `a` to `b` is stronger than the
/// strongest one back. A path is as strong as its weakest link. The ranking takes the unbeaten first, then those
/// that are unbeaten without them, and so on.
///
/// It elects from the Smith set, is monotone, turns round when all ballots do, and clones do not spoil it. By
/// winning votes, links of equal support are equal here, however many oppose them; the paper's own variant would
/// look at the opposition next.
///
/// # Complexity
///
/// `O(n² log n + n³/64)` time, `O(n²)` memory: majorities are added from the strongest down to a growing transitive
/// closure, and the strongest path of a pair is as strong as the majority that first joins it. The usual method
/// (Floyd and Warshall) is `O(n³)`.
///
/// # References
///
/// M. Schulze (2011), *A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner
/// election method*, Social Choice and Welfare 36.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schulze {
    /// How a link is measured.
    pub strength: SchulzeStrength,
}

/// For each ordered pair the level of its strongest path: 0 where there is none, more where it is stronger.
#[derive(Debug)]
struct Paths {
    n: usize,
    level: Vec<u32>,
    /// The majorities, strongest first.
    links: Vec<Link>,
    /// For each link its level.
    link_level: Vec<u32>,
}

impl Schulze {
    /// The fewest majorities of a strongest path from one initiative to another, empty if there is no path.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn strongest_path(self, tally: &Tally, from: u32, to: u32) -> Vec<Link> {
        self.paths(tally).strongest(from, to)
    }

    fn paths(self, tally: &Tally) -> Paths {
        let n = tally.initiatives();
        let strength = match self.strength {
            SchulzeStrength::Winning => Strength::Winning,
            SchulzeStrength::Margins => Strength::Margins,
            SchulzeStrength::Ratio => Strength::Ratio,
        };
        let mut links = majorities(tally);
        links.sort_unstable_by(|x, y| strength.compare(y, x));
        let mut level = vec![0; n * n];
        let mut link_level = Vec::with_capacity(links.len());
        let mut reach = Reach::new(n);
        // At most one level per pair of 10,000 initiatives.
        let mut current = links.len() as u32;
        for (i, link) in links.iter().enumerate() {
            if i > 0 && strength.compare(link, &links[i - 1]) != Ordering::Equal {
                current -= 1;
            }
            link_level.push(current);
            reach.insert(link.from, link.to, |x, y| level[x * n + y] = current);
        }
        Paths { n, level, links, link_level }
    }
}

impl Paths {
    fn beats(&self, a: u32, b: u32) -> bool {
        let (a, b) = (a as usize, b as usize);
        self.level[a * self.n + b] > self.level[b * self.n + a]
    }

    fn ranking(&self) -> WeakOrder {
        remove_undefeated(self.n, |a, b| self.beats(a, b))
    }

    /// The fewest links of a strongest path, empty if there is none.
    fn strongest(&self, a: u32, b: u32) -> Vec<Link> {
        let least = self.level[a as usize * self.n + b as usize].max(1);
        let count = self.link_level.partition_point(|&level| level >= least);
        shortest_path(self.n, &self.links[..count], a, b)
    }
}

impl ConsensusRule for Schulze {
    fn name(&self) -> &'static str {
        match self.strength {
            SchulzeStrength::Winning => "schulze (winning)",
            SchulzeStrength::Margins => "schulze (margins)",
            SchulzeStrength::Ratio => "schulze (ratio)",
        }
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        Ok(Verdict { ranking: self.paths(tally).ranking(), scores: None })
    }

    fn decide(&self, tally: &Tally, above: u32, below: u32) -> Result<Decision, RuleError> {
        let paths = self.paths(tally);
        let ranking = paths.ranking();
        let Some(by) = beaten_by(&ranking, above, below, |a, b| paths.beats(a, b)) else {
            return Ok(Decision::Level);
        };
        Ok(Decision::Path { by, forward: paths.strongest(by, below), back: paths.strongest(below, by) })
    }
}

/// Who puts `below` where it is: `above` if it beats it, else the first of the group just before that does. None
/// where the two are level.
pub(super) fn beaten_by(
    ranking: &WeakOrder,
    above: u32,
    below: u32,
    beats: impl Fn(u32, u32) -> bool,
) -> Option<u32> {
    let group = ranking.group_of(below);
    if group <= ranking.group_of(above) {
        return None;
    }
    if beats(above, below) {
        return Some(above);
    }
    ranking.groups()[group as usize - 1].iter().copied().find(|&by| beats(by, below))
}
