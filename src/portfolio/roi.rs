//! Return on investment, where benefit has a price.

use super::best_value::Solution;
use crate::programme::Strategy;
use crate::sequence::InPlay;

/// (Discounted benefit in money over the horizon − cost)/cost, everything being complete when the horizon begins; `None` without a price, a
/// horizon or a cost.
pub(super) fn roi(play: &InPlay<'_>, solution: &Solution) -> Option<f64> {
    let strategy = play.programme.strategy();
    let price = strategy.benefit_price?;
    let horizon = strategy.horizon?;
    let cost = play.amount(solution.cost);
    if cost <= 0.0 {
        return None;
    }
    let money = solution.selected.iter().map(|&node| {
        let i = play.index[node as usize] as usize;
        let programme = play.programme;
        let lasts = if play.is_initiative(node) {
            programme.initiatives()[i].lasts
        } else {
            programme.outcomes()[i].lasts
        };
        let periods = lasts.map_or(horizon, |lasts| lasts.min(horizon));
        play.points(play.benefit[node as usize]) * price * annuity(strategy, periods)
    });
    Some((money.sum::<f64>() - cost) / cost)
}

/// What one per period is worth today, paid at the end of each of so many periods.
fn annuity(strategy: &Strategy, periods: u32) -> f64 {
    let factor = 1.0 / (1.0 + strategy.discount.unwrap_or(0.0));
    let (mut sum, mut worth) = (0.0, 1.0);
    // A horizon is counted in periods that people plan; what is far away adds nothing more.
    for _ in 0..periods.min(100_000) {
        worth *= factor;
        sum += worth;
    }
    sum
}
