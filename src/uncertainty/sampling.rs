//! One seeded run over everything that is uncertain at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::custom::Own;
use super::given::first_share;
use super::linear::{Column, Linear};
use super::random::{Stream, normal, normal_quantile};
use super::shape::{Shape, Tables};
use super::stakeholders::{Ballots, Blend, Blended};
use super::tally::{Counted, Source, block, combine, count};
use super::weights::{WeightSpace, Weights};
use super::{Fault, MOST_DRAWS, MOST_IN_PAIRS, MOST_RANKED};
use crate::Error;
use crate::error::{Path, Problem};
use crate::programme::{Id, Programme};
use crate::score::CustomModel;

/// What is drawn, how often, and from which seed.
///
/// Every estimate with a spread is drawn from its distribution (triangular, beta-PERT, or by percentiles), independently of all others but for the
/// stated drivers; weights are drawn from their space. In each draw the initiatives are ranked by the policy's model, blended with the ballots where the policy says so.
///
/// # Determinism
///
/// A draw depends on the seed, its number and the ids alone: the same seed gives the same bytes on every platform and with any number of threads, and adding
/// an initiative changes no number that is drawn for another.
///
/// # Complexity
///
/// O(d·(n·c + n²)) time for d draws, n initiatives and c criteria, and O(n²) memory: for each thread 4·n² bytes for
/// ranks, 8·n² more as soon as anything ties, and as much for pairs, which are counted up to 2,000 initiatives; ranks are counted up to 10,000.
///
/// # References
///
/// Lahdelma & Salminen (2001), *SMAA-2*, Operations Research 49. Tervonen & Lahdelma (2007), *Implementing stochastic multicriteria acceptability
/// analysis*, European Journal of Operational Research 178: 10,000 draws give ±1 % at 95 %.
///
/// # Examples
///
/// ```
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
/// use cxrank::uncertainty::Sampling;
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6).effort("work", [10.0, 20.0, 60.0]))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4).effort("work", 14))
///     .initiative(Initiative::new("C", "Clear letters").benefit("ease", 1).effort("work", 40))
///     .build()?;
/// let run = Sampling { top: Some(1), ..Sampling::default() }.run(&programme)?;
/// let [b, a, c] = &run.initiatives[..] else { panic!() };
/// assert_eq!([&b.code, &a.code, &c.code], ["B", "A", "C"]);
/// assert!(b.p_top > 0.5 && b.p_top < 0.7 && b.error < 0.01);
/// assert_eq!(c.p_top, 0.0);
/// assert_eq!(run.too_close_to_call, [["B", "A"]]);
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// How many draws.
    pub draws: usize,
    /// Where the random numbers begin.
    pub seed: u64,
    /// The K of the chance to be among the first K; ten, or as many as are ranked, where absent.
    pub top: Option<usize>,
    /// Which weights are admitted.
    pub weights: WeightSpace,
    /// What moves the estimates of several initiatives together.
    pub drivers: Vec<Driver>,
    /// A pair is called when one of the two is above the other in at least this share of draws; above ½.
    pub level: f64,
    /// Whether to find the confidence factors: the draws are scored again for each initiative that is ever first. Not under a policy that blends.
    pub confidence: bool,
    /// Whether the stakeholders' ballots are drawn anew as well, with replacement (the bootstrap), in a policy that blends them in.
    pub stakeholders: bool,
}

impl Default for Sampling {
    fn default() -> Self {
        Sampling {
            draws: 10_000,
            seed: 1,
            top: None,
            weights: WeightSpace::Fixed,
            drivers: Vec::new(),
            level: 0.9,
            confidence: false,
            stakeholders: false,
        }
    }
}

/// A common cause of several estimates of one criterion: a season, a supplier, a release.
///
/// Two estimates with correlations r and s to the driver have the correlation r·s with each other, on the normal scale (a Gaussian copula): their own
/// distributions stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Driver {
    /// Its name.
    pub id: Id,
    /// The criterion whose estimates it moves.
    pub criterion: Id,
    /// The correlation of the estimate of each initiative with the driver, from −1 to 1.
    pub correlations: BTreeMap<Id, f64>,
}

/// How sure the order of a programme is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RankProbabilities {
    /// How many draws.
    pub draws: usize,
    /// Where the random numbers began.
    pub seed: u64,
    /// The K of `p_top`.
    pub top: usize,
    /// No acceptability and no winning index has a greater standard error: half by the root of the draws. That of each is its
    /// [`share_error`](RankProbabilities::share_error).
    pub share_error_at_most: f64,
    /// In order of expected rank, ties in order of merit.
    pub initiatives: Vec<Standing>,
    /// Groups of initiatives that follow each other in `initiatives`, no two of which can be called at the level, as large as can be; groups may overlap.
    ///
    /// A pair is called exactly when it is neither within one group nor in `open_pairs`; both are empty above 2,000 initiatives, where pairs are not counted.
    pub too_close_to_call: Vec<Vec<Id>>,
    /// The other pairs that cannot be called, the lower expected rank first: one of wide spread may be open against one far above it, though those between are called.
    pub open_pairs: Vec<[Id; 2]>,
    /// The winning indices: the row beats the column, both in the order of `initiatives`; empty above 2,000 initiatives. Written where there are at
    /// most 200.
    #[serde(skip_serializing_if = "is_long")]
    pub winning: Vec<Vec<f64>>,
}

/// Where one initiative stands over all draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// The initiative.
    pub code: Id,
    /// The chance to be among the first K.
    pub p_top: f64,
    /// The standard error of `p_top`.
    pub error: f64,
    /// The mean rank.
    pub expected_rank: f64,
    /// The standard error of the mean rank.
    pub expected_rank_error: f64,
    /// Between these ranks in nine of ten draws: one of twenty below, one above.
    pub rank_interval: [usize; 2],
    /// Where each end of it may be: one standard error of its share of draws less, and more.
    pub rank_interval_error: [[usize; 2]; 2],
    /// The mean weights of the draws in which it is first, by criterion; none if it never is, or if weights are fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub central_weights: Option<BTreeMap<Id, f64>>,
    /// No central weight has a greater standard error: numbers from 0 to W with mean m have a variance of at most m·(W − m) (Bhatia & Davis 2000, *A
    /// better bound on the variance*, American Mathematical Monthly 107).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub central_weights_error: Option<BTreeMap<Id, f64>>,
    /// The chance to be first if the central weights hold; none if not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The standard error of `confidence`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence_error: Option<f64>,
    /// The chance of each rank from the first on. Written where there are at most 200.
    #[serde(skip_serializing_if = "is_long")]
    pub acceptability: Vec<f64>,
}

/// Whether a list is longer than what a reader of the JSON has use for.
fn is_long<T>(list: &[T]) -> bool {
    list.len() > 200
}

/// The standard error of a share of so many draws.
fn share_error(share: f64, draws: f64) -> f64 {
    (share * (1.0 - share)).max(0.0).sqrt() / draws.sqrt()
}

impl RankProbabilities {
    /// The standard error of a share of the draws: of an acceptability, a winning index, a chance.
    pub fn share_error(&self, share: f64) -> f64 {
        share_error(share, self.draws as f64)
    }
}

impl Sampling {
    /// Draws and counts.
    ///
    /// # Errors
    ///
    /// What [`ScoringModel`](crate::ScoringModel) refuses, and every [`Fault`] of what is asked, at once.
    pub fn run(&self, programme: &Programme) -> Result<RankProbabilities, Error> {
        self.run_with(programme, &|_| {})
    }

    /// Draws and counts, and calls back with the number of draws that are done.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub fn run_with(
        &self,
        programme: &Programme,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<RankProbabilities, Error> {
        let sampler = Sampler::new(self, programme)?;
        let counted = self.count(&sampler, &sampler.linear, progress)?;
        Ok(self.describe(&sampler.linear, &counted, Some(&sampler)))
    }

    /// The same under a model of the caller's own, which sees the estimates as they are drawn ([`Facts`](crate::score::Facts)): but for weights, which are its own affair.
    ///
    /// An initiative that the model cannot judge in a draw is last in it.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run); `uncertainty.weights-of-own-model` where weights are to be drawn, and `score.not-finite`.
    ///
    /// # Complexity
    ///
    /// d·n calls of the model for d draws and n initiatives, besides what [`Sampling`] says.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
    /// use cxrank::score::named;
    /// use cxrank::uncertainty::Sampling;
    ///
    /// let programme = ProgrammeSpec::new("Clinic")
    ///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
    ///     .criterion(Criterion::effort("work", 1.0))
    ///     .initiative(Initiative::new("A", "Online booking").benefit("ease", [2.0, 4.0, 6.0]).effort("work", 40))
    ///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4).effort("work", 60))
    ///     .build()?;
    /// let quietest = named("quietest", |facts| Some(-(facts.benefit("ease")? - 4.0).abs()));
    /// let run = Sampling::default().run_own(&quietest, &programme)?;
    /// assert_eq!((run.initiatives[0].code.as_str(), run.initiatives[0].expected_rank), ("B", 1.0));
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn run_own(
        &self,
        model: &(dyn CustomModel + Sync),
        programme: &Programme,
    ) -> Result<RankProbabilities, Error> {
        let sampler = Sampler::of(self, Linear::of_own(model, programme)?)?;
        if !sampler.weights.are_fixed() {
            return Err(Error::new(vec![Problem::new(
                Path::root().key("weights"),
                Fault::WeightsOfOwnModel,
            )]));
        }
        let own = Own::new(&sampler, model);
        let counted = self.count(&own, &sampler.linear, &|_| {})?;
        own.check()?;
        Ok(self.describe(&sampler.linear, &counted, None))
    }

    /// How sure the stakeholders' order is, had others of their kind been asked: in each draw as many ballots as there are are drawn from them with replacement
    /// (the bootstrap), and the ranked initiatives are ordered by their Borda points.
    ///
    /// Estimates and weights play no part here: the stakeholders are the other, independent opinion. For one run over both, in a policy that blends them, see
    /// [`stakeholders`](Self::stakeholders).
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), `uncertainty.no-ballots`, and ballots that cannot be counted.
    ///
    /// # References
    ///
    /// Efron (1979), *Bootstrap methods: another look at the jackknife*, Annals of Statistics 7.
    pub fn run_stakeholders(&self, programme: &Programme) -> Result<RankProbabilities, Error> {
        let linear = Sampler::new(self, programme)?.linear;
        check_size(&linear)?;
        let counted =
            count(&Ballots::new(self, &linear)?, self.draws, linear.len() <= MOST_IN_PAIRS, &|_| {});
        Ok(self.describe(&linear, &counted, None))
    }

    /// Counts, with the ballots blended in where the policy asks for it.
    fn count(
        &self,
        source: &impl Source,
        linear: &Linear<'_>,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Counted, Error> {
        check_size(linear)?;
        let pairwise = linear.len() <= MOST_IN_PAIRS;
        Ok(match Blend::new(self, linear)? {
            None => count(source, self.draws, pairwise, progress),
            Some(blend) => count(&Blended { of: source, blend: &blend }, self.draws, pairwise, progress),
        })
    }

    fn describe(
        &self,
        linear: &Linear<'_>,
        counted: &Counted,
        sampler: Option<&Sampler<'_>>,
    ) -> RankProbabilities {
        let (n, draws) = (linear.len(), self.draws as f64);
        let top = self.top.unwrap_or(n.min(10));
        let standing = |item: usize| {
            let acceptability: Vec<f64> =
                (0..n).filter_map(|rank| counted.acceptability(item, rank)).collect();
            let p_top = acceptability[..top].iter().sum::<f64>().min(1.0);
            let ranks = || (1..).map(f64::from).zip(&acceptability);
            let expected_rank = ranks().map(|(rank, p)| rank * p).sum::<f64>();
            let variance =
                ranks().map(|(rank, p)| (rank - expected_rank) * (rank - expected_rank) * p).sum::<f64>();
            let percentile = |p: f64| {
                let mut below = 0.0;
                let reached = |x: &f64| {
                    below += x;
                    below >= p
                };
                1 + acceptability.iter().position(reached).unwrap_or(n - 1)
            };
            let central =
                counted.central[item].as_ref().filter(|_| sampler.is_some_and(|s| !s.weights.are_fixed()));
            let central_weights: Option<BTreeMap<Id, f64>> = central.map(|weights| {
                let columns = linear.gains.iter().chain(&linear.costs).zip(weights).enumerate();
                // Prices are no weights.
                let drawn = columns.filter(|(c, _)| sampler.is_some_and(|s| s.weights.is_free(*c)));
                drawn.map(|(_, (column, &weight))| (column.id.clone(), weight)).collect()
            });
            // Central weights say who is first by the model alone.
            let confidence = counted.central[item]
                .as_ref()
                .zip(sampler.filter(|_| self.confidence && linear.programme.policy().blend.is_none()))
                .map(|(weights, sampler)| sampler.chance_of_first(item, weights, self.draws));
            let end = |p: f64| {
                let error = share_error(p, draws);
                [p - error, p + error].map(|p| percentile(p.clamp(1e-12, 1.0 - 1e-12)))
            };
            Standing {
                code: linear.code(item).clone(),
                p_top,
                error: share_error(p_top, draws),
                expected_rank,
                expected_rank_error: (variance / draws).sqrt(),
                rank_interval: [percentile(0.05 + 1e-12), percentile(0.95 - 1e-12)],
                rank_interval_error: [end(0.05), end(0.95)],
                central_weights_error: central_weights.as_ref().map(|weights| {
                    let (whole, first) = (weights.values().sum::<f64>(), acceptability[0] * draws);
                    let error = |weight: f64| whole * share_error(weight / whole, first);
                    weights.iter().map(|(id, &weight)| (id.clone(), error(weight))).collect()
                }),
                central_weights,
                confidence,
                confidence_error: confidence.map(|chance| share_error(chance, draws)),
                acceptability,
            }
        };
        let mut standings: Vec<(usize, Standing)> = (0..n).map(|item| (item, standing(item))).collect();
        standings.sort_by(|a, b| a.1.expected_rank.total_cmp(&b.1.expected_rank).then(a.0.cmp(&b.0)));
        let items: Vec<usize> = standings.iter().map(|x| x.0).collect();
        let winning: Vec<Vec<f64>> = if n <= MOST_IN_PAIRS {
            let row = |&a: &usize| items.iter().filter_map(|&b| counted.winning(a, b)).collect();
            items.iter().map(row).collect()
        } else {
            Vec::new()
        };
        let initiatives: Vec<Standing> = standings.into_iter().map(|x| x.1).collect();
        let (close, apart) = open(&winning, self.level);
        let code = |place: usize| initiatives[place].code.clone();
        RankProbabilities {
            draws: self.draws,
            seed: self.seed,
            top,
            share_error_at_most: share_error(0.5, draws),
            too_close_to_call: close.into_iter().map(|(from, to)| (from..to).map(code).collect()).collect(),
            open_pairs: apart.into_iter().map(|pair| pair.map(code)).collect(),
            initiatives,
            winning,
        }
    }
}

fn check_size(linear: &Linear<'_>) -> Result<(), Error> {
    if linear.len() <= MOST_RANKED {
        return Ok(());
    }
    let fault = Fault::TooLarge { found: linear.len(), most: MOST_RANKED };
    Err(Error::new(vec![Problem::new(Path::root().key("initiatives"), fault)]))
}

/// Runs of two and more no two of which are called, none inside another, and the pairs that are not called and in none of them.
fn open(winning: &[Vec<f64>], level: f64) -> (Vec<(usize, usize)>, Vec<[usize; 2]>) {
    let open = |a: usize, b: usize| winning[a][b] < level && winning[b][a] < level;
    let n = winning.len();
    let (mut runs, mut apart): (Vec<(usize, usize)>, _) = (Vec::new(), Vec::new());
    let mut reached = 0;
    for start in 0..n {
        // Whatever run reaches beyond `start` holds it and what is up to `reached`.
        let mut end = reached.max(start + 1);
        while end < n && (start..end).all(|k| open(k, end)) {
            end += 1;
        }
        if end > reached && end - start > 1 {
            runs.push((start, end));
        }
        reached = end;
        apart.extend((end..n).filter(|&k| open(start, k)).map(|k| [start, k]));
    }
    (runs, apart)
}

/// A programme as a source of scores.
pub(super) struct Sampler<'p> {
    pub(super) linear: Linear<'p>,
    pub(super) weights: Weights,
    seed: u64,
    /// By column, gains first, and place.
    variables: Vec<Vec<Option<Variable>>>,
    /// Empty where no variable reads them.
    tables: Tables,
    /// How many drivers there are.
    drivers: usize,
    /// Where no estimate varies: each column's part of a score of weight 1, one column after the other.
    columns: Option<Vec<f64>>,
}

/// An estimate that is drawn.
pub(super) struct Variable {
    shape: Shape,
    /// Its place in the stream of a draw.
    place: u64,
    /// Its driver and the correlation with it.
    driver: Option<(usize, f64)>,
}

/// Drivers stand in a draw's stream from here on; weights before.
const DRIVERS: u64 = 1 << 40;

const TWO_32: f64 = (1u64 << 32) as f64;

impl<'p> Sampler<'p> {
    pub(super) fn new(sampling: &Sampling, programme: &'p Programme) -> Result<Self, Error> {
        Self::of(sampling, Linear::new(programme)?)
    }

    fn of(sampling: &Sampling, linear: Linear<'p>) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let root = |field: &str| Path::root().key(field);
        if sampling.draws == 0 {
            problems.push(Problem::new(root("draws"), Fault::NoDraws));
        }
        if sampling.draws > MOST_DRAWS {
            let fault = Fault::TooLarge { found: sampling.draws, most: MOST_DRAWS };
            problems.push(Problem::new(root("draws"), fault));
        }
        problems.extend(sampling.top.and_then(|top| linear.check_top(top)));
        if !(sampling.level > 0.5 && sampling.level < 1.0) {
            problems.push(Problem::new(root("level"), Fault::Level { found: sampling.level }));
        }
        let weights = sampling.weights.bind(&linear);
        let driven = driven(&sampling.drivers, &linear, &mut problems);
        let weights = match weights {
            Ok(weights) if problems.is_empty() => weights,
            Ok(_) => return Err(Error::new(problems)),
            Err(more) => return Err(Error::new(problems.into_iter().chain(more).collect())),
        };
        let variable = |c: usize, column: &Column, i: usize| {
            let known = column.spreads[i]?;
            Some(Variable {
                shape: known.shape(column.range),
                place: place(linear.code(i), &column.id),
                driver: driven.get(&(c, i)).copied(),
            })
        };
        let all = linear.gains.iter().chain(&linear.costs).enumerate();
        let variables: Vec<Vec<Option<Variable>>> =
            all.map(|(c, column)| (0..linear.len()).map(|i| variable(c, column, i)).collect()).collect();
        let varies = variables.iter().flatten().any(Option::is_some);
        let columns = (!varies).then(|| fixed_columns(&linear));
        let reads = variables.iter().flatten().flatten().any(|variable| variable.shape.is_pert());
        Ok(Sampler {
            drivers: sampling.drivers.len(),
            seed: sampling.seed,
            linear,
            weights,
            variables,
            tables: if reads { Tables::new() } else { Tables::default() },
            columns,
        })
    }

    /// The values of one estimate in some draws.
    pub(super) fn values(&self, c: usize, i: usize, draws: &Draws, values: &mut [f64]) {
        match &self.variables[c][i] {
            None => values.fill(self.column(c).values[i]),
            Some(Variable { shape, place, driver }) => {
                let words = draws.pairs.iter().map(|pair| pair.bits(*place));
                let Some((driver, r)) = driver else {
                    shape.fill(&self.tables, words, values);
                    return;
                };
                let own = (1.0 - r * r).sqrt();
                let halves = words.flat_map(|word| [word as u32, (word >> 32) as u32]);
                for ((value, bits), z) in values.iter_mut().zip(halves).zip(&draws.drivers[*driver]) {
                    let z = r * z + own * normal_quantile((f64::from(bits) + 0.5) / TWO_32);
                    *value = shape.quantile(&self.tables, (normal(z) * TWO_32) as u32);
                }
            }
        }
    }

    pub(super) fn column(&self, c: usize) -> &Column {
        let gains = &self.linear.gains;
        gains.get(c).unwrap_or_else(|| &self.linear.costs[c - gains.len()])
    }

    /// Whether an estimate is drawn.
    pub(super) fn varies(&self, c: usize, i: usize) -> bool {
        self.variables[c][i].is_some()
    }

    /// The driver of an estimate, if it has one that moves it.
    pub(super) fn driver(&self, c: usize, i: usize) -> Option<usize> {
        self.variables[c][i].as_ref()?.driver.filter(|(_, r)| *r != 0.0).map(|(driver, _)| driver)
    }

    /// Draws from an even number on.
    pub(super) fn draws(&self, first: usize, count: usize) -> Draws {
        debug_assert!(first.is_multiple_of(2), "draws come in pairs");
        let streams: Vec<Stream> = (first..first + count).map(|d| Stream::new(self.seed, d)).collect();
        let driver = |k| streams.iter().map(|s| normal_quantile(s.uniform(DRIVERS + k))).collect();
        Draws {
            pairs: streams.iter().step_by(2).copied().collect(),
            drivers: (0..self.drivers as u64).map(driver).collect(),
        }
    }

    /// What an initiative gains, or costs, in some draws: Σ weight · factor · value over the columns of `of`, added to `sums`. Weights are given by column.
    pub(super) fn totals(
        &self,
        of: std::ops::Range<usize>,
        i: usize,
        draws: &Draws,
        weights: &[f64],
        values: &mut [f64],
        sums: &mut [f64],
    ) {
        for c in of {
            let factor = self.column(c).factor;
            self.values(c, i, draws, values);
            let weights = &weights[c * sums.len()..];
            for ((sum, value), weight) in sums.iter_mut().zip(&*values).zip(weights) {
                *sum += weight * (factor * value);
            }
        }
    }

    /// The share of draws in which an item is first under given weights.
    fn chance_of_first(&self, item: usize, weights: &[f64], draws: usize) -> f64 {
        let n = self.linear.len();
        // Where nothing else varies one draw says it all.
        let draws = if self.columns.is_some() { 1 } else { draws };
        let size = block(n);
        let mut wins = 0.0;
        for first in (0..draws).step_by(size) {
            let count = size.min(draws - first);
            let mut scores = vec![0.0; count * n];
            self.score(first, &mut scores, &weights.repeat(count));
            wins += scores.chunks_exact(n).map(|scores| first_share(scores, item)).sum::<f64>();
        }
        wins / draws as f64
    }

    /// The weights of some draws, a row for each.
    pub(super) fn draw_weights(&self, first: usize, weights: &mut [f64]) {
        for (k, weights) in weights.chunks_exact_mut(self.variables.len()).enumerate() {
            self.weights.draw(Stream::new(self.seed, first + k), weights);
        }
    }

    /// Scores draws under given weights.
    fn score(&self, first: usize, scores: &mut [f64], weights: &[f64]) {
        let (n, width, gains) = (self.linear.len(), self.variables.len(), self.linear.gains.len());
        if let Some(columns) = &self.columns {
            // Under a ratio the costs are in the columns of the gains.
            let used = columns.len() / n;
            for (scores, weights) in scores.chunks_exact_mut(n).zip(weights.chunks_exact(width)) {
                combine(&weights[..used], columns, scores);
            }
            return;
        }
        let count = scores.len() / n;
        let (draws, weights) = (self.draws(first, count), by_column(weights, width));
        let (mut gain, mut cost, mut values) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
        for i in 0..n {
            gain.fill(0.0);
            cost.fill(0.0);
            self.totals(0..gains, i, &draws, &weights, &mut values, &mut gain);
            self.totals(gains..width, i, &draws, &weights, &mut values, &mut cost);
            for (d, (&gain, &cost)) in gain.iter().zip(&cost).enumerate() {
                scores[d * n + i] = self.linear.score(gain, cost);
            }
        }
    }
}

/// The rows of a matrix of so many columns, column by column.
pub(super) fn by_column(rows: &[f64], width: usize) -> Vec<f64> {
    (0..width).flat_map(|c| rows.iter().skip(c).step_by(width).copied()).collect()
}

/// The random numbers of some draws.
pub(super) struct Draws {
    /// Of each two draws one stream: an estimate's numbers are the two halves of a word.
    pairs: Vec<Stream>,
    /// Standard normal numbers of each driver, by draw.
    drivers: Vec<Vec<f64>>,
}

impl Source for Sampler<'_> {
    fn items(&self) -> usize {
        self.linear.len()
    }

    fn weights(&self) -> usize {
        self.variables.len()
    }

    fn fill(&self, first: usize, scores: &mut [f64], weights: &mut [f64]) {
        self.draw_weights(first, weights);
        self.score(first, scores, weights);
    }
}

/// The columns for estimates that do not vary.
fn fixed_columns(linear: &Linear<'_>) -> Vec<f64> {
    let cost = linear.cost();
    let mut columns = Vec::new();
    for column in &linear.gains {
        let part = column.values.iter().zip(&cost);
        columns.extend(part.map(|(x, cost)| column.factor * x / if linear.ratio { *cost } else { 1.0 }));
    }
    if !linear.ratio {
        for column in &linear.costs {
            columns.extend(column.values.iter().map(|x| -column.factor * x));
        }
    }
    columns
}

/// Where an estimate stands in every draw's stream: by its names, so that it is the same whatever else is in the programme (FNV-1a).
fn place(code: &Id, criterion: &Id) -> u64 {
    let bytes = code.bytes().chain([0]).chain(criterion.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The driver of each estimate by column and place.
fn driven(
    drivers: &[Driver],
    linear: &Linear<'_>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<(usize, usize), (usize, f64)> {
    let places = linear.places();
    let mut driven = BTreeMap::new();
    for (k, driver) in drivers.iter().enumerate() {
        let path = || Path::of("drivers", k);
        let ids = || linear.gains.iter().chain(&linear.costs).map(|column| column.id.clone());
        let column = ids().position(|id| id == driver.criterion);
        if column.is_none() {
            let fault = Fault::UnknownCriterion { found: driver.criterion.clone(), known: ids().collect() };
            problems.push(Problem::new(path().key("criterion"), fault));
        }
        for (code, &correlation) in &driver.correlations {
            let path = || path().key("correlations").key(code.as_str());
            if !(-1.0..=1.0).contains(&correlation) {
                problems.push(Problem::new(path(), Fault::Correlation { found: correlation }));
            }
            match (places.get(code.as_str()), column) {
                (None, _) => {
                    problems.push(Problem::new(path(), Fault::UnknownInitiative { found: code.clone() }));
                }
                (Some(&i), Some(c)) if driven.insert((c, i), (k, correlation)).is_some() => {
                    problems.push(Problem::new(path(), Fault::DrivenTwice { found: code.clone() }));
                }
                _ => {}
            }
        }
    }
    driven
}
