//! Counting ranks over many draws.

use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Where scores come from.
pub(super) trait Source: Sync {
    /// How many items are ranked.
    fn items(&self) -> usize;

    /// How many weights a draw has.
    fn weights(&self) -> usize;

    /// The scores and weights of the draws from `first` on, a row for each.
    fn fill(&self, first: usize, scores: &mut [f64], weights: &mut [f64]);
}

/// In these units a rank that is shared by ties is counted: all of up to sixteen share exactly.
pub(super) const UNIT: u32 = 720_720;

/// What is counted; sums of integers, so that the order of counting changes nothing.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// How often an item alone has a rank: `[item][rank]`.
    alone: Vec<u32>,
    /// What an item has of ranks shared with others, in `UNIT`s: `[item][rank]`; empty until there is a tie.
    shared: Vec<u64>,
    /// Twice the draws in which the row beats the column, ties counting one each; empty where not asked for, lower half only.
    pairs: Vec<u64>,
    /// For each block of draws: the items that were first, each with how often and with the sum of the weights.
    firsts: Vec<(usize, Vec<First>)>,
}

/// An item that was first.
#[derive(Debug, Clone)]
struct First {
    item: u32,
    /// In how many draws, ties shared.
    share: f64,
    weights: Vec<f64>,
}

/// Ranks counted over all draws.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) n: usize,
    pub(super) draws: usize,
    pairwise: bool,
    counts: Counts,
    /// For each item the mean weights of the draws in which it is first, with how many those are.
    pub(super) central: Vec<Option<Vec<f64>>>,
}

/// How many draws are scored at once: so many that they fill a part of the cache; an even number, for draws come in pairs.
pub(super) fn block(n: usize) -> usize {
    (131_072 / n.max(1)).clamp(16, 256) & !1
}

/// Counts ranks, and winning pairs where asked for; tells how many draws are done after each block.
pub(super) fn count(
    source: &impl Source,
    draws: usize,
    pairwise: bool,
    progress: &(dyn Fn(usize) + Sync),
) -> Counted {
    let (n, block) = (source.items(), block(source.items()));
    let blocks = draws.div_ceil(block);
    let done = AtomicUsize::new(0);
    let part = |from: usize, to: usize| {
        let mut worker = Worker::new(n, source.weights(), block, pairwise);
        for b in from..to {
            let size = block.min(draws - b * block);
            worker.block(source, b, b * block, size);
            progress(done.fetch_add(size, Ordering::Relaxed) + size);
        }
        worker.counts
    };
    #[cfg(feature = "parallel")]
    let mut counts = {
        let parts = rayon::current_num_threads().clamp(1, blocks.max(1));
        let whole = |p: usize| part(blocks * p / parts, blocks * (p + 1) / parts);
        (0..parts).into_par_iter().map(whole).reduce_with(Counts::merge).unwrap_or_else(|| part(0, 0))
    };
    #[cfg(not(feature = "parallel"))]
    let mut counts = part(0, blocks);
    counts.firsts.sort_by_key(|(block, _)| *block);
    let mut sums: Vec<Option<(f64, Vec<f64>)>> = vec![None; n];
    for first in counts.firsts.drain(..).flat_map(|(_, firsts)| firsts) {
        let (share, weights) =
            sums[first.item as usize].get_or_insert_with(|| (0.0, vec![0.0; first.weights.len()]));
        *share += first.share;
        weights.iter_mut().zip(&first.weights).for_each(|(sum, weight)| *sum += weight);
    }
    let mean = |(share, weights): (f64, Vec<f64>)| weights.into_iter().map(|sum| sum / share).collect();
    let central = sums.into_iter().map(|sum| sum.map(mean)).collect();
    Counted { n, draws, pairwise, counts, central }
}

impl Counts {
    #[cfg(feature = "parallel")]
    fn merge(mut self, other: Counts) -> Counts {
        self.alone.iter_mut().zip(&other.alone).for_each(|(sum, x)| *sum += x);
        if self.shared.is_empty() {
            self.shared = other.shared;
        } else {
            self.shared.iter_mut().zip(&other.shared).for_each(|(sum, x)| *sum += x);
        }
        self.pairs.iter_mut().zip(&other.pairs).for_each(|(sum, x)| *sum += x);
        self.firsts.extend(other.firsts);
        self
    }
}

impl Counted {
    /// The share of draws in which an item has a rank, counted from 0; ties share their ranks. `None` if there is no such item or rank.
    pub(super) fn acceptability(&self, item: usize, rank: usize) -> Option<f64> {
        if item.max(rank) >= self.n {
            return None;
        }
        let place = item * self.n + rank;
        let shared = self.counts.shared.get(place).copied().unwrap_or(0);
        let units = u64::from(self.counts.alone[place]) * u64::from(UNIT) + shared;
        Some(units as f64 / (self.draws as f64 * f64::from(UNIT)))
    }

    /// The share of draws in which one item beats another, ties counting ½; `None` where pairs were not counted or there is no such item.
    pub(super) fn winning(&self, a: usize, b: usize) -> Option<f64> {
        if !self.pairwise || a.max(b) >= self.n {
            return None;
        }
        let twice = 2 * self.draws as u64;
        let lower = |a: usize, b: usize| self.counts.pairs[a * (a.wrapping_sub(1)) / 2 + b];
        let wins = match a.cmp(&b) {
            std::cmp::Ordering::Equal => self.draws as u64,
            std::cmp::Ordering::Greater => lower(a, b),
            std::cmp::Ordering::Less => twice - lower(b, a),
        };
        Some(wins as f64 / twice as f64)
    }
}

/// One thread's counts and scratch space.
struct Worker {
    n: usize,
    counts: Counts,
    scores: Vec<f64>,
    weights: Vec<f64>,
    sorter: Sorter,
    /// Ranks by item and draw; equal for ties.
    ranks: Vec<i16>,
    size: usize,
    pairwise: bool,
    /// Per item: share and weight sums of the draws of this block in which it is first.
    first_share: Vec<f64>,
    first_weights: Vec<f64>,
}

impl Worker {
    fn new(n: usize, weights: usize, size: usize, pairwise: bool) -> Self {
        let pairs = if pairwise { vec![0; n * n.saturating_sub(1) / 2] } else { Vec::new() };
        Worker {
            n,
            counts: Counts { alone: vec![0; n * n], shared: Vec::new(), pairs, firsts: Vec::new() },
            scores: vec![0.0; size * n],
            weights: vec![0.0; size * weights],
            sorter: Sorter::new(n),
            ranks: vec![0; size * n],
            size,
            pairwise,
            first_share: vec![0.0; n],
            first_weights: vec![0.0; n * weights],
        }
    }

    fn block(&mut self, source: &impl Source, number: usize, first: usize, draws: usize) {
        let (n, width) = (self.n, source.weights());
        source.fill(first, &mut self.scores[..draws * n], &mut self.weights[..draws * width]);
        let mut tied = false;
        let mut leaders: Vec<u32> = Vec::new();
        for draw in 0..draws {
            let sorted = self.sorter.sort(&self.scores[draw * n..][..n]);
            let weights = &self.weights[draw * width..][..width];
            let leading = 1 + sorted[1..].iter().take_while(|x| x.0 == sorted[0].0).count();
            for &(_, item) in &sorted[..leading] {
                let (item, share) = (item as usize, 1.0 / leading as f64);
                if self.first_share[item] == 0.0 {
                    leaders.push(item as u32);
                }
                self.first_share[item] += share;
                let sums = &mut self.first_weights[item * width..][..width];
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += share * weight);
            }
            let mut rank = 0;
            while rank < n {
                let (score, item) = sorted[rank];
                let mut end = rank + 1;
                while end < n && sorted[end].0 == score {
                    end += 1;
                }
                self.ranks[item as usize * self.size + draw] = rank as i16;
                if end > rank + 1 {
                    tied = true;
                    share(&mut self.counts.shared, n, rank, &sorted[rank..end]);
                    for &(_, item) in &sorted[rank..end] {
                        self.ranks[item as usize * self.size + draw] = rank as i16;
                        // Below it is counted as if it were alone.
                        let alone = &mut self.counts.alone[item as usize * n + rank];
                        *alone = alone.wrapping_sub(1);
                    }
                }
                rank = end;
            }
        }
        // Item by item, so that the counts of one stay in the cache.
        for (ranks, alone) in self.ranks.chunks_exact(self.size).zip(self.counts.alone.chunks_exact_mut(n)) {
            for &rank in &ranks[..draws] {
                let alone = &mut alone[rank as usize];
                *alone = alone.wrapping_add(1);
            }
        }
        leaders.sort_unstable();
        let of = |item: u32| First {
            item,
            share: std::mem::take(&mut self.first_share[item as usize]),
            weights: self.first_weights[item as usize * width..][..width]
                .iter_mut()
                .map(std::mem::take)
                .collect(),
        };
        let firsts = leaders.into_iter().map(of).collect();
        self.counts.firsts.push((number, firsts));
        if self.pairwise {
            self.pairs(draws, tied);
        }
    }

    /// Compares the ranks of every pair in all draws of a block.
    fn pairs(&mut self, draws: usize, tied: bool) {
        let row = |item: usize| &self.ranks[item * self.size..][..draws];
        let mut pairs = self.counts.pairs.iter_mut();
        for a in 1..self.n {
            let ranks = row(a);
            for b in 0..a {
                // In 16 bits, which a block's draws do not exceed, the compiler compares eight draws at once.
                let better =
                    |x: &[i16], y: &[i16]| x.iter().zip(y).map(|(x, y)| i16::from(x < y)).sum::<i16>();
                let wins = better(ranks, row(b));
                let losses = if tied { better(row(b), ranks) } else { draws as i16 - wins };
                if let Some(pair) = pairs.next() {
                    *pair += (draws as i64 + i64::from(wins) - i64::from(losses)) as u64;
                }
            }
        }
    }
}

/// Each of a group of ties gets an equal part of each of the ranks that the group holds; what is left over of a unit goes round, so that rows and columns
/// both add up to whole draws.
fn share(shared: &mut Vec<u64>, n: usize, first: usize, group: &[(f64, u32)]) {
    shared.resize(n * n, 0);
    let size = group.len();
    let (part, over) = (u64::from(UNIT) / size as u64, UNIT as usize % size);
    for rank in 0..size {
        for (k, &(_, item)) in group.iter().enumerate() {
            shared[item as usize * n + first + rank] += part + u64::from((rank + k) % size < over);
        }
    }
}

/// Sorts scores, the greatest first, equals by item: into buckets of equal width, then by insertion.
struct Sorter {
    sorted: Vec<(f64, u32)>,
    /// Where each bucket begins.
    starts: Vec<u32>,
    /// The bucket of each item.
    bucket: Vec<u32>,
    /// What spread the scores over the buckets the last time.
    scale: Scale,
}

/// On which scale buckets have equal widths.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    /// The bits of a double: nearly logarithmic, as suits ratios. What is below a small part of the greatest shares the last bucket.
    Bits,
    Linear,
}

/// Between 2⁵² and 2⁵³ the `f64` are the integers, so that a sum with this number is rounded to one.
const ROUNDER: f64 = (1u64 << 52) as f64;

/// Scores below this part of the greatest share a bucket.
const SMALL: f64 = 1.0 / 65_536.0;

impl Sorter {
    fn new(n: usize) -> Self {
        let buckets = (2 * n).next_power_of_two();
        Sorter {
            sorted: vec![(0.0, 0); n],
            starts: vec![0; buckets + 1],
            bucket: vec![0; n],
            scale: Scale::Linear,
        }
    }

    fn sort(&mut self, scores: &[f64]) -> &[(f64, u32)] {
        let (mut least, mut most) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
        let chunks = scores.chunks_exact(4);
        let rest = chunks.remainder();
        for chunk in chunks {
            for k in 0..4 {
                least[k] = if chunk[k] < least[k] { chunk[k] } else { least[k] };
                most[k] = if chunk[k] > most[k] { chunk[k] } else { most[k] };
            }
        }
        let least = least.into_iter().chain(rest.iter().copied()).fold(f64::INFINITY, f64::min);
        let most = most.into_iter().chain(rest.iter().copied()).fold(f64::NEG_INFINITY, f64::max);
        let other = if self.scale == Scale::Bits { Scale::Linear } else { Scale::Bits };
        for scale in [self.scale, other] {
            if self.choose_buckets(scores, least, most, scale) && self.count_buckets() {
                self.scale = scale;
                return self.by_buckets(scores);
            }
        }
        self.by_comparison(scores)
    }

    /// Finds the bucket of each score; false where scores do not spread on the scale.
    fn choose_buckets(&mut self, scores: &[f64], least: f64, most: f64, scale: Scale) -> bool {
        let last = self.starts.len() - 2;
        match scale {
            Scale::Bits => {
                let floor = if least > most * SMALL { least } else { most * SMALL };
                if !(floor > 0.0 && most > floor && most.is_finite()) {
                    return false;
                }
                // Of positive doubles the bits are in the same order.
                let most = most.to_bits();
                let range = most - floor.to_bits();
                let shift = (64 - range.leading_zeros()).saturating_sub(last.ilog2() + 1);
                for (bucket, &score) in self.bucket.iter_mut().zip(scores) {
                    let score = if score > floor { score } else { floor };
                    *bucket = ((most - score.to_bits()) >> shift) as u32;
                }
            }
            Scale::Linear => {
                let width = last as f64 / (most - least);
                if !(width > 0.0 && width.is_finite()) {
                    return false;
                }
                for (bucket, score) in self.bucket.iter_mut().zip(scores) {
                    *bucket = ((most - score) * width + ROUNDER).to_bits() as u32;
                }
            }
        }
        true
    }

    /// Finds where each bucket begins; false where so many share one that insertion would be slow.
    fn count_buckets(&mut self) -> bool {
        self.starts.fill(0);
        for &bucket in &self.bucket {
            self.starts[bucket as usize + 1] += 1;
        }
        let (mut sum, mut crowd) = (0, 0);
        for start in &mut self.starts {
            crowd += u64::from(*start) * u64::from(*start);
            sum += *start;
            *start = sum;
        }
        crowd <= 4 * self.bucket.len() as u64
    }

    fn by_buckets(&mut self, scores: &[f64]) -> &[(f64, u32)] {
        for ((item, &bucket), &score) in (0..).zip(&self.bucket).zip(scores) {
            let start = &mut self.starts[bucket as usize];
            self.sorted[*start as usize] = (score, item);
            *start += 1;
        }
        for i in 1..self.sorted.len() {
            let x = self.sorted[i];
            let mut j = i;
            while j > 0 && self.sorted[j - 1].0 < x.0 {
                self.sorted[j] = self.sorted[j - 1];
                j -= 1;
            }
            self.sorted[j] = x;
        }
        &self.sorted
    }

    fn by_comparison(&mut self, scores: &[f64]) -> &[(f64, u32)] {
        self.sorted
            .iter_mut()
            .zip((0..).zip(scores))
            .for_each(|(slot, (item, &score))| *slot = (score, item));
        self.sorted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        &self.sorted
    }
}

/// `out[i] = Σⱼ weights[j] · columns[j][i]` for `columns` one after the other.
pub(super) fn combine(weights: &[f64], columns: &[f64], out: &mut [f64]) {
    const LANES: usize = 8;
    let n = out.len();
    let mut chunks = out.chunks_exact_mut(LANES);
    let mut at = 0;
    for chunk in &mut chunks {
        let mut sums = [0.0; LANES];
        for (j, weight) in weights.iter().enumerate() {
            let column = &columns[j * n + at..][..LANES];
            for k in 0..LANES {
                sums[k] += weight * column[k];
            }
        }
        chunk.copy_from_slice(&sums);
        at += LANES;
    }
    for (i, sum) in (at..).zip(chunks.into_remainder()) {
        *sum = weights.iter().enumerate().fold(0.0, |sum, (j, weight)| sum + weight * columns[j * n + i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_sort_as_comparisons_do(
            scores in prop::collection::vec(prop_oneof![3 => -2.0f64..2.0, 2 => 0.0..1.0f64, 1 => Just(1.0), 1 => Just(0.0), 1 => 1e9f64..2e9, 1 => 1e-9..1e-8f64], 1..80),
            least in prop::sample::select(vec![-3.0, 0.0, 1e-4]),
            most in prop::sample::select(vec![1.0, 3.0, 3e9]),
        ) {
            let scores: Vec<f64> = scores.into_iter().map(|x: f64| x.clamp(least, most)).collect();
            let mut expected: Vec<(f64, u32)> = scores.iter().copied().zip(0..).collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for scale in [Scale::Bits, Scale::Linear] {
                let mut sorter = Sorter { scale, ..Sorter::new(scores.len()) };
                prop_assert_eq!(sorter.sort(&scores), &expected);
            }
        }
    }

    #[test]
    fn ties_share_their_ranks_so_that_rows_and_columns_are_whole() {
        for size in 2..40 {
            let group: Vec<(f64, u32)> = (0..size).map(|item| (1.0, item)).collect();
            let mut shared = Vec::new();
            let n = size as usize;
            share(&mut shared, n, 0, &group);
            for k in 0..n {
                assert_eq!((0..n).map(|j| shared[k * n + j]).sum::<u64>(), u64::from(UNIT));
                assert_eq!((0..n).map(|j| shared[j * n + k]).sum::<u64>(), u64::from(UNIT));
            }
        }
    }
}
