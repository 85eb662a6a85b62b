use std::cmp::Ordering;

use ordered_float::OrderedFloat;

use crate::exact::cmp_ratio;
use crate::programme::MISSING;

/// What initiatives are ordered by. Values of one model compare exactly; those of different models are not compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    /// Benefit over effort; the effort is above zero.
    Ratio {
        benefit: i128,
        effort: i128,
    },
    Whole(i128),
    /// Finite, and not -0.0.
    Float(f64),
}

impl Value {
    pub(crate) fn cmp(&self, other: &Value) -> Ordering {
        match (*self, *other) {
            (Value::Ratio { benefit: b1, effort: e1 }, Value::Ratio { benefit: b2, effort: e2 }) => {
                cmp_ratio(b1, e1, b2, e2)
            }
            (Value::Whole(a), Value::Whole(b)) => a.cmp(&b),
            (Value::Float(a), Value::Float(b)) => OrderedFloat(a).cmp(&OrderedFloat(b)),
            _ => unreachable!("scores of one model are of one kind"),
        }
    }
}

/// The scores of a model.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// Benefit over effort.
    Ratio,
    Whole(Whole),
    Float(Vec<Option<f64>>),
}

/// A column of exact integers, some missing.
#[derive(Debug, Clone)]
pub(super) struct Whole(Vec<i128>);

impl Whole {
    const MISSING: i128 = i128::MIN;

    pub(super) fn get(&self, i: usize) -> Option<i128> {
        Some(self.0[i]).filter(|&x| x != Self::MISSING)
    }

    /// Σ weight · column, missing where a column with a weight is missing; `None` on overflow.
    pub(super) fn weighted<'a>(columns: impl Iterator<Item = (i64, &'a [i64])>, n: usize) -> Option<Self> {
        let mut sums = vec![0i128; n];
        for (weight, column) in columns.filter(|(weight, _)| *weight != 0) {
            for (sum, &x) in sums.iter_mut().zip(column) {
                if x == MISSING || *sum == Self::MISSING {
                    *sum = Self::MISSING;
                } else {
                    *sum = sum
                        .checked_add(i128::from(weight) * i128::from(x))
                        .filter(|&s| s != Self::MISSING)?;
                }
            }
        }
        Some(Whole(sums))
    }

    /// Combines two columns, missing where either is; `None` on overflow.
    pub(super) fn zip(&self, other: &Whole, combine: impl Fn(i128, i128) -> Option<i128>) -> Option<Self> {
        (0..self.0.len())
            .map(|i| match (self.get(i), other.get(i)) {
                (Some(a), Some(b)) => combine(a, b).filter(|&x| x != Self::MISSING),
                _ => Some(Self::MISSING),
            })
            .collect::<Option<_>>()
            .map(Whole)
    }
}
