//! How near plans come to their bounds on instances that others made: the Next Release Problem (Bagnall, Rayward-Smith & Whittley 2001).

use super::improve::{Goals, WinRules, improve};
use super::schedule::Instance;
use super::value::{Gain, Worth, filled};
use crate::graph::Rows;

struct Release {
    cost: Vec<i64>,
    requires: Vec<Vec<u32>>,
    customers: Vec<Gain>,
}

/// Reads an instance of the shared data; `None` where they are not there.
fn read(name: &str) -> Option<Release> {
    let shared = std::env::var("CXRANK_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    let text = std::fs::read_to_string(format!("{shared}/data/nrp/{name}")).ok()?;
    let mut numbers = text.split_ascii_whitespace().filter_map(|word| word.parse::<i64>().ok());
    let mut next = || numbers.next().unwrap_or(0);
    let mut cost = Vec::new();
    for _ in 0..next() {
        for _ in 0..next() {
            cost.push(next());
        }
    }
    let mut requires = vec![Vec::new(); cost.len()];
    for _ in 0..next() {
        let (first, then) = (next(), next());
        requires[then as usize - 1].push(first as u32 - 1);
    }
    let customers = (0..next())
        .map(|_| {
            let benefit = next();
            let needs = (0..next()).map(|_| next() as u32 - 1).collect();
            Gain { benefit, lasts: None, needs }
        })
        .collect();
    Some(Release { cost, requires, customers })
}

/// The greatest closed set of the greatest positive value, by augmenting paths (Picard 1976).
fn closure(value: &[i64], requires: &[Vec<usize>]) -> Vec<bool> {
    let n = value.len();
    let (source, sink) = (n, n + 1);
    let mut arcs: Vec<Vec<usize>> = vec![Vec::new(); n + 2];
    let (mut to, mut left) = (Vec::new(), Vec::new());
    let mut arc = |from: usize, head: usize, capacity: i64| {
        for (a, b, c) in [(from, head, capacity), (head, from, 0)] {
            arcs[a].push(to.len());
            to.push(b);
            left.push(c);
        }
    };
    for i in 0..n {
        if value[i] > 0 {
            arc(source, i, value[i]);
        } else {
            arc(i, sink, -value[i]);
        }
        requires[i].iter().for_each(|&need| arc(i, need, i64::MAX / 4));
    }
    loop {
        // Breadth first from the source; what is reached when the sink is not is the set.
        let mut by = vec![usize::MAX; n + 2];
        let mut queue = std::collections::VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for &a in &arcs[node] {
                if left[a] > 0 && to[a] != source && by[to[a]] == usize::MAX {
                    by[to[a]] = a;
                    queue.push_back(to[a]);
                }
            }
        }
        if by[sink] == usize::MAX {
            return (0..n).map(|i| by[i] != usize::MAX).collect();
        }
        let path: Vec<usize> = std::iter::successors(Some(by[sink]), |&a| {
            let before = to[a ^ 1];
            (before != source).then(|| by[before])
        })
        .collect();
        let most = path.iter().map(|&a| left[a]).min().unwrap_or(0);
        for a in path {
            left[a] -= most;
            left[a ^ 1] += most;
        }
    }
}

/// The batches of requirements and customers by density (Dinkelbach 1967), with benefit and cost.
fn batches(release: &Release) -> (Vec<(f64, f64)>, Vec<u32>) {
    let n = release.cost.len();
    let weight = |i: usize| if i < n { 0 } else { release.customers[i - n].benefit };
    let time = |i: usize| if i < n { release.cost[i] } else { 0 };
    let needs = |i: usize| if i < n { &release.requires[i] } else { &release.customers[i - n].needs };
    let mut rest: Vec<usize> = (0..n + release.customers.len()).collect();
    let (mut sums, mut order) = (Vec::new(), Vec::new());
    loop {
        let mut set = rest.clone();
        let sum = |set: &[usize]| -> (i64, i64) {
            (set.iter().map(|&i| weight(i)).sum(), set.iter().map(|&i| time(i)).sum())
        };
        loop {
            let (w, p) = sum(&set);
            let value: Vec<i64> = rest.iter().map(|&i| weight(i) * p - time(i) * w).collect();
            let place = |i: u32| rest.binary_search(&(i as usize)).ok();
            let requires: Vec<Vec<usize>> =
                rest.iter().map(|&i| needs(i).iter().filter_map(|&need| place(need)).collect()).collect();
            let inside = closure(&value, &requires);
            let denser: Vec<usize> =
                rest.iter().zip(&inside).filter(|(_, inside)| **inside).map(|(i, _)| *i).collect();
            if denser.is_empty() {
                break;
            }
            set = denser;
        }
        let (w, p) = sum(&set);
        if w == 0 {
            return (sums, order);
        }
        sums.push((w as f64, p as f64));
        order.extend(set.iter().filter(|&&i| i < n).map(|&i| i as u32));
        rest.retain(|i| set.binary_search(i).is_err());
    }
}

/// The gap of the plan for so many teams, requirement k being of team k modulo their number, to the bound that takes them as one.
fn gap(release: &Release, teams: usize) -> f64 {
    const PERIODS: u32 = 8;
    let n = release.cost.len();
    let (batches, order) = batches(release);
    let mut requires = Rows::with_capacity(n);
    let mut units = Rows::with_capacity(n);
    for row in &release.requires {
        requires.push(row.iter().copied());
        units.push([]);
    }
    let total = |team: usize| -> i64 { release.cost.iter().skip(team).step_by(teams).sum() };
    let instance = Instance {
        periods: PERIODS,
        requires,
        // A tenth of the total, and costs in tenths.
        capacity: (0..teams).flat_map(|team| std::iter::repeat_n(total(team), PERIODS as usize)).collect(),
        teams,
        demands: (0..n).map(|i| vec![((i % teams) as u32, release.cost[i] * 10)]).collect(),
        slots: Vec::new(),
        units,
        duration: vec![0; n],
        earliest: vec![1; n],
        running: vec![false; n],
    };
    // Profits come once: by a horizon without end each is worth 1.05 to the power of minus its period.
    let worth = Worth::new(600, 0.05, 1);
    let goals = Goals {
        worth: &worth,
        gains: &release.customers,
        deadlines: &vec![None; n],
        wins: WinRules::default(),
        is_win: &vec![false; n],
    };
    let found = improve(&instance, &goals, &order);
    let all: i64 = release.cost.iter().sum();
    let done = filled(&batches, (0..PERIODS).map(|_| all as f64 / 10.0));
    let (_, bound) = worth.bound(&done, &[None]);
    1.0 - worth.total(&release.customers, &found.plan) as f64 * Worth::unit() / bound
}

#[test]
fn plans_are_near_their_bounds() {
    let Some(release) = read("nrp1.txt") else {
        println!("skipped: no shared data");
        return;
    };
    let (one, three) = (gap(&release, 1), gap(&release, 3));
    println!("nrp1: {one:.4} with one team, {three:.4} with three");
    assert!(one <= 0.015, "{one}");
    assert!(three <= 0.05, "{three}");
}
