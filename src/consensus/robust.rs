//! How much the consensus hangs on one stakeholder, or on the rule.

use std::collections::BTreeMap;

use serde::Serialize;

use super::kemeny_rule::Kemeny;
use super::rule::{ConsensusRule, Rule, RuleError};
use super::tally::Tally;
use super::vote::{Pile, Vote};
use super::weight::{MAX_MILLIONTHS, MAX_TOTAL};
use super::{MinimaxStrength, RankedPairsStrength, SchulzeStrength};

/// A stakeholder without whom the top is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absence {
    /// The ballot.
    pub ballot: usize,
    /// The top without it.
    pub top: Vec<u32>,
}

/// Every single ballot whose absence changes the set of the top `k` (for `k = 1` the first place), whole groups
/// included as in [`WeakOrder::top`](super::WeakOrder::top).
///
/// # Errors
///
/// When the rule gives no ranking. A tally that has no points once a ballot is gone has no top.
///
/// # Complexity
///
/// The rule once per ballot.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Pile, Rule, Unranked, Weight, decisive_absences};
/// let ballot = |order: [u32; 2], votes| {
///     Vote::new(vec![vec![order[0]], vec![order[1]]], Unranked::Last, Weight::from_count(votes).unwrap())
/// };
/// let pile = Pile::new(2, vec![ballot([0, 1], 3), ballot([1, 0], 2)])?;
/// let absences = decisive_absences(&pile, &Rule::Copeland {}, 1)?;
/// assert_eq!((absences[0].ballot, &absences[0].top), (0, &vec![1]));
/// assert_eq!(absences.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decisive_absences(pile: &Pile, rule: &dyn ConsensusRule, k: usize) -> Result<Vec<Absence>, RuleError> {
    let present = rule.rank(pile.tally())?.ranking.top(k);
    let mut absences = Vec::new();
    for ballot in 0..pile.ballots().len() {
        let top = top(rule, &pile.reweighted(ballot, &pile.places(ballot), 0), k)?;
        if top != present {
            absences.push(Absence { ballot, top });
        }
    }
    Ok(absences)
}

fn top(rule: &dyn ConsensusRule, tally: &Tally, k: usize) -> Result<Vec<u32>, RuleError> {
    match rule.rank(tally) {
        Ok(outcome) => Ok(outcome.ranking.top(k)),
        Err(RuleError::NoPoints) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// How the weight of one ballot would have to change to change the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeightChange {
    /// The ballot.
    pub ballot: usize,
    /// Its weight now, in millionths of a vote.
    pub weight: u64,
    /// The greatest lesser weight with another top; 0 is absence.
    pub lower: Flip,
    /// The least greater weight with another top.
    pub higher: Flip,
}

impl WeightChange {
    /// The smallest change of the weight, up or down, that is known to change the top, in millionths of a vote.
    pub fn smallest(&self) -> Option<u64> {
        let lower = self.lower.weight().map(|to| self.weight - to);
        let higher = self.higher.weight().map(|to| to - self.weight);
        lower.into_iter().chain(higher).min()
    }
}

/// Where, in one direction, the top changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flip {
    /// At this weight and at none nearer.
    At {
        /// The new weight, in millionths of a vote.
        weight: u64,
        /// The top that it gives.
        top: Vec<u32>,
    },
    /// Nowhere, down to absence or up to the greatest weight that there is.
    Never,
    /// Not as near as this; the limit of steps ended the search there.
    Beyond {
        /// The last weight that was looked at, in millionths of a vote.
        weight: u64,
    },
    /// Not known: the rule is none that can be searched.
    NotSearched,
}

impl Flip {
    fn weight(&self) -> Option<u64> {
        match self {
            Self::At { weight, .. } => Some(*weight),
            _ => None,
        }
    }
}

/// For each ballot the smallest changes of its weight that change the set of the top `k` (for `k = 1` the first
/// place). At most `steps` weights are tried per ballot and direction.
///
/// Exact: a rule only compares sums, each of which is a line over the weight, so between two crossings of lines
/// nothing changes. The search steps from crossing to crossing, away from the present weight, and ranks at each.
/// Schulze by ratio compares products, which are not lines, and is [`Flip::NotSearched`]. Under Kemeny the cost of each order is a line; the
/// search goes along their lower envelope, and of several best orders at one weight any may be found: at the weight given another top is, and one step nearer an order with the
/// present top is still best. It is
/// [`Flip::NotSearched`] where an order on the way is not proven best within the rule's limit.
///
/// # Errors
///
/// When the rule gives no ranking.
///
/// # Complexity
///
/// Per step the rule once, and `O(n² log n)` to find the next crossing.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Flip, Pile, Rule, Unranked, Weight, weight_changes};
/// let ballot = |order: [u32; 2], votes| {
///     Vote::new(vec![vec![order[0]], vec![order[1]]], Unranked::Last, Weight::from_count(votes).unwrap())
/// };
/// let pile = Pile::new(2, vec![ballot([0, 1], 3), ballot([1, 0], 2)])?;
/// let changes = weight_changes(&pile, Rule::Copeland {}, 1, 100)?;
/// // With two votes against two they are level.
/// assert_eq!(changes[0].lower, Flip::At { weight: 2_000_000, top: vec![0, 1] });
/// assert_eq!(changes[0].higher, Flip::Never);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn weight_changes(pile: &Pile, rule: Rule, k: usize, steps: u32) -> Result<Vec<WeightChange>, RuleError> {
    let present = rule.rank(pile.tally())?.ranking.top(k);
    let mut changes = Vec::with_capacity(pile.ballots().len());
    for (ballot, said) in pile.ballots().iter().enumerate() {
        let weight = said.weight().millionths();
        let most = MAX_MILLIONTHS.min(MAX_TOTAL - (pile.tally().total() - weight));
        let places = pile.places(ballot);
        let (mut lower, mut higher) = (Flip::NotSearched, Flip::NotSearched);
        if let Rule::Kemeny { nodes } = rule {
            let envelope = Envelope { pile, ballot, places: &places, rule: Kemeny { nodes }, k };
            lower = envelope.flip(weight, 0, steps);
            higher = envelope.flip(weight, most, steps);
        }
        if let Some(lines) = lines(pile.tally(), rule, said, &places) {
            // Downwards is upwards with the sign of the weight turned.
            let search = |sign: i128, bound: u64| -> Result<Flip, RuleError> {
                let families: Vec<Lines> = lines.iter().map(|family| family.turned(sign)).collect();
                let mut at = sign * i128::from(weight);
                for _ in 0..steps {
                    let next = families.iter().filter_map(|family| family.next_change(at)).min();
                    at = match next {
                        Some(next) if next <= sign * i128::from(bound) => next,
                        _ => return Ok(Flip::Never),
                    };
                    let weight = whole(sign * at);
                    let top = top(&rule, &pile.reweighted(ballot, &places, weight), k)?;
                    if top != present {
                        return Ok(Flip::At { weight, top });
                    }
                }
                Ok(Flip::Beyond { weight: whole(sign * at) })
            };
            lower = search(-1, 0)?;
            higher = search(1, most)?;
        }
        changes.push(WeightChange { ballot, weight, lower, higher });
    }
    Ok(changes)
}

/// The costs of all orders over the weight of one ballot: each is a line, and Kemeny's rule takes the lowest.
struct Envelope<'a> {
    pile: &'a Pile,
    ballot: usize,
    places: &'a [Option<u32>],
    rule: Kemeny,
    k: usize,
}

/// What an order costs: without the ballot, and more for each unit of the ballot's weight.
#[derive(Clone, PartialEq)]
struct Line {
    order: Vec<u32>,
    base: i128,
    slope: i128,
}

impl Line {
    fn at(&self, weight: u64) -> i128 {
        self.base + self.slope * i128::from(weight)
    }
}

impl Envelope<'_> {
    /// The nearest weight from `from` towards `to` at which another top is best.
    fn flip(&self, from: u64, to: u64, steps: u32) -> Flip {
        let Some(mut here) = self.best(from) else { return Flip::NotSearched };
        let present = self.top(&here);
        let Some(end) = self.best(to) else { return Flip::NotSearched };
        let mut reached = from;
        let mut there = end.clone();
        for _ in 0..steps {
            if here.at(to) == end.at(to) {
                return Flip::Never;
            }
            // The last weight at which `here` costs no more than `there`, which it does at `to`: upwards both differences are positive and
            // this is the floor, downwards both are negative and it is the ceiling.
            let last = (there.base - here.base).div_euclid(here.slope - there.slope);
            let Some(best) = self.best(whole(last)) else { return Flip::NotSearched };
            if best.at(whole(last)) < here.at(whole(last)) {
                there = best;
                continue;
            }
            reached = if to > from { whole(last) + 1 } else { whole(last) - 1 };
            let Some(next) = self.best(reached) else { return Flip::NotSearched };
            let top = self.top(&next);
            if top != present {
                return Flip::At { weight: reached, top };
            }
            (here, there) = (next, end.clone());
        }
        Flip::Beyond { weight: reached }
    }

    /// The best order at a weight; `None` if it is not proven.
    fn best(&self, weight: u64) -> Option<Line> {
        let solution = self.rule.solve(&self.pile.reweighted(self.ballot, self.places, weight), &[]);
        let slope = self.disagreement(&solution.order);
        let base = solution.cost - slope * i128::from(weight);
        solution.proven.then_some(Line { order: solution.order, base, slope })
    }

    /// On how many pairs the ballot wants the opposite.
    fn disagreement(&self, order: &[u32]) -> i128 {
        let places: Vec<u32> = order.iter().filter_map(|&item| self.places[item as usize]).collect();
        let above =
            |(i, place): (usize, &u32)| places[..i].iter().filter(|before| *before > place).count() as i128;
        places.iter().enumerate().map(above).sum()
    }

    fn top(&self, line: &Line) -> Vec<u32> {
        let mut top = line.order[..self.k.min(line.order.len())].to_vec();
        top.sort_unstable();
        top
    }
}

/// A weight that the search has kept between 0 and the greatest.
fn whole(weight: i128) -> u64 {
    u64::try_from(weight).expect("the search stays among the weights")
}

impl Pile {
    /// The tally with another weight for one ballot, or without it.
    fn reweighted(&self, ballot: usize, places: &[Option<u32>], weight: u64) -> Tally {
        self.tally().reweighted(&self.ballots()[ballot], places, weight)
    }
}

/// The sums that a rule compares with one another, as lines over the weight of one ballot; families that it does
/// not compare stay apart. `None` for a rule that compares something else.
fn lines(tally: &Tally, rule: Rule, ballot: &Vote, places: &[Option<u32>]) -> Option<Vec<Lines>> {
    let items = || 0..tally.initiatives() as u32;
    let weight = i128::from(ballot.weight().millionths());
    let slope = |a: u32, b: u32| match places[a as usize].zip(places[b as usize]) {
        Some((x, y)) => i128::from(x < y),
        None => 0,
    };
    let pairs = || items().flat_map(move |a| items().filter(move |&b| b != a).map(move |b| (a, b)));
    let prefers = || Lines::new(pairs().map(|(a, b)| (i128::from(tally.prefer(a, b)), slope(a, b))), weight);
    let zero = || std::iter::once((0, 0));
    let margin = |(a, b)| (i128::from(tally.margin(a, b)), slope(a, b) - slope(b, a));
    let margins = || Lines::new(pairs().map(margin).chain(zero()), weight);
    // A margin changes its sign where it crosses zero, and zero alone.
    let signs = || {
        let moving = pairs().map(margin).filter(|line| line.1 != 0);
        Lines { with_level_only: true, ..Lines::new(moving.chain(zero()), weight) }
    };
    Some(match rule {
        Rule::Borda { .. } => {
            let net = tally.net();
            let lines = items().map(|a| {
                let slope = items().map(|b| slope(a, b) - slope(b, a)).sum();
                (net[a as usize], slope)
            });
            vec![Lines::new(lines, weight)]
        }
        Rule::Copeland {} | Rule::Llull {} => vec![signs()],
        Rule::Minimax { strength: MinimaxStrength::Winning | MinimaxStrength::Opposition }
        | Rule::Schulze { strength: SchulzeStrength::Winning }
        | Rule::RankedPairs { strength: RankedPairsStrength::Winning } => vec![prefers()],
        Rule::Minimax { strength: MinimaxStrength::Margins }
        | Rule::Schulze { strength: SchulzeStrength::Margins }
        // Where two margins stay equal, the weight is on the same side of both, and so is their opposition.
        | Rule::RankedPairs { strength: RankedPairsStrength::Margins } => vec![margins()],
        Rule::Schulze { strength: SchulzeStrength::Ratio } | Rule::Kemeny { .. } => return None,
        Rule::Points {} => {
            let mut slopes = vec![0_i128; places.len()];
            for &(item, amount) in ballot.points().unwrap_or_default() {
                slopes[item as usize] = i128::from(amount);
            }
            let sums = tally.points().unwrap_or_default();
            let lines = sums.iter().zip(slopes).map(|(&sum, slope)| (sum.cast_signed(), slope));
            // Gone, the last ballot with points takes the rule with it.
            let presence = (weight, 1);
            vec![Lines::new(lines, weight), Lines::new(zero().chain([presence]), weight)]
        }
    })
}

/// Lines over a weight, which a rule compares with one another.
#[derive(Debug)]
struct Lines {
    /// For each slope the values at weight 0, in order, each once.
    by_slope: BTreeMap<i128, Vec<i128>>,
    /// Whether lines are compared with those of slope 0 only.
    with_level_only: bool,
}

impl Lines {
    /// Lines by their value at the present weight and their slope.
    fn new(lines: impl Iterator<Item = (i128, i128)>, weight: i128) -> Self {
        let mut by_slope: BTreeMap<i128, Vec<i128>> = BTreeMap::new();
        for (value, slope) in lines {
            by_slope.entry(slope).or_default().push(value - slope * weight);
        }
        for values in by_slope.values_mut() {
            values.sort_unstable();
            values.dedup();
        }
        Self { by_slope, with_level_only: false }
    }

    /// The same lines over the weight with this sign.
    fn turned(&self, sign: i128) -> Self {
        let turned = self.by_slope.iter().map(|(slope, values)| (sign * slope, values.clone()));
        Self { by_slope: turned.collect(), with_level_only: self.with_level_only }
    }

    /// The first whole weight after `at` at which two lines compare in another way than at the one before.
    fn next_change(&self, at: i128) -> Option<i128> {
        let mut nearest: Option<i128> = None;
        for (i, (slow, starts)) in self.by_slope.iter().enumerate() {
            for (fast, behind) in self.by_slope.iter().skip(i + 1) {
                if self.with_level_only && *slow != 0 && *fast != 0 {
                    continue;
                }
                // The faster, started at `y`, meets the slower, started at `x`, where closing · w = x − y.
                let closing = fast - slow;
                for y in behind {
                    let gone = y + closing * at;
                    let Some(x) = starts.get(starts.partition_point(|&x| x < gone)) else { continue };
                    // Level now, they are not at the next; else the change is where they meet or just after.
                    let meet = if *x == gone {
                        at + 1
                    } else {
                        (x - y).div_euclid(closing) + i128::from((x - y).rem_euclid(closing) > 0)
                    };
                    nearest = Some(nearest.map_or(meet, |nearest| nearest.min(meet)));
                }
            }
        }
        nearest
    }
}

/// The ranks that one rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleRanks {
    /// The rule.
    pub rule: Rule,
    /// The competition rank of each initiative, or why there are none.
    pub ranks: Option<Vec<u32>>,
}

/// The ranks by several rules side by side; a rule that this tally has nothing for has no ranks.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Rule, TallyBuilder, Unranked, Weight, side_by_side};
/// let mut builder = TallyBuilder::new(3)?;
/// builder.push([[0], [1], [2]], Unranked::Last, Weight::from_count(3)?)?;
/// builder.push([[1], [2], [0]], Unranked::Last, Weight::from_count(2)?)?;
/// let tally = builder.finish();
/// let ranks = side_by_side(&tally, &Rule::ALL);
/// assert_eq!(ranks[0].ranks, Some(vec![2, 1, 3])); // Borda
/// assert_eq!(ranks[2].ranks, Some(vec![1, 2, 3])); // Copeland
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn side_by_side(tally: &Tally, rules: &[Rule]) -> Vec<RuleRanks> {
    let items = 0..tally.initiatives() as u32;
    rules
        .iter()
        .map(|&rule| {
            let ranking = rule.rank(tally).ok().map(|outcome| outcome.ranking);
            let ranks = ranking.map(|ranking| items.clone().map(|item| ranking.rank(item)).collect());
            RuleRanks { rule, ranks }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::{full_ballots, mixed_ballots, pile};
    use crate::consensus::{BordaStart, RESOLUTION, Unranked, Weight};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Weights of a few millionths, so that every weight there is can be tried.
        #[test]
        fn no_nearer_weight_changes_the_top(
            (n, ballots) in full_ballots(2..5, 1..5),
            k in 1..3_usize,
            scale in 1..4_u64,
        ) {
            let ballots: Vec<Vote> = ballots.iter().map(|ballot| {
                let small = ballot.weight().millionths() / RESOLUTION * scale;
                ballot.with_weight(Weight::from_millionths(small).unwrap())
            }).collect();
            let pile = Pile::new(n, ballots).unwrap();
            for rule in Rule::ALL {
                // Points are no opinion on pairs; of several best orders by Kemeny any may be found.
                if matches!(rule, Rule::Points {} | Rule::Kemeny { .. }) {
                    continue;
                }
                let present = rule.rank(pile.tally()).unwrap().ranking.top(k);
                let at = |ballot, weight| {
                    top(&rule, &pile.reweighted(ballot, &pile.places(ballot), weight), k).unwrap()
                };
                for change in weight_changes(&pile, rule, k, 1000).unwrap() {
                    if rule == (Rule::Schulze { strength: SchulzeStrength::Ratio }) {
                        prop_assert_eq!(&change.lower, &Flip::NotSearched);
                        continue;
                    }
                    let flip = |weight: &u64| at(change.ballot, *weight) != present;
                    let found = |weight: Option<u64>| weight.map_or(Flip::Never, |weight| {
                        Flip::At { weight, top: at(change.ballot, weight) }
                    });
                    let lower = (0..change.weight).rev().find(flip);
                    prop_assert_eq!(&change.lower, &found(lower), "{}", rule.name());
                    // Twice all weight is beyond every crossing but those of Borda.
                    let far = (4 * n as u64 + 2) * pile.tally().total();
                    let higher = (change.weight + 1..=far).find(flip);
                    prop_assert_eq!(&change.higher, &found(higher), "{}", rule.name());
                }
            }
        }

        /// Against all orders: at the weight found the rule has another top, and one step nearer an order with the present top is still best.
        #[test]
        fn kemeny_keeps_its_top_up_to_the_weight_found((n, ballots) in full_ballots(2..5, 1..5), k in 1..3_usize) {
            let pile = Pile::new(n, ballots).unwrap();
            let rule = Rule::Kemeny { nodes: 10_000 };
            let present = rule.rank(pile.tally()).unwrap().ranking;
            prop_assume!(present.is_strict());
            let mut orders: Vec<Vec<u32>> = vec![vec![]];
            for _ in 0..n {
                orders = orders.iter().flat_map(|order| {
                    (0..n as u32).filter(|item| !order.contains(item)).map(|item| [&order[..], &[item]].concat())
                }).collect();
            }
            let top_is_best = |ballot: usize, weight: u64| {
                let tally = pile.reweighted(ballot, &pile.places(ballot), weight);
                let cost = |order: &[u32]| -> u64 {
                    (0..n).flat_map(|j| (0..j).map(move |i| (i, j))).map(|(i, j)| tally.prefer(order[j], order[i])).sum()
                };
                let least = orders.iter().map(|order| cost(order)).min();
                orders.iter().any(|order| {
                    let mut top = order[..k.min(n)].to_vec();
                    top.sort_unstable();
                    top == present.top(k) && Some(cost(order)) == least
                })
            };
            let found = |ballot: usize, weight: u64| {
                let tally = pile.reweighted(ballot, &pile.places(ballot), weight);
                rule.rank(&tally).unwrap().ranking.top(k)
            };
            for change in weight_changes(&pile, rule, k, 1000).unwrap() {
                match change.higher {
                    Flip::At { weight, ref top } => {
                        prop_assert_eq!(&found(change.ballot, weight), top);
                        prop_assert!(*top != present.top(k) && top_is_best(change.ballot, weight - 1));
                    }
                    other => prop_assert!(other == Flip::Never && top_is_best(change.ballot, MAX_MILLIONTHS)),
                }
                match change.lower {
                    Flip::At { weight, ref top } => {
                        prop_assert_eq!(&found(change.ballot, weight), top);
                        prop_assert!(*top != present.top(k) && top_is_best(change.ballot, weight + 1));
                    }
                    other => prop_assert!(other == Flip::Never && top_is_best(change.ballot, 0)),
                }
            }
        }

        #[test]
        fn another_weight_is_the_tally_with_it_and_none_that_of_the_others((n, ballots) in mixed_ballots(0..6, 1..6)) {
            let pile = Pile::new(n, ballots.clone()).unwrap();
            for ballot in 0..ballots.len() {
                let mut others = ballots.clone();
                others.remove(ballot);
                let without = Pile::new(n, others).unwrap();
                prop_assert_eq!(&pile.reweighted(ballot, &pile.places(ballot), 0), without.tally());
                let mut changed = ballots.clone();
                changed[ballot] = ballots[ballot].with_weight(Weight::from_millionths(7).unwrap());
                let changed = Pile::new(n, changed).unwrap();
                prop_assert_eq!(&pile.reweighted(ballot, &pile.places(ballot), 7), changed.tally());
            }
        }
    }

    #[test]
    fn points_count_too() {
        let ballot = |points: &[(u32, f64)]| Vote::from_points(points, Unranked::Last, Weight::ONE).unwrap();
        let pile = Pile::new(2, vec![ballot(&[(0, 7.0), (1, 3.0)]), ballot(&[(1, 2.0)])]).unwrap();
        let changes = weight_changes(&pile, Rule::Points {}, 1, 10).unwrap();
        // 7w against 3w + 2: level at half a vote.
        assert_eq!(changes[0].lower, Flip::At { weight: 500_000, top: vec![0, 1] });
        assert_eq!(changes[1].higher, Flip::At { weight: 2_000_000, top: vec![0, 1] });
        assert_eq!(changes[0].smallest(), Some(500_000));
        assert_eq!(decisive_absences(&pile, &Rule::Points {}, 1).unwrap().len(), 1);

        let alone = Pile::new(2, vec![ballot(&[(0, 1.0)])]).unwrap();
        let changes = weight_changes(&alone, Rule::Points {}, 1, 10).unwrap();
        assert_eq!(changes[0].lower, Flip::At { weight: 0, top: vec![] });
    }

    #[test]
    fn the_limit_of_steps_is_said() {
        let pile = pile(4, "3*A>B>C>D 2*B>C>D>A 2*C>D>A>B 1*D>C>A>B");
        let rule = Rule::Schulze { strength: SchulzeStrength::Winning };
        let changes = weight_changes(&pile, rule, 1, 0).unwrap();
        assert_eq!(changes[0].lower, Flip::Beyond { weight: changes[0].weight });
        assert_eq!(changes[0].smallest(), None);
        let zero = Rule::Borda { start: BordaStart::FromZero };
        assert!(weight_changes(&pile, zero, 9, 50).unwrap().iter().all(|change| change.smallest().is_none()));
    }
}
