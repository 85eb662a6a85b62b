//! What is asked: a choice of items under a budget, with prerequisites and side rules.

use crate::graph::Rows;
use std::fmt;

/// The greatest total of absolute benefits, and of costs, that a [`Problem`] may have.
pub(crate) const GREATEST_TOTAL: i64 = 1 << 60;

/// Choose items of the greatest total benefit such that all that a chosen item requires is chosen too and the costs
/// stay within the budget.
///
/// An outcome is an item of cost 0 that requires what it takes; an initiative is an item with a cost and, as a rule,
/// no benefit of its own. Benefits may be negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// Benefit of each item.
    pub(crate) benefit: &'a [i64],
    /// Cost of each item, not negative.
    pub(crate) cost: &'a [i64],
    /// What each item requires, without cycles.
    pub(crate) requires: &'a Rows,
    /// The most that the chosen items may cost together.
    pub(crate) budget: i64,
    /// What else must hold.
    pub(crate) rules: &'a Rules,
}

/// Side rules of a [`Problem`]. An item that is named twice within one rule counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Items that must be chosen.
    pub(crate) mandatory: Vec<u32>,
    /// Items that must not be chosen.
    pub(crate) excluded: Vec<u32>,
    /// Groups of which all or none are chosen.
    pub(crate) together: Vec<Vec<u32>>,
    /// Groups of which at most one is chosen. "Not both" is such a group of two.
    pub(crate) at_most_one: Vec<Vec<u32>>,
    /// Groups of which exactly one is chosen.
    pub(crate) exactly_one: Vec<Vec<u32>>,
    /// Items that, if chosen, need at least one of the alternatives.
    pub(crate) any_of: Vec<AnyOf>,
}

/// A prerequisite with alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnyOf {
    /// The item that has the prerequisite.
    pub(crate) item: u32,
    /// What satisfies it.
    pub(crate) alternatives: Vec<u32>,
}

/// How long to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// The most nodes of the search tree to look at, the same on every machine. `0` gives the bound of the root and
    /// what the heuristics find there.
    pub(crate) nodes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 100_000 }
    }
}

/// A choice with its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Solution {
    /// The chosen items, rising.
    pub(crate) selected: Vec<u32>,
    /// Their benefit.
    pub(crate) benefit: i64,
    /// Their cost.
    pub(crate) cost: i64,
    /// No choice has a greater benefit than this.
    pub(crate) upper_bound: i64,
    /// Whether `benefit` is the greatest possible: then it equals `upper_bound`.
    pub(crate) proven: bool,
    /// Nodes of the search tree that were looked at.
    pub(crate) nodes: u64,
}

/// Why there is no [`Solution`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Refusal {
    /// `benefit`, `cost` and `requires` differ in length, or there are 2³¹ items or more.
    Shape,
    /// A required item, or an item in a rule, does not exist.
    UnknownItem {
        /// The item.
        item: u32,
    },
    /// A cost is negative.
    NegativeCost {
        /// Whose.
        item: u32,
    },
    /// The budget is negative.
    NegativeBudget,
    /// The benefits or the costs add up to more than [`GREATEST_TOTAL`].
    TooLarge,
    /// Items require one another.
    Cycle {
        /// The items in order: each requires the next, the last the first.
        items: Vec<u32>,
    },
    /// What is mandatory, with all that it needs, costs more than the budget.
    Unaffordable {
        /// By how much.
        by: i64,
    },
    /// The rules and the prerequisites contradict each other.
    Contradiction {
        /// An item that would have to be both in and out, or the first of a group that cannot be satisfied.
        item: u32,
    },
    /// It is proven that no choice keeps all rules within the budget.
    Infeasible,
    /// The limit was reached before any choice that keeps all rules was found.
    Undecided {
        /// No choice has a greater benefit than this.
        upper_bound: i64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => write!(f, "benefit, cost and prerequisites differ in length"),
            Self::UnknownItem { item } => write!(f, "there is no item {item}"),
            Self::NegativeCost { item } => write!(f, "the cost of item {item} is negative"),
            Self::NegativeBudget => write!(f, "the budget is negative"),
            Self::TooLarge => write!(f, "benefits or costs add up to more than 2^60"),
            Self::Cycle { items } => write!(f, "items require one another: {items:?}"),
            Self::Unaffordable { by } => write!(f, "what is mandatory costs {by} more than the budget"),
            Self::Contradiction { item } => write!(f, "item {item} would have to be both in and out"),
            Self::Infeasible => write!(f, "no choice keeps all rules within the budget"),
            Self::Undecided { upper_bound } => {
                write!(f, "no choice found within the limit; none is better than {upper_bound}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl Problem<'_> {
    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        self.benefit.len()
    }

    /// Checks all that the solver relies on.
    ///
    /// # Errors
    ///
    /// The first fault, in the order in which [`Refusal`] lists them, up to cycles.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let n = self.len();
        if self.cost.len() != n || self.requires.len() != n || n >= 1 << 31 {
            return Err(Refusal::Shape);
        }
        for item in self.named_items() {
            if item as usize >= n {
                return Err(Refusal::UnknownItem { item });
            }
        }
        if let Some(item) = self.cost.iter().position(|&c| c < 0) {
            return Err(Refusal::NegativeCost { item: item as u32 });
        }
        if self.budget < 0 {
            return Err(Refusal::NegativeBudget);
        }
        let greatest = i128::from(GREATEST_TOTAL);
        let benefits: i128 = self.benefit.iter().map(|&b| i128::from(b).abs()).sum();
        let costs: i128 = self.cost.iter().map(|&c| i128::from(c)).sum();
        if benefits > greatest || costs > greatest {
            return Err(Refusal::TooLarge);
        }
        match find_cycle(self.requires) {
            Some(items) => Err(Refusal::Cycle { items }),
            None => Ok(()),
        }
    }

    fn named_items(&self) -> impl Iterator<Item = u32> + '_ {
        let rules = self.rules;
        (0..self.requires.arcs())
            .map(|k| self.requires.at(k))
            .chain(rules.mandatory.iter().copied())
            .chain(rules.excluded.iter().copied())
            .chain(rules.together.iter().flatten().copied())
            .chain(rules.at_most_one.iter().flatten().copied())
            .chain(rules.exactly_one.iter().flatten().copied())
            .chain(rules.any_of.iter().flat_map(|r| r.alternatives.iter().copied().chain([r.item])))
    }
}

/// A cycle of the graph, if it has one.
fn find_cycle(requires: &Rows) -> Option<Vec<u32>> {
    const NEW: u8 = 0;
    const OPEN: u8 = 1;
    const DONE: u8 = 2;
    let mut state = vec![NEW; requires.len()];
    let mut path: Vec<(u32, usize)> = Vec::new();
    for root in 0..requires.len() as u32 {
        if state[root as usize] != NEW {
            continue;
        }
        state[root as usize] = OPEN;
        path.push((root, 0));
        while let Some(&mut (item, ref mut next)) = path.last_mut() {
            let Some(&to) = requires.row(item).get(*next) else {
                state[item as usize] = DONE;
                path.pop();
                continue;
            };
            *next += 1;
            match state[to as usize] {
                NEW => {
                    state[to as usize] = OPEN;
                    path.push((to, 0));
                }
                OPEN => return Some(path.iter().map(|p| p.0).skip_while(|&i| i != to).collect()),
                _ => {}
            }
        }
    }
    None
}
