//! Majority pairs and which of them is stronger.

use std::cmp::Ordering;

use super::rule::Link;
use super::tally::Tally;

/// How the strength of a majority is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// By the votes of the winning side.
    Winning,
    /// By the votes of the winning side less those of the other.
    Margins,
    /// By the votes of the winning side over those of the other; where nobody is on the other side the ratio is
    /// beyond every finite one, and the more votes are the stronger.
    Ratio,
}

impl Strength {
    /// Compares by strength alone, exactly.
    pub(super) fn compare(self, x: &Link, y: &Link) -> Ordering {
        match self {
            Self::Winning => x.support.cmp(&y.support),
            Self::Margins => (x.support - x.opposition).cmp(&(y.support - y.opposition)),
            Self::Ratio if x.opposition == 0 && y.opposition == 0 => x.support.cmp(&y.support),
            Self::Ratio => {
                let left = u128::from(x.support) * u128::from(y.opposition);
                left.cmp(&(u128::from(y.support) * u128::from(x.opposition)))
            }
        }
    }
}

/// Every pair that a majority decides, in the order of the table.
pub(super) fn majorities(tally: &Tally) -> Vec<Link> {
    let n = tally.initiatives() as u32;
    let mut links = Vec::with_capacity(tally.initiatives() * tally.initiatives().saturating_sub(1) / 2);
    for a in 0..n {
        let row = tally.row(a);
        for b in a + 1..n {
            let (for_a, for_b) = (row[b as usize], tally.prefer(b, a));
            if for_a > for_b {
                links.push(Link { from: a, to: b, support: for_a, opposition: for_b });
            } else if for_b > for_a {
                links.push(Link { from: b, to: a, support: for_b, opposition: for_a });
            }
        }
    }
    links
}

/// The fewest of the links that lead from one initiative to another, the lowest indices among such; empty when
/// they do not.
pub(super) fn shortest_path(n: usize, links: &[Link], from: u32, to: u32) -> Vec<Link> {
    let mut links: Vec<&Link> = links.iter().collect();
    links.sort_unstable_by_key(|link| (link.from, link.to));
    let mut came_by: Vec<Option<&Link>> = vec![None; n];
    let mut queue = vec![from];
    let mut next = 0;
    while next < queue.len() && came_by[to as usize].is_none() {
        let at = queue[next];
        next += 1;
        let start = links.partition_point(|link| link.from < at);
        for link in links[start..].iter().take_while(|link| link.from == at) {
            if link.to != from && came_by[link.to as usize].is_none() {
                came_by[link.to as usize] = Some(link);
                queue.push(link.to);
            }
        }
    }
    let mut path = Vec::new();
    let mut at = to;
    while let Some(link) = came_by[at as usize] {
        path.push(*link);
        at = link.from;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_compare_exactly_and_an_unopposed_side_is_beyond_them() {
        let link = |support, opposition| Link { from: 0, to: 1, support, opposition };
        let compare = |x, y| Strength::Ratio.compare(&x, &y);
        let big = 1 << 59;
        assert_eq!(compare(link(big, big - 1), link(big - 1, big - 2)), Ordering::Less);
        assert_eq!(compare(link(6, 3), link(2, 1)), Ordering::Equal);
        assert_eq!(compare(link(1, 0), link(big, 1)), Ordering::Greater);
        assert_eq!(compare(link(1, 0), link(2, 0)), Ordering::Less);
    }

    #[test]
    fn the_shortest_path_is_found_or_there_is_none() {
        let link = |from, to| Link { from, to, support: 1, opposition: 0 };
        let links = [link(2, 3), link(0, 1), link(1, 3), link(0, 2), link(3, 0)];
        let ends = |path: Vec<Link>| path.iter().map(|link| link.to).collect::<Vec<_>>();
        assert_eq!(ends(shortest_path(5, &links, 0, 3)), [1, 3]);
        assert_eq!(ends(shortest_path(5, &links, 3, 1)), [0, 1]);
        assert!(shortest_path(5, &links, 0, 4).is_empty());
    }
}
