//! One run of equal shares from a given amount of money.
//!
//! The unit of money here is 1/W of the caller's, W being the sum of the weights: a ballot of weight 1 starts with exactly `money`, and an
//! item costs `cost · W`. In fixed point that is shifted so that a full purse has [`PRECISION`] bits.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::super::natural::{Natural, gcd};
use super::super::package::Packages;
use super::forecast::{Forecast, Line};
use super::{Payment, Prepared, Purchase};

/// Bits of a full purse. With fewer, more is decided by big integers, and nothing otherwise.
pub(super) const PRECISION: i32 = 62;
/// More than any purse, in fixed point.
const FULL: u64 = (1 << PRECISION) + 2;
const NOT_BOUGHT: u32 = u32::MAX;

/// What a ballot has left per unit of weight, in fixed point: at least `money`, and at most `Run::slack` more.
#[derive(Clone, Copy)]
struct Purse {
    money: u64,
    /// Zero once exactly nothing is left.
    weight: u64,
}

/// A supporter of the item or package at hand who has money left.
#[derive(Clone, Copy)]
struct Member {
    money: u64,
    weight: u64,
    value: u64,
    ballot: u32,
}

/// The price of an open item lies in `low..=high`, in fixed point, per `divisor` units of utility.
#[derive(Clone, Copy)]
struct Candidate {
    item: u32,
    low: u64,
    high: u64,
    divisor: u64,
    line: Line,
}

/// An entry of the queue: no less than `low` per `divisor` units of utility, now and later.
struct Queued {
    low: u64,
    divisor: u64,
    item: u32,
    version: u32,
    line: Line,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Queued {}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        compare((self.low, self.divisor), (other.low, other.divisor)).then(self.item.cmp(&other.item))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn compare(a: (u64, u64), b: (u64, u64)) -> Ordering {
    (u128::from(a.0) * u128::from(b.1)).cmp(&(u128::from(b.0) * u128::from(a.1)))
}

/// An exact price: `numerator / (denominator · Run::scale)`, and who pays all they have.
struct Price {
    numerator: Natural,
    denominator: u64,
    exhausted: Vec<u32>,
}

/// The exact price of a purchase: `numerator` over the product of the denominators up to and including its own.
struct Paid {
    numerator: Natural,
    denominator: u64,
    divisor: u64,
}

pub(super) struct Run<'p> {
    p: &'p Prepared<'p>,
    money: u128,
    shift: i32,
    purses: Vec<Purse>,
    slack: u64,
    packages: Packages<'p>,
    /// The purchase with which each item came.
    bought_at: Vec<u32>,
    paid: Vec<Paid>,
    /// The product of all denominators in `paid`, and `money` times it.
    scale: Natural,
    scaled_money: Natural,
    queue: BinaryHeap<Reverse<Queued>>,
    versions: Vec<u32>,
    purchases: Vec<Purchase>,
    record: bool,
    forecast: Option<Forecast>,
    // Room to work in.
    crowd: Vec<Member>,
    package: Vec<u32>,
    worth: Vec<u64>,
    row: Vec<u128>,
}

impl<'p> Run<'p> {
    /// A run in which all ballots together have `money`; `record` asks for the payments.
    pub(super) fn new(p: &'p Prepared<'p>, money: u128, record: bool) -> Self {
        let e = p.election;
        let n = e.costs.len();
        let shift = p.precision - (128 - money.leading_zeros()) as i32;
        let mut run = Self {
            p,
            money,
            shift,
            purses: Vec::new(),
            slack: u64::from(shift < 0),
            packages: Packages::new(n, e.requires, e.standing),
            bought_at: vec![NOT_BOUGHT; n],
            paid: Vec::new(),
            scale: Natural::from(1),
            scaled_money: Natural::from(money),
            queue: BinaryHeap::new(),
            versions: vec![0; n],
            purchases: Vec::new(),
            record,
            forecast: None,
            crowd: Vec::new(),
            package: Vec::new(),
            worth: vec![0; if e.requires.is_some() { e.ballots.len() } else { 0 }],
            row: Vec::new(),
        };
        let full = run.fixed(money) as u64;
        run.purses = p.weights.iter().map(|&weight| Purse { money: full, weight }).collect();
        for item in 0..n as u32 {
            if run.packages.is_open(item) {
                run.enqueue(item, 0, p.divisor[item as usize], Line::default());
            }
        }
        run
    }

    /// Buys while anything can be paid for.
    pub(super) fn finish(mut self) -> Vec<Purchase> {
        self.buy_all();
        self.purchases
    }

    /// What [`finish`](Self::finish) buys, and how far the money may be raised without changing it.
    pub(super) fn foresee(mut self) -> (Vec<Purchase>, u128) {
        self.forecast = Some(Forecast::new(self.purses.len()));
        self.buy_all();
        let reach = self.forecast.map_or(0.0, |f| f.reach());
        (self.purchases, (reach * f64::from(-self.shift).exp2()) as u128)
    }

    fn buy_all(&mut self) {
        while let Some((winner, tied)) = self.cheapest() {
            self.buy(winner, tied);
        }
    }

    /// Rounds an amount down to fixed point.
    fn fixed(&self, amount: u128) -> u128 {
        if self.shift >= 0 { amount << self.shift } else { amount >> -self.shift }
    }

    fn enqueue(&mut self, item: u32, low: u64, divisor: u64, line: Line) {
        let version = self.versions[item as usize];
        self.queue.push(Reverse(Queued { low, divisor: divisor.max(1), item, version, line }));
    }

    /// The affordable item of lowest price, with its price, and those that tie with it.
    fn cheapest(&mut self) -> Option<((Candidate, Price), Vec<u32>)> {
        let mut pool: Vec<Candidate> = Vec::new();
        let mut best = (u64::MAX, 1);
        while let Some(Reverse(top)) = self.queue.peek() {
            if compare((top.low, top.divisor), best).is_gt() {
                break;
            }
            let (item, current) = (top.item, top.version == self.versions[top.item as usize]);
            self.queue.pop();
            if !current || !self.packages.is_open(item) {
                continue;
            }
            if let Some(candidate) = self.evaluate(item) {
                if compare((candidate.high, candidate.divisor), best).is_lt() {
                    best = (candidate.high, candidate.divisor);
                }
                pool.push(candidate);
            }
        }
        let mut winner: Option<(Candidate, Price)> = None;
        let mut tied = Vec::new();
        pool.sort_unstable_by_key(|c| c.item);
        for &c in &pool {
            if compare((c.low, c.divisor), best).is_gt() {
                continue;
            }
            let price = self.exact_price(c);
            let order = winner
                .as_ref()
                .map_or(Ordering::Less, |(w, p)| price_cmp((&price, c.divisor), (p, w.divisor)));
            match order {
                Ordering::Less => {
                    tied.clear();
                    winner = Some((c, price));
                }
                Ordering::Equal => tied.push(c.item),
                Ordering::Greater => {}
            }
        }
        let winner = winner?;
        for c in pool {
            if c.item != winner.0.item {
                self.enqueue(c.item, c.low, c.divisor, c.line);
            }
        }
        Some((winner, tied))
    }

    /// Fills `crowd` with the supporters who have money left, and `package`; gives the cost, the divisor, and whether anybody ever supported it.
    /// `None` if all the money there is could not pay for it.
    fn gather(&mut self, item: u32) -> Option<(i64, u64, bool)> {
        // A forecast wants to know how much is missing.
        let limit =
            if self.forecast.is_some() { i64::MAX } else { i64::try_from(self.money).unwrap_or(i64::MAX) };
        let mut package = std::mem::take(&mut self.package);
        let cost = self.packages.collect(item, self.p.election.costs, limit, &mut package);
        self.crowd.clear();
        let mut supported = false;
        let mut divisor = self.p.divisor[item as usize];
        if cost.is_some() && package.len() == 1 {
            for (ballot, value) in self.p.supports(item) {
                let Purse { money, weight } = self.purses[ballot as usize];
                if weight > 0 {
                    self.crowd.push(Member { money, weight, value, ballot });
                }
                supported = true;
            }
        } else if cost.is_some() {
            divisor = 1;
            for &part in &package {
                for (ballot, value) in self.p.supports(part) {
                    let Purse { money, weight } = self.purses[ballot as usize];
                    let worth = &mut self.worth[ballot as usize];
                    if *worth == 0 && weight > 0 {
                        self.crowd.push(Member { money, weight, value: 0, ballot });
                    }
                    *worth += value * self.p.divisor[part as usize];
                    supported = true;
                }
            }
            for m in &mut self.crowd {
                m.value = self.worth[m.ballot as usize];
            }
            for &part in &package {
                for (ballot, _) in self.p.supports(part) {
                    self.worth[ballot as usize] = 0;
                }
            }
            self.crowd.sort_unstable_by_key(|m| m.ballot);
        }
        self.package = package;
        cost.map(|cost| (cost, divisor.max(1), supported))
    }

    /// Bounds of the price of an item, or `None` if its supporters cannot pay for it (and, package unchanged, never will).
    fn evaluate(&mut self, item: u32) -> Option<Candidate> {
        let (cost, divisor, supported) = self.gather(item)?;
        if cost == 0 {
            return supported.then_some(Candidate { item, low: 0, high: 0, divisor, line: Line::default() });
        }
        let exact_cost = cost as u128 * u128::from(self.p.weight);
        if self.crowd.is_empty() {
            return None;
        }
        if cost as u128 > self.money {
            let missing = (cost as u128 - self.money) * u128::from(self.p.weight);
            let overflow = self.shift > missing.leading_zeros() as i32 - 2;
            self.cannot_pay(if overflow { i128::MAX } else { self.fixed(missing) as i128 });
            return None;
        }
        let cost_low = self.fixed(exact_cost);
        let cost_high = cost_low + u128::from(self.shift < 0);
        let (mut have, mut weight) = (0u128, 0u128);
        for m in &self.crowd {
            have += u128::from(m.money) * u128::from(m.weight);
            weight += u128::from(m.weight);
        }
        let slack = u128::from(self.slack);
        if have + slack * weight < cost_low {
            self.cannot_pay((cost_low - have - slack * weight) as i128);
            return None;
        }
        if have < cost_high {
            if !self.can_pay(exact_cost) {
                self.cannot_pay(0);
                return None;
            }
            let low = solve(&mut self.crowd, self.slack, cost_low).price.saturating_sub(1);
            return Some(Candidate { item, low, high: FULL, divisor, line: Line::default() });
        }
        let s = solve(&mut self.crowd, 0, cost_high);
        // The true purses hold up to `slack` more, which only those who pay all can add.
        let doubt = slack * s.weight + cost_high - cost_low;
        let low = u128::from(s.price).saturating_sub(1 + doubt.div_ceil(s.steepness.max(1))) as u64;
        let mut line = Line::default();
        if let (Some(forecast), 1..) = (&self.forecast, s.steepness) {
            let slope =
                forecast.price(self.crowd[s.first_all..].iter().map(|m| (m.ballot, m.weight)), s.steepness);
            let at = (cost_high.saturating_sub(s.given + doubt) / s.steepness) as u64;
            line = Line { at, fall: slope.error - slope.value };
        }
        Some(Candidate { item, low, high: s.price, divisor, line })
    }

    /// The crowd lacks at least `missing`.
    fn cannot_pay(&mut self, missing: i128) {
        if let Some(forecast) = &mut self.forecast {
            let slope = forecast.money(self.crowd.iter().map(|m| (m.ballot, m.weight)));
            forecast.limit(missing, slope.negated());
        }
    }

    /// Whether the crowd has the money, exactly.
    fn can_pay(&mut self, exact_cost: u128) -> bool {
        self.row.clear();
        self.row.resize(self.paid.len(), 0);
        let mut weight = 0;
        for i in 0..self.crowd.len() {
            weight += self.crowd[i].weight;
            self.add_to_row(self.crowd[i]);
        }
        let needed = self.spent_by_row(exact_cost);
        let mut have = self.scaled_money.clone();
        have.mul(weight);
        needed <= have
    }

    /// Adds what a ballot has spent so far, in units of each purchase's price, to `row`.
    fn add_to_row(&mut self, m: Member) {
        let (e, p) = (self.p.election, self.p);
        for entry in e.ballots.offsets[m.ballot as usize]..e.ballots.offsets[m.ballot as usize + 1] {
            let item = e.ballots.items[entry] as usize;
            let at = self.bought_at[item];
            if at != NOT_BOUGHT {
                let utility = p.utilities[if p.per_item { item } else { entry }];
                self.row[at as usize] += u128::from(m.weight) * u128::from(utility);
            }
        }
    }

    /// `amount` plus the money that `row` stands for, times `scale`.
    fn spent_by_row(&self, amount: u128) -> Natural {
        let mut sum = Natural::from(amount);
        for (paid, &units) in self.paid.iter().zip(&self.row) {
            sum.mul(paid.denominator);
            sum.add_mul(&paid.numerator, (units / u128::from(paid.divisor)) as u64);
        }
        sum
    }

    /// What a ballot has left per unit of weight, exactly, times `scale`.
    fn exact_purse(&mut self, mut m: Member) -> Natural {
        m.weight = 1;
        self.row.fill(0);
        self.add_to_row(m);
        let mut left = self.scaled_money.clone();
        left.sub(&self.spent_by_row(0));
        left
    }

    /// The exact price of an affordable item whose price is known to lie in `low..=high`.
    ///
    /// It starts from those who certainly pay all; the price they lead to can only be too low, and whoever has less than that pays all too.
    fn exact_price(&mut self, c: Candidate) -> Price {
        let mut price = Price { numerator: Natural::default(), denominator: 1, exhausted: Vec::new() };
        let Some((cost @ 1.., ..)) = self.gather(c.item) else {
            return price;
        };
        let exact_cost = cost as u128 * u128::from(self.p.weight);
        let crowd = std::mem::take(&mut self.crowd);
        let mut doubtful: Vec<Member> = Vec::new();
        self.row.clear();
        self.row.resize(self.paid.len(), 0);
        let (mut weight, mut others) = (0u64, 0u64);
        for &m in &crowd {
            if u128::from(m.money) + u128::from(self.slack) < u128::from(c.low) * u128::from(m.value) {
                self.add_to_row(m);
                weight += m.weight;
                price.exhausted.push(m.ballot);
            } else {
                others += m.weight * m.value;
                if u128::from(m.money) < u128::from(c.high) * u128::from(m.value) {
                    doubtful.push(m);
                }
            }
        }
        loop {
            price.numerator = self.spent_by_row(exact_cost);
            let mut given = self.scaled_money.clone();
            given.mul(weight);
            price.numerator.sub(&given);
            price.denominator = others;
            let row = self.row.clone();
            let before = doubtful.len();
            let mut more: Vec<Member> = Vec::new();
            doubtful.retain(|&m| {
                let mut left = self.exact_purse(m);
                left.mul(others);
                let mut due = price.numerator.clone();
                due.mul(m.value);
                let all = left < due;
                if all {
                    more.push(m);
                }
                !all
            });
            self.row = row;
            if doubtful.len() == before {
                break;
            }
            for m in more {
                self.add_to_row(m);
                weight += m.weight;
                others -= m.weight * m.value;
                price.exhausted.push(m.ballot);
            }
        }
        self.crowd = crowd;
        price
    }

    fn buy(&mut self, (c, mut price): (Candidate, Price), tied: Vec<u32>) {
        self.gather(c.item);
        let steepness = price.denominator;
        let common = gcd(price.numerator.clone().div_rem(steepness), steepness);
        price.numerator.div_rem(common);
        price.denominator /= common;
        self.scale.mul(price.denominator);
        self.scaled_money.mul(price.denominator);
        let due = self.round_up(&price.numerator, c);

        let per_weight = price.numerator.ratio(&self.scale) / self.p.weight as f64;

        for &ballot in &price.exhausted {
            self.purses[ballot as usize].weight = 0;
        }
        if let Some(mut forecast) = self.forecast.take() {
            self.foresee_purchase(&mut forecast, &c, due, steepness);
            self.forecast = Some(forecast);
        }
        let mut payments = Vec::new();
        let mut steepest = 0;
        for m in &self.crowd {
            let purse = &mut self.purses[m.ballot as usize];
            let all = purse.weight == 0;
            if all {
                purse.money = 0;
            } else {
                let amount = u128::from(due) * u128::from(m.value);
                purse.money = u128::from(purse.money).saturating_sub(amount) as u64;
                steepest = steepest.max(m.value);
            }
            if self.record && due > 0 {
                let each = if all {
                    m.money as f64 * f64::from(-self.shift).exp2() / self.p.weight as f64
                } else {
                    per_weight * m.value as f64
                };
                payments.push(Payment { ballot: m.ballot, amount: each * m.weight as f64, all });
            }
        }
        self.slack = self.slack.saturating_add(steepest).min(FULL);

        let mut package = self.package.clone();
        self.packages.sort(&mut package);
        for &i in &package {
            self.bought_at[i as usize] = self.paid.len() as u32;
        }
        self.paid.push(Paid {
            numerator: price.numerator,
            denominator: price.denominator,
            divisor: c.divisor,
        });
        for item in self.packages.buy(&package) {
            self.versions[item as usize] += 1;
            self.enqueue(item, 0, 1, Line::default());
        }
        let price = per_weight / (self.p.common as f64 * c.divisor as f64 * self.p.unit as f64);
        self.purchases.push(Purchase { item: c.item, package, price, tied, payments });
    }

    /// Notes when the purchase of `c` would be another, and how those who pay for it drift from then on.
    fn foresee_purchase(&self, forecast: &mut Forecast, c: &Candidate, due: u64, steepness: u64) {
        let pays_all = |m: &&Member| self.purses[m.ballot as usize].weight == 0;
        let paying_all = self.crowd.iter().filter(pays_all).map(|m| (m.ballot, m.weight));
        let price = forecast.price(paying_all, u128::from(steepness));
        // What costs nothing comes first, by index, however much money there is.
        if due > 0 {
            for Reverse(other) in &self.queue {
                if other.version == self.versions[other.item as usize] && self.packages.is_open(other.item) {
                    let margin = u128::from(other.line.at) * u128::from(c.divisor);
                    let margin = margin as i128 - (u128::from(due) * u128::from(other.divisor)) as i128;
                    forecast.limit(margin, price.below(other.line, c.divisor, other.divisor));
                }
            }
        }
        let mut steepest = 0;
        for m in &self.crowd {
            if pays_all(&m) {
                let margin = (i128::from(due) - 1) * i128::from(m.value)
                    - i128::from(m.money)
                    - i128::from(self.slack);
                forecast.limit(margin, forecast.shortage(m.ballot, price, m.value));
                forecast.pay(m.ballot, price, None);
            } else {
                // With more money no purse is emptier and no price higher, so who could pay the price still can.
                forecast.pay(m.ballot, price, Some(m.value));
                steepest = steepest.max(m.value);
            }
        }
        forecast.bought(price, steepest);
    }

    /// The least fixed-point number that is not below `numerator / scale`, known to lie within the bounds of `c`.
    fn round_up(&self, numerator: &Natural, c: Candidate) -> u64 {
        let (mut numerator, mut scale) = (numerator.clone(), self.scale.clone());
        if self.shift >= 0 {
            numerator.shl(self.shift as u32);
        } else {
            scale.shl(-self.shift as u32);
        }
        let (mut low, mut high) = (c.low, c.high);
        while low < high {
            let middle = low + (high - low) / 2;
            let mut product = scale.clone();
            product.mul(middle);
            if product >= numerator {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

fn price_cmp((a, a_divisor): (&Price, u64), (b, b_divisor): (&Price, u64)) -> Ordering {
    let (mut left, mut right) = (a.numerator.clone(), b.numerator.clone());
    left.mul(b.denominator);
    left.mul(b_divisor);
    right.mul(a.denominator);
    right.mul(a_divisor);
    left.cmp(&right)
}

/// How a crowd shares a cost.
struct Solution {
    /// The price, rounded up.
    price: u64,
    /// What those who pay all they have give, and their weight; they stand at `first_all..` in the crowd.
    given: u128,
    weight: u128,
    first_all: usize,
    /// The weighted value of the others.
    steepness: u128,
}

/// Finds the least price at which the crowd, each with `bonus` more than the purse holds, pays `cost`, which it can.
///
/// Newton's method from below: the sum of the payments is concave in the price.
fn solve(crowd: &mut [Member], bonus: u64, cost: u128) -> Solution {
    let mut steepness = crowd.iter().map(|m| u128::from(m.weight) * u128::from(m.value)).sum::<u128>();
    let (mut given, mut weight) = (0u128, 0u128);
    let mut first_all = crowd.len();
    loop {
        let price = (cost - given).div_ceil(steepness);
        let mut kept = 0;
        for i in 0..first_all {
            let m = crowd[i];
            let money = u128::from(m.money + bonus);
            if money < price * u128::from(m.value) {
                given += money * u128::from(m.weight);
                weight += u128::from(m.weight);
                steepness -= u128::from(m.weight) * u128::from(m.value);
            } else {
                crowd.swap(kept, i);
                kept += 1;
            }
        }
        first_all = kept;
        if given + price * steepness >= cost {
            return Solution { price: price as u64, given, weight, first_all, steepness };
        }
    }
}
