use crate::error::{Path, Problem};
use crate::exact::Grid;
use crate::policy::Policy;
use crate::programme::{Criterion, Estimate, Id, Initiative, MISSING, Spread, Strategy, quantity, weighted};
use crate::score::{Fault as ScoreFault, Formula, Value};

/// The policy's model, ready to score one initiative after another: what it costs to follow a single change.
///
/// How an estimate is read and what a score is are the programme's and the score room's own; here are the rows.
#[derive(Debug, Clone)]
pub(super) struct Judge {
    grid: Grid,
    spread: Spread,
    /// `None` where its numbers are too large.
    formula: Option<Formula>,
    /// Weights of benefits with their columns, and prices of efforts, in steps of the grid.
    factors: [Vec<(usize, i64)>; 2],
}

impl Judge {
    /// For criteria in the order of their ids, a policy and a strategy that a programme has accepted.
    pub(super) fn new(criteria: &[Criterion], policy: &Policy, strategy: &Strategy) -> Self {
        let grid = Grid::new(policy.resolution.decimals.min(9));
        let factor = |x: Option<f64>, default: f64| grid.quantise(x.unwrap_or(default)).unwrap_or(0);
        let columns =
            |benefit: bool| criteria.iter().enumerate().filter(move |(_, c)| c.is_benefit() == benefit);
        let weights: Vec<_> = columns(true).map(|(k, c)| (k, factor(c.weight, 0.0))).collect();
        let prices: Vec<_> = columns(false).map(|(k, c)| (k, factor(c.price, 1.0))).collect();
        let efforts = prices.iter().map(|&(column, price)| (column, price, &criteria[column]));
        let formula = Formula::new(policy.model, policy, strategy, grid, weights.iter().copied(), efforts);
        Judge { grid, spread: policy.spread, formula, factors: [weights, prices] }
    }

    pub(super) fn grid(&self) -> Grid {
        self.grid
    }

    pub(super) fn spread(&self) -> Spread {
        self.spread
    }

    /// One estimate, quantised.
    pub(super) fn quantity(
        &self,
        criterion: &Criterion,
        estimate: &Estimate,
        path: &dyn Fn() -> Path,
    ) -> Result<i64, Vec<Problem>> {
        quantity(criterion, self.grid, self.spread, estimate, path)
    }

    /// The inputs of an initiative, quantised, in the order of the criteria.
    pub(super) fn row(
        &self,
        criteria: &[Criterion],
        initiative: &Initiative,
    ) -> Result<Vec<i64>, Vec<Problem>> {
        let mut problems = Vec::new();
        let row = criteria
            .iter()
            .map(|c| match initiative.estimate(c) {
                None => MISSING,
                Some(estimate) => self.quantity(c, estimate, &Path::root).unwrap_or_else(|found| {
                    problems.extend(found);
                    MISSING
                }),
            })
            .collect();
        if problems.is_empty() { Ok(row) } else { Err(problems) }
    }

    /// B and E in quanta of the grid; `None` where an input is missing, or the sum is too large.
    pub(super) fn sums(&self, row: &[i64]) -> [Option<i128>; 2] {
        let known = |x: i64| Some(x).filter(|&x| x != MISSING);
        [0, 1].map(|k| weighted(self.factors[k].iter().map(|&(column, factor)| (factor, known(row[column])))))
    }

    /// What the initiative is ordered by; `None` where it has no score.
    pub(super) fn value(&self, row: &[i64]) -> Result<Option<Value>, ScoreFault> {
        self.formula.as_ref().ok_or(ScoreFault::Overflow)?.value(row)
    }

    /// A value as a score, in the unit of the model.
    pub(super) fn score(&self, value: Value) -> f64 {
        self.formula.as_ref().expect("without a formula there is no value").score(value)
    }

    /// The unit of a score, for people.
    pub(super) fn unit(&self, effort_unit: &str) -> String {
        self.formula.as_ref().map_or_else(String::new, |formula| formula.unit(effort_unit))
    }
}

/// The place of a criterion among criteria in the order of their ids.
pub(super) fn place(criteria: &[Criterion], id: &Id) -> Option<usize> {
    criteria.binary_search_by(|c| c.id.cmp(id)).ok()
}
