//! What moved between two states, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::attribution::{Attribution, Cause, Group};
use super::{Recommend, State};
use crate::Error;
use crate::programme::{Id, ProgrammeSpec};
use crate::reason::{Fact, Quantity, Reason};

/// An initiative whose rank, score or recommended place is not what it was.
///
/// `new_rank − old_rank` is exactly the number of those that passed it or came above it, less those that it passed or that went from
/// above it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// The initiative.
    pub code: Id,
    /// Competition rank by merit before; `None` if it was not ranked.
    pub old_rank: Option<usize>,
    /// Competition rank by merit now; `None` if it is not ranked.
    pub new_rank: Option<usize>,
    /// The score now less the score before; `None` if one of them is not there.
    pub score_change: Option<f64>,
    /// What changed the score, the greatest first; the amounts add up to the change.
    pub causes: Vec<Cause>,
    /// Who stands above it now and did not.
    pub passed_by: Vec<Passing>,
    /// Who stood above it and does not.
    pub passed: Vec<Passing>,
    /// Who came in above it.
    pub came_above: Vec<Id>,
    /// Who stood above it and went.
    pub went_from_above: Vec<Id>,
    /// Its place in the recommended order before, among what stands in both; `None` if it does not.
    pub old_place: Option<usize>,
    /// The same now.
    pub new_place: Option<usize>,
    /// What moved it in the recommended order; empty if it did not move there.
    pub place_causes: Vec<OrderCause>,
    /// All of it as a sentence.
    pub why: Reason,
}

/// One that passed, or was passed, and the greatest cause of the change of its own score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passing {
    /// The initiative.
    pub code: Id,
    /// What changed its score most; `None` if its score stood still.
    pub cause: Option<Group>,
}

/// What a recommended order rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OrderCause {
    /// Scores: estimates, criteria, and how they are judged.
    Merit,
    /// Work that started, and what remains of it.
    Progress,
    /// What needs what, and what of it is done or will not be.
    Prerequisites,
    /// The stakeholders.
    Ballots,
    /// The budget.
    Budget,
    /// Capacities.
    Capacity,
    /// Deadlines and other dates.
    Dates,
    /// Initiatives that came or went: they need others, or are one more to count.
    Newcomers,
    /// Something else in the strategy or in an initiative.
    Other,
}

impl OrderCause {
    const ALL: [OrderCause; 9] = [
        OrderCause::Merit,
        OrderCause::Progress,
        OrderCause::Prerequisites,
        OrderCause::Ballots,
        OrderCause::Budget,
        OrderCause::Capacity,
        OrderCause::Dates,
        OrderCause::Newcomers,
        OrderCause::Other,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            OrderCause::Merit => "merit",
            OrderCause::Progress => "the progress of work",
            OrderCause::Prerequisites => "prerequisites",
            OrderCause::Ballots => "ballots",
            OrderCause::Budget => "the budget",
            OrderCause::Capacity => "capacity",
            OrderCause::Dates => "dates",
            OrderCause::Newcomers => "what came or went",
            OrderCause::Other => "something else",
        }
    }
}

/// Everything that moved between two states, in the order of the codes.
///
/// A cause of a move in the recommended order is found by taking it back: with that group of inputs as it was and all others as they
/// are, the initiative stands elsewhere. Where no group alone would have been enough they are taken back one after the other, and those
/// are named at which it moves: what moved has a cause.
///
/// # Errors
///
/// What `recommend` refuses.
///
/// # Complexity
///
/// O(2ᵍ·c) for each initiative whose inputs changed, O(n) for each that moved, and a recommended order for each group that changed: two at
/// least, eighteen at most.
pub fn moves(before: &State, after: &State, recommend: &dyn Recommend) -> Result<Vec<Move>, Error> {
    let attribution = Attribution::between(before, after);
    let ranks = |state: &State| -> BTreeMap<Id, (u32, f64)> {
        let merit = state.merit.ranks();
        merit
            .filter_map(|(i, rank)| {
                Some((state.code(i).clone(), (rank, state.judge.score(state.merit.value(i)?))))
            })
            .collect()
    };
    let (old, new) = (ranks(before), ranks(after));
    let causes: BTreeMap<&Id, Vec<Cause>> = new
        .keys()
        .filter(|code| old.contains_key(*code))
        .map(|code| (code, attribution.as_ref().and_then(|a| a.causes(code)).unwrap_or_default()))
        .collect();
    let places = Places::between(before, after, recommend)?;

    let mut codes: Vec<&Id> = old.keys().chain(new.keys()).collect();
    codes.extend(places.old.keys().chain(places.new.keys()));
    codes.sort();
    codes.dedup();
    let unit = after.judge.unit(after.spec.effort_unit.as_deref().unwrap_or("money"));
    let mut moves = Vec::new();
    for code in codes {
        let (was, is) = (old.get(code), new.get(code));
        let own = causes.get(code).cloned().unwrap_or_default();
        let (old_place, new_place) = (places.old.get(code).copied(), places.new.get(code).copied());
        if was.map(|w| w.0) == is.map(|i| i.0) && own.is_empty() && old_place == new_place {
            continue;
        }
        let mut line = Move {
            code: code.clone(),
            old_rank: was.map(|w| w.0 as usize),
            new_rank: is.map(|i| i.0 as usize),
            score_change: was.zip(is).map(|(was, is)| is.1 - was.1 + 0.0),
            causes: own,
            passed_by: Vec::new(),
            passed: Vec::new(),
            came_above: Vec::new(),
            went_from_above: Vec::new(),
            old_place,
            new_place,
            place_causes: places.causes.get(code).cloned().unwrap_or_default(),
            why: Reason::new(Fact::Stands { code: code.clone(), from: None, to: None }),
        };
        if let (Some(was), Some(is)) = (was, is) {
            let cause = |other: &Id| causes.get(other).and_then(|c| c.first()).map(|c| c.cause);
            for (other, then) in &old {
                let above = then.0 < was.0;
                match new.get(other) {
                    None if above => line.went_from_above.push(other.clone()),
                    Some(now) if above != (now.0 < is.0) => {
                        let list = if above { &mut line.passed } else { &mut line.passed_by };
                        list.push(Passing { code: other.clone(), cause: cause(other) });
                    }
                    _ => {}
                }
            }
            let came = new.iter().filter(|(other, now)| now.0 < is.0 && !old.contains_key(*other));
            line.came_above = came.map(|(other, _)| other.clone()).collect();
        }
        line.why = reason(&line, &unit);
        moves.push(line);
    }
    Ok(moves)
}

/// The move as a sentence: what changed its own score first, then who passed whom.
fn reason(line: &Move, unit: &str) -> Reason {
    let mut reason =
        Reason::new(Fact::Stands { code: line.code.clone(), from: line.old_rank, to: line.new_rank });
    reason.because = line
        .causes
        .iter()
        .map(|c| {
            let amount = Quantity::new(c.amount, unit);
            Reason::new(Fact::Shifts { cause: c.cause.words(), amount })
        })
        .collect();
    let mut others = |verb, codes: Vec<Id>| {
        if !codes.is_empty() {
            reason.because.push(Reason::new(Fact::Others { verb, codes }));
        }
    };
    let codes = |list: &[Passing]| list.iter().map(|p| p.code.clone()).collect();
    others("passed it", codes(&line.passed_by));
    others("fell behind it", codes(&line.passed));
    others("came in above it", line.came_above.clone());
    others("went from above it", line.went_from_above.clone());
    if let (Some(from), Some(to)) = (line.old_place, line.new_place)
        && from != to
    {
        let causes = line.place_causes.iter().map(|cause| cause.words()).collect();
        // Never a lesser cause than who passed whom.
        let place = reason.because.len().min(2);
        reason.because.insert(place, Reason::new(Fact::Recommended { from, to, causes }));
    }
    reason
}

/// The places in the recommended orders, counted among what stands in both, with the causes of what moved.
struct Places {
    old: BTreeMap<Id, usize>,
    new: BTreeMap<Id, usize>,
    causes: BTreeMap<Id, Vec<OrderCause>>,
}

/// The places in an order, among some of what stands in it.
fn places(order: &[Id], among: &BTreeSet<&Id>) -> BTreeMap<Id, usize> {
    let common = order.iter().filter(|code| among.contains(code));
    (1..).zip(common).map(|(k, code)| (code.clone(), k)).collect()
}

impl Places {
    fn between(before: &State, after: &State, recommend: &dyn Recommend) -> Result<Self, Error> {
        let (old_programme, new_programme) = (before.programme()?, after.programme()?);
        let (then, now) = (old_programme.spec(), new_programme.spec());
        let (old_order, new_order) = (recommend.order(&old_programme)?, recommend.order(&new_programme)?);
        let among: BTreeSet<&Id> = old_order.iter().collect();
        let among: BTreeSet<&Id> = new_order.iter().filter(|code| among.contains(code)).collect();
        let (old, new) = (places(&old_order, &among), places(&new_order, &among));
        let moved = new.keys().filter(|code| old[*code] != new[*code]);
        let mut causes: BTreeMap<Id, Vec<OrderCause>> =
            moved.map(|code| (code.clone(), Vec::new())).collect();
        if causes.is_empty() {
            return Ok(Places { old, new, causes });
        }
        // A mixture that is no programme says nothing.
        let mixed = |spec: ProgrammeSpec| spec.build().and_then(|programme| recommend.order(&programme)).ok();

        for cause in OrderCause::ALL {
            let mut spec = now.clone();
            let changed = take_back(&mut spec, then, cause);
            let Some(order) = changed.then(|| mixed(spec)).flatten() else { continue };
            // Counted among what stands in both: what the mixture cannot plan has moved nobody.
            let both: BTreeSet<&Id> = order.iter().filter(|code| among.contains(code)).collect();
            let (back, new) = (places(&order, &both), places(&new_order, &both));
            for (_, named) in
                causes.iter_mut().filter(|(code, _)| back.get(*code).is_none_or(|k| *k != new[*code]))
            {
                named.push(cause);
            }
        }
        let unnamed: BTreeSet<Id> =
            causes.iter().filter(|(_, named)| named.is_empty()).map(|(code, _)| code.clone()).collect();
        let (mut spec, mut last) = (now.clone(), new.clone());
        for cause in OrderCause::ALL.into_iter().filter(|_| !unnamed.is_empty()) {
            let back = match cause {
                OrderCause::Other => Some(old.clone()),
                _ if take_back(&mut spec, then, cause) => {
                    mixed(spec.clone()).map(|order| places(&order, &among))
                }
                _ => None,
            };
            let Some(back) = back else { continue };
            for code in unnamed.iter().filter(|code| back.get(*code) != last.get(*code)) {
                causes.entry(code.clone()).or_default().push(cause);
            }
            last = back;
        }
        Ok(Places { old, new, causes })
    }
}

/// Sets one group of inputs back to what it was; whether that changed anything.
fn take_back(spec: &mut ProgrammeSpec, old: &ProgrammeSpec, cause: OrderCause) -> bool {
    fn swap<T: Clone + PartialEq>(now: &mut T, then: &T) -> bool {
        let changed = now != then;
        now.clone_from(then);
        changed
    }
    let mut changed = false;
    match cause {
        OrderCause::Merit => {
            changed |= swap(&mut spec.criteria, &old.criteria);
            changed |= swap(&mut spec.policy, &old.policy);
            changed |= swap(&mut spec.strategy.benefit_price, &old.strategy.benefit_price);
        }
        OrderCause::Ballots => {
            changed |= swap(&mut spec.ballots, &old.ballots);
            changed |= swap(&mut spec.stakeholders, &old.stakeholders);
        }
        OrderCause::Budget => changed |= swap(&mut spec.strategy.budget, &old.strategy.budget),
        OrderCause::Capacity => changed |= swap(&mut spec.strategy.capacities, &old.strategy.capacities),
        OrderCause::Dates => changed |= swap(&mut spec.strategy.start, &old.strategy.start),
        OrderCause::Newcomers => return without_newcomers(spec, old),
        OrderCause::Other => {
            let kept = spec.strategy.clone();
            spec.strategy.clone_from(&old.strategy);
            spec.strategy.benefit_price = kept.benefit_price;
            (spec.strategy.budget, spec.strategy.start) = (kept.budget, kept.start);
            spec.strategy.capacities.clone_from(&kept.capacities);
            changed |= spec.strategy != kept;
        }
        OrderCause::Progress | OrderCause::Prerequisites => {}
    }
    for now in &mut spec.outcomes {
        let Some(then) = old.outcomes.iter().find(|then| then.id == now.id) else { continue };
        match cause {
            OrderCause::Merit => changed |= swap(&mut now.benefits, &then.benefits),
            OrderCause::Prerequisites => changed |= swap(&mut now.requires, &then.requires),
            _ => {}
        }
    }
    for now in &mut spec.initiatives {
        let Ok(i) = old.initiatives.binary_search_by(|then| then.code.cmp(&now.code)) else {
            // What is new needed nothing before.
            changed |= cause == OrderCause::Prerequisites && swap(&mut now.requires, &Vec::new());
            continue;
        };
        let then = &old.initiatives[i];
        let open = now.status.is_open() && then.status.is_open();
        match cause {
            OrderCause::Merit => {
                changed |= swap(&mut now.benefits, &then.benefits);
                changed |= swap(&mut now.efforts, &then.efforts);
            }
            OrderCause::Progress => {
                changed |= swap(&mut now.remaining, &then.remaining);
                changed |= swap(&mut now.teams_remaining, &then.teams_remaining);
                changed |= open && swap(&mut now.status, &then.status);
            }
            OrderCause::Prerequisites => {
                changed |= swap(&mut now.requires, &then.requires);
                changed |= !open && swap(&mut now.status, &then.status);
            }
            OrderCause::Dates => {
                changed |= swap(&mut now.deadline, &then.deadline);
                changed |= swap(&mut now.earliest, &then.earliest);
            }
            OrderCause::Other => {
                changed |= swap(&mut now.teams, &then.teams);
                changed |= swap(&mut now.units, &then.units);
                changed |= swap(&mut now.duration, &then.duration);
                changed |= swap(&mut now.owner, &then.owner);
            }
            OrderCause::Ballots | OrderCause::Budget | OrderCause::Capacity | OrderCause::Newcomers => {}
        }
    }
    changed
}

/// Takes out what came, and puts back what went.
fn without_newcomers(spec: &mut ProgrammeSpec, old: &ProgrammeSpec) -> bool {
    // Those of a programme stand in the order of their codes.
    let knows = |of: &ProgrammeSpec, code: &Id| of.initiatives.binary_search_by(|i| i.code.cmp(code)).is_ok();
    let came: BTreeSet<Id> =
        spec.initiatives.iter().map(|i| i.code.clone()).filter(|code| !knows(old, code)).collect();
    let went: Vec<_> = old.initiatives.iter().filter(|i| !knows(spec, &i.code)).cloned().collect();
    if came.is_empty() && went.is_empty() {
        return false;
    }
    spec.initiatives.retain(|initiative| !came.contains(&initiative.code));
    for initiative in &mut spec.initiatives {
        initiative.requires.retain(|code| !came.contains(code));
    }
    for ballot in &mut spec.ballots {
        ballot.ranking.iter_mut().for_each(|group| group.retain(|code| !came.contains(code)));
        ballot.ranking.retain(|group| !group.is_empty());
        ballot.points.retain(|code, _| !came.contains(code));
    }
    spec.initiatives.extend(went);
    spec.initiatives.sort_by(|a, b| a.code.cmp(&b.code));
    true
}
