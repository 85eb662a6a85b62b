//! The best choice under a budget, with proof.
//!
//! [`solve`] finds items of the greatest total benefit such that all that a chosen item requires is chosen too, the cost
//! stays within the budget and the side [`Rules`] hold. It is exact; when its limit of nodes ends first, the result says
//! so and carries a certified bound. [`verify`] checks a result without trusting how it was made, [`prices`] says what
//! forcing an item in or out costs, [`near`] what staying close to an earlier plan costs.
//!
//! # Method
//!
//! With a price on the budget the problem is a maximum closure, which is a minimum cut; the best price gives the bound
//! (the hull of the frontier). What remains:
//!
//! 1. The problem is reduced, exactly: what stands or falls together becomes one node.
//! 2. The flow that proves the bound also bounds what every single decision costs. What costs more than the gap between
//!    bound and best choice is decided, and the problem reduced again.
//! 3. Small exact searches around the best choice improve it, where the tree would otherwise be large.
//! 4. Depth-first branch and bound, on the node whose two decisions lower the bound most. The flow is kept from node to
//!    node.
//!
//! Side rules that are not prerequisites are relaxed in the bound, followed up after each decision, and branched on.
//!
//! All bounds are exact integers; floating point only orders candidates.
//!
//! # Determinism
//!
//! The result is a function of the input. Among choices of equal benefit one of lower cost is preferred where it turns
//! up; that the cost is the least for the benefit is not guaranteed.
//!
//! # References
//!
//! Picard (1976), Maximal closure of a graph and applications to combinatorial problems, Management Science 22. Bagnall,
//! Rayward-Smith & Whittley (2001), The next release problem, Information and Software Technology 43. Achterberg, Koch &
//! Martin (2005), Branching rules revisited, Operations Research Letters 33.

mod branch;
mod core;
mod near;
mod neighbourhood;
mod prices;
mod problem;
mod relax;
mod search;
mod state;
#[cfg(test)]
mod tests;
mod verify;
mod walk;

use self::core::Core;
use crate::sequence::flow::Fixed;
pub(crate) use near::{Point, near};
pub(crate) use prices::{Loss, Price, prices};
pub(crate) use problem::{AnyOf, GREATEST_TOTAL, Limits, Problem, Refusal, Rules, Solution};
use relax::{Relaxed, gcd, spare_bits};
use search::{Found, Incumbent, Search};
use state::{Scaled, State};
pub(crate) use verify::verify;

/// Nodes after which it is worth while to look for a better choice first.
const EASY: u64 = 40;
/// Neighbourhoods in a row without success before the search goes on.
const PATIENCE: u32 = 30;

/// Finds the best choice.
///
/// # Errors
///
/// See [`Refusal`].
///
/// # Complexity
///
/// The problem is NP-hard; the bound of a node takes a few maximum flows. The number of nodes is limited by `limits`.
pub(crate) fn solve(problem: &Problem<'_>, limits: Limits) -> Result<Solution, Refusal> {
    let prepared = Prepared::new(problem)?;
    let core = prepared.settled(None)?;
    let outcome = search(core, Incumbent::new(i64::MIN), limits);
    let upper_bound = outcome.upper_bound;
    let Some(found) = outcome.found else {
        return Err(match upper_bound {
            i64::MIN => Refusal::Infeasible,
            _ => Refusal::Undecided { upper_bound },
        });
    };
    Ok(Solution {
        selected: found.items,
        benefit: found.sum.benefit,
        cost: found.sum.cost,
        upper_bound,
        proven: upper_bound == found.sum.benefit,
        nodes: outcome.nodes,
    })
}

/// A checked problem with cycles and groups contracted.
#[derive(Debug)]
struct Prepared<'a> {
    problem: &'a Problem<'a>,
    core: Core,
    node_of: Vec<u32>,
}

impl<'a> Prepared<'a> {
    fn new(problem: &'a Problem<'a>) -> Result<Self, Refusal> {
        problem.check()?;
        let (core, node_of) = Core::new(problem);
        Ok(Self { problem, core, node_of })
    }

    /// Decides what is mandatory and excluded, one more item if wanted, and what follows; then reduces the problem.
    fn settled(&self, forced: Option<(u32, Fixed)>) -> Result<Core, Refusal> {
        let core = &self.core;
        let budget = self.problem.budget;
        let rules = self.problem.rules;
        // The budget must not bind before what is mandatory has been added up.
        let mut state = State::<i64>::new(core, i64::MAX);
        let excluded = rules.excluded.iter().map(|&item| (item, Fixed::Out));
        let mandatory = rules.mandatory.iter().map(|&item| (item, Fixed::In));
        for (item, fixed) in excluded.chain(mandatory).chain(forced) {
            if !state.decide(self.node_of[item as usize], fixed) {
                return Err(Refusal::Contradiction { item });
            }
        }
        if let Some(side) = (0..core.sides.len()).find(|&side| !state.follow_rule(side)) {
            let node = core.sides[side].nodes().next();
            let item = node.and_then(|v| core.members.row(v).first().copied());
            return Err(item.map_or(Refusal::Infeasible, |item| Refusal::Contradiction { item }));
        }
        if state.chosen.cost > budget {
            return Err(Refusal::Unaffordable { by: state.chosen.cost - budget });
        }
        // What costs more than what is left, with the dearest chain below it; again when side rules put something in.
        let mut chain = vec![0_i64; core.len()];
        let mut room = i64::MAX;
        while room > budget - state.chosen.cost {
            room = budget - state.chosen.cost;
            for v in 0..core.len() {
                chain[v] = 0;
                if state.closure.fixed(v as u32) == Fixed::No {
                    let below = core.requires.row(v as u32).iter().map(|&u| chain[u as usize]).max();
                    chain[v] = core.cost[v] + below.unwrap_or(0);
                    if chain[v] > room && !state.decide(v as u32, Fixed::Out) {
                        return Err(Refusal::Infeasible);
                    }
                }
            }
        }
        if state.chosen.cost > budget {
            return Err(Refusal::Infeasible);
        }
        Ok(core.reduced(|v| state.closure.fixed(v)))
    }
}

/// What a search came to.
#[derive(Debug)]
struct Outcome {
    /// The best choice that was found beyond the first cutoff.
    found: Option<Found>,
    /// Nothing is better than this, or than the first cutoff.
    upper_bound: i64,
    nodes: u64,
}

fn search(core: Core, incumbent: Incumbent, limits: Limits) -> Outcome {
    let bits = spare_bits::<i64>(&core);
    if bits >= 20 {
        search_in::<i64>(core, incumbent, limits, 1 << bits)
    } else {
        let bits = spare_bits::<i128>(&core);
        search_in::<i128>(core, incumbent, limits, 1 << bits)
    }
}

fn search_in<T: Scaled>(mut core: Core, mut incumbent: Incumbent, limits: Limits, scale: i64) -> Outcome {
    let mut rate = 0;
    let mut nodes = 0;
    let mut easy = true;
    let upper_bound = loop {
        core.budget -= core.budget % gcd(core.cost.iter().copied()).max(1);
        let mut search = Search::<T>::new(State::new(&core, core.budget), &mut incumbent, scale);
        let possible = search.state.follow_all_rules();
        let relaxed = if possible { search.tighten(rate, 8) } else { Relaxed::Closed };
        let Relaxed::Open { bound, rate: at, .. } = relaxed else {
            break incumbent.cutoff;
        };
        rate = at;
        if search.state.closure.live().len() * 10 <= core.len() * 9 {
            let state = search.state;
            core = core.reduced(|v| state.closure.fixed(v));
            continue;
        }
        search.nodes = nodes;
        // A short search first; if that is not enough, a better choice; then the root again, with what it decides.
        let limit = if easy { limits.nodes.min(EASY) } else { limits.nodes };
        let left = search.run(rate, limit);
        if left > search.cutoff() && limit < limits.nodes {
            search.improve(rate, PATIENCE, limits.nodes);
            nodes = search.nodes;
            easy = false;
            continue;
        }
        nodes = search.nodes;
        break left.min(bound).max(incumbent.cutoff);
    };
    Outcome { found: incumbent.best, upper_bound, nodes }
}
