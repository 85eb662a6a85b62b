//! Adopting a new plan: how much benefit how many changes to the committed one buy.

use std::collections::BTreeSet;

use serde::Serialize;

use super::State;
use super::state::is_committed;
use crate::Error;
use crate::programme::{Id, Programme, Status};

/// Chooses work within the budget near a baseline: the plug for an exact portfolio.
///
/// A plain function will do.
pub trait Near {
    /// The best selection that differs from `baseline` in at most `changes` initiatives and keeps all of `frozen`. What it selects is
    /// closed under prerequisites, and within the budget unless so few changes cannot reach it.
    ///
    /// # Errors
    ///
    /// What the method refuses.
    fn near(
        &self,
        programme: &Programme,
        baseline: &[Id],
        frozen: &[Id],
        changes: usize,
    ) -> Result<Selection, Error>;
}

impl<F: Fn(&Programme, &[Id], &[Id], usize) -> Result<Selection, Error>> Near for F {
    fn near(
        &self,
        programme: &Programme,
        baseline: &[Id],
        frozen: &[Id],
        changes: usize,
    ) -> Result<Selection, Error> {
        self(programme, baseline, frozen, changes)
    }
}

/// Work to do, and how good that is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Selection {
    /// The work, in the order of the codes.
    pub selected: Vec<Id>,
    /// Its benefit in points, outcomes that follow included.
    pub benefit: f64,
    /// Its effort, in the effort unit.
    pub cost: f64,
    /// No selection with so few changes has more benefit.
    pub upper_bound: f64,
}

/// A point of the curve of benefit against changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// How many initiatives come in or go out.
    pub changes: usize,
    /// What is done.
    #[serde(flatten)]
    pub selection: Selection,
    /// What comes in.
    pub comes_in: Vec<Id>,
    /// What goes out.
    pub goes_out: Vec<Id>,
}

impl State {
    /// The curve of benefit against changes from the committed plan: its first point is the plan as it stands, each further one has more
    /// benefit and more changes, up to `most`. Work that is under way is frozen, and so is what `frozen` names.
    ///
    /// Nothing is decided here: a board takes a point by deciding each change.
    ///
    /// # Errors
    ///
    /// What `near` refuses.
    pub fn adoption_curve(
        &self,
        near: &dyn Near,
        frozen: &[Id],
        most: usize,
    ) -> Result<Vec<CurvePoint>, Error> {
        let programme = self.programme()?;
        let mut baseline: Vec<Id> = self.committed().cloned().collect();
        baseline.sort();
        let under_way =
            |code: &&Id| self.spec.initiatives[self.codes[*code] as usize].status == Status::UnderWay;
        let mut kept: Vec<Id> = baseline.iter().filter(under_way).cloned().collect();
        kept.extend(frozen.iter().filter(|code| baseline.binary_search(code).is_ok()).cloned());
        kept.sort();
        kept.dedup();
        let mut curve: Vec<CurvePoint> = Vec::new();
        for changes in 0..=most {
            let selection = near.near(&programme, &baseline, &kept, changes)?;
            let not_in = |a: &[Id], b: &[Id]| -> Vec<Id> {
                a.iter().filter(|code| b.binary_search(code).is_err()).cloned().collect()
            };
            let (comes_in, goes_out) =
                (not_in(&selection.selected, &baseline), not_in(&baseline, &selection.selected));
            let better = curve.last().is_none_or(|last| selection.benefit > last.selection.benefit);
            // A plan that breaks the budget is left for one that keeps it, whatever that costs.
            let cheaper = curve.last().is_some_and(|last| {
                let budget = programme.strategy().budget.unwrap_or(f64::INFINITY);
                last.selection.cost > budget && selection.cost < last.selection.cost
            });
            if better || cheaper {
                curve.push(CurvePoint {
                    changes: comes_in.len() + goes_out.len(),
                    selection,
                    comes_in,
                    goes_out,
                });
            }
        }
        Ok(curve)
    }
}

/// One exchange after the other, the best first: adds an initiative with what it needs, drops one with what needs it, or both.
///
/// Simple, and certified: the bound is that of the Lagrangian relaxation of the budget without prerequisites, with every outcome that
/// can still come counted as if it came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exchanges;

impl Near for Exchanges {
    fn near(
        &self,
        programme: &Programme,
        baseline: &[Id],
        frozen: &[Id],
        changes: usize,
    ) -> Result<Selection, Error> {
        let state = State::new(programme)?;
        let work = Work::new(&state, baseline, frozen);
        let mut chosen = work.baseline.clone();
        let mut left = changes;
        while let Some((next, used)) = work.best_exchange(&chosen, left) {
            chosen = next;
            left -= used;
        }
        let selected =
            (0..chosen.len()).filter(|&i| chosen[i]).map(|i| state.code(i as u32).clone()).collect();
        let (benefit, cost) = work.worth(&chosen);
        Ok(Selection { selected, benefit, cost, upper_bound: work.bound(changes).max(benefit) })
    }
}

/// The numbers behind the exchanges; all by initiative.
struct Work {
    benefit: Vec<f64>,
    effort: Vec<f64>,
    /// Whether it may be selected: open, its effort known, and so all that it needs.
    possible: Vec<bool>,
    done: Vec<bool>,
    baseline: Vec<bool>,
    frozen: Vec<bool>,
    needs: Vec<Vec<usize>>,
    needed_by: Vec<Vec<usize>>,
    /// Benefit and initiatives of what may still follow.
    outcomes: Vec<(f64, Vec<usize>)>,
    budget: f64,
}

impl Work {
    fn new(state: &State, baseline: &[Id], frozen: &[Id]) -> Self {
        let n = state.spec.initiatives.len();
        let place = |code: &Id| state.codes[code] as usize;
        let flags = |codes: &[Id]| {
            let mut flags = vec![false; n];
            codes.iter().filter(|c| state.codes.contains_key(*c)).for_each(|code| flags[place(code)] = true);
            flags
        };
        let sums: Vec<[f64; 2]> = (0..n as u32).map(|i| state.benefit_and_effort(i)).collect();
        let needs: Vec<Vec<usize>> =
            state.spec.initiatives.iter().map(|i| i.requires.iter().map(place).collect()).collect();
        let mut needed_by = vec![Vec::new(); n];
        for (i, list) in needs.iter().enumerate() {
            list.iter().for_each(|&p| needed_by[p].push(i));
        }
        let recommended: BTreeSet<u32> = state.recommended_places().into_iter().collect();
        let status = |i: usize| state.spec.initiatives[i].status;
        let possible = (0..n).map(|i| recommended.contains(&(i as u32)) || is_committed(status(i))).collect();
        let grid = state.judge.grid().steps() as f64;
        let programme = state.programme();
        let outcomes = programme.map_or_else(
            |_| Vec::new(),
            |programme| {
                let columns = &programme.quantities().benefits;
                let worth = |o: usize| {
                    columns
                        .iter()
                        .filter_map(|b| {
                            let share = b.outcome_points[o]? as f64 / crate::exact::SCALE as f64;
                            Some(b.weight as f64 / grid * share)
                        })
                        .sum::<f64>()
                };
                let list = programme.outcomes().iter().enumerate();
                list.map(|(o, outcome)| (worth(o), outcome.requires.iter().map(place).collect())).collect()
            },
        );
        Work {
            benefit: sums.iter().map(|s| s[0]).collect(),
            effort: sums.iter().map(|s| s[1]).collect(),
            possible,
            done: (0..n).map(|i| status(i) == Status::Done).collect(),
            baseline: flags(baseline),
            frozen: flags(frozen),
            needs,
            needed_by,
            outcomes,
            budget: state.spec.strategy.budget.unwrap_or(f64::INFINITY),
        }
    }

    fn worth(&self, chosen: &[bool]) -> (f64, f64) {
        let sum = |values: &[f64]| (0..chosen.len()).filter(|&i| chosen[i]).map(|i| values[i]).sum::<f64>();
        let follow = self.outcomes.iter().filter(|(_, requires)| {
            requires.iter().any(|&i| chosen[i]) && requires.iter().all(|&i| chosen[i] || self.done[i])
        });
        (sum(&self.benefit) + follow.map(|(b, _)| b).sum::<f64>(), sum(&self.effort))
    }

    /// The best of all single exchanges of at most `left` changes; `None` if none is better.
    fn best_exchange(&self, chosen: &[bool], left: usize) -> Option<(Vec<bool>, usize)> {
        let n = chosen.len();
        let (benefit, cost) = self.worth(chosen);
        let adds = (0..n).filter(|&i| !chosen[i] && self.possible[i] && !self.done[i]);
        let adds: Vec<Vec<usize>> = adds.filter_map(|i| self.with(i, &self.needs, chosen, false)).collect();
        let drops = (0..n).filter(|&i| chosen[i] && !self.frozen[i]);
        let drops: Vec<Vec<usize>> =
            drops.filter_map(|i| self.with(i, &self.needed_by, chosen, true)).collect();
        let none = [Vec::new()];
        let mut best: Option<(f64, Vec<bool>, usize)> = None;
        for add in none.iter().chain(&adds) {
            for drop in none.iter().chain(&drops) {
                let mut next = chosen.to_vec();
                add.iter().for_each(|&i| next[i] = true);
                drop.iter().for_each(|&i| next[i] = false);
                let closed = |i: &usize| self.needs[*i].iter().all(|&p| next[p] || self.done[p]);
                let used = (0..n).filter(|&i| next[i] != self.baseline[i]).count();
                let before = (0..n).filter(|&i| chosen[i] != self.baseline[i]).count();
                if used <= before || used - before > left || !add.iter().all(closed) {
                    continue;
                }
                let (b, c) = self.worth(&next);
                // Over the budget, what saves most for the least is best; within it, what brings most.
                let gain = if cost > self.budget {
                    if c >= cost {
                        continue;
                    }
                    (b - benefit) / (cost - c.max(self.budget))
                } else {
                    if c > self.budget || b <= benefit {
                        continue;
                    }
                    (b - benefit) / (used - before) as f64
                };
                if best.as_ref().is_none_or(|(most, ..)| gain > *most) {
                    best = Some((gain, next, used - before));
                }
            }
        }
        best.map(|(_, next, used)| (next, used))
    }

    /// An initiative with all that must come, or go, with it; `None` if that is not possible.
    fn with(&self, i: usize, arcs: &[Vec<usize>], chosen: &[bool], are: bool) -> Option<Vec<usize>> {
        let mut all = vec![i];
        let mut at = 0;
        while at < all.len() {
            for &next in &arcs[all[at]] {
                if chosen[next] == are && !self.done[next] && !all.contains(&next) {
                    if if are { self.frozen[next] } else { !self.possible[next] } {
                        return None;
                    }
                    all.push(next);
                }
            }
            at += 1;
        }
        Some(all)
    }

    /// No selection within the budget and so many changes has more benefit.
    fn bound(&self, changes: usize) -> f64 {
        let n = self.benefit.len();
        let free: f64 = self.outcomes.iter().map(|(b, _)| b.max(0.0)).sum();
        let at = |price: f64| {
            let value = |i: usize| self.benefit[i] - price * self.effort[i];
            let base: f64 = (0..n).filter(|&i| self.baseline[i]).map(value).sum();
            let mut gains: Vec<f64> = (0..n)
                .filter(|&i| self.possible[i] && !self.done[i] && !(self.baseline[i] && self.frozen[i]))
                .map(|i| if self.baseline[i] { -value(i) } else { value(i) })
                .filter(|&gain| gain > 0.0)
                .collect();
            gains.sort_by(|a, b| b.total_cmp(a));
            let budget = if self.budget.is_finite() { price * self.budget } else { 0.0 };
            base + gains.iter().take(changes).sum::<f64>() + budget + free
        };
        if !self.budget.is_finite() {
            return at(0.0);
        }
        // Convex in the price: every price is a bound, so that a plain search for a good one will do.
        let densities = (0..n).filter(|&i| self.effort[i] > 0.0).map(|i| self.benefit[i] / self.effort[i]);
        let (mut low, mut high) = (0.0, densities.fold(0.0, f64::max));
        for _ in 0..60 {
            let third = (high - low) / 3.0;
            let (a, b) = (low + third, high - third);
            if at(a) <= at(b) { high = b } else { low = a }
        }
        at(low).min(at(high)).min(at(0.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::programme::{Criterion, Initiative, Outcome, ProgrammeSpec, Strategy};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Against all subsets: what is selected keeps every rule, and nothing that does is above the bound.
        #[test]
        fn exchanges_keep_the_rules_and_the_bound_holds(
            rows in prop::collection::vec((-3i32..10, 1i32..10, any::<bool>()), 2..8),
            arcs in prop::collection::vec((0usize..8, 0usize..8), 0..6),
            outcome in prop::collection::vec(0usize..8, 1..3),
            budget in 1i32..40,
            changes in 0usize..6,
        ) {
            let n = rows.len();
            let code = |i: usize| format!("I{i}");
            let mut spec = ProgrammeSpec::new("p")
                .criterion(Criterion::benefit("b", 10.0, 0.0, 10.0).worst(-10.0))
                .criterion(Criterion::effort("e", 1.0))
                .strategy(Strategy { budget: Some(f64::from(budget)), ..Strategy::default() })
                .outcome(Outcome::new("O", "", outcome.iter().map(|i| code(i % n))).benefit("b", 4));
            let needs = |i: usize| -> Vec<usize> {
                arcs.iter().filter(|(a, b)| *a == i && b < a).map(|(_, b)| *b).collect()
            };
            for (i, &(benefit, effort, _)) in rows.iter().enumerate() {
                let initiative = Initiative::new(code(i), "").benefit("b", benefit).effort("e", effort);
                spec = spec.initiative(initiative.requires(needs(i).into_iter().map(code)));
            }
            let programme = spec.build().unwrap();
            let closed = |set: usize| (0..n).all(|i| set >> i & 1 == 0 || needs(i).iter().all(|p| set >> p & 1 == 1));
            let mut baseline: usize = (0..n).filter(|&i| rows[i].2).map(|i| 1 << i).sum();
            while !closed(baseline) {
                let open = (0..n).find(|&i| baseline >> i & 1 == 1 && needs(i).iter().any(|p| baseline >> p & 1 == 0));
                baseline &= !(1 << open.unwrap());
            }
            let codes = |set: usize| -> Vec<Id> { (0..n).filter(|i| set >> i & 1 == 1).map(|i| code(i).into()).collect() };
            let found = Exchanges.near(&programme, &codes(baseline), &[], changes).unwrap();
            let cost = |set: usize| (0..n).filter(|i| set >> i & 1 == 1).map(|i| rows[i].1).sum::<i32>();
            let benefit = |set: usize| {
                let own: i32 = (0..n).filter(|i| set >> i & 1 == 1).map(|i| rows[i].0).sum();
                own + if outcome.iter().all(|i| set >> (i % n) & 1 == 1) { 4 } else { 0 }
            };
            let set: usize = (0..n).filter(|&i| found.selected.contains(&code(i).into())).map(|i| 1 << i).sum();
            prop_assert!(closed(set));
            prop_assert!((set ^ baseline).count_ones() as usize <= changes);
            prop_assert!((found.benefit - f64::from(benefit(set))).abs() < 1e-6);
            prop_assert!(cost(set) <= budget || cost(set) <= cost(baseline));
            let best = (0..1usize << n)
                .filter(|&s| closed(s) && cost(s) <= budget && (s ^ baseline).count_ones() as usize <= changes)
                .map(benefit)
                .max();
            prop_assert!(best.is_none_or(|best| f64::from(best) <= found.upper_bound + 1e-6));
        }
    }
}
