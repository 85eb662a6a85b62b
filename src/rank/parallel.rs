//! The ranking kernel on several threads: the same order, which is unique, in less time.

use std::ops::Range;

use rayon::prelude::*;

use super::kernel::{Best, Cut, Extent, MeritOrder, index, unscored};
use crate::score::kernel::Merit;

/// Fewer scores than this are not worth a second thread.
const PARALLEL_FROM: usize = 1 << 14;

/// Two sorted sequences shorter than this together are merged by one thread.
const MERGED_ALONE: usize = 1 << 15;

/// The range of initiatives of each thread; `None` if one thread is to do all.
fn parts(count: usize) -> Option<Vec<Range<u32>>> {
    let threads = rayon::current_num_threads();
    if threads == 1 || count < PARALLEL_FROM {
        return None;
    }
    let end = |part: usize| (count as u128 * part as u128 / threads as u128) as u32;
    Some((0..threads).map(|part| end(part)..end(part + 1)).collect())
}

/// All scores in order of merit; `None` if one thread is to do it.
pub(super) fn rank<S: Merit>(scores: &[S]) -> Option<MeritOrder> {
    let parts = parts(scores.len())?;
    let of = |range: &Range<u32>| &scores[range.start as usize..range.end as usize];
    let extent = parts.par_iter().map(|range| Extent::of(of(range))).reduce_with(Extent::and)?;
    let cut = Cut::new(extent);
    let sorted = parts.par_iter().map(|range| cut.sorted_words(of(range), range.start));
    let mut sorted: Vec<Vec<u64>> = sorted.collect();
    while sorted.len() > 1 {
        sorted = sorted.par_chunks(2).map(merge_all).collect();
    }
    let mut words = sorted.pop()?;
    let mut stretches = Vec::new();
    let (mut rest, mut start) = (&mut words[..], 0);
    for left in (1..=parts.len()).rev() {
        let length = rest.len() / left;
        let doubtful = rest[length..].iter().zip(&rest[length.saturating_sub(1)..]);
        let joined = if left == 1 || length == 0 {
            0
        } else {
            doubtful.take_while(|&(&b, &a)| cut.in_doubt(a, b)).count()
        };
        let (stretch, behind) = rest.split_at_mut(length + joined);
        let length = stretch.len() as u32;
        stretches.push((start, stretch));
        (rest, start) = (behind, start + length);
    }
    let ties = stretches.into_par_iter().map(|(start, stretch)| {
        let ties = cut.resolve(scores, stretch);
        ties.into_iter().map(|tie| start + tie.start..start + tie.end).collect::<Vec<_>>()
    });
    let ties = ties.collect::<Vec<_>>().concat();
    let order: Vec<_> = words.par_iter().map(|&word| index(word)).collect();
    let unscored = unscored(scores, order.len());
    Some(MeritOrder { order, ties, unscored })
}

/// The best `k`; `None` if one thread is to find them.
pub(super) fn best<S: Merit>(scores: &[S], k: usize) -> Option<Best> {
    let parts = parts(scores.len())?.into_par_iter().map(|range| Best::of(scores, range, k));
    parts.reduce_with(|one, other| one.and(other, scores))
}

/// One sorted sequence of one or two.
fn merge_all(sorted: &[Vec<u64>]) -> Vec<u64> {
    let (one, other) = match sorted {
        [one, other] => (&one[..], &other[..]),
        _ => return sorted.concat(),
    };
    let mut merged = vec![0; one.len() + other.len()];
    merge(one, other, &mut merged);
    merged
}

/// Merges two sorted sequences of distinct words. Each split leaves both sides at most three quarters of the whole.
fn merge(one: &[u64], other: &[u64], merged: &mut [u64]) {
    if merged.len() > MERGED_ALONE {
        let (longer, shorter) = if one.len() < other.len() { (other, one) } else { (one, other) };
        let (low, high) = longer.split_at(longer.len() / 2);
        let (below, above) = shorter.split_at(shorter.partition_point(|&word| word < high[0]));
        let (left, right) = merged.split_at_mut(low.len() + below.len());
        rayon::join(|| merge(low, below, left), || merge(high, above, right));
        return;
    }
    let (mut a, mut b) = (0, 0);
    for word in merged {
        let first = match (one.get(a), other.get(b)) {
            (Some(x), Some(y)) => x < y,
            (x, _) => x.is_some(),
        };
        *word = if first { one[a] } else { other[b] };
        a += usize::from(first);
        b += usize::from(!first);
    }
}
