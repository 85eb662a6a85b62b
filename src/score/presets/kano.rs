//! Kano's classes of features.

use crate::score::input::{Assessment, InputError, Rule, collect};
use std::fmt;

/// An answer to "how would you feel if it were there" (functional) or "if it were not" (dysfunctional).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KanoAnswer {
    /// I like it.
    Like,
    /// I expect it.
    Expect,
    /// I do not care.
    Neutral,
    /// I can live with it.
    LiveWith,
    /// I dislike it.
    Dislike,
}

/// What a feature is to customers. The order is the one in which ties are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KanoClass {
    /// M: taken for granted; missed when absent.
    MustBe,
    /// O: the more, the better; also called performance.
    OneDimensional,
    /// A: delights when present; not missed when absent.
    Attractive,
    /// I: makes no difference.
    Indifferent,
    /// R: they would rather not have it.
    Reverse,
    /// Q: the two answers contradict each other.
    Questionable,
}

impl KanoClass {
    /// All classes, in the order in which ties are broken.
    pub const ALL: [Self; 6] = [
        Self::MustBe,
        Self::OneDimensional,
        Self::Attractive,
        Self::Indifferent,
        Self::Reverse,
        Self::Questionable,
    ];

    /// The class of one pair of answers, by the 5×5 evaluation table.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::score::presets::{KanoAnswer, KanoClass};
    ///
    /// assert_eq!(KanoClass::of(KanoAnswer::Like, KanoAnswer::Neutral), KanoClass::Attractive);
    /// assert_eq!(KanoClass::of(KanoAnswer::Neutral, KanoAnswer::Dislike), KanoClass::MustBe);
    /// ```
    pub fn of(functional: KanoAnswer, dysfunctional: KanoAnswer) -> Self {
        use KanoAnswer::{Dislike, Like};
        match (functional, dysfunctional) {
            (Like, Like) | (Dislike, Dislike) => Self::Questionable,
            (Like, Dislike) => Self::OneDimensional,
            (Like, _) => Self::Attractive,
            (Dislike, _) | (_, Like) => Self::Reverse,
            (_, Dislike) => Self::MustBe,
            _ => Self::Indifferent,
        }
    }

    /// The letter in use: M, O, A, I, R, Q.
    pub fn letter(self) -> char {
        match self {
            Self::MustBe => 'M',
            Self::OneDimensional => 'O',
            Self::Attractive => 'A',
            Self::Indifferent => 'I',
            Self::Reverse => 'R',
            Self::Questionable => 'Q',
        }
    }
}

impl fmt::Display for KanoClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// What the coefficients are divided by. Both are in use, and a published number often does not say which.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KanoDenominator {
    /// A + O + M + I, as Berger and others have it.
    #[default]
    WithoutReverseAndQuestionable,
    /// All answers, R and Q too.
    AllAnswers,
}

/// Kano: how many answers put one feature into each class.
///
/// # Formula
///
/// - class: the most frequent; ties go M > O > A > I > R > Q, and are shown
/// - better (satisfaction coefficient): `(A + O) / (A + O + M + I)`, from 0 to 1
/// - worse (dissatisfaction coefficient): `−(O + M) / (A + O + M + I)`, from −1 to 0
///
/// Counts may be numbers of answers, weighted numbers, or percentages. [`from_answers`](Self::from_answers) counts pairs of answers by the
/// 5×5 table of [`KanoClass::of`].
///
/// # When not to use it
///
/// - It classifies features before they exist, from what people say they would feel; it does not measure a benefit, and there is no score to
///   divide by effort. Use the class to choose a benefit criterion, or better and worse to place a feature on a map.
/// - A class hides who said what: two segments that disagree give a class that holds for neither. Look at the ties and the two coefficients.
/// - Classes age: what delights today is taken for granted in a few years.
///
/// [`Opportunity`](super::Opportunity) asks about needs instead of features.
///
/// # Examples
///
/// ```
/// use cxrank::score::presets::{KanoAnswer, KanoClass, KanoDenominator, KanoTally};
///
/// let tally = KanoTally::from_answers([
///     (Some(KanoAnswer::Like), Some(KanoAnswer::Dislike)),
///     (Some(KanoAnswer::Like), Some(KanoAnswer::Neutral)),
///     (Some(KanoAnswer::Like), None),
/// ]);
/// assert_eq!(tally.incomplete, 1);
/// let result = tally.assess(KanoDenominator::default())?.scored().unwrap();
/// assert_eq!(result.class, KanoClass::OneDimensional);
/// assert_eq!(result.tied, [KanoClass::OneDimensional, KanoClass::Attractive]);
/// assert_eq!((result.better, result.worse), (Some(1.0), Some(-0.5)));
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
///
/// # References
///
/// - N. Kano, N. Seraku, F. Takahashi and S. Tsuji (1984), Attractive quality and must-be quality, Hinshitsu.
/// - C. Berger and others (1993), Kano's Methods for Understanding Customer-defined Quality, Center for Quality of Management Journal.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct KanoTally {
    /// M.
    pub must_be: f64,
    /// O.
    pub one_dimensional: f64,
    /// A.
    pub attractive: f64,
    /// I.
    pub indifferent: f64,
    /// R.
    pub reverse: f64,
    /// Q.
    pub questionable: f64,
    /// Pairs with one answer blank: counted here, and in no class.
    pub incomplete: u32,
}

/// What the answers say about one feature.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KanoResult {
    /// The most frequent class; of tied ones the first by M > O > A > I > R > Q.
    pub class: KanoClass,
    /// All classes that are as frequent, `class` first; more than one means that the class is a convention.
    pub tied: Vec<KanoClass>,
    /// The satisfaction coefficient; `None` if nobody's answer is in the denominator.
    pub better: Option<f64>,
    /// The dissatisfaction coefficient, at most 0; `None` if nobody's answer is in the denominator.
    pub worse: Option<f64>,
}

impl KanoTally {
    /// Counts pairs of (functional, dysfunctional) answers.
    pub fn from_answers(pairs: impl IntoIterator<Item = (Option<KanoAnswer>, Option<KanoAnswer>)>) -> Self {
        let mut tally = Self::default();
        for pair in pairs {
            let (Some(functional), Some(dysfunctional)) = pair else {
                tally.incomplete = tally.incomplete.saturating_add(1);
                continue;
            };
            *tally.count_mut(KanoClass::of(functional, dysfunctional)) += 1.0;
        }
        tally
    }

    /// How many answers put the feature into this class.
    pub fn count(&self, class: KanoClass) -> f64 {
        // One list of the fields is enough: the mutable one, on a copy.
        let mut copy = *self;
        *copy.count_mut(class)
    }

    fn count_mut(&mut self, class: KanoClass) -> &mut f64 {
        match class {
            KanoClass::MustBe => &mut self.must_be,
            KanoClass::OneDimensional => &mut self.one_dimensional,
            KanoClass::Attractive => &mut self.attractive,
            KanoClass::Indifferent => &mut self.indifferent,
            KanoClass::Reverse => &mut self.reverse,
            KanoClass::Questionable => &mut self.questionable,
        }
    }

    /// The class and the two coefficients; without a single answer, `answers` are missing.
    ///
    /// # Errors
    ///
    /// Every count that is negative or not a number.
    pub fn assess(&self, denominator: KanoDenominator) -> Result<Assessment<KanoResult>, InputError> {
        let counts =
            KanoClass::ALL.map(|class| Ok(Rule::Quantity.check(&class.to_string(), self.count(class))?));
        let counts = collect(counts)?;
        let greatest = counts.iter().copied().fold(0.0, f64::max);
        if greatest <= 0.0 {
            return Ok(Assessment::Unscored { missing: vec!["answers".to_owned()] });
        }
        let tied: Vec<_> =
            KanoClass::ALL.into_iter().filter(|class| self.count(*class) >= greatest).collect();
        let classified = self.attractive + self.one_dimensional + self.must_be + self.indifferent;
        let of = match denominator {
            KanoDenominator::WithoutReverseAndQuestionable => classified,
            KanoDenominator::AllAnswers => classified + self.reverse + self.questionable,
        };
        let share = |part: f64| (of > 0.0).then(|| part / of);
        Ok(Assessment::Scored(KanoResult {
            class: tied[0],
            tied,
            better: share(self.attractive + self.one_dimensional),
            worse: share(self.one_dimensional + self.must_be).map(|worse| 0.0 - worse),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The electric cable reel of the University of Warwick's pages on the Kano model; .82 and −.36 are printed there.
    #[test]
    fn published_cable_reel() {
        let tally = KanoTally {
            attractive: 53.9,
            one_dimensional: 28.2,
            must_be: 7.4,
            indifferent: 8.4,
            reverse: 0.3,
            questionable: 1.8,
            incomplete: 0,
        };
        let standard = tally.assess(KanoDenominator::default()).unwrap().scored().unwrap();
        assert_eq!((standard.class, standard.tied.len()), (KanoClass::Attractive, 1));
        assert!((standard.better.unwrap() - 0.8386).abs() < 5e-5);
        assert!((standard.worse.unwrap() - -0.3636).abs() < 5e-5);
        let all = tally.assess(KanoDenominator::AllAnswers).unwrap().scored().unwrap();
        assert!((all.better.unwrap() - 0.821).abs() < 5e-4 && (all.better.unwrap() - 0.82).abs() < 5e-3);
        assert!((all.worse.unwrap() - -0.356).abs() < 5e-4 && (all.worse.unwrap() - -0.36).abs() < 5e-3);
    }

    /// The evaluation table of Berger and others (1993), Kano's Methods for Understanding Customer-defined Quality.
    #[test]
    fn published_evaluation_table() {
        use KanoAnswer::{Dislike, Expect, Like, LiveWith, Neutral};
        let answers = [Like, Expect, Neutral, LiveWith, Dislike];
        let table = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"];
        for (functional, row) in answers.into_iter().zip(table) {
            for (dysfunctional, letter) in answers.into_iter().zip(row.chars()) {
                assert_eq!(KanoClass::of(functional, dysfunctional).letter(), letter);
            }
        }
    }

    #[test]
    fn ties_are_broken_and_shown() {
        let tally = KanoTally {
            must_be: 2.0,
            one_dimensional: 2.0,
            attractive: 2.0,
            indifferent: 2.0,
            ..KanoTally::default()
        };
        let result = tally.assess(KanoDenominator::default()).unwrap().scored().unwrap();
        assert_eq!(result.tied, KanoClass::ALL[..4]);
        assert_eq!(result.class, KanoClass::MustBe);
    }

    #[test]
    fn nobody_asked_is_not_indifferent() {
        let nobody = KanoTally::from_answers([(None, Some(KanoAnswer::Like))]);
        assert_eq!(nobody.incomplete, 1);
        assert_eq!(nobody.assess(KanoDenominator::default()).unwrap().missing(), ["answers"]);
        let reverse = KanoTally { reverse: 3.0, ..KanoTally::default() };
        let result = reverse.assess(KanoDenominator::default()).unwrap().scored().unwrap();
        assert_eq!((result.class, result.better, result.worse), (KanoClass::Reverse, None, None));
        let all = reverse.assess(KanoDenominator::AllAnswers).unwrap().scored().unwrap();
        assert!(all.worse.unwrap().is_sign_positive() && all.better == Some(0.0));
    }

    #[test]
    fn every_bad_count_is_named() {
        let tally = KanoTally { must_be: -1.0, questionable: f64::NAN, ..KanoTally::default() };
        let error = tally.assess(KanoDenominator::default()).unwrap_err();
        assert_eq!(error.paths(), ["M", "Q"]);
    }
}
