//! Signs of tactical voting, as facts: what was done, never why.

use serde::Serialize;

use super::vote::{Pile, Vote};
use crate::programme::Unranked;

/// Something on the ballots that an honest opinion may have, and a tactical one often has. It is a reason to ask,
/// and no proof of anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "sign", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Sign {
    /// A ballot gave all its points to one initiative.
    AllPointsOnOne {
        /// The ballot.
        ballot: usize,
        /// The initiative.
        initiative: u32,
    },
    /// A ballot holds everything that it ranks level.
    EverythingLevel {
        /// The ballot.
        ballot: usize,
    },
    /// An initiative is last, and alone there, on every ballot of one side, but not on every other ballot.
    LastOnOneSide {
        /// The initiative.
        initiative: u32,
        /// The side: its number among those that were given.
        side: usize,
        /// How many ballots the side has.
        ballots: usize,
        /// How many of the other ballots rank the initiative.
        elsewhere: usize,
        /// On how many of these it is last and alone there.
        elsewhere_last: usize,
    },
}

/// The signs on the ballots: by ballot, then by side.
///
/// `sides` are groups of ballots that may have acted together: the units, or those above and below in a
/// [`Split`](super::Split). A side of one ballot shows nothing, and neither does the choice between two.
///
/// # Panics
///
/// When a side names no ballot of the pile.
///
/// # Complexity
///
/// `O(k)` per ballot of `k` listed initiatives, and as much for each side that it is on.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Vote, Pile, Sign, Unranked, Weight, signs};
/// let ballot = Vote::from_points(&[(1, 100.0)], Unranked::Last, Weight::ONE)?;
/// let pile = Pile::new(3, vec![ballot])?;
/// assert_eq!(signs(&pile, &[]), [Sign::AllPointsOnOne { ballot: 0, initiative: 1 }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signs(pile: &Pile, sides: &[Vec<usize>]) -> Vec<Sign> {
    let n = pile.initiatives();
    let mut signs = Vec::new();
    if n < 2 {
        return signs;
    }
    for (number, ballot) in pile.ballots().iter().enumerate() {
        let mut given = ballot.points().unwrap_or_default().iter().filter(|&&(_, amount)| amount > 0);
        if let (Some(&(initiative, _)), None) = (given.next(), given.next()) {
            signs.push(Sign::AllPointsOnOne { ballot: number, initiative });
        }
        if everything_level(ballot, n) {
            signs.push(Sign::EverythingLevel { ballot: number });
        }
    }
    if n < 3 {
        return signs;
    }
    let last: Vec<Option<u32>> = pile.ballots().iter().map(|ballot| last(ballot, n)).collect();
    for (number, side) in sides.iter().enumerate() {
        let mut on_side = vec![false; last.len()];
        for &ballot in side {
            on_side[ballot] = true;
        }
        let mut lasts = on_side.iter().zip(&last).filter(|(on_side, _)| **on_side).map(|(_, last)| *last);
        let ballots = on_side.iter().filter(|&&on_side| on_side).count();
        let Some(Some(initiative)) = lasts.next() else { continue };
        if ballots < 2 || lasts.any(|other| other != Some(initiative)) {
            continue;
        }
        let others = (0..last.len()).filter(|&ballot| !on_side[ballot] && ranks(pile, ballot, initiative));
        let (mut elsewhere, mut elsewhere_last) = (0, 0);
        for ballot in others {
            elsewhere += 1;
            elsewhere_last += usize::from(last[ballot] == Some(initiative));
        }
        if elsewhere_last < elsewhere {
            signs.push(Sign::LastOnOneSide { initiative, side: number, ballots, elsewhere, elsewhere_last });
        }
    }
    signs
}

/// Whether a ballot ranks two initiatives or more, and prefers none to another.
fn everything_level(ballot: &Vote, n: usize) -> bool {
    let listed = ballot.listed();
    match ballot.unranked() {
        Unranked::Ignored => ballot.groups().len() == 1 && listed > 1,
        Unranked::Last => ballot.groups().len() == 1 && listed == n || listed == 0,
    }
}

/// The initiative that is last on a ballot of two groups or more, if it is alone there.
fn last(ballot: &Vote, n: usize) -> Option<u32> {
    let listed = ballot.listed();
    let (bottom, groups) = if ballot.unranked() == Unranked::Last && listed < n {
        if n - listed > 1 {
            return None;
        }
        // The only one that is not listed: what the listed indices lack of the sum of all.
        let all: u64 = (0..n as u64).sum();
        let sum: u64 = ballot.groups().iter().flatten().map(|&item| u64::from(item)).sum();
        (vec![(all - sum) as u32], ballot.groups().len() + 1)
    } else {
        (ballot.groups().last()?.clone(), ballot.groups().len())
    };
    match bottom[..] {
        [only] if groups > 1 => Some(only),
        _ => None,
    }
}

/// Whether a ballot says anything about an initiative.
fn ranks(pile: &Pile, ballot: usize, initiative: u32) -> bool {
    let ballot = &pile.ballots()[ballot];
    ballot.unranked() == Unranked::Last || ballot.groups().iter().flatten().any(|&item| item == initiative)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::Weight;
    use crate::consensus::testing::{pile, votes};

    fn points(points: &[(u32, f64)]) -> Vote {
        Vote::from_points(points, Unranked::Last, Weight::ONE).unwrap()
    }

    #[test]
    fn points_on_one_and_points_alike() {
        let ballots = vec![
            points(&[(0, 5.0), (1, 0.0)]),
            points(&[(0, 5.0), (1, 5.0), (2, 5.0)]),
            points(&[(0, 5.0), (1, 4.0)]),
            points(&[(0, 5.0), (1, 5.0)]),
            points(&[(0, 0.0)]),
        ];
        let pile = Pile::new(3, ballots).unwrap();
        let expected = [
            Sign::AllPointsOnOne { ballot: 0, initiative: 0 },
            Sign::EverythingLevel { ballot: 1 },
            Sign::EverythingLevel { ballot: 4 },
        ];
        assert_eq!(signs(&pile, &[]), expected);
        // With one initiative there is nothing else to do.
        assert!(signs(&Pile::new(1, vec![points(&[(0, 5.0)])]).unwrap(), &[]).is_empty());
    }

    #[test]
    fn level_is_what_a_ballot_ranks_level() {
        let mut ballots = votes("1*A=B 1*A 1*A>B", Unranked::Ignored);
        ballots.push(Vote::new(vec![], Unranked::Ignored, Weight::ONE));
        let pile = Pile::new(3, ballots).unwrap();
        assert_eq!(signs(&pile, &[]), [Sign::EverythingLevel { ballot: 0 }]);
    }

    #[test]
    fn last_on_one_side() {
        // C is last on the first side though not listed on its second ballot; the other side has it first or last.
        let pile_of = |text| pile(3, text);
        let sides = [vec![1, 0], vec![2, 3]];
        let pile = pile_of("1*A>B>C 1*B>A 1*C>A>B 1*B>A>C");
        let sign =
            Sign::LastOnOneSide { initiative: 2, side: 0, ballots: 2, elsewhere: 2, elsewhere_last: 1 };
        assert_eq!(signs(&pile, &sides), [sign]);
        // Last on all ballots is an opinion that all share.
        assert!(signs(&pile_of("1*A>B>C 1*B>A>C 1*A>B>C 1*B>A>C"), &sides).is_empty());
        // One ballot is no side, though it be named twice; a tie for the last place is not the last place.
        assert!(signs(&pile, &[vec![0, 0]]).is_empty());
        assert!(signs(&pile_of("1*A>B=C 1*A>B=C 1*C>A>B"), &[vec![0, 1]]).is_empty());
        assert!(signs(&pile_of("1*A 1*A 1*C>A>B"), &[vec![0, 1]]).is_empty());
    }
}
