//! A full ranking with ties: every initiative in exactly one group, best group first.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A full ranking of the initiatives `0..n`; initiatives of one group are level.
///
/// Within a group the lower index stands first, so equal rankings are equal values.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::WeakOrder;
/// let ranking = WeakOrder::new(vec![vec![2], vec![1, 0]])?;
/// assert_eq!(ranking.groups(), [vec![2], vec![0, 1]]);
/// assert_eq!(ranking.rank(0), 2); // competition ranks: 1, 2, 2
/// assert!(WeakOrder::new(vec![vec![0], vec![2]]).is_err()); // where is 1?
/// # Ok::<(), cxrank::consensus::RankingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<u32>>", into = "Vec<Vec<u32>>")]
pub struct WeakOrder {
    groups: Vec<Vec<u32>>,
    group_of: Vec<u32>,
    /// How many initiatives stand before each group.
    before: Vec<u32>,
}

impl WeakOrder {
    /// A ranking from its groups, best first. How many initiatives there are is how many are listed.
    ///
    /// # Errors
    ///
    /// When an initiative is listed twice or the listed ones are not `0..n`; empty groups are dropped.
    pub fn new(mut groups: Vec<Vec<u32>>) -> Result<Self, RankingError> {
        groups.retain(|group| !group.is_empty());
        let n: usize = groups.iter().map(Vec::len).sum();
        let mut group_of = vec![u32::MAX; n];
        let mut before = Vec::with_capacity(groups.len());
        let mut count = 0;
        for (g, group) in groups.iter_mut().enumerate() {
            group.sort_unstable();
            before.push(count);
            count += group.len() as u32;
            for &item in &*group {
                match group_of.get_mut(item as usize) {
                    None => return Err(RankingError::Gap { initiative: item, listed: n }),
                    Some(place) if *place != u32::MAX => {
                        return Err(RankingError::Duplicate { initiative: item });
                    }
                    Some(place) => *place = g as u32,
                }
            }
        }
        Ok(Self { groups, group_of, before })
    }

    /// Groups of equal keys, the least key first.
    pub(super) fn by_key<K: Ord>(n: usize, key: impl Fn(u32) -> K) -> Self {
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_by_key(|&item| key(item));
        let groups = order.chunk_by(|&a, &b| key(a) == key(b)).map(<[u32]>::to_vec).collect();
        Self::of_groups(groups)
    }

    /// The ranking of groups that are known to hold each initiative once.
    pub(super) fn of_groups(groups: Vec<Vec<u32>>) -> Self {
        Self::new(groups).expect("a rule places each initiative once")
    }

    /// How many initiatives are ranked.
    pub fn len(&self) -> usize {
        self.group_of.len()
    }

    /// Whether nothing is ranked.
    pub fn is_empty(&self) -> bool {
        self.group_of.is_empty()
    }

    /// The groups, best first.
    pub fn groups(&self) -> &[Vec<u32>] {
        &self.groups
    }

    /// Which group an initiative is in, 0 for the best.
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn group_of(&self, initiative: u32) -> u32 {
        self.group_of[initiative as usize]
    }

    /// The competition rank of an initiative: one more than the number that stand before it (1, 2, 2, 4).
    ///
    /// # Panics
    ///
    /// When there is no such initiative.
    pub fn rank(&self, initiative: u32) -> u32 {
        self.before[self.group_of(initiative) as usize] + 1
    }

    /// Twice the mean of the places that the group of an initiative holds: 2, then 5 for the two that share the
    /// places 2 and 3, then 8.
    pub(super) fn doubled_place(&self, initiative: u32) -> u32 {
        let g = self.group_of(initiative) as usize;
        2 * self.before[g] + self.groups[g].len() as u32 + 1
    }

    /// Whether no two initiatives are level.
    pub fn is_strict(&self) -> bool {
        self.groups.len() == self.group_of.len()
    }

    /// The initiatives that rank among the first `k`, lowest index first: whole groups, as long as fewer than `k`
    /// stand before them (so a tie at the border is in).
    pub fn top(&self, k: usize) -> Vec<u32> {
        let mut top = Vec::new();
        for group in &self.groups {
            if top.len() >= k {
                break;
            }
            top.extend_from_slice(group);
        }
        top.sort_unstable();
        top
    }
}

impl TryFrom<Vec<Vec<u32>>> for WeakOrder {
    type Error = RankingError;

    fn try_from(groups: Vec<Vec<u32>>) -> Result<Self, RankingError> {
        Self::new(groups)
    }
}

impl From<WeakOrder> for Vec<Vec<u32>> {
    fn from(ranking: WeakOrder) -> Self {
        ranking.groups
    }
}

/// Why a list of groups is no full ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RankingError {
    /// An initiative is in two places.
    Duplicate {
        /// The initiative.
        initiative: u32,
    },
    /// An index is not below the number of listed initiatives, so a lower one is missing.
    Gap {
        /// The index that is too high.
        initiative: u32,
        /// How many initiatives are listed.
        listed: usize,
    },
}

impl RankingError {
    /// A stable name for this kind of error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "ranking.duplicate-initiative",
            Self::Gap { .. } => "ranking.gap",
        }
    }
}

impl fmt::Display for RankingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { initiative } => write!(f, "initiative {initiative} is ranked twice"),
            Self::Gap { initiative, listed } => {
                write!(f, "initiative {initiative} is ranked, but only {listed} are: one below it is missing")
            }
        }
    }
}

impl std::error::Error for RankingError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_competition_ranks_and_places_are_means() {
        let ranking = WeakOrder::new(vec![vec![3], vec![], vec![2, 0], vec![1]]).unwrap();
        assert_eq!(ranking.groups(), [vec![3], vec![0, 2], vec![1]]);
        assert_eq!([0, 1, 2, 3].map(|i| ranking.rank(i)), [2, 4, 2, 1]);
        assert_eq!([0, 1, 2, 3].map(|i| ranking.doubled_place(i)), [5, 8, 5, 2]);
        assert!(ranking.top(0).is_empty());
        assert_eq!(ranking.top(1), [3]);
        assert_eq!(ranking.top(2), [0, 2, 3]);
        assert_eq!(ranking.top(9), [0, 1, 2, 3]);
        assert!(!ranking.is_strict());
    }

    #[test]
    fn what_is_no_full_ranking_is_refused() {
        assert_eq!(WeakOrder::new(vec![vec![0, 0]]), Err(RankingError::Duplicate { initiative: 0 }));
        assert_eq!(
            WeakOrder::new(vec![vec![0], vec![2]]),
            Err(RankingError::Gap { initiative: 2, listed: 2 })
        );
        assert!(serde_json::from_str::<WeakOrder>("[[1],[1]]").is_err());
        let none = WeakOrder::new(vec![]).unwrap();
        assert!(none.is_empty() && none.is_strict());
    }
}
