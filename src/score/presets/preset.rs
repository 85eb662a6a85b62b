//! What the presets that score one item from its own inputs have in common.

use crate::score::input::{Assessment, Input, InputError, both, check_inputs, finite};
use std::cmp::Ordering;
use std::fmt;

/// A preset's score: a finite number, never −0, with a total order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PresetScore(f64);

impl PresetScore {
    /// The score, or an overflow of `path`.
    pub(crate) fn new(path: &str, value: f64) -> Result<Self, InputError> {
        Ok(Self(finite(path, value)?))
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl Eq for PresetScore {}

impl PartialOrd for PresetScore {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PresetScore {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl fmt::Display for PresetScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A method that scores one item from its own `N` inputs alone.
///
/// [`score`](Self::score) and [`terms_against`](Self::terms_against) follow from the rest, so a method of one's own is its inputs and its formula.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Input, Preset, Rule};
///
/// struct ValuePerCost { value: Option<f64>, cost: Option<f64> }
///
/// impl Preset<2> for ValuePerCost {
///     const NAME: &'static str = "value-per-cost";
///     const INPUTS: [Input; 2] =
///         [Input { name: "value", rule: Rule::Quantity }, Input { name: "cost", rule: Rule::Denominator }];
///     fn inputs(&self) -> [Option<f64>; 2] {
///         [self.value, self.cost]
///     }
///     fn formula([value, cost]: [f64; 2]) -> f64 {
///         value / cost
///     }
/// }
///
/// let score = ValuePerCost { value: Some(6.0), cost: Some(4.0) }.score()?.scored();
/// assert_eq!(score.map(|score| score.value()), Some(1.5));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
pub trait Preset<const N: usize>: Sized {
    /// The name of the method, in kebab case.
    const NAME: &'static str;

    /// The name of each input and what it must be.
    const INPUTS: [Input; N];

    /// The inputs of this item, in the order of [`INPUTS`](Self::INPUTS).
    fn inputs(&self) -> [Option<f64>; N];

    /// The score from inputs that follow their rules.
    fn formula(inputs: [f64; N]) -> f64;

    /// The score, or the inputs that are missing for it.
    ///
    /// # Errors
    ///
    /// Every input that breaks its rule; an overflow of the formula.
    fn score(&self) -> Result<Assessment<PresetScore>, InputError> {
        let inputs = check_inputs(&Self::INPUTS, self.inputs())?;
        inputs.map(|inputs| PresetScore::new(Self::NAME, Self::formula(inputs))).transpose()
    }

    /// Why this score differs from that of `other`: a term for each input, in the order of [`INPUTS`](Self::INPUTS).
    ///
    /// The terms are Shapley values: what an input adds when it changes from its value in `other` to its value here, averaged over all orders
    /// in which the inputs may change. They add up to the difference of the two scores (but for rounding), an input that is the same in both
    /// has the term 0, and swapping the two items turns every sign.
    ///
    /// # Errors
    ///
    /// As [`score`](Self::score), with paths that begin with `item` or `other`.
    ///
    /// # Complexity
    ///
    /// 2ᴺ evaluations of the formula; N is at most 16.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::score::presets::{Preset, Rice};
    ///
    /// let a = Rice { reach: Some(800.0), impact: Some(2.0), confidence: Some(0.5), effort: Some(1.0) };
    /// let b = Rice { reach: Some(800.0), impact: Some(1.0), confidence: Some(0.5), effort: Some(2.0) };
    /// // 800 against 200: twice the impact at half the effort.
    /// assert_eq!(a.terms_against(&b)?.scored(), Some([0.0, 300.0, 0.0, 300.0]));
    /// # Ok::<(), cxrank::score::InputError>(())
    /// ```
    ///
    /// # References
    ///
    /// L. S. Shapley (1953), A value for n-person games, Contributions to the Theory of Games II.
    fn terms_against(&self, other: &Self) -> Result<Assessment<[f64; N]>, InputError> {
        const { assert!(N <= 16, "too many inputs to enumerate") };
        let to = check_inputs(&Self::INPUTS, self.inputs()).map_err(|error| error.within("item"));
        let from = check_inputs(&Self::INPUTS, other.inputs()).map_err(|error| error.within("other"));
        let (to, from) = both(to, from)?;
        match (to.within("item"), from.within("other")) {
            (Assessment::Scored(to), Assessment::Scored(from)) => {
                let terms = shapley(to, from, Self::formula);
                for (term, input) in terms.iter().zip(Self::INPUTS) {
                    finite(input.name, *term)?;
                }
                Ok(Assessment::Scored(terms))
            }
            (to, from) => Ok(Assessment::Unscored { missing: [to.missing(), from.missing()].concat() }),
        }
    }
}

/// Shapley values of the change from `from` to `to`, by enumerating the sets of inputs that have changed already.
fn shapley<const N: usize>(to: [f64; N], from: [f64; N], formula: impl Fn([f64; N]) -> f64) -> [f64; N] {
    let values: Vec<f64> = (0..1_usize << N)
        .map(|changed| formula(std::array::from_fn(|i| if changed >> i & 1 == 1 { to[i] } else { from[i] })))
        .collect();
    // Averages over the sets of one size, and the mean of those averages: what a random order of the inputs expects.
    std::array::from_fn(|i| {
        let mut by_size = [0.0; N];
        for changed in (0..values.len()).filter(|changed| changed >> i & 1 == 0) {
            by_size[changed.count_ones() as usize] += values[changed | 1 << i] - values[changed];
        }
        let (mut sum, mut sets) = (0.0, 1.0);
        for (size, total) in by_size.iter().enumerate() {
            sum += total / sets;
            sets = sets * (N - 1 - size) as f64 / (size + 1) as f64;
        }
        sum / N as f64 + 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::input::{InputFault, Rule};

    struct Raw<const N: usize>([Option<f64>; N]);

    impl<const N: usize> Preset<N> for Raw<N> {
        const NAME: &'static str = "product";
        const INPUTS: [Input; N] = [Input { name: "x", rule: Rule::Signed }; N];
        fn inputs(&self) -> [Option<f64>; N] {
            self.0
        }
        fn formula(inputs: [f64; N]) -> f64 {
            inputs.iter().product()
        }
    }

    #[test]
    fn formula_that_overflows_is_an_error() {
        let error = Raw([Some(1e15); 30]).score().unwrap_err();
        assert_eq!(error.problems(), [InputFault::Overflow.at("product")]);
    }

    #[test]
    fn terms_of_a_product_by_hand() {
        let terms = Raw([Some(2.0), Some(3.0), Some(5.0)])
            .terms_against(&Raw([Some(1.0); 3]))
            .unwrap()
            .scored()
            .unwrap();
        // An input comes first in a third of the orders, last in a third, and after one given other in a sixth each. Its step
        // from 1 to 2 (to 3, to 5) is multiplied by what has changed before it.
        let expected = [
            1.0 * (1.0 / 3.0 + (3.0 + 5.0) / 6.0 + 15.0 / 3.0),
            2.0 * (1.0 / 3.0 + (2.0 + 5.0) / 6.0 + 10.0 / 3.0),
            4.0 * (1.0 / 3.0 + (2.0 + 3.0) / 6.0 + 6.0 / 3.0),
        ];
        for (term, expected) in terms.iter().zip(expected) {
            assert!((term - expected).abs() < 1e-12, "{term} {expected}");
        }
        assert!((terms.iter().sum::<f64>() - 29.0).abs() < 1e-12);
    }

    #[test]
    fn terms_name_the_side_that_is_blank_or_wrong() {
        let error = Raw([Some(f64::NAN)]).terms_against(&Raw([Some(1e16)])).unwrap_err();
        assert_eq!(error.paths(), ["item.x", "other.x"]);
        assert_eq!(Raw([None]).terms_against(&Raw([None])).unwrap().missing(), ["item.x", "other.x"]);
    }

    #[test]
    fn scores_order_totally() {
        let [a, b] = [1.0, 2.0].map(|x| PresetScore::new("x", x).unwrap());
        assert!(a < b && a == a);
        assert!(PresetScore::new("x", -0.0).unwrap().value().is_sign_positive());
        assert!(PresetScore::new("x", f64::NAN).is_err());
        assert_eq!(a.to_string(), "1");
    }
}
