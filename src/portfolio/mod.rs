//! What can be afforded: a selection within a budget, by best value, greedily, or by equal shares.

use serde::Serialize;

use crate::Error;
use crate::error::Path;
use crate::programme::Id;

pub(crate) mod best_value;
mod candidates;
mod equal_shares;
mod fault;
mod greedy;
mod natural;
mod package;
mod prices;
#[cfg(feature = "uncertainty")]
mod revalued;
mod roi;
mod verify;

use best_value::{GREATEST_TOTAL, Limits, Refusal, Rules, Solution};
pub use candidates::Candidates;
use candidates::refused;
pub use fault::Fault;
pub use greedy::{Order, WhenTooBig};
use package::Standing;
pub use prices::{Near, Next, Price};
pub use verify::{Violation, verify};

/// How much may be spent.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Budget {
    /// What the strategy, or the election, declares.
    #[default]
    Declared,
    /// In the effort unit.
    Amount(f64),
    /// floor(R · total) in whole effort units, for an exact decimal R from 0 to 1 of the cost of all candidates.
    Ratio(String),
    /// All that the candidates cost together: no limit.
    Unlimited,
}

/// How to select.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// The greatest benefit, proven.
    BestValue(BestValue),
    /// Best first.
    Greedy(Greedy),
    /// What the stakeholders would buy, each with the same money.
    EqualShares(EqualShares),
}

/// The greatest benefit that the budget can buy, exact under a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BestValue {
    /// The most nodes of the search tree: the same on every machine. What is not proven then carries its bound.
    pub nodes: u64,
}

impl Default for BestValue {
    fn default() -> Self {
        BestValue { nodes: Limits::default().nodes }
    }
}

/// Best first, until the money is gone. An initiative comes with what it still needs, and is judged with it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Greedy {
    /// By benefit or by density.
    pub order: Order,
    /// What happens when the next one does not fit.
    pub when_too_big: WhenTooBig,
    /// The sum of the voters' satisfaction in place of the benefit.
    pub satisfaction: Option<Satisfaction>,
}

/// Each voter has the same share of the budget (in proportion to weight), and what is bought is paid by those who support it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EqualShares {
    /// What a voter gains.
    pub satisfaction: Satisfaction,
    /// What happens with what is left.
    pub completion: Completion,
}

/// What a selected initiative is worth to a voter who supports it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Satisfaction {
    /// Its cost.
    #[default]
    Cost,
    /// One.
    Cardinality,
    /// The points that the ballot gives it.
    Points,
    /// The number of places below it on the ballot, among what the ballot lists.
    Borda,
}

/// What happens with the money that no group of voters can spend together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Completion {
    /// It is left.
    #[default]
    None,
    /// Shares are raised by one effort unit for every voter, again and again, while the total stays within the budget.
    Add1,
}

impl From<BestValue> for Rule {
    fn from(rule: BestValue) -> Self {
        Rule::BestValue(rule)
    }
}

impl From<Greedy> for Rule {
    fn from(rule: Greedy) -> Self {
        Rule::Greedy(rule)
    }
}

impl From<EqualShares> for Rule {
    fn from(rule: EqualShares) -> Self {
        Rule::EqualShares(rule)
    }
}

/// A selection within a budget, with what bounds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Portfolio {
    /// `best-value`, `greedy` or `equal-shares`.
    pub rule: &'static str,
    /// The initiatives, in the order of their codes.
    pub selected: Vec<Id>,
    /// The outcomes that follow, in the order of their ids.
    pub outcomes: Vec<Id>,
    /// What they bring, in points.
    pub benefit: f64,
    /// What they cost, in the effort unit.
    pub cost: f64,
    /// What may be spent.
    pub budget: f64,
    /// No selection within the budget and the constraints brings more.
    pub upper_bound: f64,
    /// By how much, as a share of the bound, the benefit may be short of the best.
    pub gap: f64,
    /// Whether no selection brings more.
    pub proven: bool,
    /// (Discounted benefit in money over the horizon − cost)/cost, if benefit has a price and the horizon is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roi: Option<f64>,
    /// Under equal shares: what was bought, in order, and who paid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purchases: Vec<Purchase>,
    /// In units of the candidates.
    #[serde(skip)]
    solution: Solution,
    #[serde(skip)]
    budget_quanta: i128,
}

/// What voters bought together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Purchase {
    /// What they wanted.
    pub code: Id,
    /// With what it needed, each after what it needs.
    pub bought: Vec<Id>,
    /// Others that had exactly the same price and lost by code.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<Id>,
    /// Who paid; empty where ballots are anonymous.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<Payment>,
}

/// What a stakeholder paid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Payment {
    /// Who.
    pub stakeholder: Id,
    /// How much, in the effort unit.
    pub amount: f64,
    /// Whether this took all that was left.
    pub all: bool,
}

impl Candidates<'_> {
    /// Selects within a budget.
    ///
    /// Greedy and equal shares take what is mandatory first and leave out what is excluded; groups (both-or-neither, one-of, not-both, any-of) only
    /// best value can keep to.
    ///
    /// # Errors
    ///
    /// See [`Fault`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::portfolio::{BestValue, Budget, Candidates, Greedy, verify};
    /// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
    ///
    /// let programme = ProgrammeSpec::new("Clinic")
    ///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
    ///     .criterion(Criterion::effort("work", 1.0))
    ///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 5.0))
    ///     .initiative(Initiative::new("B", "Clear letters").benefit("ease", 5.0).effort("work", 5.0))
    ///     .initiative(Initiative::new("C", "Call back").benefit("ease", 8.0).effort("work", 6.0))
    ///     .build()?;
    /// let candidates = Candidates::new(&programme)?;
    /// let best = candidates.select(BestValue::default(), &Budget::Amount(10.0))?;
    /// assert_eq!((best.selected, best.benefit, best.proven), (vec!["A".into(), "B".into()], 110.0, true));
    /// let greedy = candidates.select(Greedy::default(), &Budget::Amount(10.0))?;
    /// assert_eq!(greedy.selected, ["C"]);
    /// assert_eq!(verify(&greedy, &programme), []);
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn select(&self, rule: impl Into<Rule>, budget: &Budget) -> Result<Portfolio, Error> {
        self.select_within(rule.into(), self.budget(budget)?)
    }

    fn select_within(&self, rule: Rule, quanta: i128) -> Result<Portfolio, Error> {
        let name = match rule {
            Rule::BestValue(_) => "best-value",
            Rule::Greedy(_) => "greedy",
            Rule::EqualShares(_) => "equal-shares",
        };
        let (solution, purchases) = self.solution(rule, quanta)?;
        Ok(self.portfolio(name, solution, purchases, quanta))
    }

    fn solution(&self, rule: Rule, quanta: i128) -> Result<(Solution, Vec<Purchase>), Error> {
        let benefit: Vec<i64> = self.benefit.iter().map(|b| b.unwrap_or(0)).collect();
        let budget = self.units(quanta).min(GREATEST_TOTAL);
        let problem = self.problem(&benefit, budget);
        let (mut solution, purchases) = match rule {
            Rule::BestValue(BestValue { nodes }) => {
                let solution = best_value::solve(&problem, Limits { nodes });
                (solution.map_err(|r| self.refusal(&r, nodes, quanta))?, Vec::new())
            }
            Rule::Greedy(greedy) => {
                let selected = self.greedy(greedy, quanta)?;
                (self.bounded(&problem, &selected, quanta)?, Vec::new())
            }
            Rule::EqualShares(rule) => {
                let (selected, purchases) = self.equal_shares(rule, quanta)?;
                (self.bounded(&problem, &selected, quanta)?, purchases)
            }
        };
        self.realise(&mut solution);
        debug_assert_eq!(best_value::verify(&problem, &solution), Ok(()));
        Ok((solution, purchases))
    }

    fn problem<'a>(&'a self, benefit: &'a [i64], budget: i64) -> best_value::Problem<'a> {
        best_value::Problem {
            benefit,
            cost: &self.cost,
            requires: &self.requires,
            budget,
            rules: &self.rules,
        }
    }

    fn portfolio(
        &self,
        rule: &'static str,
        solution: Solution,
        purchases: Vec<Purchase>,
        quanta: i128,
    ) -> Portfolio {
        let named = |outcomes: bool| {
            let of = |&&i: &&u32| (i as usize >= self.initiatives) == outcomes;
            solution.selected.iter().filter(of).map(|&i| self.ids[i as usize].clone()).collect()
        };
        let short = i128::from(solution.upper_bound) - i128::from(solution.benefit);
        Portfolio {
            rule,
            selected: named(false),
            outcomes: named(true),
            benefit: self.points(solution.benefit),
            cost: self.money(solution.cost),
            budget: self.money_of(quanta),
            upper_bound: self.points(solution.upper_bound),
            gap: if short == 0 { 0.0 } else { short as f64 / (solution.upper_bound as f64).abs() },
            proven: solution.proven,
            roi: self.play.as_ref().and_then(|play| roi::roi(play, &solution)),
            purchases,
            solution,
            budget_quanta: quanta,
        }
    }

    /// Outcomes follow from the initiatives, whoever selected those.
    fn realise(&self, solution: &mut Solution) {
        let mut chosen = vec![false; self.ids.len()];
        solution.selected.retain(|&i| (i as usize) < self.initiatives);
        solution.selected.iter().for_each(|&i| chosen[i as usize] = true);
        for outcome in self.initiatives as u32..self.ids.len() as u32 {
            if self.requires.row(outcome).iter().all(|&i| chosen[i as usize]) {
                solution.selected.push(outcome);
            }
        }
        solution.benefit = solution.selected.iter().filter_map(|&i| self.benefit[i as usize]).sum();
        solution.cost = solution.selected.iter().map(|&i| self.cost[i as usize]).sum();
        solution.upper_bound = solution.upper_bound.max(solution.benefit);
        solution.proven = solution.upper_bound == solution.benefit;
    }

    /// A selection with the bound of best value.
    fn bounded(
        &self,
        problem: &best_value::Problem<'_>,
        selected: &[u32],
        quanta: i128,
    ) -> Result<Solution, Error> {
        let upper_bound = match best_value::solve(problem, Limits { nodes: 0 }) {
            Ok(best) => best.upper_bound,
            Err(Refusal::Undecided { upper_bound }) => upper_bound,
            Err(refusal) => return Err(self.refusal(&refusal, 0, quanta)),
        };
        let mut selected = selected.to_vec();
        selected.sort_unstable();
        Ok(Solution { selected, benefit: 0, cost: 0, upper_bound, proven: false, nodes: 0 })
    }

    /// What is decided before greedy or equal shares begin, and what of the budget that leaves.
    fn standing(&self, quanta: i128) -> Result<(Vec<Standing>, i64), Error> {
        let Rules { mandatory, excluded, together, at_most_one, exactly_one, any_of } = &self.rules;
        let groups = [together, at_most_one, exactly_one];
        if groups.iter().any(|groups| !groups.is_empty()) || !any_of.is_empty() {
            return Err(refused(constraints(), Fault::ConstraintOfBestValue));
        }
        let mut standing = vec![Standing::Open; self.ids.len()];
        excluded.iter().for_each(|&i| standing[i as usize] = Standing::Out);
        let mut work = mandatory.clone();
        while let Some(i) = work.pop() {
            match standing[i as usize] {
                Standing::In => {}
                Standing::Out => return Err(self.refusal(&Refusal::Contradiction { item: i }, 0, quanta)),
                Standing::Open => {
                    standing[i as usize] = Standing::In;
                    work.extend(self.requires.row(i));
                }
            }
        }
        let taken = standing.iter().zip(&self.cost).filter(|(s, _)| **s == Standing::In).map(|(_, c)| c);
        let left = self.units(quanta).min(GREATEST_TOTAL) - taken.sum::<i64>();
        if left < 0 {
            Err(self.refusal(&Refusal::Unaffordable { by: -left }, 0, quanta))
        } else {
            Ok((standing, left))
        }
    }

    fn greedy(&self, rule: Greedy, quanta: i128) -> Result<Vec<u32>, Error> {
        let (standing, left) = self.standing(quanta)?;
        let (offsets, items) = self.plain_rows();
        let benefits = match rule.satisfaction {
            None => self.benefit.clone(),
            Some(satisfaction) => self.welfare(satisfaction)?,
        };
        let choice = greedy::Choice {
            costs: &self.cost,
            benefits: &benefits,
            budget: left,
            least_benefit: if rule.satisfaction.is_none() { self.least_benefit } else { i64::MIN },
            requires: package::Rows::new(&offsets, &items, self.ids.len()),
            standing: &standing,
        };
        let found = greedy::greedy(&choice, rule.order, rule.when_too_big);
        let found = found.map_err(|_| refused(Path::root(), Fault::Overflow))?;
        Ok(with_standing(&standing, found.items))
    }

    fn equal_shares(&self, rule: EqualShares, quanta: i128) -> Result<(Vec<u32>, Vec<Purchase>), Error> {
        let voters = &self.voters;
        if voters.weights.is_empty() {
            return Err(refused(Path::root().key("ballots"), Fault::NoBallots));
        }
        let (standing, left) = self.standing(quanta)?;
        let (offsets, items) = self.plain_rows();
        let costs: Vec<u64> = self.cost.iter().map(|c| c.unsigned_abs()).collect();
        let ones = vec![1; costs.len()];
        let utilities = match rule.satisfaction {
            Satisfaction::Cost => equal_shares::Utilities::PerItem(&costs),
            Satisfaction::Cardinality => equal_shares::Utilities::PerItem(&ones),
            Satisfaction::Borda => equal_shares::Utilities::PerEntry(&voters.borda),
            Satisfaction::Points => equal_shares::Utilities::PerEntry(self.voters_points()?),
        };
        let ballots = package::Rows::new(&voters.offsets, &voters.items, self.ids.len());
        let election = equal_shares::Election {
            costs: &self.cost,
            budget: left,
            ballots: ballots.expect("ballots name candidates"),
            weights: &voters.weights,
            utilities,
            requires: package::Rows::new(&offsets, &items, self.ids.len()),
            standing: &standing,
        };
        let completion = match rule.completion {
            Completion::None => equal_shares::Completion::None,
            Completion::Add1 => {
                // One effort unit for each voter of weight 1, in units of cost.
                let weight: u128 = voters.weights.iter().map(|&w| u128::from(w)).sum();
                let step = self
                    .quanta
                    .checked_mul(weight as i128)
                    .map(|x| x / i128::from(voters.one) / self.cost_unit);
                let step = step.and_then(|step| i64::try_from(step.max(1)).ok());
                let step = step.ok_or_else(|| refused(Path::root(), Fault::Overflow))?;
                equal_shares::Completion::Add1 { step, until: equal_shares::Until::AllBought }
            }
        };
        let outcome = equal_shares::equal_shares(&election, completion, !voters.ids.is_empty());
        let outcome = outcome.map_err(|error| match error {
            equal_shares::EqualSharesError::ZeroWeight(ballot) => {
                let stakeholder = voters.ids.get(ballot as usize);
                let list = self.play.as_ref().map_or(&[][..], |play| play.programme.stakeholders());
                let at = list.iter().position(|s| Some(&s.id) == stakeholder).unwrap_or(0);
                refused(Path::of("stakeholders", at).key("weight"), Fault::ZeroShare)
            }
            _ => refused(Path::root(), Fault::Overflow),
        })?;
        let id = |&i: &u32| self.ids[i as usize].clone();
        let bought = outcome.purchases.iter().flat_map(|p| p.package.iter().copied()).collect();
        let purchases = outcome.purchases.iter().map(|purchase| Purchase {
            code: id(&purchase.item),
            bought: purchase.package.iter().map(id).collect(),
            tied: purchase.tied.iter().map(id).collect(),
            payments: purchase
                .payments
                .iter()
                .map(|payment| Payment {
                    stakeholder: voters.ids[payment.ballot as usize].clone(),
                    amount: payment.amount * self.money(1),
                    all: payment.all,
                })
                .collect(),
        });
        Ok((with_standing(&standing, bought), purchases.collect()))
    }

    /// The sum over the voters of what each candidate is worth to them.
    fn welfare(&self, satisfaction: Satisfaction) -> Result<Vec<Option<i64>>, Error> {
        let voters = &self.voters;
        if voters.weights.is_empty() {
            return Err(refused(Path::root().key("ballots"), Fault::NoBallots));
        }
        let points = if satisfaction == Satisfaction::Points { self.voters_points()? } else { &[] };
        let mut sums = vec![0_i128; self.ids.len()];
        for (range, &weight) in voters.offsets.windows(2).zip(&voters.weights) {
            for (entry, &item) in (range[0]..).zip(&voters.items[range[0]..range[1]]) {
                let gain = match satisfaction {
                    Satisfaction::Cost => self.cost[item as usize].unsigned_abs(),
                    Satisfaction::Cardinality => 1,
                    Satisfaction::Points => points[entry],
                    Satisfaction::Borda => voters.borda[entry],
                };
                sums[item as usize] += i128::from(gain) * i128::from(weight);
            }
        }
        let overflow = || refused(Path::root(), Fault::Overflow);
        sums.into_iter().map(|sum| i64::try_from(sum).map(Some).map_err(|_| overflow())).collect()
    }

    fn voters_points(&self) -> Result<&[u64], Error> {
        let refuse = || refused(Path::root().key("ballots"), Fault::NoPoints);
        self.voters.points.as_deref().ok_or_else(refuse)
    }

    /// The prerequisites in the shape of the package kernels.
    fn plain_rows(&self) -> (Vec<usize>, Vec<u32>) {
        let mut offsets = vec![0];
        let mut items = Vec::with_capacity(self.requires.arcs());
        for i in 0..self.requires.len() {
            items.extend_from_slice(self.requires.row(i));
            offsets.push(items.len());
        }
        (offsets, items)
    }

    /// A refusal of the search within a budget, in quanta.
    fn refusal(&self, refusal: &Refusal, nodes: u64, quanta: i128) -> Error {
        match refusal {
            Refusal::Unaffordable { by } => {
                // Units of cost are coarser than quanta: what is left of the budget below one unit is missing no less.
                let by = (i128::from(*by) + i128::from(self.units(quanta))) * self.cost_unit - quanta;
                let fault = Fault::MandatoryTooDear { by: self.money_of(by) };
                refused(constraints().key("mandatory"), fault)
            }
            Refusal::Contradiction { item } => {
                let because =
                    "which would have to be both in and out, by the constraints and what needs what";
                let code = self.ids[*item as usize].clone();
                refused(constraints(), Fault::Contradiction { code, because: because.into() })
            }
            Refusal::Infeasible => refused(constraints(), Fault::Infeasible),
            Refusal::Undecided { .. } => refused(constraints(), Fault::Undecided { nodes }),
            // The candidates are checked when they are made.
            _ => refused(Path::root(), Fault::Overflow),
        }
    }
}

fn constraints() -> Path {
    Path::root().key("strategy").key("constraints")
}

fn with_standing(standing: &[Standing], mut items: Vec<u32>) -> Vec<u32> {
    items.extend((0..standing.len() as u32).filter(|&i| standing[i as usize] == Standing::In));
    items.sort_unstable();
    items.dedup();
    items
}
