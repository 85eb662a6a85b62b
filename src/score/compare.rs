//! Two models over one programme: which initiatives move most, and which input is why.

use crate::score::input::{InputError, InputFault, collect, expect_length};

/// One model's view of the same initiatives: where it ranks each, and the terms that its score is the sum of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelRanking<'a> {
    /// The rank of every initiative; `None` for one that the model cannot score.
    pub ranks: &'a [Option<u32>],
    /// The names of the inputs. The same name in both models is the same input.
    pub inputs: &'a [&'a str],
    /// For every initiative in turn a term for each input; they add up to its score, or to its difference from a score that is the same for
    /// all. What stands in the row of an initiative without rank is ignored.
    pub terms: &'a [f64],
}

/// An initiative that stands elsewhere in the second model.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Move<'a> {
    /// The initiative.
    pub item: u32,
    /// Its rank by the first model, among those that both rank.
    pub first: u32,
    /// Its rank by the second model, among those that both rank.
    pub second: u32,
    /// The input that explains most of it; `None` if its own terms explain nothing of it and others moved past.
    pub cause: Option<Cause<'a>>,
}

/// The input that explains most of a move.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Cause<'a> {
    /// Its name.
    pub input: &'a str,
    /// By how many standard deviations it lifts (or lowers, if negative) the initiative in the second model beyond what it does in the first.
    pub amount: f64,
    /// The same for all inputs together; the amounts of all inputs add up to it.
    pub of: f64,
}

/// What differs between two models.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison<'a> {
    /// Everything that moves, most places first, of equals the lower index first.
    pub moves: Vec<Move<'a>>,
    /// What only the first model ranks.
    pub only_first: Vec<u32>,
    /// What only the second model ranks.
    pub only_second: Vec<u32>,
}

/// Compares two models over the same initiatives.
///
/// Ranks are counted again among the initiatives that both models rank, so that one that a model cannot score moves nobody.
///
/// # Formula
///
/// An input's effect on an initiative is `(term − mean term) / standard deviation of the scores`, over the initiatives that both models rank. So
/// the effects of one initiative add up to its standard score, whatever units a model has, and a constant that is in every score drops out. The
/// cause of a move up (down) is the input whose effect rises (falls) most from the first model to the second, an input that a model does
/// not have having the effect 0.
///
/// Products and ratios have no terms by nature; those of [`terms_against`](super::presets::Preset::terms_against) one fixed item serve.
///
/// # Errors
///
/// Lists of different lengths; every term of a ranked initiative that is not finite. Paths begin with `first` or `second`.
///
/// # Complexity
///
/// O(n·k + n log n) time and O(n·k) memory for n initiatives and k inputs.
///
/// # Examples
///
/// ```
/// use cxrank::score::{ModelRanking, compare};
///
/// // Three initiatives. The first model adds value and ease, the second value and urgency.
/// let first = ModelRanking {
///     ranks: &[Some(1), Some(2), Some(3)],
///     inputs: &["value", "ease"],
///     terms: &[5.0, 4.0, 4.0, 3.0, 3.0, 2.0],
/// };
/// let second = ModelRanking {
///     ranks: &[Some(2), Some(3), Some(1)],
///     inputs: &["value", "urgency"],
///     terms: &[5.0, 1.0, 4.0, 0.0, 3.0, 9.0],
/// };
/// let moves = compare(first, second)?.moves;
/// assert_eq!((moves[0].item, moves[0].first, moves[0].second), (2, 3, 1));
/// assert_eq!(moves[0].cause.unwrap().input, "urgency");
/// # Ok::<(), cxrank::score::InputError>(())
/// ```
pub fn compare<'a>(first: ModelRanking<'a>, second: ModelRanking<'a>) -> Result<Comparison<'a>, InputError> {
    let n = first.ranks.len();
    if u32::try_from(n).is_err() {
        let (found, expected) = (n as f64, "fewer than 2^32 initiatives");
        return Err(InputFault::OutOfRange { found, expected }.at("first.ranks").into());
    }
    expect_length("second.ranks", second.ranks.len(), n)?;
    collect([first.check("first"), second.check("second")])?;

    let ranked_by = |a: bool, b: bool| {
        (0..n).filter(move |&i| first.ranks[i].is_some() == a && second.ranks[i].is_some() == b)
    };
    let common: Vec<usize> = ranked_by(true, true).collect();
    let (before, after) = (ranks_among(&common, first.ranks), ranks_among(&common, second.ranks));

    let mut names: Vec<&str> = first.inputs.iter().chain(second.inputs).copied().collect();
    names.sort_unstable();
    names.dedup();
    // The change of every effect, row by row in the order of `common`.
    let mut changes = vec![0.0; common.len() * names.len()];
    first.add_effects(&common, &names, -1.0, &mut changes);
    second.add_effects(&common, &names, 1.0, &mut changes);

    let mut moves: Vec<Move<'a>> = (0..common.len())
        .filter(|&row| before[row] != after[row])
        .map(|row| {
            let changes = &changes[row * names.len()..][..names.len()];
            let direction = if after[row] < before[row] { 1.0 } else { -1.0 };
            let mut cause: Option<Cause<'a>> = None;
            for (input, &amount) in names.iter().zip(changes) {
                if direction * amount > cause.map_or(0.0, |cause| direction * cause.amount) {
                    cause = Some(Cause { input, amount, of: changes.iter().sum() });
                }
            }
            Move { item: index(common[row]), first: before[row], second: after[row], cause }
        })
        .collect();
    moves.sort_by_key(|moved| std::cmp::Reverse(moved.first.abs_diff(moved.second)));
    Ok(Comparison {
        moves,
        only_first: ranked_by(true, false).map(index).collect(),
        only_second: ranked_by(false, true).map(index).collect(),
    })
}

impl ModelRanking<'_> {
    fn check(&self, path: &str) -> Result<(), InputError> {
        let (n, k) = (self.ranks.len(), self.inputs.len());
        expect_length(&format!("{path}.terms"), self.terms.len(), n.saturating_mul(k))?;
        let ranked = (0..n * k).filter(|i| self.ranks[i / k].is_some());
        collect(ranked.filter(|&i| !self.terms[i].is_finite()).map(|i| {
            let path = format!("{path}.terms[{}][{}]", i / k, i % k);
            Err::<(), _>(InputFault::NotFinite { found: self.terms[i] }.at(path).into())
        }))?;
        Ok(())
    }

    /// Adds `sign` times the effect of every input on every item of `common` to a table with a column per name.
    fn add_effects(&self, common: &[usize], names: &[&str], sign: f64, table: &mut [f64]) {
        let k = self.inputs.len();
        let rows = || common.iter().map(|&item| &self.terms[item * k..][..k]);
        let greatest = rows().flatten().fold(0.0, |greatest, term| f64::max(greatest, term.abs()));
        if greatest <= 0.0 {
            return;
        }
        // In units of the greatest term, so that no sum or square overflows.
        let count = common.len() as f64;
        let means: Vec<f64> =
            (0..k).map(|j| rows().map(|row| row[j] / greatest).sum::<f64>() / count).collect();
        let effects = |row: &[f64]| -> Vec<f64> {
            row.iter().zip(&means).map(|(term, mean)| term / greatest - mean).collect()
        };
        let variance =
            rows().map(|row| effects(row).iter().sum::<f64>()).map(|score| score * score).sum::<f64>()
                / count;
        let deviation = variance.sqrt();
        if deviation <= SAME_SCORE {
            return;
        }
        let columns: Vec<usize> =
            self.inputs.iter().map(|input| names.partition_point(|name| name < input)).collect();
        for (row, changes) in rows().zip(table.chunks_exact_mut(names.len())) {
            for (effect, &column) in effects(row).iter().zip(&columns) {
                changes[column] += sign * effect / deviation;
            }
        }
    }
}

/// Scores that differ by less than this share of the greatest term are the same but for rounding, and explain nothing.
const SAME_SCORE: f64 = 1e-12;

/// Competition ranks of the items of `common` among themselves.
fn ranks_among(common: &[usize], ranks: &[Option<u32>]) -> Vec<u32> {
    let mut sorted: Vec<Option<u32>> = common.iter().map(|&item| ranks[item]).collect();
    sorted.sort_unstable();
    common.iter().map(|&item| index(sorted.partition_point(|rank| *rank < ranks[item]) + 1)).collect()
}

/// A position or a rank, which [`compare`] has checked to be below 2³².
fn index(position: usize) -> u32 {
    u32::try_from(position).expect("checked: fewer than 2³² initiatives")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_model_in_other_units_moves_nothing() {
        let ranks = [Some(1), Some(2), Some(2)];
        let model = |terms| ModelRanking { ranks: &ranks, inputs: &["a", "b"], terms };
        let comparison =
            compare(model(&[3.0, 1.0, 1.0, 2.0, 2.0, 1.0]), model(&[6.0, 2.0, 2.0, 4.0, 4.0, 2.0])).unwrap();
        assert_eq!(comparison, Comparison { moves: vec![], only_first: vec![], only_second: vec![] });
    }

    #[test]
    fn what_only_one_model_ranks_moves_nobody() {
        let first = ModelRanking { ranks: &[Some(1), Some(2), Some(3), None], inputs: &[], terms: &[] };
        let second = ModelRanking { ranks: &[None, Some(1), Some(3), Some(2)], inputs: &[], terms: &[] };
        let comparison = compare(first, second).unwrap();
        assert_eq!(
            (comparison.moves.len(), comparison.only_first, comparison.only_second),
            (0, vec![0], vec![3])
        );
    }

    #[test]
    fn greatest_moves_come_first_with_their_cause() {
        // The second model drops x and counts y: item 0 lives by x, item 3 by y.
        let terms = [9.0, 0.0, 5.0, 1.0, 4.0, 2.0, 0.0, 4.0];
        let x_only: Vec<f64> = terms.iter().step_by(2).copied().collect();
        let y_only: Vec<f64> = terms.iter().skip(1).step_by(2).copied().collect();
        let first =
            ModelRanking { ranks: &[Some(1), Some(2), Some(3), Some(4)], inputs: &["x"], terms: &x_only };
        let second =
            ModelRanking { ranks: &[Some(4), Some(3), Some(2), Some(1)], inputs: &["y"], terms: &y_only };
        let moves = compare(first, second).unwrap().moves;
        let order: Vec<_> = moves.iter().map(|moved| (moved.item, moved.first, moved.second)).collect();
        assert_eq!(order, [(0, 1, 4), (3, 4, 1), (1, 2, 3), (2, 3, 2)]);
        let causes: Vec<_> = moves[..2].iter().map(|moved| moved.cause.unwrap()).collect();
        assert_eq!(causes.iter().map(|cause| cause.input).collect::<Vec<_>>(), ["x", "y"]);
        // By hand: x has mean 4.5 and variance (20.25 + 0.25 + 0.25 + 20.25) / 4 = 10.25.
        assert!((causes[0].amount - -4.5 / 10.25_f64.sqrt()).abs() < 1e-12);
        // y has mean 1.75 and variance (49 + 9 + 1 + 81) / 64 = 35/16, so all inputs together are −4.5/√10.25 − 1.75/√(35/16).
        assert!((causes[0].of - (-4.5 / 10.25_f64.sqrt() - 1.75 / (35.0_f64 / 16.0).sqrt())).abs() < 1e-12);
    }

    #[test]
    fn who_is_passed_by_others_has_no_cause_of_its_own() {
        // All are tied by rounding in the first model; nothing explains the ranks given.
        let model = |ranks| ModelRanking { ranks, inputs: &["x"], terms: &[1.0, 1.0] };
        let moves = compare(model(&[Some(1), Some(2)]), model(&[Some(2), Some(1)])).unwrap().moves;
        assert!(moves.len() == 2 && moves.iter().all(|moved| moved.cause.is_none()));
    }

    #[test]
    fn hostile_input_is_refused_and_huge_terms_are_not() {
        let model = |ranks, terms| ModelRanking { ranks, inputs: &["x"], terms };
        let two = [Some(1), Some(2)];
        let error = compare(model(&two, &[f64::NAN, 1.0]), model(&two, &[1.0])).unwrap_err();
        assert_eq!(error.paths(), ["first.terms[0][0]", "second.terms"]);
        assert!(compare(model(&two, &[1.0, 2.0]), model(&[], &[])).is_err());
        let ignored = compare(model(&[None, Some(1)], &[f64::NAN, 1.0]), model(&two, &[2.0, 1.0])).unwrap();
        assert_eq!(ignored.only_second, [0]);
        let huge =
            compare(model(&two, &[f64::MAX, -f64::MAX]), model(&[Some(2), Some(1)], &[-f64::MAX, f64::MAX]))
                .unwrap();
        assert!(huge.moves.iter().all(|moved| moved.cause.unwrap().amount.abs() <= 2.0));
    }
}
