//! Where an order first changes as one number moves.

/// A score of every item as a function of one number, in homogeneous coordinates: the number is `b/a`, so that infinity is `[0, 1]`.
#[derive(Debug)]
pub(super) enum Family {
    /// `a·first + b·second`: lines.
    Lines {
        /// The scores where the number is zero.
        first: Vec<f64>,
        /// What each unit of the number adds.
        second: Vec<f64>,
    },
    /// `gain / (a·rest + b·amount)`: the number is the price of an amount in the denominator.
    Prices {
        /// The numerators.
        gain: Vec<f64>,
        /// What the denominators hold besides.
        rest: Vec<f64>,
        /// What the number is the price of; zero or more.
        amount: Vec<f64>,
    },
}

/// How far a number can move in one direction before the set of the best changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    /// The number at which the two are level.
    pub(super) at: f64,
    /// The member that is overtaken.
    pub(super) leaves: usize,
    /// What overtakes it.
    pub(super) enters: usize,
}

impl Family {
    fn len(&self) -> usize {
        match self {
            Family::Lines { first, .. } => first.len(),
            Family::Prices { gain, .. } => gain.len(),
        }
    }

    fn score(&self, i: usize, [a, b]: [f64; 2]) -> f64 {
        match self {
            Family::Lines { first, second } => a * first[i] + b * second[i],
            Family::Prices { gain, .. } if gain[i] == 0.0 => 0.0,
            Family::Prices { gain, rest, amount } => gain[i] / (a * rest[i] + b * amount[i]),
        }
    }

    /// The number at which two items are level; the pair is level for at most one number, or for all.
    fn level(&self, i: usize, j: usize) -> f64 {
        match self {
            Family::Lines { first, second } => (first[i] - first[j]) / (second[j] - second[i]),
            Family::Prices { gain, rest, amount } => {
                (gain[i] * rest[j] - gain[j] * rest[i]) / (gain[j] * amount[i] - gain[i] * amount[j])
            }
        }
    }

    /// The first change of the set of the first `top` items, which is right at the number `from`, on the way to `to`.
    ///
    /// From the far end, the member that is worst there and the outsider that is best there are taken, and the end is moved to where the two
    /// are level, as in Newton's method: each step leaves fewer pairs in the wrong order, and the steps are few. Not all pairs are looked at.
    ///
    /// # Complexity
    ///
    /// O(n) a step.
    pub(super) fn first_change(&self, top: usize, from: f64, to: f64) -> Option<Crossing> {
        let mut found = None;
        let mut end = to;
        loop {
            let at = if end.is_finite() { [1.0, end] } else { [0.0, 1.0] };
            let (mut worst, mut worst_score) = (0, f64::INFINITY);
            for i in 0..top {
                let score = self.score(i, at);
                if score < worst_score {
                    (worst, worst_score) = (i, score);
                }
            }
            let (mut best, mut best_score) = (top, f64::NEG_INFINITY);
            for i in top..self.len() {
                let score = self.score(i, at);
                if score > best_score {
                    (best, best_score) = (i, score);
                }
            }
            if best == self.len() || !(best_score > worst_score) {
                return found;
            }
            let level = self.level(worst, best);
            // Level where the way begins, but for rounding.
            let level = if to > from { level.max(from) } else { level.min(from) };
            if level.is_nan() || (end - level).abs() <= 0.0 || (level - from).abs() > (end - from).abs() {
                return found;
            }
            found = Some(Crossing { at: level, leaves: worst, enters: best });
            end = level;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By testing all pairs.
    fn by_all_pairs(family: &Family, top: usize, from: f64, to: f64) -> Option<f64> {
        let mut nearest: Option<f64> = None;
        for i in 0..top {
            for j in top..family.len() {
                let end = if to.is_finite() { [1.0, to] } else { [0.0, 1.0] };
                if family.score(j, end) > family.score(i, end) {
                    let level = family.level(i, j);
                    if nearest.is_none_or(|x| (level - from).abs() < (x - from).abs()) {
                        nearest = Some(level);
                    }
                }
            }
        }
        nearest
    }

    fn sorted(family: &Family, from: f64) -> Family {
        let mut order: Vec<usize> = (0..family.len()).collect();
        order.sort_by(|&i, &j| family.score(j, [1.0, from]).total_cmp(&family.score(i, [1.0, from])));
        let take = |values: &[f64]| order.iter().map(|&i| values[i]).collect();
        match family {
            Family::Lines { first, second } => Family::Lines { first: take(first), second: take(second) },
            Family::Prices { gain, rest, amount } => {
                Family::Prices { gain: take(gain), rest: take(rest), amount: take(amount) }
            }
        }
    }

    proptest! {
        #[test]
        fn the_first_change_is_the_nearest_crossing(
            rows in prop::collection::vec((0.5f64..9.0, 0.5f64..9.0, 0.0f64..9.0), 2..30), top in 1usize..29, from in 0.1f64..2.0, kind in 0..3,
        ) {
            let column = |k: usize| rows.iter().map(|r| [r.0, r.1, r.2][k]).collect::<Vec<_>>();
            let top = top.min(rows.len() - 1);
            let (family, ends) = if kind == 0 {
                (Family::Prices { gain: column(0), rest: column(1), amount: column(2) }, [0.0, f64::INFINITY])
            } else {
                (Family::Lines { first: column(0), second: column(1) }, [-3.0, f64::INFINITY])
            };
            let family = sorted(&family, from);
            for to in ends {
                let found = family.first_change(top, from, to);
                let expected = by_all_pairs(&family, top, from, to);
                prop_assert_eq!(found.is_some(), expected.is_some());
                if let (Some(found), Some(expected)) = (found, expected) {
                    prop_assert!((found.at - expected).abs() <= 1e-9 * (1.0 + expected.abs()), "{found:?} {expected}");
                }
            }
        }
    }

    #[test]
    fn nothing_outside_nothing_changes() {
        let family = Family::Lines { first: vec![1.0, 2.0], second: vec![5.0, 0.0] };
        assert_eq!(family.first_change(2, 0.5, 1.0), None);
    }
}
