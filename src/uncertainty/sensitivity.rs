//! What would flip the order, exactly and without sampling.

use serde::Serialize;

use super::crossing::Family;
use super::linear::{Column, Linear};
use super::pareto::pareto_layers;
use super::{Fault, WeightSpace};
use crate::Error;
use crate::error::{Path, Problem};
use crate::programme::{Id, Programme};
use crate::reason::{Fact, Quantity, Reason};

/// What would flip the order of a programme: stability of its weights, swaps, dominance, layers. In closed form; nothing is drawn.
///
/// # When not to use it
///
/// One number moves at a time here, under the policy's model: neither a blend with the stakeholders nor a model of the caller's own has closed forms. How likely an order is when all of them are uncertain at once is what [`Sampling`](super::Sampling) answers.
///
/// # Examples
///
/// ```
/// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec};
/// use cxrank::uncertainty::Sensitivity;
///
/// let programme = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 60.0, 0.0, 10.0))
///     .criterion(Criterion::benefit("trust", 40.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 8).benefit("trust", 2).effort("work", 10))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 2).benefit("trust", 8).effort("work", 10))
///     .build()?;
/// let sensitivity = Sensitivity::new(&programme)?;
/// // A leads as long as ease has at least half of the weight.
/// let ease = &sensitivity.weight_stability(1)?[0];
/// assert_eq!((ease.criterion.as_str(), ease.share), ("ease", 0.6));
/// assert!((ease.low - 0.5).abs() < 1e-12 && ease.high == 1.0);
/// assert_eq!(ease.at_low.as_ref().unwrap().enters, "B");
/// // The nearest way to swap the two; B's trust would have to rise to 11, which is off its scale.
/// let swap = &sensitivity.swaps("A", "B")?[0];
/// assert_eq!(swap.why.to_string(), "B draws level with A once the benefit `ease` of A is 6 instead of 8.");
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sensitivity<'p> {
    linear: Linear<'p>,
    gain: Vec<f64>,
    cost: Vec<f64>,
}

/// How far the weight of one criterion can move, the others keeping their proportions, before a set of the best changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Stability {
    /// The criterion.
    pub criterion: Id,
    /// What moves: `share` of all weights, or the price of an effort criterion.
    pub of: Moved,
    /// Where it is: of all weights, from 0 to 1; or the price.
    pub share: f64,
    /// The set is the same from here on; 0 where nothing below changes it.
    pub low: f64,
    /// Up to here; 1, or none for a price, where nothing above changes it.
    pub high: f64,
    /// Who changes places at `low`.
    pub at_low: Option<Exchange>,
    /// Who changes places at `high`.
    pub at_high: Option<Exchange>,
}

/// What moves in a [`Stability`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moved {
    /// The share of a weight among all weights.
    Weight,
    /// The price of a unit of effort.
    Price,
}

/// Who changes places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// What is overtaken.
    pub leaves: Id,
    /// What overtakes it.
    pub enters: Id,
}

/// A change of one input that brings two initiatives level; anything beyond it swaps them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What changes.
    pub input: Input,
    /// What it is: the mean of the estimate, the weight, the price.
    pub from: f64,
    /// What it would be when the two are level.
    pub to: f64,
    /// How large that is: as a share of the scale from `none` to `full` for a benefit, of the present number otherwise.
    pub size: f64,
    /// What is overtaken.
    pub leaves: Id,
    /// What overtakes it.
    pub enters: Id,
    /// The same as a sentence.
    pub why: Reason,
}

/// One input of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Input {
    /// A benefit of an initiative.
    Benefit {
        /// The initiative.
        code: Id,
        /// The criterion.
        criterion: Id,
    },
    /// An effort of an initiative.
    Effort {
        /// The initiative.
        code: Id,
        /// The criterion.
        criterion: Id,
    },
    /// The weight of a criterion.
    Weight {
        /// The criterion.
        criterion: Id,
    },
    /// The price of an effort criterion.
    Price {
        /// The criterion.
        criterion: Id,
    },
}

/// Between which ranks an initiative stays for every admissible value of every estimate and weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SureRange {
    /// The initiative.
    pub code: Id,
    /// One more than the number of those that are above it whatever happens.
    pub best: usize,
    /// The number of those that are not below it whatever happens.
    pub worst: usize,
}

impl<'p> Sensitivity<'p> {
    /// Reads a programme under its policy's model.
    ///
    /// # Errors
    ///
    /// What [`ScoringModel`](crate::ScoringModel) refuses, a programme of which nothing is ranked, and `uncertainty.blended` where the policy blends the ballots into the order.
    pub fn new(programme: &'p Programme) -> Result<Self, Error> {
        if programme.policy().blend.is_some() && !programme.ballots().is_empty() {
            let path = Path::root().key("policy").key("blend");
            return Err(Error::new(vec![Problem::new(path, Fault::Blended)]));
        }
        let linear = Linear::new(programme)?;
        let (gain, cost) = (linear.gain(), linear.cost());
        Ok(Sensitivity { linear, gain, cost })
    }

    /// How many initiatives are ranked.
    pub fn ranked(&self) -> usize {
        self.linear.len()
    }

    /// For each weight, and each price of effort under a ratio or a net benefit, how far it can move before the set of the first `top` changes.
    ///
    /// The first place is `top = 1`. The other weights keep their proportions, so that shares of all weights add up to 1.
    ///
    /// # Formula
    ///
    /// Where weight j has share t, the score of i is (1 − t)·Rᵢ + t·vᵢⱼ with Rᵢ = Σ wₖ·vᵢₖ/(1 − wⱼ) over the other weights k: a line. Two lines cross at
    /// t* = ΔR/(ΔR − Δvⱼ). Under benefit/cost vᵢⱼ is divided by the effort, and a price of effort is found by cross-multiplying.
    ///
    /// # Errors
    ///
    /// `uncertainty.top-out-of-range`.
    ///
    /// # Complexity
    ///
    /// O(s·n) for each weight: `s` steps of a few, rather than all pairs.
    ///
    /// # References
    ///
    /// Mareschal (1988), *Weight stability intervals in multicriteria decision aid*, European Journal of Operational Research 33.
    /// Triantaphyllou & Sánchez (1997), *A sensitivity analysis approach for some deterministic multi-criteria decision-making methods*, Decision
    /// Sciences 28.
    pub fn weight_stability(&self, top: usize) -> Result<Vec<Stability>, Error> {
        self.linear.check_top(top).map_or(Ok(()), |problem| Err(Error::new(vec![problem])))?;
        let exchange = |crossing: &super::crossing::Crossing| Exchange {
            leaves: self.linear.code(crossing.leaves).clone(),
            enters: self.linear.code(crossing.enters).clone(),
        };
        let mut intervals = Vec::new();
        for number in self.numbers() {
            let column = number.column;
            let family = self.family(&number);
            let rest = self.weight_besides(&number);
            // Where all of the weight is on one criterion no share can move.
            let moves = number.is_price || rest > 0.0;
            let [down, up] = [0.0, f64::INFINITY]
                .map(|to| if moves { family.first_change(top, column.weight, to) } else { None });
            let share = |weight: f64| if number.is_price { weight } else { weight / (weight + rest) };
            intervals.push(Stability {
                criterion: column.id.clone(),
                of: if number.is_price { Moved::Price } else { Moved::Weight },
                share: share(column.weight),
                low: down.map_or(0.0, |crossing| share(crossing.at)),
                high: up.map_or(if number.is_price { f64::INFINITY } else { 1.0 }, |c| share(c.at)),
                at_low: down.as_ref().map(exchange),
                at_high: up.as_ref().map(exchange),
            });
        }
        Ok(intervals)
    }

    /// Every single change that would bring two initiatives level, the smallest first; anything beyond it swaps them.
    ///
    /// Empty where no change of one input within its scale does. Which of the two is above does not matter.
    ///
    /// # Errors
    ///
    /// `uncertainty.unknown-initiative`.
    pub fn swaps(&self, a: &str, b: &str) -> Result<Vec<Change>, Error> {
        let places = self.linear.places();
        let find = |code: &str| {
            places.get(code).copied().ok_or_else(|| {
                Error::new(vec![Problem::new(Path::root(), Fault::UnknownInitiative { found: code.into() })])
            })
        };
        let (a, b) = (find(a)?, find(b)?);
        let (upper, lower) = (a.min(b), a.max(b));
        if upper == lower {
            return Ok(Vec::new());
        }
        let mut changes = self.own_changes(upper, upper, lower);
        changes.extend(self.own_changes(lower, upper, lower));
        for number in self.numbers() {
            let pair = |values: Vec<f64>| vec![values[upper], values[lower]];
            let family = match self.family(&number) {
                Family::Lines { first, second } => Family::Lines { first: pair(first), second: pair(second) },
                Family::Prices { gain, rest, amount } => {
                    Family::Prices { gain: pair(gain), rest: pair(rest), amount: pair(amount) }
                }
            };
            for to in [0.0, f64::INFINITY] {
                if let Some(crossing) = family.first_change(1, number.column.weight, to) {
                    changes.push(self.number_change(&number, crossing.at, upper, lower));
                }
            }
        }
        sort(&mut changes);
        Ok(changes)
    }

    /// Every smallest change of one input that changes the set of the first `top`, the smallest first, each with the nearest rival.
    ///
    /// For an estimate of one of the first that is what brings it level with the best of the others, for one of the others what brings it level
    /// with the last of the first.
    ///
    /// # Errors
    ///
    /// `uncertainty.top-out-of-range`.
    ///
    /// # Complexity
    ///
    /// O(n·c) besides the sort, for n initiatives and c criteria.
    pub fn flips(&self, top: usize) -> Result<Vec<Change>, Error> {
        self.linear.check_top(top).map_or(Ok(()), |problem| Err(Error::new(vec![problem])))?;
        let n = self.linear.len();
        if top == n {
            return Ok(Vec::new());
        }
        let mut changes = Vec::new();
        for place in 0..n {
            let (upper, lower) = if place < top { (place, top) } else { (top - 1, place) };
            changes.extend(self.own_changes(place, upper, lower));
        }
        for number in self.numbers() {
            let family = self.family(&number);
            for to in [0.0, f64::INFINITY] {
                if let Some(c) = family.first_change(top, number.column.weight, to) {
                    changes.push(self.number_change(&number, c.at, c.leaves, c.enters));
                }
            }
        }
        sort(&mut changes);
        Ok(changes)
    }

    /// Between which ranks each initiative stays, whatever the admissible values of estimates and weights, in order of merit.
    ///
    /// An initiative is above another for sure when it is so for every value of every estimate between its low and its high, for both
    /// initiatives independently, and for all weights of `weights`.
    ///
    /// # Errors
    ///
    /// What `weights` refuses.
    ///
    /// # Complexity
    ///
    /// O(n²·v·c) for n initiatives, c criteria and v corners of the set of weights.
    pub fn sure_ranges(&self, weights: &WeightSpace) -> Result<Vec<SureRange>, Error> {
        let corners = weights.corners(&self.linear).map_err(Error::new)?;
        let n = self.linear.len();
        let (mut above, mut below) = (vec![0; n], vec![0; n]);
        let cases = self.extremes();
        for (a, below) in below.iter_mut().enumerate() {
            for (b, above) in above.iter_mut().enumerate() {
                if a != b && self.surely(&cases, &corners, a, b) {
                    *below += 1;
                    *above += 1;
                }
            }
        }
        let range =
            |i| SureRange { code: self.linear.code(i).clone(), best: 1 + above[i], worst: n - below[i] };
        Ok((0..n).map(range).collect())
    }

    /// Whether `a` is above `b` for every admissible value of their estimates and all weights of `weights`; see
    /// [`sure_ranges`](Self::sure_ranges).
    ///
    /// # Errors
    ///
    /// `uncertainty.unknown-initiative`, and what `weights` refuses.
    pub fn surely_above(&self, a: &str, b: &str, weights: &WeightSpace) -> Result<bool, Error> {
        let places = self.linear.places();
        let find = |code: &str| {
            places.get(code).copied().ok_or_else(|| {
                Error::new(vec![Problem::new(Path::root(), Fault::UnknownInitiative { found: code.into() })])
            })
        };
        let corners = weights.corners(&self.linear).map_err(Error::new)?;
        let (a, b) = (find(a)?, find(b)?);
        Ok(a != b && self.surely(&self.extremes(), &corners, a, b))
    }

    /// The layers of benefit against effort: those that no other beats in both, then the same of the rest, and so on; each in order of merit.
    ///
    /// Equals stand in the same layer. Benefit and effort are those that the ranking shows, compared exactly.
    pub fn layers(&self) -> Vec<Vec<Id>> {
        let [benefit, effort] = self.linear.exact().map(|numbers| {
            let mut steps = numbers.clone();
            steps.sort_unstable();
            steps.dedup();
            numbers.iter().map(|x| steps.partition_point(|step| step < x) as f64).collect::<Vec<_>>()
        });
        let points: Vec<[f64; 2]> = benefit.into_iter().zip(effort).map(Into::into).collect();
        let layers = pareto_layers(&points);
        let mut lists = vec![Vec::new(); layers.iter().max().map_or(0, |last| last + 1)];
        for (i, layer) in layers.into_iter().enumerate() {
            lists[layer].push(self.linear.code(i).clone());
        }
        lists
    }

    /// Least and greatest of every gain and cost of every initiative: `[column][initiative]`.
    fn extremes(&self) -> [Vec<Vec<[f64; 2]>>; 2] {
        [&self.linear.gains, &self.linear.costs].map(|columns| {
            columns.iter().map(|c| (0..self.linear.len()).map(|i| c.bounds(i)).collect()).collect()
        })
    }

    /// Whether the worst of `a` is above the best of `b` at every corner of the weights.
    ///
    /// For given costs the difference is linear in the weights, so its least value is at a corner; and a score is monotone in each cost.
    fn surely(
        &self,
        [gains, costs]: &[Vec<Vec<[f64; 2]>>; 2],
        corners: &[Vec<f64>],
        a: usize,
        b: usize,
    ) -> bool {
        let linear = &self.linear;
        corners.iter().all(|weights| {
            let sum =
                |columns: &[Column], bounds: &[Vec<[f64; 2]>], weights: &[f64], i: usize, end: usize| {
                    let term = |((c, v), w): ((&Column, &Vec<[f64; 2]>), &f64)| w * c.factor * v[i][end];
                    columns.iter().zip(bounds).zip(weights).map(term).sum::<f64>()
                };
            let (of_gains, of_costs) = weights.split_at(linear.gains.len());
            let score = |i: usize, end: usize| {
                let gain = sum(&linear.gains, gains, of_gains, i, end);
                let cost = |end| sum(&linear.costs, costs, of_costs, i, end);
                let scores = [cost(0), cost(1)].map(|cost| linear.score(gain, cost));
                if end == 0 { scores[0].min(scores[1]) } else { scores[0].max(scores[1]) }
            };
            score(a, 0) > score(b, 1)
        })
    }

    /// The weights and prices that can move.
    fn numbers(&self) -> impl Iterator<Item = Number<'_>> {
        // Under the weighted sum an effort has a weight as a benefit has; otherwise it has a price.
        let weighted = self.weighted_sum();
        let gains = self.linear.gains.iter().map(|column| Number { column, is_cost: false, is_price: false });
        let costs = self.linear.costs.iter();
        gains.chain(costs.map(move |column| Number { column, is_cost: true, is_price: !weighted }))
    }

    fn weighted_sum(&self) -> bool {
        self.linear.programme.policy().model == crate::policy::Model::WeightedSum
    }

    /// The weights of everything else that shares in the whole with a weight.
    fn weight_besides(&self, number: &Number<'_>) -> f64 {
        let costs = if self.weighted_sum() { &self.linear.costs[..] } else { &[] };
        let others = self.linear.gains.iter().chain(costs).filter(|c| !std::ptr::eq(*c, number.column));
        others.map(|c| c.weight).sum()
    }

    /// The scores as a function of one weight or price, the others as they are.
    fn family(&self, number: &Number<'_>) -> Family {
        let Number { column, is_cost, .. } = *number;
        let part: Vec<f64> = column.values.iter().map(|value| column.factor * value).collect();
        if is_cost && self.linear.ratio {
            return Family::Prices {
                gain: self.gain.clone(),
                rest: without(&self.linear.costs, column, self.linear.len()),
                amount: part,
            };
        }
        let of_gains = without(&self.linear.gains, column, self.linear.len());
        let of_costs = without(&self.linear.costs, column, self.linear.len());
        if self.linear.ratio {
            let over_cost = |x: Vec<f64>| x.iter().zip(&self.cost).map(|(x, cost)| x / cost).collect();
            return Family::Lines { first: over_cost(of_gains), second: over_cost(part) };
        }
        let sign = if is_cost { -1.0 } else { 1.0 };
        Family::Lines {
            first: of_gains.iter().zip(&of_costs).map(|(gain, cost)| gain - cost).collect(),
            second: part.iter().map(|x| sign * x).collect(),
        }
    }

    /// The changes of the estimates of `of`, one of the two, that bring `lower` level with `upper`.
    fn own_changes(&self, of: usize, upper: usize, lower: usize) -> Vec<Change> {
        let linear = &self.linear;
        let rival = if of == upper { lower } else { upper };
        let goal = linear.score(self.gain[rival], self.cost[rival]);
        let mut changes = Vec::new();
        // What the gain, or the cost, would have to be.
        let gain = if linear.ratio { goal * self.cost[of] } else { goal + self.cost[of] };
        for column in &linear.gains {
            let change = (gain - self.gain[of]) / column.coefficient();
            let value = column.values[of] + change;
            if value >= column.range[0] && value <= column.range[1] {
                changes.push(self.own_change(column, false, of, change, (upper, lower)));
            }
        }
        let cost = if linear.ratio { self.gain[of] / goal } else { self.gain[of] - goal };
        // Where gain and goal have no common sign no effort reaches the goal; where both are zero the two are level.
        if cost.is_finite() && (!linear.ratio || cost > 0.0) {
            for column in &linear.costs {
                let change = (cost - self.cost[of]) / column.coefficient();
                if column.values[of] + change >= column.range[0] {
                    changes.push(self.own_change(column, true, of, change, (upper, lower)));
                }
            }
        }
        changes
    }

    fn own_change(
        &self,
        column: &Column,
        is_cost: bool,
        of: usize,
        change: f64,
        (upper, lower): (usize, usize),
    ) -> Change {
        let value = column.values[of];
        let (from, to) = (column.natural(value), column.natural(value + change));
        let (code, criterion) = (self.linear.code(of).clone(), column.id.clone());
        let size = if is_cost { ((to - from) / from).abs() } else { change.abs() };
        let input =
            if is_cost { Input::Effort { code, criterion } } else { Input::Benefit { code, criterion } };
        self.change(input, [from, to], size, (upper, lower))
    }

    fn number_change(&self, number: &Number<'_>, to: f64, upper: usize, lower: usize) -> Change {
        let criterion = number.column.id.clone();
        let input = if number.is_price { Input::Price { criterion } } else { Input::Weight { criterion } };
        let from = number.column.weight;
        self.change(input, [from, to], ((to - from) / from).abs(), (upper, lower))
    }

    fn change(
        &self,
        input: Input,
        [from, to]: [f64; 2],
        size: f64,
        (upper, lower): (usize, usize),
    ) -> Change {
        let (leaves, enters) = (self.linear.code(upper).clone(), self.linear.code(lower).clone());
        let unit = |criterion: &Id| {
            let criterion = self.linear.programme.criterion(criterion);
            criterion.and_then(|c| c.unit.clone()).unwrap_or_default()
        };
        let (what, unit) = match &input {
            Input::Benefit { code, criterion } => {
                (format!("the benefit `{criterion}` of {code}"), unit(criterion))
            }
            Input::Effort { code, criterion } => {
                (format!("the effort `{criterion}` of {code}"), unit(criterion))
            }
            Input::Weight { criterion } => (format!("the weight of `{criterion}`"), String::new()),
            Input::Price { criterion } => (format!("the price of `{criterion}`"), String::new()),
        };
        let why = Reason::new(Fact::LevelOnce {
            below: enters.clone(),
            above: leaves.clone(),
            input: what,
            to: Quantity::new(to, unit),
            from: Quantity::new(from, ""),
        });
        Change { input, from, to, size, leaves, enters, why }
    }
}

/// A weight or a price.
#[derive(Clone, Copy)]
struct Number<'a> {
    column: &'a Column,
    is_cost: bool,
    is_price: bool,
}

/// Σ coefficient · value over all columns but one.
fn without(columns: &[Column], column: &Column, n: usize) -> Vec<f64> {
    let mut sums = vec![0.0; n];
    for other in columns.iter().filter(|other| !std::ptr::eq(*other, column)) {
        let coefficient = other.coefficient();
        sums.iter_mut().zip(&other.values).for_each(|(sum, value)| *sum += coefficient * value);
    }
    sums
}

/// The smallest first; what leaves a number as it is, or asks for an infinite one, last.
fn sort(changes: &mut [Change]) {
    changes.sort_by(|x, y| x.size.total_cmp(&y.size));
}
