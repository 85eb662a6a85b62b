//! Counting ballots one by one into a [`Tally`].

use super::tally::{Tally, TallyError, check_size};
use super::vote::{BallotError, BallotProblem, Vote};
use super::weight::{MAX_TOTAL, Weight};
use crate::programme::Unranked;

/// Counts ballots into a [`Tally`], holding none of them (but for a small batch of long ones).
///
/// # Complexity
///
/// For a ballot that lists `k` of `n` initiatives: `O(k²)` time, whatever [`Unranked`] says, or `O(n²/16)` vector
/// operations for long ballots. Memory: `O(n²)`.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{TallyBuilder, Unranked, Weight};
/// let mut builder = TallyBuilder::new(2)?;
/// builder.push([[0], [1]], Unranked::Last, Weight::ONE)?;
/// let error = builder.push([[1], [1]], Unranked::Last, Weight::ONE).unwrap_err();
/// assert_eq!((error.ballot, error.code()), (1, "ballot.duplicate-initiative"));
/// assert_eq!(builder.finish().ballots(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TallyBuilder {
    n: usize,
    /// How many ballots were offered: the index of the next.
    offered: u64,
    ballots: u64,
    total: u64,
    /// Pairs that are counted where they stand.
    prefer: Vec<u64>,
    /// Short ballots whose unlisted initiatives come last: only listed pairs are counted here.
    short_last: Option<ShortLast>,
    /// Long ballots of one weight, to be counted together.
    batch: Batch,
    point_ballots: u64,
    points: Vec<u128>,
    /// Per initiative, the last ballot (counted from 1) that listed it.
    seen: Vec<u64>,
    groups: Groups,
}

/// The groups of a ballot in two flat rows.
#[derive(Debug, Clone, Default)]
struct Groups {
    items: Vec<u32>,
    /// Where each group ends in `items`.
    ends: Vec<u32>,
}

/// Sums over short ballots whose unlisted initiatives come last.
///
/// On each such ballot a listed initiative stands above every unlisted one. Those pairs are many, and need not be
/// visited: of the weight that lists `a`, what does not list `b` too prefers `a` to `b`; and what lists both is
/// what prefers the one or the other or holds them level.
#[derive(Debug, Clone)]
struct ShortLast {
    prefer: Vec<u64>,
    level: Vec<u64>,
    listed: Vec<u64>,
}

impl TallyBuilder {
    /// Nothing counted yet, for the initiatives `0..n`.
    ///
    /// # Errors
    ///
    /// When `n` is above [`MAX_INITIATIVES`](super::MAX_INITIATIVES).
    pub fn new(n: usize) -> Result<Self, TallyError> {
        check_size(n)?;
        Ok(Self {
            n,
            offered: 0,
            ballots: 0,
            total: 0,
            prefer: vec![0; n * n],
            short_last: None,
            batch: Batch::default(),
            point_ballots: 0,
            points: Vec::new(),
            seen: vec![0; n],
            groups: Groups::default(),
        })
    }

    /// Counts one ballot: its groups from best to worst.
    ///
    /// # Errors
    ///
    /// When the ballot lists an initiative twice or one that is unknown, or the total would exceed
    /// [`MAX_TOTAL`]. The error names the ballot by its number among all that were offered, refused ones
    /// included, from 0; a refused ballot counts nothing.
    pub fn push<G>(&mut self, groups: G, unranked: Unranked, weight: Weight) -> Result<(), BallotError>
    where
        G: IntoIterator<Item: AsRef<[u32]>>,
    {
        self.groups.items.clear();
        self.groups.ends.clear();
        for group in groups {
            let group = group.as_ref();
            if !group.is_empty() {
                self.groups.items.extend_from_slice(group);
                self.groups.ends.push(self.groups.items.len() as u32);
            }
        }
        self.push_flat(unranked, weight)
    }

    /// Counts one ballot that lists single initiatives from best to worst.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn push_strict(
        &mut self,
        order: &[u32],
        unranked: Unranked,
        weight: Weight,
    ) -> Result<(), BallotError> {
        self.groups.items.clear();
        self.groups.items.extend_from_slice(order);
        self.groups.ends.clear();
        self.groups.ends.extend(1..=order.len() as u32);
        self.push_flat(unranked, weight)
    }

    /// Counts one ballot whose weight is a number of votes that nobody has checked yet.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push), and when the weight is not positive, not finite or beyond the resolution.
    pub fn push_votes<G>(&mut self, groups: G, unranked: Unranked, votes: f64) -> Result<(), BallotError>
    where
        G: IntoIterator<Item: AsRef<[u32]>>,
    {
        match Weight::from_votes(votes) {
            Ok(weight) => self.push(groups, unranked, weight),
            Err(error) => {
                let ballot = self.offered;
                self.offered += 1;
                Err(BallotError { ballot, problem: BallotProblem::Weight(error) })
            }
        }
    }

    /// Counts one ballot with all that it says, points included.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn push_ballot(&mut self, ballot: &Vote) -> Result<(), BallotError> {
        let points = ballot.points().unwrap_or_default();
        // Zero points may stand in no group, so they are looked at here.
        if let Some(&(item, _)) = points.iter().find(|&&(item, _)| item as usize >= self.n) {
            let error = BallotProblem::Unknown { initiative: item, known: self.n };
            self.offered += 1;
            return Err(BallotError { ballot: self.offered - 1, problem: error });
        }
        self.push(ballot.groups(), ballot.unranked(), ballot.weight())?;
        if ballot.points().is_some() {
            self.point_ballots += 1;
            self.points.resize(self.n, 0);
        }
        for &(item, amount) in points {
            // Less than 2⁶⁰ · 2⁵⁰ over all ballots.
            self.points[item as usize] += u128::from(ballot.weight().millionths()) * u128::from(amount);
        }
        Ok(())
    }

    /// The tally of all ballots so far.
    pub fn finish(mut self) -> Tally {
        self.batch.count(self.n, &mut self.prefer);
        let n = self.n;
        if let Some(short) = &self.short_last {
            for a in 0..n {
                for b in 0..n {
                    if a != b {
                        let both = short.prefer[a * n + b] + short.prefer[b * n + a] + short.level[a * n + b];
                        self.prefer[a * n + b] += short.prefer[a * n + b] + (short.listed[a] - both);
                    }
                }
            }
        }
        Tally::counted(n, self.ballots, self.total, self.prefer, self.point_ballots, self.points)
    }

    /// Checks and counts what is in `groups`.
    fn push_flat(&mut self, unranked: Unranked, weight: Weight) -> Result<(), BallotError> {
        let ballot = self.offered;
        self.offered += 1;
        for &item in &self.groups.items {
            let problem = match self.seen.get_mut(item as usize) {
                None => BallotProblem::Unknown { initiative: item, known: self.n },
                Some(last) if *last == self.offered => BallotProblem::Duplicate { initiative: item },
                Some(last) => {
                    *last = self.offered;
                    continue;
                }
            };
            return Err(BallotError { ballot, problem });
        }
        let w = weight.millionths();
        if self.total + w > MAX_TOTAL {
            return Err(BallotError { ballot, problem: BallotProblem::Overflow });
        }
        self.total += w;
        self.ballots += 1;

        let Self { n, groups, prefer, .. } = self;
        let listed = groups.items.len();
        // A long ballot costs less as one of a batch, which visits every pair but 8 ballots at a time.
        if listed >= 8 && 3 * listed >= 2 * *n {
            self.batch.push(*n, groups, unranked, w, prefer);
        } else if unranked == Unranked::Ignored || listed == *n {
            count_listed(*n, &groups.items, &groups.ends, w, prefer);
        } else {
            self.short_last.get_or_insert_with(|| ShortLast::new(*n)).count(*n, groups, w);
        }
        Ok(())
    }
}

/// Adds `w` to each pair of listed initiatives, the better group's in the row.
fn count_listed(n: usize, items: &[u32], ends: &[u32], w: u64, prefer: &mut [u64]) {
    let mut start = 0;
    for &end in ends {
        let (group, worse) = (&items[start..end as usize], &items[end as usize..]);
        for &a in group {
            let row = &mut prefer[a as usize * n..][..n];
            for &b in worse {
                row[b as usize] += w;
            }
        }
        start = end as usize;
    }
}

impl ShortLast {
    fn new(n: usize) -> Self {
        Self { prefer: vec![0; n * n], level: vec![0; n * n], listed: vec![0; n] }
    }

    fn count(&mut self, n: usize, groups: &Groups, w: u64) {
        count_listed(n, &groups.items, &groups.ends, w, &mut self.prefer);
        for &item in &groups.items {
            self.listed[item as usize] += w;
        }
        if groups.ends.len() == groups.items.len() {
            return;
        }
        let mut start = 0;
        for &end in &groups.ends {
            let group = &groups.items[start..end as usize];
            for (i, &a) in group.iter().enumerate() {
                for &b in &group[i + 1..] {
                    self.level[a as usize * n + b as usize] += w;
                    self.level[b as usize * n + a as usize] += w;
                }
            }
            start = end as usize;
        }
    }
}

/// How many ballots are compared together.
const LANES: usize = 128;

/// Fewer ballots than this are counted one by one.
const FEW: usize = 12;

/// The side of the square of pairs that is counted at a time, so that what it reads and writes stays near.
const TILE: usize = 16;

/// One number per ballot of a batch.
type Lanes = [i16; LANES];

/// Long ballots of one weight, waiting to be counted together.
///
/// Counting them one by one would touch a cell of the table for each pair of each ballot. Here, for one pair, the
/// places on all ballots of the batch are compared in a row, which compilers turn into vector operations, and the
/// cell is touched once.
#[derive(Debug, Clone, Default)]
struct Batch {
    weight: u64,
    /// Whether each ballot puts each initiative in a place of its own.
    strict: bool,
    items: Vec<u32>,
    ends: Vec<u32>,
    ballots: Vec<Pending>,
    /// `a` is above `b` on a ballot when `upper[a] < lower[b]` in its lane.
    upper: Vec<Lanes>,
    lower: Vec<Lanes>,
}

/// A ballot in a batch.
#[derive(Debug, Clone, Copy)]
struct Pending {
    items_end: usize,
    ends_end: usize,
    unranked: Unranked,
}

impl Batch {
    fn push(&mut self, n: usize, groups: &Groups, unranked: Unranked, weight: u64, prefer: &mut [u64]) {
        if self.ballots.len() == LANES || self.weight != weight {
            self.count(n, prefer);
            self.weight = weight;
            self.strict = true;
        }
        self.items.extend_from_slice(&groups.items);
        self.ends.extend_from_slice(&groups.ends);
        let (items_end, ends_end) = (self.items.len(), self.ends.len());
        self.ballots.push(Pending { items_end, ends_end, unranked });
        self.strict &= groups.ends.len() == n;
    }

    /// Counts the waiting ballots and forgets them.
    fn count(&mut self, n: usize, prefer: &mut [u64]) {
        if self.ballots.len() < FEW {
            self.count_singly(n, prefer);
        } else {
            self.place(n);
            self.compare(n, prefer);
        }
        self.items.clear();
        self.ends.clear();
        self.ballots.clear();
    }

    fn count_singly(&mut self, n: usize, prefer: &mut [u64]) {
        let (mut item, mut end) = (0, 0);
        let mut listed = vec![false; n];
        let mut rest = Vec::new();
        for ballot in &self.ballots {
            let items = &self.items[item..ballot.items_end];
            let ends = &self.ends[end..ballot.ends_end];
            count_listed(n, items, ends, self.weight, prefer);
            if ballot.unranked == Unranked::Last && items.len() < n {
                listed.fill(false);
                for &a in items {
                    listed[a as usize] = true;
                }
                rest.clear();
                rest.extend((0..n).filter(|&b| !listed[b]));
                for &a in items {
                    let row = &mut prefer[a as usize * n..][..n];
                    for &b in &rest {
                        row[b] += self.weight;
                    }
                }
            }
            (item, end) = (ballot.items_end, ballot.ends_end);
        }
    }

    /// Writes the places of the initiatives on each ballot into that ballot's lane.
    fn place(&mut self, n: usize) {
        // Above nothing and below nothing: the lane of no ballot, and the initiative that a ballot ignores.
        const ABOVE_NOTHING: i16 = i16::MAX;
        const BELOW_NOTHING: i16 = 0;
        self.upper.clear();
        self.upper.resize(n, [ABOVE_NOTHING; LANES]);
        self.lower.clear();
        self.lower.resize(n, [BELOW_NOTHING; LANES]);
        let (mut item, mut end) = (0, 0);
        for (lane, ballot) in self.ballots.iter().enumerate() {
            let items = &self.items[item..ballot.items_end];
            let ends = &self.ends[end..ballot.ends_end];
            if ballot.unranked == Unranked::Last && items.len() < n {
                // At most 10,000 groups, so a place fits.
                #[allow(clippy::cast_possible_wrap)]
                let last = ends.len() as i16 + 1;
                for a in 0..n {
                    self.upper[a][lane] = last;
                    self.lower[a][lane] = last;
                }
            }
            let mut start = 0;
            for (place, &group_end) in (1_i16..).zip(ends) {
                for &a in &items[start..group_end as usize] {
                    self.upper[a as usize][lane] = place;
                    self.lower[a as usize][lane] = place;
                }
                start = group_end as usize;
            }
            (item, end) = (ballot.items_end, ballot.ends_end);
        }
    }

    /// Adds up each pair over the lanes.
    fn compare(&self, n: usize, prefer: &mut [u64]) {
        let ballots = self.ballots.len() as u64;
        for a_tile in (0..n).step_by(TILE) {
            for b_tile in (a_tile..n).step_by(TILE) {
                for a in a_tile..n.min(a_tile + TILE) {
                    for b in b_tile.max(a + 1)..n.min(b_tile + TILE) {
                        let above = count_less(&self.upper[a], &self.lower[b]);
                        // Where nothing is level and nothing left out, who is not above is below.
                        let below = if self.strict {
                            ballots - above
                        } else {
                            count_less(&self.upper[b], &self.lower[a])
                        };
                        prefer[a * n + b] += above * self.weight;
                        prefer[b * n + a] += below * self.weight;
                    }
                }
            }
        }
    }
}

/// In how many lanes the left number is the less.
fn count_less(left: &Lanes, right: &Lanes) -> u64 {
    let mut count = 0_i16;
    for (l, r) in left.iter().zip(right) {
        count += i16::from(l < r);
    }
    count.unsigned_abs().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::consensus::testing::{any_ballots, groups, naive_table};

    fn assert_naive(n: usize, ballots: &[Vote]) {
        let mut builder = TallyBuilder::new(n).unwrap();
        for ballot in ballots {
            builder.push_ballot(ballot).unwrap();
        }
        let tally = builder.finish();
        let total = ballots.iter().map(|ballot| ballot.weight().millionths()).sum();
        let naive = Tally::from_pairwise(n, naive_table(n, ballots), ballots.len() as u64, total).unwrap();
        assert_eq!(tally, naive);
    }

    proptest! {
        #[test]
        fn the_tally_is_what_each_pair_of_each_ballot_says((n, ballots) in any_ballots(0..25, 0..12)) {
            assert_naive(n, &ballots);
        }

        /// Runs of one weight, long enough to be counted together, of long and short ballots.
        #[test]
        fn so_it_is_for_batches(
            (n, ballots) in any_ballots(8..40, 1..6),
            repeat in 1..150_usize,
            same_weight in any::<bool>(),
        ) {
            let many: Vec<Vote> = ballots
                .iter()
                .cycle()
                .take(repeat)
                .enumerate()
                .map(|(i, ballot)| {
                    // Each a little different from the last.
                    let turn = |&a: &u32| (a + i as u32) % n as u32;
                    let groups = ballot.groups().iter().map(|g| g.iter().map(turn).collect()).collect();
                    let weight = if same_weight { Weight::ONE } else { ballot.weight() };
                    Vote::new(groups, ballot.unranked(), weight)
                })
                .collect();
            assert_naive(n, &many);
        }

        #[test]
        fn and_for_batches_of_strict_ballots(
            orders in prop::collection::vec(Just((0..9_u8).collect::<Vec<_>>()).prop_shuffle(), 1..200),
        ) {
            let ballots: Vec<Vote> = orders
                .iter()
                .map(|order| {
                    let levels: Vec<_> = order.iter().copied().map(Some).collect();
                    Vote::new(groups(&levels), Unranked::Ignored, Weight::ONE)
                })
                .collect();
            assert_naive(9, &ballots);
        }
    }

    #[test]
    fn refusals_name_the_ballot_and_count_nothing() {
        let mut builder = TallyBuilder::new(3).unwrap();
        let codes = [
            builder.push([[0], [1]], Unranked::Last, Weight::ONE),
            builder.push([vec![0, 1, 0]], Unranked::Last, Weight::ONE),
            builder.push_strict(&[2, 3], Unranked::Ignored, Weight::ONE),
            builder.push_votes([[0]], Unranked::Last, -1.0),
            builder.push_votes([[0]], Unranked::Last, f64::NAN),
            builder.push_votes([[0]], Unranked::Last, 1e-7),
            builder.push_votes([[0]], Unranked::Last, 1e10),
            builder.push_votes([[1], [0]], Unranked::Last, 1.0),
        ]
        .map(|result| result.map_err(|error| (error.ballot, error.code())));
        assert_eq!(
            codes,
            [
                Ok(()),
                Err((1, "ballot.duplicate-initiative")),
                Err((2, "ballot.unknown-initiative")),
                Err((3, "ballot.weight-not-positive")),
                Err((4, "ballot.weight-not-finite")),
                Err((5, "ballot.weight-below-resolution")),
                Err((6, "ballot.weight-too-large")),
                Ok(()),
            ]
        );
        let one = Weight::ONE.millionths();
        let table = vec![0, one, 2 * one, one, 0, 2 * one, 0, 0, 0];
        assert_eq!(builder.finish(), Tally::from_pairwise(3, table, 2, 2 * one).unwrap());
    }

    #[test]
    fn the_total_is_bounded() {
        let most = Weight::from_millionths(crate::consensus::MAX_MILLIONTHS).unwrap();
        let mut builder = TallyBuilder::new(2).unwrap();
        for _ in 0..1024 {
            builder.push([[0], [1]], Unranked::Last, most).unwrap();
        }
        let error = builder.push([[0]], Unranked::Last, Weight::ONE).unwrap_err();
        assert_eq!((error.ballot, error.code()), (1024, "tally.overflow"));
        assert_eq!(builder.finish().prefer(0, 1), MAX_TOTAL);
    }
}
