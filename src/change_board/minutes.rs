//! All that a board is shown: the state of a date beside that of the board before.

use serde::Serialize;

use super::{
    Board, Drift, EventLog, Finding, MeritWithPrerequisites, Move, OverrideCost, Recommend, Request, State,
    Violation, moves, replay,
};
use crate::Error;
use crate::policy::Fingerprint;
use crate::programme::{Date, Id};

/// What a change board is shown at a date: what moved since the board before the last one, what the last one decided, and what is
/// not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Minutes {
    /// The date.
    pub as_of: Option<Date>,
    /// Of the policy, so that the same order can be computed again.
    pub policy_fingerprint: Fingerprint,
    /// Since when: the end of the board before the last; `None` for the start.
    pub since: Option<Date>,
    /// The order that moves with every fact.
    pub recommended: Vec<Id>,
    /// The order that moves when a board decides.
    pub committed: Vec<Id>,
    /// How far apart the two are.
    pub drift: Drift,
    /// What moved since, and why.
    pub moves: Vec<Move>,
    /// The last board.
    pub board: Option<Board>,
    /// Its overrides, as they cost at its end.
    pub overrides: Vec<OverrideCost>,
    /// Requests that wait.
    pub requests: Vec<Request>,
    /// Limits that running and planned work breaks.
    pub violations: Vec<Violation>,
    /// What the board should know.
    pub findings: Vec<Finding>,
}

impl Minutes {
    /// The minutes at a date, or at the end of the log.
    ///
    /// # Errors
    ///
    /// As [`replay`] and [`moves`].
    pub fn new(start: &State, log: &EventLog, as_of: Option<Date>) -> Result<Self, Error> {
        Self::with(start, log, as_of, &MeritWithPrerequisites)
    }

    /// The same with another way to recommend.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and what `recommend` refuses.
    pub fn with(
        start: &State,
        log: &EventLog,
        as_of: Option<Date>,
        recommend: &dyn Recommend,
    ) -> Result<Self, Error> {
        let now = replay(start, log, as_of)?;
        let last = now.boards().last().map(|board| board.date);
        // Two boards of one date are one meeting here.
        let since = now.boards().iter().rev().map(|board| board.date).find(|date| Some(*date) < last);
        let before = match since {
            Some(date) => replay(start, log, Some(date))?,
            None => start.clone(),
        };
        let overrides = match last {
            Some(date) => replay(start, log, Some(date))?.overrides()?,
            None => Vec::new(),
        };
        Ok(Minutes {
            as_of: now.as_of(),
            policy_fingerprint: now.spec.policy.fingerprint(),
            since,
            recommended: recommend.order(&now.programme()?)?,
            committed: now.committed().cloned().collect(),
            drift: now.drift()?,
            moves: moves(&before, &now, recommend)?,
            board: now.boards().last().cloned(),
            overrides,
            requests: now.open_requests().cloned().collect(),
            violations: now.violations()?,
            findings: now.findings()?,
        })
    }
}
