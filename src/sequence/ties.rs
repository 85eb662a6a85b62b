//! All the best closed sets: the pieces in which they can differ.

use super::flow::{Closure, Integer};
use crate::graph::Rows;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const UNSEEN: u32 = u32::MAX;

/// Finds the pieces of ties, keeping its memory between calls.
///
/// # Method
///
/// After a maximum flow the best closed sets are the sets closed under residual arcs that hold the
/// least and lie in the greatest of them. So the strongly connected components of the residual
/// graph between the two are the pieces, and they can be taken in any order that the residual arcs
/// allow. The components and what each needs do not depend on the flow found.
///
/// # References
///
/// Picard & Queyranne (1980), On the structure of all minimum cuts in a network and applications,
/// Mathematical Programming Study 13. Tarjan (1972), Depth-first search and linear graph
/// algorithms, SIAM Journal on Computing 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ties {
    number: Vec<u32>,
    low: Vec<u32>,
    piece: Vec<u32>,
    open: Vec<u32>,
    calls: Vec<(u32, u32)>,
}

impl Ties {
    /// Appends the items that are in the greatest but not in the least best closed set to `items`,
    /// piece by piece, and the end of each piece to `ends`.
    ///
    /// With `marked` (see [`Closure::mark_least`]) and solved `closure`. Every prefix of pieces
    /// with the least set is a best closed set, and no piece splits. Of the pieces that can come
    /// next one without a `late` item does, if there is one, and of those the one with the lowest
    /// item; a piece lists its items in rising order.
    ///
    /// # Complexity
    ///
    /// O(n + m + p log p) for n items, m arcs, p pieces.
    pub(crate) fn pieces<T: Integer>(
        &mut self,
        closure: &Closure<T>,
        late: impl Fn(u32) -> bool,
        items: &mut Vec<u32>,
        ends: &mut Vec<u32>,
    ) {
        let count = self.components(closure);
        let first = items.len();
        let tied = |v: u32| closure.in_greatest(v) && !closure.in_least(v);
        items.extend((0..closure.len() as u32).filter(|&v| tied(v)));
        if count <= 1 {
            if count == 1 {
                ends.push(items.len() as u32);
            }
            return;
        }
        // Members of each piece in rising order; the first is its lowest.
        let mut start = vec![0_u32; count + 1];
        for &v in &items[first..] {
            start[self.piece[v as usize] as usize + 1] += 1;
        }
        for c in 0..count {
            start[c + 1] += start[c];
        }
        let mut member = vec![0_u32; items.len() - first];
        let mut next = start.clone();
        for v in items.drain(first..) {
            let slot = &mut next[self.piece[v as usize] as usize];
            member[*slot as usize] = v;
            *slot += 1;
        }
        let members = |c: u32| &member[start[c as usize] as usize..start[c as usize + 1] as usize];
        let key = |c: u32| Reverse((members(c).iter().any(|&v| late(v)), members(c)[0], c));
        // A piece waits for those its residual arcs lead to, as often as they do.
        let residual = |v: u32| (0..closure.residual_len(v)).filter_map(move |k| closure.residual(v, k));
        let mut needs = Rows::new();
        for c in 0..count as u32 {
            let reached = members(c).iter().flat_map(|&v| residual(v)).filter(|&u| tied(u));
            needs.push_row(reached.map(|u| self.piece[u as usize]).filter(|&d| d != c));
        }
        let dependents = needs.reversed();
        let mut waits: Vec<usize> = (0..count as u32).map(|c| needs.row(c).len()).collect();
        let mut ready: BinaryHeap<Reverse<(bool, u32, u32)>> =
            (0..count as u32).filter(|&c| waits[c as usize] == 0).map(key).collect();
        while let Some(Reverse((_, _, d))) = ready.pop() {
            items.extend_from_slice(members(d));
            ends.push(items.len() as u32);
            for &c in dependents.row(d) {
                waits[c as usize] -= 1;
                if waits[c as usize] == 0 {
                    ready.push(key(c));
                }
            }
        }
    }

    /// Numbers the components of the tied items; their number.
    fn components<T: Integer>(&mut self, closure: &Closure<T>) -> usize {
        let n = closure.len();
        for buffer in [&mut self.number, &mut self.low, &mut self.piece] {
            buffer.clear();
            buffer.resize(n, UNSEEN);
        }
        let tied = |v: u32| closure.in_greatest(v) && !closure.in_least(v);
        let mut numbered = 0;
        let mut pieces = 0;
        for root in 0..n as u32 {
            if self.number[root as usize] != UNSEEN || !tied(root) {
                continue;
            }
            self.calls.push((root, 0));
            while let Some((v, k)) = self.calls.pop() {
                let i = v as usize;
                if k == 0 {
                    self.number[i] = numbered;
                    self.low[i] = numbered;
                    numbered += 1;
                    self.open.push(v);
                }
                let mut entered = false;
                for k in k..closure.residual_len(v) {
                    let Some(u) = closure.residual(v, k).filter(|&u| tied(u)) else {
                        continue;
                    };
                    let j = u as usize;
                    if self.number[j] == UNSEEN {
                        self.calls.push((v, k + 1));
                        self.calls.push((u, 0));
                        entered = true;
                        break;
                    }
                    if self.piece[j] == UNSEEN {
                        self.low[i] = self.low[i].min(self.number[j]);
                    }
                }
                if entered {
                    continue;
                }
                if self.low[i] == self.number[i] {
                    while let Some(u) = self.open.pop() {
                        self.piece[u as usize] = pieces;
                        if u == v {
                            break;
                        }
                    }
                    pieces += 1;
                }
                if let Some(&(parent, _)) = self.calls.last() {
                    let low = self.low[i];
                    let parent = &mut self.low[parent as usize];
                    *parent = low.min(*parent);
                }
            }
        }
        pieces as usize
    }
}
