//! What a pile of ballots adds up to: exact pairwise sums, which merge.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::vote::Vote;
use super::weight::{MAX_MILLIONTHS, MAX_TOTAL};

/// The greatest number of initiatives in one tally: its table has a cell for each ordered pair.
pub const MAX_INITIATIVES: usize = 10_000;

/// The exact pairwise sums of a pile of ballots over the initiatives `0..n`, in millionths of a vote.
///
/// This is all that the rules need. The positional sums of Borda are the row sums of the same table, so a table
/// that a database has counted ([`Tally::from_pairwise`]) loses nothing. Tallies merge: counted in any number of
/// piles, in any order, a tally has the same bytes.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{TallyBuilder, Unranked, Weight};
/// let mut builder = TallyBuilder::new(3)?;
/// builder.push([[0], [1], [2]], Unranked::Last, Weight::ONE)?;
/// builder.push([vec![2, 1]], Unranked::Ignored, Weight::from_votes(2.0)?)?; // nothing said about 0
/// let tally = builder.finish();
/// assert_eq!(tally.prefer(0, 1), 1_000_000);
/// assert_eq!(tally.prefer(1, 0), 0);
/// assert_eq!(tally.silent(0, 1), 2_000_000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TallyParts")]
pub struct Tally {
    initiatives: usize,
    ballots: u64,
    total: u64,
    /// Row-major: the weight that strictly prefers the row to the column.
    prefer: Vec<u64>,
    /// How many of the ballots gave points.
    point_ballots: u64,
    /// Weight times points, both in millionths, per initiative; empty while no ballot gave points.
    points: Vec<u128>,
}

/// The fields of a tally as a file has them, not yet checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyParts {
    initiatives: usize,
    ballots: u64,
    total: u64,
    prefer: Vec<u64>,
    point_ballots: u64,
    points: Vec<u128>,
}

impl TryFrom<TallyParts> for Tally {
    type Error = TallyError;

    fn try_from(parts: TallyParts) -> Result<Self, TallyError> {
        let tally = Self::from_pairwise(parts.initiatives, parts.prefer, parts.ballots, parts.total)?;
        let expected = if parts.point_ballots == 0 { 0 } else { parts.initiatives };
        let most = u128::from(parts.total) * u128::from(MAX_MILLIONTHS);
        if parts.points.len() != expected
            || parts.point_ballots > parts.ballots
            || parts.points.iter().any(|&sum| sum > most)
        {
            return Err(TallyError::Points);
        }
        Ok(Self { point_ballots: parts.point_ballots, points: parts.points, ..tally })
    }
}

impl Tally {
    /// A tally from a table that has already been counted.
    ///
    /// `prefer` is row-major with `n · n` cells: the weight, in millionths of a vote, that strictly prefers the
    /// row to the column. `total` is the weight of all `ballots`.
    ///
    /// # Errors
    ///
    /// When the table has another size, a cell of its diagonal is not zero, the two sides of a pair exceed the
    /// total, or a limit is exceeded.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cxrank::consensus::{RESOLUTION, Tally};
    /// // Three of five votes for 0 above 1, two for 1 above 0.
    /// let tally = Tally::from_pairwise(2, vec![0, 3 * RESOLUTION, 2 * RESOLUTION, 0], 5, 5 * RESOLUTION)?;
    /// assert_eq!(tally.margin(0, 1), 1_000_000);
    /// # Ok::<(), cxrank::consensus::TallyError>(())
    /// ```
    pub fn from_pairwise(n: usize, prefer: Vec<u64>, ballots: u64, total: u64) -> Result<Self, TallyError> {
        check_size(n)?;
        if prefer.len() != n * n {
            return Err(TallyError::Cells { found: prefer.len(), expected: n * n });
        }
        if total > MAX_TOTAL || (ballots == 0 && total > 0) {
            return Err(TallyError::Total { total });
        }
        for a in 0..n {
            for b in a..n {
                let (above, below) = (prefer[a * n + b], prefer[b * n + a]);
                if above.checked_add(below).is_none_or(|sum| sum > if a == b { 0 } else { total }) {
                    return Err(TallyError::Pair { pair: (a as u32, b as u32), sides: (above, below) });
                }
            }
        }
        Ok(Self { initiatives: n, ballots, total, prefer, point_ballots: 0, points: Vec::new() })
    }

    /// What the builder has counted, with sums that it has checked.
    pub(super) fn counted(
        n: usize,
        ballots: u64,
        total: u64,
        prefer: Vec<u64>,
        point_ballots: u64,
        points: Vec<u128>,
    ) -> Self {
        debug_assert_eq!(prefer.len(), n * n);
        Self { initiatives: n, ballots, total, prefer, point_ballots, points }
    }

    /// Adds the ballots of another tally of the same initiatives.
    ///
    /// # Errors
    ///
    /// When the other has another number of initiatives, or the total weight would exceed [`MAX_TOTAL`]; the
    /// tally is then as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cxrank::consensus::Tally;
    /// let mut all = Tally::from_pairwise(2, vec![0, 3, 2, 0], 5, 5)?;
    /// all.merge(&Tally::from_pairwise(2, vec![0, 0, 4, 0], 5, 5)?)?;
    /// assert_eq!((all.prefer(0, 1), all.prefer(1, 0), all.silent(0, 1)), (3, 6, 1));
    /// # Ok::<(), cxrank::consensus::TallyError>(())
    /// ```
    pub fn merge(&mut self, other: &Self) -> Result<(), TallyError> {
        if self.initiatives != other.initiatives {
            return Err(TallyError::Initiatives { left: self.initiatives, right: other.initiatives });
        }
        let total = self.total + other.total;
        if total > MAX_TOTAL {
            return Err(TallyError::Total { total });
        }
        self.ballots = self.ballots.checked_add(other.ballots).ok_or(TallyError::Total { total })?;
        self.total = total;
        self.point_ballots += other.point_ballots;
        for (cell, add) in self.prefer.iter_mut().zip(&other.prefer) {
            *cell += add;
        }
        if self.points.is_empty() {
            self.points.clone_from(&other.points);
        } else {
            for (sum, add) in self.points.iter_mut().zip(&other.points) {
                *sum += add;
            }
        }
        Ok(())
    }

    /// The tally with another weight for one of its ballots, which puts the initiatives in these places; with none,
    /// the tally of the others.
    pub(super) fn reweighted(&self, ballot: &Vote, places: &[Option<u32>], weight: u64) -> Self {
        let now = ballot.weight().millionths();
        let gone = u64::from(weight == 0);
        let mut tally = self.clone();
        tally.ballots -= gone;
        tally.total = self.total - now + weight;
        for (row, above) in tally.prefer.chunks_mut(self.initiatives.max(1)).zip(places) {
            for (cell, below) in row.iter_mut().zip(places) {
                if above.zip(*below).is_some_and(|(above, below)| above < below) {
                    *cell = *cell - now + weight;
                }
            }
        }
        if let Some(points) = ballot.points() {
            tally.point_ballots -= gone;
            for &(item, amount) in points {
                let sum = &mut tally.points[item as usize];
                *sum = *sum - u128::from(now) * u128::from(amount) + u128::from(weight) * u128::from(amount);
            }
            if tally.point_ballots == 0 {
                tally.points.clear();
            }
        }
        tally
    }

    /// How many initiatives there are.
    pub fn initiatives(&self) -> usize {
        self.initiatives
    }

    /// How many ballots were counted.
    pub fn ballots(&self) -> u64 {
        self.ballots
    }

    /// The weight of all ballots, in millionths of a vote.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The weight that strictly prefers `a` to `b`, in millionths of a vote.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn prefer(&self, a: u32, b: u32) -> u64 {
        self.row(a)[b as usize]
    }

    /// The weight that has no preference between `a` and `b`: level, or nothing said.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn silent(&self, a: u32, b: u32) -> u64 {
        self.total - self.prefer(a, b) - self.prefer(b, a)
    }

    /// `prefer(a, b) − prefer(b, a)`.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn margin(&self, a: u32, b: u32) -> i64 {
        // Both at most 2⁶⁰.
        self.prefer(a, b).cast_signed() - self.prefer(b, a).cast_signed()
    }

    /// The weights that prefer `a` to each initiative.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn row(&self, a: u32) -> &[u64] {
        &self.prefer[a as usize * self.initiatives..][..self.initiatives]
    }

    /// For each initiative, the sum of its margins against all others: twice its Borda points above the mean.
    pub(super) fn net(&self) -> Vec<i128> {
        let n = self.initiatives;
        let mut net = vec![0_i128; n];
        for a in 0..n {
            let row = &self.prefer[a * n..][..n];
            net[a] += row.iter().map(|&p| i128::from(p)).sum::<i128>();
            for (sum, &p) in net.iter_mut().zip(row) {
                *sum -= i128::from(p);
            }
        }
        net
    }

    /// How many ballots gave points.
    pub fn point_ballots(&self) -> u64 {
        self.point_ballots
    }

    /// Weight times points summed over the ballots that gave points, in millionths of millionths, per
    /// initiative; `None` when no ballot gave points.
    pub fn points(&self) -> Option<&[u128]> {
        (self.point_ballots > 0).then_some(&self.points)
    }
}

/// Refuses more initiatives than a table can hold.
pub(super) fn check_size(n: usize) -> Result<(), TallyError> {
    if n > MAX_INITIATIVES { Err(TallyError::TooMany { found: n }) } else { Ok(()) }
}

/// Why there is no such tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TallyError {
    /// More than [`MAX_INITIATIVES`].
    TooMany {
        /// How many initiatives were asked for.
        found: usize,
    },
    /// The table has not one cell for each ordered pair.
    Cells {
        /// How many cells there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
    /// The total weight is above [`MAX_TOTAL`], or there is weight without ballots.
    Total {
        /// The total, in millionths of a vote.
        total: u64,
    },
    /// The two sides of a pair weigh more than all ballots together, or an initiative is preferred to itself.
    Pair {
        /// The pair.
        pair: (u32, u32),
        /// The weights of its sides.
        sides: (u64, u64),
    },
    /// Sums of points that no ballots can have given.
    Points,
    /// Tallies of different numbers of initiatives.
    Initiatives {
        /// How many this one has.
        left: usize,
        /// How many the other has.
        right: usize,
    },
}

impl TallyError {
    /// A stable name for this kind of error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooMany { .. } => "tally.too-many-initiatives",
            Self::Cells { .. } => "tally.wrong-size",
            Self::Total { .. } => "tally.overflow",
            Self::Pair { .. } => "tally.impossible-pair",
            Self::Points => "tally.impossible-points",
            Self::Initiatives { .. } => "tally.different-initiatives",
        }
    }
}

impl fmt::Display for TallyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany { found } => {
                write!(f, "{found} initiatives: at most {MAX_INITIATIVES} can be tallied")
            }
            Self::Cells { found, expected } => {
                write!(f, "the pairwise table has {found} cells, expected {expected}")
            }
            Self::Total { total } => {
                write!(f, "a total weight of {total} millionths: expected that of the ballots, at most 2^60")
            }
            Self::Pair { pair: (a, b), sides: (above, below) } => {
                write!(f, "{above} prefer {a} to {b} and {below} the other way: more than all ballots weigh")
            }
            Self::Points => f.write_str("the sums of points do not fit the ballots"),
            Self::Initiatives { left, right } => {
                write!(f, "a tally of {left} initiatives cannot be merged with one of {right}")
            }
        }
    }
}

impl std::error::Error for TallyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_table_is_checked() {
        assert!(Tally::from_pairwise(2, vec![0, 3, 2, 0], 5, 5).is_ok());
        let code = |n, table: &[u64], ballots, total| {
            Tally::from_pairwise(n, table.to_vec(), ballots, total).unwrap_err().code()
        };
        assert_eq!(code(2, &[0, 3, 2], 5, 5), "tally.wrong-size");
        assert_eq!(code(2, &[0, 3, 3, 0], 5, 5), "tally.impossible-pair");
        assert_eq!(code(2, &[1, 3, 2, 0], 5, 5), "tally.impossible-pair");
        assert_eq!(code(2, &[0, u64::MAX, 2, 0], 5, 5), "tally.impossible-pair");
        assert_eq!(code(2, &[0, 3, 2, 0], 5, MAX_TOTAL + 1), "tally.overflow");
        assert_eq!(code(0, &[], 0, 1), "tally.overflow");
        assert_eq!(code(MAX_INITIATIVES + 1, &[], 5, 5), "tally.too-many-initiatives");
    }

    #[test]
    fn merging_refuses_what_does_not_fit_and_leaves_the_tally_as_it_was() {
        let small = Tally::from_pairwise(1, vec![0], 1, 1).unwrap();
        let mut full = Tally::from_pairwise(1, vec![0], 1, MAX_TOTAL).unwrap();
        let before = full.clone();
        assert_eq!(full.merge(&small).unwrap_err().code(), "tally.overflow");
        let two = Tally::from_pairwise(2, vec![0; 4], 1, 1).unwrap();
        assert_eq!(full.merge(&two).unwrap_err().code(), "tally.different-initiatives");
        assert_eq!(full, before);
    }

    #[test]
    fn a_file_with_an_impossible_tally_is_refused() {
        let good = r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[0],"point_ballots":1,"points":[5]}"#;
        let tally: Tally = serde_json::from_str(good).unwrap();
        assert_eq!(serde_json::to_string(&tally).unwrap(), good);
        for bad in [
            r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[1],"point_ballots":0,"points":[]}"#,
            r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[0],"point_ballots":1,"points":[]}"#,
            r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[0],"point_ballots":2,"points":[5]}"#,
            r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[0],"point_ballots":1,"points":[1125899906842625]}"#,
            r#"{"initiatives":9999999999,"ballots":1,"total":1,"prefer":[0],"point_ballots":0,"points":[]}"#,
            r#"{"initiatives":1,"ballots":1,"total":1,"prefer":[0],"point_ballots":0,"points":[],"extra":1}"#,
        ] {
            assert!(serde_json::from_str::<Tally>(bad).is_err(), "{bad}");
        }
    }
}
