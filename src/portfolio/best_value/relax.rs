//! The bound of a part of the tree, and what it decides.

use super::core::Core;
use super::problem::GREATEST_TOTAL;
use super::search::Search;
use super::state::{Scaled, Sum};
use crate::sequence::flow::Fixed;

/// How many nodes share one greedy choice.
const FILL_EVERY: u64 = 8;

/// What is known of a part of the tree.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Relaxed {
    /// Nothing in it exceeds the cutoff.
    Closed,
    /// Nothing in it exceeds `bound`.
    Open {
        bound: i64,
        /// Where the last bound was taken, times the scale.
        rate: i64,
        /// The last bound without rounding, times the scale.
        total: i128,
    },
}

impl<T: Scaled> Search<'_, T> {
    /// Bounds what is left by multipliers of the budget, beginning with `start`, and takes choices that turn up. Leaves
    /// in `split` the free nodes that are between the best sets just below and just above the budget.
    ///
    /// The bound `max over closed sets of (scale · benefit − rate · cost) + rate · room` is convex in the rate, and each
    /// set that attains it is a line below it: the next rate is where the lines of the two sets meet.
    pub(crate) fn relax(&mut self, start: i64, rounds: u32) -> Relaxed {
        let core = self.core();
        let scale = self.scale;
        let room = self.state.room();
        let free = self.state.free;
        let mut rate = if free.cost <= room { 0 } else { start };
        // Sets beyond and within the room, with the rates at which they are best.
        let mut beyond: Option<(Sum, i64)> = None;
        let mut within: Option<(Sum, i64)> = None;
        let mut best = i128::MAX;
        let mut round = 0;
        self.inside.clear();
        self.above.clear();
        self.split.clear();
        loop {
            round += 1;
            let total = self.bound_at(rate, false);
            let closure = &mut self.state.closure;
            closure.mark_least();
            best = best.min(total);
            let (mut least, mut greatest) = (Sum::default(), Sum::default());
            for &v in closure.live() {
                let (b, c) = (core.benefit[v as usize], core.cost[v as usize]);
                if closure.in_greatest(v) {
                    greatest.benefit += b;
                    greatest.cost += c;
                    if closure.in_least(v) {
                        least.benefit += b;
                        least.cost += c;
                    }
                }
            }
            let bound = self.round_down(best);
            if least.cost <= room {
                self.offer(least, false);
                if greatest.cost <= room {
                    self.offer(greatest, true);
                }
            }
            if bound <= self.incumbent.cutoff {
                return Relaxed::Closed;
            }
            let closure = &self.state.closure;
            let mut done = round >= rounds;
            if least.cost > room {
                beyond = Some((least, rate));
                self.above.clear();
                self.above.extend(closure.live().iter().filter(|&&v| closure.in_least(v)));
            } else if greatest.cost > room {
                // The rate is the best one.
                within = Some((least, rate));
                self.split.clear();
                self.split.extend(
                    closure.live().iter().filter(|&&v| closure.in_greatest(v) && !closure.in_least(v)),
                );
                done = true;
            } else {
                within = Some((greatest, rate));
                self.inside.clear();
                for &v in closure.live().iter().filter(|&&v| closure.in_greatest(v)) {
                    self.inside.insert(v);
                }
                done |= rate == 0;
            }
            let (left, low) = beyond.unwrap_or((free, -1));
            let (right, high) = within.unwrap_or((Sum::default(), i64::MAX));
            let mut next = 0;
            if left.cost > right.cost {
                let gain = i128::from(scale) * i128::from(left.benefit - right.benefit);
                next = (gain / i128::from(left.cost - right.cost)).clamp(0, i128::from(self.highest)) as i64;
            }
            if next <= low {
                next = low + 1;
            }
            done |= next >= high || next == rate || next > self.highest;
            if done {
                self.split_room = room - within.map_or(0, |w| w.0.cost);
                if self.split.is_empty() {
                    self.split.extend(self.above.iter().filter(|&&v| !self.inside.contains(v)));
                }
                return Relaxed::Open { bound, rate, total };
            }
            rate = next;
        }
    }

    /// Takes what is in with the least or greatest set, if that is better and keeps the side rules.
    fn offer(&mut self, part: Sum, greatest: bool) {
        let core = self.core();
        let sum = Sum {
            benefit: core.base_benefit + self.state.chosen.benefit + part.benefit,
            cost: core.base_cost + self.state.chosen.cost + part.cost,
        };
        if !self.incumbent.wants(sum) {
            return;
        }
        let closure = &self.state.closure;
        let inside = |v| {
            if greatest { closure.in_greatest(v) } else { closure.in_least(v) }
        };
        if core.sides.iter().all(|s| s.holds(inside)) {
            self.incumbent.take(core.items(inside), sum);
        }
    }

    /// The bound at a rate, times the scale. Leaves the flow that proves it. If it is `only_compared`, it may be greater
    /// than necessary where it is no more than the cutoff.
    pub(super) fn bound_at(&mut self, rate: i64, only_compared: bool) -> i128 {
        let core = self.core();
        let scale = self.scale;
        let closure = &mut self.state.closure;
        for k in 0..closure.live().len() {
            let v = closure.live()[k];
            closure.set_weight(v, T::weight(scale, rate, core.benefit[v as usize], core.cost[v as usize]));
        }
        let base = i128::from(core.base_benefit + self.state.chosen.benefit) * i128::from(scale)
            + i128::from(rate) * i128::from(self.state.room());
        let fixed = self.state.closure.fixed_weight();
        let enough = (only_compared && self.incumbent.cutoff > i64::MIN)
            .then(|| T::narrow(self.interesting() - 1 - base) + fixed);
        let value = self.state.closure.solve_down_to(enough) - fixed;
        value.wide() + base
    }

    /// The greatest benefit that a choice may have and that is at most a bound times the scale.
    pub(super) fn round_down(&self, total: i128) -> i64 {
        // No choice has a benefit beyond the totals that are allowed, however far off the rate may be.
        let limit = 2 * i128::from(GREATEST_TOTAL);
        let bound = total.div_euclid(i128::from(self.scale)).clamp(-limit, limit) as i64;
        bound - (bound - self.core().base_benefit).rem_euclid(self.step)
    }

    /// The least benefit of interest, times the scale.
    pub(super) fn interesting(&self) -> i128 {
        let scale = i128::from(self.scale);
        let reached = self.round_down(i128::from(self.incumbent.cutoff) * scale);
        i128::from(reached + self.step) * scale
    }

    /// Decides every free node for which the other decision cannot exceed the cutoff, by the flow that `relax` left.
    /// How many were decided, or `None` for a contradiction.
    fn fix(&mut self, total: i128) -> Option<usize> {
        let room = self.state.room();
        let cutoff = self.incumbent.cutoff;
        let slack = (cutoff > i64::MIN).then(|| total - self.interesting());
        self.decisions.clear();
        for k in 0..self.state.closure.live().len() {
            let v = self.state.closure.live()[k];
            let out = !self.state.closure.in_greatest(v);
            if self.too_dear(v, room, if out { slack } else { None }) {
                self.decisions.push((v, Fixed::Out));
            } else if let Some(slack) = slack
                && self.state.closure.in_least(v)
                && self.too_good(v, slack)
            {
                self.decisions.push((v, Fixed::In));
            }
        }
        let before = self.state.mark();
        let decisions = std::mem::take(&mut self.decisions);
        let possible = decisions.iter().all(|&(v, fixed)| self.state.decide(v, fixed));
        self.decisions = decisions;
        possible.then(|| self.state.mark() - before)
    }

    /// Whether a node with its prerequisites costs more than `room`, or has deficits of more than `slack`.
    fn too_dear(&mut self, v: u32, room: i64, slack: Option<i128>) -> bool {
        let core = self.core();
        let closure = &self.state.closure;
        let zero = T::default();
        self.walk.begin(v);
        let mut cost = 0;
        let mut deficit = zero;
        while let Some(u) = self.walk.visit() {
            cost += core.cost[u as usize];
            let excess = closure.excess(u);
            if excess < zero {
                deficit -= excess;
            }
            if cost > room || slack.is_some_and(|s| deficit.wide() > s) {
                return true;
            }
            if self.walk.is_long() {
                return false;
            }
            for &w in core.requires.row(u) {
                if closure.fixed(w) == Fixed::No {
                    self.walk.meet(w);
                }
            }
        }
        false
    }

    /// Whether a node with its dependents has surpluses of more than `slack`.
    fn too_good(&mut self, v: u32, slack: i128) -> bool {
        let core = self.core();
        let closure = &self.state.closure;
        let zero = T::default();
        self.walk.begin(v);
        let mut surplus = zero;
        while let Some(u) = self.walk.visit() {
            let excess = closure.excess(u);
            if excess > zero {
                surplus += excess;
                if surplus.wide() > slack {
                    return true;
                }
            }
            if self.walk.is_long() {
                return false;
            }
            for &w in core.dependents.row(u) {
                if closure.fixed(w) == Fixed::No {
                    self.walk.meet(w);
                }
            }
        }
        false
    }

    /// Bounds, fixes and bounds again until nothing more comes of it.
    pub(crate) fn tighten(&mut self, start: i64, rounds: u32) -> Relaxed {
        let mut rate = start;
        let mut round = 0;
        loop {
            round += 1;
            let relaxed = self.relax(rate, 60);
            let Relaxed::Open { rate: at, total, .. } = relaxed else {
                return Relaxed::Closed;
            };
            if round == 1 && self.nodes % FILL_EVERY <= 1 {
                self.fill();
            }
            match self.fix(total) {
                None => return Relaxed::Closed,
                Some(0) => return relaxed,
                Some(_) if round >= rounds => return self.relax(at, 60),
                Some(_) => rate = at,
            }
        }
    }
}

/// The greatest common divisor, 0 of nothing but zeros.
pub(crate) fn gcd(numbers: impl Iterator<Item = i64>) -> i64 {
    numbers.fold(0, |mut a, b| {
        let mut b = b.abs();
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    })
}

/// Totals of absolute benefit and of cost, and one.
pub(crate) fn totals(core: &Core) -> (i128, i128) {
    let benefits = core.benefit.iter().map(|&b| i128::from(b).abs()).sum::<i128>();
    let costs = core.cost.iter().map(|&c| i128::from(c)).sum::<i128>();
    (benefits + 1, costs + 1)
}

/// How many bits are left for parts of a unit of benefit in weights of type `T`.
pub(crate) fn spare_bits<T: Scaled>(core: &Core) -> u32 {
    let (benefits, costs) = totals(core);
    // The best rate is at most benefits / room.
    let room = i128::from(core.budget.max(1));
    let most = benefits + benefits * costs / room + costs;
    T::ROOM.saturating_sub(128 - most.leading_zeros()).min(40)
}
