//! What the tests of this room share: random ballots, a naive tally, and the shared cases.

use std::ops::Range;
use std::path::PathBuf;

use proptest::prelude::*;

use super::{Pile, Unranked, Vote, Weight};

/// `A>B=C` and the like, as many times as said, over the letters from A.
pub(super) fn votes(text: &str, unranked: Unranked) -> Vec<Vote> {
    text.split_whitespace()
        .map(|vote| {
            let (count, order) = vote.split_once('*').unwrap();
            let group =
                |group: &str| group.split('=').map(|item| u32::from(item.as_bytes()[0] - b'A')).collect();
            let weight = Weight::from_count(count.parse().unwrap()).unwrap();
            Vote::new(order.split('>').map(group).collect(), unranked, weight)
        })
        .collect()
}

pub(super) fn pile(n: usize, text: &str) -> Pile {
    Pile::new(n, votes(text, Unranked::Last)).unwrap()
}

/// Groups by a level per item; items on no level are not listed.
pub(crate) fn groups(levels: &[Option<u8>]) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); 256];
    for (item, level) in (0..).zip(levels) {
        if let Some(level) = level {
            groups[usize::from(*level)].push(item);
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// A ballot over `n` items with ties and gaps.
pub(super) fn any_ballot(n: usize) -> impl Strategy<Value = Vote> {
    let levels = prop::collection::vec(prop::option::weighted(0.8, 0..n.max(1) as u8), n);
    let weight = prop_oneof![3 => 1_u64..4, 1 => 1..50_000_000_u64];
    (levels, any::<bool>(), weight).prop_map(|(levels, last, weight)| {
        let unranked = if last { Unranked::Last } else { Unranked::Ignored };
        Vote::new(groups(&levels), unranked, Weight::from_millionths(weight).unwrap())
    })
}

/// Ballots with ties and gaps, and how many items they are over.
pub(super) fn any_ballots(
    n: Range<usize>,
    ballots: Range<usize>,
) -> impl Strategy<Value = (usize, Vec<Vote>)> {
    n.prop_flat_map(move |n| (Just(n), prop::collection::vec(any_ballot(n), ballots.clone())))
}

/// Ballots with ties and gaps, some of which give points.
pub(super) fn mixed_ballots(
    n: Range<usize>,
    ballots: Range<usize>,
) -> impl Strategy<Value = (usize, Vec<Vote>)> {
    let give_points = prop::collection::vec(any::<bool>(), ballots.end);
    (any_ballots(n, ballots), give_points).prop_map(|((n, ballots), give_points)| {
        let ballots = ballots.into_iter().zip(give_points).map(|(ballot, give_points)| {
            if !give_points {
                return ballot;
            }
            let points: Vec<(u32, f64)> = (0_u8..)
                .zip(ballot.groups().iter().rev())
                .flat_map(|(points, group)| group.iter().map(move |&item| (item, f64::from(points) * 1.5)))
                .collect();
            Vote::from_points(&points, ballot.unranked(), ballot.weight()).unwrap()
        });
        (n, ballots.collect())
    })
}

/// Ballots that list everything, with few or many ties, of small weights.
pub(super) fn full_ballots(
    n: Range<usize>,
    ballots: Range<usize>,
) -> impl Strategy<Value = (usize, Vec<Vote>)> {
    n.prop_flat_map(move |n| {
        let tied = prop::collection::vec(0..n.max(1) as u8, n);
        let strict = Just((0..n as u8).collect::<Vec<_>>()).prop_shuffle();
        let ballot = (prop_oneof![1 => tied, 3 => strict], 1_u64..4).prop_map(|(levels, weight)| {
            let levels: Vec<_> = levels.into_iter().map(Some).collect();
            Vote::new(groups(&levels), Unranked::Last, Weight::from_count(weight).unwrap())
        });
        (Just(n), prop::collection::vec(ballot, ballots.clone()))
    })
}

/// The pairwise table by looking at each pair on each ballot.
pub(super) fn naive_table(n: usize, ballots: &[Vote]) -> Vec<u64> {
    let mut table = vec![0; n * n];
    for ballot in ballots {
        let place_of = |item: u32| ballot.groups().iter().position(|group| group.contains(&item));
        let places: Vec<Option<usize>> = (0..n as u32).map(place_of).collect();
        for a in 0..n {
            for b in 0..n {
                let above = match (places[a], places[b]) {
                    (Some(a), Some(b)) => a < b,
                    (Some(_), None) => ballot.unranked() == Unranked::Last,
                    _ => false,
                };
                if above {
                    table[a * n + b] += ballot.weight().millionths();
                }
            }
        }
    }
    table
}

/// A file of the shared test inputs, or `None`, said aloud, where they are not there.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let near = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("CXRANK_SHARED").map_or_else(near, PathBuf::from);
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: {} is not there", file.display());
    None
}
