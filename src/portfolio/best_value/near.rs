//! Staying close to an earlier plan.

use super::problem::{Limits, Problem, Refusal, Solution};
use super::solve;

/// The best benefit against the number of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Curve {
    /// Corners, changes and benefit rising.
    pub(crate) points: Vec<Point>,
    /// Whether no corner is missing: the limit on points did not end it and every corner is proven.
    pub(crate) complete: bool,
}

/// A corner of the [`Curve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    /// How many counted items are selected and were not in the baseline, or the other way round.
    pub(crate) changes: u32,
    /// The plan. Its `upper_bound` holds for all plans with at most so many changes; `proven` says that it is reached.
    pub(crate) plan: Solution,
}

/// The plans that trade benefit for closeness to `baseline`: those that are best for some bonus per item that stays as it
/// was. `counted` are the items whose change counts: as a rule all initiatives, and no outcome, since outcomes follow.
///
/// The points are the corners of the concave hull of benefit against changes. A proven point is the best plan with at most
/// its number of changes; for numbers between two corners the line between them is an upper bound.
///
/// The first point is the plan with the fewest changes that keeps the rules and the budget, the last the best plan of all
/// with the fewest changes. At most about `most` points are computed. `limits` holds for each search.
///
/// # Errors
///
/// As [`solve`]; items that do not exist are [`Refusal::UnknownItem`]; [`Refusal::TooLarge`] when the benefits times the
/// number of counted items are.
pub(crate) fn near(
    problem: &Problem<'_>,
    baseline: &[u32],
    counted: &[u32],
    most: usize,
    limits: Limits,
) -> Result<Curve, Refusal> {
    problem.check()?;
    let n = problem.len();
    if let Some(&item) = baseline.iter().chain(counted).find(|&&i| i as usize >= n) {
        return Err(Refusal::UnknownItem { item });
    }
    // What selecting an item adds to the changes.
    let mut change = vec![0_i64; n];
    for &item in counted {
        change[item as usize] = 1;
    }
    let mut kept = 0;
    for &item in baseline {
        let c = &mut change[item as usize];
        kept += i64::from(*c == 1);
        *c = -c.abs();
    }
    let nearby = Nearby { problem, change, kept, limits };

    // The fewest changes first, then the best benefit; and the other way round.
    let total: i128 = problem.benefit.iter().map(|&b| i128::from(b).abs()).sum();
    let all = i64::try_from(2 * total + 1).map_err(|_| Refusal::TooLarge)?;
    let first = nearby.best(1, all)?;
    let last = nearby.best(counted.len() as i64 + 1, 1)?;
    let mut complete = first.plan.proven && last.plan.proven;
    let mut points = vec![first];
    let mut pending = vec![last];
    // Between two neighbours: the plan that is best for the slope of their line, if it lies above the line.
    while let (Some(left), Some(right)) = (points.last(), pending.last()) {
        let gain = right.plan.benefit - left.plan.benefit;
        let more = i64::from(right.changes) - i64::from(left.changes);
        if gain <= 0 || more <= 0 {
            // The same corner twice, or not proven.
            if let Some(right) = pending.pop()
                && gain > 0
            {
                points.pop();
                points.push(right);
            }
            continue;
        }
        let room = points.len() + pending.len() < most;
        let mut between = None;
        if room && more > 1 {
            let middle = nearby.best(more, gain)?;
            complete &= middle.plan.proven;
            let value = |p: &Point| {
                i128::from(more) * i128::from(p.plan.benefit) - i128::from(gain) * i128::from(p.changes)
            };
            let inside = left.changes < middle.changes && middle.changes < right.changes;
            if inside && value(&middle) > value(left) {
                between = Some(middle);
            }
        }
        complete &= room || more == 1;
        match between {
            Some(middle) => pending.push(middle),
            None => points.extend(pending.pop()),
        }
    }
    Ok(Curve { points, complete })
}

struct Nearby<'a> {
    problem: &'a Problem<'a>,
    /// What selecting an item adds to the changes.
    change: Vec<i64>,
    /// Changes when nothing is selected.
    kept: i64,
    limits: Limits,
}

impl Nearby<'_> {
    /// The plan of the greatest `scale · benefit − price · changes`.
    fn best(&self, scale: i64, price: i64) -> Result<Point, Refusal> {
        let too_large = |x: i128| i64::try_from(x).map_err(|_| Refusal::TooLarge);
        let mut benefit = Vec::with_capacity(self.change.len());
        for (&b, &c) in self.problem.benefit.iter().zip(&self.change) {
            benefit.push(too_large(i128::from(scale) * i128::from(b) - i128::from(price) * i128::from(c))?);
        }
        let mut plan = solve(&Problem { benefit: &benefit, ..*self.problem }, self.limits)?;
        let sum = |of: &[i64]| plan.selected.iter().map(|&i| of[i as usize]).sum::<i64>();
        let changes = self.kept + sum(&self.change);
        let changed = i128::from(price) * i128::from(sum(&self.change));
        // scale · benefit − price · change ≤ bound, and fewer changes do not help.
        let bound = (i128::from(plan.upper_bound) + changed).div_euclid(i128::from(scale));
        plan.benefit = sum(self.problem.benefit);
        plan.upper_bound = too_large(bound)?;
        plan.proven = plan.benefit == plan.upper_bound;
        Ok(Point { changes: changes as u32, plan })
    }
}
