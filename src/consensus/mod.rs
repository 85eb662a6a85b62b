//! What the stakeholders say, together.
//!
//! Ballots are counted into a [`Tally`]; a [`Rule`] turns the tally into one [`WeakOrder`]; agreement and buy-in say how far that is from what
//! each stakeholder said. [`Consensus`] does all of it for a programme, by ids; what is beside it works on plain indices `0..n`, for callers
//! who count ballots of their own.

mod agreement;
mod borda;
mod buy_in;
mod coalition;
mod copeland;
mod count;
mod fault;
pub mod kemeny;
mod kemeny_rule;
mod minimax;
mod of_programme;
mod pair_reason;
mod points;
mod ranked_pairs;
mod reach;
mod robust;
mod rule;
mod schulze;
mod strength;
mod strict;
mod summary;
mod tactics;
mod tally;
mod vote;
mod weak_order;
mod weight;

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(crate) mod testing;

pub use crate::programme::Unranked;
pub use agreement::{PairCounts, compare_rankings};
pub use borda::{Borda, BordaStart};
pub use buy_in::{
    BuyIn, DeliveryBuyIn, GroupBuyIn, LostPair, Share, Side, Split, buy_in, delivery_buy_in, group_buy_in,
    splits,
};
pub use coalition::{Coverage, CoverageError, Standing, coverage};
pub use copeland::{Copeland, Llull};
pub use count::TallyBuilder;
pub use fault::Fault;
pub use kemeny_rule::{DEFAULT_NODES, Kemeny};
pub use minimax::{Minimax, MinimaxStrength};
pub use of_programme::Consensus;
pub(crate) use of_programme::borda_above_mean;
#[cfg(feature = "uncertainty")]
pub(crate) use of_programme::borda_of_ballots;
pub use pair_reason::{PairReason, pair_reason};
pub use points::Points;
pub use ranked_pairs::{RankedPairs, RankedPairsStrength};
pub use robust::{Absence, Flip, RuleRanks, WeightChange, decisive_absences, side_by_side, weight_changes};
pub use rule::{Certificate, ConsensusRule, Decision, Link, Rule, RuleError, RuleScores, Verdict};
pub use schulze::{Schulze, SchulzeStrength};
pub use strict::{BrokenTie, StrictOrder, TieBreak};
pub use summary::{
    Agreement, CoalitionCoverage, Dependence, InitiativeSplit, StakeholderBuyIn, Summary, UnitBuyIn,
};
pub use tactics::{Sign, signs};
pub use tally::{MAX_INITIATIVES, Tally, TallyError};
pub use vote::{BallotError, BallotProblem, Pile, PileError, Vote};
pub use weak_order::{RankingError, WeakOrder};
pub use weight::{MAX_MILLIONTHS, MAX_TOTAL, RESOLUTION, Weight, WeightError};
