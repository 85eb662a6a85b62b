//! Adopting a new plan: how much benefit how many changes to the committed one buy.

use serde::Serialize;

use super::State;
use crate::Error;
use crate::portfolio::{BestValue, Budget, Candidates};
use crate::programme::{Id, Programme, Status};
use crate::sequence::InPlay;

/// A committed plan, and what may be changed of it.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'a> {
    /// The programme as it stands.
    pub programme: &'a Programme,
    /// The plan, in the order of the codes.
    pub plan: &'a [Id],
    /// What of it must stay.
    pub frozen: &'a [Id],
    /// About how many other plans are asked for.
    pub most: usize,
}

/// Chooses work within the budget near a baseline: the plug for a caller's own way.
///
/// A plain function will do. [`BestValue`] of the portfolio room is the usual choice.
pub trait Near {
    /// Plans that trade benefit for closeness to the baseline, the fewest changes first. Each keeps what is frozen, the budget, and what
    /// needs what.
    ///
    /// # Errors
    ///
    /// What the method refuses, such as frozen work that costs more than the budget.
    fn near(&self, baseline: &Baseline<'_>) -> Result<Vec<Selection>, Error>;
}

impl<F: Fn(&Baseline<'_>) -> Result<Vec<Selection>, Error>> Near for F {
    fn near(&self, baseline: &Baseline<'_>) -> Result<Vec<Selection>, Error> {
        self(baseline)
    }
}

/// The corners of the concave hull of benefit against changes ([`Candidates::near`]): each the best plan with so many changes, proven, or with
/// the bound that was reached within the limit of nodes. The constraints of the strategy hold, too; without a budget there is no limit.
///
/// What cannot be selected, since its effort is not known or since it needs what will not be done, stays in the plan as it stands, uncounted.
impl Near for BestValue {
    fn near(&self, baseline: &Baseline<'_>) -> Result<Vec<Selection>, Error> {
        let programme = baseline.programme;
        let candidates = Candidates::new(programme)?;
        let budget = if programme.strategy().budget.is_some() { Budget::Declared } else { Budget::Unlimited };
        let possible = |code: &&Id| candidates.initiatives().binary_search(code).is_ok();
        let stays: Vec<Id> = baseline.plan.iter().filter(|code| !possible(code)).cloned().collect();
        let [plan, frozen] = [baseline.plan, baseline.frozen]
            .map(|codes| codes.iter().filter(possible).cloned().collect::<Vec<_>>());
        let points = candidates.keeping(&frozen)?.near(&budget, &plan, baseline.most, *self)?;
        let selection = |point: crate::portfolio::Near| {
            let mut selected = [point.selected, stays.clone()].concat();
            selected.sort();
            let (benefit, cost) = (point.benefit, point.cost);
            Selection { selected, benefit, cost, upper_bound: point.upper_bound, proven: point.proven }
        };
        Ok(points.into_iter().map(selection).collect())
    }
}

/// Work to do, and how good that is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Selection {
    /// The work, in the order of the codes.
    pub selected: Vec<Id>,
    /// Its benefit in points, outcomes that follow included.
    pub benefit: f64,
    /// Its effort, in the effort unit.
    pub cost: f64,
    /// No plan with so few changes that keeps the rules has more benefit.
    pub upper_bound: f64,
    /// Whether the benefit is that much.
    pub proven: bool,
}

/// A point of the curve of benefit against changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// How many initiatives come in or go out.
    pub changes: usize,
    /// What is done.
    #[serde(flatten)]
    pub selection: Selection,
    /// Whether it costs no more than the budget. Only the plan as it stands may cost more.
    pub within_budget: bool,
    /// What comes in.
    pub comes_in: Vec<Id>,
    /// What goes out.
    pub goes_out: Vec<Id>,
}

impl State {
    /// The curve of benefit against changes from the committed plan: first the plan as it stands, then about `most` others with more and
    /// more changes. What is under way is frozen, and so is what `frozen` names of the plan; what is done counts as done.
    ///
    /// A plan that costs more than the budget, or lacks what it needs, is followed by the one with the fewest changes that does not,
    /// whatever that loses. Nothing is decided here: a board takes a point by deciding each change.
    ///
    /// # Errors
    ///
    /// What `near` refuses; `portfolio.mandatory-too-dear` where frozen work alone breaks the budget.
    ///
    /// # Examples
    ///
    /// ```
    /// use cxrank::change_board::State;
    /// use cxrank::portfolio::BestValue;
    /// use cxrank::programme::{Criterion, Initiative, ProgrammeSpec, Status, Strategy};
    ///
    /// let initiative = |code: &str, ease: f64, status| {
    ///     Initiative::new(code, "").benefit("ease", ease).effort("work", 10.0).status(status)
    /// };
    /// let programme = ProgrammeSpec::new("Clinic")
    ///     .criterion(Criterion::benefit("ease", 100.0, 0.0, 10.0))
    ///     .criterion(Criterion::effort("work", 1.0))
    ///     .initiative(initiative("A", 1.0, Status::UnderWay))
    ///     .initiative(initiative("B", 2.0, Status::Planned))
    ///     .initiative(initiative("C", 6.0, Status::Qualified))
    ///     .strategy(Strategy { budget: Some(20.0), ..Strategy::default() })
    ///     .build()?;
    /// let curve = State::new(&programme)?.adoption_curve(&BestValue::default(), &[], 10)?;
    /// // B for C: A would lose less, but has begun.
    /// let points: Vec<_> = curve.iter().map(|p| (p.changes, p.selection.benefit, p.selection.proven)).collect();
    /// assert_eq!(points, [(0, 30.0, true), (2, 70.0, true)]);
    /// assert_eq!(curve[1].goes_out, ["B"]);
    /// # Ok::<(), cxrank::Error>(())
    /// ```
    pub fn adoption_curve(
        &self,
        near: &dyn Near,
        frozen: &[Id],
        most: usize,
    ) -> Result<Vec<CurvePoint>, Error> {
        let programme = self.programme()?;
        let mut plan: Vec<Id> = self.committed().cloned().collect();
        plan.sort();
        let begun = |code: &Id| programme.initiative(code).is_some_and(|i| i.status == Status::UnderWay);
        let kept: Vec<Id> =
            plan.iter().filter(|code| begun(code) || frozen.contains(code)).cloned().collect();
        let mut curve = vec![as_it_stands(&programme, plan)?];
        let plan = &curve[0].selection.selected;
        let point = |selection: Selection| {
            let not_in = |a: &[Id], b: &[Id]| -> Vec<Id> {
                a.iter().filter(|code| b.binary_search(code).is_err()).cloned().collect()
            };
            let (comes_in, goes_out) = (not_in(&selection.selected, plan), not_in(plan, &selection.selected));
            let changes = comes_in.len() + goes_out.len();
            CurvePoint { changes, selection, within_budget: true, comes_in, goes_out }
        };
        let plans = near.near(&Baseline { programme: &programme, plan, frozen: &kept, most })?;
        let others: Vec<CurvePoint> = plans.into_iter().map(point).filter(|p| p.changes > 0).collect();
        curve.extend(others);
        Ok(curve)
    }
}

/// The committed plan with what it is worth, counted as the portfolio counts.
fn as_it_stands(programme: &Programme, plan: Vec<Id>) -> Result<CurvePoint, Error> {
    let play = InPlay::new(programme)?;
    let mut chosen = vec![false; play.len()];
    for node in plan.iter().filter_map(|code| programme.index_of(code)).filter_map(|i| play.node(i)) {
        chosen[node as usize] = true;
    }
    for outcome in play.initiatives..play.len() {
        chosen[outcome] = play.requires.row(outcome as u32).iter().all(|&i| chosen[i as usize]);
    }
    let sum = |values: &[i64]| values.iter().zip(&chosen).filter(|(_, c)| **c).map(|(x, _)| x).sum::<i64>();
    let (benefit, cost) = (sum(&play.benefit), sum(&play.effort));
    let selection = Selection {
        selected: plan,
        benefit: play.points(benefit),
        cost: play.amount(cost),
        upper_bound: play.points(benefit),
        proven: true,
    };
    let within_budget = programme.strategy().budget.is_none_or(|budget| play.budget(cost) <= budget);
    Ok(CurvePoint { changes: 0, selection, within_budget, comes_in: Vec::new(), goes_out: Vec::new() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::programme::{Criterion, Initiative, Outcome, ProgrammeSpec, Strategy};

    proptest! {
        /// Against all subsets: what is selected keeps every rule, and is the best with so many changes.
        #[test]
        fn every_point_keeps_the_rules_and_is_the_best_of_its_changes(
            rows in prop::collection::vec((-3i32..10, 1i32..10, 0u8..4), 2..8),
            arcs in prop::collection::vec((0usize..8, 0usize..8), 0..6),
            outcome in prop::collection::vec(0usize..8, 1..3),
            budget in prop::option::of(1i32..40),
        ) {
            let n = rows.len();
            let code = |i: usize| Id::from(format!("I{i}"));
            let needs = |i: usize| -> Vec<usize> {
                arcs.iter().filter(|(a, b)| *a == i && b < a).map(|(_, b)| *b).collect()
            };
            // Not decided, planned, promised, begun.
            let set_of = |what: &dyn Fn(u8) -> bool| (0..n).filter(|&i| what(rows[i].2)).fold(0, |set, i| set | 1usize << i);
            let (baseline, frozen) = (set_of(&|kind| kind > 0), set_of(&|kind| kind > 1));
            let mut spec = ProgrammeSpec::new("p")
                .criterion(Criterion::benefit("b", 10.0, 0.0, 10.0).worst(-10.0))
                .criterion(Criterion::effort("e", 1.0))
                .strategy(Strategy { budget: budget.map(f64::from), ..Strategy::default() })
                .outcome(Outcome::new("O", "", outcome.iter().map(|i| code(i % n))).benefit("b", 4));
            for (i, &(benefit, effort, kind)) in rows.iter().enumerate() {
                let status = [Status::Qualified, Status::Planned, Status::Planned, Status::UnderWay][usize::from(kind)];
                let initiative = Initiative::new(code(i), "").benefit("b", benefit).effort("e", effort).status(status);
                spec = spec.initiative(initiative.requires(needs(i).into_iter().map(code)));
            }
            let state = State::new(&spec.build().unwrap()).unwrap();
            let has = |set: usize, i: usize| set >> i & 1 == 1;
            let cost = |set: usize| (0..n).filter(|&i| has(set, i)).map(|i| rows[i].1).sum::<i32>();
            let benefit = |set: usize| {
                let own: i32 = (0..n).filter(|&i| has(set, i)).map(|i| rows[i].0).sum();
                f64::from(own + if outcome.iter().all(|i| has(set, i % n)) { 4 } else { 0 })
            };
            let possible: Vec<usize> = (0..1usize << n)
                .filter(|&set| (0..n).all(|i| !has(set, i) || needs(i).iter().all(|&p| has(set, p))))
                .filter(|&set| set & frozen == frozen && budget.is_none_or(|budget| cost(set) <= budget))
                .collect();
            let promised: Vec<Id> = (0..n).filter(|&i| rows[i].2 == 2).map(code).collect();
            let Ok(curve) = state.adoption_curve(&BestValue::default(), &promised, 100) else {
                prop_assert!(possible.is_empty());
                return Ok(());
            };
            let set = |codes: &[Id]| (0..n).filter(|&i| codes.contains(&code(i))).fold(0, |set, i| set | 1usize << i);
            prop_assert_eq!(set(&curve[0].selection.selected), baseline);
            prop_assert_eq!(curve[0].within_budget, budget.is_none_or(|budget| cost(baseline) <= budget));
            for point in &curve {
                let plan = set(&point.selection.selected);
                prop_assert!((point.selection.benefit - benefit(plan)).abs() < 1e-9);
                prop_assert!((point.selection.cost - f64::from(cost(plan))).abs() < 1e-9);
                prop_assert_eq!(point.changes, (plan ^ baseline).count_ones() as usize);
                prop_assert!(plan == baseline || possible.contains(&plan));
            }
            let within = |set: usize, changes: usize| (set ^ baseline).count_ones() as usize <= changes;
            for point in curve.iter().filter(|point| point.changes > 0) {
                let best = possible.iter().filter(|&&set| within(set, point.changes)).map(|&set| benefit(set)).reduce(f64::max);
                prop_assert!(point.selection.proven && (point.selection.benefit - best.unwrap()).abs() < 1e-9);
            }
            // The last is the best of all.
            let best = possible.iter().map(|&set| benefit(set)).reduce(f64::max);
            if possible.contains(&baseline) || curve.len() > 1 {
                prop_assert!((curve.last().unwrap().selection.benefit - best.unwrap()).abs() < 1e-9);
            }
        }
    }

    /// Work that has begun without anybody knowing its effort, or whose prerequisite is cancelled, stays in the plan, uncounted.
    #[test]
    fn what_cannot_be_counted_stays() {
        let initiative = |code: &str| Initiative::new(code, "").benefit("b", 5.0);
        let spec = ProgrammeSpec::new("p")
            .criterion(Criterion::benefit("b", 10.0, 0.0, 10.0))
            .criterion(Criterion::effort("e", 1.0))
            .strategy(Strategy { budget: Some(3.0), ..Strategy::default() })
            .initiative(initiative("A").status(Status::UnderWay))
            .initiative(initiative("B").effort("e", 2.0).requires(["D"]).status(Status::Planned))
            .initiative(initiative("C").effort("e", 2.0))
            .initiative(Initiative {
                not_doing_because: Some("r".into()),
                ..initiative("D").status(Status::Cancelled)
            });
        let state = State::new(&spec.build().unwrap()).unwrap();
        let curve = state.adoption_curve(&BestValue::default(), &[], 10).unwrap();
        let points: Vec<_> =
            curve.iter().map(|p| (p.selection.selected.join(" "), p.selection.benefit)).collect();
        assert_eq!(points, [("A B".to_owned(), 0.0), ("A B C".to_owned(), 5.0)]);
    }
}
