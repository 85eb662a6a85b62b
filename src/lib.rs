#![doc = include_str!("../README.md")]

mod error;
mod exact;
mod graph;
#[cfg(feature = "json")]
mod json;

pub mod change_board;
pub mod consensus;
#[cfg(any(feature = "csv", feature = "formats"))]
pub mod formats;
pub mod policy;
pub mod portfolio;
pub mod programme;
pub mod rank;
pub mod reason;
#[cfg(feature = "report")]
pub mod report;
pub mod roadmap;
#[cfg(feature = "schema")]
mod schema;
pub mod score;
pub mod sequence;
#[cfg(feature = "uncertainty")]
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
