//! What an executive's goals are fed by, in money.

use serde::Serialize;

use super::evidence::three;
use super::state::State;
use crate::programme::{Criterion, Goal, Id, Status};

/// The goals of one stakeholder, and what feeds them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExecutiveView {
    /// The stakeholder.
    pub stakeholder: Id,
    /// Their goals, in their order.
    pub goals: Vec<GoalLine>,
    /// All goals together, each outcome counted once: with the greatest of what it feeds. `None` if nothing of it is known.
    pub total: Option<Money>,
    /// Outcomes that feed several of the goals, and so are less in the total than in the goals.
    pub counted_once: Vec<Id>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GoalLine {
    /// The goal.
    pub goal: Goal,
    /// What its outcomes are worth together, each once; `None` if nothing of it is known: that is not zero.
    pub money: Option<Money>,
    /// The outcomes that feed it.
    pub outcomes: Vec<OutcomeLine>,
    /// The initiatives behind them, in the order of the codes; their shares add up to the money of the goal that is ahead.
    pub initiatives: Vec<FeedLine>,
    /// Outcomes that feed it by an amount that nobody has estimated.
    pub unknown: Vec<Id>,
}

/// An outcome that feeds a goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutcomeLine {
    /// The outcome.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is worth to the goal in a period.
    pub money: Money,
    /// What it still waits for; empty if it is there.
    pub waits_for: Vec<Id>,
    /// What of that will not be done: with any, the outcome is not counted.
    pub blocked_by: Vec<Id>,
}

/// An initiative that feeds a goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedLine {
    /// The initiative.
    pub code: Id,
    /// Its name.
    pub name: String,
    /// Its share: an outcome is divided evenly among what it still waits for, for without any one of them there is nothing of it (the
    /// Shapley value of a unanimous vote).
    pub share: Money,
    /// The outcomes.
    pub outcomes: Vec<Id>,
}

/// Money per period, in the programme's effort unit, as a range. Ranges add end by end, which is the widest that they can be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Money {
    /// The least.
    pub low: f64,
    /// The most likely.
    pub likely: f64,
    /// The most.
    pub high: f64,
}

impl Money {
    fn add(&mut self, other: Money) {
        self.low += other.low;
        self.likely += other.likely;
        self.high += other.high;
    }

    /// `None` of nothing.
    fn sum(all: impl Iterator<Item = Money>) -> Option<Money> {
        all.reduce(|mut sum, money| {
            sum.add(money);
            sum
        })
    }

    fn over(self, n: usize) -> Money {
        let n = n as f64;
        Money { low: self.low / n, likely: self.likely / n, high: self.high / n }
    }
}

impl State {
    /// For the goals that a stakeholder holds: which initiatives feed them, in money, as ranges; `None` for an unknown stakeholder.
    ///
    /// Only outcomes carry money, and each is counted once, whatever number of initiatives it takes.
    pub fn executive(&self, stakeholder: &str) -> Option<ExecutiveView> {
        let stakeholder = self.spec.stakeholders.iter().find(|s| s.id == *stakeholder)?;
        let mut best: Vec<(usize, Option<Money>)> = vec![(0, None); self.spec.outcomes.len()];
        let mut goals = Vec::new();
        for goal in &stakeholder.goals {
            if goals.iter().any(|line: &GoalLine| line.goal == *goal) {
                continue;
            }
            let line = self.goal(goal);
            for outcome in line.outcomes.iter().filter(|o| o.blocked_by.is_empty()) {
                let o = self.spec.outcomes.partition_point(|x| x.id < outcome.id);
                let (feeds, most) = &mut best[o];
                *feeds += 1;
                if most.is_none_or(|m| m.likely < outcome.money.likely) {
                    *most = Some(outcome.money);
                }
            }
            goals.push(line);
        }
        let total = Money::sum(best.iter().filter_map(|(_, money)| *money));
        let twice = best.iter().zip(&self.spec.outcomes).filter(|((feeds, _), _)| *feeds > 1);
        let counted_once = twice.map(|(_, outcome)| outcome.id.clone()).collect();
        Some(ExecutiveView { stakeholder: stakeholder.id.clone(), goals, total, counted_once })
    }

    fn goal(&self, goal: &Goal) -> GoalLine {
        let mut line = GoalLine {
            goal: goal.clone(),
            money: None,
            outcomes: Vec::new(),
            initiatives: Vec::new(),
            unknown: Vec::new(),
        };
        let plain = Criterion::default();
        for outcome in &self.spec.outcomes {
            let mut money = Money::default();
            let mut feeds = false;
            for feed in outcome.goals.iter().filter(|feed| feed.goal == *goal) {
                match three(&feed.money, &plain) {
                    None => line.unknown.push(outcome.id.clone()),
                    Some([low, likely, high]) => {
                        money.add(Money { low, likely, high });
                        feeds = true;
                    }
                }
            }
            if !feeds {
                continue;
            }
            let with = |wanted: &dyn Fn(Status) -> bool| -> Vec<Id> {
                let status = |code: &&Id| wanted(self.spec.initiatives[self.codes[*code] as usize].status);
                outcome.requires.iter().filter(status).cloned().collect()
            };
            let waits_for = with(&|status| status.is_open());
            let blocked_by = with(&|status| matches!(status, Status::Cancelled | Status::NotDoing));
            if blocked_by.is_empty() {
                for code in &waits_for {
                    let share = money.over(waits_for.len());
                    match line.initiatives.iter_mut().find(|f| f.code == *code) {
                        Some(feed) => {
                            feed.share.add(share);
                            feed.outcomes.push(outcome.id.clone());
                        }
                        None => line.initiatives.push(FeedLine {
                            code: code.clone(),
                            name: self.spec.initiatives[self.codes[code] as usize].label().to_owned(),
                            share,
                            outcomes: vec![outcome.id.clone()],
                        }),
                    }
                }
            }
            let name = outcome.label().to_owned();
            line.outcomes.push(OutcomeLine { id: outcome.id.clone(), name, money, waits_for, blocked_by });
        }
        line.money =
            Money::sum(line.outcomes.iter().filter(|o| o.blocked_by.is_empty()).map(|outcome| outcome.money));
        line.initiatives.sort_by(|a, b| a.code.cmp(&b.code));
        line
    }
}
