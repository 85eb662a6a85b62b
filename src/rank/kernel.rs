//! The order of merit: an exact total order of many scores, or of the best few.
//!
//! Floating point only filters. A score's [`Key`](crate::score::kernel::Key) is its value rounded to an `f64`; the keys are put in order by a radix
//! sort on 32 of their bits, and whatever the keys leave in doubt is decided by the exact comparison of the scores.

use std::cmp::Ordering;
use std::ops::Range;

use crate::score::kernel::{Merit, Scores};

/// Initiatives in order of merit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MeritOrder {
    /// The scored initiatives, best first; ties stand in index order.
    pub order: Vec<u32>,
    /// The places of `order` that share a score: every such stretch of two or more, from the top.
    pub ties: Vec<Range<u32>>,
    /// The unscored initiatives, in index order.
    pub unscored: Vec<u32>,
}

impl MeritOrder {
    /// The competition rank (1, 2, 2, 4) at each place of the order.
    pub fn ranks(&self) -> Vec<u32> {
        let mut ranks: Vec<u32> = (1..=self.order.len() as u32).collect();
        for tie in &self.ties {
            ranks[tie.start as usize..tie.end as usize].fill(tie.start + 1);
        }
        ranks
    }
}

/// Puts all scores in order.
///
/// # Panics
/// On more than `u32::MAX` scores: an initiative's index is a `u32`.
///
/// # Complexity
/// O(n) time for n scores that are spread like measured data; O(n log n) at worst, when most of them agree in all but the
/// last bits. 16 n bytes of working memory beside the result.
///
/// # Determinism
/// The result is a function of the scores alone: the order is total, so the way to it cannot show.
///
/// # Examples
/// ```
/// use cxrank::{rank::kernel::rank, score::kernel::Ratio};
///
/// let scores = [(1, 2), (3, 4), (6, 8), (5, 0), (-1, 9)].map(|(b, e)| Ratio::new(b, e).unwrap());
/// let ranking = rank::<Ratio<i64>>(&scores);
/// assert_eq!(ranking.order, [1, 2, 0, 4]);
/// assert_eq!(ranking.ties, [0..2]);
/// assert_eq!(ranking.ranks(), [1, 1, 3, 4]);
/// assert_eq!(ranking.unscored, [3]);
/// ```
pub fn rank<S: Merit>(scores: &[S]) -> MeritOrder {
    assert_indices_fit(scores.len());
    #[cfg(feature = "parallel")]
    if let Some(ranking) = super::parallel::rank(scores) {
        return ranking;
    }
    let cut = Cut::new(Extent::of(scores));
    let mut words = cut.sorted_words(scores, 0);
    let ties = cut.resolve(scores, &mut words);
    let order: Vec<_> = words.iter().map(|&word| index(word)).collect();
    let unscored = unscored(scores, order.len());
    MeritOrder { order, ties, unscored }
}

/// Puts the best `k` in order: the first `k` places of [`rank`], without ordering the rest.
///
/// # Panics
/// On more than `u32::MAX` scores.
///
/// # Complexity
/// O(n + k log k) time, O(min(n, k)) memory.
///
/// # Examples
/// ```
/// use cxrank::rank::kernel::top_k;
///
/// assert_eq!(top_k(&[7_i64, 9, 2, 9, 8], 3), [1, 3, 4]);
/// ```
pub fn top_k<S: Merit>(scores: &[S], k: usize) -> Vec<u32> {
    assert_indices_fit(scores.len());
    if k == 0 {
        return Vec::new();
    }
    #[cfg(feature = "parallel")]
    if let Some(best) = super::parallel::best(scores, k) {
        return best.in_order(scores);
    }
    Best::of(scores, 0..scores.len() as u32, k).in_order(scores)
}

impl<N: Merit, W: Merit> Scores<N, W> {
    /// All in order of merit.
    pub fn rank(&self) -> MeritOrder {
        match self {
            Self::Narrow(scores) => rank(scores),
            Self::Wide(scores) => rank(scores),
        }
    }

    /// The best `k` in order of merit.
    pub fn top_k(&self, k: usize) -> Vec<u32> {
        match self {
            Self::Narrow(scores) => top_k(scores, k),
            Self::Wide(scores) => top_k(scores, k),
        }
    }
}

fn assert_indices_fit(count: usize) {
    assert!(u32::try_from(count).is_ok(), "more than u32::MAX initiatives");
}

/// The exact order of two scored initiatives, each given with its key: better first, ties by index.
#[inline]
pub(super) fn compare<S: Merit>(scores: &[S], a: (u64, u32), b: (u64, u32)) -> Ordering {
    compare_scores(scores, a, b).then(a.1.cmp(&b.1))
}

/// The exact order of two scores, better first.
#[inline]
pub(super) fn compare_scores<S: Merit>(scores: &[S], a: (u64, u32), b: (u64, u32)) -> Ordering {
    if a.0.abs_diff(b.0) > S::SLACK {
        b.0.cmp(&a.0)
    } else {
        scores[b.1 as usize].compare(scores[a.1 as usize])
    }
}

/// Each of the two last digits of the radix sort has this many bits.
const DIGIT_BITS: u32 = 8;

/// The first digit has as many bits as give buckets of about this many words, which fit the first-level cache.
const BUCKET: usize = 1 << 9;

/// Fewer words than this are sorted faster by comparison.
const RADIX_FROM: usize = 48;

/// The bits of a distance that a word keeps; the index of the initiative takes the others.
const KEPT: u64 = !(u32::MAX as u64);

/// How keys are cut to words.
///
/// A word holds the distance of a key from the best key, shifted to the left end and cut to half a word, and below it the
/// index of the initiative: words ascend as merit descends.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    best: u64,
    /// Distances are shifted left by this.
    lead: u32,
    /// The position of the first digit of a word.
    bucket_shift: u32,
    /// Words whose kept bits differ by more than this are in the order of their scores.
    reach: u64,
}

/// The initiative of a word.
pub(super) fn index(word: u64) -> u32 {
    word as u32
}

/// What must be known of all keys before they are cut.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    scored: usize,
    best: u64,
    worst: u64,
    /// Whether every key is its score correctly rounded.
    rounded_once: bool,
    slack: u64,
}

impl Extent {
    pub(super) fn of<S: Merit>(scores: &[S]) -> Self {
        let (mut scored, mut best, mut worst, mut rounded_once) = (0, 0, u64::MAX, true);
        for score in scores {
            if let Some(key) = score.key() {
                scored += 1;
                best = best.max(key.get());
                worst = worst.min(key.get());
            }
            rounded_once &= score.rounds_once();
        }
        Self { scored, best, worst, rounded_once, slack: S::SLACK }
    }

    #[cfg(feature = "parallel")]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            scored: self.scored + other.scored,
            best: self.best.max(other.best),
            worst: self.worst.min(other.worst),
            rounded_once: self.rounded_once && other.rounded_once,
            slack: self.slack,
        }
    }
}

impl Cut {
    pub(super) fn new(extent: Extent) -> Self {
        let Extent { scored, best, worst, rounded_once, slack } = extent;
        let bucket_bits = (scored / BUCKET).max(2).ilog2().min(u32::BITS - 2 * DIGIT_BITS);
        let lead = best.saturating_sub(worst).leading_zeros().min(u64::BITS - 1);
        let slack = if rounded_once { 0 } else { slack };
        let reach = match slack {
            0 => 0,
            slack => slack.saturating_mul(1 << lead).saturating_add(!KEPT),
        };
        Self { best, lead, bucket_shift: u64::BITS - bucket_bits, reach }
    }

    /// Whether the order of two neighbouring words is not yet that of their scores.
    pub(super) fn in_doubt(&self, a: u64, b: u64) -> bool {
        (b & KEPT) - (a & KEPT) <= self.reach
    }

    /// The words of `scores`, the first of which is that of the initiative `first`, in order.
    pub(super) fn sorted_words<S: Merit>(&self, scores: &[S], first: u32) -> Vec<u64> {
        let words = || {
            scores.iter().zip(first..).filter_map(|(score, index)| {
                let distance = self.best - score.key()?.get();
                Some((distance << self.lead) & KEPT | u64::from(index))
            })
        };
        let bucket = |word: u64| (word >> self.bucket_shift) as usize;
        let mut ends = vec![0u32; bucket(u64::MAX) + 1];
        words().for_each(|word| ends[bucket(word)] += 1);
        let scored = starts(&mut ends);
        let mut sorted = vec![0; scored];
        words().for_each(|word| place(word, &mut ends[bucket(word)], &mut sorted));
        let mut scratch = Vec::new();
        let mut rest = &mut sorted[..];
        let mut start = 0;
        for end in ends {
            let (bucket, behind) = rest.split_at_mut((end - start) as usize);
            self.sort_bucket(bucket, &mut scratch);
            (rest, start) = (behind, end);
        }
        sorted
    }

    /// Sorts words that agree in their first digit.
    fn sort_bucket(&self, words: &mut [u64], scratch: &mut Vec<u64>) {
        if words.len() < RADIX_FROM {
            words.sort_unstable();
            return;
        }
        if scratch.len() < words.len() {
            scratch.resize(words.len(), 0);
        }
        let low = self.bucket_shift - 2 * DIGIT_BITS;
        let digit = |word: u64, low: u32| (word >> low) as usize & ((1 << DIGIT_BITS) - 1);
        let mut last = [0; 1 << DIGIT_BITS];
        let mut middle = [0; 1 << DIGIT_BITS];
        for &word in &*words {
            last[digit(word, low)] += 1;
            middle[digit(word, low + DIGIT_BITS)] += 1;
        }
        starts(&mut last);
        starts(&mut middle);
        let scratch = &mut scratch[..words.len()];
        for &word in &*words {
            place(word, &mut last[digit(word, low)], scratch);
        }
        for &word in &*scratch {
            place(word, &mut middle[digit(word, low + DIGIT_BITS)], words);
        }
        // What agrees in all three digits is little, if scores are spread.
        for_each_run(words, |a, b| a >> low == b >> low, |_, run| run.sort_unstable());
    }

    /// Turns the order of the words into the exact order, and finds the ties.
    ///
    /// What a decisive gap separates stays so; each unbroken run of doubtful neighbours is put in order.
    pub(super) fn resolve<S: Merit>(&self, scores: &[S], words: &mut [u64]) -> Vec<Range<u32>> {
        let mut ties = Vec::new();
        let mut run = Vec::new();
        for_each_run(
            words,
            |a, b| self.in_doubt(a, b),
            |mut start, words| {
                run.clear();
                run.extend(words.iter().filter_map(|&word| {
                    let key = scores[index(word) as usize].key()?;
                    Some((key.get(), index(word)))
                }));
                run.sort_unstable_by(|&a, &b| compare(scores, a, b));
                for (word, &(_, index)) in words.iter_mut().zip(&run) {
                    *word = u64::from(index);
                }
                for tied in run.chunk_by(|&a, &b| compare_scores(scores, a, b).is_eq()) {
                    if tied.len() > 1 {
                        ties.push(start as u32..(start + tied.len()) as u32);
                    }
                    start += tied.len();
                }
            },
        );
        ties
    }
}

/// The unscored initiatives, in index order, given how many are scored.
pub(super) fn unscored<S: Merit>(scores: &[S], scored: usize) -> Vec<u32> {
    if scored == scores.len() {
        return Vec::new();
    }
    let unscored = scores.iter().zip(0..).filter(|(score, _)| score.key().is_none());
    unscored.map(|(_, index)| index).collect()
}

/// Calls `visit` on every maximal run of two or more neighbours that are pairwise joined, with its place.
#[inline]
fn for_each_run(
    words: &mut [u64],
    joined: impl Fn(u64, u64) -> bool,
    mut visit: impl FnMut(usize, &mut [u64]),
) {
    let joined = |pair: &[u64]| joined(pair[0], pair[1]);
    let mut start = 0;
    while let Some(apart) = words[start..].windows(2).position(joined) {
        start += apart;
        let length = 1 + words[start..].windows(2).take_while(|pair| joined(pair)).count();
        visit(start, &mut words[start..start + length]);
        start += length;
    }
}

/// Turns counts into where each counted stretch starts; returns the total.
fn starts(counts: &mut [u32]) -> usize {
    let mut start = 0;
    for count in counts {
        start += std::mem::replace(count, start);
    }
    start as usize
}

/// Puts a word at the next place of its stretch.
#[inline]
fn place(word: u64, next: &mut u32, words: &mut [u64]) {
    words[*next as usize] = word;
    *next += 1;
}

/// The best `k` of the scores seen so far.
pub(super) struct Best {
    k: usize,
    /// At most `2k` candidates, in no order; the best `k` of all that were seen are among them.
    candidates: Vec<(u64, u32)>,
    /// The last of the best `k` at the latest cut: only what stands before it can still be among them.
    last: Option<(u64, u32)>,
    /// A lesser key is that of a score behind the last.
    least: u64,
}

impl Best {
    /// The best `k` of the initiatives in a range.
    pub(super) fn of<S: Merit>(scores: &[S], range: Range<u32>, k: usize) -> Self {
        let mut best = Self { k, candidates: Vec::new(), last: None, least: 0 };
        let seen = &scores[range.start as usize..range.end as usize];
        for (score, index) in seen.iter().zip(range) {
            if let Some(key) = score.key()
                && key.get() >= best.least
            {
                best.consider(scores, (key.get(), index));
            }
        }
        best
    }

    /// The best `k` of what both have seen.
    #[cfg(feature = "parallel")]
    pub(super) fn and<S: Merit>(mut self, other: Self, scores: &[S]) -> Self {
        for candidate in other.candidates {
            self.consider(scores, candidate);
        }
        self
    }

    #[inline]
    fn consider<S: Merit>(&mut self, scores: &[S], candidate: (u64, u32)) {
        if self.last.is_none_or(|last| compare(scores, candidate, last).is_lt()) {
            self.candidates.push(candidate);
            if self.candidates.len() >= self.k.saturating_mul(2) {
                self.cut(scores);
            }
        }
    }

    #[cold]
    fn cut<S: Merit>(&mut self, scores: &[S]) {
        if self.candidates.len() > self.k {
            self.candidates.select_nth_unstable_by(self.k - 1, |&a, &b| compare(scores, a, b));
            self.candidates.truncate(self.k);
            self.last = self.candidates.last().copied();
            self.least = self.last.map_or(0, |(key, _)| key - S::SLACK);
        }
    }

    fn in_order<S: Merit>(mut self, scores: &[S]) -> Vec<u32> {
        self.cut(scores);
        self.candidates.sort_unstable_by(|&a, &b| compare(scores, a, b));
        self.candidates.into_iter().map(|(_, index)| index).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::score::kernel::{Finite, Ratio};
    use crate::scoring_input::SplitMix64;

    /// Sorts by exact comparison alone.
    fn oracle<S: Merit>(scores: &[S]) -> MeritOrder {
        let of_state = |scored| {
            let with_state = |&index: &u32| scores[index as usize].key().is_some() == scored;
            (0..scores.len() as u32).filter(with_state).collect::<Vec<_>>()
        };
        let mut order = of_state(true);
        let exact = |a: u32, b: u32| scores[b as usize].compare(scores[a as usize]);
        order.sort_by(|&a, &b| exact(a, b));
        let mut ties = Vec::new();
        let mut start = 0;
        for tied in order.chunk_by(|&a, &b| exact(a, b).is_eq()) {
            if tied.len() > 1 {
                ties.push(start..start + tied.len() as u32);
            }
            start += tied.len() as u32;
        }
        MeritOrder { order, ties, unscored: of_state(false) }
    }

    fn assert_exact<S: Merit>(scores: &[S]) {
        let expected = oracle(scores);
        let found = rank(scores);
        assert!(found == expected, "{} scores", scores.len());
        for k in [0, 1, 2, 7, 100, scores.len() / 2, scores.len(), scores.len() + 1, usize::MAX] {
            assert_eq!(top_k(scores, k), expected.order[..k.min(expected.order.len())], "top {k}");
        }
        #[cfg(feature = "parallel")]
        for threads in [1, 2, 3, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert!(pool.install(|| rank(scores)) == expected, "{threads} threads");
        }
    }

    fn ratio<T: crate::score::kernel::Quantity>(benefit: T, effort: T) -> Ratio<T> {
        Ratio::new(benefit, effort).expect("not negative")
    }

    /// Sizes on both sides of every switch between methods.
    const SIZES: [usize; 8] = [0, 1, 2, 47, 48, 1023, 5000, 70_000];

    #[test]
    fn near_ties_of_large_integers() {
        for size in SIZES {
            for bits in [20, 52, 53, 54, 62] {
                let mut random = SplitMix64(bits);
                let base = 1i64 << bits;
                // Neighbouring fractions near 1: most differ by far less than floating point can tell.
                let scores: Vec<_> = (0..size)
                    .map(|_| {
                        ratio(base + random.below(900).cast_signed(), base + random.below(900).cast_signed())
                    })
                    .collect();
                assert_exact(&scores);
                let negative: Vec<_> =
                    scores.iter().map(|score| ratio(-score.benefit(), score.effort())).collect();
                assert_exact(&negative);
            }
        }
    }

    #[test]
    fn near_ties_of_wide_integers() {
        let mut random = SplitMix64(5);
        let base = 1i128 << 125;
        let mut near = || base + i128::from(random.below(1000)) - 500;
        let scores: Vec<_> = (0..20_000).map(|_| ratio(near(), near())).collect();
        assert_exact(&scores);
    }

    #[test]
    fn scores_of_every_size_and_sign() {
        for size in SIZES {
            let mut random = SplitMix64(size as u64);
            let mut number = || {
                let shift = random.below(64);
                random.next_u64().cast_signed() >> shift
            };
            let narrow: Vec<_> =
                (0..size).map(|_| ratio(number(), number().checked_abs().unwrap_or(0))).collect();
            assert_exact(&narrow);
            let integers: Vec<_> = (0..size).map(|_| number()).collect();
            assert_exact(&integers);
            let wide: Vec<_> =
                integers.iter().map(|&x| (x % 5 != 0).then_some(i128::from(x) << 60)).collect();
            assert_exact(&wide);
            let floats: Vec<_> =
                integers.iter().map(|&x| Finite::new(f64::from_bits(x.cast_unsigned()))).collect();
            assert_exact(&floats);
        }
    }

    #[test]
    fn ties_and_equal_ratios_in_different_terms() {
        for size in SIZES {
            assert_exact(&vec![ratio(3i64, 7); size]);
            assert_exact(&vec![ratio(0i64, 7); size]);
            assert_exact(&vec![ratio(7i64, 0); size]);
            let mut random = SplitMix64(3);
            let few: Vec<_> = (0..size)
                .map(|_| {
                    let factor = 1 + random.below(1000).cast_signed();
                    ratio(
                        factor * (random.below(7).cast_signed() - 3),
                        factor * random.below(4).cast_signed(),
                    )
                })
                .collect();
            assert_exact(&few);
        }
    }

    #[test]
    fn a_crowd_beside_an_outlier() {
        // The range of the keys is wide, and nearly all of them agree in the bits that words keep.
        let mut random = SplitMix64(9);
        let mut scores: Vec<_> =
            (0..50_000).map(|_| ratio(1 << 40, (1i64 << 40) + random.below(40_000).cast_signed())).collect();
        scores[777] = ratio(i64::MAX, 1);
        scores[778] = ratio(i64::MIN, 1);
        assert_exact(&scores);
        for score in &mut scores {
            *score = ratio(score.benefit() | 1 << 60, score.effort());
        }
        assert_exact(&scores);
    }

    #[test]
    fn ranks_are_competition_ranks() {
        let ranking = rank(&[5i64, 9, 5, 1, 9, 5]);
        assert_eq!(ranking.order, [1, 4, 0, 2, 5, 3]);
        assert_eq!(ranking.ranks(), [1, 1, 3, 3, 3, 6]);
    }

    proptest! {
        #[test]
        fn any_ratios(parts in prop::collection::vec((any::<i64>(), 0..=i64::MAX, 0..64u32), 0..300)) {
            let scores: Vec<_> =
                parts.into_iter().map(|(b, e, shift)| ratio(b >> shift, e >> (63 - shift))).collect();
            assert_exact(&scores);
        }

        #[test]
        fn units_of_effort_do_not_matter(
            parts in prop::collection::vec((-1000..1000i64, 0..1000i64), 0..300),
            factor in 1..1_000_000_000i64,
        ) {
            let scores = |factor: i64| -> Vec<_> { parts.iter().map(|&(b, e)| ratio(b, e * factor)).collect() };
            prop_assert_eq!(rank(&scores(1)), rank(&scores(factor)));
        }

        #[test]
        fn a_newcomer_moves_nobody_else(parts in prop::collection::vec((-20..20i64, 0..20i64), 1..300)) {
            let scores: Vec<_> = parts.into_iter().map(|(b, e)| ratio(b, e)).collect();
            let newcomer = scores.len() as u32 - 1;
            let mut with = rank(&scores).order;
            with.retain(|&index| index != newcomer);
            prop_assert_eq!(with, rank(&scores[..newcomer as usize]).order);
        }

        #[test]
        fn the_order_of_writing_matters_only_to_ties(
            parts in prop::collection::vec((-20..20i64, 0..20i64), 0..300),
            seed: u64,
        ) {
            let scores: Vec<_> = parts.into_iter().map(|(b, e)| ratio(b, e)).collect();
            let mut random = SplitMix64(seed);
            let mut written: Vec<u32> = (0..scores.len() as u32).collect();
            for last in (1..written.len()).rev() {
                written.swap(last, random.below(last as u64 + 1) as usize);
            }
            let shuffled: Vec<_> = written.iter().map(|&index| scores[index as usize]).collect();
            let (one, other) = (rank(&scores), rank(&shuffled));
            prop_assert_eq!(&one.ties, &other.ties);
            // With each tie in the caller's own order again, both are the same.
            let mut order: Vec<u32> = other.order.iter().map(|&place| written[place as usize]).collect();
            for tie in &other.ties {
                order[tie.start as usize..tie.end as usize].sort_unstable();
            }
            prop_assert_eq!(one.order, order);
        }
    }
}
