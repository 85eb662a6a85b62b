//! The check of a result, independent of how it was made.

use super::problem::{Problem, Solution};
use std::fmt;

/// What is wrong with a [`Solution`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Violation {
    /// Selected items are not in rising order, or do not exist.
    Malformed,
    /// A selected item lacks a prerequisite.
    MissingPrerequisite {
        /// The item.
        item: u32,
        /// What it requires.
        requires: u32,
    },
    /// The stated benefit is not the sum.
    Benefit {
        /// The sum.
        is: i128,
    },
    /// The stated cost is not the sum.
    Cost {
        /// The sum.
        is: i128,
    },
    /// The budget is exceeded.
    OverBudget {
        /// By how much.
        by: i128,
    },
    /// A mandatory item is missing.
    MissingMandatory {
        /// The item.
        item: u32,
    },
    /// An excluded item is selected.
    Excluded {
        /// The item.
        item: u32,
    },
    /// A group of [`Rules::together`](super::Rules::together) is split.
    Split {
        /// Its position.
        group: usize,
    },
    /// A group of [`Rules::at_most_one`](super::Rules::at_most_one) has more.
    MoreThanOne {
        /// Its position.
        group: usize,
    },
    /// A group of [`Rules::exactly_one`](super::Rules::exactly_one) has none or more.
    NotExactlyOne {
        /// Its position.
        group: usize,
    },
    /// An item of [`Rules::any_of`](super::Rules::any_of) is selected without an alternative.
    NoAlternative {
        /// Its position.
        rule: usize,
    },
    /// The bound is below the benefit, or `proven` contradicts the two.
    Bound,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => write!(f, "selected items are out of order or unknown"),
            Self::MissingPrerequisite { item, requires } => {
                write!(f, "item {item} lacks its prerequisite {requires}")
            }
            Self::Benefit { is } => write!(f, "the benefit is {is}"),
            Self::Cost { is } => write!(f, "the cost is {is}"),
            Self::OverBudget { by } => write!(f, "the budget is exceeded by {by}"),
            Self::MissingMandatory { item } => write!(f, "item {item} is mandatory"),
            Self::Excluded { item } => write!(f, "item {item} is excluded"),
            Self::Split { group } => write!(f, "both-or-neither group {group} is split"),
            Self::MoreThanOne { group } => write!(f, "at-most-one group {group} has more"),
            Self::NotExactlyOne { group } => write!(f, "exactly-one group {group} has none or more"),
            Self::NoAlternative { rule } => write!(f, "any-of rule {rule} has no alternative selected"),
            Self::Bound => write!(f, "bound, benefit and proof do not agree"),
        }
    }
}

impl std::error::Error for Violation {}

/// Checks a result against a problem: items, prerequisites, sums, budget, rules, and that its bound fits its benefit. That
/// the bound is true is not checked.
///
/// # Errors
///
/// The first violation.
///
/// # Complexity
///
/// Linear in the problem.
pub(crate) fn verify(problem: &Problem<'_>, solution: &Solution) -> Result<(), Violation> {
    let mut inside = vec![false; problem.len()];
    let mut last = None;
    for &item in &solution.selected {
        if last.is_some_and(|l| l >= item) || item as usize >= inside.len() {
            return Err(Violation::Malformed);
        }
        last = Some(item);
        inside[item as usize] = true;
    }
    let selected = |item: u32| inside.get(item as usize).copied().unwrap_or(false);
    for &item in &solution.selected {
        if let Some(&requires) = problem.requires.row(item).iter().find(|&&u| !selected(u)) {
            return Err(Violation::MissingPrerequisite { item, requires });
        }
    }
    let sum = |of: &[i64]| -> i128 { solution.selected.iter().map(|&i| i128::from(of[i as usize])).sum() };
    let (benefit, cost) = (sum(problem.benefit), sum(problem.cost));
    if benefit != i128::from(solution.benefit) {
        return Err(Violation::Benefit { is: benefit });
    }
    if cost != i128::from(solution.cost) {
        return Err(Violation::Cost { is: cost });
    }
    let by = cost - i128::from(problem.budget);
    if by > 0 {
        return Err(Violation::OverBudget { by });
    }

    let rules = problem.rules;
    if let Some(&item) = rules.mandatory.iter().find(|&&i| !selected(i)) {
        return Err(Violation::MissingMandatory { item });
    }
    if let Some(&item) = rules.excluded.iter().find(|&&i| selected(i)) {
        return Err(Violation::Excluded { item });
    }
    let count = |group: &[u32]| {
        let mut items: Vec<u32> = group.iter().copied().filter(|&i| selected(i)).collect();
        items.sort_unstable();
        items.dedup();
        items.len()
    };
    for (group, items) in rules.together.iter().enumerate() {
        if items.iter().any(|&i| selected(i)) && !items.iter().all(|&i| selected(i)) {
            return Err(Violation::Split { group });
        }
    }
    if let Some(group) = rules.at_most_one.iter().position(|g| count(g) > 1) {
        return Err(Violation::MoreThanOne { group });
    }
    if let Some(group) = rules.exactly_one.iter().position(|g| count(g) != 1) {
        return Err(Violation::NotExactlyOne { group });
    }
    if let Some(rule) = rules.any_of.iter().position(|r| selected(r.item) && count(&r.alternatives) == 0) {
        return Err(Violation::NoAlternative { rule });
    }
    if solution.upper_bound < solution.benefit
        || solution.proven != (solution.upper_bound == solution.benefit)
    {
        return Err(Violation::Bound);
    }
    Ok(())
}
