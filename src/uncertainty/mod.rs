//! How sure is the order, what would flip it, and what is worth knowing better.

mod crossing;
mod fault;
mod given;
mod linear;
mod pareto;
mod random;
mod sampling;
mod sensitivity;
mod shape;
mod tally;
mod weights;

pub use fault::Fault;
pub use given::{Acceptability, GivenDraws, Values};
pub use pareto::{efficient_frontier, pareto_layers};
pub use sampling::{Driver, RankProbabilities, Sampling, Standing};
pub use sensitivity::{Change, Exchange, Input, Moved, Sensitivity, Stability, SureRange};
pub use weights::WeightSpace;

/// Winning indices of all pairs are kept for up to this many items.
const MOST_IN_PAIRS: usize = 2_000;

/// Ranks are counted, for every item, up to this many items.
const MOST_RANKED: usize = 10_000;

/// Draws are counted up to this many.
const MOST_DRAWS: usize = 1 << 24;
