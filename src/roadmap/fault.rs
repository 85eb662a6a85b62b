use crate::error::quoted;
use crate::programme::Id;

/// What can be wrong with what a roadmap is asked for. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `roadmap.unknown-initiative` | an order with a code that nothing has |
/// | `roadmap.duplicate-initiative` | an order with a code twice |
/// | `roadmap.unknown-team` | person-days of a team that no initiative and no capacity names |
/// | `roadmap.days` | person-days that are negative, not finite, or beyond the resolution |
/// | `roadmap.periods` | fewer than 1 or more than 1000 periods |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No initiative has this code.
    UnknownInitiative {
        /// As written.
        id: Id,
        /// The code that was probably meant.
        nearest: Option<String>,
    },
    /// The order has this code twice.
    DuplicateInitiative {
        /// The code.
        id: Id,
    },
    /// Nothing names this team.
    UnknownTeam {
        /// As written.
        id: Id,
        /// The team that was probably meant.
        nearest: Option<String>,
    },
    /// Not a number of person-days.
    Days {
        /// As written.
        found: f64,
    },
    /// Not a number of periods.
    Periods {
        /// As written.
        found: u32,
    },
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        let meant = |nearest: &Option<String>| {
            nearest.as_ref().map_or_else(String::new, |name| format!(" (`{name}`?)"))
        };
        match self {
            Fault::UnknownInitiative { id, nearest } => (
                "roadmap.unknown-initiative",
                quoted(id),
                format!("the code of an initiative{}", meant(nearest)),
            ),
            Fault::DuplicateInitiative { id } => {
                ("roadmap.duplicate-initiative", quoted(id), "every initiative at most once".into())
            }
            Fault::UnknownTeam { id, nearest } => (
                "roadmap.unknown-team",
                quoted(id),
                format!("a team of an initiative or of `strategy.capacities.teams`{}", meant(nearest)),
            ),
            Fault::Days { found } => {
                ("roadmap.days", found.to_string(), "zero or more person-days, within the resolution".into())
            }
            Fault::Periods { found } => {
                ("roadmap.periods", found.to_string(), "from 1 to 1000 periods".into())
            }
        }
    }
}
