//! What moved between two states, and why.

use std::collections::BTreeMap;

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
pub enum OrderCause {
    /// Scores.
    Merit,
    /// What needs what, and what of it is done or will not be.
    Prerequisites,
    /// The stakeholders.
    Ballots,
    /// The budget.
    Budget,
    /// Capacities.
    Capacity,
}

impl OrderCause {
    const ALL: [OrderCause; 5] = [
        OrderCause::Merit,
        OrderCause::Prerequisites,
        OrderCause::Ballots,
        OrderCause::Budget,
        OrderCause::Capacity,
    ];
}

/// Everything that moved between two states, in the order of the codes.
///
/// A cause of a move in the recommended order is found by taking it back: with that group of inputs as it was and all others as they
/// are, the initiative stands elsewhere.
///
/// # Errors
///
/// What `recommend` refuses.
///
/// # Complexity
///
/// O(2ᵍ·c) for each initiative whose inputs changed, O(n) for each that moved, and six recommended orders.
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
    let unit = after.judge.unit(after.spec.effort_unit.as_deref().unwrap_or("money"), after.spec.policy.per);
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
            place_causes: if old_place == new_place { Vec::new() } else { places.causes(code) },
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
    reason
}

/// The places in the recommended orders, counted among what stands in both, and in those with one group taken back.
struct Places {
    old: BTreeMap<Id, usize>,
    new: BTreeMap<Id, usize>,
    /// `None` where the mixed programme is not valid.
    taken_back: Vec<(OrderCause, Option<BTreeMap<Id, usize>>)>,
}

impl Places {
    fn between(before: &State, after: &State, recommend: &dyn Recommend) -> Result<Self, Error> {
        let (old_programme, new_programme) = (before.programme()?, after.programme()?);
        let old = recommend.order(&old_programme)?;
        let new = recommend.order(&new_programme)?;
        let both = |order: &[Id], other: &[Id]| {
            let mut other: Vec<&Id> = other.iter().collect();
            other.sort();
            let common = order.iter().filter(|code| other.binary_search(code).is_ok());
            (1..).zip(common).map(|(k, code)| (code.clone(), k)).collect::<BTreeMap<Id, usize>>()
        };
        let (old_places, new_places) = (both(&old, &new), both(&new, &old));
        let taken_back = if old_places == new_places {
            Vec::new()
        } else {
            let common: Vec<Id> = new_places.keys().cloned().collect();
            OrderCause::ALL
                .into_iter()
                .map(|cause| {
                    let mut spec = new_programme.spec().clone();
                    let changed = take_back(&mut spec, old_programme.spec(), cause);
                    if !changed {
                        return (cause, Some(new_places.clone()));
                    }
                    let order = spec.build().and_then(|programme| recommend.order(&programme));
                    (cause, order.ok().map(|order| both(&order, &common)))
                })
                .collect()
        };
        Ok(Places { old: old_places, new: new_places, taken_back })
    }

    fn causes(&self, code: &Id) -> Vec<OrderCause> {
        let moved = |places: &Option<BTreeMap<Id, usize>>| {
            places.as_ref().is_none_or(|places| places.get(code) != self.new.get(code))
        };
        self.taken_back.iter().filter(|(_, places)| moved(places)).map(|(cause, _)| *cause).collect()
    }
}

/// Sets one group of inputs back to what it was; whether that changed anything.
fn take_back(spec: &mut ProgrammeSpec, old: &ProgrammeSpec, cause: OrderCause) -> bool {
    fn swap<T: Clone + PartialEq>(now: &mut T, then: &T) -> bool {
        let changed = now != then;
        now.clone_from(then);
        changed
    }
    match cause {
        OrderCause::Ballots => swap(&mut spec.ballots, &old.ballots),
        OrderCause::Budget => swap(&mut spec.strategy.budget, &old.strategy.budget),
        OrderCause::Capacity => swap(&mut spec.strategy.capacities, &old.strategy.capacities),
        OrderCause::Merit | OrderCause::Prerequisites => {
            let mut changed = false;
            if cause == OrderCause::Merit {
                changed |= swap(&mut spec.criteria, &old.criteria);
                changed |= swap(&mut spec.policy, &old.policy);
                changed |= swap(&mut spec.strategy.benefit_price, &old.strategy.benefit_price);
            }
            for initiative in &mut spec.initiatives {
                let Ok(i) = old.initiatives.binary_search_by(|o| o.code.cmp(&initiative.code)) else {
                    continue;
                };
                let then = &old.initiatives[i];
                let open = [initiative.status, then.status].map(crate::programme::Status::is_open);
                if cause == OrderCause::Prerequisites {
                    changed |= swap(&mut initiative.requires, &then.requires);
                    if open[0] != open[1] {
                        changed |= swap(&mut initiative.status, &then.status);
                    }
                } else {
                    changed |= swap(&mut initiative.benefits, &then.benefits);
                    changed |= swap(&mut initiative.efforts, &then.efforts);
                    changed |= swap(&mut initiative.remaining, &then.remaining);
                    if open[0] && open[1] {
                        changed |= swap(&mut initiative.status, &then.status);
                    }
                }
            }
            changed
        }
    }
}
