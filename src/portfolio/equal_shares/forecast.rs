//! How far the shares may be raised before a run could come out otherwise.
//!
//! While the same items are bought in the same order and the same ballots pay all they have, every purse and every price paid is an affine
//! function of the raise. A forecast follows their slopes and keeps the least raise at which one of the comparisons that a run made
//! could change: who pays all, which item is cheapest, and what cannot be paid. Slopes of purses are never negative, those of prices never
//! positive, since what some have more of others pay less of. The slopes are doubles with a bound on their error, the
//! margins are exact lower bounds, and both are taken on the safe side; so a forecast may be too short and is never too long.

/// Follows one run. Everything is in the fixed point of the run, per unit of weight.
pub(super) struct Forecast {
    /// What each ballot would have more, per unit of raise.
    drift: Vec<f64>,
    /// No drift is off by more than `error`, or greater in size than `largest`.
    error: f64,
    largest: f64,
    reach: f64,
}

/// A slope and a bound on its error.
#[derive(Clone, Copy)]
pub(super) struct Slope {
    pub(super) value: f64,
    pub(super) error: f64,
}

/// A lower bound of a price: at least `at` now, falling no faster than `fall` per unit of raise.
///
/// However the payments are split up into those who pay all and the others, the price is at least the cost without what the former have,
/// divided by the weighted value of the latter; and that is an affine function.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    pub(super) at: u64,
    pub(super) fall: f64,
}

/// Far more than a handful of operations on doubles can lose, relative to their terms.
const ROUNDING: f64 = 1e-9;

impl Forecast {
    pub(super) fn new(ballots: usize) -> Self {
        Self { drift: vec![1.0; ballots], error: 0.0, largest: 1.0, reach: f64::INFINITY }
    }

    /// The raise up to which the run is certain to come out the same.
    pub(super) fn reach(&self) -> f64 {
        (self.reach * (1.0 - ROUNDING)).max(0.0)
    }

    /// A comparison holds now by at least `margin`, which changes by `slope` per unit of raise.
    pub(super) fn limit(&mut self, margin: i128, slope: Slope) {
        let fall = slope.error - slope.value;
        if margin <= 0 {
            self.reach = 0.0;
        } else if fall > 0.0 {
            self.reach = self.reach.min(margin as f64 / fall * (1.0 - ROUNDING));
        }
    }

    /// The drift of the money of some ballots together.
    pub(super) fn money(&self, members: impl Iterator<Item = (u32, u64)>) -> Slope {
        let (mut value, mut weights, mut terms) = (0.0, 0.0, 0.0);
        for (ballot, weight) in members {
            value += self.drift[ballot as usize] * weight as f64;
            weights += weight as f64;
            terms += f64::EPSILON;
        }
        Slope {
            value,
            error: weights * (self.error + self.largest * (ROUNDING + terms)) * (1.0 + ROUNDING + terms),
        }
    }

    /// The slope of a price when some ballots pay all they have and the weighted value of the others is `steepness`.
    pub(super) fn price(&self, paying_all: impl Iterator<Item = (u32, u64)>, steepness: u128) -> Slope {
        let money = self.money(paying_all);
        let by = steepness as f64;
        Slope { value: -money.value / by, error: (money.error + money.value.abs() * ROUNDING) / by }
    }

    /// The slope of what the price asks of a ballot beyond what it has.
    pub(super) fn shortage(&self, ballot: u32, price: Slope, value: u64) -> Slope {
        let value = value as f64;
        let due = price.value * value;
        let drift = self.drift[ballot as usize];
        Slope {
            value: due - drift,
            error: self.error + price.error * value + (drift.abs() + due.abs()) * ROUNDING,
        }
    }

    /// A ballot has paid: all it had, or the price per unit of `value`.
    pub(super) fn pay(&mut self, ballot: u32, price: Slope, value: Option<u64>) {
        let drift = &mut self.drift[ballot as usize];
        *drift = value.map_or(0.0, |value| *drift - price.value * value as f64);
    }

    /// A purchase is over, in which nobody valued a unit at more than `steepest`.
    pub(super) fn bought(&mut self, price: Slope, steepest: u64) {
        let steepest = steepest as f64;
        self.largest = (self.largest + price.value.abs() * steepest) * (1.0 + ROUNDING);
        self.error = (self.error + price.error * steepest) * (1.0 + ROUNDING) + self.largest * f64::EPSILON;
    }
}

impl Slope {
    /// The slope of `line.at · a − price · b`, for the price whose slope this is.
    pub(super) fn below(self, line: Line, a: u64, b: u64) -> Self {
        let (a, b) = (line.fall * a as f64, b as f64);
        Self {
            value: -a - self.value * b,
            error: self.error * b + (a.abs() + self.value.abs() * b) * ROUNDING,
        }
    }

    /// The same the other way.
    pub(super) fn negated(self) -> Self {
        Self { value: -self.value, ..self }
    }
}
