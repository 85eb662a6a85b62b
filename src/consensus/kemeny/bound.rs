//! Exact lower bounds from inexact multipliers.
//!
//! For any multipliers `π ≥ 0` of rows `a·y ≥ r`, the least of `c·y − Σ π (a·y − r)` over the boxes is a lower bound on the cost of every
//! 0/1 point that satisfies the rows. Multipliers found in floating point are rounded to a grid, and the rest is integer arithmetic: the
//! bound holds however wrong they were.

use super::lp::Row;

/// Multipliers are multiples of 2⁻²⁰.
pub(crate) const GRID: u32 = 20;
/// No multiplier need be larger; keeps the sums far inside `i128`.
const LARGEST: f64 = (1_u128 << 88) as f64;

/// Which values a 0/1 column may still take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Not yet decided.
    Free,
    /// Decided: 0.
    Zero,
    /// Decided: 1.
    One,
}

/// The bound times 2²⁰; `slope` receives each column's exact reduced cost times 2²⁰.
pub(crate) fn lagrangian<'a>(
    cost: &[i64],
    domain: &[Domain],
    rows: impl Iterator<Item = (&'a Row, f64)>,
    slope: &mut Vec<i128>,
) -> i128 {
    slope.clear();
    slope.extend(cost.iter().map(|&c| i128::from(c) << GRID));
    let mut bound = 0;
    for (row, multiplier) in rows {
        let m = (multiplier * f64::from(1 << GRID)).round().clamp(0.0, LARGEST) as i128;
        if m == 0 {
            continue;
        }
        bound += m * row.rhs as i128;
        for &(j, sign) in &row.terms {
            slope[j as usize] += if sign > 0.0 { -m } else { m };
        }
    }
    for (&s, d) in slope.iter().zip(domain) {
        bound += match d {
            Domain::Free => s.min(0),
            Domain::Zero => 0,
            Domain::One => s,
        };
    }
    bound
}

/// The least integer that is not below `bound`·2⁻²⁰.
pub(crate) fn round_up(bound: i128) -> i128 {
    -((-bound) >> GRID)
}

#[cfg(test)]
mod tests {
    use super::super::lp::Lp;
    use super::*;

    #[test]
    fn the_bound_of_a_triangle_holds_for_any_multiplier() {
        // Costs 3, 5, 4 and y1 + y2 + y3 ≥ 1: the optimum is 3.
        let mut lp = Lp::new(vec![3.0, 5.0, 4.0]);
        lp.add_row(vec![(0, 1.0), (1, 1.0), (2, 1.0)], 1.0, false);
        let free = [Domain::Free; 3];
        let mut slope = Vec::new();
        for (multiplier, least) in [(-7.0, 0), (0.0, 0), (2.5, 3), (3.0, 3), (4.5, 3), (1e300, i128::MIN)] {
            let bound =
                lagrangian(&[3, 5, 4], &free, lp.rows().iter().map(|row| (row, multiplier)), &mut slope);
            assert!(round_up(bound) <= 3 && round_up(bound) >= least, "{multiplier}");
        }
        let fixed = [Domain::Zero, Domain::Free, Domain::Free];
        let bound = lagrangian(&[3, 5, 4], &fixed, lp.rows().iter().map(|row| (row, 4.0)), &mut slope);
        assert_eq!(round_up(bound), 4);
        assert_eq!(slope, [-1 << GRID, 1 << GRID, 0]);
    }

    #[test]
    fn rounding_is_upwards() {
        assert_eq!([0, 1, 1 << GRID, (1 << GRID) + 1, -1, -1 << GRID].map(round_up), [0, 1, 1, 2, 0, -1]);
    }
}
