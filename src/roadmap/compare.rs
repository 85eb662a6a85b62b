use serde::Serialize;

use super::{Assignment, Finding, Roadmap};
use crate::programme::Id;

/// What is different between two plans of one programme: under another policy, strategy, order, or at another date.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Initiatives that end at another time, or are planned in one of the two only, in the order of their codes.
    pub moves: Vec<Move>,
    /// Outcomes that the second realises and the first does not.
    pub outcomes_gained: Vec<Id>,
    /// Outcomes that the first realises and the second does not.
    pub outcomes_lost: Vec<Id>,
    /// The second's benefit less the first's; of one policy and horizon, or it says nothing.
    pub benefit: f64,
    /// Whether both were judged by one policy.
    pub same_policy: bool,
    /// Findings that only the second has.
    pub new_findings: Vec<Finding>,
    /// Findings that only the first has.
    pub gone_findings: Vec<Finding>,
}

/// An initiative that two plans treat differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The initiative.
    pub code: Id,
    /// Start and end in the first plan; none if it is not in it.
    pub before: Option<[u32; 2]>,
    /// Start and end in the second.
    pub after: Option<[u32; 2]>,
}

impl Roadmap {
    /// What changes from this plan to another.
    pub fn compare(&self, other: &Roadmap) -> Comparison {
        let mut codes: Vec<&Id> =
            self.assignments.iter().chain(&other.assignments).map(|assignment| &assignment.code).collect();
        codes.sort();
        codes.dedup();
        let sorted = |roadmap: &'_ Roadmap| {
            let mut list: Vec<(Id, [u32; 2])> =
                roadmap.assignments.iter().map(|a: &Assignment| (a.code.clone(), [a.start, a.end])).collect();
            list.sort();
            list
        };
        let (first, second) = (sorted(self), sorted(other));
        let find = |list: &[(Id, [u32; 2])], code: &Id| {
            list.binary_search_by(|(c, _)| c.cmp(code)).ok().map(|at| list[at].1)
        };
        let moves = codes.into_iter().filter_map(|code| {
            let (before, after) = (find(&first, code), find(&second, code));
            (before != after).then(|| Move { code: code.clone(), before, after })
        });
        let realises = |roadmap: &Roadmap, id: &Id| {
            roadmap.outcomes.iter().any(|outcome| outcome.id == *id && outcome.realised.is_some())
        };
        let only = |a: &Roadmap, b: &Roadmap| -> Vec<Id> {
            let realised = a.outcomes.iter().filter(|outcome| outcome.realised.is_some());
            realised.map(|outcome| outcome.id.clone()).filter(|id| !realises(b, id)).collect()
        };
        let without = |a: &Roadmap, b: &Roadmap| -> Vec<Finding> {
            a.findings.iter().filter(|finding| !b.findings.contains(finding)).cloned().collect()
        };
        Comparison {
            moves: moves.collect(),
            outcomes_gained: only(other, self),
            outcomes_lost: only(self, other),
            benefit: other.benefit - self.benefit,
            same_policy: self.policy == other.policy,
            new_findings: without(other, self),
            gone_findings: without(self, other),
        }
    }
}
