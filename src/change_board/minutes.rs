//! All that a board is shown: the state of a date beside that of the board before.

use serde::Serialize;

use super::{
    Board, CurvePoint, Drift, Estimator, EventLog, ExecutiveView, Finding, Move, Near, OverrideCost,
    Recommend, Request, State, Violation, WithinLimits, moves, replay,
};
use crate::Error;
use crate::policy::Fingerprint;
use crate::portfolio::BestValue;
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
    /// What changes to the committed plan would bring, the plan as it stands first; empty where a finding says why there is no such plan.
    pub adoption: Vec<CurvePoint>,
    /// The last board.
    pub board: Option<Board>,
    /// Its overrides, as they cost at its end.
    pub overrides: Vec<OverrideCost>,
    /// Requests that wait.
    pub requests: Vec<Request>,
    /// Limits that running and planned work breaks.
    pub violations: Vec<Violation>,
    /// The goals of each stakeholder who holds any, and what feeds them.
    pub executives: Vec<ExecutiveView>,
    /// Estimate against actual, by who estimated.
    pub estimators: Vec<Estimator>,
    /// What the board should know.
    pub findings: Vec<Finding>,
}

/// How minutes are made.
///
/// The recommended order of the minutes is [`WithinLimits`] by default: what is needed comes first, what the budget takes stands before what it
/// leaves, and what must wait for people stands behind what need not. The order of merit is no order to work in: it may put an initiative
/// before what it needs, and stands beside it as the ranks of each [`Move`].
#[derive(Clone, Copy)]
pub struct Methods<'a> {
    /// Makes the recommended order.
    pub recommend: &'a dyn Recommend,
    /// Finds plans near the committed one.
    pub near: &'a dyn Near,
    /// Of the committed plan, what stays whatever it brings, besides the work under way: what was promised.
    pub frozen: &'a [Id],
    /// About how many points the curve of benefit against changes has.
    pub points: usize,
}

impl Default for Methods<'_> {
    fn default() -> Self {
        Methods { recommend: &WithinLimits, near: &BestValue { nodes: 1_000 }, frozen: &[], points: 12 }
    }
}

impl std::fmt::Debug for Methods<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Methods")
            .field("frozen", &self.frozen)
            .field("points", &self.points)
            .finish_non_exhaustive()
    }
}

impl Minutes {
    /// The minutes at a date, or at the end of the log, by the usual [`Methods`].
    ///
    /// # Errors
    ///
    /// As [`replay`] and [`moves`]. A plan that cannot be adopted is a finding.
    pub fn new(start: &State, log: &EventLog, as_of: Option<Date>) -> Result<Self, Error> {
        Self::with(start, log, as_of, &Methods::default())
    }

    /// The same with other methods.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and what `methods.recommend` refuses.
    pub fn with(
        start: &State,
        log: &EventLog,
        as_of: Option<Date>,
        methods: &Methods<'_>,
    ) -> Result<Self, Error> {
        let now = replay(start, log, as_of)?;
        let mut boards = now.boards().iter().rev().map(|board| board.date);
        let (last, since) = (boards.next(), boards.next());
        let before = match since {
            Some(date) => replay(start, log, Some(date))?,
            None => start.clone(),
        };
        let overrides = match last {
            Some(date) => {
                let then = replay(start, log, Some(date))?;
                then.overrides(&methods.recommend.order(&then.programme()?)?)
            }
            None => Vec::new(),
        };
        let recommended = methods.recommend.order(&now.programme()?)?;
        let mut findings = now.findings()?;
        let adoption =
            now.adoption_curve(methods.near, methods.frozen, methods.points).unwrap_or_else(|refused| {
                let message = format!("nothing keeps budget, constraints and frozen work: {refused}");
                findings.push(Finding { code: "no-plan-to-adopt", subject: now.spec.name.clone(), message });
                findings.sort();
                Vec::new()
            });
        let holders = now.spec.stakeholders.iter().filter(|stakeholder| !stakeholder.goals.is_empty());
        Ok(Minutes {
            as_of: now.as_of(),
            policy_fingerprint: now.spec.policy.fingerprint(),
            since,
            committed: now.committed().cloned().collect(),
            drift: now.drift(&recommended),
            recommended,
            moves: moves(&before, &now, methods.recommend)?,
            adoption,
            board: now.boards().last().cloned(),
            overrides,
            requests: now.open_requests().cloned().collect(),
            violations: now.violations()?,
            executives: holders.filter_map(|holder| now.executive(&holder.id)).collect(),
            estimators: now.estimators(),
            findings,
        })
    }
}
