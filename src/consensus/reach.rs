//! Who can be reached from whom, while arcs are added; and the order that a transitive relation leaves.

use super::weak_order::WeakOrder;

/// The reflexive and transitive closure of a graph that only grows.
///
/// # Complexity
///
/// Each ordered pair becomes reachable once, and each costs a row of `n/64` words: `O(n³/64)` for any number of
/// insertions, and `O(1)` for one that adds nothing.
///
/// # References
///
/// G. F. Italiano (1986), *Amortized efficiency of a path retrieval data structure*, Theoretical Computer Science 48;
/// here with bit rows in place of its trees.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    n: usize,
    /// Words per row.
    words: usize,
    /// Bit `b` of row `a`: `a` reaches `b`.
    to: Vec<u64>,
    /// Bit `a` of row `b`: `a` reaches `b`.
    from: Vec<u64>,
}

impl Reach {
    /// No arcs: each reaches itself only.
    pub(super) fn new(n: usize) -> Self {
        let words = n.div_ceil(64);
        let mut to = vec![0; n * words];
        for a in 0..n {
            to[a * words + a / 64] = 1 << (a % 64);
        }
        Self { n, words, from: to.clone(), to }
    }

    /// Whether there is a way from `a` to `b`.
    pub(super) fn reaches(&self, a: u32, b: u32) -> bool {
        bit(&self.to[a as usize * self.words..], b as usize)
    }

    /// Adds the arc `a → b` and calls `found` for each pair that it makes reachable.
    pub(super) fn insert(&mut self, a: u32, b: u32, mut found: impl FnMut(usize, usize)) {
        if self.reaches(a, b) {
            return;
        }
        let words = self.words;
        let (a, b) = (a as usize, b as usize);
        for word in 0..words {
            let mut starts = self.from[a * words + word] & !self.from[b * words + word];
            while starts != 0 {
                let x = word * 64 + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                for w in 0..words {
                    let mut new = self.to[b * words + w] & !self.to[x * words + w];
                    self.to[x * words + w] |= new;
                    while new != 0 {
                        let y = w * 64 + new.trailing_zeros() as usize;
                        new &= new - 1;
                        self.from[y * words + x / 64] |= 1 << (x % 64);
                        found(x, y);
                    }
                }
            }
        }
    }

    /// For each vertex the number of its strong component when `arcs` are added to the graph, which itself
    /// stays as it is.
    ///
    /// # Complexity
    ///
    /// `O(n²/64)` words: a search looks at unvisited neighbours a word at a time.
    ///
    /// # References
    ///
    /// M. Sharir (1981), *A strong-connectivity algorithm and its applications in data flow analysis*, Computers and
    /// Mathematics with Applications 7 (Kosaraju's algorithm).
    pub(super) fn components_with(&self, arcs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
        let (n, words) = (self.n, self.words);
        let (mut to, mut from) = (self.to.clone(), self.from.clone());
        for (a, b) in arcs {
            let (a, b) = (a as usize, b as usize);
            to[a * words + b / 64] |= 1 << (b % 64);
            from[b * words + a / 64] |= 1 << (a % 64);
        }
        let mut finished = Vec::with_capacity(n);
        search(n, words, &to, 0..n, |_, v| finished.push(v));
        let mut component = vec![0; n];
        search(n, words, &from, finished.into_iter().rev(), |root, v| component[v] = root as u32);
        component
    }
}

/// Depth first from each root in turn, calling `finish` with the root and each vertex when it is left.
fn search(
    n: usize,
    words: usize,
    adjacent: &[u64],
    roots: impl Iterator<Item = usize>,
    mut finish: impl FnMut(usize, usize),
) {
    let mut unvisited = vec![u64::MAX; words];
    let mut stack = Vec::with_capacity(n);
    for root in roots {
        if !bit(&unvisited, root) {
            continue;
        }
        unvisited[root / 64] &= !(1 << (root % 64));
        stack.push(root);
        while let Some(&v) = stack.last() {
            let row = &adjacent[v * words..][..words];
            let fresh = row.iter().zip(&unvisited).position(|(row, unvisited)| row & unvisited != 0);
            if let Some(w) = fresh {
                let low = (row[w] & unvisited[w]).trailing_zeros();
                unvisited[w] &= !(1 << low);
                stack.push(w * 64 + low as usize);
            } else {
                stack.pop();
                finish(root, v);
            }
        }
    }
}

fn bit(row: &[u64], index: usize) -> bool {
    row[index / 64] >> (index % 64) & 1 == 1
}

/// The ranking by a transitive relation without cycles: the undefeated first, then those that are undefeated
/// without them, and so on.
///
/// # Complexity
///
/// `O(n²)`.
pub(super) fn remove_undefeated(n: usize, beats: impl Fn(u32, u32) -> bool) -> WeakOrder {
    let items = 0..n as u32;
    let mut beaten_by = vec![0_usize; n];
    for a in items.clone() {
        for b in items.clone() {
            beaten_by[b as usize] += usize::from(beats(a, b));
        }
    }
    let mut left = n;
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut undefeated: Vec<u32> = items.clone().filter(|&a| beaten_by[a as usize] == 0).collect();
    while left > 0 {
        assert!(!undefeated.is_empty(), "a transitive relation without cycles leaves somebody undefeated");
        left -= undefeated.len();
        let mut next = Vec::new();
        for &a in &undefeated {
            for b in items.clone().filter(|&b| beats(a, b)) {
                beaten_by[b as usize] -= 1;
                if beaten_by[b as usize] == 0 {
                    next.push(b);
                }
            }
        }
        groups.push(std::mem::replace(&mut undefeated, next));
    }
    WeakOrder::of_groups(groups)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn closure(n: usize, arcs: &[(u32, u32)]) -> Vec<Vec<bool>> {
        let mut reach: Vec<Vec<bool>> = (0..n).map(|a| (0..n).map(|b| a == b).collect()).collect();
        for &(a, b) in arcs {
            reach[a as usize][b as usize] = true;
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        reach
    }

    proptest! {
        #[test]
        fn reach_is_the_closure_and_reports_each_new_pair_once(
            n in 1_usize..80,
            arcs in prop::collection::vec((0_u32..80, 0_u32..80), 0..120),
            split in 0_usize..120,
        ) {
            let arcs: Vec<_> = arcs.into_iter().map(|(a, b)| (a % n as u32, b % n as u32)).collect();
            let (first, second) = arcs.split_at(split.min(arcs.len()));
            let mut reach = Reach::new(n);
            let mut reported: Vec<(usize, usize)> = (0..n).map(|a| (a, a)).collect();
            for &(a, b) in first {
                reach.insert(a, b, |x, y| reported.push((x, y)));
            }
            reported.sort_unstable();
            let expected = closure(n, first);
            let pairs: Vec<_> =
                (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|&(a, b)| expected[a][b]).collect();
            prop_assert_eq!(&reported, &pairs);
            for (a, row) in expected.iter().enumerate() {
                for (b, &reached) in row.iter().enumerate() {
                    prop_assert_eq!(reach.reaches(a as u32, b as u32), reached);
                }
            }
            let components = reach.components_with(second.iter().copied());
            let both = closure(n, &arcs);
            for a in 0..n {
                for b in 0..n {
                    prop_assert_eq!(components[a] == components[b], both[a][b] && both[b][a]);
                }
            }
        }
    }
}
