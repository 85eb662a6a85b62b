//! A caller's own model over drawn estimates.

use std::sync::atomic::{AtomicU64, Ordering};

use super::sampling::Sampler;
use super::tally::Source;
use crate::Error;
use crate::error::{Path, Problem};
use crate::score::{CustomModel, Facts, Fault};

/// A caller's own model as a source of scores. What it cannot judge in a draw is last in it.
pub(super) struct Own<'a, 'p> {
    pub(super) sampler: &'a Sampler<'p>,
    pub(super) model: &'a (dyn CustomModel + Sync),
    /// The first of all scores that were not finite, as draw · items + item.
    refused: AtomicU64,
}

impl<'a, 'p> Own<'a, 'p> {
    pub(super) fn new(sampler: &'a Sampler<'p>, model: &'a (dyn CustomModel + Sync)) -> Self {
        Own { sampler, model, refused: AtomicU64::new(u64::MAX) }
    }

    /// Calls back with draw, item and score of some draws.
    fn each(&self, first: usize, count: usize, mut with: impl FnMut(usize, usize, Option<f64>)) {
        let (linear, draws) = (&self.sampler.linear, self.sampler.draws(first, count));
        let width = linear.gains.len() + linear.costs.len();
        let (mut values, mut drawn) = (vec![0.0; width * count], vec![0.0; width]);
        for i in 0..linear.len() {
            for (c, values) in values.chunks_exact_mut(count).enumerate() {
                self.sampler.values(c, i, &draws, values);
            }
            for d in 0..count {
                drawn.iter_mut().zip(values.iter().skip(d).step_by(count)).for_each(|(x, value)| *x = *value);
                let facts = Facts::drawn(linear.programme, linear.order[i] as usize, &drawn);
                with(first + d, i, self.model.score(&facts));
            }
        }
    }

    /// Refuses the first score that was not finite.
    pub(super) fn check(&self) -> Result<(), Error> {
        let refused = self.refused.load(Ordering::Relaxed);
        if refused == u64::MAX {
            return Ok(());
        }
        let (linear, n) = (&self.sampler.linear, self.items() as u64);
        let (draw, item) = ((refused / n) as usize, (refused % n) as usize);
        let mut found = f64::NAN;
        self.each(draw & !1, 2, |d, i, score| {
            if (d, i) == (draw, item) {
                found = score.unwrap_or(found);
            }
        });
        let (model, code) = (self.model.name().to_owned(), linear.code(item).clone());
        let path = Path::of("initiatives", linear.order[item] as usize);
        Err(Error::new(vec![Problem::new(path, Fault::NotFinite { model, code, found })]))
    }
}

impl Source for Own<'_, '_> {
    fn items(&self) -> usize {
        self.sampler.linear.len()
    }

    fn weights(&self) -> usize {
        0
    }

    fn fill(&self, first: usize, scores: &mut [f64], _: &mut [f64]) {
        let n = self.items();
        self.each(first, scores.len() / n, |draw, i, score| {
            if score.is_some_and(|score| !score.is_finite()) {
                self.refused.fetch_min((draw * n + i) as u64, Ordering::Relaxed);
            }
            let score = score.filter(|score| score.is_finite()).unwrap_or(f64::NEG_INFINITY);
            scores[(draw - first) * n + i] = score + 0.0;
        });
    }
}
