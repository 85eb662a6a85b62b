//! The same candidates under other benefits: for the room that draws them.

use super::best_value::{Solution, verify};
use super::{Budget, Candidates, Rule};
use crate::Error;
use crate::sequence::Batches;
use crate::sequence::problem::Problem;

impl Candidates<'_> {
    /// Puts other benefits in place of those of the programme: of initiatives, then of outcomes, in a unit of any size. Their magnitudes add up to less than 2⁶⁰.
    pub(crate) fn revalue(&mut self, benefit: &[i64]) {
        self.benefit.iter_mut().zip(benefit).for_each(|(old, &new)| *old = Some(new));
    }

    /// Whether a set of initiatives and outcomes, rising, holds what it needs, keeps to the constraints and stays within the budget.
    pub(crate) fn permits(&self, selected: &[u32], budget: &Budget) -> Result<bool, Error> {
        let cost = selected.iter().map(|&i| self.cost[i as usize]).sum();
        let solution = Solution {
            selected: selected.to_vec(),
            benefit: 0,
            cost,
            upper_bound: 0,
            proven: true,
            nodes: 0,
        };
        let nothing = vec![0; self.ids.len()];
        let budget = self.units(self.budget(budget)?);
        Ok(verify(&self.problem(&nothing, budget), &solution).is_ok())
    }

    /// The initiatives, and the outcomes that follow, rising; with their benefit and the bound.
    pub(crate) fn solve(&self, rule: Rule, budget: &Budget) -> Result<Solution, Error> {
        Ok(self.solution(rule, self.budget(budget)?)?.0)
    }

    /// The same with an initiative put in or left out, whatever it is worth; `None` where that cannot be.
    pub(crate) fn solve_with(
        &mut self,
        initiative: u32,
        inside: bool,
        rule: Rule,
        budget: &Budget,
    ) -> Option<Solution> {
        let before = self.rules.clone();
        let list = if inside { &mut self.rules.mandatory } else { &mut self.rules.excluded };
        list.push(initiative);
        let found = self.solve(rule, budget).ok();
        self.rules = before;
        found
    }

    /// The initiatives and outcomes of the first batch, whatever the budget and the constraints.
    pub(crate) fn first_batch(&self) -> Vec<u32> {
        let weight: Vec<i64> = self.benefit.iter().map(|b| b.unwrap_or(0)).collect();
        let problem = Problem { weight: &weight, time: &self.cost, requires: &self.requires };
        Batches::first(&problem).expect("candidates are acyclic and their sums are bounded")
    }

    /// What may be spent, in the effort unit.
    pub(crate) fn amount(&self, budget: &Budget) -> Result<f64, Error> {
        Ok(self.money_of(self.budget(budget)?))
    }

    /// The index in the programme of an initiative, or of an outcome; none if the candidates are of no programme.
    pub(crate) fn index(&self, candidate: usize) -> Option<usize> {
        Some(self.play.as_ref()?.index[candidate] as usize)
    }

    /// The initiatives that an outcome requires and that are not done, or that an initiative does.
    pub(crate) fn needs(&self, candidate: usize) -> &[u32] {
        self.requires.row(candidate)
    }
}
