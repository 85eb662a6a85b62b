//! Greedy selection: best first, until the money is gone.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fmt;

use super::package::{Packages, Rows, Standing};

/// What "best" means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Greatest benefit first, as cities do.
    Benefit,
    /// Greatest benefit per cost first. Free items that have benefit come before all others; items without benefit last.
    #[default]
    Density,
}

/// What happens when the next item does not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenTooBig {
    /// It is passed over, and the next is tried.
    #[default]
    Skip,
    /// Selection ends.
    Stop,
}

/// What to select from, on dense indices. Ties go to the lower index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'a> {
    /// The cost of each item, not negative.
    pub(crate) costs: &'a [i64],
    /// The benefit of each item; `None` if it is not known: such an item comes only as somebody's prerequisite.
    pub(crate) benefits: &'a [Option<i64>],
    /// What may be spent on open items, not negative: what is `In` is paid for from elsewhere.
    pub(crate) budget: i64,
    /// Items of less benefit than this are not selected for their own sake.
    pub(crate) least_benefit: i64,
    /// What each item needs, one row per item, free of cycles.
    ///
    /// An item comes with its missing prerequisites, as one *package*, and takes its place by the benefit (or density) of the package.
    /// Once a prerequisite is in, what else needs it is judged anew, without its cost.
    pub(crate) requires: Option<Rows<'a>>,
    /// What is decided already, one per item; empty for "all open".
    pub(crate) standing: &'a [Standing],
}

/// What greedy selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The items in the order of their selection; within a package, each after what it needs.
    pub(crate) items: Vec<u32>,
    /// Items that did not fit when it was their turn and did not come in later, by index.
    pub(crate) too_big: Vec<u32>,
    /// The sum of the costs.
    pub(crate) spent: i64,
}

/// Why a choice cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum GreedyError {
    /// Two slices that must have one entry per item do not.
    Shape,
    /// The budget is negative.
    NegativeBudget,
    /// The cost of this item is negative.
    NegativeCost(u32),
    /// The sum of all costs, or of the absolute values of all benefits, is beyond `i64`.
    Overflow,
}

impl fmt::Display for GreedyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Shape => write!(f, "the slices of the choice differ in length or name unknown items"),
            Self::NegativeBudget => write!(f, "the budget is negative"),
            Self::NegativeCost(item) => write!(f, "the cost of item {item} is negative"),
            Self::Overflow => write!(f, "the sum of the costs or of the benefits is out of range"),
        }
    }
}

impl std::error::Error for GreedyError {}

/// A package waiting for its turn.
#[derive(PartialEq, Eq)]
struct Queued {
    order: Order,
    benefit: i64,
    cost: i64,
    item: u32,
    version: u32,
}

impl Ord for Queued {
    /// Less is better.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_merit = match self.order {
            Order::Benefit => other.benefit.cmp(&self.benefit),
            Order::Density => density_cmp((other.benefit, other.cost), (self.benefit, self.cost)),
        };
        by_merit.then(self.item.cmp(&other.item))
    }
}

/// Compares benefit per cost. Over a cost of zero only the sign of the benefit counts, and no benefit is a density of zero at any cost.
fn density_cmp(a: (i64, i64), b: (i64, i64)) -> Ordering {
    let ratio = |(benefit, cost): (i64, i64)| match (benefit, cost) {
        (0, _) => (0, 1),
        (_, 0) => (i128::from(benefit.signum()), 0),
        _ => (i128::from(benefit), i128::from(cost)),
    };
    let (a, b) = (ratio(a), ratio(b));
    (a.0 * b.1).cmp(&(b.0 * a.1)).then(if a.1 == 0 && b.1 == 0 { a.0.cmp(&b.0) } else { Ordering::Equal })
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Selects greedily.
///
/// # Errors
///
/// [`GreedyError`], the first that applies.
///
/// # Complexity
///
/// Without prerequisites O(n log n). With them, every purchase collects again the packages of all that depends on what it bought; a
/// collection ends as soon as it costs more than is left.
///
/// # Determinism
///
/// Integers only: two densities compare as products. Ties by index.
pub(crate) fn greedy(
    choice: &Choice<'_>,
    order: Order,
    when_too_big: WhenTooBig,
) -> Result<Selection, GreedyError> {
    let n = choice.costs.len();
    check(choice)?;
    let mut packages = Packages::new(n, choice.requires, choice.standing);
    let mut versions = vec![0u32; n];
    let mut package = Vec::new();
    let total: i64 = choice.costs.iter().sum();
    let mut selection = Selection { items: Vec::new(), too_big: Vec::new(), spent: 0 };
    let wanted = |item: u32| choice.benefits[item as usize].is_some_and(|b| b >= choice.least_benefit);

    // What does not fit must keep its place if it ends the selection, and need not if it is only passed over.
    let judge = |packages: &mut Packages<'_>, package: &mut Vec<u32>, left: i64, item: u32, version: u32| {
        let limit = if when_too_big == WhenTooBig::Skip { left } else { total };
        let cost = packages.collect(item, choice.costs, limit, package)?;
        let benefit = package.iter().filter_map(|&i| choice.benefits[i as usize]).sum();
        Some(Reverse(Queued { order, benefit, cost, item, version }))
    };
    let mut queue = BinaryHeap::with_capacity(n);
    for item in 0..n as u32 {
        if packages.is_open(item) && wanted(item) {
            match judge(&mut packages, &mut package, choice.budget, item, 0) {
                Some(queued) => queue.push(queued),
                None => selection.too_big.push(item),
            }
        }
    }
    while let Some(Reverse(next)) = queue.pop() {
        if next.version != versions[next.item as usize] || !packages.is_open(next.item) {
            continue;
        }
        let left = choice.budget - selection.spent;
        let Some(cost) = packages.collect(next.item, choice.costs, left, &mut package) else {
            selection.too_big.push(next.item);
            match when_too_big {
                WhenTooBig::Skip => continue,
                WhenTooBig::Stop => break,
            }
        };
        selection.spent += cost;
        packages.sort(&mut package);
        selection.items.extend(&package);
        let left = left - cost;
        for item in packages.buy(&package) {
            if wanted(item) {
                versions[item as usize] += 1;
                let version = versions[item as usize];
                queue.extend(judge(&mut packages, &mut package, left, item, version));
            }
        }
    }
    selection.too_big.retain(|&i| !packages.is_bought(i));
    selection.too_big.sort_unstable();
    selection.too_big.dedup();
    Ok(selection)
}

fn check(choice: &Choice<'_>) -> Result<(), GreedyError> {
    let n = choice.costs.len();
    if choice.benefits.len() != n
        || !(choice.standing.is_empty() || choice.standing.len() == n)
        || choice.requires.is_some_and(|r| r.len() != n || r.items.iter().any(|&i| i as usize >= n))
    {
        return Err(GreedyError::Shape);
    }
    if choice.budget < 0 {
        return Err(GreedyError::NegativeBudget);
    }
    if let Some(item) = choice.costs.iter().position(|&c| c < 0) {
        return Err(GreedyError::NegativeCost(item as u32));
    }
    let in_range = |sum: Option<i64>| sum.map(|_| ()).ok_or(GreedyError::Overflow);
    in_range(choice.costs.iter().try_fold(0i64, |sum, &c| sum.checked_add(c)))?;
    in_range(choice.benefits.iter().flatten().try_fold(0i64, |sum, &b| sum.checked_add(b.checked_abs()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    struct Case {
        costs: Vec<i64>,
        benefits: Vec<Option<i64>>,
        budget: i64,
        least_benefit: i64,
        requires: Vec<Vec<u32>>,
        standing: Vec<Standing>,
    }

    impl Case {
        fn run(&self, order: Order, when_too_big: WhenTooBig) -> Selection {
            let mut offsets = vec![0];
            offsets.extend(self.requires.iter().scan(0, |n, r| {
                *n += r.len();
                Some(*n)
            }));
            let items = self.requires.concat();
            let choice = Choice {
                costs: &self.costs,
                benefits: &self.benefits,
                budget: self.budget,
                least_benefit: self.least_benefit,
                requires: Rows::new(&offsets, &items, self.costs.len()),
                standing: &self.standing,
            };
            greedy(&choice, order, when_too_big).unwrap()
        }

        fn package(&self, item: u32, bought: &[bool]) -> Vec<u32> {
            let mut package = vec![item];
            let mut next = 0;
            while next < package.len() {
                for &r in &self.requires[package[next] as usize] {
                    if !bought[r as usize] && !package.contains(&r) {
                        package.push(r);
                    }
                }
                next += 1;
            }
            package
        }

        /// Looks at every package at every step, with densities as doubles that are exact for numbers this small.
        fn reference(&self, order: Order, when_too_big: WhenTooBig) -> Vec<u32> {
            let n = self.costs.len();
            let mut bought: Vec<bool> = self.standing.iter().map(|&s| s == Standing::In).collect();
            let mut left = self.budget;
            let mut list = Vec::new();
            loop {
                let mut best: Option<(f64, i64, Vec<u32>)> = None;
                for item in 0..n as u32 {
                    let package = self.package(item, &bought);
                    let out = package.iter().any(|&i| self.standing[i as usize] == Standing::Out);
                    if bought[item as usize]
                        || out
                        || self.benefits[item as usize].is_none_or(|b| b < self.least_benefit)
                    {
                        continue;
                    }
                    let cost: i64 = package.iter().map(|&i| self.costs[i as usize]).sum();
                    let benefit: i64 = package.iter().filter_map(|&i| self.benefits[i as usize]).sum();
                    if when_too_big == WhenTooBig::Skip && cost > left {
                        continue;
                    }
                    let merit = match order {
                        Order::Benefit => benefit as f64,
                        Order::Density if benefit == 0 => 0.0,
                        Order::Density => benefit as f64 / cost as f64,
                    };
                    if best.as_ref().is_none_or(|b| merit > b.0) {
                        best = Some((merit, cost, package));
                    }
                }
                match best {
                    Some((_, cost, mut package)) if cost <= left => {
                        left -= cost;
                        for &i in &package {
                            bought[i as usize] = true;
                        }
                        package.sort_unstable();
                        list.extend(package);
                    }
                    _ => return list,
                }
            }
        }
    }

    fn cases() -> impl Strategy<Value = Case> {
        (1usize..8).prop_flat_map(|n| {
            let standing =
                prop_oneof![8 => Just(Standing::Open), 1 => Just(Standing::In), 1 => Just(Standing::Out)];
            (
                proptest::collection::vec(0..9i64, n),
                proptest::collection::vec(proptest::option::weighted(0.9, -2..9i64), n),
                0..30i64,
                -3..3i64,
                proptest::collection::vec(proptest::collection::vec(0..n as u32, 0..3), n),
                proptest::collection::vec(standing, n),
            )
                .prop_map(
                    |(costs, benefits, budget, least_benefit, mut requires, mut standing)| {
                        // An item needs lower ones only; and what is in already has what it needs.
                        for i in 0..requires.len() {
                            requires[i].retain(|&r| (r as usize) < i);
                            if requires[i].iter().any(|&r| standing[r as usize] != Standing::In)
                                && standing[i] == Standing::In
                            {
                                standing[i] = Standing::Open;
                            }
                        }
                        Case { costs, benefits, budget, least_benefit, requires, standing }
                    },
                )
        })
    }

    const WAYS: [(Order, WhenTooBig); 4] = [
        (Order::Benefit, WhenTooBig::Skip),
        (Order::Benefit, WhenTooBig::Stop),
        (Order::Density, WhenTooBig::Skip),
        (Order::Density, WhenTooBig::Stop),
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(800))]

        #[test]
        fn as_looking_at_everything_each_time(case in cases()) {
            for (order, when) in WAYS {
                let selection = case.run(order, when);
                // Lower ones are needed by higher ones, so that the order within a package is by index.
                prop_assert_eq!(&selection.items, &case.reference(order, when));
                let cost: i64 = selection.items.iter().map(|&i| case.costs[i as usize]).sum();
                prop_assert!(cost == selection.spent && cost <= case.budget);
                prop_assert!(selection.too_big.iter().all(|i| !selection.items.contains(i)));
            }
        }

        #[test]
        fn units_do_not_matter(case in cases(), money in 1i64..1 << 50, benefit in 1i64..1 << 50) {
            let mut other = case.clone();
            other.costs.iter_mut().for_each(|c| *c *= money);
            other.budget *= money;
            other.benefits.iter_mut().flatten().for_each(|b| *b *= benefit);
            other.least_benefit *= benefit;
            for (order, when) in WAYS {
                prop_assert_eq!(other.run(order, when).items, case.run(order, when).items);
            }
        }
    }

    fn choice<'a>(costs: &'a [i64], benefits: &'a [Option<i64>]) -> Choice<'a> {
        Choice { costs, benefits, budget: 10, least_benefit: 0, requires: None, standing: &[] }
    }

    #[test]
    fn an_enabler_comes_with_what_it_enables() {
        // 0 is worth nothing by itself; 1 and 2 need it. Alone 3 is denser than 0 with 1; with 0 bought, 2 is denser than 4.
        let requires = Rows::new(&[0, 0, 1, 2, 2, 2], &[0, 0], 5).unwrap();
        let benefits = [Some(0), Some(60), Some(20), Some(30), Some(16)];
        let c = Choice { budget: 60, requires: Some(requires), ..choice(&[20, 10, 10, 10, 10], &benefits) };
        assert_eq!(greedy(&c, Order::Density, WhenTooBig::Skip).unwrap().items, [3, 0, 1, 2, 4]);
    }

    #[test]
    fn densities_that_doubles_cannot_tell() {
        const BIG: i64 = 1 << 60;
        let (costs, benefits) = ([BIG - 1, BIG], [Some(BIG - 2), Some(BIG - 1)]);
        let c = Choice { budget: BIG, ..choice(&costs, &benefits) };
        assert_eq!(greedy(&c, Order::Density, WhenTooBig::Skip).unwrap().items, [1]);
    }

    #[test]
    fn what_is_refused() {
        let refused = |c: &Choice<'_>| greedy(c, Order::Benefit, WhenTooBig::Skip).unwrap_err();
        assert_eq!(refused(&choice(&[1], &[])), GreedyError::Shape);
        assert_eq!(refused(&choice(&[-1], &[None])), GreedyError::NegativeCost(0));
        assert_eq!(refused(&choice(&[i64::MAX, 1], &[None; 2])), GreedyError::Overflow);
        assert_eq!(refused(&choice(&[1], &[Some(i64::MIN)])), GreedyError::Overflow);
        assert_eq!(refused(&Choice { budget: -1, ..choice(&[], &[]) }), GreedyError::NegativeBudget);
        let requires = Rows { offsets: &[0, 1], items: &[7] };
        assert_eq!(
            refused(&Choice { requires: Some(requires), ..choice(&[1], &[None]) }),
            GreedyError::Shape
        );
    }
}
