//! Choices that are made again in each draw: what to fund, what to do first. On plain values, so that other ways to choose can be plugged in.

use super::Fault;
use crate::Error;
use crate::error::{Path, Problem};
use crate::programme::{Id, Programme, Status};

/// What a choice is made from.
///
/// Candidates are the open initiatives whose effort is known and that need nothing that will not be done, in the order of their codes; others are
/// meant by their index here. Of the strategy's constraints prerequisites and budget are here; the others are for whoever plugs in a choice that keeps them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The candidates.
    pub codes: Vec<Id>,
    /// What each takes: its mean.
    pub cost: Vec<f64>,
    /// What may be spent.
    pub budget: f64,
    /// What each needs directly, of the candidates.
    pub requires: Vec<Vec<usize>>,
    /// What each outcome needs; those that need what will not be done are empty and never follow.
    pub outcomes: Vec<Vec<usize>>,
    /// Index among all initiatives.
    pub(super) initiatives: Vec<usize>,
    /// Each candidate with all that it needs at any depth, then each outcome with all that.
    bundles: Vec<Vec<usize>>,
}

/// A way to choose some of the candidates.
///
/// The plug for exact methods: the room that owns one implements this for it.
pub trait Choice: Sync {
    /// Whether no other set of candidates is better.
    fn is_exact(&self) -> bool;

    /// The chosen candidates in ascending order, for what each candidate and each outcome gains. Must be a function of its arguments alone.
    fn choose(&self, case: &Case, gains: &[f64], of_outcomes: &[f64]) -> Vec<usize>;
}

/// Up to this many candidates every set is looked at.
const MOST_ENUMERATED: usize = 16;

impl Case {
    /// The candidates of a programme under a budget: the strategy's, where none is given.
    ///
    /// # Errors
    ///
    /// `uncertainty.no-budget` where neither is there, or it is not a number of zero or more.
    pub fn new(programme: &Programme, budget: Option<f64>) -> Result<Self, Error> {
        let budget = budget.or(programme.strategy().budget).filter(|b| *b >= 0.0 && b.is_finite());
        let Some(budget) = budget else {
            return Err(Error::new(vec![Problem::new(Path::root().key("budget"), Fault::NoBudget)]));
        };
        let (all, quantities) = (programme.initiatives(), programme.quantities());
        let mut can = vec![false; all.len()];
        for i in programme.requires().topological() {
            let i = i as usize;
            let met = |&p: &u32| can[p as usize] || all[p as usize].status == Status::Done;
            can[i] = all[i].status.is_open()
                && quantities.effort(i).is_some()
                && programme.requires().row(i).iter().all(met);
        }
        let initiatives: Vec<usize> = (0..all.len()).filter(|&i| can[i]).collect();
        let index = |i: usize| initiatives.binary_search(&i).ok();
        let cost = |&i: &usize| quantities.effort(i).unwrap_or(0) as f64 * quantities.effort_unit();
        let of = |row: &[u32]| row.iter().filter_map(|&p| index(p as usize)).collect::<Vec<_>>();
        let outcomes = (0..programme.outcomes().len()).map(|o| {
            let row = programme.outcome_requires().row(o);
            let met = |&p: &u32| can[p as usize] || all[p as usize].status == Status::Done;
            if row.iter().all(met) { of(row) } else { Vec::new() }
        });
        let mut case = Case {
            codes: initiatives.iter().map(|&i| all[i].code.clone()).collect(),
            cost: initiatives.iter().map(cost).collect(),
            budget,
            requires: initiatives.iter().map(|&i| of(programme.requires().row(i))).collect(),
            outcomes: outcomes.collect(),
            bundles: Vec::new(),
            initiatives,
        };
        let outcomes = case.outcomes.iter().filter(|o| !o.is_empty());
        case.bundles = (0..case.codes.len())
            .map(|i| vec![i])
            .chain(outcomes.cloned())
            .map(|b| case.closure(b))
            .collect();
        Ok(case)
    }

    /// A set with all that it needs at any depth, ascending.
    fn closure(&self, mut set: Vec<usize>) -> Vec<usize> {
        let mut seen = vec![false; self.codes.len()];
        set.iter().for_each(|&i| seen[i] = true);
        let mut at = 0;
        while let Some(&i) = set.get(at) {
            for &p in &self.requires[i] {
                if !std::mem::replace(&mut seen[p], true) {
                    set.push(p);
                }
            }
            at += 1;
        }
        set.sort_unstable();
        set
    }

    /// What a set costs.
    fn cost_of(&self, set: &[usize]) -> f64 {
        set.iter().map(|&i| self.cost[i]).sum()
    }

    /// What the outcomes add that a set brings about.
    pub(super) fn outcomes_of(&self, set: &[usize], of_outcomes: &[f64]) -> f64 {
        let holds = |o: &Vec<usize>| !o.is_empty() && o.iter().all(|i| set.binary_search(i).is_ok());
        self.outcomes.iter().zip(of_outcomes).filter(|(o, _)| holds(o)).map(|(_, gain)| gain).sum::<f64>()
            + 0.0
    }

    /// Every set that holds what it needs, as bits; `None` for more than sixteen candidates.
    pub(super) fn closed_sets(&self, within_budget: bool) -> Option<Vec<u32>> {
        let n = self.codes.len();
        if n > MOST_ENUMERATED {
            return None;
        }
        let bits = |set: &[usize]| set.iter().fold(0u32, |bits, &i| bits | 1 << i);
        let needs: Vec<u32> = self.requires.iter().map(|row| bits(row)).collect();
        let fits = |&set: &u32| {
            (0..n).all(|i| set >> i & 1 == 0 || needs[i] & !set == 0)
                && (!within_budget || self.cost_of(&members(set)) <= self.budget)
        };
        Some((0..1u32 << n).filter(fits).collect())
    }

    /// The set of greatest `worth` of gain and cost; of equals the first.
    fn best(
        &self,
        sets: &[u32],
        gains: &[f64],
        of_outcomes: &[f64],
        worth: impl Fn(f64, f64) -> f64,
    ) -> Vec<usize> {
        let n = self.codes.len();
        let (mut gain, mut cost) = (vec![0.0; 1 << n], vec![0.0; 1 << n]);
        for set in 1..1usize << n {
            let (rest, i) = (set & (set - 1), set.trailing_zeros() as usize);
            gain[set] = gain[rest] + gains[i];
            cost[set] = cost[rest] + self.cost[i];
        }
        let bits = |o: &Vec<usize>| o.iter().fold(0u32, |bits, &i| bits | 1 << i);
        let outcomes: Vec<(u32, f64)> =
            self.outcomes.iter().map(bits).zip(of_outcomes.iter().copied()).filter(|o| o.0 != 0).collect();
        let mut best = (0, f64::NEG_INFINITY);
        for &set in sets {
            let follows = outcomes.iter().filter(|o| o.0 & !set == 0).map(|o| o.1).sum::<f64>();
            let worth = worth(gain[set as usize] + follows, cost[set as usize]);
            if worth > best.1 {
                best = (set, worth);
            }
        }
        members(best.0)
    }
}

/// The members of a set of bits.
pub(super) fn members(set: u32) -> Vec<usize> {
    (0..32).filter(|i| set >> i & 1 == 1).collect()
}

/// Funds what gains most per cost together with all that it still needs, again and again, skipping what no longer fits. Not exact.
#[derive(Debug, Clone, Copy, Default)]
pub struct GreedyPlan;

impl Choice for GreedyPlan {
    fn is_exact(&self) -> bool {
        false
    }

    fn choose(&self, case: &Case, gains: &[f64], of_outcomes: &[f64]) -> Vec<usize> {
        grow(case, gains, of_outcomes, case.budget, |_, _| true)
    }
}

/// Adds the bundle of the greatest gain per cost until none fits or `go_on` says no to its gain and cost.
fn grow(
    case: &Case,
    gains: &[f64],
    of_outcomes: &[f64],
    mut left: f64,
    go_on: impl Fn(f64, f64) -> bool,
) -> Vec<usize> {
    let mut chosen = vec![false; case.codes.len()];
    // Outcomes with nothing to need have no bundle.
    let outcomes: Vec<f64> =
        case.outcomes.iter().zip(of_outcomes).filter(|(o, _)| !o.is_empty()).map(|x| *x.1).collect();
    let mut open: Vec<usize> = (0..case.bundles.len()).collect();
    loop {
        let mut best: Option<(f64, f64, usize)> = None;
        open.retain(|&b| case.bundles[b].iter().any(|&i| !chosen[i]));
        for &b in &open {
            let missing = || case.bundles[b].iter().filter(|&&i| !chosen[i]);
            let cost: f64 = missing().map(|&i| case.cost[i]).sum();
            let of_outcome = b.checked_sub(case.codes.len()).map_or(0.0, |o| outcomes[o]);
            let gain = missing().map(|&i| gains[i]).sum::<f64>() + of_outcome;
            // Compared crosswise: a cost may be zero.
            let better = best.is_none_or(|(g, c, _)| gain * c > g * cost);
            if gain > 0.0 && cost <= left && better {
                best = Some((gain, cost, b));
            }
        }
        match best {
            Some((gain, cost, b)) if go_on(gain, cost) => {
                case.bundles[b].iter().for_each(|&i| chosen[i] = true);
                left -= cost;
            }
            _ => return (0..chosen.len()).filter(|&i| chosen[i]).collect(),
        }
    }
}

/// Funds the set of the greatest gain, by looking at every set: for up to sixteen candidates.
#[derive(Debug, Clone)]
pub struct ExactPlan(Vec<u32>);

impl ExactPlan {
    /// Lists the sets that hold what they need within the budget; `None` for more than sixteen candidates.
    pub fn new(case: &Case) -> Option<Self> {
        case.closed_sets(true).map(ExactPlan)
    }
}

impl Choice for ExactPlan {
    fn is_exact(&self) -> bool {
        true
    }

    fn choose(&self, case: &Case, gains: &[f64], of_outcomes: &[f64]) -> Vec<usize> {
        case.best(&self.0, gains, of_outcomes, |gain, _| gain)
    }
}

/// The set that holds what it needs with the greatest gain per cost: by looking at every set for up to sixteen candidates, else by joining to the best
/// initiative with all that it needs whatever raises the gain per cost.
#[derive(Debug, Clone)]
pub struct FirstBatch(Option<Vec<u32>>);

impl FirstBatch {
    /// Lists the sets of a small case.
    pub fn new(case: &Case) -> Self {
        FirstBatch(case.closed_sets(false).map(|sets| sets.into_iter().filter(|&set| set != 0).collect()))
    }
}

impl Choice for FirstBatch {
    fn is_exact(&self) -> bool {
        self.0.is_some()
    }

    fn choose(&self, case: &Case, gains: &[f64], of_outcomes: &[f64]) -> Vec<usize> {
        if let Some(sets) = &self.0 {
            let density = |gain: f64, cost: f64| if cost > 0.0 { gain / cost } else { f64::INFINITY };
            return case.best(sets, gains, of_outcomes, density);
        }
        let so_far = std::cell::Cell::new((0.0, 0.0));
        grow(case, gains, of_outcomes, f64::INFINITY, |gain, cost| {
            let (g, c) = so_far.get();
            // Joined while it is no worse than what is there.
            let joins = gain * c >= g * cost;
            so_far.set((g + gain, c + cost));
            joins
        })
    }
}
