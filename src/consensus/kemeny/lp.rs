//! A dual simplex method for boxed variables and rows that come and go.
//!
//! Every column lies in a box inside `[0, 1]` and every row `Σ ±y ≥ rhs` has a slack of finite range, so *any* basis becomes dual
//! feasible by putting each nonbasic variable on the side of its box that its reduced cost asks for. There is no first phase, and a
//! changed box or a new row leaves the basis as good as it was.
//!
//! Only rows that bind take part in the basis matrix; what is loose costs nothing but its own evaluation.
//!
//! Everything here is floating point and only guides: whoever prunes by it must check the multipliers exactly (see `bound`).
//!
//! # References
//! Forrest & Goldfarb 1992, Steepest-edge simplex algorithms for linear programming, Mathematical Programming 57.
//! Koberstein 2005, The dual simplex method, techniques for a fast and stable implementation (bound flipping).

// A nonbasic variable sits exactly on a side of its box.
#![allow(clippy::float_cmp)]

mod dual;

use super::factor::Factor;
use dual::FEASIBLE;

const NONE: u32 = u32::MAX;
/// Marks the slack of a row among variables.
const SLACK: u32 = 1 << 31;

/// One row `Σ sign·y ≥ rhs`.
#[derive(Debug)]
pub(crate) struct Row {
    /// Columns with their sign, +1 or −1.
    pub(crate) terms: Vec<(u32, f64)>,
    /// Right-hand side, a small integer.
    pub(crate) rhs: f64,
    /// Multiplier; positive at an optimum for a row that binds.
    pub(crate) dual: f64,
    range: f64,
    slack: f64,
    weight: f64,
    /// Position of the row in the basis matrix.
    at: u32,
    /// Position of the slack among the basic variables of the matrix.
    place: u32,
    /// The slack is nonbasic.
    tight: bool,
    idle: u32,
    lasting: bool,
}

/// How a call of [`Lp::solve`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Within tolerances optimal.
    Optimal,
    /// No point seems to satisfy all rows; [`Lp::ray`] holds the multipliers that should prove it.
    Infeasible,
    /// The allowance of pivots is used up.
    Limit,
}

/// The linear program with its current basis.
#[derive(Debug)]
pub(crate) struct Lp {
    cost: Vec<f64>,
    lo: Vec<f64>,
    hi: Vec<f64>,
    y: Vec<f64>,
    reduced: Vec<f64>,
    weight: Vec<f64>,
    /// Position of a basic column.
    place: Vec<u32>,
    /// Rows that hold a column.
    holders: Vec<Vec<(u32, f64)>>,
    rows: Vec<Row>,
    /// Basic variables of the matrix by position.
    basic: Vec<u32>,
    /// Rows of the matrix by position.
    lines: Vec<u32>,
    factor: Factor,
    pivots: u64,
    ray: Vec<(u32, f64)>,
    // Work space, kept to save allocation. By position: the pivot row, the entering column, steepest-edge products, flips.
    rho: Vec<f64>,
    column: Vec<f64>,
    tau: Vec<f64>,
    flips: Vec<f64>,
    // By column and by row, zero between pivots.
    alpha: Vec<f64>,
    touched: Vec<u32>,
    row_column: Vec<f64>,
    row_touched: Vec<u32>,
    /// Rows outside the matrix that follow the entering variable.
    followers: Vec<(u32, f64)>,
    /// Ratio, entry of the pivot row, variable.
    candidates: Vec<(f64, f64, u32)>,
}

impl Lp {
    /// A program without rows, each column in `[0, 1]`.
    pub(crate) fn new(cost: Vec<f64>) -> Self {
        let n = cost.len();
        Self {
            lo: vec![0.0; n],
            hi: vec![1.0; n],
            y: vec![0.0; n],
            reduced: cost.clone(),
            weight: vec![1.0; n],
            place: vec![NONE; n],
            holders: vec![Vec::new(); n],
            alpha: vec![0.0; n],
            cost,
            rows: Vec::new(),
            basic: Vec::new(),
            lines: Vec::new(),
            factor: Factor::default(),
            pivots: 0,
            ray: Vec::new(),
            rho: Vec::new(),
            column: Vec::new(),
            tau: Vec::new(),
            flips: Vec::new(),
            touched: Vec::new(),
            row_column: Vec::new(),
            row_touched: Vec::new(),
            followers: Vec::new(),
            candidates: Vec::new(),
        }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.y
    }

    pub(crate) fn pivots(&self) -> u64 {
        self.pivots
    }

    /// Rows and multipliers that should prove infeasibility after [`Outcome::Infeasible`].
    pub(crate) fn ray(&self) -> &[(u32, f64)] {
        &self.ray
    }

    /// Sets the box of a column. [`Lp::refresh`] must follow before the next solve.
    pub(crate) fn set_box(&mut self, column: usize, lo: f64, hi: f64) {
        self.lo[column] = lo;
        self.hi[column] = hi;
    }

    /// Adds a row; its slack is basic. A lasting row is never dropped.
    pub(crate) fn add_row(&mut self, terms: Vec<(u32, f64)>, rhs: f64, lasting: bool) {
        let id = self.rows.len() as u32;
        let (mut most, mut activity) = (0.0, 0.0);
        self.rho.clear();
        self.rho.resize(self.basic.len(), 0.0);
        for &(j, sign) in &terms {
            let at = j as usize;
            self.holders[at].push((id, sign));
            most += sign.max(0.0);
            activity += sign * self.y[at];
            if self.place[at] != NONE {
                self.rho[self.place[at] as usize] = sign;
            }
        }
        self.factor.solve_transposed(&mut self.rho);
        let weight = 1.0 + self.rho.iter().map(|r| r * r).sum::<f64>();
        let (range, slack) = (most - rhs, activity - rhs);
        self.rows.push(Row {
            terms,
            rhs,
            dual: 0.0,
            range,
            slack,
            weight,
            at: NONE,
            place: NONE,
            tight: false,
            idle: 0,
            lasting,
        });
        self.row_column.push(0.0);
    }

    /// Drops rows that have been loose in more than `patience` calls, if they are many.
    pub(crate) fn drop_loose_rows(&mut self, patience: u32) {
        self.refactor();
        let mut loose = 0;
        for row in &mut self.rows {
            row.idle = if !row.tight && !row.lasting && row.slack > FEASIBLE { row.idle + 1 } else { 0 };
            loose += usize::from(row.idle > patience);
        }
        if loose * 8 <= self.rows.len() {
            return;
        }
        self.rows.retain(|row| row.idle <= patience);
        self.row_column.truncate(self.rows.len());
        for holders in &mut self.holders {
            holders.clear();
        }
        for (i, row) in self.rows.iter().enumerate() {
            if row.at != NONE {
                self.lines[row.at as usize] = i as u32;
            }
            for &(j, sign) in &row.terms {
                self.holders[j as usize].push((i as u32, sign));
            }
        }
    }

    /// Puts every nonbasic variable on the right side of its box and computes the basic ones.
    pub(crate) fn refresh(&mut self) {
        for j in 0..self.y.len() {
            if self.place[j] == NONE {
                self.y[j] = if self.reduced[j] >= 0.0 { self.lo[j] } else { self.hi[j] };
            }
        }
        self.column.clear();
        for &i in &self.lines {
            let row = &mut self.rows[i as usize];
            let mut rest = row.rhs;
            if row.tight {
                row.slack = if row.dual >= 0.0 { 0.0 } else { row.range };
                rest += row.slack;
            }
            for &(j, sign) in &row.terms {
                if self.place[j as usize] == NONE {
                    rest -= sign * self.y[j as usize];
                }
            }
            self.column.push(rest);
        }
        self.factor.solve(&mut self.column);
        for (&variable, &value) in self.basic.iter().zip(&self.column) {
            if variable & SLACK == 0 {
                self.y[variable as usize] = value;
            }
        }
        for row in &mut self.rows {
            if !row.tight {
                row.slack =
                    row.terms.iter().map(|&(j, sign)| sign * self.y[j as usize]).sum::<f64>() - row.rhs;
            }
        }
    }

    /// Factors the matrix of the tight rows and basic columns afresh, or falls back to the empty basis where it is singular.
    pub(crate) fn refactor(&mut self) {
        if self.factor.is_fresh() {
            return;
        }
        self.basic.retain(|v| v & SLACK == 0);
        for (p, &j) in self.basic.iter().enumerate() {
            self.place[j as usize] = p as u32;
        }
        for &i in &self.lines {
            self.rows[i as usize].at = NONE;
            self.rows[i as usize].place = NONE;
        }
        let rows = &mut self.rows;
        self.lines.retain(|&i| rows[i as usize].tight);
        let mut matrix = Vec::with_capacity(self.lines.len());
        for (p, &i) in self.lines.iter().enumerate() {
            let row = &mut rows[i as usize];
            row.at = p as u32;
            let entries = row.terms.iter().map(|&(j, sign)| (self.place[j as usize], sign));
            matrix.push(entries.filter(|e| e.0 != NONE).collect());
        }
        if self.lines.len() != self.basic.len() || !self.factor.compute(matrix) {
            for &j in &self.basic {
                self.place[j as usize] = NONE;
                self.weight[j as usize] = 1.0;
            }
            for row in &mut self.rows {
                (row.at, row.tight, row.dual, row.weight) = (NONE, false, 0.0, 1.0);
            }
            self.basic.clear();
            self.lines.clear();
            self.factor = Factor::default();
        }
        self.recompute_duals();
        self.refresh();
    }

    fn recompute_duals(&mut self) {
        self.rho.clear();
        self.rho.extend(self.basic.iter().map(|&v| if v & SLACK == 0 { self.cost[v as usize] } else { 0.0 }));
        self.factor.solve_transposed(&mut self.rho);
        self.reduced.copy_from_slice(&self.cost);
        for (&i, &dual) in self.lines.iter().zip(&self.rho) {
            let row = &mut self.rows[i as usize];
            row.dual = dual;
            for &(j, sign) in &row.terms {
                self.reduced[j as usize] -= sign * dual;
            }
        }
        for &v in &self.basic {
            if v & SLACK == 0 {
                self.reduced[v as usize] = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Terms = Vec<(u32, f64)>;

    fn objective(cost: &[f64], y: &[f64]) -> f64 {
        cost.iter().zip(y).map(|(c, y)| c * y).sum()
    }

    /// Rows over nine columns that all hold at y = `witness`, a 0/1 point.
    fn rows() -> impl Strategy<Value = (Vec<f64>, Vec<(Terms, f64)>)> {
        let row = (proptest::collection::btree_map(0_u32..9, any::<bool>(), 2..5), 0_u32..3);
        let rows = proptest::collection::vec(row, 1..25);
        (proptest::collection::vec(0_u8..2, 9), rows).prop_map(|(witness, rows)| {
            let witness: Vec<f64> = witness.into_iter().map(f64::from).collect();
            let rows = rows.into_iter().map(|(signs, ease)| {
                let terms: Terms =
                    signs.into_iter().map(|(j, plus)| (j, if plus { 1.0 } else { -1.0 })).collect();
                let activity: f64 = terms.iter().map(|&(j, sign)| sign * witness[j as usize]).sum();
                (terms, activity - f64::from(ease))
            });
            (witness.clone(), rows.collect())
        })
    }

    proptest! {
        #[test]
        fn an_optimum_satisfies_rows_and_duality(cost in proptest::collection::vec(0.1..5.0, 9), (witness, rows) in rows()) {
            let mut lp = Lp::new(cost.clone());
            for (i, (terms, rhs)) in rows.iter().enumerate() {
                lp.add_row(terms.clone(), *rhs, false);
                if i % 3 == 2 {
                    prop_assert_eq!(lp.solve(1000), Outcome::Optimal);
                }
            }
            prop_assert_eq!(lp.solve(1000), Outcome::Optimal);
            let y = lp.values();
            prop_assert!(y.iter().all(|y| (-1e-6..=1.0 + 1e-6).contains(y)));
            let mut reduced = cost.clone();
            let mut bound = 0.0;
            for row in lp.rows() {
                let slack = row.terms.iter().map(|&(j, sign)| sign * y[j as usize]).sum::<f64>() - row.rhs;
                prop_assert!(slack >= -1e-6 && (slack - row.slack).abs() < 1e-6);
                bound += row.dual * row.rhs + row.range * row.dual.min(0.0);
                for &(j, sign) in &row.terms {
                    reduced[j as usize] -= sign * row.dual;
                }
            }
            bound += reduced.iter().map(|d| d.min(0.0)).sum::<f64>();
            prop_assert!((bound - objective(&cost, y)).abs() < 1e-6);
            prop_assert!(bound <= objective(&cost, &witness) + 1e-6);
        }
    }

    #[test]
    fn contradictory_rows_leave_a_ray() {
        let mut lp = Lp::new(vec![1.0, 2.0]);
        lp.add_row(vec![(0, 1.0), (1, 1.0)], 2.0, false);
        lp.add_row(vec![(0, -1.0), (1, -1.0)], -1.0, false);
        assert_eq!(lp.solve(100), Outcome::Infeasible);
        let total =
            |f: fn(&Row) -> f64| lp.ray().iter().map(|&(i, m)| m * f(&lp.rows()[i as usize])).sum::<f64>();
        assert!(lp.ray().iter().all(|&(_, m)| m > 0.0));
        assert!(total(|row| row.rhs) > 0.5);
    }

    #[test]
    fn boxes_change_and_loose_rows_go() {
        let mut lp = Lp::new(vec![1.0, 2.0, 3.0]);
        lp.add_row(vec![(0, 1.0), (1, 1.0), (2, 1.0)], 1.0, false);
        assert_eq!(lp.solve(100), Outcome::Optimal);
        assert!((lp.values()[0] - 1.0).abs() < 1e-9);
        lp.set_box(0, 0.0, 0.0);
        lp.refresh();
        assert_eq!(lp.solve(100), Outcome::Optimal);
        assert!((lp.values()[1] - 1.0).abs() < 1e-9);
        lp.set_box(1, 1.0, 1.0);
        lp.set_box(2, 1.0, 1.0);
        lp.refresh();
        assert_eq!(lp.solve(100), Outcome::Optimal);
        lp.drop_loose_rows(0);
        assert!(lp.rows().is_empty());
    }
}
