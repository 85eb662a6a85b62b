use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Limit, Realised, Roadmap};
use crate::programme::{Id, Programme, Status};

/// Checks a plan against the programme alone, by other means than those that made it: empty if every law is kept.
///
/// | code | what is wrong |
/// |---|---|
/// | `roadmap.verify-initiative` | an assignment of something unknown, closed, or planned twice; an open initiative that is neither planned nor listed |
/// | `roadmap.verify-period` | periods that do not exist or run backwards, or a start before `earliest` |
/// | `roadmap.verify-length` | fewer periods than the duration |
/// | `roadmap.verify-precedence` | a start before something that is needed has ended, or is not planned at all |
/// | `roadmap.verify-capacity` | a team, a unit or cash above its limit |
/// | `roadmap.verify-outcome` | an outcome that is called realised and is not, or at another time |
/// | `roadmap.verify-benefit` | a benefit, in all or in one period, that is not what the assignments bring, or is above its bound |
///
/// Capacities by period that are not the strategy's ([`Options::team_days`](super::Options::team_days)) are taken from the plan's own load.
pub fn verify(roadmap: &Roadmap, programme: &Programme) -> Vec<Finding> {
    let mut wrong = Vec::new();
    let mut report = |code: &str, subject: &str, message: String| {
        wrong.push(Finding::new(&format!("verify-{code}"), subject, message));
    };
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
    let mut load: BTreeMap<(Limit, u32), i128> = BTreeMap::new();
    for initiative in programme.initiatives() {
        let code = &initiative.code;
        let Some(&(start, end)) = slots.get(code) else { continue };
        let running = initiative.status == Status::UnderWay;
        let length = i128::from(end - start + 1);
        if !running && length < i128::from(initiative.duration.unwrap_or(1)) {
            report("length", code, format!("takes {length} periods"));
        }
        let first_day = super::calendar::Calendar::of(programme);
        if let (Some(date), Some(calendar), false) = (initiative.earliest, first_day, running)
            && calendar.last_day(start).is_some_and(|last| last < date)
        {
            report("period", code, format!("starts in {start}, before {date}"));
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
                *load.entry((Limit::Team(team.clone()), period)).or_default() += grid(days) / length;
            }
            for unit in &initiative.units {
                *load.entry((Limit::Unit(unit.clone()), period)).or_default() += 1;
            }
        }
        let spread = cash(programme, code) / length as f64;
        for period in start..=end {
            *load.entry((Limit::Cash, period)).or_default() += (spread * steps as f64).floor() as i128;
        }
    }
    for ((what, period), load) in load {
        let capacities = &programme.strategy().capacities;
        let limit = match &what {
            Limit::Team(team) => {
                let own = roadmap.load.iter().find(|l| l.what == what && l.period == period);
                own.and_then(|l| l.capacity).or(capacities.teams.get(team).copied()).map(grid)
            }
            Limit::Unit(unit) => capacities.units.get(unit).map(|&slots| i128::from(slots)),
            Limit::Cash => capacities.cash.map(grid),
        };
        if limit.is_some_and(|limit| load > limit) {
            report("capacity", &format!("{what:?}"), format!("is above its limit in period {period}"));
        }
    }
    same_period_chains(roadmap, programme, &slots, &mut report);
    outcomes_and_benefit(roadmap, programme, &slots, &mut report);
    wrong
}

type Report<'a> = &'a mut dyn FnMut(&str, &str, String);

/// What follows one another within one period takes no more than the period.
fn same_period_chains(
    roadmap: &Roadmap,
    programme: &Programme,
    slots: &BTreeMap<&Id, (u32, u32)>,
    report: Report<'_>,
) {
    let mut capacity: BTreeMap<(&Id, u32), f64> = BTreeMap::new();
    for line in &roadmap.load {
        if let (Limit::Team(team), Some(days)) = (&line.what, line.capacity) {
            capacity.insert((team, line.period), days);
        }
    }
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
        let part = |(team, days): (&Id, &f64)| match capacity.get(&(team, start)) {
            Some(&capacity) if *days > 0.0 => days / capacity,
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
    let horizon = strategy.horizon.unwrap_or(roadmap.periods).max(roadmap.periods);
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
