//! The funding decision under uncertainty: how sure the plan is, and what is worth knowing better.

use std::collections::BTreeSet;

use serde::Serialize;

use super::core_index::{CoreBy, CoreClass, core_of_all};
use super::gains::Gains;
use super::information::{Estimated, WorthKnowing, evpi, mean, worth_knowing};
use super::sampling::{Sampler, Sampling};
use crate::Error;
use crate::portfolio::{BestValue, Budget, Candidates, Rule};
use crate::programme::{Id, Programme};

/// The funding decision under uncertainty.
///
/// Benefits and weights are drawn as [`Sampling`] says; efforts are at their means, so that it is defined what fits the budget. In each draw the [`portfolio`](crate::portfolio)
/// is selected anew, within the constraints of the strategy, and the first batch is that of the [`sequence`](crate::sequence). The plans that compete are that for the mean benefits,
/// the same with any one initiative turned in or out, and those of the draws.
///
/// # Formula
///
/// With V(a, d) the benefit of plan a in draw d: EVPI = E\[max V(a)\] − max E\[V(a)\]: what knowing everything before deciding would add. EVPPI of one estimate is the
/// same with V(a) replaced by what is expected of it once the estimate is known, and never above EVPI. That moves the initiative itself, and those that share its driver: the gain of each is
/// replaced by its cubic regression on the estimate, and the others, which are independent of it, by their means.
///
/// # Determinism
///
/// Drawn benefits are rounded to one part in 2³² of the greatest sum of all that a draw has; from there on plans are compared in whole numbers.
///
/// # Complexity
///
/// O(d·s + d·p·n + x·d·q) time for d draws, s for one selection, n candidates, p plans, x uncertain benefits and q of plans that differ in what such a benefit moves (two, without drivers);
/// O(d·(n + p)) memory. A selection has a limit of nodes, the same on every machine.
///
/// # References
///
/// Strong, Oakley & Brennan (2014), *Estimating multiparameter partial expected value of perfect information from a probabilistic sensitivity analysis
/// sample*, Medical Decision Making 34. Liesiö, Mild & Salo (2007), *Preference programming for robust portfolio modeling and project selection*, European
/// Journal of Operational Research 181.
#[derive(Debug, Clone)]
pub struct FundingDecision<'a> {
    /// Seed, weights and drivers; of its draws at most `draws` are used.
    pub sampling: &'a Sampling,
    /// How many draws, each of which is decided anew.
    pub draws: usize,
    /// What may be spent.
    pub budget: Budget,
    /// How a plan is selected.
    pub rule: Rule,
}

/// How sure the plan is, and what is worth knowing better.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Worth {
    /// How many draws.
    pub draws: usize,
    /// What may be spent.
    pub budget: f64,
    /// What gains are counted in.
    pub unit: String,
    /// Whether the plan for the means and that of each draw are proven best.
    pub exact: bool,
    /// How many plans compete.
    pub plans: usize,
    /// The plan of the greatest mean benefit.
    pub plan: Vec<Id>,
    /// Its mean benefit.
    pub benefit: f64,
    /// What knowing everything would add, with its standard error.
    pub evpi: Estimated,
    /// In these draws no selection would make it more than this; the same number where all plans are proven best.
    pub evpi_at_most: f64,
    /// What knowing one estimate would add, the most first; of equals in the order of codes and criteria.
    pub worth_knowing: Vec<WorthKnowing>,
    /// Every candidate in the order of codes.
    pub candidates: Vec<Candidate>,
    /// How the core index was found.
    pub core_by: CoreBy,
}

/// How sure one candidate is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// The initiative.
    pub code: Id,
    /// The chance to be funded within the budget.
    pub p_funded: Estimated,
    /// The chance to be in the first batch, whatever the budget and the constraints.
    pub p_first_batch: Estimated,
    /// The share of plans that no other beats for all admissible values (or of the plan for the means and those of the draws) that hold it.
    pub core_index: f64,
    /// Whether that is all, some or none.
    pub class: CoreClass,
}

/// In each draw the search of the best plan looks at so many nodes at most.
const NODES: u64 = 1_000;

impl<'a> FundingDecision<'a> {
    /// Two thousand draws, the strategy's budget, the plan of best value.
    pub fn new(sampling: &'a Sampling) -> Self {
        let rule = Rule::BestValue(BestValue { nodes: NODES });
        FundingDecision { sampling, draws: 2_000, budget: Budget::Declared, rule }
    }

    /// Decides in every draw and compares.
    ///
    /// # Errors
    ///
    /// As [`Sampling::run`], and what [`Candidates::select`] refuses: `portfolio.no-budget` where none is declared, constraints that contradict each other.
    pub fn worth(&self, programme: &Programme) -> Result<Worth, Error> {
        self.worth_with(programme, &|_| {})
    }

    /// The same, and calls back with the number of draws that are decided.
    ///
    /// # Errors
    ///
    /// As [`worth`](Self::worth).
    pub fn worth_with(&self, programme: &Programme, progress: &dyn Fn(usize)) -> Result<Worth, Error> {
        let draws = self.draws.min(self.sampling.draws);
        let sampler = Sampler::new(&Sampling { draws, ..self.sampling.clone() }, programme)?;
        let mut candidates = Candidates::new(programme)?;
        let budget = candidates.amount(&self.budget)?;
        let gains = Gains::draw(&sampler, &candidates, draws);

        // All sums over the draws: the means, but in whole numbers.
        candidates.revalue(&gains.sums());
        let for_means = candidates.solve(self.rule, &self.budget)?;
        let (mut exact, mut at_most) = (for_means.proven, 0);
        let n = candidates.initiatives().len();
        // What knowing an estimate can lead to: the best plan for the means with its initiative turned in or out.
        let turned: Vec<Vec<u32>> = (0..n as u32)
            .filter_map(|i| {
                let inside = for_means.selected.binary_search(&i).is_err();
                Some(candidates.solve_with(i, inside, self.rule, &self.budget)?.selected)
            })
            .collect();
        let mut plans = BTreeSet::from([for_means.selected]);
        let (mut funded, mut first) = (vec![0u32; n], vec![0u32; n]);
        for d in 0..draws {
            candidates.revalue(gains.row(d));
            let chosen = candidates.solve(self.rule, &self.budget)?;
            exact &= chosen.proven;
            at_most += i128::from(chosen.upper_bound);
            for (counts, set) in [(&mut funded, &chosen.selected), (&mut first, &candidates.first_batch())] {
                for &i in set.iter().take_while(|&&i| (i as usize) < n) {
                    counts[i as usize] += 1;
                }
            }
            plans.insert(chosen.selected);
            progress(d + 1);
        }
        let core = core_of_all(self, &sampler, &candidates)?;
        let core_by = if core.is_some() { CoreBy::AllPlans } else { CoreBy::Draws };
        let core = core.unwrap_or_else(|| plans.iter().cloned().collect());
        plans.extend(turned);
        let plans: Vec<Vec<u32>> = plans.into_iter().collect();
        let values: Vec<Vec<f64>> = plans.iter().map(|plan| gains.values(plan)).collect();
        let (best, evpi) = evpi(&values);
        let benefit = mean(&values[best]);
        let at_most = at_most as f64 * gains.unit / draws as f64 - benefit;

        let share = |&count: &u32| {
            let p = f64::from(count) / draws as f64;
            Estimated { value: p, error: (p * (1.0 - p) / draws as f64).sqrt() }
        };
        let codes = candidates.initiatives();
        let candidate = |i: usize| {
            let holding = core.iter().filter(|plan| plan.binary_search(&(i as u32)).is_ok()).count();
            let class = match holding {
                0 => CoreClass::Exterior,
                all if all == core.len() => CoreClass::Core,
                _ => CoreClass::Borderline,
            };
            Candidate {
                code: codes[i].clone(),
                p_funded: share(&funded[i]),
                p_first_batch: share(&first[i]),
                core_index: holding as f64 / core.len() as f64,
                class,
            }
        };
        let unit = match programme.policy().model {
            crate::policy::Model::NetBenefit => programme.effort_unit(),
            _ => "points",
        };
        let means: Vec<f64> = values.iter().map(|values| mean(values)).collect();
        let plan = plans[best].iter().filter_map(|&i| codes.get(i as usize).cloned()).collect();
        Ok(Worth {
            draws,
            budget,
            unit: unit.to_owned(),
            exact,
            plans: plans.len(),
            plan,
            benefit,
            evpi,
            evpi_at_most: if exact { evpi.value } else { at_most.max(evpi.value) },
            worth_knowing: worth_knowing(&sampler, codes, &gains, &plans, &means, evpi.value, unit),
            candidates: (0..n).map(candidate).collect(),
            core_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::core_index::{bounds, with_outcomes};
    use super::super::information::regression_evppi;
    use super::super::{Driver, WeightSpace};
    use super::*;
    use crate::programme::{Criterion, Estimate, Initiative, NeedsAny, Outcome, ProgrammeSpec};

    /// A random programme of up to seven initiatives with uncertain benefits, prerequisites, an outcome, a budget and constraints; what cannot be kept to is left out.
    fn programme(rows: &[(i32, i32, i32)], needs: &[bool], rules: &[usize], share: f64) -> Programme {
        let mut spec = ProgrammeSpec::new("random")
            .criterion(Criterion::benefit("a", 60.0, 0.0, 20.0).worst(-20.0))
            .criterion(Criterion::benefit("b", 40.0, 0.0, 20.0))
            .criterion(Criterion::effort("e", 1.0));
        let (n, code) = (rows.len(), |i: usize| Id::from(format!("I{i}")));
        for (i, &(a, b, e)) in rows.iter().enumerate() {
            let (a, b) = (f64::from(a), f64::from(b));
            let mut initiative = Initiative::new(code(i), "")
                .benefit("a", [a - 3.0, a, a + 2.0])
                .benefit("b", [b * 0.5, b, b + 4.0])
                .effort("e", e);
            if i > 0 && needs[i] {
                initiative = initiative.requires([code(i - 1)]);
            }
            spec = spec.initiative(initiative);
        }
        spec =
            spec.outcome(Outcome::new("O", "", [code(0), code(n - 1)]).benefit("a", 6.0).benefit("b", 1.0));
        let total: i32 = rows.iter().map(|row| row.2).sum();
        spec.strategy.budget = Some((f64::from(total) * share).round());
        let constraints = &mut spec.strategy.constraints;
        let pair = |k: usize| vec![code(k % n), code((k + 1) % n)];
        for (kind, &k) in rules.iter().enumerate().filter(|x| *x.1 < n) {
            match kind {
                0 => constraints.excluded.push(code(k)),
                1 => constraints.together.push(pair(k)),
                2 => constraints.at_most_one.push(pair(k)),
                3 => constraints.exactly_one.push(pair(k)),
                4 => {
                    let of = [1, 2].map(|step| code((k + step) % n)).to_vec();
                    constraints.needs_any.push(NeedsAny { initiative: code(k), of });
                }
                _ => constraints.mandatory.push(code(k)),
            }
        }
        spec.build().unwrap()
    }

    /// Every set of initiatives that keeps to prerequisites, budget and constraints, by their definitions.
    fn permitted(programme: &Programme) -> Vec<u32> {
        let all = programme.initiatives();
        let place = |code: &Id| all.iter().position(|i| i.code == *code).unwrap();
        let cost = |i: &Initiative| match i.efforts.get("e") {
            Some(Estimate::Number(e)) => *e,
            other => panic!("{other:?}"),
        };
        let keeps = |set: &u32| {
            let holds = |code: &Id| set >> place(code) & 1 == 1;
            let count = |codes: &Vec<Id>| codes.iter().filter(|&c| holds(c)).count();
            let constraints = &programme.strategy().constraints;
            all.iter().all(|i| !holds(&i.code) || i.requires.iter().all(holds))
                && all.iter().filter(|i| holds(&i.code)).map(cost).sum::<f64>()
                    <= programme.strategy().budget.unwrap()
                && constraints.mandatory.iter().all(holds)
                && !constraints.excluded.iter().any(holds)
                && constraints.together.iter().all(|g| [0, g.len()].contains(&count(g)))
                && constraints.at_most_one.iter().all(|g| count(g) <= 1)
                && constraints.exactly_one.iter().all(|g| count(g) == 1)
                && constraints.needs_any.iter().all(|x| !holds(&x.initiative) || count(&x.of) > 0)
        };
        (0..1u32 << all.len()).filter(keeps).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn it_is_what_looking_at_every_set_says(
            rows in prop::collection::vec((-5..=15i32, 0..=12i32, 1..=20i32), 3..7),
            needs in prop::collection::vec(any::<bool>(), 7),
            // Most constraints are absent: what they name is beyond the initiatives.
            rules in prop::collection::vec(0..20usize, 6),
            share in 0.2f64..0.9,
            seed: u64,
            fixed: bool,
        ) {
            let programme = programme(&rows, &needs, &rules, share);
            let n = rows.len();
            let weights = if fixed { WeightSpace::Fixed } else { WeightSpace::Simplex };
            let sampling = Sampling { draws: 40, seed, weights, ..Sampling::default() };
            let decision = FundingDecision::new(&sampling);
            let sets = permitted(&programme);
            let worth = match decision.worth(&programme) {
                Ok(worth) => worth,
                Err(error) => {
                    prop_assert!(sets.is_empty(), "{error}");
                    return Ok(());
                }
            };
            prop_assert!(worth.exact);
            let (sampler, candidates) = (Sampler::new(&sampling, &programme).unwrap(), Candidates::new(&programme).unwrap());
            let gains = Gains::draw(&sampler, &candidates, 40);
            let members = |set: u32| with_outcomes(&candidates, set, n + 1);
            let value = |set: u32, row: &[i64]| members(set).iter().map(|&i| row[i as usize]).sum::<i64>();
            let best = |row: &[i64]| sets.iter().map(|&set| value(set, row)).max().unwrap();
            let optimal = |d: usize| -> Vec<u32> {
                sets.iter().copied().filter(|&set| value(set, gains.row(d)) == best(gains.row(d))).collect()
            };
            let (sums, drawn) = (best(&gains.sums()), (0..40).map(|d| best(gains.row(d))).sum::<i64>());
            let evpi = (drawn - sums) as f64 * gains.unit / 40.0;
            prop_assert!((worth.evpi.value - evpi).abs() <= 1e-9 * (1.0 + evpi), "{} {evpi}", worth.evpi.value);
            prop_assert!((worth.benefit - sums as f64 * gains.unit / 40.0).abs() < 1e-6);
            // The value of one estimate, over all sets that are permitted.
            for worth in &worth.worth_knowing {
                let i = programme.index_of(&worth.code).unwrap();
                let place = sampler.linear.places()[worth.code.as_str()];
                let c = sampler.linear.gains.iter().position(|column| column.id == worth.criterion).unwrap();
                let (mut x, mut rivals) = (vec![0.0; 40], BTreeMap::new());
                sampler.values(c, place, &sampler.draws(0, 40), &mut x);
                for &set in &sets {
                    let mean = value(set, &gains.sums()) as f64 * gains.unit / 40.0;
                    let most = rivals.entry(vec![set >> i & 1 == 1]).or_insert(mean);
                    *most = most.max(mean);
                }
                let expected = regression_evppi(&x, &[gains.values(&[i as u32])], &rivals).value.min(evpi);
                prop_assert!((worth.evppi.value - expected).abs() < 1e-6, "{worth:?} {expected}");
            }
            // The chance to be funded: between the draws that must fund it and those that may.
            for (i, candidate) in worth.candidates.iter().enumerate() {
                let must = (0..40).filter(|&d| optimal(d).iter().all(|set| set >> i & 1 == 1)).count();
                let may = (0..40).filter(|&d| optimal(d).iter().any(|set| set >> i & 1 == 1)).count();
                let funded = candidate.p_funded.value * 40.0;
                prop_assert!(must as f64 <= funded + 1e-9 && funded <= may as f64 + 1e-9);
            }
            // The core: a set is beaten when another is no worse at any end of all estimates and of the weights, and somewhere better.
            let corners = if fixed { vec![sampler.weights.declared.clone()] } else { vec![vec![100.0, 0.0, 1.0], vec![0.0, 100.0, 1.0]] };
            let boxes: Vec<Vec<f64>> = corners.iter().map(|weights| bounds(&sampler, &candidates, weights, n + 1)).flat_map(|bounds| {
                let end = |ends: usize| bounds.iter().enumerate().map(|(i, b)| b[ends >> i & 1]).collect::<Vec<f64>>();
                (0..1usize << n).map(end).collect::<Vec<_>>()
            }).collect();
            let worths = |set: u32| boxes.iter().map(|row| members(set).iter().map(|&i| row[i as usize]).sum::<f64>()).collect::<Vec<_>>();
            let worths: Vec<Vec<f64>> = sets.iter().map(|&set| worths(set)).collect();
            // Sums of the same numbers in another order differ by rounding.
            let beaten = |q: usize| (0..sets.len()).any(|p| {
                let ahead = || worths[p].iter().zip(&worths[q]).map(|(x, y)| x - y);
                ahead().all(|x| x > -1e-9) && ahead().any(|x| x > 1e-9)
            });
            let core: Vec<u32> = (0..sets.len()).filter(|&q| !beaten(q)).map(|q| sets[q]).collect();
            for (i, candidate) in worth.candidates.iter().enumerate() {
                let expected = core.iter().filter(|&set| set >> i & 1 == 1).count() as f64 / core.len() as f64;
                prop_assert!((candidate.core_index - expected).abs() < 1e-12);
            }
        }
    }

    /// Estimates that share a driver are known together: fully correlated ones are worth as much as both.
    #[test]
    fn knowing_one_of_two_that_move_together_says_the_other() {
        let spec = |drivers: bool| {
            let mut spec = ProgrammeSpec::new("pair")
                .criterion(Criterion::benefit("a", 100.0, 0.0, 20.0))
                .criterion(Criterion::effort("e", 1.0))
                .initiative(
                    Initiative::new("A", "").benefit("a", [1.0, 5.0, 9.0]).effort("e", 5).requires(["B"]),
                )
                .initiative(Initiative::new("B", "").benefit("a", [1.0, 5.0, 9.0]).effort("e", 5))
                .initiative(Initiative::new("C", "").benefit("a", 10.1).effort("e", 10));
            spec.strategy.budget = Some(10.0);
            let driver = Driver {
                id: "season".into(),
                criterion: "a".into(),
                correlations: [("A".into(), 1.0), ("B".into(), 1.0)].into(),
            };
            let drivers = if drivers { vec![driver] } else { Vec::new() };
            let sampling = Sampling { drivers, ..Sampling::default() };
            FundingDecision::new(&sampling).worth(&spec.build().unwrap()).unwrap()
        };
        let (together, apart) = (spec(true), spec(false));
        // With both moving as one, one says all; apart, it says less than half of that.
        let [first, second] = &together.worth_knowing[..] else { panic!() };
        for one in [first, second] {
            assert!(
                (one.evppi.value - together.evpi.value).abs() < 0.02 * together.evpi.value,
                "{one:?} {together:?}"
            );
        }
        assert!(apart.worth_knowing[0].evppi.value < 0.8 * apart.evpi.value);
    }
}
