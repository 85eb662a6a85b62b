//! What a board should know and did not ask for: cadence, staleness, gaps, limits.

use std::collections::BTreeSet;

use serde::Serialize;

use super::guardrail::Limit;
use super::state::{Request, Stage, State, is_committed};
use crate::Error;
use crate::programme::{Date, Estimate, Id, Inputs, Status};
use crate::reason::number;

/// Something that is not as it should be.
///
/// | code | what |
/// |---|---|
/// | `boards-too-often`, `boards-too-rare`, `board-overdue` | the rhythm of the boards |
/// | `guardrail` | a limit that running and planned work breaks |
/// | `stale-input`, `stale-ballot` | what is older than the strategy admits |
/// | `undated-inputs` | inputs of which nobody knows how old they are |
/// | `qualified-with-gaps` | qualified, with something missing |
/// | `open-request` | a request without an answer |
/// | `urgent-request-waits` | an urgent one that a board left without a decision |
/// | `committed-before-prerequisite` | a place in the committed order before something that it needs |
/// | `running-before-prerequisite` | work that started before what it needs is done |
/// | `needs-what-is-not-done` | committed, and needs something that is neither committed nor done |
/// | `deadline-passed` | committed, and late |
/// | `unscored` | committed, and without a score |
/// | `no-plan-to-adopt` | in the minutes: budget, constraints and frozen work leave no plan, and why |
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What kind, as a stable code.
    pub code: &'static str,
    /// What it is about: an initiative, a board, a guardrail.
    pub subject: String,
    /// In words.
    pub message: String,
}

/// How old an input is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Age {
    /// The input: `SRV-04.benefits.trust`, `ballots.hr`.
    pub input: String,
    /// When it was last heard of; `None` if nobody knows.
    pub date: Option<Date>,
    /// Its age in days.
    pub days: Option<i32>,
    /// Whether it is older than the strategy admits.
    pub stale: bool,
}

fn codes(ids: &[Id]) -> String {
    ids.iter().map(Id::as_str).collect::<Vec<_>>().join(", ")
}

impl State {
    /// The age of every input of what is open: estimates, ballots, what outcomes bring.
    pub fn ages(&self) -> Vec<Age> {
        let rhythm = self.spec.strategy.rhythm;
        let mut ages = Vec::new();
        let mut age = |input: String, date: Option<Date>, limit: u32| {
            let days = date.zip(self.as_of).map(|(date, now)| now.days_since(date));
            let stale = days.is_some_and(|days| i64::from(days) > i64::from(limit));
            ages.push(Age { input, date, days, stale });
        };
        let list =
            |age: &mut dyn FnMut(String, Option<Date>, u32), code: &Id, part: &str, inputs: &Inputs| {
                for (criterion, estimate) in inputs.iter().filter(|(_, e)| !e.is_missing()) {
                    let date = estimate.detailed().and_then(|d| d.date);
                    age(format!("{code}.{part}.{criterion}"), date, rhythm.estimates_stale_after);
                }
            };
        for &i in self.codes.values() {
            let initiative = &self.spec.initiatives[i as usize];
            if initiative.status.is_open() {
                list(&mut age, &initiative.code, "benefits", &initiative.benefits);
                list(&mut age, &initiative.code, "efforts", &initiative.efforts);
                if initiative.status == Status::UnderWay {
                    list(&mut age, &initiative.code, "remaining", &initiative.remaining);
                }
            }
        }
        for outcome in &self.spec.outcomes {
            list(&mut age, &outcome.id, "benefits", &outcome.benefits);
            for feed in &outcome.goals {
                let date = feed.money.detailed().and_then(|d| d.date);
                let goal = String::from(feed.goal.clone());
                if !matches!(feed.money, Estimate::Missing) {
                    age(format!("{}.goals.{goal}", outcome.id), date, rhythm.estimates_stale_after);
                }
            }
        }
        for ballot in &self.spec.ballots {
            age(format!("ballots.{}", ballot.stakeholder), ballot.date, rhythm.ballots_stale_after);
        }
        ages
    }

    /// What a board should know, in the order of codes and subjects.
    ///
    /// # Errors
    ///
    /// As [`violations`](Self::violations).
    pub fn findings(&self) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let mut found = |code, subject: &str, message| {
            findings.push(Finding { code, subject: subject.to_owned(), message });
        };
        self.cadence(&mut found);
        for v in self.violations()? {
            let (than, limit) = match v.limit {
                Limit::AtLeast(x) => ("less than the least", x),
                Limit::AtMost(x) => ("more than the most", x),
            };
            let remedy = match &v.defer {
                None => "deferring work does not help".to_owned(),
                Some(d) => {
                    let proof = if d.proven { "no fewer will do" } else { "fewer may do" };
                    format!("defer {} ({proof})", codes(&d.codes))
                }
            };
            let (x, by) = (number(v.found), number(v.by));
            found("guardrail", &v.guardrail, format!("{x}: {by} {than}, {}; {remedy}", number(limit)));
        }
        let ages = self.ages();
        for age in ages.iter().filter(|age| age.stale) {
            if let (Some(date), Some(days)) = (age.date, age.days) {
                let code = if age.input.starts_with("ballots.") { "stale-ballot" } else { "stale-input" };
                found(code, &age.input, format!("of {date}, {days} days old"));
            }
        }
        let undated = ages.iter().filter(|age| age.date.is_none()).count();
        if undated > 0 {
            let message = format!("{undated} of {} inputs have no date", ages.len());
            found("undated-inputs", &self.spec.name, message);
        }
        for request in self.open_requests() {
            let stage =
                if request.stage == Stage::Submitted { "not judged" } else { "qualified, not decided" };
            let Request { code, by, submitted, .. } = request;
            // Urgency brings a request to the next board.
            let missed = self.boards.iter().find(|board| board.date > *submitted);
            match (request.urgency, missed) {
                (Some(urgency), Some(board)) => {
                    let (urgency, board) = (urgency.words(), &board.board);
                    let message = format!(
                        "of {submitted} by {by}, urgent ({urgency}): {stage}, though the board {board} met"
                    );
                    found("urgent-request-waits", code, message);
                }
                _ => found("open-request", code, format!("of {submitted} by {by}: {stage}")),
            }
        }
        for &i in self.codes.values() {
            let initiative = &self.spec.initiatives[i as usize];
            if initiative.status == Status::Qualified {
                let missing = self.missing(&initiative.code);
                if !missing.is_empty() {
                    found("qualified-with-gaps", &initiative.code, format!("lacks {}", missing.join(", ")));
                }
            }
        }
        self.committed_findings(&mut found);
        findings.sort();
        Ok(findings)
    }

    fn cadence(&self, found: &mut dyn FnMut(&'static str, &str, String)) {
        let rhythm = self.spec.strategy.rhythm;
        let days = |later: Date, earlier: Date| i64::from(later.days_since(earlier));
        for pair in self.boards.windows(2) {
            let gap = days(pair[1].date, pair[0].date);
            let message = format!("{gap} days after {}", pair[0].board);
            if gap < i64::from(rhythm.boards_at_least) {
                let message = format!("{message}: less than {}", rhythm.boards_at_least);
                found("boards-too-often", &pair[1].board, message);
            } else if gap > i64::from(rhythm.boards_at_most) {
                found(
                    "boards-too-rare",
                    &pair[1].board,
                    format!("{message}: more than {}", rhythm.boards_at_most),
                );
            }
        }
        let Some(now) = self.as_of else { return };
        let Some(last) = self.boards.last() else {
            // Until one could be expected, if it is known when the first period begins.
            let start = self.spec.strategy.start;
            if start.is_none_or(|start| days(now, start) > i64::from(rhythm.boards_at_most)) {
                found("board-overdue", &self.spec.name, "no board has met".to_owned());
            }
            return;
        };
        let gap = days(now, last.date);
        if gap > i64::from(rhythm.boards_at_most) {
            let message = format!("{gap} days ago: more than {}", rhythm.boards_at_most);
            found("board-overdue", &last.board, message);
        }
    }

    fn committed_findings(&self, found: &mut dyn FnMut(&'static str, &str, String)) {
        let mut before = BTreeSet::new();
        for (k, &i) in self.committed.iter().enumerate() {
            let initiative = &self.spec.initiatives[i as usize];
            let code = initiative.code.as_str();
            let (mut early, mut absent, mut running) = (Vec::new(), Vec::new(), Vec::new());
            for needed in &initiative.requires {
                let p = self.codes[needed];
                let status = self.spec.initiatives[p as usize].status;
                if status == Status::Done {
                    continue;
                }
                if initiative.status == Status::UnderWay {
                    running.push(needed.clone());
                }
                if !is_committed(status) {
                    absent.push(needed.clone());
                } else if !before.contains(&p) {
                    early.push(needed.clone());
                }
            }
            before.insert(i);
            for (list, kind, words) in [
                (early, "committed-before-prerequisite", "needs, and stands before,"),
                (absent, "needs-what-is-not-done", "needs what is not committed:"),
                (running, "running-before-prerequisite", "is under way and needs what is not done:"),
            ] {
                if !list.is_empty() {
                    found(kind, code, format!("{words} {}", codes(&list)));
                }
            }
            if let (Some(deadline), Some(now)) = (initiative.deadline, self.as_of)
                && deadline < now
            {
                found("deadline-passed", code, format!("was due on {deadline}"));
            }
            if self.merit.value(i).is_none() {
                found("unscored", code, format!("committed at {}, and has no score", k + 1));
            }
        }
    }
}
