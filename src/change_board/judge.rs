use crate::error::{Path, Problem};
use crate::exact::{Grid, MEAN, SCALE, divide_rounded};
use crate::policy::{Model, Policy};
use crate::programme::{Criterion, Estimate, Id, Initiative, MISSING, Spread, Status, Strategy, quantity};
use crate::score::kernel::Ratio;
use crate::score::{Fault as ScoreFault, Value};

/// The policy's model, ready to score one initiative after another: what it costs to follow a single change.
///
/// It gives what [`Scores`](crate::score::Scores) gives for the whole programme; a test holds the two together.
#[derive(Debug, Clone)]
pub(super) struct Judge {
    grid: Grid,
    spread: Spread,
    model: Model,
    per: f64,
    benefit_price: i64,
    columns: Vec<Column>,
}

/// A criterion's part in the score.
#[derive(Debug, Clone)]
struct Column {
    benefit: bool,
    /// Weight of a benefit or price of an effort, in steps of the grid.
    factor: i64,
    /// Weight, `none` and span of an effort's scale, for the weighted sum.
    share: Option<(i64, i128, i128)>,
}

/// What stands at a criterion for an initiative: its benefit, its effort, or what remains of that.
pub(super) fn input<'i>(initiative: &'i Initiative, criterion: &Criterion) -> Option<&'i Estimate> {
    if criterion.is_benefit() {
        initiative.benefits.get(&criterion.id)
    } else {
        let remaining = (initiative.status == Status::UnderWay)
            .then(|| initiative.remaining.get(&criterion.id))
            .flatten();
        remaining.or_else(|| initiative.efforts.get(&criterion.id))
    }
}

impl Judge {
    /// For criteria in the order of their ids, a policy and a strategy that a programme has accepted.
    pub(super) fn new(criteria: &[Criterion], policy: &Policy, strategy: &Strategy) -> Self {
        let grid = Grid::new(policy.resolution.decimals.min(9));
        let steps = |x: f64| grid.quantise(x).unwrap_or(0);
        let columns = criteria
            .iter()
            .map(|c| {
                let factor = if c.is_benefit() { c.weight.unwrap_or(0.0) } else { c.price.unwrap_or(1.0) };
                let share = (policy.model == Model::WeightedSum && !c.is_benefit()).then(|| {
                    let full = c.full.or_else(|| c.levels.values().copied().reduce(f64::max));
                    let none = steps(c.none.unwrap_or(0.0));
                    let span = i128::from(steps(full.unwrap_or(0.0))) - i128::from(none);
                    (steps(c.weight.unwrap_or(0.0)), i128::from(none), span)
                });
                Column { benefit: c.is_benefit(), factor: steps(factor), share }
            })
            .collect();
        Judge {
            grid,
            spread: policy.spread,
            model: policy.model,
            per: policy.per.unwrap_or(1.0),
            benefit_price: steps(strategy.benefit_price.unwrap_or(0.0)),
            columns,
        }
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
            .map(|c| match input(initiative, c) {
                None => MISSING,
                Some(estimate) => self.quantity(c, estimate, &Path::root).unwrap_or_else(|found| {
                    problems.extend(found);
                    MISSING
                }),
            })
            .collect();
        if problems.is_empty() { Ok(row) } else { Err(problems) }
    }

    /// B and E as the score has them; `None` where an input is missing.
    pub(super) fn sums(&self, row: &[i64]) -> Result<[Option<i128>; 2], ScoreFault> {
        let mut sums = [Some(0i128); 2];
        for (column, &x) in self.columns.iter().zip(row).filter(|(column, _)| column.factor != 0) {
            let sum = &mut sums[usize::from(!column.benefit)];
            *sum = match *sum {
                Some(s) if x != MISSING => {
                    let term = i128::from(column.factor) * i128::from(x);
                    Some(s.checked_add(term).ok_or(ScoreFault::Overflow)?)
                }
                _ => None,
            };
        }
        Ok(sums)
    }

    /// What the initiative is ordered by; `None` where it has no score.
    pub(super) fn value(&self, row: &[i64]) -> Result<Option<Value>, ScoreFault> {
        let [Some(benefit), Some(effort)] = self.sums(row)? else { return Ok(None) };
        let whole = |value: Option<i128>| value.map(|v| Some(Value::Whole(v))).ok_or(ScoreFault::Overflow);
        match self.model {
            Model::BenefitCost => {
                Ok(Ratio::new(benefit, effort).filter(|ratio| ratio.effort() != 0).map(Value::Ratio))
            }
            Model::NetBenefit => whole(
                benefit
                    .checked_mul(i128::from(self.benefit_price))
                    .and_then(|worth| worth.checked_mul(i128::from(MEAN)))
                    .zip(effort.checked_mul(i128::from(SCALE)))
                    .and_then(|(worth, effort)| worth.checked_sub(effort)),
            ),
            Model::WeightedSum => {
                let mut sum = Some(benefit);
                for (column, &x) in self.columns.iter().zip(row) {
                    let Some((weight, none, span)) = column.share.filter(|share| share.0 != 0) else {
                        continue;
                    };
                    if x == MISSING {
                        return Ok(None);
                    }
                    let above = (i128::from(x) - none * i128::from(MEAN)) * i128::from(SCALE);
                    let share = divide_rounded(above, span * i128::from(MEAN)).ok_or(ScoreFault::Overflow)?;
                    sum = sum.and_then(|s| s.checked_sub(i128::from(weight) * i128::from(share)));
                }
                whole(sum)
            }
        }
    }

    /// A value as a score, in the unit of the model.
    pub(super) fn score(&self, value: Value) -> f64 {
        let score = match value {
            Value::Ratio(ratio) => {
                (ratio.benefit() as f64 * self.point()) / (ratio.effort() as f64 * self.quantum()) * self.per
            }
            Value::Whole(value) if self.model == Model::NetBenefit => {
                value as f64 * (self.quantum() / SCALE as f64)
            }
            Value::Whole(value) => value as f64 * self.point(),
            Value::Float(value) => value.get(),
        };
        score + 0.0
    }

    /// What one quantum of B is worth in points.
    pub(super) fn point(&self) -> f64 {
        1.0 / (self.grid.steps() as f64 * SCALE as f64)
    }

    /// What one quantum of E is worth in the effort unit.
    pub(super) fn quantum(&self) -> f64 {
        let steps = self.grid.steps() as f64;
        1.0 / (steps * steps * MEAN as f64)
    }

    /// The unit of a score, for people.
    pub(super) fn unit(&self, effort_unit: &str, per: Option<f64>) -> String {
        match (self.model, per) {
            (Model::BenefitCost, Some(per)) => {
                format!("points per {} {effort_unit}", crate::reason::number(per))
            }
            (Model::BenefitCost, None) => format!("points per {effort_unit}"),
            (Model::NetBenefit, _) => effort_unit.to_owned(),
            (Model::WeightedSum, _) => "points".to_owned(),
        }
    }
}

/// The place of a criterion among criteria in the order of their ids.
pub(super) fn place(criteria: &[Criterion], id: &Id) -> Option<usize> {
    criteria.binary_search_by(|c| c.id.cmp(id)).ok()
}
