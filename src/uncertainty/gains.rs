//! What candidates gain in each draw, in whole numbers.

use super::linear::Column;
use super::sampling::{Sampler, by_column};
use crate::exact::SCALE;
use crate::portfolio::Candidates;

/// What candidates, initiatives and then outcomes, gain, draw by draw.
pub(super) struct Gains {
    width: usize,
    pub(super) draws: usize,
    /// A row for each draw.
    rows: Vec<i64>,
    /// What 1 is; a power of two.
    pub(super) unit: f64,
}

impl Gains {
    pub(super) fn draw(sampler: &Sampler<'_>, candidates: &Candidates<'_>, draws: usize) -> Self {
        let codes = candidates.initiatives();
        let width = codes.len() + candidates.outcomes().len();
        let columns = sampler.linear.gains.len() + sampler.linear.costs.len();
        let mut weights = vec![0.0; draws * columns];
        sampler.draw_weights(0, &mut weights);
        let weights_by_column = by_column(&weights, columns);
        let streams = sampler.draws(0, draws);
        let places = sampler.linear.places();
        let mut rows = vec![0.0; draws * width];
        let (mut sums, mut values) = (vec![0.0; draws], vec![0.0; draws]);
        for i in 0..width {
            sums.fill(0.0);
            if let Some(&place) = codes.get(i).and_then(|code| places.get(code.as_str())) {
                let gains = 0..sampler.linear.gains.len();
                sampler.totals(gains, place, &streams, &weights_by_column, &mut values, &mut sums);
            } else {
                let shares = fixed_shares(sampler, candidates, i);
                for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(columns)) {
                    *sum = shares.iter().zip(weights).map(|(share, weight)| share * weight).sum::<f64>();
                }
            }
            for (d, &sum) in sums.iter().enumerate() {
                rows[d * width + i] = sum;
            }
        }
        let size = |row: &[f64]| row.iter().map(|x| x.abs()).sum::<f64>();
        let unit = unit(rows.chunks_exact(width.max(1)).map(size).fold(0.0, f64::max));
        Gains { width, draws, rows: rows.into_iter().map(|x| (x / unit).round() as i64).collect(), unit }
    }

    pub(super) fn row(&self, d: usize) -> &[i64] {
        &self.rows[d * self.width..][..self.width]
    }

    /// Over all draws.
    pub(super) fn sums(&self) -> Vec<i64> {
        (0..self.width).map(|i| self.rows.iter().skip(i).step_by(self.width).sum()).collect()
    }

    /// What a set gains in each draw.
    pub(super) fn values(&self, set: &[u32]) -> Vec<f64> {
        let value =
            |d: usize| set.iter().map(|&i| self.row(d)[i as usize]).sum::<i64>() as f64 * self.unit + 0.0;
        (0..self.draws).map(value).collect()
    }
}

/// The power of two of which a sum is less than 2³².
fn unit(sum: f64) -> f64 {
    let exponent = (sum.to_bits() >> 52) as i32 - 1023;
    libm::ldexp(1.0, exponent.clamp(-900, 900) + 1 - 32)
}

/// What a weight of 1 counts, by gain column, for an initiative without a score or an outcome: its means. What is missing counts nothing here: it is an enabler only.
pub(super) fn fixed_shares(sampler: &Sampler<'_>, candidates: &Candidates<'_>, i: usize) -> Vec<f64> {
    let quantities = sampler.linear.programme.quantities();
    let share = |column: &Column| {
        let (c, benefit) = quantities.benefits.iter().enumerate().find(|(_, b)| b.id == column.id)?;
        let index = candidates.index(i)?;
        let points = if i < candidates.initiatives().len() {
            quantities.points(c, index)?
        } else {
            benefit.outcome_points[index]?
        };
        Some(points as f64 / SCALE as f64 * column.factor)
    };
    let shares: Option<Vec<f64>> = sampler.linear.gains.iter().map(share).collect();
    shares.unwrap_or_else(|| vec![0.0; sampler.linear.gains.len()])
}
