//! Blocks: items of which some best order is sure to let one directly follow the other.

use super::exchange::Part;
use super::problem::compare_density;
use crate::graph::Rows;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

const NONE: u32 = u32::MAX;

/// The items of a part as blocks, each an order of its items, and what each block requires.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) members: Vec<Vec<u32>>,
    pub(crate) weight: Vec<i64>,
    pub(crate) time: Vec<i64>,
    pub(crate) requires: Rows,
}

/// A block to look at, the densest or least dense first, then the lowest.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    weight: i64,
    time: i64,
    block: Reverse<u32>,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_density((self.weight, self.time), (other.weight, other.time))
            .then(self.block.cmp(&other.block))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Blocks {
    /// Joins items as long as some best order is sure to keep two together.
    ///
    /// # Method
    ///
    /// Whatever lies between `j` and the only item `i` that `j` requires can be exchanged with `j`;
    /// so if `j` is the densest of all, it may directly follow `i`. Likewise, if `i` is the least
    /// dense of all and only `j` requires it. And if `i` and `j` have only each other on that side
    /// they are a module, and stay together if `j` is at least as dense. On a forest this leaves
    /// one block.
    ///
    /// # Complexity
    ///
    /// O((n + m) log n) for n items and m arcs.
    ///
    /// # References
    ///
    /// Horn (1972), Single-machine job sequencing with treelike precedence ordering and linear
    /// delay penalties, SIAM Journal on Applied Mathematics 23. Sidney & Steiner (1986), Optimal
    /// sequencing by modular decomposition, Operations Research 34.
    pub(crate) fn of(part: &Part<'_>) -> Self {
        let mut joining = Joining::new(part);
        joining.run();
        joining.finish(part)
    }

    /// The blocks as items.
    pub(crate) fn part(&self) -> Part<'_> {
        Part { weight: &self.weight, time: &self.time, requires: &self.requires }
    }

    /// Twice the least cost of any order, if the blocks are those of a piece begun at time 0; see
    /// [`Order::of`](super::order::Order::of).
    ///
    /// What is gained by blocks over items is that what is inside them is counted as it is.
    pub(crate) fn twice_bound(&self, part: &Part<'_>) -> i128 {
        let wide = |numbers: &[i64]| numbers.iter().map(|&x| i128::from(x)).sum::<i128>();
        let inner = self.members.iter().zip(self.weight.iter().zip(&self.time));
        let inner = inner.map(|(items, (&w, &p))| 2 * part.cost(items) - i128::from(w) * i128::from(p));
        wide(&self.weight) * wide(&self.time) + inner.sum::<i128>()
    }
}

struct Joining {
    weight: Vec<i64>,
    time: Vec<i64>,
    /// Which block a block was joined to: itself while it stands.
    joined: Vec<u32>,
    /// What a block requires, and what requires it: blocks that may have been joined since.
    before: Vec<Vec<u32>>,
    after: Vec<Vec<u32>>,
    /// The items of a block as a list.
    next: Vec<u32>,
    last: Vec<u32>,
    densest: BinaryHeap<Entry>,
    least_dense: BinaryHeap<Reverse<Entry>>,
    /// Blocks that may form a module with a neighbour.
    touched: Vec<u32>,
}

impl Joining {
    fn new(part: &Part<'_>) -> Self {
        let n = part.weight.len();
        let rows = |graph: &Rows| (0..n as u32).map(|v| graph.row(v).to_vec()).collect::<Vec<_>>();
        let mut this = Self {
            weight: part.weight.to_vec(),
            time: part.time.to_vec(),
            joined: (0..n as u32).collect(),
            before: rows(part.requires),
            after: rows(&part.requires.reversed()),
            next: vec![NONE; n],
            last: (0..n as u32).collect(),
            densest: BinaryHeap::new(),
            least_dense: BinaryHeap::new(),
            touched: Vec::new(),
        };
        for block in (0..n as u32).rev() {
            this.touch(block);
        }
        this
    }

    fn run(&mut self) {
        loop {
            while let Some(block) = self.touched.pop() {
                if self.stands(block) {
                    self.join_module(block);
                }
            }
            if !self.join_densest() && !self.join_least_dense() {
                break;
            }
        }
    }

    /// Joins a block with the one before it or after it, if they are a module in the right order of
    /// density.
    fn join_module(&mut self, block: u32) {
        if let Some(before) = self.only_before(block)
            && self.only_after(before) == Some(block)
            && self.compare(block, before) != Ordering::Less
        {
            self.join(before, block);
        } else if let Some(after) = self.only_after(block)
            && self.only_before(after) == Some(block)
            && self.compare(after, block) != Ordering::Less
        {
            self.join(block, after);
        }
    }

    fn join_densest(&mut self) -> bool {
        while let Some(entry) = self.densest.pop() {
            if self.current(&entry) {
                let block = entry.block.0;
                let before = self.only_before(block);
                match before {
                    Some(before) => self.join(before, block),
                    None => self.densest.push(entry),
                }
                return before.is_some();
            }
        }
        false
    }

    fn join_least_dense(&mut self) -> bool {
        while let Some(Reverse(entry)) = self.least_dense.pop() {
            if self.current(&entry) {
                let block = entry.block.0;
                let after = self.only_after(block);
                match after {
                    Some(after) => self.join(block, after),
                    None => self.least_dense.push(Reverse(entry)),
                }
                return after.is_some();
            }
        }
        false
    }

    fn current(&self, entry: &Entry) -> bool {
        let i = entry.block.0 as usize;
        self.stands(entry.block.0) && (entry.weight, entry.time) == (self.weight[i], self.time[i])
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        let of = |v: u32| (self.weight[v as usize], self.time[v as usize]);
        compare_density(of(a), of(b))
    }

    fn stands(&self, block: u32) -> bool {
        self.joined[block as usize] == block
    }

    fn touch(&mut self, block: u32) {
        let entry = || Entry {
            weight: self.weight[block as usize],
            time: self.time[block as usize],
            block: Reverse(block),
        };
        self.densest.push(entry());
        self.least_dense.push(Reverse(entry()));
        self.touched.push(block);
    }

    fn only_before(&mut self, block: u32) -> Option<u32> {
        only(&mut self.before[block as usize], block, &mut self.joined)
    }

    fn only_after(&mut self, block: u32) -> Option<u32> {
        only(&mut self.after[block as usize], block, &mut self.joined)
    }

    fn join(&mut self, first: u32, second: u32) {
        let (i, j) = (first as usize, second as usize);
        self.weight[i] += self.weight[j];
        self.time[i] += self.time[j];
        self.next[self.last[i] as usize] = second;
        self.last[i] = self.last[j];
        self.joined[j] = first;
        for rows in [&mut self.before, &mut self.after] {
            let mut row = std::mem::take(&mut rows[j]);
            if row.len() > rows[i].len() {
                std::mem::swap(&mut row, &mut rows[i]);
            }
            rows[i].append(&mut row);
        }
        self.touch(first);
    }

    fn finish(mut self, part: &Part<'_>) -> Blocks {
        let left: Vec<u32> = (0..self.joined.len() as u32).filter(|&v| self.stands(v)).collect();
        let mut number = vec![NONE; self.joined.len()];
        for (new, &block) in left.iter().enumerate() {
            number[block as usize] = new as u32;
        }
        let mut blocks = Blocks {
            members: Vec::with_capacity(left.len()),
            weight: left.iter().map(|&v| self.weight[v as usize]).collect(),
            time: left.iter().map(|&v| self.time[v as usize]).collect(),
            requires: Rows::new(),
        };
        for &block in &left {
            let list =
                std::iter::successors(Some(block), |&v| Some(self.next[v as usize]).filter(|&u| u != NONE));
            let members: Vec<u32> = list.collect();
            let required = members.iter().flat_map(|&v| part.requires.row(v));
            let mut row: Vec<u32> =
                required.map(|&u| standing(u, &mut self.joined)).filter(|&u| u != block).collect();
            row.sort_unstable();
            row.dedup();
            blocks.requires.push_row(row.into_iter().map(|u| number[u as usize]));
            blocks.members.push(members);
        }
        blocks
    }
}

/// The only block in a row, if there is just one besides `block` itself. Drops what stands for the
/// same block as what is before it, so that looking again is cheap.
fn only(row: &mut Vec<u32>, block: u32, joined: &mut [u32]) -> Option<u32> {
    let mut only = None;
    let mut at = 0;
    while at < row.len() {
        let other = standing(row[at], joined);
        if other == block || only == Some(other) {
            row.swap_remove(at);
        } else if only.is_none() {
            only = Some(other);
            at += 1;
        } else {
            return None;
        }
    }
    only
}

/// The block that a block is part of now.
fn standing(mut block: u32, joined: &mut [u32]) -> u32 {
    while joined[block as usize] != block {
        let up = joined[block as usize];
        joined[block as usize] = joined[up as usize];
        block = up;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::testing::{Own, Random};

    #[test]
    fn blocks_keep_a_best_order() {
        let mut random = Random::new(31);
        let (mut items, mut left) = (0, 0);
        for _ in 0..3000 {
            let own = Own::random(&mut random, 9);
            let requires = Rows::from_rows(&own.rows).without_shortcuts();
            let part = Part { weight: &own.weight, time: &own.time, requires: &requires };
            let blocks = Blocks::of(&part);
            let joined = Own {
                weight: blocks.weight.clone(),
                time: blocks.time.clone(),
                rows: (0..blocks.requires.len() as u32).map(|b| blocks.requires.row(b).to_vec()).collect(),
            };
            // What a block costs less inside than if all of its weight came at its end.
            let inside =
                |b: usize| part.cost(&blocks.members[b]) - i128::from(blocks.weight[b] * blocks.time[b]);
            let constant: i128 = (0..blocks.members.len()).map(inside).sum();
            assert_eq!(joined.least_cost() + constant, own.least_cost(), "{own:?} {blocks:?}");
            items += own.rows.len();
            left += blocks.members.len();
        }
        assert!(10 * left < 9 * items, "{left} blocks of {items} items");
    }
}
