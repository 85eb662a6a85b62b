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
/// # Examples
///
/// Nine voters in a cycle: 0 beats 1 by 6 to 3, 1 beats 2 by 7 to 2, 2 beats 0 by 5 to 4.
///
/// ```
/// # use cxrank::consensus::{ConsensusRule, Schulze, SchulzeStrength, Tally};
/// let tally = Tally::from_pairwise(3, vec![0, 6, 4, 3, 0, 7, 5, 2, 0], 9, 9)?;
/// let outcome = Schulze { strength: SchulzeStrength::Winning }.rank(&tally)?;
/// assert_eq!(outcome.ranking.groups(), [[0], [1], [2]]); // 0 reaches 2 over 1 by 6, and 2 reaches 0 by 5
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        Ok(Verdict { ranking: self.paths(tally).ranking(), scores: None, certificate: None })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::RESOLUTION;
    use crate::consensus::testing::{any_ballots, pile};
    use crate::consensus::{Pile, TallyBuilder, Unranked, Weight};

    const ALL: [SchulzeStrength; 3] =
        [SchulzeStrength::Winning, SchulzeStrength::Margins, SchulzeStrength::Ratio];

    /// The 45 voters of Schulze's first example, with its strongest paths (electowiki, "Schulze method").
    #[test]
    fn schulzes_example_of_45_voters() {
        let votes =
            "5*A>C>B>E>D 5*A>D>E>C>B 8*B>E>D>A>C 3*C>A>B>E>D 7*C>A>E>B>D 2*C>B>A>D>E 7*D>C>E>B>A 8*E>B>A>D>C";
        let pile = pile(5, votes);
        let rule = Schulze { strength: SchulzeStrength::Winning };
        let ranking = rule.rank(pile.tally()).unwrap().ranking;
        assert_eq!(ranking.groups(), [[4], [0], [2], [1], [3]]);
        let printed = [
            [0, 28, 28, 30, 24],
            [25, 0, 28, 33, 24],
            [25, 29, 0, 29, 24],
            [25, 28, 28, 0, 24],
            [25, 28, 28, 31, 0],
        ];
        for (a, row) in (0..).zip(printed) {
            for (b, strength) in (0..).zip(row) {
                let path = rule.strongest_path(pile.tally(), a, b);
                let weakest = path.iter().map(|link| link.support).min();
                assert_eq!(weakest.unwrap_or(0), strength * RESOLUTION, "{a} to {b}");
            }
        }
    }

    /// The strength of one side of a pair as something to compare, nothing where it is no majority.
    fn strength(by: SchulzeStrength, support: u64, opposition: u64) -> Option<(u64, f64)> {
        (support > opposition).then(|| match by {
            SchulzeStrength::Winning => (support, 0.0),
            SchulzeStrength::Margins => (support - opposition, 0.0),
            SchulzeStrength::Ratio if opposition == 0 => (u64::MAX, support as f64),
            SchulzeStrength::Ratio => (0, support as f64 / opposition as f64),
        })
    }

    proptest! {
        #[test]
        fn the_ranking_is_that_of_floyd_and_warshall((n, ballots) in any_ballots(1..9, 0..8)) {
            // Small whole weights, so that quotients of equal ratios are equal numbers.
            let ballots: Vec<_> = ballots.iter().map(|ballot| {
                let weight = Weight::from_millionths(ballot.weight().millionths() % 5 + 1).unwrap();
                ballot.with_weight(weight)
            }).collect();
            let pile = Pile::new(n, ballots).unwrap();
            let tally = pile.tally();
            for by in ALL {
                let mut p: Vec<Vec<Option<(u64, f64)>>> = (0..n as u32).map(|a| {
                    (0..n as u32).map(|b| strength(by, tally.prefer(a, b), tally.prefer(b, a))).collect()
                }).collect();
                for k in 0..n {
                    for i in 0..n {
                        for j in 0..n {
                            if i == j || i == k || j == k { continue; }
                            let over = if p[i][k] < p[k][j] { p[i][k] } else { p[k][j] };
                            if p[i][j] < over { p[i][j] = over; }
                        }
                    }
                }
                // Repeatedly the undefeated.
                let mut left: Vec<usize> = (0..n).collect();
                let mut groups = Vec::new();
                while !left.is_empty() {
                    let (out, rest): (Vec<usize>, Vec<usize>) =
                        left.iter().partition(|&&b| left.iter().all(|&a| p[a][b] <= p[b][a]));
                    groups.push(out.into_iter().map(|a| a as u32).collect());
                    left = rest;
                }
                let expected = WeakOrder::new(groups).unwrap();
                prop_assert_eq!(Schulze { strength: by }.rank(tally).unwrap().ranking, expected);
            }
        }
    }

    #[test]
    fn the_one_above_is_named_where_it_decides_and_else_one_of_the_group_before() {
        let by = |text, above, below| {
            let rule = Schulze { strength: SchulzeStrength::Winning };
            match rule.decide(pile(3, text).tally(), above, below).unwrap() {
                Decision::Path { by, .. } => Some(by),
                _ => None,
            }
        };
        assert_eq!(by("1*A>B>C", 0, 2), Some(0));
        // C is level with A, but B beats it.
        assert_eq!(by("1*A>B>C 1*B>C>A", 0, 2), Some(1));
        assert_eq!(by("1*A>B>C 1*B>C>A", 0, 1), None);
    }

    /// A cycle of hundreds is no deeper than one of three.
    #[test]
    fn a_long_cycle_is_level() {
        let n = 600;
        let mut builder = TallyBuilder::new(n as usize).unwrap();
        for a in 0..n {
            builder.push([[a], [(a + 1) % n]], Unranked::Ignored, Weight::ONE).unwrap();
        }
        let tally = builder.finish();
        for by in ALL {
            let outcome = Schulze { strength: by }.rank(&tally).unwrap();
            assert_eq!(outcome.ranking.groups().len(), 1);
        }
        let path = Schulze { strength: SchulzeStrength::Winning }.strongest_path(&tally, 1, 0);
        assert_eq!(path.len(), n as usize - 1);
    }
}
