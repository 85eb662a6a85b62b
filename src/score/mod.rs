//! What each initiative is worth, against what it takes: a model bound to a programme, and scores whose terms add up.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{MEAN, SCALE, cmp_ratio, divide_rounded, gcd};
use crate::policy::Model;
use crate::programme::{EffortColumn, Id, Initiative, Programme, Quantities, Status};
use crate::reason::{Fact, Quantity, Reason};

mod compare;
mod custom;
pub mod elicit;
mod fault;
mod input;
pub mod kernel;
pub mod presets;
mod value;

pub use compare::{Cause, Comparison, ModelRanking, Move, compare};
pub use custom::{CustomModel, Facts, named};
pub use fault::Fault;
pub use input::{Assessment, InputError, InputFault, InputProblem};
use kernel::{Column, Columns, Form, points, ratios};
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
    /// How many quanta a unit of the values stands for: of benefit (or of the score, where it is no ratio) and of effort.
    units: [u128; 2],
    /// For the weighted sum: each effort criterion's weight, and each initiative's effort as a share of its scale.
    effort_shares: Vec<(i64, Column)>,
}

impl<'p> Scores<'p> {
    fn of(model: ScoringModel<'p>) -> Result<Self, Error> {
        let programme = model.programme;
        let quantities = programme.quantities();
        let benefits = || quantities.benefits.iter().map(|b| i128::from(b.weight)).enumerate();
        let first_effort = quantities.benefits.len();
        let efforts = || (first_effort..).zip(quantities.efforts.iter().map(|e| i128::from(e.price)));
        let mut effort_shares = Vec::new();
        let mut units = [1; 2];
        let values = match model.kind {
            Kind::Standard(Model::BenefitCost) => {
                let (benefit, effort);
                (benefit, units[0]) = form(benefits()).ok_or_else(overflow)?;
                (effort, units[1]) = form(efforts()).ok_or_else(overflow)?;
                Values::Ratios(ratios(&quantities.columns, &benefit, &effort).map_err(|_| overflow())?)
            }
            Kind::Standard(Model::NetBenefit) => {
                // price·B − E in quanta of 1/(steps² · SCALE · MEAN).
                let price = programme
                    .strategy()
                    .benefit_price
                    .and_then(|p| quantities.grid.quantise(p).ok())
                    .unwrap_or(0);
                let worth = i128::from(price) * i128::from(MEAN);
                let mut terms = Vec::new();
                for (column, weight) in benefits() {
                    terms.push((column, weight.checked_mul(worth).ok_or_else(overflow)?));
                }
                for (column, price) in efforts() {
                    terms.push((column, -price * i128::from(SCALE)));
                }
                let (net, unit) = form(terms.into_iter()).ok_or_else(overflow)?;
                units[0] = unit;
                Values::Points(points(&quantities.columns, &net).map_err(|_| overflow())?)
            }
            Kind::Standard(Model::WeightedSum) => {
                effort_shares = shares_of_effort(programme).ok_or_else(overflow)?;
                let mut columns: Vec<Column> =
                    (0..first_effort).filter_map(|c| quantities.columns.get(c).cloned()).collect();
                columns.extend(effort_shares.iter().map(|(_, shares)| shares.clone()));
                let columns = Columns::new(columns).expect("every column has a row for each initiative");
                let against =
                    (first_effort..).zip(effort_shares.iter().map(|(weight, _)| -i128::from(*weight)));
                let (sum, unit) = form(benefits().chain(against)).ok_or_else(overflow)?;
                units[0] = unit;
                Values::Points(points(&columns, &sum).map_err(|_| overflow())?)
            }
            Kind::Custom(model) => Values::Floats(custom::scores(model, programme)?),
        };
        Ok(Scores { model, values, units, effort_shares })
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
        let effort_unit = self.programme().effort_unit();
        match self.model.kind {
            Kind::Standard(Model::BenefitCost) => match self.programme().policy().per {
                Some(per) => format!("points per {} {effort_unit}", crate::reason::number(per)),
                None => format!("points per {effort_unit}"),
            },
            Kind::Standard(Model::NetBenefit) => effort_unit.to_owned(),
            Kind::Standard(Model::WeightedSum) => "points".to_owned(),
            Kind::Custom(_) => String::new(),
        }
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

/// Σ weight · column with the weights' greatest common divisor taken out, which is given beside; `None` if what is left exceeds 63 bits.
fn form(terms: impl Iterator<Item = (usize, i128)>) -> Option<(Form, u128)> {
    let terms: Vec<(usize, i128)> = terms.filter(|(_, weight)| *weight != 0).collect();
    let unit = terms.iter().fold(0, |unit, (_, weight)| gcd(unit, weight.unsigned_abs())).max(1);
    let divisor = i128::try_from(unit).ok()?;
    let terms =
        terms.into_iter().map(|(column, weight)| Some((column, i64::try_from(weight / divisor).ok()?)));
    Some((Form { constant: 0, terms: terms.collect::<Option<_>>()? }, unit))
}

fn overflow() -> Error {
    Error::new(vec![Problem::new(Path::root(), Fault::Overflow)])
}

/// Each effort criterion's weight, and each initiative's effort as a share of the criterion's scale.
fn shares_of_effort(programme: &Programme) -> Option<Vec<(i64, Column)>> {
    let quantities = programme.quantities();
    let grid = quantities.grid;
    let share_of = |(c, column): (usize, &EffortColumn)| {
        let criterion = programme.criterion(&column.id)?;
        let full = criterion.full.or_else(|| criterion.levels.values().copied().reduce(f64::max))?;
        let none = grid.quantise(criterion.none.unwrap_or(0.0)).ok()?;
        let span = i128::from(grid.quantise(full).ok()?) - i128::from(none);
        let share = |amount: i64| {
            let above = i128::from(amount) - i128::from(none) * i128::from(MEAN);
            divide_rounded(above * i128::from(SCALE), span * i128::from(MEAN))
        };
        let shares = (0..programme.initiatives().len()).map(|i| match quantities.amount(c, i) {
            None => Some(None),
            Some(amount) => share(amount).map(Some),
        });
        Some((
            grid.quantise(criterion.weight?).ok()?,
            shares.collect::<Option<Vec<_>>>()?.into_iter().collect(),
        ))
    };
    quantities.efforts.iter().enumerate().map(share_of).collect()
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
        let quantities = self.scores.quantities();
        let [unit, effort_unit] = self.scores.units.map(|unit| unit as f64);
        Some(
            match self.exact()? {
                Value::Ratio(ratio) => {
                    let benefit = ratio.benefit() as f64 * unit * quantities.point();
                    benefit / (ratio.effort() as f64 * effort_unit * quantities.effort_unit()) * self.per()
                }
                Value::Whole(value) => value as f64 * unit * self.whole_unit(),
                Value::Float(value) => value.get(),
            } + 0.0,
        )
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
            (Some(Value::Ratio(ratio)), _) => {
                let effort = ratio.effort() as f64 * scores.units[1] as f64 * quantities.effort_unit();
                benefits(quantities.point() / effort * self.per()).collect()
            }
            (Some(Value::Whole(_)), Kind::Standard(Model::NetBenefit)) => {
                let price = scores.programme().strategy().benefit_price.unwrap_or(0.0);
                let against = self.effort_terms().into_iter().map(|t| Term { amount: 0.0 - t.amount, ..t });
                benefits(quantities.point() * price).chain(against).collect()
            }
            (Some(Value::Whole(_)), _) => {
                let efforts = quantities.efforts.iter().zip(&scores.effort_shares).filter_map(
                    |(e, (weight, shares))| {
                        let amount = 0.0 - product(*weight, shares.get(i)?) * quantities.point();
                        Some(Term { criterion: e.id.clone(), amount })
                    },
                );
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
            let [unit, effort_unit] = self.scores.units;
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

    fn whole_unit(&self) -> f64 {
        match self.scores.model.kind {
            Kind::Standard(Model::NetBenefit) => self.scores.quantities().effort_unit() / SCALE as f64,
            _ => self.scores.quantities().point(),
        }
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
