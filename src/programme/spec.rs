use serde::{Deserialize, Serialize};

use super::{Ballot, Criterion, Initiative, Outcome, Programme, Readiness, Stakeholder, Strategy};
use crate::Error;
use crate::policy::Policy;

/// A programme as it is written down: the shape of its file, and the builder in code.
///
/// Nothing is checked here; [`build`](ProgrammeSpec::build) checks everything and reports every problem at once.
///
/// ```
/// use cxrank::programme::{Ballot, Criterion, Initiative, ProgrammeSpec, Stakeholder};
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 1.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 40.0))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4.0).effort("work", 5.0))
///     .stakeholder(Stakeholder::new("desk"))
///     .ballot(Ballot::ranked("desk", ["B", "A"]))
///     .build()?;
/// assert_eq!(programme.initiatives().len(), 2);
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["criteria", "initiatives"])))]
#[serde(default, deny_unknown_fields)]
pub struct ProgrammeSpec {
    /// For people.
    pub name: String,
    /// The one unit that all effort is priced in; by default money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort_unit: Option<String>,
    /// What a period is called: month, quarter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// What initiatives are judged by.
    pub criteria: Vec<Criterion>,
    /// What could be done: at least one.
    pub initiatives: Vec<Initiative>,
    /// What follows when several of them are done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// Who ranks them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stakeholders: Vec<Stakeholder>,
    /// How they rank them; at most one ballot for each stakeholder.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<Ballot>,
    /// The agreed limits.
    pub strategy: Strategy,
    /// What is recorded of the programme's own readiness.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub readiness: Vec<Readiness>,
    /// How to judge.
    pub policy: Policy,
}

impl ProgrammeSpec {
    /// A programme without anything in it.
    pub fn new(name: impl Into<String>) -> Self {
        ProgrammeSpec { name: name.into(), ..ProgrammeSpec::default() }
    }

    /// Names the one unit that all effort is priced in.
    pub fn effort_unit(mut self, unit: impl Into<String>) -> Self {
        self.effort_unit = Some(unit.into());
        self
    }

    /// Adds a criterion.
    pub fn criterion(mut self, criterion: Criterion) -> Self {
        self.criteria.push(criterion);
        self
    }

    /// Adds an initiative.
    pub fn initiative(mut self, initiative: Initiative) -> Self {
        self.initiatives.push(initiative);
        self
    }

    /// Adds an outcome.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcomes.push(outcome);
        self
    }

    /// Adds a stakeholder.
    pub fn stakeholder(mut self, stakeholder: Stakeholder) -> Self {
        self.stakeholders.push(stakeholder);
        self
    }

    /// Adds a ballot.
    pub fn ballot(mut self, ballot: Ballot) -> Self {
        self.ballots.push(ballot);
        self
    }

    /// Sets the agreed limits.
    pub fn strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// Adds a record of the programme's own readiness.
    pub fn readiness(mut self, record: Readiness) -> Self {
        self.readiness.push(record);
        self
    }

    /// Sets how to judge.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Checks everything and makes the validated whole.
    ///
    /// # Errors
    ///
    /// Every problem at once; [`Fault`](super::Fault) lists them.
    ///
    /// # Complexity
    ///
    /// O(n·c + r + n log n) for n initiatives, c criteria and r prerequisites, in time; O(n·c + r) besides the input, in memory.
    pub fn build(self) -> Result<Programme, Error> {
        Programme::new(self)
    }
}
