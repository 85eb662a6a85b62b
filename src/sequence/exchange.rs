//! A good order of many items, by exchange.

use super::ideals::{FEW, Few};
use super::problem::compare_density;
use crate::graph::Rows;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Weight and time of items, and what each requires of them.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    pub(crate) weight: &'a [i64],
    pub(crate) time: &'a [i64],
    pub(crate) requires: &'a Rows,
}

/// How far from its place an item is tried, and how often all items are.
const REACH: usize = 128;
const PASSES: usize = 8;
/// So many neighbours are put in their best order at once, if that takes no more than so many
/// states.
const WINDOW: usize = 12;
const WINDOW_STATES: usize = 2000;

/// What is taken next, among items that can come next: the densest, or for an order made from its
/// end the least dense; then the lowest.
#[derive(PartialEq, Eq)]
struct Candidate {
    weight: i64,
    time: i64,
    item: Reverse<u32>,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_density((self.weight, self.time), (other.weight, other.time)).then(self.item.cmp(&other.item))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Part<'_> {
    /// The same in bits, if the items are few enough.
    pub(crate) fn few(&self) -> Option<Few> {
        let bits = |v: u32| self.requires.row(v).iter().fold(0, |set, &u| set | 1 << u);
        (self.weight.len() <= FEW).then(|| Few {
            weight: self.weight.to_vec(),
            time: self.time.to_vec(),
            needs: (0..self.weight.len() as u32).map(bits).collect(),
        })
    }

    /// An order in which no item gains by moving, with what it requires or what requires it, past
    /// up to 128 others, and no dozen of neighbours by being put in another order.
    ///
    /// # Complexity
    ///
    /// O(n (log n + reach × width of rows)) for each of at most 8 passes.
    pub(crate) fn good_order(&self) -> Vec<u32> {
        let dependents = self.requires.reversed();
        let forward = self.greedy(self.requires, &dependents, 1);
        let mut backward = self.greedy(&dependents, self.requires, -1);
        backward.reverse();
        let mut order = if self.cost(&forward) <= self.cost(&backward) { forward } else { backward };
        let mut exchange = Exchange {
            part: self,
            dependents: &dependents,
            mark: vec![0; order.len()],
            round: 0,
            group: Vec::new(),
            others: Vec::new(),
        };
        for _ in 0..PASSES {
            let mut better = false;
            for at in 0..order.len() {
                better |= exchange.move_group(&mut order, at, true);
            }
            for at in (0..order.len()).rev() {
                better |= exchange.move_group(&mut order, at, false);
            }
            if !better {
                break;
            }
        }
        let mut start = 0;
        while start < order.len() {
            let end = order.len().min(start + WINDOW);
            exchange.settle(&mut order[start..end]);
            start += WINDOW / 2;
        }
        order
    }

    /// Σ weight × completion.
    pub(crate) fn cost(&self, order: &[u32]) -> i128 {
        let mut clock = 0_i128;
        order
            .iter()
            .map(|&v| {
                clock += i128::from(self.time[v as usize]);
                clock * i128::from(self.weight[v as usize])
            })
            .sum()
    }

    /// The densest item first, of those that can come next; the least dense for `sign` −1, with the
    /// arcs turned round.
    fn greedy(&self, requires: &Rows, dependents: &Rows, sign: i64) -> Vec<u32> {
        let n = self.weight.len();
        let candidate = |v: u32| Candidate {
            weight: sign * self.weight[v as usize],
            time: self.time[v as usize],
            item: Reverse(v),
        };
        let mut waits: Vec<usize> = (0..n as u32).map(|v| requires.row(v).len()).collect();
        let ready = (0..n as u32).filter(|&v| waits[v as usize] == 0);
        let mut ready: BinaryHeap<Candidate> = ready.map(candidate).collect();
        let mut order = Vec::with_capacity(n);
        while let Some(Candidate { item: Reverse(v), .. }) = ready.pop() {
            order.push(v);
            for &u in dependents.row(v) {
                waits[u as usize] -= 1;
                if waits[u as usize] == 0 {
                    ready.push(candidate(u));
                }
            }
        }
        order
    }
}

struct Exchange<'a> {
    part: &'a Part<'a>,
    dependents: &'a Rows,
    /// The round in which an item was found to belong to the group that moves.
    mark: Vec<u32>,
    round: u32,
    group: Vec<u32>,
    others: Vec<u32>,
}

impl Exchange<'_> {
    /// Moves the item at a place to an earlier one, taking along what it requires, or to a later
    /// one with what requires it, if that lowers the cost; to where it does so most.
    fn move_group(&mut self, order: &mut [u32], at: usize, earlier: bool) -> bool {
        let arcs = if earlier { self.part.requires } else { self.dependents };
        self.round += 1;
        let round = self.round;
        self.mark[order[at] as usize] = round;
        let (mut w, mut p) = (0_i128, 0_i128);
        let (mut other_w, mut other_p) = (0_i128, 0_i128);
        let mut best = 0;
        let mut best_end = at;
        let mut place = at;
        loop {
            let v = order[place];
            let (vw, vp) = (i128::from(self.part.weight[v as usize]), i128::from(self.part.time[v as usize]));
            if self.mark[v as usize] == round {
                for &u in arcs.row(v) {
                    self.mark[u as usize] = round;
                }
                (w, p) = (w + vw, p + vp);
            } else {
                (other_w, other_p) = (other_w + vw, other_p + vp);
                let later_first = w * other_p - other_w * p;
                let gain = if earlier { later_first } else { -later_first };
                if gain > best {
                    (best, best_end) = (gain, place);
                }
            }
            if place.abs_diff(at) == REACH {
                break;
            }
            match if earlier { place.checked_sub(1) } else { Some(place + 1).filter(|&q| q < order.len()) } {
                Some(next) => place = next,
                None => break,
            }
        }
        if best == 0 {
            return false;
        }
        let segment = &mut order[at.min(best_end)..=at.max(best_end)];
        self.group.clear();
        self.others.clear();
        for &v in segment.iter() {
            let part = if self.mark[v as usize] == round { &mut self.group } else { &mut self.others };
            part.push(v);
        }
        let (first, second) = if earlier { (&self.group, &self.others) } else { (&self.others, &self.group) };
        segment[..first.len()].copy_from_slice(first);
        segment[first.len()..].copy_from_slice(second);
        true
    }

    /// Puts neighbours in their best order, if it is better.
    fn settle(&mut self, window: &mut [u32]) {
        let few = self.few(window);
        let Some(best) = few.best_order(WINDOW_STATES) else {
            return;
        };
        let best: Vec<u32> = best.into_iter().map(|k| window[k as usize]).collect();
        if self.part.cost(&best) < self.part.cost(window) {
            window.copy_from_slice(&best);
        }
    }

    fn few(&self, window: &[u32]) -> Few {
        let of = |v: u32| (self.part.weight[v as usize], self.part.time[v as usize]);
        let (weight, time) = window.iter().map(|&v| of(v)).unzip();
        let needs = window
            .iter()
            .map(|&v| {
                let row = self.part.requires.row(v);
                (0..window.len()).filter(|&k| row.contains(&window[k])).fold(0, |m, k| m | 1 << k)
            })
            .collect();
        Few { weight, time, needs }
    }
}
