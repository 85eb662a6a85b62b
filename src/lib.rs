#![doc = include_str!("../README.md")]

mod error;
mod exact;

pub mod consensus;
pub mod policy;
pub mod programme;
pub mod rank;
pub mod reason;
pub mod score;
pub mod uncertainty;

pub use consensus::Consensus;
pub use error::{Error, Fault, Path, Position, Problem, Segment};
pub use policy::Policy;
pub use programme::{
    Ballot, Criterion, Estimate, Initiative, Outcome, Programme, ProgrammeSpec, Stakeholder,
};
pub use rank::Ranking;
pub use reason::Reason;
pub use score::ScoringModel;

#[cfg(test)]
#[path = "../benches/shared/scoring_input.rs"]
mod scoring_input;
