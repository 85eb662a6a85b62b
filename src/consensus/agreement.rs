//! How far a ballot agrees with a ranking, and the ballots with one another.

use serde::Serialize;

use super::vote::{Pile, Vote};
use super::weak_order::WeakOrder;
use crate::programme::Unranked;

/// The pairs of initiatives on which two rankings have an opinion, by what those opinions are.
///
/// Counted exactly; the coefficients are derived from the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PairCounts {
    /// Both put the same one above the other.
    pub concordant: u64,
    /// They put them the opposite way round.
    pub discordant: u64,
    /// Level in the first only.
    pub level_in_first: u64,
    /// Level in the second only.
    pub level_in_second: u64,
    /// Level in both.
    pub level_in_both: u64,
}

impl PairCounts {
    /// How many pairs both have an opinion on.
    pub fn pairs(&self) -> u64 {
        self.concordant + self.discordant + self.level_in_first + self.level_in_second + self.level_in_both
    }

    /// Kendall's τ-b, from −1 (opposite) to 1 (the same).
    ///
    /// # Formula
    ///
    /// `(C − D) / √((pairs − level in the first) · (pairs − level in the second))`; `None` where one of the two
    /// holds all pairs level, or there are none.
    ///
    /// # References
    ///
    /// M. G. Kendall (1945), *The treatment of ties in ranking problems*, Biometrika 33.
    pub fn tau_b(&self) -> Option<f64> {
        let decided = self.concordant + self.discordant;
        let (first, second) = (decided + self.level_in_second, decided + self.level_in_first);
        let scale = (first as f64 * second as f64).sqrt();
        (scale > 0.0).then(|| self.difference() / scale)
    }

    /// Emond and Mason's `τ_x`, from −1 to 1, in which being level agrees with being level. It goes with the
    /// Kemeny distance, where τ-b does not. `None` where there are no pairs.
    ///
    /// # Formula
    ///
    /// `(C − D + level in both) / pairs`. Where a ballot leaves initiatives out, only the pairs that it ranks are
    /// counted, and the coefficient is scaled to them.
    ///
    /// # References
    ///
    /// - E. J. Emond and D. W. Mason (2002), *A new rank correlation coefficient with application to the consensus
    ///   ranking problem*, Journal of Multi-Criteria Decision Analysis 11.
    /// - Y. Yoo, A. R. Escobedo and J. K. Skolfield (2020), *A new correlation coefficient for comparing and
    ///   aggregating non-strict and incomplete rankings*, European Journal of Operational Research 285.
    pub fn tau_x(&self) -> Option<f64> {
        let pairs = self.pairs();
        (pairs > 0).then(|| (self.difference() + self.level_in_both as f64) / pairs as f64)
    }

    fn difference(&self) -> f64 {
        // Each below 2⁵³ for any ranking that a tally can have.
        self.concordant as f64 - self.discordant as f64
    }
}

impl Pile {
    /// The pairs on which a ballot (first) agrees and disagrees with a ranking (second): the pairs of all
    /// initiatives, or where the ballot ignores those that it does not list, of the listed ones.
    ///
    /// # Panics
    ///
    /// When there is no such ballot, or the ranking is of fewer initiatives.
    ///
    /// # Complexity
    ///
    /// `O(k log n)` for `k` ranked initiatives.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cxrank::consensus::{Vote, Pile, WeakOrder, Unranked, Weight};
    /// let ballot = Vote::new(vec![vec![0], vec![1, 2]], Unranked::Last, Weight::ONE);
    /// let pile = Pile::new(3, vec![ballot])?;
    /// let counts = pile.agreement(0, &WeakOrder::new(vec![vec![0], vec![1], vec![2]])?);
    /// assert_eq!((counts.concordant, counts.level_in_first), (2, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn agreement(&self, ballot: usize, ranking: &WeakOrder) -> PairCounts {
        let ballot = &self.ballots()[ballot];
        let unlisted = unlisted(ballot, ranking.len());
        let groups = ballot.groups().iter().map(Vec::as_slice).chain([unlisted.as_slice()]);
        count_pairs(groups, ranking)
    }

    /// Kendall's coefficient of concordance W over the ballots, by weight and corrected for ties: 0 where they
    /// cancel out, 1 where all are the same.
    ///
    /// `None` where it is undefined: fewer than two initiatives, no ballots, every ballot holds all level, or a
    /// ballot does not rank every initiative (one that ignores what it does not list).
    ///
    /// # Formula
    ///
    /// `12·S / (m²·(n³ − n) − m·Σ wₖ·Tₖ)` with `S` the sum of squared deviations of the weighted sums of mean ranks,
    /// `m` the total weight, and `Tₖ = Σ (t³ − t)` over the tied groups of ballot `k`: what ballots repeated by
    /// weight would give.
    ///
    /// # References
    ///
    /// M. G. Kendall and B. Babington Smith (1939), *The problem of m rankings*, Annals of Mathematical Statistics
    /// 10; M. G. Kendall (1948), *Rank correlation methods*, for ties.
    pub fn concordance(&self) -> Option<f64> {
        let n = self.initiatives();
        let cube = |size: usize| (size as i128).pow(3) - size as i128;
        let mut ties = 0_i128;
        for ballot in self.ballots() {
            let listed = ballot.listed();
            if ballot.unranked() == Unranked::Ignored && listed < n {
                return None;
            }
            let tied: i128 = ballot.groups().iter().map(|group| cube(group.len())).sum();
            ties += i128::from(ballot.weight().millionths()) * (tied + cube(n - listed));
        }
        let total = i128::from(self.tally().total());
        // The deviation of a rank sum is minus half the net margin; 12·S is three times the sum of their squares.
        let squares: f64 = self.tally().net().iter().map(|&net| (net as f64) * (net as f64)).sum();
        let scale = total as f64 * (total * cube(n) - ties) as f64;
        (scale > 0.0).then(|| 3.0 * squares / scale)
    }
}

/// The pairs on which two full rankings agree and disagree; their Kendall distance is
/// [`discordant`](PairCounts::discordant).
///
/// # Panics
///
/// When the second is of fewer initiatives.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{WeakOrder, compare_rankings};
/// let model = WeakOrder::new(vec![vec![0], vec![1], vec![2]])?;
/// let stakeholders = WeakOrder::new(vec![vec![2], vec![0], vec![1]])?;
/// assert_eq!(compare_rankings(&model, &stakeholders).discordant, 2);
/// # Ok::<(), cxrank::consensus::RankingError>(())
/// ```
pub fn compare_rankings(first: &WeakOrder, second: &WeakOrder) -> PairCounts {
    count_pairs(first.groups().iter().map(Vec::as_slice), second)
}

/// What a ballot puts level below all that it lists: nothing where it ignores them.
pub(super) fn unlisted(ballot: &Vote, n: usize) -> Vec<u32> {
    if ballot.unranked() == Unranked::Ignored {
        return Vec::new();
    }
    let mut unlisted = vec![true; n];
    ballot.groups().iter().flatten().for_each(|&item| unlisted[item as usize] = false);
    (0..n as u32).filter(|&item| unlisted[item as usize]).collect()
}

/// Kendall's pairs, by counting for each item how many of those before it the ranking puts above and below it.
fn count_pairs<'a>(groups: impl Iterator<Item = &'a [u32]>, ranking: &WeakOrder) -> PairCounts {
    let mut counts = PairCounts::default();
    let mut before = Fenwick::new(ranking.groups().len());
    let mut seen = 0;
    let mut places = Vec::new();
    for group in groups {
        places.clear();
        places.extend(group.iter().map(|&item| ranking.group_of(item) as usize));
        for &place in &places {
            let above = before.below(place);
            let above_or_level = before.below(place + 1);
            counts.concordant += above;
            counts.level_in_second += above_or_level - above;
            counts.discordant += seen - above_or_level;
        }
        places.sort_unstable();
        for level in places.chunk_by(|a, b| a == b) {
            counts.level_in_both += pairs_of(level.len());
            before.add(level[0], level.len() as u64);
        }
        counts.level_in_first += pairs_of(places.len());
        seen += places.len() as u64;
    }
    counts.level_in_first -= counts.level_in_both;
    counts
}

fn pairs_of(count: usize) -> u64 {
    let count = count as u64;
    count * count.saturating_sub(1) / 2
}

/// Counts with prefix sums.
///
/// # References
///
/// P. M. Fenwick (1994), *A new data structure for cumulative frequency tables*, Software: Practice and Experience 24.
#[derive(Debug)]
struct Fenwick(Vec<u64>);

impl Fenwick {
    fn new(len: usize) -> Self {
        Self(vec![0; len])
    }

    fn add(&mut self, mut index: usize, count: u64) {
        while index < self.0.len() {
            self.0[index] += count;
            index |= index + 1;
        }
    }

    /// The sum of all counts below an index.
    fn below(&self, mut index: usize) -> u64 {
        let mut sum = 0;
        while index > 0 {
            sum += self.0[index - 1];
            index &= index - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::{any_ballots, full_ballots, groups, pile};
    use crate::consensus::{RESOLUTION, Weight};

    proptest! {
        #[test]
        fn counts_and_coefficients_are_those_of_all_pairs(
            (n, ballots) in any_ballots(1..12, 1..2),
            levels in prop::collection::vec(0..6_u8, 12),
        ) {
            let levels: Vec<_> = levels[..n].iter().copied().map(Some).collect();
            let ranking = WeakOrder::new(groups(&levels)).unwrap();
            let pile = Pile::new(n, ballots).unwrap();
            let places = pile.places(0);
            let (mut expected, mut dot, mut common) = (PairCounts::default(), 0_i32, 0_u32);
            for a in 0..n {
                for b in 0..n {
                    let (Some(x), Some(y)) = (places[a], places[b]) else { continue };
                    if a == b { common += 1; continue; }
                    let (u, v) = (ranking.group_of(a as u32), ranking.group_of(b as u32));
                    // Emond and Mason's own definition: 1 for ahead or level, −1 for behind.
                    dot += if x <= y { 1 } else { -1 } * if u <= v { 1 } else { -1 };
                    if a < b {
                        match (x.cmp(&y), u.cmp(&v)) {
                            (p, q) if p.is_eq() && q.is_eq() => expected.level_in_both += 1,
                            (p, _) if p.is_eq() => expected.level_in_first += 1,
                            (_, q) if q.is_eq() => expected.level_in_second += 1,
                            (p, q) if p == q => expected.concordant += 1,
                            _ => expected.discordant += 1,
                        }
                    }
                }
            }
            let counts = pile.agreement(0, &ranking);
            prop_assert_eq!(counts, expected);
            prop_assert_eq!(counts.tau_x().is_some(), common > 1);
            if let Some(tau_x) = counts.tau_x() {
                prop_assert!((tau_x - f64::from(dot) / f64::from(common * (common - 1))).abs() < 1e-12);
            }
            if let Some(tau_b) = counts.tau_b() {
                prop_assert!((-1.0..=1.0).contains(&tau_b));
            }
        }

        #[test]
        fn concordance_is_that_of_repeated_ballots((n, ballots) in full_ballots(2..7, 1..6)) {
            let w = Pile::new(n, ballots.clone()).unwrap().concordance();
            // By the definition, from the mean ranks of ballots repeated by weight.
            let repeated: Vec<WeakOrder> = ballots.iter().flat_map(|ballot| {
                let ranking = WeakOrder::new(ballot.groups().to_vec()).unwrap();
                vec![ranking; (ballot.weight().millionths() / RESOLUTION) as usize]
            }).collect();
            let m = repeated.len() as f64;
            let sums: Vec<f64> = (0..n as u32)
                .map(|a| repeated.iter().map(|r| f64::from(r.doubled_place(a)) / 2.0).sum())
                .collect();
            let mean = sums.iter().sum::<f64>() / n as f64;
            let s: f64 = sums.iter().map(|sum| (sum - mean).powi(2)).sum();
            let ties: usize = repeated.iter()
                .flat_map(|r| r.groups().iter().map(|g| g.len().pow(3) - g.len())).sum();
            let scale = m * m * (n.pow(3) - n) as f64 - m * ties as f64;
            match w {
                None => prop_assert!(scale.abs() < 1e-9),
                Some(w) => prop_assert!((w - 12.0 * s / scale).abs() < 1e-9),
            }
        }
    }

    #[test]
    fn the_ends_of_the_scales_and_where_there_are_none() {
        let order = WeakOrder::new(vec![vec![0], vec![1], vec![2]]).unwrap();
        let level = WeakOrder::new(vec![vec![0, 1, 2]]).unwrap();
        let taus = |text, ranking: &WeakOrder| {
            let counts = pile(3, text).agreement(0, ranking);
            (counts.tau_b(), counts.tau_x())
        };
        assert_eq!(taus("1*A>B>C", &order), (Some(1.0), Some(1.0)));
        assert_eq!(taus("1*C>B>A", &order), (Some(-1.0), Some(-1.0)));
        assert_eq!(taus("1*A=B=C", &level), (None, Some(1.0)));
        assert_eq!(taus("1*A=B=C", &order), (None, Some(0.0)));
        let one = Vote::new(vec![vec![1]], Unranked::Ignored, Weight::ONE);
        let counts = Pile::new(3, vec![one.clone()]).unwrap().agreement(0, &order);
        assert_eq!((counts.pairs(), counts.tau_b(), counts.tau_x()), (0, None, None));

        assert_eq!(pile(3, "2*A>B>C 1*A>B>C").concordance(), Some(1.0));
        assert_eq!(pile(3, "2*A>B=C 1*A>B=C").concordance(), Some(1.0));
        assert_eq!(pile(3, "1*A>B>C 1*C>B>A").concordance(), Some(0.0));
        assert_eq!(pile(3, "1*A=B=C").concordance(), None);
        assert_eq!(pile(1, "1*A").concordance(), None);
        assert_eq!(pile(3, "").concordance(), None);
        assert_eq!(Pile::new(3, vec![one]).unwrap().concordance(), None);
    }
}
