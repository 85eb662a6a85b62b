//! Weights from the order of importance alone.

use super::Weights;
use crate::score::input::{InputError, InputFault, collect, expect_some};

/// Rank-order centroid weights: the mean of all weights that agree with the order of importance.
///
/// # Formula
///
/// The weight of place i of n is `w_i = (1/n) · Σ_{k = i..n} 1/k`. Criteria that share a rank share the mean of their places.
///
/// `ranks[j]` is the competition rank of criterion j: 1 for the most important, and 1, 2, 2, 4 when two are tied. The weights come in the same
/// order.
///
/// # When not to use it
///
/// - When people can say how much more: the first of two gets 0.75 whether it matters a little or ten times more. Use [`swing`](super::swing).
/// - It is steep: the last of five gets 0.04. [`rank_sum`] is flatter.
///
/// # Errors
///
/// No ranks; every rank that is not one more than the number of lesser ranks.
///
/// # Complexity
///
/// O(n log n) time for n criteria.
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::rank_order_centroid;
///
/// assert_eq!(rank_order_centroid(&[2, 1])?.as_slice(), [0.25, 0.75]);
/// assert_eq!(rank_order_centroid(&[1, 1])?.as_slice(), [0.5, 0.5]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// F. H. Barron and B. E. Barrett (1996), Decision quality using ranked attribute weights, Management Science 42(11).
pub fn rank_order_centroid(ranks: &[u32]) -> Result<Weights, InputError> {
    let n = ranks.len() as f64;
    // Σ 1/k from the last place up, so that small numbers are added first.
    let mut sum = 0.0;
    let mut places: Vec<f64> = (1..=ranks.len())
        .rev()
        .map(|place| {
            sum += 1.0 / place as f64;
            sum / n
        })
        .collect();
    places.reverse();
    by_place(ranks, &places)
}

/// Rank-sum weights: they fall by the same step from place to place.
///
/// # Formula
///
/// The weight of place i of n is `w_i = (n + 1 − i) / (1 + 2 + … + n)`. Criteria that share a rank share the mean of their places. `ranks` as
/// for [`rank_order_centroid`].
///
/// # When not to use it
///
/// Equal steps are an assumption nobody stated; the [`rank_order_centroid`] assumes only that every agreeing set of weights is as likely.
///
/// # Errors
///
/// As [`rank_order_centroid`].
///
/// # Examples
///
/// ```
/// use cxrank::score::elicit::rank_sum;
///
/// assert_eq!(rank_sum(&[1, 2, 3, 4])?.as_slice(), [0.4, 0.3, 0.2, 0.1]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// W. G. Stillwell, D. A. Seaver and W. Edwards (1981), A comparison of weight approximation techniques in multiattribute utility decision
/// making, Organizational Behavior and Human Performance 28(1).
pub fn rank_sum(ranks: &[u32]) -> Result<Weights, InputError> {
    let places: Vec<f64> = (1..=ranks.len()).rev().map(|points| points as f64).collect();
    by_place(ranks, &places)
}

/// Gives every criterion the mean weight of the places that its rank covers.
fn by_place(ranks: &[u32], places: &[f64]) -> Result<Weights, InputError> {
    expect_some("ranks", ranks.len())?;
    let mut sorted = ranks.to_vec();
    sorted.sort_unstable();
    let points = collect(ranks.iter().enumerate().map(|(i, &found)| {
        let before = sorted.partition_point(|&rank| rank < found);
        let end = sorted.partition_point(|&rank| rank <= found);
        if found as usize != before + 1 {
            let path = format!("ranks[{i}]");
            return Err(InputFault::NotCompetitionRank { found, expected: before + 1 }.at(path).into());
        }
        let covered = &places[before..end];
        Ok(covered.iter().sum::<f64>() / covered.len() as f64)
    }))?;
    Weights::from_points("ranks", &points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(weights: &Weights, expected: &[f64], tolerance: f64) -> bool {
        weights.len() == expected.len()
            && weights
                .as_slice()
                .iter()
                .zip(expected)
                .all(|(weight, expected)| (weight - expected).abs() < tolerance)
    }

    /// Barron and Barrett (1996), Decision quality using ranked attribute weights.
    #[test]
    fn published_rank_order_centroids() {
        let table: [&[f64]; 4] = [
            &[0.75, 0.25],
            &[0.6111, 0.2778, 0.1111],
            &[0.5208, 0.2708, 0.1458, 0.0625],
            &[0.4567, 0.2567, 0.1567, 0.0900, 0.0400],
        ];
        for expected in table {
            let ranks: Vec<u32> = (1..).take(expected.len()).collect();
            assert!(close(&rank_order_centroid(&ranks).unwrap(), expected, 6e-5));
        }
    }

    /// By the formula of Stillwell, Seaver and Edwards (1981): 5/15, 4/15, …
    #[test]
    fn rank_sums_of_five() {
        assert!(close(&rank_sum(&[1, 2, 3, 4, 5]).unwrap(), &[0.3333, 0.2667, 0.2, 0.1333, 0.0667], 5e-5));
    }

    #[test]
    fn tied_criteria_share_their_places() {
        assert!(close(&rank_sum(&[2, 1, 2, 4]).unwrap(), &[0.25, 0.4, 0.25, 0.1], 1e-12));
        let centroid = rank_order_centroid(&[1, 2, 3]).unwrap();
        let tied = rank_order_centroid(&[1, 2, 2]).unwrap();
        let mean = f64::midpoint(centroid.as_slice()[1], centroid.as_slice()[2]);
        assert!(close(&tied, &[centroid.as_slice()[0], mean, mean], 1e-12));
    }

    #[test]
    fn ranks_that_skip_are_refused() {
        let error = rank_sum(&[0, 2, 2, 3]).unwrap_err();
        let problem =
            |i, found, expected| InputFault::NotCompetitionRank { found, expected }.at(format!("ranks[{i}]"));
        assert_eq!(error.problems(), [problem(0, 0, 1), problem(3, 3, 4)]);
        assert_eq!(rank_order_centroid(&[]).unwrap_err().codes(), ["score.empty"]);
        assert_eq!(rank_order_centroid(&[u32::MAX]).unwrap_err().codes(), ["score.not-competition-rank"]);
    }
}
