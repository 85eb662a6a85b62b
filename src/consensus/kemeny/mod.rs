//! Kemeny's rule, exactly: the strict order of least weighted disagreement, with its proof.
//!
//! Deciding it is NP-hard, yet real ballots are far from the worst case. The majority graph falls into strongly connected components that
//! can be ordered one by one (`components`); within each, branch and bound over a linear relaxation with lazily separated cycle cuts
//! (`search`, `lp`, `cycles`) proves the optimum. Floating point only guides: every bound that prunes is recomputed in
//! integers (`bound`).
//!
//! When not to use it: where a rule must be explained pair by pair, Schulze or ranked pairs are easier to follow; and random tournaments with
//! margins of ±1 beyond some 35 items stay open, with a bound.
//!
//! # References
//! - Kemeny 1959, Mathematics without numbers, Daedalus 88.
//! - Grötschel, Jünger & Reinelt 1984, A cutting plane algorithm for the linear ordering problem, Operations Research 32.
//! - Conitzer, Davenport & Kalagnanam 2006, Improved bounds for computing Kemeny rankings, AAAI.
//! - Betzler, Bredereck & Niedermeier 2014, Theoretical and empirical evaluation of data reduction for exact Kemeny rank aggregation,
//!   Autonomous Agents and Multi-Agent Systems 28.
//! - Ali & Meilă 2012, Experiments with Kemeny ranking: what works when?, Mathematical Social Sciences 64.

mod bound;
mod components;
mod cycles;
mod factor;
mod local;
mod lp;
mod relation;
mod search;

use serde::{Deserialize, Serialize};

use relation::Relation;
use search::{Budget, Search};

/// Pairwise counts and prerequisites.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// Number of items.
    pub n: usize,
    /// Row-major n × n, none negative: `over[a * n + b]` = total weight of the ballots that strictly prefer a to b. The diagonal is
    /// not read.
    pub over: &'a [i64],
    /// `(a, b)`: a must stand before b. Without a cycle, which the caller has checked.
    pub before: &'a [(u32, u32)],
}

/// Whether another strict order costs as little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Another {
    /// There is one.
    Yes,
    /// The order is the only optimum.
    No,
    /// The limit came before the answer.
    NotKnown,
}

/// The best order found, and how good it certainly is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// Items, first to last.
    pub order: Vec<u32>,
    /// Σ over all pairs (a before b in `order`) of `over[b * n + a]`.
    pub cost: i128,
    /// No order that keeps the prerequisites costs less than this.
    pub lower_bound: i128,
    /// `cost == lower_bound`.
    pub proven: bool,
    /// Whether there is another optimum.
    pub another: Another,
    /// Search nodes used; every hundred pivots of the linear programs count as one.
    pub nodes: u64,
}

/// Finds an order of least disagreement among those that keep the prerequisites, within a limit of search nodes.
///
/// Components that may stand in either order come with the lowest item first.
///
/// # Panics
/// If `over` has not n² entries, an index of `before` is not below n, or `before` has a cycle.
///
/// # Complexity
/// O(n²) for the components, plus O(n³/64) with prerequisites; exponential in the size of a component in the worst case, which the limit cuts
/// short. Memory is O(k²) for a component of k items, per open node k²/8 bytes.
///
/// # Determinism
/// The result is a function of the arguments: no clock, no threads, one fixed seed. A larger limit never gives a worse order.
///
/// # Examples
/// Three ballots a > b > c, two b > c > a, two c > a > b: a majority cycle.
/// ```
/// use cxrank::consensus::kemeny::{Another, Instance, solve};
///
/// let over = [
///     0, 5, 3, // a over b: 3 + 2
///     2, 0, 5, // b over c: 3 + 2
///     4, 2, 0, // c over a: 2 + 2
/// ];
/// let solution = solve(&Instance { n: 3, over: &over, before: &[] }, 1000);
/// assert_eq!(solution.order, [0, 1, 2]);
/// assert_eq!(solution.cost, 2 + 4 + 2);
/// assert!(solution.proven);
/// assert_eq!(solution.another, Another::No);
/// ```
pub fn solve(instance: &Instance, node_limit: u64) -> Solution {
    let Instance { n, over, before } = *instance;
    assert_eq!(over.len(), n * n, "a count for every ordered pair");
    let margin = |a: usize, b: usize| over[a * n + b] - over[b * n + a];
    let mut forced = Relation::new(n);
    for &(a, b) in before {
        assert!((a as usize) < n && (b as usize) < n, "prerequisites among the items");
        forced.insert(a as usize, b as usize);
    }
    assert!(before.is_empty() || forced.close(), "prerequisites without a cycle");
    // Extended Condorcet: some optimum, and with it the proof, keeps every majority between components.
    let arc = |a: usize, b: usize| forced.has(a, b) || margin(a, b) > 0 && !forced.has(b, a);
    let mut budget = Budget { limit: node_limit, used: 0 };
    let mut order: Vec<u32> = Vec::with_capacity(n);
    let mut searches = Vec::new();
    let mut gap = 0;
    for members in components::ordered_components(n, arc) {
        if members.len() == 1 {
            order.extend(members);
            continue;
        }
        let (mut search, unit) = component(&members, margin, &forced);
        gap += search.prove(&mut budget) * i128::from(unit);
        order.extend(search.order().iter().map(|&x| members[x as usize]));
        searches.push(search);
    }
    // Optima differ within a component, or else in the order of two neighbours on whom the ballots are tied.
    let free_tie =
        |w: &[u32]| margin(w[0] as usize, w[1] as usize) == 0 && !forced.has(w[0] as usize, w[1] as usize);
    let another = if gap > 0 {
        Another::NotKnown
    } else if order.windows(2).any(free_tie) {
        Another::Yes
    } else {
        any_rival(&mut searches, &mut budget)
    };
    let cost = disagreement(n, over, &order);
    Solution { order, cost, lower_bound: cost - gap, proven: gap == 0, another, nodes: budget.used }
}

/// Cost of an order: for each pair the weight of the ballots that strictly prefer it the other way round.
fn disagreement(n: usize, over: &[i64], order: &[u32]) -> i128 {
    let mut cost = 0;
    for (at, &a) in order.iter().enumerate() {
        for &b in &order[at + 1..] {
            cost += i128::from(over[b as usize * n + a as usize]);
        }
    }
    cost
}

fn any_rival(searches: &mut [Search], budget: &mut Budget) -> Another {
    let mut answer = Another::No;
    for search in searches {
        match search.has_rival(budget) {
            Some(true) => return Another::Yes,
            Some(false) => {}
            None => answer = Another::NotKnown,
        }
    }
    answer
}

/// Prepares one component in units of the greatest common divisor of its margins; returns that unit too.
fn component(members: &[u32], margin: impl Fn(usize, usize) -> i64, forced: &Relation) -> (Search, i64) {
    let k = members.len();
    let mut margins = vec![0; k * k];
    let mut own_forced = Relation::new(k);
    let mut unit = 0;
    for (i, &a) in members.iter().enumerate() {
        for (j, &b) in members.iter().enumerate() {
            let (a, b) = (a as usize, b as usize);
            if forced.has(a, b) {
                own_forced.insert(i, j);
            } else if i != j && !forced.has(b, a) {
                margins[i * k + j] = margin(a, b);
                unit = gcd(unit, margin(a, b));
            }
        }
    }
    let unit = unit.max(1);
    for m in &mut margins {
        *m /= unit;
    }
    (Search::new(k, &margins, own_forced), unit)
}

fn gcd(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}
