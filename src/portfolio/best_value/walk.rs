//! Sets of nodes that are emptied at once, and walks that meet each node once.

/// A set of nodes; [`clear`](Self::clear) takes no time.
#[derive(Debug)]
pub(super) struct Marks {
    stamp: Vec<u64>,
    clock: u64,
}

impl Marks {
    pub(super) fn new(n: usize) -> Self {
        Marks { stamp: vec![0; n], clock: 1 }
    }

    pub(super) fn clear(&mut self) {
        self.clock += 1;
    }

    /// Whether the node was not there yet.
    pub(super) fn insert(&mut self, v: u32) -> bool {
        std::mem::replace(&mut self.stamp[v as usize], self.clock) != self.clock
    }

    pub(super) fn contains(&self, v: u32) -> bool {
        self.stamp[v as usize] == self.clock
    }
}

/// A walk from one node to those that are met from it, in the order in which they are met.
#[derive(Debug)]
pub(super) struct Walk {
    met: Marks,
    nodes: Vec<u32>,
    next: usize,
}

impl Walk {
    /// The most nodes that a walk for a cheap bound visits.
    const FEW: usize = 256;

    pub(super) fn new(n: usize) -> Self {
        Walk { met: Marks::new(n), nodes: Vec::new(), next: 0 }
    }

    pub(super) fn begin(&mut self, v: u32) {
        self.met.clear();
        self.nodes.clear();
        self.next = 0;
        self.meet(v);
    }

    /// To be visited, if it was not met before.
    pub(super) fn meet(&mut self, v: u32) {
        if self.met.insert(v) {
            self.nodes.push(v);
        }
    }

    pub(super) fn has_met(&self, v: u32) -> bool {
        self.met.contains(v)
    }

    pub(super) fn visit(&mut self) -> Option<u32> {
        let node = self.nodes.get(self.next).copied();
        self.next += 1;
        node
    }

    /// Whether a walk for a cheap bound ends here.
    pub(super) fn is_long(&self) -> bool {
        self.next >= Self::FEW
    }

    /// All that were met.
    pub(super) fn nodes(&self) -> &[u32] {
        &self.nodes
    }
}
