//! The decisions of a search with what follows from them.

use super::core::{Core, Side};
use crate::graph::Rows;
use crate::sequence::flow::{Closure, Fixed, Integer};

/// Integers in which `scale · benefit − rate · cost` and its sums are exact.
pub(crate) trait Scaled: Integer {
    /// Bits that sums may take.
    const ROOM: u32;
    /// The weight of an item where a unit of the budget is worth `rate / scale` of benefit.
    fn weight(scale: i64, rate: i64, benefit: i64, cost: i64) -> Self;
    /// The value without loss.
    fn wide(self) -> i128;
    /// The value, or the nearest that the type and its sums have room for.
    fn narrow(value: i128) -> Self;
}

impl Scaled for i64 {
    const ROOM: u32 = 59;
    fn weight(scale: i64, rate: i64, benefit: i64, cost: i64) -> Self {
        scale * benefit - rate * cost
    }
    fn wide(self) -> i128 {
        i128::from(self)
    }
    fn narrow(value: i128) -> Self {
        value.clamp(-(1 << Self::ROOM), 1 << Self::ROOM) as i64
    }
}

impl Scaled for i128 {
    const ROOM: u32 = 122;
    fn weight(scale: i64, rate: i64, benefit: i64, cost: i64) -> Self {
        i128::from(scale) * i128::from(benefit) - i128::from(rate) * i128::from(cost)
    }
    fn wide(self) -> i128 {
        self
    }
    fn narrow(value: i128) -> Self {
        value.clamp(-(1 << Self::ROOM), 1 << Self::ROOM)
    }
}

/// Benefit and cost of a set of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) benefit: i64,
    pub(crate) cost: i64,
}

/// Which nodes are in, out or free, closed under prerequisites and side rules, with the flow that bounds what is free.
#[derive(Debug)]
pub(crate) struct State<'a, T> {
    pub(crate) core: &'a Core,
    pub(crate) closure: Closure<T>,
    /// The decided nodes, in the order of their decision.
    trail: Vec<u32>,
    /// What the nodes that are in may cost.
    budget: i64,
    /// How many of the trail have been followed up.
    followed: usize,
    /// Sum of the nodes that are in.
    pub(crate) chosen: Sum,
    /// Sum of the nodes that are free.
    pub(crate) free: Sum,
    /// The side rules that name a node.
    sides_of: Rows,
}

impl<'a, T: Scaled> State<'a, T> {
    /// Nothing decided; what is chosen may cost `budget`, which is `core.budget` unless it should not bind.
    pub(crate) fn new(core: &'a Core, budget: i64) -> Self {
        let mut closure = Closure::new();
        closure.load(&core.requires);
        let mut sides: Vec<Vec<u32>> = vec![Vec::new(); core.len()];
        for (k, side) in core.sides.iter().enumerate() {
            for v in side.nodes() {
                sides[v as usize].push(k as u32);
            }
        }
        Self {
            core,
            closure,
            trail: Vec::new(),
            budget,
            followed: 0,
            chosen: Sum::default(),
            free: Sum { benefit: core.benefit.iter().sum(), cost: core.cost.iter().sum() },
            sides_of: Rows::from_rows(&sides),
        }
    }

    /// A mark for [`undo`](Self::undo).
    pub(crate) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Frees all nodes that were decided since a mark.
    pub(crate) fn undo(&mut self, mark: usize) {
        while self.trail.len() > mark {
            let Some(v) = self.trail.pop() else { break };
            let (benefit, cost) = (self.core.benefit[v as usize], self.core.cost[v as usize]);
            if self.closure.fixed(v) == Fixed::In {
                self.chosen.benefit -= benefit;
                self.chosen.cost -= cost;
            }
            self.free.benefit += benefit;
            self.free.cost += cost;
            self.closure.release(v);
        }
        self.followed = self.followed.min(mark);
    }

    /// What is left of the budget.
    pub(crate) fn room(&self) -> i64 {
        self.budget - self.chosen.cost
    }

    /// Decides a node with all that follows; `false` when that contradicts what was decided before or the budget. After
    /// a contradiction the state is good for [`undo`](Self::undo) only.
    #[must_use]
    pub(crate) fn decide(&mut self, v: u32, fixed: Fixed) -> bool {
        self.set(v, fixed) && self.follow()
    }

    fn set(&mut self, v: u32, fixed: Fixed) -> bool {
        let now = self.closure.fixed(v);
        if now != Fixed::No {
            return now == fixed;
        }
        let from = self.trail.len();
        match fixed {
            Fixed::In => self.closure.fix_in(v, &mut self.trail),
            Fixed::Out => self.closure.fix_out(v, &mut self.trail),
            Fixed::No => {}
        }
        for &u in &self.trail[from..] {
            let (benefit, cost) = (self.core.benefit[u as usize], self.core.cost[u as usize]);
            self.free.benefit -= benefit;
            self.free.cost -= cost;
            if fixed == Fixed::In {
                self.chosen.benefit += benefit;
                self.chosen.cost += cost;
            }
        }
        self.room() >= 0
    }

    fn follow(&mut self) -> bool {
        while let Some(&v) = self.trail.get(self.followed) {
            self.followed += 1;
            for k in self.sides_of.range(v) {
                let side = self.sides_of.at(k) as usize;
                if !self.follow_side(side) {
                    return false;
                }
            }
        }
        true
    }

    /// Draws the conclusions of a side rule, even if no node of it is decided; `false` for a contradiction.
    #[must_use]
    pub(crate) fn follow_rule(&mut self, side: usize) -> bool {
        self.follow_side(side) && self.follow()
    }

    /// The same for all side rules.
    #[must_use]
    pub(crate) fn follow_all_rules(&mut self) -> bool {
        (0..self.core.sides.len()).all(|side| self.follow_rule(side))
    }

    fn follow_side(&mut self, side: usize) -> bool {
        let core = self.core;
        match &core.sides[side] {
            Side::AtMostOne(group) => {
                // A node that the group holds twice counts twice, so it can never be in.
                let mut inside = group.iter().filter(|&&v| self.closure.fixed(v) == Fixed::In);
                let Some(&one) = inside.next() else {
                    let mut sorted = group.clone();
                    sorted.sort_unstable();
                    return sorted.windows(2).all(|w| w[0] != w[1] || self.set(w[0], Fixed::Out));
                };
                if inside.next().is_some() {
                    return false;
                }
                group.iter().all(|&v| v == one || self.set(v, Fixed::Out))
            }
            Side::AtLeastOne(group) => match self.last_hope(group) {
                Hope::Met | Hope::Open => true,
                Hope::Last(v) => self.set(v, Fixed::In),
                Hope::None => false,
            },
            Side::AnyOf(item, group) => match (self.last_hope(group), self.closure.fixed(*item)) {
                (Hope::Last(v), Fixed::In) => self.set(v, Fixed::In),
                (Hope::None, _) => self.set(*item, Fixed::Out),
                _ => true,
            },
        }
    }

    fn last_hope(&self, group: &[u32]) -> Hope {
        let mut last = None;
        let mut more = false;
        for &v in group {
            match self.closure.fixed(v) {
                Fixed::In => return Hope::Met,
                Fixed::No if last.is_none_or(|u| u == v) => last = Some(v),
                Fixed::No => more = true,
                Fixed::Out => {}
            }
        }
        match last {
            _ if more => Hope::Open,
            Some(v) => Hope::Last(v),
            None => Hope::None,
        }
    }
}

/// What is left of a group of which one must be in.
enum Hope {
    /// One is in.
    Met,
    /// At least two may still be.
    Open,
    /// Only this one may still be.
    Last(u32),
    /// All are out.
    None,
}
