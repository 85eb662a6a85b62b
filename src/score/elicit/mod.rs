//! How weights and estimates are asked for, each way with its published arithmetic.
//!
//! | way | asks for | gives |
//! |---|---|---|
//! | [`given`] | weights, or points in any unit | them, adding up to 1 |
//! | [`swing`] | points for the swing of each criterion from worst to best | weights |
//! | [`rank_order_centroid`], [`rank_sum`] | the order of importance only | weights |
//! | [`ComparisonMatrix`] | how many times each is worth each other | weights, with their consistency |
//! | [`ThreePoint`] | low, likely, high | means and spreads of an estimate |
//!
//! Weights use `+ − × ÷` only, so that they are the same on every platform.

mod ahp;
mod rank_based;
mod three_point;
mod weights;

pub use ahp::{AhpWeights, ComparisonMatrix, Inconsistency, SAATY_RANDOM_INDEX};
pub use rank_based::{rank_order_centroid, rank_sum};
pub use three_point::{ThreePoint, ThreePointMoments};
pub use weights::{Weights, given, swing};
