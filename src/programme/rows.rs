/// A graph in compressed rows: for each node the nodes that it points to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Rows {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Rows { starts, items: Vec::new() }
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
        self.starts.push(u32::try_from(self.items.len()).expect("fewer than 2³² prerequisites"));
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn row(&self, i: usize) -> &[u32] {
        &self.items[self.starts[i] as usize..self.starts[i + 1] as usize]
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
        let mut from = std::collections::BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!((rows.row(0), rows.row(1), rows.row(2)), (&[1, 2][..], &[][..], &[0][..]));
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
}
