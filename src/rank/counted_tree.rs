//! A B-tree of initiatives that counts: the sorted sequence behind the live order.
//!
//! The tree knows no scores. Where an entry belongs is said by a predicate that holds for the entries before that place
//! and for no other.

/// Entries of a node: one that is full is split in two.
const CAPACITY: usize = 64;

/// A node that has fewer, and is not the root, takes entries from a sibling or joins it.
const LEAST: usize = 28;

/// Two siblings with no more than this join; with more, each half has at least [`LEAST`].
const JOINED: usize = 2 * LEAST;

/// No node: the leaf of an initiative that is not in the tree, the parent of the root.
pub(crate) const NONE: u32 = u32::MAX;

/// The key of an initiative's score, and the initiative.
pub(crate) type Entry = (u64, u32);

/// The tree. Functions that change it keep `leaf_of`, the leaf of each initiative, up to date.
#[derive(Clone, Debug)]
pub(crate) struct CountedTree {
    nodes: Vec<Node>,
    free: Vec<u32>,
    root: u32,
}

/// A leaf, or an inner node, which has links besides; the entry of a child is the first one below it.
#[derive(Clone, Debug)]
struct Node {
    parent: u32,
    len: u32,
    indices: [u32; CAPACITY],
    keys: [u64; CAPACITY],
    links: Option<Box<Links>>,
}

/// What an inner node has for each entry: a child and the number of initiatives below it.
#[derive(Clone, Debug)]
struct Links {
    children: [u32; CAPACITY],
    counts: [u32; CAPACITY],
}

impl Node {
    fn leaf() -> Self {
        Self { parent: NONE, len: 0, indices: [0; CAPACITY], keys: [0; CAPACITY], links: None }
    }

    fn inner() -> Self {
        let links = Links { children: [NONE; CAPACITY], counts: [0; CAPACITY] };
        Self { links: Some(Box::new(links)), ..Self::leaf() }
    }

    fn len(&self) -> usize {
        self.len as usize
    }

    fn indices(&self) -> &[u32] {
        &self.indices[..self.len()]
    }

    fn entry(&self, slot: usize) -> Entry {
        (self.keys[slot], self.indices[slot])
    }

    fn set_entry(&mut self, slot: usize, (key, index): Entry) {
        self.keys[slot] = key;
        self.indices[slot] = index;
    }

    fn children(&self) -> &[u32] {
        self.links.as_ref().map_or(&[], |links| &links.children[..self.len()])
    }

    fn set_link(&mut self, slot: usize, child: u32, count: u32) {
        if let Some(links) = &mut self.links {
            links.children[slot] = child;
            links.counts[slot] = count;
        }
    }

    /// The number of initiatives in or below the first `slots` entries.
    fn count_of(&self, slots: usize) -> u32 {
        self.links.as_ref().map_or(slots as u32, |links| links.counts[..slots].iter().sum())
    }

    /// The number of entries before the place that `is_before` describes.
    fn slots_before(&self, is_before: &impl Fn(Entry) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(self.entry(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn slot_of_child(&self, child: u32) -> usize {
        slot_of(self.children(), child)
    }

    /// Makes room at a slot; what is there then must be overwritten.
    fn open(&mut self, slot: usize) {
        let end = self.len();
        self.keys.copy_within(slot..end, slot + 1);
        self.indices.copy_within(slot..end, slot + 1);
        if let Some(links) = &mut self.links {
            links.children.copy_within(slot..end, slot + 1);
            links.counts.copy_within(slot..end, slot + 1);
        }
        self.len += 1;
    }

    /// Removes the entries of `slot..slot + count`.
    fn close(&mut self, slot: usize, count: usize) {
        let rest = slot + count..self.len();
        self.keys.copy_within(rest.clone(), slot);
        self.indices.copy_within(rest.clone(), slot);
        if let Some(links) = &mut self.links {
            links.children.copy_within(rest.clone(), slot);
            links.counts.copy_within(rest, slot);
        }
        self.len -= count as u32;
    }

    /// Appends entries of another node on the same level.
    fn append(&mut self, other: &Self, slots: std::ops::Range<usize>) {
        let new = self.len()..self.len() + slots.len();
        self.keys[new.clone()].copy_from_slice(&other.keys[slots.clone()]);
        self.indices[new.clone()].copy_from_slice(&other.indices[slots.clone()]);
        if let (Some(links), Some(others)) = (&mut self.links, &other.links) {
            links.children[new.clone()].copy_from_slice(&others.children[slots.clone()]);
            links.counts[new.clone()].copy_from_slice(&others.counts[slots]);
        }
        self.len = new.end as u32;
    }
}

impl CountedTree {
    /// The tree of entries that are in order already.
    pub(crate) fn new(entries: impl ExactSizeIterator<Item = Entry>, leaf_of: &mut [u32]) -> Self {
        let mut tree = Self { nodes: Vec::new(), free: Vec::new(), root: 0 };
        let leaves = entries.len().div_ceil(JOINED).max(1);
        tree.nodes.reserve_exact(leaves + leaves.div_ceil(LEAST));
        let mut sizes = shares(entries.len(), leaves);
        let mut left = sizes.next().unwrap_or(0);
        tree.nodes.push(Node::leaf());
        for (key, index) in entries {
            if left == 0 {
                tree.nodes.push(Node::leaf());
                left = sizes.next().unwrap_or(0);
            }
            left -= 1;
            let leaf = tree.nodes.len() - 1;
            let node = &mut tree.nodes[leaf];
            node.set_entry(node.len(), (key, index));
            node.len += 1;
            leaf_of[index as usize] = leaf as u32;
        }
        let mut level = 0..tree.nodes.len() as u32;
        while level.len() > 1 {
            let parents = level.len().div_ceil(JOINED);
            let start = tree.nodes.len() as u32;
            let mut children = level.clone();
            for size in shares(level.len(), parents) {
                let parent = tree.nodes.len() as u32;
                let mut node = Node::inner();
                for (slot, child) in children.by_ref().take(size).enumerate() {
                    let below = &mut tree.nodes[child as usize];
                    below.parent = parent;
                    node.set_entry(slot, below.entry(0));
                    node.set_link(slot, child, below.count_of(below.len()));
                    node.len += 1;
                }
                tree.nodes.push(node);
            }
            level = start..tree.nodes.len() as u32;
        }
        tree.root = level.start;
        tree
    }

    /// The number of initiatives.
    pub(crate) fn len(&self) -> u32 {
        let root = self.node(self.root);
        root.count_of(root.len())
    }

    /// The number of entries before the place that `is_before` describes.
    pub(crate) fn count_before(&self, is_before: impl Fn(Entry) -> bool) -> u32 {
        let mut node = self.node(self.root);
        let mut count = 0;
        loop {
            let slots = node.slots_before(&is_before);
            let Some(links) = &node.links else {
                return count + slots as u32;
            };
            let slot = slots.saturating_sub(1);
            count += node.count_of(slot);
            node = self.node(links.children[slot]);
        }
    }

    /// The place of an initiative that is in this leaf, its entry, and the one before it if that is in the same leaf.
    pub(crate) fn place(&self, index: u32, leaf: u32) -> (u32, Entry, Option<Entry>) {
        let slot = self.slot_of(index, leaf);
        let mut place = slot as u32;
        let mut child = leaf;
        while let Some(parent) = self.parent(child) {
            let node = self.node(parent);
            place += node.count_of(node.slot_of_child(child));
            child = parent;
        }
        let node = self.node(leaf);
        (place, node.entry(slot), slot.checked_sub(1).map(|before| node.entry(before)))
    }

    /// The initiatives from a place on to the end of its leaf; none if the place is behind the last.
    pub(crate) fn stretch_from(&self, place: u32) -> &[u32] {
        let mut node = self.node(self.root);
        let mut rest = place;
        while let Some(links) = &node.links {
            let mut slot = 0;
            while slot + 1 < node.len() && rest >= links.counts[slot] {
                rest -= links.counts[slot];
                slot += 1;
            }
            node = self.node(links.children[slot]);
        }
        node.indices().get(rest as usize..).unwrap_or(&[])
    }

    /// Inserts an entry at the place that `is_before` describes.
    pub(crate) fn insert(&mut self, entry: Entry, leaf_of: &mut [u32], is_before: impl Fn(Entry) -> bool) {
        let mut leaf = self.root;
        let slot = loop {
            let node = self.node(leaf);
            let slots = node.slots_before(&is_before);
            match &node.links {
                Some(links) => leaf = links.children[slots.saturating_sub(1)],
                None => break slots,
            }
        };
        let node = self.node_mut(leaf);
        node.open(slot);
        node.set_entry(slot, entry);
        leaf_of[entry.1 as usize] = leaf;
        self.carry_up(leaf, 1, slot == 0);
        let mut full = leaf;
        while self.node(full).len() == CAPACITY {
            full = self.split(full, leaf_of);
        }
    }

    /// Removes an initiative that is in this leaf.
    pub(crate) fn remove(&mut self, index: u32, leaf: u32, leaf_of: &mut [u32]) {
        let slot = self.slot_of(index, leaf);
        self.node_mut(leaf).close(slot, 1);
        leaf_of[index as usize] = NONE;
        self.carry_up(leaf, -1, slot == 0);
        let mut small = leaf;
        while self.node(small).len() < LEAST
            && let Some(parent) = self.parent(small)
        {
            self.level(small, parent, leaf_of);
            small = parent;
        }
        while let &[child] = self.node(self.root).children() {
            self.free.push(self.root);
            self.node_mut(child).parent = NONE;
            self.root = child;
        }
    }

    /// The memory of all nodes, in bytes.
    pub(crate) fn allocated_bytes(&self) -> usize {
        let inner = self.nodes.iter().filter(|node| node.links.is_some()).count();
        let of_nodes = self.nodes.capacity() * size_of::<Node>() + inner * size_of::<Links>();
        of_nodes + self.free.capacity() * size_of::<u32>()
    }

    fn node(&self, node: u32) -> &Node {
        &self.nodes[node as usize]
    }

    fn node_mut(&mut self, node: u32) -> &mut Node {
        &mut self.nodes[node as usize]
    }

    fn parent(&self, node: u32) -> Option<u32> {
        Some(self.node(node).parent).filter(|&parent| parent != NONE)
    }

    fn slot_of(&self, index: u32, leaf: u32) -> usize {
        slot_of(self.node(leaf).indices(), index)
    }

    fn add_node(&mut self, node: Node) -> u32 {
        if let Some(place) = self.free.pop() {
            self.nodes[place as usize] = node;
            return place;
        }
        make_room(&mut self.nodes, 1);
        self.nodes.push(node);
        self.nodes.len() as u32 - 1
    }

    /// Tells all nodes above that one has another number of initiatives, and perhaps another first entry.
    fn carry_up(&mut self, node: u32, change: i32, mut first_changed: bool) {
        let mut child = node;
        while let Some(parent) = self.parent(child) {
            let first = self.node(child).entry(0);
            let node = self.node_mut(parent);
            let slot = node.slot_of_child(child);
            if let Some(links) = &mut node.links {
                links.counts[slot] = links.counts[slot].wrapping_add_signed(change);
            }
            if first_changed {
                node.set_entry(slot, first);
                first_changed = slot == 0;
            }
            child = parent;
        }
    }

    /// Writes into the parent what it has to know of the child in this slot.
    fn describe(&mut self, parent: u32, slot: usize, child: u32) {
        let node = self.node_mut(child);
        node.parent = parent;
        let (first, count) = (node.entry(0), node.count_of(node.len()));
        let node = self.node_mut(parent);
        node.set_entry(slot, first);
        node.set_link(slot, child, count);
    }

    /// Moves the upper half of a node into a new one behind it; returns the parent, which may be full then.
    fn split(&mut self, left: u32, leaf_of: &mut [u32]) -> u32 {
        let node = self.node_mut(left);
        let mut upper = if node.links.is_some() { Node::inner() } else { Node::leaf() };
        let half = node.len() / 2;
        upper.append(node, half..node.len());
        node.len = half as u32;
        let right = self.add_node(upper);
        self.adopt(right, 0, leaf_of);
        let parent = self.parent(left).unwrap_or_else(|| {
            let root = self.add_node(Node::inner());
            self.node_mut(root).len = 1;
            self.describe(root, 0, left);
            self.root = root;
            root
        });
        let slot = self.node(parent).slot_of_child(left);
        self.node_mut(parent).open(slot + 1);
        self.describe(parent, slot, left);
        self.describe(parent, slot + 1, right);
        parent
    }

    /// Joins a small node with a sibling, or shares evenly what they have.
    fn level(&mut self, small: u32, parent: u32, leaf_of: &mut [u32]) {
        let siblings = self.node(parent);
        let slot = siblings.slot_of_child(small).max(1);
        let (left, right) = (siblings.children()[slot - 1], siblings.children()[slot]);
        let (left_len, right_len) = (self.node(left).len(), self.node(right).len());
        let total = left_len + right_len;
        // Both are taken out of the tree for as long as entries move between them.
        let mut left_node = std::mem::replace(self.node_mut(left), Node::leaf());
        let mut right_node = std::mem::replace(self.node_mut(right), Node::leaf());
        if total <= JOINED {
            left_node.append(&right_node, 0..right_len);
            self.nodes[left as usize] = left_node;
            self.adopt(left, left_len, leaf_of);
            self.free.push(right);
            self.node_mut(parent).close(slot, 1);
            self.describe(parent, slot - 1, left);
            return;
        }
        let half = total / 2;
        if left_len < half {
            left_node.append(&right_node, 0..half - left_len);
            right_node.close(0, half - left_len);
        } else {
            let mut upper = Node { len: 0, ..left_node.clone() };
            upper.append(&left_node, half..left_len);
            upper.append(&right_node, 0..right_len);
            left_node.len = half as u32;
            right_node = upper;
        }
        self.nodes[left as usize] = left_node;
        self.nodes[right as usize] = right_node;
        self.adopt(left, left_len.min(half), leaf_of);
        self.adopt(right, 0, leaf_of);
        self.describe(parent, slot - 1, left);
        self.describe(parent, slot, right);
    }

    /// Tells what a node holds from a slot on where it is.
    fn adopt(&mut self, node: u32, from: usize, leaf_of: &mut [u32]) {
        for slot in from..self.node(node).len() {
            match &self.node(node).links {
                Some(links) => {
                    let child = links.children[slot];
                    self.node_mut(child).parent = node;
                }
                None => leaf_of[self.node(node).indices[slot] as usize] = node,
            }
        }
    }
}

/// The slot of an item that is there once. It looks at all of them, several at a time, which is faster than to stop early.
fn slot_of(items: &[u32], item: u32) -> usize {
    let slots = items.iter().zip(1u32..).map(|(&other, slot)| if other == item { slot } else { 0 });
    let slot = slots.fold(0, |found, slot| found | slot) as usize;
    slot.checked_sub(1).expect("a node holds what is said to be in it")
}

/// Makes room for more items, growing by an eighth: the usual doubling would waste up to half of the memory.
pub(crate) fn make_room<T>(items: &mut Vec<T>, more: usize) {
    if items.capacity() - items.len() < more {
        items.reserve_exact(more.max(items.len() / 8));
    }
}

/// Divides `total` into `parts` that differ by at most one.
fn shares(total: usize, parts: usize) -> impl Iterator<Item = usize> {
    (0..parts).map(move |part| total * (part + 1) / parts - total * part / parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring_input::SplitMix64;

    /// Everything that a tree says about itself is true.
    fn check(tree: &CountedTree, leaf_of: &[u32]) {
        let mut reached = 0;
        let mut level = vec![tree.root];
        assert_eq!(tree.node(tree.root).parent, NONE);
        while !level.is_empty() {
            let mut below = Vec::new();
            let leaves = level.iter().filter(|&&node| tree.node(node).links.is_none()).count();
            assert!(leaves == 0 || leaves == level.len(), "all leaves are on one level");
            for &id in &level {
                reached += 1;
                let node = tree.node(id);
                assert!(node.len() < CAPACITY && (id == tree.root || node.len() >= LEAST));
                assert!(id != tree.root || node.links.is_none() || node.len() > 1);
                for (slot, &child) in node.children().iter().enumerate() {
                    let below = tree.node(child);
                    assert_eq!(below.parent, id);
                    assert_eq!(node.entry(slot), below.entry(0));
                    let links = node.links.as_ref().unwrap();
                    assert_eq!(links.counts[slot], below.count_of(below.len()));
                }
                if node.links.is_none() {
                    assert!(node.indices().iter().all(|&index| leaf_of[index as usize] == id));
                }
                below.extend_from_slice(node.children());
            }
            level = below;
        }
        assert_eq!(reached + tree.free.len(), tree.nodes.len(), "no node is lost");
        assert_eq!(leaf_of.iter().filter(|&&leaf| leaf != NONE).count(), tree.len() as usize);
    }

    fn sequence(tree: &CountedTree) -> Vec<u32> {
        let mut all = Vec::new();
        while all.len() < tree.len() as usize {
            all.extend_from_slice(tree.stretch_from(all.len() as u32));
        }
        all
    }

    fn insert(tree: &mut CountedTree, entry: Entry, leaf_of: &mut [u32]) {
        tree.insert(entry, leaf_of, |other| other < entry);
    }

    #[test]
    fn builds_of_all_small_sizes_are_sound() {
        for size in (0..400).chain([3135, 3136, 3137, 10_000]) {
            let mut leaf_of = vec![NONE; size as usize];
            let tree = CountedTree::new((0..size).map(|index| (7, index)), &mut leaf_of);
            check(&tree, &leaf_of);
            assert_eq!(sequence(&tree), (0..size).collect::<Vec<_>>());
        }
    }

    #[test]
    fn grows_to_several_levels_and_shrinks_to_nothing() {
        let mut random = SplitMix64(1);
        let size = 120_000;
        let mut leaf_of = vec![NONE; size];
        let mut tree = CountedTree::new(std::iter::empty(), &mut leaf_of);
        let keys: Vec<u64> = (0..size).map(|_| random.below(50_000)).collect();
        let mut shuffled: Vec<u32> = (0..size as u32).collect();
        for last in (1..size).rev() {
            shuffled.swap(last, random.below(last as u64 + 1) as usize);
        }
        for (step, &index) in shuffled.iter().enumerate() {
            insert(&mut tree, (keys[index as usize], index), &mut leaf_of);
            if step % 20_000 == 0 {
                check(&tree, &leaf_of);
            }
        }
        let mut expected: Vec<u32> = (0..size as u32).collect();
        expected.sort_by_key(|&index| (keys[index as usize], index));
        assert_eq!(sequence(&tree), expected);
        let mut levels = 1;
        let mut node = tree.root;
        while let Some(&child) = tree.node(node).children().first() {
            (levels, node) = (levels + 1, child);
        }
        assert!(levels >= 3);
        for (step, &index) in shuffled.iter().enumerate() {
            let leaf = leaf_of[index as usize];
            tree.remove(index, leaf, &mut leaf_of);
            if step % 20_000 == 0 || step + 2000 > size && step % 100 == 0 {
                check(&tree, &leaf_of);
            }
        }
        check(&tree, &leaf_of);
        assert_eq!(tree.len(), 0);
    }

    #[test]
    fn one_sided_growth_and_decay_stay_sound() {
        let size = 30_000u32;
        for descending in [false, true] {
            let mut leaf_of = vec![NONE; size as usize];
            let mut tree = CountedTree::new(std::iter::empty(), &mut leaf_of);
            for step in 0..size {
                let index = if descending { size - 1 - step } else { step };
                insert(&mut tree, (0, index), &mut leaf_of);
            }
            check(&tree, &leaf_of);
            for index in 0..size {
                let leaf = leaf_of[index as usize];
                assert_eq!(tree.place(index, leaf), (0, (0, index), None));
                tree.remove(index, leaf, &mut leaf_of);
                if index % 1000 == 0 {
                    check(&tree, &leaf_of);
                }
            }
            assert_eq!(tree.len(), 0);
        }
    }
}
