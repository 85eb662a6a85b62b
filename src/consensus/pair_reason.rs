//! Why one initiative stands above another: who wants it so, who does not, and what decides.

use serde::Serialize;

use super::buy_in::Side;
use super::rule::{ConsensusRule, Decision, RuleError};
use super::vote::Pile;
use super::weak_order::WeakOrder;

/// The facts behind the order of two initiatives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairReason {
    /// The one that stands above, or, where they are level, the first that was asked about.
    pub above: u32,
    /// The other.
    pub below: u32,
    /// Who prefers the one above.
    pub support: Side,
    /// Who prefers the one below.
    pub opposition: Side,
    /// Who holds them level or says nothing.
    pub silence: Side,
    /// What decides by the rule: a majority may be against it.
    pub decision: Decision,
}

/// Why `a` and `b` stand as they do in the ranking that `rule` made of the pile.
///
/// # Errors
///
/// When there is no such initiative, or the rule gives no ranking.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::*;
/// let ballot = |order: [u32; 3], votes| {
///     let groups = order.iter().map(|&item| vec![item]).collect();
///     Vote::new(groups, Unranked::Last, Weight::from_count(votes).unwrap())
/// };
/// let pile = Pile::new(3, vec![ballot([0, 1, 2], 4), ballot([1, 2, 0], 3), ballot([2, 0, 1], 2)])?;
/// let rule = Rule::Schulze { strength: SchulzeStrength::Winning };
/// let ranking = rule.rank(pile.tally())?.ranking;
/// let reason = pair_reason(&pile, &rule, &ranking, 2, 0)?;
/// // Five of nine want 2 above 0, but the way from 0 to 2 over 1 is stronger.
/// assert_eq!((reason.above, reason.below), (0, 2));
/// assert_eq!(reason.opposition.ballots, [1, 2]);
/// let Decision::Path { forward, back, .. } = reason.decision else { unreachable!() };
/// assert_eq!((forward.len(), back.len()), (2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pair_reason(
    pile: &Pile,
    rule: &dyn ConsensusRule,
    ranking: &WeakOrder,
    a: u32,
    b: u32,
) -> Result<PairReason, RuleError> {
    let known = pile.initiatives().min(ranking.len());
    if let Some(initiative) = [a, b].into_iter().find(|&item| item as usize >= known) {
        return Err(RuleError::UnknownInitiative { initiative, known });
    }
    let turned = ranking.group_of(b) < ranking.group_of(a);
    let (above, below) = if turned { (b, a) } else { (a, b) };
    let decision = rule.decide(pile.tally(), above, below)?;
    let [mut support, mut opposition, mut silence] = [Side::default(), Side::default(), Side::default()];
    for ballot in 0..pile.ballots().len() {
        let places = pile.places(ballot);
        let side = match places[above as usize].zip(places[below as usize]) {
            Some((x, y)) if x < y => &mut support,
            Some((x, y)) if x > y => &mut opposition,
            _ => &mut silence,
        };
        side.add(pile, ballot);
    }
    Ok(PairReason { above, below, support, opposition, silence, decision })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::Rule;
    use crate::consensus::rule::Link;
    use crate::consensus::testing::any_ballots;

    fn joined(path: &[Link], from: u32, to: u32) -> bool {
        path.first().is_some_and(|link| link.from == from)
            && path.last().is_some_and(|link| link.to == to)
            && path.windows(2).all(|pair| pair[0].to == pair[1].from)
            && path.iter().all(|link| link.support > link.opposition)
    }

    proptest! {
        #[test]
        fn the_sides_are_those_of_the_tally_and_the_decision_is_one(
            (n, ballots) in any_ballots(2..7, 1..7),
        ) {
            let pile = Pile::new(n, ballots).unwrap();
            for rule in Rule::ALL {
                let Ok(outcome) = rule.rank(pile.tally()) else { continue };
                for a in 0..n as u32 {
                    for b in 0..n as u32 {
                        let reason = pair_reason(&pile, &rule, &outcome.ranking, a, b).unwrap();
                        let (above, below) = (reason.above, reason.below);
                        prop_assert_eq!(reason.support.weight, pile.tally().prefer(above, below));
                        prop_assert_eq!(reason.opposition.weight, pile.tally().prefer(below, above));
                        prop_assert_eq!(reason.silence.weight, pile.tally().silent(above, below));
                        let level = outcome.ranking.group_of(a) == outcome.ranking.group_of(b);
                        prop_assert_eq!(level, reason.decision == Decision::Level, "{}", rule.name());
                        match reason.decision {
                            Decision::Level => {}
                            Decision::Scores { above, below, .. } => prop_assert!(above != below),
                            Decision::Path { by, forward, back } => {
                                prop_assert!(joined(&forward, by, below));
                                prop_assert!(back.is_empty() || joined(&back, below, by));
                            }
                            Decision::Locked { by, chain } => prop_assert!(joined(&chain, by, below)),
                            Decision::Cost { least, turned, turned_at_least } => {
                                prop_assert!(least <= turned && turned == turned_at_least);
                            }
                            Decision::Unstated => prop_assert!(false),
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_unknown_initiative_is_refused() {
        let pile = Pile::new(2, vec![]).unwrap();
        let ranking = WeakOrder::new(vec![vec![0, 1]]).unwrap();
        let error = pair_reason(&pile, &Rule::Copeland {}, &ranking, 0, 2).unwrap_err();
        assert_eq!(error.code(), "consensus.unknown-initiative");
    }
}
