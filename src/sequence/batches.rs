//! Batches: the items divided into sets of falling density, what is required first.

use super::flow::{Closure, Integer};
use super::problem::{Problem, ProblemError};
use super::ties::Ties;
use crate::graph::Rows;

/// One batch: the sums of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Batch {
    /// Sum of the weights.
    pub(crate) weight: i64,
    /// Sum of the times.
    pub(crate) time: i64,
    /// How many pieces there are up to the end of this batch.
    pieces_end: u32,
}

/// The batches of a problem, in falling density.
///
/// Each batch is the greatest closed set of the highest density, given the batches before it. Where
/// closed sets of that same density lie within it, it consists of several *pieces*: every prefix of
/// pieces has the batch's density, and a piece does not split any further. A tie between pieces is
/// real: the density does not say which of them comes first, as far as prerequisites leave it open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Batches {
    items: Vec<u32>,
    piece_ends: Vec<u32>,
    sums: Vec<Batch>,
}

impl Batches {
    /// Divides a problem into batches.
    ///
    /// Items of time 0: a set of them that requires nothing else and has a positive weight forms a
    /// first batch of infinite density, one whose weight is negative and that nothing else requires
    /// a last one of density −∞. Otherwise they go along with what they require.
    ///
    /// # Errors
    ///
    /// [`ProblemError`], as [`Problem::check`] finds it.
    ///
    /// # Complexity
    ///
    /// One minimum cut on the items between two breakpoints at a time; near n log n in practice.
    /// Memory O(n + m).
    ///
    /// # Determinism
    ///
    /// Batches, as sets, and their pieces are functions of the weights, times and prerequisites.
    /// The index decides in which order pieces of one batch are listed where prerequisites leave it
    /// open, and items are listed by rising index in a piece.
    ///
    /// # References
    ///
    /// Sidney (1975), Decomposition algorithms for single-machine sequencing with precedence
    /// relations and deferral costs, Operations Research 23. Eisner & Severance (1976),
    /// Mathematical techniques for efficient record segmentation in large shared databases, Journal
    /// of the ACM 23. Picard (1976), Maximal closure of a graph, Management Science 22.
    pub(crate) fn of(problem: &Problem<'_>) -> Result<Self, ProblemError> {
        let order = problem.check()?;
        Ok(Division::new(problem).run(&order))
    }

    /// The items of the first batch alone, rising: that of [`of`](Self::of).
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    ///
    /// # Complexity
    ///
    /// One minimum cut after the other on what is left of the items, which is halved again and again as a rule.
    #[cfg(any(feature = "uncertainty", test))]
    pub(crate) fn first(problem: &Problem<'_>) -> Result<Vec<u32>, ProblemError> {
        let order = problem.check()?;
        Ok(Division::new(problem).first(&order))
    }

    /// The number of batches.
    pub(crate) fn len(&self) -> usize {
        self.sums.len()
    }

    /// The sums of each batch.
    pub(crate) fn sums(&self) -> &[Batch] {
        &self.sums
    }

    #[cfg(test)]
    /// All items, batch by batch and piece by piece. Within a piece an item may stand before one
    /// that it requires.
    pub(crate) fn items(&self) -> &[u32] {
        &self.items
    }

    /// The items of a batch, piece by piece.
    pub(crate) fn members(&self, batch: usize) -> &[u32] {
        let pieces = self.piece_range(batch);
        &self.items[self.piece_start(pieces.start)..self.piece_start(pieces.end)]
    }

    /// The pieces of a batch, each with its items in rising order. More than one is a tie.
    pub(crate) fn pieces(&self, batch: usize) -> impl ExactSizeIterator<Item = &[u32]> {
        self.piece_range(batch).map(|piece| &self.items[self.piece_start(piece)..self.piece_start(piece + 1)])
    }

    /// Time and weight of each prefix of batches: the corners of the greatest weight that a given
    /// time can buy. Beyond the batches of positive density it falls, and is the greatest for
    /// exactly that time.
    pub(crate) fn corners(&self) -> impl Iterator<Item = (i64, i64)> {
        self.sums.iter().scan((0, 0), |(time, weight), batch| {
            *time += batch.time;
            *weight += batch.weight;
            Some((*time, *weight))
        })
    }

    fn piece_range(&self, batch: usize) -> std::ops::Range<usize> {
        let start = batch.checked_sub(1).map_or(0, |b| self.sums[b].pieces_end);
        start as usize..self.sums[batch].pieces_end as usize
    }

    fn piece_start(&self, piece: usize) -> usize {
        piece.checked_sub(1).map_or(0, |p| self.piece_ends[p] as usize)
    }
}

/// What begins at a place in the list of all items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Nothing,
    Piece,
    Batch,
}

/// The work in hand: a list of all items in which ranges are divided until each is a batch.
///
/// A range is one closed set less another, with its items in rising order.
struct Division<'a> {
    problem: &'a Problem<'a>,
    /// Weights and times divided by their greatest common divisors, which keeps flows in 64 bits
    /// for large round numbers.
    weight: Vec<i64>,
    time: Vec<i64>,
    requires: Rows,
    items: Vec<u32>,
    place: Vec<u32>,
    starts: Vec<Start>,
    graph: Rows,
    small: Closure<i64>,
    large: Closure<i128>,
    ties: Ties,
    parts: Parts,
    moved: Vec<u32>,
}

/// A range cut in three, as positions in the range: what is denser, what is as dense (piece by
/// piece), what is less dense.
#[derive(Default)]
struct Parts {
    positions: Vec<u32>,
    denser: usize,
    /// Where each piece of the second part ends among the positions.
    piece_ends: Vec<u32>,
}

impl<'a> Division<'a> {
    fn new(problem: &'a Problem<'a>) -> Self {
        let n = problem.len();
        Self {
            problem,
            weight: in_lowest_terms(problem.weight),
            time: in_lowest_terms(problem.time),
            requires: problem.requires.without_shortcuts(),
            items: Vec::new(),
            place: vec![u32::MAX; n],
            starts: vec![Start::Nothing; n],
            graph: Rows::new(),
            small: Closure::new(),
            large: Closure::new(),
            ties: Ties::default(),
            parts: Parts::default(),
            moved: Vec::new(),
        }
    }

    fn run(mut self, order: &[u32]) -> Batches {
        let mut todo = vec![self.set_infinite_apart(order)];
        while let Some((from, to)) = todo.pop() {
            if to - from > 1 {
                let (denser, tied) = self.divide(from, to);
                todo.extend([(from, denser), (tied, to)]);
            } else if to > from {
                self.starts[from] = Start::Batch;
            }
        }
        self.finish()
    }

    #[cfg(any(feature = "uncertainty", test))]
    fn first(mut self, order: &[u32]) -> Vec<u32> {
        let (from, mut to) = self.set_infinite_apart(order);
        let mut end = from;
        while end == 0 && to > 1 {
            let (denser, tied) = self.divide(0, to);
            (to, end) = if denser > 0 { (denser, 0) } else { (to, tied) };
        }
        if end == 0 {
            // Nothing is left to divide: one item, or none that takes time.
            let batch_ends = |&place: &usize| self.starts.get(place) != Some(&Start::Nothing);
            end = if to == 1 { 1 } else { (1..=self.items.len()).find(batch_ends).unwrap_or(0) };
        }
        let mut first = self.items[..end].to_vec();
        first.sort_unstable();
        first
    }

    /// Lists all items, those of density +∞ first and those of −∞ last; returns the range in
    /// between, which is still to be divided. No set of time 0 in it splits off at the front with
    /// positive or at the back with negative weight, so every range met while dividing takes time,
    /// unless that range is a single item or all of it takes none.
    fn set_infinite_apart(&mut self, order: &[u32]) -> (usize, usize) {
        let n = order.len();
        let mut first = vec![false; n];
        let mut last = vec![false; n];
        if self.time.contains(&0) {
            let mut free = vec![false; n];
            for &v in order {
                free[v as usize] =
                    self.time[v as usize] == 0 && self.requires.row(v).iter().all(|&u| free[u as usize]);
            }
            let (best, _) = self.best_by_weight(&free);
            if self.problem.sums(&best).0 > 0 {
                for v in best {
                    first[v as usize] = true;
                }
            }
            let mut free: Vec<bool> = (0..n).map(|v| self.time[v] == 0 && !first[v]).collect();
            for &v in order.iter().rev() {
                if !free[v as usize] {
                    for &u in self.requires.row(v) {
                        free[u as usize] = false;
                    }
                }
            }
            for v in self.best_by_weight(&free).1 {
                last[v as usize] = true;
            }
        }
        let list = |wanted: (bool, bool)| {
            let of = |&v: &u32| (first[v as usize], last[v as usize]) == wanted;
            (0..n as u32).filter(of).collect::<Vec<_>>()
        };
        let [first, middle, last] = [(true, false), (false, false), (false, true)].map(list);
        let (from, to) = (first.len(), n - last.len());
        self.place_items([first, middle, last].concat());
        for start in [0, from, to] {
            if start < n {
                self.starts[start] = Start::Batch;
            }
        }
        // A range without any time has nothing to be divided by.
        let takes_time = self.items[from..to].iter().any(|&v| self.time[v as usize] > 0);
        (from, if takes_time { to } else { from })
    }

    /// Of the items marked the greatest set of the greatest weight that is closed among them, and
    /// the others.
    fn best_by_weight(&mut self, marked: &[bool]) -> (Vec<u32>, Vec<u32>) {
        self.place.fill(u32::MAX);
        self.place_items((0..marked.len() as u32).filter(|&v| marked[v as usize]).collect());
        self.take_graph(0, self.items.len());
        self.large.load(&self.graph);
        for (k, &v) in self.items.iter().enumerate() {
            self.large.set_weight(k as u32, i128::from(self.weight[v as usize]));
        }
        self.large.solve();
        let inside = |k: usize| self.large.in_greatest(k as u32);
        let pick = |wanted| {
            let places = (0..self.items.len()).filter(|&k| inside(k) == wanted);
            places.map(|k| self.items[k]).collect()
        };
        (pick(true), pick(false))
    }

    fn place_items(&mut self, items: Vec<u32>) {
        for (place, &item) in items.iter().enumerate() {
            self.place[item as usize] = place as u32;
        }
        self.items = items;
    }

    /// Makes `graph` that of a range of items.
    fn take_graph(&mut self, from: usize, to: usize) {
        let range = from as u32..to as u32;
        self.graph.clear();
        for &v in &self.items[from..to] {
            let places = self.requires.row(v).iter().map(|&u| self.place[u as usize]);
            self.graph
                .push_row(places.filter(|place| range.contains(place)).map(|place| place - range.start));
        }
    }

    /// Cuts a range at its mean density, and marks what has exactly that density as a batch.
    /// Returns where that starts and ends.
    ///
    /// With λ the mean, the weights `w − λp` of the whole range add up to zero. So if no closed set
    /// is worth more than zero, none is denser, and the range is one batch; else the best sets
    /// split it properly.
    fn divide(&mut self, from: usize, to: usize) -> (usize, usize) {
        self.take_graph(from, to);
        let items = &self.items[from..to];
        let (mut total_weight, mut total_time, mut size) = (0_i64, 0_i64, 0_i64);
        for &v in items {
            total_weight += self.weight[v as usize];
            size += self.weight[v as usize].abs();
            total_time += self.time[v as usize];
        }
        let common = gcd(total_weight.unsigned_abs(), total_time.unsigned_abs()).max(1).cast_signed();
        let (up, down) = (total_weight / common, total_time / common);
        let flow = i128::from(down) * i128::from(size) + i128::from(up.abs()) * i128::from(total_time);
        let weight = items.iter().map(|&v| self.weight[v as usize]);
        let pairs = weight.zip(items.iter().map(|&v| self.time[v as usize]));
        let time = |k: u32| self.time[items[k as usize] as usize];
        if flow < 1 << 60 {
            self.small.load(&self.graph);
            for (k, (w, p)) in pairs.enumerate() {
                self.small.set_weight(k as u32, down * w - up * p);
            }
            self.parts.cut(&mut self.small, &mut self.ties, time);
        } else {
            self.large.load(&self.graph);
            let (up, down) = (i128::from(up), i128::from(down));
            for (k, (w, p)) in pairs.enumerate() {
                self.large.set_weight(k as u32, down * i128::from(w) - up * i128::from(p));
            }
            self.parts.cut(&mut self.large, &mut self.ties, time);
        }

        let denser = from + self.parts.denser;
        let mut tied = denser;
        for &end in &self.parts.piece_ends {
            self.starts[tied] = if tied == denser { Start::Batch } else { Start::Piece };
            tied = from + end as usize;
        }
        self.moved.clear();
        self.moved.extend(self.parts.positions.iter().map(|&k| items[k as usize]));
        for (place, &item) in (from..).zip(&self.moved) {
            self.items[place] = item;
            self.place[item as usize] = place as u32;
        }
        (denser, tied)
    }

    fn finish(self) -> Batches {
        let mut result = Batches::default();
        let mut batch_start = 0;
        for end in 1..=self.items.len() {
            let next = self.starts.get(end).copied().unwrap_or(Start::Batch);
            if next != Start::Nothing {
                result.piece_ends.push(end as u32);
            }
            if next == Start::Batch {
                let (weight, time) = self.problem.sums(&self.items[batch_start..end]);
                result.sums.push(Batch { weight, time, pieces_end: result.piece_ends.len() as u32 });
                batch_start = end;
            }
        }
        result.items = self.items;
        result
    }
}

impl Parts {
    /// Cuts what `closure` holds, with `time(position)`.
    ///
    /// Pieces without time (and so without weight) are tied at every density. They go with the
    /// denser part unless they require a piece that is tied here.
    fn cut<T: Integer>(&mut self, closure: &mut Closure<T>, ties: &mut Ties, time: impl Fn(u32) -> i64) {
        closure.solve();
        closure.mark_least();
        let all = 0..closure.len() as u32;
        self.positions.clear();
        self.positions.extend(all.clone().filter(|&k| closure.in_least(k)));
        self.denser = self.positions.len();
        self.piece_ends.clear();
        ties.pieces(closure, |k| time(k) > 0, &mut self.positions, &mut self.piece_ends);
        if self.denser > 0 {
            let least = self.denser;
            let timed = self.positions[least..].iter().position(|&k| time(k) > 0);
            let timed = timed.map_or(self.positions.len(), |at| least + at);
            let end = |&end: &u32| end as usize;
            let passed = self.piece_ends.partition_point(|e| end(e) <= timed);
            self.denser = passed.checked_sub(1).map_or(least, |last| end(&self.piece_ends[last]));
            self.piece_ends.drain(..passed);
            if self.denser > least {
                self.positions[..self.denser].sort_unstable();
            }
        }
        self.positions.extend(all.filter(|&k| !closure.in_greatest(k)));
    }
}

/// The numbers divided by their greatest common divisor.
fn in_lowest_terms(numbers: &[i64]) -> Vec<i64> {
    let common = numbers.iter().fold(0, |g, &x| gcd(x.unsigned_abs(), g)).max(1);
    numbers.iter().map(|&x| x / common.cast_signed()).collect()
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::problem::compare_density;
    use crate::sequence::testing::{Own, Random, bits};
    use std::cmp::Ordering;

    /// The batches by their definition.
    fn by_definition(own: &Own) -> Vec<u32> {
        let closed = own.closed();
        let all = (1 << own.rows.len()) - 1;
        let union = |base: u32, fits: &dyn Fn((i64, i64)) -> bool| {
            let after = closed.iter().filter(|&&set| base & !set == 0);
            after.filter(|&&set| fits(own.sums(set & !base))).fold(base, |a, b| a | b)
        };
        let mut result = Vec::new();
        let best = closed.iter().map(|&set| own.sums(set)).filter(|s| s.1 == 0).map(|s| s.0).max();
        let mut base = match best {
            Some(best) if best > 0 => union(0, &|s| s == (best, 0)),
            _ => 0,
        };
        if base != 0 {
            result.push(base);
        }
        loop {
            let after = closed.iter().filter(|&&set| base & !set == 0 && set != base);
            let timed = after.map(|&set| own.sums(set & !base)).filter(|s| s.1 > 0);
            let Some((w, p)) = timed.max_by(|&a, &b| compare_density(a, b)) else {
                break;
            };
            let next = union(base, &|s| s.0 * p == w * s.1);
            result.push(next & !base);
            base = next;
        }
        if result.is_empty() {
            base = union(0, &|s| s == (0, 0));
            result.extend((base != 0).then_some(base));
        }
        result.extend((base != all).then_some(all & !base));
        result
    }

    fn sets(batches: &Batches) -> Vec<u32> {
        (0..batches.len()).map(|b| bits(batches.members(b))).collect()
    }

    #[test]
    fn batches_are_those_of_the_definition() {
        let mut random = Random::new(11);
        for _ in 0..3000 {
            let own = Own::random(&mut random, 9);
            assert_eq!(
                sets(&own.batches()),
                by_definition(&own),
                "{:?} {:?} {:?}",
                own.weight,
                own.time,
                own.rows
            );
        }
        for _ in 0..30 {
            let own = Own::random(&mut random, 12);
            assert_eq!(sets(&own.batches()), by_definition(&own));
        }
    }

    #[test]
    fn the_first_batch_alone_is_the_first_of_all() {
        let mut random = Random::new(14);
        for k in 0..3000 {
            let own = Own::random(&mut random, k % 12);
            let batches = own.batches();
            let expected = if batches.len() > 0 { bits(batches.members(0)) } else { 0 };
            let found = own.with(|problem| Batches::first(problem).expect("a sound problem"));
            assert!(found.is_sorted());
            assert_eq!(bits(&found), expected, "{:?} {:?} {:?}", own.weight, own.time, own.rows);
        }
    }

    #[test]
    fn density_falls_and_every_prefix_is_optimal_for_its_own_time() {
        let mut random = Random::new(12);
        for _ in 0..600 {
            let own = Own::random(&mut random, 10);
            let batches = own.batches();
            let density: Vec<_> = batches.sums().iter().map(|b| (b.weight, b.time)).collect();
            assert!(density.windows(2).all(|d| compare_density(d[0], d[1]) == Ordering::Greater));
            let closed = own.closed();
            for ((time, weight), batch) in batches.corners().zip(batches.sums()) {
                for &set in &closed {
                    let (w, p) = own.sums(set);
                    // Past the last breakpoint nothing is bought: what has time 0 and negative
                    // weight.
                    let comparable = if batch.weight < 0 { p == time && batch.time > 0 } else { p <= time };
                    assert!(!comparable || w <= weight);
                }
            }
        }
    }

    #[test]
    fn pieces_are_ties_and_do_not_split() {
        let mut random = Random::new(13);
        let mut ties = 0;
        for _ in 0..2000 {
            let own = Own::random(&mut random, 9);
            let batches = own.batches();
            let closed = own.closed();
            let mut base = 0;
            for b in 0..batches.len() {
                let batch = batches.sums()[b];
                ties += usize::from(batches.pieces(b).len() > 1);
                for piece in batches.pieces(b) {
                    assert!(piece.is_sorted());
                    let next = base | bits(piece);
                    if batch.time > 0 {
                        let zero = |set: u32| {
                            let (w, p) = own.sums(set & !base);
                            w * batch.time == batch.weight * p
                        };
                        assert!(closed.contains(&next) && zero(next));
                        let inner =
                            |set: u32| base & !set == 0 && set & !next == 0 && set != base && set != next;
                        assert!(!closed.iter().any(|&set| inner(set) && zero(set)));
                    }
                    base = next;
                }
            }
        }
        assert!(ties > 300, "ties are common in these problems: {ties}");
    }

    #[test]
    fn names_and_units_do_not_matter() {
        let mut random = Random::new(14);
        for _ in 0..500 {
            let mut own = Own::random(&mut random, 30);
            let batches = own.batches();
            let name = random.permutation(own.rows.len());
            let mut other =
                Own { weight: own.weight.clone(), time: own.time.clone(), rows: own.rows.clone() };
            for (i, &to) in name.iter().enumerate() {
                let to = to as usize;
                other.weight[to] = own.weight[i];
                other.time[to] = own.time[i];
                other.rows[to] = own.rows[i].iter().rev().map(|&j| name[j as usize]).collect();
            }
            let renamed = other.batches();
            let mapped = |b: usize| {
                let mut mapped: Vec<Vec<u32>> = batches
                    .pieces(b)
                    .map(|piece| {
                        let mut piece: Vec<u32> = piece.iter().map(|&v| name[v as usize]).collect();
                        piece.sort_unstable();
                        piece
                    })
                    .collect();
                mapped.sort_unstable();
                mapped
            };
            assert_eq!(batches.len(), renamed.len());
            for b in 0..batches.len() {
                let mut pieces: Vec<Vec<u32>> = renamed.pieces(b).map(<[u32]>::to_vec).collect();
                pieces.sort_unstable();
                assert_eq!(mapped(b), pieces);
            }
            for (i, w) in own.weight.iter_mut().enumerate() {
                *w *= 1 << 40;
                own.time[i] *= 1_000_000_007;
            }
            assert_eq!(own.batches().items(), batches.items());
            assert_eq!(own.batches().piece_ends, batches.piece_ends);
        }
    }

    #[test]
    fn wide_numbers_give_the_same_batches() {
        // Sums just below 2^62, without a common divisor: every flow needs 128 bits.
        let mut random = Random::new(15);
        for _ in 0..300 {
            let mut small = Own::random(&mut random, 12);
            small.weight.iter_mut().for_each(|w| *w = w.abs() + 1);
            small.time.iter_mut().for_each(|p| *p %= 6);
            let factor = (1_i64 << 62) / 130;
            let n = small.rows.len() as u32;
            let wide = Own {
                weight: small.weight.iter().map(|w| w * factor).chain([1]).collect(),
                time: small.time.iter().map(|p| p * (factor / 2 - 1)).chain([1 << 61]).collect(),
                rows: small.rows.iter().cloned().chain([vec![]]).collect(),
            };
            let (expected, found) = (small.batches(), wide.batches());
            assert_eq!(found.len(), expected.len() + 1);
            assert_eq!(found.members(expected.len()), [n]);
            for b in 0..expected.len() {
                assert!(found.pieces(b).eq(expected.pieces(b)));
            }
        }
    }

    #[test]
    fn shapes() {
        let n = 200_u32;
        let none = Own { weight: vec![], time: vec![], rows: vec![] };
        assert!(none.batches().items().is_empty());
        let one = Own { weight: vec![-3], time: vec![0], rows: vec![vec![]] };
        assert_eq!(sets(&one.batches()), [1]);
        let zero = Own { weight: vec![0; 9], time: vec![0; 9], rows: vec![vec![]; 9] };
        assert_eq!(sets(&zero.batches()), [511]);
        let equal = Own { weight: vec![2; 200], time: vec![3; 200], rows: vec![vec![]; 200] };
        let batches = equal.batches();
        assert_eq!((batches.len(), batches.pieces(0).len()), (1, 200));
        assert!(batches.items().is_sorted());
        // A star: an enabler that all others require. They share what it takes.
        let star = Own {
            weight: (0..200).map(i64::from).collect(),
            time: vec![100; 200],
            rows: (0..n).map(|i| if i == 0 { vec![] } else { vec![0] }).collect(),
        };
        let batches = star.batches();
        // 0 and 199 give 199/200, with 198 it is 397/300, … until the next no longer raises the
        // mean.
        let mut first: Vec<u32> = batches.members(0).to_vec();
        let mean = batches.sums()[0];
        first.sort_unstable();
        assert_eq!(first[0], 0);
        assert!(first[1..].iter().copied().eq(first[1]..n));
        assert!(i64::from(first[1]) * mean.time >= mean.weight * 100);
        assert!(i64::from(first[1] - 1) * mean.time < mean.weight * 100);
        // Complete bipartite: nothing on the right counts without all on the left.
        let bipartite = Own {
            weight: (0..200).map(|i| i64::from(i >= 100)).collect(),
            time: vec![1; 200],
            rows: (0..n).map(|i| if i < 100 { vec![] } else { (0..100).collect() }).collect(),
        };
        let batches = bipartite.batches();
        assert_eq!((batches.len(), batches.pieces(0).len()), (1, 1));
    }

    #[test]
    fn a_million_in_a_chain() {
        let n = 1_000_000_u32;
        let mut random = Random::new(16);
        let rows: Vec<Vec<u32>> = (0..n).map(|i| i.checked_sub(1).into_iter().collect()).collect();
        let weight = (0..n).map(|_| random.below(1000).cast_signed()).collect();
        let time = (0..n).map(|_| 1 + random.below(1000).cast_signed()).collect();
        let own = Own { weight, time, rows };
        let batches = own.batches();
        // On a chain the batches are the upper hull of the running sums.
        let mut hull: Vec<(i64, i64, usize)> = Vec::new();
        for i in 0..n as usize {
            let mut next = (own.weight[i], own.time[i], 1);
            while let Some(&(w, p, count)) = hull.last()
                && compare_density((w, p), (next.0, next.1)) != Ordering::Greater
            {
                hull.pop();
                next = (next.0 + w, next.1 + p, next.2 + count);
            }
            hull.push(next);
        }
        let sums = batches.sums();
        let found: Vec<_> =
            (0..batches.len()).map(|b| (sums[b].weight, sums[b].time, batches.members(b).len())).collect();
        assert_eq!(found, hull);
    }
}
