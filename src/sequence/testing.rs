//! What several tests need: random graphs, problems, answers by enumeration.

use super::batches::Batches;
use super::problem::Problem;
use crate::graph::Rows;

/// Steele, Lea & Flood's `SplitMix64` (2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; the slight bias does not matter here.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Rows of an acyclic graph in which items require up to `most` others, under random names.
    pub(crate) fn graph(&mut self, n: usize, most: u64) -> Vec<Vec<u32>> {
        let name = self.permutation(n);
        let mut rows = vec![Vec::new(); n];
        for i in 1..n {
            let row = &mut rows[name[i] as usize];
            for _ in 0..self.below(most + 1) {
                row.push(name[self.below(i as u64) as usize]);
            }
        }
        rows
    }

    pub(crate) fn permutation(&mut self, n: usize) -> Vec<u32> {
        let mut name: Vec<u32> = (0..n as u32).collect();
        for i in (1..n).rev() {
            name.swap(i, self.below(i as u64 + 1) as usize);
        }
        name
    }
}

/// A problem that owns its numbers.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) weight: Vec<i64>,
    pub(crate) time: Vec<i64>,
    pub(crate) rows: Vec<Vec<u32>>,
}

impl Own {
    /// Up to `most` items with small numbers, so that ties, zeros and (one time in three) negative
    /// weights are common.
    pub(crate) fn random(random: &mut Random, most: u64) -> Self {
        let n = random.below(most + 1) as usize;
        let (spread, negative) = (1 + random.below(9), random.below(3));
        let mut number = |low: u64| random.below(spread + 1).cast_signed() - low.cast_signed();
        let weight = (0..n).map(|_| number(negative)).collect();
        let time = (0..n).map(|_| number(0)).collect();
        let width = random.below(4);
        Self { weight, time, rows: random.graph(n, width) }
    }

    pub(crate) fn with<R>(&self, f: impl FnOnce(&Problem<'_>) -> R) -> R {
        let requires = Rows::from_rows(&self.rows);
        f(&Problem { weight: &self.weight, time: &self.time, requires: &requires })
    }

    pub(crate) fn batches(&self) -> Batches {
        self.with(|problem| Batches::of(problem).expect("a sound problem"))
    }

    pub(crate) fn sums(&self, set: u32) -> (i64, i64) {
        let inside = (0..self.rows.len()).filter(|i| set >> i & 1 == 1);
        inside.fold((0, 0), |(w, p), i| (w + self.weight[i], p + self.time[i]))
    }

    /// All closed sets as bits.
    pub(crate) fn closed(&self) -> Vec<u32> {
        let needs: Vec<u32> = self.rows.iter().map(|row| bits(row)).collect();
        let closed = |set: &u32| {
            let mut inside = (0..needs.len()).filter(|i| set >> i & 1 == 1);
            inside.all(|i| needs[i] & !set == 0)
        };
        (0..1 << self.rows.len()).filter(closed).collect()
    }

    /// The least Σ weight × completion: every closed set from those with one item less.
    pub(crate) fn least_cost(&self) -> i128 {
        let mut best = vec![i128::MAX; 1 << self.rows.len()];
        best[0] = 0;
        for set in self.closed() {
            let time = self.sums(set).1;
            for last in (0..self.rows.len()).filter(|i| set >> i & 1 == 1) {
                let before = best[(set & !(1 << last)) as usize];
                if before < i128::MAX {
                    let cost = before + i128::from(self.weight[last] * time);
                    best[set as usize] = best[set as usize].min(cost);
                }
            }
        }
        best[best.len() - 1]
    }

    /// The cost of an order, after making sure that it is one.
    pub(crate) fn cost(&self, order: &[u32]) -> i128 {
        let mut place = vec![usize::MAX; self.rows.len()];
        let (mut cost, mut clock) = (0, 0);
        for (k, &v) in order.iter().enumerate() {
            let i = v as usize;
            assert_eq!(place[i], usize::MAX, "{v} comes twice");
            assert!(self.rows[i].iter().all(|&u| place[u as usize] < k), "{v} comes too early");
            place[i] = k;
            clock += i128::from(self.time[i]);
            cost += clock * i128::from(self.weight[i]);
        }
        assert_eq!(order.len(), self.rows.len());
        cost
    }
}

pub(crate) fn bits(items: &[u32]) -> u32 {
    items.iter().fold(0, |set, &i| set | 1 << i)
}

/// A file of reference cases, if they are there.
pub(crate) fn shared(name: &str) -> Option<String> {
    let folder = std::env::var("CXRANK_SHARED").unwrap_or_else(|_| "../shared".into());
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join(name)).ok();
    if text.is_none() {
        println!("skipped: no {name} in {folder}");
    }
    text
}
