//! Buy-in: how far the consensus is from what each stakeholder, and each who must deliver, said.

use std::cmp::Reverse;

use serde::Serialize;

use super::agreement::{PairCounts, unlisted};
use super::vote::Pile;
use super::weak_order::WeakOrder;

/// How far the consensus is from one ballot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuyIn {
    /// The ballot.
    pub ballot: usize,
    /// The pairs that it ranks (first) beside the consensus (second).
    pub pairs: PairCounts,
    /// Kendall's τ-b with the consensus: the buy-in. `None` where it is undefined.
    pub tau_b: Option<f64>,
    /// Emond and Mason's `τ_x` with the consensus.
    pub tau_x: Option<f64>,
    /// The pairs on which the ballot loses, worst first, as many as were asked for;
    /// [`discordant`](PairCounts::discordant) says how many there are.
    pub lost: Vec<LostPair>,
}

/// A pair that the consensus puts the other way round than a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LostPair {
    /// What the ballot puts above.
    pub preferred: u32,
    /// What the consensus puts above.
    pub other: u32,
    /// Twice the number of places between them on the ballot (a tied group holds the mean of its places).
    pub doubled_ballot_gap: u32,
    /// Twice the number of places between them in the consensus.
    pub doubled_consensus_gap: u32,
}

impl LostPair {
    /// How far the pair was turned.
    fn turned(&self) -> u32 {
        self.doubled_ballot_gap + self.doubled_consensus_gap
    }
}

/// The buy-in of each ballot, in order, with up to `worst` of the pairs on which it loses.
///
/// The worst lost pair is the one that was turned furthest: the most places between the two on the ballot and in
/// the consensus together; then the lower indices.
///
/// # Panics
///
/// When the ranking is of fewer initiatives than the ballots.
///
/// # Complexity
///
/// `O(k log n)` per ballot of `k` ranked initiatives, and `O(k²)` where lost pairs are asked for.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Pile, WeakOrder, Unranked, Weight, buy_in};
/// let ballot = Vote::new(vec![vec![2], vec![0], vec![1]], Unranked::Last, Weight::ONE);
/// let consensus = WeakOrder::new(vec![vec![1], vec![0], vec![2]])?;
/// let report = buy_in(&Pile::new(3, vec![ballot])?, &consensus, 1);
/// assert_eq!(report[0].pairs.discordant, 3);
/// assert_eq!((report[0].lost[0].preferred, report[0].lost[0].other), (2, 1)); // two places, and two the other way
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn buy_in(pile: &Pile, consensus: &WeakOrder, worst: usize) -> Vec<BuyIn> {
    (0..pile.ballots().len())
        .map(|ballot| {
            let pairs = pile.agreement(ballot, consensus);
            let lost = if worst == 0 { Vec::new() } else { lost_pairs(pile, ballot, consensus, worst) };
            BuyIn { ballot, pairs, tau_b: pairs.tau_b(), tau_x: pairs.tau_x(), lost }
        })
        .collect()
}

fn lost_pairs(pile: &Pile, ballot: usize, consensus: &WeakOrder, worst: usize) -> Vec<LostPair> {
    // Each with its place on the ballot and in the consensus.
    let ranked: Vec<(u32, u32, u32)> = ranked(pile, ballot)
        .into_iter()
        .map(|(item, place)| (item, place, consensus.doubled_place(item)))
        .collect();
    let mut lost = Vec::new();
    for (i, &(preferred, place, wanted)) in ranked.iter().enumerate() {
        for &(other, below, won) in &ranked[i + 1..] {
            if below > place && won < wanted {
                lost.push(LostPair {
                    preferred,
                    other,
                    doubled_ballot_gap: below - place,
                    doubled_consensus_gap: wanted - won,
                });
            }
        }
    }
    let key = |pair: &LostPair| (Reverse(pair.turned()), pair.preferred, pair.other);
    if worst < lost.len() {
        lost.select_nth_unstable_by_key(worst, key);
        lost.truncate(worst);
    }
    lost.sort_unstable_by_key(key);
    lost
}

/// The initiatives that a ballot ranks, best first, each with twice the mean of the places of its group.
fn ranked(pile: &Pile, ballot: usize) -> Vec<(u32, u32)> {
    let ballot = &pile.ballots()[ballot];
    let unlisted = unlisted(ballot, pile.initiatives());
    let mut ranked = Vec::with_capacity(ballot.listed() + unlisted.len());
    for group in ballot.groups().iter().map(Vec::as_slice).chain([unlisted.as_slice()]) {
        let place = 2 * ranked.len() as u32 + group.len() as u32 + 1;
        ranked.extend(group.iter().map(|&item| (item, place)));
    }
    ranked
}

/// The buy-in of a group of ballots: those of a unit, or of who must deliver something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupBuyIn {
    /// The mean of their τ-b by weight; `None` where none of them has one.
    pub tau_b: Option<f64>,
    /// Those of the group whose τ-b is undefined, so that they are not in the mean.
    pub undefined: Vec<usize>,
}

/// The buy-in of a group of ballots, each listed once.
///
/// # Panics
///
/// When a member is no ballot of the pile.
pub fn group_buy_in(pile: &Pile, buy_in: &[BuyIn], members: &[usize]) -> GroupBuyIn {
    let (mut sum, mut weight, mut undefined) = (0.0, 0_u64, Vec::new());
    // In the order of the ballots, so that the sum is the same however the group is written.
    let mut members = members.to_vec();
    members.sort_unstable();
    members.dedup();
    for member in members {
        match buy_in[member].tau_b {
            Some(tau) => {
                let w = pile.ballots()[member].weight().millionths();
                sum += tau * w as f64;
                weight += w;
            }
            None => undefined.push(member),
        }
    }
    GroupBuyIn { tau_b: (weight > 0).then(|| sum / weight as f64), undefined }
}

/// A share, in millionths of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Share {
    /// From 0 to 1,000,000.
    millionths: u32,
}

impl Share {
    /// A third: where an initiative counts as contested unless something else is declared.
    pub const THIRD: Self = Self { millionths: 333_333 };

    /// A share between 0 and 1, rounded to the nearest millionth; `None` outside.
    pub fn new(share: f64) -> Option<Self> {
        // From 0 to 1,000,000, so the conversion is exact.
        #[allow(clippy::cast_sign_loss)]
        (0.0..=1.0).contains(&share).then(|| Self { millionths: (share * 1e6).round() as u32 })
    }

    /// Whether `part` of `whole` is at least this share, exactly.
    fn reached_by(self, part: u128, whole: u128) -> bool {
        // Sums of at most 10,000 weights, each below 2⁶⁰.
        part * 1_000_000 >= whole * u128::from(self.millionths)
    }
}

/// Some ballots and what they weigh.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Side {
    /// The ballots, in order.
    pub ballots: Vec<usize>,
    /// Their weight, in millionths of a vote.
    pub weight: u64,
}

impl Side {
    pub(super) fn add(&mut self, pile: &Pile, ballot: usize) {
        self.ballots.push(ballot);
        self.weight += pile.ballots()[ballot].weight().millionths();
    }
}

/// Who would have one initiative higher, who lower, and how much it is quarrelled about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Split {
    /// The initiative.
    pub initiative: u32,
    /// Those who put it higher than the consensus does, among what they rank.
    pub above: Side,
    /// Those who put it lower.
    pub below: Side,
    /// Those who put it where the consensus does.
    pub level: Side,
    /// Those who say nothing about it.
    pub silent: Side,
    /// Of all strict preferences between it and another, those of the lesser side of each pair, by weight: at most
    /// half of `expressed`.
    pub opposed: u128,
    /// All strict preferences between it and another, by weight.
    pub expressed: u128,
    /// Whether `opposed` is at least the declared share of `expressed`.
    pub contested: bool,
}

/// For each initiative who is above and who below the consensus, and whether it is contested: whether the lesser
/// sides of the pairs around it weigh at least `threshold` of all preferences there.
///
/// # Panics
///
/// When the ranking is of fewer initiatives than the ballots.
///
/// # Complexity
///
/// `O(n log n)` per ballot and `O(n²)` once.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Pile, WeakOrder, Share, Unranked, Weight, splits};
/// let ballot = |order: [u32; 3]| {
///     Vote::new(order.iter().map(|&item| vec![item]).collect(), Unranked::Last, Weight::ONE)
/// };
/// let pile = Pile::new(3, vec![ballot([0, 1, 2]), ballot([0, 1, 2]), ballot([1, 2, 0])])?;
/// let split = splits(&pile, &WeakOrder::new(vec![vec![0], vec![1], vec![2]])?, Share::THIRD);
/// assert_eq!(split[0].below.ballots, [2]); // one of three would have initiative 0 lower
/// assert!(split[0].contested && !split[2].contested);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn splits(pile: &Pile, consensus: &WeakOrder, threshold: Share) -> Vec<Split> {
    let n = pile.initiatives();
    let tally = pile.tally();
    let mut splits: Vec<Split> = (0..n as u32)
        .map(|a| {
            let sides =
                (0..n as u32).map(|b| (u128::from(tally.prefer(a, b)), u128::from(tally.prefer(b, a))));
            let (opposed, expressed) =
                sides.fold((0, 0), |(opposed, all), (x, y)| (opposed + x.min(y), all + x + y));
            Split {
                initiative: a,
                above: Side::default(),
                below: Side::default(),
                level: Side::default(),
                silent: Side::default(),
                opposed,
                expressed,
                contested: expressed > 0 && threshold.reached_by(opposed, expressed),
            }
        })
        .collect();
    let mut opinion = vec![None; n];
    for ballot in 0..pile.ballots().len() {
        let ranked = ranked(pile, ballot);
        // The consensus of what this ballot ranks.
        let mut order: Vec<u32> = ranked.iter().map(|&(item, _)| item).collect();
        order.sort_by_key(|&item| consensus.group_of(item));
        let mut start = 0;
        opinion.fill(None);
        for group in order.chunk_by(|&a, &b| consensus.group_of(a) == consensus.group_of(b)) {
            let place = 2 * start + group.len() as u32 + 1;
            start += group.len() as u32;
            for &item in group {
                opinion[item as usize] = Some(place);
            }
        }
        for (item, place) in ranked {
            let split = &mut splits[item as usize];
            let side = match opinion[item as usize].map(|consensus| place.cmp(&consensus)) {
                Some(std::cmp::Ordering::Less) => &mut split.above,
                Some(std::cmp::Ordering::Greater) => &mut split.below,
                _ => &mut split.level,
            };
            side.add(pile, ballot);
        }
        for (split, _) in splits.iter_mut().zip(&opinion).filter(|(_, opinion)| opinion.is_none()) {
            split.silent.add(pile, ballot);
        }
    }
    splits
}

/// How far those who must deliver an initiative agree with where it stands, beside everybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryBuyIn {
    /// The initiative.
    pub initiative: u32,
    /// Among those who deliver it: the weight of preferences between it and others that are as the consensus has
    /// them, less those that are the other way, over both; from −1 to 1. `None` where they state none.
    pub deliverers: Option<f64>,
    /// The same among all ballots.
    pub all: Option<f64>,
}

/// For each initiative the buy-in of those who deliver it (`delivers[initiative]` lists their ballots) beside that
/// of all. Pairs that the consensus holds level do not count.
///
/// # Panics
///
/// When a list names no ballot of the pile, or the ranking or `delivers` is of fewer initiatives.
///
/// # Complexity
///
/// `O(n² + n·d)` for `d` entries in the lists.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Pile, WeakOrder, Unranked, Weight, delivery_buy_in};
/// let all = Vote::new(vec![vec![0], vec![1]], Unranked::Last, Weight::from_count(9)?);
/// let it = Vote::new(vec![vec![1], vec![0]], Unranked::Last, Weight::ONE);
/// let pile = Pile::new(2, vec![all, it])?;
/// let consensus = WeakOrder::new(vec![vec![0], vec![1]])?;
/// let report = delivery_buy_in(&pile, &consensus, &[vec![1], vec![]]);
/// assert_eq!((report[0].deliverers, report[0].all), (Some(-1.0), Some(0.8))); // wanted, but not by who must do it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn delivery_buy_in(pile: &Pile, consensus: &WeakOrder, delivers: &[Vec<usize>]) -> Vec<DeliveryBuyIn> {
    let tally = pile.tally();
    let items = 0..pile.initiatives() as u32;
    let places: Vec<_> = (0..pile.ballots().len()).map(|ballot| pile.places(ballot)).collect();
    let ratio = |for_it: i128, against: i128| {
        (for_it + against > 0).then(|| (for_it - against) as f64 / (for_it + against) as f64)
    };
    items
        .clone()
        .map(|a| {
            let (mut all, mut deliverers) = ((0, 0), (0, 0));
            for b in items.clone() {
                let (above, below) = match consensus.group_of(a).cmp(&consensus.group_of(b)) {
                    std::cmp::Ordering::Less => (a, b),
                    std::cmp::Ordering::Greater => (b, a),
                    std::cmp::Ordering::Equal => continue,
                };
                all.0 += i128::from(tally.prefer(above, below));
                all.1 += i128::from(tally.prefer(below, above));
                for &ballot in &delivers[a as usize] {
                    let (places, weight) = (&places[ballot], pile.ballots()[ballot].weight());
                    let weight = i128::from(weight.millionths());
                    match places[above as usize].zip(places[below as usize]) {
                        Some((x, y)) if x < y => deliverers.0 += weight,
                        Some((x, y)) if x > y => deliverers.1 += weight,
                        _ => {}
                    }
                }
            }
            DeliveryBuyIn {
                initiative: a,
                deliverers: ratio(deliverers.0, deliverers.1),
                all: ratio(all.0, all.1),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::{any_ballots, groups, pile};
    use crate::consensus::{Unranked, Vote, Weight};

    fn any_ranking(n: usize) -> impl Strategy<Value = WeakOrder> {
        prop::collection::vec((0..n.max(1) as u8).prop_map(Some), n)
            .prop_map(|levels| WeakOrder::new(groups(&levels)).unwrap())
    }

    proptest! {
        #[test]
        fn the_lost_pairs_are_the_discordant_ones_and_all_sides_are_counted(
            (pile, ranking) in any_ballots(1..9, 1..6).prop_flat_map(|(n, ballots)| {
                (Just(Pile::new(n, ballots).unwrap()), any_ranking(n))
            }),
        ) {
            let n = pile.initiatives();
            for report in buy_in(&pile, &ranking, usize::MAX) {
                prop_assert_eq!(report.lost.len() as u64, report.pairs.discordant);
                prop_assert!(report.lost.windows(2).all(|pair| pair[0].turned() >= pair[1].turned()));
                let places = pile.places(report.ballot);
                for pair in &report.lost {
                    prop_assert!(places[pair.preferred as usize] < places[pair.other as usize]);
                    prop_assert!(ranking.group_of(pair.preferred) > ranking.group_of(pair.other));
                }
                prop_assert_eq!(&buy_in(&pile, &ranking, 2)[report.ballot].lost[..], &report.lost[..report.lost.len().min(2)]);
            }
            for split in splits(&pile, &ranking, Share::THIRD) {
                let sides = [&split.above, &split.below, &split.level, &split.silent];
                prop_assert_eq!(sides.iter().map(|side| side.weight).sum::<u64>(), pile.tally().total());
                prop_assert!(2 * split.opposed <= split.expressed);
                // Above: more pairs around it would have to be turned in its favour than against it.
                let sign = |a: u32, b: u32| i64::from(a < b) - i64::from(a > b);
                for ballot in 0..pile.ballots().len() {
                    let places = pile.places(ballot);
                    let Some(place) = places[split.initiative as usize] else {
                        prop_assert!(split.silent.ballots.contains(&ballot));
                        continue;
                    };
                    let up: i64 = (0..n as u32).filter_map(|b| {
                        let there = sign(ranking.group_of(split.initiative), ranking.group_of(b));
                        places[b as usize].map(|other| sign(place, other) - there)
                    }).sum();
                    let side = match up { 1.. => &split.above, 0 => &split.level, _ => &split.below };
                    prop_assert!(side.ballots.contains(&ballot));
                }
            }
        }

        #[test]
        fn if_everybody_delivers_their_buy_in_is_that_of_all(
            (pile, ranking) in any_ballots(1..7, 1..6).prop_flat_map(|(n, ballots)| {
                (Just(Pile::new(n, ballots).unwrap()), any_ranking(n))
            }),
        ) {
            let everybody = vec![(0..pile.ballots().len()).collect(); pile.initiatives()];
            for report in delivery_buy_in(&pile, &ranking, &everybody) {
                prop_assert_eq!(report.deliverers, report.all);
            }
        }
    }

    #[test]
    fn those_who_deliver_may_be_against_what_all_want() {
        let pile = pile(3, "5*A>B>C 1*B>C>A");
        let order = WeakOrder::new(vec![vec![0], vec![1], vec![2]]).unwrap();
        let report = delivery_buy_in(&pile, &order, &[vec![1], vec![], vec![0]]);
        assert_eq!(report[0].deliverers, Some(-1.0));
        assert_eq!(report[0].all, Some(8.0 / 12.0));
        assert_eq!(report[1].deliverers, None);
        assert_eq!(report[2].deliverers, Some(1.0));

        let buy_ins = buy_in(&pile, &order, 0);
        let group = group_buy_in(&pile, &buy_ins, &[1, 0, 1]);
        let expected = (5.0 - 1.0 / 3.0) / 6.0;
        assert!((group.tau_b.unwrap() - expected).abs() < 1e-12);
    }

    #[test]
    fn who_has_no_coefficient_is_named_and_left_out() {
        let level = Vote::new(vec![vec![0, 1]], Unranked::Last, Weight::ONE);
        let pile = Pile::new(2, vec![level]).unwrap();
        let order = WeakOrder::new(vec![vec![0], vec![1]]).unwrap();
        let group = group_buy_in(&pile, &buy_in(&pile, &order, 0), &[0]);
        assert_eq!(group, GroupBuyIn { tau_b: None, undefined: vec![0] });
    }

    #[test]
    fn contested_is_from_the_declared_share_on() {
        let pile = pile(2, "2*A>B 1*B>A");
        let order = WeakOrder::new(vec![vec![0], vec![1]]).unwrap();
        let contested = |share| splits(&pile, &order, Share::new(share).unwrap())[0].contested;
        assert!(contested(0.3) && splits(&pile, &order, Share::THIRD)[0].contested);
        assert!(!contested(0.34));
        let halves =
            splits(&crate::consensus::testing::pile(2, "1*A>B 1*B>A"), &order, Share::new(0.5).unwrap());
        assert!(halves[0].contested);
        assert_eq!(Share::new(1.1), None);
        assert_eq!(Share::new(f64::NAN), None);
        let silent = splits(&Pile::new(2, vec![]).unwrap(), &order, Share::new(0.0).unwrap());
        assert!(!silent[0].contested);
    }
}
