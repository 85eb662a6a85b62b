//! The pivots: who leaves, who enters, and what follows.

use super::{Lp, NONE, Outcome, SLACK};

/// By how much a variable may leave its box.
pub(super) const FEASIBLE: f64 = 1e-7;
/// Entries of a pivot row below this count as zero.
const NEGLIGIBLE: f64 = 1e-9;
/// No smaller pivot is taken.
const LEAST_PIVOT: f64 = 1e-6;
/// A squared norm is at least this.
const LEAST_WEIGHT: f64 = 1e-4;

/// A basic variable outside its box, to be taken to the bound it missed.
#[derive(Clone, Copy)]
struct Leaving {
    variable: u32,
    position: usize,
    /// +1 if it must rise.
    direction: f64,
    target: f64,
    /// What it lacks, with its sign.
    gap: f64,
}

/// How one pivot went.
enum Pivot {
    Done,
    NoEntering,
    Unstable,
}

impl Lp {
    /// Runs the dual simplex method until optimal, infeasible or `allowance` pivots.
    pub(crate) fn solve(&mut self, allowance: u64) -> Outcome {
        let end = self.pivots.saturating_add(allowance);
        loop {
            if self.factor.is_stale() {
                self.refactor();
            }
            let Some(variable) = self.choose_leaving() else {
                return Outcome::Optimal;
            };
            if self.pivots >= end {
                return Outcome::Limit;
            }
            self.pivots += 1;
            let fresh = self.factor.is_fresh();
            let position = self.position(variable);
            match self.pivot(variable, position, fresh) {
                Pivot::Done => {}
                Pivot::NoEntering if fresh => return Outcome::Infeasible,
                Pivot::NoEntering | Pivot::Unstable => self.refactor(),
            }
        }
    }

    /// The variable that is farthest outside its box, by steepest edge.
    fn choose_leaving(&self) -> Option<u32> {
        let mut best = 0.0;
        let mut leaving = None;
        for (i, row) in self.rows.iter().enumerate() {
            let off = outside(row.slack, 0.0, row.range);
            if off > FEASIBLE && off * off > best * row.weight && !row.tight {
                best = off * off / row.weight;
                leaving = Some(i as u32 | SLACK);
            }
        }
        for &v in &self.basic {
            if v & SLACK == 0 {
                let j = v as usize;
                let off = outside(self.y[j], self.lo[j], self.hi[j]);
                if off > FEASIBLE && off * off > best * self.weight[j] {
                    best = off * off / self.weight[j];
                    leaving = Some(v);
                }
            }
        }
        leaving
    }

    /// The position of a basic variable; a loose row joins the matrix first.
    fn position(&mut self, variable: u32) -> usize {
        if variable & SLACK == 0 {
            return self.place[variable as usize] as usize;
        }
        let i = (variable ^ SLACK) as usize;
        if self.rows[i].place == NONE {
            let position = self.basic.len() as u32;
            let places = self.rows[i].terms.iter().map(|&(j, sign)| (self.place[j as usize], sign));
            self.factor.join(places.filter(|e| e.0 != NONE));
            self.rows[i].at = position;
            self.rows[i].place = position;
            self.basic.push(variable);
            self.lines.push(i as u32);
        }
        self.rows[i].place as usize
    }

    fn pivot(&mut self, variable: u32, position: usize, fresh: bool) -> Pivot {
        // The leaving variable in terms of the nonbasic ones: rho over slacks of the matrix, alpha over columns.
        self.rho.clear();
        self.rho.resize(self.basic.len(), 0.0);
        self.rho[position] = 1.0;
        self.factor.solve_transposed(&mut self.rho);
        for (r, &i) in self.rho.iter_mut().zip(&self.lines) {
            if r.abs() < NEGLIGIBLE {
                *r = 0.0;
                continue;
            }
            for &(j, sign) in &self.rows[i as usize].terms {
                let a = &mut self.alpha[j as usize];
                if *a == 0.0 {
                    self.touched.push(j);
                }
                *a -= *r * sign;
            }
        }
        let (value, lo, hi) = if variable & SLACK == 0 {
            let j = variable as usize;
            (self.y[j], self.lo[j], self.hi[j])
        } else {
            let row = &self.rows[(variable ^ SLACK) as usize];
            (row.slack, 0.0, row.range)
        };
        let (direction, target) = if value < lo { (1.0, lo) } else { (-1.0, hi) };
        let leaving = Leaving { variable, position, direction, target, gap: target - value };
        let result = if let Some(choice) = self.ratio_test(leaving) {
            self.exchange(leaving, choice, fresh)
        } else {
            let multipliers = self.lines.iter().zip(&self.rho).filter(|e| *e.1 != 0.0);
            self.ray.clear();
            self.ray.extend(multipliers.map(|(&i, r)| (i, -direction * r)));
            Pivot::NoEntering
        };
        for &j in &self.touched {
            self.alpha[j as usize] = 0.0;
        }
        self.touched.clear();
        result
    }

    /// The position in `candidates` of the entering variable; all before it are to be flipped.
    fn ratio_test(&mut self, leaving: Leaving) -> Option<usize> {
        let direction = leaving.direction;
        self.candidates.clear();
        for &j in &self.touched {
            let at = j as usize;
            let a = self.alpha[at];
            if a.abs() < NEGLIGIBLE || self.place[at] != NONE || self.lo[at] == self.hi[at] {
                continue;
            }
            if (direction * a > 0.0) == (self.y[at] == self.lo[at]) {
                self.candidates.push(((self.reduced[at] / (direction * a)).max(0.0), a, j));
            }
        }
        for (&i, &a) in self.lines.iter().zip(&self.rho) {
            let row = &self.rows[i as usize];
            if a != 0.0 && row.tight && row.range > 0.0 && (direction * a > 0.0) == (row.slack == 0.0) {
                self.candidates.push(((row.dual / (direction * a)).max(0.0), a, i | SLACK));
            }
        }
        self.candidates.sort_unstable_by(|x, y| x.0.total_cmp(&y.0).then(x.2.cmp(&y.2)));
        // A column whose entry was zero in between is listed twice.
        self.candidates.dedup_by_key(|x| x.2);
        let mut slope = leaving.gap.abs();
        let stop = self.candidates.iter().position(|&(_, a, v)| {
            slope -= a.abs() * if v & SLACK == 0 { 1.0 } else { self.rows[(v ^ SLACK) as usize].range };
            slope <= FEASIBLE
        })?;
        // Among candidates of nearly the same ratio the largest pivot.
        let ratio = self.candidates[stop].0;
        let least = ratio - 1e-9 * (1.0 + ratio);
        let mut best = stop;
        for at in (0..stop).rev().take_while(|&at| self.candidates[at].0 >= least) {
            if self.candidates[at].1.abs() > self.candidates[best].1.abs() {
                best = at;
            }
        }
        (0..=best).rev().find(|&at| self.candidates[at].1.abs() >= LEAST_PIVOT)
    }

    fn exchange(&mut self, leaving: Leaving, choice: usize, fresh: bool) -> Pivot {
        let size = self.basic.len();
        let (ratio, pivot, entering) = self.candidates[choice];
        let theta = leaving.direction * ratio;
        let position = leaving.position;
        // How the basic variables follow the entering one.
        self.column.clear();
        self.column.resize(size, 0.0);
        if entering & SLACK == 0 {
            for &(i, sign) in &self.holders[entering as usize] {
                let at = self.rows[i as usize].at;
                if at != NONE {
                    self.column[at as usize] = -sign;
                }
            }
        } else {
            self.column[self.rows[(entering ^ SLACK) as usize].at as usize] = 1.0;
        }
        self.factor.solve(&mut self.column);
        if (self.column[position] - pivot).abs() > 1e-7 * (1.0 + pivot.abs()) && !fresh {
            return Pivot::Unstable;
        }
        for x in &mut self.column {
            if x.abs() < 1e-11 {
                *x = 0.0;
            }
        }
        self.column[position] = pivot;
        // Duals.
        for &j in &self.touched {
            let j = j as usize;
            if self.place[j] == NONE {
                self.reduced[j] -= theta * self.alpha[j];
                self.alpha[j] = 0.0;
            }
        }
        for (&i, r) in self.lines.iter().zip(&self.rho) {
            self.rows[i as usize].dual -= theta * r;
        }
        // Primal values: first the flips, then the step that takes the leaving variable to its bound.
        let delta = (leaving.gap - self.flip(choice)) / pivot;
        self.spread_column(entering);
        for &(i, x) in &self.followers {
            self.rows[i as usize].slack += x * delta;
        }
        for (&v, x) in self.basic.iter().zip(&self.column) {
            if v & SLACK == 0 {
                self.y[v as usize] += x * delta;
            } else {
                self.rows[(v ^ SLACK) as usize].slack += x * delta;
            }
        }
        if entering & SLACK == 0 {
            self.y[entering as usize] += delta;
        } else {
            self.rows[(entering ^ SLACK) as usize].slack += delta;
        }
        self.update_weights(position, pivot, entering);
        // The leaving variable sits on its bound with the step as its multiplier.
        if leaving.variable & SLACK == 0 {
            let j = leaving.variable as usize;
            self.reduced[j] = theta;
            self.y[j] = leaving.target;
            self.place[j] = NONE;
        } else {
            let row = &mut self.rows[(leaving.variable ^ SLACK) as usize];
            row.dual = theta;
            row.slack = leaving.target;
            row.place = NONE;
            row.tight = true;
        }
        if entering & SLACK == 0 {
            self.reduced[entering as usize] = 0.0;
            self.place[entering as usize] = position as u32;
        } else {
            let row = &mut self.rows[(entering ^ SLACK) as usize];
            row.dual = 0.0;
            row.place = position as u32;
            row.tight = false;
        }
        self.basic[position] = entering;
        for x in &mut self.column {
            *x = -*x;
        }
        self.factor.replace(position, &self.column);
        Pivot::Done
    }

    /// Flips the first candidates to the other side of their boxes, the basic variables following. Returns the change of the leaving
    /// variable.
    fn flip(&mut self, count: usize) -> f64 {
        let mut change = 0.0;
        if count == 0 {
            return change;
        }
        self.flips.clear();
        self.flips.resize(self.basic.len(), 0.0);
        for c in 0..count {
            let (_, a, v) = self.candidates[c];
            let delta = if v & SLACK == 0 {
                let j = v as usize;
                let delta =
                    if self.y[j] == self.lo[j] { self.hi[j] - self.lo[j] } else { self.lo[j] - self.hi[j] };
                for &(i, sign) in &self.holders[j] {
                    let at = self.rows[i as usize].at;
                    if at != NONE {
                        self.flips[at as usize] -= sign * delta;
                    }
                }
                self.shift(v, delta);
                self.y[j] = if delta > 0.0 { self.hi[j] } else { self.lo[j] };
                delta
            } else {
                let row = &mut self.rows[(v ^ SLACK) as usize];
                let to = if row.slack == 0.0 { row.range } else { 0.0 };
                let delta = to - row.slack;
                self.flips[row.at as usize] += delta;
                row.slack = to;
                delta
            };
            change += a * delta;
        }
        self.factor.solve(&mut self.flips);
        for b in 0..self.basic.len() {
            if self.flips[b] != 0.0 {
                self.shift(self.basic[b], self.flips[b]);
            }
        }
        change
    }

    /// Changes the value of a variable, and with a column the rows outside the matrix that hold it.
    fn shift(&mut self, variable: u32, delta: f64) {
        if variable & SLACK == 0 {
            self.y[variable as usize] += delta;
            for &(i, sign) in &self.holders[variable as usize] {
                let row = &mut self.rows[i as usize];
                if row.at == NONE {
                    row.slack += sign * delta;
                }
            }
        } else {
            self.rows[(variable ^ SLACK) as usize].slack += delta;
        }
    }

    /// How the rows outside the matrix follow the entering variable.
    fn spread_column(&mut self, entering: u32) {
        let size = self.basic.len();
        for b in 0..=size {
            let (v, x) = if b < size { (self.basic[b], self.column[b]) } else { (entering, 1.0) };
            if x == 0.0 || v & SLACK != 0 {
                continue;
            }
            for &(i, sign) in &self.holders[v as usize] {
                if self.rows[i as usize].at == NONE {
                    if self.row_column[i as usize] == 0.0 {
                        self.row_touched.push(i);
                    }
                    self.row_column[i as usize] += sign * x;
                }
            }
        }
        // A row whose entry was zero in between is listed twice, the second time with nothing left.
        self.followers.clear();
        for i in self.row_touched.drain(..) {
            let x = std::mem::take(&mut self.row_column[i as usize]);
            if x != 0.0 {
                self.followers.push((i, x));
            }
        }
    }

    /// Steepest-edge weights after the pivot.
    fn update_weights(&mut self, position: usize, pivot: f64, entering: u32) {
        let size = self.basic.len();
        let weight = dot(&self.rho, &self.rho).max(LEAST_WEIGHT);
        self.tau.clear();
        self.tau.extend_from_slice(&self.rho);
        self.factor.solve(&mut self.tau);
        let updated = |old: f64, x: f64, tau: f64| old - x * (2.0 * tau - x * weight);
        for b in 0..size {
            let x = self.column[b] / pivot;
            if x != 0.0 && b != position {
                let v = self.basic[b];
                let w = if v & SLACK == 0 {
                    &mut self.weight[v as usize]
                } else {
                    &mut self.rows[(v ^ SLACK) as usize].weight
                };
                *w = updated(*w, x, self.tau[b]).max(LEAST_WEIGHT);
            }
        }
        for &(i, x) in &self.followers {
            let x = x / pivot;
            let row = &mut self.rows[i as usize];
            let places = row.terms.iter().map(|&(j, sign)| (self.place[j as usize], sign));
            let tau =
                places.filter(|e| e.0 != NONE).map(|(place, sign)| sign * self.tau[place as usize]).sum();
            row.weight = updated(row.weight, x, tau).max(1.0);
        }
        let weight = (weight / (pivot * pivot)).max(LEAST_WEIGHT);
        if entering & SLACK == 0 {
            self.weight[entering as usize] = weight;
        } else {
            self.rows[(entering ^ SLACK) as usize].weight = weight;
        }
    }
}

fn outside(x: f64, lo: f64, hi: f64) -> f64 {
    (lo - x).max(x - hi)
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}
