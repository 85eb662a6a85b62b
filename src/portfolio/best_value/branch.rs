//! Where to branch.
//!
//! The split nodes of the relaxation are one block of constant density which the budget fills in part. What a decision
//! leaves of the block is again taken for one: that says well by how much the bound falls and at what rate this shows.
//! The most promising decisions are tried; what cannot exceed the cutoff is decided the other way on the spot; and how
//! much the bound fell is remembered.

use super::core::Side;
use super::relax::Relaxed;
use super::search::{Frame, Search};
use super::state::{Scaled, Sum};
use crate::sequence::flow::Fixed;

/// The most nodes that are looked at before branching.
const CANDIDATES: usize = 16;
/// How many of them may be no better than one before.
const PATIENCE: u32 = 4;
/// So many times a decision is tried; after that its history is believed.
const RELIABLE: u32 = 4;
/// The part of the gap that a fall must promise before a decision is tried in any case, to exclude it.
const LIKELY: f64 = 0.7;

/// How good it is to branch where the bound falls so much on either side.
fn score(falls: [f64; 2]) -> f64 {
    falls[0].max(1e-3) * falls[1].max(1e-3)
}

/// How much the bound fell when nodes were decided.
#[derive(Debug, Clone)]
pub(super) struct History {
    /// For each node the falls and their number, when put in and when put out.
    node: Vec<[(f64, u32); 2]>,
    /// The same over all nodes, with the sum of what [`Search::candidates`] expected.
    all: [(f64, f64); 2],
}

impl History {
    pub(super) fn new(n: usize) -> Self {
        Self { node: vec![[(0.0, 0); 2]; n], all: [(0.0, 0.0); 2] }
    }

    fn note(&mut self, v: u32, side: usize, expected: f64, fall: f64) {
        let (sum, count) = &mut self.node[v as usize][side];
        *sum += fall;
        *count += 1;
        self.all[side].0 += fall;
        self.all[side].1 += expected;
    }

    /// The fall to be expected, and how many times it was seen.
    fn fall(&self, v: u32, side: usize, expected: f64) -> (f64, u32) {
        let (sum, count) = self.node[v as usize][side];
        let (falls, estimates) = self.all[side];
        let prior = if estimates > 0.0 { expected * falls / estimates } else { expected };
        ((sum + prior) / (f64::from(count) + 1.0), count)
    }
}

/// A node on which to branch, with what is expected of it.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    node: u32,
    /// By how much the bound should fall when it is put in, and when it is put out, and at what rates that shows.
    expected: [f64; 2],
    rates: [i64; 2],
    score: f64,
}

impl<T: Scaled> Search<'_, T> {
    /// Tries a decision: the bound that it leads to at some rate, `None` if nothing exceeds the cutoff. The state is as
    /// before, with the flow that was saved.
    fn probe(&mut self, v: u32, fixed: Fixed, rate: i64) -> Option<f64> {
        let mark = self.state.mark();
        let total = self.state.decide(v, fixed).then(|| self.bound_at(rate, true));
        self.state.undo(mark);
        self.state.closure.restore(&self.saved);
        let total = total?;
        let bound = self.round_down(total);
        (bound > self.incumbent.cutoff).then_some(total as f64 / self.scale as f64)
    }

    /// Tightens the present state and chooses where to branch; `None` when it is closed.
    pub(super) fn expand(&mut self, start: i64) -> Option<Frame> {
        let mut start = start;
        loop {
            let Relaxed::Open { bound, rate, total } = self.tighten(start, 2) else {
                return None;
            };
            start = rate;
            let now = total as f64 / self.scale as f64;
            let gap = now - (self.incumbent.cutoff.max(i64::MIN / 4) as f64 + 1.0);
            let candidates = self.candidates(gap);
            // Without candidates all is decided: the choice was offered, and is refused by a side rule.
            let first = candidates.first()?;
            let mut choice = (first.node, 0.0, first.expected);
            if candidates.len() > 1 {
                self.state.closure.save(&mut self.saved);
                self.decisions.clear();
                let mut idle = 0;
                for candidate in candidates.iter().take(CANDIDATES) {
                    if idle == PATIENCE {
                        break;
                    }
                    idle += 1;
                    let v = candidate.node;
                    let mut falls = [0.0; 2];
                    let mut decided = false;
                    let first = usize::from(candidate.expected[1] > candidate.expected[0]);
                    for side in [first, 1 - first] {
                        let (fixed, opposite) = [(Fixed::In, Fixed::Out), (Fixed::Out, Fixed::In)][side];
                        let (fall, count) = self.history.fall(v, side, candidate.expected[side]);
                        falls[side] = fall;
                        if count < RELIABLE || fall > LIKELY * gap {
                            if let Some(bound) = self.probe(v, fixed, candidate.rates[side]) {
                                falls[side] = now - bound;
                                self.history.note(v, side, candidate.expected[side], falls[side]);
                            } else {
                                self.history.note(v, side, candidate.expected[side], gap.max(fall));
                                self.decisions.push((v, opposite));
                                decided = true;
                                break;
                            }
                        }
                    }
                    let score = score(falls);
                    if decided {
                        idle = 0;
                    } else if score > choice.1 {
                        choice = (v, score, falls);
                        idle = 0;
                    }
                }
                let decisions = std::mem::take(&mut self.decisions);
                let possible = decisions.iter().all(|&(v, fixed)| self.state.decide(v, fixed));
                let some = !decisions.is_empty();
                self.decisions = decisions;
                if !possible {
                    return None;
                }
                if some {
                    continue;
                }
            }
            let (node, _, falls) = choice;
            let other = if falls[0] <= falls[1] { Fixed::Out } else { Fixed::In };
            return Some(Frame { mark: self.state.mark(), node, other: Some(other), rate, bound });
        }
    }

    /// Nodes on which to branch, the most promising first.
    fn candidates(&mut self, gap: f64) -> Vec<Candidate> {
        let core = self.core();
        let closure = &self.state.closure;
        let only = |node| vec![Candidate { node, expected: [0.0; 2], rates: [0; 2], score: 0.0 }];
        let mut split: Vec<u32> =
            self.split.iter().copied().filter(|&v| closure.fixed(v) == Fixed::No).collect();
        split.sort_unstable();
        if split.is_empty() {
            // The relaxation is solved by a closed set; only a side rule can refuse it.
            for side in &core.sides {
                if !side.holds(|v| closure.in_least(v)) {
                    let chosen = matches!(side, Side::AtMostOne(_));
                    let node = side
                        .nodes()
                        .find(|&v| closure.fixed(v) == Fixed::No && (!chosen || closure.in_least(v)));
                    if let Some(node) = node {
                        return only(node);
                    }
                }
            }
            return closure.live().iter().copied().min().map(only).unwrap_or_default();
        }
        if split.len() == 1 {
            return only(split[0]);
        }
        let mut scored = Vec::new();
        let mut whole = Sum::default();
        self.width.fill(0);
        for &v in &split {
            whole.benefit += core.benefit[v as usize];
            whole.cost += core.cost[v as usize];
            self.width[v as usize] = 1;
        }
        for &v in &split {
            let dependents = core.dependents.row(v).iter();
            let inside = dependents.filter(|&&u| self.width[u as usize] > 0).count();
            self.width[v as usize] = 1 + inside as u32;
        }
        // The split nodes fill `room` as one block of constant density; so do what a decision leaves of them.
        let room = self.split_room as f64;
        let filled = |room: f64, block: Sum| {
            block.benefit as f64 * (room / (block.cost.max(1) as f64)).clamp(0.0, 1.0)
        };
        let now = filled(room, whole);
        for &v in &split {
            let kept = self.split_sum(v);
            let rest = Sum { benefit: whole.benefit - kept.benefit, cost: whole.cost - kept.cost };
            let inside = now - kept.benefit as f64 - filled(room - kept.cost as f64, rest);
            let put_in = self.density(rest);
            let lost = self.split_loss(v);
            let rest = Sum { benefit: whole.benefit - lost.benefit, cost: whole.cost - lost.cost };
            let rates = [put_in, self.density(rest)];
            let expected = [inside.max(0.01), (now - filled(room, rest)).max(0.01)];
            let falls = [0, 1].map(|side| self.history.fall(v, side, expected[side]).0.min(gap));
            scored.push(Candidate { node: v, expected, rates, score: score(falls) });
        }
        scored.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.node.cmp(&b.node)));
        scored
    }

    /// The rate at which a set just pays.
    fn density(&self, sum: Sum) -> i64 {
        let rate = i128::from(self.scale) * i128::from(sum.benefit) / i128::from(sum.cost.max(1));
        rate.clamp(0, i128::from(self.highest)) as i64
    }

    /// Sum over the split nodes that a node requires, itself included; stops after some nodes.
    fn split_sum(&mut self, v: u32) -> Sum {
        let core = self.core();
        self.walk.begin(v);
        let mut sum = Sum::default();
        while let Some(u) = self.walk.visit() {
            sum.benefit += core.benefit[u as usize];
            sum.cost += core.cost[u as usize];
            if self.walk.is_long() {
                break;
            }
            for &w in core.requires.row(u) {
                if self.width[w as usize] > 0 {
                    self.walk.meet(w);
                }
            }
        }
        sum
    }

    /// Sum over the split nodes that cannot stay without a node, and those that are then of no use; stops after some.
    fn split_loss(&mut self, v: u32) -> Sum {
        let core = self.core();
        self.walk.begin(v);
        let mut sum = Sum::default();
        self.touched.clear();
        while let Some(u) = self.walk.visit() {
            sum.benefit += core.benefit[u as usize];
            sum.cost += core.cost[u as usize];
            if self.walk.is_long() {
                break;
            }
            for &w in core.dependents.row(u) {
                if self.width[w as usize] > 0 {
                    self.walk.meet(w);
                }
            }
            for &w in core.requires.row(u) {
                let width = &mut self.width[w as usize];
                if *width > 0 && !self.walk.has_met(w) && core.benefit[w as usize] <= 0 {
                    *width -= 1;
                    self.touched.push(w);
                    if *width == 1 {
                        self.walk.meet(w);
                    }
                }
            }
        }
        for &w in &self.touched {
            self.width[w as usize] += 1;
        }
        sum
    }
}
