//! WSJF.

use super::{Input, Preset, Rule};
use crate::score::input::{Assessment, InputError, check_inputs};

/// A cost of delay in relative points: it compares within one list and answers no question about money.
///
/// A cost of delay in money per time is another type, [`MoneyPerTime`](super::MoneyPerTime).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct RelativeCostOfDelay(pub f64);

/// WSJF, weighted shortest job first, as SAFe has it: relative cost of delay per relative job size.
///
/// # Formula
///
/// `(user_business_value + time_criticality + risk_reduction_opportunity) / job_size`
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `user_business_value` | worth to users and business | ≥ 0 |
/// | `time_criticality` | how the worth decays | ≥ 0 |
/// | `risk_reduction_opportunity` | risk reduction and opportunity enablement | ≥ 0 |
/// | `job_size` | relative size, not duration | > 0 |
///
/// SAFe asks for relative numbers of the modified Fibonacci row (1, 2, 3, 5, 8, 13, 20), the least of each column being 1. Other positive
/// numbers are in use and are taken as they are.
///
/// # When not to use it
///
/// - The sum has no unit: "9 of what?" (Yip). If the cost of delay can be had in money per week, use [`Cd3`](super::Cd3).
/// - Job size stands for duration, which holds for one team working on one thing at a time only.
/// - Points are ordinal; adding and dividing them is a habit, not a measurement.
/// - What an item makes possible for others hides in one column instead of following from the prerequisites.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Preset, Wsjf};
///
/// let task = Wsjf {
///     user_business_value: Some(80.0),
///     time_criticality: Some(30.0),
///     risk_reduction_opportunity: Some(10.0),
///     job_size: Some(5.0),
/// };
/// assert_eq!(task.score()?.scored().map(|score| score.value()), Some(24.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// - D. Leffingwell and others, Scaled Agile Framework, WSJF.
/// - D. G. Reinertsen (2009), The Principles of Product Development Flow.
/// - J. Yip (2024), Problems I have with SAFe-style WSJF.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Wsjf {
    /// Worth to users and business, in points.
    pub user_business_value: Option<f64>,
    /// How fast the worth decays, in points.
    pub time_criticality: Option<f64>,
    /// Risk reduction and opportunity enablement, in points.
    pub risk_reduction_opportunity: Option<f64>,
    /// Relative size.
    pub job_size: Option<f64>,
}

impl Wsjf {
    /// The numerator alone; the job size may be blank.
    ///
    /// # Errors
    ///
    /// As [`score`](Preset::score), for the three inputs that it needs.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::score::presets::{RelativeCostOfDelay, Wsjf};
    ///
    /// let x = Wsjf {
    ///     user_business_value: Some(1.0),
    ///     time_criticality: Some(3.0),
    ///     risk_reduction_opportunity: Some(5.0),
    ///     job_size: None,
    /// };
    /// assert_eq!(x.cost_of_delay()?.scored(), Some(RelativeCostOfDelay(9.0)));
    /// # Ok::<(), cxrank::score::InputError>(())
    /// ```
    pub fn cost_of_delay(&self) -> Result<Assessment<RelativeCostOfDelay>, InputError> {
        let [value, time, risk, _] = Self::INPUTS;
        let [a, b, c, _] = self.inputs();
        let inputs = check_inputs(&[value, time, risk], [a, b, c])?;
        Ok(inputs.map(|[a, b, c]| RelativeCostOfDelay(a + b + c)))
    }
}

impl Preset<4> for Wsjf {
    const NAME: &'static str = "wsjf";
    const INPUTS: [Input; 4] = [
        Input { name: "user_business_value", rule: Rule::Quantity },
        Input { name: "time_criticality", rule: Rule::Quantity },
        Input { name: "risk_reduction_opportunity", rule: Rule::Quantity },
        Input { name: "job_size", rule: Rule::Denominator },
    ];

    fn inputs(&self) -> [Option<f64>; 4] {
        [self.user_business_value, self.time_criticality, self.risk_reduction_opportunity, self.job_size]
    }

    fn formula([value, time, risk, size]: [f64; 4]) -> f64 {
        (value + time + risk) / size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wsjf(value: f64, time: f64, risk: f64, size: Option<f64>) -> Wsjf {
        Wsjf {
            user_business_value: Some(value),
            time_criticality: Some(time),
            risk_reduction_opportunity: Some(risk),
            job_size: size,
        }
    }

    /// The two tasks of beginpm.com, What is WSJF in agile: the greater cost of delay comes second.
    #[test]
    fn published_two_tasks() {
        let (a, b) = (wsjf(100.0, 50.0, 20.0, Some(10.0)), wsjf(80.0, 30.0, 10.0, Some(5.0)));
        assert_eq!(a.cost_of_delay().unwrap().scored(), Some(RelativeCostOfDelay(170.0)));
        assert_eq!(b.cost_of_delay().unwrap().scored(), Some(RelativeCostOfDelay(120.0)));
        let [a, b] = [a, b].map(|task| task.score().unwrap().scored().unwrap().value());
        assert!((a - 17.0).abs() < 1e-9 && (b - 24.0).abs() < 1e-9);
    }

    /// Yip (2024), Problems I have with SAFe-style WSJF: 1 + 3 + 5 is 9, of nothing in particular.
    #[test]
    fn published_sum_without_unit() {
        let x = wsjf(1.0, 3.0, 5.0, None);
        assert_eq!(x.cost_of_delay().unwrap().scored(), Some(RelativeCostOfDelay(9.0)));
        assert_eq!(x.score().unwrap().missing(), ["job_size"]);
    }

    #[test]
    fn blank_is_unscored_and_zero_size_is_refused() {
        let blank = Wsjf::default().score().unwrap();
        assert_eq!(
            blank.missing(),
            ["user_business_value", "time_criticality", "risk_reduction_opportunity", "job_size"]
        );
        let error = wsjf(5.0, 3.0, 2.0, Some(0.0)).score().unwrap_err();
        assert_eq!(error.codes(), ["score.non-positive-denominator"]);
        assert_eq!(error.paths(), ["job_size"]);
    }
}
