use crate::programme::Id;

/// What cannot be asked of the uncertainty of a programme. Codes are stable.
///
/// | code | what is refused |
/// |---|---|
/// | `uncertainty.no-draws` | a run of no draws |
/// | `uncertainty.top-out-of-range` | the top 0, or more than there are ranked initiatives |
/// | `uncertainty.no-weights` | weights whose constraints admit none |
/// | `uncertainty.correlation` | a correlation outside −1 to 1 |
/// | `uncertainty.level` | a level of confidence that is not above ½ and below 1 |
/// | `uncertainty.unknown-criterion` | a criterion that does not count in the model |
/// | `uncertainty.unknown-initiative` | an initiative that is not ranked |
/// | `uncertainty.driven-twice` | an estimate with two drivers |
/// | `uncertainty.shape` | given draws that do not fill their shape, and given numbers that are not finite or too great to be added up |
/// | `uncertainty.too-large` | more initiatives or draws than a run can hold |
/// | `uncertainty.nothing-ranked` | a programme of which nothing is ranked |
/// | `uncertainty.no-ballots` | stakeholders to be drawn where there is no ballot |
/// | `uncertainty.no-blend` | stakeholders to be drawn into an order in which they play no part |
/// | `uncertainty.blended` | a closed form for an order that the policy blends with the ballots |
/// | `uncertainty.weights-of-own-model` | weights to be drawn for a model of the caller's own |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No draws.
    NoDraws,
    /// K of zero, or above the number of ranked initiatives.
    Top {
        /// What was asked.
        found: usize,
        /// How many are ranked.
        ranked: usize,
    },
    /// Constraints on weights that no weights meet.
    NoWeights {
        /// What contradicts what.
        found: String,
    },
    /// Not a correlation.
    Correlation {
        /// What was stated.
        found: f64,
    },
    /// Not a level of confidence.
    Level {
        /// What was stated.
        found: f64,
    },
    /// Not a criterion that counts.
    UnknownCriterion {
        /// What was named.
        found: Id,
        /// Those that count.
        known: Vec<Id>,
    },
    /// Not a ranked initiative.
    UnknownInitiative {
        /// What was named.
        found: Id,
    },
    /// An estimate that two drivers would move.
    DrivenTwice {
        /// The initiative.
        found: Id,
    },
    /// Draws that do not fill their shape.
    Shape {
        /// What was given.
        found: String,
        /// What the shape asks for.
        expected: String,
    },
    /// Too much to hold.
    TooLarge {
        /// How many.
        found: usize,
        /// At most.
        most: usize,
    },
    /// Nothing is ranked.
    NothingRanked,
    /// No ballot.
    NoBallots,
    /// The policy does not blend.
    NoBlend,
    /// The policy blends.
    Blended,
    /// Weights are the model's own affair.
    WeightsOfOwnModel,
}

impl Fault {
    /// Code, found, expected.
    pub(crate) fn parts(&self) -> (&'static str, String, String) {
        match self {
            Fault::NoDraws => ("uncertainty.no-draws", "0".into(), "at least one draw".into()),
            Fault::Top { found, ranked } => (
                "uncertainty.top-out-of-range",
                found.to_string(),
                format!("from 1 to {ranked}, the number of ranked initiatives"),
            ),
            Fault::NoWeights { found } => {
                ("uncertainty.no-weights", found.clone(), "constraints that some weights meet".into())
            }
            Fault::Correlation { found } => {
                ("uncertainty.correlation", found.to_string(), "a correlation from -1 to 1".into())
            }
            Fault::Level { found } => {
                ("uncertainty.level", found.to_string(), "a level above 0.5 and below 1".into())
            }
            Fault::UnknownCriterion { found, known } => (
                "uncertainty.unknown-criterion",
                format!("`{found}`"),
                format!(
                    "a criterion that counts: {}",
                    known.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
                ),
            ),
            Fault::UnknownInitiative { found } => (
                "uncertainty.unknown-initiative",
                format!("`{found}`"),
                "the code of a ranked initiative".into(),
            ),
            Fault::DrivenTwice { found } => (
                "uncertainty.driven-twice",
                format!("`{found}`"),
                "at most one driver for each estimate".into(),
            ),
            Fault::Shape { found, expected } => ("uncertainty.shape", found.clone(), expected.clone()),
            Fault::TooLarge { found, most } => {
                ("uncertainty.too-large", found.to_string(), format!("at most {most}"))
            }
            Fault::NothingRanked => (
                "uncertainty.nothing-ranked",
                "no initiative with a score".into(),
                "at least one open initiative with a score".into(),
            ),
            Fault::NoBlend => (
                "uncertainty.no-blend",
                "a policy without a blend".into(),
                "a policy that blends the ballots in".into(),
            ),
            Fault::Blended => (
                "uncertainty.blended",
                "a policy with a blend".into(),
                "an order by the model alone: draws cover the blend, closed forms do not".into(),
            ),
            Fault::WeightsOfOwnModel => (
                "uncertainty.weights-of-own-model",
                "weights to be drawn".into(),
                "`fixed`: what weights mean is up to the caller's model".into(),
            ),
            Fault::NoBallots => ("uncertainty.no-ballots", "no ballot".into(), "at least one ballot".into()),
        }
    }
}
