//! Ulwick's opportunity score.

use super::{Input, Preset, Rule};

const ZERO_TO_TEN: Rule = Rule::Between { low: 0.0, high: 10.0, expected: "a number from 0 to 10" };

/// Opportunity: how important a customer need is, and how badly it is served today.
///
/// # Formula
///
/// `importance + max(importance − satisfaction, 0)`, from 0 to 20. Satisfaction beyond importance is not held against a need.
///
/// | input | what it is | allowed |
/// |---|---|---|
/// | `importance` | how important the need is to customers | 0 to 10 |
/// | `satisfaction` | how well it is met today | 0 to 10 |
///
/// Ulwick takes both from a survey, ten times the share of answers in the two highest boxes.
///
/// # When not to use it
///
/// - It ranks needs, not solutions: an initiative gets it only through the needs that it serves, and effort is not in it.
/// - Importance counts twice by construction; nothing but habit says that it should.
/// - Means of ratings hide two camps of customers; shares of high answers do so less.
///
/// [`KanoTally`](super::KanoTally) asks how a feature would be felt rather than how a need is met.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Opportunity, Preset};
///
/// let need = Opportunity { importance: Some(9.0), satisfaction: Some(3.0) };
/// assert_eq!(need.score()?.scored().map(|score| score.value()), Some(15.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// A. W. Ulwick (2005), What Customers Want.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Opportunity {
    /// How important the need is, 0 to 10.
    pub importance: Option<f64>,
    /// How well it is met today, 0 to 10.
    pub satisfaction: Option<f64>,
}

impl Preset<2> for Opportunity {
    const NAME: &'static str = "opportunity";
    const INPUTS: [Input; 2] =
        [Input { name: "importance", rule: ZERO_TO_TEN }, Input { name: "satisfaction", rule: ZERO_TO_TEN }];

    fn inputs(&self) -> [Option<f64>; 2] {
        [self.importance, self.satisfaction]
    }

    fn formula([importance, satisfaction]: [f64; 2]) -> f64 {
        importance + f64::max(importance - satisfaction, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(importance: f64, satisfaction: f64) -> f64 {
        let need = Opportunity { importance: Some(importance), satisfaction: Some(satisfaction) };
        need.score().unwrap().scored().unwrap().value()
    }

    /// Three outcomes of pmanonymous.net (2026), Opportunity scoring, and the floor from decikit.com, Opportunity scoring.
    #[test]
    fn published_outcomes() {
        let table =
            [(9.0, 4.0, 14.0), (8.0, 6.0, 10.0), (10.0, 5.0, 15.0), (9.0, 3.0, 15.0), (9.0, 9.0, 9.0)];
        for (importance, satisfaction, expected) in table {
            assert!((score(importance, satisfaction) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn over_served_is_not_held_against_a_need() {
        assert!((score(4.0, 10.0) - 4.0).abs() < 1e-12);
    }
}
