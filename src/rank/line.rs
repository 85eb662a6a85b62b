use serde::Serialize;

use crate::programme::{Id, Status};
use crate::reason::Reason;
use crate::score::{Missing, Term};

/// One ranked initiative.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Competition rank: equals share it, and the next is one more than the number before it.
    pub rank: usize,
    /// The initiative.
    pub code: Id,
    /// Its name, for people.
    pub name: String,
    /// B in points; `None` where a caller's own model scores without it.
    pub benefit: Option<f64>,
    /// E in the programme's effort unit; `None` where a caller's own model scores without it.
    pub effort: Option<f64>,
    /// The score, in the unit of the model.
    pub score: f64,
    /// What each criterion adds to the score: the terms sum to it.
    pub terms: Vec<Term>,
    /// Whether another initiative has the same rank.
    pub tied: bool,
    /// The score band of the policy.
    pub level: Option<String>,
    /// Where it lies on the benefit–effort map.
    pub quadrant: Option<Quadrant>,
    /// The rank by the model alone, where the policy blends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_rank: Option<usize>,
    /// The rank by the stakeholders, among the ranked initiatives; `None` without ballots.
    pub stakeholder_rank: Option<usize>,
    /// Stakeholders' rank less this rank: above zero where the model thinks more of it than they do.
    pub gap: Option<i64>,
    /// Direct prerequisites that are not done and stand below, or have no score.
    pub stands_before: Vec<Id>,
    /// Direct prerequisites that will not be done, or that are blocked themselves.
    pub blocked_by: Vec<Id>,
    /// Why the score is what it is.
    pub why: Reason,
}

/// An open initiative without a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unscored {
    /// The initiative.
    pub code: Id,
    /// Its name, for people.
    pub name: String,
    /// What it lacks.
    pub missing: Vec<Missing>,
    /// The same in words.
    pub reason: Reason,
}

/// An initiative that is not up for ranking.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotRanked {
    /// The initiative.
    pub code: Id,
    /// Its name, for people.
    pub name: String,
    /// Done, cancelled or not being done.
    pub status: Status,
    /// The status in words, with the reason that was given.
    pub reason: Reason,
}

/// A part of the benefit–effort map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quadrant {
    /// High benefit, low effort.
    QuickWin,
    /// High benefit, high effort.
    BigBet,
    /// Low benefit, low effort.
    FillIn,
    /// Low benefit, high effort.
    TimeSink,
}
