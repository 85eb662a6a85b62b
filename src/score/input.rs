//! What the presets and the elicitation share: how an input is checked, what is wrong with it, and what is missing.

use std::error::Error;
use std::fmt;

/// The greatest magnitude that a quantity may have.
///
/// Below 2⁵³, so that a whole number is held exactly, and small enough that no formula of this room can overflow.
pub(crate) const LARGEST: f64 = 1e15;

/// The least value that a denominator may have.
pub(crate) const SMALLEST: f64 = 1e-15;

/// A result, or the inputs that are missing for it. Missing is never zero.
///
/// # Examples
///
/// ```
/// use cxrank::score::Assessment;
/// use cxrank::score::presets::{Preset, Rice};
///
/// let rice = Rice { reach: Some(450.0), impact: Some(3.0), confidence: None, effort: None };
/// assert_eq!(rice.score()?.missing(), ["confidence", "effort"]);
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Assessment<T> {
    /// Every input was there.
    Scored(T),
    /// At least one input was blank.
    Unscored {
        /// The paths of the blank inputs, in the order of the input.
        missing: Vec<String>,
    },
}

impl<T> Assessment<T> {
    /// The result, if there is one.
    pub fn scored(self) -> Option<T> {
        match self {
            Self::Scored(result) => Some(result),
            Self::Unscored { .. } => None,
        }
    }

    /// The paths of the blank inputs; empty when there is a result.
    pub fn missing(&self) -> &[String] {
        match self {
            Self::Scored(_) => &[],
            Self::Unscored { missing } => missing,
        }
    }

    /// The same with another result.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Assessment<U> {
        match self {
            Self::Scored(result) => Assessment::Scored(f(result)),
            Self::Unscored { missing } => Assessment::Unscored { missing },
        }
    }

    /// The same as a part of something larger: every missing path gets the prefix `place` and a dot.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        if let Self::Unscored { missing } = &mut self {
            for path in missing {
                *path = format!("{place}.{path}");
            }
        }
        self
    }
}

impl<T, E> Assessment<Result<T, E>> {
    /// A result that may have failed, turned inside out.
    pub(crate) fn transpose(self) -> Result<Assessment<T>, E> {
        Ok(match self {
            Self::Scored(result) => Assessment::Scored(result?),
            Self::Unscored { missing } => Assessment::Unscored { missing },
        })
    }
}

/// What can be wrong with a number, a list or a matrix that a preset or an elicitation is given. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `score.diagonal-not-one` | a comparison of a thing with itself that is not 1 |
/// | `score.empty` | a list without entries |
/// | `score.non-positive-denominator` | something to divide by that is zero or negative |
/// | `score.not-competition-rank` | a rank that does not follow from how many stand before it (1, 2, 2, 4) |
/// | `score.not-finite` | NaN or an infinity |
/// | `score.not-ordered` | a number that breaks the required order of its list |
/// | `score.not-reciprocal` | a comparison that is not the reciprocal of its mirror image |
/// | `score.out-of-range` | a number that the method does not allow there |
/// | `score.overflow` | a formula whose result is not a finite number |
/// | `score.wrong-length` | a list of another length than required |
/// | `score.wrong-total` | points that do not add up to what there was to give |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum InputFault {
    /// A comparison of a thing with itself must be 1.
    DiagonalNotOne {
        /// The cell.
        found: f64,
    },
    /// At least one entry is needed.
    Empty,
    /// A number to divide by, or a sum of numbers to divide by, must be above 0.
    NonPositiveDenominator {
        /// The number.
        found: f64,
    },
    /// Competition ranks are 1, 2, 2, 4.
    NotCompetitionRank {
        /// The rank.
        found: u32,
        /// One more than the number of entries of lesser rank.
        expected: usize,
    },
    /// NaN or an infinity.
    NotFinite {
        /// The number.
        found: f64,
    },
    /// A list must rise, or fall.
    NotOrdered {
        /// The number that does not.
        found: f64,
        /// The order required.
        expected: &'static str,
    },
    /// A comparison must be the reciprocal of the opposite cell.
    NotReciprocal {
        /// The cell below the diagonal.
        found: f64,
        /// One divided by the cell above it.
        expected: f64,
    },
    /// The method does not allow this number.
    OutOfRange {
        /// The number.
        found: f64,
        /// What the method allows.
        expected: &'static str,
    },
    /// A result is beyond the numbers that there are.
    Overflow,
    /// A list has one entry for each of something.
    WrongLength {
        /// How many entries it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// All points have to be given, and no more.
    WrongTotal {
        /// The sum of the points.
        found: f64,
        /// What it should be.
        expected: f64,
    },
}

impl InputFault {
    /// The fault of the field at `path`.
    pub(crate) fn at(self, path: impl Into<String>) -> InputProblem {
        InputProblem { path: path.into(), fault: self }
    }

    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Self::DiagonalNotOne { found } => {
                ("score.diagonal-not-one", found.to_string(), "1 on the diagonal".into())
            }
            Self::Empty => ("score.empty", "nothing".into(), "at least one entry".into()),
            Self::NonPositiveDenominator { found } => {
                ("score.non-positive-denominator", found.to_string(), "a number above 0 to divide by".into())
            }
            Self::NotCompetitionRank { found, expected } => (
                "score.not-competition-rank",
                format!("rank {found}"),
                format!("{expected}, one more than the number of lesser ranks"),
            ),
            Self::NotFinite { found } => ("score.not-finite", found.to_string(), "a finite number".into()),
            Self::NotOrdered { found, expected } => {
                ("score.not-ordered", found.to_string(), (*expected).into())
            }
            Self::NotReciprocal { found, expected } => (
                "score.not-reciprocal",
                found.to_string(),
                format!("{expected}, the reciprocal of the opposite cell"),
            ),
            Self::OutOfRange { found, expected } => {
                ("score.out-of-range", found.to_string(), (*expected).into())
            }
            Self::Overflow => {
                ("score.overflow", "a result that is not finite".into(), "numbers of a usual size".into())
            }
            Self::WrongLength { found, expected } => {
                ("score.wrong-length", format!("{found} entries"), expected.to_string())
            }
            Self::WrongTotal { found, expected } => {
                ("score.wrong-total", format!("a total of {found}"), expected.to_string())
            }
        }
    }
}

/// One thing that is wrong with an input: where, what was found, what was expected.
///
/// Prints as `path: found …, expected … [code]`.
#[derive(Debug, Clone, PartialEq)]
pub struct InputProblem {
    path: String,
    fault: InputFault,
}

impl InputProblem {
    /// The path to the field, as in `items[3].benefit`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The problem as data.
    pub fn fault(&self) -> &InputFault {
        &self.fault
    }

    /// The stable code; see [`InputFault`].
    pub fn code(&self) -> &'static str {
        self.fault.parts().0
    }

    /// What stands there.
    pub fn found(&self) -> String {
        self.fault.parts().1
    }

    /// What should stand there.
    pub fn expected(&self) -> String {
        self.fault.parts().2
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, found, expected) = self.fault.parts();
        write!(f, "{}: found {found}, expected {expected} [{code}]", self.path)
    }
}

/// Everything that is wrong with one input, in the order of the input: at least one [`InputProblem`].
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{Preset, Rice};
///
/// let rice = Rice { reach: Some(450.0), impact: Some(3.0), confidence: Some(80.0), effort: Some(0.0) };
/// let error = rice.score().unwrap_err().within("initiatives[3].rice");
/// assert_eq!(
///     error.to_string(),
///     "initiatives[3].rice.confidence: found 80, expected a share from 0 to 1 (80 % is 0.8) [score.out-of-range]\n\
///      initiatives[3].rice.effort: found 0, expected a number above 0 to divide by [score.non-positive-denominator]"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct InputError {
    problems: Vec<InputProblem>,
}

impl InputError {
    /// All that is wrong, in the order of the input; never empty.
    pub fn problems(&self) -> &[InputProblem] {
        &self.problems
    }

    /// The same as a part of something larger: every path gets the prefix `place` and a dot.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        for problem in &mut self.problems {
            problem.path = format!("{place}.{}", problem.path);
        }
        self
    }

    /// `Err` with all problems, or `Ok` when there is none.
    pub(crate) fn unless_empty(problems: Vec<InputProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems }) }
    }
}

#[cfg(test)]
impl InputError {
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(InputProblem::code).collect()
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        self.problems.iter().map(InputProblem::path).collect()
    }
}

impl From<InputProblem> for InputError {
    fn from(problem: InputProblem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl Error for InputError {}

/// What a number must be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// From 0 to 10¹⁵.
    Quantity,
    /// From −10¹⁵ to 10¹⁵.
    Signed,
    /// From 10⁻¹⁵ to 10¹⁵; zero and less are their own problem, [`InputFault::NonPositiveDenominator`].
    Denominator,
    /// From `low` to `high`, which `expected` says in words.
    Between {
        /// The least value allowed.
        low: f64,
        /// The greatest value allowed.
        high: f64,
        /// The same in words.
        expected: &'static str,
    },
    /// One of `values`, which `expected` says in words.
    OneOf {
        /// The values allowed.
        values: &'static [f64],
        /// The same in words.
        expected: &'static str,
    },
}

impl Rule {
    /// The value as the formulas use it (never −0), or what is wrong with it.
    pub(crate) fn check(self, path: &str, found: f64) -> Result<f64, InputProblem> {
        if !found.is_finite() {
            return Err(InputFault::NotFinite { found }.at(path));
        }
        let (good, expected) = match self {
            Self::Quantity => ((0.0..=LARGEST).contains(&found), "a number from 0 to 1e15"),
            Self::Signed => (found.abs() <= LARGEST, "a number from -1e15 to 1e15"),
            Self::Denominator if found <= 0.0 => {
                return Err(InputFault::NonPositiveDenominator { found }.at(path));
            }
            Self::Denominator => ((SMALLEST..=LARGEST).contains(&found), "a number from 1e-15 to 1e15"),
            Self::Between { low, high, expected } => ((low..=high).contains(&found), expected),
            Self::OneOf { values, expected } => (values.contains(&found), expected),
        };
        if good { Ok(found + 0.0) } else { Err(InputFault::OutOfRange { found, expected }.at(path)) }
    }
}

/// One input of a method: its name in paths, and what it must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Input {
    /// The name, the same as that of the field.
    pub name: &'static str,
    /// What the value must be.
    pub rule: Rule,
}

/// Checks all inputs: every problem, else every blank, else the values.
pub(crate) fn check_inputs<const N: usize>(
    inputs: &[Input; N],
    values: [Option<f64>; N],
) -> Result<Assessment<[f64; N]>, InputError> {
    let mut checked = [0.0; N];
    let mut problems = Vec::new();
    let mut missing = Vec::new();
    for ((input, value), checked) in inputs.iter().zip(values).zip(&mut checked) {
        match value.map(|value| input.rule.check(input.name, value)) {
            Some(Ok(value)) => *checked = value,
            Some(Err(problem)) => problems.push(problem),
            None => missing.push(input.name.to_owned()),
        }
    }
    InputError::unless_empty(problems)?;
    Ok(if missing.is_empty() { Assessment::Scored(checked) } else { Assessment::Unscored { missing } })
}

/// Collects results of parts, putting the problems of all failed parts into one error.
pub(crate) fn collect<T>(
    parts: impl IntoIterator<Item = Result<T, InputError>>,
) -> Result<Vec<T>, InputError> {
    let mut good = Vec::new();
    let mut problems = Vec::new();
    for part in parts {
        match part {
            Ok(part) => good.push(part),
            Err(error) => problems.extend(error.problems),
        }
    }
    InputError::unless_empty(problems).map(|()| good)
}

/// Both results, or the problems of both in one error.
pub(crate) fn both<A, B>(a: Result<A, InputError>, b: Result<B, InputError>) -> Result<(A, B), InputError> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.problems.extend(b.problems);
            Err(a)
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

/// The value if it is a finite number (never −0), else an overflow of `path`.
pub(crate) fn finite(path: &str, value: f64) -> Result<f64, InputProblem> {
    if value.is_finite() { Ok(value + 0.0) } else { Err(InputFault::Overflow.at(path)) }
}

/// `Err` unless the list has exactly `expected` entries.
pub(crate) fn expect_length(path: &str, found: usize, expected: usize) -> Result<(), InputProblem> {
    if found == expected { Ok(()) } else { Err(InputFault::WrongLength { found, expected }.at(path)) }
}

/// `Err` if the list is empty.
pub(crate) fn expect_some(path: &str, found: usize) -> Result<(), InputProblem> {
    if found == 0 { Err(InputFault::Empty.at(path)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_messages_stay() {
        let faults = [
            InputFault::DiagonalNotOne { found: 5.0 },
            InputFault::Empty,
            InputFault::NonPositiveDenominator { found: 0.0 },
            InputFault::NotCompetitionRank { found: 3, expected: 2 },
            InputFault::NotFinite { found: f64::INFINITY },
            InputFault::NotOrdered { found: 3.0, expected: "low ≤ likely ≤ high" },
            InputFault::NotReciprocal { found: 2.0, expected: 0.5 },
            InputFault::OutOfRange { found: 80.0, expected: "a share from 0 to 1" },
            InputFault::Overflow,
            InputFault::WrongLength { found: 1, expected: 2 },
            InputFault::WrongTotal { found: 90.0, expected: 100.0 },
        ];
        let error = InputError { problems: faults.map(|fault| fault.at("x")).to_vec() }.within("a[1]");
        let expected = "\
            a[1].x: found 5, expected 1 on the diagonal [score.diagonal-not-one]\n\
            a[1].x: found nothing, expected at least one entry [score.empty]\n\
            a[1].x: found 0, expected a number above 0 to divide by [score.non-positive-denominator]\n\
            a[1].x: found rank 3, expected 2, one more than the number of lesser ranks [score.not-competition-rank]\n\
            a[1].x: found inf, expected a finite number [score.not-finite]\n\
            a[1].x: found 3, expected low ≤ likely ≤ high [score.not-ordered]\n\
            a[1].x: found 2, expected 0.5, the reciprocal of the opposite cell [score.not-reciprocal]\n\
            a[1].x: found 80, expected a share from 0 to 1 [score.out-of-range]\n\
            a[1].x: found a result that is not finite, expected numbers of a usual size [score.overflow]\n\
            a[1].x: found 1 entries, expected 2 [score.wrong-length]\n\
            a[1].x: found a total of 90, expected 100 [score.wrong-total]";
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn negative_zero_is_zero_and_problems_come_before_blanks() {
        let inputs =
            [Input { name: "a", rule: Rule::Quantity }, Input { name: "b", rule: Rule::Denominator }];
        let Ok(Assessment::Scored([a, _])) = check_inputs(&inputs, [Some(-0.0), Some(1.0)]) else { panic!() };
        assert!(a.is_sign_positive());
        let error = check_inputs(&inputs, [None, Some(-1.0)]).unwrap_err();
        assert_eq!(error.problems(), [InputFault::NonPositiveDenominator { found: -1.0 }.at("b")]);
        assert_eq!(check_inputs(&inputs, [None, None]).unwrap().missing(), ["a", "b"]);
    }

    #[test]
    fn every_problem_of_every_part_is_kept() {
        let bad = |path: &str| InputError::from(InputFault::Empty.at(path));
        let error = collect([Ok(1), Err(bad("x")), Err(bad("y"))]).unwrap_err();
        assert_eq!(error.paths(), ["x", "y"]);
        assert_eq!(collect([Ok(1), Ok(2)]), Ok(vec![1, 2]));
    }
}
