use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Id;

/// What initiatives are judged by: a benefit to customers with a weight, or an effort of the organisation with a price.
///
/// # Formula
///
/// A benefit criterion gives `weight · (x − none)/(full − none)` points: `none` is the state of today and worth 0, `full` is worth 1.
/// `full` may lie below `none` where less is better. An effort criterion gives `price · x` in the programme's effort unit.
///
/// Scales are declared, never taken from the list at hand: adding an idea moves nobody else.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("required" = ["id", "kind"])))]
#[serde(default, deny_unknown_fields)]
pub struct Criterion {
    /// Unique among the criteria.
    pub id: Id,
    /// For people; the id where empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Benefit or effort.
    pub kind: Option<CriterionKind>,
    /// Benefit: points for going from `none` to `full`. Effort: the same, for the weighted-sum model only. Zero or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// What is counted: NPS points, person-days, EUR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Effort: the price of one unit in the programme's effort unit; 1 where the units are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
    /// The worst value that is admitted, worth zero or less; `none` where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<f64>,
    /// The value worth 0; 0 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none: Option<f64>,
    /// The value worth 1; on an ordinal scale the greatest level where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<f64>,
    /// The levels of an ordinal scale with their declared values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub levels: BTreeMap<String, f64>,
    /// Which operations the scale admits, where it is not plain from the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleKind>,
    /// Whether the benefit is what customers said or did, rather than the organisation's own view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_of_customer: Option<bool>,
}

/// Benefit or effort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CriterionKind {
    /// Improvement for the customer over doing nothing.
    Benefit,
    /// What the organisation gives up.
    Effort,
}

/// Which operations the numbers of a scale admit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ScaleKind {
    /// Zero means none: money, person-days.
    Ratio,
    /// Differences count, zero is a convention: NPS points.
    Interval,
    /// Levels with declared values: stars, t-shirt sizes, Fibonacci.
    Ordinal,
}

impl Criterion {
    /// A benefit worth `weight` points from `none` to `full`.
    pub fn benefit(id: impl Into<Id>, weight: f64, none: f64, full: f64) -> Self {
        Criterion {
            id: id.into(),
            kind: Some(CriterionKind::Benefit),
            weight: Some(weight),
            none: Some(none),
            full: Some(full),
            ..Criterion::default()
        }
    }

    /// A benefit judged by levels with declared values; the greatest is worth `weight` points.
    pub fn benefit_levels<'a>(
        id: impl Into<Id>,
        weight: f64,
        levels: impl IntoIterator<Item = (&'a str, f64)>,
    ) -> Self {
        Criterion {
            id: id.into(),
            kind: Some(CriterionKind::Benefit),
            weight: Some(weight),
            levels: levels.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..Criterion::default()
        }
    }

    /// An effort at `price` of the programme's effort unit for one of its own.
    pub fn effort(id: impl Into<Id>, price: f64) -> Self {
        Criterion {
            id: id.into(),
            kind: Some(CriterionKind::Effort),
            price: Some(price),
            ..Criterion::default()
        }
    }

    /// States the unit.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// States the name for people.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Admits values down to `worst`, which are worth less than nothing.
    pub fn worst(mut self, worst: f64) -> Self {
        self.worst = Some(worst);
        self
    }

    /// The name for people: the id where none is given.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// Whether it is a benefit.
    pub fn is_benefit(&self) -> bool {
        self.kind == Some(CriterionKind::Benefit)
    }
}
