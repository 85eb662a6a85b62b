//! The reduced problem that the search works on.
//!
//! Items that stand or fall together become one node: cycles and both-or-neither groups always; an item without benefit
//! of its own that only one item requires, with that item; items without benefit that are required by the same items.
//! Items without benefit that nothing requires are left out. All of this keeps at least one best choice.

use super::problem::Problem;
use crate::graph::Rows;
use crate::sequence::flow::Fixed;

/// A side rule on nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// At most one of these.
    AtMostOne(Vec<u32>),
    /// At least one of these.
    AtLeastOne(Vec<u32>),
    /// The node only with at least one of these.
    AnyOf(u32, Vec<u32>),
}

impl Side {
    pub(crate) fn nodes(&self) -> impl Iterator<Item = u32> + '_ {
        let (item, group): (&[u32], &[u32]) = match self {
            Self::AtMostOne(group) | Self::AtLeastOne(group) => (&[], group),
            Self::AnyOf(item, group) => (std::slice::from_ref(item), group),
        };
        item.iter().chain(group).copied()
    }

    /// Whether a choice keeps the rule.
    pub(crate) fn holds(&self, chosen: impl Fn(u32) -> bool) -> bool {
        match self {
            Self::AtMostOne(group) => group.iter().filter(|&&v| chosen(v)).count() <= 1,
            Self::AtLeastOne(group) => group.iter().any(|&v| chosen(v)),
            Self::AnyOf(item, group) => !chosen(*item) || group.iter().any(|&v| chosen(v)),
        }
    }

    /// The rule that is left when some nodes are decided; `None` when it holds whatever follows.
    fn reduced(&self, fixed: impl Fn(u32) -> Fixed, renamed: impl Fn(u32) -> u32) -> Option<Self> {
        let met = |group: &[u32]| group.iter().any(|&v| fixed(v) == Fixed::In);
        let free = |group: &[u32]| -> Vec<u32> {
            group.iter().filter(|&&v| fixed(v) == Fixed::No).map(|&v| renamed(v)).collect()
        };
        match self {
            Self::AtMostOne(group) => {
                let free = free(group);
                (free.len() > 1).then_some(Self::AtMostOne(free))
            }
            Self::AtLeastOne(group) => (!met(group)).then(|| Self::AtLeastOne(free(group))),
            Self::AnyOf(item, group) => match fixed(*item) {
                _ if met(group) => None,
                Fixed::Out => None,
                Fixed::In => Some(Self::AtLeastOne(free(group))),
                Fixed::No => Some(Self::AnyOf(renamed(*item), free(group))),
            },
        }
    }
}

/// A reduced problem: choose nodes, prerequisites first, within `budget`; `base` is chosen already.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    /// The original items that are chosen in any case, with their benefit and cost.
    pub(crate) base: Vec<u32>,
    pub(crate) base_benefit: i64,
    pub(crate) base_cost: i64,
    /// What is left of the budget.
    pub(crate) budget: i64,
    pub(crate) benefit: Vec<i64>,
    pub(crate) cost: Vec<i64>,
    /// Prerequisites; each has a lower index than the node.
    pub(crate) requires: Rows,
    pub(crate) dependents: Rows,
    /// The original items of each node.
    pub(crate) members: Rows,
    pub(crate) sides: Vec<Side>,
}

impl Core {
    /// The problem with cycles and both-or-neither groups contracted, and the node of each item. The items of rules
    /// about single items are left to the caller to fix.
    pub(crate) fn new(problem: &Problem<'_>) -> (Self, Vec<u32>) {
        let node_of = components(problem);
        let n = node_of.iter().map(|&v| v as usize + 1).max().unwrap_or(0);
        let mut items: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut benefit = vec![0; n];
        let mut cost = vec![0; n];
        for (item, &v) in node_of.iter().enumerate() {
            items[v as usize].push(item as u32);
            benefit[v as usize] += problem.benefit[item];
            cost[v as usize] += problem.cost[item];
        }
        let mut requires = Rows::new();
        let mut row = Vec::new();
        for (v, items) in items.iter().enumerate() {
            row.clear();
            for &item in items {
                row.extend(problem.requires.row(item).iter().map(|&u| node_of[u as usize]));
            }
            row.sort_unstable();
            row.dedup();
            requires.push_row(row.iter().copied().filter(|&u| u as usize != v));
        }
        // A group names an item once, but may hold two items of one node: that node then counts twice.
        let named = |group: &[u32]| -> Vec<u32> {
            let mut group = group.to_vec();
            group.sort_unstable();
            group.dedup();
            group.iter().map(|&i| node_of[i as usize]).collect()
        };
        let rules = problem.rules;
        let mut sides = Vec::new();
        for group in &rules.at_most_one {
            sides.push(Side::AtMostOne(named(group)));
        }
        for group in &rules.exactly_one {
            sides.push(Side::AtMostOne(named(group)));
            sides.push(Side::AtLeastOne(named(group)));
        }
        for rule in &rules.any_of {
            sides.push(Side::AnyOf(node_of[rule.item as usize], named(&rule.alternatives)));
        }
        let core = Self {
            base: Vec::new(),
            base_benefit: 0,
            base_cost: 0,
            budget: problem.budget,
            benefit,
            cost,
            dependents: requires.reversed(),
            requires,
            members: Rows::from_rows(&items),
            sides,
        };
        (core, node_of)
    }

    pub(crate) fn len(&self) -> usize {
        self.benefit.len()
    }

    /// The original items of a choice of nodes, rising.
    pub(crate) fn items(&self, chosen: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut items = self.base.clone();
        for v in (0..self.len() as u32).filter(|&v| chosen(v)) {
            items.extend_from_slice(self.members.row(v));
        }
        items.sort_unstable();
        items
    }

    /// The problem that is left when some nodes are decided, made smaller. The decisions must be closed: a node that
    /// is in has its prerequisites in, a node that is out has its dependents out, and the side rules are followed up.
    pub(crate) fn reduced(&self, fixed: impl Fn(u32) -> Fixed) -> Self {
        let n = self.len();
        let mut base = self.base.clone();
        let (mut base_benefit, mut base_cost) = (self.base_benefit, self.base_cost);
        let mut status: Vec<Fixed> = (0..n as u32).map(&fixed).collect();
        let mut frozen = vec![false; n];
        for v in self.sides.iter().flat_map(Side::nodes) {
            frozen[v as usize] = true;
        }
        for v in 0..n {
            let free = |&u: &u32| status[u as usize] == Fixed::No;
            if status[v] == Fixed::No
                && !frozen[v]
                && self.cost[v] == 0
                && self.benefit[v] > 0
                && !self.requires.row(v as u32).iter().any(free)
            {
                status[v] = Fixed::In;
            }
            if status[v] == Fixed::In {
                base.extend_from_slice(self.members.row(v as u32));
                base_benefit += self.benefit[v];
                base_cost += self.cost[v];
            }
        }

        let mut merger = Merger::new(self, &status);
        merger.drop_transitive();
        for _ in 0..3 {
            merger.merge_single(&frozen);
            if !merger.merge_twins(&frozen) {
                break;
            }
        }

        let mut name = vec![u32::MAX; n];
        let mut kept = Vec::new();
        for (v, name) in name.iter_mut().enumerate() {
            if merger.alive[v] {
                *name = kept.len() as u32;
                kept.push(v);
            }
        }
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); kept.len()];
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); kept.len()];
        for (v, &status) in status.iter().enumerate() {
            let into = merger.find(v as u32) as usize;
            if status != Fixed::No || !merger.alive[into] {
                continue;
            }
            let k = name[into] as usize;
            members[k].extend_from_slice(self.members.row(v as u32));
            for &u in &merger.rows[v] {
                let u = merger.find(u) as usize;
                if u != into {
                    rows[k].push(name[u]);
                }
            }
        }
        for row in &mut rows {
            row.sort_unstable();
            row.dedup();
        }
        let requires = Rows::from_rows(&rows);
        Self {
            base,
            base_benefit,
            base_cost,
            budget: self.budget - (base_cost - self.base_cost),
            benefit: kept.iter().map(|&v| merger.benefit[v]).collect(),
            cost: kept.iter().map(|&v| merger.cost[v]).collect(),
            dependents: requires.reversed(),
            requires,
            members: Rows::from_rows(&members),
            sides: (self.sides.iter())
                .filter_map(|s| s.reduced(|v| status[v as usize], |v| name[v as usize]))
                .collect(),
        }
    }
}

/// Merges nodes; `into` is a forest whose roots are the nodes that are left.
struct Merger {
    into: Vec<u32>,
    alive: Vec<bool>,
    benefit: Vec<i64>,
    cost: Vec<i64>,
    /// What each node requires and what requires it, by the names before merging.
    rows: Vec<Vec<u32>>,
    dependents: Vec<Vec<u32>>,
}

impl Merger {
    fn new(core: &Core, status: &[Fixed]) -> Self {
        let n = core.len();
        let free = |&v: &u32| status[v as usize] == Fixed::No;
        let mut rows = vec![Vec::new(); n];
        for v in (0..n as u32).filter(free) {
            rows[v as usize].extend(core.requires.row(v).iter().copied().filter(free));
        }
        Self {
            into: (0..n as u32).collect(),
            alive: status.iter().map(|&s| s == Fixed::No).collect(),
            benefit: core.benefit.clone(),
            cost: core.cost.clone(),
            rows,
            dependents: vec![Vec::new(); n],
        }
    }

    fn find(&self, mut v: u32) -> u32 {
        while self.into[v as usize] != v {
            v = self.into[v as usize];
        }
        v
    }

    /// Drops arcs that follow from others, as far as a bounded amount of work goes, and fills in the dependents.
    fn drop_transitive(&mut self) {
        let n = self.rows.len();
        let mut work = 20 * n + 20 * self.rows.iter().map(Vec::len).sum::<usize>();
        let mut seen = vec![u32::MAX; n];
        let mut stack = Vec::new();
        for v in 0..n {
            if self.rows[v].len() > 1 && self.rows[v].iter().any(|&u| !self.rows[u as usize].is_empty()) {
                stack.clear();
                for &u in &self.rows[v] {
                    stack.extend_from_slice(&self.rows[u as usize]);
                }
                while let Some(u) = stack.pop() {
                    if seen[u as usize] == v as u32 {
                        continue;
                    }
                    seen[u as usize] = v as u32;
                    work = work.saturating_sub(1 + self.rows[u as usize].len());
                    if work == 0 {
                        break;
                    }
                    stack.extend_from_slice(&self.rows[u as usize]);
                }
                self.rows[v].retain(|&u| seen[u as usize] != v as u32);
            }
            for k in 0..self.rows[v].len() {
                let u = self.rows[v][k] as usize;
                self.dependents[u].push(v as u32);
            }
        }
    }

    /// What requires a node now, rising.
    fn refresh_dependents(&mut self, v: usize) {
        let mut row = std::mem::take(&mut self.dependents[v]);
        for d in &mut row {
            *d = self.find(*d);
        }
        row.retain(|&d| self.alive[d as usize] && d as usize != v);
        row.sort_unstable();
        row.dedup();
        self.dependents[v] = row;
    }

    /// From the last dependents down: drops nodes without benefit that nothing requires and merges those that one node
    /// requires into that node.
    fn merge_single(&mut self, frozen: &[bool]) {
        for v in (0..self.rows.len()).rev() {
            if !self.alive[v] || frozen[v] || self.benefit[v] > 0 {
                continue;
            }
            self.refresh_dependents(v);
            match *self.dependents[v] {
                [] => self.alive[v] = false,
                [only] => self.merge(v, only as usize),
                _ => {}
            }
        }
    }

    /// Merges nodes without benefit that are required by the same nodes, into the last of them; whether there were any.
    fn merge_twins(&mut self, frozen: &[bool]) -> bool {
        let mut nodes: Vec<usize> = Vec::new();
        for (v, &frozen) in frozen.iter().enumerate() {
            if self.alive[v] && !frozen && self.benefit[v] <= 0 {
                self.refresh_dependents(v);
                nodes.push(v);
            }
        }
        nodes.sort_by(|&a, &b| self.dependents[a].cmp(&self.dependents[b]).then(b.cmp(&a)));
        let mut any = false;
        let mut last: Option<usize> = None;
        for v in nodes {
            match last {
                Some(twin) if self.dependents[v] == self.dependents[twin] => {
                    self.merge(v, twin);
                    any = true;
                }
                _ => last = Some(v),
            }
        }
        any
    }

    fn merge(&mut self, from: usize, into: usize) {
        self.alive[from] = false;
        self.into[from] = into as u32;
        self.benefit[into] += self.benefit[from];
        self.cost[into] += self.cost[from];
        // Whoever `from` requires is now required by `into` under the old name `from`.
    }
}

/// The strongly connected components of prerequisites and both-or-neither groups, numbered prerequisites first
/// (Tarjan 1972, without recursion).
fn components(problem: &Problem<'_>) -> Vec<u32> {
    const NEW: u32 = u32::MAX;
    let n = problem.len();
    let mut tied: Vec<Vec<u32>> = Vec::new();
    if !problem.rules.together.is_empty() {
        tied.resize(n, Vec::new());
        for group in &problem.rules.together {
            for (k, &item) in group.iter().enumerate() {
                tied[item as usize].push(group[(k + 1) % group.len()]);
            }
        }
    }
    let next_of = |v: u32, k: usize| -> Option<u32> {
        let row = problem.requires.row(v);
        row.get(k).or_else(|| tied.get(v as usize)?.get(k - row.len())).copied()
    };
    let mut component = vec![NEW; n];
    let mut order = vec![NEW; n];
    let mut low = vec![0; n];
    let (mut count, mut clock) = (0, 0);
    let mut open = Vec::new();
    let mut path: Vec<(u32, usize)> = Vec::new();
    for root in 0..n as u32 {
        if order[root as usize] != NEW {
            continue;
        }
        path.push((root, 0));
        while let Some(&mut (v, ref mut k)) = path.last_mut() {
            let i = v as usize;
            if *k == 0 {
                order[i] = clock;
                low[i] = clock;
                clock += 1;
                open.push(v);
            }
            if let Some(u) = next_of(v, *k) {
                *k += 1;
                let j = u as usize;
                if order[j] == NEW {
                    path.push((u, 0));
                } else if component[j] == NEW {
                    low[i] = low[i].min(order[j]);
                }
                continue;
            }
            if low[i] == order[i] {
                while let Some(u) = open.pop() {
                    component[u as usize] = count;
                    if u == v {
                        break;
                    }
                }
                count += 1;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                let p = parent as usize;
                low[p] = low[p].min(low[i]);
            }
        }
    }
    component
}
