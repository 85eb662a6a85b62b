//! Kemeny's rule as one of the rules.

use super::kemeny::{Instance, Solution, solve};
use super::rule::{Certificate, ConsensusRule, Decision, RuleError, Verdict};
use super::tally::Tally;
use super::weak_order::WeakOrder;

/// Search nodes that are enough for all but hard inputs of many initiatives with few ballots.
pub const DEFAULT_NODES: u64 = 10_000;

/// Kemeny's rule: the strict order with the least weight of disagreement, summed over ballots and pairs.
///
/// It is a strict order even where initiatives are level on all ballots (then the lower index, where that costs nothing), except that with no
/// preference at all everything is level. The verdict's [`Certificate`] says what the order costs, what any order costs at least, and whether
/// another order costs as little. See [`kemeny`](super::kemeny) for how it is found.
///
/// Not for use where one order must be derived by hand: see [`Schulze`](super::Schulze), [`RankedPairs`](super::RankedPairs).
///
/// # References
///
/// J. G. Kemeny (1959), *Mathematics without numbers*, Daedalus 88.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kemeny {
    /// After so many search nodes the best order so far is given, with its bound.
    pub nodes: u64,
}

impl Kemeny {
    /// The order of least disagreement among those in which, for each pair of `before`, the first stands before the second.
    ///
    /// # Errors
    ///
    /// When a pair names an initiative that is not there.
    ///
    /// # Panics
    ///
    /// When the pairs form a circle.
    pub fn rank_under(&self, tally: &Tally, before: &[(u32, u32)]) -> Result<Verdict, RuleError> {
        let known = tally.initiatives();
        if let Some(&initiative) = before.iter().flat_map(|(a, b)| [a, b]).find(|&&i| i as usize >= known) {
            return Err(RuleError::UnknownInitiative { initiative, known });
        }
        let solution = self.solve(tally, before);
        let level = before.is_empty() && says_nothing(tally);
        let groups = if level && known > 0 {
            vec![(0..known as u32).collect()]
        } else {
            solution.order.iter().map(|&item| vec![item]).collect()
        };
        Ok(Verdict {
            ranking: WeakOrder::of_groups(groups),
            scores: None,
            certificate: Some(certificate(&solution)),
        })
    }

    /// The best order found.
    pub(super) fn solve(self, tally: &Tally, before: &[(u32, u32)]) -> Solution {
        let n = tally.initiatives();
        // Each at most 2⁶⁰.
        let over: Vec<i64> =
            (0..n as u32).flat_map(|a| tally.row(a).iter().map(|&weight| weight as i64)).collect();
        solve(&Instance { n, over: &over, before }, self.nodes)
    }
}

/// Whether no ballot prefers anything to anything.
fn says_nothing(tally: &Tally) -> bool {
    (0..tally.initiatives() as u32).all(|a| tally.row(a).iter().all(|&weight| weight == 0))
}

fn certificate(solution: &Solution) -> Certificate {
    Certificate {
        cost: solution.cost,
        lower_bound: solution.lower_bound,
        proven: solution.proven,
        another: solution.another,
        nodes: solution.nodes,
    }
}

impl ConsensusRule for Kemeny {
    fn name(&self) -> &'static str {
        "kemeny"
    }

    fn rank(&self, tally: &Tally) -> Result<Verdict, RuleError> {
        self.rank_under(tally, &[])
    }

    fn decide(&self, tally: &Tally, above: u32, below: u32) -> Result<Decision, RuleError> {
        let verdict = self.rank(tally)?;
        if verdict.ranking.group_of(above) == verdict.ranking.group_of(below) {
            return Ok(Decision::Level);
        }
        let (here, turned) = (self.solve(tally, &[]), self.solve(tally, &[(below, above)]));
        Ok(Decision::Cost { least: here.cost, turned: turned.cost, turned_at_least: turned.lower_bound })
    }
}

#[cfg(test)]
mod tests {
    use super::super::kemeny::Another;
    use super::super::testing::pile;
    use super::*;

    #[test]
    fn a_verdict_comes_with_its_certificate() {
        // Two of three against one, in a circle.
        let pile = pile(3, "3*A>B>C 2*B>C>A 2*C>A>B");
        let verdict = Kemeny { nodes: DEFAULT_NODES }.rank(pile.tally()).unwrap();
        assert_eq!(verdict.ranking.groups(), [[0], [1], [2]]);
        let certificate = verdict.certificate.unwrap();
        assert_eq!(
            (certificate.cost, certificate.proven, certificate.another),
            (8_000_000, true, Another::No)
        );
        let decision = Kemeny { nodes: DEFAULT_NODES }.decide(pile.tally(), 0, 2).unwrap();
        assert_eq!(
            decision,
            Decision::Cost { least: 8_000_000, turned: 10_000_000, turned_at_least: 10_000_000 }
        );
    }

    #[test]
    fn prerequisites_bind_and_silence_is_level() {
        let pile = pile(3, "3*A>B>C 2*B>C>A");
        let rule = Kemeny { nodes: DEFAULT_NODES };
        let verdict = rule.rank_under(pile.tally(), &[(2, 0)]).unwrap();
        assert_eq!(verdict.ranking.groups(), [[1], [2], [0]]);
        assert_eq!(verdict.certificate.unwrap().cost, 6_000_000);
        assert!(rule.rank_under(pile.tally(), &[(2, 7)]).is_err());
        for (n, text) in [(3, ""), (3, "2*A=B=C"), (1, "1*A"), (0, "")] {
            let verdict = rule.rank(super::super::testing::pile(n, text).tally()).unwrap();
            assert_eq!(verdict.ranking.groups().len(), n.min(1), "{text}");
        }
    }
}
