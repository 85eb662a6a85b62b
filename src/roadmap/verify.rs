use std::collections::{BTreeMap, BTreeSet};

use super::model::MOST_PERIODS;
use super::{Finding, Limit, Options, Realised, Roadmap};
use crate::programme::{Id, Programme, Status};

/// Checks a plan against the programme and the options alone, by other means than those that made it: empty if every law is kept.
///
/// | code | what is wrong |
/// |---|---|
/// | `roadmap.verify-initiative` | an assignment of something unknown, closed, or planned twice; an open initiative that is neither planned nor listed |
/// | `roadmap.verify-period` | periods that do not exist or run backwards, a start before `earliest` or in what was over on the day of planning, or not as many periods as were asked for |
/// | `roadmap.verify-length` | fewer periods than the duration |
/// | `roadmap.verify-precedence` | a start before something that is needed has ended, or is not planned at all |
/// | `roadmap.verify-capacity` | a team, a unit or cash above its limit |
/// | `roadmap.verify-load` | a load that is not what the assignments take, or a capacity that is not what there is |
/// | `roadmap.verify-outcome` | an outcome that is called realised and is not, or at another time |
/// | `roadmap.verify-benefit` | a benefit, in all or in one period, that is not what the assignments bring, or is above its bound |
pub fn verify(roadmap: &Roadmap, programme: &Programme, options: &Options) -> Vec<Finding> {
    let mut wrong = Vec::new();
    let mut report = |code: &str, subject: &str, message: String| {
        wrong.push(Finding::new(&format!("verify-{code}"), subject, message));
    };
    let periods = options.periods.or(programme.strategy().horizon).unwrap_or(12);
    if roadmap.periods != periods {
        report("period", "plan", format!("is for {} periods, not {periods}", roadmap.periods));
    }
    let mut slots: BTreeMap<&Id, (u32, u32)> = BTreeMap::new();
    for a in &roadmap.assignments {
        let known = programme.initiative(&a.code);
        if known.is_none_or(|initiative| !initiative.status.is_open()) {
            report("initiative", &a.code, "is planned and is not an open initiative".into());
        }
        if slots.insert(&a.code, (a.start, a.end)).is_some() {
            report("initiative", &a.code, "is planned twice".into());
        }
        if a.start < 1 || a.end < a.start || a.end > roadmap.periods {
            report("period", &a.code, format!("from {} to {} of {}", a.start, a.end, roadmap.periods));
        }
    }
    let listed: BTreeSet<&Id> = roadmap.not_scheduled.iter().map(|line| &line.code).collect();
    for initiative in programme.initiatives().iter().filter(|initiative| initiative.status.is_open()) {
        if slots.contains_key(&initiative.code) == listed.contains(&initiative.code) {
            report("initiative", &initiative.code, "is not exactly one of planned and not planned".into());
        }
    }
    if !wrong.is_empty() {
        return wrong;
    }
    let mut report = |code: &str, subject: &str, message: String| {
        wrong.push(Finding::new(&format!("verify-{code}"), subject, message));
    };

    // Loads as exact fractions would be off by the quanta of an even split; whole quanta rounded down are below both.
    let steps = programme.quantities().grid.steps();
    let grid = |x: f64| (x * steps as f64).round() as i128;
    let mut load: BTreeMap<(Limit, u32), Taken> = BTreeMap::new();
    let mut take = |what: Limit, period: u32, amount: i128, is_exact: bool| {
        let taken = load.entry((what, period)).or_default();
        taken.amount += amount;
        // Either way of rounding is off by less than one.
        taken.off += if is_exact { 0 } else { 2 };
    };
    let calendar = super::calendar::Calendar::of(programme);
    for initiative in programme.initiatives() {
        let code = &initiative.code;
        let Some(&(start, end)) = slots.get(code) else { continue };
        let running = initiative.status == Status::UnderWay;
        let length = i128::from(end - start + 1);
        if !running && length < i128::from(initiative.duration.unwrap_or(1)) {
            report("length", code, format!("takes {length} periods"));
        }
        for date in [initiative.earliest, options.as_of].into_iter().flatten().filter(|_| !running) {
            if calendar.and_then(|calendar| calendar.last_day(start)).is_some_and(|last| last < date) {
                report("period", code, format!("starts in {start}, before {date}"));
            }
        }
        for need in programme.prerequisites(code).filter(|need| !running && need.status != Status::Done) {
            match slots.get(&need.code) {
                Some(&(_, ended)) if ended <= start => {}
                _ => report("precedence", code, format!("starts in {start}, before {} has ended", need.code)),
            }
        }
        let remaining = running && !initiative.teams_remaining.is_empty();
        let days = if remaining { &initiative.teams_remaining } else { &initiative.teams };
        for period in start..=end {
            for (team, &days) in days {
                take(Limit::Team(team.clone()), period, grid(days) / length, length == 1);
            }
            for unit in &initiative.units {
                take(Limit::Unit(unit.clone()), period, 1, true);
            }
        }
        let spread = cash(programme, code) / length as f64;
        for period in start..=end {
            take(Limit::Cash, period, (spread * steps as f64).floor() as i128, false);
        }
    }
    let limit = |what: &Limit, period: u32| -> Option<f64> {
        let capacities = &programme.strategy().capacities;
        match what {
            Limit::Team(team) => team_days(programme, options, team, period),
            Limit::Unit(unit) => capacities.units.get(unit).map(|&slots| f64::from(slots)),
            Limit::Cash => capacities.cash,
        }
    };
    // Changes are counted, days and money are in steps of the grid.
    let count = |what: &Limit, x: f64| if matches!(what, Limit::Unit(_)) { x as i128 } else { grid(x) };
    for ((what, period), taken) in &load {
        if limit(what, *period).is_some_and(|limit| taken.amount > count(what, limit)) {
            report("capacity", &format!("{what:?}"), format!("is above its limit in period {period}"));
        }
    }
    for line in &roadmap.load {
        let what = &line.what;
        let taken = load.remove(&(what.clone(), line.period)).unwrap_or_default();
        let capacity = limit(what, line.period).map(|limit| count(what, limit));
        let off = (count(what, line.load) - taken.amount).abs();
        if off > taken.off || line.capacity.map(|told| count(what, told)) != capacity {
            report("load", &format!("{what:?}"), format!("is not as told in period {}", line.period));
        }
    }
    for ((what, period), _) in load.iter().filter(|(_, taken)| taken.amount > 0) {
        report("load", &format!("{what:?}"), format!("is not told in period {period}"));
    }
    same_period_chains(programme, options, &slots, &mut report);
    outcomes_and_benefit(roadmap, programme, &slots, &mut report);
    wrong
}

/// What is taken of a limit, and how much of it may be rounding.
#[derive(Default)]
struct Taken {
    amount: i128,
    off: i128,
}

/// What there is of a team in a period; `None` if it is not limited.
fn team_days(programme: &Programme, options: &Options, team: &Id, period: u32) -> Option<f64> {
    let by_period = options.team_days.get(team);
    let days = by_period.and_then(|days| days.get(period.saturating_sub(1) as usize).or(days.last()));
    days.or(programme.strategy().capacities.teams.get(team)).copied()
}

type Report<'a> = &'a mut dyn FnMut(&str, &str, String);

/// What follows one another within one period takes no more than the period.
fn same_period_chains(
    programme: &Programme,
    options: &Options,
    slots: &BTreeMap<&Id, (u32, u32)>,
    report: Report<'_>,
) {
    let initiatives = programme.initiatives();
    // By topological order: when in its last period each is over, as a part of it.
    let mut over: Vec<f64> = vec![0.0; initiatives.len()];
    for i in programme.requires().topological() {
        let i = i as usize;
        let initiative = &initiatives[i];
        let Some(&(start, end)) = slots.get(&initiative.code) else { continue };
        let running = initiative.status == Status::UnderWay;
        let whole = end > start || (!running && initiative.duration.is_some());
        let remaining = running && !initiative.teams_remaining.is_empty();
        let days = if remaining { &initiative.teams_remaining } else { &initiative.teams };
        let part = |(team, days): (&Id, &f64)| match team_days(programme, options, team, start) {
            Some(capacity) if *days > 0.0 => days / capacity,
            _ => 0.0,
        };
        let own = if whole { 1.0 } else { days.iter().map(part).fold(0.0, f64::max) };
        let mut begun = 0.0f64;
        if !running {
            for &need in programme.requires().row(i) {
                if slots.get(&initiatives[need as usize].code).is_some_and(|&(_, ended)| ended == start) {
                    begun = begun.max(over[need as usize]);
                }
            }
        }
        if begun + own > 1.0 + 1e-6 {
            report(
                "precedence",
                &initiative.code,
                format!("does not fit into period {start} after what it needs there"),
            );
        }
        over[i] = if end > start { 1.0 } else { begun + own };
    }
}

fn outcomes_and_benefit(
    roadmap: &Roadmap,
    programme: &Programme,
    slots: &BTreeMap<&Id, (u32, u32)>,
    report: Report<'_>,
) {
    let strategy = programme.strategy();
    let every = strategy.release_every.unwrap_or(1);
    let released = |end: u32| end.div_ceil(every).saturating_mul(every);
    let horizon = strategy.horizon.unwrap_or(roadmap.periods).max(roadmap.periods).min(2 * MOST_PERIODS);
    let discount = 1.0 + strategy.discount.unwrap_or(0.0);
    let quantities = programme.quantities();
    let points = |of: &dyn Fn(usize) -> Option<i64>| -> f64 {
        let mut sum = 0.0;
        for (c, column) in quantities.benefits.iter().enumerate().filter(|(_, c)| c.weight != 0) {
            let Some(points) = of(c) else { return 0.0 };
            sum += column.weight as f64 * points as f64;
        }
        sum / quantities.grid.steps() as f64 / crate::exact::SCALE as f64
    };
    // What is there in each period, and how large its parts are: they may cancel out.
    let mut rates = vec![(0.0, 0.0); horizon as usize];
    let mut count = |points: f64, end: u32, lasts: Option<u32>| {
        let released = released(end);
        let last = lasts.map_or(horizon, |lasts| released.saturating_add(lasts).min(horizon));
        for (rate, size) in &mut rates[released.min(last) as usize..last as usize] {
            *rate += points;
            *size += points.abs();
        }
    };
    for (i, initiative) in programme.initiatives().iter().enumerate() {
        if let Some(&(_, end)) = slots.get(&initiative.code) {
            count(points(&|c| quantities.points(c, i)), end, initiative.lasts);
        }
    }
    for (o, outcome) in programme.outcomes().iter().enumerate() {
        let open: Vec<&Id> = outcome
            .requires
            .iter()
            .filter(|code| programme.initiative(code).is_some_and(|i| i.status != Status::Done))
            .collect();
        let ends: Option<Vec<u32>> = open.iter().map(|code| slots.get(code).map(|slot| slot.1)).collect();
        let end = ends.map(|ends| ends.into_iter().max().unwrap_or(0));
        let told = roadmap.outcomes.iter().find(|line| line.id == outcome.id).map(|line| line.realised);
        if told != Some(end.map(released)) {
            report("outcome", &outcome.id, "is not realised when the plan says".into());
        }
        if let Some(end) = end.filter(|_| !open.is_empty()) {
            count(points(&|c| quantities.benefits[c].outcome_points[o]), end, outcome.lasts);
        }
    }
    let (mut sum, mut sizes) = (0.0, 0.0);
    for (period, &(rate, size)) in (1..).zip(&rates) {
        let factor = 1.0 / discount.powi(period);
        sum += rate * factor;
        sizes += size * factor;
        let told = roadmap.realised.get(period as usize - 1).filter(|told| told.period == period as u32);
        let is_near = |told: &Realised| (rate - told.benefit).abs() <= 1e-6 * size.max(1e-6);
        if !told.is_some_and(|told| is_near(told) && told.benefit <= told.upper_bound) {
            report("benefit", "plan", format!("is {rate} in period {period}, and not as told: {told:?}"));
        }
    }
    if (sum - roadmap.benefit).abs() > 1e-6 * sizes.max(1e-6) {
        report("benefit", "plan", format!("the assignments bring {sum}, not {}", roadmap.benefit));
    }
    if roadmap.benefit > roadmap.upper_bound {
        report("benefit", "plan", "is above its bound".into());
    }
}

/// What an initiative takes of money.
fn cash(programme: &Programme, code: &str) -> f64 {
    let quantities = programme.quantities();
    let Some(i) = programme.index_of(code) else { return 0.0 };
    let paid = quantities.efforts.iter().enumerate().filter(|(_, column)| {
        let unit = programme.criterion(&column.id).and_then(|c| c.unit.as_deref());
        unit.is_none_or(|unit| unit == programme.effort_unit())
    });
    let steps = quantities.grid.steps() as f64;
    let sum: f64 =
        paid.map(|(c, column)| column.price as f64 * quantities.amount(c, i).unwrap_or(0) as f64).sum();
    sum / steps / steps / crate::exact::MEAN as f64
}
