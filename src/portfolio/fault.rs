use crate::programme::Id;
use crate::reason::number;

/// What can keep a portfolio from being chosen. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `portfolio.no-budget` | no budget, where none is declared |
/// | `portfolio.negative-budget`, `portfolio.budget-not-finite`, `portfolio.budget-beyond-resolution` | a budget that is no amount of money |
/// | `portfolio.ratio` | a share of the total that is not a decimal from 0 to 1 |
/// | `portfolio.contradiction` | an initiative that is to be both in and out, by itself or through what it needs |
/// | `portfolio.mandatory-too-dear` | a mandatory set that the budget cannot pay |
/// | `portfolio.infeasible` | constraints that nothing within the budget keeps |
/// | `portfolio.undecided` | a node limit that ended the search before anything was found that keeps the constraints |
/// | `portfolio.constraint-of-best-value` | groups of initiatives, under a rule that cannot keep to them |
/// | `portfolio.no-ballots`, `portfolio.no-points` | equal shares without stakeholders' ballots, or by points without points |
/// | `portfolio.zero-share` | a stakeholder with a share of zero |
/// | `portfolio.unknown-initiative` | a code that is not among the candidates |
/// | `portfolio.overflow` | numbers too large to be added up exactly |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// There is none.
    NoBudget,
    /// Below zero.
    NegativeBudget {
        /// As given.
        found: f64,
    },
    /// NaN or an infinity.
    BudgetNotFinite {
        /// As given.
        found: f64,
    },
    /// Too large, or so small that it would become zero.
    BudgetBeyondResolution {
        /// As given.
        found: f64,
    },
    /// Not a decimal from 0 to 1.
    Ratio {
        /// As given.
        found: String,
    },
    /// In and out.
    Contradiction {
        /// The initiative.
        code: Id,
        /// Why it cannot be as it must.
        because: String,
    },
    /// More than the budget.
    MandatoryTooDear {
        /// By how much, in the effort unit.
        by: f64,
    },
    /// Nothing keeps all constraints.
    Infeasible,
    /// Nothing was found within the limit.
    Undecided {
        /// How many nodes were allowed.
        nodes: u64,
    },
    /// Only best value keeps to groups.
    ConstraintOfBestValue,
    /// Nobody said anything.
    NoBallots,
    /// A ballot without points.
    NoPoints,
    /// Nothing to spend.
    ZeroShare,
    /// Not among the candidates.
    UnknownInitiative {
        /// As given.
        code: Id,
    },
    /// Sums beyond 2⁶⁰.
    Overflow,
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::NoBudget => ("portfolio.no-budget", "no budget".into(), "what may be spent".into()),
            Fault::NegativeBudget { found } => {
                ("portfolio.negative-budget", found.to_string(), "zero or more".into())
            }
            Fault::BudgetNotFinite { found } => {
                ("portfolio.budget-not-finite", found.to_string(), "a finite number".into())
            }
            Fault::BudgetBeyondResolution { found } => (
                "portfolio.budget-beyond-resolution",
                found.to_string(),
                "an amount within the policy's resolution".into(),
            ),
            Fault::Ratio { found } => {
                ("portfolio.ratio", format!("{found:?}"), "a decimal from 0 to 1, such as 0.35".into())
            }
            Fault::Contradiction { code, because } => (
                "portfolio.contradiction",
                format!("{code}, {because}"),
                "constraints that can be kept together".into(),
            ),
            Fault::MandatoryTooDear { by } => (
                "portfolio.mandatory-too-dear",
                format!("mandatory initiatives, with what they need, {} above the budget", number(*by)),
                "a mandatory set that the budget can pay".into(),
            ),
            Fault::Infeasible => (
                "portfolio.infeasible",
                "constraints that no selection within the budget keeps".into(),
                "fewer constraints, or a greater budget".into(),
            ),
            Fault::Undecided { nodes } => (
                "portfolio.undecided",
                format!("no selection that keeps all constraints within {nodes} nodes"),
                "a greater limit of nodes".into(),
            ),
            Fault::ConstraintOfBestValue => (
                "portfolio.constraint-of-best-value",
                "a constraint on a group of initiatives".into(),
                "the rule `best-value`, which can keep to it".into(),
            ),
            Fault::NoBallots => {
                ("portfolio.no-ballots", "no ballots".into(), "stakeholders who support something".into())
            }
            Fault::NoPoints => (
                "portfolio.no-points",
                "a ballot without points".into(),
                "points, or another satisfaction".into(),
            ),
            Fault::ZeroShare => {
                ("portfolio.zero-share", "a share of zero".into(), "a weight above zero".into())
            }
            Fault::UnknownInitiative { code } => (
                "portfolio.unknown-initiative",
                format!("{:?}", code.as_str()),
                "the code of an initiative that can be selected".into(),
            ),
            Fault::Overflow => (
                "portfolio.overflow",
                "numbers that add up to 2^60 or more of their common unit".into(),
                "smaller or rounder numbers".into(),
            ),
        }
    }
}
