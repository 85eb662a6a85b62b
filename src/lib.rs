#![doc = include_str!("../docs/guide.md")]

mod error;
mod exact;

pub mod consensus;
pub mod policy;
pub mod programme;
pub mod rank;
pub mod reason;
pub mod roadmap;
pub mod score;

pub use consensus::Consensus;
pub use error::{Error, Fault, Path, Position, Problem, Segment};
pub use policy::Policy;
pub use programme::{
    Ballot, Criterion, Estimate, Initiative, Outcome, Programme, ProgrammeSpec, Stakeholder,
};
pub use rank::Ranking;
pub use reason::Reason;
pub use score::ScoringModel;
