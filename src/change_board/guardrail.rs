//! The limits agreed in the strategy: which are broken, by how much, and the least work to defer.

use serde::Serialize;

use super::State;
use super::state::is_committed;
use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::MEAN;
use crate::programme::{Guardrail, Id, Measure, Status};
use crate::score::Fault as ScoreFault;

/// A limit that running and planned work breaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Violation {
    /// The guardrail.
    pub guardrail: Id,
    /// What it counts.
    pub measure: Measure,
    /// Which end of it is broken.
    pub limit: Limit,
    /// What it counts now.
    pub found: f64,
    /// By how much: above zero.
    pub by: f64,
    /// Work in it whose effort is not known, and so not counted.
    pub without_effort: Vec<Id>,
    /// The least work to defer; `None` where deferring cannot help.
    pub defer: Option<Deferral>,
}

/// One end of a guardrail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
}

/// Work whose deferral keeps a limit: as few initiatives as possible, of those with the least benefit. What needs deferred work is
/// deferred with it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deferral {
    /// The work, in the order of the codes.
    pub codes: Vec<Id>,
    /// No fewer than this many can do.
    pub at_least: usize,
    /// Whether no fewer, and of so many none with less benefit, can do.
    pub proven: bool,
}

impl State {
    /// The guardrails that running and planned work breaks, in the order of their ids.
    ///
    /// # Complexity
    ///
    /// O(g·n) for g guardrails, and for each broken one a search over the work that may be deferred: exhaustive up to a fixed number
    /// of steps, and then with a bound.
    ///
    /// # Errors
    ///
    /// `score.overflow` if the efforts' sum is too large to be exact.
    pub fn violations(&self) -> Result<Vec<Violation>, Error> {
        let checked: Option<Vec<_>> = self.spec.strategy.guardrails.iter().map(|g| self.check(g)).collect();
        checked
            .map(|lists| lists.into_iter().flatten().collect())
            .ok_or_else(|| Error::new(vec![Problem::new(Path::root(), ScoreFault::Overflow)]))
    }

    /// `None` on overflow.
    fn check(&self, guardrail: &Guardrail) -> Option<Vec<Violation>> {
        let initiatives = &self.spec.initiatives;
        let within = |i: u32| {
            let initiative = &initiatives[i as usize];
            let status = if guardrail.status.is_empty() {
                is_committed(initiative.status)
            } else {
                guardrail.status.contains(&initiative.status)
            };
            let same = |wanted: &Option<Id>, id: Option<&Id>| wanted.is_none() || wanted.as_ref() == id;
            status
                && same(&guardrail.domain, initiative.domain.as_ref())
                && same(&guardrail.owner, initiative.owner.as_ref())
                && guardrail.unit.as_ref().is_none_or(|unit| initiative.units.contains(unit))
        };
        let effort = |i: u32| self.judge.sums(self.row(i))[1];
        let all = 0..initiatives.len() as u32;
        let counted: Vec<u32> = all.clone().filter(|&i| within(i)).collect();
        let mut work: Vec<u32> = all.filter(|&i| is_committed(initiatives[i as usize].status)).collect();
        work.sort_by_key(|&i| self.code(i));
        let sum_of = |of: &[u32]| of.iter().filter_map(|&i| effort(i)).try_fold(0i128, i128::checked_add);
        let (total, sum) = (sum_of(&work)?, sum_of(&counted)?);
        let steps = i128::from(self.judge.grid().steps());

        // All sides as whole numbers of one size: what is counted, what a limit of one step of the grid is, and what deferring an
        // initiative takes away per step.
        let mut violations = Vec::new();
        for (limit, most) in
            [(guardrail.at_least.map(Limit::AtLeast), false), (guardrail.at_most.map(Limit::AtMost), true)]
        {
            let Some(limit) = limit else { continue };
            let (Limit::AtLeast(x) | Limit::AtMost(x)) = limit;
            let bound = i128::from(self.judge.grid().quantise(x).unwrap_or(0));
            let (found, allowed, quantum) = match guardrail.measure {
                Measure::Initiatives => (counted.len() as i128 * steps, bound, 1.0 / steps as f64),
                Measure::Effort => (sum, bound * steps * i128::from(MEAN), self.judge.grid().effort_unit()),
                Measure::EffortShare => {
                    // Nothing planned has no shares.
                    if total == 0 {
                        continue;
                    }
                    // So much bounds all that follows.
                    total.max(sum).checked_mul(2 * (steps + bound))?;
                    (sum * steps, total * bound, 1.0 / (total as f64 * steps as f64))
                }
            };
            let excess = if most { found - allowed } else { allowed - found };
            if excess <= 0 {
                continue;
            }
            let relief = |i: u32| {
                let e = effort(i).unwrap_or(0);
                let takes = match (guardrail.measure, within(i)) {
                    (Measure::Initiatives, true) => steps,
                    (Measure::Effort, true) => e,
                    (Measure::EffortShare, true) => e * (steps - bound),
                    (Measure::EffortShare, false) => -e * bound,
                    (_, false) => 0,
                };
                if most { takes } else { -takes }
            };
            violations.push(Violation {
                guardrail: guardrail.id.clone(),
                measure: guardrail.measure,
                limit,
                found: found as f64 * quantum,
                by: excess as f64 * quantum,
                without_effort: counted
                    .iter()
                    .filter(|&&i| guardrail.measure != Measure::Initiatives && effort(i).is_none())
                    .map(|&i| self.code(i).clone())
                    .collect(),
                defer: self.least_deferral(&work, excess, &relief),
            });
        }
        Some(violations)
    }

    fn least_deferral(&self, work: &[u32], excess: i128, relief: &dyn Fn(u32) -> i128) -> Option<Deferral> {
        let mut items: Vec<Item> = work
            .iter()
            .map(|&i| Item {
                initiative: i,
                relief: relief(i),
                lost: self.judge.sums(self.row(i))[0].unwrap_or(0).max(0),
                started: self.spec.initiatives[i as usize].status == Status::UnderWay,
            })
            .collect();
        // The most relief first; of equals what has not begun, then what is worth least. The sort keeps the codes' order.
        items.sort_by(|a, b| {
            b.relief.cmp(&a.relief).then(a.started.cmp(&b.started)).then(a.lost.cmp(&b.lost))
        });
        let with_dependents = self.with_dependents(&items);
        let found = least(&items, &with_dependents, excess)?;
        let mut codes: Vec<Id> =
            found.chosen.iter().map(|&k| self.code(items[k].initiative).clone()).collect();
        codes.sort();
        Some(Deferral { codes, at_least: found.fewest_possible, proven: found.proven })
    }

    /// For each item itself and all items that need it, at any depth.
    fn with_dependents(&self, items: &[Item]) -> Vec<Vec<usize>> {
        let mut place = vec![None; self.spec.initiatives.len()];
        for (k, item) in items.iter().enumerate() {
            place[item.initiative as usize] = Some(k);
        }
        let mut direct = vec![Vec::new(); items.len()];
        for (k, item) in items.iter().enumerate() {
            for code in &self.spec.initiatives[item.initiative as usize].requires {
                if let Some(needed) = self.codes.get(code).and_then(|&i| place[i as usize]) {
                    direct[needed].push(k);
                }
            }
        }
        (0..items.len())
            .map(|k| {
                let (mut seen, mut all) = (vec![false; items.len()], vec![k]);
                seen[k] = true;
                let mut at = 0;
                while at < all.len() {
                    for &next in &direct[all[at]] {
                        if !std::mem::replace(&mut seen[next], true) {
                            all.push(next);
                        }
                    }
                    at += 1;
                }
                all
            })
            .collect()
    }
}

/// Work that may be deferred.
#[derive(Debug, Clone, Copy)]
struct Item {
    initiative: u32,
    relief: i128,
    lost: i128,
    started: bool,
}

#[derive(Debug, PartialEq)]
struct Least {
    chosen: Vec<usize>,
    fewest_possible: usize,
    proven: bool,
}

/// A choice about one item: whether it was taken, then left.
struct Frame {
    stage: u8,
    added: Vec<usize>,
}

/// How many steps the search takes before it settles for a bound.
const STEPS: usize = 200_000;

/// The fewest items, closed under their dependents, that relieve at least `excess`; of those the ones with the least lost.
///
/// Branch and bound over the items in the order of their relief: no remaining t of them can do more than the first t.
fn least(items: &[Item], with_dependents: &[Vec<usize>], excess: i128) -> Option<Least> {
    let n = items.len();
    // `sums[k]`: what the first k could relieve at most.
    let mut sums = vec![0i128; n + 1];
    for k in 0..n {
        sums[k + 1] = sums[k].saturating_add(items[k].relief.max(0));
    }
    // The fewest of the items from `from` on that could relieve `need`.
    let fewest = |from: usize, need: i128| {
        let t = sums[from..].partition_point(|&s| s - sums[from] < need);
        (from + t <= n).then_some(t)
    };
    let fewest_possible = fewest(0, excess)?;

    let (mut taken, mut left) = (vec![false; n], vec![false; n]);
    let (mut count, mut sum, mut lost) = (0usize, 0i128, 0i128);
    let mut best: Option<(usize, i128, Vec<usize>)> = None;
    let mut frames = vec![Frame { stage: 0, added: Vec::new() }];
    let mut steps = 0;
    let mut complete = true;
    while let Some(frame) = frames.last_mut() {
        steps += 1;
        // A first answer is always sought: items are tried in the order of their relief.
        if steps > STEPS && (best.is_some() || steps > 10 * STEPS) {
            complete = false;
            break;
        }
        let stage = frame.stage;
        frame.stage += 1;
        let k = frames.len() - 1;
        let mut go_on = false;
        match stage {
            0 if k < n => {
                if taken[k] {
                    // It came with another: there is nothing to choose.
                    frames[k].stage = 2;
                    go_on = true;
                } else if items[k].relief > 0 && !with_dependents[k].iter().any(|&d| left[d]) {
                    for &d in &with_dependents[k] {
                        if !taken[d] {
                            taken[d] = true;
                            count += 1;
                            sum += items[d].relief;
                            lost += items[d].lost;
                            frames[k].added.push(d);
                        }
                    }
                    go_on = true;
                }
            }
            1 if k < n => {
                for d in std::mem::take(&mut frames[k].added) {
                    taken[d] = false;
                    count -= 1;
                    sum -= items[d].relief;
                    lost -= items[d].lost;
                }
                left[k] = true;
                go_on = true;
            }
            _ => {
                if k < n {
                    left[k] = false;
                }
                frames.pop();
            }
        }
        if !go_on {
            continue;
        }
        if sum >= excess {
            if best.as_ref().is_none_or(|(c, l, _)| (count, lost) < (*c, *l)) {
                best = Some((count, lost, (0..n).filter(|&d| taken[d]).collect()));
            }
        } else if let Some(more) = fewest(k + 1, excess - sum)
            && best.as_ref().is_none_or(|(c, l, _)| (count + more, lost) < (*c, *l))
        {
            frames.push(Frame { stage: 0, added: Vec::new() });
        }
    }
    let (count, _, chosen) = best?;
    Some(Least { chosen, fewest_possible: if complete { count } else { fewest_possible }, proven: complete })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All subsets.
    fn brute(items: &[Item], with: &[Vec<usize>], excess: i128) -> Option<(usize, i128)> {
        (0u32..1 << items.len())
            .filter(|set| {
                let has = |k: usize| set >> k & 1 == 1;
                let closed = (0..items.len()).all(|k| !has(k) || with[k].iter().all(|&d| has(d)));
                let sum: i128 = (0..items.len()).filter(|&k| has(k)).map(|k| items[k].relief).sum();
                closed && sum >= excess
            })
            .map(|set| {
                let lost = (0..items.len()).filter(|k| set >> k & 1 == 1).map(|k| items[k].lost).sum();
                (set.count_ones() as usize, lost)
            })
            .min()
    }

    proptest! {
        #[test]
        fn the_least_work_to_defer_is_the_least(
            mut rows in prop::collection::vec((-5i128..20, 0i128..9), 1..9),
            arcs in prop::collection::vec((0usize..9, 0usize..9), 0..8),
            excess in 1i128..60,
        ) {
            rows.sort_by_key(|r| -r.0);
            let n = rows.len();
            let items: Vec<Item> = rows.iter().zip(0..)
                .map(|(&(relief, lost), initiative)| Item { initiative, relief, lost, started: false }).collect();
            // Arcs from a lesser to a greater number of a shuffled order have no circle.
            let key = |k: usize| (k * 5 + 3) % 11;
            let with: Vec<Vec<usize>> = (0..n).map(|k| {
                let mut all = vec![k];
                let mut at = 0;
                while at < all.len() {
                    for &(a, b) in &arcs {
                        if a == all[at] && b < n && key(a) < key(b) && !all.contains(&b) { all.push(b); }
                    }
                    at += 1;
                }
                all
            }).collect();
            let found = least(&items, &with, excess);
            let found = found.map(|f| {
                assert!(f.proven);
                assert_eq!(f.fewest_possible, f.chosen.len());
                (f.chosen.len(), f.chosen.iter().map(|&k| items[k].lost).sum::<i128>())
            });
            prop_assert_eq!(found, brute(&items, &with, excess));
        }
    }

    #[test]
    fn a_search_that_is_too_long_has_a_bound() {
        let items: Vec<Item> = (0..60)
            .map(|k| Item {
                initiative: k,
                relief: 1000 - i128::from(k),
                lost: i128::from(k * 37 % 61),
                started: false,
            })
            .collect();
        let with: Vec<Vec<usize>> = (0..60).map(|k| vec![k]).collect();
        let found = least(&items, &with, 29_000).unwrap();
        assert!(found.chosen.len() >= found.fewest_possible && found.fewest_possible >= 29);
        assert!(found.chosen.iter().map(|&k| items[k].relief).sum::<i128>() >= 29_000);
    }
}
