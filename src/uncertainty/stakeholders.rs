//! The stakeholders' part in a run: their ballots drawn anew, and the order in which a policy blends them with the model.

use std::cmp::Reverse;

use super::linear::Linear;
use super::random::Stream;
use super::tally::Source;
use super::{Fault, Sampling};
use crate::Error;
use crate::consensus::borda_of_ballots;
use crate::error::{Path, Problem};

/// Ballots stand in a draw's stream from here on.
const BALLOTS: u64 = 1 << 41;

/// What each ballot gives to each ranked initiative, by Borda.
pub(super) struct Ballots {
    /// Points and weight of each ballot.
    given: Vec<(Vec<i128>, i128)>,
    seed: u64,
    n: usize,
}

impl Ballots {
    /// Reads the ballots.
    pub(super) fn new(sampling: &Sampling, linear: &Linear<'_>) -> Result<Self, Error> {
        let given = borda_of_ballots(linear.programme, &linear.order)?;
        if given.is_empty() {
            return Err(Error::new(vec![Problem::new(Path::root().key("ballots"), Fault::NoBallots)]));
        }
        Ok(Ballots { given, seed: sampling.seed, n: linear.len() })
    }

    /// The points of as many ballots as there are, drawn with replacement, and their weight.
    fn draw(&self, draw: usize, sums: &mut [i128]) -> i128 {
        let stream = Stream::new(self.seed, draw);
        let places = 0..self.given.len() as u64;
        add(places.map(|place| &self.given[stream.below(BALLOTS + place, self.given.len())]), sums)
    }
}

/// The sum of some ballots' points, and of their weights.
fn add<'a>(ballots: impl Iterator<Item = &'a (Vec<i128>, i128)>, sums: &mut [i128]) -> i128 {
    sums.fill(0);
    let mut total = 0;
    for (points, weight) in ballots {
        sums.iter_mut().zip(points).for_each(|(sum, points)| *sum += points);
        total += weight;
    }
    total
}

impl Source for Ballots {
    fn items(&self) -> usize {
        self.n
    }

    fn weights(&self) -> usize {
        0
    }

    fn fill(&self, first: usize, scores: &mut [f64], _: &mut [f64]) {
        let mut sums = vec![0i128; self.n];
        for (k, scores) in scores.chunks_exact_mut(self.n).enumerate() {
            self.draw(first + k, &mut sums);
            scores.iter_mut().zip(&sums).for_each(|(score, &sum)| *score = sum as f64);
        }
    }
}

/// How a policy blends the ballots in: see [`Blend`](crate::policy::Blend).
pub(super) struct Blend {
    ballots: Ballots,
    /// The model's share, in steps of the policy's grid, and the whole.
    share: i128,
    whole: i128,
    /// What all ballots give, where they are not drawn anew.
    fixed: Option<(Vec<i128>, i128)>,
}

impl Blend {
    /// The blend of the programme's policy, if it has one and there are ballots.
    pub(super) fn new(sampling: &Sampling, linear: &Linear<'_>) -> Result<Option<Self>, Error> {
        let programme = linear.programme;
        let Some(blend) = programme.policy().blend.filter(|_| !programme.ballots().is_empty()) else {
            if !sampling.stakeholders {
                return Ok(None);
            }
            let fault = if programme.policy().blend.is_some() { Fault::NoBallots } else { Fault::NoBlend };
            return Err(Error::new(vec![Problem::new(Path::root().key("stakeholders"), fault)]));
        };
        let grid = programme.quantities().grid;
        let ballots = Ballots::new(sampling, linear)?;
        let fixed = (!sampling.stakeholders).then(|| {
            let mut sums = vec![0; linear.len()];
            let total = add(ballots.given.iter(), &mut sums);
            (sums, total)
        });
        // A share that is off the grid was refused with the policy.
        let share = i128::from(grid.quantise(blend.model_share).unwrap_or(0));
        Ok(Some(Blend { ballots, share, whole: i128::from(grid.steps()), fixed }))
    }

    /// Puts in place of a draw's scores by the model those of the blend: whole numbers of the same order, equal where the blend ties.
    fn apply(&self, draw: usize, scores: &mut [f64]) {
        let n = scores.len();
        let mut drawn = vec![0; if self.fixed.is_some() { 0 } else { n }];
        let (of_ballots, total) = match &self.fixed {
            Some((sums, total)) => (sums, *total),
            None => {
                let total = self.ballots.draw(draw, &mut drawn);
                (&drawn, total)
            }
        };
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_unstable_by(|&i, &j| scores[j].total_cmp(&scores[i]));
        let mut sums: Vec<(i128, usize)> = Vec::with_capacity(n);
        for level in order.chunk_by(|&i, &j| scores[i] == scores[j]) {
            let (above, below) = (sums.len(), n - sums.len() - level.len());
            let above_mean = below as i128 - above as i128;
            sums.extend(
                level.iter().map(|&i| {
                    (of_ballots[i] * (self.whole - self.share) + above_mean * total * self.share, i)
                }),
            );
        }
        sums.sort_unstable_by_key(|&(sum, _)| Reverse(sum));
        for (place, level) in sums.chunk_by(|a, b| a.0 == b.0).enumerate() {
            level.iter().for_each(|&(_, i)| scores[i] = -(place as f64));
        }
    }
}

/// A source of scores with the ballots blended in.
pub(super) struct Blended<'a, S> {
    pub(super) of: &'a S,
    pub(super) blend: &'a Blend,
}

impl<S: Source> Source for Blended<'_, S> {
    fn items(&self) -> usize {
        self.of.items()
    }

    fn weights(&self) -> usize {
        self.of.weights()
    }

    fn fill(&self, first: usize, scores: &mut [f64], weights: &mut [f64]) {
        self.of.fill(first, scores, weights);
        for (k, scores) in scores.chunks_exact_mut(self.items()).enumerate() {
            self.blend.apply(first + k, scores);
        }
    }
}
