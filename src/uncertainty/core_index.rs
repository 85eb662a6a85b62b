//! Which initiatives a plan holds whatever turns out: the core index.

use serde::Serialize;

use super::FundingDecision;
use super::gains::fixed_shares;
use super::linear::Column;
use super::sampling::Sampler;
use super::weights::WeightSpace;
use crate::Error;
use crate::portfolio::Candidates;

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
    /// The plan for the mean benefits and those of the draws.
    Draws,
}

/// Up to this many candidates all plans are compared with one another.
const MOST_COMPARED: usize = 12;

/// Every plan within the budget and the constraints that no other beats for all admissible benefits and weights; `None` where there are too many candidates or corners.
pub(super) fn core_of_all(
    decision: &FundingDecision<'_>,
    sampler: &Sampler<'_>,
    candidates: &Candidates<'_>,
) -> Result<Option<Vec<Vec<u32>>>, Error> {
    let n = candidates.initiatives().len();
    if n > MOST_COMPARED {
        return Ok(None);
    }
    let corners = match &decision.sampling.weights {
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
        if candidates.permits(&members, &decision.budget)? {
            sets.push(members);
        }
    }
    // Least and greatest gain of each candidate at each corner.
    let bounds: Vec<Vec<[f64; 2]>> =
        corners.iter().map(|weights| bounds(sampler, candidates, weights, width)).collect();
    // What is in the middle of all values tells who can beat whom.
    let middle = |set: &[u32]| {
        let of =
            |bounds: &Vec<[f64; 2]>| set.iter().map(|&i| bounds[i as usize].iter().sum::<f64>()).sum::<f64>();
        bounds.iter().map(of).sum::<f64>()
    };
    sets.sort_by(|a, b| middle(b).total_cmp(&middle(a)));
    let mut unbeaten: Vec<Vec<u32>> = Vec::new();
    for set in sets {
        if !unbeaten.iter().any(|other| beats(other, &set, &bounds)) {
            unbeaten.push(set);
        }
    }
    Ok(Some(unbeaten))
}

/// A set of initiatives, as bits, with the outcomes that follow.
pub(super) fn with_outcomes(candidates: &Candidates<'_>, set: u32, width: usize) -> Vec<u32> {
    let n = candidates.initiatives().len();
    let holds = |i: u32| set >> i & 1 == 1;
    let follows = |&o: &u32| candidates.needs(o as usize).iter().all(|&i| holds(i));
    (0..n as u32).filter(|&i| holds(i)).chain((n as u32..width as u32).filter(follows)).collect()
}

/// The least and the greatest gain of each candidate under given weights.
pub(super) fn bounds(
    sampler: &Sampler<'_>,
    candidates: &Candidates<'_>,
    weights: &[f64],
    width: usize,
) -> Vec<[f64; 2]> {
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
        only_a.iter().map(|&i| bounds[i][end]).sum::<f64>()
            - only_b.iter().map(|&i| bounds[i][1 - end]).sum::<f64>()
    };
    bounds.iter().all(|bounds| ahead(bounds, 0) >= 0.0) && bounds.iter().any(|bounds| ahead(bounds, 1) > 0.0)
}
