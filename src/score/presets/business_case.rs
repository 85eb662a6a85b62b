//! Return on investment, net present value and payback.

use super::{Input, Rule};
use crate::score::input::{Assessment, InputError, InputFault, both, check_inputs, finite};

/// Return on investment, net present value and payback of one initiative over a stated horizon.
///
/// # Formula
///
/// The effort E is spent at once; the benefit in money, `b = price · benefit`, comes at the end of each of the periods 1 to
/// `n = min(horizon, lasts)`.
///
/// - present benefit: `PV = Σ_{t = 1..n} b / (1 + rate)^t`
/// - net present value: `PV − E`
/// - return on investment: `(PV − E) / E`
/// - payback: the first period by whose end the discounted benefits reach E (with rate 0 the plain payback)
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `benefit` | units of benefit per period from completion on; negative is harm | any |
/// | `price` | money for a unit of benefit | ≥ 0 |
/// | `effort` | money | ≥ 0 |
/// | `rate` | discount rate per period, 0.02 for 2 % | 0 to 10 |
/// | `horizon` | periods looked at | 1 to 10 000 |
/// | `lasts` | periods that a benefit lasts; `None` for one that does not end | ≥ 1 |
///
/// # When not to use it
///
/// - Without a price that the organisation stands by: a made-up price makes a made-up return. Rank by benefit/cost, which needs none.
/// - To choose under a budget: a high return may be a small thing. Payback ignores everything after it.
/// - What an initiative makes possible for others is not in its own benefit.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::BusinessCase;
///
/// let case = BusinessCase {
///     benefit: Some(4.0),
///     price: Some(30_000.0),
///     effort: Some(200_000.0),
///     rate: Some(0.25),
///     horizon: 3,
///     lasts: None,
/// };
/// let result = case.assess()?.scored().unwrap();
/// assert_eq!(result.present_benefit, 234_240.0);
/// assert_eq!(result.net_present_value, 34_240.0);
/// assert_eq!(result.return_on_investment, Some(0.1712));
/// assert_eq!(result.payback_periods, Some(3));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// R. A. Brealey, S. C. Myers and F. Allen (2011), Principles of Corporate Finance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BusinessCase {
    /// Units of benefit per period.
    pub benefit: Option<f64>,
    /// Money for a unit of benefit.
    pub price: Option<f64>,
    /// Money spent at the start.
    pub effort: Option<f64>,
    /// Discount rate per period.
    pub rate: Option<f64>,
    /// Periods looked at.
    pub horizon: u32,
    /// Periods that the benefit lasts; `None` for one that does not end.
    pub lasts: Option<u32>,
}

/// What [`BusinessCase`] gives.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct BusinessCaseResult {
    /// The benefits of the horizon in today's money.
    pub present_benefit: f64,
    /// The present benefit less the effort.
    pub net_present_value: f64,
    /// The net present value per effort; `None` without effort.
    pub return_on_investment: Option<f64>,
    /// The first period by whose end the effort is earned back (0 without effort); `None` if it is not within the horizon.
    pub payback_periods: Option<u32>,
}

impl BusinessCase {
    const INPUTS: [Input; 4] = [
        Input { name: "benefit", rule: Rule::Signed },
        Input { name: "price", rule: Rule::Quantity },
        Input { name: "effort", rule: Rule::Quantity },
        Input {
            name: "rate",
            rule: Rule::Between {
                low: 0.0,
                high: 10.0,
                expected: "a rate per period from 0 to 10 (2 % is 0.02)",
            },
        },
    ];

    /// Benefits that fall short of the effort by no more than this share of it count as having reached it, so that rounding does not add a period.
    const TOLERANCE: f64 = 1e-12;

    /// The four numbers, or the inputs that are missing for them.
    ///
    /// # Errors
    ///
    /// Every input out of range.
    ///
    /// # Complexity
    ///
    /// O(horizon) time.
    pub fn assess(&self) -> Result<Assessment<BusinessCaseResult>, InputError> {
        let inputs = check_inputs(&Self::INPUTS, [self.benefit, self.price, self.effort, self.rate]);
        let periods = |name: &str, periods: u32| {
            let expected = "a number of periods from 1 to 10000";
            let found = f64::from(periods);
            if (1..=10_000).contains(&periods) {
                Ok(periods)
            } else {
                Err(InputError::from(InputFault::OutOfRange { found, expected }.at(name)))
            }
        };
        let lasts = periods("lasts", self.lasts.map_or(1, |lasts| lasts.min(10_000)));
        let (inputs, (horizon, _)) = both(inputs, both(periods("horizon", self.horizon), lasts))?;
        let periods = self.lasts.map_or(horizon, |lasts| lasts.min(horizon));
        inputs.map(|inputs| Self::over(periods, inputs)).transpose()
    }

    fn over(
        periods: u32,
        [benefit, price, effort, rate]: [f64; 4],
    ) -> Result<BusinessCaseResult, InputError> {
        let per_period = benefit * price;
        let (mut discount, mut factor, mut payback_periods) = (1.0, 0.0, (effort <= 0.0).then_some(0));
        for period in 1..=periods {
            discount /= 1.0 + rate;
            factor += discount;
            if payback_periods.is_none() && per_period * factor >= effort * (1.0 - Self::TOLERANCE) {
                payback_periods = Some(period);
            }
        }
        let present_benefit = finite("present_benefit", per_period * factor)?;
        let net_present_value = finite("net_present_value", present_benefit - effort)?;
        let return_on_investment = if effort > 0.0 {
            Some(finite("return_on_investment", net_present_value / effort)?)
        } else {
            None
        };
        Ok(BusinessCaseResult { present_benefit, net_present_value, return_on_investment, payback_periods })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(benefit: f64, effort: f64, rate: f64, horizon: u32) -> BusinessCase {
        BusinessCase {
            benefit: Some(benefit),
            price: Some(1.0),
            effort: Some(effort),
            rate: Some(rate),
            horizon,
            lasts: None,
        }
    }

    fn assess(case: BusinessCase) -> BusinessCaseResult {
        case.assess().unwrap().scored().unwrap()
    }

    /// The annuity factor for 10 % and 5 years, 3.7908, and for 8 % and 20 years, 9.8181, of any table of annuities.
    #[test]
    fn published_annuity_factors() {
        assert!((assess(case(1.0, 0.0, 0.10, 5)).present_benefit - 3.7908).abs() < 5e-5);
        assert!((assess(case(1.0, 0.0, 0.08, 20)).present_benefit - 9.8181).abs() < 5e-5);
    }

    #[test]
    fn rounding_adds_no_period() {
        for periods in 1..=60 {
            let effort = 0.1 * f64::from(periods);
            assert_eq!(assess(case(0.1, effort, 0.0, 100)).payback_periods, Some(periods));
        }
        // Three times 0.3 is less than 0.9 in floating point.
        assert_eq!(assess(case(0.3, 0.9, 0.0, 9)).payback_periods, Some(3));
        // 1000/1.25 + 1000/1.25² is 1440 exactly.
        assert_eq!(assess(case(1000.0, 1440.0, 0.25, 9)).payback_periods, Some(2));
        assert_eq!(assess(case(1000.0, 1440.01, 0.25, 9)).payback_periods, Some(3));
    }

    #[test]
    fn one_off_benefit_and_horizon_end_the_benefits() {
        let one_off = BusinessCase { lasts: Some(1), ..case(100.0, 150.0, 0.0, 12) };
        assert_eq!(assess(one_off).payback_periods, None);
        assert!((assess(one_off).net_present_value - -50.0).abs() < 1e-12);
        let longer = BusinessCase { lasts: Some(u32::MAX), ..case(100.0, 150.0, 0.0, 12) };
        assert_eq!(assess(longer), assess(case(100.0, 150.0, 0.0, 12)));
    }

    #[test]
    fn without_effort_there_is_no_return_and_nothing_to_pay_back() {
        let result = assess(case(1.0, 0.0, 0.0, 1));
        assert_eq!((result.return_on_investment, result.payback_periods), (None, Some(0)));
    }

    #[test]
    fn harm_never_pays_back() {
        let result = assess(case(-1.0, 1.0, 0.0, 10));
        assert_eq!(result.payback_periods, None);
        assert_eq!(result.return_on_investment, Some(-11.0));
    }

    #[test]
    fn blank_price_is_missing_and_all_problems_come_at_once() {
        let blank = BusinessCase { price: None, effort: None, ..case(1.0, 1.0, 0.0, 1) };
        assert_eq!(blank.assess().unwrap().missing(), ["price", "effort"]);
        let bad = BusinessCase { lasts: Some(0), ..case(f64::INFINITY, -1.0, 5e9, 0) };
        let error = bad.assess().unwrap_err();
        assert_eq!(error.paths(), ["benefit", "effort", "rate", "horizon", "lasts"]);
    }

    #[test]
    fn extremes_stay_finite() {
        let case = BusinessCase { price: Some(1e15), ..case(1e15, 1e-300, 0.0, 10_000) };
        // The return on next to nothing is beyond what a number can hold.
        assert_eq!(case.assess().unwrap_err().codes(), ["score.overflow"]);
        assert!(assess(BusinessCase { effort: Some(1.0), ..case }).present_benefit > 1e33);
    }
}
