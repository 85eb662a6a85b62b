//! What could be done, by whom, needing what: the validated whole that every other room reads.

use std::collections::BTreeSet;

use crate::Error;
use crate::graph::Rows;
use crate::policy::Policy;

mod criterion;
mod date;
mod estimate;
mod fault;
mod id;
mod initiative;
#[cfg(feature = "json")]
mod json;
mod quantities;
mod readiness;
mod spec;
mod stakeholder;
mod strategy;
mod validate;

pub use criterion::{Criterion, CriterionKind, ScaleKind};
pub use date::{Date, DateError};
pub use estimate::{Detailed, Estimate, Inputs, Likely, Spread};
pub use fault::{Fault, Named};
pub use id::Id;
pub use initiative::{ActionItem, Actual, Charter, Goal, GoalFeed, Initiative, Outcome, Status};
#[cfg(all(feature = "csv", feature = "json"))]
pub(crate) use json::{locate, read_json};
pub(crate) use quantities::{EffortColumn, MISSING, Quantities, quantity, weighted};
pub use readiness::{Characteristic, Readiness, Step};
pub use spec::ProgrammeSpec;
pub use stakeholder::{Ballot, Stakeholder, Unranked};
pub use strategy::{Capacities, Constraints, Guardrail, Measure, NeedsAny, Rhythm, Strategy, Wins};

/// The validated whole: every id resolves, every number is finite and on its scale, nothing needs itself.
///
/// Immutable, and the same whatever the order in which its parts were written: lists stand in the order of their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// Canonical: lists sorted by id.
    spec: ProgrammeSpec,
    quantities: Quantities,
    requires: Rows,
    outcome_requires: Rows,
}

impl Programme {
    /// Checks a specification and makes the validated whole.
    ///
    /// # Errors
    ///
    /// Every problem at once; [`Fault`] lists them.
    pub fn new(spec: ProgrammeSpec) -> Result<Self, Error> {
        let checked = validate::validate(&spec).map_err(Error::new)?;
        Ok(Programme::from_checked(spec, checked))
    }

    fn from_checked(mut spec: ProgrammeSpec, checked: validate::Checked) -> Self {
        canonicalise(&mut spec);
        let quantities = checked.draft.reordered(&checked.initiatives, &checked.outcomes);
        let find = |code: &Id| {
            spec.initiatives
                .binary_search_by(|initiative| initiative.code.cmp(code))
                .ok()
                .and_then(|i| u32::try_from(i).ok())
        };
        let mut requires = Rows::with_capacity(spec.initiatives.len());
        for initiative in &spec.initiatives {
            requires.push(initiative.requires.iter().filter_map(find));
        }
        let mut outcome_requires = Rows::with_capacity(spec.outcomes.len());
        for outcome in &spec.outcomes {
            outcome_requires.push(outcome.requires.iter().filter_map(find));
        }
        Programme { spec, quantities, requires, outcome_requires }
    }

    /// The programme in the shape of its file, lists in the order of their ids.
    pub fn spec(&self) -> &ProgrammeSpec {
        &self.spec
    }

    /// Gives the specification back, to change it and build again.
    pub fn into_spec(self) -> ProgrammeSpec {
        self.spec
    }

    /// The same programme judged in another way.
    ///
    /// # Errors
    ///
    /// When the policy does not fit, with every problem.
    pub fn with_policy(&self, policy: Policy) -> Result<Self, Error> {
        self.spec.clone().policy(policy).build()
    }

    /// The same programme within other limits.
    ///
    /// # Errors
    ///
    /// When the strategy does not fit, with every problem.
    pub fn with_strategy(&self, strategy: Strategy) -> Result<Self, Error> {
        self.spec.clone().strategy(strategy).build()
    }

    /// For people.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// The one unit that effort is priced in: `money` where none is given.
    pub fn effort_unit(&self) -> &str {
        self.spec.effort_unit.as_deref().unwrap_or("money")
    }

    /// What a period is called: `period` where no name is given.
    pub fn period(&self) -> &str {
        self.spec.period.as_deref().unwrap_or("period")
    }

    /// What initiatives are judged by, in the order of their ids.
    pub fn criteria(&self) -> &[Criterion] {
        &self.spec.criteria
    }

    /// The criterion with this id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.spec.criteria.binary_search_by(|c| c.id.as_str().cmp(id)).ok().map(|i| &self.spec.criteria[i])
    }

    /// All initiatives, whatever their status, in the order of their codes.
    pub fn initiatives(&self) -> &[Initiative] {
        &self.spec.initiatives
    }

    /// The initiative with this code. O(log n).
    pub fn initiative(&self, code: &str) -> Option<&Initiative> {
        self.index_of(code).map(|i| &self.spec.initiatives[i])
    }

    /// What follows when several initiatives are done, in the order of the ids.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.spec.outcomes
    }

    /// Who ranks the initiatives, in the order of their ids.
    pub fn stakeholders(&self) -> &[Stakeholder] {
        &self.spec.stakeholders
    }

    /// The stakeholder with this id.
    pub fn stakeholder(&self, id: &str) -> Option<&Stakeholder> {
        let list = &self.spec.stakeholders;
        list.binary_search_by(|s| s.id.as_str().cmp(id)).ok().map(|i| &list[i])
    }

    /// What the stakeholders say, in the order of their ids.
    pub fn ballots(&self) -> &[Ballot] {
        &self.spec.ballots
    }

    /// The agreed limits.
    pub fn strategy(&self) -> &Strategy {
        &self.spec.strategy
    }

    /// What is recorded of the programme's own readiness, in the order of the dates.
    pub fn readiness(&self) -> &[Readiness] {
        &self.spec.readiness
    }

    /// How to judge.
    pub fn policy(&self) -> &Policy {
        &self.spec.policy
    }

    /// What an initiative needs directly, in the order of the codes; nothing for an unknown code.
    pub fn prerequisites(&self, code: &str) -> impl Iterator<Item = &Initiative> {
        let row = self.index_of(code).map_or(&[][..], |i| self.requires.row(i));
        row.iter().map(|&i| &self.spec.initiatives[i as usize])
    }

    /// The domains that initiatives belong to, in order.
    pub fn domains(&self) -> BTreeSet<&Id> {
        self.spec.initiatives.iter().filter_map(|i| i.domain.as_ref()).collect()
    }

    pub(crate) fn index_of(&self, code: &str) -> Option<usize> {
        self.spec.initiatives.binary_search_by(|i| i.code.as_str().cmp(code)).ok()
    }

    pub(crate) fn requires(&self) -> &Rows {
        &self.requires
    }

    pub(crate) fn outcome_requires(&self) -> &Rows {
        &self.outcome_requires
    }

    pub(crate) fn quantities(&self) -> &Quantities {
        &self.quantities
    }
}

/// The JSON Schema (draft 2020-12) of programme files, made from the types, as the text of a file.
///
/// It is shipped as `docs/programme.schema.json`, for editors that check and complete what is typed. It says which fields there are and
/// of what kind. What it refuses [`Programme::from_json`] refuses too, which checks the rest: that ids exist, that numbers lie on their
/// scales, that nothing needs itself.
///
/// ```
/// assert!(cxrank::programme::schema().contains("https://json-schema.org/draft/2020-12/schema"));
/// ```
#[cfg(feature = "schema")]
pub fn schema() -> String {
    crate::schema::text::<ProgrammeSpec>("cxrank programme")
}

/// Sorts every list whose order says nothing.
fn canonicalise(spec: &mut ProgrammeSpec) {
    spec.criteria.sort_by(|a, b| a.id.cmp(&b.id));
    spec.initiatives.sort_by(|a, b| a.code.cmp(&b.code));
    spec.outcomes.sort_by(|a, b| a.id.cmp(&b.id));
    spec.stakeholders.sort_by(|a, b| a.id.cmp(&b.id));
    spec.ballots.sort_by(|a, b| a.stakeholder.cmp(&b.stakeholder));
    spec.strategy.guardrails.sort_by(|a, b| a.id.cmp(&b.id));
    let constraints = &mut spec.strategy.constraints;
    set(&mut constraints.mandatory);
    set(&mut constraints.excluded);
    for groups in [&mut constraints.together, &mut constraints.exactly_one, &mut constraints.at_most_one] {
        groups.iter_mut().for_each(set);
        groups.sort();
        groups.dedup();
    }
    constraints.needs_any.iter_mut().for_each(|needs| set(&mut needs.of));
    constraints.needs_any.sort();
    constraints.needs_any.dedup();
    spec.readiness.sort_by_key(Readiness::key);
    // `total_cmp` and the name: bands are few, and the order in which they were written says nothing.
    spec.policy.levels.sort_by(|a, b| b.at_least.total_cmp(&a.at_least).then_with(|| a.name.cmp(&b.name)));
    for initiative in &mut spec.initiatives {
        set(&mut initiative.requires);
        set(&mut initiative.units);
    }
    for outcome in &mut spec.outcomes {
        set(&mut outcome.requires);
        outcome.goals.iter_mut().for_each(|feed| feed.goal.canonicalise());
    }
    for stakeholder in &mut spec.stakeholders {
        stakeholder.goals.iter_mut().for_each(Goal::canonicalise);
        set(&mut stakeholder.units);
        set(&mut stakeholder.delivers);
    }
    for ballot in &mut spec.ballots {
        ballot.ranking.retain(|group| !group.is_empty());
        ballot.ranking.iter_mut().for_each(|group| group.sort());
    }
}

fn set(ids: &mut Vec<Id>) {
    ids.sort();
    ids.dedup();
}
