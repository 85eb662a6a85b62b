//! What the stakeholders say, together.
//!
//! Ballots are counted into a [`Tally`]; a [`Rule`] turns the tally into one [`WeakOrder`]. [`Consensus`] does both for a programme.

mod borda;
mod copeland;
mod count;
mod fault;
mod minimax;
mod of_programme;
mod points;
mod ranked_pairs;
mod reach;
mod rule;
mod schulze;
mod strength;
mod strict;
mod tally;
mod vote;
mod weak_order;
mod weight;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod testing;

pub use crate::programme::Unranked;
pub use borda::{Borda, BordaStart};
pub use copeland::{Copeland, Llull};
pub use count::TallyBuilder;
pub use fault::Fault;
pub use minimax::{Minimax, MinimaxStrength};
pub use of_programme::Consensus;
pub(crate) use of_programme::{borda_above_mean, borda_of_ballots};
pub use points::Points;
pub use ranked_pairs::{RankedPairs, RankedPairsStrength};
pub use rule::{ConsensusRule, Decision, Link, Rule, RuleError, RuleScores, Verdict};
pub use schulze::{Schulze, SchulzeStrength};
pub use strict::{BrokenTie, StrictOrder, TieBreak};
pub use tally::{MAX_INITIATIVES, Tally, TallyError};
pub use vote::{BallotError, BallotProblem, Pile, PileError, Vote};
pub use weak_order::{RankingError, WeakOrder};
pub use weight::{MAX_MILLIONTHS, MAX_TOTAL, RESOLUTION, Weight, WeightError};
