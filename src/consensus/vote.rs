//! One stakeholder's ballot, and a validated pile of them.

use std::fmt;

use super::count::TallyBuilder;
use super::tally::{Tally, TallyError};
use super::weight::{Weight, WeightError, to_millionths};
use crate::programme::Unranked;

/// What one stakeholder says: groups of initiatives from best to worst, with a weight.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Unranked, Weight};
/// let ranked = Vote::new(vec![vec![4], vec![0, 2]], Unranked::Last, Weight::ONE);
/// assert_eq!(ranked.groups().len(), 2);
/// let points = Vote::from_points(&[(0, 60.0), (3, 40.0)], Unranked::Last, Weight::ONE)?;
/// assert_eq!(points.groups(), [vec![0], vec![3]]);
/// # Ok::<(), cxrank::consensus::BallotProblem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    groups: Vec<Vec<u32>>,
    unranked: Unranked,
    weight: Weight,
    points: Option<Vec<(u32, u64)>>,
}

impl Vote {
    /// A ballot by groups, best first. Empty groups say nothing and are dropped.
    pub fn new(mut groups: Vec<Vec<u32>>, unranked: Unranked, weight: Weight) -> Self {
        groups.retain(|group| !group.is_empty());
        Self { groups, unranked, weight, points: None }
    }

    /// A ballot by points, which also ranks: more points first, equal points level. Nothing said is no points, so
    /// under [`Unranked::Last`] an initiative with no points is level with those that are not listed.
    ///
    /// Points are rounded to the nearest millionth.
    ///
    /// # Errors
    ///
    /// When points are negative, not finite, or too many, or an initiative has points twice.
    pub fn from_points(
        points: &[(u32, f64)],
        unranked: Unranked,
        weight: Weight,
    ) -> Result<Self, BallotProblem> {
        let mut exact = Vec::with_capacity(points.len());
        for &(initiative, amount) in points {
            let amount =
                to_millionths(amount).map_err(|error| BallotProblem::Points { initiative, error })?;
            exact.push((initiative, amount));
        }
        exact.sort_unstable();
        if let Some(pair) = exact.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(BallotProblem::Duplicate { initiative: pair[0].0 });
        }
        exact.sort_by_key(|&(_, amount)| std::cmp::Reverse(amount));
        let groups = exact
            .chunk_by(|left, right| left.1 == right.1)
            .filter(|group| unranked == Unranked::Ignored || group[0].1 > 0)
            .map(|group| group.iter().map(|&(initiative, _)| initiative).collect())
            .collect();
        Ok(Self { groups, unranked, weight, points: Some(exact) })
    }

    /// The groups, best first.
    pub fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    /// What it means not to be listed.
    pub fn unranked(&self) -> Unranked {
        self.unranked
    }

    /// The weight.
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// Initiatives with their points in millionths, most first, if the ballot gave points.
    pub fn points(&self) -> Option<&[(u32, u64)]> {
        self.points.as_deref()
    }

    /// How many initiatives are in groups.
    pub(super) fn listed(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }

    /// The same ballot with another weight.
    pub fn with_weight(&self, weight: Weight) -> Self {
        Self { weight, ..self.clone() }
    }
}

/// Ballots that have been checked against the number of initiatives, with their tally.
///
/// A ballot is named by its index: the room that knows the stakeholders keeps them in that order.
#[derive(Debug, Clone)]
pub struct Pile {
    ballots: Vec<Vote>,
    tally: Tally,
}

impl Pile {
    /// Checks and tallies ballots over the initiatives `0..n`.
    ///
    /// # Errors
    ///
    /// Every ballot that is refused, each with the first thing that is wrong with it.
    pub fn new(n: usize, ballots: Vec<Vote>) -> Result<Self, PileError> {
        let mut builder = TallyBuilder::new(n).map_err(PileError::Tally)?;
        let refused: Vec<BallotError> =
            ballots.iter().filter_map(|ballot| builder.push_ballot(ballot).err()).collect();
        if !refused.is_empty() {
            return Err(PileError::Ballots(refused));
        }
        Ok(Self { ballots, tally: builder.finish() })
    }

    /// The ballots, in the order given.
    pub fn ballots(&self) -> &[Vote] {
        &self.ballots
    }

    /// Their tally.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// How many initiatives there are.
    pub fn initiatives(&self) -> usize {
        self.tally.initiatives()
    }

    /// For each initiative the number of its group on a ballot; unlisted ones have the number after the last
    /// group, or `None` where the ballot ignores them.
    pub(super) fn places(&self, ballot: usize) -> Vec<Option<u32>> {
        let ballot = &self.ballots[ballot];
        let unlisted = match ballot.unranked {
            Unranked::Last => Some(ballot.groups.len() as u32),
            Unranked::Ignored => None,
        };
        let mut places = vec![unlisted; self.initiatives()];
        for (place, group) in (0..).zip(&ballot.groups) {
            for &item in group {
                places[item as usize] = Some(place);
            }
        }
        places
    }
}

/// A ballot that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BallotError {
    /// Its number among all ballots offered, from 0.
    pub ballot: u64,
    /// What is wrong with it.
    pub problem: BallotProblem,
}

impl BallotError {
    /// A stable name for this kind of error.
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }
}

impl fmt::Display for BallotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ballot {}: {}", self.ballot, self.problem)
    }
}

impl std::error::Error for BallotError {}

/// What is wrong with a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BallotProblem {
    /// An initiative is listed twice.
    Duplicate {
        /// The initiative.
        initiative: u32,
    },
    /// There is no such initiative.
    Unknown {
        /// The index found.
        initiative: u32,
        /// How many initiatives there are.
        known: usize,
    },
    /// The weight is no weight.
    Weight(WeightError),
    /// Points that are negative, not finite, or too many.
    Points {
        /// The initiative that they were given to.
        initiative: u32,
        /// What is wrong with them.
        error: WeightError,
    },
    /// The weights of all ballots would exceed [`MAX_TOTAL`](super::MAX_TOTAL).
    Overflow,
}

impl BallotProblem {
    /// A stable name for this kind of error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "ballot.duplicate-initiative",
            Self::Unknown { .. } => "ballot.unknown-initiative",
            Self::Weight(error) => error.code(),
            Self::Points { .. } => "ballot.bad-points",
            Self::Overflow => "tally.overflow",
        }
    }
}

impl fmt::Display for BallotProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { initiative } => write!(f, "initiative {initiative} is listed twice"),
            Self::Unknown { initiative, known } => {
                write!(f, "initiative {initiative} is unknown: there are {known}, counted from 0")
            }
            Self::Weight(error) => write!(f, "the weight is {error}"),
            Self::Points { initiative, error: WeightError::NotPositive } => {
                write!(f, "the points of initiative {initiative} are below zero")
            }
            Self::Points { initiative, error } => {
                write!(f, "the points of initiative {initiative} are {error}")
            }
            Self::Overflow => f.write_str("with it the ballots weigh more than a tally can hold"),
        }
    }
}

impl std::error::Error for BallotProblem {}

/// Why there is no such pile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PileError {
    /// There can be no tally of so many initiatives.
    Tally(TallyError),
    /// The ballots that were refused, in order.
    Ballots(Vec<BallotError>),
}

impl PileError {
    /// A stable name for this kind of error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Tally(error) => error.code(),
            Self::Ballots(_) => "ballot.refused",
        }
    }
}

impl fmt::Display for PileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tally(error) => error.fmt(f),
            Self::Ballots(refused) => {
                for (i, error) in refused.iter().enumerate() {
                    write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for PileError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_rank_and_zero_is_level_with_unlisted_only_where_those_count() {
        let points = [(2, 0.0), (1, 30.0), (0, 70.0), (3, 30.0)];
        let last = Vote::from_points(&points, Unranked::Last, Weight::ONE).unwrap();
        assert_eq!(last.groups(), [vec![0], vec![1, 3]]);
        let ignored = Vote::from_points(&points, Unranked::Ignored, Weight::ONE).unwrap();
        assert_eq!(ignored.groups(), [vec![0], vec![1, 3], vec![2]]);
    }

    #[test]
    fn every_refused_ballot_is_reported() {
        let ballot = |groups| Vote::new(groups, Unranked::Last, Weight::ONE);
        let error =
            Pile::new(2, vec![ballot(vec![vec![0], vec![0]]), ballot(vec![vec![1]]), ballot(vec![vec![7]])])
                .unwrap_err();
        assert_eq!(
            error.to_string(),
            "ballot 0: initiative 0 is listed twice\nballot 2: initiative 7 is unknown: there are 2, counted from 0"
        );
        let twice = Vote::from_points(&[(0, 1.0), (1, 2.0), (0, 0.0)], Unranked::Last, Weight::ONE);
        assert_eq!(twice, Err(BallotProblem::Duplicate { initiative: 0 }));
        let unknown = Vote::from_points(&[(5, 0.0)], Unranked::Last, Weight::ONE).unwrap();
        assert!(Pile::new(2, vec![unknown]).is_err());
        for bad in [-1.0, f64::NAN, 1e12] {
            let error = Vote::from_points(&[(0, bad)], Unranked::Last, Weight::ONE).unwrap_err();
            assert_eq!(error.code(), "ballot.bad-points");
        }
    }
}
