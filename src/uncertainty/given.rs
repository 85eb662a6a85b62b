//! Draws that were made elsewhere, so that a published run is repeated exactly.

use super::Fault;
use super::tally::{Counted, Source, combine, count};
use crate::Error;
use crate::error::{Path, Problem};

/// Draws of weights, and of values if they are uncertain, over items and criteria by index; scores are weighted sums.
///
/// # Examples
///
/// ```
/// use cxrank::uncertainty::{GivenDraws, Values};
///
/// // Two items, two criteria; three draws of weights.
/// let draws = GivenDraws {
///     items: 2,
///     criteria: 2,
///     weights: &[0.9, 0.1, 0.6, 0.4, 0.2, 0.8],
///     values: Values::Fixed(&[1.0, 0.0, 0.0, 1.0]),
/// };
/// let counted = draws.acceptability()?;
/// assert_eq!(counted.rank(0, 1), Some(2.0 / 3.0));
/// assert_eq!(counted.central_weights(0), Some(&[0.75, 0.25][..]));
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GivenDraws<'a> {
    /// How many items.
    pub items: usize,
    /// How many criteria.
    pub criteria: usize,
    /// A row of weights for each draw.
    pub weights: &'a [f64],
    /// What each item is worth by each criterion.
    pub values: Values<'a>,
}

/// What each item is worth by each criterion, more being better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Values<'a> {
    /// The same in every draw: a row for each item.
    Fixed(&'a [f64]),
    /// A row for each item, for each draw.
    PerDraw(&'a [f64]),
}

/// Rank acceptability, central weights and winning indices of items by index.
#[derive(Debug, Clone)]
pub struct Acceptability {
    counted: Counted,
    confidence: Vec<Option<f64>>,
}

/// The greatest number that is read: sums of products, and of their squares, stay far from the greatest double.
const MOST: f64 = 1e100;

impl GivenDraws<'_> {
    /// How many draws there are.
    pub fn draws(&self) -> usize {
        self.weights.len().checked_div(self.criteria).unwrap_or(0)
    }

    /// Counts ranks, winning pairs, central weights and confidence factors.
    ///
    /// # Errors
    ///
    /// `uncertainty.no-draws`, and `uncertainty.shape` where numbers do not fill their shape or are not from −10¹⁰⁰ to 10¹⁰⁰, which keeps all sums finite.
    ///
    /// # Complexity
    ///
    /// O(d·(n·c + n²)) for d draws, n items and c criteria, and as much as scoring the draws again for each item that is ever first.
    pub fn acceptability(&self) -> Result<Acceptability, Error> {
        self.check()?;
        let source = Rows::new(self);
        let counted = count(&source, self.draws(), self.items <= super::MOST_IN_PAIRS, &|_| {});
        let confidence = confidence(&source, &counted);
        Ok(Acceptability { counted, confidence })
    }

    /// Rank acceptability and central weights alone.
    ///
    /// # Errors
    ///
    /// As [`acceptability`](Self::acceptability).
    pub fn ranks(&self) -> Result<Acceptability, Error> {
        self.check()?;
        let counted = count(&Rows::new(self), self.draws(), false, &|_| {});
        Ok(Acceptability { confidence: vec![None; self.items], counted })
    }

    /// How much the order of all items varies, in bits: 0 where all draws agree.
    ///
    /// # Formula
    ///
    /// −Σ p·log₂ p over the orders that occur, each with the share p of draws; ties stand in the order of the items.
    ///
    /// # Errors
    ///
    /// As [`acceptability`](Self::acceptability).
    pub fn ranking_entropy(&self) -> Result<f64, Error> {
        self.check()?;
        let source = Rows::new(self);
        let mut orders = std::collections::BTreeMap::new();
        let (mut scores, mut weights) = (vec![0.0; self.items], vec![0.0; self.criteria]);
        for draw in 0..self.draws() {
            source.fill(draw, &mut scores, &mut weights);
            let mut order: Vec<usize> = (0..self.items).collect();
            order.sort_by(|&i, &j| scores[j].total_cmp(&scores[i]));
            *orders.entry(order).or_insert(0u32) += 1;
        }
        let share = |&count: &u32| f64::from(count) / self.draws() as f64;
        Ok(orders.values().map(share).map(|p| -p * libm::log2(p)).sum::<f64>() + 0.0)
    }

    fn check(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        let mut refuse =
            |path: &str, fault: Fault| problems.push(Problem::new(Path::root().key(path), fault));
        let draws = self.draws();
        if self.weights.is_empty() || self.items == 0 {
            refuse("weights", Fault::NoDraws);
        }
        if self.items > super::MOST_RANKED {
            refuse("items", Fault::TooLarge { found: self.items, most: super::MOST_RANKED });
        }
        if draws > super::MOST_DRAWS {
            refuse("weights", Fault::TooLarge { found: draws, most: super::MOST_DRAWS });
        }
        let cells = self.items.saturating_mul(self.criteria);
        let (values, expected) = match self.values {
            Values::Fixed(values) => (values, cells),
            Values::PerDraw(values) => (values, cells.saturating_mul(draws)),
        };
        let weights = draws * self.criteria;
        for (path, numbers, expected) in [("weights", self.weights, weights), ("values", values, expected)] {
            if numbers.len() != expected {
                let found = format!("{} numbers", numbers.len());
                refuse(path, Fault::Shape { found, expected: format!("{expected} numbers") });
            }
            // Not a number is in no range.
            if let Some(x) = numbers.iter().find(|x| !(-MOST..=MOST).contains(*x)) {
                let expected = format!("numbers from {:e} to {MOST:e}", -MOST);
                refuse(path, Fault::Shape { found: format!("{x:e}"), expected });
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::new(problems)) }
    }
}

/// Given draws as a source of scores.
struct Rows<'a> {
    given: &'a GivenDraws<'a>,
    /// Fixed values, criterion by criterion.
    columns: Vec<f64>,
}

impl<'a> Rows<'a> {
    fn new(given: &'a GivenDraws<'a>) -> Self {
        let columns = match given.values {
            Values::Fixed(values) => {
                let column = |c| values.iter().skip(c).step_by(given.criteria).copied();
                (0..given.criteria).flat_map(column).collect()
            }
            Values::PerDraw(_) => Vec::new(),
        };
        Rows { given, columns }
    }

    fn score(&self, draw: usize, weights: &[f64], scores: &mut [f64]) {
        let GivenDraws { items, criteria, values, .. } = *self.given;
        match values {
            Values::Fixed(_) => combine(weights, &self.columns, scores),
            Values::PerDraw(values) => {
                let rows = values[draw * items * criteria..].chunks_exact(criteria);
                for (score, row) in scores.iter_mut().zip(rows) {
                    *score = row.iter().zip(weights).fold(0.0, |sum, (value, weight)| sum + weight * value);
                }
            }
        }
    }
}

impl Source for Rows<'_> {
    fn items(&self) -> usize {
        self.given.items
    }

    fn weights(&self) -> usize {
        self.given.criteria
    }

    fn fill(&self, first: usize, scores: &mut [f64], weights: &mut [f64]) {
        let criteria = self.given.criteria;
        weights.copy_from_slice(&self.given.weights[first * criteria..][..weights.len()]);
        for (k, scores) in scores.chunks_exact_mut(self.given.items).enumerate() {
            self.score(first + k, &weights[k * criteria..][..criteria], scores);
        }
    }
}

/// The share of draws in which an item is first if its central weights hold; a tie shares.
fn confidence(rows: &Rows<'_>, counted: &Counted) -> Vec<Option<f64>> {
    let draws = if matches!(rows.given.values, Values::Fixed(_)) { 1 } else { rows.given.draws() };
    let mut scores = vec![0.0; rows.given.items];
    let mut factor = |item: usize| {
        let weights = counted.central[item].as_ref()?;
        let mut wins = 0.0;
        for draw in 0..draws {
            rows.score(draw, weights, &mut scores);
            wins += first_share(&scores, item);
        }
        Some(wins / draws as f64)
    };
    (0..rows.given.items).map(&mut factor).collect()
}

/// 1 if an item is first alone, its part if it is first with others, 0 else.
pub(super) fn first_share(scores: &[f64], item: usize) -> f64 {
    let score = scores[item];
    if scores.iter().any(|&other| other > score) {
        return 0.0;
    }
    1.0 / scores.iter().filter(|&&other| other == score).count() as f64
}

impl Acceptability {
    /// The share of draws in which an item has a rank, counted from 1; ties share their ranks. `None` if there is no such item or rank.
    pub fn rank(&self, item: usize, rank: usize) -> Option<f64> {
        self.counted.acceptability(item, rank.checked_sub(1)?)
    }

    /// The share of draws in which one item is above another, ties counting ½; `None` if there is no such item, and above 2,000 items.
    pub fn winning(&self, a: usize, b: usize) -> Option<f64> {
        self.counted.winning(a, b)
    }

    /// The mean of the weights that make an item first; `None` if none do, or there is no such item.
    pub fn central_weights(&self, item: usize) -> Option<&[f64]> {
        self.counted.central.get(item)?.as_deref()
    }

    /// The share of draws in which an item is first if its central weights hold; `None` if it never is, or there is no such item, and from
    /// [`ranks`](GivenDraws::ranks).
    pub fn confidence(&self, item: usize) -> Option<f64> {
        *self.confidence.get(item)?
    }
}
