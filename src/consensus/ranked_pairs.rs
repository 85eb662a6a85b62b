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
/// # Examples
///
/// Nine voters in a cycle: 0 beats 1 by 6 to 3, 1 beats 2 by 7 to 2, 2 beats 0 by 5 to 4.
///
/// ```
/// # use cxrank::consensus::{ConsensusRule, RankedPairs, RankedPairsStrength, Tally};
/// let tally = Tally::from_pairwise(3, vec![0, 6, 4, 3, 0, 7, 5, 2, 0], 9, 9)?;
/// let outcome = RankedPairs { strength: RankedPairsStrength::Winning }.rank(&tally)?;
/// assert_eq!(outcome.ranking.groups(), [[0], [1], [2]]); // 1 over 2 is locked, then 0 over 1
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
        Ok(Verdict {
            ranking: remove_undefeated(tally.initiatives(), beats),
            scores: None,
            certificate: None,
        })
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::{any_ballots, full_ballots, pile};
    use crate::consensus::{Pile, WeakOrder};

    const ALL: [RankedPairsStrength; 2] = [RankedPairsStrength::Winning, RankedPairsStrength::Margins];

    /// Each group of equal pairs added together; what lies on a cycle is dropped. By the definition, with a plain
    /// search for every pair.
    fn by_definition(pile: &Pile, by: RankedPairsStrength) -> WeakOrder {
        let n = pile.initiatives() as u32;
        let tally = pile.tally();
        let mut pairs: Vec<(u64, u64, u32, u32)> = Vec::new();
        for a in 0..n {
            for b in 0..n {
                let (x, y) = (tally.prefer(a, b), tally.prefer(b, a));
                if x > y {
                    let strength = if by == RankedPairsStrength::Winning { x } else { x - y };
                    pairs.push((u64::MAX - strength, y, a, b));
                }
            }
        }
        pairs.sort_unstable();
        let leads = |arcs: &[(u32, u32)], from: u32, to: u32| {
            let mut seen = vec![from];
            let mut next = 0;
            while next < seen.len() {
                for &(a, b) in arcs {
                    if a == seen[next] && !seen.contains(&b) {
                        seen.push(b);
                    }
                }
                next += 1;
            }
            seen.contains(&to)
        };
        let mut locked: Vec<(u32, u32)> = Vec::new();
        for group in pairs.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1)) {
            let mut all = locked.clone();
            all.extend(group.iter().map(|&(_, _, a, b)| (a, b)));
            let kept = group.iter().map(|&(_, _, a, b)| (a, b)).filter(|&(a, b)| !leads(&all, b, a));
            locked.extend(kept);
        }
        let mut left: Vec<u32> = (0..n).collect();
        let mut groups = Vec::new();
        while !left.is_empty() {
            let beaten = |b: u32| locked.iter().any(|&(x, y)| y == b && left.contains(&x));
            let (rest, out): (Vec<u32>, Vec<u32>) = left.iter().partition(|&&b| beaten(b));
            groups.push(out);
            left = rest;
        }
        WeakOrder::new(groups).unwrap()
    }

    proptest! {
        #[test]
        fn the_ranking_is_that_of_the_definition(
            (n, ballots) in prop_oneof![any_ballots(1..8, 0..8), full_ballots(1..7, 0..6)],
        ) {
            let pile = Pile::new(n, ballots).unwrap();
            for strength in ALL {
                let ranking = RankedPairs { strength }.rank(pile.tally()).unwrap().ranking;
                prop_assert_eq!(ranking, by_definition(&pile, strength));
            }
        }
    }

    /// Ballots of the page on ranked pairs at ericgorr.net, example 1, where A beats B by 11 to 7.
    #[test]
    fn a_published_ranking() {
        let pile = pile(3, "7*A>B>C 5*B>A>C 4*C>A>B 2*B>C>A");
        for strength in ALL {
            let rule = RankedPairs { strength };
            assert_eq!(rule.rank(pile.tally()).unwrap().ranking.groups(), [[0], [1], [2]]);
            let Decision::Locked { by: 0, chain } = rule.decide(pile.tally(), 0, 1).unwrap() else {
                panic!("A is above B by a locked pair");
            };
            assert_eq!((chain[0].support, chain[0].opposition), (11_000_000, 7_000_000));
        }
    }

    /// A cycle of equal pairs is left out whole, and of two equal supports the less opposed is locked first.
    #[test]
    fn equal_pairs_are_handled_together() {
        let winning = RankedPairs { strength: RankedPairsStrength::Winning };
        let cycle = pile(3, "1*A>B>C 1*B>C>A 1*C>A>B");
        assert_eq!(winning.rank(cycle.tally()).unwrap().ranking.groups(), [[0, 1, 2]]);
        // Four for A over B against three, four for B over C against two, four for C over A against one.
        let table = vec![0, 4, 1, 3, 0, 4, 4, 2, 0];
        let tally = Tally::from_pairwise(3, table, 7, 7).unwrap();
        assert_eq!(winning.rank(&tally).unwrap().ranking.groups(), [[1], [2], [0]]);
    }
}
