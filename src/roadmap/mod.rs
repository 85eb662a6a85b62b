//! Who does what when: an order of initiatives put on periods within the capacity of teams, units and cash.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::Error;
use crate::policy::Fingerprint;
use crate::programme::{Date, Id, Programme, Status};
use crate::reason::{Fact, Reason};

mod bound;
mod calendar;
mod compare;
mod defer;
mod digest;
mod fault;
mod findings;
mod improve;
mod line;
mod model;
mod order;
mod readiness;
mod schedule;
mod value;
mod verify;

pub use compare::{Comparison, Move};
pub use digest::{Blocked, Digest, Goal, Notice, Stalled, Work, due_notices};
pub use fault::Fault;
pub use line::{
    Assignment, Broken, Constraint, Evidence, Finding, Horizon, Limit, Load, MapCell, NotScheduled,
    OutcomeLine, Realised, Remedy, TeamPrice,
};
pub use order::Order;
pub use readiness::{Check, Checkpoint, Standing, checklist};
pub use verify::verify;

use bound::Bound;
use defer::Deferral;
use model::{Model, Source};
use schedule::{Builder, Plan, share};

/// A plan that is within this share of its bound is near enough: the bound is made no sharper.
const NEAR: f64 = 0.005;

/// How many broken deadlines are looked into for what to defer, at most; the others are [`Remedy::NotExamined`].
const MOST_DEFERRALS: usize = 20;

/// What a roadmap is built with besides the programme and the order; what is left at its default follows the programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many periods are planned, from 1 to 1000; `strategy.horizon` where absent, or else 12.
    pub periods: Option<u32>,
    /// Person-days of a team period by period, in place of `strategy.capacities.teams`; the last goes on.
    pub team_days: BTreeMap<Id, Vec<f64>>,
    /// The day of planning: nothing that is not under way starts in a period that is over by then, deadlines before it are broken, and
    /// what is stale is stale on this day. Where absent, the plan begins with `strategy.start`, and staleness is not judged.
    pub as_of: Option<Date>,
    /// How many initiatives at once are an overload for an owner, where no guardrail on that owner says otherwise: more than these.
    pub most_per_owner: u32,
    /// How many periods are too many for one step: more than these.
    pub longest_step: u32,
    /// After how many days evidence of readiness is stale.
    pub stale_after: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            periods: None,
            team_days: BTreeMap::new(),
            as_of: None,
            most_per_owner: 4,
            longest_step: 3,
            stale_after: 180,
        }
    }
}

/// A plan: who does what when, what it brings, and what stands in its way.
///
/// # The rules of planning
///
/// - An initiative takes one period, or as many consecutive ones as its `duration` and the capacity of its teams and of cash ask for; what it
///   takes is spread evenly over them. It takes one place in each of its units in each of its periods.
/// - It starts after all that it needs has ended. Two initiatives that take only a part of a period may follow one another within it, if
///   both parts together are no more than the period.
/// - Work under way starts in period 1 with what remains of it, before everything else; if there is no room for it, it is stretched, or
///   waits, and a finding says so.
/// - Benefit counts from the period after the release, which is the end of every `strategy.release_every` periods.
/// - A date stands for the period that holds it: nothing starts in an earlier period than that of `earliest`, and what ends in the period of
///   its deadline is in time, with a finding if the deadline is not the last day of that period.
/// - What has no stated limit is not limited: teams, units and cash that `strategy.capacities` does not name.
/// - Deadlines come before wins, and wins before benefit. What the plan cannot keep is listed with the smallest set to defer.
///
/// A win is a release of an initiative with benefit of its own, or of what an outcome still waited for.
///
/// # Determinism
///
/// Capacities, benefits and discounts are integers, and the search for better orders ends after a stated number of steps: the same
/// programme gives the same plan, whatever the order in which it was written.
///
/// # Complexity
///
/// O(n·t·d) for n initiatives with d demands each and t periods, times the number of orders that are tried: at most 16,000,000/(n·t), at
/// most 200 for each benefit after the constraints are met, and at least one. Where batches are large beside the capacity of a period, the
/// bound is sharpened by the best selections themselves, with at most 4,000,000 looks at what an initiative needs.
///
/// # References
///
/// Kolisch & Hartmann (1999), *Heuristic algorithms for the resource-constrained project scheduling problem*, in Węglarz (ed.), *Project
/// Scheduling* (serial schedule generation). Chicoisne, Espinoza, Goycoolea, Moreno & Rubio (2012), *A new algorithm for the open-pit mine
/// production scheduling problem*, Operations Research 60. Dueck & Scheuer (1990), *Threshold accepting*, Journal of Computational
/// Physics 90 (better orders). Glover (1968), *Surrogate constraints*, Operations Research 16 (the bound for several teams).
///
/// # Examples
///
/// ```
/// use cxrank::programme::{Capacities, Criterion, Initiative, ProgrammeSpec, Strategy};
/// use cxrank::roadmap::{Options, Order, Roadmap, verify};
///
/// let mut spec = ProgrammeSpec::new("Clinic")
///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
///     .criterion(Criterion::effort("work", 1.0))
///     .initiative(Initiative::new("A", "Online booking").benefit("ease", 6.0).effort("work", 40.0).requires(["C"]))
///     .initiative(Initiative::new("B", "Call back").benefit("ease", 4.0).effort("work", 15.0))
///     .initiative(Initiative::new("C", "One calendar").benefit("ease", 0.0).effort("work", 10.0))
///     .strategy(Strategy {
///         horizon: Some(4),
///         capacities: Capacities { teams: [("it".into(), 25.0)].into(), ..Capacities::default() },
///         ..Strategy::default()
///     });
/// for initiative in &mut spec.initiatives {
///     let days = if initiative.code == "A" { 40.0 } else if initiative.code == "B" { 15.0 } else { 10.0 };
///     initiative.teams.insert("it".into(), days);
/// }
/// let programme = spec.build()?;
/// let options = Options::default();
/// let roadmap = Roadmap::new(&programme, &Order::of(["A", "B"]), &options)?;
/// let plan: Vec<_> = roadmap.assignments.iter().map(|a| (a.code.as_str(), a.start, a.end)).collect();
/// // C is needed by A, and B fits beside it; A takes more than one period has.
/// assert_eq!(plan, [("B", 1, 1), ("C", 1, 1), ("A", 2, 3)]);
/// // B counts in the periods 2, 3 and 4, A in the last.
/// assert_eq!(roadmap.benefit, 3.0 * 40.0 + 60.0);
/// assert!(roadmap.upper_bound >= roadmap.benefit);
/// assert!(verify(&roadmap, &programme, &options).is_empty());
/// # Ok::<(), cxrank::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roadmap {
    /// How many periods are planned.
    pub periods: u32,
    /// What a period is called.
    pub period: String,
    /// The fingerprint of the policy behind the benefit.
    pub policy: Fingerprint,
    /// When each initiative is worked on, by start, end and code.
    pub assignments: Vec<Assignment>,
    /// The open initiatives that the plan does not hold, in the order of their codes.
    pub not_scheduled: Vec<NotScheduled>,
    /// What becomes of the outcomes, in the order of their ids.
    pub outcomes: Vec<OutcomeLine>,
    /// Discounted points over the horizon: each period's benefit over all periods of `strategy.horizon`, or of the plan if these are more.
    pub benefit: f64,
    /// No plan of the same initiatives brings more.
    pub upper_bound: f64,
    /// The benefit that is there in each period of the horizon.
    pub realised: Vec<Realised>,
    /// What is taken of each limit in each period; teams and units that have no stated limit are there, too.
    pub load: Vec<Load>,
    /// What ends where and in which term: the transformation map, domain by domain.
    pub map: Vec<MapCell>,
    /// The chain of initiatives, each needed by the next, that keeps the plan from ending sooner whatever the capacity.
    pub critical_path: Vec<Id>,
    /// What more of each limited team would be worth, the highest price first: the first is the bottleneck.
    pub team_prices: Vec<TeamPrice>,
    /// What the plan does not keep.
    pub broken: Vec<Broken>,
    /// On whose word the benefit rests.
    pub evidence: Evidence,
    /// What people should look at.
    pub findings: Vec<Finding>,
}

impl Roadmap {
    /// Plans the order within the limits of the programme's strategy.
    ///
    /// For a scenario, plan the same order with [`Programme::with_policy`] or [`Programme::with_strategy`], and
    /// [`compare`](Roadmap::compare).
    ///
    /// # Errors
    ///
    /// An order or options that do not fit the programme, with every problem ([`Fault`]); `score.overflow` if a sum of the programme's
    /// numbers exceeds 127 bits.
    pub fn new(programme: &Programme, order: &Order, options: &Options) -> Result<Self, Error> {
        let model = Model::new(programme, order, options)?;
        let found = improve::improve(&model.instance, &model.goals(), &model.order);
        Ok(Roadmap::of(&model, options, &found))
    }

    /// The assignment of an initiative; `None` if it is not planned.
    pub fn get(&self, code: &str) -> Option<&Assignment> {
        self.assignments.iter().find(|assignment| assignment.code == *code)
    }

    /// The team whose capacity is worth most; `None` if more of no team would bring more.
    pub fn bottleneck(&self) -> Option<&TeamPrice> {
        self.team_prices.first().filter(|price| price.gain > 0.0)
    }

    /// How far the benefit may be from the best: the gap as a share of the upper bound; 0 without benefit.
    pub fn gap(&self) -> f64 {
        if self.upper_bound > 0.0 { (1.0 - self.benefit / self.upper_bound).max(0.0) } else { 0.0 }
    }

    fn of(model: &Model<'_>, options: &Options, found: &improve::Found) -> Self {
        let programme = model.programme;
        let (plan, alone) = (&found.plan, &model.alone);
        let unit = model.point * value::Worth::unit();
        let mut lasts: Vec<Option<u32>> = model.gains.iter().map(|gain| gain.lasts).collect();
        lasts.sort_unstable();
        lasts.dedup();
        let benefit = model.worth.total(&model.gains, plan) as f64 * unit;
        let mut bound = Bound::new(&model.instance, &model.gains, alone);
        let steps = model.worth.steps(model.instance.periods, &lasts);
        bound.sharpen(&steps, model.worth.total(&model.gains, plan) as f64 * (1.0 + NEAR));
        let (rates, total) = model.worth.bound(&bound.done, &lasts);
        let assignments = assignments(model, plan);
        let mut roadmap = Roadmap {
            periods: model.instance.periods,
            period: programme.period().to_owned(),
            policy: programme.policy().fingerprint(),
            not_scheduled: not_scheduled(model, plan, alone),
            outcomes: outcomes(model, plan),
            benefit,
            upper_bound: total * model.point,
            realised: realised(model, plan, &rates),
            load: load(model, plan),
            map: map(&assignments),
            critical_path: critical_path(model, plan, alone),
            team_prices: team_prices(model, found),
            broken: broken(model, plan),
            evidence: findings::evidence(model, plan),
            findings: Vec::new(),
            assignments,
        };
        debug_assert!(roadmap.benefit <= roadmap.upper_bound);
        debug_assert!(roadmap.realised.iter().all(|line| line.benefit <= line.upper_bound));
        roadmap.findings = findings::findings(model, &roadmap, options);
        roadmap
    }
}

/// The first period of each initiative that finds room if the order is planned as it is, without a search for a better one.
///
/// Longer than a roadmap can be, the horizon is cut.
pub(crate) fn starts(programme: &Programme, order: &Order) -> Result<BTreeMap<Id, u32>, Error> {
    let periods = programme.strategy().horizon.map(|periods| periods.clamp(1, model::MOST_PERIODS));
    let model = Model::new(programme, order, &Options { periods, ..Options::default() })?;
    let plan = Builder::new(&model.instance).serial(&model.order);
    let planned = (0..).zip(plan).filter_map(|(item, slot)| Some((model.code(item).clone(), slot?.start)));
    Ok(planned.collect())
}

fn assignments(model: &Model<'_>, plan: &Plan) -> Vec<Assignment> {
    let programme = model.programme;
    let slack = slack(model, plan);
    let [short, mid] = programme.strategy().horizons.unwrap_or_else(|| {
        let periods = model.instance.periods;
        [periods.div_ceil(3), (2 * periods).div_ceil(3)]
    });
    let planned = programme.initiatives().iter().enumerate().filter_map(|(i, initiative)| {
        let slot = plan[i]?;
        Some(Assignment {
            code: initiative.code.clone(),
            name: initiative.name.clone(),
            start: slot.start,
            end: slot.end,
            released: model.worth.released(slot.end),
            starts_on: model.calendar.and_then(|calendar| calendar.first_day(slot.start)),
            ends_on: model.calendar.and_then(|calendar| calendar.last_day(slot.end)),
            owner: initiative.owner.clone(),
            batch: model.batch[i],
            horizon: match slot.end {
                end if end <= short => Horizon::Short,
                end if end <= mid => Horizon::Mid,
                _ => Horizon::Long,
            },
            domain: initiative.domain.clone(),
            under_way: initiative.status == Status::UnderWay,
            slack: slack[i],
        })
    });
    let mut assignments: Vec<_> = planned.collect();
    assignments.sort_by(|a, b| (a.start, a.end, &a.code).cmp(&(b.start, b.end, &b.code)));
    assignments
}

/// By how many periods each planned item may end later, precedence, deadlines and the plan's end alone considered.
fn slack(model: &Model<'_>, plan: &Plan) -> Vec<u32> {
    let last = plan.iter().flatten().map(|slot| slot.end).max().unwrap_or(0);
    let mut latest: Vec<u32> =
        (0..plan.len()).map(|i| model.deadlines[i].map_or(last, |deadline| deadline.min(last))).collect();
    for &item in model.instance.requires.topological().iter().rev() {
        let i = item as usize;
        let Some(slot) = plan[i] else { continue };
        latest[i] = latest[i].max(slot.end);
        if model.instance.running[i] {
            continue;
        }
        let latest_start = latest[i] - (slot.end - slot.start);
        for &need in model.instance.requires.row(i) {
            // Two that share a period now can share one later.
            let shares = plan[need as usize].is_some_and(|need| need.end == slot.start);
            let before = if shares { latest_start } else { latest_start - 1 };
            latest[need as usize] = latest[need as usize].min(before);
        }
    }
    plan.iter()
        .zip(latest)
        .map(|(slot, latest)| slot.map_or(0, |slot| latest.saturating_sub(slot.end)))
        .collect()
}

fn not_scheduled(model: &Model<'_>, plan: &Plan, alone: &Plan) -> Vec<NotScheduled> {
    let initiatives = model.programme.initiatives();
    let builder = Builder::fixed(&model.instance, plan.clone());
    let open = (0..initiatives.len()).filter(|&i| plan[i].is_none() && initiatives[i].status.is_open());
    open.map(|i| {
        let code = initiatives[i].code.clone();
        let periods = model.instance.periods;
        let reason = if let Some(reason) = &model.excluded[i] {
            reason.clone()
        } else if !model.scope[i] {
            let missing = model.missing_benefits(i);
            let reason = Reason::new(Fact::NotInOrder { code: code.clone() });
            if missing.is_empty() {
                reason
            } else {
                reason.because(Reason::new(Fact::Unscored { code, missing }))
            }
        } else if alone[i].is_none() {
            Reason::new(Fact::CannotEnd { code, periods })
        } else {
            let needs = model.instance.requires.row(i);
            match needs.iter().find(|&&need| plan[need as usize].is_none()) {
                Some(&need) => Reason::new(Fact::NeedsUnplanned { code, needs: model.code(need).clone() }),
                None => Reason::new(Fact::NoRoom { code, periods, scarce: scarce(model, &builder, i) }),
            }
        };
        NotScheduled { code: initiatives[i].code.clone(), name: initiatives[i].name.clone(), reason }
    })
    .collect()
}

/// The share of a team's days that a plan uses.
fn used(model: &Model<'_>, plan: &Plan, team: usize) -> f64 {
    let instance = &model.instance;
    let periods = instance.periods as usize;
    let planned = instance.demands.iter().zip(plan).filter(|(_, slot)| slot.is_some());
    let days: f64 = planned
        .flat_map(|(demands, _)| demands.iter().filter(|(resource, _)| *resource as usize == team))
        .map(|&(_, amount)| amount as f64)
        .sum();
    let all: f64 = instance.capacity[team * periods..][..periods].iter().map(|&days| days as f64).sum();
    if all > 0.0 { days / all } else { 0.0 }
}

/// What rules out most of an item's starts; the first of equals.
fn scarce(model: &Model<'_>, builder: &Builder<'_>, item: usize) -> Option<String> {
    let ruled_out = builder.obstacles(item);
    let (most, _) =
        (0..).zip(&ruled_out).filter(|(_, n)| **n > 0).max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)))?;
    let resources = ruled_out.len() - model.units.len();
    Some(if most < model.teams.len() {
        format!("days of {}", model.teams[most])
    } else if most < resources {
        "cash".to_owned()
    } else {
        format!("places for changes in {}", model.units[most - resources])
    })
}

fn outcomes(model: &Model<'_>, plan: &Plan) -> Vec<OutcomeLine> {
    let programme = model.programme;
    let lines = programme.outcomes().iter().enumerate().map(|(o, outcome)| {
        let open = programme
            .outcome_requires()
            .row(o)
            .iter()
            .copied()
            .filter(|&i| programme.initiatives()[i as usize].status != Status::Done);
        let (mut end, mut lacks) = (0, Vec::new());
        for i in open {
            match plan[i as usize] {
                Some(slot) => end = end.max(slot.end),
                None => lacks.push(model.code(i).clone()),
            }
        }
        OutcomeLine {
            id: outcome.id.clone(),
            name: outcome.name.clone(),
            realised: lacks.is_empty().then(|| model.worth.released(end)),
            lacks,
        }
    });
    lines.collect()
}

fn realised(model: &Model<'_>, plan: &Plan, rates: &[f64]) -> Vec<Realised> {
    let horizon = model.worth.horizon() as usize;
    // What begins or ends with each period.
    let mut changes = vec![0i128; horizon + 2];
    for gain in &model.gains {
        let Some(released) = model.worth.release(gain, plan) else { continue };
        let from = (released as usize).min(horizon) + 1;
        changes[from] += i128::from(gain.benefit);
        if let Some(lasts) = gain.lasts {
            changes[from.saturating_add(lasts as usize).min(horizon + 1)] -= i128::from(gain.benefit);
        }
    }
    let mut rate = 0i128;
    (1..=model.worth.horizon())
        .map(|period| {
            rate += changes[period as usize];
            let benefit = rate as f64 * model.point;
            let bound = rates[period as usize - 1] * model.point * (1.0 + 1e-9);
            Realised { period, benefit, upper_bound: bound }
        })
        .collect()
}

fn load(model: &Model<'_>, plan: &Plan) -> Vec<Load> {
    let programme = model.programme;
    let strategy = programme.strategy();
    let periods = model.instance.periods;
    let mut sums: BTreeMap<Limit, Vec<f64>> = BTreeMap::new();
    let mut add = |what: Limit, period: u32, amount: f64| {
        sums.entry(what).or_insert_with(|| vec![0.0; periods as usize])[period as usize - 1] += amount;
    };
    let grid = programme.quantities().grid;
    let cash = model::cash(programme);
    for (i, initiative) in programme.initiatives().iter().enumerate() {
        let Some(slot) = plan[i] else { continue };
        let length = slot.end - slot.start + 1;
        let running = model.instance.running[i] && !initiative.teams_remaining.is_empty();
        let days = if running { &initiative.teams_remaining } else { &initiative.teams };
        for (k, period) in (slot.start..=slot.end).enumerate() {
            let k = k as u32;
            for (team, &days) in days {
                let part = share(grid.quantise(days).unwrap_or(0), k, length) as f64 * model.quantum();
                add(Limit::Team(team.clone()), period, part);
            }
            for unit in &initiative.units {
                add(Limit::Unit(unit.clone()), period, 1.0);
            }
            add(Limit::Cash, period, share(cash[i], k, length) as f64 * model.quantum());
        }
    }
    let mut lines = Vec::new();
    for (what, by_period) in sums {
        for (period, load) in (1..).zip(by_period) {
            let capacity = match &what {
                Limit::Team(team) => model
                    .teams
                    .binary_search(team)
                    .ok()
                    .map(|team| model.instance.capacity(team as u32, period) as f64 * model.quantum()),
                Limit::Unit(unit) => strategy.capacities.units.get(unit).map(|&slots| f64::from(slots)),
                Limit::Cash => strategy.capacities.cash,
            };
            lines.push(Load { what: what.clone(), period, load, capacity });
        }
    }
    lines
}

fn map(assignments: &[Assignment]) -> Vec<MapCell> {
    let mut by_end: Vec<&Assignment> = assignments.iter().collect();
    by_end.sort_by(|a, b| (a.end, &a.code).cmp(&(b.end, &b.code)));
    let domains: BTreeSet<Option<&Id>> = by_end.iter().map(|a| a.domain.as_ref()).collect();
    let mut map = Vec::new();
    for domain in domains {
        for horizon in [Horizon::Short, Horizon::Mid, Horizon::Long] {
            let there = by_end.iter().filter(|a| a.domain.as_ref() == domain && a.horizon == horizon);
            let codes = there.map(|a| a.code.clone()).collect();
            map.push(MapCell { domain: domain.cloned(), horizon, codes });
        }
    }
    map
}

fn critical_path(model: &Model<'_>, plan: &Plan, alone: &Plan) -> Vec<Id> {
    let instance = &model.instance;
    // How many each needs in a row, itself included: what takes no part of a period ends when what it needs does.
    let mut depth = vec![1u32; plan.len()];
    for item in instance.requires.topological() {
        let i = item as usize;
        if !instance.running[i] {
            let needs = instance.requires.row(i).iter().map(|&need| depth[need as usize]);
            depth[i] = 1 + needs.max().unwrap_or(0);
        }
    }
    let key = |i: usize| alone[i].map(|slot| (slot.end, slot.finish, depth[i]));
    // The greatest end, and of equals what needs the others; then the first.
    let last = |items: &mut dyn Iterator<Item = usize>| {
        items.filter(|&i| plan[i].is_some()).max_by(|&a, &b| key(a).cmp(&key(b)).then(b.cmp(&a)))
    };
    let mut path = Vec::new();
    let mut at = last(&mut (0..plan.len()));
    while let Some(i) = at {
        path.push(model.code(i as u32).clone());
        at = if instance.running[i] {
            None
        } else {
            last(&mut instance.requires.row(i).iter().map(|&need| need as usize))
        };
    }
    path.reverse();
    path
}

/// The price of each team's capacity, by planning the same order again with a tenth more of it.
fn team_prices(model: &Model<'_>, found: &improve::Found) -> Vec<TeamPrice> {
    let unit = model.point * value::Worth::unit();
    let base = model.worth.total(&model.gains, &found.plan);
    let periods = model.instance.periods as usize;
    let mut prices: Vec<TeamPrice> = Vec::with_capacity(model.teams.len());
    let mut instance = model.instance.clone();
    for (k, team) in model.teams.iter().enumerate() {
        let row = k * periods..(k + 1) * periods;
        let mut added = 0i128;
        for days in &mut instance.capacity[row.clone()] {
            let more = *days / 10 + i64::from(*days % 10 > 0);
            *days += more;
            added += i128::from(more);
        }
        let plan = Builder::new(&instance).serial(&found.order);
        instance.capacity[row.clone()].copy_from_slice(&model.instance.capacity[row]);
        // More people never do less: if the order happens to come out worse with them, they can be left idle.
        let gain = (model.worth.total(&model.gains, &plan) - base).max(0) as f64 * unit;
        let added = added as f64 * model.quantum() / periods as f64;
        let price = if added > 0.0 { gain / added } else { 0.0 };
        prices.push(TeamPrice { team: team.clone(), added, gain, price, used: used(model, &found.plan, k) });
    }
    prices.sort_by(|a, b| {
        b.price.total_cmp(&a.price).then(b.used.total_cmp(&a.used)).then_with(|| a.team.cmp(&b.team))
    });
    prices
}

fn broken(model: &Model<'_>, plan: &Plan) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (item, deadline) in (0u32..).zip(&model.deadlines) {
        let slot = plan[item as usize];
        let Some(by) = deadline.filter(|&by| slot.is_none_or(|slot| slot.end > by)) else { continue };
        // A deadline that has passed is in period 0.
        let is_reachable = model.alone[item as usize].is_some_and(|slot| slot.end <= by);
        let deferral = if !is_reachable {
            Some(Deferral::Unreachable)
        } else if broken.len() < MOST_DEFERRALS {
            Some(defer::smallest(&model.instance, plan, item, by))
        } else {
            None
        };
        let (remedy, defer, smallest) = match deferral {
            None => (Remedy::NotExamined, None, false),
            Some(Deferral::Unreachable) => (Remedy::Impossible, None, false),
            Some(Deferral::NotFound) => (Remedy::NotFound, None, false),
            Some(Deferral::Defer { items, smallest }) => {
                let codes = items.into_iter().map(|i| model.code(i).clone()).collect();
                (Remedy::Defer, Some(codes), smallest)
            }
        };
        broken.push(Broken {
            constraint: Constraint::Deadline,
            code: Some(model.code(item).clone()),
            by,
            comes: slot.map(|slot| slot.end),
            remedy,
            defer,
            smallest,
        });
    }
    let goals = model.goals();
    let wins = goals.wins(plan);
    for gap in goals.win_gaps(plan) {
        broken.push(Broken {
            constraint: Constraint::Wins,
            code: None,
            by: gap.by,
            comes: wins.iter().copied().find(|&win| win > gap.after),
            remedy: Remedy::NotExamined,
            defer: None,
            smallest: false,
        });
    }
    broken
}

/// The benefits that a plan brings, each with what it is of.
fn brought<'m>(model: &'m Model<'_>, plan: &'m Plan) -> impl Iterator<Item = Source> + 'm {
    model
        .gains
        .iter()
        .zip(&model.sources)
        .filter(|(gain, _)| gain.needs.iter().all(|&i| plan[i as usize].is_some()))
        .map(|(_, source)| *source)
}
