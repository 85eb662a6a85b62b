//! The weight of a ballot: an exact number of millionths of a vote.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How many units of a fixed-point number make one: votes and points are counted in millionths.
pub const RESOLUTION: u64 = 1_000_000;

/// The greatest weight, and the greatest number of points on one initiative, in millionths (2⁵⁰, about 1.1 billion).
pub const MAX_MILLIONTHS: u64 = 1 << 50;

/// The greatest sum of weights in one tally, in millionths. It leaves room for margins in `i64` and for the
/// product of two sums in `i128`.
pub const MAX_TOTAL: u64 = 1 << 60;

/// The weight of a ballot, in millionths of a vote: positive, finite and exact.
///
/// Weights are quantised once, here; every count after it is an exact integer, so the order in which ballots are
/// added, and the number of piles that they are counted in, cannot change a result.
///
/// # Examples
///
/// ```
/// # use cxrank::consensus::{Weight, WeightError};
/// assert_eq!(Weight::from_votes(2.5)?.millionths(), 2_500_000);
/// assert_eq!(Weight::from_votes(0.0), Err(WeightError::NotPositive));
/// assert_eq!(Weight::from_votes(1e-9), Err(WeightError::BelowResolution));
/// # Ok::<(), WeightError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Weight(u64);

impl Weight {
    /// One vote.
    pub const ONE: Self = Self(RESOLUTION);

    /// A weight given in votes, rounded to the nearest millionth.
    ///
    /// # Errors
    ///
    /// When it is not finite, not positive, rounds to nothing, or is above [`MAX_MILLIONTHS`].
    pub fn from_votes(votes: f64) -> Result<Self, WeightError> {
        if votes <= 0.0 {
            return Err(WeightError::NotPositive);
        }
        Self::from_millionths(to_millionths(votes)?)
    }

    /// A weight given in millionths of a vote.
    ///
    /// # Errors
    ///
    /// When it is nothing, or above [`MAX_MILLIONTHS`].
    pub const fn from_millionths(millionths: u64) -> Result<Self, WeightError> {
        match millionths {
            0 => Err(WeightError::BelowResolution),
            1..=MAX_MILLIONTHS => Ok(Self(millionths)),
            _ => Err(WeightError::TooLarge),
        }
    }

    /// A whole number of votes, as for a ballot that was cast `count` times.
    ///
    /// # Errors
    ///
    /// When it is nothing, or above [`MAX_MILLIONTHS`].
    pub const fn from_count(count: u64) -> Result<Self, WeightError> {
        match count.checked_mul(RESOLUTION) {
            Some(0) => Err(WeightError::NotPositive),
            Some(millionths) => Self::from_millionths(millionths),
            None => Err(WeightError::TooLarge),
        }
    }

    /// The weight in millionths of a vote.
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// The weight in votes.
    pub fn votes(self) -> f64 {
        self.0 as f64 / RESOLUTION as f64
    }
}

impl TryFrom<u64> for Weight {
    type Error = WeightError;

    fn try_from(millionths: u64) -> Result<Self, WeightError> {
        Self::from_millionths(millionths)
    }
}

impl From<Weight> for u64 {
    fn from(weight: Weight) -> Self {
        weight.0
    }
}

/// A number that is not negative, to the nearest millionth.
pub(super) fn to_millionths(value: f64) -> Result<u64, WeightError> {
    if !value.is_finite() {
        return Err(WeightError::NotFinite);
    }
    if value < 0.0 {
        return Err(WeightError::NotPositive);
    }
    let scaled = (value * RESOLUTION as f64).round();
    if scaled > MAX_MILLIONTHS as f64 {
        return Err(WeightError::TooLarge);
    }
    // Whole, between 0 and 2⁵⁰: the conversion is exact.
    #[allow(clippy::cast_sign_loss)]
    Ok(scaled as u64)
}

/// Why a number is no weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightError {
    /// Infinite, or not a number.
    NotFinite,
    /// Zero or below.
    NotPositive,
    /// Above zero, but less than half a millionth.
    BelowResolution,
    /// More than [`MAX_MILLIONTHS`].
    TooLarge,
}

impl WeightError {
    /// A stable name for this kind of error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFinite => "ballot.weight-not-finite",
            Self::NotPositive => "ballot.weight-not-positive",
            Self::BelowResolution => "ballot.weight-below-resolution",
            Self::TooLarge => "ballot.weight-too-large",
        }
    }
}

impl fmt::Display for WeightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "not a finite number",
            Self::NotPositive => "not above zero",
            Self::BelowResolution => "less than the resolution of one millionth",
            Self::TooLarge => "more than 2^50 millionths",
        })
    }
}

impl std::error::Error for WeightError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_checked_at_the_door() {
        assert_eq!(Weight::from_votes(1.0), Ok(Weight::ONE));
        assert_eq!(Weight::from_votes(1.0 / 3.0).map(Weight::millionths), Ok(333_333));
        assert_eq!(Weight::from_votes(f64::NAN), Err(WeightError::NotFinite));
        assert_eq!(Weight::from_votes(f64::INFINITY), Err(WeightError::NotFinite));
        assert_eq!(Weight::from_votes(f64::NEG_INFINITY), Err(WeightError::NotPositive));
        assert_eq!(Weight::from_votes(-0.0), Err(WeightError::NotPositive));
        assert_eq!(Weight::from_votes(4e-7), Err(WeightError::BelowResolution));
        assert_eq!(Weight::from_votes(1e300), Err(WeightError::TooLarge));
        assert_eq!(Weight::from_millionths(MAX_MILLIONTHS + 1), Err(WeightError::TooLarge));
        assert_eq!(Weight::from_count(0), Err(WeightError::NotPositive));
        assert_eq!(Weight::from_count(u64::MAX), Err(WeightError::TooLarge));
        assert_eq!(Weight::from_count(3), Weight::from_votes(3.0));
    }

    #[test]
    fn a_weight_survives_a_file_and_a_bad_one_does_not() {
        let text = serde_json::to_string(&Weight::ONE).unwrap();
        assert_eq!(text, "1000000");
        assert_eq!(serde_json::from_str::<Weight>(&text).unwrap(), Weight::ONE);
        assert!(serde_json::from_str::<Weight>("0").is_err());
    }
}
