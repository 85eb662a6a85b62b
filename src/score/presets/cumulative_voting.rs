//! Cumulative voting, also called the 100-point method.

use super::Rule;
use crate::score::input::{InputError, InputFault, both, collect, expect_length, expect_some};

/// Cumulative voting: every voter spreads the same number of points over the items.
///
/// # Formula
///
/// `total = Σ points over voters`, `share = total / (voters · points_each)`.
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `points_each` | what every voter has to give | > 0 |
/// | `voters[v][i]` | what voter v gives to item i | ≥ 0, each row adding up to `points_each` |
///
/// There is no blank here: a voter who gives nothing to an item says so by giving all points to others, and a forgotten cell shows as a total
/// that is not met. Leave out a voter who did not vote.
///
/// # When not to use it
///
/// - With one's own favourite safe, the best vote is to put all points where they decide: in a second round people do.
/// - The sum hides a quarrel. Look at `least`, `most` and `first_for` of each item; for ballots with weights, and for agreement, ask the
///   consensus of rankings instead.
/// - More than some twenty items cannot be told apart with 100 points.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::CumulativeVoting;
///
/// let vote = CumulativeVoting { points_each: 100.0, voters: vec![vec![70.0, 30.0], vec![20.0, 80.0]] };
/// let items = vote.count()?;
/// assert_eq!((items[0].total, items[1].total), (90.0, 110.0));
/// assert_eq!(items[1].share, 0.55);
/// assert_eq!(items[0].first_for, [0]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// D. Leffingwell and D. Widrig (2003), Managing Software Requirements: A Use Case Approach.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeVoting {
    /// What every voter has to give.
    pub points_each: f64,
    /// For every voter the points for every item.
    pub voters: Vec<Vec<f64>>,
}

/// What one item got.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VotedItem {
    /// The points of all voters.
    pub total: f64,
    /// The total divided by all the points that there were.
    pub share: f64,
    /// The fewest points from one voter.
    pub least: f64,
    /// The most points from one voter.
    pub most: f64,
    /// The voters (by position) who gave no item more than this one.
    pub first_for: Vec<usize>,
}

impl CumulativeVoting {
    /// How far a voter's points may be off their total, as a share of it: enough for thirds written in decimals to a machine's accuracy.
    const TOLERANCE: f64 = 1e-9;

    /// What every item got.
    ///
    /// # Errors
    ///
    /// No voters or no items; rows of different lengths; every number of points out of range; every total that is not met.
    ///
    /// # Complexity
    ///
    /// O(v·n) time for v voters and n items.
    pub fn count(&self) -> Result<Vec<VotedItem>, InputError> {
        expect_some("voters", self.voters.len())?;
        let items = self.voters[0].len();
        expect_some("voters[0]", items)?;
        let points_each = Rule::Denominator.check("points_each", self.points_each).map_err(InputError::from);
        let rows = collect(self.voters.iter().enumerate().map(|(v, points)| {
            let path = format!("voters[{v}]");
            expect_length(&path, points.len(), items)?;
            collect(
                points
                    .iter()
                    .enumerate()
                    .map(|(i, &points)| Ok(Rule::Quantity.check(&format!("{path}[{i}]"), points)?)),
            )
        }));
        let (points_each, rows) = both(points_each, rows)?;
        collect(rows.iter().enumerate().map(|(v, points)| {
            let found: f64 = points.iter().sum();
            if (found - points_each).abs() <= Self::TOLERANCE * points_each {
                return Ok(());
            }
            Err(InputFault::WrongTotal { found, expected: points_each }.at(format!("voters[{v}]")).into())
        }))?;

        let greatest: Vec<f64> =
            rows.iter().map(|points| points.iter().copied().fold(0.0, f64::max)).collect();
        let all = points_each * rows.len() as f64;
        Ok((0..items)
            .map(|i| {
                let got = || rows.iter().map(move |points| points[i]);
                let total: f64 = got().sum();
                VotedItem {
                    total,
                    share: total / all,
                    least: got().fold(f64::INFINITY, f64::min),
                    most: got().fold(0.0, f64::max),
                    first_for: (0..rows.len()).filter(|&v| rows[v][i] >= greatest[v]).collect(),
                }
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five requirements and three stakeholders, from I. A. Pereira (2025), Engenharia de software: técnica de pontuação (course notes).
    #[test]
    fn published_five_requirements() {
        let voters = vec![
            vec![40.0, 20.0, 20.0, 10.0, 10.0],
            vec![30.0, 40.0, 10.0, 10.0, 10.0],
            vec![50.0, 20.0, 10.0, 10.0, 10.0],
        ];
        let items = CumulativeVoting { points_each: 100.0, voters }.count().unwrap();
        let expected = [120.0, 80.0, 40.0, 30.0, 30.0];
        for (item, expected) in items.iter().zip(expected) {
            assert!((item.total - expected).abs() < 1e-9 && (item.share - expected / 300.0).abs() < 1e-12);
        }
        // The second by its sum is the first for the second voter.
        assert_eq!(
            (items[1].first_for.as_slice(), items[1].least, items[1].most),
            ([1].as_slice(), 20.0, 40.0)
        );
    }

    #[test]
    fn forgotten_and_spare_points_are_refused() {
        let voters = vec![vec![50.0, 40.0], vec![60.0, 60.0], vec![100.0, 0.0]];
        let error = CumulativeVoting { points_each: 100.0, voters }.count().unwrap_err();
        let found: Vec<_> = error.problems().iter().map(|problem| (problem.code(), problem.path())).collect();
        assert_eq!(found, [("score.wrong-total", "voters[0]"), ("score.wrong-total", "voters[1]")]);
    }

    #[test]
    fn ragged_negative_and_empty_are_refused() {
        let count = |points_each, voters: &[&[f64]]| {
            CumulativeVoting { points_each, voters: voters.iter().map(|points| points.to_vec()).collect() }
                .count()
        };
        let error = count(0.0, &[&[1.0, -1.0], &[1.0], &[f64::NAN, 1.0]]).unwrap_err();
        let codes = error.codes();
        let expected = [
            "score.non-positive-denominator",
            "score.out-of-range",
            "score.wrong-length",
            "score.not-finite",
        ];
        assert_eq!(codes, expected);
        assert_eq!(count(1.0, &[]).unwrap_err().codes(), ["score.empty"]);
        assert_eq!(count(1.0, &[&[]]).unwrap_err().codes(), ["score.empty"]);
    }

    #[test]
    fn thirds_are_taken() {
        let third = 100.0 / 3.0;
        assert!(CumulativeVoting { points_each: 100.0, voters: vec![vec![third; 3]] }.count().is_ok());
    }
}
