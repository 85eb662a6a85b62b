//! What is worth knowing: the value of information of the funding decision, and how sure the plan itself is.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::linear::Column;
use super::sampling::{Sampler, Sampling, by_column};
use super::weights::WeightSpace;
use crate::Error;
use crate::exact::SCALE;
use crate::portfolio::{BestValue, Budget, Candidates, Rule};
use crate::programme::{Id, Programme};
use crate::reason::{Fact, Quantity, Reason};

/// The funding decision under uncertainty.
///
/// Benefits and weights are drawn as [`Sampling`] says; efforts are at their means, so that it is defined what fits the budget. In each draw the [`portfolio`](crate::portfolio)
/// is selected anew, within the constraints of the strategy, and the first batch is that of the [`sequence`](crate::sequence). The plans that compete are that for the mean benefits
/// and those of the draws.
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

/// A number that was estimated by draws.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Estimated {
    /// The number.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

/// What knowing one estimate is worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WorthKnowing {
    /// Whose estimate.
    pub code: Id,
    /// Of what.
    pub criterion: Id,
    /// What knowing it before deciding would add, with its standard error.
    pub evppi: Estimated,
    /// The same as a sentence.
    pub why: Reason,
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
    /// The share of plans that no other beats for all admissible values (or of those that compete) that hold it.
    pub core_index: f64,
    /// Whether that is all, some or none.
    pub class: CoreClass,
}

/// Whether to fund an initiative can be said already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoreClass {
    /// Yes: core index 1.
    Core,
    /// It depends on what turns out.
    Borderline,
    /// No: core index 0.
    Exterior,
}

/// How the core index was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoreBy {
    /// All plans within the budget that no other beats for all admissible values.
    AllPlans,
    /// The plans that compete: that for the mean benefits and those of the draws.
    Draws,
}

/// Up to this many candidates all plans are compared with one another.
const MOST_COMPARED: usize = 12;

/// In each draw the search of the best plan looks at so many nodes at most.
const NODES: u64 = 1_000;

impl<'a> FundingDecision<'a> {
    /// Five hundred draws, the strategy's budget, the plan of best value.
    pub fn new(sampling: &'a Sampling) -> Self {
        let rule = Rule::BestValue(BestValue { nodes: NODES });
        FundingDecision { sampling, draws: 500, budget: Budget::Declared, rule }
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
        let mut plans = BTreeSet::from([for_means.selected]);
        let n = candidates.initiatives().len();
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
        let plans: Vec<Vec<u32>> = plans.into_iter().collect();
        let values: Vec<Vec<f64>> = plans.iter().map(|plan| gains.values(plan)).collect();
        let (best, evpi) = evpi(&values);
        let benefit = mean(&values[best]);
        let at_most = at_most as f64 * gains.unit / draws as f64 - benefit;

        let all = self.core_of_all(&sampler, &candidates)?;
        let core_by = if all.is_some() { CoreBy::AllPlans } else { CoreBy::Draws };
        let core = all.as_ref().unwrap_or(&plans);
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

    /// Every plan within the budget and the constraints that no other beats for all admissible benefits and weights; `None` where there are too many candidates or corners.
    fn core_of_all(&self, sampler: &Sampler<'_>, candidates: &Candidates<'_>) -> Result<Option<Vec<Vec<u32>>>, Error> {
        let n = candidates.initiatives().len();
        if n > MOST_COMPARED {
            return Ok(None);
        }
        let corners = match &self.sampling.weights {
            WeightSpace::Fixed => vec![sampler.weights.declared.clone()],
            space => match space.corners(&sampler.linear) {
                Ok(corners) => corners,
                Err(_) => return Ok(None),
            },
        };
        let width = n + candidates.outcomes().len();
        let mut sets = Vec::new();
        for set in 0..1u32 << n {
            let members = with_outcomes(candidates, set, width);
            if candidates.permits(&members, &self.budget)? {
                sets.push(members);
            }
        }
        // Least and greatest gain of each candidate at each corner.
        let bounds: Vec<Vec<[f64; 2]>> =
            corners.iter().map(|weights| bounds(sampler, candidates, weights, width)).collect();
        // What is in the middle of all values tells who can beat whom.
        let middle = |set: &[u32]| {
            let of = |bounds: &Vec<[f64; 2]>| set.iter().map(|&i| bounds[i as usize].iter().sum::<f64>()).sum::<f64>();
            bounds.iter().map(of).sum::<f64>()
        };
        sets.sort_by_cached_key(|set| std::cmp::Reverse(ordered_float::OrderedFloat(middle(set))));
        let mut unbeaten: Vec<Vec<u32>> = Vec::new();
        for set in sets {
            if !unbeaten.iter().any(|other| beats(other, &set, &bounds)) {
                unbeaten.push(set);
            }
        }
        Ok(Some(unbeaten))
    }
}

/// A set of initiatives, as bits, with the outcomes that follow.
fn with_outcomes(candidates: &Candidates<'_>, set: u32, width: usize) -> Vec<u32> {
    let n = candidates.initiatives().len();
    let holds = |i: u32| set >> i & 1 == 1;
    let follows = |&o: &u32| candidates.needs(o as usize).iter().all(|&i| holds(i));
    (0..n as u32).filter(|&i| holds(i)).chain((n as u32..width as u32).filter(follows)).collect()
}

/// The least and the greatest gain of each candidate under given weights.
fn bounds(sampler: &Sampler<'_>, candidates: &Candidates<'_>, weights: &[f64], width: usize) -> Vec<[f64; 2]> {
    let (linear, places) = (&sampler.linear, sampler.linear.places());
    let bounds = |i: usize| match candidates.initiatives().get(i).and_then(|code| places.get(code.as_str())) {
        Some(&place) => [0, 1].map(|end| {
            let term = |(c, w): (&Column, &f64)| w * c.factor * c.bounds(place)[end];
            linear.gains.iter().zip(weights).map(term).sum::<f64>()
        }),
        None => {
            let shares = fixed_shares(sampler, candidates, i);
            [shares.iter().zip(weights).map(|(share, weight)| share * weight).sum::<f64>(); 2]
        }
    };
    (0..width).map(bounds).collect()
}

/// Whether one set is worth no less than another for all values at all corners, and more for some.
fn beats(a: &[u32], b: &[u32], bounds: &[Vec<[f64; 2]>]) -> bool {
    let only = |x: &[u32], y: &[u32]| -> Vec<usize> {
        x.iter().filter(|i| y.binary_search(i).is_err()).map(|&i| i as usize).collect()
    };
    let (only_a, only_b) = (only(a, b), only(b, a));
    // The least and the greatest of what the one is worth more than the other.
    let ahead = |bounds: &Vec<[f64; 2]>, end: usize| {
        only_a.iter().map(|&i| bounds[i][end]).sum::<f64>() - only_b.iter().map(|&i| bounds[i][1 - end]).sum::<f64>()
    };
    bounds.iter().all(|bounds| ahead(bounds, 0) >= 0.0) && bounds.iter().any(|bounds| ahead(bounds, 1) > 0.0)
}

/// EVPI of a choice among options, each with its value in every draw: the option of the greatest mean, and what knowing the draw would add.
///
/// # Panics
///
/// When there is no option, or options have different numbers of draws.
pub fn evpi(values: &[Vec<f64>]) -> (usize, Estimated) {
    let means: Vec<f64> = values.iter().map(|values| mean(values)).collect();
    let best = greatest(&means);
    let draws = values[best].len();
    assert!(values.iter().all(|values| values.len() == draws), "as many draws for each option");
    let regret =
        |d: usize| values.iter().fold(values[best][d], |most, values| most.max(values[d])) - values[best][d];
    (best, estimated((0..draws).map(regret)))
}

/// The first of the greatest.
fn greatest(numbers: &[f64]) -> usize {
    (0..numbers.len()).fold(0, |best, a| if numbers[a] > numbers[best] { a } else { best })
}

/// Mean and standard error.
fn estimated(numbers: impl ExactSizeIterator<Item = f64> + Clone) -> Estimated {
    let n = numbers.len().max(1) as f64;
    let value = numbers.clone().sum::<f64>() / n + 0.0;
    let variance = numbers.map(|x| (x - value) * (x - value)).sum::<f64>() / n;
    Estimated { value, error: (variance / n).sqrt() }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// What candidates, initiatives and then outcomes, gain, draw by draw.
struct Gains {
    width: usize,
    draws: usize,
    /// A row for each draw.
    rows: Vec<i64>,
    /// What 1 is; a power of two.
    unit: f64,
}

impl Gains {
    fn draw(sampler: &Sampler<'_>, candidates: &Candidates<'_>, draws: usize) -> Self {
        let codes = candidates.initiatives();
        let width = codes.len() + candidates.outcomes().len();
        let columns = sampler.linear.gains.len() + sampler.linear.costs.len();
        let mut weights = vec![0.0; draws * columns];
        sampler.draw_weights(0, &mut weights);
        let weights_by_column = by_column(&weights, columns);
        let streams = sampler.draws(0, draws);
        let places = sampler.linear.places();
        let mut rows = vec![0.0; draws * width];
        let (mut sums, mut values) = (vec![0.0; draws], vec![0.0; draws]);
        for i in 0..width {
            sums.fill(0.0);
            if let Some(&place) = codes.get(i).and_then(|code| places.get(code.as_str())) {
                let gains = 0..sampler.linear.gains.len();
                sampler.totals(gains, place, &streams, &weights_by_column, &mut values, &mut sums);
            } else {
                let shares = fixed_shares(sampler, candidates, i);
                for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(columns)) {
                    *sum = shares.iter().zip(weights).map(|(share, weight)| share * weight).sum::<f64>();
                }
            }
            for (d, &sum) in sums.iter().enumerate() {
                rows[d * width + i] = sum;
            }
        }
        let size = |row: &[f64]| row.iter().map(|x| x.abs()).sum::<f64>();
        let unit = unit(rows.chunks_exact(width.max(1)).map(size).fold(0.0, f64::max));
        Gains { width, draws, rows: rows.into_iter().map(|x| (x / unit).round() as i64).collect(), unit }
    }

    fn row(&self, d: usize) -> &[i64] {
        &self.rows[d * self.width..][..self.width]
    }

    /// Over all draws.
    fn sums(&self) -> Vec<i64> {
        (0..self.width).map(|i| self.rows.iter().skip(i).step_by(self.width).sum()).collect()
    }

    /// What a set gains in each draw.
    fn values(&self, set: &[u32]) -> Vec<f64> {
        let value = |d: usize| set.iter().map(|&i| self.row(d)[i as usize]).sum::<i64>() as f64 * self.unit + 0.0;
        (0..self.draws).map(value).collect()
    }
}

/// The power of two of which a sum is less than 2³².
fn unit(sum: f64) -> f64 {
    let exponent = (sum.to_bits() >> 52) as i32 - 1023;
    libm::ldexp(1.0, exponent.clamp(-900, 900) + 1 - 32)
}

/// What a weight of 1 counts, by gain column, for an initiative without a score or an outcome: its means. What is missing counts nothing here: it is an enabler only.
fn fixed_shares(sampler: &Sampler<'_>, candidates: &Candidates<'_>, i: usize) -> Vec<f64> {
    let quantities = sampler.linear.programme.quantities();
    let share = |column: &Column| {
        let (c, benefit) = quantities.benefits.iter().enumerate().find(|(_, b)| b.id == column.id)?;
        let index = candidates.index(i)?;
        let points = if i < candidates.initiatives().len() {
            quantities.points(c, index)?
        } else {
            benefit.outcome_points[index]?
        };
        Some(points as f64 / SCALE as f64 * column.factor)
    };
    let shares: Option<Vec<f64>> = sampler.linear.gains.iter().map(share).collect();
    shares.unwrap_or_else(|| vec![0.0; sampler.linear.gains.len()])
}

/// EVPPI of every uncertain benefit of a candidate.
fn worth_knowing(
    sampler: &Sampler<'_>,
    codes: &[Id],
    gains: &Gains,
    plans: &[Vec<u32>],
    means: &[f64],
    evpi: f64,
    unit: &str,
) -> Vec<WorthKnowing> {
    let places = sampler.linear.places();
    let place = |i: usize| places.get(codes[i].as_str()).copied();
    let streams = sampler.draws(0, gains.draws);
    let mut x = vec![0.0; gains.draws];
    let mut worth = Vec::new();
    for (i, code) in codes.iter().enumerate() {
        let Some(own) = place(i) else { continue };
        for (c, column) in sampler.linear.gains.iter().enumerate().filter(|(c, _)| sampler.varies(*c, own)) {
            let moved: Vec<u32> = match sampler.driver(c, own) {
                None => vec![i as u32],
                driver => {
                    let shares = |&j: &usize| place(j).is_some_and(|place| sampler.driver(c, place) == driver);
                    (0..codes.len()).filter(shares).map(|j| j as u32).collect()
                }
            };
            // Of plans that hold the same of what is moved only the best can be chosen.
            let mut rivals: BTreeMap<Vec<bool>, f64> = BTreeMap::new();
            for (plan, &mean) in plans.iter().zip(means) {
                let holds = moved.iter().map(|i| plan.binary_search(i).is_ok()).collect();
                rivals.entry(holds).and_modify(|best| *best = best.max(mean)).or_insert(mean);
            }
            let gain = |&i: &u32| -> Vec<f64> {
                (0..gains.draws).map(|d| gains.row(d)[i as usize] as f64 * gains.unit).collect()
            };
            sampler.values(c, own, &streams, &mut x);
            let mut evppi = regression_evppi(&x, &moved.iter().map(gain).collect::<Vec<_>>(), &rivals);
            evppi.value = evppi.value.min(evpi);
            let criterion = column.id.clone();
            let fact = Fact::WorthKnowing {
                code: code.clone(),
                criterion: criterion.clone(),
                gain: Quantity::new(evppi.value, unit),
            };
            worth.push(WorthKnowing { code: code.clone(), criterion, evppi, why: Reason::new(fact) });
        }
    }
    worth.sort_by(|a, b| b.evppi.value.total_cmp(&a.evppi.value));
    worth
}

/// What knowing `x` adds, where it moves the gains of some candidates: by least squares of these on its powers up to the third. `rivals` are plans by what they hold of what is moved,
/// with their means.
fn regression_evppi(x: &[f64], moved: &[Vec<f64>], rivals: &BTreeMap<Vec<bool>, f64>) -> Estimated {
    let basis = orthonormal_powers(x);
    // Without the constant: by how much more than its mean.
    let powers = basis.get(1..).unwrap_or(&[]);
    let product = |power: &[f64], gain: &[f64]| power.iter().zip(gain).map(|(x, y)| x * y).sum::<f64>();
    let coefficients: Vec<Vec<f64>> =
        moved.iter().map(|gain| powers.iter().map(|power| product(power, gain)).collect()).collect();
    let expected = |(holds, mean): (&Vec<bool>, &f64)| -> Vec<f64> {
        let of = |k: usize| coefficients.iter().zip(holds).filter(|x| *x.1).map(|x| x.0[k]).sum::<f64>();
        let sums: Vec<f64> = (0..powers.len()).map(of).collect();
        (0..x.len()).map(|d| mean + sums.iter().zip(powers).map(|(sum, power)| sum * power[d]).sum::<f64>()).collect()
    };
    let means: Vec<f64> = rivals.values().copied().collect();
    let expected: Vec<Vec<f64>> = rivals.iter().map(expected).collect();
    let best = &expected[greatest(&means)];
    let gain = |d: usize| expected.iter().fold(best[d], |most, values| most.max(values[d])) - best[d];
    estimated((0..x.len()).map(gain))
}

/// 1, x, x², x³ over the draws, orthonormal by Gram and Schmidt; fewer where x takes few values.
fn orthonormal_powers(x: &[f64]) -> Vec<Vec<f64>> {
    let centre = mean(x);
    let spread = x.iter().fold(0.0f64, |most, x| most.max((x - centre).abs())).max(f64::MIN_POSITIVE);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut power = vec![1.0; x.len()];
    for _ in 0..4 {
        let mut rest = power.clone();
        let length = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
        let before = length(&rest);
        for _ in 0..2 {
            for known in &basis {
                let product = known.iter().zip(&rest).map(|(a, b)| a * b).sum::<f64>();
                rest.iter_mut().zip(known).for_each(|(rest, known)| *rest -= product * known);
            }
        }
        let length = length(&rest);
        if length <= 1e-9 * before || length <= 0.0 {
            break;
        }
        rest.iter_mut().for_each(|x| *x /= length);
        basis.push(rest);
        power.iter_mut().zip(x).for_each(|(power, x)| *power *= (x - centre) / spread);
    }
    basis
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Driver;
    use super::super::random::{Stream, normal, normal_quantile};
    use super::*;
    use crate::programme::{Criterion, Estimate, Initiative, NeedsAny, Outcome, ProgrammeSpec};

    /// Option 2 is worth a normal of mean 1 and variance 5, option 1 nothing: E[max(0, X)] − 1 = Φ(1/√5) + √5·φ(1/√5) − 1, which the vignette of the
    /// R package `voi` gives as 0.4798.
    #[test]
    fn the_normal_case_has_its_closed_form() {
        let n = 200_000;
        let x: Vec<f64> =
            (0..n).map(|d| 1.0 + 5f64.sqrt() * normal_quantile(Stream::new(1, d).uniform(0))).collect();
        let (best, found) = evpi(&[vec![0.0; n], x.clone()]);
        let z = 1.0 / 5f64.sqrt();
        let expected =
            normal(z) + 5f64.sqrt() * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() - 1.0;
        assert!((expected - 0.479_810_7).abs() < 1e-6);
        assert_eq!(best, 1);
        assert!((found.value - expected).abs() < 4.0 * found.error && found.error < 0.003);
        // The one input explains all of it.
        let rivals = BTreeMap::from([(vec![false], 0.0), (vec![true], mean(&x))]);
        let partial = regression_evppi(&x, std::slice::from_ref(&x), &rivals);
        assert!((partial.value - found.value).abs() < 1e-9);
        // And another one none.
        let other: Vec<f64> = (0..n).map(|d| Stream::new(1, d).uniform(1)).collect();
        assert!(regression_evppi(&other, &[x], &rivals).value < 1e-9);
    }

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
        spec = spec.outcome(Outcome::new("O", "", [code(0), code(n - 1)]).benefit("a", 6.0).benefit("b", 1.0));
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
                && all.iter().filter(|i| holds(&i.code)).map(cost).sum::<f64>() <= programme.strategy().budget.unwrap()
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
                .initiative(Initiative::new("A", "").benefit("a", [1.0, 5.0, 9.0]).effort("e", 5).requires(["B"]))
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
            assert!((one.evppi.value - together.evpi.value).abs() < 0.02 * together.evpi.value, "{one:?} {together:?}");
        }
        assert!(apart.worth_knowing[0].evppi.value < 0.8 * apart.evpi.value);
    }
}
