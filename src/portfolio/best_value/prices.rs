//! What a veto or a pet project costs.

use super::core::Core;
use super::problem::{Limits, Problem, Refusal, Solution};
use super::search::Incumbent;
use super::{Prepared, search};
use crate::sequence::flow::Fixed;

/// The price of deciding one item the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Price {
    /// The item.
    pub(crate) item: u32,
    /// Whether it is selected now: the price is then that of leaving it out, else that of putting it in.
    pub(crate) selected: bool,
    /// What it costs.
    pub(crate) loss: Loss,
}

/// A loss of benefit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Exactly this much.
    Exactly(i64),
    /// At least the first, and at most the second if there is one: without, it may be impossible.
    Between(i64, Option<i64>),
    /// The rules, the prerequisites or the budget do not allow it.
    Impossible,
}

/// For each of `items`, what it costs in benefit to decide it otherwise than `solution` does and choose the best of the
/// rest: the price of a veto for a selected item, of a pet project for any other.
///
/// Items that no best choice separates share one search; each search starts from the solution as near as it can be kept,
/// so that most are closed by bounds alone. `limits` holds for each search.
///
/// # Errors
///
/// As [`solve`](super::solve); an item that does not exist is [`Refusal::UnknownItem`].
pub(crate) fn prices(
    problem: &Problem<'_>,
    solution: &Solution,
    items: &[u32],
    limits: Limits,
) -> Result<Vec<Price>, Refusal> {
    let prepared = Prepared::new(problem)?;
    if let Some(&item) = items.iter().find(|&&i| i as usize >= problem.len()) {
        return Err(Refusal::UnknownItem { item });
    }
    // Leaving out any item of a reduced node leaves out all of it: one search for all. This is not so for putting in.
    let reduced = prepared.settled(None)?;
    let mut node_of = vec![None; problem.len()];
    for v in 0..reduced.len() as u32 {
        for &item in reduced.members.row(v) {
            node_of[item as usize] = Some(v as usize);
        }
    }
    let mut known: Vec<Option<Loss>> = vec![None; reduced.len()];
    let mut prices = Vec::with_capacity(items.len());
    for &item in items {
        let selected = solution.selected.binary_search(&item).is_ok();
        let shared = if selected { node_of[item as usize] } else { None };
        let loss = shared.and_then(|v| known[v]).unwrap_or_else(|| {
            let fixed = if selected { Fixed::Out } else { Fixed::In };
            prepared
                .settled(Some((item, fixed)))
                .map_or(Loss::Impossible, |core| loss(core, solution, limits))
        });
        if let Some(v) = shared {
            known[v] = Some(loss);
        }
        prices.push(Price { item, selected, loss });
    }
    Ok(prices)
}

fn loss(core: Core, solution: &Solution, limits: Limits) -> Loss {
    let outcome = search(core, Incumbent::new(i64::MIN), limits);
    let least = solution.benefit.saturating_sub(outcome.upper_bound).max(0);
    match outcome.found {
        None if outcome.upper_bound == i64::MIN => Loss::Impossible,
        None => Loss::Between(least, None),
        // The true optimum is at most `upper_bound`, and at least what was found with this item decided.
        Some(found) => {
            let most = solution.upper_bound.max(found.sum.benefit) - found.sum.benefit;
            if least == most { Loss::Exactly(least) } else { Loss::Between(least, Some(most)) }
        }
    }
}
