//! Upper bounds: moves of short blocks, and a short iterated search with a fixed seed.

use super::relation::Relation;

/// Marks in the margins that the row's item must stand before the column's item.
const FORCED: i64 = i64::MAX;

/// Margins of one component as a guide for moves: `at(a, b)` > 0 if a should stand before b, [`FORCED`] if it must.
#[derive(Debug)]
pub(crate) struct Guide {
    k: usize,
    margin: Vec<i64>,
    exact: bool,
}

impl Guide {
    /// Margins are made small enough that no sum over three rows overflows or meets [`FORCED`]: very large ones lose their last bits.
    pub(crate) fn new(k: usize, margin: &[i64], forced: &Relation) -> Self {
        let largest = margin.iter().map(|m| m.unsigned_abs()).max().unwrap_or(0);
        let room = (1_u64 << 61) / (3 * k as u64 + 1);
        let mut shift = 0;
        while largest >> shift > room {
            shift += 1;
        }
        let mut small: Vec<i64> = margin.iter().map(|&m| m.signum() * (m.abs() >> shift)).collect();
        for a in 0..k {
            for b in 0..k {
                if forced.has(a, b) {
                    small[a * k + b] = FORCED;
                    small[b * k + a] = -FORCED;
                }
            }
        }
        Self { k, margin: small, exact: shift == 0 }
    }

    fn at(&self, a: u32, b: u32) -> i64 {
        self.margin[a as usize * self.k + b as usize]
    }

    /// The order by decreasing score, ties by index, among those that keep what is forced.
    pub(crate) fn by_score(&self, score: &[f64]) -> Vec<u32> {
        let k = self.k;
        let mut sorted: Vec<u32> = (0..k as u32).collect();
        sorted.sort_by(|&a, &b| score[b as usize].total_cmp(&score[a as usize]).then(a.cmp(&b)));
        let mut waiting: Vec<usize> =
            (0..k).map(|b| (0..k).filter(|a| self.margin[a * k + b] == FORCED).count()).collect();
        if waiting.iter().all(|&w| w == 0) {
            return sorted;
        }
        let mut order = Vec::with_capacity(k);
        while let Some(at) = sorted.iter().position(|&x| waiting[x as usize] == 0) {
            let x = sorted.remove(at);
            for (b, w) in waiting.iter_mut().enumerate() {
                *w -= usize::from(self.margin[x as usize * k + b] == FORCED);
            }
            order.push(x);
        }
        order
    }

    /// Moves blocks of one to three items to their best place until no move helps.
    ///
    /// # Complexity
    /// O(k²) for each pass.
    pub(crate) fn descend(&self, order: &mut [u32]) {
        let mut improved = true;
        while improved {
            improved = false;
            for len in 1..=3.min(order.len()) {
                for start in 0..=order.len() - len {
                    improved |= self.move_block(order, start, len);
                }
            }
        }
    }

    fn move_block(&self, order: &mut [u32], start: usize, len: usize) -> bool {
        let (mut best, mut to) = (0, start);
        self.scan(order, start, len, |at, change| {
            if change < best {
                (best, to) = (change, at);
            }
        });
        if to > start {
            order[start..to + len].rotate_left(len);
        } else if to < start {
            order[to..start + len].rotate_right(len);
        }
        best < 0
    }

    /// Calls `visit(new start, change of cost)` for every other place that the block may take.
    fn scan(&self, order: &[u32], start: usize, len: usize, mut visit: impl FnMut(usize, i64)) {
        let k = self.k;
        let rows: [&[i64]; 3] = std::array::from_fn(|i| {
            let x = order[start + i.min(len - 1)] as usize;
            &self.margin[x * k..(x + 1) * k]
        });
        // margin(x, y) = −margin(y, x), except for FORCED, whose opposite is −FORCED.
        let sum = |y: u32| {
            let (mut total, mut barrier) = (0, 0);
            for row in &rows[..len] {
                let w = row[y as usize];
                if w.abs() == FORCED {
                    barrier = w;
                } else {
                    total += w;
                }
            }
            if barrier == 0 { total } else { barrier }
        };
        let mut change = 0;
        for (at, &y) in order[start + len..].iter().enumerate() {
            let w = sum(y);
            if w == FORCED {
                break;
            }
            change += w;
            visit(start + at + 1, change);
        }
        change = 0;
        for at in (0..start).rev() {
            let w = sum(order[at]);
            if w == -FORCED {
                break;
            }
            change -= w;
            visit(at, change);
        }
    }

    /// Whether it is certain that moving some block of up to three items leaves the cost as it is.
    pub(crate) fn has_neutral_move(&self, order: &[u32]) -> bool {
        let mut found = false;
        if !self.exact {
            return found;
        }
        for len in 1..=3.min(order.len()) {
            for start in 0..=order.len() - len {
                self.scan(order, start, len, |_, change| found |= change == 0);
            }
        }
        found
    }

    /// Kicks `order` by a few random moves and descends again, `kicks` times; the local optima that were not worse than the one before.
    ///
    /// # References
    /// Lourenço, Martin & Stützle 2003, Iterated local search, in Handbook of Metaheuristics.
    pub(crate) fn iterate(&self, order: &[u32], kicks: usize) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let k = self.k;
        let mut random = SplitMix(0x9E37_79B9_7F4A_7C15);
        let mut here = order.to_vec();
        let mut here_cost = self.cost(&here);
        let mut next = here.clone();
        for _ in 0..kicks {
            next.copy_from_slice(&here);
            for _ in 0..3 {
                let start = random.below(k);
                let wish = random.below(k);
                let mut to = start;
                self.scan(&next, start, 1, |at, _| {
                    if (at > to) == (wish > start) && at.abs_diff(start) <= wish.abs_diff(start) {
                        to = at;
                    }
                });
                if to > start {
                    next[start..=to].rotate_left(1);
                } else {
                    next[to..=start].rotate_right(1);
                }
            }
            self.descend(&mut next);
            let cost = self.cost(&next);
            if cost <= here_cost {
                here_cost = cost;
                here.copy_from_slice(&next);
                found.push(next.clone());
            }
        }
        found
    }

    fn cost(&self, order: &[u32]) -> i128 {
        let mut cost = 0;
        for (i, &a) in order.iter().enumerate() {
            for &b in &order[i + 1..] {
                let w = self.at(b, a);
                if w > 0 {
                    cost += i128::from(w);
                }
            }
        }
        cost
    }
}

/// Steele, Lea & Flood 2014, Fast splittable pseudorandom number generators.
struct SplitMix(u64);

impl SplitMix {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((u128::from(z ^ (z >> 31)) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn guide(k: usize, margins: &[i64], forced: &[(u32, u32)]) -> Guide {
        let mut margin = vec![0; k * k];
        for a in 0..k {
            for b in 0..a {
                margin[a * k + b] = margins[a * k + b];
                margin[b * k + a] = -margins[a * k + b];
            }
        }
        let mut relation = Relation::new(k);
        for &(a, b) in forced {
            relation.insert(a as usize, b as usize);
        }
        assert!(relation.close());
        Guide::new(k, &margin, &relation)
    }

    proptest! {
        #[test]
        fn moves_never_cost_and_keep_what_is_forced(margins in proptest::collection::vec(-9_i64..=9, 64), score in proptest::collection::vec(-1.0..1.0, 8)) {
            let forced = [(5, 1), (1, 3), (6, 0)];
            let guide = guide(8, &margins, &forced);
            let first = guide.by_score(&score);
            let mut order = first.clone();
            guide.descend(&mut order);
            prop_assert!(guide.cost(&order) <= guide.cost(&first));
            for found in [vec![first, order.clone()], guide.iterate(&order, 20)].concat() {
                let place = |x: u32| found.iter().position(|&y| y == x);
                prop_assert!((0..8).all(|x| place(x).is_some()));
                prop_assert!(forced.iter().all(|&(a, b)| place(a) < place(b)));
            }
        }
    }

    #[test]
    fn a_neutral_move_is_seen() {
        // 0 > 1 > 2 by one each, 2 > 0 by one: every rotation costs the same.
        let mut margins = vec![0; 9];
        (margins[3], margins[7], margins[6]) = (-1, -1, 1);
        assert!(guide(3, &margins, &[]).has_neutral_move(&[0, 1, 2]));
        margins[6] = -1;
        assert!(!guide(3, &margins, &[]).has_neutral_move(&[0, 1, 2]));
    }

    #[test]
    fn the_largest_margins_do_not_overflow() {
        let margins = vec![i64::MAX; 400];
        let guide = guide(20, &margins, &[]);
        let mut order: Vec<u32> = (0..20).collect();
        guide.descend(&mut order);
        assert_eq!(guide.cost(&order), 0);
        assert!(!guide.has_neutral_move(&order));
    }
}
