use crate::Error;
use crate::error::{Path, Problem};
use crate::exact::{MEAN, SCALE};
use crate::programme::{Initiative, Programme};

use super::Fault;
use super::kernel::Finite;

/// A scoring model of the caller's own: a name and a function.
///
/// The engine, not the model, checks that scores are finite, orders them and breaks ties; scores are ordered as
/// `f64::total_cmp` does. [`named`] makes one from a closure.
///
/// ```
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
/// use cxrank::score::{ScoringModel, named};
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 40.0))
///     .build()?;
/// let ease_first = named("ease-first", |facts| facts.benefit("ease"));
/// let scores = ScoringModel::custom(&ease_first, &programme).scores()?;
/// assert_eq!(scores.get("A").unwrap().value(), Some(6.0));
/// # Ok::<(), cxrank::Error>(())
/// ```
pub trait CustomModel {
    /// The name by which results refer to it.
    fn name(&self) -> &str;

    /// The score of one initiative, greater is better; `None` where it cannot be judged.
    fn score(&self, facts: &Facts<'_>) -> Option<f64>;
}

/// A model from a name and a closure.
pub fn named(name: impl Into<String>, score: impl Fn(&Facts<'_>) -> Option<f64>) -> impl CustomModel {
    Named { name: name.into(), score }
}

struct Named<F> {
    name: String,
    score: F,
}

impl<F: Fn(&Facts<'_>) -> Option<f64>> CustomModel for Named<F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn score(&self, facts: &Facts<'_>) -> Option<f64> {
        (self.score)(facts)
    }
}

/// What a caller's model may know of one initiative.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    programme: &'a Programme,
    i: usize,
    /// Values in place of the means: shares of benefits, then amounts of efforts.
    drawn: Option<&'a [f64]>,
}

impl<'a> Facts<'a> {
    /// An initiative whose estimates were drawn: the shares of all benefits, then the amounts of all efforts.
    #[cfg(feature = "uncertainty")]
    pub(crate) fn drawn(programme: &'a Programme, i: usize, drawn: &'a [f64]) -> Self {
        Facts { programme, i, drawn: Some(drawn) }
    }

    /// The initiative as it is written; its estimates are not those of a draw.
    pub fn initiative(&self) -> &'a Initiative {
        &self.programme.initiatives()[self.i]
    }

    /// The whole programme.
    pub fn programme(&self) -> &'a Programme {
        self.programme
    }

    /// A benefit in the criterion's unit, its mean or what was drawn; `None` if missing.
    pub fn benefit(&self, criterion: &str) -> Option<f64> {
        let share = self.benefit_share(criterion)?;
        let scale = self.programme.criterion(criterion)?;
        let greatest = scale.levels.values().copied().reduce(f64::max);
        let (none, full) = (scale.none.unwrap_or(0.0), scale.full.or(greatest)?);
        Some(none + share * (full - none))
    }

    /// A benefit as a share of the criterion's scale, its mean or what was drawn: 0 is `none`, 1 is `full`; `None` if missing.
    pub fn benefit_share(&self, criterion: &str) -> Option<f64> {
        let quantities = self.programme.quantities();
        let column = quantities.benefits.iter().position(|b| b.id == *criterion)?;
        let mean = quantities.points(column, self.i)? as f64 / SCALE as f64;
        Some(self.drawn.map_or(mean, |drawn| drawn[column]))
    }

    /// An effort in the criterion's unit, its mean or what was drawn; `None` if missing.
    pub fn effort(&self, criterion: &str) -> Option<f64> {
        let quantities = self.programme.quantities();
        let column = quantities.efforts.iter().position(|e| e.id == *criterion)?;
        let mean = quantities.amount(column, self.i)? as f64 / (MEAN as f64 * quantities.grid.steps() as f64);
        Some(self.drawn.map_or(mean, |drawn| drawn[quantities.benefits.len() + column]))
    }
}

/// The model's scores, checked.
pub(super) fn scores(model: &dyn CustomModel, programme: &Programme) -> Result<Vec<Option<Finite>>, Error> {
    let mut problems = Vec::new();
    let scores = (0..programme.initiatives().len())
        .map(|i| {
            let score = model.score(&Facts { programme, i, drawn: None })?;
            if let Some(score) = Finite::new(score) {
                return Some(score);
            }
            let code = programme.initiatives()[i].code.clone();
            let fault = Fault::NotFinite { model: model.name().to_owned(), code, found: score };
            problems.push(Problem::new(Path::of("initiatives", i), fault));
            None
        })
        .collect();
    if problems.is_empty() { Ok(scores) } else { Err(Error::new(problems)) }
}
