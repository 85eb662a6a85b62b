//! A programme as plain numbers: what the model adds up, and over what.

use std::collections::BTreeMap;

use super::Fault;
use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{MEAN, SCALE};
use crate::policy::Model;
use crate::programme::{Criterion, Estimate, Id, Programme, Spread};
use crate::rank::order_of_open;
use crate::score::{CustomModel, ScoringModel};

/// The ranked initiatives of a programme under its model: `gains over costs`, or `gains less costs`.
#[derive(Debug, Clone)]
pub(super) struct Linear<'p> {
    pub(super) programme: &'p Programme,
    /// Indices of initiatives in order of merit; everything else here is by place in it.
    pub(super) order: Vec<u32>,
    /// Whether gains are divided by costs.
    pub(super) ratio: bool,
    pub(super) gains: Vec<Column>,
    pub(super) costs: Vec<Column>,
}

/// One criterion that counts, as doubles.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: Id,
    /// The declared weight or price.
    pub(super) weight: f64,
    /// A value of 1 counts `weight · factor`.
    pub(super) factor: f64,
    /// A value `z` is `zero + span · z` in the unit of the criterion.
    pub(super) zero: f64,
    pub(super) span: f64,
    /// Least and greatest value that the scale admits.
    pub(super) range: [f64; 2],
    /// The mean of each initiative.
    pub(super) values: Vec<f64>,
    /// What is known of each initiative beyond the mean.
    pub(super) spreads: Vec<Option<Known>>,
}

/// Low, likely and high of an estimate, as values of the column, and what they mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    pub(super) low: f64,
    pub(super) likely: f64,
    pub(super) high: f64,
    pub(super) spread: Spread,
}

impl Column {
    /// What a value of 1 counts.
    pub(super) fn coefficient(&self) -> f64 {
        self.weight * self.factor
    }

    /// A value in the unit of the criterion.
    pub(super) fn natural(&self, value: f64) -> f64 {
        self.zero + self.span * value + 0.0
    }

    /// The least and the greatest value of an initiative; its one value where it has no spread.
    pub(super) fn bounds(&self, i: usize) -> [f64; 2] {
        self.spreads[i].map_or([self.values[i]; 2], |known| known.support(self.range))
    }
}

impl<'p> Linear<'p> {
    /// What the policy's model adds up.
    pub(super) fn new(programme: &'p Programme) -> Result<Self, Error> {
        let scores = ScoringModel::new(programme)?.scores()?;
        Self::with(programme, order_of_open(&scores).order, programme.policy().model, false)
    }

    /// Every criterion, whether the policy's model counts it or not, with efforts in their units: for a model of the caller's own.
    pub(super) fn of_own(model: &dyn CustomModel, programme: &'p Programme) -> Result<Self, Error> {
        let order =
            ScoringModel::custom(model, programme).scores().map(|scores| order_of_open(&scores).order)?;
        Self::with(programme, order, Model::BenefitCost, true)
    }

    fn with(programme: &'p Programme, order: Vec<u32>, model: Model, all: bool) -> Result<Self, Error> {
        if order.is_empty() {
            return Err(Error::new(vec![Problem::new(Path::root(), Fault::NothingRanked)]));
        }
        let quantities = programme.quantities();
        let steps = quantities.grid.steps() as f64;
        let worth = match model {
            Model::NetBenefit => programme.strategy().benefit_price.unwrap_or(0.0),
            _ => 1.0,
        };
        let spread = programme.policy().spread;
        let column = |id: &Id, weight: f64, factor: f64, scale: [f64; 2], least: f64, most: f64| Column {
            id: id.clone(),
            weight,
            factor,
            zero: scale[0],
            span: scale[1] - scale[0],
            range: [least, most],
            values: Vec::new(),
            spreads: Vec::new(),
        };
        let declared = |id: &Id| programme.criterion(id).expect("columns are of the programme's criteria");
        // Most initiatives have no spread as a rule, and their criteria need not be searched.
        let is_spread = |estimate: &Estimate| matches!(estimate, Estimate::Range(_) | Estimate::Detailed(_));
        let spread_out = |i: u32| {
            let initiative = &programme.initiatives()[i as usize];
            let inputs = [&initiative.benefits, &initiative.efforts, &initiative.remaining];
            (i, inputs.into_iter().any(|inputs| inputs.iter().any(|(_, estimate)| is_spread(estimate))))
        };
        let searched: Vec<(u32, bool)> = order.iter().map(|&i| spread_out(i)).collect();
        let spreads = |column: &Column, criterion: &Criterion| {
            let of = |&(i, searched): &(u32, bool)| {
                let initiative = &programme.initiatives()[i as usize];
                let estimate = if searched { initiative.estimate(criterion)? } else { return None };
                Known::of(estimate, spread, |x| (x - column.zero) / column.span)
            };
            searched.iter().map(of).collect()
        };

        let mut gains = Vec::new();
        for (c, benefit) in quantities.benefits.iter().enumerate().filter(|(_, b)| all || b.weight != 0) {
            let criterion = declared(&benefit.id);
            let none = criterion.none.unwrap_or(0.0);
            let full = criterion.full.or_else(|| greatest_level(criterion)).unwrap_or(none);
            let worst = criterion.worst.map_or(0.0, |worst| (worst - none) / (full - none));
            let mut column =
                column(&benefit.id, benefit.weight as f64 / steps, worth, [none, full], worst, 1.0);
            column.values = order
                .iter()
                .map(|&i| quantities.points(c, i as usize).unwrap_or(0) as f64 / SCALE as f64)
                .collect();
            column.spreads = spreads(&column, criterion);
            gains.push(column);
        }
        let mut costs = Vec::new();
        for (c, effort) in quantities.efforts.iter().enumerate() {
            let criterion = declared(&effort.id);
            let weighted = model == Model::WeightedSum;
            let weight = if weighted { criterion.weight.unwrap_or(0.0) } else { effort.price as f64 / steps };
            if weight == 0.0 && !all {
                continue;
            }
            let scale = if weighted {
                [
                    criterion.none.unwrap_or(0.0),
                    criterion.full.or_else(|| greatest_level(criterion)).unwrap_or(1.0),
                ]
            } else {
                [0.0, 1.0]
            };
            let least = (0.0 - scale[0]) / (scale[1] - scale[0]) + 0.0;
            let mut column = column(&effort.id, weight, 1.0, scale, least, f64::INFINITY);
            let value = |&i: &u32| {
                let amount = quantities.amount(c, i as usize).unwrap_or(0) as f64;
                (amount / (steps * MEAN as f64) - column.zero) / column.span
            };
            column.values = order.iter().map(value).collect();
            column.spreads = spreads(&column, criterion);
            costs.push(column);
        }
        Ok(Linear { programme, order, ratio: model == Model::BenefitCost, gains, costs })
    }

    /// How many initiatives are ranked.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn code(&self, place: usize) -> &'p Id {
        &self.programme.initiatives()[self.order[place] as usize].code
    }

    pub(super) fn places(&self) -> BTreeMap<&'p str, usize> {
        (0..self.len()).map(|place| (self.code(place).as_str(), place)).collect()
    }

    /// Refuses K of zero or above the number of ranked initiatives.
    pub(super) fn check_top(&self, top: usize) -> Option<Problem> {
        (top == 0 || top > self.len())
            .then(|| Problem::new(Path::root().key("top"), Fault::Top { found: top, ranked: self.len() }))
    }

    /// What each initiative gains.
    pub(super) fn gain(&self) -> Vec<f64> {
        total(&self.gains, self.len())
    }

    /// What each initiative costs.
    pub(super) fn cost(&self) -> Vec<f64> {
        total(&self.costs, self.len())
    }

    /// The benefit and the effort of each initiative, exactly; what is missing counts nothing.
    pub(super) fn exact(&self) -> [Vec<i128>; 2] {
        let quantities = self.programme.quantities();
        let all = |of: &dyn Fn(usize) -> Option<i128>| {
            self.order.iter().map(|&i| of(i as usize).unwrap_or(0)).collect()
        };
        [all(&|i| quantities.benefit(i)), all(&|i| quantities.effort(i))]
    }

    /// A score of a gain and a cost.
    pub(super) fn score(&self, gain: f64, cost: f64) -> f64 {
        if !self.ratio {
            gain - cost
        } else if gain == 0.0 {
            0.0
        } else {
            gain / cost
        }
    }
}

fn total(columns: &[Column], n: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n];
    for column in columns {
        let coefficient = column.coefficient();
        sums.iter_mut().zip(&column.values).for_each(|(sum, value)| *sum += coefficient * value);
    }
    sums
}

fn greatest_level(criterion: &Criterion) -> Option<f64> {
    criterion.levels.values().copied().reduce(f64::max)
}

impl Known {
    /// The spread of an estimate, if it has one; `value` turns a number of the criterion into a value of the column.
    fn of(estimate: &Estimate, default: Spread, value: impl Fn(f64) -> f64) -> Option<Self> {
        let ([low, likely, high], spread) = estimate.spread(default)?;
        let (a, b) = (value(low), value(high));
        (a != b).then(|| Known { low: a.min(b), likely: value(likely), high: a.max(b), spread })
    }
}
