use super::rule::RuleError;
use super::tally::TallyError;
use super::vote::BallotProblem;
use crate::programme::Id;

/// What can keep the ballots of a programme from giving one order. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `ballot.*` | a ballot whose weight or points are beyond what a tally can hold |
/// | `tally.*` | more initiatives on ballots than a tally can hold |
/// | `consensus.no-points` | the rule by points without a ballot by points |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// A stakeholder's ballot.
    Ballot {
        /// The stakeholder.
        stakeholder: Id,
        /// What is wrong with it.
        problem: BallotProblem,
    },
    /// The tally as a whole.
    Tally(TallyError),
    /// The rule.
    Rule(RuleError),
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::Ballot { stakeholder, problem } => (
                problem.code(),
                format!("the ballot of {stakeholder}: {problem}"),
                "a ballot that can be counted".into(),
            ),
            Fault::Tally(error) => (error.code(), error.to_string(), "ballots that can be counted".into()),
            Fault::Rule(error) => {
                (error.code(), error.to_string(), "another rule, or what it is about".into())
            }
        }
    }
}
