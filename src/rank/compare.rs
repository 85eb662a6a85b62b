use serde::Serialize;

use super::Ranking;
use crate::Error;
use crate::programme::Id;
use crate::score::{ModelRanking, compare};

/// What differs between two orders of one programme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankingComparison {
    /// The first model.
    pub first: String,
    /// The second model.
    pub second: String,
    /// Initiatives that stand elsewhere by the second model, those that move most places first.
    pub moves: Vec<RankMove>,
    /// What only the first model ranks.
    pub only_first: Vec<Id>,
    /// What only the second model ranks.
    pub only_second: Vec<Id>,
}

/// An initiative that stands elsewhere by the second model, and the criterion that is most to blame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankMove {
    /// The initiative.
    pub code: Id,
    /// Its rank by the first model, among those that both rank.
    pub first: usize,
    /// Its rank by the second model, among those that both rank.
    pub second: usize,
    /// The criterion whose effect changes most in the direction of the move; `None` if its own terms explain nothing of it and others moved past.
    pub cause: Option<Id>,
    /// By how many standard deviations of the scores that criterion lifts (or lowers) it by the second model beyond what it does by the first.
    pub amount: f64,
}

impl Ranking<'_> {
    /// Compares this order with another of the same programme: which initiatives move most, and which criterion is why.
    ///
    /// Each model's score is told in terms by criterion; of a ratio these are the terms of the gap to the first ranked initiative, so that efforts
    /// have terms too. A criterion's effect is its term in standard deviations of the scores, and the cause of a move is the criterion
    /// whose effect changes most from one model to the other.
    ///
    /// # Errors
    ///
    /// Terms too large for the comparison.
    ///
    /// # Panics
    ///
    /// When the rankings are of two programmes.
    ///
    /// # Complexity
    ///
    /// O(n·c + n log n) for n initiatives and c criteria.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::policy::{Model, Policy};
    /// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec, Strategy};
    /// use cxrank::rank::Ranking;
    /// use cxrank::score::ScoringModel;
    ///
    /// let programme = ProgrammeSpec::new("Clinic")
    ///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
    ///     .criterion(Criterion::effort("work", 1.0))
    ///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 9).effort("work", 40))
    ///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4).effort("work", 5))
    ///     .strategy(Strategy { benefit_price: Some(1.0), ..Strategy::default() })
    ///     .build()?;
    /// let ratio = Ranking::new(&programme)?;
    /// let net = Ranking::of(ScoringModel::bind(Model::NetBenefit, &programme)?.scores()?, None)?;
    /// let comparison = ratio.compare(&net)?;
    /// assert_eq!((comparison.moves[0].code.as_str(), comparison.moves[0].first, comparison.moves[0].second), ("A", 2, 1));
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn compare(&self, other: &Ranking<'_>) -> Result<RankingComparison, Error> {
        assert!(std::ptr::eq(self.programme(), other.programme()), "the rankings are of one programme");
        let (one, two) = (View::of(self), View::of(other));
        let (names_one, names_two) = (one.names(), two.names());
        let comparison = compare(one.ranking(&names_one), two.ranking(&names_two)).map_err(Error::from)?;
        let initiatives = self.programme().initiatives();
        let code = |item: &u32| initiatives[*item as usize].code.clone();
        Ok(RankingComparison {
            first: self.scores().model().to_owned(),
            second: other.scores().model().to_owned(),
            moves: comparison
                .moves
                .iter()
                .map(|moved| RankMove {
                    code: code(&moved.item),
                    first: moved.first as usize,
                    second: moved.second as usize,
                    cause: moved.cause.map(|cause| cause.input.into()),
                    amount: moved.cause.map_or(0.0, |cause| cause.amount),
                })
                .collect(),
            only_first: comparison.only_first.iter().map(code).collect(),
            only_second: comparison.only_second.iter().map(code).collect(),
        })
    }
}

/// A ranking as the comparison takes it.
struct View {
    ranks: Vec<Option<u32>>,
    inputs: Vec<Id>,
    terms: Vec<f64>,
}

impl View {
    fn of(ranking: &Ranking<'_>) -> Self {
        let n = ranking.programme().initiatives().len();
        let ranks = super::by_initiative(n, &ranking.order, &ranking.ranks);
        let reference = ranking.order.first().map(|&i| ranking.scores().at(i as usize));
        let rows: Vec<_> = (0..n)
            .map(|i| match reference {
                Some(reference) if ranks[i].is_some() => {
                    super::gap::gap_terms(ranking.scores().at(i), reference)
                }
                _ => Vec::new(),
            })
            .collect();
        let inputs: Vec<Id> = rows
            .iter()
            .find(|row| !row.is_empty())
            .into_iter()
            .flatten()
            .map(|t| t.criterion.clone())
            .collect();
        let mut terms = vec![0.0; n * inputs.len()];
        for (cells, row) in terms.chunks_exact_mut(inputs.len().max(1)).zip(&rows) {
            cells.iter_mut().zip(row).for_each(|(cell, term)| *cell = term.amount);
        }
        View { ranks, inputs, terms }
    }

    fn names(&self) -> Vec<&str> {
        self.inputs.iter().map(Id::as_str).collect()
    }

    fn ranking<'a>(&'a self, names: &'a [&'a str]) -> ModelRanking<'a> {
        ModelRanking { ranks: &self.ranks, inputs: names, terms: &self.terms }
    }
}
