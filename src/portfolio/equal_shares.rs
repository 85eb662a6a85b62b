//! The Method of Equal Shares, decided exactly.
//!
//! Every voter starts with the same share of the budget (in proportion to weight). Again and again the item is bought whose supporters can
//! pay for it at the lowest price per unit of utility: a supporter with utility `u` pays `ρ·u`, or everything left if that is less.
//!
//! Money is kept twice. A *purse* is a fixed-point lower bound on what a voter has left, together with one bound on how much more it
//! may be; it guides. Behind it stand the exact prices of all purchases so far, as big integers over one common denominator, from which
//! any purse can be computed exactly; that happens for the price of every purchase and wherever two candidates, or a price and a
//! purse, are too close to be told apart. So the outcome is the one of exact rational arithmetic, at the cost of machine words.

mod forecast;
mod run;

use std::fmt;

use self::run::{PRECISION, Run};
use super::natural::gcd;
use super::package::{Packages, Rows, Standing};

/// What each voter gains from each item of the ballot.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Utilities<'a> {
    /// One number per item, the same for all its supporters: 1 for `cardinality`, the cost for `cost`.
    PerItem(&'a [u64]),
    /// One number per entry of the ballots: points, Borda scores. An entry of zero supports nothing.
    PerEntry(&'a [u64]),
}

/// An election, on dense indices. Ties go to the lower index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Election<'a> {
    /// The cost of each item, not negative.
    pub(crate) costs: &'a [i64],
    /// What may be spent on open items, not negative: what is `In` is paid for from elsewhere.
    pub(crate) budget: i64,
    /// One row per ballot: the items it supports. Identical ballots may be merged, their weights added.
    pub(crate) ballots: Rows<'a>,
    /// The positive weight of each ballot: how many voters cast it, or what a stakeholder counts. A weight of 3 is three voters.
    pub(crate) weights: &'a [u64],
    /// What the items are worth to those who support them.
    pub(crate) utilities: Utilities<'a>,
    /// What each item needs, one row per item, free of cycles.
    ///
    /// An item whose prerequisites are not in yet is bought together with them, as one *package*: one price for the sum of the costs,
    /// per unit of the sum of the utilities. So an enabler that nobody votes for is paid by those whom it enables. With prerequisites
    /// the guarantee of justified representation is not claimed.
    pub(crate) requires: Option<Rows<'a>>,
    /// What is decided already, one per item; empty for "all open".
    pub(crate) standing: &'a [Standing],
}

/// What to do with the money that no group can spend together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Completion {
    /// Leave it. What is left can be spent greedily, with the purchases as `Standing::In`.
    #[default]
    None,
    /// Run as if the budget were greater by `step`, twice `step`, …: the last outcome whose cost is within the real budget counts, before the
    /// first that is not, or that ends by `until`. "One unit more for every voter" is a step of as many units as there are voters.
    Add1 {
        /// By how much the budget is raised each time, positive.
        step: i64,
        /// When to end before the budget is exceeded.
        until: Until,
    },
}

/// When raising the shares ends, if the budget does not end it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Until {
    /// When all that anybody supports is bought. With this, the elections of Świecie and Wieliczka in 2023 come out as they did.
    #[default]
    AllBought,
    #[cfg(test)]
    /// Once nothing more fits into what is left of the real budget, as in pabutools. What is left may grow again if shares are raised
    /// further, so this may buy less.
    NothingFits,
}

/// What equal shares found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// What was bought, in order.
    pub(crate) purchases: Vec<Purchase>,
    /// The sum of the costs.
    pub(crate) spent: i64,
    /// How often the shares were raised.
    pub(crate) raises: u64,
    /// The share of a ballot of weight 1 in the run that counts.
    pub(crate) share: f64,
}

/// One purchase.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Purchase {
    /// The item that was worth the price.
    pub(crate) item: u32,
    /// The item with the prerequisites bought with it, each after what it needs.
    pub(crate) package: Vec<u32>,
    /// The price per unit of utility, to the precision of a double; decisions were made with the exact one.
    pub(crate) price: f64,
    /// Other items that had exactly this price and lost by index.
    pub(crate) tied: Vec<u32>,
    /// Who paid, by ballot, rising: filled if asked for.
    pub(crate) payments: Vec<Payment>,
}

/// What the voters of one ballot paid together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Payment {
    /// The ballot.
    pub(crate) ballot: u32,
    /// The money of all its weight: to the precision of a double, and for who pays all to 2⁻⁵⁰ of what they had at first.
    pub(crate) amount: f64,
    /// Whether this took all they had left.
    pub(crate) all: bool,
}

/// Why an election cannot be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum EqualSharesError {
    /// Two slices that must have one entry per item, ballot or entry do not.
    Shape,
    /// The budget is negative.
    NegativeBudget,
    /// The cost of this item is negative.
    NegativeCost(u32),
    /// This ballot has a weight of zero.
    ZeroWeight(u32),
    /// This ballot names an item twice.
    Repeated {
        /// The ballot.
        ballot: u32,
        /// The item.
        item: u32,
    },
    /// The sum of all costs is beyond `i64`.
    CostOverflow,
    /// The sum of all weights, or of weight times utility, is beyond `i64`.
    UtilityOverflow,
    /// The step of a completion is not positive.
    Step,
}

impl fmt::Display for EqualSharesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Shape => write!(f, "the slices of the election differ in length or name unknown items"),
            Self::NegativeBudget => write!(f, "the budget is negative"),
            Self::NegativeCost(item) => write!(f, "the cost of item {item} is negative"),
            Self::ZeroWeight(ballot) => write!(f, "the weight of ballot {ballot} is zero"),
            Self::Repeated { ballot, item } => write!(f, "ballot {ballot} names item {item} twice"),
            Self::CostOverflow => write!(f, "the sum of all costs is out of range"),
            Self::UtilityOverflow => write!(f, "the sum of weight times utility is out of range"),
            Self::Step => write!(f, "the step of the completion is not positive"),
        }
    }
}

impl std::error::Error for EqualSharesError {}

/// Runs the Method of Equal Shares; `payments` asks for who paid what.
///
/// # Errors
///
/// [`EqualSharesError`], the first that applies.
///
/// # Complexity
///
/// With p purchases, each looks at the supporters of the few items that may be next, in a handful of linear passes, and computes one number
/// of O(p) digits from the p before it: O(p³) digit operations in all, which count beyond some thousands of purchases. Memory is
/// linear in the ballots, and quadratic in p. Completion skips raises that are certain to change nothing.
///
/// # Determinism
///
/// Integers only; ties by index. Merging ballots, scaling weights, scaling utilities, or scaling money changes nothing.
///
/// # References
///
/// Peters, Pierczyński & Skowron (2021), *Proportional participatory budgeting with additive utilities*, `NeurIPS` 34: the rule and its
/// guarantee, extended justified representation up to one project. Free items that somebody supports are bought first, at price zero.
pub(crate) fn equal_shares(
    election: &Election<'_>,
    completion: Completion,
    payments: bool,
) -> Result<Outcome, EqualSharesError> {
    if let Completion::Add1 { step: ..=0, .. } = completion {
        return Err(EqualSharesError::Step);
    }
    Ok(decide(&Prepared::new(election)?, completion, payments))
}

fn decide(prepared: &Prepared<'_>, completion: Completion, payments: bool) -> Outcome {
    let election = prepared.election;
    let mut money = election.budget as u128;
    let mut raises = 0;
    if let Completion::Add1 { step, until } = completion {
        let step = step as u128;
        let (mut purchases, mut reach) = Run::new(prepared, money, false).foresee();
        loop {
            let left = match until {
                Until::AllBought => i64::MAX,
                #[cfg(test)]
                Until::NothingFits => election.budget - prepared.cost(&purchases),
            };
            if !prepared.has_room(&purchases, left) {
                break;
            }
            // Up to `reach` the outcome is this one; the first raise beyond decides. Once a share pays for everything, all is bought.
            let enough = prepared.enough().saturating_sub(money).div_ceil(step).max(1);
            let further = (reach / step).saturating_add(1).min(enough);
            (purchases, reach) = Run::new(prepared, money + further * step, false).foresee();
            let kept = further - u128::from(prepared.cost(&purchases) > election.budget);
            money += kept * step;
            raises += kept as u64;
            if kept < further {
                break;
            }
        }
    }
    let purchases = Run::new(prepared, money, payments).finish();
    prepared.outcome(purchases, money, raises)
}

/// The election, checked and indexed by item; the same for every run.
struct Prepared<'a> {
    election: &'a Election<'a>,
    /// Weights without their common divisor, that divisor, and the sum of the former.
    weights: Vec<u64>,
    common: u64,
    weight: u64,
    /// Utilities without their common divisor, which is `unit`; one per item or one per entry.
    utilities: Vec<u64>,
    unit: u64,
    per_item: bool,
    /// The supporters of each item (ballots, rising) and what the item is worth to each in units of `divisor`.
    offsets: Vec<usize>,
    supporters: Vec<u32>,
    values: Vec<u64>,
    divisor: Vec<u64>,
    precision: i32,
}

impl<'a> Prepared<'a> {
    fn new(e: &'a Election<'a>) -> Result<Self, EqualSharesError> {
        use EqualSharesError as E;
        let n = e.costs.len();
        let entries = e.ballots.items.len();
        let (utilities, per_item) = match e.utilities {
            Utilities::PerItem(u) if u.len() == n => (u, true),
            Utilities::PerEntry(u) if u.len() == entries => (u, false),
            _ => return Err(E::Shape),
        };
        if e.weights.len() != e.ballots.len()
            || !(e.standing.is_empty() || e.standing.len() == n)
            || e.requires.is_some_and(|r| r.len() != n || r.items.iter().any(|&i| i as usize >= n))
            || e.ballots.items.iter().any(|&i| i as usize >= n)
        {
            return Err(E::Shape);
        }
        if e.budget < 0 {
            return Err(E::NegativeBudget);
        }
        if let Some(item) = e.costs.iter().position(|&c| c < 0) {
            return Err(E::NegativeCost(item as u32));
        }
        if let Some(ballot) = e.weights.iter().position(|&w| w == 0) {
            return Err(E::ZeroWeight(ballot as u32));
        }
        e.costs.iter().try_fold(0i64, |sum, &c| sum.checked_add(c)).ok_or(E::CostOverflow)?;

        let common = e.weights.iter().fold(0, |g, &w| gcd(g, w)).max(1);
        let weights: Vec<u64> = e.weights.iter().map(|w| w / common).collect();
        let weight = bounded(weights.iter().map(|&w| u128::from(w)))?;
        let unit = utilities.iter().fold(0, |g, &u| gcd(g, u)).max(1);
        let utilities: Vec<u64> = utilities.iter().map(|u| u / unit).collect();
        let value = |item: u32, entry: usize| utilities[if per_item { item as usize } else { entry }];

        let mut offsets = vec![0; n + 1];
        for (entry, &item) in e.ballots.items.iter().enumerate() {
            offsets[item as usize + 1] += usize::from(value(item, entry) > 0);
        }
        for i in 0..n {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut supporters = vec![0; offsets[n]];
        let mut values = vec![1; if per_item { 0 } else { offsets[n] }];
        let mut last_seen = vec![u32::MAX; n];
        let mut divisor: Vec<u64> =
            if per_item { utilities.iter().map(|&u| u.max(1)).collect() } else { vec![0; n] };
        for ballot in 0..e.ballots.len() {
            for entry in e.ballots.offsets[ballot]..e.ballots.offsets[ballot + 1] {
                let item = e.ballots.items[entry];
                if last_seen[item as usize] == ballot as u32 {
                    return Err(E::Repeated { ballot: ballot as u32, item });
                }
                last_seen[item as usize] = ballot as u32;
                let v = value(item, entry);
                if v > 0 {
                    let at = &mut next[item as usize];
                    supporters[*at] = ballot as u32;
                    if !per_item {
                        values[*at] = v;
                        divisor[item as usize] = gcd(divisor[item as usize], v);
                    }
                    *at += 1;
                }
            }
        }
        if !per_item {
            for i in 0..n {
                for v in &mut values[offsets[i]..offsets[i + 1]] {
                    *v /= divisor[i];
                }
            }
        }
        let prepared = Self {
            election: e,
            weights,
            common,
            weight,
            unit,
            per_item,
            utilities,
            offsets,
            supporters,
            values,
            divisor,
            precision: PRECISION,
        };
        // These sums bound all that a run adds up: for single items, and for packages where there are prerequisites.
        let mut total = 0u128;
        for item in 0..n as u32 {
            let worth = bounded(
                prepared
                    .supports(item)
                    .map(|(b, v)| u128::from(prepared.weights[b as usize]) * u128::from(v)),
            )?;
            total = total.saturating_add(u128::from(worth) * u128::from(prepared.divisor[item as usize]));
        }
        if e.requires.is_some() {
            bounded(std::iter::once(total))?;
        }
        Ok(prepared)
    }

    fn supports(&self, item: u32) -> impl Iterator<Item = (u32, u64)> {
        let range = self.offsets[item as usize]..self.offsets[item as usize + 1];
        let values = if self.per_item { &[][..] } else { &self.values[range.clone()] };
        self.supporters[range].iter().enumerate().map(|(i, &s)| (s, values.get(i).copied().unwrap_or(1)))
    }

    fn cost(&self, purchases: &[Purchase]) -> i64 {
        purchases.iter().flat_map(|p| &p.package).map(|&i| self.election.costs[i as usize]).sum()
    }

    /// Whether some open item with a supporter costs, with what it needs, no more than `left`.
    fn has_room(&self, purchases: &[Purchase], left: i64) -> bool {
        let e = self.election;
        let mut packages = Packages::new(e.costs.len(), e.requires, e.standing);
        for p in purchases {
            packages.buy(&p.package);
        }
        let mut package = Vec::new();
        (0..e.costs.len() as u32).any(|i| {
            packages.is_open(i)
                && packages.collect(i, e.costs, left, &mut package).is_some()
                && package.iter().any(|&i| self.supports(i).next().is_some())
        })
    }

    /// Money with which every single ballot can pay for everything.
    fn enough(&self) -> u128 {
        self.election.costs.iter().sum::<i64>() as u128 * u128::from(self.weight)
    }

    fn outcome(&self, purchases: Vec<Purchase>, money: u128, raises: u64) -> Outcome {
        let spent = self.cost(&purchases);
        let voters = self.weight as f64 * self.common as f64;
        let share = if voters > 0.0 { money as f64 / voters } else { 0.0 };
        Outcome { purchases, spent, raises, share }
    }
}

fn bounded(terms: impl Iterator<Item = u128>) -> Result<u64, EqualSharesError> {
    let sum = terms.fold(0u128, u128::saturating_add);
    if sum > i64::MAX as u128 { Err(EqualSharesError::UtilityOverflow) } else { Ok(sum as u64) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An exact fraction; every operation is checked, so that a case that is too large is dropped and never wrong.
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Fraction(i128, i128);

    impl Fraction {
        fn new(n: i128, d: i128) -> Self {
            let (mut a, mut b) = (n.unsigned_abs(), d.unsigned_abs());
            while b != 0 {
                (a, b) = (b, a % b);
            }
            let g = a.max(1) as i128 * d.signum();
            Self(n / g, d / g)
        }
        fn plus(self, o: Self, sign: i128) -> Option<Self> {
            let n = self.0.checked_mul(o.1)?.checked_add(o.0.checked_mul(self.1)?.checked_mul(sign)?)?;
            Some(Self::new(n, self.1.checked_mul(o.1)?))
        }
        fn times(self, n: i128, d: i128) -> Option<Self> {
            Some(Self::new(self.0.checked_mul(n)?, self.1.checked_mul(d)?))
        }
        fn compare(self, o: Self) -> Option<std::cmp::Ordering> {
            Some(self.0.checked_mul(o.1)?.cmp(&o.0.checked_mul(self.1)?))
        }
    }

    /// What is bought, with its price, and what each ballot's voters have left.
    type Reference = (Vec<(u32, Fraction)>, Vec<Fraction>);

    /// An election that owns its parts.
    #[derive(Clone, Debug)]
    struct Case {
        costs: Vec<i64>,
        budget: i64,
        ballots: Vec<Vec<(u32, u64)>>,
        weights: Vec<u64>,
        requires: Option<Vec<Vec<u32>>>,
        standing: Vec<Standing>,
    }

    fn rows(lists: &[Vec<u32>]) -> (Vec<usize>, Vec<u32>) {
        let offsets = std::iter::once(0).chain(lists.iter().scan(0, |n, l| {
            *n += l.len();
            Some(*n)
        }));
        (offsets.collect(), lists.concat())
    }

    impl Case {
        fn run(&self, completion: Completion) -> Outcome {
            self.run_at(PRECISION, completion)
        }

        fn run_at(&self, precision: i32, completion: Completion) -> Outcome {
            let items: Vec<Vec<u32>> = self.ballots.iter().map(|b| b.iter().map(|e| e.0).collect()).collect();
            let (offsets, items) = rows(&items);
            let utilities: Vec<u64> = self.ballots.iter().flatten().map(|e| e.1).collect();
            let needs = self.requires.as_deref().map(rows);
            let election = Election {
                costs: &self.costs,
                budget: self.budget,
                ballots: Rows { offsets: &offsets, items: &items },
                weights: &self.weights,
                utilities: Utilities::PerEntry(&utilities),
                requires: needs.as_ref().map(|(offsets, items)| Rows { offsets, items }),
                standing: &self.standing,
            };
            let mut prepared = Prepared::new(&election).unwrap();
            prepared.precision = precision;
            decide(&prepared, completion, true)
        }

        fn bought(&self) -> Vec<u32> {
            self.run(Completion::None).purchases.iter().map(|p| p.item).collect()
        }

        /// All that `item` needs and is not bought, itself included; `None` if some of it is out.
        fn package(&self, item: u32, bought: &[bool]) -> Option<Vec<u32>> {
            let mut package = vec![item];
            let mut next = 0;
            while next < package.len() {
                let i = package[next] as usize;
                if self.standing.get(i) == Some(&Standing::Out) {
                    return None;
                }
                for &r in self.requires.as_ref().map_or(&[][..], |r| &r[i]) {
                    if !bought[r as usize] && !package.contains(&r) {
                        package.push(r);
                    }
                }
                next += 1;
            }
            Some(package)
        }

        /// The rule as the paper states it, in fractions.
        fn reference(&self, budget: i64) -> Option<Reference> {
            let n = self.costs.len();
            let total: u64 = self.weights.iter().sum();
            let mut purses = vec![Fraction::new(budget.into(), total.into()); self.ballots.len()];
            let mut bought: Vec<bool> = (0..n).map(|i| self.standing.get(i) == Some(&Standing::In)).collect();
            let mut list = Vec::new();
            loop {
                let mut best: Option<(Fraction, u32, Vec<u32>, Vec<i128>)> = None;
                for item in (0..n as u32).filter(|&i| !bought[i as usize]) {
                    let Some(package) = self.package(item, &bought) else {
                        continue;
                    };
                    let worth: Vec<i128> = (self.ballots.iter())
                        .map(|b| b.iter().filter(|e| package.contains(&e.0)).map(|e| i128::from(e.1)).sum())
                        .collect();
                    let mut crowd: Vec<usize> = (0..worth.len()).filter(|&v| worth[v] > 0).collect();
                    let mut cost =
                        Fraction::new(package.iter().map(|&i| i128::from(self.costs[i as usize])).sum(), 1);
                    // By what they have per unit of utility; insertion sort, for comparisons that may fail.
                    for i in 1..crowd.len() {
                        let mut j = i;
                        while j > 0 {
                            let (a, b) = (crowd[j - 1], crowd[j]);
                            if purses[a].times(1, worth[a])?.compare(purses[b].times(1, worth[b])?)?.is_le() {
                                break;
                            }
                            crowd.swap(j - 1, j);
                            j -= 1;
                        }
                    }
                    let mut steepness: i128 =
                        crowd.iter().map(|&v| i128::from(self.weights[v]) * worth[v]).sum();
                    for &v in &crowd {
                        let price = cost.times(1, steepness)?;
                        if price.times(worth[v], 1)?.compare(purses[v])?.is_le() {
                            let better = match &best {
                                Some(b) => price.compare(b.0)?.is_lt(),
                                None => true,
                            };
                            if better {
                                best = Some((price, item, package, worth));
                            }
                            break;
                        }
                        cost = cost.plus(purses[v].times(self.weights[v].into(), 1)?, -1)?;
                        steepness -= i128::from(self.weights[v]) * worth[v];
                    }
                }
                let Some((price, item, package, worth)) = best else {
                    return Some((list, purses));
                };
                for (purse, &worth) in purses.iter_mut().zip(&worth) {
                    let due = price.times(worth, 1)?;
                    *purse = if due.compare(*purse)?.is_lt() { purse.plus(due, -1)? } else { Fraction(0, 1) };
                }
                for i in package {
                    bought[i as usize] = true;
                }
                list.push((item, price));
            }
        }

        fn agrees_with_the_reference(&self) -> Result<(), TestCaseError> {
            let Some((list, purses)) = self.reference(self.budget) else {
                return Err(TestCaseError::reject("beyond i128"));
            };
            let outcome = self.run(Completion::None);
            let items: Vec<u32> = outcome.purchases.iter().map(|p| p.item).collect();
            prop_assert_eq!(&items[..], list.iter().map(|l| l.0).collect::<Vec<_>>());
            let near = |a: f64, f: Fraction| (a - f.0 as f64 / f.1 as f64).abs() <= 1e-9 * (1.0 + a.abs());
            for (p, l) in outcome.purchases.iter().zip(&list) {
                prop_assert!(near(p.price, l.1), "{} {:?}", p.price, l.1);
            }
            let mut left: Vec<f64> = self.weights.iter().map(|&w| outcome.share * w as f64).collect();
            for p in &outcome.purchases {
                let cost: i64 = p.package.iter().map(|&i| self.costs[i as usize]).sum();
                let paid: f64 = p.payments.iter().map(|p| p.amount).sum();
                prop_assert!(
                    (paid - cost as f64).abs() <= 1e-12 * cost as f64 + 1e-14 * self.budget as f64,
                    "{paid} for {cost}"
                );
                for payment in &p.payments {
                    prop_assert!(payment.amount >= 0.0);
                    left[payment.ballot as usize] -= payment.amount;
                }
            }
            let scale = self.budget as f64;
            for ((left, purse), &w) in left.iter().zip(purses).zip(&self.weights) {
                let exact = purse.0 as f64 / purse.1 as f64 * w as f64;
                prop_assert!(
                    *left >= -1e-9 * scale && (left - exact).abs() <= 1e-9 * (1.0 + scale),
                    "{left} {exact}"
                );
            }
            prop_assert!(outcome.spent <= self.budget);
            // With purses too coarse to tell much, all falls to the exact decisions.
            for precision in [2, 7, 20] {
                let coarse = self.run_at(precision, Completion::None);
                prop_assert_eq!(coarse.purchases.iter().map(|p| p.item).collect::<Vec<_>>(), &items[..]);
                prop_assert!(coarse.purchases.iter().zip(&outcome.purchases).all(|(a, b)| a.tied == b.tied));
            }
            Ok(())
        }
    }

    /// Up to `items` items and `ballots` ballots; few different numbers, so that ties are common.
    fn cases(items: usize, ballots: usize, with_requires: bool) -> impl Strategy<Value = Case> {
        (1..=items, 1..=ballots).prop_flat_map(move |(n, m)| {
            let ballot =
                proptest::collection::vec(prop_oneof![3 => Just(0u64), 2 => 1..4u64, 1 => Just(12)], n);
            let costs =
                proptest::collection::vec(prop_oneof![1 => Just(0i64), 12 => 1..13i64, 3 => Just(12)], n);
            let needs = proptest::collection::vec(proptest::collection::vec(0..n as u32, 0..3), n);
            let standing = proptest::collection::vec(
                prop_oneof![8 => Just(Standing::Open), 1 => Just(Standing::In), 1 => Just(Standing::Out)],
                n,
            );
            (
                costs,
                0..40i64,
                proptest::collection::vec(ballot, m),
                proptest::collection::vec(1..5u64, m),
                needs,
                standing,
            )
                .prop_map(move |(costs, budget, table, weights, needs, standing)| Case {
                    costs,
                    budget,
                    ballots: table
                        .into_iter()
                        .map(|b| (0u32..).zip(b).filter(|e| e.1 > 0).collect())
                        .collect(),
                    weights,
                    // An item needs lower ones only, so there is no cycle.
                    requires: with_requires.then(|| {
                        (0u32..)
                            .zip(needs)
                            .map(|(i, mut r)| {
                                r.retain(|&r| r < i);
                                r.sort_unstable();
                                r.dedup();
                                r
                            })
                            .collect()
                    }),
                    standing: if with_requires { standing } else { Vec::new() },
                })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn as_the_paper_says(case in cases(6, 6, false)) {
            case.agrees_with_the_reference()?;
        }

        #[test]
        fn with_prerequisites(case in cases(6, 6, true)) {
            case.agrees_with_the_reference()?;
        }

        /// Prices that differ by less than a double can tell, and by nothing.
        #[test]
        fn near_ties(mut case in cases(4, 3, false), factor in 1i64..1 << 55, nudges in proptest::collection::vec(-1i64..2, 6)) {
            case.budget = case.budget * factor + nudges[5];
            for (cost, nudge) in case.costs.iter_mut().zip(nudges) {
                *cost = (*cost * factor + nudge).max(0);
            }
            case.budget = case.budget.max(0);
            case.agrees_with_the_reference()?;
        }

        #[test]
        fn add1_is_repeated_running(case in cases(6, 5, false), step in 1i64..8, all in any::<bool>()) {
            let until = if all { Until::AllBought } else { Until::NothingFits };
            let fits = |list: &[(u32, Fraction)]| list.iter().map(|l| case.costs[l.0 as usize]).sum::<i64>();
            let more = |list: &[(u32, Fraction)]| (0..case.costs.len() as u32).any(|i| {
                let wanted = case.ballots.iter().flatten().any(|e| e.0 == i) && list.iter().all(|l| l.0 != i);
                wanted && (all || fits(list) + case.costs[i as usize] <= case.budget)
            });
            let mut raises = 0;
            let mut list = case.reference(case.budget).unwrap().0;
            while more(&list) {
                let Some((next, _)) = case.reference(case.budget + step * (raises + 1)) else {
                    return Err(TestCaseError::reject("beyond i128"));
                };
                if fits(&next) > case.budget {
                    break;
                }
                list = next;
                raises += 1;
            }
            for precision in [7, PRECISION] {
            let outcome = case.run_at(precision, Completion::Add1 { step, until });
            prop_assert_eq!(outcome.raises, raises as u64);
            prop_assert_eq!(
                outcome.purchases.iter().map(|p| p.item).collect::<Vec<_>>(),
                list.iter().map(|l| l.0).collect::<Vec<_>>()
            );
            prop_assert!(outcome.spent <= case.budget);
            }
        }

        /// Long leaps over raises, against every single one.
        #[test]
        fn no_raise_is_leapt_over_in_which_something_changes(mut case in cases(7, 6, true), factor in 1i64..100, step in 1i64..8) {
            case.costs.iter_mut().for_each(|c| *c *= factor);
            case.budget *= factor;
            let all: i64 = case.costs.iter().sum();
            let enough = all * case.weights.iter().sum::<u64>() as i64;
            let set = |outcome: &Outcome| {
                let mut items: Vec<u32> = outcome.purchases.iter().flat_map(|p| p.package.clone()).collect();
                items.sort_unstable();
                items
            };
            let everything = set(&Case { budget: enough, ..case.clone() }.run(Completion::None));
            let mut last = (case.run(Completion::None), 0);
            let mut raised = case.clone();
            for raise in 1..=(enough - case.budget) / step + 1 {
                if set(&last.0) == everything {
                    break;
                }
                raised.budget += step;
                let next = raised.run(Completion::None);
                if next.spent > case.budget {
                    break;
                }
                let same = next.purchases.iter().map(|p| p.item).eq(last.0.purchases.iter().map(|p| p.item));
                last = (next, if same { last.1 } else { raise });
            }
            for precision in [7, 20, PRECISION] {
            let outcome = case.run_at(precision, Completion::Add1 { step, until: Until::AllBought });
            prop_assert_eq!(
                outcome.purchases.iter().map(|p| p.item).collect::<Vec<_>>(),
                last.0.purchases.iter().map(|p| p.item).collect::<Vec<_>>()
            );
            prop_assert!(outcome.raises >= last.1 as u64);
            }
        }

        #[test]
        fn nothing_changes_with_units_or_merging(case in cases(6, 5, true), money in 1i64..1 << 40, weight in 1u64..1 << 40, utility in 1u64..1 << 30) {
            let bought = case.bought();
            let mut other = case.clone();
            other.costs.iter_mut().for_each(|c| *c *= money);
            other.budget *= money;
            other.weights.iter_mut().for_each(|w| *w *= weight);
            other.ballots.iter_mut().flatten().for_each(|e| e.1 *= utility);
            prop_assert_eq!(&other.bought(), &bought);
            let mut split = case.clone();
            split.weights.clear();
            split.ballots.clear();
            for (ballot, &weight) in case.ballots.iter().zip(&case.weights).rev() {
                for _ in 0..weight {
                    split.ballots.push(ballot.iter().rev().copied().collect());
                    split.weights.push(1);
                }
            }
            prop_assert_eq!(&split.bought(), &bought);
        }

        /// Without ties, the names of the items do not matter either.
        #[test]
        fn nothing_changes_with_the_order_of_items(case in cases(6, 5, true)) {
            let outcome = case.run(Completion::None);
            prop_assume!(outcome.purchases.iter().all(|p| p.tied.is_empty()));
            let last = case.costs.len() as u32 - 1;
            let mut other = case.clone();
            other.costs.reverse();
            other.standing.reverse();
            other.ballots.iter_mut().flatten().for_each(|e| e.0 = last - e.0);
            if let Some(requires) = &mut other.requires {
                requires.reverse();
                requires.iter_mut().flatten().for_each(|r| *r = last - *r);
            }
            let items: Vec<u32> = outcome.purchases.iter().map(|p| last - p.item).collect();
            prop_assert_eq!(other.bought(), items);
        }

        /// Peters, Pierczyński & Skowron (2021), definition 2, on all groups of voters and all sets of items.
        #[test]
        fn justified_representation_up_to_one_project(case in cases(5, 5, false)) {
            let bought = case.bought();
            let worth = |v: usize, set: u32| -> u64 {
                case.ballots[v].iter().filter(|e| set >> e.0 & 1 == 1).map(|e| e.1).sum()
            };
            let won = bought.iter().fold(0, |set, i| set | 1 << i);
            let total: u64 = case.weights.iter().sum();
            for group in 1u32..1 << case.ballots.len() {
                let voters: Vec<usize> = (0..case.ballots.len()).filter(|v| group >> v & 1 == 1).collect();
                let size: u64 = voters.iter().map(|&v| case.weights[v]).sum();
                for wish in 1u32..1 << case.costs.len() {
                    let items: Vec<u32> = (0..case.costs.len() as u32).filter(|i| wish >> i & 1 == 1).collect();
                    let cost: i64 = items.iter().map(|&i| case.costs[i as usize]).sum();
                    if cost as u64 * total > size * case.budget as u64 {
                        continue;
                    }
                    let claim: u64 = items.iter().map(|&i| voters.iter().map(|&v| worth(v, 1 << i)).min().unwrap_or(0)).sum();
                    let content = voters.iter().any(|&v| {
                        worth(v, won) >= claim || items.iter().any(|&i| worth(v, won | 1 << i) > claim)
                    });
                    prop_assert!(content, "group {voters:?} deserves {items:?}, got {bought:?}");
                }
            }
        }
    }

    fn election<'a>(
        costs: &'a [i64],
        ballots: Rows<'a>,
        weights: &'a [u64],
        utilities: &'a [u64],
    ) -> Election<'a> {
        Election {
            costs,
            budget: 10,
            ballots,
            weights,
            utilities: Utilities::PerItem(utilities),
            requires: None,
            standing: &[],
        }
    }

    #[test]
    fn what_is_refused() {
        use EqualSharesError as E;
        let one = Rows { offsets: &[0, 1], items: &[0] };
        let twice = Rows { offsets: &[0, 2], items: &[0, 0] };
        let refused = |e: &Election<'_>| equal_shares(e, Completion::None, false).unwrap_err();
        assert_eq!(refused(&election(&[1], one, &[1], &[])), E::Shape);
        assert_eq!(refused(&election(&[1], one, &[], &[1])), E::Shape);
        assert_eq!(refused(&election(&[], one, &[1], &[])), E::Shape);
        assert_eq!(refused(&election(&[-1], one, &[1], &[1])), E::NegativeCost(0));
        assert_eq!(refused(&election(&[1], one, &[0], &[1])), E::ZeroWeight(0));
        assert_eq!(refused(&election(&[1], twice, &[1], &[1])), E::Repeated { ballot: 0, item: 0 });
        assert_eq!(refused(&election(&[i64::MAX, 1], one, &[1], &[1, 1])), E::CostOverflow);
        let two = Rows { offsets: &[0, 1, 2], items: &[0, 0] };
        assert_eq!(refused(&election(&[1], two, &[u64::MAX, 2], &[1])), E::UtilityOverflow);
        let negative = Election { budget: -1, ..election(&[1], one, &[1], &[1]) };
        assert_eq!(refused(&negative), E::NegativeBudget);
        let step = equal_shares(
            &election(&[1], one, &[1], &[1]),
            Completion::Add1 { step: 0, until: Until::AllBought },
            false,
        );
        assert_eq!(step.unwrap_err(), E::Step);
    }

    #[test]
    fn the_largest_numbers() {
        let ballots = Rows { offsets: &[0, 1, 3], items: &[0, 0, 1] };
        let e = Election {
            budget: i64::MAX,
            utilities: Utilities::PerEntry(&[2, 3, i64::MAX as u64 / 4]),
            ..election(&[i64::MAX / 2, i64::MAX / 2], ballots, &[1, 2], &[])
        };
        let outcome =
            equal_shares(&e, Completion::Add1 { step: i64::MAX, until: Until::AllBought }, true).unwrap();
        assert_eq!(outcome.spent, i64::MAX - 1);
    }

    #[test]
    fn nobody_votes() {
        let e = election(&[0, 1], Rows { offsets: &[0], items: &[] }, &[], &[1, 1]);
        let outcome = equal_shares(&e, Completion::Add1 { step: 1, until: Until::AllBought }, false).unwrap();
        assert_eq!((outcome.purchases.len(), outcome.raises), (0, 0));
    }
}
