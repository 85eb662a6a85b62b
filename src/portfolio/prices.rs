//! What it would cost to decide otherwise, what more money would buy, and what it costs to stay close to a plan.

use serde::Serialize;

use super::best_value::{self, GREATEST_TOTAL, Limits, Loss};
use super::{BestValue, Budget, Candidates, Portfolio, Rule};
use crate::Error;
use crate::programme::Id;

/// What it costs to decide one initiative the other way: the price of a veto, or of a pet project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Price {
    /// The initiative.
    pub code: Id,
    /// Whether it is selected: the price is then that of leaving it out, else that of putting it in.
    pub selected: bool,
    /// Whether it can be decided otherwise at all.
    pub possible: bool,
    /// The benefit that is lost, at least, in points.
    pub loss: f64,
    /// The benefit that is lost, at most; `None` where no selection that decides so was found.
    pub at_most: Option<f64>,
    /// The budget at which it enters the frontier: that of its batch and of all before it; `None` if it is never worth it.
    pub enters_at: Option<f64>,
}

/// What a greater budget would buy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Next {
    /// The greater budget, in the effort unit.
    pub budget: f64,
    /// The benefit that it adds, in points.
    pub gain: f64,
    /// What is selected besides.
    pub added: Vec<Id>,
    /// What is selected no more.
    pub dropped: Vec<Id>,
    /// Whether this is proven to be the best.
    pub proven: bool,
}

/// The best plan that stays so close to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// How many initiatives are selected that were not, or the other way round.
    pub changes: u32,
    /// What it brings, in points.
    pub benefit: f64,
    /// What it costs, in the effort unit.
    pub cost: f64,
    /// The initiatives.
    pub selected: Vec<Id>,
    /// No plan with at most so many changes brings more.
    pub upper_bound: f64,
    /// Whether the benefit is that much.
    pub proven: bool,
}

impl Candidates<'_> {
    /// For each initiative what it costs to decide it otherwise than a portfolio of best value does, in the order of the codes.
    ///
    /// # Errors
    ///
    /// As [`select`](Self::select).
    pub fn prices(&self, portfolio: &Portfolio, rule: BestValue) -> Result<Vec<Price>, Error> {
        let benefit: Vec<i64> = self.benefit.iter().map(|b| b.unwrap_or(0)).collect();
        let problem = self.problem(&benefit, self.units(portfolio.budget_quanta));
        let items: Vec<u32> = (0..self.initiatives as u32).collect();
        let limits = Limits { nodes: rule.nodes };
        let prices = best_value::prices(&problem, &portfolio.solution, &items, limits);
        let prices = prices.map_err(|refusal| self.refusal(&refusal, rule.nodes, portfolio.budget_quanta))?;
        let enters = self.enters(&benefit);
        let price = |price: &best_value::Price| {
            let (possible, loss, at_most) = match price.loss {
                Loss::Exactly(loss) => (true, loss, Some(loss)),
                Loss::Between(least, most) => (true, least, most),
                Loss::Impossible => (false, 0, None),
            };
            Price {
                code: self.ids[price.item as usize].clone(),
                selected: price.selected,
                possible,
                loss: self.points(loss),
                at_most: at_most.map(|most| self.points(most)),
                enters_at: enters[price.item as usize],
            }
        };
        Ok(prices.iter().map(price).collect())
    }

    /// What more of the budget would buy: `share` of it more, 0.1 for a tenth.
    ///
    /// # Errors
    ///
    /// As [`select`](Self::select).
    pub fn next(&self, portfolio: &Portfolio, share: f64, rule: BestValue) -> Result<Next, Error> {
        let more = self.budget(&Budget::Amount(portfolio.budget * (1.0 + share)))?;
        let greater = self.select_within(Rule::BestValue(rule), more)?;
        let beyond = |a: &[Id], b: &[Id]| {
            a.iter().filter(|id| b.binary_search(id).is_err()).cloned().collect::<Vec<_>>()
        };
        Ok(Next {
            budget: greater.budget,
            gain: self.points(greater.solution.benefit - portfolio.solution.benefit),
            added: beyond(&greater.selected, &portfolio.selected),
            dropped: beyond(&portfolio.selected, &greater.selected),
            proven: greater.proven,
        })
    }

    /// The curve of benefit against the number of changes from a baseline, at most about `most` points: the fewest changes that keep the budget
    /// and the constraints first, the best plan last.
    ///
    /// The points are the corners of the concave hull; between two of them the line is a bound.
    ///
    /// # Errors
    ///
    /// As [`select`](Self::select); `portfolio.unknown-initiative` for a baseline that names what cannot be selected.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::portfolio::{BestValue, Budget, Candidates};
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
    /// let near = candidates.near(&Budget::Amount(11.0), &["A".into(), "B".into()], 10, BestValue::default())?;
    /// let points: Vec<_> = near.iter().map(|p| (p.changes, p.benefit, p.proven)).collect();
    /// assert_eq!(points, [(0, 110.0, true), (2, 140.0, true)]);
    /// assert_eq!(near[1].selected, ["A", "C"]);
    /// // What must stay is mandatory.
    /// let near = candidates.keeping(&["B".into()])?.near(&Budget::Amount(11.0), &["A".into(), "B".into()], 10, BestValue::default())?;
    /// assert_eq!(near[1].selected, ["B", "C"]);
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn near(
        &self,
        budget: &Budget,
        baseline: &[Id],
        most: usize,
        rule: BestValue,
    ) -> Result<Vec<Near>, Error> {
        let quanta = self.budget(budget)?;
        let benefit: Vec<i64> = self.benefit.iter().map(|b| b.unwrap_or(0)).collect();
        let problem = self.problem(&benefit, self.units(quanta).min(GREATEST_TOTAL));
        let mut before = baseline.iter().map(|code| self.find(code)).collect::<Result<Vec<_>, _>>()?;
        before.sort_unstable();
        before.dedup();
        let counted: Vec<u32> = (0..self.initiatives as u32).collect();
        let limits = Limits { nodes: rule.nodes };
        let curve = best_value::near(&problem, &before, &counted, most, limits);
        let curve = curve.map_err(|refusal| self.refusal(&refusal, rule.nodes, quanta))?;
        let point = |point: best_value::Point| {
            let of = |&&i: &&u32| (i as usize) < self.initiatives;
            let selected = point.plan.selected.iter().filter(of);
            Near {
                changes: point.changes,
                benefit: self.points(point.plan.benefit),
                cost: self.money(point.plan.cost),
                selected: selected.map(|&i| self.ids[i as usize].clone()).collect(),
                upper_bound: self.points(point.plan.upper_bound),
                proven: point.plan.proven,
            }
        };
        Ok(curve.points.into_iter().map(point).collect())
    }

    /// The same candidates, with more that is mandatory: work that has begun, or that somebody has promised.
    ///
    /// # Errors
    ///
    /// `portfolio.unknown-initiative` for what cannot be selected.
    pub fn keeping(mut self, codes: &[Id]) -> Result<Self, Error> {
        for code in codes {
            let item = self.find(code)?;
            self.rules.mandatory.push(item);
        }
        Ok(self)
    }

    /// The budget at which each candidate enters the frontier, constraints apart.
    fn enters(&self, benefit: &[i64]) -> Vec<Option<f64>> {
        let mut enters = vec![None; self.ids.len()];
        let problem =
            crate::sequence::problem::Problem { weight: benefit, time: &self.cost, requires: &self.requires };
        let batches = crate::sequence::Batches::of(&problem).expect("candidates are acyclic and bounded");
        for (batch, (time, _)) in batches.corners().enumerate() {
            if batches.sums()[batch].weight > 0 {
                for &node in batches.members(batch) {
                    enters[node as usize] =
                        Some(self.play.as_ref().map_or_else(|| self.money(time), |play| play.budget(time)));
                }
            }
        }
        enters
    }
}
