//! What customers say, and how it revises an estimate.

use serde::Serialize;

use super::judge::Judge;
use crate::exact::Grid;
use crate::policy::Revision;
use crate::programme::{Criterion, Date, Detailed, Estimate, Id, Likely, Spread};

/// One observation: the mean of some answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    /// When.
    pub date: Date,
    /// The mean, on the criterion's scale.
    pub value: f64,
    /// How many answers.
    pub count: u64,
    /// Where they come from.
    pub source: Id,
}

/// The observations of one benefit, on top of the estimate that stood before them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stream {
    /// The estimate without them.
    pub(super) prior: Estimate,
    pub(super) seen: Vec<Seen>,
    /// The mean so far, and how many answers it counts as.
    mean: Option<f64>,
    strength: f64,
    rule: Revision,
}

impl Stream {
    pub(super) fn new(prior: Estimate, criterion: &Criterion, spread: Spread, rule: Revision) -> Self {
        let mean = mean(&prior, criterion, spread);
        let strength = match (rule, mean) {
            (Revision::ConjugateNormal { prior_strength }, Some(_)) => prior_strength,
            // Nothing is known before: the answers stand alone.
            _ => 0.0,
        };
        Stream { prior, seen: Vec::new(), mean, strength, rule }
    }

    /// The same observations on another estimate or by another rule.
    pub(super) fn again(
        &self,
        prior: Estimate,
        criterion: &Criterion,
        spread: Spread,
        rule: Revision,
    ) -> Self {
        let mut stream = Stream::new(prior, criterion, spread, rule);
        self.seen.iter().for_each(|seen| stream.see(seen.clone()));
        stream
    }

    /// One more observation. O(1).
    pub(super) fn see(&mut self, seen: Seen) {
        let count = seen.count as f64;
        self.mean = Some(match (self.mean, self.rule) {
            (None, _) => seen.value,
            (Some(mean), Revision::ConjugateNormal { .. }) => {
                (self.strength * mean + count * seen.value) / (self.strength + count)
            }
            (Some(mean), Revision::ExponentiallyWeighted { newest }) => {
                (1.0 - newest) * mean + newest * seen.value
            }
        });
        self.strength += count;
        self.seen.push(seen);
    }

    /// The estimate with the observations in it.
    ///
    /// Its mean is the revised mean, to the resolution. Where the spread would leave the scale it narrows until it does not.
    pub(super) fn revised(&self, criterion: &Criterion, judge: &Judge) -> Estimate {
        let (Some(mean_now), Some(last)) = (self.mean, self.seen.last()) else { return self.prior.clone() };
        let [from, to] = range(criterion);
        let mean_now = mean_now.clamp(from, to);
        let mut revised = self.prior.detailed().cloned().unwrap_or_default();
        let three = three(&self.prior, criterion);
        (revised.low, revised.likely, revised.high) =
            match (three, mean(&self.prior, criterion, judge.spread())) {
                (Some([low, likely, high]), Some(before)) if low < high => {
                    let mut narrow = match self.rule {
                        Revision::ConjugateNormal { prior_strength } => {
                            (prior_strength / self.strength).sqrt()
                        }
                        Revision::ExponentiallyWeighted { .. } => 1.0,
                    };
                    if low < before {
                        narrow = narrow.min((mean_now - from) / (before - low));
                    }
                    if high > before {
                        narrow = narrow.min((to - mean_now) / (high - before));
                    }
                    let moved =
                        |x: f64| on_grid((mean_now + (x - before) * narrow).clamp(from, to), judge.grid());
                    (Some(moved(low)), Likely::Number(moved(likely)), Some(moved(high)))
                }
                _ => (None, Likely::Number(on_grid(mean_now, judge.grid())), None),
            };
        revised.date = Some(last.date);
        revised.source = Some(last.source.to_string());
        revised.into()
    }
}

/// The nearest number that the resolution can hold.
fn on_grid(x: f64, grid: Grid) -> f64 {
    let steps = grid.steps() as f64;
    (x * steps).round() / steps + 0.0
}

/// The least and the greatest value of a benefit's scale.
fn range(criterion: &Criterion) -> [f64; 2] {
    let none = criterion.none.unwrap_or(0.0);
    let (worst, full) = (criterion.worst.unwrap_or(none), criterion.full.unwrap_or(none));
    [worst.min(full), worst.max(full)]
}

/// Low, likely and high; a value without a spread three times.
pub(super) fn three(estimate: &Estimate, criterion: &Criterion) -> Option<[f64; 3]> {
    let level = |level: &Id| criterion.levels.get(level.as_str()).copied();
    match estimate {
        Estimate::Missing => None,
        Estimate::Number(x) => Some([*x; 3]),
        Estimate::Level(name) => level(name).map(|x| [x; 3]),
        Estimate::Range(range) => Some(**range),
        Estimate::Detailed(detailed) => {
            let likely = match &detailed.likely {
                Likely::Missing => None,
                Likely::Number(x) => Some(*x),
                Likely::Level(name) => level(name),
            }?;
            Some([detailed.low.unwrap_or(likely), likely, detailed.high.unwrap_or(likely)])
        }
    }
}

/// The mean of an estimate, in the criterion's unit.
pub(super) fn mean(estimate: &Estimate, criterion: &Criterion, spread: Spread) -> Option<f64> {
    let three = three(estimate, criterion)?;
    if three[0] >= three[2] {
        return Some(three[1]);
    }
    let weights = estimate.detailed().and_then(|d| d.spread).unwrap_or(spread).mean_weights();
    let sum: f64 = three.iter().zip(weights).map(|(x, w)| x * w as f64).sum();
    Some(sum / weights.iter().sum::<i128>() as f64)
}

/// The estimate with who made it and when, where it does not say so itself.
pub(super) fn signed(estimate: &Estimate, by: &Id, date: Date) -> Estimate {
    let mut detailed = match estimate {
        Estimate::Missing => return Estimate::Missing,
        Estimate::Number(x) => Detailed { likely: Likely::Number(*x), ..Detailed::default() },
        Estimate::Level(level) => Detailed { likely: Likely::Level(level.clone()), ..Detailed::default() },
        Estimate::Range(range) => Detailed {
            low: Some(range[0]),
            likely: Likely::Number(range[1]),
            high: Some(range[2]),
            ..Detailed::default()
        },
        Estimate::Detailed(detailed) => (**detailed).clone(),
    };
    detailed.by.get_or_insert_with(|| by.to_string());
    detailed.date.get_or_insert(date);
    detailed.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::programme::Strategy;

    fn seen(value: f64, count: u64) -> Seen {
        Seen { date: "2026-01-31".parse().unwrap(), value, count, source: "survey".into() }
    }

    fn trust() -> (Criterion, Judge) {
        let criterion = Criterion::benefit("trust", 40.0, 0.0, 20.0).worst(-10.0);
        let judge = Judge::new(std::slice::from_ref(&criterion), &Policy::default(), &Strategy::default());
        (criterion, judge)
    }

    #[test]
    fn the_conjugate_mean_is_the_average_of_all_answers() {
        let (criterion, judge) = trust();
        let prior = Estimate::range(0.0, 2.0, 4.0);
        let rule = Revision::ConjugateNormal { prior_strength: 100.0 };
        let mut stream = Stream::new(prior, &criterion, Spread::Pert, rule);
        stream.see(seen(5.0, 200));
        stream.see(seen(-1.0, 100));
        // (100·2 + 200·5 − 100)/400 = 2.75, spread halved.
        let revised = stream.revised(&criterion, &judge);
        assert_eq!(three(&revised, &criterion), Some([1.75, 2.75, 3.75]));
        assert_eq!(mean(&revised, &criterion, Spread::Pert), Some(2.75));
    }

    #[test]
    fn the_weighted_mean_forgets() {
        let (criterion, judge) = trust();
        let rule = Revision::ExponentiallyWeighted { newest: 0.5 };
        let mut stream = Stream::new(Estimate::Number(4.0), &criterion, Spread::Pert, rule);
        stream.see(seen(2.0, 1));
        stream.see(seen(1.0, 9000));
        assert_eq!(three(&stream.revised(&criterion, &judge), &criterion), Some([2.0; 3]));
    }

    #[test]
    fn without_an_estimate_the_answers_stand_alone_and_the_scale_is_kept() {
        let (criterion, judge) = trust();
        let rule = Revision::default();
        let mut stream = Stream::new(Estimate::Missing, &criterion, Spread::Pert, rule);
        stream.see(seen(3.0, 10));
        assert_eq!(three(&stream.revised(&criterion, &judge), &criterion), Some([3.0; 3]));
        let mut stream = Stream::new(Estimate::range(-10.0, 0.0, 20.0), &criterion, Spread::Pert, rule);
        stream.see(seen(20.0, 1_000_000));
        let [low, likely, high] = three(&stream.revised(&criterion, &judge), &criterion).unwrap();
        assert!((-10.0..=20.0).contains(&low) && low <= likely && likely <= high && high <= 20.0);
    }
}
