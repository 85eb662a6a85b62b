//! Scoring methods that teams arrive with, each a pure function on its own small input, with its published arithmetic.
//!
//! They are here so that the numbers of a spreadsheet can be seen beside a cost/benefit order with declared scales. Each page gives
//! the formula, when *not* to use it, and the source.
//!
//! | method | an item's score depends on | inputs |
//! |---|---|---|
//! | [`Rice`] | itself | reach, impact, confidence, effort |
//! | [`Ice`], [`IceMean`] | itself | impact, confidence, ease |
//! | [`Wsjf`] | itself | relative cost of delay, job size |
//! | [`Cd3`] | itself | cost of delay in money, duration |
//! | [`Opportunity`] | itself | importance, satisfaction |
//! | [`BusinessCase`] | itself | benefit, its price, effort, discount rate |
//! | [`WeightedSum`] | itself | criteria on declared scales |
//! | [`KanoTally`] | itself | answers to a pair of questions |
//! | [`WeightedSumSetRelative`] | the whole list | criteria, divided by the greatest of each |
//! | [`WiegersSetRelative`] | the whole list | benefit, penalty, cost, risk |
//! | [`CostValueSetRelative`] | the whole list | pairwise comparisons of value and of cost |
//! | [`CumulativeVoting`] | itself | points given by voters |
//!
//! [`MoscowGuard`] reads a list that is already made. Score bands and quadrants belong to the policy, and [`rank`](crate::rank) reads them.
//!
//! # Conventions of all of them
//!
//! - A blank input is `None`, and gives [`Assessment::Unscored`](crate::score::Assessment) with what is missing, never zero.
//! - An input out of range gives [`InputError`](crate::score::InputError) with every problem at once. A zero to divide by is such a problem,
//!   [`NonPositiveDenominator`](crate::score::InputFault::NonPositiveDenominator), for a caller who wants to list the item as unscored instead.
//! - A result is finite and never −0, and uses `+ − × ÷ √` only, so that it is the same on every platform.
//! - What is set-relative (adding an item moves the others) says so in its name; sums over a list run in the order of the list.

mod business_case;
mod cd3;
mod cost_value;
mod cumulative_voting;
mod ice;
mod kano;
mod moscow;
mod opportunity;
mod preset;
mod rice;
mod weighted_sum;
mod wiegers;
mod wsjf;

pub use crate::score::input::{Input, Rule};
pub use business_case::{BusinessCase, BusinessCaseResult};
pub use cd3::{Cd3, MoneyPerTime};
pub use cost_value::{CostValueBand, CostValueScore, CostValueSetRelative};
pub use cumulative_voting::{CumulativeVoting, VotedItem};
pub use ice::{Ice, IceMean};
pub use kano::{KanoAnswer, KanoClass, KanoDenominator, KanoResult, KanoTally};
pub use moscow::{Moscow, MoscowGuard, MoscowItem, MoscowShares};
pub use opportunity::Opportunity;
pub use preset::{Preset, PresetScore};
pub use rice::Rice;
pub use weighted_sum::{
    Scale, ScaleSetter, SetRelativeScores, WeightedScore, WeightedSum, WeightedSumSetRelative,
};
pub use wiegers::{WiegersItem, WiegersScore, WiegersSetRelative, WiegersWeights};
pub use wsjf::{RelativeCostOfDelay, Wsjf};
