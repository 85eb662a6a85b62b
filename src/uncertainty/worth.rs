//! What is worth knowing: the value of information of the funding decision, and how sure the plan itself is.

use std::collections::BTreeSet;

use serde::Serialize;

use super::choice::{Case, Choice, ExactPlan, FirstBatch, GreedyPlan, members};
use super::sampling::{Sampler, Sampling, by_column};
use super::weights::WeightSpace;
use crate::Error;
use crate::exact::SCALE;
use crate::programme::{Id, Programme};
use crate::reason::{Fact, Quantity, Reason};

/// The funding decision under uncertainty.
///
/// Benefits and weights are drawn as [`Sampling`] says; efforts are at their means, so that it is defined what fits the budget. The plans that compete are the best
/// for the mean benefits and the best found in each draw.
///
/// # Formula
///
/// With V(a, d) the benefit of plan a in draw d: EVPI = E\[max V(a)\] − max E\[V(a)\]: what knowing everything before deciding would add. EVPPI of one estimate is the
/// same with V(a) replaced by its cubic regression on that estimate, and never above EVPI.
///
/// # Complexity
///
/// O(d·(s + p·n + p·x)) time for d draws, n candidates, p plans, x uncertain benefits and s for one choice; O(d·(n + p)) memory.
///
/// # References
///
/// Strong, Oakley & Brennan (2014), *Estimating multiparameter partial expected value of perfect information from a probabilistic sensitivity analysis
/// sample*, Medical Decision Making 34. Liesiö, Mild & Salo (2007), *Preference programming for robust portfolio modeling and project selection*, European
/// Journal of Operational Research 181.
#[derive(Clone, Copy)]
pub struct FundingDecision<'a> {
    /// Seed, weights and drivers; of its draws at most `draws` are used.
    pub sampling: &'a Sampling,
    /// How many draws, each of which is decided anew.
    pub draws: usize,
    /// What may be spent; the strategy's budget where absent.
    pub budget: Option<f64>,
    /// How plans are chosen; by looking at all sets of up to sixteen candidates, greedily beyond, where absent.
    pub plan: Option<&'a dyn Choice>,
    /// How the first batch is found; [`FirstBatch`] where absent.
    pub batch: Option<&'a dyn Choice>,
}

impl std::fmt::Debug for FundingDecision<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FundingDecision")
            .field("sampling", self.sampling)
            .field("draws", &self.draws)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
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
    /// Whether the plan of each draw is proven best.
    pub exact: bool,
    /// How many plans compete.
    pub plans: usize,
    /// The plan of the greatest mean benefit.
    pub plan: Vec<Id>,
    /// Its mean benefit.
    pub benefit: f64,
    /// What knowing everything would add, with its standard error.
    pub evpi: Estimated,
    /// What knowing one estimate would add, the most first; of equals in the order of codes and criteria.
    pub worth_knowing: Vec<WorthKnowing>,
    /// Every candidate in the order of codes.
    pub candidates: Vec<Candidate>,
    /// Whether the first batch of each draw is proven.
    pub first_batch_exact: bool,
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
    /// The chance to be in the first batch.
    pub p_first_batch: Estimated,
    /// The share of plans that no other beats for all admissible values (or of the best plans of the draws) that hold it.
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
    /// The best plans found in the draws.
    Draws,
}

/// Up to this many candidates all plans are compared with one another.
const MOST_COMPARED: usize = 10;

impl<'a> FundingDecision<'a> {
    /// Two thousand draws, the strategy's budget, the built-in choices.
    pub fn new(sampling: &'a Sampling) -> Self {
        FundingDecision { sampling, draws: 2_000, budget: None, plan: None, batch: None }
    }

    /// Decides in every draw and compares.
    ///
    /// # Errors
    ///
    /// As [`Sampling::run`], and `uncertainty.no-budget`.
    pub fn worth(&self, programme: &Programme) -> Result<Worth, Error> {
        let draws = self.draws.min(self.sampling.draws);
        let sampler = Sampler::new(&Sampling { draws, ..self.sampling.clone() }, programme)?;
        let case = Case::new(programme, self.budget)?;
        let exact = ExactPlan::new(&case);
        let batch = FirstBatch::new(&case);
        let built_in: &dyn Choice = exact.as_ref().map_or(&GreedyPlan, |exact| exact);
        let (plan, batch) = (self.plan.unwrap_or(built_in), self.batch.unwrap_or(&batch));

        let gains = Gains::draw(&sampler, &case, draws);
        let n = case.codes.len();
        let mut plans = BTreeSet::from([plan.choose(&case, &gains.mean(), &gains.mean_of_outcomes())]);
        let (mut funded, mut first) = (vec![0u32; n], vec![0u32; n]);
        for d in 0..draws {
            let (gain, of_outcomes) = gains.row(d);
            let chosen = plan.choose(&case, gain, of_outcomes);
            chosen.iter().for_each(|&i| funded[i] += 1);
            plans.insert(chosen);
            batch.choose(&case, gain, of_outcomes).iter().for_each(|&i| first[i] += 1);
        }
        let plans: Vec<Vec<usize>> = plans.into_iter().collect();
        let values: Vec<Vec<f64>> = plans.iter().map(|plan| gains.values(&case, plan)).collect();
        let (best, evpi) = evpi(&values);

        let (core, core_by) = match core_of_all(&sampler, &case, self.sampling, &gains) {
            Some(core) => (core, CoreBy::AllPlans),
            None => (plans.clone(), CoreBy::Draws),
        };
        let share = |&count: &u32| {
            let p = f64::from(count) / draws as f64;
            Estimated { value: p, error: (p * (1.0 - p) / draws as f64).sqrt() }
        };
        let candidate = |i: usize| {
            let holding = core.iter().filter(|plan| plan.binary_search(&i).is_ok()).count();
            let class = match holding {
                0 => CoreClass::Exterior,
                all if all == core.len() => CoreClass::Core,
                _ => CoreClass::Borderline,
            };
            Candidate {
                code: case.codes[i].clone(),
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
        let codes = |plan: &[usize]| plan.iter().map(|&i| case.codes[i].clone()).collect();
        Ok(Worth {
            draws,
            budget: case.budget,
            unit: unit.to_owned(),
            exact: plan.is_exact(),
            plans: plans.len(),
            plan: codes(&plans[best]),
            benefit: mean(&values[best]),
            evpi,
            worth_knowing: worth_knowing(&sampler, &case, &values, best, evpi.value, draws, unit),
            candidates: (0..n).map(candidate).collect(),
            first_batch_exact: batch.is_exact(),
            core_by,
        })
    }
}

/// EVPI of a choice among options, each with its value in every draw: the option of the greatest mean, and what knowing the draw would add.
///
/// # Panics
///
/// When there is no option, or options have different numbers of draws.
pub fn evpi(values: &[Vec<f64>]) -> (usize, Estimated) {
    let means: Vec<f64> = values.iter().map(|values| mean(values)).collect();
    let best = (0..means.len()).fold(0, |best, a| if means[a] > means[best] { a } else { best });
    let draws = values[best].len();
    assert!(values.iter().all(|values| values.len() == draws), "as many draws for each option");
    let regret =
        |d: usize| values.iter().fold(values[best][d], |most, values| most.max(values[d])) - values[best][d];
    (best, estimated((0..draws).map(regret)))
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

/// What candidates and outcomes gain, draw by draw.
struct Gains {
    candidates: usize,
    outcomes: usize,
    /// A row for each draw: candidates, then outcomes.
    rows: Vec<f64>,
}

impl Gains {
    fn draw(sampler: &Sampler<'_>, case: &Case, draws: usize) -> Self {
        let (candidates, outcomes) = (case.codes.len(), case.outcomes.len());
        let width = candidates + outcomes;
        let columns = sampler.linear.gains.len() + sampler.linear.costs.len();
        let mut weights = vec![0.0; draws * columns];
        sampler.draw_weights(0, &mut weights);
        let streams = sampler.draws(0, draws);
        let places = sampler.linear.places();
        let mut rows = vec![0.0; draws * width];
        let weights_by_column = by_column(&weights, columns);
        let (mut sums, mut values) = (vec![0.0; draws], vec![0.0; draws]);
        for i in 0..width {
            sums.fill(0.0);
            let place = case.codes.get(i).and_then(|code| places.get(code.as_str()));
            if let Some(&place) = place {
                sampler.totals(0..sampler.linear.gains.len(), place, &streams, &weights_by_column, &mut values, &mut sums);
            } else {
                let shares = fixed_shares(sampler, case, i);
                for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(columns)) {
                    *sum =
                        shares.iter().zip(weights).map(|(share, weight)| share * weight).sum::<f64>() + 0.0;
                }
            }
            for (d, &sum) in sums.iter().enumerate() {
                rows[d * width + i] = sum;
            }
        }
        Gains { candidates, outcomes, rows }
    }

    fn width(&self) -> usize {
        self.candidates + self.outcomes
    }

    fn row(&self, d: usize) -> (&[f64], &[f64]) {
        self.rows[d * self.width()..][..self.width()].split_at(self.candidates)
    }

    fn mean_row(&self) -> Vec<f64> {
        let draws = self.rows.len() / self.width().max(1);
        let sum = |i: usize| self.rows.iter().skip(i).step_by(self.width()).sum::<f64>();
        (0..self.width()).map(|i| sum(i) / draws as f64).collect()
    }

    fn mean(&self) -> Vec<f64> {
        self.mean_row()[..self.candidates].to_vec()
    }

    fn mean_of_outcomes(&self) -> Vec<f64> {
        self.mean_row()[self.candidates..].to_vec()
    }

    /// The benefit of a plan in each draw.
    fn values(&self, case: &Case, plan: &[usize]) -> Vec<f64> {
        let value = |row: &[f64]| {
            let (gains, of_outcomes) = row.split_at(self.candidates);
            plan.iter().map(|&i| gains[i]).sum::<f64>() + case.outcomes_of(plan, of_outcomes)
        };
        self.rows.chunks_exact(self.width().max(1)).map(value).collect()
    }
}

/// What a weight of 1 counts, by gain column, for a candidate without a score or an outcome: its means. What is missing counts nothing here: it is an enabler only.
fn fixed_shares(sampler: &Sampler<'_>, case: &Case, i: usize) -> Vec<f64> {
    let quantities = sampler.linear.programme.quantities();
    let share = |column: &super::linear::Column| {
        let (c, benefit) = quantities.benefits.iter().enumerate().find(|(_, b)| b.id == column.id)?;
        let points = match i.checked_sub(case.codes.len()) {
            None => quantities.points(c, case.initiatives[i])?,
            Some(outcome) => benefit.outcome_points[outcome]?,
        };
        Some(points as f64 / SCALE as f64 * column.factor)
    };
    let shares: Option<Vec<f64>> = sampler.linear.gains.iter().map(share).collect();
    shares.unwrap_or_else(|| vec![0.0; sampler.linear.gains.len()])
}

/// EVPPI of every uncertain benefit of a candidate.
fn worth_knowing(
    sampler: &Sampler<'_>,
    case: &Case,
    values: &[Vec<f64>],
    best: usize,
    evpi: f64,
    draws: usize,
    unit: &str,
) -> Vec<WorthKnowing> {
    let places = sampler.linear.places();
    let streams = sampler.draws(0, draws);
    let mut x = vec![0.0; draws];
    let mut worth = Vec::new();
    for code in &case.codes {
        let Some(&place) = places.get(code.as_str()) else { continue };
        for (c, column) in sampler.linear.gains.iter().enumerate().filter(|(c, _)| sampler.varies(*c, place))
        {
            sampler.values(c, place, &streams, &mut x);
            let mut evppi = regression_evppi(&x, values, best);
            evppi.value = evppi.value.min(evpi);
            let fact = Fact::WorthKnowing {
                code: code.clone(),
                criterion: column.id.clone(),
                gain: Quantity::new(evppi.value, unit),
            };
            let criterion = column.id.clone();
            worth.push(WorthKnowing { code: code.clone(), criterion, evppi, why: Reason::new(fact) });
        }
    }
    worth.sort_by(|a, b| b.evppi.value.total_cmp(&a.evppi.value));
    worth
}

/// What knowing `x` adds, by least squares on its powers up to the third, made orthonormal over the draws.
fn regression_evppi(x: &[f64], values: &[Vec<f64>], best: usize) -> Estimated {
    let draws = x.len();
    let basis = orthonormal_powers(x);
    // Only the differences from the best plan matter.
    let mut gain = vec![0.0f64; draws];
    let mut fitted = vec![0.0; draws];
    for plan in values.iter().filter(|plan| !std::ptr::eq(*plan, &raw const values[best])) {
        fitted.fill(0.0);
        for power in &basis {
            let product = |d: usize| power[d] * (plan[d] - values[best][d]);
            let coefficient = (0..draws).map(product).sum::<f64>();
            fitted.iter_mut().zip(power).for_each(|(sum, power)| *sum += coefficient * power);
        }
        gain.iter_mut().zip(&fitted).for_each(|(gain, fitted)| *gain = gain.max(*fitted));
    }
    estimated(gain.iter().copied())
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

/// Every plan within the budget that no other beats for all admissible benefits and weights; `None` where there are too many candidates or corners.
fn core_of_all(
    sampler: &Sampler<'_>,
    case: &Case,
    sampling: &Sampling,
    gains: &Gains,
) -> Option<Vec<Vec<usize>>> {
    if case.codes.len() > MOST_COMPARED {
        return None;
    }
    let linear = &sampler.linear;
    let corners = match &sampling.weights {
        WeightSpace::Fixed => vec![sampler.weights.declared.clone()],
        space => space.corners(linear).ok()?,
    };
    let places = linear.places();
    // Least and greatest gain of each candidate, and the gain of each outcome, at each corner.
    let bounds: Vec<Vec<[f64; 2]>> = corners
        .iter()
        .map(|weights| {
            let bounds = |i: usize| match case.codes.get(i).and_then(|code| places.get(code.as_str())) {
                Some(&place) => [0, 1].map(|end| {
                    let term = |(c, w): (&super::linear::Column, &f64)| w * c.factor * c.bounds(place)[end];
                    linear.gains.iter().zip(weights).map(term).sum::<f64>()
                }),
                None => {
                    let shares = fixed_shares(sampler, case, i);
                    [shares.iter().zip(weights).map(|(share, weight)| share * weight).sum::<f64>(); 2]
                }
            };
            (0..gains.width()).map(bounds).collect()
        })
        .collect();
    let sets = case.closed_sets(true)?;
    let n = case.codes.len();
    let outcomes: Vec<Vec<f64>> = bounds
        .iter()
        .map(|bounds| {
            let gains: Vec<f64> = bounds[n..].iter().map(|b| b[0]).collect();
            sets.iter().map(|&set| case.outcomes_of(&members(set), &gains)).collect()
        })
        .collect();
    // The least and the greatest of what one set is worth more than another, over values, at a corner.
    let ahead = |corner: usize, p: usize, q: usize, end: usize| {
        let mut sum = outcomes[corner][p] - outcomes[corner][q];
        for (i, bounds) in bounds[corner][..n].iter().enumerate() {
            match (sets[p] >> i & 1, sets[q] >> i & 1) {
                (1, 0) => sum += bounds[end],
                (0, 1) => sum -= bounds[1 - end],
                _ => {}
            }
        }
        sum
    };
    let all = || 0..corners.len();
    let beats = |p: usize, q: usize| {
        all().all(|k| ahead(k, p, q, 0) >= 0.0) && all().any(|k| ahead(k, p, q, 1) > 0.0)
    };
    let unbeaten = |&q: &usize| !(0..sets.len()).any(|p| p != q && beats(p, q));
    Some((0..sets.len()).filter(unbeaten).map(|q| members(sets[q])).collect())
}

#[cfg(test)]
mod tests {
    use super::super::random::{Stream, normal, normal_quantile};
    use super::*;

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
        let partial = regression_evppi(&x, &[vec![0.0; n], x.clone()], 1);
        assert!((partial.value - found.value).abs() < 1e-9);
        // And another one none.
        let other: Vec<f64> = (0..n).map(|d| Stream::new(1, d).uniform(1)).collect();
        assert!(regression_evppi(&other, &[vec![0.0; n], x], 1).value < 1e-9);
    }
}
