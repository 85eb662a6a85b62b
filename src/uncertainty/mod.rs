//! How sure is the order, what would flip it, and what is worth knowing better.
//!
//! A single ranked list is false precision: on typical inputs only two or three of a hundred initiatives are among the first ten for sure.
//!
//! | question | answer |
//! |---|---|
//! | how far can a weight move; what would swap two; who is above whom whatever happens | [`Sensitivity`]: exact, nothing is drawn |
//! | how likely is a rank; what is too close to call | [`Sampling`]: one seeded run over estimates, weights, stakeholders |
//! | is it funded, is it in the first batch; which estimate is worth a week of research | [`FundingDecision`] |
//! | the same for a published run | [`GivenDraws`] |
//!
//! Everything here reads a programme and changes nothing. Probabilities are doubles with their standard errors; what is computed in closed form is so to rounding.

// What is exactly equal is a tie, and nothing else is.
#![allow(clippy::float_cmp)]

mod core_index;
mod crossing;
mod custom;
mod fault;
mod gains;
mod given;
mod information;
mod linear;
mod pareto;
mod random;
mod sampling;
mod sensitivity;
mod shape;
mod stakeholders;
mod tally;
mod weights;
mod worth;

pub use core_index::{CoreBy, CoreClass};
pub use fault::Fault;
pub use given::{Acceptability, GivenDraws, Values};
pub use information::{Estimated, WorthKnowing, evpi};
pub use pareto::{efficient_frontier, pareto_layers};
pub use sampling::{Driver, RankProbabilities, Sampling, Standing};
pub use sensitivity::{Change, Exchange, Input, Moved, Sensitivity, Stability, SureRange};
pub use weights::WeightSpace;
pub use worth::{Candidate, FundingDecision, Worth};

/// Winning indices of all pairs are kept for up to this many items.
const MOST_IN_PAIRS: usize = 2_000;

/// Ranks are counted, for every item, up to this many items.
const MOST_RANKED: usize = 10_000;

/// Draws are counted up to this many.
const MOST_DRAWS: usize = 1 << 24;
