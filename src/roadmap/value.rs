//! What a plan brings over time, and what no plan can bring more than: exact integers.

use super::schedule::Plan;

/// What the whole of a period counts before discounting.
const UNIT: f64 = (1u64 << 30) as f64;

/// A benefit, as a rate per period, and what must be done for it.
#[derive(Debug, Clone)]
pub(crate) struct Gain {
    pub(crate) benefit: i64,
    /// For how many periods it is there; `None` for ever.
    pub(crate) lasts: Option<u32>,
    /// The items that must be done; never empty, unless it is there already.
    pub(crate) needs: Vec<u32>,
}

/// What benefits are worth by the period in which they become there.
#[derive(Debug, Clone)]
pub(crate) struct Worth {
    /// What a rate of 1 in the periods 1 to t is worth; from 0 periods on.
    upto: Vec<i64>,
    release_every: u32,
}

impl Worth {
    /// Over `horizon` periods, each worth 1/(1 + discount) of the one before; released at the end of every `release_every` periods.
    pub(crate) fn new(horizon: u32, discount: f64, release_every: u32) -> Self {
        // Repeated division and not a power, whose last bit differs between platforms.
        let mut factor = UNIT;
        let mut sum = 0;
        let mut upto = vec![0];
        for _ in 0..horizon {
            factor /= 1.0 + discount;
            sum += factor.round() as i64;
            upto.push(sum);
        }
        Worth { upto, release_every: release_every.max(1) }
    }

    /// What one of [`Worth::of`] counts in undiscounted periods.
    pub(crate) fn unit() -> f64 {
        1.0 / UNIT
    }

    pub(crate) fn horizon(&self) -> u32 {
        self.upto.len() as u32 - 1
    }

    /// The period at whose end something that ends in `end` is released; 0 stays 0: it is there already.
    pub(crate) fn released(&self, end: u32) -> u32 {
        end.div_ceil(self.release_every).saturating_mul(self.release_every)
    }

    /// What a rate of 1 is worth that is there from the period after `released` on, for so many periods.
    pub(crate) fn of(&self, released: u32, lasts: Option<u32>) -> i64 {
        let horizon = self.horizon();
        let from = released.min(horizon);
        let to = lasts.map_or(horizon, |lasts| released.saturating_add(lasts).min(horizon));
        self.upto[to.max(from) as usize] - self.upto[from as usize]
    }

    /// When a gain is released under a plan; `None` if something that it needs is not planned.
    pub(crate) fn release(&self, gain: &Gain, plan: &Plan) -> Option<u32> {
        let ends = gain.needs.iter().map(|&item| plan[item as usize].map(|slot| slot.end));
        ends.collect::<Option<Vec<u32>>>().map(|ends| self.released(ends.into_iter().max().unwrap_or(0)))
    }

    /// What a plan brings. Benefits below 2⁶² over fewer than 2¹² periods and 2²⁰ gains stay below 2¹²⁷.
    pub(crate) fn total(&self, gains: &[Gain], plan: &Plan) -> i128 {
        gains
            .iter()
            .filter_map(|gain| {
                let mut released = 0;
                for &item in &gain.needs {
                    released = released.max(plan[item as usize]?.end);
                }
                Some(i128::from(gain.benefit) * i128::from(self.of(self.released(released), gain.lasts)))
            })
            .sum()
    }

    /// What one of benefit is worth that ends in each of the periods 1, 2, … of a plan, at most, for the given ways to last.
    pub(crate) fn steps(&self, periods: u32, lasts: &[Option<u32>]) -> Vec<i64> {
        let worth = |end: u32, lasts| if end > periods { 0 } else { self.of(self.released(end), lasts) };
        (1..=periods)
            .map(|end| lasts.iter().map(|&l| worth(end, l) - worth(end + 1, l)).max().unwrap_or(0))
            .collect()
    }

    /// An upper bound on the benefit in each period of any plan, and on what all of it is worth.
    ///
    /// `done` bounds the benefit of what is done by the end of each of the periods 0, 1, …, and `lasts` are the ways in which benefits
    /// last. With U(t) the worth of one of benefit that ends in t, a plan is worth Σ b·U(t) = Σ (U(t) − U(t+1)) · (all b done by t),
    /// and U falls, so that each term is bounded by `done`.
    pub(crate) fn bound(&self, done: &[f64], lasts: &[Option<u32>]) -> (Vec<f64>, f64) {
        let periods = done.len() as u32 - 1;
        // One part in 10⁹ more than the rounding of doubles could take away.
        let outward = 1.0 + 1e-9;
        let rates = (1..=self.horizon())
            .map(|period| {
                done[((period - 1) / self.release_every * self.release_every).min(periods) as usize]
            })
            .collect();
        let total: f64 = self
            .steps(periods, lasts)
            .iter()
            .zip(&done[1..])
            .map(|(&step, done)| step as f64 / UNIT * done)
            .sum();
        (rates, total * outward)
    }
}

/// The greatest benefit of what any plan has done by the end of each of the periods 0, 1, …, given the `capacity` of each period.
///
/// `batches` are pairs of benefit and effort in falling density: sets closed under prerequisites, given those before, of the greatest
/// benefit per effort.
///
/// Proof. What is done by the end of a period is a closed set S, and all of its effort was spent until then: effort(S) ≤ C, the sum of
/// the capacities. Let F(x) be the greatest benefit of a closed set of effort at most x. The batches are the corners of its concave
/// hull F̂ (Sidney 1975; Picard 1976), and F̂(x) is had by filling x with the batches in order, the last by a part of it, as long as
/// their benefit is above zero. Hence benefit(S) ≤ F(effort(S)) ≤ F̂(C), whatever the plan. Limits that are left out here (several
/// teams taken as one, what follows what within a period, absorption, deadlines) only make the plans fewer. ∎
pub(crate) fn filled(batches: &[(f64, f64)], capacity: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut batches = batches.iter().copied().filter(|(benefit, _)| *benefit > 0.0);
    let (mut benefit, mut effort) = batches.next().unwrap_or((0.0, f64::INFINITY));
    let (mut rate, mut room) = (0.0, 0.0);
    std::iter::once(0.0)
        .chain(capacity)
        .map(|more| {
            room += more;
            while effort <= room {
                rate += benefit;
                room -= effort;
                (benefit, effort) = batches.next().unwrap_or((0.0, f64::INFINITY));
            }
            if effort.is_finite() && room > 0.0 {
                let part = benefit * (room / effort);
                rate += part;
                benefit -= part;
                effort -= room;
                room = 0.0;
            }
            rate
        })
        .collect()
}
