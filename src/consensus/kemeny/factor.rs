//! A sparse basis: LU factors, and the changes made since they were computed.
//!
//! Position p of the basis holds both its p-th variable and its p-th row. A change is either one column that takes another's
//! place (product form), or a row that joins together with its own slack.
//!
//! # References
//! Markowitz 1957, The elimination form of the inverse and its application to linear programming, Management Science 3.

/// A pivot below this is no pivot.
const SINGULAR: f64 = 1e-9;
/// A pivot is at least this share of the largest entry of its row.
const STABLE: f64 = 0.1;

/// A range of `entries`.
type Span = (u32, u32);

#[derive(Debug)]
struct Step {
    row: u32,
    column: u32,
    pivot: f64,
    lower: Span,
    upper: Span,
}

#[derive(Debug)]
enum Change {
    /// The variable at a position is replaced; entries are the new column in terms of the old basis.
    Replace { at: u32, pivot: f64, column: Span },
    /// A row joins, its slack basic; entries are the row in the basic variables.
    Join { at: u32, row: Span },
}

/// The factors of a basis matrix.
#[derive(Debug, Default)]
pub(crate) struct Factor {
    size: usize,
    steps: Vec<Step>,
    changes: Vec<Change>,
    entries: Vec<(u32, f64)>,
    factored: usize,
    work: Vec<f64>,
}

impl Factor {
    /// Factors the matrix with these rows of `(column, value)`; false if it is singular.
    ///
    /// # Complexity
    /// O(q²) for the choice of q pivots, and the elimination itself, near linear on the matrices met here.
    pub(crate) fn compute(&mut self, mut rows: Vec<Vec<(u32, f64)>>) -> bool {
        let q = rows.len();
        self.size = q;
        self.steps.clear();
        self.changes.clear();
        self.entries.clear();
        let mut holders: Vec<Vec<u32>> = vec![Vec::new(); q];
        let mut count = vec![0_u32; q];
        for (i, row) in rows.iter().enumerate() {
            for &(j, _) in row {
                holders[j as usize].push(i as u32);
                count[j as usize] += 1;
            }
        }
        let mut active: Vec<u32> = (0..q as u32).collect();
        self.work.clear();
        self.work.resize(q, 0.0);
        for _ in 0..q {
            // The shortest row, in it the stable entry of the shortest column.
            let Some(slot) = (0..active.len()).min_by_key(|&s| rows[active[s] as usize].len()) else {
                return false;
            };
            let i = active.swap_remove(slot) as usize;
            let line = std::mem::take(&mut rows[i]);
            let largest = line.iter().map(|e| e.1.abs()).fold(0.0, f64::max);
            if largest < SINGULAR {
                return false;
            }
            let stable = line.iter().filter(|e| e.1.abs() >= STABLE * largest);
            let Some(&(j, pivot)) = stable.min_by_key(|e| (count[e.0 as usize], e.0)) else {
                return false;
            };
            for &(c, _) in &line {
                count[c as usize] -= 1;
            }
            let upper_from = self.entries.len() as u32;
            self.entries.extend(line.iter().filter(|e| e.0 != j));
            let upper = (upper_from, self.entries.len() as u32);
            for target in std::mem::take(&mut holders[j as usize]) {
                let row = &mut rows[target as usize];
                let Some(slot) = row.iter().position(|e| e.0 == j) else {
                    continue;
                };
                let factor = row.swap_remove(slot).1 / pivot;
                self.entries.push((target, factor));
                if line.len() == 1 {
                    continue;
                }
                for &(c, v) in &line {
                    self.work[c as usize] = -factor * v;
                }
                self.work[j as usize] = 0.0;
                row.retain_mut(|(c, v)| {
                    *v += self.work[*c as usize];
                    self.work[*c as usize] = 0.0;
                    let keep = v.abs() > 1e-12;
                    count[*c as usize] -= u32::from(!keep);
                    keep
                });
                for &(c, _) in &line {
                    let v = self.work[c as usize];
                    if v != 0.0 {
                        self.work[c as usize] = 0.0;
                        row.push((c, v));
                        count[c as usize] += 1;
                        holders[c as usize].push(target);
                    }
                }
            }
            let lower = (upper.1, self.entries.len() as u32);
            self.steps.push(Step { row: i as u32, column: j, pivot, lower, upper });
        }
        self.factored = self.entries.len();
        true
    }

    /// Whether the changes have become longer than it takes to factor anew.
    pub(crate) fn is_stale(&self) -> bool {
        self.changes.len() >= 100 || self.entries.len() > 4 * self.factored + 20 * self.size + 2000
    }

    /// Whether nothing has changed since the matrix was factored.
    pub(crate) fn is_fresh(&self) -> bool {
        self.changes.is_empty()
    }

    /// Books that the variable at `at` is replaced by one whose column is `column` in terms of the basis.
    pub(crate) fn replace(&mut self, at: usize, column: &[f64]) {
        let from = self.entries.len() as u32;
        let others = column.iter().enumerate().filter(|&(b, &x)| x != 0.0 && b != at);
        self.entries.extend(others.map(|(b, &x)| (b as u32, x)));
        let span = (from, self.entries.len() as u32);
        self.changes.push(Change::Replace { at: at as u32, pivot: column[at], column: span });
    }

    /// Books a row at the next position, given by its entries in basic variables; its slack has the column −1.
    pub(crate) fn join(&mut self, row: impl Iterator<Item = (u32, f64)>) {
        let from = self.entries.len() as u32;
        self.entries.extend(row);
        let span = (from, self.entries.len() as u32);
        self.changes.push(Change::Join { at: self.size as u32, row: span });
        self.size += 1;
    }

    fn span(&self, span: Span) -> &[(u32, f64)] {
        &self.entries[span.0 as usize..span.1 as usize]
    }

    /// Solves B·x = b in place: by rows in, by variables out.
    pub(crate) fn solve(&mut self, x: &mut [f64]) {
        for step in &self.steps {
            let v = x[step.row as usize];
            if v != 0.0 {
                for &(i, f) in self.span(step.lower) {
                    x[i as usize] -= f * v;
                }
            }
        }
        let mut work = std::mem::take(&mut self.work);
        for step in self.steps.iter().rev() {
            let mut v = x[step.row as usize];
            for &(j, u) in self.span(step.upper) {
                v -= u * work[j as usize];
            }
            work[step.column as usize] = v / step.pivot;
        }
        x[..work.len()].copy_from_slice(&work);
        work.fill(0.0);
        self.work = work;
        for change in &self.changes {
            match *change {
                Change::Replace { at, pivot, column } => {
                    let v = x[at as usize];
                    if v != 0.0 {
                        let v = v / pivot;
                        for &(b, d) in self.span(column) {
                            x[b as usize] -= d * v;
                        }
                        x[at as usize] = v;
                    }
                }
                Change::Join { at, row } => {
                    let sum: f64 = self.span(row).iter().map(|&(b, a)| a * x[b as usize]).sum();
                    x[at as usize] = sum - x[at as usize];
                }
            }
        }
    }

    /// Solves x·B = c in place: by variables in, by rows out.
    pub(crate) fn solve_transposed(&mut self, x: &mut [f64]) {
        for change in self.changes.iter().rev() {
            match *change {
                Change::Replace { at, pivot, column } => {
                    let sum: f64 = self.span(column).iter().map(|&(b, d)| d * x[b as usize]).sum();
                    x[at as usize] = (x[at as usize] - sum) / pivot;
                }
                Change::Join { at, row } => {
                    let v = x[at as usize];
                    if v != 0.0 {
                        for &(b, a) in self.span(row) {
                            x[b as usize] += a * v;
                        }
                        x[at as usize] = -v;
                    }
                }
            }
        }
        let mut work = std::mem::take(&mut self.work);
        for step in &self.steps {
            let v = x[step.column as usize];
            if v != 0.0 {
                let v = v / step.pivot;
                for &(j, u) in self.span(step.upper) {
                    x[j as usize] -= u * v;
                }
                work[step.row as usize] = v;
            }
        }
        x[..work.len()].copy_from_slice(&work);
        work.fill(0.0);
        self.work = work;
        for step in self.steps.iter().rev() {
            let lower = self.span(step.lower);
            if !lower.is_empty() {
                let sum: f64 = lower.iter().map(|&(i, f)| f * x[i as usize]).sum();
                x[step.row as usize] -= sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A dense matrix by rows, kept beside the factors.
    fn product(matrix: &[Vec<f64>], x: &[f64]) -> Vec<f64> {
        matrix.iter().map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum()).collect()
    }

    fn transposed(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
        (0..matrix.len()).map(|j| matrix.iter().map(|row| row[j]).collect()).collect()
    }

    fn check(factor: &mut Factor, matrix: &[Vec<f64>]) -> Result<(), TestCaseError> {
        let x: Vec<f64> = (0..matrix.len()).map(|i| i as f64 - 1.5).collect();
        let mut forth = product(matrix, &x);
        factor.solve(&mut forth);
        let mut back = product(&transposed(matrix), &x);
        factor.solve_transposed(&mut back);
        for i in 0..x.len() {
            prop_assert!((forth[i] - x[i]).abs() < 1e-6 && (back[i] - x[i]).abs() < 1e-6);
        }
        Ok(())
    }

    fn signs(q: usize) -> impl Strategy<Value = Vec<Vec<i8>>> {
        proptest::collection::vec(proptest::collection::vec(-1_i8..=1, q), q)
    }

    proptest! {
        #[test]
        fn solves_through_changes(signs in signs(7), joined in proptest::collection::vec(-1_i8..=1, 7), column in signs(8), at in 0_usize..8) {
            let mut matrix: Vec<Vec<f64>> = signs.iter().map(|row| row.iter().map(|&s| f64::from(s)).collect()).collect();
            let sparse = |row: &Vec<f64>| -> Vec<(u32, f64)> {
                row.iter().enumerate().filter(|e| *e.1 != 0.0).map(|(j, &v)| (j as u32, v)).collect()
            };
            let mut factor = Factor::default();
            prop_assume!(factor.compute(matrix.iter().map(sparse).collect()));
            check(&mut factor, &matrix)?;
            // A row joins with its slack.
            let row: Vec<f64> = joined.iter().map(|&s| f64::from(s)).collect();
            factor.join(sparse(&row).into_iter());
            for line in &mut matrix {
                line.push(0.0);
            }
            matrix.push(row);
            matrix[7].push(-1.0);
            check(&mut factor, &matrix)?;
            // A column takes another's place.
            let entering: Vec<f64> = column[0].iter().map(|&s| f64::from(s)).chain([1.0]).take(8).collect();
            let mut inner = entering.clone();
            factor.solve(&mut inner);
            prop_assume!(inner[at].abs() > 0.01);
            factor.replace(at, &inner);
            for (line, x) in matrix.iter_mut().zip(&entering) {
                line[at] = *x;
            }
            check(&mut factor, &matrix)?;
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        let mut factor = Factor::default();
        assert!(!factor.compute(vec![vec![(0, 1.0), (1, 1.0)], vec![(0, 1.0), (1, 1.0)]]));
        assert!(!factor.compute(vec![vec![]]));
    }
}
