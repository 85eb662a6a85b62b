//! Branch and bound.

use super::branch::History;
use super::core::Core;
use super::relax::{gcd, totals};
use super::state::{Scaled, State, Sum};
use super::walk::{Marks, Walk};
use crate::sequence::flow::{Fixed, Saved};

/// The best choice found, in original items, and what a choice must exceed to be of interest.
#[derive(Debug, Clone)]
pub(crate) struct Incumbent {
    /// Benefit to exceed.
    pub(crate) cutoff: i64,
    /// The choice with its cost, if one was found.
    pub(crate) best: Option<Found>,
}

#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) items: Vec<u32>,
    pub(crate) sum: Sum,
}

impl Incumbent {
    pub(crate) fn new(cutoff: i64) -> Self {
        Self { cutoff, best: None }
    }

    /// Whether a choice of this sum would be taken.
    pub(crate) fn wants(&self, sum: Sum) -> bool {
        sum.benefit > self.cutoff
            || self.best.as_ref().is_some_and(|b| sum.benefit == b.sum.benefit && sum.cost < b.sum.cost)
    }

    pub(crate) fn take(&mut self, items: Vec<u32>, sum: Sum) {
        self.cutoff = sum.benefit;
        self.best = Some(Found { items, sum });
    }
}

/// The most nodes that a greedy choice visits.
const FILL: usize = 2_000_000;

/// A branching.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) mark: usize,
    pub(super) node: u32,
    /// The decision that is still to be tried.
    pub(super) other: Option<Fixed>,
    pub(super) rate: i64,
    /// Bound of what is still to be tried.
    pub(super) bound: i64,
}

/// A branch and bound with its memory.
#[derive(Debug)]
pub(crate) struct Search<'a, T> {
    pub(super) state: State<'a, T>,
    pub(super) incumbent: &'a mut Incumbent,
    pub(super) nodes: u64,
    /// Scratch for walks over the graph.
    pub(super) walk: Walk,
    pub(super) decisions: Vec<(u32, Fixed)>,
    chosen: Vec<bool>,
    /// The flow before a decision is tried.
    pub(super) saved: Saved<T>,
    /// All benefits are multiples of this.
    pub(super) step: i64,
    /// What a unit of benefit counts in weights.
    pub(super) scale: i64,
    /// The greatest rate for which weights fit.
    pub(super) highest: i64,
    /// Scratch of [`relax`](Self::relax).
    pub(super) above: Vec<u32>,
    /// What is in with the last set within the room.
    pub(super) inside: Marks,
    /// See [`relax`](Self::relax).
    pub(super) split: Vec<u32>,
    /// What is left of the budget for the split nodes.
    pub(super) split_room: i64,
    /// For split nodes one more than the number of split nodes that require them, else 0.
    pub(super) width: Vec<u32>,
    pub(super) touched: Vec<u32>,
    pub(super) history: History,
}

impl<'a, T: Scaled> Search<'a, T> {
    pub(crate) fn new(state: State<'a, T>, incumbent: &'a mut Incumbent, scale: i64) -> Self {
        let n = state.core.len();
        let (benefits, costs) = totals(state.core);
        let highest = (((1_i128 << T::ROOM) - i128::from(scale) * benefits) / costs).min(1 << 62) as i64;
        let step = gcd(state.core.benefit.iter().copied()).max(1);
        Self {
            state,
            incumbent,
            nodes: 0,
            walk: Walk::new(n),
            decisions: Vec::new(),
            chosen: vec![false; n],
            saved: Saved::default(),
            step,
            scale,
            highest,
            above: Vec::new(),
            inside: Marks::new(n),
            split: Vec::new(),
            split_room: 0,
            width: vec![0; n],
            touched: Vec::new(),
            history: History::new(n),
        }
    }

    /// What a choice must exceed to be of interest.
    pub(crate) fn cutoff(&self) -> i64 {
        self.incumbent.cutoff
    }

    /// For each node whether all of it is in the best choice so far, if there is one.
    pub(crate) fn incumbent_nodes(&self) -> Option<Vec<bool>> {
        let items = &self.incumbent.best.as_ref()?.items;
        let members = &self.core().members;
        let inside = |v: u32| members.row(v).iter().all(|i| items.binary_search(i).is_ok());
        Some((0..members.len() as u32).map(inside).collect())
    }

    pub(super) fn core(&self) -> &'a Core {
        self.state.core
    }

    /// Fills what is left of the budget beside the least set, best ratio first, and takes the choice if it is better.
    pub(super) fn fill(&mut self) {
        let core = self.core();
        let closure = &self.state.closure;
        let mut chosen = std::mem::take(&mut self.chosen);
        let mut sum = self.state.chosen;
        let mut candidates = Vec::new();
        for v in 0..core.len() as u32 {
            chosen[v as usize] = closure.in_least(v);
        }
        for &v in closure.live() {
            if chosen[v as usize] {
                sum.benefit += core.benefit[v as usize];
                sum.cost += core.cost[v as usize];
            } else if core.benefit[v as usize] > 0 {
                candidates.push(v);
            }
        }
        if sum.cost > core.budget {
            self.chosen = chosen;
            return;
        }
        candidates.sort_unstable();
        let mut visited = 0;
        while visited < FILL {
            let mut best: Option<(u32, Sum)> = None;
            let mut k = 0;
            while k < candidates.len() {
                let v = candidates[k];
                let extra = self.missing(v, &chosen);
                visited += self.walk.nodes().len();
                if chosen[v as usize] || extra.cost > core.budget - sum.cost {
                    // What is missing only falls, but so does the room, and faster.
                    candidates.remove(k);
                    continue;
                }
                k += 1;
                let better = best.is_none_or(|(_, b)| {
                    i128::from(extra.benefit) * i128::from(b.cost)
                        > i128::from(b.benefit) * i128::from(extra.cost)
                });
                if extra.benefit > 0 && better {
                    best = Some((v, extra));
                }
            }
            let Some((v, extra)) = best else { break };
            self.missing(v, &chosen);
            for &u in self.walk.nodes() {
                chosen[u as usize] = true;
            }
            sum.benefit += extra.benefit;
            sum.cost += extra.cost;
        }
        let total = Sum { benefit: core.base_benefit + sum.benefit, cost: core.base_cost + sum.cost };
        if self.incumbent.wants(total) && core.sides.iter().all(|s| s.holds(|v| chosen[v as usize])) {
            self.incumbent.take(core.items(|v| chosen[v as usize]), total);
        }
        self.chosen = chosen;
    }

    /// The sum of a node with all that it requires and that is not chosen yet; `walk` has met these nodes.
    fn missing(&mut self, v: u32, chosen: &[bool]) -> Sum {
        let core = self.core();
        self.walk.begin(v);
        let mut sum = Sum::default();
        while let Some(u) = self.walk.visit() {
            sum.benefit += core.benefit[u as usize];
            sum.cost += core.cost[u as usize];
            for &w in core.requires.row(u) {
                if !chosen[w as usize] {
                    self.walk.meet(w);
                }
            }
        }
        sum
    }

    /// Searches below the present state, depth first, until `nodes` reaches `limit`. Returns a bound of what is there:
    /// the cutoff, when the search was finished. The state is the same afterwards.
    pub(crate) fn run(&mut self, start: i64, limit: u64) -> i64 {
        let mut frames: Vec<Frame> = Vec::new();
        let mut rate = start;
        let mut descend = true;
        let begin = self.state.mark();
        let mut above = i64::MAX;
        loop {
            if descend {
                if self.nodes >= limit {
                    let open = frames.iter().filter(|f| f.other.is_some()).map(|f| f.bound);
                    self.state.undo(begin);
                    return open.fold(above, i64::max).max(self.incumbent.cutoff);
                }
                self.nodes += 1;
                if let Some(frame) = self.expand(rate) {
                    let Frame { node, other, mark, rate: at, .. } = frame;
                    frames.push(frame);
                    let first = if other == Some(Fixed::In) { Fixed::Out } else { Fixed::In };
                    debug_assert_eq!(mark, self.state.mark());
                    rate = at;
                    above = frame.bound;
                    descend = self.state.decide(node, first);
                } else {
                    descend = false;
                }
                continue;
            }
            let Some(frame) = frames.last_mut() else {
                self.state.undo(begin);
                return self.incumbent.cutoff;
            };
            let (mark, node, at, bound) = (frame.mark, frame.node, frame.rate, frame.bound);
            self.state.undo(mark);
            match frame.other.take() {
                Some(other) if bound > self.incumbent.cutoff => {
                    rate = at;
                    above = bound;
                    descend = self.state.decide(node, other);
                }
                _ => {
                    frames.pop();
                }
            }
        }
    }
}
