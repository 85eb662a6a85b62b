//! Wiegers's relative weighting.

use super::{Input, PresetScore, Rule};
use crate::score::input::{Assessment, InputError, both, check_inputs, collect, expect_some};

const ONE_TO_NINE: Rule = Rule::Between { low: 1.0, high: 9.0, expected: "a number from 1 to 9" };

/// The points of one item, each from 1 to 9.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WiegersItem {
    /// What it brings.
    pub benefit: Option<f64>,
    /// What is suffered if it is left out.
    pub penalty: Option<f64>,
    /// What it costs to do.
    pub cost: Option<f64>,
    /// How risky it is to do.
    pub risk: Option<f64>,
}

impl WiegersItem {
    const INPUTS: [Input; 4] = [
        Input { name: "benefit", rule: ONE_TO_NINE },
        Input { name: "penalty", rule: ONE_TO_NINE },
        Input { name: "cost", rule: ONE_TO_NINE },
        Input { name: "risk", rule: ONE_TO_NINE },
    ];
}

/// How much each column counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WiegersWeights {
    /// Weight of the benefit points, before value is divided by its total.
    pub benefit: f64,
    /// Weight of the penalty points, before value is divided by its total.
    pub penalty: f64,
    /// Weight of the cost percentage, after cost is divided by its total.
    pub cost: f64,
    /// Weight of the risk percentage, after risk is divided by its total.
    pub risk: f64,
}

impl WiegersWeights {
    fn check(self) -> Result<(), InputError> {
        let weights =
            [("benefit", self.benefit), ("penalty", self.penalty), ("cost", self.cost), ("risk", self.risk)];
        collect(weights.map(|(name, weight)| Ok(Rule::Quantity.check(name, weight)?)))?;
        let sums =
            [("benefit + penalty", self.benefit + self.penalty), ("cost + risk", self.cost + self.risk)];
        collect(sums.map(|(name, sum)| Ok(Rule::Denominator.check(name, sum)?)))?;
        Ok(())
    }
}

/// Wiegers's value, cost and risk matrix. Set-relative: each item's share of the list's totals decides.
///
/// # Formula
///
/// `priority = value% / (w_cost · cost% + w_risk · risk%)`, with `value = w_benefit · benefit + w_penalty · penalty`, and each percentage a
/// share of the total over the scored items. Benefit and penalty are weighted before they are made percentages, cost and risk after.
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `benefit`, `penalty`, `cost`, `risk` | points | 1 to 9 |
/// | `weights` | how much each column counts | ≥ 0, each of the two sums > 0 |
///
/// # When not to use it
///
/// - Adding an item changes every priority, and can swap two others, because cost and risk are divided by two different totals.
/// - Points from 1 to 9 are added and divided as if they were amounts.
///
/// It is a cost/benefit model, with the penalty of absence as a second benefit: with declared scales the same columns make a
/// [`WeightedSum`](super::WeightedSum) or a benefit/cost score in which an item moves nobody else.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{WiegersItem, WiegersSetRelative, WiegersWeights};
///
/// let item = |benefit, penalty, cost, risk| WiegersItem {
///     benefit: Some(benefit),
///     penalty: Some(penalty),
///     cost: Some(cost),
///     risk: Some(risk),
/// };
/// let list = WiegersSetRelative {
///     weights: WiegersWeights { benefit: 2.0, penalty: 1.0, cost: 1.0, risk: 1.0 },
///     items: vec![item(8.0, 4.0, 1.0, 2.0), item(2.0, 1.0, 3.0, 2.0)],
/// };
/// let first = list.score()?[0].clone().scored().unwrap();
/// assert_eq!(first.value, 20.0);
/// assert_eq!(first.value_percent, 80.0);
/// assert_eq!((first.cost_percent, first.risk_percent), (25.0, 50.0));
/// assert_eq!(first.priority.value(), 80.0 / 75.0);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// K. E. Wiegers (1999), First Things First: Prioritizing Requirements, Software Development.
#[derive(Debug, Clone, PartialEq)]
pub struct WiegersSetRelative {
    /// How much each column counts.
    pub weights: WiegersWeights,
    /// The list that the percentages are of.
    pub items: Vec<WiegersItem>,
}

/// The numbers of one row of [`WiegersSetRelative`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct WiegersScore {
    /// The weighted benefit and penalty.
    pub value: f64,
    /// Its share of the total value, in percent.
    pub value_percent: f64,
    /// The share of the total cost, in percent.
    pub cost_percent: f64,
    /// The share of the total risk, in percent.
    pub risk_percent: f64,
    /// The score.
    pub priority: PresetScore,
}

impl WiegersSetRelative {
    /// The score of every item, in the order of the list. An item with a blank is unscored and in no total.
    ///
    /// # Errors
    ///
    /// An empty list; every weight and every input out of range.
    ///
    /// # Complexity
    ///
    /// O(n) time and memory for n items.
    pub fn score(&self) -> Result<Vec<Assessment<WiegersScore>>, InputError> {
        expect_some("items", self.items.len())?;
        let weights = self.weights.check().map_err(|error| error.within("weights"));
        let items = collect(self.items.iter().enumerate().map(|(i, item)| {
            let place = format!("items[{i}]");
            let inputs =
                check_inputs(&WiegersItem::INPUTS, [item.benefit, item.penalty, item.cost, item.risk]);
            inputs.map(|inputs| inputs.within(&place)).map_err(|error| error.within(&place))
        }));
        let ((), items) = both(weights, items)?;

        let value_of = |[benefit, penalty, _, _]: [f64; 4]| {
            self.weights.benefit * benefit + self.weights.penalty * penalty
        };
        let (mut value_total, mut cost_total, mut risk_total) = (0.0, 0.0, 0.0);
        for item in &items {
            if let Assessment::Scored(inputs @ [_, _, cost, risk]) = item {
                value_total += value_of(*inputs);
                cost_total += cost;
                risk_total += risk;
            }
        }
        let rows = items.into_iter().map(|item| {
            item.map(|inputs @ [_, _, cost, risk]| {
                let value = value_of(inputs);
                let value_percent = 100.0 * value / value_total;
                let cost_percent = 100.0 * cost / cost_total;
                let risk_percent = 100.0 * risk / risk_total;
                let against = self.weights.cost * cost_percent + self.weights.risk * risk_percent;
                let priority = PresetScore::new("priority", value_percent / against)?;
                Ok(WiegersScore { value, value_percent, cost_percent, risk_percent, priority })
            })
            .transpose()
        });
        collect(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item([benefit, penalty, cost, risk]: [f64; 4]) -> WiegersItem {
        WiegersItem { benefit: Some(benefit), penalty: Some(penalty), cost: Some(cost), risk: Some(risk) }
    }

    const WEIGHTS: WiegersWeights = WiegersWeights { benefit: 2.0, penalty: 1.0, cost: 1.0, risk: 0.5 };

    /// The chemical tracking system of Wiegers (1999), First Things First: Prioritizing Requirements, and its spreadsheet.
    #[test]
    fn published_chemical_tracking() {
        let items = [
            [2.0, 4.0, 1.0, 1.0],
            [5.0, 3.0, 2.0, 1.0],
            [9.0, 7.0, 5.0, 3.0],
            [5.0, 5.0, 3.0, 2.0],
            [9.0, 8.0, 3.0, 8.0],
            [3.0, 9.0, 3.0, 4.0],
            [4.0, 3.0, 3.0, 2.0],
            [6.0, 2.0, 4.0, 3.0],
            [3.0, 4.0, 4.0, 2.0],
            [7.0, 4.0, 9.0, 7.0],
        ];
        let expected = [
            1.223_677, 1.211_911, 0.893_131, 0.868_833, 0.829_202, 0.683_013, 0.637_144, 0.588_181,
            0.466_119, 0.332_458,
        ];
        let list = WiegersSetRelative { weights: WEIGHTS, items: items.map(item).to_vec() };
        let rows: Vec<_> = list.score().unwrap().into_iter().map(|row| row.scored().unwrap()).collect();
        for (row, expected) in rows.iter().zip(expected) {
            assert!((row.priority.value() - expected).abs() < 1e-6);
        }
        assert!((rows[0].value - 8.0).abs() < 1e-12);
        assert!((rows[0].value_percent - 5.161).abs() < 5e-4);
        assert!((rows[0].cost_percent - 2.703).abs() < 5e-4);
        assert!((rows[0].risk_percent - 3.030).abs() < 5e-4);
    }

    #[test]
    fn a_newcomer_can_swap_two_others() {
        let priorities = |items: &[[f64; 4]]| -> Vec<PresetScore> {
            let items = items.iter().copied().map(item).collect();
            let list = WiegersSetRelative { weights: WiegersWeights { risk: 1.0, ..WEIGHTS }, items };
            list.score().unwrap().into_iter().map(|row| row.scored().unwrap().priority).collect()
        };
        let (a, b) = ([5.0, 5.0, 4.0, 1.0], [5.0, 5.0, 1.0, 3.0]);
        let before = priorities(&[a, b]);
        let after = priorities(&[a, b, [1.0, 1.0, 9.0, 1.0]]);
        assert!(before[0] < before[1] && after[0] > after[1]);
    }

    #[test]
    fn blank_items_are_in_no_total() {
        let full = [item([2.0, 4.0, 1.0, 1.0]), item([5.0, 3.0, 2.0, 1.0])];
        let alone = WiegersSetRelative { weights: WEIGHTS, items: full.to_vec() }.score().unwrap();
        let blank = WiegersItem { risk: None, ..item([9.0; 4]) };
        let beside =
            WiegersSetRelative { weights: WEIGHTS, items: vec![full[0], full[1], blank] }.score().unwrap();
        assert_eq!(alone, beside[..2]);
        assert_eq!(beside[2].missing(), ["items[2].risk"]);
    }

    #[test]
    fn all_problems_at_once() {
        let weights = WiegersWeights { cost: -1.0, risk: f64::NAN, ..WEIGHTS };
        let error =
            WiegersSetRelative { weights, items: vec![item([0.0, 1.0, 1.0, 10.0])] }.score().unwrap_err();
        assert_eq!(error.paths(), ["weights.cost", "weights.risk", "items[0].benefit", "items[0].risk"]);
        let weights = WiegersWeights { cost: 0.0, risk: 0.0, ..WEIGHTS };
        let error = WiegersSetRelative { weights, items: vec![item([1.0; 4])] }.score().unwrap_err();
        assert_eq!(error.paths(), ["weights.cost + risk"]);
        let error = WiegersSetRelative { weights: WEIGHTS, items: vec![] }.score().unwrap_err();
        assert_eq!(error.codes(), ["score.empty"]);
    }
}
