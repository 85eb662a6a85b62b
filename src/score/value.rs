use std::cmp::Ordering;

use super::kernel::{Finite, Merit, Points, Ratio, Ratios, Scores as Kernel};

/// The scores of a model, as the kernel holds them.
#[derive(Debug, Clone)]
pub(crate) enum Values {
    /// Benefit over effort.
    Ratios(Ratios),
    /// Exact integers.
    Points(Points),
    /// A caller's own numbers.
    Floats(Vec<Option<Finite>>),
}

/// One score. Values of one model compare exactly; those of different models are not compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    /// The effort is above zero.
    Ratio(Ratio<i128>),
    Whole(i128),
    Float(Finite),
}

impl Values {
    /// The score of an initiative; `None` if it has none.
    pub(crate) fn get(&self, i: usize) -> Option<Value> {
        let ratio =
            |benefit, effort| Ratio::new(benefit, effort).filter(|r| r.effort() != 0).map(Value::Ratio);
        match self {
            Values::Ratios(Kernel::Narrow(ratios)) => {
                ratio(ratios[i].benefit().into(), ratios[i].effort().into())
            }
            Values::Ratios(Kernel::Wide(ratios)) => ratio(ratios[i].benefit(), ratios[i].effort()),
            Values::Points(Kernel::Narrow(points)) => points[i].map(|x| Value::Whole(x.into())),
            Values::Points(Kernel::Wide(points)) => points[i].map(Value::Whole),
            Values::Floats(floats) => floats[i].map(Value::Float),
        }
    }
}

impl Value {
    /// The exact order, the lesser score being less.
    pub(crate) fn cmp(self, other: Value) -> Ordering {
        match (self, other) {
            (Value::Ratio(a), Value::Ratio(b)) => a.compare(b),
            (Value::Whole(a), Value::Whole(b)) => a.cmp(&b),
            (Value::Float(a), Value::Float(b)) => a.compare(b),
            _ => unreachable!("scores of one model are of one kind"),
        }
    }
}
