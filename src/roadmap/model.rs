//! A programme, an order and options as an instance on plain indices.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::calendar::Calendar;
use super::improve::{Goals, WinRules};
use super::order::is_running;
use super::schedule::{Instance, Plan};
use super::value::{Gain, Worth};
use super::{Fault, Options, Order, bound};
use crate::Error;
use crate::error::{Path, Problem, nearest};
use crate::exact::{MEAN, SCALE};
use crate::graph::Rows;
use crate::programme::{Id, Programme, Status};
use crate::reason::Reason;
use crate::score::Fault as ScoreFault;
use crate::sequence::out_of_play;

/// Periods that a plan may have.
pub(super) const MOST_PERIODS: u32 = 1000;

/// What a [`Gain`] is the benefit of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Initiative(usize),
    Outcome(usize),
}

pub(super) struct Model<'p> {
    pub(super) programme: &'p Programme,
    pub(super) calendar: Option<Calendar>,
    pub(super) instance: Instance,
    /// When each could be done at the soonest.
    pub(super) alone: Plan,
    pub(super) worth: Worth,
    pub(super) gains: Vec<Gain>,
    pub(super) sources: Vec<Source>,
    /// Points of benefit in one of a gain.
    pub(super) point: f64,
    pub(super) deadlines: Vec<Option<u32>>,
    is_win: Vec<bool>,
    /// The limited teams.
    pub(super) teams: Vec<Id>,
    /// The limited units.
    pub(super) units: Vec<Id>,
    /// What can be planned and is in the order, or needed by it, or under way.
    pub(super) scope: Vec<bool>,
    /// Why an initiative is not in play.
    pub(super) excluded: Vec<Option<Reason>>,
    /// The given order with what it needs before; only what is in scope.
    pub(super) order: Vec<u32>,
    pub(super) batch: Vec<Option<usize>>,
}

impl<'p> Model<'p> {
    pub(super) fn new(programme: &'p Programme, order: &Order, options: &Options) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let strategy = programme.strategy();
        let initiatives = programme.initiatives();
        let n = initiatives.len();

        let periods = options.periods.or(strategy.horizon).unwrap_or(12);
        if !(1..=MOST_PERIODS).contains(&periods) {
            let path = match options.periods {
                Some(_) => Path::root().key("periods"),
                None => Path::root().key("strategy").key("horizon"),
            };
            problems.push(Problem::new(path, Fault::Periods { found: periods }));
        }
        let periods = periods.clamp(1, MOST_PERIODS);
        let (entries, mut batch) = read_order(programme, order, &mut problems);
        let (teams, mut capacity) = team_capacities(programme, options, periods, &mut problems);
        if !problems.is_empty() {
            return Err(Error::new(problems));
        }

        let grid = programme.quantities().grid;
        let excluded = out_of_play(programme);
        let plannable = |i: usize| excluded[i].is_none();
        let mut requires = Rows::with_capacity(n);
        for i in 0..n {
            requires.push(programme.requires().row(i).iter().copied().filter(|&p| plannable(p as usize)));
        }
        let mut demands: Vec<Vec<(u32, i64)>> = Vec::with_capacity(n);
        for initiative in initiatives {
            let running = is_running(initiative.status) && !initiative.teams_remaining.is_empty();
            let days = if running { &initiative.teams_remaining } else { &initiative.teams };
            let limited = days.iter().filter_map(|(team, days)| {
                let team = u32::try_from(teams.binary_search(team).ok()?).ok()?;
                Some((team, grid.quantise(*days).ok()?)).filter(|(_, days)| *days > 0)
            });
            demands.push(limited.collect());
        }
        let cash_limit = strategy.capacities.cash.and_then(|cash| grid.quantise(cash).ok());
        if let Some(limit) = cash_limit {
            capacity.extend(std::iter::repeat_n(limit, periods as usize));
            for (demands, cash) in demands.iter_mut().zip(cash(programme)) {
                if cash > 0 {
                    demands.push((teams.len() as u32, cash));
                }
            }
        }
        let limited_units = &strategy.capacities.units;
        let unit_names: Vec<Id> = limited_units.keys().cloned().collect();
        let mut units = Rows::with_capacity(n);
        for initiative in initiatives {
            let limited = initiative.units.iter().filter_map(|unit| unit_names.binary_search(unit).ok());
            units.push(limited.map(|unit| unit as u32));
        }

        let calendar = Calendar::of(programme);
        // What is over by then is over for all that is not under way.
        let first = match (options.as_of, calendar) {
            (Some(date), Some(calendar)) => calendar.period_of(date, periods).max(1),
            _ => 1,
        };
        let mut instance = Instance {
            periods,
            requires,
            capacity,
            teams: teams.len(),
            demands,
            slots: limited_units.values().copied().collect(),
            units,
            // Of work under way it is not known how much of its duration is left.
            duration: initiatives
                .iter()
                .map(|i| if is_running(i.status) { 0 } else { i.duration.unwrap_or(0) })
                .collect(),
            earliest: initiatives
                .iter()
                .map(|i| match (i.earliest, calendar) {
                    (Some(date), Some(calendar)) => calendar.period_of(date, periods).max(first),
                    _ => first,
                })
                .collect(),
            running: (0..n).map(|i| plannable(i) && is_running(initiatives[i].status)).collect(),
        };

        // What is needed is planned first where it takes longest to be ready.
        let alone = bound::alone(&instance);
        instance.requires = longest_first(&instance.requires, &alone);

        let entries: Vec<u32> = entries.into_iter().filter(|&i| plannable(i as usize)).collect();
        let order = with_needs(&instance.requires, &entries, &mut batch);
        let mut scope = instance.running.clone();
        order.iter().for_each(|&i| scope[i as usize] = true);

        let horizon = strategy.horizon.unwrap_or(periods).max(periods).min(2 * MOST_PERIODS);
        let release_every = strategy.release_every.unwrap_or(1);
        let worth = Worth::new(horizon, strategy.discount.unwrap_or(0.0), release_every);
        let (gains, sources, point) = gains(programme, &scope)
            .ok_or_else(|| Error::new(vec![Problem::new(Path::root(), ScoreFault::Overflow)]))?;
        let mut is_win = vec![false; n];
        for (gain, source) in gains.iter().zip(&sources) {
            if let Source::Initiative(i) = source {
                is_win[*i] = gain.benefit > 0;
            }
        }
        let deadline = |i: usize| {
            let date = initiatives[i].deadline.filter(|_| scope[i])?;
            // What has passed cannot be kept by any plan, and neither can what is before its start.
            let has_passed = options.as_of.is_some_and(|today| date < today);
            let period = calendar?.period_of(date, periods);
            Some(if has_passed { 0 } else { period })
        };
        Ok(Model {
            programme,
            calendar,
            worth,
            gains,
            sources,
            point,
            deadlines: (0..n).map(deadline).collect(),
            is_win,
            teams,
            units: unit_names,
            scope,
            excluded,
            order,
            batch,
            instance,
            alone,
        })
    }

    pub(super) fn goals(&self) -> Goals<'_> {
        let wins = self.programme.strategy().wins.unwrap_or_default();
        Goals {
            worth: &self.worth,
            gains: &self.gains,
            deadlines: &self.deadlines,
            wins: WinRules { first_by: wins.first_by, longest_gap: wins.longest_gap },
            is_win: &self.is_win,
        }
    }

    /// The benefits of an initiative that are not known.
    pub(super) fn missing_benefits(&self, i: usize) -> Vec<String> {
        let quantities = self.programme.quantities();
        let columns = quantities.benefits.iter().enumerate();
        let missing = columns.filter(|(c, column)| column.weight != 0 && quantities.points(*c, i).is_none());
        missing.map(|(_, column)| format!("the benefit `{}`", column.id)).collect()
    }

    pub(super) fn code(&self, item: u32) -> &'p Id {
        &self.programme.initiatives()[item as usize].code
    }

    /// Days, or money, in one of a resource.
    pub(super) fn quantum(&self) -> f64 {
        1.0 / self.programme.quantities().grid.steps() as f64
    }
}

fn read_order(
    programme: &Programme,
    order: &Order,
    problems: &mut Vec<Problem>,
) -> (Vec<u32>, Vec<Option<usize>>) {
    let mut batch = vec![None; programme.initiatives().len()];
    let mut seen = vec![false; batch.len()];
    let mut entries = Vec::with_capacity(order.entries.len());
    for (k, (code, number)) in order.entries.iter().enumerate() {
        let path = || Path::of("order", k);
        let Some(i) = programme.index_of(code) else {
            let nearest = nearest(code, programme.initiatives().iter().map(|i| i.code.as_str()));
            problems.push(Problem::new(path(), Fault::UnknownInitiative { id: code.clone(), nearest }));
            continue;
        };
        if std::mem::replace(&mut seen[i], true) {
            problems.push(Problem::new(path(), Fault::DuplicateInitiative { id: code.clone() }));
            continue;
        }
        batch[i] = *number;
        entries.push(i as u32);
    }
    (entries, batch)
}

/// The limited teams, and what there is of each in each period, in steps of the grid.
fn team_capacities(
    programme: &Programme,
    options: &Options,
    periods: u32,
    problems: &mut Vec<Problem>,
) -> (Vec<Id>, Vec<i64>) {
    let grid = programme.quantities().grid;
    let stated = &programme.strategy().capacities.teams;
    let named: BTreeSet<&Id> =
        programme.initiatives().iter().flat_map(|i| i.teams.keys()).chain(stated.keys()).collect();
    let mut days: BTreeMap<&Id, Vec<f64>> = stated.iter().map(|(team, days)| (team, vec![*days])).collect();
    for (team, by_period) in &options.team_days {
        let path = || Path::root().key("team_days").key(team.as_str());
        if !named.contains(team) {
            let nearest = nearest(team, named.iter().map(|team| team.as_str()));
            problems.push(Problem::new(path(), Fault::UnknownTeam { id: team.clone(), nearest }));
        }
        for (k, &found) in by_period.iter().enumerate() {
            if found < 0.0 || grid.quantise(found).is_err() {
                problems.push(Problem::new(path().index(k), Fault::Days { found }));
            }
        }
        if !by_period.is_empty() {
            days.insert(team, by_period.clone());
        }
    }
    let mut capacity = Vec::new();
    for by_period in days.values() {
        let last = by_period.last().copied().unwrap_or(0.0);
        let each = (0..periods as usize).map(|k| by_period.get(k).copied().unwrap_or(last));
        capacity.extend(each.map(|days| grid.quantise(days).unwrap_or(0)));
    }
    (days.into_keys().cloned().collect(), capacity)
}

/// What each initiative takes of money, in steps of the grid, rounded up; what is missing is 0 here.
///
/// Money is what is counted in the programme's effort unit; other efforts have a price, but nobody pays it out.
pub(super) fn cash(programme: &Programme) -> Vec<i64> {
    let quantities = programme.quantities();
    let unit = programme.effort_unit();
    let mut sums = vec![0i128; programme.initiatives().len()];
    for (c, column) in quantities.efforts.iter().enumerate() {
        let paid =
            programme.criterion(&column.id).is_some_and(|c| c.unit.as_deref().is_none_or(|u| u == unit));
        if paid {
            for (i, sum) in sums.iter_mut().enumerate() {
                let amount = quantities.amount(c, i).unwrap_or(0);
                *sum = sum.saturating_add(i128::from(column.price) * i128::from(amount));
            }
        }
    }
    let step = i128::from(quantities.grid.steps()) * i128::from(MEAN);
    sums.into_iter()
        .map(|sum| {
            i64::try_from(sum / step + i128::from(sum % step > 0)).unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
        })
        .collect()
}

/// What each item needs, that which cannot be done soon before that which can.
fn longest_first(requires: &Rows, alone: &Plan) -> Rows {
    let mut sorted = Rows::with_capacity(requires.len());
    for i in 0..requires.len() {
        let mut row = requires.row(i).to_vec();
        // What can never be done comes first: nothing is planned in vain for what needs it.
        let end = |need: u32| alone[need as usize].map_or((u32::MAX, 0), |slot| (slot.end, slot.finish));
        row.sort_by_key(|&need| (Reverse(end(need)), need));
        sorted.push_row(row);
    }
    sorted
}

/// The entries in their order, each after what it needs, which is in the batch of the first that needs it if it has none.
fn with_needs(requires: &Rows, entries: &[u32], batch: &mut [Option<usize>]) -> Vec<u32> {
    let mut seen = vec![false; requires.len()];
    let mut order = Vec::with_capacity(entries.len());
    let mut walk: Vec<(u32, usize)> = Vec::new();
    for &root in entries {
        if std::mem::replace(&mut seen[root as usize], true) {
            continue;
        }
        walk.push((root, 0));
        while let Some((node, arc)) = walk.pop() {
            match requires.row(node as usize).get(arc) {
                None => {
                    order.push(node);
                    let of_root = batch[root as usize];
                    batch[node as usize] = batch[node as usize].or(of_root);
                }
                Some(&need) => {
                    walk.push((node, arc + 1));
                    if !std::mem::replace(&mut seen[need as usize], true) {
                        walk.push((need, 0));
                    }
                }
            }
        }
    }
    order
}

/// The benefits that a plan can bring, what each is of, and how many points one of them is; `None` on overflow.
fn gains(programme: &Programme, scope: &[bool]) -> Option<(Vec<Gain>, Vec<Source>, f64)> {
    let quantities = programme.quantities();
    let initiatives = programme.initiatives();
    let sum = |points: &dyn Fn(usize) -> Option<i64>| -> Option<i128> {
        let mut sum = 0i128;
        for (c, column) in quantities.benefits.iter().enumerate().filter(|(_, column)| column.weight != 0) {
            match points(c) {
                // A missing benefit: what has it is usable as an enabler only.
                None => return Some(0),
                Some(points) => {
                    sum = sum.checked_add(i128::from(column.weight).checked_mul(i128::from(points))?)?;
                }
            }
        }
        Some(sum)
    };
    let mut found: Vec<(i128, Option<u32>, Vec<u32>, Source)> = Vec::new();
    for (i, initiative) in initiatives.iter().enumerate().filter(|(i, _)| scope[*i]) {
        let benefit = sum(&|c| quantities.points(c, i))?;
        found.push((benefit, initiative.lasts, vec![i as u32], Source::Initiative(i)));
    }
    for (o, outcome) in programme.outcomes().iter().enumerate() {
        let needs = programme.outcome_requires().row(o);
        let open: Vec<u32> =
            needs.iter().copied().filter(|&i| initiatives[i as usize].status != Status::Done).collect();
        // With nothing open it is there already, and with something out of reach it never will be.
        if !open.is_empty() && open.iter().all(|&i| scope[i as usize]) {
            let benefit = sum(&|c| quantities.benefits[c].outcome_points[o])?;
            found.push((benefit, outcome.lasts, open, Source::Outcome(o)));
        }
    }
    found.retain(|(benefit, ..)| *benefit != 0);
    // Rounded once, if at all, so that sums over all periods and gains stay exact.
    let greatest = found.iter().map(|(benefit, ..)| benefit.unsigned_abs()).max().unwrap_or(0);
    let shift = (u128::BITS - greatest.leading_zeros()).saturating_sub(62);
    let point = (1u128 << shift) as f64 / (quantities.grid.steps() as f64 * SCALE as f64);
    let sources = found.iter().map(|(.., source)| *source).collect();
    let gains = found
        .into_iter()
        .map(|(benefit, lasts, needs, _)| {
            Some(Gain { benefit: i64::try_from(benefit >> shift).ok()?, lasts, needs })
        })
        .collect::<Option<_>>()?;
    Some((gains, sources, point))
}
