use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Date, Goal, Id};

/// Somebody who must carry the initiatives out, or live with them, and ranks them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["id"])))]
#[serde(default, deny_unknown_fields)]
pub struct Stakeholder {
    /// Unique among the stakeholders.
    pub id: Id,
    /// For people; the id where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What their ballot counts; above zero, 1 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// The organisational units that they speak for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Id>,
    /// What they deliver: domains, or codes of initiatives.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub delivers: Vec<Id>,
    /// The power of their position, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_power: Option<f64>,
    /// How far others trust what they say, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credibility: Option<f64>,
    /// What they are measured by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Goal>,
}

impl Stakeholder {
    /// A stakeholder whose ballot counts 1.
    pub fn new(id: impl Into<Id>) -> Self {
        Stakeholder { id: id.into(), ..Stakeholder::default() }
    }

    /// What their ballot counts.
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = Some(weight);
        self
    }

    /// Adds what they deliver: domains, or codes of initiatives.
    pub fn delivers<T: Into<Id>>(mut self, what: impl IntoIterator<Item = T>) -> Self {
        self.delivers.extend(what.into_iter().map(Into::into));
        self
    }

    /// The name for people: the id where none is given.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// What one stakeholder says: groups of initiatives from best to worst, or points.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["stakeholder"])))]
#[serde(default, deny_unknown_fields)]
pub struct Ballot {
    /// Whose it is.
    pub stakeholder: Id,
    /// Groups of equals, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ranking: Vec<Vec<Id>>,
    /// Points per initiative, zero or more, in place of a ranking; more is better.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<Id, f64>,
    /// What it means that an initiative is not listed.
    #[serde(skip_serializing_if = "Unranked::is_last")]
    pub unranked: Unranked,
    /// When it was cast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl Ballot {
    /// A strict ranking, the best first; what is not listed ties below.
    pub fn ranked<T: Into<Id>>(stakeholder: impl Into<Id>, codes: impl IntoIterator<Item = T>) -> Self {
        Ballot::groups(stakeholder, codes.into_iter().map(|code| [code]))
    }

    /// Groups of equals, the best first; what is not listed ties below.
    pub fn groups<G: IntoIterator<Item = T>, T: Into<Id>>(
        stakeholder: impl Into<Id>,
        groups: impl IntoIterator<Item = G>,
    ) -> Self {
        Ballot {
            stakeholder: stakeholder.into(),
            ranking: groups.into_iter().map(|group| group.into_iter().map(Into::into).collect()).collect(),
            ..Ballot::default()
        }
    }

    /// Points per initiative.
    pub fn points<T: Into<Id>>(
        stakeholder: impl Into<Id>,
        points: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        Ballot {
            stakeholder: stakeholder.into(),
            points: points.into_iter().map(|(code, points)| (code.into(), points)).collect(),
            ..Ballot::default()
        }
    }

    /// What is not listed is no opinion.
    pub fn ignoring_unranked(mut self) -> Self {
        self.unranked = Unranked::Ignored;
        self
    }
}

/// What it means that a ballot does not list an initiative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::spellings_of_unranked))]
#[serde(rename_all = "kebab-case")]
pub enum Unranked {
    /// It ties with all others that are not listed, below all that are.
    #[default]
    Last,
    /// No opinion on any pair with it.
    #[serde(alias = "ignore")]
    Ignored,
}

impl Unranked {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
    fn is_last(&self) -> bool {
        *self == Unranked::Last
    }
}
