//! What each initiative is worth, against what it takes: a model bound to a programme, and scores whose terms add up.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{MEAN, SCALE, cmp_ratio};
use crate::policy::Model;
use crate::programme::{EffortColumn, Id, Initiative, Programme, Quantities, Status};
use crate::reason::{Fact, Quantity, Reason};

mod compare;
mod custom;
pub mod elicit;
mod fault;
mod formula;
mod input;
pub mod kernel;
pub mod presets;
mod value;

pub use compare::{Cause, Comparison, ModelRanking, Move, compare};
pub use custom::{CustomModel, Facts, named};
pub use fault::Fault;
pub(crate) use formula::Formula;
pub use input::{Assessment, InputError, InputFault, InputProblem};
use kernel::{Column, Columns, Inputs, points, ratios};
pub(crate) use value::{Value, Values};

/// A scoring model bound to a programme, its needs checked: prices, weights, scales.
///
/// | model | formula | for |
/// |---|---|---|
/// | [`Model::BenefitCost`] | B/E | ranking under a budget |
/// | [`Model::NetBenefit`] | price·B − E | go or no-go; needs `strategy.benefit_price` |
/// | [`Model::WeightedSum`] | Σ weight·share of the scale, efforts counted against | comparing with older lists; compensatory: cheap things rescue worthless ones |
///
/// B = Σ weight · (x − none)/(full − none) over the benefit criteria, E = Σ price · x over the effort criteria. A spread enters with
/// its mean, so that what is scored is E\[B\]/E\[E\], which is not E\[B/E\]. Work under way is scored on what remains.
/// A criterion of weight or price zero is not asked for.
///
/// # Determinism
///
/// Inputs are rounded once to the policy's resolution; from there B and E are exact integers and scores are compared exactly.
#[derive(Debug, Clone, Copy)]
pub struct ScoringModel<'p> {
    programme: &'p Programme,
    kind: Kind<'p>,
}

#[derive(Clone, Copy)]
enum Kind<'p> {
    Standard(Model),
    Custom(&'p dyn CustomModel),
}

impl fmt::Debug for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Standard(model) => model.fmt(f),
            Kind::Custom(model) => f.write_str(model.name()),
        }
    }
}

impl<'p> ScoringModel<'p> {
    /// The policy's model.
    ///
    /// # Errors
    ///
    /// What the model needs and the programme does not have; see [`bind`](Self::bind).
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        Self::bind(programme.policy().model, programme)
    }

    /// A given model, whatever the policy says.
    ///
    /// # Errors
    ///
    /// `score.no-benefit-price` for net benefit without `strategy.benefit_price`; `score.no-effort-scale` for the weighted sum with an
    /// effort criterion that lacks a weight or a `full`.
    pub fn bind(model: Model, programme: &'p Programme) -> Result<Self, Error> {
        let mut problems = Vec::new();
        match model {
            Model::BenefitCost => {}
            Model::NetBenefit if programme.strategy().benefit_price.is_some() => {}
            Model::NetBenefit => {
                let path = Path::root().key("strategy").key("benefit_price");
                problems.push(Problem::new(path, Fault::NoBenefitPrice));
            }
            Model::WeightedSum => {
                for (i, criterion) in programme.criteria().iter().enumerate().filter(|(_, c)| !c.is_benefit())
                {
                    let full = criterion.full.or_else(|| criterion.levels.values().copied().reduce(f64::max));
                    if criterion.weight.is_none()
                        || full.is_none_or(|full| full <= criterion.none.unwrap_or(0.0))
                    {
                        let fault = Fault::NoEffortScale { criterion: criterion.id.clone() };
                        problems.push(Problem::new(Path::of("criteria", i), fault));
                    }
                }
            }
        }
        if problems.is_empty() {
            Ok(ScoringModel { programme, kind: Kind::Standard(model) })
        } else {
            Err(Error::new(problems))
        }
    }

    /// A model of the caller's own; see [`CustomModel`].
    pub fn custom(model: &'p dyn CustomModel, programme: &'p Programme) -> Self {
        ScoringModel { programme, kind: Kind::Custom(model) }
    }

    /// The model's name.
    pub fn name(&self) -> &'p str {
        match self.kind {
            Kind::Standard(model) => model.name(),
            Kind::Custom(model) => model.name(),
        }
    }

    /// Scores every initiative.
    ///
    /// # Errors
    ///
    /// `score.overflow` if a sum of the programme's numbers exceeds 127 bits; `score.not-finite` if a caller's model gives NaN or an
    /// infinity.
    ///
    /// # Complexity
    ///
    /// O(n·c) in time and O(n) in memory for n initiatives and c criteria.
    pub fn scores(self) -> Result<Scores<'p>, Error> {
        Scores::of(self)
    }
}

/// The scores of a programme's initiatives by one model.
#[derive(Debug, Clone)]
pub struct Scores<'p> {
    model: ScoringModel<'p>,
    values: Values,
    /// What makes scores of the values; `None` for a caller's own model.
    formula: Option<Formula>,
    /// For the weighted sum: each initiative's effort as a share of the criterion's scale.
    effort_shares: Vec<Column>,
}

impl<'p> Scores<'p> {
    fn of(model: ScoringModel<'p>) -> Result<Self, Error> {
        let programme = model.programme;
        let quantities = programme.quantities();
        let standard = match model.kind {
            Kind::Standard(standard) => standard,
            Kind::Custom(custom) => {
                let values = Values::Floats(custom::scores(custom, programme)?);
                return Ok(Scores { model, values, formula: None, effort_shares: Vec::new() });
            }
        };
        let first_effort = quantities.benefits.len();
        let formula = Formula::new(
            standard,
            programme.policy(),
            programme.strategy(),
            quantities.grid,
            quantities.benefits.iter().map(|b| b.weight).enumerate(),
            (first_effort..)
                .zip(&quantities.efforts)
                .filter_map(|(column, e)| Some((column, e.price, programme.criterion(&e.id)?))),
        );
        let formula = formula.ok_or_else(overflow)?;
        let mut effort_shares = Vec::new();
        let values = match standard {
            Model::BenefitCost => {
                let ratios = ratios(&quantities.columns, &formula.whole, &formula.effort);
                Values::Ratios(ratios.map_err(|_| overflow())?)
            }
            Model::NetBenefit => {
                Values::Points(points(&quantities.columns, &formula.whole).map_err(|_| overflow())?)
            }
            Model::WeightedSum => {
                effort_shares = shares_of_effort(quantities, &formula).ok_or_else(overflow)?;
                let mut columns: Vec<Column> =
                    (0..first_effort).filter_map(|c| quantities.columns.get(c).cloned()).collect();
                columns.extend(effort_shares.iter().cloned());
                let columns = Columns::new(columns).expect("every column has a row for each initiative");
                Values::Points(points(&columns, &formula.whole).map_err(|_| overflow())?)
            }
        };
        Ok(Scores { model, values, formula: Some(formula), effort_shares })
    }

    /// The programme.
    pub fn programme(&self) -> &'p Programme {
        self.model.programme
    }

    /// The model's name.
    pub fn model(&self) -> &'p str {
        self.model.name()
    }

    /// The unit of a score, for people.
    pub fn unit(&self) -> String {
        self.formula.as_ref().map_or_else(String::new, |formula| formula.unit(self.programme().effort_unit()))
    }

    /// The score of an initiative, whatever its status; `None` if there is no such initiative.
    pub fn get(&self, code: &str) -> Option<Score<'_>> {
        self.programme().index_of(code).map(|i| Score { scores: self, i })
    }

    /// The scores of all initiatives in the order of their codes, whatever their status.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Score<'_>> {
        (0..self.programme().initiatives().len()).map(|i| Score { scores: self, i })
    }

    pub(crate) fn at(&self, i: usize) -> Score<'_> {
        Score { scores: self, i }
    }

    /// What initiatives are ordered by.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    fn quantities(&self) -> &'p Quantities {
        self.programme().quantities()
    }
}

fn overflow() -> Error {
    Error::new(vec![Problem::new(Path::root(), Fault::Overflow)])
}

/// Each initiative's effort as a share of the criterion's scale, criterion by criterion.
fn shares_of_effort(quantities: &Quantities, formula: &Formula) -> Option<Vec<Column>> {
    let initiatives = quantities.columns.count();
    let column = |(c, (_, scale)): (usize, &(usize, formula::EffortScale))| {
        let shares = (0..initiatives).map(|i| match quantities.amount(c, i) {
            None => Some(None),
            Some(amount) => scale.share(amount).map(Some),
        });
        Some(shares.collect::<Option<Vec<_>>>()?.into_iter().collect())
    };
    formula.scales.iter().enumerate().map(column).collect()
}

/// The score of one initiative: its value, or what it lacks; its terms.
#[derive(Debug, Clone, Copy)]
pub struct Score<'a> {
    scores: &'a Scores<'a>,
    i: usize,
}

impl<'a> Score<'a> {
    /// The initiative.
    pub fn initiative(&self) -> &'a Initiative {
        &self.scores.programme().initiatives()[self.i]
    }

    /// The score; `None` if something that the model needs is missing.
    pub fn value(&self) -> Option<f64> {
        match (self.exact()?, &self.scores.formula) {
            (Value::Float(value), _) => Some(value.get() + 0.0),
            (value, formula) => formula.as_ref().map(|formula| formula.score(value)),
        }
    }

    /// B in points; `None` if a benefit is missing.
    pub fn benefit(&self) -> Option<f64> {
        let quantities = self.scores.quantities();
        quantities.benefit(self.i).map(|b| b as f64 * quantities.point() + 0.0)
    }

    /// E in the programme's effort unit; `None` if an effort is missing.
    pub fn effort(&self) -> Option<f64> {
        let quantities = self.scores.quantities();
        quantities.effort(self.i).map(|e| e as f64 * quantities.effort_unit())
    }

    /// Whether there is a score.
    pub fn is_scored(&self) -> bool {
        self.exact().is_some()
    }

    /// What the score lacks; empty if there is one.
    pub fn missing(&self) -> Vec<Missing> {
        if self.is_scored() {
            return Vec::new();
        }
        if let Kind::Custom(model) = self.scores.model.kind {
            return vec![Missing::Answer(model.name().to_owned())];
        }
        let quantities = self.scores.quantities();
        let benefits = quantities.benefits.iter().enumerate();
        let benefits = benefits.filter(|(c, b)| b.weight != 0 && quantities.points(*c, self.i).is_none());
        let efforts = quantities.efforts.iter().enumerate();
        let efforts = efforts.filter(|(c, e)| e.price != 0 && quantities.amount(*c, self.i).is_none());
        let missing: Vec<_> = benefits
            .map(|(_, b)| Missing::Benefit(b.id.clone()))
            .chain(efforts.map(|(_, e)| Missing::Effort(e.id.clone())))
            .collect();
        if missing.is_empty() { vec![Missing::EffortAboveZero] } else { missing }
    }

    /// The terms that add up to the score, in the order of the criteria's ids; empty if there is none.
    ///
    /// For benefit/cost these are the benefit criteria, each with its points divided by the effort. For net benefit and the weighted
    /// sum efforts are terms too, below zero.
    pub fn terms(&self) -> Vec<Term> {
        let (scores, i) = (self.scores, self.i);
        let quantities = scores.quantities();
        let benefits = |factor: f64| {
            let columns = quantities.benefits.iter().enumerate().filter(|(_, b)| b.weight != 0);
            columns.filter_map(move |(c, b)| {
                let amount = product(b.weight, quantities.points(c, i)?) * factor + 0.0;
                Some(Term { criterion: b.id.clone(), amount })
            })
        };
        match (self.exact(), scores.model.kind) {
            (None, _) => Vec::new(),
            (Some(Value::Float(amount)), _) => {
                vec![Term { criterion: scores.model().into(), amount: amount.get() }]
            }
            (Some(Value::Ratio(_)), _) => {
                let effort = self.effort().unwrap_or(f64::INFINITY);
                benefits(quantities.point() / effort * self.per()).collect()
            }
            (Some(Value::Whole(_)), Kind::Standard(Model::NetBenefit)) => {
                let price = scores.programme().strategy().benefit_price.unwrap_or(0.0);
                let against = self.effort_terms().into_iter().map(|t| Term { amount: 0.0 - t.amount, ..t });
                benefits(quantities.point() * price).chain(against).collect()
            }
            (Some(Value::Whole(_)), _) => {
                let scales = scores.formula.iter().flat_map(|formula| &formula.scales);
                let columns = quantities.efforts.iter().zip(scales).zip(&scores.effort_shares);
                let efforts = columns.filter_map(|((e, (_, scale)), shares)| {
                    let amount = 0.0 - product(scale.weight, shares.get(i)?) * quantities.point();
                    Some(Term { criterion: e.id.clone(), amount })
                });
                benefits(quantities.point()).chain(efforts).collect()
            }
        }
    }

    /// Whether the score is at least `bound`, compared exactly; false if there is none.
    pub fn is_at_least(&self, bound: f64) -> bool {
        let quantities = self.scores.quantities();
        let steps = i128::from(quantities.grid.steps());
        let (Some(value), Some(score)) = (self.exact(), self.value()) else { return false };
        // Each side as a fraction; where one is off the grid or too large for it the doubles decide.
        let exact = || {
            let bound = i128::from(quantities.grid.quantise(bound).ok()?);
            let [unit, effort_unit] = self.scores.formula.as_ref()?.units;
            let unit = i128::try_from(unit).ok()?;
            Some(match value {
                Value::Float(_) => return None,
                Value::Ratio(ratio) => {
                    let per = i128::from(quantities.grid.quantise(self.per()).ok()?);
                    let benefit = ratio.benefit().checked_mul(unit)?.checked_mul(i128::from(MEAN) * per)?;
                    let effort = ratio.effort().checked_mul(i128::try_from(effort_unit).ok()?)?;
                    cmp_ratio(benefit, effort.checked_mul(i128::from(SCALE))?, bound, steps)
                }
                Value::Whole(value) => {
                    let quanta = match self.scores.model.kind {
                        Kind::Standard(Model::NetBenefit) => steps * i128::from(MEAN) * i128::from(SCALE),
                        _ => i128::from(SCALE),
                    };
                    cmp_ratio(value.checked_mul(unit)?, quanta, bound, 1)
                }
            })
        };
        exact().map_or(score >= bound, Ordering::is_ge)
    }

    /// Why the score is what it is, or why there is none.
    pub fn reason(&self) -> Reason {
        let code = &self.initiative().code;
        let Some(value) = self.value() else {
            let missing = self.missing().iter().map(ToString::to_string).collect();
            return Reason::new(Fact::Unscored { code: code.clone(), missing });
        };
        let unit = self.scores.unit();
        let mut reason =
            Reason::new(Fact::Scores { code: code.clone(), score: Quantity::new(value, unit.as_str()) });
        let mut terms = self.terms();
        if let (true, Some(effort)) = (self.is_ratio(), self.effort()) {
            // For a ratio the points say more than their quotients: they are what somebody estimated.
            let factor = self.benefit().filter(|b| *b != 0.0).map_or(0.0, |benefit| benefit / value);
            terms.iter_mut().for_each(|term| term.amount *= factor);
            let effort_unit = self.scores.programme().effort_unit();
            sort_by_size(&mut terms);
            let mut causes = adds(terms, "points");
            // What it takes is never a lesser cause.
            causes.insert(
                causes.len().min(2),
                Reason::new(Fact::Costs { amount: Quantity::new(effort, effort_unit) }),
            );
            reason.because = causes;
        } else {
            sort_by_size(&mut terms);
            reason.because = adds(terms, &unit);
        }
        reason
    }

    /// The effort criteria with what they add to E, in the effort unit; those that are missing are left out.
    pub fn effort_terms(&self) -> Vec<Term> {
        let quantities = self.scores.quantities();
        let columns = quantities.efforts.iter().enumerate().filter(|(_, e)| e.price != 0);
        let term = |(c, e): (usize, &EffortColumn)| {
            let amount = product(e.price, quantities.amount(c, self.i)?) * quantities.effort_unit();
            Some(Term { criterion: e.id.clone(), amount })
        };
        columns.filter_map(term).collect()
    }

    /// What the initiative is ordered by; `None` if unscored.
    fn exact(&self) -> Option<Value> {
        self.scores.values.get(self.i)
    }

    pub(crate) fn is_ratio(&self) -> bool {
        matches!(self.scores.values, Values::Ratios(_))
    }

    /// The effort that a ratio is stated for.
    pub(crate) fn per(&self) -> f64 {
        self.scores.programme().policy().per.unwrap_or(1.0)
    }
}

/// One criterion's part of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// The criterion; for a caller's own model the model's name.
    pub criterion: Id,
    /// What it adds, in the unit of the score.
    pub amount: f64,
}

/// What an initiative lacks for a score.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// A benefit is not known.
    Benefit(Id),
    /// An effort is not known.
    Effort(Id),
    /// The effort is zero, and a ratio needs more.
    EffortAboveZero,
    /// The caller's model gave none.
    Answer(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Benefit(criterion) => write!(f, "the benefit `{criterion}`"),
            Missing::Effort(criterion) => write!(f, "the effort `{criterion}`"),
            Missing::EffortAboveZero => f.write_str("an effort above zero"),
            Missing::Answer(model) => write!(f, "an answer of the model `{model}`"),
        }
    }
}

/// As the criterion's id, or as words where no criterion lacks.
impl Serialize for Missing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Missing::Benefit(criterion) | Missing::Effort(criterion) => criterion.serialize(serializer),
            other => serializer.collect_str(other),
        }
    }
}

/// The greatest first; equals in the order of the criteria.
pub(crate) fn sort_by_size(terms: &mut [Term]) {
    terms.sort_by(|a, b| {
        b.amount.abs().total_cmp(&a.amount.abs()).then_with(|| a.criterion.cmp(&b.criterion))
    });
}

/// Terms as causes; those that are zero are none.
pub(crate) fn adds(terms: Vec<Term>, unit: &str) -> Vec<Reason> {
    let causes = terms.into_iter().filter(|term| term.amount != 0.0);
    causes
        .map(|term| {
            Reason::new(Fact::Adds { criterion: term.criterion, amount: Quantity::new(term.amount, unit) })
        })
        .collect()
}

fn product(weight: i64, x: i64) -> f64 {
    (i128::from(weight) * i128::from(x)) as f64
}

/// A status in words.
pub(crate) fn status_words(status: Status) -> &'static str {
    match status {
        Status::Proposed => "proposed",
        Status::Qualified => "qualified",
        Status::Planned => "planned",
        Status::UnderWay => "under way",
        Status::Done => "done",
        Status::Cancelled => "cancelled",
        Status::NotDoing => "not being done",
    }
}
