//! ICE, as a product and as a mean.

use super::{Input, Preset, Rule};

const ONE_TO_TEN: Rule = Rule::Between { low: 1.0, high: 10.0, expected: "a number from 1 to 10" };

const INPUTS: [Input; 3] = [
    Input { name: "impact", rule: ONE_TO_TEN },
    Input { name: "confidence", rule: ONE_TO_TEN },
    Input { name: "ease", rule: ONE_TO_TEN },
];

/// ICE: impact times confidence times ease, each from 1 to 10.
///
/// # Formula
///
/// `impact · confidence · ease`, from 1 to 1000. The mean of the three is also called ICE; it is [`IceMean`] here.
///
/// # When not to use it
///
/// - All three are opinions on a scale of points, and points are multiplied: a 9 for impact is not three times a 3.
/// - Ease stands for effort without a unit, so the scores of two teams, or of two quarters, do not compare.
/// - It was made for picking growth experiments within a week. For a plan with a budget use effort in money; [`Rice`](super::Rice) at least
///   counts people.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Ice, IceMean, Preset};
///
/// let onboarding = Ice { impact: Some(8.0), confidence: Some(7.0), ease: Some(6.0) };
/// assert_eq!(onboarding.score()?.scored().map(|score| score.value()), Some(336.0));
/// assert_eq!(IceMean(onboarding).score()?.scored().map(|score| score.value()), Some(7.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// S. Ellis and M. Brown (2017), Hacking Growth.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ice {
    /// What it would do, 1 to 10.
    pub impact: Option<f64>,
    /// How sure we are, 1 to 10.
    pub confidence: Option<f64>,
    /// How little it takes, 1 to 10.
    pub ease: Option<f64>,
}

impl Preset<3> for Ice {
    const NAME: &'static str = "ice";
    const INPUTS: [Input; 3] = INPUTS;

    fn inputs(&self) -> [Option<f64>; 3] {
        [self.impact, self.confidence, self.ease]
    }

    fn formula([impact, confidence, ease]: [f64; 3]) -> f64 {
        impact * confidence * ease
    }
}

/// ICE with the mean of impact, confidence and ease in place of their product.
///
/// # Formula
///
/// `(impact + confidence + ease) / 3`, from 1 to 10.
///
/// # When not to use it
///
/// As [`Ice`]; besides, a mean lets an easy thing that does nothing rise, and the two orders differ: (10, 1, 10) is above (6, 6, 6) here and
/// below it there. Say which one was used.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Ice, IceMean, Preset};
///
/// let social_sharing = IceMean(Ice { impact: Some(5.0), confidence: Some(4.0), ease: Some(9.0) });
/// assert_eq!(social_sharing.score()?.scored().map(|score| score.value()), Some(6.0));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct IceMean(pub Ice);

impl Preset<3> for IceMean {
    const NAME: &'static str = "ice-mean";
    const INPUTS: [Input; 3] = INPUTS;

    fn inputs(&self) -> [Option<f64>; 3] {
        self.0.inputs()
    }

    fn formula([impact, confidence, ease]: [f64; 3]) -> f64 {
        (impact + confidence + ease) / 3.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ice(impact: f64, confidence: f64, ease: f64) -> Ice {
        Ice { impact: Some(impact), confidence: Some(confidence), ease: Some(ease) }
    }

    fn value<P: Preset<3>>(preset: &P) -> f64 {
        preset.score().unwrap().scored().unwrap().value()
    }

    /// The four ideas of Klero's glossary, ICE scoring model, with the products printed there.
    #[test]
    fn published_by_klero() {
        let table = [
            (ice(8.0, 7.0, 6.0), 336.0, 7.0),
            (ice(5.0, 4.0, 8.0), 160.0, 17.0 / 3.0),
            (ice(9.0, 8.0, 3.0), 216.0, 20.0 / 3.0),
            (ice(4.0, 10.0, 9.0), 360.0, 23.0 / 3.0),
        ];
        for (ice, product, mean) in table {
            assert!((value(&ice) - product).abs() < 1e-9);
            assert!((value(&IceMean(ice)) - mean).abs() < 1e-9);
        }
    }

    #[test]
    fn product_and_mean_disagree() {
        let (lopsided, even) = (ice(10.0, 1.0, 10.0), ice(6.0, 6.0, 6.0));
        assert!(value(&lopsided) < value(&even));
        assert!(value(&IceMean(lopsided)) > value(&IceMean(even)));
    }

    #[test]
    fn zero_and_eleven_are_off_the_scale() {
        let error = ice(0.0, 11.0, 5.0).score().unwrap_err();
        assert_eq!(error.codes(), ["score.out-of-range"; 2]);
    }
}
