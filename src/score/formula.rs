//! The arithmetic of a model: one home for scoring all initiatives at once, and one by one.

use super::kernel::{Form, Ratio};
use super::{Fault, Value};
use crate::exact::{Grid, MEAN, SCALE, divide_rounded, gcd};
use crate::policy::{Model, Policy};
use crate::programme::{Criterion, MISSING, Strategy};

/// A model with its weights, prices and scales as integers, over the columns that its criteria have where it is used.
#[derive(Debug, Clone)]
pub(crate) struct Formula {
    model: Model,
    grid: Grid,
    per: Option<f64>,
    /// The benefit of a ratio; of other models the whole, in which the column of an effort is its amount, or under the weighted sum its share.
    pub(super) whole: Form,
    /// The effort of a ratio.
    pub(super) effort: Form,
    /// How many quanta a unit of the two forms stands for.
    pub(super) units: [u128; 2],
    /// Under the weighted sum, the scales of the efforts by column.
    pub(super) scales: Vec<(usize, EffortScale)>,
}

/// An effort's scale for the weighted sum.
#[derive(Debug, Clone, Copy)]
pub(super) struct EffortScale {
    pub(super) weight: i64,
    none: i128,
    span: i128,
}

impl EffortScale {
    fn of(criterion: &Criterion, grid: Grid) -> Option<Self> {
        let full = criterion.full.or_else(|| criterion.levels.values().copied().reduce(f64::max))?;
        let none = i128::from(grid.quantise(criterion.none.unwrap_or(0.0)).ok()?);
        let span = i128::from(grid.quantise(full).ok()?) - none;
        Some(EffortScale { weight: grid.quantise(criterion.weight?).ok()?, none, span })
    }

    /// What an amount is of the scale, `SCALE` being the whole.
    pub(super) fn share(self, amount: i64) -> Option<i64> {
        let above = i128::from(amount) - self.none * i128::from(MEAN);
        divide_rounded(above * i128::from(SCALE), self.span * i128::from(MEAN))
    }
}

impl Formula {
    /// A model for criteria with their columns: of benefits with the weight, of efforts with the price, both in steps of the grid.
    ///
    /// `None` on overflow.
    pub(crate) fn new<'c>(
        model: Model,
        policy: &Policy,
        strategy: &Strategy,
        grid: Grid,
        benefits: impl Iterator<Item = (usize, i64)>,
        efforts: impl Iterator<Item = (usize, i64, &'c Criterion)>,
    ) -> Option<Self> {
        let benefits = benefits.map(|(column, weight)| (column, i128::from(weight)));
        let nothing = (Form { constant: 0, terms: Vec::new() }, 1);
        let mut scales = Vec::new();
        let ((whole, unit), (effort, effort_unit)) = match model {
            Model::BenefitCost => {
                (form(benefits)?, form(efforts.map(|(column, price, _)| (column, i128::from(price))))?)
            }
            Model::NetBenefit => {
                // price·B − E in quanta of 1/(steps² · SCALE · MEAN).
                let price = strategy.benefit_price.and_then(|price| grid.quantise(price).ok()).unwrap_or(0);
                let worth = i128::from(price) * i128::from(MEAN);
                let mut terms = Vec::new();
                for (column, weight) in benefits {
                    terms.push((column, weight.checked_mul(worth)?));
                }
                terms.extend(
                    efforts.map(|(column, price, _)| (column, -i128::from(price) * i128::from(SCALE))),
                );
                (form(terms.into_iter())?, nothing)
            }
            Model::WeightedSum => {
                for (column, _, criterion) in efforts {
                    scales.push((column, EffortScale::of(criterion, grid)?));
                }
                let against = scales.iter().map(|(column, scale)| (*column, -i128::from(scale.weight)));
                (form(benefits.chain(against))?, nothing)
            }
        };
        Some(Formula { model, grid, per: policy.per, whole, effort, units: [unit, effort_unit], scales })
    }

    /// What one initiative is ordered by, of its quantised inputs by column; `None` where it has no score.
    ///
    /// # Errors
    ///
    /// `score.overflow`.
    pub(crate) fn value(&self, row: &[i64]) -> Result<Option<Value>, Fault> {
        let read = |column: usize, x: i64| match self.scales.iter().find(|(c, _)| *c == column) {
            Some((_, scale)) => scale.share(x),
            None => Some(x),
        };
        let sum = |form: &Form| {
            let mut sum = form.constant;
            for &(column, weight) in &form.terms {
                let x = row[column];
                if x == MISSING {
                    return Ok(None);
                }
                let term = read(column, x).map(|x| i128::from(weight) * i128::from(x));
                sum = term.and_then(|term| sum.checked_add(term)).ok_or(Fault::Overflow)?;
            }
            Ok(Some(sum))
        };
        Ok(match self.model {
            Model::BenefitCost => match (sum(&self.whole)?, sum(&self.effort)?) {
                (Some(benefit), Some(effort)) => {
                    Ratio::new(benefit, effort).filter(|ratio| ratio.effort() != 0).map(Value::Ratio)
                }
                _ => None,
            },
            Model::NetBenefit | Model::WeightedSum => sum(&self.whole)?.map(Value::Whole),
        })
    }

    /// A value as a score, in the unit of the model.
    pub(crate) fn score(&self, value: Value) -> f64 {
        let [unit, effort_unit] = self.units.map(|unit| unit as f64);
        let score = match value {
            Value::Ratio(ratio) => {
                let benefit = ratio.benefit() as f64 * unit * self.grid.point();
                benefit / (ratio.effort() as f64 * effort_unit * self.grid.effort_unit())
                    * self.per.unwrap_or(1.0)
            }
            Value::Whole(value) if self.model == Model::NetBenefit => {
                value as f64 * unit * (self.grid.effort_unit() / SCALE as f64)
            }
            Value::Whole(value) => value as f64 * unit * self.grid.point(),
            Value::Float(value) => value.get(),
        };
        score + 0.0
    }

    /// The unit of a score, for people.
    pub(crate) fn unit(&self, effort_unit: &str) -> String {
        match (self.model, self.per) {
            (Model::BenefitCost, Some(per)) => {
                format!("points per {} {effort_unit}", crate::reason::number(per))
            }
            (Model::BenefitCost, None) => format!("points per {effort_unit}"),
            (Model::NetBenefit, _) => effort_unit.to_owned(),
            (Model::WeightedSum, _) => "points".to_owned(),
        }
    }
}

/// Σ weight · column with the weights' greatest common divisor taken out, which is given beside; `None` if what is left exceeds 63 bits.
fn form(terms: impl Iterator<Item = (usize, i128)>) -> Option<(Form, u128)> {
    let terms: Vec<(usize, i128)> = terms.filter(|(_, weight)| *weight != 0).collect();
    let unit = terms.iter().fold(0, |unit, (_, weight)| gcd(unit, weight.unsigned_abs())).max(1);
    let divisor = i128::try_from(unit).ok()?;
    let terms =
        terms.into_iter().map(|(column, weight)| Some((column, i64::try_from(weight / divisor).ok()?)));
    Some((Form { constant: 0, terms: terms.collect::<Option<_>>()? }, unit))
}
