//! The value of information: of everything, and of one estimate.

use std::collections::BTreeMap;

use serde::Serialize;

use super::gains::Gains;
use super::sampling::Sampler;
use crate::programme::Id;
use crate::reason::{Fact, Quantity, Reason};

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

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// EVPPI of every uncertain benefit of a candidate.
pub(super) fn worth_knowing(
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
                    let shares =
                        |&j: &usize| place(j).is_some_and(|place| sampler.driver(c, place) == driver);
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
pub(super) fn regression_evppi(
    x: &[f64],
    moved: &[Vec<f64>],
    rivals: &BTreeMap<Vec<bool>, f64>,
) -> Estimated {
    let basis = orthonormal_powers(x);
    // Without the constant: by how much more than its mean.
    let powers = basis.get(1..).unwrap_or(&[]);
    let product = |power: &[f64], gain: &[f64]| power.iter().zip(gain).map(|(x, y)| x * y).sum::<f64>();
    let coefficients: Vec<Vec<f64>> =
        moved.iter().map(|gain| powers.iter().map(|power| product(power, gain)).collect()).collect();
    let expected = |(holds, mean): (&Vec<bool>, &f64)| -> Vec<f64> {
        let of = |k: usize| coefficients.iter().zip(holds).filter(|x| *x.1).map(|x| x.0[k]).sum::<f64>();
        let sums: Vec<f64> = (0..powers.len()).map(of).collect();
        (0..x.len())
            .map(|d| mean + sums.iter().zip(powers).map(|(sum, power)| sum * power[d]).sum::<f64>())
            .collect()
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
        let rivals = BTreeMap::from([(vec![false], 0.0), (vec![true], mean(&x))]);
        let partial = regression_evppi(&x, std::slice::from_ref(&x), &rivals);
        assert!((partial.value - found.value).abs() < 1e-9);
        // And another one none.
        let other: Vec<f64> = (0..n).map(|d| Stream::new(1, d).uniform(1)).collect();
        assert!(regression_evppi(&other, &[x], &rivals).value < 1e-9);
    }
}
