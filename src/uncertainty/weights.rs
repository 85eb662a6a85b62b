//! Which weights are admitted, and draws from them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Fault;
use super::linear::Linear;
use super::random::Stream;
use crate::error::{Path, Problem};
use crate::programme::Id;

/// Which weights are admitted: all that add up to the sum of the declared ones and meet the constraints, each as likely as any other.
///
/// Weights of zero stay zero. Prices of effort are not weights; under the weighted sum the weights of efforts are.
///
/// # References
///
/// Lahdelma & Salminen (2001), *SMAA-2: stochastic multicriteria acceptability analysis for group decision making*, Operations Research 49.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum WeightSpace {
    /// The declared weights only.
    #[default]
    Fixed,
    /// Any: uniform on the simplex, by normalised exponentials. (Normalised uniform numbers are not uniform on it.)
    Simplex,
    /// Each listed weight at least as large as the next; those that are not listed are free.
    Ordinal(Vec<Id>),
    /// Each listed weight between two numbers of points; those that are not listed are free.
    Intervals(BTreeMap<Id, [f64; 2]>),
}

/// A weight space over the columns of a programme.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    /// Of every column, gains first.
    pub(super) declared: Vec<f64>,
    /// The columns whose weights are drawn.
    free: Vec<usize>,
    total: f64,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Fixed,
    Simplex,
    /// Columns from the weightiest on.
    Ordinal(Vec<usize>),
    /// Least and greatest of each of `free`.
    Box(Vec<[f64; 2]>),
}

/// How often a point that meets the lower bounds is drawn before the walk inside all bounds begins.
const TRIES: u64 = 64;

/// Corners of interval constraints are enumerated up to this many weights.
const MOST_CORNERED: usize = 16;

impl WeightSpace {
    /// Binds to a programme, refusing what is unknown or contradictory.
    pub(super) fn bind(&self, linear: &Linear<'_>) -> Result<Weights, Vec<Problem>> {
        let columns: Vec<_> = linear.gains.iter().chain(&linear.costs).collect();
        let declared: Vec<f64> = columns.iter().map(|column| column.weight).collect();
        let weighted_sum = linear.programme.policy().model == crate::policy::Model::WeightedSum;
        let free: Vec<usize> = (0..if weighted_sum { columns.len() } else { linear.gains.len() }).collect();
        let total: f64 = free.iter().map(|&c| declared[c]).sum();
        let path = || Path::root().key("weights");
        let mut problems = Vec::new();
        let mut find = |id: &Id, path: Path| {
            let found = free.iter().copied().find(|&c| columns[c].id == *id);
            if found.is_none() {
                let known = free.iter().map(|&c| columns[c].id.clone()).collect();
                problems.push(Problem::new(path, Fault::UnknownCriterion { found: id.clone(), known }));
            }
            found
        };
        let kind = match self {
            WeightSpace::Fixed => Kind::Fixed,
            WeightSpace::Simplex => Kind::Simplex,
            WeightSpace::Ordinal(ids) => {
                let order: Vec<usize> =
                    ids.iter().enumerate().filter_map(|(i, id)| find(id, path().index(i))).collect();
                for (i, column) in order.iter().enumerate() {
                    if order[..i].contains(column) {
                        let found = format!("`{}` twice", columns[*column].id);
                        problems.push(Problem::new(path(), Fault::NoWeights { found }));
                    }
                }
                Kind::Ordinal(order)
            }
            WeightSpace::Intervals(intervals) => {
                let mut bounds = vec![[0.0, total]; free.len()];
                let mut contradictions = Vec::new();
                for (id, &[low, high]) in intervals {
                    if let Some(c) = find(id, path().key(id.as_str())) {
                        bounds[c] = [low.max(0.0), high.min(total)];
                        if !(low <= high && high >= 0.0 && low.is_finite()) {
                            let found = format!("from {low} to {high}");
                            contradictions
                                .push(Problem::new(path().key(id.as_str()), Fault::NoWeights { found }));
                        }
                    }
                }
                let [least, most] = [0, 1].map(|end| bounds.iter().map(|b| b[end]).sum::<f64>());
                let slack = total * 1e-12;
                if contradictions.is_empty() && (least > total + slack || most < total - slack) {
                    let found = format!(
                        "intervals whose sums go from {least} to {most}, where all weights add up to {total}"
                    );
                    contradictions.push(Problem::new(path(), Fault::NoWeights { found }));
                }
                problems.extend(contradictions);
                Kind::Box(bounds)
            }
        };
        if problems.is_empty() { Ok(Weights { declared, free, total, kind }) } else { Err(problems) }
    }

    /// The corners of the set: every linear function of the weights has its least value at one of them.
    pub(super) fn corners(&self, linear: &Linear<'_>) -> Result<Vec<Vec<f64>>, Vec<Problem>> {
        let weights = self.bind(linear)?;
        let corner = |of: &[usize]| {
            let mut corner = weights.declared.clone();
            weights.free.iter().for_each(|&c| corner[c] = 0.0);
            of.iter().for_each(|&c| corner[c] = weights.total / of.len() as f64);
            corner
        };
        Ok(match &weights.kind {
            Kind::Fixed => vec![weights.declared.clone()],
            Kind::Simplex => weights.free.iter().map(|&c| corner(&[c])).collect(),
            Kind::Ordinal(order) => {
                let unlisted = weights.free.iter().filter(|c| !order.contains(c)).map(|&c| corner(&[c]));
                (1..=order.len()).map(|k| corner(&order[..k])).chain(unlisted).collect()
            }
            Kind::Box(bounds) => {
                let n = bounds.len();
                if n > MOST_CORNERED {
                    let fault = Fault::TooLarge { found: n, most: MOST_CORNERED };
                    return Err(vec![Problem::new(Path::root().key("weights"), fault)]);
                }
                // All but one at an end of their intervals, that one filling up the sum.
                let mut corners = Vec::new();
                for last in 0..n {
                    for ends in (0..1usize << n).filter(|ends| ends >> last & 1 == 0) {
                        let others =
                            (0..n).filter(|&j| j != last).map(|j| bounds[j][ends >> j & 1]).sum::<f64>();
                        let rest = weights.total - others;
                        let slack = weights.total * 1e-12;
                        if rest >= bounds[last][0] - slack && rest <= bounds[last][1] + slack {
                            let mut corner = weights.declared.clone();
                            for (j, &c) in weights.free.iter().enumerate() {
                                corner[c] = if j == last { rest } else { bounds[j][ends >> j & 1] };
                            }
                            corners.push(corner);
                        }
                    }
                }
                corners
            }
        })
    }
}

impl Weights {
    /// Whether the weight of a column shares in the whole that is drawn.
    pub(super) fn is_free(&self, column: usize) -> bool {
        self.free.contains(&column)
    }

    /// Whether there is nothing to draw.
    pub(super) fn are_fixed(&self) -> bool {
        matches!(self.kind, Kind::Fixed)
    }

    /// The weights of a draw.
    pub(super) fn draw(&self, stream: Stream, weights: &mut [f64]) {
        weights.copy_from_slice(&self.declared);
        let n = self.free.len() as u64;
        match &self.kind {
            Kind::Fixed => {}
            Kind::Simplex => self.simplex(stream, 0, self.total, weights),
            Kind::Ordinal(order) => {
                self.simplex(stream, 0, self.total, weights);
                // Sorting what is exchangeable leaves it uniform on what is sorted.
                let mut listed: Vec<f64> = order.iter().map(|&c| weights[c]).collect();
                listed.sort_by(|a, b| b.total_cmp(a));
                order.iter().zip(listed).for_each(|(&c, weight)| weights[c] = weight);
            }
            Kind::Box(bounds) => {
                let least: f64 = bounds.iter().map(|b| b[0]).sum();
                for attempt in 0..TRIES {
                    self.simplex(stream, attempt * n, self.total - least, weights);
                    for (&c, bound) in self.free.iter().zip(bounds) {
                        weights[c] += bound[0];
                    }
                    if self.free.iter().zip(bounds).all(|(&c, bound)| weights[c] <= bound[1]) {
                        return;
                    }
                }
                self.walk(stream, TRIES * n, bounds, weights);
            }
        }
    }

    /// Uniform on the simplex of a given sum.
    fn simplex(&self, stream: Stream, first: u64, total: f64, weights: &mut [f64]) {
        let mut sum = 0.0;
        for (place, &c) in (first..).zip(&self.free) {
            weights[c] = -libm::log(stream.uniform(place));
            sum += weights[c];
        }
        self.free.iter().for_each(|&c| weights[c] *= total / sum);
    }

    /// From the middle of narrow bounds a walk of many steps, each of which draws two weights anew while their sum stays (Gibbs sampling): nearly uniform.
    fn walk(&self, stream: Stream, mut place: u64, bounds: &[[f64; 2]], weights: &mut [f64]) {
        let least: f64 = bounds.iter().map(|b| b[0]).sum();
        let room: f64 = bounds.iter().map(|b| b[1] - b[0]).sum();
        let part = if room > 0.0 { ((self.total - least) / room).clamp(0.0, 1.0) } else { 0.0 };
        for (&c, bound) in self.free.iter().zip(bounds) {
            weights[c] = bound[0] + part * (bound[1] - bound[0]);
        }
        let n = self.free.len();
        for _ in 0..if n > 1 { 20 * n } else { 0 } {
            let i = stream.below(place, n);
            let j = (i + 1 + stream.below(place + 1, n - 1)) % n;
            let (x, y) = (self.free[i], self.free[j]);
            let sum = weights[x] + weights[y];
            let (low, high) = (bounds[i][0].max(sum - bounds[j][1]), bounds[i][1].min(sum - bounds[j][0]));
            if high > low {
                weights[x] = low + (high - low) * stream.uniform(place + 2);
                weights[y] = sum - weights[x];
            }
            place += 3;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(kind: Kind) -> Weights {
        Weights { declared: vec![0.2, 0.3, 0.5], free: vec![0, 1, 2], total: 1.0, kind }
    }

    /// The means of many draws, each of which must satisfy `admitted`.
    fn means(weights: &Weights, admitted: impl Fn(&[f64]) -> bool) -> [f64; 3] {
        let n = 40_000;
        let mut sums = [0.0; 3];
        let mut drawn = [0.0; 3];
        for d in 0..n {
            weights.draw(Stream::new(3, d), &mut drawn);
            assert!((drawn.iter().sum::<f64>() - 1.0).abs() < 1e-12 && admitted(&drawn), "{drawn:?}");
            sums.iter_mut().zip(&drawn).for_each(|(sum, x)| *sum += x / n as f64);
        }
        sums
    }

    fn close(found: [f64; 3], expected: [f64; 3]) {
        // A weight between 0 and 1 has a standard deviation of at most ½: five standard errors.
        let error = 5.0 * 0.5 / 200.0;
        assert!(found.iter().zip(&expected).all(|(x, y)| (x - y).abs() < error), "{found:?} {expected:?}");
    }

    /// The means of ordered weights are the rank-order centroids (Barron & Barrett 1996): for three 11/18, 5/18, 2/18.
    #[test]
    fn ordered_weights_have_the_centroid_as_their_mean() {
        let found = means(&weights(Kind::Ordinal(vec![1, 0, 2])), |w| w[1] >= w[0] && w[0] >= w[2]);
        close(found, [5.0 / 18.0, 11.0 / 18.0, 2.0 / 18.0]);
        // With the third free, the first is only ahead of the second: (3/4, 1/4) of what those two have.
        let found = means(&weights(Kind::Ordinal(vec![0, 1])), |w| w[0] >= w[1]);
        close(found, [1.0 / 2.0, 1.0 / 6.0, 1.0 / 3.0]);
    }

    /// Wide intervals are drawn by rejection, narrow ones by a walk; both beside points of the simplex that are thrown away by hand.
    #[test]
    fn weights_in_intervals_are_uniform_there() {
        for bounds in [[[0.1, 0.7], [0.0, 0.5], [0.2, 1.0]], [[0.30, 0.36], [0.30, 0.40], [0.25, 0.40]]] {
            let inside =
                |w: &[f64]| w.iter().zip(&bounds).all(|(x, b)| *x >= b[0] - 1e-12 && *x <= b[1] + 1e-12);
            let found = means(&weights(Kind::Box(bounds.to_vec())), inside);
            let (mut expected, mut count) = ([0.0; 3], 0.0);
            let steps = 400;
            for i in 0..=steps {
                for j in 0..=steps - i {
                    let point = [i, j, steps - i - j].map(|k| f64::from(k) / f64::from(steps));
                    if inside(&point) {
                        count += 1.0;
                        expected.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
                    }
                }
            }
            let expected = expected.map(|sum| sum / count);
            // The points of the grid lie up to half a step off the edges.
            assert!(
                found.iter().zip(&expected).all(|(x, y)| (x - y).abs() < 0.004),
                "{found:?} {expected:?}"
            );
        }
    }
}
