use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Date, Id, Status};

/// The limits agreed in the strategy, within which everything is planned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Strategy {
    /// What may be spent, in the programme's effort unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    /// What one point of benefit is worth per period, in the programme's effort unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benefit_price: Option<f64>,
    /// Over how many periods money is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
    /// Discount per period: 0.05 for 5 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<f64>,
    /// When the first period begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// What there is of everything in a period.
    #[serde(skip_serializing_if = "Capacities::is_empty")]
    pub capacities: Capacities,
    /// What running and planned work must keep to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<Guardrail>,
    /// What a selection must keep to besides prerequisites and budget.
    #[serde(skip_serializing_if = "Constraints::is_empty")]
    pub constraints: Constraints,
    /// Last periods of the short and the mid term, counted from 1; what is later is long term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizons: Option<[u32; 2]>,
    /// Early and steady wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wins: Option<Wins>,
    /// Work is released only at the end of every so many periods; 1 where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_every: Option<u32>,
    /// How often the change board meets, and how old an input may be.
    #[serde(skip_serializing_if = "Rhythm::is_default")]
    pub rhythm: Rhythm,
}

/// How often the change board meets, and how old an input may be, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Rhythm {
    /// Boards that are nearer to each other are too many; 21 by default.
    pub boards_at_least: u32,
    /// Boards that are further apart are too few; 45 by default.
    pub boards_at_most: u32,
    /// An estimate of which nothing was heard for longer is stale; 365 by default.
    pub estimates_stale_after: u32,
    /// A ballot that is older is stale; 180 by default.
    pub ballots_stale_after: u32,
}

impl Default for Rhythm {
    fn default() -> Self {
        Rhythm {
            boards_at_least: 21,
            boards_at_most: 45,
            estimates_stale_after: 365,
            ballots_stale_after: 180,
        }
    }
}

impl Rhythm {
    #[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
    fn is_default(&self) -> bool {
        *self == Rhythm::default()
    }
}

/// What there is of everything in one period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Capacities {
    /// Person-days per team.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<Id, f64>,
    /// Absorption: how many changes at once an organisational unit can take.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub units: BTreeMap<Id, u32>,
    /// Money, in the programme's effort unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cash: Option<f64>,
}

impl Capacities {
    fn is_empty(&self) -> bool {
        self.teams.is_empty() && self.units.is_empty() && self.cash.is_none()
    }
}

/// What a selection must keep to besides prerequisites and budget, all by code of initiatives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Constraints {
    /// Done whatever it is worth: an obligation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mandatory: Vec<Id>,
    /// Not done whatever it is worth: a veto.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Id>,
    /// Groups of which all are done or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<Vec<Id>>,
    /// Groups of which exactly one is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exactly_one: Vec<Vec<Id>>,
    /// Groups of which at most one is done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_most_one: Vec<Vec<Id>>,
    /// Initiatives that need any one of several others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs_any: Vec<NeedsAny>,
}

impl Constraints {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Constraints::default()
    }
}

/// An initiative that needs any one of several others, whichever is done.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NeedsAny {
    /// The initiative.
    pub initiative: Id,
    /// The others, at least one of which it needs.
    pub of: Vec<Id>,
}

/// At least one completed win by a period, and never too long a time between two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Wins {
    /// The period, counted from 1, at whose end one win must be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_by: Option<u32>,
    /// The most periods from one win to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_gap: Option<u32>,
}

/// A limit on a part of the work: of what, where, how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Guardrail {
    /// Unique among the guardrails.
    pub id: Id,
    /// What is counted.
    pub measure: Measure,
    /// Only initiatives of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Id>,
    /// Only initiatives that change this unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Id>,
    /// Only initiatives of this owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// Only initiatives in these states; planned and under way where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
    /// No less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<f64>,
    /// No more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
}

/// What a guardrail counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Measure {
    /// How many initiatives.
    Initiatives,
    /// Their effort, in the programme's effort unit.
    Effort,
    /// Their effort as a share, from 0 to 1, of that of all planned and running work.
    EffortShare,
}
