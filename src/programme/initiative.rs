use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Criterion, Date, Estimate, Id, Inputs};

/// One customer-experience action: what it brings, what it takes, what it needs.
///
/// `Initiative::new` and the methods after it build one in code; all fields are those of the file.
///
/// ```
/// use cxrank::programme::{Estimate, Initiative};
/// let initiative = Initiative::new("CX-01", "One view of the customer")
///     .domain("service")
///     .benefit("trust", 2.0)
///     .benefit("ease", "some")
///     .effort("cash", [90e3, 140e3, 260e3])
///     .requires(["CX-07"]);
/// assert_eq!(initiative.benefits.get("ease"), Some(&Estimate::from("some")));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["code"])))]
#[serde(default, deny_unknown_fields)]
pub struct Initiative {
    /// Unique among initiatives and outcomes; the last word in every tie.
    pub code: Id,
    /// For people; the code where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The part of the business that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<Id>,
    /// The level at which it acts: interaction, journey, relationship; in the organisation's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Id>,
    /// The step of the customer journey that it improves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey_step: Option<Id>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Status::is_proposed")]
    pub status: Status,
    /// Why it is not done, for the list of what we are not doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_doing_because: Option<Box<str>>,
    /// What customers gain, by benefit criterion.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub benefits: Inputs,
    /// A one-off benefit: for how many periods it lasts; forever where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasts: Option<u32>,
    /// What it takes, by effort criterion: the whole of it.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub efforts: Inputs,
    /// Under way: what it still takes, by effort criterion; only this counts then, for what is spent is spent.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub remaining: Inputs,
    /// Codes of initiatives that must be done before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Id>,
    /// What is expected of it, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expected_outcomes: Vec<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// Whether the owner has the authority to act; not known where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_has_authority: Option<bool>,
    /// The organisational units that it changes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Id>,
    /// Effort by team, in person-days.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<Id, f64>,
    /// Under way: what remains of the effort by team, in person-days.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub teams_remaining: BTreeMap<Id, f64>,
    /// The least number of periods that it takes, whatever its effort.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// Not to be started before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Date>,
    /// To be done by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// The agreement on what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charter: Option<Box<Charter>>,
    /// The steps that somebody takes this week or next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionItem>,
    /// What came out, once done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<Box<Actual>>,
}

impl Initiative {
    /// The estimate that counts: of what remains where work is under way and that is stated.
    pub(crate) fn estimate(&self, criterion: &Criterion) -> Option<&Estimate> {
        if criterion.is_benefit() {
            return self.benefits.get(&criterion.id);
        }
        let remaining = self.remaining.get(&criterion.id).filter(|_| self.status == Status::UnderWay);
        remaining.or_else(|| self.efforts.get(&criterion.id))
    }

    /// A proposed initiative without inputs.
    pub fn new(code: impl Into<Id>, name: impl Into<String>) -> Self {
        Initiative { code: code.into(), name: name.into(), ..Initiative::default() }
    }

    /// Sets a benefit.
    pub fn benefit(mut self, criterion: impl Into<Id>, estimate: impl Into<Estimate>) -> Self {
        self.benefits.insert(criterion, estimate);
        self
    }

    /// Sets an effort.
    pub fn effort(mut self, criterion: impl Into<Id>, estimate: impl Into<Estimate>) -> Self {
        self.efforts.insert(criterion, estimate);
        self
    }

    /// Adds prerequisites.
    pub fn requires<T: Into<Id>>(mut self, codes: impl IntoIterator<Item = T>) -> Self {
        self.requires.extend(codes.into_iter().map(Into::into));
        self
    }

    /// Sets the domain.
    pub fn domain(mut self, domain: impl Into<Id>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the status.
    pub fn status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// The name for people: the code where none is given.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.code } else { &self.name }
    }
}

/// Where an initiative stands.
///
/// Done satisfies prerequisites and is not ranked; cancelled and not-doing are not ranked and block what needs them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::spellings_of_status))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Somebody asked for it.
    #[default]
    Proposed,
    /// What is needed to judge it is there.
    Qualified,
    /// The board decided for it.
    Planned,
    /// Work goes on.
    #[serde(alias = "under way", alias = "under_way")]
    UnderWay,
    /// Finished.
    Done,
    /// Begun or planned, and given up.
    Cancelled,
    /// Decided against, with the reason.
    #[serde(alias = "not doing", alias = "not_doing")]
    NotDoing,
}

impl Status {
    /// Whether there is still a choice or work ahead: not done, cancelled or decided against.
    pub fn is_open(self) -> bool {
        !matches!(self, Status::Done | Status::Cancelled | Status::NotDoing)
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
    fn is_proposed(&self) -> bool {
        *self == Status::Proposed
    }
}

/// The agreement on an initiative, in four parts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Charter {
    /// What is to be reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    /// Who gains what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub benefits: Vec<String>,
    /// When it is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition_of_done: Option<String>,
    /// In which steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<String>,
}

/// A step of an initiative that somebody takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["text"])))]
#[serde(default, deny_unknown_fields)]
pub struct ActionItem {
    /// What is to be done.
    pub text: String,
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// To be done by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Date>,
    /// The week that it is planned for: any day of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<Date>,
    /// When it was done; open where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Date>,
}

/// What came out of an initiative that is done, to compare with what was estimated.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Actual {
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// By benefit criterion.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub benefits: Inputs,
    /// By effort criterion.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub efforts: Inputs,
}

/// A customer benefit that is there only when all the initiatives that it requires are done: a repaired journey.
///
/// An outcome claims the criteria that it lists and no others; one that is listed as missing (`null`) is missing.
/// It takes no effort and is never selected: it follows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["id", "requires"])))]
#[serde(default, deny_unknown_fields)]
pub struct Outcome {
    /// Unique among initiatives and outcomes.
    pub id: Id,
    /// For people; the id where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What customers gain, by benefit criterion.
    #[serde(skip_serializing_if = "Inputs::is_empty")]
    pub benefits: Inputs,
    /// A one-off benefit: for how many periods it lasts; forever where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasts: Option<u32>,
    /// Codes of the initiatives that it takes: at least one.
    pub requires: Vec<Id>,
    /// The executives' goals that it feeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<GoalFeed>,
}

impl Outcome {
    /// An outcome of the given initiatives.
    pub fn new<T: Into<Id>>(
        id: impl Into<Id>,
        name: impl Into<String>,
        requires: impl IntoIterator<Item = T>,
    ) -> Self {
        Outcome {
            id: id.into(),
            name: name.into(),
            requires: requires.into_iter().map(Into::into).collect(),
            ..Outcome::default()
        }
    }

    /// Sets a benefit.
    pub fn benefit(mut self, criterion: impl Into<Id>, estimate: impl Into<Estimate>) -> Self {
        self.benefits.insert(criterion, estimate);
        self
    }

    /// The name for people: the id where none is given.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// What an outcome is worth to an executive's goal, in money per period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GoalFeed {
    /// The goal.
    pub goal: Goal,
    /// In the programme's effort unit, per period.
    #[serde(default)]
    pub money: Estimate,
}

/// What executives are measured by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Goal {
    /// More revenue.
    Growth,
    /// More of the revenue kept.
    Margin,
    /// Less spent on serving.
    CostToServe,
    /// The organisation's own, by name.
    Own(String),
}

impl Goal {
    /// One of an organisation's own that bears the name of another is that one, as when it is read from a file.
    pub(super) fn canonicalise(&mut self) {
        if let Goal::Own(text) = self {
            *self = std::mem::take(text).into();
        }
    }
}

impl From<String> for Goal {
    fn from(text: String) -> Self {
        match text.as_str() {
            "growth" => Goal::Growth,
            "margin" => Goal::Margin,
            "cost to serve" | "cost-to-serve" | "cost_to_serve" => Goal::CostToServe,
            _ => Goal::Own(text),
        }
    }
}

impl From<Goal> for String {
    fn from(goal: Goal) -> Self {
        match goal {
            Goal::Growth => "growth".into(),
            Goal::Margin => "margin".into(),
            Goal::CostToServe => "cost to serve".into(),
            Goal::Own(text) => text,
        }
    }
}
