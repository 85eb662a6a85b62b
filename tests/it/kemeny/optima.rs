//! Proven optima of real and synthetic ballots (Mattei & Walsh 2013, `PrefLib`: a library for preferences), where they are at hand.

use super::common;
use crate::shared::shared;
use cxrank::consensus::kemeny::{Another, Instance, Solution, solve};
use serde_json::Value;

fn check(folder: &str) {
    let Some(folder) = shared().map(|shared| shared.join("data").join(folder)) else { return };
    let text = std::fs::read_to_string(folder.join("kemeny_optima.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty());
    for case in &cases {
        let file = case["file"].as_str().unwrap();
        let unranked = case["unranked"].as_str().unwrap();
        let (n, over) = common::read(&folder.join(file), unranked == "ignored");
        let solution = solve(&Instance { n, over: &over, before: &[] }, 10_000);
        assert_eq!(
            solution.cost,
            i128::from(case["min_disagreement"].as_i64().unwrap()),
            "{file} {unranked}"
        );
        assert_eq!(solution.lower_bound, solution.cost, "{file} {unranked}");
        assert!(solution.proven, "{file} {unranked}");
        assert_ne!(solution.another, Another::NotKnown, "{file} {unranked}");
    }
}

#[test]
fn optima_of_real_ballots() {
    check("preflib");
}

#[test]
fn optima_of_synthetic_ballots() {
    check("ballots");
}

/// Pseudorandom margins of ±1, the hardest kind (a linear congruential generator, Knuth's MMIX constants).
fn tournament(n: usize) -> Vec<i64> {
    let mut state = 12345_u64;
    let mut over = vec![0; n * n];
    for a in 0..n {
        for b in 0..a {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (winner, loser) = if state >> 63 == 0 { (a, b) } else { (b, a) };
            over[winner * n + loser] = 1;
        }
    }
    over
}

#[test]
fn the_limit_ends_a_hard_search_with_a_bound() {
    let (n, over) = (45, tournament(45));
    let run = |limit| solve(&Instance { n, over: &over, before: &[] }, limit);
    let few: Solution = run(20);
    let more: Solution = run(60);
    assert!(!few.proven && few.another == Another::NotKnown);
    assert!(
        few.lower_bound > 0
            && few.lower_bound <= more.lower_bound
            && more.lower_bound < more.cost
            && more.cost <= few.cost
    );
    assert!(more.nodes <= 62, "{}", more.nodes);
    assert_eq!(more, run(60));
}

#[test]
fn extreme_inputs() {
    let none = solve(&Instance { n: 0, over: &[], before: &[] }, 10);
    assert!(none.order.is_empty() && none.proven && none.cost == 0 && none.another == Another::No);
    let one = solve(&Instance { n: 1, over: &[7], before: &[] }, 10);
    assert_eq!((one.order.as_slice(), one.cost, one.another), ([0_u32].as_slice(), 0, Another::No));
    // No ballot: everything is an optimum, and the lowest index comes first.
    let silent = solve(&Instance { n: 4, over: &[0; 16], before: &[(3, 0)] }, 0);
    assert_eq!(
        (silent.order.as_slice(), silent.proven, silent.another),
        ([1, 2, 3, 0].as_slice(), true, Another::Yes)
    );
    // Largest weights, in a cycle of three.
    let w = i64::MAX;
    let over = [0, w, 0, 0, 0, w, w - 1, 0, 0];
    let cycle = solve(&Instance { n: 3, over: &over, before: &[] }, 100);
    assert_eq!(
        (cycle.order.as_slice(), cycle.cost, cycle.another),
        ([0, 1, 2].as_slice(), i128::from(w) - 1, Another::No)
    );
    // Prerequisites against everything the ballots say.
    let against = solve(&Instance { n: 3, over: &over, before: &[(2, 1), (1, 0)] }, 100);
    assert_eq!(
        (against.order.as_slice(), against.cost, against.another),
        ([2, 1, 0].as_slice(), 2 * i128::from(w), Another::No)
    );
}

#[test]
fn a_long_chain_of_prerequisites() {
    let n = 700;
    let over = vec![1; n * n];
    let before: Vec<(u32, u32)> = (1..n as u32).map(|a| (a, a - 1)).collect();
    let solution = solve(&Instance { n, over: &over, before: &before }, 10);
    assert!(solution.order.iter().rev().copied().eq(0..n as u32));
    assert_eq!(solution.another, Another::No);
}
