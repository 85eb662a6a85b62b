//! A graph in compressed rows, with what every room asks of it.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// For each node the nodes that it points to: an initiative to what it requires.
///
/// Rows pushed by [`push`](Rows::push) are sorted sets; those pushed by [`push_row`](Rows::push_row) stand as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rows {
    starts: Vec<u32>,
    items: Vec<u32>,
}

/// A node's number: kernels count in `u32`, programmes in `usize`.
pub(crate) trait Node: Copy {
    fn index(self) -> usize;
}

impl Node for u32 {
    fn index(self) -> usize {
        self as usize
    }
}

impl Node for usize {
    fn index(self) -> usize {
        self
    }
}

impl Rows {
    /// The graph without a node.
    pub(crate) fn new() -> Self {
        Rows { starts: vec![0], items: Vec::new() }
    }

    /// The graph without a node yet, with room for so many.
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Rows { starts, items: Vec::new() }
    }

    /// The graph of these rows, as they stand.
    pub(crate) fn from_rows<R: AsRef<[u32]>>(rows: &[R]) -> Self {
        let mut graph = Rows::with_capacity(rows.len());
        for row in rows {
            graph.push_row(row.as_ref().iter().copied());
        }
        graph
    }

    /// Forgets all rows, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.starts.truncate(1);
        self.items.clear();
    }

    /// Appends the next row, sorted and without repetitions.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = u32>) {
        let start = self.items.len();
        self.items.extend(row);
        let tail = &mut self.items[start..];
        tail.sort_unstable();
        let mut kept = 0;
        for i in 0..tail.len() {
            if i == 0 || tail[i] != tail[i - 1] {
                tail[kept] = tail[i];
                kept += 1;
            }
        }
        self.items.truncate(start + kept);
        self.end_row();
    }

    /// Appends the next row as it stands.
    pub(crate) fn push_row(&mut self, row: impl IntoIterator<Item = u32>) {
        self.items.extend(row);
        self.end_row();
    }

    fn end_row(&mut self) {
        self.starts.push(u32::try_from(self.items.len()).expect("fewer than 2³² prerequisites"));
    }

    /// The number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of arcs.
    pub(crate) fn arcs(&self) -> usize {
        self.items.len()
    }

    /// The positions of a node's row among all arcs.
    pub(crate) fn range(&self, node: impl Node) -> Range<usize> {
        let i = node.index();
        self.starts[i] as usize..self.starts[i + 1] as usize
    }

    /// What a node points to.
    pub(crate) fn row(&self, node: impl Node) -> &[u32] {
        &self.items[self.range(node)]
    }

    /// Where the arc at a position leads.
    pub(crate) fn at(&self, position: usize) -> u32 {
        self.items[position]
    }

    /// The same arcs from the other side: for each node those that point to it, in rising order.
    pub(crate) fn reversed(&self) -> Self {
        let n = self.len();
        let mut starts = vec![0_u32; n + 1];
        for &to in &self.items {
            starts[to as usize + 1] += 1;
        }
        for i in 0..n {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut items = vec![0; self.items.len()];
        for from in 0..n as u32 {
            for &to in self.row(from) {
                let slot = &mut next[to as usize];
                items[*slot as usize] = from;
                *slot += 1;
            }
        }
        Rows { starts, items }
    }

    /// The nodes, each after what it points to, those that can stand first by number; `None` if there is a cycle.
    pub(crate) fn topological_order(&self) -> Option<Vec<u32>> {
        let n = self.len();
        let dependents = self.reversed();
        let mut open: Vec<usize> = (0..n as u32).map(|v| self.row(v).len()).collect();
        let mut order: Vec<u32> = (0..n as u32).filter(|&v| open[v as usize] == 0).collect();
        let mut next = 0;
        while let Some(&v) = order.get(next) {
            next += 1;
            for &u in dependents.row(v) {
                open[u as usize] -= 1;
                if open[u as usize] == 0 {
                    order.push(u);
                }
            }
        }
        (order.len() == n).then_some(order)
    }

    /// The graph without arcs that say nothing new: repeated ones, and those to a node that another node of the same
    /// row points to as well. The graph must be acyclic.
    ///
    /// # Complexity
    ///
    /// O(n + m): a row is left as it is where its look-ups would take more than 64 steps for each of its arcs.
    pub(crate) fn without_shortcuts(&self) -> Self {
        let mut result = Rows::with_capacity(self.len());
        let mut seen = vec![u32::MAX; self.len()];
        for v in 0..self.len() as u32 {
            let row = self.row(v);
            let steps: usize = row.iter().map(|&u| self.row(u).len()).sum();
            if steps <= 64 * row.len() {
                for &u in row {
                    for &far in self.row(u) {
                        seen[far as usize] = v;
                    }
                }
            }
            result
                .push_row(row.iter().copied().filter(|&u| std::mem::replace(&mut seen[u as usize], v) != v));
        }
        result
    }

    /// All nodes, each after all that it points to; for rows without cycles.
    ///
    /// # Complexity
    ///
    /// O(n + m), without recursion.
    pub(crate) fn topological(&self) -> Vec<u32> {
        let n = self.len();
        let mut order = Vec::with_capacity(n);
        let mut seen = vec![false; n];
        let mut calls: Vec<(u32, usize)> = Vec::new();
        for root in 0..u32::try_from(n).expect("fewer than 2³² nodes") {
            if std::mem::replace(&mut seen[root as usize], true) {
                continue;
            }
            calls.push((root, 0));
            while let Some((node, arc)) = calls.pop() {
                match self.row(node as usize).get(arc) {
                    None => order.push(node),
                    Some(&to) => {
                        calls.push((node, arc + 1));
                        if !std::mem::replace(&mut seen[to as usize], true) {
                            calls.push((to, 0));
                        }
                    }
                }
            }
        }
        order
    }

    /// One cycle for each knot of nodes that reach one another: the shortest through its first node, from that node on.
    ///
    /// # Complexity
    ///
    /// O(n + m) for n nodes and m arcs, without recursion, plus the search inside each knot.
    pub(crate) fn cycles(&self) -> Vec<Vec<u32>> {
        let knot = self.knots();
        let mut size = vec![0u32; self.len()];
        for &k in &knot {
            size[k as usize] += 1;
        }
        let mut seen = vec![false; self.len()];
        let mut cycles = Vec::new();
        for node in 0..self.len() {
            let k = knot[node] as usize;
            if size[k] > 1 && !seen[k] {
                seen[k] = true;
                cycles.extend(self.shortest_cycle(node, &knot));
            }
        }
        cycles
    }

    /// Strongly connected components: a number for each node (Tarjan 1972, with an explicit stack).
    fn knots(&self) -> Vec<u32> {
        const UNSEEN: u32 = u32::MAX;
        let n = self.len();
        let (mut index, mut low, mut knot) = (vec![UNSEEN; n], vec![0u32; n], vec![UNSEEN; n]);
        let (mut stack, mut calls) = (Vec::new(), Vec::new());
        let (mut next_index, mut next_knot) = (0, 0);
        for root in 0..n {
            if index[root] != UNSEEN {
                continue;
            }
            calls.push((root, 0));
            while let Some((node, arc)) = calls.pop() {
                if arc == 0 {
                    index[node] = next_index;
                    low[node] = next_index;
                    next_index += 1;
                    stack.push(node);
                }
                if let Some(&to) = self.row(node).get(arc) {
                    let to = to as usize;
                    calls.push((node, arc + 1));
                    if index[to] == UNSEEN {
                        calls.push((to, 0));
                    } else if knot[to] == UNSEEN {
                        low[node] = low[node].min(index[to]);
                    }
                    continue;
                }
                if low[node] == index[node] {
                    while let Some(member) = stack.pop() {
                        knot[member] = next_knot;
                        if member == node {
                            break;
                        }
                    }
                    next_knot += 1;
                }
                if let Some(&(parent, _)) = calls.last() {
                    low[parent] = low[parent].min(low[node]);
                }
            }
        }
        knot
    }

    /// Breadth first from `start` back to it, inside its knot.
    fn shortest_cycle(&self, start: usize, knot: &[u32]) -> Option<Vec<u32>> {
        let mut from = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &to in self.row(node) {
                if to as usize == start {
                    let mut cycle = vec![u32::try_from(node).ok()?];
                    while let Some(&before) = from.get(cycle.last()?) {
                        cycle.push(before);
                    }
                    cycle.reverse();
                    return Some(cycle);
                }
                if knot[to as usize] == knot[start] && !from.contains_key(&to) {
                    from.insert(to, u32::try_from(node).ok()?);
                    queue.push_back(to as usize);
                }
            }
        }
        None
    }
}

impl Default for Rows {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::testing::Random;

    fn rows(lists: &[&[u32]]) -> Rows {
        let mut rows = Rows::with_capacity(lists.len());
        for list in lists {
            rows.push(list.iter().copied());
        }
        rows
    }

    #[test]
    fn rows_are_sorted_sets() {
        let rows = rows(&[&[2, 1, 2], &[], &[0]]);
        assert_eq!((rows.row(0_u32), rows.row(1_u32), rows.row(2_u32)), (&[1, 2][..], &[][..], &[0][..]));
    }

    #[test]
    fn each_knot_shows_one_whole_cycle() {
        assert!(rows(&[&[1], &[2], &[]]).cycles().is_empty());
        // 0→1→2→0 with a longer way round, and 3↔4 apart.
        assert_eq!(rows(&[&[1], &[2], &[0, 5], &[4], &[3], &[0]]).cycles(), vec![vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn what_is_pointed_to_comes_first() {
        let rows = rows(&[&[1, 3], &[2], &[], &[2], &[0]]);
        let order = rows.topological();
        let place = |node: u32| order.iter().position(|&x| x == node).unwrap();
        assert_eq!(order.len(), 5);
        assert!((0..5).all(|node| rows.row(node as usize).iter().all(|&to| place(to) < place(node))));
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let n = 300_000;
        let mut chain = Rows::with_capacity(n as usize);
        for i in 0..n {
            chain.push([(i + 1) % n]);
        }
        assert_eq!(chain.cycles()[0].len(), n as usize);
    }

    #[test]
    fn rows_and_their_reverse() {
        let graph = Rows::from_rows(&[vec![], vec![0], vec![1, 0], vec![0]]);
        assert_eq!((graph.len(), graph.arcs()), (4, 4));
        assert_eq!(graph.reversed(), Rows::from_rows(&[vec![1, 2, 3], vec![2], vec![], vec![]]));
        assert_eq!(graph.topological_order(), Some(vec![0, 1, 3, 2]));
        assert!(Rows::default().len() == 0);
    }

    #[test]
    fn shortcuts_go_and_reachability_stays() {
        let ladder = Rows::from_rows(&[vec![], vec![0, 0], vec![0, 1], vec![2, 1]]);
        let chain = Rows::from_rows(&[vec![], vec![0], vec![1], vec![2]]);
        assert_eq!(ladder.without_shortcuts(), chain);
        let mut random = Random::new(7);
        for _ in 0..200 {
            let graph = Rows::from_rows(&random.graph(12, 5));
            let reduced = graph.without_shortcuts();
            assert!(reduced.arcs() <= graph.arcs());
            assert_eq!(reach(&reduced), reach(&graph));
        }
    }

    fn reach(graph: &Rows) -> Vec<u32> {
        let mut reach = vec![0; graph.len()];
        for v in graph.topological_order().expect("acyclic") {
            reach[v as usize] = graph.row(v).iter().fold(1 << v, |set, &u| set | reach[u as usize]);
        }
        reach
    }
}
