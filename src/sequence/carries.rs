//! Why an item stands where it does: what it carries in its batch.

use super::batches::Batches;
use super::problem::{Problem, ProblemError};
use crate::graph::Rows;

/// Answers about the items of batches; building it costs as much as reading the problem once.
#[derive(Debug, Clone)]
pub(crate) struct Carries<'a> {
    problem: Problem<'a>,
    batches: &'a Batches,
    dependents: Rows,
    /// The place of an item in an order in which what is required comes first.
    rank: Vec<u32>,
    batch: Vec<u32>,
    /// The last question for which an item was met.
    met: Vec<u64>,
    question: u64,
    /// Which candidates an item is or requires, while linchpins are looked for.
    uses: Vec<u128>,
}

/// What depends on an item within its batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Carried {
    /// The items of the same batch that require it, directly or through others, in rising order.
    pub(crate) items: Vec<u32>,
    /// The sum of their weights.
    pub(crate) weight: i64,
}

impl<'a> Carries<'a> {
    /// Prepares for questions about the batches of a problem.
    ///
    /// # Errors
    ///
    /// [`ProblemError`], as [`Problem::check`] finds it.
    pub(crate) fn new(problem: Problem<'a>, batches: &'a Batches) -> Result<Self, ProblemError> {
        let order = problem.check()?;
        let n = problem.len();
        let mut rank = vec![0; n];
        for (place, &item) in order.iter().enumerate() {
            rank[item as usize] = place as u32;
        }
        let mut batch = vec![0; n];
        for b in 0..batches.len() {
            for &item in batches.members(b) {
                batch[item as usize] = b as u32;
            }
        }
        Ok(Self {
            problem,
            batches,
            dependents: problem.requires.reversed(),
            rank,
            batch,
            met: vec![0; n],
            question: 0,
            uses: vec![0; n],
        })
    }

    /// What depends on an item within its batch: the benefit that this item unlocks there.
    ///
    /// This explains its place. An enabler with little weight of its own is in its batch because of
    /// what this lists; what depends on it in later batches is not dense enough to have brought it
    /// forward, and is not counted. An item of a later batch may be carried by several, so these
    /// sums do not add up.
    ///
    /// # Complexity
    ///
    /// The arcs among the items found and into them.
    pub(crate) fn carried(&mut self, item: u32) -> Carried {
        let mut items = self.reach(item, Side::Dependents);
        items.swap_remove(0);
        items.sort_unstable();
        let (weight, _) = self.problem.sums(&items);
        Carried { items, weight }
    }

    /// The items of a batch without which nothing in it counts: each of its items of positive
    /// weight is one or requires it, directly or through others. In rising order; none if nothing
    /// in the batch has a positive weight.
    ///
    /// # Complexity
    ///
    /// O(s·a/128) for s items and arcs in the batch and the a ≥ 128 of them that its first item of
    /// positive weight requires.
    pub(crate) fn linchpins(&mut self, batch: usize) -> Vec<u32> {
        let mut members = self.batches.members(batch).to_vec();
        members.sort_unstable_by_key(|&v| self.rank[v as usize]);
        let worth = |&v: &u32| self.problem.weight[v as usize] > 0;
        let Some(first) = members.iter().copied().find(worth) else {
            return Vec::new();
        };
        let mut candidates = self.reach(first, Side::Required);
        candidates.sort_unstable();
        let mut found = Vec::new();
        for candidates in candidates.chunks(128) {
            let mut common = u128::MAX;
            for v in &members {
                let row = self.problem.requires.row(*v).iter();
                let inside = row.filter(|&&u| self.batch[u as usize] as usize == batch);
                let own = candidates.binary_search(v).map_or(0, |bit| 1 << bit);
                let uses = inside.fold(own, |set, &u| set | self.uses[u as usize]);
                self.uses[*v as usize] = uses;
                if worth(v) {
                    common &= uses;
                }
            }
            let common = candidates.iter().enumerate().filter(|(bit, _)| common >> bit & 1 == 1);
            found.extend(common.map(|(_, &v)| v));
        }
        found
    }

    /// An item and then all that depends on it, or that it requires, in its batch.
    fn reach(&mut self, item: u32, side: Side) -> Vec<u32> {
        let graph = match side {
            Side::Dependents => &self.dependents,
            Side::Required => self.problem.requires,
        };
        self.question += 1;
        self.met[item as usize] = self.question;
        let mut items = vec![item];
        let mut next = 0;
        while let Some(&v) = items.get(next) {
            next += 1;
            for &u in graph.row(v) {
                let met = &mut self.met[u as usize];
                if *met != self.question && self.batch[u as usize] == self.batch[item as usize] {
                    *met = self.question;
                    items.push(u);
                }
            }
        }
        items
    }
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Dependents,
    Required,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::testing::{Own, Random, bits};

    #[test]
    fn an_enabler_carries_what_needs_it_in_its_batch() {
        // 0 enables 1 and 2; 2 alone would not pay for it, 3 is too thin to help.
        let own = Own {
            weight: vec![0, 8, 9, 1, 5],
            time: vec![4, 1, 1, 9, 9],
            rows: vec![vec![], vec![0], vec![0], vec![0], vec![]],
        };
        let batches = own.batches();
        own.with(|problem| {
            let mut carries = Carries::new(*problem, &batches).expect("a sound problem");
            assert_eq!(batches.members(0), [0, 1, 2]);
            assert_eq!(carries.carried(0), Carried { items: vec![1, 2], weight: 17 });
            assert_eq!(carries.carried(1), Carried::default());
            assert_eq!(carries.linchpins(0), [0]);
            assert_eq!((carries.batch[2], carries.batch[4]), (0, 1));
        });
    }

    #[test]
    fn answers_agree_with_the_definition() {
        let mut random = Random::new(51);
        for _ in 0..1000 {
            let own = Own::random(&mut random, 14);
            let n = own.rows.len() as u32;
            let batches = own.batches();
            own.with(|problem| {
                let order = problem.check().expect("a sound problem");
                let mut needs = vec![0_u32; n as usize];
                for &v in &order {
                    needs[v as usize] =
                        own.rows[v as usize].iter().fold(1 << v, |set, &u| set | needs[u as usize]);
                }
                let mut carries = Carries::new(*problem, &batches).expect("a sound problem");
                for b in 0..batches.len() {
                    let batch = bits(batches.members(b));
                    let inside = |v: &u32| batch >> v & 1 == 1;
                    for item in (0..n).filter(inside) {
                        let depends =
                            |v: &u32| *v != item && inside(v) && needs[*v as usize] >> item & 1 == 1;
                        let items: Vec<u32> = (0..n).filter(depends).collect();
                        let weight = own.sums(bits(&items)).0;
                        assert_eq!(carries.carried(item), Carried { items, weight });
                    }
                    let mut worth = (0..n).filter(|v| inside(v) && own.weight[*v as usize] > 0).peekable();
                    let any = worth.peek().is_some();
                    let common = worth.fold(batch, |set, v| set & needs[v as usize]);
                    assert_eq!(bits(&carries.linchpins(b)), if any { common } else { 0 });
                }
            });
        }
    }

    #[test]
    fn more_linchpins_than_bits() {
        let n = 1000_u32;
        let own = Own {
            weight: (0..n).map(|i| i64::from(i >= 990)).collect(),
            time: vec![1; 1000],
            rows: (0..n).map(|i| i.checked_sub(1).into_iter().collect()).collect(),
        };
        let batches = own.batches();
        own.with(|problem| {
            let mut carries = Carries::new(*problem, &batches).expect("a sound problem");
            assert!(carries.linchpins(0).into_iter().eq(0..=990));
            assert_eq!(carries.carried(500).weight, 10);
        });
    }
}
