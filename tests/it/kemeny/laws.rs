//! The kernel against a dynamic programme over subsets, and its laws.
use cxrank::consensus::kemeny::{Another, Instance, solve};
use proptest::prelude::*;

/// Least cost and number of optimal orders (Held & Karp 1962 for the scheme).
fn oracle(n: usize, over: &[i64], before: &[(u32, u32)]) -> (i128, u64) {
    let mut best = vec![(i128::MAX, 0_u64); 1 << n];
    best[0] = (0, 1);
    for set in 0..1_usize << n {
        let (cost, ways) = best[set];
        if ways == 0 {
            continue;
        }
        for x in (0..n).filter(|x| set >> x & 1 == 0) {
            if before.iter().any(|&(a, b)| b as usize == x && set >> a & 1 == 0) {
                continue;
            }
            let rest = (0..n).filter(|&y| y != x && set >> y & 1 == 0);
            let next = cost + rest.map(|y| i128::from(over[y * n + x])).sum::<i128>();
            let entry = &mut best[set | 1 << x];
            if next < entry.0 {
                *entry = (next, ways);
            } else if next == entry.0 {
                entry.1 += ways;
            }
        }
    }
    best[(1 << n) - 1]
}

fn cost(n: usize, over: &[i64], order: &[u32]) -> i128 {
    let mut cost = 0;
    for (at, &a) in order.iter().enumerate() {
        for &b in &order[at + 1..] {
            cost += i128::from(over[b as usize * n + a as usize]);
        }
    }
    cost
}

fn check(n: usize, over: &[i64], before: &[(u32, u32)]) -> Result<(), TestCaseError> {
    let solution = solve(&Instance { n, over, before }, 1_000_000);
    let (least, ways) = oracle(n, over, before);
    let mut sorted = solution.order.clone();
    sorted.sort_unstable();
    prop_assert_eq!(sorted, (0..n as u32).collect::<Vec<_>>());
    let place = |x: u32| solution.order.iter().position(|&y| y == x);
    prop_assert!(before.iter().all(|&(a, b)| place(a) < place(b)));
    prop_assert_eq!(cost(n, over, &solution.order), solution.cost);
    prop_assert_eq!(solution.cost, least);
    prop_assert_eq!(solution.lower_bound, least);
    prop_assert!(solution.proven);
    prop_assert_eq!(solution.another, if ways > 1 { Another::Yes } else { Another::No });
    Ok(())
}

fn table(n: usize, most: i64) -> impl Strategy<Value = Vec<i64>> {
    proptest::collection::vec(0..=most, n * n)
}

/// Arcs from earlier to later in a random order of the items.
fn prerequisites(n: usize) -> impl Strategy<Value = Vec<(u32, u32)>> {
    let names = Just((0..n as u32).collect::<Vec<_>>()).prop_shuffle();
    (names, proptest::collection::vec((0..n, 0..n), 0..n)).prop_map(|(names, pairs)| {
        pairs.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (names[a.min(b)], names[a.max(b)])).collect()
    })
}

fn case() -> impl Strategy<Value = (usize, Vec<i64>, Vec<(u32, u32)>)> {
    (1_usize..=9, prop_oneof![Just(1_i64), Just(2), Just(5), Just(40), Just(1 << 53)]).prop_flat_map(
        |(n, most)| {
            (Just(n), table(n, most), prop_oneof![Just(Vec::new()).boxed(), prerequisites(n).boxed()])
        },
    )
}

/// Odd numbers of complete ballots: margins without ties, where a unique optimum is usual.
fn complete_ballots() -> impl Strategy<Value = (usize, Vec<i64>)> {
    (3_usize..=9, 0_usize..4).prop_flat_map(|(n, half)| {
        let ballot = Just((0..n).collect::<Vec<_>>()).prop_shuffle();
        proptest::collection::vec(ballot, 2 * half + 1).prop_map(move |ballots| {
            let mut over = vec![0; n * n];
            for ballot in ballots {
                for (at, &a) in ballot.iter().enumerate() {
                    for &b in &ballot[at + 1..] {
                        over[a * n + b] += 1;
                    }
                }
            }
            (n, over)
        })
    })
}

/// Complete ballots over up to 24 items, beyond the reach of the oracle.
fn many_items() -> impl Strategy<Value = (usize, Vec<i64>, Vec<u32>)> {
    (10_usize..=24, 1_usize..8).prop_flat_map(|(n, m)| {
        let ballot = || Just((0..n as u32).collect::<Vec<_>>()).prop_shuffle();
        (proptest::collection::vec((ballot(), 1_i64..4), m), ballot()).prop_map(move |(ballots, names)| {
            let mut over = vec![0; n * n];
            for (ballot, weight) in ballots {
                for (at, &a) in ballot.iter().enumerate() {
                    for &b in &ballot[at + 1..] {
                        over[a as usize * n + b as usize] += weight;
                    }
                }
            }
            (n, over, names)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_dynamic_programming((n, over, before) in case()) {
        check(n, &over, &before)?;
    }

    #[test]
    fn agrees_on_complete_ballots((n, over) in complete_ballots()) {
        check(n, &over, &[])?;
    }

    #[test]
    fn bounds_hold_under_any_limit((n, over, before) in case(), limit in 0_u64..4) {
        let solution = solve(&Instance { n, over: &over, before: &before }, limit);
        let (least, _) = oracle(n, &over, &before);
        prop_assert!(solution.lower_bound <= least && least <= solution.cost);
        prop_assert_eq!(solution.proven, solution.lower_bound == solution.cost);
    }

    #[test]
    fn names_and_scale_do_not_matter((n, over, names) in many_items()) {
        let plain = solve(&Instance { n, over: &over, before: &[] }, 100_000);
        let mut other = vec![0; n * n];
        for a in 0..n {
            for b in 0..n {
                other[names[a] as usize * n + names[b] as usize] = over[a * n + b] * 1000;
            }
        }
        let renamed = solve(&Instance { n, over: &other, before: &[] }, 100_000);
        prop_assert!(plain.proven && renamed.proven);
        prop_assert_eq!(plain.cost, cost(n, &over, &plain.order));
        prop_assert_eq!(plain.cost * 1000, renamed.cost);
        prop_assert_eq!(plain.another, renamed.another);
        let back: Vec<i64> = (0..n * n).map(|i| over[i % n * n + i / n]).collect();
        prop_assert_eq!(solve(&Instance { n, over: &back, before: &[] }, 100_000).cost, plain.cost);
    }

    #[test]
    fn prerequisites_cost_only_what_they_forbid((n, over, names) in many_items(), gaps in proptest::collection::vec(any::<bool>(), 24)) {
        let plain = solve(&Instance { n, over: &over, before: &[] }, 100_000);
        // Those that an optimum keeps anyway cost nothing; if it is the only one, its reverse costs something.
        let kept: Vec<(u32, u32)> = plain.order.windows(2).zip(&gaps).filter(|e| *e.1).map(|(w, _)| (w[0], w[1])).collect();
        let same = solve(&Instance { n, over: &over, before: &kept }, 100_000);
        prop_assert!(same.proven && same.cost == plain.cost);
        let turned = solve(&Instance { n, over: &over, before: &[(plain.order[1], plain.order[0])] }, 100_000);
        prop_assert!(turned.proven && turned.cost >= plain.cost);
        if plain.another == Another::No {
            prop_assert!(turned.cost > plain.cost);
        }
        // A fixed order leaves nothing to decide.
        let all: Vec<(u32, u32)> = names.windows(2).map(|w| (w[0], w[1])).collect();
        let fixed = solve(&Instance { n, over: &over, before: &all }, 0);
        prop_assert_eq!((fixed.cost, fixed.proven, fixed.another), (cost(n, &over, &names), true, Another::No));
    }
}
