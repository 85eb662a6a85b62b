use serde::{Deserialize, Serialize};

use crate::programme::{Date, Id};
use crate::reason::Reason;

/// When one initiative is worked on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assignment {
    /// The initiative.
    pub code: Id,
    /// Its name, for people.
    pub name: String,
    /// The period in which it starts, counted from 1.
    pub start: u32,
    /// The period in which it ends; its benefit counts from the one after its release.
    pub end: u32,
    /// The period at whose end it is released to customers.
    pub released: u32,
    /// The first day of `start`, where the programme's periods are days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// The last day of `end`, where the programme's periods are days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// Its batch in the order that was planned, counted from 1.
    pub batch: Option<usize>,
    /// The term in which it ends.
    pub horizon: Horizon,
    /// The part of the business that it belongs to.
    pub domain: Option<Id>,
    /// Whether it is under way already.
    pub under_way: bool,
    /// Periods by which it may end later without making the plan longer or a deadline late, capacity left aside.
    pub slack: u32,
}

/// Short, mid or long term, by the period in which something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// Up to the first bound.
    Short,
    /// Up to the second.
    Mid,
    /// Later.
    Long,
}

/// An open initiative that the plan does not hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotScheduled {
    /// The initiative.
    pub code: Id,
    /// Its name, for people.
    pub name: String,
    /// Why not.
    pub reason: Reason,
}

/// What becomes of an outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeLine {
    /// The outcome.
    pub id: Id,
    /// Its name, for people.
    pub name: String,
    /// The period at whose end it is realised: 0 if it is already, none if not within the plan.
    pub realised: Option<u32>,
    /// What it waits for and the plan does not hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lacks: Vec<Id>,
}

/// The benefit that is there in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Realised {
    /// The period, counted from 1.
    pub period: u32,
    /// In points; what was there before the plan is not counted.
    pub benefit: f64,
    /// No plan has more in this period.
    pub upper_bound: f64,
}

/// How much of something is taken in one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    /// The team in person-days, the unit in changes at once, or cash in the programme's effort unit.
    pub what: Limit,
    /// The period, counted from 1.
    pub period: u32,
    /// What the plan takes.
    pub load: f64,
    /// What there is; none where no limit is stated.
    pub capacity: Option<f64>,
}

/// Something that there is only so much of in a period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// A team's person-days.
    Team(Id),
    /// The changes that an organisational unit can take at once.
    Unit(Id),
    /// Money.
    Cash,
}

/// One cell of the transformation map: what ends in a domain within a term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapCell {
    /// The domain; none for initiatives without one.
    pub domain: Option<Id>,
    /// The term.
    pub horizon: Horizon,
    /// The initiatives, in the order of their ends.
    pub codes: Vec<Id>,
}

/// What more of a team would be worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TeamPrice {
    /// The team.
    pub team: Id,
    /// Person-days added per period, on average, and planned with again: a tenth of what there is.
    pub added: f64,
    /// What the plan then brings more, in discounted points over the horizon.
    pub gain: f64,
    /// The gain for each person-day per period.
    pub price: f64,
    /// The share of the team's days that the plan uses.
    pub used: f64,
}

/// A constraint that the plan does not keep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Broken {
    /// Which kind of constraint.
    pub constraint: Constraint,
    /// The initiative with the deadline; none for a rule about wins.
    pub code: Option<Id>,
    /// The period by whose end it was asked for; 0 for a deadline that has passed before anything can be done.
    pub by: u32,
    /// The period in which it comes; none if not within the plan.
    pub comes: Option<u32>,
    /// Whether something can be done about it.
    pub remedy: Remedy,
    /// What to defer so that it is kept, everything else staying where it is; only with [`Remedy::Defer`].
    pub defer: Option<Vec<Id>>,
    /// Whether it is proven that no smaller set does it.
    pub smallest: bool,
}

/// What is known of how a broken constraint could be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Deferring something helps.
    Defer,
    /// Nothing helps: what it needs, or capacity itself, is in the way. This is proven.
    Impossible,
    /// Nothing to defer was found; this proves nothing.
    NotFound,
    /// This was not looked into: a rule about wins, or a deadline after the first 20 that are broken.
    NotExamined,
}

/// A kind of constraint that a plan may be unable to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Constraint {
    /// A deadline.
    Deadline,
    /// The rules about early and steady wins.
    Wins,
}

/// On whose word the plan's benefit rests: shares of the points that it brings, which add up to 1 (or to 0 without benefit).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// On what customers said or did, with a source.
    pub customers: f64,
    /// On another source.
    pub other: f64,
    /// On no source.
    pub none: f64,
}

/// Something that people should look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The stable code, as `roadmap.charter-gap`.
    pub code: String,
    /// The initiative, owner, team or step that it is about; `plan` for the whole.
    pub subject: String,
    /// In plain words.
    pub message: String,
}

impl Finding {
    pub(super) fn new(code: &str, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Finding { code: format!("roadmap.{code}"), subject: subject.into(), message: message.into() }
    }
}
