//! An order of merit that follows single changes.

use std::ops::Range;

use super::counted_tree::{CountedTree, NONE, make_room};
use super::kernel::{self, compare, compare_scores};
use crate::score::kernel::{Key, Merit};

/// One line of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The competition rank (1, 2, 2, 4).
    pub rank: u32,
    /// The initiative.
    pub index: u32,
}

/// The order of merit of initiatives whose scores come, change and go one at a time.
///
/// It always equals a fresh [`rank`](kernel::rank) of the same scores: best first, ties in index order. Unscored
/// initiatives are not in it.
///
/// It is a B-tree whose entries are initiatives; every inner node counts what is below each child, and every initiative
/// knows its leaf.
///
/// # Complexity
/// With n initiatives: O(n log n) to build; O(log n) time for each change and question, and O(log n + m) for a page of m
/// lines. Memory: the scores, and at most 35 bytes per initiative (about 20 once built).
///
/// # Examples
/// ```
/// use cxrank::rank::LiveOrder;
///
/// let mut order = LiveOrder::new(&[30_i64, 50, 40]);
/// assert_eq!(order.rank(0), Some(3));
/// order.set(0, 50);
/// assert_eq!(order.rank(0), Some(1));
/// let lines: Vec<_> = order.page(0..3).into_iter().map(|line| (line.rank, line.index)).collect();
/// assert_eq!(lines, [(1, 0), (1, 1), (3, 2)]);
/// order.remove(1);
/// assert_eq!(order.neighbours(2), (Some(0), None));
/// ```
///
/// # References
/// Bayer and `McCreight` (1972), "Organization and maintenance of large ordered indexes", *Acta Informatica* 1.
#[derive(Clone, Debug)]
pub struct LiveOrder<S> {
    /// By initiative; what an initiative that is not in the order has here is never read.
    scores: Vec<S>,
    /// By initiative: its leaf, or [`NONE`].
    leaf_of: Vec<u32>,
    tree: CountedTree,
}

impl<S: Merit> LiveOrder<S> {
    /// The order of the initiatives 0, 1, … with these scores.
    ///
    /// # Panics
    /// On more than `u32::MAX` scores.
    pub fn new(scores: &[S]) -> Self {
        let order = kernel::rank(scores).order;
        let mut leaf_of = vec![NONE; scores.len()];
        let key = |index: u32| scores[index as usize].key().map_or(0, Key::get);
        let entries = order.into_iter().map(|index| (key(index), index));
        let tree = CountedTree::new(entries, &mut leaf_of);
        Self { scores: scores.to_vec(), leaf_of, tree }
    }

    /// The number of initiatives in the order.
    pub fn len(&self) -> usize {
        self.tree.len() as usize
    }

    /// Whether no initiative is in the order.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The score of an initiative; `None` if it is not in the order.
    pub fn score(&self, index: u32) -> Option<S> {
        self.leaf(index).map(|_| self.scores[index as usize])
    }

    /// Gives an initiative a score, whether or not it had one; an unscored one takes it out of the order.
    ///
    /// Memory grows with the greatest index.
    ///
    /// # Panics
    /// On the index `u32::MAX`.
    pub fn set(&mut self, index: u32, score: S) {
        assert!(index < NONE, "an index is less than u32::MAX");
        self.remove(index);
        let Some(key) = score.key() else { return };
        let place = index as usize;
        if place >= self.scores.len() {
            let more = place + 1 - self.scores.len();
            make_room(&mut self.scores, more);
            make_room(&mut self.leaf_of, more);
            self.scores.resize(place + 1, score);
            self.leaf_of.resize(place + 1, NONE);
        }
        self.scores[place] = score;
        let (scores, entry) = (&self.scores, (key.get(), index));
        let is_before = |other| compare(scores, other, entry).is_lt();
        self.tree.insert(entry, &mut self.leaf_of, is_before);
    }

    /// Takes an initiative out of the order; returns the score that it had there.
    pub fn remove(&mut self, index: u32) -> Option<S> {
        let leaf = self.leaf(index)?;
        self.tree.remove(index, leaf, &mut self.leaf_of);
        Some(self.scores[index as usize])
    }

    /// The competition rank of an initiative: one more than there are better ones.
    pub fn rank(&self, index: u32) -> Option<u32> {
        let (place, entry, before) = self.tree.place(index, self.leaf(index)?);
        let is_better = |other| compare_scores(&self.scores, other, entry).is_lt();
        Some(match before {
            Some(before) if is_better(before) => place + 1,
            _ => self.tree.count_before(is_better) + 1,
        })
    }

    /// The place of an initiative in the order, from 0.
    pub fn place(&self, index: u32) -> Option<u32> {
        self.leaf(index).map(|leaf| self.tree.place(index, leaf).0)
    }

    /// The initiative at a place of the order, from 0.
    pub fn at(&self, place: u32) -> Option<u32> {
        self.tree.stretch_from(place).first().copied()
    }

    /// The initiatives next before and next after this one.
    pub fn neighbours(&self, index: u32) -> (Option<u32>, Option<u32>) {
        let Some(place) = self.place(index) else {
            return (None, None);
        };
        (place.checked_sub(1).and_then(|before| self.at(before)), self.at(place + 1))
    }

    /// The lines at these places of the order, from 0; behind its end there are none.
    pub fn page(&self, places: Range<u32>) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut place = places.start;
        while place < places.end {
            let stretch = self.tree.stretch_from(place);
            if stretch.is_empty() {
                break;
            }
            for &index in stretch.iter().take((places.end - place) as usize) {
                let rank = match lines.last() {
                    Some(line) if self.are_tied(line.index, index) => line.rank,
                    Some(_) => place + 1,
                    None => self.rank(index).unwrap_or(place + 1),
                };
                lines.push(Line { rank, index });
                place += 1;
            }
        }
        lines
    }

    /// The memory that the order holds, in bytes.
    pub fn allocated_bytes(&self) -> usize {
        let of_scores = self.scores.capacity() * size_of::<S>();
        of_scores + self.leaf_of.capacity() * size_of::<u32>() + self.tree.allocated_bytes()
    }

    fn leaf(&self, index: u32) -> Option<u32> {
        self.leaf_of.get(index as usize).copied().filter(|&leaf| leaf != NONE)
    }

    fn are_tied(&self, a: u32, b: u32) -> bool {
        self.scores[a as usize].compare(self.scores[b as usize]).is_eq()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::score::kernel::Ratio;
    use crate::scoring_input::SplitMix64;

    /// The live order answers every question as a fresh sort does.
    fn assert_equals_fresh_sort<S: Merit>(live: &LiveOrder<S>, scores: &[Option<S>]) {
        let fresh = kernel::rank(scores);
        let ranks = fresh.ranks();
        assert_eq!(live.len(), fresh.order.len());
        assert_eq!(live.is_empty(), fresh.order.is_empty());
        let expected: Vec<_> =
            ranks.iter().zip(&fresh.order).map(|(&rank, &index)| Line { rank, index }).collect();
        assert_eq!(live.page(0..u32::MAX), expected);
        for (place, line) in expected.iter().enumerate() {
            assert_eq!(live.at(place as u32), Some(line.index));
            assert_eq!(live.place(line.index), Some(place as u32));
            assert_eq!(live.rank(line.index), Some(line.rank));
            let before = place.checked_sub(1).map(|before| expected[before].index);
            let after = expected.get(place + 1).map(|line| line.index);
            assert_eq!(live.neighbours(line.index), (before, after));
        }
        for &index in &fresh.unscored {
            assert_eq!((live.rank(index), live.place(index)), (None, None));
            assert_eq!(live.neighbours(index), (None, None));
        }
        assert_eq!(live.at(fresh.order.len() as u32), None);
        let middle = expected.len() / 2;
        let end = (middle + 70).min(expected.len());
        assert_eq!(live.page(middle as u32..end as u32), expected[middle..end]);
    }

    /// Scores that often tie exactly, by equal ratios in different terms, or nearly.
    fn score() -> impl Strategy<Value = Ratio<i64>> {
        let huge = 1i64 << 61;
        prop_oneof![(-3..6i64, 0..5i64), (0..4i64, 0..4i64).prop_map(move |(b, e)| (huge + b, huge + e)),]
            .prop_map(|(benefit, effort)| Ratio::new(benefit, effort).expect("not negative"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn equals_a_fresh_sort_after_every_edit(
            start in prop::collection::vec(score(), 0..200),
            edits in prop::collection::vec((0..250u32, prop::option::of(score())), 0..200),
        ) {
            let mut live = LiveOrder::new(&start);
            let mut scores: Vec<_> = start.into_iter().map(Some).collect();
            assert_equals_fresh_sort(&live, &scores);
            for (index, edit) in edits {
                let place = index as usize;
                if place >= scores.len() {
                    scores.resize(place + 1, None);
                }
                let before = scores[place].filter(|score| score.key().is_some());
                assert_eq!(live.score(index), before);
                match edit {
                    Some(score) => live.set(index, score),
                    None => assert_eq!(live.remove(index), before),
                }
                scores[place] = edit;
                assert_equals_fresh_sort(&live, &scores);
            }
        }
    }

    #[test]
    fn equals_a_fresh_sort_over_many_leaves() {
        for (seed, distinct) in [(1, 1), (2, 40), (3, 1 << 40)] {
            let mut random = SplitMix64(seed);
            let mut scores = vec![None; 20_000];
            let mut live = LiveOrder::new(&[0i64; 0]);
            // Rises to many, then falls to few.
            for round in 0..6 {
                for _ in 0..12_000 {
                    let index = random.below(20_000) as u32;
                    if random.below(6) >= round {
                        let score = random.below(distinct).cast_signed();
                        live.set(index, score);
                        scores[index as usize] = Some(score);
                    } else {
                        assert_eq!(live.remove(index), scores[index as usize].take());
                    }
                }
                assert_equals_fresh_sort(&live, &scores);
            }
        }
    }

    #[test]
    fn an_empty_order_answers() {
        let mut live = LiveOrder::<i64>::new(&[]);
        assert_equals_fresh_sort(&live, &[]);
        assert_eq!((live.at(0), live.rank(0), live.remove(9)), (None, None, None));
        assert_eq!(live.page(5..7), []);
        live.set(3, 1);
        assert_equals_fresh_sort(&live, &[None, None, None, Some(1)]);
    }
}
