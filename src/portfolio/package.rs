//! An item and what it still needs: the unit in which greedy and equal shares buy.

/// What has been decided about an item before a rule begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The rule decides.
    #[default]
    Open,
    /// Already in (mandatory, or bought before) and paid for from elsewhere: it satisfies prerequisites and costs the rule nothing.
    In,
    /// Never: it and everything open that needs it stay out.
    Out,
}

/// Lists by row in compressed form: row `i` is `items[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    /// One more than there are rows, rising from 0 to `items.len()`.
    pub(super) offsets: &'a [usize],
    /// The rows, one after the other.
    pub(super) items: &'a [u32],
}

impl<'a> Rows<'a> {
    /// Checks the shape and that every item is below `limit`.
    pub(crate) fn new(offsets: &'a [usize], items: &'a [u32], limit: usize) -> Option<Self> {
        let shape = offsets.first() == Some(&0)
            && offsets.last() == Some(&items.len())
            && offsets.is_sorted()
            && items.iter().all(|&i| (i as usize) < limit);
        shape.then_some(Self { offsets, items })
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Row `i`.
    pub(crate) fn row(&self, i: usize) -> &'a [u32] {
        &self.items[self.offsets[i]..self.offsets[i + 1]]
    }
}

/// The prerequisite graph with what has been bought so far.
#[derive(Clone, Debug)]
pub(crate) struct Packages<'a> {
    requires: Option<Rows<'a>>,
    dependents: (Vec<usize>, Vec<u32>),
    bought: Vec<bool>,
    blocked: Vec<bool>,
    seen: Vec<bool>,
}

impl<'a> Packages<'a> {
    /// `requires` has one row per item, or is absent; `standing` has one entry per item, or is empty for "all open".
    pub(crate) fn new(n: usize, requires: Option<Rows<'a>>, standing: &[Standing]) -> Self {
        let mut p = Self {
            requires,
            dependents: (vec![0; n + 1], Vec::new()),
            bought: vec![false; n],
            blocked: vec![false; n],
            seen: vec![false; n],
        };
        for (i, &s) in standing.iter().enumerate() {
            p.bought[i] = s == Standing::In;
            p.blocked[i] = s == Standing::Out;
        }
        if let Some(requires) = requires {
            let (offsets, items) = &mut p.dependents;
            for &r in requires.items {
                offsets[r as usize + 1] += 1;
            }
            for i in 0..n {
                offsets[i + 1] += offsets[i];
            }
            let mut next = offsets.clone();
            items.resize(requires.items.len(), 0);
            for i in 0..n {
                for &r in requires.row(i) {
                    items[next[r as usize]] = i as u32;
                    next[r as usize] += 1;
                }
            }
            let out: Vec<u32> = (0..n as u32).filter(|&i| p.blocked[i as usize]).collect();
            for i in p.downstream(&out) {
                p.blocked[i as usize] = true;
            }
        }
        p
    }

    /// Whether the rule may still buy `item`.
    pub(crate) fn is_open(&self, item: u32) -> bool {
        !self.bought[item as usize] && !self.blocked[item as usize]
    }

    /// Whether something is in already, bought or given.
    pub(crate) fn is_bought(&self, item: u32) -> bool {
        self.bought[item as usize]
    }

    /// Fills `package` with `item` and all that it needs and is not bought, prerequisites before what needs them (by index where free);
    /// gives up with `None` once the cost is above `limit`.
    pub(crate) fn collect(
        &mut self,
        item: u32,
        costs: &[i64],
        limit: i64,
        package: &mut Vec<u32>,
    ) -> Option<i64> {
        package.clear();
        let mut cost = Some(costs[item as usize]).filter(|&c| c <= limit);
        package.push(item);
        if let Some(requires) = self.requires {
            self.seen[item as usize] = true;
            let mut next = 0;
            while next < package.len() && cost.is_some() {
                for &r in requires.row(package[next] as usize) {
                    if !self.seen[r as usize] && !self.bought[r as usize] {
                        self.seen[r as usize] = true;
                        package.push(r);
                        cost = cost.and_then(|c| c.checked_add(costs[r as usize])).filter(|&c| c <= limit);
                    }
                }
                next += 1;
            }
            for &i in &*package {
                self.seen[i as usize] = false;
            }
        }
        cost
    }

    /// Puts a package into an order in which every prerequisite stands before what needs it, lowest index first where free.
    pub(crate) fn sort(&mut self, package: &mut Vec<u32>) {
        let (Some(requires), 2..) = (self.requires, package.len()) else {
            return;
        };
        package.sort_unstable();
        for &i in &*package {
            self.seen[i as usize] = true;
        }
        let mut sorted = Vec::with_capacity(package.len());
        let mut stack: Vec<(u32, usize)> = Vec::new();
        for &start in &*package {
            if !self.seen[start as usize] {
                continue;
            }
            self.seen[start as usize] = false;
            stack.push((start, 0));
            while let Some((i, at)) = stack.last_mut() {
                if let Some(&r) = requires.row(*i as usize).get(*at) {
                    *at += 1;
                    if self.seen[r as usize] {
                        self.seen[r as usize] = false;
                        stack.push((r, 0));
                    }
                } else {
                    sorted.push(*i);
                    stack.pop();
                }
            }
        }
        *package = sorted;
    }

    /// Marks a package as bought and returns the open items whose own package has thereby changed.
    pub(crate) fn buy(&mut self, package: &[u32]) -> Vec<u32> {
        for &i in package {
            self.bought[i as usize] = true;
        }
        let mut changed = self.downstream(package);
        changed.retain(|&i| self.is_open(i));
        changed
    }

    /// Everything not bought that needs one of `from`, directly or through others not bought.
    fn downstream(&mut self, from: &[u32]) -> Vec<u32> {
        if self.requires.is_none() {
            return Vec::new();
        }
        let (offsets, items) = &self.dependents;
        let mut found = from.to_vec();
        for &i in from {
            self.seen[i as usize] = true;
        }
        let mut next = 0;
        while let Some(&i) = found.get(next) {
            for &d in &items[offsets[i as usize]..offsets[i as usize + 1]] {
                if !self.seen[d as usize] && !self.bought[d as usize] {
                    self.seen[d as usize] = true;
                    found.push(d);
                }
            }
            next += 1;
        }
        for &i in &found {
            self.seen[i as usize] = false;
        }
        found.split_off(from.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_holds_what_is_missing() {
        // 0 needs 1 and 2; 1 needs 3; 2 needs 3; 4 needs 0.
        let offsets = [0, 2, 3, 4, 4, 5];
        let items = [1, 2, 3, 3, 0];
        let requires = Rows::new(&offsets, &items, 5).unwrap();
        let costs = [1, 10, 100, 1000, 5];
        let mut p = Packages::new(5, Some(requires), &[]);
        let mut package = Vec::new();
        assert_eq!(p.collect(4, &costs, 9999, &mut package), Some(1116));
        p.sort(&mut package);
        assert_eq!(package, [3, 1, 2, 0, 4]);
        assert_eq!(p.collect(4, &costs, 1115, &mut package), None);
        let mut changed = p.buy(&[3, 1]);
        changed.sort_unstable();
        assert_eq!(changed, [0, 2, 4]);
        assert_eq!(p.collect(0, &costs, 9999, &mut package), Some(101));
    }

    #[test]
    fn what_is_out_blocks_its_dependents() {
        let offsets = [0, 0, 1, 2, 2];
        let items = [0, 1];
        let requires = Rows::new(&offsets, &items, 4).unwrap();
        let p = Packages::new(
            4,
            Some(requires),
            &[Standing::Out, Standing::Open, Standing::Open, Standing::Open],
        );
        assert_eq!((0..4).map(|i| p.is_open(i)).collect::<Vec<_>>(), [false, false, false, true]);
    }

    #[test]
    fn a_chain_of_a_million_needs_no_stack() {
        let n = 1_000_000usize;
        let mut offsets = vec![0];
        offsets.extend(0..n);
        let items: Vec<u32> = (0..n as u32 - 1).collect();
        let requires = Rows::new(&offsets, &items, n).unwrap();
        let mut p = Packages::new(n, Some(requires), &[]);
        let mut package = Vec::new();
        assert_eq!(p.collect(n as u32 - 1, &vec![1; n], i64::MAX, &mut package), Some(n as i64));
        p.sort(&mut package);
        assert!(package.iter().copied().eq(0..n as u32));
    }

    #[test]
    fn bad_rows_are_refused() {
        assert!(Rows::new(&[0, 1], &[3], 3).is_none());
        assert!(Rows::new(&[0, 2], &[1], 3).is_none());
        assert!(Rows::new(&[], &[], 3).is_none());
    }
}
