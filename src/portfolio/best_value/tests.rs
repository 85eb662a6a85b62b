use super::*;
use crate::graph::Rows;
use std::path::PathBuf;

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn item(&mut self, n: usize) -> u32 {
        self.below(n as u64) as u32
    }

    fn group(&mut self, n: usize, most: u64) -> Vec<u32> {
        (0..=self.below(most)).map(|_| self.item(n)).collect()
    }
}

/// A problem with its data.
#[derive(Debug, Clone)]
struct Case {
    benefit: Vec<i64>,
    cost: Vec<i64>,
    rows: Vec<Vec<u32>>,
    requires: Rows,
    budget: i64,
    rules: Rules,
}

impl Case {
    fn problem(&self) -> Problem<'_> {
        Problem {
            benefit: &self.benefit,
            cost: &self.cost,
            requires: &self.requires,
            budget: self.budget,
            rules: &self.rules,
        }
    }

    fn random(random: &mut Random, most: u64, with_rules: bool) -> Self {
        let n = 1 + random.below(most) as usize;
        let density = random.below(4);
        let spread = [3, 10, 100, 1_000_000][random.below(4) as usize];
        let mut rows = vec![Vec::new(); n];
        // Prerequisites point either way in the numbering: along a random order.
        let mut order: Vec<u32> = (0..n as u32).collect();
        for k in (1..n).rev() {
            order.swap(k, random.below(k as u64 + 1) as usize);
        }
        let (mut benefit, mut cost) = (vec![0; n], vec![0; n]);
        for k in 0..n {
            let i = order[k] as usize;
            if k > 0 {
                for _ in 0..random.below(density + 1) {
                    rows[i].push(order[random.below(k as u64) as usize]);
                }
            }
            match random.below(5) {
                0 => benefit[i] = random.below(spread) as i64,
                1 => cost[i] = random.below(spread) as i64,
                2 => benefit[i] = -(random.below(spread) as i64) / 3,
                _ => {
                    benefit[i] = random.below(spread) as i64;
                    cost[i] = random.below(spread) as i64;
                }
            }
        }
        let total: i64 = cost.iter().sum();
        let budget = random.below(total as u64 + 2) as i64;
        let mut rules = Rules::default();
        if with_rules {
            for _ in 0..random.below(3) {
                match random.below(7) {
                    0 => rules.mandatory.push(random.item(n)),
                    1 => rules.excluded.push(random.item(n)),
                    2 => rules.together.push(random.group(n, 3)),
                    3 => rules.at_most_one.push(random.group(n, 4)),
                    4 => rules.exactly_one.push(random.group(n, 4)),
                    _ => rules.any_of.push(AnyOf { item: random.item(n), alternatives: random.group(n, 3) }),
                }
            }
        }
        Self { benefit, cost, requires: Rows::from_rows(&rows), rows, budget, rules }
    }

    /// Whether a set of items, as bits, keeps everything but the budget: written from the definitions.
    fn allows(&self, set: u32) -> bool {
        let has = |i: &u32| set >> i & 1 == 1;
        let bits = |group: &[u32]| group.iter().fold(0_u32, |b, i| b | 1 << i);
        let r = &self.rules;
        self.rows.iter().enumerate().all(|(i, row)| !has(&(i as u32)) || row.iter().all(has))
            && r.mandatory.iter().all(has)
            && !r.excluded.iter().any(has)
            && r.together.iter().all(|g| bits(g) & set == 0 || bits(g) & set == bits(g))
            && r.at_most_one.iter().all(|g| (bits(g) & set).count_ones() <= 1)
            && r.exactly_one.iter().all(|g| (bits(g) & set).is_power_of_two())
            && r.any_of.iter().all(|a| !has(&a.item) || a.alternatives.iter().any(has))
    }

    fn sum(of: &[i64], set: u32) -> i64 {
        (0..of.len()).filter(|i| set >> i & 1 == 1).map(|i| of[i]).sum()
    }

    /// All allowed sets within the budget.
    fn all(&self) -> Vec<u32> {
        (0..1_u32 << self.benefit.len())
            .filter(|&s| self.allows(s) && Self::sum(&self.cost, s) <= self.budget)
            .collect()
    }

    fn best(&self, sets: &[u32]) -> Option<i64> {
        sets.iter().map(|&s| Self::sum(&self.benefit, s)).max()
    }
}

#[test]
fn equals_brute_force() {
    let mut random = Random(1);
    let mut infeasible = 0;
    for round in 0..6000 {
        let case = Case::random(&mut random, 12, round % 3 > 0);
        let expected = case.best(&case.all());
        match (solve(&case.problem(), Limits::default()), expected) {
            (Ok(solution), Some(best)) => {
                assert_eq!((solution.benefit, solution.proven), (best, true), "{case:?}");
                assert_eq!(verify(&case.problem(), &solution), Ok(()), "{case:?}");
            }
            (Err(refusal), None) => {
                infeasible += 1;
                assert!(!matches!(refusal, Refusal::Undecided { .. }), "{case:?}");
                if let Refusal::Unaffordable { by } = refusal {
                    let mut rich = case.clone();
                    rich.budget += by - 1;
                    assert_eq!(rich.best(&rich.all()), None, "{case:?}");
                }
            }
            (found, expected) => panic!("{found:?} for {expected:?}: {case:?}"),
        }
    }
    assert!((100..3000).contains(&infeasible), "{infeasible}");
}

#[test]
fn larger_ones_equal_brute_force() {
    let mut random = Random(10);
    let mut nodes = 0;
    for round in 0..200 {
        let case = Case::random(&mut random, 17, round % 3 > 0);
        let expected = case.best(&case.all()).map(|b| (b, true));
        let found = solve(&case.problem(), Limits::default());
        nodes += found.as_ref().map_or(0, |s| s.nodes);
        assert_eq!(found.map(|s| (s.benefit, s.proven)).ok(), expected, "{case:?}");
    }
    assert!(nodes > 0);
}

/// Customers of similar profit who share requirements on two levels: the hull is far off and trees are large.
#[test]
fn tangled_requests_equal_brute_force() {
    let mut random = Random(11);
    let mut nodes = 0;
    for _ in 0..40 {
        let (enablers, features, customers) = (5, 13, 15);
        let mut case = Case::random(&mut random, 1, false);
        let requirements = enablers + features;
        case.cost = (0..requirements).map(|_| 5 + random.below(12) as i64).collect();
        case.benefit = vec![0; requirements];
        case.rows = (0..requirements)
            .map(|i| if i < enablers { vec![] } else { random.group(enablers, 2) })
            .collect();
        for _ in 0..customers {
            case.benefit.push(25 + random.below(10) as i64);
            case.cost.push(0);
            case.rows.push((0..3).map(|_| enablers as u32 + random.item(features)).collect());
        }
        case.requires = Rows::from_rows(&case.rows);
        let total: i64 = case.cost.iter().sum();
        case.budget = total * (30 + random.below(50) as i64) / 100;
        // What a customer needs, as bits; then the best set of customers.
        let needs: Vec<u32> = (case.rows[requirements..].iter())
            .map(|row| {
                row.iter()
                    .flat_map(|&f| case.rows[f as usize].iter().chain([&f]).copied().collect::<Vec<_>>())
            })
            .map(|items| items.fold(0, |bits, i| bits | 1 << i))
            .collect();
        let mut best = 0;
        for set in 0..1_u32 << customers {
            let chosen = (0..customers).filter(|j| set >> j & 1 == 1);
            let need = chosen.clone().fold(0, |bits, j| bits | needs[j]);
            if Case::sum(&case.cost[..requirements], need) <= case.budget {
                best = best.max(chosen.map(|j| case.benefit[requirements + j]).sum());
            }
        }
        let found = solve(&case.problem(), Limits::default()).expect("feasible");
        nodes += found.nodes;
        assert_eq!((found.benefit, found.proven), (best, true), "{case:?}");
    }
    assert!(nodes > 100, "{nodes}");
}

#[test]
fn a_limit_leaves_a_true_bound() {
    let mut random = Random(2);
    let mut open = 0;
    for round in 0..2000 {
        let case = Case::random(&mut random, 12, round % 3 > 0);
        let Some(best) = case.best(&case.all()) else { continue };
        match solve(&case.problem(), Limits { nodes: random.below(3) }) {
            Ok(solution) => {
                assert!(solution.benefit <= best && best <= solution.upper_bound, "{case:?}");
                assert_eq!(verify(&case.problem(), &solution), Ok(()), "{case:?}");
                open += u32::from(!solution.proven);
            }
            Err(Refusal::Undecided { upper_bound }) => assert!(best <= upper_bound, "{case:?}"),
            other => panic!("{other:?}: {case:?}"),
        }
    }
    assert!(open > 10, "{open}");
}

#[test]
fn prices_equal_brute_force() {
    let mut random = Random(3);
    for round in 0..1000 {
        let case = Case::random(&mut random, 9, round % 3 > 0);
        let sets = case.all();
        let Ok(solution) = solve(&case.problem(), Limits::default()) else {
            continue;
        };
        let items: Vec<u32> = (0..case.benefit.len() as u32).collect();
        let prices = prices(&case.problem(), &solution, &items, Limits::default()).expect("as solved");
        for price in prices {
            let flipped: Vec<u32> =
                sets.iter().copied().filter(|s| (s >> price.item & 1 == 1) != price.selected).collect();
            let loss = case.best(&flipped).map_or(Loss::Impossible, |b| Loss::Exactly(solution.benefit - b));
            assert_eq!(price.loss, loss, "{price:?} {case:?}");
        }
    }
}

#[test]
fn prices_under_a_limit_enclose_the_truth() {
    let mut random = Random(4);
    for _ in 0..500 {
        let case = Case::random(&mut random, 9, true);
        let sets = case.all();
        let limits = Limits { nodes: 0 };
        let Ok(solution) = solve(&case.problem(), limits) else {
            continue;
        };
        let best = case.best(&sets).expect("there is a solution");
        let items: Vec<u32> = (0..case.benefit.len() as u32).collect();
        for price in prices(&case.problem(), &solution, &items, limits).expect("as solved") {
            let flipped: Vec<u32> =
                sets.iter().copied().filter(|s| (s >> price.item & 1 == 1) != price.selected).collect();
            let loss = case.best(&flipped).map(|b| best - b);
            match price.loss {
                Loss::Exactly(x) => assert_eq!(loss, Some(x), "{price:?} {case:?}"),
                Loss::Between(least, most) => {
                    assert!(loss.is_none_or(|l| least <= l), "{price:?} {case:?}");
                    assert!(most.is_none_or(|m| loss.is_some_and(|l| l <= m)), "{price:?} {case:?}");
                }
                Loss::Impossible => assert_eq!(loss, None, "{price:?} {case:?}"),
            }
        }
    }
}

#[test]
fn near_is_the_hull() {
    let mut random = Random(5);
    for round in 0..600 {
        let case = Case::random(&mut random, 9, round % 3 > 0);
        let n = case.benefit.len();
        let sets = case.all();
        let baseline = random.group(n, 6);
        let counted: Vec<u32> = (0..n as u32).filter(|_| random.below(4) > 0).collect();
        let Ok(curve) = near(&case.problem(), &baseline, &counted, 100, Limits::default()) else {
            assert!(sets.is_empty(), "{case:?}");
            continue;
        };
        assert!(curve.complete, "{case:?}");
        let mask = counted.iter().fold(0_u32, |m, i| m | 1 << i);
        let base = baseline.iter().fold(0_u32, |m, i| m | 1 << i);
        let at: Vec<(i64, i64)> = (sets.iter())
            .map(|&s| (i64::from(((s ^ base) & mask).count_ones()), Case::sum(&case.benefit, s)))
            .collect();
        for point in &curve.points {
            let changes = i64::from(point.changes);
            let best = at.iter().filter(|a| a.0 <= changes).map(|a| a.1).max();
            assert_eq!((Some(point.plan.benefit), point.plan.proven), (best, true), "{case:?}");
            assert!(at.contains(&(changes, point.plan.benefit)), "{case:?}");
        }
        let corners: Vec<(i64, i64)> =
            curve.points.iter().map(|p| (i64::from(p.changes), p.plan.benefit)).collect();
        assert_eq!(corners.first().map(|c| c.0), at.iter().map(|a| a.0).min(), "{case:?}");
        assert_eq!(corners.last().map(|c| c.1), at.iter().map(|a| a.1).max(), "{case:?}");
        for pair in corners.windows(2) {
            let ((k, b), (l, c)) = (pair[0], pair[1]);
            assert!(k < l && b < c, "{corners:?} {case:?}");
            // Nothing lies above the line between neighbours.
            assert!(at.iter().all(|a| (a.1 - b) * (l - k) <= (c - b) * (a.0 - k)), "{corners:?} {case:?}");
        }
    }
}

#[test]
fn units_and_order_do_not_matter() {
    let mut random = Random(6);
    for round in 0..500 {
        let case = Case::random(&mut random, 30, round % 2 == 0);
        let value = solve(&case.problem(), Limits::default());
        let mut scaled = case.clone();
        scaled.benefit.iter_mut().for_each(|b| *b *= 1000);
        scaled.cost.iter_mut().for_each(|c| *c *= 7);
        scaled.budget = scaled.budget * 7 + 6;
        let same = solve(&scaled.problem(), Limits::default());
        assert_eq!(
            value.as_ref().map(|s| (s.benefit * 1000, s.proven)).ok(),
            same.map(|s| (s.benefit, s.proven)).ok(),
            "{case:?}"
        );

        let n = case.benefit.len();
        let mut to: Vec<u32> = (0..n as u32).collect();
        for k in (1..n).rev() {
            to.swap(k, random.below(k as u64 + 1) as usize);
        }
        let mut moved = case.clone();
        let map = |g: &[u32]| -> Vec<u32> { g.iter().map(|&i| to[i as usize]).collect() };
        let maps = |g: &[Vec<u32>]| -> Vec<Vec<u32>> { g.iter().map(|g| map(g)).collect() };
        for (i, &j) in to.iter().enumerate() {
            let j = j as usize;
            moved.benefit[j] = case.benefit[i];
            moved.cost[j] = case.cost[i];
            moved.rows[j] = map(&case.rows[i]);
        }
        moved.requires = Rows::from_rows(&moved.rows);
        let r = &case.rules;
        moved.rules = Rules {
            mandatory: map(&r.mandatory),
            excluded: map(&r.excluded),
            together: maps(&r.together),
            at_most_one: maps(&r.at_most_one),
            exactly_one: maps(&r.exactly_one),
            any_of: (r.any_of.iter())
                .map(|a| AnyOf { item: to[a.item as usize], alternatives: map(&a.alternatives) })
                .collect(),
        };
        let moved = solve(&moved.problem(), Limits::default());
        assert_eq!(value.map(|s| s.benefit).ok(), moved.map(|s| s.benefit).ok(), "{case:?}");
    }
}

#[test]
fn numbers_of_any_size() {
    let mut random = Random(7);
    for round in 0..500 {
        let mut case = Case::random(&mut random, 10, round % 2 == 0);
        let factor = GREATEST_TOTAL / (10 * 1_000_000);
        case.benefit.iter_mut().for_each(|b| *b = *b * factor + b.signum());
        case.cost.iter_mut().for_each(|c| *c = *c * factor + c.signum());
        case.budget *= factor;
        let found = solve(&case.problem(), Limits::default());
        let best = case.best(&case.all());
        assert_eq!(found.map(|s| (s.benefit, s.proven)).ok(), best.map(|b| (b, true)), "{case:?}");
    }
}

fn plain(benefit: &[i64], cost: &[i64], rows: &[Vec<u32>], budget: i64) -> Result<Solution, Refusal> {
    let requires = Rows::from_rows(rows);
    solve(
        &Problem { benefit, cost, requires: &requires, budget, rules: &Rules::default() },
        Limits::default(),
    )
}

#[test]
fn faults_are_refused() {
    let none = || vec![vec![], vec![]];
    assert_eq!(plain(&[1], &[1, 2], &none(), 1), Err(Refusal::Shape));
    assert_eq!(plain(&[1, 1], &[1, 2], &[vec![], vec![2]], 1), Err(Refusal::UnknownItem { item: 2 }));
    assert_eq!(plain(&[1, 1], &[1, -2], &none(), 1), Err(Refusal::NegativeCost { item: 1 }));
    assert_eq!(plain(&[1, 1], &[1, 2], &none(), -1), Err(Refusal::NegativeBudget));
    assert_eq!(plain(&[i64::MAX, i64::MIN], &[1, 2], &none(), 1), Err(Refusal::TooLarge));
    assert_eq!(plain(&[1, 1], &[i64::MAX, i64::MAX], &none(), 1), Err(Refusal::TooLarge));
    assert_eq!(
        plain(&[1, 1, 1], &[1, 2, 3], &[vec![], vec![2], vec![0, 1]], 1),
        Err(Refusal::Cycle { items: vec![1, 2] })
    );
    assert_eq!(plain(&[1, 1], &[1, 2], &[vec![0], vec![]], 1), Err(Refusal::Cycle { items: vec![0] }));

    let requires = Rows::from_rows(&[vec![], vec![0]]);
    let ruled = |rules: Rules, budget| {
        let problem = Problem { benefit: &[1, 5], cost: &[2, 3], requires: &requires, budget, rules: &rules };
        solve(&problem, Limits::default())
    };
    let mandatory = Rules { mandatory: vec![1], ..Rules::default() };
    assert_eq!(ruled(mandatory.clone(), 4), Err(Refusal::Unaffordable { by: 1 }));
    assert_eq!(ruled(mandatory.clone(), 5).map(|s| s.selected), Ok(vec![0, 1]));
    let both = Rules { excluded: vec![0], ..mandatory };
    assert_eq!(ruled(both, 9), Err(Refusal::Contradiction { item: 1 }));
    let none_of = Rules { exactly_one: vec![vec![]], ..Rules::default() };
    assert!(ruled(none_of, 9).is_err());
    let unknown = Rules { any_of: vec![AnyOf { item: 7, alternatives: vec![] }], ..Rules::default() };
    assert_eq!(ruled(unknown, 9), Err(Refusal::UnknownItem { item: 7 }));
}

#[test]
fn nothing_and_long_chains() {
    let empty = plain(&[], &[], &[], 0).expect("nothing is a choice");
    assert!(empty.proven && empty.selected.is_empty());
    assert_eq!(plain(&[3, 4], &[0, 0], &[vec![], vec![]], 0).map(|s| s.benefit), Ok(7));

    // A chain whose benefit is at its far end, and one whose benefits are spread.
    let n = 1_000_000_usize;
    let rows: Vec<Vec<u32>> = (0..n as u32).map(|i| i.checked_sub(1).into_iter().collect()).collect();
    let cost = vec![1; n];
    let mut benefit = vec![0; n];
    benefit[n - 1] = 5;
    assert_eq!(plain(&benefit, &cost, &rows, n as i64 - 1).map(|s| (s.benefit, s.proven)), Ok((0, true)));
    assert_eq!(plain(&benefit, &cost, &rows, n as i64).map(|s| s.selected.len()), Ok(n));
}

#[test]
fn verify_finds_what_is_wrong() {
    let mut random = Random(8);
    let mut seen = 0;
    for _ in 0..2000 {
        let case = Case::random(&mut random, 8, true);
        let Ok(solution) = solve(&case.problem(), Limits::default()) else {
            continue;
        };
        let set = random.below(1 << case.benefit.len()) as u32;
        let selected: Vec<u32> = (0..case.benefit.len() as u32).filter(|i| set >> i & 1 == 1).collect();
        let benefit = Case::sum(&case.benefit, set);
        let other = Solution {
            selected,
            benefit,
            cost: Case::sum(&case.cost, set),
            upper_bound: benefit,
            proven: true,
            nodes: 0,
        };
        let right = case.all().contains(&set);
        seen += u32::from(right);
        assert_eq!(verify(&case.problem(), &other).is_ok(), right, "{case:?}");
        for wrong in [
            Solution { benefit: solution.benefit + 1, upper_bound: solution.benefit + 1, ..solution.clone() },
            Solution { cost: solution.cost + 1, ..solution.clone() },
            Solution { proven: false, ..solution.clone() },
            Solution { upper_bound: solution.benefit - 1, ..solution.clone() },
            Solution { selected: vec![99], ..solution.clone() },
        ] {
            assert!(verify(&case.problem(), &wrong).is_err(), "{wrong:?}");
        }
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn flows_bound_before_they_are_finished() {
    use crate::sequence::flow::{Closure, Saved};
    let mut random = Random(9);
    let mut stopped = 0;
    for _ in 0..1000 {
        let case = Case::random(&mut random, 10, false);
        let n = case.benefit.len();
        let weights: Vec<i64> = (0..n).map(|i| case.benefit[i] - case.cost[i]).collect();
        let closed: Vec<u32> = (0..1_u32 << n).filter(|&s| case.allows(s)).collect();
        let best = |has: u32, lacks: u32| {
            let fit = closed.iter().filter(|&s| s & has == has && s & lacks == 0);
            fit.map(|&s| Case::sum(&weights, s)).max()
        };
        let mut closure = Closure::<i64>::new();
        closure.load(&case.requires);
        closure.set_weights(&weights);
        let most = best(0, 0).expect("the empty set is closed");
        let enough = most + random.below(10) as i64 - 3;
        let bound = closure.solve_down_to(Some(enough));
        assert!(bound >= most && (bound <= enough || bound == most), "{case:?}");
        stopped += u32::from(bound > most);

        assert_eq!(closure.solve(), most, "{case:?}");
        for v in 0..n as u32 {
            // What the flow says of a single decision is never too much.
            let excess = closure.excess(v);
            let (put_in, put_out) = (best(1 << v, 0), best(0, 1 << v));
            assert!(put_in.is_none_or(|b| b <= most + excess.min(0)), "{case:?}");
            assert!(put_out.is_none_or(|b| b <= most - excess.max(0)), "{case:?}");
        }
        let mut saved = Saved::default();
        closure.save(&mut saved);
        let mut trail = Vec::new();
        closure.fix_in(random.item(n), &mut trail);
        closure.set_weight(0, 7);
        closure.solve();
        for v in trail {
            closure.release(v);
        }
        closure.restore(&saved);
        assert_eq!((closure.solve(), closure.fixed_weight()), (most, 0), "{case:?}");
    }
    assert!(stopped > 0);
}

/// The folder of shared test inputs, if there is one.
fn shared() -> Option<PathBuf> {
    let root = std::env::var_os("CXRANK_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if !root.is_dir() {
        println!("skipped: no {}", root.display());
        return None;
    }
    Some(root)
}

fn json(path: &std::path::Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON")
}

#[test]
fn small_published_selections() {
    let Some(root) = shared() else { return };
    let numbers = |v: &serde_json::Value| -> Vec<i64> {
        v.as_array().expect("numbers").iter().map(|x| x.as_i64().expect("a number")).collect()
    };
    for case in json(&root.join("cases/order_exact.json")).as_array().expect("cases") {
        let rows: Vec<Vec<u32>> = case["requires"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|r| numbers(r).into_iter().map(|x| x as u32).collect())
            .collect();
        for selection in case["selection"].as_array().expect("selections") {
            let budget = selection["budget"].as_i64().expect("a budget");
            let found = plain(&numbers(&case["weight"]), &numbers(&case["time"]), &rows, budget);
            let best = selection["best_benefit"].as_i64().map(|b| (b, true));
            assert_eq!(found.map(|s| (s.benefit, s.proven)).ok(), best, "{selection}");
        }
    }
}
