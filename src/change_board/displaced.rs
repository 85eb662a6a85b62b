//! What an override displaced, and what that costs.

use serde::Serialize;

use super::{Override, State};
use crate::programme::Id;

/// An override with its price.
///
/// # Formula
///
/// Work is done in the committed order, effort after effort. Moving X before the displaced Y delays the benefit of each by the
/// effort of X, and brings X forward by theirs: `Σ B_Y·E_X − B_X·Σ E_Y`, in points times effort. In money, with a price of benefit and
/// the budget spent evenly over the horizon: times price · horizon / budget.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverrideCost {
    /// The override.
    #[serde(flatten)]
    pub given: Override,
    /// The rank that the recommended order would have given it among what is committed; `None` if that order does not have it.
    pub recommended_rank: Option<usize>,
    /// What stands lower because of it, in the committed order.
    pub displaced: Vec<Id>,
    /// What stands higher because of it, where it was put lower than recommended.
    pub advanced: Vec<Id>,
    /// In points times effort: above zero where the override costs, below zero where it gains: then something else than its worth held it
    /// back in the recommended order, such as capacity.
    pub delay: f64,
    /// In the programme's effort unit, where the strategy has a price of benefit, a horizon and a budget.
    pub money: Option<f64>,
}

impl State {
    /// The overrides of the last board, each with what it displaced of a recommended order and what that costs, by the estimates as they
    /// stand. Replay up to the date of a board for its own.
    pub fn overrides(&self, recommended: &[Id]) -> Vec<OverrideCost> {
        let mut place = vec![usize::MAX; self.spec.initiatives.len()];
        for (k, code) in recommended.iter().enumerate() {
            if let Some(&i) = self.codes.get(code) {
                place[i as usize] = k;
            }
        }
        let given = self.boards.last().into_iter().flat_map(|board| &board.overrides);
        given.map(|given| self.cost(given, &place)).collect()
    }

    fn cost(&self, given: &Override, place: &[usize]) -> OverrideCost {
        let x = self.codes[&given.code];
        let mut line = OverrideCost {
            given: given.clone(),
            recommended_rank: None,
            displaced: Vec::new(),
            advanced: Vec::new(),
            delay: 0.0,
            money: None,
        };
        let at = self.committed.iter().position(|&i| i == x);
        let (Some(at), true) = (at, place[x as usize] != usize::MAX) else { return line };
        let before = self.committed.iter().filter(|&&i| place[i as usize] < place[x as usize]).count();
        line.recommended_rank = Some(before + 1);
        let between = &self.committed[if before > at { at + 1..before + 1 } else { before..at }];
        let [benefit, effort] = self.benefit_and_effort(x);
        let sums = between.iter().map(|&i| self.benefit_and_effort(i));
        let [benefits, efforts] =
            sums.fold([0.0, 0.0], |[b, e], [benefit, effort]| [b + benefit, e + effort]);
        let codes = between.iter().map(|&i| self.code(i).clone()).collect();
        if before > at {
            line.displaced = codes;
            line.delay = benefits * effort - benefit * efforts + 0.0;
        } else {
            line.advanced = codes;
            line.delay = benefit * efforts - benefits * effort + 0.0;
        }
        let strategy = &self.spec.strategy;
        line.money = match (strategy.benefit_price, strategy.horizon, strategy.budget) {
            (Some(price), Some(horizon), Some(budget)) if budget > 0.0 => {
                Some(line.delay * price * f64::from(horizon) / budget)
            }
            _ => None,
        };
        line
    }
}
