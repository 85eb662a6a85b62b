//! Branch and bound on one component: linear relaxation with lazy cycle cuts, exact bounds, fixing by reduced cost.
//!
//! Each pair on which the ballots are not tied, and which is not forced, is a 0/1 column: 1 = the minority has its way, at the cost of the
//! margin. An order is a choice without cycles. Costs here are in units of the greatest common divisor of all margins, over and
//! above what every order must pay.

use super::bound::{self, Domain, GRID};
use super::cycles::Cycles;
use super::local::Guide;
use super::lp::{Lp, Outcome};
use super::relation::Relation;
use std::collections::BTreeSet;

const NONE: u32 = u32::MAX;
/// A column this near to 0 or 1 counts as whole.
const WHOLE: f64 = 1e-6;
/// Pivots that weigh as much as one node in the limit.
pub(crate) const PIVOTS_PER_NODE: u64 = 100;
/// Each free pair is in at most so many cuts of one round.
const CUTS_PER_PAIR: u8 = 4;
/// Pivots after which the exact bound is tried again, even if the program is not yet solved.
const CHUNK: u64 = 50;
/// Rounds without much progress after which a node is divided.
const PATIENCE: u32 = 6;
/// Rounds for which a row may be loose before it is dropped.
const ROW_PATIENCE: u32 = 5;

/// What is left of the caller's limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    /// Nodes the caller allows.
    pub(crate) limit: u64,
    /// Nodes used, pivots counted in.
    pub(crate) used: u64,
}

struct Node {
    fixed: Relation,
    bound: i128,
}

/// Why a search ended.
#[derive(PartialEq, Eq)]
enum End {
    Complete,
    Limit(i128),
}

/// The search on one component.
pub(crate) struct Search {
    k: usize,
    /// Majority arc of each column.
    arcs: Vec<(u32, u32)>,
    cost: Vec<i64>,
    /// Column of each ordered pair.
    column: Vec<u32>,
    forced: Relation,
    guide: Guide,
    lp: Lp,
    cycles: Cycles,
    domain: Vec<Domain>,
    best: Vec<u32>,
    best_cost: i128,
    /// A different order of the same cost is known.
    rival: bool,
    /// Only orders cheaper than this are looked for.
    target: i128,
    /// Looking for a rival of a proven optimum.
    rivalry: bool,
    budget: Budget,
    pivots: u64,
    slope: Vec<i128>,
}

impl Search {
    /// `margin` is k × k, antisymmetric, zero where tied; `forced` is closed under transitivity and without a cycle.
    pub(crate) fn new(k: usize, margin: &[i64], forced: Relation) -> Self {
        let mut arcs = Vec::new();
        let mut cost = Vec::new();
        let mut column = vec![NONE; k * k];
        for a in 0..k {
            for b in 0..a {
                let m = margin[a * k + b];
                if m == 0 || forced.has(a, b) || forced.has(b, a) {
                    continue;
                }
                column[a * k + b] = arcs.len() as u32;
                column[b * k + a] = arcs.len() as u32;
                arcs.push(if m > 0 { (a as u32, b as u32) } else { (b as u32, a as u32) });
                cost.push(m.abs());
            }
        }
        let mut cycles = Cycles::new(k);
        for a in 0..k as u32 {
            for b in 0..k as u32 {
                if forced.has(a as usize, b as usize) {
                    cycles.set(a, b, 1.0);
                }
            }
        }
        let lp = Lp::new(cost.iter().enumerate().map(|(j, &c)| noisy(j, c)).collect());
        Self {
            k,
            domain: vec![Domain::Free; arcs.len()],
            arcs,
            cost,
            column,
            guide: Guide::new(k, margin, &forced),
            forced,
            lp,
            cycles,
            best: Vec::new(),
            best_cost: i128::MAX,
            rival: false,
            target: i128::MAX,
            rivalry: false,
            budget: Budget { limit: 0, used: 0 },
            pivots: 0,
            slope: Vec::new(),
        }
    }

    /// Searches within the budget; returns the cost of the best order less the proven lower bound, 0 if it is optimal.
    pub(crate) fn prove(&mut self, budget: &mut Budget) -> i128 {
        self.budget = *budget;
        self.start();
        let end = self.explore();
        *budget = self.budget;
        match end {
            End::Complete => 0,
            End::Limit(bound) => self.best_cost - bound.min(self.best_cost),
        }
    }

    /// The best order, as indices into the component.
    pub(crate) fn order(&self) -> &[u32] {
        &self.best
    }

    /// Whether another order costs as little as the proven optimum; `None` if the budget does not suffice. The caller has seen that no
    /// neighbours can simply change places.
    pub(crate) fn has_rival(&mut self, budget: &mut Budget) -> Option<bool> {
        if self.rival || self.guide.has_neutral_move(&self.best) {
            return Some(true);
        }
        self.budget = *budget;
        let answer = self.search_for_rival();
        *budget = self.budget;
        answer
    }

    /// First upper bound.
    fn start(&mut self) {
        let k = self.k;
        let mut score = vec![0.0; k];
        for (&(a, b), &c) in self.arcs.iter().zip(&self.cost) {
            score[a as usize] += c as f64;
            score[b as usize] -= c as f64;
        }
        let mut order = self.guide.by_score(&score);
        self.guide.descend(&mut order);
        self.offer(&order);
        let kicks = (400_000 / (k * k)).clamp(5, 100);
        for order in self.guide.iterate(&order, kicks) {
            self.offer(&order);
        }
    }

    /// Keeps an order if it is better than what is known, or shows that another is as good.
    fn offer(&mut self, order: &[u32]) {
        let place = places(order);
        let reversed =
            self.arcs.iter().zip(&self.cost).filter(|((a, b), _)| place[*a as usize] > place[*b as usize]);
        let cost: i128 = reversed.map(|(_, &c)| i128::from(c)).sum();
        if cost < self.best_cost {
            self.best_cost = cost;
            self.target = cost;
            self.best = order.to_vec();
            self.rival = false;
        } else if cost == self.best_cost && order != self.best {
            self.rival = true;
        }
    }

    fn search_for_rival(&mut self) -> Option<bool> {
        // Any other order turns round two neighbours of this one.
        let neighbours: Vec<(u32, u32)> = self.best.windows(2).map(|w| (w[0], w[1])).collect();
        if neighbours.iter().all(|&(a, b)| self.column[a as usize * self.k + b as usize] == NONE) {
            return Some(false);
        }
        self.add_cut(&neighbours, true);
        self.target = self.best_cost + 1;
        self.rivalry = true;
        match self.explore() {
            _ if self.rival => Some(true),
            End::Complete => Some(false),
            End::Limit(_) => None,
        }
    }

    fn explore(&mut self) -> End {
        let mut stack = vec![Node { fixed: self.forced.clone(), bound: 0 }];
        while let Some(mut node) = stack.pop() {
            if self.is_settled(&node) {
                continue;
            }
            if self.budget.used >= self.budget.limit || !self.process(&mut node, &mut stack) {
                return End::Limit(stack.iter().map(|n| n.bound).min().unwrap_or(node.bound).min(node.bound));
            }
        }
        End::Complete
    }

    /// Bounds a node and puts its children on the stack; false if the limit came first.
    fn process(&mut self, node: &mut Node, stack: &mut Vec<Node>) -> bool {
        self.budget.used += 1;
        self.load(&node.fixed);
        let (mut round, mut stalled, mut last) = (0_u32, 0, i128::MIN);
        loop {
            let outcome = self.relax();
            if outcome == Outcome::Infeasible && self.certainly_infeasible() {
                return true;
            }
            let rows = self.lp.rows().iter().map(|row| (row, row.dual));
            let bound = bound::lagrangian(&self.cost, &self.domain, rows, &mut self.slope);
            node.bound = node.bound.max(bound::round_up(bound));
            if node.bound >= self.target {
                return true;
            }
            if outcome == Outcome::Limit {
                if self.budget.used >= self.budget.limit {
                    return false;
                }
                continue;
            }
            if round < 3 || round.is_multiple_of(8) {
                self.round_off();
                if self.is_settled(node) {
                    return true;
                }
            }
            match self.fix(node, bound) {
                None => return true,
                Some(true) => continue,
                Some(false) => {}
            }
            // A round must close at least 1/1000 of the distance to the target, or it counts as stalled.
            let left = (self.target << GRID) - bound;
            stalled = if bound - left / 1000 > last { 0 } else { stalled + 1 };
            last = bound;
            round += 1;
            self.lp.drop_loose_rows(ROW_PATIENCE);
            if outcome == Outcome::Infeasible || stalled > PATIENCE || self.separate() == 0 {
                break;
            }
        }
        self.branch(node, stack);
        true
    }

    /// Whether nothing better can be in the node, or nothing more is wanted.
    fn is_settled(&self, node: &Node) -> bool {
        node.bound >= self.target || self.rivalry && self.rival
    }

    /// Some pivots of the linear program.
    fn relax(&mut self) -> Outcome {
        let before = self.lp.pivots();
        let outcome = self.lp.solve(CHUNK);
        self.pivots += self.lp.pivots() - before;
        self.budget.used += self.pivots / PIVOTS_PER_NODE;
        self.pivots %= PIVOTS_PER_NODE;
        outcome
    }

    /// Takes over the decisions of a node.
    fn load(&mut self, fixed: &Relation) {
        for (j, &(a, b)) in self.arcs.iter().enumerate() {
            let domain = domain_of(fixed, a, b);
            if domain != self.domain[j] {
                self.domain[j] = domain;
                let (lo, hi) = match domain {
                    Domain::Free => (0.0, 1.0),
                    Domain::Zero => (0.0, 0.0),
                    Domain::One => (1.0, 1.0),
                };
                self.lp.set_box(j, lo, hi);
            }
        }
        self.lp.refresh();
    }

    /// Whether the multipliers that the program gave for its infeasibility prove it in exact arithmetic.
    fn certainly_infeasible(&mut self) -> bool {
        let rows = self.lp.rows();
        let ray = self.lp.ray().iter().map(|&(i, m)| (&rows[i as usize], m));
        let nothing = vec![0; self.cost.len()];
        bound::lagrangian(&nothing, &self.domain, ray, &mut self.slope) > 0
    }

    /// Fixes what the exact reduced costs decide, with all that follows by transitivity. `None` if that leaves no order; true if the
    /// program's point has become invalid.
    fn fix(&mut self, node: &mut Node, bound: i128) -> Option<bool> {
        let mut any = false;
        for (j, &(a, b)) in self.arcs.iter().enumerate() {
            let slope = self.slope[j];
            if self.domain[j] == Domain::Free && bound::round_up(bound + slope.abs()) >= self.target {
                any = true;
                if slope >= 0 {
                    node.fixed.insert(a as usize, b as usize);
                } else {
                    node.fixed.insert(b as usize, a as usize);
                }
            }
        }
        if !any {
            return Some(false);
        }
        if !node.fixed.close() {
            return None;
        }
        let moved =
            self.arcs.iter().zip(self.lp.values()).any(|(&(a, b), &y)| match domain_of(&node.fixed, a, b) {
                Domain::Free => false,
                Domain::Zero => y > WHOLE,
                Domain::One => y < 1.0 - WHOLE,
            });
        self.load(&node.fixed);
        Some(moved)
    }

    /// Adds violated cycles as cuts; returns how many.
    ///
    /// What cuts off the middle between the program's point and the best order is preferred: such cuts are nearly tight at a
    /// good order (in-out separation, Ben-Ameur & Neto 2007, Acceleration of cutting-plane and column generation algorithms, Networks 49).
    fn separate(&mut self) -> usize {
        match self.separate_at(0.5) {
            0 => self.separate_at(1.0),
            cuts => cuts,
        }
    }

    /// Separates the point that is `share` of the way from the best order to the program's point.
    fn separate_at(&mut self, share: f64) -> usize {
        let place = places(&self.best);
        for (&(a, b), &y) in self.arcs.iter().zip(self.lp.values()) {
            let own = f64::from(place[a as usize] > place[b as usize]);
            let y = own + share * (y - own);
            self.cycles.set(a, b, 1.0 - y);
            self.cycles.set(b, a, y);
        }
        let (columns, domain, k) = (&self.column, &self.domain, self.k);
        let column = |&(a, b): &(u32, u32)| columns[a as usize * k + b as usize];
        let mut uses = vec![0; self.arcs.len()];
        let mut seen = BTreeSet::new();
        let mut cuts = Vec::new();
        let mut cycle = Vec::new();
        let candidates: Vec<(u32, u32)> = self.cycles.search().collect();
        for arc in candidates {
            let is_full =
                |j: u32| j != NONE && domain[j as usize] == Domain::Free && uses[j as usize] >= CUTS_PER_PAIR;
            if is_full(column(&arc)) {
                continue;
            }
            self.cycles.trace(arc, &mut cycle);
            if cycle.is_empty() || cycle.iter().any(|arc| is_full(column(arc))) {
                continue;
            }
            let mut key = cycle.clone();
            key.sort_unstable();
            if seen.insert(key) {
                for j in cycle.iter().map(column).filter(|&j| j != NONE) {
                    uses[j as usize] = uses[j as usize].saturating_add(1);
                }
                cuts.push(cycle.clone());
            }
        }
        for cut in &cuts {
            self.add_cut(cut, false);
        }
        cuts.len()
    }

    /// Not all of these arcs may hold. A lasting row is never dropped.
    fn add_cut(&mut self, arcs: &[(u32, u32)], lasting: bool) {
        let mut rhs = 1.0;
        let mut terms = Vec::with_capacity(arcs.len());
        for &(a, b) in arcs {
            let j = self.column[a as usize * self.k + b as usize];
            if j == NONE {
                continue;
            }
            let majority = self.arcs[j as usize] == (a, b);
            terms.push((j, if majority { 1.0 } else { -1.0 }));
            rhs -= f64::from(!majority);
        }
        self.lp.add_row(terms, rhs, lasting);
    }

    /// Offers the order nearest to the program's point, and its local optimum.
    fn round_off(&mut self) {
        let mut score = vec![0.0; self.k];
        for (&(a, b), &y) in self.arcs.iter().zip(self.lp.values()) {
            score[a as usize] += 1.0 - 2.0 * y;
            score[b as usize] -= 1.0 - 2.0 * y;
        }
        let mut order = self.guide.by_score(&score);
        self.guide.descend(&mut order);
        self.offer(&order);
    }

    /// Divides a node on the pair where the most is at stake.
    fn branch(&mut self, node: &Node, stack: &mut Vec<Node>) {
        let values = self.lp.values();
        let free = || (0..self.arcs.len()).filter(|&j| self.domain[j] == Domain::Free);
        let off = |j: usize| values[j].min(1.0 - values[j]).max(0.0);
        if free().all(|j| off(j) <= WHOLE) {
            // A whole point without violated cycles is an order.
            let mut relation = node.fixed.clone();
            for (&(a, b), &y) in self.arcs.iter().zip(values) {
                let (a, b) = if y < 0.5 { (a, b) } else { (b, a) };
                relation.insert(a as usize, b as usize);
            }
            if relation.close() {
                self.offer(&linear_extension(self.k, &relation));
            }
            if self.is_settled(node) {
                return;
            }
        }
        let values = self.lp.values();
        let free = (0..self.arcs.len()).filter(|&j| self.domain[j] == Domain::Free);
        let stake = |j: usize| values[j].min(1.0 - values[j]).max(0.0) * self.cost[j] as f64;
        let Some(j) = free.max_by(|&i, &j| stake(i).total_cmp(&stake(j)).then(j.cmp(&i))) else {
            return;
        };
        let (a, b) = self.arcs[j];
        let (first, second) = if values[j] < 0.5 { ((a, b), (b, a)) } else { ((b, a), (a, b)) };
        for (a, b) in [second, first] {
            let mut fixed = node.fixed.clone();
            fixed.insert(a as usize, b as usize);
            if fixed.close() {
                stack.push(Node { fixed, bound: node.bound });
            }
        }
    }
}

/// Place of each item in an order.
fn places(order: &[u32]) -> Vec<usize> {
    let mut place = vec![0; order.len()];
    for (at, &x) in order.iter().enumerate() {
        place[x as usize] = at;
    }
    place
}

fn domain_of(fixed: &Relation, a: u32, b: u32) -> Domain {
    if fixed.has(a as usize, b as usize) {
        Domain::Zero
    } else if fixed.has(b as usize, a as usize) {
        Domain::One
    } else {
        Domain::Free
    }
}

/// In a closed relation who stands before has strictly more behind.
fn linear_extension(k: usize, relation: &Relation) -> Vec<u32> {
    let behind: Vec<usize> = (0..k).map(|a| (0..k).filter(|&b| relation.has(a, b)).count()).collect();
    let mut order: Vec<u32> = (0..k as u32).collect();
    order.sort_by_key(|&a| std::cmp::Reverse(behind[a as usize]));
    order
}

/// Cost of a column with a little noise, which keeps the simplex method from stalling among equals.
fn noisy(j: usize, cost: i64) -> f64 {
    let mut z = (j as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let unit = (z >> 40) as f64 / f64::from(1 << 24);
    let cost = cost as f64;
    cost + unit * (1e-3 + 1e-7 * cost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AMPLE: Budget = Budget { limit: 10_000, used: 0 };

    fn search(k: usize, upper: &[i64]) -> Search {
        let mut margin = vec![0; k * k];
        for a in 0..k {
            for b in 0..a {
                margin[a * k + b] = upper[a * k + b];
                margin[b * k + a] = -upper[a * k + b];
            }
        }
        Search::new(k, &margin, Relation::new(k))
    }

    /// Costs of all orders, by exchanging items.
    fn all_costs(search: &Search, order: &mut Vec<u32>, from: usize, costs: &mut Vec<i128>) {
        if from == order.len() {
            let place = places(order);
            let reversed = search.arcs.iter().zip(&search.cost);
            let reversed = reversed.filter(|((a, b), _)| place[*a as usize] > place[*b as usize]);
            costs.push(reversed.map(|(_, &c)| i128::from(c)).sum());
        }
        for at in from..order.len() {
            order.swap(from, at);
            all_costs(search, order, from + 1, costs);
            order.swap(from, at);
        }
    }

    proptest! {
        /// The search alone, without the moves that find most rivals before it.
        #[test]
        fn a_rival_is_found_exactly_when_there_is_one(upper in proptest::collection::vec(prop_oneof![Just(-3_i64), Just(-2), Just(-1), Just(1), Just(2)], 36)) {
            let mut search = search(6, &upper);
            prop_assert_eq!(search.prove(&mut AMPLE.clone()), 0);
            let mut costs = Vec::new();
            all_costs(&search, &mut (0..6).collect(), 0, &mut costs);
            let least = costs.iter().min().copied();
            prop_assert_eq!(Some(search.best_cost), least);
            let optima = costs.iter().filter(|&&c| Some(c) == least).count();
            search.rival = false;
            search.budget = AMPLE;
            prop_assert_eq!(search.search_for_rival(), Some(optima > 1));
        }
    }

    #[test]
    fn infeasibility_is_not_believed_without_proof() {
        let mut search = search(3, &[0, 0, 0, -1, 0, 0, 1, -1, 0]);
        assert!(!search.certainly_infeasible());
        search.add_cut(&[(0, 1), (1, 2), (2, 0)], false);
        search.load(&search.forced.clone());
        assert_eq!(search.lp.solve(100), Outcome::Optimal);
        assert!(!search.certainly_infeasible());
        // All three arcs decided, against the cut.
        for arc in 0..3 {
            search.domain[arc] = Domain::Zero;
            search.lp.set_box(arc, 0.0, 0.0);
        }
        search.lp.refresh();
        assert_eq!(search.lp.solve(100), Outcome::Infeasible);
        assert!(search.certainly_infeasible());
        search.domain[0] = Domain::Free;
        assert!(!search.certainly_infeasible());
    }
}
