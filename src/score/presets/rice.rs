//! RICE.

use super::{Input, Preset, Rule};

/// RICE: people reached, times what it does for each, times how sure we are, per effort.
///
/// # Formula
///
/// `reach · impact · confidence / effort`
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `reach` | people (or events) per period, the same period for all | ≥ 0 |
/// | `impact` | 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal | those five |
/// | `confidence` | a share: 1 high, 0.8 medium, 0.5 low | 0 to 1, never 80 |
/// | `effort` | person-months | > 0 |
///
/// # When not to use it
///
/// - Impact is an ordinal guess that is multiplied: the step from 1 to 2 counts as much as twice the people.
/// - Confidence scales the whole score, so that a risky bet and a small one look alike; a spread keeps them apart.
/// - Reach counts people of one product; initiatives for different customers need one declared benefit instead.
/// - Money is not in it, nor what an initiative makes possible for others. The article itself tells to go out of order for dependencies.
///
/// [`Wsjf`](super::Wsjf) asks for urgency instead of reach, [`Ice`](super::Ice) leaves the effort to a guess of ease.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Preset, Rice};
///
/// let rice = Rice { reach: Some(450.0), impact: Some(3.0), confidence: Some(1.0), effort: Some(2.0) };
/// assert_eq!(rice.score()?.scored().map(|score| score.value()), Some(675.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// S. McBride (2016), RICE: Simple prioritization for product managers, Intercom.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rice {
    /// People or events per period.
    pub reach: Option<f64>,
    /// One of 3, 2, 1, 0.5, 0.25.
    pub impact: Option<f64>,
    /// A share from 0 to 1.
    pub confidence: Option<f64>,
    /// Person-months.
    pub effort: Option<f64>,
}

impl Preset<4> for Rice {
    const NAME: &'static str = "rice";
    const INPUTS: [Input; 4] = [
        Input { name: "reach", rule: Rule::Quantity },
        Input {
            name: "impact",
            rule: Rule::OneOf { values: &[3.0, 2.0, 1.0, 0.5, 0.25], expected: "one of 3, 2, 1, 0.5, 0.25" },
        },
        Input {
            name: "confidence",
            rule: Rule::Between { low: 0.0, high: 1.0, expected: "a share from 0 to 1 (80 % is 0.8)" },
        },
        Input { name: "effort", rule: Rule::Denominator },
    ];

    fn inputs(&self) -> [Option<f64>; 4] {
        [self.reach, self.impact, self.confidence, self.effort]
    }

    fn formula([reach, impact, confidence, effort]: [f64; 4]) -> f64 {
        reach * impact * confidence / effort
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::InputFault;

    fn score(reach: f64, impact: f64, confidence: f64, effort: f64) -> f64 {
        let rice = Rice {
            reach: Some(reach),
            impact: Some(impact),
            confidence: Some(confidence),
            effort: Some(effort),
        };
        rice.score().unwrap().scored().unwrap().value()
    }

    /// The three projects of McBride (2016), RICE: Simple prioritization for product managers, Intercom.
    #[test]
    fn published_by_intercom() {
        assert!((score(450.0, 3.0, 1.0, 2.0) - 675.0).abs() < 1e-9);
        assert!((score(2000.0, 1.0, 0.8, 4.0) - 400.0).abs() < 1e-9);
        assert!((score(800.0, 2.0, 0.5, 1.0) - 800.0).abs() < 1e-9);
    }

    #[test]
    fn percent_and_off_scale_impact_are_refused_together() {
        let rice = Rice { reach: Some(-1.0), impact: Some(4.0), confidence: Some(80.0), effort: Some(0.0) };
        let error = rice.score().unwrap_err();
        let found: Vec<_> = error.problems().iter().map(|problem| (problem.code(), problem.path())).collect();
        assert_eq!(
            found,
            [
                ("score.out-of-range", "reach"),
                ("score.out-of-range", "impact"),
                ("score.out-of-range", "confidence"),
                ("score.non-positive-denominator", "effort"),
            ]
        );
        assert!(matches!(error.problems()[3].fault(), InputFault::NonPositiveDenominator { found: 0.0 }));
    }
}
