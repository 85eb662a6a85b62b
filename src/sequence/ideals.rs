//! The best order of a few items, exactly, over all closed sets.

use super::problem::compare_density;
use std::cmp::Ordering;

/// Items of which some must precede others: at most 128, the bits of a `u128`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Few {
    pub(crate) weight: Vec<i64>,
    pub(crate) time: Vec<i64>,
    /// What each item requires directly, of these.
    pub(crate) needs: Vec<u128>,
}

/// How many items fit in a [`Few`].
pub(crate) const FEW: usize = 128;

/// Items that may be taken to follow one another directly.
#[derive(Debug, Clone, Default)]
struct Block {
    items: Vec<u32>,
    weight: i64,
    time: i64,
    /// Blocks that must come before and after, directly or through others; none of them gone.
    before: u128,
    after: u128,
    /// Whether it was joined to another block.
    gone: bool,
}

/// A closed set of blocks, and the best way to it.
#[derive(Debug, Clone, Copy)]
struct State {
    done: u128,
    cost: i128,
    time: i64,
    /// The state before, as an index in the layer before, and the block that came last.
    parent: u32,
    last: u32,
}

impl Few {
    /// The order of least Σ weight × completion, unless it takes more than `limit` states to find.
    /// The prerequisites must be acyclic.
    ///
    /// # Method
    ///
    /// First blocks are formed that some best order keeps together (see [`join`]). Then dynamic
    /// programming over closed sets of blocks. A block without weight (an enabler) can wait until
    /// the next block with weight needs it, so a step is to such a block with all it still needs;
    /// with negative weights around, to any single block. Where a block can come next that is at
    /// least as dense as all that it could be exchanged with, it does.
    ///
    /// # References
    ///
    /// Schrage & Baker (1978), Dynamic programming solution of sequencing problems with precedence
    /// constraints, Operations Research 26. Sidney (1975), as in
    /// [`Batches`](super::batches::Batches::of), for the exchange argument.
    pub(crate) fn best_order(&self, limit: usize) -> Option<Vec<u32>> {
        let mut blocks = self.blocks();
        join(&mut blocks);
        blocks.retain(|block| !block.gone);
        renumber(&mut blocks);
        let all = mask(blocks.len());
        let rivals: Vec<u128> = (0..blocks.len())
            .map(|j| {
                let beside = all & !(1 << j) & !blocks[j].before & !blocks[j].after;
                set(bits(beside).filter(|&x| density(&blocks[x], &blocks[j]) == Ordering::Greater))
            })
            .collect();
        let waiting = if blocks.iter().any(|block| block.weight < 0) {
            0
        } else {
            set((0..blocks.len()).filter(|&j| blocks[j].weight == 0))
        };
        // Each step is to one block that does not wait, so all states of a layer have as many of
        // these.
        let mut layers = vec![vec![State { done: 0, cost: 0, time: 0, parent: 0, last: 0 }]];
        let mut states = 0;
        let goals = all & !waiting;
        for depth in 0..goals.count_ones() as usize {
            let mut next = Vec::new();
            for (parent, state) in layers[depth].iter().enumerate() {
                let left = goals & !state.done;
                let goals = set(bits(left).filter(|&j| blocks[j].before & left == 0));
                let sure = bits(goals)
                    .find(|&j| blocks[j].before & !state.done == 0 && rivals[j] & !state.done == 0);
                for j in bits(sure.map_or(goals, |j| 1 << j)) {
                    let step = (blocks[j].before | 1 << j) & !state.done;
                    let time = state.time + bits(step).map(|x| blocks[x].time).sum::<i64>();
                    next.push(State {
                        done: state.done | step,
                        cost: state.cost + i128::from(blocks[j].weight) * i128::from(time),
                        time,
                        parent: parent as u32,
                        last: j as u32,
                    });
                }
            }
            next.sort_unstable_by_key(|state| (state.done, state.cost, state.last));
            next.dedup_by_key(|state| state.done);
            states += next.len();
            if states > limit {
                return None;
            }
            layers.push(next);
        }
        let mut path = Vec::new();
        let mut at = 0;
        for layer in layers[1..].iter().rev() {
            path.push(layer[at].last as usize);
            at = layer[at].parent as usize;
        }
        Some(unroll(&blocks, path.into_iter().rev()))
    }

    fn blocks(&self) -> Vec<Block> {
        let n = self.needs.len();
        let mut before = self.needs.clone();
        // Warshall's closure.
        for k in 0..n {
            for v in 0..n {
                if before[v] >> k & 1 == 1 {
                    before[v] |= before[k];
                }
            }
        }
        let after = |v: usize| (0..n).filter(|&u| before[u] >> v & 1 == 1).fold(0, |m, u| m | 1 << u);
        let block = |v: usize| Block {
            items: vec![v as u32],
            weight: self.weight[v],
            time: self.time[v],
            before: before[v],
            after: after(v),
            gone: false,
        };
        (0..n).map(block).collect()
    }
}

/// Joins blocks as long as some best order is sure to keep two together.
///
/// Let `i` come directly before `j`: either `i` is the last of all that must precede `j`, or `j`
/// the first of all that must follow `i`.
/// - If both, and `j` is at least as dense, the two are a module and stay together in some best
///   order.
/// - If the first, whatever lies between them in an order can be exchanged with `j`; so if `j` is
///   at least as dense as every block that need neither precede nor follow it, it may be moved to
///   `i`. For the second likewise, turned round.
fn join(blocks: &mut [Block]) {
    while let Some((i, j)) = pair_to_join(blocks) {
        let second = std::mem::take(&mut blocks[j]);
        blocks[j].gone = true;
        let first = &mut blocks[i];
        first.items.extend(second.items);
        first.weight += second.weight;
        first.time += second.time;
        let pair = 1_u128 << i | 1 << j;
        first.before = (first.before | second.before) & !pair;
        first.after = (first.after | second.after) & !pair;
        for block in blocks.iter_mut() {
            for set in [&mut block.before, &mut block.after] {
                if *set & pair != 0 {
                    *set = *set & !pair | 1 << i;
                }
            }
        }
    }
}

fn pair_to_join(blocks: &[Block]) -> Option<(usize, usize)> {
    let left = (0..blocks.len()).filter(|&v| !blocks[v].gone).fold(0, |m, v| m | 1 << v);
    for j in bits(left) {
        for i in bits(blocks[j].before) {
            let last_before = blocks[j].before == blocks[i].before | 1 << i;
            let first_after = blocks[i].after == blocks[j].after | 1 << j;
            if !last_before && !first_after {
                continue;
            }
            let beside = |v: usize| bits(left & !(1 << v) & !blocks[v].before & !blocks[v].after);
            let joined = if last_before && first_after {
                density(&blocks[j], &blocks[i]) != Ordering::Less
            } else if last_before {
                beside(j).all(|x| density(&blocks[j], &blocks[x]) != Ordering::Less)
            } else {
                beside(i).all(|x| density(&blocks[i], &blocks[x]) != Ordering::Greater)
            };
            if joined {
                return Some((i, j));
            }
        }
    }
    None
}

/// Makes the bits of `before` and `after` those of the blocks that are left.
fn renumber(blocks: &mut [Block]) {
    // A block keeps the number of its first item.
    let mut number = [0_u32; FEW];
    for (new, block) in blocks.iter().enumerate() {
        number[block.items[0] as usize] = new as u32;
    }
    for block in blocks.iter_mut() {
        for set in [&mut block.before, &mut block.after] {
            *set = bits(*set).fold(0, |m, old| m | 1 << number[old]);
        }
    }
}

/// The items of the blocks on a path, each block after those that it needs, and then what is left.
fn unroll(blocks: &[Block], path: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut done = 0;
    let mut order = Vec::new();
    let all = mask(blocks.len());
    for goal in path.map(|j| blocks[j].before | 1 << j).chain([all]) {
        // A block has fewer before it than any that comes after it.
        let mut step: Vec<usize> = bits(goal & !done).collect();
        step.sort_by_key(|&x| blocks[x].before.count_ones());
        order.extend(step.into_iter().flat_map(|x| &blocks[x].items));
        done |= goal;
    }
    order
}

fn density(a: &Block, b: &Block) -> Ordering {
    compare_density((a.weight, a.time), (b.weight, b.time))
}

fn mask(len: usize) -> u128 {
    if len == FEW { u128::MAX } else { (1 << len) - 1 }
}

fn set(bits: impl Iterator<Item = usize>) -> u128 {
    bits.fold(0, |set, bit| set | 1 << bit)
}

/// The set bits, in rising order.
fn bits(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros() as usize;
            set &= set - 1;
            bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::testing::{Own, Random};

    fn few(own: &Own) -> Few {
        Few {
            weight: own.weight.clone(),
            time: own.time.clone(),
            needs: own.rows.iter().map(|row| row.iter().fold(0, |m, &u| m | 1 << u)).collect(),
        }
    }

    #[test]
    fn the_order_is_the_best() {
        let mut random = Random::new(41);
        for _ in 0..3000 {
            let own = Own::random(&mut random, 10);
            let order = few(&own).best_order(usize::MAX).expect("no limit");
            assert_eq!(own.cost(&order), own.least_cost(), "{own:?}");
        }
    }

    #[test]
    fn the_limit_is_kept_and_as_many_items_as_bits_fit() {
        let mut random = Random::new(42);
        let n = FEW as u32;
        let mut numbers = || (0..n).map(|_| 1 + random.below(50).cast_signed()).collect();
        let shared = |i: u32| {
            if i < 24 { vec![] } else { vec![i % 24, i * 7 % 24, i * 11 % 24] }
        };
        let own = Own { weight: numbers(), time: numbers(), rows: (0..n).map(shared).collect() };
        assert_eq!(few(&own).best_order(100), None);
        let chain = Own { rows: (0..n).map(|i| i.checked_sub(1).into_iter().collect()).collect(), ..own };
        assert_eq!(few(&chain).best_order(FEW), Some((0..n).collect()));
    }
}
