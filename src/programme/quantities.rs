use super::{
    Criterion, Estimate, Fault, Id, Initiative, Inputs, Likely, Named, ProgrammeSpec, Spread, Status,
};
use crate::error::{Path, Problem, nearest};
use crate::exact::{Grid, MEAN, OffGrid, SCALE, divide_rounded};
use crate::score::kernel::{Column, Columns};

/// Stands in a column that is being read where an input is missing; no quantised number is so small.
pub(crate) const MISSING: i64 = i64::MIN;

/// The inputs of a programme, quantised once: exact integers in columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantities {
    pub(crate) grid: Grid,
    /// In the order of the criteria's ids.
    pub(crate) benefits: Vec<BenefitColumn>,
    /// In the order of the criteria's ids.
    pub(crate) efforts: Vec<EffortColumn>,
    /// A column for each benefit, then one for each effort, of all initiatives: the mean of a benefit as a share of the scale, `SCALE` being the
    /// whole; the mean of an effort in steps of the grid over `MEAN`, of what remains if the initiative is under way.
    pub(crate) columns: Columns,
}

/// A benefit criterion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BenefitColumn {
    pub(crate) id: Id,
    /// In steps of the grid.
    pub(crate) weight: i64,
    /// The share of each outcome; `None` if missing, zero if the outcome does not list the criterion: it claims nothing there.
    pub(crate) outcome_points: Vec<Option<i64>>,
}

/// An effort criterion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EffortColumn {
    pub(crate) id: Id,
    /// In steps of the grid.
    pub(crate) price: i64,
}

impl Quantities {
    /// The share of an initiative on the scale of a benefit, both by index.
    pub(crate) fn points(&self, benefit: usize, initiative: usize) -> Option<i64> {
        self.columns.get(benefit)?.get(initiative)
    }

    /// The amount of an effort of an initiative, both by index.
    pub(crate) fn amount(&self, effort: usize, initiative: usize) -> Option<i64> {
        self.columns.get(self.benefits.len() + effort)?.get(initiative)
    }

    /// Σ weight · share over the benefits of an initiative, in quanta of 1/(steps · `SCALE`); `None` if one with a weight is missing, or on overflow.
    pub(crate) fn benefit(&self, initiative: usize) -> Option<i128> {
        let terms = self.benefits.iter().enumerate().map(|(c, b)| (b.weight, self.points(c, initiative)));
        weighted(terms)
    }

    /// Σ weight · share over the benefits of an outcome, in the quanta of [`benefit`](Self::benefit); `None` if one with a weight is missing, or on
    /// overflow.
    pub(crate) fn outcome_benefit(&self, outcome: usize) -> Option<i128> {
        weighted(self.benefits.iter().map(|b| (b.weight, b.outcome_points[outcome])))
    }

    /// Σ price · amount over the efforts of an initiative, in quanta of 1/(steps² · `MEAN`); `None` if one with a price is missing, or on overflow.
    pub(crate) fn effort(&self, initiative: usize) -> Option<i128> {
        let terms = self.efforts.iter().enumerate().map(|(c, e)| (e.price, self.amount(c, initiative)));
        weighted(terms)
    }

    /// What one quantum of benefit is worth in points.
    pub(crate) fn point(&self) -> f64 {
        self.grid.point()
    }

    /// What one quantum of effort is worth in the effort unit.
    pub(crate) fn effort_unit(&self) -> f64 {
        self.grid.effort_unit()
    }
}

/// Σ weight · x; `None` if an x with a weight is missing, or on overflow.
pub(crate) fn weighted(mut terms: impl Iterator<Item = (i64, Option<i64>)>) -> Option<i128> {
    terms.try_fold(0i128, |sum, (weight, x)| match x {
        _ if weight == 0 => Some(sum),
        None => None,
        Some(x) => sum.checked_add(i128::from(weight) * i128::from(x)),
    })
}

/// Quantised inputs in the order in which initiatives and outcomes were written.
pub(super) struct Draft {
    pub(super) grid: Grid,
    benefits: Vec<BenefitColumn>,
    efforts: Vec<EffortColumn>,
    columns: Vec<Vec<i64>>,
}

impl Draft {
    /// Quantises everything, and reports what cannot be.
    pub(super) fn of(spec: &ProgrammeSpec, problems: &mut Vec<Problem>) -> Self {
        let grid = Grid::new(spec.policy.resolution.decimals.min(9));
        let mut scales: Vec<Scale<'_>> =
            spec.criteria.iter().enumerate().map(|(i, c)| Scale::of(c, i, grid, problems)).collect();
        scales.sort_by(|a, b| a.criterion.id.cmp(&b.criterion.id));
        let (benefits, efforts): (Vec<_>, Vec<_>) =
            scales.into_iter().partition(|s| s.criterion.is_benefit());
        let mut reader = Reader { grid, spread: spec.policy.spread, problems };

        let mut columns = vec![vec![MISSING; spec.initiatives.len()]; benefits.len() + efforts.len()];
        let (points, amounts) = columns.split_at_mut(benefits.len());
        for (i, initiative) in spec.initiatives.iter().enumerate() {
            let path = |field: &str| Path::of("initiatives", i).key(field);
            reader.read(&initiative.benefits, &benefits, &|| path("benefits"), |c, x| points[c][i] = x);
            reader.read(&initiative.efforts, &efforts, &|| path("efforts"), |c, x| amounts[c][i] = x);
            let under_way = initiative.status == Status::UnderWay;
            reader.read(&initiative.remaining, &efforts, &|| path("remaining"), |c, x| {
                if under_way {
                    amounts[c][i] = x;
                }
            });
            reader.check_actual(initiative, &benefits, &efforts, &|| path("actual"));
        }
        // An outcome is a benefit: nothing below `none` follows from repairing something.
        let of_outcomes: Vec<_> = benefits.iter().map(Scale::without_worst).collect();
        let mut outcome_points = vec![vec![Some(0); spec.outcomes.len()]; benefits.len()];
        for (i, outcome) in spec.outcomes.iter().enumerate() {
            let path = || Path::of("outcomes", i).key("benefits");
            reader.read(&outcome.benefits, &of_outcomes, &path, |c, x| {
                outcome_points[c][i] = Some(x).filter(|&x| x != MISSING);
            });
        }
        let benefit = |(scale, outcome_points): (&Scale<'_>, Vec<_>)| BenefitColumn {
            id: scale.criterion.id.clone(),
            weight: scale.weight,
            outcome_points,
        };
        let effort = |scale: &Scale<'_>| EffortColumn { id: scale.criterion.id.clone(), price: scale.price };
        Draft {
            grid,
            benefits: benefits.iter().zip(outcome_points).map(benefit).collect(),
            efforts: efforts.iter().map(effort).collect(),
            columns,
        }
    }

    /// The columns in another order of rows: row `i` is what row `order[i]` was.
    pub(super) fn reordered(mut self, initiatives: &[u32], outcomes: &[u32]) -> Quantities {
        for benefit in &mut self.benefits {
            benefit.outcome_points = outcomes.iter().map(|&i| benefit.outcome_points[i as usize]).collect();
        }
        let known = |x: i64| Some(x).filter(|&x| x != MISSING);
        let columns = self.columns.into_iter();
        let columns: Vec<Column> =
            columns.map(|column| initiatives.iter().map(|&i| known(column[i as usize])).collect()).collect();
        let columns = Columns::new(columns).expect("every column has a row for each initiative");
        Quantities { grid: self.grid, benefits: self.benefits, efforts: self.efforts, columns }
    }
}

/// One estimate under one criterion, quantised as in the columns; or what is wrong with it, at paths below `path`.
pub(crate) fn quantity(
    criterion: &Criterion,
    grid: Grid,
    spread: Spread,
    estimate: &Estimate,
    path: &dyn Fn() -> Path,
) -> Result<i64, Vec<Problem>> {
    let mut problems = Vec::new();
    let scale = Scale::of(criterion, 0, grid, &mut problems);
    let quantity = Reader { grid, spread, problems: &mut problems }.quantity(estimate, &scale, path);
    if problems.is_empty() { Ok(quantity) } else { Err(problems) }
}

/// A criterion on the grid.
#[derive(Clone)]
struct Scale<'a> {
    criterion: &'a Criterion,
    weight: i64,
    price: i64,
    none: i64,
    full: i64,
    /// Least and greatest value that is admitted.
    range: [f64; 2],
    /// Least and greatest value that is no worse than `none`.
    gains: [f64; 2],
}

impl<'a> Scale<'a> {
    fn of(criterion: &'a Criterion, index: usize, grid: Grid, problems: &mut Vec<Problem>) -> Self {
        let path = |field: &str| Path::of("criteria", index).key(field);
        let mut value = |field: &str, x: Option<f64>, default: f64| {
            let x = x.unwrap_or(default);
            match grid.quantise(x) {
                Ok(steps) => steps,
                Err(off) => {
                    problems.push(Problem::new(path(field), off_grid(off, x, grid)));
                    0
                }
            }
        };
        let weight = value("weight", criterion.weight, 0.0);
        let price = value("price", criterion.price, 1.0);
        let none_value = criterion.none.unwrap_or(0.0);
        let none = value("none", criterion.none, 0.0);
        let greatest = criterion.levels.values().copied().filter(|x| x.is_finite()).fold(f64::MIN, f64::max);
        let full_value =
            criterion.full.unwrap_or(if criterion.levels.is_empty() { none_value } else { greatest });
        let full = value("full", Some(full_value), 0.0);
        let worst_value = criterion.worst.unwrap_or(none_value);
        let worst = value("worst", Some(worst_value), 0.0);
        for (level, &x) in &criterion.levels {
            if let Err(off) = grid.quantise(x) {
                problems.push(Problem::new(path("levels").key(level), off_grid(off, x, grid)));
            }
        }
        let benefit = criterion.is_benefit();
        if benefit && criterion.full.is_none() && criterion.levels.is_empty() {
            let expected = "the value worth 1: a scale that the list at hand decides would move others when an idea is added";
            problems.push(Problem::new(path("full"), Fault::MissingField { expected }));
        } else if benefit && (full == none || (worst - none).signum() * (full - none).signum() > 0) {
            problems.push(Problem::new(
                Path::of("criteria", index),
                Fault::FlatScale { found: [worst_value, none_value, full_value] },
            ));
        }
        let range = if benefit {
            [worst_value.min(full_value), worst_value.max(full_value)]
        } else {
            [0.0, f64::INFINITY]
        };
        let gains = [none_value.min(full_value), none_value.max(full_value)];
        Scale { criterion, weight, price, none, full, range, gains }
    }
}

impl Scale<'_> {
    /// The same scale from `none` to `full` only.
    fn without_worst(&self) -> Self {
        Scale { range: self.gains, ..self.clone() }
    }
}

struct Reader<'a> {
    grid: Grid,
    spread: Spread,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    /// Gives each estimate of `inputs`, quantised, to `put` with its place among `scales`.
    fn read(
        &mut self,
        inputs: &Inputs,
        scales: &[Scale<'_>],
        path: &dyn Fn() -> Path,
        mut put: impl FnMut(usize, i64),
    ) {
        for (id, estimate) in inputs.iter() {
            match scales.binary_search_by(|scale| scale.criterion.id.cmp(id)) {
                Ok(c) => put(c, self.quantity(estimate, &scales[c], &|| path().key(id.as_str()))),
                Err(_) => {
                    let known = scales.iter().map(|s| s.criterion.id.as_str());
                    let nearest = nearest(id, known);
                    self.problem(
                        path().key(id.as_str()),
                        Fault::UnknownId { what: Named::Criterion, id: id.to_string(), nearest },
                    );
                }
            }
        }
    }

    fn check_actual(
        &mut self,
        initiative: &Initiative,
        benefits: &[Scale<'_>],
        efforts: &[Scale<'_>],
        path: &dyn Fn() -> Path,
    ) {
        if let Some(actual) = &initiative.actual {
            self.read(&actual.benefits, benefits, &|| path().key("benefits"), |_, _| {});
            self.read(&actual.efforts, efforts, &|| path().key("efforts"), |_, _| {});
        }
    }

    /// The mean of an estimate: as a share of the scale for a benefit, in steps over `MEAN` for an effort.
    fn quantity(&mut self, estimate: &Estimate, scale: &Scale<'_>, path: &dyn Fn() -> Path) -> i64 {
        let Some(mean) = self.mean(estimate, scale, path) else { return MISSING };
        if !scale.criterion.is_benefit() {
            return mean;
        }
        let span = i128::from(scale.full) - i128::from(scale.none);
        let above = i128::from(mean) - i128::from(scale.none) * i128::from(MEAN);
        // A flat scale is reported with its criterion.
        match divide_rounded(above * i128::from(SCALE), span * i128::from(MEAN)) {
            Some(points) => points,
            None if span == 0 => MISSING,
            None => {
                let found = mean as f64 / MEAN as f64 / self.grid.steps() as f64;
                self.problem(path(), off_grid(OffGrid::TooLarge, found, self.grid));
                MISSING
            }
        }
    }

    fn mean(&mut self, estimate: &Estimate, scale: &Scale<'_>, path: &dyn Fn() -> Path) -> Option<i64> {
        match estimate {
            Estimate::Missing => None,
            Estimate::Number(x) => Some(self.number(*x, scale, path)? * MEAN),
            Estimate::Level(level) => Some(self.level(level, scale, path)? * MEAN),
            Estimate::Range(range) => self.three(**range, self.spread, scale, path),
            Estimate::Detailed(detailed) => {
                let likely = match &detailed.likely {
                    Likely::Missing => None,
                    Likely::Number(x) => Some(*x),
                    Likely::Level(level) if detailed.low.is_none() && detailed.high.is_none() => {
                        return Some(self.level(level, scale, path)? * MEAN);
                    }
                    Likely::Level(level) => scale.criterion.levels.get(level.as_str()).copied(),
                };
                match (detailed.low, likely, detailed.high) {
                    (None, None, None) => None,
                    (None, Some(x), None) => Some(self.number(x, scale, path)? * MEAN),
                    (Some(low), Some(likely), Some(high)) => {
                        self.three([low, likely, high], detailed.spread.unwrap_or(self.spread), scale, path)
                    }
                    found => {
                        self.problem(path(), Fault::Unordered { found: [found.0, found.1, found.2] });
                        None
                    }
                }
            }
        }
    }

    fn three(
        &mut self,
        range: [f64; 3],
        spread: Spread,
        scale: &Scale<'_>,
        path: &dyn Fn() -> Path,
    ) -> Option<i64> {
        let mut sum = 0;
        let mut complete = true;
        let weights = spread.mean_weights();
        for (i, x) in range.into_iter().enumerate() {
            match self.number(x, scale, &|| path().index(i)) {
                Some(steps) => sum += weights[i] * i128::from(steps),
                None => complete = false,
            }
        }
        // With NaN among them the comparison is false, and the number itself is reported already.
        if range[0] > range[1] || range[1] > range[2] {
            self.problem(path(), Fault::Unordered { found: range.map(Some) });
            return None;
        }
        if !complete {
            return None;
        }
        divide_rounded(sum * i128::from(MEAN), weights.iter().sum())
    }

    fn level(&mut self, level: &Id, scale: &Scale<'_>, path: &dyn Fn() -> Path) -> Option<i64> {
        let levels = &scale.criterion.levels;
        match levels.get(level.as_str()) {
            Some(&x) => self.within(x, scale, path),
            None if levels.is_empty() => {
                self.problem(
                    path(),
                    Fault::WrongType {
                        found: crate::error::quoted(level),
                        expected: format!("a number: `{}` has no levels", scale.criterion.id),
                    },
                );
                None
            }
            None => {
                let nearest = nearest(level, levels.keys().map(String::as_str));
                self.problem(path(), Fault::UnknownId { what: Named::Level, id: level.to_string(), nearest });
                None
            }
        }
    }

    /// A number on the scale; on an ordinal scale one of its declared values.
    fn number(&mut self, x: f64, scale: &Scale<'_>, path: &dyn Fn() -> Path) -> Option<i64> {
        let steps = self.within(x, scale, path)?;
        let levels = &scale.criterion.levels;
        if levels.is_empty() || levels.values().any(|&value| self.grid.quantise(value) == Ok(steps)) {
            return Some(steps);
        }
        let names: Vec<_> = levels.iter().map(|(name, value)| format!("{name} ({value})")).collect();
        self.problem(
            path(),
            Fault::WrongType {
                found: format!("{x}"),
                expected: format!("a level of `{}`: {}", scale.criterion.id, names.join(", ")),
            },
        );
        None
    }

    fn within(&mut self, x: f64, scale: &Scale<'_>, path: &dyn Fn() -> Path) -> Option<i64> {
        let [from, to] = scale.range;
        let fault = match self.grid.quantise(x) {
            Err(OffGrid::NotFinite) => Fault::NotFinite { found: x },
            _ if x < 0.0 && !scale.criterion.is_benefit() => Fault::Negative { found: x },
            _ if x < from || x > to => {
                let of = format!("the declared scale of `{}`", scale.criterion.id);
                Fault::OutsideScale { found: x, from, to, of }
            }
            Err(off) => off_grid(off, x, self.grid),
            Ok(steps) => return Some(steps),
        };
        self.problem(path(), fault);
        None
    }

    fn problem(&mut self, path: Path, fault: Fault) {
        self.problems.push(Problem::new(path, fault));
    }
}

pub(super) fn off_grid(off: OffGrid, found: f64, grid: Grid) -> Fault {
    match off {
        OffGrid::NotFinite => Fault::NotFinite { found },
        OffGrid::TooLarge | OffGrid::TooSmall => Fault::BeyondResolution {
            found,
            decimals: u8::try_from(grid.steps().ilog10()).unwrap_or(u8::MAX),
        },
    }
}
