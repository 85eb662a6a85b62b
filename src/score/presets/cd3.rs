//! CD3.

use super::{Input, Preset, Rule};
use crate::score::input::{Assessment, InputError, both, check_inputs, collect, finite};

/// A cost of delay in money per unit of time, the unit of the durations beside it.
///
/// A cost of delay in points is another type, [`RelativeCostOfDelay`](super::RelativeCostOfDelay).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct MoneyPerTime(pub f64);

/// CD3, cost of delay divided by duration: the rule for sequencing when delay costs money.
///
/// # Formula
///
/// `cost_of_delay / duration`
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `cost_of_delay` | money lost per week that it is not there | ≥ 0 |
/// | `duration` | weeks that it keeps the team | > 0 |
///
/// # When not to use it
///
/// The order is optimal (Smith's rule) for one team that does one thing at a time, a cost of delay that stays constant, and no prerequisites.
///
/// - With prerequisites use the batches of the sequence: a cheap enabler earns the ratio of what it unlocks.
/// - With a deadline the cost of delay is a step, not a rate.
/// - The score sequences; it is not proportional to the gain. In the example below one score is 1.5 times the other and the better order gains
///   1.2 times the total.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Cd3, MoneyPerTime, Preset};
///
/// let spoon = Cd3 { cost_of_delay: Some(MoneyPerTime(10.0)), duration: Some(2.0) };
/// let machine = Cd3 { cost_of_delay: Some(MoneyPerTime(30.0)), duration: Some(4.0) };
/// assert_eq!(spoon.score()?.scored().map(|score| score.value()), Some(5.0));
/// assert_eq!(machine.score()?.scored().map(|score| score.value()), Some(7.5));
/// assert_eq!(Cd3::gain_by(6.0, &[machine, spoon])?.scored(), Some(60.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// - D. G. Reinertsen (2009), The Principles of Product Development Flow.
/// - J. Arnold, CD3 and proportionality to outcomes, Black Swan Farming.
/// - W. E. Smith (1956), Various optimizers for single-stage production, Naval Research Logistics Quarterly.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cd3 {
    /// Money lost per unit of time.
    pub cost_of_delay: Option<MoneyPerTime>,
    /// Units of time that it keeps the team.
    pub duration: Option<f64>,
}

impl Cd3 {
    /// What is gained by the end of the horizon when the items are done one after the other in this order.
    ///
    /// # Formula
    ///
    /// `Σ cost_of_delay · max(0, horizon − completion)`
    ///
    /// # Errors
    ///
    /// Every problem of the horizon and of the items, with paths like `order[1].duration`.
    pub fn gain_by(horizon: f64, order: &[Self]) -> Result<Assessment<f64>, InputError> {
        let checked = collect(order.iter().enumerate().map(|(i, item)| {
            let place = format!("order[{i}]");
            let inputs = check_inputs(&Self::INPUTS, item.inputs());
            inputs.map(|inputs| inputs.within(&place)).map_err(|error| error.within(&place))
        }));
        let horizon = Rule::Quantity.check("horizon", horizon).map_err(InputError::from);
        let (horizon, items) = both(horizon, checked)?;
        let (mut completion, mut gain, mut missing) = (0.0, 0.0, Vec::new());
        for item in items {
            match item {
                Assessment::Scored([cost_of_delay, duration]) => {
                    completion += duration;
                    gain += cost_of_delay * f64::max(0.0, horizon - completion);
                }
                Assessment::Unscored { missing: more } => missing.extend(more),
            }
        }
        Ok(if missing.is_empty() {
            Assessment::Scored(finite("gain", gain)?)
        } else {
            Assessment::Unscored { missing }
        })
    }
}

impl Preset<2> for Cd3 {
    const NAME: &'static str = "cd3";
    const INPUTS: [Input; 2] = [
        Input { name: "cost_of_delay", rule: Rule::Quantity },
        Input { name: "duration", rule: Rule::Denominator },
    ];

    fn inputs(&self) -> [Option<f64>; 2] {
        [self.cost_of_delay.map(|MoneyPerTime(amount)| amount), self.duration]
    }

    fn formula([cost_of_delay, duration]: [f64; 2]) -> f64 {
        cost_of_delay / duration
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cd3(cost_of_delay: f64, duration: f64) -> Cd3 {
        Cd3 { cost_of_delay: Some(MoneyPerTime(cost_of_delay)), duration: Some(duration) }
    }

    /// The ice-cream stand of Arnold, CD3 and proportionality to outcomes: 60 for the stand itself, and the gains.
    #[test]
    fn published_ice_cream_stand() {
        let (a, b) = (cd3(10.0, 2.0), cd3(30.0, 4.0));
        let [score_a, score_b] = [a, b].map(|item| item.score().unwrap().scored().unwrap().value());
        assert!((score_a - 5.0).abs() < 1e-12 && (score_b - 7.5).abs() < 1e-12);
        assert_eq!(
            Cd3::gain_by(6.0, &[a, b]).unwrap().map(|gain| 10.0 * 6.0 + gain),
            Assessment::Scored(100.0)
        );
        assert_eq!(
            Cd3::gain_by(6.0, &[b, a]).unwrap().map(|gain| 10.0 * 6.0 + gain),
            Assessment::Scored(120.0)
        );
    }

    #[test]
    fn what_is_not_done_by_the_horizon_gains_nothing() {
        assert_eq!(Cd3::gain_by(5.0, &[cd3(1.0, 2.0), cd3(10.0, 4.0)]).unwrap(), Assessment::Scored(3.0));
    }

    #[test]
    fn gain_names_all_that_is_wrong_or_blank() {
        let error = Cd3::gain_by(f64::NAN, &[cd3(-1.0, 0.0), cd3(1.0, 1.0)]).unwrap_err();
        assert_eq!(error.paths(), ["horizon", "order[0].cost_of_delay", "order[0].duration"]);
        let gain = Cd3::gain_by(1.0, &[cd3(1.0, 1.0), Cd3::default()]).unwrap();
        assert_eq!(gain.missing(), ["order[1].cost_of_delay", "order[1].duration"]);
        assert_eq!(Cd3::gain_by(1.0, &[]).unwrap(), Assessment::Scored(0.0));
    }
}
