//! What is to be put in sequence: items with weight and time, and what each requires.

use crate::graph::Rows;
use std::cmp::Ordering;

/// Items with a weight (benefit) and a time (effort) each, and what each requires.
///
/// An outcome is an item of time 0 that requires its initiatives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// Benefit of each item; it may be zero or negative.
    pub(crate) weight: &'a [i64],
    /// Effort of each item, not negative.
    pub(crate) time: &'a [i64],
    /// What each item requires; no item may require itself, directly or through others.
    pub(crate) requires: &'a Rows,
}

/// Why a [`Problem`] cannot be computed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProblemError {
    /// The weights, times and rows are not equally many, or they are more than `u32` can count.
    Lengths,
    /// This item's time is negative.
    NegativeTime(u32),
    /// This item requires one that does not exist.
    UnknownItem(u32),
    /// The sum of the absolute weights, or that of the times, is 2⁶² or more.
    TooLarge,
    /// Some items require one another in a circle.
    Cycle,
}

impl Problem<'_> {
    /// The number of items.
    pub(crate) fn len(&self) -> usize {
        self.weight.len()
    }

    /// Sum of the weights and of the times of some items.
    pub(crate) fn sums(&self, items: &[u32]) -> (i64, i64) {
        items.iter().fold((0, 0), |(w, p), &v| (w + self.weight[v as usize], p + self.time[v as usize]))
    }

    /// Checks everything that the rest of this room relies on, and returns the items with what is
    /// required first.
    ///
    /// # Errors
    ///
    /// The first [`ProblemError`] met.
    pub(crate) fn check(&self) -> Result<Vec<u32>, ProblemError> {
        let n = self.len();
        if self.time.len() != n || self.requires.len() != n || n >= u32::MAX as usize {
            return Err(ProblemError::Lengths);
        }
        for item in 0..n as u32 {
            if self.time[item as usize] < 0 {
                return Err(ProblemError::NegativeTime(item));
            }
            if self.requires.row(item).iter().any(|&j| j as usize >= n) {
                return Err(ProblemError::UnknownItem(item));
            }
        }
        let weight: i128 = self.weight.iter().map(|&w| i128::from(w).abs()).sum();
        let time: i128 = self.time.iter().map(|&p| i128::from(p)).sum();
        if weight.max(time) >= 1 << 62 {
            return Err(ProblemError::TooLarge);
        }
        self.requires.topological_order().ok_or(ProblemError::Cycle)
    }
}

/// Compares weight/time of two sets. With time 0 the density is +∞, 0 or −∞ by the sign of the
/// weight.
pub(crate) fn compare_density(a: (i64, i64), b: (i64, i64)) -> Ordering {
    let cross = |x: (i64, i64), y: (i64, i64)| i128::from(x.0) * i128::from(y.1);
    match (a.1, b.1) {
        (0, 0) => a.0.signum().cmp(&b.0.signum()),
        // Infinite against finite; and 0/0, which counts as 0.
        (0, _) => a.0.cmp(&if a.0 == 0 { b.0 } else { 0 }),
        (_, 0) => if b.0 == 0 { a.0 } else { 0 }.cmp(&b.0),
        _ => cross(a, b).cmp(&cross(b, a)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_are_totally_ordered() {
        // From the least to the greatest; equal ones share a group.
        let groups: [&[(i64, i64)]; 5] = [
            &[(-1, 0), (-7, 0)],
            &[(-3, 2), (-6, 4)],
            &[(0, 0), (0, 5)],
            &[(1, i64::MAX / 2), (2, i64::MAX - 1)],
            &[(1, 0), (i64::MAX, 0)],
        ];
        for (i, left) in groups.iter().enumerate() {
            for (j, right) in groups.iter().enumerate() {
                for &a in *left {
                    for &b in *right {
                        assert_eq!(compare_density(a, b), i.cmp(&j), "{a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_computed_is_refused() {
        let check = |weight: &[i64], time: &[i64], rows: &[Vec<u32>]| {
            let requires = Rows::from_rows(rows);
            Problem { weight, time, requires: &requires }.check()
        };
        assert_eq!(check(&[1], &[], &[vec![]]), Err(ProblemError::Lengths));
        assert_eq!(check(&[1], &[1], &[]), Err(ProblemError::Lengths));
        assert_eq!(check(&[1, 1], &[1, -1], &[vec![], vec![]]), Err(ProblemError::NegativeTime(1)));
        assert_eq!(check(&[1, 1], &[1, 1], &[vec![], vec![2]]), Err(ProblemError::UnknownItem(1)));
        let big = 1 << 61;
        assert_eq!(check(&[big, -big], &[1, 1], &[vec![], vec![]]), Err(ProblemError::TooLarge));
        assert_eq!(check(&[1, 1], &[big, big], &[vec![], vec![]]), Err(ProblemError::TooLarge));
        assert_eq!(check(&[i64::MIN], &[0], &[vec![]]), Err(ProblemError::TooLarge));
        assert_eq!(check(&[big, 1 - big], &[big, big - 1], &[vec![], vec![]]), Ok(vec![0, 1]));
        let rows = [vec![1], vec![2], vec![3, 4], vec![1], vec![]];
        assert_eq!(check(&[0; 5], &[0; 5], &rows), Err(ProblemError::Cycle));
        assert_eq!(check(&[0], &[0], &[vec![0]]), Err(ProblemError::Cycle));
    }
}
